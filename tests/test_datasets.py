"""Tables load typed and whole, or one line says what is wrong with them."""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import frictionless
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tools.stamp import stamp
from tradeviz.datasets import DATA, check_package, load, tables
from tradeviz.datasets.descriptor import resources
from tradeviz.datasets.plausible import implausible
from tradeviz.datasets.reading import texts
from tradeviz.datasets.vintages import known_on
from tradeviz.datasets.writing import write_table
from tradeviz.errors import DataError

# A small package with every type, rule and kind of file


def field(name: str, kind: str = "string", **rules: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "constraints": rules}


PARTNERS = (
    "partner,code,group,part_of,rate,rank,year,open,since\n"
    "NAM,0012,other,,0.145,1,2023,true,2025-01-31\n"
    "NA,0003,focus,NAM,,,,false,\n"
    '"JPN",5880,focus,,1e-3,2,2024,true,2024-02-29\n'
)
PARTNER_FIELDS = [
    field("partner", required=True, pattern="[A-Z]{2,3}", unique=True),
    field("code", required=True, pattern="[0-9]{4}", unique=True),
    field("group", required=True, enum=["focus", "other"]),
    field("part_of"),
    field("rate", "number", minimum=0, maximum=1) | {"unit": "fraction", "description": "Rate."},
    field("rank", "integer", minimum=1),
    field("year", "year", maximum=2024),
    field("open", "boolean", required=True),
    field("since", "date", minimum="2024-01-01"),
]
LINES = {
    "partner": pa.array(["NAM", "NAM", "JPN"]).dictionary_encode(),
    "month": pa.array(np.array(["2024-01-01", "2024-02-01", "2024-01-01"], "datetime64[D]")),
    "value_usd": pa.array([1.0, 2.5, 0.0]),
}
LINE_FIELDS = [
    field("partner", required=True),
    field("month", "date", required=True),
    field("value_usd", "number", required=True, minimum=0),
]
SOURCES = [
    {"title": "One", "licence": "CC0"},
    {"title": "Two", "licence": "MIT"},
    {"title": "Three", "licence": "CC0"},
]


def describe() -> list[dict[str, Any]]:
    partner = {"fields": ["partner"], "reference": {"resource": "partners", "fields": ["partner"]}}
    own = {"fields": ["part_of"], "reference": {"resource": "", "fields": ["partner"]}}
    return copy.deepcopy(
        [
            {
                "name": "partners",
                "path": "partners.csv",
                "title": "Partners",
                "description": "Who.",
                "mediatype": "text/csv",
                "sources": SOURCES,
                "schema": {
                    "fields": PARTNER_FIELDS,
                    "primaryKey": ["partner"],
                    "foreignKeys": [own],
                },
            },
            {
                "name": "lines",
                "path": "lines.parquet",
                "mediatype": "application/vnd.apache.parquet",
                "schema": {
                    "fields": LINE_FIELDS,
                    "primaryKey": ["partner", "month"],
                    "foreignKeys": [partner],
                },
            },
            {
                "name": "outcome_pause",
                "path": "outcomes/pause.toml",
                "mediatype": "application/toml",
            },
        ]
    )


