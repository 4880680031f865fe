"""Edges of the response that planted faults found without a test: one question each, by hand."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tradeviz as tv
from tradeviz import datasets
from tradeviz.errors import ArgumentError
from tradeviz.law.outcome import law_of
from tradeviz.law.outcome_file import PartnerTariffs
from tradeviz.law.reading import law
from tradeviz.models.equilibrium.answers import told
from tradeviz.models.equilibrium.worlds import icio_world
from tradeviz.models.response import (
    MEASURES,
    NAMES,
    Parameters,
    backtest,
    central,
    draw,
    exports,
    exports_by_chapter,
    ranges,
)  # fmt: skip
from tradeviz.models.response.diversion import _flows
from tradeviz.models.response.problem import import_share, problem
from tradeviz.models.response.responses import _beyond, _variance
from tradeviz.models.response.smart import smart
from tradeviz.products import product_sectors
from tradeviz.trade.us_exports import _tariffs, us_exports


def test_import_shares_are_those_of_american_buyers() -> None:
    table = tv.load("icio_2022").astype({"importer": str, "exporter": str, "sector": str})
    bought = table[table["importer"] == "USA"].set_index(["sector", "exporter"])["value_usd"]
    _, goods = product_sectors()
    for sector, share in zip(goods, import_share(), strict=True):
        flows = bought[sector]
        abroad = sum(value for economy, value in flows.items() if economy != "USA")
        assert share == pytest.approx(abroad / flows.sum()), sector


# Goods-weighted tariffs on US goods that the source of the world table gives, in percent.
ON_US_GOODS = {"IND": 9.3, "JPN": 2.6, "GBR": 2.0, "KOR": 1.05, "AUS": 0.03, "CHN": 7.9}


@pytest.mark.parametrize("partner", ON_US_GOODS)
def test_tariffs_on_us_goods_are_those_of_their_source(partner: str) -> None:
    mine = _tariffs().query("partner == @partner")
    mean = np.average(mine["tariff_rate"], weights=mine["value_usd"])
    assert 100 * mean == pytest.approx(ON_US_GOODS[partner], abs=0.06)


@settings(max_examples=40)
@given(st.integers(0, 999), st.sampled_from([1e-6, 1e-3, 1.0, 1e6]))
def test_flows_have_no_unit(seed: int, unit: float) -> None:
    """Who wins from whom scales with the money, cents or billions."""
    chance = np.random.default_rng(seed)
    product, partner = (side.ravel() for side in np.indices((5, 4)))
    won = chance.normal(size=20)
    won -= won.reshape(5, 4).mean(axis=1)[product]
    flows = _flows(won, product, partner, 4)
    assert flows == pytest.approx(-flows.T)
    assert flows.sum(axis=1) == pytest.approx(np.bincount(partner, weights=won))
    assert _flows(unit * won, product, partner, 4) == pytest.approx(unit * flows, rel=1e-12)


def test_an_outcome_that_adds_nothing_rests_on_nothing_provisional() -> None:
    names = ["before", "agreement", "in_force"]
    table, exposure = tv.respond(names), tv.exposure(names)
    assert (table.loc[["before", "agreement"], "provisional_share"] == 0).all()
    assert (table.loc["in_force", "provisional_share"] > 0).any()
    assert table["provisional_share"].to_numpy() == pytest.approx(
        exposure["provisional_share"].to_numpy()
    )


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e9])
@pytest.mark.parametrize(
    ("origins", "products", "both", "shares"),
    [
        (3.0, 4.0, 0.0, {"origins": 9 / 25, "products": 16 / 25, "together": 0.0}),
        (1.0, 2.0, 2.0, {"origins": 1 / 9, "products": 4 / 9, "together": 4 / 9}),
        (0.0, 0.0, 0.0, {"origins": 0.0, "products": 0.0, "together": 0.0}),
    ],
)
def test_variance_is_split_as_by_hand(
    unit: float, origins: float, products: float, both: float, shares: dict[str, float]
) -> None:
    """On a square of two parameters, the parts are the squares of what each adds."""
    sets = [
        Parameters(3.0 + a, 2.0 + b, 1.0, 0.9, 1.0) for a, b in itertools.product((-1, 1), (-1, 1))
    ]
    signs = np.array([(p.origins - 3.0, p.products - 2.0) for p in sets])
    imports = unit * (5 + origins * signs[:, 0] + products * signs[:, 1] + both * signs.prod(1))
    # Another measure beside it must not be taken for it.
    found = np.broadcast_to(signs[:, :1, None], (4, 1, len(MEASURES))).copy()[:, None]
    found[..., MEASURES.index("value_change_usd")] = imports[:, None, None]
    table = pd.DataFrame({"outcome": ["own"], "partner": ["JPN"]})
    made = _variance(table, found, sets).set_index("parameter")["share"]
    assert made.to_dict() == pytest.approx(shares, abs=1e-12)


def test_buyers_never_pay_more_than_the_whole_duty() -> None:
    assert central(pass_through=1.0).inverse_supply == 0.0
    with pytest.raises(ArgumentError, match="above 0, at most 1"):
        central(pass_through=1.05)
    # No substitution at all is a case of its own in the nests above, but not between origins.
    for name in set(NAMES) - {"origins", "pass_through"}:
        assert getattr(central({name: 0.0}), name) == 0.0
    for name in ("origins", "pass_through"):
        with pytest.raises(ArgumentError, match="out of range"):
            central({name: 0.0})


def test_smart_by_hand_from_a_duty_that_was_there() -> None:
    """From 10 to 20 % on the first of two: ln(1.2 / 1.1) = 0.087011.

    Creation 60 x 1.5 x 0.087011 / (1 + 1.5 / 3) = 5.2207 less; diversion
    2 x 0.087011 x 60 x 40 / 100 = 4.1765 from the first to the second.
    """
    value, product = np.array([60.0, 40.0]), np.zeros(2, dtype=np.int64)
    before, after = np.array([0.1, 0.1]), np.array([0.2, 0.1])
    creation, diverted = smart(
        value, product, before, after, demand=1.5, substitution=2.0, supply=3.0
    )
    assert creation.tolist() == pytest.approx([-5.220682, 0.0], abs=1e-6)
    assert diverted.tolist() == pytest.approx([-4.176546, 4.176546], abs=1e-6)
    still = smart(value, product, before, before, demand=1.5, substitution=2.0)
    assert not np.any(still)
    nothing = np.zeros(2)
    creation, diverted = smart(nothing, product, before, after, demand=1.5, substitution=2.0)
    assert not np.any(creation) and not np.any(diverted)


@pytest.mark.parametrize("name", ["demand", "substitution", "supply"])
def test_an_elasticity_of_smart_may_be_nothing_but_not_less(name: str) -> None:
    """Without demand or supply nothing is created; without substitution nothing is diverted."""
    value, product = np.array([60.0, 40.0]), np.zeros(2, dtype=np.int64)
    given = {"demand": 1.5, "substitution": 2.0, "supply": 3.0, name: 0.0}
    creation, diverted = smart(value, product, np.zeros(2), np.array([0.1, 0.0]), **given)
    assert np.any(creation) == (name == "substitution")
    assert np.any(diverted) == (name != "substitution")
    for wrong in (-0.1, np.nan):
        with pytest.raises(ArgumentError, match=f"'{name}': out of range.*0 or more"):
            smart(value, product, np.zeros(2), np.zeros(2), **{**given, name: wrong})


@pytest.mark.parametrize("name", NAMES)
def test_what_is_held_is_held_alone(name: str) -> None:
    low, _, high = ranges()[name]
    held, free = draw(30, 2, {name: low}), draw(30, 2)
    assert {getattr(p, name) for p in held} == {low}
    assert [replace(p, **{name: low}) for p in free] == held
    assert len({getattr(p, name) for p in free}) == 30
    one = getattr(draw(1, 0)[0], name)
    assert low < one < high and draw(0, 0) == []


def test_value_falls_by_what_is_not_bought_and_by_what_is_cheaper() -> None:
    """From the prices of the data, 1, value is quantity less what suppliers give way."""
    table = tv.respond(["pause", "snapback"], reference="before")
    cheaper = table["imports_usd"] * table["quantity_change"] - table["value_change_usd"]
    assert table["terms_of_trade_gain_usd"].to_numpy() == pytest.approx(cheaper.to_numpy())
    assert cheaper["snapback", "JPN"] > 0
    whole = tv.respond("snapback", reference="before", pass_through=1.0)
    assert whole["terms_of_trade_gain_usd"].to_numpy() == pytest.approx(0.0, abs=1e-3)


def test_a_month_of_several_laws_is_the_mean_over_its_days() -> None:
    first, last = dt.date(2025, 8, 1), dt.date(2025, 8, 31)
    starts = [day for day in law().days() if day <= last]
    days = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    of_day = [max(start for start in starts if start <= day) for day in days]
    assert len(set(of_day)) > 2
    then = [replace(tv.outcome("in_force"), name=str(day), day=day) for day in {*of_day}]
    answers = tv.respond(then, reference="before", partners="IND").droplevel("partner")
    mean = answers.loc[[str(start) for start in of_day]].mean(numeric_only=True)
    row = backtest("IND", first="2025-08", last="2025-08", draws=0).iloc[0]
    assert row["model_change"] == pytest.approx(mean["value_change_usd"] / mean["imports_usd"])
    value = mean["imports_usd"] + mean["value_change_usd"]
    assert row["model_rate"] == pytest.approx(mean["revenue_usd"] / value)


def test_an_answer_in_kind_adds_up_to_what_the_united_states_adds() -> None:
    codes = list(tv.FOCUS)
    made = problem([tv.outcome("pause"), tv.outcome("breakdown")], codes, None)
    duty = _beyond(made, 1, codes).groupby("partner")["more"].sum()
    exposure = tv.exposure(["pause", "breakdown"])["added_duty_usd"].unstack("outcome")
    wanted = exposure["breakdown"] - exposure["pause"]
    assert duty[codes].to_numpy() == pytest.approx(wanted[codes].to_numpy())


def cells(*rows: tuple[str, str, str, float, float]) -> pd.DataFrame:
    """Return a table of US exports: partner, chapter, sector, exports, tariff."""
    names = ["partner", "hs2", "sector", "exports_usd", "tariff_rate"]
    return pd.DataFrame(rows, columns=names).assign(sector_share=1.0)


NONE_ADDED = pd.DataFrame(
    {"partner": ["JPN"], "hs2": ["01"], "sector": ["A01"], "value": [1.0], "more": [0.0]}
)


def test_goods_that_are_not_sold_need_no_tariff(monkeypatch: pytest.MonkeyPatch) -> None:
    """One sector of 100 dollars at 10 %, freed at elasticity 2, and one without trade or tariff."""
    table = cells(
        ("JPN", "87", "C29", 100.0, 0.10),
        ("JPN", "86", "C302T309", 0.0, np.nan),
        ("KOR", "87", "C29", np.nan, np.nan),
    )
    monkeypatch.setattr(exports, "us_exports", lambda: table)
    free = exports.side(["JPN", "KOR"], lambda partner: PartnerTariffs("free"), NONE_ADDED)
    japan, korea = free.change(2.0)
    assert japan == pytest.approx(100 * (1.1**2 - 1))
    assert np.isnan(korea)


@pytest.mark.parametrize(
    ("terms", "wheat", "cars", "parts"),
    [
        (PartnerTariffs("keep"), 1.0, 1.0, 1.0),
        (PartnerTariffs("free"), 1 / 1.25, 1 / 1.1, 1 / 1.1),
        # Wheat is not sold to the United States: the answer is what its sector pays, 30 %.
        (PartnerTariffs("in_kind"), 1.55 / 1.25, 1.3 / 1.1, 1.1 / 1.1),
        (PartnerTariffs("keep", (("C29", "in_kind"),)), 1.0, 1.3 / 1.1, 1.1 / 1.1),
        (PartnerTariffs("in_kind", (("A01", "free"),)), 1 / 1.25, 1.3 / 1.1, 1.0),
        # A quarter of chapter 10 is on the list, none of chapter 87; in all 10 % on 2 May.
        (PartnerTariffs("dated", day=dt.date(2025, 5, 1)), 1.275 / 1.25, 1.0, 1.0),
        (PartnerTariffs("dated", day=dt.date(2025, 5, 2)), 1.375 / 1.25, 1.2 / 1.1, 1.2 / 1.1),
        (PartnerTariffs("dated", day=dt.date(2025, 6, 1)), 1.35 / 1.25, 1.2 / 1.1, 1.2 / 1.1),
        # Half of the partner's own tariff is off industrial goods from July.
        (PartnerTariffs("dated", day=dt.date(2025, 7, 1)), 1.35 / 1.25, 1.15 / 1.1, 1.15 / 1.1),
    ],
)
def test_two_chapters_by_hand(
    terms: PartnerTariffs, wheat: float, cars: float, parts: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chapter 10 at 25 %, chapter 87 at 10 % in two sectors; lists of May 2025."""
    table = cells(
        ("KOR", "10", "A01", 100.0, 0.25),
        ("KOR", "87", "C29", 60.0, 0.10),
        ("KOR", "87", "C25", 40.0, 0.10),
    )
    # The United States adds 30 % to fruit, 20 % to cars and nothing to parts.
    added = pd.DataFrame(
        [
            ("KOR", "08", "A01", 50.0, 15.0),
            ("KOR", "87", "C29", 200.0, 40.0),
            ("KOR", "87", "C25", 10.0, 0.0),
        ],
        columns=["partner", "hs2", "sector", "value", "more"],
    )
    answers = pd.DataFrame(
        {
            "partner": "KOR", "list": ["some", "all", "industrial"], "rate": [0.1, 0.1, -0.5],
            "kind": ["retaliation", "retaliation", "concession"],
            "start": pd.to_datetime(["2025-05-01", "2025-05-02", "2025-07-01"]),
            "end": pd.to_datetime(["2025-06-01", None, None]),
        }
    )  # fmt: skip
    lists = pd.DataFrame({"list": ["some"], "partner": ["KOR"], "hs2": ["10"], "share": [0.25]})
    tables = {"answers": answers, "answer_lists": lists}
    load = datasets.load
    monkeypatch.setattr(datasets, "load", lambda name, **of: tables.get(name, load(name, **of)))
    monkeypatch.setattr(exports, "us_exports", lambda: table)
    side = exports.side(["KOR"], lambda partner: terms, added)
    assert side.after == pytest.approx([wheat, cars, parts])
    before, after = side.levels(2.0)
    assert before.tolist() == [100.0, 60.0, 40.0]
    by_chapter = 100 * wheat**-2, 60 * cars**-2 + 40 * parts**-2
    assert [after[0], after[1:].sum()] == pytest.approx(by_chapter)
    assert side.change(2.0)[0] == pytest.approx(sum(by_chapter) - 200)


