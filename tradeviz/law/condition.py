"""What a row of a scope asks beside the code, and which share of a line's trade meets it."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tradeviz import datasets
from tradeviz.errors import ArgumentError, nearest
from tradeviz.products import Floats, Products

MODES = ("law", "expected")
"""The letter of the law, where doubt is charged; or the share of trade that meets a condition."""

HALF = 0.5
Mark = tuple[str, str, str, str, float, float, float]


def check_mode(conditions: str) -> str:
    """Return the way conditions are read, or say which ways there are.

    Parameters
    ----------
    conditions : {"law", "expected"}
        ``law``: a line in the list of a measure is charged and a line in the list of an exemption
        is not freed, unless even the cautious end of the range of the table condition_shares says
        that more than half of its trade is out, or free; ``expected``: the share of its trade
        that meets the condition, by the central estimate.

    Returns
    -------
    str
        The same word.

    Raises
    ------
    ArgumentError
        For another word.

    Examples
    --------
    >>> check_mode("law")
    'law'
    """
    if conditions not in MODES:
        raise ArgumentError(
            "unknown way to read conditions",
            field="conditions",
            value=conditions,
            allowed=MODES,
            nearest=nearest(str(conditions), MODES),
        )
    return conditions


@cache
def _marks() -> dict[str, list[Mark]]:
    """Return condition -> rows of the table of shares, the least specific first."""
    if "condition_shares" not in datasets.tables():
        return {}
    table = datasets.load("condition_shares").fillna({"hts_prefix": "", "scope": "all"})
    names = ("condition", "scope", "partner", "hts_prefix", "low", "central", "high")
    marks: dict[str, list[Mark]] = {}
    for row in table[list(names)].itertuples(index=False):
        marks.setdefault(str(row[0]), []).append(tuple(row))
    for rows in marks.values():
        rows.sort(key=lambda mark: (mark[1] != "all", len(mark[3]), mark[2] != "all"))
    return marks


def met(
    condition: str, scope: str, exempts: bool, mode: str, goods: Products, where: dict[str, Any]
) -> Floats:
    """Return the share of each line's trade that meets a condition of a scope.

    Parameters
    ----------
    condition, scope : str
        Which condition, of which list.
    exempts : bool
        Whether the list frees goods, rather than charging them.
    mode : {"law", "expected"}
        See `check_mode`.
    goods : Products
        The products that the lines point into.
    where : dict
        ``product``: product of each line; ``runs``: partner -> its range of lines.

    Returns
    -------
    ndarray of float, shape (lines,)
        Fractions; 1 for a measure and 0 for an exemption where the table has no row.
    """
    product: NDArray[np.int32] = where["product"]
    share = np.full(len(product), 0.0 if exempts else 1.0)
    for _, name, partner, prefix, low, central, high in _marks().get(condition, ()):
        if name not in ("all", scope) or (partner != "all" and partner not in where["runs"]):
            continue
        cautious = low if exempts else high
        value = central if mode == "expected" else float(cautious >= HALF)
        first, last = goods.span(prefix)
        for begin, end in where["runs"].get(partner, [(0, len(product))]):
            part = product[begin:end]
            share[begin:end][(part >= first) & (part < last)] = value
    return share
