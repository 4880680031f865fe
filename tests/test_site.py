"""The documentation site before Sphinx: what is made from data, law and docstrings is whole."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from playwright.sync_api import Browser

import tradeviz as tv
from tools import build_site
from tradeviz.datasets import tables


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    build_site.sources(folder, folder / "no reports")
    return folder


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_every_table_and_column_is_in_the_dictionary(sources: Path) -> None:
    text = read(sources / "data.md")
    listed = set(re.findall(r"^## (\w+)$|^\| `(scope_\w+)` \|", text, flags=re.M))
    assert {first or second for first, second in listed} == set(tables())
    part = text.partition("## imports_2024")[2].partition("\n## ")[0]
    assert [name for name in tv.load("imports_2024") if f"| `{name}` |" not in part] == []
    assert "| `value_usd` | number | USD |" in part and "US Census Bureau" in part


def test_the_law_page_has_every_rule_with_its_text(sources: Path) -> None:
    page = BeautifulSoup(read(sources / "law.md"), "html.parser")
    rows = page.select("tbody tr")
    assert len(rows) == len(tv.load("measures")) + len(tv.load("exemptions"))
    # By hand: the order on Brazil of 30 July 2025.
    (row,) = [row for row in rows if row.td and row.td.text.startswith("Brazil: 40 %")]
    assert row["data-start"] == "2025-08-06" and row["data-end"] == "2026-02-24"
    assert "EO 14323" in row.text and "90 FR 37739" in row.text and "Brazil" in row.text
    link = row.find("a")
    assert link is not None and link["href"] == (
        "https://www.federalregister.gov/citation/90-FR-37739"
    )


# The UK's duty on cars is another from 1 January 2026: on that day the one before holds no more.
@pytest.mark.parametrize(
    ("words", "layer", "day"),
    [
        ("aluminum", "", ""), ("", "s122", "2026-03-01"),
        ("", "s122", "2026-02-24"), ("", "s232_autos", "2026-01-01"),
    ],
)  # fmt: skip
def test_the_law_can_be_searched(
    words: str, layer: str, day: str, sources: Path, browser: Browser, tmp_path: Path
) -> None:
    script, style = (read(sources / "_static" / f"tradeviz.{kind}") for kind in ("js", "css"))
    body = read(sources / "law.md").partition("\n")[2]
    page = tmp_path / "law.html"
    page.write_text(f"<style>{style}</style><script>{script}</script>{body}", encoding="utf-8")
    tab = browser.new_page()
    tab.goto(page.as_uri())
    tab.fill("input[type=search]", words)
    tab.select_option("select", layer)
    tab.fill("input[type=date]", day)
    seen = tab.locator("tbody tr:not([hidden])")
    texts = seen.all_text_contents()
    whole = tab.locator("tbody tr").count()
    assert 0 < len(texts) < whole and tab.locator("output").text_content() == (
        f"{len(texts)} of {whole} rules"
    )
    assert all(words in text.lower() for text in texts)
    if layer:
        rules = pd.concat([tv.load("measures"), tv.load("exemptions")])
        start, end = (pd.to_datetime(rules[column]) for column in ("start", "end"))
        there = (start <= day) & ((end > day) | end.isna()) & (rules["layer"] == layer)
        assert len(texts) == there.sum()
    tab.close()


def test_every_public_name_is_in_the_api(sources: Path) -> None:
    listed = {
        name
        for path in (sources / "api").glob("*.md")
        for name in re.findall(r"^   (tradeviz\.\S+)$", read(path), flags=re.M)
    }
    for room in (tv, tv.charts, tv.tables, tv.findings):
        names = {name for name in room.__all__ if inspect.isfunction(getattr(room, name))}
        assert {f"{room.__name__}.{name}" for name in names} <= listed


def test_every_page_is_in_the_contents(sources: Path) -> None:
    listed = re.findall(r"^([a-z/]+)$", read(sources / "index.md"), flags=re.M)
    pages = {path.stem for path in sources.glob("*.md")} - {"index"}
    assert {*listed} == pages | {"api/index"} and len(listed) == len(pages) + 1


def test_the_site_asks_nothing_of_a_network(sources: Path) -> None:
    settings = read(ROOT / "docs" / "conf.py")
    assert "intersphinx" not in settings and "nb_ipywidgets_js: dict[str, str] = {}" in settings
    for path in (sources / "_static").iterdir():
        assert "//" not in re.sub(r"http://www\.w3\.org/\S+", "", read(path)), path.name


def test_a_page_says_when_there_are_no_reports(sources: Path, tmp_path: Path) -> None:
    assert "without them" in read(sources / "reports.md")
    (tmp_path / "index.html").write_text("<title>All &amp; sundry</title>", encoding="utf-8")
    assert build_site.reports_page(tmp_path).count("<li>") == 1
    assert "All &amp; sundry</a>" in build_site.reports_page(tmp_path)
