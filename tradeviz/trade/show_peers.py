"""A peer's number taken to ours: a row a rule, and what is left in a sentence."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tradeviz.arguments import checked
from tradeviz.partners import name
from tradeviz.quantities import day, number
from tradeviz.show.reading import dated, moment, need
from tradeviz.show.table import DisplayTable
from tradeviz.trade.reconcile import rule_title

_COLUMNS = ("partner", "date", "theirs", "remainder", "ours")
_ENDS = {"theirs": "Theirs", "remainder": "Not explained", "ours": "Ours"}


@checked
def reconcile_table(reconciled: pd.DataFrame, date: object) -> DisplayTable:
    """Show the way from a peer's number to ours on one day, in percentage points.

    Parameters
    ----------
    reconciled : DataFrame
        From `reconcile`.
    date : str or date
        A date of the table.

    Returns
    -------
    DisplayTable
        A row for theirs, each rule that counts, what is not explained, and ours; a column per
        partner, and who is right.

    Raises
    ------
    ArgumentError
        When the table has no such date.

    Examples
    --------
    >>> from tradeviz.trade.reconcile import reconcile
    >>> reconcile_table(reconcile("tradewartracker", "GBR"), "2025-10-14").frame.iloc[0, 0]
    'Theirs'
    """
    flat = dated(need(reconciled, _COLUMNS), date)
    part: Any = flat.set_index("partner").drop(columns="date").mul(100).round(2).T
    rules = reconciled.attrs["rules"]
    kept = part[(part != 0).any(axis=1)]
    frame = kept.map(lambda value: number(value, 2)).rename(columns=name)
    frame.insert(0, "Step", [_ENDS.get(step) or rule_title(step) for step in kept.index])
    frame["Who is right, and why"] = [rules.get(step, "") for step in kept.index]
    caption = (
        f"From the number of {reconciled.attrs['title']} to ours on {day(moment(date))}: "
        f"{reconciled.attrs['measure']}, points"
    )
    return DisplayTable(caption, frame.reset_index(drop=True))


@checked
def reconciled(table: pd.DataFrame) -> str:
    """Say how much of the difference to a peer the rules explain.

    Parameters
    ----------
    table : DataFrame
        From `reconcile`.

    Returns
    -------
    str
        Markdown.

    Examples
    --------
    >>> from tradeviz.trade.reconcile import reconcile
    >>> reconciled(reconcile("tradewartracker", "GBR")).startswith("Ours and the notebook tracker")
    True
    """
    flat = need(table.reset_index(), _COLUMNS)
    gap = (flat["ours"] - flat["theirs"]).abs() * 100
    left = flat["remainder"].abs() * 100
    close = int((left < 0.1).sum())
    return (
        f"Ours and {table.attrs['title']} differ by **{gap.mean():.2f} points** on average over "
        f"{len(flat)} cells; after the rules **{left.mean():.2f}** are left, and at most "
        f"{left.max():.2f}. In {close} cells less than a tenth of a point is left."
    )
