"""The boundary of public functions: every argument is of the type that its annotation names."""

from __future__ import annotations

import datetime as dt
import functools
import inspect
import math
import numbers
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ParamSpec, TypeVar

import numpy as np
import pandas as pd

from tradeviz.errors import ArgumentError, nearest

P = ParamSpec("P")
R = TypeVar("R")

LIMITS: dict[str, tuple[float, float]] = {
    "n": (1, 10_000),
    "height": (50, 4_000),
    "year": (1900, 2100),
    "digits": (0, 15),
    "step": (0.0, 1.0),
    "seed": (0, 2**32 - 1),
}
"""Bounds of numbers that many charts and tables take by the same name."""


def _is_list(value: object) -> bool:
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        return False
    # A generator can be read once, and not here.
    return iter(value) is value or all(isinstance(item, str) for item in value)


def _is_frame(value: object) -> bool:
    return hasattr(value, "columns") and hasattr(value, "attrs")


def _is_number(value: object) -> bool:
    real = isinstance(value, numbers.Real) and not isinstance(value, bool)
    try:
        return real and math.isfinite(value)  # type: ignore[arg-type]
    except OverflowError:
        return False


def _maps(value: object, test: Callable[[object], bool]) -> bool:
    return isinstance(value, Mapping) and all(map(test, value.values()))


def day_of(value: object) -> dt.date | None:
    """Return the day that a text, a date or a moment means; None for anything else."""
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value.strip())
        except ValueError:
            return None
    if isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
    if value is pd.NaT:
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    return value if isinstance(value, dt.date) else None


def _is_day(value: object) -> bool:
    return day_of(value) is not None


def _is_whole(value: object) -> bool:
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)


_TYPES: dict[str, tuple[Callable[[object], bool], str]] = {
    "None": (lambda value: value is None, "None"),
    "str": (lambda value: isinstance(value, str) and "\0" not in value, "text"),
    "bool": (lambda value: type(value).__name__ in ("bool", "bool_"), "True or False"),
    "int": (_is_whole, "a whole number"),
    "float": (_is_number, "a finite number"),
    "pd.DataFrame": (_is_frame, "a table (pandas DataFrame)"),
    "Path": (lambda value: isinstance(value, os.PathLike), "a path"),
    "Iterable[str]": (_is_list, "a list of texts"),
    "Sequence[str]": (_is_list, "a list of texts"),
    "list[str]": (_is_list, "a list of texts"),
    "Axes": (lambda value: hasattr(value, "get_position"), "axes of matplotlib"),
    "Mapping[str, str]": (
        lambda value: _maps(value, lambda item: isinstance(item, str)),
        "a mapping of texts",
    ),
    "Mapping[str, pd.DataFrame]": (
        lambda value: _maps(value, _is_frame) and bool(value),
        "a mapping of at least one name: table",
    ),
    "tuple[object, object]": (
        lambda value: isinstance(value, tuple) and len(value) == 2 and all(map(_is_day, value)),
        "two days as 2025-04-10",
    ),
}
"""What an annotation asks of a value, and how that is said; other annotations ask nothing here."""

_Check = tuple[list[Callable[[object], bool]], str]


def _check_of(annotation: str) -> _Check | None:
    kinds = [kind.strip() for kind in annotation.split(" | ")]
    if not all(kind in _TYPES for kind in kinds):
        return None
    return [_TYPES[kind][0] for kind in kinds], " or ".join(
        dict.fromkeys(_TYPES[kind][1] for kind in kinds)
    )


def _bounded(field: str, value: Any) -> None:
    low, high = LIMITS[field]
    if not low <= value <= high:
        raise ArgumentError(
            "out of range", field=field, value=value, allowed=f"{low:g} to {high:g}"
        )


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """Refuse arguments of another type than annotated, in one line that says what is allowed.

    Ranges and choices that depend on data are asked by the function itself (`errors.choose`,
    `number`, `count`). A table without a column that the function reads is refused by the
    column's name.
    """
    signature = inspect.signature(function)
    checks = {
        name: check
        for name, parameter in signature.parameters.items()
        if parameter.kind is not inspect.Parameter.VAR_KEYWORD
        and (check := _check_of(str(parameter.annotation))) is not None
    }

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        given = signature.bind(*args, **kwargs).arguments
        for field, value in given.items():
            if field in checks:
                several = signature.parameters[field].kind is inspect.Parameter.VAR_POSITIONAL
                for item in value if several else (value,):
                    _typed(field, item, checks[field])
        try:
            return function(*args, **kwargs)
        except KeyError as error:
            _lacking(error, given)
            raise

    return call


def _typed(field: str, value: object, check: _Check) -> None:
    """Refuse a value of the wrong type, or beyond the limits of its name."""
    tests, allowed = check
    if not any(test(value) for test in tests):
        shown = "None" if value is None else value
        kind = f"a table with {len(value.columns)} columns" if _is_frame(value) else shown  # type: ignore[attr-defined]
        raise ArgumentError(f"not {allowed}", field=field, value=kind, allowed=allowed)
    if field in LIMITS and value is not None:
        _bounded(field, value)


def _lacking(error: KeyError, given: Mapping[str, Any]) -> None:
    """Say which table lacks a column that the function asked it for."""
    column = error.args[0] if error.args else None
    tables = [
        (field, table)
        for field, value in given.items()
        for table in (value.values() if isinstance(value, Mapping) else (value,))
    ]
    for field, value in tables:
        if isinstance(column, str) and _is_frame(value):
            known = [name for name in (*value.index.names, *value.columns) if name is not None]
            if column not in known:
                raise ArgumentError(
                    f"the table lacks the column '{column}'",
                    field=field, allowed=known, nearest=nearest(column, known),
                ) from error  # fmt: skip
