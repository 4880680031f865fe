"""Shares of a line's value that a measure reaches: metal content."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tables.common import read_text, write_table

LISTS = {"2025_03": "2025-03-12", "2025_06": "2025-06-23", "2025_08": "2025-08-18"}
"""Name of a list of derivatives -> its first day; note 16 lists steel, note 19 aluminium."""
_METALS = ("steel_share", "aluminum_share", "copper_share")


def build(raw: Path, out: Path, scopes: Path, products: pd.DataFrame) -> None:
    """Write the shares of the lines that the hand-written scopes name."""
    write_table(_table(raw, scopes, products), out, "value_shares", categories=("name", "partner"))


def _table(raw: Path, scopes: Path, products: pd.DataFrame) -> pd.DataFrame:
    """Return one row a share.

    A line without a row is reached in full: customs charges the whole value where the content is
    not declared.
    """
    hs10 = products["hs10"]
    content = _content(raw, hs10)
    listed = read_text(scopes / "metals_content.csv")
    tables = []
    for name, day in LISTS.items():
        share, reached = pd.Series(0.0, index=hs10), pd.Series(False, index=hs10)
        for note, column in (("16", "steel_share"), ("19", "aluminum_share")):
            named = listed["note"].eq(note) & listed["start"].le(day)
            covered = _covers(list(listed.loc[named, "hts_prefix"]), hs10)
            share += content[column].to_numpy() * covered
            reached |= covered
        tables.append(_rows(f"metal_content_{name}", "all", share[reached].clip(upper=1.0)))
    wire = _covers(list(read_text(scopes / "copper_wire.csv")["hts_prefix"]), hs10)
    tables.append(_rows("copper_content", "all", content["copper_share"].set_axis(hs10)[wire]))
    table = pd.concat(tables, ignore_index=True).dropna(subset=["share"])
    table["share"] = table["share"].round(6)
    return table.sort_values(["name", "partner", "hs10"], ignore_index=True)


def _content(raw: Path, hs10: pd.Series) -> pd.DataFrame:
    """Return the modelled metal content of each product, by its closest relatives where missing.

    The model is by industry, so that products of one subheading share a value; codes that are
    younger than the model (medicines, above all) take the mean of their HS8, else HS6, else HS4.
    """
    table = pd.read_csv(raw / "budget-lab/metal_content_shares_bea_hs10.csv", dtype={"hs10": str})
    shares = table.set_index("hs10")[list(_METALS)]
    content = shares.reindex(hs10)
    for digits in (8, 6, 4):
        family = shares.groupby(shares.index.str[:digits]).mean().reindex(hs10.str[:digits])
        content = content.fillna(family.set_axis(content.index))
    return content


def _covers(prefixes: list[str], hs10: pd.Series) -> pd.Series:
    """Return which products a list of prefixes reaches."""
    return hs10.str.startswith(tuple(prefixes)).to_numpy()


def _rows(name: str, partner: str, share: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {"name": name, "partner": partner, "hs10": share.index, "share": share.to_numpy()}
    )
