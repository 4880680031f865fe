"""Overlays: what an outcome puts on the law of a day, partner by partner."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import TypeVar

from tradeviz import datasets
from tradeviz.law import reading
from tradeviz.law.outcome_file import WHOLE, Change
from tradeviz.law.record import Law, Measure, Rule

R = TypeVar("R", bound=Rule)
Codes = frozenset[str]


@cache
def all_partners() -> Codes:
    """Return the code of every partner that the law can mean."""
    return frozenset(map(str, datasets.load("partners")["partner"]))


@cache
def expanded(codes: Codes | None) -> Codes:
    """Return partners with the members of groups among them; everyone for None."""
    if codes is None:
        return all_partners()
    return codes | {member for member, group in reading.part_of().items() if group in codes}


def narrowed(rules: Iterable[R], to: Codes, read_on: dt.date | None = None) -> tuple[R, ...]:
    """Return rules for some partners only, with the lists of a day, without those for nobody."""
    kept = []
    for rule in rules:
        only = to if rule.only is None else rule.only & to
        if only & expanded(rule.partners) - expanded(rule.except_partners):
            kept.append(replace(rule, only=only, read_on=rule.read_on or read_on))
    return tuple(kept)


def law_for(book: Law, partners: Codes, day: dt.date) -> Law:
    """Return the law of a day for some partners only."""
    return replace(
        book,
        measures=narrowed(book.measures, partners, day),
        exemptions=narrowed(book.exemptions, partners, day),
        stacking=narrowed(book.stacking, partners),
    )


def joined(books: Iterable[Law]) -> Law:
    """Return laws of different partners as one."""
    first, *others = books
    return replace(
        first,
        measures=sum((book.measures for book in others), first.measures),
        exemptions=sum((book.exemptions for book in others), first.exemptions),
        stacking=sum((book.stacking for book in others), first.stacking),
    )


def charged_scopes(layer: str, day: dt.date) -> tuple[str, ...]:
    """Return the product lists that a layer charges on a day, or ever when it does not then."""
    measures = [item for item in reading.law().measures if item.layer == layer]
    current = [item for item in measures if item.in_force(day)] or measures
    return tuple(sorted({item.scope for item in current})) or ("all",)


def _in_law(layer: str, scope: str, day: dt.date) -> list[Measure]:
    """Return the law's measures on these goods: of the day, else of the first day there is one."""
    of_layer = [item for item in reading.law().measures if item.layer == layer]
    for goods in (scope, "all"):
        measures = [item for item in of_layer if item.scope == goods]
        if current := [item for item in measures if item.in_force(day)]:
            return current
        if measures:
            first = min(item.start for item in measures)
            return [item for item in measures if item.in_force(first)]
    return []


@cache
def _reached(layer: str, scope: str, day: dt.date) -> tuple[tuple[Codes, str | None], ...]:
    """Return partners and the share of value that the law reaches on these goods of theirs.

    Goods that the law spares are in that share: a car under USMCA, what is not metal in a good.
    """
    measures = _in_law(layer, scope, day)
    shares: dict[str | None, set[str]] = {}
    for partner in all_partners():
        named = [
            (closeness, item.start, item.value_share)
            for item in measures
            if (closeness := item.closeness(partner, reading.part_of())) is not None
        ]
        share = max(named, key=lambda entry: entry[:2])[2] if named else None
        shares.setdefault(share, set()).add(partner)
    return tuple((frozenset(codes), share) for share, codes in shares.items())


def apply_change(
    book: Law, change: Change, number: int, name: str, day: dt.date, whole: Law | None = None
) -> Law:
    """Put one change of an outcome on top of the law of a day."""
    layers = [change.layer] if change.layer != "all" else list(book.layers)
    if change.as_on is not None:
        return _as_on(book, change, number, layers, whole or reading.law())
    present = {item.layer for item in book.measures}
    if change.off:
        layers = [layer for layer in layers if layer in present]
    overlays = [
        item for layer in layers if layer != "mfn"
        for item in _overlays(change, layer, number, name, day)
    ]  # fmt: skip
    return replace(book, measures=(*book.measures, *overlays))


def _as_on(book: Law, change: Change, number: int, layers: list[str], whole: Law) -> Law:
    """Put the law of another day in the place of some layers, for the partners meant."""
    day = change.as_on or dt.date.min
    other = whole.on(day)
    meant = expanded(change.partners) - expanded(change.except_partners)
    rest = all_partners() - meant

    def replaced(rules: tuple[R, ...], others: tuple[R, ...]) -> tuple[R, ...]:
        own = [item for item in rules if item.layer not in layers]
        old = narrowed((item for item in rules if item.layer in layers), rest)
        new = narrowed((item for item in others if item.layer in layers), meant, day)
        return (*own, *old, *new)

    marked = tuple(replace(item, overlay=number) for item in other.measures)
    return replace(
        book,
        measures=replaced(book.measures, marked),
        exemptions=replaced(book.exemptions, other.exemptions),
    )


def _overlays(
    change: Change, layer: str, number: int, name: str, day: dt.date
) -> tuple[Measure, ...]:
    """Return the measures of a change: one, or one for each share of value that the law reaches."""
    overlay = Measure(
        measure=f"{name}:{number}",
        layer=layer,
        title=f"Outcome {name}",
        partners=change.partners,
        except_partners=change.except_partners,
        scope=change.scope,
        rule=change.rule,
        rate=change.rate or 0.0,
        nets=change.nets,
        value_share=None if change.value_share == WHOLE else change.value_share,
        quota_share=change.quota_share,
        reference=change.reference or f"outcome {name}, change {number}",
        source="outcome",
        overlay=number,
        covers=not change.off,
    )
    if change.off or change.value_share is not None:
        return (overlay,)
    reached = _reached(layer, change.scope, day)
    if len(reached) == 1:
        return (replace(overlay, value_share=reached[0][1]),)
    return tuple(
        item
        for codes, share in reached
        for item in narrowed([replace(overlay, value_share=share)], codes)
    )
