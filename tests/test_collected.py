"""From the law to what was collected: it adds up, and each step is what it says."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

import tradeviz as tv
from tradeviz.errors import ArgumentError
from tradeviz.trade.collected import STEPS, _uptake
from tradeviz.trade.exposure import exposure_path

WHO = [*tv.FOCUS, "CHN", "MEX", "EU"]


@cache
def whole() -> pd.DataFrame:
    return tv.collected(WHO, "2025-01")


@cache
def split() -> pd.DataFrame:
    return tv.collected(WHO, "2025-01", by="naics3")


def test_every_row_adds_up() -> None:
    for table in (whole(), split()):
        off = (table[list(STEPS)].sum(axis=1) - table["collected_usd"]).abs()
        assert (off <= 1e-9 * table["collected_usd"].abs().clip(lower=1e6)).all()


def test_industries_add_up_to_their_month() -> None:
    keys = ["partner", "month"]
    parts = split().groupby(keys)[["imports_usd", *STEPS, "collected_usd"]].sum()
    months = whole().set_index(keys).loc[parts.index, parts.columns]
    assert parts.to_numpy() == pytest.approx(months.to_numpy(), rel=1e-9, abs=1e-3)


def test_a_partner_alone_has_the_account_it_has_among_others() -> None:
    assert whole()["partner"].unique().tolist() == WHO
    for by, table in ((None, whole()), ("naics3", split())):
        own = table[table["partner"] == "GBR"].reset_index(drop=True)
        pd.testing.assert_frame_equal(tv.collected("UK", "2025-01", by=by), own)


def test_a_later_beginning_leaves_all_but_what_is_estimated_on_the_months() -> None:
    late = tv.collected("JPN", "2025-06")
    assert late["month"].min() == pd.Timestamp(2025, 6, 1)
    same = [name for name in late if "uptake" not in name and name != "rest_usd"]
    whole_months = whole()[(whole()["partner"] == "JPN") & (whole()["month"] >= "2025-06-01")]
    pd.testing.assert_frame_equal(late[same], whole_months[same].reset_index(drop=True))


def test_the_cells_farthest_from_the_law_come_first() -> None:
    sums = split().groupby(["partner", "naics3"])[["collected_usd", "law_2024_usd"]].sum()
    far = (sums["collected_usd"] - sums["law_2024_usd"]).abs().nlargest(3).index
    shown = tv.tables.account_table(split(), n=3)
    wanted = [f"{usd / 1e9:.2f}" for usd in sums.loc[far, "collected_usd"]]
    assert shown.frame["Collected"].tolist() == wanted
    assert "January 2025 to November 2025; the cells farthest" in shown.caption
    assert len(tv.tables.account_table(split()).frame) == 10


def test_collected_is_the_duty_published() -> None:
    duties = tv.load("duties_monthly").astype({"partner": object}).set_index(["partner", "month"])
    published = duties.loc[whole().set_index(["partner", "month"]).index]
    assert whole()["collected_usd"].to_numpy() == pytest.approx(published["duty_usd"], rel=1e-9)
    assert whole()["imports_usd"].to_numpy() == pytest.approx(published["imports_usd"], rel=1e-9)


def test_the_first_step_is_the_law_of_exposure() -> None:
    path = exposure_path(partners="JPN")
    daily = path.groupby("date")["added_rate"].sum()
    daily = daily.reindex(pd.date_range(daily.index[0], "2026-07-31")).ffill()
    monthly = daily.resample("MS").mean()
    table = whole()[whole()["partner"] == "JPN"].set_index("month")
    assert table["law_rate"].to_numpy() == pytest.approx(monthly[table.index], rel=1e-9)


def test_koreas_gap_can_be_told_apart() -> None:
    # Notebook 06 once said that it could not: part is the mix, more is inside industries.
    table = tv.collected("KOR", "2025-06")
    early = table[table["month"] <= "2025-11-01"]
    share = early[list(STEPS)].sum() / early["imports_usd"].sum()
    assert -0.012 < share["mix_usd"] < -0.002
    assert -0.04 < share["uptake_usd"] + share["rest_usd"] < -0.008


def test_transit_matters_after_a_rise_and_not_by_land() -> None:
    india = tv.collected("IND", "2025-08").set_index("month")
    assert india["transit_usd"]["2025-08-01"] < -1e7
    assert india["transit_usd"]["2025-09-01"] < -1e7
    assert india["transit_usd"]["2025-11-01"] == 0
    mexico = whole()[whole()["partner"] == "MEX"]
    assert (mexico["transit_usd"] == 0).all()


def test_uptake_has_a_range_around_it() -> None:
    table = whole()
    assert (table["uptake_low_usd"] <= table["uptake_usd"] + 1e-6).all()
    assert (table["uptake_usd"] <= table["uptake_high_usd"] + 1e-6).all()


def test_months_without_industries_say_so() -> None:
    late = whole()["month"] > pd.Timestamp(2025, 11, 1)
    assert set(whole().loc[late, "mix"]) == {"last known"}
    assert set(whole().loc[~late, "mix"]) == {"own"}
    assert split()["month"].max() == pd.Timestamp(2025, 11, 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"partner": "NGA"}, "no monthly duties"),
        (
            {"partner": "BGD"},
            "field 'partner': no duties by industry of this partner, and so no mix of goods; value "
            "'BGD'; allowed: a partner of the table duties_monthly_naics3",
        ),
        ({"partner": "Japn"}, "Japan"),
        ({"partner": "JPN", "since": "2024-06"}, "outside the months"),
        ({"partner": "JPN", "since": "soon"}, "not a month"),
        ({"partner": "JPN", "since": "2025"}, "not a month"),
        ({"partner": "JPN", "since": "today"}, "not a month"),
        ({"partner": "JPN", "by": "hs2"}, "naics3"),
        (
            {"partner": "MEX", "by": "naics3", "since": "2026-01"},
            "field 'since': no month by industry of this partner from the one asked for; value "
            "'2026-01'; allowed: to 2025-11",
        ),
    ],
)
def test_bad_requests_are_one_line(arguments: dict[str, str], message: str) -> None:
    with pytest.raises(ArgumentError, match=message) as caught:
        tv.collected(**arguments)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


def test_where_nothing_is_added_no_share_of_it_is_known() -> None:
    # One dollar of duty came that no law added: it is no uptake, and stays in the rest.
    assert _uptake(np.zeros(3), np.ones(3)) == (1.0, 1.0, 1.0)
    assert _uptake(np.zeros(0), np.zeros(0)) == (1.0, 1.0, 1.0)
    middle, low, high = _uptake(np.array([2.0, 4.0]), np.array([1.0, 4.0]))
    assert middle == 5 / 6 and 0.5 <= low < middle < high <= 1.0
