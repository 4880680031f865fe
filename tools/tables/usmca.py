"""The share of Canadian and Mexican trade outside USMCA, month by month."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tables import successors
from tables.common import write_table

FIRST_MONTH = "2025-07"
"""Claims jump in July 2025 because importers began to report them: before, no month is used."""
SINCE = "2025-03-01"
"""The first duty that spares USMCA goods began in March 2025."""

_PARTNERS = {"1220": "CAN", "2010": "MEX"}


def build(raw: Path, out: Path, products: pd.DataFrame) -> None:
    """Write the shares."""
    made = table(raw, set(products["hs10"]))
    write_table(made, out, "usmca_shares_monthly", categories=["partner", "hs10"])


def table(raw: Path, hs10: set[str]) -> pd.DataFrame:
    """Return one row a partner, product and month, and one for all months together."""
    trade = pd.read_parquet(raw / "usmca-monthly" / "usmca_by_hts10_month.parquet")
    for column in ("month", "hts10", "cty_code"):
        trade[column] = trade[column].astype(str)
    trade = trade[trade["month"] >= FIRST_MONTH]
    back = successors.table(raw, hs10)
    back = back[~back["successor"].isin(hs10)].sort_values("share", ascending=False)
    # A number with several predecessors says the same of each.
    pairs = dict(back.groupby("successor")["hs10"].agg(list))
    trade["hs10"] = [[code] if code in hs10 else pairs.get(code, []) for code in trade["hts10"]]
    trade = trade.explode("hs10").dropna(subset=["hs10"])
    trade["partner"] = trade["cty_code"].map(_PARTNERS)
    keys = ["partner", "hs10"]
    months = trade.groupby([*keys, "month"])[["total_value", "usmca_value"]].sum().reset_index()
    months["month"] = months["month"] + "-01"
    whole = trade.groupby(keys)[["total_value", "usmca_value"]].sum().reset_index()
    made = pd.concat([whole.assign(month=SINCE), months], ignore_index=True)
    made["share"] = (1.0 - made["usmca_value"] / made["total_value"]).clip(0.0, 1.0).round(4)
    # What equals the row of all months needs no row of its own.
    made = made.merge(
        whole.assign(all=(1.0 - whole["usmca_value"] / whole["total_value"]).clip(0.0, 1.0)),
        on=keys, suffixes=("", "_whole"),
    )  # fmt: skip
    kept = (made["month"] == SINCE) | made["share"].ne(made["all"].round(4))
    made = made[kept].sort_values([*keys, "month"], ignore_index=True)
    made["month"] = pd.to_datetime(made["month"])
    return made[[*keys, "month", "share"]]
