"""Derive every table of the data package from the raw files, byte for byte the same each time.

Run by a person, never at run time::

    python tools/build_data.py --raw ../shared/raw --out data

Without ``--raw`` the environment variable TRADEVIZ_RAW says where the raw files are.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent))

from tables import (
    answers,
    balances,
    concordance,
    duties,
    elasticities,
    exports,
    headings,
    hts_codes,
    icio,
    industries,
    inputs,
    lines,
    matrix,
    partners,
    peers,
    sectors,
    successors,
    tariff,
    usmca,
    value_shares,
    world,
)
from tables.common import DATA, copy, described

from tradeviz.datasets.writing import stamp
from tradeviz.refresh import derive

_KEPT = (
    *("datapackage.json", "law/", "outcomes/", "talks.csv", "partner_tariffs.csv", "pledges.csv"),
    *("monitoring_list.csv", "words.csv", "deals_", "forecast_", "estimates_"),
    *("condition_shares.csv", "vintages.csv", "answers.csv"),
)
"""What people write, and what other tools make from these tables; all else follows from raw."""


def build(raw: Path, out: Path) -> None:
    """Write the tables that follow from the raw files, beside those that do not, and stamp them."""
    if not (raw / "SOURCES.md").is_file():
        raise FileNotFoundError(f"no raw data in {raw}: SOURCES.md is missing")
    paths = ["datapackage.json", *(item["path"] for item in described().values())]
    if out.resolve() != DATA:
        for path in (path for path in paths if path.startswith(_KEPT)):
            copy(path, out)
    iso3 = partners.codes(raw)
    goods = lines.build(raw, out, iso3)
    imports = pd.read_parquet(out / described()["imports_2024"]["path"], columns=["partner"])
    balance_tables, duty_tables = balances.tables(raw, iso3), duties.tables(raw)
    rates = partners.april_rates(raw)
    gdp, goods_exports = world.gdp(raw), world.goods_exports(raw)
    with_lines = set(imports["partner"].astype(str))
    trading = (
        set(balance_tables["balances_monthly"]["partner"])
        | set(duty_tables["duties_monthly"]["partner"])
        | set(rates["partner"])
    )
    who = partners.table(
        raw,
        with_lines=with_lines,
        trading=trading,
        trade_2024=derive.trade_of(
            2024, balance_tables["balances_annual"], balance_tables["aggregates_annual"]
        ),
        gdp=gdp,
        goods_exports=goods_exports,
    )
    partners.build(out, who, rates)
    sectors.build(out)
    industries.build(out)
    balances.build(out, balance_tables)
    duties.build(out, duty_tables)
    world.build(out, set(who["partner"]), gdp, goods_exports)
    icio.build(raw, out, who)
    inputs.build(raw, out)
    exports.build(raw, out)
    concordance.build(raw, out, goods)
    matrix.build(raw, out)
    elasticities.build(raw, out)
    value_shares.build(raw, out, DATA / "law/scopes", goods)
    hts_codes.build(raw, out, goods)
    answers.build(raw, out)
    headings.build(raw, out)
    usmca.build(raw, out, goods)
    successors.build(raw, out, goods)
    tariff.build(raw, out)
    peers.build(raw, out)
    stamp(out)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the build from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    default = Path(os.environ.get("TRADEVIZ_RAW") or DATA.parents[1] / "shared" / "raw")
    parser.add_argument("--raw", type=Path, default=default)
    parser.add_argument("--out", type=Path, default=DATA)
    given = parser.parse_args(arguments)
    build(given.raw, given.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
