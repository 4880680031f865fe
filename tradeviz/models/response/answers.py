"""What partners' own duties on US goods should have done to US exports, beside what they did."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from tradeviz import datasets, partners
from tradeviz.errors import choose
from tradeviz.models.response.exports import chapter_factors
from tradeviz.models.response.parameters import ranges
from tradeviz.trade.us_exports import BEFORE, dated_rates

_KEYS = ["partner", "hs2"]


def answer_rates(code: str) -> pd.DataFrame:
    """Return the duty that a partner added on US goods by whole month and chapter.

    A month in which a list starts or ends after its first day is left out: no rate is that month's.
    """
    terms = datasets.load("answers").query("partner == @code")
    record = datasets.load("us_exports_monthly").query("partner == @code")
    months = pd.DatetimeIndex(sorted(record["month"].unique()))
    months = months[months >= terms["start"].min()]
    days = pd.concat([terms["start"], terms["end"]]).dropna()
    cut = days[days.dt.day > 1].dt.to_period("M").unique()
    return dated_rates(code, months[~months.to_period("M").isin(cut)])


def answers_record(wanted: str | Iterable[str] | None = None) -> pd.DataFrame:
    """Return US exports under partners' own duties: the model's change beside the record.

    The model is that of `respond`, month by month: exports of a chapter are those of the same month
    two years before times the price with duty over that without the answer, to the power of minus
    `foreign_demand`. The share of a list is of HS6 codes and not of trade, so that it is
    provisional for every list. The record is taken relative to US exports of the chapter to all
    other partners, so that what moved sales everywhere drops out.

    Parameters
    ----------
    wanted : str or iterable of str, optional
        Codes or names of partners with a row in the table answers; all of them when None.

    Returns
    -------
    DataFrame
        Index partner and hs2, chapters with a duty in at least one whole month: months (counted),
        rate (mean of rate times share, weighted by the exports before), exports_before_usd,
        exports_usd, change, change_elsewhere, relative_change; model_change, model_low, model_high
        (central elasticity, largest and smallest fall); inside, whether relative_change lies
        between these two (missing where there is no record).

    Raises
    ------
    ArgumentError
        For an unknown partner, or one without a dated answer in the data.

    Examples
    --------
    >>> beverages = answers_record("CAN").loc[("CAN", "22")]
    >>> bool(beverages["model_low"] < beverages["relative_change"] < beverages["model_high"])
    True
    """
    terms = datasets.load("answers").query("kind == 'retaliation'")
    known = sorted(set(terms["partner"].astype(str)))
    codes = known if wanted is None else partners.resolve(wanted, lines_only=False)
    for code in codes:
        choose(code, known, "partners", "no dated answer of this partner")
    return pd.concat([_of_partner(code) for code in codes])


def _monthly(table: pd.DataFrame, chapters: pd.Index[str]) -> pd.DataFrame:
    """Return exports by month and chapter; a month without sales is 0."""
    sums = table.assign(hs2=table["hs2"].astype(str)).groupby(["month", "hs2"])["exports_usd"].sum()
    return sums.unstack("hs2").reindex(columns=chapters).fillna(0.0)


def _of_partner(code: str) -> pd.DataFrame:
    """Return the rows of one partner."""
    rates = answer_rates(code)
    rates = rates.loc[:, (rates != 0).any()]
    table = datasets.load("us_exports_monthly")
    part_of = datasets.load("partners").set_index("partner")["part_of"]
    seller = table["partner"].astype(str)
    # Members of the EU stand beside the EU itself: count them once.
    elsewhere = table[(seller != code) & seller.map(part_of).isna()]
    own, others = (_monthly(part, rates.columns) for part in (table[seller == code], elsewhere))
    charged = rates != 0
    months = pd.DatetimeIndex(rates.index)
    now, now_others = (sales.loc[months].where(charged).sum() for sales in (own, others))
    before, before_others = (
        sales.loc[months - BEFORE].set_index(months).where(charged, 0.0) for sales in (own, others)
    )
    base, base_others = (sums.where(sums > 0) for sums in (before.sum(), before_others.sum()))
    models = pd.DataFrame(
        {
            elasticity: (before * chapter_factors(code, rates, elasticity)).sum() / base - 1
            for elasticity in ranges()["foreign_demand"]
        }
    )
    central = models[ranges()["foreign_demand"][1]]
    low, high = models.min(axis=1), models.max(axis=1)
    change, change_others = now / base - 1, now_others / base_others - 1
    relative = (1 + change) / (1 + change_others) - 1
    result = pd.DataFrame(
        {
            "months": charged.sum(),
            "rate": (before * rates).sum() / base,
            "exports_before_usd": before.sum(),
            "exports_usd": now,
            "change": change,
            "change_elsewhere": change_others,
            "relative_change": relative,
            "model_change": central,
            "model_low": low,
            "model_high": high,
            "inside": relative.between(low, high).astype("boolean").mask(relative.isna()),
        }
    )
    result.index = pd.MultiIndex.from_product([[code], result.index], names=_KEYS)
    return result
