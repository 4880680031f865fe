"""Who: the five focus partners, the names people use for a partner, and display names."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from tradeviz.datasets import DATA, column_by, load
from tradeviz.errors import ArgumentError, listed, nearest
from tradeviz.quantities import listing

if TYPE_CHECKING:
    import pandas as pd

FIRST_TARGETS = ("GBR", "AUS", "KOR", "IND", "JPN")
"""The five whom the briefing of April 2025 names first: history, whoever is looked at since."""


def _focus() -> tuple[str, ...]:
    """Return the partners of the group focus: the order of the briefing first, then the table's."""
    path = DATA / "partners.csv"
    # Read as text: a damaged table is named where it is used, not where it is imported.
    lines = (
        path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
    )
    rows = csv.DictReader(lines)
    codes = [str(row.get("partner")) for row in rows if row.get("group") == "focus"]
    return tuple(sorted(codes, key=lambda code: (*FIRST_TARGETS, code).index(code)))


FOCUS: tuple[str, ...] = _focus()
"""The partners looked at, `group` focus of the table; as shipped the first targets of the talks."""

HOME = "USA"
"""Whose tariffs they are: a partner of nobody here, an economy of the models."""

_WITH_ARTICLE = frozenset({"GBR", "EU", "USA", "ARE", "NLD", "PHL", "DOM"})

# Names people type that no table carries; everything else comes from partners.csv.
_ALIASES = {
    "uk": "GBR",
    "britain": "GBR",
    "great britain": "GBR",
    "korea": "KOR",
    "south korea": "KOR",
    "republic of korea": "KOR",
    "european union": "EU",
    "eu27": "EU",
    "turkey": "TUR",
    "turkiye": "TUR",
}


@cache
def _names() -> dict[str, str]:
    return column_by("partners", "partner", "short_name")


@cache
def _lookup() -> dict[str, str]:
    """Return what people may type, in lower case, and the code that it means."""
    return {text.casefold(): code for text, code in _spellings().items()} | _ALIASES


@cache
def _spellings() -> dict[str, str]:
    table = load("partners")
    return {
        str(text): str(code)
        for column in ("partner", "name", "short_name")
        for text, code in zip(table[column], table["partner"], strict=True)
    }


def in_order(table: pd.DataFrame, codes: Iterable[str]) -> pd.DataFrame:
    """Return rows partner by partner as the codes stand, each partner's rows as they came."""
    place = {code: number for number, code in enumerate(codes)}
    return table.iloc[table["partner"].map(place).argsort(kind="stable").to_numpy()]


def name(partner: str) -> str:
    """Return the short readable name of a partner, or of the United States.

    Examples
    --------
    >>> name("KOR"), name(HOME)
    ('South Korea', 'United States')
    """
    return "United States" if partner == HOME else _names().get(partner, partner)


def called(partner: str, *, start: bool = False) -> str:
    """Return the name of a partner as a sentence has it."""
    article = ("The " if start else "the ") if partner in _WITH_ARTICLE else ""
    return f"{article}{name(partner)}"


def all_called(partners: Iterable[object]) -> str:
    """Return the names of partners joined as a sentence has them; ``none`` for no partner."""
    return listing([called(str(partner)) for partner in partners])


def resolve(partners: str | Iterable[str] | None, *, lines_only: bool = True) -> tuple[str, ...]:
    """Turn names, aliases or codes into partner codes."""
    table = load("partners")
    known = table.loc[table["has_lines"], "partner"] if lines_only else table["partner"]
    allowed = tuple(str(code) for code in known)
    if partners is None:
        return allowed
    some = f"{len(allowed)} codes such as {', '.join(FOCUS)} (tradeviz list partners)"
    given = listed(partners, "partners", some)
    if not given:
        raise ArgumentError("no partner given", field="partners", allowed=some)
    codes: dict[str, None] = {}
    for item in given:
        code = _lookup().get(str(item).strip().casefold())
        if code is None or code not in allowed:
            close = _nearest(str(item), code, allowed)
            raise ArgumentError(
                "unknown partner" if code is None else "no trade lines for this partner",
                field="partners",
                value=item,
                allowed=some,
                nearest=close,
            )
        if code in codes:
            what = f"{code} is named twice"
            raise ArgumentError(what, field="partners", value=item, allowed="each partner once")
        codes[code] = None
    return tuple(codes)


def _nearest(item: str, code: str | None, allowed: tuple[str, ...]) -> str | None:
    if code is None:
        return nearest(item, [text for text, found in _spellings().items() if found in allowed])
    # The trade lines of a member of the European Union are in those of the Union.
    whole = load("partners").set_index("partner")["part_of"][code]
    return str(whole) if whole in allowed else None
