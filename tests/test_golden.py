"""What the tree computes is what tests/golden/ holds; if not, the message says what moved and why.

`python tools/golden.py` writes the golden tables anew; no test does.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from tools import golden


@pytest.mark.parametrize("name", [name for name in golden.TABLES if name not in golden.DRAWN])
def test_table_is_the_golden_one(name: str) -> None:
    moved = golden.compare([name])
    if len(moved):
        pytest.fail(golden.report(moved), pytrace=False)


def test_golden_tables_cover_the_five_each_outcome_and_each_policy_date() -> None:
    outcomes = golden.read("outcomes")
    names = {path.stem for path in (golden.DATA / "outcomes").glob("*.toml")}
    pairs = {(outcome, partner) for outcome in names for partner in golden.tv.FOCUS}
    assert set(zip(outcomes["outcome"], outcomes["partner"], strict=True)) == pairs
    days = {str(day) for day in golden.reading.law().days()}
    for name in ("days", "outcome_days"):
        table = golden.read(name)
        for partner in golden.tv.FOCUS:
            assert set(table.loc[table["partner"] == partner, "day"]) >= days, (name, partner)


def test_every_number_of_a_result_has_a_tolerance() -> None:
    for name in golden.RESULTS:
        numbers = set(golden.read(name)) - set(golden.KEYS[name])
        assert numbers <= set(golden.TOLERANCE), name


def test_every_number_in_the_words_of_a_notebook_was_confirmed() -> None:
    """`texts` holds them; one that no cell computes has to be looked at when it changes."""
    table = golden.read("texts")
    assert set(table["notebook"]) == {path.stem for path in golden.ROOT.glob("notebooks/*.ipynb")}
    old, now = changed("texts", 0, "numbers", "90 2026")
    assert golden.differences("texts", old, now)["now"].tolist() == ["90 2026"]


def test_golden_folder_holds_the_golden_tables_only() -> None:
    assert {path.stem for path in golden.GOLDEN.iterdir()} == set(golden.TABLES)


# The comparison itself


def changed(name: str, row: int, column: str, value: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    table = golden.read(name)
    now = table.copy()
    now.loc[row, column] = value
    return table, now


def test_a_moved_value_is_named_with_its_change() -> None:
    old, now = changed("outcomes", 0, "imports_usd", "75026567106.7")
    found = golden.differences("outcomes", old, now)
    assert found[["table", "row", "column", "golden", "now"]].to_numpy().tolist() == [
        ["outcomes", "before, GBR", "imports_usd", "68205970097", "75026567106.7"]
    ]
    assert found["change"].tolist() == ["+10.000%"]


@pytest.mark.parametrize(("factor", "lines"), [(1 + 1e-11, 0), (1 + 1e-8, 1), (1 - 1e-8, 1)])
def test_tolerance_lets_the_last_digits_pass_and_nothing_more(factor: float, lines: int) -> None:
    value = float(golden.read("outcomes").loc[0, "imports_usd"])
    old, now = changed("outcomes", 0, "imports_usd", repr(value * factor))
    assert len(golden.differences("outcomes", old, now)) == lines


def test_rows_and_columns_that_are_gone_or_new_are_named() -> None:
    table = golden.read("days")
    found = golden.differences("days", table, table.drop(index=3))
    assert found[["column", "now"]].to_numpy().tolist() == [["(row)", "gone"]]
    found = golden.differences("days", table, pd.concat([table, table.tail(1)]))
    assert found["now"].tolist() == ["new"] and "again" in found["row"].item()
    found = golden.differences("days", table, table.assign(more="1"))
    assert found[["row", "column", "now"]].to_numpy().tolist() == [["(all)", "more", "new"]]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the data that a test may change."""
    folder = Path(shutil.copytree(golden.DATA, tmp_path / "data"))
    monkeypatch.setattr(golden, "DATA", folder)
    return folder


def test_a_changed_rate_is_named_as_the_cause(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(golden, "CAUSES", ("measures", "exemptions"))
    path = data / "law/measures.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    place = next(i for i, line in enumerate(lines) if line.startswith("reciprocal-2025-08-07-ind,"))
    assert ",0.25," in lines[place]
    lines[place] = lines[place].replace(",0.25,", ",0.26,")
    path.write_text("".join(lines), encoding="utf-8")
    old, now = changed("days", 0, "added_rate", "0.5")
    now.loc[0, ["day", "partner", "layer"]] = ["2025-08-07", "IND", "reciprocal"]
    old.loc[0, ["day", "partner", "layer"]] = ["2025-08-07", "IND", "reciprocal"]
    old, now = (table.drop_duplicates(["day", "partner", "layer"]) for table in (old, now))
    text = golden.report(golden.differences("days", old, now))
    assert "measures 'reciprocal-2025-08-07-ind': rate 0.25 -> 0.26  [layer reciprocal" in text
    assert "2025-08-07, IND, reciprocal: " in text
    assert "reciprocal-2025-08-07-ind" in text.split("in force in them")[1]


def test_a_changed_value_of_the_data_is_named_as_the_cause(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = [item for item in golden.resources() if item["name"] in ("imports_2024", "sectors")]
    monkeypatch.setattr(golden, "resources", lambda: tables)
    known = golden.read

    def read(name: str) -> pd.DataFrame:
        found = known(name)
        return found[found["resource"].isin(("imports_2024", "sectors"))]

    monkeypatch.setattr(golden, "read", read)
    monkeypatch.setattr(golden, "CAUSES", ("columns", "blocks"))
    path = data / "imports_2024.parquet"
    table = pd.read_parquet(path)
    table.loc[(table["partner"] == "JPN").idxmax(), "value_usd"] += 1
    table.to_parquet(path, index=False)
    assert golden.causes() == ["table imports_2024: columns value_usd; rows of JPN"]


def test_without_a_cause_the_code_is_blamed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(golden, "causes", list)
    old, now = changed("outcomes", 0, "base_rate", "0.5")
    text = golden.report(golden.differences("outcomes", old, now))
    assert "the code moved it" in text and "make golden" in text
