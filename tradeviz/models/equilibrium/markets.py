"""The equations of the model for one set of tariffs: excess demands and their slopes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tradeviz.models.equilibrium.world import Floats, World

_INNER_STEPS = 50
_INNER_TOLERANCE = 1e-14


class Scratch:
    """Large arrays that are written again and again: fresh memory costs more than the sums."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.demand, self.received, self.scaled, self.kept, self.product = (
            np.empty(shape) for _ in range(5)
        )


@dataclass(frozen=True, eq=False)
class State:
    """Everything that follows from the costs of production.

    `cost`, `labour`, `price`, `relief` are logs of new over old: unit cost of production,
    employment, price index, and what is left of a wage after tax. `revenue_share` is tariff
    revenue over expenditure; `sales[i, j]` is the share of i's expenditure that producers of j
    receive. `excess` is demand less wage bill of each market. With inputs `cost` is the wage,
    and by sector, (S, N), are `prices` and `unit` (logs, of what is bought and of what is made) and
    `whole` (spending).
    """

    cost: Floats
    labour: Floats
    price: Floats
    relief: Floats
    revenue_share: Floats
    sales: Floats
    wage_bill: Floats
    transfer: Floats
    expenditure: Floats
    excess: Floats
    prices: Floats | None = None
    unit: Floats | None = None
    whole: Floats | None = None

    @property
    def valid(self) -> bool:
        """Whether all incomes are positive numbers."""
        # A comparison with a missing number is false.
        return bool((self.expenditure > 0).all() and (self.wage_bill > 0).all())


