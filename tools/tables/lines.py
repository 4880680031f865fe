"""Trade lines of 2024, the products they are made of, and who claimed the USMCA preference."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tables import sectors, tariff
from tables.common import read_text, write_table
from tradeviz.refresh import derive


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
    crosswalk = read_text(raw / "budget-lab" / "hs10_naics_crosswalk.csv").set_index("hs10")
    industries = crosswalk["naics"].str[:3]
    return derive.products(lines, tariff.lines(raw), sectors.table(), industries, _metals(raw))


def _metals(raw: Path) -> pd.DataFrame:
    table = read_text(raw / "budget-lab" / "metal_content_shares_bea_hs10.csv").rename(
        columns={"aluminum_share": "aluminium_share"}
    )
    shares = table[[*derive.METALS, "other_metal_share"]].astype(float)
    # The source caps the sum at 1 but not its parts (steel in chapter 72 averages 1.14).
    scaled = shares.div(shares.sum(axis=1).clip(lower=1.0), axis=0)
    table[list(derive.METALS)] = scaled[list(derive.METALS)].round(6)
    return table[["hs10", *derive.METALS]]


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


def build(raw: Path, out: Path, iso3: dict[str, str]) -> pd.DataFrame:
    """Write the trade lines, the products and the USMCA shares."""
    lines = read_lines(raw, iso3)
    goods = products(raw, lines)
    write_table(lines, out, "imports_2024", categories=["partner"])
    write_table(goods, out, "products")
    write_table(usmca(raw, iso3), out, "usmca_shares_2025", categories=["partner"])
    return goods
