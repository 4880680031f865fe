"""Parameters of a notebook: read what its cell sets, put a partner or values in its place."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import nbformat
from nbformat import NotebookNode

from tradeviz.errors import ArgumentError

INJECTED = "injected-parameters"
"""Tag of the cell that is added after the parameters cell."""

# A word, a month or a day; what else a shell gives must be written as Python writes it.
_WORD = re.compile(r"[A-Za-z][\w .-]*|\d{4}-\d\d(-\d\d)?")

PARTNER_NAMES: Mapping[str, Callable[[str], str]] = {
    "PARTNER": repr,
    "PARTNERS": lambda partner: repr((partner,)),
    "CLOSE_PARTNER": repr,
}
"""The variables of a parameters cell that a partner can take the place of."""

_KINDS = {bool: "True or False", int: "a number", str: "a text", list: "a list"}


def _parameters(notebook: NotebookNode) -> tuple[int, dict[str, Any]] | None:
    """Return the place of the parameters cell and the plain values it sets, if there is one."""
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and "parameters" in cell.metadata.get("tags", []):
            values: dict[str, Any] = {}
            for statement in ast.parse(cell.source).body:
                if isinstance(statement, ast.Assign):
                    for target in statement.targets:
                        values |= _assigned(target, _value(statement.value))
            return index, values
    return None


def _assigned(target: ast.expr, value: Any) -> dict[str, Any]:
    """Return what an assignment gives to each name; ``A, B = 1, 2`` has two."""
    if isinstance(target, ast.Name):
        return {target.id: value}
    names = [item.id for item in getattr(target, "elts", ()) if isinstance(item, ast.Name)]
    values = value if isinstance(value, tuple | list) else ()
    return dict.fromkeys(names) | dict(zip(names, values, strict=False))


def _value(node: ast.expr) -> Any:
    """Return a plain value; None where a cell computes it."""
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def _inject(notebook: NotebookNode, place: int, lines: list[str]) -> None:
    """Add lines after the parameters cell, whose text stays."""
    following = notebook.cells[place + 1 : place + 2]
    if following and INJECTED in following[0].metadata.get("tags", []):
        following[0].source += "\n" + "\n".join(lines)
        return
    # A fixed id keeps the page the same from build to build.
    injected = nbformat.v4.new_code_cell(  # type: ignore[no-untyped-call]
        "\n".join(lines), id=INJECTED, metadata={"tags": [INJECTED]}
    )
    notebook.cells.insert(place + 1, injected)


def set_partner(notebook: NotebookNode, partner: str) -> bool:
    """Put a partner in the place of the one that the parameters cell names.

    The cell tagged ``parameters`` keeps its text; a cell after it sets ``PARTNER`` (one code),
    ``PARTNERS`` (a tuple of codes) and ``CLOSE_PARTNER`` (of several the one that is looked at
    closely), whichever it assigns.
    """
    place, values = _parameters(notebook) or (0, {})
    lines = [
        f"{name} = {write(partner)}" for name, write in PARTNER_NAMES.items() if name in values
    ]
    if lines:
        _inject(notebook, place, lines)
    return bool(lines)


def read_settings(texts: Sequence[str]) -> dict[str, Any]:
    """Read settings as a shell gives them."""
    settings: dict[str, Any] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        name = name.strip()
        if not sign or not name.isidentifier():
            raise ArgumentError("not a setting", field="--set", value=text, allowed="NAME=VALUE")
        if name in settings:
            raise ArgumentError("set twice", field="--set", value=name)
        try:
            settings[name] = ast.literal_eval(value.strip())
            # What has no name of its own in a cell, as a number without end, is none either.
            ast.literal_eval(repr(settings[name]))
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError) as error:
            if not _WORD.fullmatch(value.strip()):
                raise ArgumentError(
                    "is no value",
                    field=name,
                    value=value,
                    allowed='a number, a word, a day, "a text", or a list such as ["JPN", "KOR"]',
                ) from error
            settings[name] = value.strip()
    return settings


def set_values(notebook: NotebookNode, settings: Mapping[str, Any]) -> set[str]:
    """Put values in the place of those that the parameters cell sets."""
    place, values = _parameters(notebook) or (0, {})
    own = {name: value for name, value in settings.items() if name in values}
    for name, value in own.items():
        before = values[name]
        if before is not None and value is not None and _kind(before) != _kind(value):
            raise ArgumentError(
                "another kind of value",
                field=name,
                value=value,
                allowed=f"{_KINDS.get(_kind(before), _kind(before).__name__)}, such as {before!r}",
            )
    if own:
        _inject(notebook, place, [f"{name} = {value!r}" for name, value in own.items()])
    return set(own)


def _kind(value: object) -> type:
    """Return the kind of a value; whole and broken numbers are one, and so are lists and tuples."""
    if isinstance(value, bool):
        return bool
    if isinstance(value, int | float):
        return int
    return list if isinstance(value, list | tuple) else type(value)


def parameters(notebook: NotebookNode) -> dict[str, Any]:
    """Return the names that the parameters cell of a notebook sets, and their plain values."""
    _, values = _parameters(notebook) or (0, {})
    return values


def is_profile(notebook: NotebookNode) -> bool:
    """Say whether a notebook asks for a page of each focus partner."""
    tags = (set(cell.metadata.get("tags", [])) for cell in notebook.cells)
    return any({"parameters", "profile"} <= found for found in tags)
