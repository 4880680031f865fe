"""Three-digit industries (NAICS) and the Census codes beside them: a short title each."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tables.common import write_table

_TITLES = {
    "111": "Crops",
    "112": "Livestock",
    "113": "Timber",
    "114": "Fish",
    "115": "Farm and forestry services",
    "211": "Oil and gas",
    "212": "Minerals and ores",
    "311": "Food",
    "312": "Beverages and tobacco",
    "313": "Textiles and fabrics",
    "314": "Textile products",
    "315": "Clothing",
    "316": "Leather and footwear",
    "321": "Wood products",
    "322": "Paper",
    "323": "Printed matter",
    "324": "Petroleum and coal products",
    "325": "Chemicals and pharmaceuticals",
    "326": "Plastics and rubber products",
    "327": "Stone, glass and ceramics",
    "331": "Primary metals, gold included",
    "332": "Fabricated metal products",
    "333": "Machinery",
    "334": "Computers and electronics",
    "335": "Electrical equipment",
    "336": "Vehicles, aircraft and ships",
    "337": "Furniture",
    "339": "Medical goods, jewellery and others",
    "910": "Waste and scrap",
    "930": "Second-hand goods",
    "980": "Returned US goods",
    "990": "Special provisions",
}


def table() -> pd.DataFrame:
    """Return the industries with their titles."""
    return pd.DataFrame(list(_TITLES.items()), columns=["naics3", "industry"])


def build(out: Path) -> None:
    """Write industries.csv."""
    write_table(table(), out, "industries")
