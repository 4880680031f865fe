"""Readers' pages are in plain English: few numbers a sentence, no plumbing, acronyms said once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from conftest import NOTEBOOKS

import tradeviz as tv

STORY = [path.stem for path in NOTEBOOKS if path.stem != "04_country"]
PROFILES = [f"{kind}-{code}" for kind in ("04_country", "brief") for code in tv.FOCUS]
STEMS = ["index", "what_if", *STORY, *PROFILES]
# Two pages are for those who write terms of their own, in a file or in the panel.
MANUALS = ("07_your_own_outcome", "11_explore")

NUMBERS = 2
_MONTHS = "|".join("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split())
# Days, years and names of laws are no figures.
_NAMES = re.compile(
    rf"(\d{{1,2}}\s)?\b({_MONTHS})[a-z]*(\s\d{{4}})?\b|\b(19|20)\d\d\b|\bSections? \d+|version \S+"
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_BLOCKS = ["p", "li", "h1", "h2", "h3", "dd", "dt", "figcaption", "caption", "summary"]
_ASIDE = "table,svg,math,style,script,pre,details.data,.source,.download,form,dl.rates,.code,.key"
# Readers know these; currencies and formats of files to take away are no part of the text.
KNOWN = {"US", "UK", "USD", "CSV", "SVG", "PNG"}
PLUMBING = re.compile(
    r"\b[a-z]+_[a-z_]+\b|\.(py|toml|ipynb|md|csv|parquet)\b|\b[A-Z]{3,}_[A-Z]+\b|`"
    r"|\b(JSON|TOML|parquet|dataframe|notebook|kernel|CRPS|HS10|HS8|HTS10|NAICS)\b"
    r"|\b\d{4}-\d\d(-\d\d)?\b"
)


def room(built: Path, stem: str) -> BeautifulSoup:
    """Return what a page says before its sources."""
    soup = BeautifulSoup((built / f"{stem}.html").read_text(encoding="utf-8"), "html.parser")
    main = soup.find("main")
    assert main is not None, stem
    for heading in main.find_all("h2"):
        if heading.get_text(strip=True) == "Sources":
            for later in list(heading.find_all_next()):
                if later in main.descendants:
                    later.decompose()
    return main


def sentences(page: BeautifulSoup) -> Iterator[str]:
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
    said = {name for name in used if re.search(rf"\({name}\)|\b{name} \(", text)}
    assert [name for name in used if name not in KNOWN | said] == []


@pytest.mark.parametrize("stem", [stem for stem in STEMS if stem not in MANUALS])
def test_a_page_names_no_plumbing(built: Path, stem: str) -> None:
    page = room(built, stem)
    for aside in page.select("svg,style,script,.download,.code"):
        aside.decompose()
    text = re.sub(r"https?://\S+", "", page.get_text(" ", strip=True))
    assert sorted({match.group() for match in PLUMBING.finditer(text)}) == []
