"""Which sector of the world expenditure table each customs product belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from tables.common import read_text, write_table

_INDUSTRY, _SIBLINGS, _CHECK, _SPECIAL = "industry", "siblings", "cross_check", "special"

# North American Industry Classification (2017), longest prefix first; class of ISIC revision 4
# that decides, and whether products of the prefix also belong to other sectors.
NAICS: list[tuple[str, str, str, bool]] = [
    ("111", "A01", "011-013", False),
    ("112", "A01", "014", False),
    ("1125", "A03", "032 aquaculture", False),
    ("113", "A02", "02", False),
    ("114", "A03", "031", False),
    ("115", "A01", "016", False),
    ("2111", "B06", "06", False),
    ("2121", "B05", "05", False),
    ("2122", "B07", "07", False),
    ("2123", "B08", "08", False),
    ("311", "C10T12", "10", False),
    ("312", "C10T12", "11, 12", False),
    ("313", "C13T15", "13", False),
    ("314", "C13T15", "139", False),
    ("315", "C13T15", "14", False),
    ("316", "C13T15", "15", False),
    ("321", "C16", "16", False),
    ("322", "C17_18", "17", False),
    ("323", "C17_18", "18; books also stand with publishing, a service", True),
    ("324", "C19", "19", False),
    ("324121", "C23", "2399 asphalt mixtures", False),
    ("324122", "C23", "2399 asphalt roofing", False),
    ("325", "C20", "20", False),
    ("3254", "C21", "21", False),
    ("326", "C22", "22", False),
    ("327", "C23", "23", False),
    ("3311", "C24A", "241", False),
    ("3312", "C24A", "241 includes drawn wire and tubes", False),
    ("3313", "C24B", "242", False),
    ("3314", "C24B", "242", False),
    ("33151", "C24A", "2431 casting of iron and steel", False),
    ("33152", "C24B", "2432 casting of other metals", False),
    ("332", "C25", "25", False),
    ("332410", "C25", "2513 steam boilers; heat exchangers are 2819", True),
    ("33291", "C28", "2813 taps, valves", False),
    ("332991", "C28", "2814 bearings", False),
    ("333", "C28", "28", False),
    ("333314", "C26", "267 optical instruments", False),
    ("333316", "C26", "267 photographic equipment; photocopiers are 2817", True),
    ("333414", "C28", "2815; heating boilers are 2512, stoves 2750", True),
    ("333511", "C25", "2593 moulds", False),
    ("333514", "C25", "2593 dies and interchangeable tools", False),
    ("333515", "C25", "2593 interchangeable tools", False),
    ("333992", "C27", "279 electric welding; gas welding is 2819", True),
    ("334", "C26", "26", False),
    ("334614", "C17_18", "182 reproduction of recorded media", False),
    ("335", "C27", "27", False),
    ("3361", "C29", "291", False),
    ("3362", "C29", "292", False),
    ("3363", "C29", "293", False),
    ("3364", "C302T309", "303", False),
    ("3365", "C302T309", "302", False),
    ("3366", "C301", "301", False),
    ("3369", "C302T309", "304, 309", False),
    ("336999", "C302T309", "3099; all-terrain vehicles are 291", True),
    ("337", "C31T33", "31", False),
    ("337920", "C31T33", "blinds follow their material in ISIC", True),
    ("339", "C31T33", "32", False),
    ("339991", "C31T33", "gaskets follow their material in ISIC", True),
]
# Sectors of the Global Trade Analysis Project, version 10: the cross-check, and the rule for
# scrap, used goods, returned goods and low-value shipments, which no industry makes.
_GTAP: dict[str, str] = {
    **dict.fromkeys("PDR WHT GRO V_F OSD C_B PFB OCR CTL OAP RMK WOL".split(), "A01"),
    "FRS": "A02",
    "FSH": "A03",
    "COA": "B05",
    "OIL": "B06",
    "GAS": "B06",
    **dict.fromkeys("CMT OMT VOL MIL PCR SGR OFD B_T".split(), "C10T12"),
    **dict.fromkeys("TEX WAP LEA".split(), "C13T15"),
    "LUM": "C16",
    "PPP": "C17_18",
    "P_C": "C19",
    "CHM": "C20",
    "BPH": "C21",
    "RPP": "C22",
    "NMM": "C23",
    "I_S": "C24A",
    "NFM": "C24B",
    "FMP": "C25",
    "ELE": "C26",
    "EEQ": "C27",
    "OME": "C28",
    "MVH": "C29",
    "OMF": "C31T33",
    # No goods sector has electricity; refined fuels are the nearest energy.
    "ELY": "C19",
}
# Chapters 98 and 99 name a treatment, not a good; where the line names the chapter of the good,
# that decides. The longest prefix counts; the empty one is everything else, a mere convention.
_TREATMENTS: dict[str, str] = {
    "": "C31T33",
    **dict.fromkeys(["9801001015", "9801008020", "9801008030"], "C10T12"),
    "9801001026": "A01",
    **dict.fromkeys(["9801001027", "9801001029"], "C20"),
    "9801001028": "C21",
    "9801001030": "C24B",
    "9801001031": "C25",
    **dict.fromkeys(["9801001037", "9801001045", "9802005030", "9817005", "9817006"], "C28"),
    **dict.fromkeys(["9801001043", "9801001053", "9801001055", "9801001090"], "C26"),
    **dict.fromkeys(["9801001049", "9801001051"], "C27"),
    **dict.fromkeys(["980100106", "9801001074"], "C29"),
    **dict.fromkeys(["9801001035", "9801001059", "9801003"], "C302T309"),
    **dict.fromkeys(["9801001075", "9801001077", "9801001079"], "C302T309"),
    "9801001089": "C301",
}
# Two sectors of the cross-check hold two of ours; the chapter of the product tells them apart.
_SPLIT = {"OXT": ("26", "B07", "B08"), "OTN": ("89", "C301", "C302T309")}


def _gtap_sector(code: str, hs10: str) -> str | None:
    if code in _SPLIT:
        chapter, inside, outside = _SPLIT[code]
        return inside if hs10.startswith(chapter) else outside
    return _GTAP.get(code)


def _longest(code: str, prefixes: Iterable[str]) -> str | None:
    fitting = [prefix for prefix in prefixes if code.startswith(prefix)]
    return max(fitting, key=len) if fitting else None


def _of_siblings(hs10: pd.Series, known: pd.DataFrame) -> pd.DataFrame:
    # A product too new for the concordance has the sector of its siblings when they agree.
    found = pd.DataFrame({"hs10": hs10, "sector": None, "rule_code": None})
    for digits in (8, 6, 4):
        siblings = known.groupby(known["hs10"].str[:digits])["sector"].agg(["nunique", "first"])
        agreed = siblings.loc[siblings["nunique"] == 1, "first"]
        parent = found["hs10"].str[:digits]
        new = found["sector"].isna() & parent.isin(agreed.index)
        found.loc[new, "sector"] = parent[new].map(agreed)
        found.loc[new, "rule_code"] = parent[new]
    return found.dropna(subset=["sector"])


def _set(
    made: pd.DataFrame, where: pd.Series, rule: str, sector: pd.Series, code: pd.Series
) -> None:
    made.loc[where, "rule"] = rule
    made.loc[where, "sector"] = sector[where]
    made.loc[where, "rule_code"] = code[where]


def concord(raw: Path, hs10: pd.Series) -> pd.DataFrame:
    """Return the sector of each product, and how it was found."""
    folder = raw / "budget-lab"
    industry = read_text(folder / "hs10_naics_crosswalk.csv").set_index("hs10")["naics"]
    gtap = read_text(folder / "hs10_gtap_crosswalk.csv").set_index("hs10")["gtap_code"]
    made = pd.DataFrame({"hs10": hs10.astype(str).to_numpy()}, dtype=object)
    made = made.assign(sector=None, rule=None, rule_code=None)
    naics, check = made["hs10"].map(industry), made["hs10"].map(gtap).fillna("").str.upper()
    made["check_sector"] = [
        _gtap_sector(code, product) for code, product in zip(check, made["hs10"], strict=True)
    ]
    rules = {prefix: (sector, doubtful) for prefix, sector, _, doubtful in NAICS}
    prefix = naics.map({code: _longest(code, rules) for code in naics.dropna().unique()})
    _set(made, prefix.notna(), _INDUSTRY, prefix.map(rules).str[0], prefix)
    made["ambiguous"] = prefix.map(rules).str[1].fillna(False).astype(bool)
    known = made.dropna(subset=["sector"])
    siblings = _of_siblings(made.loc[naics.isna(), "hs10"], known).reindex(made.index)
    _set(made, siblings["sector"].notna(), _SIBLINGS, siblings["sector"], siblings["rule_code"])
    # Industries 91 to 99 name what happened to a good (scrap, used, returned), not who makes it.
    rest = made["sector"].isna() & made["check_sector"].notna()
    _set(made, rest, _CHECK, made["check_sector"], check)
    last = made["sector"].isna()
    if not made.loc[last, "hs10"].str[:2].isin(["98", "99"]).all():
        raise ValueError(f"no sector for {list(made.loc[last, 'hs10'])[:5]}")
    treated = made["hs10"].map(lambda product: _longest(product, _TREATMENTS))
    _set(made, last, _SPECIAL, treated.map(_TREATMENTS), treated.replace("", "98-99"))
    made["ambiguous"] |= rest | last | (made["sector"] != made["check_sector"])
    return made


def build(raw: Path, out: Path, goods: pd.DataFrame) -> None:
    """Write icio_concordance.parquet and icio_rules.csv."""
    rules = pd.DataFrame(NAICS, columns=["naics", "sector", "isic", "ambiguous"])
    write_table(rules, out, "icio_rules")
    table = concord(raw, goods["hs10"])
    write_table(table, out, "icio_concordance", categories=["sector", "rule"])
