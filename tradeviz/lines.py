"""Trade lines as arrays: partner slices, ordinary duty, reach of a scope, shares of value."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from tradeviz import datasets
from tradeviz.errors import DataError, choose
from tradeviz.law import scopes
from tradeviz.law.condition import Index, Mode, Reach, Where, met, reached
from tradeviz.law.reading import part_of
from tradeviz.law.record import Rule
from tradeviz.law.shares import (
    BY_MONTH,
    FOREIGN_CONTENT,
    OUTSIDE_USMCA,
    Row,
    outside_usmca,
    share_month,
    value_shares,
)
from tradeviz.products import Floats, Products, frozen, products, single

ORDINARY = ("preference", "mfn", "paid")
"""Which ordinary duty a ceiling nets: see `Lines.ordinary`."""

# Proclamations 9705 and 9704 of March 2018: the duties that the 2024 duty paid already holds.
_METALS_OF_2018 = (("steel_articles", 0.25), ("aluminium_articles", 0.10))


Codes = frozenset[str] | None
Run = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Lines:
    """Trade lines of 2024, one partner after the other.

    `bounds` has one entry more than `partners`: lines ``bounds[i]:bounds[i + 1]`` belong to
    partner i. `product` points into `products`; `value`, `duty` are US dollars.
    """

    partners: tuple[str, ...]
    bounds: Index
    product: Index
    value: Floats
    duty: Floats
    products: Products
    agreement: frozenset[str] = frozenset()
    _reach: dict[tuple[str, int, bool, Mode], Reach] = field(default_factory=dict)
    _named: dict[tuple[Codes, ...], dict[int, list[Run]]] = field(default_factory=dict)
    _share: dict[str, Floats] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Say what it is in one line."""
        return f"Lines({len(self):,} of {len(self.partners)} partners)"

    def __len__(self) -> int:
        """Return the number of lines."""
        return len(self.product)

    @cached_property
    def members(self) -> dict[str, tuple[str, ...]]:
        """Group -> the partners here that belong to it; a partner belongs to itself."""
        groups: dict[str, tuple[str, ...]] = {partner: (partner,) for partner in self.partners}
        for partner in self.partners:
            group = part_of().get(partner)
            if group is not None:
                groups[group] = (*groups.get(group, ()), partner)
        return groups

    @cached_property
    def once(self) -> NDArray[np.bool_]:
        """Lines that count when all suppliers are added up: members of the EU are in the EU's."""
        counted = np.ones(len(self), dtype=bool)
        for partner in self.members.get("EU", ()):
            counted[slice(*self.run(partner))] = partner == "EU"
        return counted

    def run(self, partner: str) -> Run:
        """Return the first line of a partner and the line after its last."""
        place = self.partners.index(partner)
        return int(self.bounds[place]), int(self.bounds[place + 1])

    def named(self, rule: Rule) -> dict[int, list[Run]]:
        """Return the ranges of lines of a rule's partners, by how closely it names them."""
        key = (rule.partners, rule.except_partners, rule.only)
        if key not in self._named:
            by_class: dict[int, list[Run]] = {}
            for partner in self.partners:
                closeness = rule.closeness(partner, part_of())
                if closeness is None:
                    continue
                first, last = self.run(partner)
                runs = by_class.setdefault(closeness, [])
                if runs and runs[-1][1] == first:
                    first, _ = runs.pop()
                runs.append((first, last))
            self._named[key] = by_class
        return self._named[key]

    def runs_of(self, rule: Rule) -> list[Run]:
        """Return the ranges of lines of a rule's partners, in order."""
        return sorted(run for runs in self.named(rule).values() for run in runs)

    def rows(self, partners: Iterable[str]) -> NDArray[np.int64]:
        """Return the positions of the lines of some partners, in the order given."""
        return np.concatenate([np.arange(*self.run(partner)) for partner in partners])

    @cached_property
    def mfn(self) -> Floats:
        """Statutory MFN rate of each line; the 2024 rate paid where the tariff gives none."""
        rate = self.products.mfn[self.product]
        missing = np.isnan(rate)
        rate[missing] = self.paid[missing]
        return frozen(rate)

    @cached_property
    def paid(self) -> Floats:
        """Duty calculated in 2024 over value, 0 where nothing was imported."""
        made = np.zeros(len(self))
        np.divide(self.duty, self.value, out=made, where=self.value > 0)
        return frozen(made)

    @cached_property
    def _preference(self) -> Floats:
        rate = self.mfn.copy()
        for partner in self.partners:
            if partner in self.agreement:
                part = slice(*self.run(partner))
                lower = np.minimum(rate[part], self.paid[part])
                rate[part] = np.where(self.value[part] > 0, lower, rate[part])
        return frozen(rate)

    def ordinary(self, kind: str = "preference") -> Floats:
        """Return the ordinary duty that a ceiling includes, a fraction for each line.

        ``preference``: the statutory MFN rate, or for partners with a trade agreement the rate
        paid in 2024 where that is lower; ``mfn``: the statutory rate for all; ``paid``: the rate
        paid in 2024, which also stands in where the tariff prints no percentage (140 products).

        Examples
        --------
        >>> round(float(lines().ordinary("paid").max()), 2) > 0
        True
        """
        choose(kind, ORDINARY, "ordinary", "unknown kind of ordinary duty")
        return {"preference": self._preference, "mfn": self.mfn, "paid": self.paid}[kind]

    @cached_property
    def metals_in_base(self) -> Floats:
        """Section 232 duty of 2018 that the 2024 duty already holds, as a fraction of value.

        What was paid above the statutory rate on steel and aluminium articles, at most the duty
        of 2018 (25 and 10 percent): quotas and exclusions kept the rest out.
        """
        made = np.zeros(len(self))
        above = np.maximum(self.paid - self.mfn, 0.0)
        for name, rate in _METALS_OF_2018:
            for _, index in self.reach(name).by_digits:
                assert index is not None
                made[index] = np.minimum(above[index], rate)
        return made

    @cached_property
    def runs(self) -> dict[str, list[Run]]:
        """Partner or group -> its ranges of lines."""
        return {
            name: [self.run(member) for member in members] for name, members in self.members.items()
        }

    @cached_property
    def over_column1(self) -> Floats:
        """What was paid in 2024 above column 1 and the metal duties of 2018, as a fraction."""
        return np.maximum(self.paid - self.mfn - self.metals_in_base, 0.0)

    def reach(
        self,
        name: str,
        day: dt.date | None = None,
        *,
        exempts: bool = False,
        conditions: Mode = "law",
    ) -> Reach:
        """Return the lines that a scope reaches on a day."""
        key = (name, scopes.edition(name, day), exempts, conditions)
        if key not in self._reach:
            parts = self.products.listed(*key[:2])
            where = Where(self.products, self.product, self.runs)
            self._reach[key] = reached(name, parts, exempts, conditions, where)
        return self._reach[key]

    def share(self, name: str, day: dt.date | None = None) -> Floats:
        """Return the share of value a measure reaches; a line without a row is reached whole."""
        month = share_month(name, day)
        key = f"{name}:{month}" if name in BY_MONTH else name
        for known in (name, key):
            if known in self._share:
                return self._share[known]
        self._share[key] = frozen(self._shared(name, month))
        return self._share[key]

    def _shared(self, name: str, month: dt.date | None) -> Floats:
        """Return a share of all months together, or of one month."""
        if name == FOREIGN_CONTENT:
            outside = self.share(OUTSIDE_USMCA, month)
            where = Where(self.products, self.product, self.runs)
            every = np.arange(len(self), dtype=np.int32)
            foreign = met(name, "all", True, "expected", where, every)
            return outside + (1.0 - outside) * foreign
        if name == OUTSIDE_USMCA and month is not None:
            return self._spread(outside_usmca(month), self.share(name))
        rows = outside_usmca(None) if name == OUTSIDE_USMCA else value_shares().get(name, ())
        return self._spread(rows)

    def _spread(self, rows: Iterable[Row], start: Floats | None = None) -> Floats:
        """Write shares by partner and product on the lines; all others keep what they have."""
        share = np.ones(len(self)) if start is None else start.copy()
        for partner, number, value in rows:
            place = np.searchsorted(self.products.number, number)
            place[place == len(self.products.number)] = 0
            known = self.products.number[place] == number
            by_product = np.full(len(self.products.number), np.nan)
            by_product[place[known]] = value[known]
            runs = self.runs.get(partner, []) if partner != "all" else [(0, len(self))]
            for first, last in runs:
                values = by_product[self.product[first:last]]
                share[first:last] = np.where(np.isnan(values), share[first:last], values)
        return share


