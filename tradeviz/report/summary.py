"""Read a finished page back: the index is made from the pages that lie beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup, Tag

GENERATOR = "tradeviz report"
"""Marks a page as one of ours; other files in the folder are left alone."""


@dataclass(frozen=True)
class Page:
    """What the index says about a page.

    `subject` is whom a profile is about, empty for a page about all. `findings` are HTML
    fragments: the author's key findings, without anchors.
    """

    file: str
    notebook: str
    subject: str
    title: str
    summary: str
    findings: tuple[str, ...]


def _meta(soup: BeautifulSoup, name: str) -> str:
    tag = soup.find("meta", attrs={"name": name})
    return str(tag.get("content", "")) if isinstance(tag, Tag) else ""


def _finding(tag: Tag) -> str:
    for link in tag.find_all("a"):
        link.unwrap()
    for heading in tag.find_all(["h1", "h2", "h3", "h4"]):
        heading.decompose()
    return tag.decode_contents().strip()


def read_page(path: Path) -> Page | None:
    """Return what the index needs to know about a page.

    Parameters
    ----------
    path : Path
        An HTML file.

    Returns
    -------
    Page or None
        None when the file is not the page of a notebook that this package wrote.

    Examples
    --------
    >>> read_page(Path("reports/00_briefing.html"))  # doctest: +SKIP
    Page(file='00_briefing.html', ...)
    """
    html = path.read_text(encoding="utf-8", errors="replace")
    if GENERATOR not in html[:2000]:
        return None
    soup = BeautifulSoup(html, "html.parser")
    notebook = _meta(soup, "tradeviz-notebook")
    if _meta(soup, "generator") != GENERATOR or not notebook:
        return None
    title = soup.h1.get_text(" ", strip=True) if soup.h1 is not None else path.stem
    return Page(
        file=path.name,
        notebook=notebook,
        subject=_meta(soup, "tradeviz-subject"),
        title=title,
        summary=_meta(soup, "description"),
        findings=tuple(map(_finding, soup.select(".key-finding"))),
    )
