"""Five goods worked by hand through every date that touches them, with the legal text of each step.

Every rate below was written from the legal texts and worked out on paper; none was taken from the
code. A step holds until the next one. The ordinary duty stands in its own column.
"""

from __future__ import annotations

import datetime as dt
import random
from functools import cache

import pandas as pd
import pytest

import tradeviz as tv
from tradeviz.law.reading import law

DAYS = (
    "2025-01-01",
    "2025-03-12",  # metals, Proclamations 10895 and 10896
    "2025-04-03",  # cars, Proclamation 10908
    "2025-04-05",  # 10 % on nearly all, EO 14257
    "2025-04-09",  # the April list, EO 14257 Annex I
    "2025-04-10",  # the pause, EO 14266
    "2025-06-04",  # metals at 50 %, Proclamation 10947
    "2025-06-30",  # British cars, EO of 16 June
    "2025-08-07",  # the August list, EO 14326; Japan by EO 14345
    "2025-08-27",  # India: Russian oil, EO 14329
    "2025-09-16",  # Japanese cars, EO 14345
    "2025-11-01",  # Korean cars, 90 FR 55964
    "2025-11-13",  # farm goods exempt, EO 14360
    "2025-11-14",  # Korea at 15 % in all
    "2026-02-07",  # India: the oil duty ends
    "2026-02-24",  # emergency duties end, Section 122 begins
    "2026-04-06",  # metals, Proclamation 11021
    "2026-07-24",  # Section 122 ends, Section 301 forced labour begins
    "2026-08-21",  # the last day known
)

# good: partner, product, ordinary duty, and the steps:
# first day -> (layer -> rate, total by hand, text that each of these layers rests on)
GOODS = {
    # Passenger car, spark ignition, 1500-3000 cc, 4 cylinders: 2.5 % ad valorem.
    "Japanese car": (
        "JPN",
        "8703230140",
        0.025,
        {
            "2025-01-01": ({}, 0.025, {}),
            # 25 % on top of 2.5 %; no reciprocal duty on it from 5 April: EO 14257, section 3(b)
            "2025-04-03": ({"s232_autos": 0.25}, 0.275, {"s232_autos": "Proclamation 10908"}),
            # 15 % in all: 15 - 2.5 = 12.5. Section 122 and 301 leave Section 232 goods out.
            "2025-09-16": ({"s232_autos": 0.125}, 0.15, {"s232_autos": "EO 14345"}),
        },
    ),
    # Scotch whisky in bottles: free of ordinary duty, on no list of exempt goods until 2026.
    "British whisky": (
        "GBR",
        "2208303030",
        0.0,
        {
            "2025-01-01": ({}, 0.0, {}),
            # not in Annex I of April: 10 % on 9 April too
            "2025-04-05": ({"reciprocal": 0.10}, 0.10, {"reciprocal": "EO 14257"}),
            "2025-08-07": ({"reciprocal": 0.10}, 0.10, {"reciprocal": "EO 14326"}),
            "2026-02-24": ({"s122": 0.10}, 0.10, {"s122": "20 February 2026"}),
            # U.S. note 52(j)(1), goods of the United Kingdom: 2208.30.30
            "2026-07-24": ({}, 0.0, {}),
        },
    ),
    # Men's knit shirt of cotton: 19.7 % ad valorem.
    "Indian shirt": (
        "IND",
        "6105100010",
        0.197,
        {
            "2025-01-01": ({}, 0.197, {}),
            "2025-04-05": ({"reciprocal": 0.10}, 0.297, {"reciprocal": "EO 14257"}),
            "2025-04-09": ({"reciprocal": 0.26}, 0.457, {"reciprocal": "9903.01.55"}),
            "2025-04-10": ({"reciprocal": 0.10}, 0.297, {"reciprocal": "EO 14257"}),
            "2025-08-07": ({"reciprocal": 0.25}, 0.447, {"reciprocal": "EO 14326"}),
            # 19.7 + 25 + 25
            "2025-08-27": (
                {"reciprocal": 0.25, "india_russia_oil": 0.25},
                0.697,
                {"reciprocal": "EO 14326", "india_russia_oil": "EO 14329"},
            ),
            # 18 % was announced on 6 February 2026 but is not in the tariff text: 25 % stays
            "2026-02-07": ({"reciprocal": 0.25}, 0.447, {"reciprocal": "EO 14326"}),
            "2026-02-24": ({"s122": 0.10}, 0.297, {"s122": "20 February 2026"}),
            "2026-07-24": (
                {"s301_forced_labour": 0.10},
                0.297,
                {"s301_forced_labour": "memorandum of 23 July 2026"},
            ),
        },
    ),
    # Hot-rolled flat steel in coils under 3 mm: free; Section 232 instead of all country duties.
    "Korean steel coil": (
        "KOR",
        "7208390030",
        0.0,
        {
            # the quota of 2018 took the place of a duty
            "2025-01-01": ({}, 0.0, {}),
            "2025-03-12": (
                {"s232_metals": 0.25},
                0.25,
                {"s232_metals": "Proclamations 10895 and 10896"},
            ),
            "2025-06-04": ({"s232_metals": 0.50}, 0.50, {"s232_metals": "Proclamation 10947"}),
            "2026-04-06": ({"s232_metals": 0.50}, 0.50, {"s232_metals": "Proclamation 11021"}),
        },
    ),
    # Boneless frozen beef: 4.4 cents a kilogram, free for Australia (AUSFTA).
    "Australian beef": (
        "AUS",
        "0202305085",
        0.0,
        {
            "2025-01-01": ({}, 0.0, {}),
            # not in Annex I of April nor of August: 10 % throughout
            "2025-04-05": ({"reciprocal": 0.10}, 0.10, {"reciprocal": "EO 14257"}),
            # EO 14360 exempts beef; so do the Section 122 list and, after it, the 301 action
            "2025-11-13": ({}, 0.0, {}),
        },
    ),
}


