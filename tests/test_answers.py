"""Partners' answers on US goods: the lists, and the model beside the record by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import tradeviz as tv
from tradeviz.errors import ArgumentError
from tradeviz.models.response.answers import answer_rates, answers_record
from tradeviz.models.response.parameters import ranges
from tradeviz.trade.us_exports import us_exports

# Canada counted 1,256 items on its list of March 2025. China's lists number 29 and 711 items: of
# the second, 20 are not in the file at hand and two share a code.
PUBLISHED = {"canada_march": 1256, "china_15": 29, "china_10": 711 - 20 - 1}


@pytest.fixture(scope="module")
def record() -> pd.DataFrame:
    return answers_record()


def test_lists_have_the_published_number_of_items() -> None:
    table = tv.load("answer_lists")
    codes = table.groupby(table["list"].astype(str))["codes"].sum()
    assert {name: codes[name] for name in PUBLISHED} == PUBLISHED
    # Cotton: both codes of the list are HS6 codes of chapter 52. Tobacco: all of chapter 24.
    cotton = table.query("list == 'china_15' and hs2 == '52'").iloc[0]
    assert cotton["subheadings"] == 2
    assert table.query("list == 'canada_march' and hs2 == '24'")["share"].item() == 1


def test_terms_follow_each_other() -> None:
    terms = tv.load("answers")
    assert (terms["end"].isna() | (terms["end"] > terms["start"])).all()
    for _, same in terms.sort_values("start").groupby(["partner", "list"]):
        assert (same["end"].iloc[:-1].to_numpy() <= same["start"].iloc[1:].to_numpy()).all()
    named = set(tv.load("answer_lists")["list"].astype(str)) | {"all", "industrial"}
    assert set(terms["list"].astype(str)) <= named


def test_months_that_a_list_cuts_are_left_out() -> None:
    # The Chinese lists start or end inside March, April, May and November 2025.
    china = answer_rates("CHN")
    assert china.index.strftime("%Y-%m").tolist() == [
        *(f"2025-{month:02}" for month in (6, 7, 8, 9, 10, 12)),
        *(f"2026-{month:02}" for month in (1, 2, 3, 4, 5)),
    ]
    cotton = tv.load("answer_lists").query("list == 'china_15' and hs2 == '52'")["share"].item()
    assert china.loc["2025-10", "52"].item() == pytest.approx(0.1 + 0.15 * cotton)
    assert china.loc["2025-12", "52"].item() == pytest.approx(0.1)
    # Canada freed all but metals on the first of September.
    canada = answer_rates("CAN")
    assert canada.index[0] == pd.Timestamp("2025-04-01")
    assert canada.loc["2025-08", "24"].item() == 0.25
    assert canada.loc["2025-09":].gt(0).any().loc[lambda any_rate: any_rate].index.tolist() == [
        "72", "73", "76",
    ]  # fmt: skip


def test_tobacco_by_hand(record: pd.DataFrame) -> None:
    row = record.loc[("CAN", "24")]
    # All of the chapter is charged a quarter from April to August 2025, on top of the tariff on
    # each of its sectors: tobacco, and a little of agriculture and chemicals.
    elasticities = ranges()["foreign_demand"]
    cells = us_exports().query("partner == 'CAN' and hs2 == '24'")
    price = 1 + 0.25 / (1 + cells["tariff_rate"])
    high, central, low = (
        (cells["sector_share"] * price**-elasticity).sum() - 1 for elasticity in elasticities
    )
    assert (row["model_low"], row["model_change"], row["model_high"]) == pytest.approx(
        (low, central, high)
    )
    table = tv.load("us_exports_monthly")
    table = table[table["hs2"] == "24"].assign(partner=table["partner"].astype(str))
    year = {y: table[table["month"].between(f"{y}-04-01", f"{y}-08-01")] for y in (2023, 2025)}
    members = {"BEL", "DEU", "ESP", "FRA", "IRL", "ITA", "NLD"}
    own = {y: part.query("partner == 'CAN'")["exports_usd"].sum() for y, part in year.items()}
    others = {
        y: part[~part["partner"].isin(members | {"CAN"})]["exports_usd"].sum()
        for y, part in year.items()
    }
    assert row["months"] == 5 and row["exports_before_usd"] == own[2023]
    assert row["change"] == pytest.approx(own[2025] / own[2023] - 1)
    relative = own[2025] / own[2023] / (others[2025] / others[2023]) - 1
    assert row["relative_change"] == pytest.approx(relative)
    assert row["inside"] == (low <= relative <= high)


def test_chapters_add_up(record: pd.DataFrame) -> None:
    table = tv.load("us_exports_monthly").query("partner == 'CHN'")
    table = table[table["hs2"].astype(str) <= "97"]
    months = answer_rates("CHN").index
    china = record.loc["CHN"]
    # The ten percent is on all goods, so that every chapter is there in every month.
    assert (china["months"] == len(months)).all()
    now = table[table["month"].isin(months)]["exports_usd"].sum()
    before = table[table["month"].isin(months - pd.DateOffset(years=2))]["exports_usd"].sum()
    assert china["exports_usd"].sum() == now and china["exports_before_usd"].sum() == before
    assert record["inside"].notna().equals(record["relative_change"].notna())
    assert (record["model_low"] <= record["model_change"]).all()
    assert (record["model_change"] <= record["model_high"]).all()


def test_partners_without_an_answer_are_refused() -> None:
    with pytest.raises(ArgumentError, match="no dated answer of this partner.*CAN, CHN"):
        answers_record("Japan")


def test_the_document_has_the_record(record: pd.DataFrame) -> None:
    text = (Path(__file__).parents[1] / "docs/response.md").read_text(encoding="utf-8")
    for code, name in (("CAN", "Canada"), ("CHN", "China")):
        rows = record.loc[code]
        more = (rows["relative_change"] < rows["model_low"]).sum()
        less = (rows["relative_change"] > rows["model_high"]).sum()
        said = f"- {name}: inside the range in {rows['inside'].sum()} of {len(rows)} chapters; "
        assert said + f"{more} fell more and {less} fell less or rose." in text
        for column in ("relative_change", "model_change"):
            assert f"{-100 * rows[column].median():.0f} %" in text
