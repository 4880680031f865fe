"""Who may sign, on which terms, and the equilibrium of one set of signatories after another."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tradeviz import datasets
from tradeviz.errors import ArgumentError, choose, listed
from tradeviz.law.outcome import REFERENCE, Wanted, law_of, outcome
from tradeviz.lines import lines
from tradeviz.models.equilibrium.answers import conceded, told
from tradeviz.models.equilibrium.model import tariffs_of
from tradeviz.models.equilibrium.reading import Groups, members_of
from tradeviz.models.equilibrium.shocks import added
from tradeviz.models.equilibrium.solver import Solution, solve
from tradeviz.models.equilibrium.world import Floats, World
from tradeviz.models.equilibrium.worlds import icio_world
from tradeviz.partners import FIRST_TARGETS, FOCUS, HOME, resolve

MEASURES = (
    "income_change_usd",
    "welfare_change",
    "exports_to_us_change",
    "export_change",
    "balance_change_usd",
    "revenue_change_usd",
)
"""What the equilibrium says of a partner, in the order of the arrays."""

OF_PARTNERS = ("exports_to_us_change", "balance_change_usd")
"""What the United States have not: sales to themselves, and a balance with a partner."""

TERMS, OTHERWISE = "japan_style", "snapback"
"""What a deal is and what there is without one, where nothing else is asked for."""

OPTIONS = (
    "elasticity", "deficit", "services_tariffs", "us_tariffs", "labour_supply", "scale",
    "tax_relief", "inputs",
)  # fmt: skip
"""What the world can be asked to be, see `tradeviz.equilibrium`."""


_BY_SECTOR = ("output_", "work_")


def sector_measures(sectors: Iterable[str]) -> tuple[str, ...]:
    """Return the columns that sectors add: output, and wages paid, at the prices of the start."""
    return tuple(f"{what}{code}_usd" for code in sectors for what in _BY_SECTOR)


def measures_of(deals: pd.DataFrame) -> list[str]:
    """Return what a table of deals can be asked for, sectors included."""
    columns = map(str, getattr(deals, "columns", ()))
    return [*MEASURES, *(name for name in columns if name.startswith(_BY_SECTOR))]


FOURTEEN = 14
"""Most partners without an executor of the caller's: 16,384 sets."""

LARGEST = 20
"""Most partners at all: a million sets, whose table takes gigabytes (docs/deals.md)."""


@dataclass(frozen=True)
class Terms:
    """What one outcome means for every economy, shape (S, N).

    `rates` is what the United States adds, `kept` the factor of the economy's own tariffs on US
    goods, `charged` what it adds to them.
    """

    rates: Floats
    kept: Floats
    charged: Floats


@dataclass(frozen=True)
class Game:
    """Who may sign and what: small, so that a worker gets it with each piece of work.

    The first of `codes` is bit 0 of a set; `options` are those of the world.
    """

    codes: tuple[str, ...]
    signed: Terms
    unsigned: Terms
    options: tuple[tuple[str, Any], ...]
    most_favoured: bool = False
    sectors: tuple[str, ...] = ()

    def tariffs(self, world: World, groups: Groups, members: int) -> Floats:
        """Return the tariffs of the world when some have signed."""
        has = np.zeros(len(world.economies), dtype=bool)
        for place, code in enumerate(self.codes):
            if members >> place & 1:
                has[groups[code]] = True
        rates, kept, charged = (
            np.where(has, getattr(self.signed, name), getattr(self.unsigned, name))
            for name in ("rates", "kept", "charged")
        )
        if self.most_favoured and has.any():
            # In each sector every signatory pays what the one with the lowest mean rate pays.
            rates[:, has] = rates[:, has].min(axis=1, keepdims=True)
        levels, home = tariffs_of(world, rates), world.place(HOME)
        levels[:, :, home] = levels[:, :, home] * kept + charged
        levels[:, home, home] = 0.0
        return levels


def game(
    partners: str | Iterable[str] | None,
    terms: Wanted,
    otherwise: Wanted,
    concessions: float | None,
    on: object,
    options: dict[str, Any],
    most_favoured: bool = False,
    sectors: str | Iterable[str] | None = None,
) -> tuple[Game, dict[str, Any]]:
    """Return the game and what describes it."""
    given = list(FOCUS) if partners is None else listed(partners, "partners", "codes or names")
    for name in options:
        choose(name, OPTIONS, "options", "unknown option")
    world = icio_world(**options)
    groups = members_of(world, given)
    if HOME in groups:
        what = "the United States is no partner of its own"
        raise ArgumentError(what, field="partners", value=", ".join(map(str, given)))
    places = np.concatenate(list(groups.values()))
    if len(np.unique(places)) < len(places):
        what = "a member of the EU signs with it; name one of them"
        raise ArgumentError(what, field="partners", value=", ".join(groups))
    if len(groups) > LARGEST:
        raise ArgumentError(
            "too many partners", field="partners", value=len(groups), allowed=f"up to {LARGEST}"
        )
    ends = [outcome(item) for item in (terms, otherwise)]
    (signed, unsure), (unsigned, unsure_else) = (added(end, on=on) for end in ends)
    # Answers in kind are to what comes on top of the pause, or of the law of another day.
    before = added(REFERENCE if on is None else law_of(on))[0]
    with_deal, without = (
        Terms(rates, *told(world, end, np.maximum(rates - before, 0.0), on))
        for end, rates in zip(ends, (signed, unsigned), strict=True)
    )
    if concessions is not None:
        left = np.full_like(with_deal.kept, 1.0 - conceded(concessions))
        with_deal = replace(with_deal, kept=left)
    if not any(
        (getattr(with_deal, part)[:, places] != getattr(without, part)[:, places]).any()
        for part in ("rates", "kept", "charged")
    ):
        raise ArgumentError(
            "the terms change nothing for these partners", field="terms", value=ends[0].name,
            allowed=f"other than {ends[1].name}",
        )  # fmt: skip
    wanted = () if sectors is None else tuple(listed(sectors, "sectors", "codes of sectors"))
    for place, code in enumerate(wanted):
        choose(code, world.sectors, "sectors", "unknown sector")
        if code in wanted[:place]:
            raise ArgumentError("a sector stands twice", field="sectors", value=code)
    asked = tuple(sorted(options.items()))
    made = Game(tuple(groups), with_deal, without, asked, most_favoured, wanted)
    return made, {
        "terms": ends[0].name, "otherwise": ends[1].name,
        "titles": {end.name: end.title for end in ends},
        "provisional_share": max(unsure, unsure_else),
    }  # fmt: skip


