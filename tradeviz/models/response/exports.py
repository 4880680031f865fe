"""US exports to a partner: the other side of a deal or of an answer in kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tradeviz import datasets
from tradeviz.models.response.nests import Floats, Index
from tradeviz.models.response.problem import sector_of_product

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


@dataclass(frozen=True, eq=False)
class Side:
    """The partners' side of an outcome, ready for any elasticity.

    Attributes
    ----------
    partner : ndarray of int, shape (cells,)
        Place of the partner of each cell (partner and sector).
    exports : ndarray, shape (cells,)
        US exports before, US dollars.
    dearer : ndarray, shape (cells,)
        Price with duty over price with duty before.
    known : ndarray of bool, shape (partners,)
        Whether the world table lists the partner.
    """

    partner: Index
    exports: Floats
    dearer: Floats
    known: NDArray[np.bool_]

    def change(self, elasticity: float) -> Floats:
        """Return the change of US exports by partner in US dollars; missing where not known."""
        more = self.exports * (self.dearer**-elasticity - 1)
        sums = np.bincount(self.partner, weights=more, minlength=len(self.known))
        return np.where(self.known, sums, np.nan)


def side(codes: Sequence[str], kind: str, in_kind: pd.Series[float]) -> Side:
    """Return the partners' side of an outcome.

    Parameters
    ----------
    codes : sequence of str
        Partner codes.
    kind : {"keep", "free", "in_kind"}
        Tariffs on US goods stay, go to zero, or rise by what the United States adds.
    in_kind : Series
        Index (partner, sector): what the United States adds, fractions.

    Returns
    -------
    Side
        The price before duty stays; `Side.change` takes the elasticity of the partner's purchases
        to the price with duty.

    Examples
    --------
    >>> bool(side(["JPN"], "free", pd.Series(dtype=float)).change(1.0)[0] > 0)
    True
    """
    table = us_exports()
    # Where nothing is sold no tariff is known, and none is needed.
    table = table[table["partner"].isin(list(codes)) & (table["exports_usd"] > 0)]
    before = table["tariff_rate"].to_numpy()
    after = np.zeros_like(before) if kind == "free" else before.copy()
    if kind == "in_kind":
        keys = zip(table["partner"], table["sector"], strict=True)
        after += [float(in_kind.get(key, 0.0)) for key in keys]
    place = {code: number for number, code in enumerate(codes)}
    return Side(
        partner=np.array([place[code] for code in table["partner"]], dtype=np.int64),
        exports=table["exports_usd"].to_numpy(dtype=float),
        dearer=(1 + after) / (1 + before),
        known=np.isin(np.array(codes), table["partner"]),
    )
