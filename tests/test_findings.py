"""Sentences say what their tables say: made-up tables with figures one can check by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from tradeviz import findings
from tradeviz.errors import ArgumentError
from tradeviz.trade.collected import collected_rates


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("**", "")


def exposure(duty: dict[str, float], partner: str = "JPN", **more: Any) -> pd.DataFrame:
    """Return a table of exposure's shape: imports of 200 billion, duty in billions."""
    table = pd.DataFrame(
        {
            "outcome": list(duty),
            "partner": partner,
            "imports_usd": 200e9,
            "added_duty_usd": [value * 1e9 for value in duty.values()],
            "export_share": 0.01,
            "gdp_share": 0.001,
        }
    ).assign(**more)
    return table.set_index(["outcome", "partner"])


def path(partner: str = "JPN") -> pd.DataFrame:
    rows = [
        ("2025-01-01", "mfn", 0.02),
        ("2025-01-01", "reciprocal", 0.0),
        ("2025-04-11", "mfn", 0.02),
        ("2025-04-11", "reciprocal", 0.10),
        ("2025-04-11", "s232_autos", 0.05),
        ("2025-06-01", "mfn", 0.02),
        ("2025-06-01", "reciprocal", 0.04),
        ("2025-06-01", "s232_autos", 0.06),
    ]
    table = pd.DataFrame(rows, columns=["date", "layer", "added_rate"])
    return table.assign(date=pd.to_datetime(table["date"]), partner=partner)


def test_money_is_in_billions_or_in_millions() -> None:
    assert plain(findings.billion(0.0)) == "USD 0.0 billion"
    assert plain(findings.billion(99_949_999)) == "USD 99.9 million"
    assert plain(findings.billion(100_000_000)) == "USD 0.1 billion"
    assert plain(findings.billion(-2_500_000_000, 2)) == "USD 2.50 billion"


def test_path_names_peak_and_end() -> None:
    said = plain(findings.path(path()))
    assert "Japan peaked at 15.0 % on 11 April 2025 and stood at 10.0 %" in said
    # Of the last 10 points, 6 are a product duty.
    assert "60 % are product duties under Section 232" in said


def test_country_says_what_is_missing_and_nothing_that_is_not() -> None:
    ends = {"before": 0.0, "pause": 5.0, "agreement": 0.0, "breakdown": 40.0, "in_force": 0.03}
    sectors = pd.DataFrame(
        {"sector": ["Cars", "Machines", "Toys"], "added_duty_usd": [6e9, 3.99e9, 1e7]}
    )
    rivals = pd.DataFrame({"own_rate": [0.12], "rivals_rate": [0.10], "handicap": [0.02]})
    said = plain(findings.country(path(), exposure(ends), sectors, rivals))
    assert "was 2.0 % in 2024" in said
    assert "added 15.0 % at their peak (11 April 2025) and 10.0 % on 1 June 2025" in said
    assert "(USD 200.0 billion a year)" in said
    assert "between nothing (full agreement) and USD 40.0 billion (breakdown)" in said
    assert "the last law known adds USD 30.0 million" in said
    # Toys carry a thousandth, which would read as 0 %.
    assert "falls on cars (60 %) and machines (40 %)." in said
    assert "pay 12.0 %, more than the 10.0 %" in said
    assert "The sources have" not in said
    lacking = exposure(ends, export_share=float("nan"))
    assert "no goods exports to the world of Japan" in plain(
        findings.country(path(), lacking, sectors, rivals)
    )
    alone = rivals.assign(rivals_rate=float("nan"), handicap=float("nan"))
    assert "No other supplier" in findings.country(path(), exposure(ends), sectors, alone)


@pytest.mark.parametrize(
    ("gap", "word"), [(0.02, "more than"), (-0.02, "less than"), (0.0002, "as much as")]
)
def test_country_compares_with_rivals(gap: float, word: str) -> None:
    rivals = pd.DataFrame({"own_rate": [0.10 + gap], "rivals_rate": [0.10], "handicap": [gap]})
    sectors = pd.DataFrame({"sector": ["Cars"], "added_duty_usd": [0.0]})
    said = findings.country(path(), exposure({"pause": 1.0, "snapback": 2.0}), sectors, rivals)
    assert f", {word} the 10.0" in plain(said)
    assert "The bill falls" not in said


