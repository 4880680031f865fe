"""What was estimated on the months of 2025, with standard errors and what fails."""

from __future__ import annotations

from pathlib import Path

from tables.common import Resource, describe, field, keep
from tables.sources import ESTIMATES, HTS_ANNEX

ESTIMATED: Resource = describe(
    "estimates_2025",
    "estimates_2025.csv",
    "What the months of 2025 say about the response of trade and the days of transit",
    "A model result: `python tools/run_estimates.py` makes it again (docs/forecast.md has the "
    "equations). A check that fails says so in its verdict; no row is left out for it.",
    [
        field("estimate", "string", "Name of the estimate.", unique=True),
        field("title", "string", "What it is."),
        field("value", "number", "Estimate."),
        field("standard_error", "number", "Standard error.", required=False, minimum=0),
        field("observations", "integer", "Observations.", minimum=0),
        field("unit", "string", "Unit of value and standard error."),
        field("verdict", "string", "Whether its own checks hold, and what it is used for."),
    ],
    ["estimate"],
    sources=[ESTIMATES],
)
CLAUSES: Resource = describe(
    "transit_clauses",
    "law/transit_clauses.csv",
    "Clauses that spare goods loaded before a duty began",
    "Written by hand from the text of chapter 99; no program makes it. Where the heading names no "
    "last day of entry, none is given.",
    [
        field("clause", "string", "Name of the clause.", unique=True),
        field("layer", "string", "Layer that spares the goods."),
        field("partners", "string", "Partner codes with blanks between them, or all."),
        field("start", "date", "First day the duty counts from."),
        field("loaded_before", "date", "Goods loaded before this day are spared."),
        field("entered_before", "date", "And entered before this day.", required=False),
        field("heading", "string", "Heading or note of chapter 99."),
        field("quote", "string", "Words of the heading."),
        field("source", "string", "Text that was read."),
    ],
    ["clause"],
    sources=[HTS_ANNEX],
)
TABLES = (ESTIMATED,)


def build(out: Path) -> list[Resource]:
    """Put the stored tables beside the others; `tools/run_estimates.py` makes the estimates.

    Parameters
    ----------
    out : Path
        The data folder.

    Returns
    -------
    list of dict
        The descriptions of the tables.
    """
    return keep(TABLES, out)
