"""The months behind a forecast: imports, duty, and what the law of each month does to both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tradeviz import datasets
from tradeviz.errors import ArgumentError
from tradeviz.law.outcome import outcome as read_outcome
from tradeviz.law.schedule import Schedule
from tradeviz.lines import lines
from tradeviz.models.response.parameters import central
from tradeviz.models.response.problem import problem
from tradeviz.partners import resolve
from tradeviz.trade.transit import days_under_way, relief, spared_layers

Floats = NDArray[np.float64]
Index = NDArray[np.int64]
Days = NDArray[np.datetime64]

HORIZONS = tuple(range(1, 13))
"""Months ahead that the weights were fitted for."""

BASE_YEAR = 2024
"""The year of the trade lines: the law's effect on imports is counted from it."""

_FIRST = pd.Timestamp("2005-01-01")


@dataclass(frozen=True)
class Months:
    """Monthly figures of partners; rows are months without a gap, columns are partners."""

    partners: tuple[str, ...]
    index: pd.DatetimeIndex
    log_imports: Floats
    duty: pd.DataFrame
    entered: pd.DataFrame

    def place(self, month: pd.Timestamp) -> int:
        """Return the row of a month."""
        return int(self.index.get_loc(month))  # type: ignore[arg-type]

    def until(self, month: pd.Timestamp) -> Months:
        """Return the months up to one, as they were known when it was the last."""
        last = self.place(month) + 1
        return replace(
            self,
            index=self.index[:last],
            log_imports=self.log_imports[:last],
            duty=self.duty.loc[:month],
            entered=self.entered.loc[:month],
        )


@cache
def months() -> Months:
    """Return general imports, imports for consumption and duty of every partner that has them.

    Partners are those with trade lines whose monthly imports reach the last month published; the
    EU is the aggregate, and no member stands beside it.
    """
    countries = datasets.load("balances_monthly")[["partner", "month", "general_imports_usd"]]
    groups = datasets.load("aggregates_monthly")
    union = groups.loc[groups["aggregate"] == "EU"].assign(partner="EU")[countries.columns]
    table = pd.concat([countries.astype({"partner": object}), union])
    table = table[table["month"] >= _FIRST]
    wide = table.pivot(index="month", columns="partner", values="general_imports_usd")
    wide = wide[wide.columns.intersection(list(lines().partners))]
    wide = wide.loc[:, wide.notna().all() & (wide > 0).all()]
    duties = datasets.load("duties_monthly")
    duties = duties[duties["partner"].isin(list(wide.columns)) & (duties["month"] >= _FIRST)]
    named = duties.astype({"partner": object})

    def matrix(column: str) -> pd.DataFrame:
        return named.pivot(index="month", columns="partner", values=column).reindex(
            index=wide.index, columns=wide.columns
        )

    return Months(
        partners=tuple(map(str, wide.columns)),
        index=pd.DatetimeIndex(wide.index),
        log_imports=np.log(wide.to_numpy(dtype=float)),
        duty=matrix("duty_usd"),
        entered=matrix("imports_usd"),
    )


def known_partners(partners: object) -> tuple[str, ...]:
    """Return the codes of partners that can be forecast, or say which one cannot."""
    if partners is None:
        return months().partners
    codes = resolve(partners)  # type: ignore[arg-type]
    some = ", ".join(months().partners[:5])
    for code in codes:
        if code not in months().partners:
            raise ArgumentError(
                "no monthly imports to the last month published", field="partners", value=code,
                allowed=f"{len(months().partners)} partners such as {some}",
                nearest="EU" if code == "SVK" else None,
            )  # fmt: skip
    return codes


# What a law does


@dataclass(frozen=True, eq=False)
class LawPath:
    """What laws do by day: each row holds from its day until the next.

    `effect` is the logarithm of imports over 2024, `added` a rate, `spared` the part of it in
    layers that spare goods in transit; columns are the partners of `months`.
    """

    starts: Days
    effect: Floats
    added: Floats
    spared: Floats

    def effect_in(self, index: pd.DatetimeIndex) -> Floats:
        """Return the mean effect over the days of each month, 0 before the first law."""
        return self._effect[_numbers(index)]

    def added_in(self, index: pd.DatetimeIndex) -> Floats:
        """Return the mean added rate over the days of each month, by the letter."""
        return self._added[_numbers(index)]

    def entered_in(self, index: pd.DatetimeIndex) -> Floats:
        """Return the mean added rate of each month, goods in transit spared as the clauses say."""
        return self._entered[_numbers(index)]

    @cached_property
    def _law(self) -> Index:
        """Return the law of each day of the calendar, 0 before the first."""
        return np.searchsorted(self.starts, _calendar().days, side="right")

    @cached_property
    def _effect(self) -> Floats:
        return _monthly(self._daily(self.effect))

    @cached_property
    def _added(self) -> Floats:
        return _monthly(self._daily(self.added))

    @cached_property
    def _entered(self) -> Floats:
        return self.entered_months(_days_under_way())

    def entered_months(self, days: Floats) -> Floats:
        """Return the mean added rate of each month from January 2024, with days under way."""
        return _monthly(self._daily(self.added) - self.relief(days))

    def _daily(self, values: Floats) -> Floats:
        return np.vstack([np.zeros(values.shape[1]), values])[self._law]

    def relief(self, days: Floats) -> Floats:
        """Return what goods in transit are spared on each day of the calendar."""
        first = _calendar().days[0].astype(dt.date)
        return relief(self._daily(self.spared), first, months().partners, days.tolist())


