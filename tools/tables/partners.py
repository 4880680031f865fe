"""Who the partners are: codes, names, groups, rank, agreements and size."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tables.common import DATA, described, read_text, write_table
from tradeviz.refresh import derive

# Census codes without an ISO code in the mapping: islands, and territories that are no more.
_MORE_CODES = {
    "0003": ("EU", "European Union"),
    "1610": ("SPM", "St. Pierre and Miquelon"),
    "2390": ("CUB", "Cuba"),
    "2771": ("ANT", "Netherlands Antilles (to 2011)"),
    "4350": ("CSK", "Czechoslovakia (to 1992)"),
    "4610": ("SUN", "Soviet Union (to 1992)"),
    "4790": ("YUG", "Yugoslavia (to 1992)"),
    "4799": ("SCG", "Serbia and Montenegro (to 2006)"),
    "4803": ("XKX", "Kosovo"),
    "5083": ("PSE", "Palestine"),
    "5790": ("PRK", "North Korea"),
    "6029": ("HMD", "Heard and McDonald Islands"),
    "6413": ("WLF", "Wallis and Futuna"),
    "7370": ("ESH", "Western Sahara"),
    "7810": ("IOT", "British Indian Ocean Territory"),
    "7905": ("ATF", "French Southern Territories"),
}
_NAMES = {"XKX": "Kosovo", "COG": "Republic of the Congo", "PSE": "Palestine"}
_SHORT = {
    "GBR": "UK",
    "ARE": "UAE",
    "EU": "EU",
    "BIH": "Bosnia",
    "CAF": "Central African Rep.",
    "DOM": "Dominican Rep.",
    "FSM": "Micronesia",
    "PNG": "Papua New Guinea",
    "TTO": "Trinidad",
    "VCT": "St. Vincent",
}
_ADJECTIVES = {
    "AGO": "Angolan", "ARE": "Emirati", "ARG": "Argentine", "AUS": "Australian",
    "AUT": "Austrian", "BEL": "Belgian", "BGD": "Bangladeshi", "BGR": "Bulgarian",
    "BRA": "Brazilian", "CAN": "Canadian", "CHE": "Swiss", "CHL": "Chilean", "CHN": "Chinese",
    "COL": "Colombian", "CRI": "Costa Rican", "CYP": "Cypriot", "CZE": "Czech",
    "DEU": "German", "DNK": "Danish", "DOM": "Dominican", "DZA": "Algerian",
    "ECU": "Ecuadorian", "EGY": "Egyptian", "ESP": "Spanish", "EST": "Estonian", "EU": "EU",
    "FIN": "Finnish", "FRA": "French", "GBR": "British", "GRC": "Greek", "GTM": "Guatemalan",
    "HKG": "Hong Kong", "HND": "Honduran", "HRV": "Croatian", "HUN": "Hungarian",
    "IDN": "Indonesian", "IND": "Indian", "IRL": "Irish", "IRQ": "Iraqi", "ISR": "Israeli",
    "ITA": "Italian", "JOR": "Jordanian", "JPN": "Japanese", "KHM": "Cambodian",
    "KOR": "South Korean", "KWT": "Kuwaiti", "LIE": "Liechtenstein", "LKA": "Sri Lankan",
    "LTU": "Lithuanian", "LUX": "Luxembourg", "LVA": "Latvian", "MEX": "Mexican",
    "MLT": "Maltese", "MYS": "Malaysian", "NGA": "Nigerian", "NIC": "Nicaraguan",
    "NLD": "Dutch", "NOR": "Norwegian", "NZL": "New Zealand", "PAK": "Pakistani",
    "PER": "Peruvian", "PHL": "Philippine", "POL": "Polish", "PRT": "Portuguese",
    "ROU": "Romanian", "RUS": "Russian", "SAU": "Saudi", "SGP": "Singaporean",
    "SLV": "Salvadoran", "SVK": "Slovak", "SVN": "Slovenian", "SWE": "Swedish", "THA": "Thai",
    "TTO": "Trinidadian", "TUR": "Turkish", "TWN": "Taiwanese", "VEN": "Venezuelan",
    "VNM": "Vietnamese", "ZAF": "South African",
}  # fmt: skip
_AGREEMENTS = {
    "KORUS": "KOR",
    "AUSFTA": "AUS",
    "USMCA": "CAN MEX",
    "CAFTA-DR": "CRI DOM GTM HND NIC SLV",
    "US-Bahrain FTA": "BHR",
    "US-Chile FTA": "CHL",
    "US-Colombia TPA": "COL",
    "US-Israel FTA": "ISR",
    "US-Jordan FTA": "JOR",
    "US-Morocco FTA": "MAR",
    "US-Oman FTA": "OMN",
    "US-Panama TPA": "PAN",
    "US-Peru TPA": "PER",
    "US-Singapore FTA": "SGP",
}
# ISO 3166 numeric (M49) codes: the yearbook's names differ from everyone else's.
M49 = {
    "ABW": 533, "AFG": 4, "AGO": 24, "AIA": 660, "ALB": 8, "AND": 20, "ARE": 784, "ARG": 32,
    "ARM": 51, "ATG": 28, "AUS": 36, "AUT": 40, "AZE": 31, "BDI": 108, "BEL": 56, "BEN": 204,
    "BFA": 854, "BGD": 50, "BGR": 100, "BHR": 48, "BHS": 44, "BIH": 70, "BLR": 112, "BLZ": 84,
    "BMU": 60, "BOL": 68, "BRA": 76, "BRB": 52, "BRN": 96, "BTN": 64, "BWA": 72, "CAF": 140,
    "CAN": 124, "CHE": 756, "CHL": 152, "CHN": 156, "CIV": 384, "CMR": 120, "COD": 180,
    "COG": 178, "COK": 184, "COL": 170, "COM": 174, "CPV": 132, "CRI": 188, "CUB": 192,
    "CYM": 136, "CYP": 196, "CZE": 203, "DEU": 276, "DJI": 262, "DMA": 212, "DNK": 208,
    "DOM": 214, "DZA": 12, "ECU": 218, "EGY": 818, "ERI": 232, "ESP": 724, "EST": 233, "ETH": 231,
    "FIN": 246, "FJI": 242, "FLK": 238, "FRA": 250, "FRO": 234, "FSM": 583, "GAB": 266,
    "GBR": 826, "GEO": 268, "GHA": 288, "GIB": 292, "GIN": 324, "GLP": 312, "GMB": 270,
    "GNB": 624, "GNQ": 226, "GRC": 300, "GRD": 308, "GRL": 304, "GTM": 320, "GUF": 254,
    "GUY": 328, "HKG": 344, "HND": 340, "HRV": 191, "HTI": 332, "HUN": 348, "IDN": 360,
    "IND": 356, "IRL": 372, "IRN": 364, "IRQ": 368, "ISL": 352, "ISR": 376, "ITA": 380,
    "JAM": 388, "JOR": 400, "JPN": 392, "KAZ": 398, "KEN": 404, "KGZ": 417, "KHM": 116,
    "KIR": 296, "KNA": 659, "KOR": 410, "KWT": 414, "LAO": 418, "LBN": 422, "LBR": 430,
    "LBY": 434, "LCA": 662, "LKA": 144, "LSO": 426, "LTU": 440, "LUX": 442, "LVA": 428,
    "MAC": 446, "MAR": 504, "MDA": 498, "MDG": 450, "MDV": 462, "MEX": 484, "MHL": 584,
    "MKD": 807, "MLI": 466, "MLT": 470, "MMR": 104, "MNE": 499, "MNG": 496, "MOZ": 508,
    "MRT": 478, "MSR": 500, "MTQ": 474, "MUS": 480, "MWI": 454, "MYS": 458, "MYT": 175,
    "NAM": 516, "NCL": 540, "NER": 562, "NGA": 566, "NIC": 558, "NLD": 528, "NOR": 578,
    "NPL": 524, "NZL": 554, "OMN": 512, "PAK": 586, "PAN": 591, "PER": 604, "PHL": 608,
    "PLW": 585, "PNG": 598, "POL": 616, "PRK": 408, "PRT": 620, "PRY": 600, "PSE": 275,
    "PYF": 258, "QAT": 634, "REU": 638, "ROU": 642, "RUS": 643, "RWA": 646, "SAU": 682,
    "SDN": 729, "SEN": 686, "SGP": 702, "SHN": 654, "SLB": 90, "SLE": 694, "SLV": 222, "SOM": 706,
    "SPM": 666, "SRB": 688, "SSD": 728, "STP": 678, "SUR": 740, "SVK": 703, "SVN": 705,
    "SWE": 752, "SWZ": 748, "SYC": 690, "SYR": 760, "TCA": 796, "TCD": 148, "TGO": 768,
    "THA": 764, "TJK": 762, "TKL": 772, "TKM": 795, "TLS": 626, "TON": 776, "TTO": 780,
    "TUN": 788, "TUR": 792, "TUV": 798, "TZA": 834, "UGA": 800, "UKR": 804, "URY": 858,
    "UZB": 860, "VCT": 670, "VEN": 862, "VGB": 92, "VNM": 704, "VUT": 548, "WLF": 876, "WSM": 882,
    "YEM": 887, "ZAF": 710, "ZMB": 894, "ZWE": 716,
}  # fmt: skip


def _mapping(raw: Path) -> pd.DataFrame:
    known = read_text(raw / "census-hs10-2024" / "CensusCountryMapping_FRBAtl_short.csv")
    known = known[known["CTY_CODE"] != ""]
    rows = [
        *zip(known["CTY_CODE"], known["ISO3"], known["country"], strict=True),
        *((code, iso3, name) for code, (iso3, name) in _MORE_CODES.items()),
    ]
    return pd.DataFrame(rows, columns=["census_code", "partner", "name"])


def codes(raw: Path) -> dict[str, str]:
    """Return the partner of every Census country code, older codes included."""
    table = _mapping(raw)
    return dict(zip(table["census_code"], table["partner"], strict=True)) | derive.SECOND_CODES


def _focus() -> list[str]:
    """Return the partners looked at: that column of partners.csv is written by hand."""
    stored = read_text(DATA / described()["partners"]["path"])
    return list(stored.loc[stored["group"] == "focus", "partner"])


def table(
    raw: Path,
    *,
    with_lines: set[str],
    trading: set[str],
    trade_2024: pd.Series,
    gdp: pd.DataFrame,
    goods_exports: pd.DataFrame,
) -> pd.DataFrame:
    """Put the partner table together."""
    made = _mapping(raw)
    made = made[made["partner"].isin(trading | with_lines)].copy()
    made["name"] = made["partner"].map(_NAMES).fillna(made["name"])
    made["short_name"] = made["partner"].map(_SHORT).fillna(made["name"])
    made["adjective"] = made["partner"].map(_ADJECTIVES)
    made["part_of"] = pd.Series("EU", made.index).where(made["partner"].isin(derive.EU_MEMBERS))
    made["has_lines"] = made["partner"].isin(with_lines)
    made = derive.sizes(made, trade_2024, gdp, goods_exports)
    made["group"] = "other"
    made.loc[made["in_fourteen"], "group"] = "fourteen"
    made.loc[made["partner"].isin(_focus()), "group"] = "focus"
    agreements = {code: name for name, who in _AGREEMENTS.items() for code in who.split()}
    made["us_agreement"] = made["partner"].map(agreements)
    return made


def april_rates(raw: Path) -> pd.DataFrame:
    """Return the reciprocal rates of April 2025."""
    made = read_text(raw / "hts-legal" / "annex_i_april_2025_rates.csv").rename(
        columns={"partner": "name"}
    )
    made["partner"] = made["census_code"].map(codes(raw))
    made["rate"] = made["rate_pct"].astype(float) / 100
    return made


def build(out: Path, made: pd.DataFrame, rates: pd.DataFrame) -> None:
    """Write partners.csv and april_2025_rates.csv."""
    write_table(made, out, "partners")
    write_table(rates, out, "april_2025_rates")
