"""Charts of rates over time: the law by layer, and the duty that was collected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.transforms import ScaledTranslation

from tradeviz import style
from tradeviz.charts.bands import (
    FAMILIES,
    bands_of,
    draw_bands,
    mark_events,
    month_axis,
    turning_points,
)
from tradeviz.charts.frame import canvas, chosen, day_text, listed, month_text, several
from tradeviz.errors import ArgumentError
from tradeviz.partners import name
from tradeviz.tables.display import need
from tradeviz.trade.collected import collected_rates as monthly_rates

_LEAST = 0.001  # a rate of nothing still needs an axis
_COLUMNS = ("date", "partner", "layer", "added_rate")


def _partners(flat: pd.DataFrame) -> list[str]:
    return [str(code) for code in dict.fromkeys(flat["partner"])]


def _provisional(path: pd.DataFrame) -> bool:
    return bool(path.attrs.get("provisional"))


def rate_path(
    path: pd.DataFrame,
    partner: str,
    *,
    events: Mapping[str, str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a partner's effective rate through time, stacked by law.

    Parameters
    ----------
    path : DataFrame
        From `exposure_path`.
    partner : str
        Partner code of the table.
    events : mapping of date to text, optional
        Days to mark; those on which the rate moved most, with what moved it, when None.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        Stacked bands from zero: a rate holds until the next date.

    Raises
    ------
    ArgumentError
        For a missing column, an empty table or an unknown partner.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure_path
    >>> axes = rate_path(exposure_path(partners="JPN"), "JPN")
    >>> axes.get_ylim()[0]
    np.float64(0.0)
    """
    flat = need(path, _COLUMNS)
    chosen(partner, "partner", _partners(flat))
    bands = bands_of(flat, partner)
    total = bands.sum(axis=1)
    marked = turning_points(bands) if events is None else events
    with style.scoped():
        _, axes = canvas(ax, 4.9)
        draw_bands(axes, bands)
        mark_events(axes, marked, float(total.max()) or 0.01)
        month_axis(axes, 8)
        style.percent_axis(axes)
        handles, names = axes.get_legend_handles_labels()
        # Clear of two lines of tick labels, however tall the axes are.
        scale = style.figure_of(axes).dpi_scale_trans
        below = axes.transAxes + ScaledTranslation(0, -36 / 72, scale)
        axes.legend(
            handles[::-1], names[::-1], loc="upper center", ncols=3, handlelength=2.6,
            handleheight=1.1, bbox_to_anchor=(0.5, 0), bbox_transform=below, borderaxespad=0,
        )  # fmt: skip
        start, end = (style.percent(float(total.iloc[place]), 1) for place in (0, -1))
        top = style.percent(float(total.max()), 1)
        title = f"{name(partner)}: from {start} to {end}, with a peak of {top} on " + day_text(
            total.idxmax()
        )
        note = "" if events is not None else "; numbers: change in percentage points"
        style.finish(axes, title, _subtitle(bands) + note, provisional=_provisional(path))
    steps = [f"{day:%Y-%m-%d} {style.percent(value, 1)}" for day, value in _changes(total).items()]
    said = "; ".join(marked.values())
    style.attach(
        axes,
        flat[flat["partner"] == partner],
        f"Stepped areas over time, stacked by law. {title}. Rate from each date on: "
        f"{'; '.join(steps)}." + (f" Marked: {said}." if said else ""),
    )
    return axes


def _changes(total: pd.Series[float]) -> pd.Series[float]:
    """Return the dates on which the rate moved by half a point or more, and the last."""
    moved = total.diff().abs().fillna(1) >= 0.005
    moved.iloc[-1] = True
    return total[moved]


def _subtitle(bands: pd.DataFrame) -> str:
    return (
        "Effective US rate: duty over imports, percent, weights of 2024; "
        f"{month_text(bands.index[0])} to {month_text(bands.index[-1])}"
    )


