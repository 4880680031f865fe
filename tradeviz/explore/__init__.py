"""The panel for JupyterLab: choose partners and terms, see what they cost, take it away."""

from __future__ import annotations

from tradeviz.explore.panel import Panel, explore
from tradeviz.explore.state import OWN, WEIGHTED, State
from tradeviz.explore.views import expected

__all__ = ["OWN", "WEIGHTED", "Panel", "State", "expected", "explore"]

# `tradeviz.explore` is the function, so its companions hang on it too.
for _one in (Panel, State, expected):
    setattr(explore, _one.__name__, _one)
