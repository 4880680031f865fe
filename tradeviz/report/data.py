"""The data behind a table or chart, to take away: full numbers, units in the head, where from."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

import pandas as pd

from tradeviz.errors import ArgumentError
from tradeviz.quantities import quantity

_UNITS = {
    "percent": "fraction",
    "points": "difference of fractions",
    "usd": "US dollars",
    "days": "days",
    "ratio": "ratio",
}
_WIDEST = 40


@cache
def headed(column: str) -> str:
    """Return the head of a column with its unit, as it is in the data: rates are fractions."""
    try:
        known = quantity(column)
    except ArgumentError:
        return column
    unit = " ".join(filter(None, (_UNITS.get(known.unit, ""), known.of)))
    return f"{column} ({unit})" if unit else column


def read(csv: str) -> pd.DataFrame:
    """Return the table of a CSV, texts as they are: a code keeps its zeros."""

    def table(dtype: Any) -> pd.DataFrame:
        return pd.read_csv(io.StringIO(csv), keep_default_na=False, na_values=[""], dtype=dtype)

    texts = table(str)
    codes = [
        name
        for name in texts
        if str(name).startswith("hs") or texts[name].str.match(r"0\d", na=False).any()
    ]
    return table(dict.fromkeys(codes, str))


def as_csv(csv: str, about: Sequence[str]) -> str:
    r"""Return a CSV with units in its head, after rows that say what it is."""
    head, _, body = csv.partition("\n")
    names = pd.read_csv(io.StringIO(head)).columns
    line = pd.DataFrame(columns=[headed(str(name)) for name in names]).to_csv(
        index=False, lineterminator="\n"
    )
    notes = "".join(f"# {' '.join(text.split())}\n" for text in about if text)
    return notes + line + body


def as_workbook(csv: str, about: Sequence[str], created: str) -> bytes:
    r"""Return the same as an Excel file; the same data give the same bytes."""
    import xlsxwriter

    table = read(csv)
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_urls": False}) as book:
        book.set_properties({"created": datetime.fromisoformat(created)})
        bold = book.add_format({"bold": True, "bottom": 1})
        page = book.add_worksheet("Data")
        for place, column in enumerate(table.columns):
            name = headed(str(column))
            page.write_string(0, place, name, bold)
            page.set_column(place, place, min(len(name) + 2, _WIDEST))
            for row, value in enumerate(table[column].tolist(), start=1):
                write(page, row, place, value)
        page.freeze_panes(1, 0)
        notes = book.add_worksheet("About")
        for row, text in enumerate(filter(None, about)):
            notes.write_string(row, 0, text)
    return target.getvalue()


def write(page: Any, row: int, column: int, value: object, style: Any = None) -> None:
    """Write a value of a table into a sheet; what is missing stays empty."""
    if value is None or value is pd.NaT or value != value:
        return
    if isinstance(value, bool):
        page.write_boolean(row, column, value, style)
    elif isinstance(value, int | float):
        page.write_number(row, column, value, style)
    elif isinstance(value, pd.Timestamp):
        page.write_datetime(row, column, value.to_pydatetime(), style)
    else:
        page.write_string(row, column, str(value))
