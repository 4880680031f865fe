"""Five goods followed by hand through the law: each step with its legal reference.

The rates are worked out from the legal texts, not from the tables of the package. A step holds
from its first day until the next; ordinary duties are those of the 2025 tariff schedule.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

import pandas as pd
import pytest

import tradeviz as tv
from tradeviz.lawbook import law
from tradeviz.measures import LAST_DAY

Step = tuple[str, dict[str, float], str]


@dataclass(frozen=True)
class Good:
    """A trade line, its ordinary duty, and the additional rate of each layer from each day on."""

    partner: str
    hs10: str
    ordinary: float
    steps: tuple[Step, ...]


GOODS = {
    "Japanese car": Good(
        "JPN",
        "8703230140",
        0.025,
        (
            ("2025-01-01", {}, "column 1: 2.5 %"),
            ("2025-04-03", {"s232_autos": 0.25}, "Proclamation 10908"),
            # EO 14257, section 3(b): a car pays its Section 232 duty instead of the 10 %.
            ("2025-04-05", {"s232_autos": 0.25}, "EO 14257"),
            ("2025-09-16", {"s232_autos": 0.15 - 0.025}, "EO 14345"),
            ("2026-02-24", {"s232_autos": 0.15 - 0.025}, "Section 122 leaves 232 goods out"),
            ("2026-07-24", {"s232_autos": 0.15 - 0.025}, "Section 301 leaves 232 goods out"),
        ),
    ),
    "British whisky": Good(
        "GBR",
        "2208303030",
        0.0,
        (
            ("2025-01-01", {}, "column 1: free"),
            ("2025-04-05", {"reciprocal": 0.10}, "EO 14257"),
            ("2025-04-09", {"reciprocal": 0.10}, "EO 14257: the UK is not on the April list"),
            ("2025-08-07", {"reciprocal": 0.10}, "EO 14326"),
            ("2026-02-24", {"s122": 0.10}, "Section 122; emergency duties end"),
            ("2026-07-24", {"s301_forced_labour": 0.10}, "Section 301 forced labour"),
        ),
    ),
    "Indian shirt": Good(
        "IND",
        "6105100010",
        0.197,
        (
            ("2025-01-01", {}, "column 1: 19.7 %"),
            ("2025-04-05", {"reciprocal": 0.10}, "EO 14257"),
            ("2025-04-09", {"reciprocal": 0.26}, "EO 14257 Annex I, one day"),
            ("2025-04-10", {"reciprocal": 0.10}, "EO 14266"),
            ("2025-08-07", {"reciprocal": 0.25}, "EO 14326 Annex I"),
            ("2025-08-27", {"reciprocal": 0.25, "india_russia_oil": 0.25}, "EO 14329"),
            ("2026-02-07", {"reciprocal": 0.25}, "EO of 6 February 2026"),
            ("2026-02-24", {"s122": 0.10}, "Section 122; emergency duties end"),
            ("2026-07-24", {"s301_forced_labour": 0.10}, "Section 301 forced labour"),
        ),
    ),
    "Korean steel coil": Good(
        "KOR",
        "7208390030",
        0.0,
        (
            ("2025-01-01", {}, "KORUS and the quota of 2018: free"),
            ("2025-03-12", {"s232_metals": 0.25}, "Proclamation 10896"),
            ("2025-04-05", {"s232_metals": 0.25}, "EO 14257 leaves 232 goods out"),
            ("2025-06-04", {"s232_metals": 0.50}, "Proclamation 10947"),
            ("2025-11-14", {"s232_metals": 0.50}, "90 FR 55964 leaves metals as they were"),
            ("2026-04-06", {"s232_metals": 0.50}, "Proclamation 11021, Annex I-A"),
        ),
    ),
    "Australian beef": Good(
        "AUS",
        "0202305085",
        # 4.4 cents a kilogram, nothing under the free trade agreement.
        0.0,
        (
            ("2025-01-01", {}, "free under the agreement of 2005"),
            ("2025-04-05", {"reciprocal": 0.10}, "EO 14257"),
            ("2025-08-07", {"reciprocal": 0.10}, "EO 14257: not on the August list"),
            ("2025-11-13", {}, "EO 14360: beef exempt"),
            ("2026-02-24", {}, "Section 122, exempt product"),
            ("2026-07-24", {}, "Section 301 forced labour, exempt product (stand-in list)"),
        ),
    ),
}
LAYERS = tuple(name for name in law().layers if name != "mfn")


def in_force(good: Good, day: dt.date) -> Step:
    return [step for step in good.steps if dt.date.fromisoformat(step[0]) <= day][-1]


def days() -> list[dt.date]:
    """Every day on which the law changed, and the day before each."""
    found = {*law().days(), LAST_DAY}
    found |= {day - dt.timedelta(days=1) for day in found if day > dt.date(2025, 1, 1)}
    return sorted(found)


@cache
def rates_on(day: dt.date) -> pd.DataFrame:
    codes = [good.partner for good in GOODS.values()]
    return tv.schedule(day).rates(codes).set_index(["partner", "hs10"])


@pytest.mark.parametrize("name", GOODS)
def test_rates_follow_the_law_step_by_step(name: str) -> None:
    good = GOODS[name]
    for day in days():
        row = rates_on(day).loc[(good.partner, good.hs10)]
        first, wanted, reference = in_force(good, day)
        found = {layer: float(row[layer]) for layer in LAYERS if row[layer] != 0}
        assert found == pytest.approx(wanted), f"{name} on {day} (since {first}: {reference})"
        assert row["mfn"] == pytest.approx(good.ordinary)
        assert row["total_rate"] == pytest.approx(good.ordinary + sum(wanted.values()))


@pytest.mark.parametrize("name", GOODS)
def test_explain_gives_the_same_rates_and_names_the_law(name: str) -> None:
    good = GOODS[name]
    for start, wanted, _ in good.steps:
        table = tv.explain(good.partner, good.hs10, start)
        charged = table[table["rate"].ne(0) & table["layer"].ne("mfn")]
        found = dict(zip(charged["layer"], charged["rate"], strict=True))
        assert found == pytest.approx(wanted), f"{name} on {start}"
        assert table.attrs["total_rate"] == pytest.approx(good.ordinary + sum(wanted.values()))
        assert charged["reference"].str.len().gt(5).all()


@pytest.mark.parametrize(
    ("name", "day", "layer", "words"),
    [
        ("Japanese car", "2025-04-03", "s232_autos", "Proclamation 10908"),
        ("Japanese car", "2025-09-16", "s232_autos", "EO 14345"),
        ("British whisky", "2025-04-05", "reciprocal", "EO 14257"),
        ("British whisky", "2025-08-07", "reciprocal", "EO 14326"),
        ("British whisky", "2026-02-24", "s122", "Section 122"),
        ("British whisky", "2026-07-24", "s301_forced_labour", "Section 301 forced labour"),
        ("Indian shirt", "2025-04-09", "reciprocal", "EO 14257 Annex I, HTS 9903.01.5"),
        ("Indian shirt", "2025-08-27", "india_russia_oil", "EO 14329"),
        ("Korean steel coil", "2025-03-12", "s232_metals", "10896"),
        ("Korean steel coil", "2025-06-04", "s232_metals", "Proclamation 10947"),
        ("Korean steel coil", "2026-04-06", "s232_metals", "Proclamation 11021"),
    ],
)
def test_explain_cites_the_text(name: str, day: str, layer: str, words: str) -> None:
    good = GOODS[name]
    table = tv.explain(good.partner, good.hs10, day)
    row = table[table["applies"] & table["layer"].eq(layer)].iloc[0]
    assert words in row["reference"]


def test_the_exempt_beef_names_its_exemption() -> None:
    good = GOODS["Australian beef"]
    table = tv.explain(good.partner, good.hs10, "2025-11-13")
    reasons = table.loc[table["measure"].eq("reciprocal-2025-04-05-all"), "reason"]
    assert reasons.iloc[0].startswith("exempt: annex_ii_november (EO 14360")


# Section 5 of the registry: additional duty of ordinary goods; c is the ordinary rate.
ORDINARY_PATH = {
    "2025-04-04": dict.fromkeys(("GBR", "AUS", "KOR", "IND", "JPN"), (0.0, "add")),
    "2025-05-01": dict.fromkeys(("GBR", "AUS", "KOR", "IND", "JPN"), (0.10, "add")),
    "2025-08-20": {
        "GBR": (0.10, "add"), "AUS": (0.10, "add"), "KOR": (0.15, "add"), "IND": (0.25, "add"),
        "JPN": (0.15, "ceiling"),
    },
    "2025-12-01": {
        "GBR": (0.10, "add"), "AUS": (0.10, "add"), "KOR": (0.15, "ceiling"),
        "IND": (0.50, "add"), "JPN": (0.15, "ceiling"),
    },
    "2026-02-10": {
        "GBR": (0.10, "add"), "AUS": (0.10, "add"), "KOR": (0.15, "ceiling"),
        "IND": (0.25, "add"), "JPN": (0.15, "ceiling"),
    },
    "2026-03-01": dict.fromkeys(("GBR", "AUS", "KOR", "IND", "JPN"), (0.10, "add")),
    "2026-08-01": {
        "GBR": (0.10, "add"), "AUS": (0.125, "add"), "KOR": (0.125, "mfn"), "IND": (0.10, "add"),
        "JPN": (0.125, "mfn"),
    },
}  # fmt: skip
# Cotton shirts, woollen scarves, leather bags and toys: no exemption, no Section 232.
ORDINARY_GOODS = ("6105100010", "6214200000", "4202219000", "9503000073")


@pytest.mark.parametrize("day", ORDINARY_PATH)
def test_path_of_ordinary_goods(day: str) -> None:
    seen = set()
    rates = tv.schedule(day).rates(tv.FOCUS)
    statutory = tv.load("products").set_index("hs10")["mfn_rate"]
    chosen = rates[rates["hs10"].isin(ORDINARY_GOODS)]
    for row in chosen.itertuples():
        value, rule = ORDINARY_PATH[day][row.partner]
        netted = {"add": 0.0, "ceiling": row.mfn, "mfn": statutory[row.hs10]}[rule]
        assert row.total_rate - row.mfn == pytest.approx(max(value - netted, 0.0)), row
        seen.add(row.partner)
    assert seen == set(tv.FOCUS)
