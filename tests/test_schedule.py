"""The schedule against a plain reading of its rules, line by line, on small laws made by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import CODES, FIRST_DAY
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tradeviz as tv
from tradeviz.errors import ArgumentError, MeasureError
from tradeviz.law.reading import law
from tradeviz.law.record import Exemption, Law, Measure, Stacking
from tradeviz.law.resolve import EXEMPT, NONE, resolve
from tradeviz.law.schedule import _CACHE, Schedule
from tradeviz.lines import Lines, lines, one_line, part_of_lines
from tradeviz.products import products

DAY = dt.date(2025, 8, 7)
FEW = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

# A small trade: a car, a bus, wheat gluten and a coil; (partner, product, value, duty paid).
CAR, BUS, GLUTEN, COIL = "8703230140", "8702103100", "1109009020", "7208390030"
TRADE = (
    ("AUS", GLUTEN, 1000.0, 0.0),  # 6.8 % by statute, free by AUSFTA
    ("CAN", COIL, 500.0, 0.0),
    ("EU", CAR, 2000.0, 50.0),
    ("JPN", CAR, 4000.0, 100.0),  # 2.5 %
    ("JPN", BUS, 100.0, 2.0),  # 2 %
    ("JPN", COIL, 300.0, 75.0),  # free by statute, the duty of 2018 paid
    ("SVK", CAR, 800.0, 20.0),
)
MFN = {CAR: 0.025, BUS: 0.02, GLUTEN: 0.068, COIL: 0.0}
PREFIXES = {
    "vehicles": ("87",),
    "cars_only": ("8703",),
    "this_car": ("87032301",),
    "road": ("8702", "87032301"),
    "metal": ("7208",),
}
SHARES = {"half": 0.5, "fifth": 0.2}


@pytest.fixture(autouse=True)
def small_scopes(monkeypatch: pytest.MonkeyPatch) -> None:
    from tradeviz.law import scopes

    real = scopes.scope_rows

    def rows(name: str) -> tuple[scopes.ScopeRow, ...]:
        return tuple(map(scopes.ScopeRow, PREFIXES[name])) if name in PREFIXES else real(name)

    monkeypatch.setattr(scopes, "scope_rows", rows)


def small() -> Lines:
    order = sorted(range(len(TRADE)), key=lambda i: (TRADE[i][0], TRADE[i][1]))
    rows = [TRADE[i] for i in order]
    partners = tuple(sorted({row[0] for row in rows}))
    bounds = [sum(row[0] < partner for row in rows) for partner in partners] + [len(rows)]
    made = Lines(
        partners=partners,
        bounds=np.array(bounds, dtype=np.int32),
        product=np.array([products().position(row[1]) for row in rows], dtype=np.int32),
        value=np.array([row[2] for row in rows]),
        duty=np.array([row[3] for row in rows]),
        products=products(),
        agreement=frozenset({"AUS", "CAN"}),
    )
    made._share.update({name: np.full(len(rows), share) for name, share in SHARES.items()})
    return made


ROWS = sorted((row[0], row[1]) for row in TRADE)


def measure(name: str, layer: str = "reciprocal", **given: Any) -> Measure:
    values: dict[str, Any] = {
        "title": name,
        "partners": None,
        "scope": "all",
        "rule": "add",
        "rate": 0.1,
        "start": dt.date(2025, 4, 5),
        "end": None,
    }
    values |= given
    for key in ("partners", "except_partners"):
        if isinstance(values.get(key), str):
            values[key] = frozenset(values[key].split(";"))
    return Measure(measure=name, layer=layer, **values)


def book(*rows: Measure | Exemption | Stacking) -> Law:
    return Law(
        law().layers,
        tuple(row for row in rows if isinstance(row, Measure)),
        tuple(row for row in rows if isinstance(row, Exemption)),
        tuple(row for row in rows if isinstance(row, Stacking)),
    )


def yields(layer: str, to: str, partners: str | None = None) -> Stacking:
    who = None if partners is None else frozenset(partners.split(";"))
    return Stacking(layer=layer, yields_to=to, partners=who)


def exempt(layer: str, scope: str, partners: str | None = None) -> Exemption:
    who = None if partners is None else frozenset(partners.split(";"))
    return Exemption(
        exemption="exempt", layer=layer, partners=who, scope=scope, start=dt.date(2025, 4, 5)
    )


def charged(whole: Law, layer: str = "reciprocal", **given: Any) -> dict[tuple[str, str], float]:
    found = Schedule(DAY, whole, small()).arrays(**given)
    values = found.get(layer, np.zeros(len(ROWS)))
    return dict(zip(ROWS, values.tolist(), strict=True))


# --- which measure applies ---


def test_country_beats_group_beats_all() -> None:
    rates = charged(
        book(
            measure("all", rate=0.10),
            measure("eu", partners="EU", rate=0.20),
            measure("slovakia", partners="SVK", rate=0.30),
            measure("japan", partners="JPN", rate=0.40),
        )
    )
    assert rates[("AUS", GLUTEN)] == 0.10
    assert rates[("EU", CAR)] == 0.20
    assert rates[("SVK", CAR)] == 0.30
    assert rates[("JPN", CAR)] == rates[("JPN", BUS)] == 0.40


def test_row_of_the_union_reaches_slovakia() -> None:
    rates = charged(book(measure("all", rate=0.10), measure("eu", partners="EU", rate=0.20)))
    assert rates[("SVK", CAR)] == rates[("EU", CAR)] == 0.20
    rates = charged(book(measure("all", except_partners="EU", rate=0.10)))
    assert rates[("SVK", CAR)] == rates[("EU", CAR)] == 0.0
    assert rates[("JPN", CAR)] == 0.10


def test_longer_prefix_beats_shorter() -> None:
    rates = charged(
        book(
            measure("ten", scope="this_car", rate=0.04),
            measure("four", scope="cars_only", rate=0.03),
            measure("two", scope="vehicles", rate=0.02),
            measure("none", rate=0.01),
        )
    )
    assert rates[("JPN", CAR)] == 0.04
    assert rates[("JPN", BUS)] == 0.02
    assert rates[("JPN", COIL)] == 0.01


def test_prefix_counts_by_product_not_by_list() -> None:
    """A list of 4 and 8 digits beats one of 4 digits for the product it names with 8."""
    rates = charged(
        book(
            measure("road", scope="road", rate=0.05), measure("four", scope="cars_only", rate=0.03)
        )
    )
    assert rates[("JPN", CAR)] == rates[("JPN", BUS)] == 0.05


def test_partner_beats_product() -> None:
    rates = charged(
        book(
            measure("japan", partners="JPN", rate=0.15),
            measure("cars", scope="this_car", rate=0.25),
        )
    )
    assert rates[("JPN", CAR)] == 0.15
    assert rates[("EU", CAR)] == 0.25


def test_later_start_wins_then_the_later_row() -> None:
    early, late = dt.date(2025, 4, 5), dt.date(2025, 8, 7)
    for rows in (
        (measure("one", start=early, rate=0.1), measure("two", start=late, rate=0.2)),
        (measure("two", start=late, rate=0.2), measure("one", start=early, rate=0.1)),
    ):
        assert set(charged(book(*rows)).values()) == {0.2}


def test_overlay_beats_a_closer_row() -> None:
    rates = charged(
        book(measure("japan", partners="JPN", rate=0.15), measure("own", rate=0.05, overlay=1))
    )
    assert set(rates.values()) == {0.05}


@pytest.mark.parametrize(
    ("on", "rate"),
    [("2025-04-04", 0), ("2025-04-05", 0.1), ("2025-08-06", 0.1), ("2025-08-07", 0)],
)
def test_first_and_last_day(on: str, rate: float) -> None:
    whole = book(measure("one", start=dt.date(2025, 4, 5), end=dt.date(2025, 8, 7)))
    day = dt.date.fromisoformat(on)
    found = Schedule(day, whole.on(day), small()).rates("JPN")
    assert set(found["reciprocal"]) == {rate}


@pytest.mark.parametrize("item", law().measures, ids=lambda item: item.measure)
def test_every_measure_of_the_law_starts_and_ends_on_its_day(item: Measure) -> None:
    day = dt.timedelta(days=1)
    assert item in law().on(item.start).measures
    assert item not in law().on(item.start - day).measures
    if item.end is not None:
        assert item in law().on(item.end - day).measures
        assert item not in law().on(item.end).measures


def test_winner_says_none_or_exempt() -> None:
    only = measure("japan", partners="JPN")
    found = resolve("reciprocal", (only,), (exempt("reciprocal", "vehicles"),), small(), "mfn")
    winner = dict(zip(ROWS, found.winner.tolist(), strict=True))
    assert winner[("JPN", COIL)] == 0
    assert winner[("JPN", CAR)] == winner[("EU", CAR)] == EXEMPT
    assert winner[("AUS", GLUTEN)] == NONE


# --- exemptions, ceilings, quotas, shares ---


def test_exempt_goods_of_some_partners() -> None:
    rates = charged(
        book(measure("all"), exempt("reciprocal", "vehicles", "JPN"), exempt("s122", "all"))
    )
    assert rates[("JPN", CAR)] == rates[("JPN", BUS)] == 0
    assert rates[("EU", CAR)] == rates[("JPN", COIL)] == 0.1


def test_exemption_of_the_union_reaches_slovakia() -> None:
    rates = charged(book(measure("all"), exempt("reciprocal", "all", "EU")))
    assert rates[("SVK", CAR)] == rates[("EU", CAR)] == 0
    assert rates[("JPN", CAR)] == 0.1


def test_ceiling_includes_the_ordinary_duty() -> None:
    rates = charged(book(measure("ceiling", rule="ceiling", rate=0.15, nets="ordinary")))
    assert rates[("JPN", CAR)] == pytest.approx(0.125)
    assert rates[("JPN", COIL)] == pytest.approx(0.15)
    # AUSFTA: the ordinary duty is what was paid, nothing
    assert rates[("AUS", GLUTEN)] == pytest.approx(0.15)
    rates = charged(book(measure("ceiling", rule="ceiling", rate=0.02, nets="ordinary")))
    assert rates[("JPN", CAR)] == rates[("JPN", BUS)] == 0


@pytest.mark.parametrize(
    ("nets", "ordinary", "gluten", "coil"),
    [
        ("ordinary", "preference", 0.15, 0.15),
        ("ordinary", "mfn", 0.082, 0.15),
        ("ordinary", "paid", 0.15, 0.0),
        # the memorandum of July 2026 nets the statutory rate whatever was paid
        ("mfn", "preference", 0.082, 0.15),
        ("mfn", "mfn", 0.082, 0.15),
        ("mfn", "paid", 0.15, 0.0),
    ],
)
def test_kinds_of_ordinary_duty(nets: str, ordinary: str, gluten: float, coil: float) -> None:
    whole = book(measure("ceiling", rule="ceiling", rate=0.15, nets=nets))
    rates = charged(whole, ordinary=ordinary)
    assert rates[("AUS", GLUTEN)] == pytest.approx(gluten)
    assert rates[("JPN", COIL)] == pytest.approx(coil)
    table = Schedule(DAY, whole, small()).rates(["AUS", "JPN"], ordinary=ordinary)
    expected = {
        "preference": [0, 0.02, 0.025, 0],
        "mfn": [0.068, 0.02, 0.025, 0],
        "paid": [0, 0.02, 0.025, 0.25],
    }
    order = {("AUS", GLUTEN): 0, ("JPN", BUS): 1, ("JPN", CAR): 2, ("JPN", COIL): 3}
    for row in table.itertuples():
        place = order[row.partner, row.hs10]
        assert row.mfn == pytest.approx(expected[ordinary][place])


def test_quota_mixes_what_is_inside_and_beyond() -> None:
    """10 % in all on half the cars, 25 % on top on the rest: 0.5 x 7.5 + 0.5 x 25 = 16.25."""
    whole = book(
        measure("beyond", "s232_autos", scope="cars_only", rate=0.25),
        measure("quota", "s232_autos", scope="cars_only", partners="JPN", rule="ceiling", rate=0.10,
                nets="ordinary", quota_share=0.5),
    )  # fmt: skip
    rates = charged(whole, "s232_autos")
    assert rates[("JPN", CAR)] == pytest.approx(0.5 * 0.075 + 0.5 * 0.25, abs=1e-15)
    assert rates[("EU", CAR)] == 0.25
    assert rates[("JPN", BUS)] == 0


@pytest.mark.parametrize(("share", "rate"), [(1.0, 0.075), (0.0, 0.25), (0.2, 0.215)])
def test_quota_share_from_nothing_to_all(share: float, rate: float) -> None:
    whole = book(
        measure("beyond", "s232_autos", scope="cars_only", rate=0.25),
        measure("quota", "s232_autos", scope="cars_only", partners="JPN", rule="ceiling", rate=0.10,
                nets="ordinary", quota_share=share),
    )  # fmt: skip
    assert charged(whole, "s232_autos")[("JPN", CAR)] == pytest.approx(rate)


def test_quota_with_nothing_beyond_it() -> None:
    whole = book(measure("quota", "s232_autos", scope="cars_only", rate=0.2, quota_share=0.25))
    assert charged(whole, "s232_autos")[("JPN", CAR)] == pytest.approx(0.25 * 0.2)


def test_share_of_value() -> None:
    whole = book(
        measure("half", "s232_metals", scope="metal", rate=0.5, value_share="half"),
        measure("all", rate=0.1),
        yields("reciprocal", "s232_metals"),
    )
    assert charged(whole, "s232_metals")[("JPN", COIL)] == pytest.approx(0.25)
    # what is not metal pays the country's duty
    assert charged(whole)[("JPN", COIL)] == pytest.approx(0.05)
    assert charged(whole)[("JPN", CAR)] == pytest.approx(0.1)


# --- stacking ---


def test_a_layer_gives_way_to_two_others() -> None:
    whole = book(
        measure("metal", "s232_metals", rate=0.5, value_share="half"),
        measure("wood", "s232_wood", rate=0.1, value_share="fifth"),
        measure("all", rate=0.1),
        yields("reciprocal", "s232_metals"),
        yields("reciprocal", "s232_wood"),
    )
    covers = Schedule(DAY, whole, small()).covers()
    np.testing.assert_allclose(covers["reciprocal"], 0.3)


def test_a_layer_gives_way_to_what_the_other_has_left() -> None:
    """Metals leave cars whole, so the country's duty leaves cars whole and nothing twice."""
    whole = book(
        measure("cars", "s232_autos", rate=0.25, value_share="half"),
        measure("metal", "s232_metals", rate=0.5, value_share="half"),
        measure("all", rate=0.1),
        yields("s232_metals", "s232_autos"),
        yields("reciprocal", "s232_autos"),
        yields("reciprocal", "s232_metals"),
    )
    covers = Schedule(DAY, whole, small()).covers()
    np.testing.assert_allclose(covers["s232_autos"], 0.5)
    # both say `half` of the goods: the same half, so nothing is left to metals
    np.testing.assert_allclose(covers["s232_metals"], 0.0)
    np.testing.assert_allclose(covers["reciprocal"], 0.5)


