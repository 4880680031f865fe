"""The what-if page: every answer is the engine's, on a desk, a phone, paper and without a mouse."""

from __future__ import annotations

import base64
import csv
import hashlib
import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from looking import dark_on_paper, look, outside
from playwright.sync_api import Browser, Page, expect

import tradeviz as tv
from tradeviz import partners, quantities
from tradeviz.law.outcome import names
from tradeviz.lines import lines
from tradeviz.report import build
from tradeviz.whatif import curves, hash_of, small_form, tabulate
from tradeviz.whatif.curves import LAWS, LAYERS, RULES

EVERYONE = list(lines().partners)
SETTINGS = 20

READ = """() => Object.fromEntries([...document.querySelectorAll('[data-partner]')].map(
  row => [row.dataset.partner, [Number(row.dataset.effectiveRate),
                                Number(row.dataset.addedDutyUsd)]]))"""
SET = """([name, value]) => {
  const input = document.querySelector(`select[name=${name}], input[type=range][name=${name}]`);
  input.value = value;
  input.dispatchEvent(new Event('input', {bubbles: true}));
  input.dispatchEvent(new Event('change', {bubbles: true}));
}"""


CELLS = """kind => Object.fromEntries([...document.querySelectorAll('tr[data-partner]')].map(
  row => [row.dataset.partner, row.querySelector(`.${kind}`).textContent.replaceAll('\\u00a0', ' ')]
))"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(["what_if"], out=tmp_path_factory.mktemp("reports"), progress=print)[0]


@pytest.fixture
def page(browser: Browser, path: Path) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_offline(True)
    tab = context.new_page()
    problems: list[str] = []
    tab.on("console", lambda message: problems.append(message.text))
    tab.on("pageerror", lambda error: problems.append(str(error)))
    tab.goto(path.as_uri())
    yield tab
    context.close()
    assert problems == []


def put(page: Page, **values: object) -> None:
    for name, value in values.items():
        page.evaluate(SET, [name, str(value)])


def engine(law: str, rule: str, **percent: float | None) -> pd.DataFrame:
    rates = {layer: None if rate is None else rate / 100 for layer, rate in percent.items()}
    terms = curves.own_terms("all", law, rule, rates)
    return tv.exposure(terms, partners=EVERYONE).droplevel("outcome")


def assert_equal(page: Page, wanted: pd.DataFrame) -> None:
    shown = pd.DataFrame(page.evaluate(READ), index=["effective_rate", "added_duty_usd"]).T
    assert sorted(shown.index) == sorted(EVERYONE)
    for column in shown:
        np.testing.assert_allclose(
            shown[column], wanted.loc[shown.index, column], rtol=1e-7, atol=1e-9, err_msg=column
        )


def test_at_settings_drawn_at_random_every_row_is_the_engines(page: Page) -> None:
    chosen = np.random.default_rng(16)
    for number in range(SETTINGS):
        law, rule = LAWS[number % 2], RULES[number // 2 % 2]
        percent = {layer: float(chosen.integers(0, 201)) / 2 for layer in LAYERS}
        put(page, law=law, rule=rule, **percent)
        assert_equal(page, engine(law, rule, **percent))


def test_terms_for_one_partner_are_terms_for_that_row_alone(page: Page) -> None:
    percent = {"reciprocal": 12.5, "s232_autos": 7.5, "s232_metals": 40.0}
    put(page, law="in_force", rule="ceiling", **percent)
    shown = page.evaluate(READ)
    rates = {layer: rate / 100 for layer, rate in percent.items()}
    for code in ("JPN", "CAN", "CHN"):
        terms = tv.outcome("in_force").with_rate(code, rule="ceiling", **rates)
        row = tv.exposure(terms, partners=code).iloc[0]
        assert shown[code] == pytest.approx([row.effective_rate, row.added_duty_usd], rel=1e-9)


def test_it_opens_at_the_rates_that_the_pause_asks_of_most_trade(page: Page) -> None:
    assert page.locator("select[name=law]").input_value() == "pause"
    assert page.locator("select[name=rule]").input_value() == "add"
    shown = {
        layer: float(page.locator(f"input[type=range][name={layer}]").input_value())
        for layer in LAYERS
    }
    assert shown == {"reciprocal": 10, "s232_autos": 25, "s232_metals": 25}
    assert_equal(page, engine("pause", "add", **shown))


def test_sliders_go_by_half_points_from_nothing_to_all(page: Page) -> None:
    for layer in LAYERS:
        slider = page.locator(f"input[type=range][name={layer}]")
        found = [slider.get_attribute(key) for key in ("min", "max", "step")]
        assert found == ["0", "100", "0.5"]


def test_presets_are_the_outcomes_that_the_terms_can_say(page: Page) -> None:
    buttons = page.locator("[data-preset]")
    said = [buttons.nth(n).get_attribute("data-preset") or "" for n in range(buttons.count())]
    assert {"pause", "in_force"} <= set(said) <= set(names())
    for name in said:
        page.locator(f"[data-preset={name}]").click()
        assert_equal(page, tv.exposure(name, partners=EVERYONE).droplevel("outcome"))
        assert page.locator(f"[data-preset={name}]").get_attribute("aria-pressed") == "true"


def test_a_preset_with_a_star_is_the_outcome_for_all_but_those_named(page: Page) -> None:
    table = tabulate.tabulated()
    assert table["near"] and table["left"]
    for preset in table["near"]:
        page.get_by_role("button", name=f"{preset['title']} *").click()
        shown = page.evaluate(READ)
        wanted = tv.exposure(preset["name"], partners=EVERYONE).droplevel("outcome")
        differs = {
            tv.load("partners").set_index("partner")["short_name"][code]
            for code, (rate, _) in shown.items()
            if abs(rate - wanted.loc[code, "effective_rate"]) > 1e-9
        }
        assert differs == set(preset["except"])
        assert all(name in page.locator("main").inner_text() for name in differs)


def test_tables_and_controls_are_what_a_screen_reader_expects(page: Page) -> None:
    group = page.get_by_role("group", name="Terms to start from")
    assert group.get_by_role("button").count() == page.locator(".presets button").count() > 1
    tables = page.get_by_role("table", include_hidden=True)
    headed = [table.get_by_role("columnheader", include_hidden=True) for table in tables.all()]
    assert {heads.count() for heads in headed} == {6}
    rows = page.get_by_role("rowheader", include_hidden=True)
    assert rows.count() == len(EVERYONE)
    cells = page.get_by_role("cell", include_hidden=True)
    assert cells.count() == 5 * len(EVERYONE)
    bodies = page.get_by_role("rowgroup", include_hidden=True)
    assert bodies.count() == 2 * len(headed) == 4
    assert page.get_by_role("row", include_hidden=True).count() == len(EVERYONE) + len(headed)
    assert page.get_by_role("list", name="Marks").count() == 1


def test_what_the_law_has_stays_where_no_rate_is_set(page: Page) -> None:
    page.locator("[data-preset=in_force]").click()
    put(page, rule="ceiling", s232_metals=12.5)
    assert page.locator("input[type=checkbox][data-layer=reciprocal]").is_checked()
    wanted = engine("in_force", "ceiling", reciprocal=None, s232_autos=None, s232_metals=12.5)
    assert_equal(page, wanted)
    put(page, law="pause", rule="add", reciprocal=33.5)
    page.locator("input[type=checkbox][data-layer=s232_metals]").check()
    terms = engine("pause", "add", reciprocal=33.5, s232_autos=None, s232_metals=None)
    assert_equal(page, terms)


def test_start_again_is_how_it_opened(page: Page) -> None:
    before = page.evaluate(READ)
    put(page, law="in_force", rule="ceiling", reciprocal=33.5)
    page.locator("input[type=checkbox][data-layer=s232_metals]").check()
    page.get_by_role("button", name="Japan").click()
    assert page.evaluate(READ) != before
    page.get_by_role("button", name="Start again").click()
    assert page.evaluate(READ) == before
    assert page.locator("select[name=law]").input_value() == "pause"
    assert not page.locator("input[type=checkbox][data-layer=s232_metals]").is_checked()


def test_a_layer_taken_from_the_law_again_has_the_rate_of_its_slider(page: Page) -> None:
    put(page, law="in_force")
    before = page.evaluate(READ)
    held = page.locator("input[type=checkbox][data-layer=reciprocal]")
    held.check()
    assert page.evaluate(READ) != before
    assert page.locator("input[type=range][name=reciprocal]").input_value() == "10"
    held.uncheck()
    assert page.evaluate(READ) == before


def test_a_link_says_the_setting(page: Page, browser: Browser, path: Path) -> None:
    put(page, law="in_force", rule="ceiling", reciprocal=12.5, s232_autos=0, s232_metals=99.5)
    page.locator("input[type=checkbox][data-layer=s232_autos]").check()
    page.get_by_role("button", name="Japan").click()
    before, address = page.evaluate(READ), page.url
    other = browser.new_page()
    other.goto(address)
    after = other.evaluate(READ)
    assert after == before
    assert other.locator("select[name=law]").input_value() == "in_force"
    assert other.locator("input[type=range][name=s232_metals]").input_value() == "99.5"
    assert other.locator("input[type=checkbox][data-layer=s232_autos]").is_checked()
    expect(other.locator("[aria-live]")).to_contain_text("Japan")
    other.goto(f"{path.as_uri()}#{quote('<b>%&=&&reciprocal=')}")
    other.goto(f"{path.as_uri()}#law=tomorrow&rule=x&reciprocal=-5&s232_metals=1e9&partner=XXX")
    other.reload()
    assert other.locator("input[type=range][name=reciprocal]").input_value() == "0"
    assert other.locator("input[type=range][name=s232_metals]").input_value() == "100"
    assert other.locator("select[name=law]").input_value() == "pause"
    other.close()


def test_by_keyboard_alone_it_is_set_and_read_out(page: Page) -> None:
    spoken = page.locator("[aria-live=polite]")
    before = spoken.text_content()
    slider = page.get_by_role("slider", name="Reciprocal duty")
    for _ in range(30):
        page.keyboard.press("Tab")
        if slider.evaluate("item => item === document.activeElement"):
            break
    page.keyboard.press("ArrowRight")
    assert slider.input_value() == "10.5"
    assert slider.get_attribute("aria-valuetext") == "10.5 percent"
    assert spoken.text_content() != before
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("20,3")
    page.keyboard.press("Tab")
    assert slider.input_value() == "20.5"
    page.keyboard.press("Space")
    assert slider.get_attribute("aria-valuetext") == "as the law has it"
    rows = page.locator("[data-partner=KOR] button")
    rows.focus()
    page.keyboard.press("Enter")
    expect(spoken).to_contain_text("South Korea")


# What every control shows, in the words of the address; where the parts of a field differ, all.
CONTROLS = """layers => {
  const one = selector => document.querySelector(selector);
  const field = layer => {
    const [slider, typed, law] = ['range', 'number', 'checkbox'].map(
      kind => one(`input[type=${kind}]:is([name=${layer}], [data-layer=${layer}])`));
    const said = slider.getAttribute('aria-valuetext');
    const faded = getComputedStyle(slider).opacity < 1;
    const all = [typed.value, said, law.checked, faded].join();
    if (all === ',as the law has it,true,true') return 'law';
    return all === `${slider.value},${slider.value} percent,false,false` ? slider.value : all; };
  const chosen = [...document.querySelectorAll('.chosen')].map(row => row.dataset.partner);
  return {law: one('[name=law]').value, rule: one('[name=rule]').value,
    ...Object.fromEntries(layers.map(layer => [layer, field(layer)])), partner: chosen.join()}; }"""


def assert_agreed(page: Page, **wanted: str) -> None:
    """Controls, address, chosen row and sentence say one setting, and of it what is wanted."""
    shown, address = page.evaluate(CONTROLS, LAYERS), page.evaluate("location.hash.slice(1)")
    assert shown == dict(parse_qsl(address)) == shown | wanted
    said = page.locator("[aria-live]").text_content() or ""
    assert f"on goods from {partners.called(shown['partner'])}, " in said


def test_after_every_control_all_the_others_and_the_address_say_the_same(page: Page) -> None:
    start = page.evaluate(CONTROLS, LAYERS)
    names_of = page.get_by_role("rowheader").get_by_role("button")
    for number, code in enumerate(tv.FOCUS):
        names_of.nth(number).click()
        assert_agreed(page, partner=code)
    for button in page.locator(".presets button").all():
        button.click()
        preset = json.loads(button.get_attribute("data-terms") or "")
        rates = ["law" if rate is None else f"{rate:g}" for rate in preset["rates"]]
        terms = {"law": preset["law"], "rule": preset["rule"]}
        assert_agreed(page, **terms, **dict(zip(LAYERS, rates, strict=True)))
    # By the words that a reader sees, since those of the address are not shown.
    page.get_by_label("Law underneath").select_option(index=LAWS.index("in_force"))
    page.get_by_label("Rates are").select_option(label="a ceiling, ordinary duty included")
    assert_agreed(page, law="in_force", rule="ceiling")
    titles = tv.load("layers").set_index("layer")["title"]
    for layer in LAYERS:
        slider = page.get_by_role("slider", name=titles[layer], exact=True)
        slider.fill("40")
        assert_agreed(page, **{layer: "40"})
        field = page.get_by_role("spinbutton", name=f"{titles[layer]}, percent")
        assert [field.get_attribute(key) for key in ("min", "max", "step")] == ["0", "100", "0.5"]
        for typed, kept in (
            ("7.3", "7.5"),
            ("150", "100"),
            ("0.2", "0"),
            ("-5", "0"),
            ("9.7", "9.5"),
        ):
            field.fill("")
            field.press_sequentially(typed)
            # No answer is beyond the limits while the field still holds what was typed.
            assert slider.get_attribute("aria-valuetext") == f"{kept} percent"
            # Enter leaves the cursor in the field.
            field.press("Enter")
            assert_agreed(page, **{layer: kept})
        box = page.locator(".field", has_text=titles[layer]).get_by_label("as the law has it")
        box.check()
        assert_agreed(page, **{layer: "law"})
        box.uncheck()
        assert_agreed(page, **{layer: start[layer]})
    where = dict(zip(LAYERS, ("-5", "1e9", "7.3"), strict=True)) | {"partner": "VNM"}
    page.evaluate("hash => { location.hash = hash; }", "&".join(map("=".join, where.items())))
    expect(page.locator("[aria-live]")).to_contain_text(partners.called("VNM"))
    kept = dict(zip(LAYERS, ("0", "100", "7.5"), strict=True)) | {"partner": "VNM"}
    assert page.evaluate(CONTROLS, LAYERS) == start | kept
    page.get_by_role("button", name="Start again").click()
    assert_agreed(page, **start)


def test_on_paper_nothing_waits_for_a_click(page: Page) -> None:
    page.locator("summary").click()
    page.emulate_media(media="print", color_scheme="dark")
    dark_on_paper(page)
    seen = page.locator(":is(button, input, select, summary):visible")
    line = "getComputedStyle(x).textDecorationLine"
    names_of = f"list => list.map(x => x.matches('tbody th *') && {line})"
    assert seen.evaluate_all(names_of) == ["none"] * len(EVERYONE)


def test_a_field_that_is_left_empty_follows_the_law(page: Page) -> None:
    put(page, reciprocal=30)
    field = page.locator("input[type=number][data-layer=reciprocal]")
    field.fill("")
    assert page.get_by_role("slider", name="Reciprocal duty").input_value() == "30"
    field.press("Tab")
    assert field.input_value() == ""
    slider = page.get_by_role("slider", name="Reciprocal duty")
    assert slider.get_attribute("aria-valuetext") == "as the law has it"


def test_who_goes_by_keyboard_sees_where_they_are(page: Page) -> None:
    outlines: dict[str, set[tuple[str, str]]] = {}
    for _ in range(30):
        page.keyboard.press("Tab")
        kind, style, width = page.evaluate(
            "() => { const at = document.activeElement, style = getComputedStyle(at);"
            " return [at.type || at.localName, style.outlineStyle, style.outlineWidth]; }"
        )
        outlines.setdefault(kind, set()).add((style, width))
    assert {"range", "number", "checkbox", "button"} <= set(outlines)
    outlines.pop("body", None)
    assert set().union(*outlines.values()) == {("solid", "3px")}, outlines


def test_the_sentence_says_what_the_row_says(page: Page) -> None:
    put(page, reciprocal=20)
    page.get_by_role("button", name="Japan").click()
    row = engine("pause", "add", reciprocal=20, s232_autos=25, s232_metals=25).loc["JPN"]
    pause = tv.exposure("pause", partners="JPN").iloc[0]
    change = row["effective_rate"] - pause["effective_rate"]
    text = (page.locator("[aria-live]").text_content() or "").replace("\xa0", " ")
    assert f"{row['effective_rate'] * 100:.1f} % on average on goods from Japan" in text
    assert f"{change * 100:.1f} points more than in the pause" in text
    assert f"${row['added_duty_usd'] / 1e9:.1f} bn" in text
    goods = tv.exposure(
        curves.own_terms("JPN", "pause", "add", dict(zip(LAYERS, (0.2, 0.25, 0.25), strict=True))),
        partners="JPN",
        by="hs2",
    )["added_duty_usd"]
    share = goods.max() / goods.sum()
    chapter = tv.load("sectors").set_index("hs2")["chapter"][goods.idxmax()[-1]]
    assert f"{share * 100:.0f} % of it on {chapter[0].lower()}{chapter[1:]}." in text


def test_rows_write_numbers_as_all_else_does(page: Page) -> None:
    put(page, law="in_force", reciprocal=3.5, s232_autos=60, s232_metals=0)
    page.locator("summary").click()
    wanted = engine("in_force", "add", reciprocal=3.5, s232_autos=60, s232_metals=0)
    pause = tv.exposure("pause", partners=EVERYONE).droplevel("outcome")["effective_rate"]
    for code in EVERYONE:
        row = page.locator(f"[data-partner={code}]")
        rate, duty = wanted.loc[code, ["effective_rate", "added_duty_usd"]]
        cells = [row.locator(f".{kind}").text_content() for kind in ("rate", "points", "dollars")]
        assert cells == [
            quantities.percent(rate),
            # The pause's rate is stored to a ten-thousandth of a point.
            quantities.points(rate - round(pause[code], 6)),
            quantities.dollars(duty),
        ]


def test_the_small_form_answers_for_one_partner(browser: Browser, tmp_path: Path) -> None:
    forms = [small_form("Japan"), small_form("IND")]
    css, script = forms[0].css, forms[0].script
    assert all((form.css, form.script) == (css, script) for form in forms)
    policy = f"default-src 'none'; style-src '{hash_of(css)}'; script-src '{hash_of(script)}'"
    file = tmp_path / "brief.html"
    file.write_text(
        f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Brief</title>
        <meta http-equiv="Content-Security-Policy" content="{policy}">
        <meta name="viewport" content="width=device-width"><style>{css}</style></head>
        <body><main><h1>Brief</h1>{forms[0].html}{forms[1].html}</main>
        <script>{script}</script></body></html>""",
        encoding="utf-8",
    )
    assert look(browser, file).faultless()
    tab = browser.new_page()
    tab.goto(file.as_uri())
    for code, (rate, _) in tab.evaluate(READ).items():
        assert rate == pytest.approx(tv.exposure("pause", partners=code)["effective_rate"].iloc[0])
    asked = [form.get_by_role("slider").evaluate("item => item.labels[0].textContent")
             for form in tab.locator(".whatif").all()]  # fmt: skip
    assert asked == [f"What if the reciprocal duty on goods from {called} were another, all else as"
                     " in the pause?" for called in ("Japan", "India")]  # fmt: skip
    for form in tab.locator(".whatif").all():
        form.get_by_role("slider").fill("30")
        # Enter would send a form of one field, and load the page anew.
        form.get_by_role("spinbutton").fill("32.5")
        form.get_by_role("spinbutton").press("Enter")
    assert "?" not in tab.url
    shown = tab.evaluate(READ)
    assert sorted(shown) == ["IND", "JPN"] and "#" not in tab.url
    for form, called in zip(tab.locator(".whatif").all(), ("Japan", "India"), strict=True):
        spoken = form.locator("[aria-live=polite][aria-atomic=true]")
        rate = shown[{"Japan": "JPN", "India": "IND"}[called]][0]
        expect(spoken).to_contain_text(f"{rate * 100:.1f}\u00a0% on average on goods from {called}")
    for code, (rate, _) in shown.items():
        terms = tv.outcome("pause").with_rate(code, reciprocal=0.325)
        assert rate == pytest.approx(tv.exposure(terms, partners=code)["effective_rate"].iloc[0])
    tab.close()


