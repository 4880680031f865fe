"""The sheet a chart is drawn on: axes in a style of their own, words beside it, texts of marks.

Lengths are pixels of a plain screen; a point of type is four thirds of one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from tradeviz.arguments import checked
from tradeviz.show.letters import text_width, wrapped
from tradeviz.show.palette import INK, MUTED, PAPER

WIDE, NARROW = 720, 340
"""Pixels: a column of text on a desk, and a phone."""

INCH = 96
SMALL, BODY = 9.0, 9.75
"""Points: notes and axes, labels."""

SOURCE = "US Census Bureau, imports for consumption 2024; tradeviz law tables"
PROVISIONAL_NOTE = "† Rests in part on provisional law."
SHEET = Path(__file__).parent / "tradeviz.mplstyle"
REPORT = "TRADEVIZ_VECTOR"
"""Set in the kernels of a report, whose pages hold charts as SVG. Notebooks store none."""
_SHOWN = "_tradeviz_shown"
_WORDS = "tradeviz-words"
P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Paper:
    """How wide a new chart is, and whether it has its words on it."""

    width: int = WIDE
    bare: bool = False


_PAPER: ContextVar[Paper | None] = ContextVar("paper", default=None)


def _paper() -> Paper:
    """Return what a new chart is drawn on: in a report a page has its words beside it."""
    return _PAPER.get() or Paper(bare=bool(os.environ.get(REPORT)))


@dataclass
class Shown:
    """What a figure keeps of its chart: words, data, text of marks, and how to draw it again."""

    title: str = ""
    subtitle: str = ""
    source: str = ""
    note: str = ""
    alts: dict[int, str] = field(default_factory=dict)
    tables: dict[int, pd.DataFrame] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    paper: Paper | None = None
    again: Callable[[], Any] | None = None

    @property
    def alt(self) -> str:
        """Return the text alternative of all its axes."""
        return " ".join(self.alts.values())

    @property
    def data(self) -> pd.DataFrame | None:
        """Return the table of all its axes."""
        tables = list(self.tables.values())
        if len(tables) < 2:
            return tables[0] if tables else None
        return pd.concat(tables, ignore_index=True)


@contextmanager
def scoped() -> Iterator[None]:
    """Draw in the style of the project; the user's own settings come back afterwards."""
    with plt.style.context(["default", str(SHEET)]):
        yield


@contextmanager
def paper(width: int = WIDE, *, bare: bool = False) -> Iterator[None]:
    """Draw new charts at a width, and bare of their words where a page has them beside."""
    token = _PAPER.set(Paper(width, bare))
    try:
        yield
    finally:
        _PAPER.reset(token)


def chart(draw: Callable[P, R]) -> Callable[P, R]:
    """Let a chart function draw in the project's style and be drawn again at another width."""
    draw = checked(draw)

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> R:
        with scoped():
            axes = draw(*args, **kwargs)
        # Axes of the caller's own figure stay where and as wide as they are.
        if kwargs.get("ax") is None:
            first = axes if isinstance(axes, Axes) else next(iter(_flat(axes)))
            shown(first).again = lambda: draw(*args, **kwargs)
        return axes

    return cast("Callable[P, R]", drawn)


def _flat(axes: Any) -> Iterator[Axes]:
    return iter(axes.ravel() if hasattr(axes, "ravel") else axes)


def figure_of(drawn: Axes | Figure) -> Figure:
    """Return the outermost figure of a chart."""
    if isinstance(drawn, Figure):
        return drawn
    figure = drawn.get_figure(root=True)
    assert isinstance(figure, Figure)
    return figure


def shown(drawn: Axes | Figure) -> Shown:
    """Return what a figure keeps of its chart, empty for one that was not drawn here."""
    figure = figure_of(drawn)
    if (kept := getattr(figure, _SHOWN, None)) is None:
        kept = Shown()
        setattr(figure, _SHOWN, kept)
    return cast("Shown", kept)


def mark(artist: Artist, text: str) -> Artist:
    """Give an artist the text that a reader asks for."""
    figure = artist.get_figure(root=True)
    assert isinstance(figure, Figure), "marks are for artists that stand in a figure"
    marks = shown(figure).marks
    gid = f"tv-mark-{len(marks)}"
    artist.set_gid(gid)
    marks[gid] = text
    return artist


