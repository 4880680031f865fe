"""One customs entry, worked by hand."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import LAST_DAY

import tradeviz as tv
from tradeviz.cli import main
from tradeviz.errors import ArgumentError

# partner, line, value, day, claims and more, duty by layer in US dollars and the reason
ENTRIES: dict[str, tuple[tuple[Any, ...], dict[str, Any], dict[str, float]]] = {
    "car of Japan, May 2025: 2.5 % and 25 %": (
        ("JPN", "8703.23.0190", 10_000, "2025-05-10"),
        {},
        {"mfn": 250.0, "s232_autos": 2500.0},
    ),
    "car of Japan, 20 September 2025: 15 % in all": (
        ("JPN", "8703230190", 10_000, "2025-09-20"),
        {},
        {"mfn": 250.0, "s232_autos": 1250.0},
    ),
    "coil of Korea, June 2025, MFN free, steel 50 %": (
        ("KOR", "7210490091", 33_333.33, "2025-06-10"),
        {},
        {"mfn": 0.0, "s232_metals": 16_666.67},
    ),
    "knitwear of Japan, 32 % is above 15 % in all": (
        ("JPN", "6110303020", 100, "2025-08-10"),
        {},
        {"mfn": 32.0, "reciprocal": 0.0},
    ),
    "T-shirts of India: 16.5, 25 and 25 %": (
        ("IND", "6109100012", 1_234.56, "2025-08-27"),
        {},
        {"mfn": 203.70, "reciprocal": 308.64, "india_russia_oil": 308.64},
    ),
    "beef of Australia inside the quota, 4.4 cents a kilogram and 10 %; no agreement claimed": (
        ("AUS", "0202305085", 1_000, "2025-05-01"),
        {"quantity": {"kg": 150}},
        {"mfn": 6.6, "reciprocal": 100.0},
    ),
    "the same under the agreement": (
        ("AUS", "0202305085", 1_000, "2025-05-01"),
        {"claims": "fta"},
        {"mfn": 0.0, "reciprocal": 100.0},
    ),
    "horse of Canada outside USMCA: 35 % since August 2025": (
        ("CAN", "0101210010", 50_000, "2025-10-01"),
        {},
        {"mfn": 0.0, "fentanyl": 17_500.0},
    ),
    "the same with USMCA": (
        ("CAN", "0101210010", 50_000, "2025-10-01"),
        {"claims": ["usmca"]},
        {"mfn": 0.0},
    ),
    "cattle by weight, 1 cent a kilogram, of a partner without trade lines: 10 %": (
        ("MUS", "0102294062", 100_000, "2025-06-01"),
        {"quantity": {"kg": 21_000}},
        {"mfn": 210.0, "reciprocal": 10_000.0},
    ),
    "car of Britain in the quota, 10 % in all": (
        ("GBR", "8703240160", 40_000, "2025-07-01"),
        {"claims": ("quota",)},
        {"mfn": 1_000.0, "s232_autos": 3_000.0},
    ),
    "car of Britain without the quota, 25 % on top": (
        ("GBR", "8703240160", 40_000, "2025-07-01"),
        {},
        {"mfn": 1_000.0, "s232_autos": 10_000.0},
    ),
}


@pytest.mark.parametrize("name", ENTRIES)
def test_duty_by_heading_to_the_cent(name: str) -> None:
    given, options, duties = ENTRIES[name]
    table = tv.entry(*given, **options)
    assert dict(zip(table["layer"], table["duty_usd"], strict=True)) == duties
    assert table.attrs["total_usd"] == pytest.approx(sum(duties.values()), abs=1e-9)
    assert table.attrs["total_rate"] == pytest.approx(sum(duties.values()) / given[2])


def test_it_says_which_claim_would_change_it_and_by_how_much() -> None:
    made = tv.entry("AUS", "0202305085", 1_000, "2025-05-01", quantity={"kg": 150})
    assert made.attrs["would_change"] == {"fta": -6.6}
    made = tv.entry("MEX", "8471500150", 2_000, "2025-03-20")
    assert made.attrs["would_change"]["usmca"] == -500.0
    made = tv.entry("GBR", "8703240160", 40_000, "2025-07-01")
    assert made.attrs["would_change"]["quota"] == -7_000.0
    assert "usmca" not in made.attrs["would_change"]
    # Content counts for goods of the agreement alone: 25 % of 10,000, or of half of them.
    car = ("CAN", "8703230140", 10_000, "2025-05-10")
    assert tv.entry(*car, content=0.5)["duty_usd"].tolist() == [250.0, 2_500.0]
    assert tv.entry(*car, content=0.5, claims="usmca")["duty_usd"].tolist() == [0.0, 1_250.0]
    # The neighbours have one agreement, whatever the ordinary duty: 32 % of 10,000 and 25 %.
    made = tv.entry("CAN", "6110303020", 10_000, "2025-03-20")
    assert made.attrs["would_change"] == {"usmca": -5_700.0}


def test_a_line_that_nobody_imported_in_2024_is_answered() -> None:
    # 9403.60.8093 is younger than the trade lines; its tariff line is free.
    made = tv.entry("VNM", "9403608093", 1_000, "2025-06-01")
    assert dict(zip(made["layer"], made["duty_usd"], strict=True)) == {"mfn": 0, "reciprocal": 100}


def test_the_law_of_an_entry_as_it_was_published() -> None:
    # 90 FR 55964 of 4 December 2025 made it 15 % in all from 14 November.
    late = tv.entry("KOR", "6110303020", 100, "2025-11-20")
    early = tv.entry("KOR", "6110303020", 100, "2025-11-20", as_known_on="2025-11-20")
    assert (late.attrs["total_usd"], early.attrs["total_usd"]) == (32.0, 47.0)


# Claims that change nothing below: what they would change need not be worked out.
IDLE = (
    "patented",
    "pharmaceutical_use",
    "aircraft_use",
    "end_use",
    "weight",
    "particular",
    "quota",
)
# The words of the tariff, what came in for 1,000 dollars and the duty on it, by hand.
BY_QUANTITY = [
    ("8201.50.0000", {"EACH": 300}, 3.00 + 28.00, False),  # 1¢ each + 2.8%
    ("0402.29.5000", {"Kilograms": 100.0}, 110.40 + 149.00, False),  # $1.104/kg + 14.9%
    ("2204.30.0000", {"L": 200, "pf. liter": 10}, 8.80 + 3.14, False),  # and 4.4¢/liter
    ("5101.11.6030", {"clean kg": 10}, 1.87, False),  # 18.7¢/clean kg
    ("0601.10.1500", {"Thousand": 5}, 4.48, False),  # 89.6¢/1000
    ("9606.21.4000", {"line gross": 100}, 0.30 + 46.00, False),  # 0.3¢/line/ gross + 4.6%
    ("9105.99.1000", {"each": 10, "jewel": 70}, 1.70 + 25.00 + 0.70, False),
    ("9102.29.0400", {"each": 10}, 4.00 + 60.00, True),  # 40¢ each + 6% on the case
    # 4.3% + 1.7¢/jewel + 0.2¢ for each other piece, which no entry counts
    ("9110.90.4000", {"jewel": 100}, 43.00 + 1.70, True),
    ("2607.00.0020", {"kg": 1_000}, 11.00, True),  # 1.1¢/kg on lead content
    # By the degree: "1.4606¢/kg less 0.020668¢/kg for each degree under 100".
    ("1701.13.1000", {"kg": 1_000}, 14.61, True),
]


@pytest.mark.parametrize(("hs10", "quantity", "duty", "unsure"), BY_QUANTITY)
def test_duties_by_quantity(hs10: str, quantity: Any, duty: float, unsure: bool) -> None:
    made = tv.entry("GBR", hs10, 1_000, "2025-01-02", quantity=quantity, claims=IDLE)
    assert made.attrs["hs10"] == hs10.replace(".", "")
    assert made.loc[0, ["duty_usd", "provisional"]].tolist() == [pytest.approx(duty), unsure]
    with pytest.raises(ArgumentError, match="field 'quantity': a duty by quantity"):
        tv.entry("GBR", hs10, 1_000, "2025-01-02", quantity={"barrel": 1})


def test_a_unit_in_two_spellings_is_given_twice() -> None:
    with pytest.raises(ArgumentError, match=r"field 'quantity': kg is given twice; value .*KG"):
        tv.entry("AUS", "0202305085", 1_000, "2025-05-01", quantity={"kg": 1, "KG.": 2})


def test_what_a_claim_would_change_is_what_it_changes() -> None:
    given = ("SGP", "9403200082", 10_000.0, "2026-09-20")
    plain, made = tv.entry(*given).attrs, tv.entry(*given, claims=["weight", "weight"]).attrs
    assert (plain["claims"], plain["would_change"]) == ([], {"weight": -1_250.0})
    # Below the weight it pays as other goods do, but for seats of aircraft.
    assert (made["claims"], made["would_change"]) == (["weight"], {"aircraft_use": -1_250.0})
    assert (plain["total_usd"], made["total_usd"]) == (2_500.0, 1_250.0)


def test_half_a_cent_is_a_cent_and_a_part_of_metal_pays_for_its_part() -> None:
    cents = [tv.entry("JPN", "8703230190", value, "2025-01-02") for value in (0.2, 0.58)]
    assert [made.attrs["total_usd"] for made in cents] == [0.01, 0.01]
    # A stove of Korea is free: 50 % on the metal, 15 % on the rest.
    stove = tv.entry("KOR", "8516604070", 10_000, "2025-10-01", content=0.25, claims=IDLE)
    assert stove.attrs["total_usd"] == 2_375.0


def test_without_a_day_an_entry_is_of_the_last_day_known() -> None:
    made = tv.entry("Japan", "8703230190", 100, claims=IDLE)
    why = tv.explain("JPN", "8703230190", ordinary="mfn")
    assert made.attrs["partner"] == "JPN" and made.attrs["on"] == str(LAST_DAY)
    assert made["rate"].tolist() == pytest.approx(why["rate"].tolist())
    assert made["reference"].tolist() == why["reference"].tolist()
    assert made["heading"].tolist()[1:] == why["heading"].tolist()[1:]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"claims": "usmcaa"}, "unknown claim; value 'usmcaa'.*did you mean 'usmca'"),
        ({"value_usd": -1}, "not a (value|finite number)"),
        ({"value_usd": float("nan")}, "not a (value|finite number)"),
        ({"value_usd": True}, "not a (value|finite number)"),
        ({"hs10": "9999999999"}, "no such product"),
        ({"hs10": "0102294062"}, r"a duty by quantity: 1¢/kg; allowed: quantity=\{\"kg\""),
        ({"content": 2}, "not a share"),
        ({"on": "2031-01-01"}, "outside the dates"),
        # Embroidery on cotton: "See additional U.S. note 1".
        (
            {"hs10": "5810910010"},
            "field 'hs10': the tariff gives this line no rate of its own; value '5810910010'; "
            "allowed: another line, or a claim that frees it$",
        ),
    ],
)
def test_bad_input_is_one_message(given: dict[str, Any], message: str) -> None:
    values = {"partner": "JPN", "hs10": "8703230190", "value_usd": 100.0, "on": "2025-05-10"}
    with pytest.raises(ArgumentError, match=message):
        tv.entry(**(values | given))


def test_a_line_without_a_rate_of_its_own_is_free_where_a_claim_frees_it() -> None:
    free = tv.entry("KOR", "5810910010", 1_000, "2025-05-10", claims="fta")
    duty = free.set_index("layer")["duty_usd"]
    assert (duty["mfn"], duty["reciprocal"], free.attrs["total_usd"]) == (0.0, 100.0, 100.0)


def test_command(capsys: pytest.CaptureFixture[str]) -> None:
    words = "entry --partner MUS --hs10 0102294062 --value 100000 --on 2025-06-01".split()
    assert main(words) == 2
    assert "quantity" in capsys.readouterr().err
    assert main([*words, "--quantity", "kg=21000"]) == 0
    shown = capsys.readouterr().out
    assert "10,210.00" in shown and "claims: none" in shown
    assert main([*words, "--quantity", "kg=many"]) == 2
    assert "UNIT=NUMBER" in capsys.readouterr().err


# One real customs entry and readings of others, of HTS 2026 revisions 13 to 21; in cents.
READ = [
    ("CHN", "7326908688", 14_172.0, "2026-09-18", (), 11_039.99),  # a real entry form
    ("CAN", "0101210010", 50_000.0, "2026-10-09", (), 5_000.00),
    ("MEX", "0101210010", 50_000.0, "2026-10-09", (), 5_000.00),
    ("CAN", "0102294062", 100_000.0, "2026-10-09", ("usmca",), 0.00),
    ("CHN", "0101210010", 50_000.0, "2026-10-09", (), 10_000.00),
    ("MUS", "0102294062", 100_000.0, "2026-10-09", ("fta",), 0.00),
    ("BRA", "3005905010", 100_000.0, "2026-10-09", (), 37_500.00),
    ("CHE", "3004909218", 100_000.0, "2026-10-09", ("patented",), 15_000.00),
    ("IND", "3004909218", 100_000.0, "2026-10-09", (), 0.00),
    ("DEU", "3002130010", 100_000.0, "2026-10-09", ("patented",), 15_000.00),
    ("DEU", "3006910000", 100_000.0, "2026-10-09", (), 10_000.00),
    ("JPN", "3006938000", 100_000.0, "2026-10-09", ("fta", "pharmaceutical_use"), 0.00),
    ("DEU", "2933992200", 10_000.0, "2026-08-07", (), 1_000.00),
    ("DEU", "9401614011", 10_000.0, "2026-08-01", (), 1_500.00),
    ("DEU", "8704230100", 10_000.0, "2026-08-01", (), 5_000.00),
    ("DEU", "8709900090", 10_000.0, "2026-08-01", (), 2_500.00),
    ("CAN", "9403200082", 10_000.0, "2026-09-20", ("usmca",), 7_500.00),
    ("VNM", "6810990020", 10_000.0, "2026-08-20", (), 3_750.00),
]


@pytest.mark.parametrize(("partner", "hs10", "value", "day", "claims", "total"), READ)
def test_entries_that_others_worked(
    partner: str, hs10: str, value: float, day: str, claims: tuple[str, ...], total: float
) -> None:
    made = tv.entry(partner, hs10, value, day, claims=claims, quantity={"kg": 1.0})
    assert made.attrs["total_usd"] == total
