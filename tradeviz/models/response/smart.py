"""The formulas of SMART, the model of the World Bank's WITS: a stated special case."""

from __future__ import annotations

import numpy as np

from tradeviz.errors import ArgumentError
from tradeviz.models.response.nests import Floats, Index


def smart(
    value: Floats,
    product: Index,
    before: Floats,
    after: Floats,
    *,
    demand: float,
    substitution: float,
    supply: float = np.inf,
) -> tuple[Floats, Floats]:
    """Return trade creation and trade diversion of each variety by the formulas of SMART.

    Parameters
    ----------
    value : ndarray, shape (varieties,)
        Imports before, US dollars.
    product : ndarray of int, shape (varieties,)
        Product of each variety.
    before, after : ndarray, shape (varieties,)
        Duty, fractions.
    demand : float
        Elasticity of import demand, a positive number.
    substitution : float
        Elasticity of substitution between origins.
    supply : float
        Elasticity of export supply; infinite for complete pass-through.

    Returns
    -------
    tuple of ndarray
        Creation and diversion, US dollars; diversion adds up to 0 in each product when the duty of
        one variety changes.

    Raises
    ------
    ArgumentError
        When an elasticity is negative.

    Notes
    -----
    Jammes and Olarreaga (2005), Explaining SMART and GSIM, World Bank: with t the change of
    ln(1 + duty), creation is -value * demand * t / (1 + demand / supply); diversion is
    -substitution * t * value * others / (value + others). Linear: for small changes only. With
    complete pass-through the nests of `tradeviz.respond` approach it where one variety's duty
    changes; a test holds them to it.

    Examples
    --------
    >>> value, product = np.array([50.0, 50.0]), np.array([0, 0])
    >>> zero, ten = np.zeros(2), np.array([0.10, 0.0])
    >>> _, diverted = smart(value, product, zero, ten, demand=1.0, substitution=2.0)
    >>> diverted.round(2).tolist()
    [-4.77, 4.77]
    """
    for name, given in (("demand", demand), ("substitution", substitution), ("supply", supply)):
        if not given >= 0:
            raise ArgumentError("out of range", field=name, value=given, allowed="0 or more")
    step = np.log1p(after) - np.log1p(before)
    creation = -value * demand * step / (1 + (demand / supply if supply else np.inf))
    total = np.bincount(product, weights=value)[product]
    # Each variety's duty moves it against all others together, and them against it.
    push = substitution * step * value
    pushed = np.bincount(product, weights=push)[product]
    share = np.divide(value, total, out=np.zeros_like(value), where=total > 0)
    return creation, share * pushed - push
