"""US exports to a partner: the other side of a deal or of an answer in kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tradeviz import datasets
from tradeviz.law.outcome_file import PartnerTariffs
from tradeviz.models.response.nests import Floats, Index
from tradeviz.models.response.problem import sector_of_product

_HOME = "USA"
_YEAR = 2024


@cache
def us_exports() -> pd.DataFrame:
    """Return US goods exports and the partner's tariff on them by partner and sector."""
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


@dataclass(frozen=True, eq=False)
class Side:
    """The partners' side of an outcome by cell (partner and sector), ready for any elasticity.

    `before` and `after` are prices with duty under reference and outcome, over that of 2024;
    `known` says whether the world table lists a partner.
    """

    partner: Index
    exports: Floats
    before: Floats
    after: Floats
    known: NDArray[np.bool_]

    def change(self, elasticity: float) -> Floats:
        """Return the change of US exports by partner in US dollars; missing where not known."""
        more = self.exports * (self.after**-elasticity - self.before**-elasticity)
        sums = np.bincount(self.partner, weights=more, minlength=len(self.known))
        return np.where(self.known, sums, np.nan)


def side(
    codes: Sequence[str],
    answer: Callable[[str], PartnerTariffs],
    added: pd.Series[float],
    reference: Callable[[str], PartnerTariffs] | None = None,
) -> Side:
    """Return the partners' side of an outcome."""
    table = us_exports()
    # Where nothing is sold no tariff is known, and none is needed.
    table = table[table["partner"].isin(list(codes)) & (table["exports_usd"] > 0)]
    filed = table["tariff_rate"].to_numpy()
    cells = list(zip(table["partner"], table["sector"], strict=True))

    def dearer(told: Callable[[str], PartnerTariffs], more: pd.Series[float]) -> Floats:
        answers = np.array([told(partner).of(sector) for partner, sector in cells], dtype=object)
        in_kind = np.array([float(more.get(cell, 0.0)) for cell in cells])
        charged = np.where(answers == "free", 0.0, filed) + in_kind * (answers == "in_kind")
        return np.asarray((1 + charged) / (1 + filed))

    place = {code: number for number, code in enumerate(codes)}
    keep = PartnerTariffs()
    return Side(
        partner=np.array([place[partner] for partner, _ in cells], dtype=np.int64),
        exports=table["exports_usd"].to_numpy(dtype=float),
        before=dearer(reference or (lambda partner: keep), pd.Series(dtype=float)),
        after=dearer(answer, added),
        known=np.isin(np.array(codes), table["partner"]),
    )
