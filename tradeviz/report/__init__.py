"""Turn notebooks into web pages that need nothing else: no server, no network, no Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tradeviz.report.publish import build

__all__ = ["build"]


def __getattr__(name: str) -> Any:
    """Import `build` when it is first used: the process that runs notebooks does without it."""
    if name == "build":
        from tradeviz.report.publish import build

        return build
    raise AttributeError(f"module 'tradeviz.report' has no attribute '{name}'")
