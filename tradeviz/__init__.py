"""What each outcome of the 2025 tariff talks means for the partners of the United States."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tradeviz import charts, findings, tables
    from tradeviz.datasets import check_package, load
    from tradeviz.law.explain import explain
    from tradeviz.law.outcome import outcome
    from tradeviz.law.schedule import schedule
    from tradeviz.models.deals import deals
    from tradeviz.models.equilibrium import equilibrium
    from tradeviz.models.response import respond
    from tradeviz.panel import explore
    from tradeviz.partners import FOCUS
    from tradeviz.trade.balances import balances
    from tradeviz.trade.competitors import competitors
    from tradeviz.trade.exposure import exposure, exposure_path
    from tradeviz.trade.formula import april_check, reciprocal_formula

__version__ = "0.1.0"

__all__ = [
    "FOCUS",
    "april_check",
    "balances",
    "charts",
    "check_package",
    "competitors",
    "deals",
    "equilibrium",
    "explain",
    "explore",
    "exposure",
    "exposure_path",
    "findings",
    "load",
    "outcome",
    "reciprocal_formula",
    "respond",
    "schedule",
    "tables",
]

# Nothing is imported before it is asked for: pandas alone takes longer than most commands.
_HOMES = {
    "FOCUS": "partners",
    "april_check": "trade.formula",
    "balances": "trade.balances",
    "check_package": "datasets",
    "competitors": "trade.competitors",
    "deals": "models.deals",
    "equilibrium": "models.equilibrium",
    "explain": "law.explain",
    "explore": "panel",
    "exposure": "trade.exposure",
    "exposure_path": "trade.exposure",
    "load": "datasets",
    "outcome": "law.outcome",
    "reciprocal_formula": "trade.formula",
    "respond": "models.response",
    "schedule": "law.schedule",
}
_MODULES = ("charts", "findings", "tables")


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name in _HOMES:
        found = getattr(importlib.import_module(f"tradeviz.{_HOMES[name]}"), name)
    elif name in _MODULES:
        found = importlib.import_module(f"tradeviz.{name}")
    else:
        from tradeviz.errors import nearest

        close = nearest(name, __all__)
        hint = f"; did you mean '{close}'?" if close else ""
        raise AttributeError(f"module 'tradeviz' has no attribute '{name}'{hint}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Return the public names, so that completion shows them before they are imported."""
    return sorted([*__all__, "__version__"])
