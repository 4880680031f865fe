"""A world as arrays: who buys what from whom, at which tariff, with which elasticity."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tradeviz.errors import ArgumentError, DataError, nearest

Floats = NDArray[np.float64]

_CLOSE = 1e-9


@dataclass(frozen=True, eq=False)
class World:
    """The data of the model: S sectors, N economies; importer before exporter in every array.

    Multi-sector Armington or Eaton and Kortum (2002) model; the wage bill, the revenue and the
    transfer add up to the expenditure of each economy (US dollars a year). Made by `world_of`.

    - `shares[s, i, j]`: share of importer i's expenditure on sector s that goes to exporter j, at
      the price the buyer pays (tariff included); rows add up to 1.
    - `spending[s, i]`: share of a sector in the expenditure of an importer.
    - `tariffs[s, i, j]`: ad valorem tariff of importer i on exporter j, a fraction.
    - `wage_bill[j]`: what producers receive from all buyers, sales without tariffs.
    - `deficits[i]`: the transfer that an economy receives; they add up to 0.
    - `elasticities[s]`: trade elasticity of a sector, positive.
    - `labour_supply`: elasticity kappa of employment to the real wage after tax; 0 holds it.
    - `scale`: elasticity psi of productivity to employment (external economies of scale).
    - `tax_relief`: revenue replaces a tax on wages and is not paid out; matters with kappa only.
    - `transfers_by_wages`: transfers keep their share of the world's wage bill, not of its
      expenditure: tariff revenue raises none.
    - `inputs[r, s, j]`: spending on input r over the output of sector s in economy j; then
      `spending` and `expenditure` are of final use, `wage_bill` is value added, and `bought` is
      what final users and producers spend on each sector.
    """

    economies: tuple[str, ...]
    sectors: tuple[str, ...]
    shares: Floats
    spending: Floats
    tariffs: Floats
    expenditure: Floats
    wage_bill: Floats
    deficits: Floats
    elasticities: Floats
    labour_supply: float = 0.0
    scale: float = 0.0
    tax_relief: bool = False
    transfers_by_wages: bool = False
    inputs: Floats | None = None
    bought: Floats | None = None

    def place(self, economy: str) -> int:
        """Return the position of an economy on the axes."""
        if economy not in self.economies:
            some = f"{len(self.economies)} codes such as {', '.join(self.economies[:3])}"
            raise ArgumentError(
                "economy is not in this table", field="economy", value=economy, allowed=some,
                nearest=nearest(economy, self.economies),
            )  # fmt: skip
        return self.economies.index(economy)

    @cached_property
    def kept(self) -> Floats:
        """Share of the buyer's price that reaches the producer, 1 / (1 + tariff)."""
        return 1.0 / (1.0 + self.tariffs)

    @cached_property
    def received(self) -> Floats:
        """Share of an importer's expenditure on a sector that a producer receives."""
        return self.shares * self.kept

    @cached_property
    def flows(self) -> Floats:
        """Expenditure at the buyer's price, shape (S, N, N), US dollars a year."""
        return self.shares * self.whole[:, :, None]

    @cached_property
    def whole(self) -> Floats:
        """What each economy spends on each sector, shape (S, N), US dollars a year."""
        return self.spending * self.expenditure if self.bought is None else self.bought

    @cached_property
    def output(self) -> Floats:
        """What producers of each sector receive, shape (S, N), US dollars a year."""
        return np.asarray(np.einsum("sij,si->sj", self.received, self.whole))

    @cached_property
    def revenue(self) -> Floats:
        """Tariff revenue of each economy, shape (N,), US dollars a year."""
        return np.asarray((self.flows * (1.0 - self.kept)).sum(axis=(0, 2)))

    def with_options(self, **changes: object) -> World:
        """Return the world with other elasticities, closures or deficits."""
        return replace(self, **changes)  # type: ignore[arg-type]


