"""Reports: all or nothing, the same bytes every time, readable by everyone, offline too."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag
from looking import dark_on_paper, look, outside
from nbformat import NotebookNode, v4
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

import tradeviz as tv
from tradeviz import report
from tradeviz.cli import main
from tradeviz.errors import ArgumentError, ReportError
from tradeviz.partners import FOCUS, name
from tradeviz.report import (
    execute,
    export,
    figures,
    front,
    parameters,
    printing,
    publish,
    workbook,
)
from tradeviz.report.brief import brief
from tradeviz.report.clean import drawing
from tradeviz.report.data import as_workbook, headed
from tradeviz.report.front import BRIEF, front_page, spark
from tradeviz.report.provenance import Provenance, Source, provenance
from tradeviz.report.summary import Page
from tradeviz.show.palette import INK, PAPER
from tradeviz.show.picture import Picture
from tradeviz.story.standing import standings
from tradeviz.trade.show_paths import rate_path

ABOUT = Provenance(
    "0.1.0",
    "2026-01-31",
    (Source("Example statistics", "Example office", "public domain", "https://example.org/data"),),
)
BRIEFS = [f"brief-{code}.html" for code in standings()]
# The smallest PNG there is: one transparent point.
POINT = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "YPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
SHOW = f"""
from IPython.display import display
display({{"image/png": "{POINT}", "text/plain": "bars\\n  Japan 45.7 <b>of</b> 9 < 50",
         "text/csv": "a,b\\n1,2\\n"}},
        raw=True, metadata={{"image/png": {{"alt": ALT}}}})
"""
FINDING = """
from IPython.display import Markdown
Markdown(f"{PARTNER} pays.")
"""
TABLE = """
import pandas as pd
columns = ["Imports, bn USD", "Rate, %", "A column whose quite long name makes it wide", "Duty"]
rows = [["1,485.2", "15.0", "−3", "$1.5 bn"], ["132.1 †", "9.5", "−40", "$900.0 m"]]
rows += [["68.0", "–", "11", "$30.1 bn"]]
names = pd.Index(["Japan", "South Korea", "United Kingdom"], name="Partner")
pd.DataFrame(rows, index=names, columns=columns)
"""


def code(source: str, *tags: str) -> NotebookNode:
    metadata = {"tags": list(tags)} if tags else {}
    return v4.new_code_cell(source.strip(), id=f"id{abs(hash(source)) % 10**6}", metadata=metadata)


def text(source: str) -> NotebookNode:
    return v4.new_markdown_cell(source, id=f"id{abs(hash(source)) % 10**6}")


def notebook(*extra: NotebookNode) -> NotebookNode:
    return v4.new_notebook(
        cells=[
            text("# Rates by partner\n\nWhat would each one pay at 10 %? See the [next](b.ipynb)."),
            code('PARTNER = "GBR"\nALT = "Bars: Japan highest"', "parameters"),
            text("## The table\n\nIn words, $t = \\frac{x}{m}$ and:\n\n$$t = 1$$"),
            code(TABLE),
            text("## The chart\n\n### By partner\n\n| a | b |\n|---|---|\n| 1 | 2 |"),
            code(SHOW),
            code(
                "from IPython.display import Markdown\n"
                'Markdown(f"**{PARTNER}** pays most. [Why](#The-table)")',
                "key-finding",
            ),
            code("print('seen'); import sys; print('a ' + 'warning', file=sys.stderr)"),
            *extra,
        ]
    )


def short(title: str = "A", *extra: NotebookNode) -> NotebookNode:
    return v4.new_notebook(cells=[text(f"# {title}"), *extra])


class Project:
    """A folder with notebooks and a data package, as `build` finds them."""

    def __init__(self, root: Path) -> None:
        self.notebooks = root / "notebooks"
        self.out = root / "reports"
        self.notebooks.mkdir(parents=True)
        self.lines: list[str] = []

    def add(self, name: str, content: NotebookNode) -> Path:
        path = self.notebooks / f"{name}.ipynb"
        path.write_text(v4.writes(content), encoding="utf-8")
        return path

    def build(self, *names: str, partner: str | None = None, form: str = "html") -> list[Path]:
        return report.build(
            names or None, partner=partner, out=self.out, form=form, progress=self.lines.append
        )

    def bytes(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted(self.out.iterdir())}


@cache
def drawn_once(partner: str, provenance: Provenance, insert: None) -> str:
    [one] = standings(partner).values()
    return brief(one, provenance=provenance)


HERO, FINDINGS = front._hero, front._findings


@cache
def pictured_once(about: Provenance) -> str:
    drawings = figures.Drawings()
    return drawings.back(HERO(drawings, about))


@cache
def found_once() -> list[str]:
    return FINDINGS(standings())


@cache
def listed_once(provenance: Provenance) -> str:
    return front_page([], provenance=provenance)


def project_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    data = folder / "data"
    data.mkdir()
    (data / "datapackage.json").write_text(
        json.dumps(
            {
                "created": "2026-01-31",
                "resources": [{"sources": [{"title": "A", "publisher": "B"}]}],
            }
        )
    )
    made = Project(folder)
    monkeypatch.setattr(publish, "DATA", data)
    # The real workbook has tests of its own; here one without tables shows where it goes.
    monkeypatch.setattr(workbook, "SHEETS", ())
    # So has the what-if page; the table of terms takes seconds.
    monkeypatch.setattr(publish, "what_if_page", listed_once)
    monkeypatch.setattr(publish, "small_form", lambda partner: None)
    # Front pages and briefs say the same of law and data in each of these projects.
    monkeypatch.setattr(front, "_hero", lambda drawings, about: pictured_once(about))
    monkeypatch.setattr(front, "_findings", lambda here: found_once())
    monkeypatch.setattr(publish, "brief", lambda one, **given: drawn_once(one.partner, **given))
    monkeypatch.setattr(publish, "NOTEBOOKS", made.notebooks)
    return made


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    return project_in(tmp_path, monkeypatch)


DRAWING = '<svg xmlns="http://www.w3.org/2000/svg"><text>45.7 &amp; more</text></svg>'
WORDS = "<b>5</b> &amp; <i onclick=x>"
BAD = """
# <i onmouseover=alert(1)>A</i> Title

<meta http-equiv="refresh" content="0;url=https://example.org"><form action="https://example.org">
<input name="a"><b onclick="alert(1)" style="color:red">bold</b></form>
<svg onload="alert(1)"><script>alert(1)</script><path d="M0 0"/></svg>
<details ontoggle="alert(1)" open><a href="javascript:alert(1)">a</a></details>
"""
ACTING = """
from IPython.display import HTML, display
evil = '<svg onload="alert(1)"><script>alert(1)</script><path d="M0 0" onclick="a()"/></svg>'
words = dict.fromkeys(("title", "subtitle", "note", "source", "alt"), "<img src=x onerror=a()>")
display({KIND: {"svg": {"wide": evil, "narrow": evil}, "data": "a\\n1\\n", **words},
    "text/plain": ""}, raw=True)
HTML('<iframe src="https://example.org"></iframe><base href="/"><p onmouseover="a()">kept</p>'
     '<script>un' + 'seen()</script><style>p { un' + 'seen: 1 }</style>')
"""


TAKEN_BACK = """
import sys
from IPython.display import clear_output
print("first")
clear_output()
print("then", sys.stdout.writable())
"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A set of pages that tests only read, built once."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        made = project_in(tmp_path_factory.mktemp("shared"), monkeypatch)
        made.add("a", notebook())
        made.add("b", short("Second\n\nIt follows [the first](a.ipynb)."))
        both = SHOW.replace('"text/csv"', f'"image/svg+xml": {DRAWING!r}, "text/csv"')
        made.add("charts", short("Charts", code(f'ALT = "Bars"\n{both}')))
        kind = f"KIND = {figures.MEDIA_TYPE!r}"
        made.add("evil", v4.new_notebook(cells=[text(BAD), code(kind + ACTING)]))
        third = 'pd.DataFrame({"partner": ["JPN"], "effective_rate": [1 / 3]})'
        made.add("full", short("Full", code(f"import pandas as pd\n{third}")))
        long = "import pandas as pd\npd.DataFrame({'n': range(30)}, index=range(100, 130))"
        made.add("long", short("Long", code(long)))
        cells = [code('PARTNER = "IND"', "parameters", "profile"), code("print(PARTNER)")]
        made.add("profile", short("Profile", *cells, code(FINDING, "key-finding")))
        named = f'pd.DataFrame({{"{WORDS}": ["{WORDS}", "b"], "n": [1, 2]}})'
        made.add("words", short("Words", code(f"import pandas as pd\n{named}"), code(TAKEN_BACK)))
        made.build()
    return made


