"""Charts of exposure under several outcomes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from tradeviz import style
from tradeviz.charts.frame import MEASURES, canvas, chosen, points, written
from tradeviz.outcomes import title_of
from tradeviz.partners import name
from tradeviz.style import PROVISIONAL
from tradeviz.tables.display import need

_KEYS = ("outcome", "partner", "provisional_share")
_SUBTITLE = "{}, 2024 weights"


def _order(flat: pd.DataFrame, column: str) -> list[str]:
    return [str(item) for item in dict.fromkeys(flat[column])]


def _cells(flat: pd.DataFrame, column: str) -> dict[tuple[str, str], float]:
    """Return (partner, outcome) -> value."""
    keys = zip(flat["partner"].astype(str), flat["outcome"].astype(str), strict=True)
    return dict(zip(keys, flat[column].astype(float), strict=True))


def _mark(share: float) -> str:
    return " †" if share >= PROVISIONAL else ""


def exposure_by_outcome(
    exposure: pd.DataFrame,
    *,
    measure: str = "effective_rate",
    reference: str = "pause",
    ax: Axes | None = None,
) -> Axes:
    """Draw a bar for each outcome, grouped by partner, with the reference marked.

    Parameters
    ----------
    exposure : DataFrame
        From `tradeviz.exposure`, several outcomes.
    measure : str
        A rate, share or ``added_duty_usd``.
    reference : str
        Outcome whose value is drawn through its partner's group as a line.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        Bars from zero, one a row, labelled with outcome and value.

    Raises
    ------
    ArgumentError
        For a missing column, an empty table, or an unknown measure or reference.

    Examples
    --------
    >>> from tradeviz.exposure import exposure
    >>> axes = exposure_by_outcome(exposure(["pause", "snapback"], partners="JPN"))
    >>> len(axes.patches)
    2
    """
    chosen(measure, "measure", tuple(MEASURES))
    flat = need(exposure, [*_KEYS, measure])
    ends, codes = _order(flat, "outcome"), _order(flat, "partner")
    chosen(reference, "reference", ends)
    values, unsure = _cells(flat, measure), _cells(flat, "provisional_share")
    with style.scoped():
        figure, axes = canvas(ax, 1.5 + len(codes) * (0.28 + 0.205 * len(ends)))
        biggest = float(flat[measure].max())
        ticks, labels, place = [], [], 0.0
        for code in codes:
            axes.text(
                0.0, place, name(code), transform=axes.get_yaxis_transform(),
                va="center", ha="left", fontsize=11, weight="bold", color=style.TEXT,
            )  # fmt: skip
            first = place + 1
            for end in ends:
                place += 1
                look = style.look(style.OUTCOMES, end)
                value = values[code, end]
                axes.barh(
                    place, value, height=0.78, color=look.colour, hatch=look.hatch,
                    edgecolor="white", linewidth=0.4,
                )  # fmt: skip
                text = written(value, measure) + _mark(unsure[code, end])
                axes.text(
                    value + biggest * 0.006, place, text, va="center", fontsize=9,
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
                )  # fmt: skip
                ticks.append(place)
                labels.append(title_of(end))
            mark = values[code, reference]
            axes.plot([mark, mark], [first - 0.5, place + 0.5], color=style.BLACK, lw=1, ls=":")
            place += 1.4
        axes.set_yticks(ticks, labels)
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(place - 0.7, -0.7)
        axes.set_xlim(0, biggest * 1.09)
        (style.billion_axis if measure.endswith("_usd") else style.percent_axis)(axes, "x")
        axes.spines["left"].set_visible(False)
        title = _widest(values, ends, codes, measure)
        style.finish(
            figure,
            title=title,
            subtitle=_SUBTITLE.format(MEASURES[measure])
            + f"; dotted: {title_of(reference).lower()}",
            provisional=bool((flat["provisional_share"] >= PROVISIONAL).any()),
        )
    style.attach(figure, flat, f"Bars by partner and outcome. {title}. {_spread(values, measure)}")
    return axes


def _widest(
    values: dict[tuple[str, str], float], ends: list[str], codes: list[str], measure: str
) -> str:
    """Say for whom most is at stake between the outcomes."""
    lows = {code: min(values[code, end] for end in ends) for code in codes}
    highs = {code: max(values[code, end] for end in ends) for code in codes}
    most = max(codes, key=lambda code: highs[code] - lows[code])
    least = min(codes, key=lambda code: highs[code] - lows[code])
    unit = " billion dollars" if measure.endswith("_usd") else " %"
    text = (
        f"{name(most)} has most at stake: {written(lows[most], measure)} to "
        f"{written(highs[most], measure)}{unit}"
    )
    return text + (f"; {name(least)} least" if most != least else "")


def _spread(values: dict[tuple[str, str], float], measure: str) -> str:
    parts: dict[str, list[str]] = {}
    for (code, end), value in values.items():
        parts.setdefault(code, []).append(f"{title_of(end)} {written(value, measure)}")
    return "; ".join(f"{name(code)}: {', '.join(items)}" for code, items in parts.items()) + "."


def outcome_dumbbell(
    exposure: pd.DataFrame, *, reference: str = "pause", ax: Axes | None = None
) -> Axes:
    """Draw the effective rate of the reference and, on the same line, of every other outcome.

    Parameters
    ----------
    exposure : DataFrame
        From `tradeviz.exposure`, several outcomes.
    reference : str
        Where each line starts.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        A row per partner and outcome: a line from the reference to the outcome, the change in
        percentage points written beside it.

    Raises
    ------
    ArgumentError
        For a missing column, an empty table or an unknown reference.

    Examples
    --------
    >>> from tradeviz.exposure import exposure
    >>> axes = outcome_dumbbell(exposure(["pause", "snapback"], partners="JPN"))
    >>> axes.get_xlim()[0]
    np.float64(0.0)
    """
    flat = need(exposure, [*_KEYS, "effective_rate"])
    ends, codes = _order(flat, "outcome"), _order(flat, "partner")
    chosen(reference, "reference", ends)
    others = [end for end in ends if end != reference]
    rates = _cells(flat, "effective_rate")
    with style.scoped():
        figure, axes = canvas(ax, 1.5 + len(codes) * (0.3 + 0.21 * len(others)))
        place, ticks, labels = 0.0, [], []
        right = max(rates.values())
        for code in codes:
            axes.text(
                0.0, place, name(code), transform=axes.get_yaxis_transform(),
                va="center", ha="left", fontsize=11, weight="bold", color=style.TEXT,
            )  # fmt: skip
            start = rates[code, reference]
            for end in others:
                place += 1
                value = rates[code, end]
                look = style.look(style.OUTCOMES, end)
                axes.plot([start, value], [place, place], color=look.colour, lw=2.2, zorder=1)
                axes.plot(start, place, marker="D", ms=4.5, color=style.BLACK, zorder=3)
                axes.plot(
                    value, place, marker=look.marker, ms=7.5, color=look.colour,
                    mec=style.BLACK, mew=0.5, zorder=2,
                )  # fmt: skip
                change = points(value - start)
                axes.text(max(value, start) + right * 0.022, place, change, va="center", fontsize=9)
                ticks.append(place)
                labels.append(title_of(end))
            place += 1.4
        axes.set_yticks(ticks, labels)
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(place - 0.7, -0.7)
        axes.set_xlim(0, right * 1.1)
        style.percent_axis(axes, "x")
        axes.spines["left"].set_visible(False)
        axes.xaxis.grid(True)
        steps = {(c, end): rates[c, end] - rates[c, reference] for c in codes for end in others}
        most = max(steps, key=lambda cell: abs(steps[cell]))
        title = (
            f"The largest step from {title_of(reference).lower()}: {name(most[0])}, "
            f"{title_of(most[1]).lower()}, {points(steps[most])} points"
        )
        style.finish(
            figure,
            title=title,
            subtitle=f"Effective rate, percent of imports of 2024; diamond: "
            f"{title_of(reference).lower()}; figures: change in points",
            provisional=bool((flat["provisional_share"] >= PROVISIONAL).any()),
        )
    parts = [f"{name(code)} {title_of(end)} {points(step)}" for (code, end), step in steps.items()]
    alt = f"Change of the effective rate from {reference}, in percentage points: "
    style.attach(figure, flat, alt + ", ".join(parts) + ".")
    return axes


def outcome_small_multiples(
    exposure: pd.DataFrame, *, measure: str = "added_rate"
) -> np.ndarray[Any, Any]:
    """Draw a small chart per partner, outcomes ordered from light to heavy in each.

    Parameters
    ----------
    exposure : DataFrame
        From `tradeviz.exposure`, several outcomes.
    measure : str
        A rate, share or ``added_duty_usd``.

    Returns
    -------
    ndarray of Axes
        One per partner, the same scale in all.

    Raises
    ------
    ArgumentError
        For a missing column, an empty table or an unknown measure.

    Examples
    --------
    >>> from tradeviz.exposure import exposure
    >>> outcome_small_multiples(exposure(["pause", "snapback"], partners=["JPN", "KOR"])).shape
    (1, 2)
    """
    chosen(measure, "measure", tuple(MEASURES))
    flat = need(exposure, [*_KEYS, measure])
    codes, ends = _order(flat, "partner"), _order(flat, "outcome")
    columns = min(2, len(codes))
    lines = -(-len(codes) // columns)
    with style.scoped():
        figure, grid = style.panels(
            lines, columns, height=1.3 + lines * (0.5 + 0.24 * len(ends)), sharex=True
        )
        biggest = float(flat[measure].max())
        for code, axes in zip(codes, grid.ravel(), strict=False):
            part = flat[flat["partner"] == code].sort_values(measure, kind="stable")
            for place, (_, row) in enumerate(part.iterrows()):
                look = style.look(style.OUTCOMES, str(row["outcome"]))
                value = float(row[measure])
                axes.barh(
                    place, value, color=look.colour, hatch=look.hatch, edgecolor="white", lw=0.4
                )
                text = written(value, measure) + _mark(float(row["provisional_share"]))
                axes.text(value + biggest * 0.015, place, text, va="center", fontsize=9)
            axes.set_yticks(range(len(part)), [title_of(str(e)) for e in part["outcome"]])
            axes.tick_params(axis="y", length=0)
            axes.set_title(name(code), loc="left", fontsize=11, weight="bold")
            axes.set_xlim(0, biggest * 1.2)
            (style.billion_axis if measure.endswith("_usd") else style.percent_axis)(axes, "x")
        for axes in grid.ravel()[len(codes) :]:
            axes.set_visible(False)
        title = _widest(_cells(flat, measure), ends, codes, measure)
        style.finish(
            figure,
            title=title,
            subtitle=_SUBTITLE.format(MEASURES[measure]),
            provisional=bool((flat["provisional_share"] >= PROVISIONAL).any()),
        )
    style.attach(
        figure, flat, f"Bars per partner. {title}. {_spread(_cells(flat, measure), measure)}"
    )
    made: np.ndarray[Any, Any] = grid
    return made
