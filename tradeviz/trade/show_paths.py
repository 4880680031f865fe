"""Rates through time as charts: the law by family, what was collected, swim lanes, a spark line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.patches import Rectangle

from tradeviz import datasets
from tradeviz.errors import ArgumentError
from tradeviz.partners import called, name
from tradeviz.quantities import day, listing, month, percent, points, quantity
from tradeviz.show.frame import (
    SMALL,
    Frame,
    chart,
    finish,
    frame,
    is_narrow,
    mark,
    panels,
    room_for,
    said,
    width_of,
)
from tradeviz.show.palette import ACCENT, FAMILIES, GREY, INK, MUTED, PAPER, family, law_colour, on
from tradeviz.show.paths import (
    axis_room,
    draw_bands,
    end_dot,
    end_labels,
    height_axis,
    mark_steps,
    month_axis,
    moves_of,
    plan_events,
    rate_steps,
    short_day,
    turning_points,
    write_events,
)
from tradeviz.show.reading import chosen, label_of, need, several
from tradeviz.trade.collected import collected_rates as monthly_rates

_COLUMNS = ("date", "partner", "layer", "added_rate")
_RATE = quantity("effective_rate")
_LEAST = 0.001  # a rate of nothing still needs an axis
_CUSTOMS = "US Census Bureau, calculated duties before refunds; tradeviz law tables"


def _partners(flat: pd.DataFrame) -> list[str]:
    return [str(code) for code in dict.fromkeys(flat["partner"])]


def families_of(path: pd.DataFrame, partner: str) -> pd.DataFrame:
    """Sum the layers of a partner's path to families of the law: dates down, families across.

    Examples
    --------
    >>> table = pd.DataFrame({"date": pd.to_datetime(["2025-01-01"]), "partner": ["JPN"],
    ...                       "layer": ["mfn"], "added_rate": [0.015]})
    >>> families_of(table, "JPN").columns.tolist()
    ['ordinary']
    """
    part = path[path["partner"] == partner]
    groups = datasets.load("layers").set_index("layer")["family"].to_dict()
    part = part.assign(
        date=pd.to_datetime(part["date"]),
        band=[family(str(layer), str(groups.get(layer, ""))) for layer in part["layer"]],
    )
    wide = part.pivot_table(index="date", columns="band", values="added_rate", aggfunc="sum")
    wide = wide.fillna(0.0).sort_index()
    kept = [key for key in FAMILIES if key in wide.columns and wide[key].abs().max() > 0]
    return wide[kept or list(wide.columns)]


@chart
def rate_path(
    path: pd.DataFrame, partner: str, *, events: Mapping[str, str] | None = None,
    title: str | None = None, ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw a partner's average rate through time, stacked by family of the law.

    Parameters
    ----------
    path : DataFrame
        From `exposure_path`.
    partner : str
        Partner code of the table.
    events : mapping of date to text, optional
        Days to mark; those on which the rate moved most, with what moved it, when None.
    title : str, optional
        A checked claim; what the table says when None.
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
    bands = families_of(flat, partner)
    total = bands.sum(axis=1)
    last = percent(float(total.iloc[-1]))
    peak = max(float(total.max()), _LEAST)
    left, right = axis_room(_RATE, peak), room_for([last], weight="bold") + 20
    ends = (float(date2num(total.index[0])), float(date2num(total.index[-1])))
    width = width_of(ax, left, right)
    # Lines closer than nine pixels look like one.
    moves = moves_of(bands, round((ends[1] - ends[0]) / width * 9))
    lengths = ((5, "long"), (4, "long"), (5, "year"), (4, "year"), (5, "short"), (4, "short"))
    choices = [turning_points(moves, most, words) for most, words in lengths]
    placed, above = plan_events([events] if events is not None else choices, *ends, width)
    sheet = frame(ax, 250 + above + 46, left=left, right=right, top=6, bottom=40)
    axes = sheet.axes
    axes.set_xlim(*ends)
    axes.set_ylim(0, peak * 1.04 * sheet.height / max(sheet.height - above, 1))
    height_axis(sheet, _RATE, peak)
    unnamed = draw_bands(sheet, bands)
    values = {float(date2num(date)): float(value) for date, value in total.items()}
    tops = {item.callout.x: values.get(item.callout.x, 0.0) for item in placed}
    write_events(sheet, placed, above, tops)
    end_dot(sheet, ends[1], float(total.iloc[-1]), last)
    mark_steps(sheet, rate_steps(bands), ends[1])
    month_axis(axes, 5 if sheet.narrow else 9)
    first, top = (percent(value) for value in (float(total.iloc[0]), float(total.max())))
    finish(
        sheet,
        title=title or f"{name(partner)}: from {first} to {last}, with a peak of {top} on "
        + day(total.idxmax()),
        subtitle=f"{_RATE.heading}, weights of 2024; {_span(total)}",
        note=_note(unnamed, "" if events is not None else "changes in percentage points"),
        data=flat[flat["partner"] == partner], provisional=bool(path.attrs.get("provisional")),
        alt="Stepped areas over time, stacked by law. " + said(list(rate_steps(bands).values())),
    )  # fmt: skip
    return axes


def _span(total: pd.Series[float]) -> str:
    return f"{month(total.index[0])} to {month(total.index[-1])}"


def _note(unnamed: Sequence[str], changes: str) -> str:
    """Say which thin bands have no name, from the lowest up, and what the numbers are."""
    parts = [changes[0].upper() + changes[1:]] if changes else []
    if unnamed:
        thin = [FAMILIES[band][0] for band in unnamed]
        parts.append(f"Bands too thin to name: {listing(thin)}".replace("Ordinary", "ordinary"))
    return " ".join(f"{part}." for part in parts)


@chart
def rate_paths(
    path: pd.DataFrame, partners: Sequence[str] | None = None, *, title: str | None = None
) -> np.ndarray[Any, Any]:
    """Draw the paths of several partners on one scale.

    Parameters
    ----------
    path : DataFrame
        From `exposure_path`.
    partners : sequence of str, optional
        Codes of the table, in the order to draw; all when None.
    title : str, optional
        A checked claim; what the table says when None.

    Returns
    -------
    ndarray of Axes
        One per partner.

    Raises
    ------
    ArgumentError
        For a missing column, an empty table, an unknown partner or none.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure_path
    >>> len(rate_paths(exposure_path()))
    5
    """
    flat = need(path, _COLUMNS)
    codes = several(partners, _partners(flat))
    bands = {code: families_of(flat, code) for code in codes}
    totals = {code: table.sum(axis=1) for code, table in bands.items()}
    peak = max(_LEAST, *(float(total.max()) for total in totals.values()))
    right = room_for([percent(0.333)], weight="bold") + 18
    left = axis_room(_RATE, peak)
    sheets = panels(len(codes), 190, left=left, right=right, top=32, bottom=34)
    for sheet, code in zip(sheets, codes, strict=True):
        total = totals[code]
        end = float(date2num(total.index[-1]))
        sheet.axes.set_xlim(float(date2num(total.index[0])), end)
        sheet.axes.set_ylim(0, peak * 1.04)
        height_axis(sheet, _RATE, peak)
        draw_bands(sheet, bands[code], named=True)
        sheet.label(
            sheet.axes.get_xlim()[0], peak * 1.04, name(code), weight="bold", dy=16, dx=8 - left
        )
        end_dot(sheet, end, float(total.iloc[-1]), percent(float(total.iloc[-1])))
        steps = {date: f"{name(code)}. {text}" for date, text in rate_steps(bands[code]).items()}
        mark_steps(sheet, steps, end)
        month_axis(sheet.axes, 4)
    drawn = list(dict.fromkeys(band for table in bands.values() for band in table.columns))
    parts = [
        f"{name(code)} first {percent(total.iloc[0])}, peak {percent(total.max())} on "
        f"{day(total.idxmax())}, last {percent(total.iloc[-1])}"
        for code, total in totals.items()
    ]
    finish(
        sheets, title=title or _peaks(totals),
        subtitle=f"{_RATE.heading}, weights of 2024, one scale; {_span(totals[codes[0]])}",
        note=f"From below: {listing([FAMILIES[b][0].lower() for b in FAMILIES if b in drawn])}."
        .replace("section", "Section"),
        data=flat[flat["partner"].isin(codes)], provisional=bool(path.attrs.get("provisional")),
        alt="Stepped areas over time, a panel per partner, stacked by law. " + said(parts),
    )  # fmt: skip
    return np.array([sheet.axes for sheet in sheets])


def _peaks(totals: Mapping[str, pd.Series[float]]) -> str:
    """Say who was charged most and when, and where everyone stands."""
    most = max(totals, key=lambda code: float(totals[code].max()))
    high = percent(float(totals[most].max()))
    when = month(totals[most].idxmax())
    ends = {code: float(total.iloc[-1]) for code, total in totals.items()}
    if len(ends) == 1:
        return f"{name(most)} peaked at {high} in {when} and ended at {percent(ends[most])}"
    heavy = max(ends, key=lambda code: ends[code])
    last = f"in {month(totals[heavy].index[-1])} {called(heavy)} is charged most"
    return f"{name(most)} peaked highest, at {high} in {when}; {last}, {percent(ends[heavy])}"


@chart
def duty_collected(
    path: pd.DataFrame, collected: pd.DataFrame, partner: str, *, title: str | None = None,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw the rate of the law beside the duty calculated each month over imports.

    Parameters
    ----------
    path : DataFrame
        From `exposure_path`.
    collected : DataFrame
        Rows of the table duties_monthly: partner, month, imports_usd, duty_usd.
    partner : str
        Partner code of both tables.
    title : str, optional
        A checked claim; what the tables say when None.
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
    >>> axes.get_ylim()[0]
    np.float64(0.0)
    """
    flat = need(path, _COLUMNS)
    months = need(collected, ("partner", "month", "imports_usd", "duty_usd"))
    chosen(partner, "partner", _partners(flat))
    total = families_of(flat, partner).sum(axis=1)
    monthly = _monthly(flat, months, partner)
    rate = monthly["collected_rate"]
    shown = rate.asfreq("MS")
    end = float(date2num(total.index[-1]))
    ends = [(float(total.iloc[-1]), f"law {percent(float(total.iloc[-1]))}", INK, "normal")]
    if len(rate):
        text = f"collected {percent(float(rate.iloc[-1]))}"
        ends.append((float(rate.iloc[-1]), text, ACCENT, "bold"))
    right = room_for([text for _, text, _, _ in ends], weight="bold") + 18
    highest = max(_LEAST, float(total.max()), float(rate.max()) if len(rate) else 0.0)
    sheet = frame(ax, 300, left=axis_room(_RATE, highest), right=right, top=10, bottom=40)
    axes = sheet.axes
    axes.set_xlim(float(date2num(total.index[0])), end)
    axes.set_ylim(0, highest * 1.06)
    height_axis(sheet, _RATE, highest)
    axes.step(date2num(total.index.to_numpy()), total.to_numpy(), where="post", color=GREY, lw=1.8)
    if len(rate):
        middle = date2num(shown.index.to_numpy() + np.timedelta64(14, "D"))
        axes.plot(middle, shown.to_numpy(), color=ACCENT, lw=1.8)
        asked = monthly["law_rate"].reindex(shown.index)
        for place, date, value, law in zip(middle, shown.index, shown, asked, strict=True):
            if not pd.isna(value):
                dot = axes.plot(place, value, "o", ms=5.5, color=ACCENT, mec=PAPER, mew=0.7)[0]
                mark(dot, f"{month(date)}: {percent(value)} collected, the law asks {percent(law)}")
    end_labels(sheet, end, ends)
    month_axis(axes, 5 if sheet.narrow else 8)
    kind = "Steps of the law and monthly points" if len(rate) else "Steps of the law alone"
    finish(
        sheet, title=title or _gap(partner, monthly), source=_CUSTOMS, data=monthly.reset_index(),
        subtitle=f"{quantity('duty_rate').heading}, to {month(total.index[-1])}",
        note="Steps: the law at the goods bought in 2024."
        + (" Points: calculated duty of each month." if len(rate) else ""),
        provisional=bool(path.attrs.get("provisional")), alt=f"{kind}.{_said(rate, shown)}",
    )  # fmt: skip
    return axes


