"""Tables of exposure: by outcome, by law, by chapter, and what in it is provisional."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from tradeviz import datasets
from tradeviz.errors import ArgumentError, nearest
from tradeviz.law.outcome import title_of
from tradeviz.partners import name
from tradeviz.show.reading import PROVISIONAL, need
from tradeviz.show.table import MARK, MARK_NOTE, DisplayTable, billion_text, rate_text


def _titles(exposure: pd.DataFrame) -> Callable[[str], str]:
    """Return what names an outcome for readers: its own title where the table knows it."""
    known = exposure.attrs.get("titles", {})
    return lambda end: str(known.get(end) or title_of(end))


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

    Raises
    ------
    ArgumentError
        When a column is missing or the table is empty.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> exposure_table(exposure("before", partners="AUS")).frame["Added duty"].tolist()
    ['0.0']
    """
    flat = need(exposure, ["partner", "outcome", "added_duty_usd", "gdp_share", "export_share"])
    marks = flat["provisional_share"] >= PROVISIONAL
    frame = pd.DataFrame(
        {
            "Partner": flat["partner"].astype(str).map(name),
            "Outcome": flat["outcome"].astype(str).map(_titles(exposure))
            + marks.map({True: MARK, False: ""}),
            "Added duty": flat["added_duty_usd"].map(billion_text),
            "Added rate": flat["added_rate"].map(rate_text),
            "Effective rate": flat["effective_rate"].map(rate_text),
            "Of goods exports": flat["export_share"].map(rate_text),
            "Of GDP": flat["gdp_share"].map(lambda value: rate_text(value, 2)),
        }
    )
    order = {code: place for place, code in enumerate(dict.fromkeys(flat["partner"]))}
    frame = frame.iloc[flat["partner"].map(order).argsort(kind="stable").to_numpy()]
    caption = "Added duty in billion US dollars a year; rates and shares in percent"
    if len(order) == 1:
        # One name for all rows belongs above them.
        caption = f"{frame['Partner'].iloc[0]}: {caption[0].lower()}{caption[1:]}"
        frame = frame.drop(columns="Partner")
    if marks.any():
        caption += f"; {MARK_NOTE}"
    return DisplayTable(caption, frame.reset_index(drop=True), flat)


_MEASURES = {
    "effective_rate": "Effective rate, percent of imports",
    "added_rate": "Added duty, percent of imports",
    "added_duty_usd": "Added duty, billion US dollars a year",
    "gdp_share": "Added duty, percent of GDP",
    "export_share": "Added duty, percent of goods exports to the world",
}


def _measure(measure: str) -> str:
    if measure not in _MEASURES:
        raise ArgumentError(
            "not a measure",
            field="measure",
            value=measure,
            allowed=tuple(_MEASURES),
            nearest=nearest(measure, _MEASURES),
        )
    return _MEASURES[measure]


