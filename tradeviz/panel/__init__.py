"""The panel for JupyterLab: choose partners and terms, see what they cost, take it away."""

from __future__ import annotations

from tradeviz.panel.panel import Panel, explore
from tradeviz.panel.state import OWN, WEIGHTED, State
from tradeviz.panel.views import expected

__all__ = ["OWN", "WEIGHTED", "Panel", "State", "expected", "explore"]
