"""Charts of rates over time: the law by layer, and the duty that was collected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num

from tradeviz import datasets, style
from tradeviz.charts.frame import canvas, chosen
from tradeviz.partners import name
from tradeviz.tables.display import need

_COLUMNS = ("date", "partner", "layer", "added_rate")

# Layers of one law share a band, so that a reader tells five apart and not fifteen.
FAMILIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "mfn": ("Duty paid in 2024", ("mfn",)),
    "reciprocal": (
        "Emergency duties",
        ("reciprocal", "india_russia_oil", "brazil_ieepa", "fentanyl"),
    ),
    "s122": ("Section 122", ("s122",)),
    "s301_forced_labour": ("Section 301", ("s301_forced_labour", "s301_brazil")),
    "s232_autos": ("Cars and parts", ("s232_autos",)),
    "s232_metals": (
        "Metals and other goods",
        tuple(f"s232_{item}" for item in ("metals", "copper", "wood", "trucks", "semis", "pharma")),
    ),
}
EVENTS: Mapping[str, str] = {
    "2025-04-05": "10 %",
    "2025-04-09": "April list, one day",
    "2025-08-07": "August list",
    "2026-02-24": "emergency duties end",
    "2026-07-24": "Section 301",
}
"""The days that changed most for most; any mapping of date to text takes their place."""


def _bands(path: pd.DataFrame, partner: str) -> pd.DataFrame:
    part = path[path["partner"] == partner]
    family = {layer: key for key, (_, layers) in FAMILIES.items() for layer in layers}
    bands = part.assign(band=part["layer"].map(family)).pivot_table(
        index="date", columns="band", values="added_rate", aggfunc="sum"
    )
    return bands.reindex(columns=[key for key in FAMILIES if key in bands.columns])


def _draw(axes: Axes, bands: pd.DataFrame, *, labels: bool) -> float:
    dates = bands.index.to_numpy()
    base = np.zeros(len(bands))
    for band in bands.columns:
        top = base + bands[band].to_numpy()
        look = style.look(style.LAYERS, str(band))
        axes.fill_between(
            dates, base, top, step="post", facecolor=look.colour, hatch=look.hatch,
            edgecolor="white", linewidth=0.3, label=FAMILIES[str(band)][0] if labels else None,
        )  # fmt: skip
        base = top
    axes.step(dates, base, where="post", color=style.BLACK, lw=1.2)
    axes.set_xlim(dates[0], dates[-1])
    locator = AutoDateLocator(minticks=4, maxticks=7)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))
    style.percent_axis(axes)
    return float(base.max())


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
        Days to mark; the five that changed most when None.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        Stepped bands from zero: a rate holds until the next date.

    Raises
    ------
    ArgumentError
        For a missing column, an empty table or an unknown partner.

    Examples
    --------
    >>> from tradeviz.exposure import exposure_path
    >>> axes = rate_path(exposure_path(partners="JPN"), "JPN")
    >>> axes.get_ylim()[0]
    np.float64(0.0)
    """
    flat = need(path, _COLUMNS)
    chosen(partner, "partner", [str(code) for code in dict.fromkeys(flat["partner"])])
    bands = _bands(flat, partner)
    with style.scoped():
        figure, axes = canvas(ax, 4.6)
        highest = _draw(axes, bands, labels=True)
        marked = EVENTS if events is None else events
        axes.set_ylim(0, highest * (1.1 + 0.085 * len(marked)))
        for number, (day, text) in enumerate(marked.items()):
            where = date2num(np.datetime64(day))
            height = highest * (1.08 + 0.085 * (len(marked) - 1 - number))
            axes.plot([where, where], [0, height], color=style.MUTED, lw=0.8, ls=":")
            late = where > date2num(bands.index[-1]) - 200
            axes.text(
                where + (-4 if late else 4), height, text, fontsize=9, color=style.TEXT,
                ha="right" if late else "left", va="center",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
            )  # fmt: skip
        handles, names = axes.get_legend_handles_labels()
        axes.legend(
            handles[::-1], names[::-1], loc="upper center", bbox_to_anchor=(0.5, -0.09), ncols=3
        )
        title = _ending(bands, partner)
        style.finish(figure, title=title, subtitle=_subtitle(bands))
    table = flat[flat["partner"] == partner]
    style.attach(figure, table, f"Stepped areas over time. {title}. {_steps(bands)}")
    return axes


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
        One per partner, and one with the legend where the grid has room.

    Raises
    ------
    ArgumentError
        For a missing column, an empty table or an unknown partner.

    Examples
    --------
    >>> from tradeviz.exposure import exposure_path
    >>> rate_paths(exposure_path()).shape
    (3, 2)
    """
    flat = need(path, _COLUMNS)
    known = [str(code) for code in dict.fromkeys(flat["partner"])]
    codes = [chosen(code, "partners", known) for code in partners or known]
    lines = -(-(len(codes) + 1) // 2)
    with style.scoped():
        figure, grid = style.panels(lines, 2, height=1.2 + 2.1 * lines, sharey=True)
        ends = []
        for code, axes in zip(codes, grid.ravel(), strict=False):
            bands = _bands(flat, code)
            _draw(axes, bands, labels=True)
            axes.set_title(name(code), loc="left", fontsize=11, weight="bold")
            total = bands.sum(axis=1)
            ends.append((code, float(total.max()), float(total.iloc[-1]), total.idxmax()))
            axes.tick_params(labelleft=True)
        axes = grid.ravel()[len(codes)]
        handles, names = grid.ravel()[0].get_legend_handles_labels()
        axes.axis("off")
        axes.legend(handles[::-1], names[::-1], loc="center left", title="Law", alignment="left")
        for spare in grid.ravel()[len(codes) + 1 :]:
            spare.set_visible(False)
        for one in grid.ravel()[: len(codes)]:
            one.set_ylim(0, max(end[1] for end in ends) * 1.05)
        peak = max(ends, key=lambda end: end[1])
        title = (
            f"{name(peak[0])} peaked highest, at {style.percent(peak[1], 1)} "
            f"in {peak[3]:%B %Y}; all five stand below their peak"
            if all(end[2] < end[1] for end in ends) and len(ends) == 5
            else f"{name(peak[0])} peaked highest, at {style.percent(peak[1], 1)}"
        )
        style.finish(figure, title=title, subtitle=_subtitle(bands))
    parts = [
        f"{name(code)} peak {style.percent(high, 1)} on {day:%Y-%m-%d}, last "
        f"{style.percent(last, 1)}"
        for code, high, last, day in ends
    ]
    style.attach(
        figure,
        flat[flat["partner"].isin(codes)],
        f"Stepped areas over time per partner, stacked by law. {'; '.join(parts)}.",
    )
    made: np.ndarray[Any, Any] = grid
    return made


def _subtitle(bands: pd.DataFrame) -> str:
    first, last = bands.index[0], bands.index[-1]
    return f"Effective US duty in percent of imports (2024 weights), {first:%B %Y} to {last:%B %Y}"


def _ending(bands: pd.DataFrame, partner: str) -> str:
    total = bands.sum(axis=1)
    return (
        f"{name(partner)}: {style.percent(float(total.iloc[0]), 1)} before, "
        f"{style.percent(float(total.max()), 1)} at the peak, "
        f"{style.percent(float(total.iloc[-1]), 1)} now"
    )


def _steps(bands: pd.DataFrame) -> str:
    total = bands.sum(axis=1)
    kept = total[total.diff().abs().fillna(1) >= 0.005]
    return "; ".join(f"{day:%Y-%m-%d} {style.percent(v, 1)}" for day, v in kept.items()) + "."


def duty_collected(
    path: pd.DataFrame,
    partner: str,
    *,
    collected: pd.DataFrame | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the rate of the law beside the duty calculated each month over imports.

    Parameters
    ----------
    path : DataFrame
        From `exposure_path`.
    partner : str
        Partner code of the table.
    collected : DataFrame, optional
        partner, month, imports_usd, duty_usd; the table duties_monthly when None.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        A stepped line for the law, points for the months; a month that is missing has none.

    Raises
    ------
    ArgumentError
        For a missing column, an empty table or an unknown partner.

    Examples
    --------
    >>> from tradeviz.exposure import exposure_path
    >>> len(duty_collected(exposure_path(partners="JPN"), "JPN").lines)
    2
    """
    flat = need(path, _COLUMNS)
    chosen(partner, "partner", [str(code) for code in dict.fromkeys(flat["partner"])])
    total = _bands(flat, partner).sum(axis=1)
    table = datasets.load("duties_monthly") if collected is None else collected
    months = need(table, ("partner", "month", "imports_usd", "duty_usd"))
    months = months[(months["partner"] == partner) & (months["month"] >= total.index[0])]
    months = months.dropna(subset=["imports_usd", "duty_usd"])
    rate = months["duty_usd"] / months["imports_usd"]
    look = style.look(style.PARTNERS, partner)
    with style.scoped():
        figure, axes = canvas(ax, 3.9)
        axes.step(total.index.to_numpy(), total.to_numpy(), where="post", color=style.BLACK, lw=1.6)
        middle = months["month"] + pd.Timedelta(days=14)
        axes.plot(
            middle.to_numpy(), rate.to_numpy(), color=look.colour, marker=look.marker, ms=5, lw=1.2
        )
        axes.set_ylim(0, max(float(total.max()), float(rate.max())) * 1.12)
        axes.set_xlim(total.index[0], total.index[-1] + pd.Timedelta(days=75))
        right = total.index[-1] + pd.Timedelta(days=6)
        for text, value, colour in (
            ("law", float(total.iloc[-1]), style.BLACK),
            ("collected", float(rate.iloc[-1]), look.colour),
        ):
            axes.text(right, value, text, va="center", fontsize=9.5, color=colour, weight="bold")
        locator = AutoDateLocator(minticks=4, maxticks=8)
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))
        style.percent_axis(axes)
        last = months["month"].iloc[-1]
        law = float(total[total.index <= last + pd.offsets.MonthEnd(0)].iloc[-1])
        title = (
            f"{name(partner)}: {style.percent(float(rate.iloc[-1]), 1)} collected in "
            f"{last:%B %Y}, {style.percent(law, 1)} by the law at 2024 weights"
        )
        style.finish(
            figure,
            title=title,
            subtitle="Percent of imports for consumption; law at the goods bought in 2024",
            source="US Census Bureau, calculated duties; tradeviz law tables",
        )
    data = pd.DataFrame({"month": months["month"], "collected_rate": rate})
    style.attach(figure, data, f"Line of the law and monthly points. {title}.")
    return axes
