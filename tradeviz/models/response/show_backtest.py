"""The model beside the record, shown: chart, table and sentence."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from tradeviz.arguments import checked
from tradeviz.datasets import column_by
from tradeviz.errors import choose
from tradeviz.partners import called, name
from tradeviz.quantities import listing, month, percent, quantity
from tradeviz.show.frame import chart, finish, said
from tradeviz.show.letters import capital
from tradeviz.show.reading import label_of, need, only, rounded
from tradeviz.show.rows import Callouts, RangeRow, range_rows
from tradeviz.show.sentence import signed
from tradeviz.show.table import DisplayTable, columns_as_text, rate_text, spans

_RECORD = "US Census Bureau, imports and calculated duty; tradeviz response model"


@chart
def backtest_ranges(
    backtest: pd.DataFrame, *, measure: str = "change", partner: str | None = None, n: int = 12,
    title: str | None = None, ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw the range of the effect of the law that came beside what was recorded.

    Parameters
    ----------
    backtest : DataFrame
        From `models.response.backtest`, with draws; split by industry, it shows one partner.
    measure : {"change", "rate"}
        Imports against the same months of 2024, or calculated duty over imports.
    partner : str, optional
        Which partner of a table split by industry.
    n : int
        Industries shown: those with the largest imports.
    title, ax : optional
        A checked claim, what the table says when None; where to draw, a new figure when None.

    Returns
    -------
    Axes
        A row per partner or industry: a band from 5 to 95 % of the draws, a ring at their median
        and a dot at the record.

    Examples
    --------
    >>> from tradeviz.models.response import backtest
    >>> axes = backtest_ranges(backtest("JPN", draws=5, first="2026-06"))
    >>> len(axes.lines) >= 3
    True
    """
    choose(measure, ("change", "rate"), "measure")
    columns = [f"model_{measure}_{part}" for part in ("low", "central", "high")]
    recorded, covered = f"recorded_{measure}", f"{measure}_covered"
    flat = need(backtest, ["partner", recorded, covered, "apart", *columns])
    whose = ""
    if "naics3" in flat:
        code = only(flat, "partner", partner)
        flat = flat[flat["partner"] == code].nlargest(n, "imports_usd", keep="first")
        # What moved for reasons of its own stands below, and is not counted.
        flat = flat.sort_values("apart", kind="stable")
        whose, label = f"{name(code)}: ", label_of("naics3")
        heads = [label(str(key)).split(" ", 1)[-1] for key in flat["naics3"]]
        heads = [f"{a} (apart: {b})" if b else a for a, b in zip(heads, flat["apart"], strict=True)]
    else:
        heads = [name(str(code)) for code in flat["partner"]]
    flat = rounded(flat.reset_index(drop=True), 6)
    counted = flat[flat["apart"] == ""]
    inside = int(counted[covered].sum())
    sign = measure == "change"
    rows = []
    for head, row in zip(heads, flat.to_dict("records"), strict=True):
        low, middle, high = (float(row[column]) for column in columns)
        came = float(row[recorded])
        missed = "inside" if row[covered] else "outside"
        rows.append(
            RangeRow(
                head, low, high, came, middle, figures=(percent(came, sign=sign), missed),
                said=f"{head}: recorded {percent(came, sign=sign)}, model "
                f"{percent(low, sign=sign)} to {percent(high, sign=sign)}, {missed}",
            )
        )  # fmt: skip
    words = Callouts(dot="recorded", ring="model")
    shown = quantity("recorded_change" if sign else "collected_rate")
    sheet = range_rows(rows, shown, callouts=words, heads=("recorded", "the range"), ax=ax)
    what = {
        "change": "US imports against the same months of 2024",
        "rate": "Calculated duty over imports",
    }[measure]
    if sign and backtest.attrs.get("against") == "others":
        what += ", over those from all other suppliers on record"
    told = f"{whose}the record lies inside the model’s range in {inside} of {len(counted)} cases"
    if not whose:
        told = _told(counted, columns, recorded, measure)
    span = " to ".join(month(f"{part}-01") for part in _months(backtest) if part)
    finish(
        sheet, title=title or capital(told), source=_RECORD, data=flat,
        subtitle=f"{what}, percent, {span}",
        note="Dot: recorded. Ring: median of the model. Band: range of the effect, 5 to 95 % of "
        "draws.",
        alt=said([row.said for row in rows]),
    )  # fmt: skip
    return sheet.axes


