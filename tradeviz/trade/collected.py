"""The duty that was calculated each month beside what the law asked for."""

from __future__ import annotations

import pandas as pd

from tradeviz.errors import ArgumentError


def collected(path: pd.DataFrame, duties: pd.DataFrame) -> pd.DataFrame:
    """Return collected and legal rate by partner and month.

    Parameters
    ----------
    path : DataFrame
        From `exposure_path`: date, partner, layer, added_rate.
    duties : DataFrame
        Rows of the table duties_monthly: partner, month, imports_usd, duty_usd.

    Returns
    -------
    DataFrame
        partner, month (its first day), imports_usd (for consumption), duty_usd, collected_rate
        (duty over imports) and law_rate: the effective rate of the path, goods weighted as in 2024,
        averaged over the days of the month. Months before the path, and months that were not
        published, are not there.

    Raises
    ------
    ArgumentError
        When no partner of the path has a month.

    Examples
    --------
    >>> from tradeviz.datasets import load
    >>> from tradeviz.trade.exposure import exposure_path
    >>> table = collected(exposure_path(partners="JPN"), load("duties_monthly"))
    >>> float(table["collected_rate"].iloc[0]) < 0.02
    True
    """
    parts = []
    for partner in dict.fromkeys(path["partner"].astype(str)):
        total = path[path["partner"] == partner].groupby("date")["added_rate"].sum()
        table = duties[duties["partner"] == partner].copy()
        table["month"] = pd.to_datetime(table["month"])
        table = table[(table["month"] >= total.index[0]) & (table["imports_usd"] > 0)]
        table = table.dropna(subset=["duty_usd"]).sort_values("month")
        if table.empty:
            continue
        end = table["month"].iloc[-1] + pd.offsets.MonthEnd(0)
        daily = total.reindex(pd.date_range(total.index[0], end)).ffill()
        law = daily.resample("MS").mean()
        parts.append(
            pd.DataFrame(
                {
                    "partner": partner,
                    "month": table["month"].to_numpy(),
                    "imports_usd": table["imports_usd"].to_numpy(),
                    "duty_usd": table["duty_usd"].to_numpy(),
                    "collected_rate": (table["duty_usd"] / table["imports_usd"]).to_numpy(),
                    "law_rate": law.reindex(table["month"]).to_numpy(),
                }
            )
        )
    if not parts:
        raise ArgumentError(
            "no month of these partners since the path begins",
            field="duties",
            allowed="rows of the table duties_monthly",
        )
    return pd.concat(parts, ignore_index=True)
