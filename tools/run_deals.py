"""Solve every coalition of fourteen partners and store what deals are worth in data/."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

import tradeviz as tv  # noqa: E402
from tools.stamp import stamp  # noqa: E402
from tradeviz.files import write_whole  # noqa: E402
from tradeviz.models.deals import deal_values, dominance, fourteen, shapley  # noqa: E402


def results(deals: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the stored tables by file name, rounded to a thousand dollars."""
    values = deal_values(deals).round(-3) + 0.0
    chosen = dominance(deals)
    effects = shapley(deals).round(-3) + 0.0
    long = effects.stack().rename("effect_usd").reset_index()
    return {
        "deals_fourteen.csv": values.astype("int64").join(_whole(chosen)).reset_index(),
        "deals_fourteen_effects.csv": long.astype({"effect_usd": "int64"}),
    }


def _whole(chosen: pd.DataFrame) -> pd.DataFrame:
    """Return the table of choices with dollars as whole numbers."""
    dollars = ["least", "most", "home_least", "home_most"]
    return chosen.assign(
        **{name: (chosen[name].round(-3) + 0.0).astype("int64") for name in dollars}
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "data")
    parser.add_argument("--resume", type=Path, help="folder that keeps finished pieces")
    given = parser.parse_args(arguments)
    deals = tv.deals(fourteen(), resume=given.resume, progress=True)
    for name, table in results(deals).items():
        text = table.to_csv(index=False, lineterminator="\n")
        write_whole(given.out / name, text.encode("utf-8"))
    if (given.out / "datapackage.json").is_file():
        stamp(given.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