def fourteen() -> tuple[str, ...]:
    """Return the first five targets and the nine largest others whose talks the pause was for.

    These are on the list of April 2025 above its ten percent and economies of the world table; the
    EU counts as one, and for China there was no pause.

    Examples
    --------
    >>> found = fourteen()
    >>> len(found), found[5]
    (14, 'EU')
    """
    listed = datasets.load("april_2025_rates")
    talked = set(listed.loc[listed["rate"] > _LEAST, "partner"].astype(str)) - {"CHN"}
    economies = datasets.load("icio_economies")
    inside = set(economies["line_partner"].dropna().astype(str))
    trade = lines()
    sums = pd.Series(np.add.reduceat(trade.value, trade.bounds[:-1]), index=trade.partners)
    others = (talked & inside) - set(FIRST_TARGETS)
    sums = sums[[code in others for code in sums.index]]
    more = sums.sort_values(ascending=False, kind="stable").index[: FOURTEEN - len(FIRST_TARGETS)]
    return (*FIRST_TARGETS, *map(str, more))


_LEAST = 0.10


@dataclass(frozen=True, eq=False)
class _Table:
    """A game at its world, with the equilibrium in which nobody has signed."""

    game: Game
    world: World
    groups: Groups
    start: Solution
    before: NDArray[np.float64]


@lru_cache(maxsize=2)
def _laid(packed: bytes) -> _Table:
    """Lay out a game; the bytes are its key, here and in every worker."""
    given: Game = pickle.loads(packed)
    world = icio_world(**dict(given.options))
    groups = members_of(world, [*given.codes, HOME])
    start = solve(world, given.tariffs(world, groups, 0))
    return _Table(given, world, groups, start, _flows(start))


def _flows(found: Solution) -> Floats:
    """Return trade at customs values, importer by exporter, all sectors together."""
    return np.asarray(found.state.sales * found.incomes[:, None])


def solve_sets(packed: bytes, sets: Sequence[int]) -> Floats:
    """Return what the equilibrium says under some sets of signatories."""
    table = _laid(packed)
    near, made = table.start, []
    for members in sets:
        near = solve(table.world, table.game.tariffs(table.world, table.groups, members), near)
        made.append(_read(table, near))
    return np.stack(made)


def _read(table: _Table, found: Solution) -> Floats:
    start, home = table.start, table.world.place(HOME)
    now, then = _flows(found), table.before
    real = found.welfare / start.welfare
    picked = [table.world.sectors.index(code) for code in table.game.sectors]
    made = _made(found, start)[:, picked] if picked else np.empty((2, 0, len(now)))
    rows = []
    for places in table.groups.values():
        net = start.net_incomes[places]
        income = float((real[places] - 1.0) @ net)
        change = [income, income / net.sum()]
        revenue = float((found.revenue - start.revenue)[places].sum())
        by_sector = made[:, :, places].sum(axis=2).T.ravel()
        outside = np.setdiff1d(np.arange(len(now)), places)
        own, own_then = (flow[np.ix_(outside, places)].sum() for flow in (now, then))
        if home in places:
            rows.append([*change, np.nan, own / own_then - 1.0, np.nan, revenue, *by_sector])
            continue
        sold, sold_then = (flow[home, places].sum() for flow in (now, then))
        bought, bought_then = (flow[places, home].sum() for flow in (now, then))
        balance = (bought - sold) - (bought_then - sold_then)
        rows.append(
            [*change, sold / sold_then - 1.0, own / own_then - 1.0, balance, revenue, *by_sector]
        )
    return np.array(rows)


def _made(found: Solution, start: Solution) -> Floats:
    """Return changes of output and of wages paid, each at the start's prices: 2 x S x N."""
    inputs = found.world.inputs
    own = 1.0 if inputs is None else 1.0 - inputs.sum(axis=0)
    levels = []
    for one in (found, start):
        cost = one.state.cost if one.state.unit is None else one.state.unit
        wage = one.state.cost + one.world.scale * one.state.labour
        sold = one.customs_trade.sum(axis=1)
        levels.append([sold, sold / np.exp(cost), own * sold, own * sold / np.exp(wage)])
    (_, output, _, work), (sold, output_then, paid, work_then) = levels
    ratios = (
        np.divide(now, then, out=np.ones_like(now), where=then > 0) - 1.0
        for now, then in ((output, output_then), (work, work_then))
    )
    return np.stack([level * ratio for level, ratio in zip((sold, paid), ratios, strict=True)])


def added_rates(codes: Sequence[str], wanted: Wanted, on: object) -> pd.Series[float]:
    """Return what an outcome adds on each partner's trade of 2024, fractions of imports."""
    trade, rate = lines(), outcome(wanted).schedule(on).added_together()[0]
    parts = {code: slice(*trade.run(code)) for code in resolve(codes)}
    return pd.Series(
        {code: np.average(rate[part], weights=trade.value[part]) for code, part in parts.items()}
    )