def world_of(
    flows: Floats,
    tariffs: Floats,
    elasticities: float | Floats,
    *,
    economies: tuple[str, ...],
    sectors: tuple[str, ...],
    **options: Any,
) -> World:
    """Return the world in which a table of flows is an equilibrium.

    Flows (S, N, N) are what importer i spends on goods of exporter j in US dollars a year, tariff
    included, domestic purchases on the diagonal; tariffs are fractions, none at home. An importer
    that buys nothing in a sector is a fault. The options are fields of `World`.

    Examples
    --------
    >>> one = world_of(np.array([[[8.0, 2.0], [2.0, 8.0]]]), np.zeros((1, 2, 2)), 4.0,
    ...                economies=("A", "B"), sectors=("all",))
    >>> one.wage_bill.tolist(), one.deficits.tolist()
    ([10.0, 10.0], [0.0, 0.0])
    """
    _check(flows, tariffs, economies, sectors)
    by_sector = flows.sum(axis=2)
    expenditure = by_sector.sum(axis=0)
    wage_bill = (flows / (1.0 + tariffs)).sum(axis=(0, 1))
    revenue = (flows * (tariffs / (1.0 + tariffs))).sum(axis=(0, 2))
    strength = np.broadcast_to(np.asarray(elasticities, dtype=float), (len(sectors),)).copy()
    if not (strength > 0).all():
        raise DataError("a trade elasticity is not positive", value=float(strength.min()))
    return World(
        economies=economies,
        sectors=sectors,
        shares=flows / by_sector[:, :, None],
        spending=by_sector / expenditure,
        tariffs=tariffs,
        expenditure=expenditure,
        wage_bill=wage_bill,
        deficits=expenditure - wage_bill - revenue,
        elasticities=strength,
        **options,
    )


def with_inputs(world: World, inputs: Floats) -> World:
    """Return a world without inputs in which producers buy part of what is sold.

    Final use is what is left of spending, value added what is left of output.

    Examples
    --------
    >>> one = world_of(np.array([[[8.0, 2.0], [2.0, 8.0]]]), np.zeros((1, 2, 2)), 4.0,
    ...                economies=("A", "B"), sectors=("all",))
    >>> with_inputs(one, np.full((1, 1, 2), 0.5)).expenditure.tolist()
    [5.0, 5.0]
    """
    _check_inputs(world, inputs)
    used = np.einsum("rsn,sn->rn", inputs, world.output)
    final = world.whole - used
    short = np.argwhere(final < -_CLOSE * world.whole)
    if len(short):
        sector, economy = short[0]
        raise DataError(
            "producers use more of an input than the economy buys",
            field=world.sectors[sector], value=world.economies[economy],
        )  # fmt: skip
    final = np.maximum(final, 0.0)
    expenditure = final.sum(axis=0)
    added = ((1.0 - inputs.sum(axis=0)) * world.output).sum(axis=0)
    return world.with_options(
        spending=final / expenditure, expenditure=expenditure, wage_bill=added, inputs=inputs,
        bought=world.whole, deficits=expenditure - added - world.revenue,
    )  # fmt: skip


def _check_inputs(world: World, inputs: Floats) -> None:
    shape = (len(world.sectors), *world.spending.shape)
    if inputs.shape != shape:
        raise DataError("inputs of another shape", value=inputs.shape, allowed=str(shape))
    # A comparison with a missing number is false.
    wrong = np.argwhere(~(inputs >= 0))
    if len(wrong):
        at = wrong[0]
        raise DataError(
            "a share of inputs is negative or missing", field=world.sectors[at[1]],
            value=f"{world.economies[at[2]]}, {inputs[tuple(at)]}", allowed="0 to 1",
        )  # fmt: skip
    over = np.argwhere(inputs.sum(axis=0) >= 1)
    if len(over):
        sector, economy = over[0]
        raise DataError(
            "inputs exceed output", field=world.sectors[sector],
            value=f"{world.economies[economy]}, {inputs[:, sector, economy].sum():.3g} of output",
            allowed="less than 1",
        )  # fmt: skip


def _check(
    flows: Floats, tariffs: Floats, economies: tuple[str, ...], sectors: tuple[str, ...]
) -> None:
    shape = (len(sectors), len(economies), len(economies))
    if flows.shape != shape or tariffs.shape != shape:
        what = "flows and tariffs need one cell per sector, importer and exporter"
        raise DataError(what, value=f"{flows.shape}, {tariffs.shape}", allowed=str(shape))
    if not (np.isfinite(flows).all() and np.isfinite(tariffs).all()):
        raise DataError("a flow or a tariff is missing")
    if (flows < 0).any():
        raise DataError("a flow is negative", value=float(flows.min()))
    if (tariffs <= -1).any() or np.abs(np.einsum("sii->si", tariffs)).max() > _CLOSE:
        raise DataError("a tariff is below -100 % or charged at home")
    empty = np.argwhere(flows.sum(axis=2) <= 0)
    if len(empty):
        sector, importer = empty[0]
        raise DataError(
            "an importer buys nothing in a sector", field=sectors[sector],
            value=economies[importer], allowed="a tiny domestic purchase",
        )  # fmt: skip
