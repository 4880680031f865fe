"""Charts of goods balances and of the formula made from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from tradeviz import style
from tradeviz.charts.frame import canvas, listed, several
from tradeviz.errors import ArgumentError
from tradeviz.partners import FOCUS, name
from tradeviz.tables.display import need

_SOURCE = "US Census Bureau, goods on Census basis, not seasonally adjusted"
# Non-monetary gold went through these in bulk in 2025: an arbitrage, not trade in goods made there.
_GOLD = ("AUS", "CHE", "GBR", "HKG", "ZAF")
_FLOWS = ("exports_usd", "general_imports_usd", "balance_usd")
# Colour, alpha and hatch of the area between the lines.
_AREAS = {"surplus": (style.BLUE, ""), "deficit": (style.VERMILLION, "////")}


def balance_over_time(
    balances: pd.DataFrame, partners: Sequence[str] | None = None
) -> np.ndarray[Any, Any]:
    """Draw exports, general imports and the balance between them, a panel per partner.

    Parameters
    ----------
    balances : DataFrame
        Rows of the table balances_annual.
    partners : sequence of str, optional
        Codes of the table, in the order to draw; the focus five first when None.

    Returns
    -------
    ndarray of Axes
        One per partner, each with a scale of its own, and one with the key; the filled area
        between the lines is the balance. A line breaks where a year is missing.

    Raises
    ------
    ArgumentError
        For a missing column, an empty table, an unknown partner or a year that is there twice.

    Examples
    --------
    >>> from tradeviz.datasets import load
    >>> table = load("balances_annual").query("partner == 'JPN' and year > 2015")
    >>> len(balance_over_time(table).ravel()[0].lines)
    2
    """
    flat = need(balances, ("partner", "year", *_FLOWS))
    found = [str(code) for code in dict.fromkeys(flat["partner"])]
    ordered = [c for c in FOCUS if c in found] + [c for c in found if c not in FOCUS]
    codes = several(ordered if partners is None else partners, found)
    table = flat[flat["partner"].isin(codes)]
    if table.duplicated(["partner", "year"]).any():
        raise ArgumentError("a partner and year stand there twice", field="balances")
    lines = -(-(len(codes) + 1) // 2)
    with style.scoped():
        figure, grid = style.panels(lines, 2, height=1.2 + 2.15 * lines)
        for code, axes in zip(codes, grid.ravel(), strict=False):
            _panel(axes, table[table["partner"] == code])
            axes.set_title(name(code), loc="left", fontsize=11, weight="bold", color=style.TEXT)
        _key(grid.ravel()[len(codes)])
        for axes in grid.ravel()[len(codes) + 1 :]:
            axes.set_visible(False)
        last = int(table["year"].max())
        ends = table[table["year"] == last].set_index("partner").reindex(codes).dropna()
        title = _finding(ends["balance_usd"], last)
        gold = last >= 2025 >= int(table["year"].min()) and bool(set(codes) & set(_GOLD))
        note = f"; gold moved in bulk in 2025 ({listed([name(c) for c in codes if c in _GOLD])})"
        style.finish(
            figure,
            title,
            f"Goods, billion US dollars a year, {int(table['year'].min())} to {last}"
            + ("; each panel has its own scale" if len(codes) > 1 else ""),
            source=_SOURCE + (note if gold else ""),
        )
    parts = [
        f"{name(str(code))} exports {style.billion(row['exports_usd'])}, imports "
        f"{style.billion(row['general_imports_usd'])}, balance "
        f"{style.billion(row['balance_usd'], sign=True)}"
        for code, row in ends.iterrows()
    ]
    style.attach(
        figure,
        table,
        f"Lines of US exports and general imports, a panel per partner. {title}. {last}, billion "
        f"dollars: {'; '.join(parts)}.",
    )
    made: np.ndarray[Any, Any] = grid
    return made


def _finding(balance: pd.Series[float], year: int) -> str:
    """Say with whom there is a deficit."""
    start = f"In {year} the United States ran a goods"
    if len(balance) == 1:
        word = "deficit" if balance.iloc[0] < 0 else "surplus"
        size = style.billion(abs(float(balance.iloc[0])))
        return f"{start} {word} of {size} billion dollars with {name(str(balance.index[0]))}"
    short = [name(str(code)) for code in balance.index[balance < 0]]
    if not short:
        return f"{start} surplus with all {len(balance)}"
    if len(short) == len(balance):
        return f"{start} deficit with all {len(balance)}"
    return f"{start} deficit with {listed(short)}, {len(short)} of the {len(balance)}"


def _panel(axes: Axes, part: pd.DataFrame) -> None:
    part = part.assign(year=part["year"].astype(int)).set_index("year").sort_index()
    first, last = int(part.index[0]), int(part.index[-1])
    part = part.reindex(range(first, last + 1))
    years = part.index.to_numpy()
    out, into = (part[column].to_numpy(float) for column in _FLOWS[:2])
    for (colour, hatch), where in zip(_AREAS.values(), (out >= into, out < into), strict=True):
        axes.fill_between(
            years, out, into, where=where, interpolate=True, facecolor=(colour, 0.25),
            hatch=hatch, edgecolor="white", linewidth=0,
        )  # fmt: skip
    axes.plot(years, out, color=style.BLUE, lw=2)
    axes.plot(years, into, color=style.VERMILLION, lw=2, ls="--")
    top = float(np.nanmax([out, into]))
    balance = float(part["balance_usd"].iloc[-1])
    word = "surplus" if balance >= 0 else "deficit"
    axes.set_title(f"{word} {style.billion(abs(balance))} in {last}", loc="right", fontsize=9.5)
    axes.set_ylim(0, top * 1.06)
    axes.set_xlim(first, max(last, first + 1))
    step = max(1, -(-(last - first) // 5))
    axes.set_xticks(range(last, first - 1, -step)[::-1])
    style.billion_axis(axes)


def _key(axes: Axes) -> None:
    axes.axis("off")
    lines = {
        "US exports": Line2D([], [], color=style.BLUE, lw=2),
        "US general imports": Line2D([], [], color=style.VERMILLION, lw=2, ls="--"),
    }
    areas = {
        f"{word.capitalize()} of the United States": Patch(
            facecolor=(colour, 0.25), hatch=hatch, edgecolor="white", linewidth=0
        )
        for word, (colour, hatch) in _AREAS.items()
    }
    keys = {**lines, **areas}
    axes.legend(list(keys.values()), list(keys), loc="center left", handlelength=2.6)


def formula_scatter(check: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the rates listed in April 2025 against the deficit ratio, with the formula's line.

    Parameters
    ----------
    check : DataFrame
        From `april_check`: partner, deficit_ratio, published_rate, formula_rate, agrees.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        Points per partner: the focus five named, those that the formula misses marked.

    Raises
    ------
    ArgumentError
        For a missing column or an empty table.

    Examples
    --------
    >>> from tradeviz.trade.formula import april_check
    >>> axes = formula_scatter(april_check())
    >>> axes.get_xlim()[0] <= 0.2
    np.True_
    """
    flat = need(check, ("partner", "deficit_ratio", "published_rate", "formula_rate", "agrees"))
    agrees = flat["agrees"].astype(bool)
    missed, plain = flat[~agrees], flat[agrees]
    with style.scoped():
        _, axes = canvas(ax, 4.8)
        ratio = np.linspace(0, 1, 101)
        axes.plot(ratio, np.maximum(ratio / 2, 0.10), color=style.MUTED, lw=1.4)
        for part, marker, size, colour in (
            (plain, "o", 6, style.SKY),
            (missed, "X", 10, style.VERMILLION),
        ):
            axes.plot(
                part["deficit_ratio"].to_numpy(float), part["published_rate"].to_numpy(float),
                ls="", marker=marker, ms=size, color=colour, mec=style.BLACK, mew=0.5,
            )  # fmt: skip
        axes.set_xlim(0, 1.02)
        axes.set_ylim(0, max(0.55, float(flat["published_rate"].max()) * 1.1))
        absent = [name(code) for code in FOCUS if code not in set(flat["partner"])]
        note = f"floor 10 %; not listed: {listed(absent)}" if absent else "floor 10 %"
        axes.text(0.02, 0.09, note, fontsize=9.5, color=style.TEXT, va="top")
        axes.text(0.78, 0.37, "half the ratio", fontsize=9.5, color=style.MUTED, va="top")
        named = flat[flat["partner"].isin([*FOCUS, *missed["partner"]])].sort_values(
            "deficit_ratio", kind="stable"
        )
        _name_points(axes, named)
        style.percent_axis(axes, "x")
        style.percent_axis(axes, "y")
        axes.set_xlabel("US goods deficit over general imports, 2024")
        axes.set_ylabel("Rate on the list")
        title = f"Half the deficit ratio, rounded up, gives {len(plain)} of the {len(flat)} rates"
        if 0 < len(missed) <= 3:
            title += f"; {_beside(missed)}"
        style.finish(
            axes,
            title,
            "Rates of the list of April 2025, percent; crosses: not what the formula gives",
            source="HTS chapter 99 (EO 14257, Annex I); US Census Bureau, vintage of April 2025",
        )
    words = [
        f"{name(str(row['partner']))} ratio {style.percent(row['deficit_ratio'], 1)}, listed "
        f"{style.percent(row['published_rate'])}, formula {style.percent(row['formula_rate'])}"
        for _, row in named.iterrows()
    ]
    style.attach(axes, flat, f"Points along a line. {title}. {'; '.join(words)}.")
    return axes


