"""The sentences on the briefing of April 2025 and on the order of the deals."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from tradeviz.datasets import load
from tradeviz.partners import all_called, called
from tradeviz.quantities import counted, day, in_words
from tradeviz.show.letters import lowered
from tradeviz.show.reading import title_in
from tradeviz.show.sentence import claim, sentences
from tradeviz.trade.briefing import ANSWERED, BATCH_END, PAUSE

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
    signed = int(within["kind"].eq("signed").sum())
    counts = claims["verdict"].value_counts().to_dict()
    who = f"only {all_called(within['partner'].unique())}" if len(within) else "nobody"
    first = claim(
        f"The briefing expected consensus rather than signed agreements, and so it came: in the "
        f"pause {who} reached a text, and nobody signed one.",
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
    """Answer in three sentences whether to announce deals one by one or all at once.

    Parameters
    ----------
    deals : DataFrame
        From `tradeviz.models.deals.stored_values`: who signs whoever else has signed.

    Examples
    --------
    >>> from tradeviz.models.deals import stored_values
    >>> one_by_one(stored_values()).startswith("The order")
    True
    """
    table, terms = deals, f"on the terms “{lowered(title_in(deals, deals.attrs['terms']))}”"
    signs, refuses = (list(table.index[table["choice"] == word]) for word in ("signs", "refuses"))
    sets = int(table["coalitions"].max())
    losers = f" and refusing for {all_called(refuses)}" if refuses else ""
    known = bool((table["coalitions"] == sets).all()) and bool(
        (table.loc[signs, "gains_in"] == sets).all()
    )
    if len(signs) + len(refuses) == len(table):
        text = (
            f"The order decides nothing: {terms} signing is best for {in_words(len(signs))} of "
            f"{in_words(len(table))} partners{losers}, whoever else has signed."
        )
    else:
        many = counted(len(signs), "partner", words=True)
        text = f"The order decides for some: {terms} signing is best for {many} whoever else has "
        text += "signed."
    empty = table.index[table["threat"] == "not credible"]
    kept = table.index.difference(empty, sort=False)
    but = f"every deal but that with {all_called(kept)}" if len(kept) else "every deal"
    threat = (
        f"The threat behind it is weak: on income alone the United States gains by {but}, so to "
        "carry it out would cost it too."
    )
    first = _first_texts(load("talks"))
    batch = [code for code, on in first.items() if BATCH[0] <= on <= BATCH[1]]
    fact = (
        f"In fact it was both: {called(str(first.index[0]))} alone, then "
        f"{'a batch' if len(batch) > 1 else 'one more'} before {day(BATCH[1])}, then the rest."
    )
    return sentences(
        claim(text, known, table["gains_in"].to_dict()),
        claim(threat, bool((table.loc[empty, "home_least"] > 0).all()) and len(empty) > len(kept)),
        claim(fact, first.iloc[0] < BATCH[0] and first.iloc[-1] > BATCH[1]),
    )


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
    first = _first_texts(talks)
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


def _first_texts(talks: pd.DataFrame) -> pd.Series[Any]:
    """Return the day of each partner's first text, the earliest first."""
    days: pd.Series[Any] = talks.groupby("partner")["date"].min().sort_values().dt.date
    return days


def _named(codes: list[str]) -> str:
    return f"{in_words(len(codes))} partners" if len(codes) > _MOST else all_called(codes)


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
    surplus = balance.index[balance >= 0]
    outside = [code for code in focus if code not in balance.index]
    short = int((balance < 0).sum())
    first = f"The United States runs a goods deficit with {in_words(short)} of the fourteen"
    first += f", not with {all_called(surplus)}." if len(surplus) else "."
    targets = "a first target, is" if len(outside) == 1 else "first targets, are"
    second = f"{all_called(outside)}, {targets} not among them." if outside else ""
    checked = claim(first, short + len(surplus) == len(balance), balance.to_dict())
    return sentences(checked, claim(second, bool(outside)) if second else "")


def stored(deals: pd.DataFrame, focus: tuple[str, ...]) -> str:
    """Say whom the stored table of deals is about: the five, and others of the April list.

    Parameters
    ----------
    deals : DataFrame
        From `tradeviz.models.deals.stored_values`.
    focus : tuple of str
        The first targets.

    Examples
    --------
    >>> from tradeviz.models.deals import stored_values
    >>> from tradeviz.partners import FOCUS
    >>> stored(stored_values(), FOCUS).startswith("Every set of signatories")
    True
    """
    others = [str(code) for code in deals.index if code not in focus]
    listed = set(load("april_2025_rates")["partner"])
    text = (
        f"Every set of signatories among {in_words(len(deals))} partners: the first targets, and "
        f"{in_words(len(others))} others on the list of April 2025."
    )
    return claim(text, set(others) <= listed and set(focus) <= set(deals.index))
