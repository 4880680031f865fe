"""The equilibrium obeys the laws of trade theory, and closed forms where there are any."""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar, root

import tradeviz as tv
from tradeviz.datasets import tables
from tradeviz.errors import ArgumentError, DataError, EquilibriumError
from tradeviz.models.equilibrium import elasticities, solver
from tradeviz.models.equilibrium.benchmark import benchmark, scenario
from tradeviz.models.equilibrium.elasticities import strengths
from tradeviz.models.equilibrium.linked import settle
from tradeviz.models.equilibrium.markets import Markets
from tradeviz.models.equilibrium.reading import read
from tradeviz.models.equilibrium.shocks import added, origins
from tradeviz.models.equilibrium.solver import (
    TOLERANCE,
    Solution,
    _newton,
    _updated,
    rebase,
    solve,
)
from tradeviz.models.equilibrium.variants import variants
from tradeviz.models.equilibrium.world import World, world_of
from tradeviz.models.equilibrium.worlds import icio_world
from tradeviz.models.response import exports_by_chapter
from tradeviz.quantities import quantity
from tradeviz.show.frame import figure_of

Floats = NDArray[np.float64]

mpl.use("Agg")


def made_up(
    seed: int,
    sectors: int = 3,
    size: int = 5,
    *,
    tariffs: bool = True,
    even: bool = True,
    **closure: float | bool,
) -> World:
    """Return a random world: home bias, unequal sizes, tariffs up to 30 %, deficits.

    An economy that pays most of its wages as a transfer may have no equilibrium after a shock,
    so trade is brought closer to balance unless `even` is False.
    """
    chance = np.random.default_rng(seed)
    scale = chance.lognormal(0, 1.5, size)
    flows = chance.lognormal(0, 1.0, (sectors, size, size)) * np.sqrt(scale[:, None] * scale)
    if even:
        flows = 0.2 * flows + 0.4 * (flows + flows.transpose(0, 2, 1))
    home = np.arange(size)
    flows[:, home, home] *= 3 * size
    levied = chance.uniform(0, 0.3 if tariffs else 0.0, flows.shape)
    levied[:, home, home] = 0.0
    return world_of(
        flows,
        levied,
        chance.uniform(2.0, 8.0, sectors),
        economies=tuple(f"C{number}" for number in range(size)),
        sectors=tuple(f"S{number}" for number in range(sectors)),
        **closure,  # type: ignore[arg-type]
    )


def balanced(world: World) -> World:
    """Return the world after trade is balanced at the tariffs it has."""
    even = world.with_options(deficits=np.zeros(len(world.economies)))
    return rebase(solve(even, world.tariffs))


def shocked(world: World, seed: int, largest: float = 0.5) -> Floats:
    tariffs = np.random.default_rng(seed).uniform(0, largest, world.tariffs.shape)
    tariffs[:, np.arange(len(world.economies)), np.arange(len(world.economies))] = 0.0
    return tariffs


CLOSURES = (
    {},
    {"labour_supply": 0.5},
    {"labour_supply": 0.5, "scale": 0.1},
    {"labour_supply": 0.5, "scale": 0.1, "tax_relief": True},
)
worlds = st.builds(
    made_up,
    st.integers(0, 10_000),
    st.integers(1, 4),
    st.integers(2, 7),
)


def excess_by_hand(world: World, found: Solution) -> Floats:
    """Return demand less supply of every market from wages and employment alone, by loops."""
    size = len(world.economies)
    cost = found.wages * found.employment ** (-world.scale)
    received, income = np.zeros(size), np.zeros(size)
    spent = {}
    for i in range(size):
        for s, strength in enumerate(world.elasticities):
            weights = [
                world.shares[s, i, j]
                * (cost[j] * (1 + found.tariffs[s, i, j]) / (1 + world.tariffs[s, i, j]))
                ** -strength
                for j in range(size)
            ]
            for j in range(size):
                spent[s, i, j] = world.spending[s, i] * weights[j] / sum(weights)
    total = found.incomes.sum()
    for i in range(size):
        income[i] = found.wages[i] * found.employment[i] * world.wage_bill[i]
        income[i] += world.deficits[i] * total / world.expenditure.sum()
        for s in range(len(world.sectors)):
            for j in range(size):
                value = spent[s, i, j] * found.incomes[i]
                received[j] += value / (1 + found.tariffs[s, i, j])
                income[i] += value - value / (1 + found.tariffs[s, i, j])
    supply = found.wages * found.employment * world.wage_bill
    return np.concatenate([received / supply - 1, income / found.incomes - 1])


@pytest.mark.parametrize("closure", CLOSURES)
def test_without_a_shock_nothing_changes(closure: dict[str, float]) -> None:
    world = made_up(1, **closure)  # type: ignore[arg-type]
    found = solve(world, world.tariffs)
    for change in (found.wages, found.prices, found.employment, found.welfare):
        assert change == pytest.approx(np.ones(5), abs=1e-12)
    assert found.trade == pytest.approx(world.flows, rel=1e-11)
    assert found.steps == 0


@pytest.mark.parametrize("closure", CLOSURES)
@settings(max_examples=15)
@given(world=worlds, seed=st.integers(0, 100))
def test_the_equations_written_as_loops_hold_at_the_solution(
    closure: dict[str, float], world: World, seed: int
) -> None:
    world = world.with_options(**closure)
    found = solve(world, shocked(world, seed))
    assert found.residual <= TOLERANCE
    assert np.abs(excess_by_hand(world, found)).max() < 1e-11


