"""The general equilibrium shown: what outcomes change, and how far variants of it differ."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes

from tradeviz import datasets
from tradeviz.arguments import checked
from tradeviz.errors import ArgumentError, choose
from tradeviz.models.equilibrium.answers import SERVICES
from tradeviz.partners import HOME, called, in_order, name
from tradeviz.quantities import listing, percent, quantity
from tradeviz.show.effects import Effects, effect_chart, effects_of
from tradeviz.show.frame import chart
from tradeviz.show.letters import lowered
from tradeviz.show.reading import need, of_outcome, rounded, title_in, values_in
from tradeviz.show.sentence import signed
from tradeviz.show.table import (
    MARK,
    DisplayTable,
    across,
    by_partner,
    columns_as_text,
    plain,
    with_note,
)

SOURCE = "OECD input-output tables 2022; US Census Bureau, imports 2024; tradeviz law tables"
INCOME = "real_income_change"
CHANGES = (
    INCOME, "income_change_usd", "welfare_change", "wage_change", "price_change",
    "real_wage_change", "employment_change", "export_change", "import_change",
    "exports_to_us_change", "exports_elsewhere_change", "imports_from_us_change", "revenue_change",
)  # fmt: skip
"""Columns of `tradeviz.equilibrium` that can be drawn."""
_SHOWN = (
    INCOME, "income_change_usd", "wage_change", "price_change", "export_change",
    "exports_to_us_change", "exports_elsewhere_change", "imports_from_us_change",
)  # fmt: skip
_HEADS = {
    INCOME: "Real income, of GDP", "income_change_usd": "Billion dollars",
    "real_wage_change": "Real wage",
}  # fmt: skip


@chart
def equilibrium_ranges(
    variants: pd.DataFrame, *, measure: str = INCOME, title: str | None = None,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw the change of each partner under each outcome, with its range over variants.

    Parameters
    ----------
    variants : DataFrame
        From `tradeviz.models.equilibrium.variants`, or from `tradeviz.equilibrium` for dots alone.
    measure : str
        A change, such as ``real_income_change`` or ``exports_to_us_change``.
    title, ax : optional
        A checked claim, what the table says when None; where to draw, a new figure when None.

    Returns
    -------
    Axes
        A row per outcome and a column per partner (the first is returned): a band from the lowest
        to the highest variant, a dot at the first variant.

    Examples
    --------
    >>> from tradeviz.models.equilibrium import variants
    >>> table = variants("snapback", {"4": {}, "8": {"elasticity": 8.0}}, partners="JPN")
    >>> axes = equilibrium_ranges(table)
    >>> len(axes.lines) >= 2
    True
    """
    choose(measure, CHANGES, "measure")
    effects, note = _effects(variants, measure), ""
    if "variant" in variants.index.names:
        names = variants.index.get_level_values("variant")
        note = f"Dot: {lowered(str(names[0]))}. Band: range of {names.nunique()} variants. "
    # Exposure marks a partner's own duty; here the duty on everyone moves everyone.
    if any(effects.unsure.values()):
        note += "A mark is of the law on all partners of the US, not only on those shown. "
    return effect_chart(
        effects, source=SOURCE, note=note, data=_data(need(variants, [measure])),
        against=str(variants.attrs.get("reference_title", "the reference")), title=title, ax=ax,
    )  # fmt: skip


def _data(flat: pd.DataFrame) -> pd.DataFrame:
    """Return what a chart offers: the solver's dollars differ between machines below a thousand."""
    dollars = [str(column) for column in flat.columns if str(column).endswith("_usd")]
    return rounded(rounded(flat), -3, dollars)


def _effects(variants: pd.DataFrame, measure: str) -> Effects:
    flat = need(variants, ["outcome", "partner", measure, "provisional_share"])
    changed = flat[flat["outcome"] != variants.attrs.get("reference")]
    if changed.empty:
        raise ArgumentError("no outcome beside the reference", field="variants")
    return effects_of(changed, measure, variants)


