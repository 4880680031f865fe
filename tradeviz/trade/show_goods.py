"""Goods and rivals: ranked bars, matrix of chapters, handicaps; their tables and sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes

from tradeviz.arguments import checked
from tradeviz.errors import ArgumentError
from tradeviz.law.outcome import title_of
from tradeviz.law.reading import part_of
from tradeviz.partners import FOCUS, called, name
from tradeviz.quantities import day, dollars, listing, percent, points, quantity
from tradeviz.show.frame import chart, finish, said
from tradeviz.show.grids import matrix
from tradeviz.show.letters import agrees, lowered
from tradeviz.show.palette import ACCENT, GREY
from tradeviz.show.reading import (
    PROVISIONAL,
    SPLITS,
    label_of,
    need,
    only,
    split_of,
    title_in,
    under,
    values_in,
)
from tradeviz.show.rows import BarRow, Callouts, RangeRow, bar_rows, range_rows
from tradeviz.show.table import DisplayTable, billion_text, columns_as_text, marks_of, with_note

_BILL = ("outcome", "partner", "imports_usd", "added_duty_usd", "provisional_share")


@chart
def product_bars(
    exposure: pd.DataFrame, *, outcome: str | None = None, partner: str | None = None, n: int = 10,
    title: str | None = None, ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw the groups of goods with the largest added duty, with their share of the bill.

    Parameters
    ----------
    exposure : DataFrame
        From `tradeviz.exposure` with ``by`` one of hs2, sector, hs10.
    outcome : str, optional
        Which outcome of the table; may be None where it holds one.
    partner : str, optional
        Partner code; all of the table added up when None, members of the EU in the EU’s bill.
    n : int
        Groups with a bar of their own; one bar more holds the rest.
    title, ax : optional
        A checked claim, what the table says when None; where to draw, a new figure when None.

    Returns
    -------
    Axes
        Bars from zero, the largest first and in the accent.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> len(product_bars(exposure("pause", partners="JPN", by="sector"), n=3).patches)
    4
    """
    flat = need(exposure, _BILL)
    key = split_of(flat, ("hs10", "hs2", "sector"))
    end = only(flat, "outcome", outcome)
    flat = flat[flat["outcome"] == end]
    if partner is not None:
        flat = flat[flat["partner"] == only(flat, "partner", partner)]
    codes = _once(values_in(flat))
    flat = flat[flat["partner"].isin(codes)]
    flat = flat.assign(group=flat[key].astype(str), unsure=flat["added_duty_usd"]
                       * flat["provisional_share"].fillna(0.0))  # fmt: skip
    sums = flat.groupby("group")[["added_duty_usd", "unsure"]].sum()
    sums = sums.sort_values("added_duty_usd", ascending=False, kind="stable")
    total = float(sums["added_duty_usd"].sum())
    label = label_of(key)
    shown = sums.iloc[:n].rename(index=lambda group: label(str(group)))
    rest = sums.iloc[n:]
    if len(rest):
        shown.loc[f"All other {SPLITS[key]} ({len(rest):,})"] = rest.sum()
    share = shown["added_duty_usd"] / total if total else shown["added_duty_usd"]
    unsure = (shown["unsure"] > 0) & (shown["unsure"] >= PROVISIONAL * shown["added_duty_usd"])
    rows = []
    cells = zip(shown.index, shown["added_duty_usd"], share, unsure, strict=True)
    for place, (group, value, part, marked) in enumerate(cells):
        text = f"{dollars(value)}, {percent(part, 0)}" + " †" * bool(marked)
        rows.append(
            BarRow(str(group), float(value), text, f"{group}: {text} of the bill",
                   colour=ACCENT if place == 0 else GREY, strong=place == 0)
        )  # fmt: skip
    sheet = bar_rows(rows, quantity("added_duty_usd"), ax=ax)
    several = "The five" if set(codes) == set(FOCUS) else f"{len(codes)} partners"
    whose = name(codes[0]) if len(codes) == 1 else f"{several} together"
    finish(
        sheet, title=title or _carries(shown, share, whose, total),
        subtitle=f"{whose}: added duty, billion US dollars a year, and share of all; "
        f"{under(exposure, end)}",
        data=shown.drop(columns="unsure").assign(share=share).rename_axis(key).reset_index(),
        provisional=bool(unsure.any()), alt=said([f"{row.name} {row.text}" for row in rows]),
    )  # fmt: skip
    return sheet.axes


def _once(codes: Sequence[str]) -> list[str]:
    """Return the partners to add up: a member of the EU is in the EU's figures."""
    return [code for code in codes if part_of().get(code) not in codes]


