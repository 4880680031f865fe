"""The trade tables hold what the publishers say, and step in none of the sources' traps."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

DATA = Path(__file__).resolve().parent.parent / "data"
FOCUS = ["GBR", "AUS", "KOR", "IND", "JPN"]
REGIONS = "NORTH_AMERICA SOUTH_CENTRAL_AMERICA EUROPE ASIA AUSTRALIA_OCEANIA AFRICA".split()


@cache
def package() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    return found


def resource(name: str) -> dict[str, Any]:
    return next(item for item in package()["resources"] if item["name"] == name)


@cache
def table(name: str) -> pd.DataFrame:
    described = resource(name)
    path = DATA / described["path"]
    if path.suffix == ".csv":
        fields = described["schema"]["fields"]
        text = {item["name"]: str for item in fields if item["type"] == "string"}
        return pd.read_csv(path, dtype=text, keep_default_na=False, na_values=[""])
    read = pd.read_parquet(path)
    if "month" in read:
        read["month"] = pd.to_datetime(read["month"])
    if "partner" in read:
        read["partner"] = read["partner"].astype(str)
    return read


def million(frame: pd.DataFrame, column: str) -> dict[str, int]:
    return {
        key: round(value / 1e6)
        for key, value in zip(frame["partner"], frame[column], strict=True)
        if key in FOCUS
    }


# What is made from sources; the runs of the deals stand in their own order.
TABLES = [
    item["name"]
    for item in package()["resources"]
    if "/" not in item["path"] and not item["name"].startswith("deals_")
]


@pytest.mark.parametrize("name", TABLES)
def test_every_field_has_a_description_and_amounts_have_a_unit(name: str) -> None:
    described = resource(name)
    for source in described["sources"]:
        assert {"title", "publisher", "series", "licence", "date"} <= set(source), source
    for item in described["schema"]["fields"]:
        assert item["description"].endswith("."), item
        if item["name"].endswith("_usd"):
            assert item["unit"] == "USD", item
        if item["name"].endswith(("_rate", "_share")) or item["name"] == "rate":
            assert item["unit"] == "fraction", item


@pytest.mark.parametrize("name", TABLES)
def test_rows_are_sorted_by_the_key(name: str) -> None:
    key = resource(name)["schema"]["primaryKey"]
    # A copy in Python's own texts: those of Arrow are sorted several times as slowly.
    frame = table(name)[key].astype({column: object for column in key})
    pd.testing.assert_frame_equal(frame, frame.sort_values(key, ignore_index=True))


def test_parquet_types_are_plain() -> None:
    lines = pq.read_schema(DATA / "imports_2024.parquet")
    assert str(lines.field("hs10").type) == "string"
    assert str(lines.field("value_usd").type) == "double"
    assert str(pq.read_schema(DATA / "balances_monthly.parquet").field("month").type) == (
        "date32[day]"
    )
    for path in DATA.glob("*.parquet"):
        # pandas metadata carries version numbers, so the bytes would change with the version.
        assert b"pandas" not in (pq.read_schema(path).metadata or {}), path.name


def test_data_is_small() -> None:
    assert sum(path.stat().st_size for path in DATA.rglob("*") if path.is_file()) < 15e6


def test_frictionless_accepts_the_package_and_the_csv_tables() -> None:
    frictionless = pytest.importorskip("frictionless")
    whole = frictionless.Package.from_descriptor(package(), basepath=str(DATA))
    assert len(whole.resources) == len(package()["resources"])
    # The library reads no Parquet without an extra; those tables are checked above.
    csv_only = package() | {
        "resources": [item for item in package()["resources"] if item["path"].endswith(".csv")]
    }
    report = frictionless.Package.from_descriptor(csv_only, basepath=str(DATA)).validate()
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "note"])[:10]


# Numbers that stand in other places too


def test_balances_of_2024_are_those_of_the_april_2025_vintage() -> None:
    balances = table("balances_annual")
    assert million(balances[balances["year"] == 2024], "balance_usd") == {
        "GBR": 11_857,
        "AUS": 17_908,
        "KOR": -66_007,
        "IND": -45_664,
        "JPN": -68_468,
    }


def test_six_regions_make_the_world_of_2025() -> None:
    groups = table("aggregates_annual")
    world = groups[(groups["year"] == 2025) & groups["aggregate"].isin(REGIONS)]
    sums = world[["exports_usd", "general_imports_usd", "balance_usd"]].sum() / 1e9
    assert len(world) == 6
    assert sums.round(1).tolist() == [2179.9, 3414.5, -1234.6]


def test_six_regions_make_the_published_world_of_every_year_since_1997() -> None:
    groups = table("aggregates_annual")
    groups = groups[groups["year"].between(1997, 2024)]
    world = groups[groups["aggregate"] == "WORLD_NSA"].set_index("year")
    regions = groups[groups["aggregate"].isin(REGIONS)].groupby("year")
    for column in ("exports_usd", "general_imports_usd"):
        # Not exact: unidentified countries and late corrections are outside the regions.
        assert regions[column].sum().to_numpy() == pytest.approx(world[column], rel=0.0015)


@pytest.mark.parametrize("name", [f"{what}_{pace}" for what in ("balances", "aggregates")
                                  for pace in ("annual", "monthly")])  # fmt: skip
def test_a_balance_is_exports_less_general_imports(name: str) -> None:
    earlier = table(f"revisions_{name}")
    for rows in (table(name), earlier[~earlier["absent"]]):
        gap = rows["exports_usd"] - rows["general_imports_usd"] - rows["balance_usd"]
        assert gap.abs().eq(0).all()


def test_years_are_the_sums_of_their_months() -> None:
    months = table("balances_monthly")
    sums = months.groupby(["partner", months["month"].dt.year])["balance_usd"].sum()
    years = table("balances_annual").set_index(["partner", "year"])["balance_usd"]
    # Months and years are rounded apart: to the dollar in the old vintage, 100,000 in the new.
    old = years[years.index.get_level_values("year") < 2025]
    new = years[years.index.get_level_values("year") == 2025]
    assert (sums.reindex(old.index) - old).abs().max() < 2_000
    assert (sums.reindex(new.index) - new).abs().max() < 1_300_000


def test_trade_lines_are_complete() -> None:
    lines = table("imports_2024")
    rows = lines["partner"].value_counts()
    assert (len(lines), rows.size) == (209_616, 51)
    assert rows[FOCUS].to_dict() == {
        "GBR": 10_258,
        "AUS": 4_671,
        "KOR": 8_327,
        "IND": 11_096,
        "JPN": 10_102,
    }


def test_trade_lines_and_monthly_duties_tell_the_same_2024() -> None:
    # Both are the Census figures of December 2024: measured, they differ by less than a dollar.
    months = table("duties_monthly")
    months = months[months["month"].dt.year == 2024].groupby("partner")
    lines = table("imports_2024").groupby("partner")
    shared = sorted(set(months.groups) & set(lines.groups))
    assert len(shared) == 22
    assert set(FOCUS) | {"EU", "CHN", "CAN", "MEX"} <= set(shared)
    for ours, theirs in (("value_usd", "imports_usd"), ("duty_usd", "duty_usd")):
        gap = lines[ours].sum()[shared] - months[theirs].sum()[shared]
        assert gap.abs().max() < 1.0


# One trap each


def test_unpublished_months_are_absent_not_zero() -> None:
    months = table("balances_monthly")
    late = months[months["month"] >= "2025-03-01"]
    assert set(late["vintage"]) == {"2026-10"}
    assert late["month"].max() == pd.Timestamp(2026, 7, 1)
    assert late["partner"].nunique() == 60
    assert (late[["exports_usd", "general_imports_usd"]] > 0).all(axis=None)


def test_no_year_is_a_sum_of_some_months() -> None:
    years, groups = table("balances_annual"), table("aggregates_annual")
    for frame in (years, groups):
        assert frame["year"].max() == 2025
        assert set(frame.loc[frame["year"] == 2025, "vintage"]) == {"2026-10"}
    assert (years["year"] == 2025).sum() == 60


def test_the_newer_vintage_wins_and_no_month_comes_twice() -> None:
    months = table("balances_monthly").set_index(["partner", "month"])
    assert months.index.is_unique
    january = months.xs("GBR").loc["2025-01-01"]
    assert january["vintage"] == "2026-10"
    assert january["general_imports_usd"] == pytest.approx(6.0588e9)


def test_aggregates_are_not_among_the_countries() -> None:
    for name in ("balances_annual", "balances_monthly"):
        assert table(name)["partner"].str.fullmatch("[A-Z]{3}").all()
    years = table("balances_annual")
    world = table("aggregates_annual").query("aggregate == 'WORLD_NSA' and year == 2024")
    countries = years.loc[years["year"] == 2024, "general_imports_usd"].sum()
    # Twice the world would be here if one aggregate had stayed in.
    assert countries == pytest.approx(world["general_imports_usd"].item(), rel=1e-4)


def test_consumption_aggregates_are_left_out() -> None:
    assert not table("aggregates_annual")["name"].str.contains("Consump|USMCA|NAFTA").any()


def test_the_union_lost_the_united_kingdom_in_2020() -> None:
    members = set(table("partners").query("part_of == 'EU'")["partner"])
    assert len(members) == 27
    imports = table("balances_annual").pivot(
        index="year", columns="partner", values="general_imports_usd"
    )
    groups = table("aggregates_annual").query("aggregate == 'EU'").set_index("year")
    union = groups["general_imports_usd"]
    of_27 = imports[sorted(members)].sum(axis=1)
    assert union[2019] == pytest.approx(of_27[2019] + imports.loc[2019, "GBR"], rel=0.001)
    for year in (2020, 2024):
        assert union[year] == pytest.approx(of_27[year], rel=0.001)


def test_codes_keep_their_leading_zeros() -> None:
    assert table("partners").set_index("partner").loc["EU", "census_code"] == "0003"
    for name in ("imports_2024", "products", "usmca_shares_2025"):
        codes = table(name)["hs10"]
        assert codes.str.fullmatch("[0-9]{10}").all()
        assert codes.str.startswith("0").any()
    goods = table("products")
    for digits in (2, 4, 6, 8):
        assert (goods[f"hs{digits}"] == goods["hs10"].str[:digits]).all()


def test_namibia_is_a_partner_not_a_missing_value() -> None:
    assert "NAM" in set(table("partners")["partner"])
    assert "NAM" in set(table("balances_annual")["partner"])


def test_slovakia_is_marked_as_part_of_the_union() -> None:
    who = table("partners")
    twice = who[who["has_lines"] & who["part_of"].notna()]
    assert twice["partner"].tolist() == ["SVK"]
    assert twice["trade_rank_2024"].isna().all()
    # 4359, the code of the trade lines; the list of members that came with them says 4371.
    assert twice["census_code"].tolist() == ["4359"]


def test_norway_is_not_a_member_of_the_union() -> None:
    norway = table("partners").set_index("partner").loc["NOR"]
    assert norway["census_code"] == "4039"
    assert pd.isna(norway["part_of"])


def test_lines_hold_2024_and_not_the_totals_since_2013() -> None:
    values = table("imports_2024").groupby("partner")["value_usd"].sum() / 1e9
    assert values[["CHN", "JPN", "EU"]].round(1).to_dict() == {
        "CHN": 429.4,
        "JPN": 151.3,
        "EU": 597.5,
    }


def test_all_products_are_counted_once() -> None:
    sectors = table("duties_monthly_naics3")
    assert "00" not in set(sectors["naics3"])
    months = table("duties_monthly").query("vintage == 'first print'")
    sums = sectors.groupby(["partner", "month"])[["imports_usd", "duty_usd"]].sum()
    whole = months.set_index(["partner", "month"])[["imports_usd", "duty_usd"]]
    assert len(whole) > 4_500
    gap = (sums.loc[whole.index] - whole).abs()
    assert gap.max().max() < 1.0


def test_world_and_usmca_are_not_partners_of_the_duties() -> None:
    who = set(table("duties_monthly")["partner"])
    assert len(who) == 34
    assert who <= set(table("partners")["partner"])
    # A month of the world is above 180 bn; the largest single partner, the EU, stays below 100.
    assert 50e9 < table("duties_monthly")["imports_usd"].max() < 100e9


@pytest.mark.parametrize("partner", ["GBR", "KOR", "IND", "JPN", "EU", "MEX"])
def test_duties_of_december_2025_stay_missing(partner: str) -> None:
    months = table("duties_monthly").query("partner == @partner")["month"]
    assert pd.Timestamp(2025, 11, 1) in set(months)
    assert pd.Timestamp(2025, 12, 1) not in set(months)
    assert (pd.Timestamp(2026, 7, 1) in set(months)) == (partner != "EU")


def test_australia_has_its_december() -> None:
    months = table("duties_monthly").query("partner == 'AUS'").set_index("month")
    assert pd.Timestamp(2025, 12, 1) in months.index
    # The newer vintage, not the first print.
    january = months.loc["2025-01-01"]
    assert (january["imports_usd"], january["duty_usd"]) == (4_569_802_487, 1_310_174)


def test_general_imports_and_imports_for_consumption_are_not_the_same_column() -> None:
    general = table("balances_annual").query("year == 2024").set_index("partner")
    lines = table("imports_2024").groupby("partner")["value_usd"].sum()
    ratio = (lines / general["general_imports_usd"]).dropna()
    assert round(ratio["JPN"], 3) == 1.021
    assert (ratio[FOCUS] != 1).all()
    for name in TABLES:
        columns = {item["name"] for item in resource(name)["schema"]["fields"]}
        assert not {"general_imports_usd", "imports_usd"} <= columns


def test_mfn_rates_are_the_printed_ones() -> None:
    goods = table("products").set_index("hs10")
    car = goods.loc["8703230190" if "8703230190" in goods.index else "8703230140"]
    assert (car["mfn_rate"], car["mfn_type"], car["mfn_text"]) == (0.025, "ad_valorem", "2.5%")
    truck = goods.loc["8704310140"]
    assert truck["mfn_rate"] == 0.25
    printed = goods[goods["mfn_type"] == "ad_valorem"]
    percent = printed["mfn_text"].str.extract(r"^([0-9.]+)%")[0].astype(float) / 100
    assert (percent - printed["mfn_rate"]).abs().max() < 1e-6


def test_a_rate_that_points_elsewhere_is_missing() -> None:
    goods = table("products")
    points = goods["mfn_text"].str.contains("applicable|^See |^A duty", na=False)
    assert points.sum() > 100
    assert set(goods.loc[points, "mfn_type"]) == {"other"}
    assert goods.loc[points, "mfn_rate"].isna().all()


def test_a_product_without_a_tariff_line_has_no_rate() -> None:
    goods = table("products")
    without = goods[goods["mfn_type"] == "missing"]
    assert without["hs10"].tolist() == ["2918000000", "4420190000", "9999950000"]
    assert without["mfn_rate"].isna().all()


def test_metal_shares_do_not_pass_the_whole() -> None:
    shares = table("products")[["steel_share", "aluminium_share", "copper_share"]]
    assert shares.sum(axis=1).max() <= 1 + 1e-5
    steel = table("products").query("hs2 == '72'")["steel_share"]
    assert 0.85 < steel.mean() < 1
    # Missing in the source, so missing here, and known: no zero in their place.
    assert shares.isna().any(axis=1).sum() == 309


def test_descriptions_can_be_read() -> None:
    text = table("products")["description"]
    assert not text.str.contains("NESOI|GT=|LT=").any()
    assert text.str[0].str.isupper().mean() > 0.97
    assert (text == text.str.upper()).mean() < 0.01


def test_sectors_cover_all_chapters() -> None:
    chapters = table("sectors")
    assert len(chapters) == 98
    assert chapters["sector"].nunique() == 18
    assert set(table("products")["hs2"]) <= set(chapters["hs2"])
    sector = chapters.set_index("hs2")["sector"]
    assert sector[["30", "71", "73", "87", "99"]].tolist() == [
        "Pharmaceuticals",
        "Precious metals and gems",
        "Iron and steel",
        "Vehicles and parts",
        "Special provisions",
    ]


def test_the_fourteen_are_the_largest_fifteen_less_china() -> None:
    who = table("partners")
    fourteen = who[who["in_fourteen"]].sort_values("trade_rank_2024")["partner"].tolist()
    assert fourteen == ("EU MEX CAN JPN KOR TWN VNM GBR IND BRA SGP CHE THA MYS".split())
    groups = who.groupby("group")["partner"].agg(set)
    assert groups["fourteen"] == set(fourteen) - groups["focus"]
    # Australia is a first target of the talks but only the sixteenth partner.
    assert who.set_index("partner").loc["AUS", "trade_rank_2024"] == 16


def test_agreements_are_known() -> None:
    agreements = table("partners").set_index("partner")["us_agreement"]
    assert agreements[["KOR", "AUS", "MEX", "SLV"]].tolist() == [
        "KORUS",
        "AUSFTA",
        "USMCA",
        "CAFTA-DR",
    ]
    assert agreements[["GBR", "IND", "JPN", "EU"]].isna().all()
    assert agreements.notna().sum() == 20


def test_goods_exports_have_no_comma_trouble() -> None:
    exports = table("goods_exports")
    assert million(exports[exports["year"] == 2024], "goods_exports_world_usd") == {
        "GBR": 508_685,
        "AUS": 340_855,
        "KOR": 683_127,
        "IND": 434_435,
        "JPN": 707_390,
    }
    who = table("partners").set_index("partner")
    assert (who.loc[FOCUS, "goods_exports_year"] == 2024).all()


WORLD_WITHOUT = {
    2010: (15_102_218, 1_278_099, 287_499),
    2015: (16_256_713, 1_501_846, 281_704),
    2022: (24_554_168, 2_062_090, 479_889),
    2023: (23_427_648, 2_018_543, 432_204),
    2024: (23_413_421, 2_063_803, 0),
}
"""Published goods exports, million USD: all areas, the United States, areas that are no partner."""


def test_goods_exports_add_up_to_the_published_world() -> None:
    total = table("goods_exports").groupby("year")["goods_exports_world_usd"].sum() / 1e6
    for year, (world, own, elsewhere) in WORLD_WITHOUT.items():
        # Two hundred figures, each rounded to a million.
        assert total[year] == pytest.approx(world - own - elsewhere, abs=15), year


def test_what_is_missing_stays_missing() -> None:
    who = table("partners").set_index("partner")
    lines = who[who["has_lines"]]
    assert lines.index[lines["gdp_usd"].isna()].tolist() == ["TWN"]
    assert sorted(lines.index[lines["goods_exports_world_usd"].isna()]) == ["EU", "TWN"]
    assert who.loc["VEN", "gdp_year"] == 2014
    assert who.loc["EU", "gdp_usd"] == pytest.approx(18.35e12, rel=0.001)
    assert (who.loc[FOCUS, "gdp_year"] == 2023).all()


def test_usmca_shares_are_of_canada_and_mexico_only() -> None:
    shares = table("usmca_shares_2025")
    assert set(shares["partner"]) == {"CAN", "MEX"}
    assert shares["usmca_share"].gt(0).all()
