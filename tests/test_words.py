"""Readers' pages are in plain English: few numbers a sentence, no plumbing, acronyms said once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from conftest import NOTEBOOKS
from looking import words_of
from playwright.sync_api import Browser

import tradeviz as tv
from tradeviz.partners import called
from tradeviz.quantities import dollars, percent

STORY = [path.stem for path in NOTEBOOKS if path.stem != "04_country"]
PROFILES = [f"{kind}-{code}" for kind in ("04_country", "brief") for code in tv.FOCUS]
STEMS = ["index", "what_if", *STORY, *PROFILES]
# Two pages are for those who write terms of their own, in a file or in the panel.
MANUALS = ("07_your_own_outcome", "11_explore")

NUMBERS = 2
_MONTHS = "|".join("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split())
# Days, years and names of laws are no figures.
_NAMES = re.compile(
    rf"(\d{{1,2}}\s)?\b({_MONTHS})[a-z]*(\s\d{{4}})?\b|\b\d{{4}}-\d\d-\d\d\b"
    r"|\b(19|20)\d\d\b|\bSections? \d+|(version|tradeviz) [\d.]+"
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_BLOCKS = ["p", "li", "h1", "h2", "h3", "dd", "dt", "figcaption", "caption", "summary"]
_ASIDE = "table,svg,math,style,script,pre,details.data,.source,.download,form,dl.rates,.code,.key"
# Readers know these; currencies and formats of files to take away are no part of the text.
KNOWN = {"US", "UK", "USD", "CSV", "SVG", "PNG", "MIT", "II"}
PLUMBING = re.compile(
    r"\b[a-z]+_[a-z_]+\b|\.(py|toml|ipynb|md|csv|parquet)\b|\b[A-Z]{3,}_[A-Z]+\b|`"
    r"|\b(JSON|TOML|parquet|dataframe|kernel|HS10|HS8|HTS10|NAICS)\b"
)


def room(built: Path, stem: str) -> Tag:
    """Return what a page says before its sources."""
    soup = BeautifulSoup(words_of(built / f"{stem}.html"), "html.parser")
    main = soup.find("main")
    assert main is not None, stem
    for heading in main.find_all("h2"):
        if heading.get_text(strip=True) == "Sources":
            for later in list(heading.find_all_next()):
                if main in later.parents:
                    later.decompose()
    return main


def sentences(page: Tag) -> Iterator[str]:
    """Return the sentences of a page outside its tables, charts and forms."""
    for aside in page.select(_ASIDE):
        aside.decompose()
    for block in page.find_all(_BLOCKS):
        if block.find(_BLOCKS) is None:
            text = re.sub(r"\s+", " ", block.get_text(" ", strip=True))
            yield from re.split(r"(?<=[.?!:;])\s+(?=[A-Z“(])", text)


@pytest.mark.parametrize("stem", STEMS)
def test_a_sentence_has_two_numbers_at_most(built: Path, stem: str) -> None:
    full = [
        text
        for text in sentences(room(built, stem))
        if len(_NUMBER.findall(_NAMES.sub("", text))) > NUMBERS
    ]
    assert full == []


@pytest.mark.parametrize("stem", STEMS)
def test_an_acronym_is_said_once(built: Path, stem: str) -> None:
    page = room(built, stem)
    for aside in page.select("svg,style,script,pre,.download,.code"):
        aside.decompose()
    text = re.sub(r"\s+", " ", page.get_text(" ", strip=True))
    used = dict.fromkeys(re.findall(r"\b[A-Z]{2,}\b", text))
    whole = words_of(built / f"{stem}.html")
    said = {name for name in used if re.search(rf"\({name}\)|\b{name} is ", whole)}
    assert [name for name in used if name not in KNOWN | said] == []


@pytest.mark.parametrize("stem", [stem for stem in STEMS if stem not in MANUALS])
def test_a_page_names_no_plumbing(built: Path, stem: str) -> None:
    page = room(built, stem)
    # Sources of parameters are called as the table of estimates calls them.
    tables = ",table" if stem == "08_response" else ""
    for aside in page.select(f"svg,style,script,.download,.code{tables}"):
        aside.decompose()
    text = re.sub(r"https?://\S+", "", page.get_text(" ", strip=True))
    assert sorted({match.group() for match in PLUMBING.finditer(text)}) == []


def first_screen(browser: Browser, path: Path, width: int, height: int) -> str:
    """Return the text that a reader sees before scrolling, words of charts too."""
    tab = browser.new_page(viewport={"width": width, "height": height})
    tab.goto(path.as_uri())
    text = tab.evaluate(
        """() => {
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const seen = [];
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const range = document.createRange();
            range.selectNodeContents(node);
            const parts = [...range.getClientRects()].filter((box) => box.width && box.height);
            const whole = parts.length && parts.every((box) => box.bottom <= innerHeight);
            if (whole && node.parentElement.checkVisibility()) seen.push(node.textContent);
          }
          return seen.join(" ");
        }"""
    )
    tab.close()
    return re.sub(r"\s+", " ", text)


def test_first_screen_leaves_out_what_lies_below_it(tmp_path: Path, browser: Browser) -> None:
    page = tmp_path / "page.html"
    page.write_text("<p>Here</p><p hidden>No</p><p style='margin-top:900px'>Below</p>")
    assert first_screen(browser, page, 375, 667).strip() == "Here"


def _most_today() -> tuple[str, ...]:
    rates = tv.exposure("in_force")["effective_rate"].droplevel("outcome")
    return called(str(rates.idxmax())), percent(float(rates.max()))


def _gained_most() -> tuple[str, ...]:
    rates = tv.exposure(["pause", "in_force"])["effective_rate"].unstack("outcome")
    step = rates["in_force"] - rates["pause"]
    return called(str(step.idxmin())), f"{-step.min() * 100:.1f} points"


def _japans_bill() -> tuple[str, ...]:
    duty = tv.exposure("in_force", partners="JPN", by="sector")["added_duty_usd"]
    bill = duty.groupby("sector").sum()
    title = str(bill.idxmax())
    return title.lower(), percent(float(bill.max() / bill.sum()), 0)


def _rival() -> tuple[str, ...]:
    flows = tv.respond("in_force", by="competitor")["diverted_usd"]
    lost = flows.groupby("partner").sum()
    code = str(lost.idxmin())
    rows = flows.xs(code, level="partner").droplevel("outcome")
    return called(code), dollars(-float(lost.min()), words=True), called(str(rows.idxmin()))


def _uk() -> tuple[str, ...]:
    rates = tv.exposure(["pause", "in_force"], partners="GBR")["effective_rate"]
    return tuple(percent(float(rate)) for rate in rates)


def _collected() -> tuple[str, ...]:
    steps = tv.collected(tv.FOCUS, "2025-05")
    sums = steps[["law_2024_usd", "collected_usd"]].sum() / steps["imports_usd"].sum()
    return tuple(percent(float(rate)) for rate in sums)


def _ahead() -> tuple[str, ...]:
    table: Any = tv.forecast("in_force", partners=tv.FOCUS).xs("imports_usd", level="quantity")
    last = table.xs(table.index.get_level_values("month").max(), level="month")
    largest = last.sort_values("median").iloc[-1]
    ends = [largest[column] for column in ("low_80", "high_80")]
    return tuple(dollars(float(value), words=True) for value in ends)


QUESTIONS = {
    "which of the five pays most today": ("index", _most_today),
    "which gained most against the pause": ("index", _gained_most),
    "what carries Japan's bill": ("04_country-JPN", _japans_bill),
    "who is the rival that gains": ("05_sectors", _rival),
    "what did the talks bring the UK": ("04_country-GBR", _uk),
    "what is collected against what the law asks": ("06_what_happened", _collected),
    "what comes in the next twelve months": ("08_response", _ahead),
}


@pytest.mark.parametrize(("width", "height"), [(375, 667), (1280, 800)])
@pytest.mark.parametrize("question", QUESTIONS)
def test_first_screen_answers(
    built: Path, browser: Browser, question: str, width: int, height: int
) -> None:
    stem, figures = QUESTIONS[question]
    text = first_screen(browser, built / f"{stem}.html", width, height)
    missing = [figure for figure in figures() if figure.replace("\u00a0", " ") not in text]
    assert missing == [], text
