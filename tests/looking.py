"""Open pages as a reader does, on a desk and on a phone, and find what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias
from urllib.parse import urlparse

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page

Scheme: TypeAlias = Literal["light", "dark"]
Views: TypeAlias = Sequence[tuple[int, Scheme]]
VIEWS: Views = ((375, "light"), (1280, "dark"))
"""Starts on the phone: there most is wrong. Colours are the same at every width."""

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


@dataclass
class Seen:
    """What was found on a page: no list has anything in it where the page is as it has to be."""

    fetched: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    too_wide: list[str] = field(default_factory=list)
    too_small: list[str] = field(default_factory=list)
    axe: list[str] = field(default_factory=list)
    text: str = ""

    def faultless(self) -> bool:
        """Say whether nothing was found, and print what was."""
        faults = [*self.fetched, *self.problems, *self.too_wide, *self.too_small, *self.axe]
        print(*faults, sep="\n")
        return not faults


def look(browser: Browser, path: Path, audited: Views = VIEWS) -> Seen:
    """Open a page on a phone, go on to a desk, in light and dark, and to paper, in one tab.

    No request, no message in the console, nothing wider than its box, nothing that axe finds fault
    with in the views that are audited: colours and sizes come from one style sheet for all pages.
    """
    seen = Seen()
    tab = browser.new_page(viewport={"width": 375, "height": 800})
    # A page that is printed is laid out anew and its script does not hear of it.
    tab.add_init_script(_DEAF)
    tab.on("request", lambda request: seen.fetched.append(request.url))
    tab.on("console", lambda message: seen.problems.append(message.text))
    tab.on("pageerror", lambda error: seen.problems.append(str(error)))
    tab.goto(path.as_uri())
    if audited:
        tab.evaluate(AXE_SCRIPT)
    if tab.locator("main").count():
        seen.text = tab.inner_text("main")
    for width in dict.fromkeys(width for width, _ in VIEWS):
        tab.set_viewport_size({"width": width, "height": 800})
        where = f"{path.name} at {width} px"
        # Colours move no box.
        seen.too_small += [f"{where}: {fault}" for fault in tab.evaluate(_SMALL)]
        seen.too_wide += [f"{where}: {fault}" for fault in tab.evaluate(_CUT)]
        tab.evaluate(_OPEN, True)
        seen.too_wide += [f"{where}, all open: {fault}" for fault in tab.evaluate(_CUT)]
        for scheme in (scheme for wide, scheme in audited if wide == width):
            tab.emulate_media(color_scheme=scheme)
            found = AxeResults(tab.evaluate(_AUDIT))
            report = f"{where}, {scheme}: {found.generate_report()}"
            seen.axe += [report] * (found.violations_count > 0)
        tab.evaluate(_OPEN, False)
    tab.evaluate("window.deaf = true")
    # A4 without its margins is 178 mm wide, 673 px.
    tab.set_viewport_size({"width": 673, "height": 900})
    tab.emulate_media(media="print")
    seen.too_wide += [f"{path.name} on paper: {fault}" for fault in tab.evaluate(_CUT)]
    tab.close()
    seen.fetched = [
        url for url in seen.fetched if urlparse(url).scheme != "data" and url != path.as_uri()
    ]
    return seen


def dark_on_paper(tab: Page) -> None:
    """Stop where a text of a printed page is not dark: browsers print no ground behind it."""
    faint = {said for ink, said in tab.evaluate(_INKS) if _contrast_to_white(ink) < 4.5}
    assert not faint, faint


def _contrast_to_white(colour: str) -> float:
    parts = [float(part) / 255 for part in re.findall(r"[\d.]+", colour)[:3]]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 1.05 / (sum(a * b for a, b in zip(linear, (0.2126, 0.7152, 0.0722), strict=True)) + 0.05)


_INKS = """() => [...document.querySelectorAll('body :not(svg, svg *)')].filter(part =>
  part.checkVisibility() && [...part.childNodes].some(x => x.nodeType === 3 && x.data.trim())
).map(part => [getComputedStyle(part).color, part.textContent.slice(0, 40)])"""

# Everything that a reader can unfold, the code of the notebook too.
_OPEN = """
open => {
  document.querySelectorAll('details').forEach(part => { part.open = open; });
  document.body.classList.toggle('with-code', open);
}
"""

_DEAF = "addEventListener('resize', event => window.deaf && event.stopImmediatePropagation())"

# Colours take axe two thirds of its time, so they are asked of one text of each kind: those whose
# tags, classes and computed colours and sizes, down from the page, are the same. It judges no text
# of a drawing, since it knows no `fill`: test_charts.py does. To list all that is well costs too.
_AUDIT = """
() => {
  const kinds = new Map(), seen = new Set();
  const kind = part => {
    if (!part || kinds.has(part)) return kinds.get(part) || '';
    const own = getComputedStyle(part);
    const said = [part.localName, part.className, own.color, own.backgroundColor,
                  own.backgroundImage, own.opacity, own.fontSize, own.fontWeight];
    kinds.set(part, kind(part.parentElement) + ' > ' + said.join());
    return kinds.get(part);
  };
  for (const part of document.querySelectorAll('body :not(svg, svg *)')) {
    const speaks = part.checkVisibility()
      && [...part.childNodes].some(x => x.nodeType === Node.TEXT_NODE && x.data.trim());
    part.toggleAttribute('data-twin', speaks && seen.has(kind(part)));
    if (speaks) seen.add(kind(part));
  }
  axe.configure({rules: [{id: 'color-contrast', selector: ':not([data-twin], svg *)'}]});
  return axe.run({resultTypes: ['violations']});
}
"""

# What stands out of the box of its page, and what its own box hides.
_CUT = """
() => {
  const limit = document.documentElement.clientWidth + 1, found = [];
  const more = document.documentElement.scrollWidth - window.innerWidth;
  if (more > 0) found.push('the page is ' + more + ' px too wide');
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