def test_chapters_add_up_to_the_record_and_to_the_response() -> None:
    record = tv.load("us_exports_monthly").query("month.dt.year == 2024")
    sums = record.groupby(["partner", "hs2"], observed=True)["exports_usd"].sum()
    table = us_exports()
    own = table[table["hs2"] != ""].groupby(["partner", "hs2"])["exports_usd"].sum()
    assert own.to_dict() == pytest.approx(sums.loc[list(own.index)].to_dict())
    left = set(sums.index.get_level_values(0)) - set(own.index.get_level_values(0))
    assert left == set()
    partners = [*tv.FOCUS, "CAN", "IDN"]
    for name in ("agreement", "breakdown"):
        parts = exports_by_chapter(name, partners=partners)["exports_change_usd"]
        whole = tv.respond(name, partners=partners)["exports_change_usd"]
        assert parts.groupby(["outcome", "partner"], sort=False).sum().to_dict() == pytest.approx(
            whole.to_dict()
        )


def test_a_dated_answer_enters_response_and_equilibrium_alike() -> None:
    """What Canada charged on 1 August 2025 is a term of an outcome as any other."""
    kept = replace(law_of("2025-08-01"), name="kept")
    answered = replace(kept, name="answered", partner_tariffs=PartnerTariffs("dated"))
    options = {"reference": kept, "partners": ["CAN", "JPN"]}
    dated = tv.respond(answered, **options)["exports_change_usd"].droplevel("outcome")
    assert dated["CAN"] < 0 and dated["JPN"] == 0
    same = tv.respond(kept, answer="dated", **options)["exports_change_usd"]
    assert same.to_list() == dated.to_list()
    chapters = exports_by_chapter(answered, **options).loc[("answered", "CAN")]
    assert chapters.loc["24", "duty_change"] == pytest.approx(0.25, abs=0.001)
    assert chapters.loc["27", "exports_change_usd"] == 0
    table = tv.equilibrium(answered, **options)["imports_from_us_change"].droplevel("outcome")
    # Others buy what Canada and China no longer do.
    assert table["CAN"] < 0 < table["JPN"]
    world = icio_world()
    share, charged = told(world, answered, np.ones_like(world.tariffs[:, 0]))
    rates = pd.DataFrame(charged, index=world.sectors, columns=world.economies)
    # China charges ten percent on all goods, and more on what farms grow.
    sold = us_exports().query("partner == 'CHN' and sector == 'C29'")
    listed = sold.loc[sold["hs2"] != "98", "exports_usd"].sum() / sold["exports_usd"].sum()
    assert rates.loc["C29", "CHN"] == pytest.approx(0.10 * listed)
    assert rates.loc["A01", "CHN"] > 0.11
    assert rates.loc["SERVICES"].eq(0).all() and (share == 1).all()
    assert set(rates.columns[rates.gt(0).any()]) == {"CAN", "CHN"}
    # From September on only metals are left.
    later = replace(law_of("2025-09-01"), name="later")
    metals = exports_by_chapter(later, reference=later, partners="CAN", answer="dated")
    moved = metals.loc[metals["exports_change_usd"] < 0].index.get_level_values("hs2")
    assert moved.tolist() == ["72", "73", "76"]


