"""Charts: a finished table in, Axes out; `show` displays picture, data and alternative text."""

from __future__ import annotations

from tradeviz.charts.account import collected_waterfall
from tradeviz.charts.balances import balance_over_time, formula_scatter
from tradeviz.charts.changes import outcome_waterfall
from tradeviz.charts.deals import deal_value_bars, rivalry_matrix
from tradeviz.charts.equilibrium import equilibrium_ranges
from tradeviz.charts.evidence import backtest_ranges, tornado
from tradeviz.charts.forecast import calibration, forecast_fan, score_bars
from tradeviz.charts.orders import delay_curves, order_paths
from tradeviz.charts.outcomes import (
    exposure_by_outcome,
    outcome_dumbbell,
    outcome_small_multiples,
)
from tradeviz.charts.paths import duty_collected, rate_path, rate_paths
from tradeviz.charts.products import chapter_heatmap, product_bars
from tradeviz.charts.response import diversion_matrix, response_ranges
from tradeviz.charts.rivals import handicap_bars, ranking
from tradeviz.charts.show import show
from tradeviz.charts.talks import talks_timeline
from tradeviz.trade.show import range_rows

__all__ = [
    "backtest_ranges",
    "balance_over_time",
    "calibration",
    "chapter_heatmap",
    "collected_waterfall",
    "deal_value_bars",
    "delay_curves",
    "diversion_matrix",
    "duty_collected",
    "equilibrium_ranges",
    "exposure_by_outcome",
    "forecast_fan",
    "formula_scatter",
    "handicap_bars",
    "order_paths",
    "outcome_dumbbell",
    "outcome_small_multiples",
    "outcome_waterfall",
    "product_bars",
    "range_rows",
    "ranking",
    "rate_path",
    "rate_paths",
    "response_ranges",
    "rivalry_matrix",
    "score_bars",
    "show",
    "talks_timeline",
    "tornado",
]
