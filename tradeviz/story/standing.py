"""Where a partner stands: its duty before, in the pause, today and at worst, and its bill."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property

import pandas as pd

from tradeviz.law.outcome import TODAY, names, outcome, title_of
from tradeviz.partners import FOCUS, called, name, resolve
from tradeviz.trade.exposure import exposure, exposure_path

BEFORE, PAUSE = "before", "pause"
"""Outcomes that are a day of the law."""


@dataclass(frozen=True)
class Standing:
    """A partner's average US duty through the talks, and what carries it.

    `rates` and `duty_usd` by outcome; `goods` by share of the duty added today, largest first;
    `law` is the path of rates, layer by layer; `provisional_share` of the duty added today.
    """

    partner: str
    rates: dict[str, float]
    duty_usd: dict[str, float]
    goods: list[tuple[str, float]]
    law: pd.DataFrame
    imports_usd: float
    provisional_share: float

    @property
    def name(self) -> str:
        """Return the name as a heading has it."""
        return name(self.partner)

    @property
    def called(self) -> str:
        """Return the name as a sentence has it."""
        return called(self.partner)

    @cached_property
    def path(self) -> pd.Series[float]:
        """Return the average duty on each day the law changed."""
        return self.law.groupby("date")["added_rate"].sum()

    @property
    def step(self) -> float:
        """Return today's average duty less that of the pause."""
        return self.rates[TODAY] - self.rates[PAUSE]

    @property
    def worst(self) -> float:
        """Return the highest average duty that an outcome of the talks could bring."""
        return max(self.rates.values())

    @property
    def worst_called(self) -> str:
        """Return the title of the outcome with the highest duty."""
        return title_of(max(self.rates, key=lambda end: self.rates[end]))


def standings(partners: str | Iterable[str] | None = None) -> dict[str, Standing]:
    """Return where partners stand, the one with the highest duty today first.

    Parameters
    ----------
    partners : str or iterable of str, optional
        Codes or names; the focus five when None.

    Returns
    -------
    dict
        Code -> `Standing`.

    Examples
    --------
    >>> [japan] = standings("JPN").values()
    >>> japan.rates["before"] < japan.rates["in_force"] < japan.worst
    True
    """
    return dict(_standings(FOCUS if partners is None else tuple(resolve(partners))))


@cache
def paths(codes: tuple[str, ...] = FOCUS) -> pd.DataFrame:
    """Return the path of rates that several sentences and charts of one build read."""
    return exposure_path(partners=codes)


@cache
def _standings(codes: tuple[str, ...]) -> dict[str, Standing]:
    table = exposure([*names()], partners=codes)
    sectors = exposure(TODAY, partners=codes, by="sector")["added_duty_usd"]
    law = paths(codes)
    rates = table["effective_rate"].unstack("outcome")
    duty = table["added_duty_usd"].unstack("outcome")
    today = table.xs(TODAY, level="outcome")
    ranked = rates[TODAY].sort_values(ascending=False, kind="stable").index
    return {
        str(code): Standing(
            partner=str(code),
            rates={str(end): float(value) for end, value in rates.loc[code].items()},
            duty_usd={str(end): float(value) for end, value in duty.loc[code].items()},
            goods=_goods(sectors.xs(code, level="partner")),
            law=_own(law, str(code)),
            imports_usd=float(today.loc[code, "imports_usd"]),
            provisional_share=float(today.loc[code, "provisional_share"]),
        )
        for code in ranked
    }


def _own(law: pd.DataFrame, partner: str) -> pd.DataFrame:
    """Return a partner's path without laws that never add: the same beside others and alone."""
    rows = law[law["partner"] == partner]
    most = rows["added_rate"].abs().groupby(rows["layer"].astype(str)).transform("max")
    return rows[most > 0].reset_index(drop=True)


def _goods(duty: pd.Series[float]) -> list[tuple[str, float]]:
    by_sector = duty.groupby(level="sector").sum().sort_values(ascending=False)
    whole = float(by_sector.sum())
    return [(str(title), float(value) / whole) for title, value in by_sector.items() if value > 0]


def law_day() -> str:
    """Return the last day that the law is known, as an ISO date."""
    return str(outcome(TODAY).day)