def step(good: str, day: str) -> tuple[dict[str, float], float, dict[str, str]]:
    steps = GOODS[good][3]
    return steps[max(first for first in steps if first <= day)]


@cache
def rates(day: str) -> pd.DataFrame:
    """Return the few lines that this file follows, once a day for all of them."""
    table = tv.schedule(day).rates(tv.FOCUS)
    wanted = {hs10 for _, hs10, _, _ in GOODS.values()} | {hs10 for _, hs10 in ORDINARY_GOODS}
    table = table[table["hs10"].isin(wanted)].astype({"partner": str})
    return table.set_index(["partner", "hs10"])


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("good", GOODS)
def test_rate_of_every_layer_is_the_one_worked_by_hand(good: str, day: str) -> None:
    partner, hs10, ordinary, _ = GOODS[good]
    expected, total, _ = step(good, day)
    line = rates(day).loc[(partner, hs10)]
    # The beef line was charged 37,615 dollars on 1.47 billion in 2024, yet its duty is specific:
    # the statutory percentage is nil, and so is the preference.
    assert line["mfn"] == pytest.approx(ordinary, abs=1e-12)
    layers = [name for name in law().layers if name != "mfn"]
    assert {name: line[name] for name in layers if line[name]} == pytest.approx(expected, abs=1e-12)
    assert line["total_rate"] == pytest.approx(total, abs=1e-12)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("good", GOODS)
def test_explanation_names_the_same_rates_and_their_law(good: str, day: str) -> None:
    partner, hs10, ordinary, _ = GOODS[good]
    expected, total, texts = step(good, day)
    table = tv.explain(partner, hs10, day)
    assert table.loc[0, "layer"] == "mfn" and table.loc[0, "rate"] == pytest.approx(ordinary)
    applied = table[table["applies"] & (table["layer"] != "mfn")].set_index("layer")
    assert dict(applied["rate"]) == pytest.approx(expected, abs=1e-12)
    assert table.attrs["total_rate"] == pytest.approx(total, abs=1e-12)
    for layer, text in texts.items():
        assert text in applied.loc[layer, "reference"]


@pytest.mark.parametrize("good", GOODS)
def test_a_step_holds_until_the_day_before_the_next(good: str) -> None:
    partner, hs10, ordinary, steps = GOODS[good]
    for first in list(steps)[1:]:
        day = str(dt.date.fromisoformat(first) - dt.timedelta(days=1))
        before, total, _ = step(good, day)
        line = rates(day).loc[(partner, hs10)]
        assert {name: line[name] for name in before} == pytest.approx(before, abs=1e-12)
        assert line["total_rate"] == pytest.approx(total, abs=1e-12), day


def test_no_other_day_changes_the_five_goods() -> None:
    """The hand-worked tables hold on every day on which any law changes."""
    for day in map(str, law().days()):
        for good, (partner, hs10, _, _) in GOODS.items():
            total = rates(day).loc[(partner, hs10), "total_rate"]
            assert total == pytest.approx(step(good, day)[1], abs=1e-12), (good, day)


def test_beef_from_november_says_why_it_is_exempt() -> None:
    table = tv.explain("AUS", "0202305085", "2025-11-13", details=True)
    (reason,) = table.loc[table["measure"] == "reciprocal-2025-04-05-all", "reason"]
    assert reason.startswith(
        "exempt: annex_ii (EO 14257, Annex II, as changed by EO 14346 and EO 14360"
    )
    table = tv.explain("AUS", "0202305085", "2026-08-21", details=True)
    (reason,) = table.loc[table["measure"].str.endswith("add-12-5"), "reason"]
    assert reason.startswith("exempt: forced_labour_exempt (U.S. note 52")