class Package:
    """A data package in a folder, whole until a test breaks it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.described = describe()
        self.csv(PARTNERS)
        self.parquet(LINES)
        (folder / "outcomes").mkdir()
        (folder / "outcomes/pause.toml").write_text('name = "pause"\n', encoding="utf-8")
        self.stamp()

    def csv(self, text: str) -> None:
        (self.folder / "partners.csv").write_bytes(text.encode())

    def parquet(self, columns: dict[str, Any]) -> None:
        pq.write_table(pa.table(columns), self.folder / "lines.parquet")

    def stamp(self) -> None:
        """Describe the files as they are, so that only what is inside them is wrong."""
        for resource in self.described:
            content = (self.folder / resource["path"]).read_bytes()
            resource["bytes"] = len(content)
            resource["hash"] = f"sha256:{hashlib.sha256(content).hexdigest()}"
        self.write()

    def write(self) -> None:
        text = json.dumps({"resources": self.described})
        (self.folder / "datapackage.json").write_text(text, encoding="utf-8")
        # A process reads a description once; these tests rewrite it.
        resources.cache_clear()

    def check(self) -> list[str]:
        return check_package(self.folder)

    def load(self, name: str) -> pd.DataFrame:
        return load(name, folder=self.folder)


@pytest.fixture
def package(tmp_path: Path) -> Package:
    return Package(tmp_path)


def replaced(old: str, new: str) -> str:
    assert PARTNERS.count(old) == 1, old
    return PARTNERS.replace(old, new)


def lines(**changed: Any) -> dict[str, Any]:
    return LINES | changed


# What loads


def test_types_are_those_of_the_description(package: Package) -> None:
    assert package.check() == []
    found = package.load("partners")
    assert found.dtypes.astype(str).to_dict() == {
        "partner": "str",
        "code": "str",
        "group": "str",
        "part_of": "str",
        "rate": "float64",
        "rank": "Int64",
        "year": "Int64",
        "open": "bool",
        "since": "datetime64[us]",
    }
    assert found["partner"].tolist() == ["NAM", "NA", "JPN"]
    assert found["code"].tolist() == ["0012", "0003", "5880"]
    assert found.loc[0, "rate"] == 0.145 and found.loc[2, "rate"] == 0.001
    assert found["since"][2] == pd.Timestamp(2024, 2, 29)
    missing = found.isna().sum()
    assert missing[missing > 0].to_dict() == {
        "part_of": 2, "rate": 1, "rank": 1, "year": 1, "since": 1,
    }  # fmt: skip


def test_parquet_keeps_its_categories_and_gets_the_same_dates(package: Package) -> None:
    found = package.load("lines")
    assert found.dtypes.astype(str).to_dict() == {
        "partner": "category",
        "month": "datetime64[us]",
        "value_usd": "float64",
    }
    assert found["month"][1] == pd.Timestamp(2024, 2, 1)


def test_provenance_travels_with_the_table(package: Package) -> None:
    known = package.load("partners").attrs["provenance"]
    assert (known["title"], known["description"], known["path"]) == (
        "Partners",
        "Who.",
        "partners.csv",
    )
    assert known["sources"] == SOURCES
    assert known["licences"] == ["CC0", "MIT"]
    assert known["units"] == {"rate": "fraction"}
    assert known["fields"]["rate"] == "Rate."
    content = (package.folder / "partners.csv").read_bytes()
    assert known["sha256"] == hashlib.sha256(content).hexdigest()


def test_every_table_has_sources_and_a_licence() -> None:
    for name in tables():
        known = load(name).attrs["provenance"]
        assert known["sources"] and all(known["licences"]), name


def test_what_a_reader_changes_stays_in_their_copy() -> None:
    first = load("sectors")
    first.loc[0, "chapter"] = "changed"
    first["new"] = 1
    first.attrs["provenance"]["title"] = "changed"
    second = load("sectors")
    assert second.loc[0, "chapter"] == "Live animals"
    assert "new" not in second
    assert second.attrs["provenance"]["title"] == "Chapters and sectors"


def test_line_ends_of_another_system_are_read(package: Package) -> None:
    before = package.load("partners")
    package.csv(PARTNERS.replace("\n", "\r\n"))
    package.stamp()
    other = Path(shutil.copytree(package.folder, package.folder / "copy"))
    pd.testing.assert_frame_equal(before, load("partners", folder=str(other)))


def test_a_table_without_rows_is_a_table(package: Package) -> None:
    package.csv(PARTNERS.splitlines()[0] + "\n")
    package.parquet({name: column[:0] for name, column in LINES.items()})
    package.stamp()
    assert package.check() == []
    assert package.load("partners").shape == (0, 9)
    assert str(package.load("partners")["since"].dtype) == "datetime64[us]"


def test_tables_leave_the_outcomes_out(package: Package) -> None:
    assert tables(folder=package.folder) == ("partners", "lines")
    assert {"imports_2024", "measures", "scope_cars"} <= set(tables())
    assert not any(name.startswith("outcome_") for name in tables())


def test_numbers_are_the_ones_in_the_file() -> None:
    """The exact value of each decimal, not a neighbour."""
    text = pd.read_csv(DATA / "law/measures.csv", dtype=str, keep_default_na=False)["rate"]
    assert load("measures")["rate"].tolist() == [float(rate) for rate in text]


# What does not load


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("partner", "no such table; value 'partner'; allowed: partners, lines; "
                    "did you mean 'partners'?"),
        ("outcome_pause", "outcomes/pause.toml: an outcome, not a table: read it with "
                          "tradeviz.outcome('pause'); value 'outcome_pause'"),
    ],
)  # fmt: skip
def test_a_name_that_is_no_table(package: Package, name: str, message: str) -> None:
    with pytest.raises(DataError) as caught:
        package.load(name)
    assert str(caught.value) == message


def test_scopes_are_counted_not_listed() -> None:
    listed = r"monitoring_list.* and \d+ named scope_\.\.\.; did you mean"
    with pytest.raises(DataError, match=listed):
        load("import_2024")


ROWS = PARTNERS.splitlines()
FIELDS = "partner, code, group, part_of, rate, rank, year, open, since"


def spoilt(*rows: tuple[str, str, str, int, str, str]) -> dict[str, tuple[str, str]]:
    """Return name -> content with a new text in the place of an old, and what is said of it."""
    return {
        name: (replaced(old, new), f"partners.csv, row {row}, field '{column}': {said}")
        for name, old, new, row, column, said in rows
    }


# Content of partners.csv, and the one thing that is wrong with it.
BROKEN_CSV = {
    **spoilt(
        ("number", "1e-3", "15 %", 3, "rate", "not a number; value '15 %'"),
        ("number not finite", "1e-3", "NaN", 3, "rate", "not a number; value 'NaN'"),
        ("whole number", ",2,2024", ",2.0,2024", 3, "rank", "not a whole number; value '2.0'"),
        ("year", ",2023,", ",23,", 1, "year", "not a year of four digits; value '23'"),
        ("truth value", "2024,true", "2024,yes", 3, "open", "not true or false; value 'yes'"),
        ("date without zeros", "2025-01-31", "2025-1-31", 1, "since",
         "not a date as YYYY-MM-DD; value '2025-1-31'"),
        ("date that no calendar has", "2024-02-29", "2024-02-30", 3, "since",
         "not a date as YYYY-MM-DD; value '2024-02-30'"),
        ("required", ",0003,", ",,", 2, "code", "a required value is missing"),
        ("key", '"JPN"', "NAM", 3, "partner", "the key is there already; value 'NAM'"),
    ),
    "column missing": (
        "\n".join(row.rsplit(",", 1)[0] for row in ROWS),
        "partners.csv, field 'since': the column is missing",
    ),
    "column unknown": (
        "\n".join(f"{row},x" if at else f"{row},note" for at, row in enumerate(ROWS)),
        "partners.csv, field 'note': the column is not described; allowed: " + FIELDS,
    ),
    "column twice": (
        "\n".join(f"{row},2024-05-01" if at else f"{row},since" for at, row in enumerate(ROWS)),
        "partners.csv, field 'since': the column is there twice",
    ),
    "columns in another order": (
        "\n".join(",".join(reversed(row.split(","))) for row in ROWS),
        "partners.csv: the columns are in another order; value "
        f"'{', '.join(reversed(FIELDS.split(', ')))}'; allowed: {FIELDS}",
    ),
    "row too short": (
        replaced(",2024-02-29", ""),
        "partners.csv, row 3: wrong number of values; value '8'; allowed: 9",
    ),
    "row too long": (
        replaced("2024-02-29", "2024-02-29,x"),
        "partners.csv, row 3: wrong number of values; value '10'; allowed: 9",
    ),
    "quote left open": (
        replaced('"JPN"', '"JPN'),
        "partners.csv: not a readable CSV file: unexpected end of data",
    ),
    "empty": ("", "partners.csv: the file is empty"),
}  # fmt: skip

# What only the whole check looks for: loading leaves it to the test of the package.
LOADS_ALL_THE_SAME = {
    **spoilt(
        ("minimum", "0.145", "-0.145", 1, "rate",
         "outside the bounds; value '-0.145'; allowed: 0 to 1"),
        ("maximum", "0.145", "14.5", 1, "rate",
         "outside the bounds; value '14.5'; allowed: 0 to 1"),
        ("minimum alone", ",2,2024", ",0,2024", 3, "rank",
         "outside the bounds; value '0'; allowed: at least 1"),
        ("maximum alone", ",2023,", ",2032,", 1, "year",
         "outside the bounds; value '2032'; allowed: at most 2024"),
        ("minimum of a date", "2024-02-29", "2023-02-28", 3, "since",
         "outside the bounds; value '2023-02-28'; allowed: at least 2024-01-01"),
        ("choice", "5880,focus", "5880,Focus", 3, "group",
         "not one of the allowed values; value 'Focus'; allowed: focus, other; did you mean "
         "'focus'?"),
        ("zero lost", "0003", "3", 2, "code",
         "not written as described; value '3'; allowed: pattern [0-9]{4}"),
        ("pattern of the whole value", "0003", "0003;4", 2, "code",
         "not written as described; value '0003;4'; allowed: pattern [0-9]{4}"),
        ("repeated", "0003", "0012", 2, "code", "the value is there already; value '0012'"),
        ("reference", "focus,NAM", "focus,JPM", 2, "part_of",
         "unknown; value 'JPM'; allowed: a value of partner in partners; did you mean 'JPN'?"),
    ),
}  # fmt: skip
BOTH = BROKEN_CSV | LOADS_ALL_THE_SAME


@pytest.mark.parametrize("case", BOTH)
def test_one_fault_in_a_csv_file_is_named(package: Package, case: str) -> None:
    text, message = BOTH[case]
    package.described = package.described[:1]
    for path in (package.folder / "lines.parquet", package.folder / "outcomes/pause.toml"):
        path.unlink()
    package.csv(text)
    package.stamp()
    assert package.check() == [message]


@pytest.mark.parametrize("case", BROKEN_CSV)
def test_one_fault_in_a_csv_file_keeps_it_from_loading(package: Package, case: str) -> None:
    text, message = BROKEN_CSV[case]
    package.csv(text)
    package.stamp()
    with pytest.raises(DataError) as caught:
        package.load("partners")
    assert str(caught.value) == message


# Frictionless is content when a pattern matches the start, with 2025-1-31 and with NaN.
LENIENT = {
    "pattern of the whole value",
    "number not finite",
    "date without zeros",
    "columns in another order",
}


@pytest.mark.parametrize("case", sorted(set(BOTH) - LENIENT))
def test_frictionless_finds_it_too(package: Package, case: str) -> None:
    package.csv(BOTH[case][0])
    package.stamp()
    whole = frictionless.Package.from_descriptor(
        {"resources": package.described[:1]}, basepath=str(package.folder)
    )
    assert not whole.validate().valid


def test_frictionless_takes_the_whole_one(package: Package) -> None:
    whole = frictionless.Package.from_descriptor(
        {"resources": package.described[:1]}, basepath=str(package.folder)
    )
    report = whole.validate()
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "note"])


# Parquet and the files themselves


def cut(package: Package) -> None:
    path = package.folder / "lines.parquet"
    path.write_bytes(path.read_bytes()[:-20])
    package.stamp()


def latin(package: Package) -> None:
    path = package.folder / "partners.csv"
    path.write_bytes(PARTNERS.replace("other", "\xf6ther").encode("latin-1"))
    package.stamp()


def bad_toml(package: Package) -> None:
    (package.folder / "outcomes/pause.toml").write_text('name = "pause\n', encoding="utf-8")
    package.stamp()


def parquet(**changed: Any) -> Callable[[Package], None]:
    def write(package: Package) -> None:
        package.parquet(lines(**changed))
        package.stamp()

    return write


def gone(package: Package) -> None:
    (package.folder / "partners.csv").rename(package.folder / "partner.csv")
    (package.folder / "lines.parquet").unlink()
    package.described = [package.described[0], package.described[2]]
    package.write()


def extra(package: Package) -> None:
    (package.folder / "notes.txt").write_text("mine", encoding="utf-8")
    (package.folder / ".hidden").write_text("left by an editor", encoding="utf-8")


BROKEN_FILE: dict[str, tuple[Callable[[Package], None], list[str]]] = {
    "latin": (latin, ["partners.csv: not UTF-8 text in line 2"]),
    "TOML": (
        bad_toml,
        ["outcomes/pause.toml: not valid TOML: Illegal character '\\n' (at line 1, column 14)"],
    ),
    "cut off": (
        cut,
        ["lines.parquet: not a readable Parquet file: Parquet magic bytes not found in footer"],
    ),
    "unlisted": (extra, ["notes.txt: the file is not described in datapackage.json"]),
    "missing": (
        gone,
        [
            "partner.csv: the file is not described in datapackage.json; "
            "did you mean 'partners.csv'?",
            "partners.csv: the file is missing; did you mean 'partner.csv'?",
        ],
    ),
    "stored type": (
        parquet(value_usd=pa.array(["1", "2", "3"])),
        [
            "lines.parquet, field 'value_usd': not stored as a number; value 'string'; "
            "allowed: double"
        ],
    ),
    "codes stored as numbers": (
        parquet(partner=pa.array([12, 12, 5880])),
        [
            "lines.parquet, field 'partner': not stored as text; value 'int64'; allowed: string, "
            "large_string, dictionary<values=string"
        ],
    ),
    "not finite": (
        parquet(value_usd=pa.array([1.0, float("inf"), 2.0])),
        ["lines.parquet, row 2, field 'value_usd': not a number; value 'inf'"],
    ),
    "stored value missing": (
        parquet(value_usd=pa.array([1.0, None, 2.0])),
        ["lines.parquet, row 2, field 'value_usd': a required value is missing"],
    ),
    "stored value below": (
        parquet(value_usd=pa.array([1.0, 2.0, -3.5])),
        [
            "lines.parquet, row 3, field 'value_usd': outside the bounds; value '-3.5'; "
            "allowed: at least 0"
        ],
    ),
    "key of two columns": (
        parquet(partner=pa.array(["NAM", "NAM", "NAM"])),
        [
            "lines.parquet, row 3, field 'partner month': the key is there already; "
            "value 'NAM 2024-01-01'"
        ],
    ),
    "reference to another table": (
        parquet(partner=pa.array(["NAM", "NAM", "JPM"])),
        [
            "lines.parquet, row 3, field 'partner': unknown; value 'JPM'; "
            "allowed: a value of partner in partners; did you mean 'JPN'?"
        ],
    ),
}


@pytest.mark.parametrize("case", BROKEN_FILE)
def test_one_fault_in_a_file_is_named(package: Package, case: str) -> None:
    break_it, messages = BROKEN_FILE[case]
    break_it(package)
    assert package.check() == messages


def test_edited_files_are_found_by_size_and_by_hash(package: Package) -> None:
    package.csv(replaced("0.145", "0.1450"))
    found = package.check()
    size = len(PARTNERS)
    assert found == [
        "partners.csv: damaged or edited: the size is not the described one; "
        f"value '{size + 1} bytes'; allowed: {size} bytes"
    ]
    package.csv(replaced("0.145", "0.154"))
    (found,) = package.check()
    assert found.startswith(
        "partners.csv: damaged or edited: the hash is not the described one; value 'sha256:"
    )
    with pytest.raises(DataError, match="the hash is not the described one"):
        package.load("partners")


def test_a_file_that_was_cut_off_does_not_load(package: Package) -> None:
    path = package.folder / "lines.parquet"
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(DataError) as caught:
        package.load("lines")
    assert str(caught.value) == (
        "lines.parquet: damaged or edited: the size is not the described one; value '100 bytes'; "
        f"allowed: {size} bytes"
    )


def test_a_missing_file_does_not_load(package: Package) -> None:
    (package.folder / "lines.parquet").unlink()
    with pytest.raises(DataError) as caught:
        package.load("lines")
    assert str(caught.value) == "lines.parquet: the file is missing"


def test_of_many_rows_of_a_wrong_length_the_first_are_named_and_the_rest_counted(
    package: Package,
) -> None:
    package.csv(PARTNERS + "AAA\n" * 23)
    package.stamp()
    told = [line for line in package.check() if "wrong number of values" in line]
    assert told[0] == "partners.csv, row 4: wrong number of values; value '1'; allowed: 9"
    assert len(told) == 21 and told[-1] == "partners.csv: wrong number of values: and 3 more"
    package.csv(PARTNERS + "AAA\n" * 20)
    package.stamp()
    told = [line for line in package.check() if "wrong number of values" in line]
    assert len(told) == 20 and not any("more" in line for line in told)


def test_a_description_that_is_a_folder_cannot_be_read(package: Package) -> None:
    path = package.folder / "datapackage.json"
    path.unlink()
    path.mkdir()
    said = f"datapackage.json: cannot be read: Is a directory; value '{package.folder}'"
    assert package.check() == [said]
    with pytest.raises(DataError) as caught:
        package.load("lines")
    assert str(caught.value) == said


def test_a_csv_as_text_is_refused_as_the_table_is(package: Package) -> None:
    assert texts("partners", folder=package.folder)[2][:3] == ["NA", "0003", "focus"]
    for stamped, content in (
        (False, PARTNERS + " "),
        (True, replaced("rank,", "rang,")),
        (True, ""),
    ):
        package.csv(content)
        if stamped:
            package.stamp()
        with pytest.raises(DataError) as caught:
            package.load("partners")
        with pytest.raises(DataError) as again:
            texts("partners", folder=package.folder)
        assert str(again.value) == str(caught.value)
    assert str(again.value) == "partners.csv: the file is empty"


def test_a_table_that_never_changed_was_always_what_it_is(package: Package) -> None:
    package.described[1]["vintages"] = {"first": "2025-01-01", "second": "2025-03-01"}
    package.write()
    for day in ("2025-01-01", "2025-02-01", "2026-01-01"):
        known = load("lines", folder=package.folder, as_of=day)
        pd.testing.assert_frame_equal(known, package.load("lines"))
    with pytest.raises(DataError, match=r"not known yet; value '2024-12-31'; .* from 2025-01-01"):
        load("lines", folder=package.folder, as_of="2024-12-31")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("JPN", "2024-01-01", 1.0)] * 2, "lines.parquet: the key ['partner', 'month'] repeats"),
        (
            [("JPN", "2024-01-01", None)],
            "lines.parquet, field 'value_usd': required values are missing",
        ),
        ([("", "2024-01-01", 1.0)], "lines.parquet, field 'partner': required values are missing"),
    ],
)
def test_a_table_against_its_description_is_not_written(
    rows: list[Any], said: str, package: Package
) -> None:
    before = (package.folder / "lines.parquet").read_bytes()
    table = pd.DataFrame(rows, columns=list(LINES)).astype({"month": "datetime64[s]"})
    with pytest.raises(DataError) as caught:
        write_table(table, package.folder, package.described[1])
    assert str(caught.value) == said
    assert (package.folder / "lines.parquet").read_bytes() == before


# The description


def change(path: str, value: Any) -> Callable[[list[dict[str, Any]]], None]:
    """Return what sets, or with None removes, an entry of the description."""

    def apply(described: Any) -> None:
        *way, last = [int(part) if part.isdecimal() else part for part in path.split(".")]
        for part in way:
            described = described[part]
        if value is None:
            del described[last]
        else:
            described[last] = value

    return apply


BROKEN_DESCRIPTION = {
    "hash missing": (
        change("1.hash", None),
        "datapackage.json, field 'resources[1] lines.hash': missing",
    ),
    "not an object": (change("1", "x"), "datapackage.json, field 'resources[1]': not an object"),
    "no schema": (
        change("1.schema", None),
        "datapackage.json, field 'resources[1] lines.schema.fields': no columns described",
    ),
    "column without a name": (
        change("1.schema.fields.0.name", None),
        "datapackage.json, field 'resources[1] lines.schema.fields[0].name': missing",
    ),
    "unknown type": (
        change("1.schema.fields.2.type", "nummer"),
        "datapackage.json, field 'resources[1] lines.schema.fields[2] value_usd.type': "
        "unknown type; value 'nummer'; "
        "allowed: string, number, integer, year, boolean, date; did you mean 'number'?",
    ),
    "unknown rule": (
        change("1.schema.fields.2.constraints", {"minimun": 0}),
        "datapackage.json, field 'resources[1] lines.schema.fields[2] value_usd.constraints': "
        "unknown constraint; value 'minimun'; "
        "allowed: required, unique, minimum, maximum, enum, pattern; did you mean 'minimum'?",
    ),
    "pattern": (
        change("1.schema.fields.0.constraints", {"pattern": "[A-Z"}),
        "datapackage.json, field 'resources[1] lines.schema.fields[0] partner.constraints.pattern'"
        ": not a regular expression: unterminated character set at position 0; value '[A-Z'",
    ),
    "key": (
        change("1.schema.primaryKey", ["partner", "mont"]),
        "datapackage.json, field 'resources[1] lines.schema.primaryKey': not a column; "
        "value 'mont'; allowed: partner, month, value_usd; did you mean 'month'?",
    ),
    "name twice": (
        change("1.name", "partners"),
        "datapackage.json, field 'resources[1] partners.name': repeated; value 'partners'",
    ),
    "path out of the folder": (
        change("1.path", "../lines.parquet"),
        "datapackage.json, field 'resources[1] lines.path': leads out of the folder; "
        "value '../lines.parquet'",
    ),
}


@pytest.mark.parametrize("case", BROKEN_DESCRIPTION)
def test_a_fault_in_the_description_is_named(package: Package, case: str) -> None:
    apply, message = BROKEN_DESCRIPTION[case]
    apply(package.described)
    package.write()
    assert package.check() == [message]
    with pytest.raises(DataError) as caught:
        package.load("partners")
    assert str(caught.value) == message


def test_a_reference_to_no_table_is_named(package: Package) -> None:
    change("1.schema.foreignKeys.0.reference.resource", "partner")(package.described)
    package.write()
    assert package.check() == [
        "datapackage.json, field 'lines': a foreign key leads to no table; value 'partner'; "
        "did you mean 'partners'?"
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{\n 'a'", "datapackage.json: not valid JSON: Expecting property name enclosed in "
                     "double quotes, line 2, column 2"),
        (b'["\xff"]', "datapackage.json: not UTF-8 text: invalid start byte"),
        (b"[]", "datapackage.json, field 'resources': no list of tables"),
        (b'{"resources": []}', "datapackage.json, field 'resources': no list of tables"),
    ],
)  # fmt: skip
def test_a_description_that_cannot_be_read(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "datapackage.json").write_bytes(content)
    assert check_package(tmp_path) == [message]
    with pytest.raises(DataError) as caught:
        load("partners", folder=tmp_path)
    assert str(caught.value) == message


def test_a_folder_without_a_package(tmp_path: Path) -> None:
    message = f"datapackage.json: no data package in this folder; value '{tmp_path}'"
    assert check_package(tmp_path) == [message]
    with pytest.raises(DataError, match="no data package"):
        tables(folder=tmp_path)


def test_a_file_in_the_place_of_a_folder(tmp_path: Path) -> None:
    place = tmp_path / "data"
    place.write_text("made", encoding="utf-8")
    message = f"datapackage.json: cannot be read: Not a directory; value '{place}'"
    assert check_package(place) == [message]
    with pytest.raises(DataError) as caught:
        tables(folder=place)
    assert str(caught.value) == message


def test_texts_of_another_file_or_header_are_not_read(package: Package) -> None:
    described, cells = texts("partners", folder=package.folder), PARTNERS.split("\n")[3].split(",")
    assert described[0] == PARTNERS.split("\n")[0].split(",")
    assert described[3] == [cell.strip('"') for cell in cells]
    package.csv(replaced("5880", "5881"))
    with pytest.raises(DataError, match="^partners.csv: damaged or edited: the hash"):
        texts("partners", folder=package.folder)
    package.csv(replaced("partner,code", "partner,cide"))
    package.stamp()
    with pytest.raises(DataError, match="field 'code': the column is missing; .* 'cide'"):
        texts("partners", folder=package.folder)


# What is written


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda table: pd.concat([table, table[:1]]),
         "partners.csv: the key ['partner'] repeats"),
        (lambda table: table.assign(code=table["code"].where(table["partner"] != "NA")),
         "partners.csv, field 'code': required values are missing"),
        (lambda table: table.assign(code=""),
         "partners.csv, field 'code': required values are missing"),
    ],
)  # fmt: skip
def test_what_breaks_its_description_is_not_written(
    package: Package, spoil: Callable[[pd.DataFrame], pd.DataFrame], message: str
) -> None:
    before = (package.folder / "partners.csv").read_bytes()
    table = package.load("partners")
    with pytest.raises(DataError) as caught:
        write_table(spoil(table), package.folder, package.described[0])
    assert str(caught.value) == message
    assert (package.folder / "partners.csv").read_bytes() == before
    # As it is, it is written by its key.
    write_table(table, package.folder, package.described[0])
    lines = (package.folder / "partners.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[0] for line in lines] == ["partner", "JPN", "NA", "NAM"]


def test_what_is_written_is_read_as_it_was(package: Package, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(package.folder, tmp_path / "copy"))
    for resource, words in zip(package.described, ([], ["partner"]), strict=False):
        table = package.load(resource["name"])
        write_table(table[::-1], copy, resource, categories=words)
    assert stamp(copy) == ["partners.csv", "lines.parquet"]
    for resource in package.described[:2]:
        wanted = package.load(resource["name"])
        wanted = wanted.sort_values(resource["schema"]["primaryKey"], ignore_index=True)
        found = load(resource["name"], folder=copy)
        categories = wanted.select_dtypes("category").columns
        pd.testing.assert_frame_equal(found, wanted, check_categorical=False)
        assert all(sorted(found[name].cat.categories) == list(found[name].cat.categories)
                   for name in categories)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ({"type": "number", "unit": "USD"}, 1234567.5001, "1234568"),
        ({"type": "number"}, 0.1 + 0.2, "0.3"),
        ({"type": "number"}, 1e-13, "0.0"),
        ({"type": "number"}, -1e-13, "0.0"),
        ({"type": "number", "unit": "USD"}, -0.4, "0"),
        ({"type": "number"}, None, ""),
        ({"type": "year"}, 2024, "2024"),
        ({"type": "boolean"}, True, "true"),
        ({"type": "date"}, pd.Timestamp(2024, 2, 3, 9), "2024-02-03"),
        ({"type": "string"}, 'a, "b"', '"a, ""b"""'),
    ],
)
def test_a_cell_is_written_as_its_kind_asks(
    kind: dict[str, str], value: Any, text: str, tmp_path: Path
) -> None:
    fields = [{"name": "key", "type": "string"}, {"name": "value", **kind}]
    resource = {"path": "made.csv", "schema": {"fields": fields, "primaryKey": ["key"]}}
    write_table(pd.DataFrame({"value": [value], "key": ["a"]}), tmp_path, resource)
    assert (tmp_path / "made.csv").read_text(encoding="utf-8") == f"key,value\na,{text}\n"