@checked
def equilibrium_table(equilibrium: pd.DataFrame) -> DisplayTable:
    """Show real income, wages, prices and trade by partner and outcome.

    Parameters
    ----------
    equilibrium : DataFrame
        From `tradeviz.equilibrium`.

    Returns
    -------
    DisplayTable
        A row per partner and outcome, changes against the reference in percent.

    Examples
    --------
    >>> from tradeviz.models.equilibrium import equilibrium
    >>> table = equilibrium_table(equilibrium("pause", partners="AUS"))
    >>> table.frame["Real income, of GDP"].tolist()
    ['0.000']
    """
    flat = need(equilibrium, ["outcome", "partner", "provisional_share", *_SHOWN])
    rows, titles = by_partner(equilibrium, _beside(flat, equilibrium))
    heads: dict[str, str | pd.Series[str]] = {"Partner": "partner", "Outcome": titles}
    heads |= {_head(column): column for column in _SHOWN}
    caption = f"Change against {_reference(equilibrium)}, percent"
    marked = titles.str.endswith(MARK).any()
    return DisplayTable(with_note(caption, marked), columns_as_text(rows, heads), rows)


@checked
def variants_table(variants: pd.DataFrame, measure: str = INCOME) -> DisplayTable:
    """Show one change of several variants of the model.

    Parameters
    ----------
    variants : DataFrame
        From `tradeviz.models.equilibrium.variants`.
    measure : str
        A change, such as ``real_income_change``.

    Returns
    -------
    DisplayTable
        A row per outcome and variant, a column per partner, percent or billion US dollars.

    Examples
    --------
    >>> from tradeviz.models.equilibrium import variants
    >>> table = variants("pause", {"one": {}}, partners="AUS")
    >>> variants_table(table).frame["Australia"].tolist()
    ['0.000']
    """
    flat = _beside(need(variants, ["variant", "outcome", "partner", measure]), variants)
    text = flat[measure].map(lambda value: plain(measure, value))
    parts = {
        title_in(variants, str(outcome)): across(rows, "variant", "Variant", str, text[rows.index])
        for outcome, rows in flat.groupby("outcome", sort=False)
    }
    shown = quantity(measure)
    head, unit = _head(measure), "percent"
    if shown.unit == "usd":
        head, unit = shown.label, shown.measured_in
    caption = f"{head}, change against {_reference(variants)}, {unit}"
    if len(parts) == 1:
        [(title, frame)] = parts.items()
        return DisplayTable(f"{title}: {caption}", frame, flat)
    frame = pd.concat(parts, names=["Outcome", None]).reset_index("Outcome")
    return DisplayTable(caption, frame, flat)


