"""Give columns their types, and name the rows where that fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tradeviz.errors import DataError, nearest

Mask = npt.NDArray[np.bool_]

SHOWN = 20
"""Faults named one by one for each field; the rest are counted."""
MEANING = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "year": "a year of four digits",
    "boolean": "true or false",
    "date": "a date as YYYY-MM-DD",
}


def row_faults(
    mask: Mask,
    column: pd.Series[Any],
    what: str,
    *,
    file: str,
    field: str,
    allowed: object = None,
    choices: list[str] | None = None,
) -> list[DataError]:
    """Return one fault for each marked row, the first twenty in full."""
    rows = np.flatnonzero(mask)
    faults = []
    for row in rows[:SHOWN]:
        value = column.iloc[row]
        shown = None if pd.isna(value) else value
        close = nearest(shown, choices) if choices and shown is not None else None
        faults.append(
            DataError(what, file=file, row=int(row) + 1, field=field, value=shown,
                      allowed=allowed, nearest=close)
        )  # fmt: skip
    if len(rows) > SHOWN:
        faults.append(DataError(f"{what}: and {len(rows) - SHOWN} more", file=file, field=field))
    return faults


def _each(text: pd.Series[Any], read: Callable[[str], Any], blank: Any) -> list[Any]:
    def one(value: str) -> Any:
        try:
            return read(value)
        except ValueError:
            return blank

    # As Python's own texts: one by one, those of Arrow take ten times as long.
    parts = zip(text.astype(object), text.isna(), strict=True)
    return [blank if missing else one(value) for value, missing in parts]


def _whole(text: str) -> int:
    # Python's int also takes "1_000" and " 5", which no table should hold.
    if not text.lstrip("-").isdecimal() or len(text) > 18:
        raise ValueError(text)
    return int(text)


def _year(text: str) -> int:
    if len(text) != 4:
        raise ValueError(text)
    return _whole(text)


def _day(text: str) -> np.datetime64:
    if len(text) != 10:
        raise ValueError(text)
    return np.datetime64(date.fromisoformat(text))


def _typed(column: pd.Series[Any], kind: str) -> pd.Series[Any]:
    """Give a column its type; what cannot be read is missing afterwards."""
    values: Any
    if kind == "string":
        return column
    if kind == "number":
        # Python's own float is exact; the parser of pandas may be off in the last digit.
        values = column if column.dtype.kind == "f" else _each(column, float, np.nan)
        array = np.asarray(values, dtype=float)
        return pd.Series(np.where(np.isfinite(array), array, np.nan), index=column.index)
    if kind == "date":
        if column.dtype.kind != "M":
            column = pd.Series(_each(column, _day, None), index=column.index)
        return column.astype("datetime64[us]")
    if kind == "boolean":
        if column.dtype.kind == "b":
            return column.astype("boolean")
        return column.map({"true": True, "false": False}).astype("boolean")
    if column.dtype.kind not in "iu":
        values = _each(column, _year if kind == "year" else _whole, None)
        return pd.Series(values, index=column.index, dtype="Int64")
    return column.astype("Int64")


def typed(
    column: pd.Series[Any], field: dict[str, Any], *, file: str
) -> tuple[pd.Series[Any], list[DataError]]:
    """Give a column the described type."""
    name, kind = field["name"], field["type"]
    values = _typed(column, kind)
    gone, missing = values.isna().to_numpy(), column.isna().to_numpy()
    faults = row_faults(gone & ~missing, column, f"not {MEANING[kind]}", file=file, field=name)
    if field.get("constraints", {}).get("required"):
        faults += row_faults(missing, column, "a required value is missing", file=file, field=name)
        if not gone.any() and kind in ("integer", "year", "boolean"):
            values = values.astype("bool" if kind == "boolean" else "int64")
    return values, faults


def few_rows(resource: dict[str, Any], frame: pd.DataFrame) -> list[DataError]:
    """Return a fault where a table has fewer rows than its description asks for at least."""
    least = int(resource.get("rows_at_least", 0))
    if len(frame) >= least:
        return []
    what = "the table has too few rows"
    return [DataError(what, file=resource["path"], value=len(frame), allowed=f"{least} or more")]


def key_faults(frame: pd.DataFrame, key: list[str], *, file: str) -> list[DataError]:
    """Return a fault for each row that repeats the primary key of an earlier one."""
    again = frame.duplicated(key).to_numpy()
    if not again.any():
        return []
    shown = joined(frame, key)
    again = again & shown.notna().to_numpy()
    return row_faults(again, shown, "the key is there already", file=file, field=" ".join(key))


def joined(frame: pd.DataFrame, key: list[str]) -> pd.Series[Any]:
    """Return the key of each row as one text."""
    if len(key) == 1:
        return frame[key[0]].astype("str")
    parts = [
        frame[name].dt.strftime("%Y-%m-%d") if frame[name].dtype.kind == "M" else frame[name]
        for name in key
    ]
    whole = parts[0].astype("str")
    for part in parts[1:]:
        whole = whole + " " + part.astype("str")
    return whole
