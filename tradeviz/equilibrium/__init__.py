"""General equilibrium: what wages, prices, incomes and trade do about tariffs together."""

from __future__ import annotations

from tradeviz.equilibrium.benchmark import benchmark
from tradeviz.equilibrium.model import equilibrium

__all__ = ["benchmark", "equilibrium"]

# `tradeviz.equilibrium` is the function, so the named runs hang on it too.
equilibrium.benchmark = benchmark  # type: ignore[attr-defined]
