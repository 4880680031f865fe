"""The briefing of April 2025 and its fourteen partners: tables and sentence."""

from __future__ import annotations

import pandas as pd

from tradeviz.arguments import checked
from tradeviz.partners import FIRST_TARGETS
from tradeviz.quantities import listing
from tradeviz.show.reading import need
from tradeviz.show.table import DisplayTable, columns_as_text


@checked
def claims_table(claims: pd.DataFrame) -> DisplayTable:
    """Show claims with a verdict and the figures behind it.

    Parameters
    ----------
    claims : DataFrame
        From `tradeviz.trade.briefing.claims`.

    Returns
    -------
    DisplayTable
        A row per claim.

    Examples
    --------
    >>> from tradeviz.trade.briefing import claims
    >>> claims_table(claims()).frame["Verdict"].iloc[0]
    'holds'
    """
    heads = {"claim": "Claim", "verdict": "Verdict", "evidence": "What the data say"}
    frame = need(claims, heads)[list(heads)].rename(columns=heads)
    return DisplayTable("The briefing of April 2025, claim by claim", frame)


@checked
def partners_table(partners: pd.DataFrame) -> DisplayTable:
    """Show partners by two-way trade with their balance.

    Parameters
    ----------
    partners : DataFrame
        From `tradeviz.trade.briefing.fourteen`.

    Returns
    -------
    DisplayTable
        A row per partner, largest first.

    Examples
    --------
    >>> from tradeviz.trade.briefing import fourteen
    >>> partners_table(fourteen()).frame["Partner"].iloc[0]
    'EU'
    """
    flat = need(partners, ["partner", "rank", "trade_usd", "balance_usd", "year"])
    frame = columns_as_text(
        flat,
        {"Partner": "partner", "Rank": flat["rank"].astype(str),
         "Two-way goods trade": "trade_usd", "US balance": "balance_usd",
         "First target": flat["partner"].isin(FIRST_TARGETS).map({True: "yes", False: ""})},
    )  # fmt: skip
    year = int(flat["year"].iloc[0])
    caption = f"US goods trade of {year}, billion US dollars; rank counts China"
    return DisplayTable(caption, frame, flat)


@checked
def briefing_sentence(claims: pd.DataFrame) -> str:
    """Say how many claims of the briefing hold, and the first that does.

    Parameters
    ----------
    claims : DataFrame
        From `tradeviz.trade.briefing.claims`.

    Returns
    -------
    str
        Markdown.

    Examples
    --------
    >>> from tradeviz.trade.briefing import claims
    >>> briefing_sentence(claims()).startswith("Of the 11 claims")
    True
    """
    need(claims, ["claim", "verdict", "evidence"])
    counts = claims["verdict"].value_counts()
    said = {"holds": "hold", "holds in part": "hold in part", "does not hold": "do not hold"}
    said |= {"has an answer": "is an open question with an answer"}
    said |= {"cannot be known from data": "cannot be known from data"}
    parts = [f"**{int(counts.get(verdict, 0))}** {words}" for verdict, words in said.items()]
    first = claims[claims["verdict"] == "holds"]["evidence"].iloc[0]
    return f"Of the {len(claims)} claims {listing(parts)}. {first}"
