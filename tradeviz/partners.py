"""Who: the five focus partners, the names people use for a partner, and display names."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from tradeviz.datasets import load
from tradeviz.errors import ArgumentError, nearest

FOCUS: tuple[str, ...] = ("GBR", "AUS", "KOR", "IND", "JPN")
"""The first five targets of the talks of April 2025, in the order of the briefing."""

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
    "usa": "USA",
}


@cache
def _names() -> dict[str, str]:
    table = load("partners")
    return dict(zip(table["partner"], table["short_name"], strict=True))


@cache
def _lookup() -> dict[str, str]:
    table = load("partners")
    found: dict[str, str] = {}
    for column in ("partner", "name", "short_name"):
        found.update(
            (str(text).casefold(), str(code))
            for text, code in zip(table[column], table["partner"], strict=True)
        )
    found.update({alias: code for alias, code in _ALIASES.items() if code in set(table["partner"])})
    return found


def name(partner: str) -> str:
    """Return the short readable name of a partner.

    Parameters
    ----------
    partner : str
        ISO 3166 alpha-3 code, or ``EU``.

    Returns
    -------
    str
        The name used in tables and charts; the code itself when it is not in the partner table.

    Examples
    --------
    >>> name("KOR")
    'South Korea'
    """
    return _names().get(partner, partner)


def resolve(partners: str | Iterable[str] | None, *, lines_only: bool = True) -> tuple[str, ...]:
    """Turn names, aliases or codes into partner codes.

    Parameters
    ----------
    partners : str, iterable of str or None
        Codes (``JPN``), names (``Japan``), aliases (``UK``); None means every partner.
    lines_only : bool
        Whether only partners with 2024 trade lines are allowed.

    Returns
    -------
    tuple of str
        Codes in the order given, without repeats.

    Raises
    ------
    ArgumentError
        For an unknown partner, with the nearest match, and for an empty list.

    Examples
    --------
    >>> resolve(["UK", "Japan"])
    ('GBR', 'JPN')
    """
    table = load("partners")
    known = table.loc[table["has_lines"], "partner"] if lines_only else table["partner"]
    allowed = tuple(str(code) for code in known)
    if partners is None:
        return allowed
    given = [partners] if isinstance(partners, str) else list(partners)
    if not given:
        raise ArgumentError("no partner given", field="partners", allowed=allowed)
    codes: dict[str, None] = {}
    for item in given:
        code = _lookup().get(str(item).strip().casefold())
        if code is None or code not in allowed:
            close = nearest(str(item), [*allowed, *(_lookup() if code is None else ())])
            raise ArgumentError(
                "unknown partner" if code is None else "no trade lines for this partner",
                field="partners",
                value=item,
                allowed=f"{len(allowed)} codes such as {', '.join(FOCUS)} (tradeviz list partners)",
                nearest=close,
            )
        codes[code] = None
    return tuple(codes)
