"""What outcomes of the talks cost as charts: ranges, slopes and a map."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from tradeviz.errors import ArgumentError, choose
from tradeviz.law.outcome import REFERENCE, TODAY
from tradeviz.partners import FOCUS, called, name
from tradeviz.quantities import dollars, listing, points
from tradeviz.show.frame import SMALL, chart, finish, frame, is_narrow, mark, room_for, said
from tradeviz.show.grids import tiles
from tradeviz.show.letters import lowered
from tradeviz.show.palette import ACCENT, GREY, INK, MUTED, PAPER, RULE
from tradeviz.show.paths import HEADROOM, end_labels
from tradeviz.show.reading import Cells, cells, need, only, under, values_in
from tradeviz.show.rows import Callouts, RangeRow
from tradeviz.show.rows import range_rows as draw_ranges

CLEARLY = 0.02
"""Two points of duty: from here on a rate counts as clearly above or below another."""


@chart
def range_rows(
    exposure: pd.DataFrame, *, low: str = "agreement", high: str = "breakdown",
    today: str = TODAY, pause: str = REFERENCE, april: str = "snapback",
    title: str | None = None, ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw for each partner the range that the talks could end in, and where the law stands.

    Parameters
    ----------
    exposure : DataFrame
        From `tradeviz.exposure`, with the five outcomes that follow.
    low, high : str
        Outcomes at the ends of the range.
    today, pause, april : str
        Outcomes of the dot, the ring and the stroke.
    title, ax : optional
        A checked claim, what the table says when None; where to draw, a new figure when None.

    Returns
    -------
    Axes
        A row per partner, the one with the highest rate today on top.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> names = ["agreement", "pause", "snapback", "breakdown", "in_force"]
    >>> axes = range_rows(exposure(names, partners=["JPN", "KOR"]))
    >>> axes.get_xlim()[0]
    np.float64(0.0)
    """
    drawn = {"low": low, "high": high, "today": today, "pause": pause, "april": april}
    flat = need(exposure, ("outcome",))
    known = values_in(flat, "outcome")
    for argument, outcome in drawn.items():
        choose(outcome, known, argument)
    # Days and marks below the chart are those of the outcomes drawn, not of all in the table.
    own = flat[flat["outcome"].isin(drawn.values())]
    table, duty = cells(own, "effective_rate"), cells(own, "added_duty_usd")
    order = sorted(table.partners, key=lambda code: -table.values[code, today])
    rows = [
        RangeRow(
            name(code), table.values[code, low], table.values[code, high],
            table.values[code, today], table.values[code, pause], table.values[code, april],
            (table.write(code, today) + table.mark(code, today),
             dollars(duty.values[code, today])),
            _said(table, duty, code, (today, pause, low, april, high)),
        )
        for code in order
    ]  # fmt: skip
    words = Callouts(*(_word(table, outcome) for outcome in (low, high, today, pause, april)))
    sheet = draw_ranges(
        rows, table.quantity, callouts=words, ax=ax, heads=(words.dot, "added duty a year")
    )
    told = title or _against(table, order, today, pause)
    far = f" Clearly: by {points(CLEARLY, sign=False, unit=True)} or more."
    finish(
        sheet, title=told,
        subtitle=f"Average US duty, percent of 2024 imports; {table.days}",
        note=f"Bar: from {words.low} to {words.high}. Ring: {words.ring}. "
        f"Stroke: {words.stroke}. Dot: {words.dot}. Dollars: added duty a year."
        + far * ("clearly" in told),
        data=table.flat, provisional=table.provisional, alt=said([row.said for row in rows]),
    )  # fmt: skip
    return sheet.axes


def _word(table: Cells, outcome: str) -> str:
    """Return what an outcome is called in the picture."""
    return "law today" if outcome == TODAY else lowered(table.titles[outcome])


def _said(table: Cells, duty: Cells, code: str, outcomes: tuple[str, ...]) -> str:
    rates = [f"{lowered(table.titles[o])} {table.write(code, o)}" for o in outcomes]
    cost = dollars(duty.values[code, outcomes[0]])
    return (
        f"{name(code)}: {', '.join(rates)}; added duty {cost} a year{table.mark(code, outcomes[0])}"
    )


