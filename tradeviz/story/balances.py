"""The sentences on deficits and on the formula of April 2025."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from tradeviz.errors import ArgumentError
from tradeviz.law.reading import part_of
from tradeviz.partners import all_called, called
from tradeviz.quantities import dollars, percent
from tradeviz.show.sentence import claim, sentences
from tradeviz.trade.balances import balances as all_balances
from tradeviz.trade.formula import YEAR

FLOOR = 0.10
"""The rate of April 2025 for whoever is not on the list."""


def _of_year(balances: pd.DataFrame, year: int) -> pd.Series[float]:
    rows = balances[balances["year"] == year].set_index("partner")["balance_usd"]
    if rows.empty:
        raise ArgumentError("no balance of this year", field="year", value=year)
    return rows.sort_values()


def answer(balances: pd.DataFrame, year: int) -> str:
    """Say with whom the United States runs a deficit in goods.

    Parameters
    ----------
    balances : DataFrame
        From `tradeviz.balances`.
    year : int
        The year.

    Examples
    --------
    >>> from tradeviz.trade.balances import balances
    >>> answer(balances("JPN", first=2024), 2024)
    'In 2024 the United States bought more goods than it sold from Japan.'
    """
    rows = _of_year(balances, year)
    short, long = rows.index[rows < 0], rows.index[rows >= 0]
    parts = [f"bought more goods than it sold from {all_called(short)}"] * bool(len(short))
    parts += [f"sold more than it bought to {all_called(long)}"] * bool(len(long))
    text = f"In {year} the United States {', and '.join(parts)}."
    return claim(text, len(short) + len(long) == len(rows), rows.to_dict())


def largest(balances: pd.DataFrame, year: int) -> str:
    """Say which deficit is the largest.

    Examples
    --------
    >>> from tradeviz.trade.balances import balances
    >>> largest(balances(first=2024), 2024).startswith("The largest deficit")
    True
    """
    rows = _of_year(balances, year)
    if rows.iloc[0] >= 0:
        text = f"There is no deficit{' among them' * (len(rows) > 1)}."
        return claim(text, bool((rows >= 0).all()), rows.to_dict())
    text = (
        f"The largest deficit is that with {called(str(rows.index[0]))}: "
        f"{dollars(-rows.iloc[0], words=True)}."
    )
    return claim(text, bool((rows >= rows.iloc[0]).all()), rows.to_dict())


def formula(check: pd.DataFrame, partners: Sequence[str]) -> str:
    """Say how well the formula gives the list, and whom it leaves at the floor.

    Parameters
    ----------
    check : DataFrame
        From `april_check`.
    partners : sequence of str
        Whom the page is about.

    Examples
    --------
    >>> from tradeviz.trade.formula import april_check
    >>> "formula" in formula(april_check(), ["JPN", "GBR"])
    True
    """
    agrees = int(check["agrees"].sum())
    wrong = check.loc[~check["agrees"], "partner"]
    rates = check.set_index("partner")["published_rate"]
    listed = [code for code in partners if part_of().get(code, code) in rates.index]
    absent = [code for code in partners if code not in listed]
    first = f"The formula gives {agrees} of the {len(check)} listed rates"
    first += f", not those of {all_called(wrong)}." if len(wrong) else "."
    parts = [claim(first, agrees + len(wrong) == len(check), {"agrees": agrees})]
    balance = _of_year(all_balances(absent, first=YEAR), YEAR) if absent else pd.Series(dtype=float)
    floor = f": without a deficit there is only the floor of {percent(FLOOR, 0)}"
    for rows, why in (
        (balance[balance >= 0], floor),
        (balance[balance < 0], ", though there is a deficit"),
    ):
        codes = [code for code in absent if code in rows.index]
        verb = "are" if len(codes) > 1 else "is"
        text = f"{all_called(codes)} {verb} not on the list{why}"
        if codes:
            parts.append(claim(text, bool((rows >= 0).all()) == (why == floor), rows.to_dict()))
    if listed:
        text = f"For {all_called(listed)} the list has more than the floor."
        most = rates[[part_of().get(code, code) for code in listed]]
        parts.append(claim(text, bool((most > FLOOR).all()), most.to_dict()))
    return sentences(*parts)
