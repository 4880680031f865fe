"""Balances, the formula of April 2025 and the texts of the talks: charts, tables, sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num

from tradeviz.arguments import checked
from tradeviz.errors import ArgumentError
from tradeviz.partners import FOCUS, all_called, called, name
from tradeviz.quantities import MISSING, all_of, day, dollars, listing, percent, quantity
from tradeviz.show.frame import (
    SMALL,
    Frame,
    chart,
    finish,
    frame,
    is_narrow,
    mark,
    panels,
    room_for,
    said,
)
from tradeviz.show.palette import ACCENT, BAND, GREY, INK, MUTED, PAPER, RULE, SOFT
from tradeviz.show.paths import axis_room, end_labels, height_axis, month_axis
from tradeviz.show.reading import need, several, values_in
from tradeviz.show.rows import tick_texts
from tradeviz.show.sentence import billion
from tradeviz.show.table import DisplayTable, columns_as_text, rate_text
from tradeviz.trade.formula import FLOOR

_SOURCE = "US Census Bureau, goods on Census basis, not seasonally adjusted"
_TITLED = 2
"""So many names a title takes."""
# Non-monetary gold went through these in bulk in 2025: an arbitrage, not trade in goods made there.
_GOLD = ("AUS", "CHE", "GBR", "HKG", "ZAF")
_FLOWS = ("exports_usd", "general_imports_usd", "balance_usd")


@chart
def balance_over_time(
    balances: pd.DataFrame, partners: Sequence[str] | None = None, *, title: str | None = None
) -> np.ndarray[Any, Any]:
    """Draw US exports, general imports and the balance between them, a panel per partner.

    Parameters
    ----------
    balances : DataFrame
        Rows of the table balances_annual.
    partners : sequence of str, optional
        Codes of the table, in the order to draw; the focus five first when None.
    title : str, optional
        A checked claim; what the table says when None.

    Returns
    -------
    ndarray of Axes
        One per partner, on one scale from zero; the filled area between the lines
        is the balance. A line breaks where a year is missing.

    Examples
    --------
    >>> from tradeviz.datasets import load
    >>> table = load("balances_annual").query("partner == 'JPN' and year > 2015")
    >>> balance_over_time(table)[0].get_ylim()[0]
    np.float64(0.0)
    """
    flat = need(balances, ("partner", "year", *_FLOWS))
    known = values_in(flat)
    ordered = [c for c in FOCUS if c in known] + [c for c in known if c not in FOCUS]
    codes = several(ordered if partners is None else partners, known)
    table = flat[flat["partner"].isin(codes)]
    if table.duplicated(["partner", "year"]).any():
        raise ArgumentError("a partner and year stand there twice", field="balances")
    right = room_for(["exports $888"], weight="bold") + 14
    top = float(table[list(_FLOWS[:2])].max().max())
    left = axis_room(quantity("exports_usd"), top)
    sheets = panels(len(codes), 190, left=left, right=right, top=34)
    for sheet, code in zip(sheets, codes, strict=True):
        _balance_panel(sheet, table[table["partner"] == code], code, left, top)
    last, first = int(table["year"].max()), int(table["year"].min())
    ends = table[table["year"] == last].set_index("partner").reindex(codes).dropna()
    gold = last >= 2025 >= first and bool(set(codes) & set(_GOLD))
    moved = listing([name(code) for code in codes if code in _GOLD])
    parts = [
        f"{name(str(code))} exports {dollars(row['exports_usd'])}, imports "
        f"{dollars(row['general_imports_usd'])}, balance {dollars(row['balance_usd'], sign=True)}"
        for code, row in ends.iterrows()
    ]
    finish(
        sheets, title=title or _finding(ends["balance_usd"], last), source=_SOURCE,
        subtitle=f"Goods, billion US dollars a year, {first} to {last}"
        + ("; one scale" if len(codes) > 1 else ""),
        note="Shaded: what the United States buys more than it sells, or, in grey, the reverse."
        + (f" Gold moved in bulk in 2025 ({moved})." if gold else ""),
        data=table, alt=f"Lines of US exports and general imports. {last}: {said(parts)}",
    )  # fmt: skip
    return np.array([sheet.axes for sheet in sheets])


def _finding(balance: pd.Series[float], year: int) -> str:
    """Say with whom there is a deficit."""
    start = f"In {year} the United States ran a goods"
    if len(balance) == 1:
        word = "deficit" if balance.iloc[0] < 0 else "surplus"
        size = dollars(abs(float(balance.iloc[0])))
        return f"{start} {word} of {size} with {called(str(balance.index[0]))}"
    short = [called(str(code)) for code in balance.index[balance < 0]]
    if not short or len(short) == len(balance):
        return f"{start} {'deficit' if short else 'surplus'} with {all_of(len(balance))}"
    rest = [called(str(code)) for code in balance.index[balance >= 0]]
    return f"{start} deficit with {listing(short)}, not with {listing(rest)}"


def _balance_panel(sheet: Frame, part: pd.DataFrame, code: str, left: float, top: float) -> None:
    axes = sheet.axes
    part = part.assign(year=part["year"].astype(int)).set_index("year").sort_index()
    first, last = int(part.index[0]), int(part.index[-1])
    part = part.reindex(range(first, last + 1))
    years = part.index.to_numpy()
    sold, bought = (part[column].to_numpy(float) for column in _FLOWS[:2])
    for colour, where in ((BAND, sold >= bought), (SOFT, sold < bought)):
        axes.fill_between(
            years, sold, bought, where=where, interpolate=True, facecolor=colour, lw=0
        )
    axes.set_xlim(first, max(last, first + 1))
    height_axis(sheet, quantity("exports_usd"), top)
    lines = ((sold, "exports", GREY, MUTED, "normal"), (bought, "imports", ACCENT, ACCENT, "bold"))
    ends = []
    for values, word, colour, ink, weight in lines:
        axes.plot(years, values, color=colour, lw=2)
        for year, value in zip(years, values, strict=True):
            if not np.isnan(value):
                dot = axes.plot(year, value, "o", ms=2.4, color=colour)[0]
                mark(dot, f"{name(code)}, {year}: US {word} {dollars(float(value))}")
        value = float(values[~np.isnan(values)][-1])
        ends.append((value, f"{word} ${value / 1e9:.0f}", ink, weight))
    end_labels(sheet, axes.get_xlim()[1], ends)
    step = max(1, -(-(last - first) // 4))
    axes.set_xticks(range(last, first - 1, -step)[::-1])
    balance = float(part["balance_usd"].iloc[-1])
    word = "surplus" if balance >= 0 else "deficit"
    sheet.label(axes.get_xlim()[0], axes.get_ylim()[1], name(code), weight="bold", dy=18,
                dx=8 - left)  # fmt: skip
    sheet.label(axes.get_xlim()[1], axes.get_ylim()[1], f"{word} {dollars(abs(balance))}",
                size=SMALL, colour=MUTED, dy=18, ha="right")  # fmt: skip


@chart
def formula_scatter(
    check: pd.DataFrame, *, title: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the rates listed in April 2025 against the deficit ratio, with the formula's line.

    Parameters
    ----------
    check : DataFrame
        From `april_check`: partner, deficit_ratio, published_rate, formula_rate, agrees.
    title, ax : optional
        A checked claim, what the table says when None; where to draw, a new figure when None.

    Returns
    -------
    Axes
        Points per partner: the focus five and those that the formula misses named.

    Examples
    --------
    >>> from tradeviz.trade.formula import april_check
    >>> axes = formula_scatter(april_check())
    >>> axes.get_xlim()[0] <= 0.2
    np.True_
    """
    flat = need(check, ("partner", "deficit_ratio", "published_rate", "formula_rate", "agrees"))
    agrees = flat["agrees"].astype(bool)
    missed = flat[~agrees]
    top, rate = max(0.55, float(flat["published_rate"].max()) * 1.1), quantity("formula_rate")
    left = axis_room(rate, top)
    sheet = frame(ax, 360, left=left, right=24, top=28, bottom=46)
    axes = sheet.axes
    axes.set_xlim(0, 1.02)
    height_axis(sheet, rate, top, room=0.0)
    ratio = np.linspace(0, 1, 101)
    axes.plot(ratio, np.maximum(ratio / 2, FLOOR), color=GREY, lw=1.4, zorder=1)
    for row in flat.to_dict("records"):
        looked_at = str(row["partner"]) in FOCUS
        colour = ACCENT if looked_at else GREY if row["agrees"] else INK
        dot = axes.plot(
            row["deficit_ratio"], row["published_rate"], "o" if row["agrees"] else "X",
            ms=8 if looked_at or not row["agrees"] else 5.5, color=colour, mec=PAPER, mew=0.7,
            zorder=3,
        )[0]  # fmt: skip
        mark(dot, _point(row))
    absent = [name(code) for code in FOCUS if code not in set(flat["partner"])]
    note = f"floor {percent(FLOOR, 0)}" + (f"; not listed: {listing(absent)}" if absent else "")
    sheet.label(0.02, 0.086, note, size=SMALL, colour=MUTED, va="top")
    aside = (0.05, 0.20) if sheet.narrow else (0.64, 0.27)
    sheet.label(*aside, "half the ratio", size=SMALL, colour=MUTED, va="top")
    named = flat[flat["partner"].isin([*FOCUS, *missed["partner"]])]
    _name_points(sheet, named.sort_values("deficit_ratio", kind="stable"))
    sheet.label(0, top, "Rate on the list", size=SMALL, colour=MUTED, dy=16, dx=8 - left)
    ticks = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    axes.set_xticks(ticks, tick_texts(ticks, rate))
    axes.set_xlabel("US goods deficit over general imports, 2024", fontsize=SMALL)
    plain = int(agrees.sum())
    head = f"Half the deficit ratio, rounded up, gives {plain} of the {len(flat)} rates"
    finish(
        sheet, title=title or head + (f"; {_beside(missed)}" if 0 < len(missed) <= 3 else ""),
        subtitle="Rates of the list of April 2025, percent", data=flat,
        note="Crosses: not what the formula gives.",
        source="HTS chapter 99 (EO 14257, Annex I); US Census Bureau, vintage of April 2025",
        alt="Points along a line. " + said([_point(row) for row in named.to_dict("records")]),
    )  # fmt: skip
    return axes


