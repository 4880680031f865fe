"""The sentences on what trade and incomes do about it, and on what a deal is worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from tradeviz.errors import ArgumentError
from tradeviz.models.deals.bargain import rounding_of
from tradeviz.partners import all_called, called
from tradeviz.quantities import dollars, in_words, listing, percent
from tradeviz.show.letters import lowered
from tradeviz.show.reading import alike, title_in
from tradeviz.show.sentence import claim, sentences

INCOME, EXPORTS = "real_income_change", "exports_to_us_change"


def _wide(variants: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return one column a variant, one row an outcome and partner, without the reference."""
    reference = str(variants.attrs.get("reference", ""))
    wide = variants[measure].unstack("variant")
    keep = wide.index.get_level_values("outcome") != reference
    if not keep.any():
        raise ArgumentError("no outcome beside the reference", field="variants")
    return wide[keep]


def _changed(table: pd.DataFrame) -> pd.DataFrame:
    """Return worths in which what is rounding of the solver is nothing, as in `dominance`."""
    return table.where(table.abs() > rounding_of(table.to_numpy(dtype=float)), 0.0)


def income(variants: pd.DataFrame) -> str:
    """Say how much real income moves at most, and for whom.

    Parameters
    ----------
    variants : DataFrame
        From `tradeviz.models.equilibrium.variants`.

    Examples
    --------
    >>> from tradeviz.models.equilibrium import variants
    >>> "real income" in income(variants("snapback", {"Elasticity 4": {}}, partners="JPN"))
    True
    """
    wide = _wide(variants, INCOME)
    most = wide.abs().max(axis=1)
    outcome, code = most.index[int(most.to_numpy().argmax())]
    title = lowered(title_in(variants, str(outcome)))
    text = (
        f"Once wages, prices and trade have adjusted, real income moves most for "
        f"{called(str(code))} under “{title}”: by up to {percent(float(most.max()), 2)} of GDP, "
        "depending on the variant."
    )
    return claim(text, bool((most <= most.max()).all()), most.to_dict())


def signs(variants: pd.DataFrame) -> str:
    """Say in how many cases even the direction of real income hangs on the variant.

    Examples
    --------
    >>> from tradeviz.models.equilibrium import variants
    >>> "agree" in signs(variants("snapback", {"Elasticity 4": {}}, partners="JPN"))
    True
    """
    wide = _wide(variants, INCOME)
    mixed = (wide.min(axis=1) < 0) & (wide.max(axis=1) > 0)
    count = int(mixed.sum())
    if not count:
        return claim("All variants agree on the direction.", not mixed.any())
    text = (
        f"In {in_words(count)} of {len(wide)} cases the variants disagree even on the direction: "
        "take these as no change."
    )
    return claim(text, count == int(mixed.sum()) and count <= len(wide), {"cases": count})


def exports(variants: pd.DataFrame) -> str:
    """Say whether exports to the United States move more than incomes.

    Examples
    --------
    >>> from tradeviz.models.equilibrium import variants
    >>> "Exports" in exports(variants("snapback", {"Elasticity 4": {}}, partners="JPN"))
    True
    """
    trade, own = (_wide(variants, name).abs().max(axis=1) for name in (EXPORTS, INCOME))
    # The United States export nothing to themselves: no case.
    further = (trade - own).dropna()
    share, cases = int((further > 0).sum()), len(further)
    many = "all" if share == cases else f"{in_words(share)} of"
    text = f"Exports to the United States move more than real income in {many} {cases} cases."
    return claim(text, cases > 0, further.to_dict())


def sensitive(variants: pd.DataFrame) -> str:
    """Say which of several assumptions moves real income most.

    Examples
    --------
    >>> from tradeviz.models.equilibrium import CLOSURES, variants
    >>> table = variants("snapback", CLOSURES, partners="JPN")
    >>> "moves" in sensitive(table)
    True
    """
    wide = _wide(variants, INCOME)
    first = str(variants.index.get_level_values("variant")[0])
    moved = wide.drop(columns=first).sub(wide[first], axis=0).abs().max().sort_values()
    names = [f"“{lowered(str(name))}”" for name in moved.index]
    points = f"by up to {float(moved.iloc[-1]) * 100:.2f} points"
    text = (
        f"Of these assumptions {names[-1]} moves real income most, {points}; {names[0]} moves it "
        "least."
    )
    if moved.iloc[0] == moved.iloc[-1]:
        text = f"Real income moves {points} with {listing(names)}."
    return claim(text, bool((moved <= moved.iloc[-1]).all()), moved.to_dict())


