"""The model put to what came: its answer to the law in force beside recorded trade and duty."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

from tradeviz import datasets
from tradeviz.arguments import checked
from tradeviz.errors import ArgumentError, choose, count
from tradeviz.law import reading
from tradeviz.law.outcome import Outcome, law_of
from tradeviz.law.record import as_month
from tradeviz.models.response.nests import Floats
from tradeviz.models.response.parameters import central, draw
from tradeviz.models.response.problem import problem, supplier_codes
from tradeviz.models.response.responses import MOST_DRAWS, QUANTILES
from tradeviz.models.response.succession import Succession
from tradeviz.partners import FOCUS, resolve

FIRST = "2025-05"
"""The first whole month of the pause; April holds three laws and goods shipped before them."""

APART = {"331": "gold", "325": "pharmaceuticals"}
"""Industries whose trade of 2025 moved for reasons of its own (see docs/limits.md)."""

BEFORE = dt.date(2025, 1, 1)
"""The law of this day adds nothing to that of 2024."""

_BASE_YEAR = 2024
_TABLES = {None: "duties_monthly", "naics3": "duties_monthly_naics3"}


@checked
def backtest(
    partners: str | Iterable[str] | None = None,
    *,
    by: str | None = None,
    against: str = "level",
    first: str = FIRST,
    last: str | None = None,
    draws: int = 100,
    seed: int = 0,
) -> pd.DataFrame:
    """Return what the model says of the law that came, beside the trade and duty recorded.

    Parameters
    ----------
    partners : str or iterable of str, optional
        Codes or names; the focus five when None. Partners without recorded months are left out.
    by : {"naics3"}, optional
        Split by industry; recorded to November 2025.
    against : {"level", "others"}
        Imports as such, or against the other suppliers with records: their imports over theirs of
        2024 are divided out on both sides, which takes the general level of US imports out of the
        comparison. Only months that all of them record count, and no split is possible.
    first, last : str, optional
        Months from 2025 on, as ``2025-05``; to the last month recorded when `last` is None.
    draws : int
        Sets of parameters behind the range of the effect.
    seed : int
        The same seed gives the same draws.

    Returns
    -------
    DataFrame
        A row per partner as asked for, or partner and industry: months (how many were compared:
        those recorded, against the same calendar months of 2024), imports_usd (recorded in these
        months), recorded_change and recorded_rate (imports against 2024; calculated duty over
        imports), model_change and model_rate (central values) with ``_low``, ``_central`` and
        ``_high`` (5, 50 and 95 % of the draws), change_covered and rate_covered (whether the
        record lies in the interval), and apart (why an industry is shown apart, or empty).
        ``.attrs``: months, draws, seed.

    Raises
    ------
    ArgumentError
        For an unknown partner or split, no month, or when no month is recorded.

    Notes
    -----
    The model knows the law of each day and the trade of 2024, and nothing else that happened: no
    growth, exchange rates, stocks built ahead of a duty, exemptions claimed by use. Its range is
    the range of the effect over elasticities. It is no forecast: `tradeviz.forecast` is, and its
    record is in `tradeviz.forecast_record`.

    Examples
    --------
    >>> table = backtest("JPN", first="2026-06", draws=5)
    >>> table["months"].item() > 1
    True
    """
    choose(against, ("level", "others"), "against")
    if by is not None:
        choose(by, ("naics3",) if against == "level" else (), "by", "unknown split")
    count(draws, "draws", high=MOST_DRAWS)
    count(seed, "seed")
    least = as_month(first, field="first", first=BEFORE)
    most = None if last is None else as_month(last, field="last", first=BEFORE)
    wanted = resolve(partners) if partners is not None else FOCUS
    codes = _suppliers() if against == "others" else wanted
    record = _record(codes, by, least, most)
    if against == "others":
        record = _common(record)
    codes = tuple(code for code in codes if code in set(record["partner"]))
    # All suppliers and months take hardly longer than a few, and both comparisons want them.
    every = _suppliers() if by is None and set(codes) <= set(_suppliers()) else codes
    cells, days, trade = _solved(every, by, record["month"].min(), draws, seed)
    own = cells["partner"].isin(codes).to_numpy()
    cells = cells[own].reset_index(drop=True)
    weights = _weights(cells, record, days)
    table = _recorded(record, by)
    found = np.stack([_answer(one[:, own], weights) for one in trade])
    keys = ["partner", *([by] if by else [])]
    if against == "others":
        table, found = _relative(table, found, codes)
        table = table[table["partner"].isin(wanted)]
    asked = [wanted.index(code) for code in table["partner"]]
    table = table.iloc[np.argsort(asked, kind="stable")]
    table = table.merge(cells.assign(place=range(len(cells))), on=keys, how="inner")
    for number, name in enumerate(("change", "rate")):
        values = found[:, number, table["place"]]
        table[f"model_{name}"] = values[0]
        for word, part in QUANTILES.items() if draws else ():
            table[f"model_{name}_{word}"] = np.quantile(values[1:], part, axis=0)
        if draws:
            low, high = table[f"model_{name}_low"], table[f"model_{name}_high"]
            table[f"{name}_covered"] = table[f"recorded_{name}"].between(low, high)
    reasons = table[by].astype(str).map(APART) if by else pd.Series(index=table.index, dtype=object)
    table = table.assign(apart=reasons.fillna("")).drop(columns=["place", "base"])
    table.attrs |= {
        "against": against,
        "months": (str(record["month"].min())[:7], str(record["month"].max())[:7]),
        "draws": draws,
        "seed": seed,
    }
    return table


@lru_cache(maxsize=2)
def _solved(
    codes: tuple[str, ...], by: str | None, first: pd.Timestamp, draws: int, seed: int
) -> tuple[pd.DataFrame, list[dt.date], list[Floats]]:
    """Return cells, days of the laws, and trade (laws, cells, 2): central, then of each draw."""
    laws = _laws(first, pd.Timestamp(datasets.load(_TABLES[by])["month"].max()))
    made = problem((law_of(BEFORE), *(end for _, end in laws)), codes, by)
    drawn = Succession(made, draw(draws, seed)).trade() if draws else ()
    return made.keys, [day for day, _ in laws], [made.trade(central()), *drawn]


def _record(
    codes: Sequence[str], by: str | None, first: pd.Timestamp, last: pd.Timestamp | None
) -> pd.DataFrame:
    """Return recorded months with the same calendar month of the base year beside them."""
    table = datasets.load(_TABLES[by])
    table = table[table["partner"].isin(list(codes))].assign(month=pd.to_datetime(table["month"]))
    keys = ["partner", *([by] if by else [])]
    base = table[table["month"].dt.year == _BASE_YEAR].assign(number=lambda t: t["month"].dt.month)
    late = table[table["month"] >= first]
    if last is not None:
        late = late[late["month"] <= last]
    late = late.assign(number=late["month"].dt.month).dropna(subset=["imports_usd", "duty_usd"])
    both = late.merge(
        base[[*keys, "number", "imports_usd"]], on=[*keys, "number"], suffixes=("", "_base")
    )
    if both.empty:
        raise ArgumentError(
            "no month recorded", field="partners", value=", ".join(codes), allowed=_TABLES[by]
        )
    return both


def _laws(first: pd.Timestamp, last: pd.Timestamp) -> list[tuple[dt.date, Outcome]]:
    """Return the laws of a span of months, each from the day it began."""
    start, end = first.date(), (last + pd.offsets.MonthEnd(0)).date()
    days = [start, *(day for day in reading.law().days() if start < day <= end)]
    return [(day, law_of(day)) for day in days]


def _weights(cells: pd.DataFrame, record: pd.DataFrame, days: Sequence[dt.date]) -> Floats:
    """Return the share of each law in the recorded months of each cell's partner."""
    shares = {}
    for partner, rows in record.groupby("partner")["month"]:
        count = np.zeros(len(days))
        for month in rows.unique():
            for day in pd.date_range(month, month + pd.offsets.MonthEnd(0)):
                count[bisect_right(days, day.date()) - 1] += 1
        shares[partner] = count / count.sum()
    return np.stack([shares[partner] for partner in cells["partner"]])


