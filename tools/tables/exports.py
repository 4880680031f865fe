"""US goods exports by partner, chapter and month."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from tables.common import write_table
from tables.duties import NAMES

_ALL_PRODUCTS = "00"
_FIRST = "2023-01-01"
# The file names some partners that the file of imports does not; totals overlap everyone.
_MORE = {
    "ARGENTINA": "ARG",
    "HONG KONG": "HKG",
    "PERU": "PER",
    "TURKEY": "TUR",
    "UNITED ARAB EMIRATES": "ARE",
}
_LEFT_OUT = {"TOTAL FOR ALL COUNTRIES", "USMCA (NAFTA)"}


def exports(raw: Path) -> pd.DataFrame:
    """Return the file with codes for names, without totals, from 2023 on."""
    table = pd.read_parquet(raw / "us-exports-hs2" / "us_exports_hs2_monthly.parquet")
    names = table["country"].astype(str)
    known = NAMES | _MORE
    unknown = set(names) - set(known) - _LEFT_OUT
    if unknown:
        raise ValueError(f"unknown entities in the file of exports: {sorted(unknown)}")
    keep = (table["month"] >= _FIRST) & (table["hs2"].astype(str) != _ALL_PRODUCTS)
    keep &= ~names.isin(_LEFT_OUT)
    table = table[keep]
    return pd.DataFrame(
        {
            "partner": names[keep].map(known),
            "hs2": table["hs2"].astype(str),
            "month": table["month"],
            "exports_usd": np.rint(table["exports_usd"].to_numpy(dtype=float)),
        }
    )


def build(raw: Path, out: Path) -> None:
    """Write us_exports_monthly.parquet."""
    write_table(exports(raw), out, "us_exports_monthly", categories=["partner", "hs2"])