@dataclass(frozen=True)
class _Calendar:
    """Days without a gap, and the place of each month's first."""

    days: Days
    firsts: Index


@cache
def _calendar() -> _Calendar:
    first = np.datetime64(f"{BASE_YEAR}-01-01", "D")
    last = months().index[-1] + pd.DateOffset(months=HORIZONS[-1] + 1)
    index = pd.date_range(first, last, freq="MS", inclusive="left")
    days = np.arange(first, np.datetime64(last, "D"))
    return _Calendar(days, np.searchsorted(days, index.to_numpy().astype("datetime64[D]")))


def _numbers(index: pd.DatetimeIndex) -> Index:
    return np.asarray((index.year - BASE_YEAR) * 12 + index.month - 1, dtype=np.int64)


def _monthly(daily: Floats) -> Floats:
    """Average days by month."""
    firsts = _calendar().firsts
    size = np.diff(np.append(firsts, len(daily)))
    return np.asarray(np.add.reduceat(daily, firsts, axis=0) / size[:, None])


@cache
def _days_under_way() -> Floats:
    return np.array([days_under_way(code) for code in months().partners])


@cache
def _stored() -> tuple[pd.DataFrame, tuple[Floats, ...]]:
    laws = datasets.load("forecast_laws").astype({"partner": object})
    names = ("effect", "added_rate", "spared_rate")
    wide = laws.pivot(index="law", columns="partner", values=list(names))
    return datasets.load("forecast_calendar"), tuple(
        wide[name][list(months().partners)].to_numpy(dtype=float) for name in names
    )


@cache
def law_path(known_on: dt.date | None = None) -> LawPath:
    """Return the law by day as known at the end of an origin, or all that is known today."""
    calendar, values = _stored()
    day = calendar["known_on"].max() if known_on is None else pd.Timestamp(known_on)
    rows = calendar[calendar["known_on"] == day]
    return LawPath(
        rows["day"].to_numpy().astype("datetime64[D]"),
        *(table[rows["law"].to_numpy()] for table in values),
    )


def law_effects(schedules: Sequence[Schedule], codes: Sequence[str]) -> tuple[Floats, ...]:
    """Return what schedules do to partners: log imports over 2024, added rate, spared rate."""
    ready = problem([read_outcome("before"), *schedules], codes, None)
    trade = ready.trade(central())
    value = np.add.reduceat(ready.value, ready.starts)
    layers = [spared_layers(code) for code in codes]
    added, spared = np.zeros((2, len(schedules), len(codes)))
    for number, schedule in enumerate(schedules):
        for layer, line in schedule.added().items():
            share = np.add.reduceat(ready.value * line[ready.rows], ready.starts) / value
            added[number] += share
            spared[number] += np.where([layer in names for names in layers], share, 0.0)
    return np.log(trade[1:, :, 0] / trade[0, :, 0]), added, spared


@cache
def base_rate() -> Floats:
    """Return the duty of 2024 over its imports, from the months; missing without twelve of them."""
    table = months()
    year = table.index.year == BASE_YEAR
    duty, entered = table.duty[year], table.entered[year]
    whole = (duty / entered).notna().sum() == int(year.sum())
    rate = (duty.sum() / entered.sum()).where(whole)
    return np.asarray(rate, dtype=float)


def constant_path(values: Sequence[Floats], before: LawPath, start: pd.Timestamp) -> LawPath:
    """Return a path that is the law known up to a day, and one law from then on."""
    day = np.datetime64(start, "D")
    kept = before.starts < day
    tables = (before.effect, before.added, before.spared)
    return LawPath(
        np.append(before.starts[kept], day),
        *(np.vstack([table[kept], row]) for table, row in zip(tables, values, strict=True)),
    )
