"""The sentences on why others have another number."""

from __future__ import annotations

import pandas as pd

from tradeviz.show.reading import dated
from tradeviz.show.sentence import claim, sentences

_ENDS = ["theirs", "ours", "remainder"]


def difference(table: pd.DataFrame) -> str:
    """Say how far a peer's numbers lie from ours, and how much of it the rules leave open.

    Parameters
    ----------
    table : DataFrame
        From `tradeviz.reconcile`.

    Examples
    --------
    >>> from tradeviz.trade.reconcile import reconcile
    >>> "the notebook tracker" in difference(reconcile("tradewartracker", "GBR"))
    True
    """
    gap = float((table["ours"] - table["theirs"]).abs().mean()) * 100
    left = table["remainder"].abs() * 100
    verb = "leave" if float(left.mean()) <= gap else "widen it to"
    first = (
        f"Ours and {table.attrs['title']} differ by {gap:.2f} points on average; the rules {verb} "
        f"{float(left.mean()):.2f}."
    )
    second = f"At most {float(left.max()):.2f} points stay unexplained."
    whole = table.drop(columns=["ours"]).sum(axis=1) - table["ours"]
    return sentences(
        claim(first, bool((whole.abs() < 1e-9).all()), whole.to_dict()),
        claim(second, bool((left <= left.max()).all())),
    )


def farthest(table: pd.DataFrame, date: object) -> str:
    """Return the partner for which a peer's number lies farthest from ours on one day.

    Examples
    --------
    >>> from tradeviz.trade.reconcile import reconcile
    >>> farthest(reconcile("tradewartracker", ["GBR", "KOR"]), "2025-10-14")
    'GBR'
    """
    part = dated(table.reset_index(), date).set_index("partner")
    return str((part["ours"] - part["theirs"]).abs().idxmax())


def rule(table: pd.DataFrame) -> str:
    """Say which rule makes the largest part of the difference, and what it is.

    Parameters
    ----------
    table : DataFrame
        From `tradeviz.reconcile`.

    Examples
    --------
    >>> from tradeviz.trade.reconcile import reconcile
    >>> rule(reconcile("tradewartracker", "GBR")).startswith("The rule that moves most")
    True
    """
    size = table.drop(columns=_ENDS).abs().mean().sort_values(ascending=False)
    first = str(size.index[0])
    # The table has the reason in full.
    why = str(table.attrs["rules"][first]).split("; ")[0]
    mean = float(table[first].mean())
    way = "takes away from" if mean < 0 else "adds to"
    text = (
        f"The rule that moves most {way} their number, {size.iloc[0] * 100:.1f} points on average. "
        f"{why[0].upper()}{why[1:]}."
    )
    return claim(text, bool((size <= size.iloc[0]).all()), size.to_dict())
