"""The equations: where imports and the duty rate are heading, and how wide the past was off.

docs/forecast.md has them in full. Arrays of months end with the month of origin: what comes later
is not handed in, so it cannot be used.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from tradeviz import datasets
from tradeviz.models.forecast.data import HORIZONS, Floats, months

TERMS = ("last_month", "last_quarter", "half_year", "same_month_last_year", "trend")
"""What a forecast of imports weighs, each as a distance from the median of the last year."""

YEARS = 5
"""Years behind the pattern of the calendar months."""
CLIP = 3.0
"""A distance counts up to this many times the usual noise of the partner's months."""
UPTAKE_WEIGHTS = (0.5, 1.0, 1.5)
"""The last months known, the newest last: the first months of a duty are the least like it."""
UPTAKE_PRIOR = 0.7
"""How many months the pooled uptake counts for beside the partner's own."""
UPTAKE_RANGE = (-0.5, 2.0)
LEAST_ADDED = 0.01
"""Below this added rate a month says nothing about uptake."""
RATE_FLOOR = 0.008
RATE_SHARE = 0.05
"""Scale of an error of the rate one month ahead: this floor, and this share of the added rate."""
RATE_GROWTH = 0.25
"""The scale grows with the months ahead to this power."""

_HALF = 6
_YEAR = 12
_CENTRE = np.r_[0.5, np.ones(_YEAR - 1), 0.5] / _YEAR


@dataclass(frozen=True)
class Pattern:
    """Months of partners without their season, and the season of each calendar month."""

    season: Floats
    adjusted: Floats
    middle: Floats
    month: int

    def terms(self, horizon: int) -> tuple[Floats, Floats]:
        """Return the starting point of a forecast and its terms, partners x terms."""
        recent = self.adjusted
        distance = [
            recent[0],
            np.median(recent[:3], axis=0),
            np.median(recent[:_HALF], axis=0),
            recent[_YEAR - horizon],
        ]
        trend = self.middle - np.median(recent[_YEAR:], axis=0)
        terms = np.stack([*(item - self.middle for item in distance), trend], axis=-1)
        return self.middle + self.season[(self.month + horizon) % _YEAR], terms


def pattern(level: Floats, month: int) -> Pattern:
    """Take the season out of months."""
    size = len(level)
    last = size - 1
    centred = np.stack(
        [_CENTRE @ level[at - _HALF : at + _HALF + 1] for at in range(_HALF, size - _HALF)]
    )
    distance = level[_HALF : size - _HALF] - centred
    season = np.empty((_YEAR, level.shape[1]))
    for number in range(_YEAR):
        at = last - (month - number) % _YEAR - _YEAR * np.arange(YEARS + 1)
        at = at[at + _HALF <= last][:YEARS] - _HALF
        season[number] = np.median(distance[at], axis=0) * YEARS / (YEARS + 1)
    adjusted = np.stack([level[last - k] - season[(month - k) % _YEAR] for k in range(2 * _YEAR)])
    return Pattern(season, adjusted, np.median(adjusted[:_YEAR], axis=0), month)


@dataclass(frozen=True)
class Fitted:
    """What was fitted on the months before 2025; arrays start at one month ahead."""

    weights: Floats
    crisis: Floats
    noise: Floats
    scale: Floats
    large: Floats
    scores: dict[tuple[str, bool], Floats]
    effect: tuple[float, float]


@cache
def fitted() -> Fitted:
    """Return weights, scales and past scores from the tables that the build writes."""
    weights = datasets.load("forecast_weights").set_index(["term", "horizon"])["value"]
    scale = datasets.load("forecast_scale").pivot(
        index="partner", columns="horizon", values="scale"
    )
    scale = scale.loc[list(months().partners)]
    scores = datasets.load("forecast_scores").astype({"pool": object, "size": object})
    pools = {
        (str(pool), size == "large"): rows.pivot(
            index="horizon", columns="probability", values="score"
        ).to_numpy(dtype=float)
        for (pool, size), rows in scores.groupby(["pool", "size"])
    }
    large = datasets.load("forecast_partners").set_index("partner").loc[list(months().partners)]
    estimate = datasets.load("estimates_2025").set_index("estimate")
    horizons = list(HORIZONS)
    return Fitted(
        weights=np.stack([weights[name].loc[horizons] for name in TERMS], axis=-1),
        crisis=weights["crisis_spread"].loc[horizons].to_numpy(dtype=float),
        noise=large["noise"].to_numpy(dtype=float),
        scale=scale[horizons].to_numpy(dtype=float).T,
        large=large["large"].to_numpy(dtype=bool),
        scores=pools,
        effect=(
            float(estimate["value"]["scale_of_effect"]),
            float(estimate["standard_error"]["scale_of_effect"]),
        ),
    )


def imports_ahead(
    log_imports: Floats, effect: Floats, ahead: Floats, month: int
) -> tuple[Floats, Floats]:
    """Forecast the logarithm of imports."""
    scale, error = fitted().effect
    found = [
        _ahead(pattern(log_imports - size * effect, month), len(ahead)) + size * ahead
        for size in (scale, scale + error)
    ]
    return found[0], found[1] - found[0]


def _ahead(months_before: Pattern, horizon: int) -> Floats:
    made = fitted()
    limit = CLIP * made.noise[:, None]
    rows = []
    for number in range(horizon):
        start, terms = months_before.terms(number + 1)
        rows.append(start + np.clip(terms, -limit, limit) @ made.weights[number])
    return np.stack(rows)


def imports_scale(moved: Floats) -> Floats:
    """Return the scale of errors: of the past, and of the effect's own uncertainty."""
    return np.sqrt(fitted().scale[: len(moved)] ** 2 + moved**2)


def uptake(rate: pd.DataFrame, base: Floats, added: Floats) -> Floats:
    """Return the share of the law's added duty that the last months collected."""
    size = len(UPTAKE_WEIGHTS)
    part = added[-size:]
    above = rate.to_numpy(dtype=float)[-size:] - base
    months_known = np.isfinite(above)
    share = np.divide(
        above, part, out=np.full_like(part, np.nan), where=(part > LEAST_ADDED) & months_known
    )
    share = np.clip(share, *UPTAKE_RANGE)
    seen = np.isfinite(share)
    # Where no law adds anything yet, the law is taken at its word.
    pooled = float(np.median(share[seen])) if seen.any() else 1.0
    weight = np.where(seen, np.array(UPTAKE_WEIGHTS)[:, None], 0.0)
    whole = (weight * np.where(seen, share, 0.0)).sum(axis=0) + UPTAKE_PRIOR * pooled
    return np.where(months_known.any(axis=0), whole / (weight.sum(axis=0) + UPTAKE_PRIOR), np.nan)


def rate_scale(added: Floats, share: Floats) -> Floats:
    """Return the scale of errors of the rate by month ahead."""
    ahead = np.arange(1, len(added) + 1)[:, None] ** RATE_GROWTH
    return np.asarray((RATE_FLOOR + RATE_SHARE * np.abs(share * added)) * ahead)
