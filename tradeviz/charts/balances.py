"""Charts of goods balances and of the formula made from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from tradeviz import style
from tradeviz.charts.frame import canvas, chosen
from tradeviz.partners import FOCUS, name
from tradeviz.tables.display import need

_SOURCE = "US Census Bureau, goods on Census basis, not seasonally adjusted"


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
        One per partner; the filled area between the lines is the balance.

    Raises
    ------
    ArgumentError
        For a missing column, an empty table or an unknown partner.

    Examples
    --------
    >>> from tradeviz.datasets import load
    >>> table = load("balances_annual").query("partner == 'JPN' and year > 2015")
    >>> len(balance_over_time(table).ravel()[0].lines)
    2
    """
    flat = need(balances, ("partner", "year", "exports_usd", "general_imports_usd", "balance_usd"))
    found = [str(code) for code in dict.fromkeys(flat["partner"])]
    ordered = [c for c in FOCUS if c in found] + [c for c in found if c not in FOCUS]
    codes = [chosen(code, "partners", found) for code in partners or ordered]
    columns = min(2, len(codes))
    lines = -(-len(codes) // columns)
    with style.scoped():
        figure, grid = style.panels(lines, columns, height=1.2 + 2.15 * lines)
        for code, axes in zip(codes, grid.ravel(), strict=False):
            _panel(axes, flat[flat["partner"] == code].sort_values("year"))
            axes.set_title(name(code), loc="left", fontsize=11, weight="bold")
        for axes in grid.ravel()[len(codes) :]:
            axes.set_visible(False)
        last = int(flat["year"].max())
        ends = flat[flat["year"] == last].set_index("partner")["balance_usd"]
        deficits = [name(c) for c in codes if c in ends.index and ends[c] < 0]
        title = (
            f"In {last} the United States ran a goods deficit with "
            f"{len(deficits)} of the {len(codes)}"
            + (f": {', '.join(deficits)}" if deficits else "")
        )
        style.finish(
            figure,
            title=title,
            subtitle="Billion US dollars a year; solid: US exports, dashed: US general imports",
            source=_SOURCE,
        )
    parts = [f"{name(c)} {ends[c] / 1e9:+.1f}".replace("-", "−") for c in codes if c in ends.index]
    alt = f"Lines of exports and imports per partner. {title}. Balance of {last}, billion dollars: "
    style.attach(figure, flat[flat["partner"].isin(codes)], alt + ", ".join(parts) + ".")
    made: np.ndarray[Any, Any] = grid
    return made


def _panel(axes: Axes, part: pd.DataFrame) -> None:
    years = part["year"].astype(int).to_numpy()
    out, into = part["exports_usd"].to_numpy(float), part["general_imports_usd"].to_numpy(float)
    axes.fill_between(
        years, out, into, where=out < into, interpolate=True, color=style.VERMILLION, alpha=0.25,
        linewidth=0,
    )  # fmt: skip
    axes.fill_between(
        years, out, into, where=out >= into, interpolate=True, color=style.BLUE, alpha=0.25,
        linewidth=0,
    )  # fmt: skip
    axes.plot(years, out, color=style.BLUE, lw=2)
    axes.plot(years, into, color=style.VERMILLION, lw=2, ls="--")
    top = max(out.max(), into.max())
    axes.set_ylim(0, top * 1.28)
    balance = float(part["balance_usd"].iloc[-1])
    text = f"{'surplus' if balance >= 0 else 'deficit'} {abs(balance) / 1e9:.1f} in {years[-1]}"
    axes.text(years[-1], top * 1.14, text, ha="right", fontsize=9.5, color=style.TEXT)
    axes.set_xlim(years[0], years[-1])
    step = max(1, round((years[-1] - years[0]) / 5))
    axes.set_xticks(range(years[0], years[-1] + 1, step))
    style.billion_axis(axes)


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
    >>> from tradeviz.formula import april_check
    >>> axes = formula_scatter(april_check())
    >>> axes.get_xlim()[0] <= 0.2
    np.True_
    """
    flat = need(check, ("partner", "deficit_ratio", "published_rate", "formula_rate", "agrees"))
    missed = flat[~flat["agrees"].astype(bool)]
    with style.scoped():
        figure, axes = canvas(ax, 4.6)
        ratio = np.linspace(0, 1, 101)
        axes.plot(ratio, np.maximum(ratio / 2, 0.10), color=style.MUTED, lw=1.4)
        axes.text(0.04, 0.105, "floor: 10 %", fontsize=9, color=style.MUTED, va="bottom")
        axes.text(0.60, 0.285, "half the ratio", fontsize=9, color=style.MUTED, va="top", ha="left")
        plain = flat[flat["agrees"].astype(bool)]
        axes.plot(
            plain["deficit_ratio"].to_numpy(), plain["published_rate"].to_numpy(),
            ls="", marker="o", ms=6, color=style.SKY, mec=style.BLACK, mew=0.4,
        )  # fmt: skip
        axes.plot(
            missed["deficit_ratio"].to_numpy(), missed["published_rate"].to_numpy(),
            ls="", marker="X", ms=9, color=style.VERMILLION, mec=style.BLACK, mew=0.4,
        )  # fmt: skip
        named = flat[flat["partner"].isin([*FOCUS, *missed["partner"]])]
        for place, (_, row) in enumerate(named.sort_values("deficit_ratio").iterrows()):
            above = place % 2 == 0
            axes.annotate(
                f"{name(str(row['partner']))} {style.percent(row['published_rate'])}",
                (row["deficit_ratio"], row["published_rate"]),
                xytext=(-34, 14 + 15 * place) if above else (16, -26),
                textcoords="offset points", fontsize=9.5, weight="bold",
                ha="right" if above else "left", va="center",
                arrowprops={"arrowstyle": "-", "color": style.MUTED, "lw": 0.7},
            )  # fmt: skip
        axes.set_xlim(0, 1.02)
        axes.set_ylim(0, 0.55)
        style.percent_axis(axes, "x")
        style.percent_axis(axes, "y")
        axes.set_xlabel("Deficit over general imports, goods, 2024")
        axes.set_ylabel("Listed rate")
        title = (
            f"Half the deficit ratio, rounded up, gives {len(plain)} of {len(flat)} listed rates"
        )
        style.finish(
            figure,
            title=title,
            subtitle="Rates of the list of April 2025, percent; crosses: above the formula",
            source="HTS chapter 99 (EO 14257 Annex I); US Census Bureau, vintage of April 2025",
        )
    words = [
        f"{name(str(r['partner']))} ratio {style.percent(r['deficit_ratio'])}, listed "
        f"{style.percent(r['published_rate'])}, formula {style.percent(r['formula_rate'])}"
        for _, r in named.iterrows()
    ]
    style.attach(figure, flat, f"Points along a line. {title}. {'; '.join(words)}.")
    return axes
