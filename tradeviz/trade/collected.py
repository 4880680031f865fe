"""From the law to what was collected: an account of the gap, month by month, that adds up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd

from tradeviz import datasets
from tradeviz.arguments import checked
from tradeviz.errors import ArgumentError, choose
from tradeviz.law import reading
from tradeviz.law.record import as_month, coverage
from tradeviz.law.schedule import Schedule
from tradeviz.law.shares import change_days
from tradeviz.lines import part_of_lines
from tradeviz.partners import resolve
from tradeviz.products import Floats, product_table
from tradeviz.trade.transit import days_under_way, relief, spared_layers

STEPS = ("law_2024_usd", "mix_usd", "transit_usd", "known_shares_usd", "uptake_usd", "rest_usd")
"""What leads from the law to `collected_usd`; they add up to it in every row."""

STEP_TITLES = {
    "law_2024_usd": "the law at the goods of 2024",
    "mix_usd": "other industries bought",
    "transit_usd": "goods on the way",
    "known_shares_usd": "known conditions",
    "uptake_usd": "claims nobody publishes",
    "rest_usd": "months that differ",
}
"""Step -> what it is in a sentence."""

UNKNOWN = "unknown"
_TAIL = 0.05
_MIX_MONTHS = 3
_LEAST_ADDED = 0.01


@checked
def collected(
    partner: str | Iterable[str], since: object = "2025-05", *, by: str | None = None
) -> pd.DataFrame:
    """Account for the gap between the law and the duty collected, month by month.

    Parameters
    ----------
    partner : str or iterable of str
        Codes or names of partners with monthly duties.
    since : str or date
        The first month, from 2025-01 on.
    by : {"naics3"}, optional
        Split each month by industry; to the last month that has industries.

    Returns
    -------
    DataFrame
        A row a month (and industry): partner, month, imports_usd (for consumption) and US dollars
        that add up: law_2024_usd (the law of the month at the weights of 2024, on the month's
        imports) + mix_usd (the month's own mix of industries) + transit_usd (goods that left before
        a rise and are spared by a clause) + known_shares_usd (end use, weight and other conditions
        as the table condition_shares expects them) + uptake_usd (claims and exemptions that nobody
        publishes, estimated on the partner's months; uptake_low_usd and uptake_high_usd hold nine
        in ten of them) + rest_usd = collected_usd. Claims of USMCA and the metal content of
        derivatives are in the law's rate from the start. law_rate and collected_rate are over
        imports; mix says whether industries are the month's own or, where none are published, those
        of the last three months that have them.

    Raises
    ------
    ArgumentError
        For an unknown partner, month or split, a partner without monthly duties or without
        industries, or, split, where none is published from that month on.

    Notes
    -----
    Within an industry goods are weighted as in 2024: what moved inside it is in the uptake. How
    many days goods are under way is estimated too, see `tradeviz.trade.transit.days_under_way`.

    Examples
    --------
    >>> table = collected("KOR")
    >>> steps = table[list(STEPS)].sum(axis=1)
    >>> bool((steps - table["collected_usd"]).abs().max() < 1e-3)
    True
    """
    if by is not None:
        choose(by, ("naics3",), "by", "unknown split")
    codes = resolve(partner)
    first = as_month(since, field="since", first=coverage()[0])
    return pd.concat([_account(code, first, by is not None) for code in codes], ignore_index=True)


@dataclass(frozen=True)
class IndustryRates:
    """Rates of a partner by day and industry, at the weights of 2024 inside an industry."""

    industries: tuple[str, ...]
    weight: Floats
    base: Floats
    law: pd.DataFrame
    expected: pd.DataFrame
    transit: pd.DataFrame

    @cached_property
    def monthly(self) -> dict[str, pd.DataFrame]:
        """Means of the days of each month, by name."""
        days = {"law": self.law, "expected": self.expected, "transit": self.transit}
        return {name: table.resample("MS").mean() for name, table in days.items()}


@lru_cache(maxsize=8)
def industry_rates(code: str, last: dt.date) -> IndustryRates:
    """Return what is added by the law, by the law as expected, and spared on the way."""
    trade = part_of_lines((code,))
    names = product_table()["naics3"].astype(object).fillna(UNKNOWN).to_numpy()[trade.product]
    industries, place = np.unique(names.astype(str), return_inverse=True)

    def by_industry(line: Floats) -> Floats:
        return np.bincount(place, weights=line, minlength=len(industries)).astype(float)

    value = by_industry(trade.value)
    days = [day for day in change_days(reading.law(), [code]) if day <= last]
    spared = spared_layers(code)
    rows: dict[str, list[Floats]] = {"law": [], "expected": [], "spared": []}
    for day in days:
        book = reading.law().on(day)
        for name in ("law", "expected"):
            added = Schedule(day, book, trade, name).added()
            whole = sum(added.values(), start=np.zeros(len(trade)))
            rows[name].append(by_industry(trade.value * whole) / value)
            if name == "law":
                held = [rate for layer, rate in added.items() if layer in spared]
                part = sum(held, start=np.zeros(len(trade)))
                rows["spared"].append(by_industry(trade.value * part) / value)
    index = pd.date_range(coverage()[0], last)

    def daily(name: str) -> pd.DataFrame:
        table = pd.DataFrame(rows[name], index=pd.to_datetime(days), columns=industries)
        return table.reindex(index, method="ffill")

    saved = relief(
        daily("spared").to_numpy(), coverage()[0], [code] * len(industries),
        [days_under_way(code)] * len(industries),
    )  # fmt: skip
    return IndustryRates(
        industries=tuple(map(str, industries)),
        weight=value / value.sum(),
        base=by_industry(trade.duty) / value,
        law=daily("law"),
        expected=daily("expected"),
        transit=pd.DataFrame(saved, index, industries),
    )


def _account(code: str, first: pd.Timestamp, split: bool) -> pd.DataFrame:
    duties = datasets.load("duties_monthly")
    record = duties[(duties["partner"] == code) & (duties["month"] >= first)]
    record = record.dropna(subset=["imports_usd", "duty_usd"]).set_index("month").sort_index()
    if record.empty:
        raise ArgumentError(
            "no monthly duties of this partner", field="partner", value=code,
            allowed="a partner of the table duties_monthly, from the month asked for",
        )  # fmt: skip
    last = (record.index[-1] + pd.offsets.MonthEnd(0)).date()
    rates = industry_rates(code, last)
    imports, duty = _by_industry(code, rates.industries)
    if imports.empty:
        raise ArgumentError(
            "no duties by industry of this partner, and so no mix of goods", field="partner",
            value=code, allowed="a partner of the table duties_monthly_naics3",
        )  # fmt: skip
    own = [month for month in record.index if month in imports.index]
    if split and not own:
        raise ArgumentError(
            "no month by industry of this partner from the one asked for", field="since",
            value=str(first.date())[:7], allowed=f"to {imports.index.max():%Y-%m}",
        )  # fmt: skip
    steps = _steps(code, record, rates, imports, duty)
    table = pd.concat(steps, axis=1)
    if split:
        long = table.loc[own].stack(level=1, future_stack=True).rename_axis(["month", "naics3"])
        traded = (long["imports_usd"] > 0) | (long["law_2024_usd"] != 0)
        long = long[traded].reset_index()
    else:
        long = table.T.groupby(level=0, sort=False).sum(min_count=1).T.rename_axis("month")
        long = long.reset_index()
    long.insert(0, "partner", code)
    base = long["imports_usd"].where(long["imports_usd"] > 0)
    long["law_rate"] = long["law_2024_usd"] / base
    long["collected_rate"] = long["collected_usd"] / base
    long["mix"] = np.where(long["month"].isin(own), "own", "last known")
    return long


def _by_industry(code: str, industries: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return imports and duty of the months that have industries."""
    table = datasets.load("duties_monthly_naics3")
    table = table[(table["partner"] == code) & (table["month"] >= pd.Timestamp(coverage()[0]))]
    names = sorted({*industries, *table["naics3"]})
    made = [
        table.pivot(index="month", columns="naics3", values=column)
        .reindex(columns=names).fillna(0.0)
        for column in ("imports_usd", "duty_usd")
    ]  # fmt: skip
    return made[0], made[1]