STEMS = ("a", "b", "charts", "evil", "full", "long", "words")
PROFILES = [f"profile-{code}.html" for code in FOCUS]


def test_build_writes_pages_and_index(shared: Project) -> None:
    pages = [f"{stem}.html" for stem in STEMS]
    assert sorted(shared.bytes()) == sorted(
        [*pages, *PROFILES, *BRIEFS, "tradeviz.xlsx", "what_if.html", "index.html"]
    )
    first = BeautifulSoup((shared.out / "a.html").read_text(), "html.parser")
    assert first.title is not None and first.title.text == "Rates by partner"
    assert first.html is not None and first.html["lang"] == "en"
    assert {link["href"] for link in first.select("main a[href^='#']")} == {"#the-table"}
    assert [item["data-page"] for item in first.select("main .text > p > span")] == ["b.html"]
    picture = first.find("img")
    assert picture is not None and picture["alt"] == "Bars: Japan highest"
    data = first.select_one("details.data pre")
    assert data is not None and "Japan 45.7 <b>of</b> 9 < 50" in data.text
    assert len(first.select("div.code")) == 5 and not first.select("details.code")
    assert len(first.find_all("math")) == 2 and "\\frac" not in first.get_text()
    assert "a warning" not in first.get_text() and "seen" in first.get_text()
    contents = BeautifulSoup((shared.out / "index.html").read_text(), "html.parser")
    assert len(contents.select(".finding")) == 3 and len(contents.select(".card")) == len(FOCUS)
    assert [link["href"] for link in contents.select(".reports a")] == pages
    assert "What would each one pay at 10 %?" in contents.get_text()
    assert "data of 2026-01-31" in contents.get_text()
    assert len(contents.select("a[href='tradeviz.xlsx'][download]")) == 1


def test_every_cell_is_reported(shared: Project) -> None:
    cells = [line for line in shared.lines if re.fullmatch(r"a: cell \d of 5 \(\d+\.\d s\)", line)]
    assert len(cells) == 5
    assert "a: cell 5 warns: a warning" in shared.lines


def test_two_builds_give_the_same_bytes(project: Project) -> None:
    project.add("a", notebook(code("list({'x', 'y', 'z', 'w'})")))
    project.build()
    before = project.bytes()
    places = {path.stat().st_ino for path in project.out.iterdir()}
    project.build()
    assert project.bytes() == before
    # Each was moved there whole: who reads the old one goes on reading it.
    assert places.isdisjoint(path.stat().st_ino for path in project.out.iterdir())


def test_a_failing_cell_keeps_the_old_reports(project: Project) -> None:
    project.add("a", short("Old"))
    project.build()
    before = project.bytes()
    project.add("a", short("Changed"))
    project.add("c", short("C", code("x = 1"), code("1 / 0")))
    with pytest.raises(
        ReportError, match="^c: code cell 2 of 2 failed: ZeroDivisionError: division"
    ):
        project.build()
    assert project.bytes() == before


def test_a_kernel_that_dies_is_reported(project: Project) -> None:
    project.add("a", short("A", code("import os\nos._exit(1)")))
    with pytest.raises(ReportError, match="^a: code cell 1 ended the kernel"):
        project.build()


@pytest.mark.parametrize("alt", ["", "   "])
def test_a_picture_without_alternative_text_fails(alt: str) -> None:
    shown = code("chart")
    shown.execution_count = 2
    data, metadata = {"image/png": POINT}, {"image/png": {"alt": alt}}
    shown.outputs = [v4.new_output("display_data", data=data, metadata=metadata)]
    with pytest.raises(ReportError, match="^a, code cell 2: a picture has no alternative text"):
        export.page(
            short("A", code("x = 1"), shown), stem="a", source=Path("a.ipynb"), provenance=ABOUT
        )


def test_a_bare_figure_fails(project: Project) -> None:
    plot = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    project.add("a", short("A", code(plot)))
    with pytest.raises(ReportError, match="^a, code cell 1: a picture has no alternative text"):
        project.build()
    assert project.bytes() == {}


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("![A map](https://example.org/map.png)", "a picture is not inside the page"),
        ("![A map](map.png)", "a picture is not inside the page; value 'map.png'"),
        ('<table><tr><td class="x">1</td></tr></table>', "a table has no header row"),
    ],
)
def test_what_does_not_fit_a_page_fails(project: Project, cell: str, message: str) -> None:
    project.add("a", short("A", text(cell)))
    with pytest.raises(ReportError, match=message):
        project.build()


def test_a_notebook_without_a_title_fails(project: Project) -> None:
    project.add("a", v4.new_notebook(cells=[text("No title")]))
    with pytest.raises(ReportError, match="has no title"):
        project.build()


def test_unknown_notebook_names_the_nearest(project: Project) -> None:
    project.add("00_briefing", short())
    with pytest.raises(ReportError, match="did you mean '00_briefing'"):
        project.build("00_briefin")


def test_notebooks_whose_pages_would_have_one_name_are_refused(
    project: Project, tmp_path: Path
) -> None:
    with pytest.raises(ReportError, match="^notebooks: there is no notebook$"):
        project.build()
    mine = project.add("mine", short())
    index = project.add("index", short())
    other = tmp_path / "mine.ipynb"
    other.write_bytes(mine.read_bytes())
    with pytest.raises(ReportError, match="^no notebook given; allowed: index, mine$"):
        report.build([], out=project.out, progress=print)
    with pytest.raises(ReportError, match="^two notebooks would write one page; value 'mine'$"):
        project.build("mine", str(other))
    for names in [(), (str(index),)]:
        with pytest.raises(ReportError, match="this name; rename the notebook; value 'index'$"):
            project.build(*names)
    index.unlink()
    what_if = tmp_path / "what_if.ipynb"
    what_if.write_bytes(mine.read_bytes())
    with pytest.raises(ReportError, match="this name; rename the notebook; value 'what_if'$"):
        project.build(str(what_if), "what_if")
    assert not project.out.exists()


