"""Solve the model for other tariffs: Newton's method in logs, incomes and prices eliminated."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import cast

import numpy as np

from tradeviz.errors import ArgumentError, EquilibriumError
from tradeviz.models.equilibrium.linked import Linked
from tradeviz.models.equilibrium.markets import Markets, Scratch, State
from tradeviz.models.equilibrium.world import Floats, World, with_inputs, world_of

TOLERANCE = 1e-12
"""Largest excess demand of a market, over its wage bill, at which a solution counts as one."""

_GOAL = 1e-13
"""Where the solver stops by itself; between the two it stops when it gets no further."""

_STEPS = 60
_HALVINGS = 12
_LARGEST_STEP = 0.5
_SMALLEST_PART = 1 / 128
_ENOUGH = 0.2
"""A quick step counts if it leaves at most this share of the error; else an exact one is taken."""

_KEEP = threading.local()


@dataclass(frozen=True, eq=False)
class Solution:
    """An equilibrium at other tariffs, as changes against the data of its `World`.

    The wage bill of the world is the unit of money: it does not change. `inverse` is that of the
    slopes of excess demands near the solution, for a start from here.
    """

    world: World
    tariffs: Floats
    state: State
    steps: int
    inverse: Floats | None = field(default=None, repr=False)

    @property
    def wages(self) -> Floats:
        """Wage, new over old."""
        return np.exp(self.state.cost + self.world.scale * self.state.labour)

    @property
    def employment(self) -> Floats:
        """Employment, new over old."""
        return np.exp(self.state.labour)

    @property
    def prices(self) -> Floats:
        """Price index of what an economy buys, new over old."""
        return np.exp(self.state.price)

    @property
    def incomes(self) -> Floats:
        """Expenditure, US dollars a year."""
        return self.state.expenditure

    @property
    def wage_bill(self) -> Floats:
        """Wage bill, US dollars a year."""
        return self.state.wage_bill

    @property
    def revenue(self) -> Floats:
        """Tariff revenue, US dollars a year."""
        return self.state.revenue_share * self.state.expenditure

    @property
    def deficits(self) -> Floats:
        """Transfer received, US dollars a year."""
        return self.state.transfer

    @property
    def residual(self) -> float:
        """Largest excess demand of a market over its wage bill."""
        return float(np.abs(self.state.excess / self.state.wage_bill).max())

    @cached_property
    def shares(self) -> Floats:
        """Trade shares, shape (S, N, N), as in `World.shares`."""
        cost = self.state.cost if self.state.unit is None else self.state.unit
        return Markets(self.world, self.tariffs).shares(cost)

    @cached_property
    def trade(self) -> Floats:
        """Expenditure at the buyer's price, shape (S, N, N), US dollars a year."""
        return self.shares * self.whole[:, :, None]

    @property
    def whole(self) -> Floats:
        """Spending by sector, (S, N), of final users and producers, US dollars a year."""
        whole = self.state.whole
        return self.world.spending * self.incomes if whole is None else whole

    @cached_property
    def customs_trade(self) -> Floats:
        """Trade without tariffs, shape (S, N, N), US dollars a year."""
        return self.trade / (1.0 + self.tariffs)

    @property
    def _work(self) -> float:
        supply = self.world.labour_supply
        return supply / (1.0 + supply)

    @property
    def net_incomes(self) -> Floats:
        """Expenditure less the disutility of work, which `welfare` is of, US dollars a year."""
        return np.asarray(self.incomes - self._work * self.wage_bill)

    @cached_property
    def welfare(self) -> Floats:
        """Real expenditure less the disutility of work, new over old, shape (N,).

        With fixed employment this is expenditure over its price index. With labour supply kappa,
        work costs kappa / (1 + kappa) of real wages after tax, which is what preferences without
        income effects (Greenwood, Hercowitz and Huffman 1988) imply for that supply.
        """
        world, state = self.world, self.state
        real = state.expenditure / self.prices
        work = self._work
        if work == 0.0:
            return np.asarray(real / world.expenditure)
        effort = work * state.wage_bill / self.prices
        effort_before = work * world.wage_bill * np.exp(-state.relief)
        return np.asarray((real - effort) / (world.expenditure - effort_before))


