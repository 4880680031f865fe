"""Tables of the general equilibrium: changes by partner and outcome, and by variant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from tradeviz.errors import ArgumentError
from tradeviz.law.outcome import title_of
from tradeviz.partners import name
from tradeviz.show.reading import PROVISIONAL, need
from tradeviz.show.table import MARK, MARK_NOTE, DisplayTable, rate_text

CHANGES: dict[str, tuple[str, int]] = {
    "welfare_change": ("Welfare", 3),
    "wage_change": ("Wages", 2),
    "price_change": ("Prices", 2),
    "real_wage_change": ("Real wage", 2),
    "employment_change": ("Employment", 2),
    "export_change": ("Exports", 1),
    "import_change": ("Imports", 1),
    "exports_to_us_change": ("Exports to the US", 1),
    "exports_elsewhere_change": ("Exports elsewhere", 1),
    "imports_from_us_change": ("Imports from the US", 1),
    "revenue_change": ("Tariff revenue, of spending", 2),
}
"""Column of `tradeviz.equilibrium` -> heading, digits of a percent."""

_SHOWN = (
    "welfare_change",
    "wage_change",
    "price_change",
    "export_change",
    "exports_to_us_change",
    "exports_elsewhere_change",
    "imports_from_us_change",
)

_RUN = {
    "welfare_change": ("Welfare", 2),
    "wage_change": ("Wages", 2),
    "price_change": ("Prices", 2),
    "employment_change": ("Employment", 2),
    "exports_over_gdp_change": ("Exports over GDP", 1),
    "imports_over_gdp_change": ("Imports over GDP", 1),
}


def equilibrium_table(equilibrium: pd.DataFrame) -> DisplayTable:
    """Show welfare, wages, prices and trade by partner and outcome.

    Parameters
    ----------
    equilibrium : DataFrame
        From `tradeviz.equilibrium`.

    Returns
    -------
    DisplayTable
        A row per partner and outcome, changes against the reference in percent.

    Raises
    ------
    ArgumentError
        When a column is missing or the table is empty.

    Examples
    --------
    >>> from tradeviz.models.equilibrium import equilibrium
    >>> equilibrium_table(equilibrium("pause", partners="AUS")).frame["Welfare"].tolist()
    ['0.000']
    """
    flat = _beside(
        need(equilibrium, ["outcome", "partner", "provisional_share", *_SHOWN]), equilibrium
    )
    order = {code: place for place, code in enumerate(dict.fromkeys(flat["partner"]))}
    flat = flat.iloc[flat["partner"].map(order).argsort(kind="stable").to_numpy()]
    marks = flat["provisional_share"] >= PROVISIONAL
    titles = equilibrium.attrs.get("titles", {})
    frame = pd.DataFrame(
        {
            "Partner": flat["partner"].astype(str).map(name),
            "Outcome": [
                str(titles.get(end) or title_of(str(end))) + (MARK if mark else "")
                for end, mark in zip(flat["outcome"], marks, strict=True)
            ],
        }
    )
    for column in _SHOWN:
        head, digits = CHANGES[column]
        frame[head] = [rate_text(value, digits) for value in flat[column]]
    caption = f"Change against {_reference(equilibrium)}, percent"
    return DisplayTable(
        caption + (f"; {MARK_NOTE}" if marks.any() else ""), frame.reset_index(drop=True), flat
    )


def variants_table(variants: pd.DataFrame, measure: str = "welfare_change") -> DisplayTable:
    """Show one change of several variants of the model.

    Parameters
    ----------
    variants : DataFrame
        From `tradeviz.models.equilibrium.variants`.
    measure : str
        A key of `CHANGES`.

    Returns
    -------
    DisplayTable
        A row per outcome and variant, a column per partner, percent.

    Raises
    ------
    ArgumentError
        When a column is missing or the table is empty.

    Examples
    --------
    >>> from tradeviz.models.equilibrium import variants
    >>> table = variants("pause", {"one": {}}, partners="AUS")
    >>> variants_table(table).frame["Australia"].tolist()
    ['0.000']
    """
    flat = _beside(need(variants, ["variant", "outcome", "partner", measure]), variants)
    head, digits = CHANGES.get(measure, (measure, 2))
    titles = variants.attrs.get("titles", {})
    ends = list(dict.fromkeys(flat["outcome"].astype(str)))
    rows = []
    for end in ends:
        for variant in dict.fromkeys(flat["variant"].astype(str)):
            part = flat[(flat["outcome"] == end) & (flat["variant"] == variant)]
            cells = {
                name(str(code)): rate_text(value, digits)
                for code, value in zip(part["partner"], part[measure], strict=True)
            }
            title = str(titles.get(end) or title_of(end))
            rows.append(
                {**({"Outcome": title} if len(ends) > 1 else {}), "Variant": variant, **cells}
            )
    caption = f"{head}, change against {_reference(variants)}, percent"
    if len(ends) == 1:
        caption = f"{titles.get(ends[0]) or title_of(ends[0])}: {caption}"
    return DisplayTable(caption, pd.DataFrame(rows), flat)


def benchmark_table(runs: Mapping[str, pd.DataFrame], economies: Sequence[str]) -> DisplayTable:
    """Show named runs for some economies.

    Parameters
    ----------
    runs : mapping of str to DataFrame
        Name -> table from `tradeviz.models.equilibrium.benchmark`.
    economies : sequence of str
        Codes that all runs have.

    Returns
    -------
    DisplayTable
        A row per run and economy, changes against the data in percent.

    Raises
    ------
    ArgumentError
        When an economy is not in a run.

    Examples
    --------
    >>> from tradeviz.models.equilibrium import benchmark
    >>> table = benchmark_table({"10 %": benchmark("uniform_10_icio")}, ["USA"])
    >>> table.frame["Employment"].tolist()
    ['0.00']
    """
    rows = []
    for title, table in runs.items():
        for code in economies:
            if code not in table.index:
                raise ArgumentError("economy is not in this run", field="economies", value=code)
            cells = {
                head: rate_text(float(table.loc[code, column]), digits)  # type: ignore[arg-type]
                for column, (head, digits) in _RUN.items()
            }
            rows.append({"Run": title, "Economy": name(code), **cells})
    every = pd.concat({k: t.loc[list(economies)] for k, t in runs.items()}, names=["run"])
    return DisplayTable("Change against the data, percent", pd.DataFrame(rows), every.reset_index())


def _beside(flat: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Leave out the reference, whose changes are zero, unless nothing else is there."""
    kept = flat[flat["outcome"] != table.attrs.get("reference")]
    return flat if kept.empty else kept


def _reference(table: pd.DataFrame) -> str:
    found = table.attrs.get("reference_title") or title_of(str(table.attrs.get("reference", "")))
    return str(found).lower()
