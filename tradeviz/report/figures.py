"""A chart of a notebook as a figure of its page: words beside it, two drawings, its data."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from tradeviz.report import data
from tradeviz.report.clean import drawing
from tradeviz.report.provenance import Provenance
from tradeviz.show.picture import MEDIA_TYPE

__all__ = ["MEDIA_TYPE", "Drawings", "figure", "link", "picture", "shown"]

_TYPES = {
    "csv": "text/csv",
    "svg": "image/svg+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


_NO_DATE = "2000-01-01"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Drawings:
    """The SVG of a page, kept aside while its HTML is read: they are most of it."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.charts = 0

    def keep(self, svg: str) -> str:
        """Return what stands for a drawing until the page is done."""
        self.kept.append(svg)
        return f'<span data-drawing="{len(self.kept) - 1}"></span>'

    def back(self, html: str) -> str:
        """Put the drawings where they belong."""
        for number, svg in enumerate(self.kept):
            html = html.replace(f'<span data-drawing="{number}"></span>', svg, 1)
        return html


@dataclass(frozen=True)
class _Words:
    """What stands beside a chart."""

    title: str
    subtitle: str
    note: str
    source: str
    alt: str

    @classmethod
    def of(cls, contract: Mapping[str, Any]) -> _Words:
        """Read them from what a chart says of itself."""
        names = ("title", "subtitle", "note", "source", "alt")
        return cls(*(str(contract.get(name, "")).strip() for name in names))


def link(content: str | bytes, name: str, label: str) -> str:
    r"""Return a link that saves a file which travels inside it, so that no server is asked."""
    code = base64.b64encode(content.encode() if isinstance(content, str) else content).decode()
    href = f"data:{_TYPES[name.rsplit('.', 1)[-1]]};base64,{code}"
    return f'<a download="{escape(name)}" href="{href}">{escape(label)}</a>'


def downloads(csv: str, name: str, label: str, about: Sequence[str]) -> str:
    r"""Return the links that save the data of a table or chart."""
    dates = _DATE.findall(about[-1])
    created = dates[-1] if dates else _NO_DATE
    return (
        f"{link(data.as_csv(csv, about), f'{name}.csv', f'{label} as CSV')} "
        f"{link(data.as_workbook(csv, about, created), f'{name}.xlsx', 'as Excel')}"
    )


def figure(contract: Mapping[str, Any], drawings: Drawings, *, where: str) -> str:
    """Return a chart of the package as a figure; its page numbers it and offers its data."""
    words = _Words.of(contract)
    return (
        f'<figure class="chart" data-csv="{escape(str(contract.get("data", "")))}"'
        f' data-source="{escape(words.source)}">{_body(contract, drawings, words, where)}'
        f'<details class="data"><summary>In words</summary><p>{escape(words.alt)}</p></details>'
        "</figure>\n"
    )


def shown(
    contract: Mapping[str, Any], drawings: Drawings, about: Provenance, page: str, title: str
) -> str:
    """Return a chart of a page that no notebook made, with its downloads.

    The list of what each row says would be as long again as the page: it stays in the drawing.
    """
    drawings.charts += 1
    name = f"{page}-chart-{drawings.charts}"
    said = [f"{title}: {contract['title']}", f"Source: {contract['source']}", about.said]
    offer = downloads(contract["data"], name, "Data", said)
    pictures = "".join(
        f' <a class="picture" download="{name}.{kind}" hidden>as {kind.upper()}</a>'
        for kind in ("png", "svg")
    )
    body = _body(contract, drawings, _Words.of(contract), page, offer + pictures)
    return f'<figure class="chart" id="chart-{drawings.charts}">{body}</figure>'


def _body(
    contract: Mapping[str, Any], drawings: Drawings, words: _Words, where: str, offer: str = ""
) -> str:
    """Return what stands in the figure of a chart: words, two drawings, source and downloads."""
    kept = {
        width: drawings.keep(drawing(contract["svg"][width], where=where))
        for width in ("wide", "narrow")
    }
    drawn = "".join(f'<div class="tv-{width}">{svg}</div>' for width, svg in kept.items())
    below = " ".join(filter(None, (words.note, words.source and f"Source: {words.source}.")))
    return (
        f'<figcaption><p class="title">{escape(words.title)}</p>'
        f'<p class="subtitle">{escape(words.subtitle)}</p></figcaption>'
        f"{drawn}"
        f'<p class="source">{escape(below)}</p><p class="download">{offer}</p>'
    )


def picture(output: Mapping[str, Any], kind: str, alt: str) -> str:
    """Return any other picture of a notebook as a figure: an image with its alternative text."""
    content = str(output[kind])
    if kind == "image/svg+xml":
        content = base64.b64encode(content.encode()).decode()
    svg = str(output.get("image/svg+xml", "")) if kind == "image/png" else ""
    text = str(output.get("text/plain", ""))
    return (
        f'<figure data-csv="{escape(str(output.get("text/csv", "")))}" data-svg="{escape(svg)}">'
        f'<img src="data:{kind};base64,{"".join(content.split())}" alt="{escape(alt)}">'
        '<p class="download"></p>'
        + (
            f'<details class="data"><summary>In words</summary><pre>{escape(text)}</pre></details>'
            if text
            else ""
        )
        + "</figure>\n"
    )
