"""Sentences that state what a table shows, with every number taken from the table.

A table that lacks a column or has no row, and an outcome that is not in it, raise an
`ArgumentError` that names it.
"""

from __future__ import annotations

from tradeviz.models.deals.show import rivals_sentence as rivals
from tradeviz.models.deals.show_orders import order_sentence as deal_order
from tradeviz.models.equilibrium.show import equilibrium_sentence as equilibrium
from tradeviz.models.equilibrium.show import solved
from tradeviz.models.equilibrium.show import trade_sentence as equilibrium_trade
from tradeviz.models.forecast.show import forecast_sentence as forecast
from tradeviz.models.forecast.show_record import record_sentence as forecast_record
from tradeviz.models.response.show import diversion_sentence as diversion
from tradeviz.models.response.show import response_sentence as response
from tradeviz.models.response.show_backtest import backtest_sentence as backtest
from tradeviz.quantities import day as date_text
from tradeviz.quantities import listing, percent
from tradeviz.show.sentence import billion
from tradeviz.trade.show_balances import deficits
from tradeviz.trade.show_briefing import briefing_sentence as briefing
from tradeviz.trade.show_collected import collected_sentence as collected
from tradeviz.trade.show_country import country_sentences as country
from tradeviz.trade.show_exposure import outcomes_sentence as outcomes
from tradeviz.trade.show_exposure import own_sentence as own
from tradeviz.trade.show_goods import sectors_sentence as sectors
from tradeviz.trade.show_paths import path_sentence as path
from tradeviz.trade.show_peers import reconciled
from tradeviz.trade.show_waterfall import account_sentence as account

__all__ = [
    "account",
    "backtest",
    "billion",
    "briefing",
    "collected",
    "country",
    "date_text",
    "deal_order",
    "deficits",
    "diversion",
    "equilibrium",
    "equilibrium_trade",
    "forecast",
    "forecast_record",
    "listing",
    "outcomes",
    "own",
    "path",
    "percent",
    "reconciled",
    "response",
    "rivals",
    "sectors",
    "solved",
]


def __dir__() -> list[str]:
    """Return the public names, so that completion shows nothing else."""
    return __all__
