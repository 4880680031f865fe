"""What outcomes do sector by sector: costs, prices, output, work, and use of protected inputs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tradeviz.arguments import checked
from tradeviz.law.outcome import REFERENCE, Wanted
from tradeviz.models.equilibrium.model import described, shocks_of, solutions
from tradeviz.models.equilibrium.reading import members_of
from tradeviz.models.equilibrium.solver import Solution
from tradeviz.models.equilibrium.world import Floats
from tradeviz.models.equilibrium.worlds import icio_world
from tradeviz.partners import HOME

_TOP = 3


@checked
def sector_effects(
    outcomes: Wanted | Sequence[Wanted],
    *,
    reference: Wanted = REFERENCE,
    partners: str | Iterable[str] = HOME,
    on: object = None,
    **options: Any,
) -> pd.DataFrame:
    """Return what outcomes change in each sector once producers' inputs cost something else.

    Parameters
    ----------
    outcomes, reference, on
        As in `tradeviz.equilibrium`.
    partners : str or iterable of str
        Economies; the United States when not given.
    **options
        Of the world, as in `tradeviz.equilibrium`: elasticity, deficit, services_tariffs,
        us_tariffs. Inputs are always seen.

    Returns
    -------
    DataFrame
        Index (outcome, partner, sector). Changes against the reference, fractions: price_change
        (what buyers in the economy pay, all origins, tariffs included), cost_change (of producing
        one unit), input_cost_change (the part of it that inputs make), wage_change, output_change
        (quantity), employment_change (of the sector; the economy's is fixed). added_rate: what
        the outcome adds on the economy's exports to the United States beyond the reference;
        protected_inputs: share of costs in inputs, each times what the outcome adds beyond the
        reference on all US imports of that sector; main_inputs: the largest parts of that;
        exports_to_us_usd: sales to the United States in the reference, dollars of 2022.

    Raises
    ------
    ArgumentError, OutcomeError, EquilibriumError
        As `tradeviz.equilibrium`.

    Notes
    -----
    docs/equilibrium.md. Shares of inputs are of 2011 and of 16 industries: steel, other metals and
    metal products are used in one proportion by all industries of an economy.

    Examples
    --------
    >>> table = sector_effects("snapback").xs("USA", level="partner")
    >>> bool(table.loc[("snapback", "C29"), "cost_change"] > -0.1)
    True
    """
    shocks = shocks_of(outcomes, reference, on)
    world = icio_world(inputs=True, **options)
    groups = members_of(world, partners)
    start, after = solutions(shocks, world)
    base = shocks.rates[shocks.reference.name]
    parts = {
        (name, code): _read(solution, start, places, shocks.rates[name] - base)
        for name, solution in after.items()
        for code, places in groups.items()
    }
    table = pd.concat(parts, names=["outcome", "partner", "sector"])
    return described(table, shocks, residual=max(s.residual for s in (start, *after.values())))


def _read(now: Solution, then: Solution, places: NDArray[np.int64], added: Floats) -> pd.DataFrame:
    world, home = now.world, now.world.place(HOME)
    inputs, prices, unit = world.inputs, _logs(now, then, "prices"), _logs(now, then, "unit")
    assert inputs is not None
    bought = then.customs_trade[:, home, :]
    weight = bought.copy()
    weight[:, home] = 0.0
    everyone = weight.sum(axis=1)
    protection = np.divide(
        (weight * added).sum(axis=1), everyone, out=np.zeros_like(everyone), where=everyone > 0
    )
    sold, sold_then = (one.customs_trade.sum(axis=1) for one in (now, then))
    wage = now.state.cost - then.state.cost
    bill, bill_then = ((1.0 - inputs.sum(axis=0)) * one for one in (sold, sold_then))

    def mean(values: Floats, weights: Floats) -> Floats:
        return np.asarray(
            (values * weights)[:, places].sum(axis=1) / weights[:, places].sum(axis=1)
        )

    parts = _content(inputs[:, :, places], sold_then[:, places]) * protection[:, None]
    shipped = bought if home in places else weight
    columns = {
        "price_change": mean(np.expm1(prices), then.whole),
        "cost_change": mean(np.expm1(unit), sold_then),
        "input_cost_change": mean(np.expm1(np.einsum("rsn,rn->sn", inputs, prices)), sold_then),
        "wage_change": mean(np.broadcast_to(np.expm1(wage), sold.shape), sold_then),
        "output_change": mean(sold / np.exp(unit) / sold_then - 1.0, sold_then),
        "employment_change": mean(bill / np.exp(wage) / bill_then - 1.0, bill_then),
        "added_rate": mean(added, np.maximum(shipped, 1e-9)),
        "protected_inputs": parts.sum(axis=0),
        "exports_to_us_usd": weight[:, places].sum(axis=1),
        "main_inputs": [_main(parts[:, s], world.sectors) for s in range(len(world.sectors))],
    }  # fmt: skip
    return pd.DataFrame(columns, index=pd.Index(world.sectors, name="sector"))


def _content(inputs: Floats, output: Floats) -> Floats:
    """Return shares of inputs of several economies together, (S of the input, S of the user)."""
    used = np.einsum("rsn,sn->rs", inputs, output)
    return np.asarray(used / output.sum(axis=1))


def _logs(now: Solution, then: Solution, name: str) -> Floats:
    return np.asarray(getattr(now.state, name) - getattr(then.state, name), dtype=float)


def _main(parts: Floats, sectors: tuple[str, ...]) -> str:
    order = np.argsort(-np.abs(parts), kind="stable")[:_TOP]
    return "+".join(sectors[place] for place in order if parts[place] != 0.0)
