"""What became of the products of 2024: successors in the tariff of 2025 and 2026, and shares."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tables.common import read_text, write_table


def pairs(raw: Path, hs10: set[str], traded: set[str]) -> pd.DataFrame:
    """Return product of 2024, successor and how the pair is known."""
    table = read_text(raw / "hts-concordance" / "hts_concordance.csv")
    named = table[table["old_hts10"].isin(hs10) & ~table["new_hts10"].isin(hs10 | {"NA"})]
    rows = [(old, new, "concordance") for old, new in named[["old_hts10", "new_hts10"]].to_numpy()]
    placed = {new for _, new, _ in rows}
    added = set(table.loc[table["change_type"] == "added", "new_hts10"])
    by_line: dict[str, list[str]] = {}
    for code in sorted(hs10):
        by_line.setdefault(code[:8], []).append(code)
    for new in sorted((added | traded) - hs10 - placed):
        line = by_line.get(new[:8], [])
        gone = [code for code in line if code not in traded]
        rows += [(old, new, "same tariff line") for old in (gone or line)]
    return pd.DataFrame(rows, columns=["hs10", "successor", "how"]).drop_duplicates(
        ["hs10", "successor"]
    )


def build(raw: Path, out: Path, products: pd.DataFrame) -> None:
    """Write the successors."""
    write_table(table(raw, set(products["hs10"])), out, "successors")


def table(raw: Path, hs10: set[str]) -> pd.DataFrame:
    """Return the pairs with the share of each, own numbers that live on included."""
    trade = pd.read_parquet(raw / "usmca-monthly" / "usmca_by_hts10_month.parquet")
    value = trade.groupby("hts10")["total_value"].sum()
    value = value[value > 0]
    # A number that is still used in the last months lives on beside its successors.
    late = trade[trade["month"].astype(str) >= "2025-12"]
    living = set(late.loc[late["total_value"] > 0, "hts10"])
    made = pairs(raw, hs10, set(value.index))
    own = made.drop_duplicates("hs10")
    own = own[own["hs10"].isin(living)].assign(successor=lambda part: part["hs10"])
    made = pd.concat([made, own], ignore_index=True)
    made["value"] = made["successor"].map(value).fillna(0.0)
    total = made.groupby("hs10")["value"].transform("sum")
    count = made.groupby("hs10")["value"].transform("size")
    known = total > 0
    made["share"] = (made["value"] / total.where(known)).where(known, 1.0 / count).round(6)
    made["weight"] = known.map({True: "trade", False: "equal"})
    made = made[made["share"] > 0]
    return made.sort_values(["hs10", "successor"], ignore_index=True)
