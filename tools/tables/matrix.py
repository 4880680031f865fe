"""Goods trade of 2023 between 194 economies, as one number per pair."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from tables import sources
from tables.common import Resource, describe, field, write_table

_CODE = "[A-Z]{3}"

MATRIX: Resource = describe(
    "trade_matrix_2023",
    "trade_matrix_2023.parquet",
    "Goods trade between 194 economies, 2023",
    "Exports of all goods from each economy to each other one, reconciled by CEPII from both "
    "sides' reports (free on board). A pair without a row traded nothing that was reported. No "
    "economy sells to itself here, and Taiwan is not in it.",
    [
        field("exporter", "string", "Who sells.", pattern=_CODE),
        field("importer", "string", "Who buys.", pattern=_CODE),
        field("value_usd", "number", "Goods exports in 2023.", unit="USD", minimum=0),
    ],
    ["exporter", "importer"],
    [
        ("exporter", "trade_matrix_economies", "economy"),
        ("importer", "trade_matrix_economies", "economy"),
    ],
    [sources.TRADE_MATRIX],
)
ECONOMIES: Resource = describe(
    "trade_matrix_economies",
    "trade_matrix_economies.csv",
    "Economies of the trade matrix",
    "The 194 economies with their GDP (2023, or the last year the World Bank has) and the rate "
    "that a replication of Ignatenko et al. (2025) gives them. april_formula_rate is NOT the law: "
    "it is the annex as first printed, with fentanyl added for China (0.54; South Korea 0.26, "
    "India 0.27), and zero for the United States and Russia. It serves the named benchmark "
    "run `liberation_day_194` only; legal rates are in `april_2025_rates` and in the schedule.",
    [
        field("economy", "string", "ISO 3166 alpha-3 code as the source has it.", pattern=_CODE),
        field("number", "integer", "Place in the rows and columns of the source.", minimum=1),
        field("name", "string", "Name as the source has it."),
        field("gdp_usd", "number", "GDP, current US dollars.", unit="USD", minimum=0),
        field("april_formula_rate", "number", "Rate of the benchmark run; not the law.",
              unit="fraction", minimum=0, maximum=1),
    ],
    ["economy"],
    (),
    [sources.TRADE_MATRIX, sources.WORLD_BANK_XLS, sources.MATRIX_RATES],
)  # fmt: skip


def build(raw: Path, out: Path) -> list[Resource]:
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
    write_table(table, out, MATRIX, categories=["exporter", "importer"])
    write_table(who, out, ECONOMIES)
    return [ECONOMIES, MATRIX]
