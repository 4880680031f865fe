"""What the law charges, worked out from its texts line by line, and what breaks its tables."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as parquet
import pytest
from conftest import FIRST_DAY, LAST_DAY, LATER, SPAN, WORKED_TO

from tradeviz.datasets import DATA, load, reading
from tradeviz.errors import ArgumentError, DataError, MeasureError, TradevizError
from tradeviz.law.reading import check_law, law, part_of, read_law
from tradeviz.law.record import as_day
from tradeviz.law.resolve import Reading, resolve
from tradeviz.law.schedule import schedule
from tradeviz.law.scopes import edition, scope, scope_names, scope_rows
from tradeviz.law.shares import share_names
from tradeviz.lines import lines, one_line

FAMILIES = ("reciprocal", "s122", "s301_forced_labour", "s301_brazil", "india_russia_oil")


def reciprocal(day: str) -> dict[str, tuple[str, float]]:
    """Return partner -> rule and rate of the reciprocal rows that name it on a day."""
    return {
        code: (item.rule, item.rate)
        for item in law().on(as_day(day)).measures
        if item.layer == "reciprocal" and item.partners is not None
        for code in item.partners
    }


def test_each_of_the_57_april_rates_is_that_of_the_tariff_text() -> None:
    table = load("april_2025_rates")
    assert len(table) == 57
    named = reciprocal("2025-04-09")
    for row in table.itertuples():
        if row.partner == "CHN":
            # 34 % of the list never applied: EO 14259 put 84 % in its place the same day
            assert (row.rate, named["CHN"]) == (0.34, ("add", 0.84))
        else:
            assert named[row.partner] == ("add", row.rate), row.name
            (item,) = [
                m for m in law().measures
                if m.partners == {row.partner} and str(m.start) == "2025-04-09"
            ]  # fmt: skip
            assert row.hts_heading in item.reference and str(item.end) == "2025-04-10"
            assert item.value_share is None and item.quota_share is None
    assert set(named) == {*table["partner"], "HKG", "MAC"}


@pytest.mark.parametrize("partner", ["GBR", "AUS", "BRA", "NZL", "SGP", "TUR", "CAN", "MEX"])
def test_partners_that_the_april_list_does_not_name(partner: str) -> None:
    assert partner not in reciprocal("2025-04-09")


def charged(partner: str, product: str, day: str) -> dict[str, float]:
    """Return layer -> rate on one line, each layer after giving way to others."""
    plan = replace(schedule(day), trade=one_line(partner, product))
    return {name: float(rates[0]) for name, rates in plan.arrays().items()}


def test_a_chinese_electric_car_of_june_2025() -> None:
    """Ordinary 2.5, Section 301 100, fentanyl 20, cars 25: 147.5 % in all."""
    rates = charged("CHN", "8703800080", "2025-06-10")
    assert rates == pytest.approx(
        {"s301_china": 1.0, "fentanyl": 0.20, "s232_autos": 0.25}
        | {name: 0.0 for name in set(rates) - {"s301_china", "fentanyl", "s232_autos"}}
    )


def test_japan_on_the_day_and_in_hindsight() -> None:
    """Published on 31 July: 15 % on top; on 4 September, back to 7 August: 15 % in all."""
    line = one_line("JPN", "8501104060")
    day = "2025-08-10"
    as_published = replace(schedule(day, as_known_on=day), trade=line).arrays()["reciprocal"][0]
    today = replace(schedule(day), trade=line).arrays()["reciprocal"][0]
    assert as_published == pytest.approx(0.15)
    assert today == pytest.approx(0.15 - line.mfn[0]) and line.mfn[0] > 0


def test_the_announced_rates_were_not_made_law() -> None:
    rates = {m.rate for m in law().measures if m.layer == "reciprocal" and m.partners == {"IND"}}
    assert 0.18 not in rates
    assert law().measure("reciprocal-2026-02-07-ind").provisional
    assert "18 %" in law().measure("reciprocal-2026-02-07-ind").why


def test_every_row_has_a_reference_a_source_and_a_reason_when_provisional() -> None:
    for item in (*law().measures, *law().exemptions):
        assert len(item.reference) > 5 and len(item.source) > 5
        assert item.provisional == bool(item.why)
    assert all(len(pair.reference) > 5 for pair in law().stacking)


def test_rates_and_dates_are_possible() -> None:
    held = law().in_base
    for item in law().measures:
        assert 0 <= item.rate <= 2
        assert FIRST_DAY < item.start or item.layer in held, item.measure
        assert scope(item.scope)
    for row in law().exemptions:
        assert scope(row.scope)
        assert row.end is None or row.start < row.end


def test_nothing_lingers() -> None:
    emergency = {"reciprocal", "fentanyl", "india_russia_oil", "brazil_ieepa"}
    for day in (day for day in law().days() if day <= WORKED_TO):
        present = {item.layer for item in law().on(day).measures}
        if day >= dt.date(2026, 2, 24):
            assert not present & emergency, day
        if not dt.date(2026, 2, 24) <= day < dt.date(2026, 7, 24):
            assert "s122" not in present, day
        if day >= dt.date(2026, 4, 6):
            assert "s232_copper" not in present, day
        if day < dt.date(2026, 7, 24):
            assert "s301_forced_labour" not in present, day


def test_first_day_of_a_layer_is_that_of_its_first_measure() -> None:
    table = load("layers").set_index("layer")["first_day"].dropna().dt.date
    first = {n: min(m.start for m in law().measures if m.layer == n) for n in table.index}
    assert dict(table) == first


@pytest.mark.parametrize("layer", (*FAMILIES, "brazil_ieepa"))
def test_a_section_232_good_pays_no_country_duty(layer: str) -> None:
    # Notes 50, 51 and 52 do not name drones.
    products = {n for n in law().layers if n.startswith("s232_")} - {"s232_drones"}
    yielded = {p.yields_to for p in law().stacking if p.layer == layer and p.partners is None}
    assert yielded == products


def test_order_among_section_232() -> None:
    """Chips beat all others, cars beat metals, copper, trucks and wood: EO 14289 and after."""
    pairs = {(p.layer, p.yields_to) for p in law().stacking if p.yields_to.startswith("s232")}
    for layer in ("s232_autos", "s232_metals", "s232_copper", "s232_wood", "s232_trucks"):
        assert (layer, "s232_semis") in pairs
    for layer in ("s232_metals", "s232_copper", "s232_wood", "s232_trucks"):
        assert (layer, "s232_autos") in pairs
    assert ("s232_wood", "s232_trucks") in pairs  # note 38(h)(4)
    # China's emergency duty stacks with everything
    assert all(p.partners == {"CAN", "MEX"} for p in law().stacking if p.layer == "fentanyl")


def test_order_of_rows_does_not_matter() -> None:
    """No line has two measures that would apply with equal right."""
    seen = set()
    for day in law().days():
        book = law().on(day)
        for name in sorted({item.layer for item in book.measures}):
            measures = tuple(item for item in book.measures if item.layer == name)
            exempt = tuple(item for item in book.exemptions if item.layer == name)
            lists = tuple(edition(item.scope, day) for item in (*measures, *exempt))
            if len(measures) == 1 or (measures, exempt, lists) in seen:
                continue
            seen.add((measures, exempt, lists))
            way = Reading(day)
            one = resolve(name, measures, exempt, lines(), "mfn", way)
            other = resolve(name, measures[::-1], exempt, lines(), "mfn", way)
            np.testing.assert_array_equal(one.rate * one.cover, other.rate * other.cover)


def test_law_of_a_day_is_what_is_in_force() -> None:
    day = dt.date(2025, 8, 7)
    book = law().on(day)
    assert book.on(day) == book
    assert {m.measure for m in book.measures} == {
        m.measure for m in law().measures if m.start <= day and (m.end is None or day < m.end)
    }
    assert law().days()[0] == FIRST_DAY and list(law().days()) == sorted(set(law().days()))


def test_slovakia_is_part_of_the_union() -> None:
    item = law().measure("reciprocal-2025-08-07-eu")
    assert item.partner_class("SVK", part_of()) == item.partner_class("EU", part_of()) == 1
    assert item.partner_class("JPN", part_of()) is None
    own = replace(item, partners=frozenset({"SVK"}))
    assert own.partner_class("SVK", part_of()) == 2
    without = replace(item, except_partners=frozenset({"EU"}))
    assert without.partner_class("SVK", part_of()) is None


LIMITS = (DATA.parent / "docs" / "limits.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "matter",
    [
        "Transshipped", "solar", "Taiwan at 15 %", "India at 18 %", "US origin at 10 %",
        "investor rates", "Section 301 of 2018", "UK car quota", "Column 2", "CAFTA",
        "exempt in part", "Weight of metal", "Bullion", "Patented medicines", "Section 338",
        "thermal imaging", "note 16(k)",
    ],
)  # fmt: skip
def test_what_is_not_encoded_is_said(matter: str) -> None:
    assert matter in LIMITS


# --- broken tables ---

MEASURES = (
    "reciprocal-2025-04-05-all",
    "reciprocal-2025-08-07-jpn",
    "s122-2026-02-24-usmca",
    "s232_autos-2025-06-30-gbr",
    "s232_metals-2025-03-12-all",
)
EXEMPTIONS = ("reciprocal-annex-ii", "s122-aircraft")
Rows = list[dict[str, str]]
Edit = Callable[[dict[str, Rows]], None]


def _path(name: str) -> str:
    return f"{name}.csv" if name == "partners" else f"law/{name}.csv"


def build(folder: Path, edit: Edit | None = None) -> Path:
    """Write a small data folder of the law, edited, that is as its description says."""
    whole = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    tables: dict[str, Rows] = {}
    for name in ("measures", "exemptions", "stacking", "layers", "partners"):
        with (DATA / _path(name)).open(encoding="utf-8", newline="") as file:
            tables[name] = list(csv.DictReader(file))
    for name, key, kept in (
        ("measures", "measure", MEASURES), ("exemptions", "exemption", EXEMPTIONS)
    ):  # fmt: skip
        by_name = {row[key]: row for row in tables[name]}
        tables[name] = [by_name[item] for item in kept]
    pairs = [("reciprocal", "s232_autos"), ("s232_metals", "s232_autos")]
    tables["stacking"] = [r for r in tables["stacking"] if (r["layer"], r["yields_to"]) in pairs]
    if edit is not None:
        edit(tables)
    (folder / "law").mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with (folder / _path(name)).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    (folder / "value_shares.parquet").write_bytes(few_shares())
    kept = [*tables, "value_shares"]
    whole["resources"] = [
        item for item in whole["resources"]
        if item["name"] in kept or item["name"].startswith("scope_")
    ]  # fmt: skip
    for resource in whole["resources"]:
        resource.pop("rows_at_least", None)  # As small as this law is none that ships.
        if resource["name"] in kept:
            resource |= as_it_is(folder / resource["path"])
    (folder / "datapackage.json").write_text(json.dumps(whole), encoding="utf-8")
    return folder


def as_it_is(path: Path) -> dict[str, Any]:
    found = path.read_bytes()
    return {"bytes": len(found), "hash": f"sha256:{hashlib.sha256(found).hexdigest()}"}


@cache
def few_shares() -> bytes:
    """Return one row of each kind of share, stored as in the whole table."""
    table = parquet.read_table(DATA / "value_shares.parquet")
    names = np.array(table.column("name").to_pylist())
    file = io.BytesIO()
    parquet.write_table(table.take(np.unique(names, return_index=True)[1]), file)
    return file.getvalue()


def describe(folder: Path, name: str) -> None:
    """Make the description agree with the file again."""
    path = folder / "datapackage.json"
    whole = json.loads(path.read_text(encoding="utf-8"))
    (resource,) = [item for item in whole["resources"] if item["name"] == name]
    resource |= as_it_is(folder / resource["path"])
    path.write_text(json.dumps(whole), encoding="utf-8")


def put(table: str, row: int, **values: str) -> Edit:
    def edit(tables: dict[str, Rows]) -> None:
        tables[table][row - 1].update(values)

    return edit


def repeat(row: int, **values: str) -> Edit:
    def edit(tables: dict[str, Rows]) -> None:
        tables["measures"].append(tables["measures"][row - 1] | values)

    return edit


def without(table: str, column: str) -> Edit:
    def edit(tables: dict[str, Rows]) -> None:
        for row in tables[table]:
            del row[column]

    return edit


def test_the_small_law_is_good(tmp_path: Path) -> None:
    book = read_law(build(tmp_path))
    assert [item.measure for item in book.measures] == list(MEASURES)
    assert len(book.exemptions) == len(book.stacking) == 2
    assert check_law(tmp_path) == []


ONE_MEASURE = "allowed: one measure for a layer, scope, partner and day; end the earlier one"
FAULTS = [
    ("measures", 2, "layer", "recipocal",
     "unknown name; {value}; allowed: {layers}; did you mean 'reciprocal'?"),
    ("measures", 5, "scope", "metal_articles",
     "unknown name; {value}; allowed: {scopes} names; did you mean 'metals_articles'?"),
    ("measures", 2, "partners", "JPM",
     "unknown partner 'JPM'; {value}; allowed: codes of partners.csv, or all; did you mean 'JPN'?"),
    ("measures", 3, "partners", "CAN;MEXI",
     "unknown partner 'MEXI'; {value}; allowed: codes of partners.csv, or all; did you mean "
     "'MEX'?"),
    ("measures", 1, "except_partners", "CAN;MEXX",
     "unknown partner 'MEXX'; {value}; allowed: codes of partners.csv, or all; did you mean "
     "'MEX'?"),
    ("measures", 1, "rule", "ad",
     "unknown name; {value}; allowed: add, ceiling, paid; did you mean 'add'?"),
    ("measures", 2, "rate", "15",
     "not a fraction: 15 percent is 0.15; value '15.0'; allowed: 0 to 5"),
    ("measures", 2, "rate", "-0.15", "not a fraction; {value}; allowed: 0 to 5"),
    ("measures", 2, "rate", "150000", "not a fraction; value '150000.0'; allowed: 0 to 5"),
    ("measures", 2, "nets", "",
     "a ceiling names the duty it includes, an add none; allowed: ordinary, mfn"),
    ("measures", 1, "nets", "ordinary",
     "a ceiling names the duty it includes, an add none; {value}; allowed: ordinary, mfn"),
    ("measures", 2, "nets", "mfm",
     "unknown name; {value}; allowed: mfn, ordinary; did you mean 'mfn'?"),
    ("measures", 3, "value_share", "not_usmc",
     "unknown name; {value}; allowed: {shares}; did you mean 'not_usmca'?"),
    ("measures", 4, "quota_share", "60",
     "not a fraction: 60 percent is 0.6; value '60.0'; allowed: 0 to 1"),
    ("measures", 2, "end", "2025-08-01",
     "ends before it starts; {value}; allowed: a day after 2025-08-07"),
    ("measures", 2, "end", "2025-08-07",
     "ends before it starts; {value}; allowed: a day after 2025-08-07"),
    ("measures", 3, "why", "",
     "a provisional row says why, and only such a row; allowed: a reason"),
    ("measures", 1, "why", "not sure",
     "a provisional row says why, and only such a row; {value}; allowed: a reason"),
    ("exemptions", 1, "layer", "reciproca",
     "unknown name; {value}; allowed: {layers}; did you mean 'reciprocal'?"),
    ("exemptions", 2, "scope", "civil_aircrafts",
     "unknown name; {value}; allowed: {scopes} names; did you mean 'civil_aircraft'?"),
    ("exemptions", 2, "partners", "GBP",
     "unknown partner 'GBP'; {value}; allowed: codes of partners.csv, or all; did you mean 'GBR'?"),
    ("exemptions", 1, "end", "2025-04-01",
     "ends before it starts; {value}; allowed: a day after 2025-04-05"),
    ("stacking", 1, "yields_to", "reciprocal",
     "a layer cannot give way to itself; {value}; allowed: another layer"),
    ("stacking", 2, "yields_to", "s232_auto",
     "unknown name; {value}; allowed: {layers}; did you mean 's232_autos'?"),
    ("measures", 2, "rate", "", "a required value is missing"),
    ("measures", 2, "rate", "15 %", "not a number; {value}"),
    ("measures", 2, "start", "2025-13-01", "not a date as YYYY-MM-DD; {value}"),
    ("measures", 2, "end", "8/7/2025", "not a date as YYYY-MM-DD; {value}"),
    ("measures", 2, "provisional", "maybe", "not true or false; {value}"),
]  # fmt: skip
"""Table, row, column, what is put there, and what is said of it."""
BROKEN = [
    *(
        (
            put(table, row, **{field: value}),
            f"law/{table}.csv, row {row}, field '{field}': "
            + said.replace("{value}", f"value '{value}'"),
        )
        for table, row, field, value, said in FAULTS
    ),
    (
        repeat(2, measure="reciprocal-japan-again"),
        "law/measures.csv, row 6, field 'measure': overlaps row 2 ('reciprocal-2025-08-07-jpn'); "
        f"value 'reciprocal-japan-again'; {ONE_MEASURE}",
    ),
    (
        repeat(1, measure="reciprocal-later", start="2026-02-23", end=""),
        "law/measures.csv, row 6, field 'measure': overlaps row 1 ('reciprocal-2025-04-05-all'); "
        f"value 'reciprocal-later'; {ONE_MEASURE}",
    ),
    (
        repeat(2, start="2026-02-24", end=""),
        "law/measures.csv, row 6, field 'measure': the key is there already; "
        "value 'reciprocal-2025-08-07-jpn'",
    ),
    (
        put("exemptions", 2, provisional="false"),
        "law/exemptions.csv, row 2, field 'why': a provisional row says why, and only such a row; "
        "value 'lines whose own description says aircraft; the list frees by use'; "
        "allowed: a reason",
    ),
    (
        put("stacking", 2, start="2025-06-04", end="2025-06-03"),
        "law/stacking.csv, row 2, field 'end': ends before it starts; value '2025-06-03'; "
        "allowed: a day after 2025-06-04",
    ),
    (without("measures", "nets"), "law/measures.csv, field 'nets': the column is missing"),
    (without("exemptions", "scope"), "law/exemptions.csv, field 'scope': the column is missing"),
]


def filled(text: str) -> str:
    return text.format(
        layers=f"{len(law().layers) - 1} names",
        scopes=len(scope_names()),
        shares=", ".join(sorted(share_names())),
    )


@pytest.mark.parametrize(("edit", "message"), BROKEN)
def test_broken_table_says_where_and_what(tmp_path: Path, edit: Edit, message: str) -> None:
    folder = build(tmp_path, edit)
    with pytest.raises(TradevizError) as caught:
        read_law(folder)
    # Of two faults the error would say "and 1 more".
    assert str(caught.value) == filled(message)


def test_a_name_that_repeats_is_found_where_the_description_names_no_key(tmp_path: Path) -> None:
    folder = build(tmp_path, repeat(2, start="2026-02-24", end=""))
    path = folder / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    for item in package["resources"]:
        if item["name"] == "measures":
            del item["schema"]["primaryKey"]
    path.write_text(json.dumps(package), encoding="utf-8")
    assert check_law(folder) == [
        "law/measures.csv, row 6, field 'measure': repeats the name of row 2; "
        f"value 'reciprocal-2025-08-07-jpn'; {ONE_MEASURE}"
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            "44032101,2025-13-01,,,37,(b)",
            "row 1, field 'start': not a date as YYYY-MM-DD; value '2025-13-01'",
        ),
        ("44032101,", "row 1: wrong number of values; value '2'; allowed: 6"),
    ],
)
def test_a_list_that_cannot_be_read_names_its_row(
    row: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, path = build(tmp_path), "law/scopes/softwood.csv"
    (folder / "law/scopes").mkdir()
    header = (DATA / path).read_text(encoding="utf-8").splitlines()[0]
    (folder / path).write_text(f"{header}\n{row}\n", encoding="utf-8")
    describe(folder, "scope_softwood")
    monkeypatch.setattr(reading, "DATA", folder)
    with pytest.raises(DataError) as caught:
        scope_rows.__wrapped__("softwood")
    assert str(caught.value) == f"{path}, {said}"


def test_missing_table(tmp_path: Path) -> None:
    (build(tmp_path) / "law/stacking.csv").unlink()
    with pytest.raises(DataError) as caught:
        read_law(tmp_path)
    assert str(caught.value).startswith("law/stacking.csv: the file is missing")


def several(tables: dict[str, Rows]) -> None:
    tables["measures"][0] |= {"rate": "10", "layer": "reciprocals", "rule": "plus"}
    tables["measures"][1]["partners"] = "JPM;KRO"
    tables["measures"][2]["why"] = ""
    tables["exemptions"][0]["scope"] = "annex_i"
    tables["stacking"][1]["partners"] = "CAN;MXE"


def test_check_names_every_fault_and_read_the_first(tmp_path: Path) -> None:
    folder = build(tmp_path, several)
    found = check_law(folder)
    places = [
        "law/measures.csv, row 1, field 'rule'",
        "law/measures.csv, row 1, field 'layer'",
        "law/measures.csv, row 1, field 'rate'",
        "law/measures.csv, row 2, field 'partners': unknown partner 'JPM'",
        "law/measures.csv, row 2, field 'partners': unknown partner 'KRO'",
        "law/measures.csv, row 3, field 'why'",
        "law/exemptions.csv, row 1, field 'scope'",
        "law/stacking.csv, row 2, field 'partners': unknown partner 'MXE'",
    ]
    assert len(found) == len(places)
    assert all(any(text.startswith(place) for text in found) for place in places)
    assert not any("\n" in text for text in found)
    with pytest.raises(MeasureError, match=r"\(and 7 more: tradeviz check\)") as caught:
        read_law(folder)
    assert str(caught.value).startswith(
        "law/measures.csv, row 1, field 'rule': unknown name (and 7"
    )


def yielding(tables: dict[str, Rows]) -> None:
    back = {"layer": "s232_autos", "yields_to": "s232_metals"}
    tables["stacking"].append(tables["stacking"][1] | back)


def cells_without_a_type(tables: dict[str, Rows]) -> None:
    tables["measures"][0]["start"] = "2025-13-01"
    tables["stacking"][1]["yields_to"] = "s232_auto"


@pytest.mark.parametrize(
    ("edit", "count"),
    [
        (yielding, 1),
        (cells_without_a_type, 2),
        (put("measures", 1, except_partners="all"), 1),
        (put("measures", 1, layer="mfn"), 1),
        (put("exemptions", 1, partners="all;JPM"), 2),
    ],
    ids=["layers yield to each other", "two cells", "leaves out everybody", "the ordinary layer",
         "all and a partner"],
)  # fmt: skip
def test_faults_are_counted(tmp_path: Path, edit: Edit, count: int) -> None:
    assert len(check_law(build(tmp_path, edit))) == count


# --- arguments ---


def test_unknown_measure() -> None:
    with pytest.raises(ArgumentError) as caught:
        law().measure("s122-2026-02-24-al")
    assert str(caught.value) == (
        "field 'measure': unknown measure; value 's122-2026-02-24-al'; "
        "did you mean 's122-2026-02-24-all'?"
    )


def test_unknown_scope() -> None:
    with pytest.raises(MeasureError) as caught:
        scope("softwod")
    assert str(caught.value) == (
        "field 'scope': unknown scope; value 'softwod'; did you mean 'softwood'?"
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("yesterday", "field 'on': not a date; value 'yesterday'; allowed: a date as 2025-08-07"),
        ("2025-8-7", "field 'on': not a date; value '2025-8-7'; allowed: a date as 2025-08-07"),
        ("", "field 'on': not a date; value ''; allowed: a date as 2025-08-07"),
        (
            "2024-12-31",
            "field 'on': outside the dates that the law tables cover; value '2024-12-31'; "
            f"allowed: {SPAN}",
        ),
        (
            str(LATER),
            f"field 'on': outside the dates that the law tables cover; value '{LATER}'; "
            f"allowed: {SPAN}",
        ),
    ],
)
def test_days_that_are_none(given: object, message: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        as_day(given)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "given",
    [
        "2025-08-07",
        " 2025-08-07 ",
        dt.date(2025, 8, 7),
        dt.datetime(2025, 8, 7, 23, 59),
        np.datetime64("2025-08-07"),
    ],
)
def test_days_that_are_one(given: object) -> None:
    assert as_day(given) == dt.date(2025, 8, 7)


@pytest.mark.parametrize("given", [None, float("nan"), pd.NaT, object()])
def test_no_day_at_all(given: object) -> None:
    with pytest.raises(ArgumentError, match="not a date"):
        as_day(given)


# --- the days that are known ---


def test_a_rule_after_the_last_day_known_is_a_fault_until_the_field_moves(tmp_path: Path) -> None:
    folder = build(tmp_path / "law", put("measures", 5, start=str(LATER), end=""))
    assert check_law(folder) == [
        "law/measures.csv, row 5, field 'start': starts after the last day known: move known_until "
        f"of measures in datapackage.json; value '{LATER}'; allowed: to {LAST_DAY}"
    ]
    later = tmp_path / "later"
    shutil.copytree(folder, later)
    path = later / "datapackage.json"
    path.write_text(path.read_text(encoding="utf-8").replace(str(LAST_DAY), str(LATER)), "utf-8")
    assert check_law(later) == []


def test_the_last_day_known_must_be_a_date(tmp_path: Path) -> None:
    path = build(tmp_path) / "datapackage.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f'"known_until": "{LAST_DAY}"', '"known_until": "soon"'), "utf-8")
    with pytest.raises(DataError, match="field 'measures.known_until': not a date; value 'soon'"):
        check_law(tmp_path)
