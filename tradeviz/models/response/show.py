"""The trade response as charts: changes with their range, who wins from whom, the record."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from tradeviz.errors import ArgumentError, choose
from tradeviz.models.response.parameters import TITLES
from tradeviz.partners import called, name
from tradeviz.quantities import dollars, percent, quantity
from tradeviz.show.effects import Effects, by_cell, effect_rows
from tradeviz.show.frame import chart, finish, said
from tradeviz.show.grids import matrix
from tradeviz.show.letters import lowered
from tradeviz.show.reading import (
    PROVISIONAL,
    label_of,
    need,
    only,
    rounded,
    title_in,
    under,
)
from tradeviz.show.rows import Callouts, RangeRow, range_rows

MODEL = "US Census Bureau, imports 2024; tradeviz law tables and response model"
_RECORD = "US Census Bureau, imports and calculated duty; tradeviz response model"
CHANGES = (
    "value_change", "value_change_usd", "quantity_change", "diverted_usd", "revenue_change_usd",
    "price_paid_change", "price_received_change", "deadweight_loss_usd", "terms_of_trade_gain_usd",
    "exports_change_usd", "balance_change_usd",
)  # fmt: skip
"""Measures of the response."""
# Digits that do not depend on the machine: a dollar, a millionth.
_DIGITS = {"usd": 0, "percent": 6}


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
    title : str, optional
        A checked claim; what the table says when None.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        A row per partner and outcome: a band from 5 to 95 % of the draws and a dot at their
        median; without draws a dot at the central parameters.

    Raises
    ------
    ArgumentError
        For a missing column, an empty table, an unknown measure, or where no row has a value.

    Examples
    --------
    >>> from tradeviz.models.response import respond
    >>> axes = response_ranges(respond("snapback", partners="JPN", draws=5))
    >>> len(axes.lines) >= 2
    True
    """
    choose(measure, CHANGES, "measure")
    effects = _effects(response, measure)
    sheet = effect_rows(effects, ax=ax)
    against = lowered(title_in(response, str(response.attrs.get("reference", ""))))
    draws = response.attrs.get("draws")
    shown = rounded(need(response, [measure]), _DIGITS[effects.quantity.unit])
    finish(
        sheet, title=title or effects.headline(), source=MODEL,
        subtitle=f"{effects.quantity.label}: change against {against}, "
        f"{effects.quantity.measured_in}",
        note=(f"Dot: median. Band: range of the effect, 5 to 95 % of {draws} draws of "
              "elasticities. " if draws else "") + effects.open_signs(),
        data=shown[[c for c in shown if c in ("outcome", "partner") or str(c).startswith(measure)]],
        provisional=any(effects.unsure.values()), alt=said(effects.spoken()),
    )  # fmt: skip
    return sheet.axes


def _effects(response: pd.DataFrame, measure: str) -> Effects:
    flat = need(response, ["outcome", "partner", measure, "provisional_share"])
    flat = flat.dropna(subset=[measure])
    if flat.empty:
        raise ArgumentError("no value in any row", field="measure", value=measure)
    keyed = flat.set_index(["partner", "outcome"])
    drawn = f"{measure}_low" in keyed
    columns = [f"{measure}_{word}" if drawn else measure for word in ("low", "central", "high")]
    outcomes = [str(outcome) for outcome in dict.fromkeys(flat["outcome"])]
    unsure = flat.groupby(flat["outcome"].astype(str))["provisional_share"].max() >= PROVISIONAL
    low, base, high = (by_cell(keyed[column]) for column in columns)
    return Effects(
        partners=[str(code) for code in dict.fromkeys(flat["partner"])], outcomes=outcomes,
        low=low, base=base, high=high, unsure={o: bool(unsure[o]) for o in outcomes},
        titles={o: title_in(response, o) for o in outcomes}, quantity=quantity(measure),
    )  # fmt: skip


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
    title : str, optional
        A checked claim; what the table says when None.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        Partners across, a figure with its sign in every cell.

    Raises
    ------
    ArgumentError
        For a missing column, an empty table or an unknown outcome.

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
    codes = [str(code) for code in dict.fromkeys(flat["partner"])]
    flows = flat.pivot(index="competitor", columns="partner", values="diverted_usd")[codes]
    weight = flows.abs().sum(axis=1).sort_values(ascending=False, kind="stable")
    rows = [str(code) for code in weight.index[:n]]
    values = flows.loc[rows].rename(index=name)
    rest = weight.index[n:]
    if len(rest):
        values.loc[f"{len(rest)} others"] = flows.loc[rest].sum()
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
    return text[0].upper() + text[1:]


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
    title : str, optional
        A checked claim; what the table says when None.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        A row per parameter that matters: a band between the results at the ends of its range, a
        ring at the low end, a stroke at the high end, a dot at the centre; the widest first.

    Raises
    ------
    ArgumentError
        For a missing column, an empty table, an unknown measure or partner.

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
    sheet = range_rows(
        rows, shown, ax=ax, heads=("range",),
        callouts=Callouts(ring="low end", stroke="high end", dot="centre"),
    )  # fmt: skip
    finish(
        sheet, source=MODEL, data=own[columns], alt=said([row.said for row in rows]),
        title=title or f"{name(code)}: what matters most is {rows[0].name.lower()}",
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
        title[0].upper() + title[1:], min(low, high), max(low, high), middle, low, high, (span,),
        f"{title}: {' to '.join(at)}",
    )  # fmt: skip


