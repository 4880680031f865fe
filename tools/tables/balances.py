"""Exports, general imports and balances by partner and by aggregate, two vintages joined."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tables.common import write_table

OLD, NEW = "2025-04", "2026-10"
# Feb 2025 is the last month the older vintage publishes; later cells are 0 and mean "not yet".
_LAST_OLD_MONTH = pd.Timestamp(2025, 2, 1)
_MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
_AGGREGATES = {
    "0003": ("EU", "European Union"),
    "0004": ("WORLD_SA", "World, seasonally adjusted"),
    "0007": ("ADVANCED_TECHNOLOGY", "Advanced technology products, world"),
    "0009": ("SOUTH_CENTRAL_AMERICA", "South and Central America"),
    "0010": ("NORTH_AMERICA", "North America"),
    "0012": ("EUROPE", "Europe"),
    "0013": ("AFRICA", "Africa"),
    "0014": ("PACIFIC_RIM", "Pacific Rim"),
    "0015": ("WORLD_NSA", "World, not seasonally adjusted"),
    "0016": ("ASIA", "Asia"),
    "0017": ("CAFTA_DR", "CAFTA-DR countries"),
    "0018": ("AUSTRALIA_OCEANIA", "Australia and Oceania"),
    "0019": ("SUB_SAHARAN_AFRICA", "Sub-Saharan Africa"),
    "8220": ("UNIDENTIFIED", "Unidentified countries"),
    "8500": ("INTERNATIONAL_ORGANIZATIONS", "International organizations"),
}
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


def _tidy(frame: pd.DataFrame, vintage: str) -> pd.DataFrame:
    made = frame.copy()
    for column in ("exports_usd", "general_imports_usd"):
        made[column] = (made[column] * 1e6).round(0)
    made["balance_usd"] = made["exports_usd"] - made["general_imports_usd"]
    made["vintage"] = vintage
    return made


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
    return _tidy(months, OLD), _tidy(years, OLD)


def _new(raw: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    table = _read_new(raw)
    numbers = [f"{number:02d}" for number in range(1, 13)]
    exports, imports = [f"exports_{n}" for n in numbers], [f"imports_{n}" for n in numbers]
    months = _months(table, exports, imports).dropna()
    full = table[[*exports, *imports]].notna().all(axis=1)
    years = table[full].rename(
        columns={"exports_year": "exports_usd", "imports_year": "general_imports_usd"}
    )[["code", "year", "exports_usd", "general_imports_usd"]]
    return _tidy(months, NEW), _tidy(years, NEW)


def _split(table: pd.DataFrame, iso3: dict[str, str], when: str) -> tuple[pd.DataFrame, ...]:
    code = table["code"].str.removeprefix("AGG_")
    grouped = code.isin(_AGGREGATES)
    groups = table[grouped].assign(
        aggregate=code[grouped].map({key: pair[0] for key, pair in _AGGREGATES.items()}),
        name=code[grouped].map({key: pair[1] for key, pair in _AGGREGATES.items()}),
    )
    countries = table[~grouped].assign(partner=code[~grouped].map(iso3).fillna(code[~grouped]))
    money = ["exports_usd", "general_imports_usd", "balance_usd"]
    # Two codes of one partner in one month (Gaza and West Bank) are added up.
    countries = countries.groupby(["partner", when, "vintage"], as_index=False)[money].sum()
    return countries, groups


def _prefer_new(table: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    return table.sort_values([*key, "vintage"]).drop_duplicates(key, keep="last")


def tables(raw: Path, iso3: dict[str, str]) -> dict[str, pd.DataFrame]:
    """Return the four tables of exports, general imports and balances."""
    old_months, old_years = _old(raw)
    new_months, new_years = _new(raw)
    made = {}
    for when, label, frames in (
        ("month", "monthly", (old_months, new_months)),
        ("year", "annual", (old_years, new_years)),
    ):
        countries, groups = _split(pd.concat(frames, ignore_index=True), iso3, when)
        made[f"balances_{label}"] = _prefer_new(countries, ["partner", when])
        made[f"aggregates_{label}"] = _prefer_new(groups, ["aggregate", when])
    return made


def trade_2024(made: dict[str, pd.DataFrame]) -> pd.Series:
    """Return two-way goods trade of 2024 by partner, the EU included."""
    groups = made["aggregates_annual"]
    union = groups[groups["aggregate"] == "EU"].rename(columns={"aggregate": "partner"})
    both = pd.concat([made["balances_annual"], union])
    both = both[both["year"] == 2024].set_index("partner")
    return both["exports_usd"] + both["general_imports_usd"]


def build(out: Path, made: dict[str, pd.DataFrame]) -> None:
    """Write the four tables."""
    for name, table in made.items():
        key = "aggregate" if name.startswith("aggregates") else "partner"
        write_table(table, out, name, categories=[key])
