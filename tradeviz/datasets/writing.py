"""Write a table as datapackage.json describes it, the same bytes each time, and stamp the file."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from tradeviz.datasets.descriptor import NAME
from tradeviz.errors import DataError
from tradeviz.files import write_whole

Field = dict[str, Any]


def write_table(
    frame: pd.DataFrame, folder: Path, resource: dict[str, Any], *, categories: Iterable[str] = ()
) -> None:
    """Write a table as its description says: columns in order, rows sorted by the primary key."""
    schema = resource["schema"]
    fields, key = schema["fields"], schema["primaryKey"]
    table = frame[[item["name"] for item in fields]].sort_values(key, ignore_index=True)
    if table.duplicated(key).any():
        raise DataError(f"the key {key} repeats", file=resource["path"])
    for item in fields:
        if not item.get("constraints", {}).get("required"):
            continue
        column = table[item["name"]]
        empty = column.dtype.kind == "O" and column.astype(object).eq("").any()
        if empty or column.isna().any():
            raise DataError("required values are missing", file=resource["path"],
                            field=item["name"])  # fmt: skip
    path = folder / resource["path"]
    if path.suffix == ".csv":
        content = _csv_bytes(table, fields)
    else:
        content = _parquet_bytes(table, fields, set(categories))
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content)


def stamp(folder: Path, *, write: bool = True) -> list[str]:
    """Describe the files of a data folder as they are."""
    path = folder / NAME
    package = json.loads(path.read_text(encoding="utf-8"))
    changed = []
    for item in package["resources"]:
        content = (folder / item["path"]).read_bytes()
        actual = {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}
        if any(item[key] != value for key, value in actual.items()):
            changed.append(item["path"])
            item |= actual
    sources: dict[str, dict[str, str]] = {}
    for source in (named for item in package["resources"] for named in item.get("sources", [])):
        sources.setdefault(source["title"], source)
    package["sources"] = list(sources.values())
    if changed and write:
        save_package(folder, package)
    return changed


def save_package(folder: Path, package: dict[str, Any]) -> None:
    """Write the description of a data package."""
    text = json.dumps(package, indent=1, ensure_ascii=False)
    write_whole(folder / NAME, (text + "\n").encode("utf-8"))


def _cell(value: Any, item: Field) -> str:
    """Return one cell of a CSV."""
    if pd.isna(value):
        return ""
    kind = item["type"]
    if kind == "boolean":
        return "true" if value else "false"
    if kind in ("integer", "year"):
        return str(int(value))
    if kind == "number":
        # Whole dollars; rates rounded where binary noise starts, then the shortest text; no "-0".
        dollars = item.get("unit") == "USD"
        return f"{value:z.0f}" if dollars else repr(round(float(value), 12) + 0.0)
    if kind == "date":
        return pd.Timestamp(value).strftime("%Y-%m-%d")
    return str(value)


def _csv_bytes(table: pd.DataFrame, fields: Sequence[Field]) -> bytes:
    """Return a table as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([item["name"] for item in fields])
    columns = [[_cell(value, item) for value in table[item["name"]]] for item in fields]
    writer.writerows(zip(*columns, strict=True))
    return text.getvalue().encode("utf-8")


def _parquet_bytes(table: pd.DataFrame, fields: Sequence[Field], categories: set[str]) -> bytes:
    """Return a table as Parquet."""
    import pyarrow as arrow
    import pyarrow.parquet as parquet

    kinds = {
        "string": arrow.string(),
        "number": arrow.float64(),
        "integer": arrow.int64(),
        "year": arrow.int64(),
        "boolean": arrow.bool_(),
        "date": arrow.date32(),
    }
    arrays, columns = [], []
    for item in fields:
        name, kind = item["name"], kinds[item["type"]]
        series = table[name]
        if name in categories:
            # Sorted codes, so that the dictionary does not depend on the order of arrival.
            words = [str(value) for value in series.astype(object)]
            code = {word: number for number, word in enumerate(sorted(set(words)))}
            kind = arrow.dictionary(arrow.int16(), arrow.string())
            column = arrow.DictionaryArray.from_arrays(
                arrow.array([code[word] for word in words], arrow.int16()),
                arrow.array(code, arrow.string()),
            )
        elif item["type"] == "date":
            column = arrow.array(pd.to_datetime(series).dt.date, kind)
        elif item["type"] == "string":
            text = series.astype(object)
            column = arrow.array(text.where(series.notna() & (text != ""), None), kind)
        else:
            column = arrow.array(series, kind, from_pandas=True)
        arrays.append(column)
        columns.append(arrow.field(name, kind))
    # No pandas metadata: it carries version numbers that would change the bytes.
    stored = arrow.Table.from_arrays(arrays, schema=arrow.schema(columns))
    sink = io.BytesIO()
    parquet.write_table(
        stored, sink, compression="zstd", compression_level=15, row_group_size=len(table) or 1
    )
    return sink.getvalue()
