"""US exports to a partner: the other side of a deal or of an answer in kind."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from tradeviz import datasets
from tradeviz.response.nests import Floats
from tradeviz.response.problem import sector_of_product

_HOME = "USA"
_YEAR = 2024

ANSWERS = {"agreement": "free", "breakdown": "in_kind"}
"""What the partner does with its tariffs on US goods where the outcome says so."""


@cache
def us_exports() -> pd.DataFrame:
    """Return US goods exports and the partner's tariff on them by partner and sector.

    Returns
    -------
    DataFrame
        Index partner; columns sector and, for each, `exports_usd` (goods exports of 2024, split as
        the world table of 2022 splits them) and `tariff_rate` (fraction). A partner that the world
        table does not list has no row.
    """
    table = datasets.load("icio_2022")
    economies = datasets.load("icio_economies")
    of_line = dict(zip(economies["economy"].astype(str), economies["line_partner"], strict=True))
    _, goods = sector_of_product()
    mine = table[(table["exporter"].astype(str) == _HOME)].copy()
    mine["partner"] = mine["importer"].astype(str).map(of_line)
    mine = mine[mine["partner"].notna() & mine["sector"].astype(str).isin(goods)]
    mine["duty_usd"] = mine["value_usd"] * mine["tariff_rate"]
    mine["sector"] = mine["sector"].astype(str)
    sums = mine.groupby(["partner", "sector"], as_index=False)[["value_usd", "duty_usd"]].sum()
    sums["tariff_rate"] = sums["duty_usd"] / sums["value_usd"].where(sums["value_usd"] > 0)
    whole = sums.groupby("partner")["value_usd"].transform("sum")
    traded = datasets.load("balances_annual").query("year == @_YEAR").set_index("partner")
    sums["exports_usd"] = sums["value_usd"] / whole * sums["partner"].map(traded["exports_usd"])
    return sums[["partner", "sector", "exports_usd", "tariff_rate"]]


def answer_of(name: str, answer: str) -> str:
    """Return what partners do under an outcome: ``keep``, ``free`` or ``in_kind``."""
    return ANSWERS.get(name, "keep") if answer == "outcome" else answer


def export_change(
    codes: list[str], kind: str, in_kind: pd.Series[float], elasticity: float
) -> Floats:
    """Return the change of US exports to partners.

    Parameters
    ----------
    codes : list of str
        Partner codes.
    kind : {"keep", "free", "in_kind"}
        Tariffs on US goods stay, go to zero, or rise by what the United States adds.
    in_kind : Series
        Index (partner, sector): what the United States adds, fractions.
    elasticity : float
        Of the partner's purchases to the price with duty; the price before duty stays.

    Returns
    -------
    ndarray, shape (partners,)
        US dollars; missing for a partner without a row in the world table.
    """
    table = us_exports()
    made = np.full(len(codes), np.nan)
    for place, code in enumerate(codes):
        rows = table[table["partner"] == code]
        if rows.empty:
            continue
        before = rows["tariff_rate"].fillna(0.0).to_numpy()
        after = before.copy()
        if kind == "free":
            after[:] = 0.0
        elif kind == "in_kind":
            after += [float(in_kind.get((code, sector), 0.0)) for sector in rows["sector"]]
        ratio = ((1 + after) / (1 + before)) ** -elasticity - 1
        made[place] = float(rows["exports_usd"].to_numpy() @ ratio)
    return made
