"""The real reports: every page and the workbook, built as `make report` builds them, once."""

from __future__ import annotations

import base64
import csv
import json
import re
import shutil
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from conftest import FEWER, NOTEBOOKS
from looking import VIEWS, Seen, Views, look, outside, words_of
from openpyxl import Workbook, load_workbook
from PIL import Image, ImageColor
from playwright.sync_api import Browser

import tradeviz as tv
from tradeviz import report
from tradeviz.law.outcome import names
from tradeviz.partners import name
from tradeviz.quantities import day, dollars, percent
from tradeviz.report import publish
from tradeviz.report.printing import print_pages
from tradeviz.report.workbook import SHEETS
from tradeviz.show.palette import INK, PAPER
from tradeviz.story.standing import standings
from tradeviz.trade.collected import collected_rates

STORY = [path.stem for path in NOTEBOOKS if path.stem != "04_country"]
PROFILES = [f"04_country-{code}" for code in tv.FOCUS]
BRIEFS = [f"brief-{code}" for code in tv.FOCUS]
STEMS = ["index", *STORY, *PROFILES, *BRIEFS]

# Colours and boxes come from one style sheet: a page of each sort is looked at in every view, and
# what stands for readers who do not see is asked of one profile and one brief for all five.
ONE_OF_EACH = ("index", "brief-JPN", "04_country-JPN", "08_response")


def audited(stem: str) -> Views:
    """Return the views of a page that axe reads."""
    if stem in ONE_OF_EACH:
        return VIEWS
    return () if stem in (*PROFILES, *BRIEFS) else VIEWS[:1]


FRONT_WORDS, FRONT_NUMBERS, FINDING_WORDS = 700, 120, 25
PAGE_BYTES = 1_000_000
# Names of code, files and settings mean nothing to a reader. The page on own outcomes and the
# panel are for those who write them, and the parameters of the response are named after studies.
PLUMBING = re.compile(r"\b[a-z]+_[a-z_]+\b|\.(py|toml|ipynb|md|csv)\b|\b[A-Z]{3,}_[A-Z]+\b|`")


@cache
def soup_of(built: Path, stem: str) -> BeautifulSoup:
    return BeautifulSoup(words_of(built / f"{stem}.html"), "html.parser")


def test_every_page_is_there_once(built: Path) -> None:
    names = [path.name for path in built.iterdir()]
    pages = [f"{stem}.html" for stem in [*STEMS, publish.WHAT_IF]]
    assert sorted(names) == sorted([*pages, publish.WORKBOOK])
    titles = [soup_of(built, stem).title.text for stem in STEMS]  # type: ignore[union-attr]
    assert len(set(titles)) == len(titles)


