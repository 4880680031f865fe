"""What new figures have to add up to, and what about them is asked before they are taken."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tradeviz.errors import DataError
from tradeviz.refresh.build import Tables, lines_of

_ROUNDING = 1e-6
_MONEY = {
    "duties_monthly": ("imports_usd", "duty_usd"),
    "balances_monthly": ("exports_usd", "general_imports_usd"),
}
_BEFORE = 12
"""Months that a new month is held against."""
_SLACK = 1.5
"""A month may leave the range of its partner's own history by half again before it is asked."""
_SMALL_USD = 5e7
"""Monthly trade below this jumps as a matter of course."""


def contradictions(tables: Tables, vintage: str) -> list[DataError]:
    """Return where new figures do not add up: industries to partners, months to years."""
    faults = []
    if "duties_monthly" in tables:
        fresh = tables["duties_monthly"].query("vintage == @vintage")
        parts = tables["duties_monthly_naics3"].groupby(["partner", "month"])
        for column in _MONEY["duties_monthly"]:
            sums = parts[column].sum().rename("parts").reset_index()
            both = fresh.merge(sums, on=["partner", "month"])
            faults += _apart(both, column, "duties_monthly", "the industries of")
    for name, kind in (("balances", "partner"), ("aggregates", "aggregate")):
        if f"{name}_monthly" in tables:
            months = tables[f"{name}_monthly"]
            years = tables[f"{name}_annual"].query("vintage == @vintage")
            grouped = months.assign(year=months["month"].dt.year).groupby([kind, "year"])
            for column in _MONEY["balances_monthly"]:
                sums = grouped[column].sum().rename("parts").reset_index()
                both = years.merge(sums, on=[kind, "year"]).rename(columns={kind: "partner"})
                faults += _apart(both, column, f"{name}_annual", "the months of")
    return faults


def lines_apart(tables: Tables, months: pd.DataFrame) -> list[DataError]:
    """Return where the products of a year do not add up to the imports of its twelve months."""
    faults = []
    for name in lines_of(tables):
        year = months[months["month"].dt.year == int(name.removeprefix("imports_"))]
        year = year.groupby("partner")["imports_usd"].agg(["sum", "size"]).query("size == 12")
        sums = tables[name].groupby("partner")["value_usd"].sum().rename("parts")
        both = year.join(sums, how="inner").reset_index().rename(columns={"sum": "value_usd"})
        both["year"] = name.removeprefix("imports_")
        faults += _apart(both, "value_usd", name, "the products of")
    return faults


def _apart(both: pd.DataFrame, column: str, table: str, whose: str) -> list[DataError]:
    """Return a fault for the first row whose parts are not its whole, and how many there are."""
    wrong = both[~np.isclose(both["parts"], both[column], rtol=_ROUNDING, atol=1.0)]
    if wrong.empty:
        return []
    row = wrong.iloc[0]
    when = row["month"].strftime("%Y-%m") if "month" in row else row["year"]
    more = f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""
    what = f"{whose} {row['partner']} in {when} do not add up{more}"
    return [DataError(what, file=table, field=column, value=f"{row['parts']:.0f}",
                      allowed=f"{row[column]:.0f}")]  # fmt: skip


def questions(before: Tables, tables: Tables) -> list[str]:
    """Return new months that fell to zero or left the range of their own history."""
    lines = []
    for name, columns in _MONEY.items():
        if name not in tables:
            continue
        for column in columns:
            old = before[name].pivot(index="month", columns="partner", values=column)
            new = tables[name].pivot(index="month", columns="partner", values=column)
            lines += _jumps(old, new, f"{name}, {column}")
    return lines


def _jumps(old: pd.DataFrame, new: pd.DataFrame, place: str) -> list[str]:
    """Return a line for each changed month that its partner's history does not know."""
    known = old.reindex(index=new.index, columns=new.columns)
    changed = new.notna() & ~np.isclose(new, known, rtol=1e-9, equal_nan=True)
    usual = new.shift(1).rolling(_BEFORE, min_periods=_BEFORE).mean()
    ratio = new / usual.where(usual > 0)
    history = ratio.where(~changed)
    high, low = history.max() * _SLACK, history.min() / _SLACK
    asked = changed & (usual > _SMALL_USD) & (ratio.gt(high) | ratio.lt(low) | ratio.eq(0.0))
    lines = []
    for partner in asked.columns[asked.any()]:
        span = f"{low[partner] * _SLACK:.2g} to {high[partner] / _SLACK:.2g} so far"
        for month, value in ratio.loc[asked[partner], partner].items():
            lines.append(
                f"{place}: {partner!s} {str(month)[:7]} is {value:.3g} times the mean of the 12 "
                f"months before ({span})"
            )
    return lines
