"""The sentences of the front page."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from tradeviz.law.outcome import TODAY
from tradeviz.partners import all_called, called
from tradeviz.quantities import day, dollars, in_words, percent
from tradeviz.show.letters import lowered
from tradeviz.show.sentence import claim, sentences
from tradeviz.story.standing import PAUSE, Standing, law_day
from tradeviz.trade.show_outcomes import CLEARLY

_CARS = "s232_autos"
_TENTH = 0.001
_MONTH = 30
"""Days that a rate is law before it counts as one that goods bore."""


def headline(standings: Mapping[str, Standing]) -> str:
    """Say who came out of the talks clearly better off than the pause left them."""
    steps = {code: one.step for code, one in standings.items()}
    below = [code for code, step in steps.items() if step <= -CLEARLY]
    many = in_words(len(steps)).capitalize()
    if not below:
        text = f"{many} went to Washington first. Nobody came back clearly better off."
        return claim(text, min(steps.values()) > -CLEARLY, steps)
    who = all_called(below)
    only = "Only " if len(below) < len(steps) / 2 else ""
    who = f"{only}{who}" if only else who[0].upper() + who[1:]
    text = f"{many} went to Washington first. {who} came back clearly better off."
    others = [step for code, step in steps.items() if code not in below]
    holds = max(steps[code] for code in below) <= -CLEARLY and all(s > -CLEARLY for s in others)
    return claim(text, holds, steps)


def lead(standings: Mapping[str, Standing]) -> str:
    """Say on whose goods importers pay most today, and whose fell most against the pause.

    Examples
    --------
    >>> from tradeviz.story.standing import standings
    >>> lead(standings()).startswith("US importers pay most on goods from")
    True
    """
    rates = {code: one.rates[TODAY] for code, one in standings.items()}
    steps = {code: one.step for code, one in standings.items()}
    top, low = max(rates, key=lambda c: rates[c]), min(steps, key=lambda c: steps[c])
    first = (
        f"US importers pay most on goods from {called(top)}: {percent(rates[top])} of their value "
        "today."
    )
    second = (
        f"Against the pause the duty on goods from {called(low)} fell most: by "
        f"{abs(steps[low]) * 100:.1f} points."
        if steps[low] < 0
        else "Against the pause it fell for none."
    )
    return sentences(
        claim(first, all(rate <= rates[top] for rate in rates.values()), rates),
        claim(second, all(step >= steps[low] for step in steps.values()), steps),
    )


def longest(standings: Mapping[str, Standing]) -> str:
    """Say whose goods bore the highest duty, and how long it was above what others ever bore.

    Examples
    --------
    >>> from tradeviz.story.standing import standings
    >>> "India" in longest(standings())
    True
    """
    peaks = {code: _lasting(one.path) for code, one in standings.items()}
    code = max(peaks, key=lambda c: peaks[c])
    if len(peaks) == 1:
        return _alone(standings[code])
    above = max((peak for other, peak in peaks.items() if other != code), default=0.0)
    mean, first, last = _spell(standings[code].path, above)
    text = (
        f"Goods from {called(code)} bore most: {percent(mean, 0)} on average from {day(first)} "
        f"to {day(last)}, more than others ever did for long."
    )
    return claim(text, mean > above and all(p <= peaks[code] for p in peaks.values()), peaks)


def _alone(one: Standing) -> str:
    """Say what a single partner's goods bore at most, and on which day the law asked it first."""
    peak, on = float(one.path.max()), one.path.idxmax()
    text = f"Goods from {one.called} bore at most {percent(peak)}: on {day(on)}."
    return claim(text, bool((one.path <= peak).all()), one.path.to_dict())


def _days(path: pd.Series[float]) -> pd.Series[int]:
    """Return how many days each rate of a path was law."""
    dates = pd.DatetimeIndex(path.index)
    ends = [*dates[1:], dates[-1] + pd.Timedelta(days=1)]
    return pd.Series([(end - start).days for start, end in zip(dates, ends, strict=True)], dates)


def _lasting(path: pd.Series[float]) -> float:
    """Return the highest rate that was law for a month on end: a list was law for a day only."""
    return float(path[(_days(path) >= _MONTH).to_numpy()].max())


