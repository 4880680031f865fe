"""Add to data/vintages.csv what this release says of each partner: `python tools/vintage.py`."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import tradeviz as tv
from tradeviz.law.outcome import outcome
from tradeviz.partners import resolve

ROOT = Path(__file__).resolve().parents[1]


def rows(version: str) -> pd.DataFrame:
    """Return the rows of a release, as the law and the data of this folder give them."""
    today = outcome("in_force")
    table = tv.exposure(today, partners=list(resolve(None))).reset_index()
    table = table[["partner", "effective_rate", "added_duty_usd"]].sort_values("partner")
    table["effective_rate"] = table["effective_rate"].round(8)
    table["added_duty_usd"] = table["added_duty_usd"].round().astype("int64")
    table.insert(0, "vintage", version)
    table.insert(1, "known_until", str(today.day))
    return table


def main() -> None:
    """Write the rows of this release in the place of any it has already."""
    path = ROOT / "data" / "vintages.csv"
    before = pd.read_csv(path)
    kept = before[before["vintage"] != tv.__version__]
    pd.concat([kept, rows(tv.__version__)]).to_csv(path, index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
