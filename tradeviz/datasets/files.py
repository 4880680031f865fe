"""From a file to its columns: there, whole, readable, and with the described header."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path
from typing import Any

import pandas as pd

from tradeviz.datasets.values import MEANING, SHOWN
from tradeviz.errors import DataError, nearest

_STORED = {
    "string": ("string", "large_string", "dictionary<values=string"),
    "number": ("double",),
    "integer": ("int",),
    "year": ("int",),
    "boolean": ("bool",),
    "date": ("date32",),
}


def content(resource: dict[str, Any], folder: Path) -> tuple[bytes, list[DataError]]:
    """Return the bytes of a file and whether they are the described ones."""
    path = resource["path"]
    try:
        found = (folder / path).read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        there = [str(item.relative_to(folder).as_posix()) for item in folder.rglob("*.*")]
        raise DataError("the file is missing", file=path, nearest=nearest(path, there)) from None
    if len(found) != resource["bytes"]:
        what = "damaged or edited: the size is not the described one"
        wanted = f"{resource['bytes']} bytes"
        return found, [DataError(what, file=path, value=f"{len(found)} bytes", allowed=wanted)]
    actual = f"sha256:{hashlib.sha256(found).hexdigest()}"
    if actual != resource["hash"]:
        what = "damaged or edited: the hash is not the described one"
        return found, [DataError(what, file=path, value=actual, allowed=resource["hash"])]
    return found, []


def columns(resource: dict[str, Any], found: bytes) -> tuple[pd.DataFrame, list[DataError]]:
    """Split a file into columns, text for CSV and stored types for Parquet."""
    path = resource["path"]
    try:
        if path.endswith(".csv"):
            frame, faults = _csv_columns(path, found)
        else:
            frame, faults = _parquet_columns(resource, found)
    except DataError as error:
        return pd.DataFrame(), [error]
    wanted = [field["name"] for field in resource["schema"]["fields"]]
    header = _header_faults(path, list(frame.columns), wanted)
    # What cannot be read as described is a fault already; the rest is still worth checking.
    usable = ~frame.columns.duplicated(keep=False)
    usable &= ~frame.columns.isin([fault.field for fault in faults])
    return frame.loc[:, usable], [*header, *faults]


def _csv_columns(path: str, found: bytes) -> tuple[pd.DataFrame, list[DataError]]:
    try:
        rows = list(csv.reader(io.StringIO(found.decode("utf-8"), newline=""), strict=True))
    except UnicodeDecodeError as error:
        line = found[: error.start].count(b"\n") + 1
        raise DataError(f"not UTF-8 text in line {line}", file=path) from None
    except csv.Error as error:
        raise DataError(f"not a readable CSV file: {error}", file=path) from None
    if not rows:
        raise DataError("the file is empty", file=path)
    header, *body = rows
    faults = []
    wrong = [number for number, row in enumerate(body, start=1) if len(row) != len(header)]
    for number in wrong[:SHOWN]:
        faults.append(
            DataError("wrong number of values", file=path, row=number,
                      value=len(body[number - 1]), allowed=str(len(header)))
        )  # fmt: skip
    if len(wrong) > SHOWN:
        what = f"wrong number of values: and {len(wrong) - SHOWN} more"
        faults.append(DataError(what, file=path))
    if wrong:
        # Keep the row numbers: what follows still has to name the right row.
        body = [(row + [""] * len(header))[: len(header)] for row in body]
    values = zip(*body, strict=True) if body else ([] for _ in header)
    columns = [pd.Series([text or None for text in texts], dtype="str") for texts in values]
    return pd.DataFrame(dict(enumerate(columns))).set_axis(header, axis=1), faults


def _parquet_columns(
    resource: dict[str, Any], found: bytes
) -> tuple[pd.DataFrame, list[DataError]]:
    # Imported here: it takes longer than most tables take to load, and a CSV does not need it.
    import pyarrow as arrow
    import pyarrow.parquet as parquet

    path = resource["path"]
    try:
        table = parquet.read_table(arrow.BufferReader(found))
    except (arrow.ArrowInvalid, OSError) as error:
        reason = str(error).split("'<Buffer>': ")[-1].split(". ")[0].rstrip(".")
        raise DataError(f"not a readable Parquet file: {reason}", file=path) from None
    stored = {item.name: str(item.type) for item in table.schema}
    faults = []
    for field in resource["schema"]["fields"]:
        kind = stored.get(field["name"])
        if kind is not None and not kind.startswith(_STORED[field["type"]]):
            faults.append(
                DataError(f"not stored as {MEANING[field['type']]}", file=path,
                          field=field["name"], value=kind, allowed=_STORED[field["type"]])
            )  # fmt: skip
    frame: pd.DataFrame = table.to_pandas(date_as_object=False)
    return frame, faults


def _header_faults(path: str, found: list[str], wanted: list[str]) -> list[DataError]:
    faults = []
    for name in wanted:
        if name not in found:
            spare = [other for other in found if other not in wanted]
            faults.append(
                DataError("the column is missing", file=path, field=name,
                          nearest=nearest(name, spare))
            )  # fmt: skip
    for number, name in enumerate(found):
        if name in found[:number]:
            faults.append(DataError("the column is there twice", file=path, field=name))
        elif name not in wanted:
            faults.append(
                DataError("the column is not described", file=path, field=name, allowed=wanted,
                          nearest=nearest(name, wanted))
            )  # fmt: skip
    if not faults and found != wanted:
        faults.append(
            DataError("the columns are in another order", file=path, value=", ".join(found),
                      allowed=wanted)
        )  # fmt: skip
    return faults