def _beside(missed: pd.DataFrame) -> str:
    """Say how far the rates that the formula does not give are from it."""
    apart = ((missed["published_rate"] - missed["formula_rate"]) * 100).round().astype(int)
    texts = []
    for gap in dict.fromkeys(apart):
        who = [name(str(code)) for code in missed.loc[apart == gap, "partner"]]
        unit = "point" if abs(gap) == 1 else "points"
        way = "higher" if gap > 0 else "lower"
        texts.append(f"{listed(who)} {'is' if len(who) == 1 else 'are'} {abs(gap)} {unit} {way}")
    return "; ".join(texts)


def _name_points(axes: Axes, named: pd.DataFrame) -> None:
    """Write names on the free sides of the line: above it on the left, below it on the right."""
    half = (len(named) + 1) // 2
    for place, (_, row) in enumerate(named.iterrows()):
        above = place < half
        point = (float(row["deficit_ratio"]), float(row["published_rate"]))
        rank = place if above else len(named) - 1 - place
        text = f"{name(str(row['partner']))} {style.percent(row['published_rate'])}"
        axes.annotate(
            text, point, xytext=(-40, 10 + 22 * rank) if above else (18, -30 - 4 * rank),
            textcoords="offset points", fontsize=9.5, weight="bold", color=style.TEXT,
            ha="right" if above else "left", va="center",
            arrowprops={"arrowstyle": "-", "color": style.MUTED, "lw": 0.8, "shrinkB": 3},
        )  # fmt: skip
