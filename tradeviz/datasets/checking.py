"""Check the whole package and name every fault, not the first."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tradeviz.arguments import checked
from tradeviz.datasets.descriptor import DATA, NAME, TOML, parse, read_text
from tradeviz.datasets.files import columns, content
from tradeviz.datasets.plausible import implausible
from tradeviz.datasets.values import Mask, few_rows, joined, key_faults, row_faults, typed
from tradeviz.errors import DataError, nearest

_FEW = 1_000
"""No nearest match is looked for among more choices: it would take longer than the check."""


@checked
def check_package(folder: Path | str | None = None) -> list[str]:
    """Check a data package against its own description and return every fault.

    Files: missing, not described, another size or hash, unreadable. Columns: missing, unknown,
    misplaced, stored in another type. Values: unreadable, missing though required, outside their
    constraints. Keys: primary keys that repeat, foreign keys without their other end. Where all of
    that is well: tables without rows, and tables that contradict one another.

    Parameters
    ----------
    folder : path, optional
        A data folder; the shipped one by default.

    Returns
    -------
    list of str
        One line for each fault with file, row, field, value, what is allowed and the nearest
        match; rows are counted from 1 without the header. Of the same fault in the same field
        the first twenty are listed and the rest counted. Empty when all is well.

    Examples
    --------
    >>> check_package()
    []
    """
    root = DATA if folder is None else Path(folder)
    try:
        resources, faults = parse(read_text(root))
    except DataError as error:
        return [str(error)]
    described = not faults
    faults += _unlisted(root, resources) if described else []
    frames: dict[str, pd.DataFrame] = {}
    found: dict[str, list[DataError]] = {}
    for resource in resources:
        frames[resource["name"]], found[resource["name"]] = _check_file(resource, root)
    for resource in resources:
        found[resource["name"]] += _foreign_faults(resource, frames) if described else []
        faults += found[resource["name"]]
    if not faults:
        paths = {item["name"]: item["path"] for item in resources if item["mediatype"] != TOML}
        faults += implausible(frames, paths)
    return [str(fault) for fault in faults]


def _unlisted(root: Path, resources: list[dict[str, Any]]) -> list[DataError]:
    described = {resource["path"] for resource in resources}
    absent = [path for path in described if not (root / path).is_file()]
    there = sorted(path.relative_to(root) for path in root.rglob("*") if path.is_file())
    return [
        DataError(
            f"the file is not described in {NAME}",
            file=path.as_posix(),
            nearest=nearest(path.as_posix(), absent),
        )
        for path in there
        if path.as_posix() not in described
        and path.as_posix() != NAME
        # An outcome dropped there needs no description: its file says all there is.
        and not (path.parent.name == "outcomes" and path.suffix == ".toml")
        and not any(part.startswith(".") for part in path.parts)
    ]


def _check_file(resource: dict[str, Any], root: Path) -> tuple[pd.DataFrame, list[DataError]]:
    try:
        read, faults = content(resource, root)
    except DataError as error:
        return pd.DataFrame(), [error]
    if resource["mediatype"] == TOML:
        return pd.DataFrame(), [*faults, *_toml_faults(resource["path"], read)]
    raw, wrong = columns(resource, read)
    faults += wrong
    made = {}
    for field in resource["schema"]["fields"]:
        if field["name"] in raw:
            column = raw[field["name"]]
            values, wrong = typed(column, field, file=resource["path"])
            faults += [*wrong, *_constraint_faults(values, column, field, resource)]
            made[field["name"]] = values
    frame = pd.DataFrame(made)
    faults += few_rows(resource, frame)
    key = resource["schema"].get("primaryKey", [])
    if key and set(key) <= set(frame):
        faults += key_faults(frame, key, file=resource["path"])
    return frame, faults


def _toml_faults(path: str, read: bytes) -> list[DataError]:
    try:
        tomllib.loads(read.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return [DataError(f"not valid TOML: {error}", file=path)]
    return []


def _constraint_faults(
    values: pd.Series[Any], column: pd.Series[Any], field: dict[str, Any], resource: dict[str, Any]
) -> list[DataError]:
    rules = field.get("constraints", {})
    place = {"file": resource["path"], "field": field["name"]}
    faults = _bound_faults(values, column, field, resource["path"])
    if "enum" in rules:
        choices = [str(choice) for choice in rules["enum"]]
        mask = _each_unique(values, lambda unique: unique.isin(choices))
        what = "not one of the allowed values"
        faults += row_faults(mask, column, what, **place, allowed=choices, choices=choices)
    if "pattern" in rules:
        pattern = rules["pattern"]
        mask = _each_unique(values, lambda unique: unique.str.fullmatch(pattern))
        what = "not written as described"
        faults += row_faults(mask, column, what, **place, allowed=f"pattern {pattern}")
    if rules.get("unique") and resource["schema"].get("primaryKey") != [field["name"]]:
        mask = values.duplicated().to_numpy() & values.notna().to_numpy()
        faults += row_faults(mask, column, "the value is there already", **place)
    return faults


def _bound_faults(
    values: pd.Series[Any], column: pd.Series[Any], field: dict[str, Any], path: str
) -> list[DataError]:
    rules = field.get("constraints", {})
    low, high = rules.get("minimum"), rules.get("maximum")
    if low is None and high is None:
        return []
    is_date = field["type"] == "date"
    read: Any = values if is_date else values.astype(float)
    mask = np.zeros(len(values), dtype=bool)
    # A missing value compares as false: it is neither below nor above.
    if low is not None:
        mask |= (read < (pd.Timestamp(low) if is_date else low)).to_numpy(dtype=bool)
    if high is not None:
        mask |= (read > (pd.Timestamp(high) if is_date else high)).to_numpy(dtype=bool)
    allowed = f"at least {low}" if high is None else f"at most {high}"
    if low is not None and high is not None:
        allowed = f"{low} to {high}"
    what = "outside the bounds"
    return row_faults(mask, column, what, file=path, field=field["name"], allowed=allowed)


def _each_unique(values: pd.Series[Any], allowed: Any) -> Mask:
    """Return where a value is not allowed, asking once for each distinct value."""
    codes, uniques = pd.factorize(values)
    good = np.asarray(allowed(pd.Series(uniques).astype("str")), dtype=bool)
    mask: Mask = (codes >= 0) & ~np.append(good, True)[codes]
    return mask


def _foreign_faults(resource: dict[str, Any], frames: dict[str, pd.DataFrame]) -> list[DataError]:
    faults: list[DataError] = []
    frame = frames[resource["name"]]
    for key in resource["schema"].get("foreignKeys", []) if "schema" in resource else []:
        own, theirs = key["fields"], key["reference"]["fields"]
        other = key["reference"]["resource"] or resource["name"]
        if other not in frames:
            faults.append(
                DataError("a foreign key leads to no table", file=NAME, field=resource["name"],
                          value=other, nearest=nearest(other, frames))
            )  # fmt: skip
        # A column that could not be read is a fault already, and no reason for a thousand more.
        elif set(own) <= set(frame) and set(theirs) <= set(frames[other]):
            known = joined(frames[other], theirs).dropna().astype(object).unique()
            here = joined(frame, own)
            # As Python's own texts: those of Arrow are looked up thirty times as slowly.
            mask = _each_unique(here, lambda unique, known=known: unique.astype(object).isin(known))
            choices = [str(choice) for choice in known] if len(known) <= _FEW else None
            allowed = f"a value of {', '.join(theirs)} in {other}"
            faults += row_faults(mask, here, "unknown", file=resource["path"],
                                 field=" ".join(own), allowed=allowed, choices=choices)  # fmt: skip
    return faults
