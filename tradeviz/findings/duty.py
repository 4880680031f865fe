"""Sentences on duty: the law over time, outcomes, what was collected."""

from __future__ import annotations

import pandas as pd

from tradeviz.errors import ArgumentError
from tradeviz.findings.words import billion, date_text, listing, percent
from tradeviz.law.outcome import bounds, title_of
from tradeviz.partners import called
from tradeviz.show.reading import need
from tradeviz.trade.collected import collected_rates as monthly_rates


def path(table: pd.DataFrame) -> str:
    """Say where each partner's additional rate peaked and where it ended.

    Parameters
    ----------
    table : DataFrame
        From `exposure_path`.

    Returns
    -------
    str
        Markdown.

    Raises
    ------
    ArgumentError
        When a column is missing.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure_path
    >>> "India" in path(exposure_path(["2025-01-01", "2025-09-01"], "IND"))
    True
    """
    need(table, ["date", "partner", "layer", "added_rate"])
    added = table[table["layer"] != "mfn"]
    total = added.pivot_table(index="date", columns="partner", values="added_rate", aggfunc="sum")
    last = total.index.max()
    parts = []
    for partner in dict.fromkeys(table["partner"]):
        series = total[partner]
        day = f"{date_text(series.idxmax())}"
        peak, end = percent(series.max()), percent(series[last])
        parts.append(f"**{called(str(partner))}** peaked at {peak} on {day} and stood at {end}")
    product = added[added["layer"].str.startswith("s232") & (added["date"] == last)]
    share = product["added_rate"].sum() / added[added["date"] == last]["added_rate"].sum()
    return (
        f"Additional duty over imports, to {date_text(last)}: {'; '.join(parts)}. Of the last "
        f"rates, averaged over the {len(parts)} partners, {percent(share, 0)} are product duties "
        "under Section 232."
    )


def outcomes(table: pd.DataFrame, *, reference: str = "pause") -> str:
    """Say what each partner pays in the reference, at best, at worst, and in the law in force.

    Parameters
    ----------
    table : DataFrame
        From `exposure`, several outcomes.
    reference : str
        The outcome that others are compared with.

    Returns
    -------
    str
        Markdown.

    Raises
    ------
    ArgumentError
        When the reference is not in the table.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> "Japan" in outcomes(exposure(["pause", "snapback"], partners="JPN"))
    True
    """
    need(table, ["outcome", "partner", "added_duty_usd"])
    duty = table["added_duty_usd"].unstack("outcome")
    if reference not in duty:
        raise ArgumentError(
            "the reference is not in the table", field="reference", value=reference,
            allowed=list(duty.columns),
        )  # fmt: skip
    talks = [end for end in duty.columns if end not in {*bounds(duty.columns), reference}]
    parts = []
    for partner in dict.fromkeys(table.index.get_level_values("partner")):
        row = duty.loc[partner]
        text = f"**{called(str(partner))}** pays {billion(row[reference])}"
        if talks:
            worst = row[talks].idxmax()
            text += f", at worst {billion(row[worst])} ({title_of(worst).lower()})"
        if "in_force" in duty:
            text += f", under the last law known {billion(row['in_force'])}"
        parts.append(text)
    return (
        f"Duty added a year at the trade of 2024, in the outcome “{title_of(reference).lower()}”: "
        f"{'; '.join(parts)}."
    )


def own(exposure: pd.DataFrame, name: str) -> str:
    """Say what an own outcome costs beside the others of the table.

    Parameters
    ----------
    exposure : DataFrame
        From `exposure`, several outcomes.
    name : str
        Name of the own outcome.

    Returns
    -------
    str
        Markdown.

    Raises
    ------
    ArgumentError
        When the outcome is not in the table.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> own(exposure(["pause", "snapback"], partners="JPN"), "snapback").startswith("Under")
    True
    """
    duty = exposure["added_duty_usd"].unstack("outcome")
    if name not in duty:
        raise ArgumentError(
            "the outcome is not in the table", field="name", value=name, allowed=list(duty.columns)
        )
    titles = exposure.attrs.get("titles", {})
    parts = []
    for code in dict.fromkeys(exposure.index.get_level_values("partner")):
        row = duty.loc[code]
        others = [
            f"{billion(float(row[end]))} ({str(titles.get(end, end)).lower()})"
            for end in dict.fromkeys(exposure.index.get_level_values("outcome"))
            if end != name
        ]
        parts.append(
            f"{billion(float(row[name]))} a year on goods from **{called(str(code))}**, against "
            f"{listing(others)}"
        )
    title = str(titles.get(name, name)).lower()
    return f"Under “{title}” US importers pay added duty of {'; '.join(parts)}."


def collected(path: pd.DataFrame, duties: pd.DataFrame) -> str:
    """Say how far the duty collected lay from the law, in the last month there is.

    Parameters
    ----------
    path : DataFrame
        From `exposure_path`.
    duties : DataFrame
        Rows of the table duties_monthly.

    Returns
    -------
    str
        Markdown.

    Raises
    ------
    ArgumentError
        When a column is missing or no partner has a month.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure_path
    >>> from tradeviz import datasets
    >>> duties = datasets.load("duties_monthly")
    >>> "Japan" in collected(exposure_path(partners="JPN"), duties)
    True
    """
    months = monthly_rates(path, duties)
    parts = []
    for code in dict.fromkeys(months["partner"]):
        row = months[months["partner"] == code].iloc[-1]
        parts.append(
            f"**{called(code)}** {percent(row['collected_rate'])} against "
            f"{percent(row['law_rate'])}"
        )
    last = months["month"].max()
    later = months[months["month"] >= "2025-05-01"]
    gap = float((later["collected_rate"] - later["law_rate"]).mean())
    side = "below" if gap < 0 else "above"
    return (
        f"Collected against the law at 2024 weights, {last:%B %Y}: {'; '.join(parts)}. Since May "
        f"2025 the rate collected lay {abs(gap) * 100:.1f} points {side} the law on average."
    )
