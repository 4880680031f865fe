"""Lines of text measured in the font of the charts."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from tradeviz.datasets import load

# A line never begins with the sign of a number.
_BREAK = re.compile(r" (?!%)")


def wrapped(text: str, width: float, *, size: float, weight: str = "normal") -> list[str]:
    """Break a text into lines that fit, measured in the font of the charts."""
    lines: list[str] = []
    for word in _BREAK.split(text):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size=size, weight=weight) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@lru_cache(maxsize=20_000)
def text_width(text: str, *, size: float, weight: str = "normal") -> float:
    """Measure a line of text in the font of the charts."""
    font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
    return float(text_to_path.get_text_width_height_descent(text, font, False)[0]) * 1.02


def lowered(title: str) -> str:
    """Return a title as the middle of a sentence has it; a name keeps its capital."""
    first = re.split(r"[ -]", title, maxsplit=1)[0]
    proper = first in _proper() or not first[1:].islower()
    return title if proper and first.lower() not in ("a", "the") else title[:1].lower() + title[1:]


def capital(text: str) -> str:
    """Return a text as a sentence begins with it."""
    return text[0].upper() + text[1:]


def agrees(title: str, one: str, many: str) -> str:
    """Return the verb that goes with the title of a group of goods."""
    head = title.split(" of ")[0]
    several = " and " in title or (head.endswith("s") and not head.endswith("ss"))
    return many if several else one


@cache
def _proper() -> frozenset[str]:
    """Return first words of names that keep their capital."""
    names = [*load("partners")["short_name"].astype(str), "Section", "April", "Liberation"]
    return frozenset(name.split(" ")[0] for name in names)
