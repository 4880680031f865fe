"""What trade does about an outcome, in partial equilibrium, with honest uncertainty."""

from __future__ import annotations

from tradeviz.response.backtest import APART, backtest
from tradeviz.response.parameters import NAMES, TITLES, Parameters, central, draw, ranges
from tradeviz.response.responses import MEASURES, respond
from tradeviz.response.sensitivity import sensitivity
from tradeviz.response.smart import smart

__all__ = [
    "APART",
    "MEASURES",
    "NAMES",
    "TITLES",
    "Parameters",
    "backtest",
    "central",
    "draw",
    "ranges",
    "respond",
    "sensitivity",
    "smart",
]