def test_shares_of_different_kinds_are_independent() -> None:
    whole = book(
        measure("cars", "s232_autos", rate=0.25, value_share="half"),
        measure("metal", "s232_metals", rate=0.5, value_share="fifth"),
        yields("s232_metals", "s232_autos"),
    )
    covers = Schedule(DAY, whole, small()).covers()
    np.testing.assert_allclose(covers["s232_metals"], 0.2 * 0.5)


def test_giving_way_for_some_partners_only() -> None:
    whole = book(
        measure("metal", "s232_metals", scope="metal", rate=0.5),
        measure("border", "fentanyl", rate=0.25),
        yields("fentanyl", "s232_metals", "CAN;MEX"),
    )
    rates = charged(whole, "fentanyl")
    assert rates[("CAN", COIL)] == 0
    assert rates[("JPN", COIL)] == 0.25


def test_layers_that_give_way_to_each_other_have_no_order() -> None:
    rows = (measure("all"), measure("metal", "s232_metals"))
    there, back = (("reciprocal", "s232_metals"), ("s232_metals", "reciprocal"))
    with pytest.raises(MeasureError, match=r"law/stacking\.csv: layers give way to each other"):
        charged(book(*rows, yields(*there), yields(*back)))
    # Of one partner alone it is the same; of two that differ each has its own order.
    with pytest.raises(MeasureError, match=r"law/stacking\.csv: layers give way to each other"):
        charged(book(*rows, yields(*there, "JPN;AUS"), yields(*back, "JPN")))
    rates = charged(book(*rows, yields(*there, "JPN"), yields(*back, "AUS")))
    assert (rates[("JPN", CAR)], rates[("AUS", GLUTEN)]) == (0.0, 0.1)


