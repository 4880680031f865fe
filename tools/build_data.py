"""Derive every table of the data package from the raw files, byte for byte the same each time.

Run by a person, never at run time::

    python tools/build_data.py --raw ../shared/raw --out data

Without ``--raw`` the environment variable TRADEVIZ_RAW says where the raw files are.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent))

from datapackage_build import write_package
from tables import (
    balances,
    concordance,
    deals,
    duties,
    elasticities,
    estimates,
    forecast,
    hts_codes,
    icio,
    industries,
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
from tables.common import Resource, write_atomic

DATA = Path(__file__).resolve().parents[1] / "data"
_HAND = (
    *("law/", "outcomes/", "talks.csv", "partner_tariffs.csv", "monitoring_list.csv", "words.csv"),
)
"""What people write: these files are the source, and no program makes them."""
_AFTER = ("condition_shares.csv", "vintages.csv")
"""What is made with the law itself, by tools of the same names, after these tables."""


def _by_hand(out: Path) -> list[Resource]:
    """Return the descriptions of what is written by hand, with the files beside the tables."""
    described = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    resources = [item for item in described if item["path"].startswith((*_HAND, *_AFTER))]
    if out.resolve() != DATA:
        for item in resources:
            write_atomic(out / item["path"], (DATA / item["path"]).read_bytes())
    return resources


def build(raw: Path, out: Path) -> None:
    """Write all derived tables and datapackage.json; what people write is kept as it is."""
    if not (raw / "SOURCES.md").is_file():
        raise FileNotFoundError(f"no raw data in {raw}: SOURCES.md is missing")
    iso3 = partners.codes(raw)
    resources, goods = lines.build(raw, out, iso3)
    imports = pd.read_parquet(out / lines.IMPORTS["path"], columns=["partner"])
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
        trade_2024=balances.trade_2024(balance_tables),
        gdp=gdp,
        goods_exports=goods_exports,
    )
    partner_resources = partners.build(out, who, rates)
    resources = [
        partner_resources[0],
        *resources,
        *sectors.build(out),
        *industries.build(out),
        *balances.build(out, balance_tables),
        *duties.build(out, duty_tables),
        *world.build(out, set(who["partner"]), gdp, goods_exports),
        *partner_resources[1:],
        *icio.build(raw, out, who),
        *concordance.build(raw, out, goods),
        *matrix.build(raw, out),
        *elasticities.build(raw, out),
        *deals.build(out),
        *forecast.build(out),
        *estimates.build(out),
        *value_shares.build(raw, out, DATA / "law/scopes", goods),
        *hts_codes.build(raw, out, goods),
        *usmca.build(raw, out, goods),
        *successors.build(raw, out, goods),
        *tariff.build(raw, out),
        *peers.build(raw, out),
    ]
    write_package([*resources, *_by_hand(out)], out)


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
