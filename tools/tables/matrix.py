"""Goods trade of 2023 between 194 economies, as one number per pair."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from tables.common import write_table


def build(raw: Path, out: Path) -> None:
    """Write trade_matrix_2023.parquet and trade_matrix_economies.csv."""
    folder = raw / "bilateral-matrix"
    labels = pd.read_csv(folder / "country_labels.csv", keep_default_na=False)
    who = pd.DataFrame(
        {
            "economy": labels["iso3"],
            "number": labels["iso_code"],
            "name": labels["CountryName"],
            "gdp_usd": pd.read_csv(folder / "gdp.csv")["gdp"],
            "april_formula_rate": pd.read_csv(folder / "tariffs.csv")["applied_tariff"],
        }
    )
    flows = pd.read_csv(folder / "trade_cepii.csv").to_numpy()
    if flows.shape != (len(labels), len(labels)) or who.isna().any(axis=None):
        raise ValueError("the matrix, its labels, GDP and rates are not of one length")
    seller, buyer = np.nonzero(~np.isnan(flows))
    codes = labels["iso3"].to_numpy()
    table = pd.DataFrame(
        {
            "exporter": codes[seller],
            "importer": codes[buyer],
            # Thousands of dollars with three decimals: whole dollars.
            "value_usd": np.rint(flows[seller, buyer] * 1e3),
        }
    )
    write_table(table, out, "trade_matrix_2023", categories=["exporter", "importer"])
    write_table(who, out, "trade_matrix_economies")