def test_a_law_made_by_hand_changes_on_the_days_of_its_measures() -> None:
    start, end = dt.date(2025, 5, 1), dt.date(2025, 9, 1)
    days = book(measure("all", start=start, end=end), exempt("reciprocal", "annex_ii")).days()
    assert days == (FIRST_DAY, dt.date(2025, 4, 5), start, end)


def test_giving_way_to_a_layer_that_is_taken_off() -> None:
    whole = book(
        measure("metal", "s232_metals", scope="metal", rate=0.5),
        measure("off", "s232_metals", rate=0.0, overlay=1, covers=False),
        measure("all", rate=0.1),
        yields("reciprocal", "s232_metals"),
    )
    assert charged(whole)[("JPN", COIL)] == 0.1
    assert charged(whole, "s232_metals")[("JPN", COIL)] == 0


COIL_SHARE = 0.0792  # of Canadian coil outside USMCA, July 2025 to February 2026


@pytest.mark.parametrize(
    ("day", "fentanyl", "metals"),
    [
        ("2025-03-06", 0.25, 0.0),  # before metals, before USMCA goods were let out
        ("2025-03-11", 0.25 * COIL_SHARE, 0.0),
        # EO 14289: the border duty first, metals on what it leaves
        ("2025-03-12", 0.25 * COIL_SHARE, 0.25 * (1 - COIL_SHARE)),
        ("2025-06-03", 0.25 * COIL_SHARE, 0.25 * (1 - COIL_SHARE)),
        # Proclamation 10947: metals first
        ("2025-06-04", 0.0, 0.50),
        ("2025-08-01", 0.0, 0.50),
        ("2026-02-24", 0.0, 0.50),
    ],
)
def test_canadian_coil(day: str, fentanyl: float, metals: float) -> None:
    line = tv.schedule(day).rates("CAN").set_index("hs10").loc[COIL]
    assert line["fentanyl"] == pytest.approx(fentanyl, abs=1e-6)
    assert line["s232_metals"] == pytest.approx(metals, abs=1e-6)
    assert line["reciprocal"] == 0


