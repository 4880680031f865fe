"""Named lists of HTS prefixes, derived from the published lists, and content shares."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

Prefixes = list[str]

# Proclamations 9704 and 9705 of 2018 name the articles themselves by heading.
STEEL_ARTICLES = (
    [str(heading) for heading in range(7206, 7216)]
    + ["721610", "721621", "721622", "721631", "721632", "721633", "721640", "721650", "721699"]
    + [str(heading) for heading in range(7217, 7230)]
    + ["730110", "730210", "730240", "730290", "7304", "7305", "7306"]
)
ALUMINIUM_ARTICLES = ["7601", *map(str, range(7604, 7610)), "7616995160", "7616995170"]
SOFTWOOD = (
    "44031100 44032101 44032201 44032301 44032401 44032501 44032601 44039901 44061100 44069100 "
    "44071100 44071200 44071300 44071400 44071900"
).split()
UPHOLSTERED = ["9401614011", "9401614031", "9401616011", "9401616031"]
CABINETS = ["9403409060", "9403608093", "9403910080"]
# Headings of heavier trucks and road tractors: the proclamation's own list is not public here.
HEAVY_TRUCKS = (
    "870121 870122 870123 870124 870129 870422 870423 870432 870442 870443 870452".split()
)
# Too wide to stand for car parts: 8537.10 is every low-voltage panel, 8471 every computer.
NOT_CAR_PARTS = {"853710", "8471"}
_AIRCRAFT = re.compile(r"AIR ?CRA?FT|AIRCRF|ARCT\b|AIRPL|ARPLN|HELICOP|HLCPTR")
_NOT_AIRCRAFT = re.compile(r"NONAIRCRAFT|EXC(?:EPT)? CIVIL|NO?T FOR CIV|MILIT|MLTARY")


def read_codes(path: Path, column: int = 0) -> Prefixes:
    """Read one column of codes as text, digits only, so that leading zeros survive."""
    table = pd.read_csv(path, dtype=str, comment="#", encoding="latin-1")
    codes = table.iloc[:, column].str.replace(r"\D", "", regex=True)
    return sorted(set(codes[codes.str.len().ge(2)]))


def _annex(raw: Path, annex: str, chapters: tuple[str, ...] = ("",)) -> Prefixes:
    """Return an annex of the metals proclamation of April 2026.

    The published lists name ten-digit lines and the steel headings of chapter 72; the other
    stored copy cuts lines to six digits and leaves chapter 72 out.
    """
    codes = read_codes(raw / f"tariff-lists/metals-annex-{annex}.csv")
    return [code for code in codes if code.startswith(chapters)]


def _derivatives(raw: Path) -> pd.DataFrame:
    """Return steel and aluminium derivatives outside chapters 73 and 76 with their first day."""
    listed = pd.read_csv(raw / "budget-lab/s232_derivative_products.csv", dtype=str)
    listed = listed.rename(columns={"derivative_type": "metal", "effective_date": "start"})
    rows = [listed[["hts_prefix", "metal", "start"]].fillna({"start": "2025-03-12"})]
    for metal, file in (("steel", "steel-tariffs.csv"), ("aluminum", "alu-tariffs.csv")):
        codes = read_codes(raw / "tariff-lists" / file)
        rows.append(pd.DataFrame({"hts_prefix": codes, "metal": metal, "start": "2025-03-12"}))
    table = pd.concat(rows, ignore_index=True)
    return table[~table["hts_prefix"].str[:2].isin(["72", "73", "76"])]


def _full_value_derivatives(raw: Path) -> Prefixes:
    codes = read_codes(raw / "tariff-lists/steel-tariffs.csv")
    codes += read_codes(raw / "tariff-lists/alu-tariffs.csv")
    listed = pd.read_csv(raw / "budget-lab/s232_derivative_products.csv", dtype=str)
    early = listed[listed["effective_date"].isna()]["hts_prefix"].tolist()
    return sorted({code for code in codes + early if code[:2] in ("73", "76")})


def civil_aircraft(raw: Path, products: pd.DataFrame) -> Prefixes:
    """Return the HS10 lines of the civil-aircraft list whose own description is aircraft.

    The list names 8-digit codes that are exempt only when the goods are for civil aircraft
    (pumps, motors, tubes ...). Most trade in those codes is not, so a line counts only when
    chapter 88 or its official description says aircraft.
    """
    floor = pd.read_csv(raw / "budget-lab/floor_exempt_products.csv", dtype=str)
    chosen = floor[floor["category"].eq("civil_aircraft") & floor["country_group"].eq("eu")]
    listed = set(chosen["hts8"])
    listed |= set(read_codes(raw / "tariff-lists/section122-aircraft-exemptions.csv"))
    text = products["text"].str.upper()
    is_aircraft = text.str.contains(_AIRCRAFT) & ~text.str.contains(_NOT_AIRCRAFT)
    is_aircraft |= products["hs10"].str.startswith(("8802", "8807")) & ~text.str.contains(
        _NOT_AIRCRAFT
    )
    wanted = products["hs10"].str[:8].isin(listed) & is_aircraft
    return sorted(products.loc[wanted, "hs10"])


def build_scopes(raw: Path, products: pd.DataFrame) -> dict[str, tuple[str, Prefixes]]:
    """Return scope name -> (title, prefixes).

    `products` needs `hs10` and `text` (the unedited official description).
    """
    lists, lab = raw / "tariff-lists", raw / "budget-lab"
    autos = read_codes(lists / "auto-tariffs.csv")
    passenger = [code for code in autos if code.startswith("8703")]
    cars = [code for code in autos if code.startswith(("8703", "8704"))]
    parts = sorted(set(autos) - set(cars) - NOT_CAR_PARTS)
    # The published file pads 8-digit subheadings to ten digits: cut them back, else the
    # statistical lines below a subheading fall out of the exemption.
    annex_ii = sorted({code[:8] for code in read_codes(lists / "annex-II-exemptions.csv")})
    november = read_codes(lists / "annex-II-exemptions-nov14.csv")
    bullion = [code for code in november if code.startswith("71")]
    derivatives = _derivatives(raw)
    first = derivatives["start"].le("2025-03-12")
    special = [
        code for code in read_codes(lab / "ieepa_exempt_products.csv") if code.startswith("98")
    ]
    carve_out = pd.read_csv(lab / "fentanyl_carveout_products.csv", dtype=str)
    floor = pd.read_csv(lab / "floor_exempt_products.csv", dtype=str)
    unavailable = floor[floor["category"].eq("ptaap")]
    brazil_orders = pd.read_csv(lab / "country_eo_exempt_products.csv", dtype=str, comment="#")
    brazil_orders = brazil_orders[brazil_orders["ch99_code"].eq("9903.01.77")]
    brazil_orders["hts10"] = brazil_orders["hts10"].str.replace(r"\D", "", regex=True)
    brazil_first = brazil_orders["effective_date_start"].lt("2025-11-01")
    brazil_301 = pd.read_csv(lists / "brazil-301-exemptions.csv", dtype=str)
    copper = read_codes(lists / "copper-list.csv")
    return {
        "passenger_cars": ("Passenger cars under Section 232", passenger),
        "cars": ("Passenger cars and light trucks under Section 232", cars),
        "auto_parts": ("Car and light-truck parts under Section 232", parts),
        "metals_articles": (
            "Steel and aluminium articles, and derivatives in chapters 73 and 76",
            sorted({*STEEL_ARTICLES, *ALUMINIUM_ARTICLES, *_full_value_derivatives(raw)}),
        ),
        "steel_articles": ("Steel articles of Proclamation 9705", STEEL_ARTICLES),
        "aluminium_articles": ("Aluminium articles of Proclamation 9704", ALUMINIUM_ARTICLES),
        "metals_content_2025_03": (
            "Derivatives outside chapters 73 and 76, list of March 2025",
            sorted(set(derivatives.loc[first, "hts_prefix"])),
        ),
        "metals_content_2025_08": (
            "Derivatives outside chapters 73 and 76, list of August 2025",
            sorted(set(derivatives["hts_prefix"])),
        ),
        "metals_annex_1a": ("Metals Annex I-A of April 2026", _annex(raw, "IA")),
        "metals_annex_1a_aluminium": ("Aluminium of Annex I-A", _annex(raw, "IA", ("76",))),
        "metals_annex_1b": ("Metals Annex I-B of April 2026", _annex(raw, "IB")),
        "metals_annex_3": ("Metals Annex III of April 2026", _annex(raw, "III-temporary")),
        "copper_articles": (
            "Semi-finished copper of chapter 74",
            [code for code in copper if code.startswith("74")],
        ),
        "copper_wire": (
            "Insulated copper wire and cable",
            [code for code in copper if not code.startswith("74")],
        ),
        "softwood": ("Softwood timber and lumber", SOFTWOOD),
        "upholstered_furniture": ("Upholstered wooden furniture", UPHOLSTERED),
        "cabinets": ("Kitchen cabinets and vanities", CABINETS),
        "heavy_trucks": ("Medium and heavy trucks (stand-in by heading)", HEAVY_TRUCKS),
        "buses": ("Buses", ["8702"]),
        "truck_parts": (
            "Parts of medium and heavy trucks",
            read_codes_plain(lab / "s232_mhd_parts.txt"),
        ),
        "advanced_chips": ("Advanced computing chips and cards", ["8471804000"]),
        "annex_ii": ("Annex II of EO 14257, April 2025", annex_ii),
        "annex_ii_november": ("Annex II after EO 14360, November 2025", november),
        "bullion": ("Gold, silver and platinum bullion", bullion),
        "electronics": (
            "Computers, phones and chips of the memorandum of 11 April 2025",
            read_codes(lists / "consumer_electronics_EO14257_apr11.csv"),
        ),
        "special_provisions": ("Chapter 98 entries outside the emergency duties", special),
        "civil_aircraft": (
            "Civil aircraft, engines and parts (lines whose description says aircraft)",
            civil_aircraft(raw, products),
        ),
        "unavailable_eu": (
            "Natural resources and other exempt goods of the EU terms",
            sorted(unavailable.loc[unavailable["country_group"].eq("eu"), "hts8"]),
        ),
        "unavailable_switzerland": (
            "Natural resources and other exempt goods of the Swiss terms",
            sorted(unavailable.loc[unavailable["country_group"].eq("swiss"), "hts8"]),
        ),
        "section_122_exempt": (
            "Section 122 product exemptions",
            read_codes(lists / "section122-product-exemptions.csv"),
        ),
        "canada_energy_potash": (
            "Canadian energy and potash",
            sorted(set(carve_out.loc[carve_out["category"].ne("potash_mx"), "hts8"])),
        ),
        "mexico_potash": (
            "Mexican potash",
            sorted(set(carve_out.loc[carve_out["category"].eq("potash_mx"), "hts8"])),
        ),
        "brazil_order_first": (
            "Exemptions of EO 14323",
            sorted(set(brazil_orders.loc[brazil_first, "hts10"])),
        ),
        "brazil_order_november": (
            "Exemptions of EO 14323 as widened in November 2025",
            sorted(set(brazil_orders["hts10"])),
        ),
        "brazil_301_exempt": (
            "Exemptions of the Section 301 action on Brazil, aircraft-only codes left out",
            sorted(set(brazil_301.loc[brazil_301["category"].ne("aircraft"), "HTSUS"])),
        ),
        "pharmaceuticals": ("Pharmaceutical products, chapter 30", ["30"]),
        "semiconductors": ("Semiconductors, headings 8541 and 8542", ["8541", "8542"]),
    }


def read_codes_plain(path: Path) -> Prefixes:
    """Read a list without a header row."""
    return sorted(set(path.read_text().split()))


def covers(prefixes: Prefixes, hs10: pd.Series) -> pd.Series:
    """Return which products a list of prefixes reaches."""
    return hs10.str.startswith(tuple(prefixes))


def build_value_shares(
    raw: Path, products: pd.DataFrame, scopes: dict[str, tuple[str, Prefixes]]
) -> pd.DataFrame:
    """Return the share of a line's value that a measure reaches (metal content, not USMCA).

    A line without a row is reached in full: customs charges the whole value where the content is
    not declared.
    """
    hs10 = products["hs10"]
    content = _content(raw, hs10)
    derivatives = _derivatives(raw)
    tables = []
    for name, day in (("2025_03", "2025-03-12"), ("2025_08", "2025-08-18")):
        share = pd.Series(0.0, index=hs10)
        for metal, column in (("steel", "steel_share"), ("aluminum", "aluminum_share")):
            wanted = derivatives["metal"].eq(metal) & derivatives["start"].le(day)
            reached = covers(list(derivatives.loc[wanted, "hts_prefix"]), hs10).to_numpy()
            share += content[column].to_numpy() * reached
        share = share[covers(scopes[f"metals_content_{name}"][1], hs10).to_numpy()]
        tables.append(_share_rows(f"metal_content_{name}", "all", share.clip(upper=1.0)))
    wire = covers(scopes["copper_wire"][1], hs10).to_numpy()
    copper = content["copper_share"].set_axis(hs10)
    tables.append(_share_rows("copper_content", "all", copper[wire]))
    usmca = pd.read_csv(
        raw / "budget-lab/usmca_product_shares_2025.csv", dtype={"hts10": str, "cty_code": str}
    )
    for code, partner in (("1220", "CAN"), ("2010", "MEX")):
        one = usmca[usmca["cty_code"].eq(code)].set_index("hts10")["usmca_share"]
        one = one[one.gt(0) & one.index.isin(set(hs10))]
        tables.append(_share_rows("not_usmca", partner, 1.0 - one))
    table = pd.concat(tables, ignore_index=True).dropna(subset=["share"])
    table["share"] = table["share"].round(6)
    return table.sort_values(["name", "partner", "hs10"], ignore_index=True)


def _content(raw: Path, hs10: pd.Series) -> pd.DataFrame:
    """Return the modelled metal content of each product, by its closest relatives where missing.

    The model is by industry, so that products of one subheading share a value; codes that are
    younger than the model (medicines, above all) take the mean of their HS8, else HS6, else HS4.
    """
    table = pd.read_csv(raw / "budget-lab/metal_content_shares_bea_hs10.csv", dtype={"hs10": str})
    names = ["steel_share", "aluminum_share", "copper_share"]
    shares = table.set_index("hs10")[names]
    found = shares.reindex(hs10)
    for digits in (8, 6, 4):
        family = shares.groupby(shares.index.str[:digits]).mean().reindex(hs10.str[:digits])
        found = found.fillna(family.set_axis(found.index))
    return found


def _share_rows(name: str, partner: str, share: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {"name": name, "partner": partner, "hs10": share.index, "share": share.to_numpy()}
    )
