"""The record of forecasts shown: how often ranges held, and how naive forecasts did."""

from __future__ import annotations

from itertools import product

import pandas as pd
from matplotlib.axes import Axes

from tradeviz.arguments import checked
from tradeviz.errors import ArgumentError, choose
from tradeviz.models.forecast.show import SOURCE, by_month
from tradeviz.partners import FOCUS
from tradeviz.quantities import number, percent, quantity
from tradeviz.show.frame import chart, finish, frame, mark, room_for, said
from tradeviz.show.palette import ACCENT, GREY, INK, PAPER
from tradeviz.show.paths import axis_room, end_labels, height_axis
from tradeviz.show.reading import need, values_in
from tradeviz.show.table import DisplayTable, rate_text

_LEVELS = ("80", "90", "95")
_ENOUGH = 0.05
"""Up to five points beside what a range promises it counts as kept."""
_QUANTITIES = {"imports_usd": "Imports", "duty_rate": "Duty rate", "revenue_usd": "Revenue"}
_GROUPS = {"all": "all", "large": "larger half", "focus": "the five"}


@chart
def calibration(
    record: pd.DataFrame, *, measure: str = "imports_usd", title: str | None = None,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw how often what came lay inside the range that was forecast, by months ahead.

    Parameters
    ----------
    record : DataFrame
        From `tradeviz.forecast_record`: partner, horizon, quantity, actual, and the ends of ranges.
    measure : str
        Which quantity of the table.
    title, ax : optional
        A checked claim, what the table says when None; where to draw, a new figure when None.

    Returns
    -------
    Axes
        A line a range over months ahead, beside a stroke at the share that it promises.

    Examples
    --------
    >>> table = pd.DataFrame({"partner": "JPN", "horizon": [1, 1, 2], "quantity": "imports_usd",
    ...     "actual": [1.0, 2.0, 3.0], "low_80": [0.5, 2.5, 2.0], "high_80": [1.5, 3.0, 4.0]})
    >>> calibration(table).get_ylim()
    (np.float64(0.0), np.float64(1.05))
    """
    flat = need(record, ["partner", "horizon", "quantity", "actual"])
    choose(measure, values_in(flat, "quantity"), "measure")
    flat = flat[flat["quantity"] == measure]
    levels = [level for level in _LEVELS if {f"low_{level}", f"high_{level}"} <= set(flat)]
    if not levels:
        raise ArgumentError("no range in the table", field="record", allowed="low_80, high_80, ...")
    held = pd.DataFrame(
        {level: flat["actual"].between(flat[f"low_{level}"], flat[f"high_{level}"])
         for level in levels}
    )  # fmt: skip
    by_horizon = held.groupby(flat["horizon"]).mean()
    counts = held.groupby(flat["horizon"]).size()
    words = {level: f"{level} % range" for level in levels}
    share = quantity("compared_share")
    left, right = axis_room(share, 1.0), room_for(list(words.values()), weight="bold") + 16
    sheet = frame(ax, 280, left=left, right=right, top=12, bottom=44)
    axes = sheet.axes
    horizons = by_horizon.index.to_numpy(float)
    axes.set_xlim(horizons.min() - 0.3, horizons.max() + 0.3)
    height_axis(sheet, share, 1.0)
    spoken, ends = [], []
    looks = dict(
        zip(levels, (ACCENT, GREY, INK) if len(levels) > 2 else (ACCENT, INK), strict=False)
    )
    for level in levels:
        colour, promised = looks[level], int(level) / 100
        axes.plot(axes.get_xlim(), [promised] * 2, color=colour, lw=0.9, ls=(0, (2, 3)), zorder=1)
        axes.plot(horizons, by_horizon[level], color=colour, lw=2, zorder=2)
        for ahead, kept, count in zip(by_horizon.index, by_horizon[level], counts, strict=True):
            dot = axes.plot(float(ahead), kept, "o", ms=6, color=colour, mec=PAPER, mew=0.7,
                            zorder=3)[0]  # fmt: skip
            text = f"{words[level]}, {ahead} months ahead: held {percent(kept, 0)}"
            mark(dot, f"{text} of {count} forecasts")
            spoken.append(text)
        weight = "bold" if level == levels[0] else "normal"
        ends.append((float(by_horizon[level].iloc[-1]), words[level], colour, weight))
    end_labels(sheet, horizons.max(), ends)
    ticks = [item for item in horizons if not sheet.narrow or item == 1 or item % 3 == 0]
    axes.set_xticks(ticks, [number(item, 0) for item in ticks])
    axes.set_xlabel("Months ahead", fontsize=9)
    rates = by_horizon.reset_index().melt("horizon", var_name="range", value_name="held")
    finish(
        sheet, source=SOURCE, alt="Lines by months ahead. " + said(spoken),
        title=title or _kept(held, flat, levels),
        subtitle=f"Share of {len(flat):,} forecasts whose range held what came; "
        f"{by_month(quantity(measure))}",
        note="Dotted: what the range promises.", data=rates,
    )  # fmt: skip
    return axes


def _kept(held: pd.DataFrame, flat: pd.DataFrame, levels: list[str]) -> str:
    """Say whether the first range kept its word, for all and for the five."""
    level = levels[0]
    share = float(held[level].mean())
    gap = share - int(level) / 100
    verdict = (
        "kept its word" if abs(gap) <= _ENOUGH else "was too narrow" if gap < 0 else "was wide"
    )
    text = f"The range {verdict}: it promises {level} % and held {percent(share, 0)} of the time"
    five = flat["partner"].isin(FOCUS)
    if five.any() and not five.all():
        nearer = float(held.loc[five, level].mean()) > share
        text += f", and {'more' if nearer else 'no more'} for the five"
    return text


@checked
def scores_table(scores: pd.DataFrame) -> DisplayTable:
    """Show coverage, error and score of the forecast and of naive ones.

    Parameters
    ----------
    scores : DataFrame
        From `tradeviz.models.forecast.scores`.

    Returns
    -------
    DisplayTable
        A row per quantity, group and method.

    Examples
    --------
    >>> table = pd.DataFrame({"quantity": "imports_usd", "group": "all",
    ...     "method": ["last_year", "forecast"], "coverage_80": 0.8, "coverage_90": 0.9,
    ...     "coverage_95": 0.95, "width_80": 0.4, "mean_absolute_error": 0.1, "crps": 0.07})
    >>> scores_table(table).frame["Method"].tolist()
    ['forecast', 'last year']
    """
    flat = need(scores, ("quantity", "group", "method", "coverage_80", "crps"))
    methods = dict.fromkeys(["forecast", *flat["method"]])
    rows = flat.set_index(["quantity", "group", "method"])
    order = [key for key in product(_QUANTITIES, _GROUPS, methods) if key in rows.index]
    rows = rows.loc[order].reset_index()
    held = [rows[f"coverage_{level}"].map(lambda v: rate_text(v, 0)) for level in _LEVELS]
    frame = pd.DataFrame(
        {
            "Quantity": rows["quantity"].map(_QUANTITIES),
            "Partners": rows["group"].map(_GROUPS),
            "Method": rows["method"].str.replace("_", " "),
            "Inside 80, 90, 95 %": held[0] + " / " + held[1] + " / " + held[2],
            "Width": rows["width_80"].map("{:.3f}".format),
            "Error": rows["mean_absolute_error"].map("{:.4f}".format),
            "Score": rows["crps"].map("{:.4f}".format),
        }
    )
    caption = (
        "Share of months inside the ranges in percent; median width of the 80 % range, mean "
        "absolute error and score (CRPS) in log points, of the duty rate in fractions"
    )
    return DisplayTable(caption, frame)


@checked
def record_sentence(record: pd.DataFrame, scores: pd.DataFrame) -> str:
    """Say how often the record fell inside, and by how much naive forecasts were beaten.

    Parameters
    ----------
    record : DataFrame
        From `tradeviz.forecast_record`.
    scores : DataFrame
        From `tradeviz.models.forecast.scores`.

    Returns
    -------
    str
        Markdown, two sentences.

    Examples
    --------
    >>> keys = [("duty_rate", "imports_usd"), ("all",), ("forecast", "last_year")]
    >>> index = pd.MultiIndex.from_product(keys, names=["quantity", "group", "method"])
    >>> table = pd.DataFrame({"mean_absolute_error": 0.01, "crps": [1.0, 2.0, 3.0, 4.0]}, index)
    >>> kept = pd.DataFrame({"quantity": ["imports_usd", "duty_rate"], "actual": 2.0,
    ...     "low_80": 1.0, "high_80": [3.0, 1.5]})
    >>> record_sentence(kept, table)[:31]
    '**100 of 100 months** of import'
    """
    flat = need(record, ("quantity", "actual", "low_80", "high_80"))
    inside = flat["actual"].between(flat["low_80"], flat["high_80"])
    held = (100 * inside.groupby(flat["quantity"]).mean()).round().astype(int)
    crps = scores["crps"].loc[("imports_usd", "all")]
    gain = 1 - crps["forecast"] / crps.drop("forecast").min()
    rate = scores["mean_absolute_error"].loc[("duty_rate", "all", "forecast")]
    return (
        f"**{held['imports_usd']} of 100 months** of imports and "
        f"{held['duty_rate']} of 100 duty rates fell inside the 80 % range. "
        f"The score of imports is {percent(gain, 0)} better than the best naive one; the duty rate "
        f"is off by {rate * 100:.1f} points on average."
    )