def not_usmca(partner: str, hs10: str, day: str) -> float:
    """Return the share of a month, or of all months where it has none of its own."""
    table = tv.load("usmca_shares_monthly")
    table = table[(table["partner"] == partner) & (table["hs10"] == hs10)].set_index("month")
    month = pd.Timestamp(day).replace(day=1)
    return float(table["share"].get(month, table["share"].iloc[0]))


@pytest.mark.parametrize("partner", ["CAN", "MEX"])
@pytest.mark.parametrize("day", ["2025-04-02", "2025-04-03", "2025-10-01", "2026-02-23"])
def test_cars_of_canada_and_mexico(partner: str, day: str) -> None:
    """Cars outside USMCA pay as cars and so no border duty; before that, the border duty."""
    share = not_usmca(partner, "8703230190", day)
    line = tv.schedule(day).rates(partner).set_index("hs10").loc["8703230190"]
    before = day < "2025-04-03"
    assert line["fentanyl"] == pytest.approx(0.25 * share if before else 0.0, abs=1e-12)
    # Inside USMCA only the content from outside the United States pays.
    table = tv.load("condition_shares").query("condition == 'not_us_content'")
    foreign = table.set_index(["partner", "hts_prefix"])["central"][(partner, "8703")]
    reached = share + (1 - share) * foreign
    assert line["s232_autos"] == pytest.approx(0.0 if before else 0.25 * reached, abs=1e-12)


