"""The country brief: one sheet of A4 that says where a partner stands."""

from __future__ import annotations

from tradeviz.quantities import day, dollars, percent
from tradeviz.report.clean import drawing
from tradeviz.report.export import Insert, shell
from tradeviz.report.figures import Drawings
from tradeviz.report.front import BRIEF, spark
from tradeviz.report.provenance import Provenance
from tradeviz.show.forecasts import fan
from tradeviz.show.picture import Picture
from tradeviz.story import country as story
from tradeviz.story.standing import BEFORE, PAUSE, TODAY, Standing, law_day

_BIG = (720, 130)


def stem(partner: str) -> str:
    """Return the name of the page of a partner's brief."""
    return f"{BRIEF}-{partner}"


def brief(one: Standing, *, provenance: Provenance, insert: Insert | None = None) -> str:
    """Return the brief of a partner: one sheet, in the same words for all of them."""
    drawings = Drawings()
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
        climb=story.climb(one),
        spark=spark(one.path, float(one.path.max()), size=_BIG, figures=True),
        fan=_fan(one.partner, drawings),
        sentences=_sentences(one),
        goods=_goods(one),
        unsure=story.unsure(one),
        profile=f"04_country-{one.partner}.html",
    )
    return drawings.back(html)


def _fan(partner: str, drawings: Drawings) -> dict[str, str]:
    """Return the forecast as a drawing for half a sheet and its words, or nothing."""
    for months in story.outlook(partner):
        contract = Picture.of(fan, **months).contract()
        svg = drawings.keep(drawing(contract["svg"]["narrow"], where=stem(partner)))
        return {"svg": svg} | {key: contract[key] for key in ("title", "subtitle", "note")}
    return {}


def _rates(one: Standing) -> list[tuple[str, str, str]]:
    """Return the four rates of a brief: what, how much, and what it is."""
    return [
        ("Before 2025", percent(one.rates[BEFORE]), "duty paid in 2024"),
        ("The pause", percent(one.rates[PAUSE]), "law of 16 April 2025"),
        ("Today", percent(one.rates[TODAY]), f"law of {day(law_day())}"),
        ("At worst", percent(one.worst), one.worst_called.lower()),
    ]


def _sentences(one: Standing) -> list[tuple[str, str]]:
    rows = [
        ("Who pays", story.bill(one)),
        ("On what", story.goods(one)),
        ("Against whom", story.rival(one, story.chief_rival(one.partner))),
        ("What comes next", story.ahead(one)),
    ]
    return [(head, text) for head, text in rows if text]


def _goods(one: Standing) -> list[tuple[str, str, str]]:
    whole = one.duty_usd[TODAY]
    return [
        (title, dollars(share * whole), percent(share, 0))
        for title, share in one.goods[:3]
        if share * whole > 0
    ]
