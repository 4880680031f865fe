"""Named runs that repeat published models, to be compared with what they published."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from tradeviz import datasets
from tradeviz.arguments import checked
from tradeviz.errors import choose
from tradeviz.models.equilibrium.shocks import REST
from tradeviz.models.equilibrium.solver import Solution, solve
from tradeviz.models.equilibrium.world import Floats, World, world_of
from tradeviz.models.equilibrium.worlds import TINY_USD, icio_world
from tradeviz.partners import HOME

RUNS = ("liberation_day_194", "uniform_10_icio", "april_list_icio")

_EPSILON = 4.0
_KAPPA = 0.5
_PSI = 0.67 / _EPSILON
_FLOOR = 0.10

_HANDLING = (0.12, 0.26)
"""Share of spending that stays with the destination's own sellers, elsewhere and in the US."""

_ROUNDS = 50


@checked
def benchmark(name: str) -> pd.DataFrame:
    """Return a named run of a published model.

    Parameters
    ----------
    name : {"liberation_day_194", "uniform_10_icio", "april_list_icio"}
        ``liberation_day_194``: the Eaton and Kortum variant of Ignatenko, Lashkaripour, Macedoni
        and Simonovska (2025), with their own accounts of home purchases and their own formula of
        welfare: 194 economies, one sector, elasticity 4, labour supply 0.5, economies of scale
        0.67 / 4, transfers a fixed share of the world's wage bill, revenue in place of an income
        tax; US tariffs rise from 0 to 10 % or the rate of April 2025 as the authors
        took it, if higher; all other tariffs are 0. The other two: the model of Lashkaripour's
        package ustariff: 81 economies, 28 sectors, elasticity 4, trade balanced first, tariffs as
        filed, each US tariff replaced in every sector by 10 %, or by the same list without the
        floor.

    Returns
    -------
    DataFrame
        Index economy; changes against the data, fractions: welfare_change (net of the disutility
        of work, by the published formula), implied_welfare_change (by the preferences behind the
        same supply of work; docs/equilibrium.md says where the two part),
        real_income_change (of expenditure: expenditure over prices; the same as welfare where
        employment is fixed), wage_change, price_change, employment_change,
        exports_over_gdp_change and imports_over_gdp_change (relative change of trade at customs
        value over the wage bill).
        ``.attrs``: `residual`, `steps`, `name`.

    Raises
    ------
    ArgumentError
        For an unknown run, with the nearest match.

    Notes
    -----
    docs/equilibrium.md gives the equations and every choice that the sources leave open. Wages and
    prices are in units of the world's wage bill.

    Examples
    --------
    >>> table = benchmark("uniform_10_icio")
    >>> len(table), bool(table.loc["USA", "imports_over_gdp_change"] < 0)
    (81, True)
    """
    choose(name, RUNS, "name", "unknown run")
    world, tariffs = scenario(name)
    found = solve(world, tariffs)
    table = _changes(found)
    table.attrs |= {"name": name, "residual": found.residual, "steps": found.steps}
    return table


def scenario(name: str) -> tuple[World, Floats]:
    """Return the world and the tariffs of a named run."""
    if name == "liberation_day_194":
        world = matrix_world()
        rates = np.maximum(_list_rates(), _FLOOR)
    else:
        world = _icio()
        filed = world.tariffs[:, world.place(HOME), :]
        rates = np.full(filed.shape, _FLOOR) if name == "uniform_10_icio" else _icio_list(filed)
    home = world.place(HOME)
    tariffs = world.tariffs.copy()
    tariffs[:, home, :] = rates
    tariffs[:, home, home] = 0.0
    return world, tariffs


@cache
def _icio() -> World:
    return icio_world(
        elasticity=_EPSILON, services_tariffs="file", us_tariffs="file", deficit="balanced"
    )


