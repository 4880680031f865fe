"""Every line of the tariff with its ordinary rate, traded in 2024 or not."""

from __future__ import annotations

from pathlib import Path

from tables import lines
from tables.common import write_table


def build(raw: Path, out: Path) -> None:
    """Write the lines."""
    table = lines.mfn_rates(raw).sort_values("hs8", ignore_index=True)
    write_table(table, out, "tariff_lines", categories=["mfn_type"])
