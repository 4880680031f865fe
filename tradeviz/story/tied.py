"""Words that stand still in a notebook: what they say of law or data is tied to a test of both.

Text of a notebook is for questions, for what things mean, and for how to read a chart. What the
data say comes from code. A phrase with a number, a comparison or a partner's name is tied here, or
`loose` names it; a build checks every tie that its notebooks hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pandas as pd

from tradeviz.datasets import load
from tradeviz.datasets.descriptor import DATA, resources
from tradeviz.errors import ReportError
from tradeviz.law import reading
from tradeviz.law.outcome import outcome
from tradeviz.law.record import coverage
from tradeviz.lines import lines
from tradeviz.show.sentence import ClaimError, claim
from tradeviz.story.standing import PAUSE
from tradeviz.trade import briefing
from tradeviz.trade.formula import reciprocal_formula

Figures = Mapping[str, Any]
Test = Callable[[], tuple[bool, Figures]]

_NUMBER_WORDS = (
    "two three four five six seven eight nine ten eleven twelve fifteen ninety hundred half twice "
    "double third quarter"
)
_COMPARISONS = (
    "most mostly least more less fewer only largest smallest biggest highest lowest higher lower "
    "larger smaller best worst better worse closest farthest above below than majority nobody "
    "everyone cheapest dearer"
)
_NOT_NAMES = ("Other", "US")


def _year(table: str, year: int) -> Test:
    def test() -> tuple[bool, Figures]:
        title = str(resources(DATA)[table]["title"])
        return str(year) in title, {table: title}

    return test


def _ninety_days() -> tuple[bool, Figures]:
    first, last = briefing.PAUSE
    return first <= briefing.VISIT <= last and (last - first).days == 90, {"days": last - first}


def _april_list() -> tuple[bool, Figures]:
    days = sorted({item.start for item in reading.law().measures if item.layer == "reciprocal"})
    return str(days[0])[:7] == "2025-04", {"first": days[0]}


def _fourteen() -> tuple[bool, Figures]:
    ranks = briefing.fourteen()["rank"].tolist()
    return ranks == [rank for rank in range(1, 16) if rank != 4], {"ranks": ranks}


def _formula() -> tuple[bool, Figures]:
    # Exports of 50 against imports of 100: a deficit of half the imports, and half of that.
    flows: dict[str, list[Any]] = {"partner": ["a", "b"], "exports_usd": [50.0, 100.0]}
    flows |= {"general_imports_usd": [100.0, 100.0]}
    table = reciprocal_formula(pd.DataFrame(flows), elasticity=4.0, pass_through=0.25)
    rates = table["formula_rate"].tolist()
    return rates == [0.25, 0.10], {"rates": rates}


def _first_day() -> tuple[bool, Figures]:
    first = coverage()[0]
    return str(first) == "2025-01-01", {"first": first}


def _china() -> tuple[bool, Figures]:
    layer = load("layers").set_index("layer").loc["s301_china"]
    return "2018" in str(layer["title"]) and bool(layer["in_base"]), {"layer": layer["title"]}


def _union() -> tuple[bool, Figures]:
    members = lines().members.get("EU", ())
    return len(members) > 1, {"members": len(members)}


def _pause() -> tuple[bool, Figures]:
    on = outcome(PAUSE).day
    return str(on)[:7] == "2025-04", {"pause": on}


TIES: Mapping[str, Test] = {
    r"In mid-April 2025 the United States had paused its new tariffs for ninety days": _ninety_days,
    r"[Nn]inety days": _ninety_days,
    r"(list|formula) of April 2025": _april_list,
    r"(pause|briefing) of April 2025": _pause,
    r"(goods|trade|imports|duty)( that were)?( bought| paid)? (in|of) 2024": _year(
        "imports_2024", 2024
    ),
    r"(trade|world table) of 2022": _year("icio_2022", 2022),
    r"The largest fifteen partners by trade both ways, without China": _fourteen,
    r"the fourteen": _fourteen,
    r"half of the deficit over imports, and at least 10 %": _formula,
    r"elasticity \$\\varepsilon = 4\$ and pass-through \$\\varphi = 0.25\$, halved": _formula,
    r"since January 2025": _first_day,
    r"China’s duties of 2018 to 2024": _china,
    r"European Union \(EU\) counts (as one|once)": _union,
}
"""Phrase -> its test; what stands in none of them says nothing of law or data."""


def check(text: str, *, where: str = "") -> None:
    """Test every tie that a text holds; a false one stops the build.

    Parameters
    ----------
    text : str
        Markdown of a notebook.
    where : str
        The notebook.

    Examples
    --------
    >>> check("The list of April 2025 came first.")
    """
    for phrase, test in TIES.items():
        said = re.search(phrase, text)
        if said is None:
            continue
        holds, figures = test()
        try:
            claim(said.group(), holds, figures)
        except ClaimError as error:
            raise ReportError(str(error), file=where or None) from error


def loose(text: str) -> list[str]:
    """Return sentences that state a number, a comparison or a partner in words tied to nothing.

    Parameters
    ----------
    text : str
        Markdown of a notebook.

    Returns
    -------
    list of str
        Sentences; questions state nothing.

    Examples
    --------
    >>> loose("Japan pays most. Who pays? Rates are averages.")
    ['Japan pays most.']
    """
    plain = re.sub(r"\]\([^)]*\)|https?://\S+", "]", text)
    sentences = re.split(r"(?<=[.?!:])\s+|\n+", plain)
    return [
        sentence
        for sentence in map(str.strip, sentences)
        if not sentence.endswith("?") and _states().search(_untied(sentence))
    ]


def _untied(sentence: str) -> str:
    for phrase in TIES:
        sentence = re.sub(phrase, " ", sentence)
    return sentence


@cache
def _states() -> re.Pattern[str]:
    words = "|".join([*_NUMBER_WORDS.split(), *_COMPARISONS.split()])
    table = load("partners")
    names = sorted({*table["name"], *table["short_name"], "UK", "Korea"} - {*_NOT_NAMES})
    return re.compile(rf"\d|(?i:\b(?:{words})\b)|\b(?:{'|'.join(map(re.escape, names))})\b")
