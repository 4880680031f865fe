"""The sentences on forecasts, their record, and what an outcome changes with all else held."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from tradeviz.law.outcome import title_of
from tradeviz.lines import lines
from tradeviz.models.response.parameters import TITLES
from tradeviz.partners import all_called, called
from tradeviz.quantities import dollars, in_words, listing, month, percent
from tradeviz.show.letters import lowered
from tradeviz.show.reading import title_in
from tradeviz.show.sentence import claim, sentences
from tradeviz.trade.exposure import exposure

_FLOW = 0.05e9
"""Below half of the last digit that is written, a flow is none."""
_SAME = 1e-9


def ahead(forecasts: pd.DataFrame, outcome: str) -> str:
    """Say what is forecast for the last month under an outcome, partner by partner.

    Parameters
    ----------
    forecasts : DataFrame
        From `tradeviz.forecast`.
    outcome : str
        Name of an outcome in it.

    Examples
    --------
    >>> from tradeviz.models.forecast import forecast
    >>> "four cases of five" in ahead(forecast("in_force", partners="JPN"), "in_force")
    True
    """
    table = forecasts.xs((outcome, "imports_usd"), level=("outcome", "quantity"))
    last = table.index.get_level_values("month").max()
    rows: Any = table.xs(last, level="month")
    rows = rows.sort_values("median", ascending=False)
    title = lowered(title_in(forecasts, outcome))
    first = f"US imports in {month(last)} under “{title}”, in four cases of five:"
    said = [
        claim(
            f"- {called(str(code), start=True)}: {dollars(float(row['low_80']), words=True)} to "
            f"{dollars(float(row['high_80']), words=True)}",
            bool(row["low_80"] <= row["median"] <= row["high_80"]),
            row.to_dict(),
        )
        for code, row in rows.iterrows()
    ]
    return "\n".join([first, "", *said])


def record(scored: pd.DataFrame) -> str:
    """Say how often the record fell inside the range, and by how much naive forecasts were beaten.

    Parameters
    ----------
    scored : DataFrame
        From `tradeviz.models.forecast.scores`.

    Examples
    --------
    >>> keys = [("duty_rate", "imports_usd"), ("all",), ("forecast", "last_year")]
    >>> index = pd.MultiIndex.from_product(keys, names=["quantity", "group", "method"])
    >>> table = {"coverage_80": 0.8, "mean_absolute_error": 0.01, "crps": [1.0, 2.0, 4.0, 3.0]}
    >>> "worse than the best naive ones" in record(pd.DataFrame(table, index))
    True
    """
    own = scored.xs(("all", "forecast"), level=("group", "method"))
    held = own["coverage_80"]
    crps = scored["crps"].loc[("imports_usd", "all")]
    gain = float(1 - crps["forecast"] / crps.drop("forecast").min())
    error = float(own["mean_absolute_error"]["duty_rate"])
    side = "better" if gain > 0 else "worse"
    return sentences(
        claim(
            "The range that promises four cases in five held "
            f"{percent(float(held['imports_usd']), 0)} of the months of imports and "
            f"{percent(float(held['duty_rate']), 0)} of the duty rates",
            bool(held.between(0, 1).all()),
            held.to_dict(),
        ),
        claim(
            f"Forecasts of imports score {percent(abs(gain), 0)} {side} than the best naive ones",
            (gain > 0) == (side == "better"),
            crps.to_dict(),
        ),
        claim(f"The duty rate is off by {error * 100:.1f} points on average", error >= 0),
    )


def effect(response: pd.DataFrame, outcome: str) -> str:
    """Say from whom imports rise most and from whom they fall most, with the range of the effect.

    Parameters
    ----------
    response : DataFrame
        From `tradeviz.respond`, with draws.
    outcome : str
        Name of an outcome in it.

    Examples
    --------
    >>> from tradeviz.models.response import respond
    >>> "US imports from Japan" in effect(respond("snapback", partners="JPN", draws=5), "snapback")
    True
    """
    rows = response.xs(outcome, level="outcome")
    change = rows["value_change_central"].sort_values()
    against = title_in(response, str(response.attrs.get("reference", "")))
    title = title_in(response, outcome)
    said = []
    for code, verb in _extremes(change):
        row: Any = rows.loc[code]
        middle = float(row["value_change_central"])
        low, high = sorted((float(row["value_change_low"]), float(row["value_change_high"])))
        text = (
            f"US imports from {called(code)} {verb.format('rise', 'fall')}, by "
            f"{percent(abs(middle))}. Published elasticities leave room from "
            f"{percent(low, sign=True)} to {percent(high, sign=True)}."
        )
        said.append(claim(text, low <= middle <= high, change.to_dict()))
    return sentences(f"Under “{title}”, against “{against}”:", *said)


def diversion(flows: pd.DataFrame, outcome: str) -> str:
    """Say who wins most from other suppliers, who loses most, and to whom.

    Parameters
    ----------
    flows : DataFrame
        From `tradeviz.respond` with ``by="competitor"``.
    outcome : str
        Name of an outcome in it.

    Examples
    --------
    >>> from tradeviz.models.response import respond
    >>> "above all" in diversion(respond("snapback", partners="JPN", by="competitor"), "snapback")
    True
    """
    wide: Any = flows["diverted_usd"].xs(outcome, level="outcome").unstack("competitor").fillna(0.0)
    total = wide.sum(axis=1).sort_values()
    reference = flows.attrs.get("reference")
    against = f"Against “{lowered(title_in(flows, reference))}” " if reference else ""
    said: list[str] = []
    for code, verb in _extremes(total):
        size = float(total[code])
        if abs(size) < _FLOW:
            continue
        other = str((wide.loc[code] * np.sign(size)).idxmax())
        way = "from" if size > 0 else "to"
        lead = "" if said else against
        text = (
            f"{lead}{called(code, start=not lead)} {verb.format('wins', 'loses')}: "
            f"{dollars(abs(size), words=True)} a year {way} other suppliers of the same products, "
            f"above all {way} {called(other)}"
        )
        largest = abs(wide.loc[code, other]) >= (wide.loc[code] * np.sign(size)).max()
        said.append(claim(text, bool(largest), total.to_dict()))
    return sentences(*said)


def _extremes(change: pd.Series[float]) -> list[tuple[str, str]]:
    """Return who is highest above zero and who lowest below it, each with the place of its verb."""
    most = " most" if len(change) > 1 else ""
    top, low = str(change.idxmax()), str(change.idxmin())
    ends = [(top, f"{{0}}{most}")] if change[top] > 0 else []
    return ends + ([(low, f"{{1}}{most}")] if change[low] < 0 else [])


def untouched(response: pd.DataFrame, rates: pd.DataFrame, outcome: str) -> str:
    """Say whose duty an outcome leaves alone, and that they sell more if rivals pay more.

    Parameters
    ----------
    response : DataFrame
        From `tradeviz.respond`.
    rates : DataFrame
        From `tradeviz.exposure`: the outcome and the reference.
    outcome : str
        Name of an outcome in both.

    Examples
    --------
    >>> from tradeviz.models.response import respond
    >>> table = exposure(["pause", "snapback"])
    >>> "the UK" in untouched(respond("snapback"), table, "snapback")
    True
    """
    reference = str(response.attrs.get("reference", ""))
    added = rates["added_rate"].unstack("outcome")
    change = response["value_change"].xs(outcome, level="outcome")
    step = (added[outcome] - added[reference]).reindex(change.index)
    gain = [code for code in change.index if abs(step[code]) < _SAME and change[code] > 0]
    if not gain:
        return ""
    text = (
        f"This outcome leaves the duty on goods from {all_called(gain)} "
        "where it was and moves that of rivals, so US imports from there rise"
    )
    return sentences(claim(text, bool((change[gain] > 0).all()), step.to_dict()))


def backtest(level: pd.DataFrame, others: pd.DataFrame) -> str:
    """Say how the effect fares against the record: for how many it holds, and where it misses most.

    Parameters
    ----------
    level : DataFrame
        From `tradeviz.models.response.backtest`, with draws.
    others : DataFrame
        The same with ``against="others"``.

    Examples
    --------
    >>> from tradeviz.models.response import backtest as put
    >>> late = {"draws": 5, "first": "2026-06"}
    >>> both = (put("JPN", **late), put("JPN", against="others", **late))
    >>> backtest(*both).startswith("Put to the law that came")
    True
    """
    came, told = level["recorded_change"], level["model_change_central"]
    held, rate = int(level["change_covered"].sum()), int(level["rate_covered"].sum())
    first, last = (month(f"{part}-01") for part in level.attrs["months"])
    miss = (came - told).abs().reset_index(drop=True)
    worst: Any = level.reset_index(drop=True).loc[int(miss.to_numpy().argmax())]
    larger = int(((came - told).abs() >= told.abs()).sum())
    same = int(((others["recorded_change"] > 0) == (others["model_change_central"] > 0)).sum())
    many, few = in_words(len(level)), in_words(len(others))
    return sentences(
        claim(
            f"Put to the law that came, from {first} to {last}, the range of the effect holds the "
            f"change of imports for {in_words(held)} of {many} partners, and the duty rate for "
            f"{in_words(rate)}",
            held <= len(level) and rate <= len(level),
        ),
        claim(
            f"It misses most for {called(str(worst['partner']))}: "
            f"{percent(float(worst['recorded_change']), sign=True)} recorded, "
            f"{percent(float(worst['model_change_central']), sign=True)} in the model",
            bool((miss <= miss.max()).all()),
            dict(zip(level["partner"], miss, strict=True)),
        ),
        claim(
            f"What the model does not see moved imports by at least as much as duties did for "
            f"{in_words(larger)} of {many}",
            larger <= len(level),
        ),
        claim(
            "Against all other suppliers, which takes the general level of imports out, it has "
            f"the direction right for {in_words(same)} of {few}",
            same <= len(others),
        ),
    )


def general(level: pd.DataFrame) -> str:
    """Say on which side of the effect of duties the recorded imports lie.

    Examples
    --------
    >>> from tradeviz.models.response import backtest as put
    >>> general(put("JPN", draws=5, first="2026-06")).startswith("Imports")
    True
    """
    above = level["recorded_change"] > level["model_change_central"]
    codes = level.loc[above, "partner"]
    if 0 < len(codes) < len(level):
        whose = all_called(codes)
    else:
        whose = "all of them" if len(codes) else "none of them"
    text = f"Imports from {whose} came out above what duties alone would have made them"
    checked = claim(text, len(codes) == int(above.sum()), level["recorded_change"].to_dict())
    return sentences(checked)


def rests(swings: pd.DataFrame) -> str:
    """Say which assumption moves the answer most, and whether it outweighs the others together.

    Parameters
    ----------
    swings : DataFrame
        From `tradeviz.models.response.sensitivity`, one partner.

    Examples
    --------
    >>> from tradeviz.models.response import sensitivity
    >>> "most" in rests(sensitivity("snapback", partners="JPN"))
    True
    """
    size = swings.set_index("parameter")["swing"].abs().sort_values(ascending=False)
    alone = float(size.iloc[0]) > float(size.iloc[1:].sum())
    more = ", more than all the others together" if alone else ""
    text = f"What moves the answer most is {TITLES[str(size.index[0])]}{more}"
    if not size.iloc[0] > 0:
        text = "No assumption moves the answer"
    return sentences(claim(text, bool((size <= size.iloc[0]).all()), size.to_dict()))


def china(reference: str, outcomes: Sequence[str]) -> str:
    """Say what China's goods are charged in the reference, and which outcomes change it.

    Parameters
    ----------
    reference : str
        What outcomes are set against.
    outcomes : sequence of str
        Outcomes that a model answers for.

    Examples
    --------
    >>> china("pause", ["agreement"]).startswith("The reference charges")
    True
    """
    others = [name for name in outcomes if name != reference]
    rates = exposure([reference, *others], partners=lines().partners)["effective_rate"]
    wide = rates.unstack("outcome")
    own: Any = wide.loc["CHN"]
    top = wide[reference].idxmax() == "CHN"
    highest = ", the highest rate of all partners" if top else ""
    text = f"The reference charges {percent(float(own[reference]), 0)} on goods from China{highest}"
    moved = [lowered(title_of(name)) for name in others if own[name] < own[reference]]
    more = (
        f"Trade that comes back to China is part of what these outcomes change: {listing(moved)}"
        if moved
        else ""
    )
    return sentences(
        claim(text, bool((wide[reference] <= own[reference]).all()) == bool(top), own.to_dict()),
        claim(more, bool((own[others] < own[reference]).any()), own.to_dict()) if more else "",
    )
