"""What the law says in its own words: the texts that measures and exemptions rest on."""

from __future__ import annotations

from functools import cache

from tradeviz import datasets

FIELDS = (
    "rule",
    "instrument",
    "federal_register",
    "heading",
    "note",
    "subdivision",
    "quote",
    "url",
)


@cache
def citations() -> dict[str, list[dict[str, str]]]:
    """Return the legal texts of each measure and exemption."""
    table = datasets.load("citations")[list(FIELDS)].astype(object)
    texts: dict[str, list[dict[str, str]]] = {}
    for record in table.where(table.notna(), "").to_dict("records"):
        text = {str(name): str(value) for name, value in record.items()}
        texts.setdefault(text["rule"], []).append(text)
    return texts
