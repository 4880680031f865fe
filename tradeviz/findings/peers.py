"""What is left between a peer's number and ours."""

from __future__ import annotations

import pandas as pd

from tradeviz.show.reading import need


def reconciled(table: pd.DataFrame) -> str:
    """Say how much of the difference to a peer the rules explain.

    Parameters
    ----------
    table : DataFrame
        From `reconcile`.

    Returns
    -------
    str
        Markdown.

    Examples
    --------
    >>> from tradeviz.trade.reconcile import reconcile
    >>> reconciled(reconcile("tradewartracker", "GBR")).startswith("Ours and the notebook tracker")
    True
    """
    flat = need(table.reset_index(), ["theirs", "remainder", "ours"])
    gap = (flat["ours"] - flat["theirs"]).abs() * 100
    left = flat["remainder"].abs() * 100
    close = int((left < 0.1).sum())
    return (
        f"Ours and {table.attrs['title']} differ by **{gap.mean():.2f} points** on average over "
        f"{len(flat)} cells; after the rules **{left.mean():.2f}** are left, and at most "
        f"{left.max():.2f}. In {close} cells less than a tenth of a point is left."
    )
