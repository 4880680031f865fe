"""The front page: one picture, a card for each of the five, three findings, then the list."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from tradeviz.datasets import load
from tradeviz.law.outcome import TODAY, names
from tradeviz.partners import FOCUS
from tradeviz.quantities import day, percent
from tradeviz.report.export import shell
from tradeviz.report.figures import Drawings, shown
from tradeviz.report.provenance import Provenance
from tradeviz.report.summary import Page
from tradeviz.show.picture import Picture
from tradeviz.story import front as story
from tradeviz.story.standing import Standing, law_day, paths, standings
from tradeviz.trade.collected import collected_rates
from tradeviz.trade.exposure import exposure
from tradeviz.trade.show_outcomes import range_rows
from tradeviz.whatif import SmallForm

_SPARK = (160, 56)
_WHY = ("02_tariffs.html", "05_sectors.html", "06_what_happened.html")
"""The pages behind the three findings."""


def front_page(
    pages: list[Page],
    *,
    provenance: Provenance,
    workbook: str = "",
    what_if: str = "",
    insert: SmallForm | None = None,
) -> str:
    """Return the front page of a set of pages."""
    here = standings()
    drawings = Drawings()
    changed, lines = story.since_last(here, load("vintages"))
    html = shell(
        "front.html.j2",
        provenance,
        insert,
        kicker=f"US tariffs, law of {day(law_day())}",
        headline=story.headline(here),
        lead=story.lead(here),
        hero=_hero(drawings, provenance),
        cards=[_card(one, here, pages) for one in here.values()],
        findings=[
            (text, page if page in {known.file for known in pages} else "")
            for text, page in zip(_findings(here), _WHY, strict=True)
        ],
        changed=changed,
        lines=lines,
        workbook=workbook,
        what_if=what_if,
        **_groups(pages),
    )
    return drawings.back(html)


def _hero(drawings: Drawings, about: Provenance) -> str:
    """Return the picture of the front page: what could happen, what did, and in dollars."""
    table = exposure([*names()], partners=FOCUS)
    return shown(Picture.of(range_rows, table).contract(), drawings, about, "index", "Front page")


def _findings(here: Mapping[str, Standing]) -> list[str]:
    duties = load("duties_monthly")
    months = collected_rates(paths(), duties[duties["partner"].isin(FOCUS)])
    return [
        story.longest(here),
        story.cars(exposure(TODAY, by="layer")),
        story.customs(months),
    ]


def _card(one: Standing, here: Mapping[str, Standing], pages: list[Page]) -> dict[str, str]:
    first, second = story.card(one)
    top = max(float(other.path.max()) for other in here.values())
    own = [page.file for page in pages if page.subject == one.name]
    return {
        "name": one.name,
        "page": next(iter(sorted(own, key=lambda file: not file.startswith("brief"))), ""),
        "rate": percent(one.rates[TODAY]),
        "first": first,
        "second": second,
        "spark": spark(one.path, top),
    }


def spark(path: pd.Series[float], top: float) -> str:
    """Return a small drawing of a rate through time, its last value marked.

    Parameters
    ----------
    path : Series
        Rate on each day it changed.
    top : float
        The highest rate of all drawings beside it.

    Returns
    -------
    str
        An SVG element, which says nothing to a screen reader: the card has the figures.

    Examples
    --------
    >>> days = pd.to_datetime(["2025-01-01", "2026-01-01"])
    >>> spark(pd.Series([0.0, 0.1], days), 0.1).startswith("<svg")
    True
    """
    width, height = _SPARK
    dates = pd.DatetimeIndex(path.index)
    first, whole = dates[0], max((dates[-1] - dates[0]).days, 1)
    across = [4 + (width - 12) * (date - first).days / whole for date in dates]
    down = [height - 14 - (height - 20) * float(rate) / top for rate in path]
    steps = [f"M{across[0]:.1f} {down[0]:.1f}"]
    steps += [f"H{x:.1f}V{y:.1f}" for x, y in zip(across[1:], down[1:], strict=True)]
    years = "".join(
        f'<text x="{4 + (width - 12) * (start - first).days / whole:.1f}" y="{height - 1}" '
        f'font-size="10" fill="var(--tv-muted)">{start.year}</text>'
        for start in pd.date_range(first, dates[-1], freq="YS")
    )
    return (
        f'<svg class="spark" viewBox="0 0 {width} {height}" aria-hidden="true">'
        f'<path d="M4 {height - 14}H{width - 8}" stroke="var(--tv-rule)"/>'
        f'<path d="{"".join(steps)}" fill="none" stroke="var(--tv-muted)" stroke-width="1.6"/>'
        f'<circle cx="{across[-1]:.1f}" cy="{down[-1]:.1f}" r="3.2" fill="var(--tv-accent)"/>'
        f"{years}</svg>"
    )


def _groups(pages: list[Page]) -> dict[str, list[Page]]:
    """Return the pages as the list has them: briefs, profiles, the story."""
    about = [page for page in pages if page.subject]
    briefs = [page for page in about if page.notebook == BRIEF]
    return {
        "briefs": sorted(briefs, key=lambda page: page.subject),
        "profiles": sorted(
            (page for page in about if page.notebook != BRIEF), key=lambda page: page.subject
        ),
        "pages": [page for page in pages if not page.subject],
    }


BRIEF = "brief"
"""What the pages of country briefs come from, in the place of a notebook's name."""
