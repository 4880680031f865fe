"""What every page says about itself: version, date of the data, sources, licence."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tradeviz import __version__
from tradeviz.errors import ReportError
from tradeviz.show.sources import licence_text


@dataclass(frozen=True)
class Source:
    """A publication that data of the package come from; `url` and `licence` may be empty."""

    title: str
    publisher: str
    licence: str
    url: str


@dataclass(frozen=True)
class Provenance:
    """Where the figures of a page come from.

    `created` is the date of the data package, not of the page: the same data give the same page.
    """

    version: str
    created: str
    sources: tuple[Source, ...]

    @property
    def year(self) -> str:
        """Return the year of the data package."""
        return self.created[:4]

    @property
    def said(self) -> str:
        """Return what every file of data says of itself: who made it, and the date of the data."""
        return f"tradeviz {self.version}, data of {self.created}"


def _source(entry: Mapping[str, Any]) -> Source:
    url = str(entry.get("path", ""))
    return Source(
        title=str(entry.get("title", "")),
        publisher=str(entry.get("publisher", "")),
        licence=licence_text(str(entry.get("licence", ""))),
        url=url if url.startswith(("https://", "http://")) else "",
    )


def _sources(package: Mapping[str, Any]) -> Iterable[Source]:
    """Return the sources of the package, or else those of its tables, without repeats."""
    entries = package.get("sources") or [
        source for table in package.get("resources", []) for source in table.get("sources", [])
    ]
    found = {(source.title, source.publisher): source for source in map(_source, entries)}
    return sorted(found.values(), key=lambda source: (source.publisher, source.title))


def provenance(path: Path) -> Provenance:
    """Read what the data package says about itself."""
    try:
        package = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReportError(f"cannot be read: {error.strerror}", file=path.name) from error
    except ValueError as error:
        raise ReportError(f"is not JSON: {error}", file=path.name) from error
    created = str(package.get("created", ""))[:10]
    if not created:
        raise ReportError("missing", file=path.name, field="created", allowed="a date")
    return Provenance(__version__, created, tuple(_sources(package)))