def solve(world: World, tariffs: Floats, start: Solution | None = None) -> Solution:
    """Return the equilibrium of a world at other tariffs: levels (S, N, N), importer by exporter.

    A `start` of a world with the same economies takes fewer steps. Every market clears to
    `TOLERANCE` of its wage bill; the error names the market that fails most.

    Unknowns are the N logs of costs; given these, prices, shares, employment and incomes are in
    closed form (`markets`), because all revenue of an economy comes out of its own expenditure.
    Walras' law makes one market redundant: to each excess demand its wage bill's share of the
    world's surplus wage bill is added, so that no market is dropped and the numeraire holds too.

    Examples
    --------
    >>> from tradeviz.models.equilibrium.world import world_of
    >>> flows = np.array([[[8.0, 2.0], [2.0, 8.0]]])
    >>> one = world_of(flows, np.zeros((1, 2, 2)), 4.0, economies=("A", "B"), sectors=("all",))
    >>> tariffs = np.array([[[0.0, 0.1], [0.0, 0.0]]])
    >>> found = solve(one, tariffs)
    >>> found.wages.round(4).tolist(), found.residual < 1e-12
    ([1.0259, 0.9741], True)
    """
    _check(world, tariffs, start)
    try:
        return _newton(world, tariffs, start)
    except EquilibriumError:
        return _by_parts(world, tariffs)


def _newton(world: World, tariffs: Floats, start: Solution | None) -> Solution:
    """Take quick steps with an inverse that is kept up to date, exact ones where they fail."""
    kind = Markets if world.inputs is None else Linked
    markets = kind(world, tariffs, _scratch(tariffs.shape))
    cost = np.zeros(len(world.economies)) if start is None else start.state.cost
    inverse = None if start is None or start.world is not world else start.inverse
    state = markets.at(cost, None if start is None else start.state)
    error, steps = _error(world, state), 0
    while error > _GOAL and steps < _STEPS and state.valid:
        new, smaller, inverse = _step(world, markets, state, error, inverse)
        if not smaller < error:
            break
        change = _excess(world, new) - _excess(world, state)
        inverse = _updated(inverse, new.cost - state.cost, change)
        state, error, steps = new, smaller, steps + 1
    if not error <= TOLERANCE:
        raise _failure(world, state, steps)
    return Solution(world=world, tariffs=tariffs, state=state, steps=steps, inverse=inverse)


def _step(
    world: World, markets: Markets, state: State, error: float, inverse: Floats | None
) -> tuple[State, float, Floats]:
    """Return the next state, its error and the inverse that led to it."""
    excess = _excess(world, state)
    if inverse is not None:
        new = markets.at(state.cost - inverse @ excess, state)
        smaller = _error(world, new)
        if smaller < _ENOUGH * error:
            return new, smaller, inverse
    slopes = markets.slopes(state)
    try:
        exact = np.asarray(np.linalg.inv(slopes), dtype=float)
    except np.linalg.LinAlgError:
        return state, np.inf, slopes
    new, smaller = _along(world, markets, state, -exact @ excess, error)
    return new, smaller, exact


def _updated(inverse: Floats, step: Floats, change: Floats) -> Floats:
    """Return the inverse that a step calls for (Broyden 1965, his first method)."""
    seen = inverse @ change
    length = float(step @ seen)
    if length == 0.0:
        return inverse
    return inverse + np.outer(step - seen, step @ inverse) / length


