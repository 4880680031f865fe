"""US exports by chapter: against the Census totals, and bad questions."""

from __future__ import annotations

import datetime as dt

import pytest

import tradeviz as tv
from tradeviz.errors import ArgumentError
from tradeviz.trade.us_exports import dated_rates, export_record, sector_rates, us_exports


def test_chapters_add_up_to_the_census_totals() -> None:
    table = tv.load("us_exports_monthly")
    year = table[table["month"].dt.year == 2024].groupby("partner", observed=True)["exports_usd"]
    total = tv.load("balances_annual").query("year == 2024").set_index("partner")["exports_usd"]
    for code in (*tv.FOCUS, "CHN", "CAN", "DEU"):
        assert year.sum()[code] == pytest.approx(total[code], rel=0.02), code


def test_the_record_by_hand() -> None:
    table = tv.load("us_exports_monthly")
    own = table[(table["partner"] == "CHN") & (table["hs2"] == "12")].set_index("month")
    found = export_record("China", since="2025-05-17", by="chapter").loc[("CHN", "12")]
    assert found["exports_usd"] == own.loc["2025-05":"2026-05", "exports_usd"].sum()
    assert found["exports_before_usd"] == own.loc["2023-05":"2024-05", "exports_usd"].sum()
    # Soya beans: what China stopped buying.
    assert found["change"] < -0.5
    whole = export_record(["CHN", "JPN"], since="2025-05-01")
    parts = export_record(["CHN", "JPN"], since="2025-05-01", by="chapter")
    assert parts["exports_usd"].groupby("partner").sum().to_dict() == pytest.approx(
        whole["exports_usd"].to_dict()
    )
    assert whole.attrs["last"] == "2026-05" and whole.index.tolist() == ["CHN", "JPN"]


def test_months_counted_begin_with_that_of_the_day() -> None:
    # What a chapter sold in May 2026 beside May 2024; the last month known is one.
    late = export_record("JPN", since="2026-05-31")
    own = tv.load("us_exports_monthly").query("partner == 'JPN'")
    sums = own.groupby("month", observed=True)["exports_usd"].sum()
    assert late["exports_usd"].item() == sums["2026-05-01"]
    assert late["exports_before_usd"].item() == sums["2024-05-01"]
    assert (late.attrs["first"], late.attrs["last"]) == ("2026-05", "2026-05")
    first = export_record("JPN", since="2025-01-01")
    assert first["exports_before_usd"].item() == sums["2023-01-01":"2024-05-01"].sum()


@pytest.mark.parametrize(
    ("code", "kind", "chapter", "rates"),
    [
        ("CAN", "retaliation", "24", {"2025-03-03": 0, "2025-03-04": 0.25, "2025-08-31": 0.25,
                                      "2025-09-01": 0}),
        # 84 % on all for two days, then 125 % until 14 May, ten from then on.
        ("CHN", "retaliation", "97", {"2025-04-09": 0, "2025-04-11": 0.84, "2025-04-12": 1.25,
                                      "2025-05-13": 1.25, "2025-05-14": 0.10}),
        # A member answers as the union: industrial goods begin with chapter 25.
        ("DEU", "concession", "25", {"2026-06-30": 0, "2026-07-01": -1}),
        ("DEU", "concession", "24", {"2026-07-01": 0}),
        ("DEU", "retaliation", "25", {"2026-07-01": 0}),
        ("JPN", "retaliation", "24", {"2025-04-11": 0}),
    ],
)  # fmt: skip
def test_answers_hold_from_their_first_day_to_the_day_before_their_end(
    code: str, kind: str, chapter: str, rates: dict[str, float]
) -> None:
    found = dated_rates(code, [dt.date.fromisoformat(day) for day in rates], kind)
    assert found[chapter].tolist() == pytest.approx([*rates.values()])


def test_answers_by_sector_cost_what_they_cost_by_chapter() -> None:
    day = dt.date(2025, 5, 1)
    sold = us_exports().query("partner == 'CAN'")
    chapters = sold.groupby("hs2")["exports_usd"].sum()
    duty = (dated_rates("CAN", [day]).iloc[0] * chapters).sum()
    sectors = sold.groupby("sector")["exports_usd"].sum()
    assert (sector_rates("CAN", day) * sectors).sum() == pytest.approx(duty) and duty > 0
    assert (sector_rates("CAN", dt.date(2025, 3, 3)) == 0).all()
    assert (sector_rates("CAN", day, "concession") == 0).all()


def test_exports_by_sector_are_those_of_2024() -> None:
    total = tv.load("balances_annual").query("year == 2024").set_index("partner")["exports_usd"]
    made = us_exports().groupby("partner")["exports_usd"].sum()
    known = made.index.intersection(total.index)
    assert set(made.index) - set(known) == {"EU"} and len(known) > 60
    assert (made[known] / total[known]).between(0.97, 1.04).all()
    whole = us_exports().query("hs2 == ''").groupby("partner")["exports_usd"].sum()
    assert whole.to_dict() == pytest.approx(total[whole.index].to_dict()) and len(whole) > 30


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"wanted": "Japn"}, "JPN|Japan"),
        ({"wanted": "KHM"}, "no exports by chapter"),
        ({"by": "chapters"}, "did you mean 'chapter'"),
        ({"since": "2024-01-01"}, "2025-01-01"),
        ({"since": "2026-09-01"}, "2025-01 to 2026-05"),
    ],
)
def test_bad_questions_are_one_line(options: dict[str, str], said: str) -> None:
    with pytest.raises(ArgumentError, match=said) as fault:
        export_record(**options)  # type: ignore[arg-type]
    assert "\n" not in str(fault.value)