# A line on no product list at all, and its column 1 duty; additional duty by period, in fractions.
# Rows: first day, last day, additional duty.
TOWEL, MOTOR, TROUSERS, FAT = 0.091, 0.04, 0.166, 0.08
# Korean vinyl tiles: 5.3 % by statute, but KORUS: 125,335 dollars paid on 367,510,221 in 2024.
TILE_KORUS = 125_335 / 367_510_221
ORDINARY_GOODS = {
    ("GBR", "1518004000"): [
        ("2025-01-01", "2025-04-04", 0),
        ("2025-04-05", "2025-08-06", 0.10),
        ("2025-08-07", "2025-08-26", 0.10),
        ("2025-08-27", "2026-02-06", 0.10),
        ("2026-02-07", "2026-02-23", 0.10),
        ("2026-02-24", "2026-07-23", 0.10),
        ("2026-07-24", "2026-08-21", 0.10),
    ],
    ("AUS", "1109009020"): [
        ("2025-01-01", "2025-04-04", 0),
        ("2025-04-05", "2025-08-06", 0.10),
        ("2025-08-07", "2025-08-26", 0.10),
        ("2025-08-27", "2026-02-06", 0.10),
        ("2026-02-07", "2026-02-23", 0.10),
        ("2026-02-24", "2026-07-23", 0.10),
        ("2026-07-24", "2026-08-21", 0.125),
    ],
    ("KOR", "3918101040"): [
        ("2025-01-01", "2025-04-04", 0),
        ("2025-04-05", "2025-04-08", 0.10),
        ("2025-04-09", "2025-04-09", 0.25),
        ("2025-04-10", "2025-08-06", 0.10),
        ("2025-08-07", "2025-08-26", 0.15),
        ("2025-08-27", "2025-11-13", 0.15),
        ("2025-11-14", "2026-02-06", 0.15 - TILE_KORUS),
        ("2026-02-07", "2026-02-23", 0.15 - TILE_KORUS),
        ("2026-02-24", "2026-07-23", 0.10),
        # note 52(k) nets the rate of column 1 that is claimed, KORUS included
        ("2026-07-24", "2026-08-21", 0.125 - TILE_KORUS),
    ],
    ("IND", "6302600020"): [
        ("2025-01-01", "2025-04-04", 0),
        ("2025-04-05", "2025-04-08", 0.10),
        ("2025-04-09", "2025-04-09", 0.26),
        ("2025-04-10", "2025-08-06", 0.10),
        ("2025-08-07", "2025-08-26", 0.25),
        ("2025-08-27", "2026-02-06", 0.50),
        ("2026-02-07", "2026-02-23", 0.25),
        ("2026-02-24", "2026-07-23", 0.10),
        ("2026-07-24", "2026-08-21", 0.10),
    ],
    ("JPN", "8501314000"): [
        ("2025-01-01", "2025-04-04", 0),
        ("2025-04-05", "2025-04-08", 0.10),
        ("2025-04-09", "2025-04-09", 0.24),
        ("2025-04-10", "2025-08-06", 0.10),
        ("2025-08-07", "2025-08-26", 0.11),
        ("2025-08-27", "2026-02-06", 0.11),
        ("2026-02-07", "2026-02-23", 0.11),
        ("2026-02-24", "2026-07-23", 0.10),
        ("2026-07-24", "2026-08-21", 0.085),
    ],
    # Women's denim trousers at 16.6 %: already above both ceilings.
    ("JPN", "6204628011"): [
        ("2025-04-10", "2025-08-06", 0.10),
        ("2025-08-07", "2026-02-23", 0),
        ("2026-02-24", "2026-07-23", 0.10),
        ("2026-07-24", "2026-08-21", 0),
    ],
}
ORDINARY_DUTY = {"GBR": FAT, "AUS": 0.0, "KOR": TILE_KORUS, "IND": TOWEL, "JPN": MOTOR}


@pytest.mark.parametrize(("partner", "hs10"), ORDINARY_GOODS)
def test_ordinary_goods_of_the_five_follow_the_path(partner: str, hs10: str) -> None:
    for first, last, added in ORDINARY_GOODS[partner, hs10]:
        for day in (first, last):
            line = rates(day).loc[(partner, hs10)]
            assert line["total_rate"] - line["mfn"] == pytest.approx(added, abs=1e-9), day