@chart
def backtest_ranges(
    backtest: pd.DataFrame, *, measure: str = "change", partner: str | None = None, n: int = 12,
    title: str | None = None, ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw the range of the effect of the law that came beside what was recorded.

    Parameters
    ----------
    backtest : DataFrame
        From `models.response.backtest`, with draws; split by industry, it shows one partner.
    measure : {"change", "rate"}
        Imports against the same months of 2024, or calculated duty over imports.
    partner : str, optional
        Which partner of a table split by industry.
    n : int
        Industries shown: those with the largest imports.
    title : str, optional
        A checked claim; what the table says when None.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        A row per partner or industry: a band from 5 to 95 % of the draws, a ring at their median
        and a dot at the record.

    Raises
    ------
    ArgumentError
        For a missing column, no draws, an empty table, an unknown measure or partner.

    Examples
    --------
    >>> from tradeviz.models.response import backtest
    >>> axes = backtest_ranges(backtest("JPN", draws=5))
    >>> len(axes.lines) >= 3
    True
    """
    choose(measure, ("change", "rate"), "measure")
    columns = [f"model_{measure}_{part}" for part in ("low", "central", "high")]
    recorded, covered = f"recorded_{measure}", f"{measure}_covered"
    flat = need(backtest, ["partner", recorded, covered, "apart", *columns])
    whose = ""
    if "naics3" in flat:
        code = only(flat, "partner", partner)
        flat = flat[flat["partner"] == code].nlargest(n, "imports_usd", keep="first")
        # What moved for reasons of its own stands below, and is not counted.
        flat = flat.sort_values("apart", kind="stable")
        whose, label = f"{name(code)}: ", label_of("naics3")
        heads = [label(str(key)).split(" ", 1)[-1] for key in flat["naics3"]]
        heads = [f"{a} (apart: {b})" if b else a for a, b in zip(heads, flat["apart"], strict=True)]
    else:
        heads = [name(str(code)) for code in flat["partner"]]
    flat = rounded(flat.reset_index(drop=True), 6)
    counted = flat[flat["apart"] == ""]
    inside = int(counted[covered].sum())
    sign = measure == "change"
    rows = []
    for head, row in zip(heads, flat.to_dict("records"), strict=True):
        low, middle, high = (float(row[column]) for column in columns)
        came = float(row[recorded])
        missed = "inside" if row[covered] else "outside"
        rows.append(
            RangeRow(
                head, low, high, came, middle, figures=(percent(came, sign=sign), missed),
                said=f"{head}: recorded {percent(came, sign=sign)}, model "
                f"{percent(low, sign=sign)} to {percent(high, sign=sign)}, {missed}",
            )
        )  # fmt: skip
    words = Callouts(dot="recorded", ring="model")
    shown = quantity("recorded_change" if sign else "collected_rate")
    sheet = range_rows(rows, shown, callouts=words, heads=("recorded", "the range"), ax=ax)
    first, last = backtest.attrs.get("months", ("", ""))
    what = {
        "change": "US imports against the same months of 2024",
        "rate": "Calculated duty over imports",
    }[measure]
    if sign and backtest.attrs.get("against") == "others":
        what += ", over those from all other suppliers on record"
    told = f"{whose}the record lies inside the model’s range in {inside} of {len(counted)} cases"
    finish(
        sheet, title=title or told[0].upper() + told[1:], source=_RECORD, data=flat,
        subtitle=f"{what}, percent, {first} to {last}",
        note="Dot: recorded. Ring: median of the model. Band: range of the effect, 5 to 95 % of "
        "draws.",
        alt=said([row.said for row in rows]),
    )  # fmt: skip
    return sheet.axes
