"""What the talks led to, and what is known of the partners' own side, from official texts."""

from __future__ import annotations

import pandas as pd

from law.sources import FR, GTA, HTS, PRESS, TWT, cite

PAUSE = ("2025-04-10", "2025-07-09", "EO 14266 of 9 April 2025")
_TALKS = (
    ("GBR", "2025-05-08", "framework", "General Terms", True, "General Terms of 8 May 2025", (FR,)),
    ("GBR", "2025-06-16", "order", "Order that carries out the General Terms", True,
     "EO of 16 June 2025", (FR, GTA)),
    ("JPN", "2025-09-04", "order", "Order that carries out the agreement", True, "EO 14345", (FR,)),
    ("EU", "2025-09-25", "order", "Notice that carries out the framework", True,
     "Notice of 25 September 2025", (PRESS,)),
    ("AUS", "2025-10-20", "framework", "Critical minerals, no tariff changed", False,
     "Framework of 20 October 2025", (FR,)),
    ("MYS", "2025-10-26", "signed", "Agreement signed", False, "Agreement of 26 October 2025",
     (FR,)),
    ("KHM", "2025-10-26", "signed", "Agreement signed", False, "Agreement of 26 October 2025",
     (FR,)),
    ("THA", "2025-10-26", "framework", "Framework", False, "Framework of 26 October 2025", (FR,)),
    ("VNM", "2025-10-26", "framework", "Framework", False, "Framework of 26 October 2025", (FR,)),
    ("KOR", "2025-11-13", "framework", "Joint fact sheet", True,
     "Joint fact sheet of 13 November 2025", (FR, PRESS)),
    ("ARG", "2025-11-13", "framework", "Framework", False, "Framework of 13 November 2025", (FR,)),
    ("ECU", "2025-11-13", "framework", "Framework", False, "Framework of 13 November 2025", (FR,)),
    ("SLV", "2025-11-13", "framework", "Framework", False, "Framework of 13 November 2025", (FR,)),
    ("GTM", "2025-11-13", "framework", "Framework", False, "Framework of 13 November 2025", (FR,)),
    ("CHE", "2025-11-14", "framework", "Joint statement", True,
     "Joint statement of 14 November 2025", (FR,)),
    ("KOR", "2025-12-04", "order", "Notice that carries out the fact sheet", True, "90 FR 55964",
     (HTS, FR)),
    ("IND", "2026-02-06", "framework", "Joint statement; duty on Russian oil ends", True,
     "Joint statement of 6 February 2026", (FR,)),
    ("BGD", "2026-02-09", "framework", "Joint statement", False,
     "Joint statement of 9 February 2026", (FR,)),
    ("TWN", "2026-02-12", "signed", "Agreement signed, not in the tariff text", False,
     "Agreement of 12 February 2026", (PRESS,)),
    ("IDN", "2026-02-19", "signed", "Agreement signed, 19 % kept", False,
     "Agreement of 19 February 2026", (FR,)),
    ("JOR", "2026-07-21", "framework", "Announced", False, "Announcement of 21 July 2026",
     (FR, TWT)),
)  # fmt: skip
_ORDER = "EO 14257 of 2 April 2025"
_TARIFFS = (
    ("USA", "all", 0.033, _ORDER),
    ("IND", "all", 0.17, _ORDER),
    ("BRA", "all", 0.112, _ORDER),
    ("CHN", "all", 0.075, _ORDER),
    ("EU", "all", 0.05, _ORDER),
    ("VNM", "all", 0.094, _ORDER),
    ("USA", "agriculture", 0.05, "Fact sheet of 13 February 2025"),
    ("IND", "agriculture", 0.39, "Fact sheet of 13 February 2025"),
    ("GBR", "agriculture", 0.092, "Fact sheet of 8 May 2025"),
    ("IND", "non-agriculture", 0.135, "USTR report of 2025, as the press quotes it"),
)
# Report of January 2026, as the press quotes it.
_MONITORED = ("CHN", "JPN", "KOR", "TWN", "SGP", "THA", "VNM", "DEU", "IRL", "CHE")


def talks() -> pd.DataFrame:
    """Return dated steps of the talks by partner."""
    names = ["partner", "date", "kind", "title", "changes_tariff", "reference", "source"]
    rows = [(*row[:6], cite(*row[6])) for row in _TALKS]
    table = pd.DataFrame(rows, columns=names)
    table["date"] = pd.to_datetime(table["date"])
    return table


def partner_tariffs() -> pd.DataFrame:
    """Return simple average MFN tariffs that US texts state."""
    return pd.DataFrame(list(_TARIFFS), columns=["partner", "goods", "mfn_average", "reference"])


def monitored() -> pd.DataFrame:
    """Return the Treasury's monitoring list of January 2026."""
    reference = "Treasury report of January 2026, as the press quotes it"
    return pd.DataFrame({"partner": _MONITORED, "reference": reference})
