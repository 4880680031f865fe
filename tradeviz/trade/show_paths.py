"""Rates through time: the law by family and a spark line; their table and sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num

from tradeviz import datasets
from tradeviz.arguments import checked
from tradeviz.errors import ArgumentError, choose
from tradeviz.partners import called, name
from tradeviz.quantities import day, listing, month, percent, quantity
from tradeviz.show.frame import (
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
from tradeviz.show.letters import lowered
from tradeviz.show.palette import ACCENT, FAMILIES, MUTED, family
from tradeviz.show.paths import (
    HEADROOM,
    axis_room,
    draw_bands,
    end_dot,
    height_axis,
    key_below,
    mark_steps,
    month_axis,
    moves_of,
    name_at_end,
    plan_events,
    rate_steps,
    swatch,
    turning_points,
    write_events,
)
from tradeviz.show.reading import moment, need, several, values_in
from tradeviz.show.table import DisplayTable, across, rate_text

COLUMNS = ("date", "partner", "layer", "added_rate")
RATE = quantity("effective_rate")
LEAST = 0.001  # a rate of nothing still needs an axis


def families(layers: Iterable[str]) -> dict[str, str]:
    """Return the family of the law that each layer belongs to."""
    groups = datasets.column_by("layers", "layer", "family")
    return {layer: family(layer, groups.get(layer, "")) for layer in layers}


def families_of(path: pd.DataFrame, partner: str) -> pd.DataFrame:
    """Sum the layers of a partner's path to families of the law: dates down, families across."""
    part = path[path["partner"] == partner]
    layer = part["layer"].astype(str)
    part = part.assign(date=pd.to_datetime(part["date"]), band=layer.map(families(layer.unique())))
    wide = part.pivot_table(index="date", columns="band", values="added_rate", aggfunc="sum")
    wide = wide.fillna(0.0).sort_index()
    kept = [key for key in FAMILIES if key in wide.columns and wide[key].abs().max() > 0]
    return wide[kept or list(wide.columns)]


def _named(events: Mapping[str, str], first: pd.Timestamp, last: pd.Timestamp) -> dict[str, str]:
    """Return texts by their day, which a path has to reach."""
    named = {}
    for date, text in events.items():
        when = moment(date, "events")
        if not first <= when <= last:
            raise ArgumentError("outside the path", field="events", value=date,
                                allowed=f"{first:%Y-%m-%d} to {last:%Y-%m-%d}")  # fmt: skip
        named[f"{when:%Y-%m-%d}"] = text
    return named


