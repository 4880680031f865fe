"""Derive every table of the data package from the raw files, byte for byte the same each time.

Run by a person, never at run time::

    python tools/build_data.py --raw ../shared/raw --out data

Without ``--raw`` the environment variable TRADEVIZ_RAW says where the raw files are.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
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
    icio,
    industries,
    lines,
    matrix,
    partners,
    sectors,
    world,
)
from tables.common import Resource


def _law(raw: Path, out: Path, goods: pd.DataFrame, who: pd.DataFrame) -> list[Resource]:
    """Build the law tables when their module is there; the trade tables stand without it."""
    if importlib.util.find_spec("law") is None:
        return []
    build_law = getattr(importlib.import_module("law"), "build", None)
    if build_law is None:
        print("law tables left out: the law module has no build()", file=sys.stderr)
        return []
    made: list[Resource] = build_law(raw, out, goods, who)
    return made


def build(raw: Path, out: Path, *, law: bool = True) -> None:
    """Write all tables and datapackage.json.

    Parameters
    ----------
    raw : Path
        The folder of raw files, read only.
    out : Path
        The data folder; each file is written beside its place and moved there.
    law : bool
        Whether to build the law tables too.

    Raises
    ------
    FileNotFoundError
        When the raw folder is not there.
    """
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
    ]
    if law:
        resources += _law(raw, out, goods, who)
    write_package(resources, out)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the build from the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        Command line; the process's own when None.

    Returns
    -------
    int
        0 when all tables are written.
    """
    root = Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    default = Path(os.environ.get("TRADEVIZ_RAW") or root.parent / "shared" / "raw")
    parser.add_argument("--raw", type=Path, default=default)
    parser.add_argument("--out", type=Path, default=root / "data")
    parser.add_argument("--no-law", action="store_true", help="trade tables only")
    given = parser.parse_args(arguments)
    build(given.raw, given.out, law=not given.no_law)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
