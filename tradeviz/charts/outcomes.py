"""Charts of exposure under several outcomes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from tradeviz import style
from tradeviz.charts.frame import MEASURES, Cells, canvas, cells, chosen, points, written
from tradeviz.errors import ArgumentError
from tradeviz.partners import name

_LINE = 0.205  # inches a row: nine points of text and air


def exposure_by_outcome(
    exposure: pd.DataFrame,
    *,
    measure: str = "effective_rate",
    reference: str = "pause",
    ax: Axes | None = None,
) -> Axes:
    """Draw a bar for each outcome, grouped by partner, with the reference marked.

    Parameters
    ----------
    exposure : DataFrame
        From `tradeviz.exposure`, several outcomes.
    measure : str
        A rate, share or ``added_duty_usd``.
    reference : str
        Outcome whose value is drawn through its partner's group as a line.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        Bars from zero, one a row, labelled with outcome and value.

    Raises
    ------
    ArgumentError
        For a missing column, an empty table, or an unknown measure or reference.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> axes = exposure_by_outcome(exposure(["pause", "snapback"], partners="JPN"))
    >>> len(axes.patches)
    2
    """
    table = cells(exposure, measure)
    chosen(reference, "reference", table.ends)
    with style.scoped():
        height = 1.5 + len(table.codes) * (0.28 + _LINE * len(table.ends))
        _, axes = canvas(ax, height)
        axes.set_xlim(0, table.biggest * 1.1 or 1)
        groups = _rows(axes, table, table.ends)
        for code, (top, low) in groups.items():
            mark = table.values[code, reference]
            axes.plot([mark, mark], [top, low], color=style.BLACK, lw=1.1, ls=":")
        for code, (top, _) in groups.items():
            for number, end in enumerate(table.ends):
                mark = table.values[code, reference]
                _bar(axes, table, (code, end), top + 0.5 + number, measure, clear=mark)
        _percent_or_billion(axes, measure)
        title = _stakes(table, measure)
        style.finish(
            axes,
            title,
            _subtitle(table, measure, f"dotted line: {table.titles[reference].lower()}"),
            provisional=table.provisional,
        )
    style.attach(axes, table.flat, f"Bars by partner and outcome. {title}. {_all(table, measure)}")
    return axes


def _subtitle(table: Cells, measure: str, *notes: str) -> str:
    return "; ".join([f"{MEASURES[measure]}, weights of 2024", *notes, *filter(None, [table.days])])


def _rows(axes: Axes, table: Cells, ends: list[str]) -> dict[str, tuple[float, float]]:
    """Label a row per outcome under each partner's name; return the span of each group."""
    spans, ticks, labels, place = {}, [], [], 0.0
    for code in table.codes:
        axes.text(
            0.0, place, name(code), transform=axes.get_yaxis_transform(),
            va="center", ha="left", fontsize=11, weight="bold", color=style.TEXT,
        )  # fmt: skip
        spans[code] = (place + 0.5, place + len(ends) + 0.5)
        ticks += [place + 1 + number for number in range(len(ends))]
        labels += [table.titles[end] for end in ends]
        place += len(ends) + 1.4
    axes.set_yticks(ticks, labels)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(place - 0.7, -0.7)
    axes.spines["left"].set_visible(False)
    return spans


def _bar(
    axes: Axes,
    table: Cells,
    cell: tuple[str, str],
    place: float,
    measure: str,
    clear: float = np.nan,
) -> None:
    """Draw a bar and write its value behind it, and behind the line at `clear` if that is near."""
    look = style.look(style.OUTCOMES, cell[1])
    value = table.values[cell]
    axes.barh(
        place, value, height=0.78, color=look.colour, hatch=look.hatch,
        edgecolor="white", linewidth=0.4,
    )  # fmt: skip
    text = written(value, measure) + table.mark(*cell)
    right = axes.get_xlim()[1]
    start = float(np.nan_to_num(value))
    room = axes.get_window_extent().width * 72 / style.figure_of(axes).dpi
    width = (style.text_width(text, size=9.5) + 6) / room * right
    if start < clear < start + width:
        start = clear
    axes.text(
        start + right * 0.01, place, text, va="center", fontsize=9.5, color=style.TEXT,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
    )  # fmt: skip


def _percent_or_billion(axes: Axes, measure: str) -> None:
    (style.billion_axis if measure.endswith("_usd") else style.percent_axis)(axes, "x")


def _stakes(table: Cells, measure: str) -> str:
    """Say for whom most depends on the outcome."""
    spans = {}
    for code in table.codes:
        found = [table.values[code, end] for end in table.ends]
        if not np.isnan(found).all():
            spans[code] = (float(np.nanmin(found)), float(np.nanmax(found)))
    order = sorted(spans, key=lambda code: spans[code][0] - spans[code][1])
    low, high = (written(value, measure) for value in spans[order[0]])
    unit = " billion dollars" if measure.endswith("_usd") else " %"
    if len(order) == 1:
        return f"{name(order[0])} faces {low} to {high}{unit}, depending on the outcome"
    return f"{name(order[0])} has most at stake, {low} to {high}{unit}; {name(order[-1])} has least"


def _all(table: Cells, measure: str) -> str:
    """Write every value, for the alternative text."""
    unit = "Billion dollars" if measure.endswith("_usd") else "Percent"
    parts = []
    for code in table.codes:
        items = [
            f"{table.titles[end]} {written(table.values[code, end], measure)}" for end in table.ends
        ]
        parts.append(f"{name(code)}: {', '.join(items)}")
    return f"{unit}. {'; '.join(parts)}."


