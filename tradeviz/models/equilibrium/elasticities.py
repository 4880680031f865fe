"""Trade elasticities by sector: one for all, those of a study, or the user's."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tradeviz import datasets
from tradeviz.errors import ArgumentError, choose, nearest, number
from tradeviz.models.equilibrium.world import Floats

UNIFORM = "uniform"

Wanted = float | str | Mapping[str, float]


def studies() -> tuple[str, ...]:
    """Return the studies that `strengths` knows, ``uniform`` among them."""
    return tuple(map(str, datasets.load("sector_elasticities")["study"].unique()))


def strengths(wanted: Wanted, sectors: tuple[str, ...]) -> Floats:
    """Return the trade elasticity of each sector."""
    if isinstance(wanted, str):
        return _of_study(wanted, sectors)
    if not isinstance(wanted, Mapping):
        return np.full(len(sectors), _positive(wanted))
    values = _of_study(UNIFORM, sectors)
    for sector, value in wanted.items():
        choose(sector, sectors, "elasticity", "unknown sector")
        values[sectors.index(sector)] = _positive(value)
    return values


def _positive(value: object) -> float:
    what = "an elasticity must be positive"
    return number(value, "elasticity", "0.001 to 1000", low=1e-3, high=1e3, what=what)


def _of_study(wanted: str, sectors: tuple[str, ...]) -> Floats:
    table, known = datasets.load("sector_elasticities"), studies()
    found = [name for name in known if wanted in (name, name.rsplit("_", 1)[0])]
    if len(found) != 1:
        # "lashkaripour" is one study, "lashkaripour_lugovskyy" another.
        raise ArgumentError(
            "unknown study", field="elasticity", value=wanted, nearest=nearest(wanted, known),
            allowed=[*known, "a number", "a mapping of sectors"],
        )  # fmt: skip
    rows = table[table["study"] == found[0]].set_index("sector")["value"]
    return np.array([float(rows[sector]) for sector in sectors])
