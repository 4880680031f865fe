"""Codes of the tariff that some edition of 2024 to 2026 has, to know a mistyped one by."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from tables.common import read_text, write_table

_FILES = (
    ("hts-concordance/hts_concordance.csv", ("old_hts10", "new_hts10")),
    ("budget-lab/mfn_rates_2025.csv", ("hs8",)),
    ("budget-lab/hs10_naics_crosswalk.csv", ("hs10",)),
    ("law-2026-10/lists/s232_pharma_predecessors.csv", ("new_code",)),
)
CHAPTER = "hts-chapter99/chapter99_2026_revision_6.txt"
_PRINTED = re.compile(r"(?<![\d.])\d{4}\.\d{2}\.\d{2}(?:\d{2})?(?!\d)")


def build(raw: Path, out: Path, products: pd.DataFrame) -> None:
    """Write the codes."""
    codes = set(products["hs10"].astype(str))
    for path, columns in _FILES:
        table = read_text(raw / path)
        codes |= {code for name in columns for code in table[name] if code.isdigit()}
    printed = (raw / CHAPTER).read_text(encoding="latin-1")
    codes |= {code.replace(".", "") for code in _PRINTED.findall(printed)}
    table = pd.DataFrame({"code": sorted(codes)})
    write_table(table, out, "hts_codes")
