"""Inputs from other sectors: against a generic root finder, by the laws of accounts, bad tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import root

import tradeviz as tv
from tradeviz.errors import ArgumentError, DataError
from tradeviz.models.equilibrium import sector_effects
from tradeviz.models.equilibrium.benchmark import benchmark, scenario
from tradeviz.models.equilibrium.inputs import coefficients
from tradeviz.models.equilibrium.linked import Linked, settle
from tradeviz.models.equilibrium.reading import gdp_usd
from tradeviz.models.equilibrium.shocks import added
from tradeviz.models.equilibrium.solver import TOLERANCE, Solution, _excess, rebase, solve
from tradeviz.models.equilibrium.world import World, with_inputs, world_of
from tradeviz.models.equilibrium.worlds import icio_world

Floats = NDArray[np.float64]


def small(seed: int, sectors: int = 3, size: int = 4, most: float = 0.6) -> World:
    """Return a random world whose producers spend up to `most` of output on inputs."""
    chance = np.random.default_rng(seed)
    scale = chance.lognormal(0, 1.0, size)
    flows = chance.lognormal(0, 0.6, (sectors, size, size)) * np.sqrt(scale[:, None] * scale)
    flows = 0.5 * (flows + flows.transpose(0, 2, 1))
    home = np.arange(size)
    flows[:, home, home] *= 3 * size
    levied = chance.uniform(0, 0.3, flows.shape)
    levied[:, home, home] = 0.0
    names = (tuple(f"C{n}" for n in range(size)), tuple(f"S{n}" for n in range(sectors)))
    world = world_of(
        flows, levied, chance.uniform(2.0, 8.0, sectors), economies=names[0], sectors=names[1]
    )
    share = chance.uniform(0, 1, (sectors, sectors, size))
    share *= most * chance.uniform(0.3, 1.0, (sectors, size)) / share.sum(axis=0)
    used = np.einsum("rsn,sn->rn", share, world.output)
    # No more of an input than two thirds of what the economy buys of it.
    share *= np.minimum(1.0, world.whole / used / 1.5)[:, None, :]
    return with_inputs(world, share)


def shocked(world: World, seed: int) -> Floats:
    tariffs = np.random.default_rng(seed).uniform(0, 0.5, world.tariffs.shape)
    home = np.arange(len(world.economies))
    tariffs[:, home, home] = 0.0
    return tariffs


def by_root(world: World, tariffs: Floats) -> dict[str, Floats]:
    """Return wages, sector prices, spending and incomes from every equation at once, by MINPACK.

    Loops over Caliendo and Parro (2015), equations 9 to 13; nothing of the package's solver.
    """
    assert world.inputs is not None
    sectors, size = world.spending.shape
    cells = sectors * size

    def parts(x: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        wage, price = np.exp(x[:size]), np.exp(x[size : size + cells]).reshape(sectors, size)
        spent = np.exp(x[size + cells : size + 2 * cells]).reshape(sectors, size) * world.whole
        return wage, price, spent, np.exp(x[size + 2 * cells :]) * world.expenditure

    def gaps(x: Floats) -> Floats:
        wage, price, spent, income = parts(x)
        inputs = world.inputs
        assert inputs is not None
        unit, share = np.empty((sectors, size)), np.empty((sectors, size, size))
        for n in range(size):
            for s in range(sectors):
                unit[s, n] = wage[n] ** (1 - inputs[:, s, n].sum())
                for r in range(sectors):
                    unit[s, n] *= price[r, n] ** inputs[r, s, n]
        new_price, revenue = np.empty((sectors, size)), np.zeros(size)
        for s, strength in enumerate(world.elasticities):
            for i in range(size):
                dearer = (1 + tariffs[s, i]) / (1 + world.tariffs[s, i])
                weights = world.shares[s, i] * (unit[s] * dearer) ** -strength
                new_price[s, i] = weights.sum() ** (-1 / strength)
                share[s, i] = weights / weights.sum()
                kept = (share[s, i] / (1 + tariffs[s, i])).sum()
                revenue[i] += spent[s, i] * (1 - kept)
        sold = np.array([spent[s] @ (share[s] / (1 + tariffs[s])) for s in range(sectors)])
        bill = wage * world.wage_bill
        new_income = bill + revenue + world.deficits * income.sum() / world.expenditure.sum()
        new_spent = world.spending * income
        for n in range(size):
            new_spent[:, n] += inputs[:, :, n] @ sold[:, n]
        earned = ((1 - inputs.sum(axis=0)) * sold).sum(axis=0)
        market = earned / bill - 1
        market[0] = bill.sum() / world.wage_bill.sum() - 1  # Walras: one market for the numeraire.
        rows = (new_price / price - 1, new_spent / spent - 1, new_income / income - 1)
        return np.concatenate([market, *(row.ravel() for row in rows)])

    found = root(gaps, np.zeros(2 * size + 2 * cells), tol=1e-14)
    assert np.abs(gaps(found.x)).max() < 1e-10
    return dict(zip(("wage", "price", "spent", "income"), parts(found.x), strict=True))


@pytest.mark.parametrize("seed", [1, 2])
def test_a_generic_root_finder_agrees(seed: int) -> None:
    world = small(seed)
    tariffs = shocked(world, seed)
    found, expected = solve(world, tariffs), by_root(world, tariffs)
    assert found.residual <= TOLERANCE
    assert found.wages == pytest.approx(expected["wage"], rel=1e-9)
    assert found.state.prices is not None
    assert np.exp(found.state.prices) == pytest.approx(expected["price"], rel=1e-9)
    assert found.whole == pytest.approx(expected["spent"], rel=1e-9)
    assert found.incomes == pytest.approx(expected["income"], rel=1e-9)


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), most=st.floats(0.05, 0.9))
def test_accounts_add_up_with_inputs(seed: int, most: float) -> None:
    world = small(seed, most=most)
    assert world.inputs is not None
    still = solve(world, world.tariffs)
    assert still.steps == 0 and still.trade == pytest.approx(world.flows, rel=1e-12)
    found = solve(world, shocked(world, seed))
    assert found.residual <= TOLERANCE
    sold = found.customs_trade.sum(axis=1)
    earned = ((1.0 - world.inputs.sum(axis=0)) * sold).sum(axis=0)
    assert earned == pytest.approx(found.wage_bill, rel=1e-10)
    final = found.trade.sum(axis=2) - np.einsum("rsn,sn->rn", world.inputs, sold)
    assert final == pytest.approx(world.spending * found.incomes, rel=1e-9)
    income = found.wage_bill + found.revenue + found.deficits
    assert income == pytest.approx(found.incomes, rel=1e-10)
    assert found.wage_bill.sum() == pytest.approx(world.wage_bill.sum(), rel=1e-10)


def test_without_inputs_the_linked_equations_are_the_plain_ones() -> None:
    plain = icio_world()
    none = with_inputs(plain, np.zeros((28, 28, 81)))
    tariffs = plain.tariffs.copy()
    tariffs[:, plain.place("USA")] += added("snapback")[0]
    one, other = solve(plain, tariffs), solve(none, tariffs)
    assert other.welfare == pytest.approx(one.welfare, rel=1e-10)
    assert other.wages == pytest.approx(one.wages, rel=1e-10)


def test_one_input_chain_by_hand() -> None:
    # One economy that spends half of output on its own product: a closed economy feels no tariff;
    # in two equal ones the price of a foreign input runs through costs as 1 / (1 - half) times.
    flows = np.array([[[8.0, 2.0], [2.0, 8.0]]])
    plain = world_of(flows, np.zeros((1, 2, 2)), 4.0, economies=("A", "B"), sectors=("all",))
    half = with_inputs(plain, np.full((1, 1, 2), 0.5))
    both = np.array([[[0.0, 1e-6], [1e-6, 0.0]]])
    found = solve(half, both)
    # Symmetric, so wages stand; log P = 0.2 t + 0.5 log P to the first order.
    assert np.log(found.prices) == pytest.approx(np.full(2, 0.2e-6 / 0.5), rel=1e-4)
    assert np.log(solve(plain, both).prices) == pytest.approx(np.full(2, 0.2e-6), rel=1e-4)


def test_slopes_are_those_of_small_steps() -> None:
    world = small(3)
    markets = Linked(world, shocked(world, 3))
    cost = np.random.default_rng(3).normal(0, 0.1, 4)
    slopes = markets.slopes(markets.at(cost), sweeps=200)
    for k, one in enumerate(np.eye(4) * 1e-5):
        up, down = (_excess(world, markets.at(cost + sign * one)) for sign in (1, -1))
        assert slopes[:, k] == pytest.approx((up - down) / 2e-5, abs=1e-7 * np.abs(slopes).max())


def test_sweeps_that_grow_end() -> None:
    assert np.isfinite(settle(lambda x: 3.0 * x + 1.0, np.zeros(2))).all()


def test_balanced_first_has_no_transfers() -> None:
    world = icio_world(inputs=True, deficit="balanced")
    assert np.abs(world.deficits).max() == 0 and world.inputs is not None
    assert solve(world, world.tariffs).residual <= TOLERANCE
    small_world = small(4)
    even = rebase(solve(small_world, shocked(small_world, 4)))
    assert even.output == pytest.approx(even.flows.__truediv__(1 + even.tariffs).sum(axis=1))


def test_the_table_of_inputs_gives_the_gdp_that_the_world_bank_counts() -> None:
    # Nothing was fitted to it: GDP here is expenditure of 2022 less inputs by shares of 2011.
    world = icio_world(inputs=True)
    counted = tv.load("gdp").query("year == 2022").set_index("partner")["gdp_usd"]
    model = pd.Series(gdp_usd(world), world.economies)
    ratio = (model / counted).dropna()
    assert model.sum() == pytest.approx(101e12, rel=0.02)
    assert ratio[["GBR", "AUS", "IND", "JPN"]].between(0.95, 1.05).all()
    assert ratio["KOR"] == pytest.approx(1.14, abs=0.02)
    # Per sector: more is never used than bought, and shares stay below one.
    share = coefficients(icio_world())
    assert (share >= 0).all() and (share.sum(axis=0) < 0.95).all()


def _with(change: str) -> tuple[World, Floats]:
    world = world_of(
        np.array([[[8.0, 2.0], [2.0, 8.0]]]), np.zeros((1, 2, 2)), 4.0,
        economies=("A", "B"), sectors=("all",),
    )  # fmt: skip
    inputs = np.full((1, 1, 2), 0.5)
    inputs[0, 0, 1] = {"negative": -0.1, "missing": np.nan, "over": 1.2}.get(change, 0.5)
    return world, inputs[:, :, :1] if change == "shape" else inputs


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("negative", "negative or missing.*B, -0.1"),
        ("missing", "negative or missing.*B, nan"),
        ("over", "all.*inputs exceed output.*B, 1.2 of output.*less than 1"),
        ("shape", "another shape"),
    ],
)
def test_a_bad_table_of_inputs_is_one_line(change: str, said: str) -> None:
    with pytest.raises(DataError, match=said) as fault:
        with_inputs(*_with(change))
    assert "\n" not in str(fault.value)


def test_more_of_an_input_than_is_bought_is_a_fault() -> None:
    world = small(5)
    share = np.zeros((3, 3, 4))
    share[0, :, 2] = 0.9
    with pytest.raises(DataError, match="S0.*more of an input.*C2"):
        with_inputs(world, share)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"inputs": "yes"}, "not True or False"),
        ({"inputs": True, "labour_supply": 0.5}, "employment is fixed"),
        ({"inputs": True, "tax_relief": True}, "employment is fixed"),
    ],
)
def test_options_that_do_not_go_together(options: dict[str, object], said: str) -> None:
    with pytest.raises(ArgumentError, match=said):
        tv.equilibrium("pause", **options)  # type: ignore[arg-type]


# What readers see.


def test_income_is_dollars_and_a_share_of_gdp() -> None:
    for inputs in (False, True):
        table = tv.equilibrium("snapback", partners=["JPN", "EU", "USA"], inputs=inputs)
        gdp = table["income_change_usd"] / table["real_income_change"]
        assert gdp.droplevel("outcome")["JPN"] == pytest.approx(4.16e12, rel=0.02)
        assert gdp.droplevel("outcome")["EU"] == pytest.approx(16.8e12, rel=0.05)
        assert table.attrs["residual"] <= TOLERANCE


def test_a_duty_on_metals_reaches_the_price_of_a_car() -> None:
    dearer = tv.outcome("pause").with_rate(["JPN", "KOR", "EU", "CAN", "MEX", "CHN"],
                                           s232_metals=1.0)  # fmt: skip
    table = sector_effects(dearer.named("metals"), partners=["USA", "KOR"])
    us = table.xs("USA", level="partner").droplevel("outcome")
    assert us.loc["C24A", "price_change"] > us.loc["C29", "price_change"]
    assert us.loc["C29", "input_cost_change"] > us.loc["SERVICES", "input_cost_change"] > 0
    assert us.loc["C29", "main_inputs"].split("+")[0] in {"C24A", "C24B", "C25"}
    assert us.loc["C24A", "employment_change"] > 0 > us.loc["C29", "employment_change"]
    korea = table.xs("KOR", level="partner").droplevel("outcome")
    # Costs of a sector are its wage and its inputs, and nothing else.
    wages = (1 + us["cost_change"]) / (1 + us["input_cost_change"])
    assert ((wages - 1) / us["wage_change"]).between(0, 1).all()
    assert korea.loc["C24A", "added_rate"] > 0.3
    assert korea.loc["C29", "protected_inputs"] > korea.loc["SERVICES", "protected_inputs"] > 0


def test_employment_of_an_economy_is_fixed_and_it_sells_itself_nothing() -> None:
    effects = sector_effects("breakdown", partners=["USA", "KOR"]).droplevel("outcome")
    table, korea = effects.loc["USA"], effects.loc["KOR"]
    world = icio_world(inputs=True)
    assert world.inputs is not None
    start = world.tariffs.copy()
    start[:, world.place("USA")] += added("pause")[0]
    before: Solution = solve(world, start)
    bill = ((1 - world.inputs.sum(axis=0)) * before.customs_trade.sum(axis=1))[
        :, world.place("USA")
    ]
    assert bill @ table["employment_change"] / bill.sum() == pytest.approx(0, abs=1e-12)
    sold = before.customs_trade[:, world.place("USA"), world.place("KOR")]
    assert korea["exports_to_us_usd"].to_numpy() == pytest.approx(sold) and sold.sum() > 1e11
    assert (table["exports_to_us_usd"] == 0.0).all()


# The published run, by its own accounts and formula.


def test_the_published_run_and_what_its_preferences_imply() -> None:
    table = benchmark("liberation_day_194")
    # Table 9 of the paper prints 1.24 for the Eaton and Kortum variant.
    assert table.loc["USA", "welfare_change"] == pytest.approx(0.0124, abs=5e-5)
    # Work is a cost: welfare by the preferences lies below real income.
    us = table.loc["USA"]
    assert us["implied_welfare_change"] < us["real_income_change"] < us["welfare_change"]
    same = table.drop(index="USA")
    assert (same["welfare_change"] - same["implied_welfare_change"]).abs().max() < 1e-12


def test_a_root_finder_repeats_the_published_run_for_every_economy() -> None:
    world, levied = scenario("liberation_day_194")
    flows, tariffs = world.flows[0].T, levied[0].T
    size, spending, output = len(flows), flows.sum(axis=0), flows.sum(axis=1)
    shares, transfers = flows / spending, spending - output
    strength, supply, scale = 4.0, 0.5, 0.67 / 4

    def split(x: Floats) -> tuple[Floats, ...]:
        wage, work = np.exp(x.reshape(2, size))
        weights = shares * ((wage / work**scale)[:, None] * (1 + tariffs)) ** -strength
        price = weights.sum(axis=0) ** (-1 / strength)
        kept = weights / weights.sum(axis=0) / (1 + tariffs)
        earned = wage * work * output
        income = earned + transfers * earned.sum() / output.sum()
        income = income / kept.sum(axis=0)
        tax = income * (1 - kept.sum(axis=0)) / earned
        return wage, work, price, kept, earned, income, tax

    def gaps(x: Floats) -> Floats:
        wage, work, price, kept, earned, income, tax = split(x)
        market = kept @ income / earned - 1
        market[-1] = earned.sum() / output.sum() - 1
        return np.concatenate([market, np.log(work) - supply * np.log(wage / (1 - tax) / price)])

    found = root(gaps, np.zeros(2 * size), tol=1e-12)
    _, _, price, _, earned, income, tax = split(found.x)
    effort = supply / (1 + supply) * (1 - tax)
    published = (income - effort * earned) / price / (spending - effort * output) - 1
    table = benchmark("liberation_day_194")
    gap = np.abs(table["welfare_change"].to_numpy() - published)
    assert np.percentile(gap, 95) < 1e-6 and gap.max() < 1e-6
