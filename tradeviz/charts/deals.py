"""Charts of deals: who is whose rival, and what a deal is worth to whom."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from tradeviz import style
from tradeviz.charts.equilibrium import SOURCE
from tradeviz.charts.frame import canvas, chosen
from tradeviz.charts.matrix import signed_cells
from tradeviz.charts.ranges import rounded
from tradeviz.charts.split import beside, folded, make_room
from tradeviz.errors import ArgumentError
from tradeviz.models.equilibrium.shocks import HOME
from tradeviz.partners import called, name
from tradeviz.tables.deals import DEALT, UNITS, dealt_text
from tradeviz.tables.display import need, title_in


def measured(table: pd.DataFrame) -> tuple[str, str]:
    """Return the measure of a table, and what a subtitle calls it."""
    measure = chosen(str(table.attrs.get("measure", "income_change_usd")), "measure", tuple(DEALT))
    what, unit = DEALT[measure]
    return measure, f"{what}, {UNITS[unit]}"


def digits_of(measure: str) -> int:
    """Return digits that do not depend on the machine: a thousand dollars, or a millionth."""
    return -3 if DEALT[measure][1] == "billion" else 6


def _amount(value: float, measure: str) -> str:
    """Return a size in a sentence, without its sign."""
    unit = " billion dollars" if DEALT[measure][1] == "billion" else " %"
    return dealt_text(abs(value), measure).lstrip("+") + unit


def money_axis(axes: Axes, measure: str, which: str) -> None:
    """Write the unit of a measure on an axis: billions or percent."""
    (style.billion_axis if DEALT[measure][1] == "billion" else style.percent_axis)(axes, which)


def terms_of(table: pd.DataFrame) -> str:
    """Return what a deal is and what there is without one, for a subtitle."""
    names = (str(table.attrs.get(key, "")) for key in ("terms", "otherwise"))
    deal, other = (title_in(table, item).lower() for item in names)
    return f"deal: {deal}; without: {other}"


def who(code: str) -> str:
    """Return the name of an economy of the game."""
    return "United States" if code == HOME else name(code)


def unsure(table: pd.DataFrame) -> bool:
    """Return whether terms or what there is without them rest on provisional law."""
    return bool(table.attrs.get("provisional_share", 0.0) >= style.PROVISIONAL)


def rivalry_matrix(shapley: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw what each deal changes for each economy, on average over all orders of signing.

    Parameters
    ----------
    shapley : DataFrame
        From `tradeviz.models.deals.shapley`.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        One image, signatories across, a figure with its sign in every cell; a partner's own deal
        stands in a frame and outside the colour scale.

    Raises
    ------
    ArgumentError
        For an empty table.

    Examples
    --------
    >>> from tradeviz.models.deals import deals, shapley
    >>> axes = rivalry_matrix(shapley(deals(["JPN", "KOR"])))
    >>> axes.images[0].get_array().shape
    (3, 2)
    """
    if shapley.empty:
        raise ArgumentError("the table is empty", field="shapley")
    measure, what = measured(shapley)
    values = rounded(shapley, digits_of(measure))
    rows, codes = [str(row) for row in values.index], [str(code) for code in values.columns]
    texts = [[dealt_text(value, measure) for value in line] for line in values.to_numpy()]
    numbers = values.to_numpy(dtype=float)
    own = np.array([[row == code for code in codes] for row in rows])
    small = len(codes) > 8
    with style.scoped():
        _, axes = canvas(ax, 2.1 + (0.3 if small else 0.36) * len(rows))
        signed_cells(axes, numbers, texts, size=7 if small else 9, apart=own)
        for row, column in np.argwhere(own):
            axes.add_patch(_frame(column, row))
        heads = codes if small else [folded(who(code), 78) for code in codes]
        axes.set_xticks(range(len(codes)), heads, fontsize=8 if small else 10)
        axes.set_yticks(range(len(rows)), [who(row) for row in rows])
        title = _rivals(values, rows, codes, measure)
        subtitle = (
            f"{what}: effect of the deal of a signatory (column) on an economy (row), mean over "
            f"all orders; framed: own deal; {terms_of(shapley)}"
        )
        style.finish(axes, title, subtitle, SOURCE, provisional=unsure(shapley))
    words = []
    for row, line in zip(rows, texts, strict=True):
        cells = [f"{who(code)} {text}" for code, text in zip(codes, line, strict=True)]
        words.append(f"{who(row)}: {', '.join(cells)}")
    alt = f"Table in colours. {title}. {subtitle}. {'; '.join(words)}."
    style.attach(axes, values.reset_index(), alt)
    return axes


