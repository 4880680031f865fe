"""Words that several sentences need."""

from __future__ import annotations

_NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def in_words(count: int) -> str:
    """Return a small number as a word.

    Examples
    --------
    >>> in_words(5), in_words(12)
    ('five', '12')
    """
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)
