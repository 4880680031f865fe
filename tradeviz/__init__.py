"""What each outcome of the 2025 tariff talks means for the partners of the United States."""

from __future__ import annotations

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

# Nothing is imported before it is asked for: pandas alone takes longer than most commands. Public
# names that have no home here are modules.
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


def _public(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in __all__:
        from tradeviz.errors import nearest

        close = nearest(name, __all__)
        hint = f"; did you mean '{close}'?" if close else ""
        raise AttributeError(f"module 'tradeviz' has no attribute '{name}'{hint}")
    globals()[name] = value = _imported(name)
    return value


# A type checker that saw it would take any name of this module for one that exists.
if not TYPE_CHECKING:
    __getattr__ = _public


def _imported(name: str) -> Any:
    from tradeviz.extras import MissingExtra, Wanting, need

    try:
        module = need(f"tradeviz.{_HOMES.get(name, name)}", f"tradeviz.{name}")
    except MissingExtra as error:
        return Wanting(error)
    return module if name not in _HOMES else getattr(module, name)


def __dir__() -> list[str]:
    """Return the public names, so that completion shows them before they are imported."""
    return sorted([*__all__, "__version__"])
