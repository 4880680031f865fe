"""The panel without a browser: what is chosen, what is shown, what is written, what is wrong."""

from __future__ import annotations

import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import MagicMock

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import tradeviz as tv
from tradeviz.__main__ import main
from tradeviz.errors import ArgumentError
from tradeviz.panel import State, expected, explore, panel, views
from tradeviz.panel.export import MAKERS, export, save
from tradeviz.panel.search import found
from tradeviz.whatif import tabulate

JAPAN = State(
    partners=("JPN",),
    rates={"reciprocal": 15, "s232_autos": 12.3, "s232_metals": None},
    name="own_terms",
)


def chosen(shown: panel.Panel, *rates: float | None, **other: str) -> None:
    """Set what the widget tells the kernel when a slider has moved."""
    shown.sliders.state = {**shown.sliders.state, "rates": list(rates), **other}


def test_no_digit_of_a_rate_that_is_typed_is_lost() -> None:
    typed = {"reciprocal": 12.25, "s232_autos": 0.005, "s232_metals": 33.3333}
    fractions = State(partners=("JPN",), rates=typed).fractions()
    assert list(fractions.values()) == [0.1225, 0.00005, 0.333333]


def test_own_terms_are_the_terms() -> None:
    # By hand: in the pause cars paid 25 % and the rest 10 %; here cars 12.3 and the rest 15.
    terms = JAPAN.terms()
    why = tv.explain("JPN", "8703230190", outcome=terms)
    rates = why[why["applies"]].set_index("layer")["rate"]
    assert rates["s232_autos"] == 0.123 and "reciprocal" not in rates
    why = tv.explain("JPN", "8471300100", outcome=terms)
    assert "reciprocal" not in why[why["applies"]]["layer"].tolist()  # Laptops are exempt.
    why = tv.explain("JPN", "8429521010", outcome=terms)
    assert why[why["applies"]].set_index("layer")["rate"]["reciprocal"] == 0.15


BOTH = State(("VNM", "KOR"), "in_force", "ceiling", {**JAPAN.rates, "reciprocal": 30}, "two-terms")


def test_the_file_the_code_and_the_command_say_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state, codes = BOTH, list(BOTH.partners)
    terms = tv.outcome("in_force").with_rate(
        codes, rule="ceiling", reciprocal=0.3, s232_autos=0.123
    )
    wanted = tv.exposure(["pause", terms.named(state.name)], partners=codes)
    both = views.exposed(state)
    assert both.index.equals(wanted.index)
    assert both["added_rate"].tolist() == wanted["added_rate"].tolist()
    rates = wanted["added_rate"].xs(state.name, level="outcome")
    file = save(state, tmp_path)
    assert tv.exposure(file, partners=codes)["added_rate"].tolist() == rates.tolist()
    assert main(["check", str(file)]) == 0
    capsys.readouterr()
    words = ["exposure", "--outcome", str(file), "--partners", ",".join(codes), "--format", "json"]
    assert main(words) == 0
    said = {row["partner"]: row["added_rate"] for row in json.loads(capsys.readouterr().out)}
    assert said == pytest.approx(rates.to_dict())
    space: dict[str, object] = {}
    exec("\n".join(state.code().splitlines()[:-1]), space)
    table = space["exposure"]
    assert isinstance(table, pd.DataFrame)
    assert table["added_rate"].tolist() == both["added_rate"].tolist()
    given = pd.read_csv(export(state, "CSV", tmp_path))
    assert given["outcome"].tolist() == ["pause"] * len(codes) + [state.name] * len(codes)
    assert given["added_rate"].tolist() == pytest.approx(both["added_rate"].tolist())


def test_each_tab_is_what_the_library_says_of_the_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    terms, some = BOTH.terms(), {"partners": ["VNM", "KOR"]}
    for key, answers, args, more in (
        ("Products", "panel.views.exposure", (terms,), {"by": "hs10"}),
        ("Over time", "panel.views.exposure_path", (), {}),
        ("Response", "models.response.respond", (terms,), {}),
        ("Equilibrium", "models.equilibrium.equilibrium", (terms,), {}),
    ):
        asked = MagicMock()
        monkeypatch.setattr(f"tradeviz.{answers}", asked)
        assert views.VIEWS[key].work(BOTH) is asked.return_value
        assert asked.call_args.args == args
        assert (some | more).items() <= asked.call_args.kwargs.items(), key
    why = views.reason_html(BOTH, "8429521010")
    assert why.count("<table") == 2 and why.index("Vietnam") < why.index("South Korea")


