"""Steps from one total to another: charts by law or goods; the account of collected duty."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from tradeviz.arguments import checked
from tradeviz.datasets import column_by
from tradeviz.errors import choose
from tradeviz.partners import called, name
from tradeviz.quantities import all_of, day, dollars, listing, month, percent, points, quantity
from tradeviz.show.columns import MOST, Mark, partner_columns
from tradeviz.show.frame import SOURCE, Frame, chart, finish, said
from tradeviz.show.letters import capital, lowered
from tradeviz.show.palette import ACCENT, GREY, INK
from tradeviz.show.reading import (
    PROVISIONAL,
    SPLITS,
    dated,
    label_of,
    need,
    only,
    split_of,
    title_in,
    under,
    values_in,
)
from tradeviz.show.rows import BarRow, bar_rows
from tradeviz.show.table import DisplayTable, columns_as_text
from tradeviz.trade.collected import STEP_TITLES, STEPS
from tradeviz.trade.reconcile import rule_title
from tradeviz.trade.show_collected import CUSTOMS

_BILL = ("outcome", "partner", "imports_usd", "added_duty_usd", "provisional_share")
# A step that would be written as zero joins the others.
_SMALL = {"effective_rate": 0.0005, "duty_usd": 5e6}


@chart
def outcome_waterfall(
    exposure: pd.DataFrame, start: str, end: str, *, partner: str | None = None,
    measure: str = "effective_rate", n: int = 8, title: str | None = None, ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw the steps by which one outcome becomes another, by law or group of goods.

    Parameters
    ----------
    exposure : DataFrame
        From `tradeviz.exposure` with ``by`` one of layer, sector, hs2, holding both outcomes.
    start, end : str
        Outcomes of the table.
    partner : str, optional
        Partner code; may be None where the table holds one.
    measure : {"effective_rate", "duty_usd"}
        Duty over all imports of the partner, or in dollars; the ordinary duty is in both.
    n : int
        Steps with a bar of their own, the largest; one bar more holds the rest.
    title, ax : optional
        A checked claim, what the table says when None; where to draw, a new figure when None.

    Returns
    -------
    Axes
        First and last bar from zero, between them a bar per step, from where the last one ended.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> table = exposure(["pause", "snapback"], partners="JPN", by="layer")
    >>> axes = outcome_waterfall(table, "pause", "snapback")
    >>> len(axes.patches) > 2
    True
    """
    choose(measure, tuple(_SMALL), "measure")
    flat = need(exposure, (*_BILL, "base_duty_usd"))
    key = split_of(flat, ("layer", "sector", "hs2"))
    outcomes = values_in(flat, "outcome")
    choose(start, outcomes, "start")
    choose(end, outcomes, "end")
    code = only(flat, "partner", partner)
    parts = _parts(flat[flat["partner"] == code], key, (start, end), measure)
    steps = _steps(parts, key, measure, n)
    first, last = float(parts[start].sum()), float(parts[end].sum())
    titles = [title_in(exposure, outcome) for outcome in (start, end)]
    sheet = waterfall([(titles[0], first)], steps, [(titles[1], last)], measure, ax)
    finish(
        sheet, title=title or _told(titles, (first, last), steps, code, measure),
        subtitle=f"{_from_to(exposure, start, end)}: duty, "
        + ("percent of imports" if measure == "effective_rate" else "billion US dollars a year"),
        data=_as_table(titles, (first, last), steps, measure).assign(partner=code),
        provisional=bool(steps["provisional"].any()),
        alt=f"Steps from {titles[0]} to {titles[1]}: "
        + said([f"{row} {_signed(float(v), measure)}" for row, v in steps["step"].items()]),
    )  # fmt: skip
    return sheet.axes


