"""The sentences on the briefing of April 2025 and on the order of the deals."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from tradeviz.partners import called
from tradeviz.quantities import day, listing
from tradeviz.show.sentence import claim, sentences
from tradeviz.story.words import in_words

BATCH = (dt.date(2025, 7, 10), dt.date(2025, 8, 1))
"""From the end of the pause to the list of August 2025."""

_MOST = 6
"""Partners that a sentence names; of more it gives the number."""


def answer(claims: pd.DataFrame, talks: pd.DataFrame, pause: tuple[dt.date, dt.date]) -> str:
    """Say whether agreements came within the pause, and how the claims fared.

    Parameters
    ----------
    claims : DataFrame
        From `tradeviz.trade.briefing.claims`.
    talks : DataFrame
        The table talks.
    pause : tuple of date
        First and last day of the suspension.

    Examples
    --------
    >>> from tradeviz.datasets import load
    >>> from tradeviz.trade.briefing import PAUSE, claims
    >>> "pause" in answer(claims(), load("talks"), PAUSE)
    True
    """
    dates = talks["date"].dt.date
    within = talks[(dates >= pause[0]) & (dates <= pause[1])]
    who = [called(str(code)) for code in dict.fromkeys(within["partner"])]
    signed = int(within["kind"].eq("signed").sum())
    counts = claims["verdict"].value_counts().to_dict()
    texts = f"only {listing(who)} reached a text" if who else "nobody reached a text"
    first = claim(
        f"The briefing expected consensus rather than signed agreements, and so it came: in the "
        f"pause {texts}, and nobody signed one.",
        signed == 0,
        {"signed": signed},
    )
    held, failed = int(counts.get("holds", 0)), int(counts.get("does not hold", 0))
    second = claim(
        f"Of its {len(claims)} claims {in_words(held)} hold and {in_words(failed)} does not."
        if failed == 1
        else f"Of its {len(claims)} claims {in_words(held)} hold and {in_words(failed)} do not.",
        0 <= held + failed <= len(claims),
        counts,
    )
    return sentences(first, second)


def one_by_one(deals: pd.DataFrame) -> str:
    """Say what the model of the deals makes of their order.

    Parameters
    ----------
    deals : DataFrame
        The table deals_fourteen: what a deal is worth alone and last.

    Examples
    --------
    >>> from tradeviz.datasets import load
    >>> one_by_one(load("deals_fourteen")).startswith("The order")
    True
    """
    table = deals.set_index("partner")
    gain = [str(code) for code in table.index[(table["alone"] > 0) & (table["last"] > 0)]]
    lose = [str(code) for code in table.index[(table["alone"] < 0) & (table["last"] < 0)]]
    rest = len(table) - len(gain) - len(lose)
    many = in_words(len(gain))
    losers = f"; {listing([called(code) for code in lose])} lose both ways" if lose else ""
    text = (
        f"The order decides little: in the model {many} of the {in_words(len(table))} largest "
        f"partners gain by signing whether they are first or last{losers}."
    )
    kept = claim(text, rest == 0, table["alone"].to_dict())
    early = (table["alone"] - table["last"]).abs() / table["alone"].abs()
    more = claim(
        "Being first rather than last changes what a deal is worth by less than a fifth for each.",
        bool((early < 0.2).all()),
        early.to_dict(),
    )
    return sentences(kept, more)


def real_order(talks: pd.DataFrame) -> str:
    """Say in which order the partners in fact came to a text.

    Parameters
    ----------
    talks : DataFrame
        The table talks.

    Examples
    --------
    >>> from tradeviz.datasets import load
    >>> real_order(load("talks")).startswith("In fact the UK came first")
    True
    """
    first = talks.groupby("partner")["date"].min().sort_values().dt.date
    leader, began = str(first.index[0]), first.iloc[0]
    batch = [str(code) for code, on in first.items() if BATCH[0] <= on <= BATCH[1]]
    later = [str(code) for code, on in first.items() if on > BATCH[1]]
    opening = claim(
        f"In fact {called(leader)} came first, on {day(began)}.",
        bool((first.iloc[1:] >= began).all()),
        first.astype(str).to_dict(),
    )
    crowd = (
        f"A batch followed between the pause and {day(BATCH[1])}: {_named(batch)}."
        if batch
        else f"Nobody followed before {day(BATCH[1])}."
    )
    rest = f"The others came one by one or in small groups, the last on {day(first.max())}."
    return sentences(
        opening,
        claim(crowd, len(batch) + len(later) < len(first), first.astype(str).to_dict()),
        claim(rest, bool(later), first.astype(str).to_dict()) if later else "",
    )


def _named(codes: list[str]) -> str:
    if len(codes) > _MOST:
        return f"{in_words(len(codes))} partners"
    return listing([called(code) for code in codes])


def texts(talks: pd.DataFrame) -> str:
    """Say how many of the texts changed a duty.

    Examples
    --------
    >>> from tradeviz.datasets import load
    >>> "changed a US duty" in texts(load("talks"))
    True
    """
    moved = int(talks["changes_tariff"].sum())
    text = f"Of {len(talks)} texts, {moved} changed a US duty; the others left it as it was."
    return claim(text, 0 < moved < len(talks), {"texts": len(talks), "changed": moved})


def fourteen(table: pd.DataFrame, focus: tuple[str, ...]) -> str:
    """Say with whom of the largest partners the United States runs a deficit.

    Parameters
    ----------
    table : DataFrame
        From `tradeviz.trade.briefing.fourteen`.
    focus : tuple of str
        The first targets.

    Examples
    --------
    >>> from tradeviz.partners import FOCUS
    >>> from tradeviz.trade.briefing import fourteen as largest
    >>> "deficit" in fourteen(largest(), FOCUS)
    True
    """
    balance = table.set_index("partner")["balance_usd"]
    surplus = [called(str(code)) for code in balance.index[balance >= 0]]
    outside = [called(code) for code in focus if code not in balance.index]
    short = int((balance < 0).sum())
    first = f"The United States runs a goods deficit with {in_words(short)} of the fourteen"
    first += f", not with {listing(surplus)}." if surplus else "."
    second = f"{listing(outside)}, a first target, is not among them." if outside else ""
    checked = claim(first, short + len(surplus) == len(balance), balance.to_dict())
    return sentences(checked, claim(second, len(outside) == 1) if second else "")
