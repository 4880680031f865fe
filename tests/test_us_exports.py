"""US exports by chapter: against the Census totals, and bad questions."""

from __future__ import annotations

import pytest

import tradeviz as tv
from tradeviz.errors import ArgumentError
from tradeviz.trade.us_exports import export_record


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
