"""Deals shown: who is whose rival, and what a deal is worth."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from tradeviz.arguments import checked
from tradeviz.errors import ArgumentError, choose
from tradeviz.models.deals.game import MEASURES
from tradeviz.models.equilibrium.show import SOURCE
from tradeviz.partners import HOME, all_called, called, name
from tradeviz.quantities import Quantity, in_words, quantity
from tradeviz.show.frame import Frame, chart, finish, said
from tradeviz.show.grids import matrix
from tradeviz.show.letters import lowered
from tradeviz.show.palette import INK
from tradeviz.show.reading import PROVISIONAL, alike, need, rounded, title_in
from tradeviz.show.rows import Callouts, RangeRow, range_rows
from tradeviz.show.table import DisplayTable, columns_as_text

DOLLARS = quantity("income_change_usd")

_VALUES = {
    "alone": "Signing first",
    "average": "On average",
    "last": "Signing last",
    "first_mover_premium": "Premium of the first",
    "last_mover_penalty": "Penalty of the last",
    "left_out": "Left out of all deals",
    "all_signed": "All signed",
    "to_home": "To the United States",
}
_HEADINGS = {
    "exports_to_us_change": "Exports to the United States, percent",
    "balance_change_usd": "US balance with the partner, billion US dollars of 2022 a year",
}
MOST = 8
"""More than this many signatories are not read as a matrix."""


def measured(table: pd.DataFrame) -> Quantity:
    """Return the quantity that a game was played for."""
    measure = str(table.attrs.get("measure", DOLLARS.column))
    return quantity(choose(measure, MEASURES, "measure"))


def digits_of(shown: Quantity) -> int:
    """Return digits that do not depend on the machine: a thousand dollars, or a millionth."""
    return -3 if shown.unit == "usd" else 6


def text_of(value: float, shown: Quantity) -> str:
    """Return a change of the game without its unit, a dash where there is none."""
    return "–" if pd.isna(value) else shown.write(value, unit=False, digits=2)


def share_text(value: float) -> str:
    """Return a share in percent, a digit after the point also where it is zero."""
    return f"{value * 100:.1f}\u00a0%".replace("-", "−")


def terms_of(table: pd.DataFrame) -> str:
    """Return what a deal is and what there is without one."""
    names = (str(table.attrs.get(key, "")) for key in ("terms", "otherwise"))
    deal, other = (lowered(title_in(table, item)) for item in names)
    return f"deal: {deal}; without: {other}"


def unsure(table: pd.DataFrame) -> bool:
    """Return whether terms or what there is without them rest on provisional law."""
    return bool(table.attrs.get("provisional_share", 0.0) >= PROVISIONAL)


@chart
def rivalry_matrix(
    shapley: pd.DataFrame, *, n: int = MOST, title: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw what each deal changes for each economy, on average over all orders of signing.

    Parameters
    ----------
    shapley : DataFrame
        From `tradeviz.models.deals.shapley`.
    n : int
        Signatories shown: those whose deals move most.
    title, ax : optional
        A checked claim, what the table says when None; where to draw, a new figure when None.

    Returns
    -------
    Axes
        Signatories across, a figure with its sign in every cell; a partner's own deal stands in a
        frame and outside the colour scale.

    Examples
    --------
    >>> from tradeviz.models.deals import deals, shapley
    >>> axes = rivalry_matrix(shapley(deals(["JPN", "KOR"])))
    >>> len(axes.patches) >= 6
    True
    """
    if shapley.empty:
        raise ArgumentError("the table is empty", field="shapley")
    if not all(shapley[column].dtype.kind == "f" for column in shapley):
        raise ArgumentError("not a table of numbers", field="shapley", allowed="from shapley()")
    shown = measured(shapley)
    every = rounded(shapley, digits_of(shown))
    weight = every.abs().sum().sort_values(ascending=False, kind="stable")
    kept = set(weight.index[:n].astype(str))
    codes = [str(code) for code in every.columns if str(code) in kept]
    rows = [str(row) for row in every.index if str(row) in kept or str(row) == HOME]
    values = every.loc[rows, codes]
    values.attrs = dict(shapley.attrs)
    numbers = values.to_numpy(dtype=float)
    own = np.array([[row == code for code in codes] for row in rows])
    texts = [[text_of(value, shown) for value in line] for line in numbers]
    spoken = [
        [f"Deal of {called(code)}, effect on {called(row)}: {shown.write(value)}"
         for code, value in zip(codes, line, strict=True)]
        for row, line in zip(rows, numbers, strict=True)
    ]  # fmt: skip
    sheet = matrix(numbers, texts, [name(row) for row in rows], [name(c) for c in codes],
                   said=spoken, short=codes, apart=own, ax=ax)  # fmt: skip
    for row, column in np.argwhere(own):
        _frame_cell(sheet, int(row), int(column))
    left = len(every.columns) - len(codes)
    finish(
        sheet, title=title or _rivals(values, rows, codes, shown), source=SOURCE,
        subtitle=f"{shown.heading}: effect of the deal of a signatory (column) on an economy "
        f"(row), mean over all orders; {terms_of(shapley)}",
        note="Framed: own deal." + (f" {left} signatories whose deals move less are left out."
                                    if left else ""),
        data=every.reset_index(), provisional=unsure(shapley),
        alt=said([cell for line in spoken for cell in line]),
    )  # fmt: skip
    return sheet.axes