def _point(row: dict[Any, Any]) -> str:
    return (
        f"{name(str(row['partner']))}: ratio {percent(row['deficit_ratio'])}, listed "
        f"{percent(row['published_rate'], 0)}, formula {percent(row['formula_rate'], 0)}"
    )


def _beside(missed: pd.DataFrame) -> str:
    """Say how far the rates that the formula does not give are from it."""
    apart = ((missed["published_rate"] - missed["formula_rate"]) * 100).round().astype(int)
    texts = []
    for gap in dict.fromkeys(apart):
        codes = [name(str(code)) for code in missed.loc[apart == gap, "partner"]]
        unit = "point" if abs(gap) == 1 else "points"
        way = "higher" if gap > 0 else "lower"
        verb = "is" if len(codes) == 1 else "are"
        texts.append(f"{listing(codes)} {verb} {abs(gap)} {unit} {way}")
    return "; ".join(texts)


def _name_points(sheet: Frame, named: pd.DataFrame) -> None:
    """Write names on the free sides of the line: above it on the left, below it on the right."""
    half = (len(named) + 1) // 2
    for place, row in enumerate(named.to_dict("records")):
        above = place < half
        rank = place if above else len(named) - 1 - place
        text = f"{name(str(row['partner']))} {percent(row['published_rate'], 0)}"
        ratio, rate = float(row["deficit_ratio"]), float(row["published_rate"])
        shift = (-30, 16 + 20 * rank) if above else (14, -26 - 6 * rank)
        if sheet.narrow:
            shift = (-14, 18 + 17 * rank) if above else (-6, -30 - 14 * rank)
        # Near the right end a name stands below its point.
        ends = above or ratio > 0.7
        if ratio > 0.7:
            shift = (8, (-84 if sheet.narrow else -62) - 12 * rank)
        sheet.axes.annotate(
            text, (ratio, rate), xytext=shift,
            textcoords="offset points", fontsize=SMALL, weight="bold", va="center",
            ha="right" if ends else "left", annotation_clip=False,
            color=ACCENT if str(row["partner"]) in FOCUS else INK,
            arrowprops={"arrowstyle": "-", "color": GREY, "lw": 0.8, "shrinkB": 4, "shrinkA": 1},
        )  # fmt: skip