def test_a_notebook_may_be_named_twice_and_by_its_path(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = project.add("mine", short("Mine"))
    monkeypatch.chdir(mine.parent)
    written = project.build("mine", "mine.ipynb", str(mine))
    assert [path.name for path in written] == ["mine.html", "index.html"]


def test_a_page_that_is_slow_to_open_is_told(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = {"a": 1_250_000, "b": 1_000_000}
    monkeypatch.setattr(export, "page", lambda _, *, stem, **more: "x" * size[stem])
    project.add("a", short("A"))
    project.add("b", short("B"))
    project.build("a", "b")
    assert project.lines == ["a: the page has 1.2 MB, above 1"]


def test_a_folder_that_is_called_a_notebook_is_named(project: Project) -> None:
    (project.notebooks / "a.ipynb").mkdir()
    with pytest.raises(ReportError, match=r"^a\.ipynb: cannot be read: Is a directory$"):
        project.build()


def test_a_file_that_is_no_notebook_is_named(project: Project) -> None:
    (project.notebooks / "a.ipynb").write_text("{")
    with pytest.raises(ReportError, match=r"^a\.ipynb: is not a notebook"):
        project.build()


def test_a_damaged_data_package_is_named(tmp_path: Path) -> None:
    path = tmp_path / "datapackage.json"
    with pytest.raises(ReportError, match=r"^datapackage\.json: cannot be read"):
        provenance(path)
    path.write_text("{")
    with pytest.raises(ReportError, match=r"^datapackage\.json: is not JSON: .*line 1"):
        provenance(path)
    path.write_text("{}")
    with pytest.raises(ReportError, match=r"^datapackage\.json, field 'created': missing"):
        provenance(path)


def test_a_page_says_the_version_it_was_made_with(tmp_path: Path) -> None:
    path = tmp_path / "datapackage.json"
    path.write_text('{"created": "2026-01-31T00:00:00Z"}')
    assert provenance(path).said == f"tradeviz {tv.__version__}, data of 2026-01-31"


def test_partner_is_injected_and_named(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish.partners, "resolve", lambda partner: ("JPN",))
    monkeypatch.setattr(publish.partners, "name", lambda code: "Japan")
    project.add("a", short("Rates", code('PARTNER = "GBR"', "parameters"), code("print(PARTNER)")))
    project.add("b", short("Second"))
    project.build()
    written = project.build(partner="Japan")
    assert [path.name for path in written] == ["a-JPN.html", "brief-JPN.html", "index.html"]
    page = (project.out / "a-JPN.html").read_text()
    assert "<title>Rates: Japan</title>" in page and '<pre class="output">JPN' in page
    contents = (project.out / "index.html").read_text()
    assert all(f'href="{name}.html"' in contents for name in ("a", "a-JPN", "b"))
    assert "b: takes no partner, left out" in project.lines
    with pytest.raises(ReportError, match="^b: takes no partner"):
        project.build("b", partner="Japan")


def test_of_all_notebooks_those_that_refuse_a_partner_are_left_out(project: Project) -> None:
    refuses = "from tradeviz.errors import ArgumentError\n"
    refuses += "raise ArgumentError('has no rate', field='partners', value=PARTNER)"
    set_by = code('PARTNER = "GBR"', "parameters")
    project.add("a", short("Who pays?", set_by, code("print(PARTNER)")))
    project.add("b", short("Refuses", set_by, code(refuses)))
    written = project.build(partner="Japan")
    assert [path.name for path in written] == ["a-JPN.html", "brief-JPN.html", "index.html"]
    assert "<title>Who pays? Japan</title>" in (project.out / "a-JPN.html").read_text()
    assert "b-JPN: left out, field 'partners': has no rate; value 'JPN'" in project.lines
    assert "b-JPN" not in (project.out / "index.html").read_text()
    # Asked for by name it has to speak, and what is no refusal is never passed over.
    with pytest.raises(ReportError, match=r"^b-JPN: code cell 2 .*has no rate"):
        project.build("b", partner="Japan")
    project.add("b", short("Breaks", set_by, code("1 / 0")))
    with pytest.raises(ReportError, match=r"^b-JPN: code cell .*ZeroDivisionError"):
        project.build(partner="Japan")


def test_only_own_pages_without_a_notebook_are_removed(project: Project) -> None:
    project.add("a", short())
    project.add("b", short("Second"))
    project.build()
    (project.out / "mine.html").write_text("<p>not ours</p>")
    project.build("a")
    assert "b.html" in project.bytes()
    (project.notebooks / "b.ipynb").unlink()
    project.build()
    assert sorted(project.bytes()) == [
        *("a.html", *sorted(BRIEFS), "index.html", "mine.html", "tradeviz.xlsx", "what_if.html")
    ]


def test_table_is_rebuilt_with_names_and_csv(shared: Project) -> None:
    soup = BeautifulSoup((shared.out / "a.html").read_text(), "html.parser")
    table = soup.find("table")
    assert table is not None and table.caption is not None
    assert table.caption.text == "Table 1. The table"
    assert [cell.text for cell in table.select("thead th")][:2] == ["Partner", "Imports, bn USD"]
    assert [cell["scope"] for cell in table.select("tbody th")] == ["row"] * 3
    link = soup.select_one('a[download="a-table-1.csv"]')
    assert link is not None
    text = base64.b64decode(str(link["href"]).split(",")[1]).decode()
    notes = [line for line in text.splitlines() if line.startswith("#")]
    assert notes[0] == "# a, table 1: The table" and "data of 2026-01-31" in notes[-1]
    rows = list(csv.reader(io.StringIO(text.split("\n", len(notes))[-1])))
    assert rows[1] == ["Japan", "1,485.2", "15.0", "−3", "$1.5 bn"]
    chart = soup.select_one('a[download="a-chart-1.csv"]')
    assert chart is not None and chart.text == "Chart 1 as CSV"


def test_spanning_cells_are_repeated() -> None:
    html = """<h1>T</h1><table><thead><tr><th></th><th colspan="2">2024</th></tr>
      <tr><th>who</th><th>in</th><th>out</th></tr></thead>
      <tbody><tr><th rowspan="2">JPN</th><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr>
      </tbody></table>"""
    soup = BeautifulSoup(export.tidy(html, stem="t", pages=()).html, "html.parser")
    assert [cell.text for cell in soup.select("thead th")] == ["who", "2024, in", "2024, out"]
    assert [row.get_text(" ", strip=True) for row in soup.select("tbody tr")] == [
        "JPN 1 2",
        "JPN 3 4",
    ]


def test_pages_open_offline_without_faults(shared: Project, browser: Browser) -> None:
    for path in (shared.out / "a.html", shared.out / "index.html"):
        assert outside(path.read_text()) == []
        assert look(browser, path).faultless()


def test_the_head_of_a_download_says_what_its_numbers_are() -> None:
    # The fractions of the library: a handicap of 0.05 is five points.
    table = tv.competitors("in_force")
    assert table["handicap"].abs().max() < 1
    assert headed("handicap") == "handicap (difference of fractions)"
    assert headed("effective_rate").startswith("effective_rate (fraction")
    assert headed("duty_usd") == "duty_usd (US dollars)" and headed("note") == "note"


def test_sorting_and_code_toggle(shared: Project, browser: Browser) -> None:
    tab = browser.new_page()
    tab.goto((shared.out / "a.html").as_uri())
    names = tab.locator("table").first.locator("tbody th")
    button = tab.get_by_role("button", name="Imports, bn USD")
    button.click()
    # A mark beside a figure leaves it a figure.
    assert names.all_inner_texts() == ["United Kingdom", "South Korea", "Japan"]
    button.click()
    assert names.all_inner_texts() == ["Japan", "South Korea", "United Kingdom"]
    tab.get_by_role("button", name="Rate, %").click()
    assert names.all_inner_texts() == ["South Korea", "Japan", "United Kingdom"]
    assert tab.locator("thead th").nth(2).get_attribute("aria-sort") == "ascending"
    # What is missing stays last the other way round; numbers below zero are numbers.
    tab.get_by_role("button", name="Rate, %").click()
    assert names.all_inner_texts() == ["Japan", "South Korea", "United Kingdom"]
    assert tab.locator("thead th").nth(2).get_attribute("aria-sort") == "descending"
    tab.get_by_role("button", name="A column whose").click()
    assert names.all_inner_texts() == ["South Korea", "Japan", "United Kingdom"]
    assert tab.locator("thead th[aria-sort]").count() == 1
    # Millions are less than billions.
    tab.get_by_role("button", name="Duty").click()
    assert names.all_inner_texts() == ["South Korea", "Japan", "United Kingdom"]
    tab.get_by_role("button", name="Partner").click()
    tab.get_by_role("button", name="Partner").click()
    assert names.all_inner_texts() == ["United Kingdom", "South Korea", "Japan"]
    assert tab.locator("div.code:visible").count() == 0
    # A button says to a screen reader what it has done.
    toggle = tab.get_by_role("button", name="Show all code", pressed=False)
    toggle.click()
    assert tab.locator("div.code:visible").count() == 5
    tab.get_by_role("button", name="Show all code", pressed=True).click()
    assert tab.locator("div.code:visible").count() == 0
    with tab.expect_download() as saved:
        tab.get_by_role("link", name="Table 1 as CSV").click()
    assert saved.value.suggested_filename == "a-table-1.csv"
    tab.close()


def test_a_notebook_tagged_profile_has_a_page_for_each_of_the_five(shared: Project) -> None:
    codes = {path.stem[8:]: path.read_text() for path in shared.out.glob("profile-*.html")}
    assert set(codes) == set(FOCUS)
    assert all(f'<pre class="output">{partner}' in page for partner, page in codes.items())
    assert '<h1 id="profile-india">Profile: India</h1>' in codes["IND"]
    contents = BeautifulSoup((shared.out / "index.html").read_text(), "html.parser")
    assert contents.select(".reports a[href^=profile]") == []
    linked = [link.text for link in contents.select(".list a[href^=profile-]")]
    assert linked == sorted(map(name, FOCUS))
    assert not (shared.out / "profile.html").exists()


def test_charts_are_offered_as_pictures(shared: Project, browser: Browser) -> None:
    page = shared.out / "charts.html"
    link = BeautifulSoup(page.read_text(), "html.parser").select_one("a[download$='.svg']")
    assert link is not None
    assert base64.b64decode(str(link["href"]).split(",")[1]).decode() == DRAWING
    tab = browser.new_page()
    tab.goto(page.as_uri())
    with tab.expect_download() as saved:
        tab.get_by_role("link", name="as PNG").click()
    assert saved.value.suggested_filename == "charts-chart-1.png"
    assert Path(saved.value.path()).read_bytes() == base64.b64decode(POINT)
    tab.close()


def test_pages_are_printed(project: Project, browser: Browser) -> None:
    project.add("a", short("To print"))
    written = project.build("a", form="pdf")
    assert [path.name for path in written] == ["a.pdf", "index.pdf", "a.html", "index.html"]
    assert all(path.read_bytes().startswith(b"%PDF-") for path in written[:2])
    assert all(path.read_bytes().endswith(b"% tradeviz report\n") for path in written[:2])


def test_no_browser_to_print_with(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.add("a", short())
    monkeypatch.setenv("TRADEVIZ_BROWSER", "no-such-browser")
    with pytest.raises(ReportError, match="no browser to print with: install Chromium"):
        project.build("a", form="pdf")
    assert not project.out.exists()
    with pytest.raises(ArgumentError, match="pdf"):
        project.build("a", form="pfd")


def test_footer_names_sources() -> None:
    html = export.page(short(), stem="a", source=Path("a.ipynb"), provenance=ABOUT)
    assert 'href="https://example.org/data"' in html and "Example office" in html


def browser_that(folder: Path, monkeypatch: pytest.MonkeyPatch, does: str) -> Path:
    """Let a script stand for the browser; `$page` is what it prints, `$target` where to."""
    path = folder / "chromium"
    path.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" > "{folder}/words"\n'
        "for word; do case $word in --print-to-pdf=*) target=${word#*=};; esac; page=$word; done\n"
        f"{does}\n"
    )
    path.chmod(0o755)
    monkeypatch.setenv(printing.VARIABLE, str(path))
    return path


@pytest.mark.parametrize(
    ("does", "said"),
    [
        ("exit 0", "the browser printed nothing: no reason given"),
        ('echo hm >&2; echo "no room" >&2; exit 1', "the browser printed nothing: no room"),
        ('echo hm > "$target"; exit 1', "the browser printed nothing: no reason given"),
        ("exec sleep 60", r"the browser took longer than 0\.2 seconds"),
        (None, "the browser does not run: Exec format error"),
    ],
)
def test_what_a_browser_says_when_it_prints_nothing(
    does: str | None, said: str, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.add("a", short())
    stands_in = browser_that(project.notebooks, monkeypatch, does or "")
    if does is None:
        stands_in.write_bytes(b"\x7fELF no program")
    monkeypatch.setattr(printing, "_SECONDS", 0.2 if does == "exec sleep 60" else 60)
    with pytest.raises(ReportError, match=rf"^a\.html: {said}"):
        project.build("a", form="pdf")
    assert list(project.out.iterdir()) == []


@pytest.mark.parametrize("user", [0, 1000])
def test_only_root_prints_without_a_sandbox(
    user: int, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.add("a", short())
    browser_that(project.notebooks, monkeypatch, 'echo "%PDF" > "$target"')
    monkeypatch.setattr(printing.os, "geteuid", lambda: user)
    project.build("a", form="pdf")
    words = (project.notebooks / "words").read_text().splitlines()
    assert ("--no-sandbox" in words) == (user == 0)
    assert words[-1].startswith("file:///") and words[-1].endswith("/index.html")


def test_what_acts_does_not_enter_a_page(shared: Project, browser: Browser) -> None:
    page = shared.out / "evil.html"
    soup = BeautifulSoup(page.read_text(), "html.parser")
    main = soup.main
    assert main is not None and "bold" in main.get_text() and "kept" in main.get_text()
    # What would have run is no text either.
    assert "unseen" not in main.get_text() and "alert" not in main.select_one("figure").get_text()
    gone = ["form", "input", "meta", "script", "iframe", "base", "[style]", "a[href^=javascript]"]
    assert [name for name in gone if main.select(name)] == []
    # What was written as a title stays text.
    assert [tag for tag in main.find_all("img") if tag.has_attr("onerror")] == []
    acting = [tag for tag in soup.find_all(True) if any(n.startswith("on") for n in tag.attrs)]
    assert acting == [] and len(main.select("svg path")) == 3
    said: list[str] = []
    tab = browser.new_page()
    tab.on("dialog", lambda dialog: said.append(dialog.message))
    tab.goto(page.as_uri())
    assert said == [] and tab.url == page.as_uri()
    tab.close()


def test_only_the_scripts_of_the_page_may_run(shared: Project) -> None:
    for page in (shared.out / "b.html", shared.out / "index.html"):
        soup = BeautifulSoup(page.read_text(), "html.parser")
        policy = soup.select_one('meta[http-equiv="Content-Security-Policy"]')
        assert policy is not None
        rules = dict(rule.strip().split(" ", 1) for rule in str(policy["content"]).split(";"))
        assert rules["default-src"] == "'none'" and "unsafe" not in str(policy["content"])
        for element, kind in (("script", "script-src"), ("style", "style-src")):
            for tag in soup.find_all(element):
                digest = hashlib.sha256(tag.text.encode()).digest()
                assert base64.b64encode(digest).decode() in rules[kind]


def shown_as(data: dict[str, object], **metadata: dict[str, str]) -> Tag:
    """Return the page of a notebook whose one cell shows this."""
    cell = code("thing")
    cell.execution_count = 1
    cell.outputs = [v4.new_output("display_data", data=data, metadata=metadata)]
    return body_of(cell)


def body_of(*cells: NotebookNode) -> Tag:
    main = BeautifulSoup(html_of(*cells), "html.parser").main
    assert main is not None
    return main


@pytest.mark.parametrize(
    ("svg", "said"),
    [
        ("<svg><path></svg>", "a chart is no drawing: mismatched tag"),
        ("<p>words</p>", "a chart is no drawing; value 'p'; allowed: svg"),
    ],
)
def test_what_is_no_drawing_stops_a_page(svg: str, said: str) -> None:
    with pytest.raises(ReportError, match=f"^a, code cell 1: {said}"):
        shown_as({figures.MEDIA_TYPE: {"svg": {"wide": svg, "narrow": svg}}})


def test_an_svg_of_ones_own_is_a_picture_with_its_words() -> None:
    page = shown_as({"image/svg+xml": DRAWING}, **{"image/svg+xml": {"alt": "Japan at 45.7"}})
    picture = page.select_one("figure img")
    assert picture is not None and picture["alt"] == "Japan at 45.7"
    kind, _, content = str(picture["src"]).partition(";base64,")
    assert (kind, base64.b64decode(content).decode()) == ("data:image/svg+xml", DRAWING)


def test_of_a_widget_a_page_says_that_it_stands_in_the_notebook() -> None:
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "x"}, "text/plain": "Box(1)"}
    page = shown_as(view)
    assert "A panel stands here where the notebook is run." in page.get_text()
    assert "Box(1)" not in page.get_text()


def test_cells_that_say_nothing_leave_nothing() -> None:
    page = body_of(v4.new_raw_cell("raw words", id="raw"), code("  "), text("after"))
    assert "raw words" not in page.get_text() and page.select(".cell, .code") == []
    assert "after" in page.get_text()


def test_equations_that_are_aligned_are_a_formula() -> None:
    page = body_of(text("\\begin{align}a &= b\\\\ c &= d\\end{align}"))
    (formula,) = page.select(".formula math[display=block]")
    assert len(formula.find_all("mtr")) == 2
    assert [item.text for item in formula.find_all("mi") if item.text] == ["a", "b", "c", "d"]
    assert "begin" not in page.get_text()


def test_a_formula_that_cannot_be_read_is_named() -> None:
    with pytest.raises(ReportError, match=r"^a: a formula cannot be read; value 'x_'$"):
        body_of(text("Here $x_$ is cut."))


def test_headings_of_one_text_have_anchors_of_their_own_and_a_link_goes_to_the_first() -> None:
    page = body_of(text("## Same\n\n[up](#Same)\n\n## Same\n\n## Same\n\n## !"))
    assert [item["id"] for item in page.find_all("h2")] == ["same", "same-2", "same-3", "section"]
    assert [link["href"] for link in page.select(".text p a")] == ["#same"]


def test_a_figure_somebody_wrote_is_numbered_and_offers_nothing() -> None:
    point = f'<img src="data:image/png;base64,{POINT}" alt="A point">'
    page = body_of(text(f"<figure>{point}</figure>"), text("after"))
    (figure,) = page.select("figure")
    assert figure["id"] == "chart-1" and figure.find_all("a") == []


def test_a_table_without_a_head_begins_with_its_names() -> None:
    rows = "<tr><th>Partner</th><th>Rate</th></tr><tr><td>Japan</td><td>15.0</td></tr>"
    page = body_of(text(f"<table>{rows}</table>"))
    assert [cell.get_text(strip=True) for cell in page.select("thead th")] == ["Partner", "Rate"]
    assert [cell.get_text(strip=True) for cell in page.select("tbody tr > *")] == ["Japan", "15.0"]


def test_a_page_of_another_is_neither_listed_nor_replaced(project: Project) -> None:
    project.add("a", short())
    project.out.mkdir()
    (project.out / "b.html").write_text("<h1>tradeviz report</h1>")
    project.build("a")
    assert "b.html" not in (project.out / "index.html").read_text()
    (project.out / "a.html").write_text("<h1>Mine</h1>")
    before = project.bytes()
    with pytest.raises(ReportError, match="was not written by tradeviz report") as error:
        project.build("a")
    assert "a.html" in str(error.value) and "--force" in str(error.value)
    assert project.bytes() == before
    report.build(["a"], out=project.out, force=True, progress=project.lines.append)
    assert "Mine" not in (project.out / "a.html").read_text()


FOREIGN = {
    "a.html": b"<title>a</title>",
    "what_if.html": b"<title>what if</title>",
    "tradeviz.xlsx": b"no workbook",
    BRIEFS[0]: b"<p>my brief</p>",
    "a.pdf": b"%PDF-1.4 mine",
}


def test_what_tradeviz_did_not_write_stays_without_force(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Refused before anything is printed, so any program will do.
    monkeypatch.setenv("TRADEVIZ_BROWSER", sys.executable)
    project.add("a", short())
    (project.out / "index.html").mkdir(parents=True)
    with pytest.raises(ReportError, match=r"index\.html: is a folder"):
        project.build()
    (project.out / "index.html").rmdir()
    for file, content in FOREIGN.items():
        place = project.out / file
        place.write_bytes(content)
        with pytest.raises(ReportError, match=re.escape(file)):
            project.build(form="pdf")
        assert project.bytes() == {file: content}
        place.unlink()
    for file, content in FOREIGN.items():
        (project.out / file).write_bytes(content)

    def printed(pages: list[Path], progress: object) -> list[Path]:
        for page in pages:
            page.with_suffix(".pdf").write_bytes(b"%PDF-1.4\n% tradeviz report\n")
        return [page.with_suffix(".pdf") for page in pages]

    monkeypatch.setattr(publish, "print_pages", printed)
    report.build(out=project.out, form="pdf", force=True, progress=project.lines.append)
    after = project.bytes()
    assert [file for file, content in FOREIGN.items() if after[file] == content] == []
    # What it wrote itself it knows, and replaces unasked.
    assert printing.is_own_print(project.out / "a.pdf")


def test_a_workbook_of_another_is_none_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "tradeviz.xlsx"
    Workbook().save(path)
    assert not workbook.is_own_workbook(path)
    monkeypatch.setattr(workbook, "SHEETS", ())
    assert workbook.is_own_workbook(workbook.write_workbook(path, ABOUT))


def test_a_workbook_that_finds_no_place_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "SHEETS", ())
    with pytest.raises(ReportError, match=r"^b\.xlsx: cannot be written: No such file or"):
        workbook.write_workbook(tmp_path / "gone" / "b.xlsx", ABOUT)


def test_a_page_alone_has_no_dead_link_and_one_of_a_set_leads_on(
    shared: Project, browser: Browser, tmp_path: Path
) -> None:
    alone = tmp_path / "mail" / "a.html"
    alone.parent.mkdir()
    alone.write_bytes((shared.out / "a.html").read_bytes())
    tab = browser.new_page()
    tab.goto(alone.as_uri())
    paths = tab.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    assert [path for path in paths if path.startswith("file:") and "#" not in path] == []
    tab.goto((shared.out / "index.html").as_uri())
    tab.get_by_role("link", name="Rates by partner").click()
    tab.get_by_role("link", name="next").click()
    assert tab.title() == "Second"
    tab.get_by_role("link", name="All reports").click()
    assert tab.url.split("#")[0] == (shared.out / "index.html").as_uri()
    tab.close()


def test_more_than_twelve_rows_are_folded(shared: Project, browser: Browser) -> None:
    tab = browser.new_page()
    tab.goto((shared.out / "long.html").as_uri())
    assert tab.locator("tbody tr:visible").count() == 12
    tab.get_by_role("button", name="Show all 30 rows", expanded=False).click()
    assert tab.locator("tbody tr:visible").count() == 30
    # Sorted, the first twelve are those of the new order.
    fewer = tab.get_by_role("button", name="Show fewer rows", expanded=True)
    tab.locator("thead button").last.dblclick()
    fewer.click()
    assert tab.locator("tbody tr:visible th").first.inner_text() == "129"
    assert tab.locator("tbody tr:visible").count() == 12
    # Paper has no button: it shows them all.
    tab.emulate_media(media="print")
    assert tab.locator("tbody tr:visible").count() == 30
    assert tab.locator("button:visible").count() == 1
    tab.close()


COLOURS = """() => { const style = getComputedStyle(document.body);
  return [style.backgroundColor, style.color]; }"""


def rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[place : place + 2], 16)) for place in (1, 3, 5))})"


