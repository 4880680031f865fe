"""Read the law tables, check every row, and name all faults with file, row and field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from graphlib import CycleError, TopologicalSorter
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from tradeviz import datasets
from tradeviz.errors import DataError, MeasureError, TradevizError, nearest
from tradeviz.law.record import (
    LAW_RULES,
    MAX_RATE,
    NETS,
    Exemption,
    Law,
    Measure,
    Stacking,
    coverage,
    fraction_fault,
)
from tradeviz.law.scopes import scope_days, scope_names
from tradeviz.law.shares import share_names


@cache
def part_of() -> dict[str, str]:
    """Return member -> group, for the members of the EU."""
    return datasets.column_by("partners", "partner", "part_of")


@cache
def sure_until(folder: Path | None = None) -> dict[str, dt.date]:
    """Return layer -> the last day that its law is known, where that is its own."""
    table = datasets.load("layers", folder=folder).dropna(subset="known_until")
    return dict(zip(table["layer"], table["known_until"].dt.date, strict=True))


@cache
def law() -> Law:
    """Return the law of the data package, or raise its first fault.

    Examples
    --------
    >>> law().measure("reciprocal-2025-04-05-all").rate
    0.1
    """
    return read_law()


def read_law(folder: Path | None = None) -> Law:
    """Read and check the law tables of a data folder."""
    reader = _Reader(folder)
    found = reader.read()
    if reader.faults:
        first, more = reader.faults[0], len(reader.faults) - 1
        if more:
            first.message += f" (and {more} more: tradeviz check)"
            first.args = (str(first),)
        raise first
    return found


def check_law(folder: Path | None = None) -> list[str]:
    """Name every fault of the law tables."""
    reader = _Reader(folder)
    reader.read()
    return [str(fault) for fault in reader.faults]


def fault_at(
    message: str, file: str, row: int, field: str, value: object, allowed: object,
    near: str | None = None,
) -> MeasureError:  # fmt: skip
    """Return a fault of one cell of the law."""
    return MeasureError(
        message, file=file, row=row, field=field, value=value, allowed=allowed, nearest=near
    )


@dataclass
class _Reader:
    """Reads the tables of one folder and collects every fault on the way."""

    folder: Path | None
    faults: list[TradevizError] = field(default_factory=list)

    def read(self) -> Law:
        layers = self._table("layers").sort_values("position")
        self.layers = tuple(map(str, layers["layer"]))
        self.charging = tuple(name for name in self.layers if name != "mfn")
        in_base = frozenset(map(str, layers.loc[layers["in_base"], "layer"]))
        self.partners = frozenset(map(str, self._table("partners")["partner"]))
        self.scopes = frozenset(scope_names(self.folder))
        self.shares = share_names(self.folder)
        self.until = coverage(self.folder)[1]
        measures = list(self._rows("measures", self._measure))
        exemptions = list(self._rows("exemptions", self._exemption))
        stacking = list(self._rows("stacking", self._stacking))
        self._overlaps(measures)
        self._cycles(stacking)
        return Law(
            self.layers,
            tuple(made for _, made in measures),
            tuple(made for _, made in exemptions),
            tuple(made for _, made in stacking),
            calendar=scope_days if self.folder is None else lambda _: (),
            in_base=in_base,
        )

    def add(self, fault: TradevizError) -> None:
        """Keep a fault, unless it is of a cell that could not be read at all."""
        place = (fault.file, fault.row, fault.field)
        unread = {(f.file, f.row, f.field) for f in self.faults if isinstance(f, DataError)}
        if place not in unread:
            self.faults.append(fault)

    def _table(self, name: str) -> pd.DataFrame:
        return datasets.load(name, folder=self.folder)

    def _rows(self, name: str, make: Callable[[_Row], Any]) -> Iterator[tuple[int, Any]]:
        folder = datasets.DATA if self.folder is None else Path(self.folder)
        table, faults = datasets.read_table(name, folder)
        for fault in faults:
            self.add(fault)
        records = table.astype(object).where(table.notna(), None).to_dict("records")
        for number, values in enumerate(records, start=1):
            row = _Row(f"law/{name}.csv", number, {str(k): v for k, v in values.items()}, self)
            rule = make(row)
            if not any(fault.file == row.file and fault.row == number for fault in self.faults):
                yield number, rule

    def _measure(self, row: _Row) -> Measure:
        rule = row.choice("rule", LAW_RULES)
        nets = row.choice_if_given("nets", NETS)
        if (rule == "ceiling") != (nets is not None):
            row.fault("a ceiling names the duty it includes, an add none", "nets", NETS)
        return Measure(
            measure=str(row.get("measure")),
            layer=row.choice("layer", self.charging),
            title=str(row.get("title")),
            partners=row.codes("partners"),
            except_partners=row.left_out(),
            scope=row.choice("scope", self.scopes),
            rule=rule,
            rate=row.fraction("rate", MAX_RATE),
            nets=nets,
            value_share=row.choice_if_given("value_share", self.shares),
            quota_share=None if row.get("quota_share") is None else row.fraction("quota_share", 1),
            known_from=row.day("known_from") or row.day("start"),
            **row.period(),
            **row.legal(),
        )

    def _exemption(self, row: _Row) -> Exemption:
        return Exemption(
            exemption=str(row.get("exemption")),
            layer=row.choice("layer", self.charging),
            partners=row.codes("partners"),
            scope=row.choice("scope", self.scopes),
            known_from=row.day("known_from") or row.day("start"),
            **row.period(),
            **row.legal(),
        )

    def _stacking(self, row: _Row) -> Stacking:
        made = Stacking(
            layer=row.choice("layer", self.charging),
            yields_to=row.choice("yields_to", self.charging),
            partners=row.codes("partners"),
            reference=str(row.get("reference")),
            **row.period(),
        )
        if made.layer == made.yields_to:
            row.fault("a layer cannot give way to itself", "yields_to", "another layer")
        return made

    def _overlaps(self, measures: list[tuple[int, Measure]]) -> None:
        """Find pairs of which nobody could say which applies."""
        groups: dict[tuple[str, str], list[tuple[int, Measure]]] = {}
        names: dict[str, int] = {}
        for number, made in measures:
            groups.setdefault((made.layer, made.scope), []).append((number, made))
            if made.measure in names:
                self._overlap(number, f"repeats the name of row {names[made.measure]}", made)
            names.setdefault(made.measure, number)
        for group in groups.values():
            for (first, one), (second, other) in combinations(group, 2):
                if _same_class(one, other) and _meet(one, other):
                    self._overlap(second, f"overlaps row {first} ('{one.measure}')", other)

    def _cycles(self, pairs: list[tuple[int, Stacking]]) -> None:
        """Find layers that give way to each other for one partner on one day."""
        named = {code for _, pair in pairs for code in pair.partners or ()}
        for day in sorted({pair.start for _, pair in pairs}):
            for partner in (*sorted(named), ""):
                rows: dict[str, dict[str, int]] = {}
                for number, pair in pairs:
                    if pair.in_force(day) and pair.names(partner, part_of()):
                        rows.setdefault(pair.layer, {})[pair.yields_to] = number
                try:
                    TopologicalSorter({layer: set(to) for layer, to in rows.items()}).prepare()
                except CycleError as error:
                    cycle = error.args[1]
                    number = max(rows[b][a] for a, b in pairwise(cycle))
                    place = ("law/stacking.csv", number, "yields_to")
                    layers = ", ".join(sorted(set(cycle)))
                    allowed = "an order of layers on each day"
                    self.add(fault_at("layers give way to each other", *place, layers, allowed))

    def _overlap(self, number: int, message: str, made: Measure) -> None:
        allowed = "one measure for a layer, scope, partner and day; end the earlier one"
        place = ("law/measures.csv", number, "measure")
        self.add(fault_at(message, *place, made.measure, allowed))


def _same_class(one: Measure, other: Measure) -> bool:
    if one.partners is None or other.partners is None:
        return one.partners is other.partners
    return bool(one.partners & other.partners)


def _meet(one: Measure, other: Measure) -> bool:
    earlier, later = sorted((one, other), key=lambda item: item.known)
    if earlier.known < later.known and earlier.start <= later.start < later.known:
        # What was published later takes the place of what was known before.
        return False
    return one.start < (other.end or dt.date.max) and other.start < (one.end or dt.date.max)


@dataclass(frozen=True)
class _Row:
    """One row of a law table that reports its own faults."""

    file: str
    number: int
    values: dict[str, Any]
    reader: _Reader

    def get(self, name: str) -> Any:
        return self.values.get(name)

    def fault(
        self, message: str, name: str, allowed: object = None, close: str | None = None
    ) -> None:
        value = self.get(name)
        value = value.date() if isinstance(value, pd.Timestamp) else value
        self.reader.add(fault_at(message, self.file, self.number, name, value, allowed, close))

    def choice(self, name: str, allowed: Any) -> str:
        value = self.get(name)
        if value not in allowed:
            few = sorted(allowed) if len(allowed) < 20 else f"{len(allowed)} names"
            self.fault("unknown name", name, few, nearest(str(value), allowed))
        return str(value)

    def choice_if_given(self, name: str, allowed: Any) -> str | None:
        return None if self.get(name) is None else self.choice(name, allowed)

    def codes(self, name: str) -> frozenset[str] | None:
        value = self.get(name)
        if value is None or value == "all":
            return None
        codes = frozenset(str(value).split(";"))
        for code in sorted(codes - self.reader.partners):
            close = nearest(code, self.reader.partners)
            self.fault(f"unknown partner '{code}'", name, "codes of partners.csv, or all", close)
        return codes

    def left_out(self) -> frozenset[str]:
        if self.get("except_partners") == "all":
            self.fault("leaves out everybody", "except_partners", "codes of partners.csv")
        return self.codes("except_partners") or frozenset()

    def fraction(self, name: str, largest: float) -> float:
        wrong = fraction_fault(self.get(name), largest)
        if wrong is not None:
            self.fault(wrong, name, f"0 to {largest:g}")
        return 0.0 if wrong else float(self.get(name))

    def day(self, name: str) -> dt.date | None:
        return None if self.get(name) is None else pd.Timestamp(self.get(name)).date()

    def period(self) -> dict[str, Any]:
        start, end = self.day("start"), self.day("end")
        if start is not None and end is not None and start >= end:
            self.fault("ends before it starts", "end", f"a day after {start}")
        until, place = self.reader.until, "measures in datapackage.json"
        sure = sure_until(self.reader.folder).get(str(self.get("layer")), until)
        if sure < until:
            until, place = sure, "its layer in law/layers.csv"
        if start is not None and start > until:
            message = f"starts after the last day known: move known_until of {place}"
            self.fault(message, "start", f"to {until}")
        return {"start": start or dt.date.min, "end": end}

    def legal(self) -> dict[str, Any]:
        words = {name: self.get(name) or "" for name in ("reference", "source", "why")}
        provisional = bool(self.get("provisional"))
        if provisional != bool(words["why"]):
            self.fault("a provisional row says why, and only such a row", "why", "a reason")
        return {**words, "provisional": provisional}
