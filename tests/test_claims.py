"""Numbers are written one way, and a sentence that its figures do not bear stops the build."""

from __future__ import annotations

import dataclasses as dc
import datetime as dt
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import NOTEBOOKS

import tradeviz as tv
from tradeviz import report
from tradeviz.errors import ArgumentError, ReportError, TradevizError
from tradeviz.quantities import (
    MISSING,
    QUANTITIES,
    Quantity,
    day,
    dollars,
    listing,
    month,
    number,
    percent,
    points,
    quantity,
)
from tradeviz.report.execute import read
from tradeviz.show.reading import cells
from tradeviz.show.sentence import ClaimError, claim, sentences
from tradeviz.story import (
    balances,
    briefing,
    country,
    front,
    models,
    rates,
    response,
    tied,
)
from tradeviz.story.standing import PAUSE, Standing, standings
from tradeviz.trade import show_balances, show_goods, show_lanes, show_outcomes, show_paths


def test_a_true_sentence_is_given_back() -> None:
    rates = pd.Series({"JPN": 0.133, "GBR": 0.074})
    assert claim("The UK is lowest.", lambda r: r.idxmin() == "GBR", rates) == "The UK is lowest."
    assert claim("{who} is lowest.", True, {"who": "The UK"}) == "The UK is lowest."


@pytest.mark.parametrize(
    "holds", [False, np.False_, None, np.nan, pd.Series([True]), "yes", lambda _: None, 1]
)
def test_anything_but_true_stops(holds: object) -> None:
    figures = {("in_force", "JPN"): 0.133321}
    with pytest.raises(ClaimError, match="Japan is lowest.*in_force JPN 0.133321") as caught:
        claim("Japan is lowest.", holds, figures)  # type: ignore[arg-type]
    assert isinstance(caught.value, TradevizError)


def test_a_claim_of_a_table_names_its_figures() -> None:
    table = tv.exposure(["pause", "in_force"], partners=["JPN"])[["effective_rate"]]
    with pytest.raises(ClaimError, match="pause JPN effective_rate"):
        claim("Nothing is charged.", lambda t: bool((t == 0).all().all()), table)


@pytest.mark.parametrize(("figures", "end"), [(None, "”"), (0.133, "”; value '0.133'")])
def test_a_false_sentence_says_what_there_is_to_say(figures: object, end: str) -> None:
    with pytest.raises(ClaimError) as caught:
        claim("Japan is lowest.", False, figures)
    assert str(caught.value) == f"a sentence is not true: “Japan is lowest.{end}"


def test_sentences_begin_and_end_as_sentences_do() -> None:
    assert sentences("the UK pays", "", "Who? ") == "The UK pays. Who?"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (number(-0.04), "0.0"),
        (number(float("nan")), "n/a"),
        (number(1234567.8, 0), "1,234,568"),
        (percent(-0.0004), "0.0\u00a0%"),
        (percent(0.5, 0, sign=True), "+50\u00a0%"),
        (points(-0.012, unit=True), "−1.2\u00a0points"),
        (dollars(0), "$0.0\u00a0bn"),
        (dollars(float("nan")), "n/a"),
        (dollars(float("nan"), sign=True, words=True), "n/a"),
        (Quantity("made", "Made", "count", 0).write(1234), "1,234"),
        (Quantity("made", "Made", "ratio", 2, signed=True).write(0.5), "+0.50"),
        (Quantity("made", "Made", "days", 0).write(7.4, digits=1), "7.4"),
        (dollars(-2.5e9, sign=True), "−$2.5\u00a0bn"),
        (dollars(99.9e6, 0), "$100\u00a0m"),
        (dollars(1e9, words=True), "USD\u00a01.0\u00a0billion"),
        (day("2025-04-09"), "9 April 2025"),
        (month("2025-04-09", short=True), "Apr 2025"),
        (listing(["a"]), "a"),
        (listing(["a", "b", "c"]), "a, b and c"),
    ],
)
def test_numbers_days_and_lists(written: str, text: str) -> None:
    assert written == text


