"""What US exports did since partners answered or gave way: the record, by partner and chapter."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from tradeviz import datasets, partners
from tradeviz.errors import ArgumentError, choose
from tradeviz.law.record import as_day

SPLITS = ("partner", "chapter")


def export_record(
    wanted: str | Iterable[str] | None = None, *, since: object = "2025-03-01", by: str = "partner"
) -> pd.DataFrame:
    """Return US exports of the months since a day against the same months two years before.

    Parameters
    ----------
    wanted : str or iterable of str, optional
        Codes or names; the focus five when None.
    since : str or date
        A day of the first month counted.
    by : {"partner", "chapter"}
        One row a partner, or one a partner and chapter.

    Returns
    -------
    DataFrame
        Index partner, or (partner, hs2): exports_usd (months since), exports_before_usd (the same
        months two years before, 2025 and 2026 against 2023 and 2024, which no tariff of these had
        touched), change (fraction; missing where nothing was sold before). ``.attrs``: `first`,
        `last`, the months counted.

    Raises
    ------
    ArgumentError
        For an unknown partner, one without exports by chapter, an unknown split, or a day whose
        months are not all known.

    Examples
    --------
    >>> export_record("CHN").loc["CHN", "change"] < 0
    np.True_
    """
    choose(by, SPLITS, "by")
    table = datasets.load("us_exports_monthly")
    codes = list(partners.FOCUS) if wanted is None else partners.resolve(wanted, lines_only=False)
    known = set(table["partner"].astype(str))
    if missing := [code for code in codes if code not in known]:
        raise ArgumentError(
            "no exports by chapter for this partner", field="partners", value=missing[0],
            allowed=", ".join(sorted(known)),
        )  # fmt: skip
    first = pd.Timestamp(as_day(since, name="since")).replace(day=1)
    start, last = table["month"].min(), table["month"].max()
    if not start + BEFORE <= first <= last:
        raise ArgumentError(
            "months not known", field="since", value=f"{first:%Y-%m}",
            allowed=f"{start + BEFORE:%Y-%m} to {last:%Y-%m}",
        )  # fmt: skip
    keys = ["partner"] if by == "partner" else ["partner", "hs2"]
    own = table[table["partner"].isin(codes)]
    own = own.assign(**{key: own[key].astype(str) for key in keys})

    def sums(low: pd.Timestamp, high: pd.Timestamp) -> pd.Series[float]:
        part = own[(own["month"] >= low) & (own["month"] <= high)]
        return part.groupby(keys)["exports_usd"].sum()

    made = pd.DataFrame(
        {
            "exports_usd": sums(first, last),
            "exports_before_usd": sums(first - BEFORE, last - BEFORE),
        }
    ).fillna(0.0)
    before = made["exports_before_usd"].where(made["exports_before_usd"] > 0, np.nan)
    made["change"] = made["exports_usd"] / before - 1.0
    place = {code: number for number, code in enumerate(codes)}
    made = made.sort_index(level="partner", key=lambda names: names.map(place), kind="stable")
    made.attrs |= {"first": f"{first:%Y-%m}", "last": f"{last:%Y-%m}"}
    return made


BEFORE = pd.DateOffset(years=2)
"""The year before would hold months of 2025 themselves."""