@cache
def matrix_world() -> World:
    """Return the one-sector world of 194 economies in 2023, by the accounts of its authors.

    At home an economy buys what its GDP and a transfer leave after imports; the transfer counts
    only what does not stay with the sellers of the destination.
    """
    table = datasets.load("trade_matrix_2023")
    about = datasets.load("trade_matrix_economies")
    economies = tuple(map(str, about["economy"]))
    place = {code: number for number, code in enumerate(economies)}
    flows = np.zeros((1, len(economies), len(economies)))
    importer, exporter = (
        table[column].astype(str).map(place).to_numpy(dtype=np.int64)
        for column in ("importer", "exporter")
    )
    np.add.at(flows[0], (importer, exporter), table["value_usd"].to_numpy(dtype=float))
    home = np.arange(len(economies))
    gdp = about["gdp_usd"].to_numpy(dtype=float)
    left = 1.0 - _staying(flows[0], gdp, place[HOME])
    imports = flows[0].sum(axis=1)
    spending = gdp + left * (imports - left @ flows[0])
    flows[0, home, home] = np.maximum(spending - imports, TINY_USD)
    return world_of(
        flows, np.zeros_like(flows), _EPSILON, economies=economies, sectors=("goods",),
        labour_supply=_KAPPA, scale=_PSI, tax_relief=True, transfers_by_wages=True,
    )  # fmt: skip


def _staying(bought: Floats, gdp: Floats, home: int) -> Floats:
    """Return the share of a sale that stays with the destination's sellers, by importer.

    One number for the United States and one for all others, such that the mean over what each of
    the two produces for both is the handling share of the source.
    """
    us = np.arange(len(gdp)) == home
    # Importer before exporter, the others before the United States.
    trade = np.array([[bought[i][:, j].sum() for j in (~us, us)] for i in (~us, us)])
    output = np.array([gdp[~us].sum(), gdp[us].sum()])
    sold_by_us, sold_to_us = trade[0, 1], trade[1, 0]
    share = np.array(_HANDLING)
    for _ in range(_ROUNDS):
        spending = output + (1.0 - share) * (trade.sum(axis=1) - (1.0 - share) @ trade)
        own = spending - [sold_by_us, sold_to_us]
        first, second = own / (own + [sold_to_us, sold_by_us])
        mix = np.array([[first, 1.0 - first], [1.0 - second, second]])
        share = np.linalg.solve(mix, np.array(_HANDLING))
    return np.asarray(np.where(us, share[1], share[0]))


def _list_rates() -> Floats:
    """Return the list of April 2025 as the authors took it, by economy of the matrix."""
    about = datasets.load("trade_matrix_economies")
    return np.asarray(about["april_formula_rate"], dtype=float)


def _icio_list(filed: Floats) -> Floats:
    """Return the rates of the list in the order of the world expenditure table, (S, N).

    The rest of the world pays the mean of its members, weighted with their exports to the United
    States; an economy that the list does not know (Taiwan) keeps what is filed.
    """
    about = datasets.load("trade_matrix_economies")
    rate = dict(zip(about["economy"].astype(str), _list_rates(), strict=True))
    known = datasets.load("icio_economies")["economy"].astype(str)
    matrix = matrix_world()
    sold = matrix.flows[0, matrix.place(HOME)]
    outside = np.array([code not in set(known) for code in matrix.economies])
    rate[REST] = float(_list_rates()[outside] @ sold[outside] / sold[outside].sum())
    made = filed.copy()
    for place, code in enumerate(known):
        if code in rate:
            made[:, place] = rate[code]
    return made


def _published(solution: Solution) -> Floats:
    """Return welfare by the formula of the source: the tax that falls away counts in no cost."""
    world, state = solution.world, solution.state
    work = world.labour_supply / (1.0 + world.labour_supply) * np.exp(-state.relief)
    now = (state.expenditure - work * state.wage_bill) / solution.prices
    return np.asarray(now / (world.expenditure - work * world.wage_bill))


def _changes(found: Solution) -> pd.DataFrame:
    world = found.world
    home = np.arange(len(world.economies))

    def ratios(trade: Floats, wage_bill: Floats) -> tuple[Floats, Floats]:
        between = trade.sum(axis=0)
        between[home, home] = 0.0
        return between.sum(axis=0) / wage_bill, between.sum(axis=1) / wage_bill

    exports, imports = ratios(found.customs_trade, found.wage_bill)
    exports_then, imports_then = ratios(world.flows * world.kept, world.wage_bill)
    columns = {
        "welfare_change": _published(found),
        "implied_welfare_change": found.welfare,
        "real_income_change": found.incomes / world.expenditure / found.prices,
        "wage_change": found.wages,
        "price_change": found.prices,
        "employment_change": found.employment,
        "exports_over_gdp_change": exports / exports_then,
        "imports_over_gdp_change": imports / imports_then,
    }
    index = pd.Index(world.economies, name="economy")
    return pd.DataFrame(columns, index=index, dtype=float) - 1.0
