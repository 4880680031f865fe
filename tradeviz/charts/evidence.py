"""Charts of what the trade response rests on: its assumptions, and its record since 2025."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter

from tradeviz import style
from tradeviz.charts.frame import canvas, chosen
from tradeviz.charts.ranges import rounded
from tradeviz.charts.response import DOLLARS, MODEL, writer
from tradeviz.charts.split import beside, folded, label_of, make_room, only
from tradeviz.models.response.parameters import TITLES
from tradeviz.partners import name
from tradeviz.style import percent
from tradeviz.tables.display import need
from tradeviz.tables.response import CHANGES

_RECORD = "US Census Bureau, imports and calculated duty; tradeviz response model"


def tornado(
    sensitivity: pd.DataFrame,
    *,
    partner: str | None = None,
    measure: str = "value_change_usd",
    ax: Axes | None = None,
) -> Axes:
    """Draw how far each assumption moves a result.

    Parameters
    ----------
    sensitivity : DataFrame
        From `tradeviz.models.response.sensitivity`.
    partner : str, optional
        Which partner of the table; may be None where it holds one.
    measure : str
        The measure that the table was made with, for the unit.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        A bar per parameter that matters from its result at the low to that at the high end of the
        range, the widest first, both ends written.

    Raises
    ------
    ArgumentError
        For a missing column, an empty table, an unknown measure or partner.

    Examples
    --------
    >>> from tradeviz.models.response import sensitivity
    >>> len(tornado(sensitivity("snapback", partners="JPN")).patches)
    8
    """
    title_text, unit = CHANGES[chosen(measure, "measure", tuple(CHANGES))]
    columns = ["partner", "parameter", "low", "high", "at_low", "at_high", "central", "swing"]
    flat = need(sensitivity, columns)
    code = only(flat, "partner", partner)
    own = flat[flat["partner"] == code]
    values = ["at_low", "at_high", "central", "swing"]
    own = own.assign(**rounded(own[values], 6 if unit == "percent" else DOLLARS))
    own = own.assign(**rounded(own[["low", "high"]], 4))
    # What has no part in this measure has no bar.
    own = own[own["swing"] > 0] if (own["swing"] > 0).any() else own
    own = own.sort_values("swing", ascending=False, kind="stable").reset_index(drop=True)
    write = writer(measure)
    middle = float(own["central"].iloc[0])
    with style.scoped():
        _, axes = canvas(ax, 1.9 + 0.46 * len(own))
        labels = []
        for place, row in own.iterrows():
            labels += _swing(axes, float(place), row, write)  # type: ignore[arg-type]
        axes.axvline(middle, color=style.BLACK, lw=1.0)
        heads = [folded(TITLES[str(key)].capitalize(), 190) for key in own["parameter"]]
        axes.set_yticks(range(len(own)), heads)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.set_ylim(len(own) - 0.4, -0.6)
        (style.percent_axis if unit == "percent" else style.billion_axis)(axes, "x")
        words = "percent" if unit == "percent" else "billion US dollars a year"
        title = f"{name(code)}: what matters most is {TITLES[str(own['parameter'].iloc[0])]}"
        style.finish(
            axes,
            title,
            f"{title_text}, {words}; each assumption at the ends of its range, the others at their "
            f"centre ({write(middle)}, line); light: low end, dark: high end, in brackets",
            MODEL,
        )
        make_room(axes, labels)
    text = "; ".join(
        f"{TITLES[str(row.parameter)]} {write(row.at_low)} at {row.low:.2g} to "  # type: ignore[arg-type]
        f"{write(row.at_high)} at {row.high:.2g}"  # type: ignore[arg-type]
        for row in own.itertuples()
    )
    style.attach(axes, own[columns], f"Bars around a line. {title}. {text}.")
    return axes


def _swing(
    axes: Axes, place: float, row: pd.Series[Any], write: Callable[[float], str]
) -> list[Text]:
    labels = []
    middle = float(row["central"])
    ends = sorted((float(row[f"at_{end}"]), end) for end in ("low", "high"))
    for number, (value, end) in enumerate(ends):
        colour, hatch = (style.SKY, "") if end == "low" else (style.BLUE, "///")
        axes.barh(
            place, value - middle, left=middle, height=0.6, color=colour, hatch=hatch,
            edgecolor="white", linewidth=0.4,
        )  # fmt: skip
        edge = min(value, middle) if number == 0 else max(value, middle)
        side: dict[str, Any] = {"ha": "right", "xytext": (-4, 0)} if number == 0 else {}
        labels.append(beside(axes, edge, place, f"{write(value)} ({row[end]:.2g})", **side))
    return labels


def backtest_ranges(
    backtest: pd.DataFrame,
    *,
    measure: str = "change",
    partner: str | None = None,
    n: int = 12,
    ax: Axes | None = None,
) -> Axes:
    """Draw the range of the effect of the law that came beside what was recorded.

    Parameters
    ----------
    backtest : DataFrame
        From `models.response.backtest`, with draws; split by industry, it shows one partner.
    measure : {"change", "rate"}
        Imports against the same months of 2024, or calculated duty over imports.
    partner : str, optional
        Which partner of a table split by industry.
    n : int
        Industries shown: those with the largest imports.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        A row per partner or industry: a line from 5 to 95 % of the draws, a ring at their median
        and a black diamond at the record; “outside” is written where the line misses it.

    Raises
    ------
    ArgumentError
        For a missing column, no draws, an empty table, an unknown measure or partner.

    Examples
    --------
    >>> from tradeviz.models.response import backtest
    >>> axes = backtest_ranges(backtest("JPN", draws=5))
    >>> len(axes.lines)
    4
    """
    chosen(measure, "measure", ("change", "rate"))
    parts = ("low", "central", "high")
    columns = [f"model_{measure}_{part}" for part in parts]
    recorded, covered = f"recorded_{measure}", f"{measure}_covered"
    flat = need(backtest, ["partner", recorded, covered, "apart", *columns])
    whose = ""
    if "naics3" in flat:
        code = only(flat, "partner", partner)
        flat = flat[flat["partner"] == code].nlargest(n, "imports_usd", keep="first")
        # What moved for reasons of its own stands below, and is not counted.
        flat = flat.sort_values("apart", kind="stable")
        whose, label = f"{name(code)}: ", label_of("naics3")
        heads = [label(str(key)).split(" ", 1)[-1] for key in flat["naics3"]]
        heads = [f"{a} (apart: {b})" if b else a for a, b in zip(heads, flat["apart"], strict=True)]
    else:
        heads = [name(str(code)) for code in flat["partner"]]
    flat = rounded(flat.reset_index(drop=True), 6)
    counted = flat[flat["apart"] == ""]
    inside = int(counted[covered].sum())
    with style.scoped():
        _, axes = canvas(ax, 1.8 + 0.36 * len(flat))
        labels = [_record(axes, float(place), row, measure) for place, row in flat.iterrows()]  # type: ignore[arg-type]
        axes.axvline(0.0, color=style.BLACK, lw=0.8, zorder=0)
        axes.set_yticks(range(len(flat)), [folded(head, 170) for head in heads])
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.set_ylim(len(flat) - 0.4, -0.6)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: percent(v)))
        title = (
            f"{whose}the record lies inside the model’s range in {inside} of {len(counted)} cases"
        )
        first, last = backtest.attrs.get("months", ("", ""))
        what = {
            "change": "US imports against the same months of 2024",
            "rate": "Calculated duty over imports",
        }[measure]
        if measure == "change" and backtest.attrs.get("against") == "others":
            what += ", over those from all other suppliers on record"
        style.finish(
            axes,
            title[0].upper() + title[1:],
            f"{what}, percent, {first} to {last}; diamond: recorded, ring: median of the model, "
            "line: range of the effect, 5 to 95 % of draws",
            _RECORD,
        )
        make_room(axes, labels)
    words = "; ".join(
        f"{head} recorded {percent(float(row[recorded]), 1, sign=True)}, model "
        f"{percent(float(row[columns[0]]), 1, sign=True)} to "
        f"{percent(float(row[columns[2]]), 1, sign=True)}"
        for head, (_, row) in zip(heads, flat.iterrows(), strict=True)
    )
    style.attach(axes, flat, f"Diamonds and ranges. {title}. {what}: {words}.")
    return axes


def _record(axes: Axes, place: float, row: pd.Series[Any], measure: str) -> Text:
    low, middle, high = (float(row[f"model_{measure}_{p}"]) for p in ("low", "central", "high"))
    recorded = float(row[f"recorded_{measure}"])
    axes.plot([low, high], [place, place], color=style.SKY, lw=5, solid_capstyle="butt", zorder=1)
    axes.plot(middle, place, "o", ms=7, mfc="white", mec=style.BLUE, mew=1.4, zorder=2)
    axes.plot(recorded, place, "D", ms=6.5, color=style.BLACK, zorder=3)
    sign = measure == "change"
    missed = "" if row[f"{measure}_covered"] else ", outside"
    text = f"{percent(recorded, 1, sign=sign)} (model {percent(middle, 1, sign=sign)}){missed}"
    return beside(axes, max(high, recorded), place, text, xytext=(9, 0))
