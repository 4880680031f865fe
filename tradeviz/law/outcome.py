"""What the talks end with: overlays on the law of a day, from TOML, in code, or mixed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from tradeviz import datasets
from tradeviz.errors import ArgumentError, OutcomeError, nearest
from tradeviz.law import reading
from tradeviz.law.change import apply_change, charged_scopes
from tradeviz.law.condition import check_mode
from tradeviz.law.outcome_file import Change, Parsed, parse
from tradeviz.law.record import Law, as_day, known_day
from tradeviz.law.schedule import Schedule
from tradeviz.lines import lines
from tradeviz.partners import resolve

ORDER = (
    "before",
    "pause",
    "snapback",
    "uk_style",
    "japan_style",
    "agreement",
    "breakdown",
    "in_force",
)
"""The outcomes that ship with the package, in order of display."""

REFERENCE = "pause"
_FIXED_DAY = ("before", "pause")


@dataclass(frozen=True)
class Outcome:
    """A named overlay on the law of a day.

    Attributes
    ----------
    name, title, meaning, basis : str
        Name in tables, readable title, one sentence, and what the terms rest on.
    day : date
        The day whose law it changes.
    changes : tuple of Change
        What it changes; a later change beats an earlier one.

    Examples
    --------
    >>> outcome("snapback").title
    'Snapback'
    """

    name: str
    title: str
    meaning: str
    basis: str
    day: dt.date
    changes: tuple[Change, ...] = ()

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
        >>> any(measure.overlay for measure in outcome("snapback").law().measures)
        True
        """
        day = self._day(on)
        book = reading.law().known_on(known_day(as_known_on)).on(day)
        for number, change in enumerate(self.changes, start=1):
            book = apply_change(book, change, number, self.name)
        return book

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
        >>> outcome("agreement").schedule().arrays()["reciprocal"].max()
        np.float64(0.0)
        """
        book = self.law(on, as_known_on=as_known_on)
        return Schedule(self._day(on), book, conditions=check_mode(conditions))

    def _day(self, on: object) -> dt.date:
        if on is None:
            return self.day
        day = as_day(on)
        if self.name in _FIXED_DAY and day != self.day:
            raise ArgumentError(
                f"outcome '{self.name}' is the law of {self.day}",
                field="on",
                value=day,
                allowed="another outcome, such as in_force",
            )
        return day

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
            Layer = rate as a fraction. A layer of products (``s232_autos``) keeps its products.

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
        >>> own = outcome("pause").with_rate("JPN", reciprocal=0.15)
        >>> own.name
        'pause+'
        """
        codes = ["all"] if partners == "all" else list(resolve(partners, lines_only=False))
        if not rates:
            raise OutcomeError("no rate given", field="rates", allowed="reciprocal=0.15")
        changes: list[Change] = []
        for layer, rate in rates.items():
            for scope, share in charged_scopes(layer, self.day):
                entry = {"layer": layer, "partners": codes, "rule": rule, "rate": rate}
                entry |= {"scope": scope} | ({"value_share": share} if share else {})
                changes += parse({"name": "own", "change": [entry]}, file="with_rate").changes
        name = self.name if self.name.endswith("+") else f"{self.name}+"
        title = f"{self.title.removesuffix(' (changed)')} (changed)"
        basis = "assumption: rates of the user"
        return replace(self, name=name, title=title, basis=basis, changes=(*self.changes, *changes))

    def named(self, name: str, title: str | None = None) -> Outcome:
        """Return the outcome under another name.

        Parameters
        ----------
        name : str
            Name in tables.
        title : str, optional
            Readable title; the name when None.

        Returns
        -------
        Outcome
            A copy.

        Examples
        --------
        >>> outcome("pause").named("reference").name
        'reference'
        """
        return replace(self, name=name, title=title or name)


def names() -> tuple[str, ...]:
    """Return the outcomes that ship with the package, in order of display.

    Returns
    -------
    tuple of str
        Names.

    Examples
    --------
    >>> names()[1]
    'pause'
    """
    return ORDER