def test_a_move_answers_within_one_frame(page: Page) -> None:
    times = page.evaluate("""() => {
      const slider = document.querySelector('input[name=reciprocal]');
      return Array.from({length: 60}, (_, step) => {
        slider.value = step;
        const start = performance.now();
        slider.dispatchEvent(new Event('input', {bubbles: true}));
        document.body.getBoundingClientRect();
        return performance.now() - start;
      });
    }""")
    assert float(np.median(times)) < 16.7


def test_the_csv_is_what_is_shown(page: Page, tmp_path: Path) -> None:
    put(page, rule="ceiling", reciprocal=17.5, s232_metals=50)
    page.locator("input[type=checkbox][data-layer=s232_autos]").check()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV").click()
    file = tmp_path / waiting.value.suggested_filename
    assert file.name == "what_if.csv"
    waiting.value.save_as(file)
    with file.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    shown = page.evaluate(READ)
    goods = page.evaluate(CELLS, "goods")
    assert [row["partner"] for row in rows] == list(goods) and len(rows) == len(EVERYONE)
    pause = tv.exposure("pause", partners=EVERYONE).droplevel("outcome")
    for row in rows:
        code, rate, duty = row["partner"], float(row["effective_rate"]), row["added_duty_usd"]
        assert [rate, float(duty)] == shown[code] and row["name"] == partners.name(code)
        said = [row[key] for key in ("law", "rule", *LAYERS)]
        assert said == ["pause", "ceiling", "0.175", "law", "0.5"]
        figures = [float(row[key]) for key in ("imports_usd", "pause_rate", "change_to_pause")]
        imports, before = pause.loc[code, ["imports_usd", "effective_rate"]]
        assert figures == pytest.approx([imports, before, rate - before], abs=1e-6)
        titles = [part.rpartition(" ")[0].rpartition(" ")[0] for part in goods[code].split(" · ")]
        assert row["most_of_it_on"].split("; ") == titles


