"""What must hold whatever the law says: adding-up, ceilings, precedence, shares, giving way."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from conftest import FIRST_DAY, LAST_DAY
from hypothesis import given, settings
from hypothesis import strategies as st

import tradeviz as tv
from tradeviz.law import reading
from tradeviz.law.outcome import names, outcome
from tradeviz.law.record import Exemption, Law, Measure, Stacking
from tradeviz.law.resolve import EXEMPT, resolve
from tradeviz.law.schedule import Schedule
from tradeviz.lines import lines, one_line
from tradeviz.trade.competitors import competitors as compare

DAYS = st.dates(FIRST_DAY, LAST_DAY)
PARTNERS = st.sampled_from(sorted(lines().partners))
few = settings(max_examples=15, deadline=None)

BASE = Measure(
    measure="base",
    layer="reciprocal",
    title="",
    partners=None,
    scope="all",
    rule="add",
    rate=0.10,
    start=dt.date(2025, 1, 1),
    end=None,
)
CAR = one_line("GBR", "8703230140")


def rate(*measures: Measure, trade: object = CAR, exempt: tuple[Exemption, ...] = ()) -> float:
    layer = resolve("reciprocal", measures, exempt, trade, "mfn")  # type: ignore[arg-type]
    return float(layer.rate[0] * layer.cover[0])


@few
@given(DAYS)
def test_rates_are_never_negative_and_layers_that_exclude_each_other_share_the_value(
    day: dt.date,
) -> None:
    schedule = tv.schedule(day)
    covers = schedule.covers()
    for name, found in schedule.arrays().items():
        assert found.min() >= 0, name
        assert covers[name].min() >= 0 and covers[name].max() <= 1, name
    for giving in ("reciprocal", "s122", "s301_forced_labour"):
        # Note 43: the duty on drones is paid on top.
        yielded = [name for name in covers if name.startswith("s232") and name != "s232_drones"]
        taken = sum(covers[name] for name in yielded)
        if giving in covers:
            assert np.max(covers[giving] + taken) <= 1 + 1e-9, giving


@few
@given(DAYS, PARTNERS)
def test_a_line_alone_gets_the_rate_it_has_among_all(day: dt.date, partner: str) -> None:
    rates = tv.schedule(day).rates([partner])
    row = rates.iloc[(day.toordinal() * 7919) % len(rates)]
    alone = tv.explain(partner, row["hs10"], day)
    assert alone.attrs["total_rate"] == pytest.approx(row["total_rate"], abs=1e-12)


@few
@given(DAYS)
def test_a_ceiling_is_a_ceiling(day: dt.date) -> None:
    schedule = tv.schedule(day)
    ordinary = schedule.trade.ordinary()
    for name in schedule.layers:
        layer = schedule.layer(name)
        rule = np.array([*(m.rule == "ceiling" and m.nets == "ordinary" for m in layer.measures)])
        cap = np.array([m.rate for m in layer.measures])
        capped = np.flatnonzero(layer.winner >= 0)
        capped = capped[rule[layer.winner[capped]]]
        total = ordinary[capped] + layer.rate[capped]
        wanted = np.maximum(cap[layer.winner[capped]], ordinary[capped])
        np.testing.assert_allclose(total, wanted, atol=1e-12)


def test_country_beats_group_beats_all_and_an_overlay_beats_them() -> None:
    trade = one_line("SVK", "8703230140")
    group = replace(BASE, measure="group", partners=frozenset({"EU"}), rate=0.2)
    country = replace(BASE, measure="country", partners=frozenset({"SVK"}), rate=0.3)
    overlay = replace(BASE, measure="overlay", overlay=1, rate=0.4)
    assert rate(BASE, trade=trade) == pytest.approx(0.1)
    assert rate(group, BASE, trade=trade) == pytest.approx(0.2)
    assert rate(country, group, BASE, trade=trade) == pytest.approx(0.3)
    assert rate(overlay, country, group, BASE, trade=trade) == pytest.approx(0.4)


def test_longer_prefix_beats_shorter_then_later_start() -> None:
    cars = replace(BASE, measure="cars", scope="cars", rate=0.2)
    later = replace(
        BASE, measure="later", scope="passenger_cars", rate=0.3, start=dt.date(2025, 6, 1)
    )
    assert rate(BASE, cars) == pytest.approx(0.2)
    assert rate(cars, later) == rate(later, cars) == pytest.approx(0.3)


def test_left_out_partners_and_exempt_goods_pay_nothing() -> None:
    assert rate(replace(BASE, except_partners=frozenset({"GBR"}))) == 0
    exempt = Exemption(exemption="e", layer="reciprocal", scope="cars")
    assert rate(BASE, exempt=(exempt,)) == 0
    layer = resolve("reciprocal", (BASE,), (exempt,), CAR, "mfn")
    assert layer.winner[0] == EXEMPT
    assert rate(BASE, exempt=(replace(exempt, only=frozenset({"JPN"})),)) == pytest.approx(0.1)


def test_trade_beyond_a_quota_falls_to_the_next_measure() -> None:
    # Half at 10 % in all over 2.5 %, half at 25 % on top: 0.5 x 0.075 + 0.5 x 0.25.
    general = replace(BASE, measure="general", rate=0.25)
    quota = replace(
        BASE,
        measure="quota",
        partners=frozenset({"GBR"}),
        rule="ceiling",
        nets="ordinary",
        rate=0.10,
        quota_share=0.5,
    )
    assert rate(quota, general) == pytest.approx(0.5 * 0.075 + 0.5 * 0.25)
    assert rate(replace(quota, quota_share=1.0), general) == pytest.approx(0.075)


def test_what_one_layer_covers_the_other_leaves() -> None:
    wire = one_line("JPN", "8544429090")
    share = float(wire.share("copper_content")[0])
    assert 0 < share < 1
    copper = replace(
        BASE, measure="copper", layer="s232_copper", rate=0.5, value_share="copper_content"
    )
    pair = Stacking(layer="reciprocal", yields_to="s232_copper")
    law = Law(reading.law().layers, (BASE, copper), (), (pair,))
    found = Schedule(dt.date(2025, 9, 1), law, wire).arrays()
    assert found["s232_copper"][0] == pytest.approx(0.5 * share)
    assert found["reciprocal"][0] == pytest.approx(0.1 * (1 - share))


def test_the_same_share_of_goods_is_taken_once() -> None:
    part = one_line("CAN", "8708295160")
    share = float(part.share("not_usmca", dt.date(2025, 9, 1))[0])
    assert 0 < share < 1
    both = {"value_share": "not_usmca"}
    autos = replace(BASE, measure="autos", layer="s232_autos", rate=0.25, **both)
    fentanyl = replace(BASE, measure="fentanyl", layer="fentanyl", rate=0.35, **both)
    pair = Stacking(layer="fentanyl", yields_to="s232_autos", partners=frozenset({"CAN"}))
    law = Law(reading.law().layers, (autos, fentanyl), (), (pair,))
    found = Schedule(dt.date(2025, 9, 1), law, part).arrays()
    assert found["fentanyl"][0] == 0
    assert found["s232_autos"][0] == pytest.approx(0.25 * share)


def test_order_of_metals_and_fentanyl_for_canada_turns_on_4_june_2025() -> None:
    # EO 14289: at first the emergency duty takes the goods outside USMCA, steel what is left;
    # from Proclamation 10947 on steel pays its 50 % in full and no emergency duty.
    before, after = (
        tv.schedule(day).rates("CAN").set_index("hs10").loc["7208390025"]
        for day in ("2025-06-03", "2025-06-04")
    )
    outside = float(one_line("CAN", "7208390025").share("not_usmca")[0])
    assert before["fentanyl"] == pytest.approx(0.25 * outside)
    assert before["s232_metals"] == pytest.approx(0.25 * (1 - outside))
    assert (after["fentanyl"], after["s232_metals"]) == (0.0, pytest.approx(0.50))


@pytest.mark.parametrize("by", ["hs2", "sector", "layer", "hs10"])
@pytest.mark.parametrize("end", ["pause", "breakdown", "in_force"])
def test_parts_add_up_to_the_total_to_the_cent(by: str, end: str) -> None:
    total = tv.exposure(end)
    parts = tv.exposure(end, by=by).groupby(level=["outcome", "partner"]).sum()
    for column in ("added_duty_usd", "base_duty_usd"):
        gap = parts[column].reindex(total.index) - total[column]
        assert gap.abs().max() < 0.005
    if by != "layer":
        gap = parts["imports_usd"].reindex(total.index) - total["imports_usd"]
        assert gap.abs().max() < 0.005


def test_columns_and_shares_by_hand() -> None:
    row = tv.exposure("pause", partners="KOR").iloc[0]
    who = tv.load("partners").set_index("partner").loc["KOR"]
    assert row["effective_rate"] == pytest.approx(row["base_rate"] + row["added_rate"])
    assert row["added_rate"] == pytest.approx(row["added_duty_usd"] / row["imports_usd"])
    assert row["gdp_share"] == pytest.approx(row["added_duty_usd"] / float(who["gdp_usd"]))
    exports = float(who["goods_exports_world_usd"])
    assert row["export_share"] == pytest.approx(row["added_duty_usd"] / exports)
    missing = tv.exposure("pause", partners=["EU", "TWN"])
    assert missing["export_share"].isna().all()
    assert pd.isna(missing.loc[("pause", "TWN"), "gdp_share"])


def test_outcomes_do_what_their_names_say() -> None:
    added = tv.exposure(list(names()))["added_rate"].unstack("outcome")
    assert (added["before"] == 0).all() and (added["agreement"] == 0).all()
    assert (added["snapback"] >= added["pause"]).all()
    # Sectors at 25 % take the place of the list's rate: more only where that is not far above.
    april = tv.load("april_2025_rates").set_index("partner")["rate"].reindex(added.index)
    low = april.fillna(0.10) <= 0.26
    assert low.sum() >= 5 and (added["breakdown"] >= added["snapback"])[low].all()
    assert (added.loc[["GBR", "AUS"], "snapback"] == added.loc[["GBR", "AUS"], "pause"]).all()


@few
@given(st.floats(0, 1), st.floats(0, 0.5))
def test_a_higher_rate_never_lowers_the_duty(first: float, more: float) -> None:
    low, high = (
        outcome("pause").with_rate("JPN", reciprocal=value).named(f"r{value}")
        for value in (first, min(first + more, 1.0))
    )
    duty = [tv.exposure(end, partners="JPN")["added_duty_usd"].iloc[0] for end in (low, high)]
    assert duty[1] >= duty[0] - 1e-3


def test_a_mix_is_its_parts() -> None:
    terms = {"JPN": "agreement", "KOR": "snapback", "GBR": "before", "IND": "in_force"}
    mixed = tv.exposure(terms)["added_duty_usd"].droplevel("outcome")
    for partner, end in {**terms, "AUS": "pause"}.items():
        alone = tv.exposure(end, partners=partner)["added_duty_usd"].iloc[0]
        assert mixed[partner] == pytest.approx(alone, abs=0.01), (partner, end)


def test_competitors_against_a_plain_calculation() -> None:
    rates = tv.schedule("2025-12-01")
    whole = rates.rates()[["partner", "hs10", "value_usd", "duty_usd"]]
    whole["duty"] = whole["duty_usd"] + whole["value_usd"] * sum(rates.added().values())
    whole = whole[whole["partner"] != "SVK"]
    own = whole[whole["partner"] == "AUS"]
    rest = whole[whole["partner"] != "AUS"].groupby("hs10")[["value_usd", "duty"]].sum()
    joined = own.merge(rest, left_on="hs10", right_index=True, suffixes=("", "_rest"))
    joined = joined[joined["value_usd_rest"] > 0.5]
    rivals = (joined["value_usd"] * joined["duty_rest"] / joined["value_usd_rest"]).sum()
    found = compare("in_force", on="2025-12-01", partners="AUS").iloc[0]
    assert found["rivals_rate"] == pytest.approx(rivals / joined["value_usd"].sum())
    assert found["own_rate"] == pytest.approx(joined["duty"].sum() / joined["value_usd"].sum())
