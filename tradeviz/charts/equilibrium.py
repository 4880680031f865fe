"""Charts of the general equilibrium: what outcomes change, and how far variants of it differ."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from tradeviz import style
from tradeviz.charts.frame import chosen, points
from tradeviz.charts.ranges import Ranges, by_cell, range_rows, rounded
from tradeviz.errors import ArgumentError
from tradeviz.partners import name
from tradeviz.style import PROVISIONAL, percent
from tradeviz.tables.display import need, title_in
from tradeviz.tables.equilibrium import CHANGES

SOURCE = "OECD input-output tables 2022; US Census Bureau, imports 2024; tradeviz law tables"


def equilibrium_ranges(
    variants: pd.DataFrame, *, measure: str = "welfare_change", ax: Axes | None = None
) -> Axes:
    """Draw the change of each partner under each outcome, with its range over variants.

    Parameters
    ----------
    variants : DataFrame
        From `tradeviz.models.equilibrium.variants`, or from `tradeviz.equilibrium` for dots alone.
    measure : str
        A change, such as ``welfare_change`` or ``exports_to_us_change``.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        A row per partner and outcome: a line from the lowest to the highest variant, a dot at the
        first variant, both written beside it.

    Raises
    ------
    ArgumentError
        For a missing column, an empty table, an unknown measure or no outcome but the reference.

    Examples
    --------
    >>> from tradeviz.models.equilibrium import variants
    >>> table = variants("snapback", {"4": {}, "8": {"elasticity": 8.0}}, partners="JPN")
    >>> axes = equilibrium_ranges(table)
    >>> len(axes.lines)
    3
    """
    chosen(measure, "measure", tuple(CHANGES))
    spans = _spans(variants, measure)
    with style.scoped():
        axes = range_rows(spans, ax)
        style.percent_axis(axes, "x")
        title, subtitle = _title(spans, measure), _subtitle(variants, measure)
        style.finish(axes, title, subtitle, SOURCE, provisional=any(spans.unsure.values()))
    style.attach(
        axes,
        rounded(need(variants, [measure])),
        f"Dots and ranges by partner and outcome. {title}. {subtitle}. {spans.rows()}.",
    )
    return axes


def _spans(variants: pd.DataFrame, measure: str) -> Ranges:
    flat = need(variants, ["outcome", "partner", measure, "provisional_share"])
    reference = variants.attrs.get("reference")
    ends = [end for end in dict.fromkeys(flat["outcome"].astype(str)) if end != reference]
    if not ends:
        raise ArgumentError("no outcome beside the reference", field="variants")
    values = flat.assign(outcome=flat["outcome"].astype(str), partner=flat["partner"].astype(str))
    grouped = values.groupby(["partner", "outcome"], sort=False)[measure]
    unsure = values.groupby("outcome")["provisional_share"].max() >= PROVISIONAL

    digits = CHANGES[measure][1]
    return Ranges(
        codes=list(dict.fromkeys(values["partner"])),
        ends=ends,
        low=by_cell(grouped.min()),
        high=by_cell(grouped.max()),
        base=by_cell(grouped.first()),
        unsure={end: bool(unsure[end]) for end in ends},
        titles={end: title_in(variants, end) for end in ends},
        write=lambda value: points(value, digits),
    )


def _title(spans: Ranges, measure: str) -> str:
    head = CHANGES[measure][0].split(",")[0]
    head = head[0].lower() + head[1:]
    most = spans.largest
    value = percent(abs(spans.base[most]), CHANGES[measure][1])
    verb = "raises" if spans.base[most] > 0 else "lowers"
    title = f"{spans.titles[most[1]]} {verb} {head} most for {name(most[0])}, by {value}"
    signs, rows = spans.open_signs, len(spans.cells)
    return f"{title}; the sign is open in {signs} of {rows} cases" if signs else title


def _subtitle(variants: pd.DataFrame, measure: str) -> str:
    reference = str(variants.attrs.get("reference_title", "the reference")).lower()
    parts = [f"{CHANGES[measure][0]}, change against {reference}, percent"]
    if "variant" in variants.index.names:
        names = variants.index.get_level_values("variant")
        parts.append(f"dot: {str(names[0]).lower()}; line: range of {names.nunique()} variants")
    return "; ".join(parts)
