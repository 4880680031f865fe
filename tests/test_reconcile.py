"""From a peer's number to ours: the columns add up, and the rules are computed."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

import tradeviz as tv
from tradeviz.errors import ArgumentError
from tradeviz.partners import resolve

# The law changed on four days of August 2025 after the first.
_AUGUST = {"2025-08-01": 5, "2025-08-06": 1, "2025-08-07": 11, "2025-08-18": 9, "2025-08-27": 5}


@cache
def beside(peer: str) -> pd.DataFrame:
    return tv.reconcile(peer)


@pytest.fixture(scope="module")
def tracker() -> pd.DataFrame:
    return beside("tradewartracker")


def test_theirs_and_the_rules_and_the_rest_are_ours(tracker: pd.DataFrame) -> None:
    for table in (tracker, beside("customs"), beside("budget_lab")):
        steps = table.drop(columns=["ours"]).sum(axis=1)
        np.testing.assert_allclose(steps, table["ours"], atol=1e-12)
        assert set(table.columns) - {"theirs", "remainder", "ours"} == set(table.attrs["rules"])


def test_theirs_is_what_they_published(tracker: pd.DataFrame) -> None:
    theirs = tv.load("peer_rates")
    theirs = theirs[theirs["peer"] == "tradewartracker"].set_index(["partner", "date"])["rate"]
    assert tracker["theirs"].equals(theirs.reindex(tracker.index).rename("theirs"))


def test_ours_is_our_own_number_of_each_day(tracker: pd.DataFrame) -> None:
    # Korea pays 15 % with what KORUS leaves of column 1, which is next to nothing (9903.02.79).
    days = tracker.index.unique("date")
    path = tv.exposure_path(days).query("layer != 'mfn'").groupby(["partner", "date"])
    ours = path["added_rate"].sum().reindex(tracker.index)
    np.testing.assert_allclose(tracker["ours"], ours, atol=1e-12)


def test_the_total_of_a_month_is_the_mean_of_its_days() -> None:
    # Slovakia is inside the EU.
    everyone = [code for code in resolve(None) if code != "SVK"]
    mean = 0.0
    for day, length in _AUGUST.items():
        table = tv.exposure("in_force", on=day, partners=everyone)
        duty = table["base_duty_usd"].sum() + table["added_duty_usd"].sum()
        mean += duty / table["imports_usd"].sum() * length / 31
    ours = beside("budget_lab")["ours"]
    assert ours["USA", pd.Timestamp("2025-08-01")] == pytest.approx(mean, rel=1e-9)


def test_customs_beside_the_law_of_all_days_and_of_35_days_before() -> None:
    row = beside("customs").loc[("GBR", pd.Timestamp("2025-08-01"))]

    def law(conditions: str, days: dict[str, int]) -> float:
        asked = {"partners": "GBR", "conditions": conditions}
        rates = [tv.exposure("in_force", on=day, **asked)["effective_rate"].item() for day in days]
        return float(np.average(rates, weights=list(days.values())))

    # 35 days before August is 27 June to 27 July: British cars and aircraft changed on 30 June.
    before = {"2025-06-27": 3, "2025-06-30": 28}
    late = law("law", before)
    assert row["ours"] == pytest.approx(law("law", _AUGUST))
    assert row["transit"] == pytest.approx(row["ours"] - late)
    assert row["conditions"] == pytest.approx(late - law("expected", before), abs=1e-12)
    table = tv.load("duties_monthly_naics3").query("partner == 'GBR'").set_index("month")
    table = table.loc["2025-08-01"]
    assert row["theirs"] == pytest.approx(table["duty_usd"].sum() / table["imports_usd"].sum())


def test_the_law_beside_customs_is_that_of_the_account() -> None:
    ours = beside("customs").loc["KOR"]["ours"]
    account = tv.collected("KOR", "2025-06").set_index("month")["law_rate"]
    np.testing.assert_allclose(ours, account.loc[ours.index], atol=1e-12)


def test_most_of_the_difference_is_explained(tracker: pd.DataFrame) -> None:
    late = tracker[tracker.index.get_level_values("date") >= "2025-03-12"]
    before = (late["ours"] - late["theirs"]).abs()
    assert late["remainder"].abs().mean() < 0.1 * before.mean()
    assert late["remainder"].abs().max() < 0.005


def test_a_rule_counts_where_it_can(tracker: pd.DataFrame) -> None:
    cars = tracker["uk_cars"].unstack("partner")
    assert cars.drop(columns="GBR").eq(0).all(axis=None)
    # 10 % in all instead of 25 % on top, on three billions of four of British cars: points.
    assert (cars.loc["2025-08-07":, "GBR"] < -0.02).all()
    assert (cars.loc[:"2025-06-03", "GBR"] == 0).all()
    parts = tracker["car_parts"].unstack("partner")
    assert (parts.loc["2025-05-12":] == 0).all(axis=None)


def test_an_unknown_peer_is_an_error() -> None:
    with pytest.raises(ArgumentError, match="did you mean 'budget_lab'"):
        tv.reconcile("budgetlab")


def test_a_partner_of_whom_a_peer_has_nothing_is_left_out_and_alone_an_error() -> None:
    # No month of Trinidad is published by industry.
    assert set(tv.reconcile("customs", ["AUS", "TTO"]).index.unique("partner")) == {"AUS"}
    with pytest.raises(ArgumentError) as caught:
        tv.reconcile("customs", "TTO")
    assert str(caught.value) == (
        "field 'partners': no rate of customs for this partner; value 'TTO'; allowed: a partner of "
        "the table duties_monthly_naics3"
    )
    with pytest.raises(ArgumentError, match="no rate of the notebook tracker .* 'SVK and VEN'"):
        tv.reconcile("tradewartracker", ["SVK", "VEN"])


def test_a_number_without_the_ordinary_duty_is_called_additional() -> None:
    tracker, customs = tv.reconcile("tradewartracker", "IND"), tv.reconcile("customs", "IND")
    whole = tv.exposure("in_force", partners="IND", on="2025-10-14").iloc[0]
    added = float(tracker.xs("2025-10-14", level="date")["ours"].iloc[0])
    assert added == pytest.approx(whole["effective_rate"] - whole["base_rate"], abs=5e-4)
    assert "to ours on 14 October 2025: additional US duty, points" in (
        tv.tables.reconcile_table(tracker, "2025-10-14").caption
    )
    caption = tv.tables.reconcile_table(customs, "2025-09-01").caption
    assert caption.endswith("to ours on 1 September 2025: US duty, points")
