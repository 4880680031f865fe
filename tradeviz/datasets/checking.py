"""Check the whole package and name every fault, not the first."""

from __future__ import annotations

from pathlib import Path


def check_package(folder: Path | str | None = None) -> list[str]:
    """Return every fault of a data package."""
    raise NotImplementedError