def waterfall(
    before: Sequence[tuple[str, float]], steps: pd.DataFrame, after: Sequence[tuple[str, float]],
    measure: str, ax: Axes | None,
) -> Frame:  # fmt: skip
    """Draw totals from zero with the steps between them; `steps` has step and provisional."""
    shown = quantity("added_duty_usd" if measure == "duty_usd" else measure)
    rows = [_total(title, value, shown.write(value), INK) for title, value in before]
    running = before[-1][1]
    for title, value, unsure in zip(steps.index, steps["step"], steps["provisional"], strict=True):
        mark = " †" if unsure else ""
        text = _signed(float(value), measure)
        rows.append(BarRow(f"{title}{mark}", float(value), text, f"{title}: {text}", running, GREY))
        running += float(value)
    rows += [_total(title, value, shown.write(value), ACCENT) for title, value in after]
    return bar_rows(rows, shown, ax=ax, links=True)


def _total(title: str, value: float, text: str, colour: str) -> BarRow:
    return BarRow(title, value, text, f"{title}: {text}", colour=colour, strong=True)


def _from_to(table: pd.DataFrame, start: str, end: str) -> str:
    days = table.attrs.get("days", {})
    if days.get(start) != days.get(end):
        return f"{under(table, start)}, to {lowered(under(table, end))}"
    return f"{title_in(table, start)} to {lowered(under(table, end))}"


def _parts(part: pd.DataFrame, key: str, outcomes: tuple[str, str], measure: str) -> pd.DataFrame:
    """Return groups down: what each adds to the total of both outcomes, and the marks."""
    part = part.assign(
        group=part[key].astype(str),
        duty=part["base_duty_usd"] + part["added_duty_usd"],
        unsure=part["provisional_share"].fillna(0.0) >= PROVISIONAL,
    )
    scale = 1.0
    if measure == "effective_rate":
        imports = part[part["outcome"] == outcomes[0]]["imports_usd"]
        # By law each row repeats the partner's imports; by goods they add up.
        scale = float(imports.iloc[0] if key == "layer" else imports.sum())
    order = list(dict.fromkeys(part["group"]))
    columns = {
        o: part[part["outcome"] == o].set_index("group")["duty"].reindex(order).fillna(0.0) / scale
        for o in outcomes
    }
    unsure = part[part["outcome"].isin(outcomes)].groupby("group")["unsure"].any().reindex(order)
    parts = pd.DataFrame(columns)
    parts.attrs["unsure"] = unsure.fillna(False).to_dict()
    return parts


def _steps(parts: pd.DataFrame, key: str, measure: str, n: int) -> pd.DataFrame:
    """Return the steps in the order drawn: laws as they came, goods from rise to fall."""
    start, end = parts.columns[0], parts.columns[-1]
    change = parts[end] - parts[start]
    shown = _largest(change, measure, n)
    if key != "layer":
        shown = shown.sort_values(ascending=False, kind="stable")
    label, unsure = label_of(key), parts.attrs["unsure"]
    rows = {label(str(g)): (float(v), bool(unsure[g])) for g, v in shown.items()}
    rest = change.drop(shown.index)
    # Left out where it would be written as zero.
    if abs(rest.sum()) >= _SMALL[measure]:
        touched = rest[rest != 0].index
        marked = any(bool(unsure[group]) for group in touched)
        rows[f"All other {SPLITS[key]} ({len(touched)})"] = (float(rest.sum()), marked)
    return pd.DataFrame.from_dict(rows, orient="index", columns=["step", "provisional"])


def _largest(change: pd.Series[float], measure: str, n: int) -> pd.Series[float]:
    """Return the largest changes that would not be written as zero, in the order of the table."""
    large = change.abs()[change.abs() >= _SMALL[measure]]
    kept = large.sort_values(ascending=False, kind="stable").index[:n]
    return change[change.index.isin(kept)]


def _as_table(
    titles: Sequence[str], ends: tuple[float, float], steps: pd.DataFrame, measure: str
) -> pd.DataFrame:
    first, last = ends
    return pd.DataFrame(
        {
            "step": [titles[0], *steps.index.astype(str), titles[1]],
            "change": [np.nan, *steps["step"], np.nan],
            measure: [first, *(first + steps["step"].cumsum()), last],
        }
    )


def _signed(value: float, measure: str) -> str:
    return points(value) if measure == "effective_rate" else dollars(value, 2, sign=True)


