"""What a row of a scope asks beside the code, and which share of a line's trade meets it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tradeviz import datasets
from tradeviz.errors import choose
from tradeviz.products import Floats, Matched, Products

MODES = ("law", "expected")
"""The letter of the law, where doubt is charged; or the share of trade that meets a condition."""

HALF = 0.5
# Such a row means one article of the line, not the line: doubt does not make a good that article.
_NAMED = ("ex", "particular")
Index = NDArray[np.int32]
Mark = tuple[str, str, str, str, float, float, float]


def check_mode(conditions: str) -> str:
    """Return the way conditions are read, or say which ways there are."""
    return choose(conditions, MODES, "conditions", "unknown way to read conditions")


@cache
def _marks() -> dict[str, list[Mark]]:
    """Return condition -> rows of the table of shares, the least specific first."""
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


def met(
    condition: str, scope: str, exempts: bool, mode: Mode, where: Where, index: Index
) -> Floats:
    """Return the share of the trade of some lines, in order, that meets a condition of a scope."""
    if isinstance(mode, Claims):
        return np.full(len(index), _claimed(condition, scope, exempts, mode))
    default = 0.0 if exempts or condition in _NAMED else 1.0
    marks = [mark for mark in _marks().get(condition, ()) if mark[1] in ("all", scope)]
    by_product = np.full(len(where.goods.number), default)
    for mark in marks:
        if mark[2] == "all":
            by_product[slice(*where.goods.span(mark[3]))] = _value(mark, exempts, mode)
    product = where.product[index]
    share = by_product[product]
    for mark in marks:
        first, last = where.goods.span(mark[3])
        for low, high in (index.searchsorted(run) for run in where.runs.get(mark[2], ())):
            part = product[low:high]
            share[low:high][(part >= first) & (part < last)] = _value(mark, exempts, mode)
    return share


def _value(mark: Mark, exempts: bool, mode: str) -> float:
    """Return the central share; by the letter, 1 unless the cautious end has more than half out.

    What an exemption frees is 1 only where the cautious end has more than half free.
    """
    _, _, _, _, low, central, high = mark
    if mode == "expected":
        return central
    return float(low > HALF if exempts else high >= HALF)


class Reach(NamedTuple):
    """What a scope reaches.

    `by_digits` holds the positions of lines by the number of digits matched, fewest first, None
    for every line; `asked` the lines that it names under a condition only, `share` the share of
    their trade that meets it. An exemption reaches a line only where all its trade is free.
    """

    by_digits: tuple[tuple[int, Index | None], ...]
    asked: Index
    share: Floats

    def __bool__(self) -> bool:
        """Say whether any line is reached."""
        return any(index is None or len(index) for _, index in self.by_digits)


def reached(name: str, parts: Matched, exempts: bool, conditions: Mode, where: Where) -> Reach:
    """Find the lines that a scope names; a row without condition beats one with."""
    if name == "all":
        return Reach(((0, None),), np.empty(0, dtype=np.int32), np.empty(0))
    touched = np.zeros(len(where.goods.number), dtype=bool)
    for matched, _ in parts.values():
        touched |= matched >= 0
    # Lists are short beside all lines: what follows is worked out on the lines they touch.
    index = np.flatnonzero(touched[where.product]).astype(np.int32)
    if not len(index):
        return Reach((), index, np.empty(0))
    product = where.product[index]
    digits, share = np.full(len(index), -1, dtype=np.int8), np.zeros(len(index))
    for condition, (matched, portion) in parts.items():
        here, part = matched[product], portion[product]
        if condition:
            part *= met(condition, name, exempts, conditions, where, index)
        np.maximum(share, np.where(here >= 0, part, 0.0), out=share)
        np.maximum(digits, here, out=digits)
    sure = np.zeros(len(index), dtype=bool)
    if "" in parts:
        matched, portion = parts[""]
        sure = (matched[product] >= 0) & (portion[product] >= 1)
    digits[~sure & (share < 1 if exempts else share <= 0)] = -1
    lengths = (length for length in np.unique(digits) if length >= 0)
    return Reach(
        tuple((int(length), index[digits == length]) for length in lengths),
        index[~sure],
        share[~sure],
    )
