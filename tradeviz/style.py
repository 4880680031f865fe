"""How charts look: one scoped style sheet, colours by meaning, titles, units and source lines."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

WIDTH = 7.5
"""Inches: 720 px on screen, and still legible when a phone halves it."""

SOURCE = "US Census Bureau, imports for consumption 2024; tradeviz law tables"
TEXT, MUTED, FAINT = "#222222", "#555555", "#bbbbbb"
# Okabe and Ito (2008), Color Universal Design; the yellow is too light for lines on white.
BLUE, SKY, GREEN, ORANGE, VERMILLION, PURPLE, BLACK, GREY = (
    "#0072B2",
    "#56B4E9",
    "#009E73",
    "#E69F00",
    "#D55E00",
    "#CC79A7",
    "#000000",
    "#8c8c8c",
)


@dataclass(frozen=True)
class Look:
    """Colour, hatch and marker of one meaning, told apart in greyscale by hatch and marker."""

    colour: str
    hatch: str = ""
    marker: str = "o"


OUTCOMES: dict[str, Look] = {
    "before": Look(FAINT, "", "|"),
    "pause": Look(BLACK, "", "D"),
    "agreement": Look(GREEN, "", "o"),
    "uk_style": Look(SKY, "///", "s"),
    "japan_style": Look(BLUE, "\\\\\\", "^"),
    "snapback": Look(ORANGE, "...", "v"),
    "breakdown": Look(VERMILLION, "xxx", "X"),
    "in_force": Look(PURPLE, "---", "P"),
}
PARTNERS: dict[str, Look] = {
    "GBR": Look(BLUE, "", "o"),
    "AUS": Look(GREEN, "///", "s"),
    "KOR": Look(VERMILLION, "\\\\\\", "^"),
    "IND": Look(ORANGE, "...", "v"),
    "JPN": Look(PURPLE, "xxx", "D"),
}
LAYERS: dict[str, Look] = {
    "mfn": Look("#c8c8c8", ""),
    "reciprocal": Look(BLUE, ""),
    "india_russia_oil": Look("#7fb8d8", "///"),
    "brazil_ieepa": Look("#7fb8d8", "\\\\\\"),
    "fentanyl": Look("#7fb8d8", "..."),
    "s232_autos": Look(VERMILLION, ""),
    "s232_metals": Look("#f0a060", "///"),
    "s232_copper": Look("#f6c9a0", "..."),
    "s232_wood": Look("#f6c9a0", "xxx"),
    "s232_trucks": Look("#f6c9a0", "\\\\\\"),
    "s232_semis": Look("#f6c9a0", "---"),
    "s232_pharma": Look("#f6c9a0", "+++"),
    "s122": Look(GREEN, ""),
    "s301_forced_labour": Look(PURPLE, ""),
    "s301_brazil": Look("#e3b5cf", "///"),
}
_OTHER = Look(GREY, "", "o")


def look(kind: dict[str, Look], name: str) -> Look:
    """Return how a meaning looks; grey for one without a colour of its own.

    Parameters
    ----------
    kind : dict
        `OUTCOMES`, `PARTNERS` or `LAYERS`.
    name : str
        Its name.

    Returns
    -------
    Look
        Colour, hatch and marker.

    Examples
    --------
    >>> look(PARTNERS, "JPN").colour
    '#CC79A7'
    """
    return kind.get(name, _OTHER)


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
    with plt.style.context(["default", str(Path(__file__).with_name("tradeviz.mplstyle"))]):
        yield


def percent(value: float, digits: int = 0) -> str:
    """Return a fraction as percent for a label.

    Parameters
    ----------
    value : float
        A fraction.
    digits : int
        Digits after the point.

    Returns
    -------
    str
        Text such as ``12.3 %``.

    Examples
    --------
    >>> percent(0.123, 1)
    '12.3 %'
    """
    return f"{value * 100:.{digits}f} %"


def percent_axis(axes: Axes, which: str = "y") -> None:
    """Write the ticks of an axis in percent.

    Parameters
    ----------
    axes : Axes
        The axes.
    which : {"x", "y"}
        Which axis.

    Examples
    --------
    >>> figure, axes = plt.subplots()
    >>> percent_axis(axes, "x")
    >>> plt.close(figure)
    """
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value * 100:g} %"))


def billion_axis(axes: Axes, which: str = "y") -> None:
    """Write the ticks of an axis in billions of dollars.

    Parameters
    ----------
    axes : Axes
        The axes.
    which : {"x", "y"}
        Which axis.

    Examples
    --------
    >>> figure, axes = plt.subplots()
    >>> billion_axis(axes)
    >>> plt.close(figure)
    """
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value / 1e9:g}"))


def finish(
    figure: Figure,
    *,
    title: str,
    subtitle: str,
    source: str = SOURCE,
    provisional: bool = False,
) -> None:
    """Put finding, unit and source on a figure and make room for them.

    Parameters
    ----------
    figure : Figure
        With all artists drawn.
    title : str
        The finding; wrapped, never cut.
    subtitle : str
        Quantity, unit and date.
    source : str
        Where the figures come from.
    provisional : bool
        Whether a part rests on provisional law, which the source line then says.

    Examples
    --------
    >>> figure, axes = plt.subplots()
    >>> finish(figure, title="Japan pays most", subtitle="Percent of imports")
    >>> plt.close(figure)
    """
    width, height = figure.get_size_inches()
    head = textwrap.wrap(title, int(width * 11.2))
    below = textwrap.wrap(subtitle, int(width * 13.8))
    note = f"Source: {source}."
    if provisional:
        note += " † Rests in part on provisional law."
    foot = textwrap.wrap(note, int(width * 15.5))
    line = 1 / 72 / height
    top = 1 - 8 * line
    for text, size, colour, weight in [
        *((item, 12.5, TEXT, "bold") for item in head),
        *((item, 10, MUTED, "normal") for item in below),
    ]:
        top -= size * line * 1.05
        figure.text(0.012, top, text, fontsize=size, color=colour, weight=weight, va="bottom")
        top -= size * line * 0.32
    bottom = 5 * line
    for text in reversed(foot):
        figure.text(0.012, bottom, text, fontsize=8.5, color=MUTED, va="bottom")
        bottom += 8.5 * line * 1.4
    figure.tight_layout(rect=(0.0, bottom + 3 * line, 1.0, top - 2 * line), pad=0.6)


def attach(figure: Figure, data: pd.DataFrame, alt: str) -> None:
    """Keep the table and the alternative text of a chart with its figure.

    Parameters
    ----------
    figure : Figure
        The chart.
    data : DataFrame
        What it shows, unrounded.
    alt : str
        What a reader who cannot see it should know.

    Examples
    --------
    >>> figure = plt.figure()
    >>> attach(figure, pd.DataFrame({"a": [1]}), "One bar.")
    >>> attached(figure)[1]
    'One bar.'
    >>> plt.close(figure)
    """
    figure._tradeviz = (data, alt)  # type: ignore[attr-defined]


def attached(figure: Figure) -> tuple[pd.DataFrame | None, str]:
    """Return the table and the alternative text of a chart.

    Parameters
    ----------
    figure : Figure
        The chart.

    Returns
    -------
    tuple
        The table or None, and the text, empty when there is none.

    Examples
    --------
    >>> attached(plt.figure())
    (None, '')
    """
    found: tuple[pd.DataFrame | None, str] = getattr(figure, "_tradeviz", (None, ""))
    return found


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
