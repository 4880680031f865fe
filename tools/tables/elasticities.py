"""Published elasticities and pass-through estimates that could be traced, and named assumptions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from tables.common import read_text, write_table
from tables.icio import SECTORS

_UNIFORM = 4.0
_FARM, _MINES = "A01 A02 A03", "B05 B06 B07 B08 B09"
_CHEMISTRY, _METALS, _VESSELS = "C20 C21", "C24A C24B", "C301 C302T309"
_VEHICLES = f"C29 {_VESSELS}"

# Sectors of each study in the order of its table, carried to ours by the text of the sector.
_COVERS: dict[str, list[str]] = {
    "caliendo_parro_2015": [
        *(_FARM, _MINES, "C10T12", "C13T15", "C16", "C17_18", "C19", _CHEMISTRY, "C22", "C23"),
        *(_METALS, "C25", "C28", "C26", "C27", "C26", "C26", "C29", _VESSELS, "C31T33"),
    ],
    "fontagne_2022": [
        *(_FARM, _MINES, "C10T12", "C13T15", "C16", "C17_18", "C19", _CHEMISTRY, "C22", "C23"),
        *(_METALS, "C25", "C28", "C26", "C27", "C29", _VESSELS, "C31T33", "SERVICES"),
    ],
    "giri_yi_yilmazkuday_2021": [
        *("C10T12", "C10T12", "C13T15", "C13T15", "C13T15", "C13T15", "C16", "C31T33", "C17_18"),
        *(_CHEMISTRY, "C22", "C22", "C23", "C23", "C23", "C24A", "C25", "C27", _VEHICLES),
    ],
    "shapiro_2016": [
        *(_FARM, _MINES, "C10T12", "C13T15", "C13T15", "C16", "C17_18", "C19 C23"),
        *(f"{_CHEMISTRY} C22", f"{_METALS} C25", "C26 C27 C28", _VEHICLES, "C31T33"),
    ],
    "lashkaripour_lugovskyy_2023": [
        *(f"{_FARM} {_MINES}", "C10T12", "C13T15", "C16", "C17_18", "C19", _CHEMISTRY, "C22"),
        *("C23", f"{_METALS} C25", "C28", "C26 C27", _VEHICLES, "C31T33"),
    ],
    "lashkaripour_2021": [
        *(_FARM, _MINES, "C10T12", "C13T15", "C16 C17_18", "C19", _CHEMISTRY, "C22 C23"),
        *(_METALS, "C25", "C26", "C27", "C28", _VEHICLES, "C31T33", "SERVICES"),
    ],
}
_CITED = {
    "caliendo_parro_2015": "Caliendo and Parro (2015), Review of Economic Studies, Table 1, 99 % "
    "sample",
    "fontagne_2022": "Fontagne, Guimbard and Orefice (2022), Journal of International Economics, "
    "Table 8",
    "giri_yi_yilmazkuday_2021": "Giri, Yi and Yilmazkuday (2021), Journal of International "
    "Economics, Table 2, SMM-PPML",
    "shapiro_2016": "Shapiro (2016), American Economic Journal: Economic Policy, Table 2B, "
    "column 4",
    "lashkaripour_lugovskyy_2023": "Lashkaripour and Lugovskyy (2023), American Economic Review, "
    "Table 3, sigma less 1",
    "lashkaripour_2021": "Lashkaripour (2021), Journal of International Economics",
}

_AMITI = "Amiti, Redding and Weinstein (2019), NBER Working Paper 25672"
_NEW_YORK = "Amiti, Flanagan, Heise and Weinstein (2026), Liberty Street Economics, 12 February"
_GOPINATH = "Gopinath and Neiman (2026), The Incidence of Tariffs: Rates and Reality, NBER 34620"
_ESPINOSA = "Espinosa, From Protection to Retaliation: The Trade War Effect"
_IGNATENKO = "Ignatenko, Lashkaripour, Macedoni and Simonovska (2025), baseline"
_REPLICATION = "github.com/JoeLoera/liberation-day-replication, main_baseline.py"
_OWN = "range chosen for this project"

_NAMES = (
    "id parameter study level value standard_error low high horizon source how_read status".split()
)
# Read on 24 November 2026, except where the collection file says where it was read.
_SINGLE: list[tuple[Any, ...]] = [
    ("simonovska_waugh", "trade_elasticity", "simonovska_waugh_2014", "all goods", _UNIFORM, None,
     None, None, "long", "Simonovska and Waugh (2014), Journal of International Economics: "
     "'roughly four'", "abstract", "read"),
    ("boehm_one_year", "trade_elasticity", "boehm_2023", "HS6", 0.76, None, None, None, "short",
     "Boehm, Levchenko and Pandalai-Nayar (2023), American Economic Review; NBER 27064: the year "
     "after the tariff change", "abstract", "read"),
    ("boehm_long", "trade_elasticity", "boehm_2023", "HS6", 2.0, None, 1.75, 2.25, "long",
     "Boehm, Levchenko and Pandalai-Nayar (2023): 1.75 to 2.25 after 7 to 10 years; the value is "
     "the middle", "abstract", "read"),
    ("fontagne_hs6", "trade_elasticity", "fontagne_2022", "HS6", 5.0, None, None, None, "long",
     "Fontagne, Guimbard and Orefice (2022): centred around 5", "description of the data set",
     "secondary"),
    ("ignatenko_trade", "trade_elasticity", "ignatenko_2025", "all goods", 4.0, None, None, None,
     "long", f"{_IGNATENKO}; 8 in a variant", _REPLICATION, "secondary"),
    ("ignatenko_labour", "labour_supply", "ignatenko_2025", "economy", 0.5, None, None, None,
     "long", _IGNATENKO, _REPLICATION, "secondary"),
    ("ignatenko_scale", "scale", "ignatenko_2025", "economy", 0.1675, None, None, None, "long",
     f"{_IGNATENKO}: 0.67 over the trade elasticity", _REPLICATION, "secondary"),
    ("origins_common", "substitution_origins", "espinosa", "HS10 variety", 2.5, None, 1.3, 5.2,
     "short", f"{_ESPINOSA}: 'commonly reported value of around 2.5'; bounds: "
     "flows that go on of Amiti, Redding and Weinstein, and Canada's retaliation",
     "abstract", "secondary"),
    ("origins_espinosa", "substitution_origins", "espinosa", "variety", 5.2, None, None, None,
     "short", f"{_ESPINOSA}: Canada's retaliation of 2018", "abstract", "read"),
    ("origins_amiti_continuing", "substitution_origins", "amiti_2019", "HS10 variety", 1.3, None,
     None, None, "short", f"{_AMITI}, Table 1, column 2: flows that go on, 12 months",
     "text of the study, page 10", "read"),
    ("origins_amiti_all", "substitution_origins", "amiti_2019", "HS10 variety", 6.5, None, None,
     None, "short", f"{_AMITI}, Table 1: with flows that stop (inverse hyperbolic sine)",
     "text of the study, page 15", "read"),
    ("products_amiti_all", "substitution_products", "amiti_2019", "HS10 product", 3.8, None, None,
     None, "short", f"{_AMITI}, Table 1, column 6: imports of the product from everywhere, with "
     "flows that stop", "text of the study, page 15", "read"),
    ("products_assumed", "substitution_products", "assumption", "HS10 product", 1.5, None, 0.8,
     3.8, "short", "between the estimates for all imports and those between origins; high: "
     "imports with flows that stop, of Amiti, Redding and Weinstein", _OWN, "assumption"),
    ("domestic_assumed", "substitution_domestic", "assumption", "sector", 1.0, None, 0.5, 2.0,
     "short", "around the one-year estimate of Boehm et al. (0.76), up to their long run; "
     "Feenstra, Luck, Obstfeld and Russ (2014, NBER 20063) find it below that between origins in "
     "about half of the goods", _OWN, "assumption"),
    ("supply_espinosa", "inverse_export_supply", "espinosa", "variety", 0.0, None, None, None,
     "short", f"{_ESPINOSA}: Canada's retaliation of 2018", "abstract", "read"),
    ("supply_assumed", "inverse_export_supply", "assumption", "HS10 variety", 0.03, None, 0.0,
     0.1, "short", "what pass-through of 0.94 (1.00 to 0.80) implies when origins substitute with "
     "2.5: (1/0.94 - 1)/2.5", _OWN, "assumption"),
    ("smart_origins", "substitution_origins", "wits_smart", "HS6", 1.5, None, None, None,
     "unstated", "World Bank, WITS SMART, default", "WITS online help, page on raw data", "read"),
    ("smart_supply", "export_supply", "wits_smart", "HS6", 99.0, None, None, None, "unstated",
     "World Bank, WITS SMART, default; stands for infinite", "WITS online help, page on raw data",
     "read"),
    ("smart_demand_assumed", "import_demand", "assumption", "HS6", 1.5, None, 0.8, 3.0, "short",
     "SMART takes a value by product that could not be had; its help shows 1.47 for one", _OWN,
     "assumption"),
    ("exports_amiti_continuing", "foreign_demand", "amiti_2019", "HS10 variety", 1.1, 0.132, None,
     None, "short", f"{_AMITI}, Table 3, column 4: values of US exports that go on",
     "table of the study, page 35", "read"),
    ("exports_amiti_all", "foreign_demand", "amiti_2019", "HS10 variety", 3.898, 0.87, None, None,
     "short", f"{_AMITI}, Table 3, column 5: values of US exports, with flows that stop",
     "table of the study, page 35", "read"),
    ("border_amiti", "pass_through_border", "amiti_2019", "HS10 variety", 0.997, None, None, None,
     "short", f"{_AMITI}, Table 1, column 1: exporter price falls by 0.003 of the tariff",
     "text of the study, page 9", "read"),
    ("border_fajgelbaum", "pass_through_border", "fajgelbaum_2020", "HS10 variety", 1.0, None,
     None, None, "short", "Fajgelbaum, Goldberg, Kennedy and Khandelwal (2020), Quarterly Journal "
     "of Economics: complete", "abstract", "read"),
    ("border_cavallo", "pass_through_border", "cavallo_2021", "good", 0.95, None, None, None,
     "short", "Cavallo, Gopinath, Neiman and Tang (2021), AER: Insights: a tariff of 20 % raises "
     "the price paid by nearly 19 %", "an author's newspaper article of April 2025, as quoted",
     "secondary"),
    ("border_gopinath_2018", "pass_through_border", "gopinath_neiman_2026", "HS10 variety", 0.8,
     None, None, None, "short", f"{_GOPINATH}: 2018 and 2019", "University of Chicago, news",
     "secondary"),
    ("border_gopinath_2025", "pass_through_border", "gopinath_neiman_2026", "HS10 variety", 0.94,
     None, None, None, "short", f"{_GOPINATH}: 2025", "press report; abstract says almost 100 %",
     "secondary"),
    ("border_new_york_august", "pass_through_border", "new_york_2026", "HS10 variety", 0.94, None,
     None, None, "short", f"{_NEW_YORK}: January to August 2025", "press reports", "secondary"),
    ("border_new_york_october", "pass_through_border", "new_york_2026", "HS10 variety", 0.92,
     None, None, None, "short", f"{_NEW_YORK}: September and October 2025", "press reports",
     "secondary"),
    ("border_new_york_november", "pass_through_border", "new_york_2026", "HS10 variety", 0.86,
     None, None, None, "short", f"{_NEW_YORK}: November 2025", "press reports", "secondary"),
    ("border_assumed", "pass_through_border", "assumption", "HS10 variety", 0.94, None, 0.8, 1.0,
     "short", "the estimates above: 0.94 of 2025, from the lowest to complete", _OWN,
     "assumption"),
    ("retail_cavallo_2025", "pass_through_retail", "cavallo_2025", "retail good", 0.2, None, None,
     None, "short", "Cavallo, Llamas and Vazquez (2025), NBER 34496: to September 2025",
     "abstract", "read"),
    ("formula_elasticity", "formula_elasticity", "ustr_2025", "partner", 4.0, None, None, None,
     "unstated", "Office of the United States Trade Representative (April 2025), Reciprocal "
     "Tariff Calculations", "the text as quoted on other pages", "secondary"),
    ("formula_pass_through", "formula_pass_through", "ustr_2025", "partner", 0.25, None, None,
     None, "unstated", "Office of the United States Trade Representative (April 2025), Reciprocal "
     "Tariff Calculations", "the text as quoted on other pages", "secondary"),
]  # fmt: skip


def _plain(label: str) -> str:
    kept = "".join(sign if sign.isalnum() else " " for sign in label.lower())
    return "_".join(kept.split())


def by_study(raw: Path) -> pd.DataFrame:
    """Return the sector values of the studies, as they are in the collection."""
    table = read_text(raw / "elasticities" / "elasticities.csv")
    made = []
    for study, covers in _COVERS.items():
        rows = table[table["parameter"] == f"trade elasticity {study}"]
        if len(rows) != len(covers) or set(rows["status"]) != {"read in repo"}:
            raise ValueError(f"{study}: {len(rows)} rows, status {sorted(set(rows['status']))}")
        made.append(
            pd.DataFrame(
                {
                    "id": [f"{study}_{_plain(label)}" for label in rows["level_or_sector"]],
                    "parameter": "trade_elasticity",
                    "study": study,
                    "level": "sector",
                    "label": rows["level_or_sector"].to_list(),
                    "sectors": covers,
                    "value": rows["value"].astype(float).to_list(),
                    "horizon": "long",
                    "source": _CITED[study],
                    "how_read": f"github.com/ahmadlp/us-tariff, {study}.m",
                    "status": "secondary",
                }
            )
        )
    return pd.concat(made, ignore_index=True)


def by_sector(table: pd.DataFrame) -> pd.DataFrame:
    """Return one elasticity per study and sector."""
    long = table.assign(sector=table["sectors"].str.split()).explode("sector")
    found = long.groupby(["study", "sector"])["value"].agg(["mean", "size"])
    every = pd.MultiIndex.from_product([[*_COVERS, "uniform"], SECTORS], names=["study", "sector"])
    made = found.reindex(every)
    known = made["mean"].notna()
    return pd.DataFrame(
        {
            "value": made["mean"].fillna(_UNIFORM),
            "published": made["size"].fillna(0).astype(int),
            "status": known.map({True: "secondary", False: "assumption"}),
        }
    ).reset_index()


def build(raw: Path, out: Path) -> None:
    """Write elasticities.csv and sector_elasticities.csv."""
    sectoral = by_study(raw)
    single = pd.DataFrame(_SINGLE, columns=_NAMES)
    write_table(pd.concat([single, sectoral], ignore_index=True), out, "elasticities")
    write_table(by_sector(sectoral), out, "sector_elasticities")
