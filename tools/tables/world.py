"""The size of the partners: gross domestic product and goods exports to the world."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tables.common import read_text, write_table
from tables.partners import M49

_FIRST_YEAR = 1985
_WORLD_BANK_CODES = {"EUU": "EU"}


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


def build(out: Path, partners: set[str], product: pd.DataFrame, exports: pd.DataFrame) -> None:
    """Write gdp.csv and goods_exports.csv."""
    write_table(product[product["partner"].isin(partners)], out, "gdp")
    write_table(exports[exports["partner"].isin(partners)], out, "goods_exports")
