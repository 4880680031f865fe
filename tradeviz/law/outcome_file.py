"""The TOML format of an outcome: parse it and name the key that is wrong."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tradeviz import datasets
from tradeviz.errors import ArgumentError, OutcomeError, nearest
from tradeviz.law.reading import law
from tradeviz.law.record import MAX_RATE, NETS, RULES, as_day
from tradeviz.law.scopes import scope_names
from tradeviz.law.shares import share_names

DEFAULT_DAY = dt.date(2025, 4, 16)
_TOP = ("name", "title", "meaning", "basis", "law", "change")
_CHANGE = (
    "layer",
    "partners",
    "except_partners",
    "scope",
    "rule",
    "rate",
    "nets",
    "value_share",
    "quota_share",
    "off",
    "as_on",
    "reference",
)


@dataclass(frozen=True)
class Change:
    """One change of an outcome: other terms, nothing at all (`off`), or another day (`as_on`).

    `partners` None means all; `only` narrows them where outcomes are mixed by partner.
    """

    layer: str
    partners: frozenset[str] | None = None
    except_partners: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    scope: str = "all"
    rule: str = "add"
    rate: float | None = None
    nets: str | None = None
    value_share: str | None = None
    quota_share: float | None = None
    off: bool = False
    as_on: dt.date | None = None
    reference: str = ""


@dataclass(frozen=True)
class Parsed:
    """What an outcome file says."""

    name: str
    title: str
    meaning: str
    basis: str
    day: dt.date
    changes: tuple[Change, ...]


def parse(given: Path | Mapping[str, Any], *, file: str | None = None) -> Parsed:
    """Read an outcome.

    Parameters
    ----------
    given : Path or mapping
        A TOML file, or its content.
    file : str, optional
        Named in errors.

    Returns
    -------
    Parsed
        Checked.

    Raises
    ------
    OutcomeError
        For a missing or malformed file, an unknown key, layer, partner or scope, a rate that is
        no fraction, or a day outside the coverage: file, key, value, what is allowed, nearest.

    Examples
    --------
    >>> parse({"name": "ten", "change": [{"layer": "reciprocal", "rate": 0.1}]}).changes[0].rate
    0.1
    """
    if isinstance(given, Path):
        file = file or given.name
        content, name = _toml(given), given.stem
    else:
        content, name = dict(given), "own"
    reader = _Reader(file)
    reader.keys(content, _TOP)
    changes = content.get("change", [])
    if not isinstance(changes, list) or not all(isinstance(item, dict) for item in changes):
        raise reader.error("not a list of tables", "change", changes, "[[change]] blocks")
    day = content.get("law", DEFAULT_DAY)
    return Parsed(
        name=reader.text(content, "name", name),
        title=reader.text(content, "title", content.get("name", name)),
        meaning=reader.text(content, "meaning", ""),
        basis=reader.text(content, "basis", "assumption of the user"),
        day=reader.day(day, "law"),
        changes=tuple(
            _Reader(file, f"change {number}").change(item)
            for number, item in enumerate(changes, start=1)
        ),
    )


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        beside = [item.name for item in path.parent.glob("*.toml")] if path.parent.is_dir() else []
        raise OutcomeError(
            "no such outcome file", file=path, nearest=nearest(path.name, beside)
        ) from None
    except UnicodeDecodeError:
        raise OutcomeError("not UTF-8 text", file=path.name) from None
    except OSError as error:
        raise OutcomeError(f"cannot be read: {error.strerror}", file=path) from None
    except tomllib.TOMLDecodeError as error:
        raise OutcomeError(f"not TOML: {error}", file=path.name) from None


@dataclass(frozen=True)
class _Reader:
    file: str | None
    row: str | None = None

    def error(
        self, message: str, key: str, value: object, allowed: object, close: str | None = None
    ) -> OutcomeError:
        return OutcomeError(
            message,
            file=self.file,
            row=self.row,
            field=key,
            value=value,
            allowed=allowed,
            nearest=close,
        )

    def keys(self, content: Mapping[str, Any], allowed: tuple[str, ...]) -> None:
        for key in content:
            if key not in allowed:
                raise self.error("unknown key", key, None, allowed, nearest(key, allowed))

    def text(self, content: Mapping[str, Any], key: str, default: str) -> str:
        value = content.get(key, default)
        if not isinstance(value, str) or (key == "name" and not value.strip()):
            raise self.error("not a text", key, value, 'text in quotes, as "own"')
        return value

    def day(self, value: object, key: str) -> dt.date:
        try:
            return as_day(value, name=key)
        except ArgumentError as error:
            raise self.error(error.message, key, value, error.allowed) from None

    def choice(self, value: object, key: str, allowed: tuple[str, ...]) -> str:
        if value not in allowed:
            shown = allowed if len(allowed) < 20 else f"{len(allowed)} names (tradeviz list)"
            raise self.error("unknown name", key, value, shown, nearest(str(value), allowed))
        return str(value)

    def partners(self, content: Mapping[str, Any], key: str) -> frozenset[str] | None:
        given = content.get(key, ["all"])
        given = [given] if isinstance(given, str) else given
        if not isinstance(given, list) or not given:
            raise self.error("not a list of partners", key, given, '["JPN", "KOR"]')
        known = tuple(map(str, datasets.load("partners")["partner"]))
        for code in given:
            if code != "all" and code not in known:
                raise self.error(
                    "unknown partner", key, code, "codes as JPN, or all", nearest(str(code), known)
                )
        return None if "all" in given else frozenset(given)

    def fraction(self, content: Mapping[str, Any], key: str, largest: float) -> float | None:
        value = content.get(key)
        if value is None:
            return None
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not 0 <= value <= largest:
            hint = ""
            if number and largest < value <= 100 * largest:
                hint = f": {value:g} percent is {value / 100:g}"
            raise self.error(f"not a fraction{hint}", key, value, f"0 to {largest:g}")
        return float(value)

    def change(self, content: Mapping[str, Any]) -> Change:
        self.keys(content, _CHANGE)
        layers = (*(name for name in law().layers if name != "mfn"), "all")
        layer = self.choice(content.get("layer"), "layer", layers)
        effects = [key for key in ("rate", "off", "as_on") if key in content]
        if len(effects) != 1:
            raise self.error(
                "one of them is needed, not more", "rate", effects or None, "rate, off or as_on"
            )
        if content.get("off", True) is not True:
            raise self.error("not true", "off", content["off"], "true, or leave the key out")
        scope = self.choice(content.get("scope", "all"), "scope", scope_names())
        rate = self.fraction(content, "rate", MAX_RATE)
        if rate is not None and scope == "all" and (layer == "all" or layer.startswith("s232")):
            raise self.error("a rate on these products needs a scope", "scope", scope, "a list")
        rule = self.choice(content.get("rule", "add"), "rule", RULES)
        nets = self.choice(content.get("nets", "ordinary"), "nets", NETS)
        share = content.get("value_share")
        if share is not None:
            shares = tuple(sorted(share_names()))
            share = self.choice(share, "value_share", shares)
        return Change(
            layer=layer,
            partners=self.partners(content, "partners"),
            except_partners=(self.partners(content, "except_partners") or frozenset())
            if "except_partners" in content
            else frozenset(),
            scope=scope,
            rule=rule,
            rate=rate,
            nets=nets if rule == "ceiling" else None,
            value_share=share,
            quota_share=self.fraction(content, "quota_share", 1.0),
            off=bool(content.get("off", False)),
            as_on=self.day(content["as_on"], "as_on") if "as_on" in content else None,
            reference=self.text(content, "reference", ""),
        )
