"""Fit the forecast on the months before 2025, solve every law, and store both in data/."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from tables.common import write_table  # noqa: E402

from tools.stamp import stamp  # noqa: E402
from tradeviz.law import reading  # noqa: E402
from tradeviz.law.record import Law, coverage  # noqa: E402
from tradeviz.law.schedule import Schedule  # noqa: E402
from tradeviz.law.scopes import edition  # noqa: E402
from tradeviz.law.shares import change_days, share_month  # noqa: E402
from tradeviz.models.forecast import forecast_record, scores  # noqa: E402
from tradeviz.models.forecast.data import BASE_YEAR, HORIZONS, law_effects, months  # noqa: E402
from tradeviz.models.forecast.model import CLIP, TERMS, Pattern, pattern  # noqa: E402

FIRST_YEAR = 2014
CRISIS = (2020, 2021)
OWN = 0.8
"""Weight of a partner's own scale beside the line by size, in logarithms."""
MOST = 5.0
"""Errors count up to this many times the noise when weights are fitted."""
_NORMAL = 1.4826
MARKS = ("<!-- scores -->", "<!-- end of scores -->")
_POINTS = (np.arange(100) + 0.5) / 100


def laws() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the calendar of laws as published by each month's end, and what each law does."""
    index = months().index
    ends = [month + pd.offsets.MonthEnd(0) for month in index[index >= f"{BASE_YEAR}-12"]]
    number: dict[object, int] = {}
    schedules, rows = [], []
    for end in [*(stamp_.date() for stamp_ in ends), coverage()[1]]:
        book = reading.law().known_on(end)
        until = end + dt.timedelta(days=366)
        for day in change_days(book, months().partners):
            if day > until:
                break
            law = book.on(day)
            key = _content(law, day)
            if key not in number:
                number[key] = len(schedules)
                schedules.append(Schedule(day, law, conditions="expected"))
            rows.append({"known_on": end, "day": day, "law": number[key]})
    effect, added, spared = law_effects(schedules, months().partners)
    size = len(months().partners)
    found = pd.DataFrame(
        {
            "law": np.repeat(np.arange(len(schedules)), size),
            "partner": np.tile(months().partners, len(schedules)),
            "effect": effect.ravel(),
            "added_rate": added.ravel(),
            "spared_rate": spared.ravel(),
        }
    )
    return pd.DataFrame(rows), found


def _content(law: Law, day: dt.date) -> object:
    """Return what makes a law: rows in force, editions of their lists, months of their shares."""
    items = (*law.measures, *law.exemptions)
    lists = tuple(edition(item.scope, item.read_on or day) for item in items)
    shares = tuple(share_month(x.value_share or "", x.read_on or day) for x in law.measures)
    return law.measures, law.exemptions, law.stacking, lists, shares


class Past:
    """Forecasts with every origin before 2025, of which no law of 2025 is part."""

    def __init__(self) -> None:
        table = months()
        last = table.place(pd.Timestamp(BASE_YEAR, 12, 1))
        self.index, self.level = table.index[: last + 1], table.log_imports[: last + 1]
        self.size = np.log(np.exp(self.level[-12:]).sum(axis=0))
        first = table.place(pd.Timestamp(FIRST_YEAR, 1, 1))
        self.origins = range(first, last + 1)
        self.patterns = {at: self._pattern(at) for at in self.origins}
        distance = [made.adjusted[0] - made.middle for made in self.patterns.values()]
        self.noise = _NORMAL * np.median(np.abs(distance), axis=0)

    def _pattern(self, at: int) -> Pattern:
        return pattern(self.level[: at + 1], self.index[at].month - 1)

    def pairs(self, horizon: int, crisis: bool) -> list[int]:
        """Return the origins of one pool."""
        return [
            at
            for at in self.origins
            if at + horizon < len(self.index)
            and crisis == bool({self.index[at].year, self.index[at + horizon].year} & set(CRISIS))
        ]

    def data(self, horizon: int, crisis: bool) -> tuple[np.ndarray, np.ndarray]:
        """Return clipped terms and what came above the starting point, origins x partners."""
        terms, came = [], []
        for at in self.pairs(horizon, crisis):
            start, term = self.patterns[at].terms(horizon)
            terms.append(np.clip(term, *(CLIP * self.noise[:, None] * side for side in (-1, 1))))
            came.append(self.level[at + horizon] - start)
        return np.stack(terms), np.stack(came)

    def weights(self, horizon: int) -> np.ndarray:
        """Return least-squares weights of the terms, every partner in units of its noise."""
        terms, came = self.data(horizon, crisis=False)
        x = (terms / self.noise[:, None]).reshape(-1, len(TERMS))
        y = np.clip(came / self.noise, -MOST, MOST).ravel()
        return np.linalg.lstsq(x, y, rcond=None)[0]

    def errors(self, horizon: int, weights: np.ndarray, crisis: bool) -> np.ndarray:
        """Return what came less the forecast, origins x partners."""
        terms, came = self.data(horizon, crisis)
        return came - terms @ weights

    def scale(self, errors: np.ndarray) -> np.ndarray:
        """Return the usual size of an error, drawn to the line by size."""
        own = np.log(_NORMAL * np.median(np.abs(errors), axis=0))
        line = np.polyval(np.polyfit(self.size, own, 1), self.size)
        return np.exp(OWN * own + (1 - OWN) * line)


