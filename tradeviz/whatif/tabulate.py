"""Everything a page needs to answer own terms by itself, as one table of plain values."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tradeviz.datasets import column_by
from tradeviz.errors import ReportError
from tradeviz.law.outcome import Outcome, names, outcome
from tradeviz.lines import lines
from tradeviz.partners import FOCUS, called, name
from tradeviz.products import Floats, product_table
from tradeviz.quantities import day
from tradeviz.trade.exposure import exposure
from tradeviz.whatif import curves
from tradeviz.whatif.curves import LAWS, LAYERS, RULES, STEPS, Groups

_UNIT = 1e-5  # dollars: what a bend of a partner's curve is rounded to
_GOODS_UNIT = 1e4  # dollars: goods are shown in whole percent
_TOP = 3
_CLOSE = 1e-9  # of imports: two duties that differ by less are the same
# Where goods that lead are looked for: corners, and settings that people ask about.
_SAMPLED = (0, 10, 20, 30, 50, 100, 200)

Flags = NDArray[np.bool_]


@cache
def tabulated(only: str = "") -> dict[str, Any]:
    """Return the table for all partners, or for one, checked against the engine."""
    _check_sums()
    keep = [_order().index(only)] if only else list(range(len(_order())))
    titles = column_by("layers", "layer", "title")
    return {
        "unit": _UNIT,
        "goodsUnit": _GOODS_UNIT,
        "layers": [{"name": layer, "title": titles[layer]} for layer in LAYERS],
        "rules": list(RULES),
        "laws": [_law(law, keep) for law in LAWS],
        "partners": [_partners()[place] for place in keep],
        **_goods(keep),
        "marks": _marks(keep),
        **_presets(),
        "first": {"law": LAWS[0], "rule": RULES[0], "rates": _usual(LAWS[0])},
        "axis": _axis(),
    }


def _order() -> list[str]:
    """Return the partners as pages show them: the five, then everyone else by name."""
    others = [code for code in lines().partners if code not in FOCUS]
    return [*FOCUS, *sorted(others, key=name)]


def _places() -> Groups:
    return np.array([lines().partners.index(code) for code in _order()])


def _summed(by_line: Floats) -> Floats:
    return curves.summed(by_line, curves.partner_of(), len(lines().partners))[_places()]


def _law(law: str, keep: list[int]) -> dict[str, Any]:
    found, base = curves.terms(law), outcome(law)
    return {
        "name": law,
        "title": base.title,
        "said": day(base.day),
        "whole": _whole(law)[keep].tolist(),
        "parts": {str(_mask(chosen)): _part(law, chosen, keep) for chosen in _PARTS},
        "rest": _summed(found.rest)[keep].tolist(),
        "own": [_summed(found.own[layer])[keep].tolist() for layer in LAYERS],
        "curves": {
            rule: [curves.packed(_steeper(law, rule, layer)[keep], _UNIT) for layer in LAYERS]
            for rule in RULES
        },
    }


@cache
def _whole(law: str) -> Floats:
    """Return the added duty of a law as it stands."""
    return _engine(outcome(law))


def _engine(terms: Outcome) -> Floats:
    """Return the added duty that the engine says of terms."""
    return _summed(lines().value * terms.schedule().added_together()[0])


_PARTS = tuple(
    chosen for size in range(1, len(LAYERS)) for chosen in itertools.combinations(LAYERS, size)
)
"""Sets of layers of which some are set and some are left to the law."""


def _mask(chosen: Iterable[str]) -> int:
    return sum(1 << LAYERS.index(layer) for layer in chosen)


@cache
def _asked(law: str, chosen: tuple[str, ...]) -> tuple[Floats, dict[tuple[str, str], Floats]]:
    """Return what own terms in some layers leave to the law, and their curves, by partner."""
    found = curves.terms(law) if chosen == LAYERS else curves.asked(law, chosen)
    size, group = len(lines().partners), curves.partner_of()
    return _summed(found.rest), {
        (rule, layer): curves.steepening(found, rule, layer, group, size)[_places()]
        for rule in RULES
        for layer in chosen
    }


def _part(law: str, chosen: tuple[str, ...], keep: list[int]) -> dict[str, Any]:
    """Return how a law answers where only some rates are set, as changes to the whole curves."""
    rest, steeper = _asked(law, chosen)
    deltas: dict[str, dict[str, str]] = {rule: {} for rule in RULES}
    for (rule, layer), bends in steeper.items():
        change = (bends - _steeper(law, rule, layer))[keep]
        if np.abs(change).max() > _UNIT:
            text = curves.packed(change, _UNIT, signed=True)
            deltas[rule][str(LAYERS.index(layer))] = text
    return {"rest": rest[keep].tolist(), "deltas": deltas}


def _steeper(law: str, rule: str, layer: str) -> Floats:
    return _asked(law, LAYERS)[1][rule, layer]


def _partners() -> list[dict[str, Any]]:
    trade = lines()
    imports, base = _summed(trade.value), _summed(trade.duty)
    return [
        {"code": code, "name": name(code), "called": called(code), "imports": value, "base": duty}
        for code, value, duty in zip(_order(), imports.tolist(), base.tolist(), strict=True)
    ]


def _goods(keep: list[int]) -> dict[str, Any]:
    """Return duties by chapter, for the chapters that lead somewhere."""
    titles = column_by("sectors", "hs2", "chapter")
    codes, leading, parts = _by_chapter()
    pairs = [(row, code) for row in keep for code in np.flatnonzero(leading[row]).tolist()]
    rows = np.array([row * len(codes) + code for row, code in pairs])
    laws = []
    for constants, bends in parts:
        whole = [np.rint(part[rows] / _GOODS_UNIT).astype(int).tolist() for part in constants]
        packed = {
            rule: [curves.packed(bends[rule, layer][rows], _GOODS_UNIT) for layer in LAYERS]
            for rule in RULES
        }
        laws.append({"rest": whole[0], "own": whole[1:], "curves": packed})
    return {
        "chapters": [titles[code] for code in codes],
        "goods": [[keep.index(row), code] for row, code in pairs],
        "goodsLaws": laws,
    }


@cache
def _by_chapter() -> tuple[list[str], Flags, list[tuple[list[Floats], dict[Any, Floats]]]]:
    """Return chapters, which of them lead for whom, and constants and curves of each law."""
    trade, chapter = lines(), product_table()["hs2"].astype("category").cat
    width, size = len(chapter.categories), len(trade.partners)
    rank = np.argsort(_places())
    group = rank[curves.partner_of()] * width + chapter.codes.to_numpy()[trade.product]
    leading = np.zeros((size, width), dtype=bool)
    parts = []
    for law in LAWS:
        found = curves.terms(law)
        constants = [
            curves.summed(part, group, size * width) for part in (found.rest, *found.own.values())
        ]
        bends = {
            (rule, layer): curves.steepening(found, rule, layer, group, size * width)
            for rule in RULES
            for layer in LAYERS
        }
        parts.append((constants, bends))
        for rule in RULES:
            _mark_leading(leading, constants, [bends[rule, layer] for layer in LAYERS])
    return list(map(str, chapter.categories)), leading, parts


def _mark_leading(leading: Flags, constants: list[Floats], bends: list[Floats]) -> None:
    """Mark the chapters that are among the first of a partner at a setting that is looked at."""
    rest, *own = constants
    choices = []
    for law_own, steeper in zip(own, bends, strict=True):
        curve = curves.values(steeper)
        choices.append([law_own, *(curve[:, step] for step in _SAMPLED)])
    for parts in itertools.product(*choices):
        duty = (rest + sum(parts)).reshape(leading.shape)
        first = np.argpartition(-duty, _TOP, axis=1)[:, :_TOP]
        np.put_along_axis(leading, first, True, axis=1)


@cache
def _shipped() -> pd.Series[float]:
    """Return the rates of the shipped outcomes, which each form asks for; read only."""
    return exposure(list(names()), partners=_order())["effective_rate"]


def _marks(keep: list[int]) -> list[dict[str, Any]]:
    """Return the rates of the shipped outcomes, each with a letter of its own."""
    table = _shipped()
    made: list[dict[str, Any]] = []
    for end in names():
        title = outcome(end).title
        used = {mark["letter"] for mark in made}
        rates = table.xs(end, level="outcome")[_order()].iloc[keep].round(6).tolist()
        letter = _letter(title, used)
        made.append({"name": end, "title": title, "letter": letter, "rates": rates})
    return made


def _letter(title: str, used: set[str]) -> str:
    """Return the first letter of a title that is free: initials first."""
    words = title.removeprefix("The ").split()
    letters = [word[0].upper() for word in words] + [x.upper() for x in title if x.isalpha()]
    return next(letter for letter in letters if letter not in used)


def _usual(law: str) -> list[float]:
    """Return the rate in percent that a law asks of most trade, in each layer."""
    schedule, trade = outcome(law).schedule(), lines()
    covers = schedule.covers()
    made = []
    for layer in LAYERS:
        rates, place = np.unique(schedule.layer(layer).rate.round(6), return_inverse=True)
        weight = np.bincount(place, weights=trade.value * covers[layer])
        made.append(float(100 * rates[np.argmax(weight)]))
    return made


@cache
def _axis() -> list[float]:
    """Return where the axis turns coarser and where it ends, in tens of points.

    No shipped outcome takes one of the five beyond the first, no setting beyond the second.
    """
    five = len(FOCUS)
    imports, base = _summed(lines().value), _summed(lines().duty)
    ends = [
        base
        + _summed(curves.terms(law).rest)
        + sum(curves.values(_steeper(law, "add", layer))[:, STEPS] for layer in LAYERS)
        for law in LAWS
    ]
    shipped = max(rate for mark in _marks(list(range(five))) for rate in mark["rates"])
    return [
        float(np.ceil(highest * 10) / 10)
        for highest in (shipped, max((end / imports)[:five].max() for end in ends))
    ]


@cache
def _by_layer(end: str) -> dict[str, Floats]:
    """Return the added duty of an outcome by layer, as parts of the partners' imports."""
    added, trade = outcome(end).schedule().added(), lines()
    imports, zero = _summed(trade.value), np.zeros(len(trade))
    rest = sum((rate for key, rate in added.items() if key not in LAYERS), start=zero)
    parts = {"rest": rest, **{layer: added.get(layer, zero) for layer in LAYERS}}
    return {key: _summed(trade.value * rate) / imports for key, rate in parts.items()}