@pytest.fixture(scope="module", params=STEMS)
def stem(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def seen(built: Path, browser: Browser, stem: str) -> Seen:
    return look(browser, built / f"{stem}.html", audited(stem))


def test_page_is_small_and_whole(built: Path, stem: str, seen: Seen) -> None:
    html = (built / f"{stem}.html").read_text(encoding="utf-8")
    assert len(html.encode()) < PAGE_BYTES
    assert outside(html) == seen.fetched == []
    assert seen.problems == []


def test_nothing_is_wider_than_its_box(seen: Seen) -> None:
    assert seen.too_wide == []


def test_page_is_fit_for_everyone(seen: Seen) -> None:
    assert seen.axe == []


def test_a_readers_page_shows_no_plumbing(stem: str, seen: Seen) -> None:
    if stem.startswith(("07", "08", "11")):
        return
    # Series of the sources are called as their publisher calls them.
    text = seen.text.split("\nSources\n")[0]
    assert len(text) > 500
    assert PLUMBING.findall(re.sub(r"https?://\S+", "", text)) == []
    assert "Show all code" not in text


def test_charts_can_be_read_on_a_phone_and_on_a_desk(seen: Seen) -> None:
    assert seen.too_small == []


def test_the_footer_says_what_the_units_are(built: Path) -> None:
    """Money is in dollars of its year in every table: none is deflated, so none is real."""
    described = json.loads(package().read_text(encoding="utf-8"))["resources"]
    fields = [field for item in described for field in item.get("schema", {}).get("fields", [])]
    units = {field["unit"] for field in fields if field["name"].endswith("_usd")}
    assert units == {"USD"}
    for stem in STEMS:
        foot = soup_of(built, stem).footer
        assert foot is not None and "money are nominal" in foot.get_text()
        assert " real" not in foot.get_text()
    notes = [row[0].value for row in load_workbook(built / publish.WORKBOOK)["About"].iter_rows()]
    assert any("nominal US dollars" in str(note) for note in notes)


def test_a_chart_has_its_name_for_a_screen_reader(built: Path, stem: str) -> None:
    for figure in soup_of(built, stem).select("figure:has(svg.tv-svg)"):
        title = figure.select_one(".title").get_text()
        drawn = figure.select("svg.tv-svg")
        assert [(svg.get("role"), svg.get("aria-label")) for svg in drawn] == [("group", title)] * 2
        assert not figure.select("[aria-hidden=true] svg.tv-svg, svg.tv-svg[aria-hidden=true]")


def test_links_lead_somewhere(built: Path, stem: str) -> None:
    soup = soup_of(built, stem)
    for link in soup.find_all("a", href=True):
        path, _, anchor = str(link["href"]).partition("#")
        if path.startswith(("http", "data:")):
            continue
        assert not path or (built / path).is_file(), f"{stem}: {link['href']}"
        assert not anchor or path or soup.find(id=anchor), f"{stem}: {link['href']}"
        # A page that is mailed alone has no neighbours; the front page is their list.
        assert stem == "index" or not path, f"{stem}: {link['href']}"
    for place in soup.select("[data-page]"):
        assert (built / str(place["data-page"])).is_file()


@pytest.mark.parametrize("stem", [*STORY, *PROFILES])
def test_each_chart_has_words_two_drawings_and_data(built: Path, stem: str) -> None:
    soup = soup_of(built, stem)
    assert soup.find("figure") is not None
    for number, figure in enumerate(soup.find_all("figure"), start=1):
        assert len(figure.select_one("details.data p").get_text()) > 60
        assert figure.select_one(".title").get_text()
        assert "Source" in figure.select_one(".source").get_text()
        assert figure.select_one(".tv-wide svg") and figure.select_one(".tv-narrow svg")
        assert len(figure.select("a.picture")) == 2
        assert figure.select_one("a[download$='.xlsx']")
        link = figure.select_one("a[download$='.csv']")
        rows = base64.b64decode(str(link["href"]).split(",")[1]).decode().splitlines()
        notes = [row for row in rows if row.startswith("#")]
        assert len(notes) >= 3 and "Source" in " ".join(notes)
        title = figure.select_one(".title").get_text(strip=True)
        assert notes[0] == f"# {stem}, chart {number}: {' '.join(title.split())}"
        boxes = [figure.select_one(f".tv-{form} svg")["viewbox"] for form in ("wide", "narrow")]
        assert float(boxes[0].split()[2]) > float(boxes[1].split()[2])
        table = list(csv.reader(rows[len(notes) :]))
        assert len(table) > 1 and all(len(row) == len(table[0]) for row in table)


@pytest.mark.parametrize("stem", [*STORY, *PROFILES])
def test_tables_fold_after_twelve_rows(built: Path, stem: str) -> None:
    for table in soup_of(built, stem).find_all("table"):
        rows = table.select("tbody tr")
        open_rows = [row for row in rows if "rest" not in row.get("class", [])]
        # Nobody unfolds a table for one or two rows.
        assert len(open_rows) <= 12 or len(open_rows) == len(rows) <= 14


def test_each_finding_leads_to_the_page_that_asks_about_it(built: Path) -> None:
    asked = {"bore most": "average US duty", "Cars": "bill", "customs": "customs"}
    for tag in soup_of(built, "index").select(".finding"):
        (topic,) = [topic for word, topic in asked.items() if word in tag.text]
        page = soup_of(built, str(tag.select("a")[0]["href"]).removesuffix(".html"))
        assert topic in page.select("main p")[0].get_text()


def test_front_page_is_short_and_shows_before_it_tells(built: Path, browser: Browser) -> None:
    soup = soup_of(built, "index")
    assert len(soup.select(".card")) == len(tv.FOCUS)
    findings = [tag.get_text(" ", strip=True) for tag in soup.select(".finding")]
    assert len(findings) == 3
    assert all(len(text.removesuffix("Why").split()) <= FINDING_WORDS for text in findings)
    for width, height in ((1280, 800), (375, 667)):
        tab = browser.new_page(viewport={"width": width, "height": height})
        tab.goto((built / "index.html").as_uri())
        text = tab.inner_text("body")
        # The limits are those of five partners.
        more = max(len(tv.FOCUS) / 5, 1)
        assert len(text.split()) <= FRONT_WORDS * more
        assert len(re.findall(r"\d+(?:[.,]\d+)*", text)) <= FRONT_NUMBERS * more
        top = tab.locator("figure svg:visible").first.bounding_box()
        assert top is not None and top["y"] < height * 0.75
        tab.close()


@pytest.mark.parametrize("stem", ["index", "02_tariffs"])
def test_a_chart_is_saved_with_its_words(
    built: Path, stem: str, browser: Browser, tmp_path: Path
) -> None:
    """A picture in a slide still says what it shows, in which unit, and from where."""
    tab = browser.new_page(viewport={"width": 1280, "height": 800})
    tab.goto((built / f"{stem}.html").as_uri())
    figure = tab.locator("figure").first
    saved = {}
    for form in ("SVG", "PNG"):
        with tab.expect_download() as waiting:
            figure.get_by_role("link", name=f"as {form}").click()
        assert waiting.value.suggested_filename == f"{stem}-chart-1.{form.lower()}"
        waiting.value.save_as(tmp_path / form)
        saved[form] = tmp_path / form
    words = [figure.locator(f".{part}").text_content() for part in ("title", "subtitle", "source")]
    drawn = figure.locator(".tv-wide svg > text").count()
    tab.close()
    root = ElementTree.parse(saved["SVG"]).getroot()
    assert "var(" not in saved["SVG"].read_text(encoding="utf-8")
    _, top, width, height = map(float, root.attrib["viewBox"].split())
    own = [item for item in root if item.tag.endswith("text")][drawn:]
    assert " ".join("".join(item.itertext()) for item in own) == " ".join(map(str, words))
    assert {item.attrib["fill"] for item in own} == {INK}
    # Title and subtitle stand above the drawing, the source below it, each line under the last.
    lines = [float(item.attrib["y"]) for item in own]
    size = float(own[0].attrib["font-size"])
    assert lines == sorted(lines) and min(np.diff(lines)) > 1.2 * size
    assert top + size <= lines[0] and lines[-1] <= top + height - size / 4
    bold = "".join("".join(item.itertext()) for item in own if item.get("font-weight") == "bold")
    assert bold.replace(" ", "") == str(words[0]).replace(" ", "")
    with Image.open(saved["PNG"]) as picture:
        assert picture.size == (int(2 * width), int(2 * height))
        colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 20) or []}
    assert set(map(ImageColor.getrgb, (PAPER, INK))) < colours


