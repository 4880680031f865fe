"""The general equilibrium as a chart: what outcomes change, and how far variants of it differ."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from tradeviz.errors import ArgumentError, choose
from tradeviz.quantities import quantity
from tradeviz.show.effects import Effects, by_cell, effect_rows
from tradeviz.show.frame import chart, finish, said
from tradeviz.show.letters import lowered
from tradeviz.show.reading import PROVISIONAL, need, rounded, title_in

SOURCE = "OECD input-output tables 2022; US Census Bureau, imports 2024; tradeviz law tables"
CHANGES = (
    "welfare_change", "wage_change", "price_change", "real_wage_change", "employment_change",
    "export_change", "import_change", "exports_to_us_change", "exports_elsewhere_change",
    "imports_from_us_change", "revenue_change",
)  # fmt: skip
"""Columns of `tradeviz.equilibrium` that can be drawn."""


@chart
def equilibrium_ranges(
    variants: pd.DataFrame, *, measure: str = "welfare_change", title: str | None = None,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw the change of each partner under each outcome, with its range over variants.

    Parameters
    ----------
    variants : DataFrame
        From `tradeviz.models.equilibrium.variants`, or from `tradeviz.equilibrium` for dots alone.
    measure : str
        A change, such as ``welfare_change`` or ``exports_to_us_change``.
    title : str, optional
        A checked claim; what the table says when None.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        A row per partner and outcome: a band from the lowest to the highest variant, a dot at the
        first variant.

    Raises
    ------
    ArgumentError
        For a missing column, an empty table, an unknown measure or no outcome but the reference.

    Examples
    --------
    >>> from tradeviz.models.equilibrium import variants
    >>> table = variants("snapback", {"4": {}, "8": {"elasticity": 8.0}}, partners="JPN")
    >>> axes = equilibrium_ranges(table)
    >>> len(axes.lines) >= 2
    True
    """
    choose(measure, CHANGES, "measure")
    effects = _effects(variants, measure)
    sheet = effect_rows(effects, ax=ax)
    reference = lowered(str(variants.attrs.get("reference_title", "the reference")))
    shown = effects.quantity
    note = ""
    if "variant" in variants.index.names:
        names = variants.index.get_level_values("variant")
        note = f"Dot: {str(names[0]).lower()}. Band: range of {names.nunique()} variants. "
    finish(
        sheet, title=title or effects.headline(), source=SOURCE,
        subtitle=f"{shown.label}: change against {reference}, {shown.measured_in}",
        note=note + effects.open_signs(), data=rounded(need(variants, [measure])),
        provisional=any(effects.unsure.values()), alt=said(effects.spoken()),
    )  # fmt: skip
    return sheet.axes


def _effects(variants: pd.DataFrame, measure: str) -> Effects:
    flat = need(variants, ["outcome", "partner", measure, "provisional_share"])
    reference = variants.attrs.get("reference")
    outcomes = [o for o in dict.fromkeys(flat["outcome"].astype(str)) if o != reference]
    if not outcomes:
        raise ArgumentError("no outcome beside the reference", field="variants")
    values = flat.assign(outcome=flat["outcome"].astype(str), partner=flat["partner"].astype(str))
    grouped = values.groupby(["partner", "outcome"], sort=False)[measure]
    unsure = values.groupby("outcome")["provisional_share"].max() >= PROVISIONAL
    return Effects(
        partners=list(dict.fromkeys(values["partner"])), outcomes=outcomes,
        low=by_cell(grouped.min()), base=by_cell(grouped.first()), high=by_cell(grouped.max()),
        unsure={o: bool(unsure[o]) for o in outcomes},
        titles={o: title_in(variants, o) for o in outcomes}, quantity=quantity(measure),
    )  # fmt: skip
