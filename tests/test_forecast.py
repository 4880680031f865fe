"""Forecasts: what was known then and nothing later, ranges in order, and a record that counts."""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import tradeviz as tv
from tradeviz.errors import ArgumentError, TradevizError
from tradeviz.models import forecast as room
from tradeviz.models.forecast import data, model, naive, origin, spread
from tradeviz.models.forecast.record import forecast_record
from tradeviz.partners import FIRST_TARGETS, FOCUS
from tradeviz.story import response

RANGES = ("low_95", "low_90", "low_80", "median", "high_80", "high_90", "high_95")
CACHED: tuple[Callable[..., object], ...] = (
    data.months, data.base_rate, origin.told, origin.actual, origin.verified, naive._last_rate,
    naive._law_ahead, naive._history, naive._pool,
)  # fmt: skip

# The function has the name of its module.
scoring = importlib.import_module("tradeviz.models.forecast.scores")


@cache
def record() -> pd.DataFrame:
    return forecast_record()


@cache
def table_of_scores() -> pd.DataFrame:
    return room.scores()


@pytest.fixture
def fresh() -> Iterator[None]:
    """Forget the months before and after a test that puts others in their place."""

    def forget() -> None:
        for function in CACHED:
            if hasattr(function, "cache_clear"):
                function.cache_clear()

    forget()
    yield
    forget()


# The thresholds that the project set itself


def test_the_record_is_of_fifty_partners_since_the_pause() -> None:
    imports = record().query("quantity == 'imports_usd'")
    assert imports["partner"].nunique() == 50
    assert imports["origin"].min() == pd.Timestamp(2025, 4, 1)
    assert len(imports) == 50 * sum(15 - h + 1 for h in range(1, 13))
    assert (imports["month"] > imports["origin"]).all()


def test_eighty_of_a_hundred_months_fall_inside() -> None:
    found = table_of_scores().xs("forecast", level="method")
    for quantity in ("imports_usd", "duty_rate"):
        assert 0.72 <= found.loc[(quantity, "all"), "coverage_80"] <= 0.88, quantity
        assert found.loc[(quantity, "all"), "coverage_95"] >= 0.90, quantity


@pytest.mark.parametrize(("group", "gain"), [("all", 0.08), ("large", 0.08), ("focus", 0.25)])
def test_imports_beat_the_better_naive_forecast(group: str, gain: float) -> None:
    found = table_of_scores()["crps"].loc["imports_usd", group]
    best = found.drop("forecast").min()
    assert len(found) == 3
    assert found["forecast"] <= (1 - gain) * best


def test_duty_rate_is_off_by_less_than_one_point_four() -> None:
    found = table_of_scores()["mean_absolute_error"].loc["duty_rate", "all"]
    assert found["forecast"] < 0.014
    assert found["forecast"] < found.drop("forecast").min()


def test_record_and_scores_are_what_is_shown_of_them() -> None:
    found = table_of_scores()
    assert "of 100 months" in tv.findings.forecast_record(record(), found)
    assert tv.tables.scores_table(found).frame["Method"].iloc[0] == "forecast"
    assert "naive" in response.record(found)


# No look ahead


def shuffled(after: pd.Timestamp) -> data.Months:
    """Return the months with everything after one put in another order, and other size."""
    months = data.months()
    last = months.place(after) + 1
    order = np.random.default_rng(1).permutation(len(months.index) - last)
    level = months.log_imports.copy()
    level[last:] = level[last:][order] + 1.0
    duty, entered = months.duty.copy(), months.entered.copy()
    duty.iloc[last:] = duty.iloc[last:].to_numpy()[order] * 3
    return data.Months(months.partners, months.index, level, duty, entered)


