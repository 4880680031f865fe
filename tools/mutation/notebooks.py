"""Faults of notebooks: an edited number, a stale output, cells out of order, hidden state."""

from __future__ import annotations

import ast
import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tools.mutation.fault import Fault, generator, next_number, write

NUMBER = re.compile(r"(?<![\w.$#`/-])\d+(?:\.\d+)?(?![\w`/-]|\.\d)")

Node = dict[str, Any]
Made = tuple[str, Callable[[Node], None]]


def faults(tree: Path, seed: int) -> list[Fault]:
    """Return faults of each kind for every notebook."""
    found = []
    for path in sorted((tree / "notebooks").glob("*.ipynb")):
        file = f"notebooks/{path.name}"
        for kind, make in KINDS.items():
            source = generator(seed, file, kind)
            for what, change in make(json.loads(path.read_text(encoding="utf-8")), source):
                found.append(Fault("notebooks", kind, file, what, _edit(file, change)))
    return found


def _edit(file: str, change: Callable[[Node], None]) -> Callable[[Path], None]:
    def edit(tree: Path) -> None:
        notebook = json.loads((tree / file).read_text(encoding="utf-8"))
        change(notebook)
        write(tree / file, json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")

    return edit


def _joined(value: Any) -> str:
    return "".join(value) if isinstance(value, list) else str(value)


def _with(text: str, source: random.Random) -> tuple[str, str] | None:
    numbers = list(NUMBER.finditer(text))
    if not numbers:
        return None
    match = source.choice(numbers)
    new = next_number(match[0])
    return f"{match[0]} becomes {new}", text[: match.start()] + new + text[match.end() :]


def _text_number(notebook: Node, source: random.Random) -> Iterator[Made]:
    """Edit a number in the words between the cells."""
    places = [i for i, cell in enumerate(notebook["cells"]) if cell["cell_type"] == "markdown"]
    source.shuffle(places)
    for place in places[:4]:
        made = _with(_joined(notebook["cells"][place]["source"]), source)
        if made is not None:
            yield f"text in cell {place}: {made[0]}", _setter(place, "source", made[1])


def _setter(place: int, key: str, value: Any) -> Callable[[Node], None]:
    def change(notebook: Node) -> None:
        notebook["cells"][place][key] = value

    return change


def _outputs(notebook: Node, *mimes: str) -> list[tuple[int, int, str]]:
    return [
        (place, number, mime)
        for place, cell in enumerate(notebook["cells"])
        for number, output in enumerate(cell.get("outputs", []))
        for mime in mimes
        if mime in output.get("data", {})
    ]


def _stored(mime: str) -> Callable[[Node, random.Random], Iterator[Made]]:
    def make(notebook: Node, source: random.Random) -> Iterator[Made]:
        """Edit a number in a stored output, as if the notebook had run on other data."""
        places = _outputs(notebook, mime)
        source.shuffle(places)
        for place, number, _ in places[:2]:
            data = notebook["cells"][place]["outputs"][number]["data"]
            made = _with(_joined(data[mime]), source)
            if made is not None:
                new = data | {mime: made[1]}
                yield f"{mime} of cell {place}: {made[0]}", _output(place, number, "data", new)

    return make


def _output(place: int, number: int, key: str, value: Any) -> Callable[[Node], None]:
    def change(notebook: Node) -> None:
        notebook["cells"][place]["outputs"][number][key] = value

    return change


def _picture(notebook: Node, source: random.Random) -> Iterator[Made]:
    """Put the picture of another chart in the place of one."""
    places = _outputs(notebook, "image/png")
    if len(places) < 2:
        return
    (place, number, _), (other, there, _) = source.sample(places, 2)
    data = notebook["cells"][place]["outputs"][number]["data"]
    wrong = notebook["cells"][other]["outputs"][there]["data"]["image/png"]
    new = data | {"image/png": wrong}
    yield f"picture of cell {place} is that of {other}", _output(place, number, "data", new)


def _alt(notebook: Node, source: random.Random) -> Iterator[Made]:
    """Edit the alternative text that a reader of the page hears."""
    for place, number, _ in _outputs(notebook, "image/png")[:2]:
        metadata = notebook["cells"][place]["outputs"][number]["metadata"]
        made = _with(metadata["image/png"]["alt"], source)
        if made is not None:
            new = {"image/png": metadata["image/png"] | {"alt": made[1]}}
            yield f"alt of cell {place}: {made[0]}", _output(place, number, "metadata", new)


def _code(notebook: Node) -> list[int]:
    cells = enumerate(notebook["cells"])
    return [i for i, cell in cells if cell["cell_type"] == "code" and _joined(cell["source"])]


def _renumbered(notebook: Node) -> None:
    for number, place in enumerate(_code(notebook), start=1):
        cell = notebook["cells"][place]
        cell["execution_count"] = number
        for output in cell["outputs"]:
            if "execution_count" in output:
                output["execution_count"] = number


def _names(source: str) -> tuple[set[str], set[str]]:
    """Return the names that a cell binds and those it reads."""
    found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)]
    bound = {node.id for node in found if isinstance(node.ctx, ast.Store)}
    return bound, {node.id for node in found if isinstance(node.ctx, ast.Load)}


