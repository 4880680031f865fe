"""The panel for JupyterLab: set terms, see what they cost, take it away."""

from __future__ import annotations

from tradeviz.panel.panel import Panel, explore
from tradeviz.panel.state import State
from tradeviz.panel.views import expected

__all__ = ["Panel", "State", "expected", "explore"]
