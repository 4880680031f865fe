"""Edges that planted faults found without a test: one question each, by hand."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import tradeviz as tv
from tools.stamp import stamp
from tradeviz.datasets import load
from tradeviz.errors import ArgumentError
from tradeviz.law.reading import check_law
from tradeviz.law.scopes import by_length
from tradeviz.lines import lines, one_line
from tradeviz.partners import all_called, called, in_order
from tradeviz.products import good, products
from tradeviz.quantities import (
    all_of,
    counted,
    day,
    dollars,
    in_words,
    law_percent,
    listing,
    month,
    number,
    points,
    quantity,
)


def test_goods_of_one_dollar_keep_the_preference_they_got() -> None:
    # Korea paid nothing on a product whose statutory rate is above zero.
    line = replace(one_line("KOR", "8703230140"), value=np.array([1.0]), duty=np.array([0.0]))
    assert line.ordinary("mfn") > 0
    assert line.ordinary("preference") == 0
    unsold = replace(line, value=np.array([0.0]))
    assert unsold.ordinary("preference") == line.ordinary("mfn")


@pytest.mark.parametrize("reference", ["", 'reference = "Terms of 1 May"'])
def test_a_change_without_a_reference_is_named_by_its_place(tmp_path: Path, reference: str) -> None:
    path = tmp_path / "middle.toml"
    change = f'[[change]]\nlayer = "reciprocal"\npartners = ["JPN"]\nrate = 0.12\n{reference}\n'
    path.write_text(f'name = "middle"\nlaw = 2025-04-16\n{change}', encoding="utf-8")
    overlay = next(item for item in tv.outcome(path).law().measures if item.overlay)
    assert overlay.reference == ("Terms of 1 May" if reference else "outcome middle, change 1")


def test_measures_may_stand_in_any_order_in_their_file(tmp_path: Path) -> None:
    # A measure that starts on the day another ends does not overlap it, whichever comes first.
    folder = Path(shutil.copytree(tv.datasets.DATA, tmp_path / "data"))
    header, *rows = (folder / "law/measures.csv").read_text(encoding="utf-8").splitlines()
    (folder / "law/measures.csv").write_text("\n".join([header, *rows[::-1], ""]), encoding="utf-8")
    assert stamp(folder) == ["law/measures.csv"]
    assert check_law(folder) == []


def test_a_product_that_was_not_imported_has_no_value_and_no_duty() -> None:
    sold = set(lines().product[slice(*lines().run("AUS"))])
    place = next(number for number in range(len(products().hs10)) if number not in sold)
    line = one_line("AUS", str(products().hs10[place]))
    assert (line.value.tolist(), line.duty.tolist()) == ([0.0], [0.0])


def test_any_number_of_a_line_that_nobody_imported_is_answered() -> None:
    imported = set(load("products")["hs8"])
    line = next(code for code in load("tariff_lines")["hs8"] if code not in imported)
    assert good(f"{line}10")["traded"] is False and good(f"{line}10")["hs10"] == f"{line}10"


@pytest.mark.parametrize(
    ("code", "near"),
    [("", None), ("87", None), ("870", None), ("8703", "8703"), ("87.03", "8703"), ("0000", None)],
)
def test_a_code_too_short_to_have_relatives_is_near_to_none(code: str, near: str | None) -> None:
    with pytest.raises(ArgumentError) as caught:
        products().position(code)
    assert str(caught.value).startswith(
        f"field 'hs10': no such product among the imports of 2024; value '{code}'; allowed: a ten"
    )
    found = caught.value.nearest
    assert (found and found[:4]) == near


def test_a_line_without_a_measure_rests_on_nothing_provisional() -> None:
    layer = tv.schedule("2026-07-24").layer("s232_trucks")
    assert layer.provisional.any()
    assert not layer.provisional[layer.winner < 0].any()


def test_too_little_of_a_code_has_no_nearest_product() -> None:
    for code in ("", "870", "87."):
        with pytest.raises(ArgumentError) as raised:
            tv.entry("JPN", code, 100.0)
        assert str(raised.value) == (
            f"field 'hs10': no such product among the imports of 2024; value '{code}'; "
            "allowed: a ten-digit code of the table products"
        )
    with pytest.raises(ArgumentError, match="did you mean '8703"):
        tv.entry("JPN", "8703", 100.0)


def test_a_number_that_lives_on_counts_with_the_trade_it_keeps() -> None:
    # A list that names the old number reaches what is still entered under it, not what has left.
    table = tv.load("successors").astype({"hs10": str, "successor": str})
    kept = table[table["hs10"] == table["successor"]].set_index("hs10")["share"]
    lost = kept[kept < 0.999]
    assert lost["2008999190"] == pytest.approx(0.574, abs=5e-4)
    for code, share in lost.items():
        digits, reached = products().matched(by_length([str(code)]))
        place = products().position(str(code))
        assert (digits[place], reached[place]) == (10, pytest.approx(share))


def test_rows_of_a_partner_keep_their_order_however_many() -> None:
    codes = np.tile(["JPN", "KOR"], 200)
    rows = in_order(pd.DataFrame({"partner": codes, "row": range(400)}), ["KOR", "JPN"])
    assert rows["row"].tolist() == [*range(1, 400, 2), *range(0, 400, 2)]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (dollars(99.94e6), "$99.9\u00a0m"),
        (dollars(1e8), "$0.1\u00a0bn"),
        (dollars(-1e8, sign=True), "−$0.1\u00a0bn"),
        (dollars(-5e6, words=True), "−USD\u00a05.0\u00a0million"),
        (dollars(4e9, 0, sign=True), "+$4\u00a0bn"),
        (number(-0.05, 1), "−0.1"),
        (number(0.04, sign=True), "0.0"),
        (points(0.012), "+1.2"),
        (points(0.012, sign=False), "1.2"),
        (law_percent(0.00049), "0 %"),
        (quantity("handicap").write(-0.012), "−1.2\u00a0points"),
        (quantity("handicap").write(0.0123, unit=False, digits=2), "+1.23"),
        (quantity("added_duty_usd").write(-2.26e9, unit=False), "−2.3"),
        (quantity("real_income_change").write(0.0012345), "+0.123\u00a0%"),
        (quantity("steel_share_high").write(0.5), "50.0\u00a0%"),
        (quantity("steel_use_change").write(0.5), "+50.0\u00a0%"),
        (quantity("steel_use_usd").heading, "Steel use, billion US dollars"),
        (quantity("gdp_share_low").heading, "Added duty, percent of GDP"),
        (counted(1, "row", words=True), "one row"),
        (counted(16, "row", words=True), "16 rows"),
        (in_words(15), "fifteen"),
        (all_of(3), "all 3"),
        (listing(["a", "b"], last="or"), "a or b"),
        (month("2025-05-01", short=True), "May 2025"),
        (day(pd.Timestamp("2025-12-31 23:59")), "31 December 2025"),
        (called("EU", start=True), "The EU"),
        (called("JPN", start=True), "Japan"),
        (all_called(["GBR"]), "the UK"),
        (all_called([]), "none"),
    ],
)
def test_what_is_written_at_an_edge(written: str, text: str) -> None:
    assert written == text
