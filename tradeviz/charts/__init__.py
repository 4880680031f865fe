"""Charts: a finished table in, Axes out; `show` displays picture, data and alternative text."""

from __future__ import annotations

from tradeviz.charts.balances import balance_over_time, formula_scatter
from tradeviz.charts.outcomes import (
    exposure_by_outcome,
    outcome_dumbbell,
    outcome_small_multiples,
)
from tradeviz.charts.paths import duty_collected, rate_path, rate_paths
from tradeviz.charts.show import show

__all__ = [
    "balance_over_time",
    "duty_collected",
    "exposure_by_outcome",
    "formula_scatter",
    "outcome_dumbbell",
    "outcome_small_multiples",
    "rate_path",
    "rate_paths",
    "show",
]
