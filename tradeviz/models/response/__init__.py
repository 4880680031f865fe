"""What trade does about an outcome, in partial equilibrium, with honest uncertainty."""

from __future__ import annotations

from tradeviz.models.response.backtest import APART, backtest
from tradeviz.models.response.parameters import NAMES, TITLES, Parameters, central, draw, ranges
from tradeviz.models.response.responses import MEASURES, exports_by_chapter, respond
from tradeviz.models.response.sensitivity import sensitivity
from tradeviz.models.response.smart import smart

__all__ = [
    "APART",
    "MEASURES",
    "NAMES",
    "TITLES",
    "Parameters",
    "backtest",
    "central",
    "draw",
    "exports_by_chapter",
    "ranges",
    "respond",
    "sensitivity",
    "smart",
]
