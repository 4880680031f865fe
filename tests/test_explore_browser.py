"""JupyterLab as users have it: the panel by mouse and keyboard, each notebook by Run All."""

from __future__ import annotations

import datetime as dt
import json
import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import NOTEBOOKS
from labs import ERROR, TOKEN, lab, run_all
from playwright.sync_api import Browser, Page, TimeoutError, expect

import tradeviz as tv
from tradeviz.__main__ import main
from tradeviz.panel import State, views

PANEL = ".tradeviz-explore"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("lab")
    with lab(folder) as address:
        yield address, folder


@pytest.fixture
def page(browser: Browser, server: tuple[str, Path]) -> Iterator[Page]:
    made = browser.new_page(viewport={"width": 1500, "height": 1000})
    found: list[str] = []
    allowed = (server[0], server[0].replace("http", "ws"), "data:", "blob:")
    made.on("console", lambda item: found.append(item.text) if item.type == "error" else None)
    made.on(
        "request", lambda item: None if item.url.startswith(allowed) else found.append(item.url)
    )
    yield made
    made.close()
    shut_down(server[0])
    assert found == [], "console errors, or requests that leave the machine"


def finish(page: Page, address: str, name: str, shown: str = "") -> None:
    """Run a notebook to its end; once more where a busy machine lost a message."""
    for attempt in range(2):
        try:
            run_all(page, address, name)
            if shown:
                page.wait_for_selector(shown, timeout=20_000)
            break
        except TimeoutError:
            if attempt:
                raise
            shut_down(address)
    assert page.locator(f'[data-mime-type="{ERROR}"]').count() == 0


def shut_down(address: str) -> None:
    """End all kernels: each holds memory that the next one needs."""
    token = {"Authorization": f"token {TOKEN}"}
    listed = urllib.request.Request(f"{address}/api/sessions", headers=token)
    with urllib.request.urlopen(listed, timeout=20) as answer:
        sessions = json.load(answer)
    for item in sessions:
        one = f"{address}/api/sessions/{item['id']}"
        urllib.request.urlopen(
            urllib.request.Request(one, headers=token, method="DELETE"), timeout=20
        ).close()


def drag(page: Page, label: str, value: int) -> None:
    """Drag a slider by mouse, then set the last points by arrow keys."""
    row = page.locator(f"{PANEL} .widget-slider", has_text=label)
    handle, track = row.locator(".noUi-handle"), row.locator(".noUi-base")
    box, line = handle.bounding_box(), track.bounding_box()
    assert box and line
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(line["x"] + line["width"] * value / 100, line["y"] + 3, steps=6)
    page.mouse.up()
    handle.focus()
    for _ in range(30):
        now = int(float(handle.get_attribute("aria-valuenow") or 0))
        if now == value:
            break
        page.keyboard.press("ArrowRight" if now < value else "ArrowLeft")
        page.wait_for_timeout(60)
    assert int(float(handle.get_attribute("aria-valuenow") or 0)) == value


def test_japan_by_mouse_alone(
    page: Page, server: tuple[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """What if Japan got 10 % on cars but 15 % on the rest from July 2025?"""
    address, folder = server
    finish(page, address, "11_explore", f"{PANEL} .noUi-handle")
    page.locator(PANEL).scroll_into_view_if_needed()
    page.get_by_label("South Korea").uncheck()
    picture = page.locator(f"{PANEL} img").first
    before = picture.get_attribute("src")
    drag(page, "Reciprocal", 15)
    drag(page, "Cars", 10)
    page.get_by_label("Law of").fill("2025-07-01")
    expect(page.locator(f"{PANEL} [role=status]")).to_contain_text("Japan: own terms")
    expect(picture).not_to_have_attribute("src", before or "")
    page.get_by_label("Name of own terms").fill("japan_ten")
    page.get_by_role("tab", name="Table", exact=True).click()
    state = State(
        partners=("JPN",),
        shown="own",
        rates={"reciprocal": 15, "cars": 10},
        day=dt.date(2025, 7, 1),
        name="japan_ten",
    )
    wanted = views.exposed(state).loc[("japan_ten", "JPN")]
    rate = f"{wanted['effective_rate'] * 100:.1f}"
    expect(page.locator(f"{PANEL} table").first).to_contain_text(rate)
    page.get_by_role("button", name="Save this outcome").click()
    expect(page.locator(PANEL)).to_contain_text("Saved japan_ten.toml")
    page.get_by_role("button", name="PNG").click()
    expect(page.locator(PANEL)).to_contain_text("Wrote exposure-japan_ten.png")
    file = folder / "notebooks" / "japan_ten.toml"
    assert (folder / "notebooks" / "exposure-japan_ten.png").stat().st_size > 10_000
    words = ["exposure", "--outcome", str(file), "--partners", "JPN", "--format", "json"]
    assert main(words) == 0
    row = json.loads(capsys.readouterr().out)[0]
    assert row["effective_rate"] == pytest.approx(wanted["effective_rate"])
    assert tv.outcome(file).day == dt.date(2025, 7, 1)
    # A product by a word, and what is wrong beside its field.
    page.get_by_role("tab", name="Why?", exact=True).click()
    page.get_by_label("Product").fill("whisky")
    page.keyboard.press("Enter")
    expect(page.locator(f"{PANEL} .lm-TabPanel-stackedPanel, {PANEL}").first).to_contain_text(
        "2208"
    )
    page.get_by_label("Law of").fill("2031-01-01")
    expect(page.locator(f"{PANEL} [role=alert]").first).to_contain_text("Choose a day from")


# Two that between them show every kind of output; all of them with `make lab-test`.
SAMPLE = ("00_briefing", "07_your_own_outcome")
WANTED = [
    path.stem
    for path in NOTEBOOKS
    if os.environ.get("TRADEVIZ_EVERY_NOTEBOOK") or path.stem in SAMPLE
]


@pytest.mark.parametrize("name", WANTED)
def test_a_notebook_runs_by_run_all(page: Page, server: tuple[str, Path], name: str) -> None:
    finish(page, server[0], name)
