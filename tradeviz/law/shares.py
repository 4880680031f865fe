"""Shares of a line's value that a measure reaches: metal content, and trade outside USMCA."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tradeviz import datasets
from tradeviz.law.record import Law

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
    return month if month in list(_usmca())[1:] else None


def _rows(table: pd.DataFrame, by: str) -> dict[Any, list[Row]]:
    """Return a share's key -> its rows by partner; cut as arrays, since frames are slow to cut."""
    number = np.asarray(table["hs10"].astype("int64"), dtype=np.int64)
    share = np.asarray(table["share"], dtype=np.float64)
    cut: dict[Any, list[Row]] = {}
    groups: dict[Any, Any] = table.groupby([by, "partner"], observed=True).indices
    for (key, partner), index in groups.items():
        cut.setdefault(key, []).append((str(partner), number[index], share[index]))
    return cut


@cache
def _usmca() -> dict[dt.date, list[Row]]:
    """Return month -> the shares outside USMCA by partner; the first stands for all months."""
    rows = _rows(datasets.load("usmca_shares_monthly"), "month")
    return {pd.Timestamp(month).date(): rows[month] for month in sorted(rows)}


def change_days(law: Law, partners: Iterable[str]) -> list[dt.date]:
    """Return the days on which a rate of the partners may change: of law, of monthly shares."""
    months = list(_usmca())[1:]
    named = {partner for month in months for partner, _, _ in outside_usmca(month)}
    if not months or named.isdisjoint(partners):
        return list(law.days())
    # After the last month of its own every month has the shares of all months again.
    end = (pd.Timestamp(months[-1]) + pd.offsets.MonthBegin()).date()
    return sorted({*law.days(), *months, end})


def outside_usmca(month: dt.date | None) -> list[Row]:
    """Return the shares outside USMCA of a month, or of all months together, by partner."""
    return _usmca()[month or next(iter(_usmca()))]


@cache
def value_shares() -> dict[str, list[Row]]:
    """Return name -> shares by partner of the table value_shares."""
    return _rows(datasets.load("value_shares"), "name")