def test_what_a_reader_opened_is_on_paper_too(shared: Project, browser: Browser) -> None:
    tab = browser.new_page()
    tab.goto((shared.out / "a.html").as_uri())
    folds = tab.locator("details")
    assert folds.count() > 1
    folds.first.evaluate("fold => { fold.open = true; }")
    tab.emulate_media(media="print", color_scheme="dark")
    assert [fold.is_visible() for fold in folds.all()] == [True] + [False] * (folds.count() - 1)
    # Paper is white, whatever the screen is.
    assert tab.evaluate(COLOURS) == [rgb(PAPER), rgb(INK)]
    tab.close()


def test_words_of_a_table_are_shown_as_they_are_written(shared: Project, browser: Browser) -> None:
    """A name is text in every place that shows it: cell, head, caption, words and file."""
    tab = browser.new_page()
    tab.goto((shared.out / "words.html").as_uri())
    assert tab.locator("tbody tr").first.inner_text().split("\t")[-2:] == [WORDS, "1"]
    assert WORDS in tab.locator("thead").inner_text()
    assert tab.locator("table b, table i").count() == 0
    link = tab.locator("a[download$='.csv']").get_attribute("href") or ""
    assert WORDS in base64.b64decode(link.split(",")[1]).decode()
    tab.close()