# What was known


KNOWN = {"path": "made.csv", "vintages": {"one": "2026-03-01", "two": "2026-05-01"}}


@pytest.mark.parametrize(
    "day",
    ["2026-03-01", " 2026-05-02 ", dt.date(2026, 3, 1), dt.datetime(2026, 4, 1, 9, tzinfo=dt.UTC),
     pd.Timestamp(2026, 6, 1)],
)  # fmt: skip
def test_a_table_that_was_never_revised_was_always_as_it_is(day: Any) -> None:
    table = pd.DataFrame({"partner": ["JPN"], "value_usd": [1.0]})
    assert known_on(table, KNOWN, None, day).equals(table)


@pytest.mark.parametrize(
    ("day", "message"),
    [
        ("NaT", "field 'as_of': not a day; value 'NaT'; allowed: as 2026-08-01"),
        ("", "field 'as_of': not a day; value ''; allowed: as 2026-08-01"),
        ("today", "field 'as_of': not a day; value 'today'; allowed: as 2026-08-01"),
        ("2026", "field 'as_of': not a day; value '2026'; allowed: as 2026-08-01"),
        (pd.NaT, "field 'as_of': not a day; value 'NaT'; allowed: as 2026-08-01"),
        (dt.date(2026, 2, 28), "made.csv, field 'as_of': not known yet; value '2026-02-28'; "
                               "allowed: from 2026-03-01"),
    ],
)  # fmt: skip
def test_a_day_that_is_none_or_too_early(day: Any, message: str) -> None:
    with pytest.raises(DataError) as caught:
        known_on(pd.DataFrame(), KNOWN, None, day)
    assert str(caught.value) == message


