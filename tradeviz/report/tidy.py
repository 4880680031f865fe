"""Make the cells of a notebook a page: headings, links, pictures; and find what may not leave."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag

from tradeviz.errors import ReportError
from tradeviz.report.clean import clean
from tradeviz.report.figures import downloads, link
from tradeviz.report.tables import rebuild_tables

# What nbconvert writes where a picture has no alternative text.
_NO_ALT = "No description has been provided for this image"
_SENTENCE_END = re.compile(r"(?<=[a-z0-9)%’'\"][.!?])\s")


@dataclass(frozen=True)
class Heading:
    """A heading of the page, for its table of contents."""

    level: int
    anchor: str
    text: str


@dataclass(frozen=True)
class Body:
    """The cells of one notebook as HTML, with what the page around them needs to know."""

    html: str
    title: str
    summary: str
    headings: tuple[Heading, ...]


def first_sentence(text: str) -> str:
    """Return the first sentence of a text."""
    # "10 %." ends a sentence although a space stands before the sign.
    return _SENTENCE_END.split(" ".join(text.split()), maxsplit=1)[0]


def _where(tag: Tag, stem: str) -> str:
    cell = tag.find_parent(attrs={"data-cell": True})
    return stem if cell is None else f"{stem}, code cell {cell['data-cell']}"


def _number_headings(soup: BeautifulSoup) -> tuple[Heading, ...]:
    """Give every heading an anchor that no other has."""
    headings: list[Heading] = []
    taken: set[str] = set()
    for tag in soup.find_all(["h1", "h2", "h3", "h4"]):
        text = tag.get_text(" ", strip=True)
        wanted = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-") or "section"
        anchor, copy = wanted, 2
        while anchor in taken:
            anchor, copy = f"{wanted}-{copy}", copy + 1
        taken.add(anchor)
        tag["id"] = anchor
        headings.append(Heading(int(tag.name[1]), anchor, text))
    return tuple(headings)


def _anchors(headings: tuple[Heading, ...]) -> dict[str, str]:
    """Map the anchors an author writes in JupyterLab (`#Two-words`) to those of the page."""
    # Of two with one text it leads to the first, as there.
    return {item.text.replace(" ", "-"): item.anchor for item in reversed(headings)}


def _mend_links(soup: BeautifulSoup, anchors: dict[str, str], pages: Collection[str]) -> None:
    """Let links between notebooks wait for their pages; one to another local file becomes text.

    A page that is mailed alone has no neighbour, so it has no link to one: the script makes
    links of them where the reader came from another page of the set.
    """
    for tag in soup.find_all("a", href=True):
        href = str(tag["href"])
        path, _, fragment = href.partition("#")
        if href.casefold().startswith(("https:", "http:", "data:", "mailto:")):
            continue
        page = path.rsplit("/", 1)[-1].removesuffix(".ipynb")
        if not path:
            tag["href"] = "#" + anchors.get(fragment, fragment)
        elif path.endswith(".ipynb") and page in pages:
            tag.name = "span"
            tag.attrs = {"data-page": f"{page}.html"}
        else:
            tag.unwrap()


def _check_pictures(soup: BeautifulSoup, stem: str) -> None:
    for picture in soup.find_all("img"):
        alt = str(picture.get("alt", "")).strip()
        if not alt or alt == _NO_ALT:
            raise ReportError(
                "a picture has no alternative text; show charts with tradeviz.charts.show",
                file=_where(picture, stem),
            )
        if not str(picture.get("src", "")).startswith("data:image/"):
            raise ReportError(
                "a picture is not inside the page",
                file=_where(picture, stem),
                value=picture.get("src"),
                allowed="a file in the folder of the notebook",
            )


def _mark_findings(soup: BeautifulSoup) -> None:
    for tag in soup.select("[data-key-finding]"):
        texts = [tag] if "text" in tag.get_attribute_list("class") else tag.select(".text.output")
        for text in texts:
            text["class"] = "text output key-finding"
        del tag["data-key-finding"]


def _number_charts(soup: BeautifulSoup, stem: str, about: Sequence[str]) -> None:
    """Give each chart a number, and links to its data and its drawing."""
    for number, figure in enumerate(soup.find_all("figure"), start=1):
        name = f"{stem}-chart-{number}"
        figure["id"] = f"chart-{number}"
        csv, svg = str(figure.get("data-csv", "")), str(figure.get("data-svg", ""))
        title = figure.select_one(".title")
        words = title.get_text(strip=True) if title is not None else f"chart {number}"
        source = str(figure.get("data-source", ""))
        for attribute in ("data-csv", "data-svg", "data-source"):
            del figure[attribute]
        offer = []
        if csv:
            said = [f"{stem}, chart {number}: {words}", source and f"Source: {source}", *about]
            offer.append(downloads(csv, name, f"Chart {number}", said))
        if svg:
            offer.append(link(svg, f"{name}.svg", "as SVG"))
        # The page's script makes these from what is drawn above; copies would double the page.
        kinds = ["png"] if figure.find("img") else ["png", "svg"]
        offer += [
            f'<a class="picture" download="{name}.{kind}" hidden>as {kind.upper()}</a>'
            for kind in kinds
        ]
        place = figure.select_one("p.download")
        if place is not None:
            place.append(BeautifulSoup(" ".join(offer), "html.parser"))


def tidy(
    html: str,
    *,
    stem: str,
    pages: Collection[str],
    subject: str = "",
    about: Sequence[str] = ("",),
) -> Body:
    """Turn the exported cells of a notebook into the body of its page."""
    soup = BeautifulSoup(html, "html.parser")
    _check_pictures(soup, stem)
    clean(soup)
    _mark_findings(soup)
    rebuild_tables(soup, stem=stem, about=about)
    if subject and soup.h1 is not None:
        title = soup.h1.get_text(" ", strip=True)
        soup.h1.string = f"{title}{'' if title.endswith('?') else ':'} {subject}"
    headings = _number_headings(soup)
    _mend_links(soup, _anchors(headings), pages)
    _number_charts(soup, stem, about)
    if not headings or headings[0].level != 1:
        raise ReportError("has no title: begin the first text cell with '# '", file=stem)
    paragraph = soup.find("p")
    summary = first_sentence(paragraph.get_text()) if isinstance(paragraph, Tag) else ""
    return Body(str(soup), headings[0].text, summary, headings)
