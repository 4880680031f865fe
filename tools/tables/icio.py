"""World production and trade by sector in 2022, with the tariffs each importer applied."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from tables import sources
from tables.common import Resource, describe, field, write_table

_ECONOMY = "[A-Z]{3}"
_SERVICES = "SERVICES"
_REST = "ROW"
_HOME = "USA"
_NAMES = {_HOME: "United States", _REST: "Rest of the world"}

# Code of the source, title, divisions of ISIC revision 4. Sorted by code, as every table here.
SECTORS: dict[str, tuple[str, str]] = {
    "A01": ("Crops and animals", "01"),
    "A02": ("Forestry", "02"),
    "A03": ("Fishing and aquaculture", "03"),
    "B05": ("Coal", "05"),
    "B06": ("Oil and gas", "06"),
    "B07": ("Metal ores", "07"),
    "B08": ("Other mining and quarrying", "08"),
    "B09": ("Mining support services", "09"),
    "C10T12": ("Food, beverages and tobacco", "10-12"),
    "C13T15": ("Textiles, apparel and leather", "13-15"),
    "C16": ("Wood products", "16"),
    "C17_18": ("Paper and printing", "17-18"),
    "C19": ("Refined petroleum", "19"),
    "C20": ("Chemicals", "20"),
    "C21": ("Pharmaceuticals", "21"),
    "C22": ("Rubber and plastics", "22"),
    "C23": ("Non-metallic minerals", "23"),
    "C24A": ("Iron and steel", "241, 2431"),
    "C24B": ("Non-ferrous and precious metals", "242, 2432"),
    "C25": ("Metal products", "25"),
    "C26": ("Computers and electronics", "26"),
    "C27": ("Electrical equipment", "27"),
    "C28": ("Machinery", "28"),
    "C29": ("Motor vehicles and parts", "29"),
    "C301": ("Ships and boats", "301"),
    "C302T309": ("Aircraft, trains and other transport equipment", "302-309"),
    "C31T33": ("Furniture, other manufacturing and repair", "31-33"),
    _SERVICES: ("Services", "35-98"),
}

ICIO: Resource = describe(
    "icio_2022",
    "icio_2022.parquet",
    "World expenditure by exporter, importer and sector, 2022",
    "81 economies, 28 sectors, every cell: 183,708 rows sorted by exporter, importer, sector, so "
    "that the values reshape to 81 x 81 x 28; includes what an economy buys from itself, final "
    "and intermediate use together. The source gives millions of dollars to four decimals; kept "
    "whole. The tables of the OECD are at basic prices, which are below customs values (US "
    "goods imports from Japan 110 billion dollars here, 148 billion at customs in the same "
    "year): use shares, not levels, against customs data. The source's own model reads a value as "
    "expenditure with the tariff in it; that reading is an assumption, and the basic price as "
    "published has no tariff in it. "
    "41 of the 2,268 domestic cells are zero (coal in Belgium, oil in Finland): a model needs a "
    "stated small value there. Tariff rates are applied bilateral rates of the Global Tariff "
    "Database (Teti), averaged to the sector. Not credible, and kept only as filed: rates on "
    "services (up to 0.165; no country taxes services at the border), and the rates of the United "
    "States as importer (0.072 on British goods, weighted; the ordinary duty by trade line is "
    "in `products`). One rate for all sectors of a group, for instance A01 to A03, shows that the "
    "source is coarser than the sectors.",
    [
        field("exporter", "string", "Who sells.", pattern=_ECONOMY),
        field("importer", "string", "Who buys; the exporter itself on the domestic cells.",
              pattern=_ECONOMY),
        field("sector", "string", "Sector sold."),
        field("value_usd", "number", "Expenditure on all uses in 2022.", unit="USD", minimum=0),
        field("tariff_rate", "number", "Applied tariff of the importer on the exporter, as filed.",
              unit="fraction", minimum=0, maximum=1),
    ],
    ["exporter", "importer", "sector"],
    [
        ("exporter", "icio_economies", "economy"),
        ("importer", "icio_economies", "economy"),
        ("sector", "icio_sectors", "sector"),
    ],
    [sources.ICIO],
)  # fmt: skip
ICIO_SECTORS: Resource = describe(
    "icio_sectors",
    "icio_sectors.csv",
    "Sectors of the world expenditure table",
    "27 sectors of goods and all services as one. Mining support services (B09) stand with the "
    "goods in the source, but no customs product belongs to them.",
    [
        field("sector", "string", "Code of the OECD, or SERVICES."),
        field("title", "string", "Short title."),
        field("kind", "string", "Goods or services.", enum=["goods", "services"]),
        field("isic", "string", "Divisions or groups of ISIC revision 4 in it."),
    ],
    ["sector"],
    (),
    [sources.ICIO],
)
ICIO_ECONOMIES: Resource = describe(
    "icio_economies",
    "icio_economies.csv",
    "Economies of the world expenditure table",
    "79 partners of the United States, the United States itself and the rest of the world. The "
    "trade lines of 2024 know the 27 members of the European Union as one partner: each member "
    "points to it. Fifteen economies are in no file of trade lines of their own and have no such "
    "partner.",
    [
        field("economy", "string", "ISO 3166 alpha-3 code, or ROW.", pattern=_ECONOMY),
        field("name", "string", "Name as used in sentences."),
        field("partner", "string", "The same economy as a partner; missing for USA and ROW.",
              required=False),
        field("line_partner", "string", "The partner whose trade lines it shares.",
              required=False),
    ],
    ["economy"],
    [("partner", "partners", "partner"), ("line_partner", "partners", "partner")],
    [sources.ICIO],
)  # fmt: skip


def _words(file: h5py.File, name: str) -> list[str]:
    # MATLAB keeps a cell array of text as references to arrays of character codes.
    cells = file[name][()].ravel()
    return ["".join(chr(code) for code in file[cell][()].ravel()) for cell in cells]


def read(raw: Path) -> pd.DataFrame:
    """Return the table of the source as one row per cell."""
    with h5py.File(raw / "icio" / "ICIO2022.mat") as file:
        economies, sectors = _words(file, "data/countries"), _words(file, "data/sectors")
        # HDF5 turns the axes of MATLAB around: sector, importer, exporter.
        value, rate = file["data/Xjik_3D"][()], file["data/tjik_3D"][()]
    sectors = [_SERVICES if sector.startswith("Services") else sector for sector in sectors]
    if set(sectors) != set(SECTORS):
        raise ValueError(f"unexpected sectors: {sorted(set(sectors) ^ set(SECTORS))}")
    cells = pd.MultiIndex.from_product(
        [sectors, economies, economies], names=["sector", "importer", "exporter"]
    )
    made = cells.to_frame(index=False)
    # Millions to four decimals are hundreds of dollars: rounding takes off binary noise only.
    made["value_usd"] = np.rint(value.ravel() * 1e4) * 100
    made["tariff_rate"] = rate.ravel().round(12)
    return made


def economies(codes: list[str], who: pd.DataFrame) -> pd.DataFrame:
    """Return what each economy is among the partners."""
    known = who.set_index("partner")
    made = pd.DataFrame({"economy": sorted(codes)})
    made["partner"] = made["economy"].where(made["economy"].isin(known.index))
    made["name"] = made["economy"].map(known["name"]).fillna(made["economy"].map(_NAMES))
    group = made["economy"].map(known["part_of"]).replace("", None)
    own = made["economy"].where(made["economy"].map(known["has_lines"]).fillna(False).astype(bool))
    made["line_partner"] = group.where(group == "EU", own)
    return made


def build(raw: Path, out: Path, who: pd.DataFrame) -> list[Resource]:
    """Write icio_2022.parquet and the two lists that its codes point into."""
    cells = read(raw)
    write_table(cells, out, ICIO, categories=["exporter", "importer", "sector"])
    titles = pd.DataFrame(
        [
            (code, title, "services" if code == _SERVICES else "goods", isic)
            for code, (title, isic) in SECTORS.items()
        ],
        columns=["sector", "title", "kind", "isic"],
    )
    write_table(titles, out, ICIO_SECTORS)
    write_table(economies(list(cells["exporter"].unique()), who), out, ICIO_ECONOMIES)
    return [ICIO_ECONOMIES, ICIO_SECTORS, ICIO]
