"""Exposure, paths, rivals and balances as charts: each a finished table in, Axes out."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from tradeviz.partners import called, name
from tradeviz.quantities import dollars, listing, points
from tradeviz.show.frame import chart, finish, said
from tradeviz.show.reading import Cells, cells, chosen
from tradeviz.show.rows import Callouts, RangeRow
from tradeviz.show.rows import range_rows as draw_ranges

CLEARLY = 0.02
"""Two points of duty: from here on a rate counts as clearly above or below another."""


@chart
def range_rows(
    exposure: pd.DataFrame, *, low: str = "agreement", high: str = "breakdown",
    today: str = "in_force", pause: str = "pause", april: str = "snapback",
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
    title : str, optional
        A checked claim; what the table says when None.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        A row per partner, the one with the highest rate today on top.

    Raises
    ------
    ArgumentError
        For a missing column or outcome.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> names = ["agreement", "pause", "snapback", "breakdown", "in_force"]
    >>> axes = range_rows(exposure(names, partners=["JPN", "KOR"]))
    >>> axes.get_xlim()[0]
    np.float64(0.0)
    """
    table = cells(exposure, "effective_rate")
    duty = cells(exposure, "added_duty_usd")
    for outcome, argument in ((low, "low"), (high, "high"), (today, "today"), (pause, "pause"),
                              (april, "april")):  # fmt: skip
        chosen(outcome, argument, table.outcomes)
    order = sorted(table.partners, key=lambda code: -table.values[code, today])
    rows = [
        RangeRow(
            name(code), table.values[code, low], table.values[code, high],
            table.values[code, today], table.values[code, pause], table.values[code, april],
            (table.write(code, today), dollars(duty.values[code, today])),
            _said(table, duty, code, (today, pause, low, april, high)),
        )
        for code in order
    ]  # fmt: skip
    words = Callouts(
        low=table.titles[low].lower(), high=table.titles[high].lower(), dot="law today",
        ring=table.titles[pause].lower(), stroke="April list back",
    )  # fmt: skip
    sheet = draw_ranges(
        rows, table.quantity, callouts=words, ax=ax, heads=("law today", "added duty a year")
    )
    finish(
        sheet, title=title or _against(table, order, today, pause),
        subtitle=f"Average US duty, percent of 2024 imports; {table.days}",
        note=f"Bar: from {words.low} to {words.high}. Ring: {words.ring}. Stroke: April list back. "
        "Dot: law today.",
        data=table.flat, provisional=table.provisional, alt=said([row.said for row in rows]),
    )  # fmt: skip
    return sheet.axes


def _said(table: Cells, duty: Cells, code: str, outcomes: tuple[str, ...]) -> str:
    rates = [f"{table.titles[o].lower()} {table.write(code, o)}" for o in outcomes]
    cost = dollars(duty.values[code, outcomes[0]])
    return (
        f"{name(code)}: {', '.join(rates)}; added duty {cost} a year{table.mark(code, outcomes[0])}"
    )


def _against(table: Cells, order: list[str], today: str, pause: str) -> str:
    """Say who ended clearly below or above the pause."""
    steps = {code: table.values[code, today] - table.values[code, pause] for code in order}
    if len(order) == 1:
        step = steps[order[0]]
        side = "above" if step > 0 else "below"
        return (
            f"{name(order[0])}: {table.write(order[0], today)} today, "
            f"{points(abs(step), sign=False, unit=True)} {side} the pause"
        )
    below = [called(code) for code in order if steps[code] <= -CLEARLY]
    above = [called(code) for code in order if steps[code] >= CLEARLY]
    if not below and not above:
        return "Everyone ended about where the pause left them"
    if not below:
        return f"Nobody ended clearly below the pause; {listing(above)} ended above it"
    only = "Only " if len(below) == 1 else ""
    text = f"{only}{listing(below)} ended clearly below the pause"
    text = text[0].upper() + text[1:]
    return f"{text}, {listing(above)} above it" if above else text
