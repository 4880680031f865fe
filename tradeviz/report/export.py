"""Write an executed notebook, and the index of all, as pages that ask nothing of any network."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path

from nbformat import NotebookNode

from tradeviz.report.cells import Cells
from tradeviz.report.figures import Drawings
from tradeviz.report.provenance import Provenance
from tradeviz.report.tidy import tidy
from tradeviz.show.glossary import short_forms
from tradeviz.show.palette import variables
from tradeviz.show.svg import CSS, SCRIPT
from tradeviz.whatif import SmallForm, hash_of, templates

TEMPLATES = Path(__file__).with_name("templates")

LISTED = 2
"""Headings of this level are in the list of contents."""

# Rows wait behind a button, which is nothing without a script.
_NO_SCRIPT = ".folded .rest{display:table-row}.unfold{display:none}"


def _asset(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _allowed(texts: Sequence[str]) -> str:
    """Return inline texts as a policy lets them in."""
    return " ".join(f"'{hash_of(text)}'" for text in texts)


def shell(
    template: str, about: Provenance, insert: SmallForm | None = None, **values: object
) -> str:
    """Return a page: nothing is loaded, and only the styles and scripts written here count."""
    insert = insert or SmallForm()
    styles = [style for style in (_style(), insert.css) if style]
    scripts = [script for script in (_asset("page.js") + SCRIPT, insert.script) if script]
    policy = (
        "default-src 'none'; img-src data: blob:; "
        f"style-src {_allowed([*styles, _NO_SCRIPT])}; "
        f"script-src {_allowed(scripts)}; base-uri 'none'; form-action 'none'"
    )
    return (
        templates(TEMPLATES, keep_trailing_newline=True)
        .get_template(template)
        .render(
            provenance=about,
            policy=policy,
            styles=styles,
            scripts=scripts,
            no_script=_NO_SCRIPT,
            insert=insert.html,
            **values,
        )
    )


@cache
def _style() -> str:
    light, dark = variables(), variables(dark=True)
    return _asset("page.css").replace("/*light*/", light).replace("/*dark*/", dark) + CSS


def page(
    notebook: NotebookNode,
    *,
    stem: str,
    source: Path,
    provenance: Provenance,
    pages: Collection[str] = (),
    subject: str = "",
) -> str:
    """Return the page of an executed notebook."""
    drawings = Drawings()
    cells = Cells(source.resolve().parent, stem, drawings).html(notebook)
    body = tidy(cells, stem=stem, pages=pages, subject=subject, about=[provenance.said])
    html = shell(
        "page.html.j2",
        provenance,
        notebook=source.stem,
        subject=subject,
        title=body.title,
        summary=body.summary,
        contents=[heading for heading in body.headings if heading.level == LISTED],
        body=body.html,
        short=short_forms(body.html),
    )
    return drawings.back(html)
