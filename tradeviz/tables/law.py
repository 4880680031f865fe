"""Tables of the law and of sources: path, explanation, outcomes, where data come from."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from tradeviz import datasets
from tradeviz.law.outcome import outcome
from tradeviz.partners import name
from tradeviz.quantities import MISSING
from tradeviz.show.reading import need
from tradeviz.show.table import DisplayTable, rate_text
from tradeviz.trade.collected import collected_rates


def path_table(path: pd.DataFrame, *, step: float = 0.001) -> DisplayTable:
    """Show the additional rate after each change that moved at least one partner.

    Parameters
    ----------
    path : DataFrame
        From `exposure_path`.
    step : float
        Smallest change of one partner's rate, a fraction, that makes a row.

    Returns
    -------
    DisplayTable
        A row per date, a column per partner.

    Raises
    ------
    ArgumentError
        When a column is missing or the table is empty.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure_path
    >>> path_table(exposure_path(["2025-01-01", "2025-04-05"], "AUS")).frame["From"].tolist()
    ['2025-01-01', '2025-04-05']
    """
    flat = need(path, ["date", "partner", "layer", "added_rate"])
    codes = list(dict.fromkeys(flat["partner"].astype(str)))
    added = flat[flat["layer"] != "mfn"]
    total = added.pivot_table(index="date", columns="partner", values="added_rate", aggfunc="sum")
    moved = total.diff().abs().max(axis=1).fillna(1.0) >= step
    kept = total[moved][codes]
    frame = pd.DataFrame({"From": [f"{day:%Y-%m-%d}" for day in kept.index]})
    for code in codes:
        frame[name(code)] = [rate_text(float(value)) for value in kept[code]]
    return DisplayTable(
        f"Additional duty in percent of imports; changes below {step * 100:g} points left out",
        frame,
        kept.reset_index().melt("date", value_name="added_rate"),
    )


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

    Raises
    ------
    ArgumentError
        When a column is missing or the table is empty.

    Examples
    --------
    >>> from tradeviz.law.explain import explain
    >>> explain_table(explain("JPN", "8703230190", "2025-09-20")).frame["Rate, %"].tolist()
    ['2.5', '12.5']
    """
    flat = need(explained, ["layer", "measure", "applies", "rate", "reason", "reference"])
    kept = flat[flat["applies"].astype(bool)]
    titles = datasets.load("layers").set_index("layer")["title"]
    frame = pd.DataFrame(
        {
            "Law": kept["layer"].map(titles),
            "Rate, %": kept["rate"].map(rate_text),
            "Why": kept["reason"],
            "Reference": kept["reference"],
        }
    ).reset_index(drop=True)
    about = explained.attrs
    caption = (
        f"{name(about['partner'])}, {about['hs10']} ({about['description']}), on {about['on']}: "
        f"{rate_text(about['total_rate'])} % in all; {about['others']} others do not apply"
    )
    return DisplayTable(caption, frame)


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
    rows = [(e.title, str(e.day), e.meaning, e.basis) for e in map(outcome, wanted)]
    columns = ["Outcome", "Law of", "What it means", "Basis"]
    return DisplayTable("The outcomes", pd.DataFrame(rows, columns=columns))


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
            key = (source["publisher"], source["title"])
            rows[key] = (
                source["publisher"],
                source["title"],
                str(source.get("series", "")),
                str(source.get("date", "")),
                licence_text(str(source.get("licence", ""))),
            )
    columns = ["Publisher", "Source", "Series", "Date", "Licence"]
    return DisplayTable("Sources", pd.DataFrame(list(rows.values()), columns=columns))


def licence_text(licence: str) -> str:
    """Return the licence of the publisher; where a copy was read adds no right and takes none."""
    own = licence.split("; copy through")[0].split(" (github.com")[0]
    if own.startswith(("copy through", "facts only")) or not own:
        return "facts and figures only, which no licence restricts"
    return own


def claims_table(claims: pd.DataFrame) -> DisplayTable:
    """Show claims with a verdict and the figures behind it.

    Parameters
    ----------
    claims : DataFrame
        From `tradeviz.trade.briefing.claims`.

    Returns
    -------
    DisplayTable
        A row per claim.

    Raises
    ------
    ArgumentError
        When a column is missing or the table is empty.

    Examples
    --------
    >>> from tradeviz.trade.briefing import claims
    >>> claims_table(claims()).frame["Verdict"].iloc[0]
    'holds'
    """
    flat = need(claims, ["claim", "verdict", "evidence"])
    columns = {"claim": "Claim", "verdict": "Verdict", "evidence": "What the data say"}
    frame = flat[list(columns)].rename(columns=columns)
    return DisplayTable("The briefing of April 2025, claim by claim", frame)


def collected_table(path: pd.DataFrame, duties: pd.DataFrame) -> DisplayTable:
    """Show the collected rate of each month and the law's rate beside it.

    Parameters
    ----------
    path : DataFrame
        From `exposure_path`.
    duties : DataFrame
        Rows of the table duties_monthly.

    Returns
    -------
    DisplayTable
        A row per month, a column per partner; a month not published is n/a.

    Raises
    ------
    ArgumentError
        When no partner has a month.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure_path
    >>> table = collected_table(exposure_path(partners="JPN"), datasets.load("duties_monthly"))
    >>> table.frame["Month"].iloc[0]
    '2025-01'
    """
    months = collected_rates(path, duties)
    codes = list(dict.fromkeys(months["partner"]))
    frame = pd.DataFrame({"Month": sorted(months["month"].dt.strftime("%Y-%m").unique())})
    for code in codes:
        part = months[months["partner"] == code]
        cells = {
            f"{month:%Y-%m}": f"{rate_text(paid)} ({rate_text(law)})"
            for month, paid, law in zip(
                part["month"], part["collected_rate"], part["law_rate"], strict=True
            )
        }
        frame[name(code)] = [cells.get(month, MISSING) for month in frame["Month"]]
    caption = "Duty over imports in percent: collected, and in brackets the law at 2024 weights"
    return DisplayTable(caption, frame, months)