def _steps(
    code: str, record: pd.DataFrame, rates: IndustryRates, imports: pd.DataFrame, duty: pd.DataFrame
) -> list[pd.DataFrame]:
    """Return each step by month and industry, with its name above the industries."""
    index, names = record.index, list(imports.columns)
    total = record["imports_usd"].to_numpy(dtype=float)[:, None]
    weight = pd.Series(rates.weight, rates.industries).reindex(names).fillna(0.0).to_numpy()
    mix = _mix(index, imports)
    value = total * mix

    def of(table: pd.DataFrame, base: Floats | None) -> Floats:
        rate = table.reindex(index) + (0.0 if base is None else base)
        # An industry without a line of 2024 pays what the partner pays on the whole.
        whole = (rate * rates.weight).sum(axis=1).to_numpy()[:, None]
        found = rate.reindex(columns=names).to_numpy(dtype=float)
        return np.where(np.isnan(found), whole, found)

    months = rates.monthly
    law, expected = of(months["law"], rates.base), of(months["expected"], rates.base)
    base = of(months["law"] * 0.0, rates.base)
    spared = of(months["transit"], None)
    shares = value * (expected - law)
    fixed, moved = total * weight * law, value * law - total * weight * law
    transit = 0.0 - value * spared
    due = fixed + moved + transit + shares
    added = due - value * base
    came = _came(index, record, duty, mix)
    middle, low, high = _uptake(added.sum(axis=1), came.sum(axis=1) - (value * base).sum(axis=1))
    columns = {
        "imports_usd": value,
        "law_2024_usd": fixed,
        "mix_usd": moved,
        "transit_usd": transit,
        "known_shares_usd": shares,
        "uptake_usd": (middle - 1) * added,
        "uptake_low_usd": (low - 1) * added,
        "uptake_high_usd": (high - 1) * added,
        "rest_usd": came - due - (middle - 1) * added,
        "collected_usd": came,
    }
    return [
        pd.DataFrame(values, index, pd.MultiIndex.from_product([[name], names]))
        for name, values in columns.items()
    ]


