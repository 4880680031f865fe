"""The order of deals: the equilibrium of every set of partners that signed, and what follows."""

from __future__ import annotations

from tradeviz.deals.coalitions import deals
from tradeviz.deals.delay import DAYS, delay, schedules
from tradeviz.deals.game import FOURTEEN, MEASURES, fourteen
from tradeviz.deals.orders import best_order, follow
from tradeviz.deals.values import deal_values, rivalry, shapley

__all__ = [
    "DAYS",
    "FOURTEEN",
    "MEASURES",
    "best_order",
    "deal_values",
    "deals",
    "delay",
    "follow",
    "fourteen",
    "rivalry",
    "schedules",
    "shapley",
]

# `tradeviz.deals` is the function, so its companions hang on it too.
for _one in (best_order, deal_values, delay, follow, fourteen, rivalry, schedules, shapley):
    setattr(deals, _one.__name__, _one)
