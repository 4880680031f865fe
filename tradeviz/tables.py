"""Rounded, labelled tables for display; the full numbers stay in the tables they come from.

A table that lacks a column or has no row, and a choice that is none, raise an `ArgumentError` that
names it.
"""

from __future__ import annotations

from tradeviz.law.show import explain_table, outcomes_table, provisional_table
from tradeviz.models.deals.show import choices_table, deals_table, transfers_table
from tradeviz.models.equilibrium.show import (
    benchmark_table,
    equilibrium_table,
    exporters_table,
    sectors_table,
    variants_table,
)
from tradeviz.models.forecast.show import forecast_table
from tradeviz.models.forecast.show_record import scores_table
from tradeviz.models.response.show import parameters_table, response_table
from tradeviz.models.response.show_backtest import backtest_table
from tradeviz.show.sources import sources_table
from tradeviz.show.table import DisplayTable
from tradeviz.trade.show_balances import balance_table, formula_table
from tradeviz.trade.show_briefing import claims_table, partners_table
from tradeviz.trade.show_collected import collected_table
from tradeviz.trade.show_exposure import (
    comparison_table,
    exposure_table,
    layer_table,
    outcome_table,
)
from tradeviz.trade.show_goods import competitors_table, rivals_table, top_table
from tradeviz.trade.show_paths import path_table
from tradeviz.trade.show_peers import reconcile_table
from tradeviz.trade.show_waterfall import account_table

__all__ = [
    "DisplayTable",
    "account_table",
    "backtest_table",
    "balance_table",
    "benchmark_table",
    "choices_table",
    "claims_table",
    "collected_table",
    "comparison_table",
    "competitors_table",
    "deals_table",
    "equilibrium_table",
    "explain_table",
    "exporters_table",
    "exposure_table",
    "forecast_table",
    "formula_table",
    "layer_table",
    "outcome_table",
    "outcomes_table",
    "parameters_table",
    "partners_table",
    "path_table",
    "provisional_table",
    "reconcile_table",
    "response_table",
    "rivals_table",
    "scores_table",
    "sectors_table",
    "sources_table",
    "top_table",
    "transfers_table",
    "variants_table",
]


def __dir__() -> list[str]:
    """Return the public names, so that completion shows nothing else."""
    return __all__
