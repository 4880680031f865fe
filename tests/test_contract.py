"""Tables mean something: re-stamped with a fault of meaning, they are refused and named."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

import tradeviz as tv
from tools.stamp import main as described
from tradeviz.datasets import DATA
from tradeviz.datasets.descriptor import resources
from tradeviz.datasets.plausible import implausible
from tradeviz.datasets.writing import stamp
from tradeviz.errors import DataError
from tradeviz.law.reading import check_law


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the data whose files can be replaced one by one."""
    return Path(shutil.copytree(DATA, tmp_path / "data", copy_function=shutil.copy))


def header_only(folder: Path) -> None:
    path = folder / "law/measures.csv"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")


def few_measures(folder: Path) -> None:
    path = folder / "law/measures.csv"
    rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(rows[: len(rows) // 2]), encoding="utf-8")


LINES: dict[str, tuple[Callable[[pd.DataFrame], pd.DataFrame], str]] = {
    "as it is": (lambda t: t, ""),
    "swapped columns": (
        lambda t: t.assign(value_usd=t["duty_usd"], duty_usd=t["value_usd"]),
        "the duty is too high for the value",
    ),
    "no Japan": (lambda t: t[t["partner"] != "JPN"], "no row of a partner"),
    "Japan worth nothing": (
        lambda t: t.assign(value_usd=t["value_usd"].where(t["partner"] != "JPN", 0.0)),
        "value_usd of JPN adds up to 0 times",
    ),
}


@pytest.mark.parametrize("name", LINES)
def test_lines_that_mean_something_else_are_named(name: str) -> None:
    change, message = LINES[name]
    names = ("imports_2024", "partners", "duties_monthly", "balances_annual")
    frames = {table: tv.load(table) for table in names} | {
        "imports_2024": change(tv.load("imports_2024"))
    }
    faults = [str(fault) for fault in implausible(frames, {})]
    assert any(message in fault for fault in faults) if message else faults == []


@pytest.mark.parametrize(
    ("table", "column", "other"),
    [
        ("balances_monthly", "exports_usd", "balances_annual"),
        ("balances_monthly", "general_imports_usd", "balances_annual"),
        ("duties_monthly", "imports_usd", "balances_annual"),
        ("duties_monthly_naics3", "imports_usd", "duties_monthly"),
        ("duties_monthly_naics3", "duty_usd", "duties_monthly"),
        ("us_exports_monthly", "exports_usd", "balances_monthly"),
    ],
)
def test_each_year_of_a_partner_is_held_against_another_table(
    table: str, column: str, other: str
) -> None:
    frames = {name: tv.load(name) for name in (table, other)}
    frames["imports_2024"] = tv.load("imports_2024").head(0)
    assert list(implausible(frames, {})) == []
    year = "2023"
    hit = frames[table]["partner"].eq("JPN") & frames[table]["month"].astype(str).str[:4].eq(year)
    assert hit.any()
    spoiled = frames[table][column].astype(float).where(~hit, frames[table][column] * 1.5)
    frames[table] = frames[table].assign(**{column: spoiled})
    faults = list(implausible(frames, {table: f"{table}.parquet"}))
    assert [fault.file for fault in faults] == [f"{table}.parquet"]
    assert f"{column} of JPN adds up to 1." in str(faults[0]) and year in str(faults[0])


def test_lines_alone_contradict_nobody_and_a_table_without_rows_is_named() -> None:
    frames = {"imports_2024": tv.load("imports_2024")}
    assert list(implausible(frames, {})) == []
    frames["made"] = pd.DataFrame({"partner": []})
    faults = list(implausible(frames, {"imports_2024": "lines.parquet", "made": "made.csv"}))
    assert [str(fault) for fault in faults] == ["made.csv: no rows"]


def test_a_table_with_too_few_rows_does_not_load(folder: Path) -> None:
    header_only(folder)
    stamp(folder)
    resources.cache_clear()
    with pytest.raises(DataError, match="too few rows"):
        tv.load("measures", folder=folder)


@pytest.mark.parametrize(
    ("table", "edit", "said"),
    [
        ("gdp.csv", lambda rows: rows[:1], "gdp.csv: the table has too few rows"),
        # A duty that ends before it begins is for the law alone to see.
        ("law/measures.csv", lambda rows: [row.replace(",2025-04-05,", ",2027-04-05,")
                                           for row in rows], "field 'end': ends before it starts"),
    ],
)  # fmt: skip
def test_a_stamp_says_what_is_wrong_in_what_it_describes(
    folder: Path, table: str, edit: Callable[[list[str]], list[str]], said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    path = folder / table
    rows = edit(path.read_text(encoding="utf-8").splitlines(keepends=True))
    path.write_text("".join(rows), encoding="utf-8")
    assert described(folder) == 2
    resources.cache_clear()
    told = capsys.readouterr()
    assert told.out == f"{table}\n" and said in told.err


def test_a_sound_folder_is_described_without_a_word_of_complaint(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert described(folder) == 0
    assert capsys.readouterr() == ("every file is as described\n", "")


def test_lines_in_another_order_do_not_load(monkeypatch: pytest.MonkeyPatch) -> None:
    from tradeviz import datasets
    from tradeviz.lines import lines as trade

    table = tv.load("imports_2024")[::-1].reset_index(drop=True)
    trade.cache_clear()
    monkeypatch.setattr(datasets, "load", lambda name, **_: table)
    with pytest.raises(DataError, match="not in the order"):
        trade()
    monkeypatch.undo()
    trade.cache_clear()


def test_layers_that_give_way_in_a_circle_are_named(folder: Path) -> None:
    path = folder / "law/stacking.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    names = header.split(",")
    first, second = names.index("layer"), names.index("yields_to")
    cells = next(row for row in rows if row.count(",") == len(names) - 1).split(",")
    cells[first], cells[second] = cells[second], cells[first]
    path.write_text("\n".join([header, *rows, ",".join(cells), ""]), encoding="utf-8")
    stamp(folder)
    resources.cache_clear()
    assert any(cells[first] in fault for fault in check_law(folder))


def test_floors_are_below_the_rows_and_stay_through_a_stamp(folder: Path) -> None:
    described = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    floors = {item["name"]: item.get("rows_at_least", 0) for item in described["resources"]}
    for name in ("measures", "imports_2024", "partners", "products", "citations"):
        assert 0.5 * len(tv.load(name)) < floors[name] < len(tv.load(name))
    few_measures(folder)
    stamp(folder)
    after = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert {item["name"]: item.get("rows_at_least", 0) for item in after["resources"]} == floors


def test_threads_that_share_the_cache_get_the_same_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    from tradeviz.law import schedule

    monkeypatch.setattr(schedule, "_CACHE_SIZE", 1)
    days = ["2025-04-16", "2025-08-10", "2026-03-01"] * 2

    def total(day: str) -> float:
        return sum(float(cover.sum()) for cover in tv.schedule(day).covers().values())

    alone = [total(day) for day in days]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(total, days)) == alone
