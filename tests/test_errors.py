"""An error is one line: place, fault, value, what is allowed, what was meant."""

from __future__ import annotations

import datetime as dt
import pickle
import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradeviz import errors
from tradeviz.arguments import LIMITS, checked
from tradeviz.errors import ArgumentError, DataError, TradevizError, nearest, number
from tradeviz.extras import MissingExtra, need


@pytest.mark.parametrize(
    ("details", "text"),
    [
        ({}, "wrong"),
        ({"file": "a.csv"}, "a.csv: wrong"),
        ({"row": 3}, "row 3: wrong"),
        ({"field": "rate"}, "field 'rate': wrong"),
        ({"file": "a.csv", "row": 3, "field": "rate"}, "a.csv, row 3, field 'rate': wrong"),
        ({"value": 0}, "wrong; value '0'"),
        ({"value": ""}, "wrong; value ''"),
        ({"allowed": "0 to 1"}, "wrong; allowed: 0 to 1"),
        ({"allowed": ["a", 1]}, "wrong; allowed: a, 1"),
        ({"nearest": "JPN"}, "wrong; did you mean 'JPN'?"),
    ],
)
def test_text(details: dict[str, object], text: str) -> None:
    error = DataError("wrong", **details)  # type: ignore[arg-type]
    assert str(error) == text
    assert str(pickle.loads(pickle.dumps(error))) == text


def test_details_can_be_read_back() -> None:
    error = DataError("wrong", file="a.csv", row=3, field="rate", value=2, allowed="0 to 1")
    assert (error.message, error.file, error.row, error.field, error.value, error.allowed) == (
        "wrong", "a.csv", 3, "rate", 2, "0 to 1",
    )  # fmt: skip


def test_one_class_catches_all() -> None:
    found = [item for item in vars(errors).values() if isinstance(item, type)]
    found = [item for item in found if item.__module__ == errors.__name__]
    assert {item.__name__ for item in found} == {
        "TradevizError",
        "DataError",
        "MeasureError",
        "OutcomeError",
        "ArgumentError",
        "EquilibriumError",
        "ReportError",
        "ServiceError",
    }
    assert all(issubclass(item, TradevizError) for item in found)


@pytest.mark.parametrize(
    ("word", "choices", "wanted"),
    [
        ("jpn", ["JPN", "KOR"], "JPN"),
        ("JPM", ["SPM", "JPN"], "JPN"),
        ("JPM", ["JPN", "SPM"], "JPN"),
        ("pauze", ["pause", "before"], "pause"),
        ("xyz", ["pause", "before"], None),
        (5, ["pause"], None),
        ("", ["pause"], None),
        ("pause", [], None),
    ],
)
def test_nearest(word: object, choices: list[str], wanted: str | None) -> None:
    assert nearest(word, choices) == wanted


@pytest.mark.parametrize("value", [10**400, float("inf"), float("nan"), 1.5, -1, True, "1", None])
def test_what_is_no_number_within_bounds_is_named(value: object) -> None:
    with pytest.raises(ArgumentError) as caught:
        number(value, "rate", "0 to 1", low=0, high=1)
    assert caught.value.field == "rate" and caught.value.allowed == "0 to 1"
    assert str(caught.value).startswith("field 'rate': out of range")


def test_a_number_at_its_bounds_is_taken() -> None:
    assert [number(value, "rate", "0 to 1", low=0, high=1) for value in (0, 1, 0.5)] == [0, 1, 0.5]


@checked
def bounded(*, n: int = 1, height: int = 50, year: int = 1900, digits: int = 0, step: float = 0.0,
            seed: int = 0) -> None:  # fmt: skip
    """Take whatever is within the limits of its name."""


@pytest.mark.parametrize("field", LIMITS)
def test_a_limit_is_taken_and_what_lies_beyond_is_refused(field: str) -> None:
    low, high = LIMITS[field]
    for at in (low, high):
        bounded(**{field: at})  # type: ignore[arg-type]
    for beyond in (low - 1, high + 1):
        with pytest.raises(ArgumentError) as caught:
            bounded(**{field: beyond})  # type: ignore[arg-type]
        assert str(caught.value) == (
            f"field '{field}': out of range; value '{beyond}'; allowed: {low:g} to {high:g}"
        )


