"""Turn the shouted short descriptions of the Census Bureau into readable text."""

from __future__ import annotations

import re

# Only abbreviations that mean one thing in every description; the rest stays as printed.
_WORDS = {
    "NESOI": "not elsewhere specified",
    "NES": "not elsewhere specified",
    "OTH": "other",
    "OTHR": "other",
    "EXC": "except",
    "COT": "cotton",
    "FAB": "fabric",
    "WOV": "woven",
    "STL": "steel",
    "FTWR": "footwear",
    "SLK": "silk",
    "PPR": "paper",
    "YRN": "yarn",
    "ELEC": "electric",
    "THK": "thick",
    "THCK": "thick",
    "VEH": "vehicle",
    "SMLR": "similar",
    "SIM": "similar",
    "DIAM": "diameter",
    "LTHR": "leather",
    "FRZN": "frozen",
    "PTS": "parts",
    "PRTS": "parts",
    "MACH": "machine",
    "SYN": "synthetic",
    "INC": "including",
    "INCL": "including",
    "MMF": "man-made fibers",
    "PLYWD": "plywood",
    "HSHLD": "household",
    "WGT": "weight",
    "CONT": "containing",
    "EA": "each",
    "VAL": "valued",
    "PREP": "preparation",
    "PREPS": "preparations",
    "SMLS": "seamless",
    "IRN": "iron",
    "MTL": "metal",
    "FIB": "fiber",
    "THRD": "thread",
    "ARTCLS": "articles",
    "UPP": "upper",
    "RUB": "rubber",
    "GT": "over",
    "LT": "under",
    "NOV": "not over",
    "OV": "over",
    "ETC": "etc.",
    "ETC.": "etc.",
    "ADDTL": "additional",
    "IMPREG": "impregnated",
    "NT": "not",
    "FIBR": "fiber",
    "KTCHN": "kitchen",
    "BTY": "battery",
    "NUMER": "numerical",
    "PRCSSRS": "processors",
    "VEG": "vegetable",
    "WMN": "women",
    "WOMN": "women",
}
_KEEP = {"I", "A/C", "CD", "CPU", "DNA", "DVD", "LCD", "LED", "LNG", "PVC", "TV", "US", "USB", "X"}
_PROPER = {
    name.upper(): name
    for name in (
        "Alaska Alaskan American Asian Atlantic Australian Belgian British Canadian Chinese "
        "Christmas Cuban Danube Douglas Easter Egyptian English European French German Greenland "
        "Indian Irish Italian Japanese Kentucky Mexican Norwegian Pacific Persian Portland "
        "Russian Scandinavian Scotch Spanish Swiss Turkish"
    ).split()
}
_UNITS = {"KG": "kg", "MM": "mm", "CM": "cm", "ML": "ml", "KW": "kW", "KVA": "kVA", "M2": "m2"}
_PHRASES = (
    (re.compile(r"\bW/G\b"), "women's or girls'"),
    (re.compile(r"\bM/B\b"), "men's or boys'"),
    (re.compile(r"\bN[- /]?KT\b"), "not knitted"),
    (re.compile(r"\bW/O\b"), "without "),
    (re.compile(r"\bW/(?=\s?[A-Z0-9])"), "with "),
    (re.compile(r"\bN/C\b"), "numerically controlled"),
    (re.compile(r"(?:\bGT=|>=)\s*"), "at least "),
    (re.compile(r"(?:\bLT=|<=)\s*"), "at most "),
    (re.compile(r"\bNOT OVER\b"), "at most"),
    (re.compile(r",(?=[A-Z])"), ", "),
    (re.compile(r";(?=[A-Z])"), "; "),
)
_UNIT = re.compile(r"([0-9.]+)\s?(KG|MM|CM|ML|KW|KVA|M2)\b")
_SPLIT = re.compile(r"([A-Za-z0-9.'/&-]+)")


def readable(text: str) -> str:
    """Return a short description in sentence case with the safe abbreviations spelled out."""
    for pattern, words in _PHRASES:
        text = pattern.sub(words, text)
    text = _UNIT.sub(lambda found: f"{found[1]} {_UNITS[found[2]]}", text)
    pieces = [_word(piece) for piece in _SPLIT.split(text)]
    made = re.sub(r"\s+", " ", "".join(pieces)).strip().replace("etc..", "etc.")
    made = made.rstrip(",; ")
    return made[:1].upper() + made[1:]


def _word(piece: str) -> str:
    if piece in _WORDS:
        return _WORDS[piece]
    if piece in _KEEP or piece in _UNITS.values():
        return piece
    return _PROPER.get(piece, piece.lower())
