"""The table of what was caught, and the survivors by name."""

from __future__ import annotations

import ast
import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path

from tools.mutation.bench import Verdict
from tools.mutation.fault import CLASSES, Fault

EQUIVALENT = Path(__file__).resolve().parent / "equivalent.csv"
"""Faults that change nothing that could be seen: kind, file, what, and why."""

TITLES = {
    "data": "data: value, unit, country, row, column, date",
    "law": "law: rate, rule, day, scope, partner, stacking, outcome",
    "code": "code: operator, comparison, constant, call",
    "charts": "charts: series, unit, scale, axis, colours, words",
    "notebooks": "notebooks: number, output, order, hidden state",
    "surface": "surface: shell, documents, install, files, pages",
}


@cache
def equivalent() -> dict[str, str]:
    """Return fault -> why it is none, from the table of equivalent faults."""
    if not EQUIVALENT.exists():
        return {}
    with EQUIVALENT.open(encoding="utf-8", newline="") as file:
        return {_named(row["kind"], row["file"], row["what"]): row["why"] for row in
                csv.DictReader(file)}  # fmt: skip


def name(fault: Fault) -> str:
    """Return the name of a fault, without its offset unless the equivalent ones have it with that.

    Every edit above a fault moves its offset, but of several of one name some may be faults.
    """
    whole = _named(fault.kind, fault.file, fault.what)
    plain = _named(fault.kind, fault.file, re.sub(r" at \d+$", "", fault.what))
    return whole if whole in equivalent() else plain


def _named(*parts: str) -> str:
    return " | ".join(parts)


def table(found: list[Verdict]) -> str:
    """Write caught and not caught by class as Markdown."""
    known = equivalent()
    lines = [
        "| class of fault | planted | equivalent | caught | share | survivors |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for group in (*CLASSES, "all"):
        own = [item for item in found if group in (item.fault.group, "all")]
        if not own:
            continue
        lost = [item for item in own if not item.caught]
        same = sum(name(item.fault) in known for item in lost)
        caught, real = len(own) - len(lost), len(own) - same
        share = f"{100 * caught / real:.1f} %" if real else "n/a"
        title = TITLES.get(group, "**all**")
        lines.append(f"| {title} | {len(own)} | {same} | {caught} | {share} | {len(lost) - same} |")
    return "\n".join(lines)


def witnesses(found: list[Verdict]) -> str:
    """Write which files of tests were the first to see the faults of each class."""
    lines = []
    for group in CLASSES:
        count = Counter(
            "notebooks" if ".ipynb" in item.by else item.by.partition("::")[0].partition(" ")[0]
            for item in found
            if item.caught and item.fault.group == group
        )
        if count:
            named = ", ".join(f"`{name}` {number}" for name, number in count.most_common(6))
            lines.append(f"- {group}: {named}")
    return "\n".join(lines)


def survivors(found: list[Verdict]) -> str:
    """Write the faults that no test saw, with the reason where one is known."""
    known = equivalent()
    lines = [
        f"- `{item.fault}`{': ' + known[name(item.fault)] if name(item.fault) in known else ''}"
        for item in found
        if not item.caught
    ]
    return "\n".join(lines) or "- none"


def coverage(tree: Path, possible: dict[str, list[Fault]], found: list[Verdict]) -> str:
    """Write for each part of the package where faults can stand, and what became of those drawn."""
    spots = {(fault.file, fault.line) for faults in possible.values() for fault in faults}
    lines: Counter[str] = Counter()
    for path in sorted((tree / "tradeviz").rglob("*")):
        if path.suffix in _CODE:
            lines[_part(str(path.relative_to(tree)))] += _code_lines(path)
    rows = [
        "| part | lines of code | of them with a possible fault | drawn | caught |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for part, number in (+lines).items():
        open_to = sum(_part(file) == part for file, _ in spots)
        own = [item for item in found if _part(item.fault.file) == part]
        caught = sum(item.caught for item in own)
        share = f"{open_to} ({100 * open_to / number:.0f} %)"
        rows.append(f"| {part} | {number} | {share} | {len(own)} | {caught} |")
    return "\n".join(rows)


_CODE = (".py", ".js", ".css", ".j2")


def _part(file: str) -> str:
    """Return the package a file is of, or where it stands alone the folder above it."""
    folders = Path(file).parent.parts
    return "/".join(folders[: 3 if "models" in folders else 2]) or "."


def _code_lines(path: Path) -> int:
    """Count lines that are neither blank, comment, import nor docstring."""
    text = path.read_text(encoding="utf-8")
    lines = {
        number
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.strip().startswith("#")
    }
    for node in ast.walk(ast.parse(text)) if path.suffix == ".py" else ():
        words = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if words or isinstance(node, ast.Import | ast.ImportFrom):
            lines -= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(lines)


def body(found: list[Verdict], covered: str) -> str:
    """Write what a run says."""
    minutes = sum(item.seconds for item in found) / 60
    return "\n\n".join(
        (
            f"{minutes:.0f} minutes of test runs.",
            table(found),
            covered,
            "First to see them:",
            witnesses(found),
            "Not caught:",
            survivors(found),
        )
    )


def write(body: str, path: Path, command: str, mark: str) -> None:
    """Put what a run says between its two marks in a document."""
    start, end = f"<!-- {mark}: start -->", f"<!-- {mark}: end -->"
    before, _, rest = path.read_text(encoding="utf-8").partition(start)
    after = rest.partition(end)[2]
    text = f"{before}{start}\nMade by `{command}`: {body}\n{end}{after}"
    path.write_text(text, encoding="utf-8")