def _against(table: Cells, order: list[str], today: str, pause: str) -> str:
    """Say who ended clearly below or above the outcome of the ring, by default the pause."""
    ring = lowered(table.titles[pause])
    steps = {code: table.values[code, today] - table.values[code, pause] for code in order}
    if len(order) == 1:
        far = _apart(steps[order[0]], ring) or f"as in {ring}"
        when = "today" if today == TODAY else _word(table, today)
        return f"{name(order[0])}: {table.write(order[0], today)} {when}, {far}"
    below = [called(code) for code in order if steps[code] <= -CLEARLY]
    above = [called(code) for code in order if steps[code] >= CLEARLY]
    if not below and not above:
        return f"Everyone ended about where {ring} left them"
    if not below:
        return f"Nobody ended clearly below {ring}; {listing(above)} ended above it"
    only = "Only " if len(below) == 1 else ""
    text = f"{only}{listing(below)} ended clearly below {ring}"
    text = text[0].upper() + text[1:]
    return f"{text}, {listing(above)} above it" if above else text


def _apart(step: float, what: str) -> str:
    """Say how far above or below something a rate lies; nothing for less than is written."""
    if round(step, 3) == 0:
        return ""
    return f"{points(abs(step), sign=False, unit=True)} {'above' if step > 0 else 'below'} {what}"


