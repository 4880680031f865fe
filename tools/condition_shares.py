"""Estimate which share of trade meets a condition that a list asks beside the code.

Run by a person, after ``tools/build_data.py``, because the estimates need the law itself::

    python tools/condition_shares.py

Some shares are measured or classified by others; the rest is what makes the law's duty equal to
the duty collected, over the months that are named, with the range of the single months.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import stamp
from tables.common import read_text, write_table

from tradeviz import datasets
from tradeviz.law import condition, schedule
from tradeviz.law.reading import law
from tradeviz.law.scopes import scope, scope_names, scope_rows
from tradeviz.law.shares import FOREIGN_CONTENT, OUTSIDE_USMCA
from tradeviz.lines import lines
from tradeviz.partners import FOCUS
from tradeviz.products import Floats, product_table

ROOT = Path(__file__).resolve().parents[1]
_MEASURED = "civil aircraft claims over imports, all origins, two or three months of 2026"
_CLASSIFIED = "a third party's reading of the line; an upper bound, so the low end is 0"
_FITTED = "what makes the law's duty equal the duty collected; range: single months"
_MONTHS_2025 = pd.date_range("2025-08-01", "2025-11-01", freq="MS")
"""After the reporting of USMCA claims settled, and as far as duties by industry reach."""
_MONTHS_2026 = pd.date_range("2026-05-01", "2026-07-01", freq="MS")
_BEFORE = pd.Timestamp("2026-03-01")
_VEHICLES = "336"


def measured(raw: Path) -> Iterator[dict[str, Any]]:
    """Yield the shares that others measured or classified."""
    table = read_text(raw / "law-2026-10" / "lists" / "aircraft_use_shares_partial.csv")
    share = table["condition"].str.extract(r"= ([\d.]+) ")[0].astype(float)
    for code, value in zip(table["code"], share, strict=True):
        yield _row("aircraft_use", "all", "all", code, [value], _MEASURED,
                   "Census imports by rate provision, through SAIL-Engineering")  # fmt: skip
    chips = pd.read_csv(
        raw / "budget-lab" / "semi_qualifying_shares.csv", dtype=str, usecols=[0, 1],
        on_bad_lines="skip", engine="python", index_col=False,
    )  # fmt: skip
    for code, value in chips.itertuples(index=False):
        ends = [0.0, float(value)]
        yield _row("particular", "advanced_chips", "all", code, ends, _CLASSIFIED,
                   "Budget Lab tariff-rate-tracker, 28 April 2026",
                   central=float(value))  # fmt: skip


def _row(
    name: str, listed: str, partner: str, prefix: str, values: list[float], how: str,
    source: str, *, central: float | None = None,
) -> dict[str, Any]:  # fmt: skip
    ends = np.clip(values, 0.0, 1.0)
    middle = float(np.clip(np.mean(values) if central is None else central, 0.0, 1.0))
    return {
        "condition": name, "scope": listed, "partner": partner, "hts_prefix": prefix,
        "low": round(float(ends.min()), 4), "central": round(middle, 4),
        "high": round(float(ends.max()), 4), "how": how, "source": source,
    }  # fmt: skip


def _with_share(name: str, share: float, run: Callable[[], Floats]) -> Floats:
    """Return what a call gives when a share of all trade meets a condition."""
    marks = {name: [(name, "all", "all", "", share, share, share)]}
    real = condition._marks
    condition._marks = lambda: marks  # type: ignore[assignment]
    lines()._reach.clear()
    schedule._CACHE.clear()
    try:
        return run()
    finally:
        condition._marks = real
        lines()._reach.clear()
        schedule._CACHE.clear()


def _rate(day: dt.date, partner: str, chosen: Floats) -> Callable[[], Floats]:
    """Return the added duty of each chosen line of a partner on a day, as a call."""

    def run() -> Floats:
        added = schedule.schedule(day, conditions="expected").added()
        total = sum(added.values(), start=np.zeros(len(lines())))
        return total[slice(*lines().run(partner))] * chosen

    return run


def _industry(partner: str) -> Any:
    rows = lines().product[slice(*lines().run(partner))]
    return product_table()["naics3"].astype(str).to_numpy()[rows]


def _collected(partner: str, month: pd.Timestamp, industries: tuple[str, ...] | None) -> float:
    """Return the duty over imports of a month, of some industries or of all."""
    name = "duties_monthly" if industries is None else "duties_monthly_naics3"
    table = datasets.load(name)
    table = table[(table["partner"] == partner) & (table["month"] == month)]
    if industries is not None:
        table = table[table["naics3"].astype(str).isin(industries)]
    return float(table["duty_usd"].sum() / table["imports_usd"].sum())


def foreign_content() -> Iterator[dict[str, Any]]:
    """Yield the foreign content of USMCA cars: 25 % of it fills the gap of the industry."""
    trade = lines()
    cars = trade.products.digits(scope("cars")) >= 0
    for partner in ("CAN", "MEX"):
        part = slice(*trade.run(partner))
        value, inside = trade.value[part], (_industry(partner) == _VEHICLES).astype(float)
        shares = []
        for month in _MONTHS_2025:
            day = month.date().replace(day=15)
            added = schedule.schedule(day).added()
            outside = trade.share(OUTSIDE_USMCA, day)
            autos = 0.25 * outside * (added["s232_autos"] > 0) * cars[trade.product]
            # The cars' own duty is laid out anew: on what is outside USMCA only.
            added["s232_autos"] = np.where(cars[trade.product], autos, added["s232_autos"])
            rate = sum(added.values(), start=np.zeros(len(trade)))[part]
            spared = 0.25 * (1.0 - outside[part]) * cars[trade.product[part]]
            whole = (value * inside).sum()
            law_rate = ((value * rate + trade.duty[part]) * inside).sum() / whole
            stake = (value * spared * inside).sum() / whole
            shares.append((_collected(partner, month, (_VEHICLES,)) - law_rate) / stake)
        for heading in ("8703", "8704"):
            yield _row(FOREIGN_CONTENT, "all", partner, heading, shares, _FITTED,
                       "duty of transport equipment, August to November 2025")  # fmt: skip


def weight(partners: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Yield the share of metal derivatives that is above the threshold of weight."""
    listed = any(row.condition == "weight" for n in scope_names() for row in scope_rows(n))
    for partner in partners if listed else ():
        everything = np.ones(len(_industry(partner)))
        law_before = _gap(partner, everything, _BEFORE, "weight", 1.0)
        before = _collected(partner, _BEFORE, None) - law_before
        shares = _fit("weight", partner, everything, _MONTHS_2026, None, before)
        yield _row("weight", "all", partner, "", shares,
                   f"{_FITTED}, after the gap of March 2026, before the threshold, is taken off",
                   "duty of May to July 2026")  # fmt: skip


