"""The response model: laws of demand, limits it must reach, cases worked by hand, real runs."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, fsolve

import tradeviz as tv
from tradeviz.errors import ArgumentError
from tradeviz.law.outcome import law_of, outcome
from tradeviz.lines import lines
from tradeviz.models.response import NAMES, Parameters, central, draw, ranges
from tradeviz.models.response.nests import Nest, bottom, change, varieties
from tradeviz.models.response.problem import import_share, problem, suppliers
from tradeviz.models.response.smart import smart
from tradeviz.models.response.succession import Succession
from tradeviz.products import product_sectors

FIVE = list(tv.FOCUS)


def parameters(**given: float) -> Parameters:
    values = {"origins": 2.5, "products": 1.5, "domestic": 1.2, "pass_through": 0.9}
    return Parameters(**{**values, "foreign_demand": 1.1, **given})


def world(seed: int, products: int = 6, sectors: int = 2) -> tuple[Nest, np.ndarray]:
    """Return a random nest of three origins a product, and random shifts."""
    chance = np.random.default_rng(seed)
    product = np.repeat(np.arange(products), 3)
    nest = Nest(
        chance.uniform(1, 9, 3 * products),
        product,
        np.arange(products) % sectors,
        chance.uniform(0.1, 0.9, sectors),
    )
    return nest, np.log1p(chance.uniform(-0.1, 1.0, 3 * products))


def solve(nest: Nest, shift: np.ndarray, p: Parameters) -> tuple[np.ndarray, np.ndarray]:
    return varieties(change(nest, nest.shares, shift, p), nest.product, shift, p)


elasticity = st.floats(0.2, 8.0).filter(lambda x: abs(x - 1) > 1e-3)
sets = st.builds(
    Parameters,
    origins=elasticity,
    products=elasticity,
    domestic=elasticity,
    pass_through=st.floats(0.5, 1.0),
    foreign_demand=st.just(1.0),
)


@settings(max_examples=60)
@given(sets, st.integers(0, 999))
def test_every_nest_holds_as_an_equation(p: Parameters, seed: int) -> None:
    """Put the solution into demand and supply as the literature writes them."""
    nest, shift = world(seed)
    made = change(nest, nest.shares, shift, p)
    quantity, border = varieties(made, nest.product, shift, p)
    price = shift + border
    inside, above = nest.shares
    assert border == pytest.approx(p.inverse_supply * quantity, abs=1e-9)
    index = np.bincount(nest.product, inside * np.exp((1 - p.origins) * price))
    assert made.price == pytest.approx(np.log(index) / (1 - p.origins), abs=1e-8)
    demand = (made.quantity + p.origins * made.price)[nest.product] - p.origins * price
    assert quantity == pytest.approx(demand, abs=1e-8)
    of_sector = np.bincount(nest.sector, above * np.exp((1 - p.products) * made.price))
    imports = np.log(of_sector) / (1 - p.products)
    whole = nest.import_share * np.exp((1 - p.domestic) * imports) + 1 - nest.import_share
    level = np.log(whole) / (1 - p.domestic)
    # Spending on the sector and the price of domestic goods are held.
    bought = (p.domestic - 1) * level - p.domestic * imports
    expected = bought[nest.sector] - p.products * (made.price - imports[nest.sector])
    assert made.quantity == pytest.approx(expected, abs=1e-7)


@settings(max_examples=40)
@given(sets, st.integers(0, 999))
def test_spending_adds_up_and_nothing_changes_nothing(p: Parameters, seed: int) -> None:
    nest, shift = world(seed)
    made = change(nest, nest.shares, shift, p)
    quantity, border = varieties(made, nest.product, shift, p)
    spent = nest.spending * np.exp(quantity + border + shift)
    before = np.bincount(nest.product, nest.spending)
    assert np.bincount(nest.product, spent) == pytest.approx(
        before * np.exp(made.price + made.quantity), rel=1e-9
    )
    still = change(nest, nest.shares, np.zeros_like(shift), p)
    assert np.abs(still.quantity).max() < 1e-12 and np.abs(still.price).max() < 1e-12


@settings(max_examples=40)
@given(sets, st.integers(0, 999), st.floats(0.01, 100.0))
def test_the_unit_of_money_does_not_matter(p: Parameters, seed: int, unit: float) -> None:
    nest, shift = world(seed)
    scaled = replace(nest, spending=nest.spending * unit)
    assert solve(nest, shift, p)[0] == pytest.approx(solve(scaled, shift, p)[0], abs=1e-10)


@settings(max_examples=40)
@given(sets, st.integers(0, 999), st.integers(0, 17), st.floats(0.01, 0.5))
def test_a_higher_duty_never_raises_own_imports(
    p: Parameters, seed: int, place: int, step: float
) -> None:
    # With more substitution above than below, a rival's loss can pull the product down too.
    p = replace(p, origins=max(p.origins, p.products, p.domestic))
    nest, shift = world(seed)
    more = shift.copy()
    more[place] += step
    assert solve(nest, more, p)[0][place] < solve(nest, shift, p)[0][place]


def test_a_uniform_shift_of_all_imports_keeps_their_mix() -> None:
    nest, _ = world(3)
    quantity, _ = solve(nest, np.full(18, 0.2), parameters())
    for sector in (0, 1):
        assert np.ptp(quantity[nest.sector[nest.product] == sector]) < 1e-12


def test_equal_elasticities_are_one_nest() -> None:
    """Nested demand with one elasticity is a single CES over all varieties and domestic goods."""
    p = parameters(origins=3.0, products=3.0, domestic=3.0, pass_through=1.0)
    nest, shift = world(5)
    quantity, _ = solve(nest, shift, p)
    for sector in (0, 1):
        mine = nest.sector[nest.product] == sector
        share = nest.spending[mine] / nest.spending[mine].sum() * nest.import_share[sector]
        index = share @ np.exp(-2 * shift[mine]) + 1 - nest.import_share[sector]
        assert quantity[mine] == pytest.approx(-3 * shift[mine] - np.log(index), abs=1e-12)


@pytest.mark.parametrize("name", ["origins", "products", "domestic"])
def test_the_case_of_one_lies_between_its_neighbours(name: str) -> None:
    nest, shift = world(7)
    around = [solve(nest, shift, parameters(**{name: 1 + e}))[0] for e in (-1e-6, 0.0, 1e-6)]
    assert around[1] == pytest.approx((around[0] + around[2]) / 2, abs=1e-8)


def test_two_countries_by_hand() -> None:
    """Two origins, one product, half of it imported; 50 % duty on one, elasticity 2 at the top.

    Complete pass-through: prices 1.5 and 1, index (0.5 / 1.5 + 0.5)^-1 = 1.2. Imports against
    domestic goods with elasticity 1: spending on imports stays, so the bundle falls to 1 / 1.2.
    The charged one: 1/1.2 * (1.5/1.2)^-2 = 0.5333; the other: 1/1.2 * (1/1.2)^-2 = 1.2.
    """
    nest = Nest(np.array([1.0, 1.0]), np.zeros(2, int), np.zeros(1, int), np.array([0.5]))
    p = parameters(origins=2.0, domestic=1.0, pass_through=1.0)
    quantity, border = solve(nest, np.log([1.5, 1.0]), p)
    assert np.exp(quantity) == pytest.approx([0.53333333, 1.2])
    assert border.tolist() == [0.0, 0.0]
    # Spending on both: 1.5 * 0.5333 + 1.2 = 2, as before.
    assert np.exp(quantity) @ [1.5, 1.0] == pytest.approx(2.0)


def test_rising_supply_against_a_root_finder() -> None:
    nest = Nest(np.array([1.0, 3.0]), np.zeros(2, int), np.zeros(1, int), np.array([0.4]))
    p = parameters(origins=3.0, domestic=1.7, pass_through=0.6)
    shift = np.log([1.4, 1.1])
    omega = (1 / 0.6 - 1) / 3.0

    def gap(quantity: np.ndarray) -> np.ndarray:
        price = shift + omega * quantity
        index = np.log([0.25, 0.75] @ np.exp(-2 * price)) / -2
        whole = np.log(0.4 * np.exp(-0.7 * index) + 0.6) / -0.7
        return 0.7 * whole - 1.7 * index - 3.0 * (price - index) - quantity

    found = fsolve(gap, np.zeros(2), xtol=1e-13)
    assert solve(nest, shift, p)[0] == pytest.approx(found, abs=1e-10)


def test_pass_through_is_what_it_says() -> None:
    """One small origin among many is charged: the buyer pays the stated share."""
    nest = Nest(np.array([1e-6, 1.0]), np.zeros(2, int), np.zeros(1, int), np.array([0.5]))
    shift = np.array([0.01, 0.0])
    _, border = solve(nest, shift, parameters(pass_through=0.8))
    assert (0.01 + border[0]) / 0.01 == pytest.approx(0.8, abs=1e-4)


def test_revenue_peaks_where_theory_puts_it() -> None:
    """A small origin: demand (1 + t)^-sigma, revenue t (1 + t)^-sigma, peak 1 / (sigma - 1)."""
    nest = Nest(np.array([1e-9, 1.0]), np.zeros(2, int), np.zeros(1, int), np.array([0.5]))
    p = parameters(origins=3.0, pass_through=1.0)

    def slope(duty: float) -> float:
        ends = []
        for t in (duty - 1e-5, duty + 1e-5):
            quantity, _ = solve(nest, np.array([np.log1p(t), 0.0]), p)
            ends.append(t * np.exp(quantity[0]))
        return ends[1] - ends[0]

    assert brentq(slope, 0.1, 2.0) == pytest.approx(1 / (3.0 - 1), abs=1e-3)


def test_small_changes_of_one_origin_are_those_of_smart() -> None:
    nest, _ = world(11, products=1, sectors=1)
    value = nest.spending  # no duty before
    p = parameters(pass_through=1.0, domestic=1.3)
    nest = replace(nest, import_share=np.array([1e-12]))
    step = 1e-6
    after = np.array([step, 0.0, 0.0])
    quantity, _ = solve(nest, np.log1p(after), p)
    creation, diverted = smart(
        value, nest.product, np.zeros(3), after, demand=1.3, substitution=p.origins
    )
    assert diverted.sum() == pytest.approx(0.0, abs=1e-12)
    # Creation falls on the product in proportion here, on the charged origin in SMART.
    bundle = value / value.sum() * creation.sum()
    assert value * np.expm1(quantity) == pytest.approx(bundle + diverted, rel=1e-4)
    with pytest.raises(ArgumentError, match="demand"):
        smart(value, nest.product, after, after, demand=-1.0, substitution=1.0)


def test_prepared_nests_are_the_same() -> None:
    nest, shift = world(13, products=30)
    ready = bottom(nest, nest.shares, shift, (-4.3, -0.1))
    for origins in (1.2, 2.5, 5.2):
        p = parameters(origins=origins)
        exact = change(nest, nest.shares, shift, p)
        fast = change(nest, nest.shares, shift, p, ready.logs([p])[0])
        assert fast.quantity == pytest.approx(exact.quantity, abs=1e-11)


def test_parameters_come_from_the_table() -> None:
    table = tv.load("elasticities").set_index("id")
    assert central().origins == table.loc["origins_common", "value"]
    assert central().pass_through == table.loc["border_assumed", "value"]
    low, value, high = ranges()["foreign_demand"]
    # Amiti, Redding and Weinstein (2019), Table 3: 1.1 (0.132) and 3.898.
    assert (low, value, high) == pytest.approx((1.1 - 1.96 * 0.132, 1.1, 3.898))
    assert set(ranges()) == set(NAMES)


@pytest.mark.parametrize(
    ("given", "through", "message"),
    [
        ({"origin": 2.0}, None, "origins"),
        ({"origins": -1.0}, None, "out of range"),
        ({}, 1.2, "at most 1"),
        ({"products": float("nan")}, None, "out of range"),
    ],
)
def test_bad_parameters_are_named(
    given: dict[str, float], through: float | None, message: str
) -> None:
    with pytest.raises(ArgumentError, match=message):
        central(given, through)


def test_draws_stay_in_range_and_keep_what_is_given() -> None:
    sets = draw(200, 4, {"origins": 3.0})
    assert {p.origins for p in sets} == {3.0}
    for name, (low, _, high) in ranges().items():
        assert all(low <= getattr(p, name) <= high for p in sets if name != "origins")
    free = draw(200, 4)
    assert [p.products for p in free] == [p.products for p in sets]
    assert {p.inverse_supply for p in draw(50, 4, None, 1.0)} == {0.0}
    assert len({p.pass_through for p in draw(50, 4)}) == 50


def test_the_reference_changes_nothing() -> None:
    table = tv.respond("pause")
    changes = table[[name for name in table if "change" in name or "deadweight" in name]]
    assert (changes.fillna(0.0) == 0.0).all().all()


def test_imports_and_revenue_of_2024_without_a_change_of_law() -> None:
    """Under the law of 2024 the model is the data: Census imports and calculated duty."""
    table = tv.respond("before", reference="before")
    exposure = tv.exposure("before")
    assert table["imports_usd"].to_numpy() == pytest.approx(exposure["imports_usd"].to_numpy())
    assert table["revenue_usd"].to_numpy() == pytest.approx(exposure["base_duty_usd"].to_numpy())


def test_without_substitution_only_the_budget_binds() -> None:
    """With every elasticity 0, the goods of a sector shrink by its price index alone."""
    still = {"origins": 1e-9, "products": 0.0, "domestic": 0.0}
    table = tv.respond("snapback", elasticities=still, pass_through=1.0)
    trade, kept = lines(), suppliers()
    rate = trade.paid + outcome("snapback").schedule().added_together()[0]
    sector = product_sectors()[0][trade.product]
    before = np.bincount(sector[kept], (trade.value * (1 + trade.paid))[kept])
    after = np.bincount(sector[kept], (trade.value * (1 + rate))[kept])
    bought = before > 0
    index = np.ones(len(before))
    index[bought] += import_share()[bought] * (after[bought] / before[bought] - 1)
    for partner in FIVE:
        mine = trade.rows([partner])
        duty = (trade.value * rate)[mine] / index[sector[mine]]
        found = table.loc[("snapback", partner), "revenue_usd"]
        assert found == pytest.approx(duty.sum(), rel=1e-6)


def test_losses_and_balance_add_up() -> None:
    table = tv.respond(["snapback", "breakdown"])
    parts = table["deadweight_rectangle_usd"] + table["deadweight_triangle_usd"]
    assert table["deadweight_loss_usd"].to_numpy() == pytest.approx(parts.to_numpy())
    balance = table["exports_change_usd"] - table["value_change_usd"]
    assert table["balance_change_usd"].to_numpy() == pytest.approx(balance.to_numpy())
    kept = table.loc["snapback", "exports_change_usd"]
    assert (kept == 0).all() and (table.loc["breakdown", "exports_change_usd"] < 0).all()


def test_splits_add_up_to_their_partner() -> None:
    whole = tv.respond("snapback")
    for by in ("sector", "hs2", "naics3"):
        parts = tv.respond("snapback", by=by)
        for name in ("value_change_usd", "diverted_usd", "revenue_usd", "deadweight_loss_usd"):
            sums = parts[name].groupby(["outcome", "partner"], sort=False).sum()
            assert sums.to_numpy() == pytest.approx(whole[name].to_numpy(), rel=1e-9), (by, name)
        assert parts["exports_change_usd"].isna().all()


def test_what_one_wins_another_loses() -> None:
    everyone = [code for code in lines().partners if code != "SVK"]
    flows = tv.respond("snapback", by="competitor", partners=everyone)["diverted_usd"]
    matrix = flows.droplevel("outcome").unstack().reindex(index=everyone, columns=everyone)
    matrix = matrix.fillna(0.0).to_numpy()
    assert matrix == pytest.approx(-matrix.T, abs=1.0)
    whole = tv.respond("snapback", partners=everyone)["diverted_usd"].to_numpy()
    assert matrix.sum(axis=1) == pytest.approx(whole, rel=1e-6, abs=10.0)
    assert abs(whole.sum()) < 1e-6 * np.abs(whole).sum()


def test_draws_do_not_depend_on_who_computes_them() -> None:
    # A whole chunk and a part of one.
    alone = tv.respond("snapback", draws=30, seed=5)
    again = tv.respond("snapback", draws=30, seed=5)
    with ThreadPoolExecutor(2) as executor:
        shared = tv.respond("snapback", draws=30, seed=5, executor=executor)
    assert alone.equals(again) and alone.equals(shared) and alone.attrs == shared.attrs
    assert not alone.equals(tv.respond("snapback", draws=30, seed=6))
    assert (alone["value_change_usd_low"] < alone["value_change_usd_high"]).all()
    shares = pd.DataFrame(alone.attrs["variance_shares"]).groupby("partner")["share"].sum()
    assert shares.to_numpy() == pytest.approx(1.0, abs=1e-9)


def test_draws_run_on_a_cluster() -> None:
    distributed = pytest.importorskip("distributed", reason="the cluster extra is not installed")
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        shared = tv.respond("snapback", draws=30, seed=5, executor=client.get_executor())
    assert shared.equals(tv.respond("snapback", draws=30, seed=5))


def test_a_draw_is_the_exact_solution_of_its_parameters() -> None:
    made = problem([outcome("pause"), outcome("snapback")], FIVE, None)
    p = draw(1, 9)[0]
    table = tv.respond("snapback", draws=1, seed=9)
    sums = made.sums(p)[1]
    assert table["value_change_usd_central"].to_numpy() == pytest.approx(
        sums[:, 0] - sums[:, 5], rel=1e-9
    )


def test_import_shares_are_shares() -> None:
    assert ((import_share() > 0) & (import_share() < 1)).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"by": "sektor"}, "sector"),
        ({"answer": "none"}, "unknown choice"),
        ({"draws": -1}, "draws"),
        ({"partners": "SVK", "by": "competitor"}, "EU"),
        ({"partners": "Japn"}, "Japan"),
    ],
)
def test_bad_requests_are_named(options: dict[str, object], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        tv.respond("snapback", **options)  # type: ignore[arg-type]


def test_a_partner_outside_the_world_table_has_no_exports() -> None:
    listed = set(tv.load("icio_economies")["line_partner"].dropna())
    code = next(c for c in lines().partners if c not in listed and c != "SVK")
    table = tv.respond("agreement", partners=code)
    assert table["exports_change_usd"].isna().all() and table["value_change_usd"].notna().all()


@cache
def of_250(seed: int = 0) -> pd.DataFrame:
    return tv.respond(["snapback", "breakdown"], draws=250, seed=seed)


def test_a_seed_moves_no_printed_digit() -> None:
    tables = [of_250(seed) for seed in (0, 1)]
    assert not tables[0].equals(tables[1])
    for part in ("low", "central", "high"):
        for column, size in (("value_change", 100), ("balance_change_usd", 1e-9)):
            printed = [(table[f"{column}_{part}"] * size).round(1) for table in tables]
            assert printed[0].equals(printed[1])


def test_250_draws_say_what_two_thousand_say() -> None:
    many = tv.respond("snapback", partners=["JPN", "AUS"], draws=2000)["value_change_central"]
    few = of_250()["value_change_central"][many.index]
    assert few.to_numpy() == pytest.approx(many.to_numpy(), abs=0.002)


def test_draws_are_triangular_and_independent() -> None:
    sets = draw(2000, 3)
    for name, (low, mode, high) in ranges().items():
        values = np.array([getattr(item, name) for item in sets])
        assert values.mean() == pytest.approx((low + mode + high) / 3, rel=0.005), name
        assert low <= values.min() and values.max() <= high
    matrix = np.corrcoef([[getattr(item, name) for item in sets] for name in ranges()])
    assert np.abs(matrix - np.eye(len(matrix))).max() < 0.03


def test_laws_one_after_another_are_solved_as_each_alone() -> None:
    # The first law twice, then one that spares lines, and back: what stays is worked out once.
    days = ("2025-01-01", "2025-01-01", "2025-05-01", "2025-08-15", "2025-05-01")
    laws = [law_of(dt.date.fromisoformat(day)) for day in days]
    cases = (
        (laws, ("JPN", "IND", "AUS"), None),
        (laws, ("JPN",), "naics3"),
        (laws[2:3], ("JPN",), None),
    )
    for chosen, codes, by in cases:
        made, sets = problem(chosen, codes, by), draw(3, 1)
        for p, found in zip(sets, Succession(made, sets).trade(), strict=True):
            assert found == pytest.approx(made.trade(p), rel=1e-11)
