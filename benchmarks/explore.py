"""Time the panel in a real browser: from a key on a slider to the answer on the screen.

Starts JupyterLab without a screen and the system's Chromium; the numbers depend on the machine.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tradeviz.report.printing import find_browser

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from labs import TOKEN, lab  # noqa: E402

_PRESSES = 60
_PANEL = ".tradeviz-explore"
_SLIDER = f"{_PANEL} input[name=reciprocal]"
# From the key to the frame after the sentence changed: what a reader sees.
_WATCH = """([slider, shown]) => {
  window.times = [];
  let start = 0;
  document.querySelector(slider).onkeydown = () => { start = performance.now(); };
  window.watch?.disconnect();
  window.watch = new MutationObserver(() => requestAnimationFrame(() => {
    if (start) { window.times.push(performance.now() - start); start = 0; }
  }));
  window.watch.observe(document.querySelector(shown),
    {childList: true, subtree: true, characterData: true, attributes: true});
}"""


def presses(page: Page, shown: str, pause: int) -> list[float]:
    """Return milliseconds from each key to the change of what is shown."""
    page.evaluate(_WATCH, [_SLIDER, shown])
    page.locator(_SLIDER).focus()
    for number in range(_PRESSES):
        page.keyboard.press("ArrowRight" if number % 2 else "ArrowLeft")
        page.wait_for_timeout(pause)
    return sorted(page.evaluate("window.times"))


def told(name: str, times: list[float]) -> None:
    """Print median and 95 % of times."""
    late = times[min(int(len(times) * 0.95), len(times) - 1)]
    print(
        f"{name}: median {statistics.median(times):.0f} ms, 95 % {late:.0f} ms, "
        f"{len(times)} of {_PRESSES} presses"
    )


def drag(page: Page, seconds: float = 1.0) -> float:
    """Return seconds from the end of a drag to the last picture that Python sends."""
    box = page.locator(_SLIDER).bounding_box()
    if box is None:
        raise SystemExit("the slider is not in sight")
    page.evaluate(
        """shown => { window.last = 0; new MutationObserver(() => {
        window.last = performance.now(); }).observe(document.querySelector(shown),
        {attributes: true}); }""",
        f"{_PANEL} img",
    )
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 5, y)
    page.mouse.down()
    for step in range(60):
        page.mouse.move(box["x"] + 5 + step * (box["width"] - 10) / 60, y)
        page.wait_for_timeout(seconds * 1000 / 60)
    page.mouse.up()
    end = page.evaluate("performance.now()")
    page.wait_for_timeout(4000)
    return float(page.evaluate("window.last") - end) / 1000


def main() -> None:
    """Print the times of what the browser answers, of what Python adds, and of a drag."""
    browser = find_browser()
    with (
        tempfile.TemporaryDirectory() as folder,
        lab(Path(folder)) as address,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 1500, "height": 1000})
        page.goto(f"{address}/lab/tree/notebooks/11_explore.ipynb?token={TOKEN}")
        page.wait_for_selector(f"{_PANEL} .answer:not(:empty)", timeout=120_000)
        page.wait_for_timeout(8000)
        told("Rows and sentence", presses(page, f"{_PANEL} .answer", 120))
        told("Products, from Python", presses(page, f"{_PANEL} img", 1500))
        print(f"Last picture {drag(page):.1f} s after a drag of one second")
        chromium.close()


if __name__ == "__main__":
    main()
