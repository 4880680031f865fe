"""Products as arrays: codes, statutory rates, and which of them a list of prefixes reaches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tradeviz import datasets
from tradeviz.errors import ArgumentError, nearest

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Products:
    """Every HS10 product, sorted by code; `mfn` is a fraction, NaN where the tariff gives none."""

    hs10: Any
    number: NDArray[np.int64]
    mfn: Floats

    def position(self, hs10: str) -> int:
        """Return the row of a product.

        Parameters
        ----------
        hs10 : str
            Ten digits; points and spaces are ignored.

        Returns
        -------
        int
            Position in the sorted products.

        Raises
        ------
        ArgumentError
            When no partner delivered such a product in 2024, with the nearest codes.

        Examples
        --------
        >>> int(products().number[products().position("8703.23.0190")])
        8703230190
        """
        code = "".join(filter(str.isdigit, str(hs10)))
        found = int(np.searchsorted(self.number, int(code or 0)))
        if len(code) == 10 and found < len(self.number) and self.number[found] == int(code):
            return found
        near = None
        if len(code) >= 4:
            family = [str(item) for item in self.hs10 if str(item).startswith(code[:4])]
            near = nearest(code, family) or (family[0] if family else None)
        raise ArgumentError(
            "no such product among the imports of 2024",
            field="hs10",
            value=hs10,
            allowed="a ten-digit code of the table products",
            nearest=near,
        )

    def span(self, prefix: str) -> tuple[int, int]:
        """Return the range of products whose code starts with a prefix.

        Parameters
        ----------
        prefix : str
            HTS prefix of 0 to 10 digits.

        Returns
        -------
        tuple of int
            Half-open range of positions.

        Examples
        --------
        >>> products().span("")
        (0, 18673)
        """
        step = 10 ** (10 - len(prefix))
        code = int(prefix or 0)
        low, high = np.searchsorted(self.number, (code * step, (code + 1) * step))
        return int(low), int(high)

    def digits(self, prefixes: Iterable[str]) -> NDArray[np.int8]:
        """Return the length of the longest prefix that each product starts with, -1 for none.

        Parameters
        ----------
        prefixes : iterable of str
            HTS prefixes of 0 to 10 digits.

        Returns
        -------
        ndarray of int8, shape (products,)
            Digits matched.

        Examples
        --------
        >>> reach = products().digits(["87", "8703"])
        >>> sorted(set(reach.tolist()))
        [-1, 2, 4]
        """
        by_length: dict[int, list[int]] = {}
        for prefix in prefixes:
            by_length.setdefault(len(prefix), []).append(int(prefix or 0))
        found = np.full(len(self.number), -1, dtype=np.int8)
        for length in sorted(by_length):
            step = 10 ** (10 - length)
            codes = np.array(by_length[length], dtype=np.int64)
            edges = np.zeros(len(self.number) + 1, dtype=np.int32)
            np.add.at(edges, np.searchsorted(self.number, codes * step), 1)
            np.add.at(edges, np.searchsorted(self.number, (codes + 1) * step), -1)
            found[np.cumsum(edges[:-1]) > 0] = length
        return found


@cache
def products() -> Products:
    """Return every HS10 product of the data package.

    Returns
    -------
    Products
        Sorted by code.

    Examples
    --------
    >>> len(products().number)
    18673
    """
    table = datasets.load("products")
    return Products(
        hs10=table["hs10"].array,
        number=np.asarray(table["hs10"].astype("int64"), dtype=np.int64),
        mfn=table["mfn_rate"].to_numpy(dtype=float),
    )


def product_table() -> pd.DataFrame:
    """Return the products with their keys, in the order that `Lines.product` points into.

    Returns
    -------
    DataFrame
        The table products: hs10, description, hs2, sector and the rest.

    Examples
    --------
    >>> product_table()["hs10"].is_monotonic_increasing
    True
    """
    return datasets.load("products")
