"""Faults of the code: an operator, a comparison, a constant, a function for its opposite.

The tools for this that exist mutate a package that its tests import; here notebooks run in kernels
of their own, so a tree on disk has to change, and the tree that is compared has data and law too.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from pathlib import Path

from tools.mutation.fault import Fault, replace_text

TARGETS = (
    "law/*.py",
    "lines.py",
    "trade/exposure.py",
    "trade/formula.py",
    "trade/competitors.py",
    "models/response/*.py",
)
"""What is mutated, below tradeviz/; what is not there (yet) is left out."""

_COMPARE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_OPERATOR: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_NAMES = {
    "minimum": "maximum",
    "maximum": "minimum",
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "isna": "notna",
    "notna": "isna",
    "first": "last",
    "zeros": "ones",
    "ones": "zeros",
}


def targets(tree: Path) -> list[str]:
    """Return the files of `TARGETS` that are there, relative to the tree."""
    package = tree / "tradeviz"
    found = [path for pattern in TARGETS for path in sorted(package.glob(pattern))]
    return [str(path.relative_to(tree)) for path in found if path.name != "__init__.py"]


def faults(tree: Path) -> list[Fault]:
    """Return every mutation of the code of the engine."""
    found = []
    for file in targets(tree):
        text = (tree / file).read_text(encoding="utf-8")
        for kind, where, node, mutant in mutations(ast.parse(text)):
            place, old = segment(text, node)
            new = f"({ast.unparse(mutant)})"
            what = f"{where}: {_flat(old)} becomes {_flat(new)} at {place}"
            edit = replace_text(file, place, old, new)
            module = Path(file).stem
            found.append(Fault("code", f"{module} {kind}", file, what, edit))
    return found


def _flat(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 70 else f"{line[:69]}…"


def segment(text: str, node: ast.expr) -> tuple[int, str]:
    """Return offset and text of an expression; columns of the tree count bytes."""
    found = ast.get_source_segment(text, node)
    assert found is not None
    lines = text.splitlines(keepends=True)
    line = lines[node.lineno - 1].encode()[: node.col_offset].decode()
    return sum(map(len, lines[: node.lineno - 1])) + len(line), found


def mutations(tree: ast.Module) -> Iterator[tuple[str, str, ast.expr, ast.expr]]:
    """Yield kind, place, node and mutant for every expression that can be changed."""
    for where, node in expressions(tree):
        for kind, mutant in _mutants(node):
            yield kind, where, node, mutant


def expressions(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Yield the expressions that compute something, with the function they stand in.

    Left out: annotations, docstrings, decorators, errors raised and what they say, f-strings, and
    names for export.
    """
    stack: list[tuple[str, ast.AST]] = [("module", tree)]
    while stack:
        where, node = stack.pop()
        if isinstance(node, ast.expr) and not isinstance(node, ast.JoinedStr):
            yield where, node
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            where = node.name if where == "module" else f"{where}.{node.name}"
        stack += [(where, child) for child in _children(node)]


def _children(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.Raise | ast.JoinedStr | ast.Import | ast.ImportFrom):
        return []
    if isinstance(node, ast.Call) and _called(node).endswith(("Error", "_error", "cast")):
        return []
    if isinstance(node, ast.FunctionDef):
        return [*node.body, *node.args.defaults, *filter(None, node.args.kw_defaults)]
    if isinstance(node, ast.AnnAssign):
        return [node.value] if node.value else []
    if isinstance(node, ast.ClassDef):
        return list(node.body)
    if isinstance(node, ast.Assign) and _called(node.targets[0]) == "__all__":
        return []
    return list(ast.iter_child_nodes(node))


def _called(node: ast.AST) -> str:
    if isinstance(node, ast.Call):
        return _called(node.func)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _mutants(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    mutant = copy.deepcopy(node)
    if isinstance(mutant, ast.Compare) and type(mutant.ops[0]) in _COMPARE:
        mutant.ops[0] = _COMPARE[type(mutant.ops[0])]()
        yield "comparison", mutant
    elif isinstance(mutant, ast.BinOp) and type(mutant.op) in _OPERATOR and not _texts(mutant):
        mutant.op = _OPERATOR[type(mutant.op)]()
        yield "operator", mutant
    elif isinstance(mutant, ast.BoolOp):
        mutant.op = ast.Or() if isinstance(mutant.op, ast.And) else ast.And()
        yield "operator", mutant
    elif isinstance(mutant, ast.UnaryOp) and isinstance(mutant.op, ast.Not | ast.Invert | ast.USub):
        yield "operator", mutant.operand
    elif isinstance(mutant, ast.IfExp):
        mutant.body, mutant.orelse = mutant.orelse, mutant.body
        yield "operator", mutant
    elif isinstance(mutant, ast.Call):
        yield from _call(mutant)
    elif isinstance(mutant, ast.Constant):
        yield from _constant(mutant)


def _texts(node: ast.BinOp) -> bool:
    return any(isinstance(side, ast.JoinedStr) or isinstance(getattr(side, "value", 0), str)
               for side in (node.left, node.right))  # fmt: skip


def _call(node: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    name = _called(node)
    if name in _NAMES:
        if isinstance(node.func, ast.Attribute):
            node.func.attr = _NAMES[name]
        elif isinstance(node.func, ast.Name):
            node.func.id = _NAMES[name]
        yield "function", node


def _constant(node: ast.Constant) -> Iterator[tuple[str, ast.expr]]:
    value = node.value
    if isinstance(value, bool):
        yield "constant", ast.Constant(not value)
    elif isinstance(value, int):
        yield "constant", ast.Constant(value + 1)
    elif isinstance(value, float):
        yield "constant", ast.Constant(value * 1.1 if value else 1.0)
