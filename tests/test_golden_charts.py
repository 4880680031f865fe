"""What charts draw is what tests/golden/ holds, whether a notebook shows it or not."""

from __future__ import annotations

import inspect

import pytest

from tools import golden, golden_charts, golden_models


@pytest.mark.parametrize("name", golden.DRAWN)
def test_charts_are_the_golden_ones(name: str) -> None:
    moved = golden.compare([name])
    if len(moved):
        pytest.fail(golden.report(moved), pytrace=False)


def test_every_chart_of_the_library_is_held() -> None:
    """A public chart that nobody draws here could say anything."""
    drawn = "".join(map(inspect.getsource, (golden_charts, golden_models)))
    names = set(golden.tv.charts.__all__) - {"show"}
    assert {name for name in names if f"charts.{name}(" not in drawn} == set()