WEIGHTS = "TRADEVIZ_WEIGHTS"
"""Environment variable with another year whose imports are the weights, once refreshed."""


def weights_year(asked: str | None = None) -> int:
    """Return the year whose imports are the weights: 2024, if nothing else is asked for."""
    tables = [name.removeprefix("imports_") for name in datasets.tables()]
    years = [name for name in tables if name.isdecimal()]
    what = "no trade lines of this year: tradeviz refresh --weights YEAR brings them"
    return int(choose(asked or os.environ.get(WEIGHTS) or "2024", years, WEIGHTS, what))


@cache
def lines() -> Lines:
    """Return the trade lines of all partners, of the year that weighs."""
    table = datasets.load(f"imports_{weights_year()}")
    codes = table["partner"].cat.codes.to_numpy()
    partners = tuple(map(str, table["partner"].cat.categories))
    number = table["hs10"].astype("int64").to_numpy()
    # A partner is a slice, and a product is looked up: both rely on the order.
    fall = np.diff(codes.astype("int64") * 10**10 + number) <= 0
    if fall.any():
        raise DataError(
            "rows are not in the order of partner and hs10",
            file=f"imports_{weights_year()}.parquet",
            row=int(fall.argmax()) + 2,
        )  # fmt: skip
    return Lines(
        partners=partners,
        bounds=np.searchsorted(codes, np.arange(len(partners) + 1)).astype(np.int32),
        product=np.searchsorted(products().number, number).astype(np.int32),
        value=table["value_usd"].to_numpy(),
        duty=table["duty_usd"].to_numpy(),
        products=products(),
        agreement=agreements(),
    )


