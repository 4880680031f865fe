"""Forecasts as fans, and the record that says how far to trust them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from tradeviz import style
from tradeviz.charts.bands import month_axis
from tradeviz.charts.frame import canvas, chosen, month_text
from tradeviz.models.forecast.data import months
from tradeviz.models.forecast.record import recorded
from tradeviz.models.forecast.scores import MODEL
from tradeviz.partners import name
from tradeviz.tables.display import need, title_in

WHAT = {
    "imports_usd": "US imports a month, billion US dollars",
    "duty_rate": "Calculated duty over imports for consumption, percent",
    "revenue_usd": "Duty a month, billion US dollars",
}
METHODS = {
    MODEL: "forecast",
    "same_month_last_year": "same month last year",
    "growth_of_last_quarter": "growth, last quarter",
    "last_rate": "last rate",
    "last_rate_with_law": "last rate with law",
    "law_of_2024_weights": "law itself",
}
SOURCE = "US Census Bureau; tradeviz law tables and forecast"
_WRITTEN = (0.1, 0.5, 0.9)
_LEVELS = {
    "low_95": 0.025, "low_90": 0.05, "low_80": 0.1, "median": 0.5,
    "high_80": 0.9, "high_90": 0.95, "high_95": 0.975,
}  # fmt: skip


def forecast_fan(
    table: pd.DataFrame,
    partner: str,
    outcome: str,
    *,
    quantity: str = "imports_usd",
    since: str = "2024-01",
    ax: Axes | None = None,
) -> Axes:
    """Draw what is forecast for a partner under an outcome, behind what was recorded.

    Parameters
    ----------
    table : DataFrame
        From `tradeviz.forecast`.
    partner, outcome : str
        Code and name of the table.
    quantity : str
        ``imports_usd``, ``duty_rate`` or ``revenue_usd``.
    since : str
        First month of the record shown.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        A line for what was recorded, before and after the origin, one for the median, and two
        bands: 80 and 95 percent.

    Raises
    ------
    ArgumentError
        For what the table does not have.

    Examples
    --------
    >>> from tradeviz.models.forecast import forecast
    >>> axes = forecast_fan(forecast("in_force", partners="JPN"), "JPN", "in_force")
    >>> len(axes.lines)
    2
    """
    flat = need(table, ("outcome", "partner", "month", "quantity", *_LEVELS))
    for value, field in ((partner, "partner"), (outcome, "outcome"), (quantity, "quantity")):
        chosen(value, field, list(dict.fromkeys(flat[field].astype(str))))
    keys = (flat["partner"] == partner) & (flat["outcome"] == outcome)
    fan = flat[keys & (flat["quantity"] == quantity)].set_index("month")
    index = months().index[months().index >= pd.Timestamp(since)]
    place = months().partners.index(partner)
    record = pd.Series([recorded(quantity, month)[place] for month in index], index, dtype=float)
    origin = str(table.attrs.get("origin", f"{fan.index[0] - pd.DateOffset(months=1):%Y-%m}"))
    title, known = _title(fan, record, partner, quantity, title_in(table, outcome))
    with style.scoped():
        _, axes = canvas(ax, 3.6)
        days = fan.index.to_numpy()
        for percent, strength in ((95, 0.22), (80, 0.42)):
            axes.fill_between(
                days, fan[f"low_{percent}"], fan[f"high_{percent}"], color=style.BLUE,
                alpha=strength, lw=0,
            )  # fmt: skip
        axes.plot(days, fan["median"], color=style.BLUE, lw=1.8)
        axes.plot(record.index.to_numpy(), record.to_numpy(), color=style.BLACK, lw=1.6)
        axes.set_ylim(0, float(max(record.max(), fan["high_95"].max())) * 1.05)
        end = fan.iloc[-1]
        for column, text in (("high_80", "80 %"), ("median", "median"), ("high_95", "95 %")):
            axes.annotate(
                text, (days[-1], end[column]), xytext=(6, 0), textcoords="offset points",
                va="center", fontsize=9, color=style.MUTED, annotation_clip=False,
            )  # fmt: skip
        month_axis(axes, 8)
        (style.percent_axis if quantity == "duty_rate" else style.billion_axis)(axes)
        style.finish(
            axes,
            title,
            f"{WHAT[quantity]}; black: recorded, blue: forecast with the months to {origin}, "
            "bands hold 80 and 95 of 100 months",
            source=SOURCE,
        )
    shown = fan.reset_index()[["month", *_LEVELS]]
    style.attach(
        axes,
        shown.merge(record.rename("recorded").rename_axis("month").reset_index(), how="outer"),
        f"Fan of a forecast behind the record. {title}. {known}",
    )
    return axes


def _title(
    fan: pd.DataFrame, record: pd.Series[float], partner: str, quantity: str, outcome: str
) -> tuple[str, str]:
    """Return the finding, and what the record says of it where months have come since."""
    money = quantity != "duty_rate"
    write = style.billion if money else style.percent
    end = fan.iloc[-1]
    text = f"{write(float(end['low_80']), 1)} to {write(float(end['high_80']), 1)}"
    text += " billion dollars" if money else ""
    when = month_text(fan.index[-1])
    came = record.reindex(fan.index).dropna()
    if came.empty:
        return (
            f"{name(partner)}, {outcome.lower()}: {text} in {when} with 80 in 100 chances",
            f"Median {write(float(end['median']), 1)}.",
        )
    inside = int(came.between(fan.loc[came.index, "low_80"], fan.loc[came.index, "high_80"]).sum())
    return (
        f"{name(partner)}: {inside} of {len(came)} months since came inside the 80 % band",
        f"Forecast for {when}: {text}.",
    )


def calibration(
    record: pd.DataFrame, *, quantity: str = "imports_usd", ax: Axes | None = None
) -> Axes:
    """Draw how often the record lay below each forecast quantile, against how often it should.

    Parameters
    ----------
    record : DataFrame
        From `tradeviz.forecast_record`.
    quantity : str
        ``imports_usd``, ``duty_rate`` or ``revenue_usd``.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        A point for each quantile of the record, and the line where it should lie.

    Raises
    ------
    ArgumentError
        For a quantity that the record does not have.

    Examples
    --------
    >>> from tradeviz.models.forecast import forecast_record
    >>> axes = calibration(forecast_record("JPN"))
    >>> len(axes.lines)
    2
    """
    flat = need(record, ("quantity", "actual", *_LEVELS))
    chosen(quantity, "quantity", list(dict.fromkeys(flat["quantity"].astype(str))))
    own = flat[flat["quantity"] == quantity]
    should = np.array(list(_LEVELS.values()))
    came = np.array([(own["actual"] < own[column]).mean() for column in _LEVELS])
    inside = own["actual"].between(own["low_80"], own["high_80"]).mean()
    title = (
        f"{round(100 * inside)} of 100 months fell inside the 80 % range: "
        f"{len(own):,} forecasts since April 2025"
    )
    with style.scoped():
        _, axes = canvas(ax, 3.6)
        axes.plot([0, 1], [0, 1], color=style.GREY, lw=1.2)
        axes.plot(should, came, color=style.BLUE, marker="o", ms=6, lw=1.4)
        for x, y in zip(should, came, strict=True):
            if x not in _WRITTEN:
                continue
            axes.annotate(
                style.percent(float(y), 0), (x, y), xytext=(8, -4), textcoords="offset points",
                va="top", fontsize=9, color=style.TEXT,
            )  # fmt: skip
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        style.percent_axis(axes, "x")
        style.percent_axis(axes, "y")
        style.finish(
            axes,
            title,
            f"{WHAT[quantity].split(',')[0]}: share of months below each forecast quantile (up), "
            "and the share that should be (across); grey: as it should be",
            source=SOURCE,
        )
    shown = pd.DataFrame({"should": should, "came": came})
    said = ", ".join(
        f"{style.percent(a, 1)} should and {style.percent(float(b), 1)} did"
        for a, b in zip(should, came, strict=True)
    )
    style.attach(axes, shown, f"Points near a diagonal. {title}. Below: {said}.")
    return axes


def score_bars(
    scores: pd.DataFrame, *, quantity: str = "imports_usd", ax: Axes | None = None
) -> Axes:
    """Draw the score of the forecast beside that of naive ones: shorter is better.

    Parameters
    ----------
    scores : DataFrame
        From `tradeviz.models.forecast.scores`.
    quantity : str
        ``imports_usd`` or ``duty_rate``.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        A bar for each method, over all partners and over the five.

    Raises
    ------
    ArgumentError
        For a quantity without naive forecasts.

    Examples
    --------
    >>> from tradeviz.models.forecast import scores
    >>> axes = score_bars(scores())
    >>> len(axes.patches)
    6
    """
    chosen(quantity, "quantity", ("imports_usd", "duty_rate"))
    own = scores["crps"].loc[quantity]
    methods = [key for key in METHODS if key in own.index.get_level_values("method")]
    titles = {"all": "All", "focus": "Five"}
    rows = [(group, method, float(own[(group, method)])) for group in titles for method in methods]
    best = min(value for group, method, value in rows if group == "all" and method != MODEL)
    model = float(own[("all", MODEL)])
    title = (
        f"Over all partners the forecast’s score is {style.percent(1 - model / best, 0)} better "
        "than the best naive one"
    )
    factor = 100 if quantity == "duty_rate" else 1
    with style.scoped():
        _, axes = canvas(ax, 0.9 + 0.34 * len(rows))
        for place, (_, method, value) in enumerate(rows):
            colour = style.BLUE if method == MODEL else style.GREY
            axes.barh(place, value * factor, color=colour, height=0.62)
            axes.annotate(
                f"{value * factor:.2f}" if factor > 1 else f"{value:.3f}", (value * factor, place),
                xytext=(5, 0), textcoords="offset points", va="center", fontsize=9.5,
                color=style.TEXT, annotation_clip=False,
            )  # fmt: skip
        axes.set_yticks(
            range(len(rows)), [f"{titles[group]}: {METHODS[method]}" for group, method, _ in rows]
        )
        axes.invert_yaxis()
        axes.set_xlim(0, max(value for *_, value in rows) * factor * 1.12)
        unit = "percentage points" if factor > 1 else "log points"
        style.finish(
            axes, title, f"Continuous ranked probability score, {unit}; shorter is better",
            source=SOURCE,
        )  # fmt: skip
    shown = pd.DataFrame(rows, columns=["group", "method", "crps"])
    said = "; ".join(f"{titles[g]}, {METHODS[m]}: {v * factor:.3f}" for g, m, v in rows)
    style.attach(axes, shown, f"Bars. {title}. {said}.")
    return axes