@settings(max_examples=25)
@given(world=worlds, seed=st.integers(0, 100))
def test_the_world_adds_up(world: World, seed: int) -> None:
    found = solve(world, shocked(world, seed))
    # What the world spends is what it earns, collects and nothing else: transfers cancel.
    assert found.deficits.sum() == pytest.approx(0.0, abs=1e-9 * found.incomes.sum())
    assert found.incomes.sum() == pytest.approx((found.wage_bill + found.revenue).sum())
    assert found.trade.sum(axis=(0, 2)) == pytest.approx(found.incomes)
    # Exports of all are imports of all; the wage bill of the world is the unit of money.
    assert found.customs_trade.sum(axis=(0, 1)) == pytest.approx(found.wage_bill)
    assert found.wage_bill.sum() == pytest.approx(world.wage_bill.sum())
    assert found.shares.sum(axis=2) == pytest.approx(1.0)


@settings(max_examples=20)
@given(world=worlds, seed=st.integers(0, 100))
def test_walras_law_holds_away_from_equilibrium(world: World, seed: int) -> None:
    from tradeviz.models.equilibrium.markets import Markets

    cost = np.random.default_rng(seed).normal(0, 0.2, len(world.economies))
    state = Markets(world, shocked(world, seed)).at(cost)
    assert abs(state.excess.sum()) < 1e-12 * state.wage_bill.sum()


@settings(max_examples=20)
@given(world=worlds, seed=st.integers(0, 100), factor=st.floats(0.01, 100.0))
def test_demand_is_homogeneous_and_units_do_not_matter(
    world: World, seed: int, factor: float
) -> None:
    from tradeviz.models.equilibrium.markets import Markets

    tariffs = shocked(world, seed)
    markets = Markets(world, tariffs)
    cost = np.random.default_rng(seed).normal(0, 0.2, len(world.economies))
    one, other = markets.at(cost), markets.at(cost + np.log(factor))
    assert other.excess / factor == pytest.approx(one.excess, abs=1e-9 * one.wage_bill.sum())
    scaled = world_of(
        world.flows * factor,
        world.tariffs,
        world.elasticities,
        economies=world.economies,
        sectors=world.sectors,
    )
    assert solve(scaled, tariffs).wages == pytest.approx(solve(world, tariffs).wages, rel=1e-9)


@pytest.mark.parametrize("closure", CLOSURES)
def test_the_slopes_are_those_of_small_steps(closure: dict[str, float]) -> None:
    from tradeviz.models.equilibrium.markets import Markets
    from tradeviz.models.equilibrium.solver import _excess

    world = made_up(3, **closure)  # type: ignore[arg-type]
    markets = Markets(world, shocked(world, 3))
    cost = np.random.default_rng(3).normal(0, 0.1, 5)
    slopes = markets.slopes(markets.at(cost))
    step = 1e-5
    for k, one in enumerate(np.eye(5) * step):
        up, down = (_excess(world, markets.at(cost + sign * one)) for sign in (1, -1))
        assert slopes[:, k] == pytest.approx(
            (up - down) / (2 * step), abs=1e-7 * np.abs(slopes).max()
        )


def test_two_countries_agree_with_a_root_of_one_equation() -> None:
    # Home buys 80 of itself, 20 of Foreign; Foreign 160 and 20. One relative wage clears all.
    flows = np.array([[[80.0, 20.0], [20.0, 160.0]]])
    world = world_of(flows, np.zeros((1, 2, 2)), 5.0, economies=("H", "F"), sectors=("all",))
    tariffs = np.array([[[0.0, 0.25], [0.1, 0.0]]])
    found = solve(world, tariffs)
    wage_bill = flows.sum(axis=(0, 1))
    share = flows[0] / flows[0].sum(axis=1, keepdims=True)

    def surplus(w: Floats) -> Floats:
        total = np.array([w[0], 1.0])
        weights = share * (total * (1 + tariffs[0])) ** -5.0
        bought = weights / weights.sum(axis=1, keepdims=True)
        paid = bought / (1 + tariffs[0])
        income = total * wage_bill / paid.sum(axis=1)
        return np.array([income[0] * paid[0, 1] - income[1] * paid[1, 0]])

    relative = root(surplus, [1.0], tol=1e-15).x[0]
    assert found.wages[0] / found.wages[1] == pytest.approx(relative, rel=1e-12)


def test_the_welfare_formula_of_arkolakis_costinot_and_rodriguez_clare() -> None:
    # 2012, equation 12: without tariffs real income moves by the home share to the -1/eps, by
    # sector weighted with spending. A trade cost is a tariff whose revenue is thrown away; the
    # model has none, so foreign productivity moves: every partner's tariff cancels between them.
    world = balanced(made_up(5, tariffs=False))
    tariffs = world.tariffs.copy()
    tariffs[:, 0, :] = world.tariffs[:, 0, :]
    tariffs[:, 1:, 1:] += 0.4
    tariffs[:, np.arange(5), np.arange(5)] = 0.0
    found = solve(world, tariffs)
    home = found.shares[:, 0, 0] / world.shares[:, 0, 0]
    formula = np.prod(home ** (-world.spending[:, 0] / world.elasticities))
    assert found.revenue[0] == pytest.approx(0.0, abs=1e-9)
    assert found.welfare[0] == pytest.approx(formula, rel=1e-11)
    assert abs(formula - 1) > 1e-4


