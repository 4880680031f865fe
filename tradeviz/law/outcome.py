"""The outcomes of the talks: known by name, read from TOML, made in code, or mixed by partner."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from tradeviz import datasets
from tradeviz.arguments import checked
from tradeviz.errors import ArgumentError, OutcomeError, nearest
from tradeviz.law.change import all_partners, expanded
from tradeviz.law.outcome_file import parse
from tradeviz.law.overlay import Outcome, law_of
from tradeviz.law.record import coverage
from tradeviz.partners import resolve

__all__ = [
    "FOLDERS",
    "REFERENCE",
    "TODAY",
    "Outcome",
    "Wanted",
    "bounds",
    "file_faults",
    "known",
    "law_of",
    "mix",
    "names",
    "outcome",
    "outcomes_of",
    "title_of",
]

REFERENCE = "pause"
"""The outcome that changes are measured from unless another is named."""

TODAY = "in_force"
"""The outcome that is the law of the last day known."""

FOLDERS = "TRADEVIZ_OUTCOMES"
"""Environment variable: folders of further outcome files."""


Wanted = str | Path | Outcome | Mapping[str, Any]


def folders() -> tuple[Path, ...]:
    """Return where outcome files are looked for: the data folder, and those of `FOLDERS`."""
    more = os.environ.get(FOLDERS, "").split(os.pathsep)
    named = tuple(Path(text) for text in more if text.strip())
    for folder in named:
        if not folder.is_dir():
            what, allowed = "no such folder", f"folders that are there, with '{os.pathsep}' between"
            raise ArgumentError(what, field=FOLDERS, value=folder, allowed=allowed)
    return (datasets.DATA / "outcomes", *named)


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
    """
    return _read_all(_files())[0]


def file_faults() -> tuple[OutcomeError, ...]:
    """Return what is wrong with outcome files that `known` leaves out."""
    return tuple(_read_all(_files())[1].values())


def names() -> tuple[str, ...]:
    """Return the names of `known`, in order of display.

    Examples
    --------
    >>> names()[1]
    'pause'
    """
    return tuple(known())


def title_of(name: str) -> str:
    """Return the readable title of an outcome; the name of one that was made in code."""
    end = known().get(name)
    return name if end is None else end.title


def bounds(given: Iterable[str]) -> dict[str, dt.date]:
    """Return which outcomes are the law of the first or last day known, so no end of the talks."""
    ends = {name: known()[name] for name in given if name in known()}
    return {name: end.day for name, end in ends.items() if end.plain and end.day in coverage()}


@checked
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
    more = f"known by its name in {places}, or in a folder that {FOLDERS} names"
    raise OutcomeError(
        "unknown outcome", field="outcome", value=text, nearest=nearest(text, outcomes),
        allowed=[*outcomes, f"a .toml file ({more})"],
    )  # fmt: skip


def outcomes_of(wanted: Wanted | Sequence[Wanted]) -> list[Outcome]:
    """Return one or several outcomes as a list in which no two share a name."""
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


def compared(wanted: Wanted | Sequence[Wanted], reference: Wanted) -> tuple[list[Outcome], Outcome]:
    """Return outcomes and what they are compared with; no other outcome has its name."""
    ends, base = outcomes_of(wanted), outcome(reference)
    if any(end.name == base.name and end != base for end in ends):
        what = "an outcome has the name of the reference; use .named()"
        raise ArgumentError(what, field="outcomes", value=base.name)
    return ends, base


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
    """Return one outcome in which partners end differently, each with its own law and day."""
    if not terms:
        raise OutcomeError("an empty mix", field="outcome", allowed="partner: outcome")
    ends: dict[str, Outcome] = {}
    for partner, wanted in terms.items():
        (code,) = resolve([partner])
        if code in ends:
            what = f"{code} is there twice"
            raise ArgumentError(what, field="outcome", value=partner, allowed="each partner once")
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