def test_mexican_goods_with_a_share_of_metal() -> None:
    """Nested shares: goods outside USMCA, and how much of each is metal, are independent."""
    table = tv.load("value_shares")
    metal = table[table["name"] == "metal_content_2025_08"].set_index("hs10")["share"]
    table = tv.load("usmca_shares_monthly")
    table = table[table["partner"] == "MEX"].drop_duplicates("hs10").set_index("hs10")
    both = metal.index.intersection(table.index)
    autos = tv.schedule("2025-10-01").rates("MEX").set_index("hs10")
    autos = autos[(autos["s232_autos"] == 0) & (autos["s232_copper"] == 0)]
    both = [code for code in both if code in autos.index and 0.01 < metal[code] < 0.9]
    articles = autos.loc[both, "s232_metals"]
    assert len(both) > 100
    outside = pd.Series({code: not_usmca("MEX", code, "2025-10-01") for code in both})
    # metals first since June 2025: all of the metal, then the border duty on the rest outside USMCA
    np.testing.assert_allclose(articles, 0.5 * metal[both], atol=1e-12)
    energy = autos.loc[both, "fentanyl"] > 0
    expected = 0.25 * outside[both] * (1 - metal[both])
    np.testing.assert_allclose(autos.loc[both, "fentanyl"][energy], expected[energy], atol=1e-12)


# --- a plain reading of the rules, and random laws ---

DATES = st.dates(dt.date(2025, 1, 2), dt.date(2025, 8, 7))
LAYERS = ("reciprocal", "s232_autos", "s232_metals")
WHO = st.sampled_from([None, "EU", "SVK", "JPN", "JPN;SVK", "AUS;CAN", "EU;JPN"])


@st.composite
def measures(draw: st.DrawFn) -> list[Measure]:
    starts = draw(st.lists(DATES, min_size=1, max_size=6, unique=True))
    found = []
    for number, start in enumerate(starts):
        rule = draw(st.sampled_from(["add", "ceiling"]))
        found.append(
            measure(
                f"m{number}",
                draw(st.sampled_from(LAYERS)),
                start=start,
                partners=draw(WHO),
                except_partners=draw(st.sampled_from([frozenset(), "JPN", "EU"])),
                scope=draw(st.sampled_from(["all", *PREFIXES])),
                rule=rule,
                rate=draw(st.sampled_from([0.0, 0.02, 0.1, 0.25, 0.5, 1.25])),
                nets=draw(st.sampled_from(["ordinary", "mfn"])) if rule == "ceiling" else None,
                quota_share=draw(st.sampled_from([None, None, 0.0, 0.3, 1.0])),
                value_share=draw(st.sampled_from([None, None, "half", "fifth"])),
            )
        )
    return found


@st.composite
def laws(draw: st.DrawFn) -> Law:
    rows: list[Measure | Exemption | Stacking] = list(draw(measures()))
    if draw(st.booleans()):
        scope = draw(st.sampled_from(["all", *PREFIXES]))
        rows.append(exempt(draw(st.sampled_from(LAYERS)), scope, draw(WHO)))
    rows += [
        yields("reciprocal", "s232_autos"),
        yields("reciprocal", "s232_metals"),
        yields("s232_metals", "s232_autos", draw(st.sampled_from([None, "JPN", "EU"]))),
    ]
    return book(*rows)


def names(codes: frozenset[str] | None, partner: str) -> int | None:
    """0 all, 1 the group, 2 the partner."""
    if codes is None:
        return 0
    if partner in codes and partner != "EU":
        return 2
    return 1 if {"EU"} & codes and partner in ("EU", "SVK") else None


def closeness(row: Measure, partner: str, hs10: str) -> tuple[int, int, dt.date] | None:
    """Return how closely a row names partner and product, and its first day, or None."""
    if partner in row.except_partners or (partner == "SVK" and "EU" in row.except_partners):
        return None
    near = names(row.partners, partner)
    digits = [len(p) for p in PREFIXES.get(row.scope, ("",)) if hs10.startswith(p)]
    return None if near is None or not digits else (near, max(digits), row.start)


def plain_layer(whole: Law, layer: str, partner: str, hs10: str, without: frozenset[str]) -> Any:
    """Return share covered, rate and name of the share, read row by row."""
    for row in whole.exemptions:
        if row.layer == layer and names(row.partners, partner) is not None:
            if hs10.startswith(PREFIXES.get(row.scope, ("",))):
                return 0.0, 0.0, None
    keys = {
        row: key
        for row in whole.measures
        if row.layer == layer and row.measure not in without
        if (key := closeness(row, partner, hs10)) is not None
    }
    if not keys:
        return 0.0, 0.0, None
    best = max(keys, key=lambda row: keys[row])
    value, duty = next((v, d) for p, h, v, d in TRADE if (p, h) == (partner, hs10))
    ordinary = MFN[hs10]
    if best.nets == "ordinary" and partner in ("AUS", "CAN"):
        ordinary = min(ordinary, duty / value)
    rate = best.rate if best.rule == "add" else max(best.rate - ordinary, 0.0)
    cover = SHARES.get(best.value_share or "", 1.0)
    if best.quota_share is not None:
        others = plain_layer(whole, layer, partner, hs10, without | {best.measure})
        inside, beyond = best.quota_share * cover, (1 - best.quota_share) * others[0]
        both = inside * rate + beyond * others[1]
        cover = inside + beyond
        rate = both / cover if cover else 0.0
    return cover, rate, best.value_share