def title_of(name: str) -> str:
    """Return the readable title of an outcome; the name of one that was made in code.

    Parameters
    ----------
    name : str
        Name of an outcome, as tables carry it.

    Returns
    -------
    str
        Title.

    Examples
    --------
    >>> title_of("uk_style"), title_of("my own")
    ('UK-style deal', 'my own')
    """
    return _shipped(name).title if name in ORDER else name


@cache
def _shipped(name: str) -> Outcome:
    return _read(datasets.DATA / "outcomes" / f"{name}.toml")


def _read(path: Path) -> Outcome:
    return _made(parse(path))


def _made(made: Parsed) -> Outcome:
    return Outcome(made.name, made.title, made.meaning, made.basis, made.day, made.changes)


Wanted = str | Path | Outcome | Mapping[str, Any]


def outcome(wanted: Wanted) -> Outcome:
    """Return an outcome by name, from a TOML file, or mixed by partner.

    Parameters
    ----------
    wanted : str, Path, Outcome or mapping
        A name of `names`; a path of a TOML file; an outcome, returned as it is; a mapping partner
        -> outcome, where partners that are not named stay in the pause; or the content of an
        outcome file, which has a key ``change``.

    Returns
    -------
    Outcome
        Checked.

    Raises
    ------
    OutcomeError
        For an unknown name, with the nearest match, or a malformed file: file, key, value.

    Examples
    --------
    >>> outcome("agreement").meaning[:8]
    'Every ad'
    >>> outcome({"JPN": "agreement", "KOR": "snapback"}).name
    'JPN=agreement,KOR=snapback'
    >>> outcome({"name": "ten", "change": [{"layer": "reciprocal", "rate": 0.1}]}).name
    'ten'
    """
    if isinstance(wanted, Outcome):
        return wanted
    if isinstance(wanted, Mapping):
        return _made(parse(wanted)) if "change" in wanted else mix(wanted)
    text = str(wanted)
    if isinstance(wanted, Path) or text.endswith(".toml") or "/" in text or "\\" in text:
        return _read(Path(wanted))
    if text not in ORDER:
        raise OutcomeError(
            "unknown outcome",
            field="outcome",
            value=text,
            allowed=[*ORDER, "a .toml file"],
            nearest=nearest(text, ORDER),
        )
    return _shipped(text)


def mix(terms: Mapping[str, Any], *, rest: Wanted = REFERENCE) -> Outcome:
    """Return one outcome in which partners end differently.

    Parameters
    ----------
    terms : mapping
        Partner (code or name) -> outcome.
    rest : str, Path or Outcome
        What everyone else ends with.

    Returns
    -------
    Outcome
        Named after its terms.

    Raises
    ------
    OutcomeError
        For an empty mix or an unknown outcome.
    ArgumentError
        For an unknown partner.

    Examples
    --------
    >>> mix({"Japan": "agreement"}).name
    'JPN=agreement'
    """
    if not terms:
        raise OutcomeError("an empty mix", field="outcome", allowed="partner: outcome")
    base = outcome(rest)
    changes, parts, titles = list(base.changes), [], []
    trade = lines()
    for partner, wanted in terms.items():
        (code,) = resolve(partner)
        term = outcome(wanted)
        only = frozenset(trade.members.get(code, (code,))) if code == "EU" else frozenset({code})
        if term.day != base.day:
            changes.append(Change(layer="all", as_on=term.day, only=only))
        elif base.changes:
            changes.append(Change(layer="all", as_on=base.day, only=only))
        for change in term.changes:
            narrowed = only if change.only is None else only & change.only
            changes.append(replace(change, only=narrowed))
        parts.append(f"{code}={term.name}")
        titles.append(f"{code}: {term.title}")
    return Outcome(
        name=",".join(parts),
        title="; ".join(titles),
        meaning=f"A mix by partner; everyone else: {base.title}.",
        basis="as its parts",
        day=base.day,
        changes=tuple(changes),
    )