def test_data_of_a_table_is_in_full_and_says_its_unit(shared: Project) -> None:
    soup = BeautifulSoup((shared.out / "full.html").read_text(), "html.parser")
    link = soup.select_one("a[download='full-table-1.csv']")
    assert link is not None
    lines = base64.b64decode(str(link["href"]).split(",")[1]).decode().splitlines()
    # The index only counts the rows: it is no column of the file.
    assert lines[-2:] == ["partner,effective_rate (fraction of imports)", f"JPN,{1 / 3!r}"]
    link = soup.select_one("a[download='full-table-1.xlsx']")
    assert link is not None
    content = base64.b64decode(str(link["href"]).split(",")[1])
    book = load_workbook(io.BytesIO(content), read_only=True)
    rows = list(book["Data"].iter_rows(values_only=True))
    assert rows[0][-1] == "effective_rate (fraction of imports)" and rows[1][-1] == 1 / 3


def test_any_parameter_can_be_set(project: Project) -> None:
    source = 'YEAR = 2024\nSHARE = 0.5\nNAMES = ["a"]\nWHO = "x"\nALL = True\nOWN = {"a": 1}'
    source += '\nDAY = MONTH = ""\nLAST, HOME = "in_force", "USA"'
    told = "print(YEAR, SHARE, NAMES, WHO, ALL, OWN, DAY, MONTH, LAST, HOME)"
    # A notebook runs in its own folder, wherever the build is started.
    (project.notebooks / "beside.py").write_text("WORD = 'own'")
    beside = "import beside; print(beside.WORD, open('beside.py').read()[:4])"
    cells = [code(source, "parameters"), code(told), code(beside)]
    project.add("a", short("Set", *cells))
    # A word needs no quotes, a shell takes them away.
    settings = ["YEAR=2023.5", "SHARE = 1", 'NAMES=("b", "c")', "WHO=New Zealand", "ALL=False"]
    settings += ["DAY=2026-05-01", "MONTH=2026-10", "LAST=pause"]
    report.build(["a"], out=project.out, settings=settings, progress=print)
    said = "2023.5 1 ('b', 'c') New Zealand False {'a': 1} 2026-05-01 2026-10 pause USA"
    words = BeautifulSoup((project.out / "a.html").read_text(), "html.parser").get_text()
    assert said in words and "own WORD" in words
    for bad, said in (
        ("YAER=1", "did you mean 'YEAR'"),
        ("YEAR", "NAME=VALUE"),
        ("YEAR=[1", "is no value"),
        ("YEAR=open('x')", "is no value"),
        ("YEAR={[1]}", "is no value"),
        ("YEAR=1e999", "is no value"),
        ("YEAR='x'", "another kind of value; value 'x'; allowed: a number, such as 2024"),
        ("YEAR=True", "field 'YEAR': another kind of value; value 'True'; allowed: a number"),
        ("SHARE=x", "allowed: a number, such as 0.5"),
        ("ALL=1", "another kind of value; value '1'; allowed: True or False, such as True"),
        ("NAMES=b", "another kind of value; value 'b'; allowed: a list, such as ['a']"),
        ("LAST=1", "another kind of value; value '1'; allowed: a text, such as 'in_force'"),
        ("WHO=1", "another kind of value; value '1'; allowed: a text, such as 'x'"),
        ("OWN=1", "another kind of value; value '1'; allowed: dict, such as {'a': 1}"),
    ):
        with pytest.raises(ArgumentError, match=re.escape(said)):
            report.build(["a"], out=project.out, settings=[bad], progress=print)


