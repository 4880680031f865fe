"""Which assumption matters: each parameter moved over its range, the others at their centre."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from tradeviz.arguments import checked
from tradeviz.errors import choose
from tradeviz.law.outcome import REFERENCE, Wanted
from tradeviz.models.response.parameters import NAMES, ranges
from tradeviz.models.response.responses import MEASURES, respond
from tradeviz.partners import in_order


@checked
def sensitivity(
    outcome: Wanted,
    *,
    reference: Wanted = REFERENCE,
    partners: str | Iterable[str] | None = None,
    measure: str = "value_change_usd",
) -> pd.DataFrame:
    """Return a result with each parameter at the ends of its range, one at a time.

    Parameters
    ----------
    outcome, reference : str, Path, Outcome or mapping
        As in `tradeviz.respond`.
    partners : str or iterable of str, optional
        Codes or names; the focus five when None.
    measure : str
        A column of `tradeviz.respond`.

    Returns
    -------
    DataFrame
        A row per partner and parameter, the widest swing first: partner, parameter, low, high (the
        parameter), at_low, at_high, central (the measure), swing (distance of its ends).

    Raises
    ------
    ArgumentError, OutcomeError
        As `tradeviz.respond`.

    Examples
    --------
    >>> table = sensitivity("snapback", partners="JPN")
    >>> table["parameter"].iloc[0]
    'origins'
    """
    choose(measure, MEASURES, "measure", "unknown measure")
    base = respond(outcome, reference=reference, partners=partners)[measure].droplevel("outcome")
    parts = []
    for name in NAMES:
        low, _, high = ranges()[name]
        ends = [
            respond(outcome, reference=reference, partners=partners, elasticities={name: value})
            for value in (low, high)
        ]
        at_low, at_high = (end[measure].droplevel("outcome") for end in ends)
        columns = {
            "parameter": name, "low": low, "high": high, "at_low": at_low, "at_high": at_high,
            "central": base, "swing": (at_high - at_low).abs(),
        }  # fmt: skip
        parts.append(pd.DataFrame(columns).reset_index())
    table = pd.concat(parts).sort_values("swing", ascending=False, kind="stable")
    return in_order(table, base.index).reset_index(drop=True)
