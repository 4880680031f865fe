"""Grids: a matrix with a figure in every cell, and a map of tiles; colours come in steps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from tradeviz.show.frame import (
    BODY,
    NARROW,
    SMALL,
    WIDE,
    Frame,
    frame,
    is_narrow,
    mark,
    room_for,
)
from tradeviz.show.letters import wrapped
from tradeviz.show.palette import BELOW, INK, PAPER, SCALE, on


def step_colour(value: float, most: float) -> str:
    """Return the colour of a value on a scale from nothing to `most`, below nothing blue.

    The root lets middling values show beside the largest.
    """
    if np.isnan(value) or value == 0 or most <= 0:
        return SCALE[0]
    share = (min(abs(value) / most, 1.0)) ** 0.5
    if value < 0:
        return BELOW[min(int(share * 3), 2)]
    return SCALE[1 + min(int(share * 5), 4)]


def matrix(
    numbers: NDArray[np.float64], texts: Sequence[Sequence[str]], rows: Sequence[str],
    columns: Sequence[str], *, said: Sequence[Sequence[str]], short: Sequence[str] = (),
    apart: NDArray[np.bool_] | None = None, ax: Axes | None = None,
) -> Frame:  # fmt: skip
    """Draw a figure in every cell, shaded by sign and size in steps."""
    narrow = is_narrow() if ax is None else False
    outside = np.zeros(numbers.shape, dtype=bool) if apart is None else apart
    inside = np.abs(numbers[~outside & ~np.isnan(numbers)])
    most = float(inside.max()) if inside.size else 0.0
    size = 8.0 if narrow or len(columns) > 8 else BODY
    names = [wrapped(row, 95 if narrow else 190, size=size) for row in rows]
    left = room_for([line for name in names for line in name], size) + 14
    heads = list(short) if short and (narrow or len(columns) > 8) else list(columns)
    high = [max(26.0, 13.0 * len(name) + 8) for name in names]
    room = ((NARROW if narrow else WIDE) - left - 6) / max(len(columns), 1)
    deep = max((len(wrapped(head, (room - 2) * 0.75, size=size)) for head in heads), default=1)
    top = 34 + 13 * (deep - 1)
    sheet = frame(ax, sum(high) + top + 6, left=left, right=6, top=top, bottom=6)
    axes = sheet.axes
    axes.set_xlim(0, len(columns))
    axes.set_ylim(sum(high), 0)
    axes.axis("off")
    cell = sheet.width / max(len(columns), 1)
    for place, head in enumerate(heads):
        lines = wrapped(head, (cell - 2) * 0.75, size=size)
        sheet.label(place + 0.5, 0, "\n".join(lines), size=size, ha="center", va="bottom", dy=5)
    y = 0.0
    for row, (name, tall) in enumerate(zip(names, high, strict=True)):
        sheet.label(0, y + tall / 2, "\n".join(name), size=size, ha="right", dx=-8)
        for column in range(len(columns)):
            value, own = float(numbers[row, column]), bool(outside[row, column])
            colour = PAPER if own else step_colour(value, most)
            box = Rectangle((column, y), 1, tall, facecolor=colour, edgecolor=PAPER, lw=1.2)
            axes.add_patch(box)
            mark(box, said[row][column])
            sheet.label(
                column + 0.5, y + tall / 2, texts[row][column], ha="center",
                size=size - 1 * (len(columns) > 8), weight="bold" if own else "normal",
                colour=INK if own else on(colour),
            )  # fmt: skip
        y += tall
    return sheet


def tiles(
    places: Sequence[tuple[int, int]], codes: Sequence[str], texts: Sequence[str],
    numbers: Sequence[float], said: Sequence[str], *, bold: Sequence[str] = (),
    ax: Axes | None = None,
) -> Frame:  # fmt: skip
    """Draw a tile per partner, roughly where it lies, shaded by a value."""
    rows, columns = (max(place[i] for place in places) + 1 for i in (0, 1))
    narrow = is_narrow() if ax is None else False
    side = (324 if narrow else 704) / columns
    tall = max(side * (1 if narrow else 0.72), 25)
    sheet = frame(ax, rows * tall + 16, left=8, right=8, top=8, bottom=8)
    axes = sheet.axes
    axes.set_xlim(0, columns)
    axes.set_ylim(rows, 0)
    axes.axis("off")
    most = max((number for number in numbers if not np.isnan(number)), default=0.0)
    size = 7.0 if narrow else SMALL
    for (row, column), code, text, value, words in zip(
        places, codes, texts, numbers, said, strict=True
    ):
        colour = step_colour(value, most)
        strong = code in bold
        box = Rectangle(
            (column + 0.03, row + 0.03), 0.94, 0.94, facecolor=colour,
            edgecolor=INK if strong else colour, lw=1.6 if strong else 0.0,
        )  # fmt: skip
        axes.add_patch(box)
        mark(box, words)
        ink = on(colour)
        sheet.label(column + 0.5, row + 0.34, code, size=size, ha="center", colour=ink,
                    weight="bold")  # fmt: skip
        sheet.label(column + 0.5, row + 0.70, text, size=size, ha="center", colour=ink)
    return sheet
