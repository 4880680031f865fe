"""Charts that set partners side by side: against their rivals, and in a ranking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from tradeviz import style
from tradeviz.charts.frame import MEASURES, canvas, chosen, day_text, points, written
from tradeviz.charts.split import beside, folded, label_of, make_room, only
from tradeviz.charts.split import under as _under
from tradeviz.partners import FOCUS, name
from tradeviz.tables.display import need


def handicap_bars(
    competitors: pd.DataFrame,
    *,
    partner: str | None = None,
    n: int = 12,
    under: str = "",
    provisional: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw how much more or less duty partners pay than other suppliers of the same products.

    Parameters
    ----------
    competitors : DataFrame
        From `tradeviz.competitors`; split by sector or hs2, it shows one partner.
    partner : str, optional
        Partner code; may be None where the table is not split or holds one partner.
    n : int
        Groups of a split table that are shown: those with the largest imports.
    under : str
        Which law or outcome the rates are of, for the subtitle; the table does not tell.
    provisional : bool
        Whether these rates rest on provisional law; the table does not tell.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        Bars from zero in the partner's colour, the largest advantage first, with both rates
        in their label.

    Raises
    ------
    ArgumentError
        For a missing column, an empty table or an unknown partner.

    Examples
    --------
    >>> from tradeviz.trade.competitors import competitors
    >>> axes = handicap_bars(competitors("pause", partners=["JPN", "KOR"]))
    >>> len(axes.patches)
    2
    """
    flat = need(competitors, ("partner", "own_rate", "rivals_rate", "handicap", "imports_usd"))
    key = next((item for item in ("sector", "hs2", "hs10") if item in flat.columns), None)
    about = competitors.attrs
    if not under and "title" in about:
        under = f"{about['title'].lower()}, law of {day_text(about['day'])}"
    whose = ""
    label: Callable[[str], str] = name
    if key is not None:
        code = only(flat, "partner", partner)
        flat = flat[flat["partner"] == code].nlargest(n, "imports_usd", keep="first")
        whose, label = name(code), label_of(key)
    elif partner is not None:
        flat = flat[flat["partner"] == only(flat, "partner", partner)]
    compared = flat.dropna(subset=["handicap"]).sort_values("handicap", kind="stable")
    titles = [label(str(item)) for item in compared[key or "partner"]]
    values = compared["handicap"].astype(float).tolist()
    with style.scoped():
        figure, axes = canvas(ax, 1.75 + 0.34 * max(len(compared), 2))
        texts = []
        for place, row in enumerate(compared.itertuples()):
            value = float(row.handicap)  # type: ignore[arg-type]
            look = style.look(style.PARTNERS, str(row.partner))
            axes.barh(
                place, value, height=0.7, color=look.colour, hatch=look.hatch, edgecolor="white",
                linewidth=0.4,
            )  # fmt: skip
            own, rivals = (f"{float(v) * 100:.1f}" for v in (row.own_rate, row.rivals_rate))  # type: ignore[arg-type]
            # Right of the bar, or of zero: there an advantage leaves the row free.
            text = f"{points(value)} ({own} against {rivals})"
            texts.append(beside(axes, max(value, 0.0), place, text))
        axes.axvline(0, color=style.BLACK, lw=0.9)
        for word, side, shift in (("advantage", "right", -5), ("handicap", "left", 5)):
            axes.annotate(
                word, (0, -0.7), xytext=(shift, 0), textcoords="offset points", va="bottom",
                ha=side, fontsize=9, color=style.MUTED,
            ).set_in_layout(False)  # fmt: skip
        axes.set_yticks(range(len(titles)), [folded(item, 180) for item in titles])
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.set_ylim(len(titles) - 0.4, -1.3)
        axes.set_xlim(min(-1e-4, *values) * 1.04, max(1e-4, *values) * 1.04)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v * 100:g}".replace("-", "−")))
        title = _versus(values, titles, whose)
        style.finish(
            axes,
            title=title,
            subtitle="Own effective rate less that of all other suppliers of the same products, "
            "percentage points (both rates, percent)" + (f"; {under}" if under else ""),
            provisional=provisional,
        )
        make_room(axes, texts)
    words = [
        f"{item} {points(float(v))}" for item, v in zip(titles, compared["handicap"], strict=True)
    ]
    missing = [label(str(item)) for item in flat.loc[flat["handicap"].isna(), key or "partner"]]
    left = f" Left out, for want of rivals: {', '.join(missing)}." if missing else ""
    alt = f"Bars left and right of zero. {title}. Percentage points: {', '.join(words)}.{left}"
    style.attach(axes, compared, alt)
    return axes


def _versus(values: list[float], titles: list[str], whose: str) -> str:
    if not values:
        return "No product has a rival"
    head = f"{whose}: l" if whose else "L"
    parts = []
    if round(values[0], 3) < 0:
        parts.append(f"{head}argest advantage {titles[0]} ({points(values[0])}\u00a0points)")
        head = "l"
    if round(values[-1], 3) > 0:
        parts.append(f"{head}argest handicap {titles[-1]} ({points(values[-1])}\u00a0points)")
    return ", ".join(parts) or f"{whose + ': n' if whose else 'N'}o advantage and no handicap"


