"""Faults of the code: what mutmut does to an expression, one fault a file on disk.

mutmut's own runner keeps all mutants of a module in one file and chooses by an environment
variable; here a fault stands alone, so that kernels, readers of source and the shell see it too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import libcst as cst
from libcst import matchers as m
from libcst.metadata import PositionProvider
from mutmut.mutation.file_mutation import create_mutations, deep_replace

from tools.mutation.fault import Edit, Fault, flat, write

# A number there is a place on paper: one more moves a mark by less than a reader sees. Of series,
# units, scales and words there the faults by pattern take care.
_DRAWING = re.compile(r"(?:^|/)(?:show|show_\w+)(?:\.py|/)")

# A word written otherwise is a fault that anything sees, or one of an error's words; None in the
# place of a value stops the first who meets it.
_LEFT_OUT = (cst.SimpleString, cst.FormattedString, cst.ConcatenatedString, cst.Arg)
_SPOKEN = m.Raise() | m.Call(func=m.Name(value=m.MatchRegex(r"\w*Error|_error|\w*fault\w*")))

# mutmut passes over what is decorated, so decorators are taken off and put back.
_FUNCTION = re.compile(r"^(?=def (\w+))", re.MULTILINE)
_DECORATED = re.compile(r"^((?:@.*\n)+)(?=def (\w+))", re.MULTILINE)


def targets(tree: Path) -> list[str]:
    """Return every module of the package, relative to the tree."""
    return [str(path.relative_to(tree)) for path in sorted((tree / "tradeviz").rglob("*.py"))]


def faults(tree: Path) -> list[Fault]:
    """Return every mutation of the code of the package."""
    return [fault for file in targets(tree) for fault in of_file(tree, file)]


def of_file(tree: Path, file: str) -> list[Fault]:
    """Return every mutation of a file that changes what it computes."""
    text = (tree / file).read_text(encoding="utf-8")
    module, mutations = _parsed(file, text)
    places = cst.MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
    drawing = bool(_DRAWING.search(file))
    # What only says what is wrong computes nothing.
    spoken = {number for call in m.findall(module, _SPOKEN) for number in _within(call)}
    found = []
    for number, mutation in enumerate(mutations):
        old, new = (_code(node) for node in (mutation.original_node, mutation.mutated_node))
        if isinstance(mutation.original_node, _LEFT_OUT) or id(mutation.original_node) in spoken:
            continue
        kind = _kind(mutation.original_node)
        if new.count("None") > old.count("None") or (drawing and kind == "constant"):
            continue
        where = getattr(mutation.contained_by_top_level_function, "name", None)
        place = where.value if where else "module"
        what = f"{place}: {flat(old)} becomes {flat(new)} at {number}"
        line = places[mutation.original_node].start.line
        edit = _edit(file, text, number)
        found.append(Fault("code", f"{_stem(file)} {kind}", file, what, edit, line))
    return found


@lru_cache(maxsize=200)
def _parsed(file: str, text: str) -> tuple[cst.Module, list[Any]]:
    module, mutations, _, _ = create_mutations(file, _DECORATED.sub("", text))
    return module, mutations


def _edit(file: str, text: str, number: int) -> Edit:
    def edit(tree: Path) -> None:
        assert (tree / file).read_text(encoding="utf-8") == text, f"{file} is not what was read"
        module, mutations = _parsed(file, text)
        mutant = deep_replace(module, mutations[number].original_node,
                              mutations[number].mutated_node)  # fmt: skip
        assert isinstance(mutant, cst.Module)
        lines = {name: lines for lines, name in _DECORATED.findall(text)}
        write(tree / file, _FUNCTION.sub(lambda match: lines.get(match[1], ""), mutant.code))

    return edit


def _stem(file: str) -> str:
    path = Path(file)
    return path.parent.name if path.name == "__init__.py" else path.stem


def _code(node: cst.CSTNode) -> str:
    return cst.Module([]).code_for_node(node).strip()


def _within(node: cst.CSTNode) -> Iterator[int]:
    """Yield the identity of a node and of all that stands in it."""
    yield id(node)
    for child in node.children:
        yield from _within(child)


def _kind(node: cst.CSTNode) -> str:
    if isinstance(node, cst.ComparisonTarget | cst.Comparison | cst.BaseCompOp):
        return "comparison"
    if isinstance(node, cst.Integer | cst.Float | cst.Name):
        return "constant"
    if isinstance(node, cst.Call):
        return "call"
    return "operator"
