"""Orders of signing: what each step changes, and the best order from each side's view."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from tradeviz.arguments import checked
from tradeviz.errors import ArgumentError, choose, listed, nearest
from tradeviz.models.deals.values import about, worth
from tradeviz.partners import HOME


@checked
def follow(
    deals: pd.DataFrame, order: Sequence[str], measure: str = "income_change_usd"
) -> pd.DataFrame:
    """Return the change of every economy after each step of an order.

    Parameters
    ----------
    deals : DataFrame
        From `tradeviz.deals`.
    order : sequence of str
        All partners of the game, the first to sign first.
    measure : str
        A change.

    Returns
    -------
    DataFrame
        A row per step (0: nobody) and economy: step, signatory (empty at 0), partner, value.

    Raises
    ------
    ArgumentError
        As `tradeviz.models.deals.values.worth`, or when the order does not have each partner once.

    Examples
    --------
    >>> from tradeviz.models.deals import deals
    >>> table = follow(deals(["JPN", "KOR"]), ["KOR", "JPN"])
    >>> table["signatory"].unique().tolist()
    ['', 'KOR', 'JPN']
    """
    partners, whole = worth(deals, measure)
    order = [str(code) for code in listed(order, "order", ", ".join(partners))]
    if sorted(order) != sorted(partners):
        wrong = [code for code in order if code not in partners]
        raise ArgumentError(
            "an order has each partner once", field="order", value=", ".join(order),
            allowed=partners, nearest=nearest(wrong[0], partners) if wrong else None,
        )  # fmt: skip
    members, parts = 0, []
    for step, code in enumerate(["", *order]):
        members |= 1 << partners.index(code) if code else 0
        row = whole.loc[members]
        columns = {"step": step, "signatory": code, "partner": row.index, "value": row.to_numpy()}
        parts.append(pd.DataFrame(columns))
    table = pd.concat(parts, ignore_index=True)
    return about(table, deals, measure, order=tuple(order))


@checked
def best_order(
    deals: pd.DataFrame,
    side: str = HOME,
    measure: str = "income_change_usd",
    *,
    worst: bool = False,
) -> list[str]:
    """Return the order of signing that is best for one side while it lasts.

    Parameters
    ----------
    deals : DataFrame
        From `tradeviz.deals`.
    side : str
        A partner of the game, ``USA``, or ``all`` for the sum over partners.
    measure : str
        A change.
    worst : bool
        The worst order in its place.

    Returns
    -------
    list of str
        Partners, the first to sign first: the one that makes the mean of the side's change over
        the steps largest. All orders end at the same place, so only the way counts. Of orders that
        are equally good the one that keeps to the order of the game.

    Raises
    ------
    ArgumentError
        As `tradeviz.models.deals.values.worth`, or for an unknown side.

    Notes
    -----
    Exact, by dynamic programming over coalitions: 2^n n steps in the place of n! orders.

    Examples
    --------
    >>> from tradeviz.models.deals import deals
    >>> table = deals(["JPN", "KOR"])
    >>> best_order(table, "KOR"), best_order(table, "KOR", worst=True)
    (['KOR', 'JPN'], ['JPN', 'KOR'])
    """
    partners, whole = worth(deals, measure)
    known = [*partners, HOME, "all"]
    choose(side, known, "side", "unknown side")
    gain = whole[partners].sum(axis=1) if side == "all" else whole[side]
    value = gain.to_numpy(dtype=float) * (-1.0 if worst else 1.0)
    if np.isnan(value).any():
        raise ArgumentError(
            "the measure is missing for this side", field="measure", value=measure, allowed=partners
        )
    count = len(partners)
    every = (1 << count) - 1
    # best[S]: largest sum of what is still to come when S has signed.
    best, step = np.zeros(1 << count), np.full(1 << count, -1)
    for members in range(every - 1, -1, -1):
        found = -np.inf
        for place in range(count):
            after = members | 1 << place
            if after != members and value[after] + best[after] > found + 1e-15:
                found, step[members] = value[after] + best[after], place
        best[members] = found
    order, members = [], 0
    while members != every:
        order.append(partners[step[members]])
        members |= 1 << step[members]
    return order
