"""Duties under the International Emergency Economic Powers Act, 2025-02-04 to 2026-02-23."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from law.rows import Row, exemption, measure
from law.sources import FR, GTA, HTS, PRESS, TWT

# Ruled unlawful on 20 February 2026; customs collected until the 24th, which is what counts here.
END = "2026-02-24"
CHINAS = "CHN;HKG;MAC"
# Column 2 of the tariff schedule: outside EO 14257.
NOT_RECIPROCAL = "CAN;MEX;RUS;BLR;CUB;PRK"
_AUGUST_NAMES = {
    "BRUNEI": "BRN",
    "CÔTE D`IVOIRE": "CIV",
    "DEMOCRATIC REPUBLIC OF THE CONGO": "COD",
    "FALKLAND ISLANDS": "FLK",
    "MYANMAR (BURMA)": "MMR",
    "TURKEY": "TUR",
    "BOSNIA AND HERZEGOVINA": "BIH",
}
_SUPERSEDED = {"JPN", "KOR", "IND", "CHE", "LIE"}
_AUGUST = "EO 14326 of 31 July 2025, Annex I"


def _april(rates: pd.DataFrame) -> list[Row]:
    """Return the April list, in force for a day; China has its own row of EO 14259."""
    listed = rates[rates["partner"].ne("CHN")]
    return [
        measure(
            f"reciprocal-2025-04-09-{row.partner.lower()}",
            f"April list: {row.name}",
            layer="reciprocal",
            partners=row.partner,
            rate=float(row.rate),
            start="2025-04-09",
            end="2025-04-10",
            reference=f"EO 14257 Annex I, HTS {row.hts_heading}; suspended by EO 14266",
            sources=(HTS, FR),
        )
        for row in listed.set_index("partner", drop=False).itertuples(index=False)
    ]


def _codes(names: pd.Series, partners: pd.DataFrame) -> pd.Series:
    known = dict(zip(partners["name"].str.upper(), partners["partner"], strict=True))
    known |= dict(zip(partners["short_name"].str.upper(), partners["partner"], strict=True))
    codes = names.map(known | _AUGUST_NAMES)
    if codes.isna().any():
        raise ValueError(f"August list: no code for {list(names[codes.isna()])}")
    return codes


def _august(raw: Path, partners: pd.DataFrame) -> list[Row]:
    table = pd.read_csv(raw / "tariff-lists/clean-august-7-tariffs.csv", dtype=str)
    table["partner"] = _codes(table["country_name"].str.strip(), partners)
    rows = [
        measure(
            f"reciprocal-2025-08-07-{partner.lower()}",
            f"August list: {name.title()}",
            layer="reciprocal",
            partners=partner,
            rate=round(float(rate) / 100, 4),
            start="2025-08-07",
            end=END,
            reference=f"{_AUGUST}, HTS 9903.02.02-71",
            sources=(FR, HTS, TWT),
        )
        for partner, name, rate in zip(
            table["partner"], table["country_name"], table["rtariff-aug"], strict=True
        )
        if partner not in _SUPERSEDED
    ]
    return [*rows, *_august_deals()]


def _august_deals() -> list[Row]:
    def row(partner: str, title: str, rate: float, start: str, end: str, **more: object) -> Row:
        settings = {"reference": _AUGUST, "sources": (FR, HTS, TWT)} | more
        name = f"reciprocal-{start}-{partner.split(';')[0].lower()}"
        return measure(
            name,
            title,
            layer="reciprocal",
            partners=partner,
            rate=rate,
            start=start,
            end=end,
            **settings,  # type: ignore[arg-type]
        )

    return [
        row(
            "JPN",
            "Japan: 15 % including the ordinary duty",
            0.15,
            "2025-08-07",
            END,
            rule="ceiling",
            reference="EO 14345 of 4 September 2025, HTS 9903.02.72-73, retroactive",
            sources=(FR, HTS),
        ),
        row(
            "EU",
            "European Union: 15 % including the ordinary duty",
            0.15,
            "2025-08-07",
            END,
            rule="ceiling",
        ),
        row("KOR", "August list: South Korea", 0.15, "2025-08-07", "2025-11-14"),
        row(
            "KOR",
            "Korea: 15 % including the KORUS or ordinary duty",
            0.15,
            "2025-11-14",
            END,
            rule="ceiling",
            reference="Joint fact sheet of 13 November 2025; 90 FR 55964; HTS 9903.02.79-80",
            sources=(HTS, FR, PRESS, GTA),
        ),
        row("IND", "August list: India", 0.25, "2025-08-07", "2026-02-07"),
        row(
            "IND",
            "August list: India, after the announcement of 18 %",
            0.25,
            "2026-02-07",
            END,
            why="18 % announced on 6 February 2026 but not found in the tariff text; one registry "
            "applies it from 7 February",
        ),
        row("CHE", "August list: Switzerland", 0.39, "2025-08-07", "2025-11-14"),
        row("LIE", "August list: Liechtenstein", 0.15, "2025-08-07", "2025-11-14"),
        row(
            "CHE;LIE",
            "Switzerland and Liechtenstein: 15 % including the ordinary duty",
            0.15,
            "2025-11-14",
            END,
            rule="ceiling",
            reference="Joint statement of 14 November 2025; 90 FR 59281",
            sources=(HTS, FR),
        ),
    ]


def _reciprocal(raw: Path, rates: pd.DataFrame, partners: pd.DataFrame) -> list[Row]:
    everyone = measure(
        "reciprocal-2025-04-05-all",
        "Reciprocal duty, general rate",
        layer="reciprocal",
        partners="all",
        except_partners=NOT_RECIPROCAL,
        rate=0.10,
        start="2025-04-05",
        end=END,
        reference="EO 14257 of 2 April 2025, HTS 9903.01.25; ended by Learning Resources v. Trump, "
        "20 February 2026",
        sources=(FR, HTS, TWT, GTA),
    )
    china = [
        measure(
            f"reciprocal-{start}-china",
            f"China, Hong Kong, Macau: {percent} %",
            layer="reciprocal",
            partners=CHINAS,
            rate=percent / 100,
            start=start,
            end=end,
            reference=reference,
            sources=(FR, HTS, GTA),
        )
        for percent, start, end, reference in (
            (84, "2025-04-09", "2025-04-10", "EO 14259 of 8 April 2025"),
            (125, "2025-04-10", "2025-05-14", "EO 14266 of 9 April 2025; EO 14298 (Geneva)"),
        )
    ]
    return [everyone, *_april(rates), *china, *_august(raw, partners)]


def _fentanyl() -> list[Row]:
    usmca_why = "the share of trade that claims USMCA is that of 2025, for every day"
    north = {"layer": "fentanyl", "sources": (FR, GTA)}
    rows = [
        measure(
            f"fentanyl-{start}-china",
            f"China and Hong Kong: {percent} %",
            layer="fentanyl",
            partners="CHN;HKG",
            rate=percent / 100,
            start=start,
            end=end,
            reference=reference,
            sources=(FR, GTA),
        )
        for percent, start, end, reference in (
            (10, "2025-02-04", "2025-03-04", "EO 14195 of 1 February 2025"),
            (20, "2025-03-04", "2025-11-10", "EO 14228 of 3 March 2025"),
            (10, "2025-11-10", END, "EO of 4 November 2025"),
        )
    ]
    periods = (
        ("CAN", "Canada", "canada_energy_potash", 25, "2025-03-04", "2025-03-07", ""),
        ("CAN", "Canada", "canada_energy_potash", 25, "2025-03-07", "2025-08-01", "not_usmca"),
        ("CAN", "Canada", "canada_energy_potash", 35, "2025-08-01", END, "not_usmca"),
        ("MEX", "Mexico", "", 25, "2025-03-04", "2025-03-07", ""),
        ("MEX", "Mexico", "mexico_potash", 25, "2025-03-07", END, "not_usmca"),
    )
    for partner, name, low_scope, percent, start, end, share in periods:
        reference = f"EO {'14193' if partner == 'CAN' else '14194'} of 1 February 2025"
        why = usmca_why if share else ""
        more = {"start": start, "end": end, "value_share": share, "why": why}
        rows.append(
            measure(
                f"fentanyl-{start}-{partner.lower()}",
                f"{name}: {percent} %",
                partners=partner,
                rate=percent / 100,
                reference=reference,
                **more,
                **north,  # type: ignore[arg-type]
            )
        )
        if low_scope:
            rows.append(
                measure(
                    f"fentanyl-{start}-{partner.lower()}-low",
                    f"{name}: 10 % on {low_scope.split('_', 1)[1].replace('_', ' and ')}",
                    partners=partner,
                    scope=low_scope,
                    rate=0.10,
                    reference=reference,
                    **more,
                    **north,  # type: ignore[arg-type]
                )
            )
    return rows


def measures(raw: Path, rates: pd.DataFrame, partners: pd.DataFrame) -> list[Row]:
    """Return every measure that rests on the emergency powers."""
    india = measure(
        "india_russia_oil-2025-08-27-ind",
        "India: purchases of Russian oil",
        layer="india_russia_oil",
        partners="IND",
        rate=0.25,
        start="2025-08-27",
        end="2026-02-07",
        reference="EO 14329 of 6 August 2025, HTS 9903.01.84; ended by EO of 6 February 2026",
        sources=(FR, HTS),
    )
    brazil = measure(
        "brazil_ieepa-2025-08-06-bra",
        "Brazil: 40 % on top of the reciprocal duty",
        layer="brazil_ieepa",
        partners="BRA",
        rate=0.40,
        start="2025-08-06",
        end=END,
        reference="EO 14323 of 30 July 2025",
        sources=(FR, GTA),
    )
    return [*_reciprocal(raw, rates, partners), india, brazil, *_fentanyl()]


def exemptions() -> list[Row]:
    """Return the goods outside the emergency duties."""
    rows = []
    for layer in ("reciprocal", "india_russia_oil"):
        annex = {"reference": "EO 14257 Annex II", "sources": (FR, TWT)}
        phones = {
            "reference": "Memorandum of 11 April 2025, retroactive to 5 April",
            "sources": (FR, TWT),
        }
        rows += [
            exemption(
                f"{layer}-annex-ii",
                layer,
                "annex_ii",
                start="2025-04-05",
                end="2025-11-13",
                **annex,
            ),
            exemption(
                f"{layer}-electronics",
                layer,
                "electronics",
                start="2025-04-05",
                end=END,
                **phones,
            ),
        ]
    rows += [
        exemption(
            "reciprocal-bullion",
            "reciprocal",
            "bullion",
            start="2025-04-05",
            end="2025-11-13",
            reference="EO 14257, section 3(b): bullion",
            sources=(FR, TWT),
            why="the codes are those of the November 2025 list",
        ),
        exemption(
            "reciprocal-annex-ii-november",
            "reciprocal",
            "annex_ii_november",
            start="2025-11-13",
            end=END,
            reference="EO 14360 of 14 November 2025, effective 13 November",
            sources=(FR, TWT, GTA),
        ),
        exemption(
            "india_russia_oil-annex-ii-november",
            "india_russia_oil",
            "annex_ii",
            start="2025-11-13",
            end="2026-02-07",
            reference="EO 14329, section 3: goods of EO 14257 Annex II",
            sources=(FR,),
            why="whether the wider list of November 2025 reached this duty was not read",
        ),
        exemption(
            "brazil_ieepa-first",
            "brazil_ieepa",
            "brazil_order_first",
            start="2025-08-06",
            end="2025-11-13",
            partners="BRA",
            reference="EO 14323, Annex I",
            sources=(FR, HTS),
        ),
        exemption(
            "brazil_ieepa-november",
            "brazil_ieepa",
            "brazil_order_november",
            start="2025-11-13",
            end=END,
            partners="BRA",
            reference="EO of 20 November 2025, effective 13 November",
            sources=(FR, HTS),
        ),
    ]
    for layer in ("reciprocal", "india_russia_oil", "brazil_ieepa", "fentanyl"):
        rows.append(
            exemption(
                f"{layer}-special-provisions",
                layer,
                "special_provisions",
                start="2025-02-04",
                end=END,
                reference="HTS chapter 98, as named in the orders",
                sources=(HTS,),
                why="chapter 98 entries with repair or assembly abroad pay on part of the value",
            )
        )
    return rows
