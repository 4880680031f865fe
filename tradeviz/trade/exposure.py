"""What a schedule costs a partner: duty, rates, and shares of its exports and GDP."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tradeviz import datasets
from tradeviz.arguments import checked
from tradeviz.errors import ArgumentError, choose, listed
from tradeviz.law import reading
from tradeviz.law.outcome import Wanted, outcomes_of
from tradeviz.law.record import Law, as_day
from tradeviz.law.schedule import Schedule
from tradeviz.law.shares import change_days
from tradeviz.lines import Lines, lines, weights_year
from tradeviz.partners import FOCUS, resolve
from tradeviz.products import Floats, product_table

BY = ("hs2", "sector", "layer", "hs10")
COLUMNS = (
    "imports_usd",
    "dutiable_usd",
    "base_duty_usd",
    "added_duty_usd",
    "base_rate",
    "added_rate",
    "effective_rate",
    "export_share",
    "gdp_share",
    "us_export_share",
    "provisional_share",
)

Codes = NDArray[np.int64]


@checked
def exposure(
    outcomes: Wanted | Sequence[Wanted],
    *,
    on: object = None,
    partners: str | Iterable[str] | None = None,
    by: str | None = None,
    ordinary: str = "preference",
    as_known_on: object = None,
    conditions: str = "law",
) -> pd.DataFrame:
    """Return what outcomes cost partners, with the imports of 2024 as fixed weights.

    Parameters
    ----------
    outcomes : str, Path, Outcome, mapping or a sequence of them
        Names, TOML files, outcomes made in code, or mixes ``{"JPN": "agreement"}``.
    on : str or date, optional
        The day of the law underneath; each outcome's own when None.
    partners : str or iterable of str, optional
        Codes or names; the focus five when None.
    by : {"hs2", "sector", "layer", "hs10"}, optional
        Split each partner further. By layer, `imports_usd` repeats the partner's total so that
        rates add up, and the row ``mfn`` carries the base duty.
    ordinary : {"preference", "mfn", "paid"}
        The ordinary duty that a ceiling nets, see `Schedule.rates`.
    as_known_on : str or date, optional
        Leave out what was published after this day, see `tradeviz.schedule`.
    conditions : {"law", "expected"}
        How conditions beside the code are read, see `tradeviz.schedule`.

    Returns
    -------
    DataFrame
        Index (outcome, partner) or (outcome, partner, by). imports_usd: imports for consumption of
        2024; dutiable_usd: those that pay any duty; base_duty_usd: duty calculated in 2024;
        added_duty_usd: what the outcome adds; base_rate, added_rate, effective_rate: these over
        imports_usd; us_export_share, export_share, gdp_share: added duty over the partner's goods
        exports to the United States (the same imports, all products), to the world, and its GDP
        (missing where the source has none); provisional_share: share of the added duty that rests
        on provisional measures. ``.attrs`` names days, titles, years and provisional measures.

    Raises
    ------
    ArgumentError, OutcomeError
        For an unknown partner, day, split or outcome.

    Notes
    -----
    No behaviour: quantities and prices stay at their 2024 values. Steel and aluminium duties of
    2018 that the duty paid in 2024 already holds are not added again.

    Examples
    --------
    >>> table = exposure(["pause", "agreement"], partners="JPN")
    >>> table["added_rate"].round(3).tolist()[1]
    0.0
    """
    ends = outcomes_of(outcomes)
    codes = resolve(partners) if partners is not None else FOCUS
    if by is not None:
        choose(by, BY, "by", "unknown split")
    schedules = {
        end.name: end.schedule(on, as_known_on=as_known_on, conditions=conditions) for end in ends
    }
    charging = {"mfn"}.union(*(schedule.layers for schedule in schedules.values()))
    present = [layer for layer in reading.law().layers if layer in charging]
    rows = lines().rows(codes)
    split = _Split(codes, rows, by, present)
    parts = [split.table(name, found, ordinary) for name, found in schedules.items()]
    table = _shares(pd.concat(parts, ignore_index=True), split.total)
    keys = ["outcome", "partner", *([by] if by else [])]
    table = table.set_index(keys)[list(COLUMNS)]
    table.attrs |= {
        "days": {end.name: str(schedules[end.name].day) for end in ends},
        "titles": {end.name: end.title for end in ends},
        "imports": f"US imports for consumption, calendar year {weights_year()}",
        "ordinary": ordinary,
        "provisional": _provisional(schedules.values(), codes),
        **_years(codes),
    }
    return table


class _Split:
    """Sums lines into the cells of a table: partner, or partner and one more key."""

    def __init__(
        self, codes: tuple[str, ...], rows: Codes, by: str | None, present: list[str]
    ) -> None:
        trade = lines()
        self.codes, self.rows, self.by, self.present = codes, rows, by, present
        counts = [last - first for first, last in map(trade.run, codes)]
        self.partner = np.repeat(np.arange(len(codes)), counts)
        self.value, self.duty = trade.value[rows], trade.duty[rows]
        self.total = pd.Series(
            np.bincount(self.partner, weights=self.value, minlength=len(codes)), index=list(codes)
        )
        if by in (None, "layer"):
            self.cell, self.keys = self.partner, pd.DataFrame({"partner": list(codes)})
        else:
            key = pd.Categorical(product_table()[by].iloc[trade.product[rows]])
            number = self.partner * len(key.categories) + key.codes
            cells, self.cell = np.unique(number, return_inverse=True)
            place, group = np.divmod(cells, len(key.categories))
            names = {"partner": np.array(codes)[place], by: key.categories.to_numpy()[group]}
            self.keys = pd.DataFrame(names)

    def sum(self, values: Floats) -> Floats:
        return np.bincount(self.cell, weights=values, minlength=len(self.keys)).astype(float)

    def table(self, name: str, schedule: Schedule, ordinary: str) -> pd.DataFrame:
        added = {k: v[self.rows] for k, v in schedule.added(ordinary=ordinary).items()}
        zero, unsure = np.zeros(len(self.rows)), {}
        for layer, rate in added.items():
            sure = ~schedule.layer(layer, ordinary=ordinary).provisional[self.rows]
            unsure[layer] = np.where(sure, 0.0, rate)
        if self.by == "layer":
            parts = [
                self._rows(
                    added.get(layer, zero), unsure.get(layer, zero),
                    self.duty if layer == "mfn" else zero,
                ).assign(layer=layer)
                for layer in self.present
            ]  # fmt: skip
            return pd.concat(parts, ignore_index=True).assign(outcome=name)
        rate, doubt = (sum(rates.values(), start=zero) for rates in (added, unsure))
        return self._rows(rate, doubt, self.duty).assign(outcome=name)

    def _rows(self, rate: Floats, unsure: Floats, base: Floats) -> pd.DataFrame:
        added = self.sum(self.value * rate)
        table = self.keys.assign(
            imports_usd=self.sum(self.value),
            dutiable_usd=self.sum(np.where((base > 0) | (rate > 0), self.value, 0.0)),
            base_duty_usd=self.sum(base),
            added_duty_usd=added,
        )
        part = self.sum(self.value * unsure)
        # No added duty: no share of it is provisional.
        share = np.divide(part, added, out=np.zeros_like(part), where=added > 0)
        return table.assign(provisional_share=share)


def _shares(table: pd.DataFrame, total: pd.Series) -> pd.DataFrame:
    who = datasets.load("partners").set_index("partner")
    imports = table["imports_usd"].where(table["imports_usd"] > 0)
    table["base_rate"] = table["base_duty_usd"] / imports
    table["added_rate"] = table["added_duty_usd"] / imports
    table["effective_rate"] = table["base_rate"] + table["added_rate"]
    partner = table["partner"]
    table["us_export_share"] = table["added_duty_usd"] / partner.map(total)
    for column, source in (("export_share", "goods_exports_world_usd"), ("gdp_share", "gdp_usd")):
        whole = partner.map(who[source]).astype("Float64").astype(float)
        table[column] = table["added_duty_usd"] / whole
    return table


def _years(codes: tuple[str, ...]) -> dict[str, Any]:
    table = datasets.load("partners").set_index("partner").loc[list(codes)]
    return {
        column: {code: int(year) for code, year in table[column].dropna().items()}
        for column in ("gdp_year", "goods_exports_year")
    }


def _provisional(schedules: Iterable[Schedule], codes: tuple[str, ...]) -> dict[str, str]:
    """Return measure -> why, for the provisional measures that name one of the partners."""
    found = {
        item.measure: item.why
        for schedule in schedules
        for item in schedule.law.measures
        if item.provisional
        and any(item.partner_class(code, reading.part_of()) is not None for code in codes)
    }
    return dict(sorted(found.items()))


@checked
def exposure_path(
    dates: Iterable[object] | None = None,
    partners: str | Iterable[str] | None = None,
    *,
    ordinary: str = "preference",
) -> pd.DataFrame:
    """Return the rate of each partner by layer on every day the law changed.

    Parameters
    ----------
    dates : iterable of str or date, optional
        Days; every day on which a measure starts or ends or the share of trade that it reaches
        changes (USMCA, by month), and the last day known, when None.
    partners : str or iterable of str, optional
        Codes or names; the focus five when None.
    ordinary : {"preference", "mfn", "paid"}
        The ordinary duty that a ceiling nets.

    Returns
    -------
    DataFrame
        Long: date (datetime64), partner, layer (in order of display), added_rate. A rate holds
        from its date until the next date of the table. Layer ``mfn`` carries the base rate: duty
        paid in 2024 over imports. Layers that never charge these partners are left out. ``.attrs``
        names the provisional measures among them.

    Raises
    ------
    ArgumentError
        For an unknown partner or a day outside the coverage.

    Examples
    --------
    >>> path = exposure_path(["2025-01-01", "2025-04-05"], "AUS")
    >>> path.groupby("date")["added_rate"].sum().diff().iloc[-1] > 0.04
    np.True_
    """
    codes = resolve(partners) if partners is not None else FOCUS
    book = reading.law()
    days = sorted(
        {*change_days(book, codes), book.last_day}
        if dates is None
        else {as_day(day) for day in listed(dates, "dates", "days as 2025-08-07")}
    )
    if not days:
        raise ArgumentError("no date given", field="dates", allowed="at least one")
    schedules, imports, costs = _costs(book, lines(), tuple(days), ordinary)
    places = [lines().partners.index(code) for code in codes]
    records = [(*of, cost[places] / imports[places]) for of, cost in costs.items()]
    charged = {layer for _, layer, rate in records if rate.any()} | {"mfn"}
    days_of, layers_of, rates = zip(*(row for row in records if row[1] in charged), strict=True)
    table = pd.DataFrame(
        {
            "date": pd.to_datetime(np.repeat(np.array(days_of, dtype="datetime64[s]"), len(codes))),
            "partner": [*codes] * len(rates),
            "layer": np.repeat(np.array(layers_of, dtype=object), len(codes)),
            "added_rate": np.concatenate(rates),
        }
    )
    table.attrs |= {
        "imports": f"US imports for consumption, calendar year {weights_year()}",
        "ordinary": ordinary,
        "provisional": _provisional(schedules, codes),
    }
    return table


@lru_cache(maxsize=4)
def _costs(
    book: Law, trade: Lines, days: tuple[dt.date, ...], ordinary: str
) -> tuple[list[Schedule], Floats, dict[tuple[dt.date, str], Floats]]:
    """Return laws, imports, and duty by day and layer, of all partners: a few cost as much."""
    partner = np.repeat(np.arange(len(trade.partners)), np.diff(trade.bounds))

    def summed(values: Floats) -> Floats:
        return np.bincount(partner, weights=values, minlength=len(trade.partners)).astype(float)

    ordinarily, nothing, costs = summed(trade.duty), np.zeros(len(trade.partners)), {}
    schedules = [Schedule(day, book.on(day), trade) for day in days]
    for schedule in schedules:
        added = schedule.added(ordinary=ordinary)
        costs[schedule.day, "mfn"] = ordinarily
        for layer in book.layers[1:]:
            rate = added.get(layer)
            costs[schedule.day, layer] = nothing if rate is None else summed(trade.value * rate)
    return schedules, summed(trade.value), costs
