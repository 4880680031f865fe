"""Every line of the tariff with its ordinary rate, traded in 2024 or not."""

from __future__ import annotations

from pathlib import Path

from tables import lines, sources
from tables.common import Resource, describe, field, write_table

TARIFF: Resource = describe(
    "tariff_lines",
    "tariff_lines.parquet",
    "Lines of the tariff",
    "Every eight-digit line of the 2025 tariff with its ordinary (MFN, column 1 general) rate, "
    "also where nobody imported the good in 2024. Rates are read as in the table products. The "
    "special rates of column 1 and the rates of column 2 are in no source at hand.",
    [
        field("hs8", "string", "US tariff line.", pattern="[0-9]{8}", unique=True),
        field("mfn_rate", "number", "Ordinary rate, ad valorem part.", unit="fraction",
              required=False, minimum=0, maximum=4),
        field("mfn_type", "string", "What kind of duty the text sets.",
              enum=["free", "ad_valorem", "specific", "compound", "other"]),
        field("mfn_text", "string", "The rate as printed in the tariff.", required=False),
    ],
    ["hs8"],
    (),
    [sources.HTS_RATES],
)  # fmt: skip


def build(raw: Path, out: Path) -> list[Resource]:
    """Write the lines; return the description of the table."""
    table = lines.mfn_rates(raw).sort_values("hs8", ignore_index=True)
    write_table(table, out, TARIFF, categories=["mfn_type"])
    return [TARIFF]
