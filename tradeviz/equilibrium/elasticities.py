"""Trade elasticities by sector: one for all, those of a study, or the user's."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tradeviz import datasets
from tradeviz.equilibrium.world import Floats
from tradeviz.errors import ArgumentError, DataError, nearest

UNIFORM = 4.0
"""Simonovska and Waugh (2014): "roughly four"; also for sectors that a study leaves out."""

Wanted = float | str | Mapping[str, float]

_SECTORS = (
    "A01 A02 A03 B05 B06 B07 B08 B09 C10T12 C13T15 C16 C17_18 C19 C20 C21 C22 C23 C24A C24B C25 "
    "C26 C27 C28 C29 C301 C302T309 C31T33"
).split()


def _studied(farming: str, mining: str, *others: str) -> dict[str, tuple[str, ...]]:
    """Return sector -> names in the study; several, split by a bar, are averaged."""
    names = [farming] * 3 + [mining] * 5 + list(others)
    return {code: tuple(name.split(" | ")) for code, name in zip(_SECTORS, names, strict=True)}


# Sectors in the words of the study, from food (C10T12) to furniture and repair (C31T33).
STUDIES: dict[str, dict[str, tuple[str, ...]]] = {
    "caliendo_parro_2015": _studied(
        "Agriculture", "Mining", "Food", "Textiles", "Wood", "Paper", "Petroleum", "Chemicals",
        "Chemicals", "Plastics", "Minerals", "Basic metals", "Basic metals", "Metal products",
        "Office | Communication | Medical", "Electrical", "Machinery n.e.c.", "Auto",
        "Other transport", "Other transport", "Other manufacturing",
    ),
    "fontagne_2022": _studied(
        "Agriculture, hunting, forestry, fishing", "Mining and quarrying",
        "Food products, beverages, tobacco", "Textiles, leather, footwear",
        "Wood and products of wood/cork", "Pulp, paper, printing, publishing",
        "Coke, refined petroleum, nuclear fuel", "Chemicals and chemical products",
        "Chemicals and chemical products", "Rubber and plastics products",
        "Other non-metallic mineral products", "Basic metals", "Basic metals",
        "Fabricated metal products", "Computer, electronic, optical equipment",
        "Electrical machinery and apparatus", "Machinery and equipment n.e.c.",
        "Motor vehicles, trailers, semi-trailers", "Other transport equipment",
        "Other transport equipment", "Manufacturing n.e.c.; recycling",
    ),
    "lashkaripour_lugovskyy_2023": _studied(
        "Agriculture and Mining", "Agriculture and Mining", "Food", "Textiles, Leather, Footwear",
        "Wood", "Paper", "Petroleum", "Chemicals", "Chemicals", "Rubber and Plastic", "Minerals",
        "Basic and Fabricated Metals", "Basic and Fabricated Metals",
        "Basic and Fabricated Metals", "Electrical and Optical Equipment",
        "Electrical and Optical Equipment", "Machinery", "Transport Equipment",
        "Transport Equipment", "Transport Equipment", "N.E.C. and Recycling",
    ),
    "shapiro_2016": _studied(
        "Agriculture, forestry", "Mining", "Food, beverages, tobacco",
        "Textiles | Apparel, leather", "Wood", "Paper, printing", "Petroleum, coal, minerals",
        "Chemicals, rubber, plastics", "Chemicals, rubber, plastics",
        "Chemicals, rubber, plastics", "Petroleum, coal, minerals", "Metals", "Metals", "Metals",
        "Machinery, electrical", "Machinery, electrical", "Machinery, electrical",
        "Transport equipment", "Transport equipment", "Transport equipment", "Other",
    ),
}  # fmt: skip

_SHORT = {name.rsplit("_", 1)[0]: name for name in STUDIES}


def names() -> tuple[str, ...]:
    """Return the studies that `strengths` knows.

    Returns
    -------
    tuple of str
        Short names.

    Examples
    --------
    >>> names()[0]
    'caliendo_parro'
    """
    return tuple(_SHORT)


def strengths(wanted: Wanted, sectors: tuple[str, ...]) -> Floats:
    """Return the trade elasticity of each sector.

    Parameters
    ----------
    wanted : float, str or mapping
        One for all sectors; a study of `names`; or sector -> elasticity, where sectors that are
        not named keep `UNIFORM`. Positive: minus the slope of log imports by log (1 + tariff).
    sectors : tuple of str
        Sector codes.

    Returns
    -------
    ndarray, shape (S,)
        Elasticities. Services, which no study here covers, keep `UNIFORM`.

    Raises
    ------
    ArgumentError
        For an unknown study or sector, or an elasticity that is not positive.
    DataError
        When the table lacks a value of the study.

    Examples
    --------
    >>> strengths("caliendo_parro", ("C29", "SERVICES")).tolist()
    [1.84, 4.0]
    """
    if isinstance(wanted, str):
        return _of_study(wanted, sectors)
    made = np.full(len(sectors), UNIFORM)
    if isinstance(wanted, Mapping):
        for sector, value in wanted.items():
            if sector not in sectors:
                raise ArgumentError(
                    "unknown sector",
                    field="elasticity",
                    value=sector,
                    allowed=sectors,
                    nearest=nearest(sector, sectors),
                )
            made[sectors.index(sector)] = value
    else:
        made[:] = wanted
    if not (made > 0).all():
        raise ArgumentError(
            "an elasticity must be positive", field="elasticity", value=float(made.min())
        )
    return made


def _of_study(wanted: str, sectors: tuple[str, ...]) -> Floats:
    study = _SHORT.get(wanted, wanted)
    if study not in STUDIES:
        allowed = names()
        raise ArgumentError(
            "unknown study",
            field="elasticity",
            value=wanted,
            allowed=[*allowed, "a number", "a mapping of sectors"],
            nearest=nearest(wanted, allowed),
        )
    table = datasets.load("elasticities")
    rows = table[table["parameter"] == f"trade elasticity {study}"]
    value = dict(zip(rows["level_or_sector"], rows["value"].astype(float), strict=True))
    made = np.full(len(sectors), UNIFORM)
    for place, sector in enumerate(sectors):
        named = STUDIES[study].get(sector, ())
        lacking = [name for name in named if name not in value]
        if lacking:
            raise DataError(
                "the table lacks a sector of the study",
                file="elasticities",
                field=study,
                value=lacking[0],
            )
        if named:
            made[place] = np.mean([value[name] for name in named])
    return made
