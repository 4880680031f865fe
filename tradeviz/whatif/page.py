"""The what-if page and its parts: one fragment of HTML, one script, one style, one table."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import jinja2

from tradeviz.lines import lines
from tradeviz.partners import FOCUS, resolve
from tradeviz.show.glossary import short_forms
from tradeviz.show.palette import variables
from tradeviz.whatif.tabulate import tabulated

_HERE = Path(__file__).parent
_BOOT = """
for (const root of document.querySelectorAll(".whatif")) {
const data = root.querySelector('script[type="application/json"]').textContent;
whatIf(root, JSON.parse(data), { link: root.dataset.link === "true" });
}
"""


@cache
def templates(folder: Path, *, keep_trailing_newline: bool = False) -> jinja2.Environment:
    """Return the templates of a folder; a value that a page lacks stops the build."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=keep_trailing_newline,
    )


def asset(name: str) -> str:
    """Return a file of this package as text, such as ``whatif.css``."""
    return (_HERE / name).read_text(encoding="utf-8")


def script() -> str:
    """Return the script without comments and margins: it goes with every page."""
    stripped = (line.strip() for line in asset("whatif.js").splitlines())
    return "\n".join(line for line in stripped if line and not line.startswith("//"))


def _for_pages() -> str:
    # In a function of its own, so that its names meet no others.
    return f"(() => {{\n{script()}{_BOOT}}})();\n"


_MODULE = """
export default {
render({ model, el }) {
el.innerHTML = model.get("html");
// Keys are the control's, not shortcuts of the notebook.
for (const control of el.querySelectorAll("input, select, button, summary")) {
control.dataset.lmSuppressShortcuts = "true";
}
let waiting = 0;
const changed = (state) => {
clearTimeout(waiting);
waiting = setTimeout(() => { model.set("state", state); model.save_changes(); }, 120);
};
whatIf(el.querySelector(".whatif"), JSON.parse(model.get("table")),
{ free: true, state: model.get("state"), changed });
}
};
"""


def module() -> str:
    """Return the script as a module for a notebook's widget; a drag tells the kernel at its end."""
    return script() + _MODULE


def style(theme: str = "") -> str:
    """Return the style, in the colours of the charts."""
    dark = f"{theme} .whatif {{ {variables(dark=True)}; --raised: #20252c; }}"
    if not theme:
        page = f"body.what-if {{ {variables(dark=True)} }}"
        dark = f"@media (prefers-color-scheme: dark) {{ {dark} {page} }}"
    css = asset("whatif.css").replace("/*dark*/", dark)
    return css.replace("/*light*/", variables())


def hash_of(text: str) -> str:
    """Return what a content security policy calls an inline script or style by."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def as_json(table: dict[str, Any]) -> str:
    """Return a table as JSON that no page can mistake for markup."""
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _said(table: dict[str, Any]) -> dict[str, Any]:
    """Return the table with what only templates need: the layers that a law leaves out."""
    laws = []
    for law in table["laws"]:
        own = zip(table["layers"], law["own"], strict=True)
        titles = [layer["title"] for layer, duties in own if not any(duties)]
        laws.append({**law, "uncharged": titles})
    return {**table, "laws": laws}


def fragment(
    table: dict[str, Any],
    *,
    prefix: str,
    template: str = "body.html.j2",
    first: dict[str, Any] | None = None,
    shown: Sequence[str] = FOCUS,
    **values: Any,
) -> str:
    """Return controls and rows as HTML; a script has to fill them."""
    known = {partner["code"]: partner for partner in table["partners"]}
    top = [known[code] for code in shown if code in known] or table["partners"]
    given: dict[str, Any] = {"json": "", "link": False, "free": False, **values}
    return (
        templates(_HERE)
        .get_template(template)
        .render(
            data=_said(table),
            top=top,
            rest=[partner for partner in table["partners"] if partner not in top],
            prefix=prefix,
            first=first or {**table["first"], "partner": top[0]["code"]},
            **given,
        )
    )


def what_if_page(about: Any) -> str:
    """Return the page: one document that loads nothing and runs one script, named by its hash."""
    table, css, code = tabulated(), style(), _for_pages()
    page = templates(_HERE).get_template("page.html.j2")
    body = fragment(table, prefix="what-if", json=as_json(table), link=True)
    return page.render(
        data=_said(table),
        body=body,
        short=short_forms(body),
        css=css,
        script=code,
        style_hash=hash_of(css),
        script_hash=hash_of(code),
        count=f"{len(lines()):,}",
        about=about,
    )


class SmallForm(NamedTuple):
    """A fragment of HTML, and the style and script that its page carries once, inline."""

    html: str = ""
    css: str = ""
    script: str = ""


def small_form(partner: str) -> SmallForm:
    """Return the what-if form of one partner: the reciprocal duty, all else as in the pause."""
    (code,) = resolve(partner)
    table = tabulated(code)
    # Presets and what cannot be said have no place in a small form.
    table = {**table, "presets": [], "near": [], "left": []}
    rates = [table["first"]["rates"][0], *[None] * (len(table["layers"]) - 1)]
    html = fragment(
        table,
        prefix=f"what-if-{code}",
        template="small.html.j2",
        json=as_json(table),
        first={**table["first"], "rates": rates, "partner": code},
    )
    return SmallForm(html, style(), _for_pages())
