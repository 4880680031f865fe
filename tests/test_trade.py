"""Public tables of trade agree: one partner alone or among others, a day, a split, an option."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import tradeviz as tv
from tradeviz.law.outcome import outcome
from tradeviz.law.reading import law
from tradeviz.trade.us_exports import export_record

PAIR = ["KOR", "GBR"]
DAY = "2025-10-14"


def plain(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table without the layers that never charge, which depend on who is asked for."""
    flat = table.reset_index() if any(table.index.names) else table
    kept = flat[flat["added_rate"] != 0] if "layer" in flat else flat
    return kept.reset_index(drop=True)


@pytest.mark.parametrize(
    ("ordinary", "days"),
    [("mfn", ["2026-06-01", DAY, DAY]), ("paid", [DAY]), ("preference", [DAY])],
)
def test_a_path_is_the_exposure_of_each_of_its_days(ordinary: str, days: list[str]) -> None:
    path = tv.exposure_path(days, PAIR, ordinary=ordinary)
    assert path.attrs["ordinary"] == ordinary
    assert path["date"].dt.strftime("%Y-%m-%d").unique().tolist() == sorted({*days})
    for day in days:
        own = path[path["date"] == day].set_index(["partner", "layer"])["added_rate"]
        other = tv.exposure("in_force", on=day, partners=PAIR, by="layer", ordinary=ordinary)
        wanted = other["effective_rate"].droplevel("outcome")
        assert wanted.reindex(own.index).fillna(0.0).to_list() == pytest.approx(own.to_list())
        assert wanted.sum() == pytest.approx(own.sum())


def test_a_path_holds_between_its_days_where_claims_of_usmca_move_by_month() -> None:
    path = tv.exposure_path(partners=["CAN", "MEX"])
    total = path.groupby(["partner", "date"])["added_rate"].sum().unstack("partner")
    for day in ["2025-07-20", "2025-10-13", "2025-12-31", "2026-02-06", "2026-03-01"]:
        own = tv.exposure("in_force", on=day, partners=["CAN", "MEX"])["effective_rate"]
        assert total[:day].iloc[-1].tolist() == pytest.approx(own.tolist())


@pytest.mark.parametrize("ordinary", ["mfn", "paid", "preference"])
def test_own_rates_beside_rivals_are_those_of_exposure(ordinary: str) -> None:
    asked: dict[str, Any] = {"on": DAY, "partners": PAIR, "by": "hs10", "ordinary": ordinary}
    beside = tv.competitors("in_force", **asked)
    assert beside.attrs == {"outcome": "in_force", "title": "Law in force", "day": DAY}
    own = beside.set_index(["partner", "hs10"]).dropna()
    alone = tv.exposure("in_force", **asked).droplevel("outcome").loc[own.index]
    assert len(own) > 10_000
    for one, other in (("own_rate", "effective_rate"), ("imports_usd", "imports_usd")):
        np.testing.assert_allclose(own[one], alone[other], atol=1e-12)


@pytest.mark.parametrize("by", ["hs2", "sector", "hs10"])
def test_splits_of_rivals_add_up(by: str) -> None:
    whole = tv.competitors("snapback", partners=PAIR).set_index("partner")
    parts = tv.competitors("snapback", partners=PAIR, by=by).set_index("partner").fillna(0.0)
    compared = parts["imports_usd"] * parts["compared_share"]
    assert (whole["imports_usd"] * whole["compared_share"]).to_dict() == pytest.approx(
        compared.groupby("partner").sum().to_dict()
    )
    for column in ("own_rate", "rivals_rate", "handicap"):
        sums = (parts[column] * compared).groupby("partner").sum()
        mean = sums / compared.groupby("partner").sum()
        assert whole[column].to_dict() == pytest.approx(mean.to_dict())


OPTIONS = [
    ("in_force", {}, {}),
    ("in_force", {"conditions": "expected"}, {"ordinary": "paid"}),
    ("in_force", {"as_known_on": "2025-07-30"}, {"ordinary": "mfn"}),
    ("snapback", {}, {"ordinary": "mfn"}),
]
"""Outcome, what its schedule is made with, and what its rates are asked with."""


@pytest.mark.parametrize(("end", "made", "asked"), OPTIONS)
def test_exposure_is_the_sum_of_its_lines(
    end: str, made: dict[str, Any], asked: dict[str, Any]
) -> None:
    day = "2025-08-10"
    found = tv.exposure(end, on=day, partners=PAIR, **made, **asked).droplevel("outcome")
    schedule = outcome(end).schedule(day, **made)
    for code in PAIR:
        rows = slice(*schedule.trade.run(code))
        value, duty = schedule.trade.value[rows], schedule.trade.duty[rows]
        added = np.sum([*schedule.added(**asked).values()], axis=0)[rows]
        assert found["added_duty_usd"][code] == pytest.approx((value * added).sum())
        paid = (added > 0) | (duty > 0)
        assert found["dutiable_usd"][code] == pytest.approx(value[paid].sum())
        assert found["us_export_share"][code] == pytest.approx(found["added_rate"][code])


TABLES: dict[str, Callable[[Any], pd.DataFrame]] = {
    "exposure by layer": lambda who: tv.exposure("in_force", partners=who, by="layer"),
    "exposure by sector": lambda who: tv.exposure("in_force", partners=who, by="sector"),
    "path": lambda who: tv.exposure_path(["2025-04-05", DAY], who),
    "rivals": lambda who: tv.competitors("in_force", partners=who),
    "rivals by sector": lambda who: tv.competitors("in_force", partners=who, by="sector"),
    "balances": lambda who: tv.balances(who, first=2020),
    "exports by chapter": lambda who: export_record(who, by="chapter"),
}
"""What a table of partners is called -> the table of those asked for."""

OF_PARTNERS = ("provisional", "gdp_year", "goods_exports_year")
"""What a table notes of those asked for."""
MEASURES = {
    code: {
        item.measure for item in law().measures if item.partners is None or code in item.partners
    }
    for code in ("JPN", "GBR")
}


@pytest.mark.parametrize("name", TABLES)
def test_a_partner_alone_is_the_same_as_among_others(name: str) -> None:
    both = plain(TABLES[name](["Japan", "GBR"]))
    codes = both["partner"].unique().tolist()
    assert codes == ["JPN", "GBR"]
    of_all = {key: kept for key, kept in both.attrs.items() if key in OF_PARTNERS}
    merged: dict[str, dict[str, Any]] = {key: {} for key in of_all}
    for code in codes:
        own = both[both["partner"] == code].reset_index(drop=True)
        alone = plain(TABLES[name](code))
        for key in of_all:
            assert {*alone.attrs[key]} <= MEASURES[code] | {code}
            merged[key] |= alone.attrs[key]
        alone.attrs = own.attrs = {}
        pd.testing.assert_frame_equal(own, alone, check_categorical=False)
    assert merged == of_all


def test_a_day_is_the_same_in_every_form() -> None:
    for call in (
        lambda day: tv.exposure("in_force", on=day, partners="GBR"),
        lambda day: tv.competitors("in_force", on=day, partners="GBR"),
        lambda day: tv.exposure_path([day], "GBR"),
    ):
        first, *others = (call(day) for day in (DAY, dt.date.fromisoformat(DAY), pd.Timestamp(DAY)))
        for other in others:
            pd.testing.assert_frame_equal(first, other)
