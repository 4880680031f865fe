"""Headings of chapter 99 with the rate printed beside them, to know a new text by."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tables.common import write_table
from tables.hts_codes import CHAPTER
from tradeviz.refresh import chapter99


def build(raw: Path, out: Path) -> None:
    """Write the headings."""
    rates = chapter99.rates((raw / CHAPTER).read_text(encoding="latin-1"))
    table = pd.DataFrame(list(rates.items()), columns=["heading", "rate"])
    write_table(table.astype({"rate": float}), out, "chapter99_headings")
