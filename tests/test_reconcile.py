"""From a peer's number to ours: the columns add up, and the rules are computed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import tradeviz as tv
from tradeviz.errors import ArgumentError
from tradeviz.law.outcome import outcome


@pytest.fixture(scope="module")
def tracker() -> pd.DataFrame:
    return tv.reconcile("tradewartracker")


def test_theirs_and_the_rules_and_the_rest_are_ours(tracker: pd.DataFrame) -> None:
    for table in (tracker, tv.reconcile("customs"), tv.reconcile("budget_lab")):
        steps = table.drop(columns=["ours"]).sum(axis=1)
        np.testing.assert_allclose(steps, table["ours"], atol=1e-12)
        assert set(table.columns) - {"theirs", "remainder", "ours"} == set(table.attrs["rules"])


def test_theirs_is_what_they_published(tracker: pd.DataFrame) -> None:
    theirs = tv.load("peer_rates")
    theirs = theirs[theirs["peer"] == "tradewartracker"].set_index(["partner", "date"])["rate"]
    assert tracker["theirs"].equals(theirs.reindex(tracker.index).rename("theirs"))


def test_ours_is_the_law_of_the_day(tracker: pd.DataFrame) -> None:
    day = pd.Timestamp("2025-10-14")
    ours = tracker.xs(day, level="date")["ours"]
    exposed = tv.exposure(
        outcome("in_force"), on="2025-10-14", ordinary="mfn", partners=list(ours.index)
    )["added_rate"]
    np.testing.assert_allclose(ours, exposed.droplevel("outcome"))


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