def fit() -> dict[str, pd.DataFrame]:
    """Return the fitted tables by name."""
    past = Past()
    partners = months().partners
    large = past.size > np.median(past.size)
    weights, scale, scores = [], [], []
    for horizon in HORIZONS:
        fitted = past.weights(horizon)
        size = past.scale(past.errors(horizon, fitted, crisis=False))
        z = {
            name: past.errors(horizon, fitted, crisis) / size
            for name, crisis in (("calm", False), ("crisis", True))
        }
        spread = float(np.quantile(np.abs(z["crisis"]), 0.8))
        weights += [
            {"term": term, "horizon": horizon, "value": value}
            for term, value in zip((*TERMS, "crisis_spread"), (*fitted, spread), strict=True)
        ]
        scale.append(pd.DataFrame({"partner": partners, "horizon": horizon, "scale": size}))
        for pool, group in ((p, g) for p in z for g in (True, False)):
            scores.append(
                pd.DataFrame(
                    {
                        "pool": pool,
                        "size": "large" if group else "small",
                        "horizon": horizon,
                        "probability": _POINTS,
                        "score": np.quantile(z[pool][:, large == group], _POINTS),
                    }
                )
            )
    return {
        "forecast_weights": pd.DataFrame(weights),
        "forecast_scale": pd.concat(scale),
        "forecast_partners": pd.DataFrame(
            {"partner": partners, "large": large, "noise": past.noise}
        ),
        "forecast_scores": pd.concat(scores),
    }


def with_scores(text: str) -> str:
    """Return a document with the table of scores between its marks made anew."""
    before, rest = text.split(MARKS[0])
    _, after = rest.split(MARKS[1])
    return f"{before}{MARKS[0]}\n{score_lines()}\n{MARKS[1]}{after}"


def score_lines() -> str:
    """Return the scores as a Markdown table, with the forecast by the law as it was known."""
    came, known = scores(), scores(law="known").xs("forecast", level="method", drop_level=False)
    known = known.rename(index={"forecast": "forecast, law as known then"}, level="method")
    table = pd.concat([came, known]).sort_index()
    lines = [
        "| quantity | partners | method | inside 80/90/95 | width | error | CRPS |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for quantity in ("imports_usd", "duty_rate", "revenue_usd"):
        for group in ("all", "large", "focus"):
            part = table.loc[(quantity, group)].sort_index(key=lambda names: names != "forecast")
            for method, row in part.iterrows():
                inside = "/".join(f"{row[f'coverage_{p}'] * 100:.0f}" for p in (80, 90, 95))
                lines.append(
                    f"| {quantity} | {group} | {str(method).replace('_', ' ')} | {inside} | "
                    f"{row['width_80']:.3f} | {row['mean_absolute_error']:.4f} | "
                    f"{row['crps']:.4f} |"
                )
    worst = forecast_record().query("quantity == 'imports_usd'").groupby("partner")["crps"].mean()
    said = ", ".join(f"{code} {value:.2f}" for code, value in worst.nlargest(12).items())
    return "\n".join([*lines, "", f"Largest mean CRPS of imports by partner: {said}."])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "data")
    parser.add_argument(
        "--docs", action="store_true", help="score the stored forecast, rewrite docs/forecast.md"
    )
    given = parser.parse_args(arguments)
    if given.docs:
        path = ROOT / "docs" / "forecast.md"
        path.write_text(with_scores(path.read_text(encoding="utf-8")), encoding="utf-8")
        return 0
    calendar, effects = laws()
    found = {"forecast_calendar": calendar, "forecast_laws": effects, **fit()}
    for name, table in found.items():
        write_table(table, given.out, name, categories=["partner", "pool", "size"])
    if (given.out / "datapackage.json").is_file():
        stamp(given.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
