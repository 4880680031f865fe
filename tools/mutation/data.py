"""Faults of the data: a value, a unit, a country, a column, a row, a date."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tools.mutation.fault import Fault, generator

Change = Callable[[pd.DataFrame], pd.DataFrame]


def faults(tree: Path, seed: int, only: str = "") -> list[Fault]:
    """Return three faults of each kind that fits, for every table of data or one of them."""
    package = json.loads((tree / "data" / "datapackage.json").read_text(encoding="utf-8"))
    found: list[Fault] = []
    for resource in package["resources"]:
        name = resource["name"]
        # Faults of the law are a class of their own.
        if "schema" not in resource or resource["path"].startswith("law/"):
            continue
        if only not in ("", name):
            continue
        source = generator(seed, "data", name)
        table = read(tree / "data" / resource["path"])
        for kind, make in KINDS.items():
            for _ in range(3):
                made = make(table, resource, source)
                if made is not None:
                    what, change = made
                    found.append(Fault("data", kind, f"data/{resource['path']}", what,
                                       _edit(f"data/{resource['path']}", change)))  # fmt: skip
    return found


def read(path: Path) -> pd.DataFrame:
    """Read a table, CSV as text and Parquet as stored."""
    if path.suffix == ".csv":
        return pd.read_csv(path, dtype=str, keep_default_na=False)
    frame: pd.DataFrame = pq.read_table(path).to_pandas(date_as_object=True)
    for name in frame:
        if frame[name].dtype == "category":
            frame[name] = frame[name].astype(object)
    return frame


def _edit(file: str, change: Change) -> Callable[[Path], None]:
    def edit(tree: Path) -> None:
        path = tree / file
        frame = change(read(path).copy())
        if path.suffix == ".csv":
            frame.to_csv(path, index=False, lineterminator="\n")
            return
        schema = pq.read_schema(path).remove_metadata()
        made = pa.Table.from_pandas(frame, schema=schema, preserve_index=False)
        # As the build writes it: what pandas adds would be seen before the fault is.
        pq.write_table(made.replace_schema_metadata(None), path)

    return edit


def _columns(resource: dict[str, Any], *types: str) -> list[str]:
    keys = resource["schema"].get("primaryKey", [])
    fields = resource["schema"]["fields"]
    return [item["name"] for item in fields if item["type"] in types and item["name"] not in keys]


def _filled(table: pd.DataFrame, column: str, source: random.Random) -> int | None:
    values = pd.to_numeric(table[column], errors="coerce")
    rows = values.index[values.notna() & (values != 0)]
    return int(source.choice(list(rows))) if len(rows) else None


def _scaled(value: Any, factor: float) -> Any:
    if isinstance(value, str):
        number = float(value) * factor
        return str(round(number)) if value.lstrip("-").isdigit() else f"{number:.6g}"
    return value * factor


Made = tuple[str, Change] | None


def _value(table: pd.DataFrame, resource: dict[str, Any], source: random.Random) -> Made:
    numbers = _columns(resource, "number")
    if not numbers:
        return None
    column = source.choice(numbers)
    row = _filled(table, column, source)
    if row is None:
        return None
    factor = source.choice([0.5, 0.9, 1.01, 1.1, 2.0])

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[row, column] = _scaled(frame.loc[row, column], factor)
        return frame

    return f"row {row + 1}, {column} times {factor}", change


def _unit(table: pd.DataFrame, resource: dict[str, Any], source: random.Random) -> Made:
    numbers = _columns(resource, "number")
    key = resource["schema"].get("primaryKey", [None])[0]
    if not numbers or key is None:
        return None
    column = source.choice(numbers)
    row = _filled(table, column, source)
    if row is None:
        return None
    whole = source.random() < 0.5
    label = table.loc[row, key]
    factor = 0.01 if column.endswith(("rate", "share")) else 0.001

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        rows = frame[column].astype(str).ne("") & (whole | (frame[key] == label))
        rows &= pd.to_numeric(frame[column], errors="coerce").notna()
        frame.loc[rows, column] = [_scaled(value, factor) for value in frame.loc[rows, column]]
        return frame

    return f"{column} of {'all' if whole else label} times {factor}", change


def _country(table: pd.DataFrame, resource: dict[str, Any], source: random.Random) -> Made:
    keys = resource["schema"].get("primaryKey", [])
    values = [column for column in table if column not in keys]
    # A table that says the same of every partner stays as it is when two of them are swapped.
    if "partner" not in keys or table[values].astype(str).drop_duplicates().shape[0] < 2:
        return None
    if table["partner"].nunique() < 2:
        return None
    one, two = sorted(source.sample(sorted(set(table["partner"])), 2))

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        first = frame.index[frame["partner"] == one]
        second = frame.index[frame["partner"] == two]
        rows = min(len(first), len(second))
        a, b = frame.loc[first[:rows], values], frame.loc[second[:rows], values]
        frame.loc[first[:rows], values] = b.to_numpy()
        frame.loc[second[:rows], values] = a.to_numpy()
        return frame

    return f"values of {one} and {two} swapped", change


def _dropped(table: pd.DataFrame, resource: dict[str, Any], source: random.Random) -> Made:
    row = source.randrange(len(table))
    return f"row {row + 1} gone", lambda frame: frame.drop(index=row)


def _twice(table: pd.DataFrame, resource: dict[str, Any], source: random.Random) -> Made:
    row = source.randrange(len(table))
    return f"row {row + 1} twice", lambda frame: pd.concat([frame.loc[:row], frame.loc[row:]])


def _date(table: pd.DataFrame, resource: dict[str, Any], source: random.Random) -> Made:
    fields = {item["name"]: item["type"] for item in resource["schema"]["fields"]}
    dated = [name for name, kind in fields.items() if kind in ("date", "year")]
    if not dated:
        return None
    column = source.choice(dated)
    rows = table.index[table[column].astype(str).ne("") & table[column].notna()]
    row = int(source.choice(list(rows)))

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        value = frame.loc[row, column]
        if fields[column] == "year":
            frame.loc[row, column] = type(value)(int(value) - 1)
        else:
            day = dt.date.fromisoformat(str(value)[:10])
            moved = (day.replace(day=1) - dt.timedelta(days=1)).replace(day=min(day.day, 28))
            frame.loc[row, column] = moved.isoformat() if isinstance(value, str) else moved
        return frame

    return f"row {row + 1}, {column} one {fields[column]} back", change


def _reversed(table: pd.DataFrame, resource: dict[str, Any], source: random.Random) -> Made:
    return ("rows in reverse", lambda frame: frame.iloc[::-1]) if len(table) > 1 else None


def _empty(table: pd.DataFrame, resource: dict[str, Any], source: random.Random) -> Made:
    return "all rows gone", lambda frame: frame.iloc[:0]


def _swapped(table: pd.DataFrame, resource: dict[str, Any], source: random.Random) -> Made:
    """Swap two columns of numbers, as who reads a file by place would."""
    numbers = _columns(resource, "number")
    if len(numbers) < 2:
        return None
    one, two = sorted(source.sample(numbers, 2))

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame[one], frame[two] = frame[two].copy(), frame[one].copy()
        return frame

    return f"{one} and {two} swapped", change


def _without(table: pd.DataFrame, resource: dict[str, Any], source: random.Random) -> Made:
    if "partner" not in resource["schema"].get("primaryKey", []):
        return None
    gone = source.choice(sorted(set(table["partner"])))
    return f"{gone} gone", lambda frame: frame[frame["partner"] != gone]


KINDS: dict[str, Callable[[pd.DataFrame, dict[str, Any], random.Random], Made]] = {
    "value": _value,
    "unit": _unit,
    "country": _country,
    "dropped row": _dropped,
    "row twice": _twice,
    "date": _date,
    "rows reversed": _reversed,
    "header only": _empty,
    "columns swapped": _swapped,
    "partner dropped": _without,
}
