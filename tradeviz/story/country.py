"""The sentences about one partner: its brief, and the profile behind it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tradeviz.errors import ArgumentError
from tradeviz.law.outcome import TODAY, outcome
from tradeviz.lines import lines
from tradeviz.models.forecast import forecast
from tradeviz.partners import called
from tradeviz.products import Floats
from tradeviz.quantities import day, dollars, in_words, month, percent
from tradeviz.show.letters import lowered
from tradeviz.show.sentence import claim
from tradeviz.story.standing import BEFORE, PAUSE, Standing

_NEAR = 0.005
"""Half a point of duty: rates closer than this count as the same."""

_NAMED = 0.005
"""A group of goods with less than this share of the bill is not named."""


@dataclass(frozen=True)
class Rival:
    """The supplier that sells most of the same products, and what its goods and the own ones pay.

    `share`: its part of what all other suppliers deliver of them, weighed by the partner's trade.
    """

    partner: str
    share: float
    rate: float
    own_rate: float


def chief_rival(partner: str, wanted: str = TODAY) -> Rival | None:
    """Return the supplier that sells most of what a partner sells to the United States.

    Examples
    --------
    >>> rival = chief_rival("JPN")
    >>> 0 < rival.share < 1
    True
    """
    trade = lines()
    added = sum(outcome(wanted).schedule().added().values(), start=np.zeros(len(trade)))
    duty = trade.duty + trade.value * added
    size = len(trade.products.number)
    group = set(trade.members.get("EU", ())) - {"EU"}
    # The EU counts once, as one supplier.
    rivals = [code for code in trade.partners if code not in group | {partner}]

    def sold(code: str, of: Floats) -> Floats:
        part = slice(*trade.run(code))
        return np.bincount(trade.product[part], of[part], size).astype(float)

    def beside(code: str, of: Floats) -> Floats:
        # A member's own goods are in its union's, and are not its rival's.
        return sold(code, of) - sold(partner, of) * (partner in trade.members[code])

    weight, ours = (sold(partner, of) for of in (trade.value, duty))
    values = {code: beside(code, trade.value) for code in rivals}
    whole = sum(values.values(), start=np.zeros(size))
    there = whole > 0.5
    each = np.divide(weight, whole, out=np.zeros(size), where=there)
    overlap = {code: float((value * each).sum()) for code, value in values.items()}
    first = max(overlap, key=lambda code: overlap[code])
    if overlap[first] <= 0:
        return None
    paid, shared = beside(first, duty), values[first] * each
    mine = np.divide(ours, weight, out=np.zeros(size), where=weight > 0)
    return Rival(
        partner=first,
        share=overlap[first] / float(weight[there].sum()),
        rate=float((paid * each).sum()) / overlap[first],
        own_rate=float((mine * shared).sum()) / overlap[first],
    )


def answer(one: Standing) -> str:
    """Say in one sentence how a partner's duty moved.

    Examples
    --------
    >>> from tradeviz.story.standing import standings
    >>> answer(standings("JPN")["JPN"]).startswith("US importers pay")
    True
    """
    now, then = one.rates[TODAY], one.rates[PAUSE]
    if abs(one.step) < _NEAR:
        beside, holds = "about as much as in the pause of April 2025", True
    else:
        word = "more" if one.step > 0 else "less"
        beside = f"{word} than the {percent(then)} of the pause of April 2025"
        holds = (now > then) == (word == "more")
    text = f"US importers pay {percent(now)} on goods from {one.called}, {beside}."
    return claim(text, holds, one.rates)


def bill(one: Standing) -> str:
    """Say what the law of today adds in dollars, and who pays it.

    Examples
    --------
    >>> from tradeviz.story.standing import standings
    >>> "US importers" in bill(standings("JPN")["JPN"])
    True
    """
    duty = one.duty_usd[TODAY]
    if duty <= 0:
        return claim("Today’s law adds nothing to the bill.", duty == 0, one.duty_usd)
    text = (
        f"Today’s law adds {dollars(duty, words=True)} a year at the trade of 2024. US importers "
        "pay it, and pass on what they can."
    )
    return claim(text, duty > 0 and one.duty_usd[BEFORE] == 0, one.duty_usd)


def goods(one: Standing, count: int = 3) -> str:
    """Say which groups of goods carry most of the bill.

    Examples
    --------
    >>> from tradeviz.story.standing import standings
    >>> "vehicles and parts" in goods(standings("JPN")["JPN"])
    True
    """
    named = [share for _, share in one.goods[:count] if share >= _NAMED]
    if not named:
        return ""
    title, share = one.goods[0]
    text = f"By group of goods, {percent(share, 0)} of this falls on {lowered(title)}"
    if len(named) > 1:
        text += f", and {percent(sum(named), 0)} on the first {in_words(len(named))}"
    holds = share == max(part for _, part in one.goods) and sum(named) <= 1 + _NAMED
    return claim(f"{text}.", holds, dict(one.goods))


def rival(one: Standing, other: Rival | None) -> str:
    """Say what the chief rival's goods pay on the same products.

    Examples
    --------
    >>> from tradeviz.story.standing import standings
    >>> "rival" in rival(standings("JPN")["JPN"], chief_rival("JPN"))
    True
    """
    if other is None:
        return "Nobody else sells the same products, so there is no rival to compare with."
    gap = other.own_rate - other.rate
    name = called(other.partner)
    if abs(gap) < _NEAR:
        text = f"The chief rival is {name}: on the same goods both pay about {percent(other.rate)}."
        return claim(text, abs(gap) < _NEAR, other.__dict__)
    worse = "more" if gap > 0 else "less"
    text = (
        f"The chief rival is {name}. On the same goods importers pay {percent(other.own_rate)} on "
        f"those from {one.called}, {worse} than the {percent(other.rate)} on the rival’s."
    )
    return claim(text, (gap > 0) == (worse == "more"), other.__dict__)


def expected(one: Standing) -> pd.DataFrame | None:
    """Return the forecast under the law of today; None where there can be none.

    Partners without monthly imports, such as Slovakia beside the EU, have no forecast.
    """
    try:
        return forecast(TODAY, partners=one.partner)
    except ArgumentError:
        return None


def measure_of(table: pd.DataFrame) -> str:
    """Return what a brief says of a forecast: the rate where customs' duty is published."""
    known = table.index.get_level_values("quantity")
    return "duty_rate" if "duty_rate" in known else "imports_usd"