def test_quantities_say_label_unit_digits_and_sign() -> None:
    assert quantity("value_change_low").write(0.1234) == "+12.3\u00a0%"
    assert quantity("value_change_low").column == "value_change_low"
    assert quantity("added_duty_usd").heading == "Added duty, billion US dollars a year"
    assert quantity("gdp_share").write(0.00123, unit=False) == "0.12"
    assert quantity("waiting_days").write(1234.4) == "1,234"
    for column in ("added_duty_usd", "gdp_share", "handicap", "waiting_days"):
        assert quantity(column).write(float("nan")) == MISSING == "n/a"
    assert all(row.tolerance > 0 and row.column == key for key, row in QUANTITIES.items())
    with pytest.raises(ArgumentError, match="effective_rate"):
        quantity("efective_rat")


def test_every_number_of_the_main_tables_is_a_quantity() -> None:
    tables = [
        tv.exposure("pause", partners="JPN"), tv.competitors("pause", partners="JPN"),
        tv.respond("snapback", partners="JPN", draws=2), tv.equilibrium("snapback", partners="JPN"),
        tv.april_check(), tv.balances("JPN"),
    ]  # fmt: skip
    for table in tables:
        for column in table.select_dtypes("float").columns:
            assert quantity(str(column)).label, column


MARKDOWN = [
    pytest.param(cell.source, id=f"{path.stem}-{place}")
    for path in NOTEBOOKS
    for place, cell in enumerate(read(path).cells)
    if cell.cell_type == "markdown"
]


@pytest.mark.parametrize("text", MARKDOWN)
def test_text_of_a_notebook_states_nothing_that_is_not_tied(text: str) -> None:
    """A number, a comparison or a partner's name in a text cell stands within a checked phrase."""
    assert tied.loose(text) == []
    tied.check(text)


@pytest.mark.parametrize(
    "text",
    [
        "Three runs of others.",
        "Rates fell by 4 points.",
        "Cars carry most of the bill.",
        "Japan and Korea agree.",
        "It is lower than before.",
        "More than half of it is paid.",
        "Goods bought in 2024, and 3 others.",
        "**What it means.** The UK pays ten percent.",
        "Two of the fourteen partners sign.",
    ],
)
def test_loose_words_are_found(text: str) -> None:
    assert tied.loose(text) != []


@pytest.mark.parametrize(
    "text",
    [
        "Who pays most?",
        "All rates are averages over the goods bought in 2024.",
        "See [it](08.html).",
    ],
)
def test_questions_and_tied_phrases_are_free(text: str) -> None:
    assert tied.loose(text) == []


def test_every_tie_is_used_and_its_test_looks_at_something() -> None:
    text = "\n".join(part.values[0] for part in MARKDOWN)  # type: ignore[misc]
    assert [phrase for phrase in tied.TIES if not re.search(phrase, text)] == []
    for phrase, test in tied.TIES.items():
        holds, figures = test()
        assert holds and figures, phrase


