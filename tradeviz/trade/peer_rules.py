"""What a peer reads otherwise, as changes of the law that the engine can compute."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from tradeviz.law import reading
from tradeviz.law.record import Law, Measure
from tradeviz.law.schedule import Schedule
from tradeviz.law.shares import value_shares
from tradeviz.lines import Lines
from tradeviz.products import Floats


@dataclass(frozen=True)
class House:
    """How somebody reads the law: the day, what is in force, and how much of a good counts."""

    stamp: dt.date
    day: dt.date
    law: Law
    trade: Lines
    shares: dict[str, Floats] = field(default_factory=dict)

    def added(self) -> Floats:
        """Return the added duty of each line."""
        trade = replace(self.trade, _share=self.shares) if self.shares else self.trade
        added = Schedule(self.day, self.law, trade).added(ordinary="mfn")
        return sum(added.values(), start=np.zeros(len(trade)))


@dataclass(frozen=True)
class Rule:
    """One difference between a peer and us: what it is, who is right, and how to take it over."""

    name: str
    right: str
    why: str
    apply: Callable[[House], House]


# --- the rules of the notebook tracker ---


def _without(*scopes: str) -> Callable[[House], House]:
    """Return a rule that grants no exemption of these lists; a name may be the start of names."""

    def apply(house: House) -> House:
        kept = tuple(x for x in house.law.exemptions if not x.scope.startswith(scopes))
        if len(kept) == len(house.law.exemptions):
            return house
        return replace(house, law=replace(house.law, exemptions=kept))

    return apply


def _measures(house: House, change: Callable[[Measure], Measure | None]) -> House:
    """Return the house with its measures changed, or the same house where nothing changes."""
    changed = [change(item) for item in house.law.measures]
    kept = tuple(item for item in changed if item is not None)
    if kept == house.law.measures:
        return house
    return replace(house, law=replace(house.law, measures=kept))


_STAMPS = {
    # The list of April is dated 5 April, the pause 9 April, the metals of 4 June 3 June.
    dt.date(2025, 4, 5): dt.date(2025, 4, 9),
    dt.date(2025, 4, 8): dt.date(2025, 4, 9),
    dt.date(2025, 4, 9): dt.date(2025, 4, 10),
    dt.date(2025, 6, 3): dt.date(2025, 6, 4),
}
_BRITAIN, _JAPAN, _KOREA = (frozenset({code}) for code in ("GBR", "JPN", "KOR"))
_LISTS_FROM = dt.date(2025, 4, 11)
_AUGUST = dt.date(2025, 8, 7)


def _dates(house: House) -> House:
    """Take the law of the peer's own days; its lists of exempt goods begin on 11 April 2025."""
    day = _STAMPS.get(house.stamp, house.day)
    law = reading.law().on(day)
    oil = [m for m in reading.law().measures if m.layer == "india_russia_oil"]
    if day >= _AUGUST:
        early = tuple(m for m in oil if m not in law.measures and m.start > day)
        freed = tuple(
            x for x in reading.law().exemptions
            if x.layer == "india_russia_oil" and x not in law.exemptions and x.start > day
        )  # fmt: skip
        law = replace(law, measures=(*law.measures, *early), exemptions=(*law.exemptions, *freed))
    moved = replace(house, day=day, law=law)
    if house.stamp < _LISTS_FROM:
        moved = _without("annex_ii", "electronics", "bullion")(moved)
    return moved


def _padded(house: House) -> House:
    """Match Annex II by its numbers of eight digits filled up to ten."""
    change = [
        replace(x, scope=f"{x.scope}@padded") if x.scope == "annex_ii" else x
        for x in house.law.exemptions
    ]
    if tuple(change) == house.law.exemptions or house.day >= dt.date(2025, 11, 13):
        return house
    return replace(house, law=replace(house.law, exemptions=tuple(change)))


def _uk_cars(house: House) -> House:
    def change(item: Measure) -> Measure | None:
        british = item.layer == "s232_autos" and item.partners == _BRITAIN
        return None if british and item.scope == "passenger_cars" else item

    return _measures(house, change)


def _cars_from_august(house: House) -> House:
    if house.day < _AUGUST:
        return house
    early = tuple(
        m for m in reading.law().measures
        if m.layer == "s232_autos" and m.partners in (_JAPAN, _KOREA) and m.start > house.day
    )  # fmt: skip
    if not early:
        return house
    return replace(house, law=replace(house.law, measures=(*house.law.measures, *early)))


def _on_top(house: House) -> House:
    def change(item: Measure) -> Measure:
        ceiling = item.rule == "ceiling"
        return replace(item, rule="add", nets=None) if ceiling else item

    return _measures(house, change)


