"""From past errors to ranges: quantiles of scores, and how good a range was."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tradeviz.models.forecast.data import Floats
from tradeviz.models.forecast.model import fitted

PROBABILITIES = np.arange(1, 200) / 200
RANGES = (80, 90, 95)
"""Percent of the months that a range is to hold."""

VERIFIED_MONTHS = 6
VERIFIED_MOST = 0.5
VERIFIED_HALF = 200.0
"""Verified scores weigh n / (n + this), at most `VERIFIED_MOST`."""


def weighted_quantiles(scores: Floats, weights: Floats, at: Floats = PROBABILITIES) -> Floats:
    """Return quantiles of weighted numbers, between them by straight lines."""
    order = np.argsort(scores, kind="stable")
    scores, weights = scores[order], weights[order]
    place = np.cumsum(weights) - 0.5 * weights
    return np.interp(at, place / weights.sum(), scores)


def blended(past: Sequence[Floats], own: Floats) -> Floats:
    """Return quantiles of pools of past scores, each of one weight, and of those verified."""
    share = min(VERIFIED_MOST, own.size / (own.size + VERIFIED_HALF)) if past else float(own.size)
    pools, parts = [*past, own], [*[(1 - share) / max(len(past), 1)] * len(past), share]
    weights = [np.full(z.size, part / max(z.size, 1)) for z, part in zip(pools, parts, strict=True)]
    return weighted_quantiles(np.concatenate(pools), np.concatenate(weights))


def pooled(verified: Sequence[tuple[int, Floats]]) -> Floats:
    """Return all verified scores that are numbers."""
    pool = np.concatenate([z for _, z in verified])
    return np.asarray(pool[np.isfinite(pool)])


def imports_quantiles(horizon: int, verified: Sequence[tuple[int, Floats]]) -> Floats:
    """Return quantiles of scores by partner: calm years, crisis years, and what was verified."""
    made = fitted()
    widened = [z * made.crisis[horizon - 1] / made.crisis[ahead - 1] for ahead, z in verified]
    quantiles = np.empty((made.large.size, PROBABILITIES.size))
    for large in (False, True):
        who = made.large == large
        own = np.concatenate([np.zeros(0), *(z[who] for z in widened)])
        past = [made.scores[name, large][horizon - 1] for name in ("calm", "crisis")]
        quantiles[who] = blended(past, own)
    return quantiles


def rate_quantiles(verified: Sequence[tuple[int, Floats]]) -> Floats:
    """Return quantiles of scores of the duty rate, one row: those verified, to either side."""
    pool = pooled(verified)
    # The lean of past errors is that of past steps of the law; the next step leans its own way.
    return blended([], np.concatenate([pool, -pool]))


def product_quantiles(first: Floats, second: Floats) -> Floats:
    """Return quantiles of a product of two independent quantities, each given by quantiles."""
    step = slice(3, None, 8)
    grid = first[..., step, None] * second[..., None, step]
    flat = np.sort(grid.reshape(*grid.shape[:-2], -1), axis=-1)
    place = (np.arange(flat.shape[-1]) + 0.5) / flat.shape[-1]
    at = np.searchsorted(place, PROBABILITIES).clip(0, flat.shape[-1] - 1)
    return np.asarray(flat[..., at])


def crps(quantiles: Floats, actual: Floats) -> Floats:
    """Return the continuous ranked probability score: twice the mean loss over quantiles."""
    off = actual[..., None] - quantiles
    return np.asarray(2 * np.maximum(PROBABILITIES * off, (PROBABILITIES - 1) * off).mean(axis=-1))


def named(quantiles: Floats) -> dict[str, Floats]:
    """Return median and ranges by the names of their columns."""

    def at(probability: float) -> Floats:
        place = int(round(probability * (PROBABILITIES.size + 1))) - 1
        return np.asarray(quantiles[..., place])

    found = {"median": at(0.5)}
    for percent in RANGES:
        tail = (100 - percent) / 200
        found |= {f"low_{percent}": at(tail), f"high_{percent}": at(1 - tail)}
    return found