def _frame_cell(sheet: Frame, row: int, column: int) -> None:
    """Draw a frame inside a cell of a matrix."""
    boxes = [patch for patch in sheet.axes.patches if isinstance(patch, Rectangle)]
    columns = round(sheet.axes.get_xlim()[1])
    x, y, w, h = boxes[row * columns + column].get_bbox().bounds
    sheet.axes.add_patch(
        Rectangle((x + 0.04, y + 2.5), w - 0.08, h - 5, facecolor="none", edgecolor=INK, lw=1.1)
    )


def _rivals(values: pd.DataFrame, rows: list[str], codes: list[str], shown: Quantity) -> str:
    numbers = values.to_numpy(dtype=float)
    pairs = [
        (float(numbers[place, other]), row, code)
        for place, row in enumerate(rows)
        for other, code in enumerate(codes)
        if row not in (code, HOME)
    ]
    if not pairs:
        return "One partner has no rival"
    worst = min(pairs)
    if not text_of(worst[0], shown).startswith("−"):
        return "No deal of one hurts another"
    size = shown.write(abs(worst[0]), digits=2).lstrip("+")
    return f"{called(worst[2], start=True)}’s deal hurts {called(worst[1])} most, by {size}"


@checked
def rivals_sentence(effects: pd.DataFrame) -> str:
    """Say how much partners lose by each other's deals.

    Parameters
    ----------
    effects : DataFrame
        From `tradeviz.models.deals.shapley`, in dollars.

    Returns
    -------
    str
        Markdown.

    Examples
    --------
    >>> from tradeviz.models.deals import deals, shapley
    >>> "South Korea" in rivals_sentence(shapley(deals(["JPN", "KOR"])))
    True
    """
    codes = list(effects.columns)
    if not codes:
        raise ArgumentError("the table is empty", field="effects")
    matrix = effects.loc[codes, codes]
    own = pd.Series(np.diag(matrix), codes)
    others = matrix.sum(axis=1) - own
    hurt = str(others.idxmin())
    lost, gained = (text_of(float(part[hurt]), DOLLARS) for part in (others, own))
    if not (others[hurt] < 0 < own.max()):
        return "No deal of another takes from what an own deal brings."
    return (
        f"The deals of the others take {share_text(-others.sum() / own[own > 0].sum())} of what "
        f"the own deals of all {len(codes)} bring; {called(hurt)} loses most by them, "
        f"{lost.lstrip('−')} billion dollars a year, beside {gained} from its own."
    )