def test_marks_speak_on_hover_and_by_keyboard(built: Path, browser: Browser) -> None:
    tab = browser.new_page(viewport={"width": 1280, "height": 800})
    tab.goto((built / "00_briefing.html").as_uri())
    drawing = tab.locator(".tv-wide svg:has(.tv-mark)").first
    marks, tip = drawing.locator(".tv-mark"), tab.locator(".tv-tip")
    said = [mark.get_attribute("aria-label") for mark in marks.all()]
    assert len(said) > 2 and all(said)
    # No box of the browser beside our own.
    assert drawing.locator(".tv-mark > title").count() == 0
    assert tip.is_hidden()
    marks.nth(1).hover()
    assert tip.inner_text() == said[1]
    box, mark = tip.bounding_box(), marks.nth(1).bounding_box()
    assert box is not None and mark is not None
    assert box["x"] >= 0 and box["x"] + box["width"] <= 1280
    assert box["y"] + box["height"] <= mark["y"] or box["y"] <= 5
    tab.mouse.move(1, 1)
    assert tip.is_hidden()
    marks.first.focus()
    for key, place in (("ArrowRight", 1), ("ArrowDown", 2), ("ArrowUp", 1), ("ArrowLeft", 0),
                       ("ArrowLeft", -1), ("ArrowRight", 0)):  # fmt: skip
        tab.keyboard.press(key)
        assert tip.inner_text() == said[place]
        # One stop of the Tab key for a whole chart.
        assert drawing.locator("[tabindex='0']").count() == 1
    tab.keyboard.press("Escape")
    assert tip.is_hidden()
    # Who goes on with the Tab key leaves nothing behind.
    tab.keyboard.press("ArrowRight")
    assert tip.is_visible()
    tab.keyboard.press("Tab")
    assert tip.is_hidden()
    tab.set_viewport_size({"width": 375, "height": 667})
    for mark in tab.locator(".tv-narrow svg:has(.tv-mark)").first.locator(".tv-mark").all():
        mark.focus()
        box = tip.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 375
    tab.close()


