"""What the talks end with: overlays on the law of a day, from TOML, in code, or mixed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from tradeviz import datasets, lawbook
from tradeviz.errors import ArgumentError, OutcomeError, nearest
from tradeviz.lines import lines
from tradeviz.measures import Law, Measure, as_day
from tradeviz.outcome_file import Change, parse
from tradeviz.partners import resolve
from tradeviz.schedule import Schedule

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

    def law(self, on: object = None) -> Law:
        """Return the law with the overlay on it.

        Parameters
        ----------
        on : str or date, optional
            Another day for the law underneath.

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
        book = lawbook.law().on(day)
        for number, change in enumerate(self.changes, start=1):
            book = _apply(book, change, number, self.name)
        return book

    def schedule(self, on: object = None) -> Schedule:
        """Return the schedule of the outcome: one rate per trade line and layer.

        Parameters
        ----------
        on : str or date, optional
            Another day for the law underneath.

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
        return Schedule(self._day(on), self.law(on))

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
            for scope, share in _scopes(layer, self.day):
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


def _scopes(layer: str, day: dt.date) -> tuple[tuple[str, str | None], ...]:
    """Return the product lists (and shares of value) that a layer charges, on or after a day."""
    measures = [item for item in lawbook.law().measures if item.layer == layer]
    current = [item for item in measures if item.in_force(day)] or measures
    # Where USMCA goods are left out, the overlay takes the goods of everyone else.
    pairs = {(i.scope, i.value_share if i.value_share != "not_usmca" else None) for i in current}
    return tuple(sorted(pairs, key=str)) or (("all", None),)


def _expanded(change: Change) -> frozenset[str]:
    """Return the partners with trade lines that a change is for."""
    probe = Measure("", "", "", change.partners, "all", "add", 0.0, dt.date.min, None)
    probe = replace(probe, except_partners=change.except_partners, only=change.only)
    part_of = lawbook.part_of()
    known = datasets.load("partners")["partner"]
    return frozenset(p for p in known if probe.partner_class(p, part_of) is not None)


def _apply(book: Law, change: Change, number: int, name: str) -> Law:
    layers = [change.layer] if change.layer != "all" else list(book.layers)
    if change.as_on is None:
        measures = [_overlay(change, layer, number, name) for layer in layers if layer != "mfn"]
        present = {item.layer for item in book.measures}
        if change.off:
            measures = [item for item in measures if item.layer in present]
        return replace(book, measures=(*book.measures, *measures))
    other = lawbook.law().on(change.as_on)
    meant = _expanded(change)
    blank = replace(change, off=True, as_on=None, scope="all")
    added = [
        _overlay(blank, layer, number, name)
        for layer in layers
        if any(item.layer == layer for item in book.measures)
    ]
    added += [
        replace(item, overlay=number, only=meant) for item in other.measures if item.layer in layers
    ]
    exemptions = [
        replace(item, not_for=item.not_for | meant) if item.layer in layers else item
        for item in book.exemptions
    ]
    exemptions += [replace(i, only=meant) for i in other.exemptions if i.layer in layers]
    return replace(book, measures=(*book.measures, *added), exemptions=tuple(exemptions))


def _overlay(change: Change, layer: str, number: int, name: str) -> Measure:
    return Measure(
        measure=f"{name}:{number}",
        layer=layer,
        title=f"Outcome {name}",
        partners=change.partners,
        except_partners=change.except_partners,
        only=change.only,
        scope=change.scope,
        rule=change.rule,
        rate=0.0 if change.off else change.rate or 0.0,
        nets=change.nets,
        value_share=change.value_share,
        quota_share=change.quota_share,
        start=dt.date.min,
        end=None,
        reference=change.reference or f"outcome {name}, change {number}",
        source="outcome",
        overlay=number,
        covers=not change.off,
    )


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
    made = parse(path)
    return Outcome(made.name, made.title, made.meaning, made.basis, made.day, made.changes)


Wanted = str | Path | Outcome | Mapping[str, Any]


def outcome(wanted: Wanted) -> Outcome:
    """Return an outcome by name, from a TOML file, or mixed by partner.

    Parameters
    ----------
    wanted : str, Path, Outcome or mapping
        A name of `names`; a path of a TOML file; an outcome, returned as it is; or a mapping
        partner -> outcome, where partners that are not named stay in the pause.

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
    """
    if isinstance(wanted, Outcome):
        return wanted
    if isinstance(wanted, Mapping):
        return mix(wanted)
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
