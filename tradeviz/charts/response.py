"""Charts of the trade response: changes with their range, and who wins from whom."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
from matplotlib.axes import Axes

from tradeviz import style
from tradeviz.charts.frame import canvas, chosen, points
from tradeviz.charts.matrix import signed_cells
from tradeviz.charts.ranges import Ranges, by_cell, range_rows, rounded
from tradeviz.charts.split import folded, only, under
from tradeviz.errors import ArgumentError
from tradeviz.partners import called, name
from tradeviz.style import PROVISIONAL, billion
from tradeviz.tables.display import need, title_in
from tradeviz.tables.response import CHANGES

MODEL = "US Census Bureau, imports 2024; tradeviz law tables and response model"
# Digits of a dollar amount that do not depend on the machine: one dollar.
DOLLARS = 0


def response_ranges(
    response: pd.DataFrame, *, measure: str = "value_change", ax: Axes | None = None
) -> Axes:
    """Draw the change of each partner under each outcome, with its range over draws.

    Parameters
    ----------
    response : DataFrame
        From `tradeviz.respond`, not split further; with draws each row has a range.
    measure : str
        A change, such as ``value_change`` or ``balance_change_usd``.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        A row per partner and outcome: a line from 5 to 95 % of the draws and a dot at their
        median, both written beside it; without draws a dot at the central parameters.

    Raises
    ------
    ArgumentError
        For a missing column, an empty table, an unknown measure, or where no row has a value.

    Examples
    --------
    >>> from tradeviz.models.response import respond
    >>> axes = response_ranges(respond("snapback", partners="JPN", draws=5))
    >>> len(axes.lines)
    3
    """
    chosen(measure, "measure", tuple(CHANGES))
    ranges = _ranges(response, measure)
    title_text, unit = CHANGES[measure]
    with style.scoped():
        axes = range_rows(ranges, ax)
        (style.percent_axis if unit == "percent" else style.billion_axis)(axes, "x")
        title = _largest(ranges, measure)
        reference = response.attrs.get("reference", "")
        against = title_in(response, reference).lower()
        words = "percent" if unit == "percent" else "billion US dollars a year"
        subtitle = f"{title_text} against {against}, {words}"
        if response.attrs.get("draws"):
            subtitle += (
                "; dot: median, line: range of the effect, 5 to 95 % of "
                f"{response.attrs['draws']} draws of elasticities"
            )
        style.finish(axes, title, subtitle, MODEL, provisional=any(ranges.unsure.values()))
    shown = rounded(need(response, [measure]), 6 if unit == "percent" else DOLLARS)
    style.attach(
        axes,
        shown[[c for c in shown if c in ("outcome", "partner") or str(c).startswith(measure)]],
        f"Dots and ranges by partner and outcome. {title}. {subtitle}. {ranges.rows()}.",
    )
    return axes


def _ranges(response: pd.DataFrame, measure: str) -> Ranges:
    flat = need(response, ["outcome", "partner", measure, "provisional_share"])
    flat = flat.dropna(subset=[measure])
    if flat.empty:
        raise ArgumentError("no value in any row", field="measure", value=measure)
    keyed = flat.set_index(["partner", "outcome"])
    drawn = f"{measure}_low" in keyed
    columns = [f"{measure}_{word}" if drawn else measure for word in ("low", "central", "high")]
    ends = [str(end) for end in dict.fromkeys(flat["outcome"])]
    unsure = flat.groupby(flat["outcome"].astype(str))["provisional_share"].max() >= PROVISIONAL
    low, base, high = (by_cell(keyed[column]) for column in columns)
    return Ranges(
        codes=[str(code) for code in dict.fromkeys(flat["partner"])],
        ends=ends,
        low=low,
        base=base,
        high=high,
        unsure={end: bool(unsure[end]) for end in ends},
        titles={end: title_in(response, end) for end in ends},
        write=writer(measure),
    )


def writer(measure: str) -> Callable[[float], str]:
    """Return what writes a change, with its sign and without its unit.

    Parameters
    ----------
    measure : str
        A key of `tradeviz.tables.response.CHANGES`.

    Returns
    -------
    callable
        From a value to its text.

    Examples
    --------
    >>> writer("value_change")(0.12), writer("value_change_usd")(-2.5e9)
    ('+12.0', '−2.5')
    """
    if CHANGES[measure][1] == "percent":
        return points
    return partial(billion, digits=1, sign=True)


def _largest(ranges: Ranges, measure: str) -> str:
    code, end = ranges.largest
    unit = " %" if CHANGES[measure][1] == "percent" else " billion dollars"
    value = ranges.write(ranges.base[code, end])
    title = f"Largest for {name(code)} in “{ranges.titles[end]}”: {value}{unit}"
    signs, rows = ranges.open_signs, len(ranges.cells)
    return f"{title}; the sign is open in {signs} of {rows} cases" if signs else title


def diversion_matrix(
    diversion: pd.DataFrame, *, outcome: str | None = None, n: int = 10, ax: Axes | None = None
) -> Axes:
    """Draw what partners win from, and lose to, each other supplier of the same products.

    Parameters
    ----------
    diversion : DataFrame
        From `tradeviz.respond` with ``by="competitor"``.
    outcome : str, optional
        Which outcome of the table; may be None where it holds one.
    n : int
        Suppliers with a row of their own: those with the largest flows; one row more holds the
        rest.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        One image, partners across, a figure with its sign in every cell.

    Raises
    ------
    ArgumentError
        For a missing column, an empty table or an unknown outcome.

    Examples
    --------
    >>> from tradeviz.models.response import respond
    >>> axes = diversion_matrix(respond("snapback", by="competitor"), n=4)
    >>> axes.images[0].get_array().shape
    (5, 5)
    """
    flat = need(diversion, ["outcome", "partner", "competitor", "diverted_usd"])
    end = only(flat, "outcome", outcome)
    flat = flat[flat["outcome"] == end]
    codes = [str(code) for code in dict.fromkeys(flat["partner"])]
    matrix = flat.pivot(index="competitor", columns="partner", values="diverted_usd")[codes]
    weight = matrix.abs().sum(axis=1).sort_values(ascending=False, kind="stable")
    rows = [str(code) for code in weight.index[:n]]
    values = matrix.loc[rows].rename(index=name)
    rest = weight.index[n:]
    if len(rest):
        values.loc[f"{len(rest)} others"] = matrix.loc[rest].sum()
    values = rounded(values, DOLLARS)
    with style.scoped():
        _, axes = canvas(ax, 1.7 + 0.31 * len(values))
        numbers = values.to_numpy(dtype=float)
        signed_cells(axes, numbers, [[_amount(value) for value in line] for line in numbers])
        axes.set_xticks(range(len(codes)), [folded(name(code), 78) for code in codes])
        axes.set_yticks(range(len(values)), [folded(str(row), 150) for row in values.index])
        title = _winner(matrix, codes)
        style.finish(
            axes,
            title,
            f"{under(diversion, end)}: spending that the partner (column) wins from a supplier "
            "(row), minus: loses to it; billion US dollars a year, central elasticities",
            MODEL,
        )
    words = "; ".join(
        f"{name(code)}: "
        + ", ".join(f"{row} {_amount(float(values.loc[row, code]))}" for row in values.index)
        for code in codes
    )
    style.attach(
        axes,
        values.rename_axis("supplier").reset_index(),
        f"Table in colours, {len(values)} suppliers by {len(codes)} partners. {title}. {words}.",
    )
    return axes


def _amount(value: float) -> str:
    if pd.isna(value):
        return "–"
    if abs(value) < 5e6:
        return "0"
    return billion(value, 1 if abs(value) >= 9.95e8 else 2, sign=True)


def _winner(matrix: pd.DataFrame, codes: list[str]) -> str:
    sums = matrix.sum()
    best, worst = str(sums.idxmax()), str(sums.idxmin())
    parts = []
    for code, verb, way, pick in (
        (best, "wins", "from", matrix[best].idxmax()),
        (worst, "loses", "to", matrix[worst].idxmin()),
    ):
        value = float(sums[code])
        if (value > 0) == (verb == "wins") and round(abs(value) / 1e9, 1) > 0:
            parts.append(
                f"{name(code)} {verb} {billion(abs(value))} billion from other suppliers"
                if verb == "wins"
                else f"{name(code)} {verb} {billion(abs(value))} billion, above all {way} "
                f"{called(str(pick))}"
            )
    return ", ".join(parts) or "No spending moves between suppliers"
