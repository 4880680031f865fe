"""datapackage.json: the one place where schema and provenance live."""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from tradeviz.errors import DataError, nearest

NAME = "datapackage.json"
TOML = "application/toml"
TYPES = ("string", "number", "integer", "year", "boolean", "date")
RULES = ("required", "unique", "minimum", "maximum", "enum", "pattern")
_NEEDED = ("name", "path", "mediatype", "bytes", "hash")


WEIGHTS_OF = 2024
"""The year whose trade lines are shipped, and with which the duty paid is known."""
FOLDER = "TRADEVIZ_DATA"
"""Environment variable that names another data folder, as a refresh writes one."""


def _shipped() -> Path:
    package = Path(__file__).resolve().parents[1]
    checkout = package.parent / "data"
    return checkout if (checkout / NAME).is_file() else package / "data"


SHIPPED: Path = _shipped()
"""The data that came with the program: of the checkout, or else in the package."""
DATA: Path = Path(os.environ.get(FOLDER, "").strip() or SHIPPED).resolve()
"""The data folder that is read: what TRADEVIZ_DATA names, or else the shipped one."""


def parse(text: str) -> tuple[list[dict[str, Any]], list[DataError]]:
    """Read the description of a data package."""
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        what = f"not valid JSON: {error.msg}, line {error.lineno}, column {error.colno}"
        return [], [DataError(what, file=NAME)]
    found = whole.get("resources") if isinstance(whole, dict) else None
    if not isinstance(found, list) or not found:
        return [], [DataError("no list of tables", file=NAME, field="resources")]
    good: list[dict[str, Any]] = []
    faults: list[DataError] = []
    for number, resource in enumerate(found):
        wrong = _resource_faults(resource, f"resources[{number}]", good)
        faults += wrong
        if not wrong:
            good.append(resource)
    return good, faults


def _resource_faults(resource: Any, place: str, before: list[dict[str, Any]]) -> list[DataError]:
    if not isinstance(resource, dict):
        return [DataError("not an object", file=NAME, field=place)]
    place = f"{place} {resource['name']}" if isinstance(resource.get("name"), str) else place
    missing = [key for key in _NEEDED if resource.get(key) in (None, "")]
    if missing:
        return [DataError("missing", file=NAME, field=f"{place}.{key}") for key in missing]
    faults = []
    for key in ("name", "path"):
        if any(other[key] == resource[key] for other in before):
            field = f"{place}.{key}"
            faults.append(DataError("repeated", file=NAME, field=field, value=resource[key]))
    path = PurePosixPath(str(resource["path"]))
    if path.is_absolute() or ".." in path.parts:
        what, field = "leads out of the folder", f"{place}.path"
        faults.append(DataError(what, file=NAME, field=field, value=resource["path"]))
    if resource["mediatype"] != TOML:
        faults += _schema_faults(resource.get("schema"), f"{place}.schema")
    return faults


def _schema_faults(schema: Any, place: str) -> list[DataError]:
    fields = schema.get("fields") if isinstance(schema, dict) else None
    if not isinstance(fields, list) or not fields:
        return [DataError("no columns described", file=NAME, field=f"{place}.fields")]
    faults = []
    for number, field in enumerate(fields):
        faults += _field_faults(field, f"{place}.fields[{number}]")
    if not faults:
        names = [field["name"] for field in fields]
        faults += [
            DataError("not a column", file=NAME, field=f"{place}.{where}", value=name,
                      allowed=names, nearest=nearest(name, names))
            for where, name in _key_columns(schema)
            if name not in names
        ]  # fmt: skip
    return faults


def _key_columns(schema: dict[str, Any]) -> list[tuple[str, str]]:
    found = [("primaryKey", name) for name in schema.get("primaryKey", [])]
    for key in schema.get("foreignKeys", []):
        found += [("foreignKeys", name) for name in key.get("fields", [])]
    return found


def _field_faults(field: Any, place: str) -> list[DataError]:
    if not isinstance(field, dict) or not isinstance(field.get("name"), str):
        return [DataError("missing", file=NAME, field=f"{place}.name")]
    place = f"{place} {field['name']}"
    faults = []
    if field.get("type") not in TYPES:
        kind = field.get("type")
        faults.append(
            DataError("unknown type", file=NAME, field=f"{place}.type", value=kind, allowed=TYPES,
                      nearest=nearest(kind, TYPES))
        )  # fmt: skip
    rules = field.get("constraints", {})
    faults += [
        DataError("unknown constraint", file=NAME, field=f"{place}.constraints", value=rule,
                  allowed=RULES, nearest=nearest(rule, RULES))
        for rule in rules
        if rule not in RULES
    ]  # fmt: skip
    try:
        re.compile(rules.get("pattern", ""))
    except re.error as error:
        faults.append(
            DataError(f"not a regular expression: {error}", file=NAME,
                      field=f"{place}.constraints.pattern", value=rules["pattern"])
        )  # fmt: skip
    return faults


def read_text(folder: Path) -> str:
    """Return the text of a folder's datapackage.json."""
    try:
        return (folder / NAME).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise DataError("no data package in this folder", file=NAME, value=folder) from None
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", file=NAME, value=folder) from None
    except UnicodeDecodeError as error:
        raise DataError(f"not UTF-8 text: {error.reason}", file=NAME) from None


@cache
def resources(folder: Path) -> dict[str, dict[str, Any]]:
    """Return what a folder's datapackage.json describes; read once in a process."""
    good, faults = parse(read_text(folder))
    if faults:
        raise faults[0]
    return {resource["name"]: resource for resource in good}
