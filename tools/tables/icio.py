"""World production and trade by sector in 2022, with the tariffs each importer applied."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from tables.common import write_table

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


def build(raw: Path, out: Path, who: pd.DataFrame) -> None:
    """Write icio_2022.parquet and the two lists that its codes point into."""
    cells = read(raw)
    write_table(cells, out, "icio_2022", categories=["exporter", "importer", "sector"])
    titles = pd.DataFrame(
        [
            (code, title, "services" if code == _SERVICES else "goods", isic)
            for code, (title, isic) in SECTORS.items()
        ],
        columns=["sector", "title", "kind", "isic"],
    )
    write_table(titles, out, "icio_sectors")
    write_table(economies(list(cells["exporter"].unique()), who), out, "icio_economies")
