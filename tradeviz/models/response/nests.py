"""Nested demand and rising supply in exact changes: origin in product, product in sector, sector.

Variety i of product g of sector s, with demand of constant elasticity of substitution in three
nests as in Fajgelbaum, Goldberg, Kennedy and Khandelwal (2020) and export supply p* = m^omega:

    m_i = M_g (p_i / P_g)^-sigma,  M_g = M_s (P_g / P_s)^-eta,  M_s = (P_s / P)^-kappa E / P,
    p_i = T_i m_i^omega

All are ratios to the data. A nest of varieties with shifters T and inverse supply elasticity omega
is again a variety: P_g = Q_g^(1 + omega sigma) M_g^omega with
Q_g^(1 - sigma) = sum_i share_i T_i^((1 - sigma) / (1 + omega sigma)), so the nests are solved in
closed form from the bottom up, and only the top needs a few Newton steps per sector.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tradeviz.models.response.parameters import Parameters

Floats = NDArray[np.float64]
Index = NDArray[np.int64]
Span = tuple[float, float]

_NEAR_ONE = 1e-9
_MARGIN = 0.01
_STEPS = 60
_ENOUGH = 1e-14


def _share(part: NDArray[Any], whole: NDArray[Any]) -> Floats:
    """Return parts of a whole, nothing where nothing is spent."""
    return np.asarray(np.divide(part, whole, out=np.zeros(len(part)), where=part > 0))


@dataclass(frozen=True, eq=False)
class Nest:
    """Spending by variety in US dollars, duty included, before any change, and where each belongs.

    `import_share` is imports over all spending on the goods of a sector.
    """

    spending: Floats
    product: Index
    sector: Index
    import_share: Floats

    @property
    def shares(self) -> tuple[Floats, Floats]:
        """Return the share of each variety in its product, and of each product in its sector."""
        of_product = np.bincount(self.product, weights=self.spending, minlength=len(self.sector))
        of_sector = np.bincount(self.sector, weights=of_product, minlength=len(self.import_share))
        product, sector = of_product[self.product], of_sector[self.sector]
        return _share(self.spending, product), _share(of_product, sector)


@dataclass(frozen=True, eq=False)
class Change:
    """What a tariff change does to products: logarithms of ratios to the data.

    `quantity` and `price` (with duty) have an entry per product.
    """

    quantity: Floats
    price: Floats


def nest_index(
    log_shift: Floats,
    share: Floats,
    total: Callable[[Floats], Floats],
    elasticity: float,
    scale: float,
) -> Floats:
    """Return the logarithm of Q, the shifter of a nest (see the module), where `total` adds up."""
    if abs(1 - elasticity) < _NEAR_ONE:
        return total(share * log_shift) / scale
    power = (1 - elasticity) / scale
    sums = total(share * np.exp(power * log_shift))
    # A product nobody buys has no share, and no change.
    return np.where(sums > 0, np.log(np.where(sums > 0, sums, 1.0)) / (1 - elasticity), 0.0)


def _by(group: Index, size: int) -> Callable[[Floats], Floats]:
    """Return what adds up by group."""
    return lambda values: np.bincount(group, weights=values, minlength=size).astype(float)


def top(shift: Floats, share: Floats, kappa: float, omega: float) -> Floats:
    """Return the logarithm of import quantity by sector, spending on the sector held."""

    def wanted(quantity: Floats) -> tuple[Floats, Floats]:
        price = shift + omega * quantity
        if abs(1 - kappa) < _NEAR_ONE:
            return -kappa * price + (kappa - 1) * share * price, share
        term = share * np.exp((1 - kappa) * price)
        whole = term + 1 - share
        level = np.log(whole) / (1 - kappa)
        return (kappa - 1) * level - kappa * price, term / whole

    found = np.zeros_like(shift)
    for _ in range(_STEPS):
        value, part = wanted(found)
        step = (found - value) / (1 + omega * (kappa - (kappa - 1) * part))
        found = found - step
        if np.abs(step).max(initial=0.0) < _ENOUGH:
            break
    return found


@dataclass(frozen=True, eq=False)
class Bottom:
    """The sum over the varieties of each product, as a polynomial in the power.

    The sum is analytic in the power, so `NODES` Chebyshev nodes give it to rounding error; a draw
    of elasticities then costs as much as there are products, not varieties.
    """

    low: float
    high: float
    coefficients: Floats

    def logs(self, sets: Sequence[Parameters]) -> Floats:
        """Return the logarithm of the sum for each draw and product, all draws in one product."""
        powers = np.array([power(p) for p in sets])
        place = (2 * powers - self.low - self.high) / (self.high - self.low)
        angle = np.arccos(np.clip(place, -1.0, 1.0))
        sums = np.cos(np.outer(angle, np.arange(NODES))) @ self.coefficients.T
        return np.asarray(np.log(sums, out=sums))


NODES = 18


def power(p: Parameters) -> float:
    """Return the power to which shifters are raised in the sum over the varieties of a product."""
    return (1 - p.origins) / (1 + p.inverse_supply * p.origins)


def span_of(sets: Sequence[Parameters]) -> Span:
    """Return the least and the greatest power of some sets."""
    powers = [power(p) for p in sets]
    return min(powers), max(powers)


def bottom(nest: Nest, shares: tuple[Floats, Floats], log_shift: Floats, span: Span) -> Bottom:
    """Prepare the lowest nest for many draws."""
    low, high = span[0] - _MARGIN, span[1] + _MARGIN
    angle = (np.arange(NODES) + 0.5) * np.pi / NODES
    powers = low + (high - low) * (np.cos(angle) + 1) / 2
    size = len(nest.sector)
    values = np.stack(
        [
            np.bincount(nest.product, weights=shares[0] * np.exp(a * log_shift), minlength=size)
            for a in powers
        ],
        axis=1,
    )
    values[values[:, 0] == 0] = 1.0  # Nobody buys it: no change.
    basis = np.cos(np.outer(angle, np.arange(NODES))) * 2 / NODES
    basis[:, 0] /= 2
    return Bottom(low, high, values @ basis)


def change(
    nest: Nest,
    shares: tuple[Floats, Floats],
    log_shift: Floats,
    p: Parameters,
    logs: Floats | None = None,
) -> Change:
    """Return how products change when the price of each variety is shifted.

    `log_shift` is the logarithm of (1 + new duty) / (1 + duty in the data); `logs` what
    `Bottom.logs` says of the lowest nest, for speed.

    Examples
    --------
    >>> from tradeviz.models.response.parameters import central
    >>> one = np.array([0])
    >>> nest = Nest(np.array([1.0]), one, one, np.array([0.5]))
    >>> float(change(nest, nest.shares, np.array([0.0]), central()).quantity[0])
    0.0
    """
    omega = p.inverse_supply
    inside, above = shares
    low, high = 1 + omega * p.origins, 1 + omega * p.products
    products, sectors = len(nest.sector), len(nest.import_share)
    if logs is None or abs(1 - p.origins) < _NEAR_ONE:
        lowest = nest_index(log_shift, inside, _by(nest.product, products), p.origins, low)
    else:
        lowest = logs / (1 - p.origins)
    product = low * lowest
    sector = high * nest_index(product, above, _by(nest.sector, sectors), p.products, high)
    imports = top(sector, nest.import_share, p.domestic, omega)
    price = sector + omega * imports
    quantity = ((imports + p.products * price)[nest.sector] - p.products * product) / high
    return Change(quantity, product + omega * quantity)


def varieties(
    made: Change, product: Index, log_shift: Floats, p: Parameters
) -> tuple[Floats, Floats]:
    """Return how varieties change: quantity, and price before duty."""
    omega = p.inverse_supply
    level = made.quantity + p.origins * made.price
    quantity = (level[product] - p.origins * log_shift) / (1 + omega * p.origins)
    return quantity, omega * quantity