@pytest.mark.parametrize("law", ["pause", "in_force"])
def test_a_law_without_a_rate_is_the_law(law: str) -> None:
    state = State(("KOR",), law)
    assert state.terms() == tv.outcome(law)
    space: dict[str, object] = {}
    exec("\n".join(state.code().splitlines()[:-1]), space)
    table = space["exposure"]
    assert isinstance(table, pd.DataFrame) and law in table.index.get_level_values("outcome")


def test_a_mean_lies_where_its_weights_put_it() -> None:
    table = expected({"pause": 3, "snapback": 1}, "JPN")["added_duty_usd"].droplevel("partner")
    assert table["weighted"] == pytest.approx(0.75 * table["pause"] + 0.25 * table["snapback"])
    for wrong in ({"pause": 0}, {"pause": 2, "snapback": -1}):
        with pytest.raises(ArgumentError, match="above 0"):
            expected(wrong)


def test_a_mean_of_one_is_that_outcome_and_only_proportions_of_weights_count() -> None:
    some = ["JPN", "SVK", "EU"]
    one = expected({"pause": 0, "snapback": 3}, some)
    alone = tv.exposure("snapback", partners=some)
    assert one.index.unique("outcome").tolist() == ["snapback", "weighted"]
    for end in one.index.unique("outcome"):
        pd.testing.assert_frame_equal(one.loc[end], alone.loc["snapback"])
    mean = expected({"pause": 1, "snapback": 3}, some)
    pd.testing.assert_frame_equal(mean, expected({"pause": 0.5, "snapback": 1.5}, some))
    parts = {end: mean.loc[end].select_dtypes("number") for end in mean.index.unique("outcome")}
    wanted = 0.25 * parts["pause"] + 0.75 * parts["snapback"]
    pd.testing.assert_frame_equal(parts["weighted"], wanted)


@pytest.mark.parametrize(
    ("text", "start", "said"),
    [
        ("whisky", "2208", "22 Beverages and spirits"),
        ("whiskey", "2208", "Whiskies"),
        ("aluminium", "76", "Aluminium"),
        ("Tyres", "4011", "Tyres"),
        ("tire", "4011", "Tyres"),
        ("jewellery", "7113", "Jewellery"),
        ("laptop", "847130", "Laptops"),
        ("medicines", "30", "30 Pharmaceuticals"),
        ("pharmaceutical", "30", "Medicines"),
        ("car", "8703", "Cars"),
        ("8703", "8703", "87 Cars, trucks and parts"),
        ("8703.23.01", "87032301", ""),
    ],
)
def test_a_product_is_found(text: str, start: str, said: str) -> None:
    code, label = found(text)[0]
    assert code.startswith(start) and said in label
    imports = tv.load("imports_2024").groupby("hs10", observed=True)["value_usd"].sum()
    hits = [hit for hit, _ in found(text)]
    assert len(hits) == len(set(hits)) <= 12
    assert imports[code] == max(imports.get(hit, 0.0) for hit in hits)


def test_a_word_of_the_statistics_is_found_from_its_start() -> None:
    labels = [label for _, label in found("excavators")]
    assert labels and all("8429" in label for label in labels)
    assert not any("steam" in label.casefold() for _, label in found("tea"))


@pytest.mark.parametrize(
    ("text", "near"), [("", ""), ("jewelery", "jewellery"), ("9999999999", ""), ("tyers", "tyres")]
)
def test_a_product_that_is_none_is_said(text: str, near: str) -> None:
    with pytest.raises(ArgumentError, match=f"no product found.*{near}"):
        found(text)


def test_every_word_stands_for_goods_that_came() -> None:
    codes = tv.load("products")["hs10"].astype(str)
    for prefix in tv.load("words")["hts_prefix"].astype(str).unique():
        assert codes.str.startswith(prefix).any(), prefix


def test_every_tab_shows_something(tmp_path: Path) -> None:
    shown = explore("JPN", folder=tmp_path)
    chosen(shown, 15, 10, None)
    for place, key in enumerate(shown.tabs.titles):
        shown.tabs.selected_index = place
        if key in shown.pictures:
            assert shown.pictures[key].value[:4] == b"\x89PNG"
            assert f"{key}, Japan: own terms" in shown.texts["status"].value
            past = "the law that came" in shown.texts["status"].value
            assert past == (key == "Over time")
    assert "<table" in shown.texts["Mean"].value
    shown.tabs.selected_index = shown.tabs.titles.index("Why?")
    shown.search.value = "whisky"
    assert shown.matches.value.startswith("2208") and "Japan" in shown.texts["Why?"].value
    whisky, other = (code for _, code in shown.matches.options[:2])
    assert whisky in shown.texts["Why?"].value
    shown.matches.value = other
    assert other in shown.texts["Why?"].value and whisky not in shown.texts["Why?"].value
    shown.search.value = "jewelery"
    assert "jewellery" in shown.texts["Why?"].value and shown.matches.disabled
    # Nothing of the search before it is left to be asked about.
    assert shown.matches.options == () and shown.matches.value is None
    assert not plt.get_fignums()


