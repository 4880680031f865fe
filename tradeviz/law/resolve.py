"""One layer of the law resolved: which measure applies to each trade line, and at what rate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tradeviz.law import reading
from tradeviz.law.condition import Index, Mode, Reach
from tradeviz.law.record import Exemption, Measure
from tradeviz.lines import Lines
from tradeviz.products import Floats

NONE, EXEMPT = -1, -2
"""Stand in the place of a measure: no measure of the layer reaches the line; it is exempt."""

Winners = NDArray[np.int16]
Run = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer resolved: which measure applies to each line, at what rate, to what share.

    `winner` points into `measures` (or NONE, EXEMPT); `rate` is the additional rate on the value
    reached; `cover` the share of value reached, before other layers are given way to;
    `conditional` marks the lines where a condition beside the code counts, None where none does.
    """

    name: str
    measures: tuple[Measure, ...]
    winner: Winners
    rate: Floats
    cover: Floats
    shares: NDArray[np.int16] | None
    conditional: NDArray[np.bool_] | None = None

    @cached_property
    def reached(self) -> Index:
        """Positions of the lines that the layer covers at all."""
        return np.flatnonzero(self.cover > 0).astype(np.int32)

    @cached_property
    def provisional(self) -> NDArray[np.bool_]:
        """Whether the measure of each line is provisional, or rests on a condition."""
        flags = np.array([*(item.provisional for item in self.measures), False, False])
        marked: NDArray[np.bool_] = flags[self.winner]
        return marked if self.conditional is None else marked | self.conditional


def _runs(measure: Measure, trade: Lines) -> list[tuple[int, list[Run]]]:
    """Return the ranges of lines of a measure's partners, by how closely it names them."""
    if measure.partners is None and not measure.except_partners and measure.only is None:
        return [(3 * measure.overlay, [(0, len(trade))])]
    if measure.partners is None:
        candidates: Iterable[str] = trade.partners
    else:
        candidates = sorted({m for code in measure.partners for m in trade.members.get(code, ())})
    by_class: dict[int, list[Run]] = {}
    for partner in candidates:
        found = measure.partner_class(partner, reading.part_of())
        if found is None:
            continue
        first, last = trade.run(partner)
        runs = by_class.setdefault(found, [])
        if runs and runs[-1][1] == first:
            runs[-1] = (runs[-1][0], last)
        else:
            runs.append((first, last))
    return list(by_class.items())


def _write(target: Winners, value: int, index: Index | None, runs: list[Run]) -> None:
    for first, last in runs:
        if index is None:
            target[first:last] = value
        else:
            low, high = np.searchsorted(index, (first, last))
            target[index[low:high]] = value


@dataclass(frozen=True)
class Reading:
    """How the lists of a layer are read: on which day, and what its conditions mean."""

    day: dt.date | None = None
    conditions: Mode = "law"

    def reach(self, item: Measure | Exemption, trade: Lines) -> Reach:
        """Return the lines that the scope of a measure or exemption reaches."""
        day = item.read_on or self.day
        exempts = isinstance(item, Exemption)
        return trade.reach(item.scope, day, exempts=exempts, conditions=self.conditions)


def _winners(
    measures: tuple[Measure, ...],
    exemptions: tuple[Exemption, ...],
    trade: Lines,
    reading_of: Reading,
) -> Winners:
    """Apply the least specific measure first, so that the most specific one stays."""
    entries = [
        (closeness, digits, measure.start, measure.known, place, index, runs)
        for place, measure in enumerate(measures)
        for closeness, runs in _runs(measure, trade)
        for digits, index in reading_of.reach(measure, trade).by_digits
    ]
    entries.sort(key=lambda entry: entry[:5])
    winner: Winners = np.full(len(trade), NONE, dtype=np.int16)
    for *_, place, index, runs in entries:
        _write(winner, place, index, runs)
    for exemption in exemptions:
        reach = reading_of.reach(exemption, trade)
        runs = _named_runs(exemption, trade)
        for _, index in reach.by_digits:
            if reach.asked is not None and index is not None:
                assert reach.share is not None
                # What a condition frees in part stays with its measure: see `_conditional`.
                index = np.setdiff1d(index, reach.asked[reach.share < 1], assume_unique=True)
            _write(winner, EXEMPT, index, runs)
    return winner


def _named_runs(exemption: Exemption, trade: Lines) -> list[Run]:
    """Return the ranges of lines of the partners that an exemption names."""
    return [trade.run(p) for p in trade.partners if exemption.names(p, reading.part_of())]