def test_each_row_names_the_chapters_that_pay_most(page: Page) -> None:
    chapters = tv.load("sectors").set_index("hs2")["chapter"]
    for law, rule, first in (("pause", "ceiling", 25), ("in_force", "add", None)):
        put(page, law=law, rule=rule, reciprocal=25, s232_autos=50, s232_metals=5)
        page.locator("[type=checkbox][data-layer=reciprocal]").set_checked(first is None)
        rates = dict(zip(LAYERS, (first and first / 100, 0.5, 0.05), strict=True))
        terms = curves.own_terms("all", law, rule, rates)
        paid = tv.exposure(terms, partners=EVERYONE, by="hs2")["added_duty_usd"].loc[terms.name]
        # Duty of a chapter is rounded to ten thousand dollars: too coarse for the smallest.
        for code, said in page.evaluate(CELLS, "goods").items():
            if (whole := paid[code].sum()) > 1e8:
                shares = (paid[code] / whole).rename(index=chapters)
                most = sorted(shares[shares >= 0.005], reverse=True)[:3]
                named = re.findall(r"(?:^| · )(.+?) (\d+) %", said)
                for (title, share), wanted in zip(named, most, strict=True):
                    assert int(share) == pytest.approx(100 * shares[title], abs=0.6), code
                    assert shares[title] == pytest.approx(wanted, abs=0.002), (code, title)


