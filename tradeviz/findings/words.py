"""Numbers and lists as a sentence has them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from tradeviz.errors import ArgumentError

# A dollar sign would start a formula in Markdown.
_BILLION = 1e9


def percent(value: float, digits: int = 1) -> str:
    r"""Return a fraction as percent text.

    Parameters
    ----------
    value : float
        A fraction.
    digits : int
        Digits after the point.

    Returns
    -------
    str
        Text with a no-break space before the sign.

    Examples
    --------
    >>> percent(0.1234)
    '12.3\xa0%'
    """
    return f"{value * 100:.{digits}f}\u00a0%"


def billion(value: float, digits: int = 1) -> str:
    r"""Return dollars as text in billions; below a tenth of one in millions.

    Parameters
    ----------
    value : float
        US dollars.
    digits : int
        Digits after the point.

    Returns
    -------
    str
        Text such as ``USD 12.3 billion`` or ``USD 5.0 million``.

    Examples
    --------
    >>> billion(19_638_000_000)
    'USD\xa019.6\xa0billion'
    """
    size = abs(value)
    if 0 < size < _BILLION / 10:
        return f"USD\u00a0{size / _BILLION * 1000:.{digits}f}\u00a0million"
    return f"USD\u00a0{size / _BILLION:.{digits}f}\u00a0billion"


def signed(value: float, digits: int = 1) -> str:
    r"""Return a change as percent text with its sign; zero has none.

    Parameters
    ----------
    value : float
        A fraction.
    digits : int
        Digits after the point.

    Returns
    -------
    str
        Text with a true minus.

    Examples
    --------
    >>> signed(0.123), signed(-0.00001)
    ('+12.3\xa0%', '0.0\xa0%')
    """
    text = percent(abs(value), digits)
    zero = round(abs(value) * 100, digits) == 0
    return text if zero else f"{'+' if value > 0 else '−'}{text}"


def of_outcome(flat: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return the rows of one outcome.

    Parameters
    ----------
    flat : DataFrame
        With a column outcome.
    outcome : str
        Its name.

    Returns
    -------
    DataFrame
        At least one row.

    Raises
    ------
    ArgumentError
        When the outcome is not in the table.

    Examples
    --------
    >>> len(of_outcome(pd.DataFrame({"outcome": ["pause"]}), "pause"))
    1
    """
    own = flat[flat["outcome"] == outcome]
    if own.empty:
        known = list(dict.fromkeys(flat["outcome"].astype(str)))
        raise ArgumentError(
            "the outcome is not in the table", field="outcome", value=outcome, allowed=known
        )
    return own


def listing(words: Sequence[str]) -> str:
    """Join words as a sentence does.

    Parameters
    ----------
    words : sequence of str
        At least one.

    Returns
    -------
    str
        ``a, b and c``.

    Examples
    --------
    >>> listing(["Korea", "India", "Japan"])
    'Korea, India and Japan'
    """
    found = list(words)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"


def date_text(day: pd.Timestamp) -> str:
    """Return a day in words.

    Parameters
    ----------
    day : Timestamp
        The day.

    Returns
    -------
    str
        Text such as ``9 April 2025``.

    Examples
    --------
    >>> date_text(pd.Timestamp("2025-04-09"))
    '9 April 2025'
    """
    return f"{day.day} {day:%B %Y}"