# All of them


def test_every_fault_is_named_not_the_first(package: Package) -> None:
    package.csv(
        "partner,code,groop,part_of,rate,rank,year,open,since\n"
        "NAM,12,other,,0.145,one,2023,true,2025-01-31\n"
        "NA,0003,focus,NAX,7,,,,\n"
        "NA,5880,focus,,1e-3,2,2024,true\n"
    )
    package.parquet(lines(value_usd=pa.array([-1.0, None, 2.0])))
    (package.folder / "notes.txt").write_text("mine", encoding="utf-8")
    assert [line for line in package.check() if "damaged or edited" not in line] == [
        "notes.txt: the file is not described in datapackage.json",
        "partners.csv, field 'group': the column is missing; did you mean 'groop'?",
        f"partners.csv, field 'groop': the column is not described; allowed: {FIELDS}; "
        "did you mean 'group'?",
        "partners.csv, row 3: wrong number of values; value '8'; allowed: 9",
        "partners.csv, row 1, field 'code': not written as described; value '12'; "
        "allowed: pattern [0-9]{4}",
        "partners.csv, row 2, field 'rate': outside the bounds; value '7'; allowed: 0 to 1",
        "partners.csv, row 1, field 'rank': not a whole number; value 'one'",
        "partners.csv, row 2, field 'open': a required value is missing",
        "partners.csv, row 3, field 'partner': the key is there already; value 'NA'",
        "partners.csv, row 2, field 'part_of': unknown; value 'NAX'; "
        "allowed: a value of partner in partners; did you mean 'NA'?",
        "lines.parquet, row 2, field 'value_usd': a required value is missing",
        "lines.parquet, row 1, field 'value_usd': outside the bounds; value '-1.0'; "
        "allowed: at least 0",
        "lines.parquet, row 3, field 'partner': unknown; value 'JPN'; "
        "allowed: a value of partner in partners",
    ]
    assert sum("damaged or edited" in line for line in package.check()) == 2


