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

START, END = "<!-- mutation: start -->", "<!-- mutation: end -->"

TITLES = {
    "data": "data: value, unit, country, row, date",
    "law": "law: rate, rule, day, scope, partner, stacking, outcome",
    "code": "code: operator, comparison, constant, function",
    "charts": "charts: series, label, unit, colours, axis",
    "notebooks": "notebooks: number, output, order, hidden state",
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
        "| class of fault | planted | equivalent | caught | share | by hash alone | survivors |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for group in (*CLASSES, "all"):
        own = [item for item in found if group in (item.fault.group, "all")]
        if not own:
            continue
        lost = [item for item in own if not item.caught]
        same = [item for item in lost if name(item.fault) in known]
        caught, real = len(own) - len(lost), len(own) - len(same)
        hashed = sum(item.by_hash for item in own)
        stored = sum(item.fault.file.startswith("data/") for item in own)
        share = f"{100 * caught / real:.1f} %" if real else "n/a"
        lines.append(
            f"| {TITLES.get(group, '**all**')} | {len(own)} | {len(same)} | {caught} | {share} | "
            f"{f'{hashed} of {stored}' if stored else 'none'} | {len(lost) - len(same)} |"
        )
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


def write(found: list[Verdict], path: Path, command: str) -> None:
    """Put the table between its two marks in a document."""
    text = path.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    after = rest.partition(END)[2]
    seconds = sum(item.seconds for item in found)
    body = "\n\n".join(
        (
            f"Made by `{command}` in {seconds / 60:.0f} minutes of test runs.",
            table(found),
            "First to see them:",
            witnesses(found),
            "Not caught:",
            survivors(found),
        )
    )
    path.write_text(f"{before}{START}\n{body}\n{END}{after}", encoding="utf-8")