def test_sentence_terms_and_presets_say_each_setting(page: Page) -> None:
    pressed = "list => list.filter(x => x.ariaPressed === 'true').map(x => x.dataset.preset)"
    page.get_by_role("button", name="Japan").click()
    titles = tv.load("layers").set_index("layer")["title"]
    law, rule = "pause", "add"
    for step, percent, against in (
        ({"law": "pause"}, (None, None, None), "as much as in the pause"),
        ({"reciprocal": 5}, (5, None, None), "points less than in the pause"),
        ({"reciprocal": 12.5}, (12.5, None, None), "points more than in the pause"),
        ({"law": "in_force"}, (None, None, None), "points less than in the pause"),
        ({"rule": "ceiling"}, (None, None, None), "points less than in the pause"),
        ({"s232_autos": 2.5}, (None, 2.5, None), "points less than in the pause"),
    ):
        law, rule = str(step.get("law", law)), str(step.get("rule", rule))
        if "law" in step:
            page.locator(f"[data-preset={law}]").click()
        else:
            put(page, **step)
        row = engine(law, rule, **dict(zip(LAYERS, percent, strict=True))).loc["JPN"]
        wanted = [law] if percent == (None,) * 3 else []
        assert page.locator("[data-preset]").evaluate_all(pressed) == wanted
        rate, duty = quantities.percent(row.effective_rate), quantities.dollars(row.added_duty_usd)
        text = page.locator("[aria-live]").text_content() or ""
        assert text.startswith(f"US importers would pay {rate} on average on goods from Japan, ")
        assert f"{against}: {duty} of added duty a year, " in text
        rates = ["as the law has it" if x is None else f"{x:g}\u00a0%" for x in percent]
        said = ", ".join(f"{titles[layer]} {x}" for layer, x in zip(LAYERS, rates, strict=True))
        how = "on top of the ordinary duty" if rule == "add" else "ordinary duty included"
        under = f"{tv.outcome(law).title} (law of {quantities.day(tv.outcome(law).day)})"
        text = page.locator(".terms").text_content() or ""
        assert text.lower() == f"{said}, {how}. Underneath: {under}.".lower()


