"""The build makes the committed tables again, byte for byte."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

import tradeviz as tv
from tools import condition_shares, run_deals, run_forecast, vintage

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
RAW = Path(os.environ.get("TRADEVIZ_RAW") or ROOT.parent / "shared" / "raw")


def package(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    return read


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (RAW / "SOURCES.md").is_file():
        pytest.skip("the raw sources are not here: set TRADEVIZ_RAW to their folder")
    out = tmp_path_factory.mktemp("data")
    command = [sys.executable, str(ROOT / "tools" / "build_data.py")]
    run = subprocess.run(
        [*command, "--raw", str(RAW), "--out", str(out)], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    return out


def same(made: Path, committed: Path) -> bool:
    if made.read_bytes() == committed.read_bytes():
        return True
    if made.suffix != ".parquet":
        return False
    writers = {pq.read_metadata(path).created_by for path in (made, committed)}
    # Another writer packs the same rows in other bytes; then the rows have to do.
    return len(writers) == 2 and pd.read_parquet(made).equals(pd.read_parquet(committed))


def test_the_build_makes_the_committed_tables(rebuilt: Path) -> None:
    paths = [item["path"] for item in package(DATA)["resources"]]
    assert paths == [item["path"] for item in package(rebuilt)["resources"]]
    differing = [path for path in paths if not same(rebuilt / path, DATA / path)]
    assert differing == []


def test_the_build_makes_the_committed_description(rebuilt: Path) -> None:
    def plain(folder: Path) -> dict[str, Any]:
        read = package(folder)
        for item in read["resources"]:
            if item["path"].endswith(".parquet"):
                # Follow from the bytes, which the test above compares.
                del item["hash"], item["bytes"]
        return read

    assert plain(rebuilt) == plain(DATA)


def test_the_build_leaves_nothing_beside(rebuilt: Path) -> None:
    listed = {item["path"] for item in package(rebuilt)["resources"]} | {"datapackage.json"}
    found = {path.relative_to(rebuilt).as_posix() for path in rebuilt.rglob("*") if path.is_file()}
    assert found == listed


def test_hashes_and_sizes_are_those_of_the_files() -> None:
    for item in package(DATA)["resources"]:
        content = (DATA / item["path"]).read_bytes()
        assert item["bytes"] == len(content), item["path"]
        assert item["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}", item["path"]


def test_the_description_names_no_folder_of_a_machine() -> None:
    text = (DATA / "datapackage.json").read_text(encoding="utf-8")
    assert re.findall(r"/(?:home|tmp|root|Users)/|shared.raw|file:", text) == []


def test_a_missing_raw_folder_is_named(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "tools" / "build_data.py")]
    run = subprocess.run(
        [*command, "--raw", str(tmp_path / "nowhere"), "--out", str(tmp_path / "out")],
        capture_output=True,
        text=True,
    )
    assert run.returncode != 0
    assert "nowhere" in run.stderr
    assert not (tmp_path / "out").exists()


def equal(made: pd.DataFrame, name: str, keys: list[str]) -> None:
    """Hold the rows that a tool makes to those stored under a name, in whatever order."""
    left, right = (
        table.assign(**{key: table[key].fillna("").astype(str) for key in keys})
        .set_index(keys)
        .sort_index()
        for table in (made, tv.load(name))
    )
    pd.testing.assert_frame_equal(
        left, right.loc[left.index, left.columns], check_dtype=False, rtol=1e-6, atol=1e-9
    )


def test_a_fit_that_the_build_does_not_make_gives_the_stored_tables() -> None:
    keys = {
        "forecast_weights": ["term", "horizon"], "forecast_scale": ["partner", "horizon"],
        "forecast_partners": ["partner"],
        "forecast_scores": ["pool", "size", "horizon", "probability"],
    }  # fmt: skip
    for name, made in run_forecast.fit().items():
        equal(made, name, keys[name])
        assert len(made) == len(tv.load(name))


def test_shares_of_conditions_are_those_that_the_tool_makes() -> None:
    keys = ["condition", "scope", "partner", "hts_prefix"]
    rows = [*condition_shares.foreign_content(), *condition_shares.weight(("GBR", "KOR"))]
    if (RAW / "SOURCES.md").is_file():
        rows += condition_shares.measured(RAW)
    equal(pd.DataFrame(rows), "condition_shares", keys)


def test_a_run_of_deals_is_stored_in_thousands() -> None:
    deals = tv.deals(["JPN", "KOR"])
    values, effects = run_deals.results(deals).values()
    assert list(values) == list(tv.load("deals_fourteen"))
    for made, exact in (
        (values.set_index("partner"), run_deals.deal_values(deals)),
        (effects.pivot(index="partner", columns="signatory", values="effect_usd"),
         run_deals.shapley(deals)),
    ):  # fmt: skip
        rounded = made.loc[exact.index, exact.columns]
        assert (rounded % 1000 == 0).all().all() and ((rounded - exact).abs() <= 501).all().all()


def test_days_in_transit_are_those_that_the_tool_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    # What regresses is of an extra that nothing else needs; the days under way are without it.
    monkeypatch.setitem(sys.modules, "pyfixest", ModuleType("pyfixest"))
    made = importlib.import_module("tools.run_estimates").transit()
    stored = tv.load("estimates_2025").set_index("estimate").loc["transit_days"]
    for name in ("value", "standard_error", "observations"):
        assert made[name] == pytest.approx(stored[name], rel=1e-9)


def test_a_release_adds_its_rates_and_keeps_those_of_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / "vintages.csv"
    path.write_bytes((DATA / "vintages.csv").read_bytes())
    monkeypatch.setattr(vintage, "ROOT", tmp_path)
    for _ in range(2):
        vintage.main()
    rows = pd.read_csv(path)
    older = rows[rows["vintage"] != tv.__version__].reset_index(drop=True)
    stored = pd.read_csv(DATA / "vintages.csv").query("vintage != @tv.__version__")
    assert older.equals(stored.reset_index(drop=True))
    own = rows[rows["vintage"] == tv.__version__].set_index("partner")
    today = tv.exposure("in_force", partners=list(own.index)).droplevel("outcome")
    off = own["added_duty_usd"] - today["added_duty_usd"].rename(str)
    assert len(off) == tv.load("partners")["has_lines"].sum() and off.abs().max() <= 0.5
    assert set(own["known_until"]) == {str(tv.outcome("in_force").day)}
