"""US exports: what they were, under which duty of the partner, and what they did since 2025."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
import pandas as pd

from tradeviz import datasets, partners
from tradeviz.errors import ArgumentError, choose
from tradeviz.law.reading import part_of
from tradeviz.law.record import as_day
from tradeviz.lines import lines
from tradeviz.partners import HOME
from tradeviz.products import product_sectors

LAST_CHAPTER = "97"
"""Chapters 98 and 99 are made of goods of every kind: no list of a partner names them."""

_YEAR = 2024
_FROM = {"all": "01", "industrial": "25"}
"""Lists without codes: the first chapter that they hold whole, with all that follow."""

SPLITS = ("partner", "chapter")


def export_record(
    wanted: str | Iterable[str] | None = None, *, since: object = "2025-03-01", by: str = "partner"
) -> pd.DataFrame:
    """Return US exports of the months since a day against the same months two years before.

    Parameters
    ----------
    wanted : str or iterable of str, optional
        Codes or names; the focus five when None.
    since : str or date
        A day of the first month counted.
    by : {"partner", "chapter"}
        One row a partner, or one a partner and chapter.

    Returns
    -------
    DataFrame
        Index partner, or (partner, hs2): exports_usd (months since), exports_before_usd (the same
        months two years before, 2025 and 2026 against 2023 and 2024, which no tariff of these had
        touched), change (fraction; missing where nothing was sold before). ``.attrs``: `first`,
        `last`, the months counted.

    Raises
    ------
    ArgumentError
        For an unknown partner, one without exports by chapter, an unknown split, or a day whose
        months are not all known.

    Examples
    --------
    >>> export_record("CHN").loc["CHN", "change"] < 0
    np.True_
    """
    choose(by, SPLITS, "by")
    table = datasets.load("us_exports_monthly")
    codes = list(partners.FOCUS) if wanted is None else partners.resolve(wanted, lines_only=False)
    known = sorted(set(table["partner"].astype(str)))
    for code in codes:
        choose(code, known, "partners", "no exports by chapter for this partner")
    first = pd.Timestamp(as_day(since, name="since")).replace(day=1)
    start, last = table["month"].min(), table["month"].max()
    if not start + BEFORE <= first <= last:
        raise ArgumentError(
            "months not known", field="since", value=f"{first:%Y-%m}",
            allowed=f"{start + BEFORE:%Y-%m} to {last:%Y-%m}",
        )  # fmt: skip
    keys = ["partner"] if by == "partner" else ["partner", "hs2"]
    own = table[table["partner"].isin(codes)]
    own = own.assign(**{key: own[key].astype(str) for key in keys})

    def sums(low: pd.Timestamp, high: pd.Timestamp) -> pd.Series[float]:
        part = own[(own["month"] >= low) & (own["month"] <= high)]
        return part.groupby(keys)["exports_usd"].sum()

    made = pd.DataFrame(
        {
            "exports_usd": sums(first, last),
            "exports_before_usd": sums(first - BEFORE, last - BEFORE),
        }
    ).fillna(0.0)
    before = made["exports_before_usd"].where(made["exports_before_usd"] > 0, np.nan)
    made["change"] = made["exports_usd"] / before - 1.0
    made = made.sort_index(level="partner", key=pd.Index(codes).get_indexer, kind="stable")
    made.attrs |= {"first": f"{first:%Y-%m}", "last": f"{last:%Y-%m}"}
    return made


BEFORE = pd.DateOffset(years=2)
"""The year before would hold months of 2025 themselves."""


@cache
def us_exports() -> pd.DataFrame:
    """Return US goods exports of 2024 by partner, chapter and sector, with the partner's tariff.

    A chapter is split as US imports of that chapter are (`sector_share`), since no exports by
    product are in the data. The tariff is that of the sector in the world table, whose economies
    are all that have one. A partner without exports by chapter has its total split by sector as
    the world table has it; its chapter is empty.
    """
    rates = _tariffs()
    record = datasets.load("us_exports_monthly")
    record = record[record["month"].dt.year == _YEAR].astype({"partner": str, "hs2": str})
    sums = record.groupby(["partner", "hs2"])["exports_usd"].sum()
    chapters = sector_shares().reset_index().melt("hs2", value_name="sector_share")
    split = sums.reset_index().merge(chapters[chapters["sector_share"] > 0], on="hs2")
    split["exports_usd"] *= split["sector_share"]
    split = split.merge(rates[["partner", "sector", "tariff_rate"]], on=["partner", "sector"])
    rest = rates[~rates["partner"].isin(sums.index.get_level_values("partner"))]
    total = datasets.load("balances_annual").query("year == @_YEAR").set_index("partner")
    whole = rest.groupby("partner")["value_usd"].transform("sum")
    rest = rest.assign(
        hs2="",
        sector_share=1.0,
        exports_usd=rest["value_usd"] / whole * rest["partner"].map(total["exports_usd"]),
    )
    columns = ["partner", "hs2", "sector", "sector_share", "exports_usd", "tariff_rate"]
    cells: pd.DataFrame = pd.concat([split[columns], rest[columns]], ignore_index=True)
    return cells


@cache
def sector_shares() -> pd.DataFrame:
    """Return the share of each sector in US imports of a chapter, all suppliers together."""
    trade, (sector, goods) = lines(), product_sectors()
    product = trade.product[trade.once]
    chapter = trade.products.number[product] // 10**8
    size = len(goods)
    cell, value = chapter * size + sector[product], trade.value[trade.once]
    sums = np.bincount(cell, value, minlength=100 * size)
    table = pd.DataFrame(
        sums.reshape(100, size),
        index=pd.Index([f"{number:02}" for number in range(100)], name="hs2"),
        columns=pd.Index(goods, name="sector"),
    )
    whole = table.sum(axis=1)
    return table[whole > 0].div(whole[whole > 0], axis=0)


def _tariffs() -> pd.DataFrame:
    """Return sales and tariff by partner and goods sector; the EU beside its members."""
    table = datasets.load("icio_2022")
    sold = table[table["exporter"].astype(str) == HOME].astype({"importer": str, "sector": str})
    sold = sold[sold["sector"].isin(product_sectors()[1])]
    of_line = datasets.load("icio_economies").set_index("economy")["line_partner"]
    joint = sold.assign(partner=sold["importer"].map(of_line)).dropna(subset="partner")
    members = sold.assign(partner=sold["importer"])[sold["importer"].map(of_line).eq("EU")]
    both = pd.concat([joint, members])
    both["duty_usd"] = both["value_usd"] * both["tariff_rate"]
    keys = both.groupby(["partner", "sector"])
    sums = keys[["value_usd", "duty_usd"]].sum()
    mean = sums["duty_usd"] / sums["value_usd"].where(sums["value_usd"] > 0)
    # Where nothing was sold in 2022 the members' rates weigh the same.
    sums["tariff_rate"] = mean.fillna(keys["tariff_rate"].mean())
    return sums.reset_index()


def dated_rates(
    code: str, days: Sequence[dt.date] | pd.DatetimeIndex, kind: str = "retaliation"
) -> pd.DataFrame:
    """Return the duty that a partner itself added on US goods, by day and chapter.

    Rate times share of the chapter that the list names (`answer_lists`), added up over the lists in
    force (`answers`); a member answers as the EU. Of a `concession` the share of the partner's own
    tariff that is off, below zero. Nothing for a partner without a dated answer.
    """
    index = pd.DatetimeIndex(pd.to_datetime(list(days)))
    chapters = [chapter for chapter in sector_shares().index if chapter <= LAST_CHAPTER]
    rates = pd.DataFrame(0.0, index=index, columns=pd.Index(chapters, name="hs2"))
    who, terms = [code, part_of().get(code)], datasets.load("answers")
    terms = terms[terms["partner"].isin(who) & (terms["kind"] == kind)]
    if terms.empty:
        return rates
    lists = datasets.load("answer_lists")
    lists = lists[lists["partner"].isin(who)]
    shares = lists.assign(list=lists["list"].astype(str), hs2=lists["hs2"].astype(str))
    columns = ("list", "rate", "start", "end")
    for name, rate, start, end in zip(*(terms[column] for column in columns), strict=True):
        running = (index >= start) & (pd.isna(end) | (index < end))
        named = shares[shares["list"] == name].set_index("hs2")["share"]
        whole = [float(chapter >= _FROM.get(name, LAST_CHAPTER + "9")) for chapter in chapters]
        rates.loc[running] += float(rate) * (named.reindex(chapters).fillna(0.0) + whole).to_numpy()
    return rates


def sector_rates(code: str, day: dt.date, kind: str = "retaliation") -> pd.Series[float]:
    """Return the same by goods sector on one day, weighted with US exports to the partner."""
    dated = dated_rates(code, [day], kind).iloc[0]
    if not dated.any():
        return pd.Series(0.0, sector_shares().columns)
    cells = us_exports().query("partner == @code")
    rate = cells["hs2"].map(dated).astype(float).fillna(0.0)
    sold = cells.groupby("sector")["exports_usd"].sum()
    duty = (rate * cells["exports_usd"]).groupby(cells["sector"]).sum()
    return (duty / sold.where(sold > 0)).fillna(0.0)
