"""Overlays: what a change of an outcome adds to the law of a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from tradeviz import datasets
from tradeviz.law import reading
from tradeviz.law.outcome_file import Change
from tradeviz.law.record import Law, Measure


def charged_scopes(layer: str, day: dt.date) -> tuple[tuple[str, str | None], ...]:
    """Return the product lists that a layer charges on a day, or ever when it does not then.

    Parameters
    ----------
    layer : str
        Layer name.
    day : date
        The day.

    Returns
    -------
    tuple of (str, str or None)
        Scope and share of value; ``all`` for a layer without measures.

    Examples
    --------
    >>> charged_scopes("reciprocal", dt.date(2025, 4, 16))
    (('all', None),)
    """
    measures = [item for item in reading.law().measures if item.layer == layer]
    current = [item for item in measures if item.in_force(day)] or measures
    # Where USMCA goods are left out, the overlay takes the goods of everyone else.
    pairs = {(i.scope, i.value_share if i.value_share != "not_usmca" else None) for i in current}
    return tuple(sorted(pairs, key=str)) or (("all", None),)


def _expanded(change: Change) -> frozenset[str]:
    """Return the partners with trade lines that a change is for."""
    probe = Measure("", "", "", change.partners, "all", "add", 0.0, dt.date.min, None)
    probe = replace(probe, except_partners=change.except_partners, only=change.only)
    part_of = reading.part_of()
    known = datasets.load("partners")["partner"]
    return frozenset(p for p in known if probe.partner_class(p, part_of) is not None)


def apply_change(book: Law, change: Change, number: int, name: str) -> Law:
    """Put one change of an outcome on top of the law of a day.

    Parameters
    ----------
    book : Law
        What is in force, earlier changes included.
    change : Change
        The change.
    number : int
        Its place in the outcome, from 1: a later change beats an earlier one.
    name : str
        Name of the outcome, for the measures that this adds.

    Returns
    -------
    Law
        With the overlay measures, and with the exemptions of another day where the change asks.

    Examples
    --------
    >>> book = reading.law().on(dt.date(2025, 4, 16))
    >>> ten = apply_change(book, Change(layer="reciprocal", rate=0.2), 1, "own")
    >>> ten.measures[-1].overlay
    1
    """
    layers = [change.layer] if change.layer != "all" else list(book.layers)
    if change.as_on is None:
        measures = [_overlay(change, layer, number, name) for layer in layers if layer != "mfn"]
        present = {item.layer for item in book.measures}
        if change.off:
            measures = [item for item in measures if item.layer in present]
        return replace(book, measures=(*book.measures, *measures))
    other = reading.law().on(change.as_on)
    meant = _expanded(change)
    blank = replace(change, off=True, as_on=None, scope="all")
    added = [
        _overlay(blank, layer, number, name)
        for layer in layers
        if any(item.layer == layer for item in book.measures)
    ]
    added += [
        replace(item, overlay=number, only=meant, read_on=change.as_on)
        for item in other.measures
        if item.layer in layers
    ]
    exemptions = [
        replace(item, not_for=item.not_for | meant) if item.layer in layers else item
        for item in book.exemptions
    ]
    exemptions += [
        replace(item, only=meant, read_on=change.as_on)
        for item in other.exemptions
        if item.layer in layers
    ]
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