def plain(whole: Law, partner: str, hs10: str) -> dict[str, tuple[float, float]]:
    """Return layer -> share charged and rate."""
    found = {name: plain_layer(whole, name, partner, hs10, frozenset()) for name in LAYERS}
    made: dict[str, float] = {}
    for layer in ("s232_autos", "s232_metals", "reciprocal"):
        cover, _, share = found[layer]
        left = 1.0
        for pair in whole.stacking:
            if pair.layer != layer or names(pair.partners, partner) is None:
                continue
            taken = made[pair.yields_to]
            if share is not None and share == found[pair.yields_to][2]:
                cover -= taken
            else:
                left -= taken
        made[layer] = max(cover, 0.0) * max(left, 0.0)
    return {layer: (made[layer], found[layer][1]) for layer in LAYERS}


@FEW
@given(laws())
def test_any_law_reads_as_its_rules_say(whole: Law) -> None:
    found = Schedule(DAY, whole, small()).arrays()
    for row, (partner, hs10) in enumerate(ROWS):
        for layer, (cover, rate) in plain(whole, partner, hs10).items():
            value = found[layer][row] if layer in found else 0.0
            assert value == pytest.approx(cover * rate, abs=1e-12), (partner, hs10, layer)


@FEW
@given(laws())
def test_rates_are_never_negative_and_never_charge_more_than_the_whole(whole: Law) -> None:
    schedule = Schedule(DAY, whole, small())
    covers = schedule.covers()
    for layer, rate in schedule.arrays().items():
        assert (rate >= 0).all(), layer
        assert ((covers[layer] >= 0) & (covers[layer] <= 1)).all()
    together = sum(covers.values(), start=np.zeros(len(ROWS)))
    partial = next(p for p in whole.stacking if p.layer == "s232_metals").partners is not None
    assert partial or (together <= 1 + 1e-12).all()


@FEW
@given(laws(), st.sampled_from(["preference", "mfn", "paid"]))
def test_one_line_alone_is_as_inside_the_whole(whole: Law, ordinary: str) -> None:
    found = Schedule(DAY, whole, small()).arrays(ordinary=ordinary)
    for row, (partner, hs10) in enumerate(ROWS):
        value, duty = next((v, d) for p, h, v, d in TRADE if (p, h) == (partner, hs10))
        alone = replace(
            one_line(partner, hs10),
            value=np.array([value]),
            duty=np.array([duty]),
            agreement=frozenset({"AUS", "CAN"}),
            _reach={},
            _share={name: np.array([share]) for name, share in SHARES.items()},
        )
        for layer, rate in Schedule(DAY, whole, alone).arrays(ordinary=ordinary).items():
            assert rate[0] == pytest.approx(found[layer][row], abs=1e-12)


@FEW
@given(laws(), st.integers(0, 5), st.sampled_from([0.01, 0.2, 1.0]))
def test_a_higher_rate_lowers_no_duty(whole: Law, place: int, more: float) -> None:
    raised = whole.measures[place % len(whole.measures)]
    higher = replace(raised, rate=raised.rate + more)
    rows = tuple(higher if row is raised else row for row in whole.measures)
    low = Schedule(DAY, whole, small()).arrays()
    high = Schedule(DAY, replace(whole, measures=rows), small()).arrays()
    assert low.keys() == high.keys()
    for layer, rate in low.items():
        assert (high[layer] >= rate - 1e-12).all(), layer


@FEW
@given(laws())
def test_layers_add_up_to_the_total(whole: Law) -> None:
    table = Schedule(DAY, whole, small()).rates()
    parts = table[["mfn", *(name for name in whole.layers if name != "mfn")]].sum(axis=1)
    np.testing.assert_allclose(table["total_rate"], parts, atol=1e-12)


@FEW
@given(laws(), DATES, DATES)
def test_asking_twice_changes_nothing(whole: Law, day: dt.date, known: dt.date) -> None:
    assert whole.on(day).on(day) == whole.on(day)
    assert whole.known_on(known).known_on(known) == whole.known_on(known)
    schedule = Schedule(DAY, whole, small())
    first, second = schedule.arrays(), schedule.arrays()
    assert all((first[layer] == second[layer]).all() for layer in first)


# --- the real law ---


@cache
def real_days() -> list[dt.date]:
    return list(law().days())


@pytest.fixture(scope="module")
def whole_path() -> Iterator[dict[dt.date, tuple[dict[str, Any], dict[str, Any]]]]:
    yield {day: (tv.schedule(day).covers(), tv.schedule(day).arrays()) for day in real_days()}


Path = dict[dt.date, tuple[dict[str, Any], dict[str, Any]]]


def test_no_rate_of_the_law_is_negative(whole_path: Path) -> None:
    for day, (covers, arrays) in whole_path.items():
        for layer, rate in arrays.items():
            assert rate.min() >= 0, (day, layer)
            assert covers[layer].min() >= 0 and covers[layer].max() <= 1, (day, layer)


EXCLUDING = ("reciprocal", "s122", "s301_forced_labour", "s301_brazil", "india_russia_oil",
             "brazil_ieepa")  # fmt: skip


