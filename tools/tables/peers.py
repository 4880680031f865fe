"""Rates that others published for the same question, to compare with and never as an input."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tables import sources
from tables.common import Resource, describe, field, read_text, write_table

PEERS: Resource = describe(
    "peer_rates",
    "peer_rates.csv",
    "Rates of peers",
    "Rates that others published: the additional rate of a notebook tracker by partner and policy "
    "day of 2025 (the focus five), and the statutory rate of all US imports by month of the Budget "
    "Lab (partner USA, first day of the month). To compare with, never an input.",
    [
        field("peer", "string", "Who.", enum=["tradewartracker", "budget_lab"]),
        field("partner", "string", "Partner; USA: all imports.", pattern="[A-Z]{3}"),
        field("date", "date", "Policy day, or first day of the month."),
        field("rate", "number", "Share of imports.", unit="fraction", minimum=0, maximum=2),
    ],
    ["peer", "partner", "date"],
    (),
    [sources.TRACKER_RATES, sources.BUDGET_LAB_RATES],
)  # fmt: skip
_NAMES = {
    "UNITED KINGDOM": "GBR",
    "AUSTRALIA": "AUS",
    "KOREA, SOUTH": "KOR",
    "INDIA": "IND",
    "JAPAN": "JPN",
}


def build(raw: Path, out: Path) -> list[Resource]:
    """Write the rates; return the description of the table."""
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
    write_table(table.sort_values(columns[:3], ignore_index=True), out, PEERS)
    return [PEERS]
