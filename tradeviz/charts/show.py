"""Display a chart as one bundle: picture, alternative text, its data as text and as CSV."""

from __future__ import annotations

import base64
import hashlib
import os
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from tradeviz import style
from tradeviz.charts.frame import FITTED
from tradeviz.charts.picture import png, svg
from tradeviz.errors import ArgumentError
from tradeviz.show.frame import shown
from tradeviz.show.picture import Picture
from tradeviz.show.picture import bundle as picture_bundle

DPI = 100
SCALE = 2
"""Pixels for each pixel of a plain screen, so that the picture is sharp on a fine one."""
VECTOR = "TRADEVIZ_VECTOR"
"""Set in the kernels of a report: its pages offer each chart as SVG too. Notebooks store none."""
_MANY = 200


def show(chart: Figure | Axes | Any, alt: str | None = None) -> None:
    """Display a chart, its alternative text, its data as text and as CSV, and close it.

    Notebook tests compare the text, so that a changed value, label or colour is seen although
    pictures differ between machines.

    Parameters
    ----------
    chart : Figure, Axes or array of Axes
        What a function of this package returned, or any figure.
    alt : str, optional
        Alternative text; the one that the chart function wrote when None.

    Raises
    ------
    ArgumentError
        When there is no alternative text.

    Examples
    --------
    >>> figure, axes = plt.subplots()
    >>> bundle(figure, "An empty frame.")[0]["text/plain"].splitlines()[0]
    'An empty frame.'
    """
    from IPython.display import display

    figure = chart.figure() if isinstance(chart, Picture) else _figure(chart)
    data, metadata = bundle(figure, alt)
    plt.close(figure)
    display(data, metadata=metadata, raw=True)


