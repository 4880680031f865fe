"""From the law to what was collected, as steps that add up."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from tradeviz import style
from tradeviz.charts.frame import canvas, chosen, month_text, points
from tradeviz.partners import name
from tradeviz.tables.display import need
from tradeviz.trade.collected import STEPS

STEP_TITLES = {
    "law_2024_usd": "Law, goods of 2024",
    "mix_usd": "Other industries",
    "transit_usd": "Goods on the way",
    "known_shares_usd": "Known conditions",
    "uptake_usd": "Unpublished claims",
    "rest_usd": "Months that differ",
}
"""Step -> what it is in a few words, in the order in which they lead to what was collected."""
COLLECTED = "Collected"
SOURCE = "US Census Bureau, calculated duties before refunds; tradeviz law tables"


def rates_of(table: pd.DataFrame, partner: str) -> pd.Series[float]:
    """Return the steps of a partner over its imports, all months together, and their sum.

    Examples
    --------
    >>> from tradeviz.trade.collected import collected
    >>> rates = rates_of(collected("JPN"), "JPN")
    >>> bool(abs(rates.iloc[:-1].sum() - rates["collected_usd"]) < 1e-9)
    True
    """
    flat = need(table, ("partner", "imports_usd", "collected_usd", *STEPS))
    own = flat[flat["partner"] == chosen(partner, "partner", list(dict.fromkeys(flat["partner"])))]
    return own[[*STEPS, "collected_usd"]].sum() / own["imports_usd"].sum()


def collected_waterfall(table: pd.DataFrame, partner: str, *, ax: Axes | None = None) -> Axes:
    """Draw the steps from the law to what was collected, in percent of imports.

    Parameters
    ----------
    table : DataFrame
        From `tradeviz.collected`, not split.
    partner : str
        Partner code.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        A bar for the law, one for each step and one for what was collected; each written.

    Raises
    ------
    ArgumentError
        For a missing column or a partner that is not in the table.

    Examples
    --------
    >>> from tradeviz.trade.collected import collected
    >>> axes = collected_waterfall(collected("JPN"), "JPN")
    >>> len(axes.patches)
    7
    """
    rates = rates_of(table, partner)
    months = pd.to_datetime(table.loc[table["partner"] == partner, "month"])
    steps = [(STEP_TITLES[key], float(rates[key])) for key in STEPS]
    law, came = steps[0][1], float(rates["collected_usd"])
    causes = sorted(steps[1:], key=lambda step: -abs(step[1]))
    title = (
        f"{name(partner)}: the law asked {style.percent(law, 1)}, customs calculated "
        f"{style.percent(came, 1)}; most of the gap: {causes[0][0].lower()}"
    )
    with style.scoped():
        _, axes = canvas(ax, 3.4)
        level = 0.0
        for place, (_, size) in enumerate(steps):
            start = 0.0 if place == 0 else level
            colour = style.GREY if place == 0 else style.BLUE if size < 0 else style.VERMILLION
            axes.barh(place, size, left=start, color=colour, height=0.62)
            level = start + size
            text = style.percent(size, 1) if place == 0 else points(size)
            _write(axes, max(start, level), place, text)
        axes.barh(len(steps), came, color=style.BLACK, height=0.62)
        _write(axes, came, len(steps), style.percent(came, 1))
        axes.set_yticks(range(len(steps) + 1), [*(title for title, _ in steps), COLLECTED])
        axes.invert_yaxis()
        axes.set_xlim(0, max(law, came, level) * 1.18)
        style.percent_axis(axes, "x")
        when = f"{month_text(months.min())} to {month_text(months.max())}"
        style.finish(axes, title, f"Percent of imports for consumption, {when}", source=SOURCE)
    shown = pd.DataFrame([*steps, (COLLECTED, came)], columns=["step", "rate"])
    said = ", ".join(f"{label.lower()} {points(size)}" for label, size in steps[1:])
    style.attach(
        axes,
        shown,
        f"Waterfall. {title}. From {style.percent(law, 1)}: {said}; collected "
        f"{style.percent(came, 1)}.",
    )
    return axes


def _write(axes: Axes, x: float, y: int, text: str) -> None:
    axes.annotate(
        text, (x, y), xytext=(5, 0), textcoords="offset points", va="center", fontsize=9.5,
        color=style.TEXT, annotation_clip=False,
    )  # fmt: skip
