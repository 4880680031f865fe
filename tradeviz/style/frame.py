"""The frame of a chart: style sheet, title, unit, source; and the table kept with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tradeviz.style.palette import MUTED, TEXT
from tradeviz.style.text import wrapped

WIDTH = 7.5
"""Inches: 720 px on screen, and still legible when a phone halves it."""

MARGIN = 0.09
"""Inches left free at the sides of title and source."""

PROVISIONAL = 0.01
"""Share of the added duty from which on a figure carries the mark of provisional law."""

PROVISIONAL_NOTE = "† Rests in part on provisional law."
SHEET = Path(__file__).parents[1] / "tradeviz.mplstyle"
_FRAME = "tradeviz-frame"
_ATTACHED = "_tradeviz_attached"

SOURCE = "US Census Bureau, imports for consumption 2024; tradeviz law tables"


@contextmanager
def scoped() -> Iterator[None]:
    """Draw in the style of the project; the user's own settings come back afterwards.

    Yields
    ------
    None
        Inside, matplotlib uses the style sheet and nothing else of the user's.

    Examples
    --------
    >>> with scoped():
    ...     plt.rcParams["axes.spines.top"]
    False
    """
    with plt.style.context(["default", str(SHEET)]):
        yield


def finish(
    chart: Axes | Figure,
    title: str,
    subtitle: str,
    source: str = SOURCE,
    provisional: bool = False,
) -> None:
    """Put finding, unit and source on a chart and make room for them.

    Parameters
    ----------
    chart : Axes or Figure
        With all artists drawn. A figure, or the only axes of one, has the texts above and below
        everything; one axes of several has them at its own edge, and the layout stays as it is.
    title : str
        The finding; wrapped before it would be cut.
    subtitle : str
        Quantity, unit and date.
    source : str
        Where the figures come from, without a full stop.
    provisional : bool
        Whether a part rests on provisional law, which the source line then says.

    Examples
    --------
    >>> figure, axes = plt.subplots()
    >>> finish(axes, "Japan pays most", "Percent of imports")
    >>> figure.texts[0].get_text()
    'Japan pays most'
    >>> plt.close(figure)
    """
    figure = figure_of(chart)
    note = f"Source: {source}." + (f" {PROVISIONAL_NOTE}" if provisional else "")
    if isinstance(chart, Axes) and len(figure.axes) > 1:
        _finish_one(chart, title, subtitle, note)
        return
    # A chart drawn again on the same figure replaces its frame.
    for old in [item for item in figure.texts if item.get_gid() == _FRAME]:
        old.remove()
    room = (figure.get_figwidth() - 2 * MARGIN) * 72
    height = figure.get_figheight() * 72
    down = 4.0
    head = [
        *((line, 12.5, TEXT, "bold") for line in _even(title, room)),
        *((line, 10.0, MUTED, "normal") for line in wrapped(subtitle, room, size=10)),
    ]
    for number, (text, size, colour, weight) in enumerate(head):
        down += size * 1.35 + 3 * (number > 0 and head[number - 1][1] != size)
        _line(figure, text, 1 - down / height, size, colour, weight)
    foot = wrapped(note, room, size=9)
    up = 5.0 + 12.6 * len(foot)
    for number, text in enumerate(foot, start=1):
        _line(figure, text, (up - 12.6 * number) / height, 9, MUTED, "normal")
    rest = (0.0, (up + 4) / height, 1.0, 1 - (down + 6) / height)
    # Again, as ticks and a legend below change with the size of the axes.
    for _ in range(3):
        figure.tight_layout(rect=rest, pad=0.6)


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
    x = MARGIN / figure.get_figwidth()
    made = figure.text(x, y, text, fontsize=size, color=colour, weight=weight, va="baseline")
    made.set_gid(_FRAME)


def _finish_one(axes: Axes, title: str, subtitle: str, note: str) -> None:
    """Frame one axes of several, whose layout belongs to the caller."""
    figure = figure_of(axes)
    room = axes.get_position().width * figure.get_figwidth() * 72
    small = wrapped(subtitle, room, size=9) + wrapped(note, room, size=9)
    for old in [item for item in axes.texts if item.get_gid() == _FRAME]:
        old.remove()
    axes.annotate(
        "\n".join(small), (0, 1), xycoords="axes fraction", xytext=(0, 4), fontsize=9,
        textcoords="offset points", color=MUTED, va="bottom", annotation_clip=False,
    ).set_gid(_FRAME)  # fmt: skip
    head = "\n".join(wrapped(title, room, size=11, weight="bold"))
    axes.set_title(head, loc="left", fontsize=11, weight="bold", pad=8 + 12.6 * len(small))


def figure_of(chart: Axes | Figure) -> Figure:
    """Return the figure of a chart.

    Parameters
    ----------
    chart : Axes or Figure
        A chart.

    Returns
    -------
    Figure
        The outermost one, also from axes in a part of it.

    Examples
    --------
    >>> figure, axes = plt.subplots()
    >>> figure_of(axes) is figure
    True
    >>> plt.close(figure)
    """
    if isinstance(chart, Figure):
        return chart
    figure = chart.get_figure(root=True)
    assert isinstance(figure, Figure)
    return figure


def attach(chart: Axes | Figure, data: pd.DataFrame, alt: str) -> None:
    """Keep the table and the alternative text of a chart with its figure, for `show`.

    Parameters
    ----------
    chart : Axes or Figure
        The chart; each axes of a figure keeps its own.
    data : DataFrame
        What it shows, unrounded, keys as columns.
    alt : str
        What a reader who cannot see it should know: kind of chart, finding, numbers.

    Examples
    --------
    >>> figure = plt.figure()
    >>> attach(figure, pd.DataFrame({"a": [1]}), "One bar.")
    >>> attached(figure)[1]
    'One bar.'
    >>> plt.close(figure)
    """
    figure = figure_of(chart)
    kept: dict[Axes | Figure, tuple[pd.DataFrame, str]] = getattr(figure, _ATTACHED, {})
    # What belongs to axes removed since then goes with them.
    living = {key: value for key, value in kept.items() if key is figure or key in figure.axes}
    setattr(figure, _ATTACHED, {**living, chart: (data, alt)})


def attached(chart: Axes | Figure) -> tuple[pd.DataFrame | None, str]:
    """Return the table and the alternative text of a chart.

    Parameters
    ----------
    chart : Axes or Figure
        The chart; all of its figure counts.

    Returns
    -------
    tuple
        The table or None, and the text, empty when there is none.

    Examples
    --------
    >>> figure = plt.figure()
    >>> attached(figure)
    (None, '')
    >>> plt.close(figure)
    """
    kept: dict[Any, tuple[pd.DataFrame, str]] = getattr(figure_of(chart), _ATTACHED, {})
    if not kept:
        return None, ""
    tables = [table for table, _ in kept.values()]
    text = " ".join(alt for _, alt in kept.values())
    return (tables[0] if len(tables) == 1 else pd.concat(tables, ignore_index=True)), text


def panels(rows: int, columns: int, *, height: float, **options: Any) -> tuple[Figure, Any]:
    """Make a grid of small charts in the project's width.

    Parameters
    ----------
    rows, columns : int
        Size of the grid.
    height : float
        Height of the figure in inches.
    **options
        Passed to `matplotlib.pyplot.subplots`.

    Returns
    -------
    tuple
        The figure, and a two-dimensional array of axes.

    Examples
    --------
    >>> figure, axes = panels(1, 2, height=3)
    >>> axes.shape
    (1, 2)
    >>> plt.close(figure)
    """
    return plt.subplots(rows, columns, figsize=(WIDTH, height), squeeze=False, **options)
