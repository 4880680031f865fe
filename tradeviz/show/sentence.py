"""Sentences tied to a predicate on the figures they speak of: where it is false, a build stops."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from tradeviz.errors import TradevizError
from tradeviz.quantities import dollars, percent

_MOST = 12


class ClaimError(TradevizError):
    """A sentence says what its figures do not."""


def claim(text: str, holds: bool | Callable[[Any], object], figures: Any = None) -> str:
    """Return a sentence if it is true of its figures."""
    answer = holds(figures) if callable(holds) else holds
    # A missing value is no answer, and neither is a column of them.
    if isinstance(answer, bool | np.bool_) and bool(answer):
        filled = figures if isinstance(figures, Mapping) and "{" in text else {}
        return text.format(**filled) if filled else text
    raise ClaimError(f"a sentence is not true: “{text}”", value=_few(figures) or None)


def sentences(*claims: str) -> str:
    """Join claims to a paragraph, each beginning with a capital and ending with a full stop."""
    texts = [text.strip() for text in claims if text.strip()]
    ended = [text if text[-1] in ".?!:" else f"{text}." for text in texts]
    return " ".join(text[0].upper() + text[1:] for text in ended)


def billion(value: float, digits: int = 1) -> str:
    r"""Return the size of a sum in dollars as a sentence has it.

    Examples
    --------
    >>> billion(19_638_000_000)
    'USD\xa019.6\xa0billion'
    """
    return dollars(abs(value), digits, words=True)


def signed(value: float, digits: int = 1) -> str:
    """Return a change as percent text with its sign; zero has none."""
    return percent(value, digits, sign=True)


def _few(figures: Any) -> str:
    """Return figures in one line, the first few of many."""
    if figures is None:
        return ""
    if isinstance(figures, pd.DataFrame):
        figures = figures.stack()
    if isinstance(figures, pd.Series):
        figures = figures.to_dict()
    if not isinstance(figures, Mapping):
        return str(figures)
    parts = [f"{_key(key)} {value:.6g}" if isinstance(value, float) else f"{_key(key)} {value}"
             for key, value in list(figures.items())[:_MOST]]  # fmt: skip
    more = len(figures) - _MOST
    return ", ".join(parts) + (f" and {more} more" if more > 0 else "")


def _key(key: Any) -> str:
    return " ".join(map(str, key)) if isinstance(key, tuple) else str(key)
