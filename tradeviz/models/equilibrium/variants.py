"""The same outcomes under other elasticities, closures and readings of the data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from tradeviz.arguments import checked
from tradeviz.errors import ArgumentError, listed, mapped
from tradeviz.law.outcome import REFERENCE, Wanted
from tradeviz.models.equilibrium.model import run, shocks_of
from tradeviz.partners import FOCUS

Choices = Mapping[str, Mapping[str, Any]]

BASE = "Elasticity 4"
"""The variant that is shown where one has to stand for all."""

ELASTICITIES: dict[str, dict[str, Any]] = {
    BASE: {},
    "Elasticity 2": {"elasticity": 2.0},
    "Elasticity 8": {"elasticity": 8.0},
    "Caliendo, Parro 2015": {"elasticity": "caliendo_parro"},
    "Shapiro 2016": {"elasticity": "shapiro"},
    "Giri, Yi, Yilmazkuday 2021": {"elasticity": "giri_yi_yilmazkuday"},
    "Fontagné and others 2022": {"elasticity": "fontagne"},
    "Lashkaripour, Lugovskyy 2023": {"elasticity": "lashkaripour_lugovskyy"},
}
"""How strongly trade reacts: one elasticity, or those of a study by sector."""

CLOSURES: dict[str, dict[str, Any]] = {
    BASE: {},
    "Trade balanced first": {"deficit": "balanced"},
    "Partners answer in kind": {"retaliation": "reciprocal"},
    "Producers buy inputs": {"inputs": True},
    "Work and scale react": {"labour_supply": 0.5, "scale": 0.1675},
    "The same, with tax relief": {"labour_supply": 0.5, "scale": 0.1675, "tax_relief": True},
}
"""What is held fixed, and what the partners do."""

DATA_CHOICES: dict[str, dict[str, Any]] = {
    BASE: {},
    "Tariffs on services as filed": {"services_tariffs": "file"},
    "Base US duty as filed": {"us_tariffs": "file"},
    "Trade balanced first": {"deficit": "balanced"},
}
"""How doubtful figures of the world table are read."""


@checked
def variants(
    outcomes: Wanted | Sequence[Wanted],
    choices: Choices = ELASTICITIES,
    *,
    reference: Wanted = REFERENCE,
    partners: str | Iterable[str] | None = None,
    on: object = None,
    **common: Any,
) -> pd.DataFrame:
    """Return outcomes in general equilibrium under several sets of options.

    Parameters
    ----------
    outcomes, reference, partners, on
        As in `tradeviz.equilibrium`.
    choices : mapping of str to mapping
        Name of a variant -> options of `tradeviz.equilibrium`; `ELASTICITIES`, `CLOSURES`,
        `DATA_CHOICES` or one's own.
    **common
        Options of all variants.

    Returns
    -------
    DataFrame
        Index (variant, outcome, partner), columns as `tradeviz.equilibrium`; ``.attrs`` of the
        first variant, with the largest residual of all.

    Raises
    ------
    ArgumentError, OutcomeError, EquilibriumError
        As `tradeviz.equilibrium`; ArgumentError also for no variant.

    Examples
    --------
    >>> table = variants("snapback", {"low": {"elasticity": 2.0}, "high": {"elasticity": 8.0}},
    ...                  partners="JPN")
    >>> table.index.get_level_values("variant").tolist()
    ['low', 'high']
    """
    if not mapped(choices, "choices", "name: options"):
        raise ArgumentError("no variant given", field="choices", allowed="name: options")
    shocks = shocks_of(outcomes, reference, on)
    codes = list(FOCUS) if partners is None else listed(partners, "partners", "codes or names")
    found = {name: run(shocks, codes, **{**common, **options}) for name, options in choices.items()}
    # Attributes differ by variant; pandas would compare them.
    about = {name: dict(table.attrs) for name, table in found.items()}
    for table in found.values():
        table.attrs.clear()
    made = pd.concat(found, names=["variant"])
    made.attrs |= next(iter(about.values()))
    made.attrs["residual"] = max(own["residual"] for own in about.values())
    made.attrs["options"] = {name: own["options"] for name, own in about.items()}
    return made
