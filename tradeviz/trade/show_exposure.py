"""Exposure by outcome: a chart of bars, tables, and what it comes to in sentences."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from tradeviz import datasets
from tradeviz.arguments import checked
from tradeviz.errors import choose
from tradeviz.law.outcome import REFERENCE, TODAY, bounds
from tradeviz.partners import called, name
from tradeviz.quantities import listing
from tradeviz.show.frame import chart, finish, said
from tradeviz.show.letters import lowered
from tradeviz.show.palette import ACCENT, GREY
from tradeviz.show.reading import (
    PROVISIONAL,
    Cells,
    cells,
    label_of,
    need,
    title_in,
    values_in,
)
from tradeviz.show.rows import BarRow, bar_rows
from tradeviz.show.sentence import billion
from tradeviz.show.table import (
    MARK,
    DisplayTable,
    across,
    by_partner,
    columns_as_text,
    marks_of,
    plain,
    with_note,
)

_BILL = ("added_duty_usd", "provisional_share")


@chart
def exposure_by_outcome(
    exposure: pd.DataFrame, *, measure: str = "effective_rate", reference: str = REFERENCE,
    looked_at: str = TODAY, title: str | None = None, ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw a bar for each outcome, grouped by partner, with the reference marked.

    Parameters
    ----------
    exposure : DataFrame
        From `tradeviz.exposure`, several outcomes.
    measure : str
        A rate, share or ``added_duty_usd``.
    reference : str
        Outcome whose value is drawn through its partner's group as a line.
    looked_at : str
        Outcome in the accent, where the table has it.
    title, ax : optional
        A checked claim, what the table says when None; where to draw, a new figure when None.

    Returns
    -------
    Axes
        Bars from zero, one a row, labelled with outcome and value.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> axes = exposure_by_outcome(exposure(["pause", "snapback"], partners="JPN"))
    >>> len(axes.patches)
    2
    """
    table = cells(exposure, measure)
    choose(reference, table.outcomes, "reference")
    rows = [
        BarRow(
            table.titles[o], table.values[code, o], table.write(code, o) + table.mark(code, o),
            f"{name(code)}, {lowered(table.titles[o])}: {table.write(code, o)}",
            colour=ACCENT if o == looked_at else GREY, strong=o == looked_at,
            group=name(code) if len(table.partners) > 1 else "",
            line=table.values[code, reference],
        )
        for code in table.partners for o in table.outcomes
    ]  # fmt: skip
    sheet = bar_rows(rows, table.quantity, ax=ax)
    parts = [
        f"{name(code)}: "
        + ", ".join(f"{table.titles[o]} {table.write(code, o)}" for o in table.outcomes)
        for code in table.partners
    ]
    finish(
        sheet, title=title or _stakes(table),
        subtitle=f"{table.quantity.heading}, at the trade of 2024; {table.days}".rstrip("; "),
        note=f"Line through the bars: {lowered(table.titles[reference])}.",
        data=table.flat, provisional=table.provisional, alt=said(parts),
    )  # fmt: skip
    return sheet.axes


def _stakes(table: Cells) -> str:
    """Say for whom most depends on the outcome."""
    spans = {}
    for code in table.partners:
        every = (table.values[code, outcome] for outcome in table.outcomes)
        if values := [value for value in every if not pd.isna(value)]:
            spans[code] = (min(values), max(values))
    order = sorted(spans, key=lambda code: spans[code][0] - spans[code][1])
    low, high = (table.quantity.write(value) for value in spans[order[0]])
    if len(table.outcomes) == 1:
        top, last = (max(spans, key=lambda c: spans[c][0]), min(spans, key=lambda c: spans[c][0]))
        high, low = (table.quantity.write(spans[code][0]) for code in (top, last))
        rest = f", least for {called(last)}: {low}" if len(spans) > 1 else ""
        return f"{'Most' if rest else 'All'} for {called(top)}: {high}{rest}"
    if len(order) == 1:
        span = f"{low} to {high}, depending on the outcome" if low != high else f"always {low}"
        return f"{name(order[0])}: {span}"
    if low == high:
        return "For nobody does it depend on the outcome"
    most, least = called(order[0], start=True), called(order[-1])
    return f"{most} has most at stake, {low} to {high}; {least} has least"


