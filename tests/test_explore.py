"""The panel without a browser: what is chosen, what is shown, what is written, what is wrong."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import tradeviz as tv
from tradeviz.__main__ import main
from tradeviz.errors import ArgumentError
from tradeviz.panel import State, explore, views
from tradeviz.panel.export import MAKERS, export, put, save

JAPAN = State(
    partners=("JPN",),
    shown="own",
    rates={"reciprocal": 15, "cars": 10, "metals": None},
    day=dt.date(2025, 7, 1),
    name="ten_and_fifteen",
)


def test_own_terms_are_the_terms() -> None:
    # By hand: in July 2025 cars paid 25 % and the rest 10 %; here cars 10 and the rest 15.
    why = tv.explain("JPN", "8703230190", outcome=JAPAN.outcome("own"))
    rates = why[why["applies"]].set_index("layer")["rate"]
    assert rates["s232_autos"] == 0.10 and "reciprocal" not in rates
    why = tv.explain("JPN", "8471300100", outcome=JAPAN.outcome("own"))
    assert "reciprocal" not in why[why["applies"]]["layer"].tolist()  # Laptops are exempt.
    why = tv.explain("JPN", "8429521010", outcome=JAPAN.outcome("own"))
    assert why[why["applies"]].set_index("layer")["rate"]["reciprocal"] == 0.15


def test_the_file_the_code_and_the_command_say_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = views.exposed(JAPAN)["added_rate"].droplevel("partner")[JAPAN.name]
    file = save(JAPAN, tmp_path)
    assert tv.exposure(file, partners="JPN")["added_rate"].item() == wanted
    assert main(["check", str(file)]) == 0
    capsys.readouterr()
    words = ["exposure", "--outcome", str(file), "--partners", "JPN", "--format", "json"]
    assert main(words) == 0
    assert json.loads(capsys.readouterr().out)[0]["added_rate"] == pytest.approx(wanted)
    space: dict[str, object] = {}
    exec("\n".join(JAPAN.code().splitlines()[:-1]), space)
    table = space["exposure"]
    assert isinstance(table, pd.DataFrame)
    assert table.loc[(JAPAN.name, "JPN"), "added_rate"] == wanted


def test_a_mean_lies_where_its_weights_put_it() -> None:
    state = State(
        partners=("JPN",), shown="weighted", beside="", weights={"pause": 3, "snapback": 1}
    )
    table = views.exposed(state)["added_duty_usd"].droplevel("partner")
    assert table["weighted"] == pytest.approx(0.75 * table["pause"] + 0.25 * table["snapback"])
    assert "expected" in state.code()
    with pytest.raises(ArgumentError, match="above 0"):
        State(weights={"pause": 0}).weighted()


@pytest.mark.parametrize(
    ("text", "start"), [("whisky", "2208"), ("8703", "8703"), ("8703.23.01", "87032301")]
)
def test_a_product_is_found(text: str, start: str) -> None:
    found = views.found(text)
    assert found and all(code.startswith(start) for code, _ in found)
    imports = tv.load("imports_2024").groupby("hs10", observed=True)["value_usd"].sum()
    assert imports[found[0][0]] == max(imports.get(code, 0.0) for code, _ in found)


@pytest.mark.parametrize("text", ["", "unobtainium", "9999999999"])
def test_a_product_that_is_none_is_said(text: str) -> None:
    with pytest.raises(ArgumentError, match="no product found"):
        views.found(text)


def test_every_tab_shows_something(tmp_path: Path) -> None:
    panel = explore("JPN", folder=tmp_path)
    for place, key in enumerate(panel.tabs.titles):
        panel.tabs.selected_index = place
        assert panel.controls.wrong["outcome"].value == ""
        if key in panel.pictures:
            assert panel.pictures[key].value[:4] == b"\x89PNG"
    assert "<table" in panel.table.value
    panel.search.value = "whisky"
    assert panel.matches.value.startswith("2208") and "Japan" in panel.reason.value
    assert not plt.get_fignums()


def test_nothing_is_drawn_twice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    panel, calls = explore("JPN", folder=tmp_path), []
    whole = views.PICTURES["Chart"]
    monkeypatch.setitem(views.PICTURES, "Chart", lambda state: calls.append(state) or whole(state))
    panel.controls.sliders["cars"].value = 10
    assert len(calls) == 1 and panel.state.shown == "own" and panel.state.rates["cars"] == 10
    panel.tabs.selected_index = 1
    panel.tabs.selected_index = 0
    assert len(calls) == 1


def test_one_outcome_alone_is_drawn(tmp_path: Path) -> None:
    panel = explore("JPN", beside="", folder=tmp_path)
    assert panel.controls.wrong["outcome"].value == "" and panel.pictures["Chart"].value
    panel.controls.weights["agreement"].value = 1
    assert panel.controls.wrong["outcome"].value == "" and panel.state.shown == "weighted"
    assert "weighted" not in panel.controls.beside.options.values()


def test_a_product_is_explained_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    panel, calls = explore("JPN", folder=tmp_path), []
    whole = views.reason_html
    monkeypatch.setattr(views, "reason_html", lambda *given: calls.append(given) or whole(*given))
    for text in ("whisky", "8703", "unobtainium", "8703"):
        panel.search.value = text
    assert len(calls) == 3 and "Japan" in panel.reason.value


def test_wrong_entries_are_answered_beside_the_field(tmp_path: Path) -> None:
    panel = explore("JPN", folder=tmp_path)
    before = panel.state
    panel.controls.day.value = dt.date(2030, 1, 1)
    assert "Choose a day from 2025-01-01" in panel.controls.wrong["day"].value
    panel.controls.day.value = dt.date(2025, 7, 1)
    assert panel.controls.wrong["day"].value == ""
    panel.controls.partners["JPN"].value = False
    assert "at least one partner" in panel.controls.wrong["partners"].value
    assert panel.state.partners == before.partners
    panel.controls.partners["JPN"].value = True
    panel.controls.shown.value = "weighted"
    assert "a weight" in panel.controls.wrong["weights"].value
    panel.controls.weights["pause"].value = 2
    assert panel.controls.wrong["weights"].value == ""
    panel.tabs.selected_index = panel.tabs.titles.index("Products")
    assert "choose one outcome" in panel.controls.wrong["outcome"].value
    panel.search.value = "unobtainium"
    assert "no product found" in panel.reason.value and panel.matches.disabled


def test_buttons_write_files(tmp_path: Path) -> None:
    panel = explore("JPN", folder=tmp_path)
    panel.controls.sliders["cars"].value = 10
    panel.controls.name.value = "ten"
    panel.saver.click()
    assert tv.outcome(tmp_path / "ten.toml").name == "ten"
    for button in panel.exporters.values():
        button.click()
    assert {path.suffix for path in tmp_path.iterdir()} == {
        ".toml",
        ".csv",
        ".xlsx",
        ".png",
        ".svg",
    }
    table = pd.read_excel(tmp_path / "exposure-ten.xlsx")
    assert table["effective_rate"].tolist() == pytest.approx(
        pd.read_csv(tmp_path / "exposure-ten.csv")["effective_rate"].tolist()
    )
    panel.copier.click()
    assert panel.code.value.startswith("import tradeviz as tv")
    panel.controls.name.value = "../evil"
    panel.saver.click()
    assert "not a name" in panel.message.value
    assert not list(tmp_path.parent.glob("evil*"))


@pytest.mark.parametrize("name", ["", "a b", "../x", "pause", "ä"])
def test_a_name_that_is_none_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="not a name"):
        save(State(name=name), tmp_path)
    assert not list(tmp_path.iterdir())


def test_terms_without_a_rate_are_no_terms(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="no rate is set"):
        save(State(rates={}), tmp_path)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="cannot be written"):
        put(tmp_path / "nowhere", "a.txt", b"")
    with pytest.raises(ArgumentError, match="no such folder"):
        explore(folder=tmp_path / "nowhere")
    assert set(MAKERS) == {"CSV", "Excel", "PNG", "SVG"}
    assert export(JAPAN, "CSV", tmp_path).name == "exposure-ten_and_fifteen.csv"


def test_where_it_cannot_live_it_is_a_picture_with_its_text(tmp_path: Path) -> None:
    data, metadata = explore("JPN", folder=tmp_path)._repr_mimebundle_()
    again, _ = explore("JPN", folder=tmp_path)._repr_mimebundle_()
    assert data["text/plain"] == again["text/plain"] and "Japan" in data["text/plain"]
    assert metadata["image/png"]["alt"] in data["text/plain"]
    assert not plt.get_fignums()
