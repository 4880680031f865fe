"""Outcome files: dropped into a folder they are known everywhere; bad ones are one line each."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import tradeviz as tv
from tradeviz.cli import main
from tradeviz.errors import ArgumentError, OutcomeError
from tradeviz.law.outcome import file_faults, mix, names, outcome, title_of

STYLE = """\
title = "Australian-style deal"
meaning = "Five percent for everyone."
order = 45
partner_tariffs = { all = "keep", C29 = "free" }
[[change]]
layer = "reciprocal"
except_partners = ["CAN", "MEX", "RUS", "BLR", "CUB", "PRK"]
rate = 0.05
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRADEVIZ_OUTCOMES", str(tmp_path))
    return tmp_path


def test_a_file_dropped_into_a_folder_is_known_everywhere(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "australian_style" not in names()
    (folder / "australian_style.toml").write_text(STYLE, encoding="utf-8")
    # After the UK's style and before Japan's, as its order says.
    places = [names().index(name) for name in ("uk_style", "australian_style", "japan_style")]
    assert places == sorted(places)
    assert title_of("australian_style") == "Australian-style deal"
    assert 0 < tv.exposure("australian_style", partners="IND")["added_rate"].item() < 0.1
    exports = tv.respond("australian_style", partners="IND")["exports_change_usd"].item()
    keep = tv.respond("australian_style", partners="IND", answer="keep")
    free = tv.respond("australian_style", partners="IND", answer="free")
    assert keep["exports_change_usd"].item() == 0 < exports < free["exports_change_usd"].item()
    assert main(["list", "outcomes"]) == 0 and main(["check"]) == 0
    assert "australian_style" in capsys.readouterr().out
    (folder / "australian_style.toml").unlink()
    assert "australian_style" not in names()


def test_a_folder_that_is_not_there_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRADEVIZ_OUTCOMES", os.pathsep.join([str(folder), str(folder / "no")]))
    assert main(["list", "outcomes"]) == 2
    said = f"field 'TRADEVIZ_OUTCOMES': no such folder; value '{folder / 'no'}'; allowed: "
    assert said in capsys.readouterr().err


def test_a_broken_file_in_the_folder_is_named_and_stops_nothing_else(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "mine.toml").write_text("titel = 'x'\n", encoding="utf-8")
    assert len(tv.exposure("pause")) == len(tv.FOCUS)
    with pytest.raises(OutcomeError, match=r"mine\.toml, field 'titel': unknown key"):
        outcome("mine")
    assert len(file_faults()) == 1 and main(["check"]) == 2
    assert "mine.toml, field 'titel'" in capsys.readouterr().out


def test_of_two_files_with_one_name_the_second_is_named(folder: Path) -> None:
    for file in ("first", "second"):
        (folder / f"{file}.toml").write_text(f'name = "deal"\n{STYLE}', encoding="utf-8")
    (fault,) = file_faults()
    assert str(fault) == (
        f"{folder}/second.toml, field 'name': another file has this name: {folder}/first.toml; "
        "value 'deal'; allowed: a name of its own"
    )
    assert outcome("deal").title == "Australian-style deal"
    with pytest.raises(OutcomeError, match=r"second\.toml, field 'name'"):
        outcome("second")
    # The fault of one file is not what another name is told.
    with pytest.raises(OutcomeError, match="field 'outcome': unknown outcome; value 'third'"):
        outcome("third")


def test_files_of_several_folders_stand_by_order_then_name_and_are_read_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = folder / "other"
    other.mkdir()
    monkeypatch.setenv("TRADEVIZ_OUTCOMES", os.pathsep.join(["", str(other), str(folder), " "]))
    for place, name, order in ((folder, "a", 46), (folder, "b", 45), (other, "c", 45)):
        (place / f"{name}.toml").write_text(f"title = 'One'\norder = {order}\n", encoding="utf-8")
    assert [name for name in names() if len(name) == 1] == ["b", "c", "a"]
    (folder / "b.toml").write_text("title = 'Another'\norder = 47\n", encoding="utf-8")
    assert [name for name in names() if len(name) == 1] == ["c", "a", "b"]
    assert title_of("b") == "Another" == outcome("b").title and title_of("nobody") == "nobody"


def test_an_answer_by_sector_stands_beside_the_answer_of_the_rest() -> None:
    for given, rest in (({"all": "in_kind"}, "in_kind"), ({}, "keep")):
        own = {"name": "own", "change": [], "partner_tariffs": {"C29": "free"} | given}
        answers = outcome(own).partner_tariffs
        assert [answers.of(sector) for sector in ("C29", "C30")] == ["free", rest]


def test_a_file_may_begin_with_the_mark_of_its_encoding(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('name = "own"\nlaw = 2025-04-16\n', encoding="utf-8-sig")
    assert outcome(path).name == "own"


BAD = {
    "": "says nothing",
    "# only a remark\n": "says nothing",
    f"order = {'9' * 5000}\n": "not TOML",
    f"look = {'[' * 5000}\n": "nested too deeply",
    'name = "a\\u0007b"\n': "control characters",
    'name = "a\\nb"\n': "control characters",
    'name = "../pause"\n': "not a name of an outcome",
    f'name = "{"a" * 200}"\n': "not a name of an outcome",
    f'title = "{"a" * 2000}"\n': "too long",
    'name = "pause"\n': "known already",
    "law = 2025.5\n": "not a date",
    "law = nan\n": "not a date",
    f"# {'x' * 200_000}\n": "too long for an outcome",
    'partner_tariffs = "fre"\n': "did you mean 'free'",
    'partner_tariffs = { C99 = "free" }\n': "unknown key",
    "fixed_day = 1\n": "neither true nor false",
    "order = 1.5\n": "not a place",
    '[[change]]\nlayer = "reciprocal"\nrate = 0.1\nexcept_partners = ["all"]\n': "everybody",
}


@pytest.mark.parametrize("text", BAD, ids=lambda text: text[:24])
def test_a_bad_file_is_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OutcomeError, match=BAD[text]) as caught:
        outcome(path)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 600


def test_a_file_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutcomeError, match="not a plain file"):
        outcome(Path("/dev/zero"))
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(OutcomeError, match="not a plain file"):
        outcome(tmp_path / "pipe.toml")