_CAPTIONS = {
    "effective_rate": "Effective rate, percent of imports",
    "added_rate": "Added duty, percent of imports",
    "added_duty_usd": "Added duty, billion US dollars a year",
    "gdp_share": "Added duty, percent of GDP",
    "export_share": "Added duty, percent of goods exports to the world",
}


def _caption(measure: str) -> str:
    return _CAPTIONS[choose(measure, _CAPTIONS, "measure", "not a measure")]


@checked
def exposure_table(exposure: pd.DataFrame) -> DisplayTable:
    """Show added duty in dollars, rates, and shares of exports and GDP.

    Parameters
    ----------
    exposure : DataFrame
        From `tradeviz.exposure`, not split further.

    Returns
    -------
    DisplayTable
        A row per partner and outcome; a single partner stands in the caption.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> exposure_table(exposure("before", partners="AUS")).frame["Added duty"].tolist()
    ['0.0']
    """
    flat = need(exposure, ["partner", "outcome", "added_duty_usd", "gdp_share", "export_share"])
    rows, titles = by_partner(exposure, flat)
    frame = columns_as_text(
        rows,
        {"Partner": "partner", "Outcome": titles, "Added duty": "added_duty_usd",
         "Added rate": "added_rate", "Effective rate": "effective_rate",
         "Of goods exports": "export_share", "Of GDP": "gdp_share"},
    )  # fmt: skip
    caption = "Added duty in billion US dollars a year; rates and shares in percent"
    if rows["partner"].nunique() == 1:
        # One name for all rows belongs above them.
        caption = f"{frame['Partner'].iloc[0]}: {caption[0].lower()}{caption[1:]}"
        frame = frame.drop(columns="Partner")
    return DisplayTable(with_note(caption, titles.str.endswith(MARK).any()), frame, flat)


@checked
def outcome_table(exposure: pd.DataFrame, measure: str = "effective_rate") -> DisplayTable:
    """Show one measure, outcomes down and partners across.

    Parameters
    ----------
    exposure : DataFrame
        From `tradeviz.exposure`, not split further.
    measure : str
        A rate, share or ``added_duty_usd``.

    Returns
    -------
    DisplayTable
        A row per outcome, a column per partner.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> outcome_table(exposure("before", partners="AUS")).frame["Australia"].tolist()
    ['0.1']
    """
    caption = _caption(measure)
    flat = need(exposure, ["partner", "outcome", measure, "provisional_share"])
    marks = (flat["provisional_share"] >= PROVISIONAL).map({True: MARK, False: ""})
    text = flat[measure].map(lambda value: plain(measure, value)) + marks
    frame = across(flat, "outcome", "Outcome", lambda name: title_in(exposure, name), text)
    return DisplayTable(with_note(caption, marks.any()), frame, flat)


@checked
def comparison_table(
    tables: Mapping[str, pd.DataFrame], *, measure: str = "added_rate", label: str = "Variant"
) -> DisplayTable:
    """Show one measure of several exposure tables of the same partners.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Name -> table from `tradeviz.exposure` with one outcome.
    measure : str
        A rate, share or ``added_duty_usd``.
    label : str
        Heading of the first column.

    Returns
    -------
    DisplayTable
        A row per table, a column per partner; two digits, as differences are small.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> one = exposure("before", partners="AUS")
    >>> comparison_table({"a": one, "b": one}).frame["Variant"].tolist()
    ['a', 'b']
    """
    caption = _caption(measure)
    parts = {title: need(table, ["partner", measure]) for title, table in tables.items()}
    data = pd.concat(parts, names=["variant", None]).reset_index("variant")
    text = data[measure].map(lambda value: plain(measure, value, 2))
    return DisplayTable(caption, across(data, "variant", label, str, text), data)


