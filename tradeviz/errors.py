"""Exceptions that say where the fault is, what is allowed and what was probably meant."""

from __future__ import annotations

import difflib
import math
import numbers
import os
from collections.abc import Iterable, Mapping
from typing import Any

# A hash of a file, with its prefix, has 71.
_LONGEST = 120


def nearest(word: object, choices: Iterable[object]) -> str | None:
    """Return the choice that is spelled most like `word`."""
    by_fold = {str(choice).casefold(): str(choice) for choice in choices}
    # A long word is like none, and comparing it takes for ever.
    fold = str(word)[:_LONGEST].casefold()
    found = difflib.get_close_matches(fold, list(by_fold), n=20, cutoff=0.6)

    # Of two that are as close, the one that begins alike: JPM is JPN before it is SPM.
    def likeness(choice: str) -> tuple[float, int]:
        ratio = difflib.SequenceMatcher(None, choice, fold).ratio()
        return ratio, len(os.path.commonprefix([choice, fold]))

    return by_fold[max(found, key=likeness)] if found else None


def shown(value: object) -> str:
    """Return a value as one line that fits on a screen, whatever was given."""
    text = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(value)[: _LONGEST + 1])
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


class TradevizError(Exception):
    """Base of every error that bad input can cause; its text is one line."""

    def __init__(
        self,
        message: str,
        *,
        file: object = None,
        row: object = None,
        field: str | None = None,
        value: Any = None,
        allowed: object = None,
        nearest: str | None = None,
    ) -> None:
        self.message = message
        self.file = None if file is None else str(file)
        self.row = row
        self.field = field
        self.value = value
        self.allowed = allowed
        self.nearest = nearest
        super().__init__(str(self))

    def __str__(self) -> str:
        """Return place, message, value, what is allowed and the nearest match in one line."""
        place = [] if self.file is None else [shown(self.file)]
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.field is not None:
            place.append(f"field '{shown(self.field)}'")
        text = f"{', '.join(place)}: {self.message}" if place else self.message
        if self.value is not None:
            text += f"; value '{shown(self.value)}'"
        if self.allowed is not None:
            allowed = self.allowed
            if not isinstance(allowed, str) and isinstance(allowed, Iterable):
                allowed = ", ".join(str(item) for item in allowed)
            text += f"; allowed: {allowed}"
        if self.nearest is not None:
            text += f"; did you mean '{self.nearest}'?"
        return text


class DataError(TradevizError):
    """A table of the data package is missing, damaged or breaks its own description."""


class MeasureError(TradevizError):
    """A row of the law (measure, exemption, layer, scope) contradicts the rules."""


class OutcomeError(TradevizError):
    """An outcome is unknown or its file is malformed."""


class ArgumentError(TradevizError):
    """An argument of a function or an option of the command line is not allowed."""


class EquilibriumError(TradevizError):
    """The solver did not clear every market; the error names the one that fails most."""


class ServiceError(TradevizError):
    """A public service did not answer, or not as it documents."""


class ReportError(TradevizError):
    """A notebook failed or its page cannot be written."""


def choose(value: object, allowed: Iterable[str], field: str, what: str = "unknown choice") -> str:
    """Return a word if it is one of those allowed."""
    words = tuple(allowed)
    if not isinstance(value, str) or value not in words:
        raise ArgumentError(
            what, field=field, value=value, allowed=words, nearest=nearest(value, words)
        )
    return value


def number(
    value: object,
    field: str,
    allowed: str,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    what: str = "out of range",
) -> float:
    """Return a finite number from `low` to `high`, or say what is `allowed`."""
    try:
        given = math.nan if isinstance(value, bool) else float(_real(value))
    except OverflowError:
        given = math.nan
    if not (math.isfinite(given) and low <= given <= high):
        raise ArgumentError(what, field=field, value=value, allowed=allowed)
    return given


def _real(value: object) -> float:
    """Return a value that is a real number; what is none is not a number at all."""
    return value if isinstance(value, numbers.Real) else math.nan  # type: ignore[return-value]


def count(value: object, field: str, *, low: int = 0, high: int | None = None) -> int:
    """Return a whole number of at least `low` and at most `high`."""
    good = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if not good or int(value) < low or (high is not None and int(value) > high):  # type: ignore[call-overload]
        allowed = f"{low} or more" if high is None else f"{low} to {high}"
        raise ArgumentError("not a count", field=field, value=value, allowed=allowed)
    return int(value)  # type: ignore[call-overload,no-any-return]


def listed(value: object, field: str, allowed: str) -> list[Any]:
    """Return one word or several as a list."""
    if isinstance(value, str):
        return [value]
    if not isinstance(value, Iterable) or isinstance(value, bytes):
        raise ArgumentError("not a list", field=field, value=value, allowed=allowed)
    return list(value)


def mapped(value: object, field: str, allowed: str) -> dict[Any, Any]:
    """Return a mapping as a dict."""
    if not isinstance(value, Mapping):
        raise ArgumentError("not a mapping", field=field, value=value, allowed=allowed)
    return dict(value)


def executor_or_none(value: Any, field: str = "executor") -> Any:
    """Return what work can be given to; None stands for here."""
    if value is not None and not callable(getattr(value, "submit", None)):
        allowed = "an executor as of concurrent.futures, or None"
        raise ArgumentError("takes no work", field=field, value=value, allowed=allowed)
    return value
