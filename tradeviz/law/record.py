"""The dated law: measures, exemptions, stacking, and what is in force on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import pandas as pd

from tradeviz.errors import ArgumentError, nearest

FIRST_DAY = dt.date(2025, 1, 1)
LAST_DAY = dt.date(2026, 8, 21)
"""The last day whose law is known; nothing is said about later days."""

MAX_RATE = 5.0
RULES = ("add", "ceiling")
"""On top of the ordinary duty, or in all."""
LAW_RULES = (*RULES, "paid")
"""The law has one more: what the goods paid in 2024 above column 1."""
NETS = ("ordinary", "mfn")
_GROUPS = frozenset({"EU"})


@dataclass(frozen=True)
class Measure:
    """One dated row of a layer.

    `partners` None means all; `rate`, `quota_share` are fractions; `end` is the first day no
    longer in force, None while open; `overlay` marks a row that an outcome added, which beats
    every row of the law; `covers` False takes the goods out of the layer; `only` narrows the
    partners of a row that an outcome took over, and `read_on` is the day whose edition of the
    scope it brings along; `known_from` is the day of publication.

    Examples
    --------
    >>> from tradeviz.law.reading import law
    >>> law().measure("s122-2026-02-24-all").rate
    0.1
    """

    measure: str
    layer: str
    title: str
    partners: frozenset[str] | None
    scope: str
    rule: str
    rate: float
    start: dt.date
    end: dt.date | None
    except_partners: frozenset[str] = frozenset()
    nets: str | None = None
    value_share: str | None = None
    quota_share: float | None = None
    reference: str = ""
    source: str = ""
    provisional: bool = False
    why: str = ""
    overlay: int = 0
    covers: bool = True
    only: frozenset[str] | None = None
    read_on: dt.date | None = None
    known_from: dt.date | None = None

    @property
    def known(self) -> dt.date:
        """The day the measure was published; its first day where nothing else is said."""
        return self.known_from or self.start

    def in_force(self, day: dt.date) -> bool:
        """Say whether the measure is in force: ``start <= day < end``.

        Parameters
        ----------
        day : date
            The day.

        Returns
        -------
        bool
            True from `start` on and before `end`.

        Examples
        --------
        >>> from tradeviz.law.reading import law
        >>> law().measure("s122-2026-02-24-all").in_force(dt.date(2026, 7, 24))
        False
        """
        return self.start <= day and (self.end is None or day < self.end)

    def partner_class(self, partner: str, part_of: Mapping[str, str]) -> int | None:
        """Return how closely the measure names a partner.

        Parameters
        ----------
        partner : str
            Partner code.
        part_of : mapping
            Partner code to the group it belongs to (``{"SVK": "EU"}``).

        Returns
        -------
        int or None
            0 all, 1 its group, 2 itself, 3 more for each overlay; None when not meant.

        Examples
        --------
        >>> from tradeviz.law.reading import law
        >>> law().measure("s122-2026-02-24-all").partner_class("JPN", {})
        0
        """
        group = part_of.get(partner, partner)
        if {partner, group} & self.except_partners:
            return None
        if self.only is not None and not {partner, group} & self.only:
            return None
        if self.partners is None:
            found = 0
        elif partner in self.partners:
            found = 2 if partner not in _GROUPS else 1
        elif group in self.partners:
            found = 1
        else:
            return None
        return found + 3 * self.overlay


@dataclass(frozen=True)
class Exemption:
    """Goods that no measure of a layer reaches, dated; `partners` None means all.

    `only` and `not_for` narrow the partners where an outcome puts another day in a layer's place;
    `read_on` is the day whose edition of the scope it brings along.
    """

    exemption: str
    layer: str
    partners: frozenset[str] | None
    scope: str
    start: dt.date
    end: dt.date | None
    reference: str = ""
    source: str = ""
    provisional: bool = False
    why: str = ""
    only: frozenset[str] | None = None
    not_for: frozenset[str] = frozenset()
    read_on: dt.date | None = None
    known_from: dt.date | None = None

    @property
    def known(self) -> dt.date:
        """The day the exemption was published; its first day where nothing else is said."""
        return self.known_from or self.start

    def in_force(self, day: dt.date) -> bool:
        """Say whether the exemption is in force: ``start <= day < end``."""
        return self.start <= day and (self.end is None or day < self.end)

    def names(self, partner: str, part_of: Mapping[str, str]) -> bool:
        """Say whether the exemption is for a partner or its group."""
        if partner in self.not_for or (self.only is not None and partner not in self.only):
            return False
        names = {partner, part_of.get(partner, partner)}
        return self.partners is None or bool(names & self.partners)


@dataclass(frozen=True)
class Stacking:
    """What `yields_to` covers of a line's value, `layer` leaves."""

    layer: str
    yields_to: str
    partners: frozenset[str] | None
    start: dt.date | None
    end: dt.date | None
    reference: str = ""

    def in_force(self, day: dt.date) -> bool:
        """Say whether the pair holds on a day; a missing date is open."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


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

    def on(self, day: dt.date) -> Law:
        """Return the law of one day.

        Parameters
        ----------
        day : date
            The day.

        Returns
        -------
        Law
            Only what is in force.

        Examples
        --------
        >>> from tradeviz.law.reading import law
        >>> sorted({m.layer for m in law().on(dt.date(2025, 3, 20)).measures})
        ['fentanyl', 's232_metals']
        """
        return replace(
            self,
            measures=tuple(item for item in self.measures if item.in_force(day)),
            exemptions=tuple(item for item in self.exemptions if item.in_force(day)),
            stacking=tuple(item for item in self.stacking if item.in_force(day)),
        )

    def known_on(self, day: dt.date | None) -> Law:
        """Return the law as it was published by a day.

        Parameters
        ----------
        day : date or None
            The day; None for all that is known today.

        Returns
        -------
        Law
            Without what was published later. A row that ends where later rows of its layer and
            partners take over ends only once one of those is published; an end that no row takes
            over, and that lies after the day, is not known yet.

        Examples
        --------
        >>> from tradeviz.law.reading import law
        >>> korea = law().known_on(dt.date(2025, 11, 20)).on(dt.date(2025, 11, 20))
        >>> {m.rule for m in korea.measures if m.partners == {"KOR"} and m.layer == "reciprocal"}
        {'add'}
        """
        if day is None:
            return self
        return replace(
            self,
            measures=_published(self.measures, day),
            exemptions=_published(self.exemptions, day),
        )

    def measure(self, name: str) -> Measure:
        """Return a measure by its name.

        Raises
        ------
        ArgumentError
            When there is none, with the nearest match.
        """
        found = {item.measure: item for item in self.measures}
        if name not in found:
            raise ArgumentError(
                "unknown measure", field="measure", value=name, nearest=nearest(name, found)
            )
        return found[name]

    def days(self) -> tuple[dt.date, ...]:
        """Return the days on which a measure, an exemption or its list changes, within coverage.

        Returns
        -------
        tuple of date
            In order, from the first day of the coverage.

        Examples
        --------
        >>> from tradeviz.law.reading import law
        >>> str(law().days()[1])
        '2025-02-04'
        """
        dated: tuple[Measure | Exemption | Stacking, ...] = (
            *self.measures,
            *self.exemptions,
            *self.stacking,
        )
        days = {FIRST_DAY} | {
            day
            for item in dated
            for day in (item.start, item.end)
            if day is not None and FIRST_DAY <= day <= LAST_DAY
        }
        listed: tuple[Measure | Exemption, ...] = (*self.measures, *self.exemptions)
        days |= {
            day
            for item in listed
            for day in self.calendar(item.scope)
            if item.in_force(day) and FIRST_DAY <= day <= LAST_DAY
        }
        return tuple(sorted(days))


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


def as_day(value: object, *, file: object = None, name: str = "on") -> dt.date:
    """Turn a text or date into a day inside the coverage of the law.

    Parameters
    ----------
    value : str, date, datetime or Timestamp
        The day, as ``2025-08-07``.
    file : object, optional
        Named in the error.
    name : str
        The field or argument named in the error.

    Returns
    -------
    date
        A day from 2025-01-01 to 2026-08-21.

    Raises
    ------
    ArgumentError
        When it is no date, or outside the coverage.

    Examples
    --------
    >>> as_day("2025-08-07")
    datetime.date(2025, 8, 7)
    """
    try:
        if isinstance(value, str):
            day = dt.date.fromisoformat(value.strip())
        elif isinstance(value, dt.datetime):
            day = value.date()
        elif isinstance(value, dt.date):
            day = value
        else:
            day = pd.Timestamp(value).date()  # type: ignore[arg-type]
    except (ValueError, TypeError):
        raise ArgumentError(
            "not a date", file=file, field=name, value=value, allowed="a date as 2025-08-07"
        ) from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ArgumentError(
            "outside the dates that the law tables cover",
            file=file,
            field=name,
            value=day,
            allowed=f"{FIRST_DAY} to {LAST_DAY}",
        )
    return day


def known_day(value: object) -> dt.date | None:
    """Turn the day of publication that a call asks for into a day inside the coverage."""
    return None if value is None else as_day(value, name="as_known_on")
