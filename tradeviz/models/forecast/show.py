"""Forecasts shown: what was recorded and the fan ahead, a table beside the effect, a sentence."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num

from tradeviz.arguments import checked
from tradeviz.errors import ArgumentError, choose
from tradeviz.partners import called, name
from tradeviz.quantities import MISSING, Quantity, listing, month, quantity
from tradeviz.show.frame import SMALL, Frame, chart, finish, frame, mark, room_for, said
from tradeviz.show.letters import lowered
from tradeviz.show.palette import ACCENT, INK, MUTED, SCALE, SOFT
from tradeviz.show.paths import axis_room, end_labels, height_axis, month_axis
from tradeviz.show.reading import need, only, title_in, values_in
from tradeviz.show.sentence import billion
from tradeviz.show.table import DisplayTable, plain, rate_text

SOURCE = "US Census Bureau, imports and calculated duty by month; tradeviz forecast"


@chart
def fan(
    forecast: pd.DataFrame, partner: str | None = None, *, measure: str = "imports_usd",
    outcome: str | None = None, history: pd.DataFrame | None = None, height: int = 300,
    title: str | None = None, ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw a forecast by month: the middle and the ranges of 80 and 95 %, after what was recorded.

    Parameters
    ----------
    forecast : DataFrame
        From `tradeviz.forecast`: median, low_80, high_80, low_95, high_95 by outcome, partner,
        month and quantity.
    partner, outcome : str, optional
        Which of the table; may be None where it holds one.
    measure : str
        Which quantity of the table.
    history : DataFrame, optional
        What was recorded: partner, month and a column named as the quantity.
    height : int
        Of the drawing, pixels.
    title, ax : optional
        A checked claim, what the table says when None; where to draw, a new figure when None.

    Returns
    -------
    Axes
        A line of what was recorded, a line of medians and two bands around it; from zero.

    Examples
    --------
    >>> months = pd.date_range("2026-08-01", periods=2, freq="MS")
    >>> table = pd.DataFrame({"outcome": "in_force", "partner": "JPN", "month": months,
    ...     "quantity": "imports_usd", "median": [1e10, 1.1e10], "low_80": [9e9, 9e9],
    ...     "high_80": [1.1e10, 1.3e10], "low_95": [8e9, 8e9], "high_95": [1.2e10, 1.4e10]})
    >>> axes = fan(table)
    >>> axes.get_ylim()[0]
    np.float64(0.0)
    """
    ranges = ["median", "low_80", "high_80", "low_95", "high_95"]
    flat = need(forecast, ["outcome", "partner", "month", "quantity", *ranges])
    choose(measure, values_in(flat, "quantity"), "measure")
    code, end = only(flat, "partner", partner), only(flat, "outcome", outcome)
    keys = (flat["partner"] == code) & (flat["outcome"] == end) & (flat["quantity"] == measure)
    ahead = flat[keys].sort_values("month").reset_index(drop=True)
    if ahead.empty:
        raise ArgumentError("no month of this partner and outcome", field="forecast", value=code)
    past = _history(history, code, measure)
    shown = quantity(measure)
    last = ahead.iloc[-1]
    ends = [
        (float(last["median"]), shown.write(last["median"]), ACCENT, "bold"),
        (float(last["high_80"]), shown.write(last["high_80"]), MUTED, "normal"),
        (float(last["low_80"]), shown.write(last["low_80"]), MUTED, "normal"),
    ]
    right = room_for([text for _, text, _, _ in ends], weight="bold") + 16
    top = max(float(ahead["high_95"].max()), float(past.max()) if len(past) else 0.0)
    sheet = frame(ax, height, left=axis_room(shown, top), right=right, top=14, bottom=40)
    axes = sheet.axes
    first = past.index[0] if len(past) else ahead["month"].iloc[0]
    axes.set_xlim(float(date2num(pd.Timestamp(first))), float(date2num(last["month"])))
    height_axis(sheet, shown, top)
    dates = date2num(ahead["month"].to_numpy())
    for level, colour in (("95", SCALE[1]), ("80", SOFT)):
        axes.fill_between(dates, ahead[f"low_{level}"], ahead[f"high_{level}"], facecolor=colour,
                          lw=0, zorder=1)  # fmt: skip
    if len(past):
        axes.plot(date2num(past.index.to_numpy()), past.to_numpy(), color=INK, lw=1.8, zorder=3)
        _name_past(sheet, past)
    axes.plot(dates, ahead["median"], color=ACCENT, lw=2.2, zorder=3)
    spoken = _mark_months(sheet, ahead, shown)
    end_labels(sheet, float(dates[-1]), ends)
    month_axis(axes, 4 if sheet.narrow else 8)
    finish(
        sheet, source=SOURCE, data=ahead, alt="Line and ranges by month. " + said(spoken),
        title=title or f"{name(code)}: {shown.write(last['low_80'])} to "
        f"{shown.write(last['high_80'])} in {month(last['month'])}, in four cases of five",
        subtitle=f"{title_in(forecast, end)}: {by_month(shown)}",
        note="Dark band: 80 % range; light: 95 %.",
    )  # fmt: skip
    return axes