def test_of_the_same_fault_twenty_are_listed_and_the_rest_counted(package: Package) -> None:
    rows = [
        f"{chr(65 + at // 26)}{chr(65 + at % 26)},{at:04d},other,,9,,,true," for at in range(99)
    ]
    package.csv("\n".join([ROWS[0], *rows]))
    package.parquet({name: column[:0] for name, column in LINES.items()})
    package.stamp()
    found = package.check()
    assert len(found) == 21
    assert found[19].startswith("partners.csv, row 20, field 'rate': outside the bounds")
    assert found[20] == "partners.csv, field 'rate': outside the bounds: and 79 more"


def test_of_rows_of_a_wrong_length_twenty_are_listed_and_the_rest_counted(
    package: Package,
) -> None:
    package.csv("\n".join([ROWS[0], *["JPN,5880"] * 23]))
    package.stamp()
    wrong = [line for line in package.check() if "wrong number of values" in line]
    assert wrong[0] == "partners.csv, row 1: wrong number of values; value '2'; allowed: 9"
    assert wrong[19].startswith("partners.csv, row 20: ")
    assert wrong[20:] == ["partners.csv: wrong number of values: and 3 more"]


OWN = pd.DataFrame(
    {"partner": ["JPN"], "hs10": ["8703230190"], "value_usd": [1200.0], "duty_usd": [30.0]}
)
MONTHS = pd.DataFrame({
    "partner": "JPN", "month": pd.date_range("2024-01-01", periods=12, freq="MS"),
    "imports_usd": 100.0, "duty_usd": 2.5,
})  # fmt: skip
YEAR = pd.DataFrame({"partner": ["JPN"], "year": [2024], "general_imports_usd": [1250.0]})
ITSELF = pd.DataFrame({"partner": ["JPN", "KOR"], "has_lines": [True, False]})


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ({}, None),
        ({"duties_monthly": MONTHS}, None),
        ({"balances_annual": YEAR}, None),
        ({"partners": ITSELF}, None),
        ({"duties_monthly": MONTHS.assign(imports_usd=200.0)},
         "value_usd of JPN adds up to 0.5 times that of 2024 in duties_monthly, imports_usd"),
        ({"duties_monthly": MONTHS.assign(duty_usd=1.25)},
         "duty_usd of JPN adds up to 2 times that of 2024 in duties_monthly, duty_usd"),
        ({"balances_annual": YEAR.assign(general_imports_usd=3000.0)},
         "value_usd of JPN adds up to 0.4 times that of 2024 in balances_annual, general"),
        ({"partners": ITSELF.assign(has_lines=True)},
         "no row of a partner that has trade lines by partners.csv; value 'KOR'"),
        ({"pledges": YEAR[:0]}, "pledges.csv: no rows"),
    ],
)  # fmt: skip
def test_each_table_is_compared_though_others_are_not_there(
    others: dict[str, pd.DataFrame], said: str | None
) -> None:
    frames = {"imports_2024": OWN, **others}
    found = [str(fault) for fault in implausible(frames, {name: f"{name}.csv" for name in frames})]
    assert len(found) == (said is not None)
    assert said is None or said in found[0]
    # Without its lines it is a package of somebody else.
    assert not list(implausible(others, {}))


