"""The tables of world trade, of its sectors and of elasticities say what their sources say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import tradeviz as tv
from tradeviz.datasets import DATA

ROOT = Path(__file__).resolve().parent.parent
FOCUS = ["GBR", "AUS", "KOR", "IND", "JPN"]


@pytest.fixture(scope="module")
def world() -> pd.DataFrame:
    return tv.load("icio_2022").astype({"exporter": str, "importer": str, "sector": str})


@pytest.fixture(scope="module")
def goods(world: pd.DataFrame) -> pd.DataFrame:
    return world[(world["sector"] != "SERVICES") & (world["exporter"] != world["importer"])]


@pytest.fixture(scope="module")
def matrix() -> pd.DataFrame:
    return tv.load("trade_matrix_2023").astype({"exporter": str, "importer": str})


@pytest.fixture(scope="module")
def sector_of() -> pd.Series:
    return tv.load("icio_concordance").set_index("hs10")["sector"].astype(str)


def customs(year: int) -> pd.Series:
    annual = tv.load("balances_annual")
    return annual[annual["year"] == year].set_index("partner")["general_imports_usd"]


# World expenditure by sector


def test_every_cell_is_there_in_the_order_that_reshapes(world: pd.DataFrame) -> None:
    sectors, economies = tv.load("icio_sectors")["sector"], tv.load("icio_economies")["economy"]
    shape = (len(economies), len(economies), len(sectors))
    assert shape == (81, 81, 28)
    assert len(world) == np.prod(shape)
    for axis, (column, names) in enumerate(
        [("exporter", economies), ("importer", economies), ("sector", sectors)]
    ):
        cube = np.moveaxis(world[column].to_numpy(dtype=object).reshape(shape), axis, 0)
        assert all((cube[place] == name).all() for place, name in enumerate(names))


@pytest.mark.parametrize(
    ("importer", "percent"),
    [("IND", 9.3), ("JPN", 2.6), ("GBR", 2.0), ("KOR", 1.05), ("AUS", 0.03), ("CHN", 7.9)],
)
def test_the_tariff_on_american_goods_is_the_published_one(
    goods: pd.DataFrame, importer: str, percent: float
) -> None:
    bought = goods[(goods["exporter"] == "USA") & (goods["importer"] == importer)]
    mean = np.average(bought["tariff_rate"], weights=bought["value_usd"])
    assert 100 * mean == pytest.approx(percent, abs=0.05)


def test_the_warnings_of_the_source_are_in_the_description_and_true(
    world: pd.DataFrame, goods: pd.DataFrame
) -> None:
    about = tv.load("icio_2022").attrs["provenance"]["description"]
    services = world[world["sector"] == "SERVICES"]
    assert services["tariff_rate"].max() == pytest.approx(0.165, abs=0.0005)
    british = goods[(goods["exporter"] == "GBR") & (goods["importer"] == "USA")]
    mean = np.average(british["tariff_rate"], weights=british["value_usd"])
    assert mean == pytest.approx(0.072, abs=0.0005)
    home = world[world["exporter"] == world["importer"]]
    assert (home["value_usd"] == 0).sum() == 41
    assert home["tariff_rate"].max() == 0
    for words in ("0.165", "0.072", "41 of the 2,268", "basic prices"):
        assert words in about


def test_basic_prices_are_below_customs_values(goods: pd.DataFrame) -> None:
    bought = goods[goods["importer"] == "USA"].groupby("exporter")["value_usd"].sum()
    counted = customs(2022)
    partners = [*FOCUS, "CHN", "CAN", "MEX", "DEU"]
    assert (bought[partners] < 1.02 * counted[partners]).all()
    assert bought[partners].sum() / counted[partners].sum() == pytest.approx(0.78, abs=0.02)
    # The two figures that the description names.
    assert round(bought["JPN"] / 1e9) == 110
    assert round(counted["JPN"] / 1e9) == 148


def test_expenditure_follows_the_size_of_economies(world: pd.DataFrame) -> None:
    spent = world.groupby("importer")["value_usd"].sum()
    product = tv.load("gdp").query("year == 2022").set_index("partner")["gdp_usd"].dropna()
    both = spent.index.intersection(product.index)
    assert len(both) >= 75
    # Gross output is about twice value added everywhere: more than GDP, less than four times it.
    ratio = spent[both] / product[both]
    assert ratio.between(1.2, 4).all()
    assert np.corrcoef(np.log(spent[both]), np.log(product[both]))[0, 1] > 0.99


def test_an_economy_of_the_union_shares_the_lines_of_the_union() -> None:
    economies = tv.load("icio_economies").set_index("economy")
    assert (economies["line_partner"] == "EU").sum() == 27
    assert economies.loc[["DEU", "SVK", "GBR"], "line_partner"].to_list() == ["EU", "EU", "GBR"]
    assert economies.loc[["USA", "ROW"], "partner"].isna().all()
    assert economies["line_partner"].isna().sum() == 17


# The matrix of 194 economies


def test_goods_sold_to_the_united_states_are_the_published_ones(matrix: pd.DataFrame) -> None:
    sold = matrix[matrix["importer"] == "USA"].set_index("exporter")["value_usd"] / 1e9
    found = sold[["JPN", "KOR", "GBR", "IND", "AUS"]].round(1).to_dict()
    assert found == {"JPN": 141.4, "KOR": 117.9, "GBR": 67.1, "IND": 81.0, "AUS": 13.3}


def test_the_matrix_is_near_what_customs_counted(matrix: pd.DataFrame) -> None:
    sold = matrix[matrix["importer"] == "USA"].set_index("exporter")["value_usd"]
    counted = customs(2023)
    assert (sold[FOCUS] / counted[FOCUS]).between(0.8, 1.05).all()


def test_a_pair_without_trade_has_no_row(matrix: pd.DataFrame) -> None:
    assert (matrix["value_usd"] > 0).all()
    assert (matrix["exporter"] != matrix["importer"]).all()
    economies = set(tv.load("trade_matrix_economies")["economy"])
    assert len(economies) == 194
    assert "TWN" not in economies
    assert set(matrix["exporter"]) | set(matrix["importer"]) <= economies


def test_the_rates_of_the_benchmark_are_not_the_law() -> None:
    economies = tv.load("trade_matrix_economies")
    rates = economies.set_index("economy")["april_formula_rate"]
    assert rates[["CHN", "KOR", "IND"]].to_list() == [0.54, 0.26, 0.27]
    legal = tv.load("april_2025_rates").set_index("partner")["rate"]
    assert legal[["KOR", "IND"]].to_list() == [0.25, 0.26]
    assert "NOT the law" in economies.attrs["provenance"]["description"]


# Products to sectors


def test_every_product_reaches_one_sector_of_goods(sector_of: pd.Series) -> None:
    imports = tv.load("imports_2024")
    assert sector_of.index.is_unique
    assert set(imports["hs10"].astype(str)) <= set(sector_of.index)
    kinds = tv.load("icio_sectors").set_index("sector")["kind"]
    assert (kinds[sector_of.unique()] == "goods").all()
    by_sector = imports.groupby(imports["hs10"].astype(str).map(sector_of))["value_usd"].sum()
    assert by_sector.sum() == pytest.approx(imports["value_usd"].sum(), rel=1e-12)
    assert set(kinds.index[kinds == "goods"]) - set(by_sector.index) == {"B09"}


@pytest.mark.parametrize(
    ("heading", "sector"),
    [
        ("0303", "A03"),
        ("1001", "A01"),
        ("2204", "C10T12"),
        ("2709", "B06"),
        ("2601", "B07"),
        ("2701", "B05"),
        ("3004", "C21"),
        ("4407", "C16"),
        ("4801", "C17_18"),
        ("6109", "C13T15"),
        ("7208", "C24A"),
        ("7601", "C24B"),
        ("8411", "C302T309"),
        ("8471", "C26"),
        ("8542", "C26"),
        ("8703", "C29"),
        ("8903", "C301"),
        ("9403", "C31T33"),
    ],
)
def test_a_heading_is_where_its_makers_are(sector_of: pd.Series, heading: str, sector: str) -> None:
    imports = tv.load("imports_2024")
    codes = imports["hs10"].astype(str)
    mine = imports[codes.str.startswith(heading)]
    share = mine.groupby(codes.map(sector_of))["value_usd"].sum() / mine["value_usd"].sum()
    assert share.idxmax() == sector
    assert share[sector] > 0.6


def test_the_rule_of_a_product_is_the_one_in_the_table_of_rules() -> None:
    table = tv.load("icio_concordance").astype({"sector": str, "rule": str})
    rules = tv.load("icio_rules").set_index("naics")
    made = table[table["rule"] == "industry"]
    assert (rules.loc[made["rule_code"], "sector"].to_numpy() == made["sector"]).all()
    assert table["rule"].value_counts().to_dict() == {
        "industry": 18_113,
        "siblings": 298,
        "cross_check": 203,
        "special": 59,
    }


def test_what_two_crosswalks_dispute_is_marked() -> None:
    table = tv.load("icio_concordance").astype({"sector": str})
    disputed = table["check_sector"] != table["sector"]
    assert table.loc[disputed, "ambiguous"].all()
    assert table.loc[~table["rule"].isin(["industry", "siblings"]), "ambiguous"].all()
    assert table["ambiguous"].sum() == 2_444


# Elasticities


def test_nothing_recalled_and_every_value_has_a_source() -> None:
    table = tv.load("elasticities")
    assert set(table["status"]) == {"read", "secondary", "assumption"}
    text = table["source"].str.cat(table[["how_read", "status"]], sep=" ").str.lower()
    assert not text.str.contains("recall").any()
    assert (table["source"].str.len() > 20).all()


def test_an_assumption_says_so_and_has_a_wide_range() -> None:
    table = tv.load("elasticities")
    assumed = table[table["status"] == "assumption"]
    assert (assumed["low"] < assumed["value"]).all()
    assert (assumed["value"] < assumed["high"]).all()
    nests = assumed[assumed["parameter"].str.startswith(("substitution", "import_demand"))]
    assert (nests["high"] / nests["low"] >= 3).all()
    assert (assumed["study"] == "assumption").all()


def test_what_the_response_needs_is_there() -> None:
    table = tv.load("elasticities").set_index("id")["value"]
    assert {
        "substitution_origins",
        "substitution_products",
        "substitution_domestic",
        "inverse_export_supply",
        "pass_through_border",
        "foreign_demand",
    } <= set(tv.load("elasticities")["parameter"])
    published = {
        "boehm_one_year": 0.76,
        "simonovska_waugh": 4,
        "formula_elasticity": 4,
        "formula_pass_through": 0.25,
        "border_fajgelbaum": 1,
        "retail_cavallo_2025": 0.2,
        "smart_origins": 1.5,
        "caliendo_parro_2015_auto": 1.84,
    }
    assert {name: table[name] for name in published} == published


def test_the_assumed_supply_is_what_pass_through_implies() -> None:
    table = tv.load("elasticities").set_index("id")
    origins, supply = table.loc["origins_common", "value"], table.loc["supply_assumed"]
    border = table.loc["border_assumed"]
    # Price paid over tariff: 1 / (1 + supply x demand), both constant elasticities.
    assert 1 / (1 + supply["value"] * origins) == pytest.approx(border["value"], abs=0.015)
    assert 1 / (1 + supply["high"] * origins) == pytest.approx(border["low"], abs=0.001)


def test_each_study_is_a_complete_set_of_sectors() -> None:
    table = tv.load("sector_elasticities")
    sets = table.pivot(index="study", columns="sector", values="value")
    assert sets.shape == (7, 28)
    assert (sets > 0).all(axis=None)
    assert (sets.loc["uniform"] == 4).all()
    # Office 12.95, communication 3.95, medical 8.71 in Caliendo and Parro's Table 1.
    assert sets.loc["caliendo_parro_2015", "C26"] == pytest.approx((12.95 + 3.95 + 8.71) / 3)
    filled = table[table["published"] == 0]
    assert (filled["status"] == "assumption").all()
    assert (filled["value"] == 4).all()


# States of tables that were known before


@pytest.mark.parametrize("name", sorted(path.stem for path in DATA.glob("revisions/*.parquet")))
def test_an_earlier_state_of_a_table_has_no_holes(name: str) -> None:
    now = tv.load(name)
    last = pd.read_parquet(DATA / "revisions" / f"{name}.parquet")["until"].max()
    then = tv.load(name, as_of=last - pd.Timedelta(days=1))
    period = "month" if "month" in now else "year"
    series = [column for column in ("partner", "aggregate") if column in now]
    before = dict(list(then.groupby(series, observed=True)[period]))
    assert len(then) < len(now)
    # Each vintage is called by its month, and the first print of a figure was before all others.
    names = set(then["vintage"].astype(str)) - {"first print"}
    assert max(names, default="") < str(last)[:7]
    for key, periods in now.groupby(series, observed=True)[period]:
        # What was published later is at the end of a series, or a series of its own.
        known = sorted(before.get(key, []))
        assert known == sorted(periods)[: len(known)], key


def test_sizes_of_partners_are_the_latest_of_their_tables() -> None:
    partners = tv.load("partners").astype({"partner": str}).set_index("partner")
    for table, value, year in (
        ("gdp", "gdp_usd", "gdp_year"),
        ("goods_exports", "goods_exports_world_usd", "goods_exports_year"),
    ):
        rows = tv.load(table).astype({"partner": str})
        latest = rows.loc[rows.groupby("partner")["year"].idxmax()].set_index("partner")
        known = partners[partners[value].notna()]
        assert set(known.index) == set(latest.index) & set(partners.index)
        assert (known[year] == latest.loc[known.index, "year"]).all()
        assert (known[value] == latest.loc[known.index, value]).all()
