"""What is computed is what tests/golden/ holds; if not, the message says what moved.

`make golden` takes the tables anew, by the option `--regen-all` of the plugin that keeps them.
What the law says is not among them (git holds it), only what it does.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT
from pytest_regressions.file_regression import FileRegressionFixture

import tradeviz as tv
from tools.differences import differences
from tradeviz.errors import ArgumentError
from tradeviz.law import reading
from tradeviz.law.outcome import names, outcome
from tradeviz.models import forecast, response
from tradeviz.quantities import quantity

GOLDEN = ROOT / "tests" / "golden"
SHOWN = 25


def outcomes() -> pd.DataFrame:
    """Exposure of the five for each outcome, on the outcome's own day."""
    return tv.exposure(names()).reset_index()


def outcome_layers() -> pd.DataFrame:
    """Exposure of the five for each outcome by layer."""
    table = tv.exposure(names(), by="layer").reset_index()
    kept = table["added_rate"].ne(0) | table["base_rate"].ne(0)
    columns = [*KEYS["outcome_layers"], "dutiable_usd", "added_duty_usd", "effective_rate"]
    return table.loc[kept, [*columns, "provisional_share"]]


def outcome_days() -> pd.DataFrame:
    """Exposure of the five for each outcome that can stand on another day, on each policy date."""
    moving = [name for name in names() if name not in ("before", "pause")]
    parts = []
    for day in reading.law().days():
        table = tv.exposure([outcome(name) for name in moving], on=day).reset_index()
        parts.append(table.assign(day=str(day)))
    columns = [*KEYS["outcome_days"], "dutiable_usd", "added_rate", "provisional_share"]
    return pd.concat(parts)[columns]


def days() -> pd.DataFrame:
    """Rate of the five by layer on each policy date."""
    table = tv.exposure_path().rename(columns={"date": "day"})
    table["day"] = table["day"].dt.strftime("%Y-%m-%d")
    return table.loc[table["added_rate"] != 0, [*KEYS["days"], "added_rate"]]


def rivals() -> pd.DataFrame:
    """Rates of the five, the EU, a member of it and China beside those of rivals, by sector."""
    partners = [*tv.FOCUS, "EU", "SVK", "CHN"]
    table = tv.competitors("in_force", partners=partners, by="sector")
    # Shares near one differ from it by little: what is missing has more digits.
    table["left_out_share"] = 1 - table.pop("compared_share")
    return table.drop(columns="handicap")


def responses() -> pd.DataFrame:
    """Response of the five to each outcome, at central values and over 25 draws."""
    return tv.respond(names(), draws=25).reset_index()


def diversion() -> pd.DataFrame:
    """Spending that the five lose to each competitor when the pause lapses."""
    return tv.respond("snapback", by="competitor").reset_index()


def sensitivity() -> pd.DataFrame:
    """Change of imports of the five with each parameter at the ends of its range."""
    return response.sensitivity("snapback")


def records() -> pd.DataFrame:
    """Model and record of the five side by side, as such and against others."""
    kinds = ("level", "others")
    parts = [response.backtest(against=kind, draws=10).assign(against=kind) for kind in kinds]
    return pd.concat(parts).drop(columns=["apart", "change_covered", "rate_covered"])


def forecast_scores() -> pd.DataFrame:
    """Coverage, error and score of the forecast and of naive ones."""
    return forecast.scores().reset_index()


def accounts() -> pd.DataFrame:
    """From the law to the duty collected, each month of the five."""
    table = tv.collected(tv.FOCUS).assign(month=lambda t: t["month"].dt.strftime("%Y-%m"))
    # Below a dollar is rounding.
    money = [column for column in table.columns if column.endswith("_usd")]
    return table.assign(**{column: table[column].round() + 0.0 for column in money})


KEYS: dict[str, list[str]] = {
    "forecast_scores": ["quantity", "group", "method"],
    "accounts": ["partner", "month"],
    "outcomes": ["outcome", "partner"],
    "outcome_layers": ["outcome", "partner", "layer"],
    "outcome_days": ["outcome", "day", "partner"],
    "days": ["day", "partner", "layer"],
    "rivals": ["partner", "sector"],
    "responses": ["outcome", "partner"],
    "diversion": ["outcome", "partner", "competitor"],
    "sensitivity": ["partner", "parameter"],
    "records": ["against", "partner"],
    "charts": ["chart", "part"],
    "model_charts": ["chart", "part"],
}
"""Table -> what names a row of it."""

TABLES: list[Callable[[], pd.DataFrame]] = [
    outcomes, outcome_layers, days, rivals, responses, diversion, sensitivity, records,
    outcome_days, forecast_scores, accounts,
]  # fmt: skip


def tolerance(column: str) -> float:
    """Return by how much of itself a value may differ between machines."""
    try:
        return quantity(column).tolerance
    except ArgumentError:
        return 1e-9


