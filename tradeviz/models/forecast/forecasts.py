"""`tradeviz.forecast`: imports, duty rate and revenue by month under outcomes, with ranges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from tradeviz.arguments import checked
from tradeviz.errors import ArgumentError
from tradeviz.law.outcome import TODAY, Outcome, Wanted, outcomes_of
from tradeviz.law.record import as_month, coverage
from tradeviz.models.forecast.data import (
    HORIZONS,
    LawPath,
    constant_path,
    known_partners,
    law_effects,
    law_path,
    months,
)
from tradeviz.models.forecast.model import fitted
from tradeviz.models.forecast.origin import (
    FIRST_ORIGIN,
    ahead_index,
    look_ahead,
    month_end,
    quantiles,
)
from tradeviz.models.forecast.spread import named
from tradeviz.partners import FOCUS, in_order

QUANTITIES = ("imports_usd", "duty_rate", "revenue_usd")


@checked
def forecast(
    outcome: Wanted | Sequence[Wanted] = TODAY,
    *,
    horizon: int = 12,
    partners: str | Iterable[str] | None = FOCUS,
    origin: object = None,
) -> pd.DataFrame:
    """Forecast imports, duty rate and revenue by month under outcomes.

    Parameters
    ----------
    outcome : str, Path, Outcome, mapping or a sequence of them
        What the talks end with, as in `tradeviz.exposure`. It starts in the month after the origin
        and holds; the law in force follows its calendar, as published by the end of the origin.
    horizon : int
        Months ahead, 1 to 12.
    partners : str or iterable of str, optional
        Codes or names; the focus five by default, every partner with monthly imports when None.
    origin : str or date, optional
        The last month known, as ``2026-07``; the last month published when None.

    Returns
    -------
    DataFrame
        Index (outcome, partner, month, quantity); median, low_80, high_80, low_90, high_90,
        low_95 and high_95. Quantities: imports_usd (general imports of the month, US dollars),
        duty_rate (calculated duty over imports for consumption, a fraction) and revenue_usd (their
        product, on imports for consumption). A partner whose duty of the last three months is not
        published has imports only. ``.attrs``: origin, titles, days and without_duty.

    Raises
    ------
    ArgumentError, OutcomeError
        For a horizon, month, partner or outcome that cannot be forecast.

    Notes
    -----
    The ranges are those of past errors, widened by the uncertainty of the effect: of 100 months,
    about 80 fall inside the range of 80 percent (`tradeviz.forecast_record` has every one). They
    are ranges of what will be recorded if the outcome's law holds. The difference that two outcomes
    make is known better than either level: that is the range of the effect of `tradeviz.respond`.

    Examples
    --------
    >>> table = forecast("snapback", partners="JPN", horizon=3)
    >>> table.loc[("snapback", "JPN")].index.get_level_values("quantity").unique().tolist()
    ['imports_usd', 'duty_rate', 'revenue_usd']
    """
    outcomes = outcomes_of(outcome)
    _check_horizon(horizon)
    codes = known_partners(partners)
    last = months().index[-1]
    start = last
    if origin is not None:
        first = FIRST_ORIGIN + pd.DateOffset(months=1)
        start = as_month(origin, field="origin", first=first, last=last)
    laws = _laws(outcomes, start, start == last)
    table = months().until(start)
    parts = [
        _table(item.name, start, codes, dict(quantiles(start, look_ahead(table, law, horizon))))
        for item, law in zip(outcomes, laws, strict=True)
    ]
    whole = pd.concat(parts, ignore_index=True)
    whole = whole.dropna(subset=["median"])
    with_duty = set(whole.loc[whole["quantity"] == "duty_rate", "partner"])
    whole = whole.set_index(["outcome", "partner", "month", "quantity"])
    whole.attrs |= {
        "origin": f"{start:%Y-%m}",
        "titles": {item.name: item.title for item in outcomes},
        "days": {item.name: str(item.day) for item in outcomes},
        "without_duty": tuple(code for code in codes if code not in with_duty),
        "scale_of_effect": fitted().effect,
    }
    return whole


def _check_horizon(horizon: object) -> None:
    whole = isinstance(horizon, int | np.integer) and not isinstance(horizon, bool)
    if not whole or horizon not in HORIZONS:
        raise ArgumentError(
            "not a horizon", field="horizon", value=horizon,
            allowed=f"{HORIZONS[0]} to {HORIZONS[-1]} months",
        )  # fmt: skip


def _follows_calendar(item: Outcome) -> bool:
    """Say whether an outcome is the law itself on the last day known: it has a calendar."""
    return item.day == coverage()[1] and item.plain


def _laws(outcomes: Sequence[Outcome], start: pd.Timestamp, latest: bool) -> list[LawPath]:
    """Return the law of months known and ahead under each outcome."""
    path = law_path() if latest else law_path(month_end(start).date())
    made = [item for item in outcomes if not _follows_calendar(item)]
    if not made:
        return [path for _ in outcomes]
    values = law_effects([item.schedule(conditions="expected") for item in made], months().partners)
    begins = ahead_index(start, 1)[0]
    rows = iter(zip(*values, strict=True))
    return [
        path if _follows_calendar(item) else constant_path(next(rows), path, begins)
        for item in outcomes
    ]


def _table(
    name: str, origin: pd.Timestamp, codes: Sequence[str], found: dict[str, np.ndarray]
) -> pd.DataFrame:
    who = [months().partners.index(code) for code in codes]
    parts = []
    for quantity in QUANTITIES:
        values = found[quantity][:, who]
        index = ahead_index(origin, len(values))
        part = pd.DataFrame({key: column.T.ravel() for key, column in named(values).items()})
        part.insert(0, "quantity", quantity)
        part.insert(0, "month", np.tile(index.to_numpy(), len(codes)))
        part.insert(0, "partner", np.repeat(list(codes), len(index)))
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)
    table.insert(0, "outcome", name)
    return in_order(table.sort_values("month", kind="stable"), codes).reset_index(drop=True)
