"""Time the panel in a real browser: from a key on a slider to the new picture in the page.

Starts JupyterLab without a screen and the system's Chromium; the numbers depend on the machine.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from labs import lab, run_all  # noqa: E402

_PRESSES = 30
_WATCH = """selector => {
  const target = document.querySelector(selector);
  window.seen = 0;
  new MutationObserver(() => { window.seen = performance.now(); })
    .observe(target, {attributes: true, childList: true, subtree: true, characterData: true});
}"""


def presses(page: Page, shown: str) -> list[float]:
    """Return milliseconds from each key to the change of what is shown."""
    page.evaluate(_WATCH, shown)
    handle = page.locator(".tradeviz-explore .noUi-handle").first
    found = []
    for number in range(_PRESSES):
        handle.focus()
        start = page.evaluate("() => { window.seen = 0; return performance.now(); }")
        page.keyboard.press("ArrowRight" if number % 2 else "ArrowLeft")
        page.wait_for_function("() => window.seen > 0", timeout=10_000)
        # The last of several changes counts: the panel is done then.
        page.wait_for_timeout(500)
        found.append(page.evaluate("() => window.seen") - start)
    return found


def main() -> None:
    """Print median and 95 % of the times for the chart and for the tabs that follow terms."""
    browser = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    if browser is None:
        raise SystemExit("chromium is not installed")
    with (
        tempfile.TemporaryDirectory() as folder,
        lab(Path(folder)) as address,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 1500, "height": 1000})
        run_all(page, address, "11_explore")
        page.wait_for_selector(".tradeviz-explore .noUi-handle", timeout=60_000)
        page.wait_for_timeout(3000)
        for tab in ("Chart", "Table", "Products"):
            page.get_by_role("tab", name=tab, exact=True).click()
            page.wait_for_timeout(2000)
            times = sorted(presses(page, ".tradeviz-explore"))
            late = times[int(len(times) * 0.95)]
            print(f"{tab}: median {statistics.median(times):.0f} ms, 95 % {late:.0f} ms")
        chromium.close()


if __name__ == "__main__":
    main()