SAME_TRADE = [
    ("balances_monthly", "exports_usd", "balances_annual", "exports_usd"),
    ("balances_monthly", "general_imports_usd", "balances_annual", "general_imports_usd"),
    ("duties_monthly", "imports_usd", "balances_annual", "general_imports_usd"),
    ("duties_monthly_naics3", "imports_usd", "duties_monthly", "imports_usd"),
    ("duties_monthly_naics3", "duty_usd", "duties_monthly", "duty_usd"),
    ("us_exports_monthly", "exports_usd", "balances_monthly", "exports_usd"),
]


@pytest.mark.parametrize(("table", "column", "other", "published"), SAME_TRADE)
@pytest.mark.parametrize(
    ("factor", "months", "apart"),
    [(1.005, 12, False), (0.6, 12, True), (1.5, 11, False)],
)
def test_two_tables_of_the_same_trade_are_compared_by_whole_years(
    table: str, column: str, other: str, published: str, factor: float, months: int, apart: bool
) -> None:
    def year(name: str, column: str, factor: float, months: int) -> pd.DataFrame:
        money = dict.fromkeys(("exports_usd", "general_imports_usd", "imports_usd", "duty_usd"), 0)
        row = {"partner": ["JPN"], **money, column: [12.0 * factor]}
        if name.endswith("annual"):
            return pd.DataFrame({**row, "year": [2023]})
        when = pd.date_range("2023-01-01", periods=months, freq="MS")
        return pd.DataFrame({**row, column: factor, "partner": "JPN", "month": when})

    frames = {"imports_2024": OWN, table: year(table, column, factor, months),
              other: year(other, published, 1.0, 12)}  # fmt: skip
    found = [str(fault) for fault in implausible(frames, {table: f"{table}.csv"})]
    said = f"{table}.csv, field '{column}': {column} of JPN adds up to {factor:.3g} times that of "
    assert len(found) == apart
    assert not apart or found[0].startswith(f"{said}2023 in {other}, {published}")


