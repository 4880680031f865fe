"""The sentences on the law over time, on the outcomes, and on the goods that carry the bill."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from tradeviz.datasets import column_by
from tradeviz.law.outcome import TODAY
from tradeviz.partners import all_called, called
from tradeviz.quantities import all_of, counted, day, dollars, in_words, listing, percent
from tradeviz.show.letters import lowered
from tradeviz.show.reading import title_in
from tradeviz.show.sentence import claim, sentences
from tradeviz.trade.show_outcomes import CLEARLY

APRIL_LIST = dt.date(2025, 4, 9)
_HALF = 0.5
_NOTHING = "Nothing is added to the duty of before."


def _families(path: pd.DataFrame) -> pd.DataFrame:
    """Return the added rate by partner, date and family of the law."""
    added = path[path["layer"] != "mfn"]
    family = added["layer"].astype(str).map(column_by("layers", "layer", "family"))
    family.name = "family"
    return added.groupby(["partner", "date", family])["added_rate"].sum().unstack().fillna(0.0)


def history(path: pd.DataFrame) -> str:
    """Say how long the April list was law, and when the emergency duties ended.

    Parameters
    ----------
    path : DataFrame
        From `exposure_path`.

    Examples
    --------
    >>> from tradeviz.story.standing import paths
    >>> "April list" in history(paths())
    True
    """
    parts = _families(path)
    if "ieepa" not in parts or not parts["ieepa"].any():
        if not path["date"].min().date() <= APRIL_LIST <= path["date"].max().date():
            return ""
        text = "The emergency duties of 2025 were never added to these goods."
        added = path.loc[path["added_rate"] != 0, "layer"].astype(str)
        return claim(text, not added.isin(("reciprocal", "fentanyl")).any())
    emergency = parts["ieepa"].groupby("date").max()
    since = emergency[emergency.index >= pd.Timestamp(APRIL_LIST)]
    said: list[str] = []
    if len(since) > 1 and since.index[0].date() == APRIL_LIST:
        days = (since.index[1] - since.index[0]).days
        lasted = "a day" if days == 1 else f"{in_words(days)} days"
        text = f"The April list was law for {lasted}; then came the ten percent of the pause."
        fell = bool(since.iloc[1] < since.iloc[0])
        if fell:
            said.append(claim(text, fell, {"days": days}))
    if emergency.iloc[-1] == 0:
        ended = emergency.index[(emergency == 0) & (emergency.index > emergency.idxmax())][0]
        text = f"The emergency duties ended on {day(ended)}, and other laws took their place."
        last = parts.groupby("date").max().iloc[-1].drop("ieepa").sum()
        said.append(claim(text, bool(last > 0), emergency.tail(3).to_dict()))
    return sentences(*said)


def product_duties(path: pd.DataFrame) -> str:
    """Say for whom the duties on products are most of what is added today.

    Examples
    --------
    >>> from tradeviz.story.standing import paths
    >>> "cars, metals" in product_duties(paths())
    True
    """
    last = _families(path).groupby("partner").last()
    products = last["s232"] if "s232" in last else 0.0
    share = (products / last.sum(axis=1)).dropna().sort_values(ascending=False)
    most = share.index[share > _HALF]
    text = (
        f"The duties on cars, metals and other products (Section 232) are more than half of what "
        f"is added today on goods from {all_called(most)}."
        if len(most)
        else "Nowhere are the duties on cars, metals and other products (Section 232) more than "
        "half of what is added today."
    )
    return claim(text, len(most) == int((share > _HALF).sum()), share.to_dict())


def ordinary(tables: dict[str, pd.DataFrame]) -> str:
    """Say how much it moves which ordinary duty a ceiling includes.

    Parameters
    ----------
    tables : dict of str to DataFrame
        Kind of ordinary duty -> exposure.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> kinds = ("preference", "mfn")
    >>> ordinary({k: exposure("in_force", ordinary=k) for k in kinds}).startswith("Which")
    True
    """
    rates = pd.DataFrame({kind: table["added_rate"] for kind, table in tables.items()})
    span = (rates.max(axis=1) - rates.min(axis=1)).groupby("partner").max()
    text = (
        f"Which ordinary duty a ceiling includes moves no rate by more than "
        f"{float(span.max()) * 100:.1f} points."
    )
    return claim(text, bool((span <= float(span.max())).all()), span.to_dict())


def outcomes(exposure: pd.DataFrame, reference: str, today: str = "in_force") -> str:
    """Say who has most at stake, and where the law ended.

    Parameters
    ----------
    exposure : DataFrame
        From `exposure`, several outcomes.
    reference : str
        What today is set against.
    today : str
        The outcome that is the law.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> outcomes(exposure(["agreement", "pause", "breakdown", "in_force"]), "pause")[:4]
    'Most'
    """
    duty = exposure["added_duty_usd"].unstack("outcome")
    span = (duty.max(axis=1) - duty.min(axis=1)).sort_values(ascending=False)
    first = claim(
        f"Most is at stake for goods from {called(str(span.index[0]))}: the outcomes lie "
        f"{dollars(float(span.iloc[0]), words=True)} a year apart.",
        bool((span <= span.iloc[0]).all()),
        span.to_dict(),
    )
    if today not in duty or reference not in duty:
        return first
    rates = exposure["effective_rate"].unstack("outcome")
    step = rates[today] - rates[reference]
    below, above = step.index[step <= -CLEARLY], step.index[step >= CLEARLY]
    parts = [f"{all_called(below)} clearly lower"] * bool(len(below))
    parts += [f"{all_called(above)} clearly higher"] * bool(len(above))
    now = "the law today" if today == TODAY else f"“{lowered(title_in(exposure, today))}”"
    start = f"Against “{lowered(title_in(exposure, reference))}” {now} leaves"
    text = f"{start} {' and '.join(parts) or 'nobody clearly higher or lower'}"
    near = len(step) - len(below) - len(above)
    text += ", and the others within two points of it." if parts and near else "."
    return sentences(first, claim(text, near >= 0, step.to_dict()))


def gap(exposure: pd.DataFrame) -> str:
    """Say for whom the outcomes differ least in points of duty, and for whom most.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> "points" in gap(exposure(["agreement", "breakdown"]))
    True
    """
    rates = exposure["effective_rate"].unstack("outcome")
    span = (rates.max(axis=1) - rates.min(axis=1)).sort_values()
    low, high = str(span.index[0]), str(span.index[-1])
    if low == high:
        text = f"The best and the worst outcome lie {_whole(span.iloc[0])} of duty apart."
        return claim(text, len(span) == 1, span.to_dict())
    text = (
        f"Between the best and the worst outcome lie {_whole(span.iloc[-1])} of duty for "
        f"{called(high)}, and {span.iloc[0] * 100:.0f} for {called(low)}."
    )
    return claim(text, span.iloc[0] <= span.iloc[-1], span.to_dict())


def _whole(gap: float) -> str:
    """Return a difference of rates in whole points."""
    return counted(round(gap * 100), "point")


def passed_by(layers: pd.DataFrame, outcome: str) -> str:
    """Say how much of the bill a change of the country rate passes by.

    Parameters
    ----------
    layers : DataFrame
        From `exposure` with ``by="layer"``.
    outcome : str
        The outcome looked at.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> "product" in passed_by(exposure("in_force", by="layer"), "in_force")
    True
    """
    duty = layers["added_duty_usd"].xs(outcome, level="outcome")
    layer = duty.index.get_level_values("layer").astype(str)
    if not float(duty.sum()):
        return claim(_NOTHING, bool((duty == 0).all()), duty.to_dict())
    share = float(duty[layer.str.startswith("s232")].sum() / duty.sum())
    codes = duty.index.unique("partner")
    whose, rate = (
        (f"{all_of(len(codes), words=True)} together", "countries’ rates")
        if len(codes) > 1
        else (called(str(codes[0])), "country’s rate")
    )
    text = (
        f"Duties on products are {percent(share, 0)} of the bill added for {whose}: that part "
        f"would stay if only the {rate} fell."
    )
    return claim(text, 0 <= share <= 1, {"share": share})


def unsure(exposure: pd.DataFrame) -> str:
    """Say how much of today's bill rests on provisional law.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> "provisional" in unsure(exposure("in_force"))
    True
    """
    share = (exposure["provisional_share"] * exposure["added_duty_usd"]).sum()
    whole = float(exposure["added_duty_usd"].sum())
    if not whole:
        return claim(_NOTHING, bool((exposure["added_duty_usd"] == 0).all()))
    part = float(share / whole)
    text = (
        f"Of the added duty, {percent(part, 0)} rests on provisional law: sources differ, or a "
        "list is not public."
    )
    return claim(text, 0 <= part <= 1, {"provisional": part})


def chapters(table: pd.DataFrame) -> str:
    """Say which chapter carries most of each bill.

    Parameters
    ----------
    table : DataFrame
        From `exposure` with ``by="hs2"`` and one outcome.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> "cars" in chapters(exposure("pause", partners="JPN", by="hs2"))
    True
    """
    titles = column_by("sectors", "hs2", "chapter")
    duty = table["added_duty_usd"].groupby(level=["partner", "hs2"]).sum()
    duty = duty[duty > 0]
    if duty.empty:
        return claim(_NOTHING, bool((table["added_duty_usd"] == 0).all()))
    top = duty.groupby(level="partner").idxmax()
    groups: dict[str, list[str]] = {}
    for code, (_, chapter) in top.items():
        title = titles[str(chapter)]
        groups.setdefault(title[0].lower() + title[1:], []).append(str(code))
    parts = [f"{title} for {all_called(codes)}" for title, codes in groups.items()]
    text = f"The chapter that carries most of the bill: {'; '.join(parts)}."
    return claim(text, sum(map(len, groups.values())) == len(top), top.to_dict())


def spread(table: pd.DataFrame) -> str:
    """Say whose bill is most concentrated in one chapter, and whose is most spread.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> "bill" in spread(exposure("in_force", by="hs2"))
    True
    """
    duty = table["added_duty_usd"].groupby(level=["partner", "hs2"]).sum()
    share = (duty.groupby("partner").max() / duty.groupby("partner").sum()).dropna().sort_values()
    if share.empty:
        return ""
    low, high = called(str(share.index[0])), called(str(share.index[-1]))
    if low == high:
        text = f"Its first chapter has a share of {percent(float(share.iloc[0]), 0)} of the bill."
        return claim(text, len(share) == 1, share.to_dict())
    text = (
        f"Its largest chapter carries most for {high}, "
        f"{percent(float(share.iloc[-1]), 0)} of the bill, and least for {low}, "
        f"{percent(float(share.iloc[0]), 0)}."
    )
    return claim(text, bool(share.is_monotonic_increasing), share.to_dict())


def _of(some: int, whole: int) -> str:
    """Return a count of a whole in words: all five, three of five, none."""
    if some == whole:
        return all_of(whole, words=True)
    return f"{in_words(some)} of {in_words(whole)}" if some else in_words(some)


def handicaps(rivals: pd.DataFrame, before: pd.DataFrame | None = None) -> str:
    """Say who pays less than the rivals today, and what became of it since another day.

    Parameters
    ----------
    rivals, before : DataFrame
        From `competitors`, not split further.

    Examples
    --------
    >>> from tradeviz.trade.competitors import competitors
    >>> "rivals" in handicaps(competitors("in_force"), competitors("pause"))
    True
    """
    # To the tenth of a point that is shown: a gap of less is none.
    gaps = rivals.set_index("partner")["handicap"].dropna().round(3)
    ahead, behind = gaps.index[gaps < 0], gaps.index[gaps >= 0]
    parts = [f"below that of rivals for {all_called(ahead)}"] * bool(len(ahead))
    if len(behind):
        beside = "above it" if len(ahead) else "not below that of rivals"
        parts.append(f"{beside} for {all_called(behind)}")
    now = lowered(str(rivals.attrs["title"]))
    text = f"Under “{now}” the duty on the same goods is {' and '.join(parts)}."
    checked = claim(text, len(ahead) + len(behind) == len(gaps), gaps.to_dict())
    if before is None:
        return checked
    old = before.set_index("partner")["handicap"].reindex(gaps.index).round(3)
    lost = int((gaps > old).sum())
    then = f"Under “{lowered(str(before.attrs['title']))}” it was"
    if len(old) == 1:
        side = "below" if (old < 0).all() else "not below"
        won = "gained" if (gaps < old).all() else "neither lost nor gained"
        more = f"{then} {side} it; against that it {'lost' if lost else won} ground."
    else:
        many = int((old < 0).sum())
        more = (
            f"{then} below for {_of(many, len(old))}; against that {_of(lost, len(old))} lost "
            "ground."
        )
    return sentences(checked, claim(more, bool(lost <= len(old)), old.to_dict()))


def own(exposure: pd.DataFrame, name: str, reference: str) -> str:
    """Say what terms of one's own cost beside another outcome, partner by partner.

    Parameters
    ----------
    exposure : DataFrame
        From `exposure`: both outcomes.
    name, reference : str
        The own outcome, and the one it is set beside.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> "against" in own(exposure(["pause", "snapback"], partners="JPN"), "snapback", "pause")
    True
    """
    duty = exposure["added_duty_usd"].unstack("outcome")
    title, other = (lowered(title_in(exposure, outcome)) for outcome in (name, reference))
    said = [
        claim(
            f"On goods from {called(str(code))} US importers would pay "
            f"{dollars(float(row[name]), words=True)} a year under “{title}”, against "
            f"{dollars(float(row[reference]), words=True)} under “{other}”.",
            bool(row[name] >= 0 and row[reference] >= 0),
            row.to_dict(),
        )
        for code, row in duty.iterrows()
    ]
    return " ".join(said)


def example(layers: pd.DataFrame, partner: str, on: str) -> str:
    """Say which good on which day an explanation is about, and what it paid in all.

    Parameters
    ----------
    layers : DataFrame
        From `tradeviz.explain`.
    partner, on : str
        Code, and the day.

    Examples
    --------
    >>> from tradeviz.law.explain import explain
    >>> table = explain("JPN", "8703230140", "2025-09-20")
    >>> example(table, "JPN", "2025-09-20").startswith("As an example")
    True
    """
    rate = float(layers.attrs["total_rate"])
    text = (
        f"As an example one item from {called(partner)}, on {day(on)}: in all "
        f"{percent(rate)} of its value."
    )
    return claim(text, abs(float(layers["rate"].sum()) - rate) < 1e-9, {"total": rate})


def beside(layers: pd.DataFrame, outcome: str) -> str:
    """Say what stood beside the country rate in an outcome: duties on products, and what was free.

    Parameters
    ----------
    layers : DataFrame
        From `exposure` with ``by="layer"``.
    outcome : str
        The outcome.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> "Beside" in beside(exposure("pause", by="layer"), "pause")
    True
    """
    rows = layers.xs(outcome, level="outcome")
    layer = rows.index.get_level_values("layer").astype(str)
    duty = rows["added_duty_usd"].groupby(layer).sum()
    titles = column_by("layers", "layer", "title")
    product = [titles[key].lower() for key in duty[duty > 0].index if key.startswith("s232")]
    country = float(duty.get("reciprocal", 0.0))
    if not product or country <= 0:
        return ""
    part = country / float(duty.sum())
    text = (
        f"Beside the country rate stood duties on {listing(product)}: of the added bill "
        f"{percent(part, 0)} was the country rate."
    )
    return claim(text, 0 < part < 1, duty.to_dict())
