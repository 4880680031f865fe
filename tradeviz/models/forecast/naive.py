"""What a forecast has to beat: last year's month, recent growth, the last rate."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd

from tradeviz.models.forecast.data import HORIZONS, Floats, base_rate, law_path, months
from tradeviz.models.forecast.model import fitted, rate_scale
from tradeviz.models.forecast.origin import FIRST_ORIGIN, Verified, actual, known_by
from tradeviz.models.forecast.spread import PROBABILITIES, blended, pooled

Method = Callable[[int, int], Floats]
_YEAR = 12
_QUARTER = 3
_NORMAL = 1.4826
_FIRST = pd.Timestamp("2014-01-01")


def same_month_last_year(at: int, horizon: int) -> Floats:
    """Return the same month a year earlier."""
    found: Floats = months().log_imports[at + horizon - _YEAR]
    return found


def growth_of_last_quarter(at: int, horizon: int) -> Floats:
    """Return the same month a year earlier, with the growth over a year of the last three."""
    level = months().log_imports
    recent = level[at - _QUARTER + 1 : at + 1] - level[at - _QUARTER + 1 - _YEAR : at + 1 - _YEAR]
    return np.asarray(same_month_last_year(at, horizon) + recent.mean(axis=0))


IMPORTS: dict[str, Method] = {
    "same_month_last_year": same_month_last_year,
    "growth_of_last_quarter": growth_of_last_quarter,
}


@cache
def _last_rate(origin: pd.Timestamp) -> Floats:
    rates = (months().duty / months().entered).loc[:origin].iloc[-_QUARTER:].ffill()
    return rates.iloc[-1].to_numpy(dtype=float)


@cache
def _law_ahead(origin: pd.Timestamp, horizon: int) -> Floats:
    month = origin + pd.DateOffset(months=horizon)
    return np.asarray(base_rate() + law_path().added_in(pd.DatetimeIndex([month]))[0])


def last_rate(at: int, horizon: int) -> Floats:
    """Return the last rate known."""
    return _last_rate(months().index[at])


def last_rate_with_law(at: int, horizon: int) -> Floats:
    """Return the last rate known, scaled as the law's rate at the weights of 2024 moves."""
    origin = months().index[at]
    return np.asarray(_last_rate(origin) * _law_ahead(origin, horizon) / _law_ahead(origin, 0))


def law_itself(at: int, horizon: int) -> Floats:
    """Return the law's rate at the weights of 2024, collected in full."""
    return _law_ahead(months().index[at], horizon)


RATES: dict[str, Method] = {
    "last_rate": last_rate,
    "last_rate_with_law": last_rate_with_law,
    "law_of_2024_weights": law_itself,
}
_RULES = {**IMPORTS, **RATES}


@cache
def _history(method: str) -> tuple[Floats, list[dict[bool, Floats]]]:
    """Return scale by horizon and partner, and scores before 2025 by horizon and size."""
    table, rule = months(), IMPORTS[method]
    first, last = table.place(_FIRST), table.place(FIRST_ORIGIN)
    scale, pools = [], []
    for horizon in HORIZONS:
        places = range(first, last - horizon + 1)
        errors = np.stack([table.log_imports[at + horizon] - rule(at, horizon) for at in places])
        scale.append(_NORMAL * np.median(np.abs(errors), axis=0))
        scores = errors / scale[-1]
        pools.append({big: scores[:, fitted().large == big].ravel() for big in (False, True)})
    return np.stack(scale), pools


def naive_quantiles(method: str, origin: pd.Timestamp) -> Floats:
    """Return quantiles of a naive forecast, its ranges made of its own past errors."""
    at = months().place(origin)
    scores, rule = _import_scores if method in IMPORTS else _rate_scores, _RULES[method]
    return np.stack([rule(at, h)[:, None] + scores(method, origin, h) for h in HORIZONS])


@cache
def _pool(method: str, origin: pd.Timestamp) -> Verified:
    """Return the naive forecast's own scores of the last months known."""
    scores: Verified = []
    for month, horizon, start in known_by(origin):
        record = actual(month)
        value = record.imports if method in IMPORTS else record.rate
        error = value - _RULES[method](months().place(start), horizon)
        scores.append((horizon, error / _scale(method, start, horizon)))
    return scores


def _scale(method: str, origin: pd.Timestamp, horizon: int) -> Floats:
    if method in IMPORTS:
        return np.asarray(_history(method)[0][horizon - 1])
    added = np.tile(_law_ahead(origin, horizon) - base_rate(), (horizon, 1))
    return np.asarray(rate_scale(added, np.ones(added.shape[1]))[-1])


def _import_scores(method: str, origin: pd.Timestamp, horizon: int) -> Floats:
    scale, pools = _history(method)
    quantiles = np.empty((scale.shape[1], PROBABILITIES.size))
    for large in (False, True):
        who = fitted().large == large
        own = np.concatenate([np.zeros(0), *(z[who] for _, z in _pool(method, origin))])
        quantiles[who] = blended([pools[horizon - 1][large]], own)
    return np.asarray(scale[horizon - 1][:, None] * quantiles)


def _rate_scores(method: str, origin: pd.Timestamp, horizon: int) -> Floats:
    scores = blended([], pooled(_pool(method, origin)))
    return np.asarray(_scale(method, origin, horizon)[:, None] * scores)
