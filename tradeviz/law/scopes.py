"""Named lists of HTS codes: what stands in them on a day, and under which condition."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tradeviz import datasets
from tradeviz.errors import MeasureError, nearest


@cache
def scope_names(folder: Path | None = None) -> tuple[str, ...]:
    """Return the names of the scopes, ``all`` first."""
    found = (name for name in datasets.tables(folder=folder) if name.startswith("scope_"))
    return ("all", *sorted(name.removeprefix("scope_") for name in found))


class ScopeRow(NamedTuple):
    """One code of a scope: the days it stands there, and what else the text asks."""

    prefix: str
    start: dt.date = dt.date.min
    end: dt.date = dt.date.max
    condition: str = ""

    def in_force(self, day: dt.date) -> bool:
        """Say whether the code stands in the list: ``start <= day < end``."""
        return self.start <= day < self.end


@cache
def scope_rows(name: str) -> tuple[ScopeRow, ...]:
    """Return every row of a scope, of all days."""
    if name == "all":
        return (ScopeRow(""),)
    if name.partition("@")[0] not in scope_names():
        close = nearest(name, scope_names())
        raise MeasureError("unknown scope", field="scope", value=name, nearest=close)
    if "@" in name:
        return _in_form(*name.split("@"))
    header, *rows = datasets.texts(f"scope_{name}")
    places = [header.index(column) for column in ("hts_prefix", "start", "end", "condition")]
    try:
        cells = [[row[place] for place in places] for row in rows]
        return tuple(
            ScopeRow(prefix, _day(start, dt.date.min), _day(end, dt.date.max), condition)
            for prefix, start, end, condition in cells
        )
    except (ValueError, IndexError):
        datasets.load(f"scope_{name}")  # Names the row and what is wrong with it.
        raise


def _in_form(name: str, form: str) -> tuple[ScopeRow, ...]:
    """Return a list as others read it: filled up to ten digits, or lines of eight digits only."""
    if form == "padded":
        return tuple(row._replace(prefix=row.prefix.ljust(10, "0")) for row in scope_rows(name))
    return tuple(row for row in scope_rows(name) if len(row.prefix) >= 8)


def _day(text: str, blank: dt.date) -> dt.date:
    """Read a date; an empty cell is something else."""
    return dt.date.fromisoformat(text) if text else blank


@cache
def scope_days(name: str) -> tuple[dt.date, ...]:
    """Return the days on which a scope changes."""
    days = {day for row in scope_rows(name) for day in (row.start, row.end)}
    return tuple(sorted(days - {dt.date.min, dt.date.max}))


def edition(name: str, day: dt.date | None) -> int:
    """Return which edition of a scope holds on a day: equal numbers mean equal lists."""
    return -1 if day is None else bisect_right(scope_days(name), day)


Codes = Mapping[int, NDArray[np.int64]]
"""Length of a prefix -> the prefixes of that length, the shortest first."""


def by_length(prefixes: Iterable[str]) -> Codes:
    """Return prefixes as numbers, by their length."""
    codes: dict[int, list[int]] = {}
    for prefix in prefixes:
        codes.setdefault(len(prefix), []).append(int(prefix or 0))
    return {length: np.array(codes[length], dtype=np.int64) for length in sorted(codes)}


@cache
def scope_codes(name: str, edition: int) -> Mapping[str, Codes]:
    """Return condition -> the prefixes of an edition of a scope that are named under it."""
    day = (dt.date.min, *scope_days(name))[edition] if edition >= 0 else None
    prefixes: dict[str, list[str]] = {}
    for row in scope_rows(name):
        if day is None or row.in_force(day):
            prefixes.setdefault(row.condition, []).append(row.prefix)
    return MappingProxyType({key: by_length(listed) for key, listed in prefixes.items()})


def scope(name: str, day: dt.date | None = None) -> tuple[str, ...]:
    """Return the HTS prefixes of a scope on a day, or every one it ever had; ``all`` is empty text.

    Examples
    --------
    >>> scope("buses")[:2]
    ('87021031', '87021061')
    """
    rows = scope_rows(name)
    return tuple(dict.fromkeys(r.prefix for r in rows if day is None or r.in_force(day)))
