"""Lines worked from the legal text before the engine was asked, within a tenth of a point.

``worked_cases.csv``: partner, product, day, total in percent of value, the layers that charge where
they were worked out, reference and working. The rows of the set ``fresh`` were kept apart while
the engine was built: nothing was tuned to them.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd
import pytest
from conftest import ROOT

import tradeviz as tv

CASES = pd.read_csv(ROOT / "tests" / "worked_cases.csv", dtype=str, keep_default_na=False)
POINT = 0.01
# KORUS and AUSFTA rates are those paid in 2024: a few entries claimed nothing and paid.
NOISE = 0.05 * POINT


@pytest.mark.parametrize("case", CASES.itertuples(), ids=lambda c: f"{c.partner}-{c.hs10}-{c.on}")
def test_total_and_layers(case: Any) -> None:
    table = tv.explain(case.partner, case.hs10, case.on)
    total = float(case.total_pct) * POINT
    assert table.attrs["total_rate"] == pytest.approx(total, abs=0.1 * POINT), case.why
    if case.reference:
        charged = set(table.loc[table["rate"] > NOISE, "layer"])
        assert charged == set(case.layers.split()), case.why


def test_there_are_enough_and_they_spread() -> None:
    assert len(CASES) >= 150 and not CASES.duplicated(["partner", "hs10", "on"]).any()
    assert (CASES["set"] == "fresh").sum() >= 50
    assert set(tv.FOCUS) <= set(CASES["partner"])
    per_partner = Counter(CASES["partner"])
    assert all(per_partner[code] >= 12 for code in tv.FOCUS)
    layers = {layer for text in CASES["layers"] for layer in text.split()}
    assert len(layers) >= 12
    assert CASES["on"].str[:7].nunique() >= 12
