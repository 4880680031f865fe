"""The duty that was collected beside the law: chart, table and sentence."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num

from tradeviz.arguments import checked
from tradeviz.errors import ArgumentError, choose
from tradeviz.partners import called, name
from tradeviz.quantities import listing, month, percent, points, quantity
from tradeviz.show.frame import chart, finish, frame, mark, room_for
from tradeviz.show.palette import ACCENT, GREY, INK, PAPER
from tradeviz.show.paths import axis_room, end_labels, height_axis, month_axis
from tradeviz.show.reading import need, values_in
from tradeviz.show.table import DisplayTable, across, rate_text
from tradeviz.trade.collected import collected_rates as monthly_rates
from tradeviz.trade.show_paths import COLUMNS, LEAST, RATE, families_of

CUSTOMS = "US Census Bureau, calculated duties before refunds; tradeviz law tables"


@chart
def duty_collected(
    path: pd.DataFrame, collected: pd.DataFrame, partner: str, *, title: str | None = None,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw the rate of the law beside the duty calculated each month over imports.

    Parameters
    ----------
    path : DataFrame
        From `exposure_path`.
    collected : DataFrame
        Rows of the table duties_monthly: partner, month, imports_usd, duty_usd.
    partner : str
        Partner code of both tables.
    title, ax : optional
        A checked claim, what the tables say when None; where to draw, a new figure when None.

    Returns
    -------
    Axes
        A stepped line for the law and a line with points for the months, broken where a month
        is missing. A partner whose duty is not published by month has the law alone, and the
        title says so.

    Examples
    --------
    >>> from tradeviz.datasets import load
    >>> from tradeviz.trade.exposure import exposure_path
    >>> axes = duty_collected(exposure_path(partners="JPN"), load("duties_monthly"), "JPN")
    >>> axes.get_ylim()[0]
    np.float64(0.0)
    """
    flat = need(path, COLUMNS)
    months = need(collected, ("partner", "month", "imports_usd", "duty_usd"))
    choose(partner, values_in(flat), "partner")
    total = families_of(flat, partner).sum(axis=1)
    monthly = _monthly(flat, months, partner)
    rate = monthly["collected_rate"]
    shown = rate.asfreq("MS")
    end = float(date2num(total.index[-1]))
    ends = [(float(total.iloc[-1]), f"law {percent(float(total.iloc[-1]))}", INK, "normal")]
    if len(rate):
        text = f"collected {percent(float(rate.iloc[-1]))}"
        ends.append((float(rate.iloc[-1]), text, ACCENT, "bold"))
    right = room_for([text for _, text, _, _ in ends], weight="bold") + 18
    highest = max(LEAST, float(total.max()), float(rate.max()) if len(rate) else 0.0)
    sheet = frame(ax, 300, left=axis_room(RATE, highest), right=right, top=10, bottom=40)
    axes = sheet.axes
    axes.set_xlim(float(date2num(total.index[0])), end)
    height_axis(sheet, RATE, highest)
    axes.step(date2num(total.index.to_numpy()), total.to_numpy(), where="post", color=GREY, lw=1.8)
    if len(rate):
        middle = date2num(shown.index.to_numpy() + np.timedelta64(14, "D"))
        axes.plot(middle, shown.to_numpy(), color=ACCENT, lw=1.8)
        asked = monthly["law_rate"].reindex(shown.index)
        for place, date, value, law in zip(middle, shown.index, shown, asked, strict=True):
            if not pd.isna(value):
                dot = axes.plot(place, value, "o", ms=5.5, color=ACCENT, mec=PAPER, mew=0.7)[0]
                mark(dot, f"{month(date)}: {percent(value)} collected, the law asks {percent(law)}")
    end_labels(sheet, end, ends)
    month_axis(axes, 5 if sheet.narrow else 8)
    kind = "Steps of the law and monthly points" if len(rate) else "Steps of the law alone"
    finish(
        sheet, title=title or _gap(partner, monthly), source=CUSTOMS, data=monthly.reset_index(),
        subtitle=f"{quantity('duty_rate').heading}, to {month(total.index[-1])}",
        note="Steps: the law at the goods bought in 2024."
        + (" Points: calculated duty of each month." if len(rate) else ""),
        provisional=bool(path.attrs.get("provisional")), alt=f"{kind}.{_said(rate, shown)}",
    )  # fmt: skip
    return axes