def test_all_others_stand_by_their_names(page: Page) -> None:
    rows = page.evaluate("[...document.querySelectorAll('tbody tr')].map(r => r.dataset.partner)")
    assert tuple(rows[:5]) == tv.FOCUS
    assert rows[5:] == sorted(rows[5:], key=partners.name) and len(rows) == len(EVERYONE)


def test_the_address_follows_a_drag_and_leads_where_it_is_changed(page: Page) -> None:
    page.evaluate(
        """() => { const slider = document.querySelector('input[name=reciprocal]');
          for (let rate = 0; rate < 31; rate += 1) { slider.value = rate;
            slider.dispatchEvent(new Event('input', {bubbles: true})); } }"""
    )
    page.wait_for_function("() => location.hash.includes('reciprocal=30&')")
    put(page, reciprocal=0)
    page.wait_for_function("() => location.hash.includes('reciprocal=0&')")
    typed = "#partner=KOR&s232_autos=law&law=in_force&reciprocal=12.3"
    page.evaluate("hash => { location.hash = hash; }", typed)
    expect(page.locator("[aria-live]")).to_contain_text("South Korea")
    assert_equal(page, engine("in_force", "add", reciprocal=12.5, s232_autos=None, s232_metals=25))
    page.wait_for_timeout(300)
    assert page.url.endswith(typed)


