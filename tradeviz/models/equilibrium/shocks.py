"""From the tariff engine to the model: what an outcome adds, by sector and economy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tradeviz import datasets
from tradeviz.law.outcome import Wanted, outcome
from tradeviz.law.schedule import Schedule
from tradeviz.lines import Lines, lines
from tradeviz.models.equilibrium.world import Floats
from tradeviz.partners import HOME
from tradeviz.products import product_sectors

REST = "ROW"


@dataclass(frozen=True, eq=False)
class Origins:
    """How trade lines add up to the economies and sectors of the world expenditure table.

    `stand_ins` are lines of the economies that have none of their own: imports from all partners
    together. A cell is partner times sectors plus sector; `shares_in` has a row an economy, true
    for the partners whose lines are its own.
    """

    economies: tuple[str, ...]
    sectors: tuple[str, ...]
    real: Lines
    stand_ins: Lines
    real_cell: NDArray[np.int64]
    stand_in_cell: NDArray[np.int64]
    shares_in: NDArray[np.bool_]
    stand_in_place: NDArray[np.int64]

    def by_sector(self, real: Floats, stand_in: Floats) -> Floats:
        """Return the mean rate (S, N) of lines and stand-ins, weighted with imports of 2024.

        Where an economy sold nothing of a goods sector, the mean of its goods; 0 for services and
        for the United States.
        """
        made = self._means(self.real, self.real_cell, real, self.shares_in)
        made[self.stand_in_place] = self._means(
            self.stand_ins,
            self.stand_in_cell,
            stand_in,
            np.eye(len(self.stand_ins.partners), dtype=bool),
        )
        return np.ascontiguousarray(made.T)

    def _means(
        self, trade: Lines, cell: NDArray[np.int64], rate: Floats, shares_in: NDArray[np.bool_]
    ) -> Floats:
        shape = (len(trade.partners), len(self.sectors))
        # Lines are added up before they are divided: partners of one economy weigh by sector.
        value, duty = (
            shares_in @ np.bincount(cell, of, minlength=shape[0] * shape[1]).reshape(shape)
            for of in (trade.value, trade.value * rate)
        )
        whole = value.sum(axis=1, keepdims=True)
        mean = duty.sum(axis=1, keepdims=True) / np.where(whole > 0, whole, 1.0)
        found = np.where(value > 0, np.divide(duty, value, where=value > 0, out=duty), mean)
        found[:, is_service()] = 0.0
        return np.asarray(found)


@cache
def is_service() -> NDArray[np.bool_]:
    """Return which sectors of the world expenditure table are services."""
    services = np.array(datasets.load("icio_sectors")["kind"] == "services", dtype=bool)
    services.flags.writeable = False
    return services


@cache
def origins() -> Origins:
    """Return how trade lines add up to economies and sectors."""
    table = datasets.load("icio_economies")
    economies = tuple(map(str, table["economy"]))
    sectors = tuple(map(str, datasets.load("icio_sectors")["sector"]))
    trade = lines()
    line_partner = table["line_partner"].astype(object)
    shares_in = np.zeros((len(economies), len(trade.partners)), dtype=bool)
    for place, partner in enumerate(line_partner):
        if isinstance(partner, str):
            shares_in[place, trade.partners.index(partner)] = True
    named = {*line_partner, *trade.members.get("EU", ())}
    left = [place for place, partner in enumerate(trade.partners) if partner not in named]
    shares_in[economies.index(REST), left] = True
    others = [
        place for place, code in enumerate(economies) if not shares_in[place].any() and code != HOME
    ]
    stand_ins = _stand_ins([economies[place] for place in others])
    cells = []
    for one in (trade, stand_ins):
        partner = np.repeat(np.arange(len(one.partners)), np.diff(one.bounds))
        cells.append(partner * len(sectors) + product_sectors()[0][one.product])
    return Origins(
        economies=economies,
        sectors=sectors,
        real=trade,
        stand_ins=stand_ins,
        real_cell=cells[0],
        stand_in_cell=cells[1],
        shares_in=shares_in,
        stand_in_place=np.array(others),
    )


def _stand_ins(partners: list[str]) -> Lines:
    """Return lines with the product mix of all US imports for partners that have none."""
    trade = lines()
    value, duty = (
        np.bincount(trade.product, weights=of * trade.once, minlength=len(trade.products.number))
        for of in (trade.value, trade.duty)
    )
    bought = np.flatnonzero(value > 0).astype(np.int32)
    count = len(partners)
    return Lines(
        partners=tuple(partners),
        bounds=(np.arange(count + 1) * len(bought)).astype(np.int32),
        product=np.tile(bought, count),
        value=np.tile(value[bought], count),
        duty=np.tile(duty[bought], count),
        products=trade.products,
    )


def added(wanted: Wanted, *, on: object = None) -> tuple[Floats, float]:
    """Return what an outcome adds to the duty on US imports, and how much of it is provisional."""
    cells = origins()
    real = outcome(wanted).schedule(on)
    stand_in = Schedule(real.day, real.law, cells.stand_ins)
    rate, unsure = real.added_together()
    duty = float(rate @ cells.real.value)
    share = float(unsure @ cells.real.value) / duty if duty > 0 else 0.0
    return cells.by_sector(rate, stand_in.added_together()[0]), share


@cache
def paid_rates() -> Floats:
    """Return the duty of the United States of 2024, to which outcomes add.

    What was paid and not what is ordinary: outcomes do not add the duties of Section 301, on the
    metals of 2018 and of column 2, for they are in it. Who stands in for others pays the ordinary.
    """
    found = origins()
    return found.by_sector(found.real.ordinary("paid"), found.stand_ins.ordinary())
