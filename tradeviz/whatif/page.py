"""The what-if page and its parts: one fragment of HTML, one script, one style, one table."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from tradeviz.lines import lines
from tradeviz.partners import FOCUS
from tradeviz.whatif.tabulate import tabulated

_HERE = Path(__file__).parent
_BOOT = """
whatIf(document.querySelector(".whatif"),
  JSON.parse(document.getElementById("what-if-data").textContent), { link: true });
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
    lines_of = (line.strip() for line in asset("whatif.js").splitlines())
    return "\n".join(line for line in lines_of if line and not line.startswith("//"))


def hash_of(text: str) -> str:
    """Return what a content security policy calls an inline script or style by."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def as_json(table: dict[str, Any]) -> str:
    """Return a table as JSON that no page can mistake for markup."""
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _said(table: dict[str, Any]) -> dict[str, Any]:
    """Return the table with what only templates need: days in words, layers a law leaves out."""
    laws = []
    for law in table["laws"]:
        day = dt.date.fromisoformat(law["day"])
        titles = [
            layer["title"]
            for layer, own in zip(table["layers"], law["own"], strict=True)
            if not any(own)
        ]
        laws.append({**law, "said": f"{day.day} {day:%B %Y}", "uncharged": titles})
    return {**table, "laws": laws}


def fragment(
    table: dict[str, Any], *, prefix: str = "what-if", free: bool = False, law_first: bool = False
) -> str:
    """Return controls and rows as HTML; a script has to fill them.

    Parameters
    ----------
    table : dict
        As `tabulated` returns it.
    prefix : str
        Start of the ids, so that two fragments can stand on one page.
    free : bool
        Whether rates between half points may be typed.
    law_first : bool
        Whether nothing is set at first, so that the law shows as it stands.

    Returns
    -------
    str
        One section.
    """
    first = {**table["first"], "partner": FOCUS[0]}
    if law_first:
        first["rates"] = [None] * len(table["layers"])
    template = _environment().get_template("body.html.j2")
    return template.render(
        data=_said(table), five=len(FOCUS), prefix=prefix, free=free, first=first
    )


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
    table = tabulated()
    css, code = asset("whatif.css"), script() + _BOOT
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            data=_said(table),
            body=fragment(table),
            json=as_json(table),
            css=css,
            script=code,
            style_hash=hash_of(css),
            script_hash=hash_of(code),
            count=f"{len(lines()):,}",
            about=about,
        )
    )
