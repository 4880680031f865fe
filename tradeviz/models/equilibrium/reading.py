"""Read a solution: changes by economy, or by group of economies."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tradeviz import datasets, partners
from tradeviz.errors import ArgumentError, listed, nearest
from tradeviz.models.equilibrium.solver import Solution
from tradeviz.models.equilibrium.world import Floats, World
from tradeviz.models.equilibrium.worlds import icio_world
from tradeviz.partners import HOME

Groups = dict[str, NDArray[np.int64]]


@cache
def _members() -> dict[str, tuple[str, ...]]:
    """Return group -> economies that share its trade lines."""
    table = datasets.load("icio_economies")
    shared = table[table["line_partner"].notna() & (table["partner"] != table["line_partner"])]
    made: dict[str, tuple[str, ...]] = {}
    for group, rows in shared.groupby(shared["line_partner"].astype(str)):
        made[str(group)] = tuple(map(str, rows["economy"]))
    return made


def place_of(world: World, partner: str) -> NDArray[np.int64]:
    """Return the positions of a partner: one economy, or the members of a group."""
    code = str(partner)
    if code not in world.economies:
        try:
            (code,) = partners.resolve(code, lines_only=False)
        except ArgumentError as fault:
            close = fault.nearest or nearest(code, world.economies)
            raise ArgumentError(
                "unknown partner", field="partners", value=partner, nearest=close
            ) from None
    found = [world.place(member) for member in _members().get(code, (code,))]
    return np.array(found, dtype=np.int64)


def members_of(world: World, wanted: str | Iterable[str]) -> Groups:
    """Return partner -> positions, for some partners."""
    made: Groups = {}
    for item in listed(wanted, "partners", "codes or names"):
        places = place_of(world, item)
        single = world.economies[places[0]] if len(places) == 1 else None
        code = single or partners.resolve(str(item), lines_only=False)[0]
        if code in made:
            what = f"{code} is named twice"
            raise ArgumentError(what, field="partners", value=item, allowed="each partner once")
        made[code] = places
    if not made:
        raise ArgumentError("no partner given", field="partners", allowed="at least one")
    return made


def read(found: Solution, start: Solution, groups: Groups) -> pd.DataFrame:
    """Return the changes from one solution to another."""
    home = found.world.place(HOME)
    now, then = found.customs_trade.sum(axis=0), start.customs_trade.sum(axis=0)
    real, gdp = found.welfare / start.welfare, gdp_usd(found.world)
    rows = {}
    for code, places in groups.items():
        spent, paid = start.incomes[places], start.wage_bill[places]
        net = start.net_incomes[places]
        exports, imports = (_outside(now, places, axis) for axis in (0, 1))
        exports_then, imports_then = (_outside(then, places, axis) for axis in (0, 1))
        welfare = _mean(real[places], net)
        income = float((real[places] - 1.0) @ net)
        wage = _mean((found.wages / start.wages)[places], paid)
        price = _mean((found.prices / start.prices)[places], spent)
        rows[code] = {
            "income_change_usd": income,
            "real_income_change": income / float(gdp[places].sum()),
            "welfare_change": welfare - 1.0,
            "wage_change": wage - 1.0,
            "price_change": price - 1.0,
            "real_wage_change": wage / price - 1.0,
            "employment_change": _mean((found.employment / start.employment)[places], paid) - 1.0,
            "export_change": exports.sum() / exports_then.sum() - 1.0,
            "import_change": imports.sum() / imports_then.sum() - 1.0,
            "exports_to_us_change": _ratio(exports[home], exports_then[home]),
            "exports_elsewhere_change": _ratio(
                exports.sum() - exports[home], exports_then.sum() - exports_then[home]
            ),
            "imports_from_us_change": _ratio(imports[home], imports_then[home]),
            "revenue_change": (found.revenue[places] - start.revenue[places]).sum() / spent.sum(),
        }
    table = pd.DataFrame.from_dict(rows, orient="index", dtype=float)
    return table.rename_axis("partner")


def gdp_usd(world: World) -> Floats:
    """Return GDP of 2022 by economy: value added and tariff revenue, with inputs as known."""
    if world.inputs is None:
        world = _linked()
    return np.asarray(world.wage_bill + world.revenue)


@cache
def _linked() -> World:
    return icio_world(inputs=True)


def _outside(trade: Floats, places: NDArray[np.int64], axis: int) -> Floats:
    """Return trade with each economy outside: exports (axis 0) or imports (axis 1)."""
    made = trade[:, places].sum(axis=1) if axis == 0 else trade[places].sum(axis=0)
    made[places] = 0.0
    return np.asarray(made)


def _mean(values: Floats, weights: Floats) -> float:
    return float(values @ weights / weights.sum())


def _ratio(now: float, then: float) -> float:
    # The United States do not trade with themselves: missing, not zero.
    return now / then - 1.0 if then > 0 else float("nan")
