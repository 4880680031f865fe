"""Inputs from other sectors: shares by economy, on the sectors of the world expenditure table."""

from __future__ import annotations

from functools import cache

import numpy as np

from tradeviz import datasets
from tradeviz.models.equilibrium.shocks import REST
from tradeviz.models.equilibrium.world import Floats, World


@cache
def _industries() -> tuple[dict[str, Floats], dict[str, int], Floats]:
    """Return economy -> shares (input, industry); the place of each industry; the mean of all."""
    table = datasets.load("input_shares")
    names = sorted(map(str, table["industry"].unique()))
    place = {name: number for number, name in enumerate(names)}
    codes = [table[name].astype(str).map(place).to_numpy() for name in ("input", "industry")]
    shares: dict[str, Floats] = {}
    for economy, rows in table.groupby(table["economy"].astype(str)).indices.items():
        own = np.full((len(names), len(names)), np.nan)
        own[codes[0][rows], codes[1][rows]] = table["share"].to_numpy(dtype=float)[rows]
        shares[str(economy)] = own
    return shares, place, np.asarray(np.nanmean(np.stack(list(shares.values())), axis=0))


def coefficients(world: World) -> Floats:
    """Return the spending on each input over the output of each sector, (S, S, N).

    An economy without a table of its own has that of the rest of the world, an industry that an
    economy lacked in 2011 the mean of all. Inputs of one industry are split among its sectors as
    the economy's whole spending is; where they would exceed that spending they are cut to it.
    """
    shares, place, mean = _industries()
    about = datasets.load("input_industries").set_index("sector")["industry"].astype(str)
    member = about.loc[list(world.sectors)].map(place).to_numpy()
    spent = world.flows.sum(axis=2)
    whole = np.zeros((len(place), spent.shape[1]))
    np.add.at(whole, member, spent)
    split = spent / whole[member]
    rows = []
    for number, economy in enumerate(world.economies):
        own = shares.get(economy, shares[REST])
        own = np.where(np.isnan(own), mean, own)[np.ix_(member, member)]
        rows.append(own * split[:, number, None])
    share = np.stack(rows, axis=2)
    used = np.einsum("rsn,sn->rn", share, world.output)
    return np.asarray(share * np.minimum(1.0, spent / used)[:, None, :])
