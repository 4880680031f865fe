"""Each list against its legal note, each quotation against its text, and what breaks them."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tradeviz.datasets import DATA, load
from tradeviz.datasets.writing import stamp
from tradeviz.law import checking
from tradeviz.law.checking import check_lists
from tradeviz.law.reading import law
from tradeviz.refresh import chapter99

ROOT = Path(__file__).resolve().parent.parent

RAW = Path(os.environ.get("TRADEVIZ_RAW") or ROOT.parent / "shared" / "raw")
CHAPTER = RAW / "hts-chapter99" / "chapter99_2026_revision_6.txt"
EDITION = pd.Timestamp("2026-04-10")  # a day on which 2026 revision 6 was in force
NOTES = pd.read_csv(ROOT / "tests" / "notes_of_chapter99.csv", dtype=str).set_index("subdivision")


def text(name: str) -> pd.DataFrame:
    """Read a table of the law as text."""
    return pd.read_csv(DATA / "law" / f"{name}.csv", dtype=str, keep_default_na=False)


def listed() -> pd.DataFrame:
    """Return the rows of all lists that stand on the day of the edition, by subdivision."""
    scopes = [text(f"scopes/{name}") for name in text("scopes")["scope"]]
    rows = pd.concat(scopes, ignore_index=True)
    day = EDITION.strftime("%Y-%m-%d")
    rows = rows[rows["start"].le(day) & (rows["end"].eq("") | rows["end"].gt(day))]
    return rows.assign(place=rows["note"] + rows["subdivision"])


def digest(codes: set[str]) -> str:
    return hashlib.sha256(" ".join(sorted(codes)).encode()).hexdigest()


ROWS, DIFFERENCES = listed(), text("differences")


@pytest.mark.parametrize("place", NOTES.index)
def test_a_list_is_that_of_its_note_but_for_the_differences_named(place: str) -> None:
    differing = DIFFERENCES[DIFFERENCES["note"].eq(place)].groupby("side")["code"].agg(set)
    ours = set(ROWS.loc[ROWS["place"].eq(place), "hts_prefix"])
    assert differing.get("list", set()) <= ours
    assert not differing.get("note", set()) & ours
    note = (ours - differing.get("list", set())) | differing.get("note", set())
    assert (len(note), digest(note)) == (int(NOTES.loc[place, "codes"]), NOTES.loc[place, "digest"])


def test_the_digests_are_those_of_the_printed_notes() -> None:
    if not CHAPTER.is_file():
        pytest.skip("the text of chapter 99 is not here: set TRADEVIZ_RAW to its folder")
    printed = chapter99.read(CHAPTER)
    for place, row in NOTES.iterrows():
        codes = chapter99.codes(printed, str(place))
        assert (len(codes), digest(set(codes))) == (int(row["codes"]), row["digest"]), place


def test_each_difference_has_a_reason() -> None:
    assert DIFFERENCES["why"].str.len().min() > 20
    assert set(DIFFERENCES["scope"]) <= set(text("scopes")["scope"])


def test_a_list_on_one_third_party_is_provisional() -> None:
    index = text("scopes")
    for row in index.itertuples():
        single = row.source and ";" not in row.source and "chapter 99" not in row.source
        if single and "(MIT)" in row.source:
            assert row.provisional == "true" and row.why, row.scope


def test_the_lists_of_the_index_are_those_of_the_folder() -> None:
    files = {path.stem for path in (DATA / "law" / "scopes").glob("*.csv")}
    assert set(text("scopes")["scope"]) == files
    used = {item.scope for item in (*law().measures, *law().exemptions)} - {"all"}
    assert used <= files


def test_quotations_stand_in_the_printed_chapter() -> None:
    if not CHAPTER.is_file():
        pytest.skip("the text of chapter 99 is not here: set TRADEVIZ_RAW to its folder")
    raw = CHAPTER.read_text(encoding="latin-1")
    printed, headings = chapter99.plain(raw), {}
    cited = text("citations")
    cited = cited[cited["edition"].eq("2026 revision 6") & cited["quote"].ne("")]
    assert len(cited) > 200
    for row in cited.itertuples():
        if row.quote not in printed:
            headings.setdefault(row.heading, chapter99.heading(raw, row.heading))
            assert row.quote in headings[row.heading], row.rule


def test_quotations_are_short_and_every_rule_is_cited_once() -> None:
    cited = text("citations")
    assert cited["quote"].str.split().str.len().max() <= 32
    rules = [*(m.measure for m in law().measures), *(e.exemption for e in law().exemptions)]
    assert sorted(cited["rule"]) == sorted(rules)
    assert cited["url"].str.startswith("https://").all()
    # What is not at hand is a small part, and said among the limits.
    assert cited["quote"].eq("").mean() < 0.2


# A rate of general note 3(b) for Annex III; chapter 98 as note 20 speaks of it; a heading that
# names the list of another note.
OF_ANOTHER_NOTE = {
    "s232_metals-2026-04-06-column2-annex-3",
    "s301_china-special-provisions",
    "india_russia_oil-annex-ii",
}


def test_a_rule_uses_the_list_of_the_note_it_cites() -> None:
    cited, notes = text("citations").set_index("rule"), text("scopes").set_index("scope")["note"]
    uses = text("measures").set_index("measure")["scope"]
    uses = pd.concat([uses, text("exemptions").set_index("exemption")["scope"]])
    differ, asked = [], 0
    for rule, name in uses.items():
        row, note = cited.loc[rule], notes.get(name, "")
        if not row["note"] or not note or rule in OF_ANOTHER_NOTE:
            continue
        asked += 1
        own = f"{row['note']}{row['subdivision']}"
        if not any(own.startswith(part) or part.startswith(own) for part in note.split(", ")):
            differ.append((rule, own, note))
    assert asked > 80
    # The paragraph before a list says what is charged on it.
    assert differ == [
        (f"s301_china-{list_}", f"20({letter})", f"20({chr(ord(letter) + 1)})")
        for list_, letter in (
            ("2018-07-06-list-1", "a"), ("2018-08-23-list-2", "c"),
            ("2019-05-10-list-3", "e"), ("2020-02-14-list-4a", "r"),
        )
    ]  # fmt: skip


Edit = Callable[[pd.DataFrame], pd.DataFrame]
SOFTWOOD, CITED = "law/scopes/softwood.csv", "law/citations.csv"


def put(row: int, column: str, value: str) -> Edit:
    def edit(table: pd.DataFrame) -> pd.DataFrame:
        table.loc[row - 1, column] = value
        return table

    return edit


def again(row: int) -> Edit:
    return lambda table: pd.concat([table, table.iloc[[row - 1]].assign(start="2026-01-01")])


BROKEN = {
    "a code of no edition": (
        SOFTWOOD,
        put(1, "hts_prefix", "44031199"),
        f"{SOFTWOOD}, row 1, field 'hts_prefix': no edition of the tariff has this code; "
        "value '44031199'; allowed: a code of hts_codes, or the beginning of one",
    ),
    "rows that overlap": (
        SOFTWOOD,
        again(2),
        f"{SOFTWOOD}, row 16, field 'hts_prefix': overlaps row 2; value '44032101'; allowed: "
        "one row for a code, condition and day; end the earlier one",
    ),
    "a rule without citation": (
        CITED,
        lambda table: table.iloc[1:],
        "law/measures.csv, row 1, field 'measure': has no citation; value "
        "'brazil_ieepa-2025-08-06-bra'; allowed: a row with this rule in law/citations.csv",
    ),
    "words that no text holds": (
        CITED,
        put(1, "quote", "articles the product of Atlantis"),
        f"{CITED}, row 1, field 'quote': the text does not hold these words; value 'articles the "
        "product of Atlantis'; allowed: words of an excerpt of ",
    ),
    "a share that none of the goods has": (
        "law/measures.csv",
        put(150, "value_share", "metal_content_2025_06"),
        "law/measures.csv, row 150, field 'value_share': no good of solar_cells has this share; "
        "value 'metal_content_2025_06'; allowed: empty, or a share of its goods",
    ),
    "published too late": (
        "law/measures.csv",
        put(1, "known_from", "2027-01-01"),
        "law/measures.csv, row 1, field 'known_from': published after the last day that is known; "
        "value '2027-01-01'; allowed: to ",
    ),
}


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What is said of a folder with all of these faults, each once."""
    folder = shutil.copytree(DATA, tmp_path_factory.mktemp("broken") / "data")
    for path, edit, _ in BROKEN.values():
        table = pd.read_csv(folder / path, dtype=str, keep_default_na=False)
        edit(table).to_csv(folder / path, index=False, lineterminator="\n")
    stamp(folder)
    return check_lists(folder)


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_list_says_where_and_what(fault: str, broken: list[str]) -> None:
    (line,) = [line for line in broken if line.startswith(BROKEN[fault][2])]
    assert len(broken) == len(BROKEN), line