def test_the_future_changes_no_forecast_of_its_past(
    fresh: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = pd.Timestamp(2025, 12, 1)
    true = record()
    other = shuffled(known)
    for function in CACHED:
        function.cache_clear()  # type: ignore[attr-defined]
    for module in (data, model, origin, naive, room.record, room.forecasts):
        if hasattr(module, "months"):
            monkeypatch.setattr(module, "months", lambda: other)
    said = forecast_record()
    keys = ["partner", "origin", "month", "quantity"]
    both = true.merge(said, on=keys, suffixes=("", "_other"))
    early = both[both["origin"] <= known]
    assert len(early) > 4_000
    for name in RANGES:
        assert early[name].to_numpy() == pytest.approx(early[f"{name}_other"].to_numpy(), rel=1e-12)
    late = both[both["origin"] > known]
    assert (late["median"] / late["median_other"] - 1).abs().median() > 0.01


def test_a_record_by_the_law_known_then_is_what_was_said_then() -> None:
    said = tv.forecast("in_force", origin="2025-09", partners=FOCUS).reset_index()
    then = forecast_record(FOCUS, law="known")
    then = then[then["origin"] == pd.Timestamp(2025, 9, 1)]
    both = said.merge(then, on=["partner", "month", "quantity"], suffixes=("", "_record"))
    assert len(both) > 100
    for name in RANGES:
        assert both[name].to_numpy() == pytest.approx(both[f"{name}_record"].to_numpy(), rel=1e-12)


def test_nobody_knew_of_the_ruling_a_month_before_it() -> None:
    # The emergency duties ended on 24 February 2026; the ruling was on the 20th.
    before = data.law_path(dt.date(2026, 1, 31)).added_in(pd.DatetimeIndex(["2026-04-01"]))
    after = data.law_path().added_in(pd.DatetimeIndex(["2026-04-01"]))
    brazil = data.months().partners.index("BRA")
    assert before[0, brazil] > after[0, brazil] + 0.05


def test_stored_laws_are_those_of_the_engine() -> None:
    calendar = tv.load("forecast_calendar")
    today = calendar[calendar["known_on"] == calendar["known_on"].max()]
    days = today["day"].dt.date.tolist()
    chosen = [days[1], days[len(days) // 2], days[-1]]
    schedules = [tv.outcome("in_force").schedule(day, conditions="expected") for day in chosen]
    effect, added, spared = data.law_effects(schedules, data.months().partners)
    path = data.law_path()
    place = [days.index(day) for day in chosen]
    how = "the law moved: python tools/run_forecast.py"
    assert path.effect[place] == pytest.approx(effect, abs=1e-9), how
    assert path.added[place] == pytest.approx(added, abs=1e-9), how
    assert path.spared[place] == pytest.approx(spared, abs=1e-9), how


@pytest.mark.parametrize(("partner", "day"), [("CAN", "2025-10-05"), ("MEX", "2026-02-03")])
def test_stored_laws_know_the_months_of_usmca_claims(partner: str, day: str) -> None:
    path = data.law_path()
    place = np.searchsorted(path.starts, np.datetime64(day), side="right") - 1
    own = tv.exposure("in_force", on=day, partners=partner, conditions="expected")["added_rate"]
    at = data.months().partners.index(partner)
    assert path.added[place, at] == pytest.approx(own.item(), abs=1e-9)


def test_the_law_of_today_by_another_name_charges_the_same_in_the_end() -> None:
    """A mix holds from its first month on, the law from its dates: within a year they meet."""
    asked: dict[str, object] = {"partners": ["JPN", "KOR"], "horizon": 12}
    rates = [
        tv.forecast(end, **asked)["median"].xs("duty_rate", level="quantity").unstack("partner")
        for end in ("in_force", {"JPN": "in_force", "KOR": "in_force"})
    ]
    assert rates[1].iloc[-1].tolist() == pytest.approx(rates[0].iloc[-1].tolist(), rel=1e-9)
    assert rates[1].iloc[0].tolist() != pytest.approx(rates[0].iloc[0].tolist(), rel=1e-5)


# Ranges


def test_ranges_are_nested_and_positive() -> None:
    for table in (tv.forecast(["snapback", "in_force"]), record()):
        values = table[list(RANGES)].to_numpy()
        assert (np.diff(values, axis=1) >= 0).all()
        assert (values >= 0).all()


def test_a_forecast_has_a_row_for_each_month_and_quantity() -> None:
    table = tv.forecast(["pause", "agreement"], horizon=3, partners=["Japan", "UK"])
    assert list(table.index.names) == ["outcome", "partner", "month", "quantity"]
    assert len(table) == 2 * 2 * 3 * 3
    assert table.index.get_level_values("partner").unique().tolist() == ["JPN", "GBR"]
    assert table.index.get_level_values("month").unique()[0] == pd.Timestamp(2026, 8, 1)
    assert table.attrs["origin"] == "2026-07"


def test_one_of_several_forecasts_is_that_one_alone() -> None:
    """The months of a short forecast are the first of a long one."""
    whole = tv.forecast(["snapback", "in_force", "agreement"], horizon=5, partners=["KOR", "EU"])
    for name in ("in_force", "agreement"):
        alone = tv.forecast(name, horizon=2, partners="European Union")
        pd.testing.assert_frame_equal(alone, whole.loc[alone.index])
    assert whole.index.unique("partner").tolist() == ["KOR", "EU"]


def test_recorded_months_are_those_of_the_tables() -> None:
    table = room.recorded_months(["EU", "JPN"], since=dt.date(2025, 11, 1))
    assert table["partner"].tolist()[:2] == ["EU", "JPN"]
    assert table["month"].min() == pd.Timestamp(2025, 11, 1)
    assert table["month"].max() == data.months().index[-1]
    row = table.set_index(["partner", "month"]).loc[("JPN", pd.Timestamp(2025, 11, 1))]
    then = "month.dt.strftime('%Y-%m') == '2025-11' and"
    japan = f"{then} partner == 'JPN'"
    general = tv.load("balances_monthly").query(japan)["general_imports_usd"].item()
    duties = tv.load("duties_monthly").query(japan).iloc[0]
    wanted = [general, duties["duty_usd"] / duties["imports_usd"], duties["duty_usd"]]
    assert row[["imports_usd", "duty_rate", "revenue_usd"]].tolist() == pytest.approx(wanted)
    union = tv.load("aggregates_monthly").query(f"{then} aggregate == 'EU'")
    assert table.loc[0, "imports_usd"] == pytest.approx(union["general_imports_usd"].item())


def test_revenue_is_imports_times_rate() -> None:
    table = tv.forecast("in_force", horizon=1)["median"].unstack("quantity")
    # Imports for consumption against general imports: within a few percent.
    ratio = (table["revenue_usd"] / (table["imports_usd"] * table["duty_rate"])).dropna()
    assert set(FIRST_TARGETS) <= set(ratio.index.get_level_values("partner"))
    assert ((ratio > 0.9) & (ratio < 1.1)).all()


def test_a_harder_outcome_collects_more_and_imports_less() -> None:
    table = tv.forecast(["agreement", "snapback"], partners="KOR", horizon=6)["median"]
    wide = table.unstack("outcome")
    rate, imports = (wide.xs(name, level="quantity") for name in ("duty_rate", "imports_usd"))
    assert (rate["snapback"] > rate["agreement"] + 0.05).all()
    assert (imports["snapback"] < imports["agreement"]).all()


def test_an_outcome_far_from_the_law_is_less_certain() -> None:
    table = tv.forecast(["in_force", "breakdown"], partners="CHN", horizon=1)
    wide = np.log(table["high_80"] / table["low_80"]).xs("imports_usd", level="quantity")
    assert wide["breakdown"].item() > wide["in_force"].item()


def test_renaming_an_outcome_changes_nothing() -> None:
    one = tv.forecast("snapback", partners="JPN", horizon=2)
    other = tv.forecast(tv.outcome("snapback").named("mine"), partners="JPN", horizon=2)
    assert one.to_numpy() == pytest.approx(other.to_numpy(), rel=1e-12)


def test_where_no_duty_is_published_imports_alone_are_forecast() -> None:
    table = tv.forecast("in_force", partners=["TWN", "JPN"], horizon=1)
    assert table.attrs["without_duty"] == ("TWN",)
    assert table.loc[("in_force", "TWN")].index.get_level_values("quantity").tolist() == [
        "imports_usd"
    ]


# The pieces, with answers from outside


def test_weighted_quantiles_of_known_numbers() -> None:
    equal = spread.weighted_quantiles(np.array([3.0, 1.0, 2.0]), np.ones(3), np.array([0.5]))
    assert equal == pytest.approx([2.0])
    heavy = spread.weighted_quantiles(np.array([0.0, 1.0]), np.array([1.0, 3.0]), np.array([0.5]))
    # Mid-points of the weights stand at 1/8 and 5/8.
    assert heavy == pytest.approx([0.75])


def test_score_of_a_normal_is_the_closed_form() -> None:
    from scipy.stats import norm

    for actual in (0.0, 1.3):
        z = actual
        exact = z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi)
        found = spread.crps(norm.ppf(spread.PROBABILITIES)[None], np.array([actual]))
        assert found == pytest.approx([exact], rel=0.01)


def test_product_of_two_spreads_against_draws() -> None:
    from scipy.stats import norm

    z = norm.ppf(spread.PROBABILITIES)
    first, second = np.exp(0.2 * z), 0.1 * np.exp(0.1 * z)
    found = spread.named(spread.product_quantiles(first[None], second[None]))
    exact = {"median": 0.0, "low_80": norm.ppf(0.1), "high_95": norm.ppf(0.975)}
    for name, point in exact.items():
        assert np.log(found[name] / 0.1) == pytest.approx(point * np.hypot(0.2, 0.1), abs=0.02)


def test_season_of_a_series_that_has_one() -> None:
    month = np.arange(180)
    wave = 0.2 * np.sin(2 * np.pi * month / 12)
    made = model.pattern((1.0 + wave)[:, None], month=int(month[-1] % 12))
    # Drawn in by a sixth: five years behind it and one more towards nothing.
    assert made.season[:, 0] == pytest.approx(wave[:12] * 5 / 6, abs=1e-9)


def test_goods_on_the_way_pay_what_they_left_under() -> None:
    path = data.law_path()
    india = data.months().partners.index("IND")
    none = path.relief(np.zeros(len(data.months().partners)))
    some = path.relief(np.full(len(data.months().partners), 12.0))
    assert (none == 0).all()
    spared = np.flatnonzero(some[:, india] > 0)
    days = (data._calendar().days[spared]).astype(str).tolist()
    # India's oil duty of 27 August 2025 spares what was loaded before, and entered by 17 September.
    assert "2025-08-27" in days and "2025-09-07" in days and "2025-09-08" not in days
    canada = data._days_under_way()[data.months().partners.index("CAN")]
    assert canada == 0


# Bad requests


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"horizon": 13}, "1 to 12"),
        ({"horizon": 0}, "1 to 12"),
        ({"horizon": True}, "a whole number"),
        ({"horizon": 2.5}, "a whole number"),
        ({"origin": "2024-06"}, "outside the months"),
        ({"origin": "2026-08"}, "2026-07"),
        ({"origin": "soon"}, "not a month"),
        ({"origin": "2025"}, "not a month"),
        ({"partners": "SVK"}, "EU"),
        ({"partners": "Japn"}, "Japan"),
        ({"outcome": "snapbak"}, "snapback"),
        ({"outcome": []}, "no outcome"),
        ({"outcome": ["pause", "pause"]}, "share a name"),
    ],
)
def test_bad_requests_are_one_line(options: dict[str, object], message: str) -> None:
    wanted = {"outcome": "in_force", **options}
    with pytest.raises(TradevizError, match=message) as caught:
        tv.forecast(**wanted)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


