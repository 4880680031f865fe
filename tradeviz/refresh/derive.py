"""Derive the trade tables from what a source says, whether a raw file or a service says it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from tradeviz.refresh.wording import readable

METALS = ("steel_share", "aluminium_share", "copper_share")
EU_MEMBERS = (
    "AUT BEL BGR HRV CYP CZE DNK EST FIN FRA DEU GRC HUN IRL ITA LVA LTU LUX MLT NLD POL PRT ROU "
    "SVK SVN ESP SWE"
).split()
SECOND_CODES = {"4802": "SRB", "5080": "ISR", "5082": "PSE", "7320": "SDN", "7740": "ETH"}
"""A second Census code of a partner: an older one, or a part that is counted on its own."""
AGGREGATES = {
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
# Texts that send the reader to another rate: a number parsed from them is no rate of its own.
_ELSEWHERE = re.compile(
    r"(?i)^\s*(?:the (?:rate|duty|duties)|a duty|duty|rate|see |no change|free,? if)"
    r"|minus|applicable"
)
_PERCENT = re.compile(r"([\d.]+)\s*%")
_FREE = re.compile(r"(?i)free\W*(?:\d/)?")


def rate_of(text: str) -> tuple[str, float]:
    """Return kind and rate of the words in the general column of the tariff.

    The rate of a compound text is its first percentage; a specific duty has no percentage and
    counts as 0; words that send to another rate have none.

    Examples
    --------
    >>> rate_of("3.7%")
    ('ad_valorem', 0.037)
    >>> rate_of("42.3¢/kg + 8.5%")
    ('compound', 0.085)
    """
    plain = text.strip()
    if _FREE.fullmatch(plain):
        return "free", 0.0
    percents = _PERCENT.findall(plain)
    rate = round(float(percents[0]) / 100, 6) if percents else 0.0
    if _PERCENT.fullmatch(plain):
        return "ad_valorem", rate
    if _ELSEWHERE.search(plain) or not re.search(r"[¢$%]|^Free", plain):
        return "other", float("nan")
    if not percents:
        return "specific", 0.0
    return "compound" if len(percents) > 1 or re.search(r"[¢$]", plain) else "other", rate


def tariff_lines(texts: pd.DataFrame) -> pd.DataFrame:
    """Return kind and rate of each line of the tariff from `hs8` and `mfn_text`."""
    rates = texts["mfn_text"].fillna("").map(rate_of)
    table = texts[["hs8", "mfn_text"]].assign(mfn_type=rates.str[0], mfn_rate=rates.str[1])
    return table.sort_values("hs8", ignore_index=True)


def products(
    lines: pd.DataFrame,
    tariff: pd.DataFrame,
    chapters: pd.DataFrame,
    industries: pd.Series[Any],
    metals: pd.DataFrame,
) -> pd.DataFrame:
    """Return one row per HS10 product of the trade lines (`hs10` and `text`)."""
    table = lines[["hs10", "text"]].drop_duplicates("hs10").sort_values("hs10", ignore_index=True)
    table["description"] = table["text"].map(readable)
    for digits in (2, 4, 6, 8):
        table[f"hs{digits}"] = table["hs10"].str[:digits]
    table = table.merge(tariff, on="hs8", how="left", validate="many_to_one")
    table["mfn_type"] = table["mfn_type"].fillna("missing")
    table = table.merge(chapters[["hs2", "sector"]], on="hs2", how="left")
    table = table.merge(metals, on="hs10", how="left", validate="one_to_one")
    table["naics3"] = of_family(table["hs10"], industries, (8, 6))
    return table


def of_family(hs10: pd.Series[Any], known: pd.Series[Any], digits: Iterable[int]) -> pd.Series[Any]:
    """Return what is known of each product, or that of its relatives where all of them agree."""
    values = hs10.map(known)
    for length in digits:
        parents = known.groupby(known.index.str[:length]).agg(["nunique", "first"])
        agreed = parents.loc[parents["nunique"] == 1, "first"]
        values = values.fillna(hs10.str[:length].map(agreed))
    return values


def prefer_new(tables: Iterable[pd.DataFrame], key: list[str]) -> pd.DataFrame:
    """Return one row a key: that of the last table that has it."""
    return pd.concat(tables, ignore_index=True).drop_duplicates(key, keep="last")


def balances(
    trade: pd.DataFrame, codes: Mapping[str, str], when: str, vintage: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return partners and aggregates with exports, general imports (USD) and the balance.

    `trade` has `code`, `when`, `exports_usd`, `general_imports_usd`. A code that `codes` does not
    name is taken for that of the partner itself.
    """
    table = trade.assign(vintage=vintage)
    table["balance_usd"] = table["exports_usd"] - table["general_imports_usd"]
    code = table["code"].str.removeprefix("AGG_")
    grouped = code.isin(AGGREGATES)
    groups = table[grouped].assign(
        aggregate=code[grouped].map({key: pair[0] for key, pair in AGGREGATES.items()}),
        name=code[grouped].map({key: pair[1] for key, pair in AGGREGATES.items()}),
    )
    countries = table[~grouped].assign(partner=code[~grouped].map(codes).fillna(code[~grouped]))
    money = ["exports_usd", "general_imports_usd", "balance_usd"]
    # Two codes of one partner in one month (Gaza and West Bank) are added up.
    countries = countries.groupby(["partner", when, "vintage"], as_index=False)[money].sum()
    return countries, groups[["aggregate", "name", when, "vintage", *money]]


def trade_of(year: int, partners: pd.DataFrame, aggregates: pd.DataFrame) -> pd.Series[Any]:
    """Return two-way goods trade of a year by partner, the EU included."""
    union = aggregates[aggregates["aggregate"] == "EU"].rename(columns={"aggregate": "partner"})
    both = pd.concat([partners, union])
    both = both[both["year"] == year].set_index("partner")
    trade: pd.Series[Any] = both["exports_usd"] + both["general_imports_usd"]
    return trade


def sizes(
    partners: pd.DataFrame,
    trade_2024: pd.Series[Any],
    gdp: pd.DataFrame,
    goods_exports: pd.DataFrame,
) -> pd.DataFrame:
    """Return the partners with rank in trade, GDP and exports; `has_lines` is known already."""
    with_lines = set(partners.loc[partners["has_lines"], "partner"])
    table = partners.drop(
        columns=["gdp_year", "gdp_usd", "goods_exports_year", "goods_exports_world_usd"],
        errors="ignore",
    )
    ranked = trade_2024[trade_2024.index.isin(with_lines - set(EU_MEMBERS))]
    table["trade_rank_2024"] = table["partner"].map(ranked.rank(ascending=False)).astype("Int64")
    table["in_fourteen"] = table["trade_rank_2024"].le(15).fillna(False).astype(bool) & (
        table["partner"] != "CHN"
    )
    table = table.merge(_latest(gdp, "gdp_usd", "gdp_year"), on="partner", how="left")
    return table.merge(
        _latest(goods_exports, "goods_exports_world_usd", "goods_exports_year"),
        on="partner",
        how="left",
    )


def _latest(table: pd.DataFrame, column: str, year: str) -> pd.DataFrame:
    """Return the last year of each partner and its value."""
    last = table.sort_values("year").groupby("partner", as_index=False).last()
    return last[["partner", "year", column]].rename(columns={"year": year})
