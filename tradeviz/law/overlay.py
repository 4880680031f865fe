"""An outcome: terms put on the law of a day, or of several days partner by partner."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tradeviz.arguments import checked
from tradeviz.errors import ArgumentError, OutcomeError
from tradeviz.law import reading
from tradeviz.law.cards import outcome_card
from tradeviz.law.change import Codes, apply_change, charged_scopes, joined, law_for
from tradeviz.law.condition import check_mode
from tradeviz.law.outcome_file import Change, Described, PartnerTariffs, parse
from tradeviz.law.record import Law, as_day, known_day
from tradeviz.law.schedule import Schedule
from tradeviz.partners import resolve


@dataclass(frozen=True)
class Outcome(Described):
    """A named overlay on the law of a day.

    Attributes
    ----------
    name, title, meaning, basis : str
        Name in tables, readable title, one sentence, and what the terms rest on.
    day : date
        The day whose law it changes.
    changes : tuple of Change
        What it changes; a later change beats an earlier one.
    partner_tariffs : PartnerTariffs
        What partners do with their own duties on US goods.
    fixed_day : bool
        Whether it is the law of its day and of no other.
    order : int
        Its place in tables and charts.
    parts : tuple of (set of partner codes, Outcome)
        Of a mix: who ends with what; the last are all others.
    """

    parts: tuple[tuple[Codes, Outcome], ...] = ()

    def __repr__(self) -> str:
        """Say what it is in one line; a notebook shows its terms."""
        terms = f"mix of {len(self.parts)}" if self.parts else f"{len(self.changes)} changes"
        return f"Outcome({self.name}: {self.title}; {terms}, law of {self.day})"

    def _repr_html_(self) -> str:
        return outcome_card(self)

    @property
    def plain(self) -> bool:
        """Whether it is the law of a day, with nothing on it."""
        return not (self.changes or self.parts)

    @checked
    def law(self, on: object = None, *, as_known_on: object = None) -> Law:
        """Return the law with the overlay on it.

        Parameters
        ----------
        on : str or date, optional
            Another day for the law underneath.
        as_known_on : str or date, optional
            Leave out what was published after this day.

        Returns
        -------
        Law
            What is in force, overlays marked.

        Raises
        ------
        ArgumentError
            For a day outside the coverage, or for an outcome that is itself a day.

        Examples
        --------
        >>> from tradeviz.law.outcome import outcome
        >>> any(measure.overlay for measure in outcome("snapback").law().measures)
        True
        """
        day = self.day_of(on)
        if self.parts:
            return joined(end._law_for(who, on, as_known_on) for who, end in self.parts)
        whole = reading.law().known_on(known_day(as_known_on))
        book = whole.on(day)
        for number, change in enumerate(self.changes, start=1):
            book = apply_change(book, change, number, self.name, day, whole)
        return book

    def _law_for(self, partners: Codes, on: object, as_known_on: object) -> Law:
        """Return the law of some partners in a mix; what is itself a day stays on it."""
        day = self.day_of(None if self.fixed_day else on)
        return law_for(self.law(day, as_known_on=as_known_on), partners, day)

    @checked
    def schedule(
        self, on: object = None, *, as_known_on: object = None, conditions: str = "law"
    ) -> Schedule:
        """Return the schedule of the outcome: one rate per trade line and layer.

        Parameters
        ----------
        on : str or date, optional
            Another day for the law underneath.
        as_known_on : str or date, optional
            Leave out what was published after this day.
        conditions : {"law", "expected"}
            How conditions beside the code are read, see `tradeviz.schedule`.

        Returns
        -------
        Schedule
            As `tradeviz.schedule`, with the overlay.

        Raises
        ------
        ArgumentError
            For a day outside the coverage, or for an outcome that is itself a day.

        Examples
        --------
        >>> from tradeviz.law.outcome import outcome
        >>> outcome("agreement").schedule().arrays()["reciprocal"].max()
        np.float64(0.0)
        """
        book = self.law(on, as_known_on=as_known_on)
        return Schedule(self.day_of(on), book, conditions=check_mode(conditions))

    @checked
    def day_of(self, on: object = None) -> dt.date:
        """Return the day of the law underneath, where another is asked for or not."""
        if on is None:
            return self.day
        day = as_day(on)
        if self.fixed_day and day != self.day:
            what, allowed = f"outcome '{self.name}' is the law of {self.day}", "another outcome"
            raise ArgumentError(what, field="on", value=day, allowed=f"{allowed}, such as in_force")
        return day

    @checked
    def tariffs_of(self, partner: str, on: object = None) -> PartnerTariffs:
        """Return what a partner does with its duties on US goods, on the day of the law."""
        if not self.parts:
            return replace(self.partner_tariffs, day=self.day_of(on))
        named = [end for codes, end in self.parts if partner in codes]
        end = (named or [self.parts[-1][1]])[0]
        return end.tariffs_of(partner, None if end.fixed_day else on)

    @checked
    def with_rate(
        self, partners: str | Iterable[str], *, rule: str = "add", **rates: float
    ) -> Outcome:
        """Return the outcome with other rates for some partners.

        Parameters
        ----------
        partners : str or iterable of str
            Codes or names, or ``all``.
        rule : {"add", "ceiling"}
            On top of the ordinary duty, or including it.
        **rates : float
            Layer = rate as a fraction. A layer of products (``s232_autos``) keeps its products,
            and goods that the law spares (under USMCA, or what is not metal) stay spared.

        Returns
        -------
        Outcome
            A new outcome; the old one is unchanged.

        Raises
        ------
        OutcomeError
            For an unknown layer or a rate that is no fraction.
        ArgumentError
            For an unknown partner.

        Examples
        --------
        >>> from tradeviz.law.outcome import outcome
        >>> own = outcome("pause").with_rate("JPN", reciprocal=0.15)
        >>> own.name
        'pause+'
        """
        codes = ["all"] if partners == "all" else list(resolve(partners, lines_only=False))
        if not rates:
            raise OutcomeError("no rate given", field="rates", allowed="reciprocal=0.15")
        changes: list[Change] = []
        for layer, rate in rates.items():
            for scope in charged_scopes(layer, self.day):
                entry = {"layer": layer, "partners": codes, "rule": rule, "rate": rate}
                given = {"name": "own", "change": [entry | {"scope": scope}]}
                changes += parse(given, file="with_rate").changes
        origin = self.title.removesuffix(" (changed)")
        return replace(
            self,
            name=self.name if self.name.endswith("+") else f"{self.name}+",
            title=f"{origin} (changed)",
            meaning=f"{origin}, with rates of the user.",
            basis="assumption: rates of the user",
            changes=() if self.parts else (*self.changes, *changes),
            parts=tuple(
                (who, end.with_rate(partners, rule=rule, **rates)) for who, end in self.parts
            ),
        )

    @checked
    def named(self, name: str, title: str | None = None) -> Outcome:
        """Return the outcome under another name."""
        title = name if title is None else title
        parse({"name": name, "title": title}, file="named")
        return replace(self, name=name, title=title)


def law_of(on: object) -> Outcome:
    """Return the law of a day, with nothing on it, as an outcome."""
    day = as_day(on)
    return Outcome(f"law of {day}", f"Law of {day}", "", "legal text", day, fixed_day=True)
