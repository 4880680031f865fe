"""Laws one after another: what a change of law leaves as it was is worked out once.

The laws of two years are thirty, and most change a few lines. A product whose duties stay through
several laws has one sum over its varieties, and a line beside it one value but for what its sector
does. So per set of elasticities the exponentials are those of what changed, not of every line
under every law.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tradeviz.models.response.nests import Bottom, Floats, Index, nest_index, span_of, top
from tradeviz.models.response.parameters import Parameters
from tradeviz.models.response.problem import Problem

_TOGETHER = 25
"""Sets of elasticities whose sums are held at the same time."""


@dataclass(frozen=True, eq=False)
class _Runs:
    """Items that stay as they are through some laws: one entry for each such run.

    A run is of an `item`, from the law `first` to before the law `after`; `number` is the run of
    each item under each law. A block of runs with one group, first and last law begins at `starts`
    and is of `group`; `shape` is laws and groups.
    """

    item: Index
    first: Index
    after: Index
    number: Index
    starts: Index
    group: Index
    shape: tuple[int, int]

    def totals(self, values: Floats) -> Floats:
        """Add up the values of runs by law and group: laws x groups."""
        laws, groups = self.shape
        sums = np.add.reduceat(values, self.starts)
        size = (laws + 1) * groups
        begin, stop = (
            np.bincount(law[self.starts] * groups + self.group, weights=sums, minlength=size)
            for law in (self.first, self.after)
        )
        return np.asarray((begin - stop).reshape(laws + 1, groups).cumsum(axis=0)[:-1])


def _runs(changed: NDArray[np.bool_], group: Index, groups: int) -> _Runs:
    """Find runs: `changed` says by item and law whether it differs from the law before."""
    laws = changed.shape[1]
    changed[:, 0] = True
    number = changed.ravel().cumsum().reshape(changed.shape) - 1
    item, first = np.nonzero(changed)
    after = np.append(first[1:], 0)
    after[after == 0] = laws
    order = np.lexsort((after, first, group[item]))
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    item, first, after = item[order], first[order], after[order]
    key = (group[item] * laws + first) * (laws + 1) + after
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    return _Runs(item, first, after, place[number], starts, group[item[starts]], (laws, groups))


class Succession:
    """A problem whose scenarios are laws one after another, ready for sets of elasticities."""

    def __init__(self, made: Problem, sets: Sequence[Parameters]) -> None:
        self.sets, nest = sets, made.scenarios[0].nest
        scenarios = made.ready(span_of(sets)).scenarios
        self.import_share, self.above = nest.import_share, nest.shares[1]
        bottoms = [scenario.prepared for scenario in scenarios if scenario.prepared is not None]
        sums = np.stack([one.coefficients for one in bottoms], axis=1)
        other = np.any(np.diff(sums, axis=1, prepend=np.nan) != 0, axis=2)
        sectors = len(nest.import_share)
        self.products = products = _runs(other, nest.sector, sectors)
        self.sums = Bottom(bottoms[0].low, bottoms[0].high, sums[products.item, products.first])
        # Lines differ where their duty does, or what the product's other suppliers pay.
        shift = np.stack([scenario.line_shift for scenario in scenarios], axis=1)
        dearer = np.diff(shift, axis=1, prepend=np.nan) != 0
        cell = np.zeros(len(made.rows), dtype=np.int64)
        cell[made.starts[1:]] = 1
        group = cell.cumsum() * sectors + nest.sector[made.product]
        self.cells = len(made.keys)
        self.lines = of = _runs(dearer | other[made.product], group, self.cells * sectors)
        self.product_of_line = products.number[made.product[of.item], of.first]
        dearer[:, 0] = True
        self.shift, rank = shift[dearer], dearer.ravel().cumsum().reshape(dearer.shape) - 1
        self.shift_of_line = rank[of.item, of.first]
        self.value = made.value[of.item]
        rate = np.stack([scenario.rate for scenario in scenarios], axis=1)
        self.rate = rate[of.item, of.first]

    def trade(self) -> Iterator[Floats]:
        """Return imports and duty (laws, cells, 2) of each set of elasticities in turn."""
        for start in range(0, len(self.sets), _TOGETHER):
            sets = self.sets[start : start + _TOGETHER]
            for p, logs in zip(sets, self.sums.logs(sets), strict=True):
                yield self._trade(p, logs)

    def _trade(self, p: Parameters, logs: Floats) -> Floats:
        """Return imports and duty: the equations of `nests.change` and `nests.varieties`."""
        omega, low, high = (
            p.inverse_supply, 1 + p.inverse_supply * p.origins, 1 + p.inverse_supply * p.products
        )  # fmt: skip
        product = logs * (low / (1 - p.origins))
        weights = self.above[self.products.item]
        sector = high * nest_index(product, weights, self.products.totals, p.products, high)
        imports = top(sector, self.import_share, p.domestic, omega)
        level = (imports + p.products * (sector + omega * imports)) / high
        grown = (1 + omega) / low
        # What the product's price does for a line, what its own duty does, and its sector.
        near = np.exp(grown * (p.origins - low * p.products / high) * product)
        own = np.exp(-grown * p.origins * self.shift)
        value = self.value * near[self.product_of_line] * own[self.shift_of_line]
        above = np.exp((1 + omega) * level)[:, None, :]
        shape = (len(level), self.cells, level.shape[1])
        sums = (self.lines.totals(part).reshape(shape) for part in (value, value * self.rate))
        return np.stack([(above * part).sum(axis=2) for part in sums], axis=2)
