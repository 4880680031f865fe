"""The trade response shown: changes with their range, who wins from whom, what matters most."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from tradeviz.arguments import checked
from tradeviz.datasets import load
from tradeviz.errors import ArgumentError, choose
from tradeviz.models.response.parameters import ROWS, TITLES, ranges
from tradeviz.partners import called, name
from tradeviz.quantities import counted, dollars, listing, quantity
from tradeviz.show.effects import effect_chart, effects_of
from tradeviz.show.frame import chart, finish, said
from tradeviz.show.grids import matrix
from tradeviz.show.letters import capital
from tradeviz.show.reading import need, of_outcome, only, rounded, title_in, under, values_in
from tradeviz.show.rows import Callouts, RangeRow, range_rows
from tradeviz.show.sentence import billion, signed
from tradeviz.show.table import MARK, DisplayTable, by_partner, columns_as_text, spans, with_note

MODEL = "US Census Bureau, imports 2024; tradeviz law tables and response model"
CHANGES = (
    "value_change", "value_change_usd", "quantity_change", "diverted_usd", "revenue_change_usd",
    "price_paid_change", "price_received_change", "deadweight_loss_usd", "terms_of_trade_gain_usd",
    "exports_change_usd", "balance_change_usd",
)  # fmt: skip
"""Measures of the response."""
# Digits that do not depend on the machine: a dollar, a millionth.
_DIGITS = {"usd": 0, "percent": 6}
# Below half of the last digit that is written, a flow is none.
_NONE = 0.05e9
_SHOWN = {
    "Imports": "value_change_usd",
    "Won from others": "diverted_usd",
    "Duty revenue": "revenue_change_usd",
    "Deadweight loss": "deadweight_loss_usd",
    "Terms of trade": "terms_of_trade_gain_usd",
    "US balance": "balance_change_usd",
    "Price paid, %": "price_paid_change",
    "Price received, %": "price_received_change",
}


@chart
def response_ranges(
    response: pd.DataFrame, *, measure: str = "value_change", title: str | None = None,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw the change of each partner under each outcome, with the range of the effect.

    Parameters
    ----------
    response : DataFrame
        From `tradeviz.respond`, not split further; with draws each row has a range.
    measure : str
        A change, such as ``value_change`` or ``balance_change_usd``.
    title, ax : optional
        A checked claim, what the table says when None; where to draw, a new figure when None.

    Returns
    -------
    Axes
        A row per outcome and a column per partner (the first is returned): a band from 5 to 95 %
        of the draws and a dot at their median; without draws a dot at the central parameters.

    Examples
    --------
    >>> from tradeviz.models.response import respond
    >>> axes = response_ranges(respond("snapback", partners="JPN", draws=5))
    >>> len(axes.lines) >= 2
    True
    """
    choose(measure, CHANGES, "measure")
    flat = need(response, ["outcome", "partner", measure, "provisional_share"])
    valued = flat.dropna(subset=[measure])
    if valued.empty:
        raise ArgumentError("no value in any row", field="measure", value=measure)
    effects = effects_of(valued, measure, response)
    draws = response.attrs.get("draws")
    data = rounded(flat, _DIGITS[effects.quantity.unit])
    return effect_chart(
        effects, against=_reference(response), source=MODEL, title=title, ax=ax,
        note=f"Dot: median. Band: range of the effect, 5 to 95 % of {draws} draws of elasticities. "
        if draws else "",
        data=data[[c for c in data if c in ("outcome", "partner") or str(c).startswith(measure)]],
    )  # fmt: skip


def _reference(response: pd.DataFrame) -> str:
    return title_in(response, str(response.attrs.get("reference", "")))


