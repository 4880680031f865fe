"""The record: every forecast of the law in force since the pause, beside what came."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

import numpy as np
import pandas as pd

from tradeviz.arguments import checked
from tradeviz.errors import choose
from tradeviz.law.record import as_month
from tradeviz.models.forecast.data import Floats, known_partners, months
from tradeviz.models.forecast.forecasts import QUANTITIES
from tradeviz.models.forecast.origin import LAWS, quantiles, since, told
from tradeviz.models.forecast.spread import crps, named

FIRST = pd.Timestamp("2025-04-01")
"""The month of the pause: the first origin of the record."""


@checked
def forecast_record(
    partners: str | Iterable[str] | None = None, *, law: str = "came"
) -> pd.DataFrame:
    """Return every forecast of the backtest beside what was recorded.

    Parameters
    ----------
    partners : str or iterable of str, optional
        Codes or names; every partner with monthly imports when None.
    law : {"came", "known"}
        The law of the months ahead. A forecast is given an outcome, so the record puts in the law
        that came and scores what trade and collection made of it. ``known`` puts in the law as it
        was published by the end of the origin, which is what `tradeviz.forecast` says with
        `origin`: its errors hold the surprises of the law as well.

    Returns
    -------
    DataFrame
        One row a forecast: partner, origin (the last month known), month, horizon (months ahead),
        quantity (imports_usd, duty_rate, revenue_usd), actual, median, low_80, high_80, low_90,
        high_90, low_95, high_95 as known at the origin, and crps, the continuous ranked
        probability score (of imports and revenue in log points). Months whose figure is not
        published are not there.

    Raises
    ------
    ArgumentError
        For an unknown partner or law.

    Notes
    -----
    Figures after the origin are not handed to the forecast. What was fitted, was fitted on months
    before 2025, but for the scale of the effect and the days of transit (table estimates_2025).

    Examples
    --------
    >>> record = forecast_record("JPN")
    >>> bool(record["actual"].between(record["low_95"], record["high_95"]).mean() > 0.8)
    True
    """
    choose(law, LAWS, "law", "unknown law")
    codes = known_partners(partners)
    who = [months().partners.index(code) for code in codes]
    parts = []
    for origin, ahead in since(FIRST):
        quantiles_of = quantiles(origin, told(origin, law))
        for (row, month), quantity in product(enumerate(ahead), QUANTITIES):
            values, record = quantiles_of[quantity][row, who], recorded(quantity, month)[who]
            columns = {
                "partner": codes, "origin": origin, "month": month, "horizon": row + 1,
                "quantity": quantity, "actual": record, **named(values),
                "crps": _score(quantity, values, record),
            }  # fmt: skip
            parts.append(pd.DataFrame(columns))
    table = pd.concat(parts, ignore_index=True).dropna(subset=["actual", "median"])
    last = months().index[-1]
    table.attrs |= {"law": law, "first": f"{FIRST:%Y-%m}", "last": f"{last:%Y-%m}"}
    return table.reset_index(drop=True)


def recorded(quantity: str, month: pd.Timestamp) -> Floats:
    """Return what was recorded of a quantity in a month, by partner."""
    table = months()
    if quantity == "imports_usd":
        return np.asarray(np.exp(table.log_imports[table.place(month)]))
    duty = table.duty.loc[month]
    figure = duty / table.entered.loc[month] if quantity == "duty_rate" else duty
    return figure.to_numpy(dtype=float)


@checked
def recorded_months(
    partners: str | Iterable[str] | None = None, *, since: object = "2024-01"
) -> pd.DataFrame:
    """Return what was recorded month by month, as a chart of a forecast shows it.

    Parameters
    ----------
    partners : str or iterable of str, optional
        Codes or names; every partner with monthly imports when None.
    since : str or date
        The first month.

    Returns
    -------
    DataFrame
        partner, month, imports_usd, duty_rate and revenue_usd; missing where not published.

    Examples
    --------
    >>> recorded_months("JPN", since="2026-07")["partner"].tolist()
    ['JPN']
    """
    codes = known_partners(partners)
    who = [months().partners.index(code) for code in codes]
    index = months().index
    first = as_month(since, field="since", first=index[0], last=index[-1])
    parts = [
        pd.DataFrame({"partner": codes, "month": month}).assign(
            **{quantity: recorded(quantity, month)[who] for quantity in QUANTITIES}
        )
        for month in index[index >= first]
    ]
    return pd.concat(parts, ignore_index=True)


def _score(quantity: str, values: Floats, record: Floats) -> Floats:
    if quantity == "duty_rate":
        return crps(values, record)
    # A duty of nothing has no logarithm: a dollar stands in, far below any month's duty.
    return crps(np.log(np.maximum(values, 1.0)), np.log(np.maximum(record, 1.0)))
