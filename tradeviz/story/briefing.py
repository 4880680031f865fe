"""The sentences on the briefing of April 2025 and on the order of the deals."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from tradeviz.datasets import load
from tradeviz.partners import called
from tradeviz.quantities import day, in_words, listing, percent
from tradeviz.show.sentence import claim, sentences
from tradeviz.trade.briefing import ANSWERED, BATCH_END, PAUSE, order_of_deals

BATCH = (PAUSE[1] + dt.timedelta(days=1), BATCH_END)
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
    held, part, failed = (
        int(counts.get(verdict, 0)) for verdict in ("holds", "holds in part", "does not hold")
    )
    open_ones = int(counts.get(ANSWERED, 0))
    rest = len(claims) - held - part - failed - open_ones
    second = claim(
        f"Of its {len(claims)} claims {in_words(held)} hold, {in_words(part)} in part and "
        f"{in_words(failed)} not; {in_words(rest)} cannot be known from data"
        + (", and what it left open has an answer." if open_ones else "."),
        rest >= 0,
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
    kinds = order_of_deals()
    gain, lose, rest = kinds["gain"], kinds["lose"], kinds["depends"]
    losers = f"; {listing([called(code) for code in lose])} lose both ways" if lose else ""
    little = "The order decides little" if not rest else "The order decides for some"
    text = (
        f"{little}: in the model {in_words(len(gain))} of {in_words(len(table))} partners gain by "
        f"signing whether they are first or last{losers}."
    )
    holds = len(gain) + len(lose) + len(rest) == len(table)
    kept = claim(text, holds, table["alone"].to_dict())
    early = (table["alone"] - table["last"]).abs() / table["alone"].abs()
    most = float(early.max())
    more = claim(
        f"Being first rather than last changes what a deal is worth by {percent(most, 0)} at most.",
        bool((early <= most).all()),
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
    targets = "a first target, is" if len(outside) == 1 else "first targets, are"
    second = f"{listing(outside)}, {targets} not among them." if outside else ""
    checked = claim(first, short + len(surplus) == len(balance), balance.to_dict())
    return sentences(checked, claim(second, bool(outside)) if second else "")


def stored(deals: pd.DataFrame, focus: tuple[str, ...]) -> str:
    """Say whom the stored table of deals is about: the five, and others of the April list.

    Parameters
    ----------
    deals : DataFrame
        The table deals_fourteen.
    focus : tuple of str
        The first targets.

    Examples
    --------
    >>> from tradeviz.datasets import load
    >>> from tradeviz.partners import FOCUS
    >>> stored(load("deals_fourteen"), FOCUS).startswith("Every set of signatories")
    True
    """
    others = [str(code) for code in deals["partner"] if code not in focus]
    listed = set(load("april_2025_rates")["partner"])
    text = (
        f"Every set of signatories among {in_words(len(deals))} partners: the first targets, and "
        f"{in_words(len(others))} others on the list of April 2025."
    )
    return claim(text, set(others) <= listed and set(focus) <= set(deals["partner"]))
