"""Goods under way when a duty rises: which clauses spare them, and for how long."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tradeviz import datasets
from tradeviz.law.reading import part_of

LAND = frozenset({"CAN", "MEX"})
"""Trucks, trains and pipes: a good is entered on about the day it leaves."""


@dataclass(frozen=True)
class Clause:
    """From `start` a layer charges, but not goods loaded before it and entered before `until`."""

    layer: str
    partners: frozenset[str] | None
    start: dt.date
    until: dt.date | None

    def names(self, partner: str) -> bool:
        """Say whether the clause is for a partner."""
        codes = {partner, part_of().get(partner, partner)}
        return self.partners is None or bool(codes & self.partners)


@cache
def clauses() -> tuple[Clause, ...]:
    """Return the clauses for goods in transit, from the table transit_clauses."""
    return tuple(
        Clause(
            layer=str(row["layer"]),
            partners=None if row["partners"] == "all" else frozenset(str(row["partners"]).split()),
            start=row["start"].date(),
            until=None if pd.isna(row["entered_before"]) else row["entered_before"].date(),
        )
        for row in datasets.load("transit_clauses").to_dict("records")
    )


def spared_layers(partner: str) -> frozenset[str]:
    """Return the layers that spare goods in transit of a partner at some rise."""
    return frozenset(item.layer for item in clauses() if item.names(partner))


def days_under_way(partner: str) -> float:
    """Return how many days a good is under way between loading and entry."""
    if partner in LAND:
        return 0.0
    return float(datasets.load("estimates_2025").set_index("estimate")["value"]["transit_days"])


def spared_until(item: Clause, days: float) -> dt.date:
    """Return the first day on which goods under way at the start of a clause have all arrived."""
    arrived = item.start + dt.timedelta(days=round(days))
    return arrived if item.until is None else min(arrived, item.until)


def relief(
    spared: NDArray[np.float64], first: dt.date, partners: Sequence[str], under_way: Sequence[float]
) -> NDArray[np.float64]:
    """Return what goods in transit are spared on each day."""
    found = np.zeros_like(spared)
    for item in clauses():
        begin = (item.start - first).days
        for column, (partner, days) in enumerate(zip(partners, under_way, strict=True)):
            end = begin + (spared_until(item, days) - item.start).days
            if 0 < begin < min(end, len(spared)) and item.names(partner):
                rise = spared[begin:end, column] - spared[begin - 1, column]
                found[begin:end, column] += np.maximum(rise, 0.0)
    return found
