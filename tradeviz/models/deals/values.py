"""What a deal is worth to whom: alone, last, on average over all orders, and beside others."""

from __future__ import annotations

from math import factorial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tradeviz.errors import ArgumentError, choose
from tradeviz.models.deals.game import MEASURES
from tradeviz.models.equilibrium.shocks import HOME
from tradeviz.models.equilibrium.world import Floats

Index = NDArray[np.int64]


def worth(
    deals: pd.DataFrame, measure: str = "income_change_usd"
) -> tuple[list[str], pd.DataFrame]:
    """Return partners and a measure as a table of coalitions by economies.

    Parameters
    ----------
    deals : DataFrame
        From `tradeviz.deals`.
    measure : str
        A column with a change.

    Returns
    -------
    tuple of list and DataFrame
        Partners in the order of their bits; rows 0 to 2^n - 1, a column per partner and ``USA``.

    Raises
    ------
    ArgumentError
        For an unknown measure, or a table that does not have every coalition.

    Examples
    --------
    >>> from tradeviz.models.deals import deals
    >>> partners, table = worth(deals("JPN"))
    >>> partners, table.shape
    (['JPN'], (2, 2))
    """
    choose(measure, MEASURES, "measure", "unknown measure")
    if (
        not isinstance(deals, pd.DataFrame)
        or list(deals.index.names) != ["coalition", "partner"]
        or measure not in deals
    ):
        raise ArgumentError("not a table of deals", field="deals", allowed="from tradeviz.deals")
    codes = [str(code) for code in deals.index.get_level_values("partner").unique()]
    whole = deals[measure].unstack("partner")[codes]
    partners = [code for code in codes if code != HOME]
    if list(whole.index) != list(range(1 << len(partners))):
        raise ArgumentError(
            "a coalition is missing", field="deals", value=len(whole), allowed=1 << len(partners)
        )
    return partners, whole


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
    made = []
    for player in range(players):
        without = _without(players, player)
        gain = game[without | 1 << player] - game[without]
        made.append(np.tensordot(weight[size[without]], gain, axes=1))
    return np.array(made)


def _sizes(players: int) -> Index:
    return np.array([number.bit_count() for number in range(1 << players)])


def _without(players: int, *absent: int) -> Index:
    mask = sum(1 << player for player in absent)
    return np.array([members for members in range(1 << players) if not members & mask])


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
    table = _effects(*worth(deals, measure))
    table.attrs |= deals.attrs | {"measure": measure}
    return table


def _effects(partners: list[str], whole: pd.DataFrame) -> pd.DataFrame:
    values = shapley_values(whole.to_numpy(dtype=float))
    table = pd.DataFrame(values.T, index=whole.columns, columns=partners)
    table.index.name, table.columns.name = "partner", "signatory"
    return table


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
    every = (1 << len(partners)) - 1
    rows = []
    for place, code in enumerate(partners):
        own = whole[code].to_numpy(dtype=float)
        others = every ^ 1 << place
        alone, last = own[1 << place] - own[0], own[every] - own[others]
        mean = float(average.loc[code, code])  # type: ignore[arg-type]
        rows.append(
            {
                "partner": code,
                "alone": alone,
                "last": last,
                "average": mean,
                "first_mover_premium": alone - mean,
                "last_mover_penalty": mean - last,
                "left_out": own[others],
                "all_signed": own[every],
                "to_home": float(average.loc[HOME, code]),  # type: ignore[arg-type]
            }
        )
    table = pd.DataFrame(rows).set_index("partner")
    table.attrs |= deals.attrs | {"measure": measure}
    return table


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
            one, both = 1 << place, 1 << place | 1 << other
            without = _without(count, other)
            effect = own[without | 1 << other] - own[without]
            rest = _without(count, place, other)
            pair = own[rest | both] - own[rest | one] - own[rest | 1 << other] + own[rest]
            rows.append(
                {
                    "partner": code,
                    "signatory": signatory,
                    "effect": float(average.loc[code, signatory]),  # type: ignore[arg-type]
                    "interaction": float(_pair_weights(count)[_sizes(count)[rest]] @ pair),
                    "always": bool((effect > 0).all() or (effect < 0).all()),
                }
            )
    table = pd.DataFrame(rows)
    table.attrs |= deals.attrs | {"measure": measure}
    return table


def _pair_weights(players: int) -> Floats:
    """Return the weights of the Shapley interaction index by size of the rest; they add up to 1."""
    return np.array(
        [
            factorial(k) * factorial(players - k - 2) / factorial(players - 1)
            for k in range(players - 1)
        ]
    )
