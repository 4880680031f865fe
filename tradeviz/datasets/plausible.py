"""Faults that no description of a single table can name: tables that contradict one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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


def _order(lines: pd.DataFrame, partners: pd.DataFrame | None) -> Iterator[DataError]:
    keys = pd.MultiIndex.from_frame(lines[["partner", "hs10"]].astype(str))
    if not keys.is_monotonic_increasing:
        yield DataError("rows are not in the order of partner and hs10", file=_LINES)
    if partners is not None:
        wanted = partners.loc[partners["has_lines"].astype(bool), "partner"].astype(str)
        for partner in wanted[~wanted.isin(set(lines["partner"].astype(str)))]:
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


def _totals(
    lines: pd.DataFrame, months: pd.DataFrame | None, years: pd.DataFrame | None
) -> Iterator[DataError]:
    totals = lines.groupby(lines["partner"].astype(str))[["value_usd", "duty_usd"]].sum()
    if months is not None:
        table = months[months["month"].astype(str).str[:4] == str(_YEAR)]
        sums = table.groupby(table["partner"].astype(str))[["imports_usd", "duty_usd"]].sum()
        for own, other in (("value_usd", "imports_usd"), ("duty_usd", "duty_usd")):
            yield from _apart(totals[own], sums[other], f"duties_monthly, {other}", _SAME)
    if years is not None:
        table = years[years["year"].astype(int) == _YEAR].set_index("partner")
        general = table["general_imports_usd"].astype(float)
        where = "balances_annual, general_imports_usd"
        yield from _apart(totals["value_usd"], general, where, _GENERAL)


def _apart(
    totals: pd.Series[float], others: pd.Series[float], where: str, bounds: tuple[float, float]
) -> Iterator[DataError]:
    """Yield the partners whose total is not within bounds of what another table says."""
    others.index = others.index.astype(str)
    share = (totals / others.reindex(totals.index)).dropna()
    for partner, value in share[(share < bounds[0]) | (share > bounds[1])].items():
        yield DataError(
            f"{totals.name} of {partner} adds up to {value:.3g} times that of {_YEAR} in {where}",
            file=_LINES, field=str(totals.name), allowed=f"{bounds[0]:.6g} to {bounds[1]:.6g}",
        )  # fmt: skip
