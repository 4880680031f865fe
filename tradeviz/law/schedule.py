"""The law of a day resolved to one rate per trade line and layer."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from threading import Lock
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from tradeviz.arguments import checked
from tradeviz.errors import MeasureError, choose
from tradeviz.law import reading
from tradeviz.law.cards import schedule_card
from tradeviz.law.condition import Mode, Reach, check_mode
from tradeviz.law.record import Exemption, Law, Measure, Stacking, as_day, known_day
from tradeviz.law.resolve import Layer, Reading, resolve
from tradeviz.law.scopes import edition
from tradeviz.law.shares import share_month
from tradeviz.law.stack import charged, give_way
from tradeviz.lines import ORDINARY, Lines, lines
from tradeviz.partners import resolve as resolve_partners
from tradeviz.products import Floats, frozen

Kept = TypeVar("Kept")

_METALS = "s232_metals"

_CACHE_SIZE = 32


class _Cache(Generic[Kept]):
    """The last results for each set of lines, as long as it lives; threads may share it."""

    def __init__(self) -> None:
        self._kept: WeakKeyDictionary[Lines, OrderedDict[object, Kept]] = WeakKeyDictionary()
        self._lock = Lock()

    def clear(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._kept.clear()

    def get(self, trade: Lines, key: object) -> Kept | None:
        """Return what is kept under a key; None when nothing is."""
        with self._lock:
            return self._kept.setdefault(trade, OrderedDict()).get(key)

    def put(self, trade: Lines, key: object, result: Kept) -> None:
        """Keep a result as the latest, and let go of the eldest beyond so many."""
        with self._lock:
            # Another thread may have put it there meanwhile, or thrown it out again.
            kept = self._kept.setdefault(trade, OrderedDict())
            kept[key] = result
            kept.move_to_end(key)
            while len(kept) > _CACHE_SIZE:
                kept.popitem(last=False)


# A path of many days changes few layers a day; the rest is found here.
_CACHE: _Cache[Layer] = _Cache()
_COVERS: _Cache[Floats] = _Cache()
# Fields of a stacking pair that do not say for whom it is.
_SAME: Any = {"start": dt.date.min, "end": None, "reference": ""}


@dataclass(frozen=True, eq=False)
class Schedule:
    """All measures in force on a day, resolved to one rate per trade line and layer."""

    day: dt.date
    law: Law
    trade: Lines = field(default_factory=lines)
    conditions: Mode = "law"

    def __repr__(self) -> str:
        """Say what it is in one line: the law it holds fills a book."""
        return f"Schedule({self.day}: {len(self.layers)} layers, {len(self.trade):,} trade lines)"

    def _repr_html_(self) -> str:
        return schedule_card(self)

    @checked
    def layer(self, name: str, *, ordinary: str = "preference") -> Layer:
        """Resolve one layer, before it gives way to others.

        Parameters
        ----------
        name : str
            Layer name.
        ordinary : {"preference", "mfn", "paid"}
            What a ceiling nets.

        Returns
        -------
        Layer
            Winner, rate and share reached of each line.

        Examples
        --------
        >>> float(schedule("2025-04-16").layer("reciprocal").rate.max())  # China's
        1.25
        >>> pause = schedule("2025-04-16").rates(["GBR", "AUS", "KOR", "IND", "JPN"])
        >>> float(pause["reciprocal"].max())
        0.1
        """
        choose(name, tuple(self.law.layers), "name", "unknown layer")
        choose(ordinary, ORDINARY, "ordinary", "unknown kind of ordinary duty")
        measures = tuple(item for item in self.law.measures if item.layer == name)
        exemptions = tuple(item for item in self.law.exemptions if item.layer == name)
        items: tuple[Measure | Exemption, ...] = (*measures, *exemptions)
        editions = tuple(edition(item.scope, item.read_on or self.day) for item in items)
        months = tuple(
            share_month(item.value_share or "", item.read_on or self.day) for item in measures
        )
        key = (name, measures, exemptions, editions, months, ordinary, self.conditions)
        layer = _CACHE.get(self.trade, key)
        if layer is None:
            way = Reading(self.day, self.conditions)
            layer = resolve(name, measures, exemptions, self.trade, ordinary, way)
        _CACHE.put(self.trade, key, layer)
        return layer

    def reach(self, item: Measure | Exemption) -> Reach:
        """Return the lines that the list of a measure or exemption reaches on this day."""
        return Reading(self.day, self.conditions).reach(item, self.trade)

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the layers with a measure on this day, in order of display."""
        present = {item.layer for item in self.law.measures}
        return tuple(name for name in self.law.layers if name in present)

    def covers(self, *, ordinary: str = "preference") -> dict[str, Floats]:
        """Return the share of each line's value that each layer charges, after giving way."""
        covers = self._covers(self._resolved(ordinary), ordinary)
        return {name: cover.copy() for name, cover in covers.items()}

    def _resolved(self, ordinary: str) -> dict[str, Layer]:
        return {name: self.layer(name, ordinary=ordinary) for name in self.layers}

    def _covers(self, resolved: dict[str, Layer], ordinary: str) -> dict[str, Floats]:
        pairs: dict[str, list[Stacking]] = {name: [] for name in resolved}
        for pair in self.law.stacking:
            if pair.layer in resolved and pair.yields_to in resolved:
                pairs[pair.layer].append(pair)
        graph = {name: {p.yields_to for p in of_layer} for name, of_layer in pairs.items()}
        try:
            order = tuple(TopologicalSorter(graph).static_order())
        except CycleError as error:
            return self._covers_by_partner(error, ordinary)
        taken: dict[tuple[Stacking, ...], Floats] = {}
        covers: dict[str, Floats] = {}
        keys: dict[str, tuple[Any, ...]] = {}
        for name in order:
            # What a layer leaves follows from itself and from those that it gives way to.
            others = tuple((replace(p, **_SAME), keys[p.yields_to]) for p in pairs[name])
            keys[name] = key = (resolved[name], others)
            cover = _COVERS.get(self.trade, key)
            if cover is None:
                cover = frozen(give_way(resolved, pairs[name], covers, taken, name, self.trade))
            _COVERS.put(self.trade, key, cover)
            covers[name] = cover
        return covers

    def _covers_by_partner(self, error: CycleError, ordinary: str) -> dict[str, Floats]:
        """Return `covers` where the order of layers differs by partner, as in a mix of days."""
        groups: dict[tuple[Stacking, ...], list[str]] = {}
        for partner in self.trade.partners:
            pairs = tuple(
                pair for pair in self.law.stacking if pair.names(partner, reading.part_of())
            )
            groups.setdefault(pairs, []).append(partner)
        if self.law.stacking in groups:
            raise MeasureError(
                "layers give way to each other", file="law/stacking.csv", value=error.args[1]
            ) from None
        covers = {name: np.zeros(len(self.trade)) for name in self.layers}
        for pairs, partners_of in groups.items():
            one = replace(self, law=replace(self.law, stacking=pairs)).covers(ordinary=ordinary)
            rows = self.trade.rows(partners_of)
            for name, cover in covers.items():
                cover[rows] = one[name][rows]
        return covers

    def arrays(self, *, ordinary: str = "preference") -> dict[str, Floats]:
        """Return the legal additional rate of each layer on each trade line."""
        self.trade.ordinary(ordinary)  # An unknown kind is an error even where no ceiling asks.
        resolved = self._resolved(ordinary)
        covers = self._covers(resolved, ordinary)
        # The rate paid in 2024 holds the duties of the layers in the base.
        held = self.law.in_base if ordinary == "paid" else frozenset()
        return {name: charged(covers[name], resolved[name]) for name in covers if name not in held}

    def added(self, *, ordinary: str = "preference") -> dict[str, Floats]:
        """Return the additional rate of each layer beyond what the 2024 duty already holds.

        Equals `arrays` except for what the duty paid in 2024 holds already and that is not added a
        second time: the layers that are `in_base` (China's Section 301, Section 201, column 2),
        and the Section 232 duties of 2018 on steel and aluminium.
        """
        needed = {pair.yields_to for pair in self.law.stacking}
        spared = self.law.in_base - needed
        kept = tuple(item for item in self.law.measures if item.layer not in spared)
        made = replace(self, law=replace(self.law, measures=kept)).arrays(ordinary=ordinary)
        made = {name: rate for name, rate in made.items() if name not in self.law.in_base}
        if _METALS in made:
            made[_METALS] = np.maximum(made[_METALS] - self.trade.metals_in_base, 0.0)
        return made

    def added_together(self) -> tuple[Floats, Floats]:
        """Return what all layers add to each line together, and the part that is provisional."""
        return _together(self.day, self.law, self.trade, self.conditions)

    @checked
    def rates(
        self, partners: str | Iterable[str] | None = None, *, ordinary: str = "preference"
    ) -> pd.DataFrame:
        """Return one row per trade line with a column per layer.

        Parameters
        ----------
        partners : str or iterable of str, optional
            Codes or names; every partner with trade lines when None.
        ordinary : {"preference", "mfn", "paid"}
            The ordinary duty in column `mfn`, which a ceiling nets: the statutory MFN rate or for
            partners with a trade agreement the lower rate paid in 2024; the statutory rate for
            all; or the rate paid in 2024.

        Returns
        -------
        DataFrame
            Columns partner, hs10, value_usd and duty_usd (2024, US dollars), `mfn` (ordinary
            duty), one column per layer (fraction of the line's value, 0 where it does not charge)
            and total_rate, their sum.

        Raises
        ------
        ArgumentError
            For an unknown partner or kind of ordinary duty.

        Examples
        --------
        >>> rates = schedule("2025-08-07").rates("UK")
        >>> int(rates["reciprocal"].eq(0.1).sum()) > 5000
        True
        """
        trade = self.trade
        codes = trade.partners if partners is None else resolve_partners(partners)
        whole = codes == trade.partners
        rows = slice(None) if whole else trade.rows(codes)
        arrays = self.arrays(ordinary=ordinary)
        base = trade.ordinary(ordinary)[rows]
        counts = [last - first for first, last in map(trade.run, codes)]
        columns: dict[str, Any] = {
            "partner": pd.Categorical.from_codes(
                np.repeat(np.arange(len(codes), dtype=np.int8), counts), pd.Index(codes)
            ),
            "hs10": trade.products.hs10.take(trade.product[rows]),
            "value_usd": np.array(trade.value[rows]),
            "duty_usd": np.array(trade.duty[rows]),
            "mfn": np.array(base),
        }
        total = base.copy()
        for name in self.law.layers:
            if name == "mfn":
                continue
            columns[name] = arrays[name][rows] if name in arrays else np.zeros(len(base))
            total += columns[name]
        columns["total_rate"] = total
        return pd.DataFrame(columns, copy=False)