def _gap(partner: str, monthly: pd.DataFrame) -> str:
    if monthly.empty:
        return f"{name(partner)}: the sources have no duty by month"
    last = monthly.iloc[-1]
    collected, law = float(last["collected_rate"]), float(last["law_rate"])
    side = "less" if collected < law else "more"
    return (
        f"{name(partner)}: {percent(collected)} collected in {month(monthly.index[-1])}, "
        f"{points(abs(collected - law), sign=False, unit=True)} {side} than the law asks"
    )


def _said(rate: pd.Series[float], shown: pd.Series[float]) -> str:
    """Return what the points say, month by month, and which months are missing."""
    if not len(rate):
        return ""
    spoken = ", ".join(f"{date:%Y-%m} {percent(value)}" for date, value in rate.items())
    gaps = [f"{date:%Y-%m}" for date in shown.index[shown.isna()]]
    missing = f" No figure for {listing(gaps)}." if gaps else ""
    return f" Collected: {spoken}.{missing}"


def _monthly(path: pd.DataFrame, months: pd.DataFrame, partner: str) -> pd.DataFrame:
    """Return the months of a partner, none for a partner whose duty is not published by month."""
    part = path[path["partner"] == partner]
    if not (months["partner"] == partner).any():
        columns = ["partner", "imports_usd", "duty_usd", "collected_rate", "law_rate"]
        return pd.DataFrame(columns=columns, index=pd.DatetimeIndex([], name="month"), dtype=float)
    try:
        return monthly_rates(part, months).set_index("month")
    except ArgumentError:
        raise ArgumentError(
            "no month of this partner within the path", field="collected",
            allowed=f"months from {month(part['date'].min())} to {month(part['date'].max())}",
        ) from None  # fmt: skip


@checked
def collected_table(path: pd.DataFrame, duties: pd.DataFrame) -> DisplayTable:
    """Show the collected rate of each month and the law's rate beside it.

    Parameters
    ----------
    path : DataFrame
        From `exposure_path`.
    duties : DataFrame
        Rows of the table duties_monthly.

    Returns
    -------
    DisplayTable
        A row per month, a column per partner; a month not published is n/a.

    Examples
    --------
    >>> from tradeviz.datasets import load
    >>> from tradeviz.trade.exposure import exposure_path
    >>> table = collected_table(exposure_path(partners="JPN"), load("duties_monthly"))
    >>> table.frame["Month"].iloc[0]
    '2025-01'
    """
    months = monthly_rates(path, duties)
    shown = months.assign(month=months["month"].dt.strftime("%Y-%m"))
    pairs = zip(months["collected_rate"], months["law_rate"], strict=True)
    text = pd.Series([f"{rate_text(paid)} ({rate_text(law)})" for paid, law in pairs])
    frame = across(shown, "month", "Month", str, text)
    caption = "Duty over imports in percent: collected, and in brackets the law at 2024 weights"
    return DisplayTable(caption, frame.sort_values("Month", ignore_index=True), months)


@checked
def collected_sentence(path: pd.DataFrame, duties: pd.DataFrame) -> str:
    """Say how far the duty collected lay from the law, in the last month there is.

    Parameters
    ----------
    path : DataFrame
        From `exposure_path`.
    duties : DataFrame
        Rows of the table duties_monthly.

    Returns
    -------
    str
        Markdown.

    Examples
    --------
    >>> from tradeviz.datasets import load
    >>> from tradeviz.trade.exposure import exposure_path
    >>> "Japan" in collected_sentence(exposure_path(partners="JPN"), load("duties_monthly"))
    True
    """
    months = monthly_rates(path, duties)
    parts = [
        f"**{called(str(row['partner']))}** {percent(row['collected_rate'])} against "
        f"{percent(row['law_rate'])}"
        for row in months.drop_duplicates("partner", keep="last").to_dict("records")
    ]
    later = months[months["month"] >= "2025-05-01"]
    text = (
        f"Collected against the law at 2024 weights, {month(months['month'].max())}: "
        f"{'; '.join(parts)}."
    )
    if later.empty:
        return text
    gap = float((later["collected_rate"] - later["law_rate"]).mean())
    side = "below" if gap < 0 else "above"
    return (
        f"{text} Since May 2025 the rate collected lay "
        f"{points(abs(gap), sign=False)} points {side} the law on average."
    )
