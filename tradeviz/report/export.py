"""Write an executed notebook, and the index of all, as pages that ask nothing of any network."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path

import jinja2
from latex2mathml.converter import convert
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from traitlets.config import Config

from tradeviz.report.provenance import Provenance
from tradeviz.report.summary import Page
from tradeviz.report.tidy import Body, tidy

TEMPLATES = Path(__file__).with_name("templates")

# The picture of a chart before its text; a panel only where nothing else was stored.
_PRIORITY = [
    "text/html",
    "text/markdown",
    "image/png",
    "image/svg+xml",
    "image/jpeg",
    "application/vnd.jupyter.widget-view+json",
    "text/plain",
]


class _Renderer(IPythonRenderer):
    """Markdown with formulas as MathML, which browsers draw without a script."""

    def inline_math(self, body: str) -> str:
        """Return a formula inside a line."""
        return str(convert(body))

    def block_math(self, body: str) -> str:
        """Return a formula on a line of its own, in a box that scrolls when it is long."""
        formula = convert(body, display="block")
        return (
            f'<div class="formula" role="group" aria-label="Formula" tabindex="0">{formula}</div>'
        )

    def latex_environment(self, name: str, body: str) -> str:
        """Return an environment such as `align` as a formula of its own."""
        return self.block_math(rf"\begin{{{name}}}{body}\end{{{name}}}")


def _cells(notebook: NotebookNode, folder: Path) -> str:
    """Return the cells of a notebook as HTML, local pictures embedded."""

    def markdown(source: str) -> str:
        renderer = _Renderer(
            escape=False, embed_images=True, exclude_anchor_links=True, path=str(folder)
        )
        return MarkdownWithMath(renderer=renderer).render(source)

    config = Config()
    config.NbConvertBase.display_data_priority = _PRIORITY
    exporter = HTMLExporter(  # type: ignore[no-untyped-call]
        config=config,
        template_name="tradeviz",
        extra_template_basedirs=[str(TEMPLATES)],
        filters={"markdown2html": markdown},
    )
    html, _ = exporter.from_notebook_node(notebook)
    return str(html)


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )


def _asset(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _shell(template: str, provenance: Provenance, **values: object) -> str:
    page = _environment().get_template(template)
    return page.render(
        provenance=provenance, css=_asset("page.css"), script=_asset("page.js"), **values
    )


def page(
    notebook: NotebookNode,
    *,
    stem: str,
    source: Path,
    provenance: Provenance,
    pages: Collection[str] = (),
    subject: str = "",
) -> str:
    """Return the page of an executed notebook.

    Parameters
    ----------
    notebook : NotebookNode
        With its outputs.
    stem : str
        Name of the page, without suffix.
    source : Path
        The notebook's file; pictures in its Markdown are looked for beside it.
    provenance : Provenance
        What the footer says.
    pages : collection of str
        Notebooks that have a page beside this one; links to others become text.
    subject : str
        What the parameters set, such as the name of a partner; stands behind the title.

    Returns
    -------
    str
        One HTML document that loads nothing.

    Raises
    ------
    ReportError
        When the notebook has no title, a picture has no alternative text or lies elsewhere.

    Examples
    --------
    >>> from nbformat.v4 import new_markdown_cell, new_notebook
    >>> notebook = new_notebook(cells=[new_markdown_cell("# Rates")])
    >>> about = Provenance("0.1.0", "2026-01-01", ())
    >>> html = page(notebook, stem="rates", source=Path("rates.ipynb"), provenance=about)
    >>> "<title>Rates" in html
    True
    """
    cells = _cells(notebook, source.resolve().parent)
    body: Body = tidy(cells, stem=stem, pages=pages, subject=subject)
    return _shell(
        "page.html.j2",
        provenance,
        stem=stem,
        notebook=source.stem,
        subject=subject,
        title=body.title,
        summary=body.summary,
        contents=[heading for heading in body.headings if heading.level in (2, 3)],
        body=body.html,
    )


def index(
    pages: list[Page], *, provenance: Provenance, workbook: str = "", what_if: str = ""
) -> str:
    """Return the page that leads to all others.

    Parameters
    ----------
    pages : list of Page
        In the order to show.
    provenance : Provenance
        What the footer says.
    workbook : str
        Name of the file of the main tables, if it lies beside the pages.
    what_if : str
        Name of the page of own terms, if it lies beside the pages.

    Returns
    -------
    str
        One HTML document that loads nothing.

    Examples
    --------
    >>> about = Provenance("0.1.0", "2026-01-01", ())
    >>> "What each outcome" in index([], provenance=about)
    True
    """
    whole = [page for page in pages if not page.subject]
    profiles = sorted((page for page in pages if page.subject), key=lambda page: page.subject)
    return _shell(
        "contents.html.j2",
        provenance,
        pages=whole,
        profiles=profiles,
        workbook=workbook,
        what_if=what_if,
    )