def _conditional(
    measures: tuple[Measure, ...],
    exemptions: tuple[Exemption, ...],
    winner: Winners,
    trade: Lines,
    reading_of: Reading,
) -> tuple[Floats | None, NDArray[np.bool_] | None]:
    """Return the share of each line that its conditions leave, and the lines that have any."""
    left: Floats | None = None
    unsure: NDArray[np.bool_] | None = None
    items: tuple[Measure | Exemption, ...] = (*measures, *exemptions)
    for place, item in enumerate(items):
        reach = reading_of.reach(item, trade)
        if reach.asked is None or reach.share is None or not len(reach.asked):
            continue
        if left is None or unsure is None:
            left, unsure = np.ones(len(trade)), np.zeros(len(trade), dtype=bool)
        if isinstance(item, Measure):
            hit = winner[reach.asked] == place
            left[reach.asked[hit]] *= reach.share[hit]
            unsure[reach.asked[hit]] = True
            continue
        for first, last in _named_runs(item, trade):
            low, high = np.searchsorted(reach.asked, (first, last))
            index = reach.asked[low:high]
            left[index] = np.minimum(left[index], 1.0 - reach.share[low:high])
            unsure[index] = True
    return left, unsure


def _additional(
    measures: tuple[Measure, ...], winner: Winners, trade: Lines, ordinary: str
) -> Floats:
    """Return the additional rate of each line: the rate, or what a ceiling leaves of it."""
    rate = np.array([*(item.rate for item in measures), 0.0, 0.0])[winner]
    paid = [item.rule == "paid" for item in measures]
    if any(paid):
        index = np.flatnonzero(np.array([*paid, False, False])[winner])
        rate[index] = trade.over_column1[index]
    for nets in ("ordinary", "mfn"):
        flags = [item.rule == "ceiling" and item.nets == nets for item in measures]
        if any(flags):
            index = np.flatnonzero(np.array([*flags, False, False])[winner])
            netted = trade.mfn if nets == "mfn" and ordinary != "paid" else trade.ordinary(ordinary)
            rate[index] = np.maximum(rate[index] - netted[index], 0.0)
    return rate


def _over_quota(
    layer: Layer,
    exemptions: tuple[Exemption, ...],
    trade: Lines,
    ordinary: str,
    reading_of: Reading,
) -> None:
    """Mix in what trade beyond a quota pays: the layer's next measure."""
    for place, measure in enumerate(layer.measures):
        if measure.quota_share is None or measure.quota_share >= 1:
            continue
        index = np.flatnonzero(layer.winner == place)
        others = tuple(item for item in layer.measures if item is not measure)
        beyond = resolve(layer.name, others, exemptions, trade, ordinary, reading_of)
        inside, outside = measure.quota_share, 1.0 - measure.quota_share
        cover = inside * layer.cover[index] + outside * beyond.cover[index]
        duty = inside * layer.cover[index] * layer.rate[index]
        duty += outside * beyond.cover[index] * beyond.rate[index]
        layer.cover[index] = cover
        layer.rate[index] = np.divide(duty, cover, out=np.zeros_like(duty), where=cover > 0)


def resolve(
    name: str,
    measures: tuple[Measure, ...],
    exemptions: tuple[Exemption, ...],
    trade: Lines,
    ordinary: str,
    reading_of: Reading = Reading(),  # noqa: B008 - frozen
) -> Layer:
    """Resolve one layer."""
    winner = _winners(measures, exemptions, trade, reading_of)
    rate = _additional(measures, winner, trade, ordinary)
    cover = np.array([*(float(item.covers) for item in measures), 0.0, 0.0])[winner]
    # Goods outside USMCA are another share in another month, for each measure on its own day.
    kinds = [(item.value_share, item.read_on or reading_of.day) for item in measures]
    parts = list(dict.fromkeys(kind for kind in kinds if kind[0] is not None))
    shares = None
    if parts:
        codes = [parts.index(kind) if kind[0] is not None else -1 for kind in kinds]
        shares = np.array([*codes, -1, -1], dtype=np.int16)[winner]
        for number, (share, day) in enumerate(parts):
            index = np.flatnonzero(shares == number)
            cover[index] *= trade.share(share or "", day)[index]
    left, unsure = _conditional(measures, exemptions, winner, trade, reading_of)
    if left is not None:
        cover *= left
    layer = Layer(name, measures, winner, rate, cover, shares, unsure)
    _over_quota(layer, exemptions, trade, ordinary, reading_of)
    # A layer is kept and handed out again: nobody may write into it.
    for values in (winner, rate, cover, shares, unsure):
        if values is not None:
            values.flags.writeable = False
    return layer