@checked
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

    Examples
    --------
    >>> from tradeviz.models.equilibrium import benchmark
    >>> table = benchmark_table({"10 %": benchmark("uniform_10_icio")}, ["USA"])
    >>> table.frame["Employment"].tolist()
    ['0.00']
    """
    for code in economies:
        if not all(code in table.index for table in runs.values()):
            raise ArgumentError("economy is not in this run", field="economies", value=code)
    parts = {title: table.loc[list(economies)] for title, table in runs.items()}
    rows = pd.concat(parts, names=["run"]).reset_index()
    welfare, implied = (
        rows[column].map(lambda value: plain("welfare_change", value, 2))
        for column in ("welfare_change", "implied_welfare_change")
    )
    frame = columns_as_text(
        rows,
        {"Run": rows["run"], "Economy": rows["economy"].map(name), "Welfare": welfare,
         "By the preferences": implied, "Wages": "wage_change", "Prices": "price_change",
         "Employment": "employment_change",
         "Exports over GDP": "exports_over_gdp_change",
         "Imports over GDP": "imports_over_gdp_change"},
    )  # fmt: skip
    return DisplayTable("Change against the data, percent", frame, rows)


@checked
def sectors_table(sectors: pd.DataFrame, outcome: str, economy: str = HOME) -> DisplayTable:
    """Show what an outcome does to costs, prices, output and work of each sector.

    Parameters
    ----------
    sectors : DataFrame
        From `tradeviz.models.equilibrium.sector_effects`.
    outcome, economy : str
        An outcome and an economy in it.

    Returns
    -------
    DisplayTable
        A row per sector, the one with the largest change of costs first, percent.

    Examples
    --------
    >>> from tradeviz.models.equilibrium import sector_effects
    >>> len(sectors_table(sector_effects("snapback"), "snapback").frame)
    28
    """
    columns = ["price_change", "cost_change", "input_cost_change", "output_change",
               "employment_change"]  # fmt: skip
    flat = need(sectors, ["outcome", "partner", "sector", *columns])
    choose(economy, values_in(flat), "economy", "economy is not in the table")
    flat = of_outcome(flat[flat["partner"] == economy], outcome)
    # Where labour is all that differs, costs change alike but for the machine's last digit.
    size = rounded(flat, columns=["cost_change"])["cost_change"].abs()
    rows = flat.loc[size.sort_values(ascending=False, kind="stable").index]
    heads: dict[str, str | pd.Series[str]] = {"Sector": rows["sector"].map(_sector_titles())}
    heads |= {
        "Price to buyers": "price_change", "Cost": "cost_change",
        "Cost from inputs": "input_cost_change", "Output": "output_change",
        "Employment": "employment_change",
    }  # fmt: skip
    caption = (
        f"{name(economy)}, {title_in(sectors, outcome)}: change against "
        f"{_reference(sectors)}, percent"
    )
    return DisplayTable(caption, columns_as_text(rows, heads), rows)


@checked
def exporters_table(
    sectors: pd.DataFrame, outcome: str, n: int = 2, economies: Sequence[str] = ()
) -> DisplayTable:
    """Show which exporters of goods to the United States use inputs that it protects.

    Parameters
    ----------
    sectors : DataFrame
        From `tradeviz.models.equilibrium.sector_effects`.
    outcome : str
        An outcome in it.
    n : int
        Sectors an economy: those with the most US sales times protected inputs.
    economies : sequence of str
        Economies shown; all but the United States when empty.

    Returns
    -------
    DisplayTable
        A row per economy and sector.

    Examples
    --------
    >>> from tradeviz.models.equilibrium import sector_effects
    >>> table = exporters_table(sector_effects("snapback", partners="KOR"), "snapback")
    >>> table.frame["Exporter"].tolist()[0]
    'South Korea'
    """
    flat = of_outcome(need(sectors, ["outcome", "partner", "sector", *_USERS]), outcome)
    flat = flat[flat["partner"].isin(list(economies)) if economies else flat["partner"] != HOME]
    flat = flat[flat["sector"] != SERVICES]
    weight = (flat["exports_to_us_usd"] * flat["protected_inputs"]).rename("weight")
    rows = (
        flat.join(weight).sort_values("weight", ascending=False, kind="stable")
        .groupby("partner", sort=False).head(n)
    )  # fmt: skip
    rows = in_order(rows, flat["partner"].unique())
    titles = _sector_titles()
    inputs = rows["main_inputs"].map(
        lambda codes: ", ".join(titles[code] for code in str(codes).split("+")[:2] if code)
    )
    frame = columns_as_text(
        rows,
        {"Exporter": rows["partner"].map(name), "Sector": rows["sector"].map(titles),
         "US sales, bn": "exports_to_us_usd", "Own added duty": "added_rate",
         "US duty on its inputs, of cost": "protected_inputs", "Most of it": inputs,
         "Cost": "cost_change"},
    )  # fmt: skip
    caption = f"{title_in(sectors, outcome)}, against {_reference(sectors)}, percent"
    return DisplayTable(caption, frame, rows)


_USERS = ("exports_to_us_usd", "added_rate", "protected_inputs", "main_inputs", "cost_change")


def _sector_titles() -> dict[str, str]:
    return datasets.column_by("icio_sectors", "sector", "title")


def _beside(flat: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Leave out the reference, whose changes are zero, unless nothing else is there."""
    kept = flat[flat["outcome"] != table.attrs.get("reference")]
    return flat if kept.empty else kept


def _head(column: str) -> str:
    return _HEADS.get(column) or quantity(column).label


