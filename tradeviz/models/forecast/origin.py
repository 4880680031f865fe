"""One origin: what would have been said with the months and the law known then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from tradeviz.models.forecast.data import (
    BASE_YEAR,
    HORIZONS,
    Floats,
    LawPath,
    Months,
    base_rate,
    law_path,
    months,
)
from tradeviz.models.forecast.model import (
    UPTAKE_WEIGHTS,
    imports_ahead,
    imports_scale,
    rate_scale,
    uptake,
)
from tradeviz.models.forecast.spread import (
    VERIFIED_MONTHS,
    imports_quantiles,
    product_quantiles,
    rate_quantiles,
)

FIRST_ORIGIN = pd.Timestamp(BASE_YEAR, 12, 1)
"""The last month before the law tables begin: its forecasts are the first to be verified."""

LAWS = ("came", "known")
"""The law of the months ahead: the one that came, or the one that was published by the origin."""

_CONSUMPTION_MONTHS = 12


@dataclass(frozen=True)
class Ahead:
    """Medians and scales of one origin; rows are months ahead, columns the partners of `months`."""

    imports: Floats
    imports_scale: Floats
    rate: Floats
    rate_scale: Floats


def month_end(month: pd.Timestamp) -> pd.Timestamp:
    """Return the last day of a month."""
    return month + pd.offsets.MonthEnd(0)


def ahead_index(origin: pd.Timestamp, horizon: int) -> pd.DatetimeIndex:
    """Return the months ahead of an origin."""
    return pd.date_range(origin + pd.DateOffset(months=1), periods=horizon, freq="MS")


def look_ahead(table: Months, law: LawPath, horizon: int) -> Ahead:
    """Forecast from the last month of a table, under a law by day."""
    origin = table.index[-1]
    known, ahead = table.index, ahead_index(origin, horizon)
    after = known >= FIRST_ORIGIN
    effect = np.zeros_like(table.log_imports)
    effect[after] = law.effect_in(known[after])
    imports, moved = imports_ahead(
        table.log_imports, effect, law.effect_in(ahead), origin.month - 1
    )
    recent = known[-len(UPTAKE_WEIGHTS) :]
    rate = table.duty.loc[recent] / table.entered.loc[recent]
    base = base_rate()
    share = uptake(rate, base, law.entered_in(recent))
    added = law.entered_in(ahead)
    return Ahead(imports, imports_scale(moved), base + share * added, rate_scale(added, share))


@cache
def told(origin: pd.Timestamp, law: str = "came") -> Ahead:
    """Return what was said at a month of origin about the law in force, all horizons."""
    path = law_path() if law == "came" else law_path(month_end(origin).date())
    return look_ahead(months().until(origin), path, len(HORIZONS))


@dataclass(frozen=True)
class Actual:
    """What was recorded: logarithms of imports, and duty over imports for consumption."""

    imports: Floats
    rate: Floats


@cache
def actual(month: pd.Timestamp) -> Actual:
    """Return what was recorded in a month."""
    table = months()
    rate = table.duty.loc[month] / table.entered.loc[month]
    return Actual(table.log_imports[table.place(month)], rate.to_numpy(dtype=float))


Verified = list[tuple[int, Floats]]


@cache
def known_by(origin: pd.Timestamp) -> Sequence[tuple[pd.Timestamp, int, pd.Timestamp]]:
    """Return month, months ahead and origin of the forecasts that were verified by an origin."""
    return tuple(
        (month, horizon, start)
        for month in pd.date_range(end=origin, periods=VERIFIED_MONTHS, freq="MS")
        for horizon in HORIZONS
        if (start := month - pd.DateOffset(months=horizon)) >= FIRST_ORIGIN
    )


def since(first: pd.Timestamp) -> Iterator[tuple[pd.Timestamp, pd.DatetimeIndex]]:
    """Yield origins from one on, each with the months ahead that are recorded."""
    last = months().index[-1]
    for origin in pd.date_range(first, last - pd.DateOffset(months=1), freq="MS"):
        ahead = ahead_index(origin, len(HORIZONS))
        yield origin, ahead[ahead <= last]


@cache
def verified(origin: pd.Timestamp) -> tuple[Verified, Verified]:
    """Return scores of the forecasts whose month was known by an origin: imports, and the rate."""
    imports: Verified = []
    rates: Verified = []
    for month, horizon, start in known_by(origin):
        record, said, row = actual(month), told(start), horizon - 1
        imports.append((horizon, (record.imports - said.imports[row]) / said.imports_scale[row]))
        rates.append((horizon, (record.rate - said.rate[row]) / said.rate_scale[row]))
    return imports, rates


def quantiles(origin: pd.Timestamp, said: Ahead) -> Mapping[str, Floats]:
    """Return quantiles by quantity: horizons x partners x probabilities."""
    scores, rate_scores = verified(origin)
    z = np.stack([imports_quantiles(h, scores) for h in range(1, len(said.imports) + 1)])
    imports = np.exp(said.imports[..., None] + said.imports_scale[..., None] * z)
    spread = said.rate_scale[..., None] * rate_quantiles(rate_scores)
    rate = np.maximum(said.rate[..., None] + spread, 0.0)
    revenue = product_quantiles(imports, rate) * _consumed(origin)[:, None]
    return {"imports_usd": imports, "duty_rate": rate, "revenue_usd": revenue}


def _consumed(origin: pd.Timestamp) -> Floats:
    """Return imports for consumption over general imports, of the last year known."""
    table = months().until(origin)
    entered = table.entered.iloc[-_CONSUMPTION_MONTHS:]
    general = pd.DataFrame(
        np.exp(table.log_imports[-_CONSUMPTION_MONTHS:]), entered.index, entered.columns
    ).where(entered.notna())
    whole = general.sum()
    return np.asarray((entered.sum() / whole.where(whole > 0)), dtype=float)
