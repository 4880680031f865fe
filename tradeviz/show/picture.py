"""A chart as what a notebook and a page show: picture, words, data, text alternative."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from tradeviz.arguments import checked
from tradeviz.errors import ArgumentError
from tradeviz.extras import need
from tradeviz.show.describe import describe
from tradeviz.show.frame import (
    INCH,
    NARROW,
    REPORT,
    WIDE,
    Paper,
    figure_of,
    paper,
    scoped,
    shown,
)
from tradeviz.show.svg import inline, key_of

SCALE = 2
"""Pixels for each pixel of a plain screen, so that the picture is sharp on a fine one."""
MEDIA_TYPE = "application/vnd.tradeviz.picture+json"
VERSION = 1


@dataclass(frozen=True)
class Picture:
    """A chart function with its table, to be drawn at any width.

    Attributes
    ----------
    draw : callable
        Draws the chart on a new figure and returns its axes.

    Examples
    --------
    >>> from tradeviz.show.rows import Callouts, RangeRow, range_rows
    >>> from tradeviz.quantities import quantity
    >>> rows = [RangeRow("Japan", 0.01, 0.2, 0.13)]
    >>> rate = quantity("effective_rate")
    >>> picture = Picture.of(lambda: range_rows(rows, rate, callouts=Callouts()).axes)
    >>> sorted(picture.contract())
    ['alt', 'data', 'key', 'note', 'source', 'subtitle', 'svg', 'title', 'version']
    """

    draw: Callable[[], Any]

    @classmethod
    def of(cls, draw: Callable[..., Any], *args: Any, **options: Any) -> Picture:
        """Hold a chart function and what it draws."""
        return cls(lambda: draw(*args, **options))

    def figure(self, width: int = WIDE, *, bare: bool = False) -> Figure:
        """Draw at a width, with its words or bare; the caller closes the figure."""
        with paper(width, bare=bare), scoped():
            return _figure(self.draw())

    def contract(self, wide: Figure | None = None) -> dict[str, Any]:
        """Return what a page needs (docs/charts.md); `wide` is drawn already, bare."""
        drawn: dict[str, str] = {}
        for name, width in (("narrow", NARROW), ("wide", WIDE)):
            figure = wide if wide and width == WIDE else self.figure(width, bare=True)
            kept, key = shown(figure), key_of(figure)
            with scoped():
                drawn[name] = inline(figure, f"{key}{name[0]}")
            plt.close(figure)
        return {
            "version": VERSION, "key": key, "title": kept.title, "subtitle": kept.subtitle,
            "source": kept.source, "note": kept.note, "alt": kept.alt, "svg": drawn,
            "data": "" if kept.data is None else as_csv(kept.data),
        }  # fmt: skip

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        figure = self.figure()
        try:
            return bundle(figure)
        finally:
            plt.close(figure)


@checked
def show(drawn: Figure | Axes | Picture | Any, alt: str | None = None) -> None:
    """Display a chart, its text alternative, its data as text and as CSV, and close it.

    Notebook tests compare the text, so that a changed value, label or colour is seen although
    pictures differ between machines. In the kernels of a report both widths come as SVG too.

    Parameters
    ----------
    drawn : Figure, Axes, array of Axes or Picture
        What a chart function returned, or any figure.
    alt : str, optional
        Text alternative; the one that the chart function wrote when None.

    Raises
    ------
    ArgumentError
        When there is no text alternative.

    Examples
    --------
    >>> figure, axes = plt.subplots()
    >>> bundle(figure, "An empty frame.")[0]["text/plain"].splitlines()[0]
    'An empty frame.'
    """
    display = need("IPython.display", "tradeviz.charts.show").display
    figure = drawn.figure() if isinstance(drawn, Picture) else _figure(drawn)
    data, metadata = bundle(figure, alt)
    plt.close(figure)
    display(data, metadata=metadata, raw=True)


def bundle(
    drawn: Figure | Axes | Any, alt: str | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what `show` displays: data and metadata by media type."""
    figure = _figure(drawn)
    kept = shown(figure)
    text = (alt or kept.alt).strip()
    if not text:
        raise ArgumentError("a chart without alternative text", field="alt", allowed="a sentence")
    table = {} if kept.data is None else {"text/csv": as_csv(kept.data)}
    if os.environ.get(REPORT) and kept.again is not None:
        # A page shows the drawings: nobody would see a picture beside them.
        wide = figure if kept.paper == Paper(WIDE, bare=True) else None
        contract = Picture(kept.again).contract(wide)
        return {"text/plain": text, **table, MEDIA_TYPE: contract}, {}
    width, height = (round(side * INCH) for side in figure.get_size_inches())
    # Ticks are chosen when a figure is drawn, by the settings of that moment.
    with scoped():
        data: dict[str, Any] = {
            "image/png": base64.b64encode(png(figure)).decode("ascii"),
            "text/plain": f"{text}\n{describe(figure)}",
        }
    data |= table
    return data, {"image/png": {"alt": text, "width": width, "height": height}}


def as_csv(table: pd.DataFrame) -> str:
    """Return a table as CSV at full precision."""
    return str(table.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d"))


def png(figure: Figure, *, scale: float = SCALE) -> bytes:
    """Return a figure as PNG of at most 256 colours, without metadata."""
    canvas, own = figure.canvas, figure.dpi
    target = io.BytesIO()
    try:
        figure.set_dpi(INCH * scale)
        agg = FigureCanvasAgg(figure)
        agg.draw()
        image = Image.fromarray(np.array(agg.buffer_rgba())[..., :3])
    finally:
        figure.set_dpi(own)
        figure.set_canvas(canvas)
    flat = image.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    flat.save(target, format="PNG", optimize=True)
    return target.getvalue()


def _figure(drawn: Figure | Axes | Any) -> Figure:
    if isinstance(drawn, Figure | Axes):
        return figure_of(drawn)
    first = next(iter(np.asarray(drawn, dtype=object).ravel()), None)
    if not isinstance(first, Axes):
        raise ArgumentError(
            "not a chart", field="chart", value=type(drawn).__name__,
            allowed="Axes, an array of Axes, a Figure or a Picture",
        )  # fmt: skip
    return figure_of(first)
