"""The ninety days of the pause: deals one by one against all at once, week by week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from tradeviz.arguments import checked
from tradeviz.errors import ArgumentError, count, listed, mapped
from tradeviz.models.deals.values import about, worth

DAYS = 90
"""Length of the pause that began on 9 April 2025."""

_WEEK = 7
_YEAR = 365.25


@checked
def schedules(order: Sequence[str], *, weeks: int | None = None) -> dict[str, dict[str, int]]:
    """Return the week in which each partner signs, under the ways to announce deals.

    Parameters
    ----------
    order : sequence of str
        Partners, the first to sign first.
    weeks : int, optional
        Length of the window; the weeks of 90 days when None.

    Returns
    -------
    dict of str to dict of str to int
        ``one by one``: evenly over the window, the last at its end; ``all at the start``,
        ``all halfway`` and ``all at the end``.

    Raises
    ------
    ArgumentError
        For no partner, or fewer than one week.

    Examples
    --------
    >>> schedules(["JPN", "KOR"], weeks=12)["one by one"]
    {'JPN': 6, 'KOR': 12}
    """
    last, order = _last(weeks), listed(order, "order", "partners")
    if not order:
        raise ArgumentError("no partner given", field="order", allowed="at least one")
    steps = len(order)
    spread = {code: round(last * place / steps) for place, code in enumerate(order, start=1)}
    return {
        "one by one": spread,
        "all at the start": dict.fromkeys(order, 0),
        "all halfway": dict.fromkeys(order, round(last / 2)),
        "all at the end": dict.fromkeys(order, last),
    }


@checked
def delay(
    deals: pd.DataFrame,
    plans: Mapping[str, Mapping[str, int]],
    measure: str = "income_change_usd",
    *,
    weeks: int | None = None,
) -> pd.DataFrame:
    """Return what each economy has gained by each week of the window, and what waiting costs.

    Parameters
    ----------
    deals : DataFrame
        From `tradeviz.deals`, with what holds inside the window as `otherwise`: the pause.
    plans : mapping of str to mapping of str to int
        Plan -> partner -> week from whose start its deal holds; see `schedules`.
    measure : str
        A change, by year.
    weeks : int, optional
        Length of the window; the weeks of 90 days when None.

    Returns
    -------
    DataFrame
        A row per plan, week (0: nothing has passed) and economy: plan, week, partner, value (the
        change that holds in the week before), gained (sum so far, as a part of a year), cost
        (what it would have gained with all deals from the start, less gained).

    Raises
    ------
    ArgumentError
        As `tradeviz.models.deals.values.worth`; for a plan without a partner of the game, or a week
        outside the window.

    Notes
    -----
    Comparative statics week by week: each week is a part of a year in the equilibrium of those who
    have signed. Nobody waits, stocks up or invests.

    Examples
    --------
    >>> from tradeviz.models.deals import deals
    >>> order = ["JPN", "KOR"]
    >>> table = delay(deals(order, otherwise="pause"), schedules(order))
    >>> round(float(table.query("plan == 'all at the start'")["cost"].abs().max()), 3)
    0.0
    """
    partners, whole = worth(deals, measure)
    last, every = _last(weeks), (1 << len(partners)) - 1
    part = _WEEK / _YEAR
    rows = []
    for plan, weeks_of in mapped(plans, "plans", "plan: partner: week").items():
        _check(plan, weeks_of, partners, last)
        gained = whole.loc[0] * 0.0
        for week in range(last + 1):
            members = sum(1 << partners.index(code) for code, at in weeks_of.items() if at < week)
            value = whole.loc[members]
            gained = gained + value * part if week else gained
            cost = whole.loc[every] * part * week - gained
            rows += [(plan, week, c, value[c], gained[c], cost[c]) for c in whole.columns]
    table = pd.DataFrame(rows, columns=["plan", "week", "partner", "value", "gained", "cost"])
    return about(table, deals, measure)


def _last(weeks: int | None) -> int:
    return DAYS // _WEEK if weeks is None else count(weeks, "weeks", low=1, high=520)


def _check(plan: str, weeks_of: Mapping[str, int], partners: Sequence[str], last: int) -> None:
    field = f"plans[{plan!r}]"
    mapped(weeks_of, field, "partner: week")
    if sorted(map(str, weeks_of)) != sorted(partners):
        raise ArgumentError(
            "a plan has each partner once", field=field, value=", ".join(weeks_of), allowed=partners
        )
    for code, week in weeks_of.items():
        count(week, f"{field}[{code!r}]", low=-last, high=last * last)
    wrong = [code for code, week in weeks_of.items() if not 0 <= week <= last]
    if wrong:
        raise ArgumentError(
            "a week outside the window", field=field, value=f"{wrong[0]}: {weeks_of[wrong[0]]}",
            allowed=f"0 to {last}",
        )  # fmt: skip
