"""Trade lines of 2024, the products they are made of, and who claimed the USMCA preference."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tables import sectors, sources
from tables.common import Resource, describe, field, read_text, write_table
from tables.wording import readable

_HS10 = "[0-9]{10}"
_METALS = ("steel_share", "aluminium_share", "copper_share")
# Texts that send the reader to another rate: a number parsed from them is no rate of its own.
_ELSEWHERE = (
    r"(?i)^\s*(?:the (?:rate|duty|duties)|a duty|duty|rate|see |no change|free,? if)"
    r"|minus|applicable"
)

IMPORTS: Resource = describe(
    "imports_2024",
    "imports_2024.parquet",
    "Trade lines of 2024",
    "US imports for consumption in calendar year 2024 by partner and HS10 product: customs value "
    "and the duty calculated on it. 209,616 lines of 51 partners: 50 countries and the EU. "
    "The duty is what was calculated in 2024 (with the Section 232 and 301 duties then in force, "
    "after preferences), so duty over value is an applied rate, not the ordinary (MFN) rate. "
    "SVK (Slovakia) is also inside EU: leave one of them out before adding partners up. The 51 do "
    "not add up to the world. A pair without a row had no imports.",
    [
        field("partner", "string", "Partner, ISO 3166 alpha-3 or EU.", pattern="[A-Z]{3}|EU"),
        field("hs10", "string", "Ten-digit product code, leading zero kept.", pattern=_HS10),
        field("value_usd", "number", "Customs value of imports.", unit="USD", minimum=0),
        field("duty_usd", "number", "Calculated duty.", unit="USD", minimum=0),
    ],
    ["partner", "hs10"],
    [("partner", "partners", "partner"), ("hs10", "products", "hs10")],
    [sources.CENSUS_HS10],
)
PRODUCTS: Resource = describe(
    "products",
    "products.parquet",
    "Products",
    "Every HS10 product of the trade lines, with its parent codes, ordinary (MFN) rate, sector and "
    "modelled metal content. Three products without a match in the 2025 tariff have mfn_type "
    "'missing' and no rate. The rate is the ad valorem part of the printed text: it is 0 for a "
    "'specific' duty (cents per kilogram and the like) and leaves the specific part of a "
    "'compound' duty out, so both are understated; where the text charges parts of a good "
    "differently, the first percentage is used. A text that only points to another rate has "
    "mfn_type 'other' and no rate. The NAICS sector of the products that the concordance lacks is "
    "taken from their HS8 (else HS6) neighbours where these all agree. Metal shares are modelled "
    "by industry and are no measurement of a product; where the source's shares add up to more "
    "than 1 they are scaled to 1; products the source lacks have none.",
    [
        field("hs10", "string", "Ten-digit product code.", pattern=_HS10, unique=True),
        field("description", "string", "Short Census description, in sentence case."),
        field("hs2", "string", "Chapter.", pattern="[0-9]{2}"),
        field("hs4", "string", "Heading.", pattern="[0-9]{4}"),
        field("hs6", "string", "Subheading.", pattern="[0-9]{6}"),
        field("hs8", "string", "US tariff line.", pattern="[0-9]{8}"),
        field(
            "mfn_rate",
            "number",
            "Ordinary (MFN, column 1 general) rate of 2025, ad valorem part.",
            unit="fraction",
            required=False,
            minimum=0,
            maximum=4,
        ),
        field(
            "mfn_type",
            "string",
            "What kind of duty the text sets.",
            enum=["free", "ad_valorem", "specific", "compound", "other", "missing"],
        ),
        field("mfn_text", "string", "The rate as printed in the tariff.", required=False),
        field("sector", "string", "Readable group of chapters.", enum=list(sectors.SECTORS)),
        field(
            "naics3",
            "string",
            "NAICS three-digit sector.",
            required=False,
            pattern="[0-9]{3}",
        ),
        *[
            field(
                name,
                "number",
                f"Modelled {name.split('_')[0]} content as a share of value.",
                unit="fraction",
                required=False,
                minimum=0,
                maximum=1,
            )
            for name in _METALS
        ],
    ],
    ["hs10"],
    [("hs2", "sectors", "hs2")],
    [
        sources.CENSUS_HS10,
        sources.HTS_RATES,
        sources.NAICS_CROSSWALK,
        sources.METAL_SHARES,
        sources.CHAPTERS,
    ],
)
USMCA: Resource = describe(
    "usmca_shares_2025",
    "usmca_shares_2025.parquet",
    "USMCA claims of 2025",
    "Share of the 2025 imports of a product from Canada or Mexico that claimed the USMCA "
    "preference. Only shares above 0; a product without a row claimed nothing or is not in the "
    "source.",
    [
        field("partner", "string", "Partner.", enum=["CAN", "MEX"]),
        field("hs10", "string", "Ten-digit product code.", pattern=_HS10),
        field(
            "usmca_share",
            "number",
            "Share of import value that claimed the preference.",
            unit="fraction",
            minimum=0,
            maximum=1,
        ),
    ],
    ["partner", "hs10"],
    [("partner", "partners", "partner")],
    [sources.USMCA_SHARES],
)


def read_lines(raw: Path, iso3: dict[str, str]) -> pd.DataFrame:
    """Read the trade lines of 2024."""
    frames = []
    for path in sorted((raw / "census-hs10-2024").glob("2024-hs10-imports*.parquet")):
        part = pd.read_parquet(path)
        frames.append(
            pd.DataFrame(
                {
                    "partner": part["CTY_CODE"].map(iso3).to_numpy(),
                    "hs10": part["HS10"].to_numpy(),
                    "value_usd": part["imports"].to_numpy(),
                    "duty_usd": part["duty"].to_numpy(),
                    "text": part["I_COMMODITY_SDESC"].to_numpy(),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def products(raw: Path, lines: pd.DataFrame) -> pd.DataFrame:
    """Return one row per HS10 product of the trade lines."""
    made = lines[["hs10", "text"]].drop_duplicates("hs10").sort_values("hs10", ignore_index=True)
    made["description"] = made["text"].map(readable)
    for digits in (2, 4, 6, 8):
        made[f"hs{digits}"] = made["hs10"].str[:digits]
    made = made.merge(mfn_rates(raw), on="hs8", how="left", validate="many_to_one")
    made["mfn_type"] = made["mfn_type"].fillna("missing")
    made = made.merge(sectors.table()[["hs2", "sector"]], on="hs2", how="left")
    made = made.merge(_metals(raw), on="hs10", how="left", validate="one_to_one")
    made["naics3"] = _naics3(raw, made["hs10"])
    return made


def mfn_rates(raw: Path) -> pd.DataFrame:
    """Return rate, kind and text of every line; a text that points elsewhere has no rate."""
    table = read_text(raw / "budget-lab" / "mfn_rates_2025.csv").rename(
        columns={"rate_type": "mfn_type", "rate_raw": "mfn_text"}
    )
    table["mfn_rate"] = pd.to_numeric(table["mfn_rate"]).round(6)
    elsewhere = table["mfn_text"].str.contains(_ELSEWHERE) | ~table["mfn_text"].str.contains(
        r"[¢$%]|^Free"
    )
    elsewhere &= ~table["mfn_type"].isin(["free", "ad_valorem"])
    table.loc[elsewhere, "mfn_type"] = "other"
    table.loc[elsewhere, "mfn_rate"] = float("nan")
    return table[["hs8", "mfn_rate", "mfn_type", "mfn_text"]]


def _metals(raw: Path) -> pd.DataFrame:
    table = read_text(raw / "budget-lab" / "metal_content_shares_bea_hs10.csv").rename(
        columns={"aluminum_share": "aluminium_share"}
    )
    shares = table[[*_METALS, "other_metal_share"]].astype(float)
    # The source caps the sum at 1 but not its parts (steel in chapter 72 averages 1.14).
    scaled = shares.div(shares.sum(axis=1).clip(lower=1.0), axis=0)
    table[list(_METALS)] = scaled[list(_METALS)].round(6)
    return table[["hs10", *_METALS]]


def _naics3(raw: Path, hs10: pd.Series) -> pd.Series:
    table = read_text(raw / "budget-lab" / "hs10_naics_crosswalk.csv")
    table["naics3"] = table["naics"].str[:3]
    found = hs10.map(table.set_index("hs10")["naics3"])
    for digits in (8, 6):
        parents = table.groupby(table["hs10"].str[:digits])["naics3"].agg(["nunique", "first"])
        agreed = parents.loc[parents["nunique"] == 1, "first"]
        found = found.fillna(hs10.str[:digits].map(agreed))
    return found


def usmca(raw: Path, iso3: dict[str, str]) -> pd.DataFrame:
    """Return the shares of imports that claimed the USMCA preference."""
    table = read_text(raw / "budget-lab" / "usmca_product_shares_2025.csv")
    made = pd.DataFrame(
        {
            "partner": table["cty_code"].map(iso3),
            "hs10": table["hts10"],
            "usmca_share": table["usmca_share"].astype(float).round(6),
        }
    )
    return made[made["usmca_share"] > 0]


def build(raw: Path, out: Path, iso3: dict[str, str]) -> tuple[list[Resource], pd.DataFrame]:
    """Write the trade lines, the products and the USMCA shares."""
    lines = read_lines(raw, iso3)
    goods = products(raw, lines)
    write_table(lines, out, IMPORTS, categories=["partner"])
    write_table(goods, out, PRODUCTS)
    write_table(usmca(raw, iso3), out, USMCA, categories=["partner"])
    return [IMPORTS, PRODUCTS, USMCA], goods
