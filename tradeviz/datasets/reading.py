"""Load one table, typed and checked, with its provenance."""

from __future__ import annotations

import csv
import datetime as dt
import io
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from tradeviz.arguments import checked
from tradeviz.datasets.descriptor import DATA, TOML, resources
from tradeviz.datasets.files import columns, content
from tradeviz.datasets.values import few_rows, key_faults, typed
from tradeviz.datasets.vintages import known_on
from tradeviz.errors import DataError, nearest

_SMALL = 20_000
"""A key of more rows than this is checked by check_package only, to load fast."""


def _provenance(resource: dict[str, Any]) -> dict[str, Any]:
    fields = resource["schema"]["fields"]
    sources = resource.get("sources", [])
    return {
        "name": resource["name"],
        "title": resource.get("title", resource["name"]),
        "description": resource.get("description", ""),
        "sources": sources,
        "licences": list(dict.fromkeys(source.get("licence", "") for source in sources)),
        "sha256": resource["hash"].removeprefix("sha256:"),
        "path": resource["path"],
        "units": {field["name"]: field["unit"] for field in fields if "unit" in field},
        "fields": {field["name"]: field.get("description", "") for field in fields},
    }


def read_table(name: str, folder: Path) -> tuple[pd.DataFrame, list[DataError]]:
    """Return a table, and every cell of it that is not as described: such a cell is missing."""
    resource = _resource(name, folder)
    path = resource["path"]
    stored, faults = content(resource, folder)
    if not faults:
        raw, faults = columns(resource, stored)
    if faults:
        raise faults[0]
    values = {}
    for field in resource["schema"]["fields"]:
        values[field["name"]], wrong = typed(raw[field["name"]], field, file=path)
        faults += wrong
    frame = pd.DataFrame(values)
    faults += few_rows(resource, frame)
    key = resource["schema"].get("primaryKey", [])
    if key and len(frame) < _SMALL:
        faults += key_faults(frame, key, file=path)
    frame.attrs["provenance"] = _provenance(resource)
    return frame, faults


@cache
def _load(name: str, folder: Path) -> pd.DataFrame:
    frame, faults = read_table(name, folder)
    if faults:
        raise faults[0]
    return frame


def _resource(name: str, folder: Path) -> dict[str, Any]:
    known = resources(folder)
    if name not in known:
        named = [other for other in tables(folder=folder) if not other.startswith("scope_")]
        scopes = len(tables(folder=folder)) - len(named)
        raise DataError(
            "no such table",
            value=name,
            allowed=", ".join(named) + (f" and {scopes} named scope_..." if scopes else ""),
            nearest=nearest(name, tables(folder=folder)),
        )
    if known[name]["mediatype"] == TOML:
        outcome = name.removeprefix("outcome_")
        raise DataError(f"an outcome, not a table: read it with tradeviz.outcome('{outcome}')",
                        file=known[name]["path"], value=name)  # fmt: skip
    return known[name]


def described(name: str, *, folder: Path | str | None = None) -> dict[str, Any]:
    """Return what datapackage.json says of a table: title, fields, and what else stands there."""
    return dict(_resource(name, DATA if folder is None else Path(folder)))


def tables(*, folder: Path | str | None = None) -> tuple[str, ...]:
    """Return the names of the tables that `load` reads.

    Parameters
    ----------
    folder : path, optional
        A data folder; the shipped one by default.

    Returns
    -------
    tuple of str

    Raises
    ------
    DataError
        When the folder has no readable datapackage.json.

    Examples
    --------
    >>> tables()[:3]
    ('partners', 'imports_2024', 'products')
    """
    known = resources(DATA if folder is None else Path(folder))
    return tuple(name for name, found in known.items() if found["mediatype"] != TOML)


def texts(name: str, *, folder: Path | str | None = None) -> list[list[str]]:
    """Return header and rows of a CSV as text: what `load` reads, without giving it types.

    The lists of goods are read by the dozen; the file is still the described one, by its hash.

    Examples
    --------
    >>> texts("scope_buses")[0][0]
    'hts_prefix'
    """
    place = DATA if folder is None else Path(folder)
    resource = _resource(name, place)
    found, faults = content(resource, place)
    if faults:
        raise faults[0]
    rows = list(csv.reader(io.StringIO(found.decode("utf-8"), newline="")))
    wanted = [field["name"] for field in resource["schema"]["fields"]]
    if not rows or rows[0] != wanted:
        load(name, folder=place)
    return rows


def column_by(name: str, key: str, value: str) -> dict[str, str]:
    """Return one column of a table by another as text, without rows that lack either."""
    table = load(name)[[key, value]].dropna().astype(str)
    return dict(zip(table[key], table[value], strict=True))


@checked
def load(
    name: str, *, folder: Path | str | None = None, as_of: str | dt.date | None = None
) -> pd.DataFrame:
    """Load a table of the data package.

    Codes are text with their leading zeros, dates are datetime64, rates are fractions and money
    is nominal US dollars. An empty cell is missing and stays missing.

    Parameters
    ----------
    name : str
        A name of `tables()`.
    folder : path, optional
        A data folder; the shipped one by default.
    as_of : str or date, optional
        What was known on this day: later vintages of the figures are left out.

    Returns
    -------
    DataFrame
        The described columns in the described order. ``.attrs["provenance"]`` holds title,
        description, sources, licences, sha256, path, and the unit and meaning of each column.
        The file is read once in a process; what you change in the frame stays in the frame.

    Raises
    ------
    DataError
        For an unknown name, and for a table that is missing, damaged or not as described; for a
        day before the first vintage of the table.

    Examples
    --------
    >>> load("sectors").loc[0, "chapter"]
    'Live animals'
    >>> load("imports_2024").attrs["provenance"]["units"]
    {'value_usd': 'USD', 'duty_usd': 'USD'}
    >>> str(load("duties_monthly", as_of="2026-08-01")["month"].max().date())
    '2025-11-01'
    """
    # Copy on write: the columns are shared until someone writes into them.
    place = DATA if folder is None else Path(folder)
    table = _load(name, place).copy(deep=False)
    if as_of is None:
        return table
    log = f"revisions_{name}"
    revisions = _load(log, place) if log in resources(place) else None
    return known_on(table, _resource(name, place), revisions, as_of)
