"""A figure as text: titles, labels, ticks, limits and the data of every artist."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from tradeviz.show.frame import scoped

_MANY = 200


def describe(figure: Figure) -> str:
    """Write a figure as text: titles, labels, ticks, limits, legend, and every artist's data."""
    # Ticks are set when a figure is drawn, by the settings of that moment.
    with scoped():
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
    # A circle is a path of its own size only when it is moved there.
    corners = patch.get_patch_transform().transform_path(patch.get_path()).vertices
    return f"shape {colour}{hatch} {_values(corners.ravel())}"


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
    ends = (_number(flat.min()), _number(flat.max())) if flat.dtype.kind in "fiub" else words
    return f"{len(words)} values, {ends[0]} to {ends[-1]}, {digest}"
