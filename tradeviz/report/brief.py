"""The country brief: one sheet of A4 that says where a partner stands."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from matplotlib.axes import Axes

from tradeviz.law.outcome import TODAY
from tradeviz.models.forecast import recorded_months
from tradeviz.models.forecast.show import fan
from tradeviz.quantities import day, dollars, percent
from tradeviz.report.export import shell
from tradeviz.report.figures import Drawings, shown
from tradeviz.report.front import BRIEF
from tradeviz.report.provenance import Provenance
from tradeviz.show.glossary import short_forms
from tradeviz.show.picture import Picture
from tradeviz.story import country as story
from tradeviz.story.standing import BEFORE, PAUSE, Standing, law_day
from tradeviz.trade.show_paths import rate_path
from tradeviz.whatif import SmallForm

_PATH, _FAN = 112, 180
"""Heights that leave the brief on one sheet, pixels."""


def stem(partner: str) -> str:
    """Return the name of the page of a partner's brief."""
    return f"{BRIEF}-{partner}"


def brief(one: Standing, *, provenance: Provenance, insert: SmallForm | None = None) -> str:
    """Return the brief of a partner: one sheet, in the same words for all of them."""
    drawings = Drawings()
    table = story.expected(one)
    said = _sentences(one, table)
    path = _chart(drawings, provenance, one, rate_path, one.law, one.partner, height=_PATH)
    words = [story.answer(one), *(text for _, text in said), *drawings.kept]
    html = shell(
        "brief.html.j2",
        provenance,
        insert,
        notebook=BRIEF,
        subject=one.name,
        kicker=f"Country brief · law of {day(law_day())}",
        title=f"US tariffs on goods from {one.called}",
        answer=story.answer(one),
        rates=_rates(one),
        path=path,
        fan="" if table is None else _fan(drawings, provenance, one, table),
        sentences=said,
        short=short_forms(" ".join(words)),
        asked=short_forms(insert.html if insert else ""),
        goods=_goods(one),
        unsure=story.unsure(one),
        profile=f"04_country-{one.partner}.html",
    )
    return drawings.back(html)


def _chart(
    drawings: Drawings,
    about: Provenance,
    one: Standing,
    draw: Callable[..., Axes],
    *read: object,
    **options: object,
) -> str:
    contract = Picture.of(draw, *read, **options).contract()
    return shown(contract, drawings, about, stem(one.partner), one.name)


def _rates(one: Standing) -> list[tuple[str, str, str]]:
    """Return the four rates of a brief: what, how much, and what it is."""
    return [
        ("Before 2025", percent(one.rates[BEFORE]), "duty paid in 2024"),
        ("The pause", percent(one.rates[PAUSE]), "law of 16 April 2025"),
        ("Today", percent(one.rates[TODAY]), f"law of {day(law_day())}"),
        (one.worst_called, percent(one.worst), "highest of the outcomes"),
    ]


def _fan(drawings: Drawings, about: Provenance, one: Standing, table: pd.DataFrame) -> str:
    past = recorded_months(one.partner, since=one.law["date"].iloc[0])
    measure = story.measure_of(table)
    return _chart(drawings, about, one, fan, table, measure=measure, history=past, height=_FAN)


def _sentences(one: Standing, table: pd.DataFrame | None) -> list[tuple[str, str]]:
    rows = [
        ("Who pays", story.bill(one)),
        ("On what", story.goods(one)),
        ("Against whom", story.rival(one, story.chief_rival(one.partner))),
        ("What comes next", story.ahead(table)),
    ]
    return [(head, text) for head, text in rows if text]


def _goods(one: Standing) -> list[tuple[str, str, str]]:
    whole = one.duty_usd[TODAY]
    return [
        (title, dollars(share * whole), percent(share, 0))
        for title, share in one.goods[:3]
        if share * whole > 0
    ]
