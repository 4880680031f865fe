"""The formula of April 2025 gives the rates of the list, but for two."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradeviz.datasets import load
from tradeviz.errors import ArgumentError
from tradeviz.trade.formula import april_check, reciprocal_formula

dollars = st.floats(min_value=1e3, max_value=1e13)


def flows(*pairs: tuple[float, float], **extra: object) -> pd.DataFrame:
    exports, imports = zip(*pairs, strict=True)
    partners = [f"P{number:02d}" for number in range(len(pairs))]
    return pd.DataFrame(
        {"partner": partners, "exports_usd": exports, "general_imports_usd": imports, **extra}
    )


def rate(exports: float, imports: float, **options: float) -> float:
    return float(reciprocal_formula(flows((exports, imports)), **options)["formula_rate"].item())


def test_55_of_the_57_published_rates_follow() -> None:
    april = april_check()
    assert (len(april), int(april["agrees"].sum())) == (57, 55)
    others = april[~april["agrees"]].set_index("name")
    assert others[["published_rate", "formula_rate"]].to_dict("index") == {
        "Japan": {"published_rate": 0.24, "formula_rate": 0.23},
        "Vietnam": {"published_rate": 0.46, "formula_rate": 0.45},
    }


def test_the_union_is_the_published_aggregate() -> None:
    union = april_check().set_index("partner").loc["EU"]
    # USD 235.6 bn of 605.8 bn, as the announcement rounded it: 39 %, halved and rounded up 20 %.
    assert round(union["deficit_ratio"], 2) == 0.39
    assert union["formula_rate"] == union["published_rate"] == 0.20


def test_the_focus_partners_of_2024() -> None:
    balances = load("balances_annual").query("year == 2024")
    rates = reciprocal_formula(balances).set_index("partner")["formula_rate"]
    assert rates[["GBR", "AUS", "KOR", "IND", "JPN"]].tolist() == [0.10, 0.10, 0.25, 0.26, 0.23]


def test_partners_above_the_floor_that_the_list_leaves_out() -> None:
    balances = load("balances_annual").query("year == 2024")
    rates = reciprocal_formula(balances).set_index("partner")["formula_rate"]
    assert rates[["MEX", "RUS", "BLR", "AFG"]].tolist() == [0.17, 0.42, 0.24, 0.25]


@pytest.mark.parametrize(
    ("ratio", "wanted"),
    [
        (-1.5, 0.10),
        (0.0, 0.10),
        (0.20, 0.10),
        (0.2049, 0.10),
        (0.205, 0.11),  # 20.5 rounds to 21, half of it up to 11
        (0.21, 0.11),
        (0.29, 0.15),
        (0.57, 0.29),  # 57 is 56.99999999999999 in floats
        (0.58, 0.29),
        (0.985, 0.50),
        (1.0, 0.50),
    ],
)
def test_both_roundings(ratio: float, wanted: float) -> None:
    assert rate(1_000 - 1_000 * ratio, 1_000) == wanted


def test_floor_and_parameters() -> None:
    assert rate(1, 1, floor=0) == 0
    assert rate(1, 1, floor=0.15) == 0.15
    assert rate(1, 1, floor=1) == 1
    with pytest.raises(ArgumentError, match="floor"):
        rate(1, 1, floor=1.01)
    # Four times the pass-through: a quarter of the 80 %, half of it.
    assert rate(20, 100, pass_through=1.0) == 0.10
    assert rate(20, 100, elasticity=2.0) == 0.80


def test_what_is_missing_stays_missing() -> None:
    found = reciprocal_formula(flows((1, 2), (math.nan, 2), (1, math.nan), (1, 0), (0, 0)))
    assert found["formula_rate"].notna().tolist() == [True, False, False, False, False]
    assert found["deficit_ratio"].notna().tolist() == [True, False, False, False, False]


def test_partner_may_be_the_index_and_order_stays() -> None:
    table = flows((1, 2), (3, 4)).iloc[::-1]
    column, index = reciprocal_formula(table), reciprocal_formula(table.set_index("partner"))
    pd.testing.assert_frame_equal(column, index)
    assert column["partner"].tolist() == ["P01", "P00"]
    assert list(column) == ["partner", "deficit_ratio", "formula_rate"]


def test_input_is_left_alone() -> None:
    table = flows((1, 2), (3, 4))
    before = table.copy()
    reciprocal_formula(table)
    pd.testing.assert_frame_equal(table, before)


@given(exports=dollars, imports=dollars, scale=st.integers(-20, 20))
def test_only_the_ratio_counts(exports: float, imports: float, scale: int) -> None:
    assert rate(exports, imports) == rate(exports * 2.0**scale, imports * 2.0**scale)


@given(imports=dollars, exports=st.lists(dollars, min_size=2, max_size=8))
def test_a_larger_deficit_never_pays_less(imports: float, exports: list[float]) -> None:
    table = flows(*[(each, imports) for each in sorted(exports)])
    assert (np.diff(reciprocal_formula(table)["formula_rate"]) <= 0).all()


@given(exports=dollars, imports=dollars, floor=st.floats(0, 1))
def test_rate_is_between_the_floor_and_half(exports: float, imports: float, floor: float) -> None:
    assert floor <= rate(exports, imports, floor=floor) <= max(floor, 0.5)


GOOD = flows((1, 2), (3, 4))


@pytest.mark.parametrize(
    ("balance", "options", "message"),
    [
        (
            "GBR",
            {},
            "field 'balance': not a table (pandas DataFrame); value 'GBR'; "
            "allowed: a table (pandas DataFrame)",
        ),
        (
            GOOD.rename(columns={"general_imports_usd": "general_import_usd"}),
            {},
            "field 'balance': no column general_imports_usd; did you mean 'general_import_usd'?",
        ),
        (
            GOOD[["partner"]],
            {},
            "field 'balance': no column exports_usd and general_imports_usd",
        ),
        (
            pd.concat([GOOD, GOOD]),
            {},
            "row 3, field 'balance': a partner is there twice, so this is more than one year; "
            "value 'P00'",
        ),
        (
            GOOD.assign(exports_usd=[1, -5]),
            {},
            "row 2, field 'exports_usd': not an amount; value '-5'; "
            "allowed: US dollars, zero or more",
        ),
        (
            GOOD.assign(exports_usd=["1", "two"]),
            {},
            "row 2, field 'exports_usd': not an amount; value 'two'; "
            "allowed: US dollars, zero or more",
        ),
        (
            GOOD.assign(general_imports_usd=[math.inf, 1]),
            {},
            "row 1, field 'general_imports_usd': not an amount; value 'inf'; "
            "allowed: US dollars, zero or more",
        ),
        (
            GOOD,
            {"elasticity": 0},
            "field 'elasticity': out of bounds; value '0'; allowed: above zero",
        ),
        (
            GOOD,
            {"pass_through": math.nan},
            "field 'pass_through': not a finite number; value 'nan'; allowed: a finite number",
        ),
        (GOOD, {"floor": 10}, "field 'floor': out of bounds; value '10'; allowed: 0 to 1"),
    ],
)
def test_bad_input(balance: pd.DataFrame, options: dict[str, float], message: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        reciprocal_formula(balance, **options)
    assert str(caught.value) == message
