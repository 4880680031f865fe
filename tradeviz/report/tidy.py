"""Make the cells of a notebook a page: headings, links, pictures; and find what may not leave."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag

from tradeviz.errors import ReportError
from tradeviz.report.tables import link_to, rebuild_tables

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
    """Return the first sentence of a text.

    Parameters
    ----------
    text : str
        Running text.

    Returns
    -------
    str
        Up to the first full stop, question or exclamation mark that ends a word.

    Examples
    --------
    >>> first_sentence("The U.S. rate is 10 %. It was lower.")
    'The U.S. rate is 10 %.'
    """
    # "10 %." ends a sentence although a space stands before the sign.
    return _SENTENCE_END.split(" ".join(text.split()), maxsplit=1)[0]


def _where(tag: Tag, stem: str) -> str:
    cell = tag.find_parent(attrs={"data-cell": True})
    return stem if cell is None else f"{stem}, code cell {cell['data-cell']}"


def _drop_active_parts(soup: BeautifulSoup) -> None:
    for tag in soup.find_all(["script", "style", "link", "iframe", "object", "embed", "base"]):
        tag.decompose()
    for tag in soup.find_all(style=True):
        del tag["style"]


def _number_headings(soup: BeautifulSoup) -> tuple[Heading, ...]:
    """Give every heading an anchor that no other has."""
    found: list[Heading] = []
    taken: set[str] = set()
    for tag in soup.find_all(["h1", "h2", "h3", "h4"]):
        text = tag.get_text(" ", strip=True)
        wanted = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-") or "section"
        anchor, copy = wanted, 2
        while anchor in taken:
            anchor, copy = f"{wanted}-{copy}", copy + 1
        taken.add(anchor)
        tag["id"] = anchor
        found.append(Heading(int(tag.name[1]), anchor, text))
    return tuple(found)


def _anchors(soup: BeautifulSoup, headings: tuple[Heading, ...]) -> dict[str, str]:
    """Map the anchors an author writes in JupyterLab (`#Two-words`) to those of the page."""
    return {heading.text.replace(" ", "-"): heading.anchor for heading in headings}


def _mend_links(soup: BeautifulSoup, anchors: dict[str, str], pages: Collection[str]) -> None:
    """Point links between notebooks at their pages; a link to another local file becomes text."""
    for link in soup.find_all("a", href=True):
        href = str(link["href"])
        path, _, fragment = href.partition("#")
        if href.startswith(("https:", "http:", "data:", "mailto:")):
            continue
        if not path:
            link["href"] = "#" + anchors.get(fragment, fragment)
        elif path.endswith(".ipynb") and path.rsplit("/")[-1].removesuffix(".ipynb") in pages:
            link["href"] = path.rsplit("/")[-1].removesuffix(".ipynb") + ".html"
        else:
            link.unwrap()


def _check_pictures(soup: BeautifulSoup, stem: str) -> None:
    for picture in soup.find_all("img"):
        alt = str(picture.get("alt", "")).strip()
        if not alt or alt == _NO_ALT:
            raise ReportError(
                "a picture has no alternative text; show charts with tradeviz.charts.show",
                file=_where(picture, stem),
            )
        if not str(picture.get("src", "")).startswith("data:"):
            raise ReportError(
                "a picture is not inside the page",
                file=_where(picture, stem),
                value=picture.get("src"),
                allowed="a file in the folder of the notebook",
            )
        # Width and height of the box in JupyterLab mean nothing here.
        for name in ("width", "height", "tabindex"):
            del picture[name]


def _mark_findings(soup: BeautifulSoup) -> None:
    for tag in soup.select("[data-key-finding]"):
        texts = [tag] if "text" in tag.get_attribute_list("class") else tag.select(".text.output")
        for text in texts:
            text["class"] = "text output key-finding"
        del tag["data-key-finding"]


def _frame_charts(soup: BeautifulSoup, stem: str) -> None:
    """Give each chart a number, a box that scrolls on a phone and a link to its data, if any."""
    for number, figure in enumerate(soup.find_all("figure"), start=1):
        picture = figure.find("img")
        if picture is not None:
            picture.wrap(
                soup.new_tag(
                    "div",
                    attrs={
                        "class": "scroll",
                        "role": "region",
                        "tabindex": "0",
                        "aria-label": f"Chart {number}",
                    },
                )
            )
        _offer(soup, figure, f"{stem}-chart-{number}", f"chart {number}")


def _offer(soup: BeautifulSoup, figure: Tag, name: str, label: str) -> None:
    """Put links to the picture and the data of a chart under it."""
    for place in figure.select("[data-csv], [data-svg]"):
        paragraph = soup.new_tag("p", attrs={"class": "download"})
        if place.has_attr("data-csv"):
            text = str(place["data-csv"])
            paragraph.append(link_to(soup, text, f"{name}.csv", f"Data of {label} as CSV"))
        if place.has_attr("data-svg"):
            text = str(place["data-svg"])
            paragraph.append(link_to(soup, text, f"{name}.svg", "as SVG"))
        # The page's script points it at the picture above; a second copy would double the page.
        png = soup.new_tag("a", attrs={"class": "picture", "download": f"{name}.png", "hidden": ""})
        png.string = "as PNG"
        paragraph.append(png)
        place.replace_with(paragraph)


def tidy(html: str, *, stem: str, pages: Collection[str], subject: str = "") -> Body:
    """Turn the exported cells of a notebook into the body of its page.

    Parameters
    ----------
    html : str
        What the template of the cells gave.
    stem : str
        Name of the page, without suffix.
    pages : collection of str
        Notebooks that have a page beside this one, by name without suffix.
    subject : str
        Whom the page is about; stands behind the title.

    Returns
    -------
    Body
        HTML, title (the first heading), first sentence and headings.

    Raises
    ------
    ReportError
        When a picture has no alternative text or lies outside the page, a table has no header
        row, or the notebook has no title.

    Examples
    --------
    >>> body = tidy("<h1>Rates</h1><p>They rose. Then fell.</p>", stem="rates", pages=())
    >>> body.title, body.summary
    ('Rates', 'They rose.')
    """
    soup = BeautifulSoup(html, "html.parser")
    _check_pictures(soup, stem)
    _mark_findings(soup)
    # The style sheet of a pandas table tells its wrapper, so tables come before it is dropped.
    rebuild_tables(soup, stem=stem)
    _drop_active_parts(soup)
    if subject and soup.h1 is not None:
        soup.h1.string = f"{soup.h1.get_text(' ', strip=True)}: {subject}"
    headings = _number_headings(soup)
    _mend_links(soup, _anchors(soup, headings), pages)
    _frame_charts(soup, stem)
    if not headings or headings[0].level != 1:
        raise ReportError("has no title: begin the first text cell with '# '", file=stem)
    paragraph = soup.find("p")
    summary = first_sentence(paragraph.get_text()) if isinstance(paragraph, Tag) else ""
    return Body(str(soup), headings[0].text, summary, headings)
