"""Sentences on the general equilibrium: welfare by outcome, and what the variants leave open."""

from __future__ import annotations

import math

import pandas as pd

from tradeviz.errors import ArgumentError
from tradeviz.law.outcome import title_of
from tradeviz.partners import called
from tradeviz.quantities import listing, percent
from tradeviz.show.reading import need, of_outcome, title_in
from tradeviz.show.sentence import signed


def equilibrium(variants: pd.DataFrame) -> str:
    """Say what each partner gains or loses at best and at worst, and which signs are open.

    Parameters
    ----------
    variants : DataFrame
        From `models.equilibrium.variants`, several outcomes; the first variant stands for all.

    Returns
    -------
    str
        Markdown.

    Raises
    ------
    ArgumentError
        When a column is missing or there is no outcome beside the reference.

    Examples
    --------
    >>> from tradeviz.models.equilibrium import variants
    >>> "Japan" in equilibrium(variants("snapback", {"Elasticity 4": {}}, partners="JPN"))
    True
    """
    flat = need(variants, ["variant", "outcome", "partner", "welfare_change"])
    reference = str(variants.attrs.get("reference", ""))
    flat = flat[flat["outcome"] != reference]
    if flat.empty:
        raise ArgumentError("no outcome beside the reference", field="variants")
    titles = variants.attrs.get("titles", {})
    first = str(flat["variant"].iloc[0])
    parts = []
    for code in dict.fromkeys(flat["partner"].astype(str)):
        own = flat[flat["partner"] == code]
        base = own[own["variant"] == first].set_index("outcome")["welfare_change"]
        texts = []
        for end in dict.fromkeys((str(base.idxmax()), str(base.idxmin()))):
            values = own.loc[own["outcome"] == end, "welfare_change"]
            title = str(titles.get(end) or title_of(end))
            texts.append(
                f"{signed(float(base[end]), 3)} in “{title}” "
                f"({signed(float(values.min()), 3)} to {signed(float(values.max()), 3)})"
            )
        parts.append(f"**{called(code)}** {' and '.join(texts)}")
    text = (
        "Once wages, prices and trade have adjusted, real income changes little: against "
        f"“{title_of(reference)}”, {'; '.join(parts)}. The first number is for "
        f"{first.lower()}, the range for all {flat['variant'].nunique()} variants."
    )
    return f"{text} {_open(flat, titles)}"


def _open(flat: pd.DataFrame, titles: dict[str, str]) -> str:
    """Name the cases in which variants do not agree on the sign."""
    grouped = flat.groupby(["partner", "outcome"], sort=False)["welfare_change"]
    mixed = (grouped.min() < 0) & (grouped.max() > 0)
    cases = [
        f"{called(str(code))} in “{str(titles.get(end) or title_of(str(end)))}”"
        for code, end in mixed[mixed].index
    ]
    if not cases:
        return "All variants agree on every sign."
    if len(cases) > 4:
        return f"The variants disagree on the sign in {len(cases)} of {len(mixed)} cases."
    return f"The variants disagree on the sign for {listing(cases)}."


def trade(table: pd.DataFrame, outcome: str) -> str:
    """Say what an outcome does to trade with the United States and to trade in all.

    Parameters
    ----------
    table : DataFrame
        From `tradeviz.equilibrium`.
    outcome : str
        Name of an outcome in it.

    Returns
    -------
    str
        Markdown.

    Raises
    ------
    ArgumentError
        When the outcome is not in the table.

    Examples
    --------
    >>> from tradeviz.models.equilibrium import equilibrium
    >>> trade(equilibrium("snapback", partners="JPN"), "snapback")[:8]
    'In “Snap'
    """
    columns = ["exports_to_us_change", "exports_elsewhere_change", "export_change"]
    flat = need(table, ["outcome", "partner", *columns])
    own = of_outcome(flat, outcome)
    parts = []
    for code, us, other, total in zip(
        own["partner"].astype(str), *(own[column].astype(float) for column in columns), strict=True
    ):
        text = f"**{called(code)}** {signed(us)} to the United States, {signed(total)} in all"
        if us < 0 < other:
            # Total change is the mean of both, weighted with shares of exports before.
            share = (total - other) / (us - other)
            found = -(1 - share) * other / (share * us)
            much = f"{percent(found, 0)} of what" if found <= 1 else "more than"
            text += f" (other markets take up {much} is lost)"
        parts.append(text)
    title = title_in(table, outcome)
    return f"In “{title}” exports change: {'; '.join(parts)}."


def solved(*tables: pd.DataFrame) -> str:
    """Say how exactly the markets of all solves clear.

    Parameters
    ----------
    *tables : DataFrame
        From `tradeviz.equilibrium`, its variants or named runs.

    Returns
    -------
    str
        Markdown.

    Raises
    ------
    ArgumentError
        For no table, or one without a residual in its attributes.

    Examples
    --------
    >>> table = pd.DataFrame()
    >>> table.attrs["residual"] = 3e-14
    >>> solved(table)
    'In every equilibrium shown here every market clears to within 1e-12 of its wage bill.'
    """
    found = [table.attrs.get("residual") for table in tables]
    if not found or None in found:
        raise ArgumentError("no residual in the table", field="tables")
    # Below 1e-12 the digits are rounding, which differs between machines.
    worst = max(float(value) for value in found if value is not None)
    power = math.ceil(math.log10(max(worst, 1e-12)))
    return (
        f"In every equilibrium shown here every market clears to within 1e{power} of its wage bill."
    )
