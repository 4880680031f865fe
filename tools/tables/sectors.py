"""Chapters of the Harmonized System: a short title each, and the sector it belongs to."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tables.common import write_table

_GROUPS: dict[str, dict[str, str]] = {
    "Agriculture and food": {
        "01": "Live animals",
        "02": "Meat",
        "03": "Fish and seafood",
        "04": "Dairy, eggs and honey",
        "05": "Other animal products",
        "06": "Live plants and cut flowers",
        "07": "Vegetables",
        "08": "Fruit and nuts",
        "09": "Coffee, tea and spices",
        "10": "Cereals",
        "11": "Flour, malt and starch",
        "12": "Oil seeds and other seeds",
        "13": "Gums and resins",
        "14": "Other plant materials",
        "15": "Fats and oils",
        "16": "Prepared meat and fish",
        "17": "Sugar and confectionery",
        "18": "Cocoa and chocolate",
        "19": "Bakery and cereal products",
        "20": "Prepared fruit and vegetables",
        "21": "Other food preparations",
        "22": "Beverages and spirits",
        "23": "Food residues and animal feed",
        "24": "Tobacco",
    },
    "Minerals and fuels": {
        "25": "Salt, stone and cement",
        "26": "Ores, slag and ash",
        "27": "Oil, gas and coal",
    },
    "Chemicals": {
        "28": "Inorganic chemicals",
        "29": "Organic chemicals",
        "31": "Fertilizers",
        "32": "Dyes, paints and inks",
        "33": "Perfumes and cosmetics",
        "34": "Soaps and waxes",
        "35": "Proteins, starches and glues",
        "36": "Explosives and matches",
        "37": "Photographic goods",
        "38": "Other chemical products",
    },
    "Pharmaceuticals": {"30": "Pharmaceuticals"},
    "Plastics and rubber": {"39": "Plastics", "40": "Rubber"},
    "Wood and paper": {
        "44": "Wood",
        "45": "Cork",
        "46": "Basketware and straw",
        "47": "Wood pulp",
        "48": "Paper and paperboard",
        "49": "Books and printed matter",
    },
    "Textiles, clothing and footwear": {
        "41": "Hides and leather",
        "42": "Leather goods and bags",
        "43": "Furskins",
        "50": "Silk",
        "51": "Wool",
        "52": "Cotton",
        "53": "Other plant fibres",
        "54": "Man-made filaments",
        "55": "Man-made staple fibres",
        "56": "Wadding, felt and rope",
        "57": "Carpets",
        "58": "Special woven fabrics",
        "59": "Coated textile fabrics",
        "60": "Knitted fabrics",
        "61": "Clothing, knitted",
        "62": "Clothing, not knitted",
        "63": "Household and other textiles",
        "64": "Footwear",
        "65": "Headgear",
        "66": "Umbrellas and canes",
        "67": "Feathers and artificial flowers",
    },
    "Stone, glass and ceramics": {
        "68": "Articles of stone and cement",
        "69": "Ceramics",
        "70": "Glass",
    },
    "Precious metals and gems": {"71": "Precious metals, gems and jewellery"},
    "Iron and steel": {"72": "Iron and steel", "73": "Articles of iron and steel"},
    "Other base metals": {
        "74": "Copper",
        "75": "Nickel",
        "76": "Aluminium",
        "78": "Lead",
        "79": "Zinc",
        "80": "Tin",
        "81": "Other base metals",
        "82": "Tools and cutlery",
        "83": "Other articles of base metal",
    },
    "Machinery": {"84": "Machinery and computers"},
    "Electronics and electrical": {"85": "Electronics and electrical equipment"},
    "Vehicles and parts": {"87": "Cars, trucks and parts"},
    "Aircraft, ships and rail": {
        "86": "Railway equipment",
        "88": "Aircraft and parts",
        "89": "Ships and boats",
    },
    "Instruments": {
        "90": "Optical, medical and measuring instruments",
        "91": "Clocks and watches",
        "92": "Musical instruments",
    },
    "Furniture and other manufactures": {
        "93": "Arms and ammunition",
        "94": "Furniture and lighting",
        "95": "Toys, games and sports goods",
        "96": "Other manufactures",
        "97": "Art and antiques",
    },
    "Special provisions": {
        "98": "Returned goods and special provisions",
        "99": "Low-value estimates and temporary provisions",
    },
}
SECTORS = tuple(_GROUPS)


def table() -> pd.DataFrame:
    """Return the chapters with title and sector."""
    rows = [
        (hs2, chapter, sector)
        for sector, chapters in _GROUPS.items()
        for hs2, chapter in chapters.items()
    ]
    return pd.DataFrame(rows, columns=["hs2", "chapter", "sector"])


def build(out: Path) -> None:
    """Write sectors.csv."""
    write_table(table(), out, "sectors")
