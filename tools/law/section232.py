"""Section 232 duties on products: cars, metals, copper, wood, trucks and chips."""

from __future__ import annotations

from law.rows import Row, measure
from law.sources import BL, FR, GTA, HTS, PRESS, TWT

_USMCA_CARS = (
    "cars that claim USMCA pay only on non-US content, whose share is not public: treated as exempt"
)
_ANNEX_END = "list of the June 2026 proclamation (Annex I-C) is not public here"


def _autos() -> list[Row]:
    cars = {"layer": "s232_autos", "scope": "cars"}
    parts = {"layer": "s232_autos", "scope": "auto_parts"}
    cars_law = {"reference": "Proclamation 10908 of 26 March 2025", "sources": (FR, HTS, TWT)}
    why_parts = "the published parts list has codes wider than car parts; two were left out"
    rows = [
        measure(
            "s232_autos-2025-04-03-all",
            "Cars and light trucks",
            partners="all",
            except_partners="CAN;MEX",
            rate=0.25,
            start="2025-04-03",
            **cars,
            **cars_law,  # type: ignore[arg-type]
        ),
        measure(
            "s232_autos-2025-04-03-usmca",
            "Cars and light trucks outside USMCA",
            partners="CAN;MEX",
            rate=0.25,
            start="2025-04-03",
            value_share="not_usmca",
            why=_USMCA_CARS,
            **cars,
            **cars_law,  # type: ignore[arg-type]
        ),
        measure(
            "s232_autos-2025-05-03-all-parts",
            "Car parts",
            partners="all",
            except_partners="CAN;MEX",
            rate=0.25,
            start="2025-05-03",
            why=why_parts,
            **parts,
            **cars_law,  # type: ignore[arg-type]
        ),
        measure(
            "s232_autos-2025-05-03-usmca-parts",
            "Car parts outside USMCA",
            partners="CAN;MEX",
            rate=0.25,
            start="2025-05-03",
            value_share="not_usmca",
            why=why_parts,
            **parts,
            **cars_law,  # type: ignore[arg-type]
        ),
        measure(
            "s232_autos-2025-06-30-gbr",
            "British cars within the quota of 100,000 a year: 10 % including the ordinary duty",
            layer="s232_autos",
            scope="passenger_cars",
            partners="GBR",
            rule="ceiling",
            rate=0.10,
            quota_share=1.0,
            start="2025-06-30",
            reference="EO of 16 June 2025 (General Terms of 8 May 2025)",
            sources=(FR, GTA, PRESS),
            why="share of trade within the quota is an assumption: press reports of the industry "
            "association put shipments of 2024 at about the quota; order text not stored",
        ),
        measure(
            "s232_autos-2025-06-30-gbr-parts",
            "Parts for British cars: 10 % including the ordinary duty",
            partners="GBR",
            rule="ceiling",
            rate=0.10,
            start="2025-06-30",
            reference="EO of 16 June 2025 (General Terms of 8 May 2025)",
            sources=(FR, GTA),
            why="only parts for cars made in the UK qualify; their share is not public",
            **parts,  # type: ignore[arg-type]
        ),
    ]
    deals = (
        ("JPN", "Japanese", "2025-09-16", "EO 14345 of 4 September 2025", (FR, GTA, HTS), ""),
        (
            "EU",
            "EU",
            "2025-08-01",
            "Notice of 25 September 2025, retroactive",
            (PRESS, HTS),
            "sources date it 1 August, 7 August or 1 September 2025",
        ),
        ("KOR", "Korean", "2025-11-01", "90 FR 55964, retroactive", (FR, HTS), ""),
    )
    for partner, adjective, start, reference, sources, why in deals:
        for group, scope, reason in (("cars", "cars", why), ("parts", "auto_parts", why_parts)):
            rows.append(
                measure(
                    f"s232_autos-{start}-{partner.lower()}{'-parts' if group == 'parts' else ''}",
                    f"{adjective} {'cars and light trucks' if group == 'cars' else 'car parts'}: "
                    "15 % including the ordinary duty",
                    layer="s232_autos",
                    scope=scope,
                    partners=partner,
                    rule="ceiling",
                    rate=0.15,
                    start=start,
                    reference=reference,
                    sources=sources,
                    why="; ".join(filter(None, (why, reason if reason != why else ""))),
                )
            )
    return rows


