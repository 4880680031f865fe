"""What readers' pages say: sentences that are made from figures and checked against them."""

from __future__ import annotations

from tradeviz.story.standing import Standing, standings

__all__ = ["Standing", "standings"]
