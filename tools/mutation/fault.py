"""A fault: one edit of one file, with a name that stays the same from run to run."""

from __future__ import annotations

import csv
import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

CLASSES = ("data", "law", "code", "charts", "notebooks", "surface")

Edit = Callable[[Path], None]
"""Changes the tree in the folder given."""


@dataclass(frozen=True)
class Fault:
    """One planted fault.

    `kind` says what sort it is within its class, `file` what it changes, relative to the tree;
    `what` tells the change in words, and with the others names the fault; `line` is counted
    without decorators, and 0 where it does not matter.
    """

    group: str
    kind: str
    file: str
    what: str
    edit: Edit
    line: int = 0

    @property
    def key(self) -> str:
        """Eight digits that name the fault as long as the place it changes stays as it is."""
        text = "|".join((self.group, self.kind, self.file, self.what))
        return hashlib.sha256(text.encode()).hexdigest()[:8]

    def __str__(self) -> str:
        """Return one line for a person."""
        return f"{self.key} {self.group}/{self.kind} {self.file}: {self.what}"


def flat(text: str) -> str:
    """Return a text as one line that is not long."""
    line = " ".join(text.split())
    return line if len(line) <= 70 else f"{line[:69]}…"


def generator(seed: int, *names: object) -> random.Random:
    """Return a source of chance that depends on the seed and on names, not on what ran before."""
    return random.Random(f"{seed} {' '.join(map(str, names))}")


def draw(faults: list[Fault], number: int, source: random.Random) -> list[Fault]:
    """Draw faults so that every kind has its turn before one has a second."""
    kinds: dict[str, list[Fault]] = {}
    for fault in faults:
        kinds.setdefault(fault.kind, []).append(fault)
    for found in kinds.values():
        source.shuffle(found)
    order = sorted(kinds)
    source.shuffle(order)
    drawn: list[Fault] = []
    while len(drawn) < number and any(kinds.values()):
        for kind in order:
            if kinds[kind] and len(drawn) < number:
                drawn.append(kinds[kind].pop())
    return drawn


def replace_text(file: str, place: int, old: str, new: str) -> Edit:
    """Return an edit that puts a text in the place of another one at an offset."""

    def edit(tree: Path) -> None:
        path = tree / file
        text = path.read_text(encoding="utf-8")
        assert text[place : place + len(old)] == old, f"{file} is not the file that was read"
        write(path, text[:place] + new + text[place + len(old) :])

    return edit


def next_number(number: str) -> str:
    """Return the number with its last digit, of a long one the sixth that counts, one higher.

    Nobody reads the seventeenth digit of a figure, and notebooks are compared to fewer.
    """
    digits = [place for place, sign in enumerate(number) if sign.isdigit()]
    first = next((place for place in digits if number[place] != "0"), digits[0])
    place = [place for place in digits if place >= first][:6][-1]
    return f"{number[:place]}{(int(number[place]) + 1) % 10}{number[place + 1 :]}"


def write(path: Path, text: str) -> None:
    """Write a file with plain line ends."""
    path.write_text(text, encoding="utf-8", newline="\n")


Rows = list[list[str]]


def read_rows(path: Path) -> Rows:
    """Read a CSV table as text, header first."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def write_rows(path: Path, rows: Rows) -> None:
    """Write a CSV table as the build writes it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def edit_rows(file: str, change: Callable[[Rows], None]) -> Edit:
    """Return an edit that changes the rows of a CSV table."""

    def edit(tree: Path) -> None:
        rows = read_rows(tree / file)
        change(rows)
        write_rows(tree / file, rows)

    return edit
