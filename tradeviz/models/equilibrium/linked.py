"""The equations with inputs from other sectors (Caliendo and Parro 2015), and their slopes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tradeviz.models.equilibrium.markets import Markets, Scratch, State
from tradeviz.models.equilibrium.world import Floats, World

_SWEEPS = 300
_EXACT = 2e-15
_MEMORY = 6
"""Past sweeps that Anderson's method looks back at."""

_SLOPE_SWEEPS = 9
"""Slopes lead Newton's steps; an error of some thousandths in them costs less than more sweeps."""


def settle(sweep: Callable[[Floats], Floats], start: Floats) -> Floats:
    """Return where repeated sweeps settle (Anderson 1965): all steps of the last few combined.

    Examples
    --------
    >>> settle(lambda x: 0.5 * x + 1.0, np.zeros(3)).round(12).tolist()
    [2.0, 2.0, 2.0]
    """
    point = start
    past: list[Floats] = []
    steps: list[Floats] = []
    best, least, stale = start, np.inf, 0
    for _ in range(_SWEEPS):
        swept = sweep(point)
        step = (swept - point).ravel()
        size = float(np.abs(step).max())
        if not size >= least:
            best, least, stale = swept, size, 0
        else:
            stale += 1
        if size <= _EXACT or stale > 3 or not np.isfinite(size):
            break
        past, steps = [*past[-_MEMORY:], swept.ravel()], [*steps[-_MEMORY:], step]
        point = swept
        if len(steps) > 1:
            change = np.diff(np.array(steps), axis=0)
            mix = np.linalg.lstsq(change @ change.T, change @ step, rcond=1e-14)[0]
            point = (past[-1] - mix @ np.diff(np.array(past), axis=0)).reshape(start.shape)
    return best