_CONTENT_WHY = "metal content by product is modelled by industry, not declared values"


def _metals_2025() -> list[Row]:
    """Return steel and aluminium until 5 April 2026: articles in full, derivatives by content."""
    first, second, end = "2025-03-12", "2025-06-04", "2026-04-06"
    law = {
        first: "Proclamations 10895 and 10896 of 10 February 2025",
        second: "Proclamation 10947 of 3 June 2025",
    }
    lists = (
        ("metals_articles", "", "", first, end),
        (
            "metals_content_2025_03",
            "metal_content_2025_03",
            _CONTENT_WHY,
            first,
            "2025-08-18",
        ),
        (
            "metals_content_2025_08",
            "metal_content_2025_08",
            _CONTENT_WHY + "; additions of 23 June 2025 are carried from 18 August",
            "2025-08-18",
            end,
        ),
    )
    rates = (("all", 0.25, first, second), ("all", 0.50, second, end), ("GBR", 0.25, second, end))
    rows = []
    for scope, share, why, list_start, list_end in lists:
        for partner, rate, rate_start, rate_end in rates:
            start, until = max(list_start, rate_start), min(list_end, rate_end)
            if start >= until:
                continue
            goods = "articles" if not share else "content of derivatives"
            name = f"s232_metals-{start}-{partner.lower()}{'' if not share else '-content'}"
            rows.append(
                measure(
                    name,
                    f"Steel and aluminium {goods}" + (", UK" if partner == "GBR" else ""),
                    layer="s232_metals",
                    partners=partner,
                    scope=scope,
                    rate=rate,
                    start=start,
                    end=until,
                    value_share=share,
                    reference=law[rate_start]
                    + ("; notice of 18 August 2025" if start == "2025-08-18" else ""),
                    sources=(FR, HTS, TWT, BL),
                    why=why,
                )
            )
    return rows


def _metals_2026() -> list[Row]:
    """Return the annexes of April 2026; those whose later change has no list stay provisional."""
    start, changed = "2026-04-06", "2026-06-08"
    law = {
        "layer": "s232_metals",
        "reference": "Proclamation 11021 of 2 April 2026",
        "sources": (FR, TWT, BL),
    }
    uk_why = "holds only for metal smelted or melted in the UK; that share is not public"
    rows = []
    for first, last, why in ((start, changed, ""), (changed, "", _ANNEX_END)):
        more = {"start": first, "end": last, **law}
        uk = "; ".join(filter(None, (uk_why, why)))
        for annex, name, partners, rule, rate, reason in (
            ("1a", "I-A", "all", "add", 0.50, ""),
            ("1a", "I-A, UK", "GBR", "add", 0.25, uk_why),
            ("1b", "I-B", "all", "add", 0.25, why),
            ("1b", "I-B, UK", "GBR", "add", 0.15, uk),
            ("3", "III", "all", "ceiling", 0.15, why),
        ):
            if annex == "1a" and first == changed:
                continue
            until = {"end": ""} if annex == "1a" else {}
            rows.append(
                measure(
                    f"s232_metals-{first}-{partners.lower()}-annex-{annex}",
                    f"Metals Annex {name}",
                    partners=partners,
                    scope=f"metals_annex_{annex}",
                    rule=rule,
                    rate=rate,
                    why=reason,
                    **(more | until),  # type: ignore[arg-type]
                )
            )
    rows.append(
        measure(
            "s232_metals-2026-04-06-rus",
            "Russian aluminium",
            partners="RUS",
            scope="metals_annex_1a_aluminium",
            rate=2.0,
            start=start,
            **law,  # type: ignore[arg-type]
        )
    )
    return rows


