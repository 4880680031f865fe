"""Trade lines and outcomes made ready for the nests, and what is summed up from their solution."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd

from tradeviz import datasets
from tradeviz.law.outcome import Outcome
from tradeviz.law.schedule import Schedule
from tradeviz.lines import Lines, lines
from tradeviz.models.response.nests import (
    Bottom,
    Change,
    Floats,
    Index,
    Nest,
    Span,
    bottom,
    change,
    varieties,
)
from tradeviz.models.response.parameters import Parameters
from tradeviz.partners import HOME
from tradeviz.products import product_sectors, product_table

BY = ("sector", "hs2", "naics3")
UNKNOWN = "unknown"
"""Group of the products that a split does not know."""
SUMS = (
    "value",
    "quantity",
    "duty",
    "paid",
    "received",
    "value_before",
    "quantity_before",
    "duty_before",
    "paid_before",
    "received_before",
    "diverted",
    "rectangle",
    "triangle",
    "terms",
)
"""What `Problem.sums` returns for each cell, in this order."""


@cache
def import_share() -> Floats:
    """Return imports over all US spending on the goods of each sector, from the world table."""
    _, goods = product_sectors()
    table = datasets.load("icio_2022")
    home = table[(table["importer"].astype(str) == HOME)]
    flows = home.pivot_table(
        index="sector", columns="exporter", values="value_usd", aggfunc="sum", observed=True
    ).loc[list(goods)]
    return np.asarray(1 - flows[HOME] / flows.sum(axis=1), dtype=float)


@cache
def suppliers() -> Index:
    """Return the lines with imports of each supplier once: the EU and not its members beside it."""
    trade = lines()
    return np.flatnonzero(trade.once & (trade.value > 0))


def supplier_codes() -> list[str]:
    """Return the partners that have a line among `suppliers`."""
    trade = lines()
    return list(dict.fromkeys(np.repeat(trade.partners, np.diff(trade.bounds))[suppliers()]))


@dataclass(frozen=True, eq=False)
class Scenario:
    """One outcome: its nest (lines with the same product and shift joined) and the lines asked for.

    `shift` and `nest` belong together; `line_shift` and `rate` are of the lines asked for.
    """

    nest: Nest
    shares: tuple[Floats, Floats]
    shift: Floats
    line_shift: Floats
    rate: Floats

    prepared: Bottom | None = None

    def solve(self, p: Parameters, logs: Floats | None = None) -> Change:
        """Return the products after the change; `logs` are those of the prepared lowest nest."""
        return change(self.nest, self.shares, self.shift, p, logs)

    def ready(self, span: Span) -> Scenario:
        """Return the same scenario, prepared for many draws."""
        return replace(self, prepared=bottom(self.nest, self.shares, self.shift, span))


@dataclass(frozen=True, eq=False)
class Problem:
    """Lines of some partners in cells, and scenarios to compare; the first is the reference."""

    keys: pd.DataFrame
    starts: Index
    rows: Index
    product: Index
    value: Floats
    scenarios: tuple[Scenario, ...]
    unsure: tuple[Floats, ...]

    def ready(self, span: Span) -> Problem:
        """Return the same problem, prepared for many draws."""
        return replace(self, scenarios=tuple(item.ready(span) for item in self.scenarios))

    def drawn(self, sets: Sequence[Parameters]) -> Iterator[Floats]:
        """Solve and add up for each set of a prepared problem, the lowest nest for all at once."""
        logs = [s.prepared.logs(sets) for s in self.scenarios if s.prepared is not None]
        return (self.sums(p, one) for p, *one in zip(sets, *logs, strict=True))

    def sums(self, p: Parameters, logs: Sequence[Floats | None] = ()) -> Floats:
        """Solve every scenario and add up."""
        given = logs or [None] * len(self.scenarios)
        solved = [s.solve(p, one) for s, one in zip(self.scenarios, given, strict=True)]
        each = [self.lined(s, made, p) for s, made in zip(self.scenarios, solved, strict=True)]
        levels = [self._levels(one) for one in each]
        quantity0, price0, duty0, spent0 = each[0]
        parts = []
        for made, one, level in zip(solved, each, levels, strict=True):
            # Spending on each product, against the reference, at the reference's shares.
            grown = np.exp(made.price + made.quantity - solved[0].price - solved[0].quantity)
            quantity, price, duty, spent = one
            more = quantity - quantity0
            rest = self._sum(
                spent - spent0 * grown[self.product],
                -duty0 * more,
                -0.5 * (duty - duty0) * more,
                (price0 - price) * quantity,
            )
            parts.append(np.concatenate([level, levels[0], rest]))
        return np.stack([part.T for part in parts])

    def trade(self, p: Parameters) -> Floats:
        """Return imports and duty (scenarios, cells, 2) alone; many sets: `Succession`."""
        parts = []
        for scenario in self.scenarios:
            more, dearer = varieties(scenario.solve(p), self.product, scenario.line_shift, p)
            value = self.value * np.exp(more + dearer)
            parts.append(self._sum(value, value * scenario.rate).T)
        return np.stack(parts)

    def lined(
        self, scenario: Scenario, made: Change, p: Parameters
    ) -> tuple[Floats, Floats, Floats, Floats]:
        """Return quantity, price before duty, duty a unit and spending of each line."""
        more, dearer = varieties(made, self.product, scenario.line_shift, p)
        quantity, price = self.value * np.exp(more), np.exp(dearer)
        duty = scenario.rate * price
        return quantity, price, duty, quantity * (price + duty)

    def _levels(self, one: tuple[Floats, Floats, Floats, Floats]) -> Floats:
        quantity, price, duty, spent = one
        before_duty = quantity * price
        paid, received = self.value * (price + duty), self.value * price
        return self._sum(before_duty, quantity, spent - before_duty, paid, received)

    def _sum(self, *values: Floats) -> Floats:
        # Lines are sorted by cell.
        return np.stack([np.add.reduceat(one, self.starts) for one in values])


def problem(
    ends: Sequence[Outcome | Schedule], codes: Sequence[str], by: str | None, on: object = None
) -> Problem:
    """Make lines and outcomes ready."""
    trade, kept = lines(), suppliers()
    rows = trade.rows(codes)
    bought = trade.value[rows] > 0
    partner = np.repeat(np.arange(len(codes)), [trade.rows([code]).size for code in codes])[bought]
    rows = rows[bought]
    keys, cell = _cells(codes, partner, trade.product[rows].astype(np.int64), by)
    order = np.argsort(cell, kind="stable")
    rows = rows[order]
    scenarios, unsure = [], []
    for end in ends:
        law = end if isinstance(end, Schedule) else end.schedule(on)
        added, part = law.added_together()
        scenarios.append(_scenario(trade, kept, rows, trade.paid + added))
        unsure.append(part[rows])
    return Problem(
        keys=keys,
        starts=np.searchsorted(cell[order], np.arange(len(keys))),
        rows=rows,
        product=trade.product[rows].astype(np.int64),
        value=trade.value[rows],
        scenarios=tuple(scenarios),
        unsure=tuple(unsure),
    )


def _cells(
    codes: Sequence[str], partner: Index, product: Index, by: str | None
) -> tuple[pd.DataFrame, Index]:
    if by is None:
        return pd.DataFrame({"partner": list(codes)}), partner
    # A product without an industry is a group of its own: no code may stand for its neighbour.
    key = pd.Categorical(product_table()[by].astype(object).fillna(UNKNOWN).iloc[product])
    cells, cell = np.unique(partner * len(key.categories) + key.codes, return_inverse=True)
    place, group = np.divmod(cells, len(key.categories))
    keys = {"partner": np.array(codes)[place], by: key.categories.to_numpy()[group]}
    return pd.DataFrame(keys), cell


def _scenario(trade: Lines, kept: Index, rows: Index, rate: Floats) -> Scenario:
    shift = np.log((1 + rate) / (1 + trade.paid))
    spending = trade.value * (1 + trade.paid)
    # Lines of one product whose duty changes by the same factor stay in proportion: one variety.
    factors, number = np.unique(shift[kept], return_inverse=True)
    product = trade.product[kept].astype(np.int64)
    groups, group = np.unique(product * len(factors) + number, return_inverse=True)
    sector, _ = product_sectors()
    nest = Nest(
        spending=np.bincount(group, weights=spending[kept]).astype(float),
        product=groups // len(factors),
        sector=sector,
        import_share=import_share(),
    )
    return Scenario(
        nest=nest,
        shares=nest.shares,
        shift=factors[groups % len(factors)],
        line_shift=shift[rows],
        rate=rate[rows],
    )