def _reference(table: pd.DataFrame) -> str:
    title = table.attrs.get("reference_title")
    return lowered(str(title or title_in(table, str(table.attrs.get("reference", "")))))


@checked
def equilibrium_sentence(variants: pd.DataFrame) -> str:
    """Say what each partner gains or loses at best and at worst, and which signs are open.

    Parameters
    ----------
    variants : DataFrame
        From `models.equilibrium.variants`, several outcomes; the first variant stands for all.

    Returns
    -------
    str
        Markdown.

    Examples
    --------
    >>> from tradeviz.models.equilibrium import variants
    >>> table = variants("snapback", {"Elasticity 4": {}}, partners="JPN")
    >>> "Japan" in equilibrium_sentence(table)
    True
    """
    need(variants, ["variant"])
    names = variants.index.get_level_values("variant")
    effects, parts = _effects(variants, INCOME), []
    low, base, high = effects.low, effects.base, effects.high
    for code in effects.partners:
        cells = [(code, outcome) for outcome in effects.outcomes]
        ends = (max(cells, key=base.__getitem__), min(cells, key=base.__getitem__))
        texts = [
            f"{signed(base[cell], 3)} in “{effects.titles[cell[1]]}” "
            f"({signed(low[cell], 3)} to {signed(high[cell], 3)})"
            for cell in dict.fromkeys(ends)
        ]
        parts.append(f"**{called(code)}** {' and '.join(texts)}")
    cases = [
        f"{called(code)} in “{effects.titles[outcome]}”"
        for code, outcome in sorted(effects.open, key=lambda cell: effects.outcomes.index(cell[1]))
    ]
    doubt = f"for {listing(cases)}"
    if len(cases) > 4:
        doubt = f"in {len(cases)} of {len(effects.cells)} cases"
    doubt = f"The variants disagree on the sign {doubt}."
    return (
        "Once wages, prices and trade have adjusted, real income changes little: as a share of "
        f"GDP, against “{title_in(variants, str(variants.attrs.get('reference', '')))}”, "
        f"{'; '.join(parts)}. "
        f"The first number is for {lowered(str(names[0]))}, the range for all {names.nunique()} "
        f"variants. {doubt if cases else 'All variants agree on every sign.'}"
    )


@checked
def trade_sentence(table: pd.DataFrame, outcome: str) -> str:
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

    Examples
    --------
    >>> from tradeviz.models.equilibrium import equilibrium
    >>> trade_sentence(equilibrium("snapback", partners="JPN"), "snapback")[:8]
    'In “Snap'
    """
    columns = ["exports_to_us_change", "exports_elsewhere_change", "export_change"]
    flat, parts = need(table, ["outcome", "partner", *columns]), []
    for row in of_outcome(flat, outcome).to_dict("records"):
        us, other, total = (float(row[column]) for column in columns)
        text = f"**{called(str(row['partner']))}** {signed(us)} to the United States, "
        text += f"{signed(total)} in all"
        if us < 0 < other:
            # Total change is the mean of both, weighted with shares of exports before.
            share = (total - other) / (us - other)
            regained = -(1 - share) * other / (share * us)
            much = f"{percent(regained, 0)} of what" if regained <= 1 else "more than"
            text += f" (other markets take up {much} is lost)"
        parts.append(text)
    return f"In “{title_in(table, outcome)}” exports change: {'; '.join(parts)}."


@checked
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

    Examples
    --------
    >>> table = pd.DataFrame()
    >>> table.attrs["residual"] = 3e-14
    >>> solved(table)
    'In every equilibrium shown here every market clears to within 1e-12 of its wage bill.'
    """
    residuals = [table.attrs.get("residual") for table in tables]
    if not residuals or None in residuals:
        raise ArgumentError("no residual in the table", field="tables")
    # Below 1e-12 the digits are rounding, which differs between machines.
    worst = max(float(value) for value in residuals if value is not None)
    power = math.ceil(math.log10(max(worst, 1e-12)))
    return (
        f"In every equilibrium shown here every market clears to within 1e{power} of its wage bill."
    )
