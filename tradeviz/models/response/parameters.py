"""The elasticities of the response: central values, ranges, draws, all from the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tradeviz import datasets
from tradeviz.errors import choose, mapped, number

ROWS = {
    "origins": "origins_common",
    "products": "products_assumed",
    "domestic": "domestic_assumed",
    "pass_through": "border_assumed",
    "foreign_demand": "exports_amiti_continuing",
}
"""Row of the table elasticities that gives value and range of each parameter."""
# Its table gives a standard error around one estimate and a second, larger estimate.
_UPPER = {"foreign_demand": "exports_amiti_all"}
_NORMAL_95 = 1.96
# Below it the powers of the nests are no numbers any more.
_LEAST = {"pass_through": 1e-6, "origins": 1e-12}
_JITTER = 1e-3
# Square roots of primes: multiples of them fill the unit box evenly, and no two together.
_STEPS = np.sqrt([2.0, 3.0, 5.0, 7.0, 11.0])

TITLES = {
    "origins": "substitution between origins of a product",
    "products": "substitution between imported products of a sector",
    "domestic": "substitution between imports and domestic goods",
    "pass_through": "pass-through of duty to the border price",
    "foreign_demand": "foreign demand for US exports",
}
"""Parameter -> what it is, for tables and charts."""


@dataclass(frozen=True)
class Parameters:
    """One set of elasticities.

    Attributes
    ----------
    origins : float
        Elasticity of substitution between origins of an HS10 product.
    products : float
        Elasticity of substitution between imported products of a sector.
    domestic : float
        Elasticity of substitution between the imports and the domestic goods of a sector.
    pass_through : float
        Share of a small duty that the buyer pays when one origin is charged, 0 < share <= 1.
    foreign_demand : float
        Elasticity of a partner's purchases of US goods to their price with duty.
    """

    origins: float
    products: float
    domestic: float
    pass_through: float
    foreign_demand: float

    @property
    def inverse_supply(self) -> float:
        """Return the inverse elasticity of foreign export supply that gives the pass-through."""
        return (1 / self.pass_through - 1) / self.origins


NAMES = tuple(item.name for item in fields(Parameters))


@cache
def ranges() -> Mapping[str, tuple[float, float, float]]:
    """Return lowest, central and highest value of each parameter."""
    columns = ["value", "standard_error", "low", "high"]
    table = datasets.load("elasticities").set_index("id")[columns]
    numbers = table.astype(float).to_dict("index")
    found = {}
    for name, row in ROWS.items():
        value, low, high = (numbers[row][column] for column in ("value", "low", "high"))
        if name in _UPPER:
            low = value - _NORMAL_95 * numbers[row]["standard_error"]
            high = numbers[_UPPER[name]]["value"]
        found[name] = (low, value, high)
    return found


def central(
    elasticities: Mapping[str, float] | None = None, pass_through: float | None = None
) -> Parameters:
    """Return the central values with those of the caller in their place."""
    made = Parameters(**{name: value for name, (_, value, _) in ranges().items()})
    given = {} if elasticities is None else mapped(elasticities, "elasticities", "name: number")
    if pass_through is not None:
        given["pass_through"] = pass_through
    for name, value in given.items():
        choose(name, NAMES, "elasticities", "unknown parameter")
        share = name == "pass_through"
        allowed, high = ("above 0, at most 1", 1.0) if share else ("a positive number", np.inf)
        number(value, name, allowed, low=_LEAST.get(name, 0.0), high=high)
    return replace(made, **given)


def draw(
    count: int,
    seed: int,
    elasticities: Mapping[str, float] | None = None,
    pass_through: float | None = None,
) -> list[Parameters]:
    """Draw sets of parameters, independent of each other and triangular over their ranges.

    The sets are an even sequence in place of chance, the substitution between origins in equal
    steps, so that a few hundred do what many more random ones would. The seed moves all
    of them by less than a thousandth of their distance: two seeds give two sets, and print the same
    digits.
    """
    base = central(elasticities, pass_through)
    fixed = set(elasticities or {}) | ({"pass_through"} if pass_through is not None else set())
    # Each parameter has a column of its own: fixing one leaves the others as they are.
    moved = np.random.default_rng(seed).random(len(NAMES)) * _JITTER / max(count, 1)
    order = np.arange(1, count + 1)
    points = (0.5 + order[:, None] * _STEPS) % 1
    # The first parameter moves most of what is asked for.
    points[:, 0] = (order - 0.5) / max(count, 1)
    points = (points + moved) % 1
    columns = {
        name: _triangular(points[:, place], *ranges()[name]) for place, name in enumerate(NAMES)
    }
    return [
        replace(base, **{name: float(columns[name][i]) for name in NAMES if name not in fixed})
        for i in range(count)
    ]


def _triangular(
    chance: NDArray[np.float64], low: float, mode: float, high: float
) -> NDArray[np.float64]:
    """Return the values below which a triangular parameter lies with these chances."""
    width = high - low
    rising = low + np.sqrt(chance * width * (mode - low))
    falling = high - np.sqrt((1 - chance) * width * (high - mode))
    return np.where(chance * width < mode - low, rising, falling)
