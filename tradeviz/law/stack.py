"""What a layer covers once it has given way to the layers it yields to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tradeviz.law.condition import Index
from tradeviz.law.record import Measure, Stacking
from tradeviz.law.resolve import Layer
from tradeviz.law.shares import FOREIGN_CONTENT, OUTSIDE_USMCA
from tradeviz.lines import Lines
from tradeviz.products import Floats


def charged(cover: Floats, layer: Layer) -> Floats:
    """Return rate times share; a layer of few lines is worked out on these only."""
    if 4 * len(layer.hit) > len(cover):
        return cover * layer.rate
    charged = np.zeros(len(cover))
    charged[layer.hit] = cover[layer.hit] * layer.rates
    return charged


def _rows_of(pair: Stacking, index: Index, trade: Lines) -> Index:
    """Return which of some lines a stacking pair is for."""
    if pair.partners is None and pair.only is None:
        return index
    parts = [index[slice(*index.searchsorted(run))] for run in trade.runs_of(pair)]
    return np.concatenate(parts) if parts else index[:0]


def give_way(
    resolved: dict[str, Layer],
    pairs: list[Stacking],
    made: dict[str, Floats],
    taken: dict[tuple[Stacking, ...], Floats],
    name: str,
    trade: Lines,
) -> Floats:
    """Return what a layer covers once the layers it yields to have taken their share.

    Two measures that reach the same share of the goods (both only goods outside USMCA) mean the
    same goods: the later one covers what is left of that share. Otherwise the shares are of
    different kinds (which goods, how much of each good) and are taken as independent.
    """
    layer = resolved[name]
    if not pairs:
        return layer.cover
    if 4 * len(layer.reached) < len(trade):
        return _give_way_on_few(resolved, pairs, made, name, trade)
    key = tuple(replace(pair, layer="", reference="") for pair in pairs)
    nested = np.zeros(len(trade)) if layer.shares is not None else None
    if key in taken and nested is None:
        return layer.cover * taken[key]
    left = np.ones(len(trade))
    for pair in pairs:
        other = resolved[pair.yields_to]
        index = _rows_of(pair, other.reached, trade)
        share = made[pair.yields_to][index]
        if nested is not None and other.shares is not None and layer.shares is not None:
            same = (layer.shares[index] >= 0) & _same_share(layer, other, index)
            nested[index] += np.where(same, share, 0.0)
            share = np.where(same, 0.0, share)
        left[index] -= share
    np.maximum(left, 0.0, out=left)
    if nested is None:
        taken[key] = left
        return layer.cover * left
    return np.maximum(layer.cover - nested, 0.0) * left


def _give_way_on_few(
    resolved: dict[str, Layer],
    pairs: list[Stacking],
    made: dict[str, Floats],
    name: str,
    trade: Lines,
) -> Floats:
    """Return the same as `give_way`, worked out on the lines of a small layer only."""
    layer = resolved[name]
    rows = layer.reached
    left, nested = np.ones(len(rows)), np.zeros(len(rows))
    for pair in pairs:
        other = resolved[pair.yields_to]
        share = made[pair.yields_to][rows]
        if pair.partners is not None or pair.only is not None:
            meant = np.zeros(len(rows), dtype=bool)
            meant[np.searchsorted(rows, _rows_of(pair, rows, trade))] = True
            share = np.where(meant, share, 0.0)
        if layer.shares is not None and other.shares is not None:
            same = (layer.shares[rows] >= 0) & _same_share(layer, other, rows)
            nested += np.where(same, share, 0.0)
            share = np.where(same, 0.0, share)
        left -= share
    cover = np.zeros(len(trade))
    cover[rows] = np.maximum(layer.cover[rows] - nested, 0.0) * np.maximum(left, 0.0)
    return cover


def _same_share(layer: Layer, other: Layer, index: Index) -> NDArray[np.bool_]:
    """Say on which lines the measures of two layers reach shares that nest.

    They are of one kind, or the goods outside USMCA beside the same goods and foreign content.
    """

    def kind(item: Measure) -> str:
        name = item.value_share or ""
        return OUTSIDE_USMCA if name == FOREIGN_CONTENT else name

    names = {kind(item) for one in (layer, other) for item in one.measures}
    number = {name: place for place, name in enumerate(sorted(names | {""}))}

    def codes(one: Layer) -> NDArray[np.int8]:
        listed = [*(number[kind(item)] for item in one.measures), *[number[""]] * 2]
        return np.array(listed, dtype=np.int8)[one.winner[index]]

    same: NDArray[np.bool_] = codes(layer) == codes(other)
    return same
