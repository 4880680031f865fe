"""What must hold whatever the law says: sums, ceilings, shares, and outcomes beside each other."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from conftest import FIRST_DAY, LAST_DAY
from hypothesis import given, settings
from hypothesis import strategies as st

import tradeviz as tv
from tradeviz.law.outcome import names
from tradeviz.trade.competitors import competitors as compare

DAYS = st.dates(FIRST_DAY, LAST_DAY)
few = settings(max_examples=15)


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


@pytest.mark.parametrize("partner", ["AUS", "EU", "SVK"])
def test_competitors_against_a_plain_calculation(partner: str) -> None:
    rates = tv.schedule("2025-12-01")
    whole = rates.rates()[["partner", "hs10", "value_usd", "duty_usd"]]
    whole["duty"] = whole["duty_usd"] + whole["value_usd"] * sum(rates.added().values())
    own = whole[whole["partner"] == partner]
    # Slovakia's goods are among the EU's: rivals of the one are the rest of the EU, too.
    inside = own.assign(value_usd=-own["value_usd"], duty=-own["duty"])
    others = whole[~whole["partner"].isin([partner, "SVK"])]
    rest = pd.concat([others, inside] if partner == "SVK" else [others])
    rest = rest.groupby("hs10")[["value_usd", "duty"]].sum()
    joined = own.merge(rest, left_on="hs10", right_index=True, suffixes=("", "_rest"))
    joined = joined[joined["value_usd_rest"] > 0.5]
    rivals = (joined["value_usd"] * joined["duty_rest"] / joined["value_usd_rest"]).sum()
    found = compare("in_force", on="2025-12-01", partners=partner).iloc[0]
    assert found["rivals_rate"] == pytest.approx(rivals / joined["value_usd"].sum())
    assert found["compared_share"] == pytest.approx(
        joined["value_usd"].sum() / own["value_usd"].sum()
    )
    assert found["own_rate"] == pytest.approx(joined["duty"].sum() / joined["value_usd"].sum())
