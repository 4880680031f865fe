"""The way to deals shown: orders of signing, what waiting costs, and whether either matters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from tradeviz.arguments import checked
from tradeviz.errors import ArgumentError, choose
from tradeviz.models.deals.show import (
    DOLLARS,
    digits_of,
    measured,
    share_text,
    terms_of,
    text_of,
    unsure,
)
from tradeviz.models.equilibrium.show import SOURCE
from tradeviz.partners import HOME, called, name
from tradeviz.quantities import Quantity, counted, dollars, in_words, listing, number
from tradeviz.show.frame import SMALL, Frame, chart, finish, frame, mark, panels, room_for, said
from tradeviz.show.palette import ACCENT, GREY, INK, MUTED, PAPER
from tradeviz.show.paths import axis_room, end_labels, height_axis
from tradeviz.show.reading import need, rounded, title_in, values_in


@chart
def order_paths(
    paths: Mapping[str, pd.DataFrame], economy_shown: str = HOME, *, title: str | None = None,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw what one economy gains as one partner after the other signs, order by order.

    Parameters
    ----------
    paths : mapping of str to DataFrame
        Name of an order -> from `tradeviz.models.deals.follow`; two or three.
    economy_shown : str
        A partner of the game, or ``USA``.
    title, ax : optional
        A checked claim, what the tables say when None; where to draw, a new figure when None.

    Returns
    -------
    Axes
        A line per order, each step with the code of who signs; the first order in the accent.

    Examples
    --------
    >>> from tradeviz.models.deals import deals, follow
    >>> table = deals(["JPN", "KOR"])
    >>> axes = order_paths({"Japan first": follow(table, ["JPN", "KOR"])})
    >>> len(axes.lines) >= 2
    True
    """
    first = next(iter(paths.values()))
    shown = measured(first)
    choose(economy_shown, values_in(first), "economy")
    parts = []
    for order, path in paths.items():
        flat = need(path, ["step", "signatory", "partner", "value"])
        own = rounded(flat[flat["partner"] == economy_shown], digits_of(shown), ["value"])
        parts.append(own.assign(order=order)[["order", "step", "signatory", "value"]])
    table = pd.concat(parts, ignore_index=True)
    names = [str(order) for order in paths]
    low, high = min(0.0, float(table["value"].min())), max(0.0, float(table["value"].max()))
    sheet = frame(ax, 300, left=axis_room(shown, high, low), right=30, top=30, bottom=42)
    axes = sheet.axes
    axes.set_xlim(-0.25, float(table["step"].max()) + 0.25)
    # Partners are named at the turns, above the first line and below the others.
    height_axis(sheet, shown, high, low=low, room=0.14)
    axes.set_ylim(bottom=low + high - axes.get_ylim()[1])
    spoken = []
    for place, part in enumerate(parts):
        spoken.append(_order_line(sheet, part, shown, place, names[place]))
        sheet.label(axes.get_xlim()[0], axes.get_ylim()[1], names[place], dy=14,
                    dx=8 + sum(room_for([other], weight="bold") + 16 for other in names[:place]),
                    colour=(ACCENT, INK, GREY)[place % 3],
                    weight="normal" if place else "bold")  # fmt: skip
    axes.set_xticks(range(int(table["step"].max()) + 1))
    axes.set_xlabel("Deals signed", fontsize=SMALL)
    total = shown.write(float(parts[0]["value"].iloc[-1]), digits=2)
    # Each order in its own steps: two that are alike have no way of their own.
    differs = bool(table.groupby("step")["value"].nunique().max() > 1)
    told = f"every order ends at {total}" if len(parts) > 1 else f"{total} once all have signed"
    finish(
        sheet, source=SOURCE, data=table, provisional=unsure(first), alt=said(spoken),
        title=title or f"{name(economy_shown)}: {told}" + "; the way differs" * differs,
        subtitle=f"{shown.heading}: change after each deal, against nobody signing; "
        f"{terms_of(first)}",
        note="The code says who signs.",
    )  # fmt: skip
    return axes


