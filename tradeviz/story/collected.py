"""The sentences on what the law asks and what customs collected."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tradeviz.partners import called
from tradeviz.quantities import in_words, listing, month, percent
from tradeviz.show.sentence import claim, sentences
from tradeviz.trade.collected import STEPS

_LAW, _UNPUBLISHED = "law_2024_usd", "uptake_usd"
_NONE = 0.0005
"""Half of the last digit of a rate that is written: a smaller step is none."""


def _rates(steps: pd.DataFrame) -> Any:
    """Return the account over all months as rates of imports, a row a partner."""
    columns = [*STEPS, "collected_usd", "imports_usd"]
    sums = steps.groupby("partner", sort=False)[columns].sum()
    return sums.drop(columns="imports_usd").div(sums["imports_usd"], axis=0)


def answer(steps: pd.DataFrame) -> str:
    """Say what the law asked, what customs calculated, and where the two are nearest.

    Parameters
    ----------
    steps : DataFrame
        From `tradeviz.collected`, not split.

    Examples
    --------
    >>> from tradeviz.trade.collected import collected
    >>> answer(collected("JPN")).startswith("Since May 2025 the law asked")
    True
    """
    sums = steps[[_LAW, "collected_usd", "imports_usd"]].sum()
    law, came = sums[_LAW] / sums["imports_usd"], sums["collected_usd"] / sums["imports_usd"]
    gaps = (_rates(steps)["collected_usd"] - _rates(steps)[_LAW]).sort_values()
    text = (
        f"Since {month(steps['month'].min())} the law asked {percent(law)} of imports at the goods "
        f"of 2024, and customs calculated {percent(came)} on what was bought."
    )
    said = [claim(text, 0 <= law and 0 <= came, sums.to_dict()), _causes(steps), _ends(gaps)]
    return "\n\n".join(sentences(part) for part in said if part)


def _causes(steps: pd.DataFrame) -> str:
    """Say for how many partners the step that no table explains is the largest."""
    moves = _rates(steps).drop(columns=[_LAW, "collected_usd"])
    largest = moves.abs().idxmax(axis=1)
    many = int((largest == _UNPUBLISHED).sum())
    if not many:
        return ""
    whole = in_words(len(moves))
    whom = "this partner" if len(moves) == 1 else f"{in_words(many)} of {whole} partners"
    text = (
        f"For {whom} the largest step is one that no table explains: claims and exemptions that "
        "nobody publishes"
    )
    return claim(text, bool((largest == _UNPUBLISHED).any()), largest.to_dict())


def _ends(gaps: pd.Series[float]) -> str:
    """Say for whom law and record are nearest and farthest."""
    if len(gaps) == 1:
        return ""
    size = gaps.abs().sort_values()
    near, far = str(size.index[0]), str(size.index[-1])
    text = (
        f"The two are closest for goods from {called(near)}, {_by(gaps[near])}, and farthest apart "
        f"for those from {called(far)}, {_by(gaps[far])}"
    )
    return claim(text, bool((size >= size.iloc[0]).all()), gaps.to_dict())


def _by(gap: float) -> str:
    return f"{abs(gap) * 100:.1f} points {'below' if gap < 0 else 'above'} the law"


def farthest(cells: pd.DataFrame) -> str:
    """Say until which month industries are published, and that later ones are totals.

    Parameters
    ----------
    cells : DataFrame
        From `tradeviz.collected` with ``by="naics3"``.

    Examples
    --------
    >>> from tradeviz.trade.collected import collected
    >>> farthest(collected("JPN", by="naics3")).startswith("Industries by their distance")
    True
    """
    last = pd.Timestamp(cells.loc[cells["mix"] == "own", "month"].max())
    text = (
        f"Industries by their distance from the law in dollars, to {month(last)}: later months are "
        "published as totals."
    )
    return claim(text, bool((cells.loc[cells["mix"] == "own", "month"] <= last).all()))


def gaps(steps: pd.DataFrame) -> str:
    """Say which months are missing, and from when on the mix of industries is an older one.

    Examples
    --------
    >>> from tradeviz.trade.collected import collected
    >>> "December 2025" in gaps(collected("JPN"))
    True
    """
    months = pd.date_range(steps["month"].min(), steps["month"].max(), freq="MS")
    missing: dict[str, list[str]] = {}
    for code, own in steps.groupby("partner", sort=False):
        for absent in months.difference(pd.DatetimeIndex(own["month"])):
            missing.setdefault(month(absent), []).append(called(str(code)))
    parts = [
        claim(f"{on} is not published for {listing(codes)}", bool(codes))
        for on, codes in missing.items()
    ]
    old = steps[steps["mix"] != "own"]
    if len(old):
        last = steps.loc[steps["mix"] == "own", "month"].max()
        since = "" if pd.isna(last) else f"After {month(last)} "
        text = f"{since}the mix of industries is the last one known"
        later = pd.isna(last) or bool((old["month"] > last).all())
        parts.append(claim(text, later, old["month"].to_dict()))
    return sentences(*parts)