def test_what_cannot_be_shown_is_said(tmp_path: Path) -> None:
    shown = explore("JPN", folder=tmp_path)
    shown.tabs.selected_index = shown.tabs.titles.index("Response")
    assert 'role="alert"' in shown.texts["status"].value
    chosen(shown, 30, None, None)
    assert 'role="status"' in shown.texts["status"].value
    assert shown.pictures["Response"].value
    chosen(shown, None, None, None)
    assert 'role="alert"' in shown.texts["status"].value
    assert not shown.pictures["Response"].value, "that of the setting before"
    assert shown.pictures["Response"].layout.visibility == "hidden"
    chosen(shown, 30, None, None)
    assert shown.pictures["Response"].value
    assert shown.pictures["Response"].layout.visibility == "visible"
    shown.name.value = "pause"
    chosen(shown, 31, None, None)
    assert "not a name" in shown.texts["status"].value
    shown.tabs.selected_index = shown.tabs.titles.index("Mean")
    for slider in shown.weights.values():
        slider.value = 0
    said = shown.texts["Mean"].value
    assert 'role="alert"' in said and "above 0" in said and "<table" not in said
    shown.weights["pause"].value = 1
    assert "<table" in shown.texts["Mean"].value


def test_paths_of_several_partners_are_side_by_side() -> None:
    state = State(("KOR", "JPN"))
    view = views.VIEWS["Over time"]
    figure = view.draw(view.work(state), state)
    heads = [" ".join(text.get_text() for text in axes.texts) for axes in figure.axes]
    assert len(heads) == 2 and "South Korea" in heads[0] and "Japan" in heads[1]