@dataclass(frozen=True)
class Frame:
    """Axes with their pixels; `own`: the figure was made here, so that its size may change."""

    axes: Axes
    own: bool
    width: float
    height: float
    narrow: bool

    def y_at(self, pixels: float) -> float:
        """Return the place on the y axis that is some pixels below its upper end."""
        low, high = self.axes.get_ylim()
        return high + (low - high) * pixels / self.height

    @property
    def per_pixel(self) -> float:
        """Return how much of the x axis a pixel is."""
        low, high = self.axes.get_xlim()
        return (high - low) / self.width

    def label(
        self, x: float, y: float, text: str, *, size: float = BODY, colour: str = INK,
        weight: str = "normal", ha: str = "left", va: str = "center", dx: float = 0,
        dy: float = 0, halo: bool = False, transform: Any = None,
    ) -> Artist:  # fmt: skip
        """Write a text, some pixels beside a place; a halo keeps it apart from lines below."""
        box = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.0} if halo else None
        return self.axes.annotate(
            text, (x, y), xytext=(dx * 0.75, dy * 0.75), textcoords="offset points", ha=ha, va=va,
            fontsize=size, color=colour, weight=weight, bbox=box, annotation_clip=False,
            xycoords=transform or "data",
        )  # fmt: skip


def frame(
    ax: Axes | None, height: float, *, left: float = 8, right: float = 8, top: float = 8,
    bottom: float = 24,
) -> Frame:  # fmt: skip
    """Return axes with room around them for labels, in a new figure unless they are given."""
    if ax is not None:
        ax.spines[["top", "right"]].set_visible(False)
        figure = figure_of(ax)
        place, (wide, high) = ax.get_position(), figure.get_size_inches()
        width = place.width * wide * INCH
        return Frame(ax, False, width, place.height * high * INCH, width < (WIDE + NARROW) / 2)
    wide = _paper().width
    figure = plt.figure(figsize=(wide / INCH, height / INCH))
    rect = (left / wide, bottom / height, 1 - (left + right) / wide, 1 - (top + bottom) / height)
    axes = figure.add_axes(rect)
    return Frame(axes, True, wide - left - right, height - top - bottom, is_narrow())


