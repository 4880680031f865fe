"""Numbers are written one way, and a sentence that its figures do not bear stops the build."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import NOTEBOOKS

import tradeviz as tv
from tradeviz import report
from tradeviz.errors import ArgumentError, ReportError, TradevizError
from tradeviz.quantities import (
    MISSING,
    QUANTITIES,
    Quantity,
    day,
    dollars,
    in_words,
    listing,
    month,
    number,
    percent,
    points,
    quantity,
)
from tradeviz.report.execute import read
from tradeviz.show.glossary import short_forms
from tradeviz.show.letters import lowered
from tradeviz.show.sentence import ClaimError, claim, sentences
from tradeviz.show.sources import licence_text
from tradeviz.story import tied


def test_a_true_sentence_is_given_back() -> None:
    rates = pd.Series({"JPN": 0.133, "GBR": 0.074})
    assert claim("The UK is lowest.", lambda r: r.idxmin() == "GBR", rates) == "The UK is lowest."
    assert claim("{who} is lowest.", True, {"who": "The UK"}) == "The UK is lowest."


@pytest.mark.parametrize(
    "holds", [False, np.False_, None, np.nan, pd.Series([True]), "yes", lambda _: None, 1]
)
def test_anything_but_true_stops(holds: object) -> None:
    figures = {("in_force", "JPN"): 0.133321}
    with pytest.raises(ClaimError, match="Japan is lowest.*in_force JPN 0.133321") as caught:
        claim("Japan is lowest.", holds, figures)  # type: ignore[arg-type]
    assert isinstance(caught.value, TradevizError)


def test_a_claim_of_a_table_names_its_figures() -> None:
    table = tv.exposure(["pause", "in_force"], partners=["JPN"])[["effective_rate"]]
    with pytest.raises(ClaimError, match="pause JPN effective_rate"):
        claim("Nothing is charged.", lambda t: bool((t == 0).all().all()), table)


@pytest.mark.parametrize(("figures", "end"), [(None, "”"), (0.133, "”; value '0.133'")])
def test_a_false_sentence_says_what_there_is_to_say(figures: object, end: str) -> None:
    with pytest.raises(ClaimError) as caught:
        claim("Japan is lowest.", False, figures)
    assert str(caught.value) == f"a sentence is not true: “Japan is lowest.{end}"


def test_sentences_begin_and_end_as_sentences_do() -> None:
    assert sentences("the UK pays", "", "Who? ") == "The UK pays. Who?"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (number(-0.04), "0.0"),
        (number(float("nan")), "n/a"),
        (number(1234567.8, 0), "1,234,568"),
        (percent(-0.0004), "0.0\u00a0%"),
        (percent(0.5, 0, sign=True), "+50\u00a0%"),
        (points(-0.012, unit=True), "−1.2\u00a0points"),
        (dollars(0), "$0.0\u00a0bn"),
        (dollars(-4e3), "$0.0\u00a0m"),
        (dollars(4e3, sign=True), "$0.0\u00a0m"),
        (dollars(float("nan")), "n/a"),
        (dollars(float("nan"), sign=True, words=True), "n/a"),
        (Quantity("made", "Made", "count", 0).write(1234), "1,234"),
        (Quantity("made", "Made", "ratio", 2, signed=True).write(0.5), "+0.50"),
        (Quantity("made", "Made", "days", 0).write(7.4, digits=1), "7.4"),
        (dollars(-2.5e9, sign=True), "−$2.5\u00a0bn"),
        (dollars(99.9e6, 0), "$100\u00a0m"),
        (dollars(1e9, words=True), "USD\u00a01.0\u00a0billion"),
        (day("2025-04-09"), "9 April 2025"),
        (month("2025-04-09", short=True), "Apr 2025"),
        (listing(["a"]), "a"),
        (listing(["a", "b", "c"]), "a, b and c"),
        (in_words(15), "fifteen"),
        (in_words(16), "16"),
        (lowered("A deal"), "a deal"),
        (lowered("UK-style deal"), "UK-style deal"),
        (lowered("Section 232"), "Section 232"),
        (short_forms("<p>GDP (GDP) of JPN</p><svg>HTS</svg>"), "Short forms: JPN is Japan."),
        (short_forms("<p>One page, XYZ</p>"), ""),
        # The statute itself: 19 U.S.C. 2132(a) has the cause, the 15 percent and the 150 days.
        (
            short_forms("<p>a</p><svg><text>Section\u00a0122</text></svg>"),
            "Section 122 of the Trade Act of 1974 allows up to 15\u00a0% for 150 days against a "
            "deficit in the balance of payments.",
        ),
        (licence_text("CC BY 4.0; copy through x"), "CC BY 4.0"),
        (licence_text("MIT (github.com/a)"), "MIT"),
        (licence_text(""), "facts and figures only, which no licence restricts"),
        (licence_text("copy through x"), "facts and figures only, which no licence restricts"),
    ],
)
def test_numbers_days_and_lists(written: str, text: str) -> None:
    assert written == text


def test_quantities_say_label_unit_digits_and_sign() -> None:
    assert quantity("value_change_low").write(0.1234) == "+12.3\u00a0%"
    assert quantity("value_change_low").column == "value_change_low"
    assert quantity("added_duty_usd").heading == "Added duty, billion US dollars a year"
    assert quantity("gdp_share").write(0.00123, unit=False) == "0.12"
    assert quantity("waiting_days").write(1234.4) == "1,234"
    for column in ("added_duty_usd", "gdp_share", "handicap", "waiting_days"):
        assert quantity(column).write(float("nan")) == MISSING == "n/a"
    assert all(row.tolerance > 0 and row.column == key for key, row in QUANTITIES.items())
    with pytest.raises(ArgumentError, match="effective_rate"):
        quantity("efective_rat")


def test_every_number_of_the_main_tables_is_a_quantity() -> None:
    tables = [
        tv.exposure("pause", partners="JPN"), tv.competitors("pause", partners="JPN"),
        tv.respond("snapback", partners="JPN", draws=2), tv.equilibrium("snapback", partners="JPN"),
        tv.april_check(), tv.balances("JPN"),
    ]  # fmt: skip
    for table in tables:
        for column in table.select_dtypes("float").columns:
            assert quantity(str(column)).label, column


MARKDOWN = [
    pytest.param(cell.source, id=f"{path.stem}-{place}")
    for path in NOTEBOOKS
    for place, cell in enumerate(read(path).cells)
    if cell.cell_type == "markdown"
]


@pytest.mark.parametrize("text", MARKDOWN)
def test_text_of_a_notebook_states_nothing_that_is_not_tied(text: str) -> None:
    """A number, a comparison or a partner's name in a text cell stands within a checked phrase."""
    assert tied.loose(text) == []
    tied.check(text)


