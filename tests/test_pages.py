"""The real reports: every page, the index and the workbook, built as `make report` builds them."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from conftest import NOTEBOOKS
from looking import check_in_browser, outside
from openpyxl import load_workbook
from playwright.sync_api import Browser

import tradeviz as tv
from tradeviz import report
from tradeviz.report import publish
from tradeviz.report.workbook import SHEETS

PROFILES = [f"04_country-{code}" for code in tv.FOCUS]
STEMS = ["index", *[path.stem for path in NOTEBOOKS], *PROFILES]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("reports")
    report.build(out=out, progress=lambda line: None)
    return out


def test_every_page_is_there(built: Path) -> None:
    assert sorted(path.name for path in built.iterdir()) == sorted(
        [*[f"{stem}.html" for stem in STEMS], publish.WORKBOOK]
    )


@pytest.mark.parametrize("stem", STEMS)
def test_page_is_small_whole_and_fit_for_everyone(built: Path, browser: Browser, stem: str) -> None:
    path = built / f"{stem}.html"
    html = path.read_text(encoding="utf-8")
    assert len(html.encode()) < publish.PAGE_BYTES
    assert outside(html) == []
    check_in_browser(browser, path)


@pytest.mark.parametrize("stem", STEMS)
def test_links_lead_somewhere(built: Path, stem: str) -> None:
    soup = BeautifulSoup((built / f"{stem}.html").read_text(), "html.parser")
    for link in soup.find_all("a", href=True):
        path, _, anchor = str(link["href"]).partition("#")
        if path.startswith(("http", "data:")):
            continue
        assert not path or (built / path).is_file(), f"{stem}: {link['href']}"
        assert not anchor or path or soup.find(id=anchor), f"{stem}: {link['href']}"


@pytest.mark.parametrize("stem", [*[path.stem for path in NOTEBOOKS], *PROFILES])
def test_each_chart_has_alternative_text_data_and_drawing(built: Path, stem: str) -> None:
    soup = BeautifulSoup((built / f"{stem}.html").read_text(), "html.parser")
    assert soup.find("figure") is not None
    for figure in soup.find_all("figure"):
        picture = figure.find("img")
        assert picture is not None and len(str(picture["alt"])) > 60
        assert figure.select_one("a[download$='.csv']") and figure.select_one("a.picture")
        link = figure.select_one("a[download$='.svg']")
        assert link is not None
        drawing = base64.b64decode(str(link["href"]).split(",")[1])
        words = " ".join(ElementTree.fromstring(drawing).itertext())
        assert "Source" in words, f"{stem}: a chart without a source"


def test_index_links_every_page_and_states_findings(built: Path) -> None:
    soup = BeautifulSoup((built / "index.html").read_text(), "html.parser")
    linked = {str(link["href"]) for link in soup.find_all("a", href=True)}
    assert {f"{stem}.html" for stem in STEMS if stem != "index"} <= linked
    assert publish.WORKBOOK in linked
    assert len(soup.select(".finding")) == len(NOTEBOOKS) - 1 + len(PROFILES)


def test_two_builds_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    names = ["02_tariffs", "03_outcomes"]
    report.build(names, out=tmp_path, progress=lambda line: None)
    report.build(["04_country"], partner="KOR", out=tmp_path, progress=lambda line: None)
    for stem in [*names, "04_country-KOR"]:
        again = (tmp_path / f"{stem}.html").read_text()
        # Pages that are not there are no links; all else is the same.
        first = BeautifulSoup((built / f"{stem}.html").read_text(), "html.parser")
        for link in first.find_all("a", href=True):
            path = str(link["href"]).partition("#")[0]
            if path.endswith(".html") and path != "index.html" and not path.startswith("http"):
                if not (tmp_path / path).exists():
                    link.unwrap()
        assert str(first) == str(BeautifulSoup(again, "html.parser"))
    book = publish.write_workbook(tmp_path / "again.xlsx", publish.provenance(tv_package()))
    assert book.read_bytes() == (built / publish.WORKBOOK).read_bytes()


def tv_package() -> Path:
    return publish.DATA / "datapackage.json"


def test_workbook_holds_the_full_numbers(built: Path) -> None:
    book = load_workbook(io.BytesIO((built / publish.WORKBOOK).read_bytes()), read_only=True)
    assert book.sheetnames == ["About", *[sheet.name for sheet in SHEETS]]
    rows = list(book["Exposure"].iter_rows(values_only=True))
    place = {name: number for number, name in enumerate(rows[0])}
    exposure = tv.exposure("snapback", partners="JPN")
    row = next(row for row in rows if row[:2] == ("snapback", "JPN"))
    assert row[place["added_duty_usd"]] == pytest.approx(
        exposure["added_duty_usd"].iloc[0], rel=1e-12
    )
    assert len(rows) == 1 + 8 * 5
