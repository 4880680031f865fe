"""What somebody writes into an outcome or a cell is shown; it does nothing."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pandas as pd
import pytest
from nbformat import v4
from openpyxl import load_workbook
from playwright.sync_api import Browser

import tradeviz as tv
from tradeviz.cli import main
from tradeviz.datasets import DATA
from tradeviz.errors import OutcomeError
from tradeviz.files import csv_text
from tradeviz.report import export
from tradeviz.report.data import as_workbook
from tradeviz.report.provenance import provenance

RUN = "window.top.hit=(window.top.hit||0)+1"
BROKEN = "data:image/png;base64,AAAA"
PAYLOADS = [
    f"<script>{RUN}</script>",
    f"<SCRIPT>{RUN}</SCRIPT>",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f'<img src=x onerror="{RUN}">',
    f"<img src=x:x onerror={RUN}>",
    f'<img src=x onerror = "{RUN}" >',
    f'<img/src=x/onerror="{RUN}">',
    f'<IMG SRC=x OnErRoR="{RUN}">',
    f'<img src=x srcset=x onerror="{RUN}">',
    f'<svg onload="{RUN}">',
    f'<svg/onload="{RUN}">',
    f"<svg><script>{RUN}</script></svg>",
    f'<svg><animate onbegin="{RUN}" attributeName=x dur=1s>',
    f'<svg><set onbegin="{RUN}" attributeName=x dur=1s>',
    f'<svg><a xlink:href="javascript:{RUN}"><text y=20>link</text></a></svg>',
    '<svg><use href="data:image/svg+xml,<svg id=x onload=1 />#x"></use></svg>',
    f'<svg><foreignObject><img src=x onerror="{RUN}"></foreignObject></svg>',
    f"<svg><style><img src=x onerror={RUN}></style></svg>",
    f'<svg><title><img src=x onerror="{RUN}"></title></svg>',
    f'<svg><desc><img src=x onerror="{RUN}"></desc></svg>',
    f"<math><mtext><mglyph><style><img src=x onerror={RUN}></style></mglyph></mtext></math>",
    f'<math><mi xlink:href="javascript:{RUN}">x</mi></math>',
    f'<math><annotation-xml encoding="text/html"><img src=x onerror="{RUN}"></annotation-xml>',
    f'<a href="javascript:{RUN}">link</a>',
    f'<a href="JaVaScRiPt:{RUN}">link</a>',
    f'<a href="java\tscript:{RUN}">link</a>',
    f'<a href="&#106;avascript:{RUN}">link</a>',
    f'<a href=" javascript:{RUN}">link</a>',
    f'<a href="data:text/html,<script>{RUN}</script>">link</a>',
    f'<a href="vbscript:{RUN}">link</a>',
    f'<iframe src="javascript:{RUN}"></iframe>',
    f"<iframe srcdoc='<script>{RUN}</script>'></iframe>",
    f'<object data="data:text/html,<script>{RUN}</script>"></object>',
    f'<embed src="data:text/html,<script>{RUN}</script>">',
    f'<details open ontoggle="{RUN}"><summary>x</summary></details>',
    f'<body onload="{RUN}">',
    f'<video><source onerror="{RUN}"></video>',
    f'<audio src=x onerror="{RUN}"></audio>',
    f'<input autofocus onfocus="{RUN}">',
    f'<select autofocus onfocus="{RUN}"></select>',
    f'<button popovertarget=x onclick="{RUN}">x</button>',
    f'<form action="javascript:{RUN}"><input type=submit></form>',
    f'<meta http-equiv="refresh" content="0;url=javascript:{RUN}">',
    '<meta http-equiv="refresh" content="0;url=https://example.org">',
    '<base href="https://example.org/">',
    '<link rel=stylesheet href="https://example.org/x.css">',
    f'<p style="background:url(javascript:{RUN})" onmouseover="{RUN}">over</p>',
    '<p style="background:url(https://example.org/x.png)">styled</p>',
    f'<p tabindex=1 onfocus="{RUN}" autofocus>focus</p>',
    f'<marquee onstart="{RUN}">x</marquee>',
    f'<noscript><p title="</noscript><img src=x onerror={RUN}>"></noscript>',
    f'<template><img src=x onerror="{RUN}"></template>',
    f'<xmp><img src=x onerror="{RUN}"></xmp>',
    f'<textarea><img src=x onerror="{RUN}"></textarea>',
    f'<!--><img src=x onerror="{RUN}">-->',
    f'<!-- --!><img src=x onerror="{RUN}">',
    f'<![CDATA[<img src=x onerror="{RUN}">]]>',
    f'<div title="x" onpointerenter="{RUN}">x</div>',
    f'"><img src=x onerror="{RUN}">',
    f"</title></style></textarea><script>{RUN}</script>",
]


@pytest.mark.parametrize("policy", [True, False], ids=["with policy", "without"])
def test_nothing_that_somebody_wrote_runs_in_a_page(
    policy: bool, tmp_path: Path, browser: Browser
) -> None:
    """The allow-list holds by itself, and so does the policy: the page is tried without it too."""
    assert len(PAYLOADS) >= 50
    cells = [v4.new_markdown_cell("# What is shown\n\nA page of *text*.")]
    # A picture without words for it is refused before anything else.
    payloads = [
        re.sub("(?i)<img([ /])", r"<img\1alt=x ", payload).replace("src=x:x", "src=x")
        for payload in PAYLOADS
    ]
    payloads = [re.sub("(?i)src=x", f"src={BROKEN} ", payload) for payload in payloads]
    for number, payload in enumerate(payloads, start=1):
        html = v4.new_output("display_data", {"text/html": f"<div>{payload}</div>"})
        text = v4.new_output("display_data", {"text/markdown": f"Outcome {payload} ends."})
        cells.append(v4.new_markdown_cell(f"Outcome {payload} of a reader"))
        said = {"image/png": {"alt": payload}}
        drawn = {"image/png": BROKEN.partition(",")[2], "text/plain": payload, "text/csv": payload}
        picture = v4.new_output("display_data", drawn, metadata=said)
        outputs = [html, text, picture]
        cells.append(v4.new_code_cell("1", outputs=outputs, execution_count=number))
    about = provenance(DATA / "datapackage.json")
    notebook = v4.new_notebook(cells=cells)
    html = export.page(notebook, stem="a", source=tmp_path / "a.ipynb", provenance=about)
    if not policy:
        html, gone = re.subn(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
        assert gone == 1
    (tmp_path / "a.html").write_text(html, encoding="utf-8")
    tab = browser.new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto((tmp_path / "a.html").as_uri())
    tab.evaluate(
        """() => { for (const tag of document.querySelectorAll('main *')) {
            for (const kind of ['mouseover', 'pointerenter', 'focus', 'toggle', 'error', 'load'])
                tag.dispatchEvent(new Event(kind));
            const to = tag.getAttribute('href');
            if (tag.tagName.toLowerCase() == 'a' && to && !to.startsWith('#'))
                tag.click(); } }"""
    )
    tab.wait_for_timeout(200)
    assert tab.evaluate("window.hit") is None
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert tab.url.split("#")[0] == (tmp_path / "a.html").as_uri()
    tab.close()


CELLS = ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1"]
PLAIN = ["JPN", "-3.5", "+1.2%", "a=b", "−3", ""]


def test_cells_of_a_user_are_no_formulas() -> None:
    table = pd.DataFrame({"=name": [*CELLS, *PLAIN], "rate": range(len(CELLS + PLAIN))})
    read = pd.read_csv(io.StringIO(csv_text(table)), keep_default_na=False, dtype=str)
    assert read.columns.tolist() == ["'=name", "rate"]
    assert [cell.lstrip("'") for cell in read["'=name"][: len(CELLS)]] == CELLS
    assert all(cell.startswith("'") for cell in read["'=name"][: len(CELLS)])
    assert read["'=name"][len(CELLS) :].tolist() == PLAIN
    indexed = csv_text(table.set_index("=name"), index=True)
    assert "'=1+1,0" in indexed
    clean = pd.DataFrame({"partner": ["JPN"], "rate": [-0.125]})
    assert csv_text(clean) == clean.to_csv(index=False)


def test_a_workbook_of_a_user_s_table_holds_texts(tmp_path: Path) -> None:
    table = pd.DataFrame({"name": CELLS[:4], "rate": [0.1] * 4})
    content = as_workbook(table.to_csv(index=False), ["about"], "2026-01-31")
    sheets = load_workbook(io.BytesIO(content)).worksheets
    cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row]
    assert {"=1+1", "-2+3"} <= {str(cell.value) for cell in cells}
    assert {cell.data_type for cell in cells} <= {"s", "n"}


def test_escape_codes_are_shown_and_not_sent(capsys: pytest.CaptureFixture[str]) -> None:
    from tradeviz.cli.words import write

    write("a\x1b[31mred\u202e", None)
    assert capsys.readouterr().out == "a\\x1b[31mred\\u202e\n"
    assert main(["exposure", "--partners", "\x1b[31mJPN"]) == 2
    assert "\x1b" not in capsys.readouterr().err
    with pytest.raises(OutcomeError):
        tv.outcome("pause").named("\x1b[31m")
