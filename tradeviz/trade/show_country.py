"""Sentences about one partner."""

from __future__ import annotations

import pandas as pd

from tradeviz.arguments import checked
from tradeviz.law.outcome import TODAY, bounds
from tradeviz.partners import called
from tradeviz.quantities import day, listing, percent
from tradeviz.show.letters import lowered
from tradeviz.show.reading import need, title_in
from tradeviz.show.sentence import billion

_LEAST = 0.005  # a share that rounds to nothing names no sector
_SHARES = {"export_share": "goods exports to the world", "gdp_share": "GDP"}


@checked
def country_sentences(
    path: pd.DataFrame, exposure: pd.DataFrame, sectors: pd.DataFrame, rivals: pd.DataFrame
) -> str:
    """Say how a partner's rate moved, what the outcomes cost, what carries the bill, who gains.

    Parameters
    ----------
    path : DataFrame
        From `exposure_path`, one partner.
    exposure : DataFrame
        From `exposure`, the same partner, several outcomes with ``in_force``.
    sectors : DataFrame
        From `exposure` with ``by="sector"`` and one outcome.
    rivals : DataFrame
        From `competitors`, not split further.

    Returns
    -------
    str
        Markdown; figures that the sources lack are named in the last sentence.

    Examples
    --------
    >>> from tradeviz.trade.competitors import competitors
    >>> from tradeviz.trade.exposure import exposure, exposure_path
    >>> table = exposure(["pause", "agreement", "in_force"], partners="TWN")
    >>> text = country_sentences(
    ...     exposure_path(partners="TWN"),
    ...     table,
    ...     exposure("in_force", partners="TWN", by="sector"),
    ...     competitors("in_force", partners="TWN"),
    ... )
    >>> "no goods exports to the world and no GDP" in text
    True
    """
    flat = need(exposure, ["outcome", "partner", "added_duty_usd", "imports_usd", *_SHARES])
    who = called(str(flat["partner"].iloc[0]))
    duty = flat.set_index("outcome")["added_duty_usd"]
    talks = duty.drop([*bounds(duty.index)])
    low, high = (
        f"{_bill(talks[outcome])} ({lowered(title_in(exposure, outcome))})"
        for outcome in (str(talks.idxmin()), str(talks.idxmax()))
    )
    sentences = [
        _path(need(path, ["date", "layer", "added_rate"]), who),
        f"At the trade of 2024 ({billion(flat['imports_usd'].iloc[0])} a year) the talks could "
        f"end between {low} and {high} of added duty a year"
        + (f"; the last law known adds {_bill(duty[TODAY])}." if TODAY in duty else "."),
        _sectors(need(sectors, ["sector", "added_duty_usd"])),
        _rivals(need(rivals, ["own_rate", "rivals_rate", "handicap"])),
    ]
    missing = [f"no {title}" for column, title in _SHARES.items() if flat[column].isna().all()]
    if missing:
        sentences.append(
            f"The sources have {listing(missing)} of {who}, so shares of it are left out."
        )
    return " ".join(sentence for sentence in sentences if sentence)


def _bill(value: float) -> str:
    return billion(value) if value > 0 else "nothing"


def _path(path: pd.DataFrame, who: str) -> str:
    total = path[path["layer"] != "mfn"].groupby("date")["added_rate"].sum()
    base = path[path["layer"] == "mfn"].groupby("date")["added_rate"].sum().iloc[-1]
    peak, last = pd.Timestamp(str(total.idxmax())), pd.Timestamp(str(total.index.max()))
    return (
        f"The average US duty on goods of **{who}** was {percent(base)} in 2024; the laws of 2025 "
        f"and 2026 added {percent(total[peak])} at their peak ({day(peak)}) and "
        f"{percent(total[last])} on {day(last)}."
    )


def _sectors(sectors: pd.DataFrame) -> str:
    bill = sectors.groupby("sector")["added_duty_usd"].sum().sort_values(ascending=False)
    whole = bill.sum()
    if whole <= 0:
        return ""
    top = [
        f"{str(name).lower()} ({percent(value / whole, 0)})"
        for name, value in bill.head(3).items()
        if value >= _LEAST * whole
    ]
    return f"The bill falls on {listing(top)}."


def _rivals(rivals: pd.DataFrame) -> str:
    own, others, gap = (
        float(rivals[column].iloc[0]) for column in ("own_rate", "rivals_rate", "handicap")
    )
    if pd.isna(gap):
        return "No other supplier sells the same products, so there is no rate to compare with."
    if f"{gap:.3f}" in ("0.000", "-0.000"):
        verdict = "as much as"
    else:
        verdict = "more than" if gap > 0 else "less than"
    return (
        f"Under that law its goods pay {percent(own)}, {verdict} the {percent(others)} of the "
        "other suppliers of the same products."
    )
