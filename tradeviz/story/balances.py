"""The sentences on deficits and on the formula of April 2025."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from tradeviz.datasets import column_by
from tradeviz.errors import ArgumentError
from tradeviz.law.reading import part_of
from tradeviz.partners import all_called, called
from tradeviz.quantities import dollars, percent
from tradeviz.show.sentence import claim, sentences
from tradeviz.trade.balances import balances as balances_of
from tradeviz.trade.formula import FLOOR, YEAR, reciprocal_formula

_GENERAL = "reciprocal-2025-04-05-all"


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
    'In 2024 the United States bought more goods from Japan than it sold there.'
    """
    rows = _of_year(balances, year)
    short, long = rows.index[rows < 0], rows.index[rows >= 0]
    parts = [f"bought more goods from {all_called(short)} than it sold there"] * bool(len(short))
    parts += [f"sold more goods to {all_called(long)} than it bought there"] * bool(len(long))
    text = f"In {year} the United States {', and '.join(parts)}."
    return claim(text, len(short) + len(long) == len(rows), rows.to_dict())


def largest(balances: pd.DataFrame, year: int) -> str:
    """Say which deficit is the largest.

    Examples
    --------
    >>> from tradeviz.trade.balances import balances
    >>> largest(balances(first=2024), 2024).startswith("In 2024 the largest deficit was")
    True
    """
    rows = _of_year(balances, year)
    if rows.iloc[0] >= 0:
        text = f"In {year} there was no deficit{' among them' * (len(rows) > 1)}."
        return claim(text, bool((rows >= 0).all()), rows.to_dict())
    text = (
        f"In {year} the largest deficit was that with {called(str(rows.index[0]))}: "
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
    whole = {code: part_of().get(code, code) for code in partners}
    listed = [code for code in partners if whole[code] in rates.index]
    left_out = _left_out()
    spared = [code for code in partners if code not in listed and code in left_out]
    absent = [code for code in partners if code not in [*listed, *spared]]
    first = f"The formula gives {agrees} of the {len(check)} listed rates"
    first += f", not those of {all_called(wrong)}." if len(wrong) else "."
    parts = [claim(first, agrees + len(wrong) == len(check), {"agrees": agrees})]
    if absent:
        made = _by_formula(absent)
        why = "by the formula" if (made["deficit_ratio"] > 0).any() else "without a deficit"
        text = f"{_not_listed(absent)}: {why} there is only the floor of {percent(FLOOR, 0)}."
        holds = bool((made["formula_rate"] == FLOOR).all())
        parts.append(claim(text, holds, made["deficit_ratio"].to_dict()))
    if spared:
        out = "them" if len(spared) > 1 else "it"
        text = f"{_not_listed(spared)}: the order of 2 April 2025 leaves {out} out."
        parts.append(claim(text, not set(spared) & set(rates.index)))
    if listed:
        text = f"For {all_called(listed)} the list has more than the floor."
        own = rates[[whole[code] for code in listed]]
        parts.append(claim(text, bool((own > FLOOR).all()), own.to_dict()))
    return sentences(*parts)


def _not_listed(codes: Sequence[str]) -> str:
    return f"{all_called(codes)} {'are' if len(codes) > 1 else 'is'} not on the list"


def _left_out() -> list[str]:
    """Return whom the general rate of April 2025 leaves out."""
    return str(column_by("measures", "measure", "except_partners")[_GENERAL]).split(";")


def _by_formula(codes: Sequence[str]) -> pd.DataFrame:
    """Return deficit ratio and rate of the formula by partner."""
    flows = balances_of(codes, first=YEAR)
    return reciprocal_formula(flows[flows["year"] == YEAR]).set_index("partner")
