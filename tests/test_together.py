"""Options of a call beside each other: none is idle, parts add up, company changes nothing."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from typing import Any

import pandas as pd
import pytest

import tradeviz as tv

BASE: dict[str, dict[str, Any]] = {
    "exposure": {"outcomes": "in_force", "on": "2025-12-10"},
    "competitors": {"on": "2025-12-10"},
    "collected": {},
    "respond": {"outcome": "agreement", "reference": "in_force"},
    "forecast": {},
    "equilibrium": {"outcomes": "japan_style", "reference": "in_force"},
}
WHO = {"collected": "partner"}
"""The argument that takes the partners, where it is not `partners`."""
OPTIONS: dict[str, dict[str, Any]] = {
    "exposure": {
        "on": "2025-11-10", "by": "sector", "ordinary": "mfn", "as_known_on": "2025-11-21",
        "conditions": "expected",
    },
    "competitors": {
        "wanted": "snapback", "on": "2025-11-10", "by": "sector", "ordinary": "mfn",
    },
    "collected": {"since": "2025-08", "by": "naics3"},
    "respond": {
        "reference": "breakdown", "elasticities": {"origins": 3.0}, "pass_through": 0.5,
        "draws": 2, "by": "sector", "on": "2025-08-20", "answer": "keep",
    },
    "forecast": {"outcome": "snapback", "horizon": 3, "origin": "2026-01"},
    "equilibrium": {
        "reference": "breakdown", "on": "2025-08-20", "elasticity": 2.0, "deficit": "balanced",
        "retaliation": "reciprocal", "concessions": 1.0, "services_tariffs": "file",
        "us_tariffs": "file", "labour_supply": 0.5, "inputs": True,
    },
}  # fmt: skip
PAIR = ("KOR", "GBR")
IDLE = {
    "exposure ordinary as_known_on": "Korea's ceilings had not been published",
    "respond by answer": "what partners do to US exports is not split",
    "equilibrium labour_supply inputs": "refused: with inputs employment is fixed",
}
"""Pairs of which one rightly changes nothing."""


@cache
def answer(call: str, options: frozenset[str], partners: tuple[str, ...] = PAIR) -> pd.DataFrame:
    """Return the figures of a call with some of its options, by all that is no figure."""
    given = {name: OPTIONS[call][name] for name in options}
    table = getattr(tv, call)(**BASE[call] | {WHO.get(call, "partners"): partners} | given)
    if None in table.index.names:
        table = table.set_index([*table.select_dtypes(exclude="number")])
    return table.select_dtypes("number").sort_index()


def some(most: int) -> list[Any]:
    """Return each call with up to so many options."""
    return [
        pytest.param(call, frozenset(names), id=f"{call} {' '.join(names)}".strip())
        for call, options in OPTIONS.items()
        for count in range(most + 1)
        for names in combinations(options, count)
        if " ".join((call, *names)) not in IDLE
    ]


@pytest.mark.parametrize(("call", "options"), some(2))
def test_an_option_counts_beside_every_other(call: str, options: frozenset[str]) -> None:
    for option in options:
        without = answer(call, options - {option})
        assert not answer(call, options).equals(without), f"{option} changes nothing"


@pytest.mark.parametrize(("call", "options"), some(1))
def test_a_partner_is_the_same_in_other_company(call: str, options: frozenset[str]) -> None:
    both = answer(call, options)
    alone = answer(call, options, PAIR[:1])
    part = both[both.index.get_level_values("partner") == PAIR[0]]
    pd.testing.assert_frame_equal(part, alone, rtol=1e-9)
    assert both.equals(answer(call, options, PAIR[::-1]))


@pytest.mark.parametrize("by", ["sector", "hs2", "layer"])
@pytest.mark.parametrize("option", [name for name in OPTIONS["exposure"] if name != "by"])
def test_parts_add_up_beside_every_option(option: str, by: str) -> None:
    given = BASE["exposure"] | {"partners": PAIR, option: OPTIONS["exposure"][option]}
    whole, parts = answer("exposure", frozenset({option})), tv.exposure(**given, by=by)
    # Shares too, of what the partner exports or earns in all.
    added = ["added_duty_usd", "us_export_share", "export_share", "gdp_share"]
    added += ["imports_usd", "base_duty_usd"] * (by != "layer")
    summed = parts[added].groupby(level=["outcome", "partner"]).sum()
    pd.testing.assert_frame_equal(summed, whole[added], rtol=1e-9, check_like=True)
