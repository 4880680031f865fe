"""US exports to a partner: the other side of a deal or of an answer, by chapter and sector."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tradeviz.law.outcome_file import PartnerTariffs
from tradeviz.models.response.nests import Floats, Index
from tradeviz.trade.us_exports import dated_rates, us_exports

Told = Callable[[str], PartnerTariffs]

_CELL = ["partner", "hs2", "sector"]


@dataclass(frozen=True, eq=False)
class Side:
    """The partners' side of an outcome by cell, ready for any elasticity.

    `cells` are partner, chapter and sector with exports of 2024, `partner` their place among the
    partners asked for. `before` and `after` are prices with duty under reference and outcome, over
    that of 2024; `known` says whether the world table lists a partner.
    """

    cells: pd.DataFrame
    partner: Index
    before: Floats
    after: Floats
    known: NDArray[np.bool_]

    def levels(self, elasticity: float) -> tuple[Floats, Floats]:
        """Return US exports by cell under reference and outcome, in US dollars."""
        exports = self.cells["exports_usd"].to_numpy(dtype=float)
        return exports * self.before**-elasticity, exports * self.after**-elasticity

    def change(self, elasticity: float) -> Floats:
        """Return the change of US exports by partner in US dollars; missing where not known."""
        before, after = self.levels(elasticity)
        sums = np.bincount(self.partner, weights=after - before, minlength=len(self.known))
        return np.where(self.known, sums, np.nan)


def side(
    codes: Sequence[str], answer: Told, added: pd.DataFrame, reference: Told | None = None
) -> Side:
    """Return the partners' side of an outcome; `added` has value and more by `_CELL`."""
    table = us_exports()
    # Where nothing is sold no tariff is known, and none is needed.
    cells = table[table["partner"].isin(list(codes)) & (table["exports_usd"] > 0)]
    filed = cells["tariff_rate"].to_numpy(dtype=float)
    nothing = np.zeros(len(cells))

    def dearer(told: Told, in_kind: Floats) -> Floats:
        terms = {code: told(code) for code in cells["partner"].unique()}
        pairs = zip(cells["partner"], cells["sector"], strict=True)
        answers = np.array([terms[partner].of(sector) for partner, sector in pairs], dtype=object)
        charged = np.where(answers == "free", 0.0, filed) + in_kind * (answers == "in_kind")
        if (dated := answers == "dated").any():
            more, off = (_dated(cells, terms, kind) for kind in ("retaliation", "concession"))
            charged += dated * (more + off * filed)
        return np.asarray((1 + charged) / (1 + filed))

    place = {code: number for number, code in enumerate(codes)}
    keep = PartnerTariffs()
    return Side(
        cells=cells,
        partner=np.asarray(cells["partner"].map(place), dtype=np.int64),
        before=dearer(reference or (lambda code: keep), nothing),
        after=dearer(answer, _in_kind(cells, added)),
        known=np.isin(np.array(codes), cells["partner"]),
    )


def _dated(cells: pd.DataFrame, terms: dict[str, PartnerTariffs], kind: str) -> Floats:
    """Return what partners themselves added, or took off, by the day of their terms, by cell."""
    rates = {
        code: dated_rates(code, [told.day], kind).iloc[0]
        for code, told in terms.items()
        if told.day
    }
    pairs = zip(cells["partner"], cells["hs2"], strict=True)
    none = pd.Series(dtype=float)
    return np.array([rates.get(partner, none).get(chapter, 0.0) for partner, chapter in pairs])


def _in_kind(cells: pd.DataFrame, added: pd.DataFrame) -> Floats:
    """Return the rate that the United States adds on the partner's own goods of a cell.

    Of the chapter and sector; where the partner sells nothing there, of the sector; else nothing.
    """
    fine, coarse = (
        added.groupby(keys)[["value", "more"]].sum().pipe(lambda sums: sums["more"] / sums["value"])
        for keys in (_CELL, ["partner", "sector"])
    )
    near = fine.reindex(pd.MultiIndex.from_frame(cells[_CELL])).to_numpy()
    far = coarse.reindex(pd.MultiIndex.from_frame(cells[["partner", "sector"]])).to_numpy()
    rate = np.where(np.isnan(near), np.nan_to_num(far), near)
    return np.asarray(np.maximum(rate, 0.0))


def chapter_factors(code: str, rates: pd.DataFrame, elasticity: float) -> pd.DataFrame:
    """Return exports over those without the added duty, by the days and chapters of `rates`."""
    cells = us_exports().query("partner == @code")
    factors = pd.DataFrame(0.0, index=rates.index, columns=rates.columns)
    columns = (cells[name] for name in ("hs2", "sector_share", "tariff_rate"))
    for chapter, share, filed in zip(*columns, strict=True):
        if chapter in factors:
            factors[chapter] += share * (1 + rates[chapter] / (1 + filed)) ** -elasticity
    return factors
