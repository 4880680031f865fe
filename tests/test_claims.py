"""Numbers are written one way, and a sentence that its figures do not bear stops the build."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import tradeviz as tv
from tradeviz.errors import ArgumentError, TradevizError
from tradeviz.quantities import (
    QUANTITIES,
    day,
    dollars,
    listing,
    month,
    number,
    percent,
    points,
    quantity,
)
from tradeviz.show.sentence import ClaimError, claim, sentences


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
        (dollars(-2.5e9, sign=True), "−$2.5\u00a0bn"),
        (dollars(99.9e6, 0), "$100\u00a0m"),
        (dollars(1e9, words=True), "USD\u00a01.0\u00a0billion"),
        (day("2025-04-09"), "9 April 2025"),
        (month("2025-04-09", short=True), "Apr 2025"),
        (listing(["a"]), "a"),
        (listing(["a", "b", "c"]), "a, b and c"),
    ],
)
def test_numbers_days_and_lists(written: str, text: str) -> None:
    assert written == text


def test_quantities_say_label_unit_digits_and_sign() -> None:
    assert quantity("value_change_low").write(0.1234) == "+12.3\u00a0%"
    assert quantity("value_change_low").column == "value_change_low"
    assert quantity("added_duty_usd").heading == "Added duty, billion US dollars a year"
    assert quantity("gdp_share").write(0.00123, unit=False) == "0.12"
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