def test_outcomes_names_the_worst_that_is_not_law() -> None:
    ends = {"before": 0.0, "pause": 5.0, "snapback": 9.0, "breakdown": 8.0, "in_force": 20.0}
    said = plain(findings.outcomes(exposure(ends)))
    assert "Japan pays USD 5.0 billion, at worst USD 9.0 billion (snapback)" in said
    assert "under the last law known USD 20.0 billion" in said
    with pytest.raises(ArgumentError, match="reference"):
        findings.outcomes(exposure(ends), reference="nothing")


def test_own_sets_one_beside_the_others() -> None:
    said = plain(findings.own(exposure({"pause": 5.0, "mine": 4.0, "snapback": 9.0}), "mine"))
    assert "USD 4.0 billion a year on goods from Japan, against USD 5.0 billion (the pause)" in said
    assert "and USD 9.0 billion (snapback)" in said
    with pytest.raises(ArgumentError, match="not in the table"):
        findings.own(exposure({"pause": 5.0}), "mine")


def test_sectors_names_the_heaviest_chapter_and_both_sides() -> None:
    chapters = pd.DataFrame(
        {
            "partner": ["JPN", "JPN", "GBR", "GBR"],
            "hs2": ["87", "84", "87", "84"],
            "added_duty_usd": [3e9, 1e9, 1e9, 4e9],
        }
    )
    rivals = pd.DataFrame({"partner": ["JPN", "GBR"], "handicap": [0.01, -0.02]})
    said = plain(findings.sectors(chapters, rivals))
    assert "Japan cars, trucks and parts, 75 % of the bill" in said
    assert "the UK machinery and computers, 80 % of the bill" in said
    assert "Below the rate of their rivals: the UK. Above it: Japan." in said


def test_deficits_parts_surplus_from_deficit() -> None:
    balances = pd.DataFrame(
        {"partner": ["JPN", "GBR", "AUS"], "year": 2024, "balance_usd": [-7e10, 1e10, 2e10]}
    )
    check = pd.DataFrame({"partner": ["JPN", "KOR"], "agrees": [False, True]})
    said = plain(findings.deficits(balances, check, year=2024))
    assert "a goods deficit with Japan (USD 70.0 billion), and a surplus with Australia" in said
    assert "gives 1 of the 2 rates" in said and "those of Japan." in said
    with pytest.raises(ArgumentError, match="1999"):
        findings.deficits(balances, check, year=1999)


def duties() -> pd.DataFrame:
    months = pd.to_datetime(["2024-12-01", "2025-01-01", "2025-04-01", "2025-05-01", "2025-06-01"])
    return pd.DataFrame(
        {
            "partner": "JPN",
            "month": months,
            "imports_usd": [100.0, 100.0, 100.0, 0.0, 100.0],
            "duty_usd": [1.0, 2.0, 9.0, 0.0, 13.0],
        }
    )


def test_collected_weighs_the_law_by_days() -> None:
    months = collected_rates(path(), duties()).set_index("month")
    # December is before the path; in May nothing came in.
    assert [f"{day:%Y-%m}" for day in months.index] == ["2025-01", "2025-04", "2025-06"]
    # Ten days of April at 2 %, twenty at 17 %.
    assert months["law_rate"].tolist() == pytest.approx([0.02, (10 * 0.02 + 20 * 0.17) / 30, 0.12])
    assert months["collected_rate"].tolist() == pytest.approx([0.02, 0.09, 0.13])


def test_collected_leaves_unpublished_months_out() -> None:
    table = duties()
    table.loc[table["month"] == "2025-04-01", "duty_usd"] = float("nan")
    assert len(collected_rates(path(), table)) == 2
    with pytest.raises(ArgumentError, match="no month of these partners"):
        collected_rates(path("KOR"), table)


