"""Who wins spending from whom when duties change."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from tradeviz.errors import ArgumentError
from tradeviz.law.outcome import Outcome
from tradeviz.models.response.nests import Floats, Index
from tradeviz.models.response.parameters import Parameters
from tradeviz.models.response.problem import problem, supplier_codes


def diversion(
    ends: Sequence[Outcome],
    reference: Outcome,
    codes: Sequence[str],
    p: Parameters,
    on: object = None,
) -> pd.DataFrame:
    """Return the spending that partners win from each other supplier.

    Index (outcome, partner, competitor); diverted_usd: spending, duty included, won from the
    competitor, below zero lost to it. Inside a product the winners' gains are put to the losers in
    proportion to their losses, so that rows are antisymmetric and add up to that of `respond`.
    """
    known = supplier_codes()
    for code in codes:
        if code not in known:
            what = "a part of the EU wins and loses with it; ask for the EU"
            raise ArgumentError(what, field="partners", value=code, allowed="EU")
    made = problem((reference, *ends), known, None, on)
    partner = np.repeat(np.arange(len(known)), np.diff([*made.starts, len(made.rows)]))
    solved = [scenario.solve(p) for scenario in made.scenarios]
    spent = [
        made.lined(scenario, one, p)[3]
        for scenario, one in zip(made.scenarios, solved, strict=True)
    ]
    parts = []
    for end, one, after in zip(ends, solved[1:], spent[1:], strict=True):
        grown = np.exp(one.price + one.quantity - solved[0].price - solved[0].quantity)
        won = after - spent[0] * grown[made.product]
        flows = _flows(won, made.product, partner, len(known))
        for place, code in enumerate(known):
            if code in codes:
                part = pd.DataFrame({"competitor": known, "diverted_usd": flows[place]})
                parts.append(
                    part[part["competitor"] != code].assign(outcome=end.name, partner=code)
                )
    table = pd.concat(parts, ignore_index=True)
    table["outcome"] = pd.Categorical(table["outcome"], [end.name for end in ends])
    table["partner"] = pd.Categorical(table["partner"], list(codes))
    table = table.sort_values(["outcome", "partner", "diverted_usd"], kind="stable")
    table = table.astype({"outcome": object, "partner": object})
    table = pd.DataFrame(table.set_index(["outcome", "partner", "competitor"])[["diverted_usd"]])
    table.attrs |= {
        "titles": {end.name: end.title for end in (reference, *ends)},
        "days": {end.name: str(end.schedule(on).day) for end in ends},
        "reference": reference.name,
    }
    return table


def _flows(won: Floats, product: Index, partner: Index, size: int) -> Floats:
    """Return partner x competitor flows, summed over products."""
    order = np.argsort(product, kind="stable")
    won, product, partner = won[order], product[order], partner[order]
    starts = np.flatnonzero(np.r_[True, product[1:] != product[:-1]])
    gains = np.add.reduceat(np.maximum(won, 0.0), starts)
    group = np.repeat(np.arange(len(starts)), np.diff([*starts, len(product)]))
    rate = np.divide(1.0, gains, out=np.zeros_like(gains), where=gains > 0)
    # Flow of partner i from competitor k in a product: gain of i times loss of k over all gains.
    gain = np.zeros((size, len(starts)))
    loss = np.zeros((size, len(starts)))
    gain[partner, group] = np.maximum(won, 0.0)
    loss[partner, group] = np.maximum(-won, 0.0)
    flow = (gain * rate) @ loss.T
    return np.asarray(flow - flow.T)