@pytest.mark.parametrize(
    "text",
    [
        "Three runs of others.",
        "Rates fell by 4 points.",
        "Cars carry most of the bill.",
        "Japan and Korea agree.",
        "It is lower than before.",
        "More than half of it is paid.",
        "Goods bought in 2024, and 3 others.",
        "**What it means.** The UK pays ten percent.",
        "Two of the fourteen partners sign.",
    ],
)
def test_loose_words_are_found(text: str) -> None:
    assert tied.loose(text) != []


@pytest.mark.parametrize(
    "text",
    [
        "Who pays most?",
        "All rates are averages over the goods bought in 2024.",
        "See [it](08.html).",
    ],
)
def test_questions_and_tied_phrases_are_free(text: str) -> None:
    assert tied.loose(text) == []


def test_every_tie_is_used_and_its_test_looks_at_something() -> None:
    text = "\n".join(part.values[0] for part in MARKDOWN)  # type: ignore[misc]
    assert [phrase for phrase in tied.TIES if not re.search(phrase, text)] == []
    for phrase, test in tied.TIES.items():
        holds, figures = test()
        assert holds and figures, phrase


def test_a_false_tie_stops_with_notebook_sentence_and_figures(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(
        "tradeviz.trade.briefing.PAUSE", (dt.date(2025, 4, 10), dt.date(2025, 6, 9))
    )
    with pytest.raises(ReportError, match="00_briefing.*In mid-April 2025.*60 days"):
        report.build(["00_briefing"], out=tmp_path, progress=lambda line: None)
    assert list(tmp_path.iterdir()) == []