class Markets:
    """The markets of a world under some tariffs."""

    def __init__(self, world: World, tariffs: Floats, scratch: Scratch | None = None) -> None:
        self.world = world
        self._scratch = Scratch(tariffs.shape) if scratch is None else scratch
        # What is asked of each supplier at the costs of the data, and what of it suppliers keep.
        self.demand, self.received = world.shares, world.received
        changed = np.flatnonzero(tariffs != world.tariffs)
        if len(changed):
            # Powers are the slowest operation here, and most scenarios change few cells.
            self.demand, self.received = self._scratch.demand, self._scratch.received
            np.copyto(self.demand, world.shares)
            np.copyto(self.received, world.received)
            sector = changed // (len(world.economies) ** 2)
            new = 1.0 + tariffs.reshape(-1)[changed]
            ratio = new * world.kept.reshape(-1)[changed]
            factor = np.exp(-world.elasticities[sector] * np.log(ratio))
            demand = world.shares.reshape(-1)[changed] * factor
            self.demand.reshape(-1)[changed] = demand
            self.received.reshape(-1)[changed] = demand / new
        whole = world.wage_bill if world.transfers_by_wages else world.expenditure
        self.share_of_world = world.deficits / whole.sum()

    def shares(self, cost: Floats) -> Floats:
        """Return the trade shares at some costs, by economy or by sector and economy."""
        made = self.demand * np.exp(-self.world.elasticities[:, None] * cost)[:, None, :]
        return np.asarray(made / made.sum(axis=2, keepdims=True))

    def at(self, cost: Floats, near: State | None = None) -> State:
        """Return what follows from some costs; a state near by is where searches begin."""
        world = self.world
        factor, total = self._totals(cost)
        price = -(world.spending * np.log(total) / world.elasticities[:, None]).sum(axis=0)
        weighted = self._scratch.product
        np.multiply(self.received, (world.spending / total)[:, :, None], out=weighted)
        sales = np.einsum("sij,sj->ij", weighted, factor)
        revenue_share = 1.0 - sales.sum(axis=1)
        guess = np.zeros_like(cost) if near is None else near.labour
        work = self._employment(cost, price, revenue_share, guess)
        wage_bill = world.wage_bill * np.exp(cost + (1.0 + world.scale) * work)
        total_income = self._world_income(wage_bill, revenue_share)
        transfer = self.share_of_world * total_income
        expenditure = (wage_bill + transfer) / (1.0 - revenue_share)
        return State(
            cost=cost,
            labour=work,
            price=price,
            relief=self._relief(wage_bill, transfer, revenue_share),
            revenue_share=revenue_share,
            sales=sales,
            wage_bill=wage_bill,
            transfer=transfer,
            expenditure=expenditure,
            excess=expenditure @ sales - wage_bill,
        )

    def _totals(self, cost: Floats) -> tuple[Floats, Floats]:
        """Return how costs scale demand, (S, N), and the total demand of each importer, (S, N)."""
        factor = np.exp(-self.world.elasticities[:, None] * cost)
        return factor, np.matmul(self.demand, factor[:, :, None])[:, :, 0]

    def _world_income(self, wage_bill: Floats, revenue_share: Floats) -> float:
        """Return what transfers are a share of."""
        if self.world.transfers_by_wages:
            return float(wage_bill.sum())
        left = 1.0 - revenue_share
        return float((wage_bill / left).sum() / (1.0 - (self.share_of_world / left).sum()))

    def _relief(self, wage_bill: Floats, transfer: Floats, revenue_share: Floats) -> Floats:
        """Return log of the share of a wage left after tax, new over old."""
        if not self.world.tax_relief:
            return np.zeros_like(wage_bill)
        revenue = revenue_share / (1.0 - revenue_share) * (1.0 + transfer / wage_bill)
        # Only what the data's tariffs did not raise replaces a tax.
        revenue = revenue - self.world.revenue / self.world.wage_bill
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(-np.log1p(-revenue))

    def _employment(
        self, cost: Floats, price: Floats, revenue_share: Floats, guess: Floats
    ) -> Floats:
        """Return log employment: kappa times the log of the real wage after tax."""
        world = self.world
        kappa, psi = world.labour_supply, world.scale
        if kappa == 0.0:
            return np.zeros_like(cost)
        if not world.tax_relief:
            return np.asarray(kappa / (1.0 - kappa * psi) * (cost - price))
        # The tax falls with the wage bill, which rises with employment: Newton for each economy,
        # while the world's income, which sets the transfers, follows.
        labour = guess
        for _ in range(_INNER_STEPS):
            wage_bill = world.wage_bill * np.exp(cost + (1.0 + psi) * labour)
            transfer = self.share_of_world * self._world_income(wage_bill, revenue_share)
            relief = self._relief(wage_bill, transfer, revenue_share)
            gap = (1.0 - kappa * psi) * labour - kappa * (cost - price + relief)
            per_revenue = revenue_share / (1.0 - revenue_share) * np.exp(relief)
            slope = 1.0 - kappa * psi + kappa * (1.0 + psi) * per_revenue * transfer / wage_bill
            step = gap / slope
            labour = labour - step
            # A step that is no number ends the search too; the state is then not valid.
            if not np.abs(step).max() > _INNER_TOLERANCE:
                break
        return labour

    def slopes(self, state: State) -> Floats:
        """Return the derivatives of the excess demands by the logs of costs."""
        world, scratch = self.world, self._scratch
        size, strength = len(world.economies), world.elasticities
        income = state.expenditure
        factor, total = self._totals(state.cost)
        np.multiply(self.demand, factor[:, None, :], out=scratch.scaled)
        np.multiply(self.received, factor[:, None, :], out=scratch.kept)
        # All below per unit of `scaled` or `kept`, which are not yet divided by their total.
        weight = world.spending / total
        steep = strength[:, None] * weight
        np.multiply(scratch.kept, (steep / total * income)[:, :, None], out=scratch.product)
        cross = scratch.product.reshape(-1, size).T @ scratch.scaled.reshape(-1, size)
        own = np.einsum("si,sij->ij", steep, scratch.kept)
        received = steep * scratch.kept.sum(axis=2) / total
        revenue = own - np.einsum("si,sik->ik", received, scratch.scaled)
        d_bill, bill_by_world = self._bill_slopes(state, revenue, weight)
        left = (1.0 - state.revenue_share)[:, None]
        d_income = (d_bill + income[:, None] * revenue) / left
        by_world = (bill_by_world + self.share_of_world) / left[:, 0]
        if world.transfers_by_wages:
            d_world = d_bill.sum(axis=0) / (1.0 - bill_by_world.sum())
        else:
            d_world = d_income.sum(axis=0) / (1.0 - by_world.sum())
        d_income += by_world[:, None] * d_world
        d_bill += bill_by_world[:, None] * d_world
        made = cross + state.sales.T @ d_income - d_bill
        made[np.diag_indices(size)] -= income @ own
        made -= (world.wage_bill / world.wage_bill.sum())[:, None] * d_bill.sum(axis=0)
        return np.asarray(made)

    def _bill_slopes(self, state: State, revenue: Floats, weight: Floats) -> tuple[Floats, Floats]:
        """Return the slopes of wage bills by log costs, and by the world's income."""
        world = self.world
        kappa, psi = world.labour_supply, world.scale
        one = np.eye(len(world.economies))
        if kappa == 0.0:
            return one * state.wage_bill, np.zeros(len(one))
        right = one - np.einsum("si,sik->ik", weight, self._scratch.scaled)
        by_world, left = np.zeros(len(one)), np.full(len(one), 1.0 - kappa * psi)
        if world.tax_relief:
            left_over, relief = 1.0 - state.revenue_share, np.exp(state.relief)
            transfer = state.transfer / state.wage_bill
            right += (relief * (1.0 + transfer) / left_over**2)[:, None] * revenue
            rate = state.revenue_share / left_over * relief
            right -= one * rate * transfer
            left += kappa * (1.0 + psi) * rate * transfer
            by_world = kappa * rate * self.share_of_world / state.wage_bill / left
        labour = kappa * right / left[:, None]
        bill = state.wage_bill[:, None]
        d_bill = bill * (one + (1.0 + psi) * labour)
        return d_bill, state.wage_bill * (1.0 + psi) * by_world
