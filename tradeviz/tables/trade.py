"""Tables of trade: balances, the April formula, competitors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from tradeviz.errors import ArgumentError
from tradeviz.law.outcome import title_of
from tradeviz.partners import FOCUS, name
from tradeviz.quantities import MISSING
from tradeviz.show.reading import need
from tradeviz.show.table import DisplayTable, billion_text, rate_text


def balance_table(balances: pd.DataFrame, *, year: int) -> DisplayTable:
    """Show exports, general imports, balance and deficit ratio of a year.

    Parameters
    ----------
    balances : DataFrame
        Rows of the table balances_annual.
    year : int
        The year.

    Returns
    -------
    DisplayTable
        A row per partner, largest deficit first.

    Raises
    ------
    ArgumentError
        When a column or the year is missing.

    Examples
    --------
    >>> from tradeviz.datasets import load
    >>> table = balance_table(load("balances_annual").query("partner == 'JPN'"), year=2024)
    >>> table.frame["Balance"].tolist()
    ['−68.5']
    """
    flat = need(balances, ["partner", "year", "exports_usd", "general_imports_usd"])
    rows = flat[flat["year"] == year].sort_values("balance_usd")
    if rows.empty:
        raise ArgumentError("no balance of this year", field="year", value=year)
    ratio = -rows["balance_usd"] / rows["general_imports_usd"]
    frame = pd.DataFrame(
        {
            "Partner": rows["partner"].astype(str).map(name),
            "US exports": rows["exports_usd"].map(billion_text),
            "US general imports": rows["general_imports_usd"].map(billion_text),
            "Balance": rows["balance_usd"].map(billion_text),
            "Deficit over imports, %": [rate_text(v, 0) if v > 0 else MISSING for v in ratio],
        }
    )
    caption = f"US goods trade of {year}, billion US dollars; n/a: no deficit"
    return DisplayTable(caption, frame.reset_index(drop=True), rows)


def formula_table(check: pd.DataFrame, *, partners: Sequence[str] = FOCUS) -> DisplayTable:
    """Show ratio, formula and listed rate of some partners and of all that the formula misses.

    Parameters
    ----------
    check : DataFrame
        From `april_check`.
    partners : sequence of str
        Codes to show beside the misses.

    Returns
    -------
    DisplayTable
        A row per partner; one that is not on the list says so.

    Raises
    ------
    ArgumentError
        When a column is missing or the table is empty.

    Examples
    --------
    >>> from tradeviz.trade.formula import april_check
    >>> formula_table(april_check(), partners=["GBR"]).frame["Listed"].tolist()
    ['not listed', '24', '46']
    """
    flat = need(check, ["partner", "deficit_ratio", "formula_rate", "published_rate", "agrees"])
    rows = flat.set_index("partner")
    missed = [str(code) for code in rows.index[~rows["agrees"].astype(bool)]]
    shown = []
    for code in dict.fromkeys([*partners, *missed]):
        if code in rows.index:
            row = rows.loc[[code]].iloc[0]
            cells = [
                rate_text(row[column], 0)
                for column in ("deficit_ratio", "formula_rate", "published_rate")
            ]
            shown.append([name(code), *cells, "yes" if row["agrees"] else "no"])
        else:
            shown.append([name(code), MISSING, MISSING, "not listed", MISSING])
    columns = ["Partner", "Deficit over imports", "Formula", "Listed", "Agrees"]
    return DisplayTable(
        "The list of April 2025, percent; partners not listed paid the floor of 10",
        pd.DataFrame(shown, columns=columns),
        flat,
    )


def competitors_table(table: pd.DataFrame) -> DisplayTable:
    """Show a partner's rate beside that of the other suppliers of the same products.

    Parameters
    ----------
    table : DataFrame
        From `competitors`, not split further.

    Returns
    -------
    DisplayTable
        A row per partner, heaviest handicap first.

    Raises
    ------
    ArgumentError
        When a column is missing or the table is empty.

    Examples
    --------
    >>> from tradeviz.trade.competitors import competitors
    >>> len(competitors_table(competitors("pause")).frame)
    5
    """
    flat = need(table, ["partner", "own_rate", "rivals_rate", "handicap", "compared_share"])
    rows = flat.sort_values("handicap", ascending=False)
    frame = pd.DataFrame(
        {
            "Partner": rows["partner"].astype(str).map(name),
            "Own rate": rows["own_rate"].map(rate_text),
            "Rivals' rate": rows["rivals_rate"].map(rate_text),
            "Handicap": rows["handicap"].map(rate_text),
            "Imports compared": rows["compared_share"].map(rate_text),
        }
    )
    caption = "Effective rates in percent; handicap in points, below zero is an advantage"
    return DisplayTable(caption, frame.reset_index(drop=True), rows)


def rivals_table(tables: Mapping[str, pd.DataFrame]) -> DisplayTable:
    """Show partners' rates beside those of their rivals, under one outcome after another.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Name of an outcome to the table of `competitors` under it, not split further.

    Returns
    -------
    DisplayTable
        A row per outcome and partner, in the given order.

    Raises
    ------
    ArgumentError
        When there is no table, or one lacks a column.

    Examples
    --------
    >>> from tradeviz.trade.competitors import competitors
    >>> tables = {end: competitors(end, partners="JPN") for end in ("pause", "snapback")}
    >>> rivals_table(tables).frame["Outcome"].tolist()
    ['The pause', 'Snapback']
    """
    if not tables:
        raise ArgumentError("no table given", field="tables", allowed="one for each outcome")
    parts = [
        competitors_table(table).frame.assign(Outcome=title_of(end))
        for end, table in tables.items()
    ]
    frame = pd.concat(parts, ignore_index=True)
    caption = "Effective rates in percent; handicap in points, below zero is an advantage"
    return DisplayTable(caption, frame[["Outcome", *frame.columns.drop("Outcome")]])


def partners_table(partners: pd.DataFrame, *, year: int) -> DisplayTable:
    """Show partners by two-way trade with their balance.

    Parameters
    ----------
    partners : DataFrame
        From `tradeviz.trade.briefing.fourteen`.
    year : int
        The year of the figures.

    Returns
    -------
    DisplayTable
        A row per partner, largest first.

    Raises
    ------
    ArgumentError
        When a column is missing or the table is empty.

    Examples
    --------
    >>> from tradeviz.trade.briefing import fourteen
    >>> partners_table(fourteen(), year=2024).frame["Partner"].iloc[0]
    'EU'
    """
    flat = need(partners, ["partner", "rank", "trade_usd", "balance_usd"])
    frame = pd.DataFrame(
        {
            "Partner": flat["partner"].astype(str).map(name),
            "Rank": flat["rank"].astype(str),
            "Two-way goods trade": flat["trade_usd"].map(billion_text),
            "US balance": flat["balance_usd"].map(billion_text),
            "First target": ["yes" if code in FOCUS else "" for code in flat["partner"]],
        }
    )
    return DisplayTable(
        f"US goods trade of {year}, billion US dollars; rank counts China", frame, flat
    )
