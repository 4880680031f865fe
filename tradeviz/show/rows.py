"""Rows: a range with its marks, and bars from zero; a name at the left, figures at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from tradeviz.quantities import Quantity, number
from tradeviz.show.callouts import Callout, height_of, plan, write
from tradeviz.show.frame import BODY, SMALL, Frame, frame, is_narrow, mark, room_for, width_of
from tradeviz.show.letters import wrapped
from tradeviz.show.palette import ACCENT, BAND, GREY, INK, MUTED, PAPER, RULE

_BAR = 16
"""Height of a bar in pixels."""


@dataclass(frozen=True)
class RangeRow:
    """One row: a band from low to high with a dot (looked at), a ring (compared with), a stroke.

    `figures` stand at the right, the first in the accent; `said` is told to who asks for the row;
    `group` heads the first row of a group.
    """

    name: str
    low: float
    high: float
    dot: float
    ring: float | None = None
    stroke: float | None = None
    figures: tuple[str, ...] = ()
    said: str = ""
    group: str = ""
    quiet: bool = False

    @property
    def colour(self) -> str:
        """Return the colour of the dot and of its figure: the accent, unless another row has it."""
        return INK if self.quiet else ACCENT


@dataclass(frozen=True)
class Callouts:
    """Words for the marks, written above the first row of them all."""

    low: str = ""
    high: str = ""
    dot: str = ""
    ring: str = ""
    stroke: str = ""


@dataclass(frozen=True)
class BarRow:
    """One bar from zero, or from where the one before ended; a group has a heading and a line."""

    name: str
    value: float
    text: str
    said: str
    start: float = 0.0
    colour: str = GREY
    strong: bool = False
    group: str = ""
    line: float | None = None


def range_rows(
    rows: Sequence[RangeRow], quantity: Quantity, *, callouts: Callouts, heads: Sequence[str] = (),
    ax: Axes | None = None,
) -> Frame:  # fmt: skip
    """Draw ranges with their marks, a row each; the first row says what the marks are."""
    columns = _columns(rows, heads)
    left = room_for([row.name for row in rows], weight="bold") + 18
    # Names stand above their rows where the rows would get too short beside them.
    above = width_of(ax, left, sum(columns) + 16) < 260
    low, high = _limits(rows)
    left, right = (20 if low < 0 else 8, 14) if above else (left, sum(columns) + 16)
    width = width_of(ax, left, right)
    placed = plan(_called(rows[0], callouts), low, high, width)
    head = height_of(placed) + (8 if above else 4)
    names = [_name_lines(row, width) if above else [row.name] for row in rows]
    extras = [13.0 * (len(lines) - 1) for lines in names]
    pitch = 46 if above else 26 if rows[0].group else 40 if len(rows) <= 8 else 30
    tops, height = _tops(rows, pitch, head + (14 if above else 0), extras)
    sheet = frame(ax, height + 34, left=left, right=right, top=6, bottom=28)
    axes = sheet.axes
    _from_zero(sheet, quantity, low, high)
    axes.set_ylim(height, 0)
    for place, (row, y) in enumerate(zip(rows, tops, strict=True)):
        if row.group and (place == 0 or rows[place - 1].group != row.group):
            up = 38 + extras[place] if above else 24
            sheet.label(low, y - up, row.group, weight="bold", halo=True, size=BODY + 0.5,
                        dx=2 if above else 8 - left)  # fmt: skip
        _range_row(sheet, row, y)
        if above:
            _above(sheet, row, y, names[place])
        else:
            _beside(sheet, row, y, columns)
    if not above:
        _heads(sheet, heads, columns, tops[0])
    write(sheet, placed, head - 8, to=tops[0] - 7 if placed and not above else None)
    return sheet


def _name_lines(row: RangeRow, width: float) -> list[str]:
    """Break a name above its row so that it leaves room for the figures."""
    figures = room_for(row.figures[:1], weight="bold") + 14
    figures += sum(room_for([text]) + 10 for text in row.figures[1:])
    weight = "normal" if row.group else "bold"
    return wrapped(row.name, max(width - figures, 80) * 0.75, size=BODY, weight=weight)


def _limits(rows: Sequence[RangeRow]) -> tuple[float, float]:
    """Return the ends of the axis: zero is always on it."""
    values = [
        value
        for row in rows
        for value in (row.low, row.high, row.dot, row.ring, row.stroke)
        if value is not None and value == value
    ]
    low, high = min([0.0, *values]), max([0.0, *values])
    return low - (high - low) * 0.03 * (low < 0), high + (high - low) * 0.025


def _columns(rows: Sequence[RangeRow], heads: Sequence[str]) -> list[float]:
    """Return how wide each column of figures is."""
    count = max((len(row.figures) for row in rows), default=0)
    widths = []
    for place in range(count):
        texts = [row.figures[place] for row in rows if place < len(row.figures)]
        own = room_for(texts, weight="bold")
        widths.append(max(own, room_for(heads[place : place + 1], SMALL)) + 18)
    return widths


def _tops(
    rows: Sequence[RangeRow | BarRow], pitch: float, head: float,
    extras: Sequence[float] = (),
) -> tuple[list[float], float]:  # fmt: skip
    """Return the middle of each row in pixels from the top, and the height of all.

    `extras` are pixels that a row needs above it beyond the pitch, for a name of several lines.
    """
    tops: list[float] = []
    y, group = head + pitch * 0.35, ""
    for place, row in enumerate(rows):
        if row.group and row.group != group:
            y += 24 if tops else 18
            group = row.group
        y += extras[place] if extras else 0.0
        tops.append(y)
        y += pitch
    return tops, tops[-1] + pitch * 0.55


def _called(row: RangeRow, callouts: Callouts) -> list[Callout]:
    """Return what the marks of a row are called."""
    named = [
        Callout(row.low, callouts.low, MUTED),
        Callout(row.high, callouts.high, MUTED),
        Callout(np.nan if row.stroke is None else row.stroke, callouts.stroke, MUTED),
        Callout(np.nan if row.ring is None else row.ring, callouts.ring, INK),
        Callout(row.dot, callouts.dot, ACCENT, "bold"),
    ]
    return [item for item in named if item.text and not np.isnan(item.x)]


def _range_row(sheet: Frame, row: RangeRow, y: float) -> None:
    axes = sheet.axes
    band = axes.plot([row.low, row.high], [y, y], color=BAND, lw=7.5, solid_capstyle="round",
                     zorder=2, clip_on=False)[0]  # fmt: skip
    mark(band, row.said)
    if row.stroke is not None:
        axes.plot([row.stroke] * 2, [y - 9, y + 9], color=INK, lw=1.8, zorder=3)
    axes.plot(row.dot, y, "o", ms=8, color=row.colour, mec=PAPER, mew=0.8, zorder=4)
    if row.ring is not None:
        axes.plot(row.ring, y, "o", ms=10.5, mfc="none", mec=INK, mew=1.3, zorder=5)


def _above(sheet: Frame, row: RangeRow, y: float, lines: Sequence[str]) -> None:
    """Write name and figures of a row above it."""
    left, right = sheet.axes.get_xlim()
    weight = "normal" if row.group else "bold"
    sheet.label(left, y - 12, "\n".join(lines), weight=weight, dx=2, halo=True, va="bottom")
    at = 6.0
    for place, text in reversed(list(enumerate(row.figures))):
        colour, face = (MUTED, "normal") if place else (row.colour, "bold")
        sheet.label(right, y - 12, text, colour=colour, weight=face, halo=True, ha="right",
                    va="bottom", dx=at)  # fmt: skip
        at -= room_for([text], weight=face) + 10


def _beside(sheet: Frame, row: RangeRow, y: float, columns: Sequence[float]) -> None:
    """Write name and figures of a row at its sides."""
    left, right = sheet.axes.get_xlim()
    sheet.label(left, y, row.name, weight="normal" if row.group else "bold", ha="right", dx=-12)
    at = 0.0
    for place, (text, width) in enumerate(zip(row.figures, columns, strict=False)):
        at += width
        sheet.label(right, y, text, colour=MUTED if place else row.colour, ha="right", dx=at + 6,
                    weight="normal" if place else "bold")  # fmt: skip


def _heads(sheet: Frame, heads: Sequence[str], columns: Sequence[float], first: float) -> None:
    at = 0.0
    for place, (text, width) in enumerate(zip(heads, columns, strict=False)):
        at += width
        sheet.label(sheet.axes.get_xlim()[1], first - 22, text, size=SMALL, ha="right",
                    colour=MUTED if place else ACCENT, dx=at + 6, va="bottom")  # fmt: skip


def value_axis(sheet: Frame, quantity: Quantity, *, most: int | None = None) -> None:
    """Rule the x axis by a quantity, the unit at its last tick only."""
    axes = sheet.axes
    axes.xaxis.set_major_locator(
        MaxNLocator(most or (4 if sheet.narrow else 6), min_n_ticks=3, steps=[1, 2, 5, 10])
    )
    low, high = axes.get_xlim()
    ticks = [tick for tick in axes.xaxis.get_majorticklocs() if low <= tick <= high]
    axes.set_xticks(ticks, tick_texts(ticks, quantity))
    axes.set_yticks([])
    axes.spines["bottom"].set_visible(False)
    axes.xaxis.grid(True, color=RULE)


def _from_zero(sheet: Frame, quantity: Quantity, low: float, high: float) -> None:
    """Rule the x axis between its ends; where both are zero, by zero alone."""
    axes = sheet.axes
    axes.set_xlim(low, high if high > low else 1.0)
    value_axis(sheet, quantity)
    if high == low:
        axes.set_xticks([0.0], tick_texts([0.0, 1.0], quantity)[:1])
    if low < 0:
        axes.axvline(0, color=INK, lw=0.9, zorder=1)


def tick_texts(ticks: Sequence[float], quantity: Quantity) -> list[str]:
    r"""Return ticks in the unit of readers: percent, billions or millions; the unit at the last."""
    money = quantity.unit == "usd"
    small = money and max(map(abs, ticks), default=0.0) < 1e9
    scale = (1e-6 if small else 1e-9) if money else 100.0 if quantity.unit != "ratio" else 1.0
    unit = ("\u00a0m" if small else "\u00a0bn") if money else (
        "\u00a0%" if quantity.unit == "percent" else "")  # fmt: skip
    values = [round(tick * scale, 9) for tick in ticks]
    digits = max(
        (next(d for d in range(4) if d == 3 or round(v, d) == v) for v in values), default=0
    )
    texts = [number(value, digits if value else 0) for value in values]
    if money:
        texts = [text.replace("−", "−$") if text[0] == "−" else f"${text}" for text in texts]
    return [*texts[:-1], texts[-1] + unit] if texts else []


def bar_rows(
    rows: Sequence[BarRow], quantity: Quantity, *, ax: Axes | None = None, links: bool = False
) -> Frame:
    """Draw bars, a row each, with name and value; bars of a waterfall are linked."""
    narrow = is_narrow() if ax is None else False
    names = room_for([row.name for row in rows], weight="bold") + 16
    texts = room_for([row.text for row in rows], weight="bold") + 14
    above = narrow or names > 300
    pitch = 40 if above else 27
    tops, height = _tops(rows, pitch, 6 + (10 if above else 2) * (not rows[0].group))
    shift = 8 if above else 0
    height = max(height - pitch * 0.2, tops[-1] + shift + _BAR / 2)
    sheet = frame(ax, height + 34, left=8 if above else names, right=texts, top=4, bottom=28)
    axes = sheet.axes
    ends = [end for row in rows for end in (row.start, row.start + row.value) if end == end]
    low, high = min(0.0, *ends), max(0.0, *ends)
    _from_zero(sheet, quantity, low - texts * (high - low) / sheet.width * (low < 0), high)
    axes.set_ylim(height, 0)
    for place, (row, top) in enumerate(zip(rows, tops, strict=True)):
        y = top + shift
        if place == 0 or rows[place - 1].group != row.group:
            _group_head(sheet, row, y - (35 if above else 22), sum(
                other.group == row.group for other in rows) * pitch)  # fmt: skip
        _bar_row(sheet, row, y, above)
        if links and place + 1 < len(rows):
            end = row.start + row.value
            axes.plot([end, end], [y, tops[place + 1] + shift], color=GREY, lw=0.8, zorder=1)
    return sheet


def _group_head(sheet: Frame, row: BarRow, y: float, height: float) -> None:
    """Head a group of bars, and draw its line through them."""
    left, bottom = sheet.axes.get_xlim()[0], sheet.axes.get_ylim()[0]
    if row.group:
        sheet.label(left, y, row.group, weight="bold", size=BODY + 0.5)
    if row.line is not None and row.line == row.line:
        ends = [y + 9, min(y + 9 + height, bottom)]
        sheet.axes.plot([row.line] * 2, ends, color=INK, lw=1.1, zorder=2.5)


def _bar_row(sheet: Frame, row: BarRow, y: float, above: bool) -> None:
    axes, weight = sheet.axes, "bold" if row.strong else "normal"
    bar = axes.barh(y, row.value, left=row.start, height=_BAR, color=row.colour, zorder=2)[0]
    mark(bar, row.said)
    left = axes.get_xlim()[0]
    if above:
        sheet.label(left, y - 17, row.name, weight=weight, halo=True,
                    size=SMALL if sheet.narrow else BODY)  # fmt: skip
    else:
        sheet.label(left, y, row.name, ha="right", dx=-10, weight=weight)
    below = row.value < 0
    end = row.start + row.value
    sheet.label(
        end, y, row.text, ha="right" if below else "left", dx=-6 if below else 6, halo=True,
        weight=weight, colour=ACCENT if row.colour == ACCENT else INK,
    )  # fmt: skip
