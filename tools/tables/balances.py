"""Exports, general imports and balances by partner and by aggregate, two vintages joined."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tables.common import last_vintage, write_table
from tradeviz.datasets.vintages import log_of
from tradeviz.refresh import derive

OLD, NEW = "2025-04", "2026-10"
# Feb 2025 is the last month the older vintage publishes; later cells are 0 and mean "not yet".
_LAST_OLD_MONTH = pd.Timestamp(2025, 2, 1)
_MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
# Imports for consumption under the name of general imports: they must not meet the others.
_CONSUMPTION = {"0005", "0006", "0021", "0022"}


def _read_old(raw: Path) -> pd.DataFrame:
    table = pd.read_csv(
        raw / "census-country-1985-2025" / "country.csv",
        dtype={"CTY_CODE": str},
        keep_default_na=False,
    )
    return table[~table["CTY_CODE"].isin(_CONSUMPTION)].rename(columns={"CTY_CODE": "code"})


def _read_new(raw: Path) -> pd.DataFrame:
    table = pd.read_csv(
        raw / "census-country-2025-2026" / "census_goods_trade_by_partner_2025_2026_subset.csv",
        keep_default_na=False,
        na_values=[""],
    )
    return table.rename(columns={"country_code": "code"})


def _dollars(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of millions in whole dollars."""
    money = ["exports_usd", "general_imports_usd"]
    table[money] = (table[money] * 1e6).round(0)
    return table


def _months(table: pd.DataFrame, exports: list[str], imports: list[str]) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {
                "code": table["code"],
                "month": pd.to_datetime({"year": table["year"], "month": number, "day": 1}),
                "exports_usd": table[exports[number - 1]],
                "general_imports_usd": table[imports[number - 1]],
            }
        )
        for number in range(1, 13)
    ]
    return pd.concat(parts, ignore_index=True)


def _old(raw: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    table = _read_old(raw)
    table = table[(table["IYR"] + table["EYR"]) > 0]
    months = _months(table, [f"E{m}" for m in _MONTHS], [f"I{m}" for m in _MONTHS])
    months = months[months["month"] <= _LAST_OLD_MONTH]
    years = table[table["year"] < _LAST_OLD_MONTH.year].rename(
        columns={"EYR": "exports_usd", "IYR": "general_imports_usd"}
    )[["code", "year", "exports_usd", "general_imports_usd"]]
    return _dollars(months), _dollars(years)


def _new(raw: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    table = _read_new(raw)
    numbers = [f"{number:02d}" for number in range(1, 13)]
    exports, imports = [f"exports_{n}" for n in numbers], [f"imports_{n}" for n in numbers]
    months = _months(table, exports, imports).dropna()
    full = table[[*exports, *imports]].notna().all(axis=1)
    years = table[full].rename(
        columns={"exports_year": "exports_usd", "imports_year": "general_imports_usd"}
    )[["code", "year", "exports_usd", "general_imports_usd"]]
    return _dollars(months), _dollars(years)


def tables(raw: Path, iso3: dict[str, str]) -> dict[str, pd.DataFrame]:
    """Return the four tables of exports, general imports and balances."""
    tables = {}
    for when, label, old, new in zip(
        ("month", "year"), ("monthly", "annual"), _old(raw), _new(raw), strict=True
    ):
        before, after = (
            derive.balances(trade, iso3, when, vintage)
            for trade, vintage in ((old, OLD), (new, NEW))
        )
        for number, kind in enumerate(("partner", "aggregate")):
            name = ("balances", "aggregates")[number]
            parts = [before[number], after[number]]
            name, key = f"{name}_{label}", [kind, when]
            tables[name] = derive.prefer_new(parts, key)
            tables[f"revisions_{name}"] = log_of(parts[0], tables[name], key, last_vintage(name))
    return tables


def build(out: Path, made: dict[str, pd.DataFrame]) -> None:
    """Write the four tables."""
    for name, table in made.items():
        key = "aggregate" if "aggregates" in name else "partner"
        write_table(table, out, name, categories=[key])
