"""What chart functions share: axes to draw on, choices to check, numbers to write."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tradeviz.errors import ArgumentError, nearest
from tradeviz.style import WIDTH

MEASURES = {
    "effective_rate": "Effective rate: duty over imports, percent",
    "added_rate": "Added duty over imports, percent",
    "base_rate": "Duty paid in 2024 over imports, percent",
    "gdp_share": "Added duty over GDP, percent",
    "export_share": "Added duty over goods exports to the world, percent",
    "us_export_share": "Added duty over goods exports to the United States, percent",
    "added_duty_usd": "Added duty, billion US dollars a year",
}


def chosen(value: str, name: str, allowed: Sequence[str]) -> str:
    """Return a choice, or say what is allowed.

    Parameters
    ----------
    value : str
        What was given.
    name : str
        Name of the argument.
    allowed : sequence of str
        What it may be.

    Returns
    -------
    str
        The value.

    Raises
    ------
    ArgumentError
        For anything else, with the nearest match.

    Examples
    --------
    >>> chosen("added_rate", "measure", tuple(MEASURES))
    'added_rate'
    """
    if value not in allowed:
        raise ArgumentError(
            "not a choice",
            field=name,
            value=value,
            allowed=allowed,
            nearest=nearest(value, allowed),
        )
    return value


def canvas(ax: Axes | None, height: float) -> tuple[Figure, Axes]:
    """Return the axes to draw on, new ones in the project's width when none are given.

    Parameters
    ----------
    ax : Axes or None
        The caller's.
    height : float
        Height of a new figure in inches.

    Returns
    -------
    tuple of Figure and Axes
        Where to draw.

    Examples
    --------
    >>> figure, axes = canvas(None, 3.0)
    >>> float(figure.get_size_inches()[1])
    3.0
    >>> plt.close(figure)
    """
    if ax is not None:
        figure = ax.get_figure()
        assert isinstance(figure, Figure)
        return figure, ax
    figure, made = plt.subplots(figsize=(WIDTH, height))
    return figure, made


def written(value: float, measure: str, digits: int = 1) -> str:
    """Return a value of a measure as label text.

    Parameters
    ----------
    value : float
        A fraction or US dollars.
    measure : str
        A key of `MEASURES`.
    digits : int
        Digits after the point.

    Returns
    -------
    str
        Percent without its sign, or billions.

    Examples
    --------
    >>> written(0.1234, "added_rate"), written(2.5e9, "added_duty_usd")
    ('12.3', '2.5')
    """
    if pd.isna(value):
        return "n/a"
    scale = 1e-9 if measure.endswith("_usd") else 100
    return f"{value * scale:.{digits}f}"


def points(value: float, digits: int = 1) -> str:
    """Return a difference of rates in percentage points, with a true minus and no minus zero.

    Parameters
    ----------
    value : float
        A fraction.
    digits : int
        Digits after the point.

    Returns
    -------
    str
        Text such as ``+1.2`` or ``−0.3``; ``0.0`` has no sign.

    Examples
    --------
    >>> points(0.0123), points(-0.00001)
    ('+1.2', '0.0')
    """
    rounded = round(value * 100, digits)
    return f"{rounded:+.{digits}f}".replace("-", "−") if rounded else f"{0:.{digits}f}"