@checked
def response_table(response: pd.DataFrame) -> DisplayTable:
    """Show what trade does about outcomes, by partner.

    Parameters
    ----------
    response : DataFrame
        From `tradeviz.respond`, not split further; with draws the table shows their medians, and
        the range of the change of imports.

    Returns
    -------
    DisplayTable
        A row per partner and outcome: billion US dollars a year; prices in percent. Several
        partners under one outcome stand across, which is shorter.

    Examples
    --------
    >>> from tradeviz.models.response import respond
    >>> response_table(respond("pause", partners="JPN")).frame["Imports"].tolist()
    ['0.0']
    """
    flat = need(response, ["outcome", "partner", "provisional_share", *_SHOWN.values()])
    rows, titles = by_partner(response, flat)
    drawn = "value_change_usd_central" in flat
    columns = {head: f"{c}_central" if drawn else c for head, c in _SHOWN.items()}
    frame = columns_as_text(rows, {"Partner": "partner", "Outcome": titles, **columns})
    caption = "Changes in billion US dollars a year against the reference; prices in percent"
    if drawn:
        frame.insert(3, "Range of the effect", spans(rows, "value_change_usd").to_numpy())
        caption += f"; medians of {response.attrs.get('draws')} draws"
    caption = with_note(caption, titles.str.endswith(MARK).any())
    if titles.nunique() == 1 < len(frame):
        caption = f"{titles.iloc[0]}: {caption[0].lower()}{caption[1:]}"
        frame = frame.drop(columns="Outcome").set_index("Partner").T.rename_axis(columns=None)
        frame = frame.reset_index(names="Change")
    return DisplayTable(caption, frame, rows)


@checked
def response_sentence(table: pd.DataFrame, outcome: str) -> str:
    """Say what an outcome does to US imports from each partner, with the range of the draws.

    Parameters
    ----------
    table : DataFrame
        From `tradeviz.respond`, with draws.
    outcome : str
        Name of an outcome in it.

    Returns
    -------
    str
        Markdown.

    Examples
    --------
    >>> from tradeviz.models.response import respond
    >>> "Japan" in response_sentence(respond("snapback", partners="JPN", draws=5), "snapback")
    True
    """
    columns = [f"value_change_{part}" for part in ("low", "central", "high")]
    flat = need(table, ["outcome", "partner", "value_change_usd_central", *columns])
    parts = []
    for row in of_outcome(flat, outcome).to_dict("records"):
        low, middle, high = (signed(float(row[column])) for column in columns)
        value = float(row["value_change_usd_central"])
        money = f"{billion(value)} {'more' if value > 0 else 'less'}"
        parts.append(f"**{called(str(row['partner']))}** {middle} ({low} to {high}; {money})")
    return (
        f"Under “{title_in(table, outcome)}”, against “{_reference(table)}”, US imports a year "
        f"change as follows: {', '.join(parts)} (median and range of the effect: 5 to 95 % of "
        f"{table.attrs.get('draws')} draws of elasticities; not a forecast)."
    )