def as_text(table: pd.DataFrame) -> str:
    return table.to_csv(index=False, lineterminator="\n", float_format="%.15g")


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def compare(name: str, now: Path, golden: Path) -> None:
    """Fail with the cells that moved."""
    moved = differences(read(golden), read(now), KEYS[name], tolerance)
    if len(moved):
        more = f"\n... and {len(moved) - SHOWN} more" if len(moved) > SHOWN else ""
        shown = moved.head(SHOWN).to_string(index=False)
        pytest.fail(
            f"{len(moved)} values differ from tests/golden/{name}.csv:\n{shown}{more}\n\n"
            "If this is meant: make golden, and look at the difference.",
            pytrace=False,
        )


def golden(name: str, table: pd.DataFrame, files: FileRegressionFixture) -> None:
    """Compare a table with the golden one of this name, or take it where that is asked for."""
    files.check(
        as_text(table),
        extension=".csv",
        fullpath=GOLDEN / f"{name}.csv",
        check_fn=lambda now, kept: compare(name, now, kept),
    )


@pytest.mark.parametrize("make", TABLES, ids=lambda make: make.__name__)
def test_table_is_the_golden_one(
    make: Callable[[], pd.DataFrame], file_regression: FileRegressionFixture
) -> None:
    golden(make.__name__, make(), file_regression)


def test_golden_tables_cover_the_five_each_outcome_and_each_policy_date() -> None:
    table = read(GOLDEN / "outcomes.csv")
    pairs = {(outcome, partner) for outcome in names() for partner in tv.FOCUS}
    assert set(zip(table["outcome"], table["partner"], strict=True)) == pairs
    policy = {str(day) for day in reading.law().days()}
    for name in ("days", "outcome_days"):
        table = read(GOLDEN / f"{name}.csv")
        for partner in tv.FOCUS:
            assert set(table.loc[table["partner"] == partner, "day"]) >= policy, (name, partner)


def test_golden_folder_holds_the_golden_tables_only() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(KEYS)


# The comparison itself


def moved(name: str, **cells: str) -> pd.DataFrame:
    """Return what is found where cells of the first row have other values."""
    old = read(GOLDEN / f"{name}.csv")
    now = old.copy()
    now.loc[0, list(cells)] = list(cells.values())
    return differences(old, now, KEYS[name], tolerance)


def test_a_moved_value_is_named_with_its_change() -> None:
    value = float(read(GOLDEN / "outcomes.csv").loc[0, "imports_usd"])
    found = moved("outcomes", imports_usd=f"{value * 1.1:.15g}")
    assert found[["row", "column", "change"]].to_numpy().tolist() == [
        ["before, GBR", "imports_usd", "+10.000%"]
    ]


@pytest.mark.parametrize(
    "name",
    [path.stem for path in sorted(GOLDEN.glob("*.csv")) if not path.stem.endswith("charts")],
)
def test_no_tolerance_hides_what_a_reader_could_see(name: str) -> None:
    """Of the largest value of a column, five digits after the first are always compared."""
    old, row, largest = read(GOLDEN / f"{name}.csv"), {}, {}
    for column in old.columns.difference(KEYS[name]):
        values = pd.to_numeric(old[column], errors="coerce")
        if values.abs().max() > 0:
            row[column] = values.abs().idxmax()
            largest[column] = values[row[column]]
    assert largest
    old = old.loc[sorted(set(row.values()))]
    for factor, moved in ((1 + 1e-12, False), (1 + 1e-5, True), (1 - 1e-5, True), (None, True)):
        now = old.copy()
        for column, value in largest.items():
            now.loc[row[column], column] = "" if factor is None else repr(float(value * factor))
        told = differences(old, now, KEYS[name], tolerance)
        assert sorted(told["column"]) == (sorted(largest) if moved else []), factor


def test_rows_and_columns_that_are_gone_or_new_are_named() -> None:
    table, keys = read(GOLDEN / "days.csv"), KEYS["days"]
    found = differences(table, table.drop(index=3), keys)
    assert found[["column", "new"]].to_numpy().tolist() == [["(row)", "gone"]]
    found = differences(table, pd.concat([table, table.tail(1)]), keys)
    assert found["new"].tolist() == ["new"] and "again" in found["row"].item()
    found = differences(table, table.assign(more="1"), keys)
    assert found[["row", "column", "new"]].to_numpy().tolist() == [["(all)", "more", "new"]]


def test_a_difference_is_red_and_names_the_cell(tmp_path: Path) -> None:
    old, now = tmp_path / "old.csv", tmp_path / "now.csv"
    old.write_text("day,partner,layer,added_rate\n2025-08-07,JPN,mfn,0.1\n", encoding="utf-8")
    now.write_text("day,partner,layer,added_rate\n2025-08-07,JPN,mfn,0.2\n", encoding="utf-8")
    with pytest.raises(pytest.fail.Exception, match=r"JPN, mfn +added_rate +0.1 +0.2 +\+100.000%"):
        compare("days", now, old)
    compare("days", old, old)
