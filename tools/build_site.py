"""Build the documentation site: pages of docs/, and pages made from data, law and docstrings.

Sphinx with numpydoc and myst-nb, because the docstrings are numpydoc, the pages run their code, and
its search works from disk. Nothing is asked of a network.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    # Also as a script: its own folder is on the path, the project's is not.
    sys.path.append(str(ROOT))

from tradeviz import errors  # noqa: E402
from tradeviz.datasets import DATA, column_by, described, load  # noqa: E402
from tradeviz.show import palette, svg  # noqa: E402
from tradeviz.show.picture import REPORT  # noqa: E402

SITE = ROOT / "docs" / "site"
MADE = ("changes.md", "data.md", "law.md", "reports.md")
"""Pages beside those of docs/ that a link may lead to."""
FEW = 5
"""Partners that a cell of the law names without a fold."""
STYLE = """
.tv-figure{margin:1rem 0;padding:.75rem;border-radius:6px;color:var(--tv-ink);
background:var(--tv-paper)}
.tv-figure p{margin:.1rem 0 .4rem}
.tv-figure .tv-title{font-weight:600;font-size:1.05rem}
.tv-figure figcaption{font-size:.8rem;text-align:left}
.cell_output,.article-container .table-wrapper{overflow-x:auto}
.cell_output table{border-collapse:collapse;border:0;font-size:.85rem}
.cell_output caption{text-align:left;font-weight:600;padding:.3rem 0}
.cell_output :is(th,td){border:0;border-bottom:1px solid var(--color-background-border);
padding:.2rem .5rem;text-align:left;vertical-align:top}
.cell_output .dataframe :is(td,thead th){text-align:right}
.law-box table{border-collapse:collapse;font-size:.85rem;width:100%}
.law-box :is(th,td){padding:.35rem .5rem;vertical-align:top;text-align:left;
border-bottom:1px solid var(--color-background-border)}
.law-box td:nth-child(n+3):nth-child(-n+4){white-space:nowrap}
.law-box small{color:inherit;opacity:1;overflow-wrap:anywhere}
.law-box blockquote{margin:.3rem 0;padding:.3rem .5rem}
.law-tools{display:flex;flex-wrap:wrap;gap:.6rem;margin:1rem 0}
.law-tools :is(input,select){font:inherit;padding:.3rem;max-width:100%}
@media(max-width:600px){.law-box thead{display:none}
.law-box :is(table,tbody,tr,td){display:block;border:0;padding:.1rem 0}
.law-box tr{border-bottom:1px solid var(--color-background-border);padding:.6rem 0}
.law-box td:first-child{font-weight:600}.law-box tr[hidden]{display:none}}
"""
# First what the theme leaves out for those who do not see or use no mouse.
SCRIPT = """
document.querySelectorAll('p.caption[role=heading]').forEach(e=>e.setAttribute('aria-level','2'));
document.querySelectorAll('pre').forEach(e=>{e.tabIndex=0});
document.querySelectorAll('aside').forEach(e=>e.setAttribute('aria-label',
e.classList.contains('toc-drawer')?'On this page':'Site'));
(()=>{const box=document.querySelector('.law-tools');if(!box)return;
const [word,layer,day]=box.querySelectorAll('input,select'),told=box.querySelector('output');
const rows=[...document.querySelectorAll('.law-box tbody tr')];
const sift=()=>{let n=0;const want=word.value.toLowerCase().split(' ').filter(Boolean);
for(const row of rows){const text=row.textContent.toLowerCase();
const good=want.every(w=>text.includes(w))&&(!layer.value||row.dataset.layer===layer.value)
&&(!day.value||(row.dataset.start<=day.value&&day.value<(row.dataset.end||'9999')));
row.hidden=!good;n+=good}told.value=n+' of '+rows.length+' rules'};
for(const field of [word,layer,day])field.addEventListener('input',sift);sift()})();
"""


def style() -> str:
    """Return the colours and rules of charts, light and dark, and those of the site."""
    light, dark = palette.variables(), palette.variables(dark=True)
    return (
        f"body{{{light}}}body[data-theme=dark]{{{dark}}}"
        f"@media(prefers-color-scheme:dark){{body[data-theme=auto]{{{dark}}}}}{svg.CSS}{STYLE}"
    )


def _row(cells: Iterable[object]) -> str:
    texts = [str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells]
    return f"| {' | '.join(texts)} |"


def _markdown(heads: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    return "\n".join([_row(heads), _row("---" for _ in heads), *map(_row, rows)])


def data_page() -> str:
    """Return the data dictionary: every table with its columns, units and sources."""
    package = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    tables = [item for item in package["resources"] if "schema" in item]
    scopes = [item for item in tables if item["name"].startswith("scope_")]
    parts = [
        f"# Data dictionary\n\n{package['description']}\n\n`tv.load(name)` reads a table; "
        "`.attrs['provenance']` carries what stands here. Made from `data/datapackage.json`."
    ]
    for item in [table for table in tables if table not in scopes]:
        parts.append(f"## {item['name']}\n\n{item['title']}. {item.get('description', '')}")
        parts.append(_markdown(("column", "type", "unit", "what"), map(_field, _fields(item))))
        parts.append(_sources(item))
    rows = [(f"`{item['name']}`", item["title"], item.get("description", "")) for item in scopes]
    parts.append(f"## Lists of goods\n\n{len(rows)} lists of tariff codes, all with these columns:")
    parts.append(_markdown(("column", "type", "unit", "what"), map(_field, _fields(scopes[0]))))
    parts.append(_markdown(("list", "title", "what"), rows))
    return "\n\n".join(filter(None, parts)) + "\n"


def _fields(item: dict[str, Any]) -> list[dict[str, Any]]:
    return list(item["schema"]["fields"])


def _field(field: dict[str, Any]) -> tuple[str, str, str, str]:
    return (
        f"`{field['name']}`", field["type"], field.get("unit", ""), field.get("description", "")
    )  # fmt: skip


def _sources(item: dict[str, Any]) -> str:
    lines = [
        f"{source['publisher']}: {source['title']}, {source.get('series', '')} "
        f"({source.get('date', 'no date')}; {source.get('licence', 'no licence stated')})"
        for source in item.get("sources", ())
    ]
    return "Sources: " + "; ".join(lines) + "." if lines else ""


def law_page() -> str:
    """Return every measure and exemption as one table that can be searched, with citations."""
    titles = column_by("layers", "layer", "title")
    texts = load("citations").fillna("").groupby("rule").agg(list)
    measures, exemptions = load("measures"), load("exemptions")
    rows = [_law_row(row, row["measure"], texts, titles) for row in _records(measures)]
    rows += [_law_row(row, row["exemption"], texts, titles) for row in _records(exemptions)]
    options = "".join(
        f'<option value="{html.escape(layer)}">{html.escape(title)}</option>'
        for layer, title in titles.items()
    )
    heads = ("Rule", "Partners", "Rate", "In force", "Text it rests on")
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    return (
        "# The law\n\nEvery measure and exemption that the engine reads: "
        f"{len(measures)} measures and {len(exemptions)} exemptions, known to "
        f"{described('measures')['known_until']}. "
        "*Until* is the first day no longer in force. Provisional rows say why.\n\n"
        '<div class="law-tools"><input type="search" aria-label="Words" placeholder="Words">'
        f'<select aria-label="Layer"><option value="">All layers</option>{options}</select>'
        '<input type="date" aria-label="In force on"><output></output></div>\n\n'
        '<div class="law-box" tabindex="0" role="region" aria-label="Rules">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>\n"
    )


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return table.astype(object).where(table.notna(), "").to_dict("records")


def _law_row(row: dict[str, Any], rule: str, texts: pd.DataFrame, titles: Any) -> str:
    rate = "exempt"
    if "rate" in row:
        rate = f"{100 * row['rate']:g} % {'in all' if row['rule'] == 'ceiling' else 'on top'}"
    title = html.escape(row.get("title") or f"Exempt: {row['scope']}")
    about = f"{titles[row['layer']]}; goods: {row['scope']}"
    if row["provisional"]:
        about += f"; provisional: {row['why']}"
    start, until = (str(row[name])[:10] for name in ("start", "end"))
    cells = (
        f"{title}<br><small>{html.escape(about)}</small>",
        _partners(row["partners"].split(";")),
        rate,
        f"{start}<br>to {until}" if until else f"since {start}",
        _cited(texts.loc[rule]) if rule in texts.index else html.escape(str(row["reference"])),
    )
    body = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr data-layer="{row["layer"]}" data-start="{start}" data-end="{until}">{body}</tr>'


def _partners(codes: list[str]) -> str:
    text = " ".join(codes)
    if len(codes) <= FEW:
        return text
    return f"<details><summary>{len(codes)} partners</summary>{text}</details>"


def _cited(cited: pd.Series[Any]) -> str:
    """Return the texts of a rule, each with its words folded."""
    fields = ("instrument", "federal_register", "heading", "quote", "url")
    parts = []
    for text in zip(*(cited[name] for name in fields), strict=True):
        instrument, register, heading, quote, url = map(html.escape, map(str, text))
        place = ", ".join(filter(None, (instrument, register, heading)))
        link = f' <a href="{url}">source</a>' if url.startswith("https://") else ""
        words = f"<blockquote>{quote}</blockquote>" if quote else ""
        parts.append(f"<details><summary>{place}</summary>{words}{link}</details>")
    return "".join(parts)


API = {
    "functions": ("Functions", "tradeviz", None),
    "charts": ("Charts", "tradeviz.charts", None),
    "tables": ("Display tables", "tradeviz.tables", None),
    "findings": ("Sentences", "tradeviz.findings", None),
    "response": ("Response", "tradeviz.models.response", None),
    "forecast": ("Forecast", "tradeviz.models.forecast", None),
    "equilibrium": ("Equilibrium", "tradeviz.models.equilibrium", None),
    "deals": ("Deals", "tradeviz.models.deals", None),
    "objects": (
        "Outcomes, schedules, errors",
        "tradeviz",
        ("law.overlay.Outcome", "law.schedule.Schedule", "law.cards.Explained",
         *(f"errors.{name}" for name, item in vars(errors).items()
           if isinstance(item, type) and issubclass(item, errors.TradevizError))),
    ),
}  # fmt: skip
"""Page -> title, module, names; what the module makes public where no names are given."""


def api_pages() -> dict[str, str]:
    """Return the pages of the API, whose entries autosummary makes from the docstrings."""
    index = "# API\n\nPublic names, from their docstrings; every example on these pages is run by a"
    index += " test.\n\n```{toctree}\n" + "\n".join(API) + "\n```\n"
    pages = {"api/index.md": index}
    for page, (title, module, names) in API.items():
        entries = [f"{module}.{name}" for name in names or _documented(module)]
        listed = "\n".join(f"   {entry}" for entry in entries)
        text = f"# {title}\n\n```{{eval-rst}}\n.. autosummary::\n   :toctree: {page}\n"
        pages[f"api/{page}.md"] = f"{text}   :nosignatures:\n\n{listed}\n```\n"
    return pages


def _documented(module: str) -> list[str]:
    """Return the public functions and classes of a module."""
    room = sys.modules.get(module) or __import__(module, fromlist=["*"])
    return [name for name in room.__all__ if callable(getattr(room, name))]


def reports_page(folder: Path) -> str:
    """Return the page that leads to the reports, or says how to make them."""
    text = (
        "# Reports\n\nWhat `tradeviz report` writes: pages that can be mailed, one file each.\n\n"
    )
    if not (folder / "index.html").is_file():
        return f"{text}This site was built without them: `make report`, then `make docs`.\n"
    links = []
    for path in sorted(folder.glob("*.html")):
        title = re.search(r"<title>(.*?)</title>", path.read_text(encoding="utf-8"), flags=re.S)
        name = html.unescape(title[1]).strip() if title else path.stem
        links.append(f'<li><a href="reports/{path.name}">{html.escape(name)}</a></li>')
    return f"{text}<ul>{''.join(links)}</ul>\n"


def sources(folder: Path, reports: Path) -> None:
    """Fill a folder with all that Sphinx reads."""
    for path in [*(ROOT / "docs").glob("*.md"), *(ROOT / "docs").glob("*.py")]:
        shutil.copy(path, folder / path.name)
    shutil.copy(ROOT / "CHANGELOG.md", folder / "changes.md")
    made = {"data.md": data_page(), "law.md": law_page(), "reports.md": reports_page(reports)}
    (folder / "api").mkdir()
    (folder / "_static").mkdir()
    made |= {**api_pages(), "_static/tradeviz.css": style()}
    script = f"addEventListener('DOMContentLoaded',()=>{{{svg.SCRIPT}{SCRIPT}}})"
    made["_static/tradeviz.js"] = script
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")


def build(out: Path, reports: Path) -> int:
    """Build the site into a folder; return the exit code of Sphinx."""
    from sphinx.cmd.build import build_main

    # Charts come with both drawings, as in a report.
    os.environ |= {REPORT: "1", "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path[:1]])}
    with tempfile.TemporaryDirectory(prefix="tradeviz-site-") as name:
        place = Path(name)
        (place / "from").mkdir()
        sources(place / "from", reports)
        words = ["-q", "-W", "--keep-going", "-b", "html", "-d", str(place / "trees")]
        code = build_main([*words, str(place / "from"), str(place / "site")])
        if code == 0:
            if (reports / "index.html").is_file():
                shutil.copytree(reports, place / "site" / "reports")
            shutil.rmtree(out, ignore_errors=True)
            shutil.copytree(place / "site", out)
    return int(code)


def main() -> None:
    """Build the site and say where it is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reports", type=Path, default=ROOT / "reports", help="made by a report")
    options = parser.parse_args()
    started = time.monotonic()
    code = build(SITE, options.reports)
    if code:
        sys.exit(code)
    print(f"{len(list(SITE.rglob('*.html')))} pages in {time.monotonic() - started:.0f} s; "
          f"open {SITE / 'index.html'}")  # fmt: skip


if __name__ == "__main__":
    main()
