"""Tables of the forecast: laws and what they do, and what was fitted before 2025."""

from __future__ import annotations

from pathlib import Path

from tables.common import Resource, describe, field, keep
from tables.sources import FORECAST

_CODE = "(?:EU|[A-Z]{3})"
_HOW = " A model result: `python tools/run_forecast.py` makes it again (docs/forecast.md)."

LAWS: Resource = describe(
    "forecast_laws",
    "forecast_laws.parquet",
    "What each law since 2025 does to the imports and the duty of a partner",
    "Every law that was in force on a day, or was expected to be by the end of a month, once. "
    "Nests at central elasticities; rates at the imports of 2024." + _HOW,
    [
        field("law", "integer", "Number of the law, as in forecast_calendar."),
        field("partner", "string", "Partner.", pattern=_CODE),
        field("effect", "number", "Logarithm of imports over 2024 in the nests."),
        field("added_rate", "number", "Duty added over imports of 2024.", unit="fraction"),
        field(
            "spared_rate",
            "number",
            "Part of it in layers that spare goods in transit.",
            unit="fraction",
        ),
    ],
    ["law", "partner"],
    sources=[FORECAST],
)
CALENDAR: Resource = describe(
    "forecast_calendar",
    "forecast_calendar.csv",
    "The law by day as it was published by the end of each month, and as known today",
    "A law holds from its day until the next; the latest known_on is all known today." + _HOW,
    [
        field("known_on", "date", "The day by which it was published."),
        field("day", "date", "First day of the law."),
        field("law", "integer", "Number of the law in forecast_laws."),
    ],
    ["known_on", "day"],
    sources=[FORECAST],
)
WEIGHTS: Resource = describe(
    "forecast_weights",
    "forecast_weights.csv",
    "Weights of the forecast of imports by months ahead",
    "Least squares on months before 2025, without 2020 and 2021, in units of each partner's noise; "
    "crisis_spread is the 80 percent quantile of absolute scores with 2020 or 2021." + _HOW,
    [
        field("term", "string", "Term, as in docs/forecast.md."),
        field("horizon", "integer", "Months ahead.", minimum=1, maximum=12),
        field("value", "number", "Weight."),
    ],
    ["term", "horizon"],
    sources=[FORECAST],
)
SCALE: Resource = describe(
    "forecast_scale",
    "forecast_scale.csv",
    "Usual size of an error of the forecast of imports by partner and months ahead",
    "1.4826 times the median absolute error on months before 2025 without 2020 and 2021, drawn to "
    "the line of all partners by size." + _HOW,
    [
        field("partner", "string", "Partner.", pattern=_CODE),
        field("horizon", "integer", "Months ahead.", minimum=1, maximum=12),
        field("scale", "number", "Log points.", minimum=0),
    ],
    ["partner", "horizon"],
    sources=[FORECAST],
)
PARTNERS: Resource = describe(
    "forecast_partners",
    "forecast_partners.csv",
    "Partners of the forecast: noise of their months and group of size",
    "Noise is 1.4826 times the median absolute distance of a month without its season from the "
    "median of the twelve months up to it, 2014 to 2024." + _HOW,
    [
        field("partner", "string", "Partner.", pattern=_CODE, unique=True),
        field("large", "boolean", "Among the larger half by general imports of 2024."),
        field("noise", "number", "Log points.", minimum=0),
    ],
    ["partner"],
    sources=[FORECAST],
)
SCORES: Resource = describe(
    "forecast_scores",
    "forecast_scores.parquet",
    "Errors of the forecast of imports before 2025 over their scale, as quantiles",
    "Calm: origin and month outside 2020 and 2021; crisis: one of them inside." + _HOW,
    [
        field("pool", "string", "Calm or crisis.", enum=["calm", "crisis"]),
        field("size", "string", "Group of partners by size.", enum=["large", "small"]),
        field("horizon", "integer", "Months ahead.", minimum=1, maximum=12),
        field("probability", "number", "Share of scores below."),
        field("score", "number", "Error over scale."),
    ],
    ["pool", "size", "horizon", "probability"],
    sources=[FORECAST],
)
TABLES = (LAWS, CALENDAR, WEIGHTS, SCALE, PARTNERS, SCORES)


def build(out: Path) -> list[Resource]:
    """Put the stored tables beside the others; `tools/run_forecast.py` makes them.

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
