"""A matrix of gains and losses: a shade by sign and size, and the figure in every cell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from tradeviz import style

# Light enough at both ends for dark text, in greyscale too.
_LIGHTEST = 1.35


def signed_cells(
    axes: Axes,
    numbers: NDArray[np.float64],
    texts: Sequence[Sequence[str]],
    *,
    size: float = 9,
    apart: NDArray[np.bool_] | None = None,
) -> None:
    """Draw a matrix whose shades are symmetric around zero, its heads above.

    Parameters
    ----------
    axes : Axes
        Where to draw.
    numbers : ndarray, shape (rows, columns)
        Signed values; a missing one has no shade.
    texts : sequence of sequence of str
        What stands in the cells.
    size : float
        Of the letters, points.
    apart : ndarray of bool, optional
        Cells outside the scale of shades, written in bold.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> _, axes = plt.subplots()
    >>> signed_cells(axes, np.array([[1.0, -1.0]]), [["+1", "−1"]])
    >>> len(axes.texts)
    2
    >>> plt.close("all")
    """
    outside = np.zeros(numbers.shape, dtype=bool) if apart is None else apart
    scaled = np.where(outside, 0.0, numbers)
    most = float(np.nanmax(np.abs(scaled))) or 1.0
    # The root lets middling values show beside the largest.
    shade = np.sign(scaled) * np.sqrt(np.abs(scaled) / most)
    axes.imshow(shade, cmap="PuOr_r", vmin=-_LIGHTEST, vmax=_LIGHTEST, aspect="auto")
    for row, column in np.ndindex(*numbers.shape):
        axes.text(
            column, row, texts[row][column], ha="center", va="center", fontsize=size,
            color=style.BLACK, weight="bold" if outside[row, column] else "normal",
        )  # fmt: skip
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, top=True, bottom=False, labeltop=True, labelbottom=False)