def bundle(
    chart: Figure | Axes | Any, alt: str | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what `show` displays: data and metadata by media type.

    Parameters
    ----------
    chart : Figure, Axes or array of Axes
        The chart.
    alt : str, optional
        Alternative text; the one that the chart function wrote when None.

    Returns
    -------
    tuple of dict
        ``image/png`` (base64), ``text/plain``, ``text/csv`` when the chart has a table,
        ``image/svg+xml`` where the environment variable `VECTOR` asks for it, as a report does;
        and the metadata with alternative text and display size.

    Raises
    ------
    ArgumentError
        When there is no alternative text.

    Examples
    --------
    >>> sorted(bundle(plt.figure(), "Nothing.")[0])
    ['image/png', 'text/plain']
    """
    figure = _figure(chart)
    if shown(figure).alt:
        return picture_bundle(figure, alt)
    table, written = style.attached(figure)
    text = (alt or written).strip()
    if not text:
        raise ArgumentError("a chart without alternative text", field="alt", allowed="a sentence")
    width, height = (round(side * DPI) for side in figure.get_size_inches())
    # Ticks are chosen when a figure is drawn, by the settings of that moment.
    with style.scoped():
        data: dict[str, Any] = {
            "image/png": base64.b64encode(png(figure, dpi=DPI * SCALE)).decode("ascii"),
            "text/plain": f"{text}\n{describe(figure)}",
        }
        if os.environ.get(VECTOR):
            data["image/svg+xml"] = svg(figure)
    if table is not None:
        data["text/csv"] = table.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d")
    return data, {"image/png": {"alt": text, "width": width, "height": height}}


def _figure(chart: Figure | Axes | Any) -> Figure:
    first = chart if isinstance(chart, Figure) else np.asarray(chart, dtype=object).ravel()[:1]
    found = first if isinstance(first, Figure) else next(iter(first), None)
    if not isinstance(found, Figure | Axes):
        raise ArgumentError(
            "not a chart",
            field="chart",
            value=type(chart).__name__,
            allowed="Axes, an array of Axes, or a Figure",
        )
    return style.figure_of(found)


def describe(figure: Figure) -> str:
    """Write a figure as text: titles, labels, ticks, limits, legend, and every artist's data.

    Parameters
    ----------
    figure : Figure
        Any figure.

    Returns
    -------
    str
        The same text for the same content on every machine: numbers have six digits, and neither
        sizes in pixels nor names of classes are in it.

    Examples
    --------
    >>> figure, axes = plt.subplots()
    >>> _ = axes.bar(["a"], [2.0], color="#0072B2")
    >>> "bar #0072b2 0 to 2" in describe(figure)
    True
    """
    # Ticks are set when a figure is drawn, by the settings of that moment.
    with style.scoped():
        figure.draw_without_rendering()
        lines = [f"text: {item.get_text()}" for item in figure.texts if item.get_text()]
        shown = [axes for axes in figure.axes if axes.get_visible()]
        for number, axes in enumerate(shown, start=1):
            lines.append(f"panel {number}")
            lines += [f"  {line}" for line in _axes(axes)]
    return "\n".join(lines)


def _axes(axes: Axes) -> list[str]:
    lines = [f"title: {axes.get_title(loc=place)}" for place in ("left", "center", "right")]
    lines = [line for line in lines if not line.endswith(": ")]
    for name, axis, limits in (
        ("x", axes.xaxis, axes.get_xlim()),
        ("y", axes.yaxis, axes.get_ylim()),
    ):
        low, high = sorted(limits)
        span = f"[{_number(limits[0])}, {_number(limits[1])}]"
        if name == "x" and axes.get_label() == FITTED:
            low, high, span = _fitted(axes, low, high)
        ticks = [
            label.get_text()
            for place, label in zip(axis.get_majorticklocs(), axis.get_ticklabels(), strict=False)
            if low <= place <= high and label.get_text()
        ]
        lines.append(
            f"{name}: {axis.get_label_text()} {span}"
            + (f" ticks {' | '.join(map(_line, ticks))}" if ticks else "")
        )
    for line in axes.lines:
        lines.append(
            f"line {_colour(line.get_color())} {line.get_marker()} {_name(line)}"
            f"{_values(line.get_xdata())}; {_values(line.get_ydata())}"
        )
    for patch in axes.patches:
        lines.append(_patch(patch))
    for group in axes.collections:
        lines.append(_group(group))
    for image in axes.images:
        scale = " to ".join(_number(end) for end in image.get_clim())
        found: Any = np.ma.asarray(image.get_array(), dtype=float)
        lines.append(
            f"image, {_scale(image.get_cmap())} from {scale}: {_values(found.filled(np.nan))}"
        )
    lines += [f"label: {_line(item.get_text())}" for item in axes.texts if item.get_text()]
    legend = axes.get_legend()
    if legend is not None:
        lines.append("legend: " + " | ".join(text.get_text() for text in legend.get_texts()))
    return lines


def _fitted(axes: Axes, low: float, high: float) -> tuple[float, float, str]:
    """Return the span of the data and whether the limits hold it.

    Limits that leave room for labels follow from the width of letters, which differs by a percent
    between versions of the library that measures them.
    """
    first, last = axes.dataLim.intervalx
    # What a sum leaves of zero is none: it differs between builds of numpy.
    first, last = (0.0 if abs(end) < 1e-12 * (last - first) else end for end in (first, last))
    held = low <= first and last <= high
    return first, last, f"[{_number(first)}, {_number(last)}] {'and room' if held else 'cut'}"


def _line(text: str) -> str:
    return " ".join(text.split())


def _patch(patch: Any) -> str:
    colour = _colour(patch.get_facecolor())
    hatch = f" {patch.get_hatch()}" if patch.get_hatch() else ""
    if hasattr(patch, "get_width") and hasattr(patch, "get_x"):
        wide, high = patch.get_width(), patch.get_height()
        return (
            f"bar {colour}{hatch} {_number(patch.get_y())} to {_number(patch.get_y() + high)}, "
            f"{_number(patch.get_x())} to {_number(patch.get_x() + wide)}"
        )
    return f"shape {colour}{hatch} {_values(patch.get_path().vertices.ravel())}"


def _group(group: Any) -> str:
    colours = " ".join(dict.fromkeys(_colour(item) for item in group.get_facecolor()))
    offsets = np.ma.getdata(group.get_offsets())
    paths = [path.vertices for path in group.get_paths()]
    found = offsets if len(offsets) > 1 or (len(offsets) and offsets.any()) else None
    if found is None:
        found = np.concatenate(paths) if paths else np.array([])
    name = _name(group)
    return f"shapes {colours} {name}{_values(np.asarray(found).ravel())}"


def _name(artist: Any) -> str:
    label = str(artist.get_label())
    return "" if label.startswith("_") else f"{label}: "


def _colour(value: Any) -> str:
    return str(to_hex(value))


def _scale(colours: Any) -> str:
    # Its name is another one in another version.
    return " ".join(_colour(colours(place)) for place in (0.0, 0.5, 1.0))


def _number(value: float) -> str:
    return f"{float(value):.6g}"


def _values(values: Any) -> str:
    flat = np.asarray(values).ravel()
    if flat.dtype.kind == "M":
        words = [str(item)[:10] for item in flat.astype("datetime64[D]")]
    elif flat.dtype.kind in "fiub":
        words = [_number(item) for item in flat]
    else:
        words = [str(item)[:10] for item in flat]
    if len(words) <= _MANY:
        return " ".join(words)
    digest = hashlib.sha256(" ".join(words).encode()).hexdigest()[:16]
    # Text has no smallest value; its first and last are as telling.
    ends = (_number(flat.min()), _number(flat.max())) if flat.dtype.kind in "fiub" else words[::-1]
    return f"{len(words)} values, {ends[0]} to {ends[-1]}, {digest}"