def part_of_lines(partners: tuple[str, ...]) -> Lines:
    """Return the trade lines of some partners alone, in the order given."""
    whole = lines()
    rows = whole.rows(partners)
    counts = [last - first for first, last in map(whole.run, partners)]
    return Lines(
        partners=partners,
        bounds=np.cumsum([0, *counts]).astype(np.int32),
        product=whole.product[rows],
        value=whole.value[rows],
        duty=whole.duty[rows],
        products=whole.products,
        agreement=whole.agreement,
    )


@cache
def agreements() -> frozenset[str]:
    """Return the partners with a trade agreement in force."""
    table = datasets.load("partners")
    return frozenset(map(str, table.loc[table["us_agreement"].notna(), "partner"]))


def one_line(partner: str, hs10: str) -> Lines:
    """Return the line of one partner and product, also where nothing was imported in 2024."""
    product = single(hs10)
    value = duty = 0.0
    whole = lines()
    place = int(np.searchsorted(whole.products.number, product.number[0]))
    if partner in whole.partners:
        first, last = whole.run(partner)
        row = first + int(np.searchsorted(whole.product[first:last], place))
        traded = row < last and whole.product[row] == place
        if traded and whole.products.number[place] == product.number[0]:
            value, duty = float(whole.value[row]), float(whole.duty[row])
    return Lines(
        partners=(partner,),
        bounds=np.array([0, 1], dtype=np.int32),
        product=np.array([0], dtype=np.int32),
        value=np.array([value]),
        duty=np.array([duty]),
        products=product,
        agreement=agreements(),
    )