@chart
def deal_value_bars(
    values: pd.DataFrame, *, title: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw what a deal is worth to its partner: on average, signing first, signing last.

    Parameters
    ----------
    values : DataFrame
        From `tradeviz.models.deals.deal_values`.
    title, ax : optional
        A checked claim, what the table says when None; where to draw, a new figure when None.

    Returns
    -------
    Axes
        A row per partner, the largest first: a dot at the mean over all orders, a ring where it
        signs first, a stroke where it signs last.

    Examples
    --------
    >>> from tradeviz.models.deals import deal_values, deals
    >>> len(deal_value_bars(deal_values(deals(["JPN", "KOR"]))).lines) >= 8
    True
    """
    keep = ["partner", "alone", "last", "average"]
    flat = need(values, keep)
    shown = measured(values)
    flat = rounded(flat[keep], digits_of(shown)).sort_values(
        "average", ascending=False, kind="stable"
    )
    rows = []
    for row in flat.to_dict("records"):
        mean, first, last = (float(row[key]) for key in ("average", "alone", "last"))
        texts = [shown.write(value, digits=2) for value in (mean, first, last)]
        title_of_row = name(str(row["partner"]))
        rows.append(
            RangeRow(
                title_of_row, min(mean, first, last, 0.0), max(mean, first, last, 0.0), mean,
                first, last, (texts[0],),
                f"{title_of_row}: {texts[0]} on average, {texts[1]} first, {texts[2]} last",
            )
        )  # fmt: skip
    words = Callouts(dot="mean", ring="signing first", stroke="signing last")
    sheet = range_rows(rows, shown, callouts=words, heads=("mean",), ax=ax)
    ranked = flat.set_index("partner")["average"]
    most = alike(ranked, lambda value: shown.write(value, digits=2))
    best = float(ranked.iloc[0])
    told = f"A deal is worth most to {all_called(most)}, {shown.write(best, digits=2).lstrip('+')}"
    told += " each" * (len(most) > 1)
    if not best > 0:
        told = "On these terms a deal is worth nothing to anybody"
    losers = sum(text_of(value, shown).startswith("−") for value in flat["average"])
    if losers:
        told += f"; {in_words(losers)} of {in_words(len(flat))} would be better off without"
    finish(
        sheet, title=title or told, source=SOURCE, provisional=unsure(values),
        subtitle=f"{shown.heading}: own deal, mean over all orders of signing (Shapley value); "
        f"{terms_of(values)}",
        note="Dot: mean. Ring: signing first. Stroke: signing last.",
        data=flat.assign(measure=shown.column), alt=said([row.said for row in rows]),
    )  # fmt: skip
    return sheet.axes


@checked
def choices_table(choices: pd.DataFrame) -> DisplayTable:
    """Show who signs whoever else has signed, and whether the threat is credible.

    Parameters
    ----------
    choices : DataFrame
        From `tradeviz.models.deals.dominance`, in dollars.

    Returns
    -------
    DisplayTable
        A row per partner, billion dollars.

    Examples
    --------
    >>> from tradeviz.models.deals import deals, dominance
    >>> choices_table(dominance(deals(["JPN", "AUS"]))).frame["Choice"].tolist()
    ['signs', 'refuses']
    """
    flat = need(choices, ["partner", "coalitions", "gains_in", "least", "most", "choice",
                          "home_least", "home_most", "threat"])  # fmt: skip
    spans = {
        low: flat[low].map(_billions) + "\u00a0to\u00a0" + flat[high].map(_billions)
        for low, high in (("least", "most"), ("home_least", "home_most"))
    }
    tested = flat["gains_in"].map("{:,}".format) + " of " + flat["coalitions"].map("{:,}".format)
    heads: dict[str, str | pd.Series[str]] = {
        "Partner": "partner", "Choice": flat["choice"], "Gains by signing in": tested,
        "Gain": spans["least"], "To the United States": spans["home_least"],
        "Threat": flat["threat"],
    }  # fmt: skip
    caption = (
        f"{DOLLARS.heading}, lowest and highest over all sets of others that may have signed; "
        f"{terms_of(choices)}"
    )
    return DisplayTable(caption, columns_as_text(flat, heads), flat)


@checked
def transfers_table(payments: pd.DataFrame) -> DisplayTable:
    """Show what partners would pay for their deals, by way to bargain, with ranges.

    Parameters
    ----------
    payments : DataFrame
        From `tradeviz.models.deals.ranges`.

    Returns
    -------
    DisplayTable
        A row per partner, billion dollars a year; below zero the partner is paid.

    Examples
    --------
    >>> from tradeviz.models.deals import deals, ranges, transfers
    >>> table = transfers_table(ranges({"one": transfers(deals(["JPN", "KOR"]))}))
    >>> list(table.frame.columns)[1:]
    ['One by one', 'In a batch', 'Offers in turn']
    """
    flat = need(payments, ["partner", *_WAYS])
    heads: dict[str, str | pd.Series[str]] = {"Partner": "partner"}
    for way, head in _WAYS.items():
        low, high = (flat[f"{way}_{end}"].map(_billions) for end in ("low", "high"))
        heads[head] = flat[way].map(_billions) + " (" + low + " to " + high + ")"
    caption = "What a partner would pay for its deal, billion US dollars a year (range of variants)"
    return DisplayTable(caption, columns_as_text(flat, heads), flat)


_WAYS = {"one_by_one": "One by one", "batch": "In a batch", "offers": "Offers in turn"}


def _billions(value: float) -> str:
    return text_of(float(value), DOLLARS)


@checked
def deals_table(values: pd.DataFrame) -> DisplayTable:
    """Show what a deal is worth to each partner.

    Parameters
    ----------
    values : DataFrame
        From `tradeviz.models.deals.deal_values`.

    Returns
    -------
    DisplayTable
        A row per partner, in billion US dollars or percent.

    Examples
    --------
    >>> from tradeviz.models.deals import deal_values, deals
    >>> deals_table(deal_values(deals(["JPN", "KOR"]))).frame["Partner"].tolist()
    ['Japan', 'South Korea']
    """
    flat, shown = need(values, ["partner", *_VALUES]), measured(values)
    texts = {
        head: flat[column].map(lambda v: text_of(v, shown)) for column, head in _VALUES.items()
    }
    heading = _HEADINGS.get(shown.column, shown.heading)
    caption = f"{heading}: what the partner’s own deal changes, and all deals together"
    return DisplayTable(caption, columns_as_text(flat, {"Partner": "partner", **texts}), flat)
