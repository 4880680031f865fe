"""No bad argument, command line or outcome file ends in anything but one clear line.

`make fuzz` tries as many as one likes (FUZZ=100000).
"""

from __future__ import annotations

import datetime as dt
import inspect
import os
from pathlib import Path

import fuzzing
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from tradeviz.arguments import checked

EXAMPLES = int(os.environ.get("FUZZ", "0"))
"""How many of each; none given: few, and always the same."""


def bounded(few: int) -> settings:
    return settings(
        max_examples=EXAMPLES or few,
        derandomize=not EXAMPLES,
        suppress_health_check=list(HealthCheck),
    )


@bounded(150)
@given(fuzzing.bad_calls)
def test_a_bad_argument_is_refused_in_one_line(case: tuple[str, str, int]) -> None:
    assert fuzzing.answer(*case) == fuzzing.REFUSED


@bounded(80)
@given(fuzzing.command_lines())
def test_a_command_line_ends_well_or_in_one_line(words: list[str]) -> None:
    assert fuzzing.ended(words) in (fuzzing.REFUSED, fuzzing.ACCEPTED)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("outcomes")


@bounded(80)
@given(text=fuzzing.outcome_texts())
def test_an_outcome_file_is_read_or_refused_in_one_line(text: str, folder: Path) -> None:
    assert fuzzing.read_outcome(text, folder) in (fuzzing.REFUSED, fuzzing.ACCEPTED)


def test_every_argument_of_every_public_function_has_a_kind() -> None:
    """A new argument that nobody tries would be the one that breaks."""
    free = {"options", "rates", "common", "drawn", "alt", "value", "words", "last", "sign",
            "column", "digits", "objective"}  # fmt: skip
    missing = {
        f"{name}: {argument}"
        for name, call in fuzzing.calls().items()
        for argument in inspect.signature(call.function).parameters
        if argument not in call.kinds
        and argument not in free
        and f"{name}: {argument}" != "findings.solved: tables"
    }
    assert missing == set()


def test_every_public_function_stands_behind_the_boundary() -> None:
    open_ = {
        name
        for name, call in fuzzing.calls().items()
        if call.kinds and not hasattr(call.function, "__wrapped__")
    }
    assert open_ == set()


def test_the_boundary_lets_good_arguments_through_and_names_bad_ones() -> None:
    @checked
    def double(n: int, *, by: float = 2.0, name: str | None = None) -> float:
        return n * by

    assert double(3) == 6 and double(n=2, by=1, name="x") == 2
    for bad in (True, 0, "1", None):
        with pytest.raises(fuzzing.TradevizError, match="field 'n'"):
            double(bad)  # type: ignore[arg-type]
    for far in (float("nan"), 10**400):
        with pytest.raises(fuzzing.TradevizError, match="field 'by': not a finite number"):
            double(1, by=far)
    with pytest.raises(TypeError, match="missing"):
        double()  # type: ignore[call-arg]


def test_two_days_are_asked_for_as_two_days() -> None:
    @checked
    def span(days: tuple[object, object]) -> int:
        return len(days)

    assert span(("2025-04-10", dt.date(2025, 7, 9))) == 2
    for bad in (("2025-04-10", "soon"), ("2025-04-10", 3), ("2025-04-10",), "2025-04-10"):
        with pytest.raises(
            fuzzing.TradevizError, match="field 'days': not two days as 2025-04-10; value "
        ):
            span(bad)  # type: ignore[arg-type]


def test_a_key_that_is_no_missing_column_of_a_table_stays_what_it_is() -> None:
    @checked
    def look(place: str, table: pd.DataFrame, key: object) -> object:
        return {}[key] if place == "elsewhere" else table[key]

    table = pd.DataFrame({"rate": [0.1]})
    with pytest.raises(fuzzing.TradevizError, match="field 'table': the table lacks .*'rate'\\?"):
        look("here", table, "rat")
    for key in ("rate", 3):
        with pytest.raises(KeyError, match=f"^'?{key}'?$") as raised:
            look("elsewhere", table, key)
        assert not isinstance(raised.value, fuzzing.TradevizError)