def test_a_false_tie_stops_with_notebook_sentence_and_figures(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(
        "tradeviz.trade.briefing.PAUSE", (dt.date(2025, 4, 10), dt.date(2025, 6, 9))
    )
    with pytest.raises(ReportError, match="00_briefing.*In mid-April 2025.*60 days"):
        report.build(["00_briefing"], out=tmp_path, progress=lambda line: None)
    assert list(tmp_path.iterdir()) == []


def test_a_bill_of_nothing_is_said_to_be_one() -> None:
    none = tv.exposure("before", partners=["JPN", "EU"], by="hs2")
    assert rates.chapters(none) == rates.unsure(tv.exposure("before")) and rates.spread(none) == ""
    assert rates.passed_by(tv.exposure("before", by="layer"), "before").startswith("Nothing")


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


# What is said of others than the five, and under other terms


@pytest.mark.parametrize(
    ("partners", "said"),
    [
        (
            ["GBR"],
            "The UK is not on the list: without a deficit there is only the floor of 10\u00a0%.",
        ),
        # A ratio below a fifth halves to less than the floor.
        (["NZL"], "New Zealand is not on the list: by the formula there is only the floor"),
        # EO 14257 of 2 April 2025, section 3 (d) and (e), and Annex I.
        (["CAN"], "Canada is not on the list: the order of 2 April 2025 leaves it out."),
        (
            ["MEX", "RUS"],
            "Mexico and Russia are not on the list: the order of 2 April 2025 leaves them",
        ),
        # Annex I lists the union, at 20 %, and no member.
        (["SVK"], "For Slovakia the list has more than the floor."),
    ],
)
def test_who_is_not_on_the_april_list_is_told_why(partners: list[str], said: str) -> None:
    text = balances.formula(tv.april_check(), partners)
    assert said in text and text.count("list") == 2


def test_a_year_of_surpluses_has_no_largest_deficit() -> None:
    table = tv.balances(["GBR", "AUS"], first=2024)
    assert balances.largest(table, 2024) == "There is no deficit among them."
    both = "In 2024 the United States sold more goods to the UK and Australia than it bought there."
    assert balances.answer(table, 2024) == both
    with pytest.raises(ArgumentError, match="field 'year': no balance of this year; value '1789'"):
        balances.largest(table, 1789)


def test_deficits_and_surpluses_stand_alone_where_there_are_no_others() -> None:
    check = tv.april_check()
    for who, other in (("JPN", "surplus"), ("GBR", "deficit")):
        table = tv.balances(who, first=2024)
        said = show_balances.deficits(table, check, year=2024)
        assert other not in said and " ran a " in said


def changed(code: str = "JPN", **values: object) -> Standing:
    return dc.replace(standings(code)[code], **values)  # type: ignore[arg-type]


def test_where_nothing_is_added_no_goods_carry_it() -> None:
    none = changed(duty_usd={"in_force": 0.0, "before": 0.0}, goods=[])
    assert country.bill(none) == "Today’s law adds nothing to the bill."
    assert country.goods(none) == ""
    one = changed(goods=[("Cars", 0.97), ("Toys", 0.001)])
    assert country.goods(one) == "Of this, 97\u00a0% falls on cars."


def test_the_rival_is_compared_or_there_is_none() -> None:
    one = changed()
    same = country.Rival("KOR", share=0.5, rate=0.1, own_rate=0.1002)
    assert country.rival(one, same) == (
        "The chief rival is South Korea: on the same goods both pay about 10.0\u00a0%."
    )
    assert "more than the 10.0" in country.rival(one, dc.replace(same, own_rate=0.12))
    assert "less than the 10.0" in country.rival(one, dc.replace(same, own_rate=0.08))
    assert country.rival(one, None).startswith("Nobody else sells the same products")


def test_who_has_no_months_has_no_forecast() -> None:
    assert country.expected(dc.replace(changed(), partner="SVK")) is None
    assert country.ahead(None) == ""


def test_where_only_imports_are_recorded_the_forecast_says_imports() -> None:
    table = tv.forecast("in_force", horizon=1, partners="JPN")
    said = country.ahead(table)
    assert "customs is expected to collect between" in said
    row = table.xs("imports_usd", level="quantity").iloc[0]
    only = country.ahead(table.drop(index="duty_rate", level="quantity"))
    ends = [dollars(row[end], words=True) for end in ("low_80", "high_80")]
    assert f"imports are expected between {' and '.join(ends)}:" in only


def test_the_headline_of_those_who_gained_nothing_says_so() -> None:
    three = {code: changed(code) for code in ("JPN", "KOR", "IND")}
    said = front.headline(three)
    assert said == "Three went to Washington first. Nobody came back clearly better off."
    better = {**three, "JPN": changed(rates={**three["JPN"].rates, "in_force": 0.0})}
    assert front.headline(better).endswith("Only Japan came back clearly better off.")


def test_of_one_partner_the_worst_day_is_told() -> None:
    # 145 % on most goods of China from 10 April 2025: 125 reciprocal and 20 fentanyl.
    said = front.longest(standings("CHN"))
    assert re.fullmatch(r"Goods from China bore at most 1\d\d\.\d\u00a0%: on 10 April 2025\.", said)


def test_a_rate_that_did_not_move_since_the_last_release_is_no_news() -> None:
    one = changed()
    old = pd.DataFrame({
        "vintage": ["0.1.0"] * 2, "partner": ["JPN", "KOR"], "known_until": ["2026-08-21"] * 2,
        "effective_rate": [one.rates["in_force"], 0.5],
    })  # fmt: skip
    said, lines = front.since_last({"JPN": one, "KOR": changed("KOR")}, old)
    assert "one of the two rates moved" in said
    assert [line.partition(":")[0] for line in lines] == ["South Korea"]


def test_a_path_without_the_april_list_does_not_tell_of_it() -> None:
    path = tv.exposure_path(partners="JPN")
    late = path[path["date"] >= "2025-05-01"]
    assert rates.history(late).startswith("The emergency duties ended on 24 February 2026")
    early = path[path["date"] < "2025-08-01"]
    assert rates.history(early).startswith("The April list was law for a day; then came")
    assert "ended" not in rates.history(early)
    # A list that stays is followed by nothing.
    stays = path[path["date"] <= "2025-04-10"].copy()
    on = stays["date"] == "2025-04-09"
    stays.loc[stays["date"] == "2025-04-10", "added_rate"] = stays.loc[on, "added_rate"].to_numpy()
    assert rates.history(stays) == ""


def test_a_partner_that_the_emergency_duties_pass_by_is_told_so() -> None:
    path = tv.exposure_path(partners="RUS")
    assert rates.history(path) == "The emergency duties of 2025 were never added to these goods."
    # Of days after them nothing can be said of all.
    assert rates.history(tv.exposure_path(partners="JPN", dates=["2026-08-01", "2026-09-01"])) == ""
    assert rates.product_duties(path).startswith("Nowhere are the duties on cars")


def test_outcomes_without_the_law_of_today_say_only_what_is_at_stake() -> None:
    table = tv.exposure(["pause", "breakdown"], partners=["JPN", "KOR"])
    said = rates.outcomes(table, "pause")
    assert said.startswith("Most is at stake for goods from ") and said.count(".") <= 2
    assert "Against" not in said


def test_one_chapter_of_one_partner_is_neither_most_nor_least() -> None:
    table = tv.exposure("in_force", partners="JPN", by="hs2")
    duty = table["added_duty_usd"]
    share = percent(float(duty.max() / duty.sum()), 0)
    assert rates.spread(table) == f"Its first chapter has a share of {share} of the bill."
    assert rates.beside(tv.exposure("before", by="layer"), "before") == ""


def gaps(*own: float, title: str = "The pause") -> pd.DataFrame:
    codes = list(tv.FOCUS[: len(own)])
    table = pd.DataFrame({"partner": codes, "handicap": own})
    table.attrs["title"] = title
    return table


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
    assert rates.handicaps(gaps(*now), gaps(*before)).endswith(said)


def test_who_is_ahead_of_rivals_and_who_is_not() -> None:
    names = [tv.load("partners").set_index("partner")["short_name"][code] for code in tv.FOCUS[:2]]
    said = rates.handicaps(gaps(-0.01, 0.02))
    assert "below that of rivals for " in said and " and above it for " in said
    assert said.index(str(names[0])) < said.index(" and above it for ") < said.index(str(names[1]))
    assert "is not below that of rivals for" in rates.handicaps(gaps(0.02))


def test_an_order_that_matters_is_said_to() -> None:
    table = pd.DataFrame({"alone": [1.0, 2.0], "last": [0.5, -1.0], "average": [1.0, 1.0]})
    assert models.order({"one": table}).startswith("The order matters to some")
    stored = tv.load("deals_fourteen")
    said = "for some: signing is best for {} whoever else has signed."
    few = stored.assign(choice=stored["choice"].replace("refuses", "depends"))
    assert said.format("twelve partners") in briefing.one_by_one(few)
    few.loc[few["partner"] != "KOR", "choice"] = "depends"
    assert said.format("one partner") in briefing.one_by_one(few)


def test_deals_of_others_that_cost_nobody_are_not_said_to() -> None:
    codes = ["JPN", "KOR"]
    effects = pd.DataFrame([[2e9, 1e9], [1e9, 2e9]], codes, codes)
    said = models.rivals(effects)
    assert said == (
        "The deals of the others add 50.0\u00a0% of what the own deals bring to those who gain."
    )
    assert models.rivals(pd.DataFrame([[-1e9]], ["JPN"], ["JPN"])) == ""


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