def _gap(partner: str, monthly: pd.DataFrame) -> str:
    if monthly.empty:
        return f"{name(partner)}: the sources have no duty by month"
    last = monthly.iloc[-1]
    collected, law = float(last["collected_rate"]), float(last["law_rate"])
    side = "less" if collected < law else "more"
    return (
        f"{name(partner)}: {percent(collected)} collected in {month(monthly.index[-1])}, "
        f"{points(abs(collected - law), sign=False, unit=True)} {side} than the law asks"
    )


def _said(rate: pd.Series[float], shown: pd.Series[float]) -> str:
    """Return what the points say, month by month, and which months are missing."""
    if not len(rate):
        return ""
    spoken = ", ".join(f"{date:%Y-%m} {percent(value)}" for date, value in rate.items())
    gaps = [f"{date:%Y-%m}" for date in shown.index[shown.isna()]]
    missing = f" No figure for {listing(gaps)}." if gaps else ""
    return f" Collected: {spoken}.{missing}"


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
            "no month of this partner since the path begins", field="collected",
            allowed=f"months from {month(part['date'].min())} on",
        ) from None  # fmt: skip


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
    title : str, optional
        A checked claim; what the table says when None.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        Bars over time, a row per layer of the law, the points each adds written in it.

    Raises
    ------
    ArgumentError
        For a missing column, an empty table, an unknown partner, or no duty at all.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure_path
    >>> axes = law_lanes(exposure_path(partners="JPN"), "JPN")
    >>> len(axes.patches) > 3
    True
    """
    flat = need(path, _COLUMNS)
    chosen(partner, "partner", _partners(flat))
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
    groups = datasets.load("layers").set_index("layer")["family"].to_dict()
    spoken = []
    for place, (layer, title_of_layer) in enumerate(zip(order, names, strict=True)):
        y = pitch * (place + (0.72 if narrow else 0.5))
        if narrow:
            sheet.label(axes.get_xlim()[0], y - 19, title_of_layer, size=SMALL, halo=True)
        else:
            sheet.label(axes.get_xlim()[0], y, title_of_layer, ha="right", dx=-8)
        colour = law_colour(family(layer, str(groups.get(layer, ""))))
        spoken.append(_lane(sheet, wide[layer], title_of_layer, y, colour))
    month_axis(axes, 5 if narrow else 8)
    last = wide[order].iloc[-1]
    now = [label(layer).lower() for layer in last[last >= 0.0005].index]
    finish(
        sheet,
        title=title or f"{name(partner)}: {len(order)} laws came, {len(now)} still add to its rate",
        subtitle=f"What each law adds to the average rate, percentage points; "
        f"{month(wide.index[0])} to {month(wide.index[-1])}",
        note="A bar lasts while its law adds 0.05 points or more.",
        data=part[part["layer"].isin(order)], provisional=bool(path.attrs.get("provisional")),
        alt=said(spoken),
    )  # fmt: skip
    return axes


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


@chart
def spark(path: pd.DataFrame, partner: str, *, ax: Axes | None = None) -> Axes:
    """Draw a partner's rate through time as a line in a card, without axes.

    Parameters
    ----------
    path : DataFrame
        From `exposure_path`; all partners of it share one scale.
    partner : str
        Partner code of the table.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        A stepped line from zero with its last value marked.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure_path
    >>> len(spark(exposure_path(partners="JPN"), "JPN").lines)
    2
    """
    flat = need(path, _COLUMNS)
    chosen(partner, "partner", _partners(flat))
    totals = flat.pivot_table(index="date", columns="partner", values="added_rate", aggfunc="sum")
    total = totals[partner].dropna()
    sheet = frame(ax, 90 if is_narrow() else 120, left=6, right=14, top=8, bottom=6)
    axes = sheet.axes
    dates = date2num(total.index.to_numpy())
    axes.set_xlim(dates[0], dates[-1])
    axes.set_ylim(0, max(_LEAST, float(totals.max().max())) * 1.05)
    axes.axis("off")
    line = axes.step(dates, total.to_numpy(), where="post", color=MUTED, lw=3.0)[0]
    axes.plot(dates[-1], total.iloc[-1], "o", ms=11, color=ACCENT, clip_on=False)
    steps = list(rate_steps(families_of(flat, partner)).values())
    mark(line, f"{name(partner)}: {steps[0].lower()} to {percent(float(total.iloc[-1]))} today")
    finish(
        sheet, title=f"{name(partner)}: {percent(float(total.iloc[-1]))}", subtitle=_span(total),
        data=flat[flat["partner"] == partner], alt=said(steps),
    )  # fmt: skip
    return axes
