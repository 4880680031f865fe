"""The two time axes of the law, and the conditions that a list asks beside the code."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import tradeviz as tv
from tradeviz.errors import ArgumentError
from tradeviz.law import condition, scopes
from tradeviz.law.reading import _meet, law
from tradeviz.law.record import Exemption, Law, Measure
from tradeviz.law.schedule import Schedule
from tradeviz.lines import one_line

DAY = dt.date(2025, 8, 10)
LATER = dt.date(2025, 9, 10)


def measure(name: str, **given: Any) -> Measure:
    values: dict[str, Any] = {
        "layer": "reciprocal",
        "title": name,
        "partners": None,
        "scope": "all",
        "rule": "add",
        "rate": 0.1,
        "start": dt.date(2025, 4, 5),
        "end": None,
    }
    return Measure(measure=name, **(values | given))


def book(*rows: Measure | Exemption) -> Law:
    return Law(
        law().layers,
        tuple(row for row in rows if isinstance(row, Measure)),
        tuple(row for row in rows if isinstance(row, Exemption)),
        (),
    )


def rate(whole: Law, known: dt.date | None, day: dt.date = DAY) -> float:
    trade = one_line("KOR", "3926909985")
    arrays = Schedule(day, whole.known_on(known).on(day), trade).arrays(ordinary="mfn")
    return float(arrays["reciprocal"][0]) if "reciprocal" in arrays else 0.0


def test_an_end_without_a_text_is_known_from_its_own_day_on() -> None:
    whole = book(measure("open", end=DAY))
    assert rate(whole, DAY) == 0.0
    assert rate(whole, DAY - dt.timedelta(days=1)) == 0.1


def test_a_retroactive_row_counts_only_once_it_is_published() -> None:
    first = measure("first", rate=0.25, end=DAY)
    second = measure("second", rate=0.15, start=DAY, known_from=LATER)
    whole = book(first, second)
    assert rate(whole, None) == 0.15
    assert rate(whole, DAY) == 0.25
    assert rate(whole, LATER) == 0.15


def test_a_later_text_for_the_same_days_takes_the_place_of_the_earlier() -> None:
    early = measure("early", rate=0.2, start=DAY, known_from=dt.date(2025, 7, 31))
    late = measure("late", rate=0.15, start=DAY, known_from=LATER)
    for whole in (book(early, late), book(late, early)):
        assert rate(whole, None) == 0.15
        assert rate(whole, DAY) == 0.2
    assert not _meet(early, late)
    assert _meet(early, replace(late, known_from=dt.date(2025, 7, 31)))


def test_an_end_that_nobody_knew_yet_does_not_count() -> None:
    whole = book(measure("open", end=dt.date(2026, 2, 24)))
    march = dt.date(2026, 3, 1)
    assert rate(whole, None, march) == 0.0
    assert rate(whole, dt.date(2026, 1, 10), march) == 0.1
    assert rate(whole, march, march) == 0.0


def test_an_exemption_published_later_did_not_free_anyone_yet() -> None:
    free = Exemption(exemption="free", layer="reciprocal", start=DAY, known_from=LATER)
    whole = book(measure("ten"), free)
    assert rate(whole, None) == 0.0
    assert rate(whole, DAY) == 0.1


def test_korea_as_known_before_its_notice_of_december_2025() -> None:
    # Notice of 4 December 2025 (90 FR 55964): total 15 % from 14 November; until then 15 % on top.
    before = tv.explain("KOR", "6110303020", "2025-11-20", as_known_on="2025-11-20", ordinary="mfn")
    since = tv.explain("KOR", "6110303020", "2025-11-20", ordinary="mfn")
    assert before.attrs["total_rate"] == pytest.approx(0.32 + 0.15)
    assert since.attrs["total_rate"] == pytest.approx(0.32)


def test_a_mix_is_no_wiser_than_its_parts() -> None:
    asked: dict[str, Any] = {"partners": "KOR", "on": "2025-11-20"}
    # Before and after the notice of December 2025 on Korea.
    alone, mixed = (
        [
            tv.exposure(end, **asked, as_known_on=known)["effective_rate"].item()
            for known in ("2025-11-20", None)
        ]
        for end in ("in_force", {"KOR": "in_force"})
    )
    assert alone == mixed and alone[0] > alone[1]


@pytest.mark.parametrize("known", ["2024-12-31", "2031-01-01", "yesterday"])
def test_a_day_of_publication_outside_the_coverage_is_an_error(known: str) -> None:
    for call in (
        lambda: tv.schedule("2025-08-10", as_known_on=known),
        lambda: tv.exposure("in_force", on="2025-08-10", as_known_on=known),
        lambda: tv.explain("JPN", "8703230190", "2025-08-10", as_known_on=known),
    ):
        with pytest.raises(ArgumentError, match="as_known_on"):
            call()


def test_what_is_known_today_is_what_was_known_on_the_last_day() -> None:
    last = law().days()[-1]
    now, then = tv.schedule(last), tv.schedule(last, as_known_on=last)
    assert {m.measure for m in then.law.measures} <= {m.measure for m in now.law.measures}


# --- rows of a list ---

ROWS = (
    scopes.ScopeRow("3926", dt.date(2025, 6, 1), dt.date(2025, 9, 1)),
    scopes.ScopeRow("39269099", condition="aircraft_use"),
)
SHARES = pd.DataFrame(
    {
        "condition": ["aircraft_use"],
        "scope": ["all"],
        "partner": ["all"],
        "hts_prefix": ["3926909985"],
        "low": [0.2],
        "central": [0.3],
        "high": [0.7],
    }
)


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> None:
    real = scopes.scope_rows
    monkeypatch.setattr(scopes, "scope_rows", lambda name: ROWS if name == "own" else real(name))
    marks = {"aircraft_use": [tuple(SHARES.iloc[0])]}
    monkeypatch.setattr(condition, "_marks", lambda: marks)


def charged(whole: Law, day: dt.date, conditions: str) -> tuple[float, bool]:
    schedule = Schedule(day, whole, one_line("KOR", "3926909985"), conditions)
    layer = schedule.layer("reciprocal")
    return float(schedule.arrays(ordinary="mfn")["reciprocal"][0]), bool(layer.provisional[0])


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize(
    ("day", "conditions", "share", "unsure"),
    [
        ("2025-07-01", "law", 1.0, False),  # the row of the whole heading is in force
        ("2025-10-01", "law", 1.0, True),  # the high end of the range is above half: charged
        ("2025-10-01", "expected", 0.3, True),
    ],
)
def test_a_measure_reaches_what_its_list_names_on_the_day(
    day: str, conditions: str, share: float, unsure: bool
) -> None:
    whole = book(measure("own", scope="own"))
    assert charged(whole, dt.date.fromisoformat(day), conditions) == (
        pytest.approx(0.1 * share),
        unsure,
    )


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize(
    ("day", "conditions", "left"),
    [
        ("2025-07-01", "law", 0.0),
        ("2025-10-01", "law", 1.0),  # the low end of the range is below half: not freed
        ("2025-10-01", "expected", 0.7),
    ],
)
def test_an_exemption_frees_what_meets_its_condition(
    day: str, conditions: str, left: float
) -> None:
    free = Exemption(exemption="free", layer="reciprocal", scope="own", start=dt.date(2025, 4, 5))
    whole = book(measure("ten"), free)
    assert charged(whole, dt.date.fromisoformat(day), conditions)[0] == pytest.approx(0.1 * left)


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize(("end", "charge", "left"), [(0.49, 0.0, 1.0), (0.5, 1.0, 1.0),
                                                     (0.51, 1.0, 0.0)])  # fmt: skip
def test_at_exactly_half_of_the_trade_in_doubt_the_measure_is_paid(
    end: float, charge: float, left: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table must say that more than half is out, or free; see `tradeviz.schedule`."""
    mark = (*SHARES.iloc[0].tolist()[:4], end, end, end)
    monkeypatch.setattr(condition, "_marks", lambda: {"aircraft_use": [mark]})
    day = dt.date(2025, 10, 1)
    assert charged(book(measure("own", scope="own")), day, "law")[0] == pytest.approx(0.1 * charge)
    free = Exemption(exemption="free", layer="reciprocal", scope="own", start=dt.date(2025, 4, 5))
    whole = book(measure("ten"), free)
    assert charged(whole, day, "law")[0] == pytest.approx(0.1 * left)


def test_another_way_to_read_conditions_is_an_error() -> None:
    with pytest.raises(ArgumentError, match="did you mean 'expected'"):
        tv.schedule("2025-08-10", conditions="expectd")


def test_every_change_of_a_list_is_a_day_of_the_law() -> None:
    days = set(law().days())
    rows = (*law().measures, *law().exemptions)
    for row in rows:
        inside = [d for d in scopes.scope_days(row.scope) if row.in_force(d)]
        assert {d for d in inside if d <= max(days)} <= days, row
    assert np.all(np.diff([d.toordinal() for d in law().days()]) > 0)


def test_a_layer_known_for_fewer_days_says_so_after_them() -> None:
    # Section 338 on Canada is encoded to 28 September 2026, the rest of the law for longer.
    beer = {day: tv.explain("CAN", "2203.00.0030", day) for day in ("2026-09-28", "2026-09-29")}
    rows = {day: table[table["layer"] == "s338"].iloc[0] for day, table in beer.items()}
    assert not rows["2026-09-28"]["provisional"]
    assert rows["2026-09-29"]["provisional"]
    assert rows["2026-09-29"]["reason"].endswith("the law of this layer is known to 2026-09-28")