def _mix(index: pd.DatetimeIndex | pd.Index, imports: pd.DataFrame) -> Floats:
    """Return shares of industries; of the last months that have them where a month has none."""
    share = imports.div(imports.sum(axis=1), axis=0)
    recent = imports.iloc[-_MIX_MONTHS:].sum()
    found = share.reindex(index)
    return found.fillna(recent / recent.sum()).to_numpy(dtype=float)


def _came(
    index: pd.DatetimeIndex | pd.Index, record: pd.DataFrame, duty: pd.DataFrame, mix: Floats
) -> Floats:
    """Return duty by industry; a revised total moves its industries in proportion."""
    total = record["duty_usd"].to_numpy(dtype=float)[:, None]
    share = duty.div(duty.sum(axis=1).where(lambda s: s > 0), axis=0).reindex(index)
    # Without industries the total stands on the mix of imports: only its sum is shown.
    return total * np.where(share.isna(), mix, share.fillna(0.0))


def _uptake(added: Floats, above: Floats) -> tuple[float, float, float]:
    """Return the share of the added duty that is collected: over all months, and nine in ten."""
    seen = added > _LEAST_ADDED * added.max() if added.size else np.zeros(0, dtype=bool)
    if not seen.any() or added[seen].sum() <= 0:
        return 1.0, 1.0, 1.0
    share = above[seen] / added[seen]
    low, high = np.quantile(share, (_TAIL, 1 - _TAIL))
    return float(above[seen].sum() / added[seen].sum()), float(low), float(high)


def collected_rates(path: pd.DataFrame, duties: pd.DataFrame) -> pd.DataFrame:
    """Return collected and legal rate by partner and month, as far as the path goes."""
    parts: list[pd.DataFrame] = []
    for partner in dict.fromkeys(path["partner"].astype(str)):
        total = path[path["partner"] == partner].groupby("date")["added_rate"].sum()
        table = duties[duties["partner"] == partner].copy()
        table["month"] = pd.to_datetime(table["month"])
        known = table["month"].between(total.index[0], total.index[-1])
        table = table[known & (table["imports_usd"] > 0)]
        table = table.dropna(subset=["duty_usd"]).sort_values("month")
        if table.empty:
            continue
        end = table["month"].iloc[-1] + pd.offsets.MonthEnd(0)
        daily = total.reindex(pd.date_range(total.index[0], end)).ffill()
        law = daily.resample("MS").mean()
        table = table[["partner", "month", "imports_usd", "duty_usd"]].assign(
            collected_rate=table["duty_usd"] / table["imports_usd"],
            law_rate=law.reindex(table["month"]).to_numpy(),
        )
        parts.append(table)
    if not parts:
        raise ArgumentError(
            "no month of these partners within the path", field="duties",
            allowed="rows of the table duties_monthly",
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True)
