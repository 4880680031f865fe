"""Rows of a dot and its range by partner and outcome, the form that all modelled changes share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from tradeviz import style
from tradeviz.charts.frame import canvas
from tradeviz.partners import name

_LINE = 0.205  # inches a row: nine points of text and air
Cell = tuple[str, str]


@dataclass(frozen=True)
class Ranges:
    """Lowest, stated and highest value by (partner, outcome).

    Attributes
    ----------
    codes, ends : list of str
        Partners and outcomes in their order.
    low, base, high : dict
        Values by (partner, outcome).
    unsure : dict
        Outcome -> whether it rests on provisional law.
    titles : dict
        Outcome -> title.
    write : callable
        Writes a value, sign included.
    """

    codes: list[str]
    ends: list[str]
    low: dict[Cell, float]
    base: dict[Cell, float]
    high: dict[Cell, float]
    unsure: dict[str, bool]
    titles: dict[str, str]
    write: Callable[[float], str]

    @property
    def cells(self) -> list[Cell]:
        """Return all (partner, outcome), in the order of the rows."""
        return [(code, end) for code in self.codes for end in self.ends]

    @property
    def open_signs(self) -> int:
        """Return in how many rows zero lies inside the range."""
        return sum(self.low[cell] < 0 < self.high[cell] for cell in self.cells)

    @property
    def largest(self) -> Cell:
        """Return the row with the largest stated change."""
        return max(self.cells, key=lambda cell: abs(self.base[cell]))

    def text(self, cell: Cell) -> str:
        """Return value and range of a row."""
        low, value, high = (self.write(part[cell]) for part in (self.low, self.base, self.high))
        mark = " †" if self.unsure[cell[1]] else ""
        return f"{value}{mark}" if low == high else f"{value}{mark} ({low} to {high})"

    def rows(self) -> str:
        """Return all rows in words, for the alternative text."""
        parts = [
            f"{name(code)}: "
            + ", ".join(f"{self.titles[end]} {self.text((code, end))}" for end in self.ends)
            for code in self.codes
        ]
        return "; ".join(parts)


def by_cell(found: pd.Series[float]) -> dict[Cell, float]:
    """Return a column with index (partner, outcome) as a dict.

    Parameters
    ----------
    found : Series
        Values.

    Returns
    -------
    dict
        By (partner, outcome).

    Examples
    --------
    >>> by_cell(pd.Series({("JPN", "pause"): 1.0}))
    {('JPN', 'pause'): 1.0}
    """
    keys = ((str(key[0]), str(key[1])) for key in found.index)
    return dict(zip(keys, found.astype(float), strict=True))


def range_rows(ranges: Ranges, ax: Axes | None = None) -> Axes:
    """Draw a block of rows for each partner: a line from low to high, a dot at the stated value.

    Parameters
    ----------
    ranges : Ranges
        What to draw.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        Without title, subtitle and unit of the axis; inside `tradeviz.style.scoped`.

    Examples
    --------
    >>> one = {("JPN", "pause"): 0.1}
    >>> names, unsure = {"pause": "Pause"}, {"pause": False}
    >>> drawn = Ranges(["JPN"], ["pause"], one, one, one, unsure, names, str)
    >>> len(range_rows(drawn).lines)
    3
    """
    height = 1.5 + len(ranges.codes) * (0.28 + _LINE * len(ranges.ends))
    _, axes = canvas(ax, height)
    place, ticks, labels = 0.0, [], []
    for code in ranges.codes:
        axes.text(
            0.0, place, name(code), transform=axes.get_yaxis_transform(),
            va="center", ha="left", fontsize=11, weight="bold", color=style.TEXT,
        )  # fmt: skip
        for number, end in enumerate(ranges.ends, start=1):
            _row(axes, ranges, (code, end), place + number)
            ticks.append(place + number)
            labels.append(ranges.titles[end])
        place += len(ranges.ends) + 1.4
    axes.set_yticks(ticks, labels)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(place - 0.7, -0.7)
    axes.spines["left"].set_visible(False)
    _limits(axes, ranges)
    axes.axvline(0.0, color=style.BLACK, lw=0.8, zorder=0)
    return axes


def rounded(
    flat: pd.DataFrame, digits: int = 9, columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """Cut digits that are rounding of a solver, which differs between machines.

    Parameters
    ----------
    flat : DataFrame
        A table to be shown.
    digits : int
        Digits after the point that stay.
    columns : sequence of str, optional
        Those rounded; all numbers when None.

    Returns
    -------
    DataFrame
        The same table, numbers rounded.

    Examples
    --------
    >>> rounded(pd.DataFrame({"a": [-1e-12]}))["a"].item()
    0.0
    """
    numbers = flat.select_dtypes("number") if columns is None else flat[list(columns)]
    # Adding zero takes the sign off a minus zero.
    return flat.assign(**{str(column): numbers[column].round(digits) + 0.0 for column in numbers})


def _row(axes: Axes, ranges: Ranges, cell: Cell, place: float) -> None:
    look = style.look(style.OUTCOMES, cell[1])
    low, high = ranges.low[cell], ranges.high[cell]
    axes.plot([low, high], [place, place], color=look.colour, lw=2.4, zorder=1)
    axes.plot(
        ranges.base[cell], place, marker=look.marker, ms=7.0, color=look.colour,
        mec=style.BLACK, mew=0.6, zorder=2, clip_on=False,
    )  # fmt: skip
    axes.annotate(
        ranges.text(cell), (max(high, 0.0), place), xytext=(8, 0), textcoords="offset points",
        va="center", fontsize=9.5, color=style.TEXT, annotation_clip=False,
    )  # fmt: skip


def _limits(axes: Axes, ranges: Ranges) -> None:
    """Leave room for the longest label behind the highest value."""
    low, high = min(0.0, *ranges.low.values()), max(0.0, *ranges.high.values())
    room = axes.get_window_extent().width * 72 / style.figure_of(axes).dpi
    share = max(style.text_width(ranges.text(cell), size=9.5) + 14 for cell in ranges.cells) / room
    axes.set_xlim(low - (high - low) * 0.04, low + (high - low) / max(1 - share, 0.3))