def panels(
    count: int, height: float, *, across: int = 2, left: float = 8, right: float = 8,
    top: float = 30, bottom: float = 24, gap: float = 16,
) -> list[Frame]:  # fmt: skip
    """Return small charts of one size, side by side as many as the sheet is wide."""
    wide = _paper().width
    narrow = is_narrow()
    columns = min(count, 1 if narrow and across <= 2 else max(1, across // 2 if narrow else across))
    rows = -(-count // columns)
    figure = plt.figure(figsize=(wide / INCH, rows * height / INCH))
    cell = (wide - gap * (columns - 1)) / columns
    frames = []
    for place in range(count):
        row, column = divmod(place, columns)
        x = column * (cell + gap) + left
        y = (rows - 1 - row) * height + bottom
        axes = figure.add_axes(
            (x / wide, y / (rows * height), (cell - left - right) / wide,
             (height - top - bottom) / (rows * height))
        )  # fmt: skip
        frames.append(Frame(axes, True, cell - left - right, height - top - bottom, narrow))
    return frames


def columns(
    count: int, height: float, *, left: float, gap: float, top: float, right: float = 8,
    bottom: float = 8,
) -> list[Frame]:  # fmt: skip
    """Return charts of one size in one row, with room at the left for names that all share."""
    wide, whole = _paper().width, height + top + bottom
    figure = plt.figure(figsize=(wide / INCH, whole / INCH))
    each = (wide - left - right - gap * (count - 1)) / count
    return [
        Frame(
            figure.add_axes(
                ((left + place * (each + gap)) / wide, bottom / whole, each / wide, height / whole)
            ),
            True, each, height, is_narrow(),
        )
        for place in range(count)
    ]  # fmt: skip


def width_of(ax: Axes | None, left: float, right: float) -> float:
    """Return how wide the axes of a frame will be."""
    if ax is None:
        return _paper().width - left - right
    return float(ax.get_position().width * figure_of(ax).get_figwidth() * INCH)


def is_narrow() -> bool:
    """Return whether a new chart is as narrow as a phone."""
    return _paper().width < (WIDE + NARROW) / 2


def room_for(texts: Sequence[str], size: float = BODY, weight: str = "normal") -> float:
    """Return how many pixels wide the longest of some texts is."""
    return max((text_width(text, size=size, weight=weight) for text in texts), default=0.0) / 0.75


def finish(
    sheet: Frame | Sequence[Frame], *, title: str, subtitle: str, data: pd.DataFrame, alt: str,
    source: str = SOURCE, note: str = "", provisional: bool = False,
) -> None:  # fmt: skip
    """Keep the words and the data of a chart, and put the words on it unless a page has them."""
    frames = [sheet] if isinstance(sheet, Frame) else list(sheet)
    axes = frames[0].axes
    kept = shown(axes)
    kept.title, kept.subtitle, kept.source = title, subtitle, source
    kept.paper = _paper() if frames[0].own else None
    words = [note]
    if provisional:
        # A mark that is nowhere in the picture would say that what it shows is certain.
        marked = any("†" in text.get_text() for text in figure_of(axes).findobj(Text))
        words.append(PROVISIONAL_NOTE if marked else PROVISIONAL_NOTE.removeprefix("† "))
    kept.note = " ".join(filter(None, words))
    kept.alts[id(axes)] = f"{title}. {subtitle}. {alt}"
    kept.tables[id(axes)] = data
    for one in frames:
        _whole_marks(one.axes)
    if not frames[0].own:
        _title_of_axes(frames[0], title, subtitle)
    elif not _paper().bare:
        _write_words(figure_of(axes), kept)


def _whole_marks(axes: Axes) -> None:
    """Let marks on the edge of the axes be drawn whole; what lies beyond it stays cut."""
    room = axes.bbox.padded(1.0)
    for line in axes.lines:
        if line.get_marker() not in ("None", "", None):
            places = line.get_transform().transform(line.get_xydata())
            places = places[np.isfinite(places).all(axis=1)]
            if all(room.contains(x, y) for x, y in places):
                line.set_clip_on(False)


def _title_of_axes(sheet: Frame, title: str, subtitle: str) -> None:
    """Head one axes of the caller's, whose layout belongs to the caller."""
    room = sheet.width * 0.75
    small = wrapped(subtitle, room, size=SMALL)
    for old in [text for text in sheet.axes.texts if text.get_gid() == _WORDS]:
        old.remove()
    text = sheet.axes.annotate(
        "\n".join(small), (0, 1), xycoords="axes fraction", xytext=(0, 4), fontsize=SMALL,
        textcoords="offset points", color=MUTED, va="bottom", annotation_clip=False,
    )  # fmt: skip
    text.set_gid(_WORDS)
    head = "\n".join(wrapped(title, room, size=11, weight="bold"))
    sheet.axes.set_title(head, loc="left", fontsize=11, weight="bold", pad=8 + 12.6 * len(small))


def _write_words(figure: Figure, kept: Shown) -> None:
    """Put title and subtitle above a chart, note and source below, and make the figure higher."""
    room = (figure.get_figwidth() * INCH - 16) * 0.75
    head = [(line, 12.5, INK, "bold") for line in _even(kept.title, room)]
    head += [(line, 10.0, MUTED, "normal") for line in wrapped(kept.subtitle, room, size=10)]
    below = " ".join(filter(None, (kept.note, f"Source: {kept.source}.")))
    foot = [(line, 8.5, MUTED, "normal") for line in wrapped(below, room, size=8.5)]
    above = sum(size * 1.8 for _, size, _, _ in head) + 10
    under = sum(size * 1.75 for _, size, _, _ in foot) + 10
    total = heighten(figure, above, under)
    down = 4.0
    for text, size, colour, weight in head:
        down += size * 1.8
        _line(figure, text, 1 - down / total, size, colour, weight)
    up = under - 4
    for text, size, colour, weight in foot:
        up -= size * 1.75
        _line(figure, text, up / total, size, colour, weight)


def heighten(figure: Figure, above: float, under: float) -> float:
    """Add pixels above and below what is drawn, which keeps its size; return the new height."""
    high = figure.get_figheight() * INCH
    total = high + above + under
    places = [axes.get_position() for axes in figure.axes]
    figure.set_figheight(total / INCH)
    for axes, place in zip(figure.axes, places, strict=True):
        axes.set_position(
            (place.x0, (place.y0 * high + under) / total, place.width, place.height * high / total)
        )
    return total


def _even(title: str, room: float) -> list[str]:
    """Break a title into as few lines as it takes, of about the same length."""
    lines = wrapped(title, room, size=12.5, weight="bold")
    for part in range(95, 50, -5):
        narrower = wrapped(title, room * part / 100, size=12.5, weight="bold")
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def _line(figure: Figure, text: str, y: float, size: float, colour: str, weight: str) -> None:
    x = 8 / (figure.get_figwidth() * INCH)
    line = figure.text(x, y, text, fontsize=size, color=colour, weight=weight, va="baseline")
    line.set_gid(_WORDS)


def said(parts: Sequence[str]) -> str:
    """Join what rows say, for a text alternative.

    Examples
    --------
    >>> said(["Japan 13 %", "India 12 %"])
    'Japan 13 %; India 12 %.'
    """
    return f"{'; '.join(parts)}." if parts else ""