def test_no_value_is_charged_twice_by_layers_that_exclude_each_other(whole_path: Path) -> None:
    """Note 43 puts the duty on drones on top of the others."""
    for day, (covers, _) in whole_path.items():
        products = [
            cover for name, cover in covers.items()
            if name.startswith("s232_") and name != "s232_drones"
        ]  # fmt: skip
        together = sum(products, start=np.zeros(len(lines())))
        assert together.max() <= 1 + 1e-12, day
        for name in EXCLUDING:
            if name in covers:
                assert (covers[name] + together).max() <= 1 + 1e-12, (day, name)


def test_canada_and_mexico_pay_the_border_duty_or_another(whole_path: Path) -> None:
    rows = lines().rows(["CAN", "MEX"])
    for day, (covers, _) in whole_path.items():
        if "fentanyl" in covers and day >= dt.date(2025, 3, 12):
            products = [c[rows] for name, c in covers.items() if name.startswith("s232_")]
            together = covers["fentanyl"][rows] + sum(products, start=np.zeros(len(rows)))
            assert together.max() <= 1 + 1e-12, day


CEILINGS = [
    ("EU", "2025-08-07", 0.15),
    ("SVK", "2025-08-07", 0.15),
    ("JPN", "2025-08-07", 0.15),
    ("JPN", "2026-02-23", 0.15),
    ("KOR", "2025-11-14", 0.15),
    ("CHE", "2025-11-14", 0.15),
]


@pytest.mark.parametrize(("partner", "day", "ceiling"), CEILINGS)
def test_total_stays_below_the_ceiling_or_the_ordinary_duty(
    partner: str, day: str, ceiling: float
) -> None:
    table = tv.schedule(day).rates(partner)
    total = table["mfn"] + table["reciprocal"]
    assert (total <= np.maximum(table["mfn"], ceiling) + 1e-12).all()
    assert (table["reciprocal"] > 0).mean() > 0.3


def test_slovakia_pays_what_the_union_pays() -> None:
    for day in ("2025-04-09", "2025-08-07", "2026-08-21"):
        table = tv.schedule(day).rates(["EU", "SVK"]).set_index(["partner", "hs10"])
        own, whole = table.loc["SVK"], table.loc["EU"]
        shared = own.index.intersection(whole.index)
        assert len(shared) > 1000
        # the statutory rate where it is printed; elsewhere each nets what it paid
        printed = tv.load("products").set_index("hs10").loc[shared, "mfn_rate"].notna().to_numpy()
        columns = [name for name in law().layers if name != "mfn"]
        np.testing.assert_allclose(
            own.loc[shared, columns][printed], whole.loc[shared, columns][printed], atol=1e-12
        )


@pytest.mark.parametrize(
    ("partner", "on", "least"),
    [("JPN", "2025-08-07", 0.0), ("KOR", "2025-11-14", 0.05)],
)
def test_kind_of_ordinary_duty_matters_where_a_preference_is(
    partner: str, on: str, least: float
) -> None:
    tables = {
        kind: tv.schedule(on).rates(partner, ordinary=kind)
        for kind in ("preference", "mfn", "paid")
    }
    changed = tables["preference"]["reciprocal"] != tables["mfn"]["reciprocal"]
    assert (changed.mean() > 0) == (least > 0)
    assert changed.mean() >= least
    # a preference can only raise what a ceiling leaves
    assert (tables["preference"]["reciprocal"] >= tables["mfn"]["reciprocal"] - 1e-12).all()
    paid = tables["paid"]
    assert np.allclose(paid["mfn"], (paid["duty_usd"] / paid["value_usd"]).fillna(0.0))


def test_the_same_with_an_empty_cache() -> None:
    first = {name: rate.copy() for name, rate in tv.schedule("2025-11-14").arrays().items()}
    _CACHE.clear()
    again = tv.schedule("2025-11-14").arrays()
    assert set(first) == set(again)
    for name in first:
        np.testing.assert_array_equal(first[name], again[name])


def test_the_same_in_any_order_of_days() -> None:
    days = ["2025-04-09", "2026-08-21", "2025-06-04", "2025-04-09", "2025-11-14", "2025-06-04"]
    found = [tv.schedule(day).rates("IND")["total_rate"].sum() for day in days]
    assert found[0] == found[3] and found[2] == found[5]


def test_no_way_of_asking_leaves_a_trace_in_what_is_kept() -> None:
    """The list of metals grew on 4 April 2025; each month has its own shares under USMCA."""
    kept = part_of_lines(("CAN", "KOR"))
    ways = [
        ("2025-04-03", "preference", "law"), ("2025-04-04", "preference", "law"),
        ("2025-12-01", "preference", "law"),
        ("2025-12-01", "mfn", "law"), ("2025-12-01", "preference", "expected"),
        ("2026-01-10", "preference", "law"),
    ]  # fmt: skip
    sums = set()
    for day, ordinary, conditions in ways:
        plan = replace(tv.schedule(day, conditions=conditions), trade=kept)
        made = plan.arrays(ordinary=ordinary) | {"covers": plan.covers(ordinary=ordinary)}
        plan = replace(plan, trade=part_of_lines(("CAN", "KOR")))
        wanted = plan.arrays(ordinary=ordinary) | {"covers": plan.covers(ordinary=ordinary)}
        np.testing.assert_equal(made, wanted)
        sums.add(sum(float(rate.sum()) for name, rate in made.items() if name != "covers"))
    # Each is another answer, so that one kept for another would be seen.
    assert len(sums) == len(ways)


