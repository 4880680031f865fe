"""The TOML format of an outcome: parse it and name the key that is wrong."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tradeviz import datasets
from tradeviz.errors import ArgumentError, OutcomeError, nearest
from tradeviz.law.reading import law
from tradeviz.law.record import MAX_RATE, NETS, RULES, Terms, as_day, coverage, fraction_fault
from tradeviz.law.scopes import scope_names
from tradeviz.law.shares import share_names

DEFAULT_DAY = dt.date(2025, 4, 16)
DEFAULT_ORDER = 500
"""Behind the outcomes of the talks that ship, before the law in force."""

ANSWERS = ("keep", "free", "in_kind", "dated")
"""What a partner does with its own duties on US goods: leave them, drop them, or add what the
United States adds on its goods beyond the reference, or what it itself added by then."""

LAST = "last"
"""Stands in the place of a day: the last one whose law is known."""

WHOLE = "all"
"""A `value_share` that names the whole value, goods included that the law spares."""

MAX_BYTES = 100_000
MAX_NAME, MAX_TEXT = 60, 1000
_NOT_IN_NAMES = "/\\,="
_TOP = (
    "name", "title", "meaning", "basis", "law", "fixed_day", "order", "partner_tariffs", "change",
)  # fmt: skip
_CHANGE = (
    "layer", "partners", "except_partners", "scope", "rule", "rate", "nets", "value_share",
    "quota_share", "off", "as_on", "reference",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Change(Terms):
    """One change of an outcome: other terms, nothing at all (`off`), or another day (`as_on`).

    A change without `value_share` reaches what the law reaches on the same goods of a partner:
    goods under USMCA stay spared where the law spares them, unless the terms say ``all``.
    """

    off: bool = False
    as_on: dt.date | None = None


@dataclass(frozen=True)
class PartnerTariffs:
    """What a partner does with its duties on US goods, one of `ANSWERS`, or others by sector.

    `dated` is what the partner itself added by `day` (table answers).
    """

    rest: str = "keep"
    sectors: tuple[tuple[str, str], ...] = ()
    day: dt.date | None = None

    def of(self, sector: str) -> str:
        """Return the answer in a sector of the world expenditure table."""
        return dict(self.sectors).get(sector, self.rest)


@dataclass(frozen=True)
class Described:
    """What an outcome file says."""

    name: str
    title: str
    meaning: str
    basis: str
    day: dt.date
    changes: tuple[Change, ...] = ()
    partner_tariffs: PartnerTariffs = field(default_factory=PartnerTariffs)
    fixed_day: bool = False
    order: int = DEFAULT_ORDER


def parse(given: Path | Mapping[str, Any], *, file: str | None = None) -> Described:
    """Read an outcome."""
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
    name = reader.name(content, name)
    return Described(
        name=name,
        title=reader.text(content, "title", name),
        meaning=reader.text(content, "meaning", ""),
        basis=reader.text(content, "basis", "assumption of the user"),
        day=reader.day(content.get("law", DEFAULT_DAY), "law"),
        changes=tuple(
            _Reader(file, f"change {number}").change(item)
            for number, item in enumerate(changes, start=1)
        ),
        partner_tariffs=reader.partner_tariffs(content),
        fixed_day=reader.flag(content, "fixed_day"),
        order=reader.order(content),
    )


def _toml(path: Path) -> dict[str, Any]:
    """Return the content of a file of moderate size."""
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            raise OutcomeError("not a plain file", file=path)
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise OutcomeError("too long for an outcome", file=path, allowed=f"{MAX_BYTES} bytes")
        content = tomllib.loads(raw.decode("utf-8-sig").replace("\r\n", "\n"))
    except FileNotFoundError:
        beside = [item.name for item in path.parent.glob("*.toml")] if path.parent.is_dir() else []
        raise OutcomeError(
            "no such outcome file", file=path, nearest=nearest(path.name, beside)
        ) from None
    except UnicodeDecodeError:
        raise OutcomeError("not UTF-8 text", file=path.name) from None
    except OSError as error:
        raise OutcomeError(f"cannot be read: {error.strerror}", file=path) from None
    except RecursionError:
        raise OutcomeError("not an outcome: nested too deeply", file=path.name) from None
    except ValueError as error:
        raise OutcomeError(f"not TOML: {error}", file=path.name) from None
    if not content:
        raise OutcomeError(
            "says nothing", file=path.name, allowed="keys such as title, law, change"
        )
    return content


@dataclass(frozen=True)
class _Reader:
    """Reads one table of the file and says which key is wrong."""

    file: str | None
    row: str | None = None

    def error(
        self, message: str, key: str, value: object, allowed: object, close: str | None = None
    ) -> OutcomeError:
        return OutcomeError(
            message, file=self.file, row=self.row, field=key, value=value, allowed=allowed,
            nearest=close,
        )  # fmt: skip

    def keys(self, content: Mapping[str, Any], allowed: Sequence[str], within: str = "") -> None:
        for key in content:
            if key not in allowed:
                raise self.error(
                    "unknown key", f"{within}{key}", None, allowed, nearest(key, allowed)
                )

    def text(self, content: Mapping[str, Any], key: str, default: str) -> str:
        value = content.get(key, default)
        if not isinstance(value, str) or (key == "name" and not value.strip()):
            raise self.error("not a text", key, value, 'text in quotes, as "own"')
        value = " ".join(value.split()) if key not in ("name", "title") else value
        if not value.isprintable() or len(value) > MAX_TEXT:
            allowed = f"one line of at most {MAX_TEXT} characters"
            raise self.error("a text with control characters, or too long", key, value, allowed)
        return value

    def name(self, content: Mapping[str, Any], default: str) -> str:
        name = self.text(content, "name", default)
        if len(name) > MAX_NAME or any(character in name for character in _NOT_IN_NAMES):
            allowed = f"at most {MAX_NAME} characters, none of {' '.join(_NOT_IN_NAMES)}"
            raise self.error("not a name of an outcome", "name", name, allowed)
        return name

    def flag(self, content: Mapping[str, Any], key: str) -> bool:
        value = content.get(key, False)
        if not isinstance(value, bool):
            raise self.error("neither true nor false", key, value, "true or false")
        return value

    def order(self, content: Mapping[str, Any]) -> int:
        value = content.get("order", DEFAULT_ORDER)
        if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 10**6:
            raise self.error("not a place", "order", value, f"a whole number as {DEFAULT_ORDER}")
        return value

    def partner_tariffs(self, content: Mapping[str, Any]) -> PartnerTariffs:
        given = content.get("partner_tariffs", "keep")
        if isinstance(given, str):
            return PartnerTariffs(self.choice(given, "partner_tariffs", ANSWERS))
        if not isinstance(given, Mapping):
            allowed = f"{', '.join(ANSWERS)}, or a table of sectors"
            raise self.error("not an answer", "partner_tariffs", given, allowed)
        kinds = datasets.load("icio_sectors")
        goods = tuple(kinds.loc[kinds["kind"] == "goods", "sector"].astype(str))
        self.keys(given, ("all", *goods), "partner_tariffs.")
        answers = {
            sector: self.choice(answer, f"partner_tariffs.{sector}", ANSWERS)
            for sector, answer in given.items()
        }
        return PartnerTariffs(answers.pop("all", "keep"), tuple(sorted(answers.items())))

    def day(self, value: object, key: str) -> dt.date:
        if value == LAST:
            return coverage()[1]
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

    def except_partners(self, content: Mapping[str, Any]) -> frozenset[str]:
        if "except_partners" not in content:
            return frozenset()
        codes = self.partners(content, "except_partners")
        if codes is None:
            raise self.error(
                "leaves out everybody", "except_partners", content["except_partners"],
                "codes as JPN, or no change at all",
            )  # fmt: skip
        return codes

    def fraction(self, content: Mapping[str, Any], key: str, largest: float) -> float | None:
        if key not in content:
            return None
        if (wrong := fraction_fault(content[key], largest)) is not None:
            raise self.error(wrong, key, content[key], f"0 to {largest:g}")
        return float(content[key])

    def value_share(self, content: Mapping[str, Any]) -> str | None:
        if "value_share" not in content:
            return None
        shares = (*sorted(share_names()), WHOLE)
        return self.choice(content["value_share"], "value_share", shares)

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
        return Change(
            layer=layer,
            partners=self.partners(content, "partners"),
            except_partners=self.except_partners(content),
            scope=scope,
            rule=rule,
            rate=rate,
            nets=nets if rule == "ceiling" else None,
            value_share=self.value_share(content),
            quota_share=self.fraction(content, "quota_share", 1.0),
            off=bool(content.get("off", False)),
            as_on=self.day(content["as_on"], "as_on") if "as_on" in content else None,
            reference=self.text(content, "reference", ""),
        )