def test_front_page_says_what_the_engine_says(built: Path) -> None:
    soup = soup_of(built, "index")
    shown = {
        card.h2.get_text(strip=True): card.select_one(".big").get_text(strip=True)
        for card in soup.select(".card")
    }
    rates = tv.exposure("in_force")["effective_rate"]
    for (_, code), rate in rates.items():
        name = tv.load("partners").set_index("partner").loc[code, "short_name"]
        assert shown[str(name)] == f"{rate * 100:.1f}\u00a0%"
        [card] = [card for card in soup.select(".card") if card.h2.get_text(strip=True) == name]
        assert [link["href"] for link in card.select("a")] == [f"brief-{code}.html"]
    form = soup.select_one(".whatif")
    assert form is not None and form["id"] == f"what-if-{next(iter(standings()))}"


def test_a_brief_marks_the_rate_of_today(built: Path) -> None:
    for stem in BRIEFS:
        marked = soup_of(built, stem).select("dl.rates .today dt")
        assert [tag.get_text() for tag in marked] == ["Today"]


def test_a_brief_says_what_the_engine_says_of_its_partner(built: Path) -> None:
    rates = tv.exposure([*names()])["effective_rate"]
    duties = tv.exposure("in_force", by="sector")["added_duty_usd"].droplevel("outcome")
    days = [f"law of {day(tv.outcome(end).day)}" for end in ("pause", "in_force")]
    for code in tv.FOCUS:
        soup, own = soup_of(built, f"brief-{code}"), rates.xs(code, level="partner")
        ends = ["before", "pause", "in_force", own.idxmax()]
        what = ["duty paid in 2024", *days, "highest of the outcomes"]
        (*_, last) = soup.select("dl.rates dt")
        assert last.get_text() == tv.outcome(ends[-1]).title
        said = [list(cell.stripped_strings) for cell in soup.select("dl.rates dd")]
        assert said == [[percent(own[end]), text] for end, text in zip(ends, what, strict=True)]
        most = duties[code].sort_values(ascending=False).head(3)
        rows = [list(row.stripped_strings) for row in soup.select("table tbody tr")]
        assert rows == [
            [title, dollars(paid), percent(paid / duties[code].sum(), 0)]
            for title, paid in most.items()
        ]
        pages = {str(place["data-page"]) for place in soup.select("[data-page]")}
        assert pages == {"index.html", f"04_country-{code}.html"}
        assert [form["id"] for form in soup.select(".whatif")] == [f"what-if-{code}"]
        # What was recorded leads to what is expected, in both drawings.
        html = (built / f"brief-{code}.html").read_text(encoding="utf-8")
        assert html.count(">recorded<") == 2
        for number, link in enumerate(soup.select("a[download$='.csv']"), start=1):
            assert link["download"] == f"brief-{code}-chart-{number}.csv"
            text = base64.b64decode(str(link["href"]).split(",")[1]).decode()
            assert text.startswith(f"# {name(code)}: ")
            assert set(re.findall(r"\b[A-Z]{3}\b", text)) & {*tv.FOCUS} == {code}


def test_brief_is_one_sheet(built: Path, tmp_path: Path, browser: Browser) -> None:
    pages = [shutil.copy(built / f"{stem}.html", tmp_path) for stem in BRIEFS]
    for printed in print_pages([Path(page) for page in pages], progress=lambda line: None):
        assert len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes())) == 1