DRAWN = """() => {
  const left = item => item.closest('svg').getBoundingClientRect().left;
  const at = (item, key) => left(item) + Number(item.getAttribute(key));
  return [...document.querySelectorAll('tbody tr')].map(row => ({
    code: row.dataset.partner, rates: ['x1', 'x2'].map(key => at(row.querySelector('.way'), key)),
    dot: at(row.querySelector('circle'), 'cx'),
    seen: ['circle', '.beyond'].map(
      part => getComputedStyle(row.querySelector(part)).display != 'none'),
    grid: [...row.querySelectorAll('.grid')].map(line => at(line, 'x1')),
    ticks: [...row.closest('table').querySelectorAll('thead svg text')].map(
      text => [at(text, 'x'), parseFloat(text.textContent) / 100]),
    ghosts: [...row.querySelectorAll('.ghost')].map(mark => [mark.querySelector('text').textContent,
      mark.querySelector('title').textContent.replaceAll('\\u00a0', ' '),
      left(mark) + parseFloat(mark.querySelector('path').getAttribute('d').slice(1))])})); }"""


def test_the_picture_shows_each_rate_on_its_axis_at_every_width(page: Page) -> None:
    table = tv.exposure([*names()], partners=EVERYONE)["effective_rate"]
    key = dict(item.split(" ", 1) for item in page.locator(".key li:has(b)").all_inner_texts())
    titles = {title: end for end in names() for title in [tv.outcome(end).title]}
    assert sorted(key.values()) == sorted(titles)
    put(page, **dict.fromkeys(LAYERS, 100))
    now = engine("pause", "add", **dict.fromkeys(LAYERS, 100))["effective_rate"]
    page.locator("summary").click()
    for width in (1280, 500):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(
            "() => [...document.querySelectorAll('tr svg')].every(svg => Math.abs("
            "svg.dataset.width - svg.getBoundingClientRect().width) < 1)"
        )
        rows = page.evaluate(DRAWN)
        assert len(rows) == len(EVERYONE)
        for row in rows:
            own, rate = table.xs(row["code"], level="partner").to_dict(), now[row["code"]]
            places, percent = np.array(row["ticks"]).T
            assert row["grid"] == pytest.approx(places, abs=1) and row["dot"] == row["rates"][1]
            assert row["seen"] == [rate <= percent[-1], rate > percent[-1]]
            marks = [(own[titles[key[letter]]], place) for letter, _, place in row["ghosts"]]
            marks += zip((own["pause"], rate), row["rates"], strict=True)
            for value, place in marks:
                shown = np.interp(place, places, percent)
                assert shown == pytest.approx(min(value, percent[-1]), abs=0.006), row["code"]
            said = [text for _, text, _ in row["ghosts"]]
            assert sorted(said) == sorted(
                f"{title}: {100 * own[end]:.1f} %" for title, end in titles.items()
            )
    assert (now > percent[-1]).any()