@chart
def diversion_matrix(
    diversion: pd.DataFrame, *, outcome: str | None = None, n: int = 8, title: str | None = None,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw what partners win from, and lose to, each other supplier of the same products.

    Parameters
    ----------
    diversion : DataFrame
        From `tradeviz.respond` with ``by="competitor"``.
    outcome : str, optional
        Which outcome of the table; may be None where it holds one.
    n : int
        Suppliers with a row of their own: those with the largest flows; one row more holds the
        rest.
    title, ax : optional
        A checked claim, what the table says when None; where to draw, a new figure when None.

    Returns
    -------
    Axes
        Partners across, a figure with its sign in every cell.

    Examples
    --------
    >>> from tradeviz.models.response import respond
    >>> table = respond("snapback", partners=["JPN", "KOR"], by="competitor")
    >>> len(diversion_matrix(table, n=4).patches)
    10
    """
    flat = need(diversion, ["outcome", "partner", "competitor", "diverted_usd"])
    end = only(flat, "outcome", outcome)
    flat = flat[flat["outcome"] == end]
    codes = values_in(flat)
    flows = flat.pivot(index="competitor", columns="partner", values="diverted_usd")[codes]
    weight = flows.abs().sum(axis=1).sort_values(ascending=False, kind="stable")
    rows = [str(code) for code in weight.index[:n]]
    values = flows.loc[rows].rename(index=name)
    rest = weight.index[n:]
    if len(rest):
        values.loc[counted(len(rest), "other")] = flows.loc[rest].sum()
    values = rounded(values, _DIGITS["usd"])
    numbers = values.to_numpy(dtype=float)
    texts = [[_amount(value) for value in line] for line in numbers]
    names = [str(row) for row in values.index]
    spoken = [
        [f"{name(code)} {'loses to' if value < 0 else 'wins from'} {row}: "
         + ("no figure" if pd.isna(value) else dollars(abs(value), 2))
         for code, value in zip(codes, line, strict=True)]
        for row, line in zip(names, numbers, strict=True)
    ]  # fmt: skip
    sheet = matrix(numbers, texts, names, [name(code) for code in codes], said=spoken, short=codes,
                   ax=ax)  # fmt: skip
    finish(
        sheet, title=title or _winner(flows, codes), source=MODEL,
        subtitle=f"{under(diversion, end)}: spending that a partner (column) wins from a supplier "
        "(row), minus: loses to it; billion US dollars a year, central elasticities",
        data=values.rename_axis("supplier").reset_index(),
        alt=said([cell for line in spoken for cell in line]),
    )  # fmt: skip
    return sheet.axes


def _amount(value: float) -> str:
    if pd.isna(value):
        return "–"
    if abs(value) < 5e6:
        return "0"
    digits = 1 if abs(value) >= 9.95e8 else 2
    return quantity("diverted_usd").write(value, unit=False, digits=digits)


def _winner(flows: pd.DataFrame, codes: list[str]) -> str:
    sums = flows.sum()
    best, worst = str(sums.idxmax()), str(sums.idxmin())
    parts = []
    if round(float(sums[best]) / 1e9, 1) > 0:
        parts.append(f"{called(best)} wins {dollars(float(sums[best]))} from other suppliers")
    if round(float(sums[worst]) / 1e9, 1) < 0:
        most = called(str(flows[worst].idxmin()))
        lost = dollars(-float(sums[worst]))
        parts.append(f"{called(worst)} loses {lost}, above all to {most}")
    text = ", ".join(parts) or "no spending moves between suppliers"
    return capital(text)


@checked
def diversion_sentence(table: pd.DataFrame, outcome: str) -> str:
    """Say who wins from whom.

    Parameters
    ----------
    table : DataFrame
        From `tradeviz.respond` with ``by="competitor"``.
    outcome : str
        Name of an outcome in it.

    Returns
    -------
    str
        Markdown: for each partner the sum, and the largest flows that make it up.

    Examples
    --------
    >>> from tradeviz.models.response import respond
    >>> flows = respond("snapback", partners="JPN", by="competitor")
    >>> "Mexico" in diversion_sentence(flows, "snapback")
    True
    """
    own = of_outcome(need(table, ["outcome", "partner", "competitor", "diverted_usd"]), outcome)
    parts = []
    for code, rows in own.groupby(own["partner"].astype(str), sort=False):
        flows = rows.set_index("competitor")["diverted_usd"]
        total = float(flows.sum())
        if abs(total) < _NONE:
            parts.append(f"**{called(str(code))}** neither wins nor loses")
            continue
        most = (flows * (1 if total > 0 else -1)).nlargest(3)
        most = most[most >= _NONE]
        verb, way = ("wins", "from") if total > 0 else ("loses", "to")
        rivals = [f"{called(str(key))} ({billion(float(value))})" for key, value in most.items()]
        parts.append(
            f"**{called(str(code))}** {verb} {billion(total)}, above all {way} "
            + (listing(rivals) if rivals else "many, none of them large")
        )
    return (
        "From hand to hand between suppliers of the same products, at central elasticities: "
        f"{'; '.join(parts)}."
    )


@chart
def tornado(
    sensitivity: pd.DataFrame, *, partner: str | None = None, measure: str = "value_change_usd",
    title: str | None = None, ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw how far each assumption moves a result.

    Parameters
    ----------
    sensitivity : DataFrame
        From `tradeviz.models.response.sensitivity`.
    partner : str, optional
        Which partner of the table; may be None where it holds one.
    measure : str
        The measure that the table was made with, for the unit.
    title, ax : optional
        A checked claim, what the table says when None; where to draw, a new figure when None.

    Returns
    -------
    Axes
        A row per parameter that matters: a band between the results at the ends of its range, a
        ring at the low end, a stroke at the high end, a dot at the centre; the widest first.

    Examples
    --------
    >>> from tradeviz.models.response import sensitivity
    >>> len(tornado(sensitivity("snapback", partners="JPN")).lines) > 4
    True
    """
    shown = quantity(choose(measure, CHANGES, "measure"))
    columns = ["partner", "parameter", "low", "high", "at_low", "at_high", "central", "swing"]
    flat = need(sensitivity, columns)
    code = only(flat, "partner", partner)
    own = flat[flat["partner"] == code]
    values = ["at_low", "at_high", "central", "swing"]
    own = own.assign(**rounded(own[values], _DIGITS[shown.unit]))
    own = own.assign(**rounded(own[["low", "high"]], 4))
    # What has no part in this measure has no row.
    own = own[own["swing"] > 0] if (own["swing"] > 0).any() else own
    own = own.sort_values("swing", ascending=False, kind="stable").reset_index(drop=True)
    rows = [_swing(row, measure) for row in own.to_dict("records")]
    middle = float(own["central"].iloc[0])
    told = f"what matters most is {rows[0].name.lower()}"
    if not (own["swing"] > 0).any():
        told = "no assumption moves the answer"
    sheet = range_rows(
        rows, shown, ax=ax, heads=("range",),
        callouts=Callouts(ring="low end", stroke="high end", dot="centre"),
    )  # fmt: skip
    finish(
        sheet, source=MODEL, data=own[columns], alt=said([row.said for row in rows]),
        title=title or f"{name(code)}: {told}",
        subtitle=f"{shown.label}: change, {shown.measured_in}; each assumption at the ends of its "
        f"range, the others at their centre ({shown.write(middle)})",
    )  # fmt: skip
    return sheet.axes


def _swing(row: dict[Any, Any], measure: str) -> RangeRow:
    shown = quantity(measure)
    title = TITLES[str(row["parameter"])]
    low, high, middle = (float(row[key]) for key in ("at_low", "at_high", "central"))
    span = " to ".join(shown.write(value, unit=False) for value in sorted((low, high)))
    at = [
        f"{shown.write(value)} at {row[end]:.2g}" for value, end in ((low, "low"), (high, "high"))
    ]
    return RangeRow(
        capital(title), min(low, high), max(low, high), middle, low, high, (span,),
        f"{title}: {' to '.join(at)}",
    )  # fmt: skip


def parameters_table() -> DisplayTable:
    """Show the parameters of the response, with range and source.

    Returns
    -------
    DisplayTable
        A row per parameter.

    Examples
    --------
    >>> len(parameters_table().frame)
    5
    """
    table = load("elasticities").set_index("id").loc[list(ROWS.values())]
    frame = pd.DataFrame({"Parameter": [capital(TITLES[key]) for key in ROWS]})
    for place, head in enumerate(("Low", "Central", "High")):
        frame[head] = [f"{ranges()[key][place]:.2f}" for key in ROWS]
    frame["Status"], frame["Source"] = table["status"].to_numpy(), table["source"].to_numpy()
    return DisplayTable("Parameters; triangular between low and high", frame)
