"""What the talks end with: overlays on the law of a day, from TOML, in code, or mixed."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from tradeviz import datasets
from tradeviz.errors import ArgumentError, OutcomeError, nearest
from tradeviz.law import reading
from tradeviz.law.change import (
    Codes,
    all_partners,
    apply_change,
    charged_scopes,
    expanded,
    joined,
    law_for,
)
from tradeviz.law.condition import check_mode
from tradeviz.law.outcome_file import Change, Described, Look, PartnerTariffs, parse
from tradeviz.law.record import Law, as_day, known_day
from tradeviz.law.schedule import Schedule
from tradeviz.partners import resolve

REFERENCE = "pause"
"""The outcome that changes are measured from unless another is named."""

FOLDERS = "TRADEVIZ_OUTCOMES"
"""Environment variable: folders of further outcome files."""


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
    look : Look
        How it is drawn.
    parts : tuple of (set of partner codes, Outcome)
        Of a mix: who ends with what; the last are all others.

    Examples
    --------
    >>> outcome("snapback").title
    'Snapback'
    """

    parts: tuple[tuple[Codes, Outcome], ...] = ()

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
        return Schedule(self.day_of(on), book, conditions=check_mode(conditions))

    def day_of(self, on: object = None) -> dt.date:
        """Return the day of the law underneath, where another is asked for or not."""
        if on is None:
            return self.day
        day = as_day(on)
        if self.fixed_day and day != self.day:
            raise ArgumentError(
                f"outcome '{self.name}' is the law of {self.day}",
                field="on",
                value=day,
                allowed="another outcome, such as in_force",
            )
        return day

    def tariffs_of(self, partner: str) -> PartnerTariffs:
        """Return what a partner does with its duties on US goods.

        Parameters
        ----------
        partner : str
            Partner code.

        Returns
        -------
        PartnerTariffs
            As the outcome file says; in a mix, as that of the partner says.

        Examples
        --------
        >>> outcome({"JPN": "agreement"}).tariffs_of("JPN").rest
        'free'
        """
        if not self.parts:
            return self.partner_tariffs
        named = [end for codes, end in self.parts if partner in codes]
        return (named or [self.parts[-1][1]])[0].tariffs_of(partner)

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
        return replace(
            self,
            name=self.name if self.name.endswith("+") else f"{self.name}+",
            title=f"{self.title.removesuffix(' (changed)')} (changed)",
            basis="assumption: rates of the user",
            changes=() if self.parts else (*self.changes, *changes),
            parts=tuple(
                (who, end.with_rate(partners, rule=rule, **rates)) for who, end in self.parts
            ),
        )

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

        Raises
        ------
        OutcomeError
            For a name or title that is no line of text.

        Examples
        --------
        >>> outcome("pause").named("reference").name
        'reference'
        """
        parse({"name": name, "title": name if title is None else title}, file="named")
        return replace(self, name=name, title=name if title is None else title)


Wanted = str | Path | Outcome | Mapping[str, Any]


def folders() -> tuple[Path, ...]:
    """Return where outcome files are looked for: the data folder, and those of `FOLDERS`."""
    more = os.environ.get(FOLDERS, "").split(os.pathsep)
    return (datasets.DATA / "outcomes", *(Path(text) for text in more if text.strip()))


def _files() -> tuple[tuple[Path, int, int], ...]:
    """Return path, time and size of every outcome file: what tells whether one has changed."""
    files = []
    for folder in folders():
        for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
            about = path.stat()
            files.append((path, about.st_mtime_ns, about.st_size))
    return tuple(files)


@lru_cache(maxsize=4)
def _read_all(
    files: tuple[tuple[Path, int, int], ...],
) -> tuple[dict[str, Outcome], dict[Path, OutcomeError]]:
    """Return the outcomes of some files in order of display, and what is wrong with the others."""
    outcomes: dict[str, Outcome] = {}
    faults: dict[Path, OutcomeError] = {}
    home: dict[str, Path] = {}
    for path, _, _ in files:
        try:
            end = Outcome(**vars(parse(path)))
            if end.name in outcomes:
                raise OutcomeError(
                    f"another file has this name: {home[end.name]}",
                    file=path, field="name", value=end.name, allowed="a name of its own",
                )  # fmt: skip
        except OutcomeError as fault:
            faults[path] = fault
        else:
            outcomes[end.name], home[end.name] = end, path
    ordered = sorted(outcomes.values(), key=lambda end: (end.order, end.name))
    return {end.name: end for end in ordered}, faults


def known() -> dict[str, Outcome]:
    """Return the outcomes of the data folder and of `FOLDERS`, in order of display.

    A file dropped there is known at the next call; one that cannot be read is left out here, and
    named by `file_faults` and by the error for its name.

    Returns
    -------
    dict of str to Outcome
        By name.

    Examples
    --------
    >>> known()["pause"].fixed_day
    True
    """
    return _read_all(_files())[0]


def file_faults() -> tuple[OutcomeError, ...]:
    """Return what is wrong with outcome files that `known` leaves out."""
    return tuple(_read_all(_files())[1].values())


def names() -> tuple[str, ...]:
    """Return the names of `known`, in order of display.

    Returns
    -------
    tuple of str
        Names.

    Examples
    --------
    >>> names()[1]
    'pause'
    """
    return tuple(known())


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
    end = known().get(name)
    return name if end is None else end.title


def look_of(name: str) -> Look | None:
    """Return how an outcome is drawn; None for one that was made in code."""
    end = known().get(name)
    return None if end is None else end.look


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

    Notes
    -----
    A TOML file dropped into the folder ``outcomes`` of the data, or into a folder that the
    environment variable ``TRADEVIZ_OUTCOMES`` names, is known by its name everywhere at once.

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
        return _own(wanted) if "change" in wanted else mix(wanted)
    if not isinstance(wanted, str | Path):
        raise OutcomeError(
            "not an outcome", field="outcome", value=wanted,
            allowed="a name, a .toml file, an outcome, or partner: outcome",
        )  # fmt: skip
    text = str(wanted)
    if isinstance(wanted, Path) or text.endswith(".toml") or "/" in text or "\\" in text:
        return _own(Path(wanted))
    outcomes, faults = _read_all(_files())
    if text in outcomes:
        return outcomes[text]
    for path, fault in faults.items():
        if path.stem == text:
            raise fault
    places = " or ".join(map(str, folders()))
    more = f"or put one into {places} (or a folder that {FOLDERS} names): known by its name at once"
    raise OutcomeError(
        "unknown outcome",
        field="outcome",
        value=text,
        allowed=[*outcomes, f"a .toml file; {more}"],
        nearest=nearest(text, outcomes),
    )


def law_of(on: object) -> Outcome:
    """Return the law of a day, with nothing on it, as an outcome."""
    day = as_day(on)
    return Outcome(f"law of {day}", f"Law of {day}", "", "legal text", day, fixed_day=True)


def outcomes_of(wanted: Wanted | Sequence[Wanted]) -> list[Outcome]:
    """Return one or several outcomes as a list in which no two share a name.

    Parameters
    ----------
    wanted : str, Path, Outcome, mapping or a sequence of them
        As `outcome` takes them.

    Returns
    -------
    list of Outcome
        In the order given.

    Raises
    ------
    ArgumentError
        For no outcome, or two of one name.

    Examples
    --------
    >>> [end.name for end in outcomes_of(["pause", {"JPN": "agreement"}])]
    ['pause', 'JPN=agreement']
    """
    several = isinstance(wanted, Iterable) and not isinstance(wanted, str | bytes | Mapping)
    ends = [outcome(item) for item in wanted] if several else [outcome(wanted)]  # type: ignore[union-attr,arg-type]
    if not ends:
        raise ArgumentError("no outcome given", field="outcomes", allowed="at least one")
    given = [end.name for end in ends]
    repeated = sorted({name for name in given if given.count(name) > 1})
    if repeated:
        raise ArgumentError(
            "two outcomes share a name; use .named()", field="outcomes", value=repeated[0]
        )
    return ends


def _own(given: Path | Mapping[str, Any]) -> Outcome:
    """Return an outcome of the user, whose name is not that of another file."""
    end = Outcome(**vars(parse(given)))
    shipped = known().get(end.name)
    if shipped is not None and end != shipped:
        file = given.name if isinstance(given, Path) else None
        raise OutcomeError(
            "the name of an outcome that is known already",
            file=file, field="name", value=end.name, allowed="another name",
        )  # fmt: skip
    return end


def mix(terms: Mapping[str, Any], *, rest: Wanted = REFERENCE) -> Outcome:
    """Return one outcome in which partners end differently, each with its own law and day.

    Parameters
    ----------
    terms : mapping
        Partner (code or name) -> outcome.
    rest : str, Path or Outcome
        What everyone else ends with.

    Returns
    -------
    Outcome
        Named after its terms. On another day, a part that is itself a day stays on it.

    Raises
    ------
    OutcomeError
        For an empty mix or an unknown outcome.
    ArgumentError
        For an unknown partner, or one that is named twice.

    Examples
    --------
    >>> mix({"Japan": "agreement"}).name
    'JPN=agreement'
    """
    if not terms:
        raise OutcomeError("an empty mix", field="outcome", allowed="partner: outcome")
    ends: dict[str, Outcome] = {}
    for partner, wanted in terms.items():
        (code,) = resolve(partner)
        if code in ends:
            raise ArgumentError(
                f"{code} is there twice",
                field="outcome",
                value=partner,
                allowed="each partner once",
            )
        ends[code] = outcome(wanted)
    base = outcome(rest)
    named = frozenset(ends)
    # What is agreed with the European Union holds for a member that does not go its own way.
    parts = [(expanded(frozenset({code})) - (named - {code}), end) for code, end in ends.items()]
    parts.append((all_partners() - expanded(named), base))
    return Outcome(
        name=",".join(f"{code}={end.name}" for code, end in ends.items()),
        title="; ".join(f"{code}: {end.title}" for code, end in ends.items()),
        meaning=f"A mix by partner; everyone else: {base.title}.",
        basis="as its parts",
        day=base.day,
        fixed_day=all(end.fixed_day for _, end in parts),
        parts=tuple(parts),
    )