def test_a_citation_of_no_rule_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    cited = load("citations").astype(object)
    more = cited.tail(1).assign(rule="brazil_ieepa-2025-08-06-brb")
    tables = {"citations": pd.concat([cited, more], ignore_index=True)}
    monkeypatch.setattr(
        checking, "_load", lambda name, folder: tables[name] if name in tables else load(name)
    )
    (fault,) = checking._citations(None)
    assert str(fault) == (
        f"{CITED}, row {len(cited) + 1}, field 'rule': cites for a rule that is not there; value "
        "'brazil_ieepa-2025-08-06-brb'; allowed: a measure or an exemption; did you mean "
        "'brazil_ieepa-2025-08-06-bra'?"
    )


def test_a_code_may_leave_a_list_and_come_back() -> None:
    first = pd.Series(["44032101", None, "2025-06-01", None, "37", "(b)"])
    names = ["hts_prefix", "start", "end", "condition", "note", "subdivision"]
    for start, overlapping in (("2025-05-31", 1), ("2025-06-01", 0), ("2025-07-01", 0)):
        again = ["44032101", start, None, None, "37", "(b)"]
        table = pd.DataFrame([first.tolist(), again], columns=names)
        assert len(list(checking._overlaps(table, SOFTWOOD))) == overlapping


def test_the_lists_as_they_stand_are_good() -> None:
    assert check_lists() == []
    assert load("hts_codes")["code"].is_unique
