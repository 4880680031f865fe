"""Imports for consumption and calculated duties by partner and month."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tables import sources
from tables.common import Field, Resource, describe, field, write_table

FIRST_PRINT, NEW = "first print", "2026-10"
_ALL_PRODUCTS = "00"
# The names of the NAICS file; the world and USMCA overlap everyone and are left out.
_NAMES = {
    "AUSTRALIA": "AUS",
    "AUSTRIA": "AUT",
    "BELGIUM": "BEL",
    "BRAZIL": "BRA",
    "CANADA": "CAN",
    "CHILE": "CHL",
    "CHINA": "CHN",
    "COLOMBIA": "COL",
    "EUROPEAN UNION": "EU",
    "FRANCE": "FRA",
    "GERMANY": "DEU",
    "INDIA": "IND",
    "INDONESIA": "IDN",
    "IRELAND": "IRL",
    "ISRAEL": "ISR",
    "ITALY": "ITA",
    "JAPAN": "JPN",
    "KOREA, SOUTH": "KOR",
    "MALAYSIA": "MYS",
    "MEXICO": "MEX",
    "NETHERLANDS": "NLD",
    "RUSSIA": "RUS",
    "SAUDI ARABIA": "SAU",
    "SINGAPORE": "SGP",
    "SPAIN": "ESP",
    "SWEDEN": "SWE",
    "SWITZERLAND": "CHE",
    "TAIWAN": "TWN",
    "THAILAND": "THA",
    "UNITED KINGDOM": "GBR",
    "VIETNAM": "VNM",
}
_LEFT_OUT = {"TOTAL FOR ALL COUNTRIES", "USMCA (NAFTA)"}

_PARTNER = field("partner", "string", "Partner, ISO 3166 alpha-3 or EU.", pattern="[A-Z]{3}|EU")
_MONTH = field("month", "date", "First day of the month.")
_MONEY: list[Field] = [
    field("imports_usd", "number", "Imports for consumption, customs value.", unit="USD"),
    field("duty_usd", "number", "Calculated duty.", unit="USD"),
]
_COMMON = (
    "Imports for consumption (the base of duties; not general imports) and calculated duty, "
    "nominal US dollars. Calculated duty is the Census Bureau's computation from entries, before "
    "refunds of IEEPA duties, not Treasury receipts. The EU overlaps its members. "
)
DUTIES: Resource = describe(
    "duties_monthly",
    "duties_monthly.parquet",
    "Imports for consumption and calculated duty by partner and month",
    _COMMON + "All products. January 2013 to November 2025 are first prints; where the newer "
    "vintage has a month it wins (AUS BEL BGD BRA CAN CHE CHN from January 2025, twelve more from "
    "January 2026, to July 2026). Revisions are within 1-2 % except Canada, April to June 2025 "
    "(up 29-74 %). December 2025 exists only for the seven; for the United Kingdom, South Korea, "
    "India, Japan and the others it is missing. A month without a row is not published here.",
    [
        _PARTNER,
        _MONTH,
        *_MONEY,
        field("vintage", "string", "Release the row comes from.", enum=[FIRST_PRINT, NEW]),
    ],
    ["partner", "month"],
    [("partner", "partners", "partner")],
    [sources.CENSUS_NAICS, sources.CENSUS_DUTIES_NEW],
)
SECTORS: Resource = describe(
    "duties_monthly_naics3",
    "duties_monthly_naics3.parquet",
    "Imports for consumption and calculated duty by partner, month and NAICS sector",
    _COMMON + "By NAICS three-digit sector, January 2013 to November 2025, first prints. The "
    "source's code 00 (all products) is left out, so the sectors add up to the total once. A "
    "sector without a row had no imports that month.",
    [
        _PARTNER,
        _MONTH,
        field("naics3", "string", "NAICS three-digit sector.", pattern="[0-9]{3}"),
        *_MONEY,
    ],
    ["partner", "month", "naics3"],
    [("partner", "partners", "partner")],
    [sources.CENSUS_NAICS],
)


def read_naics(raw: Path) -> pd.DataFrame:
    """Read the monthly NAICS file."""
    table = pd.read_parquet(raw / "census-naics3-monthly" / "top30-NAICS-imports.parquet")
    table = table.reset_index()
    unknown = set(table["CTY_NAME"]) - set(_NAMES) - _LEFT_OUT
    if unknown:
        raise ValueError(f"unknown entities in the NAICS file: {sorted(unknown)}")
    table = table[~table["CTY_NAME"].isin(_LEFT_OUT)]
    return pd.DataFrame(
        {
            "partner": table["CTY_NAME"].map(_NAMES),
            "month": table["time"],
            "naics3": table["NAICS"],
            "imports_usd": table["imports"],
            "duty_usd": table["duty"],
        }
    )


def tables(raw: Path) -> dict[str, pd.DataFrame]:
    """Return the monthly duties by partner, and by partner and sector."""
    naics = read_naics(raw)
    everything = naics["naics3"] == _ALL_PRODUCTS
    first = naics[everything].assign(vintage=FIRST_PRINT)
    newer = pd.read_csv(
        raw
        / "census-country-2025-2026"
        / "census_calculated_duties_by_partner_2025_2026_subset.csv",
        keep_default_na=False,
    ).rename(
        columns={
            "country_code": "partner",
            "imports_for_consumption_usd": "imports_usd",
            "calculated_duties_usd": "duty_usd",
        }
    )
    newer["month"] = pd.to_datetime(newer["month"] + "-01")
    newer["vintage"] = NEW
    both = pd.concat([first, newer], ignore_index=True)
    return {
        "duties_monthly": both.drop_duplicates(["partner", "month"], keep="last"),
        "duties_monthly_naics3": naics[~everything],
    }


def build(out: Path, made: dict[str, pd.DataFrame]) -> list[Resource]:
    """Write the two tables."""
    for resource in (DUTIES, SECTORS):
        write_table(made[resource["name"]], out, resource, categories=["partner"])
    return [DUTIES, SECTORS]
