"""What partners do to US goods: answer in kind, or lower their own tariffs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tradeviz.errors import ArgumentError, nearest
from tradeviz.models.equilibrium.reading import place_of
from tradeviz.models.equilibrium.shocks import HOME
from tradeviz.models.equilibrium.world import Floats, World

RETALIATION = ("none", "reciprocal")

Answer = str | Mapping[str, str | float]


def answers(
    world: World,
    tariffs: Floats,
    beyond: Floats,
    retaliation: Answer = "none",
    concessions: Mapping[str, float] | float = 0.0,
) -> Floats:
    """Return tariffs with what partners do to US goods.

    Parameters
    ----------
    world : World
        Economies and sectors.
    tariffs : ndarray, shape (S, N, N)
        Tariffs before the partners answer.
    beyond : ndarray, shape (S, N)
        What the United States adds on each partner's goods, fractions.
    retaliation : {"none", "reciprocal"} or mapping
        See `model.equilibrium`. A rate is added in every sector of goods.
    concessions : float or mapping
        Share of their own tariffs on US goods that partners remove, 0 to 1.

    Returns
    -------
    ndarray, shape (S, N, N)
        A new array.

    Raises
    ------
    ArgumentError
        For an unknown partner or answer, a negative rate, or a share outside 0 to 1.
    """
    made = tariffs.copy()
    home = world.place(HOME)
    made[:, :, home] *= 1.0 - _conceded(world, concessions)
    made[:, :, home] += _charged(world, beyond, retaliation)
    made[:, home, home] = 0.0
    return made


def _charged(world: World, beyond: Floats, retaliation: Answer) -> Floats:
    made = np.zeros_like(beyond)
    if isinstance(retaliation, str):
        return beyond if _known(retaliation) == "reciprocal" else made
    goods = np.array([sector != "SERVICES" for sector in world.sectors])
    for partner, answer in retaliation.items():
        places = place_of(world, partner)
        if isinstance(answer, str):
            if _known(answer) == "reciprocal":
                made[:, places] = beyond[:, places]
        elif not answer >= 0:
            raise ArgumentError(
                "a rate of retaliation is negative or missing",
                field="retaliation",
                value=answer,
                allowed="0.1 for 10 %",
            )
        else:
            made[np.ix_(goods, places)] = float(answer)
    return made


def _known(answer: str) -> str:
    if answer not in RETALIATION:
        raise ArgumentError(
            "unknown retaliation",
            field="retaliation",
            value=answer,
            allowed=[*RETALIATION, "partner: rate"],
            nearest=nearest(answer, RETALIATION),
        )
    return answer


def _conceded(world: World, concessions: Mapping[str, float] | float) -> Floats:
    made = np.zeros(len(world.economies))
    if isinstance(concessions, Mapping):
        for partner, share in concessions.items():
            made[place_of(world, partner)] = share
    else:
        made[:] = concessions
    if not ((made >= 0) & (made <= 1)).all():
        raise ArgumentError(
            "not a share of a partner's tariffs", field="concessions", allowed="0 to 1"
        )
    return made
