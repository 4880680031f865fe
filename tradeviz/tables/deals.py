"""Tables of the order of deals."""

from __future__ import annotations

import pandas as pd

from tradeviz.partners import name
from tradeviz.quantities import number, points
from tradeviz.show.reading import need
from tradeviz.show.table import DisplayTable

DEALT = {
    "income_change_usd": ("Real income", "billion"),
    "welfare_change": ("Real income", "percent"),
    "exports_to_us_change": ("Exports to the United States", "percent"),
    "export_change": ("Exports", "percent"),
    "balance_change_usd": ("US balance with the partner", "billion"),
}
"""Measure of the game -> what changes, and its unit."""
UNITS = {"billion": "billion US dollars of 2022 a year", "percent": "percent"}

_VALUES = {
    "alone": "Signing first",
    "average": "On average",
    "last": "Signing last",
    "first_mover_premium": "Premium of the first",
    "last_mover_penalty": "Penalty of the last",
    "left_out": "Left out of all deals",
    "all_signed": "All signed",
    "to_home": "To the United States",
}


def dealt_text(value: float, measure: str) -> str:
    """Return a change of the game as text without its unit."""
    if pd.isna(value):
        return "–"
    if DEALT[measure][1] == "billion":
        return number(value / 1e9, 2, sign=True)
    return points(value, 2)


def millions_text(value: float) -> str:
    """Return dollars in whole millions, with a true minus."""
    return number(value / 1e6, 0)


def deals_table(values: pd.DataFrame) -> DisplayTable:
    """Show what a deal is worth to each partner.

    Parameters
    ----------
    values : DataFrame
        From `tradeviz.models.deals.deal_values`.

    Returns
    -------
    DisplayTable
        A row per partner, in billion US dollars or percent.

    Raises
    ------
    ArgumentError
        When a column is missing or the table is empty.

    Examples
    --------
    >>> from tradeviz.models.deals import deal_values, deals
    >>> deals_table(deal_values(deals(["JPN", "KOR"]))).frame["Partner"].tolist()
    ['Japan', 'South Korea']
    """
    flat = need(values, ["partner", *_VALUES])
    measure = str(values.attrs.get("measure", "income_change_usd"))
    what, unit = DEALT[measure]
    frame = pd.DataFrame({"Partner": flat["partner"].astype(str).map(name)})
    for column, title in _VALUES.items():
        frame[title] = [dealt_text(value, measure) for value in flat[column]]
    caption = f"{what}, {UNITS[unit]}: what the partner’s own deal changes, and all deals together"
    return DisplayTable(caption, frame.reset_index(drop=True), flat)