@pytest.mark.parametrize(("partner", "ordinary"), ORDINARY_DUTY.items())
def test_column_1_duty_of_these_goods(partner: str, ordinary: float) -> None:
    # AUSFTA: 2,547 dollars paid on 178 million of wheat gluten; KORUS likewise.
    hs10 = next(code for who, code in ORDINARY_GOODS if who == partner)
    assert rates("2025-01-01").loc[(partner, hs10), "mfn"] == pytest.approx(ordinary, abs=2e-5)


@pytest.mark.parametrize(
    ("partner", "rate"),
    [("GBR", 0.10), ("AUS", 0.10), ("KOR", 0.25), ("IND", 0.26), ("JPN", 0.24)],
)
def test_april_list_if_it_snaps_back(partner: str, rate: float) -> None:
    hs10 = next(code for who, code in ORDINARY_GOODS if who == partner)
    table = tv.outcome("snapback").schedule().rates(partner).set_index("hs10")
    line = table.loc[hs10]
    assert line["total_rate"] - line["mfn"] == pytest.approx(rate, abs=1e-12)


# What other goods of the five pay by the table of Section 232, by hand: partner, product,
# ordinary duty, day, layer, additional duty.
SECTION_232 = [
    # British car, 2.5 %: 25 on top; from 30 June 2025 7.5, so 10 in all
    ("GBR", "8703240160", "2025-06-29", "s232_autos", 0.25),
    ("GBR", "8703240160", "2025-06-30", "s232_autos", 0.075),
    ("GBR", "8703240160", "2026-08-21", "s232_autos", 0.075),
    # Korean car, next to nothing by KORUS (0.0042 % paid in 2024): 25, from 1 November 15 in all
    ("KOR", "8703230140", "2025-10-31", "s232_autos", 0.25),
    ("KOR", "8703230140", "2025-11-01", "s232_autos", 0.15 - 0.000042),
    # A Korean car is not a reciprocal good
    ("KOR", "8703230140", "2025-11-14", "reciprocal", 0.0),
    # Steel of the other four: 25, then 50, the UK at 25 throughout
    ("JPN", "7208390030", "2025-06-03", "s232_metals", 0.25),
    ("JPN", "7208390030", "2025-06-04", "s232_metals", 0.50),
    ("AUS", "7208390030", "2025-06-04", "s232_metals", 0.50),
    ("GBR", "7208390030", "2025-06-04", "s232_metals", 0.25),
    ("GBR", "7208390030", "2026-04-06", "s232_metals", 0.25),
    ("IND", "7208390030", "2026-04-06", "s232_metals", 0.50),
    # Kitchen cabinets, free: 25; the UK at most 10, Japan 15 in all, Korea so a month later
    ("IND", "9403409060", "2025-10-13", "s232_wood", 0.0),
    ("IND", "9403409060", "2025-10-14", "s232_wood", 0.25),
    ("GBR", "9403409060", "2025-10-14", "s232_wood", 0.10),
    ("JPN", "9403409060", "2025-10-14", "s232_wood", 0.15),
    ("KOR", "9403409060", "2025-11-13", "s232_wood", 0.25),
    ("KOR", "9403409060", "2025-11-14", "s232_wood", 0.15),
    # Buses from 1 November 2025: 10
    ("KOR", "8702103100", "2025-11-01", "s232_trucks", 0.10),
    # Indian steel does not pay for Russian oil
    ("IND", "7208390030", "2025-08-27", "india_russia_oil", 0.0),
]


@pytest.mark.parametrize(("partner", "hs10", "day", "layer", "rate"), SECTION_232)
def test_section_232_of_the_five(
    partner: str, hs10: str, day: str, layer: str, rate: float
) -> None:
    table = tv.explain(partner, hs10, day)
    charged = table.loc[(table["layer"] == layer) & table["applies"], "rate"].sum()
    assert charged == pytest.approx(rate, abs=1e-6)


def test_rates_and_explanations_agree_everywhere() -> None:
    """Sixty lines on twelve days, drawn with a fixed seed: the same rate in every layer."""
    draw = random.Random(20250402)
    layers = [name for name in law().layers if name != "mfn"]
    for day in sorted(draw.sample([str(day) for day in law().days()], 12)):
        whole = tv.schedule(day).rates()
        for place in draw.sample(range(len(whole)), 5):
            line = whole.iloc[place]
            table = tv.explain(line["partner"], line["hs10"], day)
            found = table.groupby("layer")["rate"].sum().reindex(layers, fill_value=0.0)
            assert dict(found) == pytest.approx({name: line[name] for name in layers}, abs=1e-12)
            assert table.attrs["total_rate"] == pytest.approx(line["total_rate"], abs=1e-12)
            assert table.loc[table["layer"] == "mfn", "rate"].item() == line["mfn"]
