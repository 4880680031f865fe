"""What partners do to US goods: answer in kind, or lower their own tariffs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tradeviz.errors import choose, mapped, number
from tradeviz.law.outcome import Outcome
from tradeviz.law.record import MAX_RATE
from tradeviz.models.equilibrium.reading import place_of
from tradeviz.models.equilibrium.world import Floats, World
from tradeviz.partners import HOME
from tradeviz.trade.us_exports import sector_rates

RETALIATION = ("none", "reciprocal")
SERVICES = "SERVICES"

Answer = str | Mapping[str, str | float]


def told(world: World, end: Outcome, beyond: Floats, on: object = None) -> tuple[Floats, Floats]:
    """Return what an outcome says of partners' tariffs on US goods: share kept, rate on top."""
    each = [end.tariffs_of(economy, on) for economy in world.economies]
    answer = np.array([[tariffs.of(sector) for tariffs in each] for sector in world.sectors])
    goods = np.array([sector != SERVICES for sector in world.sectors])[:, None]
    kept = np.where((answer == "free") & goods, 0.0, 1.0)
    charged = np.where(answer == "in_kind", beyond, 0.0)
    for place, economy in enumerate(world.economies):
        if (day := each[place].day) and (dated := answer[:, place] == "dated").any():
            for table, kind in ((charged, "retaliation"), (kept, "concession")):
                own = sector_rates(economy, day, kind).reindex(world.sectors, fill_value=0.0)
                table[:, place] += np.where(dated, own, 0.0)
    return kept, charged


def answers(
    world: World,
    tariffs: Floats,
    beyond: Floats,
    end: Outcome,
    retaliation: Answer | None = None,
    concessions: Mapping[str, float] | float | None = None,
    on: object = None,
) -> Floats:
    """Return tariffs with what partners do to US goods."""
    kept, charged = told(world, end, beyond, on)
    if concessions is not None:
        kept = np.broadcast_to(1.0 - _conceded(world, concessions), kept.shape)
    if retaliation is not None:
        charged = _charged(world, beyond, retaliation)
    levels, home = tariffs.copy(), world.place(HOME)
    levels[:, :, home] = levels[:, :, home] * kept + charged
    levels[:, home, home] = 0.0
    return levels


def _charged(world: World, beyond: Floats, retaliation: Answer) -> Floats:
    made = np.zeros_like(beyond)
    if isinstance(retaliation, str):
        return beyond if _known(retaliation) == "reciprocal" else made
    goods = np.array([sector != SERVICES for sector in world.sectors])
    allowed = f"{', '.join(RETALIATION)}, or partner: rate"
    for partner, answer in mapped(retaliation, "retaliation", allowed).items():
        places = place_of(world, partner)
        if isinstance(answer, str):
            if _known(answer) == "reciprocal":
                made[:, places] = beyond[:, places]
        else:
            what = "a rate of retaliation is negative or missing"
            rate = number(answer, "retaliation", "0.1 for 10 %", low=0.0, high=MAX_RATE, what=what)
            made[np.ix_(goods, places)] = rate
    return made


def _known(answer: str) -> str:
    return choose(answer, RETALIATION, "retaliation", "unknown retaliation")


def _conceded(world: World, concessions: Mapping[str, float] | float) -> Floats:
    if not isinstance(concessions, Mapping):
        return np.full(len(world.economies), conceded(concessions))
    shares = np.zeros(len(world.economies))
    for partner, share in concessions.items():
        shares[place_of(world, partner)] = conceded(share)
    return shares


def conceded(share: object) -> float:
    """Return the share of its tariffs that a partner removes."""
    what = "not a share of a partner's tariffs"
    return number(share, "concessions", "0 to 1", low=0.0, high=1.0, what=what)