@pytest.mark.parametrize(("duty", "high"), [(4320.0, False), (4320.1, True)])
def test_a_duty_above_the_highest_rate_there_is_is_named(duty: float, high: bool) -> None:
    found = [str(fault) for fault in implausible({"imports_2024": OWN.assign(duty_usd=duty)}, {})]
    said = "imports_2024.parquet, row 1, field 'duty_usd': the duty is too high for the value"
    assert [fault.startswith(said) for fault in found] == [True] * high


def test_a_broken_copy_of_the_real_package_is_seen_through(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(DATA, tmp_path / "data"))
    text = (folder / "balances_annual.csv").read_text(encoding="utf-8")
    (folder / "balances_annual.csv").write_text(
        text.replace("JPN,2024", "JPM,2024"), encoding="utf-8", newline="\n"
    )
    (folder / "gdp.csv").unlink()
    row = text.splitlines().index(next(r for r in text.splitlines() if r.startswith("JPN,2024")))
    hashes, *rest = check_package(folder)
    assert hashes.startswith("balances_annual.csv: damaged or edited: the hash")
    assert rest[0] == (
        f"balances_annual.csv, row {row}, field 'partner': unknown; value 'JPM'; "
        "allowed: a value of partner in partners; did you mean 'JPN'?"
    )
    assert len(rest) == 2 and rest[1].startswith("gdp.csv: the file is missing")


