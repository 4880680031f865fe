"""Faults that no description of a single table can name: tables that contradict one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

import pandas as pd

from tradeviz.errors import DataError

_YEAR = 2024
_LINES = "imports_2024.parquet"
# General imports differ from imports for consumption by what lies in bonded warehouses: by at most
# 11 % (Angola) among the partners with lines.
_GENERAL = (0.75, 1.33)
# The same Census figures, added up by month there and by product here.
# Peanuts and tobacco over their quota pay up to 350 % of their value; nothing pays more.
_MOST_DUTY = 3.6
_SAME = (1 - 1e-6, 1 + 1e-6)
# Whole years of two tables that report the same trade: months against years differ by rounding and
# late corrections, chapters against all goods by up to 3.2 % (Spain 2024), first prints by more.
_YEARS = (
    ("balances_monthly", "exports_usd", "balances_annual", "exports_usd", (0.99, 1.01)),
    (*("balances_monthly", "general_imports_usd"),
     *("balances_annual", "general_imports_usd"), (0.99, 1.01)),
    ("duties_monthly", "imports_usd", "balances_annual", "general_imports_usd", _GENERAL),
    ("duties_monthly_naics3", "imports_usd", "duties_monthly", "imports_usd", (0.95, 1.05)),
    ("duties_monthly_naics3", "duty_usd", "duties_monthly", "duty_usd", (0.95, 1.05)),
    ("us_exports_monthly", "exports_usd", "balances_monthly", "exports_usd", (0.9, 1.1)),
)  # fmt: skip


def implausible(
    frames: Mapping[str, pd.DataFrame], paths: Mapping[str, str]
) -> Iterator[DataError]:
    """Yield what two tables say differently: partners, their totals, the order of trade lines."""
    lines = frames.get("imports_2024")
    if lines is None:
        # Not the package of this project.
        return
    for name, path in paths.items():
        if frames[name].empty:
            yield DataError("no rows", file=path)
    if not lines.empty:
        yield from _order(lines, frames.get("partners"))
        yield from _duties(lines)
        yield from _totals(lines, frames.get("duties_monthly"), frames.get("balances_annual"))
    for table, column, other, published, bounds in _YEARS:
        if table in frames and other in frames:
            sums, years = _of_years(frames[table], column), _of_years(frames[other], published)
            yield from _apart(sums, years, f"{other}, {published}", bounds, paths.get(table, table))


def _order(lines: pd.DataFrame, partners: pd.DataFrame | None) -> Iterator[DataError]:
    who, what = (lines[name].astype(object).fillna("").to_numpy() for name in ("partner", "hs10"))
    falls = (who[1:] < who[:-1]) | ((who[1:] == who[:-1]) & (what[1:] < what[:-1]))
    if falls.any():
        yield DataError("rows are not in the order of partner and hs10", file=_LINES)
    if partners is not None:
        wanted = partners.loc[partners["has_lines"].astype(bool), "partner"].astype(str)
        for partner in wanted[~wanted.isin(lines["partner"].astype(str).unique())]:
            yield DataError(
                "no row of a partner that has trade lines by partners.csv",
                file=_LINES, field="partner", value=partner,
            )  # fmt: skip


def _duties(lines: pd.DataFrame) -> Iterator[DataError]:
    """Yield lines whose duty no tariff of the United States asks."""
    high = lines["duty_usd"] > _MOST_DUTY * lines["value_usd"]
    for row in high.to_numpy().nonzero()[0][:20]:
        yield DataError(
            "the duty is too high for the value", file=_LINES, row=int(row) + 1, field="duty_usd",
            value=lines["duty_usd"].iloc[row],
            allowed=f"up to {_MOST_DUTY:g} times value_usd, {lines['value_usd'].iloc[row]:g}",
        )  # fmt: skip


def _of_years(table: pd.DataFrame, column: str) -> pd.Series[float]:
    """Return what partners traded in each year, of months only where all twelve are there."""
    value = table[column].astype(float)
    if "year" in table:
        years = table[["partner", "year"]].astype({"partner": str, "year": int})
        return value.set_axis(pd.MultiIndex.from_frame(years))
    month = pd.to_datetime(table["month"])
    keys = [table["partner"].astype(str), month.dt.year]
    return value.groupby(keys).sum()[month.groupby(keys).nunique() == 12]


def _totals(
    lines: pd.DataFrame, months: pd.DataFrame | None, years: pd.DataFrame | None
) -> Iterator[DataError]:
    totals = lines.groupby(lines["partner"].astype(str))[["value_usd", "duty_usd"]].sum()
    totals.index = pd.MultiIndex.from_product([totals.index, [_YEAR]])
    if months is not None:
        for own, other in (("value_usd", "imports_usd"), ("duty_usd", "duty_usd")):
            sums = _of_years(months, other)
            yield from _apart(totals[own], sums, f"duties_monthly, {other}", _SAME)
    if years is not None:
        general, where = _of_years(years, "general_imports_usd"), "general_imports_usd"
        yield from _apart(totals["value_usd"], general, f"balances_annual, {where}", _GENERAL)


def _apart(
    totals: pd.Series[float],
    others: pd.Series[float],
    where: str,
    bounds: tuple[float, float],
    file: str = _LINES,
) -> Iterator[DataError]:
    """Yield the partners and years whose total is not within bounds of what another table says."""
    share = (totals / others.reindex(totals.index)).dropna()
    for key, value in share[(share < bounds[0]) | (share > bounds[1])].items():
        partner, year = cast("tuple[str, int]", key)
        yield DataError(
            f"{totals.name} of {partner} adds up to {value:.3g} times that of {year} in {where}",
            file=file, field=str(totals.name), allowed=f"{bounds[0]:.6g} to {bounds[1]:.6g}",
        )  # fmt: skip
