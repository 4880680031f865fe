"""What a peer reads otherwise, as changes of the law that the engine can compute."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

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
        added = Schedule(self.day, self.law, trade).added()
        return sum(added.values(), start=np.zeros(len(trade)))


Reading = Callable[[House], House]


@dataclass(frozen=True)
class Rule:
    """One difference between a peer and us: what it is, who is right, and how to take it over."""

    name: str
    right: str
    why: str
    apply: Reading


def _without(*scopes: str) -> Reading:
    """Return a rule that grants no exemption of these lists; a name may be the start of names."""

    def apply(house: House) -> House:
        kept = tuple(x for x in house.law.exemptions if not x.scope.startswith(scopes))
        if len(kept) == len(house.law.exemptions):
            return house
        return replace(house, law=replace(house.law, exemptions=kept))

    return apply


def _with(house: House, measures: Iterable[Measure]) -> House:
    """Return the house with these measures, or the same house where they are its own."""
    changed = tuple(measures)
    if changed == house.law.measures:
        return house
    return replace(house, law=replace(house.law, measures=changed))


def _changed(
    fits: Callable[[Measure], bool], since: dt.date = dt.date.min, **terms: Any
) -> Reading:
    """Return a rule that gives the measures that fit other terms, from a day on."""

    def apply(house: House) -> House:
        if house.day < since:
            return house
        return _with(house, (replace(m, **terms) if fits(m) else m for m in house.law.measures))

    return apply


def _dropped(fits: Callable[[Measure], bool]) -> Reading:
    """Return a rule that leaves out the measures that fit."""
    return lambda house: _with(house, (m for m in house.law.measures if not fits(m)))


def _early(fits: Callable[[Measure], bool], first: dt.date, end: dt.date = dt.date.max) -> Reading:
    """Return a rule that lets later measures that fit count already, between two days."""

    def apply(house: House) -> House:
        if not first <= house.day < end:
            return house
        later = (m for m in reading.law().measures if fits(m) and m.start > house.day)
        return _with(house, (*house.law.measures, *later))

    return apply


_STAMPS = {
    # The list of April is dated 5 April, the pause 9 April, the metals of 4 June 3 June.
    dt.date(2025, 4, 5): dt.date(2025, 4, 9),
    dt.date(2025, 4, 8): dt.date(2025, 4, 9),
    dt.date(2025, 4, 9): dt.date(2025, 4, 10),
    dt.date(2025, 6, 3): dt.date(2025, 6, 4),
}
_BRITAIN, _JAPAN, _KOREA = (frozenset({code}) for code in ("GBR", "JPN", "KOR"))
_LISTS_FROM = dt.date(2025, 4, 11)
_PARTS = (dt.date(2025, 4, 3), dt.date(2025, 5, 3))
_AUGUST = dt.date(2025, 8, 7)
_PRINTED = {"reciprocal-2025-04-09-ind": 0.27, "reciprocal-2025-04-09-kor": 0.26}
_FIRST_DERIVATIVES, _LATER_DERIVATIVES = dt.date(2025, 3, 12), dt.date(2025, 6, 23)


def _dates(house: House) -> House:
    """Take the law of the peer's own days; its lists of exempt goods begin on 11 April 2025."""
    day = _STAMPS.get(house.stamp, house.day)
    law = reading.law().on(day)
    if day >= _AUGUST:
        whole, oil = reading.law(), "india_russia_oil"
        early = (m for m in whole.measures if m.layer == oil and m.start > day)
        freed = (x for x in whole.exemptions if x.layer == oil and x.start > day)
        law = replace(law, measures=(*law.measures, *early), exemptions=(*law.exemptions, *freed))
    moved = replace(house, day=day, law=law)
    if house.stamp < _LISTS_FROM:
        moved = _without("annex_ii", "electronics", "bullion")(moved)
    return moved


def _padded(house: House) -> House:
    """Match Annex II by its numbers of eight digits filled up to ten."""
    change = tuple(
        replace(x, scope=f"{x.scope}@padded") if x.scope == "annex_ii" else x
        for x in house.law.exemptions
    )
    if change == house.law.exemptions or house.day >= dt.date(2025, 11, 13):
        return house
    return replace(house, law=replace(house.law, exemptions=change))


def _first_annex(house: House) -> House:
    """Take the rates of the annex as first printed, a point above the tariff's for some."""
    return _with(
        house, (replace(m, rate=_PRINTED.get(m.measure, m.rate)) for m in house.law.measures)
    )


def _whole_value(house: House) -> House:
    """Let derivatives pay on their whole value, not on their metal."""
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
    Rule("uk_cars", "ours", "British cars pay 10 % in all inside the quota",
         _dropped(lambda m: m.layer == "s232_autos" and m.partners == _BRITAIN
                  and m.scope == "passenger_cars")),
    Rule("deal_dates", "ours", "15 % for cars of Japan from 16 September and of Korea from 1 "
         "November 2025, not from 7 August",
         _early(lambda m: m.layer == "s232_autos" and m.partners in (_JAPAN, _KOREA), _AUGUST)),
    Rule("ceilings", "ours", "a total of 15 % includes column 1",
         _changed(lambda m: m.rule == "ceiling", rule="add", nets=None)),
    Rule("car_parts", "ours", "car parts pay from 3 May 2025, not from 3 April",
         _early(lambda m: m.scope == "auto_parts" and m.start == _PARTS[1], *_PARTS)),
    Rule("metal_headings", "ours", "notes 16 and 19 name headings of four and six digits too",
         _changed(lambda m: m.scope == "metals_articles", scope="metals_articles@lines")),
    Rule("later_derivatives", "ours", "appliances joined the derivatives on 23 June and 407 "
         "numbers on 18 August 2025",
         _changed(lambda m: m.scope == "metals_content", _LATER_DERIVATIVES,
                  read_on=_FIRST_DERIVATIVES)),
    Rule("wood_and_trucks", "ours", "wood pays from 14 October and trucks from 1 November 2025",
         _dropped(lambda m: m.layer in ("s232_wood", "s232_trucks"))),
    Rule("metal_content", "ours in principle", "derivatives pay on their metal, where it is "
         "declared; the share is modelled", _whole_value),
    Rule("bullion", "open", "the order exempts bullion, the list got its numbers on 8 September "
         "2025", _without("bullion")),
    Rule("aircraft", "ours", "civil aircraft and parts of the deals are exempt by use",
         _without("civil_aircraft", "aircraft_")),
)  # fmt: skip

BUDGET_LAB = (
    Rule("usmca_cars", "ours", "cars inside USMCA pay on their foreign content",
         _changed(lambda m: m.value_share == "not_us_content", value_share="not_usmca")),
    Rule("chapter_98", "ours", "US goods returned and goods of chapter 98 are exempt",
         _without("special_provisions")),
    Rule("other_exempt", "ours", "artworks, publications and low-value entries",
         _without("informational_materials", "low_value_estimate")),
)  # fmt: skip
