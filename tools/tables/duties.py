"""Imports for consumption and calculated duties by partner and month."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from tables.common import last_vintage, write_table
from tradeviz.datasets.vintages import log_of
from tradeviz.refresh import derive

FIRST_PRINT, NEW = "first print", "2026-10"
_ALL_PRODUCTS = "00"
# The names of the NAICS file; the world and USMCA overlap everyone and are left out.
NAMES = {
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


def codes_of(
    names: pd.Series[str], file: str, more: Mapping[str, str] | None = None
) -> pd.Series[str]:
    """Return the codes of a file's entities, missing for totals, which overlap everyone."""
    known = NAMES | dict(more or {})
    unknown = set(names) - set(known) - _LEFT_OUT
    if unknown:
        raise ValueError(f"unknown entities in the {file}: {sorted(unknown)}")
    return names.map(known)


def read_naics(raw: Path) -> pd.DataFrame:
    """Read the monthly NAICS file."""
    table = pd.read_parquet(raw / "census-naics3-monthly" / "top30-NAICS-imports.parquet")
    table = table.reset_index()
    codes = codes_of(table["CTY_NAME"], "NAICS file")
    table = table[codes.notna()]
    return pd.DataFrame(
        {
            "partner": codes[codes.notna()],
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
    first = naics[everything].drop(columns="naics3").assign(vintage=FIRST_PRINT)
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
    key = ["partner", "month"]
    both = derive.prefer_new([first, newer], key)
    return {
        "revisions_duties_monthly": log_of(first, both, key, last_vintage("duties_monthly")),
        "duties_monthly": both,
        "duties_monthly_naics3": naics[~everything],
    }


def build(out: Path, made: dict[str, pd.DataFrame]) -> None:
    """Write the two tables."""
    for name, table in made.items():
        write_table(table, out, name, categories=["partner"])
