"""Products as arrays: codes, statutory rates, and which of them a list of prefixes reaches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tradeviz import datasets
from tradeviz.errors import ArgumentError, nearest
from tradeviz.law.scopes import Codes, by_length, scope_codes

Floats = NDArray[np.float64]
Matched = Mapping[str, tuple[NDArray[np.int8], Floats]]
Kept = TypeVar("Kept", bound=NDArray[Any])


def frozen(values: Kept) -> Kept:
    """Return an array that is kept and handed out again, so that nobody writes into it."""
    values.flags.writeable = False
    return values


@dataclass(frozen=True, eq=False)
class Heirs:
    """Successors of products, sorted by code: whose they are, with what share of its trade."""

    number: NDArray[np.int64]
    owner: NDArray[np.int64]
    share: Floats
    living: NDArray[np.bool_]

    @cached_property
    def split(self) -> NDArray[np.int64]:
        """Rows of the products that have successors, each once."""
        return np.unique(self.owner)


@dataclass(frozen=True, eq=False)
class Products:
    """Every HS10 product, sorted by code; `mfn` is a fraction, NaN where the tariff gives none."""

    hs10: Any
    number: NDArray[np.int64]
    mfn: Floats
    heirs: Heirs

    def position(self, hs10: str) -> int:
        """Return the row of a product."""
        code = "".join(filter(str.isdigit, str(hs10)))
        found = int(np.searchsorted(self.number, int(code or 0)))
        if len(code) == 10 and found < len(self.number) and self.number[found] == int(code):
            return found
        near = None
        if len(code) >= 4:
            family = [str(item) for item in self.hs10 if str(item).startswith(code[:4])]
            near = nearest(code, family) or (family[0] if family else None)
        raise ArgumentError(
            "no such product among the imports of 2024",
            field="hs10",
            value=hs10,
            allowed="a ten-digit code of the table products",
            nearest=near,
        )

    def span(self, prefix: str) -> tuple[int, int]:
        """Return the range of products whose code starts with a prefix."""
        step = 10 ** (10 - len(prefix))
        code = int(prefix or 0)
        low, high = np.searchsorted(self.number, (code * step, (code + 1) * step))
        return int(low), int(high)

    def digits(self, prefixes: Iterable[str]) -> NDArray[np.int8]:
        """Return the length of the longest prefix that each product starts with, -1 for none."""
        return _digits(self.number, by_length(prefixes))

    @lru_cache(maxsize=128)  # noqa: B019 - lines of any partners share one, and a good alone is small
    def listed(self, name: str, edition: int) -> Matched:
        """Return what the codes of an edition of a scope match, by condition."""
        parts = scope_codes(name, edition).items()
        return {condition: self.matched(codes) for condition, codes in parts}

    def matched(self, codes: Codes) -> tuple[NDArray[np.int8], Floats]:
        """Return digits matched by a product or its successors, and the share of trade matched."""
        heirs = self.heirs
        digits, share = _digits(self.number, codes), np.ones(len(self.number))
        if not len(heirs.number):  # As a rule, of a product alone.
            return frozen(digits), frozen(share)
        found = _digits(heirs.number, codes)
        hit = np.flatnonzero(found >= 0)
        # A number that lives on is a successor of itself; one that ended counts whole by itself.
        own = np.zeros(len(self.number))
        own[(digits >= 0) & ~heirs.living] = 1.0
        part = np.bincount(heirs.owner[hit], weights=heirs.share[hit], minlength=len(self.number))
        split = heirs.split
        share[split] = np.maximum(own[split], part[split])
        share[share > _WHOLE] = 1.0
        np.maximum.at(digits, heirs.owner[hit], found[hit])
        return frozen(digits), frozen(share)


_WHOLE = 0.9999
"""Shares are rounded to six digits: what adds up to more than this is all of it."""


def _digits(number: NDArray[np.int64], codes: Codes) -> NDArray[np.int8]:
    """Return the length of the longest prefix that each of some sorted codes starts with."""
    digits = np.full(len(number), -1, dtype=np.int8)
    for length, listed in codes.items():
        step = 10 ** (10 - length)
        edges = np.zeros(len(number) + 1, dtype=np.int64)
        for place, turn in ((listed, 1), (listed + 1, -1)):
            edges += turn * np.bincount(np.searchsorted(number, place * step), minlength=len(edges))
        digits[np.cumsum(edges[:-1]) > 0] = length
    return digits


@cache
def product_sectors() -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Return the sector of the world expenditure table of each product, and the goods sectors."""
    kinds = datasets.load("icio_sectors")
    goods = tuple(kinds.loc[kinds["kind"] == "goods", "sector"].astype(str))
    table = datasets.load("icio_concordance")
    number = table["hs10"].astype("int64").to_numpy()
    code = table["sector"].astype(str).map({code: place for place, code in enumerate(goods)})
    order = np.argsort(number)
    place = code.to_numpy(dtype=np.int64)[order]
    return np.asarray(place[np.searchsorted(number[order], products().number)]), goods