def test_parameters_that_are_no_python_are_named(project: Project) -> None:
    project.add("a", short("A", code("YEAR = = 2024", "parameters")))
    with pytest.raises(ReportError, match="^a: the cell tagged 'parameters' is not Python: "):
        project.build()


@pytest.mark.parametrize("complete", [True, False])
def test_a_profile_is_about_the_partner_that_is_set(project: Project, complete: bool) -> None:
    tagged = code('PARTNER = "JPN"\nYEAR = 2024', "parameters", "profile")
    path = project.add("p", short("Profile", tagged))
    given = {"PARTNER": "India", "YEAR": 2023}
    (page,) = publish._plan([path], given, complete=complete)
    assert (page.stem, page.subject) == ("p-IND", "India")
    found: dict[str, object] = {}
    exec("\n".join(cell.source for cell in page.notebook.cells[1:]), found)
    assert (found["PARTNER"], found["YEAR"]) == ("IND", 2023)
    unset = [page.stem for page in publish._plan([path], {"YEAR": 2023}, complete=complete)]
    assert unset == [f"p-{code}" for code in (FOCUS if complete else ["JPN"])]
    with pytest.raises(ArgumentError, match="^field '--set': is what --partner sets; value 'PART"):
        report.build(["p"], out=project.out, partner="JPN", settings=["PARTNER=IND"])


def test_a_profile_of_nobody_is_named(project: Project) -> None:
    project.add("p", short("Profile", code("PARTNERS = ()", "parameters", "profile")))
    said = "^p, field 'PARTNER': a profile names no partner; allowed: PARTNER = \"JPN\" in its"
    for names in (["p"], []):
        with pytest.raises(ReportError, match=said):
            project.build(*names)


def test_a_cell_may_take_back_what_it_showed(shared: Project) -> None:
    soup = BeautifulSoup((shared.out / "words.html").read_text(), "html.parser")
    assert [item.text.strip() for item in soup.select("pre.output")] == ["then True"]


def test_a_cell_that_runs_too_long_stops_the_build(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execute, "CELL_SECONDS", 0.5)
    project.add("a", short("A", code("x = 1"), code("import time\ntime.sleep(60)")))
    with pytest.raises(ReportError, match=r"^a: code cell 2 took longer than 0\.5 seconds$"):
        project.build("a")
    assert not project.out.exists()


def test_seconds_are_those_of_a_cell_and_not_of_its_notebook(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now, said = 1.0, list[str]()
    monkeypatch.setattr(execute, "perf_counter", lambda: now)
    cells = short("A", code("x = 1"), code("x = 2"), code("x = 3"))
    run = execute._Run("a", cells, Path(), said.append)
    for cell, seconds in ((1, 400.0), (2, 590.0), (3, 601.0)):
        assert not run.late()
        run.hear("start", cell)
        now += seconds
        assert run.late() == (seconds > execute.CELL_SECONDS == 600)
        run.hear("done", cell, cell, [])
        assert said[-1] == f"a: cell {cell} of 3 ({seconds:.1f} s)"
    run.hear("end")
    assert not run.late()


def test_a_kernel_that_does_not_start_is_told(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.add("a", short("A", code(f"x = '{'long' * 50_000}'")))
    monkeypatch.setattr(execute.sys, "executable", shutil.which("false"))
    with pytest.raises(ReportError, match="^the kernel did not start or was ended from outside$"):
        project.build("a")


def test_the_command_says_what_it_does_and_what_it_wrote(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "what_if", "--out", str(project.out)]) == 0
    told = capsys.readouterr()
    assert told.out == f"2 files; open {project.out / 'index.html'}\n"
    assert told.err == "what_if: own terms, tabulated\n"
    # Another page alone does not lose it.
    project.add("a", short("A"))
    project.build("a")
    index = BeautifulSoup((project.out / "index.html").read_text(), "html.parser")
    assert {link["href"] for link in index.select("main a[href$='.html']")} >= {
        "a.html",
        "what_if.html",
    }


def test_a_workbook_of_a_page_is_of_the_day_of_the_data() -> None:
    # The last line is the page's own word on its data; the one before names a source.
    about = ["Table 1: rates since 2025-04-05", "Source: a list of 2021-02-03",
             "tradeviz, made of data of 2026-01-02 and 2026-11-23"]  # fmt: skip
    links = BeautifulSoup(figures.downloads("a\n1\n", "t", "Table 1", about), "html.parser")
    [book] = [tag for tag in links.find_all("a") if str(tag["download"]).endswith(".xlsx")]
    content = base64.b64decode(str(book["href"]).partition(",")[2])
    assert f"{load_workbook(io.BytesIO(content)).properties.created:%Y-%m-%d}" == "2026-11-23"


def table_of(*rows: Sequence[str], caption: str = "") -> NotebookNode:
    """Return a cell with a table whose first row is its head."""
    head, *body = (f"<tr>{''.join(f'<td>{x}</td>' for x in row)}</tr>" for row in rows)
    head = f"<thead>{head.replace('td>', 'th>')}</thead>"
    return text(f"<table>{caption}{head}{''.join(body)}</table>")


def html_of(*cells: NotebookNode, pages: Sequence[str] = (), about: Provenance = ABOUT) -> str:
    made = short("A", *cells)
    return export.page(made, stem="a", source=Path("a.ipynb"), provenance=about, pages=pages)


def saved(place: Tag, ending: str) -> bytes:
    [link] = place.select(f"a[download$='{ending}']")
    return base64.b64decode(str(link["href"]).split(",")[1])


VISIBLE = """() => [...document.querySelectorAll('.table')].map(box => {
  const button = box.querySelector('.unfold'), rows = [...box.querySelectorAll('tbody tr')];
  return [rows.filter(row => row.getClientRects().length).length,
    button && button.getClientRects().length ? button.textContent : '',
    [...rows[0].cells].map(cell => Math.round(rows[0].clientWidth / cell.clientWidth))]; })"""


def test_rows_fold_after_twelve_and_where_each_is_a_block_after_six_unless_one_or_two_are_left(
    browser: Browser, tmp_path: Path
) -> None:
    kinds = {"pair": ["a", "b", "1"], "six": ["1"] * 6, "seven": ["1"] * 7, "words": ["a"] * 3}
    sizes = [(kind, rows) for kind in kinds for rows in (6, 8, 9, 14, 15)]
    tables = [table_of(*[kinds[kind]] * (rows + 1)) for kind, rows in sizes]
    lengths = table_of(["x"] * 7, ["m" * length for length in (1, 12, 13, 20, 21, 1, 1)])
    file = tmp_path / "a.html"
    file.write_text(html_of(*tables, lengths), encoding="utf-8")
    tab = browser.new_page()
    tab.goto(file.as_uri())
    for width in (1280, 641, 640, 375, 1280):
        tab.set_viewport_size({"width": width, "height": 800})
        *found, (_, _, parts) = tab.evaluate(VISIBLE)
        for (kind, rows), (shown, button, _) in zip(sizes, found, strict=True):
            most = 6 if width <= 640 and kind in ("seven", "words") else 12
            said = (most, f"Show all {rows} rows") if rows > most + 2 else (rows, "")
            assert (shown, button) == said, (kind, rows, width)
        # Three short cells stand side by side, two middling ones; what is longer stands alone.
        assert width != 375 or parts == [1, 3, 2, 2, 1, 3, 3]
        tab.emulate_media(media="print")
        printed = [rows for rows, *_ in tab.evaluate(VISIBLE)[:-1]]
        assert printed == [rows for _, rows in sizes], "paper has no button"
        tab.emulate_media(media="screen")
    tab.keyboard.press("Tab")
    skip = tab.get_by_role("link", name="Skip to the text")
    assert skip.evaluate("link => link === document.activeElement && link.offsetLeft >= 0")
    tab.close()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Tab]:
    made = browser.new_page(viewport={"width": 1280, "height": 800})
    yield made
    made.close()