def worth(values: pd.DataFrame) -> str:
    """Say to whom a deal is worth most, and who has no reason to sign.

    Parameters
    ----------
    values : DataFrame
        From `tradeviz.models.deals.deal_values`, in dollars.

    Examples
    --------
    >>> from tradeviz.models.deals import deal_values, deals
    >>> "worth most" in worth(deal_values(deals(["JPN", "KOR"])))
    True
    """
    average = _changed(values[["average"]])["average"].sort_values(ascending=False)
    lose = average.index[average < 0]
    best = float(average.iloc[0])
    most = alike(average, lambda value: dollars(value, words=True))
    each = "each " * (len(most) > 1)
    first = (
        f"A deal is worth most to {all_called(most)}: {dollars(best, words=True)} of real income "
        f"{each}a year."
    )
    if not best > 0:
        first = "On these terms a deal is worth nothing to anybody."
    second = f"{all_called(lose)} would lose by signing these terms." if len(lose) else ""
    return sentences(
        claim(first, bool((average <= average.iloc[0]).all()), average.to_dict()),
        claim(second, all(average < 0) or len(lose) < len(average), average.to_dict())
        if second
        else "",
    )


def order(every: Mapping[str, pd.DataFrame]) -> str:
    """Say how little it matters to be first, over all variants of the model.

    Parameters
    ----------
    every : mapping of str to DataFrame
        Name of a variant -> from `tradeviz.models.deals.deal_values`.

    Examples
    --------
    >>> from tradeviz.models.deals import deal_values, deals
    >>> "first" in order({"one": deal_values(deals(["JPN", "KOR"]))})
    True
    """
    tables = _changed(pd.concat(every)[["alone", "last", "average"]])
    tables = tables[tables["average"] != 0]
    gain = (tables["alone"] - tables["last"]) / tables["average"].abs()
    middle = float(gain.median())
    first = f"{'is worth' if middle >= 0 else 'costs'} {percent(abs(middle), 0)} of a deal"
    same = bool(((tables["alone"] > 0) == (tables["last"] > 0)).all())
    text = (
        "The order decides little: whoever gains by signing gains whether first or last, and being "
        f"first {first} in the middle case."
    )
    if not same:
        text = (
            "The order matters to some: whether signing pays hangs on who has signed before; being "
            f"first {first} in the middle case."
        )
    return claim(text, same == text.startswith("The order decides"), gain.to_dict())


def waiting(delay: pd.DataFrame) -> str:
    """Say who gains while nothing is signed, and who loses.

    Parameters
    ----------
    delay : DataFrame
        From `tradeviz.models.deals.delay`.

    Examples
    --------
    >>> from tradeviz.models.deals import deals, delay, schedules
    >>> pair = ["JPN", "KOR"]
    >>> "wait" in waiting(delay(deals(pair, otherwise="pause"), schedules(pair)))
    True
    """
    last = delay[delay["week"] == delay["week"].max()]
    plans = last.pivot(index="partner", columns="plan", values="cost")
    plan = str(plans.mean().idxmax())
    cost = plans[plan]
    pays = [called(str(code)) for code, value in cost.items() if value < 0]
    loses = [called(str(code)) for code, value in cost.items() if value > 0]
    parts = [f"waiting pays for {listing(pays)}"] * bool(pays)
    parts += [f"costs {listing(loses)}"] * bool(loses)
    text = f"While the pause lasts, {' and '.join(parts)}." if parts else "Waiting changes nothing."
    return claim(text, len(pays) + len(loses) <= len(cost), cost.to_dict())


def rare(values: pd.DataFrame) -> str:
    """Say whether a deal is worth most while few others have one.

    Parameters
    ----------
    values : DataFrame
        From `tradeviz.models.deals.deal_values`.

    Examples
    --------
    >>> from tradeviz.models.deals import deal_values, deals
    >>> "worth" in rare(deal_values(deals(["JPN", "KOR"])))
    True
    """
    falls = values["alone"] > values["last"]
    many = int(falls.sum())
    if many == len(values):
        text = "A deal is worth more to each of them alone than as the last of all to sign."
    else:
        text = (
            f"A deal is worth more alone than as the last of all for {in_words(many)} of "
            f"{in_words(len(values))} partners."
        )
    return claim(text, many == int(falls.sum()), (values["alone"] - values["last"]).to_dict())


