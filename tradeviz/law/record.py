"""The dated law: measures, exemptions, stacking, and what is in force on a day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TypeVar

import pandas as pd

from tradeviz import datasets
from tradeviz.arguments import day_of
from tradeviz.errors import ArgumentError, DataError, nearest

MAX_RATE = 5.0
RULES = ("add", "ceiling")
"""On top of the ordinary duty, or in all."""
LAW_RULES = (*RULES, "paid")
"""The law has one more: what the goods paid in 2024 above column 1."""
NETS = ("ordinary", "mfn")
TARIFF = "Harmonized Tariff Schedule of the United States, 2025"
"""What the ordinary duty rests on."""
_GROUPS = frozenset({"EU"})


@cache
def coverage(folder: Path | None = None) -> tuple[dt.date, dt.date]:
    """Return the first and the last day whose law is known; nothing is said of other days."""
    about = datasets.described("measures", folder=folder)
    days = []
    for key in ("known_from", "known_until"):
        day = day_of(about.get(key))
        if day is None:
            raise DataError(
                "not a date", file="datapackage.json", field=f"measures.{key}",
                value=about.get(key), allowed="a date as 2025-08-07",
            )  # fmt: skip
        days.append(day)
    return days[0], days[1]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What every row of the law has: a layer, partners, goods, days, and what it rests on.

    `partners` None means all; `only` narrows them, code by code, where outcomes differ by
    partner, and `read_on` is the day whose edition of the scope comes along; `end` is the first
    day no longer in force, None while open; `known_from` is the day of publication.
    """

    layer: str
    partners: frozenset[str] | None = None
    except_partners: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    scope: str = "all"
    start: dt.date = dt.date.min
    end: dt.date | None = None
    reference: str = ""
    source: str = ""
    provisional: bool = False
    why: str = ""
    read_on: dt.date | None = None
    known_from: dt.date | None = None

    @property
    def known(self) -> dt.date:
        """The day the rule was published; its first day where nothing else is said."""
        return self.known_from or self.start

    @property
    def ends(self) -> tuple[dt.date, ...]:
        """The first day, and the first day no longer in force where there is one."""
        return (self.start,) if self.end is None else (self.start, self.end)

    def in_force(self, day: dt.date) -> bool:
        """Say whether the rule is in force: ``start <= day < end``."""
        return self.start <= day and (self.end is None or day < self.end)

    def closeness(self, partner: str, part_of: Mapping[str, str]) -> int | None:
        """Return how closely the rule names a partner: 0 all, 1 its group, 2 itself, or None."""
        group = part_of.get(partner, partner)
        if {partner, group} & self.except_partners:
            return None
        if self.only is not None and partner not in self.only:
            return None
        if self.partners is None:
            return 0
        if partner in self.partners:
            return 1 if partner in _GROUPS else 2
        return 1 if group in self.partners else None

    def names(self, partner: str, part_of: Mapping[str, str]) -> bool:
        """Say whether the rule is for a partner."""
        return self.closeness(partner, part_of) is not None


@dataclass(frozen=True, kw_only=True)
class Terms(Rule):
    """A rate on goods: on top of the ordinary duty, or including it."""

    rule: str = "add"
    rate: float | None = None
    nets: str | None = None
    value_share: str | None = None
    quota_share: float | None = None


@dataclass(frozen=True, kw_only=True)
class Measure(Terms):
    """One dated row of a layer.

    `rate`, `quota_share` are fractions; `overlay` marks a row that an outcome added, which beats
    every row of the law; `covers` False takes the goods out of the layer.
    """

    measure: str
    title: str
    rate: float
    overlay: int = 0
    covers: bool = True

    def partner_class(self, partner: str, part_of: Mapping[str, str]) -> int | None:
        """Return how closely the measure names a partner, 3 more for each overlay."""
        named = self.closeness(partner, part_of)
        return None if named is None else named + 3 * self.overlay


@dataclass(frozen=True, kw_only=True)
class Exemption(Rule):
    """Goods that no measure of a layer reaches, dated."""

    exemption: str


@dataclass(frozen=True, kw_only=True)
class Stacking(Rule):
    """What `yields_to` covers of a line's value, `layer` leaves."""

    yields_to: str


def _never(_: str) -> tuple[dt.date, ...]:
    """Return no day: the lists of a law made by hand stay the same."""
    return ()