def _told(
    titles: Sequence[str], ends: tuple[float, float], steps: pd.DataFrame, code: str, measure: str
) -> str:
    write = dollars if measure == "duty_usd" else percent
    text = f"{name(code)}: {write(ends[0])} becomes {write(ends[1])}"
    if steps.empty:
        return f"{text}; nothing changes"
    most = str(steps["step"].abs().idxmax())
    step = float(steps["step"][most])
    by = points(step, unit=True) if measure == "effective_rate" else _signed(step, measure)
    return f"{text}. Largest step: {lowered(most)} ({by})"


_GAP = {
    "mix_usd": "Mix of goods bought",
    "transit_usd": "Goods already under way",
    "known_shares_usd": "End uses and conditions",
    "uptake_usd": "Claims nobody publishes",
    "rest_usd": "Not explained",
}
_ACCOUNT = {
    "Law": "law_2024_usd", "Mix": "mix_usd", "On the way": "transit_usd",
    "Conditions": "known_shares_usd", "Claims": "uptake_usd", "Rest": "rest_usd",
    "Collected": "collected_usd",
}  # fmt: skip
_ENDS = ("Law, at the goods of 2024", "Collected")


@chart
def collected_waterfall(
    account: pd.DataFrame, *, partner: str | None = None, title: str | None = None,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw the steps from the rate the law asks to the rate that was collected.

    Parameters
    ----------
    account : DataFrame
        From `tradeviz.trade.collected.collected`; its months are added up.
    partner : str, optional
        Partner code; when None all of the table, a column each.
    title, ax : optional
        A checked claim, what the table says when None; where to draw, a new figure when None.

    Returns
    -------
    Axes
        The law at the goods of 2024 and what was collected as bars from zero, and between them a
        bar for each cause, from where the last one ended.

    Examples
    --------
    >>> from tradeviz.trade.collected import collected
    >>> axes = collected_waterfall(collected("KOR"))
    >>> len(axes.patches)
    7
    """
    columns = ("law_2024_usd", *_GAP, "collected_usd")
    flat = need(account, ("partner", "month", "imports_usd", *columns))
    if partner is None and ax is None and 1 < flat["partner"].nunique() <= MOST:
        sums = flat
    else:
        code = only(flat, "partner", partner)
        sums = flat[flat["partner"] == code]
    totals = sums.groupby("partner", sort=False)[[*columns, "imports_usd"]].sum()
    rates = totals[list(columns)].div(totals["imports_usd"], axis=0)
    steps = {str(code): _account_steps(row) for code, row in rates.iterrows()}
    ends = {str(c): (float(r[columns[0]]), float(r[columns[-1]])) for c, r in rates.iterrows()}
    if len(steps) > 1:
        sheets = _account_columns(steps, ends)
    else:
        (first, last), own = next(iter(ends.values())), next(iter(steps.values()))
        sheets = [waterfall([(_ENDS[0], first)], own, [(_ENDS[1], last)], "effective_rate", ax)]
    finish(
        sheets, source=CUSTOMS, title=title or _account_told(steps, ends),
        subtitle=f"Duty, percent of imports, {month(sums['month'].min())} to "
        f"{month(sums['month'].max())}" + ("; one scale" if len(steps) > 1 else ""),
        data=pd.concat([
            _as_table(_ENDS, ends[code], own, "effective_rate").assign(partner=code)
            for code, own in steps.items()
        ]),
        alt=said([
            f"{name(code)}: from {percent(ends[code][0])} to {percent(ends[code][1])}, "
            + ", ".join(f"{row} {points(float(v))}" for row, v in own["step"].items())
            for code, own in steps.items()
        ]),
    )  # fmt: skip
    return sheets[0].axes


def _account_steps(rates: pd.Series[float]) -> pd.DataFrame:
    """Return the causes of one partner as steps of a waterfall."""
    values = [float(rates[column]) for column in _GAP]
    return pd.DataFrame({"step": values, "provisional": False}, index=list(_GAP.values()))


def _account_columns(
    steps: dict[str, pd.DataFrame], ends: dict[str, tuple[float, float]]
) -> list[Frame]:
    """Draw the account of each partner as a column of one picture."""
    marks = []
    for code, own in steps.items():
        (law, came), at = ends[code], ends[code][0]
        column = [_column_total(name(code), _ENDS[0], law, INK)]
        for title, value in own["step"].items():
            text, start, at = points(float(value)), at, at + float(value)
            column.append(Mark(at, text, f"{name(code)}, {lowered(str(title))}: {text}", start))
        marks.append([*column, _column_total(name(code), _ENDS[1], came, ACCENT)])
    rows = [_ENDS[0], *_GAP.values(), _ENDS[1]]
    return partner_columns([name(c) for c in steps], rows, marks, strong=_ENDS, links=True)


def _column_total(who: str, title: str, value: float, colour: str) -> Mark:
    text = percent(value)
    return Mark(value, text, f"{who}, {lowered(title)}: {text}", 0.0, colour=colour)


def _account_told(steps: dict[str, pd.DataFrame], ends: dict[str, tuple[float, float]]) -> str:
    """Say on which side of the law customs came out, and what or who made most of it."""
    gaps = {code: came - law for code, (law, came) in ends.items()}
    far = max(gaps, key=lambda code: abs(gaps[code]))
    size, side = points(abs(gaps[far]), sign=False, unit=True), "less" if gaps[far] < 0 else "more"
    if len(gaps) > 1:
        if not all((gap < 0) == (gaps[far] < 0) for gap in gaps.values()):
            return f"Customs came farthest from the law on goods from {called(far)}: {size} {side}"
        return (
            f"Customs collected {side} than the law asks on goods from "
            f"{all_of(len(gaps), words=True)}, most so from {called(far)}: {size}"
        )
    own = steps[far]["step"]
    most = str(own.abs().idxmax())
    return (
        f"{name(far)}: {size} {'below' if gaps[far] < 0 else 'above'} the law; "
        f"largest step: {lowered(most)} ({points(float(own[most]), unit=True)})"
    )


@checked
def account_table(table: pd.DataFrame, *, n: int = 10) -> DisplayTable:
    """Show the steps from the law to what was collected; of a split table the cells that matter.

    Parameters
    ----------
    table : DataFrame
        From `tradeviz.collected`, split by industry or not.
    n : int
        Cells shown of a split table: those farthest from the law.

    Returns
    -------
    DisplayTable
        A row per partner, or partner and industry: billion US dollars.

    Examples
    --------
    >>> from tradeviz.trade.collected import collected
    >>> account_table(collected("JPN")).frame["Partner"].tolist()
    ['Japan']
    """
    split = "naics3" in table
    keys = ["partner", *(["naics3"] if split else [])]
    sums = table.groupby(keys, sort=False)[list(_ACCOUNT.values())].sum()
    if split:
        gap = (sums["collected_usd"] - sums["law_2024_usd"]).abs()
        sums = sums.loc[gap.sort_values(ascending=False).index[:n]]
    flat = sums.reset_index()
    heads: dict[str, str | pd.Series[str]] = {"Partner": "partner"}
    if split:
        titles = column_by("industries", "naics3", "industry")
        heads["Industry"] = flat["naics3"].map(titles).fillna(flat["naics3"])
    frame = columns_as_text(flat, {**heads, **_ACCOUNT}, 2)
    span = " to ".join(month(end) for end in (table["month"].min(), table["month"].max()))
    caption = f"Duty in billion US dollars, {span}"
    return DisplayTable(caption + ("; the cells farthest from the law" if split else ""), frame)


@checked
def account_sentence(table: pd.DataFrame) -> str:
    """Say for each partner how far what was collected lies from the law, and the two main causes.

    Parameters
    ----------
    table : DataFrame
        From `tradeviz.collected`, not split.

    Returns
    -------
    str
        Markdown, a sentence a partner.

    Examples
    --------
    >>> from tradeviz.trade.collected import collected
    >>> "Japan" in account_sentence(collected("JPN"))
    True
    """
    flat = need(table, ("partner", "month", "imports_usd", "collected_usd", *STEPS))
    lines = []
    for code, own in flat.groupby("partner", sort=False):
        rates = own[[*STEPS, "collected_usd"]].sum() / own["imports_usd"].sum()
        law, came = rates["law_2024_usd"], rates["collected_usd"]
        steps = rates.drop(["law_2024_usd", "collected_usd"])
        causes = [
            f"{STEP_TITLES[str(cause)]} ({points(abs(step), sign=False)} points "
            f"{'less' if step < 0 else 'more'})"
            for cause, step in steps.loc[steps.abs().sort_values(ascending=False).index[:2]].items()
        ]
        lines.append(
            f"- **{called(str(code))}**: the law asked {percent(law)} of imports, customs "
            f"calculated {percent(came)}; the largest causes are {listing(causes)}."
        )
    return "\n".join(lines)


_PEERS = f"the peer’s own tables; {SOURCE}"


@chart
def peer_waterfall(
    reconciled: pd.DataFrame, date: object, *, partner: str | None = None, n: int = 8,
    title: str | None = None, ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw the steps from a peer's number to ours, rule by rule.

    Parameters
    ----------
    reconciled : DataFrame
        From `tradeviz.reconcile`.
    date : str or date
        A date of the table.
    partner : str, optional
        Partner code; may be None where the table holds one.
    n : int
        Rules with a bar of their own, the largest; one bar more holds the rest.
    title : str, optional
        A checked claim; what the table says when None.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        The peer's number and ours as bars from zero, between them a bar for each rule and one for
        what no rule explains, from where the last one ended.

    Raises
    ------
    ArgumentError
        For a missing column, an empty table, an unknown partner, or a date without a row.

    Examples
    --------
    >>> from tradeviz.trade.reconcile import reconcile
    >>> axes = peer_waterfall(reconcile("tradewartracker", "GBR"), "2025-10-14")
    >>> bool(axes.get_xlim()[0] <= 0)
    True
    """
    flat = need(reconciled, ("partner", "date", "theirs", "remainder", "ours"))
    code = only(flat, "partner", partner)
    own = dated(flat[flat["partner"] == code], date)
    stamp = own["date"].iloc[0]
    row = own.drop(columns=["partner", "date"]).iloc[0].astype(float)
    steps = _rules(row.drop(["theirs", "ours", "remainder"]), float(row["remainder"]), n)
    theirs, ours = float(row["theirs"]), float(row["ours"])
    peer = lowered(str(reconciled.attrs["title"]))
    names = (capital(peer), "Ours")
    sheet = waterfall([(names[0], theirs)], steps, [(names[1], ours)], "effective_rate", ax)
    most = str(steps["step"].abs().idxmax())
    largest = points(float(steps["step"][most]), unit=True)
    finish(
        sheet, source=_PEERS,
        title=title or f"{name(code)}: {peer} has {percent(theirs)}, we have {percent(ours)}; "
        f"largest step: {most} ({largest})",
        subtitle=f"{capital(str(reconciled.attrs['measure']))}, percent of imports, {day(stamp)}: "
        "from their number to ours",
        note="Minus: our reading makes the rate lower.",
        data=_as_table(names, (theirs, ours), steps, "effective_rate").assign(partner=code),
        alt=f"Steps from {percent(theirs)} to {percent(ours)}: "
        + said([f"{row} {points(float(v))}" for row, v in steps["step"].items()]),
    )  # fmt: skip
    return sheet.axes


def _rules(changes: pd.Series[float], left: float, n: int) -> pd.DataFrame:
    """Return what the largest rules change, all others together, and what none explains."""
    shown = _largest(changes, "effective_rate", n)
    rows = {rule_title(str(rule)): float(value) for rule, value in shown.items()}
    rest = changes.drop(shown.index)
    if abs(rest.sum()) >= _SMALL["effective_rate"]:
        rows[f"All other rules ({(rest != 0).sum()})"] = float(rest.sum())
    rows["Not explained"] = left
    return pd.DataFrame({"step": rows}).assign(provisional=False)
