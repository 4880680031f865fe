"""The table of what was caught, and the survivors by name."""

from __future__ import annotations

import csv
import re
from collections import Counter
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


def equivalent() -> dict[str, str]:
    """Return fault -> why it is none, from the table of equivalent faults."""
    if not EQUIVALENT.exists():
        return {}
    with EQUIVALENT.open(encoding="utf-8", newline="") as file:
        return {_named(row["kind"], row["file"], row["what"]): row["why"] for row in
                csv.DictReader(file)}  # fmt: skip


def name(fault: Fault) -> str:
    """Return the name of a fault without its offset, which every edit above it moves."""
    return _named(fault.kind, fault.file, re.sub(r" at \d+$", "", fault.what))


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


def write(found: list[Verdict], path: Path, command: str, mark: str) -> None:
    """Put the table between its two marks in a document."""
    start, end = f"<!-- {mark}: start -->", f"<!-- {mark}: end -->"
    before, _, rest = path.read_text(encoding="utf-8").partition(start)
    after = rest.partition(end)[2]
    minutes = sum(item.seconds for item in found) / 60
    parts = (
        f"Made by `{command}` in {minutes:.0f} minutes of test runs.",
        table(found),
        "First to see them:",
        witnesses(found),
        "Not caught:",
        survivors(found),
    )
    body = "\n\n".join(parts)
    path.write_text(f"{before}{start}\n{body}\n{end}{after}", encoding="utf-8")
