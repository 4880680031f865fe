"""What a row of a scope asks beside the code, and which share of a line's trade meets it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tradeviz import datasets
from tradeviz.errors import ArgumentError, nearest
from tradeviz.law.scopes import ScopeRow
from tradeviz.products import Floats, Products

MODES = ("law", "expected")
"""The letter of the law, where doubt is charged; or the share of trade that meets a condition."""

HALF = 0.5
# Such a row means one article of the line, not the line: doubt does not make a good that article.
_NAMED = ("ex", "particular")
Index = NDArray[np.int32]
Mark = tuple[str, str, str, str, float, float, float]


def check_mode(conditions: str) -> str:
    """Return the way conditions are read, or say which ways there are."""
    if conditions not in MODES:
        raise ArgumentError(
            "unknown way to read conditions",
            field="conditions",
            value=conditions,
            allowed=MODES,
            nearest=nearest(str(conditions), MODES),
        )
    return conditions


@cache
def _marks() -> dict[str, list[Mark]]:
    """Return condition -> rows of the table of shares, the least specific first."""
    if "condition_shares" not in datasets.tables():
        return {}
    table = datasets.load("condition_shares").fillna({"hts_prefix": "", "scope": "all"})
    names = ("condition", "scope", "partner", "hts_prefix", "low", "central", "high")
    marks: dict[str, list[Mark]] = {}
    for row in table[list(names)].itertuples(index=False):
        marks.setdefault(str(row[0]), []).append(tuple(row))
    for rows in marks.values():
        rows.sort(key=lambda mark: (mark[1] != "all", len(mark[3])))
    return marks


class Claims(frozenset[str]):
    """What an importer confirms: it decides every condition, in the place of any share."""


Mode = str | Claims


def _claimed(condition: str, scope: str, exempts: bool, claims: Claims) -> float:
    """Return 1 where claims, or their absence, bring a good into a list, else 0."""
    meant = condition in claims
    if condition in _NAMED and scope.startswith("patented"):
        meant = "patented" in claims
    elif condition in _NAMED:
        meant = "particular" in claims
    # What a claim does is to free: from a measure, or by an exemption; but a particular article,
    # or a patented medicine, is one only when that is confirmed.
    return float(meant if exempts or condition in _NAMED else not meant)


@dataclass(frozen=True, eq=False)
class Where:
    """The lines that a list is matched with: their products, and the ranges of each partner."""

    goods: Products
    product: Index
    runs: Mapping[str, list[tuple[int, int]]]


def met(condition: str, scope: str, exempts: bool, mode: Mode, where: Where) -> Floats:
    """Return the share of each line's trade that meets a condition of a scope."""
    product = where.product
    if isinstance(mode, Claims):
        return np.full(len(product), _claimed(condition, scope, exempts, mode))
    default = 0.0 if exempts or condition in _NAMED else 1.0
    marks = [mark for mark in _marks().get(condition, ()) if mark[1] in ("all", scope)]
    by_product = np.full(len(where.goods.number), default)
    for mark in marks:
        if mark[2] == "all":
            by_product[slice(*where.goods.span(mark[3]))] = _value(mark, exempts, mode)
    share = by_product[product]
    for mark in marks:
        for begin, end in where.runs.get(mark[2], ()):
            first, last = where.goods.span(mark[3])
            part = product[begin:end]
            share[begin:end][(part >= first) & (part < last)] = _value(mark, exempts, mode)
    return share


def _value(mark: Mark, exempts: bool, mode: str) -> float:
    """Return the central share; by the letter, whether the cautious end is at least half."""
    _, _, _, _, low, central, high = mark
    return central if mode == "expected" else float((low if exempts else high) >= HALF)


class Reach(NamedTuple):
    """What a scope reaches.

    `by_digits` holds the positions of lines by the number of digits matched, fewest first, None
    for every line; `asked` the lines that it names under a condition only, `share` the share of
    their trade that meets it (both None for a list without conditions).
    """

    by_digits: tuple[tuple[int, Index | None], ...]
    asked: Index | None
    share: Floats | None

    def __bool__(self) -> bool:
        """Say whether any line is reached."""
        return any(index is None or len(index) for _, index in self.by_digits)


def _by_digits(digits: NDArray[np.int8]) -> tuple[tuple[int, Index | None], ...]:
    """Return the positions of each number of digits matched, fewest first."""
    return tuple(
        (int(length), np.flatnonzero(digits == length).astype(np.int32))
        for length in np.unique(digits)
        if length >= 0
    )


def reached(
    name: str, rows: list[ScopeRow], exempts: bool, conditions: Mode, where: Where
) -> Reach:
    """Match the rows of a scope with lines; a row without condition beats one with."""
    if name == "all":
        return Reach(((0, None),), None, None)
    by_condition: dict[str, list[str]] = {}
    for row in rows:
        by_condition.setdefault(row.condition, []).append(row.prefix)
    matched, portion = where.goods.matched(by_condition.pop("", ()))
    digits = matched[where.product]
    if not by_condition and not ((portion < 1) & (matched >= 0)).any():
        return Reach(_by_digits(digits), None, None)
    share = np.where(digits >= 0, portion[where.product], 0.0)
    sure = share >= 1
    for condition, prefixes in by_condition.items():
        matched, portion = where.goods.matched(prefixes)
        here = matched[where.product]
        part = met(condition, name, exempts, conditions, where) * portion[where.product]
        np.maximum(share, np.where(here >= 0, part, 0.0), out=share)
        np.maximum(digits, here, out=digits)
    asked = np.flatnonzero((digits >= 0) & ~sure).astype(np.int32)
    digits[asked[share[asked] <= 0]] = -1
    return Reach(_by_digits(digits), asked, share[asked])