def _name_past(sheet: Frame, past: pd.Series[float]) -> None:
    """Write above the end of what was recorded that it was, clear of the line."""
    low, high = sheet.axes.get_ylim()
    span = room_for(["recorded"], SMALL) * sheet.per_pixel
    under = past[date2num(past.index.to_numpy()) >= date2num(past.index[-1]) - span - 31]
    y = float(under.max()) + (high - low) * 4 / sheet.height
    last = float(date2num(past.index[-1]))
    sheet.label(last, y, "recorded", size=SMALL, ha="right", va="bottom")


def by_month(shown: Quantity) -> str:
    """Return what a quantity is and its unit, month by month."""
    label = "US imports" if shown.column == "imports_usd" else shown.label
    unit = "billion US dollars a month" if shown.unit == "usd" else shown.measured_in
    return f"{label[0].lower() if label[:2] != 'US' else label[0]}{label[1:]}, {unit}"


def _history(history: pd.DataFrame | None, code: str, measure: str) -> pd.Series[float]:
    if history is None:
        return pd.Series(dtype=float)
    flat = need(history, ["partner", "month", measure])
    past = flat[flat["partner"] == code].set_index("month")[measure].astype(float)
    return past.sort_index().dropna()


def _mark_months(sheet: Frame, ahead: pd.DataFrame, shown: Quantity) -> list[str]:
    """Lay a dot with its text on each month ahead, and return the texts."""
    spoken = []
    for row in ahead.to_dict("records"):
        low, middle, high = (shown.write(row[key]) for key in ("low_80", "median", "high_80"))
        text = f"{month(row['month'])}: {middle}, 80 % range {low} to {high}"
        dot = sheet.axes.plot(
            date2num(row["month"]), row["median"], "o", ms=3.4, color=ACCENT, mew=0,
            zorder=4,
        )[0]  # fmt: skip
        mark(dot, text)
        spoken.append(text)
    return spoken


def _last(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the last month ahead."""
    flat = need(table, ("outcome", "partner", "month", "quantity", "median", "low_80", "high_80"))
    last: pd.DataFrame = flat[flat["month"] == flat["month"].max()]
    return last


@checked
def forecast_table(table: pd.DataFrame, effect: pd.DataFrame) -> DisplayTable:
    """Show what outcomes are forecast to do beside the range of their effect.

    Parameters
    ----------
    table : DataFrame
        From `tradeviz.forecast`.
    effect : DataFrame
        From `tradeviz.respond` with draws, the same outcomes and partners.

    Returns
    -------
    DisplayTable
        A row per outcome and partner: imports and duty rate of the last month ahead with their
        80 % ranges, and the range of the effect of the outcome on a year's imports.

    Examples
    --------
    >>> from tradeviz.models.forecast import forecast
    >>> from tradeviz.models.response import respond
    >>> table = forecast_table(forecast("snapback", partners="JPN"),
    ...                        respond("snapback", partners="JPN", draws=5))
    >>> len(table.frame)
    1
    """
    last = _last(table)
    wide = last.set_index(["outcome", "partner", "quantity"])
    titles = table.attrs.get("titles", {})
    rows = []
    for outcome, partner in dict.fromkeys(zip(last["outcome"], last["partner"], strict=True)):
        cells = {"Outcome": titles.get(outcome, outcome), "Partner": name(partner)}
        for column, head in (("imports_usd", "Imports"), ("duty_rate", "Duty rate")):
            cells[head] = MISSING
            if (key := (outcome, partner, column)) in wide.index:
                middle, low, high = (
                    plain(column, wide.loc[key, end]) for end in ("median", "low_80", "high_80")
                )
                cells[head] = f"{middle} ({low} to {high})"
        own = effect.loc[(outcome, partner)]
        low, high = (rate_text(own[f"value_change_{end}"]) for end in ("low", "high"))
        rows.append({**cells, "Range of the effect": f"{low} to {high}"})
    reference = title_in(effect, str(effect.attrs.get("reference", "")))
    caption = (
        f"Forecast for {month(last['month'].iloc[0])}: imports in billion US dollars a month and "
        "duty rate in percent, medians and 80 % ranges; range of the effect on a year's imports, "
        f"percent against “{reference}”: 5 to 95 % of "
        f"{effect.attrs.get('draws')} draws"
    )
    return DisplayTable(caption, pd.DataFrame(rows))


@checked
def forecast_sentence(table: pd.DataFrame) -> str:
    """Say what each outcome is forecast to do to imports over the months ahead.

    Parameters
    ----------
    table : DataFrame
        From `tradeviz.forecast`.

    Returns
    -------
    str
        Markdown, a sentence a partner: medians of the last month, with the range of 80 percent.

    Examples
    --------
    >>> from tradeviz.models.forecast import forecast
    >>> "Japan" in forecast_sentence(forecast("in_force", partners="JPN"))
    True
    """
    last = _last(table)
    imports = last[last["quantity"] == "imports_usd"]
    when = month(last["month"].iloc[0])
    lines = [f"US imports in {when}, median and 80 % range of the forecast:\n"]
    for code, rows in imports.groupby("partner", sort=False):
        parts = [
            f"{lowered(title_in(table, str(row['outcome'])))} {billion(float(row['median']))} "
            f"({billion(float(row['low_80']))} to {billion(float(row['high_80']))})"
            for row in rows.to_dict("records")
        ]
        lines.append(f"- **{called(str(code))}**: {listing(parts)}.")
    return "\n".join(lines)
