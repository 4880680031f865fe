"""Display tables: rounded figures of the table they come from, marked, named and readable."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from tradeviz import charts, tables
from tradeviz.errors import ArgumentError
from tradeviz.quantities import quantity
from tradeviz.report.tables import rebuild_tables
from tradeviz.show.frame import shown as told
from tradeviz.show.table import DisplayTable, billion_text, rate_text

MARKED = "provisional"


def rows(by: str | None, cells: dict[tuple[str, ...], tuple[float, float]]) -> pd.DataFrame:
    """Return a table of exposure's shape: added duty in billions and its provisional share."""
    keys = ["outcome", "partner", *([by] if by else [])]
    table = pd.DataFrame([dict(zip(keys, key, strict=True)) for key in cells])
    duty, unsure = zip(*cells.values(), strict=True)
    table["added_duty_usd"] = np.array(duty) * 1e9
    table["provisional_share"] = unsure
    table["added_rate"] = table["added_duty_usd"] / 100e9
    table["effective_rate"] = table["added_rate"] + 0.02
    table["gdp_share"] = table["added_rate"] / 10
    table["export_share"] = table["added_rate"] / 5
    return table.set_index(keys)


def exposure() -> pd.DataFrame:
    return rows(
        None,
        {
            ("pause", "JPN"): (19.64, 0.0),
            ("pause", "KOR"): (16.6, 0.005),
            ("in_force", "JPN"): (17.94, 0.3),
            ("in_force", "KOR"): (0.0, 0.0),
        },
    )


def chapters() -> pd.DataFrame:
    return rows(
        "hs2",
        {
            ("pause", "JPN", "84"): (3.0, 0.0),
            ("pause", "JPN", "87"): (9.0, 0.0),
            ("pause", "JPN", "90"): (1.0, 0.5),
            ("pause", "KOR", "87"): (6.0, 0.0),
            ("pause", "KOR", "72"): (0.5, 0.0),
        },
    )


def laws() -> pd.DataFrame:
    return rows(
        "layer",
        {
            ("pause", "JPN", "mfn"): (0.0, 0.0),
            ("pause", "JPN", "s232_autos"): (5.0, 0.4),
            ("pause", "JPN", "reciprocal"): (6.0, 0.0),
        },
    )


# Numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.1234, "12.3"), (-0.0312, "−3.1"), (-0.0001, "0.0"), (np.nan, "n/a"), (12.3456, "1,234.6")],
)
def test_rates_are_percent_with_a_true_minus(value: float, text: str) -> None:
    assert rate_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(19.64e9, "19.6"), (-68.47e9, "−68.5"), (-1.0, "0.0"), (np.nan, "n/a"), (1234e9, "1,234.0")],
)
def test_money_is_billions_with_a_true_minus(value: float, text: str) -> None:
    assert billion_text(value) == text


# What stands in the cells


def test_exposure_is_shown_by_partner_with_its_marks() -> None:
    shown = tables.exposure_table(exposure())
    assert shown.frame.to_numpy().tolist() == [
        ["Japan", "The pause", "19.6", "19.6", "21.6", "3.9", "1.96"],
        ["Japan", "Law in force †", "17.9", "17.9", "19.9", "3.6", "1.79"],
        ["South Korea", "The pause", "16.6", "16.6", "18.6", "3.3", "1.66"],
        ["South Korea", "Law in force", "0.0", "0.0", "2.0", "0.0", "0.00"],
    ]
    assert "billion US dollars" in shown.caption
    assert MARKED in shown.caption


@pytest.mark.parametrize(("share", "marked"), [(0.01, True), (0.0099, False), (0.0, False)])
def test_a_mark_begins_at_a_hundredth_of_the_added_duty(share: float, marked: bool) -> None:
    table = rows("hs2", {("pause", "JPN", "87"): (10.0, share)}).assign(imports_usd=1e11)
    law = rows("layer", {("pause", "JPN", "s232_autos"): (10.0, share)})
    whole = rows(None, {("pause", "JPN"): (10.0, share)})
    shown: list[DisplayTable] = [
        tables.exposure_table(whole), tables.outcome_table(whole), tables.layer_table(law),
        tables.top_table(table),
    ]  # fmt: skip
    for each in shown:
        assert each.frame.astype(str).stack().str.contains("†").any() == marked
        assert (MARKED in each.caption) == marked
    for axes in (charts.product_bars(table), charts.exposure_by_outcome(whole)):
        assert any("†" in text.get_text() for text in axes.texts) == marked
        assert ("†" in told(axes).note) == marked


