"""What is chosen in the panel, as plain values: terms as an outcome, as TOML and as code."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tradeviz.errors import ArgumentError
from tradeviz.law.outcome import Outcome, names
from tradeviz.law.outcome_file import Change
from tradeviz.partners import FOCUS, resolve
from tradeviz.whatif.curves import LAWS, LAYERS, RULES, own_terms

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_KEYS = ("layer", "scope", "rule", "rate", "nets", "value_share", "quota_share")


@dataclass(frozen=True)
class State:
    """What is chosen: for whom, the law underneath, the rule, rates in percent by layer, a name.

    A rate of None leaves what the law has; the name is that of the file too.
    """

    partners: tuple[str, ...] = FOCUS
    law: str = LAWS[0]
    rule: str = RULES[0]
    rates: Mapping[str, float | None] = field(default_factory=lambda: dict.fromkeys(LAYERS))
    name: str = "my_terms"

    def fractions(self) -> dict[str, float | None]:
        """Return the rates as fractions."""
        return {
            layer: None if rate is None else round(rate / 100, 8)
            for layer, rate in self.rates.items()
        }

    def terms(self) -> Outcome:
        """Return the terms as an outcome; the law itself where no rate is set."""
        if not _NAME.fullmatch(self.name) or self.name in names():
            allowed = "letters, digits, _ and -, a letter first, no outcome that ships"
            what = "not a name for own terms"
            raise ArgumentError(what, field="name", value=self.name, allowed=allowed)
        codes = resolve(self.partners)
        terms = own_terms(codes, self.law, self.rule, self.fractions())
        if not self.is_set:
            return terms
        return terms.named(self.name, self.name.replace("_", " ").capitalize())

    @property
    def is_set(self) -> bool:
        """Whether any rate is the user's own."""
        return any(rate is not None for rate in self.rates.values())

    def content(self) -> dict[str, Any]:
        """Return the own terms as the content of an outcome file: name, title, law, change."""
        terms = self.terms()
        return {
            "name": self.name,
            "title": terms.title,
            "law": terms.day,
            "change": [_entry(change) for change in terms.changes],
        }

    def toml(self) -> str:
        """Return the own terms as TOML that `tv.outcome`, the command line and reports read.

        Examples
        --------
        >>> "reciprocal=0.125" in State(("JPN",), rates={"reciprocal": 12.5}).code()
        True
        """
        content = self.content()
        lines = [f"{key} = {_value(content[key])}" for key in ("name", "title", "law")]
        for change in content["change"]:
            lines += ["", "[[change]]", *(f"{key} = {_value(x)}" for key, x in change.items())]
        return "\n".join([*lines, ""])

    def code(self) -> str:
        """Return the lines that make the chart of this state again."""
        rates = {layer: rate for layer, rate in self.fractions().items() if rate is not None}
        words = "".join(f", {layer}={rate!r}" for layer, rate in rates.items())
        codes = list(self.partners)
        change = f".with_rate({codes}, rule={self.rule!r}{words})" if rates else ""
        named = f'.named("{self.name}")' if rates else ""
        return "\n".join(
            [
                "import tradeviz as tv",
                f"terms = tv.outcome({self.law!r}){change}{named}",
                f"exposure = tv.exposure({self._beside()}, partners={codes})",
                "tv.charts.show(tv.charts.exposure_by_outcome(exposure))",
            ]
        )

    def _beside(self) -> str:
        return f"[{LAWS[0]!r}, terms]" if self.is_set or self.law != LAWS[0] else "terms"


def _entry(change: Change) -> dict[str, Any]:
    """Return a change as an outcome file has it."""
    codes = ["all"] if change.partners is None else sorted(change.partners)
    values = {key: getattr(change, key, None) for key in _KEYS}
    kept = {key: value for key, value in values.items() if value is not None}
    return {"layer": kept.pop("layer"), "partners": codes, **kept}


def _value(given: object) -> str:
    # Text, numbers and lists of text are written alike in JSON and in TOML; days stand bare.
    return (
        given.isoformat() if isinstance(given, dt.date) else json.dumps(given, ensure_ascii=False)
    )
