"""The response as a reader sees it: backtest, sensitivity, charts, tables, sentences, command."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterator
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import tradeviz as tv
from tradeviz.__main__ import main
from tradeviz.errors import ArgumentError
from tradeviz.law.reading import law
from tradeviz.models.response import NAMES, backtest, ranges, sensitivity
from tradeviz.partners import called
from tradeviz.show.frame import figure_of, shown
from tradeviz.show.picture import bundle


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def drawn() -> pd.DataFrame:
    return tv.respond(["agreement", "snapback"], draws=20)


@pytest.fixture(scope="module")
def came() -> dict[str, pd.DataFrame]:
    """Backtests of some partners, one after the other: the same laws are solved once for both."""
    codes = ["AUS", "JPN", "KOR"]
    return {
        "level": backtest(codes, last="2025-11", draws=3),
        "others": backtest(codes, against="others", draws=3),
    }


@pytest.fixture(scope="module")
def industries() -> pd.DataFrame:
    return backtest("JPN", by="naics3", draws=3)


def recorded(code: str, months: list[str]) -> tuple[float, float, float]:
    """Return imports of some months, of the same months of 2024, and duty, straight from data."""
    table = tv.load("duties_monthly").query("partner == @code").set_index("month").sort_index()
    late = table.loc[pd.to_datetime(months)]
    early = table.loc[[pd.Timestamp(2024, int(month[5:7]), 1) for month in months]]
    return late["imports_usd"].sum(), early["imports_usd"].sum(), late["duty_usd"].sum()


def of(flows: pd.DataFrame, code: str) -> pd.Series:
    flat = flows.reset_index()
    return flat[flat["partner"] == code].set_index("competitor")["diverted_usd"]


def test_the_record_is_the_record(came: dict[str, pd.DataFrame]) -> None:
    months = [f"2025-{month:02d}-01" for month in range(5, 12)]
    table = came["level"]
    assert table.attrs["months"] == ("2025-05", "2025-11")
    row = table.set_index("partner").loc["JPN"]
    now, then, duty = recorded("JPN", months)
    assert row["months"] == 7
    assert row["recorded_change"] == pytest.approx(now / then - 1)
    assert row["recorded_rate"] == pytest.approx(duty / now)
    assert row["model_change_low"] <= row["model_change_central"] <= row["model_change_high"]


def test_a_month_of_one_law_gives_the_answer_to_that_law() -> None:
    # The law did not change inside May 2026; the days come from the law tables.
    first, last = "2026-05-01", "2026-05-31"
    assert not [day for day in law().days() if first < str(day) <= last]
    row = backtest("JPN", first="2026-05", last="2026-05", draws=0).iloc[0]
    then = replace(tv.outcome("in_force"), name="then", day=dt.date.fromisoformat(first))
    found = tv.respond(then, reference="before", partners="JPN")
    assert row["model_change"] == pytest.approx(found["value_change"].item())
    rate = found["revenue_usd"] / (found["imports_usd"] + found["value_change_usd"])
    assert row["model_rate"] == pytest.approx(rate.item())


def test_the_range_of_a_month_of_one_law_is_that_of_the_response() -> None:
    drawn = {"draws": 3, "seed": 3}
    table = backtest(["KOR", "JPN"], first="2026-05", last="2026-05", **drawn)
    codes = ["KOR", "JPN"]
    assert table["partner"].tolist() == codes
    then = replace(tv.outcome("in_force"), name="then", day=dt.date(2026, 5, 1))
    found = tv.respond(then, reference="before", partners=codes, **drawn)
    for word in ("low", "central", "high"):
        wanted = found[f"value_change_{word}"].to_list()
        assert table[f"model_change_{word}"].to_list() == pytest.approx(wanted, rel=1e-9)
    for kind in ("change", "rate"):
        low, high = table[f"model_{kind}_low"], table[f"model_{kind}_high"]
        held = (low <= table[f"recorded_{kind}"]) & (table[f"recorded_{kind}"] <= high)
        assert table[f"{kind}_covered"].tolist() == held.tolist()


def test_an_industry_in_a_month_of_one_law_is_that_of_the_response() -> None:
    starts = {day.strftime("%Y-%m") for day in law().days() if day.day > 1}
    month = next(m for m in ("2025-11", "2025-10", "2025-09", "2025-07") if m not in starts)
    table = backtest("JPN", by="naics3", first=month, last=month, draws=0).set_index("naics3")
    then = replace(tv.outcome("in_force"), name="then", day=dt.date.fromisoformat(f"{month}-01"))
    found = tv.respond(then, reference="before", partners="JPN", by="naics3")
    wanted = found.droplevel(["outcome", "partner"])["value_change"].loc[table.index]
    assert table["model_change"].to_list() == pytest.approx(wanted.to_list())
    rows = tv.load("duties_monthly_naics3").query("partner == 'JPN' and naics3 == '336'")
    sums = rows.set_index("month")["imports_usd"]
    now, before = (sums[f"{year}-{month[5:]}-01"] for year in (2025, 2024))
    assert table.loc["336", "imports_usd"] == now
    assert table.loc["336", "recorded_change"] == pytest.approx(now / before - 1)


def test_others_divide_the_level_out(came: dict[str, pd.DataFrame]) -> None:
    table = came["others"].set_index("partner")
    months = pd.date_range("2025-05-01", "2025-11-01", freq="MS").strftime("%Y-%m-%d").tolist()
    everyone = tv.load("duties_monthly")["partner"].unique()
    trading = set(tv.load("imports_2024")["partner"].astype(str)) & set(everyone)
    inside = {"AUT", "BEL", "DEU", "ESP", "FRA", "IRL", "ITA", "NLD", "SWE"}
    table_of = tv.load("duties_monthly").dropna(subset=["imports_usd"])
    wanted = pd.to_datetime([*months, *(month.replace("2025", "2024") for month in months)])
    count = table_of[table_of["month"].isin(wanted)].groupby("partner").size()
    complete = set(count[count == len(wanted)].index)
    sums = {code: recorded(code, months)[:2] for code in (trading & complete) - inside}
    assert len(sums) > 20
    for code in table.index:
        own = sums[code][0] / sums[code][1]
        rest = [pair for other, pair in sums.items() if other != code]
        others = sum(now for now, _ in rest) / sum(then for _, then in rest)
        assert table.loc[code, "recorded_change"] == pytest.approx(own / others - 1)
    assert len(table) == 3 and (table["months"] == len(months)).all()


@pytest.mark.parametrize(
    "options", [{"by": "hs2"}, {"against": "rivals"}, {"by": "naics3", "against": "others"}]
)
def test_bad_requests_of_the_backtest_are_named(options: dict[str, str]) -> None:
    with pytest.raises(ArgumentError, match="unknown"):
        backtest("JPN", **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("words", [{"first": "2025"}, {"last": "2025-13"}, {"last": "today"}])
def test_what_is_no_month_of_the_backtest_is_named(words: dict[str, str]) -> None:
    with pytest.raises(ArgumentError, match=f"'{next(iter(words))}': not a month"):
        backtest("JPN", **words)  # type: ignore[arg-type]


def test_a_month_that_is_not_recorded_is_an_error() -> None:
    with pytest.raises(ArgumentError, match="no month recorded"):
        backtest("JPN", first="2027-01")


def test_sensitivity_is_the_model_at_the_ends() -> None:
    table = sensitivity("snapback", partners="JPN").set_index("parameter")
    assert set(table.index) == set(NAMES)
    low = ranges()["origins"][0]
    again = tv.respond("snapback", partners="JPN", elasticities={"origins": low})
    assert table.loc["origins", "at_low"] == again["value_change_usd"].item()
    # What the partner buys has no part in what the United States buys.
    assert table.loc["foreign_demand", "swing"] == 0
    assert table["swing"].is_monotonic_decreasing
    with pytest.raises(ArgumentError, match="did you mean 'value_change_usd'"):
        sensitivity("snapback", measure="value_change_us")


def test_sensitivity_moves_each_parameter_alone() -> None:
    asked = {"reference": "agreement", "partners": ["KOR", "JPN"]}
    table = sensitivity("breakdown", measure="balance_change_usd", **asked)
    for name, values in ranges().items():
        rows = table[table["parameter"] == name].set_index("partner")
        for column, value in zip(("at_low", "central", "at_high"), values, strict=True):
            given = {name: value}
            if name == "pass_through":
                given = {"pass_through": value}
            wanted = tv.respond("breakdown", elasticities=given, **asked)["balance_change_usd"]
            assert rows[column].to_list() == pytest.approx(wanted.to_list())
        assert rows[["low", "high"]].drop_duplicates().to_numpy().tolist() == [
            [values[0], values[2]]
        ]
    assert table["partner"].unique().tolist() == ["KOR", "JPN"]
    assert all(own.is_monotonic_decreasing for _, own in table.groupby("partner")["swing"])


def test_the_sentence_on_the_response_names_its_reference_and_who_gains() -> None:
    row = {"outcome": "own", "partner": "JPN", "value_change_usd_central": 2.5e9}
    row |= {f"value_change_{w}": x for w, x in (("low", 0.01), ("central", 0.02), ("high", 0.03))}
    lost = {**row, "partner": "GBR", "value_change_usd_central": -1.5e9}
    table = pd.DataFrame([row, lost])
    table.attrs |= {"titles": {"own": "Own terms"}, "reference": "snapback", "draws": 40}
    text = tv.findings.response(table, "own").replace("\u00a0", " ")
    assert text.startswith("Under “Own terms”, against “Snapback”, US imports")
    assert "**Japan** +2.0 % (+1.0 % to +3.0 %; USD 2.5 billion more)" in text
    assert "**the UK** +2.0 %" in text and "USD 1.5 billion less" in text and " 40 draws" in text


def test_ranges_are_drawn_where_the_draws_are(drawn: pd.DataFrame) -> None:
    axes = tv.charts.response_ranges(drawn)
    # A column a partner, all on one scale.
    columns = figure_of(axes).axes
    assert len(columns) == drawn.index.get_level_values("partner").nunique()
    assert len({column.get_xlim() for column in columns}) == 1
    drawings = [line for column in columns for line in column.lines]
    lines = {tuple(line.get_xdata()) for line in drawings if len(line.get_xdata()) == 2}
    for _, row in drawn.iterrows():
        assert (row["value_change_low"], row["value_change_high"]) in lines
    medians = {float(np.ravel(x.get_xdata())[0]) for x in drawings if x.get_markersize() == 7}
    assert medians == set(drawn["value_change_central"])
    text = bundle(axes)[1]["image/png"]["alt"]
    worst = drawn.loc[("snapback", "JPN"), "value_change_low"] * 100
    assert f"{worst:.1f}".replace("-", "−") in text and "20 draws" in shown(axes).note


@pytest.mark.parametrize(("gain", "said"), [(0.1, "lowers"), (0.4, "raises")])
def test_the_title_of_ranges_is_the_farthest_from_zero(gain: float, said: str) -> None:
    ends = ("low", "central", "high")
    rows = [
        {"outcome": "own", "partner": code, **{f"value_change_{end}": value for end in ends}}
        for code, value in (("GBR", -0.3), ("JPN", gain))
    ]
    table = pd.DataFrame(rows).assign(value_change=[-0.3, gain], provisional_share=0.0)
    table.attrs |= {"titles": {"own": "Own terms"}, "reference": "pause", "draws": 40}
    title = shown(tv.charts.response_ranges(table)).title.replace("\u00a0", " ")
    who, size = ("the UK", 30) if said == "lowers" else ("Japan", 40)
    assert title == f"Own terms {said} US imports most for {who}, by {size}.0 %"


def test_ranges_in_dollars_say_so(drawn: pd.DataFrame) -> None:
    axes = tv.charts.response_ranges(drawn, measure="balance_change_usd")
    table, text = shown(axes).data, shown(axes).alt
    assert "billion US dollars" in text
    assert table is not None and "balance_change_usd_low" in table
    with pytest.raises(ArgumentError, match="did you mean"):
        tv.charts.response_ranges(drawn, measure="balance_usd")
    gone = tv.respond("snapback", partners="VNM", by="hs2")
    with pytest.raises(ArgumentError, match="no value"):
        tv.charts.response_ranges(gone, measure="balance_change_usd")


def test_the_matrix_shows_every_flow_once() -> None:
    flows = tv.respond("snapback", by="competitor")
    axes = tv.charts.diversion_matrix(flows, n=6)
    table, text = shown(axes).data, shown(axes).title
    assert table is not None
    for code in tv.FOCUS:
        whole = of(flows, code).sum()
        assert table[code].sum() == pytest.approx(whole, abs=10)
    assert len(axes.patches) == 7 * len(tv.FOCUS)
    assert of(flows, "JPN").idxmin() == "MEX"
    loser = min(tv.FOCUS, key=lambda code: of(flows, code).sum())
    assert f"above all to {called(of(flows, loser).idxmin())}" in text


def test_the_tornado_has_a_bar_to_each_end() -> None:
    table = sensitivity("snapback", partners="JPN")
    axes = tv.charts.tornado(table)
    moving = table[table["swing"] > 0].sort_values("swing", ascending=False, kind="stable")
    bands = [line.get_xdata() for line in axes.lines if line.get_linewidth() == 7.5]
    ends = np.sort(moving[["at_low", "at_high"]].to_numpy(), axis=1)
    assert np.array(bands, dtype=float) == pytest.approx(ends, abs=1)
    with pytest.raises(ArgumentError, match="'KOR'; allowed: JPN"):
        tv.charts.tornado(table, partner="KOR")


def test_an_outcome_that_is_its_reference_changes_nothing() -> None:
    same = tv.respond(tv.outcome("pause").named("same"), reference="pause", partners=["JPN", "KOR"])
    assert (same["value_change"] == 0).all()
    title = shown(tv.charts.response_ranges(same)).title
    assert title == "No outcome changes US imports" and "lowers" not in title


def test_the_backtest_says_where_it_missed(came: dict[str, pd.DataFrame]) -> None:
    table = came["level"]
    assert table["rate_covered"].nunique() == 2
    for measure in ("change", "rate"):
        axes = tv.charts.backtest_ranges(table, measure=measure)
        missed = int((~table[f"{measure}_covered"]).sum())
        assert sum("outside" in text.get_text() for text in axes.texts) == missed
        dots = [float(np.ravel(x.get_xdata())[0]) for x in axes.lines if x.get_markersize() == 8]
        assert dots == pytest.approx(table[f"recorded_{measure}"].tolist(), abs=1e-6)
    with pytest.raises(ArgumentError, match="column"):
        tv.charts.backtest_ranges(backtest("JPN", first="2026-07", draws=0))


def test_what_moved_for_reasons_of_its_own_stands_apart(industries: pd.DataFrame) -> None:
    axes = tv.charts.backtest_ranges(industries, n=6)
    data = shown(axes).data
    assert data is not None
    apart = [text for text in data["apart"] if text]
    assert apart and data["apart"].tolist()[-len(apart) :] == apart
    title = shown(axes).title
    assert f"of {6 - len(apart)} cases" in title


def test_tables_show_medians_and_ranges(drawn: pd.DataFrame, industries: pd.DataFrame) -> None:
    frame = tv.tables.response_table(drawn).frame
    row = frame[(frame["Partner"] == "Japan") & (frame["Outcome"] == "Snapback")].iloc[0]
    wanted = drawn.loc[("snapback", "JPN")]
    median = f"{wanted['value_change_usd_central'] / 1e9:.1f}".replace("-", "−")
    assert row["Imports"] == median and "to" in row["Range of the effect"]
    assert "20 draws" in tv.tables.response_table(drawn).caption
    assert "Range of the effect" not in tv.tables.response_table(tv.respond("snapback")).frame
    assert (
        tv.tables.parameters_table().frame["Status"].isin({"read", "secondary", "assumption"}).all()
    )
    shown = tv.tables.backtest_table(industries).frame
    assert "Machinery" in set(shown["Industry"])


def test_sentences_carry_the_numbers(drawn: pd.DataFrame) -> None:
    text = tv.findings.response(drawn, "snapback").replace("\u00a0", " ")
    row = drawn.loc[("snapback", "KOR")]
    assert f"−{abs(row['value_change_central']) * 100:.1f} %" in text
    assert f"USD {abs(row['value_change_usd_central']) / 1e9:.1f} billion less" in text
    with pytest.raises(ArgumentError, match="not in the table"):
        tv.findings.response(drawn, "pause")
    flows = tv.respond("snapback", by="competitor")
    said = tv.findings.diversion(flows, "snapback").replace("\u00a0", " ")
    total = of(flows, "JPN").sum()
    assert f"**Japan** loses USD {-total / 1e9:.1f} billion" in said


def test_a_country_that_no_flow_reaches_neither_wins_nor_loses() -> None:
    table = pd.DataFrame(
        {"outcome": "pause", "partner": "JPN", "competitor": ["KOR"], "diverted_usd": [1.0]}
    )
    assert "neither wins nor loses" in tv.findings.diversion(table, "pause")


def test_the_sentence_on_flows_names_the_three_largest_and_their_way() -> None:
    flows = {"MEX": 4e9, "CAN": 1e9, "CHN": 2e9, "VNM": 3e9, "THA": -5e8}
    rows = [(c, k, sign * v) for c, sign in (("JPN", 1), ("KOR", -1)) for k, v in flows.items()]
    rows += [("AUS", code, 0.04e9) for code in flows]
    table = pd.DataFrame(rows, columns=["partner", "competitor", "diverted_usd"])
    text = tv.findings.diversion(table.assign(outcome="own"), "own").replace("\u00a0", " ")
    most = "Mexico (USD 4.0 billion), Vietnam (USD 3.0 billion) and China (USD 2.0 billion)"
    assert f"**Japan** wins USD 9.5 billion, above all from {most};" in text
    assert f"**South Korea** loses USD 9.5 billion, above all to {most};" in text
    assert "**Australia** wins USD 0.2 billion, above all from many, none of them large" in text


def test_the_backtest_sentence_counts() -> None:
    level = pd.DataFrame(
        {
            "partner": ["JPN", "KOR"],
            "recorded_change": [0.10, -0.2],
            "model_change_central": [-0.05, -0.1],
            "change_covered": [False, True],
            "rate_covered": [True, True],
        }
    )
    level.attrs["months"] = ("2025-05", "2026-07")
    text = tv.findings.backtest(level, level).replace("\u00a0", " ")
    assert "for 1 of 2 partners and the duty rate for 2 of 2" in text
    assert "misses most for Japan: +10.0 % recorded, −5.0 % in the model" in text
    assert "direction right for 1 of 2 and the size for 1 of 2 (South Korea)" in text


def out(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(list(words)) == 0
    return capsys.readouterr().out


def test_the_command_is_the_function(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("respond", "--outcome", "snapback", "--partners", "JPN,UK", "--draws", "4")
    more = ("--seed", "2", "--elasticity", "domestic=0.8", "--pass-through", "0.9")
    text = out(capsys, *words, *more, "--format", "csv")
    wanted = tv.respond(
        "snapback",
        partners=["JPN", "GBR"],
        draws=4,
        seed=2,
        elasticities={"domestic": 0.8},
        pass_through=0.9,
    )
    table = pd.read_csv(io.StringIO(text)).set_index(["outcome", "partner"])
    assert table["value_change_usd_low"].to_numpy() == pytest.approx(
        wanted["value_change_usd_low"].to_numpy()
    )
    rows = json.loads(out(capsys, "respond", "--by", "competitor", "--format", "json"))
    assert {row["partner"] for row in rows} == set(tv.FOCUS)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--elasticity origns=3", "did you mean 'origins'"),
        ("--elasticity origins", "NAME=NUMBER"),
        ("--pass-through 15", "above 0, at most 1"),
        ("--by sectors", "did you mean 'sector'"),
        ("--by competitor --partners SVK", "ask for the EU"),
    ],
)
def test_bad_words_are_one_line(
    words: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["respond", *words.split()]) == 2
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1


def test_a_member_of_the_eu_with_lines_of_its_own_responds() -> None:
    row = tv.respond("snapback", partners="SVK").iloc[0]
    assert row["value_change_usd"] < 0 and row["exports_change_usd"] == 0
    assert np.isfinite(row["diverted_usd"])
    assert tv.respond("agreement", partners="SVK")["exports_change_usd"].item() > 0


def flows_of(*rows: tuple[str, str, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["partner", "competitor", "diverted_usd"])
    return table.assign(outcome="snapback").set_index(["outcome", "partner", "competitor"])


@pytest.mark.parametrize(
    ("usd", "said"),
    [
        ((2e9, 1e9), "Japan wins $3.0 bn from other suppliers"),
        ((-2e9, -1e9), "Japan loses $3.0 bn, above all to Mexico"),
        ((1e7, -2e7), "No spending moves between suppliers"),
    ],
)
def test_the_matrix_tells_who_wins_and_who_loses(usd: tuple[float, float], said: str) -> None:
    flows = flows_of(("JPN", "MEX", usd[0]), ("JPN", "CAN", usd[1]))
    axes = tv.charts.diversion_matrix(flows, n=2)
    assert shown(axes).title.replace("\u00a0", " ") == said
    # Both suppliers have a row of their own, and no one is left for another.
    data = shown(axes).data
    assert data is not None and set(data["supplier"]) == {"Mexico", "Canada"}
    rest = shown(tv.charts.diversion_matrix(flows, n=1)).data
    assert rest is not None and rest["supplier"].iloc[-1] == "1 other"


@pytest.mark.parametrize(
    ("codes", "measure", "said"),
    [
        (["JPN"], "change", "US imports from Japan came out inside the model’s range"),
        (["JPN", "KOR"], "change", "US imports from all 2 came out inside the model’s range"),
        (["JPN", "KOR"], "rate", "The duty on goods from all 2 came out inside the model’s range"),
    ],
)
def test_a_backtest_that_misses_nobody_says_so(codes: list[str], measure: str, said: str) -> None:
    row = {
        f"{kind}_{part}": value
        for kind in ("model_change", "model_rate")
        for part, value in (("low", 0.05), ("central", 0.1), ("high", 0.15))
    }
    row |= {"recorded_change": 0.12, "recorded_rate": 0.12}
    table = pd.DataFrame([{**row, "partner": code} for code in codes]).assign(
        change_covered=True, rate_covered=True, apart="", imports_usd=1e9
    )
    table.attrs["months"] = ("2025-05", "2025-11")
    assert shown(tv.charts.backtest_ranges(table, measure=measure)).title == said
