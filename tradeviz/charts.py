"""Charts: a finished table in, Axes out; `show` displays picture, data and text alternative.

A table that lacks a column or has no row, and a choice that is not in it, raise an `ArgumentError`
that names it.
"""

from __future__ import annotations

from tradeviz.models.deals.show import deal_value_bars, rivalry_matrix
from tradeviz.models.deals.show_orders import delay_curves, order_paths
from tradeviz.models.equilibrium.show import equilibrium_ranges
from tradeviz.models.forecast.show import fan
from tradeviz.models.forecast.show_record import calibration
from tradeviz.models.response.show import diversion_matrix, response_ranges, tornado
from tradeviz.models.response.show_backtest import backtest_ranges
from tradeviz.show.picture import Picture, show
from tradeviz.trade.show_balances import balance_over_time, formula_scatter, talks_timeline
from tradeviz.trade.show_collected import duty_collected
from tradeviz.trade.show_exposure import exposure_by_outcome
from tradeviz.trade.show_goods import (
    chapter_heatmap,
    handicap_bars,
    product_bars,
)
from tradeviz.trade.show_lanes import law_lanes
from tradeviz.trade.show_outcomes import range_rows, slope, tile_map
from tradeviz.trade.show_paths import rate_path, rate_paths, spark
from tradeviz.trade.show_waterfall import (
    collected_waterfall,
    outcome_waterfall,
    peer_waterfall,
)

__all__ = [
    "Picture",
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
    "fan",
    "formula_scatter",
    "handicap_bars",
    "law_lanes",
    "order_paths",
    "outcome_waterfall",
    "peer_waterfall",
    "product_bars",
    "range_rows",
    "rate_path",
    "rate_paths",
    "response_ranges",
    "rivalry_matrix",
    "show",
    "slope",
    "spark",
    "talks_timeline",
    "tile_map",
    "tornado",
]


def __dir__() -> list[str]:
    """Return the public names, so that completion shows nothing else."""
    return __all__