@pytest.mark.parametrize("strength", [2.0, 4.0, 8.0])
def test_the_best_tariff_of_a_small_open_economy_is_one_over_the_elasticity(
    strength: float,
) -> None:
    # Gros 1987; Demidova and Rodriguez-Clare 2009: with world demand given, 1 / eps.
    flows = np.array([[[6e-6, 4e-6], [4e-6, 1.0]]])
    world = balanced(
        world_of(flows, np.zeros((1, 2, 2)), strength, economies=("H", "F"), sectors=("all",))
    )

    def loss(rate: float) -> float:
        return -float(solve(world, np.array([[[0.0, rate], [0.0, 0.0]]])).welfare[0])

    best = minimize_scalar(loss, bounds=(0.0, 2.0), method="bounded", options={"xatol": 1e-9})
    assert best.x == pytest.approx(1 / strength, rel=1e-3)


def test_labour_follows_the_real_wage_and_welfare_its_first_order_condition() -> None:
    world = made_up(7, labour_supply=0.5)
    found = solve(world, shocked(world, 7))
    assert found.employment == pytest.approx((found.wages / found.prices) ** 0.5, rel=1e-12)
    # At the best supply of labour a small change of it moves utility by nothing (envelope):
    # welfare with labour moves as with labour fixed, to the first order.
    tariffs = world.tariffs.copy()
    tariffs[:, 0, 1] += 1e-4
    free = solve(world, tariffs).welfare[0] - 1
    fixed = solve(world.with_options(labour_supply=0.0), tariffs).welfare[0] - 1
    share = 0.5 / 1.5 * world.wage_bill[0] / world.expenditure[0]
    revenue = world.revenue[0] / world.expenditure[0]
    # Work also brings revenue that its supply does not count, which the tolerance covers.
    assert free * (1 - share) == pytest.approx(fixed, abs=0.5 * revenue * 1e-4)


def test_dollars_of_income_are_net_of_the_cost_of_work() -> None:
    world = icio_world(labour_supply=0.5)
    start, found = solve(world, world.tariffs), solve(world, shocked(world, 7))
    # Consumption less the disutility of work (a third of real wages at this supply), at old prices.
    real = [(now.incomes - now.wage_bill / 3) / now.prices for now in (start, found)]
    made = (real[1] - real[0]) * start.prices
    table = read(found, start, {"two": np.array([3, 5])})
    assert table["income_change_usd"].item() == pytest.approx(made[[3, 5]].sum(), rel=1e-9)


@pytest.mark.parametrize("tariffs", [False, True])
def test_tax_relief_raises_the_wage_that_workers_keep_by_the_revenue(tariffs: bool) -> None:
    world = balanced(made_up(8, tariffs=tariffs, labour_supply=0.5, tax_relief=True))
    found = solve(world, shocked(world, 8))
    # Of wages, not of dollars: what the data's tariffs raised of them replaced no tax.
    kept = 1 / (1 - (found.revenue / found.wage_bill - world.revenue / world.wage_bill))
    assert found.employment == pytest.approx((kept * found.wages / found.prices) ** 0.5, rel=1e-12)


def test_a_shock_too_far_for_one_go_is_reached_in_parts() -> None:
    # Two economies, one of which lives on a transfer: the first step alone has no equilibrium.
    world = made_up(21, 1, 2, even=False, **CLOSURES[3])  # type: ignore[arg-type]
    tariffs = shocked(world, 1)
    with pytest.raises(EquilibriumError):
        _newton(world, tariffs, None)
    found = solve(world, tariffs)
    assert found.residual <= TOLERANCE
    assert np.abs(excess_by_hand(world, found)).max() < 1e-11


def test_tariffs_of_500_percent_and_steep_elasticities_are_solved() -> None:
    world = made_up(11, 4, 8).with_options(elasticities=np.array([0.4, 4.0, 20.0, 64.85]))
    tariffs = shocked(world, 11, largest=5.0)
    found = solve(world, tariffs)
    assert found.residual <= TOLERANCE
    assert solve(world, world.tariffs, found).wages == pytest.approx(np.ones(8), rel=1e-11)


def test_a_solution_survives_a_trip_to_another_process() -> None:
    world = made_up(12)
    first = pickle.loads(pickle.dumps(solve(world, shocked(world, 12))))
    near = first.tariffs * 0.9
    assert solve(world, near, first).wages == pytest.approx(solve(world, near).wages, rel=1e-11)


def test_a_warm_start_finds_the_same_equilibrium_in_fewer_steps() -> None:
    world = made_up(9, size=12)
    first = solve(world, shocked(world, 9))
    near = first.tariffs.copy()
    near[:, 0, 1] += 0.01
    cold, warm = solve(world, near), solve(world, near, first)
    assert warm.wages == pytest.approx(cold.wages, rel=1e-11)
    assert warm.steps < cold.steps