def _order_line(sheet: Frame, part: pd.DataFrame, shown: Quantity, place: int, order: str) -> str:
    """Draw one order and return what it says."""
    colour = (ACCENT, INK, GREY)[place % 3]
    above = place == 0
    sheet.axes.plot(part["step"], part["value"], color=colour, lw=2)
    words = []
    for row in part.to_dict("records"):
        text = shown.write(float(row["value"]), digits=2)
        dot = sheet.axes.plot(row["step"], row["value"], "o", ms=6, color=colour, mec=PAPER,
                              mew=0.7)[0]  # fmt: skip
        mark(dot, f"{order}, {row['step']} signed: {text}")
        if row["step"] > 0:
            words.append(f"{row['signatory']} {text}")
            sheet.label(row["step"], row["value"], str(row["signatory"]), size=8, colour=colour,
                        ha="center" if above else "left", dx=0 if above else 5,
                        dy=13 if above else -9)  # fmt: skip
    return f"{order}: {', '.join(words)}"


@chart
def delay_curves(
    delay: pd.DataFrame, economies: list[str] | None = None, *, title: str | None = None
) -> np.ndarray[Any, Any]:
    """Draw what waiting costs each economy, week by week, under the ways to announce deals.

    Parameters
    ----------
    delay : DataFrame
        From `tradeviz.models.deals.delay`.
    economies : list of str, optional
        Those shown; all of the table when None.
    title : str, optional
        A checked claim; what the table says when None.

    Returns
    -------
    ndarray of Axes
        One per economy, each with a scale of its own that holds zero: a line per plan, its name at
        its end.

    Examples
    --------
    >>> from tradeviz.models.deals import deals, delay, schedules
    >>> order = ["JPN", "KOR"]
    >>> table = delay(deals(order, otherwise="pause"), schedules(order))
    >>> len(delay_curves(table))
    3
    """
    flat = need(delay, ["plan", "week", "partner", "cost"])
    known = values_in(flat)
    codes = [choose(code, known, "economies") for code in (economies or known)]
    shown = measured(delay)
    if shown.unit != "usd":
        raise ArgumentError(
            "only dollars add up over weeks", field="measure", value=shown.column,
            allowed=DOLLARS.column,
        )  # fmt: skip
    flat = rounded(flat[flat["partner"].isin(codes)], digits_of(shown), ["cost"])
    plans = values_in(flat, "plan")
    left = max(
        axis_room(shown, max(0.0, float(own["cost"].max())), min(0.0, float(own["cost"].min())))
        for _, own in flat.groupby("partner")
    )
    sheets = panels(len(codes), 210, left=left, right=room_for(plans, SMALL, "bold") + 12,
                    top=34, bottom=42)  # fmt: skip
    for sheet, code in zip(sheets, codes, strict=True):
        _delay_panel(sheet, flat[flat["partner"] == code], code, plans, left)
    ends = flat[flat["week"] == flat["week"].max()].set_index(["plan", "partner"])["cost"]
    cost = {code: float(ends[plans[-1], code]) for code in codes}
    dearest = max(codes, key=lambda code: cost[code])
    told = f"To wait costs {called(dearest)} most: {dollars(cost[dearest])}, {plans[-1]}"
    if not cost[dearest] > 0:
        told = f"To wait costs nobody anything, {plans[-1]}"
    gaining = sum(value < 0 for value in cost.values())
    if gaining:
        told += f"; {in_words(gaining)} of {in_words(len(codes))} gain by it"
    words = [
        f"{name(code)}: "
        + ", ".join(f"{plan} {dollars(float(ends[plan, code]))}" for plan in plans)
        for code in codes
    ]
    finish(
        sheets, title=title or told, source=SOURCE, provisional=unsure(delay),
        subtitle="Real income forgone so far against all deals from week 0, US dollars of 2022, by "
        f"week; {terms_of(delay)}",
        note="Below zero: a gain." if (flat["cost"] < 0).any() else "",
        data=flat[["plan", "week", "partner", "cost"]].reset_index(drop=True),
        alt=f"Lines by week, a panel per economy. At the end: {said(words)}",
    )  # fmt: skip
    return np.array([sheet.axes for sheet in sheets])


