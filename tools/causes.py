"""Name the rows of law and data that moved since the golden tables were taken.

Git knows both: which commit wrote tests/golden/ last, and what data/ was in it.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    # Also as a script: its own folder is on the path, the project's is not.
    sys.path.append(str(ROOT))

from tools.differences import differences  # noqa: E402

LINES = 25
"""Lines at most: below red tests nobody reads more."""

TITLE = "law and data that moved since tests/golden/ was taken"
NONE = "none: the code moved it"
_FEW = 8


def _git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True).stdout


def causes() -> list[str]:
    """Return a line a row of the law, and a line a table of other data."""
    try:
        base = _git("log", "-1", "--format=%H", "--", "tests/golden").decode().strip()
        if _git("status", "--porcelain", "--", "tests/golden"):
            return ["not known: tests/golden/ was taken anew since the last commit"]
        names = _git("diff", "--name-only", "--relative", base, "--", "data").decode().split("\n")
    except (OSError, subprocess.CalledProcessError):
        return ["not known: this is no clone of the project"]
    package = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))
    keys = {
        f"data/{item['path']}": item["schema"]["primaryKey"]
        for item in package["resources"]
        if "schema" in item
    }
    lines = []
    for name in filter(None, names):
        if name.endswith(".toml"):
            lines += _cells(name, _terms, ["term"], base)
        elif name in keys:
            lines += _cells(name, _table, keys[name], base)
    more = len(lines) - LINES
    return [*lines[:LINES], *([f"and {more} lines more"] if more > 0 else [])]


def _cells(name: str, read: Any, keys: list[str], base: str) -> list[str]:
    """Write what differs in one file: cell by cell for the law, in short where it is much."""
    path, title = ROOT / name, Path(name).stem
    try:
        old = read(name, _git("show", f"{base}:{name}"))
    except subprocess.CalledProcessError:
        return [f"{name}: new"]
    if not path.exists():
        return [f"{name}: gone"]
    new = read(name, path.read_bytes())
    if lacking := [key for key in keys if key not in old]:
        return [f"{name}: new column {', '.join(lacking)}"]
    found = differences(old, new, keys)
    if len(found) > _FEW or not name.startswith(("data/law/", "data/outcomes/")):
        columns = _some(found.loc[found["column"] != "(row)", "column"])
        blocks = _some(found["row"].str.split(", ").str[0])
        return [f"{name}: columns {columns}; rows of {blocks}"] if len(found) else []
    return [
        f"{title} '{cell.row}': {cell.column} {cell.old or 'empty'} -> {cell.new or 'empty'}"
        f"{_when(new, keys, cell.row)}"
        for cell in found.itertuples()
    ]


def _table(name: str, content: bytes) -> pd.DataFrame:
    if name.endswith(".csv"):
        return pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
    return pd.read_parquet(io.BytesIO(content))


def _terms(name: str, content: bytes) -> pd.DataFrame:
    """Return every key of an outcome file."""
    whole = tomllib.loads(content.decode())
    changes = whole.pop("change", [])
    rows = [(key, str(value)) for key, value in whole.items()]
    for number, change in enumerate(changes, start=1):
        rows += [(f"change {number} {key}", str(value)) for key, value in change.items()]
    return pd.DataFrame(rows, columns=["term", "value"])


def _some(names: pd.Series) -> str:
    found = list(dict.fromkeys(names))
    more = f" and {len(found) - _FEW} more" if len(found) > _FEW else ""
    return (", ".join(found[:_FEW]) or "none") + more


def _when(table: pd.DataFrame, keys: list[str], row: str) -> str:
    """Say in which layer and from when to when a measure stands."""
    if not {"layer", "start", "end"} <= set(table) or len(keys) != 1:
        return ""
    rows = table[table[keys[0]] == row]
    if rows.empty:
        return ""
    first = rows.iloc[0]
    return f"  [layer {first['layer']}, {first['start']} to {first['end'] or 'open'}]"


if __name__ == "__main__":
    print("\n".join(causes()) or NONE)
