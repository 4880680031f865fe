"""US goods exports by partner, chapter and month."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from tables.common import write_table
from tables.duties import codes_of

_ALL_PRODUCTS = "00"
_FIRST = "2023-01-01"
# The file names some partners that the file of imports does not.
_MORE = {
    "ARGENTINA": "ARG",
    "HONG KONG": "HKG",
    "PERU": "PER",
    "TURKEY": "TUR",
    "UNITED ARAB EMIRATES": "ARE",
}


def exports(raw: Path) -> pd.DataFrame:
    """Return the file with codes for names, without totals, from 2023 on."""
    table = pd.read_parquet(raw / "us-exports-hs2" / "us_exports_hs2_monthly.parquet")
    codes = codes_of(table["country"].astype(str), "file of exports", _MORE)
    keep = (table["month"] >= _FIRST) & (table["hs2"].astype(str) != _ALL_PRODUCTS) & codes.notna()
    table = table[keep]
    return pd.DataFrame(
        {
            "partner": codes[keep],
            "hs2": table["hs2"].astype(str),
            "month": table["month"],
            "exports_usd": np.rint(table["exports_usd"].to_numpy(dtype=float)),
        }
    )


def build(raw: Path, out: Path) -> None:
    """Write us_exports_monthly.parquet."""
    write_table(exports(raw), out, "us_exports_monthly", categories=["partner", "hs2"])