def _delay_panel(sheet: Frame, own: pd.DataFrame, code: str, plans: list[str], left: float) -> None:
    axes = sheet.axes
    low, high = min(0.0, float(own["cost"].min())), max(0.0, float(own["cost"].max()))
    axes.set_xlim(float(own["week"].min()), float(own["week"].max()))
    height_axis(sheet, DOLLARS, high, low=low)
    ends = []
    for place, plan in enumerate(plans):
        part = own[own["plan"] == plan]
        last = place == len(plans) - 1
        colour = ACCENT if last else (INK, GREY, MUTED)[place % 3]
        line = axes.plot(part["week"], part["cost"], color=colour, lw=2.2 if last else 1.5)[0]
        end = float(part["cost"].iloc[-1])
        mark(line, f"{name(code)}, {plan}: {dollars(end)} after {part['week'].max()} weeks")
        ends.append((end, plan, colour, "bold" if last else "normal"))
    end_labels(sheet, axes.get_xlim()[1], ends, size=SMALL)
    sheet.label(axes.get_xlim()[0], axes.get_ylim()[1], name(code), weight="bold", dy=18,
                dx=8 - left)  # fmt: skip
    axes.set_xticks(range(0, int(own["week"].max()) + 1, 4))
    axes.set_xlabel("week", fontsize=SMALL)


@checked
def order_sentence(values: Mapping[str, pd.DataFrame], delay: pd.DataFrame) -> str:
    """Say whether the order of deals matters, what one is worth, and what waiting costs.

    Parameters
    ----------
    values : mapping of str to DataFrame
        Name of a variant -> from `deal_values` in dollars; the first stands for all.
    delay : DataFrame
        From `tradeviz.models.deals.delay`, with a plan ``one by one`` and one ``all at the end``.

    Returns
    -------
    str
        Markdown.

    Examples
    --------
    >>> from tradeviz.models.deals import deal_values, deals, delay, schedules
    >>> pair = ["JPN", "KOR"]
    >>> weeks = delay(deals(pair, otherwise="pause"), schedules(pair))
    >>> order_sentence({"Elasticity 4": deal_values(deals(pair))}, weeks)[:9]
    'All order'
    """
    wanted = ["partner", "alone", "last", "average"]
    every = pd.concat({name: need(table, wanted) for name, table in values.items()})
    first = next(iter(values.values()))
    own = need(first, wanted).set_index("partner")["average"].round(digits_of(DOLLARS))
    changed = every[every["average"].round(digits_of(DOLLARS)) != 0]
    gain = (changed["alone"] - changed["last"]) / changed["average"].abs()
    worth = {}
    for code, variants in every.groupby("partner", sort=False)["average"]:
        middle, low, high = (text_of(value, DOLLARS) for value in
                             (own[code], variants.min(), variants.max()))  # fmt: skip
        worth[code] = f"**{called(str(code))}** {middle} ({low} to {high})"
    winners, losers = ([worth[code] for code in own[kept].index] for kept in (own > 0, own < 0))
    same = [called(str(code)) for code in own[own == 0].index]
    terms, otherwise = (
        title_in(first, str(first.attrs.get(key, ""))) for key in ("terms", "otherwise")
    )
    text = (
        "All orders end at the same place, and in this model the way there matters little: signing "
        f"first and not last changes what a partner’s own deal is worth by "
        f"{share_text(gain.min())} to {share_text(gain.max())} over "
        f"{counted(len(values), 'variant')} and {own.index.nunique()} partners. What matters is "
        "having one. In billion dollars of "
        f"real income a year, “{terms}” in the place of “{otherwise}” is worth "
        f"{'; '.join(winners) or 'nothing to anyone'}."
    )
    if losers:
        text += f" Those who pay less without it have no reason to sign: {'; '.join(losers)}."
    if same:
        text += f" It is all one to {listing(same)}."
    return f"{text} {_waiting(delay)}"


def _waiting(delay: pd.DataFrame) -> str:
    flat = need(delay, ["plan", "week", "partner", "cost"])
    ends = flat[flat["week"] == flat["week"].max()].set_index(["plan", "partner"])["cost"]
    parts = []
    for plan in ("one by one", "all at the end"):
        if plan not in ends.index.get_level_values("plan"):
            raise ArgumentError("a plan is missing", field="delay", value=plan)
        parts.append(f"{number(ends[plan, HOME] / 1e6, 0)} {plan}")
    waiting = ends["all at the end"]
    spared = [called(str(code)) for code, cost in waiting.items() if cost < 0 and code != HOME]
    gainers = f"; {listing(spared)} {'gain' if len(spared) > 1 else 'gains'} by it"
    return (
        f"Against all at once on the first day, waiting through the {flat['week'].max()} whole "
        f"weeks of the pause costs the United States {listing(parts)} (million dollars)"
        f"{gainers if spared else ''}."
    )