def _carries(shown: pd.DataFrame, share: pd.Series[float], whose: str, total: float) -> str:
    """Say which goods carry the bill."""
    if total <= 0:
        return f"{whose}: no added duty"
    head = lowered(_unnumbered(str(shown.index[0])))
    return f"{whose}: {percent(float(share.iloc[0]), 0)} of the added duty falls on {head}"


def _unnumbered(title: str) -> str:
    """Return the title of a chapter or a product without its number."""
    return title.split(" ", 1)[1] if title[:2].isdigit() else title


@chart
def chapter_heatmap(
    exposure: pd.DataFrame, *, outcome: str | None = None, n: int = 12, title: str | None = None,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw added duty by partner and chapter, the chapters with the largest bill first.

    Parameters
    ----------
    exposure : DataFrame
        From `tradeviz.exposure` with ``by="hs2"`` or ``by="sector"``.
    outcome : str, optional
        Which outcome of the table; may be None where it holds one.
    n : int
        Chapters with a row of their own; one row more holds the rest.
    title, ax : optional
        A checked claim, what the table says when None; where to draw, a new figure when None.

    Returns
    -------
    Axes
        Partners across; every cell has its figure, a dash where nothing is imported.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> table = exposure("pause", partners=["JPN", "KOR"], by="hs2")
    >>> len(chapter_heatmap(table, n=3).patches)
    8
    """
    flat = need(exposure, _BILL)
    key = split_of(flat, ("hs2", "sector"))
    end = only(flat, "outcome", outcome)
    flat = flat[flat["outcome"] == end].assign(group=lambda table: table[key].astype(str))
    codes = values_in(flat)
    duty, imports = (
        flat.pivot_table(index="group", columns="partner", values=column, aggfunc="sum",
                         observed=True).reindex(columns=codes)
        for column in ("added_duty_usd", "imports_usd")
    )  # fmt: skip
    order = duty.sum(axis=1).sort_values(ascending=False, kind="stable").index
    label = label_of(key)
    values = duty.where(imports > 0).loc[order[:n]].rename(index=lambda g: label(str(g)))
    if len(order) > n:
        values.loc[f"All other {SPLITS[key]} ({len(order) - n})"] = duty.loc[order[n:]].sum()
    texts = [[_cell(value) for value in line] for line in values.to_numpy()]
    rows = [str(row) for row in values.index]
    spoken = [
        [f"{row}, {name(code)}: {dollars(value) if value == value else 'no imports'}"
         for code, value in zip(codes, line, strict=True)]
        for row, line in zip(rows, values.to_numpy(), strict=True)
    ]  # fmt: skip
    sheet = matrix(
        values.to_numpy(float), texts, rows, [name(code) for code in codes], said=spoken,
        short=codes, ax=ax,
    )  # fmt: skip
    heaviest = {code: label(str(duty[code].idxmax())) for code in codes if duty[code].max() > 0}
    finish(
        sheet, title=title or _heaviest(heaviest, codes),
        subtitle=f"Added duty, billion US dollars a year; {under(exposure, end)}",
        note="–: no imports." if values.isna().any(axis=None) else "",
        data=values.rename_axis(key).reset_index(),
        provisional=bool((flat["provisional_share"].fillna(0.0) >= PROVISIONAL).any()),
        alt=said([cell for line in spoken for cell in line]),
    )  # fmt: skip
    return sheet.axes


def _cell(value: float) -> str:
    if pd.isna(value):
        return "–"
    if 0 < value < 5e6:
        return "<0.01"
    return f"{value / 1e9:.1f}" if value >= 9.95e8 else f"{value / 1e9:.2f}" if value else "0"


def _heaviest(heaviest: dict[str, str], codes: list[str]) -> str:
    """Say which chapter costs most partners most."""
    if not heaviest:
        return "No added duty"
    groups = list(heaviest.values())
    most = max(dict.fromkeys(groups), key=groups.count)
    whose = [called(code) for code in codes if heaviest.get(code) == most]
    text = _unnumbered(most)
    all_of_them = f"all {len(codes)}" if len(whose) == len(codes) > 1 else listing(whose)
    return f"{text} {agrees(text, 'carries', 'carry')} the largest bill of {all_of_them}"


@chart
def handicap_bars(
    competitors: pd.DataFrame, *, partner: str | None = None, n: int = 12,
    title: str | None = None, provisional: bool = False, ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw a partner's rate beside that of other suppliers of the same products, a row each.

    Parameters
    ----------
    competitors : DataFrame
        From `tradeviz.competitors`; split by sector or hs2, it shows one partner.
    partner : str, optional
        Partner code; may be None where the table is not split or holds one partner.
    n : int
        Groups of a split table that are shown: those with the largest imports.
    title : str, optional
        A checked claim; what the table says when None.
    provisional : bool
        Whether these rates rest on provisional law; the table does not tell.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        A dot for the own rate, a ring for that of rivals, a band between them; the largest
        advantage first.

    Examples
    --------
    >>> from tradeviz.trade.competitors import competitors
    >>> axes = handicap_bars(competitors("pause", partners=["JPN", "KOR"]))
    >>> axes.get_xlim()[0]
    np.float64(0.0)
    """
    flat = need(competitors, ("partner", "own_rate", "rivals_rate", "handicap", "imports_usd"))
    key = next((item for item in ("sector", "hs2", "hs10") if item in flat.columns), None)
    whose = ""
    label: Callable[[str], str] = name
    if key is not None:
        code = only(flat, "partner", partner)
        flat = flat[flat["partner"] == code].nlargest(n, "imports_usd", keep="first")
        whose, label = name(code), label_of(key)
    elif partner is not None:
        flat = flat[flat["partner"] == only(flat, "partner", partner)]
    compared = flat.dropna(subset=["handicap"]).sort_values("handicap", kind="stable")
    if compared.empty:
        raise ArgumentError("no row has a rival to compare with", field="competitors")
    rows = []
    for row in compared.to_dict("records"):
        own, rivals = float(row["own_rate"]), float(row["rivals_rate"])
        text = points(float(row["handicap"]))
        title_of_row = label(str(row[key or "partner"]))
        rows.append(
            RangeRow(
                title_of_row, min(own, rivals), max(own, rivals), own, rivals, figures=(text,),
                said=f"{title_of_row}: own {percent(own)}, rivals {percent(rivals)}, {text} points",
            )
        )  # fmt: skip
    words = Callouts(dot="own duty", ring="rivals’ duty")
    sheet = range_rows(rows, quantity("own_rate"), callouts=words, heads=("points",), ax=ax)
    missing = [label(str(item)) for item in flat.loc[flat["handicap"].isna(), key or "partner"]]
    about = competitors.attrs
    law = f"; {lowered(str(about['title']))}, {day(about['day'])}" if "title" in about else ""
    finish(
        sheet, title=title or _versus(compared, rows, whose),
        subtitle="Average US duty beside that of all other suppliers of the same products, percent"
        + law,
        note="Dot: own duty. Ring: rivals’ duty. Minus: an advantage, in points."
        + (f" Left out, for want of rivals: {listing(missing)}." if missing else ""),
        data=compared, provisional=provisional, alt=said([row.said for row in rows]),
    )  # fmt: skip
    return sheet.axes


def _versus(compared: pd.DataFrame, rows: Sequence[RangeRow], whose: str) -> str:
    """Say what is charged less than rivals, and what more."""
    low, high = (float(compared["handicap"].iloc[place]) for place in (0, -1))
    codes = [str(compared["partner"].iloc[place]) for place in (0, -1)]
    first, last = ([lowered(_unnumbered(rows[place].name)) for place in (0, -1)] if whose
                   else [f"goods from {called(code)}" for code in codes])  # fmt: skip
    first_is, last_is = (agrees(item, "is", "are") if whose else "are" for item in (first, last))
    parts = []
    if round(low, 3) < 0:
        less = points(-low, sign=False, unit=True)
        parts.append(f"{first} {first_is} charged {less} less than rivals’")
    if round(high, 3) > 0:
        charged = "" if parts else f"{last_is} charged "
        than = "" if parts else " than rivals’"
        parts.append(f"{last} {charged}{points(high, sign=False, unit=True)} more{than}")
    text = ", ".join(parts) or "goods are charged as those of rivals are"
    return f"{whose}: {text}" if whose else text[0].upper() + text[1:]


_HEADS = {"hs2": "Chapter", "sector": "Sector", "hs10": "Product"}
_OTHERS = "All others"


@checked
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

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> table = top_table(exposure("pause", partners="JPN", by="sector"), n=2)
    >>> table.frame["Sector"].tolist()[-1]
    'All others'
    """
    flat = need(exposure, ["partner", "outcome", "added_duty_usd", "provisional_share"])
    key = split_of(flat, tuple(_HEADS))
    end = only(flat, "outcome", None)
    codes = values_in(flat)
    wide = flat.pivot_table(
        index=key, columns="partner", values="added_duty_usd", aggfunc="sum", observed=True
    ).fillna(0.0)
    wide = wide[codes].assign(total=wide[_once(codes)].sum(axis=1))
    wide = wide.sort_values("total", ascending=False)
    # Groups past the n-th share one row, and one mark.
    order = [str(group) for group in wide.index]
    places = {group: group if place < n else _OTHERS for place, group in enumerate(order)}
    marks = marks_of(flat.assign(**{key: flat[key].astype(str).map(places)}), key)
    wide = wide.groupby([places[group] for group in order], sort=False).sum()
    label = label_of(key)
    frame = pd.DataFrame({_HEADS[key]: [g if g == _OTHERS else label(g) for g in wide.index]})
    heads = {code: name(code) for code in codes} | ({"total": "All"} if len(codes) > 1 else {})
    for column, head in heads.items():
        code = "" if column == "total" else column
        frame[head] = [billion_text(v, 2) + marks[str(g), code] for g, v in wide[column].items()]
    caption = f"{title_in(exposure, end)}: added duty in billion US dollars a year"
    # What is shown, in full: all products of all partners would fill a page of megabytes.
    data = wide.add_suffix("_added_duty_usd").reset_index(names=key)
    return DisplayTable(with_note(caption, any(marks.values())), frame, data)


@checked
def competitors_table(table: pd.DataFrame) -> DisplayTable:
    """Show a partner's rate beside that of the other suppliers of the same products.

    Parameters
    ----------
    table : DataFrame
        From `competitors`, not split further.

    Returns
    -------
    DisplayTable
        A row per partner, heaviest handicap first.

    Examples
    --------
    >>> from tradeviz.trade.competitors import competitors
    >>> len(competitors_table(competitors("pause", partners=["JPN", "KOR"])).frame)
    2
    """
    heads = {
        "Partner": "partner", "Own rate": "own_rate", "Rivals' rate": "rivals_rate",
        "Handicap": "handicap", "Imports compared, %": "compared_share",
    }  # fmt: skip
    rows = need(table, heads.values()).sort_values("handicap", ascending=False)
    caption = "Effective rates in percent; handicap in points, below zero is an advantage"
    return DisplayTable(caption, columns_as_text(rows, heads), rows)


@checked
def rivals_table(tables: Mapping[str, pd.DataFrame]) -> DisplayTable:
    """Show partners' rates beside those of their rivals, under one outcome after another.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Name of an outcome to the table of `competitors` under it, not split further.

    Returns
    -------
    DisplayTable
        A row per outcome and partner, in the given order.

    Examples
    --------
    >>> from tradeviz.trade.competitors import competitors
    >>> tables = {end: competitors(end, partners="JPN") for end in ("pause", "snapback")}
    >>> rivals_table(tables).frame["Outcome"].tolist()
    ['The pause', 'Snapback']
    """
    parts = {title_of(end): competitors_table(table) for end, table in tables.items()}
    frames = {title: part.frame for title, part in parts.items()}
    frame = pd.concat(frames, names=["Outcome", None]).reset_index("Outcome")
    return DisplayTable(next(iter(parts.values())).caption, frame.reset_index(drop=True))


@checked
def sectors_sentence(chapters: pd.DataFrame, rivals: pd.DataFrame) -> str:
    """Say which chapter carries most of each bill, and who sells at an advantage.

    Parameters
    ----------
    chapters : DataFrame
        From `exposure` with ``by="hs2"`` and one outcome.
    rivals : DataFrame
        From `competitors`, not split further.

    Returns
    -------
    str
        Markdown.

    Examples
    --------
    >>> from tradeviz.trade.competitors import competitors
    >>> from tradeviz.trade.exposure import exposure
    >>> table = exposure("pause", partners="JPN", by="hs2")
    >>> "cars" in sectors_sentence(table, competitors("pause", partners="JPN"))
    True
    """
    flat = need(chapters, ["partner", "hs2", "added_duty_usd"])
    gaps = need(rivals, ["partner", "handicap"]).set_index("partner")["handicap"].astype(float)
    label = label_of("hs2")
    parts = []
    for code in dict.fromkeys(flat["partner"].astype(str)):
        bill = flat[flat["partner"] == code].set_index("hs2")["added_duty_usd"]
        top = str(bill.idxmax())
        if bill[top] <= 0:
            parts.append(f"**{called(code)}** none, as nothing is added")
            continue
        share = percent(float(bill[top] / bill.sum()), 0)
        chapter = label(top).removeprefix(f"{top} ")
        parts.append(f"**{called(code)}** {chapter[0].lower()}{chapter[1:]}, {share} of the bill")
    text = f"The chapter that carries most: {'; '.join(parts)}."
    # To the tenth of a point that is shown, as `handicap_bars` compares.
    shown, rate = gaps.dropna().round(3), "the rate of their rivals"
    for side, codes in (
        ("Below", shown.index[shown < 0]),
        ("Above", shown.index[shown > 0]),
        ("At", shown.index[shown == 0]),
    ):
        if len(codes):
            text += f" {side} {rate}: {listing([called(str(code)) for code in codes])}."
            rate = "it"
    return text