def _matches(law: str, rule: str, end: str) -> tuple[list[float | None], Flags]:
    """Return the terms nearest to an outcome, and for which partners they are the same."""
    imports, wanted = _summed(lines().value), _by_layer(end)
    same = np.abs(_summed(curves.terms(law).rest) / imports - wanted["rest"]) < _CLOSE
    rates: list[float | None] = []
    for layer in LAYERS:
        curve = curves.values(_steeper(law, rule, layer))
        choices = np.column_stack([_summed(curves.terms(law).own[layer]), curve]) / imports[:, None]
        equal = np.abs(choices - wanted[layer][:, None]) < _CLOSE
        # The five first, then as many as can be; the law's own where nothing is to choose.
        best = int(np.argmax(equal[: len(FOCUS)].sum(axis=0) * len(imports) + equal.sum(axis=0)))
        rates.append(None if best == 0 else (best - 1) * 100 / STEPS)
        same = same & equal[:, best]
    if not any(rate is not None for rate in rates):
        same = np.abs(_whole(law) / imports - sum(wanted.values())) < _CLOSE
    return rates, same


@cache
def _presets() -> dict[str, Any]:
    """Return the shipped outcomes that own terms can say: for all, for the five, for neither."""
    made: dict[str, list[dict[str, Any]]] = {"presets": [], "near": [], "left": []}
    for end in names():
        entries = [_entry(law, rule, end) for law in LAWS for rule in RULES]
        entry, same = max(entries, key=lambda pair: (pair[1][: len(FOCUS)].sum(), pair[1].sum()))
        others = [name(code) for code, equal in zip(_order(), same, strict=True) if not equal]
        if same[: len(FOCUS)].all():
            made["near" if others else "presets"].append({**entry, "except": others})
        else:
            made["left"].append({"title": entry["title"], "why": _other_reach(end)})
    return made