# As a reader would sort them; what is missing stays last.
SORTED = ["−3.2|1.5|12.0|1,485.2|–", "US$20.0 m|$0.2 bn|$900.0 m|$1.5 bn|missing",
          "−10.0 pp|−3.2 pp|0.0 pp|+0.5 pp|n/a", "−1.0 %|9.5 % †|12.0 %|100.0 %|–",
          "2024-12-31|2025-04-05|2025-10-01|2026-01-01|", "Denmark|egg|Égypte|Fiji|–"]  # fmt: skip


def test_a_button_of_a_table_moves_that_table_alone(tab: Tab, tmp_path: Path) -> None:
    columns = [text.split("|") for text in SORTED]
    mixed = zip(*(column[3:] + column[:3] for column in columns), strict=True)
    rows = [[*"abcdef"], *map(list, mixed)]
    tables = [table_of(*rows, caption=f"<caption>{n}</caption>") for n in range(2)]
    tables += [table_of(*[[f"{n}"]] * (n + 1), caption="<caption>n</caption>") for n in (2, 20, 21)]
    (tmp_path / "a.html").write_text(html_of(*tables), encoding="utf-8")
    tab.goto((tmp_path / "a.html").as_uri())
    first, second, pair, *long = tab.locator("table").all()
    before = first.inner_text()
    for place, column in enumerate(columns):
        button = second.locator("thead button").nth(place)
        for way, mark in ((1, "↑"), (-1, "↓")):
            button.click()
            cells = second.locator(f"tbody tr > :nth-child({place + 1})").all_inner_texts()
            said = [cell.replace("\xa0", " ") for cell in cells]
            assert said == [*column[:4][::way], column[4]]
            assert mark in button.evaluate("x => getComputedStyle(x, '::after').content")
    assert first.inner_text() == before and tab.locator("[aria-sort]").count() == 1
    assert pair.locator("button").count() == 0, "of two rows there is nothing to sort"
    tab.get_by_role("button", name="Show all 21 rows").click()
    assert [table.locator("tbody tr:visible").count() for table in long] == [12, 21]


def charted(*numbers: int) -> list[NotebookNode]:
    """Return cells with a chart each: its words and its drawings say its number."""
    cells = [code(f"chart{n}") for n in numbers]
    for n, cell in zip(numbers, cells, strict=True):
        words = {key: f"{key} {n}" for key in ("title", "subtitle", "note", "source", "alt")}
        head = '<svg xmlns="http://www.w3.org/2000/svg" class="tv-svg" viewBox="0 0 600 90"'
        svg = {width: f'{head} role="group"><text y="20">{width} {n}</text></svg>'
               for width in ("wide", "narrow")}  # fmt: skip
        shown = {figures.MEDIA_TYPE: {**words, "svg": svg, "data": f"x\n{n}\n"}}
        cell.outputs = [v4.new_output("display_data", data=shown)]
    return cells


