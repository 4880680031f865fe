"""A chart of what the talks led to, and when."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import DateFormatter, MonthLocator, date2num
from matplotlib.lines import Line2D

from tradeviz import style
from tradeviz.charts.frame import canvas
from tradeviz.partners import name
from tradeviz.tables.display import need
from tradeviz.trade.briefing import PAUSE

_KINDS: Mapping[str, tuple[str, str, str]] = {
    "framework": ("o", style.SKY, "Framework or statement"),
    "signed": ("s", style.ORANGE, "Signed agreement"),
    "order": ("D", style.GREEN, "Order that carries it out"),
}


def talks_timeline(talks: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the texts that the talks led to, a row per partner, with the pause shaded.

    Parameters
    ----------
    talks : DataFrame
        The table talks: partner, date, kind, changes_tariff.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        A marker per text, filled where a US duty changed by it.

    Raises
    ------
    ArgumentError
        For a missing column or an empty table.

    Examples
    --------
    >>> from tradeviz.datasets import load
    >>> len(talks_timeline(load("talks")).lines) >= len(load("talks"))
    True
    """
    flat = need(talks, ("partner", "date", "kind", "changes_tariff")).sort_values("date")
    codes = [str(code) for code in dict.fromkeys(flat["partner"])]
    rows = {code: place for place, code in enumerate(codes)}
    with style.scoped():
        figure, axes = canvas(ax, 1.7 + 0.27 * len(codes))
        first, last = map(date2num, PAUSE)
        axes.axvspan(first, last, color=style.FAINT, alpha=0.45, lw=0)
        axes.text(
            first + (last - first) / 2,
            -1.0,
            "the pause",
            ha="center",
            va="center",
            fontsize=9.5,
            color=style.TEXT,
        )
        for row in flat.itertuples():
            marker, colour, _ = _KINDS[str(row.kind)]
            axes.plot(
                [date2num(row.date)],
                [rows[str(row.partner)]],
                marker=marker,
                ms=8,
                color=colour if row.changes_tariff else "white",
                mec=colour if not row.changes_tariff else style.BLACK,
                mew=1.8 if not row.changes_tariff else 0.6,
                ls="",
            )
        axes.set_yticks(range(len(codes)), [name(code) for code in codes])
        axes.set_ylim(len(codes) - 0.4, -1.6)
        axes.set_xlim(first - 12, date2num(flat["date"].max()) + 20)
        axes.xaxis.set_major_locator(MonthLocator(interval=3))
        axes.xaxis.set_major_formatter(DateFormatter("%b %Y"))
        axes.yaxis.grid(True)
        axes.tick_params(axis="y", length=0)
        handles = [
            Line2D([], [], marker=marker, color=colour, ls="", ms=8, label=text)
            for marker, colour, text in _KINDS.values()
        ]
        axes.legend(
            handles=handles, loc="upper center", bbox_to_anchor=(0.4, -0.06), ncols=3,
            handletextpad=0.2, columnspacing=1.2,
        )  # fmt: skip
        within = flat[flat["date"] <= pd.Timestamp(PAUSE[1])]["partner"].nunique()
        changed = flat[flat["changes_tariff"].astype(bool)]["partner"].nunique()
        title = (
            f"{within} of {len(codes)} partners had a text within the pause; for {changed} "
            "a US duty changed in the end"
        )
        style.finish(
            figure,
            title=title,
            subtitle="Texts by date; hollow: no US duty changed by it",
            source="texts of presidential actions; HTS chapter 99",
        )
    words = [f"{name(str(r.partner))} {r.kind} {r.date:%Y-%m-%d}" for r in flat.itertuples()]
    style.attach(figure, flat, f"Markers on a time line. {title}. {'; '.join(words)}.")
    return axes