@checked
def layer_table(exposure: pd.DataFrame, measure: str = "added_rate") -> DisplayTable:
    """Show what each law adds, by outcome and partner.

    Parameters
    ----------
    exposure : DataFrame
        From `tradeviz.exposure` with ``by="layer"``.
    measure : str
        A rate, share or ``added_duty_usd``.

    Returns
    -------
    DisplayTable
        A row per outcome and law that adds anything, a column per partner.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> table = layer_table(exposure("pause", partners="AUS", by="layer"))
    >>> table.frame["Law"].tolist()
    ['Reciprocal duty', 'Cars and car parts', 'Steel and aluminium', 'All']
    """
    caption = _caption(measure)
    flat = need(exposure, ["partner", "outcome", "layer", measure, *_BILL])
    codes = values_in(flat)
    label, order = label_of("layer"), datasets.load("layers").sort_values("position")["layer"]
    rows, marked = [], False
    for end in values_in(flat, "outcome"):
        part = flat[flat["outcome"] == end]
        wide = part.pivot_table(index="layer", columns="partner", values=measure, observed=True)
        marks = marks_of(part, "layer")
        marked |= any(marks.values())
        charged = [layer for layer in order if layer in wide.index and wide.loc[layer].any()]
        for layer in [*charged, ""]:
            values = wide.loc[layer] if layer else wide.sum()
            cells = {name(c): plain(measure, values[c]) + marks[layer, c] for c in codes}
            law = label(layer) if layer else "All"
            rows.append({"Outcome": title_in(exposure, end), "Law": law, **cells})
    return DisplayTable(with_note(caption, marked), pd.DataFrame(rows), flat)


@checked
def outcomes_sentence(table: pd.DataFrame, *, reference: str = REFERENCE) -> str:
    """Say what each partner pays in the reference, at best, at worst, and in the law in force.

    Parameters
    ----------
    table : DataFrame
        From `exposure`, several outcomes.
    reference : str
        The outcome that others are compared with.

    Returns
    -------
    str
        Markdown.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> "Japan" in outcomes_sentence(exposure(["pause", "snapback"], partners="JPN"))
    True
    """
    need(table, ["outcome", "partner", "added_duty_usd"])
    duty = table["added_duty_usd"].unstack("outcome")
    choose(reference, duty.columns, "reference", "the reference is not in the table")
    talks = [end for end in duty.columns if end not in {*bounds(duty.columns), reference}]
    parts = []
    for partner in dict.fromkeys(table.index.get_level_values("partner")):
        row = duty.loc[partner]
        text = f"**{called(str(partner))}** pays {billion(row[reference])}"
        if talks:
            worst = row[talks].idxmax()
            text += f", at worst {billion(row[worst])} ({lowered(title_in(table, worst))})"
        if TODAY in duty:
            text += f", under the last law known {billion(row[TODAY])}"
        parts.append(text)
    return (
        "Duty added a year at the trade of 2024, in the outcome "
        f"“{lowered(title_in(table, reference))}”: {'; '.join(parts)}."
    )


@checked
def own_sentence(exposure: pd.DataFrame, name: str) -> str:
    """Say what an own outcome costs beside the others of the table.

    Parameters
    ----------
    exposure : DataFrame
        From `exposure`, several outcomes.
    name : str
        Name of the own outcome.

    Returns
    -------
    str
        Markdown.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> table = exposure(["pause", "snapback"], partners="JPN")
    >>> own_sentence(table, "snapback").startswith("Under")
    True
    """
    duty = exposure["added_duty_usd"].unstack("outcome")
    choose(name, duty.columns, "name", "the outcome is not in the table")
    others = [o for o in dict.fromkeys(exposure.index.get_level_values("outcome")) if o != name]
    parts = []
    for code in dict.fromkeys(exposure.index.get_level_values("partner")):
        row = duty.loc[code]
        beside = [f"{billion(row[o])} ({lowered(title_in(exposure, o))})" for o in others]
        parts.append(
            f"{billion(row[name])} a year on goods from **{called(str(code))}**, against "
            f"{listing(beside)}"
        )
    title = lowered(title_in(exposure, name))
    return f"Under “{title}” US importers pay added duty of {'; '.join(parts)}."