def test_each_chart_is_saved_as_its_own_picture(tab: Tab, tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    file.write_text(html_of(*charted(1, 2, 3)), encoding="utf-8")
    tab.goto(file.as_uri())
    for n in (2, 1, 3):
        with tab.expect_download() as waiting:
            tab.locator(f"#chart-{n}").get_by_role("link", name="as SVG").click()
        assert waiting.value.suggested_filename == f"a-chart-{n}.svg"
        root = ElementTree.parse(waiting.value.path()).getroot()
        said = [item.text for item in root if item.text]
        assert said == [f"wide {n}", f"title {n}", f"subtitle {n}", f"note {n} Source: source {n}."]


# What only a screen has a use for, and what belongs on paper; a sheet ends between none of these.
ON_SCREEN = "nav, .skip, .download, .unfold, .what-if, button:not(th *), details:not([open])"
ON_PAPER = ("h1", "main h2", "p.key-finding, .key-finding p", "caption", "thead th", "tbody tr",
            "figure svg", ".title", ".source", "math", "footer > p")  # fmt: skip
WHOLE = {"breakInside": "tr, figure, .key-finding", "breakAfter": "h1, main h2, caption"}


def test_paper_has_all_that_is_said_and_nothing_to_click(tab: Tab, tmp_path: Path) -> None:
    answer = code("Markdown()", "key-finding")
    answer.outputs = [v4.new_output("display_data", data={"text/markdown": "Japan pays."})]
    wide, long = table_of(*[["words"] * 7] * 8), table_of(["n"], *([str(n)] for n in range(20)))
    parts = [text(f"## {part}\n\n$t=1$ [b](https://example.org)") for part in "ABC"]
    html = html_of(answer, *parts, wide, long, *charted(1)).replace(
        "</main>", '<section class="what-if">What if?</section></main>'
    )
    (tmp_path / "a.html").write_text(html, encoding="utf-8")
    tab.emulate_media(color_scheme="dark")
    tab.goto((tmp_path / "a.html").as_uri())
    tab.get_by_role("button", name="Show all code").click()
    for width in (673, 375):
        tab.emulate_media(media="screen")
        tab.set_viewport_size({"width": width, "height": 900})
        assert tab.locator(ON_SCREEN).locator("visible=true").count() > 4
        tab.emulate_media(media="print")
        assert tab.locator(ON_SCREEN).locator("visible=true").all_inner_texts() == []
        for part in ON_PAPER:
            shown = [place.is_visible() for place in tab.locator(f":is({part})").all()]
            assert shown.count(True) == len(shown) // (1 + (part == "figure svg")) > 0, part
        assert tab.locator("div.code:visible").count() == 2
        dark_on_paper(tab)
    for kind, parts_of in WHOLE.items():
        found = "(list, kind) => list.map(part => getComputedStyle(part)[kind])"
        assert set(tab.locator(parts_of).evaluate_all(found, kind)) == {"avoid"}, kind
    arrows = "list => list.map(x => getComputedStyle(x, '::after').content)"
    assert set(tab.locator("th button").evaluate_all(arrows)) <= {"none", '""'}


def test_without_scripts_every_row_is_there_and_no_button(
    shared: Project, browser: Browser
) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((shared.out / "long.html").as_uri())
    assert [tab.locator("tbody tr:visible").count(), tab.locator("button:visible").count()] == [
        30,
        0,
    ]
    for stem in ("a", "charts", "index"):
        tab.goto((shared.out / f"{stem}.html").as_uri())
        assert tab.locator(":is(button, a.picture, a:not([href])):visible").count() == 0, stem
    context.close()


@pytest.mark.parametrize(
    ("number", "cells"),
    [(True, "1,485.2|−3|–|n/a"), (True, "US$5|$1.5 bn|900.0 m|9.5 †"), (True, "12.0 %|+0.5 pp|2x"),
     (False, "–|"), (False, "1|Japan"), (False, "2025-04-05"), (False, "8703.23.01")],
)  # fmt: skip
def test_a_column_is_of_numbers_where_all_that_is_there_is_one(number: bool, cells: str) -> None:
    page = body_of(table_of(["Who", "What"], *(["a", cell] for cell in cells.split("|"))))
    found = {"number" in x.get_attribute_list("class") for x in page.select("tr > :nth-child(2)")}
    assert found == {number}


def test_a_table_is_saved_under_its_own_words_with_numbers_texts_codes_and_gaps() -> None:
    rows = "| x | 1,485.2 |\n| y | −3 |\n| z | 1,2 |\n| w | – |"
    page = body_of(
        text(f"## Rates\n\n| Who | a |\n|---|---|\n{rows}"),
        table_of(["Who"], ["x"], caption="<caption>Own words</caption>"),
    )
    for number, title, lines in (
        (1, "Rates", 'Who,a\nx,1485.2\ny,-3\nz,"1,2"\nw,–\n'), (2, "Own words", "Who\nx\n")
    ):  # fmt: skip
        assert page.select("caption")[number - 1].get_text() == f"Table {number}. {title}"
        notes = f"# a, table {number}: {title}\n# {ABOUT.said}\n"
        assert saved(page, f"a-table-{number}.csv").decode() == notes + lines
    table = "hs10,code,partner,rate,note\n8703230190,01,NA,0.5,\n4011101000,84,None,,a\n"
    book = load_workbook(io.BytesIO(as_workbook(table, ["", "Words"], "2026-01-31")))
    assert list(book["Data"].iter_rows(min_row=2, values_only=True)) == [
        ("8703230190", "01", "NA", 0.5, None), ("4011101000", "84", "None", None, "a")
    ]  # fmt: skip
    assert list(book["About"].iter_rows(values_only=True)) == [("Words",)]
    empty = load_workbook(io.BytesIO(as_workbook("a,b\n", ["Words"], "2026-01-31")))
    assert list(empty["Data"].iter_rows(values_only=True)) == [("a", "b")]


def test_each_chart_keeps_its_own_words_drawings_and_data() -> None:
    for n, figure in enumerate(body_of(*charted(1, 2)).find_all("figure"), start=1):
        parts = (".title", ".subtitle", ".source", ".tv-wide svg", ".tv-narrow svg", "details p")
        assert [item.get_text() for part in parts for item in figure.select(part)] == [
            f"title {n}", f"subtitle {n}", f"note {n} Source: source {n}.", f"wide {n}",
            f"narrow {n}", f"alt {n}",
        ]  # fmt: skip
        notes = [f"a, chart {n}: title {n}", f"Source: source {n}", ABOUT.said]
        rows = saved(figure, f"a-chart-{n}.csv").decode().splitlines()
        assert rows == [*(f"# {note}" for note in notes), "x", str(n)]
        book = load_workbook(io.BytesIO(saved(figure, f"a-chart-{n}.xlsx")))
        assert [row[0].value for sheet in book for row in sheet] == ["x", n, *notes]
        names = [figure["id"], *(link["download"] for link in figure.select("a.picture"))]
        assert names == [f"chart-{n}", f"a-chart-{n}.png", f"a-chart-{n}.svg"]


def test_a_chart_of_ours_enters_a_page_whole() -> None:
    chart = Picture.of(rate_path, tv.exposure_path(partners="JPN"), "JPN").contract()
    for svg in chart["svg"].values():
        before, after = (
            [
                (x.tag.rpartition("}")[2], x.text, {**x.attrib})
                for x in ElementTree.XML(words).iter()
            ]
            for words in (svg, drawing(svg, where="a"))
        )
        assert before == after and len(before) > 50


def test_links_lead_to_pages_of_the_set_to_sections_and_out_and_nowhere_else() -> None:
    links = "[b](../b.ipynb#x) [gone](c.ipynb) [file](notes.md) [out](https://example.org/a)"
    links += ' [mail](mailto:a@example.org)\n\n<ol start="3"><li lang="de">c</li></ol>'
    for parts in (["One", "Two"], ["One", "Two", "Three"]):
        cells = [text(links), *(text(f"## {part}\n\n### Deep") for part in parts)]
        page = BeautifulSoup(html_of(*cells, pages=["b"]), "html.parser")
        assert [item["data-page"] for item in page.select("main [data-page]")] == ["b.html"]
        hrefs = [link["href"] for link in page.select("main a")]
        assert hrefs == ["https://example.org/a", "mailto:a@example.org"]
        assert "b gone file out mail" in page.get_text() and page.select("ol[start='3'] [lang=de]")
        # Sections are listed where there are three.
        listed = [(link["href"], link.get_text()) for link in page.select("nav.contents a")]
        assert listed == [(f"#{part.lower()}", part) for part in parts if "Three" in parts]


def test_sources_are_named_once_in_order_and_lead_only_to_the_web(tmp_path: Path) -> None:
    path = tmp_path / "datapackage.json"
    first = {"title": "T", "publisher": "Z", "path": "https://example.org/t"}
    other = {"title": "S", "publisher": "A", "path": "javascript:alert(1)"}
    package: dict[str, object] = {"created": "2025-12-31"}
    package["resources"] = [{"sources": [first, other]}, {"sources": [first]}]
    for more, wanted in (
        ({}, [("A", ""), ("Z", "https://example.org/t")]), ({"sources": [other]}, [("A", "")])
    ):  # fmt: skip
        path.write_text(json.dumps(package | more))
        about = provenance(path)
        assert [(source.publisher, source.url) for source in about.sources] == wanted
    assert f"To cite: tradeviz {tv.__version__} (2025), “A”." in html_of(about=about)


def test_a_card_leads_to_the_brief_or_the_profile_and_nothing_leads_to_what_is_not_there() -> None:
    first, second, *others = standings().values()
    pages = [
        Page(f"{kind}-{one.partner}.html", kind, one.name, f"Of {one.name}", "")
        for kind, one in (("04_country", first), ("04_country", second), (BRIEF, first))
    ]
    pages.append(Page("05_sectors.html", "05_sectors", "", "Goods", "In one sentence."))
    soup = BeautifulSoup(front_page(pages, provenance=ABOUT), "html.parser")
    cards = [[link["href"] for link in card.select("a")] for card in soup.select(".card")]
    own = [[f"brief-{first.partner}.html"], [f"04_country-{second.partner}.html"]]
    assert cards == [*own, *([] for _ in others)]
    assert [link["href"] for link in soup.select(".finding a")] == ["05_sectors.html"]
    # What a screen reader says of a link is of its own page.
    titles = {page.file: page.title for page in pages}
    for link in soup.select(".list a[aria-label]"):
        assert link["aria-label"] == titles[str(link["href"])]
    for link in soup.select(".finding a"):
        assert f"{link['aria-label']} Why" == f"Why: {link.parent.get_text().strip()}"  # type: ignore[union-attr]
    files = {str(link["href"]) for link in soup.select("main a:not([download])")}
    assert files == {page.file for page in pages}
    assert [item.get_text(" ") for item in soup.select(".reports li")] == ["Goods In one sentence."]


def test_a_small_drawing_puts_days_and_rates_in_proportion() -> None:
    path = pd.Series([0.0, 0.2, 0.1], pd.to_datetime(["2024-01-01", "2025-01-01", "2027-01-01"]))
    high, low = (BeautifulSoup(spark(path, top), "html.parser") for top in (0.2, 0.4))
    ways = [re.findall(r"[\d.]+", str(svg.select("path")[1]["d"])) for svg in (high, low)]
    (x0, y0, x1, y1, x2, y2), (_, _, _, half, *_) = (map(float, way) for way in ways)
    assert (x1 - x0) / (x2 - x0) == pytest.approx(366 / 1096, abs=0.01)
    assert y0 - y1 == pytest.approx(2 * (y0 - y2)) and y0 - half == pytest.approx(y0 - y2)
    (dot,) = high.select("circle")
    assert (float(str(dot["cx"])), float(str(dot["cy"]))) == (x2, y2)
    years = {item.get_text(): float(str(item["x"])) for item in high.select("text")}
    assert list(years) == ["2024", "2025", "2026", "2027"]
    assert (years["2024"], years["2025"], years["2027"]) == (x0, x1, x2)


def test_a_partner_takes_the_place_of_each_name_that_is_set() -> None:
    source = 'PARTNERS, CLOSE_PARTNER = ("GBR", "KOR"), "KOR"\nYEAR, PARTNER = 2024, "GBR"'
    cells = short("A", code(source, "parameters"), code("SEEN = YEAR"))
    assert parameters.set_partner(cells, "JPN")
    assert parameters.set_values(cells, {"YEAR": 2023, "OTHER": 1}) == {"YEAR"}
    found: dict[str, object] = {}
    exec("\n".join(cell.source for cell in cells.cells[1:]), {}, found)
    own = {"PARTNER": "JPN", "PARTNERS": ("JPN",), "CLOSE_PARTNER": "JPN"}
    assert found == {**own, "YEAR": 2023, "SEEN": 2023} and len(cells.cells) == 4


def test_a_copy_stays_unlisted_and_a_page_of_another_partner_stays_listed(
    project: Project, shared: Project
) -> None:
    project.add("a", short("A"))
    project.out.mkdir()
    kept = {"a-old.html": "a.html", "b.html": "a.html", "a-JPN 2.html": BRIEFS[0]}
    kept["brief-VNM.html"] = BRIEFS[0]
    for copy, page in {**kept, PROFILES[0]: PROFILES[0]}.items():
        shutil.copy(shared.out / page, project.out / copy)
    project.build()
    assert set(kept) < set(project.bytes()) and PROFILES[0] not in project.bytes()
    soup = BeautifulSoup((project.out / "index.html").read_text(), "html.parser")
    linked = {str(link["href"]) for link in soup.select("main a[href$='.html']")}
    assert linked == {"a.html", "what_if.html", "brief-VNM.html", *BRIEFS}
