"""Sentences on the trade response: what an outcome does, who wins from whom, and the backtest."""

from __future__ import annotations

import pandas as pd

from tradeviz.partners import called, name
from tradeviz.quantities import listing
from tradeviz.show.reading import need, of_outcome, title_in
from tradeviz.show.sentence import billion, signed

# Below half of the last digit that is written, a flow is none.
_NONE = 0.05e9


def response(table: pd.DataFrame, outcome: str) -> str:
    """Say what an outcome does to US imports from each partner, with the range of the draws.

    Parameters
    ----------
    table : DataFrame
        From `tradeviz.respond`, with draws.
    outcome : str
        Name of an outcome in it.

    Returns
    -------
    str
        Markdown.

    Raises
    ------
    ArgumentError
        When the outcome is not in the table, or the table has no draws.

    Examples
    --------
    >>> from tradeviz.models.response import respond
    >>> "Japan" in response(respond("snapback", partners="JPN", draws=5), "snapback")
    True
    """
    columns = [f"value_change_{part}" for part in ("low", "central", "high")]
    flat = need(table, ["outcome", "partner", "value_change_usd_central", *columns])
    own = of_outcome(flat, outcome)
    parts = []
    for row in own.itertuples():
        low, middle, high = (signed(float(getattr(row, column))) for column in columns)
        value = float(row.value_change_usd_central)  # type: ignore[arg-type]
        money = f"{billion(value)} {'more' if value > 0 else 'less'}"
        parts.append(f"**{called(str(row.partner))}** {middle} ({low} to {high}; {money})")
    reference = str(table.attrs.get("reference", ""))
    against = title_in(table, reference)
    title = title_in(table, outcome)
    return (
        f"Under “{title}”, against “{against}”, US imports a year change as follows: "
        f"{', '.join(parts)} (median and range of the effect: 5 to 95 % of "
        f"{table.attrs.get('draws')} draws of elasticities; not a forecast)."
    )


def diversion(table: pd.DataFrame, outcome: str) -> str:
    """Say who wins from whom.

    Parameters
    ----------
    table : DataFrame
        From `tradeviz.respond` with ``by="competitor"``.
    outcome : str
        Name of an outcome in it.

    Returns
    -------
    str
        Markdown: for each partner the sum, and the largest flows that make it up.

    Raises
    ------
    ArgumentError
        When the outcome is not in the table.

    Examples
    --------
    >>> from tradeviz.models.response import respond
    >>> "Mexico" in diversion(respond("snapback", partners="JPN", by="competitor"), "snapback")
    True
    """
    own = of_outcome(need(table, ["outcome", "partner", "competitor", "diverted_usd"]), outcome)
    parts = []
    for code in dict.fromkeys(own["partner"].astype(str)):
        flows = own[own["partner"] == code].set_index("competitor")["diverted_usd"]
        total = float(flows.sum())
        if abs(total) < _NONE:
            parts.append(f"**{called(code)}** neither wins nor loses")
            continue
        most = (flows * (1 if total > 0 else -1)).nlargest(3)
        most = most[most >= _NONE]
        verb, way = ("wins", "from") if total > 0 else ("loses", "to")
        named = listing(
            [f"{called(str(key))} ({billion(float(value))})" for key, value in most.items()]
        ) if len(most) else "many, none of them large"  # fmt: skip
        parts.append(f"**{called(code)}** {verb} {billion(abs(total))}, above all {way} {named}")
    return (
        "From hand to hand between suppliers of the same products, at central elasticities: "
        f"{'; '.join(parts)}."
    )


def backtest(level: pd.DataFrame, others: pd.DataFrame) -> str:
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

    Raises
    ------
    ArgumentError
        When a column is missing, such as without draws.

    Examples
    --------
    >>> from tradeviz.models.response import backtest as put
    >>> both = (put("JPN", draws=5), put("JPN", draws=5, against="others"))
    >>> backtest(*both)[:3]
    'How'
    """
    wanted = ["partner", "recorded_change", "model_change_central", "change_covered"]
    flat = need(level, [*wanted, "rate_covered"])
    aside = need(others, wanted)
    first, last = level.attrs.get("months", ("", ""))
    gap = (flat["recorded_change"] - flat["model_change_central"]).abs()
    worst = flat.iloc[int(gap.to_numpy().argmax())]
    inside = aside.loc[aside["change_covered"].astype(bool), "partner"]
    until = others.attrs.get("months", ("", ""))[1]
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
