"""What differs between a golden table and one just made, cell by cell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from tradeviz.models.response import MEASURES

# Relative for money and shares of money, absolute for rates; sums of two hundred thousand lines
# differ in the last digits between builds of numpy, and a changed rate is far above this.
TOLERANCE: dict[str, tuple[float, float]] = {
    "imports_usd": (1e-10, 0.0),
    "dutiable_usd": (1e-10, 0.0),
    "base_duty_usd": (1e-10, 0.0),
    "added_duty_usd": (1e-9, 0.01),
    "base_rate": (0.0, 1e-11),
    "added_rate": (0.0, 1e-11),
    "effective_rate": (0.0, 1e-11),
    "export_share": (0.0, 1e-11),
    "gdp_share": (0.0, 1e-11),
    "us_export_share": (0.0, 1e-11),
    "own_rate": (0.0, 1e-12),
    "rivals_rate": (0.0, 1e-12),
    "left_out_share": (0.0, 1e-12),
    "provisional_share": (0.0, 1e-9),
    "total": (1e-10, 0.0),
    # What a solver found: dollars to one, fractions to ten digits.
    **{
        f"{name}{end}": (1e-8, 1.0) if name.endswith("_usd") else (0.0, 1e-10)
        for name in MEASURES
        for end in ("", "_low", "_central", "_high")
    },
    **{
        f"{kind}_{name}": (0.0, 1e-10)
        for kind in ("recorded", "model")
        for name in ("change", "change_low", "change_central", "change_high",
                     "rate", "rate_low", "rate_central", "rate_high")
    },
    **dict.fromkeys(("at_low", "at_high", "central", "swing"), (1e-8, 1.0)),
    **dict.fromkeys(("low", "high"), (0.0, 1e-12)),
    "months": (0.0, 0.0),
}  # fmt: skip
"""Column -> relative and absolute tolerance; any other column has to be equal, letter by letter."""

KEYS: dict[str, list[str]] = {
    "outcomes": ["outcome", "partner"],
    "outcome_layers": ["outcome", "partner", "layer"],
    "outcome_days": ["outcome", "day", "partner"],
    "days": ["day", "partner", "layer"],
    "measures": ["measure"],
    "exemptions": ["exemption"],
    "stacking": ["layer", "yields_to", "partners", "start"],
    "terms": ["outcome", "term"],
    "rivals": ["partner", "sector"],
    "responses": ["outcome", "partner"],
    "diversion": ["outcome", "partner", "competitor"],
    "sensitivity": ["partner", "parameter"],
    "records": ["against", "partner"],
    "charts": ["chart", "part"],
    "model_charts": ["chart", "part"],
    "looks": ["kind", "name"],
    "texts": ["notebook", "cell"],
    "columns": ["resource", "column"],
    "blocks": ["resource", "block"],
}
"""Table -> what names a row of it."""


def differences(name: str, golden: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Return what differs between two tables."""
    keys = KEYS[name]
    left, right = (_keyed(table, keys) for table in (golden, now))
    lines: list[tuple[str, str, str, str]] = []
    lines += [(row, "(row)", "there", "gone") for row in left.index.difference(right.index)]
    lines += [(row, "(row)", "none", "new") for row in right.index.difference(left.index)]
    gone = [column for column in golden if column not in now]
    new = [column for column in now if column not in golden]
    lines += [("(all)", column, "there", "gone") for column in gone]
    lines += [("(all)", column, "none", "new") for column in new]
    shared = left.index.intersection(right.index)
    for column in (item for item in golden if item in now):
        old, current = left.loc[shared, column], right.loc[shared, column]
        moved = ~_same(column, old, current)
        lines += [
            (row, column, old[row], current[row]) for row in shared[moved] if column not in keys
        ]
    found = pd.DataFrame(lines, columns=["row", "column", "golden", "now"])
    found.insert(0, "table", name)
    found["change"] = [_change(a, b) for a, b in zip(found["golden"], found["now"], strict=True)]
    return found


def _keyed(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    label = table[keys].agg(", ".join, axis=1)
    again = table.groupby(label.to_numpy()).cumcount()
    # The same key twice is a fault that has to be seen, not an error of the comparison.
    label = label.where(again.to_numpy() == 0, label + " (again " + again.astype(str) + ")")
    return table.set_index(pd.Index(label))


def _same(column: str, old: pd.Series, now: pd.Series) -> Any:
    if column not in TOLERANCE:
        return (old == now).to_numpy()
    relative, absolute = TOLERANCE[column]
    a, b = (pd.to_numeric(part, errors="coerce").to_numpy(dtype=float) for part in (old, now))
    return np.isclose(b, a, rtol=relative, atol=absolute, equal_nan=True)


def _change(old: str, now: str) -> str:
    try:
        before, after = float(old), float(now)
    except ValueError:
        return ""
    return f"{after / before - 1:+.3%}" if before else f"{after - before:+.6g}"
