"""One layer of the law resolved: which measure applies to each trade line, and at what rate."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tradeviz.law.condition import Index, Mode, Reach
from tradeviz.law.record import Exemption, Measure
from tradeviz.lines import Lines, Run
from tradeviz.products import Floats, frozen

NONE, EXEMPT = -1, -2
"""Stand in the place of a measure: no measure of the layer reaches the line; it is exempt."""

Winners = NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer resolved: which measure applies to each line, at what rate, to what share.

    `winner` points into `measures` (or NONE, EXEMPT); `hit` are the lines with a measure and
    `rates` their additional rates on the value reached; `cover` is the share of value reached,
    before other layers are given way to; `conditional` marks the lines where a condition beside
    the code counts, None where none does.
    """

    name: str
    measures: tuple[Measure, ...]
    winner: Winners
    hit: NDArray[np.int64]
    rates: Floats
    cover: Floats
    shares: NDArray[np.int16] | None
    conditional: NDArray[np.bool_] | None = None

    @cached_property
    def rate(self) -> Floats:
        """Additional rate of each line on the value reached, 0 where no measure reaches it."""
        rate = np.zeros(len(self.winner))
        rate[self.hit] = self.rates
        return frozen(rate)

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
        (closeness + 3 * measure.overlay, digits, measure.start, measure.known, place, index, runs)
        for place, measure in enumerate(measures)
        for closeness, runs in trade.named(measure).items()
        for digits, index in reading_of.reach(measure, trade).by_digits
    ]
    entries.sort(key=lambda entry: entry[:5])
    winner: Winners = np.full(len(trade), NONE, dtype=np.int16)
    for *_, place, index, runs in entries:
        _write(winner, place, index, runs)
    for exemption in exemptions:
        # What a condition frees in part stays with its measure: see `_conditional`.
        for _, index in reading_of.reach(exemption, trade).by_digits:
            _write(winner, EXEMPT, index, trade.runs_of(exemption))
    return winner


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
        if not len(reach.asked):
            continue
        if left is None or unsure is None:
            left, unsure = np.ones(len(trade)), np.zeros(len(trade), dtype=bool)
        if isinstance(item, Measure):
            hit = winner[reach.asked] == place
            left[reach.asked[hit]] *= reach.share[hit]
            unsure[reach.asked[hit]] = True
            continue
        for first, last in trade.runs_of(item):
            low, high = np.searchsorted(reach.asked, (first, last))
            index = reach.asked[low:high]
            left[index] = np.minimum(left[index], 1.0 - reach.share[low:high])
            unsure[index] = True
    return left, unsure


def _additional(
    measures: tuple[Measure, ...],
    hit: NDArray[np.int64],
    chosen: Winners,
    trade: Lines,
    ordinary: str,
) -> Floats:
    """Return the additional rate of some lines: the rate, or what a ceiling leaves of it."""
    rate = np.array([item.rate for item in measures], dtype=np.float64)[chosen]
    netted = {
        ("paid", None): "over_column1",
        ("ceiling", "ordinary"): ordinary,
        ("ceiling", "mfn"): "paid" if ordinary == "paid" else "mfn",
    }
    for (rule, nets), column in netted.items():
        flags = np.array([(item.rule, item.nets) == (rule, nets) for item in measures])
        if flags.any():
            of = flags[chosen]
            duty = (trade.over_column1 if rule == "paid" else trade.ordinary(column))[hit[of]]
            rate[of] = duty if rule == "paid" else np.maximum(rate[of] - duty, 0.0)
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
        of = np.flatnonzero(layer.winner[layer.hit] == place)
        index = layer.hit[of]
        others = tuple(item for item in layer.measures if item is not measure)
        beyond = resolve(layer.name, others, exemptions, trade, ordinary, reading_of)
        inside, outside = measure.quota_share, 1.0 - measure.quota_share
        cover = inside * layer.cover[index] + outside * beyond.cover[index]
        duty = inside * layer.cover[index] * layer.rates[of]
        duty += outside * beyond.cover[index] * beyond.rate[index]
        layer.cover[index] = cover
        layer.rates[of] = np.divide(duty, cover, out=np.zeros_like(duty), where=cover > 0)


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
    hit = np.flatnonzero(winner >= 0).astype(np.int64, copy=False)
    chosen = winner[hit]
    rates, cover = _additional(measures, hit, chosen, trade, ordinary), np.zeros(len(trade))
    if measures:
        cover[hit] = np.array([float(item.covers) for item in measures])[chosen]
    # Goods outside USMCA are another share in another month, for each measure on its own day.
    kinds = [(item.value_share, item.read_on or reading_of.day) for item in measures]
    parts = list(dict.fromkeys(kind for kind in kinds if kind[0] is not None))
    shares = None
    if parts:
        codes = [parts.index(kind) if kind[0] is not None else -1 for kind in kinds]
        shares = np.full(len(trade), -1, dtype=np.int16)
        shares[hit] = np.array(codes, dtype=np.int16)[chosen]
        for number, (share, day) in enumerate(parts):
            index = np.flatnonzero(shares == number)
            cover[index] *= trade.share(share or "", day)[index]
    left, unsure = _conditional(measures, exemptions, winner, trade, reading_of)
    if left is not None:
        cover *= left
    layer = Layer(name, measures, winner, hit, rates, cover, shares, unsure)
    _over_quota(layer, exemptions, trade, ordinary, reading_of)
    # A layer is kept and handed out again: nobody may write into it.
    for values in (winner, hit, rates, cover, shares, unsure):
        if values is not None:
            values.flags.writeable = False
    return layer