@pytest.mark.parametrize("measure", ["effective_rate", "added_duty_usd", "gdp_share",
                                     "export_share", "added_rate"])  # fmt: skip
def test_a_caption_has_the_unit_of_its_figures(measure: str) -> None:
    unit = quantity(measure).measured_in
    value = exposure().loc[("pause", "JPN"), measure]
    compared = tables.comparison_table({"one": exposure()[:2]}, measure=measure, label="Terms")
    summed = tables.layer_table(laws(), measure)
    for shown in (tables.outcome_table(exposure(), measure), compared, summed):
        assert unit in shown.caption
    assert compared.frame.columns.tolist() == ["Terms", "Japan", "South Korea"]
    scale = 1e-9 if measure.endswith("_usd") else 100
    assert float(compared.frame["Japan"].item()) == pytest.approx(value * scale, abs=0.005)
    last = summed.frame["Japan"].iloc[-1].removesuffix(" †")
    assert float(last) == pytest.approx(laws()[measure].sum() * scale, abs=0.05)


def test_a_missing_share_is_named_and_not_zero() -> None:
    table = exposure()
    table.loc[("pause", "JPN"), "gdp_share"] = np.nan
    assert tables.exposure_table(table).frame["Of GDP"].tolist()[0] == "n/a"


@pytest.mark.parametrize(
    ("measure", "cells"),
    [
        ("effective_rate", ["21.6", "19.9 †"]),
        ("added_duty_usd", ["19.6", "17.9 †"]),
        ("gdp_share", ["1.96", "1.79 †"]),
    ],
)
def test_outcomes_go_down_and_partners_across(measure: str, cells: list[str]) -> None:
    shown = tables.outcome_table(exposure(), measure).frame
    assert shown.columns.tolist() == ["Outcome", "Japan", "South Korea"]
    assert shown["Japan"].tolist() == cells


def test_variants_are_compared_to_two_digits() -> None:
    pause = exposure().loc[["pause"]]
    shown = tables.comparison_table({"one": pause, "two": pause * 2}).frame
    assert shown["Japan"].tolist() == ["19.64", "39.28"]


def test_laws_stand_in_order_and_add_up() -> None:
    shown = tables.layer_table(laws())
    assert shown.frame["Law"].tolist() == ["Reciprocal duty", "Cars and car parts", "All"]
    # 2 of 11 billion are provisional, so the sum is marked as well.
    assert shown.frame["Japan"].tolist() == ["6.0", "5.0 †", "11.0 †"]
    assert MARKED in shown.caption


def test_the_largest_groups_come_first_and_the_rest_is_one_row() -> None:
    shown = tables.top_table(chapters(), n=2)
    assert shown.frame.to_numpy().tolist() == [
        ["87 Cars, trucks and parts", "9.00", "6.00", "15.00"],
        ["84 Machinery and computers", "3.00", "0.00", "3.00"],
        ["All others", "1.00 †", "0.50", "1.50 †"],
    ]
    assert MARKED in shown.caption


def test_without_a_rest_there_is_no_row_for_it_and_one_partner_needs_no_sum() -> None:
    shown = tables.top_table(chapters().xs("KOR", level="partner", drop_level=False), n=5)
    assert shown.frame.columns.tolist() == ["Chapter", "South Korea"]
    assert shown.frame["South Korea"].tolist() == ["6.00", "0.50"]
    assert MARKED not in shown.caption


def test_balances_are_shown_with_their_ratio() -> None:
    balances = pd.DataFrame(
        {
            "partner": ["GBR", "JPN", "JPN"],
            "year": [2024, 2024, 2023],
            "exports_usd": [80e9, 50e9, 1e9],
            "general_imports_usd": [60e9, 100e9, 2e9],
            "balance_usd": [20e9, -50e9, -1e9],
        }
    )
    shown = tables.balance_table(balances, year=2024).frame
    assert shown.to_numpy().tolist() == [
        ["Japan", "50.0", "100.0", "−50.0", "50"],
        ["UK", "80.0", "60.0", "20.0", "n/a"],
    ]


