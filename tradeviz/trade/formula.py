"""The formula of April 2025: a tariff from a trade deficit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tradeviz.arguments import checked
from tradeviz.datasets import load
from tradeviz.errors import ArgumentError, nearest, number
from tradeviz.trade.balances import balances

_FLOWS = ("exports_usd", "general_imports_usd")
FLOOR = 0.10
"""The rate of April 2025 for whoever is not on the list."""
YEAR = 2024
# Below it a division of trade by it is no number any more.
_LEAST = 1e-9


@checked
def reciprocal_formula(
    balance: pd.DataFrame,
    *,
    elasticity: float = 4.0,
    pass_through: float = 0.25,
    floor: float = FLOOR,
) -> pd.DataFrame:
    r"""Compute the rate that the formula of April 2025 gives each partner.

    Parameters
    ----------
    balance : DataFrame, one row per partner
        Columns ``exports_usd`` and ``general_imports_usd``, US dollars, of one year; ``partner``
        as a column or as the index. One year of ``load("balances_annual")`` will do.
    elasticity : float, default 4.0
        By how many percent imports fall when their price rises by one percent, above zero.
    pass_through : float, default 0.25
        How much of the duty reaches the import price, a fraction above zero.
    floor : float, default 0.10
        The least rate, a fraction from 0 to 1.

    Returns
    -------
    DataFrame, one row per partner, in the order given
        ``partner``; ``deficit_ratio``, deficit over general imports, below zero for a surplus;
        ``formula_rate``, a fraction. Both are missing when a flow is missing or nothing was
        imported.

    Raises
    ------
    ArgumentError
        When a column is missing, a partner is there twice, a flow is below zero or not a finite
        number, or a parameter is out of bounds.

    Notes
    -----
    With exports :math:`x`, imports :math:`m`, elasticity :math:`\varepsilon` and pass-through
    :math:`\varphi`, the duty that would close the deficit if nothing else moved is
    :math:`(m - x) / (\varepsilon \varphi m)`. With the values of April 2025 the denominator is
    the imports alone, so the duty equals the deficit ratio. It is rounded to a whole percent,
    halved, and the half is rounded up to a whole percent; nobody gets less than the floor. The
    roundings are inferred: with them 55 of the 57 published rates agree, see `april_check`. The
    formula holds wages, exchange rates and the duties of other partners still, and it counts
    goods only.

    References
    ----------
    Office of the United States Trade Representative, "Reciprocal Tariff Calculations", April 2025.

    Examples
    --------
    >>> flows = pd.DataFrame({"partner": ["KOR", "GBR"], "exports_usd": [66e9, 80e9],
    ...                       "general_imports_usd": [132e9, 68e9]})
    >>> reciprocal_formula(flows)["formula_rate"].tolist()
    [0.25, 0.1]
    """
    for name, value in (("elasticity", elasticity), ("pass_through", pass_through)):
        number(value, name, "above zero", low=_LEAST, what="out of bounds")
    number(floor, "floor", "0 to 1", low=0.0, high=1.0, what="out of bounds")
    flows = _flows(balance)
    imports = flows["general_imports_usd"].where(flows["general_imports_usd"] > 0)
    ratio = (imports - flows["exports_usd"]) / imports
    # Nine digits first: 46.5 must not become 46.49999 because of a division.
    percent = np.floor((100 * ratio / (elasticity * pass_through)).round(9) + 0.5)
    rate = (np.ceil(percent / 2) / 100).clip(lower=floor)
    return pd.DataFrame({"partner": flows["partner"], "deficit_ratio": ratio, "formula_rate": rate})


def _flows(balance: pd.DataFrame) -> pd.DataFrame:
    """Return partner and both flows as plain columns, or say what is wrong with them."""
    whole = balance.reset_index() if balance.index.name == "partner" else balance
    missing = [name for name in ("partner", *_FLOWS) if name not in whole]
    if missing:
        what, close = f"no column {' and '.join(missing)}", nearest(missing[0], whole.columns)
        raise ArgumentError(what, field="balance", nearest=close)
    flows = whole[["partner", *_FLOWS]].reset_index(drop=True)
    again = flows["partner"].duplicated()
    if again.any():
        what, row = "a partner is there twice, so this is more than one year", int(again.argmax())
        raise ArgumentError(what, field="balance", row=row + 1, value=flows["partner"][row])
    for name in _FLOWS:
        given = flows[name]
        flows[name] = pd.to_numeric(given, errors="coerce").astype(float)
        wrong = (flows[name] < 0) | np.isinf(flows[name]) | (flows[name].isna() & given.notna())
        if wrong.any():
            row, allowed = int(wrong.argmax()), "US dollars, zero or more"
            raise ArgumentError(
                "not an amount", field=name, row=row + 1, value=given[row], allowed=allowed
            )
    return flows


def april_check() -> pd.DataFrame:
    """Set the rates published in April 2025 beside the rates of the formula.

    Returns
    -------
    DataFrame, one row for each of the 57 partners of the list
        ``partner``, ``name``, ``published_rate``, ``deficit_ratio``, ``formula_rate`` (fractions)
        and ``agrees``. The balances are those of 2024 as they stood in April 2025.

    Notes
    -----
    Two rates do not follow from the formula. Japan: a ratio of 46 % halves to 23 %, the list says
    24 %. Vietnam: 90 % halves to 45 %, the list says 46 %. The European Union is the aggregate
    that the Census Bureau publishes for it, every other partner is a country.

    References
    ----------
    Executive Order 14257 of 2 April 2025, Annex I.

    Examples
    --------
    >>> april = april_check()
    >>> int(april["agrees"].sum()), april.loc[~april["agrees"], "name"].tolist()
    (55, ['Japan', 'Vietnam'])
    """
    flows = balances(first=YEAR)
    formula = reciprocal_formula(flows[flows["year"] == YEAR])
    listed = load("april_2025_rates")[["partner", "name", "rate"]]
    listed = listed.rename(columns={"rate": "published_rate"})
    both = listed.merge(formula, on="partner", how="left", validate="one_to_one")
    # Whole percents on both sides, so less than half a percent apart means equal.
    both["agrees"] = (both["published_rate"] - both["formula_rate"]).abs() < 0.005
    return both
