"""Add size and hash to the descriptions of all tables and write data/datapackage.json."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tables.common import Resource, describe, field, write_atomic

__all__ = ["CREATED", "describe", "field", "package", "write_package"]

CREATED = "2026-11-23T00:00:00Z"
"""Fixed, so that two runs of the build make the same bytes; change it with the data."""
VERSION = "1.0.0"


def _stamp(resource: Resource, out: Path) -> Resource:
    content = (out / resource["path"]).read_bytes()
    made = dict(resource)
    schema = made.pop("schema", None)
    made |= {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}
    # The schema is long: keep it last, where a reader expects it.
    return made if schema is None else made | {"schema": schema}


def package(resources: Sequence[Resource], out: Path) -> dict[str, Any]:
    """Return the data package descriptor."""
    for key in ("name", "path"):
        values = [resource[key] for resource in resources]
        repeated = sorted({value for value in values if values.count(value) > 1})
        if repeated:
            raise ValueError(f"two resources share a {key}: {repeated}")
    sources: dict[str, dict[str, str]] = {}
    for resource in resources:
        for source in resource.get("sources", []):
            sources.setdefault(source["title"], source)
    return {
        "profile": "data-package",
        "name": "tradeviz-data",
        "title": "tradeviz: US trade, duties and tariff law by partner",
        "description": "Small tidy tables for the question what each outcome of the 2025 tariff "
        "talks means for a partner of the United States. Rates are fractions, money is nominal US "
        "dollars, months are the first day of the month. General imports and imports for "
        "consumption must not meet in one ratio. A figure that is missing is left missing.",
        "version": VERSION,
        "created": CREATED,
        "licenses": [
            {
                "name": "CC-BY-4.0",
                "title": "Creative Commons Attribution 4.0; each table names the licence of its "
                "sources",
                "path": "https://creativecommons.org/licenses/by/4.0/",
            }
        ],
        "sources": list(sources.values()),
        "resources": [_stamp(resource, out) for resource in resources],
    }


def write_package(resources: Sequence[Resource], out: Path) -> None:
    """Write datapackage.json."""
    text = json.dumps(package(resources, out), indent=1, ensure_ascii=False)
    write_atomic(out / "datapackage.json", (text + "\n").encode("utf-8"))
