"""Sentences on the order of deals: one by one, or all at once."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from tradeviz.errors import ArgumentError
from tradeviz.models.equilibrium.shocks import HOME
from tradeviz.partners import called
from tradeviz.quantities import listing
from tradeviz.show.reading import need, title_in
from tradeviz.tables.deals import dealt_text, millions_text

_MEASURE = "income_change_usd"


def deal_order(values: Mapping[str, pd.DataFrame], delay: pd.DataFrame) -> str:
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

    Raises
    ------
    ArgumentError
        For no variant, or a missing column.

    Examples
    --------
    >>> from tradeviz.models.deals import deal_values, deals, delay, schedules
    >>> pair = ["JPN", "KOR"]
    >>> weeks = delay(deals(pair, otherwise="pause"), schedules(pair))
    >>> deal_order({"Elasticity 4": deal_values(deals(pair))}, weeks)[:9]
    'All order'
    """
    if not values:
        raise ArgumentError("no variant given", field="values", allowed="at least one")
    wanted = ["partner", "alone", "last", "average"]
    every = pd.concat({name: need(table, wanted) for name, table in values.items()})
    first = next(iter(values.values()))
    own = need(first, wanted)
    gain = (every["alone"] - every["last"]) / every["average"].abs()
    winners = own.loc[own["average"] > 0, "partner"].astype(str).tolist()
    losers = own.loc[own["average"] <= 0, "partner"].astype(str).tolist()
    terms, otherwise = (
        title_in(first, str(first.attrs.get(key, ""))) for key in ("terms", "otherwise")
    )
    text = (
        "All orders end at the same place, and in this model the way there matters little: signing "
        f"first and not last changes what a partner’s own deal is worth by "
        f"{_share(gain.min())} to {_share(gain.max())} over {len(values)} variants and "
        f"{own['partner'].nunique()} partners. What matters is having one. In billion dollars of "
        f"real income a year, “{terms}” in the place of “{otherwise}” is worth "
        f"{'; '.join(_worth(every, own, code) for code in winners) or 'nothing to anyone'}."
    )
    if losers:
        found = "; ".join(_worth(every, own, code) for code in losers)
        text += f" Those who pay less without it have no reason to sign: {found}."
    return f"{text} {_waiting(delay)}"


def _share(value: float) -> str:
    return f"{value * 100:.1f}\u00a0%".replace("-", "−")


def _worth(every: pd.DataFrame, own: pd.DataFrame, code: str) -> str:
    values = every.loc[every["partner"] == code, "average"]
    middle = own.loc[own["partner"] == code, "average"].item()
    low, high = (dealt_text(float(value), _MEASURE) for value in (values.min(), values.max()))
    return f"**{called(code)}** {dealt_text(float(middle), _MEASURE)} ({low} to {high})"


def _waiting(delay: pd.DataFrame) -> str:
    flat = need(delay, ["plan", "week", "partner", "cost"])
    ends = flat[flat["week"] == flat["week"].max()].set_index(["plan", "partner"])["cost"]
    parts = []
    for plan in ("one by one", "all at the end"):
        if plan not in ends.index.get_level_values("plan"):
            raise ArgumentError("a plan is missing", field="delay", value=plan)
        parts.append(f"{millions_text(float(ends[plan, HOME]))} {plan}")
    waiting = ends["all at the end"]
    spared = [called(str(code)) for code, cost in waiting.items() if cost < 0 and code != HOME]
    text = (
        f"Against all at once on the first day, waiting through the {flat['week'].max()} whole "
        f"weeks of the pause costs the United States {listing(parts)} (million dollars)"
    )
    if spared:
        text += f"; {listing(spared)} {'gain' if len(spared) > 1 else 'gains'} by it"
    return f"{text}."


def rivals(effects: pd.DataFrame) -> str:
    """Say how much partners lose by each other's deals.

    Parameters
    ----------
    effects : DataFrame
        From `tradeviz.models.deals.shapley`, in dollars.

    Returns
    -------
    str
        Markdown.

    Raises
    ------
    ArgumentError
        For an empty table.

    Examples
    --------
    >>> from tradeviz.models.deals import deals, shapley
    >>> "South Korea" in rivals(shapley(deals(["JPN", "KOR"])))
    True
    """
    codes = [str(code) for code in effects.columns]
    if not codes:
        raise ArgumentError("the table is empty", field="effects")
    matrix = effects.loc[codes, codes]
    own = pd.Series({code: float(matrix.to_numpy()[k, k]) for k, code in enumerate(codes)})
    others = matrix.sum(axis=1) - own
    hurt = str(others.idxmin())
    part = float(-others.sum() / own[own > 0].sum())
    return (
        f"The deals of the others take {_share(part)} of what the own deals of all "
        f"{len(codes)} bring; {called(hurt)} loses most by them, "
        f"{dealt_text(float(others[hurt]), _MEASURE).lstrip('−')} billion dollars a year, beside "
        f"{dealt_text(float(own[hurt]), _MEASURE)} from its own."
    )
