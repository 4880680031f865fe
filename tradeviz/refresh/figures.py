"""Headline figures of a data folder, and what moves from one folder to another."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from tradeviz.datasets.descriptor import DATA, FOLDER
from tradeviz.errors import DataError

RATE, DOLLARS = "effective_rate", "added_duty_usd"
_STILL = 5e-7
"""A rate that moves by less than this moves by nothing that is ever shown."""


@cache
def figures() -> dict[str, Any]:
    """Return rate and added duty of the five under every outcome, and the verdicts of claims."""
    from tradeviz.law.outcome import names
    from tradeviz.trade.briefing import claims
    from tradeviz.trade.exposure import exposure

    table = exposure(list(names()))[[RATE, DOLLARS]].reset_index()
    judged = claims().reset_index()
    return {
        "outcomes": table.to_dict("records"),
        "claims": judged[["claim", "verdict", "evidence"]].to_dict("records"),
    }


def figures_of(folder: Path) -> dict[str, Any]:
    """Return the figures of another data folder, from a process of its own that reads it."""
    if folder == DATA:
        return figures()
    run = subprocess.run(
        [sys.executable, "-m", "tradeviz.refresh.figures"],
        env={**os.environ, FOLDER: str(folder)},
        capture_output=True,
        text=True,
    )
    if run.returncode:
        reason = (run.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise DataError(f"no figures from the new tables: {reason}", file=folder)
    read: dict[str, Any] = json.loads(run.stdout)
    return read


def moved(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return a line for each headline figure and each claim that differs."""
    key = ["outcome", "partner"]
    both = pd.DataFrame(before["outcomes"]).merge(
        pd.DataFrame(after["outcomes"]), on=key, how="outer", suffixes=("", "_after")
    )
    gap = (both[f"{RATE}_after"] - both[RATE]).abs()
    lines = [
        f"{row['outcome']} {row['partner']}: rate {row[RATE]:.3%} to {row[f'{RATE}_after']:.3%}, "
        f"added duty {row[DOLLARS] / 1e9:.3f} to {row[f'{DOLLARS}_after'] / 1e9:.3f} bn USD"
        for row in both[~(gap < _STILL)].to_dict("records")
    ]
    said = {row["claim"]: row for row in before["claims"]}
    for row in after["claims"]:
        old = said.get(row["claim"])
        if old is None or old["verdict"] != row["verdict"]:
            was = "not there" if old is None else old["verdict"]
            lines.append(f'claim "{row["claim"]}": {was}, now {row["verdict"]}')
        elif old["evidence"] != row["evidence"]:
            lines.append(f'claim "{row["claim"]}" ({row["verdict"]}): now {row["evidence"]}')
    return lines


if __name__ == "__main__":
    json.dump(figures(), sys.stdout)
