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
from tradeviz.errors import ArgumentError
from tradeviz.law.outcome_file import PartnerTariffs
from tradeviz.law.reading import law
from tradeviz.models.response import MEASURES, NAMES, Parameters, backtest, central, exports
from tradeviz.models.response.diversion import _flows
from tradeviz.models.response.exports import us_exports
from tradeviz.models.response.problem import import_share, problem, sector_of_product
from tradeviz.models.response.responses import _beyond, _variance
from tradeviz.models.response.smart import smart


def test_import_shares_are_those_of_american_buyers() -> None:
    table = tv.load("icio_2022").astype({"importer": str, "exporter": str, "sector": str})
    bought = table[table["importer"] == "USA"].set_index(["sector", "exporter"])["value_usd"]
    _, goods = sector_of_product()
    for sector, share in zip(goods, import_share(), strict=True):
        flows = bought[sector]
        abroad = sum(value for economy, value in flows.items() if economy != "USA")
        assert share == pytest.approx(abroad / flows.sum()), sector


# Goods-weighted tariffs on US goods that the source of the world table gives, in percent.
ON_US_GOODS = {"IND": 9.3, "JPN": 2.6, "GBR": 2.0, "KOR": 1.05, "AUS": 0.03, "CHN": 7.9}


@pytest.mark.parametrize("partner", ON_US_GOODS)
def test_tariffs_on_us_goods_are_those_of_their_source(partner: str) -> None:
    mine = us_exports().query("partner == @partner and exports_usd > 0")
    mean = np.average(mine["tariff_rate"], weights=mine["exports_usd"])
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
    answers = {
        start: tv.respond(
            replace(tv.outcome("in_force"), name="then", day=start),
            reference="before",
            partners="IND",
        ).iloc[0]
        for start in set(of_day)
    }
    mean = pd.DataFrame([answers[start] for start in of_day])[
        ["imports_usd", "value_change_usd", "revenue_usd"]
    ].mean()
    row = backtest("IND", first="2025-08", last="2025-08", draws=0).iloc[0]
    assert row["model_change"] == pytest.approx(mean["value_change_usd"] / mean["imports_usd"])
    value = mean["imports_usd"] + mean["value_change_usd"]
    assert row["model_rate"] == pytest.approx(mean["revenue_usd"] / value)


def test_an_answer_in_kind_adds_up_to_what_the_united_states_adds() -> None:
    codes = list(tv.FOCUS)
    made = problem([tv.outcome("pause"), tv.outcome("breakdown")], codes, None)
    rates = _beyond(made, 1, codes)
    sector, goods = sector_of_product()
    value = pd.Series(made.value).groupby(
        [
            np.repeat(codes, np.diff([*made.starts, len(made.rows)])),
            np.array(goods)[sector[made.product]],
        ]
    )
    duty = (value.sum() * rates).groupby(level=0).sum()
    exposure = tv.exposure(["pause", "breakdown"])["added_duty_usd"].unstack("outcome")
    wanted = exposure["breakdown"] - exposure["pause"]
    assert duty[codes].to_numpy() == pytest.approx(wanted[codes].to_numpy())


def test_goods_that_are_not_sold_need_no_tariff(monkeypatch: pytest.MonkeyPatch) -> None:
    """One sector of 100 dollars at 10 %, freed at elasticity 2, and one without trade or tariff."""
    table = pd.DataFrame(
        {
            "partner": ["JPN", "JPN", "KOR"],
            "sector": ["C29", "C30", "C29"],
            "exports_usd": [100.0, 0.0, np.nan],
            "tariff_rate": [0.10, np.nan, np.nan],
        }
    )
    monkeypatch.setattr(exports, "us_exports", lambda: table)
    japan, korea = exports.side(
        ["JPN", "KOR"], lambda partner: PartnerTariffs("free"), pd.Series(dtype=float)
    ).change(2.0)
    assert japan == pytest.approx(100 * (1.1**2 - 1))
    assert np.isnan(korea)
