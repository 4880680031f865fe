"""The charts that golden tables hold: each as the text of what it draws, by part.

Notebooks show some of them with their values; here are more measures, partners and splits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd

import tradeviz as tv
from tradeviz.law.outcome import names
from tradeviz.models.forecast import recorded_months
from tradeviz.show.describe import describe
from tradeviz.show.frame import shown

FIVE = list(tv.FOCUS)


@cache
def _exposure(by: str | None = None) -> pd.DataFrame:
    return tv.exposure(names() if by in (None, "layer") else ["pause", "in_force"], by=by)


@cache
def _path() -> pd.DataFrame:
    return tv.exposure_path()


def _rivals_of(partner: str) -> pd.DataFrame:
    return tv.competitors("in_force", partners=partner, by="sector")


def _balances() -> pd.DataFrame:
    return tv.balances(FIVE, first=2000)


def _collected(partner: str) -> Callable[[], Any]:
    return lambda: tv.charts.duty_collected(_path(), tv.load("duties_monthly"), partner)


def _own() -> pd.DataFrame:
    own = tv.outcome("pause").with_rate("JPN", reciprocal=0.15)
    return tv.exposure(["before", "pause", own], partners=["JPN", "KOR"])


CHARTS: dict[str, Callable[[], Any]] = {
    "balances": lambda: tv.charts.balance_over_time(_balances()),
    "balances in deficit": lambda: tv.charts.balance_over_time(tv.balances(["KOR", "JPN"])),
    "balances in surplus": lambda: tv.charts.balance_over_time(
        tv.balances(["GBR", "AUS"], first=2015)
    ),
    "balances JPN": lambda: tv.charts.balance_over_time(tv.balances("JPN", first=2010)),
    "chapters": lambda: tv.charts.chapter_heatmap(_in_force("hs2"), n=10),
    "collected GBR": _collected("GBR"),
    "collected IND": _collected("IND"),
    "collected JPN": _collected("JPN"),
    "formula": lambda: tv.charts.formula_scatter(tv.april_check()),
    "handicap": lambda: tv.charts.handicap_bars(tv.competitors("in_force")),
    "handicap by sector": lambda: tv.charts.handicap_bars(_rivals_of("JPN"), n=8),
    "handicap of one": lambda: tv.charts.handicap_bars(
        tv.competitors("in_force", by="sector"), partner="KOR"
    ),
    "lanes GBR": lambda: tv.charts.law_lanes(_path(), "GBR"),
    "ranges": lambda: tv.charts.range_rows(_exposure()),
    "slope": lambda: tv.charts.slope(_exposure()),
    "spark": lambda: tv.charts.spark(_path(), "IND"),
    "tiles": lambda: tv.charts.tile_map(_everyone()),
    "outcomes": lambda: tv.charts.exposure_by_outcome(_exposure()),
    "outcomes for one": lambda: tv.charts.exposure_by_outcome(
        _exposure().xs("IND", level="partner", drop_level=False)
    ),
    "outcomes in dollars": lambda: tv.charts.exposure_by_outcome(
        _exposure(), measure="added_duty_usd", reference="in_force"
    ),
    "outcomes of one's own": lambda: tv.charts.exposure_by_outcome(_own()),
    "path BRA": lambda: tv.charts.rate_path(tv.exposure_path(partners="BRA"), "BRA"),
    "path CHN": lambda: tv.charts.rate_path(tv.exposure_path(partners="CHN"), "CHN"),
    "path AUS": lambda: tv.charts.rate_path(_path(), "AUS"),
    "path JPN": lambda: tv.charts.rate_path(_path(), "JPN"),
    "paths": lambda: tv.charts.rate_paths(_path(), FIVE),
    "products": lambda: tv.charts.product_bars(_in_force("hs10"), n=8),
    "sectors": lambda: tv.charts.product_bars(_in_force("sector"), n=8),
    "talks": lambda: tv.charts.talks_timeline(tv.load("talks")),
    "account KOR": lambda: tv.charts.collected_waterfall(tv.collected("KOR")),
    "account IND": lambda: tv.charts.collected_waterfall(tv.collected("IND")),
    "peer IND": lambda: tv.charts.peer_waterfall(
        tv.reconcile("tradewartracker", "IND"), "2025-10-14"
    ),
    "fan JPN": lambda: tv.charts.fan(
        tv.forecast("in_force", partners="JPN"), history=recorded_months("JPN")
    ),
    "fan of a rate": lambda: tv.charts.fan(
        tv.forecast("in_force", partners="KOR", origin="2025-07"),
        measure="duty_rate",
        history=recorded_months("KOR"),
    ),
    "calibration": lambda: tv.charts.calibration(tv.forecast_record()),
    "waterfall GBR": lambda: tv.charts.outcome_waterfall(_steps("GBR"), "before", "in_force"),
    "waterfall in dollars": lambda: tv.charts.outcome_waterfall(
        _steps("GBR"), "pause", "in_force", measure="duty_usd"
    ),
    "waterfall KOR": lambda: tv.charts.outcome_waterfall(_steps("KOR"), "pause", "in_force"),
    "products without duty": lambda: tv.charts.product_bars(tv.exposure("before", by="hs2")),
    "waterfall of goods": lambda: tv.charts.outcome_waterfall(
        tv.exposure(["pause", "in_force"], partners="JPN", by="sector"), "pause", "in_force"
    ),
    "products by chapter": lambda: tv.charts.product_bars(_in_force("hs2"), n=5),
}
"""Name -> what draws it."""


@cache
def _in_force(by: str) -> pd.DataFrame:
    return tv.exposure("in_force", by=by)


@cache
def _everyone() -> pd.DataFrame:
    return tv.exposure("in_force", partners=[*FIVE, "EU", "CHN", "CAN", "MEX", "CHE", "VNM"])


@cache
def _steps(partner: str) -> pd.DataFrame:
    return tv.exposure(names(), partners=partner, by="layer")


def drawn(charts: Mapping[str, Callable[[], Any]]) -> pd.DataFrame:
    """Return lines and fingerprint of every part of every chart."""
    rows = []
    with mpl.rc_context():
        mpl.use("Agg")
        for name, draw in charts.items():
            draw()
            figure = plt.gcf()
            kept = shown(figure)
            parts = _parts(kept.alt, kept.data, describe(figure))
            plt.close("all")
            for part, lines in parts.items():
                digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]
                rows.append((name, part, len(lines), digest))
    return pd.DataFrame(rows, columns=["chart", "part", "lines", "digest"])


def _parts(alt: str, table: pd.DataFrame, drawn: str) -> dict[str, list[str]]:
    # Nine digits: the last ones differ between builds of numpy.
    data = table.to_csv(index=False, lineterminator="\n", float_format="%.9g")
    parts = {"alt": [alt], "data": data.splitlines()}
    for line in drawn.splitlines():
        word = line.split()[0].removesuffix(":").removesuffix(",")
        # Long texts are folded where the width of their letters says, which fonts decide.
        parts.setdefault(word, []).append(line)
    parts["text"] = [" ".join(line.removeprefix("text: ") for line in parts["text"])]
    return parts
