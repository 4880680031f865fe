"""Deals that are bargained: who signs, which sets hold, whether the threat does, and transfers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from tradeviz.arguments import checked
from tradeviz.errors import ArgumentError, choose, count, mapped, number
from tradeviz.models.deals.game import measures_of
from tradeviz.models.deals.values import about, shapley_values, without, worth
from tradeviz.models.equilibrium.world import Floats
from tradeviz.partners import HOME

Objective = str | Mapping[str, float]

INCOME = "income_change_usd"
_WEEKS = 365.25 / 7


def objective_of(deals: pd.DataFrame, objective: Objective = INCOME) -> pd.Series[float]:
    """Return by coalition what the United States maximises: a measure, or measure -> weight."""
    if not isinstance(objective, Mapping):
        choose(objective, measures_of(deals), "objective", "unknown measure")
        return worth(deals, objective)[1][HOME]
    weights = {
        name: number(weight, f"objective[{name!r}]", "0 or more", low=0.0, what="not a weight")
        for name, weight in objective.items()
    }
    parts = [weight * objective_of(deals, name) for name, weight in weights.items()]
    if not any(weights.values()):
        known = ", ".join(measures_of(deals))
        raise ArgumentError("nothing has a weight", field="objective", allowed=known)
    return sum(parts[1:], start=parts[0])


def _steps(deals: pd.DataFrame, objective: Objective) -> tuple[list[str], Floats, Floats]:
    """Return partners, their income by coalition (2^n, n), and the objective of the US (2^n)."""
    partners, whole = worth(deals, INCOME)
    home = objective_of(deals, objective).to_numpy(dtype=float)
    if np.isnan(home).any():
        raise ArgumentError("the measure is missing for the USA", field="objective",
                            value=objective)  # fmt: skip
    return partners, np.asarray(whole[partners], dtype=float), np.asarray(home)


@checked
def dominance(deals: pd.DataFrame, objective: Objective = INCOME) -> pd.DataFrame:
    """Return whether signing is best for each partner whoever else has signed.

    Parameters
    ----------
    deals : DataFrame
        From `tradeviz.deals`.
    objective : str or mapping of str to float
        What the United States maximises: a measure of the table, or measure -> weight of 0 or
        more. Real income when not given; ``revenue_change_usd``; with `sectors` of `deals` also
        output and work of single sectors (``output_C24A_usd``).

    Returns
    -------
    DataFrame
        Index partner: coalitions (of the others, 2^(n-1)), gains_in (in how many of them the
        partner's real income rises by signing), least and most (that rise, US dollars a year),
        choice (``signs``, ``refuses``, ``depends``, or ``indifferent`` where nothing changes);
        home_least and home_most (what the deal changes for the United States, in units of the
        objective), threat (``not credible`` where the United States would rather give the deal in
        every coalition than carry the threat out,
        ``credible`` where in none, else ``depends``).

    Raises
    ------
    ArgumentError
        As `tradeviz.models.deals.values.worth`; for an unknown objective.

    Notes
    -----
    A dominant choice does not hang on the order, or on what the partner believes of others.

    Examples
    --------
    >>> from tradeviz.models.deals import deals
    >>> dominance(deals(["JPN", "AUS"]))["choice"].tolist()
    ['signs', 'refuses']
    """
    partners, own, home = _steps(deals, objective)
    least, home_least = rounding_of(own), rounding_of(home)
    rows = []
    for place in range(len(partners)):
        rest = without(len(partners), place)
        gain = own[rest | 1 << place, place] - own[rest, place]
        given = home[rest | 1 << place] - home[rest]
        rows.append(
            {
                "coalitions": len(rest), "gains_in": int((gain > least).sum()),
                "least": gain.min(), "most": gain.max(),
                "choice": _word(gain, least, "signs", "refuses"),
                "home_least": given.min(), "home_most": given.max(),
                "threat": _word(given, home_least, "not credible", "credible"),
            }
        )  # fmt: skip
    table = pd.DataFrame(rows, index=pd.Index(partners, name="partner"))
    return about(table, deals, INCOME, objective=objective)


def _word(gain: Floats, least: float, always: str, never: str) -> str:
    """Say whether a gain is always there, never, or nothing; rounding counts as nothing."""
    if np.abs(gain).max() <= least:
        return "indifferent"
    return always if (gain > least).all() else never if (gain <= least).all() else "depends"


def rounding_of(values: Floats) -> float:
    """Return below what a difference is rounding of the solver."""
    return 1e-6 * float(np.abs(values).max())


@checked
def stable(
    deals: pd.DataFrame, objective: Objective = INCOME, *, consent: bool = True
) -> list[str]:
    """Return the coalitions that hold when everyone is free to sign or not.

    Parameters
    ----------
    deals : DataFrame
        From `tradeviz.deals`.
    objective : str or mapping of str to float
        As in `dominance`.
    consent : bool
        Whether a deal needs the United States too; else any partner may take the terms.

    Returns
    -------
    list of str
        Members joined by ``+``: no member gains by leaving (nor the United States by ending a
        deal), and nobody outside gains by signing (where the United States gains by it too).

    Raises
    ------
    ArgumentError
        As `dominance`.

    Examples
    --------
    >>> from tradeviz.models.deals import deals
    >>> stable(deals(["JPN", "AUS"]))
    ['JPN']
    """
    partners, own, home = _steps(deals, objective)
    places, least, home_least = range(len(partners)), rounding_of(own), rounding_of(home)
    holds = np.ones(len(own), dtype=bool)
    for place in places:
        rest = without(len(partners), place)
        inside = rest | 1 << place
        signs = own[inside, place] - own[rest, place] > least
        if consent:
            signs &= home[inside] - home[rest] > home_least
        holds[inside] &= signs
        holds[rest] &= ~signs
    return ["+".join(partners[k] for k in places if int(s) >> k & 1) for s in np.flatnonzero(holds)]


@checked
def transfers(
    deals: pd.DataFrame,
    objective: Objective = INCOME,
    *,
    share: float = 0.5,
    during: pd.DataFrame | None = None,
    weeks: int = 12,
    discount: float = 0.05,
) -> pd.DataFrame:
    """Return what each partner would pay for its deal under three ways to bargain.

    Parameters
    ----------
    deals : DataFrame
        From `tradeviz.deals`: what holds with and without a deal once the deadline is over.
    objective : str or mapping of str to float
        What the United States maximises, as in `dominance`, in dollars.
    share : float
        Share of a surplus that goes to the United States, 0 to 1; in the game of offers the
        probability that it makes the offer.
    during : DataFrame, optional
        The same game with what holds before the deadline as `otherwise`, such as the pause; as
        `deals` when None.
    weeks : int
        Time to the deadline. The United States meets one partner at a time, drawn by lot, each on
        average once a week.
    discount : float
        Rate at which a year's delay is discounted, a fraction.

    Returns
    -------
    DataFrame
        Index partner, all US dollars a year: gain (of the partner by its deal once all others have
        one), home_gain (of the United States), surplus (both), one_by_one (Nash-in-Nash: each pair
        shares its surplus, the other deals given; nothing where there is none), batch (gain of the
        partner with all signed less its Shapley value in the game with the United States, which
        every coalition needs), offers (mean payment of the game of offers until the deadline, as a
        lasting flow from its start), signed (probability that the partner has a deal by then).
        Above zero the partner pays, below it is paid.

    Raises
    ------
    ArgumentError
        As `dominance`; for a table of another game, a share, weeks or discount out of bounds.

    Notes
    -----
    Nash (1950); Horn and Wolinsky (1988); Collard-Wexler, Gowrisankaran and Lee (2019) for one by
    one; Shapley (1953); Rubinstein (1982) and Binmore (1987) for offers drawn by lot. In a batch
    what a coalition does to those outside it counts for them and for nobody else. docs/deals.md.

    Examples
    --------
    >>> from tradeviz.models.deals import deals
    >>> table = transfers(deals(["JPN", "KOR"]))
    >>> bool((table["one_by_one"] == (table["gain"] - table["home_gain"]) / 2).all())
    True
    """
    number(share, "share", "0 to 1", low=0.0, high=1.0)
    number(discount, "discount", "a rate a year above 0", low=1e-6, high=10.0)
    count(weeks, "weeks", low=1, high=520)
    names = [objective] if isinstance(objective, str) else [*objective]
    if not all(str(name).endswith("_usd") for name in names):
        raise ArgumentError(
            "payments need dollars", field="objective", value=objective,
            allowed=", ".join(name for name in measures_of(deals) if name.endswith("_usd")),
        )  # fmt: skip
    partners, own, home = _steps(deals, objective)
    before = (own, home) if during is None else _steps(during, objective)[1:]
    if during is not None and worth(during)[0] != partners:
        raise ArgumentError("a table of another game", field="during", allowed=", ".join(partners))
    size, every = len(partners), len(own) - 1
    others = every ^ (1 << np.arange(size))
    gain = own[every] - own[others, np.arange(size)]
    home_gain = home[every] - home[others]
    surplus = gain + home_gain
    paid = np.where(surplus > 0, share * gain - (1.0 - share) * home_gain, 0.0)
    factor = (1.0 + discount) ** (-1.0 / _WEEKS / size)
    offered, signed = _offers(own, home, *before, share, weeks * size, factor)
    columns = {
        "gain": gain, "home_gain": home_gain, "surplus": surplus, "one_by_one": paid,
        "batch": own[every] - _batch(own, home), "offers": offered, "signed": signed,
    }  # fmt: skip
    table = pd.DataFrame(columns, index=pd.Index(partners, name="partner"))
    return about(table, deals, INCOME, objective=objective, share=share)


def _batch(own: Floats, home: Floats) -> Floats:
    """Return each partner's Shapley value in the game that the United States is a player of."""
    sets, size = np.arange(len(own)), own.shape[1]
    inside = sets[:, None] >> np.arange(size) & 1
    # Without the United States there is no deal and nothing to share.
    game = np.concatenate([np.zeros(len(own)), (own * inside).sum(axis=1) + home])
    return np.asarray(shapley_values(game)[:size])


def _offers(
    own: Floats, home: Floats, own_then: Floats, home_then: Floats, share: float, rounds: int,
    factor: float,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Return mean payments and probabilities of a deal, by induction from the deadline.

    In a state some have signed. A pair that meets signs if both together gain by it over going on
    without; then the United States has what it would have without, and its share of the gain.
    """
    size, sets = own.shape[1], np.arange(len(own))
    flow = np.column_stack([own_then, home_then])
    value = np.column_stack([own, home])
    # What is paid by each partner from a state on, and whether it will have a deal.
    pays, ends = np.zeros_like(own), (sets[:, None] >> np.arange(size) & 1).astype(float)
    for _ in range(rounds):
        value_next, pays_next, ends_next = (np.zeros_like(part) for part in (value, pays, ends))
        stay = (1.0 - factor) * flow + factor * value
        for place in range(size):
            rest = without(size, place)
            then = rest | 1 << place
            agreed, alone = stay[then].copy(), stay[rest]
            gain = agreed[:, [place, size]].sum(axis=1) - alone[:, [place, size]].sum(axis=1)
            price = agreed[:, place] - alone[:, place] - (1.0 - share) * gain
            agreed[:, place] -= price
            agreed[:, size] += price
            sign = (gain > 0)[:, None]
            money = factor * pays[then]
            money[:, place] += price
            # Whom the lot falls on may have a deal already: then nothing happens.
            value_next[rest] += np.where(sign, agreed, alone)
            pays_next[rest] += np.where(sign, money, factor * pays[rest])
            ends_next[rest] += np.where(sign, ends[then], ends[rest])
            value_next[then] += stay[then]
            pays_next[then] += factor * pays[then]
            ends_next[then] += ends[then]
        value, pays, ends = (part / size for part in (value_next, pays_next, ends_next))
    return pays[0], ends[0]


def ranges(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the first of several tables of `transfers`, with lowest and highest over all.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Name of a variant -> from `transfers`; the first stands for all.

    Returns
    -------
    DataFrame
        Index partner: one_by_one, batch, offers, each with ``_low`` and ``_high``.

    Examples
    --------
    >>> from tradeviz.models.deals import deals
    >>> table = transfers(deals(["JPN", "KOR"]))
    >>> ranges({"one": table})["batch_low"].equals(table["batch"].rename("batch_low"))
    True
    """
    if not mapped(tables, "tables", "variant: table"):
        raise ArgumentError("no variant given", field="tables", allowed="at least one")
    first = next(iter(tables.values()))
    every = pd.concat(tables)
    columns: dict[str, pd.Series[float]] = {}
    for way in WAYS:
        grouped = every[way].groupby(level="partner", sort=False)
        columns |= {way: first[way], f"{way}_low": grouped.min(), f"{way}_high": grouped.max()}
    table = pd.DataFrame(columns, index=first.index)
    table.attrs |= first.attrs
    return table


WAYS = ("one_by_one", "batch", "offers")
"""Ways to bargain, columns of `transfers`."""
