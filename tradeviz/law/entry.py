"""One customs entry: the duty to the cent by heading, and what a claim would change."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pandas as pd

from tradeviz import partners
from tradeviz.arguments import checked
from tradeviz.errors import ArgumentError, choose, mapped, number
from tradeviz.law import reading
from tradeviz.law.citations import citations
from tradeviz.law.condition import Claims
from tradeviz.law.record import TARIFF, Law, as_day, known_day
from tradeviz.law.schedule import Schedule
from tradeviz.law.shares import FOREIGN_CONTENT, OUTSIDE_USMCA, share_names
from tradeviz.lines import Lines, agreements, one_line
from tradeviz.products import good, single

COLUMNS = ("heading", "layer", "title", "rate", "duty_usd", "reference", "note", "provisional")
CLAIMS = {
    "usmca": "the goods qualify under USMCA",
    "fta": "the special rate of column 1 of another agreement is claimed",
    "patented": "the medicine is patented",
    "pharmaceutical_use": "the goods are for pharmaceutical use",
    "aircraft_use": "the goods are for civil aircraft",
    "end_use": "the goods are not for the use that the measure is about",
    "weight": "the metal is below the threshold of weight",
    "particular": "the goods are the particular article that the list describes",
    "quota": "the goods are inside the quota of the deal",
}
"""What an importer confirms; nobody else can know it."""

# "1¢/kg", "$1.61 each", "10¢/1,000 pins", "9.9¢/clean kg", "3.8¢/pf. liter", "20¢/line/ gross"
_SPECIFIC = re.compile(
    r"(?:(?P<cents>[\d.]+)\s*(?:¢|cents)|\$(?P<dollars>[\d.,]+))"
    r"\s*(?:/\s*(?P<unit>(?:clean |pf\. ?|line/ ?)?[A-Za-z0-9.,]+)|(?P<each>each))"
)
# "3¢/kg on lead content", "6% on the case", "9¢/jewel over 7", "0.2¢ for each other piece"
_PARTLY = re.compile(r" (?:on|of total|over|for each|less) ")
_SPECIFIC_TYPES = ("specific", "compound", "other")
_MOST_VALUE = 1e12


@checked
def entry(
    partner: str,
    hs10: str,
    value_usd: float,
    on: object = None,
    *,
    claims: str | Iterable[str] = (),
    quantity: Mapping[str, float] | None = None,
    content: float | None = None,
    as_known_on: object = None,
) -> pd.DataFrame:
    """Return the duty of one customs entry, heading by heading.

    Parameters
    ----------
    partner : str
        Country of origin: code or name, of any partner of the table partners.
    hs10 : str
        Ten-digit code of any line of the tariff, traded in 2024 or not; points are ignored.
    value_usd : float
        Customs value in US dollars.
    on : str or date, optional
        Day of entry; the last day that the law is known when None.
    claims : str or iterable of str
        What the importer confirms: ``usmca``, ``fta``, ``patented``, ``pharmaceutical_use``,
        ``aircraft_use``, ``end_use``, ``weight``, ``particular``, ``quota``. Without a claim the
        entry pays without it.
    quantity : mapping, optional
        Unit -> amount for duties by quantity: ``{"kg": 21_000}``, ``{"each": 12}``.
    content : float, optional
        Share of the value that is the metal a measure on content charges; the whole value
        without it.
    as_known_on : str or date, optional
        Leave out what was published after this day.

    Returns
    -------
    DataFrame
        A row per heading that the entry falls under, the ordinary duty first: heading of chapter
        99 (or the line itself), layer, title, rate (fraction of the value), duty_usd (to the
        cent, halves away from zero), reference, note, provisional. ``.attrs``: total_usd,
        total_rate, partner, hs10, on, claims (as made) and would_change (claim -> US dollars that
        it would add or take off). Fees (merchandise processing, harbour) are no duties.

    Raises
    ------
    ArgumentError
        For an unknown partner, line, day or claim, a value that is no positive number, or a duty
        by quantity without the quantity.

    Notes
    -----
    The special rates of column 1 are in no table: with ``usmca`` or ``fta`` the ordinary duty is
    taken as free, and says so. Column 2 counts as what the goods paid in 2024.

    Examples
    --------
    >>> made = entry("JPN", "8703.23.0190", 10_000, "2025-05-10")
    >>> made["duty_usd"].tolist(), made.attrs["total_usd"]
    ([250.0, 2500.0], 2750.0)
    """
    (code,) = partners.resolve(partner, lines_only=False)
    names = [claims] if isinstance(claims, str) else claims
    made = frozenset(choose(name, CLAIMS, "claims", "unknown claim") for name in names)
    value = number(value_usd, "value_usd", f"US dollars above 0, up to {_MOST_VALUE:g}",
                   low=math.ulp(0.0), high=_MOST_VALUE, what="not a value")  # fmt: skip
    if content is not None:
        number(content, "content", "0 to 1", low=0.0, high=1.0, what="not a share")
    day = as_day(on) if on is not None else reading.law().last_day
    book = reading.law().known_on(known_day(as_known_on)).on(day)
    amounts = {} if quantity is None else mapped(quantity, "quantity", "unit: amount")
    for unit, amount in amounts.items():
        if not isinstance(unit, str):
            allowed = 'such as {"kg": 21_000}'
            raise ArgumentError("not a unit", field="quantity", value=unit, allowed=allowed)
        number(amount, "quantity", "0 or more", low=0.0, what="not an amount")
    units = [_unit(unit) for unit in amounts]
    if twice := [unit for unit in amounts if units.count(_unit(unit)) > 1]:
        raise ArgumentError(f"{_unit(twice[0])} is given twice", field="quantity",
                            value=", ".join(twice))  # fmt: skip
    case = _Case(code, hs10, value, day, book, amounts, content)
    table = pd.DataFrame(case.rows(made), columns=list(COLUMNS))
    total = _sum(table)
    changes: dict[str, float] = {}
    for name in case.open_claims(made):
        change = round(_sum(pd.DataFrame(case.rows(made | {name}))) - total, 2)
        if change:
            changes[name] = change
    table.attrs |= {
        "total_usd": total,
        "total_rate": total / value,
        "partner": code,
        "hs10": good(hs10)["hs10"],
        "description": str(good(hs10)["description"]),
        "on": str(day),
        "claims": sorted(made),
        "would_change": changes,
    }
    return table


def _sum(table: pd.DataFrame) -> float:
    return float(sum(Decimal(str(duty)) for duty in table["duty_usd"]))


def _cents(duty: float) -> float:
    """Round to the cent, halves up; what a binary fraction adds below a millionth is noise."""
    exact = Decimal(repr(round(duty, 6)))
    return float(exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


_UNITS = {
    "kilogram": "kg", "kilograms": "kg", "kilo": "kg", "liters": "liter", "l": "liter",
    "pf.liter": "proof liter", "pf. liter": "proof liter", "line/ gross": "line gross",
    "1,000": "thousand", "1000": "thousand",
}  # fmt: skip


def _unit(text: str) -> str:
    """Return a unit as the tariff writes it."""
    name = text.casefold().rstrip(".")
    return _UNITS.get(name, name)


class _Case:
    """The facts of an entry; `rows` gives its duty under a set of claims."""

    def __init__(
        self,
        partner: str,
        hs10: str,
        value: float,
        day: dt.date,
        book: Law,
        quantity: Mapping[str, float],
        content: float | None,
    ) -> None:
        self.partner, self.value, self.day, self.book = partner, value, day, book
        self.good, self.content = good(hs10), 1.0 if content is None else content
        self.north = partner in ("CAN", "MEX")
        self.quantity = {_unit(unit): amount for unit, amount in quantity.items()}

    def rows(self, claims: frozenset[str]) -> list[dict[str, Any]]:
        """Return one row a heading."""
        ordinary = self._ordinary(claims)
        trade = self._line(claims, ordinary["rate"])
        schedule = Schedule(self.day, self._book(claims), trade, Claims(claims))
        rows = [ordinary]
        covers = schedule.covers(ordinary="mfn")
        for name, rate in schedule.arrays(ordinary="mfn").items():
            layer = schedule.layer(name, ordinary="mfn")
            winner = int(layer.winner[0])
            if winner >= 0 and covers[name][0] > 0:
                rows.append(self._row(layer.measures[winner], float(rate[0])))
        return rows

    def open_claims(self, made: frozenset[str]) -> list[str]:
        """Return the claims that are not made, without agreements that the partner has not."""
        closed = {"fta"} if self.north or self.partner not in agreements() else set()
        closed |= set() if self.north else {"usmca"}
        return [name for name in CLAIMS if name not in made | closed]

    def _ordinary(self, claims: frozenset[str]) -> dict[str, Any]:
        """Return the row of the ordinary duty."""
        free = "fta" in claims or ("usmca" in claims and self.north)
        note = f"tariff text: {self.good['mfn_text']}"
        if free:
            note = "claimed as free: the special rates of column 1 are in no table"
        rate = 0.0 if free else self._rate()
        return {
            "heading": self.good["hs10"],
            "layer": "mfn",
            "title": f"Ordinary duty, column 1 ({self.good['mfn_type']})",
            "rate": rate,
            "duty_usd": _cents(rate * self.value),
            "reference": TARIFF,
            "note": note,
            "provisional": free or self._partly(),
        }

    def _partly(self) -> bool:
        """Say whether the rate is of a part of the article, or falls with what no entry says."""
        text = str(self.good["mfn_text"])
        return self.good["mfn_type"] == "other" or bool(_PARTLY.search(text))

    def _rate(self) -> float:
        """Return the ordinary duty over the value, duties by quantity included."""
        kind, text = str(self.good["mfn_type"]), str(self.good["mfn_text"])
        percent = 0.0 if pd.isna(self.good["mfn_rate"]) else float(self.good["mfn_rate"])
        if kind not in _SPECIFIC_TYPES:
            return percent
        # Sugar pays less "for each degree under 100 degrees", which no entry says.
        parts = list(_SPECIFIC.finditer(text.partition(" less ")[0]))
        if not parts and pd.isna(self.good["mfn_rate"]):
            raise ArgumentError(
                "the tariff gives this line no rate of its own", field="hs10",
                value=self.good["hs10"], allowed="another line, or a claim that frees it",
            )  # fmt: skip
        return sum(map(self._by_quantity, parts), start=percent * self.value) / self.value

    def _by_quantity(self, part: re.Match[str]) -> float:
        unit = _unit(part["unit"] or part["each"])
        if unit not in self.quantity:
            raise ArgumentError(
                f"a duty by quantity: {self.good['mfn_text']}", field="quantity",
                value=dict(self.quantity) or None, allowed=f'quantity={{"{unit}": ...}}',
            )  # fmt: skip
        dollars = (part["dollars"] or "").replace(",", "")
        price = float(part["cents"]) / 100 if part["cents"] else float(dollars)
        return price * self.quantity[unit]

    def _line(self, claims: frozenset[str], rate: float) -> Lines:
        """Return the line with the shares of value that the claims leave."""
        line = one_line(self.partner, self.good["hs10"])
        shares = {name: np.array([self.content]) for name in share_names()}
        inside = "usmca" in claims and self.north
        shares[OUTSIDE_USMCA] = np.array([0.0 if inside else 1.0])
        shares[FOREIGN_CONTENT] = np.array([self.content if inside else 1.0])
        return replace(line, products=single(self.good["hs10"], rate), _reach={}, _share=shares)

    def _book(self, claims: frozenset[str]) -> Law:
        """Return the law in which a quota is open for those who claim it, and for nobody else."""
        kept = (m for m in self.book.measures if m.quota_share is None or "quota" in claims)
        return replace(self.book, measures=tuple(replace(m, quota_share=None) for m in kept))

    def _row(self, item: Any, rate: float) -> dict[str, Any]:
        texts = citations().get(item.measure, [])
        stated = re.search(r"99\d\d\.\d\d\.\d\d", item.reference)
        heading = texts[0]["heading"] if texts else ""
        return {
            "heading": heading or (stated.group() if stated else ""),
            "layer": item.layer,
            "title": item.title,
            "rate": rate,
            "duty_usd": _cents(rate * self.value),
            "reference": item.reference,
            "note": item.why,
            "provisional": item.provisional,
        }