@cache
def products() -> Products:
    """Return every HS10 product of the data package.

    Examples
    --------
    >>> len(products().number)
    18673
    """
    table = datasets.load("products")
    return Products(
        hs10=table["hs10"].array,
        number=np.asarray(table["hs10"].astype("int64"), dtype=np.int64),
        mfn=table["mfn_rate"].to_numpy(dtype=float),
        heirs=_heirs(np.asarray(table["hs10"].astype("int64"), dtype=np.int64)),
    )


@cache
def _successors() -> tuple[NDArray[np.int64], Floats]:
    """Return pairs of a product and a successor, and the share that each successor takes."""
    table = datasets.load("successors")
    pairs = table[["hs10", "successor"]].astype("int64").to_numpy(dtype=np.int64)
    return pairs, table["share"].to_numpy(dtype=float)


def _heirs(number: NDArray[np.int64]) -> Heirs:
    """Return the successors of some products, by their place among them."""
    pairs, share = _successors()
    place = np.searchsorted(number, pairs[:, 0])
    place[place == len(number)] = 0
    kept = np.flatnonzero(number[place] == pairs[:, 0])
    order = kept[np.argsort(pairs[kept, 1], kind="stable")]
    living = np.ones(len(number), dtype=bool)
    living[place[kept]] = False
    living[place[kept][pairs[kept, 0] == pairs[kept, 1]]] = True
    return Heirs(
        number=pairs[order, 1],
        owner=place[order],
        share=share[order],
        living=living,
    )


@cache
def _later() -> frozenset[int]:
    """Return the numbers that came after 2024."""
    return frozenset(_successors()[0][:, 1].tolist())


@cache
def _tariff() -> dict[str, dict[str, Any]]:
    """Return every eight-digit line of the tariff with its ordinary rate."""
    table = datasets.load("tariff_lines").set_index("hs8")
    return {str(code): row for code, row in table.to_dict("index").items()}  # type: ignore[misc]


def good(hs10: str) -> dict[str, Any]:
    """Return what is known of a product, traded in 2024 or not."""
    code = "".join(filter(str.isdigit, str(hs10)))
    line = _tariff().get(code[:8])
    whole = products()
    row = int(np.searchsorted(whole.number, int(code or 0))) if len(code) == 10 else -1
    if 0 <= row < len(whole.number) and int(whole.number[row]) == int(code):
        record = product_table().iloc[row]
        names = ("description", "mfn_rate", "mfn_type", "mfn_text")
        return {"hs10": code, "traded": True} | {name: record[name] for name in names}
    low, high = whole.span(code[:8]) if line is not None else (0, 0)
    # A number may be the line itself, or younger than 2024, or of a line without any imports.
    fits = len(code) == 10 and (code.endswith("00") or low == high or int(code) in _later())
    if line is None or not fits:
        whole.position(hs10)
    assert line is not None
    text = f"line {code[:8]} of the tariff; no imports in 2024 under this number"
    return {"hs10": code, "traded": False, "description": text, **line}


def single(hs10: str, mfn: float | None = None) -> Products:
    """Return one product alone, with its successors."""
    known = good(hs10)
    number = np.array([int(known["hs10"])], dtype=np.int64)
    rate = float(known["mfn_rate"]) if mfn is None else mfn
    return Products(
        hs10=pd.array([known["hs10"]], dtype="str"),
        number=number,
        mfn=np.array([rate]),
        heirs=_heirs(number),
    )


def product_table() -> pd.DataFrame:
    """Return the products with their keys, in the order that `Lines.product` points into."""
    return datasets.load("products")
