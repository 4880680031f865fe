"""How good the forecast was, beside what a naive one would have said."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tradeviz.arguments import checked
from tradeviz.errors import choose
from tradeviz.models.forecast.data import months
from tradeviz.models.forecast.model import fitted
from tradeviz.models.forecast.naive import IMPORTS, RATES, naive_quantiles
from tradeviz.models.forecast.origin import since
from tradeviz.models.forecast.record import FIRST, forecast_record, recorded
from tradeviz.models.forecast.spread import RANGES, crps, named
from tradeviz.partners import FOCUS

MODEL = "forecast"
GROUPS = ("all", "large", "focus")


@checked
def scores(*, law: str = "came", by: str | None = None) -> pd.DataFrame:
    """Return coverage, width and score of the forecast and of naive ones, on the same months.

    Parameters
    ----------
    law : {"came", "known"}
        As in `tradeviz.forecast_record`; naive forecasts that use the law use the one that came.
    by : {"horizon", "partner"}, optional
        Split further.

    Returns
    -------
    DataFrame
        Index (quantity, group, method) and the split. forecasts (how many), coverage_80,
        coverage_90, coverage_95 (share of the months inside the range), width_80 (median width of
        the 80 percent range), mean_absolute_error and crps: log points for imports_usd and
        revenue_usd, a fraction for duty_rate. Groups: all partners, the larger half by imports of
        2024, and the focus five.

    Raises
    ------
    ArgumentError
        For an unknown law.

    Examples
    --------
    >>> table = scores()
    >>> bool(table.loc[("imports_usd", "all", "forecast"), "coverage_80"] > 0.7)
    True
    """
    if by is not None:
        choose(by, ("horizon", "partner"), "by", "unknown split")
    own = _measured(forecast_record(law=law).assign(method=MODEL))
    table = pd.concat([own, *map(_naive, (*IMPORTS, *RATES))], ignore_index=True)
    # The same months for every method of a quantity: where one has no word, none is scored.
    methods = table.groupby("quantity")["method"].transform("nunique")
    shared = table.groupby(["quantity", "partner", "origin", "horizon"])["method"]
    table = table[shared.transform("nunique") == methods]
    keys = ["quantity", "group", "method", *([by] if by else [])]
    members = {
        "all": months().partners, "focus": FOCUS,
        "large": np.array(months().partners)[fitted().large],
    }  # fmt: skip
    whole = pd.concat(
        [table[table["partner"].isin(members[group])].assign(group=group) for group in GROUPS],
        ignore_index=True,
    )
    grouped = whole.groupby(keys, sort=False)
    result = grouped.agg(
        forecasts=("crps", "size"),
        **{f"coverage_{p}": (f"inside_{p}", "mean") for p in RANGES},
        width_80=("width", "median"),
        mean_absolute_error=("error", "mean"),
        crps=("crps", "mean"),
    )
    result = result.sort_index()
    result.attrs |= {"law": law}
    return result


def _measured(table: pd.DataFrame) -> pd.DataFrame:
    """Return what is counted of forecasts: inside a range, its width, error and score."""
    found = table[["partner", "origin", "horizon", "quantity", "method", "crps"]].copy()
    for percent in RANGES:
        low, high = table[f"low_{percent}"], table[f"high_{percent}"]
        found[f"inside_{percent}"] = table["actual"].between(low, high)
    shown = table[["actual", "median", "low_80", "high_80"]].copy()
    money = table["quantity"] != "duty_rate"
    shown[money] = np.log(shown[money].clip(lower=1.0))
    found["error"] = (shown["actual"] - shown["median"]).abs()
    found["width"] = shown["high_80"] - shown["low_80"]
    return found


def _naive(method: str) -> pd.DataFrame:
    quantity = "imports_usd" if method in IMPORTS else "duty_rate"
    partners, parts = months().partners, []
    for origin, ahead in since(FIRST):
        values = naive_quantiles(method, origin)
        for row, month in enumerate(ahead):
            record = recorded(quantity, month)
            score = crps(values[row], np.log(record) if quantity == "imports_usd" else record)
            shown = np.exp(values[row]) if quantity == "imports_usd" else values[row]
            part = {"partner": partners, "origin": origin, "horizon": row + 1, "actual": record}
            parts.append(pd.DataFrame({**part, **named(shown), "crps": score}))
    table = pd.concat(parts, ignore_index=True).assign(quantity=quantity, method=method)
    return _measured(table.dropna(subset=["actual", "median"]))
