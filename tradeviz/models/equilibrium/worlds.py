"""The worlds of the package's tables, each doubtful figure of theirs an option."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from tradeviz import datasets
from tradeviz.arguments import checked
from tradeviz.errors import ArgumentError, choose, number
from tradeviz.models.equilibrium.elasticities import Wanted, strengths
from tradeviz.models.equilibrium.inputs import coefficients
from tradeviz.models.equilibrium.shocks import is_service, paid_rates
from tradeviz.models.equilibrium.solver import rebase, solve
from tradeviz.models.equilibrium.world import Floats, World, with_inputs, world_of
from tradeviz.partners import HOME

TINY_USD = 1.0
"""What stands in an empty domestic cell, US dollars a year."""

MOST_LABOUR, MOST_SCALE = 10.0, 1.0
"""Larger elasticities of employment and of productivity leave no equilibrium to find."""

SERVICES_TARIFFS = ("zero", "file")
US_TARIFFS = ("lines", "file")
DEFICITS = ("fixed", "balanced")


class Table(NamedTuple):
    """Flows and tariffs as filed, importer before exporter."""

    economies: tuple[str, ...]
    sectors: tuple[str, ...]
    flows: Floats
    tariffs: Floats


@cache
def icio_table() -> Table:
    """Return the world expenditure table of 2022 as arrays."""
    table = datasets.load("icio_2022")
    economies = tuple(map(str, datasets.load("icio_economies")["economy"]))
    sectors = tuple(map(str, datasets.load("icio_sectors")["sector"]))
    shape = (len(economies), len(economies), len(sectors))

    def cube(column: str) -> Floats:
        values = table[column].to_numpy(dtype=float).reshape(shape)
        return np.ascontiguousarray(values.transpose(2, 1, 0))

    flows, tariffs = cube("value_usd"), cube("tariff_rate")
    home = np.arange(len(economies))
    flows[:, home, home] = np.maximum(flows[:, home, home], TINY_USD)
    tariffs[:, home, home] = 0.0
    return Table(economies, sectors, flows, tariffs)


@checked
def icio_world(
    *,
    elasticity: Wanted = 4.0,
    services_tariffs: str = "zero",
    us_tariffs: str = "lines",
    deficit: str = "fixed",
    labour_supply: float = 0.0,
    scale: float = 0.0,
    tax_relief: bool = False,
    inputs: bool = False,
) -> World:
    """Return the world of 81 economies and 28 sectors in 2022."""
    choose(services_tariffs, SERVICES_TARIFFS, "services_tariffs")
    choose(us_tariffs, US_TARIFFS, "us_tariffs")
    choose(deficit, DEFICITS, "deficit")
    number(labour_supply, "labour_supply", f"0 to {MOST_LABOUR:g}", low=0.0, high=MOST_LABOUR)
    number(scale, "scale", f"0 to {MOST_SCALE:g}", low=0.0, high=MOST_SCALE)
    if inputs and (labour_supply or scale or tax_relief):
        raise ArgumentError(
            "with inputs employment is fixed", field="inputs", value=inputs,
            allowed="labour_supply=0, scale=0, tax_relief=False",
        )  # fmt: skip
    table = icio_table()
    tariffs = table.tariffs.copy()
    if services_tariffs == "zero":
        tariffs[is_service()] = 0.0
    if us_tariffs == "lines":
        # The lines are goods: services keep what is filed, or nothing.
        home, goods = table.economies.index(HOME), ~is_service()
        tariffs[goods, home] = paid_rates()[goods]
    world = world_of(
        table.flows, tariffs, strengths(elasticity, table.sectors),
        economies=table.economies, sectors=table.sectors,
    )  # fmt: skip
    if inputs:
        world = with_inputs(world, coefficients(world))
    if deficit == "balanced":
        world = balanced(world)
    return world.with_options(labour_supply=labour_supply, scale=scale, tax_relief=tax_relief)


def balanced(world: World) -> World:
    """Return the world after its transfers are removed at unchanged tariffs."""
    still = world.with_options(
        deficits=np.zeros(len(world.economies)), labour_supply=0.0, scale=0.0, tax_relief=False
    )
    made = rebase(solve(still, world.tariffs))
    return made.with_options(
        labour_supply=world.labour_supply, scale=world.scale, tax_relief=world.tax_relief
    )