def test_the_shipped_package_has_no_fault() -> None:
    assert check_package() == []


def test_an_installed_package_reads_the_data_inside_it(tmp_path: Path) -> None:
    """A wheel has no checkout around it: data/ lies in the package then."""
    installed = tmp_path / "tradeviz"
    shutil.copytree(DATA.parent / "tradeviz", installed)
    shutil.copytree(DATA, installed / "data")
    code = "from tradeviz.datasets import DATA, load; print(DATA, len(load('sectors')))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [str(installed / "data"), "98"]


# Tables that are described as they are, and cannot be true


def _rewrite(folder: Path, table: str, spoil: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    path = next(path for end in ("parquet", "csv") if (path := folder / f"{table}.{end}").exists())
    if path.suffix == ".csv":
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        spoil(frame).to_csv(path, index=False, lineterminator="\n")
    else:
        schema = pq.read_schema(path).remove_metadata()
        frame = pq.read_table(path).to_pandas(date_as_object=True)
        spoilt = pa.Table.from_pandas(spoil(frame), schema=schema, preserve_index=False)
        pq.write_table(spoilt.replace_schema_metadata(None), path)
    assert stamp(folder) == [str(path.relative_to(folder))]


# Faults of which none hides another stand in one copy: to read all tables takes seconds.
@pytest.mark.parametrize(
    "spoilt",
    [
        [
            (
                "imports_2024",
                lambda t: t[::-1],
                "rows are not in the order of partner and hs10",
            )
        ],
        [
            (
                "balances_annual",
                lambda t: t.iloc[:0],
                "balances_annual.csv: the table has too few rows",
            ),
            (
                "law/measures",
                lambda t: t.iloc[:0],
                "law/measures.csv: the table has too few rows",
            ),
        ],
        [
            (
                "imports_2024",
                lambda t: t.rename(columns={"value_usd": "duty_usd", "duty_usd": "value_usd"})[
                    list(t)
                ],
                "field 'duty_usd': duty_usd of ",
            )
        ],
        [
            (
                "imports_2024",
                lambda t: t[t["partner"] != "JPN"],
                "no row of a partner that has trade lines by partners.csv; value 'JPN'",
            ),
            (
                "imports_2024",
                lambda t: t.assign(
                    value_usd=t["value_usd"].where(t["partner"] != "KOR", t["duty_usd"])
                ),
                "value_usd of KOR adds up to ",
            ),
        ],
    ],
    ids=["order", "rows", "fields", "partners"],
)
def test_a_table_that_another_contradicts_is_named(
    spoilt: list[tuple[str, Callable[[pd.DataFrame], pd.DataFrame], str]], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(DATA, tmp_path / "data"))
    for table, spoil, _ in spoilt:
        _rewrite(folder, table, spoil)
    resources.cache_clear()
    told = check_package(folder)
    for _, _, fault in spoilt:
        assert any(fault in line for line in told), told[:5]
