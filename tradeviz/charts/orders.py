"""Charts of the way to deals: orders of signing, and what waiting costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from tradeviz import style
from tradeviz.charts.deals import (
    digits_of,
    measured,
    money_axis,
    terms_of,
    unsure,
    who,
)
from tradeviz.charts.equilibrium import SOURCE
from tradeviz.charts.frame import canvas, chosen
from tradeviz.charts.ranges import rounded
from tradeviz.errors import ArgumentError
from tradeviz.models.equilibrium.shocks import HOME
from tradeviz.partners import called
from tradeviz.tables.deals import DEALT, dealt_text, millions_text
from tradeviz.tables.display import need

_PLANS = {
    "one by one": style.Look(style.VERMILLION, "", "o"),
    "all at the start": style.Look(style.GREEN, "", "s"),
    "all halfway": style.Look(style.BLUE, "", "^"),
    "all at the end": style.Look(style.BLACK, "", "D"),
}


def order_paths(
    paths: Mapping[str, pd.DataFrame], economy: str = HOME, *, ax: Axes | None = None
) -> Axes:
    """Draw what one economy gains as one partner after the other signs, order by order.

    Parameters
    ----------
    paths : mapping of str to DataFrame
        Name of an order -> from `tradeviz.models.deals.follow`; two or three.
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
    >>> from tradeviz.models.deals import deals, follow
    >>> table = deals(["JPN", "KOR"])
    >>> axes = order_paths({"Japan first": follow(table, ["JPN", "KOR"])})
    >>> len(axes.lines)  # the path, its name in the legend, and the zero line
    3
    """
    if not paths:
        raise ArgumentError("no order given", field="paths", allowed="at least one")
    first = next(iter(paths.values()))
    measure, what = measured(first)
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
            own = rounded(flat[flat["partner"] == economy], digits_of(measure), ["value"])
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
        money_axis(axes, measure, "y")
        for title, look in labels:
            axes.plot([], [], marker=look.marker, color=look.colour, ls=look.hatch, label=title)
        axes.legend(
            loc="lower left", bbox_to_anchor=(0, 1), ncols=len(labels), frameon=False, fontsize=9.5
        )
        end = float(parts[0]["value"].iloc[-1])
        title = f"{who(economy)}: every order ends at {_sized(end, measure)}; the way differs"
        subtitle = (
            f"{what}: change after each deal, against nobody signing; the code says who signs; "
            f"{terms_of(first)}"
        )
        style.finish(axes, title, subtitle, SOURCE, provisional=unsure(first))
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
        From `tradeviz.models.deals.delay`.
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
    >>> from tradeviz.models.deals import deals, delay, schedules
    >>> order = ["JPN", "KOR"]
    >>> table = delay(deals(order, otherwise="pause"), schedules(order))
    >>> delay_curves(table).shape
    (1, 3)
    """
    flat = need(delay, ["plan", "week", "partner", "cost"])
    known = [str(code) for code in dict.fromkeys(flat["partner"])]
    codes = [chosen(code, "economies", known) for code in (economies or known)]
    measure, _ = measured(delay)
    if measure != "income_change_usd":
        raise ArgumentError(
            "only dollars add up over weeks",
            field="measure",
            value=measure,
            allowed="income_change_usd",
        )
    flat = rounded(flat[flat["partner"].isin(codes)], digits_of(measure), ["cost"])
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
        whom = "the United States" if dearest == HOME else called(dearest)
        gaining = sum(value < 0 for value in cost.values())
        title = f"“{_said(last)}” costs {whom} most, {millions_text(cost[dearest])} million dollars"
        if gaining:
            title += f"; {gaining} of {len(codes)} gain by it"
        subtitle = (
            "Cost of waiting: real income forgone so far against all deals from week 0, million US "
            f"dollars of 2022; {terms_of(delay)}. Lines: {_key(plans)}"
        )
        style.finish(figure, title, subtitle, SOURCE, provisional=unsure(delay))
    words = "; ".join(
        f"{who(code)}: "
        + ", ".join(f"{plan} {millions_text(float(ends[plan, code]))}" for plan in plans)
        for code in codes
    )
    table = flat[["plan", "week", "partner", "cost"]].reset_index(drop=True)
    style.attach(figure, table, f"Lines by week. {title}. {subtitle}. At the end: {words}.")
    made: np.ndarray[Any, Any] = grid
    return made


def _said(plan: str) -> str:
    return plan[0].upper() + plan[1:]


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
    axes.set_title(who(code), loc="left", fontsize=10)
    axes.set_xlabel("Week")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: millions_text(v)))
