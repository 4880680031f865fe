"""Sentences that state what a table shows, with every number taken from the table."""

from __future__ import annotations

from tradeviz.findings.country import country
from tradeviz.findings.deals import deal_order, rivals
from tradeviz.findings.duty import collected, outcomes, own, path
from tradeviz.findings.equilibrium import equilibrium, solved
from tradeviz.findings.equilibrium import trade as equilibrium_trade
from tradeviz.findings.forecast import account, forecast, forecast_record
from tradeviz.findings.peers import reconciled
from tradeviz.findings.response import backtest, diversion, response
from tradeviz.findings.trade import briefing, deficits, sectors
from tradeviz.quantities import day as date_text
from tradeviz.quantities import listing, percent
from tradeviz.show.sentence import billion

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