def _told(rows: pd.DataFrame, columns: list[str], recorded: str, measure: str) -> str:
    """Say whose record came out above the range of the model, and whose below."""
    out = {
        "above": rows[recorded] > rows[columns[2]], "below": rows[recorded] < rows[columns[0]],
    }  # fmt: skip
    what = "US imports from" if measure == "change" else "The duty on goods from"
    parts = [
        f"{listing([called(str(code)) for code in rows.loc[far, 'partner']])} came out {side}"
        for side, far in out.items() if far.any()
    ]  # fmt: skip
    if not parts:
        codes = [str(code) for code in rows["partner"]]
        who = called(codes[0]) if len(codes) == 1 else f"all {len(codes)}"
        return f"{what} {who} came out inside the model’s range"
    text = ", those from ".join([*parts[:1], *(p.replace(" came out", "") for p in parts[1:])])
    return f"{what} {text} the model’s range"


def _months(backtest: pd.DataFrame) -> tuple[str, str]:
    first, last = backtest.attrs.get("months", ("", ""))
    return first, last


@checked
def backtest_table(backtest: pd.DataFrame) -> DisplayTable:
    """Show the model's answer to the law in force beside the record.

    Parameters
    ----------
    backtest : DataFrame
        From `tradeviz.models.response.backtest`.

    Returns
    -------
    DisplayTable
        A row per partner, or partner and industry, in percent.

    Examples
    --------
    >>> from tradeviz.models.response import backtest
    >>> backtest_table(backtest("JPN", draws=5, first="2026-06")).frame["Partner"].tolist()
    ['Japan']
    """
    flat = need(
        backtest, ["partner", "months", "recorded_change", "model_change_central", "recorded_rate"]
    )
    heads: dict[str, str | pd.Series[str]] = {"Partner": "partner"}
    if "naics3" in flat:
        titles = column_by("industries", "naics3", "industry")
        heads["Industry"] = flat["naics3"].astype(str).map(titles)
    heads["Months"] = flat["months"].astype(str)
    for word, key in (("Imports", "change"), ("Duty", "rate")):
        heads[f"{word}, recorded"] = flat[f"recorded_{key}"].map(rate_text)
        middle = flat[f"model_{key}_central"].map(rate_text)
        heads[f"{word}, model"] = middle + " (" + spans(flat, f"model_{key}") + ")"
        heads[f"{word}, inside"] = flat[f"{key}_covered"].map({True: "yes", False: "no"})
    caption = (
        "Imports against the same months of 2024 and duty over imports, percent; in brackets 5 to "
        "95 % of the draws"
    )
    return DisplayTable(caption, columns_as_text(flat, heads), flat)


@checked
def backtest_sentence(level: pd.DataFrame, others: pd.DataFrame) -> str:
    """Say how well the model did since the pause began.

    Parameters
    ----------
    level : DataFrame
        From `tradeviz.models.response.backtest`, with draws.
    others : DataFrame
        The same with ``against="others"``.

    Returns
    -------
    str
        Markdown: coverage, where it failed most, and what is left against other suppliers.

    Examples
    --------
    >>> from tradeviz.models.response import backtest
    >>> late = {"draws": 5, "first": "2026-06"}
    >>> both = (backtest("JPN", **late), backtest("JPN", against="others", **late))
    >>> backtest_sentence(*both)[:3]
    'How'
    """
    wanted = ["partner", "recorded_change", "model_change_central", "change_covered"]
    flat, aside = need(level, [*wanted, "rate_covered"]), need(others, wanted)
    (first, last), (_, until) = _months(level), _months(others)
    gap = (flat["recorded_change"] - flat["model_change_central"]).abs()
    worst = flat.iloc[int(gap.to_numpy().argmax())]
    inside = aside.loc[aside["change_covered"].astype(bool), "partner"]
    same = (aside["recorded_change"] > 0) == (aside["model_change_central"] > 0)
    kept = f" ({listing([name(str(code)) for code in inside])})" if len(inside) else ""
    return (
        f"How well did it do? Put to the law that came, from {first} to {last}, its range holds "
        f"the recorded change of imports for {_cases(flat['change_covered'])} partners and the "
        f"duty rate for {_cases(flat['rate_covered'])}; it misses most for "
        f"{called(str(worst['partner']))}: {signed(float(worst['recorded_change']))} recorded, "
        f"{signed(float(worst['model_change_central']))} in the model, which knows the law and "
        "nothing else that happened. Against all other suppliers, which takes the general level of "
        f"imports out, it has the direction right for {_cases(same)} and the size for "
        f"{_cases(aside['change_covered'])}{kept}, to {until}."
    )


def _cases(true: pd.Series[bool]) -> str:
    return f"{int(true.sum())} of {len(true)}"
