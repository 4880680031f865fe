"""Read what was typed and write what was asked for: lists of names, tables in three formats."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from tradeviz.errors import ArgumentError
from tradeviz.files import csv_text, write_whole

if TYPE_CHECKING:
    import argparse

    import pandas as pd

Answer: TypeAlias = "pd.DataFrame | str | int"
"""A table, a text, or for what is already written the exit code."""
FORMATS = ("table", "csv", "json")
FILES = (".csv", ".json", ".txt")


def items_of(text: str) -> list[str]:
    """Read a list with commas; blanks between them, and at its ends, are no items."""
    return [item.strip() for item in text.split(",") if item.strip()]


def partners_of(text: str | None, *, lines_only: bool = True) -> list[str] | None:
    """Read names with commas; None stays None, ``all`` is everyone with trade lines."""
    if text is None:
        return None
    from tradeviz.partners import resolve

    if text.strip().casefold() == "all":
        return list(resolve(None))
    items = items_of(text)
    codes = [code for item in items for code in resolve(item, lines_only=lines_only)]
    for place, code in enumerate(codes):
        if code in codes[:place]:
            raise ArgumentError(f"{code} is named twice", field="--partners", value=items[place])
    return items


def outcomes_of(texts: Sequence[str], field: str = "--outcome") -> list[Any]:
    """Read ``a,b`` as two outcomes and ``JPN=a,KOR=b`` as one mix."""
    found: list[Any] = []
    for text in texts:
        items = items_of(text)
        if "=" in text:
            mix: dict[str, str] = {}
            for item in items:
                partner, _, end = (part.strip() for part in item.partition("="))
                if partner in mix:
                    raise ArgumentError(f"{partner} is named twice", field=field, value=item)
                mix[partner] = end
            found.append(mix)
        else:
            found += items
    if not found:
        raise ArgumentError("no outcome given", field=field, value=", ".join(texts))
    return found


def outcome_of(text: str, field: str) -> Any:
    """Read the one outcome, or mix, that an option takes."""
    first, *more = outcomes_of([text], field)
    if more:
        allowed = "an outcome, or a mix as JPN=agreement,KOR=snapback"
        raise ArgumentError("one outcome is wanted", field=field, value=text, allowed=allowed)
    return first


def named_numbers(texts: Sequence[str], field: str, allowed: str) -> dict[str, float]:
    """Read ``origins=3`` as a name and its number."""
    numbers: dict[str, float] = {}
    for text in texts:
        name, _, number = (part.strip() for part in text.partition("="))
        if name in numbers:
            raise ArgumentError(f"{name} is given twice", field=field, value=text)
        try:
            numbers[name] = float(number)
        except ValueError:
            what = "not a name and its number"
            raise ArgumentError(what, field=field, value=text, allowed=allowed) from None
    return numbers


def write(text: str, output: Path | None) -> None:
    """Write a text to the screen, or to a file that appears whole or not at all."""
    text = text if text.endswith("\n") else f"{text}\n"
    if output is None:
        _show(text)
        return
    write_whole(output, text.encode("utf-8"), field="--output")


def _show(text: str) -> None:
    """Write a text to standard output, which may be closed or know ASCII only."""
    if sys.stdout is None:
        raise ArgumentError("standard output is closed", allowed="--output FILE")
    # A terminal obeys control characters; a reader is to see them.
    text = "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)
    try:
        sys.stdout.write(text)
    except UnicodeEncodeError as error:
        raise ArgumentError(
            f"standard output is {error.encoding} and cannot show this",
            value=error.object[error.start : error.end],
            allowed="--output FILE, or PYTHONIOENCODING=utf-8",
        ) from None


def _table(frame: pd.DataFrame) -> str:
    """Return aligned text: money in whole dollars, rates with four digits, names to the left."""
    from tradeviz.quantities import units

    shown = frame.copy(deep=False)
    for column in map(str, frame.columns):
        if frame[column].dtype.kind == "f":
            texts = [
                "n/a" if value != value else f"{value:z,.0f}" if unit == "usd" else f"{value:z.4f}"
                for value, unit in zip(frame[column], units(frame, column), strict=True)
            ]
            shown[column] = texts
        elif frame[column].dtype.kind not in "iuM":
            words = frame[column].astype(object).where(frame[column].notna(), "").astype(str)
            width = max([len(column), *words.str.len()])
            shown[column] = words.str.ljust(width)
            shown = shown.rename(columns={column: column.ljust(width)})
    return str(shown.to_string(index=False, na_rep="n/a", justify="right"))


def deliver(answer: Answer, given: argparse.Namespace) -> int:
    """Write what a command answers with: a table in the form asked for, or a text."""
    if isinstance(answer, int):
        return answer
    if isinstance(answer, str):
        text = answer
    else:
        frame = answer.reset_index() if any(answer.index.names) else answer
        if given.format == "csv":
            text = csv_text(frame)
        elif given.format == "json":
            text = str(frame.to_json(orient="records", date_format="iso", double_precision=12))
        else:
            text = _table(frame)
    write(text, given.output)
    return 0
