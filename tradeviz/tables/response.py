"""Tables of the trade response: results with their range, parameters, and the backtest."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from tradeviz.datasets import load
from tradeviz.law.outcome import title_of
from tradeviz.models.response.parameters import ROWS, TITLES, ranges
from tradeviz.partners import name
from tradeviz.show.reading import PROVISIONAL, need
from tradeviz.show.table import MARK, MARK_NOTE, DisplayTable, billion_text, rate_text

CHANGES = {
    "value_change": ("Change of US imports from the partner", "percent"),
    "value_change_usd": ("Change of US imports from the partner", "billion"),
    "quantity_change": ("Change of quantities imported", "percent"),
    "diverted_usd": ("Spending won from other suppliers", "billion"),
    "revenue_change_usd": ("Change of duty revenue, behaviour included", "billion"),
    "price_paid_change": ("Change of the price buyers pay, duty included", "percent"),
    "price_received_change": ("Change of the price sellers receive", "percent"),
    "deadweight_loss_usd": ("Deadweight loss in the United States", "billion"),
    "terms_of_trade_gain_usd": ("Gain of the United States from lower border prices", "billion"),
    "exports_change_usd": ("Change of US exports to the partner", "billion"),
    "balance_change_usd": ("Change of the US balance with the partner", "billion"),
}
"""Measure of the response -> title and unit."""
_SHOWN = {
    "value_change_usd": "Imports",
    "diverted_usd": "Won from others",
    "revenue_change_usd": "Duty revenue",
    "deadweight_loss_usd": "Deadweight loss",
    "terms_of_trade_gain_usd": "Terms of trade",
    "balance_change_usd": "US balance",
    "price_paid_change": "Price paid, %",
    "price_received_change": "Price received, %",
}


def response_table(response: pd.DataFrame) -> DisplayTable:
    """Show what trade does about outcomes, by partner.

    Parameters
    ----------
    response : DataFrame
        From `tradeviz.respond`, not split further; with draws the table shows their medians, and
        the range of the change of imports.

    Returns
    -------
    DisplayTable
        A row per partner and outcome: billion US dollars a year; prices in percent. Several
        partners under one outcome stand across, which is shorter.

    Raises
    ------
    ArgumentError
        When a column is missing or the table is empty.

    Examples
    --------
    >>> from tradeviz.models.response import respond
    >>> response_table(respond("pause", partners="JPN")).frame["Imports"].tolist()
    ['0.0']
    """
    wanted = ["outcome", "partner", "provisional_share", *_SHOWN]
    flat = need(response, wanted)
    order = {code: place for place, code in enumerate(dict.fromkeys(flat["partner"]))}
    flat = flat.iloc[flat["partner"].map(order).argsort(kind="stable").to_numpy()]
    titles: Mapping[str, str] = response.attrs.get("titles", {})
    marks = [MARK if share >= PROVISIONAL else "" for share in flat["provisional_share"]]
    frame = pd.DataFrame(
        {
            "Partner": flat["partner"].astype(str).map(name).to_numpy(),
            "Outcome": [
                titles.get(end, title_of(end)) + mark
                for end, mark in zip(flat["outcome"].astype(str), marks, strict=True)
            ],
        }
    )
    drawn = "value_change_usd_central" in flat
    for column, title in _SHOWN.items():
        write = billion_text if CHANGES[column][1] == "billion" else rate_text
        frame[title] = flat[f"{column}_central" if drawn else column].map(write).to_numpy()
        if column == "value_change_usd" and drawn:
            low, high = (flat[f"{column}_{end}"].map(billion_text) for end in ("low", "high"))
            frame["Range of the effect"] = [_span(a, b) for a, b in zip(low, high, strict=True)]
    caption = "Changes in billion US dollars a year against the reference; prices in percent"
    if drawn:
        caption += f"; medians of {response.attrs.get('draws')} draws"
    caption += f"; {MARK_NOTE}" if any(marks) else ""
    titles_shown = list(dict.fromkeys(frame["Outcome"]))
    if len(titles_shown) == 1 < len(frame):
        caption = f"{titles_shown[0]}: {caption[0].lower()}{caption[1:]}"
        frame = frame.drop(columns="Outcome").set_index("Partner").T.rename_axis(columns=None)
        frame = frame.reset_index(names="Change")
    return DisplayTable(caption, frame, flat)


def _span(low: str, high: str) -> str:
    # No-break spaces: a range is one figure.
    return f"{low}\u00a0to\u00a0{high}"


def parameters_table() -> DisplayTable:
    """Show the parameters of the response, with range and source.

    Returns
    -------
    DisplayTable
        A row per parameter.

    Examples
    --------
    >>> len(parameters_table().frame)
    5
    """
    table = load("elasticities").set_index("id")
    rows = []
    for key, (low, value, high) in ranges().items():
        row = table.loc[ROWS[key]]
        title = TITLES[key]
        rows.append(
            {
                "Parameter": title[0].upper() + title[1:],
                "Low": f"{low:.2f}",
                "Central": f"{value:.2f}",
                "High": f"{high:.2f}",
                "Status": str(row["status"]),
                "Source": str(row["source"]),
            }
        )
    return DisplayTable("Parameters; triangular between low and high", pd.DataFrame(rows))


def backtest_table(backtest: pd.DataFrame) -> DisplayTable:
    """Show the model's answer to the law in force beside the record.

    Parameters
    ----------
    backtest : DataFrame
        From `tradeviz.models.response.backtest`.

    Returns
    -------
    DisplayTable
        A row per partner, or partner and industry, in percent.

    Raises
    ------
    ArgumentError
        When a column is missing or the table is empty.

    Examples
    --------
    >>> from tradeviz.models.response import backtest
    >>> backtest_table(backtest("JPN", draws=2)).frame["Partner"].tolist()
    ['Japan']
    """
    flat = need(
        backtest, ["partner", "months", "recorded_change", "model_change_central", "recorded_rate"]
    )
    frame = pd.DataFrame({"Partner": flat["partner"].astype(str).map(name)})
    if "naics3" in flat:
        titles = load("industries").set_index("naics3")["industry"]
        frame["Industry"] = flat["naics3"].astype(str).map(titles)
    frame["Months"] = flat["months"].astype(str)
    for word, key in (("Imports", "change"), ("Duty", "rate")):
        frame[f"{word}, recorded"] = flat[f"recorded_{key}"].map(rate_text)
        frame[f"{word}, model"] = [
            f"{rate_text(value)} ({_span(rate_text(low), rate_text(high))})"
            for value, low, high in zip(
                flat[f"model_{key}_central"],
                flat[f"model_{key}_low"],
                flat[f"model_{key}_high"],
                strict=True,
            )
        ]
        frame[f"{word}, inside"] = ["yes" if x else "no" for x in flat[f"{key}_covered"]]
    caption = (
        "Imports against the same months of 2024 and duty over imports, percent; in brackets 5 to "
        "95 % of the draws"
    )
    return DisplayTable(caption, frame.reset_index(drop=True), flat)
