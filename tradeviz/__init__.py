"""What each outcome of the 2025 tariff talks means for the partners of the United States."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tradeviz import charts, findings, tables
    from tradeviz.balances import balances
    from tradeviz.competitors import competitors
    from tradeviz.datasets import check_package, load
    from tradeviz.deals import deals
    from tradeviz.equilibrium import equilibrium
    from tradeviz.explain import explain
    from tradeviz.explore import explore
    from tradeviz.exposure import exposure, exposure_path
    from tradeviz.formula import april_check, reciprocal_formula
    from tradeviz.outcomes import outcome
    from tradeviz.partners import FOCUS
    from tradeviz.response import respond
    from tradeviz.schedule import schedule

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
    "april_check": "formula",
    "balances": "balances",
    "check_package": "datasets",
    "competitors": "competitors",
    "deals": "deals",
    "equilibrium": "equilibrium",
    "explain": "explain",
    "explore": "explore",
    "exposure": "exposure",
    "exposure_path": "exposure",
    "load": "datasets",
    "outcome": "outcomes",
    "reciprocal_formula": "formula",
    "respond": "response",
    "schedule": "schedule",
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


class _Package(ModuleType):
    """The package, in which a function keeps its name.

    `schedule`, `explain`, `exposure` and `competitors` are functions in modules of the same
    name. Importing a submodule binds it in its package, which would put the module in the
    function's place, or not, depending on what was imported first. Here such a binding is
    dropped; `from tradeviz.schedule import ...` reads sys.modules and does not need it.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _HOMES and isinstance(value, ModuleType):
            return
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