def outcome_dumbbell(
    exposure: pd.DataFrame, *, reference: str = "pause", ax: Axes | None = None
) -> Axes:
    """Draw the effective rate of the reference and, on the same line, of every other outcome.

    Parameters
    ----------
    exposure : DataFrame
        From `tradeviz.exposure`, several outcomes.
    reference : str
        Where each line starts.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        A row per partner and outcome: a line from the reference to the outcome, the change in
        percentage points written beside it.

    Raises
    ------
    ArgumentError
        For a missing column, an empty table, an unknown reference or no other outcome.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> axes = outcome_dumbbell(exposure(["pause", "snapback"], partners="JPN"))
    >>> axes.get_xlim()[0]
    np.float64(0.0)
    """
    table = cells(exposure, "effective_rate")
    chosen(reference, "reference", table.ends)
    others = [end for end in table.ends if end != reference]
    if not others:
        raise ArgumentError("no outcome beside the reference", field="exposure")
    with style.scoped():
        _, axes = canvas(ax, 1.5 + len(table.codes) * (0.3 + _LINE * len(others)))
        for code, (first, _) in _rows(axes, table, others).items():
            for number, end in enumerate(others):
                _dumbbell(axes, table, code, (reference, end), first + 0.5 + number)
        axes.set_xlim(0, table.biggest * 1.12 or 1)
        style.percent_axis(axes, "x")
        axes.xaxis.grid(True)
        steps = {
            (code, end): table.values[code, end] - table.values[code, reference]
            for code in table.codes
            for end in others
        }
        most = max(steps, key=lambda cell: abs(steps[cell]))
        verb = "adds" if steps[most] >= 0 else "takes away"
        title = (
            f"The largest step: {table.titles[most[1]].lower()} {verb} "
            f"{points(abs(steps[most])).lstrip('+')} points for {name(most[0])}"
        )
        start = table.titles[reference].lower()
        note = f"diamond: {start}; numbers: change in percentage points"
        style.finish(
            axes,
            title,
            _subtitle(table, "effective_rate", note),
            provisional=table.provisional,
        )
    parts = [
        f"{name(code)} {table.titles[end]} {points(step)}" for (code, end), step in steps.items()
    ]
    begin = [
        f"{name(code)} {written(table.values[code, reference], 'rate')}" for code in table.codes
    ]
    style.attach(
        axes,
        table.flat,
        f"Lines from one outcome to the others. {title}. Effective rate in percent, {start}: "
        f"{', '.join(begin)}. Change in percentage points: {', '.join(parts)}.",
    )
    return axes


def _dumbbell(axes: Axes, table: Cells, code: str, pair: tuple[str, str], place: float) -> None:
    start, value = (table.values[code, end] for end in pair)
    look = style.look(style.OUTCOMES, pair[1])
    axes.plot([start, value], [place, place], color=look.colour, lw=2.4, zorder=1)
    axes.plot(
        value, place, marker=look.marker, ms=7.5, color=look.colour, mec=style.BLACK, mew=0.6,
        zorder=2, clip_on=False,
    )  # fmt: skip
    axes.plot(start, place, marker="D", ms=4.5, color=style.BLACK, zorder=3, clip_on=False)
    axes.text(
        max(value, start) + table.biggest * 0.025, place,
        points(value - start) + table.mark(code, pair[1]), va="center", fontsize=9.5,
        color=style.TEXT, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
    )  # fmt: skip


def outcome_small_multiples(
    exposure: pd.DataFrame, *, measure: str = "added_rate"
) -> np.ndarray[Any, Any]:
    """Draw a small chart per partner, outcomes ordered from heavy to light in each.

    Parameters
    ----------
    exposure : DataFrame
        From `tradeviz.exposure`, several outcomes.
    measure : str
        A rate, share or ``added_duty_usd``.

    Returns
    -------
    ndarray of Axes
        One per partner, the same scale in all.

    Raises
    ------
    ArgumentError
        For a missing column, an empty table or an unknown measure.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> outcome_small_multiples(exposure(["pause", "snapback"], partners=["JPN", "KOR"])).shape
    (1, 2)
    """
    table = cells(exposure, measure)
    columns = min(2, len(table.codes))
    lines = -(-len(table.codes) // columns)
    with style.scoped():
        figure, grid = style.panels(
            lines, columns, height=1.4 + lines * (0.6 + 0.22 * len(table.ends))
        )
        for code, axes in zip(table.codes, grid.ravel(), strict=False):
            axes.set_xlim(0, table.biggest * 1.22 or 1)
            order = sorted(table.ends, key=lambda end: -np.nan_to_num(table.values[code, end]))
            for place, end in enumerate(order):
                _bar(axes, table, (code, end), place, measure)
            axes.set_yticks(range(len(order)), [table.titles[end] for end in order])
            axes.tick_params(axis="y", length=0)
            axes.set_ylim(len(order) - 0.4, -0.6)
            axes.set_title(name(code), loc="left", fontsize=11, weight="bold", color=style.TEXT)
            _percent_or_billion(axes, measure)
        for axes in grid.ravel()[len(table.codes) :]:
            axes.set_visible(False)
        title = _stakes(table, measure)
        style.finish(figure, title, _subtitle(table, measure), provisional=table.provisional)
    style.attach(figure, table.flat, f"Bars, a panel per partner. {title}. {_all(table, measure)}")
    made: np.ndarray[Any, Any] = grid
    return made
