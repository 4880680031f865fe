"""From a peer's number to ours: one column a rule, each computed by the engine, and the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd

from tradeviz import datasets
from tradeviz.arguments import checked
from tradeviz.errors import ArgumentError, choose
from tradeviz.law import reading
from tradeviz.lines import Lines, lines, part_of_lines
from tradeviz.partners import FOCUS, HOME, resolve
from tradeviz.quantities import listing
from tradeviz.trade.collected import industry_rates
from tradeviz.trade.peer_rules import BUDGET_LAB, TRACKER, House, Rule

TITLES = {
    "tradewartracker": "the notebook tracker",
    "budget_lab": "the Budget Lab",
    "customs": "customs",
}
"""How a reader hears of a peer."""

_MEASURES = {"tradewartracker": "additional US duty"}
"""What a peer counts, where that is not all duty."""

_NAMES = {"ii": "II", "uk": "UK", "usmca": "USMCA", "us": "US"}


def rule_title(rule: str) -> str:
    """Return the name of a rule as readers see it.

    Examples
    --------
    >>> rule_title("annex_ii_digits")
    'Annex II digits'
    """
    words = " ".join(_NAMES.get(word, word) for word in rule.split("_"))
    return words[:1].upper() + words[1:]


@checked
def reconcile(peer: str, partners: str | Iterable[str] | None = None) -> pd.DataFrame:
    """Take a peer's number to ours, rule by rule.

    Parameters
    ----------
    peer : {"tradewartracker", "budget_lab", "customs"}
        ``tradewartracker``: additional rate by partner on policy days of 2025; ``budget_lab``:
        statutory rate of all US imports by month; ``customs``: duty calculated over imports, in
        the first prints, which alone have industries (`collected` has the newest vintage).
    partners : str or iterable of str, optional
        Codes or names; the focus five when None. The Budget Lab has the total only.

    Returns
    -------
    DataFrame
        Index (partner, date). theirs, then a column for each rule, remainder and ours, as
        fractions of imports: theirs + the rules + remainder = ours. A rule's column is what our
        reading of it changes, computed by the engine with the rules before it taken over; the
        remainder is what no rule explains. ``.attrs``: ``rules``, rule -> who is right, and why;
        ``measure``, what is compared: all duty, or what was added to the ordinary one.

    Raises
    ------
    ArgumentError
        For another peer, an unknown partner, and partners of whom the peer has no rate.

    Examples
    --------
    >>> table = reconcile("tradewartracker", "GBR")
    >>> rules = table.drop(columns=["theirs", "ours"]).sum(axis=1)
    >>> bool(np.allclose(table["theirs"] + rules, table["ours"]))
    True
    """
    choose(peer, TITLES, "peer", "unknown peer")
    codes = resolve(partners) if partners is not None else FOCUS
    table = _reconciled(peer, codes)
    if table.empty:
        what = f"no rate of {TITLES[peer]} for this partner"
        source = "duties_monthly_naics3" if peer == "customs" else "peer_rates"
        raise ArgumentError(what, field="partners", value=listing(codes),
                            allowed=f"a partner of the table {source}")  # fmt: skip
    return table


def _reconciled(peer: str, codes: tuple[str, ...]) -> pd.DataFrame:
    """Return the steps for the partners that the peer has; without a row where it has none."""
    if peer == "customs":
        return _customs(codes)
    rules = TRACKER if peer == "tradewartracker" else BUDGET_LAB
    table = datasets.load("peer_rates")
    table = table[table["peer"] == peer]
    if peer == "budget_lab":
        codes = tuple(code for code in lines().partners if code != "SVK")
    else:
        table = table[table["partner"].isin(codes)]
    theirs = table.set_index(["partner", "date"])["rate"]
    trade = part_of_lines(codes)
    records: dict[Any, dict[str, float]] = {}
    for stamp in sorted(theirs.index.unique("date")):
        if peer == "budget_lab":
            records |= _month_of_total(stamp, trade, rules, float(theirs[(HOME, stamp)]))
        else:
            records |= _one_day(stamp, trade, rules, theirs)
    return _table(records, peer, {r.name: f"{r.right}: {r.why}" for r in rules})


def _table(records: dict[Any, dict[str, float]], peer: str, rules: dict[str, str]) -> pd.DataFrame:
    """Return the records by partner and date."""
    index = pd.MultiIndex.from_tuples(list(records), names=["partner", "date"])
    table = pd.DataFrame(list(records.values()), index=index).sort_index()
    measure = _MEASURES.get(peer, "US duty")
    table.attrs |= {"peer": peer, "title": TITLES[peer], "rules": rules, "measure": measure}
    return table


def _steps(
    day: dt.date, trade: Lines, rules: tuple[Rule, ...], rates: Callable[[House], pd.Series[Any]]
) -> dict[str, pd.Series[Any]]:
    """Return our rates, what each rule takes off them, and what is left in the peer's reading."""
    house = House(day, day, reading.law().on(day), trade)
    now = rates(house)
    steps = {"ours": now}
    for rule in rules:
        changed = rule.apply(house)
        after = rates(changed) if changed is not house else now
        steps[rule.name] = now - after
        house, now = changed, after
    return steps | {"left": now}