def _dependent(notebook: Node) -> list[tuple[int, int]]:
    """Return pairs of code cells of which the second reads what the first binds."""
    cells = [(place, *_names(_joined(notebook["cells"][place]["source"]))) for place in
             _code(notebook)]  # fmt: skip
    return [
        (first, second)
        for i, (first, bound, _) in enumerate(cells)
        for second, _, read in cells[i + 1 :]
        if bound & read
    ]


def _order(notebook: Node, source: random.Random) -> Iterator[Made]:
    """Swap a cell with one that needs it, with the counts in good order again."""
    pairs = _dependent(notebook)
    if not pairs:
        return
    one, two = source.choice(pairs)

    def change(notebook: Node) -> None:
        cells = notebook["cells"]
        cells[one], cells[two] = cells[two], cells[one]
        _renumbered(notebook)

    yield f"cells {one} and {two} swapped", change


def _hidden(notebook: Node, source: random.Random) -> Iterator[Made]:
    """Delete a cell whose names a later one still reads."""
    pairs = _dependent(notebook)
    if not pairs:
        return
    place = source.choice(pairs)[0]

    def change(notebook: Node) -> None:
        del notebook["cells"][place]
        _renumbered(notebook)

    yield f"cell {place} deleted, though later cells need it", change


def _cleared(notebook: Node, source: random.Random) -> Iterator[Made]:
    places = [i for i in _code(notebook) if notebook["cells"][i]["outputs"]]
    place = source.choice(places)

    def change(notebook: Node) -> None:
        notebook["cells"][place]["outputs"] = []
        notebook["cells"][place]["execution_count"] = None

    yield f"cell {place} cleared", change


def _parameter(notebook: Node, source: random.Random) -> Iterator[Made]:
    """Edit a parameter and do not run the notebook again."""
    for place in _code(notebook):
        cell = notebook["cells"][place]
        if "parameters" in cell["metadata"].get("tags", []):
            made = _with(_joined(cell["source"]), source)
            if made is not None:
                yield f"parameter in cell {place}: {made[0]}", _setter(place, "source", made[1])


KINDS: dict[str, Callable[[Node, random.Random], Iterator[Made]]] = {
    "number in text": _text_number,
    "stale words": _stored("text/markdown"),
    "stale table": _stored("text/html"),
    "stale text": _stored("text/plain"),
    "stale data": _stored("text/csv"),
    "stale picture": _picture,
    "alternative text": _alt,
    "order of cells": _order,
    "hidden state": _hidden,
    "cleared output": _cleared,
    "parameter": _parameter,
}