def _copper() -> list[Row]:
    law = {
        "layer": "s232_copper",
        "partners": "all",
        "rate": 0.50,
        "start": "2025-08-01",
        "end": "2026-04-06",
        "reference": "Proclamation 10962 of 30 July 2025",
        "sources": (FR, HTS, TWT),
    }
    return [
        measure(
            "s232_copper-2025-08-01-all",
            "Semi-finished copper",
            scope="copper_articles",
            **law,  # type: ignore[arg-type]
        ),
        measure(
            "s232_copper-2025-08-01-all-wire",
            "Copper content of wire and cable",
            scope="copper_wire",
            value_share="copper_content",
            why="copper content by product is modelled by industry, not declared values",
            **law,  # type: ignore[arg-type]
        ),
    ]


def _wood() -> list[Row]:
    law = "Proclamation 10976 of 29 September 2025"
    groups = (
        ("softwood", "Softwood timber and lumber", 0.10),
        ("upholstered_furniture", "Upholstered wooden furniture", 0.25),
        ("cabinets", "Kitchen cabinets and vanities", 0.25),
    )
    rows = []
    for scope, title, rate in groups:
        terms = [("all", "add", rate, "2025-10-14", law, "")]
        if rate > 0.10:
            terms.append(("GBR", "add", 0.10, "2025-10-14", law, ""))
        for partner, start, reference in (
            ("JPN", "2025-10-14", law),
            ("EU", "2025-10-14", law),
            ("KOR", "2025-11-14", "90 FR 55964"),
        ):
            # The ceiling is a maximum: softwood at 10 % on top of a free ordinary duty stays below.
            if rate > 0.10:
                terms.append((partner, "ceiling", 0.15, start, reference, ""))
        for partner, rule, value, start, reference, why in terms:
            rows.append(
                measure(
                    f"s232_wood-{start}-{partner.lower()}-{scope.split('_')[0]}",
                    title + ("" if partner == "all" else f", {partner}"),
                    layer="s232_wood",
                    partners=partner,
                    scope=scope,
                    rule=rule,
                    rate=value,
                    start=start,
                    reference=reference,
                    sources=(FR, BL),
                    why=why,
                )
            )
    return rows


def _trucks() -> list[Row]:
    groups = (
        (
            "heavy_trucks",
            "Medium and heavy trucks",
            0.25,
            "the vehicle list is not public here: headings stand in for it; one registry gives "
            "Japan and the EU 15 %",
        ),
        ("buses", "Buses", 0.10, ""),
        (
            "truck_parts",
            "Parts of medium and heavy trucks",
            0.25,
            "the published parts list holds codes that also serve other goods",
        ),
    )
    rows = []
    for scope, title, rate, why in groups:
        for partners, share in (("all", ""), ("CAN;MEX", "not_usmca")):
            rows.append(
                measure(
                    f"s232_trucks-2025-11-01-{'usmca' if share else 'all'}-{scope}",
                    title + (" outside USMCA" if share else ""),
                    layer="s232_trucks",
                    partners=partners,
                    except_partners="" if share else "CAN;MEX",
                    scope=scope,
                    rate=rate,
                    start="2025-11-01",
                    value_share=share,
                    reference="Proclamation 10984 of 17 October 2025",
                    sources=(FR, BL, GTA),
                    why="; ".join(filter(None, (why, _USMCA_CARS if share else ""))),
                )
            )
    return rows


def measures() -> list[Row]:
    """Return every Section 232 measure."""
    chips = measure(
        "s232_semis-2026-01-15-all",
        "Some advanced computing chips",
        layer="s232_semis",
        partners="all",
        scope="advanced_chips",
        rate=0.25,
        start="2026-01-15",
        reference="Proclamation of 14 January 2026",
        sources=(FR, BL),
        why="exempt by end use to an extent that is not public; one source dates it 16 January",
    )
    return [
        *_autos(),
        *_metals_2025(),
        *_metals_2026(),
        *_copper(),
        *_wood(),
        *_trucks(),
        chips,
    ]
