"""Where data come from, as a table."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from tradeviz import datasets
from tradeviz.arguments import checked
from tradeviz.show.table import DisplayTable

# The names by which a program asks a service; the data package keeps them.
_ASKED = re.compile(r"international trade API, imports/\w+, ([A-Z_]{6,}( and [A-Z_]{6,})?, )?")


@checked
def sources_table(names: Sequence[str]) -> DisplayTable:
    """Show where tables of the data package come from.

    Parameters
    ----------
    names : sequence of str
        Names of `tradeviz.datasets.tables`.

    Returns
    -------
    DisplayTable
        A row per source, each once.

    Raises
    ------
    DataError
        For an unknown table.

    Examples
    --------
    >>> sources_table(["gdp"]).frame["Publisher"].tolist()
    ['World Bank']
    """
    rows: dict[tuple[str, str], tuple[str, ...]] = {}
    for table in names:
        for source in datasets.load(table).attrs["provenance"]["sources"]:
            own = (source["publisher"], source["title"])
            more = (_ASKED.sub("", str(source.get(key, ""))) for key in ("series", "date"))
            rows[own] = (*own, *more, licence_text(str(source.get("licence", ""))))
    columns = ["Publisher", "Source", "Series", "Date", "Licence"]
    return DisplayTable("Sources", pd.DataFrame(list(rows.values()), columns=columns))


def licence_text(licence: str) -> str:
    """Return the licence of the publisher; where a copy was read adds no right and takes none."""
    own = licence.split("; copy through")[0].split(" (github.com")[0]
    if own.startswith(("copy through", "facts only")) or not own:
        return "facts and figures only, which no licence restricts"
    return own
