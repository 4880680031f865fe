"""Faults of charts: a wrong series, label, unit or colour, a truncated axis."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from tools.mutation.code import expressions, segment
from tools.mutation.fault import Fault, replace_text

FOLDERS = ("tradeviz/show/*.py", "tradeviz/trade/show_*.py", "tradeviz/models/*/show.py")

_SERIES = (
    ("exports_usd", "general_imports_usd"),
    ("effective_rate", "added_rate"),
    ("base_rate", "effective_rate"),
    ("added_duty_usd", "base_duty_usd"),
    ("own_rate", "rivals_rate"),
    ("collected_rate", "law_rate"),
    ("published_rate", "formula_rate"),
    ("export_share", "gdp_share"),
    ("duty_usd", "imports_usd"),
    ("low", "high"),
)
_OTHER = {a: b for pair in _SERIES for a, b in (pair, pair[::-1])}
_UNITS = (("percent", "per mille"), ("points", "percent"), (" %", " ‰"), ("billion", "million"))
_SCALE = {1e9: 1e6, 100: 10}
_AXES = ("set_xlim", "set_ylim")


def faults(tree: Path) -> list[Fault]:
    """Return every fault of the charts and of their style."""
    found = []
    for file in sorted(
        str(path.relative_to(tree)) for folder in FOLDERS for path in tree.glob(folder)
    ):
        text = (tree / file).read_text(encoding="utf-8")
        for kind, where, node, new in _mutations(ast.parse(text), text):
            place, old = segment(text, node)
            what = f"{where}: {_flat(old)} becomes {_flat(new)} at {place}"
            found.append(Fault("charts", kind, file, what, replace_text(file, place, old, new)))
    return found + _colours(tree)


def _flat(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 70 else f"{line[:69]}…"


def _mutations(tree: ast.Module, text: str) -> Iterator[tuple[str, str, ast.expr, str]]:
    for where, node in _shown(tree):
        if isinstance(node, ast.Constant):
            for kind, value in _constant(node.value):
                yield kind, where, node, repr(value)
        elif isinstance(node, ast.Call):
            for mutant in _axis(node):
                yield "truncated axis", where, node, mutant
        elif isinstance(node, ast.JoinedStr):
            old = segment(text, node)[1]
            for kind, new in _words(old):
                yield kind, where, node, new


def _shown(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    documents = {
        id(item.body[0].value)
        for item in ast.walk(tree)
        if isinstance(item, ast.Module | ast.FunctionDef | ast.ClassDef)
        and item.body
        and isinstance(item.body[0], ast.Expr)
    }
    loose = {
        id(item.value)
        for item in ast.walk(tree)
        if isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant)
    }
    for where, node in expressions(tree):
        if id(node) not in documents | loose:
            yield where, node
    # Texts with numbers in them, outside of errors.
    raised = {id(sub) for item in ast.walk(tree) if isinstance(item, ast.Raise)
              for sub in ast.walk(item)}  # fmt: skip
    for item in ast.walk(tree):
        if isinstance(item, ast.JoinedStr) and id(item) not in raised:
            yield f"line {item.lineno}", item


def _constant(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, str):
        if value in _OTHER:
            yield "wrong series", _OTHER[value]
        yield from _words(value)
    elif isinstance(value, int | float) and not isinstance(value, bool) and value in _SCALE:
        yield "wrong unit", _SCALE[value]


def _words(value: str) -> Iterator[tuple[str, str]]:
    for old, new in _UNITS:
        start = value.partition(old)[0]
        # What stands in braces is code and no word.
        if old in value and start.count("{") == start.count("}"):
            yield "wrong unit", value.replace(old, new, 1)
            return
    word = re.search(r"(?<![\w{.])[A-Za-z]{4,}(?= [a-z]+)(?![^{]*\})", value)
    if word and " " in value:
        yield "wrong label", value[: word.start()] + "Wrong" + value[word.end() :]


def _axis(node: ast.Call) -> Iterator[str]:
    if not (isinstance(node.func, ast.Attribute) and node.func.attr in _AXES):
        return
    if len(node.args) != 2:
        return
    cut = copy.deepcopy(node)
    low, high = (ast.unparse(part) for part in cut.args)
    if isinstance(cut.args[0], ast.Constant) and cut.args[0].value == 0:
        cut.args[0] = ast.parse(f"({high}) * 0.3", mode="eval").body
        yield ast.unparse(cut)
    half = copy.deepcopy(node)
    half.args[1] = ast.parse(f"({low}) + (({high}) - ({low})) * 0.7", mode="eval").body
    yield ast.unparse(half)


def _colours(tree: Path) -> list[Fault]:
    """Swap the looks of two neighbours in each palette."""
    file = "tradeviz/show/palette.py"
    text = (tree / file).read_text(encoding="utf-8")
    rows = list(re.finditer(r'^        "([\w-]+)": (Colour\(.*\)),$', text, flags=re.M))
    found = []
    for one, two in pairwise(rows):
        if "}" in text[one.end() : two.start()] or one[2] == two[2]:
            continue
        old = text[one.start(2) : two.end(2)]
        new = two[2] + text[one.end(2) : two.start(2)] + one[2]
        what = f"{one[1]} and {two[1]} swapped"
        edit = replace_text(file, one.start(2), old, new)
        found.append(Fault("charts", "swapped colours", file, what, edit))
    return found
