"""The order of deals: the equilibrium of every set of partners that signed, and what follows."""

from __future__ import annotations

from tradeviz.models.deals.bargain import dominance, ranges, stable, transfers
from tradeviz.models.deals.coalitions import deals
from tradeviz.models.deals.delay import DAYS, delay, schedules
from tradeviz.models.deals.game import FOURTEEN, MEASURES, fourteen
from tradeviz.models.deals.orders import best_order, follow
from tradeviz.models.deals.terms import own_terms
from tradeviz.models.deals.values import deal_values, rivalry, shapley, stored_values

__all__ = [
    "DAYS",
    "FOURTEEN",
    "MEASURES",
    "best_order",
    "deal_values",
    "deals",
    "delay",
    "dominance",
    "follow",
    "fourteen",
    "own_terms",
    "ranges",
    "rivalry",
    "schedules",
    "shapley",
    "stable",
    "stored_values",
    "transfers",
]
