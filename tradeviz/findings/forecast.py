"""Sentences on forecasts, their record, and the account from the law to what was collected."""

from __future__ import annotations

import pandas as pd

from tradeviz.partners import called
from tradeviz.quantities import listing, percent
from tradeviz.show.reading import need, title_in
from tradeviz.show.sentence import billion
from tradeviz.trade.collected import STEP_TITLES, STEPS


def account(table: pd.DataFrame) -> str:
    """Say for each partner how far what was collected lies from the law, and the two main causes.

    Parameters
    ----------
    table : DataFrame
        From `tradeviz.collected`, not split.

    Returns
    -------
    str
        Markdown, a sentence a partner.

    Raises
    ------
    ArgumentError
        For a missing column.

    Examples
    --------
    >>> from tradeviz.trade.collected import collected
    >>> "Japan" in account(collected("JPN"))
    True
    """
    flat = need(table, ("partner", "month", "imports_usd", "collected_usd", *STEPS))
    said = []
    for code in dict.fromkeys(flat["partner"]):
        own = flat[flat["partner"] == code]
        rates = own[[*STEPS, "collected_usd"]].sum() / own["imports_usd"].sum()
        law, came = rates["law_2024_usd"], rates["collected_usd"]
        steps = rates.drop(["law_2024_usd", "collected_usd"])
        causes = steps.abs().sort_values(ascending=False).index[:2]
        parts = [
            f"{STEP_TITLES[cause]} ({abs(steps[cause]) * 100:.1f} points "
            f"{'less' if steps[cause] < 0 else 'more'})"
            for cause in causes
        ]
        said.append(
            f"- **{called(code)}**: the law asked {percent(law)} of imports, customs calculated "
            f"{percent(came)}; the largest causes are {listing(parts)}."
        )
    return "\n".join(said)


def forecast(table: pd.DataFrame) -> str:
    """Say what each outcome is forecast to do to imports and revenue over the months ahead.

    Parameters
    ----------
    table : DataFrame
        From `tradeviz.forecast`.

    Returns
    -------
    str
        Markdown, a sentence a partner: medians of the last month, with the range of 80 percent.

    Raises
    ------
    ArgumentError
        For a missing column.

    Examples
    --------
    >>> from tradeviz.models.forecast import forecast as forecasts
    >>> "Japan" in forecast(forecasts("in_force", partners="JPN"))
    True
    """
    flat = need(table, ("outcome", "partner", "month", "quantity", "median", "low_80", "high_80"))
    last = flat["month"].max()
    rows = flat[(flat["month"] == last) & (flat["quantity"] == "imports_usd")]
    said = []
    for code in dict.fromkeys(rows["partner"]):
        parts = [
            f"{title_in(table, str(row['outcome'])).lower()} {billion(float(row['median']))} "
            f"({billion(float(row['low_80']))} to {billion(float(row['high_80']))})"
            for row in rows[rows["partner"] == code].to_dict("records")
        ]
        said.append(f"- **{called(code)}**: {listing(parts)}.")
    return f"US imports in {last:%B %Y}, median and 80 % range of the forecast:\n\n" + "\n".join(
        said
    )


def forecast_record(record: pd.DataFrame, scores: pd.DataFrame) -> str:
    """Say how often the record fell inside, and by how much naive forecasts were beaten.

    Parameters
    ----------
    record : DataFrame
        From `tradeviz.forecast_record`.
    scores : DataFrame
        From `tradeviz.models.forecast.scores`.

    Returns
    -------
    str
        Markdown, two sentences.

    Raises
    ------
    ArgumentError
        For a missing column.

    Examples
    --------
    >>> from tradeviz.models.forecast import forecast_record as records, scores
    >>> "of 100 months" in forecast_record(records(), scores())
    True
    """
    flat = need(record, ("quantity", "actual", "low_80", "high_80"))
    inside = {
        name: rows["actual"].between(rows["low_80"], rows["high_80"]).mean()
        for name, rows in flat.groupby("quantity")
    }
    crps = scores["crps"].loc[("imports_usd", "all")]
    gain = 1 - crps["forecast"] / crps.drop("forecast").min()
    rate = scores["mean_absolute_error"].loc[("duty_rate", "all", "forecast")]
    return (
        f"**{round(100 * inside['imports_usd'])} of 100 months** of imports and "
        f"{round(100 * inside['duty_rate'])} of 100 duty rates fell inside the 80 % range. "
        f"The score of imports is {percent(gain, 0)} better than the best naive one; the duty rate "
        f"is off by {rate * 100:.1f} points on average."
    )
