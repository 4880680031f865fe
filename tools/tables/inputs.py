"""Inputs by industry as shares of output, 2011, from the World Input-Output Database."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import rdata

from tables.common import write_table
from tables.icio import SECTORS

SERVICES = "services"

# Industry of the source -> title, sectors of the world expenditure table; the rest is services.
INDUSTRIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "c1": ("Agriculture, forestry and fishing", ("A01", "A02", "A03")),
    "c2": ("Mining", ("B05", "B06", "B07", "B08", "B09")),
    "c3": ("Food, beverages and tobacco", ("C10T12",)),
    "c4_5": ("Textiles, apparel and leather", ("C13T15",)),
    "c6": ("Wood products", ("C16",)),
    "c7": ("Paper and printing", ("C17_18",)),
    "c8": ("Refined petroleum", ("C19",)),
    "c9": ("Chemicals and pharmaceuticals", ("C20", "C21")),
    "c10": ("Rubber and plastics", ("C22",)),
    "c11": ("Non-metallic minerals", ("C23",)),
    "c12": ("Metals and metal products", ("C24A", "C24B", "C25")),
    "c13": ("Machinery", ("C28",)),
    "c14": ("Electronics and electrical equipment", ("C26", "C27")),
    "c15": ("Transport equipment", ("C29", "C301", "C302T309")),
    "c16": ("Other manufacturing", ("C31T33",)),
    SERVICES: ("Services", ("SERVICES",)),
}
_CODES = {"ROM": "ROU", "RoW": "ROW"}


def _industry(code: str) -> str:
    code = "c4_5" if code in ("c4", "c5") else code
    return code if code in INDUSTRIES else SERVICES


def shares(raw: Path) -> pd.DataFrame:
    """Return what each industry of each economy spends on each input, over its output."""
    with warnings.catch_warnings():
        # The source has a class of its own, which is a plain list.
        warnings.simplefilter("ignore", UserWarning)
        table = rdata.read_rda(raw / "wiod-2011" / "wiot_2011.RData")["wiot_2011"]
    economies, industries = (list(map(str, table[name])) for name in ("countries", "industries"))
    flows = np.asarray(table["inter"], dtype=float)
    cells = pd.MultiIndex.from_product([economies, map(_industry, industries)])
    made = pd.DataFrame(flows, index=cells, columns=cells)
    # Inputs of all origins together, then industries that the world table has as one.
    used = made.groupby(level=1).sum().T.groupby(level=[0, 1]).sum()
    output = pd.Series(np.asarray(table["output"], dtype=float), index=cells)
    output = output.groupby(level=[0, 1]).sum()
    long = used.div(output.where(output > 0), axis=0).rename_axis(["economy", "industry"])
    tidy = long.rename_axis(columns="input").stack(future_stack=True).rename("share")
    # An industry that an economy does not have is left out: nothing is known of its inputs.
    tidy = tidy.dropna().reset_index()
    tidy["economy"] = tidy["economy"].replace(_CODES)
    tidy["share"] = tidy["share"].round(9)
    return tidy


def build(raw: Path, out: Path) -> None:
    """Write input_shares.parquet and the list of industries."""
    write_table(shares(raw), out, "input_shares", categories=["economy", "input", "industry"])
    rows = [(s, code, title) for code, (title, members) in INDUSTRIES.items() for s in members]
    if {sector for sector, _, _ in rows} != set(SECTORS):
        raise ValueError("an industry of the input table has no sector, or a sector no industry")
    write_table(
        pd.DataFrame(rows, columns=["sector", "industry", "title"]), out, "input_industries"
    )