# --- economics does not hang on a name ---


@pytest.mark.parametrize("name", ["agreement", "breakdown", "snapback"])
def test_another_name_changes_nothing(name: str) -> None:
    own, shipped = (
        tv.respond(end).droplevel("outcome") for end in (outcome(name).named("x"), name)
    )
    pd.testing.assert_frame_equal(own, shipped)


def test_a_mix_frees_and_answers_partner_by_partner() -> None:
    table = tv.respond({"JPN": "agreement", "KOR": "breakdown"})["exports_change_usd"].droplevel(0)
    alone = {
        name: tv.respond(name)["exports_change_usd"].droplevel(0)
        for name in ("agreement", "breakdown")
    }
    assert table["JPN"] == pytest.approx(alone["agreement"]["JPN"])
    assert table["KOR"] == pytest.approx(alone["breakdown"]["KOR"])
    assert table[["GBR", "AUS", "IND"]].tolist() == [0, 0, 0]


def test_equilibrium_and_deals_read_the_same_terms() -> None:
    options = {"partners": "JPN", "reference": "pause"}
    told = tv.equilibrium("agreement", **options)
    asked = tv.equilibrium("agreement", concessions=1.0, **options)
    assert told["imports_from_us_change"].item() == pytest.approx(
        asked["imports_from_us_change"].item()
    )
    kept = tv.equilibrium("agreement", concessions=0.0, **options)
    assert told["imports_from_us_change"].item() > kept["imports_from_us_change"].item() + 0.01
    free = tv.deals("JPN", terms="agreement", otherwise="pause")
    same = tv.deals("JPN", terms="agreement", otherwise="pause", concessions=1.0)
    np.testing.assert_allclose(
        free["income_change_usd"], same["income_change_usd"], rtol=1e-9, atol=1.0
    )