def _row(number: float, steps: dict[str, float]) -> dict[str, float]:
    """Return the peer's number, the rules, the remainder and ours, in this order."""
    rules = {name: step for name, step in steps.items() if name not in ("ours", "left")}
    return {"theirs": number, **rules, "remainder": steps["left"] - number, "ours": steps["ours"]}


def _one_day(
    stamp: pd.Timestamp, trade: Lines, rules: tuple[Rule, ...], theirs: pd.Series[Any]
) -> dict[Any, dict[str, float]]:
    """Return a row for each partner on one day of the peer's table."""
    steps = _steps(stamp.date(), trade, rules, _by_partner)
    return {
        (partner, stamp): _row(
            float(theirs[(partner, stamp)]), {k: float(v[partner]) for k, v in steps.items()}
        )
        for partner in trade.partners
        if (partner, stamp) in theirs.index
    }


def _month_of_total(
    month: pd.Timestamp, trade: Lines, rules: tuple[Rule, ...], number: float
) -> dict[Any, dict[str, float]]:
    """Return the row of one month of all imports: the mean of its days."""
    end = month + pd.offsets.MonthBegin(1)
    changes = [day for day in reading.law().days() if month.date() < day < end.date()]
    starts = [month.date(), *changes]
    lengths = [(b - a).days for a, b in zip(starts, [*changes, end.date()], strict=True)]
    parts = [_steps(day, trade, rules, _of_all) for day in starts]
    steps = {
        name: float(np.average([part[name][HOME] for part in parts], weights=lengths))
        for name in parts[0]
    }
    return {(HOME, month): _row(number, steps)}


def _of_all(house: House) -> pd.Series[Any]:
    """Return the rate of all imports together, base included."""
    trade = house.trade
    duty = (trade.value * house.added() + trade.duty).sum() / trade.value.sum()
    return pd.Series({HOME: duty})


def _by_partner(house: House) -> pd.Series[Any]:
    """Return the added rate of each partner."""
    trade, rate = house.trade, house.added()
    parts = {code: slice(*trade.run(code)) for code in trade.partners}
    return pd.Series(
        {
            code: (trade.value[part] * rate[part]).sum() / trade.value[part].sum()
            for code, part in parts.items()
        }
    )


_CUSTOMS = {
    "transit": "ours is the law of the day of entry: goods on the water when it changed were "
    "often spared; the law 35 days earlier",
    "conditions": "ours charges doubt: use of parts, weight of metal; the expected shares instead",
    "mix": "ours weighs with the imports of 2024: the month's own industries instead",
}
_SINCE, _UNTIL = pd.Timestamp(2025, 6, 1), pd.Timestamp(2025, 11, 1)
_ON_THE_WATER = pd.Timedelta(days=35)


def _customs(codes: tuple[str, ...]) -> pd.DataFrame:
    """Return the duty calculated over imports, taken to the law's rate, June to November 2025."""
    duties = datasets.load("duties_monthly_naics3")
    last = (_UNTIL + pd.offsets.MonthEnd(0)).date()
    records = {}
    for code in codes:
        own, rates = duties[duties["partner"] == code], industry_rates(code, last)
        for month in pd.date_range(_SINCE, _UNTIL, freq="MS"):
            rows = own[own["month"] == month]
            if rows.empty:
                continue
            days = pd.date_range(month, month + pd.offsets.MonthEnd(0))
            ours = rates.law.loc[days].mean() + rates.base
            late = rates.law.loc[days - _ON_THE_WATER].mean() + rates.base
            unsure = rates.expected.loc[days - _ON_THE_WATER].mean() + rates.base
            weights = rows.set_index(rows["naics3"].astype(str))["imports_usd"]
            both = weights.index.intersection(unsure.index)
            mixed = float(np.average(unsure[both], weights=weights[both]))
            flat = [float(x @ rates.weight) for x in (ours, late, unsure)]
            customs = float(rows["duty_usd"].sum() / rows["imports_usd"].sum())
            records[(code, month)] = {
                "theirs": customs,
                "transit": flat[0] - flat[1],
                "conditions": flat[1] - flat[2],
                "mix": flat[2] - mixed,
                "remainder": mixed - customs,
                "ours": flat[0],
            }
    return _table(records, "customs", dict(_CUSTOMS))
