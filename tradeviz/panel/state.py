"""What is chosen in the panel, as plain values: terms as an outcome, as TOML and as code."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tradeviz.errors import ArgumentError
from tradeviz.law.change import charged_scopes
from tradeviz.law.outcome import Outcome, names, outcome, title_of
from tradeviz.law.record import as_day
from tradeviz.partners import FOCUS, resolve

OWN = "own"
"""Choice of the user's own terms in the place of an outcome that ships."""

WEIGHTED = "weighted"
"""Choice of the mean over outcomes with the user's weights."""

LAYERS = {"reciprocal": "reciprocal", "cars": "s232_autos", "metals": "s232_metals"}
"""Slider -> layer of the law."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class State:
    """What is chosen.

    Attributes
    ----------
    partners : tuple of str
        Codes.
    shown, beside : str
        Two outcomes: a name or `OWN`; `shown` may be `WEIGHTED`, which is shown with the outcomes
        it is made of, and `beside` may be empty.
    rates : mapping of str to int or None
        ``reciprocal``, ``cars``, ``metals`` in percent; None leaves what the law has.
    rule : {"add", "ceiling"}
        On top of the ordinary duty, or including it.
    day : date
        The law under the own terms.
    weights : mapping of str to int
        Outcome -> weight; only their proportions count.
    name : str
        Name of the own terms, of its file too.
    """

    partners: tuple[str, ...] = FOCUS
    shown: str = "snapback"
    beside: str = "pause"
    rates: Mapping[str, int | None] = field(
        default_factory=lambda: {"reciprocal": 15, "cars": None, "metals": None}
    )
    rule: str = "add"
    day: dt.date = dt.date(2025, 4, 16)
    weights: Mapping[str, int] = field(default_factory=dict)
    name: str = "my_terms"

    def content(self) -> dict[str, Any]:
        """Return the own terms as the content of an outcome file.

        Returns
        -------
        dict
            Keys as docs of the format have them: name, title, law, change.

        Raises
        ------
        ArgumentError
            For a name that is no file name, or no partner.

        Examples
        --------
        >>> State(partners=("JPN",)).content()["change"][0]["rate"]
        0.15
        """
        if not _NAME.fullmatch(self.name) or self.name in names():
            raise ArgumentError(
                "not a name for own terms",
                field="name",
                value=self.name,
                allowed="letters, digits, _ and -, a letter first, no outcome that ships",
            )
        codes = list(resolve(self.partners))
        changes = []
        for slider, layer in LAYERS.items():
            percent = self.rates.get(slider)
            if percent is None:
                continue
            for scope in charged_scopes(layer, self.day):
                entry: dict[str, Any] = {
                    "layer": layer,
                    "partners": codes,
                    "scope": scope,
                    "rule": self.rule,
                    "rate": percent / 100,
                }
                changes.append(entry)
        return {
            "name": self.name,
            "title": self.name.replace("_", " ").capitalize(),
            "law": as_day(self.day).isoformat(),
            "change": changes,
        }

    def outcome(self, choice: str) -> Outcome:
        """Return an outcome by choice.

        Parameters
        ----------
        choice : str
            A name, or `OWN`.

        Returns
        -------
        Outcome
            Checked.

        Raises
        ------
        ArgumentError, OutcomeError
            As `content`, for an unknown name, or a day outside the coverage.

        Examples
        --------
        >>> State().outcome("own").title
        'My terms'
        """
        return outcome(self.content() if choice == OWN else choice)

    def weighted(self) -> dict[str, float]:
        """Return weights that add up to 1.

        Returns
        -------
        dict of str to float
            Outcome -> share, those above zero.

        Raises
        ------
        ArgumentError
            When no weight is above zero.

        Examples
        --------
        >>> State(weights={"pause": 1, "snapback": 3}).weighted()
        {'pause': 0.25, 'snapback': 0.75}
        """
        return proportions(self.weights)

    def toml(self) -> str:
        """Return the own terms as the text of an outcome file.

        Returns
        -------
        str
            TOML that `tradeviz.outcome`, the command line and the reports read.

        Raises
        ------
        ArgumentError
            As `content`.

        Examples
        --------
        >>> print(State(partners=("JPN",)).toml().splitlines()[0])
        name = "my_terms"
        """
        content = self.content()
        lines = [f"{key} = {_value(content[key])}" for key in ("name", "title")]
        lines.append(f"law = {content['law']}")
        for change in content["change"]:
            lines += ["", "[[change]]", *(f"{key} = {_value(x)}" for key, x in change.items())]
        return "\n".join([*lines, ""])

    def code(self) -> str:
        """Return the lines that make the chart of this state again.

        Returns
        -------
        str
            Three lines of Python.

        Raises
        ------
        ArgumentError
            As `content` and `weighted`.

        Examples
        --------
        >>> print(State(partners=("JPN",)).code().splitlines()[-1])
        tv.charts.show(tv.charts.exposure_by_outcome(exposure))
        """
        codes = list(self.partners)
        if self.shown == WEIGHTED:
            share = {name: round(value, 6) for name, value in self.weighted().items()}
            made = f"tradeviz.panel.expected({share}, partners={codes})"
        else:
            ends = [self.content() if end == OWN else end for end in self.ends()]
            wanted = [f"tv.outcome({end})" if isinstance(end, dict) else repr(end) for end in ends]
            made = f"tv.exposure([{', '.join(wanted)}], partners={codes})"
        return "\n".join(
            [
                "import tradeviz as tv",
                f"exposure = {made}",
                "tv.charts.show(tv.charts.exposure_by_outcome(exposure))",
            ]
        )

    def ends(self) -> list[str]:
        """Return the outcomes that are drawn: the one to compare with first, each once."""
        return list(dict.fromkeys(end for end in (self.beside, self.shown) if end))


def proportions(weights: Mapping[str, float]) -> dict[str, float]:
    """Return weights that add up to 1.

    Parameters
    ----------
    weights : mapping of str to float
        Name -> weight.

    Returns
    -------
    dict of str to float
        Name -> share, those above zero.

    Raises
    ------
    ArgumentError
        When a weight is below zero or none is above it.

    Examples
    --------
    >>> proportions({"pause": 1, "snapback": 3, "breakdown": 0})
    {'pause': 0.25, 'snapback': 0.75}
    """
    total = sum(weights.values())
    if total <= 0 or min(weights.values()) < 0:
        raise ArgumentError(
            "no weights", field="weights", value=dict(weights), allowed="one above 0"
        )
    return {name: weight / total for name, weight in weights.items() if weight > 0}


def _value(given: object) -> str:
    # Text, numbers and lists of text are written alike in JSON and in TOML.
    return json.dumps(given, ensure_ascii=False)


def titles() -> dict[str, str]:
    """Return title -> choice, as menus show them.

    Returns
    -------
    dict of str to str
        The outcomes that ship, then `OWN` and `WEIGHTED`.

    Examples
    --------
    >>> list(titles())[-2:]
    ['Own terms', 'Weighted mean']
    """
    made = {title_of(name): name for name in names()}
    return made | {"Own terms": OWN, "Weighted mean": WEIGHTED}