def test_two_builds_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    # Neighbours that are not there are no links, so they are there.
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    report.build(
        ["04_country"],
        partner="KOR",
        settings=FEWER[:1],
        out=tmp_path,
        progress=lambda line: None,
    )
    for stem in ("04_country-KOR", "brief-KOR", "index"):
        assert (tmp_path / f"{stem}.html").read_bytes() == (built / f"{stem}.html").read_bytes()
    book = publish.write_workbook(tmp_path / "again.xlsx", publish.provenance(package()))
    assert book.read_bytes() == (built / publish.WORKBOOK).read_bytes()


def package() -> Path:
    return publish.DATA / "datapackage.json"


ASKED = {
    "Exposure": lambda: tv.exposure([*names()]).reset_index(),
    "By sector": lambda: tv.exposure([*names()], by="sector").reset_index(),
    "By chapter": lambda: tv.exposure([*names()], by="hs2").reset_index(),
    "By law": lambda: tv.exposure([*names()], by="layer").reset_index(),
    "Rate path": tv.exposure_path,
    "Rivals": lambda: pd.concat(
        [tv.competitors(end, by="sector").assign(outcome=end) for end in names()]
    ),
    "Collected": lambda: collected_rates(tv.exposure_path(), tv.load("duties_monthly")),
    "April list": tv.april_check,
    "Balances": lambda: tv.balances(tv.FOCUS, first=2000),
    "Measures": lambda: tv.load("measures"),
}


def test_the_first_sheet_leads_to_each_table_and_each_has_its_filter(book: Workbook) -> None:
    cells = [cell for row in book["About"].iter_rows() for cell in row if cell.hyperlink]
    found = {str(cell.value): cell.hyperlink.location.strip("#") for cell in cells}
    assert found == {sheet: f"'{sheet}'!A1" for sheet in ASKED}
    for sheet in ASKED:
        assert book[sheet].auto_filter.ref == book[sheet].dimensions
        assert book[sheet].freeze_panes == "A2"


FRACTIONS = ("_rate", "_share", "handicap")


@pytest.fixture(scope="module")
def book(built: Path) -> Workbook:
    return load_workbook(built / publish.WORKBOOK)


def test_workbook_has_a_sheet_for_each_table(book: Workbook) -> None:
    assert book.sheetnames == ["About", *ASKED] == ["About", *[sheet.name for sheet in SHEETS]]


@pytest.mark.parametrize("sheet", ASKED)
def test_every_cell_of_the_workbook_is_what_the_library_says(book: Workbook, sheet: str) -> None:
    head, *rows = book[sheet].iter_rows()
    found = {cell.value: [row[number].value for row in rows] for number, cell in enumerate(head)}
    styles = {
        cell.value: {row[number].number_format for row in rows if row[number].value is not None}
        for number, cell in enumerate(head)
    }
    table = ASKED[sheet]()
    assert set(found) - {"partner_name"} == {*table.columns}
    if "partner_name" in found:
        assert found["partner_name"] == [name(str(code)) for code in found["partner"]]
    for column in map(str, table.columns):
        if pd.api.types.is_float_dtype(table[column]):
            np.testing.assert_allclose(
                np.array(found[column], dtype=float), table[column], rtol=1e-12, err_msg=column
            )
            assert all("%" in style for style in styles[column]) == column.endswith(FRACTIONS)
            # A comma behind the digits would show thousands under a head that says dollars.
            assert not any(re.search(r"[0#?],+(?![0#?])", style) for style in styles[column])
        else:
            said = [None if pd.isna(value) else value for value in table[column].tolist()]
            assert list(map(str, found[column])) == list(map(str, said)), column


def test_standings_are_those_of_the_engine() -> None:
    table = tv.exposure(["before", "in_force"], partners="VNM")
    [vietnam] = standings("VNM").values()
    assert vietnam.rates["in_force"] == table["effective_rate"]["in_force", "VNM"]
    assert vietnam.duty_usd["before"] == 0
    assert sum(share for _, share in vietnam.goods) == pytest.approx(1)
    assert isinstance(vietnam.path, pd.Series) and vietnam.path.index.is_monotonic_increasing
