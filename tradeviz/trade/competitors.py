"""How a partner's rate compares with that of everyone else who delivers the same products."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from tradeviz.arguments import checked
from tradeviz.errors import choose
from tradeviz.law.outcome import TODAY, Wanted, outcome
from tradeviz.lines import lines
from tradeviz.partners import FOCUS, resolve
from tradeviz.products import Floats, product_table

BY = ("hs2", "sector", "hs10")


@checked
def competitors(
    wanted: Wanted = TODAY,
    *,
    on: object = None,
    partners: str | Iterable[str] | None = None,
    by: str | None = None,
    ordinary: str = "preference",
) -> pd.DataFrame:
    """Return each partner's rate beside that of the other suppliers of the same products.

    Parameters
    ----------
    wanted : str, Path, Outcome or mapping
        The outcome that sets everyone's rates.
    on : str or date, optional
        The day of the law underneath; the outcome's own when None.
    partners : str or iterable of str, optional
        Codes or names; the focus five when None.
    by : {"hs2", "sector", "hs10"}, optional
        Split each partner further.
    ordinary : {"preference", "mfn", "paid"}
        The ordinary duty that a ceiling nets.

    Returns
    -------
    DataFrame
        partner (and `by`), imports_usd, own_rate, rivals_rate, handicap and compared_share. Rates
        are effective: duty paid in 2024 plus what the outcome adds, over imports. `rivals_rate`
        weighs the other partners of each HS10 product by their imports, and products by the
        partner's own; `handicap` is own_rate less rivals_rate, below zero for an advantage.
        Products that no other of the 51 partners delivers stay out; `compared_share` is the share
        of imports that is left. ``.attrs`` names outcome, title and day.

    Raises
    ------
    ArgumentError, OutcomeError
        For an unknown partner, day, split or outcome.

    Examples
    --------
    >>> table = competitors("before", partners="KOR")
    >>> bool(table.loc[0, "handicap"] < 0)
    True
    """
    codes = resolve(partners) if partners is not None else FOCUS
    if by is not None:
        choose(by, BY, "by", "unknown split")
    trade = lines()
    end = outcome(wanted)
    schedule = end.schedule(on)
    duty = trade.duty + trade.value * sum(
        schedule.added(ordinary=ordinary).values(), start=np.zeros(len(trade))
    )
    size = len(trade.products.number)
    whole, paid = (
        np.bincount(trade.product, weights=values * trade.once, minlength=size).astype(float)
        for values in (trade.value, duty)
    )
    parts = [_partner(code, by, whole, paid, duty) for code in codes]
    table = pd.concat(parts, ignore_index=True)
    table.attrs |= {"outcome": end.name, "title": end.title, "day": str(schedule.day)}
    return table


def _partner(code: str, by: str | None, whole: Floats, paid: Floats, duty: Floats) -> pd.DataFrame:
    trade = lines()
    rows = slice(*trade.run(code))
    product, value, own = trade.product[rows], trade.value[rows], duty[rows]
    # What the partner delivers is in the sum, that of a member of the EU in the EU's.
    others, others_paid = whole[product] - value, paid[product] - own
    # What rounding leaves of a product that only this partner delivers is no rival.
    compared = (others > 0.5) & (value > 0)
    rate = np.divide(others_paid, others, out=np.zeros_like(others), where=compared)
    frame = pd.DataFrame(
        {
            "partner": code,
            "imports_usd": value,
            "compared_usd": np.where(compared, value, 0.0),
            "own": np.where(compared, own, 0.0),
            "rivals": np.where(compared, value * rate, 0.0),
        }
    )
    keys = ["partner"]
    if by is not None:
        frame[by] = product_table()[by].iloc[product].to_numpy()
        keys.append(by)
    table = frame.groupby(keys, as_index=False, sort=True, observed=True).sum()
    base = table["compared_usd"].where(table["compared_usd"] > 0)
    table["own_rate"] = table["own"] / base
    table["rivals_rate"] = table["rivals"] / base
    table["handicap"] = table["own_rate"] - table["rivals_rate"]
    table["compared_share"] = table["compared_usd"] / table["imports_usd"]
    wanted = ["imports_usd", "own_rate", "rivals_rate", "handicap", "compared_share"]
    return table[[*keys, *wanted]]
