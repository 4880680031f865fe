"""Lines worked from the legal text by hand before the engine was asked; none was taken from it.

``worked_cases.csv``: partner, product, day, total in percent of value, the layers that charge where
they were worked out, reference and working. The rows of the set ``fresh`` were kept apart while
the engine was built: nothing was tuned to them. ``worked_layers.csv``: one layer of a line, under
an outcome, on a day or on the outcome's own, and how near the law comes to the round number.
``worked_paths.csv``: a good from a day to the next row's, its ordinary duty, what is added, the
layers that add it and the text each of them rests on.
"""

from __future__ import annotations

import random
from collections import Counter
from functools import cache
from typing import Any

import pandas as pd
import pytest
from conftest import ROOT, WORKED_TO

import tradeviz as tv
from tradeviz.law.reading import law


def worked(name: str) -> pd.DataFrame:
    return pd.read_csv(ROOT / "tests" / f"{name}.csv", dtype=str, keep_default_na=False)


CASES, LAYERS, PATHS = map(worked, ("worked_cases", "worked_layers", "worked_paths"))
POINT = 0.01
# KORUS and AUSFTA rates are those paid in 2024: a few entries claimed nothing and paid.
NOISE = 0.05 * POINT
DAYS = [str(day) for day in law().days() if day <= WORKED_TO]
ADDING = [name for name in law().layers if name != "mfn"]


@pytest.mark.parametrize(
    "case", list(CASES.itertuples()), ids=lambda c: f"{c.partner}-{c.hs10}-{c.on}"
)
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
    per_partner = Counter(CASES["partner"])
    assert all(per_partner[code] >= 12 for code in ("GBR", "AUS", "KOR", "IND", "JPN"))
    layers = {layer for text in CASES["layers"] for layer in text.split()}
    assert len(layers) >= 12
    assert CASES["on"].str[:7].nunique() >= 12


@pytest.mark.parametrize(
    "case",
    list(LAYERS.itertuples()),
    ids=lambda c: f"{c.outcome}-{c.partner}-{c.hs10}-{c.on}-{c.layer}",
)
def test_one_layer(case: Any) -> None:
    table = tv.explain(case.partner, case.hs10, case.on or None, outcome=case.outcome)
    charged = table.loc[(table["layer"] == case.layer) & table["applies"], "rate"].sum()
    assert charged == pytest.approx(float(case.rate), abs=float(case.within)), case.text


@cache
def rates(day: str) -> pd.DataFrame:
    """Return the few lines that are followed, once a day for all of them."""
    table = tv.schedule(day).rates(sorted(set(PATHS["partner"])))
    table = table[table["hs10"].isin(PATHS["hs10"])].astype({"partner": str})
    return table.set_index(["partner", "hs10"])


def pairs(text: str) -> dict[str, str]:
    return dict(part.split("=") for part in text.split(";") if part)


@pytest.mark.parametrize("good", dict.fromkeys(PATHS["good"]))
def test_a_good_pays_what_was_worked_out_on_every_day_on_which_any_law_changes(good: str) -> None:
    steps = PATHS[PATHS["good"] == good]
    for day in (day for day in DAYS if day >= steps["since"].min()):
        step = steps[steps["since"] <= day].iloc[-1]
        line = rates(day).loc[(step["partner"], step["hs10"])]
        # KORUS and AUSFTA: what was paid over what came in, 2,547 dollars on 178 million of gluten.
        assert line["mfn"] == pytest.approx(float(step["ordinary"]), abs=2e-5), day
        added = float(step["added"])
        assert line["total_rate"] - line["mfn"] == pytest.approx(added, abs=1e-9), day
        if not steps["layers"].any():
            continue
        expected = {name: float(rate) for name, rate in pairs(step["layers"]).items()}
        charged = {name: line[name] for name in ADDING if line[name]}
        assert charged == pytest.approx(expected, abs=1e-12), day


@pytest.mark.parametrize(
    "step", list(PATHS[PATHS["layers"] != ""].itertuples()), ids=lambda s: f"{s.good}-{s.since}"
)
def test_an_explanation_names_the_same_rates_and_their_law(step: Any) -> None:
    table = tv.explain(step.partner, step.hs10, step.since)
    assert table.loc[0, "layer"] == "mfn"
    assert table.loc[0, "rate"] == pytest.approx(float(step.ordinary))
    applied = table[table["applies"] & (table["layer"] != "mfn")].set_index("layer")
    expected = {name: float(rate) for name, rate in pairs(step.layers).items()}
    assert dict(applied["rate"]) == pytest.approx(expected, abs=1e-12)
    total = float(step.ordinary) + float(step.added)
    assert table.attrs["total_rate"] == pytest.approx(total, abs=1e-12)
    for layer, text in pairs(step.texts).items():
        assert text in applied.loc[layer, "reference"]


def test_beef_from_november_says_why_it_is_exempt() -> None:
    table = tv.explain("AUS", "0202305085", "2025-11-13", details=True)
    (reason,) = table.loc[table["measure"] == "reciprocal-2025-04-05-all", "reason"]
    assert reason.startswith(
        "exempt: annex_ii (EO 14257, Annex II, as changed by EO 14346 and EO 14360"
    )
    table = tv.explain("AUS", "0202305085", "2026-08-21", details=True)
    (reason,) = table.loc[table["measure"].str.endswith("add-12-5"), "reason"]
    assert reason.startswith("exempt: forced_labour_exempt (U.S. note 52")


@pytest.mark.parametrize(
    ("partner", "text"),
    [
        ("JPN", "EO 14345 of 4 September 2025"),
        ("KOR", "90 FR 55964"),
        ("CHE", "90 FR 59281"),
        ("EU", "Notice of 25 September 2025"),
    ],
)
def test_aircraft_are_freed_by_the_text_of_their_own_partner(partner: str, text: str) -> None:
    reasons = tv.explain(partner, "8802400140", "2025-12-01", details=True)["reason"]
    freed = reasons[reasons.str.startswith("exempt: aircraft")]
    assert len(freed) and freed.str.contains(text, regex=False).all()


def test_rates_and_explanations_agree_everywhere() -> None:
    """Sixty lines on twelve days, drawn with a fixed seed: the same rate in every layer."""
    draw = random.Random(20250402)
    for day in sorted(draw.sample([str(day) for day in law().days()], 12)):
        whole = tv.schedule(day).rates()
        for place in draw.sample(range(len(whole)), 5):
            line = whole.iloc[place]
            table = tv.explain(line["partner"], line["hs10"], day)
            found = table.groupby("layer")["rate"].sum().reindex(ADDING, fill_value=0.0)
            assert dict(found) == pytest.approx({name: line[name] for name in ADDING}, abs=1e-12)
            assert table.attrs["total_rate"] == pytest.approx(line["total_rate"], abs=1e-12)
            assert table.loc[table["layer"] == "mfn", "rate"].item() == line["mfn"]
