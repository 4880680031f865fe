"""What cannot be answered is refused in one line: a call each, and how its message begins.

What an argument of a wrong type or out of range is told is asked by `test_fuzz`;
here is what only the tables, the law or the model can know.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import tradeviz as tv
from tradeviz.errors import TradevizError
from tradeviz.models import deals as deals_of
from tradeviz.models import equilibrium as equilibrium_of
from tradeviz.models.deals.values import shapley_values
from tradeviz.models.equilibrium.solver import solve
from tradeviz.models.equilibrium.world import world_of
from tradeviz.models.equilibrium.worlds import icio_world
from tradeviz.report.parameters import read_settings


@cache
def tables() -> dict[str, Any]:
    """Return what the calls may name."""
    pair = deals_of.deals(["JPN", "KOR"])
    return {
        "tv": tv, "pd": pd, "np": np, "deals": deals_of, "eq": equilibrium_of,
        "pair": pair, "other": deals_of.deals(["AUS", "KOR"]),
        "weeks": deals_of.delay(pair, {"now": {"JPN": 0, "KOR": 0}}),
        "values": deals_of.shapley(pair), "exposure": tv.exposure(["pause", "snapback"]),
        "shapley_values": shapley_values, "read_settings": read_settings,
        "icio_world": icio_world, "solve": solve,
        "world": world_of(np.array([[[8.0, 2.0], [3.0, 7.0]]]), np.zeros((1, 2, 2)), 4.0,
                          economies=("A", "B"), sectors=("all",)),
        "other_world": world_of(np.array([[[8.0, 2.0], [3.0, 7.0]]]), np.zeros((1, 2, 2)), 4.0,
                                economies=("A", "C"), sectors=("all",)),
    }  # fmt: skip


REFUSED = {
    # Law and outcomes.
    "tv.schedule('2025-08-07', conditions='expect')": "field 'conditions': unknown way to read",
    "tv.outcome(3)": "field 'outcome': not an outcome",
    "tv.exposure([])": "field 'outcomes': no outcome given",
    "tv.outcome({'name': 'pause', 'law': '2025-04-16', 'change': []})":
        "field 'name': the name of an outcome that is known already",
    "tv.entry('JPN', '8703230190', 0.0)": "field 'value_usd': not a value",
    "tv.entry('JPN', '8703230190', 1e16)": "field 'value_usd': not a value",
    "tv.entry('JPN', '8703230190', 1000.0, quantity={3: 1.0})": "field 'quantity': not a unit",
    "tv.load('gdp', as_of='2026-01-01')": "gdp.csv, field 'as_of': has no vintages",
    "tv.load('balances_monthly', as_of='soon')": "field 'as_of': not a day",
    # Tables that charts, tables and sentences are given.
    "tv.charts.exposure_by_outcome(exposure.drop(columns='provisional_share'))":
        "field 'provisional_share': the table lacks",
    "tv.charts.exposure_by_outcome(exposure.iloc[:0])": "the table has no row",
    "tv.charts.exposure_by_outcome(pd.concat([exposure, exposure]))": "field 'exposure': a partner",
    "tv.charts.exposure_by_outcome(exposure.assign(added_rate=np.nan), measure='added_rate')":
        "field 'added_rate': the table has no value",
    "tv.charts.exposure_by_outcome(exposure.iloc[:-1])": "field 'exposure': no row for ",
    "tv.findings.equilibrium(tv.equilibrium('snapback'))": "field 'variant': the table lacks",
    "tv.findings.solved()": "field 'tables': no residual in the table",
    "tv.findings.solved(exposure)": "field 'tables': no residual in the table",
    "tv.balances('Atlantis')": "field 'partners': unknown partner",
    "tv.exposure_path([])": "field 'dates': no date given",
    # Deals.
    "deals.deals(['JPN', 'JPN'])": "field 'partners': JPN is named twice",
    "deals.deals(['JPN', 'USA'])": "field 'partners': the United States is no partner of its own",
    "deals.deals(['EU', 'DEU'])": "field 'partners': a member of the EU signs with it",
    "deals.deals(['JPN', 'KOR'], terms='snapback')": "field 'terms': the terms change nothing",
    "deals.deals(['JPN', 'KOR'], elastic=3.0)": "field 'options': unknown option",
    "deals.deals(['JPN', 'KOR'], resume=3)": "field 'resume': not text or a path",
    "deals.deals(['JPN', 'KOR'], executor='here')": "field 'executor': takes no work",
    "deals.follow(pair, ['JPN'])": "field 'order': an order has each partner once",
    "deals.follow(pair, ['JPN', 'JPN'])": "field 'order': an order has each partner once",
    "deals.best_order(pair, 'CHN')": "field 'side': unknown side",
    "deals.best_order(pair, 'JPN', 'revenue_usd')": "field 'measure': unknown measure",
    "deals.delay(pair, {'now': {'JPN': 0}})": "field 'plans['now']': a plan has each partner",
    "deals.delay(pair, {'now': {'JPN': 0, 'KOR': 99}})": "field 'plans['now']': a week outside",
    "deals.shapley(pair.iloc[:-3])": "field 'deals': a coalition is missing",
    "deals.shapley(exposure)": "field 'deals': not a table of deals",
    "deals.transfers(pair, 'income_change')": "field 'objective': payments need dollars",
    "deals.transfers(pair, during=other)": "field 'during': a table of another game",
    "shapley_values(np.zeros(6))": "field 'game': not a power of two",
    "tv.findings.rivals(values[[]])": "field 'effects': the table is empty",
    "tv.charts.rivalry_matrix(values.iloc[:0])": "field 'shapley': the table is empty",
    "tv.charts.rivalry_matrix(values.astype(str))": "field 'shapley': not a table of numbers",
    "tv.charts.order_paths({})": "field 'paths': not a mapping of at least one name: table",
    "tv.findings.deal_order({}, weeks)":
        "field 'values': not a mapping of at least one name: table",
    "tv.findings.deal_order({'x': deals.deal_values(pair)}, weeks)":
        "field 'delay': a plan is missing; value 'one by one'",
    # Equilibrium.
    "tv.equilibrium('snapback', elasticity='nobody')": "field 'elasticity': unknown study",
    "tv.equilibrium('snapback', inputs=True, scale=0.1)": "field 'inputs': with inputs employment",
    "tv.equilibrium('snapback', tax_relief='yes')": "field 'tax_relief': not True or False",
    "eq.variants('snapback', {})": "field 'choices': no variant given",
    "icio_world().place('ATL')": "field 'economy': economy is not in this table",
    "solve(world, np.zeros((1, 3, 3)))": "field 'tariffs': tariffs of another shape",
    "solve(world, np.full((1, 2, 2), -1.0))": "field 'tariffs': a tariff is missing or not above",
    "solve(world, np.full((1, 2, 2), np.nan))": "field 'tariffs': a tariff is missing or not",
    "solve(world, np.zeros((1, 2, 2)), solve(other_world, np.zeros((1, 2, 2))))":
        "field 'start': the start is a solution of another world",
    # Settings of a shell.
    "read_settings(['DRAWS'])": "field '--set': not a setting",
    "read_settings(['DRAWS=1', 'DRAWS=2'])": "field '--set': set twice",
}  # fmt: skip


@pytest.mark.parametrize("call", REFUSED)
def test_a_call_that_has_no_answer_is_refused_in_one_line(call: str) -> None:
    with pytest.raises(TradevizError) as caught:
        eval(call, dict(tables()))
    assert str(caught.value).startswith(REFUSED[call])
    assert "\n" not in str(caught.value)