def test_a_count_is_whole_and_within_its_ends() -> None:
    assert [errors.count(n, "n", low=2, high=4) for n in (2, np.int64(3), 4)] == [2, 3, 4]
    assert errors.count(10**9, "n") == 10**9 and errors.count(0, "n") == 0
    for bad in (1, 5, 2.0, True, "3", None):
        with pytest.raises(ArgumentError, match="^field 'n': not a count.*allowed: 2 to 4$"):
            errors.count(bad, "n", low=2, high=4)
    with pytest.raises(ArgumentError, match="value '0'; allowed: 1 or more$"):
        errors.count(0, "n", low=1)


def test_a_value_is_shown_in_one_line_up_to_its_120th_character() -> None:
    assert errors.shown("a\nb\x1b\u202e") == r"a\nb\x1b\u202e"
    assert errors.shown("é 120") == "é 120"
    assert errors.shown("x" * 120) == "x" * 120
    assert errors.shown("x" * 121) == errors.shown("x" * 500) == "x" * 120 + "…"
    text = str(DataError("wrong", file="a\nb", field="c\td", value="e\rf"))
    assert text == r"a\nb, field 'c\td': wrong; value 'e\rf'"


def test_one_word_is_a_list_of_one_and_what_is_none_is_named() -> None:
    assert errors.listed("ab", "names", "names") == ["ab"] == errors.listed(("ab",), "names", "")
    assert errors.listed(iter("ab"), "names", "names") == ["a", "b"]
    for bad in (b"ab", 5, None):
        with pytest.raises(ArgumentError, match="^field 'names': not a list.*allowed: some$"):
            errors.listed(bad, "names", "some")


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=30), st.data())
def test_what_is_among_the_choices_is_its_own_nearest(
    choices: list[str], data: st.DataObject
) -> None:
    word = data.draw(st.sampled_from(choices))
    found = nearest(word, choices)
    assert found is not None and found.casefold() == word.casefold()


LARGE = 10**400
"""A whole number that is finite, and larger than any number with a point."""


@checked
def made(share: float = 0.5, between: tuple[object, object] = ("2025-04-10", "2025-07-09"),
         table: pd.DataFrame | None = None, key: object = None) -> object:  # fmt: skip
    return None if key is None else ({} if table is None or not share else table)[key]  # type: ignore[call-overload]


@pytest.mark.parametrize("share", [LARGE, -LARGE, float("inf"), float("nan"), "1", True])
def test_what_is_no_finite_number_is_refused(share: Any) -> None:
    with pytest.raises(ArgumentError, match="^field 'share': not a finite number; value '"):
        made(share)
    with pytest.raises(ArgumentError) as raised:
        errors.number(share, "share", "from 0 on", low=0.0)
    assert str(raised.value).startswith("field 'share': out of range; value '")
    assert str(raised.value).endswith("; allowed: from 0 on")
    assert errors.number(1, "share", "from 0 on", low=0.0) == 1.0


def test_two_days_are_texts_or_dates() -> None:
    for last in ("2025-07-09", dt.date(2025, 7, 9), pd.Timestamp(2025, 7, 9)):
        made(between=("2025-04-10", last))
    for last in ("2025-13-09", "soon", "", None, 20250709):
        with pytest.raises(ArgumentError, match="^field 'between': not two days as 2025-04-10"):
            made(between=("2025-04-10", last))


def test_a_key_that_no_table_lacks_is_not_blamed_on_one() -> None:
    table = pd.DataFrame({"rate": [0.1]})
    with pytest.raises(ArgumentError) as raised:
        made(table=table, key="rat")
    assert str(raised.value) == (
        "field 'table': the table lacks the column 'rat'; allowed: rate; did you mean 'rate'?"
    )
    for words in ({"key": "rate"}, {"key": 3, "table": table},
                  {"key": "rate", "table": table, "share": 0.0}):  # fmt: skip
        with pytest.raises(KeyError) as missing:
            made(**words)  # type: ignore[arg-type]
        assert missing.value.args == (words["key"],)


def test_only_what_an_extra_brings_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(MissingExtra) as raised:
        need("xlsxwriter", "a workbook")
    assert str(raised.value) == "a workbook needs xlsxwriter: pip install 'tradeviz[report]'"
    # A module of our own that is not there is a fault of the installation, not an extra.
    with pytest.raises(ModuleNotFoundError, match="tradeviz.atlantis") as broken:
        need("tradeviz.atlantis", "a workbook")
    assert not isinstance(broken.value, MissingExtra)
