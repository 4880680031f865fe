"""Sentences that state what a table shows, with every number taken from the table."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from tradeviz.errors import ArgumentError
from tradeviz.outcomes import title_of
from tradeviz.partners import called
from tradeviz.tables.display import need

# A dollar sign would start a formula in Markdown.
_BILLION = 1e9


def percent(value: float, digits: int = 1) -> str:
    r"""Return a fraction as percent text.

    Parameters
    ----------
    value : float
        A fraction.
    digits : int
        Digits after the point.

    Returns
    -------
    str
        Text with a no-break space before the sign.

    Examples
    --------
    >>> percent(0.1234)
    '12.3\xa0%'
    """
    return f"{value * 100:.{digits}f}\u00a0%"


def billion(value: float, digits: int = 1) -> str:
    r"""Return dollars as text in billions.

    Parameters
    ----------
    value : float
        US dollars.
    digits : int
        Digits after the point.

    Returns
    -------
    str
        Text such as ``USD 12.3 billion``.

    Examples
    --------
    >>> billion(19_638_000_000)
    'USD\xa019.6\xa0billion'
    """
    return f"USD\u00a0{abs(value) / _BILLION:.{digits}f}\u00a0billion"


def listing(words: Sequence[str]) -> str:
    """Join words as a sentence does.

    Parameters
    ----------
    words : sequence of str
        At least one.

    Returns
    -------
    str
        ``a, b and c``.

    Examples
    --------
    >>> listing(["Korea", "India", "Japan"])
    'Korea, India and Japan'
    """
    found = list(words)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"


def briefing(claims: pd.DataFrame) -> str:
    """Say how many claims of the briefing hold, and the one that failed.

    Parameters
    ----------
    claims : DataFrame
        From `tradeviz.briefing.claims`.

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
    >>> from tradeviz.briefing import claims
    >>> briefing(claims()).startswith("Of the 11 claims")
    True
    """
    need(claims, ["claim", "verdict", "evidence"])
    counts = claims["verdict"].value_counts()
    parts = [
        f"**{int(counts.get(verdict, 0))}** {words}"
        for verdict, words in (
            ("holds", "hold"),
            ("holds in part", "hold in part"),
            ("does not hold", "do not hold"),
            ("cannot be known from data", "cannot be known from data"),
        )
    ]
    first = claims[claims["verdict"] == "holds"]["evidence"].iloc[0]
    return f"Of the {len(claims)} claims {listing(parts)}. {first}"


def deficits(balances: pd.DataFrame, check: pd.DataFrame, *, year: int) -> str:
    """Say with whom the United States runs a goods deficit and how the April formula fits.

    Parameters
    ----------
    balances : DataFrame
        Rows of ``load("balances_annual")``.
    check : DataFrame
        From `april_check`.
    year : int
        The year of the balances.

    Returns
    -------
    str
        Markdown.

    Raises
    ------
    ArgumentError
        When a column is missing or the year is not there.

    Examples
    --------
    >>> from tradeviz.datasets import load
    >>> from tradeviz.formula import april_check
    >>> table = load("balances_annual").query("partner in ['GBR', 'JPN']")
    >>> deficits(table, april_check(), year=2024).startswith("In 2024 the United States")
    True
    """
    need(balances, ["partner", "year", "balance_usd"])
    rows = balances[balances["year"] == year].set_index("partner")["balance_usd"]
    if rows.empty:
        raise ArgumentError("no balance of this year", field="year", value=year)
    order = rows.sort_values()
    short = [f"{called(str(p))} ({billion(v)})" for p, v in order.items() if v < 0]
    long = [f"{called(str(p))} ({billion(v)})" for p, v in order[::-1].items() if v >= 0]
    wrong = [called(p) for p in check.loc[~check["agrees"], "partner"]]
    text = f"In {year} the United States"
    if short:
        text += f" ran a goods **deficit** with {listing(short)}"
    if long:
        text += f"{', and' if short else ' ran'} a **surplus** with {listing(long)}"
    return (
        f"{text}. The formula gives {int(check['agrees'].sum())} of the {len(check)} rates listed "
        f"in April 2025; it does not give those of {listing(wrong)}."
    )


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
    >>> from tradeviz.exposure import exposure_path
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
        day = f"{_date(series.idxmax())}"
        peak, end = percent(series.max()), percent(series[last])
        parts.append(f"**{called(str(partner))}** peaked at {peak} on {day} and stood at {end}")
    product = added[added["layer"].str.startswith("s232") & (added["date"] == last)]
    share = product["added_rate"].sum() / added[added["date"] == last]["added_rate"].sum()
    return (
        f"Additional duty over imports, to {_date(last)}: {'; '.join(parts)}. Of the last rates, "
        f"averaged over the {len(parts)} partners, {percent(share, 0)} are product duties under "
        "Section 232."
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
    >>> from tradeviz.exposure import exposure
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
    talks = [end for end in duty.columns if end not in ("before", "in_force", reference)]
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


def _date(day: pd.Timestamp) -> str:
    return f"{day.day} {day:%B %Y}"