def ranking(
    exposure: pd.DataFrame,
    *,
    measure: str = "effective_rate",
    beside: Sequence[str] = ("added_duty_usd", "gdp_share"),
    outcome: str | None = None,
    n: int = 15,
) -> np.ndarray[Any, Any]:
    """Draw partners ranked by a measure, with a bar for each measure in each row.

    Parameters
    ----------
    exposure : DataFrame
        From `tradeviz.exposure`, not split further.
    measure : str
        What ranks them, largest first: a rate, share or ``added_duty_usd``.
    beside : sequence of str
        Measures shown in more columns.
    outcome : str, optional
        Which outcome of the table; may be None where it holds one.
    n : int
        Partners from the top; those of the focus five that are below follow with their rank.

    Returns
    -------
    ndarray of Axes
        One per measure, bars from zero on a scale of their own; a missing value has no bar.

    Raises
    ------
    ArgumentError
        For a missing column, an empty table, or an unknown measure or outcome.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> len(ranking(exposure("pause"), beside=["gdp_share"]))
    2
    """
    columns = list(dict.fromkeys([measure, *beside]))
    for item in columns:
        chosen(item, "measure", tuple(MEASURES))
    flat = need(exposure, ("outcome", "partner", "provisional_share", *columns))
    end = only(flat, "outcome", outcome)
    ranked = flat[flat["outcome"] == end].sort_values(measure, ascending=False, kind="stable")
    ranked = ranked.assign(rank=np.arange(1, len(ranked) + 1))
    focus = ranked["partner"].isin(FOCUS)
    shown = ranked[(ranked["rank"] <= n) | focus].reset_index(drop=True)
    places = shown.index.to_numpy() + np.where(shown["rank"] > n, 0.5, 0.0)
    with style.scoped():
        figure, grid = style.panels(
            1, len(columns), height=1.7 + 0.27 * len(shown), sharey=True,
        )  # fmt: skip
        for axes, item in zip(grid[0], columns, strict=True):
            _column(axes, shown, places, item)
        first = grid[0][0]
        marks = shown["provisional_share"].fillna(0.0) >= style.PROVISIONAL
        first.set_yticks(
            places,
            [
                folded(f"{name(str(code))}{' †' if mark else ''}\u2002{rank}", 140)
                for rank, code, mark in zip(shown["rank"], shown["partner"], marks, strict=True)
            ],
        )
        for text, code in zip(first.get_yticklabels(), shown["partner"], strict=True):
            text.set_fontweight("bold" if code in FOCUS else "normal")
        first.set_ylim(places[-1] + 0.6, -0.6)
        unit = " billion dollars" if measure.endswith("_usd") else " %"
        best = shown.iloc[0]
        value = f"{written(float(best[measure]), measure)}{unit}"
        title = f"{name(str(best['partner']))} ranks first of {len(ranked)}, with {value}"
        five = shown[shown["partner"].isin(FOCUS)]
        if len(five) and five["rank"].iloc[0] > 1:
            place = five["rank"].iloc[0]
            title += f"; first of the five is {name(str(five['partner'].iloc[0]))}, at {place}"
        subtitle = f"{_under(exposure, end)}; bold: first five targets of the talks"
        # Heads are folded to the width that names and frame leave.
        style.finish(figure, title, subtitle)
        for axes, item in zip(grid[0], columns, strict=True):
            room = axes.get_window_extent().width * 72 / figure.dpi
            axes.set_title(folded(_HEADS[item], room), loc="left", fontsize=9.5)
        style.finish(figure, title, subtitle, provisional=bool(marks.any()))
        for axes in grid[0]:
            make_room(axes, [text for text in axes.texts if text.get_text()])
    words = "; ".join(
        f"{rank} {name(str(code))} {written(float(value), measure)}"
        for rank, code, value in zip(shown["rank"], shown["partner"], shown[measure], strict=True)
    )
    table = shown[["rank", "partner", *columns]]
    style.attach(figure, table, f"Ranking with bars. {title}. {MEASURES[measure]}: {words}.")
    made: np.ndarray[Any, Any] = grid[0]
    return made


_HEADS = {
    "effective_rate": "Effective rate, percent",
    "added_rate": "Added duty, percent of imports",
    "base_rate": "Duty of 2024, percent of imports",
    "gdp_share": "Added duty, percent of GDP",
    "export_share": "Added duty, percent of goods exports",
    "us_export_share": "Added duty, percent of exports to the US",
    "added_duty_usd": "Added duty, billion dollars",
}


def _column(axes: Axes, shown: pd.DataFrame, places: np.ndarray[Any, Any], item: str) -> None:
    values = shown[item].astype(float)
    for place, code, value in zip(places, shown["partner"], values, strict=True):
        if pd.notna(value):
            look = style.look(style.PARTNERS, str(code))
            axes.barh(
                place, value, height=0.68, color=look.colour, hatch=look.hatch, edgecolor="white",
                linewidth=0.4,
            )  # fmt: skip
        digits = 2 if item == "gdp_share" or values.max() < 0.0995 else 1
        right = 0.0 if pd.isna(value) else float(value)
        beside(axes, right, float(place), written(value, item, digits))
    top = values.max()
    axes.set_xlim(0, (float(top) if pd.notna(top) and top > 0 else 1.0) * 1.02)
    axes.tick_params(axis="y", length=0)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