def _by_parts(world: World, tariffs: Floats) -> Solution:
    """Go to tariffs far away in parts, each from the last; smaller ones where a part fails."""
    found = _newton(world, world.tariffs, None)
    done, part, steps = 0.0, 0.5, found.steps
    while done < 1.0:
        share = min(1.0, done + part)
        wanted = tariffs if share == 1.0 else world.tariffs + share * (tariffs - world.tariffs)
        try:
            found = _newton(world, wanted, found)
        except EquilibriumError:
            part /= 2
            if part < _SMALLEST_PART:
                raise
        else:
            done, part, steps = share, 2 * part, steps + found.steps
    return replace(found, steps=steps)


def rebase(found: Solution) -> World:
    """Return the world in which a solution is the data.

    Examples
    --------
    >>> from tradeviz.models.equilibrium.world import world_of
    >>> flows = np.array([[[8.0, 4.0], [2.0, 8.0]]])
    >>> one = world_of(flows, np.zeros((1, 2, 2)), 4.0, economies=("A", "B"), sectors=("all",))
    >>> one.deficits.tolist()
    [2.0, -2.0]
    >>> even = rebase(solve(one.with_options(deficits=np.zeros(2)), one.tariffs))
    >>> even.deficits.tolist()
    [0.0, 0.0]
    """
    old = found.world
    made = world_of(
        found.trade, found.tariffs, old.elasticities, economies=old.economies,
        sectors=old.sectors, labour_supply=old.labour_supply, scale=old.scale,
        tax_relief=old.tax_relief,
    )  # fmt: skip
    if old.inputs is not None:
        made = with_inputs(made, old.inputs)
    # Taken as solved, not as a difference of large sums.
    return made.with_options(deficits=found.deficits)


def _scratch(shape: tuple[int, ...]) -> Scratch:
    """Return this thread's scratch arrays; they are free again when a solve ends."""
    if getattr(_KEEP, "shape", None) != shape:
        _KEEP.shape, _KEEP.scratch = shape, Scratch(shape)
    return cast(Scratch, _KEEP.scratch)


def _along(
    world: World, markets: Markets, state: State, step: Floats, error: float
) -> tuple[State, float]:
    """Return the state a step on, halved until incomes stay positive and the error falls."""
    share = min(1.0, _LARGEST_STEP / max(float(np.abs(step).max()), 1e-300))
    best = state, np.inf
    for _ in range(_HALVINGS):
        new = markets.at(state.cost + share * step, state)
        found = _error(world, new)
        if found < best[1]:
            best = new, found
        if found < error:
            break
        share /= 2
    return best


def _excess(world: World, state: State) -> Floats:
    surplus = state.wage_bill.sum() - world.wage_bill.sum()
    return np.asarray(state.excess - surplus * world.wage_bill / world.wage_bill.sum())


def _error(world: World, state: State) -> float:
    if not state.valid:
        return float("inf")
    # The numeraire counts as a market: without it, prices would not be those of the data's money.
    numeraire = abs(state.wage_bill.sum() / world.wage_bill.sum() - 1.0)
    return max(float(np.abs(state.excess / state.wage_bill).max()), float(numeraire))


def _failure(world: World, state: State, steps: int) -> EquilibriumError:
    relative = np.abs(state.excess / state.wage_bill)
    worst = int(np.argmax(np.where(np.isfinite(relative), relative, np.inf)))
    return EquilibriumError(
        f"the market of {world.economies[worst]} does not clear after {steps} steps",
        field="market",
        value=f"{relative[worst]:.2e} of its wage bill",
        allowed=f"at most {TOLERANCE:g}",
    )


def _check(world: World, tariffs: Floats, start: Solution | None) -> None:
    if tariffs.shape != world.tariffs.shape:
        what, shape = "tariffs of another shape", str(world.tariffs.shape)
        raise ArgumentError(what, field="tariffs", value=tariffs.shape, allowed=shape)
    # One pass finds NaN too: a comparison with NaN is false.
    if not tariffs.min() > -1.0:
        raise ArgumentError("a tariff is missing or not above -100 %", field="tariffs")
    if start is not None and start.world.economies != world.economies:
        raise ArgumentError("the start is a solution of another world", field="start")
