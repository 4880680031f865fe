"""Why a good pays what it pays: every layer with its measure, and why others do not apply."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from tradeviz import partners
from tradeviz.arguments import checked
from tradeviz.law import reading
from tradeviz.law.cards import Explained
from tradeviz.law.citations import citations
from tradeviz.law.condition import check_mode
from tradeviz.law.outcome import TODAY, Outcome
from tradeviz.law.outcome import outcome as read_outcome
from tradeviz.law.record import TARIFF, Measure
from tradeviz.law.resolve import EXEMPT, NONE, Layer
from tradeviz.law.schedule import Schedule
from tradeviz.law.scopes import scope
from tradeviz.lines import Lines, one_line
from tradeviz.products import good
from tradeviz.quantities import counted, law_percent

CITED = ("instrument", "federal_register", "heading", "quote", "url")
COLUMNS = (
    "layer",
    "measure",
    "title",
    "applies",
    "rate",
    "reason",
    "reference",
    "source",
    "provisional",
    *CITED,
)


@checked
def explain(
    partner: str,
    hs10: str,
    on: object = None,
    *,
    outcome: str | Outcome = TODAY,
    ordinary: str = "preference",
    as_known_on: object = None,
    conditions: str = "law",
    details: bool = False,
) -> pd.DataFrame:
    """Explain the rate of one trade line, layer by layer.

    Parameters
    ----------
    partner : str
        Code or name of a partner.
    hs10 : str
        Ten-digit product code; points are ignored.
    on : str or date, optional
        The day; the outcome's own when None.
    outcome : str or Outcome
        An outcome to explain instead of the law in force.
    ordinary : {"preference", "mfn", "paid"}
        What a ceiling nets.
    as_known_on : str or date, optional
        Leave out what was published after this day.
    conditions : {"law", "expected"}
        How conditions beside the code are read, see `tradeviz.schedule`.
    details : bool
        Also the measures that do not apply, and why.

    Returns
    -------
    DataFrame
        A row per layer that applies, the ordinary duty first: layer, measure, title, applies
        (bool), rate (fraction of the line's value that it adds; 0 where it does not apply),
        reason, reference, source, provisional, and of the legal text instrument,
        federal_register, heading, quote and url. ``.attrs`` holds partner, hs10, description, on,
        outcome, total_rate, others (how many measures do not apply) and citations (a dict for
        each text cited).

    Raises
    ------
    ArgumentError
        For an unknown partner or product, or a day outside the coverage.

    Examples
    --------
    >>> table = explain("JPN", "8703.23.0190", "2025-09-20")
    >>> table.loc[table["applies"], "layer"].tolist()
    ['mfn', 's232_autos']
    >>> round(table.attrs["total_rate"], 4)
    0.15
    """
    (code,) = partners.resolve(partner, lines_only=False)
    trade = one_line(code, hs10)
    end = read_outcome(outcome)
    day = end.day_of(on)
    book = end.law(on, as_known_on=as_known_on)
    schedule = Schedule(day, book, trade, check_mode(conditions))
    rates = {name: float(values[0]) for name, values in schedule.arrays(ordinary=ordinary).items()}
    covers = {name: float(values[0]) for name, values in schedule.covers(ordinary=ordinary).items()}
    known, texts = good(hs10), citations()
    rows = [_ordinary_row(trade, ordinary, known)]
    for name in schedule.law.layers:
        if name == "mfn":
            continue
        layer = schedule.layer(name, ordinary=ordinary)
        rows += _layer_rows(layer, schedule, code, rates.get(name, 0.0), covers)
        rows += _other_days(name, trade, code, day)
    for row in rows:
        first: dict[str, str] = next(iter(texts.get(row["measure"], ())), {})
        row |= {name: first.get(name, "") for name in CITED}
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    applied = table[table["applies"]].reset_index(drop=True)
    others = table[~table["applies"]].reset_index(drop=True)
    table = Explained(table if details else applied)
    table.folded = others
    table.attrs |= {
        "partner": code,
        "hs10": known["hs10"],
        "description": str(known["description"]),
        "on": str(day),
        "outcome": end.name,
        "total_rate": float(table["rate"].sum()),
        "others": len(others),
        "citations": [text for name in applied["measure"] for text in texts.get(name, ())],
    }
    return table


def _row(item: Measure, applies: bool, rate: float, reason: str) -> dict[str, Any]:
    return {
        "layer": item.layer,
        "measure": item.measure,
        "title": item.title,
        "applies": applies,
        "rate": rate,
        "reason": reason + (f" (provisional: {item.why})" if applies and item.why else ""),
        "reference": item.reference,
        "source": item.source,
        "provisional": item.provisional,
    }


def _ordinary_row(trade: Lines, ordinary: str, table: dict[str, Any]) -> dict[str, Any]:
    rate = float(trade.ordinary(ordinary)[0])
    statutory = table["mfn_rate"]
    text = table["mfn_text"] if pd.notna(table["mfn_text"]) else "none printed"
    reason = f"tariff text: {text}"
    if ordinary == "paid" or (pd.isna(statutory) or not np.isclose(rate, statutory)):
        why = "preference" if pd.notna(statutory) and ordinary != "paid" else "as asked"
        if pd.isna(statutory):
            why = "the tariff prints no percentage"
        reason += f"; the rate paid in 2024 is used ({why})"
    return {
        "layer": "mfn",
        "measure": "ordinary duty",
        "title": f"Ordinary duty, column 1 ({table['mfn_type']})",
        "applies": True,
        "rate": rate,
        "reason": reason,
        "reference": TARIFF,
        "source": "HTS 2025",
        "provisional": bool(pd.isna(statutory)),
    }


def _layer_rows(
    layer: Layer, schedule: Schedule, partner: str, rate: float, covers: dict[str, float]
) -> list[dict[str, Any]]:
    winner = int(layer.winner[0])
    rows = []
    if winner >= 0:
        why = _applied(layer, schedule, partner, covers)
        row = _row(layer.measures[winner], covers[layer.name] > 0, rate, why)
        sure = reading.sure_until().get(layer.name)
        if sure is not None and schedule.day > sure:
            row["provisional"] = True
            row["reason"] = f"{why}; the law of this layer is known to {sure}"
        rows.append(row)
    elsewhere = 0
    for place, item in enumerate(layer.measures):
        if place == winner:
            continue
        reason = _not_applied(item, layer, schedule, partner, winner)
        if reason is None:
            elsewhere += 1
        else:
            rows.append(_row(item, False, 0.0, reason))
    if elsewhere:
        text = f"{counted(elsewhere, 'measure')} in force for other partners"
        none = {"applies": False, "rate": 0.0, "provisional": False}
        about = {"layer": layer.name, "title": "Other partners", "reason": text}
        rows.append(dict.fromkeys(COLUMNS, "") | none | about)
    return rows


def _applied(layer: Layer, schedule: Schedule, partner: str, covers: dict[str, float]) -> str:
    item = layer.measures[int(layer.winner[0])]
    parts = []
    if not item.covers:
        return "taken off by the outcome"
    if item.rule == "ceiling":
        netted = "MFN rate" if item.nets == "mfn" else "ordinary duty"
        parts.append(f"{law_percent(item.rate)} in all, less the {netted}")
    else:
        parts.append(f"{law_percent(item.rate)} on top of the ordinary duty")
    if item.value_share is not None:
        parts.append(f"reaches {law_percent(layer.cover[0])} of the value ({item.value_share})")
    if item.quota_share is not None:
        parts.append(f"{law_percent(item.quota_share)} of trade inside the quota")
    left = covers[layer.name]
    if left < layer.cover[0]:
        others = _takers(layer.name, schedule, partner, covers)
        parts.append(
            f"gives way to {', '.join(others)}: charged on {law_percent(left)} of the value"
        )
    return "; ".join(parts)


def _takers(name: str, schedule: Schedule, partner: str, covers: dict[str, float]) -> list[str]:
    return [
        pair.yields_to
        for pair in schedule.law.stacking
        if pair.layer == name
        and covers.get(pair.yields_to, 0.0) > 0
        and pair.names(partner, reading.part_of())
    ]


def _not_applied(
    item: Measure, layer: Layer, schedule: Schedule, partner: str, winner: int
) -> str | None:
    """Return why a measure in force does not apply; None when it is for other partners."""
    if not item.names(partner, reading.part_of()):
        return f"leaves out {partner}" if partner in item.except_partners else None
    if not schedule.reach(item):
        listed = schedule.trade.products.digits(scope(item.scope, item.read_on or schedule.day))
        named = f"the list {item.scope} names the product under a condition only"
        return named if listed[0] >= 0 else f"the product is not in the list {item.scope}"
    if winner == EXEMPT:
        return _exemption(layer.name, schedule, partner)
    chosen = layer.measures[winner] if winner != NONE else None
    return f"'{chosen.measure}' is more specific" if chosen else "does not reach the line"


def _exemption(name: str, schedule: Schedule, partner: str) -> str:
    named = (
        item for item in schedule.law.exemptions
        if item.layer == name and item.names(partner, reading.part_of())
    )  # fmt: skip
    item = next(filter(schedule.reach, named))
    mark = f"; provisional: {item.why}" if item.why else ""
    return f"exempt: {item.scope} ({item.reference}{mark})"


def _other_days(name: str, trade: Lines, partner: str, day: dt.date) -> list[dict[str, Any]]:
    """Return the measures of a layer on other days that would reach the line, by name."""
    others = [
        item
        for item in reading.law().measures
        if item.layer == name
        and not item.in_force(day)
        and item.names(partner, reading.part_of())
        and trade.reach(item.scope, item.start)
    ]
    return [
        _row(item, False, 0.0, f"starts {item.start}" if day < item.start else f"ended {item.end}")
        for item in sorted(others, key=lambda item: item.measure)
    ]
