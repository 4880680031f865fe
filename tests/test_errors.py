"""An error is one line: place, fault, value, what is allowed, what was meant."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradeviz import errors
from tradeviz.errors import ArgumentError, DataError, TradevizError, nearest, number


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


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=30), st.data())
def test_what_is_among_the_choices_is_its_own_nearest(
    choices: list[str], data: st.DataObject
) -> None:
    word = data.draw(st.sampled_from(choices))
    found = nearest(word, choices)
    assert found is not None and found.casefold() == word.casefold()