def _recorded(record: pd.DataFrame, by: str | None) -> pd.DataFrame:
    keys = ["partner", *([by] if by else [])]
    sums = record.groupby(keys, sort=False).agg(
        months=("month", "nunique"),
        imports_usd=("imports_usd", "sum"),
        base=("imports_usd_base", "sum"),
        duty=("duty_usd", "sum"),
    )
    sums = sums[(sums["base"] > 0) & (sums["imports_usd"] > 0)]
    sums["recorded_change"] = sums["imports_usd"] / sums["base"] - 1
    sums["recorded_rate"] = sums["duty"] / sums["imports_usd"]
    return sums.drop(columns="duty").reset_index()


def _suppliers() -> tuple[str, ...]:
    """Return the partners with recorded months that the model has, the EU and not its members."""
    return tuple(sorted({*supplier_codes()} & {*datasets.load(_TABLES[None])["partner"]}))


def _common(record: pd.DataFrame) -> pd.DataFrame:
    """Return the months that every partner records."""
    count = record.groupby("month")["partner"].nunique()
    return record[record["month"].isin(count[count == record["partner"].nunique()].index)]


def _relative(
    table: pd.DataFrame, found: Floats, codes: Sequence[str]
) -> tuple[pd.DataFrame, Floats]:
    """Divide changes of imports by those of all other partners, in the record and in the model."""
    order = table.set_index("partner").loc[list(codes)]
    base = order["base"].to_numpy(dtype=float)

    def over_others(change: Floats) -> Floats:
        after = base * (1 + change)
        others = (after.sum(axis=-1, keepdims=True) - after) / (base.sum() - base)
        return np.asarray((1 + change) / others - 1)

    recorded = over_others(order["recorded_change"].to_numpy(dtype=float))
    table = table.assign(
        recorded_change=table["partner"].map(dict(zip(codes, recorded, strict=True)))
    )
    found = found.copy()
    found[:, 0] = over_others(found[:, 0])
    return table, found


def _answer(trade: Floats, weights: Floats) -> Floats:
    """Return change of imports and duty over imports by cell, averaged over the laws."""
    value, duty = (np.einsum("lc,cl->c", trade[1:, :, place], weights) for place in (0, 1))
    before = trade[0, :, 0]
    return np.stack([value / before - 1, duty / value])
