"""Where the law was read: the letters of the registry, spelled out once for every row."""

FR = "texts of presidential actions, White House archive to 21 August 2026"
HTS = "HTS chapter 99, 2026 revision 6 (USITC)"
TWT = "tradewartracker registry, 23 July 2026"
GTA = "Global Trade Alert event registry, 22 February 2026"
BL = "Budget Lab tariff-rate-tracker parameters, 11 May 2026"
PRESS = "press"


def cite(*names: str) -> str:
    """Join source names for the `source` column."""
    return "; ".join(names)
