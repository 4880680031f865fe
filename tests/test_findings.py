"""Sentences say what their tables say: made-up tables with figures one can check by hand."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import tradeviz as tv
from tradeviz import findings
from tradeviz.errors import ArgumentError
from tradeviz.lines import lines
from tradeviz.models.deals import stored_values
from tradeviz.show.reading import cells
from tradeviz.show.sentence import ClaimError
from tradeviz.story import balances as deficits
from tradeviz.story import briefing, country, front, models, peers, rates, response, standing
from tradeviz.story import collected as account
from tradeviz.story.country import Rival
from tradeviz.story.standing import PAUSE, Standing, standings
from tradeviz.trade import (
    show_balances,
    show_goods,
    show_lanes,
    show_outcomes,
    show_paths,
    show_waterfall,
)
from tradeviz.trade.briefing import PAUSE as PAUSE_DAYS
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


def test_who_is_charged_more_is_named_also_where_nobody_is_charged_less() -> None:
    chapters = pd.DataFrame({"partner": ["CHN"], "hs2": ["85"], "added_duty_usd": [1e9]})
    rivals = pd.DataFrame({"partner": ["CHN"], "handicap": [0.1]})
    said = plain(findings.sectors(chapters, rivals))
    assert said.endswith("100 % of the bill. Above the rate of their rivals: China.")


def test_a_gap_that_is_written_as_none_is_neither_below_nor_above() -> None:
    chapters = pd.DataFrame({"partner": ["CHN"], "hs2": ["85"], "added_duty_usd": [1e9]})
    gaps = [-0.0004, 0.0, 0.0004, 0.0006, -0.0006]
    rivals = pd.DataFrame({"partner": ["JPN", "KOR", "AUS", "CHN", "GBR"], "handicap": gaps})
    assert plain(findings.sectors(chapters, rivals)).endswith(
        "Below the rate of their rivals: the UK. Above it: China. "
        "At it: Japan, South Korea and Australia."
    )


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
    # April is the last month with duties: its law is no less that of all its days.
    early = collected_rates(path(), duties()[:3])
    assert early["law_rate"].tolist() == pytest.approx(months["law_rate"].tolist()[:2])


def test_collected_ends_where_the_path_does() -> None:
    # A path to 11 April says nothing of the law of June; April is a month of it.
    short = path()[path()["date"] < "2025-06-01"]
    assert plain(findings.collected(short, duties())).endswith(
        "April 2025: Japan 9.0 % against 12.0 %."
    )
    with pytest.raises(ArgumentError, match="no month of these partners within the path"):
        collected_rates(short, duties()[4:])


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
    # Without a month since May 2025 nothing is said of them.
    early = plain(findings.collected(path(), duties()[:3]))
    assert early.endswith("April 2025: Japan 9.0 % against 12.0 %.")


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
            "partner": ["GBR", "JPN", "KOR", "IND", "AUS"],
            "date": "2025-06-01",
            "theirs": [0.10, 0.12, 0.10, 0.20, 0.10],
            "remainder": [0.0005, -0.002, 0.004, 0.0, 0.001],
            "ours": [0.11, 0.10, 0.10, 0.21, 0.11],
        }
    )
    table.attrs["title"] = "a tracker"
    assert plain(findings.reconciled(table)) == (
        "Ours and a tracker differ by 1.00 points on average over 5 cells; after the rules 0.15 "
        "are left, and at most 0.40. In 2 cells less than a tenth of a point is left."
    )


def stands(now: float = 0.10, **other: Any) -> Standing:
    """Return a partner at 12 % in the pause: 17 % at most, three fifths of the bill on cars."""
    made = Standing(
        partner="JPN",
        rates={"before": 0.02, "pause": 0.12, "in_force": now, "breakdown": 0.30},
        duty_usd={"before": 0.0, "in_force": 8e9},
        goods=[("Vehicles and parts", 0.6), ("Machinery", 0.4)],
        law=path(),
        imports_usd=1e11,
        provisional_share=0.0,
    )
    return replace(made, **other)


def test_a_law_above_every_outcome_is_said_beside_them() -> None:
    high = path().assign(added_rate=lambda rows: rows["added_rate"] * 3)
    # Three times 2 + 10 + 5 percent.
    assert plain(country.unsure(stands(law=high))[1]) == (
        "The outcomes of the talks reach from 10.0 % to 30.0 %; the law can move again. "
        "On 11 April 2025 it asked 51.0 %."
    )
    assert plain(country.unsure(stands())[1]).endswith("the law can move again.")


@pytest.mark.parametrize(
    ("rates_today", "said"),
    [
        ((0.11, 0.13), "Two went to Washington first. Nobody came back clearly better off."),
        ((0.09, 0.09), "Two went to Washington first. Japan and the UK came back clearly better"),
        ((0.13, 0.09), "Two went to Washington first. The UK came back clearly better off."),
    ],
)
def test_the_headline_names_whoever_ended_two_points_below_the_pause(
    rates_today: tuple[float, float], said: str
) -> None:
    japan, uk = (stands(now) for now in rates_today)
    assert front.headline({"JPN": japan, "GBR": replace(uk, partner="GBR")}).startswith(said)


def test_the_headline_says_of_one_among_three_that_it_is_the_only_one() -> None:
    rates_today = {"JPN": 0.11, "GBR": 0.13, "KOR": 0.09}
    three = {code: stands(now, partner=code) for code, now in rates_today.items()}
    end = "Three went to Washington first. Only South Korea came back clearly better off."
    assert front.headline(three) == end


def test_a_single_partner_is_set_beside_nobody() -> None:
    # The made path: 2 % before, 17 % from 11 April 2025, 12 % in June.
    said = plain(front.longest({"JPN": stands()}))
    assert said == "Goods from Japan bore at most 17.0 %: on 11 April 2025."
    assert "fell for none" in front.lead({"JPN": stands(0.13)})


def test_what_moved_since_a_release_leaves_out_what_did_not() -> None:
    here = {"JPN": stands(0.10), "GBR": stands(0.07, partner="GBR")}
    before = pd.DataFrame(
        {"vintage": "1.0", "partner": ["JPN", "GBR"], "effective_rate": [0.12, 0.0704],
         "known_until": standing.law_day()}
    )  # fmt: skip
    text, lines_of = front.since_last(here, before)
    assert text == "Since version 1.0, one of the two rates moved."
    assert [plain(line) for line in lines_of] == ["Japan: 12.0 %, now 10.0 %"]


def test_a_brief_says_who_pays_nothing() -> None:
    nothing = stands(duty_usd={"before": 0.0, "in_force": 0.0}, goods=[])
    assert country.bill(nothing) == "Today’s law adds nothing to the bill."
    assert country.goods(nothing) == ""
    assert standing._goods(pd.Series({"Machinery": 0.0}).rename_axis("sector")) == []
    # What would read as 0 % is not named.
    one = stands(goods=[("Vehicles and parts", 0.97), ("Toys", 0.001)])
    assert (
        plain(country.goods(one)) == "By group of goods, 97 % of this falls on vehicles and parts."
    )
    assert plain(country.goods(stands())).endswith(" on the first two.")


@pytest.mark.parametrize(
    ("own", "said"),
    [
        (0.104, "South Korea: on the same goods both pay about 10.0 %."),
        (0.096, "South Korea: on the same goods both pay about 10.0 %."),
        (0.12, "importers pay 12.0 % on those from Japan, more than the 10.0 % on the rival’s."),
        (0.08, "importers pay 8.0 % on those from Japan, less than the 10.0 % on the rival’s."),
    ],
)
def test_a_chief_rival_within_half_a_point_pays_the_same(own: float, said: str) -> None:
    text = plain(country.rival(stands(), Rival("KOR", share=0.3, rate=0.10, own_rate=own)))
    assert text.startswith("The chief rival is South Korea") and text.endswith(said)


def test_slovakia_has_the_other_members_as_its_chief_rival() -> None:
    table = tv.load("imports_2024").astype({"partner": str, "hs10": str})
    value = table.pivot(index="hs10", columns="partner", values="value_usd").fillna(0.0)
    own, others = value["SVK"], value.drop(columns="SVK").assign(EU=value["EU"] - value["SVK"])
    met = others[(others.sum(axis=1) > 0.5) & (own > 0)]
    weight = own[met.index] / own[met.index].sum()
    share = met.div(met.sum(axis=1), axis=0).mul(weight, axis=0).sum()
    rival = country.chief_rival("SVK")
    assert rival is not None and rival.partner == share.idxmax() == "EU"
    assert rival.share == pytest.approx(share["EU"]) == pytest.approx(0.4194, abs=5e-5)


def test_whoever_sells_alone_has_no_rival(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = lines()
    first, last = whole.run("JPN")
    others = np.arange(len(whole))
    alone = replace(whole, value=np.where((others >= first) & (others < last), whole.value, 0.0))
    assert country.chief_rival("JPN") is not None
    monkeypatch.setattr(country, "lines", lambda: alone)
    assert country.chief_rival("JPN") is None
    assert country.rival(stands(), None).startswith("Nobody else sells the same products")


def test_a_brief_forecasts_imports_where_no_duty_is_published() -> None:
    months = pd.to_datetime(["2026-11-01", "2026-12-01"])
    index = pd.MultiIndex.from_product(
        [["in_force"], ["TTO"], months, ["imports_usd"]],
        names=["outcome", "partner", "month", "quantity"],
    )
    table = pd.DataFrame(
        {"median": [9e9, 1e10], "low_80": [8e9, 9e9], "high_80": [1e10, 1.2e10]}, index
    )
    assert plain(country.ahead(table)) == (
        "In December 2026 imports are expected between USD 9.0 billion and USD 12.0 billion: four "
        "in five such ranges hold."
    )
    rate = pd.DataFrame(
        {"median": [0.1, 0.12], "low_80": [0.09, 0.1], "high_80": [0.11, 0.14]},
        index.set_levels(["duty_rate"], level="quantity"),
    )
    assert plain(country.ahead(pd.concat([table, rate]))) == (
        "In December 2026 customs is expected to collect between 10 % and 14 % of imports if the "
        "law stays: four in five such ranges hold."
    )
    # Slovakia has no months of its own beside the EU's, and its brief says nothing.
    assert country.expected(stands(partner="SVK")) is None and country.ahead(None) == ""


def test_a_card_has_the_bill_of_today() -> None:
    bill = {"before": 0.0, "pause": 9e9, "in_force": 8e9}
    first, second = front.card(stands(duty_usd=bill))
    assert plain(first) == "2.0 % before 2025 · 30 % under “breakdown”"
    assert plain(second) == "$8.0 bn a year, most on vehicles and parts"
    assert front.card(stands(duty_usd=bill, goods=[]))[1].endswith("most on nothing")


@pytest.mark.parametrize(
    ("recorded", "whose"),
    [
        ((0.1, 0.2), "all of them"),
        ((-0.3, -0.2), "none of them"),
        ((0.1, -0.2), "Japan"),
    ],
)
def test_on_which_side_of_the_model_the_record_lies(
    recorded: tuple[float, float], whose: str
) -> None:
    table = pd.DataFrame(
        {"partner": ["JPN", "GBR"], "recorded_change": recorded, "model_change_central": -0.1}
    )
    assert response.general(table) == (
        f"Imports from {whose} came out above what duties alone would have made them."
    )


def test_a_rule_has_its_own_direction_whatever_the_difference() -> None:
    # Their number is below ours, and yet the largest rule takes from theirs.
    table = pd.DataFrame(
        {"theirs": [0.10], "base": [-0.03], "list": [0.02], "remainder": [0.05], "ours": [0.14]}
    )
    table.attrs["rules"] = {"base": "the base is wider; more of it"}
    text = plain(peers.rule(table))
    assert text.startswith("The rule that moves most takes away from their number, 3.0 points")
    assert text.endswith("The base is wider.")


def test_a_page_without_a_deficit_says_so() -> None:
    table = pd.DataFrame({"partner": ["GBR", "AUS"], "year": 2024, "balance_usd": [1e10, 2e10]})
    assert deficits.largest(table, 2024) == "In 2024 there was no deficit among them."
    assert deficits.largest(table[:1], 2024) == "In 2024 there was no deficit."
    short = table.assign(balance_usd=[-1e10, -2e10])
    assert plain(deficits.largest(short, 2024)) == (
        "In 2024 the largest deficit was that with Australia: USD 20.0 billion."
    )
    both = "In 2024 the United States sold more goods to the UK and Australia than it bought there."
    assert deficits.answer(table, 2024) == both
    with pytest.raises(ArgumentError, match=r"field 'year': no balance of this year; value '1999'"):
        deficits.answer(table, 1999)


def test_years_to_come_have_no_balance() -> None:
    last = int(tv.load("balances_annual")["year"].max())
    assert set(tv.balances("JPN", first=last)["year"]) == {last}
    # Members of the EU have no figures of the last year: named is who lacks them, not the first.
    with pytest.raises(ArgumentError, match="value 'SVK'"):
        tv.balances(["JPN", "SVK"], first=last)
    with pytest.raises(ArgumentError) as caught:
        tv.balances(["JPN", "EU"], first=last + 1)
    assert str(caught.value) == (
        f"field 'first': after the last year; value '{last + 1}'; allowed: 1985 to {last}"
    )
    # The same of everybody, where nothing was to be said of a partner: the table was empty.
    with pytest.raises(ArgumentError, match=f"allowed: 1985 to {last}$"):
        tv.balances(first=last + 5)


# In 2024 the United States sold more to the UK than it bought, and less to Canada, which the list
# of April 2025 leaves out; Slovakia is in the row of the EU.
@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (["JPN"], "For Japan the list has more than the floor."),
        (["SVK"], "For Slovakia the list has more than the floor."),
        (["GBR"], "The UK is not on the list: without a deficit there is only the floor of 10 %."),
        # EO 14257 of 2 April 2025, section 3 (d) and (e), and Annex I, which lists the union and no
        # member.
        (["CAN"], "Canada is not on the list: the order of 2 April 2025 leaves it out."),
        (
            ["MEX", "RUS"],
            "Mexico and Russia are not on the list: the order of 2 April 2025 leaves them out.",
        ),
        # A ratio below a fifth halves to less than the floor.
        (
            ["NZL"],
            "New Zealand is not on the list: by the formula there is only the floor of 10 %.",
        ),
        (
            ["AUS", "MEX", "GBR", "CAN"],
            "Australia and the UK are not on the list: without a deficit there is only the floor "
            "of 10 %. Mexico and Canada are not on the list: the order of 2 April 2025 leaves "
            "them out.",
        ),
    ],
)
def test_who_is_not_on_the_april_list(codes: list[str], said: str) -> None:
    first = "The formula gives 55 of the 57 listed rates, not those of Japan and Vietnam. "
    assert plain(deficits.formula(tv.april_check(), codes)) == first + said


def test_deficits_name_one_side_alone_and_no_miss_where_there_is_none() -> None:
    balances = pd.DataFrame({"partner": ["JPN", "GBR"], "year": 2024, "balance_usd": [-7e10, 1e10]})
    check = pd.DataFrame({"partner": ["JPN"], "agrees": [True]})
    end = ". The formula gives 1 of the 1 rates listed in April 2025."
    short, long = (
        plain(findings.deficits(balances[part], check, year=2024))
        for part in (slice(1), slice(1, 2))
    )
    start = "In 2024 the United States ran a"
    assert short == f"{start} goods deficit with Japan (USD 70.0 billion){end}"
    assert long == f"{start} surplus with the UK (USD 10.0 billion){end}"


def test_the_order_of_deals_decides_for_whoever_waits_for_others() -> None:
    deals, terms = stored_values(), "on the terms “Japan-style deal” signing is best for"
    assert briefing.one_by_one(deals).startswith(f"The order decides nothing: {terms} twelve of")
    depends = deals.assign(choice=deals["choice"].where(deals.index != "JPN", "depends"))
    many = tv.quantities.in_words(int(depends["choice"].eq("signs").sum()))
    said = f"The order decides for some: {terms} {many} partners whoever else"
    assert briefing.one_by_one(depends).startswith(said)
    lone = deals.assign(choice=deals["choice"].where(deals.index == "JPN", "depends"))
    assert "signing is best for one partner whoever else" in briefing.one_by_one(lone)


def test_the_order_matters_where_the_last_to_sign_loses() -> None:
    # The first gains 2 alone and loses 1 as the last: 3 against 2; the second 1 against 2.
    values = pd.DataFrame({"alone": [2.0, 3.0], "last": [-1.0, 2.0], "average": [2.0, 2.0]})
    said = plain(models.order({"one": values}))
    assert said == (
        "The order matters to some: whether signing pays hangs on who has signed before; being "
        "first is worth 100 % of a deal in the middle case."
    )
    always = models.order({"one": values.assign(last=1.0)})
    assert always.startswith("The order decides little")


def test_deals_of_others_add_or_take_and_nothing_is_said_of_nobody() -> None:
    def effects(*rows: list[float]) -> pd.DataFrame:
        codes = ["JPN", "KOR"][: len(rows)]
        return pd.DataFrame(rows, codes, codes) * 1e9

    add = plain(models.rivals(effects([6.0, 1.0], [2.0, 4.0])))
    assert (
        add == "The deals of the others add 30.0 % of what the own deals bring to those who gain."
    )
    take = plain(models.rivals(effects([6.0, -1.0], [-2.0, 4.0])))
    assert take.startswith("The deals of the others take 30.0 %")
    assert take.endswith("They cost South Korea most, USD 2.00 billion of real income a year.")
    assert models.rivals(effects([6.0])) == models.rivals(effects([-1.0])) == ""


def test_a_pledge_for_a_deal_worth_nothing_has_no_years() -> None:
    pledges = pd.DataFrame({"partner": ["JPN"], "kind": "investment", "amount_usd": 550e9})
    ways = [f"{way}_high" for way in ("one_by_one", "batch", "offers")]

    def said(most: float) -> str:
        return plain(models.pledged(pd.DataFrame([[0.0, most, 0.0]], ["JPN"], ways), pledges))

    first = "Japan pledged USD 550 billion in all; for its deal it would pay USD"
    assert said(0.0) == f"{first} 0.0 billion a year at most."
    assert said(5e9) == f"{first} 5.0 billion a year at most. That is the pledge after 110 years."


def layers(duty: dict[str, float]) -> pd.DataFrame:
    index = pd.MultiIndex.from_product(
        [["pause"], ["JPN"], list(duty)], names=["outcome", "partner", "layer"]
    )
    return pd.DataFrame({"added_duty_usd": [value * 1e9 for value in duty.values()]}, index)


def test_what_stands_beside_the_country_rate() -> None:
    both = plain(rates.beside(layers({"reciprocal": 3.0, "s232_autos": 1.0}), "pause"))
    assert both.endswith("of the added bill 75 % was the country rate.")
    assert rates.beside(layers({"reciprocal": 3.0, "s232_autos": 0.0}), "pause") == ""
    assert rates.beside(layers({"reciprocal": 0.0, "s232_autos": 1.0}), "pause") == ""
    assert rates.beside(tv.exposure("before", by="layer"), "before") == ""


def test_without_the_law_today_outcomes_say_the_stakes_alone() -> None:
    table = exposure({"pause": 5.0, "snapback": 9.0}, effective_rate=[0.05, 0.09])
    assert plain(rates.outcomes(table, "pause")) == (
        "Most is at stake for goods from Japan: the outcomes lie USD 4.0 billion a year apart."
    )
    assert plain(rates.gap(table)) == "The best and the worst outcome lie 4 points of duty apart."
    near = table.assign(effective_rate=[0.05, 0.0604])
    assert plain(rates.gap(near)) == "The best and the worst outcome lie 1 point of duty apart."
    assert plain(findings.outcomes(exposure({"pause": 5.0, "in_force": 9.0}))).endswith(
        "Japan pays USD 5.0 billion, under the last law known USD 9.0 billion."
    )


def test_the_share_of_the_first_chapter_needs_no_other_partner() -> None:
    index = pd.MultiIndex.from_product([["JPN"], ["87", "84"]], names=["partner", "hs2"])
    table = pd.DataFrame({"added_duty_usd": [3e9, 1e9]}, index)
    assert plain(rates.spread(table)) == "Its first chapter has a share of 75 % of the bill."


def gaps(title: str, **handicap: float) -> pd.DataFrame:
    table = pd.DataFrame({"partner": list(handicap), "handicap": list(handicap.values())})
    table.attrs["title"] = title
    return table


def test_handicaps_part_those_below_their_rivals_from_those_above() -> None:
    start = "Under “snapback” the duty on the same goods is"
    two = gaps("Snapback", JPN=-0.01, KOR=0.02)
    said = f"{start} below that of rivals for Japan and above it for South Korea."
    assert rates.handicaps(two) == said
    above = gaps("Snapback", JPN=0.01)
    assert rates.handicaps(above) == f"{start} not below that of rivals for Japan."
    both = rates.handicaps(two, gaps("The pause", JPN=0.0, KOR=0.01))
    assert both.endswith("it was below for none; against that one of two lost ground.")


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        ([-0.01], [-0.02], "it was below it; against that it lost ground."),
        ([0.01], [0.02], "it was not below it; against that it gained ground."),
        ([-0.01], [-0.01], "it was below it; against that it neither lost nor gained ground."),
        ([-0.01, 0.01], [-0.02, -0.01], "it was below for both; against that both lost ground."),
        ([-0.01, 0.02, 0.1], [0.1, 0.1, 0.1], "below for none; against that none lost ground."),
    ],
)
def test_ground_against_rivals_is_lost_gained_or_kept(
    now: list[float], before: list[float], said: str
) -> None:
    one, two = (
        gaps(title, **dict(zip(tv.FOCUS, values, strict=False)))
        for title, values in (("Snapback", now), ("The pause", before))
    )
    text = rates.handicaps(one, two)
    assert "Under “the pause” it was" in text and text.endswith(said)


def emergency(*rates_of: float) -> pd.DataFrame:
    """Return a path: the emergency rate on 9 April 2025, 10 April, and a day of 2026."""
    days = pd.to_datetime(["2025-04-09", "2025-04-10", "2026-02-24"][: len(rates_of)])
    layers_of = {"mfn": 0.02, "reciprocal": rates_of, "s232_autos": 0.05}
    parts = [
        pd.DataFrame({"date": days, "layer": layer, "added_rate": rate})
        for layer, rate in layers_of.items()
    ]
    return pd.concat(parts).assign(partner="JPN")


LIST = "The April list was law for a day; then came the ten percent of the pause."
ENDED = "The emergency duties ended on 24 February 2026, and other laws took their place."


@pytest.mark.parametrize(
    ("rates_of", "said"),
    [
        ((0.24, 0.10, 0.0), f"{LIST} {ENDED}"),
        ((0.24, 0.10, 0.10), LIST),
        # Whom the list left at ten percent the pause brought nothing.
        ((0.10, 0.10, 0.0), ENDED),
        ((0.10, 0.10, 0.10), ""),
        # A path that stops before the end, and a list that stays.
        ((0.24, 0.10), LIST),
        ((0.24, 0.24, 0.24), ""),
    ],
)
def test_the_history_tells_what_came_about(rates_of: tuple[float, ...], said: str) -> None:
    assert rates.history(emergency(*rates_of)) == said


def test_the_history_of_whom_no_emergency_duty_met_says_so() -> None:
    russia = tv.exposure_path(["2025-04-09", "2025-04-10"], "RUS")
    assert not russia["layer"].isin(["reciprocal", "fentanyl"]).any()
    never = "The emergency duties of 2025 were never added to these goods."
    assert rates.history(russia) == never
    assert rates.product_duties(tv.exposure_path(partners="RUS")).startswith(
        "Nowhere are the duties on cars"
    )
    # Without the day of the list nothing is said of it, nor of days after them anything of all.
    assert rates.history(path()) == ""
    japan = tv.exposure_path(partners="JPN")
    assert rates.history(japan[japan["date"] >= "2025-05-01"]) == ENDED
    assert rates.history(japan[japan["date"] >= "2026-08-01"]) == ""
    assert rates.history(japan[japan["date"] < "2025-03-01"]) == ""
    assert rates.history(japan[japan["date"] <= "2025-04-09"]) == ""


def test_an_extreme_is_named_on_its_own_side_of_zero() -> None:
    def flows(**usd: float) -> pd.DataFrame:
        keys = [("snapback", code, "MEX") for code in usd]
        index = pd.MultiIndex.from_tuples(keys, names=["outcome", "partner", "competitor"])
        return pd.DataFrame({"diverted_usd": list(usd.values())}, index=index)

    both = response.diversion(flows(JPN=-4e9, GBR=2e9, AUS=1e9), "snapback")
    assert both.startswith("The UK wins most") and "Japan loses most" in both
    # Of two who lose neither wins, and the smaller loss is not the largest.
    losers = response.diversion(flows(JPN=-4e9, GBR=-1e9), "snapback")
    assert losers.startswith("Japan loses most") and "UK" not in losers
    assert response.diversion(flows(JPN=0.0), "snapback") == ""
    # What is won or lost is so against something, which is said where the table says it.
    told = flows(JPN=-4e9, GBR=2e9)
    told.attrs["reference"] = "pause"
    said = response.diversion(told, "snapback")
    assert said.startswith("Against “the pause” the UK wins most: ") and ". Japan loses" in said


def test_flows_too_small_to_be_written_are_not_told() -> None:
    index = pd.MultiIndex.from_tuples(
        [("snapback", "JPN", "MEX")], names=["outcome", "partner", "competitor"]
    )
    assert response.diversion(pd.DataFrame({"diverted_usd": [4e7]}, index), "snapback") == ""
    assert "Mexico" in response.diversion(pd.DataFrame({"diverted_usd": [6e7]}, index), "snapback")


@pytest.mark.parametrize(
    ("rate", "change", "told"), [(0.05, 0.01, True), (0.06, 0.01, False), (0.05, -0.01, False)]
)
def test_whose_duty_stays_and_who_sells_more_is_told(
    rate: float, change: float, told: bool
) -> None:
    index = pd.MultiIndex.from_product([["pause", "snapback"], ["JPN"]])
    index.names = ["outcome", "partner"]
    duty = pd.DataFrame({"added_rate": [0.05, rate]}, index)
    answer = pd.DataFrame({"value_change": [change]}, index[1:])
    answer.attrs["reference"] = "pause"
    said = response.untouched(answer, duty, "snapback")
    assert said.startswith("This outcome leaves the duty on goods from Japan") if told else not said


def test_the_account_of_one_partner_blames_unknown_causes_only_where_they_are_largest() -> None:
    steps = pd.DataFrame(
        {"law_2024_usd": [40.0], "mix_usd": 4.0, "transit_usd": -8.0, "known_shares_usd": -4.0,
         "uptake_usd": -2.0, "rest_usd": 0.0, "collected_usd": 30.0, "imports_usd": 400.0}
    ).assign(partner="JPN", month=pd.Timestamp("2025-05-01"), mix="own")  # fmt: skip
    first = (
        "Since May 2025 the law asked 10.0 % of imports at the goods of 2024, and customs "
        "calculated 7.5 % on what was bought."
    )
    assert plain(account.answer(steps)) == first
    larger = account.answer(steps.assign(uptake_usd=-9.0, transit_usd=-1.0))
    assert "For this partner the largest step is one that no table explains" in larger
    later = steps.assign(month=pd.Timestamp("2025-07-01"))
    assert account.gaps(pd.concat([steps, later])) == "June 2025 is not published for Japan."
    older = account.gaps(pd.concat([steps, later.assign(mix="older")]))
    assert older.endswith("After May 2025 the mix of industries is the last one known.")
    # Where no month has a mix of its own there is none after which it is old.
    assert account.gaps(steps.assign(mix="older")) == "The mix of industries is the last one known."


def test_a_path_of_one_partner_is_no_average_and_nothing_added_has_no_shares() -> None:
    assert "Of the last rate, 60 % are" in plain(findings.path(path()))
    two = pd.concat([path(), path("KOR")], ignore_index=True)
    assert "Of the last rates, averaged over the 2 partners, 60 % are" in plain(findings.path(two))
    quiet = plain(findings.path(tv.exposure_path(["2025-01-01", "2025-01-20"], "JPN")))
    assert quiet.endswith("Japan peaked at 0.0 % on 1 January 2025 and stood at 0.0 %.")


def test_a_bill_of_nothing_has_no_heaviest_chapter() -> None:
    chapters = pd.DataFrame({"partner": "JPN", "hs2": ["87", "84"], "added_duty_usd": 0.0})
    rivals = pd.DataFrame({"partner": ["JPN"], "handicap": [-0.01]})
    assert plain(findings.sectors(chapters, rivals)) == (
        "The chapter that carries most: Japan none, as nothing is added. Below the rate of their "
        "rivals: Japan."
    )


def test_a_bill_of_nothing_is_said_to_be_one() -> None:
    none = tv.exposure("before", partners=["JPN", "EU"], by="hs2")
    assert rates.chapters(none) == rates.unsure(tv.exposure("before")) and rates.spread(none) == ""
    assert rates.passed_by(tv.exposure("before", by="layer"), "before").startswith("Nothing")
    # Below a chart of one partner a share of the five is said to be theirs.
    rows = [("pause", code, layer, usd) for code, layer, usd in
            [("JPN", "s232_autos", 3e9), ("JPN", "reciprocal", 1e9),
             ("IND", "reciprocal", 2e9)]]  # fmt: skip
    keys = ["outcome", "partner", "layer"]
    bill = pd.DataFrame(rows, columns=[*keys, "added_duty_usd"]).set_index(keys)
    assert "50 % of the bill added for both together" in plain(rates.passed_by(bill, "pause"))
    japan = plain(rates.passed_by(bill.xs("JPN", level="partner", drop_level=False), "pause"))
    assert "75 % of the bill added for Japan: " in japan and "the country’s rate fell" in japan


def test_words_follow_reference_and_rates() -> None:
    tables = {name: tv.competitors(name, partners=["JPN", "GBR"]) for name in ("before", "pause")}
    assert "Under “before 2025” it was" in rates.handicaps(tables["pause"], tables["before"])
    said = rates.outcomes(tv.exposure(["before", "agreement", "in_force"]), "before")
    assert "Against “before 2025” the law today" in said
    assert "pause" not in said


def test_an_edited_rate_changes_the_sentence() -> None:
    terms = tv.outcome("pause").with_rate("AUS", reciprocal=0.5)
    table = tv.exposure(["pause", terms, "in_force"])
    assert "Most is at stake for goods from Australia" not in rates.outcomes(
        tv.exposure(["pause", "in_force"]), "pause"
    )
    gaps = rates.gap(table)
    assert "points of duty for Australia" in gaps


def test_deficits_and_surpluses_stand_alone_where_there_are_no_others() -> None:
    check = tv.april_check()
    for who, other in (("JPN", "surplus"), ("GBR", "deficit")):
        table = tv.balances(who, first=2024)
        said = show_balances.deficits(table, check, year=2024)
        assert other not in said and " ran a " in said


def test_of_one_partner_the_worst_day_is_told() -> None:
    # 145 % on most goods of China from 10 April 2025: 125 reciprocal and 20 fentanyl.
    said = front.longest(standings("CHN"))
    assert re.fullmatch(r"Goods from China bore at most 1\d\d\.\d\u00a0%: on 10 April 2025\.", said)


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (0.15, "South Korea: 15.0\u00a0% today, 5.0 points above the pause"),
        (0.06, "South Korea: 6.0\u00a0% today, 4.0 points below the pause"),
        (0.10, "South Korea: 10.0\u00a0% today, as in the pause"),
    ],
)
def test_the_title_of_one_partner_is_set_against_the_pause(today: float, said: str) -> None:
    table = tv.exposure(["pause", "in_force"], partners="KOR")
    table["effective_rate"] = [0.10, today]
    seen = show_outcomes._against(cells(table, "effective_rate"), ["KOR"], "in_force", PAUSE)
    assert seen.replace("\u00a0points", " points") == said


def test_the_title_of_those_who_all_ended_above() -> None:
    table = tv.exposure(["pause", "in_force"], partners=["KOR", "JPN"])
    table["effective_rate"] = [0.10, 0.10, 0.15, 0.10]
    both = ["KOR", "JPN"]
    seen = show_outcomes._against(cells(table, "effective_rate"), both, "in_force", PAUSE)
    assert seen == "Nobody ended clearly below the pause; South Korea ended above it"


def test_the_title_of_an_account_says_on_which_side_of_the_law_customs_came() -> None:
    def told(**came: float) -> str:
        return plain(show_waterfall._account_told({}, {code: (0.1, c) for code, c in came.items()}))

    assert told(CHN=0.109, MEX=0.065) == (
        "Customs came farthest from the law on goods from Mexico: 3.5 points less"
    )
    assert told(JPN=0.09, MEX=0.065) == (
        "Customs collected less than the law asks on goods from both, most so from Mexico: "
        "3.5 points"
    )


def test_titles_where_nobody_or_nothing_is_to_be_named() -> None:
    assert show_balances._early([]) == "Nobody"
    assert show_balances._early(list(tv.FOCUS)) == "5 partners"
    assert show_goods._heaviest({}, ["JPN"]) == "No added duty"
    ended = show_lanes._told("Japan", pd.Series(dtype=float), 3)
    assert ended == "Each of 3 laws that came on goods from Japan has ended"
    days = pd.to_datetime(["2025-04-05", "2025-08-07", "2026-02-24"])
    path = pd.Series([0.1, 0.25, 0.12], days)
    assert show_paths._peaks({"JPN": path}) == (
        "Japan peaked at 25.0\u00a0% in August 2025 and ended at 12.0\u00a0%"
    )
    assert show_paths._peaks({"JPN": path, "GBR": path / 2}) == (
        "Goods from Japan bore most: 25.0\u00a0% at the peak in August 2025, "
        "12.0\u00a0% in February 2026"
    )
    assert show_paths._peaks({"JPN": path, "GBR": path * 0 + 0.2}) == (
        "Goods from Japan bore most at the peak, 25.0\u00a0% in August 2025; "
        "those from the UK in February 2026: 20.0\u00a0%"
    )


def texts(**days: str) -> pd.DataFrame:
    """Return talks with one text a partner, none of them signed."""
    dates = pd.to_datetime(list(days.values()))
    return pd.DataFrame({"partner": list(days), "date": dates, "kind": "text"})


def test_texts_count_from_the_first_day_of_a_span_to_the_last() -> None:
    # The pause ran from 10 April to 9 July 2025, the batch from then to 1 August.
    claims = pd.DataFrame({"verdict": ["holds", "holds in part", "cannot be known from data"]})
    edge = texts(KOR="2025-04-09", GBR="2025-04-10", JPN="2025-07-09", IND="2025-07-10")
    said = briefing.answer(claims, edge, PAUSE_DAYS)
    assert "in the pause only the UK and Japan reached a text, and nobody signed one." in said
    assert said.endswith("Of its 3 claims one hold, one in part and none not; one cannot be known "
                         "from data.")  # fmt: skip
    assert "in the pause nobody reached a text" in briefing.answer(claims, edge[:1], PAUSE_DAYS)
    with pytest.raises(ClaimError):
        briefing.answer(claims, edge.assign(kind="signed"), PAUSE_DAYS)
    order = briefing.real_order(
        texts(GBR="2025-07-09", IND="2025-07-10", JPN="2025-08-01", AUS="2025-08-02")
    )
    assert order.startswith("In fact the UK came first, on 9 July 2025. A batch followed between "
                            "the pause and 1 August 2025: India and Japan.")  # fmt: skip
    assert order.endswith("in small groups, the last on 2 August 2025.")
    alone = briefing.real_order(texts(GBR="2025-05-08"))
    assert alone.endswith("on 8 May 2025. Nobody followed before 1 August 2025.")


def test_the_last_twelve_months_are_twelve() -> None:
    months = pd.DataFrame(
        {"partner": "JPN", "month": pd.to_datetime(["2025-07-01", "2025-08-01", "2026-07-01"]),
         "imports_usd": 1e9,
         "collected_rate": [0.9, 0.10, 0.14], "law_rate": [0.1, 0.13, 0.13]}
    )  # fmt: skip
    start = "Over the last twelve months customs collected"
    assert front.customs(months) == f"{start} 1.0 points less than the law asks."
    assert front.customs(months[2:]) == f"{start} 1.0 points more than the law asks."
    # Of a large and a small month: (3 times -3 points and 1) over 4.
    unequal = months.assign(imports_usd=[1e9, 3e9, 1e9])
    assert front.customs(unequal) == f"{start} 2.0 points less than the law asks."


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("2025-03-31", "Japan bore most: 30 % on average from 1 March 2025 to 30 March 2025,"),
        ("2025-03-30", "the UK bore most: 20 % on average from 1 January 2025 to 1 June 2025,"),
    ],
)
def test_a_rate_is_borne_that_is_law_for_thirty_days(until: str, said: str) -> None:
    rates_of = {"2025-01-01": 0.1, "2025-02-01": 0.9, "2025-02-02": 0.1, "2025-03-01": 0.3,
                until: 0.1, "2025-06-01": 0.1}  # fmt: skip
    law = pd.DataFrame({"date": pd.to_datetime([*rates_of]), "added_rate": rates_of.values()})
    japan = stands(law=law)
    uk = stands(law=law.assign(added_rate=0.2), partner="GBR")
    assert said in plain(front.longest({"JPN": japan, "GBR": uk}))


def test_cars_carry_a_share_of_both_bills_together() -> None:
    duty = {("JPN", "s232_autos"): 3.0, ("JPN", "mfn"): 1.0, ("KOR", "s232_autos"): 1.0,
            ("KOR", "mfn"): 1.0, ("GBR", "s232_autos"): 1.0, ("GBR", "mfn"): 3.0}  # fmt: skip
    index = pd.MultiIndex.from_tuples(list(duty), names=["partner", "layer"])
    said = plain(front.cars(pd.DataFrame({"added_duty_usd": list(duty.values())}, index)))
    assert (
        said == "Cars and parts carry 67 % of the duty added on goods from Japan and South Korea."
    )


def variants(**income: tuple[float, float, float]) -> pd.DataFrame:
    """Return real income of the pause, of Japan's snapback and of Korea's, by variant."""
    keys = [("pause", "KOR"), ("snapback", "JPN"), ("snapback", "KOR")]
    index = [(name, *key) for name in income for key in keys]
    table = pd.DataFrame(
        {"real_income_change": [value for row in income.values() for value in row],
         "exports_to_us_change": 0.0015},
        pd.MultiIndex.from_tuples(index, names=["variant", "outcome", "partner"]),
    )  # fmt: skip
    table.attrs["reference"] = "pause"
    return table


def deal(**values: tuple[float, float]) -> pd.DataFrame:
    """Return what deals are worth alone and last, in billions."""
    table = pd.DataFrame(list(values.values()), [*values], ["alone", "last"]) * 1e9
    return table.assign(average=table.mean(axis=1))


def effects(**row: tuple[float, ...]) -> pd.DataFrame:
    """Return what deals of each do to each, in billions."""
    return pd.DataFrame(row, [*row]).T * 1e9


def cost(**usd: float) -> pd.DataFrame:
    """Return the cost of waiting: of week 1 another, of the plan that costs less another."""
    rows = [
        (code, week, plan, value if (week, plan) == (2, "all") else -abs(value) - 1)
        for code, value in usd.items()
        for week in (1, 2)
        for plan in ("one", "all")
    ]
    return pd.DataFrame(rows, columns=["partner", "week", "plan", "cost"])


def bill_of(**duty: tuple[float, float]) -> pd.DataFrame:
    """Return exposure by partner: billions added, and their provisional share."""
    index = pd.Index([*duty], name="partner")
    table = pd.DataFrame([*duty.values()], index, ["added_duty_usd", "provisional_share"])
    return table.assign(added_duty_usd=table["added_duty_usd"] * 1e9)


def products(share: float) -> pd.DataFrame:
    """Return a path whose last day has duties on products of some share."""
    rows = {"reciprocal": 1 - share, "s232_autos": share, "mfn": 5.0}
    table = pd.DataFrame({"layer": [*rows], "added_rate": rows.values(), "partner": "JPN"})
    return table.assign(date=pd.Timestamp("2026-01-01"))


MIXED = {"one": (0.009, 0.001, -0.001), "two": (-0.009, -0.002, -0.0015)}
SAID: list[tuple[Any, str]] = [
    (lambda: models.income(variants(**MIXED)),
     "moves most for Japan under “snapback”: by up to 0.20 % of GDP, depending"),
    (lambda: models.signs(variants(**MIXED)), "In one of 2 cases the variants disagree"),
    (lambda: models.signs(variants(one=MIXED["one"])), "All variants agree on the direction."),
    (lambda: models.exports(variants(one=(0.0, 0.0001, 0.0002))), "real income in all 2 cases."),
    (lambda: models.sensitive(variants(**MIXED, Far=(9.0, 0.011, -0.001))),
     "“far” moves real income most, by up to 1.00 points; “two” moves it least."),
    (lambda: models.sensitive(variants(**MIXED)),
     "Real income moves by up to 0.30 points with “two”."),
    (lambda: models.exports(variants(one=(0.0, 0.001, 0.2))), "real income in one of 2 cases."),
    (lambda: models.exports(variants(one=(0.0, 0.1, 0.2))), "real income in none of 2 cases."),
    (lambda: response.rests(pd.DataFrame({"parameter": ["origins", "products"], "swing": 0.0})),
     "No assumption moves the answer."),
    (lambda: models.worth(deal(JPN=(2, 1), KOR=(-1, -2))),
     "worth most to Japan: USD 1.5 billion of real income a year. South Korea would lose by"),
    (lambda: models.worth(deal(JPN=(2, 1), KOR=(2, 1))),
     "to Japan and South Korea: USD 1.5 billion of real income each a year."),
    (lambda: models.worth(deal(JPN=(-2, -1), KOR=(-1, -2))),
     "On these terms a deal is worth nothing to anybody. Japan and South Korea would lose by"),
    (lambda: models.order({"one": deal(JPN=(9, 11), KOR=(18, 22))}), "being first costs 20 % of a"),
    # A hundredth of a dollar is the solver's rounding: neither a loss nor an order that matters.
    (lambda: models.worth(deal(JPN=(2, 1), AUS=(-2e-11, 0)))[-20:], "real income a year."),
    (lambda: models.order({"one": deal(JPN=(11, 9), AUS=(-2e-11, 0))}), "is worth 20 % of a"),
    (lambda: findings.rivals(effects(JPN=(3, 0.5), KOR=(0.5, 2))), "No deal of another takes"),
    (lambda: findings.rivals(effects(JPN=(3, -0.5), KOR=(-1, 2))), "take 30.0 % of what"),
    (lambda: models.rare(deal(JPN=(2, 1), KOR=(3, 1))), "worth more to each of them alone"),
    (lambda: models.rare(deal(JPN=(2, 1), KOR=(1, 1))), "as the last of all for one of two"),
    (lambda: models.waiting(cost(JPN=-1.0, USA=2.0)),
     "While the pause lasts, waiting pays for Japan and costs the United States."),
    (lambda: models.waiting(cost(JPN=0.0).assign(cost=0.0)), "Waiting changes nothing."),
    (lambda: rates.unsure(bill_of(JPN=(1, 0.4), KOR=(3, 0.0))), "Of the added duty, 10 % rests"),
    (lambda: rates.product_duties(products(0.5)), "Nowhere are the duties on cars"),
    (lambda: rates.product_duties(products(0.51)), "added today on goods from Japan."),
    (lambda: country.answer(stands(0.1249)), "from Japan, about as much as in the pause of"),
    (lambda: country.answer(stands(0.126)), "12.6 % on goods from Japan, more than the 12.0 %"),
    (lambda: country.answer(stands(0.114)), "11.4 % on goods from Japan, less than the 12.0 %"),
    (lambda: country.unsure(stands(0.14))[1], "reach from 12.0 % to 30.0 %; the law"),
    (lambda: country.unsure(stands(provisional_share=0.2))[0], "added today, 20 % rests on"),
    (lambda: country.unsure(stands())[0], "None of the duty added today rests on law"),
    (lambda: country.goods(stands(), 1), "goods, 60 % of this falls on vehicles and parts."),
]  # fmt: skip


@pytest.mark.parametrize("place", range(len(SAID)))
def test_a_made_up_table_is_told_as_it_is(place: int) -> None:
    tell, said = SAID[place]
    assert said in plain(tell())


def test_a_deal_that_changes_nothing_is_no_loss_and_no_order() -> None:
    values = deal(JPN=(2, 1), AUS=(-2e-11, 0)).rename_axis("partner")
    weeks = pd.DataFrame({"plan": ["one by one", "all at the end"], "week": 1, "partner": "USA"})
    said = plain(findings.deal_order({"one": values}, weeks.assign(cost=0.0)))
    assert "is worth by 66.7 % to 66.7 % over" in said and "all one to Australia." in said
    with pytest.raises(ArgumentError, match="no outcome beside the reference"):
        models.income(variants(**MIXED).xs("pause", level="outcome", drop_level=False))
