"""General equilibrium: what wages, prices, incomes and trade do about tariffs together."""

from __future__ import annotations

from tradeviz.models.equilibrium.benchmark import benchmark
from tradeviz.models.equilibrium.model import equilibrium
from tradeviz.models.equilibrium.sectors import sector_effects
from tradeviz.models.equilibrium.variants import CLOSURES, DATA_CHOICES, ELASTICITIES, variants

__all__ = [
    "CLOSURES",
    "DATA_CHOICES",
    "ELASTICITIES",
    "benchmark",
    "equilibrium",
    "sector_effects",
    "variants",
]
