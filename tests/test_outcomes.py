"""Outcomes: what they change and what they leave, files of one's own, mixes, and bad ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import CODES, FIRST_DAY, LAST_DAY, OUTCOMES, SPAN
from hypothesis import given, settings
from hypothesis import strategies as st

import tradeviz as tv
from tradeviz.errors import ArgumentError, OutcomeError, TradevizError
from tradeviz.law.outcome import Outcome, bounds, law_of, mix, names, outcome, outcomes_of
from tradeviz.law.reading import law
from tradeviz.law.scopes import scope
from tradeviz.lines import one_line
from tradeviz.partners import resolve

ALL = resolve(None)
DAY64, PAUSE = np.datetime64("2025-08-07"), dt.date(2025, 4, 16)


def rates(wanted: Any, partner: str, on: object = None) -> pd.DataFrame:
    return outcome(wanted).schedule(on).rates(partner).set_index("hs10")


def added(wanted: Any, *partners: str, on: object = None) -> np.ndarray:
    return tv.exposure(wanted, partners=partners, on=on)["added_duty_usd"].to_numpy()


# --- the ones that ship ---


def test_outcomes_stand_in_the_order_of_their_files() -> None:
    assert [outcome(name).order for name in names()] == sorted(
        outcome(name).order for name in names()
    )
    for name in names():
        made = outcome(name)
        assert made.name == name and made.title and made.basis
        assert made.meaning.endswith(".") and len(made.meaning) > 30


def test_the_ends_of_the_talks_stand_on_the_law_of_the_pause() -> None:
    days = {name: str(outcome(name).day) for name in names()}
    edges = {"before": str(FIRST_DAY), "in_force": str(LAST_DAY)}
    shipped = {"pause", "snapback", "uk_style", "japan_style", "agreement", "breakdown"}
    assert {name: days[name] for name in shipped} == dict.fromkeys(shipped, "2025-04-16")
    assert {name: str(day) for name, day in bounds(names()).items()} == edges
    assert {name: days[name] for name in edges} == edges
    # An outcome made in code is no law, whatever its day.
    assert bounds(["law of a day", "pause"]) == {}


def test_before_adds_nothing() -> None:
    table = tv.exposure("before", partners=ALL)
    assert (table["added_duty_usd"] == 0).all() and (table["provisional_share"] == 0).all()
    assert (table["effective_rate"] == table["base_rate"]).all()


def test_pause_is_the_law_of_its_day() -> None:
    pd.testing.assert_frame_equal(
        outcome("pause").schedule().rates(tv.FOCUS), tv.schedule("2025-04-16").rates(tv.FOCUS)
    )


def test_in_force_is_the_law_of_any_day() -> None:
    for day in ("2025-03-12", "2025-11-14", LAST_DAY):
        pd.testing.assert_frame_equal(
            rates("in_force", "KOR", day), tv.schedule(day).rates("KOR").set_index("hs10")
        )


def test_agreement_leaves_the_base() -> None:
    table = tv.exposure("agreement", partners=ALL)
    assert (table["added_duty_usd"] == 0).all()
    assert (table["effective_rate"] == table["base_rate"]).all()
    for day in ("2025-08-27", "2026-03-01", LAST_DAY):
        assert (added("agreement", *ALL, on=day) == 0).all()


APRIL = {"KOR": 0.25, "IND": 0.26, "JPN": 0.24, "EU": 0.20, "SVK": 0.20, "CHE": 0.31, "TWN": 0.32,
         "VNM": 0.46, "THA": 0.36, "MYS": 0.24, "IDN": 0.32, "PHL": 0.17, "ZAF": 0.30, "ISR": 0.17,
         "NOR": 0.15, "KHM": 0.49, "BGD": 0.37, "PAK": 0.29, "LKA": 0.44, "VEN": 0.15,
         "NIC": 0.18, "AGO": 0.32, "DZA": 0.30, "IRQ": 0.39, "NGA": 0.14}  # fmt: skip


@cache
def whole_table(name: str) -> dict[str, pd.DataFrame]:
    """Return partner -> rates, from one table of all partners."""
    table = outcome(name).schedule().rates().astype({"partner": str}).set_index("hs10")
    return {str(partner): rows for partner, rows in table.groupby("partner")}


@pytest.mark.parametrize("partner", ALL)
def test_snapback_changes_the_reciprocal_duty_of_listed_partners_only(partner: str) -> None:
    pause, snapback = whole_table("pause")[partner], whole_table("snapback")[partner]
    layers = [name for name in law().layers if name != "reciprocal"]
    assert (pause[layers].to_numpy() == snapback[layers].to_numpy()).all()
    changed = pause["reciprocal"] != snapback["reciprocal"]
    listed = set(tv.load("april_2025_rates")["partner"]) | {"SVK"}
    assert changed.any() == (partner in listed - {"CHN"})
    if partner in APRIL:
        whole = pause["reciprocal"] == 0.10
        assert (snapback.loc[whole, "reciprocal"] == APRIL[partner]).all()
    # what is exempt in the pause is exempt then too
    assert (snapback.loc[pause["reciprocal"] == 0, "reciprocal"] == 0).all()


def test_snapback_leaves_britain_australia_and_china() -> None:
    for partner in ("GBR", "AUS", "CHN", "CAN", "MEX"):
        assert added("snapback", partner) == pytest.approx(added("pause", partner), abs=1e-3)


@pytest.mark.parametrize("partner", ["CAN", "MEX"])
@pytest.mark.parametrize(
    ("name", "goods"),
    [("uk_style", "cars"), ("japan_style", "cars"), ("breakdown", "auto_parts")],
)
def test_usmca_cars_stay_exempt(name: str, goods: str, partner: str) -> None:
    """Proclamation 10908 leaves parts that claim USMCA out, and US content of cars that do."""
    found = rates(name, partner)["s232_autos"]
    found = found[found.index.str.startswith(scope(goods))]
    share = tv.load("usmca_shares_monthly")
    share = share[(share["month"] == share["month"].min()) & (share["partner"] == partner)]
    outside = share.set_index("hs10")["share"].reindex(found.index).fillna(1.0)
    content = tv.load("condition_shares")
    content = content[(content["condition"] == "not_us_content") & (content["partner"] == partner)]
    foreign = content["central"].iloc[0] if goods == "cars" else 0.0
    assert (found <= 0.25 * (outside + (1 - outside) * foreign) + 1e-9).all()


def test_outcomes_come_in_the_order_one_expects() -> None:
    partners = ["GBR", "AUS", "KOR", "IND", "JPN", "EU", "CHE", "TWN"]
    whole = tv.exposure(list(names()), partners=partners)["added_duty_usd"]
    for partner in partners:
        found = whole.xs(partner, level="partner")
        assert found["before"] == found["agreement"] == 0
        assert 0 < found["uk_style"] <= found["pause"] + 1e-3
        assert found["pause"] <= found["snapback"] + 1e-3 <= found["breakdown"] + 2e-3


# --- changes in code ---


def test_with_rate_by_hand() -> None:
    own = outcome("pause").with_rate("Japan", reciprocal=0.15)
    assert own.name == "pause+" and own.title == "The pause (changed)"
    # What the pause means they do not mean, whatever they are called.
    again = own.named("mine", "My terms").with_rate("KOR", reciprocal=0.2)
    assert own.meaning == "The pause, with rates of the user."
    assert again.meaning == "My terms, with rates of the user."
    assert outcome("pause").changes == ()
    before, after = rates("pause", "JPN"), rates(own, "JPN")
    reached = before["reciprocal"] > 0
    np.testing.assert_allclose(after["reciprocal"], before["reciprocal"] * 1.5, atol=1e-12)
    assert reached.sum() > 5000
    assert (after["s232_autos"] == before["s232_autos"]).all()
    assert added(own, "KOR") == pytest.approx(added("pause", "KOR"))


def test_with_rate_as_a_ceiling() -> None:
    own = outcome("pause").with_rate("JPN", rule="ceiling", reciprocal=0.15)
    table = rates(own, "JPN")
    whole = rates("pause", "JPN")["reciprocal"] == 0.10
    expected = np.maximum(0.15 - table.loc[whole, "mfn"], 0.0)
    np.testing.assert_allclose(table.loc[whole, "reciprocal"], expected, atol=1e-12)


@pytest.mark.parametrize("layer", ["reciprocal", "s232_autos", "s232_metals"])
def test_naming_the_rate_in_force_changes_nothing(layer: str) -> None:
    rate = 0.10 if layer == "reciprocal" else 0.25
    own = (
        outcome("pause")
        .with_rate("all", **{layer: rate})
        .with_rate(["CHN", "HKG"], reciprocal=1.25)
    )
    partners = [code for code in ALL if code not in ("CAN", "MEX", "RUS")]
    np.testing.assert_allclose(added(own, *partners), added("pause", *partners), atol=0.01)


@pytest.mark.parametrize(("partner", "layer"), [("CAN", "s232_autos"), ("MEX", "s232_autos")])
def test_naming_the_rate_in_force_keeps_usmca_goods_out(partner: str, layer: str) -> None:
    own = outcome("pause").with_rate(partner, **{layer: 0.25})
    assert added(own, partner) == pytest.approx(added("pause", partner), rel=1e-9)


def test_a_later_change_beats_an_earlier_one() -> None:
    own = outcome("snapback").with_rate("JPN", reciprocal=0.3).with_rate("JPN", reciprocal=0.1)
    assert own.name == "snapback+" and own.title == "Snapback (changed)"
    assert added(own, "JPN") == pytest.approx(added("pause", "JPN"))


def test_several_layers_at_once() -> None:
    own = outcome("pause").with_rate(["GBR", "JPN"], reciprocal=0, s232_autos=0, s232_metals=0)
    assert added(own, "GBR", "JPN").tolist() == [0, 0]
    assert added(own, "IND") == pytest.approx(added("pause", "IND"))


def test_named() -> None:
    own = outcome("pause").named("reference", "The reference")
    assert (own.name, own.title) == ("reference", "The reference")
    assert outcome("pause").named("reference").title == "reference"
    assert added(own, "JPN") == added("pause", "JPN")


RATES = st.floats(0, 2, allow_nan=False).map(lambda rate: round(rate, 4))


@settings(max_examples=15)
@given(
    st.sampled_from(["GBR", "AUS", "KOR", "IND", "JPN", "EU"]),
    RATES,
    RATES,
    st.sampled_from(["add", "ceiling"]),
    st.sampled_from(["reciprocal", "s232_metals"]),
)
def test_a_higher_rate_never_costs_less(
    partner: str, one: float, other: float, rule: str, layer: str
) -> None:
    low, high = sorted((one, other))
    found = [
        outcome("pause").with_rate(partner, rule=rule, **{layer: rate}).named(name)
        for name, rate in (("low", low), ("high", high))
    ]
    duties = added(found, partner)
    assert duties[0] <= duties[1] + 1e-3


@settings(max_examples=10)
@given(st.sampled_from(tv.FOCUS), st.floats(0.01, 1), st.floats(0.1, 4))
def test_duty_grows_with_the_rate_in_proportion(partner: str, rate: float, factor: float) -> None:
    base = outcome("agreement")
    one = base.with_rate(partner, reciprocal=rate).named("one")
    other = base.with_rate(partner, reciprocal=rate * factor).named("other")
    first, second = added([one, other], partner)
    assert second == pytest.approx(first * factor, rel=1e-9)


# --- mixes ---

TERMS_OF = st.dictionaries(
    st.sampled_from(["GBR", "AUS", "KOR", "IND", "JPN", "EU", "VNM"]),
    st.sampled_from([*names()]),
    min_size=1,
)


MIXED = ("GBR", "AUS", "KOR", "IND", "JPN", "EU", "SVK", "VNM", "CHN")


@cache
def unmixed(name: str) -> pd.DataFrame:
    return tv.exposure(name, partners=MIXED).droplevel("outcome")


@settings(max_examples=8)
@given(TERMS_OF, st.sampled_from(["pause", "snapback", "in_force", "before"]))
def test_a_mix_equals_its_parts_partner_by_partner(terms: dict[str, str], rest: str) -> None:
    found = tv.exposure(mix(terms, rest=rest), partners=MIXED).droplevel("outcome")
    for partner in MIXED:
        # what is agreed with the Union holds for its members
        part = terms.get(partner, terms.get("EU", rest) if partner == "SVK" else rest)
        expected = unmixed(part).loc[partner]
        for column in ("added_duty_usd", "effective_rate", "dutiable_usd", "provisional_share"):
            assert found.loc[partner, column] == pytest.approx(expected[column], abs=1e-3)


def test_mix_as_a_mapping_of_names() -> None:
    made = outcome({"Japan": "agreement", "South Korea": "snapback"})
    assert made.name == "JPN=agreement,KOR=snapback"
    assert made.meaning == "A mix by partner; everyone else: The pause."
    assert added({"Japan": "agreement"}, "JPN") == [0]


def test_mix_of_outcomes_made_in_code() -> None:
    own = outcome("pause").with_rate("all", reciprocal=0.2)
    assert added({"JPN": own}, "JPN") == pytest.approx(added(own, "JPN"))
    assert added({"JPN": own}, "KOR") == pytest.approx(added("pause", "KOR"))


def test_country_inside_the_union_goes_its_own_way() -> None:
    assert added({"SVK": "agreement"}, "SVK") == [0]
    assert added({"SVK": "agreement"}, "EU") == pytest.approx(added("pause", "EU"))
    # One that says nothing of its own has what the union has.
    assert added({"EU": "snapback"}, "SVK") == pytest.approx(added("snapback", "SVK"))
    assert added("snapback", "SVK")[0] > added("pause", "SVK")[0] > 0
    both = {"EU": "snapback", "SVK": "agreement"}
    assert added(both, "SVK") == [0]
    assert added(both, "EU") == pytest.approx(added("snapback", "EU"))


def own_day(folder: Path, day: str) -> Path:
    path = folder / "other_day.toml"
    path.write_text(f"law = {day}\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("day", ["2025-03-12", "2025-09-20", "2026-04-06"])
def test_mix_with_the_law_of_another_day(tmp_path: Path, day: str) -> None:
    path, partners = own_day(tmp_path, day), ("JPN", "IND", "GBR", "EU", "CHN")
    for partner, expected in zip(partners, added("in_force", *partners, on=day), strict=True):
        assert added({partner: path}, partner) == pytest.approx(expected), partner


@pytest.mark.parametrize("partner", ["CAN", "MEX"])
def test_mix_with_the_stacking_of_another_day(tmp_path: Path, partner: str) -> None:
    """Metals come before the border duty from 4 June 2025 on."""
    path = own_day(tmp_path, "2025-07-01")
    expected = added("in_force", partner, on="2025-07-01")
    assert added({partner: path}, partner) == pytest.approx(expected)


def test_a_table_says_for_which_day_it_was_asked() -> None:
    asked = {"2025-12-01": {"on": "2025-12-01"}, "2025-04-16": {}}
    for day, on in asked.items():
        assert tv.exposure("snapback", partners="JPN", **on).attrs["days"] == {"snapback": day}


def test_a_mix_does_not_move_the_day_of_the_pause() -> None:
    try:
        found = added({"JPN": "pause"}, "JPN", on="2025-08-07")
    except ArgumentError:
        return
    assert found == pytest.approx(added("pause", "JPN"))


def test_a_partner_is_mixed_once() -> None:
    with pytest.raises(TradevizError):
        outcome({"JPN": "agreement", "Japan": "snapback"})


def rate_of(end: Outcome, partner: str, hs10: str, layer: str = "reciprocal", **asked: Any) -> Any:
    """Return what a layer charges on one line under an outcome."""
    plan = replace(end.schedule(**asked), trade=one_line(partner, hs10))
    return plan.arrays().get(layer, np.zeros(1))[0]


def test_a_mix_answers_as_the_part_of_each_partner_does() -> None:
    made = mix({"JPN": "agreement", "EU": "breakdown", "IND": "before"}, rest="snapback")
    parts = {"JPN": "agreement", "EU": "breakdown", "DEU": "breakdown", "GBR": "snapback"}
    for partner, part in parts.items():
        for on in (None, "2025-06-10"):
            assert made.tariffs_of(partner, on) == outcome(part).tariffs_of(partner, on)
    # What is itself a day stays on it.
    assert made.tariffs_of("IND", "2025-06-10").day == FIRST_DAY
    assert made.title == "JPN: Full agreement; EU: Breakdown; IND: Before 2025"
    assert made.meaning.endswith("everyone else: Snapback.") and not made.fixed_day
    assert mix({"JPN": "before"}, rest="pause").fixed_day


@pytest.mark.parametrize(("rule", "japan"), [("add", 0.3), ("ceiling", 0.275)])
def test_other_rates_of_a_mix_are_those_of_its_parts(rule: str, japan: float) -> None:
    """A car whose 25 % are off: 2.5 % by the tariff; a toy is free."""
    asked = {"partners": ["JPN", "GBR"], "rule": rule, "reciprocal": 0.3}
    free = {"layer": "s232_autos", "off": True}
    base = outcome({"name": "own", "change": [free]})
    made = mix({"JPN": base, "KOR": "snapback"}).with_rate(**asked)
    assert rate_of(made, "JPN", "8703230190") == pytest.approx(japan)
    assert rate_of(made, "GBR", "9503000073") == 0.3
    assert [rate_of(made, code, "9503000073") for code in ("KOR", "IND")] == [0.25, 0.10]


def test_a_layer_that_is_not_in_force_yet_keeps_the_goods_it_will_have() -> None:
    cabinet, toy = "9403409060", "9503000073"
    end = outcome("pause").with_rate("JPN", s232_wood=0.3)
    rates = [rate_of(end, *line, "s232_wood") for line in (("JPN", cabinet), ("KOR", cabinet),
                                                          ("JPN", toy))]  # fmt: skip
    assert rates == [0.3, 0.0, 0.0]


def test_another_day_for_some_partners_leaves_the_others_and_knows_no_more() -> None:
    change = {"layer": "reciprocal", "as_on": "2025-04-09", "partners": ["EU", "JPN"]}
    own = {"name": "own", "law": "2025-06-04", "change": [change | {"except_partners": ["SVK"]}]}
    april = {"EU": 0.20, "DEU": 0.20, "JPN": 0.24, "SVK": 0.10, "KOR": 0.10}
    assert {code: rate_of(outcome(own), code, "9503000073") for code in april} == april
    own = {"name": "own", "change": [change | {"partners": "all", "except_partners": ["EU"]}]}
    for code, rate in (("EU", 0.10), ("DEU", 0.10), ("JPN", 0.24)):
        assert rate_of(outcome(own), code, "9503000073") == rate
    # 15 % in all leaves little above what Korea pays; before the notice of December it was on top.
    later = {"layer": "reciprocal", "as_on": "2025-11-20", "partners": ["KOR"]}
    end = outcome({"name": "own", "law": "2025-09-20", "change": [later]})
    knit = ("KOR", "6110303020")
    assert rate_of(end, *knit) < 0.02
    assert rate_of(end, *knit, as_known_on="2025-11-20") == pytest.approx(0.15)


def test_all_layers_off_spare_who_is_left_out() -> None:
    own = outcome(
        {"name": "own", "change": [{"layer": "all", "off": True, "except_partners": ["EU"]}]}
    )
    for code, rate in (("EU", 0.10), ("DEU", 0.10), ("JPN", 0.0), ("CHN", 0.0)):
        assert rate_of(own, code, "9503000073") == rate
    assert rate_of(own, "CHN", "9503000073", "fentanyl") == 0.0


def test_one_outcome_is_a_list_of_one_and_no_two_share_a_name() -> None:
    assert outcomes_of("pause") == outcomes_of(["pause"]) == outcomes_of(iter(("pause",)))
    with pytest.raises(ArgumentError) as caught:
        outcomes_of(["before", "pause", outcome("snapback").named("pause"), "before"])
    assert str(caught.value) == (
        "field 'outcomes': two outcomes share a name; use .named(); value 'before'"
    )


@pytest.mark.parametrize("day", [dt.date(2025, 8, 7), pd.Timestamp("2025-08-07 23:59"), DAY64])
def test_a_day_is_a_day_however_it_is_given(day: object) -> None:
    text = "2025-08-07"
    assert outcome("snapback").law(day) == outcome("snapback").law(text)
    assert law_of(day) == law_of(text) and outcome("pause").law() == outcome("pause").law(PAUSE)
    assert tv.schedule(day).law == tv.schedule(text).law == outcome("in_force").law(day)
    early = [outcome("snapback").law("2025-08-10", as_known_on=known) for known in (day, text)]
    assert early[0] == early[1] != outcome("snapback").law("2025-08-10")


# --- files of one's own ---

TEN_LINES = """\
name = "ten"
title = "Ten for Japan, nothing for British cars"
[[change]]
layer = "reciprocal"
partners = ["JPN"]
rate = 0.10
[[change]]
layer = "s232_autos"
partners = ["GBR"]
off = true
"""


def test_own_file_of_ten_lines(tmp_path: Path) -> None:
    path = tmp_path / "anything.toml"
    path.write_text(TEN_LINES, encoding="utf-8")
    for wanted in (path, str(path)):
        made = outcome(wanted)
        assert made.name == "ten" and made.title.startswith("Ten for Japan")
        assert str(made.day) == "2025-04-16" and made.basis == "assumption of the user"
        assert added(made, "JPN") == pytest.approx(added("pause", "JPN"))
        table = rates(made, "GBR")
        assert (table["s232_autos"] == 0).all()
        # a car that is no Section 232 good any more pays the country's 10 %
        assert table.loc["8703240160", "reciprocal"] == 0.10


def test_own_file_without_a_name_is_called_like_the_file(tmp_path: Path) -> None:
    path = tmp_path / "my_terms.toml"
    path.write_text("law = 2025-06-04\n", encoding="utf-8")
    made = outcome(path)
    assert (made.name, made.title) == ("my_terms", "my_terms")
    assert added(made, "JPN") == pytest.approx(added("in_force", "JPN", on="2025-06-04"))


def test_all_that_a_change_may_say(tmp_path: Path) -> None:
    path = tmp_path / "all.toml"
    path.write_text(
        'law = 2025-09-20\n[[change]]\nlayer = "s232_metals"\npartners = "all"\n'
        'except_partners = ["EU"]\nscope = "metals_content"\nrule = "ceiling"\n'
        'rate = 0.4\nnets = "mfn"\nvalue_share = "metal_content_2025_08"\nquota_share = 0.5\n'
        'reference = "own"\n[[change]]\nlayer = "reciprocal"\nas_on = 2025-04-09\n',
        encoding="utf-8",
    )
    made = outcome(path)
    table = tv.explain("JPN", "8501314000", outcome=made)
    row = table[table["applies"] & (table["layer"] == "reciprocal")].iloc[0]
    assert row["rate"] == 0.24 and "9903.01.53" in row["reference"]
    assert added(made, "EU")[0] > 0


def test_as_on_takes_the_exemptions_of_that_day(tmp_path: Path) -> None:
    """Beef was not exempt on 9 April; with the list of that day it is not exempt in 2026 either."""
    path = tmp_path / "own.toml"
    path.write_text(
        'law = 2026-01-20\n[[change]]\nlayer = "reciprocal"\nas_on = 2025-04-09\n', encoding="utf-8"
    )
    assert rates("in_force", "AUS", "2026-01-20").loc["0202305085", "reciprocal"] == 0
    assert rates(path, "AUS").loc["0202305085", "reciprocal"] == 0.10


# --- bad files ---

PLACE = ", row change "  # how a message names the number of a change
CHANGE = '[[change]]\nlayer = "reciprocal"\n'
LISTED = "allowed: codes as JPN, or all"
BAD = [
    (CHANGE + 'rat = 0.1\npartners = ["JPN"]\n', "rat",
     "unknown key; allowed: layer, partners, except_partners, scope, rule, rate, nets, "
     "value_share, quota_share, off, as_on, reference; did you mean 'rate'?"),
    ('[[change]]\nlayer = "recipocal"\nrate = 0.1\n', "layer",
     "unknown name; value 'recipocal'; allowed: {layers}; did you mean 'reciprocal'?"),
    ("[[change]]\nrate = 0.1\n", "layer", "unknown name; allowed: {layers}"),
    ('[[change]]\nlayer = "mfn"\nrate = 0.1\n', "layer",
     "unknown name; value 'mfn'; allowed: {layers}"),
    (CHANGE + 'rate = 0.1\npartners = ["JPM"]\n', "partners",
     f"unknown partner; value 'JPM'; {LISTED}; did you mean 'JPN'?"),
    (CHANGE + 'rate = 0.1\npartners = []\n', "partners",
     "not a list of partners; value '[]'; allowed: [\"JPN\", \"KOR\"]"),
    (CHANGE + 'rate = 0.1\nexcept_partners = ["CHN", "HKK"]\n', "except_partners",
     f"unknown partner; value 'HKK'; {LISTED}; did you mean 'HKG'?"),
    (CHANGE + CHANGE.replace("reciprocal", "s232_autos") + 'rate = 0.1\nscope = "car"\n', "rate",
     "one of them is needed, not more; allowed: rate, off or as_on"),
    ('[[change]]\nlayer = "s232_autos"\nrate = 0.1\nscope = "carss"\n', "scope",
     "unknown name; value 'carss'; allowed: {scopes} names (tradeviz list); did you mean 'cars'?"),
    (CHANGE + "rate = 15\n", "rate",
     "not a fraction: 15 percent is 0.15; value '15'; allowed: 0 to 5"),
    (CHANGE + "rate = -0.1\n", "rate", "not a fraction; value '-0.1'; allowed: 0 to 5"),
    (CHANGE + 'rate = "15 %"\n', "rate", "not a fraction; value '15 %'; allowed: 0 to 5"),
    (CHANGE + "rate = nan\n", "rate", "not a fraction; value 'nan'; allowed: 0 to 5"),
    (CHANGE + "rate = 0.1\nquota_share = 60\n", "quota_share",
     "not a fraction: 60 percent is 0.6; value '60'; allowed: 0 to 1"),
    (CHANGE + 'rate = 0.1\nvalue_share = "not_usmc"\n', "value_share",
     "unknown name; value 'not_usmc'; allowed: {shares}, all; did you mean 'not_usmca'?"),
    (CHANGE + "rate = 0.1\noff = true\n", "rate",
     "one of them is needed, not more; value '['rate', 'off']'; allowed: rate, off or as_on"),
    (CHANGE + "off = false\n", "off",
     "not true; value 'False'; allowed: true, or leave the key out"),
    (CHANGE + 'rate = 0.1\nrule = "cap"\n', "rule",
     "unknown name; value 'cap'; allowed: add, ceiling"),
    (CHANGE + 'rate = 0.1\nrule = "ceiling"\nnets = "all"\n', "nets",
     "unknown name; value 'all'; allowed: ordinary, mfn"),
    ('[[change]]\nlayer = "s232_autos"\npartners = ["JPN"]\nrate = 0.15\n', "scope",
     "a rate on these products needs a scope; value 'all'; allowed: a list"),
    ('[[change]]\nlayer = "all"\nrate = 0.15\n', "scope",
     "a rate on these products needs a scope; value 'all'; allowed: a list"),
    (CHANGE + "as_on = 2024-12-31\n", "as_on",
     f"outside the dates that the law tables cover; value '2024-12-31'; allowed: {SPAN}"),
]  # fmt: skip
"""A file with one wrong change, its key, and what is said of it."""
BAD_FILES = [
    *((text, f"own.toml, change 1, field '{key}': {said}") for text, key, said in BAD),
    (
        'titel = "Own"\n',
        "own.toml, field 'titel': unknown key; allowed: name, title, meaning, basis, law, "
        "fixed_day, order, partner_tariffs, change; "
        "did you mean 'title'?",
    ),
    (
        "law = 2027-01-01\n",
        "own.toml, field 'law': outside the dates that the law tables cover; value '2027-01-01'; "
        f"allowed: {SPAN}",
    ),
    (
        'law = "next week"\n',
        "own.toml, field 'law': not a date; value 'next week'; allowed: a date as 2025-08-07",
    ),
    (
        'name = "own"\ntitle \n',
        "own.toml: not TOML: Expected '=' after a key in a key/value pair (at line 2, column 7)",
    ),
    (
        'name = "own"\nname = "other"\n',
        "own.toml: not TOML: Cannot overwrite a value (at line 2, column 15)",
    ),
    ("name = 5\n", "own.toml, field 'name': not a text; value '5'; "
     'allowed: text in quotes, as "own"'),
    ('name = " "\n', "own.toml, field 'name': not a text; value ' '; "
     'allowed: text in quotes, as "own"'),
    ("change = 5\n", "own.toml, field 'change': not a list of tables; value '5'; "
     "allowed: [[change]] blocks"),
    (CHANGE + "off = true\n" + CHANGE + "rate = 15\n",
     "own.toml, change 2, field 'rate': not a fraction: 15 percent is 0.15; value '15'; "
     "allowed: 0 to 5"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), BAD_FILES)
def test_bad_file_says_where_and_what(tmp_path: Path, text: str, message: str) -> None:
    from tradeviz.law.scopes import scope_names
    from tradeviz.law.shares import share_names

    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OutcomeError) as caught:
        outcome(path)
    layers = f"{len(law().layers)} names (tradeviz list)"
    expected = (
        message.replace(", change ", PLACE)
        .replace("{layers}", layers)
        .replace("{shares}", ", ".join(sorted(share_names())))
        .replace("{scopes}", str(len(scope_names())))
    )
    assert str(caught.value) == expected


def test_missing_file_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "japan_deal.toml").write_text("law = 2025-04-16\n", encoding="utf-8")
    with pytest.raises(OutcomeError) as caught:
        outcome(tmp_path / "japan_dael.toml")
    assert str(caught.value) == (
        f"{tmp_path / 'japan_dael.toml'}: no such outcome file; did you mean 'japan_deal.toml'?"
    )


def test_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_bytes(b"name = '\xff\xfe'\n")
    with pytest.raises(OutcomeError, match=r"^own\.toml: not UTF-8 text$"):
        outcome(tmp_path / "own.toml")


def test_folder_in_place_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(OutcomeError, match="cannot be read: Is a directory"):
        outcome(tmp_path)


def test_a_change_that_leaves_out_everybody(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(CHANGE + 'rate = 0.5\nexcept_partners = ["all"]\n', encoding="utf-8")
    try:
        found = added(path, "JPN")
    except OutcomeError:
        return
    assert found == pytest.approx(added("pause", "JPN"))


ARGUMENTS: list[tuple[Callable[[], object], type[TradevizError], str]] = [
    (
        lambda: outcome(""),
        OutcomeError,
        f"field 'outcome': unknown outcome; value ''; allowed: {OUTCOMES}",
    ),
    (lambda: outcome({}), OutcomeError, "field 'outcome': an empty mix; allowed: partner: outcome"),
    (
        lambda: outcome({"JPM": "agreement"}),
        ArgumentError,
        f"field 'partners': unknown partner; value 'JPM'; allowed: {CODES}; did you mean 'JPN'?",
    ),
    (
        lambda: outcome({"JPN": "agrement"}),
        OutcomeError,
        f"field 'outcome': unknown outcome; value 'agrement'; allowed: {OUTCOMES}; "
        "did you mean 'agreement'?",
    ),
    (
        lambda: outcome("before").law("2025-08-07"),
        ArgumentError,
        "field 'on': outcome 'before' is the law of 2025-01-01; value '2025-08-07'; "
        "allowed: another outcome, such as in_force",
    ),
    (
        lambda: outcome("pause").with_rate("JPN"),
        OutcomeError,
        "field 'rates': no rate given; allowed: reciprocal=0.15",
    ),
    (
        lambda: outcome("pause").with_rate("JPN", reciprocal=15),
        OutcomeError,
        "with_rate, change 1, field 'rate': not a fraction: 15 percent is 0.15; value '15'; "
        "allowed: 0 to 5",
    ),
    (
        lambda: outcome("pause").with_rate("JPM", reciprocal=0.15),
        ArgumentError,
        "field 'partners': unknown partner; value 'JPM'; allowed: "
        f"{CODES.replace('51', str(len(tv.load('partners'))), 1)}; did you mean 'JPN'?",
    ),
]


@pytest.mark.parametrize(("call", "kind", "message"), ARGUMENTS)
def test_wrong_arguments(
    call: Callable[[], object], kind: type[TradevizError], message: str
) -> None:
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message.replace(", change ", PLACE)


def test_unknown_layer_of_with_rate() -> None:
    with pytest.raises(OutcomeError) as caught:
        outcome("pause").with_rate("JPN", recipocal=0.15)
    text = str(caught.value)
    assert text.startswith(f"with_rate{PLACE}1, field 'layer': unknown name; value 'recipocal'; ")
    assert text.endswith("did you mean 'reciprocal'?")


def test_an_outcome_is_returned_as_it_is() -> None:
    own = outcome("pause").with_rate("JPN", reciprocal=0.15)
    assert outcome(own) is own and isinstance(own, Outcome)
