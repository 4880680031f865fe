"""Shares of a line's value that a measure reaches: metal content, and trade outside USMCA."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tradeviz import datasets

OUTSIDE_USMCA, FOREIGN_CONTENT = "not_usmca", "not_us_content"
BY_MONTH = (OUTSIDE_USMCA, FOREIGN_CONTENT)
Row = tuple[str, NDArray[np.int64], NDArray[np.float64]]


def share_names(folder: Path | None = None) -> frozenset[str]:
    """Return the names that a measure may give as its share of value."""
    table = datasets.load("value_shares", folder=folder)
    return frozenset({OUTSIDE_USMCA, FOREIGN_CONTENT, *map(str, table["name"].unique())})


def share_month(name: str, day: dt.date | None) -> dt.date | None:
    """Return the month whose own shares hold on a day; None for the shares of all months."""
    if name not in BY_MONTH or day is None:
        return None
    month = day.replace(day=1)
    return month if month in _usmca_months() else None


@cache
def _usmca_table() -> pd.DataFrame:
    return datasets.load("usmca_shares_monthly")


@cache
def _usmca_months() -> tuple[dt.date, ...]:
    """Return the months with shares of their own; the first stands for all months together."""
    return tuple(sorted(stamp.date() for stamp in _usmca_table()["month"].unique()))[1:]


@cache
def outside_usmca(month: dt.date | None) -> list[Row]:
    """Return the shares outside USMCA of a month, by partner."""
    table = _usmca_table()
    wanted = table["month"].min() if month is None else pd.Timestamp(month)
    return _by_partner(table[table["month"] == wanted])


def _by_partner(table: pd.DataFrame) -> list[Row]:
    return [
        (
            str(partner),
            np.asarray(rows["hs10"].astype("int64"), dtype=np.int64),
            np.asarray(rows["share"], dtype=np.float64),
        )
        for partner, rows in table.groupby("partner", observed=True)
    ]


@cache
def value_shares() -> dict[str, list[Row]]:
    """Return name -> shares by partner of the table value_shares."""
    table = datasets.load("value_shares")
    return {str(n): _by_partner(rows) for n, rows in table.groupby("name", observed=True)}