def rivals(effects: pd.DataFrame) -> str:
    """Say how much of what deals bring is taken by the deals of others, and from whom most.

    Parameters
    ----------
    effects : DataFrame
        From `tradeviz.models.deals.shapley`, in dollars.

    Examples
    --------
    >>> from tradeviz.models.deals import deals, shapley
    >>> "the others" in rivals(shapley(deals(["JPN", "KOR"])))
    True
    """
    codes = [str(code) for code in effects.columns]
    matrix: Any = effects.loc[codes, codes]
    own = pd.Series({code: float(matrix.loc[code, code]) for code in codes})
    others = (matrix.sum(axis=1) - own).sort_values()
    gains = float(own[own > 0].sum())
    said = []
    if len(codes) > 1 and gains > 0:
        part = float(-others.sum()) / gains
        verb = "take" if part > 0 else "add"
        text = (
            f"The deals of the others {verb} {percent(abs(part))} of what the own deals bring to "
            "those who gain."
        )
        said.append(claim(text, (part > 0) == (verb == "take"), others.to_dict()))
    if others.iloc[0] < 0:
        text = (
            f"They cost {called(str(others.index[0]))} most, "
            f"{dollars(-float(others.iloc[0]), 2, words=True)} of real income a year."
        )
        said.append(claim(text, bool((others >= others.iloc[0]).all()), others.to_dict()))
    return sentences(*said)


def dominant(choices: pd.DataFrame) -> str:
    """Say who signs and who refuses whoever else has signed, and whether the threat holds.

    Parameters
    ----------
    choices : DataFrame
        From `tradeviz.models.deals.dominance`.

    Examples
    --------
    >>> from tradeviz.models.deals import deals, dominance
    >>> "Japan" in dominant(dominance(deals(["JPN", "AUS"])))
    True
    """
    words = {
        "signs": "signing is best for",
        "refuses": "refusing is best for",
        "depends": "it depends on the others for",
        "indifferent": "it is all one to",
    }
    parts = []
    for word, text in words.items():
        codes = choices.index[choices["choice"] == word]
        parts += [f"{text} {all_called(codes)}"] * bool(len(codes))
    text = f"Whoever else has signed, {'; '.join(parts)}."
    weak = int((choices["threat"] == "not credible").sum())
    threat = (
        f"The United States would rather give {in_words(weak)} of {in_words(len(choices))} deals "
        "than carry its threat out."
    )
    sure = choices.loc[choices["choice"] == "signs", "least"]
    given = choices.loc[choices["threat"] == "not credible", "home_least"]
    return sentences(
        claim(text, bool((sure > 0).all()), choices["gains_in"].to_dict()),
        claim(threat, bool((given > 0).all()), choices["home_least"].to_dict()),
    )


def pledged(payments: pd.DataFrame, pledges: pd.DataFrame) -> str:
    """Set what the model has partners pay for their deals beside what they pledged.

    Parameters
    ----------
    payments : DataFrame
        From `tradeviz.models.deals.ranges`.
    pledges : DataFrame
        The table pledges.

    Examples
    --------
    >>> from tradeviz.datasets import load
    >>> from tradeviz.models.deals import deals, ranges, transfers
    >>> text = pledged(ranges({"one": transfers(deals(["JPN", "KOR"]))}), load("pledges"))
    >>> "pledged" in text
    True
    """
    invested = pledges[pledges["kind"] == "investment"].set_index("partner")["amount_usd"]
    said = []
    ways = [f"{way}_high" for way in ("one_by_one", "batch", "offers")]
    for code in (code for code in invested.index if code in payments.index):
        most, whole = float(payments.loc[code, ways].max()), float(invested[code])
        text = (
            f"{called(str(code), start=True)} pledged {dollars(whole, 0, words=True)} in all; for "
            f"its deal it would pay {dollars(most, 1, words=True)} a year at most."
        )
        said.append(claim(text, bool((payments.loc[code, ways] <= most).all()) and most < whole))
        if most > 0:
            years = whole / most
            text = f"That is the pledge after {years:,.0f} years."
            said.append(claim(text, years > _LONG, {"years": years}))
    return sentences(*said)


_LONG = 20
"""Years after which a flow is no measure of a pledge any more."""

_CLEARED = 1e-9


def cleared(*tables: pd.DataFrame) -> str:
    """Say that the markets of all solves clear; a build stops where they do not.

    Parameters
    ----------
    *tables : DataFrame
        From `tradeviz.equilibrium`, its variants or named runs.

    Examples
    --------
    >>> table = pd.DataFrame()
    >>> table.attrs["residual"] = 3e-14
    >>> cleared(table).startswith("Every market")
    True
    """
    left = [float(table.attrs["residual"]) for table in tables]
    text = (
        "Every market of every line above clears: what is left is below a billionth of a "
        "country’s wages."
    )
    return claim(text, bool(left) and max(left) < _CLEARED, {"residual": max(left, default=1.0)})
