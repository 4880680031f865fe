"""What charts draw is what tests/golden/ holds, whether a notebook shows it or not."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from pytest_regressions.file_regression import FileRegressionFixture
from test_golden import golden

import tradeviz as tv
from tools import golden_charts, golden_models


@pytest.mark.parametrize(
    ("name", "charts"),
    [("charts", golden_charts.CHARTS), ("model_charts", golden_models.CHARTS)],
    ids=["charts", "model_charts"],
)
def test_charts_are_the_golden_ones(
    name: str, charts: dict[str, Callable[[], Any]], file_regression: FileRegressionFixture
) -> None:
    golden(name, golden_charts.drawn(charts), file_regression)


def test_every_chart_of_the_library_is_held() -> None:
    """A public chart that nobody draws here could say anything."""
    drawn = "".join(map(inspect.getsource, (golden_charts, golden_models)))
    names = set(tv.charts.__all__) - {"show", "Picture"}
    assert {name for name in names if f"charts.{name}(" not in drawn} == set()
