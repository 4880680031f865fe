"""Turn notebooks into web pages that need nothing else: no server, no network, no Python."""

from __future__ import annotations

from tradeviz.report.publish import build

__all__ = ["build"]
