"""Goods balances of partners by year: countries, and the EU from the aggregates."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from tradeviz.arguments import checked
from tradeviz.datasets import load
from tradeviz.errors import ArgumentError, count
from tradeviz.partners import in_order, resolve


@checked
def balances(
    partners: str | Iterable[str] | None = None, *, first: int | None = None
) -> pd.DataFrame:
    """Return exports, general imports and balance by partner and year.

    Parameters
    ----------
    partners : str or iterable of str, optional
        Codes or names of any partner of the table partners; every one when None.
    first : int, optional
        The first year wanted.

    Returns
    -------
    DataFrame
        partner, year, exports_usd, general_imports_usd, balance_usd (US dollars, Census basis) and
        vintage, in the order of the partners given. The EU is the aggregate that the Census Bureau
        publishes, every other row a country: they must not be added up.

    Raises
    ------
    ArgumentError
        For an unknown partner, one without balances, by name, and a year after the last.

    Examples
    --------
    >>> balances("EU", first=2024)["partner"].unique().tolist()
    ['EU']
    """
    countries = load("balances_annual")
    groups = load("aggregates_annual").rename(columns={"aggregate": "partner"})
    union = groups.loc[groups["partner"] == "EU", list(countries.columns)]
    table = pd.concat([countries, union], ignore_index=True)
    last = int(table["year"].max())
    if first is not None:
        if count(first, "first") > last:
            allowed = f"{table['year'].min()} to {last}"
            raise ArgumentError("after the last year", field="first", value=first, allowed=allowed)
        table = table[table["year"] >= first]
    if partners is None:
        return table.reset_index(drop=True)
    codes = resolve(partners, lines_only=False)
    missing = [code for code in codes if code not in set(table["partner"])]
    if missing:
        since = "" if first is None else f" from {first} on"
        raise ArgumentError(
            f"no balances of this partner{since}", field="partners", value=missing[0],
            allowed=f"a partner of the table balances_annual, or EU, in years to {last}",
        )  # fmt: skip
    table = table[table["partner"].isin(codes)].sort_values("year", kind="stable")
    return in_order(table, codes).reset_index(drop=True)
