"""Where the numbers come from: publisher, series, licence and date, stated once."""

from __future__ import annotations

Source = dict[str, str]

_PUBLIC = "public domain (work of the United States government)"
_CENSUS = "US Census Bureau"


def _via(repository: str, licence: str) -> str:
    return f"{_PUBLIC}; copy through github.com/{repository}, {licence}"


CENSUS_COUNTRY: Source = {
    "title": "US trade in goods by country, workbook",
    "publisher": _CENSUS,
    "series": "general imports and exports, Census basis, not seasonally adjusted, to 2025-02",
    "path": "https://www.census.gov/foreign-trade/balance/index.html",
    "licence": _via("djhshih/tariff", "no licence stated"),
    "date": "2025-04-04",
}
CENSUS_COUNTRY_NEW: Source = {
    "title": "US trade in goods by country, newer vintage, 60 partners and 7 aggregates",
    "publisher": _CENSUS,
    "series": "general imports and exports, Census basis, 2025-01 to 2026-07, USD millions to one "
    "decimal; rows carried over by hand and re-added against their stated totals",
    "path": "https://www.census.gov/foreign-trade/balance/index.html",
    "licence": _via("corbett-hobbs/congress-ideology", "licence not seen"),
    "date": "2026-10-01",
}
CENSUS_DUTIES_NEW: Source = {
    "title": "Imports for consumption and calculated duties by partner",
    "publisher": _CENSUS,
    "series": "international trade API, imports/hs, CON_VAL_MO and CAL_DUT_MO, 2025-01 to 2026-07; "
    "rows carried over by hand and re-added against their stated totals",
    "path": "https://www.census.gov/data/developers/data-sets/international-trade.html",
    "licence": _via("corbett-hobbs/congress-ideology", "licence not seen"),
    "date": "2026-10-01",
}
CENSUS_HS10: Source = {
    "title": "US imports for consumption by partner and HS10 product, calendar year 2024",
    "publisher": _CENSUS,
    "series": "international trade API, imports/hs, CON_VAL_YR and CAL_DUT_YR, December 2024",
    "path": "https://www.census.gov/data/developers/data-sets/international-trade.html",
    "licence": _via("tradewartracker/trade-war-redux-2025", "MIT"),
    "date": "2024-12",
}
CENSUS_NAICS: Source = {
    "title": "US imports for consumption and calculated duty by partner and NAICS 3-digit sector",
    "publisher": _CENSUS,
    "series": "international trade API, imports/naics, 2013-01 to 2025-11, first prints",
    "path": "https://www.census.gov/data/developers/data-sets/international-trade.html",
    "licence": _via("tradewartracker/us-imports-hs2", "MIT"),
    "date": "2025-11",
}
COUNTRY_CODES: Source = {
    "title": "Census Schedule C country codes with ISO 3166 alpha-3 codes",
    "publisher": "Federal Reserve Bank of Atlanta",
    "series": "country mapping, short",
    "licence": _via("tradewartracker/trade-war-redux-2025", "MIT"),
    "date": "2025",
}
AGREEMENTS: Source = {
    "title": "Free trade agreements",
    "publisher": "Office of the United States Trade Representative",
    "series": "comprehensive agreements in force with twenty countries on 1 January 2025",
    "path": "https://ustr.gov/trade-agreements/free-trade-agreements",
    "licence": _PUBLIC,
    "date": "2025-01-01",
}
HTS_RATES: Source = {
    "title": "Harmonized Tariff Schedule of the United States 2025, column 1 general rates",
    "publisher": "US International Trade Commission",
    "series": "HS8 rates with the printed text, parsed",
    "path": "https://hts.usitc.gov/",
    "licence": _via("Budget-Lab-Yale/Tariff-ETRs", "no licence stated"),
    "date": "2025",
}
HTS_ANNEX: Source = {
    "title": "Harmonized Tariff Schedule of the United States 2026 revision 6, chapter 99",
    "publisher": "US International Trade Commission",
    "series": "headings 9903.01.43 to 9903.01.76 (Executive Order 14257, Annex I), read by hand",
    "path": "https://hts.usitc.gov/",
    "licence": _via("Budget-Lab-Yale/tariff-rate-tracker", "MIT"),
    "date": "2026",
}
NAICS_CROSSWALK: Source = {
    "title": "HS10 to NAICS concordance",
    "publisher": _CENSUS,
    "series": "import concordance",
    "licence": _via("Budget-Lab-Yale/Tariff-ETRs", "no licence stated"),
    "date": "2025",
}
METAL_SHARES: Source = {
    "title": "Metal content shares by HS10, modelled",
    "publisher": "The Budget Lab at Yale",
    "series": "input-output shares of the Bureau of Economic Analysis carried over to products",
    "licence": "MIT (github.com/Budget-Lab-Yale/tariff-rate-tracker)",
    "date": "2026-05-11",
}
USMCA_SHARES: Source = {
    "title": "Share of 2025 imports that claimed the USMCA preference, by HS10",
    "publisher": "The Budget Lab at Yale",
    "series": "computed from Census imports by rate provision",
    "licence": "MIT (github.com/Budget-Lab-Yale/tariff-rate-tracker)",
    "date": "2026-05-11",
}
USMCA_MONTHLY: Source = {
    "title": "Imports from Canada and Mexico that claimed the USMCA preference, by HS10 and month",
    "publisher": "US Census Bureau",
    "series": "imports by rate provision, January 2025 to February 2026",
    "licence": "public domain; copy through github.com/Budget-Lab-Yale/tariff-rate-tracker, MIT",
    "date": "2026-05-11",
}
HTS_CONCORDANCE: Source = {
    "title": "Statistical numbers added, split or dropped between revisions of 2025 and 2026",
    "publisher": "The Budget Lab at Yale",
    "series": "from the revisions of the Harmonized Tariff Schedule",
    "licence": "MIT (github.com/Budget-Lab-Yale/tariff-rate-tracker)",
    "date": "2026-05-11",
}
AIRCRAFT_USE: Source = {
    "title": "Imports entered free as civil aircraft under Section 122, by HS10",
    "publisher": "US Census Bureau",
    "series": "imports by rate provision, February to July 2026, largest lines only",
    "licence": "public domain; reshaped by github.com/SAIL-Engineering/tariff-rate-tracker, a fork "
    "of an MIT repository",
    "date": "2026",
}
CHIP_LINES: Source = {
    "title": "Lines that hold advanced computing chips",
    "publisher": "The Budget Lab at Yale",
    "series": "calibration of the tariff rate tracker, 28 April 2026",
    "licence": "MIT (github.com/Budget-Lab-Yale/tariff-rate-tracker)",
    "date": "2026-04-28",
}
TRACKER_RATES: Source = {
    "title": "Additional tariff by country and policy date of 2025",
    "publisher": "tradewartracker",
    "series": "percent of 2024 imports",
    "licence": "MIT (github.com/tradewartracker/trade-war-redux-2025)",
    "date": "2026",
}
BUDGET_LAB_RATES: Source = {
    "title": "Statutory rate of US imports by month",
    "publisher": "The Budget Lab at Yale",
    "series": "fixture of 13 June 2026 of the tariff model",
    "licence": "MIT (github.com/Budget-Lab-Yale/Tariff-Model)",
    "date": "2026-06-13",
}
WORLD_BANK: Source = {
    "title": "GDP, current US dollars",
    "publisher": "World Bank",
    "series": "World Development Indicators NY.GDP.MKTP.CD, 1960-2023",
    "path": "https://data.worldbank.org/indicator/NY.GDP.MKTP.CD",
    "licence": "CC BY 4.0; copy through github.com/datasets/gdp, PDDL",
    "date": "2025-03-24",
}
UN_YEARBOOK: Source = {
    "title": "Total imports, exports and balance of trade",
    "publisher": "United Nations Statistics Division",
    "series": "Statistical Yearbook 68, table T21, exports FOB, from Comtrade",
    "path": "https://data.un.org/",
    "licence": "UNdata terms of use (free with citation); copy through "
    "github.com/adisrom/global-trade-balance-dashboard, no licence stated",
    "date": "2025-06",
}
ICIO: Source = {
    "title": "Inter-Country Input-Output Tables, flows of 2022 in 28 sectors, with applied tariffs",
    "publisher": "OECD; tariffs: Teti, Global Tariff Database",
    "series": "81 economies, use by exporter, importer and sector, USD millions at basic prices; "
    "bilateral applied tariffs averaged to the sector",
    "path": "https://www.oecd.org/en/data/datasets/inter-country-input-output-tables.html",
    "licence": "CC BY 4.0 (OECD); copy through github.com/ahmadlp/us-tariff, no licence stated",
    "date": "2022",
}
GTAP_CROSSWALK: Source = {
    "title": "HS10 to sectors of the Global Trade Analysis Project",
    "publisher": "The Budget Lab at Yale",
    "series": "65 sectors of version 10",
    "licence": "MIT (github.com/Budget-Lab-Yale/tariff-rate-tracker)",
    "date": "2026-05-11",
}
ICIO_RULES: Source = {
    "title": "Industries of North America (NAICS 2017) to classes of ISIC revision 4",
    "publisher": "tradeviz",
    "series": "own reading of the class titles published by the Census Bureau and the United "
    "Nations Statistics Division",
    "licence": "as the project",
    "date": "2026-11-24",
}
TRADE_MATRIX: Source = {
    "title": "BACI, bilateral goods trade, HS 2022, release 202501, summed over products",
    "publisher": "CEPII",
    "series": "2023, thousands of US dollars, 194 economies",
    "path": "https://www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=37",
    "licence": "Etalab 2.0 (open); copy through github.com/JoeLoera/liberation-day-replication, "
    "no licence seen",
    "date": "2025-01",
}
WORLD_BANK_XLS: Source = WORLD_BANK | {
    "series": "World Development Indicators NY.GDP.MKTP.CD, 2023 or last year",
    "licence": "CC BY 4.0; copy through github.com/JoeLoera/liberation-day-replication",
}
MATRIX_RATES: Source = {
    "title": "Rates of the replication of Ignatenko, Lashkaripour, Macedoni and Simonovska",
    "publisher": "Ignatenko et al. (2025), Making America Great Again? The Economic Impacts of "
    "Liberation Day Tariffs",
    "series": "one rate per economy; not legal rates",
    "licence": "copy through github.com/JoeLoera/liberation-day-replication, no licence seen",
    "date": "2025",
}
ELASTICITIES: Source = {
    "title": "Published elasticities and pass-through estimates, collected",
    "publisher": "tradeviz",
    "series": "each row names its study and where it was read; sector values through the source "
    "files of github.com/ahmadlp/us-tariff",
    "licence": "figures only; each study has its own rights",
    "date": "2026-11-24",
}
DEALS: Source = {
    "title": "Equilibrium of every coalition of fourteen partners",
    "publisher": "tradeviz",
    "series": "model result, python tools/run_deals.py",
    "licence": "as the project",
    "date": "2026-11-24",
}
INDUSTRIES: Source = {
    "title": "Short titles of industries",
    "publisher": "tradeviz",
    "series": "own wording after the three-digit industries of NAICS and the codes of the Census "
    "Bureau for other goods",
    "licence": "as the project",
    "date": "2026-11-24",
}
CHAPTERS: Source = {
    "title": "Short chapter titles and sector groups",
    "publisher": "tradeviz",
    "series": "own wording after the chapters of the Harmonized System",
    "licence": "as the project",
    "date": "2026-11-23",
}
FORECAST: Source = {
    "title": "Forecast of imports and duty by month",
    "publisher": "tradeviz",
    "series": "model result, python tools/run_forecast.py",
    "licence": "as the project",
    "date": "2026-11-25",
}
ESTIMATES: Source = {
    "title": "Estimates on the months of 2025",
    "publisher": "tradeviz",
    "series": "model result, python tools/run_estimates.py",
    "licence": "as the project",
    "date": "2026-11-25",
}
