"""Each partner's own terms: what its deal brought by the end of the reciprocal duty."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from tradeviz.arguments import checked
from tradeviz.errors import ArgumentError, listed
from tradeviz.law.outcome import Outcome, Wanted, law_of, outcome
from tradeviz.law.record import Law, Measure
from tradeviz.models.deals.game import OTHERWISE
from tradeviz.partners import resolve

_RECIPROCAL, _CARS = "reciprocal", "s232_autos"


@checked
def own_terms(
    partners: str | Iterable[str], otherwise: Wanted = OTHERWISE, on: object = None
) -> Outcome:
    """Return an outcome in which each partner has the rates that the record gave it.

    Parameters
    ----------
    partners : str or iterable of str
        Codes or names.
    otherwise : str, Path, Outcome or mapping
        What all else is as in: other partners, other layers such as metals.
    on : str or date, optional
        The day whose law is read; the last of the reciprocal duty when None.

    Returns
    -------
    Outcome
        For each partner the reciprocal rate and rule of that day, and its own rate of cars and
        parts where the law names one for it.

    Raises
    ------
    ArgumentError, OutcomeError
        For an unknown partner, outcome or day, or a day without the reciprocal duty.

    Examples
    --------
    >>> terms = own_terms(["GBR", "JPN"])
    >>> terms.title
    'Own terms of each'
    """
    law = outcome(otherwise).law()
    day = law_of(on).day if on is not None else _last(law)
    known = law_of(day).law().on(day)
    terms = outcome(otherwise)
    codes = [str(code) for code in listed(partners, "partners", "codes or names")]
    for single in resolve(codes, lines_only=False):
        rate = _measure(known, _RECIPROCAL, single)
        if rate is None:
            raise ArgumentError(
                "no reciprocal duty on this day", field="on", value=day, allowed="another day"
            )
        terms = terms.with_rate(single, rule=rate.rule, reciprocal=rate.rate)
        cars = _measure(known, _CARS, single)
        if cars is not None and cars.partners is not None and single in cars.partners:
            terms = terms.with_rate(single, rule=cars.rule, s232_autos=cars.rate)
    return terms.named("own_terms", "Own terms of each")


def _last(law: Law) -> dt.date:
    ends = [rule.end for rule in law.measures if rule.layer == _RECIPROCAL and rule.end]
    return max(ends) - dt.timedelta(days=1)


def _measure(law: Law, layer: str, partner: str) -> Measure | None:
    """Return the measure of a layer that is closest to a partner, the widest of its goods."""
    named = [
        rule for rule in law.measures
        if rule.layer == layer and rule.names(partner, {})
        and (layer != _RECIPROCAL or rule.scope == "all")
    ]  # fmt: skip
    return max(named, key=lambda rule: (rule.closeness(partner, {}) or 0, rule.known), default=None)
