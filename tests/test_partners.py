"""Partners are found by every name that people use, and by no other."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import CODES

from tradeviz.datasets import load
from tradeviz.errors import ArgumentError
from tradeviz.partners import FOCUS, name, resolve

ALLOWED = f"allowed: {CODES}"


def test_focus_is_the_group_of_the_table_in_the_order_of_the_briefing() -> None:
    table = load("partners")
    assert FOCUS[:5] == ("GBR", "AUS", "KOR", "IND", "JPN")
    assert set(FOCUS) == set(table.loc[table["group"] == "focus", "partner"])


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("JPN", "JPN"),
        ("jpn", "JPN"),
        (" Japan ", "JPN"),
        ("UK", "GBR"),
        ("Britain", "GBR"),
        ("united kingdom", "GBR"),
        ("Korea", "KOR"),
        ("Republic of Korea", "KOR"),
        ("EU27", "EU"),
        ("European Union", "EU"),
        ("UAE", "ARE"),
        ("Turkey", "TUR"),
        ("Türkiye", "TUR"),
    ],
)
def test_names_and_aliases(typed: str, code: str) -> None:
    assert resolve(typed) == (code,)


def test_order_stays_and_repeats_are_refused() -> None:
    assert resolve(["Japan", "UK"]) == ("JPN", "GBR")
    with pytest.raises(ArgumentError, match="JPN is named twice; value 'JPN'"):
        resolve(["Japan", "UK", "JPN"])
    assert resolve(iter(FOCUS)) == FOCUS


def test_none_is_everyone_with_trade_lines() -> None:
    assert set(resolve(None)) == set(load("imports_2024")["partner"])
    assert len(resolve(None)) == 51
    assert len(resolve(None, lines_only=False)) == len(load("partners"))


def test_a_partner_without_lines_is_still_a_partner() -> None:
    assert resolve("Namibia", lines_only=False) == ("NAM",)


def test_no_name_means_two_partners() -> None:
    table = load("partners")
    owners: dict[str, set[str]] = {}
    for column in ("partner", "name", "short_name"):
        for text, code in zip(table[column], table["partner"], strict=True):
            owners.setdefault(text.casefold(), set()).add(code)
    assert [text for text, codes in owners.items() if len(codes) > 1] == []


def test_names_are_short_and_an_unknown_code_names_itself() -> None:
    assert [name(code) for code in ("GBR", "KOR", "EU", "XXX")] == [
        "UK", "South Korea", "EU", "XXX",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("JPM", f"field 'partners': unknown partner; value 'JPM'; {ALLOWED}; did you mean 'JPN'?"),
        (
            ["GBR", "Sout Korea"],
            f"field 'partners': unknown partner; value 'Sout Korea'; {ALLOWED}; "
            "did you mean 'South Korea'?",
        ),
        # Namibia would be near, and has no trade lines.
        ("Namibi", f"field 'partners': unknown partner; value 'Namibi'; {ALLOWED}"),
        ([5], f"field 'partners': unknown partner; value '5'; {ALLOWED}"),
        ("", f"field 'partners': unknown partner; value ''; {ALLOWED}"),
        ([], f"field 'partners': no partner given; {ALLOWED}"),
        ("Aruba", f"field 'partners': no trade lines for this partner; value 'Aruba'; {ALLOWED}"),
        (
            "Germany",
            f"field 'partners': no trade lines for this partner; value 'Germany'; {ALLOWED}; "
            "did you mean 'EU'?",
        ),
    ],
)
def test_unknown_partner(given: Any, message: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        resolve(given)
    assert str(caught.value) == message