@dataclass(frozen=True)
class Law:
    """All measures, exemptions and stacking pairs, checked.

    `calendar` dates the changes of a scope; `in_base` names the layers that the duty of 2024 holds
    already, which count in the total rate and not in what is added.
    """

    layers: tuple[str, ...]
    measures: tuple[Measure, ...]
    exemptions: tuple[Exemption, ...]
    stacking: tuple[Stacking, ...]
    calendar: Callable[[str], tuple[dt.date, ...]] = _never
    in_base: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        """Say what it is in one line: the whole fills a book."""
        return f"Law({len(self.measures)} measures, {len(self.exemptions)} exemptions)"

    def on(self, day: dt.date) -> Law:
        """Return the law of one day."""
        return replace(
            self,
            measures=tuple(item for item in self.measures if item.in_force(day)),
            exemptions=tuple(item for item in self.exemptions if item.in_force(day)),
            stacking=tuple(item for item in self.stacking if item.in_force(day)),
        )

    @property
    def last_day(self) -> dt.date:
        """The last day that the law is known."""
        return coverage()[1]

    def known_on(self, day: dt.date | None) -> Law:
        """Return the law as it was published by a day."""
        if day is None:
            return self
        return replace(
            self,
            measures=_published(self.measures, day),
            exemptions=_published(self.exemptions, day),
        )

    def measure(self, name: str) -> Measure:
        """Return a measure by its name."""
        found = {item.measure: item for item in self.measures}
        if name not in found:
            raise ArgumentError(
                "unknown measure", field="measure", value=name, nearest=nearest(name, found)
            )
        return found[name]

    def days(self) -> tuple[dt.date, ...]:
        """Return the days on which a measure, an exemption or its list changes, within coverage."""
        listed: tuple[Rule, ...] = (*self.measures, *self.exemptions)
        first, last = coverage()
        days = {first, *(day for item in (*listed, *self.stacking) for day in item.ends)}
        days |= {day for item in listed for day in self.calendar(item.scope) if item.in_force(day)}
        return tuple(sorted(day for day in days if first <= day <= last))


_Row = TypeVar("_Row", Measure, Exemption)


def _published(rows: tuple[_Row, ...], day: dt.date) -> tuple[_Row, ...]:
    """Return the rows published by a day, open where nobody could know yet that they end."""
    starts: dict[tuple[str, dt.date], list[_Row]] = {}
    for row in rows:
        starts.setdefault((row.layer, row.start), []).append(row)
    known = []
    for row in rows:
        if row.known > day:
            continue
        if row.end is not None:
            heirs = [
                heir
                for heir in starts.get((row.layer, row.end), ())
                if heir.partners is None or row.partners is None or heir.partners & row.partners
            ]
            told = any(heir.known <= day for heir in heirs) if heirs else row.end <= day
            row = row if told else replace(row, end=None)
        known.append(row)
    return tuple(known)


def as_day(value: object, *, name: str = "on") -> dt.date:
    """Turn a text or date into a day inside the coverage of the law."""
    day = day_of(value)
    if day is None:
        raise ArgumentError("not a date", field=name, value=value, allowed="a date as 2025-08-07")
    first, last = coverage()
    if not first <= day <= last:
        what, allowed = "outside the dates that the law tables cover", f"{first} to {last}"
        raise ArgumentError(what, field=name, value=day, allowed=allowed)
    return day


def as_month(
    value: object, *, field: str, first: dt.date, last: dt.date | None = None
) -> pd.Timestamp:
    """Turn a text or date into the first day of its month, inside the months allowed."""
    allowed = f"{first:%Y-%m} to {last:%Y-%m}" if last else f"from {first:%Y-%m} on"
    written = isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}", value.strip())
    day = day_of(f"{str(value).strip()}-01" if written else value)
    if day is None:
        allowed = f"a month as 2026-07, {allowed}"
        raise ArgumentError("not a month", field=field, value=value, allowed=allowed)
    month = day.year, day.month
    if month < (first.year, first.month) or (last and month > (last.year, last.month)):
        raise ArgumentError("outside the months at hand", field=field, value=value, allowed=allowed)
    return pd.Timestamp(day.replace(day=1))


def fraction_fault(value: object, largest: float) -> str | None:
    """Return what is wrong with a fraction of the law, and which one a percentage is."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return "not a fraction"
    if 0 <= value <= largest:
        return None
    percent = largest < value <= 100 * largest
    return "not a fraction" + (f": {value:g} percent is {value / 100:g}" if percent else "")


def known_day(value: object) -> dt.date | None:
    """Turn the day of publication that a call asks for into a day inside the coverage."""
    return None if value is None else as_day(value, name="as_known_on")
