"""Read a finished page back: the index is made from the pages that lie beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup, Tag

GENERATOR = "tradeviz report"
"""Marks a page as one of ours; other files in the folder are left alone."""


_HEAD = 4000
"""Characters in which the head of a page says what it is."""


@dataclass(frozen=True)
class Page:
    """What the index says about a page.

    `subject` is whom a profile is about, empty for a page about all.
    """

    file: str
    notebook: str
    subject: str
    title: str
    summary: str


def _meta(soup: BeautifulSoup, name: str) -> str:
    tag = soup.find("meta", attrs={"name": name})
    return str(tag.get("content", "")) if isinstance(tag, Tag) else ""


def is_ours(path: Path) -> bool:
    """Say whether a page was written by this package."""
    with path.open(encoding="utf-8", errors="replace") as page:
        head = page.read(_HEAD)
    soup = BeautifulSoup(head, "html.parser")
    return _meta(soup, "generator") == GENERATOR


def read_page(path: Path) -> Page | None:
    """Return what the index needs to know about a page."""
    html = path.read_text(encoding="utf-8", errors="replace")
    if GENERATOR not in html[:_HEAD]:
        return None
    # Below its title a page is mostly drawings, which need no reading.
    soup = BeautifulSoup(html.partition("</h1>")[0], "html.parser")
    notebook = _meta(soup, "tradeviz-notebook")
    # A page that somebody copied or renamed is not one of the set.
    subject = _meta(soup, "tradeviz-subject")
    named = re.escape(notebook) + (r"(-[A-Z]+)?" if subject else "")
    ours = _meta(soup, "generator") == GENERATOR and bool(notebook)
    if not ours or not re.fullmatch(named, path.stem):
        return None
    title = soup.h1.get_text(" ", strip=True) if soup.h1 is not None else path.stem
    return Page(
        file=path.name,
        notebook=notebook,
        subject=subject,
        title=title,
        summary=_meta(soup, "description"),
    )