def test_handicaps_have_a_true_minus() -> None:
    table = pd.DataFrame(
        {
            "partner": ["GBR", "JPN"],
            "own_rate": [0.08, 0.15],
            "rivals_rate": [0.10, 0.12],
            "handicap": [-0.02, 0.03],
            "compared_share": [1.0, 0.98],
        }
    )
    shown = tables.competitors_table(table).frame
    assert shown["Handicap"].tolist() == ["3.0", "−2.0"]


def test_a_path_shows_only_days_that_moved_a_rate() -> None:
    days = pd.to_datetime(["2025-01-01", "2025-04-05", "2025-04-09"])
    path = pd.DataFrame({"date": days, "partner": "JPN", "layer": "reciprocal"})
    path["added_rate"] = [0.0, 0.1, 0.1004]
    base = path.assign(layer="mfn", added_rate=0.5)
    moved = tables.path_table(pd.concat([path, base])).frame
    assert moved.to_numpy().tolist() == [["2025-01-01", "0.0"], ["2025-04-05", "10.0"]]
    path["added_rate"] = [0.0, 0.125, 0.25]
    for step, kept in ((0.125, 3), (0.126, 1)):
        shown = tables.path_table(path, step=step)
        assert len(shown.frame) == kept
        assert shown.caption.endswith(f"changes below {100 * step:g} points left out")


# What a page makes of them


@pytest.mark.parametrize(
    "shown",
    [
        tables.exposure_table(exposure()),
        tables.outcome_table(exposure()),
        tables.layer_table(laws()),
        tables.top_table(chapters()),
    ],
)
def test_a_table_is_the_same_twice_and_its_page_has_caption_and_headers(
    shown: DisplayTable,
) -> None:
    assert shown._repr_html_() == shown._repr_html_()
    assert "0x" not in repr(shown)
    soup = BeautifulSoup(f"<h1>Page</h1>{shown._repr_html_()}", "html.parser")
    rebuild_tables(soup, stem="page")
    caption = soup.find("caption")
    assert caption is not None
    assert caption.get_text() == f"Table 1. {shown.caption}"
    columns = [str(head.get_text()) for head in soup.select("thead th[scope=col]")]
    assert columns == [str(column) for column in shown.frame.columns]
    assert len(soup.select("tbody th[scope=row]")) == len(shown.frame)
    # A mark does not make a number a word: every figure stays right-aligned.
    assert len(soup.select("tbody td.number")) >= len(shown.frame)


def test_a_name_cannot_break_the_page() -> None:
    shown = DisplayTable("a < b", pd.DataFrame({"<b>": ["<script>"], "n": ["1"]}))
    html = shown._repr_html_()
    assert "<script>" not in html
    assert "<b>" not in html
    assert "a &lt; b" in html


# What goes wrong


@pytest.mark.parametrize(
    ("show", "field", "close"),
    [
        (lambda: tables.outcome_table(exposure(), "effective_rat"), "measure", "effective_rate"),
        (lambda: tables.layer_table(exposure()), "layer", None),
        (lambda: tables.top_table(exposure()), "by", None),
        (lambda: tables.top_table(pd.concat([chapters(), more()])), "outcome", None),
        (lambda: tables.exposure_table(exposure().iloc[:0]), None, None),
        (
            lambda: tables.exposure_table(exposure().rename(columns={"gdp_share": "gdp_shares"})),
            "gdp_share",
            "gdp_shares",
        ),
        (lambda: tables.provisional_table(pd.DataFrame({"a": [1]})), None, None),
        (lambda: tables.competitors_table(pd.DataFrame({"partner": ["JPN"]})), "own_rate", None),
    ],
)
def test_bad_input_is_named(show: Any, field: str | None, close: str | None) -> None:
    with pytest.raises(ArgumentError) as raised:
        show()
    assert raised.value.field == field
    if close is not None:
        assert raised.value.nearest == close


def test_a_measure_that_the_law_no_longer_has_is_listed_with_its_reason() -> None:
    table = exposure().copy()
    table.attrs["provisional"] = {"made-2025-04-05-all": "of an earlier law"}
    (row,) = tables.provisional_table(table).frame.to_dict("records")
    assert row["Why it is provisional"] == "of an earlier law"
    assert (row["Law"], row["Measure"], row["From"]) == ("made-2025-04-05-all", "", "")


def more() -> pd.DataFrame:
    return chapters().rename(index={"pause": "snapback"}, level="outcome")


def test_every_public_table_is_documented() -> None:
    for item in tables.__all__:
        assert (getattr(tables, item).__doc__ or "").strip()
