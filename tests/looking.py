"""Open pages as a reader does, on a desk and on a phone, and find what is wrong with them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias
from urllib.parse import urlparse

from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page

Scheme: TypeAlias = Literal["light", "dark"]
Views: TypeAlias = Sequence[tuple[int, Scheme]]
EACH: Views = ((1280, "light"), (375, "dark"))
BOTH: Views = tuple(itertools.product((1280, 375), ("light", "dark")))


_DRAWING = re.compile(r"(<svg\b[^>]*>).*?</svg>", re.DOTALL)


@cache
def words_of(path: Path) -> str:
    """Return the HTML of a page with its drawings empty: parsing them takes most of the time."""
    return _DRAWING.sub(r"\1</svg>", path.read_text(encoding="utf-8"))


def outside(html: str) -> list[str]:
    """Return what a browser would fetch from elsewhere."""
    soup = BeautifulSoup(html, "html.parser")
    found = [str(tag["src"]) for tag in soup.find_all(src=True)]
    found += [str(tag["href"]) for tag in soup.find_all("link", href=True)]
    for style in soup.find_all("style"):
        found += re.findall(r"url\(([^)]*)\)|@import\s+(\S+)", style.text)
    found += [str(tag) for tag in soup.find_all(["iframe", "object", "embed"])]
    return [address for address in found if not str(address).startswith("data:")]


def check_in_browser(browser: Browser, path: Path, views: Views = EACH) -> None:
    """Open a page at two widths, in light or dark, and look for every fault we know of.

    What axe finds is mostly the same in two views: the second of two is left to pages of each sort.
    """
    for number, (width, scheme) in enumerate(views):
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
        )
        audit = number == 0 or len(views) > len(EACH)
        check_tab(context.new_page(), path, f"{path.name} at {width} px, {scheme}", audit=audit)
        context.close()


def check_tab(tab: Page, path: Path, where: str, *, audit: bool = True) -> None:
    """No request, no message in the console, nothing cut off, nothing that axe finds fault with."""
    requests: list[str] = []
    problems: list[str] = []
    tab.on("request", lambda request: requests.append(request.url))
    tab.on("console", lambda message: problems.append(message.text))
    tab.on("pageerror", lambda error: problems.append(str(error)))
    tab.goto(path.as_uri())
    fetched = [url for url in requests if urlparse(url).scheme != "data"]
    assert fetched == [path.as_uri()], f"{where}: asks for more than itself"
    assert problems == [], where
    for step in ("as it opens", "with all details open"):
        wide = tab.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{where}, {step}: {wide} px too wide"
        tab.evaluate("document.querySelectorAll('details').forEach((part) => part.open = true)")
    if not audit:
        return
    found = Axe().run(tab)
    assert found.violations_count == 0, f"{where}: {found.generate_report()}"


# What stands out of the box of its page, and what its own box hides.
_CUT = """
() => {
  const limit = document.documentElement.clientWidth + 1, found = [];
  for (const part of document.querySelectorAll('figure, svg.tv-svg, svg.spark, table, .scroll')) {
    const box = part.getBoundingClientRect();
    if (!box.width || part.closest('details:not([open])')) continue;
    const name = part.tagName + '.' + (part.getAttribute('class') || '') + ' ' + (part.id || '');
    if (box.right > limit || box.left < -1) found.push(name + ' ends at ' + Math.round(box.right));
    if (part.scrollWidth > part.clientWidth + 1 && part.matches('.scroll, figure'))
      found.push(name + ' hides ' + (part.scrollWidth - part.clientWidth) + ' px');
  }
  for (const text of document.querySelectorAll('svg.tv-svg text')) {
    const box = text.getBoundingClientRect();
    if (box.width && (box.right > limit || box.left < -1))
      found.push('text ' + text.textContent + ' ends at ' + Math.round(box.right));
  }
  return found;
}
"""


# Words of charts that are smaller than a newspaper sets anything, and charts beside empty room.
_SMALL = """
() => {
  const found = [];
  for (const svg of document.querySelectorAll('figure svg.tv-svg')) {
    const box = svg.getBoundingClientRect(), room = svg.parentNode.parentNode.clientWidth;
    if (!box.width) continue;
    if (box.width < 0.9 * room) found.push('chart of ' + box.width + ' in ' + room);
    for (const text of svg.querySelectorAll('text')) {
      const size = parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a;
      if (text.textContent.trim() && size < 8.5) found.push(text.textContent + ': ' + size);
    }
  }
  return found;
}
"""


def too_small(browser: Browser, path: Path, width: int) -> list[str]:
    """Return words of charts that cannot be read at a width, and charts that leave it unused."""
    tab = browser.new_page(viewport={"width": width, "height": 900})
    tab.goto(path.as_uri())
    found: list[str] = tab.evaluate(_SMALL)
    tab.close()
    return found


def cut_off(
    browser: Browser, path: Path, width: int, media: Literal["screen", "print"] = "screen"
) -> list[str]:
    """Return every chart, table and word of a chart that is wider than its box."""
    tab = browser.new_page(viewport={"width": width, "height": 900})
    # A page that is printed is laid out anew and its script does not hear of it.
    tab.add_init_script("addEventListener('resize', event => event.stopImmediatePropagation())")
    tab.goto(path.as_uri())
    if media == "print":
        tab.emulate_media(media=media)
        # A4 without its margins is 178 mm wide, 673 px.
        tab.set_viewport_size({"width": 673, "height": 900})
    found: list[str] = tab.evaluate(_CUT)
    tab.close()
    return found