class Linked(Markets):
    """The markets of a world whose producers buy from each other."""

    def __init__(self, world: World, tariffs: Floats, scratch: Scratch | None = None) -> None:
        super().__init__(world, tariffs, scratch)
        assert world.inputs is not None
        # By economy, for products of matrices: (N, S of the input, S of the user).
        self._inputs = np.ascontiguousarray(world.inputs.transpose(2, 0, 1))
        self._own = 1.0 - world.inputs.sum(axis=0)
        self._back = np.ascontiguousarray(self._inputs.transpose(0, 2, 1))

    def _use(self, matrix: Floats, values: Floats) -> Floats:
        """Return a product by economy: (N, S, S) with (S, N) or (S, N, K)."""
        swapped = values.swapaxes(0, 1)
        if values.ndim == 2:
            return np.asarray(np.matmul(matrix, swapped[:, :, None])[:, :, 0].T)
        return np.asarray(np.matmul(matrix, swapped).swapaxes(0, 1))

    def _unit(self, cost: Floats, prices: Floats) -> Floats:
        """Return logs of unit costs, (S, N), at logs of wages and of sector prices."""
        return np.asarray(self._own * cost + self._use(self._back, prices))

    def _money(self, wage_bill: Floats, income: Floats) -> float:
        """Return what transfers are a share of."""
        return float((wage_bill if self.world.transfers_by_wages else income).sum())

    def at(self, cost: Floats, near: State | None = None) -> State:
        """Return what follows from some wages."""
        world, strength = self.world, self.world.elasticities[:, None]

        def prices_of(prices: Floats) -> Floats:
            factor = np.exp(-strength * self._unit(cost, prices))
            total = np.matmul(self.demand, factor[:, :, None])[:, :, 0]
            return np.asarray(-np.log(total) / strength)

        near = near if near is not None and near.prices is not None else None
        guess = np.zeros_like(self._own) if near is None else near.prices
        assert guess is not None
        prices = settle(prices_of, guess)
        unit = self._unit(cost, prices)
        paid = self._scratch.product
        # A share of spending that a producer receives: (S, N of the buyer, N of the seller).
        np.multiply(self.received, np.exp(-strength * unit)[:, None, :], out=paid)
        paid *= np.exp(strength * prices)[:, :, None]
        levied = 1.0 - paid.sum(axis=2)
        wage_bill = world.wage_bill * np.exp(cost)
        base = np.vstack([world.whole, world.expenditure])

        def spending_of(ratio: Floats) -> Floats:
            spent = ratio * base
            whole, income = spent[:-1], spent[-1]
            sold = np.matmul(whole[:, None, :], paid)[:, 0, :]
            world_money = self._money(wage_bill, income)
            return np.vstack(
                [
                    world.spending * income + self._use(self._inputs, sold),
                    wage_bill + (levied * whole).sum(axis=0) + self.share_of_world * world_money,
                ]
            ) / np.where(base > 0, base, 1.0)

        start = np.ones_like(base)
        if near is not None and near.whole is not None:
            start = np.vstack([near.whole, near.expenditure]) / base
        spent = settle(spending_of, start) * base
        whole, income = spent[:-1], spent[-1]
        trade = np.matmul(whole[:, None, :], paid)[:, 0, :]
        with np.errstate(divide="ignore", invalid="ignore"):
            sales = np.einsum("si,sij->ij", whole, paid) / income[:, None]
            revenue_share = (levied * whole).sum(axis=0) / income
        return State(
            cost=cost, labour=np.zeros_like(cost), price=(world.spending * prices).sum(axis=0),
            relief=np.zeros_like(cost), revenue_share=revenue_share, sales=sales,
            wage_bill=wage_bill, expenditure=income,
            transfer=self.share_of_world * self._money(wage_bill, income),
            excess=(self._own * trade).sum(axis=0) - wage_bill,
            prices=prices, unit=unit, whole=whole,
        )  # fmt: skip

    def slopes(self, state: State, sweeps: int = _SLOPE_SWEEPS) -> Floats:
        """Return the derivatives of the excess demands by the logs of wages, nearly."""
        world, strength = self.world, self.world.elasticities[:, None]
        assert state.prices is not None and state.unit is not None and state.whole is not None
        size, whole = len(world.economies), state.whole
        factor = (
            np.exp(-strength * state.unit)[:, None, :] * np.exp(strength * state.prices)[:, :, None]
        )
        bought, paid = self.demand * factor, self.received * factor
        own = self._own[:, :, None] * np.eye(size)
        by_price = np.zeros((*whole.shape, size))
        for _ in range(sweeps):
            by_unit = own + self._use(self._back, by_price)
            by_price = np.matmul(bought, by_unit)
        by_unit = own + self._use(self._back, by_price)
        steep = strength[:, :, None]
        flow = (paid * whole[:, :, None]).swapaxes(1, 2)
        sold = flow.sum(axis=2)
        direct = steep * (np.matmul(flow, by_price) - sold[:, :, None] * by_unit)
        kept = paid.sum(axis=2)[:, :, None]
        lost = steep * (np.matmul(paid, by_unit) - kept * by_price) * whole[:, :, None]
        levied = 1.0 - kept
        bill = np.eye(size) * state.wage_bill
        fixed, back = bill + lost.sum(axis=0), np.ascontiguousarray(paid.swapaxes(1, 2))
        d_whole, d_income = np.zeros_like(by_price), bill
        for _ in range(sweeps):
            d_sold = direct + np.matmul(back, d_whole)
            d_income = (
                fixed + (levied * d_whole).sum(axis=0)
                + self.share_of_world[:, None] * d_income.sum(axis=0)
            )  # fmt: skip
            d_whole = world.spending[:, :, None] * d_income + self._use(self._inputs, d_sold)
        d_sold = direct + np.matmul(back, d_whole)
        made = np.einsum("sj,sjk->jk", self._own, d_sold) - bill
        made -= (world.wage_bill / world.wage_bill.sum())[:, None] * bill.sum(axis=0)
        return np.asarray(made)
