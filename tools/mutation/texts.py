"""Faults by pattern: charts, and what else a reader or user meets (shell, documents, plumbing)."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tools.mutation.fault import Fault, flat, next_number, replace_text

New = str | Callable[[str], str]


@dataclass(frozen=True)
class Pattern:
    """Where a kind of fault is found, and what is put in the place of it or of its group."""

    group: str
    kind: str
    files: str
    old: str
    new: New


def _opposite(*pairs: tuple[str, str]) -> tuple[str, New]:
    """Return a pattern of words, and a function that puts the other of the pair."""
    other = {a: b for pair in pairs for a, b in (pair, pair[::-1])}
    return rf"\b(?:{'|'.join(other)})\b", lambda word: other[word]


SERIES = _opposite(
    ("exports_usd", "general_imports_usd"), ("effective_rate", "added_rate"),
    ("own_rate", "rivals_rate"), ("collected_rate", "law_rate"),
    ("published_rate", "formula_rate"), ("export_share", "gdp_share"), ("low", "high"),
)  # fmt: skip
UNITS = _opposite(
    ("percent", "per mille"), ("points", "percent"), ("billion", "million"), ("real", "nominal")
)
WORDS = _opposite(
    ("above", "below"), ("higher", "lower"), ("most", "least"), ("largest", "smallest"),
    ("more", "less"), ("rises", "falls"), ("gains", "loses"), ("every", "no"),
)  # fmt: skip
SHOWN = "tradeviz/{show/*,whatif/*,law/show*,trade/show*,models/**/show*}.py"
SAID = "tradeviz/{show/*,law/show*,trade/show*,models/**/show*}.py"
CLI = "tradeviz/cli/*.py"
FILES = "tradeviz/files.py"
DOCUMENTS = "{README,docs/*}.md"
PAGES = "tradeviz/{report,whatif,panel}/**/*.j2"
SCRIPTS = "tradeviz/{report,whatif}/**/*.js"
OPERATORS = _opposite(("===", "!=="), ("<", ">"), ("&&", "||"))
LAYOUT = "overflow(?:-x)?|max-width|display|position|white-space|break-inside|grid-template-columns"

# fmt: off
PATTERNS = (
    Pattern("charts", "wrong series", SHOWN, rf'(?<=")(?:{SERIES[0]})(?=")', SERIES[1]),
    Pattern("charts", "wrong unit", SHOWN, UNITS[0], UNITS[1]),
    Pattern("charts", "wrong scale", SHOWN, r"(?<![\w.])(?:1e9|100)(?![\w.])", "10"),
    Pattern("charts", "truncated axis", SHOWN, r"set_[xy]lim\((0(?:\.0)?), ", "0.3"),
    Pattern("charts", "swapped colours", SHOWN, r"(?<=#)[0-9a-f]{6}(?=\")", "123456"),
    Pattern("charts", "words the other way", SAID, WORDS[0], WORDS[1]),
    Pattern("surface", "option ignored", CLI,
            r"\b\w+=(?:\w+\()?\[?given\.[\w.]+\]?(?:\)(?:\[0\])?)?,", ""),
    Pattern("surface", "default of an option", CLI, r'default=(\d+|"\w+")', '"other"'),
    Pattern("surface", "exit code", CLI, r"return (ERROR|0)$", "1"),
    Pattern("surface", "document code", DOCUMENTS, r"\btv\.(\w+)\(", lambda word: f"{word}s"),
    Pattern("surface", "document command", DOCUMENTS, r"tradeviz [a-z]+ --([a-z]+)",
            lambda word: word[:-1]),
    Pattern("surface", "document outcome", "README.md", r'^layer = "(.*)"$', "reciproc"),
    Pattern("surface", "document link", DOCUMENTS, r"\]\(docs/(\w+)", "nowhere"),
    Pattern("surface", "tolerance wider", "tradeviz/quantities.py", r"= (1e-\d+)", "1e-2"),
    Pattern("surface", "tolerance wider", "tools/differences.py", r"1e-3", "1e6"),
    Pattern("surface", "tie the other way", "tradeviz/**/*.py", r"(?:ascending|reverse)=(\w+)",
            lambda word: str(word == "False")),
    Pattern("surface", "written in place", FILES, r"os\.replace\(beside, path\)",
            "path.write_bytes(content)"),
    Pattern("surface", "link followed", FILES, r" \| os\.O_EXCL", ""),
    Pattern("surface", "permissions lost", FILES, r"os\.fchmod\(.*\)", "pass"),
    Pattern("surface", "device replaced", FILES, r"stat\.S_ISREG\(mode\)", "True"),
    Pattern("surface", "console script", "pyproject.toml", r"tradeviz\.cli:(main)", "run"),
    Pattern("surface", "wheel without notebooks", "tools/wheel_hook.py", r', "notebooks"', ","),
    Pattern("surface", "target runs nothing", "Makefile", r"^\t@?\$\(BIN\).*$", ""),
    Pattern("surface", "workbook format", "tradeviz/report/workbook.py", r'"(0\.0+%?|#,##0)"', "@"),
    Pattern("surface", "not escaped", "tradeviz/{report,whatif,show}/*.py", r"\b(escape)\(\w",
            "str"),
    Pattern("surface", "nothing said to a screen reader", "tradeviz/{report,whatif}/**/*",
            r"\b(aria-label|aria-live|role)=", "data-none"),
    Pattern("surface", "sorted as text", "tradeviz/report/templates/*.js", r"\b(amount) \?",
            "null"),
    Pattern("surface", "template the other way", PAGES, r"\{%-? (?:el)?(if) ", "if not"),
    Pattern("surface", "nothing in a template", PAGES, r"(\{\{.*?\}\})", ""),
    Pattern("surface", "script the other way", SCRIPTS, r"(?<=\s)(?:===|!==|<|>|&&|\|\|)(?=\s)",
            OPERATORS[1]),
    Pattern("surface", "rule of a page gone", "tradeviz/{report,whatif}/**/*.css",
            rf"(?<=[ {{;])(?:{LAYOUT})(?=:)", "x-none"),
    Pattern("surface", "number of a document", "{README,docs/limits}.md",
            r"\b(\d+(?:\.\d+)?) (?:%|billion|points)", next_number),
    Pattern("surface", "date of a document", "README.md", r"\b(\d+) (?:January|August|April) 20",
            next_number),
)
# fmt: on


def faults(tree: Path, group: str) -> list[Fault]:
    """Return every fault of a group, but in words that only say what a function is or raises."""
    found = []
    for pattern in (item for item in PATTERNS if item.group == group):
        for path in sorted(path for files in _braces(pattern.files) for path in tree.glob(files)):
            if path.is_file() and "__pycache__" not in path.parts:
                found += _of_file(pattern, str(path.relative_to(tree)), path)
    return found


def _braces(pattern: str) -> list[str]:
    """Return the patterns that one with alternatives in braces stands for."""
    before, _, rest = pattern.partition("{")
    inside, _, after = rest.partition("}")
    return [f"{before}{part}{after}" for part in inside.split(",")] if rest else [pattern]


def _of_file(pattern: Pattern, file: str, path: Path) -> Iterator[Fault]:
    text = path.read_text(encoding="utf-8")
    silent = _silent(text) if path.suffix == ".py" else []
    for match in re.finditer(pattern.old, text, flags=re.M):
        group = 1 if match.re.groups else 0
        old, place = match[group], match.start(group)
        if any(start <= place < end for start, end in silent):
            continue
        new = pattern.new(old) if callable(pattern.new) else pattern.new
        line = text[:place].count("\n") + 1
        what = f"{flat(match[0].strip())}: {new or 'nothing'} at {line}"
        edit = replace_text(file, place, old, new)
        yield Fault(pattern.group, pattern.kind, file, what, edit, line)


@cache
def _silent(text: str) -> list[tuple[int, int]]:
    """Return where docstrings, comments and errors stand."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = [match.span() for match in re.finditer(r"#(?![0-9a-f]{6}\b).*$", text, flags=re.M)]
    for node in ast.walk(ast.parse(text)):
        words = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if (words or isinstance(node, ast.Raise)) and node.end_lineno:
            found.append((starts[node.lineno - 1], starts[node.end_lineno]))
    return found
