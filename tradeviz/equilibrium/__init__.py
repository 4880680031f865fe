"""General equilibrium: what wages, prices, incomes and trade do about tariffs together."""

from __future__ import annotations

from tradeviz.equilibrium.benchmark import benchmark
from tradeviz.equilibrium.model import equilibrium
from tradeviz.equilibrium.variants import CLOSURES, DATA_CHOICES, ELASTICITIES, variants

__all__ = ["CLOSURES", "DATA_CHOICES", "ELASTICITIES", "benchmark", "equilibrium", "variants"]

# `tradeviz.equilibrium` is the function, so its companions hang on it too.
equilibrium.benchmark = benchmark  # type: ignore[attr-defined]
equilibrium.variants = variants  # type: ignore[attr-defined]
