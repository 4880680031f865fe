"""The laws that add to a rate as swim lanes: when each counts, and how much."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.patches import Rectangle

from tradeviz import datasets
from tradeviz.errors import ArgumentError, choose
from tradeviz.partners import called
from tradeviz.quantities import month, points
from tradeviz.show.frame import SMALL, Frame, chart, finish, frame, is_narrow, mark, room_for, said
from tradeviz.show.letters import lowered
from tradeviz.show.palette import PAPER, law_colour, on
from tradeviz.show.paths import month_axis, short_day
from tradeviz.show.reading import label_of, need, values_in
from tradeviz.trade.show_paths import COLUMNS, families


@chart
def law_lanes(
    path: pd.DataFrame, partner: str, *, title: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw a lane for each law that ever added to a partner's rate: when, and how much.

    Parameters
    ----------
    path : DataFrame
        From `exposure_path`.
    partner : str
        Partner code of the table.
    title, ax : optional
        A checked claim, what the table says when None; where to draw, a new figure when None.

    Returns
    -------
    Axes
        Bars over time, a row per layer of the law, the points each adds written in it.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure_path
    >>> axes = law_lanes(exposure_path(partners="JPN"), "JPN")
    >>> len(axes.patches) > 3
    True
    """
    flat = need(path, COLUMNS)
    choose(partner, values_in(flat), "partner")
    part = flat[flat["partner"] == partner].assign(layer=lambda table: table["layer"].astype(str))
    wide = part.pivot_table(index="date", columns="layer", values="added_rate", aggfunc="sum")
    order = [c for c in datasets.load("layers").sort_values("position")["layer"] if c in wide]
    order = [layer for layer in order if layer != "mfn" and wide[layer].max() >= 0.0005]
    if not order:
        raise ArgumentError("no law ever adds to this partner's rate", field="partner")
    label = label_of("layer")
    narrow = is_narrow() if ax is None else False
    names = [label(layer) for layer in order]
    left = 18 if narrow else room_for(names) + 16
    pitch = 40 if narrow else 32
    sheet = frame(ax, pitch * len(order) + 54, left=left, right=10, top=6, bottom=40)
    axes = sheet.axes
    axes.set_xlim(float(date2num(wide.index[0])), float(date2num(wide.index[-1])))
    axes.set_ylim(pitch * len(order), 0)
    axes.set_yticks([])
    axes.xaxis.grid(True)
    bands, spoken = families(order), []
    for place, (layer, title_of_layer) in enumerate(zip(order, names, strict=True)):
        y = pitch * (place + (0.72 if narrow else 0.5))
        if narrow:
            sheet.label(axes.get_xlim()[0], y - 19, title_of_layer, size=SMALL, halo=True)
        else:
            sheet.label(axes.get_xlim()[0], y, title_of_layer, ha="right", dx=-8)
        colour = law_colour(bands[layer])
        spoken.append(_lane(sheet, wide[layer], title_of_layer, y, colour))
    month_axis(axes, 5 if narrow else 8)
    last = wide[order].iloc[-1]
    now = last[last >= 0.0005]
    finish(
        sheet,
        title=title or _told(called(partner), now.rename(label), len(order)),
        subtitle=f"What each law adds to the average rate, percentage points; "
        f"{month(wide.index[0])} to {month(wide.index[-1])}",
        note="A bar lasts while its law adds 0.05 points or more.",
        data=part[part["layer"].isin(order)], provisional=bool(path.attrs.get("provisional")),
        alt=said(spoken),
    )  # fmt: skip
    return axes


def _told(whose: str, now: pd.Series[float], count: int) -> str:
    """Say which law adds most today."""
    if now.empty:
        which = f"Each of {count} laws" if count > 1 else "The one law"
        return f"{which} that came on goods from {whose} has ended"
    most = lowered(str(now.idxmax()))
    text = f"Largest duty added today on goods from {whose}: {most}"
    return f"{text}, {points(float(now.max()), unit=True)}"


def _lane(sheet: Frame, rates: pd.Series[float], title: str, y: float, colour: str) -> str:
    """Draw the spans of one law and return what they say."""
    moved = rates.diff().abs().fillna(1) >= 0.0005
    days = [*rates.index[moved], rates.index[-1]]
    spoken = []
    for start, stop in zip(days, days[1:], strict=False):
        value = float(rates[start])
        if value < 0.0005 or stop == start:
            continue
        first, last = float(date2num(start)), float(date2num(stop))
        box = Rectangle((first, y - 10), last - first, 20, facecolor=colour, edgecolor=PAPER, lw=1)
        sheet.axes.add_patch(box)
        text = f"{title} from {short_day(start)}: {points(value, unit=True)}"
        mark(box, text)
        spoken.append(f"from {short_day(start)} {points(value)}")
        words = points(value)
        if room_for([words], SMALL) + 4 <= (last - first) / sheet.per_pixel:
            sheet.label((first + last) / 2, y, words, size=SMALL, ha="center", colour=on(colour))
    return f"{title}: {', '.join(spoken)}"