def _gap(partner: str, chosen: Floats, month: pd.Timestamp, name: str, share: float) -> float:
    """Return the law's duty over imports when a share of trade meets a condition."""
    part = slice(*lines().run(partner))
    day = month.date().replace(day=15)
    rate = _with_share(name, share, _rate(day, partner, chosen))
    value = lines().value[part] * chosen
    return float(((rate * lines().value[part]).sum() + (lines().duty[part] * chosen).sum())
                 / value.sum())  # fmt: skip


def _fit(
    name: str, partner: str, chosen: Floats, months: pd.DatetimeIndex,
    industries: tuple[str, ...] | None, before: float = 0.0,
) -> list[float]:  # fmt: skip
    """Return month by month the share at which the law's duty equals the duty collected."""
    shares = []
    for month in months:
        none, whole = (_gap(partner, chosen, month, name, end) for end in (0.0, 1.0))
        collected = _collected(partner, month, industries) - before
        shares.append((collected - none) / (whole - none))
    return shares


def main() -> None:
    """Write the table and its description."""
    raw = Path(os.environ.get("TRADEVIZ_RAW") or ROOT.parent / "shared" / "raw")
    law()
    rows = [*measured(raw), *foreign_content(), *weight(FOCUS)]
    table = pd.DataFrame(rows)
    write_table(table, ROOT / "data", "condition_shares")
    stamp.stamp(ROOT / "data")
    print(table.groupby(["condition", "partner"])[["low", "central", "high"]].mean().round(3))


if __name__ == "__main__":
    main()