def _parts_from_april(house: House) -> House:
    if not dt.date(2025, 4, 3) <= house.day < dt.date(2025, 5, 3):
        return house
    parts = tuple(
        m for m in reading.law().measures
        if m.scope == "auto_parts" and m.start == dt.date(2025, 5, 3)
    )  # fmt: skip
    return replace(house, law=replace(house.law, measures=(*house.law.measures, *parts)))


def _eight_digits(house: House) -> House:
    def change(item: Measure) -> Measure:
        listed = item.scope == "metals_articles"
        return replace(item, scope=f"{item.scope}@lines") if listed else item

    return _measures(house, change)


def _first_annex(house: House) -> House:
    """Take the rates of the annex as first printed, a point above the tariff's for some."""

    def change(item: Measure) -> Measure:
        rate = _PRINTED.get(item.measure)
        return item if rate is None else replace(item, rate=rate)

    return _measures(house, change)


def _march_derivatives(house: House) -> House:
    """Leave out the derivatives that were added in June and August 2025."""
    if house.day < _LATER_DERIVATIVES:
        return house

    def change(item: Measure) -> Measure:
        listed = item.scope == "metals_content"
        return replace(item, read_on=_FIRST_DERIVATIVES) if listed else item

    return _measures(house, change)


def _no_wood_no_trucks(house: House) -> House:
    def change(item: Measure) -> Measure | None:
        return None if item.layer in ("s232_wood", "s232_trucks") else item

    return _measures(house, change)


_PRINTED = {"reciprocal-2025-04-09-ind": 0.27, "reciprocal-2025-04-09-kor": 0.26}
_FIRST_DERIVATIVES, _LATER_DERIVATIVES = dt.date(2025, 3, 12), dt.date(2025, 6, 23)


def _whole_value(house: House) -> House:
    whole = {n: np.ones(len(house.trade)) for n in value_shares() if n.startswith("metal_content")}
    used = {m.value_share for m in house.law.measures}
    return replace(house, shares=whole) if used & whole.keys() else house


TRACKER = (
    Rule("dates", "ours", "the orders' own days: the list of April on 9 April, the pause on 10 "
         "April, metals on 4 June, India's oil duty on 27 August 2025; lists from the start",
         _dates),
    Rule("april_rates", "ours", "the tariff has 26 % for India and 25 % for Korea; the annex was "
         "first printed with 27 and 26", _first_annex),
    Rule("annex_ii_digits", "ours", "Annex II has tariff lines of eight digits, with every "
         "statistical number below them", _padded),
    Rule("chapter_98", "ours", "US goods returned and goods of chapter 98 are exempt",
         _without("special_provisions")),
    Rule("other_exempt", "ours", "artworks and publications are exempt by statute, and the "
         "estimate of low-value entries is charged by nobody",
         _without("informational_materials", "low_value_estimate")),
    Rule("uk_cars", "ours", "British cars pay 10 % in all inside the quota", _uk_cars),
    Rule("deal_dates", "ours", "15 % for cars of Japan from 16 September and of Korea from 1 "
         "November 2025, not from 7 August", _cars_from_august),
    Rule("ceilings", "ours", "a total of 15 % includes column 1", _on_top),
    Rule("car_parts", "ours", "car parts pay from 3 May 2025, not from 3 April", _parts_from_april),
    Rule("metal_headings", "ours", "notes 16 and 19 name headings of four and six digits too",
         _eight_digits),
    Rule("later_derivatives", "ours", "appliances joined the derivatives on 23 June and 407 "
         "numbers on 18 August 2025", _march_derivatives),
    Rule("wood_and_trucks", "ours", "wood pays from 14 October and trucks from 1 November 2025",
         _no_wood_no_trucks),
    Rule("metal_content", "ours in principle", "derivatives pay on their metal, where it is "
         "declared; the share is modelled", _whole_value),
    Rule("bullion", "open", "the order exempts bullion, the list got its numbers on 8 September "
         "2025", _without("bullion")),
    Rule("aircraft", "ours", "civil aircraft and parts of the deals are exempt by use",
         _without("civil_aircraft", "aircraft_")),
)  # fmt: skip


# --- the Budget Lab ---


def _usmca_cars(house: House) -> House:
    def change(item: Measure) -> Measure:
        content = item.value_share == "not_us_content"
        return replace(item, value_share="not_usmca") if content else item

    return _measures(house, change)


BUDGET_LAB = (
    Rule("usmca_cars", "ours", "cars inside USMCA pay on their foreign content", _usmca_cars),
    Rule("chapter_98", "ours", "US goods returned and goods of chapter 98 are exempt",
         _without("special_provisions")),
    Rule("other_exempt", "ours", "artworks, publications and low-value entries",
         _without("informational_materials", "low_value_estimate")),
)  # fmt: skip
