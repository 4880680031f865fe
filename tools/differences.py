"""What differs between two versions of a table, cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

COLUMNS = ["row", "column", "old", "new", "change"]


def differences(
    old: pd.DataFrame,
    new: pd.DataFrame,
    keys: Sequence[str],
    tolerance: Callable[[str], float] | None = None,
) -> pd.DataFrame:
    """Return the cells that differ, rows and columns that came or went among them.

    A column with a tolerance is compared as numbers: by that share of a
    value, and near zero by a thousandth of that share of the column's largest value.
    """
    before, after = (_keyed(table, list(keys)) for table in (old, new))
    cells: list[tuple[str, str, str, str]] = []
    cells += [(row, "(row)", "there", "gone") for row in before.index.difference(after.index)]
    cells += [(row, "(row)", "none", "new") for row in after.index.difference(before.index)]
    cells += [("(all)", column, "there", "gone") for column in old if column not in new]
    cells += [("(all)", column, "none", "new") for column in new if column not in old]
    rows = before.index.intersection(after.index)
    for column in (name for name in old if name in new and name not in keys):
        left, right = before.loc[rows, column], after.loc[rows, column]
        same = ((left == right) | (left.isna() & right.isna())).to_numpy(dtype=bool)
        if tolerance is not None and not same.all():
            same = same | _close(left, right, tolerance(column))
        cells += [(row, column, left[row], right[row]) for row in rows[~same]]
    found = pd.DataFrame(cells, columns=COLUMNS[:-1])
    return found.assign(change=list(map(change, found["old"], found["new"])))


def _keyed(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    label = table[keys[0]].astype(str)
    for key in keys[1:]:
        label = label + ", " + table[key].astype(str)
    again = table.groupby(label.to_numpy()).cumcount()
    # The same key twice is a fault that has to be seen, not an error of the comparison.
    label = label.where(again.to_numpy() == 0, label + " (again " + again.astype(str) + ")")
    return table.set_index(pd.Index(label))


def _close(old: pd.Series, new: pd.Series, share: float) -> np.ndarray:
    a, b = (pd.to_numeric(part, errors="coerce").to_numpy(dtype=float) for part in (old, new))
    largest = np.abs(a[np.isfinite(a)]).max(initial=0.0)
    return np.isclose(b, a, rtol=share, atol=share * 1e-3 * largest)


def change(old: str, new: str) -> str:
    """Return by how much a number moved, as text; nothing for words."""
    try:
        before, after = float(old), float(new)
    except ValueError:
        return ""
    return f"{after / before - 1:+.3%}" if before else f"{after - before:+.6g}"