@chart
def slope(
    exposure: pd.DataFrame, *, outcomes: Sequence[str] = ("before", REFERENCE, TODAY),
    title: str | None = None, ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw how each partner's rate went from one outcome to the next.

    Parameters
    ----------
    exposure : DataFrame
        From `tradeviz.exposure`.
    outcomes : sequence of str
        Two or more outcomes of the table, from left to right.
    title, ax : optional
        A checked claim, what the table says when None; where to draw, a new figure when None.

    Returns
    -------
    Axes
        A line per partner on a scale from zero, named at its end; in the accent the one that moved
        most between the last two.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> axes = slope(exposure(["before", "pause", "in_force"], partners=["JPN", "KOR"]))
    >>> axes.get_ylim()[0]
    np.float64(0.0)
    """
    flat = need(exposure, ("outcome",))
    for outcome in outcomes:
        choose(outcome, values_in(flat, "outcome"), "outcomes")
    if len(outcomes) < 2:
        raise ArgumentError("fewer than two outcomes", field="outcomes", value=[*outcomes],
                            allowed=values_in(flat, "outcome"))  # fmt: skip
    table = cells(flat[flat["outcome"].isin(outcomes)], "effective_rate")
    heads = [_word(table, outcome) for outcome in outcomes]
    last, previous = outcomes[-1], outcomes[-2]
    moved = {p: table.values[p, last] - table.values[p, previous] for p in table.partners}
    first = max(moved, key=lambda code: abs(moved[code]))
    names = {code: f"{name(code)} {table.write(code, last)}" for code in table.partners}
    starts = [table.write(code, outcomes[0]) for code in table.partners]
    if ax is None and is_narrow():
        names = {code: text.removesuffix("\u00a0%") for code, text in names.items()}
        starts = [text.removesuffix("\u00a0%") for text in starts]
    sheet = frame(
        ax, 330, left=room_for(starts) + 22, top=40, bottom=10,
        right=room_for(list(names.values()), weight="bold") + 20,
    )  # fmt: skip
    axes = sheet.axes
    axes.set_xlim(0, len(outcomes) - 1)
    axes.set_ylim(0, table.biggest(outcomes) * (1 + HEADROOM))
    axes.axis("off")
    for place, head in enumerate(heads):
        axes.plot([place, place], axes.get_ylim(), color=RULE, lw=1.0, zorder=0)
        side = "left" if place == 0 else "right" if place == len(heads) - 1 else "center"
        head = head.replace(" ", "\n") if sheet.narrow else head
        sheet.label(place, axes.get_ylim()[1], head, size=SMALL, colour=MUTED, dy=8, ha=side,
                    va="bottom")  # fmt: skip
    spoken = {
        code: f"{name(code)}: "
        + ", ".join(f"{h} {table.write(code, o)}" for h, o in zip(heads, outcomes, strict=True))
        for code in table.partners
    }
    for code in sorted(table.partners, key=lambda item: item == first):
        values = [table.values[code, outcome] for outcome in outcomes]
        colour = ACCENT if code == first else GREY
        line = axes.plot(range(len(values)), values, color=colour, marker="o", ms=6, mec=PAPER,
                         mew=0.8, lw=2.6 if code == first else 1.8)[0]  # fmt: skip
        mark(line, spoken[code])
    ends = [
        (table.values[c, last], names[c], ACCENT if c == first else INK,
         "bold" if c == first else "normal") for c in table.partners
    ]  # fmt: skip
    end_labels(sheet, len(outcomes) - 1, ends)
    begun = [
        (table.values[code, outcomes[0]], text, MUTED, "normal")
        for code, text in zip(table.partners, starts, strict=True)
    ]
    end_labels(sheet, 0, begun, size=SMALL, ha="right")
    far = _apart(moved[first], heads[-2])
    told = f"{called(first, start=True)} moved most: {table.write(first, last)} {heads[-1]}, {far}"
    finish(
        sheet, title=title or (told if far else f"No duty moved from {heads[-2]} to {heads[-1]}"),
        subtitle=f"Average US duty, percent of 2024 imports; {table.days}",
        data=table.flat, provisional=table.provisional, alt=said(list(spoken.values())),
    )  # fmt: skip
    return axes


_TILES = """
CAN .   .   .   .   NOR .   RUS .   .   .
MEX .   .   .   GBR EU  SVK TUR CHN KOR JPN
GTM HND DOM .   .   CHE ISR IRQ .   HKG TWN
SLV NIC TTO .   DZA EGY SAU KWT PAK BGD VNM
CRI COL VEN .   .   .   ARE .   IND THA PHL
ECU BRA .   .   NGA .   .   .   LKA KHM .
PER .   .   .   AGO .   .   .   .   MYS SGP
CHL ARG .   .   ZAF .   .   .   IDN AUS NZL
"""


def _tile_places(codes: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return row and column of each tile; one that has no place stands in a row below."""
    lines = [line.split() for line in _TILES.split("\n") if line]
    known = {c: (r, k) for r, line in enumerate(lines) for k, c in enumerate(line) if c != "."}
    spare = [code for code in codes if code not in known]
    wide = len(lines[0])
    below = {c: (len(lines) + i // wide, i % wide) for i, c in enumerate(spare)}
    return {code: known.get(code) or below[code] for code in codes}


@chart
def tile_map(
    exposure: pd.DataFrame, *, measure: str = "effective_rate", outcome: str | None = None,
    focus: Sequence[str] = FOCUS, title: str | None = None, ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw a tile for every partner, roughly where it lies, shaded by what it is charged.

    Parameters
    ----------
    exposure : DataFrame
        From `tradeviz.exposure`, for all partners.
    measure : str
        A rate, share or ``added_duty_usd``.
    outcome : str, optional
        Which outcome of the table; may be None where it holds one.
    focus : sequence of str
        Partners whose tiles are framed.
    title, ax : optional
        A checked claim, what the table says when None; where to draw, a new figure when None.

    Returns
    -------
    Axes
        Tiles of one size with code and value.

    Examples
    --------
    >>> from tradeviz.partners import resolve
    >>> from tradeviz.trade.exposure import exposure
    >>> axes = tile_map(exposure("pause", partners=resolve(None)))
    >>> len(axes.patches) == len(resolve(None))
    True
    """
    flat = need(exposure, ("outcome", "partner", measure))
    end = only(flat, "outcome", outcome)
    table = cells(flat[flat["outcome"] == end].assign(), measure)
    places = _tile_places(table.partners)
    values = [table.values[code, end] for code in table.partners]
    texts = [table.quantity.write(value, unit=False) for value in values]
    spoken = [f"{name(code)}: {table.write(code, end)}" for code in table.partners]
    sheet = tiles(
        [places[c] for c in table.partners], table.partners, texts, values, spoken, bold=focus,
        ax=ax,
    )  # fmt: skip
    figures = pd.Series(values, table.partners).sort_values(ascending=False, kind="stable")
    order = [str(code) for code in figures.dropna().index]
    head = f"{called(order[0], start=True)} is charged most, {table.write(order[0], end)}"
    inside = [code for code in order if code in focus]
    if inside and inside[0] != order[0]:
        place = f"no. {order.index(inside[0]) + 1} of {len(order)}"
        head += f"; of the framed {len(inside)}, {called(inside[0])} is highest, {place}"
    finish(
        sheet, title=title or head,
        subtitle=f"{table.quantity.heading}; {under(exposure, end)}", data=table.flat,
        note="A tile per partner, roughly where it lies"
        + (f"; framed: {_framed(focus, inside)}." if inside else "."),
        provisional=table.provisional, alt=said(spoken),
    )  # fmt: skip
    return sheet.axes


def _framed(focus: Sequence[str], inside: Sequence[str]) -> str:
    if set(focus) == set(FOCUS):
        return "the first five of the talks"
    return listing([called(code) for code in inside])
