"""The charts of response, equilibrium and deals that golden tables hold, in each of their forms.

Notebooks show one form of each; a reader in JupyterLab may ask for any measure, partner or split.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pandas as pd

import tradeviz as tv
from tradeviz.models.deals import best_order, deal_values, delay, follow, schedules, shapley
from tradeviz.models.equilibrium import variants
from tradeviz.models.response import backtest, sensitivity
from tradeviz.models.response.show import CHANGES

THREE = ["GBR", "KOR", "JPN"]


@cache
def _response(draws: int = 25, by: str | None = None) -> pd.DataFrame:
    return tv.respond(["agreement", "breakdown"], partners=THREE, draws=draws, by=by)


@cache
def _flows() -> pd.DataFrame:
    return tv.respond(["snapback", "agreement"], partners=THREE, by="competitor")


def _swings(measure: str) -> Callable[[], Any]:
    def draw() -> Any:
        table = sensitivity("snapback", partners=THREE, measure=measure)
        return tv.charts.tornado(table, partner="KOR", measure=measure)

    return draw


@cache
def _record(by: str | None = None, against: str = "level") -> pd.DataFrame:
    return backtest(THREE, by=by, against=against, last="2025-11", draws=10)


@cache
def _variants() -> pd.DataFrame:
    choices = {"four": {}, "two": {"elasticity": 2.0}, "eight": {"elasticity": 8.0}}
    return variants(["agreement", "in_force"], choices, partners=THREE)


@cache
def _game(otherwise: str = "snapback", partners: tuple[str, ...] = tuple(THREE)) -> pd.DataFrame:
    return tv.deals(list(partners), otherwise=otherwise)


def _paths(measure: str, economy: str) -> Callable[[], Any]:
    def draw() -> Any:
        game = _game()
        best = best_order(game, measure=measure)
        orders = {"Best": best, "Reverse": best[::-1], "By name": sorted(best)}
        paths = {title: follow(game, order, measure) for title, order in orders.items()}
        return tv.charts.order_paths(paths, economy)

    return draw


def _waiting(economies: list[str] | None) -> Callable[[], Any]:
    return lambda: tv.charts.delay_curves(delay(_game("pause"), schedules(THREE)), economies)


def _each(kind: str, measures: list[str], draw: Callable[[str], Any]) -> dict[str, Any]:
    return {f"{kind}: {name}": lambda name=name: draw(name) for name in measures}


CHARTS: dict[str, Callable[[], Any]] = {
    **_each(
        "response",
        list(CHANGES),
        lambda name: tv.charts.response_ranges(_response(), measure=name),
    ),
    "response without draws": lambda: tv.charts.response_ranges(_response(draws=0)),
    "diversion": lambda: tv.charts.diversion_matrix(_flows(), outcome="agreement", n=6),
    "tornado: imports": _swings("value_change_usd"),
    "tornado: prices": _swings("price_received_change"),
    "tornado: exports": _swings("exports_change_usd"),
    **_each(
        "record", ["change", "rate"], lambda m: tv.charts.backtest_ranges(_record(), measure=m)
    ),
    "record against others": lambda: tv.charts.backtest_ranges(_record(against="others")),
    "record by industry": lambda: tv.charts.backtest_ranges(
        _record("naics3"), partner="GBR", n=7, measure="rate"
    ),
    **_each(
        "equilibrium",
        ["real_income_change", "exports_to_us_change", "import_change"],
        lambda name: tv.charts.equilibrium_ranges(_variants(), measure=name),
    ),
    "equilibrium alone": lambda: tv.charts.equilibrium_ranges(
        tv.equilibrium("snapback", partners="JPN")
    ),
    "deals": lambda: tv.charts.deal_value_bars(deal_values(_game())),
    "deals: exports": lambda: tv.charts.deal_value_bars(
        deal_values(_game(), "exports_to_us_change")
    ),
    "rivals": lambda: tv.charts.rivalry_matrix(shapley(_game())),
    "rivals: welfare": lambda: tv.charts.rivalry_matrix(shapley(_game(), "welfare_change")),
    "rivals of one": lambda: tv.charts.rivalry_matrix(shapley(_game(partners=("JPN",)))),
    "orders": _paths("income_change_usd", "USA"),
    "orders: exports": _paths("export_change", "KOR"),
    "waiting": _waiting(None),
    "waiting of one": _waiting(["JPN"]),
}
"""Name -> what draws it."""
