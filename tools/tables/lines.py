"""Trade lines of 2024, the products they are made of, and who claimed the USMCA preference."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tables import sectors
from tables.common import read_text, write_table
from tables.wording import readable

_METALS = ("steel_share", "aluminium_share", "copper_share")
# Texts that send the reader to another rate: a number parsed from them is no rate of its own.
_ELSEWHERE = (
    r"(?i)^\s*(?:the (?:rate|duty|duties)|a duty|duty|rate|see |no change|free,? if)"
    r"|minus|applicable"
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


def build(raw: Path, out: Path, iso3: dict[str, str]) -> pd.DataFrame:
    """Write the trade lines, the products and the USMCA shares."""
    lines = read_lines(raw, iso3)
    goods = products(raw, lines)
    write_table(lines, out, "imports_2024", categories=["partner"])
    write_table(goods, out, "products")
    write_table(usmca(raw, iso3), out, "usmca_shares_2025", categories=["partner"])
    return goods
