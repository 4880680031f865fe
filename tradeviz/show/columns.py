"""A column for each partner: rows that all share, one scale, the figure at every mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tradeviz.show.frame import BODY, SMALL, Frame, columns, is_narrow, mark, room_for
from tradeviz.show.letters import wrapped
from tradeviz.show.palette import ACCENT, BAND, GREY, INK, PAPER, RULE

MOST = 6
"""Columns that a phone has room for."""
_GAP = 10


@dataclass(frozen=True)
class Mark:
    """A bar from `start` to `value`, or, without start, a dot at the value in a band."""

    value: float
    text: str
    said: str
    start: float | None = None
    low: float = float("nan")
    high: float = float("nan")
    colour: str = GREY

    @property
    def ends(self) -> list[float]:
        """Return all that the scale has to hold."""
        ends = (self.value, self.low, self.high, self.value if self.start is None else self.start)
        return [end for end in ends if end == end]


def partner_columns(
    heads: Sequence[str], rows: Sequence[str], marks: Sequence[Sequence[Mark]],
    *, strong: Sequence[str] = (), links: bool = False,
) -> list[Frame]:  # fmt: skip
    """Draw the marks of each column below its head; the name of a row stands once."""
    narrow = is_narrow()
    weights = ["bold" if row in strong else "normal" for row in rows]
    left = 8 if narrow else room_for(rows, weight="bold") + 22
    pitch, shift = (50, 36) if narrow else (36, 24)
    sheets = columns(len(heads), len(rows) * pitch, left=left, gap=_GAP, top=44)
    ends = [0.0, *(end for column in marks for item in column for end in item.ends)]
    low, high = min(ends), max(ends)
    edge = 7 * (high - low) / sheets[0].width
    for sheet, head, column in zip(sheets, heads, marks, strict=True):
        axes = sheet.axes
        axes.set_xlim(low - edge * (low < 0), high + edge)
        axes.set_ylim(len(rows) * pitch, 0)
        axes.axis("off")
        size = SMALL if narrow else BODY
        lines = wrapped(head, sheet.width * 0.75, size=size, weight="bold")
        sheet.label(low, 0, "\n".join(lines), weight="bold", va="bottom", dy=8, size=size)
        axes.plot([0, 0], [0, len(rows) * pitch], color=GREY if low < 0 else RULE, lw=0.9, zorder=1)
        for place, (item, weight) in enumerate(zip(column, weights, strict=True)):
            _mark(sheet, item, place * pitch + shift, weight)
            if links and place + 1 < len(column):
                y = place * pitch + shift
                axes.plot([item.value] * 2, [y, y + pitch], color=GREY, lw=0.8, zorder=1)
    # Names reach over the other columns, and keep clear of their lines.
    sheets[0].axes.set_zorder(1)
    for place, (row, weight) in enumerate(zip(rows, weights, strict=True)):
        top, first = place * pitch, sheets[0]
        if narrow:
            first.label(
                first.axes.get_xlim()[0], top + 8, row, weight=weight, size=SMALL, halo=True
            )
        else:
            first.label(first.axes.get_xlim()[0], top + shift - 7, row, weight=weight, ha="right",
                        dx=-10)  # fmt: skip
    return sheets


def _mark(sheet: Frame, item: Mark, y: float, weight: str) -> None:
    """Draw a bar or a dot in its band, and its figure above it, inside the column."""
    axes = sheet.axes
    if item.start is not None:
        span = item.value - item.start
        drawn = axes.barh(y, span, left=item.start, height=10, color=item.colour, zorder=2)[0]
    else:
        ends = [item.low, item.high] if item.low == item.low else [item.value] * 2
        drawn = axes.plot(ends, [y, y], color=BAND, lw=6, solid_capstyle="round", zorder=2)[0]
        axes.plot(item.value, y, "o", ms=7, color=item.colour, mec=PAPER, mew=0.8, zorder=4)
    mark(drawn, item.said)
    low, high = axes.get_xlim()
    middle = item.value if item.start is None else (item.start + item.value) / 2
    half = room_for([item.text], SMALL, weight) / 2
    at = (middle - low) / (high - low) * sheet.width
    inside = min(max(at, half), sheet.width - half)
    colour = ACCENT if item.colour == ACCENT else INK
    sheet.label(middle, y - 13, item.text, size=SMALL, ha="center", dx=inside - at, colour=colour,
                weight=weight, halo=True)  # fmt: skip