@pytest.mark.parametrize("partner", ["CAN", "MEX"])
@pytest.mark.parametrize("name", ["uk_style", "japan_style"])
def test_no_style_of_deal_charges_neighbours_more_for_cars(name: str, partner: str) -> None:
    table = tv.exposure(["pause", name], partners=partner, by="layer")["added_duty_usd"]
    cars = table.xs("s232_autos", level="layer").droplevel("partner")
    assert cars[name] <= cars["pause"] + 0.01


def test_terms_may_name_goods_under_usmca() -> None:
    def cars(**more: str) -> float:
        change = {"layer": "s232_autos", "scope": "cars", "rate": 0.25, "partners": ["MEX"]}
        own = outcome({"name": "own", "change": [change | more]})
        table = tv.exposure(own, partners="MEX", by="layer")["added_duty_usd"]
        return float(table.xs("s232_autos", level="layer").item())

    pause = tv.exposure("pause", partners="MEX", by="layer")["added_duty_usd"]
    assert cars() == pytest.approx(pause.xs("s232_autos", level="layer").item())
    assert cars(value_share="all") > 1.5 * cars()


def test_parts_of_a_mix_may_order_their_layers_differently(tmp_path: Path) -> None:
    """Before 4 June 2025 metals gave way to the border duty; from then on the other way round."""
    days = {"CAN": "2025-05-20", "MEX": "2025-07-01"}
    ends = {}
    for code, day in days.items():
        (tmp_path / f"day_{code}.toml").write_text(f"law = {day}\n", encoding="utf-8")
        ends[code] = outcome(tmp_path / f"day_{code}.toml")
    table = tv.exposure(mix(ends), partners=list(days))["added_duty_usd"].droplevel("outcome")
    for code, day in days.items():
        expected = tv.exposure("in_force", on=day, partners=code)["added_duty_usd"].item()
        assert table[code] == pytest.approx(expected)
        # One line has one partner, whose layers have one order.
        coil = tv.explain(code, "7208106000", outcome=mix(ends))
        alone = tv.explain(code, "7208106000", day)
        assert coil[["measure", "rate"]].equals(alone[["measure", "rate"]])


def test_tables_with_draws_can_be_joined() -> None:
    tables = [tv.respond(name, partners="JPN", draws=3) for name in ("snapback", "agreement")]
    assert len(pd.concat(tables)) == 2


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda: tv.respond("snapback", draws=True), "draws"),
        (lambda: tv.respond("snapback", draws=2, seed=-1), "seed"),
        (lambda: tv.respond("snapback", executor="x"), "executor"),
        (lambda: tv.respond("snapback", by=""), "by"),
        (lambda: tv.respond("snapback", pass_through=1e-320), "pass_through"),
        (lambda: tv.equilibrium("pause", retaliation=5), "retaliation"),
        (lambda: tv.equilibrium("pause", elasticity=None), "elasticity"),
        (lambda: tv.equilibrium("pause", scale=10), "scale"),
        (lambda: tv.deals(concessions=True), "concessions"),
        (lambda: tv.deals(scale=9), "scale"),
        (lambda: tv.deals(executor="x"), "executor"),
        (lambda: tv.deals(scal=9), "options"),
        (lambda: tv.exposure("pause", partners=5), "partners"),
        (lambda: tv.exposure_path(5), "dates"),
        (lambda: tv.balances(first="x"), "first"),
        (lambda: tv.outcome({None: "pause"}), "partners"),
    ],
)
def test_a_wrong_argument_is_one_error(call: object, field: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        call()  # type: ignore[operator]
    assert caught.value.field == field and "\n" not in str(caught.value)