@lru_cache(maxsize=8)
def _together(day: dt.date, law: Law, trade: Lines, conditions: Mode) -> tuple[Floats, Floats]:
    """Return `Schedule.added_together`: models ask for the same few laws again and again."""
    schedule = Schedule(day, law, trade, conditions)
    rate, unsure = np.zeros(len(trade)), np.zeros(len(trade))
    for name, part in schedule.added().items():
        rate += part
        unsure += np.where(schedule.layer(name).provisional, part, 0.0)
    return frozen(rate), frozen(unsure)


@checked
def schedule(day: object, *, as_known_on: object = None, conditions: str = "law") -> Schedule:
    """Return the law of a day, ready to give rates.

    Parameters
    ----------
    day : str, date or Timestamp
        A day that the law tables cover.
    as_known_on : str, date or Timestamp, optional
        Leave out what was published after this day, see `Law.known_on`; all that is known today
        when None.
    conditions : {"law", "expected"}
        Some lists name a line under a condition: a weight of metal, a use. ``law`` is the letter:
        without proof the measure is paid, so a line in a measure's list is charged and a line in
        an exemption's list is not freed, unless even the cautious end of the range in the table
        condition_shares says that more than half of its trade is out, or free; a list of
        particular articles counts only where that table has the line. ``expected`` takes
        the central share of trade that meets the condition.

    Returns
    -------
    Schedule
        All measures in force on that day.

    Raises
    ------
    ArgumentError
        When it is no date, or outside the coverage, or for another way to read conditions.

    Examples
    --------
    >>> schedule("2025-03-20").layers
    ('fentanyl', 's232_metals', 's301_china', 's201', 'column2')
    """
    on = as_day(day)
    book = reading.law().known_on(known_day(as_known_on))
    return Schedule(on, book.on(on), conditions=check_mode(conditions))