@chart
def rate_path(
    path: pd.DataFrame, partner: str, *, events: Mapping[str, str] | None = None,
    height: int = 250, title: str | None = None, ax: Axes | None = None,
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
    height : int
        Of the bands, pixels.
    title, ax : optional
        A checked claim, what the table says when None; where to draw, a new figure when None.

    Returns
    -------
    Axes
        Stacked bands from zero: a rate holds until the next date.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure_path
    >>> axes = rate_path(exposure_path(partners="JPN"), "JPN")
    >>> axes.get_ylim()[0]
    np.float64(0.0)
    """
    flat = need(path, COLUMNS)
    choose(partner, values_in(flat), "partner")
    bands = families_of(flat, partner)
    total = bands.sum(axis=1)
    named = _named(events or {}, total.index[0], total.index[-1])
    last = percent(float(total.iloc[-1]))
    peak = max(float(total.max()), LEAST)
    left, right = axis_room(RATE, peak), room_for([last], weight="bold") + 20
    ends = (float(date2num(total.index[0])), float(date2num(total.index[-1])))
    width = width_of(ax, left, right)
    # Lines closer than nine pixels look like one.
    moves = moves_of(bands, round((ends[1] - ends[0]) / width * 9))
    lengths = ((5, "long"), (4, "long"), (5, "year"), (4, "year"), (5, "short"), (4, "short"))
    choices = [turning_points(moves, most, words) for most, words in lengths]
    placed, above = plan_events([named] if events is not None else choices, *ends, width)
    sheet = frame(ax, height + above + 46, left=left, right=right, top=6, bottom=40)
    axes = sheet.axes
    axes.set_xlim(*ends)
    height_axis(sheet, RATE, peak, above=above)
    unnamed = name_at_end(sheet, bands, draw_bands(sheet, bands))
    dates = date2num(total.index.to_numpy())
    marked = [item.callout.x for item in placed]
    held = total.to_numpy()[np.searchsorted(dates, marked, side="right") - 1]
    tops = dict(zip(marked, held.tolist(), strict=True))
    write_events(sheet, placed, above, tops)
    end_dot(sheet, ends[1], float(total.iloc[-1]), last)
    mark_steps(sheet, rate_steps(bands), ends[1])
    month_axis(axes, 5 if sheet.narrow else 9)
    unnamed = key_below(sheet, unnamed, left, right, 40)
    first = percent(float(total.iloc[0]))
    finish(
        sheet,
        title=title or f"{name(partner)}: from {first} to {last}, highest on {day(total.idxmax())}",
        subtitle=f"{RATE.heading}, weights of 2024; {_span(total)}",
        note=_note(unnamed, "" if events is not None else "changes in percentage points"),
        data=flat[flat["partner"] == partner], provisional=bool(path.attrs.get("provisional")),
        alt="Stepped areas over time, stacked by law. " + said(list(rate_steps(bands).values())),
    )  # fmt: skip
    return axes


def _span(total: pd.Series[float]) -> str:
    return f"{month(total.index[0])} to {month(total.index[-1])}"


def _note(unnamed: Sequence[str], changes: str) -> str:
    """Say which bands have no name, from the lowest up, and what the numbers are."""
    parts = [changes[0].upper() + changes[1:]] if changes else []
    if unnamed:
        thin = [FAMILIES[band][0] for band in unnamed]
        parts.append(f"Bands without a name: {listing(thin)}".replace("Ordinary", "ordinary"))
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

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure_path
    >>> len(rate_paths(exposure_path(partners=["JPN", "KOR"])))
    2
    """
    flat = need(path, COLUMNS)
    codes = several(partners, values_in(flat))
    bands = {code: families_of(flat, code) for code in codes}
    totals = {code: table.sum(axis=1) for code, table in bands.items()}
    peak = max(LEAST, *(float(total.max()) for total in totals.values()))
    right = room_for([percent(0.333)], weight="bold") + 18
    left = axis_room(RATE, peak)
    drawn = list(dict.fromkeys(band for table in bands.values() for band in table.columns))
    laws = [band for band in FAMILIES if band in drawn]
    keyed = len(codes) > 2
    sheets = panels(len(codes) + keyed, 190, left=left, right=right, top=32, bottom=34)
    if keyed:
        _key(sheets.pop(), laws, 8 - left)
    for sheet, code in zip(sheets, codes, strict=True):
        total = totals[code]
        end = float(date2num(total.index[-1]))
        sheet.axes.set_xlim(float(date2num(total.index[0])), end)
        height_axis(sheet, RATE, peak)
        draw_bands(sheet, bands[code], named=True)
        sheet.label(
            sheet.axes.get_xlim()[0], sheet.axes.get_ylim()[1], name(code), weight="bold", dy=16,
            dx=8 - left,
        )  # fmt: skip
        end_dot(sheet, end, float(total.iloc[-1]), percent(float(total.iloc[-1])))
        steps = {date: f"{name(code)}. {text}" for date, text in rate_steps(bands[code]).items()}
        mark_steps(sheet, steps, end)
        month_axis(sheet.axes, 4)
    parts = [
        f"{name(code)} first {percent(total.iloc[0])}, peak {percent(total.max())} on "
        f"{day(total.idxmax())}, last {percent(total.iloc[-1])}"
        for code, total in totals.items()
    ]
    finish(
        sheets, title=title or _peaks(totals),
        subtitle=f"{RATE.heading}, weights of 2024, one scale; {_span(totals[codes[0]])}",
        note="" if keyed else f"From below: {listing([lowered(FAMILIES[b][0]) for b in laws])}.",
        data=flat[flat["partner"].isin(codes)], provisional=bool(path.attrs.get("provisional")),
        alt="Stepped areas over time, a panel per partner, stacked by law. " + said(parts),
    )  # fmt: skip
    return np.array([sheet.axes for sheet in sheets])


def _key(sheet: Frame, laws: Sequence[str], dx: float) -> None:
    """Name the bands in a panel of their own, in the order in which they are stacked."""
    sheet.axes.axis("off")
    sheet.axes.set_xlim(0, sheet.width)
    sheet.axes.set_ylim(0, sheet.height)
    sheet.label(0, sheet.height, "What is charged", weight="bold", dx=dx, dy=16)
    for place, band in enumerate(reversed(laws)):
        swatch(sheet, dx, place * 18 + 6, band)


def _peaks(totals: Mapping[str, pd.Series[float]]) -> str:
    """Say who was charged most and when, and where everyone stands."""
    most = max(totals, key=lambda code: float(totals[code].max()))
    high = percent(float(totals[most].max()))
    when = month(totals[most].idxmax())
    ends = {code: float(total.iloc[-1]) for code, total in totals.items()}
    if len(ends) == 1:
        who = called(most, start=True)
        return f"{who} peaked at {high} in {when} and ended at {percent(ends[most])}"
    heavy = max(ends, key=lambda code: ends[code])
    now, end = month(totals[heavy].index[-1]), percent(ends[heavy])
    if heavy == most:
        return f"Goods from {called(most)} bore most: {high} at the peak in {when}, {end} in {now}"
    start = f"Goods from {called(most)} bore most at the peak, {high} in {when}"
    return f"{start}; those from {called(heavy)} in {now}: {end}"


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
    flat = need(path, COLUMNS)
    choose(partner, values_in(flat), "partner")
    totals = flat.pivot_table(index="date", columns="partner", values="added_rate", aggfunc="sum")
    total = totals[partner].dropna()
    sheet = frame(ax, 90 if is_narrow() else 120, left=6, right=14, top=8, bottom=6)
    axes = sheet.axes
    dates = date2num(total.index.to_numpy())
    axes.set_xlim(dates[0], dates[-1])
    axes.set_ylim(0, max(LEAST, float(totals.max().max())) * (1 + HEADROOM))
    axes.axis("off")
    line = axes.step(dates, total.to_numpy(), where="post", color=MUTED, lw=3.0)[0]
    axes.plot(dates[-1], total.iloc[-1], "o", ms=11, color=ACCENT)
    steps = list(rate_steps(families_of(flat, partner)).values())
    mark(line, f"{name(partner)}: {steps[0].lower()} to {percent(float(total.iloc[-1]))} today")
    finish(
        sheet, title=f"{name(partner)}: {percent(float(total.iloc[-1]))}", subtitle=_span(total),
        data=flat[flat["partner"] == partner], alt=said(steps),
    )  # fmt: skip
    return axes


def _added(path: pd.DataFrame) -> pd.DataFrame:
    """Return the added rate by date, partners across, without the ordinary duty."""
    flat = need(path, COLUMNS)
    added = flat.assign(added_rate=flat["added_rate"].where(flat["layer"] != "mfn", 0.0))
    wide = added.pivot_table(index="date", columns="partner", values="added_rate", aggfunc="sum")
    return wide[values_in(flat)]


@checked
def path_table(path: pd.DataFrame, *, step: float = 0.001) -> DisplayTable:
    """Show the additional rate after each change that moved at least one partner.

    Parameters
    ----------
    path : DataFrame
        From `exposure_path`.
    step : float
        Smallest change of one partner's rate, a fraction, that makes a row.

    Returns
    -------
    DisplayTable
        A row per date, a column per partner.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure_path
    >>> path_table(exposure_path(["2025-01-01", "2025-04-05"], "AUS")).frame["From"].tolist()
    ['2025-01-01', '2025-04-05']
    """
    total = _added(path)
    kept = total[total.diff().abs().max(axis=1).fillna(1.0) >= step]
    data = kept.reset_index().melt("date", value_name="added_rate")
    days = data.assign(date=data["date"].dt.strftime("%Y-%m-%d"))
    caption = f"Additional duty in percent of imports; changes below {step * 100:g} points left out"
    text = data["added_rate"].map(rate_text)
    return DisplayTable(caption, across(days, "date", "From", str, text), data)


@checked
def path_sentence(path: pd.DataFrame) -> str:
    """Say where each partner's additional rate peaked and where it ended.

    Parameters
    ----------
    path : DataFrame
        From `exposure_path`.

    Returns
    -------
    str
        Markdown.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure_path
    >>> "India" in path_sentence(exposure_path(["2025-01-01", "2025-09-01"], "IND"))
    True
    """
    total = _added(path)
    last = total.index.max()
    parts = [
        f"**{called(str(code))}** peaked at {percent(rates.max())} on {day(rates.idxmax())} and "
        f"stood at {percent(rates[last])}"
        for code, rates in total.items()
    ]
    added = path[(path["date"] == last) & (path["layer"] != "mfn")]
    product = added.loc[added["layer"].str.startswith("s232"), "added_rate"].sum()
    whole = added["added_rate"].sum()
    text = f"Additional duty over imports, to {day(last)}: {'; '.join(parts)}."
    if whole <= 0:
        return text
    which = f"rates, averaged over the {len(parts)} partners" if len(parts) > 1 else "rate"
    share = percent(product / whole, 0)
    return f"{text} Of the last {which}, {share} are product duties under Section 232."