def _other_reach(end: str) -> list[str]:
    """Return the titles of the layers that reach goods of the five which the pause leaves out."""
    titles = column_by("layers", "layer", "title")
    wanted, base = outcome(end).schedule(), outcome(LAWS[0]).schedule()
    rows = lines().rows(FOCUS)
    return [
        titles[layer]
        for layer in wanted.layers
        if layer not in base.layers
        or not np.array_equal(wanted.layer(layer).cover[rows], base.layer(layer).cover[rows])
    ]


def _entry(law: str, rule: str, end: str) -> tuple[dict[str, Any], Flags]:
    rates, same = _matches(law, rule, end)
    about = {"name": end, "title": outcome(end).title}
    return {**about, "law": law, "rule": rule, "rates": rates}, same


@cache
def _check_sums() -> None:
    """Compare curves that are added up with the engine, at settings drawn once and for all."""
    chosen, close = np.random.default_rng(2025), _CLOSE * _summed(lines().value)
    settings = itertools.product(LAWS, (None, *LAYERS))
    for (law, unset), rule in zip(settings, itertools.cycle(RULES), strict=False):
        steps = chosen.integers(0, STEPS + 1, len(LAYERS)).tolist()
        rates = {layer: step / STEPS for layer, step in zip(LAYERS, steps, strict=True)}
        asked = {layer: None if layer == unset else rate for layer, rate in rates.items()}
        terms = curves.own_terms("all", law, rule, asked)
        off = np.abs(added_duty(law, rule, asked) - _engine(terms)) > close
        wrong = [code for code, bad in zip(_order(), off, strict=True) if bad]
        if wrong:
            what, setting = "own terms do not add up by layer", f"{law}, {rule}, {asked}"
            raise ReportError(what, field=", ".join(wrong), value=setting)


def added_duty(law: str, rule: str, rates: Mapping[str, float | None]) -> Floats:
    """Return the added duty of a setting in dollars, one for each partner as pages show them."""
    chosen = tuple(layer for layer in LAYERS if rates.get(layer) is not None)
    total, steeper = _asked(law, chosen)
    for layer in chosen:
        step = round(float(rates[layer] or 0.0) * STEPS)
        total = total + curves.values(steeper[rule, layer])[:, step]
    return total
