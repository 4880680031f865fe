"""What each outcome of the 2025 tariff talks means for the partners of the United States."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tradeviz import charts, findings, tables
    from tradeviz.datasets import check_package, load
    from tradeviz.law.entry import entry
    from tradeviz.law.explain import explain
    from tradeviz.law.outcome import outcome
    from tradeviz.law.schedule import schedule
    from tradeviz.models.deals import deals
    from tradeviz.models.equilibrium import equilibrium
    from tradeviz.models.forecast import forecast, forecast_record
    from tradeviz.models.response import respond
    from tradeviz.panel import explore
    from tradeviz.partners import FOCUS
    from tradeviz.trade.balances import balances
    from tradeviz.trade.collected import collected
    from tradeviz.trade.competitors import competitors
    from tradeviz.trade.exposure import exposure, exposure_path
    from tradeviz.trade.formula import april_check, reciprocal_formula
    from tradeviz.trade.reconcile import reconcile

__version__ = "0.2.0"

__all__ = [
    "FOCUS",
    "april_check",
    "balances",
    "charts",
    "check_package",
    "collected",
    "competitors",
    "deals",
    "entry",
    "equilibrium",
    "explain",
    "explore",
    "exposure",
    "exposure_path",
    "findings",
    "forecast",
    "forecast_record",
    "load",
    "outcome",
    "reciprocal_formula",
    "reconcile",
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
    "collected": "trade.collected",
    "competitors": "trade.competitors",
    "deals": "models.deals",
    "entry": "law.entry",
    "equilibrium": "models.equilibrium",
    "explain": "law.explain",
    "explore": "panel",
    "exposure": "trade.exposure",
    "exposure_path": "trade.exposure",
    "forecast": "models.forecast",
    "forecast_record": "models.forecast",
    "load": "datasets",
    "outcome": "law.outcome",
    "reciprocal_formula": "trade.formula",
    "reconcile": "trade.reconcile",
    "respond": "models.response",
    "schedule": "law.schedule",
}
_MODULES = ("charts", "findings", "tables")
# Names that need more than `pip install tradeviz` brings, and the extra that brings it.
_EXTRAS = {"explore": "lab"}


def _public(name: str) -> Any:
    """Import a public name when it is first used."""
    if name in _MODULES:
        value: Any = importlib.import_module(f"tradeviz.{name}")
    elif name in _HOMES:
        value = _imported(name)
    else:
        from tradeviz.errors import nearest

        close = nearest(name, __all__)
        hint = f"; did you mean '{close}'?" if close else ""
        raise AttributeError(f"module 'tradeviz' has no attribute '{name}'{hint}")
    globals()[name] = value
    return value


# A type checker that saw it would take any name of this module for one that exists.
if not TYPE_CHECKING:
    __getattr__ = _public


def _imported(name: str) -> Any:
    try:
        return getattr(importlib.import_module(f"tradeviz.{_HOMES[name]}"), name)
    except ModuleNotFoundError as error:
        if name not in _EXTRAS or str(error.name).startswith("tradeviz"):
            raise
        return _wanting(name, str(error.name), _EXTRAS[name])


def _wanting(name: str, module: str, extra: str) -> Any:
    """Return a function that says what to install, so that help and `import *` work without it."""

    def wanting(*_: object, **__: object) -> None:
        raise ImportError(f"tradeviz.{name} needs {module}: pip install 'tradeviz[{extra}]'")

    wanting.__name__ = wanting.__qualname__ = name
    wanting.__doc__ = f"Needs {module}, which is not installed: pip install 'tradeviz[{extra}]'."
    return wanting


def __dir__() -> list[str]:
    """Return the public names, so that completion shows them before they are imported."""
    return sorted([*__all__, "__version__"])
