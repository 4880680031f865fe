"""The claims of the briefing: verdicts and figures that can be checked by hand."""

from __future__ import annotations

import pandas as pd
import pytest

import tradeviz as tv
from tradeviz.trade.briefing import VERDICTS, claims, fourteen

# From the 2024 Census balances: largest fifteen by exports plus general imports, less China.
FOURTEEN = "EU MEX CAN JPN KOR TWN VNM GBR IND BRA SGP CHE THA MYS".split()


def evidence(words: str) -> pd.Series:
    table = claims()
    return table[table["claim"].str.contains(words)].iloc[0]


def test_the_fourteen_by_two_way_trade() -> None:
    table = fourteen()
    assert table["partner"].tolist() == FOURTEEN
    assert table["trade_usd"].is_monotonic_decreasing
    surplus = set(table.loc[table["balance_usd"] >= 0, "partner"])
    assert surplus == {"GBR", "BRA", "SGP"}
    # 975.9 billion with the EU in 2024: Census, goods, exports and general imports.
    shown = tv.tables.partners_table(table)
    assert shown.caption.startswith("US goods trade of 2024, billion US dollars")
    assert shown.frame["Two-way goods trade"].iloc[0] == "975.9"


def test_every_claim_has_a_verdict_and_a_sentence() -> None:
    table = claims()
    assert len(table) == 11
    assert set(table["verdict"]) <= set(VERDICTS)
    assert table["evidence"].str.endswith(".").all()
    said = tv.findings.briefing(table)
    assert said.startswith("Of the 11 claims **4** hold, **2** hold in part")
    first = next(row.evidence for row in table.itertuples() if row.verdict == "holds")
    assert said.endswith(first)


def test_texts_within_the_pause_are_told_of_the_first_targets() -> None:
    # The joint statement with China of 12 May 2025 (EO 14298) is a text of those days too.
    said = evidence("within the pause")["evidence"]
    assert "texts exist, of the first targets, for the UK only, and none was a signed" in said


def test_tariffs_of_partners_are_those_the_texts_state() -> None:
    # EO 14257 puts 17 % of India beside 3.3 % of the US; the fact sheets of 13 February and
    # 8 May 2025 put 39 % of India and 9.2 % of the UK beside 5 % of the US, on agriculture.
    said = evidence("manipulation")["evidence"].replace("\u00a0", " ")
    assert "average tariff of the UK (9.2 % on agriculture) and India (17.0 %) only" in said
    assert "That of the US is 3.3 %." in said
    # Of others they do too: Brazil, China, the EU and Vietnam, below.
    assert said.startswith("Of the five, US texts")
    stated = tv.load("partner_tariffs").set_index(["partner", "goods"])["mfn_average"]
    farm = stated.xs("agriculture", level="goods")
    assert farm.to_dict() == {"GBR": 0.092, "IND": 0.39, "USA": 0.05}
    # The order names five partners beside the US: simple averages of most-favoured-nation rates.
    assert stated.xs("all", level="goods").to_dict() == {
        "BRA": 0.112, "CHN": 0.075, "EU": 0.05, "IND": 0.17, "USA": 0.033, "VNM": 0.094,
    }  # fmt: skip
    # USTR, National Trade Estimate of 2025, on India.
    assert stated.xs("non-agriculture", level="goods").to_dict() == {"IND": 0.135}


def test_china_paid_145_and_later_30() -> None:
    row = evidence("China")
    assert row["verdict"] == "does not hold"
    assert "145\u00a0%" in row["evidence"] and "30\u00a0%" in row["evidence"]


def test_days_from_the_first_talks_to_the_japanese_order() -> None:
    # 16 April to 4 September 2025: 14 + 31 + 30 + 31 + 31 + 4.
    assert "141 days" in evidence("Japan will")["evidence"]


def test_the_uk_alone_had_a_text_within_the_pause() -> None:
    row = evidence("nearly impossible")
    assert row["verdict"] == "holds" and "90 days" in row["evidence"]
    talks = tv.load("talks")
    inside = talks[talks["date"].between("2025-04-10", "2025-07-09")]
    assert set(inside["partner"]) == {"GBR"} and not inside["kind"].eq("signed").any()


@pytest.mark.parametrize("code", ["GBR", "AUS"])
def test_the_april_list_adds_nothing_for_the_unlisted(code: str) -> None:
    rates = tv.exposure(["pause", "snapback"], partners=code)["added_rate"]
    assert rates.iloc[0] == rates.iloc[1]