def test_faults_name_what_is_wrong() -> None:
    world = made_up(1)
    with pytest.raises(ArgumentError, match="another shape"):
        solve(world, np.zeros((1, 5, 5)))
    missing = world.tariffs.copy()
    missing[0, 0, 1] = np.nan
    with pytest.raises(ArgumentError, match="missing"):
        solve(world, missing)
    with pytest.raises(ArgumentError, match="did you mean 'C1'"):
        world.place("c1x")
    flows = world.flows.copy()
    flows[1, 2, :] = 0.0
    with pytest.raises(DataError, match="S1.*C2"):
        world_of(flows, world.tariffs, 4.0, economies=world.economies, sectors=world.sectors)


@pytest.mark.parametrize(
    ("table", "cell", "value", "said"),
    [
        (0, (0, 1, 2), np.nan, "a flow or a tariff is missing"),
        (1, (0, 1, 2), np.inf, "a flow or a tariff is missing"),
        (0, (2, 0, 1), -1.0, "a flow is negative; value '-1.0'"),
        (1, (1, 0, 2), -1.0, "a tariff is below -100 % or charged at home"),
        (1, (1, 2, 2), 0.01, "a tariff is below -100 % or charged at home"),
        (2, 1, 0.0, "a trade elasticity is not positive; value '0.0'"),
    ],
)
def test_a_world_says_which_of_its_tables_cannot_be(
    table: int, cell: object, value: float, said: str
) -> None:
    world = made_up(3, sectors=3, size=3)
    tables = [world.flows, world.tariffs.copy(), world.elasticities.copy()]
    names = {"economies": world.economies, "sectors": world.sectors}
    tables[table] = tables[table].copy()
    tables[table][cell] = value  # type: ignore[index]
    with pytest.raises(DataError) as caught:
        world_of(*tables, **names)
    assert str(caught.value).startswith(said)
    with pytest.raises(DataError, match="one cell per sector, importer and exporter"):
        world_of(world.flows, world.tariffs[:, :2], world.elasticities, **names)


def test_a_world_that_cannot_clear_is_an_error_that_names_the_market() -> None:
    # C0 pays a transfer of twice what it earns: no wages make its income positive.
    world = made_up(1)
    transfers = np.zeros(5)
    transfers[0], transfers[1] = -2 * world.wage_bill[0], 2 * world.wage_bill[0]
    with pytest.raises(EquilibriumError, match="market of C"):
        solve(world.with_options(deficits=transfers), shocked(world, 1))


