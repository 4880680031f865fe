"""What a deal is worth to whom: alone, last, on average over all orders, and beside others."""

from __future__ import annotations

from math import factorial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tradeviz import datasets
from tradeviz.arguments import checked
from tradeviz.errors import ArgumentError, choose
from tradeviz.models.deals.game import OTHERWISE, TERMS, fourteen, game, measures_of
from tradeviz.models.equilibrium.world import Floats
from tradeviz.partners import HOME

Index = NDArray[np.int64]


def worth(
    deals: pd.DataFrame, measure: str = "income_change_usd"
) -> tuple[list[str], pd.DataFrame]:
    """Return partners in the order of their bits, and a measure by coalition and economy."""
    choose(measure, measures_of(deals), "measure", "unknown measure")
    if list(deals.index.names) != ["coalition", "partner"] or measure not in deals:
        raise ArgumentError("not a table of deals", field="deals", allowed="from tradeviz.deals")
    codes = [str(code) for code in deals.index.get_level_values("partner").unique()]
    whole = deals[measure].unstack("partner")[codes]
    partners = [code for code in codes if code != HOME]
    if list(whole.index) != list(range(1 << len(partners))):
        raise ArgumentError(
            "a coalition is missing", field="deals", value=len(whole), allowed=1 << len(partners)
        )
    return partners, whole


def stored_values() -> pd.DataFrame:
    """Return what a deal is worth to each of fourteen partners, solved before and kept in data/.

    Returns
    -------
    DataFrame
        The table deals_fourteen by partner: columns of `deal_values` and `dominance` for the terms
        that `tradeviz.deals` has where nothing else is asked for. ``.attrs`` as of `deals`.

    Examples
    --------
    >>> stored_values().attrs["terms"]
    'japan_style'
    """
    table = datasets.load("deals_fourteen").set_index("partner")
    _, described = game(fourteen(), TERMS, OTHERWISE, None, None, {})
    table.attrs |= described
    return table


def about(table: pd.DataFrame, deals: pd.DataFrame, measure: str, **more: object) -> pd.DataFrame:
    """Return a table that says which game, and which measure of it, it comes from."""
    table.attrs |= deals.attrs | {"measure": measure, **more}
    return table


def shapley_values(game: Floats) -> Floats:
    """Return the Shapley value of each player; in `game`, the worth of coalitions, k is bit k.

    Shapley (1953), "A Value for n-Person Games". Exact: every coalition is counted.

    Examples
    --------
    Two left gloves and one right one; a pair is worth 1:

    >>> game = np.array([0, 0, 0, 0, 0, 1, 1, 1.0])
    >>> shapley_values(game).round(4).tolist()
    [0.1667, 0.1667, 0.6667]
    """
    count = len(game)
    players = count.bit_length() - 1
    if count != 1 << players:
        raise ArgumentError("not a power of two", field="game", value=count)
    size = _sizes(players)
    weight = np.array(
        [factorial(k) * factorial(players - k - 1) / factorial(players) for k in range(players)]
    )
    values = []
    for player in range(players):
        rest = without(players, player)
        gain = game[rest | 1 << player] - game[rest]
        values.append(np.tensordot(weight[size[rest]], gain, axes=1))
    return np.array(values)


def _sizes(players: int) -> Index:
    return np.array([number.bit_count() for number in range(1 << players)])


def without(players: int, *absent: int) -> Index:
    """Return the coalitions that some players are not in."""
    mask = sum(1 << player for player in absent)
    return np.array([members for members in range(1 << players) if not members & mask])


@checked
def shapley(deals: pd.DataFrame, measure: str = "income_change_usd") -> pd.DataFrame:
    """Return what each deal is worth to each economy, on average over all orders of signing.

    Parameters
    ----------
    deals : DataFrame
        From `tradeviz.deals`.
    measure : str
        A change.

    Returns
    -------
    DataFrame
        A row per partner and for the USA, a column per signatory: the Shapley value of the
        signatory in the game whose worth is the row's own change. A row adds up to its change when
        all have signed, exactly; the diagonal is a partner's own deal.

    Raises
    ------
    ArgumentError
        As `worth`.

    Examples
    --------
    >>> from tradeviz.models.deals import deals
    >>> table = shapley(deals(["JPN", "KOR"]))
    >>> bool(table.loc["JPN", "JPN"] > 0 > table.loc["JPN", "KOR"])
    True
    """
    return about(_effects(*worth(deals, measure)), deals, measure)