def test_an_answer_in_kind_is_never_a_subsidy() -> None:
    """The agreement adds less than the pause to every good: nothing is there to be answered."""
    kept, in_kind = (tv.respond("agreement", answer=answer) for answer in ("keep", "in_kind"))
    pd.testing.assert_frame_equal(in_kind, kept)


def test_europe_frees_industrial_goods_from_july_2026() -> None:
    options = {"reference": "in_force", "partners": ["EU", "JPN"], "answer": "dated"}
    before, after = (
        exports_by_chapter("in_force", on=day, **options).droplevel("outcome")  # type: ignore[arg-type]
        for day in ("2026-06-30", "2026-07-01")
    )
    assert before["duty_change"].eq(0).all()
    filed = us_exports().query("partner == 'EU' and hs2 == '87'")
    off = filed["tariff_rate"] / (1 + filed["tariff_rate"]) * filed["exports_usd"]
    assert after.loc[("EU", "87"), "duty_change"] == pytest.approx(
        -off.sum() / filed["exports_usd"].sum()
    )
    assert after.loc["JPN", "duty_change"].eq(0).all()
    after = after.loc[["EU"]]
    food = after[after.index.get_level_values("hs2") < "25"]
    assert food["duty_change"].eq(0).all() and len(food) == 24
    assert after.loc[("EU", "87"), "exports_change"] > 0
    world = icio_world()
    dated = replace(law_of("2026-07-01"), partner_tariffs=PartnerTariffs("dated"))
    kept = pd.DataFrame(
        told(world, dated, np.zeros_like(world.tariffs[:, 0]))[0],
        index=world.sectors,
        columns=world.economies,
    )
    assert kept.loc["A01", "DEU"] > 0.9 and kept.loc["C28", "DEU"] < 0.1
    assert kept.loc["SERVICES"].eq(1).all() and kept["JPN"].eq(1).all()
