"""What came after the emergency duties: Section 122, then Section 301."""

from __future__ import annotations

from law.rows import Row, exemption, measure
from law.sources import FR, HTS, TWT

_122 = ("2026-02-24", "2026-07-24")
_301 = "2026-07-24"
_FORCED = "Section 301 forced labour, memorandum of 23 July 2026"
_LIST_WHY = "the annex of exempt goods is not public here: the Section 122 list stands in for it"
# The economies that the memorandum names and that sources repeat; the sixty are not all known.
_TEN_ADD = "ARG;BGD;KHM;ECU;SLV;GTM;HND;IND;IDN;JOR;MYS;PAK;LKA;GBR;TTO"
_TWELVE_ADD = "AUS;CHN;HKG;VNM;THA;PHL;SGP;NZL;NOR;ISR;TUR;ZAF;BRA;CHL;COL;PER"


def _section_122() -> list[Row]:
    law = {
        "layer": "s122",
        "rate": 0.10,
        "start": _122[0],
        "end": _122[1],
        "reference": "Section 122, proclamation of 20 February 2026, HTS 9903.03.01",
        "sources": (FR, HTS, TWT),
    }
    return [
        measure(
            "s122-2026-02-24-all",
            "Import surcharge of 10 %",
            partners="all",
            except_partners="CAN;MEX",
            **law,  # type: ignore[arg-type]
        ),
        measure(
            "s122-2026-02-24-usmca",
            "Import surcharge of 10 % outside USMCA",
            partners="CAN;MEX",
            value_share="not_usmca",
            why="the share of trade that claims USMCA is that of 2025, for every day",
            **law,  # type: ignore[arg-type]
        ),
    ]


def _forced_labour() -> list[Row]:
    law = {
        "layer": "s301_forced_labour",
        "start": _301,
        "reference": _FORCED,
        "sources": (FR, TWT),
    }
    korea = (
        "the text nets the MFN rate; a Korean good that enters at a lower KORUS rate pays the same"
    )
    terms = (
        ("add-10", _TEN_ADD, "add", 0.10, "", "", _LIST_WHY),
        ("add-12-5", _TWELVE_ADD, "add", 0.125, "", "", _LIST_WHY),
        ("usmca", "CAN;MEX", "add", 0.10, "", "not_usmca", _LIST_WHY),
        ("ceiling-10", "EU;TWN", "ceiling", 0.10, "mfn", "", _LIST_WHY),
        ("ceiling-12-5", "JPN;CHE", "ceiling", 0.125, "mfn", "", _LIST_WHY),
        ("kor", "KOR", "ceiling", 0.125, "mfn", "", f"{_LIST_WHY}; {korea}"),
    )
    return [
        measure(
            f"s301_forced_labour-{_301}-{name}",
            f"Forced labour: {rate:.1%}".replace("%", " %").replace(".0 ", " ")
            + (" including the MFN rate" if rule == "ceiling" else ""),
            partners=partners,
            rule=rule,
            rate=rate,
            nets=nets,
            value_share=share,
            why=why,
            **law,  # type: ignore[arg-type]
        )
        for name, partners, rule, rate, nets, share, why in terms
    ]


def measures() -> list[Row]:
    """Return Section 122, Section 301 on forced labour and Section 301 on Brazil."""
    brazil = measure(
        "s301_brazil-2026-07-22-bra",
        "Brazil: 25 %",
        layer="s301_brazil",
        partners="BRA",
        rate=0.25,
        start="2026-07-22",
        reference="Section 301 action on Brazil of July 2026",
        sources=(TWT,),
        why="read in one registry only",
    )
    return [*_section_122(), *_forced_labour(), brazil]


def exemptions() -> list[Row]:
    """Return the goods outside these duties."""
    rows = [
        exemption(
            "s122-products",
            "s122",
            "section_122_exempt",
            start=_122[0],
            end=_122[1],
            reference="Proclamation of 20 February 2026, Annex II",
            sources=(FR, TWT),
        ),
        exemption(
            "s301_forced_labour-products",
            "s301_forced_labour",
            "section_122_exempt",
            start=_301,
            reference=_FORCED,
            sources=(TWT,),
            why=_LIST_WHY,
        ),
        exemption(
            "s301_brazil-products",
            "s301_brazil",
            "brazil_301_exempt",
            start="2026-07-22",
            partners="BRA",
            reference="Section 301 action on Brazil, annex",
            sources=(TWT,),
        ),
        exemption(
            "s122-aircraft",
            "s122",
            "civil_aircraft",
            start=_122[0],
            end=_122[1],
            reference="Proclamation of 20 February 2026: civil aircraft",
            sources=(FR, TWT),
            why="lines whose description says aircraft; the exemption is by use",
        ),
        exemption(
            "s301_forced_labour-aircraft",
            "s301_forced_labour",
            "civil_aircraft",
            start=_301,
            reference=_FORCED,
            sources=(TWT,),
            why=_LIST_WHY,
        ),
    ]
    for layer, start, end in (
        ("s122", *_122),
        ("s301_forced_labour", _301, ""),
        ("s301_brazil", "2026-07-22", ""),
    ):
        rows.append(
            exemption(
                f"{layer}-special-provisions",
                layer,
                "special_provisions",
                start=start,
                end=end,
                reference="HTS chapter 98, as in the earlier orders",
                sources=(HTS,),
                why="chapter 98 entries with repair or assembly abroad pay on part of the value",
            )
        )
    return rows + _aircraft() + _unavailable()


def _aircraft() -> list[Row]:
    deals = (
        ("GBR", "2025-06-30", "EO of 16 June 2025"),
        ("JPN", "2025-09-16", "EO 14345 of 4 September 2025"),
        ("EU", "2025-09-01", "Notice of 25 September 2025"),
        ("KOR", "2025-11-14", "90 FR 55964"),
        ("CHE", "2025-11-14", "90 FR 59281"),
    )
    return [
        exemption(
            f"{layer}-aircraft-{partner.lower()}",
            layer,
            "civil_aircraft",
            start=start,
            end=end,
            partners=partner,
            reference=reference,
            sources=(FR, HTS),
            why="lines whose description says aircraft; the exemption is by use",
        )
        for partner, start, reference in deals
        for layer, end in (("reciprocal", "2026-02-24"), ("s232_metals", ""))
    ]


def _unavailable() -> list[Row]:
    return [
        exemption(
            f"reciprocal-unavailable-{partner.split(';')[0].lower()}",
            "reciprocal",
            scope,
            start=start,
            end="2026-02-24",
            partners=partner,
            reference=reference,
            sources=(HTS,),
        )
        for partner, scope, start, reference in (
            ("EU", "unavailable_eu", "2025-09-01", "Notice of 25 September 2025"),
            ("CHE;LIE", "unavailable_switzerland", "2025-11-14", "90 FR 59281"),
        )
    ]
