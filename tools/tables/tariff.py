"""Every line of the tariff with its ordinary rate, traded in 2024 or not."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tables.common import read_text, write_table
from tradeviz.refresh import derive


def lines(raw: Path) -> pd.DataFrame:
    """Return rate, kind and text of every line."""
    table = read_text(raw / "budget-lab" / "mfn_rates_2025.csv")
    return derive.tariff_lines(table.rename(columns={"rate_raw": "mfn_text"}))


def build(raw: Path, out: Path) -> None:
    """Write the lines."""
    write_table(lines(raw), out, "tariff_lines", categories=["mfn_type"])
