"""The size of the partners: gross domestic product and goods exports to the world."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tables import sources
from tables.common import Resource, describe, field, read_text, write_table
from tables.partners import M49

_FIRST_YEAR = 1985
_WORLD_BANK_CODES = {"EUU": "EU"}

GDP: Resource = describe(
    "gdp",
    "gdp.csv",
    "Gross domestic product",
    "Current US dollars, 1985 to 2023, partners only. The EU is the World Bank's European Union "
    "of 27. Taiwan is not listed by the World Bank and stays missing, as do a few years of small "
    "or closed economies.",
    [
        field("partner", "string", "Partner.", pattern="[A-Z]{3}|EU"),
        field("year", "year", "Calendar year.", minimum=_FIRST_YEAR),
        field("gdp_usd", "number", "GDP, current US dollars.", unit="USD", minimum=0),
    ],
    ["partner", "year"],
    [("partner", "partners", "partner")],
    [sources.WORLD_BANK],
)
GOODS_EXPORTS: Resource = describe(
    "goods_exports",
    "goods_exports.csv",
    "Goods exports to the world",
    "Total goods exports, free on board, selected years 1995 to 2024; published in millions of "
    "dollars. The EU is missing: the yearbook has no figure for its exports to outsiders, and its "
    "European totals include trade among members. Taiwan is missing: the yearbook has only "
    "'other non-specified areas', to 2023. Switzerland includes Liechtenstein.",
    [
        field("partner", "string", "Partner.", pattern="[A-Z]{3}"),
        field("year", "year", "Calendar year.", minimum=1995),
        field("goods_exports_world_usd", "number", "Goods exports, FOB.", unit="USD", minimum=0),
        field("estimated", "boolean", "The publisher marks the figure as an estimate."),
    ],
    ["partner", "year"],
    [("partner", "partners", "partner")],
    [sources.UN_YEARBOOK],
)


def gdp(raw: Path) -> pd.DataFrame:
    """Return GDP by code and year."""
    table = read_text(raw / "world-bank" / "gdp.csv")
    made = pd.DataFrame(
        {
            "partner": table["Country Code"].replace(_WORLD_BANK_CODES),
            "year": table["Year"].astype(int),
            "gdp_usd": pd.to_numeric(table["Value"]).round(0),
        }
    )
    return made[made["year"] >= _FIRST_YEAR].dropna()


def goods_exports(raw: Path) -> pd.DataFrame:
    """Return goods exports to the world."""
    table = read_text(
        raw / "un-syb68" / "trade_balance_raw.csv",
        encoding="latin-1",
        skiprows=2,
        names="code name year series system system_note value note source".split(),
    )
    table = table[table["series"].str.startswith("Exports FOB (millions")]
    by_number = {str(number): iso3 for iso3, number in M49.items()}
    made = pd.DataFrame(
        {
            "partner": table["code"].map(by_number),
            "year": table["year"].astype(int),
            # Millions with thousands commas.
            "goods_exports_world_usd": table["value"].str.replace(",", "").astype(float) * 1e6,
            "estimated": table["note"].str.contains("Estimate"),
        }
    )
    return made.dropna(subset=["partner"])


def build(
    out: Path, partners: set[str], product: pd.DataFrame, exports: pd.DataFrame
) -> list[Resource]:
    """Write gdp.csv and goods_exports.csv."""
    write_table(product[product["partner"].isin(partners)], out, GDP)
    write_table(exports[exports["partner"].isin(partners)], out, GOODS_EXPORTS)
    return [GDP, GOODS_EXPORTS]