@pytest.mark.parametrize("turn", [0.0, -1.0])
def test_steps_that_lead_nowhere_are_an_error_and_no_answer(
    turn: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Slopes of nothing have no inverse; turned round, every step leads away, however short.
    world, slopes = made_up(1), Markets.slopes
    assert solve(world, world.tariffs).residual <= TOLERANCE
    monkeypatch.setattr(Markets, "slopes", lambda self, state: turn * slopes(self, state))
    with pytest.raises(EquilibriumError, match="market of C"):
        solve(world, shocked(world, 1))


def test_an_inverse_is_led_on_to_what_the_last_step_showed() -> None:
    # Broyden's condition: what the excess demands changed by leads back to the step.
    chance = np.random.default_rng(3)
    inverse, step, change = chance.normal(size=(4, 4)), chance.normal(size=4), chance.normal(size=4)
    assert np.allclose(_updated(inverse, step, change) @ change, step)
    # A step of nothing shows nothing.
    assert (_updated(inverse, np.zeros(4), change) == inverse).all()


def test_a_sweep_that_creeps_without_end_is_stopped() -> None:
    # Each step is a little shorter than all before, and in a direction of its own.
    steps = [np.eye(400)[number] * (1 - number / 500) for number in range(400)]
    left = iter(steps)
    found = settle(lambda point: point + next(left), np.zeros(400))
    assert np.isfinite(found).all() and len(list(left)) == 100


def test_elasticities_of_some_sectors_leave_the_others_alone() -> None:
    sectors = ("C29", "C24A", "SERVICES")
    assert strengths({"C24A": 9.0}, sectors).tolist() == [4.0, 9.0, 4.0]
    assert strengths({}, sectors).tolist() == strengths("uniform", sectors).tolist() == [4.0] * 3
    with pytest.raises(ArgumentError) as caught:
        strengths({"C24A": 0.0}, sectors)
    assert str(caught.value) == (
        "field 'elasticity': an elasticity must be positive; value '0.0'; allowed: 0.001 to 1000"
    )


# The package's own tables.


def test_added_rates_are_those_of_exposure() -> None:
    found = origins()
    for name in ("pause", "breakdown"):
        rates = added(name)[0]
        for partner in ("JPN", "IND", "GBR"):
            first, last = found.real.run(partner)
            cell = found.real_cell[first:last] % len(found.sectors)
            value = np.bincount(
                cell, weights=found.real.value[first:last], minlength=len(found.sectors)
            )
            mean = value @ rates[:, found.economies.index(partner)] / value.sum()
            table = tv.exposure(name, partners=partner)
            assert mean == pytest.approx(table["added_rate"].iloc[0], rel=1e-12)


def test_members_share_the_lines_of_the_union_and_the_law_reaches_those_without_lines() -> None:
    found, rates = origins(), added("snapback")[0]
    column = {code: rates[:, place] for place, code in enumerate(found.economies)}
    assert (column["DEU"] == column["FRA"]).all()
    cloth = found.sectors.index("C13T15")
    # The list of April 2025: 28 % on Tunisia, 48 % on Laos; 10 % where it names no rate.
    assert column["TUN"][cloth] == pytest.approx(0.28, abs=1e-3)
    assert column["LAO"][cloth] == pytest.approx(0.48, abs=1e-3)
    assert column["MAR"][cloth] == pytest.approx(0.10, abs=1e-3)
    # Belarus is outside the list; what is left is steel wire and cord, 25 % on little trade.
    assert column["BLR"][cloth] == pytest.approx(0.0, abs=1e-3)
    assert not column["USA"].any() and not rates[found.sectors.index("SERVICES")].any()


def test_the_rest_of_the_world_is_charged_on_what_it_sells() -> None:
    found = origins()
    oil, rest = found.sectors.index("B06"), found.economies.index("ROW")
    # The April list spares crude oil (Annex II), which is 15 of its 50 billion dollars.
    assert added("snapback")[0][oil, rest] == pytest.approx(0.0, abs=1e-3)
    others = ["DOM", "DZA", "ECU", "GTM", "HND", "IRQ", "KWT", "LKA", "NIC", "SLV", "TTO", "VEN"]
    sold = tv.exposure("snapback", partners=others, by="hs10").reset_index("hs10")
    table = tv.load("icio_concordance").set_index("hs10")["sector"]
    sums = sold.groupby(sold["hs10"].map(table).astype(str))[
        ["added_duty_usd", "imports_usd"]
    ].sum()
    charged = added("snapback")[0][[found.sectors.index(code) for code in sums.index], rest]
    assert charged @ sums["imports_usd"] == pytest.approx(sums["added_duty_usd"].sum(), rel=1e-9)


def test_the_base_holds_the_duties_that_outcomes_do_not_add() -> None:
    found = origins()
    cars, china = found.sectors.index("C29"), found.economies.index("CHN")
    lines = tv.load("imports_2024").query("partner == 'CHN'")
    table = tv.load("icio_concordance").set_index("hs10")["sector"]
    sold = lines[lines["hs10"].map(table).astype(str) == "C29"]
    paid = sold["duty_usd"].sum() / sold["value_usd"].sum()
    # Section 301 charges Chinese vehicles and parts 25 points above an ordinary 2 to 3 %.
    assert paid > 0.2
    world = icio_world()
    assert world.tariffs[cars, world.economies.index("USA"), china] == pytest.approx(paid, rel=1e-9)


def test_the_reference_changes_nothing_and_a_deal_helps_its_partner_not_its_rival() -> None:
    own = tv.outcome({"JPN": "agreement"}).named("japan alone")
    table = tv.equilibrium(["pause", own], partners=["JPN", "KOR", "EU", "USA"])
    assert table.loc["pause"].filter(like="change").abs().max().max() < 1e-9
    deal = table.loc["japan alone"]
    assert deal.loc["JPN", "welfare_change"] > 0 > deal.loc["KOR", "welfare_change"]
    assert deal.loc["JPN", "exports_to_us_change"] > 0.1
    assert deal.loc["KOR", "exports_to_us_change"] < 0
    assert np.isnan(deal.loc["USA", "exports_to_us_change"])
    assert table.attrs["residual"] <= TOLERANCE
    real = (1 + deal["wage_change"]) / (1 + deal["price_change"]) - 1
    assert deal["real_wage_change"].to_numpy() == pytest.approx(real.to_numpy())


def test_wages_of_a_group_are_its_wage_bill() -> None:
    """With work held fixed a group's wage moves as all that its members are paid."""
    world = made_up(7).with_options(economies=("USA", "C1", "C2", "C3", "C4"))
    start, found = solve(world, world.tariffs), solve(world, shocked(world, 3))
    members = np.array([1, 3, 4])
    row = read(found, start, {"G": members}).loc["G"]
    paid = [one.wage_bill[members].sum() for one in (start, found)]
    assert row["wage_change"] == pytest.approx(paid[1] / paid[0] - 1)
    spent = [one.incomes[members] for one in (start, found)]
    real = (found.welfare / start.welfare)[members]
    assert row["welfare_change"] == pytest.approx(real @ spent[0] / spent[0].sum() - 1)


def test_trade_of_a_group_leaves_out_what_its_members_sell_each_other() -> None:
    world = made_up(7).with_options(economies=("USA", "C1", "C2", "C3", "C4"))
    start, found = solve(world, world.tariffs), solve(world, shocked(world, 3))
    group, rest = [1, 3, 4], [0, 2]
    row = read(found, start, {"G": np.array(group)}).loc["G"]

    def sums(one: Solution) -> dict[str, float]:
        trade = one.customs_trade.sum(axis=0)
        return {
            "export": sum(trade[i, j] for i in rest for j in group),
            "import": sum(trade[i, j] for i in group for j in rest),
            "exports_to_us": sum(trade[0, j] for j in group),
            "exports_elsewhere": sum(trade[2, j] for j in group),
            "imports_from_us": sum(trade[i, 0] for i in group),
        }

    now, then = sums(found), sums(start)
    for name, value in now.items():
        assert row[f"{name}_change"] == pytest.approx(value / then[name] - 1), name
    spent = start.incomes[group]
    revenue = found.revenue[group].sum() - start.revenue[group].sum()
    assert row["revenue_change"] == pytest.approx(revenue / spent.sum())
    assert row["income_change_usd"] == pytest.approx(row["welfare_change"] * spent.sum())


@pytest.mark.parametrize(
    ("field", "one", "each"),
    [
        ("retaliation", "reciprocal", "reciprocal"),
        ("retaliation", {"EU": 0.1}, 0.1),
        ("concessions", 0.4, 0.4),
        ("concessions", {"European Union": 1.0}, 1.0),
    ],
)
def test_what_all_or_a_union_do_is_what_each_does(field: str, one: object, each: object) -> None:
    table = tv.load("icio_economies")
    chosen = table["line_partner"].eq("EU") if isinstance(one, dict) else table["economy"].ne("USA")
    answers = (one, dict.fromkeys(table.loc[chosen, "economy"], each))
    asked = {"partners": ["JPN", "EU", "USA"], "reference": "agreement"}
    found = [tv.equilibrium("breakdown", **asked, **{field: answer}) for answer in answers]
    pd.testing.assert_frame_equal(*found, rtol=1e-9)


def test_partners_answer_in_kind_at_a_rate_or_by_lower_tariffs() -> None:
    choices = {
        "told": {},
        "none": {"retaliation": "none"},
        "kind": {"retaliation": "reciprocal"},
        "own": {"retaliation": {"JPN": "reciprocal"}},
        "not": {"retaliation": {"JPN": "none"}},
        "zero": {"retaliation": {"JPN": 0.0}},
        "rate": {"retaliation": {"JPN": 0.1}},
        "lower": {"retaliation": "none", "concessions": {"JPN": 1.0}},
    }
    table = variants("breakdown", choices, partners="JPN")
    bought = 1 + table["imports_from_us_change"].droplevel(["outcome", "partner"])
    assert bought["kind"] < bought["none"] < bought["lower"]
    # The file of the breakdown says that partners answer in kind.
    assert bought["told"] == bought["kind"]
    assert bought["own"] < bought["none"] == pytest.approx(bought["zero"])
    assert bought["not"] == bought["none"]
    # 10 % more on all goods cuts imports of goods by about 1 - 1.1^-4 = 32 %; services go on.
    assert 0.68 < bought["rate"] / bought["none"] < 0.95


def test_an_answer_is_never_a_subsidy() -> None:
    """Where every rate is at or below the reference, nothing is there to be answered."""
    choices = {"none": {"retaliation": "none"}, "kind": {"retaliation": "reciprocal"}}
    table = variants("agreement", choices)
    pd.testing.assert_frame_equal(table.loc["kind"], table.loc["none"])


def test_only_what_goes_beyond_the_reference_is_answered() -> None:
    same = tv.outcome("snapback").named("same")
    choices = {"none": {"retaliation": "none"}, "kind": {"retaliation": "reciprocal"}}
    table = variants(same, choices, reference="snapback", partners="JPN")
    pd.testing.assert_frame_equal(table.loc["kind"], table.loc["none"])
    assert table.filter(like="change").abs().max().max() < 1e-9


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"elasticity": "caliendo_paro"}, "did you mean 'caliendo_parro_2015'"),
        ({"elasticity": {"C2": 3.0}}, "unknown sector"),
        ({"elasticity": -1.0}, "must be positive"),
        ({"deficit": "ballanced"}, "did you mean 'balanced'"),
        ({"retaliation": "reciprocl"}, "did you mean 'reciprocal'"),
        ({"retaliation": {"JPN": -0.1}}, "negative"),
        ({"concessions": 1.5}, "0 to 1"),
        ({"partners": "JPM"}, "did you mean 'JPN'"),
        ({"partners": []}, "no partner"),
        ({"services_tariffs": "none"}, "zero, file"),
    ],
)
def test_a_wrong_option_says_what_is_allowed(options: dict[str, object], said: str) -> None:
    with pytest.raises(ArgumentError, match=said):
        tv.equilibrium("pause", **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("model", [tv.equilibrium, tv.respond, exports_by_chapter])
def test_another_outcome_may_not_have_the_name_of_the_reference(
    model: Callable[..., object],
) -> None:
    with pytest.raises(ArgumentError, match="name of the reference; use .named.*'pause'"):
        model(tv.outcome("snapback").named("pause"))


@pytest.mark.parametrize("name", ["liberation_day_194", "uniform_10_icio", "april_list_icio"])
def test_the_named_runs_clear_every_market(name: str) -> None:
    table = benchmark(name)
    assert table.attrs["residual"] <= TOLERANCE
    assert len(table) == (194 if name == "liberation_day_194" else 81)
    assert np.isfinite(table.to_numpy()).all()
    us = table.loc["USA"]
    # A tariff of a large country lowers its trade and raises its wage against the others'.
    assert us["imports_over_gdp_change"] < -0.05 and us["wage_change"] > 0
    if name.endswith("icio"):
        assert (table["employment_change"] == 0).all()
        assert (table["welfare_change"] - table["real_income_change"]).abs().max() < 1e-12
        gap = table["exports_over_gdp_change"] - table["imports_over_gdp_change"]
        assert gap.abs().max() < 1e-9


def test_the_named_runs_have_the_tariffs_they_say() -> None:
    world, tariffs = scenario("april_list_icio")
    rate = {code: tariffs[:, world.place("USA"), world.place(code)] for code in world.economies}
    assert set(rate["CHN"]) == {0.54} and set(rate["VNM"]) == {0.46} and set(rate["CHL"]) == {0.1}
    filed = world.tariffs[:, world.place("USA"), world.place("TWN")]
    assert (rate["TWN"] == filed).all()
    assert 0.1 < rate["ROW"][0] < 0.3
    world, tariffs = scenario("liberation_day_194")
    assert tariffs[0, world.place("USA"), world.place("RUS")] == 0.1
    elsewhere = np.delete(tariffs, world.place("USA"), axis=1)
    assert not elsewhere.any()
    with pytest.raises(ArgumentError, match="did you mean 'uniform_10_icio'"):
        benchmark("uniform_10")


def test_the_loops_hold_for_the_published_variant_too() -> None:
    world, tariffs = scenario("uniform_10_icio")
    one = world.with_options(labour_supply=0.5, scale=0.67 / 4)
    found = solve(one, tariffs)
    assert found.residual <= TOLERANCE
    assert found.trade.sum() == pytest.approx(found.incomes.sum())


# What readers see of it.


@pytest.fixture(scope="module")
def spread() -> pd.DataFrame:
    choices = {"four": {}, "two": {"elasticity": 2.0}, "eight": {"elasticity": 8.0}}
    return variants(["pause", "snapback", "in_force"], choices, partners=["JPN", "GBR"])


def test_dots_stand_at_the_first_variant_and_lines_span_all(spread: pd.DataFrame) -> None:
    axes = tv.charts.equilibrium_ranges(spread)
    values = spread["real_income_change"]
    for code, column in zip(("JPN", "GBR"), figure_of(axes).axes, strict=True):
        lines = [line.get_xdata() for line in column.lines]  # The first is the zero line.
        for place, end in enumerate(("snapback", "in_force")):
            cell = values.xs((end, code), level=("outcome", "partner"))
            assert list(lines[2 * place + 1]) == [cell.min(), cell.max()]
            assert list(lines[2 * place + 2]) == [cell["four"]]
    text = " ".join(str(note.get_text()) for note in axes.texts)
    assert text.count("†") == 2  # Both outcomes rest in part on provisional law.
    with pytest.raises(ArgumentError, match="did you mean 'welfare_change'"):
        tv.charts.equilibrium_ranges(spread, measure="welfare_chang")
    plt.close("all")


def test_tables_leave_the_reference_out_and_name_what_is_missing(spread: pd.DataFrame) -> None:
    shown = tv.tables.variants_table(spread).frame
    assert len(shown) == 6 and "The pause" not in set(shown["Outcome"])
    with pytest.raises(ArgumentError, match="exports_to_us_change"):
        tv.tables.equilibrium_table(spread.drop(columns="exports_to_us_change"))
    run = benchmark("uniform_10_icio")
    with pytest.raises(ArgumentError, match="ATL"):
        tv.tables.benchmark_table({"run": run}, ["ATL"])


@pytest.mark.parametrize(
    ("measure", "unit", "said"),
    [
        ("real_income_change", 100, "Real income, of GDP, change against the pause, percent"),
        ("exports_to_us_change", 100, "Exports to the US, change against the pause, percent"),
        ("income_change_usd", 1e-9, "Real income, change against the pause, billion US dollars "
         "of 2022 a year"),
    ],
)  # fmt: skip
def test_a_table_of_variants_says_its_unit(
    measure: str, unit: float, said: str, spread: pd.DataFrame
) -> None:
    shown = tv.tables.variants_table(spread, measure)
    assert shown.caption == said
    one = tv.tables.variants_table(
        spread.xs("snapback", level="outcome", drop_level=False), measure
    )
    assert one.caption == f"Snapback: {said}" and list(one.frame) == ["Variant", "Japan", "UK"]
    values = spread[measure].xs("snapback", level="outcome").unstack("partner")
    for row in one.frame.itertuples(index=False):
        texts = [float(text.replace("−", "-")) for text in row[1:]]
        assert texts == pytest.approx(
            (values.loc[row[0], ["JPN", "GBR"]] * unit).tolist(), abs=0.06
        )


def test_the_sentence_on_trade_says_how_much_other_markets_take() -> None:
    # A fifth of exports go to the United States and fall by 10 %; the rest grows by 1 %: 2 of 100
    # are lost, 0.8 found.
    row = {
        "outcome": "snapback",
        "partner": "JPN",
        "exports_to_us_change": -0.10,
        "exports_elsewhere_change": 0.01,
        "export_change": 0.2 * -0.10 + 0.8 * 0.01,
    }
    text = tv.findings.equilibrium_trade(pd.DataFrame([row]), "snapback")
    assert "take up 40\u00a0% of what is lost" in text and "−1.2" in text
    with pytest.raises(ArgumentError, match="not in the table"):
        tv.findings.equilibrium_trade(pd.DataFrame([row]), "pause")
    # Nothing is lost that other markets could take up.
    more = pd.DataFrame([{**row, "exports_to_us_change": 0.10, "export_change": 0.028}])
    assert "markets" not in tv.findings.equilibrium_trade(more, "snapback")


def test_an_economy_that_is_not_there_is_named() -> None:
    columns = ["price", "cost", "input_cost", "output", "employment"]
    row = {f"{column}_change": 0.01 for column in columns}
    table = pd.DataFrame([{**row, "outcome": "snapback", "partner": "JPN", "sector": "C29"}])
    assert len(tv.tables.sectors_table(table, "snapback", "JPN").frame) == 1
    with pytest.raises(ArgumentError) as caught:
        tv.tables.sectors_table(table, "snapback", "JPM")
    assert str(caught.value) == (
        "field 'economy': economy is not in the table; value 'JPM'; allowed: JPN; "
        "did you mean 'JPN'?"
    )


def test_dollars_of_the_world_table_bear_its_year() -> None:
    (year,) = [name.removeprefix("icio_") for name in tables() if re.fullmatch(r"icio_\d+", name)]
    assert quantity("exports_to_us_usd").of == f"of {year} a year"


def test_tables_by_sector_show_whom_and_how_many_they_were_asked_for() -> None:
    """Weight is US sales times protected inputs: 4, 3 and 2; services are no exporters of goods."""
    columns = ["price", "cost", "input_cost", "output", "employment"]
    row = {f"{column}_change": 0.01 for column in columns} | {"added_rate": 0.1, "outcome": "own"}
    cells = [("C28", 2e9, 1.0), ("C29", 2e9, 2.0), ("C20", 1e9, 3.0), ("SERVICES", 9e9, 9.0)]
    rows = [
        {**row, "partner": code, "sector": sector, "exports_to_us_usd": sold,
         "protected_inputs": share, "main_inputs": "C24A+C25"}
        for code in ("USA", "KOR", "JPN") for sector, sold, share in cells
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    titles = tv.load("icio_sectors").set_index("sector")["title"]
    for asked, who in (({}, ["South Korea", "Japan"]), ({"economies": ["JPN"]}, ["Japan"])):
        for n in (1, 2, 3):
            shown = tv.tables.exporters_table(table, "own", n, **asked).frame
            assert shown["Exporter"].tolist() == [name for name in who for _ in range(n)]
            assert shown["Sector"].tolist() == [*titles[["C29", "C20", "C28"][:n]]] * len(who)
    for code, name in (("JPN", "Japan"), ("USA", "United States")):
        assert tv.tables.sectors_table(table, "own", code).caption.startswith(f"{name}, own: ")


def test_the_first_sentence_counts_open_signs(spread: pd.DataFrame) -> None:
    table = spread.copy()
    table.loc[("two", "snapback", "JPN"), "real_income_change"] = 0.01
    text = tv.findings.equilibrium(table)
    assert "Japan in “Snapback”" in text
    # A third partner, and three more signs on which the variants disagree.
    third = spread.xs("GBR", level="partner", drop_level=False).rename(index={"GBR": "KOR"})
    many = pd.concat([spread, third]).sort_index()
    many.attrs = spread.attrs
    many.loc["two", "real_income_change"] = -many.loc["four", "real_income_change"].to_numpy()
    assert "disagree on the sign in 6 of 6 cases." in tv.findings.equilibrium(many)
    with pytest.raises(ArgumentError, match="no outcome beside"):
        tv.findings.equilibrium(spread.loc[(slice(None), "pause"), :])


def test_variants_need_a_name_and_known_options() -> None:
    with pytest.raises(ArgumentError, match="no variant"):
        variants("pause", {})
    with pytest.raises(TypeError, match="elastisity"):
        variants("pause", {"a": {"elastisity": 2.0}})


# Elasticities of one's own, sector by sector


def test_a_mapping_of_sectors_is_the_study_that_it_repeats() -> None:
    table = tv.load("sector_elasticities")
    sectors = tuple(table["sector"].unique())
    for study, own in table.groupby("study"):
        values = dict(zip(own["sector"], own["value"], strict=True))
        assert elasticities.strengths(values, sectors).tolist() == [values[s] for s in sectors]
        assert elasticities.strengths(str(study), sectors).tolist() == [values[s] for s in sectors]


def test_a_sector_left_out_of_a_mapping_keeps_the_uniform_elasticity() -> None:
    sectors = tuple(tv.load("sector_elasticities")["sector"].unique())
    uniform = elasticities.strengths("uniform", sectors)
    one = elasticities.strengths({sectors[3]: 9.5}, sectors)
    assert one[3] == 9.5 and np.flatnonzero(one != uniform).tolist() == [3]
    # The next question is not answered with what this one changed.
    assert elasticities.strengths("uniform", sectors).tolist() == uniform.tolist()


@pytest.mark.parametrize(
    ("given", "said"),
    [({"CARS": 4.0}, "unknown sector; value 'CARS'"), ({"SERVICES": -1.0}, "must be positive")],
)
def test_a_bad_mapping_of_sectors_is_named(given: dict[str, float], said: str) -> None:
    sectors = tuple(tv.load("sector_elasticities")["sector"].unique())
    with pytest.raises(ArgumentError, match=said):
        elasticities.strengths(given, sectors)


def test_what_cannot_be_solved_ends_in_an_error_and_not_in_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real, asked = solver._newton, list[object]()

    def fails(world: World, tariffs: NDArray[np.float64], start: Solution | None) -> Solution:
        asked.append(start)
        if start is not None or len(asked) == 1:
            raise EquilibriumError("no solution")
        return real(world, tariffs, start)

    monkeypatch.setattr(solver, "_newton", fails)
    flows = np.array([[[8.0, 2.0], [2.0, 8.0]]])
    world = world_of(flows, np.zeros((1, 2, 2)), 4.0, economies=("A", "B"), sectors=("all",))
    with pytest.raises(EquilibriumError, match="no solution"):
        solve(world, np.array([[[0.0, 0.1], [0.0, 0.0]]]))
    # It has tried smaller and smaller parts of the way first.
    assert len(asked) > 4
