"""Which authorities there are and which of them gives way to which."""

from __future__ import annotations

import pandas as pd

_232 = "Trade Expansion Act of 1962, section 232"
_IEEPA = "International Emergency Economic Powers Act"
_FIELDS = ("layer", "title", "family", "authority", "first_day", "note")
_LAYERS = (
    ("mfn", "Ordinary duty", "ordinary", "Harmonized Tariff Schedule, column 1", "",
     "Statutory rate or preference, by product; the base of exposure is the duty paid in 2024"),
    ("reciprocal", "Reciprocal duty", "ieepa", f"{_IEEPA}; EO 14257", "2025-04-05", ""),
    ("india_russia_oil", "India: Russian oil", "ieepa", f"{_IEEPA}; EO 14329", "2025-08-27", ""),
    ("brazil_ieepa", "Brazil: emergency duty", "ieepa", f"{_IEEPA}; EO 14323", "2025-08-06", ""),
    ("fentanyl", "Fentanyl and border duty", "ieepa", f"{_IEEPA}; EO 14193 to 14195",
     "2025-02-04", "China, Hong Kong, Canada, Mexico"),
    ("s232_autos", "Cars and car parts", "s232", f"{_232}; Proclamation 10908", "2025-04-03", ""),
    ("s232_metals", "Steel and aluminium", "s232", f"{_232}; Proclamations 9704 and 9705",
     "2025-03-12", "All metals from 6 April 2026; what the 2024 duty already holds of the duties "
     "of 2018 is not added again"),
    ("s232_copper", "Copper", "s232", f"{_232}; Proclamation 10962", "2025-08-01",
     "From 6 April 2026 inside the metals layer"),
    ("s232_wood", "Wood and furniture", "s232", f"{_232}; Proclamation 10976", "2025-10-14", ""),
    ("s232_trucks", "Trucks and buses", "s232", f"{_232}; Proclamation 10984", "2025-11-01", ""),
    ("s232_semis", "Semiconductors", "s232", f"{_232}; proclamation of 14 January 2026",
     "2026-01-15", ""),
    ("s232_pharma", "Pharmaceuticals", "s232", f"{_232}; proclamation of 2 April 2026", "",
     "The list of the action of 2026 is not public here, so no measure is encoded: the layer "
     "serves outcomes only"),
    ("s122", "Section 122 surcharge", "later", "Trade Act of 1974, section 122", "2026-02-24", ""),
    ("s301_forced_labour", "Section 301 forced labour", "later",
     "Trade Act of 1974, section 301", "2026-07-24", ""),
    ("s301_brazil", "Section 301 Brazil", "later", "Trade Act of 1974, section 301",
     "2026-07-22", ""),
)  # fmt: skip
PRODUCT_LAYERS = tuple(layer[0] for layer in _LAYERS if layer[2] == "s232")
_GIVING_WAY = {
    "reciprocal": "EO 14257, section 3(b)",
    "india_russia_oil": "EO 14329, section 3",
    "brazil_ieepa": "EO 14323, section 3",
    "s122": "Proclamation of 20 February 2026",
    "s301_forced_labour": "HTS note on the action, as one registry reads it",
    "s301_brazil": "HTS note on the action, as one registry reads it",
}
_NORTH = "CAN;MEX"
_ORDER = "EO 14289 of 29 April 2025"


def layers() -> pd.DataFrame:
    """Return the layers in the order of display."""
    table = pd.DataFrame(list(_LAYERS), columns=list(_FIELDS))
    first = pd.to_datetime(table["first_day"].where(table["first_day"].ne("")))
    return table.assign(first_day=first, position=range(1, len(table) + 1))


def stacking() -> pd.DataFrame:
    """Return the pairs (layer, yields_to) with dates: what the second covers the first leaves."""
    rows = [
        (layer, other, "all", "", "", law)
        for layer, law in _GIVING_WAY.items()
        for other in PRODUCT_LAYERS
    ]
    rows += [
        ("fentanyl", other, _NORTH, "2025-06-04" if other == "s232_metals" else "", "", _ORDER)
        for other in PRODUCT_LAYERS
    ]
    rows += [
        ("s232_metals", "fentanyl", _NORTH, "", "2025-06-04", _ORDER),
        ("s232_metals", "s232_autos", "all", "", "", _ORDER),
        ("s232_metals", "s232_trucks", "all", "", "", "Proclamation 10984"),
        ("s232_trucks", "s232_autos", "all", "", "", "Proclamation 10984"),
        ("s232_wood", "s232_autos", "all", "", "", "Proclamation 10976"),
        ("s232_copper", "s232_autos", "all", "", "", "Proclamation 10962"),
    ]
    rows += [
        (layer, "s232_semis", "all", "", "", "Proclamation of 14 January 2026")
        for layer in PRODUCT_LAYERS
        if layer not in ("s232_semis", "s232_pharma")
    ]
    names = ["layer", "yields_to", "partners", "start", "end", "reference"]
    return pd.DataFrame(rows, columns=names)
