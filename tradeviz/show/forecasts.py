"""Forecasts as charts: what was recorded and the fan ahead, and how often the ranges held."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num

from tradeviz.errors import ArgumentError, choose
from tradeviz.partners import FOCUS, name
from tradeviz.quantities import Quantity, month, number, percent, quantity
from tradeviz.show.frame import SMALL, Frame, chart, finish, frame, mark, room_for, said
from tradeviz.show.palette import ACCENT, GREY, INK, MUTED, PAPER, SCALE, SOFT
from tradeviz.show.paths import axis_room, end_labels, height_axis, month_axis
from tradeviz.show.reading import need, only, title_in

_LEVELS = ("80", "90", "95")
_SOURCE = "US Census Bureau, imports and calculated duty by month; tradeviz forecast"
_ENOUGH = 0.05
"""Up to five points beside what a range promises it counts as kept."""


@chart
def fan(
    forecast: pd.DataFrame, partner: str | None = None, *, measure: str = "imports_usd",
    outcome: str | None = None, history: pd.DataFrame | None = None, height: int = 300,
    title: str | None = None, ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw a forecast by month: the middle and the ranges of 80 and 95 %, after what was recorded.

    Parameters
    ----------
    forecast : DataFrame
        From `tradeviz.forecast`: median, low_80, high_80, low_95, high_95 by outcome, partner,
        month and quantity.
    partner, outcome : str, optional
        Which of the table; may be None where it holds one.
    measure : str
        Which quantity of the table.
    history : DataFrame, optional
        What was recorded: partner, month and a column named as the quantity.
    height : int
        Of the drawing, pixels.
    title, ax : optional
        A checked claim, what the table says when None; where to draw, a new figure when None.

    Returns
    -------
    Axes
        A line of what was recorded, a line of medians and two bands around it; from zero.

    Raises
    ------
    ArgumentError
        For a missing column, an empty table, an unknown partner, outcome or quantity.

    Examples
    --------
    >>> months = pd.date_range("2026-08-01", periods=2, freq="MS")
    >>> table = pd.DataFrame({"outcome": "in_force", "partner": "JPN", "month": months,
    ...     "quantity": "imports_usd", "median": [1e10, 1.1e10], "low_80": [9e9, 9e9],
    ...     "high_80": [1.1e10, 1.3e10], "low_95": [8e9, 8e9], "high_95": [1.2e10, 1.4e10]})
    >>> axes = fan(table)
    >>> axes.get_ylim()[0]
    np.float64(0.0)
    """
    ranges = ["median", "low_80", "high_80", "low_95", "high_95"]
    flat = need(forecast, ["outcome", "partner", "month", "quantity", *ranges])
    choose(measure, [str(q) for q in dict.fromkeys(flat["quantity"])], "measure")
    code, end = only(flat, "partner", partner), only(flat, "outcome", outcome)
    keys = (flat["partner"] == code) & (flat["outcome"] == end) & (flat["quantity"] == measure)
    ahead = flat[keys].sort_values("month").reset_index(drop=True)
    if ahead.empty:
        raise ArgumentError("no month of this partner and outcome", field="forecast", value=code)
    past = _history(history, code, measure)
    shown = quantity(measure)
    last = ahead.iloc[-1]
    ends = [
        (float(last["median"]), shown.write(last["median"]), ACCENT, "bold"),
        (float(last["high_80"]), shown.write(last["high_80"]), MUTED, "normal"),
        (float(last["low_80"]), shown.write(last["low_80"]), MUTED, "normal"),
    ]
    right = room_for([text for _, text, _, _ in ends], weight="bold") + 16
    top = max(float(ahead["high_95"].max()), float(past.max()) if len(past) else 0.0)
    sheet = frame(ax, height, left=axis_room(shown, top), right=right, top=14, bottom=40)
    axes = sheet.axes
    first = past.index[0] if len(past) else ahead["month"].iloc[0]
    axes.set_xlim(float(date2num(pd.Timestamp(first))), float(date2num(last["month"])))
    axes.set_ylim(0, top * 1.05)
    height_axis(sheet, shown, top)
    dates = date2num(ahead["month"].to_numpy())
    for level, colour in (("95", SCALE[1]), ("80", SOFT)):
        axes.fill_between(dates, ahead[f"low_{level}"], ahead[f"high_{level}"], facecolor=colour,
                          lw=0, zorder=1)  # fmt: skip
    if len(past):
        axes.plot(date2num(past.index.to_numpy()), past.to_numpy(), color=INK, lw=1.8, zorder=3)
        _name_past(sheet, past)
    axes.plot(dates, ahead["median"], color=ACCENT, lw=2.2, zorder=3)
    spoken = _mark_months(sheet, ahead, shown)
    end_labels(sheet, float(dates[-1]), ends)
    month_axis(axes, 4 if sheet.narrow else 8)
    finish(
        sheet, source=_SOURCE, data=ahead, alt="Line and ranges by month. " + said(spoken),
        title=title or f"{name(code)}: {shown.write(last['median'])} in {month(last['month'])}, "
        f"{shown.write(last['low_80'])} to {shown.write(last['high_80'])} in four cases of five",
        subtitle=f"{title_in(forecast, end)}: {_by_month(shown)}",
        note="Dark band: 80 % range; light: 95 %.",
    )  # fmt: skip
    return axes