@chart
def talks_timeline(
    talks: pd.DataFrame, *, pause: tuple[object, object] = ("2025-04-10", "2025-07-09"),
    title: str | None = None, ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw the texts that the talks led to, a row per partner, with the pause shaded.

    Parameters
    ----------
    talks : DataFrame
        The table talks: partner, date, kind, changes_tariff.
    pause : tuple of date
        First and last day of the pause that was announced.
    title, ax : optional
        A checked claim, what the table says when None; where to draw, a new figure when None.

    Returns
    -------
    Axes
        A dot per text, filled where a US duty changed by it.

    Examples
    --------
    >>> from tradeviz.datasets import load
    >>> len(talks_timeline(load("talks")).lines) >= len(load("talks"))
    True
    """
    flat = need(talks, ("partner", "date", "kind", "changes_tariff")).sort_values("date")
    codes = values_in(flat)
    narrow = is_narrow() if ax is None else False
    left = room_for([name(code) for code in codes], weight="bold") + 18
    pitch = 21
    sheet = frame(ax, pitch * len(codes) + 74, left=left, right=14, top=24, bottom=40)
    axes = sheet.axes
    first, last = (float(date2num(pd.Timestamp(str(item)))) for item in pause)
    axes.set_xlim(first - 12, float(date2num(flat["date"].max())) + 12)
    axes.set_ylim(pitch * (len(codes) - 0.4), -pitch * 0.8)
    axes.axvspan(first, last, color=BAND, lw=0, zorder=0)
    sheet.label((first + last) / 2, axes.get_ylim()[1], "the pause", size=SMALL, colour=MUTED,
                ha="center", dy=9)  # fmt: skip
    spoken = []
    for place, code in enumerate(codes):
        y = pitch * place
        axes.plot(axes.get_xlim(), [y, y], color=RULE, lw=0.8, zorder=0.5)
        own = flat[flat["partner"] == code].to_dict("records")
        bold = code in FOCUS
        sheet.label(axes.get_xlim()[0], y, name(code), ha="right", dx=-8,
                    weight="bold" if bold else "normal", colour=INK if bold else MUTED)  # fmt: skip
        for row in own:
            changes = bool(row["changes_tariff"])
            dot = axes.plot(
                float(date2num(row["date"])), y, "o", ms=8, mew=1.6, zorder=3,
                mec=ACCENT if changes else GREY, color=ACCENT if changes else PAPER,
            )[0]  # fmt: skip
            what = str(row.get("title") or row["kind"])
            text = f"{name(code)}, {day(row['date'])}: {what}"
            mark(dot, f"{text}{'' if changes else ' (no US duty changed)'}")
            spoken.append(f"{name(code)} {row['kind']} {row['date']:%Y-%m-%d}")
    axes.set_yticks([])
    month_axis(axes, 4 if narrow else 7)
    began, ended = (pd.Timestamp(str(item)) for item in pause)
    within = values_in(flat[flat["date"].between(began, ended)])
    changed = flat[flat["changes_tariff"].astype(bool)]["partner"].nunique()
    finish(
        sheet,
        title=title or f"{_early(within)} had a text within the pause; for {changed} of "
        f"{len(codes)} partners a US duty changed in the end",
        subtitle="Texts of the talks by date", note="Filled: a US duty changed by it. Ring: none.",
        source="texts of presidential actions; HTS chapter 99", data=flat, alt=said(spoken),
    )  # fmt: skip
    return axes


def _early(within: Sequence[str]) -> str:
    """Name those who were early, where they are few enough for a title."""
    if not within:
        return "Nobody"
    if len(within) > _TITLED:
        return f"{len(within)} partners"
    text = listing([called(code) for code in within])
    return f"Only {text}" if len(within) == 1 else text[0].upper() + text[1:]


def _of_year(balances: pd.DataFrame, year: int, *columns: str) -> pd.DataFrame:
    """Return the balances of one year, largest deficit first."""
    flat = need(balances, ("partner", "year", "balance_usd", *columns))
    rows = flat[flat["year"] == year].sort_values("balance_usd")
    if rows.empty:
        raise ArgumentError("no balance of this year", field="year", value=year)
    return rows


@checked
def balance_table(balances: pd.DataFrame, *, year: int) -> DisplayTable:
    """Show exports, general imports, balance and deficit ratio of a year.

    Parameters
    ----------
    balances : DataFrame
        Rows of the table balances_annual.
    year : int
        The year.

    Returns
    -------
    DisplayTable
        A row per partner, largest deficit first.

    Examples
    --------
    >>> from tradeviz.datasets import load
    >>> table = balance_table(load("balances_annual").query("partner == 'JPN'"), year=2024)
    >>> table.frame["Balance"].tolist()
    ['−68.5']
    """
    rows = _of_year(balances, year, "exports_usd", "general_imports_usd")
    ratio = -rows["balance_usd"] / rows["general_imports_usd"]
    frame = columns_as_text(
        rows,
        {"Partner": "partner", "US exports": "exports_usd",
         "US general imports": "general_imports_usd", "Balance": "balance_usd",
         "Deficit over imports, %": ratio.where(ratio > 0).map(lambda value: rate_text(value, 0))},
    )  # fmt: skip
    caption = f"US goods trade of {year}, billion US dollars; n/a: no deficit"
    return DisplayTable(caption, frame, rows)


@checked
def formula_table(check: pd.DataFrame, *, partners: Sequence[str] = FOCUS) -> DisplayTable:
    """Show ratio, formula and listed rate of some partners and of all that the formula misses.

    Parameters
    ----------
    check : DataFrame
        From `april_check`.
    partners : sequence of str
        Codes to show beside the misses.

    Returns
    -------
    DisplayTable
        A row per partner; one that is not on the list says so.

    Examples
    --------
    >>> from tradeviz.trade.formula import april_check
    >>> formula_table(april_check(), partners=["GBR"]).frame["Listed"].tolist()
    ['not listed', '24', '46']
    """
    columns = ("deficit_ratio", "formula_rate", "published_rate")
    flat = need(check, ["partner", *columns, "agrees"])
    codes = [*partners, *flat.loc[~flat["agrees"].astype(bool), "partner"]]
    rows = flat.set_index("partner").reindex(list(dict.fromkeys(codes))).reset_index()
    listed = rows["published_rate"].notna()
    frame = columns_as_text(
        rows,
        {"Partner": "partner", "Deficit over imports": "deficit_ratio", "Formula": "formula_rate",
         "Listed": "published_rate", "Agrees": rows["agrees"].map({True: "yes", False: "no"})},
    )  # fmt: skip
    frame = frame.fillna({"Agrees": MISSING})
    frame["Listed"] = frame["Listed"].where(listed, "not listed")
    caption = (
        "The list of April 2025, percent; whoever else the order reaches paid the floor of "
        f"{100 * FLOOR:g}"
    )
    return DisplayTable(caption, frame, flat)


@checked
def deficits(balances: pd.DataFrame, check: pd.DataFrame, *, year: int) -> str:
    """Say with whom the United States runs a goods deficit and how the April formula fits.

    Parameters
    ----------
    balances : DataFrame
        Rows of ``load("balances_annual")``.
    check : DataFrame
        From `april_check`.
    year : int
        The year of the balances.

    Returns
    -------
    str
        Markdown.

    Examples
    --------
    >>> from tradeviz.datasets import load
    >>> from tradeviz.trade.formula import april_check
    >>> table = load("balances_annual").query("partner in ['GBR', 'JPN']")
    >>> deficits(table, april_check(), year=2024).startswith("In 2024 the United States")
    True
    """
    order = _of_year(balances, year).set_index("partner")["balance_usd"]
    named = {str(code): f"{called(str(code))} ({billion(size)})" for code, size in order.items()}
    short = [text for code, text in named.items() if order[code] < 0]
    long = [text for code, text in named.items() if order[code] >= 0][::-1]
    wrong = check.loc[~check["agrees"], "partner"]
    missed = f"; it does not give those of {all_called(wrong)}" if len(wrong) else ""
    text = f"In {year} the United States"
    if short:
        text += f" ran a goods **deficit** with {listing(short)}"
    if long:
        text += f"{', and' if short else ' ran'} a **surplus** with {listing(long)}"
    return (
        f"{text}. The formula gives {int(check['agrees'].sum())} of the {len(check)} rates listed "
        f"in April 2025{missed}."
    )
