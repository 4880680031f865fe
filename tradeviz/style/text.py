"""Numbers and lines of text as charts write them."""

from __future__ import annotations

import re

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.ticker import FuncFormatter

# A line never begins with the sign of a number.
_BREAK = re.compile(r" (?!%)")


def percent(value: float, digits: int = 0, *, sign: bool = False) -> str:
    """Return a fraction as percent for a label.

    Parameters
    ----------
    value : float
        A fraction.
    digits : int
        Digits after the point.
    sign : bool
        Whether a positive number shows its sign, as a change does.

    Returns
    -------
    str
        Text such as ``12.3 %``, with a true minus; ``n/a`` for a missing value.

    Examples
    --------
    >>> percent(0.123, 1), percent(-0.02, 0, sign=True)
    ('12.3 %', '−2 %')
    """
    return "n/a" if pd.isna(value) else f"{_number(value * 100, digits, sign)} %"


def billion(value: float, digits: int = 1, *, sign: bool = False) -> str:
    """Return dollars in billions for a label.

    Parameters
    ----------
    value : float
        US dollars.
    digits : int
        Digits after the point.
    sign : bool
        Whether a positive number shows its sign, as a balance does.

    Returns
    -------
    str
        Text such as ``12.3``, with a true minus; the unit stands in the subtitle.

    Examples
    --------
    >>> billion(12.34e9), billion(-5e9, 0)
    ('12.3', '−5')
    """
    return "n/a" if pd.isna(value) else _number(value / 1e9, digits, sign)


def _number(value: float, digits: int, sign: bool) -> str:
    rounded = round(float(value), digits)
    # No sign on a zero: "+0.0" reads as a change.
    # Nor a minus: -0.04 rounds to a zero that still carries one.
    text = f"{rounded:{'+' if sign else ''}.{digits}f}" if rounded else f"{0:.{digits}f}"
    return text.replace("-", "−")


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
    >>> import matplotlib.pyplot as plt
    >>> figure, axes = plt.subplots()
    >>> percent_axis(axes, "x")
    >>> plt.close(figure)
    """
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value * 100:g} %".replace("-", "−")))


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
    >>> import matplotlib.pyplot as plt
    >>> figure, axes = plt.subplots()
    >>> billion_axis(axes)
    >>> plt.close(figure)
    """
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value / 1e9:g}".replace("-", "−")))


def wrapped(text: str, width: float, *, size: float, weight: str = "normal") -> list[str]:
    """Break a text into lines that fit, measured in the font of the charts.

    Parameters
    ----------
    text : str
        One sentence or more.
    width : float
        Room in points.
    size : float
        Font size in points.
    weight : str
        ``normal`` or ``bold``.

    Returns
    -------
    list of str
        Lines; a word that is wider than the room stands alone.

    Examples
    --------
    >>> wrapped("Japan pays most", 60, size=10)
    ['Japan pays', 'most']
    """
    lines: list[str] = []
    for word in _BREAK.split(text):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size=size, weight=weight) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def text_width(text: str, *, size: float, weight: str = "normal") -> float:
    """Measure a line of text in the font of the charts.

    Parameters
    ----------
    text : str
        One line.
    size : float
        Font size in points.
    weight : str
        ``normal`` or ``bold``.

    Returns
    -------
    float
        Points, a little more than the outline, as hinting on screen makes text wider.

    Examples
    --------
    >>> text_width("Japan", size=10) < text_width("Japan", size=10, weight="bold")
    True
    """
    font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
    return float(text_to_path.get_text_width_height_descent(text, font, False)[0]) * 1.02
