"""What an explanation, a card and a table of the law say of it: every measure once, and truly."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from conftest import LAST_DAY

import tradeviz as tv
from tradeviz.law.explain import CITED
from tradeviz.law.outcome import names
from tradeviz.law.reading import law, part_of
from tradeviz.law.record import as_day
from tradeviz.law.scopes import scope, scope_rows
from tradeviz.lines import part_of_lines
from tradeviz.quantities import day as day_text

LINES = [
    ("GBR", "8703240160", "2025-07-01"),
    ("MEX", "8703230190", "2025-10-01"),
    ("JPN", "8802400140", "2025-12-01"),
    ("SVK", "8516604070", "2025-04-09"),
    ("IND", "3004909218", "2026-10-09"),
]
each_line = pytest.mark.parametrize("line", LINES, ids="-".join)


def sure(name: str, day: dt.date, hs10: str) -> bool:
    """Say whether a list has a product on a day without any condition."""
    rows = [row for row in scope_rows(name) if row.in_force(day) and not row.condition]
    return hs10.startswith(tuple(row.prefix for row in rows))


@cache
def explained(*line: str) -> pd.DataFrame:
    return tv.explain(*line, details=True)


@each_line
def test_every_measure_of_a_day_is_accounted_for_once(line: tuple[str, str, str]) -> None:
    table, today = explained(*line), law().on(as_day(line[2])).measures
    said = table[table["measure"] != ""]
    assert said["measure"].is_unique
    elsewhere = table[table["measure"] == ""].set_index("layer")["reason"]
    for layer in {item.layer for item in today}:
        held = {item.measure for item in today if item.layer == layer}
        counted = int(elsewhere.get(layer, "0 measures").split()[0])
        assert len(held & set(said["measure"])) + counted == len(held), layer
    # Those of other days too, wherever their list has the product on its own first day.
    others = [item for item in law().measures if not item.in_force(as_day(line[2]))]
    due = [item for item in others if item.names(line[0], part_of())]
    listed = {item.measure for item in due if sure(item.scope, item.start, line[1])}
    assert listed <= set(said["measure"])
    assert elsewhere.str.fullmatch(r"1 measure in .*|(?!1 )\d+ measures in .*").all()


@each_line
def test_every_reason_is_true(line: tuple[str, str, str]) -> None:
    partner, hs10, on = line
    table, day = explained(*line), as_day(on)
    chosen = table[table["measure"] != ""].groupby("layer", sort=False)["measure"].first()
    for row in table[(table["measure"] != "") & (table["layer"] != "mfn")].itertuples():
        item, reason = law().measure(row.measure), str(row.reason)
        assert item.in_force(day) == (not reason.startswith(("starts ", "ended "))), reason
        listed = hs10.startswith(scope(item.scope, max(day, item.start)))
        if reason.startswith("starts "):
            assert reason == f"starts {item.start}" and day < item.start and listed
        elif reason.startswith("ended "):
            assert reason == f"ended {item.end}"
            assert item.end is not None and item.end <= day
        elif reason.startswith("leaves out "):
            assert reason == f"leaves out {partner}" and partner in item.except_partners
        elif reason.startswith("the product is not "):
            assert reason.endswith(f" the list {item.scope}") and not listed
        elif reason.endswith(" is more specific"):
            assert reason == f"'{chosen[row.layer]}' is more specific" and listed
        elif reason.startswith("the list "):
            assert reason.split()[2] == item.scope and listed
        elif reason.startswith("exempt: "):
            assert hs10.startswith(scope(reason.split()[1], day))
        else:
            assert row.measure == chosen[row.layer] and listed
            assert reason.startswith(f"{100 * item.rate:g} % {'in all' if item.nets else 'on top'}")


@each_line
def test_a_row_carries_the_text_that_its_measure_rests_on(line: tuple[str, str, str]) -> None:
    table = explained(*line)
    cited = tv.load("citations").astype(object).fillna("").set_index("rule")
    rows = table[table["measure"].isin(cited.index)]
    assert (rows[list(CITED)].to_numpy() == cited.loc[rows["measure"], list(CITED)]).all(axis=None)
    of_law = tv.load("measures").set_index("measure").loc[rows["measure"]]
    for column in ("title", "reference", "source"):
        assert rows[column].tolist() == of_law[column].tolist()
    applied = rows.loc[rows["applies"], "measure"].tolist()
    assert [text["rule"] for text in table.attrs["citations"]] == applied


OPTIONS: list[tuple[tuple[str, str, str], dict[str, Any]]] = [
    (("KOR", "8703230140", "2025-12-01"), {"ordinary": "mfn"}),
    (("JPN", "7219220045", "2025-06-10"), {"ordinary": "paid"}),
    (("KOR", "6110303020", "2025-11-20"), {"as_known_on": "2025-11-20"}),
    (("GBR", "8302496055", "2025-12-01"), {"conditions": "expected"}),
    (("JPN", "9503000073", "2025-09-20"), {"outcome": "agreement"}),
]


@pytest.mark.parametrize(("line", "option"), OPTIONS)
def test_an_explanation_answers_what_the_rates_answer(
    line: tuple[str, str, str], option: dict[str, Any]
) -> None:
    partner, hs10, on = line
    end = tv.outcome(option.get("outcome", "in_force"))
    asked = {key: option[key] for key in ("as_known_on", "conditions") if key in option}
    whole = replace(
        end.schedule(on, **asked), trade=part_of_lines(("GBR", partner)[partner == "GBR" :])
    )
    kind = option.get("ordinary", "preference")
    rates = whole.rates(partner, ordinary=kind).set_index("hs10").loc[hs10]
    table = tv.explain(*line, **option)
    found = dict(zip(table["layer"], table["rate"], strict=True))
    assert found == pytest.approx({layer: rates[layer] for layer in found}, abs=1e-12)
    assert table.attrs["total_rate"] == pytest.approx(rates["total_rate"], abs=1e-12)
    assert (table.attrs["outcome"], table.attrs["on"]) == (end.name, on)
    plain = tv.explain(*line).set_index("layer")["rate"].to_dict()
    assert found != pytest.approx(plain, abs=1e-3)


# --- cards and tables ---


def cells(shown: Any, rows: str = "tbody tr") -> list[list[str]]:
    page = BeautifulSoup(shown._repr_html_().replace("\u00a0", " "), "html.parser")
    return [[cell.text for cell in row.find_all("td")] for row in page.select(rows)]


@pytest.mark.parametrize("on", ["2025-03-20", "2025-10-16", str(LAST_DAY)])
def test_the_card_of_a_day_counts_its_rules_and_names_their_ends(on: str) -> None:
    tables = {name: tv.load(name) for name in ("measures", "exemptions", "layers")}
    day, titles = pd.Timestamp(on), tables["layers"].set_index("layer")["title"]
    for name in ("measures", "exemptions"):
        of = tables[name]
        tables[name] = of[(of["start"] <= day) & ~(of["end"] <= day)]
    wanted = {}
    for layer, rates in tables["measures"].groupby("layer", observed=True)["rate"]:
        ends = [f"{100 * rate:.1f} %" for rate in (rates.min(), rates.max())]
        exempt = (tables["exemptions"]["layer"] == layer).sum()
        spans = " to ".join(dict.fromkeys(ends))
        wanted[titles[layer]] = [str(len(rates)), str(exempt), spans]
    card = tv.schedule(on)
    assert {row[0]: row[1:] for row in cells(card)} == wanted
    assert f"The law of {day_text(on)}: 209,616 trade lines of 2024" in card._repr_html_()


SEVEN = ["AUS", "GBR", "IND", "JPN", "KOR", "NZL", "ZAF"]
TERMS: list[tuple[dict[str, Any], list[str]]] = [
    ({"rate": 0.125}, ["all", "all", "12.5 % on top"]),
    ({"rate": 0.0, "rule": "ceiling"}, ["all", "all", "0.0 % in all"]),
    ({"off": True, "partners": ["JPN"], "scope": "cars"}, ["Japan", "cars", "off"]),
    ({"as_on": "2025-04-09", "partners": SEVEN[1:4]}, ["India, Japan and UK", "all",
                                                       "as on 2025-04-09"]),
    ({"rate": 0.1, "partners": SEVEN[:6]},
     ["Australia, India, Japan, New Zealand, South Korea and UK", "all", "10.0 % on top"]),
    ({"rate": 0.1, "partners": SEVEN},
     ["Australia, India, Japan, New Zealand, South Africa, South Korea and 1 more", "all",
      "10.0 % on top"]),
]  # fmt: skip


def test_the_card_of_an_outcome_says_each_of_its_terms() -> None:
    own = {"name": "own", "title": "Own", "meaning": "As I like.", "law": "2025-06-04",
           "basis": "A guess.", "partner_tariffs": {"all": "keep", "C29": "free"},
           "change": [{"layer": "reciprocal"} | change for change, _ in TERMS]}  # fmt: skip
    end = tv.outcome(own)
    assert cells(end, "details tbody tr") == [["Reciprocal duty", *said] for _, said in TERMS]
    about = dict(row for row in cells(end) if len(row) == 2)
    assert about == {
        "Name": "own", "What it means": "As I like.", "Law underneath": "4 June 2025",
        "Rests on": "A guess.", "Duties on US goods": "keep; C29: free",
    }  # fmt: skip
    assert "6 changes of that law" in end._repr_html_()
    mixed = dict(cells(tv.outcome({"JPN": end, "KOR": "agreement"}))[-3:])
    assert mixed["Japan"] == "Own" and mixed["South Korea"] == tv.outcome("agreement").title
    (rest,) = (who for who, title in mixed.items() if title == "The pause")
    assert rest.endswith(" more")


def test_the_table_of_an_explanation_says_whose_when_and_how_many_others() -> None:
    why = tv.explain("GBR", "8703.24.0160", "2025-07-01", details=True)
    shown, applied = tv.tables.explain_table(why), why[why["applies"]]
    rates = shown.frame["Rate, %"].astype(float).tolist()
    assert rates == pytest.approx((100 * applied["rate"]).tolist(), abs=0.06)
    assert shown.frame["Reference"].tolist() == applied["reference"].tolist()
    assert shown.frame["Why"].tolist() == applied["reason"].tolist()
    product = tv.load("products").set_index("hs10").loc["8703240160", "description"]
    assert shown.caption == (
        f"UK, 8703240160 ({product}), on 1 July 2025: 10.0 % in all; "
        f"{len(why) - len(applied)} others do not apply"
    )


def test_the_table_of_outcomes_keeps_the_order_asked_and_each_its_words() -> None:
    wanted = [*reversed(names())]
    rows = tv.tables.outcomes_table(wanted).frame.to_numpy().tolist()
    ends = map(tv.outcome, wanted)
    assert rows == [[end.title, str(end.day), end.meaning, end.basis] for end in ends]


def test_the_table_of_provisional_measures_has_those_that_charge_and_their_days() -> None:
    table = tv.exposure("in_force", partners=["JPN", "IND"], on="2025-10-16")
    rows, why = tv.tables.provisional_table(table).frame, table.attrs["provisional"]
    known = tv.load("measures").set_index("measure").loc[list(why)]
    assert rows["Why it is provisional"].tolist() == list(why.values()) == known["why"].tolist()
    assert rows["Measure"].tolist() == known["title"].tolist()
    assert rows["From"].tolist() == [*map(day_text, known["start"])]
    day = pd.Timestamp("2025-10-16")
    assert len(rows) > 1 and ((known["start"] <= day) & ~(known["end"] <= day)).all()