def test_the_notes_say_what_the_data_say(path: Path) -> None:
    soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    said = " ".join(soup.get_text().split())
    table, layers = tabulate.tabulated(), tv.load("layers").set_index("layer")["title"]
    assert f"worked out from {len(lines()):,} lines of trade" in said
    for law in LAWS:
        duty = tv.exposure(law, partners=EVERYONE, by="layer")["added_duty_usd"]
        paid = duty.groupby("layer").sum()
        free = " and no ".join(layers[x].lower() for x in LAYERS if not paid.get(x, 0.0))
        under = f"“{tv.outcome(law).title}” is the law of {quantities.day(tv.outcome(law).day)}."
        assert under in said and (not free or f"{under} It charges no {free};" in said)
    kinds = [item["title"] for kind in ("presets", "near", "left") for item in table[kind]]
    assert sorted(kinds) == sorted(tv.outcome(end).title for end in names())
    assert all(f"{item['title']} is marked but cannot be set" in said for item in table["left"])
    # Tens of points: none of the five is beyond the first part, or the whole, of the axis.
    most = [engine(law, "add", **dict.fromkeys(LAYERS, 100)).loc[[*tv.FOCUS]] for law in LAWS]
    ends = [tv.exposure([*names()]), pd.concat(most)]
    knee, end = (int(10 * table["effective_rate"].max()) * 10 + 10 for table in ends)
    assert f"beyond {knee} %, where it is shaded, it is drawn closer, to {end} %." in said


def test_the_table_of_one_partner_is_its_row_of_the_table_of_all() -> None:
    whole, one = tabulate.tabulated(), tabulate.tabulated("IND")
    row = [partner["code"] for partner in whole["partners"]].index("IND")
    for place, table in ((row, whole), (0, one)):
        goods = [number for number, (partner, _) in enumerate(table["goods"]) if partner == place]
        table["said"] = [
            table["partners"][place], [mark["rates"][place] for mark in table["marks"]],
            [[law["whole"][place], law["rest"][place], *(x[place] for x in law["own"]),
              *(part["rest"][place] for part in law["parts"].values())] for law in table["laws"]],
            [table["goods"][number][1] for number in goods],
            [[law["rest"][number] for number in goods] for law in table["goodsLaws"]],
        ]  # fmt: skip
    assert whole.pop("said") == one.pop("said") and len(one["goods"]) == len(goods)


