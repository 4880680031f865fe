"""The what-if page and its parts: one fragment of HTML, one script, one style, one table."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import jinja2

from tradeviz.lines import lines
from tradeviz.partners import FOCUS, resolve
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
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
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


def style() -> str:
    """Return the style, in the colours of the charts."""
    light, dark = variables(), variables(dark=True)
    return asset("whatif.css").replace("/*light*/", light).replace("/*dark*/", dark)


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
    table: dict[str, Any], *, prefix: str, template: str = "body.html.j2", **values: Any
) -> str:
    """Return controls and rows as HTML; a script has to fill them.

    Parameters
    ----------
    table : dict
        As `tabulated` returns it.
    prefix : str
        Start of the ids, so that two fragments can stand on one page.
    template : str
        Of this package.
    **values
        ``json``, the table as the page carries it; ``link``, whether the address says the setting;
        ``free``, whether rates between half points may be typed; ``rates``, those set at first.

    Returns
    -------
    str
        One section.
    """
    first = {**table["first"], "partner": table["partners"][0]["code"]}
    first["rates"] = values.pop("rates", first["rates"])
    given = {"json": "", "link": False, "free": False, **values}
    page = _environment().get_template(template)
    return page.render(data=_said(table), five=len(FOCUS), prefix=prefix, first=first, **given)


def what_if_page(about: Any) -> str:
    """Return the page: one document that loads nothing and runs one script, named by its hash.

    Parameters
    ----------
    about : Provenance
        Version and date of the data.

    Returns
    -------
    str
        HTML.
    """
    table, css, code = tabulated(), style(), _for_pages()
    page = _environment().get_template("page.html.j2")
    return page.render(
        data=_said(table),
        body=fragment(table, prefix="what-if", json=as_json(table), link=True),
        css=css,
        script=code,
        style_hash=hash_of(css),
        script_hash=hash_of(code),
        count=f"{len(lines()):,}",
        about=about,
    )


class SmallForm(NamedTuple):
    """A fragment of HTML, and the style and script that its page carries once, inline."""

    html: str
    css: str
    script: str


def small_form(partner: str) -> SmallForm:
    """Return the what-if form of one partner: the reciprocal duty, all else as in the pause.

    Parameters
    ----------
    partner : str
        Code or name.

    Returns
    -------
    SmallForm
        ``html``, which carries its own data; ``css`` and ``script``, the same for every partner.
        Where a page allows them by hash, `hash_of` gives it.

    Raises
    ------
    ArgumentError
        For an unknown partner.

    Examples
    --------
    >>> form = small_form("Japan")
    >>> 'data-partner="JPN"' in form.html, len(form.html) < 20_000
    (True, True)
    """
    (code,) = resolve(partner)
    table = tabulated(code)
    # Presets and what cannot be said have no place in a small form.
    table = {**table, "presets": [], "near": [], "left": []}
    rates = [table["first"]["rates"][0], None, None]
    html = fragment(
        table,
        prefix=f"what-if-{code}",
        template="small.html.j2",
        json=as_json(table),
        rates=rates,
    )
    return SmallForm(html, style(), _for_pages())
