"""Codes of the tariff that some edition of 2024 to 2026 has, to know a mistyped one by."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from tables import sources
from tables.common import Resource, describe, field, read_text, write_table

RESOURCE: Resource = describe(
    "hts_codes",
    "hts_codes.parquet",
    "Codes of the tariff",
    "Codes of eight and ten digits that some edition of the tariff of 2024 to 2026 has: in trade, "
    "in the concordances, among the lines of the tariff, or printed in chapter 99.",
    [field("code", "string", "HTS code, leading zero kept.", pattern="[0-9]{4,10}", unique=True)],
    ["code"],
    (),
    [sources.HTS_RATES, sources.NAICS_CROSSWALK],
)
_FILES = (
    ("hts-concordance/hts_concordance.csv", ("old_hts10", "new_hts10")),
    ("budget-lab/mfn_rates_2025.csv", ("hs8",)),
    ("budget-lab/hs10_naics_crosswalk.csv", ("hs10",)),
    ("law-2026-10/lists/s232_pharma_predecessors.csv", ("new_code",)),
)
_CHAPTER = "hts-chapter99/chapter99_2026_revision_6.txt"
_PRINTED = re.compile(r"(?<![\d.])\d{4}\.\d{2}\.\d{2}(?:\d{2})?(?!\d)")


def build(raw: Path, out: Path, products: pd.DataFrame) -> list[Resource]:
    """Write the codes; return the description of the table."""
    codes = set(products["hs10"].astype(str))
    for path, columns in _FILES:
        table = read_text(raw / path)
        codes |= {code for name in columns for code in table[name] if code.isdigit()}
    printed = (raw / _CHAPTER).read_text(encoding="latin-1")
    codes |= {code.replace(".", "") for code in _PRINTED.findall(printed)}
    table = pd.DataFrame({"code": sorted(codes)})
    write_table(table, out, RESOURCE)
    return [RESOURCE]