def ahead(table: pd.DataFrame | None) -> str:
    """Say what is forecast for the last month of the horizon; nothing where it cannot be."""
    if table is None:
        return ""
    last = table.index.get_level_values("month").max()
    rows = table.xs(last, level="month").droplevel(["outcome", "partner"])
    what = measure_of(table)
    row = {str(name): float(value) for name, value in rows.loc[[what]].iloc[0].items()}
    if what == "imports_usd":
        text = (
            f"In {month(last)} imports are expected between {dollars(row['low_80'], words=True)} "
            f"and {dollars(row['high_80'], words=True)}: four in five such ranges hold."
        )
    else:
        text = (
            f"In {month(last)} customs is expected to collect between "
            f"{percent(row['low_80'], 0)} and {percent(row['high_80'], 0)} of imports if the law "
            "stays: four in five such ranges hold."
        )
    return claim(text, row["low_80"] <= row["median"] <= row["high_80"], row)


def unsure(one: Standing) -> list[str]:
    """Say what is uncertain: the law, the outcomes, and what trade does.

    Examples
    --------
    >>> from tradeviz.story.standing import standings
    >>> len(unsure(standings("JPN")["JPN"]))
    3
    """
    share = one.provisional_share
    law = (
        f"Of the duty added today, {percent(share, 0)} rests on lists or rates that sources give "
        "in part or differently."
        if share > 0
        else "None of the duty added today rests on law that sources give differently."
    )
    low = min(rate for name, rate in one.rates.items() if name not in (BEFORE,))
    peak = float(one.path.max())
    span = (
        f"The outcomes of the talks reach from {percent(low)} to {percent(one.worst)}; the law "
        "can move again."
    )
    if peak > one.worst:
        span += f" On {day(one.path.idxmax())} it asked {percent(peak)}."
    return [
        claim(law, 0 <= share <= 1, {"provisional": share}),
        claim(span, low <= one.rates[TODAY] <= one.worst and low <= one.rates[PAUSE], one.rates),
        "Weights are the goods bought in 2024: buyers that turn to other goods or suppliers are "
        "not seen.",
    ]