def test_an_outcome_on_a_day_outside_the_law_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "late.toml"
    path.write_text('name = "late"\ntitle = "Late"\nmeaning = "x"\nbasis = "x"\nlaw = 2031-01-01\n')
    with pytest.raises(TradevizError, match="2031-01-01") as caught:
        tv.forecast(path)
    assert "\n" not in str(caught.value)


def test_an_unknown_law_of_the_record_is_named() -> None:
    with pytest.raises(ArgumentError, match="came"):
        forecast_record(law="comes")


def test_the_scale_of_the_effect_is_what_industries_said_over_what_the_nests_say() -> None:
    table = tv.load("estimates_2025").set_index("estimate")
    value, error = table["value"], table["standard_error"]
    assert value["scale_of_effect"] == pytest.approx(
        value["by_industry_mean"] / value["implied_by_nests"], rel=1e-9
    )
    # An industry of its own lies off by the spread and by the error of the mean.
    off = np.hypot(value["by_industry_spread"], error["by_industry_mean"])
    assert error["scale_of_effect"] == pytest.approx(off / abs(value["implied_by_nests"]), rel=1e-9)


def test_scores_by_horizon_are_parts_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    # The forecast alone: naive ones take a while.
    monkeypatch.setattr(scoring, "forecast_record", lambda law: record())
    monkeypatch.setattr(scoring, "IMPORTS", ())
    monkeypatch.setattr(scoring, "RATES", ())
    whole, parts = room.scores(), room.scores(by="horizon")
    assert parts.index.names == ["quantity", "group", "method", "horizon"]
    levels = ["quantity", "group", "method"]
    forecasts = parts["forecasts"].groupby(level=levels).sum()
    assert (forecasts == whole["forecasts"].reindex(forecasts.index)).all()
    with pytest.raises(ArgumentError) as caught:
        room.scores(by="partners")
    assert str(caught.value) == (
        "field 'by': unknown split; value 'partners'; allowed: horizon, partner; "
        "did you mean 'partner'?"
    )


