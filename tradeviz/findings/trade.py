"""Sentences on the briefing, balances and goods."""

from __future__ import annotations

import pandas as pd

from tradeviz import datasets
from tradeviz.errors import ArgumentError
from tradeviz.partners import called
from tradeviz.quantities import listing, percent
from tradeviz.show.reading import need
from tradeviz.show.sentence import billion


def briefing(claims: pd.DataFrame) -> str:
    """Say how many claims of the briefing hold, and the one that failed.

    Parameters
    ----------
    claims : DataFrame
        From `tradeviz.trade.briefing.claims`.

    Returns
    -------
    str
        Markdown.

    Raises
    ------
    ArgumentError
        When a column is missing.

    Examples
    --------
    >>> from tradeviz.trade.briefing import claims
    >>> briefing(claims()).startswith("Of the 11 claims")
    True
    """
    need(claims, ["claim", "verdict", "evidence"])
    counts = claims["verdict"].value_counts()
    parts = [
        f"**{int(counts.get(verdict, 0))}** {words}"
        for verdict, words in (
            ("holds", "hold"),
            ("holds in part", "hold in part"),
            ("does not hold", "do not hold"),
            ("has an answer", "is an open question with an answer"),
            ("cannot be known from data", "cannot be known from data"),
        )
    ]
    first = claims[claims["verdict"] == "holds"]["evidence"].iloc[0]
    return f"Of the {len(claims)} claims {listing(parts)}. {first}"


def deficits(balances: pd.DataFrame, check: pd.DataFrame, *, year: int) -> str:
    """Say with whom the United States runs a goods deficit and how the April formula fits.

    Parameters
    ----------
    balances : DataFrame
        Rows of ``load("balances_annual")``.
    check : DataFrame
        From `april_check`.
    year : int
        The year of the balances.

    Returns
    -------
    str
        Markdown.

    Raises
    ------
    ArgumentError
        When a column is missing or the year is not there.

    Examples
    --------
    >>> from tradeviz.datasets import load
    >>> from tradeviz.trade.formula import april_check
    >>> table = load("balances_annual").query("partner in ['GBR', 'JPN']")
    >>> deficits(table, april_check(), year=2024).startswith("In 2024 the United States")
    True
    """
    need(balances, ["partner", "year", "balance_usd"])
    rows = balances[balances["year"] == year].set_index("partner")["balance_usd"]
    if rows.empty:
        raise ArgumentError("no balance of this year", field="year", value=year)
    order = rows.sort_values()
    short = [f"{called(str(p))} ({billion(v)})" for p, v in order.items() if v < 0]
    long = [f"{called(str(p))} ({billion(v)})" for p, v in order[::-1].items() if v >= 0]
    wrong = [called(p) for p in check.loc[~check["agrees"], "partner"]]
    text = f"In {year} the United States"
    if short:
        text += f" ran a goods **deficit** with {listing(short)}"
    if long:
        text += f"{', and' if short else ' ran'} a **surplus** with {listing(long)}"
    return (
        f"{text}. The formula gives {int(check['agrees'].sum())} of the {len(check)} rates listed "
        f"in April 2025; it does not give those of {listing(wrong)}."
    )


def sectors(chapters: pd.DataFrame, rivals: pd.DataFrame) -> str:
    """Say which chapter carries most of each bill, and who sells at an advantage.

    Parameters
    ----------
    chapters : DataFrame
        From `exposure` with ``by="hs2"`` and one outcome.
    rivals : DataFrame
        From `competitors`, not split further.

    Returns
    -------
    str
        Markdown.

    Raises
    ------
    ArgumentError
        When a column is missing.

    Examples
    --------
    >>> from tradeviz.trade.competitors import competitors
    >>> from tradeviz.trade.exposure import exposure
    >>> table = exposure("pause", partners="JPN", by="hs2")
    >>> "cars" in sectors(table, competitors("pause", partners="JPN"))
    True
    """
    flat = need(chapters, ["partner", "hs2", "added_duty_usd"])
    need(rivals, ["partner", "handicap"])
    names = datasets.load("sectors").set_index("hs2")["chapter"]
    parts = []
    for code in dict.fromkeys(flat["partner"].astype(str)):
        bill = flat[flat["partner"] == code].set_index("hs2")["added_duty_usd"]
        top = str(bill.idxmax())
        share = percent(float(bill[top] / bill.sum()), 0)
        chapter = str(names[top])
        parts.append(f"**{called(code)}** {chapter[0].lower()}{chapter[1:]}, {share} of the bill")
    gaps = rivals.set_index("partner")["handicap"].astype(float)
    ahead = [called(str(code)) for code in gaps.index[gaps < 0]]
    behind = [called(str(code)) for code in gaps.index[gaps >= 0]]
    text = f"The chapter that carries most: {'; '.join(parts)}."
    if ahead:
        text += f" Below the rate of their rivals: {listing(ahead)}."
    if behind:
        text += f" Above it: {listing(behind)}."
    return text
