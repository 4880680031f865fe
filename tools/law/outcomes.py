"""The outcomes that ship with the project, as TOML text."""

from __future__ import annotations

_NOT_RECIPROCAL = '["CAN", "MEX", "RUS", "BLR", "CUB", "PRK"]'
_APRIL_LIST = """
[[change]]
layer = "reciprocal"
partners = ["all"]
except_partners = ["CHN", "HKG", "MAC"]
as_on = 2025-04-09
reference = "EO 14257, Annex I; China stays as on the law's day, its own orders differ"
"""


def _change(layer: str, rate: float, *, rule: str = "add", **more: str) -> str:
    lines = ["", "[[change]]", f'layer = "{layer}"', 'partners = ["all"]']
    if "except_partners" in more:
        lines.append(f"except_partners = {more.pop('except_partners')}")
    lines += [f'{key} = "{value}"' for key, value in more.items()]
    return "\n".join([*lines, f'rule = "{rule}"', f"rate = {rate:.2f}", ""])


def _cars(rate: float, reference: str) -> str:
    return "".join(
        _change("s232_autos", rate, rule="ceiling", scope=scope, reference=reference)
        for scope in ("cars", "auto_parts")
    )


def _metals(rate: float, reference: str) -> str:
    return _change("s232_metals", rate, scope="metals_articles", reference=reference) + _change(
        "s232_metals",
        rate,
        scope="metals_content_2025_03",
        value_share="metal_content_2025_03",
        reference=reference,
    )


def _text(name: str, title: str, meaning: str, basis: str, law: str, changes: str = "") -> str:
    return (
        f'name = "{name}"\ntitle = "{title}"\nmeaning = "{meaning}"\nbasis = "{basis}"\n'
        f"law = {law}\n{changes}"
    )


def texts() -> dict[str, str]:
    """Return name -> TOML."""
    pause, uk, japan = "2025-04-16", "General Terms of 8 May 2025", "EO 14345"
    announced = "assumption: a Section 232 investigation was open in April 2025"
    sectors = [
        ("s232_copper", "copper_articles"),
        ("s232_wood", "softwood"),
        ("s232_wood", "upholstered_furniture"),
        ("s232_wood", "cabinets"),
        ("s232_trucks", "heavy_trucks"),
        ("s232_trucks", "truck_parts"),
        ("s232_semis", "semiconductors"),
        ("s232_pharma", "pharmaceuticals"),
    ]
    breakdown = _APRIL_LIST + _metals(0.5, "Proclamation 10947, for every partner")
    breakdown += "".join(
        _change(layer, 0.25, scope=scope, reference=announced) for layer, scope in sectors
    )
    breakdown += _change(
        "s232_autos", 0.25, scope="auto_parts", reference="Proclamation 10908, from 3 May 2025"
    )
    return {
        "before": _text(
            "before",
            "Before 2025",
            "The law of 1 January 2025: no additional duty of 2025 yet.",
            "legal text",
            "2025-01-01",
        ),
        "pause": _text(
            "pause",
            "The pause",
            "The law of 16 April 2025: 10 % on nearly all partners while talks go on, metals and "
            "cars 25 %.",
            "legal text",
            pause,
        ),
        "snapback": _text(
            "snapback",
            "Snapback",
            "The pause lapses: the April list returns on 10 July 2025, all else as in the pause.",
            "legal text, date assumed",
            pause,
            _APRIL_LIST,
        ),
        "uk_style": _text(
            "uk_style",
            "UK-style deal",
            "Substantive consensus on the terms the UK got: 10 % on top of the ordinary duty, cars "
            "and parts 10 % in all without a quota, metals 25 %.",
            "assumption: the UK terms of May and June 2025 for every partner asked about",
            pause,
            _change("reciprocal", 0.10, except_partners=_NOT_RECIPROCAL, scope="all", reference=uk)
            + _cars(0.10, uk)
            + _metals(0.25, uk),
        ),
        "japan_style": _text(
            "japan_style",
            "Japan-style deal",
            "The terms Japan got: 15 % including the ordinary duty, cars and parts 15 % in all, "
            "metals as on the law's day.",
            "assumption: the Japanese terms of September 2025 for every partner asked about",
            pause,
            _change(
                "reciprocal",
                0.15,
                rule="ceiling",
                except_partners=_NOT_RECIPROCAL,
                scope="all",
                reference=japan,
            )
            + _cars(0.15, japan),
        ),
        "agreement": _text(
            "agreement",
            "Full agreement",
            "Every additional duty of 2025 is off for the partner, and its duties on US goods go "
            "to zero.",
            "assumption: the aim named in April 2025",
            pause,
            '\n[[change]]\nlayer = "all"\npartners = ["all"]\noff = true\n'
            'reference = "assumption"\n',
        ),
        "breakdown": _text(
            "breakdown",
            "Breakdown",
            "No agreement: the April list returns, metals go to 50 % for all, and sectors under "
            "investigation in April 2025 pay 25 %.",
            "assumption: April list and metals by later legal text, sector duties at 25 % assumed",
            pause,
            breakdown,
        ),
        "in_force": _text(
            "in_force",
            "Law in force",
            "What the law was on the day asked for, to 21 August 2026.",
            "legal text",
            "2026-08-21",
        ),
    }