def fanned(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """Return a forecast of one month: outcome, partner and quantity, eight to twelve billions."""
    table = pd.DataFrame(rows, columns=["outcome", "partner", "quantity"])
    return table.assign(
        month=pd.Timestamp("2026-12-01"), median=1e10, low_80=9e9, high_80=1.1e10, low_95=8e9,
        high_95=1.2e10,
    )  # fmt: skip


def test_a_forecast_of_another_outcome_is_not_drawn_for_a_partner() -> None:
    table = fanned(("pause", "JPN", "imports_usd"), ("snapback", "GBR", "imports_usd"))
    with pytest.raises(ArgumentError) as caught:
        tv.charts.fan(table, "GBR", outcome="pause")
    assert str(caught.value) == (
        "field 'forecast': no month of this partner and outcome; value 'GBR'"
    )


def test_the_table_of_forecasts_has_no_rate_where_none_is_published() -> None:
    table = fanned(("pause", "JPN", "imports_usd"), ("pause", "TTO", "imports_usd"))
    rate = fanned(("pause", "JPN", "duty_rate"))
    rate[["median", "low_80", "high_80"]] = 0.10, 0.08, 0.13
    keys = pd.MultiIndex.from_product([["pause"], ["JPN", "TTO"]], names=["outcome", "partner"])
    effect = pd.DataFrame({"value_change_low": -0.2, "value_change_high": 0.1}, keys)
    effect.attrs["reference"] = "in_force"
    made = tv.tables.forecast_table(pd.concat([table, rate], ignore_index=True), effect)
    assert "against “Law in force”" in made.caption
    shown = made.frame
    assert shown["Duty rate"].tolist() == ["10.0 (8.0 to 13.0)", "n/a"]
    assert shown["Imports"].tolist() == ["10.0 (9.0 to 11.0)"] * 2
