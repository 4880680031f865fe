"""The law as tables: why a good pays what it pays, what outcomes mean, what is provisional."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from tradeviz import datasets
from tradeviz.arguments import checked
from tradeviz.errors import ArgumentError
from tradeviz.law.outcome import outcome
from tradeviz.partners import name
from tradeviz.quantities import day
from tradeviz.show.reading import need
from tradeviz.show.table import DisplayTable, rate_text


@checked
def explain_table(explained: pd.DataFrame) -> DisplayTable:
    """Show the measures that apply to a line, with rate, reason and legal reference.

    Parameters
    ----------
    explained : DataFrame
        From `explain`.

    Returns
    -------
    DisplayTable
        A row per measure that applies; the others are counted in the caption.

    Examples
    --------
    >>> from tradeviz.law.explain import explain
    >>> explain_table(explain("JPN", "8703230190", "2025-09-20")).frame["Rate, %"].tolist()
    ['2.5', '12.5']
    """
    flat = need(explained, ["layer", "measure", "applies", "rate", "reason", "reference"])
    kept = flat[flat["applies"].astype(bool)]
    titles = datasets.column_by("layers", "layer", "title")
    columns = {
        "Law": kept["layer"].map(titles), "Rate, %": kept["rate"].map(rate_text),
        "Why": kept["reason"], "Reference": kept["reference"],
    }  # fmt: skip
    about = explained.attrs
    caption = (
        f"{name(about['partner'])}, {about['hs10']} ({about['description']}), on "
        f"{day(about['on'])}: {rate_text(about['total_rate'])} % in all; "
        f"{about['others']} others do not apply"
    )
    return DisplayTable(caption, pd.DataFrame(columns).reset_index(drop=True))


@checked
def outcomes_table(wanted: Sequence[str]) -> DisplayTable:
    """Show what outcomes mean and what their terms rest on.

    Parameters
    ----------
    wanted : sequence of str
        Names, or TOML files.

    Returns
    -------
    DisplayTable
        A row per outcome.

    Raises
    ------
    OutcomeError
        For an unknown outcome.

    Examples
    --------
    >>> outcomes_table(["pause"]).frame["Law of"].tolist()
    ['2025-04-16']
    """
    rows = [(end.title, str(end.day), end.meaning, end.basis) for end in map(outcome, wanted)]
    columns = ["Outcome", "Law of", "What it means", "Basis"]
    return DisplayTable("The outcomes", pd.DataFrame(rows, columns=columns))


@checked
def provisional_table(exposure: pd.DataFrame) -> DisplayTable:
    """Show the provisional measures behind an exposure table, and why they are provisional.

    Parameters
    ----------
    exposure : DataFrame
        From `tradeviz.exposure`; the list is in its attributes.

    Returns
    -------
    DisplayTable
        A row per measure.

    Raises
    ------
    ArgumentError
        When the table does not come from `exposure`.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> len(provisional_table(exposure("before")).frame)
    1
    """
    reasons = exposure.attrs.get("provisional")
    if reasons is None:
        raise ArgumentError("no list of measures in the table", allowed="a table of tv.exposure")
    law = datasets.load("measures").set_index("measure")
    layers = datasets.column_by("layers", "layer", "title")
    rows = []
    for measure, why in reasons.items():
        of_law = (str(measure), "", "")
        if measure in law.index:
            row = law.loc[measure]
            of_law = (layers[str(row["layer"])], str(row["title"]), day(row["start"]))
        rows.append((*of_law, why))
    columns = ["Law", "Measure", "From", "Why it is provisional"]
    data = pd.DataFrame(list(reasons.items()), columns=["measure", "why"])
    frame = pd.DataFrame(rows, columns=columns)
    return DisplayTable("Measures that are provisional", frame, data)
