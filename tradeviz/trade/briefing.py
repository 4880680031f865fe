"""The briefing of April 2025, claim by claim, put to the data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd

from tradeviz import datasets
from tradeviz.law import reading
from tradeviz.law.schedule import Schedule
from tradeviz.lines import part_of_lines
from tradeviz.partners import FIRST_TARGETS, HOME, called
from tradeviz.quantities import day as date_text
from tradeviz.quantities import dollars, listing, month, percent
from tradeviz.trade.balances import balances
from tradeviz.trade.exposure import exposure

PAUSE = (dt.date(2025, 4, 10), dt.date(2025, 7, 9))
"""First and last day of the suspension of EO 14266."""
BATCH_END = dt.date(2025, 8, 1)
"""The day by which the list of August 2025 wanted texts."""
FLOOR = 0.10
"""The rate of the pause, as the briefing has it."""
VISIT = dt.date(2025, 4, 16)
"""The Wednesday of the first talks with Japan."""
ANSWERED = "has an answer"
UNKNOWN = "cannot be known from data"
VERDICTS = ("holds", "holds in part", "does not hold", ANSWERED, UNKNOWN)
_YEAR = 2024

Finding = tuple[str, str]


def _names(codes: list[str]) -> str:
    return listing([called(code) for code in codes]) if codes else "nobody"


def _verdict(whole: bool, part: bool) -> str:
    """Return what figures say of a claim: that all of it is borne out, some, or nothing."""
    return "holds" if whole else "holds in part" if part else "does not hold"


@cache
def fourteen() -> pd.DataFrame:
    """Return the fourteen largest partners after China with their balance.

    Returns
    -------
    DataFrame
        partner, rank by two-way goods trade (the EU counted as one), trade_usd and balance_usd
        (exports less general imports, US dollars), year of the figures; largest first.

    Examples
    --------
    >>> len(fourteen())
    14
    """
    who = datasets.load("partners")
    chosen = who[who["in_fourteen"]].set_index("partner")
    annual = balances(list(chosen.index), first=_YEAR)
    flows = annual[annual["year"] == _YEAR].set_index("partner").loc[chosen.index]
    table = pd.DataFrame(
        {
            "partner": chosen.index,
            "rank": chosen["trade_rank_2024"].astype(int).to_numpy(),
            "trade_usd": (flows["exports_usd"] + flows["general_imports_usd"]).to_numpy(),
            "balance_usd": flows["balance_usd"].to_numpy(),
            "year": _YEAR,
        }
    )
    return table.sort_values("rank", ignore_index=True)


def _window() -> Finding:
    talks = datasets.load("talks")
    within = talks[
        (talks["date"] >= pd.Timestamp(PAUSE[0])) & (talks["date"] <= pd.Timestamp(PAUSE[1]))
    ]
    # Of others the table has steps where a text was at hand: China's of May 2025 is not in it.
    who = [code for code in FIRST_TARGETS if code in set(within["partner"])]
    signed = int(within["kind"].eq("signed").sum())
    first = talks.loc[talks["kind"].eq("signed"), "date"].min()
    days = (first.date() - PAUSE[0]).days
    return _verdict(signed == 0, part=False), (
        f"In the {(PAUSE[1] - PAUSE[0]).days} days of the pause texts exist, of the first targets, "
        f"for {_names(who)} only, and {'none' if not signed else signed} was a signed agreement; "
        f"the first signed one came {days} days after the pause began."
    )


def _deficits() -> Finding:
    table = fourteen()
    short = table[table["balance_usd"] < 0]
    surplus = [str(code) for code in table.loc[table["balance_usd"] >= 0, "partner"]]
    outside = [code for code in FIRST_TARGETS if code not in set(table["partner"])]
    return _verdict(not surplus, not short.empty), (
        f"Of the fourteen largest partners after China, {len(short)} run a surplus with the United "
        f"States, not {_names(surplus)}. {_names(outside)}, a first target, is not among them."
    )


def _demands() -> Finding:
    tariffs = datasets.load("partner_tariffs").set_index(["partner", "goods"])["mfn_average"]
    watched = set(datasets.load("monitoring_list")["partner"])
    known = [code for code in FIRST_TARGETS if code in tariffs.index]
    stated = [f"{called(code)} ({_average(tariffs[code])})" for code in known]
    listed = [code for code in FIRST_TARGETS if code in watched]
    return UNKNOWN, (
        f"Of the five, US texts state an average tariff of {listing(stated)} only. That of "
        f"the US is {_average(tariffs[HOME])}. {_names(listed)} stand on the Treasury's "
        "monitoring list. Non-tariff barriers and subsidies are not in the data."
    )


def _average(stated: pd.Series[float]) -> str:
    """Return what a text states of all goods, or else of those it speaks of."""
    goods = "all" if "all" in stated else str(stated.index[0])
    return percent(float(stated[goods])) + ("" if goods == "all" else f" on {goods}")


def _country_rate() -> float:
    """Return the reciprocal rate of the pause, the same for all."""
    [rate] = [
        item.rate
        for item in reading.law().on(VISIT).measures
        if item.layer == "reciprocal" and item.partners is None
    ]
    return rate


def _china() -> Finding:
    day, later = dt.date(2025, 4, 16), dt.date(2025, 5, 14)

    def highest(on: dt.date) -> float:
        rates = Schedule(on, reading.law().on(on), part_of_lines(("CHN",))).arrays()
        return float(np.max(rates["reciprocal"] + rates["fentanyl"]))

    high = highest(day) > _country_rate()
    return _verdict(not high, part=False), (
        f"Chinese goods paid {percent(highest(day), 0)} in additional duties on {date_text(day)}, "
        f"and {percent(highest(later), 0)} from {date_text(later)} on."
    )


def _ten() -> Finding:
    added = exposure("pause", partners=FIRST_TARGETS)["added_rate"]
    low, high, rate = float(added.min()), float(added.max()), _country_rate()
    return _verdict(abs(rate - FLOOR) < 1e-12, part=False), (
        f"The reciprocal rate of the five was {percent(rate, 0)}. With exempt goods and the duties "
        f"on cars and metals, what they added on average was {percent(low)} to {percent(high)} of "
        "imports."
    )


def _targets() -> Finding:
    annual = datasets.load("balances_annual").query("year == @_YEAR").set_index("partner")
    balance = annual["balance_usd"].loc[list(FIRST_TARGETS)]
    surplus = [code for code in FIRST_TARGETS if balance[code] > 0]
    return UNKNOWN, (
        f"Why these five is not in the data. With {_names(surplus)} the United States runs a "
        "surplus in goods, so that a rule made of deficits gives them only the floor."
    )


def _above_ten() -> Finding:
    rates = exposure(["pause", "snapback"], partners=FIRST_TARGETS)["added_rate"].unstack("outcome")
    more = (rates["snapback"] - rates["pause"]).loc[list(FIRST_TARGETS)]
    moved = [
        f"{called(code)} {percent(float(more[code]))}" for code in FIRST_TARGETS if more[code] > 0
    ]
    same = [code for code in FIRST_TARGETS if more[code] == 0]
    return _verdict(not same, bool(moved)), (
        f"Above the pause the April list would add, of imports: {', '.join(moved) or 'nothing'}; "
        f"for {_names(same)} nothing."
    )


def _japan() -> Finding:
    talks = datasets.load("talks")
    order = talks[(talks["partner"] == "JPN") & (talks["kind"] == "order")]["date"].min().date()
    return _verdict(order > PAUSE[1], part=False), (
        f"The order that carries out Japan's agreement is of {date_text(order)}, "
        f"{(order - VISIT).days} days after the first talks, and so after the pause."
    )


def _uncertain() -> Finding:
    table = (
        exposure(["agreement", "breakdown"], partners=FIRST_TARGETS)["added_duty_usd"]
        .groupby("outcome")
        .sum()
    )
    days = [day for day in reading.law().days() if day > VISIT]
    gap = float(table["breakdown"] - table["agreement"])
    return _verdict(gap > 0 and len(days) > 1, gap > 0), (
        f"Between a full agreement and a breakdown lie {dollars(gap, 0, words=True)} a year for "
        f"the five together; the law then changed on {len(days)} days to "
        f"{month(reading.law().last_day)}."
    )


def order_of_deals() -> dict[str, list[str]]:
    """Return who gains by signing first and last, who loses both ways, and whom it depends for."""
    table = datasets.load("deals_fourteen").set_index("partner")
    gain = (table["alone"] > 0) & (table["last"] > 0)
    lose = (table["alone"] < 0) & (table["last"] < 0)
    kinds = {"gain": gain, "lose": lose, "depends": ~(gain | lose)}
    return {kind: [str(code) for code in table.index[rows]] for kind, rows in kinds.items()}


def _order() -> Finding:
    kinds = order_of_deals()
    many = sum(map(len, kinds.values()))
    first = datasets.load("talks").groupby("partner")["date"].min().sort_values()
    follow = int(first.dt.date.between(PAUSE[1], BATCH_END).sum())
    same = many - len(kinds["depends"])
    return ANSWERED, (
        f"In the model {same} of {many} partners gain or lose by signing whether they are first or "
        f"last. In fact {called(str(first.index[0]))} came alone and {follow} together by "
        f"{date_text(BATCH_END)}, the others later."
    )


def _unknown(text: str) -> Callable[[], Finding]:
    return lambda: (UNKNOWN, text)


_CLAIMS: tuple[tuple[str, Callable[[], Finding]], ...] = (
    ("Full agreements are nearly impossible within the pause", _window),
    ("Talks run with fourteen large partners that have large trade imbalances", _deficits),
    ("Partners should cut tariffs, other barriers, subsidies and currency manipulation", _demands),
    ("High tariffs on China are not expected for now", _china),
    ("During the pause the reciprocal rates are 10 %", _ten),
    ("The UK, Australia, South Korea, India and Japan are the first targets", _targets),
    ("Tariffs above 10 % are under discussion with several governments", _above_ten),
    ("Japan will not hurry concessions", _japan),
    (
        "More than a dozen countries have sent good proposals",
        _unknown("The proposals were not published."),
    ),
    ("Open: agreements one by one, or all at once?", _order),
    ("The outcome is very uncertain", _uncertain),
)


@cache
def claims() -> pd.DataFrame:
    """Return the claims of the briefing with a verdict and the figures behind it.

    Returns
    -------
    DataFrame
        claim (retold), verdict (one of `VERDICTS`), evidence: a sentence whose figures are
        computed from the tables of the package.

    Notes
    -----
    Each verdict follows from the figures; where the data do not speak to a claim, it cannot be
    known. A question that the briefing left open has an answer, or has none.

    Examples
    --------
    >>> claims()["verdict"].isin(VERDICTS).all()
    np.True_
    """
    rows = [(text, *judge()) for text, judge in _CLAIMS]
    return pd.DataFrame(rows, columns=["claim", "verdict", "evidence"])