def _name_past(sheet: Frame, past: pd.Series[float]) -> None:
    """Write above the end of what was recorded that it was, clear of the line."""
    low, high = sheet.axes.get_ylim()
    span = room_for(["recorded"], SMALL) * sheet.per_pixel
    under = past[date2num(past.index.to_numpy()) >= date2num(past.index[-1]) - span - 31]
    y = float(under.max()) + (high - low) * 4 / sheet.height
    last = float(date2num(past.index[-1]))
    sheet.label(last, y, "recorded", size=SMALL, ha="right", va="bottom")


def _by_month(shown: Quantity) -> str:
    label = "US imports" if shown.column == "imports_usd" else shown.label
    unit = "billion US dollars a month" if shown.unit == "usd" else shown.measured_in
    return f"{label[0].lower() if label[:2] != 'US' else label[0]}{label[1:]}, {unit}"


def _history(history: pd.DataFrame | None, code: str, measure: str) -> pd.Series[float]:
    if history is None:
        return pd.Series(dtype=float)
    flat = need(history, ["partner", "month", measure])
    past = flat[flat["partner"] == code].set_index("month")[measure].astype(float)
    return past.sort_index().dropna()


def _mark_months(sheet: Frame, ahead: pd.DataFrame, shown: Quantity) -> list[str]:
    """Lay a dot with its text on each month ahead, and return the texts."""
    spoken = []
    for row in ahead.to_dict("records"):
        low, middle, high = (shown.write(row[key]) for key in ("low_80", "median", "high_80"))
        text = f"{month(row['month'])}: {middle}, 80 % range {low} to {high}"
        dot = sheet.axes.plot(
            date2num(row["month"]), row["median"], "o", ms=4.5, color=ACCENT, mec=PAPER, mew=0.6,
            zorder=4,
        )[0]  # fmt: skip
        mark(dot, text)
        spoken.append(text)
    return spoken


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

    Raises
    ------
    ArgumentError
        For a missing column, an empty table, no range or an unknown quantity.

    Examples
    --------
    >>> table = pd.DataFrame({"partner": "JPN", "horizon": [1, 1, 2], "quantity": "imports_usd",
    ...     "actual": [1.0, 2.0, 3.0], "low_80": [0.5, 2.5, 2.0], "high_80": [1.5, 3.0, 4.0]})
    >>> calibration(table).get_ylim()
    (np.float64(0.0), np.float64(1.0))
    """
    flat = need(record, ["partner", "horizon", "quantity", "actual"])
    choose(measure, [str(q) for q in dict.fromkeys(flat["quantity"])], "measure")
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
    axes.set_ylim(0, 1)
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
        sheet, source=_SOURCE, alt="Lines by months ahead. " + said(spoken),
        title=title or _kept(held, flat, levels),
        subtitle=f"Share of {len(flat):,} forecasts whose range held what came; "
        f"{_by_month(quantity(measure))}",
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
    text = f"The {level} % range {verdict}: it held {percent(share, 0)} of the time"
    five = flat["partner"].isin(FOCUS)
    if five.any() and not five.all():
        text += f", {percent(float(held.loc[five, level].mean()), 0)} for the five"
    return text