def test_collected_sentence_is_its_last_month() -> None:
    said = plain(findings.collected(path(), duties()))
    assert "June 2025: Japan 13.0 % against 12.0 %" in said
    # May has no imports; June is 1 point above.
    assert "1.0 points above the law" in said


def test_the_account_names_the_law_what_came_and_the_two_largest_causes() -> None:
    # Two months: 40 asked of 400, 30 came; 9.2 less on the way, 4 less known, 3.2 more bought.
    rows = {
        "law_2024_usd": [15, 25], "mix_usd": [1.2, 2], "transit_usd": [-9.2, 0],
        "known_shares_usd": [-1, -3], "uptake_usd": [0, 0], "rest_usd": [0, 0],
        "collected_usd": [6, 24],
    }  # fmt: skip
    table = pd.DataFrame(rows).assign(partner="JPN", imports_usd=200.0)
    table["month"] = pd.to_datetime(["2025-05-01", "2025-06-01"])
    assert plain(findings.account(table)) == (
        "- Japan: the law asked 10.0 % of imports, customs calculated 7.5 %; the largest causes "
        "are goods on the way (2.3 points less) and known conditions (1.0 points less)."
    )


def test_the_forecast_is_said_of_the_last_month() -> None:
    table = pd.DataFrame(
        {
            "outcome": ["in_force", "in_force", "breakdown"],
            "partner": "JPN",
            "month": pd.to_datetime(["2026-11-01", "2026-12-01", "2026-12-01"]),
            "quantity": "imports_usd",
            "median": [9e9, 10e9, 8e9],
            "low_80": [8e9, 9e9, 6e9],
            "high_80": [10e9, 12e9, 9.5e9],
        }
    )
    said = plain(findings.forecast(table))
    assert said.startswith("US imports in December 2026, median and 80 % range")
    assert "USD 10.0 billion (USD 9.0 billion to USD 12.0 billion)" in said
    assert "USD 8.0 billion (USD 6.0 billion to USD 9.5 billion)" in said
    assert said.count("Japan") == 1


def test_the_record_of_the_forecast_counts_months_inside() -> None:
    record = pd.DataFrame(
        {
            "quantity": ["imports_usd"] * 4 + ["duty_rate"] * 2,
            "actual": [1.0, 2.0, 3.0, 9.0, 0.1, 0.5],
            "low_80": [1.0, 1.0, 1.0, 1.0, 0.0, 0.0],
            "high_80": [4.0, 4.0, 4.0, 4.0, 0.2, 0.2],
        }
    )
    models = ["forecast", "last_year", "drift"]
    index = pd.MultiIndex.from_product([["imports_usd", "duty_rate"], ["all"], models])
    scores = pd.DataFrame(
        {"crps": [0.06, 0.10, 0.08] * 2, "mean_absolute_error": [1, 2, 3, 0.012, 0.02, 0.03]},
        index=index,
    )
    said = plain(findings.forecast_record(record, scores))
    assert said.startswith("75 of 100 months of imports and 50 of 100 duty rates fell inside")
    # 0.06 against 0.08, the better of the two naive ones.
    assert "is 25 % better than the best naive one" in said and "off by 1.2 points" in said


def test_what_is_left_between_two_engines_is_counted_in_points() -> None:
    table = pd.DataFrame(
        {
            "partner": ["GBR", "JPN", "KOR", "IND"],
            "date": "2025-06-01",
            "theirs": [0.10, 0.12, 0.10, 0.20],
            "remainder": [0.0005, -0.002, 0.004, 0.0],
            "ours": [0.11, 0.10, 0.10, 0.21],
        }
    )
    table.attrs["title"] = "a tracker"
    assert plain(findings.reconciled(table)) == (
        "Ours and a tracker differ by 1.00 points on average over 4 cells; after the rules 0.16 "
        "are left, and at most 0.40. In 2 cells less than a tenth of a point is left."
    )
