"""What charts of split tables share: split, outcome, readable names, room for labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator

from tradeviz import datasets, style
from tradeviz.charts.frame import FITTED, chosen, day_text
from tradeviz.errors import ArgumentError
from tradeviz.tables.display import title_in

SPLITS = {"hs2": "chapters", "sector": "sectors", "hs10": "products", "layer": "laws"}
"""Column that splits a partner, and what its groups are called."""


def split_of(flat: pd.DataFrame, allowed: Sequence[str] = tuple(SPLITS)) -> str:
    """Return the column that splits the partners of a table.

    Parameters
    ----------
    flat : DataFrame
        Keys as columns.
    allowed : sequence of str
        Splits that the chart can draw.

    Returns
    -------
    str
        A key of `SPLITS`.

    Raises
    ------
    ArgumentError
        When the table is not split that way.

    Examples
    --------
    >>> split_of(pd.DataFrame({"partner": ["JPN"], "hs2": ["87"]}))
    'hs2'
    """
    for key in allowed:
        if key in flat.columns:
            return key
    raise ArgumentError("the table is not split", field="by", allowed=allowed)


def only(flat: pd.DataFrame, column: str, value: str | None) -> str:
    """Return the value of a key that the chart holds fixed.

    Parameters
    ----------
    flat : DataFrame
        Keys as columns.
    column : str
        The key, such as ``outcome``.
    value : str or None
        What the caller chose; may be None where the table holds one value.

    Returns
    -------
    str
        The value.

    Raises
    ------
    ArgumentError
        When the value is not in the table, or none was chosen out of several.

    Examples
    --------
    >>> only(pd.DataFrame({"outcome": ["pause", "pause"]}), "outcome", None)
    'pause'
    """
    found = [str(item) for item in dict.fromkeys(flat[column])]
    if value is None and len(found) > 1:
        raise ArgumentError("the table holds several; choose one", field=column, allowed=found)
    return found[0] if value is None else chosen(value, column, found)


def label_of(key: str) -> Callable[[str], str]:
    """Return the function that names the groups of a split.

    Parameters
    ----------
    key : str
        A key of `SPLITS`, or ``naics3``.

    Returns
    -------
    callable
        From a group to the text a reader sees; an unknown group is its own text.

    Examples
    --------
    >>> label_of("hs2")("87")
    '87 Cars, trucks and parts'
    """
    table, code, title = {
        "hs2": ("sectors", "hs2", "chapter"),
        "hs10": ("products", "hs10", "description"),
        "naics3": ("industries", "naics3", "industry"),
        "layer": ("layers", "layer", "title"),
    }.get(key, ("", "", ""))
    if not table:
        return str
    rows = datasets.load(table)
    names = dict(zip(rows[code].astype(str), rows[title].astype(str), strict=True))
    if key == "layer":
        return lambda group: names.get(group, group)
    return lambda group: f"{group} {names.get(group, '')}".strip()


def folded(text: str, width: float = 165) -> str:
    r"""Break the name of a group into lines beside a bar.

    Parameters
    ----------
    text : str
        The name.
    width : float
        Room in points.

    Returns
    -------
    str
        Lines, none cut.

    Examples
    --------
    >>> folded("Cars, trucks and parts", 70)
    'Cars, trucks\nand parts'
    """
    return "\n".join(style.wrapped(text, width, size=9.5))


def under(table: pd.DataFrame, end: str) -> str:
    """Name an outcome with the day of its law, where the table tells it.

    Parameters
    ----------
    table : DataFrame
        From `tradeviz.exposure`.
    end : str
        Name of the outcome.

    Returns
    -------
    str
        Text such as ``The pause, law of 16 April 2025``.

    Examples
    --------
    >>> under(pd.DataFrame(), "pause")
    'The pause'
    """
    day = table.attrs.get("days", {}).get(end)
    text = title_in(table, end)
    if not day:
        return text
    return f"{text}, {'' if 'law' in text.casefold() else 'law of '}{day_text(day)}"


def beside(axes: Axes, x: float, y: float, text: str, **options: Any) -> Text:
    """Write a label to the right of a point and keep it out of the layout, for `make_room`.

    Parameters
    ----------
    axes : Axes
        Where the point is.
    x, y : float
        The point, in data.
    text : str
        The label.
    **options
        Passed to `matplotlib.axes.Axes.annotate`.

    Returns
    -------
    Text
        The label.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> figure, axes = plt.subplots()
    >>> beside(axes, 1, 2, "12.3").get_text()
    '12.3'
    >>> plt.close(figure)
    """
    shift = {"xytext": (4, 0), "textcoords": "offset points", "va": "center"}
    label = axes.annotate(text, (x, y), **{"fontsize": 9, **shift, **options})
    # Otherwise the axes shrink to make room, and then their scale does so once more.
    label.set_in_layout(False)
    return label


def make_room(axes: Axes, labels: Sequence[Text], gap: float = 5) -> None:
    """Widen the x axis until labels beside bars end inside it.

    Parameters
    ----------
    axes : Axes
        With its final place in the figure.
    labels : sequence of Text
        Anchored at their data; left-aligned ones grow to the right, others to the left.
    gap : float
        Pixels left free at the edge.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> figure, axes = plt.subplots()
    >>> make_room(axes, [axes.text(1, 0.5, "a long label")])
    >>> bool(axes.get_xlim()[1] > 1)
    True
    >>> plt.close(figure)
    """
    # Each side moves the scale of the other; a few rounds settle it.
    for _ in range(4):
        low, high = axes.get_xlim()
        room = axes.get_window_extent().width
        scale = (high - low) / room
        boxes = [label.get_window_extent() for label in labels]
        edges = axes.transData.inverted()
        ends = [edges.transform((box.x1 + gap, 0))[0] for box in boxes]
        starts = [edges.transform((box.x0 - gap, 0))[0] for box in boxes]
        right = max([high, *ends])
        left = min([low, *starts]) if low < 0 else low
        if right - high < scale and low - left < scale:
            break
        # A label keeps its width in pixels while the scale grows, hence a little more than needed.
        axes.set_xlim(left - (low - left) * 0.2, right + (right - high) * 0.2)
    axes.set_label(FITTED)
    _ticks(axes)


def _ticks(axes: Axes) -> None:
    """Put ticks at steps that the data choose, as far as the data reach.

    Steps chosen from the limits would follow from the room for labels, and so from the letters.
    """
    low, high = axes.get_xlim()
    first, last = axes.dataLim.intervalx
    ticks = list(axes.get_xticks())
    if ticks and last > first:
        # No steps of 2.5, which whole percents would round; few, for labels need half the room.
        ticks = list(MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(first, last))
    right = style.figure_of(axes).bbox.x1 - 18
    kept = [t for t in ticks if low <= t <= high and axes.transData.transform((t, 0))[0] <= right]
    axes.set_xticks(kept)
