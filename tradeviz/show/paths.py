"""Time: ticks by month, stacked steps of the law, lines with their names at the end, fans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from tradeviz.quantities import Quantity, counted, listing, number, percent, points
from tradeviz.show.callouts import Callout, Placed, height_of, plan, plan_clear, write
from tradeviz.show.frame import BODY, SMALL, Frame, figure_of, heighten, mark, room_for
from tradeviz.show.letters import lowered
from tradeviz.show.palette import ACCENT, FAMILIES, INK, MUTED, PAPER, RULE, law_colour, on
from tradeviz.show.rows import tick_texts

HEADROOM = 0.05
"""Part of the height of a y axis that is left free above what is drawn."""
_SHORT = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def short_day(day: pd.Timestamp, *, year: bool = True) -> str:
    """Return a day in few letters."""
    return f"{day.day} {_SHORT[day.month - 1]}" + (f" {day.year}" if year else "")


def month_axis(axes: Axes, most: int) -> None:
    r"""Put ticks on the first of months, the year under the first and under each January."""
    low, high = (np.datetime64("1970-01-01") + round(day) for day in sorted(axes.get_xlim()))
    months = np.arange(low.astype("M8[M]"), high.astype("M8[M]") + 1)
    months = months[(months.astype("M8[D]") >= low) & (months.astype("M8[D]") <= high)]
    number = months.astype(int) % 12
    for step in (1, 2, 3, 4, 6, 12):
        kept = months[number % step == 0]
        if len(kept) <= most:
            break
    kept = kept[:: -(-len(kept) // most)] if len(kept) else months[:1]
    labels, year = [], None
    for month in kept:
        text, own = _SHORT[int(month.astype(int)) % 12], str(month)[:4]
        labels.append(text if own == year else f"{text}\n{own}")
        year = own
    axes.set_xticks(date2num(kept.astype("M8[D]")), labels)


def _height_ticks(quantity: Quantity, top: float, low: float) -> tuple[list[float], list[str]]:
    locator = MaxNLocator(5, steps=[1, 2, 5, 10])
    ticks = [float(t) for t in locator.tick_values(low, top) if low - 1e-12 <= t <= top * 1.001]
    return ticks, tick_texts(ticks, quantity)


def axis_room(quantity: Quantity, top: float, low: float = 0.0) -> float:
    """Return how many pixels the ticks of `height_axis` need at the left."""
    return room_for(_height_ticks(quantity, top, low)[1], SMALL) + 12


def height_axis(
    sheet: Frame, quantity: Quantity, top: float, *, low: float = 0.0, room: float = HEADROOM,
    above: float = 0.0,
) -> None:  # fmt: skip
    """Rule the y axis by a quantity, from zero or `low` up to `top` and some room.

    `room` is a part of that height; beyond it the uppermost `above` pixels are for words.
    """
    axes = sheet.axes
    margin = ((top - low) or 1.0) * room
    whole = (top + margin - low) * sheet.height / max(sheet.height - above, 1)
    axes.set_ylim(low - margin * (low < 0), low + whole)
    axes.set_yticks(*_height_ticks(quantity, top, low))
    axes.yaxis.grid(True, color=RULE)
    axes.spines["left"].set_visible(False)
    if low < 0:
        axes.axhline(0, color=INK, lw=0.9, zorder=1)


def spread(places: Sequence[float], least: float, low: float, high: float) -> list[float]:
    """Move places apart until each is `least` from the next, as little as it takes.

    Examples
    --------
    >>> spread([10.0, 11.0, 40.0], 12, 0, 100)
    [4.5, 16.5, 40.0]
    """
    order = sorted(range(len(places)), key=lambda i: places[i])
    blocks: list[list[Any]] = []
    for i in order:
        blocks.append([[i], places[i]])
        while len(blocks) > 1 and _overlap(blocks[-2], blocks[-1], least):
            members, _ = blocks.pop()
            blocks[-1][0] += members
            inside = blocks[-1][0]
            wanted = [places[j] - k * least for k, j in enumerate(inside)]
            blocks[-1][1] = sum(wanted) / len(wanted) + (len(inside) - 1) * least / 2
    moved = list(places)
    for members, middle in blocks:
        half = (len(members) - 1) * least / 2
        middle = min(max(middle, low + half), high - half)
        for k, i in enumerate(members):
            moved[i] = middle - half + k * least
    return moved


def _overlap(above: list[Any], below: list[Any], least: float) -> bool:
    (first, a), (second, b) = above, below
    room = (len(first) + len(second)) * least / 2
    return bool(b - a < room - 1e-9)


def end_labels(
    sheet: Frame, x: float, ends: Sequence[tuple[float, str, str, str]], *, size: float = BODY,
    ha: str = "left", dx: float = 8,
) -> None:  # fmt: skip
    """Write names beside the ends of lines (y, text, colour, weight), moved apart where needed."""
    low, high = sheet.axes.get_ylim()
    pixels = [(high - y) / (high - low) * sheet.height for y, *_ in ends]
    step = size / 0.75 + 2
    lines = [text.count("\n") + 1 for _, text, _, _ in ends]
    moved = spread(pixels, step * max(lines, default=1), 0, sheet.height)
    for (_, text, colour, weight), y in zip(ends, moved, strict=True):
        sheet.label(x, sheet.y_at(y), text, size=size, colour=colour, weight=weight,
                    dx=-dx if ha == "right" else dx, ha=ha)  # fmt: skip


def draw_bands(sheet: Frame, bands: pd.DataFrame, *, named: bool = True) -> list[str]:
    """Draw stacked steps, a band per family of the law, each named in its band where it fits."""
    axes = sheet.axes
    dates = date2num(bands.index.to_numpy())
    base = np.zeros(len(bands))
    edges: dict[str, tuple[Any, Any]] = {}
    for band in map(str, bands.columns):
        top = base + bands[band].to_numpy()
        colour = law_colour(band)
        axes.fill_between(dates, base, top, step="post", facecolor=colour, edgecolor=PAPER, lw=0.5)
        edges[band] = (base, top)
        base = top
    axes.step(dates, base, where="post", color=INK, lw=1.3)
    left = []
    for band, (low, top) in edges.items():
        if named and not _name_band(sheet, band, dates, low, top):
            left.append(band)
    return left


def _name_band(
    sheet: Frame, band: str, dates: NDArray[Any], low: NDArray[Any], top: NDArray[Any]
) -> bool:
    """Write the name of a band where it is high and long enough for it."""
    first, last = sheet.axes.get_xlim()
    grid = np.linspace(first, last, max(int(sheet.width) // 2, 2))
    at = np.clip(np.searchsorted(dates, grid, side="right") - 1, 0, len(dates) - 1)
    bottom, ceiling = sheet.axes.get_ylim()
    scale = sheet.height / (ceiling - bottom)
    text = FAMILIES[band][0]
    for size in (SMALL, 8.0):
        wide = int(room_for([text], size) / 2) + 5
        if wide >= len(grid):
            continue
        lows = np.lib.stride_tricks.sliding_window_view(low[at], wide).max(axis=1)
        tops = np.lib.stride_tricks.sliding_window_view(top[at], wide).min(axis=1)
        clear = (tops - lows) * scale
        # The middle of the longest run that is as high as it gets.
        best = np.flatnonzero(clear >= clear.max() - 0.5)
        place = int(best[len(best) // 2])
        if clear[place] >= size / 0.75 + 2:
            sheet.label(
                grid[place] + 4 * (grid[1] - grid[0]) / 2, (lows[place] + tops[place]) / 2, text,
                size=size, colour=on(law_colour(band)),
            )  # fmt: skip
            return True
    return False


def name_at_end(sheet: Frame, bands: pd.DataFrame, unnamed: Sequence[str]) -> list[str]:
    """Name bands too short for their name where they end, and return those too thin for it too."""
    total, line = float(bands.iloc[-1].sum()), SMALL / 0.75 + 1
    low, high = sheet.axes.get_ylim()
    scale = sheet.height / (high - low)
    tops = bands.iloc[-1].cumsum()
    left = []
    for band in unnamed:
        height = float(bands[band].iloc[-1])
        words = FAMILIES[band][0].split()
        middle = float(tops[band]) - height / 2
        clear = (total - middle) * scale - line * len(words) / 2 >= line
        if height * scale < line or not clear:
            left.append(band)
            continue
        for place, word in enumerate(words):
            down = line * ((len(words) - 1) / 2 - place)
            end = sheet.axes.get_xlim()[1]
            sheet.label(end, middle + down / scale, word, ha="left", dx=8, size=SMALL, colour=MUTED)
    return left


def swatch(sheet: Frame, x: float, y: float, band: str) -> None:
    """Name a band beside its colour, some pixels from the upper left of the axes."""
    across, left = sheet.per_pixel, sheet.axes.get_xlim()[0] + x * sheet.per_pixel
    corner = (left, sheet.y_at(y + 6))
    box = Rectangle(corner, 14 * across, sheet.y_at(y - 6) - corner[1],
                    facecolor=law_colour(band), clip_on=False)  # fmt: skip
    sheet.axes.add_patch(box)
    sheet.label(left + 22 * across, sheet.y_at(y), FAMILIES[band][0], size=SMALL)


def key_below(
    sheet: Frame, bands: Sequence[str], left: float, right: float, below: float
) -> list[str]:
    """Name bands in lines below all else, and return those left: the caller's axes have no room.

    `left`, `right` and `below` are the pixels that the sheet has around its axes.
    """
    if not sheet.own:
        return list(bands)
    x, y = 8 - left, sheet.height + below + 10
    for band in bands:
        wide = 22 + room_for([FAMILIES[band][0]], SMALL)
        if x > 8 - left and x + wide > sheet.width + right:
            x, y = 8 - left, y + 18
        swatch(sheet, x, y, band)
        x += wide + 16
    if bands:
        heighten(figure_of(sheet.axes), 0, y + 12 - sheet.height - below)
    return []


def mark_steps(sheet: Frame, steps: Mapping[pd.Timestamp, str], end: float) -> None:
    """Lay an empty box over each span of time that tells what held in it."""
    days = [*map(date2num, steps), end]
    low, high = sheet.axes.get_ylim()
    for (start, stop), text in zip(pairwise(days), steps.values(), strict=True):
        box = Rectangle((start, low), stop - start, high - low, facecolor="none", edgecolor="none")
        sheet.axes.add_patch(box)
        mark(box, text)


@dataclass(frozen=True)
class Move:
    """Days within which a path moved: by how much, and what moved it."""

    first: pd.Timestamp
    last: pd.Timestamp
    days: int
    steps: Mapping[str, float]

    @property
    def change(self) -> float:
        """Return by how much the whole moved."""
        return sum(self.steps.values())

    def text(self, words: str) -> str:
        """Return it in words: long, with the year only, or short."""
        day = short_day(self.first, year=words != "short" and self.first == self.last)
        if self.first != self.last:
            day += f" to {short_day(self.last, year=words != 'short')}"
        lasting = f", {counted(self.days, 'day')}" if self.days else ""
        if words != "long":
            return f"{day}{lasting}: {points(self.change)}"
        # A number beside a name is of what is named: a second law that moved much is named too.
        most = max(abs(step) for step in self.steps.values())
        named = {key: step for key, step in self.steps.items() if abs(step) >= most / 10}
        order = sorted(named, key=lambda key: -abs(named[key]))
        what = listing([lowered(FAMILIES[key][0]) for key in order])
        return f"{day}{lasting}: {what} {points(sum(named.values()))}"


def moves_of(bands: pd.DataFrame, apart: int = 0) -> list[Move]:
    """Return how a path moved, by date."""
    steps = bands.diff().iloc[1:]
    total = steps.sum(axis=1)
    moves: list[Move] = []
    taken_back: set[pd.Timestamp] = set()
    for day, following in pairwise([*total.index, None]):
        change = float(total[day])
        if day in taken_back or abs(change) < 0.0005:
            continue
        lasted = 0
        if following is not None and (following - day).days <= 7:
            if abs(float(total[following]) + change) < 0.05 * abs(change):
                lasted = (following - day).days
                taken_back.add(following)
        own = {str(key): float(step) for key, step in steps.loc[day].items()}
        moves.append(Move(day, day, lasted, own))
    return _merged(moves, apart)


def _merged(moves: Sequence[Move], apart: int) -> list[Move]:
    """Make one of moves that are close; what was taken back is left to the picture there."""
    lasting = [move for move in moves if not move.days]
    merged: list[Move] = []
    for move in lasting:
        before = merged[-1] if merged else None
        if before is None or (move.first - before.last).days > apart:
            merged.append(move)
            continue
        steps = {key: before.steps[key] + step for key, step in move.steps.items()}
        merged[-1] = Move(before.first, move.last, 0, steps)
    for move in moves:
        near = any((other.first - move.first).days <= apart and
                   (move.first - other.last).days <= apart for other in merged)  # fmt: skip
        if move.days and (apart == 0 or not near):
            merged.append(move)
    return sorted(merged, key=lambda move: move.first)


def turning_points(moves: Sequence[Move], most: int, words: str) -> dict[str, str]:
    """Return the days of the largest moves with their texts, by date."""
    order = sorted(moves, key=lambda move: -abs(move.change))
    # Beside a large move a small one is no event.
    kept = [move for move in order[:most] if abs(move.change) >= abs(order[0].change) / 10]
    kept.sort(key=lambda move: move.first)
    return {f"{move.last:%Y-%m-%d}": move.text(words) for move in kept}


def plan_events(
    choices: Sequence[Mapping[str, str]], low: float, high: float, width: float
) -> tuple[list[Placed], float]:
    """Return where texts of days stand above a path, and how many pixels they take.

    Of several wordings of the events it takes the first whose texts stand clear of each other.
    """
    for events in choices:
        called = _called(events)
        if (placed := plan_clear(called, low, high, width)) is not None:
            break
    else:
        placed = plan(_called(choices[-1]), low, high, width)
    return placed, height_of(placed) + (10 if placed else 0)


def _called(events: Mapping[str, str]) -> list[Callout]:
    return [Callout(float(date2num(np.datetime64(str(d)[:10]))), t) for d, t in events.items()]


def write_events(
    sheet: Frame, placed: Sequence[Placed], room: float, tops: Mapping[float, float]
) -> None:
    """Write texts of days above a path, with lines down to it."""
    low, high = sheet.axes.get_ylim()
    for item in placed:
        to = (high - tops[item.callout.x]) / (high - low) * sheet.height - 2
        write(sheet, [item], room - 16, to=to)


def end_dot(sheet: Frame, x: float, y: float, text: str) -> None:
    """Mark the last value, the one that is looked at."""
    sheet.axes.plot(x, y, "o", ms=7, color=ACCENT, mec=PAPER, mew=0.8, zorder=6)
    sheet.label(x, y, text, colour=ACCENT, weight="bold", dx=9)


def rate_steps(bands: pd.DataFrame) -> dict[pd.Timestamp, str]:
    """Say for each span of a path what held from when on; spans of no change are one."""
    moved = bands.diff().abs().max(axis=1).fillna(1) >= 0.0005
    texts = {}
    for day, row in bands[moved].iterrows():
        parts = [f"{FAMILIES[str(band)][0].lower()} {number(value * 100)}"
                 for band, value in row.items() if value >= 0.0005]  # fmt: skip
        told = f" ({', '.join(parts)})".replace("section", "Section") if len(parts) > 1 else ""
        texts[pd.Timestamp(str(day))] = (
            f"From {short_day(pd.Timestamp(str(day)))}: {percent(float(row.sum()))}{told}"
        )
    return texts