def _cell(value: float, measure: str) -> str:
    if measure.endswith("_usd"):
        return billion_text(value)
    return rate_text(value, 2 if measure == "gdp_share" else 1)


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

    Raises
    ------
    ArgumentError
        For a missing column, an empty table or an unknown measure.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> outcome_table(exposure("before", partners="AUS")).frame["Australia"].tolist()
    ['0.1']
    """
    caption = _measure(measure)
    flat = need(exposure, ["partner", "outcome", measure, "provisional_share"])
    frame = pd.DataFrame(
        {"Outcome": [_titles(exposure)(str(e)) for e in dict.fromkeys(flat["outcome"])]}
    )
    marked = False
    for code in dict.fromkeys(flat["partner"].astype(str)):
        part = flat[flat["partner"] == code]
        cells = []
        for value, share in zip(part[measure], part["provisional_share"], strict=True):
            mark = MARK if share >= PROVISIONAL else ""
            marked |= bool(mark)
            cells.append(_cell(float(value), measure) + mark)
        frame[name(code)] = cells
    return DisplayTable(caption + (f"; {MARK_NOTE}" if marked else ""), frame, flat)


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

    Raises
    ------
    ArgumentError
        For a missing column, an empty table or an unknown measure.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> one = exposure("before", partners="AUS")
    >>> comparison_table({"a": one, "b": one}).frame["Variant"].tolist()
    ['a', 'b']
    """
    caption = _measure(measure)
    rows = []
    for title, table in tables.items():
        flat = need(table, ["partner", measure])
        cells = {
            name(str(code)): billion_text(v, 2) if measure.endswith("_usd") else rate_text(v, 2)
            for code, v in zip(flat["partner"], flat[measure].astype(float), strict=True)
        }
        rows.append({label: title, **cells})
    every = pd.concat({k: need(t, ["partner"]) for k, t in tables.items()}, names=["variant", None])
    data = every.reset_index("variant")
    return DisplayTable(caption, pd.DataFrame(rows), data)


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

    Raises
    ------
    ArgumentError
        For a missing column, an empty table or an unknown measure.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> table = layer_table(exposure("pause", partners="AUS", by="layer"))
    >>> table.frame["Law"].tolist()
    ['Reciprocal duty', 'Cars and car parts', 'Steel and aluminium', 'All']
    """
    caption = _measure(measure)
    flat = need(exposure, ["partner", "outcome", "layer", measure, *_BILL])
    layers = datasets.load("layers").sort_values("position")
    titles = dict(zip(layers["layer"], layers["title"], strict=True))
    codes = list(dict.fromkeys(flat["partner"].astype(str)))
    rows = []
    marked = False
    for end in dict.fromkeys(flat["outcome"].astype(str)):
        part = flat[flat["outcome"] == end]
        wide = part.pivot_table(index="layer", columns="partner", values=measure, observed=True)
        unsure = _unsure(part, "layer", codes)
        for layer in titles:
            if layer in wide.index and (wide.loc[layer].abs() > 0).any():
                cells = {
                    name(c): _cell(float(wide.loc[layer, c]), measure) + unsure[layer, c]
                    for c in codes
                }
                rows.append({"Outcome": _titles(exposure)(end), "Law": titles[layer], **cells})
        total = {name(c): _cell(float(wide[c].sum()), measure) + unsure["", c] for c in codes}
        rows.append({"Outcome": _titles(exposure)(end), "Law": "All", **total})
        marked |= any(unsure.values())
    caption += f"; {MARK_NOTE}" if marked else ""
    return DisplayTable(caption, pd.DataFrame(rows), flat)


_BILL = ("added_duty_usd", "provisional_share")


def _unsure(flat: pd.DataFrame, key: str, codes: list[str]) -> dict[tuple[str, str], str]:
    """Return the mark of provisional law by (group, partner); empty text stands for all."""
    groups = flat[key].astype(str)
    every = pd.concat([flat.assign(group=groups), flat.assign(group="")])
    # A group that is not asked for by partner is summed over all of them.
    every = pd.concat([every, every.assign(partner="")])
    every["unsure"] = every["added_duty_usd"] * every["provisional_share"].fillna(0.0)
    sums = every.groupby(["group", every["partner"].astype(str)])[
        ["unsure", "added_duty_usd"]
    ].sum()
    share = (sums["unsure"] / sums["added_duty_usd"].where(sums["added_duty_usd"] > 0)).fillna(0.0)
    marks = {cell: MARK if part >= PROVISIONAL else "" for cell, part in share.to_dict().items()}
    return {
        (group, code): marks.get((group, code), "")
        for group in ["", *dict.fromkeys(groups)]
        for code in ["", *codes]
    }


_OTHERS = "All others"
_KEYS = {"hs2": "Chapter", "sector": "Sector", "hs10": "Product"}


def top_table(exposure: pd.DataFrame, n: int = 10) -> DisplayTable:
    """Show the chapters, sectors or products with the largest added duty over all partners.

    Parameters
    ----------
    exposure : DataFrame
        From `tradeviz.exposure` with ``by`` one of hs2, sector, hs10 and one outcome.
    n : int
        Rows; the rest is one row more.

    Returns
    -------
    DisplayTable
        Added duty in billion dollars by partner and in all, largest first.

    Raises
    ------
    ArgumentError
        When the table is not split that way, holds more than one outcome, or is empty.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> table = top_table(exposure("pause", partners="JPN", by="sector"), n=2)
    >>> table.frame["Sector"].tolist()[-1]
    'All others'
    """
    flat = need(exposure, ["partner", "outcome", *_BILL])
    found = [key for key in _KEYS if key in flat.columns]
    if not found:
        raise ArgumentError("the table is not split", field="by", allowed=tuple(_KEYS))
    if flat["outcome"].nunique() > 1:
        raise ArgumentError(
            "one outcome is needed", field="outcome", value=list(flat["outcome"].unique())
        )
    key = found[0]
    wide = flat.pivot_table(
        index=key, columns="partner", values="added_duty_usd", aggfunc="sum", observed=True
    ).fillna(0.0)
    codes = list(dict.fromkeys(flat["partner"].astype(str)))
    wide = wide[codes].assign(total=wide.sum(axis=1)).sort_values("total", ascending=False)
    # Groups past the n-th share one row, and one mark.
    order = [str(item) for item in wide.index]
    places = {group: group if place < n else _OTHERS for place, group in enumerate(order)}
    marks = _unsure(flat.assign(**{key: flat[key].astype(str).map(places)}), key, codes)
    wide = wide.groupby([places[group] for group in order], sort=False).sum()
    labels = _labels(key)
    frame = pd.DataFrame({_KEYS[key]: [_OTHERS if g == _OTHERS else labels(g) for g in wide.index]})
    for column in [*codes, *(["total"] if len(codes) > 1 else [])]:
        title, code = ("All", "") if column == "total" else (name(column), column)
        frame[title] = [billion_text(v, 2) + marks[str(g), code] for g, v in wide[column].items()]
    title = _titles(exposure)(str(flat["outcome"].iloc[0]))
    caption = f"{title}: added duty in billion US dollars a year"
    caption += f"; {MARK_NOTE}" if any(marks.values()) else ""
    # What is shown, in full: all products of all partners would fill a page of megabytes.
    return DisplayTable(caption, frame, wide.add_suffix("_added_duty_usd").reset_index(names=key))


def _labels(key: str) -> Callable[[str], str]:
    if key == "hs2":
        table = datasets.load("sectors")
        chapters = dict(zip(table["hs2"], table["chapter"], strict=True))
        return lambda code: f"{code} {chapters.get(code, '')}".strip()
    if key == "hs10":
        table = datasets.load("products")
        products = dict(zip(table["hs10"], table["description"], strict=True))
        return lambda code: f"{code} {products.get(code, '')}".strip()
    return str


def provisional_table(exposure: pd.DataFrame) -> DisplayTable:
    """Show the provisional measures behind an exposure table, and why they are provisional.

    Parameters
    ----------
    exposure : DataFrame
        From `tradeviz.exposure`; the list is in its attributes.

    Returns
    -------
    DisplayTable
        A row per measure.

    Raises
    ------
    ArgumentError
        When the table does not come from `exposure`.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> len(provisional_table(exposure("before")).frame)
    1
    """
    found = exposure.attrs.get("provisional")
    if found is None:
        raise ArgumentError("no list of measures in the table", allowed="a table of tv.exposure")
    law = datasets.load("measures").set_index("measure")
    layers = datasets.load("layers").set_index("layer")["title"]
    rows = []
    for measure, why in found.items():
        if measure in law.index:
            row = law.loc[measure]
            start = f"{row['start']:%-d %B %Y}"
            rows.append((str(layers[str(row["layer"])]), str(row["title"]), start, why))
        else:
            rows.append((str(measure), "", "", why))
    columns = ["Law", "Measure", "From", "Why it is provisional"]
    frame = pd.DataFrame(rows, columns=columns)
    data = pd.DataFrame(list(found.items()), columns=["measure", "why"])
    return DisplayTable("Measures that are provisional", frame, data)
