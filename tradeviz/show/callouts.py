"""Words above marks: placed so that no text touches another or a line that leads to one."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from tradeviz.show.frame import SMALL, Frame, room_for
from tradeviz.show.palette import GREY, INK

_GAP = 7.0
_LEVELS = 6
_STEP = 14.0


@dataclass(frozen=True)
class Callout:
    """A text for a place along x."""

    x: float
    text: str
    colour: str = INK
    weight: str = "normal"


@dataclass(frozen=True)
class Placed:
    """A text with its level and its left end in pixels from the left of the axes."""

    callout: Callout
    level: int
    start: float
    width: float


def plan(
    callouts: Sequence[Callout], low: float, high: float, width: float, *, size: float = SMALL,
    margins: tuple[float, float] = (4.0, 8.0),
) -> list[Placed]:  # fmt: skip
    """Return where texts stand, on as few levels as it takes."""
    placed = plan_clear(callouts, low, high, width, size=size, margins=margins)
    if placed is not None:
        return placed
    ordered = sorted(callouts, key=lambda item: item.x)
    starts = []
    for item in ordered:
        wide = room_for([item.text], size, item.weight)
        middle = _place(item.x, low, high, width) - wide / 2
        starts.append((min(max(middle, -margins[0]), width + margins[1] - wide), wide))
    return [Placed(item, level, *ends) for level, (item, ends) in
            enumerate(zip(ordered, starts, strict=True))]  # fmt: skip


def plan_clear(
    callouts: Sequence[Callout], low: float, high: float, width: float, *, size: float = SMALL,
    margins: tuple[float, float] = (4.0, 8.0),
) -> list[Placed] | None:  # fmt: skip
    """Return where texts stand clear of each other, or None where there is no such way."""
    ordered = sorted(callouts, key=lambda item: item.x)
    places = [_place(item.x, low, high, width) for item in ordered]
    widths = [room_for([item.text], size, item.weight) + 1 for item in ordered]
    bounds = (-margins[0], width + margins[1])
    for levels in _tries(len(ordered)):
        starts = _starts(places, widths, levels, bounds)
        if starts is not None:
            return [Placed(*row) for row in zip(ordered, levels, starts, widths, strict=True)]
    return None


def _place(value: float, low: float, high: float, width: float) -> float:
    """Return where a value stands on an axis, its middle where all values are the same."""
    return (value - low) / (high - low) * width if high > low else width / 2


def _tries(count: int) -> list[tuple[int, ...]]:
    """Return levels to try, the fewest first; texts of a long list go down from left to right."""
    if count > 5:
        return [tuple(range(count - 1, -1, -1)), tuple(range(count))]
    every = itertools.product(range(_LEVELS), repeat=count)
    return sorted(every, key=lambda levels: (max(levels, default=0), sum(levels)))


def _starts(
    places: Sequence[float], widths: Sequence[float], levels: Sequence[int],
    bounds: tuple[float, float],
) -> list[float] | None:  # fmt: skip
    """Return the left end of each text, or None where one does not fit on its level."""
    starts = [0.0] * len(places)
    for level in set(levels):
        # A line down to its mark stands in the way of the texts below it.
        items = [(i, levels[i] > level) for i in range(len(places)) if levels[i] >= level]
        latest, end = {}, bounds[1]
        for i, line in reversed(items):
            latest[i] = places[i] - 3 if line else min(end - widths[i], places[i] - 2)
            if not line and latest[i] + widths[i] < places[i] + 2:
                return None
            end = min(latest[i], end) - _GAP * (not line)
        begin = bounds[0]
        for i, line in items:
            if line:
                if places[i] - 3 < begin - _GAP:
                    return None
                begin = max(begin, places[i] + 3)
                continue
            first = max(begin, places[i] - widths[i] + 2)
            if first > latest[i]:
                return None
            starts[i] = min(max(places[i] - widths[i] / 2, first), latest[i])
            begin = starts[i] + widths[i] + _GAP
    return starts


def height_of(placed: Sequence[Placed]) -> float:
    """Return how many pixels the texts are high."""
    return (max((item.level for item in placed), default=-1) + 1) * _STEP


def write(sheet: Frame, placed: Sequence[Placed], y: float, *, to: float | None = None,
          size: float = SMALL) -> None:  # fmt: skip
    """Write texts, the lowest `y` pixels below the upper end of the axes, with lines to `to`."""
    low, _ = sheet.axes.get_xlim()
    for item in placed:
        top = y - item.level * _STEP
        if to is not None and (item.level or to - y > 14):
            ends = [sheet.y_at(top + 7), sheet.y_at(to)]
            sheet.axes.plot([item.callout.x] * 2, ends, color=GREY, lw=0.8, zorder=1)
        sheet.label(
            low + item.start * sheet.per_pixel, sheet.y_at(top), item.callout.text, size=size,
            colour=item.callout.colour, weight=item.callout.weight,
        )  # fmt: skip
