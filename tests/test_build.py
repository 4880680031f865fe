"""The build makes the committed tables again, byte for byte."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

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
