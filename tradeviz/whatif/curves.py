"""Own terms as sums of one-slider curves: the engine's answer to every setting, tabulated.

What a layer charges a line is ``max(share * max(rate - netted, 0) - held, 0)``. The share it
reaches after giving way does not hang on any rate, so three curves and a constant add up to the
engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tradeviz.law.outcome import Outcome, outcome
from tradeviz.lines import lines
from tradeviz.products import Floats

LAYERS = ("reciprocal", "s232_autos", "s232_metals")
RULES = ("add", "ceiling")
LAWS = ("pause", "in_force")
STEPS = 200
"""Half points from 0 to 100 %."""

_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
Groups = NDArray[np.int64]
Rates = Mapping[str, float | None]


@dataclass(frozen=True, eq=False)
class Terms:
    """One law under own terms, line by line.

    `rest` is duty that no slider moves; `own` what the law itself charges in each layer; `start`
    the rate from which a layer adds under a rule; `slope` dollars for all of a rate beyond it.
    """

    rest: Floats
    own: Mapping[str, Floats]
    start: Mapping[tuple[str, str], Floats]
    slope: Mapping[tuple[str, str], Floats]


@cache
def terms(law: str) -> Terms:
    """Return a law under own terms in every layer."""
    return asked(law, LAYERS)


def asked(law: str, chosen: Sequence[str]) -> Terms:
    """Ask the engine what some layers reach, net and hold under own terms on a law."""
    trade, start, slope = lines(), {}, {}
    for rule in RULES:
        schedule = own_terms("all", law, rule, dict.fromkeys(chosen, 1.0)).schedule()
        covers, added = schedule.covers(), schedule.added()
        for layer in chosen:
            share = covers[layer]
            netted = 1.0 - schedule.layer(layer).rate
            # At 100 % the duty is a line's whole share less what is netted and what 2024 held.
            held = np.maximum(share * (1.0 - netted) - added[layer], 0.0)
            start[rule, layer] = netted + np.divide(
                held, share, out=np.zeros_like(share), where=share > 0
            )
            slope[rule, layer] = trade.value * share
    rest = sum((x for name, x in added.items() if name not in chosen), start=np.zeros(len(trade)))
    return Terms(trade.value * rest, _own(law), start, slope)


@cache
def _own(law: str) -> Mapping[str, Floats]:
    """Return what a law itself charges each line, in dollars by layer."""
    trade, own = lines(), outcome(law).schedule().added()
    return {layer: trade.value * own.get(layer, np.zeros(len(trade))) for layer in LAYERS}


def own_terms(partners: str | Iterable[str], law: str, rule: str, rates: Rates) -> Outcome:
    """Return the terms of a setting as an outcome; a rate that is None stays the law's."""
    chosen = {layer: rate for layer, rate in rates.items() if rate is not None}
    base = outcome(law)
    return base.with_rate(partners, rule=rule, **chosen) if chosen else base


def partner_of() -> Groups:
    """Return the place of each line's partner among `lines().partners`."""
    trade = lines()
    counts = [last - first for first, last in map(trade.run, trade.partners)]
    return np.repeat(np.arange(len(counts)), counts)


def summed(weights: Floats, group: Groups, size: int) -> Floats:
    """Return sums by group."""
    sums: Floats = np.bincount(group, weights=weights, minlength=size).astype(np.float64)
    return sums


def steepening(found: Terms, rule: str, layer: str, group: Groups, size: int) -> Floats:
    """Return by how much a curve steepens at each half point, in dollars a step, by group."""
    start, slope = found.start[rule, layer] * STEPS, found.slope[rule, layer] / STEPS
    reached = (slope > 0) & (start < STEPS)
    start, slope, group = start[reached], slope[reached], group[reached]
    step = np.minimum(start.astype(int), STEPS - 1)
    part = start - step
    width = STEPS + 1
    cells = size * width
    made = summed(slope * (1 - part), group * width + step, cells)
    made += summed(slope * part, group * width + step + 1, cells)
    return made.reshape(size, width)


def values(steeper: Floats) -> Floats:
    """Return the curve at each half point, from how much it steepens there."""
    slope = np.cumsum(steeper, axis=1)
    return np.concatenate([np.zeros((len(slope), 1)), np.cumsum(slope[:, :-1], axis=1)], axis=1)


def packed(steeper: Floats, unit: float, *, signed: bool = False) -> str:
    """Return curves as text: for each the number of bends, then gap and bend of each.

    Where bends may go down, their sign is the last bit of what is written.
    """
    numbers: list[int] = []
    # Rounding the slope, not its bends, keeps errors from adding up along the curve.
    slopes = np.rint(np.cumsum(steeper, axis=1) / unit).astype(np.int64)
    for bends in np.diff(slopes, axis=1, prepend=0):
        places = np.flatnonzero(bends)
        numbers.append(len(places))
        for gap, place in zip(np.diff(places, prepend=0), places, strict=True):
            bend = int(bends[place])
            numbers += [int(gap), 2 * abs(bend) + (bend < 0) if signed else bend]
    return "".join(map(_text, numbers))


def _text(number: int) -> str:
    """Write a number from zero up in digits of 32, all but the last marked."""
    made = ""
    while number >= 32:
        made += _DIGITS[32 + number % 32]
        number //= 32
    return made + _DIGITS[number]
