"""Faults of the law: a rate, a rule, a day, a scope, a partner, a stacking pair, an exemption."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Callable
from pathlib import Path

from tools.mutation.fault import Fault, Rows, edit_rows, generator, read_rows, replace_text

PER_KIND = 12


def faults(tree: Path, seed: int) -> list[Fault]:
    """Return faults of each kind in measures, exemptions, stacking, scopes and outcomes."""
    found: list[Fault] = []
    for kind, file, make in CELLS:
        source = generator(seed, "law", kind)
        rows = read_rows(tree / file)
        while sum(fault.kind == kind for fault in found) < PER_KIND:
            made = make(rows, source)
            if made is not None:
                found.append(Fault("law", kind, file, made[0], edit_rows(file, made[1])))
    return [*found, *_scopes(tree, seed), *_outcomes(tree, seed)]


Made = tuple[str, Callable[[Rows], None]] | None


def _cell(rows: Rows, column: str, source: random.Random) -> tuple[int, int, str]:
    place = rows[0].index(column)
    row = source.randrange(1, len(rows))
    return row, place, rows[row][place]


def _put(row: int, place: int, new: str) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        rows[row][place] = new

    return change


def _told(rows: Rows, row: int, column: str, old: str, new: str) -> str:
    return f"{rows[row][0]}: {column} {old or 'empty'} becomes {new or 'empty'}"


def _rate(rows: Rows, source: random.Random) -> Made:
    row, place, old = _cell(rows, "rate", source)
    if not old:
        return None
    new = f"{max(0.0, float(old) + source.choice([-0.01, 0.005, 0.01, 0.1])):.6g}"
    return (_told(rows, row, "rate", old, new), _put(row, place, new)) if new != old else None


def _rule(rows: Rows, source: random.Random) -> Made:
    row, place, old = _cell(rows, "rule", source)
    new = {"add": "ceiling", "ceiling": "add"}.get(old)
    return new and (_told(rows, row, "rule", old, new), _put(row, place, new))


def _day(column: str) -> Callable[[Rows, random.Random], Made]:
    def make(rows: Rows, source: random.Random) -> Made:
        row, place, old = _cell(rows, column, source)
        if not old:
            return None
        moved = dt.date.fromisoformat(old) + dt.timedelta(days=source.choice([-7, -1, 1, 30]))
        new = moved.isoformat()
        return _told(rows, row, column, old, new), _put(row, place, new)

    return make


def _other(column: str) -> Callable[[Rows, random.Random], Made]:
    """Put the value that the column has in another row."""

    def make(rows: Rows, source: random.Random) -> Made:
        row, place, old = _cell(rows, column, source)
        new = source.choice(sorted({other[place] for other in rows[1:]} - {old}))
        return _told(rows, row, column, old, new), _put(row, place, new)

    return make


def _gone(rows: Rows, source: random.Random) -> Made:
    row = source.randrange(1, len(rows))
    return f"{rows[row][0]} ({', '.join(rows[row][1:4])}) gone", lambda rows: rows.pop(row)


CELLS: tuple[tuple[str, str, Callable[[Rows, random.Random], Made]], ...] = (
    ("rate", "data/law/measures.csv", _rate),
    ("rule", "data/law/measures.csv", _rule),
    ("start", "data/law/measures.csv", _day("start")),
    ("end", "data/law/measures.csv", _day("end")),
    ("scope", "data/law/measures.csv", _other("scope")),
    ("partner", "data/law/measures.csv", _other("partners")),
    ("share", "data/law/measures.csv", _other("value_share")),
    ("stacking gone", "data/law/stacking.csv", _gone),
    ("stacking pair", "data/law/stacking.csv", _other("yields_to")),
    ("exemption gone", "data/law/exemptions.csv", _gone),
    ("exemption scope", "data/law/exemptions.csv", _other("scope")),
    ("exemption end", "data/law/exemptions.csv", _day("end")),
)


def _scopes(tree: Path, seed: int) -> list[Fault]:
    found = []
    for path in sorted((tree / "data" / "law" / "scopes").glob("*.csv")):
        file = f"data/law/scopes/{path.name}"
        source = generator(seed, "law", file)
        rows = read_rows(path)
        row = source.randrange(1, len(rows))
        old = rows[row][0]
        how = source.choice(["gone", "shorter", "other"])
        if how == "gone" or len(old) < 6:
            change: Callable[[Rows], None] = _remover(row)
            what = f"prefix {old} gone"
        else:
            new = old[:-2] if how == "shorter" else f"{old[:-1]}{(int(old[-1]) + 1) % 10}"
            what, change = f"prefix {old} becomes {new}", _put(row, 0, new)
        found.append(Fault("law", "scope prefix", file, what, edit_rows(file, change)))
    return found


def _remover(row: int) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        rows.pop(row)

    return change


def _outcomes(tree: Path, seed: int) -> list[Fault]:
    found = []
    for path in sorted((tree / "data" / "outcomes").glob("*.toml")):
        file = f"data/outcomes/{path.name}"
        text = path.read_text(encoding="utf-8")
        source = generator(seed, "law", file)
        for match in re.finditer(r"^rate = ([0-9.]+)$", text, flags=re.M):
            new = f"{float(match[1]) + source.choice([-0.05, 0.01, 0.1]):.6g}"
            edit = replace_text(file, match.start(1), match[1], new)
            what = f"rate {match[1]} becomes {new} at {match.start()}"
            found.append(Fault("law", "outcome rate", file, what, edit))
        for match in re.finditer(r"^law = ([0-9-]+)$", text, flags=re.M):
            day = dt.date.fromisoformat(match[1])
            new = (day + dt.timedelta(days=-20 if day.year == 2026 else 20)).isoformat()
            edit = replace_text(file, match.start(1), match[1], new)
            what = f"day of the law {match[1]} becomes {new}"
            found.append(Fault("law", "outcome day", file, what, edit))
    return found
