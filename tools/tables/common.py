"""Read raw text, and write a table as datapackage.json describes it, the same on every run."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

Field = dict[str, Any]
Resource = dict[str, Any]
DATA = Path(__file__).resolve().parents[2] / "data"

_ARROW = {
    "string": pa.string(),
    "number": pa.float64(),
    "integer": pa.int64(),
    "year": pa.int64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}


def read_text(path: Path, **options: Any) -> pd.DataFrame:
    """Read a CSV with every column as text, so that codes keep their leading zeros."""
    table: pd.DataFrame = pd.read_csv(path, dtype=str, keep_default_na=False, **options)
    return table


@cache
def described() -> dict[str, Resource]:
    """Return name -> description of every table; datapackage.json is where they are written."""
    package = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    return {item["name"]: item for item in package["resources"]}


def write_atomic(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there, so that no reader sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(content)
    os.replace(beside, path)


def write_table(
    frame: pd.DataFrame, out: Path, name: str, *, categories: Iterable[str] = ()
) -> None:
    """Write a table as its description says: columns in order, rows sorted by the primary key."""
    resource = described()[name]
    schema = resource["schema"]
    fields, key = schema["fields"], schema["primaryKey"]
    table = frame[[item["name"] for item in fields]].sort_values(key, ignore_index=True)
    if table.duplicated(key).any():
        raise ValueError(f"{resource['path']}: the key {key} repeats")
    for item in fields:
        column = table[item["name"]]
        missing = column.isna() | (column.astype(object) == "")
        if item.get("constraints", {}).get("required") and missing.any():
            raise ValueError(f"{resource['path']}: field {item['name']!r} lacks required values")
    path = out / resource["path"]
    if path.suffix == ".csv":
        write_atomic(path, _csv_bytes(table, fields))
    else:
        write_atomic(path, _parquet_bytes(table, fields, set(categories)))


def _cell(value: Any, item: Field) -> str:
    if pd.isna(value):
        return ""
    kind = item["type"]
    if kind == "boolean":
        return "true" if value else "false"
    if kind in ("integer", "year"):
        return str(int(value))
    if kind == "number":
        # Whole dollars; rates rounded where binary noise starts, then the shortest text.
        return f"{value:.0f}" if item.get("unit") == "USD" else repr(round(float(value), 12))
    if kind == "date":
        return pd.Timestamp(value).strftime("%Y-%m-%d")
    return str(value)


def _csv_bytes(table: pd.DataFrame, fields: Sequence[Field]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([item["name"] for item in fields])
    columns = [[_cell(value, item) for value in table[item["name"]]] for item in fields]
    writer.writerows(zip(*columns, strict=True))
    return text.getvalue().encode("utf-8")


def _parquet_bytes(table: pd.DataFrame, fields: Sequence[Field], categories: set[str]) -> bytes:
    arrays, columns = [], []
    for item in fields:
        name, kind = item["name"], _ARROW[item["type"]]
        series = table[name]
        if name in categories:
            # Sorted codes, so that the dictionary does not depend on the order of arrival.
            words = [str(value) for value in series]
            code = {word: number for number, word in enumerate(sorted(set(words)))}
            kind = pa.dictionary(pa.int16(), pa.string())
            made = pa.DictionaryArray.from_arrays(
                pa.array([code[word] for word in words], pa.int16()), pa.array(code, pa.string())
            )
        elif item["type"] == "date":
            made = pa.array(pd.to_datetime(series).dt.date, kind)
        elif item["type"] == "string":
            text = series.astype(object)
            made = pa.array(text.where(series.notna() & (text != ""), None), kind)
        else:
            made = pa.array(series, kind, from_pandas=True)
        arrays.append(made)
        columns.append(pa.field(name, kind))
    # No pandas metadata: it carries version numbers that would change the bytes.
    arrow = pa.Table.from_arrays(arrays, schema=pa.schema(columns))
    sink = io.BytesIO()
    pq.write_table(
        arrow, sink, compression="zstd", compression_level=15, row_group_size=len(table) or 1
    )
    return sink.getvalue()