def test_nobody_waits_for_a_setting_that_is_past(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shown = explore("JPN", folder=tmp_path)
    asked: list[float | None] = []
    free = threading.Event()

    def slow(state: State) -> pd.DataFrame:
        asked.append(state.rates["reciprocal"])
        free.wait(10)
        return pd.DataFrame()

    figure = plt.figure
    monkeypatch.setitem(views.VIEWS, "Products", views.View(slow, lambda *_: figure()))
    kernel = type("Shell", (), {"kernel": None})()
    monkeypatch.setattr(panel, "get_ipython", lambda: kernel)

    def show(key: str) -> None:
        shown.tabs.selected_index = shown.tabs.titles.index(key)

    async def drag() -> None:
        for rate in range(40):
            chosen(shown, float(rate), None, None)
            await asyncio.sleep(0.001)
        free.set()
        await shown._task
        # The first began at once; of those that came while it ran only the last was worked out.
        assert asked == [0, 39] and shown._drawn["Products"][0].rates["reciprocal"] == 39
        # Who comes back to what is worked out reads of it, not of what was dropped on the way.
        said = shown.texts["status"]
        for away in (lambda: chosen(shown, 41, None, None), lambda: show("Mean")):
            away()
            await asyncio.sleep(0)
            assert "being worked out" in said.value or not said.value
            show("Products")
            chosen(shown, 39, None, None)
            await shown._task
            assert "Products, Japan: own terms: worked out" in said.value

    # A thread of its own: a browser of another test keeps a loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, drag()).result()
    assert shown._drawn["Products"][0].rates["reciprocal"] == 39


def test_tabs_of_text_are_of_the_terms_and_the_partners_that_are_set(tmp_path: Path) -> None:
    shown = explore(["KOR", "JPN"], folder=tmp_path)
    shown.tabs.selected_index = shown.tabs.titles.index("Mean")
    shown.weights["snapback"].value = 3
    assert shown.texts["Mean"].value == views.mean_html({"pause": 1, "snapback": 3}, ("KOR", "JPN"))
    assert [slider.value for slider in shown.weights.values()].count(0) == len(shown.weights) - 2
    shown.tabs.selected_index = shown.tabs.titles.index("Why?")
    shown.search.value = "8429521010"
    for partner, rate in (("KOR", 17.0), ("VNM", 33.0)):
        chosen(shown, rate, None, None, partner=partner)
        why = shown.texts["Why?"].value
        assert f"{rate:.1f}" in why and tv.partners.name(partner) in why
    shown.name.value = "<b>x</b>"
    shown.saver.click()
    assert "<b>" not in shown.texts["message"].value
    assert shown.code.layout.display == "none"
    shown.name.value = "new_terms"
    shown.copier.click()
    assert shown.code.layout.display != "none" and shown.code.value == shown.state.code()


def test_terms_are_for_whom_one_says(tmp_path: Path) -> None:
    shown = explore(["KOR", "JPN"], folder=tmp_path)
    chosen(shown, 20, None, None, partner="VNM")
    assert shown.state.partners == ("VNM",)
    shown.reach.value = "The partners listed first"
    assert shown.state.partners == ("KOR", "JPN")
    shown.reach.value = "Everyone"
    assert len(shown.state.partners) == 51 and shown.state.partners[0] == "VNM"
    assert "Products, 51 partners: own terms" in shown.texts["status"].value
    other = explore("KOR", law="in_force", folder=tmp_path)
    assert (other.state.law, json.loads(other.sliders.html.split('data-first="')[1].split('"')[0]
            .replace("&#34;", '"'))["law"]) == ("in_force", "in_force")  # fmt: skip
    assert "South Korea: law in force" in other.texts["status"].value


def test_buttons_write_files(tmp_path: Path) -> None:
    shown = explore("JPN", folder=tmp_path)
    shown.saver.click()
    assert "no rate is set" in shown.texts["message"].value
    chosen(shown, None, 10, None)
    shown.name.value = "ten"
    shown.saver.click()
    assert tv.outcome(tmp_path / "ten.toml").name == "ten"
    for button in shown.exporters.values():
        button.click()
    endings = {path.suffix for path in tmp_path.iterdir()}
    assert endings == {".toml", ".csv", ".xlsx", ".png", ".svg"}
    table = pd.read_excel(tmp_path / "exposure-ten.xlsx")
    assert table["effective_rate"].tolist() == pytest.approx(
        pd.read_csv(tmp_path / "exposure-ten.csv")["effective_rate"].tolist()
    )
    shown.copier.click()
    assert shown.code.value.startswith("import tradeviz as tv")
    shown.name.value = "../evil"
    shown.saver.click()
    assert "not a name" in shown.texts["message"].value
    assert not list(tmp_path.parent.glob("evil*"))


@pytest.mark.parametrize("name", ["", "a b", "../x", "pause", "ä"])
def test_a_name_that_is_none_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="not a name"):
        save(State(rates={"reciprocal": 1}, name=name), tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_is_wrong_with_a_call_is_said(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="no rate is set"):
        save(State(), tmp_path)
    with pytest.raises(ArgumentError):
        export(JAPAN, "CSV", tmp_path / "nowhere")
    with pytest.raises(ArgumentError, match="no such folder"):
        explore(folder=tmp_path / "nowhere")
    with pytest.raises(ArgumentError, match="no such law"):
        explore(law="tomorrow", folder=tmp_path)
    assert set(MAKERS) == {"CSV", "Excel", "PNG", "SVG"}
    assert export(JAPAN, "CSV", tmp_path).name == "exposure-own_terms.csv"


def test_the_widget_is_the_page(tmp_path: Path) -> None:
    shown = explore(["JPN", "KOR"], folder=tmp_path)
    assert json.loads(shown.sliders.table) == tabulate.tabulated()
    assert shown.sliders.html.count("data-partner=") == 51
    before = shown.sliders.html.split("<details>")[0]
    assert before.count("data-partner=") == 2 and before.index("JPN") < before.index("KOR")
    assert shown.sliders.state["rates"] == [None, None, None]


def test_where_it_cannot_live_it_is_a_picture_with_its_text(tmp_path: Path) -> None:
    data, metadata = explore("JPN", folder=tmp_path)._repr_mimebundle_()
    again, _ = explore("JPN", folder=tmp_path)._repr_mimebundle_()
    assert data["text/plain"] == again["text/plain"] and "Japan" in data["text/plain"]
    assert metadata["image/png"]["alt"] in data["text/plain"]
    law, _ = explore("JPN", law="in_force", folder=tmp_path)._repr_mimebundle_()
    assert "aw in force" in law["text/plain"] and "aw in force" not in data["text/plain"]
    assert not plt.get_fignums()


def test_a_picture_bears_the_name_that_was_typed_last(monkeypatch: pytest.MonkeyPatch) -> None:
    panel, drawn = tv.explore("JPN"), []
    monkeypatch.setattr(panel, "_show", lambda key, state, *answer: drawn.append(state.name))
    panel.name.value = "deal_a"
    assert drawn == ["deal_a"]