PLACES = """() => [...document.querySelectorAll('[data-partner] svg')].filter(
  svg => svg.getBoundingClientRect().width > 0).map(svg => ({
    labels: [...svg.querySelectorAll('.ghost text')].map(item => {
      const box = item.getBoundingClientRect(); return [box.left, box.right]; }),
    box: [svg.getBoundingClientRect().left, svg.getBoundingClientRect().right],
    dot: Number(svg.querySelector('circle').getAttribute('cx')),
    ticks: [...svg.querySelectorAll('.grid')].map(item => item.getAttribute('x1'))}))"""


@pytest.mark.parametrize("width", [375, 768, 1280])
def test_marks_never_collide_and_the_axis_stays(browser: Browser, path: Path, width: int) -> None:
    tab = browser.new_page(viewport={"width": width, "height": 900})
    tab.goto(path.as_uri())
    tab.locator("summary").click()
    tab.wait_for_function(
        "n => [...document.querySelectorAll('[data-partner] svg')].every(s => s.dataset.width > 0)"
    )
    found = tab.evaluate(PLACES)
    assert len(found) == len(EVERYONE)
    for row in found:
        labels = sorted(row["labels"])
        assert len(labels) == len(names())
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(labels))
        assert row["box"][0] <= labels[0][0] and labels[-1][1] <= row["box"][1]
    put(tab, reciprocal=80)
    moved = tab.evaluate(PLACES)
    assert [row["ticks"] for row in moved] == [row["ticks"] for row in found]
    assert all(new["dot"] > old["dot"] for old, new in zip(found[:5], moved, strict=False))
    tab.close()


def test_it_stands_alone_and_runs_only_its_own_script(path: Path) -> None:
    html = path.read_text(encoding="utf-8")
    soup = BeautifulSoup(html, "html.parser")
    assert len(html.encode()) < 300_000 and outside(html) == []
    policy = str(soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"])  # type: ignore[index]
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy
    scripts = [tag for tag in soup.find_all("script") if tag.get("type") != "application/json"]
    assert len(scripts) == 1 and len(scripts[0].text.encode()) < 15_000
    for tag in (scripts[0], soup.style):
        assert tag is not None
        digest = base64.b64encode(hashlib.sha256(tag.text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert not soup.select("[style], [onclick], [onload], a[href]")


def test_a_foreign_script_does_not_run(browser: Browser, path: Path, tmp_path: Path) -> None:
    html = path.read_text(encoding="utf-8")
    other = tmp_path / "other.html"
    other.write_text(html.replace("</main>", "<script>window.ran = 1</script></main>"), "utf-8")
    tab = browser.new_page()
    tab.goto(other.as_uri())
    assert tab.evaluate("window.ran") is None
    tab.close()


def test_desk_phone_light_dark(browser: Browser, path: Path) -> None:
    assert look(browser, path).faultless()


def test_on_paper_it_says_the_setting(page: Page) -> None:
    put(page, reciprocal=30)
    page.emulate_media(media="print", color_scheme="dark")
    paper = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb(255, 255, 255)"
    assert page.locator(".controls").is_hidden()
    assert page.locator(".terms").is_visible()
    expect(page.locator(".terms")).to_contain_text("Reciprocal duty 30")
    assert page.locator("[data-partner=JPN] svg circle").is_visible()
    content = page.pdf(format="A4")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", content)) <= 2


def test_curves_that_do_not_add_up_stop_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    steeper = curves.steepening
    monkeypatch.setattr(curves, "steepening", lambda *given: steeper(*given) * 1.000001)
    tabulate._asked.cache_clear()
    try:
        with pytest.raises(tv.errors.ReportError, match="do not add up"):
            tabulate._check_sums.__wrapped__()
    finally:
        tabulate._asked.cache_clear()


def test_packed_curves_are_read_back_as_they_were() -> None:
    bends = np.zeros((2, 201))
    bends[0, [0, 7, 200]] = 1e12, 3.0, 33.0
    text = curves.packed(bends, 1.0)
    # Three bends: at 0, 7 more, 193 more; then a curve with none.
    assert text.startswith("DA") and text.endswith("A")
    assert json.dumps(text) == f'"{text}"'
    assert np.allclose(curves.values(bends)[0, [1, 8, 200]], [1e12, 8e12 + 3, 200e12 + 193 * 3])


def test_the_table_is_plain_json() -> None:
    table: dict[str, Any] = tabulate.tabulated()
    assert json.loads(json.dumps(table, allow_nan=False)) == table
    # What the page about it says of its size, and of how often it is held against the engine.
    text = " ".join((ROOT / "docs" / "explore.md").read_text(encoding="utf-8").split())
    size = round(len(json.dumps(table["laws"])) / 1000)
    assert f"at half points: {size} kB for {len(EVERYONE)} partners, two laws, two rules." in text
    assert f"with the engine at {len(curves.LAWS) * (1 + len(LAYERS))} settings" in text
