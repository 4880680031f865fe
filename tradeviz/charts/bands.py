"""A rate of the law through time: bands by law, ticks by month, the days that changed most."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.ticker import MaxNLocator

from tradeviz import style

_SHORT = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_PRODUCTS = ("metals", "copper", "wood", "trucks", "semis", "pharma")

# Layers of one law share a band, so that a reader tells a few apart and not fifteen.
FAMILIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "mfn": ("Duty paid in 2024", ("mfn",)),
    "reciprocal": (
        "Emergency duties",
        ("reciprocal", "india_russia_oil", "brazil_ieepa", "fentanyl"),
    ),
    "s122": ("Section 122", ("s122",)),
    "s301_forced_labour": ("Section 301", ("s301_forced_labour", "s301_brazil")),
    "s232_autos": ("Section 232: cars, parts", ("s232_autos",)),
    "s232_metals": ("Section 232: metals, other", tuple(f"s232_{item}" for item in _PRODUCTS)),
    "other": ("Other", ()),
}
"""Band, named by the layer whose look it has -> title and layers; `other` takes the rest."""


def bands_of(path: pd.DataFrame, partner: str) -> pd.DataFrame:
    """Sum the layers of a partner's path to bands.

    Parameters
    ----------
    path : DataFrame
        date, partner, layer, added_rate.
    partner : str
        Code.

    Returns
    -------
    DataFrame
        A row per date, a column per band that is ever above zero, in the order of `FAMILIES`.

    Examples
    --------
    >>> table = pd.DataFrame({"date": pd.to_datetime(["2025-01-01"]), "partner": ["JPN"],
    ...                       "layer": ["mfn"], "added_rate": [0.015]})
    >>> bands_of(table, "JPN").columns.tolist()
    ['mfn']
    """
    part = path[path["partner"] == partner]
    family = {layer: key for key, (_, layers) in FAMILIES.items() for layer in layers}
    part = part.assign(
        date=pd.to_datetime(part["date"]),
        band=[family.get(str(layer), "other") for layer in part["layer"]],
    )
    wide = part.pivot_table(index="date", columns="band", values="added_rate", aggfunc="sum")
    wide = wide.fillna(0.0).sort_index()
    kept = [key for key in FAMILIES if key in wide.columns and wide[key].abs().max() > 0]
    return wide[kept or list(wide.columns)]


def draw_bands(axes: Axes, bands: pd.DataFrame) -> None:
    """Draw bands as stacked steps with their sum as a line; a rate holds until the next date.

    Parameters
    ----------
    axes : Axes
        Where to draw.
    bands : DataFrame
        From `bands_of`.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> figure, axes = plt.subplots()
    >>> days = pd.to_datetime(["2025-01-01", "2025-04-05"])
    >>> draw_bands(axes, pd.DataFrame({"mfn": [0.01, 0.02]}, index=days))
    >>> axes.lines[0].get_ydata().tolist()
    [0.01, 0.02]
    >>> plt.close(figure)
    """
    dates = bands.index.to_numpy()
    base = np.zeros(len(bands))
    for band in bands.columns:
        top = base + bands[band].to_numpy()
        look = style.look(style.LAYERS, str(band))
        axes.fill_between(
            dates, base, top, step="post", facecolor=look.colour, hatch=look.hatch,
            edgecolor="white", linewidth=0.3, label=FAMILIES[str(band)][0],
        )  # fmt: skip
        base = top
    axes.step(dates, base, where="post", color=style.BLACK, lw=1.2)
    axes.set_xlim(dates[0], dates[-1])


def month_axis(axes: Axes, most: int) -> None:
    r"""Put ticks on the first of months, the year under the first and under each January.

    Parameters
    ----------
    axes : Axes
        With dates along x and its limits set.
    most : int
        How many ticks there is room for.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> figure, axes = plt.subplots()
    >>> _ = axes.set_xlim(20089, 20686)  # 1 January 2025 to 21 August 2026
    >>> month_axis(axes, 8)
    >>> [label.get_text() for label in axes.get_xticklabels()][:2]
    ['Jan\n2025', 'Apr']
    >>> plt.close(figure)
    """
    low, high = (np.datetime64("1970-01-01") + round(day) for day in sorted(axes.get_xlim()))
    months = np.arange(low.astype("M8[M]"), high.astype("M8[M]") + 1)
    months = months[(months.astype("M8[D]") >= low) & (months.astype("M8[D]") <= high)]
    number = months.astype(int) % 12
    for step in (1, 2, 3, 4, 6, 12):
        kept = months[number % step == 0]
        if len(kept) <= most:
            break
    kept = kept[:: -(-len(kept) // most)] if len(kept) else months[:1]
    labels, year = [], None
    for month in kept:
        text, own = _SHORT[int(month.astype(int)) % 12], str(month)[:4]
        labels.append(text if own == year else f"{text}\n{own}")
        year = own
    axes.set_xticks(date2num(kept.astype("M8[D]")), labels)


def turning_points(bands: pd.DataFrame, most: int = 5) -> dict[str, str]:
    """Return the days on which the sum moved most, with what moved it.

    Parameters
    ----------
    bands : DataFrame
        From `bands_of`.
    most : int
        How many.

    Returns
    -------
    dict
        ISO date -> text, by date. A move that is taken back within a week is one entry.

    Examples
    --------
    >>> days = pd.to_datetime(["2025-01-01", "2025-04-05", "2025-04-09", "2025-04-10"])
    >>> bands = pd.DataFrame({"reciprocal": [0.0, 0.08, 0.2, 0.08]}, index=days)
    >>> turning_points(bands)["2025-04-09"]
    '9 Apr 2025, for 1 day: emergency duties +12.0'
    """
    moves = bands.diff().iloc[1:]
    total = moves.sum(axis=1)
    entries: list[tuple[float, pd.Timestamp, str]] = []
    taken_back: set[pd.Timestamp] = set()
    days = [*total.index, None]
    for day, following in pairwise(days):
        change = float(total[day])
        if day in taken_back or abs(change) < 0.0005:
            continue
        short = ""
        if following is not None and (following - day).days <= 7:
            back = float(total[following])
            if abs(back + change) < 0.05 * abs(change):
                count = (following - day).days
                short = f", for {count} day{'s' * (count > 1)}"
                taken_back.add(following)
        band = str(moves.loc[day].abs().idxmax())
        title = FAMILIES[band][0]
        title = title if title.startswith("Section") else title.lower()
        text = f"{day.day} {_SHORT[day.month - 1]} {day.year}{short}: {title} "
        entries.append((abs(change), day, text + style.percent(change, 1, sign=True)[:-2]))
    entries.sort(reverse=True, key=lambda entry: entry[0])
    # Beside a large move a small one is no event.
    chosen = [entry for entry in entries[:most] if entry[0] >= entries[0][0] / 10]
    return {f"{day:%Y-%m-%d}": text for _, day, text in sorted(chosen, key=lambda e: e[1])}


def mark_events(axes: Axes, events: Mapping[str, str], highest: float) -> None:
    """Mark days by dotted lines with texts above the data, one a row, the earliest on top.

    Parameters
    ----------
    axes : Axes
        With its dates drawn.
    events : mapping of date to text
        In the order of time.
    highest : float
        The top of the data.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> figure, axes = plt.subplots()
    >>> _ = axes.set_xlim(20089, 20454)  # the year 2025
    >>> mark_events(axes, {"2025-04-09": "April list"}, 0.2)
    >>> axes.texts[0].get_text()
    'April list'
    >>> plt.close(figure)
    """
    ordered = sorted((date2num(np.datetime64(str(day)[:10])), text) for day, text in events.items())
    row = highest * 0.09
    left, right = axes.get_xlim()
    room = axes.get_window_extent().width * 72 / style.figure_of(axes).dpi
    for number, (where, text) in enumerate(ordered):
        height = highest * 1.1 + row * (len(ordered) - 1 - number)
        axes.plot([where, where], [0, height], color=style.MUTED, lw=0.9, ls=":")
        free = (right - where) / (right - left) * room
        fits = style.text_width(text, size=9) + 8 < free
        axes.annotate(
            text, (where, height), xytext=(4 if fits else -4, 0), textcoords="offset points",
            fontsize=9, color=style.TEXT, ha="left" if fits else "right", va="center",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
        )  # fmt: skip
    axes.set_xlim(left, right)
    axes.set_ylim(0, highest * 1.08 + row * len(ordered))
    # The scale ends where the data end; the rows above hold text only.
    ticks = [tick for tick in MaxNLocator(6).tick_values(0, highest) if 0 <= tick <= highest * 1.05]
    axes.set_yticks(ticks)
    axes.spines["left"].set_bounds(0, highest * 1.05)