def _frame(column: int, row: int) -> Rectangle:
    return Rectangle((column - 0.46, row - 0.44), 0.92, 0.88, fill=False, ec=style.BLACK, lw=1.1)


def _rivals(values: pd.DataFrame, rows: list[str], codes: list[str], measure: str) -> str:
    numbers = values.to_numpy(dtype=float)
    pairs = [
        (float(numbers[place, other]), row, code)
        for place, row in enumerate(rows)
        for other, code in enumerate(codes)
        if row not in (code, HOME)
    ]
    if not pairs:
        return "One partner has no rival"
    losing = sum(dealt_text(value, measure).startswith("−") for value, _, _ in pairs)
    worst = min(pairs)
    return (
        f"In {losing} of {len(pairs)} pairs a deal of one hurts the other; most "
        f"{called(worst[2])}’s hurts {called(worst[1])}, by {_amount(worst[0], measure)}"
    )


def deal_value_bars(values: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw what a deal is worth to its partner: on average, signing first, signing last.

    Parameters
    ----------
    values : DataFrame
        From `tradeviz.models.deals.deal_values`.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        A bar from zero per partner for the mean over all orders, the largest first, a triangle
        where it signs first and one where it signs last, all three written.

    Raises
    ------
    ArgumentError
        For a missing column or an empty table.

    Examples
    --------
    >>> from tradeviz.models.deals import deal_values, deals
    >>> len(deal_value_bars(deal_values(deals(["JPN", "KOR"]))).patches)
    2
    """
    keep = ["partner", "alone", "last", "average"]
    flat = need(values, keep)
    measure, what = measured(values)
    flat = rounded(flat[keep], digits_of(measure))
    flat = flat.sort_values("average", ascending=False, kind="stable")
    records = flat.to_dict("records")
    with style.scoped():
        _, axes = canvas(ax, 1.9 + 0.33 * max(len(flat), 2))
        labels = []
        for place, row in enumerate(records):
            look = style.look(style.PARTNERS, str(row["partner"]))
            axes.barh(
                place, row["average"], height=0.62, color=look.colour, hatch=look.hatch,
                edgecolor="white", linewidth=0.4,
            )  # fmt: skip
            for key, marker in (("alone", ">"), ("last", "<")):
                axes.plot(
                    row[key], place, marker, ms=6, color="white", mec=style.BLACK, mew=0.9, zorder=3
                )
            mean, first, last = (dealt_text(row[k], measure) for k in ("average", "alone", "last"))
            text = f"{mean} (first {first}, last {last})"
            right = max(0.0, row["average"], row["alone"], row["last"])
            labels.append(beside(axes, right, place, text, xytext=(9, 0)))
        axes.axvline(0.0, color=style.BLACK, lw=0.9)
        axes.set_yticks(range(len(flat)), [folded(name(str(c)), 150) for c in flat["partner"]])
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.set_ylim(len(flat) - 0.4, -0.6)
        money_axis(axes, measure, "x")
        best = records[0]
        title = (
            f"A deal is worth most to {called(str(best['partner']))}, "
            f"{_amount(float(best['average']), measure)}"
        )
        losers = sum(dealt_text(value, measure).startswith("−") for value in flat["average"])
        if losers:
            title += f"; {losers} of {len(flat)} would be better off without"
        subtitle = (
            f"{what}: own deal, mean over all orders of signing (Shapley value); triangles: "
            f"signing first (right), last (left); {terms_of(values)}"
        )
        style.finish(axes, title, subtitle, SOURCE, provisional=unsure(values))
        make_room(axes, labels)
    words = "; ".join(
        f"{name(str(row['partner']))} {dealt_text(row['average'], measure)}, first "
        f"{dealt_text(row['alone'], measure)}, last {dealt_text(row['last'], measure)}"
        for row in records
    )
    style.attach(axes, flat.assign(measure=measure), f"Bars from zero. {title}. {words}.")
    return axes
