"""Estimate on the months of 2025 what trade did, and store it in data/estimates_2025.csv.

Needs the extra `estimate`; nothing at run time does. docs/forecast.md has the equations.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyfixest

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from tables.common import write_table  # noqa: E402

import tradeviz as tv  # noqa: E402
from tools.stamp import stamp  # noqa: E402
from tradeviz.law import reading  # noqa: E402
from tradeviz.law.outcome import outcome  # noqa: E402
from tradeviz.law.schedule import Schedule  # noqa: E402
from tradeviz.law.shares import change_days  # noqa: E402
from tradeviz.lines import lines  # noqa: E402
from tradeviz.models.forecast.data import base_rate, law_path, months  # noqa: E402
from tradeviz.models.response.parameters import central  # noqa: E402
from tradeviz.models.response.problem import problem  # noqa: E402
from tradeviz.trade.transit import LAND  # noqa: E402

FIRST, LAST = "2023-01-01", "2025-11-30"
CELL = ["partner", "naics3"]
MANUFACTURES = "3"
APART = ("325", "331", "334")
"""Pharmaceuticals, gold, and the boom of computing equipment."""
BEFORE_STEP, STEP, AFTER_STEP = "2025-07-01", "2025-08-01", "2025-09-01"
HELD = ("2025-05-01", "2025-06-01", "2025-07-01")
LEAST_PARTNERS = 10
LEAST_SPREAD = 0.005
MOST_CHANGE = 3.0
LONGEST_TRANSIT = 60

Estimate = dict[str, object]
Chosen = Callable[[pd.DataFrame], "pd.Series[bool]"]


@cache
def panel() -> pd.DataFrame:
    """Return imports by partner, industry and month with the law's added rate and its effect.

    `tau` is the logarithm of one plus duty over that of 2024, at the imports of 2024; `effect` the
    logarithm of imports over 2024 in the nests at central elasticities.
    """
    trade = tv.load("duties_monthly_naics3").astype({"partner": object})
    known = set(trade["partner"])
    codes = [code for code in lines().partners if code in known]
    changes = change_days(reading.law(), codes)
    days = [day for day in changes if pd.Timestamp(day) <= pd.Timestamp(LAST)]
    laws = [Schedule(day, reading.law().on(day), conditions="expected") for day in days]
    ready = problem([outcome("before"), *laws], codes, "naics3")
    solved = ready.trade(central())
    value = np.add.reduceat(ready.value, ready.starts)
    rate = np.stack(
        [np.add.reduceat(ready.value * item.rate, ready.starts) / value for item in ready.scenarios]
    )
    cells = pd.MultiIndex.from_frame(ready.keys[CELL])
    law = pd.DataFrame(
        {
            "tau": _monthly(np.log1p(rate[1:]) - np.log1p(rate[0]), days, cells),
            "effect": _monthly(np.log(solved[1:, :, 0] / solved[0, :, 0]), days, cells),
        }
    ).reset_index()
    trade = trade[trade["partner"].isin(codes) & (trade["month"] >= FIRST)]
    table = trade.merge(law, how="left", on=["month", *CELL])
    before = table["month"] < days[0].isoformat()
    table.loc[before, ["tau", "effect"]] = 0.0
    weight = table[table["month"].dt.year == 2024].groupby(CELL)["imports_usd"].sum()
    table = table.merge(weight.rename("weight").reset_index(), on=CELL)
    table = table[table["weight"] > 0].dropna(subset=["tau"])
    stamp_ = table["month"].dt.strftime("%Y%m")
    calendar = table["month"].dt.strftime("%m")
    return table.assign(
        cell_calendar=table["partner"] + table["naics3"] + calendar,
        partner_calendar=table["partner"] + calendar,
        partner_month=table["partner"] + stamp_,
        industry_month=table["naics3"] + stamp_,
        time=stamp_,
    ).sort_values([*CELL, "month"], ignore_index=True)


def _monthly(values: np.ndarray, days: Sequence[object], cells: pd.MultiIndex) -> pd.Series:
    steps = pd.DataFrame(values, index=pd.to_datetime(pd.Series(days)), columns=cells)
    daily = steps.reindex(pd.date_range(steps.index[0], LAST), method="ffill")
    stacked = daily.resample("MS").mean().stack(list(range(cells.nlevels)), future_stack=True)
    return stacked.rename_axis(["month", *CELL])


def everything(table: pd.DataFrame) -> pd.Series[bool]:
    """Choose every cell."""
    return table["partner"].notna()


def without_china(table: pd.DataFrame) -> pd.Series[bool]:
    """Leave China out."""
    return table["partner"] != "CHN"


def ordinary(table: pd.DataFrame) -> pd.Series[bool]:
    """Choose manufactures without China, gold, pharmaceuticals and computing equipment."""
    goods = table["naics3"].str.startswith(MANUFACTURES) & ~table["naics3"].isin(APART)
    return goods & without_china(table)


SAMPLES: dict[str, tuple[str, Chosen]] = {
    "all": ("all cells", everything),
    "without_china": ("without China", without_china),
    "ordinary": ("ordinary manufactures without China", ordinary),
}


def row(name: str, title: str, fit: object, unit: str, verdict: str) -> Estimate:
    """Return one row of the table from a regression of one variable."""
    value, error = float(fit.coef().iloc[0]), float(fit.se().iloc[0])  # type: ignore[attr-defined]
    return {
        "estimate": name,
        "title": title,
        "value": value,
        "standard_error": error,
        "observations": int(fit._N),  # type: ignore[attr-defined]
        "unit": unit,
        "verdict": verdict,
    }


def level_estimates() -> list[Estimate]:
    """Return the response of imports to the duty of the same month, and what the nests imply."""
    found = []
    fixed = "cell_calendar + partner_month + industry_month"
    for name, (words, chosen) in list(SAMPLES.items())[:2]:
        table = panel()[chosen(panel())]
        fit = pyfixest.fepois(f"imports_usd ~ tau | {fixed}", table, vcov={"CRV1": "partner"})
        found.append(
            row(f"ppml_{name}", f"Imports on duty of the same month, PPML, {words}", fit,
                "elasticity", "imprecise: one cluster a partner, most of the step is common")
        )  # fmt: skip
    fit = pyfixest.feols(
        f"effect ~ tau | {fixed}", panel(), weights="weight", vcov={"CRV1": "partner"}
    )
    found.append(
        row("implied_by_nests", "The same regression on what the nests say", fit, "elasticity",
            "what the model implies at once; the denominator of scale_of_effect")
    )  # fmt: skip
    return found


def by_industry() -> tuple[float, float, float, int]:
    """Return mean, standard error, spread and count of slopes by industry, shrunk to each other."""
    slopes = []
    # What the neighbours pay hangs on how much claims USMCA, which is itself an answer.
    kept = panel()[~panel()["partner"].isin(LAND)]
    for _, table in kept.groupby("naics3"):
        table = table[table["imports_usd"] > 0].assign(y=lambda t: np.log(t["imports_usd"]))
        if table["partner"].nunique() < LEAST_PARTNERS or table["tau"].std() < LEAST_SPREAD:
            continue
        fit = pyfixest.feols(
            "y ~ tau | partner_calendar + time", table, weights="weight", vcov={"CRV1": "partner"}
        )
        slopes.append((fit.coef().iloc[0], fit.se().iloc[0]))
    slope, error = np.array(slopes).T
    weight = error**-2
    mean = weight @ slope / weight.sum()
    excess = weight @ (slope - mean) ** 2 - (len(slope) - 1)
    spread = max(0.0, excess / (weight.sum() - (weight**2).sum() / weight.sum())) ** 0.5
    weight = 1 / (error**2 + spread**2)
    return weight @ slope / weight.sum(), weight.sum() ** -0.5, spread, len(slope)


def _wide(column: str) -> pd.DataFrame:
    return panel().pivot(index="month", columns=CELL, values=column)


def _changes() -> pd.DataFrame:
    """Return the logarithm of imports over the same month of 2024."""
    level = np.log(_wide("imports_usd").where(lambda table: table > 0))
    base = level[level.index.year == 2024].set_axis(range(1, 13))
    late = level[level.index.year != 2023]
    return late - base.loc[late.index.month].set_axis(late.index)


def projection(change: pd.Series, step: pd.Series, chosen: Chosen) -> object:
    """Regress a change of imports on a step of the duty, partner and industry effects."""
    weight = panel().groupby(CELL)["weight"].first()
    table = pd.DataFrame({"change": change, "step": step, "weight": weight}).reset_index()
    table = table.replace([np.inf, -np.inf], np.nan).dropna()
    table = table[chosen(table)]
    table["change"] = table["change"].clip(-MOST_CHANGE, MOST_CHANGE)
    return pyfixest.feols(
        "change ~ step | partner + naics3", table, weights="weight", vcov={"CRV1": "partner"}
    )


def august_step() -> list[Estimate]:
    """Return the answer to the step of August 2025 by month after it, and its placebo before."""
    tau = _wide("tau")
    step, changes = tau.loc[AFTER_STEP] - tau.loc[BEFORE_STEP], _changes()
    held = changes.loc[list(HELD)].mean()
    found = []
    for lag, month in enumerate(pd.date_range(STEP, LAST, freq="MS")):
        for name, (words, chosen) in SAMPLES.items():
            fit = projection(changes.loc[month] - held, step, chosen)
            found.append(
                row(f"august_{lag}_{name}", f"Step of August 2025 after {lag} months, {words}",
                    fit, "elasticity", "the answer takes one to three months")
            )  # fmt: skip
    level = np.log(_wide("imports_usd").where(lambda table: table > 0))
    growth = level[level.index.year == 2024] - level[level.index.year == 2023].set_axis(
        level.index[level.index.year == 2024]
    )
    drift = growth.iloc[6:].mean() - growth.iloc[:6].mean()
    for name, (words, chosen) in SAMPLES.items():
        fit = projection(drift, step, chosen)
        wide = abs(float(fit.coef().iloc[0])) > float(fit.se().iloc[0])  # type: ignore[attr-defined]
        found.append(
            row(f"pretrend_{name}", f"Placebo: growth of 2024, second less first half, {words}",
                fit, "elasticity",
                "fails: off zero by more than its standard error" if wide else
                "no trend seen, with a wide error")
        )  # fmt: skip
    return found


def front_running() -> list[Estimate]:
    """Return how imports of early 2025 moved with the duty that was to come by June."""
    coming, changes = _wide("tau").loc["2025-06-01"], _changes()
    found = []
    for month in ("2025-01-01", "2025-02-01", "2025-03-01"):
        fit = projection(changes.loc[month], coming, ordinary)
        found.append(
            row(f"front_running_{month[:7]}",
                f"Imports of {month[:7]} on the duty of June 2025, ordinary manufactures", fit,
                "elasticity", "above zero is buying ahead; other goods show nothing but noise")
        )  # fmt: skip
    return found


def transit() -> Estimate:
    """Return the days under way that fit collected duty best, with a jackknife over partners."""
    index = pd.date_range("2025-04-01", LAST, freq="MS")
    rate = (months().duty / months().entered).loc[index].to_numpy(dtype=float)
    law = law_path()
    place = (index.year - 2024) * 12 + index.month - 1
    loss = []
    for days in range(LONGEST_TRANSIT + 1):
        way = np.array([0.0 if code in LAND else float(days) for code in months().partners])
        added = law.entered_months(way)[place]
        above = rate - base_rate()
        slope = (added * above).sum(axis=0) / (added**2).sum(axis=0)
        loss.append(((above - slope * added) ** 2).sum(axis=0))
    losses = np.stack(loss)
    # Each partner has an error variance of its own, or China's steps would decide alone.
    losses = np.log(losses[:, np.isfinite(losses).all(axis=0)])
    best = int(losses.sum(axis=1).argmin())
    left_out = np.array([
        np.delete(losses, at, axis=1).sum(axis=1).argmin() for at in range(losses.shape[1])
    ])  # fmt: skip
    size = len(left_out)
    error = ((size - 1) / size * ((left_out - left_out.mean()) ** 2).sum()) ** 0.5
    return {
        "estimate": "transit_days",
        "title": "Days between loading and entry, all partners but the neighbours by land",
        "value": float(best),
        "standard_error": float(error),
        "observations": int(losses.shape[1] * len(index)),
        "unit": "days",
        "verdict": "likelihood of collected on legal rate, April to November 2025, slope and "
        "variance by partner; air and sea together; error by leaving out partners",
    }


def estimates() -> pd.DataFrame:
    """Return the whole table."""
    found = level_estimates()
    implied = float(found[-1]["value"])  # type: ignore[arg-type]
    mean, error, spread, count = by_industry()
    found.append(
        {"estimate": "by_industry_mean",
         "title": "Mean slope by industry, empirical Bayes, without Canada and Mexico",
         "value": mean, "standard_error": error, "observations": count, "unit": "elasticity",
         "verdict": "the numerator of scale_of_effect; observations are industries"}
    )  # fmt: skip
    found.append(
        {"estimate": "by_industry_spread", "title": "Spread of the slopes between industries",
         "value": spread, "standard_error": None, "observations": count, "unit": "elasticity",
         "verdict": "industries differ by more than their errors"}
    )  # fmt: skip
    found.append(
        {"estimate": "scale_of_effect", "title": "What 2025 supports of the effect in the nests",
         "value": mean / implied, "standard_error": (error**2 + spread**2) ** 0.5 / abs(implied),
         "observations": count, "unit": "factor",
         "verdict": "by_industry_mean over implied_by_nests, error with the spread; used by the "
         "forecast. Months of 2025 only: the full answer of later months may be larger"}
    )  # fmt: skip
    return pd.DataFrame([*found, *august_step(), *front_running(), transit()])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "data")
    given = parser.parse_args(arguments)
    warnings.filterwarnings("ignore", category=UserWarning)
    write_table(estimates(), given.out, "estimates_2025")
    if (given.out / "datapackage.json").is_file():
        stamp(given.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