def test_what_is_added_together_is_the_sum_of_the_layers_and_its_unsure_part_a_part() -> None:
    plan = replace(tv.schedule("2026-08-21"), trade=part_of_lines(("KOR", "GBR")))
    together, unsure = plan.added_together()
    np.testing.assert_allclose(together, sum(plan.added().values()), atol=1e-12)
    marks = [plan.layer(name).provisional & (rate > 0) for name, rate in plan.added().items()]
    assert ((unsure > 0) == np.any(marks, axis=0)).all() and (unsure <= together + 1e-12).all()
    assert 0 < (unsure > 0).mean() < 1


def test_partners_alone_in_any_order_pay_as_in_the_whole() -> None:
    plan = tv.schedule("2025-08-07")
    two = replace(plan, trade=part_of_lines(("EU", "SVK")))
    assert sorted(two.trade.members["EU"]) == ["EU", "SVK"]
    assert two.trade.members["SVK"] == ("SVK",)
    # All suppliers together: Slovakia's lines are in those of the Union.
    value = tv.load("imports_2024").groupby("partner", observed=True)["value_usd"].sum()
    assert two.trade.value[two.trade.once].sum() == pytest.approx(value["EU"])
    assert lines().value[lines().once].sum() == pytest.approx(value.drop("SVK").sum())
    wanted = plan.rates(["EU", "SVK"])
    for found in (two.rates(), two.rates(["EU", "SVK"])):
        pd.testing.assert_frame_equal(found, wanted)
    assert two.rates(["SVK", "EU"])["total_rate"].sum() == pytest.approx(wanted["total_rate"].sum())


def test_table_of_rates() -> None:
    table = tv.schedule("2025-08-07").rates(["Japan", "UK"])
    assert list(table.columns) == [
        "partner", "hs10", "value_usd", "duty_usd", *law().layers, "total_rate"
    ]  # fmt: skip
    assert table["partner"].unique().tolist() == ["JPN", "GBR"]
    trade = tv.load("imports_2024").astype({"partner": str})
    for code in ("JPN", "GBR"):
        mine, theirs = table[table["partner"] == code], trade[trade["partner"] == code]
        assert mine["hs10"].tolist() == theirs["hs10"].tolist()
        assert mine["value_usd"].tolist() == theirs["value_usd"].tolist()
    layers = table[list(law().layers)].sum(axis=1)
    np.testing.assert_allclose(table["total_rate"], layers, atol=1e-12)


def test_partners_alone_are_as_in_the_whole() -> None:
    whole = tv.schedule("2026-04-06").rates().astype({"partner": str})
    for code in ("AUS", "EU", "ZAF"):
        alone = tv.schedule("2026-04-06").rates(code).astype({"partner": str})
        mine = whole[whole["partner"] == code].reset_index(drop=True)
        pd.testing.assert_frame_equal(alone, mine, check_dtype=False)


def test_duty_of_2018_is_not_added_twice() -> None:
    schedule = Schedule(
        DAY, book(measure("metal", "s232_metals", scope="metal", rate=0.5)), small()
    )
    legal = dict(zip(ROWS, schedule.arrays()["s232_metals"], strict=True))
    added = dict(zip(ROWS, schedule.added()["s232_metals"], strict=True))
    assert legal[("JPN", COIL)] == legal[("CAN", COIL)] == 0.5
    # Japan paid 25 % on steel in 2024 already, Canada nothing
    assert added[("JPN", COIL)] == pytest.approx(0.25) and added[("CAN", COIL)] == 0.5
    lower = Schedule(DAY, book(measure("metal", "s232_metals", scope="metal", rate=0.2)), small())
    assert dict(zip(ROWS, lower.added()["s232_metals"], strict=True))[("JPN", COIL)] == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: tv.schedule("2025-01-01").rates("JPN", ordinary="mnf"),
            "field 'ordinary': unknown kind of ordinary duty; value 'mnf'; "
            "allowed: preference, mfn, paid; did you mean 'mfn'?",
        ),
        (
            lambda: tv.schedule("2025-08-07").rates([]),
            f"field 'partners': no partner given; allowed: {CODES}",
        ),
    ],
)
def test_wrong_arguments(call: Any, message: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        call()
    assert str(caught.value) == message


@pytest.mark.parametrize("column", ["value_usd", "duty_usd", "mfn"])
def test_writing_into_a_table_changes_nothing_else(column: str) -> None:
    table = tv.schedule("2025-04-16").rates()
    table.loc[0, column] = 0.77
    assert table.loc[0, column] == 0.77
    assert tv.schedule("2025-04-16").rates().loc[0, column] != 0.77


def test_writing_into_covers_changes_nothing_else() -> None:
    covers = tv.schedule("2025-04-16").covers()
    covers["s232_autos"][:] = 0.0
    assert tv.schedule("2025-04-16").arrays()["s232_autos"].max() == 0.25


def test_what_is_kept_for_later_cannot_be_written() -> None:
    layer = tv.schedule("2025-04-16").layer("s232_autos")
    for values in (layer.rate, layer.cover, layer.winner, lines().ordinary(), lines().paid):
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 0.77
