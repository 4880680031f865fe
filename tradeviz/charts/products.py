"""Charts of the goods that carry the bill: by chapter, sector and product."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, PowerNorm
from matplotlib.transforms import ScaledTranslation

from tradeviz import style
from tradeviz.charts.frame import canvas, chosen
from tradeviz.charts.split import SPLITS, beside, folded, label_of, make_room, only, split_of, under
from tradeviz.partners import name
from tradeviz.tables.display import need

_COLUMNS = ("outcome", "partner", "imports_usd", "added_duty_usd", "provisional_share")
_DARKEST = 0.58
_HEATED = {
    "added_duty_usd": "added duty, billion US dollars a year",
    "added_rate": "added duty over imports of the group, percent",
}


def _sums(flat: pd.DataFrame, key: str, codes: list[str], column: str) -> pd.DataFrame:
    """Return groups down and partners across, missing where a partner has no such trade."""
    wide = flat.assign(group=flat[key].astype(str)).pivot_table(
        index="group", columns="partner", values=column, aggfunc="sum", observed=True
    )
    return wide.reindex(columns=codes)


def _rest(count: int, key: str) -> str:
    return f"All other {SPLITS[key]} ({count:,})"


def _marks(flat: pd.DataFrame, codes: list[str]) -> dict[str, str]:
    """Return the mark of provisional law for each partner, by its share of the bill."""
    unsure = (flat["provisional_share"].fillna(0.0) * flat["added_duty_usd"]).groupby(
        flat["partner"].astype(str)
    ).sum()  # fmt: skip
    bill = flat["added_duty_usd"].groupby(flat["partner"].astype(str)).sum()
    return {
        code: " †" if bill[code] > 0 and unsure[code] / bill[code] >= style.PROVISIONAL else ""
        for code in codes
    }


def chapter_heatmap(
    exposure: pd.DataFrame,
    *,
    measure: str = "added_duty_usd",
    outcome: str | None = None,
    n: int = 12,
    ax: Axes | None = None,
) -> Axes:
    """Draw added duty by partner and chapter, the chapters with the largest bill first.

    Parameters
    ----------
    exposure : DataFrame
        From `tradeviz.exposure` with ``by="hs2"`` or ``by="sector"``.
    measure : {"added_duty_usd", "added_rate"}
        What colours and figures show.
    outcome : str, optional
        Which outcome of the table; may be None where it holds one.
    n : int
        Chapters with a row of their own; one row more holds the rest.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        One image, partners across; every cell has its figure, a dash where nothing is imported.

    Raises
    ------
    ArgumentError
        For a missing column or split, an empty table, an unknown measure or outcome.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> axes = chapter_heatmap(exposure("pause", by="hs2"), n=3)
    >>> axes.images[0].get_array().shape
    (4, 5)
    """
    chosen(measure, "measure", tuple(_HEATED))
    flat = need(exposure, _COLUMNS)
    key = split_of(flat, ("hs2", "sector"))
    end = only(flat, "outcome", outcome)
    flat = flat[flat["outcome"] == end]
    codes = [str(code) for code in dict.fromkeys(flat["partner"])]
    duty, imports = (_sums(flat, key, codes, c) for c in ("added_duty_usd", "imports_usd"))
    order = duty.sum(axis=1).sort_values(ascending=False, kind="stable").index
    label = label_of(key)
    cells = {label(str(group)): (duty.loc[group], imports.loc[group]) for group in order[:n]}
    if len(order) > n:
        others = order[n:]
        cells[_rest(len(others), key)] = (duty.loc[others].sum(), imports.loc[others].sum())
    values = pd.DataFrame({title: _cell(d, i, measure) for title, (d, i) in cells.items()}).T
    with style.scoped():
        figure, axes = canvas(ax, 1.5 + 0.31 * len(values))
        _heat(axes, values, measure)
        marks = _marks(flat, codes)
        heads = [folded(name(code) + marks[code], 78) for code in codes]
        axes.set_xticks(range(len(codes)), heads)
        axes.set_yticks(range(len(values)), [folded(str(item), 210) for item in values.index])
        title = _heaviest(duty, order, label, codes)
        style.finish(
            axes,
            title=title,
            subtitle=f"{under(exposure, end)}: {_HEATED[measure]}; –: no imports",
            provisional=any(marks.values()),
        )
    alt = f"Table in colours, {len(values)} rows by {len(codes)} partners. {title}. "
    style.attach(axes, _long(values, key, measure), alt + _said(values, measure))
    return axes


def _cell(duty: pd.Series, imports: pd.Series, measure: str) -> pd.Series:
    traded = imports > 0
    return (duty if measure == "added_duty_usd" else duty / imports.where(traded)).where(traded)


def _text(value: float, measure: str) -> str:
    if pd.isna(value):
        return "–"
    if measure == "added_rate":
        return f"{value * 100:.1f}"
    if 0 < value < 5e6:
        return "<0.01"
    return f"{value / 1e9:.1f}" if value >= 9.95e8 else f"{value / 1e9:.2f}" if value else "0"


def _heat(axes: Axes, values: pd.DataFrame, measure: str) -> None:
    # Light enough for dark text in every cell, in greyscale too.
    blues = colormaps["Blues"](np.linspace(0.0, _DARKEST, 256))
    shades = ListedColormap(blues).with_extremes(bad="#e8e8e8")
    numbers = values.to_numpy(float)
    top = max(float(np.nanmax(numbers)) if np.isfinite(numbers).any() else 0.0, 1e-9)
    # Square roots of amounts: the largest cell would leave all others white.
    norm = PowerNorm(0.5 if measure.endswith("_usd") else 1.0, vmin=0, vmax=top)
    axes.imshow(
        np.ma.masked_invalid(numbers), cmap=shades, norm=norm, aspect="auto", interpolation="none"
    )
    for (down, across), value in np.ndenumerate(numbers):
        axes.text(
            across, down, _text(float(value), measure), ha="center", va="center", fontsize=9.5,
            color=style.TEXT,
        )  # fmt: skip
    axes.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xticks(np.arange(0.5, numbers.shape[1] - 0.5), minor=True)
    axes.set_yticks(np.arange(0.5, numbers.shape[0] - 0.5), minor=True)
    axes.tick_params(which="minor", length=0)
    axes.set_axisbelow(False)
    axes.grid(which="minor", color="white", linewidth=2)


def _heaviest(duty: pd.DataFrame, order: Any, label: Any, codes: list[str]) -> str:
    total = float(duty.sum().sum())
    if total <= 0:
        return "No duty is added"
    share = float(duty.loc[order[0]].sum()) / total
    whose = name(codes[0]) if len(codes) == 1 else f"{len(codes)} partners"
    return f"{whose}: {style.percent(share)} of the added duty falls on {label(str(order[0]))}"


def _said(values: pd.DataFrame, measure: str) -> str:
    parts = []
    for code in values.columns:
        column = values[code].dropna().sort_values(ascending=False, kind="stable")[:3]
        words = ", ".join(f"{row} {_text(float(v), measure)}" for row, v in column.items())
        parts.append(f"{name(str(code))}: {words}")
    return f"Largest {_HEATED[measure]}: {'; '.join(parts)}."


def _long(values: pd.DataFrame, key: str, measure: str) -> pd.DataFrame:
    wide = values.rename_axis(index=key).reset_index()
    return wide.melt(id_vars=key, var_name="partner", value_name=measure)


def product_bars(
    exposure: pd.DataFrame,
    *,
    partner: str | None = None,
    outcome: str | None = None,
    n: int = 10,
    ax: Axes | None = None,
) -> Axes:
    """Draw the groups of goods that carry the bill, the largest first.

    Parameters
    ----------
    exposure : DataFrame
        From `tradeviz.exposure` with ``by`` one of sector, hs2, hs10.
    partner : str, optional
        Partner code of the table; all, stacked in each bar, when None.
    outcome : str, optional
        Which outcome of the table; may be None where it holds one.
    n : int
        Groups with a bar of their own; one bar more holds the rest.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        Bars from zero that add up to the bill, each with its amount and share of the bill.

    Raises
    ------
    ArgumentError
        For a missing column or split, an empty table, an unknown partner or outcome.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> axes = product_bars(exposure("pause", partners="JPN", by="sector"), n=4)
    >>> len(axes.patches)
    5
    """
    flat = need(exposure, _COLUMNS)
    key = split_of(flat, ("hs10", "hs2", "sector"))
    end = only(flat, "outcome", outcome)
    flat = flat[flat["outcome"] == end]
    if partner is not None:
        flat = flat[flat["partner"] == only(flat, "partner", partner)]
    codes = [str(code) for code in dict.fromkeys(flat["partner"])]
    duty = _sums(flat, key, codes, "added_duty_usd").fillna(0.0)
    order = duty.sum(axis=1).sort_values(ascending=False, kind="stable").index
    # A group without any added duty carries none of the bill.
    heads = [group for group in order[:n] if duty.loc[group].sum() > 0]
    label = label_of(key)
    rows = pd.DataFrame({label(str(group)): duty.loc[group] for group in heads}).T
    others = [group for group in order if group not in set(heads)]
    if others:
        rows.loc[_rest(len(others), key), codes] = duty.loc[others].sum()
    rows = rows.astype(float)
    with style.scoped():
        names = [folded(str(item), 200) for item in rows.index]
        deep = sum(0.12 + 0.145 * (1 + text.count("\n")) for text in names)
        figure, axes = canvas(ax, 1.45 + deep + (0.3 if len(codes) > 1 else 0.0))
        labels = _stack(axes, rows, codes, names, rest=bool(others))
        title = _carriers(rows, heads, codes, key)
        marked = any(_marks(flat, codes).values())
        style.finish(
            axes,
            title=title,
            subtitle=f"{under(exposure, end)}: added duty, billion US dollars a year "
            "(share of the bill)",
            provisional=marked,
        )
        make_room(axes, labels)
    words = ", ".join(f"{row} {style.billion(float(v), 2)}" for row, v in rows.sum(axis=1).items())
    alt = f"Bars, largest first. {title}. Billion dollars: {words}."
    style.attach(axes, _long(rows, key, "added_duty_usd"), alt)
    return axes


def _stack(
    axes: Axes, rows: pd.DataFrame, codes: list[str], names: list[str], *, rest: bool
) -> list[Any]:
    places = np.arange(len(rows))
    base = np.zeros(len(rows))
    for code in codes:
        look = style.look(style.PARTNERS, code)
        long = rows[code].to_numpy(float)
        axes.barh(
            places, long, left=base, height=0.72, color=look.colour, hatch=look.hatch,
            edgecolor="white", linewidth=0.4, label=name(code),
        )  # fmt: skip
        base = base + long
    if rest and len(codes) == 1:
        # The rest is no group of its own and should not look like the largest.
        axes.patches[-1].set(facecolor=style.FAINT, hatch=None)
    bill = max(float(base.sum()), 1e-9)
    digits = 1 if base[0] >= 5e9 else 2
    labels = []
    for place, value in enumerate(base):
        text = f"{style.billion(float(value), digits)} ({style.percent(value / bill)})"
        labels.append(beside(axes, float(value), place, text))
    axes.set_yticks(places, names, fontsize=9)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(0, (float(base.max()) or 1e9) * 1.02)
    style.billion_axis(axes, "x")
    if len(codes) > 1:
        below = axes.transAxes + ScaledTranslation(0, -0.28, axes.figure.dpi_scale_trans)
        axes.legend(
            loc="upper right", bbox_to_anchor=(1.0, 0.0), bbox_transform=below, ncols=len(codes),
            borderaxespad=0, columnspacing=1.2, handlelength=1.6,
        )  # fmt: skip
    return labels


def _carriers(rows: pd.DataFrame, heads: list[Any], codes: list[str], key: str) -> str:
    total = rows.sum(axis=1)
    bill = float(total.sum())
    whose = name(codes[0]) if len(codes) == 1 else f"{len(codes)} partners"
    if bill <= 0:
        return f"{whose}: no duty is added"
    top = min(3, len(heads))
    share = style.percent(float(total.iloc[:top].sum()) / bill)
    if top == 1:
        return f"{whose}: {rows.index[0]} carries {share} of the added duty"
    return f"{whose}: the {top} largest {SPLITS[key]} carry {share} of the added duty"
