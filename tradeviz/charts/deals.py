"""Charts of the order of deals: who is whose rival, what a deal is worth, orders, and delay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter

from tradeviz import style
from tradeviz.charts.frame import canvas, chosen
from tradeviz.charts.ranges import rounded
from tradeviz.charts.split import beside, folded, make_room
from tradeviz.errors import ArgumentError
from tradeviz.outcomes import title_of
from tradeviz.partners import called, name
from tradeviz.tables.deals import DEALT, UNITS, dealt_text
from tradeviz.tables.display import need

_SOURCE = "OECD input-output tables 2022; US Census Bureau, imports 2024; tradeviz law tables"
_HOME = "USA"
_PLANS = {
    "one by one": style.Look(style.VERMILLION, "", "o"),
    "all at the start": style.Look(style.GREEN, "", "s"),
    "all halfway": style.Look(style.BLUE, "", "^"),
    "all at the end": style.Look(style.BLACK, "", "D"),
}


def _measure(table: pd.DataFrame) -> tuple[str, str]:
    """Return the measure of a table, and what a subtitle calls it."""
    measure = chosen(str(table.attrs.get("measure", "income_change_usd")), "measure", tuple(DEALT))
    what, unit = DEALT[measure]
    return measure, f"{what}, {UNITS[unit]}"


def _digits(measure: str) -> int:
    """Return digits that do not depend on the machine: a thousand dollars, or a millionth."""
    return -3 if DEALT[measure][1] == "billion" else 6


def _amount(value: float, measure: str) -> str:
    """Return a size in a sentence, without its sign."""
    unit = " billion dollars" if DEALT[measure][1] == "billion" else " %"
    return dealt_text(abs(value), measure).lstrip("+") + unit


def _axis(axes: Axes, measure: str, which: str) -> None:
    (style.billion_axis if DEALT[measure][1] == "billion" else style.percent_axis)(axes, which)


def _terms(table: pd.DataFrame) -> str:
    titles: Mapping[str, str] = table.attrs.get("titles", {})
    names = [str(table.attrs.get(key, "")) for key in ("terms", "otherwise")]
    deal, other = (str(titles.get(item) or title_of(item)).lower() for item in names)
    return f"deal: {deal}; without: {other}"


def _who(code: str) -> str:
    return "United States" if code == _HOME else name(code)


def _unsure(table: pd.DataFrame) -> bool:
    return bool(table.attrs.get("provisional_share", 0.0) >= style.PROVISIONAL)


def rivalry_matrix(shapley: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw what each deal changes for each economy, on average over all orders of signing.

    Parameters
    ----------
    shapley : DataFrame
        From `tradeviz.deals.shapley`.
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
    >>> from tradeviz.deals import deals, shapley
    >>> axes = rivalry_matrix(shapley(deals(["JPN", "KOR"])))
    >>> axes.images[0].get_array().shape
    (3, 2)
    """
    if shapley.empty:
        raise ArgumentError("the table is empty", field="shapley")
    measure, what = _measure(shapley)
    values = rounded(shapley, _digits(measure))
    rows, codes = [str(row) for row in values.index], [str(code) for code in values.columns]
    texts = [[dealt_text(value, measure) for value in line] for line in values.to_numpy()]
    numbers = values.to_numpy(dtype=float)
    own = np.array([[row == code for code in codes] for row in rows])
    most = float(np.nanmax(np.abs(np.where(own, 0.0, numbers)))) or 1.0
    small = len(codes) > 8
    with style.scoped():
        _, axes = canvas(ax, 2.1 + (0.3 if small else 0.36) * len(rows))
        shade = np.where(own, 0.0, numbers)
        axes.imshow(
            np.sign(shade) * np.sqrt(np.abs(shade) / most),
            cmap="PuOr_r", vmin=-1.35, vmax=1.35, aspect="auto",
        )  # fmt: skip
        for row, column in np.ndindex(*numbers.shape):
            axes.text(
                column, row, texts[row][column], ha="center", va="center",
                fontsize=7 if small else 9, color=style.BLACK,
                weight="bold" if own[row, column] else "normal",
            )  # fmt: skip
            if own[row, column]:
                axes.add_patch(_frame(column, row))
        heads = codes if small else [folded(_who(code), 78) for code in codes]
        axes.set_xticks(range(len(codes)), heads, fontsize=8 if small else 10)
        axes.set_yticks(range(len(rows)), [_who(row) for row in rows])
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0, top=True, bottom=False, labeltop=True, labelbottom=False)
        title = _rivals(values, rows, codes, measure)
        subtitle = (
            f"{what}: effect of the deal of a signatory (column) on an economy (row), mean over "
            f"all orders; framed: own deal; {_terms(shapley)}"
        )
        style.finish(axes, title, subtitle, _SOURCE, provisional=_unsure(shapley))
    words = []
    for row, line in zip(rows, texts, strict=True):
        cells = [f"{_who(code)} {text}" for code, text in zip(codes, line, strict=True)]
        words.append(f"{_who(row)}: {', '.join(cells)}")
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
        if row not in (code, _HOME)
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
        From `tradeviz.deals.deal_values`.
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
    >>> from tradeviz.deals import deal_values, deals
    >>> len(deal_value_bars(deal_values(deals(["JPN", "KOR"]))).patches)
    2
    """
    keep = ["partner", "alone", "last", "average"]
    flat = need(values, keep)
    measure, what = _measure(values)
    flat = rounded(flat[keep], _digits(measure))
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
        _axis(axes, measure, "x")
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
            f"signing first (right), last (left); {_terms(values)}"
        )
        style.finish(axes, title, subtitle, _SOURCE, provisional=_unsure(values))
        make_room(axes, labels)
    words = "; ".join(
        f"{name(str(row['partner']))} {dealt_text(row['average'], measure)}, first "
        f"{dealt_text(row['alone'], measure)}, last {dealt_text(row['last'], measure)}"
        for row in records
    )
    style.attach(axes, flat.assign(measure=measure), f"Bars from zero. {title}. {words}.")
    return axes


def order_paths(
    paths: Mapping[str, pd.DataFrame], economy: str = _HOME, *, ax: Axes | None = None
) -> Axes:
    """Draw what one economy gains as one partner after the other signs, order by order.

    Parameters
    ----------
    paths : mapping of str to DataFrame
        Name of an order -> from `tradeviz.deals.follow`; two or three.
    economy : str
        A partner of the game, or ``USA``.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        A line per order from zero, each step with the code of who signs.

    Raises
    ------
    ArgumentError
        For no order, a missing column or an unknown economy.

    Examples
    --------
    >>> from tradeviz.deals import deals, follow
    >>> table = deals(["JPN", "KOR"])
    >>> axes = order_paths({"Japan first": follow(table, ["JPN", "KOR"])})
    >>> len(axes.lines)
    2
    """
    if not paths:
        raise ArgumentError("no order given", field="paths", allowed="at least one")
    first = next(iter(paths.values()))
    measure, what = _measure(first)
    chosen(economy, "economy", [str(code) for code in dict.fromkeys(first["partner"])])
    looks = [
        style.Look(style.BLUE, "-", "o"),
        style.Look(style.VERMILLION, "--", "s"),
        style.Look(style.GREEN, ":", "^"),
    ]
    parts, labels = [], []
    with style.scoped():
        _, axes = canvas(ax, 4.2)
        for number, (title, path) in enumerate(paths.items()):
            flat = need(path, ["step", "signatory", "partner", "value"])
            own = rounded(flat[flat["partner"] == economy], _digits(measure), ["value"])
            look = looks[number % len(looks)]
            axes.plot(
                own["step"], own["value"], marker=look.marker, color=look.colour, ls=look.hatch,
                lw=1.8, ms=5.5,
            )  # fmt: skip
            above = number == 0
            for row in own.to_dict("records")[1:]:
                axes.annotate(
                    row["signatory"], (row["step"], row["value"]),
                    xytext=(0, 8 if above else -14), textcoords="offset points", ha="center",
                    fontsize=8, color=look.colour,
                )  # fmt: skip
            labels.append((title, look))
            parts.append(own.assign(order=title)[["order", "step", "signatory", "value"]])
        axes.axhline(0.0, color=style.BLACK, lw=0.8)
        axes.set_xlim(-0.2, len(first["step"].unique()) - 0.5)
        axes.margins(y=0.16)
        axes.set_xlabel("Deals signed")
        _axis(axes, measure, "y")
        for title, look in labels:
            axes.plot([], [], marker=look.marker, color=look.colour, ls=look.hatch, label=title)
        axes.legend(
            loc="lower left", bbox_to_anchor=(0, 1), ncols=len(labels), frameon=False, fontsize=9.5
        )
        end = float(parts[0]["value"].iloc[-1])
        title = f"{_who(economy)}: every order ends at {_sized(end, measure)}; the way differs"
        subtitle = (
            f"{what}: change after each deal, against nobody signing; the code says who signs; "
            f"{_terms(first)}"
        )
        style.finish(axes, title, subtitle, _SOURCE, provisional=_unsure(first))
    table = pd.concat(parts, ignore_index=True)
    words = "; ".join(
        f"{order}: "
        + ", ".join(
            f"{row['signatory']} {dealt_text(row['value'], measure)}"
            for row in part.to_dict("records")[1:]
        )
        for order, part in table.groupby("order", sort=False)
    )
    style.attach(axes, table, f"Lines by number of deals. {title}. {subtitle}. {words}.")
    return axes


def _sized(value: float, measure: str) -> str:
    unit = " billion dollars a year" if DEALT[measure][1] == "billion" else " %"
    return dealt_text(value, measure) + unit


def delay_curves(delay: pd.DataFrame, economies: list[str] | None = None) -> np.ndarray[Any, Any]:
    """Draw what waiting costs each economy, week by week, under the ways to announce deals.

    Parameters
    ----------
    delay : DataFrame
        From `tradeviz.deals.delay`.
    economies : list of str, optional
        Those shown; all of the table when None.

    Returns
    -------
    ndarray of Axes
        One per economy, each with a scale of its own from zero: a line per plan, its end written.

    Raises
    ------
    ArgumentError
        For a missing column, an empty table or an unknown economy.

    Examples
    --------
    >>> from tradeviz.deals import deals, delay, schedules
    >>> order = ["JPN", "KOR"]
    >>> table = delay(deals(order, otherwise="pause"), schedules(order))
    >>> delay_curves(table).shape
    (1, 3)
    """
    flat = need(delay, ["plan", "week", "partner", "cost"])
    known = [str(code) for code in dict.fromkeys(flat["partner"])]
    codes = [chosen(code, "economies", known) for code in (economies or known)]
    measure, _ = _measure(delay)
    if measure != "income_change_usd":
        raise ArgumentError(
            "only dollars add up over weeks",
            field="measure",
            value=measure,
            allowed="income_change_usd",
        )
    flat = rounded(flat[flat["partner"].isin(codes)], _digits(measure), ["cost"])
    plans = [str(plan) for plan in dict.fromkeys(flat["plan"])]
    columns = min(3, len(codes))
    rows = -(-len(codes) // columns)
    with style.scoped():
        figure, grid = style.panels(rows, columns, height=2.0 + 2.05 * rows)
        for axes, code in zip(grid.flat, codes, strict=False):
            _panel(axes, flat[flat["partner"] == code], code, plans)
        for axes in list(grid.flat)[len(codes) :]:
            axes.set_visible(False)
        ends = flat[flat["week"] == flat["week"].max()].set_index(["plan", "partner"])["cost"]
        last = plans[-1]
        cost = {code: float(ends[last, code]) for code in codes}
        dearest = max(codes, key=lambda code: cost[code])
        whom = "the United States" if dearest == _HOME else called(dearest)
        gaining = sum(value < 0 for value in cost.values())
        title = f"“{_said(last)}” costs {whom} most, {_millions(cost[dearest])} million dollars"
        if gaining:
            title += f"; {gaining} of {len(codes)} gain by it"
        subtitle = (
            "Cost of waiting: real income forgone so far against all deals from week 0, million US "
            f"dollars of 2022; {_terms(delay)}. Lines: {_key(plans)}"
        )
        style.finish(figure, title, subtitle, _SOURCE, provisional=_unsure(delay))
    words = "; ".join(
        f"{_who(code)}: "
        + ", ".join(f"{plan} {_millions(float(ends[plan, code]))}" for plan in plans)
        for code in codes
    )
    table = flat[["plan", "week", "partner", "cost"]].reset_index(drop=True)
    style.attach(figure, table, f"Lines by week. {title}. {subtitle}. At the end: {words}.")
    made: np.ndarray[Any, Any] = grid
    return made


def _said(plan: str) -> str:
    return plan[0].upper() + plan[1:]


def _millions(value: float) -> str:
    return f"{value / 1e6:,.0f}".replace("-", "−")


def _key(plans: list[str]) -> str:
    marks = {"o": "circles", "s": "squares", "^": "triangles", "D": "diamonds"}
    return ", ".join(f"{plan} ({marks[_look(plan).marker]})" for plan in plans)


def _look(plan: str) -> style.Look:
    return _PLANS.get(plan, style.Look(style.GREY, "", "o"))


def _panel(axes: Axes, own: pd.DataFrame, code: str, plans: list[str]) -> None:
    for plan in plans:
        part, look = own[own["plan"] == plan], _look(plan)
        axes.plot(
            part["week"], part["cost"], color=look.colour, marker=look.marker, ms=4, lw=1.5,
            markevery=3, clip_on=False,
        )  # fmt: skip
    axes.axhline(0.0, color=style.BLACK, lw=0.8)
    axes.set_title(_who(code), loc="left", fontsize=10)
    axes.set_xlabel("Week")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: _millions(v)))