def rate_paths(path: pd.DataFrame, partners: Sequence[str] | None = None) -> np.ndarray[Any, Any]:
    """Draw the paths of several partners on one scale.

    Parameters
    ----------
    path : DataFrame
        From `exposure_path`.
    partners : sequence of str, optional
        Codes of the table, in the order to draw; all when None.

    Returns
    -------
    ndarray of Axes
        One per partner, and one with the key.

    Raises
    ------
    ArgumentError
        For a missing column, an empty table, an unknown partner or none.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure_path
    >>> rate_paths(exposure_path()).shape
    (3, 2)
    """
    flat = need(path, _COLUMNS)
    codes = several(partners, _partners(flat))
    bands = {code: bands_of(flat, code) for code in codes}
    totals = {code: table.sum(axis=1) for code, table in bands.items()}
    lines = -(-(len(codes) + 1) // 2)
    with style.scoped():
        figure, grid = style.panels(lines, 2, height=1.2 + 2.2 * lines)
        keys: dict[str, Any] = {}
        for code, axes in zip(codes, grid.ravel(), strict=False):
            draw_bands(axes, bands[code])
            month_axis(axes, 4)
            axes.set_ylim(0, max(float(total.max()) for total in totals.values()) * 1.05)
            style.percent_axis(axes)
            axes.set_title(name(code), loc="left", fontsize=11, weight="bold", color=style.TEXT)
            peak, last = (
                style.percent(value, 1) for value in (totals[code].max(), totals[code].iloc[-1])
            )
            axes.set_title(f"peak {peak}, last {last}", loc="right", fontsize=9.5)
            handles, names = axes.get_legend_handles_labels()
            keys |= {
                text: keys.get(text, handle) for text, handle in zip(names, handles, strict=True)
            }
        _key(grid.ravel()[len(codes)], keys)
        for spare in grid.ravel()[len(codes) + 1 :]:
            spare.set_visible(False)
        title = _peaks(totals)
        style.finish(figure, title, _subtitle(bands[codes[0]]), provisional=_provisional(path))
    parts = [
        f"{name(code)} first {style.percent(total.iloc[0], 1)}, "
        f"peak {style.percent(total.max(), 1)} on {day_text(total.idxmax())}, "
        f"last {style.percent(total.iloc[-1], 1)}"
        for code, total in totals.items()
    ]
    style.attach(
        figure,
        flat[flat["partner"].isin(codes)],
        f"Stepped areas over time, a panel per partner, stacked by law. {title}. "
        f"{'; '.join(parts)}.",
    )
    made: np.ndarray[Any, Any] = grid
    return made


def _key(axes: Axes, keys: Mapping[str, Any]) -> None:
    order = [title for title, _ in FAMILIES.values() if title in keys][::-1]
    axes.axis("off")
    axes.legend(
        [keys[text] for text in order], order, loc="center left", handlelength=2.6, handleheight=1.1
    )


def _peaks(totals: Mapping[str, pd.Series[float]]) -> str:
    """Say who was charged most and when, and where everyone stands."""
    most = max(totals, key=lambda code: float(totals[code].max()))
    high = style.percent(float(totals[most].max()), 1)
    when = month_text(totals[most].idxmax())
    ends = {code: float(total.iloc[-1]) for code, total in totals.items()}
    if len(ends) == 1:
        return (
            f"{name(most)} peaked at {high} in {when} and ended at {style.percent(ends[most], 1)}"
        )
    text = f"{name(most)} peaked highest, at {high} in {when}"
    heavy = max(ends, key=lambda code: ends[code])
    day = month_text(totals[heavy].index[-1])
    return f"{text}; in {day} {name(heavy)} is charged most, {style.percent(ends[heavy], 1)}"


def duty_collected(
    path: pd.DataFrame,
    collected: pd.DataFrame,
    partner: str,
    *,
    ax: Axes | None = None,
) -> Axes:
    """Draw the rate of the law beside the duty calculated each month over imports.

    Parameters
    ----------
    path : DataFrame
        From `exposure_path`.
    collected : DataFrame
        Rows of the table duties_monthly: partner, month, imports_usd, duty_usd.
    partner : str
        Partner code of both tables.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        A stepped line for the law and a line with points for the months, broken where a month
        is missing. A partner whose duty is not published by month has the law alone, and the
        title says so.

    Raises
    ------
    ArgumentError
        For a missing column, an empty table, a partner not in the path, or no month since the path
        began.

    Examples
    --------
    >>> from tradeviz.datasets import load
    >>> from tradeviz.trade.exposure import exposure_path
    >>> axes = duty_collected(exposure_path(partners="JPN"), load("duties_monthly"), "JPN")
    >>> len(axes.lines)
    2
    """
    flat = need(path, _COLUMNS)
    months = need(collected, ("partner", "month", "imports_usd", "duty_usd"))
    chosen(partner, "partner", _partners(flat))
    total = bands_of(flat, partner).sum(axis=1)
    monthly = _monthly(flat, months, partner)
    rate = monthly["collected_rate"]
    shown = rate.asfreq("MS")
    look = style.look(style.PARTNERS, partner)
    with style.scoped():
        _, axes = canvas(ax, 3.9)
        axes.step(total.index.to_numpy(), total.to_numpy(), where="post", color=style.BLACK, lw=1.6)
        ends = {f"law, {style.percent(float(total.iloc[-1]), 1)}": float(total.iloc[-1])}
        highest = float(total.max())
        title = f"{name(partner)}: the sources have no duty by month"
        if len(rate):
            axes.plot(
                shown.index.to_numpy() + np.timedelta64(14, "D"), shown.to_numpy(),
                color=look.colour, marker=look.marker, ms=6, lw=1.6, mec=style.BLACK, mew=0.5,
            )  # fmt: skip
            highest = max(highest, float(rate.max()))
            last = float(rate.iloc[-1])
            ends[f"collected, {style.percent(last, 1)}"] = last
            law = float(monthly["law_rate"].iloc[-1])
            title = (
                f"{name(partner)}: {style.percent(last, 1)} collected in "
                f"{month_text(rate.index[-1])}, the law says {style.percent(law, 1)}"
            )
        axes.set_ylim(0, max(highest, _LEAST) * 1.08)
        axes.set_xlim(total.index[0], total.index[-1])
        for (text, _), height in zip(
            ends.items(), _apart(list(ends.values()), highest * 0.08), strict=True
        ):
            axes.annotate(
                text, (total.index[-1], height), xytext=(6, 0), textcoords="offset points",
                va="center", fontsize=9.5, color=style.TEXT, annotation_clip=False,
            )  # fmt: skip
        month_axis(axes, 8)
        style.percent_axis(axes)
        style.finish(
            axes,
            title,
            f"Duty over imports for consumption, percent, to {month_text(total.index[-1])}; black "
            "steps: law at the goods bought in 2024"
            + ("; points: calculated duty of each month" if len(rate) else ""),
            source="US Census Bureau, calculated duties before refunds; tradeviz law tables",
            provisional=_provisional(path),
        )
    kind = "Steps of the law and monthly points" if len(rate) else "Steps of the law alone"
    style.attach(axes, monthly.reset_index(), f"{kind}. {title}.{_said(rate, shown)}")
    return axes


def _said(rate: pd.Series[float], shown: pd.Series[float]) -> str:
    """Return what the points say, month by month, and which months are missing."""
    if not len(rate):
        return ""
    said = ", ".join(f"{day:%Y-%m} {style.percent(value, 1)}" for day, value in rate.items())
    gaps = [f"{day:%Y-%m}" for day in shown.index[shown.isna()]]
    missing = f" No figure for {listed(gaps)}." if gaps else ""
    return f" Collected: {said}.{missing}"


def _monthly(path: pd.DataFrame, months: pd.DataFrame, partner: str) -> pd.DataFrame:
    """Return the months of a partner, none for a partner whose duty is not published by month."""
    part = path[path["partner"] == partner]
    if not (months["partner"] == partner).any():
        columns = ["partner", "imports_usd", "duty_usd", "collected_rate", "law_rate"]
        return pd.DataFrame(columns=columns, index=pd.DatetimeIndex([], name="month"), dtype=float)
    try:
        return monthly_rates(part, months).set_index("month")
    except ArgumentError:
        raise ArgumentError(
            "no month of this partner since the path begins",
            field="collected",
            allowed=f"months from {month_text(part['date'].min())} on",
        ) from None


def _apart(heights: list[float], least: float) -> list[float]:
    """Move two heights apart so that their labels do not touch; one stays where it is."""
    if len(heights) < 2:
        return heights
    low, high = sorted(heights)
    lack = max(0.0, least - (high - low)) / 2
    moved = {low: low - lack, high: high + lack}
    if low == high:
        return [high + lack, low - lack]
    return [moved[height] for height in heights]
