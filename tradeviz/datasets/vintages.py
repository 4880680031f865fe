"""What a table said on an earlier day: a log of every figure that was changed, from newest back.

A row of the log holds a key and what stood there until a day, or that nothing did (`absent`). The
first vintage of a figure is the last day in its log, else that of the table; its last one is the
day of the latest vintage of the table.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from tradeviz.arguments import day_of
from tradeviz.errors import DataError


def known_on(
    table: pd.DataFrame, resource: dict[str, Any], log: pd.DataFrame | None, day: str | dt.date
) -> pd.DataFrame:
    """Return a table as it was known on a day."""
    wanted = day_of(day)
    if wanted is None:
        raise DataError("not a day", field="as_of", value=day, allowed="as 2026-08-01")
    days = vintage_days(resource)
    if not days:
        raise DataError("has no vintages", file=resource["path"], field="as_of", value=day)
    if wanted < days[0]:
        raise DataError("not known yet", file=resource["path"], field="as_of", value=day,
                        allowed=f"from {days[0]}")  # fmt: skip
    if log is None:
        return table
    later = log[log["until"] > pd.Timestamp(wanted)].sort_values("until")
    key = resource["schema"]["primaryKey"]
    before = later.drop_duplicates(key)
    if before.empty:
        return table
    known = pd.MultiIndex.from_frame(before[key])
    untouched = table[~pd.MultiIndex.from_frame(table[key]).isin(known)]
    stood = before[~before["absent"].astype(bool)][list(table.columns)]
    whole = pd.concat([untouched.astype(object), stood.astype(object)])
    whole = whole.sort_values(key, ignore_index=True).astype(_kinds(table))
    whole.attrs = dict(table.attrs)
    return whole


def vintage_days(resource: dict[str, Any]) -> list[dt.date]:
    """Return the days on which a table was seen, the first one first."""
    return sorted(dt.date.fromisoformat(day) for day in resource.get("vintages", {}).values())


def log_of(before: pd.DataFrame, after: pd.DataFrame, key: list[str], day: dt.date) -> pd.DataFrame:
    """Return what a new vintage changes, as rows of the log: the figures until that day.

    A figure that differs by less than a billionth is the same; the name of the vintage itself is
    no figure.
    """
    columns = [name for name in before.columns if name not in key]
    joined = before.merge(
        after, on=key, how="outer", suffixes=("", "_after"), indicator=True, validate="one_to_one"
    )
    changed = joined["_merge"] != "both"
    for name in columns:
        if name != "vintage":
            changed |= _differ(joined[name], joined[f"{name}_after"])
    log = joined.loc[changed, [*key, *columns]].copy()
    log["absent"] = joined.loc[changed, "_merge"].eq("right_only")
    log["until"] = pd.Timestamp(day)
    return log.reset_index(drop=True)


def _differ(one: pd.Series[Any], other: pd.Series[Any]) -> pd.Series[Any]:
    """Return where two columns differ; missing on both sides is the same."""
    both_missing = one.isna() & other.isna()
    if one.dtype.kind == "f" and other.dtype.kind == "f":
        same = np.isclose(one, other, rtol=1e-9, atol=0.0)
    else:
        same = (one.astype(object) == other.astype(object)).fillna(False).astype(bool)
    return pd.Series(~(same | both_missing), index=one.index)


def _kinds(table: pd.DataFrame) -> dict[str, Any]:
    """Return the types of a table; a category may have lost or won a word."""
    return {
        str(name): "category" if str(kind) == "category" else kind
        for name, kind in table.dtypes.items()
    }