def _spell(path: pd.Series[float], above: float) -> tuple[float, pd.Timestamp, pd.Timestamp]:
    """Return mean rate, first and last day of the spell around the peak above a rate."""
    rates, days = path.to_numpy(), _days(path)
    top = int((rates == _lasting(path)).argmax())
    first = last = top
    while first > 0 and rates[first - 1] > above:
        first -= 1
    while last + 1 < len(rates) and rates[last + 1] > above:
        last += 1
    part, weight = rates[first : last + 1], days.to_numpy()[first : last + 1]
    end = days.index[last] + pd.Timedelta(days=int(days.iloc[last]) - 1)
    return float((part * weight).sum() / weight.sum()), days.index[first], end


def cars(layers: pd.DataFrame) -> str:
    """Say whose bill cars carry most.

    Parameters
    ----------
    layers : DataFrame
        From `exposure` of the last law, ``by="layer"``.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> cars(exposure("in_force", by="layer")).startswith("Cars and parts")
    True
    """
    duty = layers["added_duty_usd"].groupby(level=["partner", "layer"]).sum().unstack("layer")
    share = (duty[_CARS] / duty.sum(axis=1)).sort_values(ascending=False)
    most = [str(code) for code in share.index[:2]]
    both = float(duty.loc[most, _CARS].sum() / duty.loc[most].sum().sum())
    text = (
        f"Cars and parts carry {percent(both, 0)} of the duty added on goods from "
        f"{all_called(most)}."
    )
    return claim(text, both > float(share.iloc[2:].max()), share)


def customs(months: pd.DataFrame) -> str:
    """Say how much less, or more, customs collected than the law asks at the goods of 2024.

    Parameters
    ----------
    months : DataFrame
        partner, month, imports_usd, collected_rate and law_rate.

    Examples
    --------
    >>> months = pd.DataFrame({"partner": ["JPN"], "month": [pd.Timestamp("2026-07-01")],
    ...     "imports_usd": [1.0], "collected_rate": [0.10], "law_rate": [0.13]})
    >>> customs(months)
    'Over the last twelve months customs collected 3.0 points less than the law asks.'
    """
    last = months["month"].max()
    recent = months[months["month"] > last - pd.DateOffset(months=12)]
    # A month without a figure weighs nothing; the others weigh as much as was bought in them.
    known = recent.dropna(subset=["collected_rate", "law_rate", "imports_usd"])
    gaps = known["collected_rate"] - known["law_rate"]
    gap = float((gaps * known["imports_usd"]).sum() / known["imports_usd"].sum())
    side = "less" if gap < 0 else "more"
    text = (
        f"Over the last twelve months customs collected {abs(gap) * 100:.1f} points {side} than "
        "the law asks."
    )
    return claim(text, (gap < 0) == (side == "less"), recent.groupby("partner")["law_rate"].mean())


def card(one: Standing) -> tuple[str, str]:
    """Return the two lines of a card: before and at most, dollars and what carries them."""
    most = f"{percent(one.worst, 0)} under “{lowered(one.worst_called)}”"
    first = f"{percent(one.rates['before'])} before 2025 · {most}"
    most = one.goods[0][0].lower() if one.goods else "nothing"
    second = f"{dollars(one.duty_usd[TODAY])} a year, most on {most}"
    holds = one.rates["before"] <= one.worst and one.rates[PAUSE] <= one.worst
    return claim(first, holds, one.rates), second


def since_last(standings: Mapping[str, Standing], vintages: pd.DataFrame) -> tuple[str, list[str]]:
    """Say what moved since the last release of these figures."""
    last = str(vintages["vintage"].iloc[-1])
    old = vintages[vintages["vintage"] == last].set_index("partner")
    known = str(pd.Timestamp(old["known_until"].iloc[0]).date())
    lines, steps = [], {}
    for code, one in standings.items():
        then, now = float(old["effective_rate"][code]), one.rates[TODAY]
        steps[code] = now - then
        if abs(now - then) >= _TENTH:
            lines.append(f"{one.name}: {percent(then)}, now {percent(now)}")
    law = "" if known == law_day() else f", with the law to {day(law_day())} (was {day(known)})"
    few, whole = in_words(len(lines)), in_words(len(steps))
    rates = f"all {whole} rates" if len(lines) == len(steps) else f"{few} of the {whole} rates"
    text = f"Since version {last}{law}, {rates} moved."
    moved = [step for step in steps.values() if abs(step) >= _TENTH]
    return claim(text, len(moved) == len(lines), steps), lines
