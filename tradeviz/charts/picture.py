"""Write a figure as a file: a PNG of at most 256 colours, or an SVG whose words stay words."""

from __future__ import annotations

import io
import re
import struct
import zlib
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

_PATH = re.compile(r' d="[^"]*"')
_LONG = re.compile(r"(\.\d\d)\d+")
_COLOURS = 256
_STEP = 8  # Shades this near are one; a flat colour keeps its exact value.


def png(figure: Figure, *, dpi: float) -> bytes:
    """Return a figure as PNG, with no metadata, so that the same picture is the same bytes.

    Parameters
    ----------
    figure : Figure
        On an opaque ground.
    dpi : float
        Pixels an inch.

    Returns
    -------
    bytes
        An indexed PNG.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> figure = plt.figure(figsize=(1, 1))
    >>> png(figure, dpi=50)[1:4]
    b'PNG'
    >>> plt.close(figure)
    """
    palette, pixels = _indexed(_pixels(figure, dpi))
    height, width = pixels.shape
    rows = np.zeros((height, width + 1), dtype=np.uint8)  # a zero before each row: no filter
    rows[:, 1:] = pixels
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(name, data)
        for name, data in (
            (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            (b"PLTE", palette.tobytes()),
            (b"IDAT", zlib.compress(rows.tobytes(), 7)),
            (b"IEND", b""),
        )
    )


def svg(figure: Figure) -> str:
    """Return a figure as SVG: small, searchable, to be edited; the same picture is the same text.

    Parameters
    ----------
    figure : Figure
        Any figure.

    Returns
    -------
    str
        An SVG document.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> figure = plt.figure(figsize=(1, 1))
    >>> svg(figure).splitlines()[0]
    '<?xml version="1.0" encoding="utf-8" standalone="no"?>'
    >>> plt.close(figure)
    """
    canvas, target = figure.canvas, io.StringIO()
    # Identifiers come from the salt and not from chance; no date, no name of a machine.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "tradeviz"}):
        figure.savefig(target, format="svg", metadata={"Date": None, "Creator": None})
    figure.set_canvas(canvas)
    # A hundredth of a point is below what any screen or printer shows.
    return _PATH.sub(lambda path: _LONG.sub(r"\1", path[0]), target.getvalue())


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _pixels(figure: Figure, dpi: float) -> NDArray[np.uint8]:
    """Return height x width x red, green, blue; the figure keeps its own canvas and resolution."""
    canvas, own = figure.canvas, figure.dpi
    try:
        figure.set_dpi(dpi)
        agg = FigureCanvasAgg(figure)
        agg.draw()
        found: NDArray[np.uint8] = np.array(agg.buffer_rgba())[..., :3]
    finally:
        figure.set_dpi(own)
        figure.set_canvas(canvas)
    return found


def _indexed(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return the palette and, for each pixel, its place there."""
    red, green, blue = (pixels[..., part].ravel().astype(np.int32) for part in range(3))
    # Hashing is several times faster than the sorting of numpy's `unique`.
    inverse, found = pd.factorize(red << 16 | green << 8 | blue)
    colours, counts = np.asarray(found, dtype=np.int64), np.bincount(inverse)
    parts: NDArray[Any] = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1)
    # The most common shade stands for those around it, the rest go to the nearest that stands.
    order = np.argsort(-counts, kind="stable")
    shades = (parts[order] // _STEP) @ np.array([1 << 16, 1 << 8, 1])
    kept = order[np.sort(np.unique(shades, return_index=True)[1])[:_COLOURS]]
    exactly = parts.astype(np.float32)  # whole numbers below 2**24
    apart = (exactly[kept] ** 2).sum(axis=1) - 2 * exactly @ exactly[kept].T
    nearest = apart.argmin(axis=1)
    return (
        parts[kept].astype(np.uint8),
        nearest[inverse].astype(np.uint8).reshape(pixels.shape[:2]),
    )