def _effects(partners: list[str], whole: pd.DataFrame) -> pd.DataFrame:
    values = shapley_values(whole.to_numpy(dtype=float))
    table = pd.DataFrame(values.T, index=whole.columns, columns=partners)
    table.index.name, table.columns.name = "partner", "signatory"
    return table


@checked
def deal_values(deals: pd.DataFrame, measure: str = "income_change_usd") -> pd.DataFrame:
    """Return what a deal is worth to the partner that signs it, first, last and on average.

    Parameters
    ----------
    deals : DataFrame
        From `tradeviz.deals`.
    measure : str
        A change.

    Returns
    -------
    DataFrame
        Index partner: alone (signing when nobody has), last (when all others have), average (the
        Shapley value: mean over all orders), first_mover_premium (alone less average),
        last_mover_penalty (average less last), left_out (the change when all others have signed
        and the partner has not), all_signed, to_home (change of the United States on average).

    Raises
    ------
    ArgumentError
        As `worth`.

    Examples
    --------
    >>> from tradeviz.models.deals import deals
    >>> table = deal_values(deals(["JPN", "KOR"]))
    >>> bool(table.loc["JPN", "last"] > 0 > table.loc["JPN", "left_out"])
    True
    """
    partners, whole = worth(deals, measure)
    average = _effects(partners, whole)
    own, places = whole[partners].to_numpy(dtype=float), np.arange(len(partners))
    alone, others = own[1 << places, places] - own[0], own[(len(own) - 1) ^ 1 << places, places]
    last, mean = own[-1] - others, np.diag(average.loc[partners])
    columns = {
        "alone": alone, "last": last, "average": mean, "first_mover_premium": alone - mean,
        "last_mover_penalty": mean - last, "left_out": others, "all_signed": own[-1],
        "to_home": average.loc[HOME],
    }  # fmt: skip
    return about(pd.DataFrame(columns, index=pd.Index(partners, name="partner")), deals, measure)


@checked
def rivalry(deals: pd.DataFrame, measure: str = "income_change_usd") -> pd.DataFrame:
    """Return what another's deal does to a partner, and to the worth of the partner's own.

    Parameters
    ----------
    deals : DataFrame
        From `tradeviz.deals`.
    measure : str
        A change.

    Returns
    -------
    DataFrame
        A row per ordered pair: partner, signatory, effect (mean over all orders of what the
        signatory's deal changes for the partner; below zero they are rivals, above complements),
        interaction (how much the signatory's deal changes the worth of the partner's own, mean
        with the weights of the Shapley interaction index; below zero substitutes), always (whether
        the effect has one sign in every coalition).

    Raises
    ------
    ArgumentError
        As `worth`.

    Notes
    -----
    Grabisch and Roubens (1999), "An axiomatic approach to the concept of interaction among
    players in cooperative games", for the index of pairs.

    Examples
    --------
    >>> from tradeviz.models.deals import deals
    >>> rivalry(deals(["JPN", "KOR"]))["signatory"].tolist()
    ['KOR', 'JPN']
    """
    partners, whole = worth(deals, measure)
    average, count = _effects(partners, whole), len(partners)
    rows = []
    for place, code in enumerate(partners):
        own = whole[code].to_numpy(dtype=float)
        for other, signatory in enumerate(partners):
            if other == place:
                continue
            one, two = 1 << place, 1 << other
            apart, rest = without(count, other), without(count, place, other)
            effect = own[apart | two] - own[apart]
            pair = own[rest | one | two] - own[rest | one] - own[rest | two] + own[rest]
            rows.append(
                {
                    "partner": code, "signatory": signatory,
                    "effect": float(average.loc[code, signatory]),  # type: ignore[arg-type]
                    "interaction": float(_pair_weights(count)[_sizes(count)[rest]] @ pair),
                    "always": bool((effect > 0).all() or (effect < 0).all()),
                }
            )  # fmt: skip
    return about(pd.DataFrame(rows), deals, measure)


def _pair_weights(players: int) -> Floats:
    """Return the weights of the Shapley interaction index by size of the rest; they add up to 1."""
    whole, sizes = factorial(players - 1), range(players - 1)
    return np.array([factorial(k) * factorial(players - k - 2) / whole for k in sizes])
