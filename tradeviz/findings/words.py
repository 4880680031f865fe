"""What sentences share: numbers and lists in words, and the rows of one outcome."""

from __future__ import annotations

import pandas as pd

from tradeviz.errors import ArgumentError
from tradeviz.quantities import day as date_text
from tradeviz.quantities import dollars, listing, percent

__all__ = ["billion", "date_text", "listing", "of_outcome", "percent", "signed"]


def billion(value: float, digits: int = 1) -> str:
    r"""Return the size of a sum in dollars as a sentence has it.

    Examples
    --------
    >>> billion(19_638_000_000)
    'USD\xa019.6\xa0billion'
    """
    return dollars(abs(value), digits, words=True)


def signed(value: float, digits: int = 1) -> str:
    r"""Return a change as percent text with its sign; zero has none."""
    return percent(value, digits, sign=True)


def of_outcome(flat: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return the rows of one outcome."""
    own = flat[flat["outcome"] == outcome]
    if own.empty:
        known = list(dict.fromkeys(flat["outcome"].astype(str)))
        raise ArgumentError(
            "the outcome is not in the table", field="outcome", value=outcome, allowed=known
        )
    return own
