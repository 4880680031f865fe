"""The record of the forecast and the account of collected duty, rounded for display."""

from __future__ import annotations

import pandas as pd

from tradeviz import datasets
from tradeviz.partners import name
from tradeviz.quantities import MISSING
from tradeviz.show.reading import need
from tradeviz.show.table import DisplayTable, billion_text, rate_text

_QUANTITIES = {"imports_usd": "Imports", "duty_rate": "Duty rate", "revenue_usd": "Revenue"}
_GROUPS = {"all": "all", "large": "larger half", "focus": "the five"}
_ACCOUNT = {
    "law_2024_usd": "Law", "mix_usd": "Mix", "transit_usd": "On the way",
    "known_shares_usd": "Conditions", "uptake_usd": "Claims", "rest_usd": "Rest",
    "collected_usd": "Collected",
}  # fmt: skip


def scores_table(scores: pd.DataFrame) -> DisplayTable:
    """Show coverage, error and score of the forecast and of naive ones.

    Parameters
    ----------
    scores : DataFrame
        From `tradeviz.models.forecast.scores`.

    Returns
    -------
    DisplayTable
        A row per quantity, group and method.

    Examples
    --------
    >>> from tradeviz.models.forecast import scores
    >>> scores_table(scores()).frame["Method"].iloc[0]
    'forecast'
    """
    flat = need(scores, ("quantity", "group", "method", "coverage_80", "crps"))
    order = [
        (quantity, group, method)
        for quantity in _QUANTITIES
        for group in _GROUPS
        for method in dict.fromkeys(["forecast", *flat["method"]])
    ]
    rows = flat.set_index(["quantity", "group", "method"])
    rows = rows.loc[[key for key in order if key in rows.index]].reset_index()
    cover = [rows[f"coverage_{p}"].map(lambda v: rate_text(v, 0)) for p in (80, 90, 95)]
    frame = pd.DataFrame(
        {
            "Quantity": rows["quantity"].map(_QUANTITIES),
            "Partners": rows["group"].map(_GROUPS),
            "Method": rows["method"].str.replace("_", " "),
            "Inside 80, 90, 95 %": [" / ".join(cells) for cells in zip(*cover, strict=True)],
            "Width": rows["width_80"].map("{:.3f}".format),
            "Error": rows["mean_absolute_error"].map("{:.4f}".format),
            "Score": rows["crps"].map("{:.4f}".format),
        }
    )
    caption = (
        "Share of months inside the ranges in percent; median width of the 80 % range, mean "
        "absolute error and score (CRPS) in log points, of the duty rate in fractions"
    )
    return DisplayTable(caption, frame)


def forecast_table(table: pd.DataFrame, effect: pd.DataFrame) -> DisplayTable:
    """Show what outcomes are forecast to do beside the range of their effect.

    Parameters
    ----------
    table : DataFrame
        From `tradeviz.forecast`.
    effect : DataFrame
        From `tradeviz.respond` with draws, the same outcomes and partners.

    Returns
    -------
    DisplayTable
        A row per outcome and partner: imports and duty rate of the last month ahead with their
        80 % ranges, and the range of the effect of the outcome on a year's imports.

    Examples
    --------
    >>> from tradeviz.models.forecast import forecast
    >>> from tradeviz.models.response import respond
    >>> made = forecast_table(forecast("snapback", partners="JPN"),
    ...                       respond("snapback", partners="JPN", draws=5))
    >>> len(made.frame)
    1
    """
    flat = need(table, ("outcome", "partner", "month", "quantity", "median", "low_80", "high_80"))
    last = flat[flat["month"] == flat["month"].max()]
    wide = last.set_index(["outcome", "partner", "quantity"])
    titles = table.attrs.get("titles", {})
    reference = effect.attrs.get("reference", "")
    rows = []
    for outcome, partner in dict.fromkeys(zip(last["outcome"], last["partner"], strict=True)):
        cells = {"Outcome": titles.get(outcome, outcome), "Partner": name(partner)}
        for quantity, write in (("imports_usd", billion_text), ("duty_rate", rate_text)):
            key = (outcome, partner, quantity)
            cells[_QUANTITIES[quantity]] = MISSING
            if key in wide.index:
                row = wide.loc[key]
                cells[_QUANTITIES[quantity]] = (
                    f"{write(row['median'])} ({write(row['low_80'])} to {write(row['high_80'])})"
                )
        own = effect.loc[(outcome, partner)]
        low, high = (rate_text(own[f"value_change_{end}"]) for end in ("low", "high"))
        cells["Range of the effect"] = f"{low} to {high}"
        rows.append(cells)
    caption = (
        f"Forecast for {last['month'].iloc[0]:%B %Y}: imports in billion US dollars a month and "
        "duty rate in percent, medians and 80 % ranges; range of the effect on a year's imports, "
        f"percent against “{reference}”: 5 to 95 % of {effect.attrs.get('draws')} draws"
    )
    return DisplayTable(caption, pd.DataFrame(rows))


def account_table(table: pd.DataFrame, *, n: int = 10) -> DisplayTable:
    """Show the steps from the law to what was collected; of a split table the cells that matter.

    Parameters
    ----------
    table : DataFrame
        From `tradeviz.collected`, split by industry or not.
    n : int
        Cells shown of a split table: those farthest from the law.

    Returns
    -------
    DisplayTable
        A row per partner, or partner and industry: billion US dollars.

    Examples
    --------
    >>> from tradeviz.trade.collected import collected
    >>> account_table(collected("JPN")).frame["Partner"].tolist()
    ['Japan']
    """
    split = "naics3" in table
    keys = ["partner", *(["naics3"] if split else [])]
    sums = table.groupby(keys, sort=False)[list(_ACCOUNT)].sum()
    if split:
        gap = (sums["collected_usd"] - sums["law_2024_usd"]).abs()
        sums = sums.loc[gap.sort_values(ascending=False).index[:n]]
    flat = sums.reset_index()
    frame = pd.DataFrame({"Partner": flat["partner"].map(name)})
    if split:
        titles = datasets.load("industries").set_index("naics3")["industry"]
        frame["Industry"] = flat["naics3"].map(titles).fillna(flat["naics3"])
    for column, title in _ACCOUNT.items():
        frame[title] = flat[column].map(lambda value: billion_text(value, 2))
    months = pd.to_datetime(table["month"])
    caption = f"Duty in billion US dollars, {months.min():%B %Y} to {months.max():%B %Y}"
    return DisplayTable(caption + ("; the cells farthest from the law" if split else ""), frame)
