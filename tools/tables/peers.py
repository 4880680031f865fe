"""Rates that others published for the same question, to compare with and never as an input."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tables.common import read_text, write_table

_NAMES = {
    "UNITED KINGDOM": "GBR",
    "AUSTRALIA": "AUS",
    "KOREA, SOUTH": "KOR",
    "INDIA": "IND",
    "JAPAN": "JPN",
}


def build(raw: Path, out: Path) -> None:
    """Write the rates."""
    tracker = read_text(raw / "peers" / "tracker_2025.csv")
    tracker["partner"] = tracker["country_name"].map(_NAMES)
    tracker = tracker.dropna(subset=["partner"]).assign(peer="tradewartracker")
    tracker["rate"] = tracker["additional_tariff_pct"].astype(float) / 100
    lab = read_text(raw / "peers" / "budget_lab_monthly_total.csv")
    lab = lab.assign(peer="budget_lab", partner="USA", date=lab["month"] + "-01")
    lab["rate"] = lab["statutory_rate_pct"].astype(float) / 100
    columns = ["peer", "partner", "date", "rate"]
    table = pd.concat([tracker[columns], lab[columns]])
    table["date"] = pd.to_datetime(table["date"])
    write_table(table.sort_values(columns[:3], ignore_index=True), out, "peer_rates")
