"""The stored result of the long run of the order of deals: fourteen partners, every coalition."""

from __future__ import annotations

from pathlib import Path

from tables.common import Resource, describe, field, keep
from tables.sources import DEALS

_HOW = (
    " A model result: `python tools/run_deals.py` makes it again from the other tables "
    "(docs/deals.md); rounded to a thousand dollars. Terms japan_style, otherwise snapback, "
    "elasticity 4."
)
_CODE = "(?:EU|[A-Z]{3})"
_MONEY = {
    "alone": "Own deal when nobody else has signed.",
    "last": "Own deal when all others have signed.",
    "average": "Own deal, mean over all orders (Shapley value).",
    "first_mover_premium": "Alone less average.",
    "last_mover_penalty": "Average less last.",
    "left_out": "Change when all others have signed and the partner has not.",
    "all_signed": "Change when all have signed.",
    "to_home": "What the deal changes for the United States, mean over all orders.",
}

VALUES: Resource = describe(
    "deals_fourteen",
    "deals_fourteen.csv",
    "What a deal is worth to each of fourteen partners",
    "Change of real income in US dollars of 2022 a year, over all 16,384 coalitions." + _HOW,
    [
        field("partner", "string", "Partner.", pattern=_CODE, unique=True),
        *(field(name, "number", text) for name, text in _MONEY.items()),
    ],
    ["partner"],
    sources=[DEALS],
)
EFFECTS: Resource = describe(
    "deals_fourteen_effects",
    "deals_fourteen_effects.csv",
    "What the deal of one of fourteen partners changes for each of them and the United States",
    "Shapley values in the game whose worth is the economy's own change of real income, US dollars "
    "of 2022 a year." + _HOW,
    [
        field("partner", "string", "Economy, or USA.", pattern=_CODE),
        field("signatory", "string", "Partner whose deal it is.", pattern=_CODE),
        field("effect_usd", "number", "Mean over all orders of what the deal changes."),
    ],
    ["partner", "signatory"],
    sources=[DEALS],
)


def build(out: Path) -> list[Resource]:
    """Put the stored results beside the other tables; they are not made from raw files."""
    return keep((VALUES, EFFECTS), out)
