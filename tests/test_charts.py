"""What charts draw is what their tables say; they can be read at both widths, in dark and aloud."""

from __future__ import annotations

import base64
import datetime as dt
import inspect
import io
import itertools
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex, to_rgb
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image

import tradeviz as tv
from tradeviz.errors import ArgumentError
from tradeviz.law.outcome import names
from tradeviz.models.deals import deal_values, deals, delay, follow, schedules, shapley
from tradeviz.models.equilibrium import variants
from tradeviz.models.response import backtest, sensitivity
from tradeviz.partners import FOCUS, name, resolve
from tradeviz.quantities import dollars, percent, points, quantity
from tradeviz.show import palette
from tradeviz.show.callouts import Callout, plan_clear
from tradeviz.show.describe import describe
from tradeviz.show.frame import NARROW, WIDE, figure_of, paper, shown
from tradeviz.show.palette import FAMILIES
from tradeviz.show.paths import month_axis, moves_of
from tradeviz.show.picture import MEDIA_TYPE, REPORT, Picture, bundle, png, show
from tradeviz.show.reading import PROVISIONAL
from tradeviz.show.rows import BarRow, bar_rows
from tradeviz.show.svg import inline, key_of, standalone
from tradeviz.story.peers import farthest
from tradeviz.trade.collected import collected
from tradeviz.trade.reconcile import rule_title
from tradeviz.trade.show_paths import families_of

mpl.use("Agg")
charts = tv.charts


@cache
def exposed(by: str | None = None, partners: tuple[str, ...] = FOCUS) -> pd.DataFrame:
    wanted = names() if by is None else ["pause", "in_force"]
    return tv.exposure(wanted, partners=partners, by=by)


@cache
def path(partners: tuple[str, ...] = FOCUS) -> pd.DataFrame:
    return tv.exposure_path(partners=partners)


@cache
def everyone() -> pd.DataFrame:
    return tv.exposure("in_force", partners=resolve(None))


@cache
def peer() -> pd.DataFrame:
    return tv.reconcile("tradewartracker", ["IND", "GBR"])


@cache
def response() -> pd.DataFrame:
    return tv.respond(["agreement", "snapback"], partners=FOCUS, draws=5)


@cache
def game(otherwise: str = "snapback") -> pd.DataFrame:
    return deals(["KOR", "IND", "JPN"], otherwise=otherwise)


@cache
def ahead() -> pd.DataFrame:
    """A forecast in the form of the contract; its numbers are made up."""
    months = pd.date_range("2026-08-01", periods=12, freq="MS")
    middle = np.linspace(1.1e10, 1.2e10, 12)
    spread = np.linspace(0.5e9, 3e9, 12)
    ranges = {"low_80": middle - spread, "high_80": middle + spread}
    ranges |= {"low_95": middle - 2 * spread, "high_95": middle + 2 * spread}
    keys = {"outcome": "in_force", "partner": "JPN", "month": months, "quantity": "imports_usd"}
    return pd.DataFrame({**keys, "median": middle, **ranges})


@cache
def recorded() -> pd.DataFrame:
    """A record in the form of the contract: of ten forecasts a horizon, 8 and 9 hold."""
    rows = [
        (code, horizon, "imports_usd", 1.0 if place < 8 else 1.3 + place / 10)
        for horizon in (1, 2, 3, 6, 9, 12)
        for place, code in enumerate(["JPN"] * 5 + ["CHN"] * 5)
    ]
    table = pd.DataFrame(rows, columns=["partner", "horizon", "quantity", "actual"])
    return table.assign(low_80=0.8, high_80=1.2, low_95=0.5, high_95=2.15)


CHARTS: dict[str, Callable[[], Any]] = {
    "range rows": lambda: charts.range_rows(exposed()),
    "slope": lambda: charts.slope(exposed()),
    "outcomes": lambda: charts.exposure_by_outcome(exposed()),
    "outcomes in dollars": lambda: charts.exposure_by_outcome(
        exposed(partners=("JPN",)), measure="added_duty_usd"
    ),
    "tile map": lambda: charts.tile_map(everyone()),
    **{
        f"path {code}": lambda code=code: charts.rate_path(path(), code)  # type: ignore[misc]
        for code in FOCUS
    },
    "path CHN": lambda: charts.rate_path(path(("CHN",)), "CHN"),
    "path BRA": lambda: charts.rate_path(path(("BRA",)), "BRA"),
    "paths": lambda: charts.rate_paths(path()),
    "lanes": lambda: charts.law_lanes(path(), "JPN"),
    "lanes IND": lambda: charts.law_lanes(path(), "IND"),
    "spark": lambda: charts.spark(path(), "JPN"),
    "collected": lambda: charts.duty_collected(path(), tv.load("duties_monthly"), "KOR"),
    "waterfall": lambda: charts.outcome_waterfall(
        exposed("layer"), "pause", "in_force", partner="JPN"
    ),
    "waterfall of goods": lambda: charts.outcome_waterfall(
        exposed("sector"), "pause", "in_force", partner="GBR", measure="duty_usd"
    ),
    "accounts side by side": lambda: charts.collected_waterfall(collected(FOCUS)),
    "from law to collected": lambda: charts.collected_waterfall(collected("KOR")),
    "from a peer to ours": lambda: charts.peer_waterfall(peer(), "2025-10-14", partner="IND"),
    "ranked goods": lambda: charts.product_bars(exposed("hs2"), outcome="in_force", partner="JPN"),
    "ranked sectors": lambda: charts.product_bars(exposed("sector"), outcome="in_force", n=6),
    "chapters": lambda: charts.chapter_heatmap(exposed("hs2"), outcome="in_force"),
    "handicap": lambda: charts.handicap_bars(tv.competitors("in_force")),
    "handicap by sector": lambda: charts.handicap_bars(
        tv.competitors("in_force", partners="JPN", by="sector")
    ),
    "balances": lambda: charts.balance_over_time(tv.balances(FOCUS, first=2000)),
    "formula": lambda: charts.formula_scatter(tv.april_check()),
    "talks": lambda: charts.talks_timeline(tv.load("talks")),
    "fan": lambda: charts.fan(ahead()),
    "calibration": lambda: charts.calibration(recorded()),
    "response": lambda: charts.response_ranges(response()),
    "response in dollars": lambda: charts.response_ranges(response(), measure="balance_change_usd"),
    "diversion": lambda: charts.diversion_matrix(tv.respond("snapback", by="competitor")),
    "tornado": lambda: charts.tornado(sensitivity("snapback", partners="JPN")),
    "record": lambda: charts.backtest_ranges(backtest(FOCUS, first="2026-06", draws=3)),
    "equilibrium": lambda: charts.equilibrium_ranges(
        variants(["agreement", "breakdown"], {"4": {}, "8": {"elasticity": 8.0}}, partners=FOCUS)
    ),
    "rivalry": lambda: charts.rivalry_matrix(shapley(game())),
    "deal values": lambda: charts.deal_value_bars(deal_values(game())),
    "orders": lambda: charts.order_paths(
        {
            "Best for the United States": follow(game(), ["JPN", "IND", "KOR"]),
            "Worst": follow(game(), ["KOR", "IND", "JPN"]),
        }
    ),
    "waiting": lambda: charts.delay_curves(delay(game("pause"), schedules(["JPN", "KOR", "IND"]))),
}
FROM_ZERO = {
    "outcomes": "x", "outcomes in dollars": "x", "waterfall": "x", "waterfall of goods": "x",
    "ranked goods": "x", "ranked sectors": "x", "range rows": "x", "slope": "y", "path JPN": "y",
    "path IND": "y", "paths": "y", "collected": "y", "balances": "y", "spark": "y", "fan": "y",
    "handicap": "x", "from law to collected": "x",
}  # fmt: skip


@cache
def sheet(kind: str, width: int = WIDE, bare: bool = False) -> Figure:
    """Draw a chart once at a width for all that look at it; nobody changes it."""
    if (width, bare) != (WIDE, False):
        return picture(kind).figure(width, bare=bare)
    return figure_of(np.asarray(CHARTS[kind](), dtype=object).ravel()[0])


@cache
def picture(kind: str) -> Picture:
    again = shown(sheet(kind)).again
    assert again is not None
    return Picture(again)


@dataclass(frozen=True)
class Held(Picture):
    """A picture whose sheets are drawn already."""

    kind: str

    def figure(self, width: int = WIDE, *, bare: bool = False) -> Figure:
        return sheet(self.kind, width, bare)


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    plt.close("all")


def texts_of(figure: Figure) -> list[Text]:
    found = list(figure.texts)
    for axes in figure.axes:
        found += axes.texts
        if not axes.axison:
            continue
        for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
            low, high = sorted(limits)
            found += [
                label
                for place, label in zip(
                    axis.get_majorticklocs(), axis.get_ticklabels(), strict=True
                )
                if low <= place <= high
            ]
            found.append(axis.label)
    return [text for text in found if text.get_text() and text.get_visible()]


def boxes(figure: Figure) -> list[tuple[str, Bbox]]:
    figure.draw_without_rendering()
    # The letters alone, without the ground that keeps them clear of lines.
    return [(text.get_text(), Text.get_window_extent(text)) for text in texts_of(figure)]


def collisions(figure: Figure) -> list[str]:
    """Return what covers another text or leaves the figure, by more than a pixel and a half."""
    found = boxes(figure)
    width, height = figure.bbox.width, figure.bbox.height
    bad = [
        f"{text!r} is cut"
        for text, box in found
        if box.x0 < -1.5 or box.x1 > width + 1.5 or box.y0 < -1.5 or box.y1 > height + 1.5
    ]
    ends = np.array([(box.min, box.max) for _, box in found]).reshape(-1, 2, 2)
    low, high = ends[:, 0], ends[:, 1]
    over = np.minimum(high[:, None], high) - np.maximum(low[:, None], low)
    covers = np.argwhere(np.triu((over > (1.5, 2.5)).all(axis=2), 1))
    return bad + [f"{found[one][0]!r} covers {found[two][0]!r}" for one, two in covers]


@pytest.mark.parametrize(
    ("width", "bare"),
    [(NARROW, True), (WIDE, True), (WIDE, False)],
    ids=["phone", "page", "with words"],
)
@pytest.mark.parametrize("kind", CHARTS)
def test_no_text_covers_another_and_nothing_is_cut(kind: str, width: int, bare: bool) -> None:
    assert round(sheet(kind, width, bare).bbox.width) == width
    assert collisions(sheet(kind, width, bare)) == []
    assert beyond(sheet(kind, width, bare)) == []


def test_the_check_of_collisions_finds_one() -> None:
    figure = plt.figure()
    figure.text(0.5, 0.5, "here")
    figure.text(0.51, 0.5, "there")
    figure.text(0.99, 0.2, "cut off")
    assert len(collisions(figure)) == 2


def beyond(figure: Figure) -> list[str]:
    """Return what is drawn in axes and cut at their edge, by more than a pixel."""
    bad = []
    for axes in figure.axes:
        room = axes.bbox.padded(1.0)
        for artist in (*axes.lines, *axes.patches):
            if not artist.get_clip_on():
                continue
            places = artist.get_transform().transform_path(artist.get_path()).vertices
            places = places[np.isfinite(places).all(axis=1)]
            round_it = 0.0
            if isinstance(artist, Line2D) and artist.get_marker() not in ("None", "", None):
                # A mark is as large as its edge and its size in points, half on each side.
                size = artist.get_markersize() + artist.get_markeredgewidth()
                round_it = size / 2 * figure.dpi / 72
            inside = room.padded(-round_it)
            if any(not inside.contains(x, y) for x, y in places):
                bad.append(f"{type(artist).__name__} {places.min(0)} to {places.max(0)}")
    return bad


@pytest.mark.parametrize("partner", FOCUS)
def test_duty_collected_is_below_the_top_of_its_axis(partner: str) -> None:
    axes = charts.duty_collected(path((partner,)), tv.load("duties_monthly"), partner)
    drawn = np.concatenate([np.asarray(line.get_ydata(), dtype=float) for line in axes.lines])
    assert np.nanmax(drawn) < axes.get_ylim()[1]


def test_the_check_of_what_is_cut_finds_it() -> None:
    figure, axes = plt.subplots()
    axes.plot([0, 1], [0, 1])
    axes.bar([0.5], [0.5])
    axes.set_ylim(0, 0.9)
    assert [found.split()[0] for found in beyond(figure)] == ["Line2D"]
    axes.set_ylim(0.1, 1)
    assert [found.split()[0] for found in beyond(figure)] == ["Line2D", "Rectangle"]


@pytest.mark.parametrize("kind", FROM_ZERO)
def test_lengths_and_heights_start_at_zero(kind: str) -> None:
    for axes in sheet(kind).axes:
        low, high = getattr(axes, f"get_{FROM_ZERO[kind]}lim")()
        assert low <= 0 < high


def test_low_paths_start_at_zero_too() -> None:
    # The ticks of high ones take the axis back to zero, wherever it was begun.
    for axes in charts.rate_paths(path(("AUS", "GBR"))):
        assert axes.get_ylim()[0] == 0


@pytest.mark.parametrize("kind", CHARTS)
def test_a_page_gets_what_the_contract_says(kind: str) -> None:
    contract = Held(picture(kind).draw, kind).contract()
    assert set(contract) == {
        "version", "key", "title", "subtitle", "source", "note", "alt", "svg", "data",
    }  # fmt: skip
    json.dumps(contract)
    assert contract["title"] and contract["subtitle"] and not contract["source"].endswith(".")
    assert re.search(r"\d", contract["alt"]) and contract["title"] in contract["alt"]
    assert len(pd.read_csv(io.StringIO(contract["data"]))) > 0
    for width, drawn in contract["svg"].items():
        root = ElementTree.fromstring(drawn)
        assert root.get("class") == "tv-svg"
        assert round(float(str(root.get("viewBox")).split()[2]) / 0.75) == (
            NARROW if width == "narrow" else WIDE
        )
        elements = list(root.iter())
        assert not any("style" in item.attrib or item.tag.endswith("style") for item in elements)
        prefix = f"tv-{contract['key']}{width[0]}-"
        assert all(item.get("id", prefix).startswith(prefix) for item in elements)
        # No colour but those of the page, and no word that the page writes itself.
        assert re.findall(r"(?<!,)#[0-9a-f]{6}\b", re.sub(r"var\([^)]*\)", "", drawn)) == []
        assert contract["title"] not in {item.text for item in elements}
        marks = [item for item in elements if item.get("class") == "tv-mark"]
        assert marks, "nothing to point at"
        assert [item.get("tabindex") for item in marks] == ["0"] + ["-1"] * (len(marks) - 1)
        for item in marks:
            titles = [child.text for child in item if child.tag.endswith("title")]
            assert titles == [item.get("aria-label")]
            assert re.search(r"\d|no ", str(titles[0])), titles


def test_every_chart_of_the_library_is_looked_at_here() -> None:
    drawn = {code for draw in CHARTS.values() for code in draw.__code__.co_names}
    assert set(charts.__all__) - drawn == {"show", "Picture"}


def luminance(colour: str) -> float:
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, two: str) -> float:
    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_palette_has_contrast(dark: bool) -> None:
    roles = {role: pair[dark] for role, pair in palette.ROLES.items()}
    ground = roles["paper"]
    for role in ("ink", "muted", "accent"):
        assert contrast(roles[role], ground) >= 4.5, role
    assert contrast(roles["grey"], ground) >= 3
    by_light = {pair.light: role for role, pair in palette.ROLES.items()}
    steps = [role for role in roles if role.startswith(("scale-", "below-", "law-"))]
    for role in steps:
        letters = roles[by_light[palette.on(palette.ROLES[role].light)]]
        assert contrast(letters, roles[role]) >= 4.5, role


def test_every_role_has_a_light_colour_of_its_own() -> None:
    lights = [pair.light for pair in palette.ROLES.values()]
    assert len(set(lights)) == len(lights)


def test_steps_of_the_scale_are_told_apart_in_grey() -> None:
    for steps in (palette.SCALE, palette.BELOW):
        shades = [luminance(step) for step in steps]
        assert all(a > b * 1.1 for a, b in itertools.pairwise(shades))


def test_a_file_of_its_own_has_its_own_colours() -> None:
    text = standalone(picture("slope").contract()["svg"]["wide"])
    assert "var(" not in text and palette.ACCENT in text


def row_marks(axes: Any, colour: str, marker: str) -> list[float]:
    return [
        float(np.ravel(line.get_xdata())[0])
        for line in axes.lines
        if line.get_marker() == marker and to_hex(line.get_color()) == colour
    ]


def test_range_rows_are_the_table() -> None:
    table = exposed()["effective_rate"].unstack("outcome")
    axes = charts.range_rows(exposed())
    order = table["in_force"].sort_values(ascending=False)
    dots = [float(np.ravel(x.get_xdata())[0]) for x in axes.lines if x.get_markersize() == 8]
    assert dots == order.tolist()
    bands = [line.get_xdata() for line in axes.lines if line.get_linewidth() == 7.5]
    expected = table.loc[order.index, ["agreement", "breakdown"]]
    assert np.array_equal(np.array(bands, dtype=float), expected.to_numpy())
    rings = [float(np.ravel(x.get_xdata())[0]) for x in axes.lines if x.get_markersize() == 10.5]
    assert rings == table.loc[order.index, "pause"].tolist()
    texts = [text.get_text() for text in axes.texts]
    unsure = exposed().loc["in_force", "provisional_share"] >= PROVISIONAL
    for code, rate in order.items():
        assert name(code) in texts and percent(rate) + " †" * bool(unsure[code]) in texts
        assert dollars(exposed().loc[("in_force", code), "added_duty_usd"]) in texts


def test_the_hero_says_who_ended_clearly_below_and_above_the_pause() -> None:
    table = exposed()["effective_rate"].unstack("outcome")
    step = table["in_force"] - table["pause"]
    title = shown(charts.range_rows(exposed())).title
    for code, moved in step.items():
        assert (name(code) in title) == (abs(moved) >= 0.02), code


def test_ranges_speak_of_the_outcomes_that_are_drawn() -> None:
    drawn = ["agreement", "breakdown", "in_force", "pause", "snapback"]
    more = ["before", *drawn, "japan_style"]
    few, many = (tv.exposure(names, partners=["JPN", "KOR"]) for names in (drawn, more))
    few, many = (shown(charts.range_rows(table)) for table in (few, many))
    assert (many.title, many.subtitle, many.note) == (few.title, few.subtitle, few.note)
    assert many.data.sort_values(["outcome", "partner"], ignore_index=True).equals(
        few.data.sort_values(["outcome", "partner"], ignore_index=True)
    )


@pytest.mark.parametrize(
    ("rates", "said"),
    [
        ({"JPN": (0.1, 0.1)}, "Japan: always 10.0 %"),
        ({"JPN": (0.1, 0.2)}, "Japan: 10.0 % to 20.0 %, depending on the outcome"),
        ({"JPN": (0.1, 0.1), "KOR": (0.2, 0.2)}, "For nobody does it depend on the outcome"),
        ({"JPN": (0.1, 0.1), "KOR": (0.2, 0.3)}, "South Korea has most at stake, 20.0 % to 30.0 %; "
         "Japan has least"),
    ],
)  # fmt: skip
def test_who_has_most_at_stake(rates: dict[str, tuple[float, float]], said: str) -> None:
    rows = [
        {"outcome": end, "partner": code, "effective_rate": rate, "provisional_share": 0.0}
        for code, both in rates.items()
        for end, rate in zip(("pause", "in_force"), both, strict=True)
    ]
    axes = charts.exposure_by_outcome(pd.DataFrame(rows), measure="effective_rate")
    assert shown(axes).title.replace("\u00a0", " ") == said


def against(*pairs: tuple[str, float, float]) -> str:
    """Return what the hero says of partners with a rate in the pause and one today."""
    ends = {"agreement": 0.05, "breakdown": 0.5, "snapback": 0.3}
    rows = [
        {"outcome": end, "partner": code, "effective_rate": rate, "added_duty_usd": 1e9}
        for code, pause, today in pairs
        for end, rate in {"pause": pause, "in_force": today, **ends}.items()
    ]
    table = pd.DataFrame(rows).assign(provisional_share=0.0)
    return shown(charts.range_rows(table)).title.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([("GBR", 0.12, 0.10)], "UK: 10.0 % today, 2.0 points below the pause"),
        ([("GBR", 0.10, 0.115)], "UK: 11.5 % today, 1.5 points above the pause"),
        ([("GBR", 0.10, 0.1003)], "UK: 10.0 % today, as in the pause"),
        (
            [("JPN", 0.10, 0.11), ("GBR", 0.10, 0.09)],
            "Everyone ended about where the pause left them",
        ),
        (
            [("JPN", 0.10, 0.13), ("GBR", 0.10, 0.09)],
            "Nobody ended clearly below the pause; Japan ended above it",
        ),
    ],
)
def test_the_hero_of_other_partners(pairs: list[tuple[str, float, float]], said: str) -> None:
    assert against(*pairs) == said


def test_a_slope_on_which_nothing_moves_says_so() -> None:
    # The list of April leaves Australia at the ten percent of the pause.
    table = tv.exposure(["pause", "snapback"], partners="AUS")
    axes = charts.slope(table, outcomes=("pause", "snapback"))
    assert shown(axes).title == "No duty moved from the pause to snapback"


def test_a_slope_is_the_table() -> None:
    axes = charts.slope(exposed(), outcomes=("before", "pause"))
    drawn = sorted(tuple(line.get_ydata()) for line in axes.lines if line.get_marker() == "o")
    table = exposed()["effective_rate"].unstack("outcome")[["before", "pause"]]
    assert drawn == sorted(map(tuple, table.to_numpy()))


@pytest.mark.parametrize("measure", ["effective_rate", "added_duty_usd", "gdp_share"])
def test_bars_are_the_table(measure: str) -> None:
    axes = charts.exposure_by_outcome(exposed(), measure=measure)
    drawn = [bar.get_width() for bar in axes.patches]
    table = exposed().reset_index()
    order = {code: place for place, code in enumerate(FOCUS)}
    table = table.sort_values("partner", key=lambda codes: codes.map(order), kind="stable")
    assert drawn == table[measure].tolist()
    assert all(bar.get_x() == 0 for bar in axes.patches)


def test_the_reference_is_a_line_at_its_value() -> None:
    axes = charts.exposure_by_outcome(exposed(), reference="snapback")
    table = exposed()["effective_rate"].unstack("outcome")
    lines = [line.get_xdata()[0] for line in axes.lines if len(line.get_xdata()) == 2]
    assert lines == table.loc[list(FOCUS), "snapback"].tolist()


def test_a_partner_without_the_measure_has_no_part_in_titles() -> None:
    # The table has no GDP of Taiwan.
    table = tv.exposure(["pause", "in_force"], partners=["TWN", "JPN"])
    missing = table["gdp_share"].isna().groupby("partner").all()
    assert missing["TWN"] and not missing["JPN"]
    bars = shown(charts.exposure_by_outcome(table, measure="gdp_share"))
    assert bars.title.startswith("Japan: ") and "n/a" in bars.alt
    tiles = shown(charts.tile_map(table, measure="gdp_share", outcome="pause"))
    assert tiles.title.startswith("Japan is charged most, 0.")


def test_the_map_names_the_highest_of_the_framed_only_where_it_is_another() -> None:
    table = tv.exposure("pause", partners=["CHN", "JPN", "GBR"])
    title = shown(charts.tile_map(table, focus=["JPN", "GBR"])).title
    assert "of the framed 2, Japan is highest, no. 2 of 3" in title
    alone = shown(charts.tile_map(table, focus=["CHN", "GBR"])).title
    assert alone.startswith("China is charged most") and "framed" not in alone


def test_tiles_are_one_for_each_partner_and_shaded_by_value() -> None:
    axes = charts.tile_map(everyone())
    codes = [text.get_text() for text in axes.texts][::2]
    assert sorted(codes) == sorted(resolve(None))
    corners = {patch.get_xy() for patch in axes.patches}
    assert len(corners) == len(codes), "two tiles in one place"
    rates = everyone()["effective_rate"].droplevel("outcome")
    shades = {
        code: luminance(to_hex(patch.get_facecolor()))
        for code, patch in zip(codes, axes.patches, strict=True)
    }
    order = [shades[code] for code in rates.sort_values().index]
    assert all(a >= b for a, b in itertools.pairwise(order))


@pytest.mark.parametrize("code", ["JPN", "IND"])
def test_a_path_is_the_table_stacked(code: str) -> None:
    axes = charts.rate_path(path(), code)
    table = path()
    total = table[table["partner"] == code].groupby("date")["added_rate"].sum()
    line = next(line for line in axes.lines if line.get_drawstyle() == "steps-post")
    assert np.allclose(line.get_ydata(), total.to_numpy(), atol=1e-12)
    assert line.get_xdata().tolist() == date2num(total.index.to_numpy()).tolist()


def test_the_path_of_one_partner_says_peak_and_end() -> None:
    table = lanes(("reciprocal", 0.10, 0.15), ("s232_autos", 0.25, 0.0)).assign(partner="GBR")
    title = shown(charts.rate_paths(table)[0]).title.replace("\u00a0", " ")
    assert title == "The UK peaked at 36.0 % in April 2025 and ended at 16.0 %"


def lanes(*layers: tuple[str, float, float]) -> pd.DataFrame:
    """Return a path of Japan: what laws add on two days."""
    days = pd.to_datetime(["2025-04-05", "2025-08-07"])
    parts = [
        pd.DataFrame({"date": days, "layer": layer, "added_rate": rates})
        for layer, *rates in [("mfn", 0.01, 0.01), *layers]
    ]
    return pd.concat(parts).assign(partner="JPN")


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ([("reciprocal", 0.1, 0.0)], "The one law that came on goods from Japan has ended"),
        (
            [("reciprocal", 0.1, 0.0), ("s232_autos", 0.05, 0.0)],
            "Each of 2 laws that came on goods from Japan has ended",
        ),
        (
            [("reciprocal", 0.1, 0.02), ("s232_autos", 0.05, 0.0)],
            "Largest duty added today on goods from Japan: reciprocal duty, +2.0\u00a0points",
        ),
    ],
)
def test_lanes_say_what_is_left_of_the_laws(
    layers: list[tuple[str, float, float]], said: str
) -> None:
    assert shown(charts.law_lanes(lanes(*layers), "JPN")).title == said


@pytest.mark.parametrize(("thin", "keyed"), [(0.002, True), (0.06, False)])
def test_bands_without_room_for_a_name_have_it_beside_their_colour_below(
    thin: float, keyed: bool
) -> None:
    table = lanes(("reciprocal", 0.2, 0.2), ("s232_autos", thin, thin))
    axes = charts.rate_path(table, "JPN")
    (name,) = [text for text in axes.texts if text.get_text() == "Cars and parts"]
    boxes = [patch for patch in axes.patches if to_hex(patch.get_facecolor()) == "#cf7f22"]
    assert len(boxes) == (name.xy[1] < axes.get_ylim()[0]) == keyed
    # On axes of the caller's there is no room below: the note has the name.
    own = charts.rate_path(table, "JPN", ax=plt.figure(figsize=(8, 5)).add_subplot())
    assert ("Bands without a name:" in shown(own).note and "Cars and" in shown(own).note) == keyed


def test_families_take_every_layer_once() -> None:
    table = path()
    for code in FOCUS:
        own = table[table["partner"] == code].groupby("date")["added_rate"].sum()
        assert np.allclose(families_of(table, code).sum(axis=1), own, atol=1e-12)
    strange = table[table["partner"] == "JPN"].assign(layer="a new law")
    assert families_of(strange, "JPN").columns.tolist() == ["other"]


def test_events_can_be_named() -> None:
    events = {dt.date(2025, 4, 9): "the list", "2025-06-01": "June"}
    axes = charts.rate_path(path(), "JPN", events=events)
    assert {"the list", "June"} <= {text.get_text() for text in axes.texts}
    # A line leads down to the path: on 1 June to what has held since April.
    rates = path().loc[path()["partner"] == "JPN"].groupby("date")["added_rate"].sum()
    low, high = axes.get_ylim()
    for day in ("2025-04-09", "2025-06-01"):
        held = float(rates[rates.index <= day].iloc[-1])
        at = date2num(np.datetime64(day))
        (line,) = [item for item in axes.lines if set(item.get_xdata()) == {at}]
        assert held <= min(line.get_ydata()) < held + (high - low) / 50


@pytest.mark.parametrize("begin", [10, 150, 500])
def test_no_line_to_a_mark_goes_through_a_text(begin: int) -> None:
    texts = [Callout(begin + 12.0 * place, f"the text {place}") for place in range(8)]
    placed = plan_clear(texts, 0.0, 600.0, 600.0)
    assert placed is not None and {item.callout for item in placed} == set(texts)
    for item, other in itertools.permutations(placed, 2):
        beside = not item.start <= other.callout.x <= item.start + item.width
        assert item.level >= other.level or beside
        apart = item.start + item.width <= other.start or other.start + other.width <= item.start
        assert item.level != other.level or apart


def test_many_events_and_long_ones_stand_clear_of_each_other() -> None:
    days = [f"2025-{month:02}-15" for month in range(2, 12)]
    for events in (
        dict.fromkeys(days[:6], "an event"),
        {day: f"event {place}" for place, day in enumerate(days)},
        {day: f"an event that takes many words, which is number {place}"
         for place, day in enumerate(days[:6])},
        {day: f"number {place} of all of them, and one that takes so many words that no line "
              "leads past it to the path" for place, day in enumerate(["2025-04-02", *days[:5]])},
    ):  # fmt: skip
        with paper(WIDE):
            axes = charts.rate_path(path(), "JPN", events=events)
        said = [text.get_text() for text in axes.texts]
        assert all(text in said for text in events.values())
        assert collisions(figure_of(axes)) == []


def test_a_rate_that_was_taken_back_is_a_move_of_its_days_alone() -> None:
    days = pd.to_datetime(["2025-04-01", "2025-04-05", "2025-04-09", "2025-04-10", "2025-08-07"])
    bands = pd.DataFrame({"emergency": [0.0, 0.10, 0.24, 0.10, 0.15]}, index=days)
    told = [move.text("year") for move in moves_of(bands)]
    assert told == ["5 Apr 2025: +10.0", "9 Apr 2025, 1 day: +14.0", "7 Aug 2025: +5.0"]
    # Where both would be one line in the picture, the one that lasted is told.
    assert [move.text("short") for move in moves_of(bands, 8)] == ["5 Apr: +10.0", "7 Aug: +5.0"]


def test_a_number_beside_the_name_of_a_law_is_of_what_is_named() -> None:
    # Korea as the table of page 02 has it: 7.0 points of cars on 3 April, 4.4 of the ten percent
    # two days later; in February 2026 one law ends as another begins.
    days = pd.to_datetime(["2025-04-01", "2025-04-03", "2025-04-05", "2026-02-24"])
    bands = pd.DataFrame(
        {"emergency": [0.0, 0.0, 0.044, 0.0], "cars": [0.0, 0.07, 0.07, 0.07],
         "s122": [0.0, 0.0, 0.0, 0.023]}, index=days,
    )  # fmt: skip
    assert [move.text("long") for move in moves_of(bands, 3)] == [
        "3 Apr to 5 Apr 2025: cars and parts and emergency duties +11.4",
        "24 Feb 2026: emergency duties and Section 122 −2.1",
    ]
    # Of a law that moved little beside another neither name nor points are told.
    bands = pd.DataFrame({"emergency": [0.0, 0.143], "products": [0.0, 0.006]}, index=days[:2])
    assert moves_of(bands)[0].text("long") == "3 Apr 2025: emergency duties +14.3"


def test_ticks_of_many_years_are_few_and_each_says_its_year() -> None:
    axes = plt.figure().add_subplot()
    axes.set_xlim(np.datetime64("1990-01-01"), np.datetime64("2026-06-30"))
    month_axis(axes, 5)
    labels = [label.get_text() for label in axes.get_xticklabels()]
    # Of 37 Januaries every eighth.
    assert labels == [f"Jan\n{year}" for year in (1990, 1998, 2006, 2014, 2022)]


def test_a_name_that_is_wider_than_the_axes_is_left_out() -> None:
    figure = plt.figure(figsize=(10, 4))
    wide, slim = figure.add_axes((0.1, 0.1, 0.7, 0.7)), figure.add_axes((0.9, 0.1, 0.02, 0.7))
    named = [
        {text.get_text() for text in charts.rate_path(path(), "JPN", ax=axes).texts}
        for axes in (wide, slim)
    ]
    families = {title for title, *_ in FAMILIES.values()}
    assert named[0] & families and not named[1] & families


def test_bars_on_both_sides_of_zero_have_a_line_there() -> None:
    rate = quantity("added_rate")
    up, down = BarRow("Up", 0.02, "2 %", "Up: 2 %"), BarRow("Down", -0.01, "−1 %", "Down: −1 %")
    for rows, lines in (([up, down], [0.0]), ([up], [])):
        axes = bar_rows(rows, rate).axes
        upright = [line.get_xdata()[0] for line in axes.lines if list(line.get_ydata()) == [0, 1]]
        assert upright == lines


def test_a_table_without_its_days_names_the_outcome_alone() -> None:
    table = exposed("hs2").copy()
    words = [shown(charts.product_bars(table, outcome="in_force", partner="JPN")).subtitle]
    table.attrs = {}
    words.append(shown(charts.product_bars(table, outcome="in_force", partner="JPN")).subtitle)
    law = tv.outcome("in_force").title
    assert words[1].endswith(f"; {law}") and words[0].startswith(words[1]) and "2026" in words[0]


def test_a_peers_number_becomes_ours_rule_by_rule() -> None:
    axes = charts.peer_waterfall(peer(), "2025-10-14", partner="IND", n=3)
    row = peer().loc[("IND", pd.Timestamp("2025-10-14"))]
    drawn = shown(axes).data
    assert drawn is not None
    assert drawn["effective_rate"].iloc[[0, -1]].tolist() == [row["theirs"], row["ours"]]
    # Three rules, the others together, and what none explains make the difference, each drawn.
    steps = drawn["change"].dropna()
    assert len(steps) == 5 and steps.sum() == pytest.approx(row["ours"] - row["theirs"])
    assert drawn["step"].iloc[-2] == "Not explained" and steps.iloc[-1] == row["remainder"]
    rules = row.drop(["theirs", "ours", "remainder"]).abs().nlargest(3).index
    assert {rule_title(str(rule)) for rule in rules} <= set(drawn["step"])
    assert [bar.get_width() for bar in axes.patches[1:-1]] == pytest.approx(steps.tolist())  # type: ignore[attr-defined]


def test_lanes_say_what_each_law_adds() -> None:
    axes = charts.law_lanes(path(), "GBR")
    table = path().query("partner == 'GBR' and layer != 'mfn'")
    wide = table.pivot_table(index="date", columns="layer", values="added_rate", aggfunc="sum")
    kept = {layer for layer in wide if wide[layer].max() >= 0.0005}
    titles = tv.load("layers").set_index("layer")["title"]
    texts = [text.get_text() for text in axes.texts]
    assert {titles[layer] for layer in kept} <= set(texts)
    written = {text for text in texts if text[0] in "+−"}
    assert written <= {points(value) for value in wide.to_numpy().ravel()}


def test_collected_duty_is_the_monthly_table() -> None:
    duties = tv.load("duties_monthly")
    axes = charts.duty_collected(path(), duties, "JPN")
    own = duties.query("partner == 'JPN' and month >= '2025-01-01'").set_index("month")
    rate = (own["duty_usd"] / own["imports_usd"]).to_numpy()
    line = max(axes.lines[1:], key=lambda item: len(item.get_xdata()))
    drawn = np.asarray(line.get_ydata(), dtype=float)
    assert np.allclose(drawn[~np.isnan(drawn)], rate)


def test_a_partner_without_months_has_the_law_alone() -> None:
    table = path(("CHL",))
    without = tv.load("duties_monthly").query("partner != 'CHL'")
    axes = charts.duty_collected(table, without, "CHL")
    assert "no duty by month" in shown(axes).title


def test_the_waterfall_starts_and_ends_at_the_outcomes() -> None:
    table = exposed("layer")
    axes = charts.outcome_waterfall(table, "pause", "in_force", partner="JPN")
    sums = exposed()["effective_rate"]
    first, *steps, last = axes.patches
    assert first.get_width() == pytest.approx(sums["pause", "JPN"])
    assert last.get_width() == pytest.approx(sums["in_force", "JPN"])
    assert first.get_x() == last.get_x() == 0
    running = first.get_width()
    for bar in steps:
        begins = bar.get_x() if bar.get_width() > 0 else bar.get_x()
        assert begins == pytest.approx(running)
        running += bar.get_width()
    assert running == pytest.approx(last.get_width(), abs=0.0005)


def test_nothing_changes_between_an_outcome_and_itself() -> None:
    axes = charts.outcome_waterfall(exposed("layer"), "pause", "pause", partner="JPN")
    assert len(axes.patches) == 2 and "nothing changes" in shown(axes).title


def test_ranked_bars_add_up_to_the_bill() -> None:
    axes = charts.product_bars(exposed("hs2"), outcome="in_force", partner="KOR", n=5)
    widths = [bar.get_width() for bar in axes.patches]
    bill = exposed().loc[("in_force", "KOR"), "added_duty_usd"]
    assert sum(widths) == pytest.approx(bill) and len(widths) == 6
    assert widths[:5] == sorted(widths[:5], reverse=True)


def test_slovakia_inside_the_eu_is_added_up_once() -> None:
    table = tv.exposure("in_force", partners=["EU", "SVK"], by="sector")
    axes = charts.product_bars(table)
    eu = table.xs("EU", level="partner")["added_duty_usd"].sum()
    assert sum(bar.get_width() for bar in axes.patches) == pytest.approx(eu)
    assert shown(axes).title.startswith("EU: ")
    assert tv.tables.top_table(table).data["total_added_duty_usd"].sum() == pytest.approx(eu)


def test_a_bill_of_nothing_is_said() -> None:
    axes = charts.product_bars(tv.exposure("before", partners="JPN", by="sector"))
    assert shown(axes).title == "Japan: no added duty"


def test_chapters_without_a_bill_are_said() -> None:
    table = tv.exposure("before", partners=["JPN", "GBR"], by="hs2")
    assert shown(charts.chapter_heatmap(table, n=3)).title == "No added duty"


@pytest.mark.parametrize(
    ("chapter", "said"),
    [
        ("76", "Aluminium carries the largest bill of Japan"),
        ("70", "Glass carries the largest bill of Japan"),
        ("72", "Iron and steel carry the largest bill of Japan"),
        ("83", "Other articles of base metal carry the largest bill of Japan"),
    ],
)
def test_the_verb_goes_with_the_chapter(chapter: str, said: str) -> None:
    duty = {"87": 1e9, chapter: 2e9}
    rows = [{"hs2": key, "added_duty_usd": usd} for key, usd in duty.items()]
    table = pd.DataFrame(rows).assign(
        outcome="pause", partner="JPN", imports_usd=1e10, provisional_share=0.0
    )
    assert shown(charts.chapter_heatmap(table)).title == said


def test_groups_that_all_have_a_bar_leave_no_rest() -> None:
    table = tv.exposure("pause", partners="KOR", by="sector")
    groups = len(table)
    for n in (groups, groups - 1):
        data = shown(charts.product_bars(table, n=n)).data
        assert data is not None and len(data) == groups
        assert data["sector"].str.startswith("All other").sum() == (n < groups)


@pytest.mark.parametrize("name", ["chapters", "rivalry", "diversion"])
def test_every_figure_can_be_read_on_its_cell(name: str) -> None:
    (axes,) = sheet(name).axes
    seen = set()
    patches = [item for item in axes.patches if isinstance(item, Rectangle)]
    # A frame around a cell hides nothing.
    cells = [(item.get_window_extent(), to_hex(item.get_facecolor()))
             for item in patches if item.get_facecolor()[3]]  # fmt: skip
    for text in (text for text in axes.texts if text.get_text().strip()):
        middle = text.get_window_extent().get_points().mean(axis=0)
        for colours in ((to_hex(text.get_color()), on) for box, on in cells
                        if box.contains(*middle)):  # fmt: skip
            seen.add(colours)
            assert contrast(*colours) >= 4.5, text.get_text()
    assert len(seen) > 2


def test_every_cell_of_the_chapters_holds_its_figure() -> None:
    axes = charts.chapter_heatmap(exposed("hs2"), outcome="in_force", n=100)
    assert len(axes.patches) % len(FOCUS) == 0
    bill = exposed("hs2").loc["in_force", "added_duty_usd"].groupby("partner").sum()
    data = shown(axes).data
    assert data is not None
    assert np.allclose(data[list(FOCUS)].sum(), bill[list(FOCUS)])


def test_handicaps_are_in_order_with_both_rates() -> None:
    table = tv.competitors("in_force").set_index("partner")
    axes = charts.handicap_bars(tv.competitors("in_force"))
    order = table.sort_values("handicap", kind="stable")
    dots = [float(np.ravel(x.get_xdata())[0]) for x in axes.lines if x.get_markersize() == 8]
    rings = [float(np.ravel(x.get_xdata())[0]) for x in axes.lines if x.get_markersize() == 10.5]
    assert dots == order["own_rate"].tolist() and rings == order["rivals_rate"].tolist()


def test_handicaps_of_groups_are_those_of_what_is_bought_most() -> None:
    table = tv.competitors("in_force", partners="JPN", by="hs2")
    axes = charts.handicap_bars(table, n=5)
    most = table.sort_values("imports_usd", ascending=False)[:5].sort_values("handicap")
    dots = [float(np.ravel(x.get_xdata())[0]) for x in axes.lines if x.get_markersize() == 8]
    assert dots == most["own_rate"].tolist()


def beside(split: bool, **gaps: float) -> str:
    """Return what rivals' duties of 10 % say of chapters of Japan, or of partners."""
    rows = [
        {"hs2" if split else "partner": key.strip("_"), "handicap": gap, "own_rate": 0.1 + gap}
        for key, gap in gaps.items()
    ]
    table = pd.DataFrame(rows).assign(rivals_rate=0.1, imports_usd=1e9)
    table = table.assign(partner="JPN") if split else table
    return shown(charts.handicap_bars(table)).title.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("split", "gaps", "said"),
    [
        (True, {"_76": -0.02, "_87": -0.01}, "aluminium is charged 2.0 points less than rivals’"),
        (True, {"_76": 0.01, "_87": 0.03}, "cars, trucks and parts are charged 3.0 points more"),
        (True, {"_76": 0.02}, "aluminium is charged 2.0 points more than rivals’"),
        (True, {"_76": 0.0001}, "goods are charged as those of rivals are"),
        (
            True,
            {"_76": -0.02, "_87": 0.01},
            "is charged 2.0 points less than rivals’, cars, trucks and parts 1.0 points more",
        ),
        (False, {"GBR": 0.02, "JPN": 0.01}, "Goods from the UK are charged 2.0 points more than"),
        (False, {"GBR": 0.0}, "Goods are charged as those of rivals are"),
    ],
)
def test_a_handicap_is_told_on_its_side_of_zero(
    split: bool, gaps: dict[str, float], said: str
) -> None:
    assert said in beside(split, **gaps)


def test_handicaps_of_one_partner_of_many() -> None:
    axes = charts.handicap_bars(tv.competitors("in_force"), partner="GBR")
    data = shown(axes).data
    assert data is not None and data["partner"].tolist() == ["GBR"]
    assert shown(axes).title.startswith("Goods from the UK are charged")


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (["JPN"], "deficit of"),
        (["GBR", "AUS"], "surplus with both"),
        (["KOR", "JPN"], "deficit with both"),
    ],
)
def test_the_title_counts_deficits(codes: list[str], said: str) -> None:
    title = shown(charts.balance_over_time(tv.balances(codes, first=2015))[0]).title
    assert said in title


def test_a_missing_year_breaks_the_line() -> None:
    table = tv.balances("JPN", first=2015).query("year != 2018")
    axes = charts.balance_over_time(table)[0]
    line = max(axes.lines, key=lambda item: len(item.get_xdata()))
    assert np.isnan(np.asarray(line.get_ydata(), dtype=float)).sum() == 1


def test_points_of_the_formula_are_the_table() -> None:
    check = tv.april_check()
    axes = charts.formula_scatter(check)
    drawn = {
        (float(np.ravel(line.get_xdata())[0]), float(np.ravel(line.get_ydata())[0]))
        for line in axes.lines
        if line.get_marker() in ("o", "X")
    }
    assert drawn == set(zip(check["deficit_ratio"], check["published_rate"], strict=True))
    crosses = sum(line.get_marker() == "X" for line in axes.lines)
    assert crosses == (~check["agrees"]).sum()


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        ("", "Nobody had"), ("GBR", "Only the UK had"), ("JPN GBR", "Japan and the UK had"),
        ("JPN GBR KOR", "3 partners had"),
    ],
)  # fmt: skip
def test_the_talks_count_who_had_a_text_in_the_pause(codes: str, said: str) -> None:
    # The pause ran from 10 April to 9 July 2025; India's text came after it.
    days = {**dict.fromkeys(codes.split(), "2025-07-09"), "IND": "2025-07-10"}
    table = pd.DataFrame(
        {"partner": list(days), "date": pd.to_datetime(list(days.values())), "kind": "text",
         "changes_tariff": [*[False] * (len(days) - 1), True]}
    )  # fmt: skip
    title = shown(charts.talks_timeline(table)).title
    assert title.startswith(f"{said} a text within the pause; for 1 of {len(days)} partners")


def test_talks_stand_on_their_day_and_are_filled_where_a_duty_changed() -> None:
    talks = tv.load("talks")
    axes = charts.talks_timeline(talks)
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    filled = [to_hex(line.get_color()) == palette.ACCENT for line in dots]
    assert sum(filled) == talks["changes_tariff"].sum() and len(dots) == len(talks)
    days = sorted(float(np.ravel(line.get_xdata())[0]) for line in dots)
    assert days == sorted(date2num(talks["date"].to_numpy()).tolist())


def test_a_fan_is_the_forecast() -> None:
    past = pd.DataFrame(
        {"partner": "JPN", "month": pd.date_range("2026-05-01", periods=3, freq="MS"),
         "imports_usd": [1.0e10, 1.1e10, 1.05e10]}
    )  # fmt: skip
    axes = charts.fan(ahead(), history=past)
    lines = [line for line in axes.lines if len(line.get_xdata()) > 1]
    assert lines[0].get_ydata().tolist() == past["imports_usd"].tolist()
    assert lines[1].get_ydata().tolist() == ahead()["median"].tolist()
    title = shown(axes).title
    last = ahead().iloc[-1]
    assert all(dollars(last[key]) in title for key in ("low_80", "high_80"))
    # A month above all that is expected is not cut, though later ones were lower.
    past["imports_usd"] = [2.0e12, 1.1e10, 1.05e10]
    assert charts.fan(ahead(), history=past).get_ylim()[1] > 2.0e12


def test_calibration_counts_what_the_ranges_held() -> None:
    axes = charts.calibration(recorded())
    lines = [line for line in axes.lines if len(line.get_xdata()) == 6]
    assert lines[0].get_ydata().tolist() == [0.8] * 6
    assert lines[1].get_ydata().tolist() == [0.9] * 6
    title = shown(axes).title
    assert "kept its word: it promises 80 % and held 80\u00a0% of the time, and more for" in title


def test_a_title_of_ones_own_is_shown() -> None:
    axes = charts.slope(exposed(), title="Mine")
    assert figure_of(axes).texts[0].get_text() == "Mine"


KIND_OF = {
    **{(set(draw.__code__.co_names) & set(charts.__all__)).pop(): kind
       for kind, draw in CHARTS.items()},
    "outcome_waterfall": "waterfall", "diversion_matrix": "diversion",
}  # fmt: skip
"""Public chart -> one that is looked at here."""


@pytest.mark.parametrize("name", KIND_OF)
def test_every_chart_takes_a_title_and_axes_of_ones_own(name: str) -> None:
    draw = getattr(charts, name)
    held = inspect.getclosurevars(picture(KIND_OF[name]).draw).nonlocals
    plt.close("all")
    takes = inspect.signature(draw).parameters
    figure, axes = plt.subplots(figsize=(9, 6))
    place = axes.get_position().bounds
    own = {key: value for key, value in {"title": "Mine", "ax": axes}.items() if key in takes}
    drawn = draw(*held["args"], **held["kwargs"] | own)
    kept = shown(np.asarray(drawn, dtype=object).ravel()[0])
    if "title" in own:
        assert kept.title == "Mine" and kept.alt.startswith(f"Mine. {kept.subtitle}. ")
    if "ax" in own:
        assert drawn is axes and figure.axes == [axes] and plt.get_fignums() == [figure.number]
        assert axes.get_position().bounds == place and kept.again is None
        assert axes.get_title(loc="left").replace("\n", " ") == kept.title


ALONE: dict[str, tuple[Callable[[], pd.DataFrame], tuple[str, ...], dict[str, str]]] = {
    "tile_map": (exposed, (), {"outcome": "snapback"}),
    "product_bars": (lambda: exposed("hs2"), (), {"outcome": "pause", "partner": "KOR"}),
    "chapter_heatmap": (lambda: exposed("hs2"), (), {"outcome": "pause"}),
    "outcome_waterfall": (
        lambda: exposed("layer"), ("pause", "in_force"), {"partner": "KOR"}
    ),
    "handicap_bars": (
        lambda: tv.competitors("pause", partners=["KOR", "GBR"], by="sector"),
        (), {"partner": "GBR"},
    ),
    "collected_waterfall": (lambda: collected(["KOR", "GBR"]), (), {"partner": "GBR"}),
    "peer_waterfall": (peer, ("2025-10-14",), {"partner": "IND"}),
}  # fmt: skip
"""Chart -> a table of several, what it is called with, and the one that is asked for."""


@pytest.mark.parametrize("name", ALONE)
def test_one_among_several_is_drawn_as_it_is_alone(name: str) -> None:
    make, given, asked = ALONE[name]
    table = make()
    alone = table
    for key, value in asked.items():
        index = alone.index.get_level_values(key) if key in alone.index.names else alone[key]
        alone = alone[index == value]
    drawn = []
    for each in (table, alone):
        kept = shown(getattr(charts, name)(each, *given, **asked))
        assert kept.data is not None
        drawn.append([kept.title, kept.subtitle, kept.note, kept.alt, [*kept.marks.values()],
                      kept.data.to_csv(index=False)])  # fmt: skip
    assert drawn[0] == drawn[1]


def by_chapter(*duty: float, **more: Any) -> pd.DataFrame:
    """Return the bill of Japan by chapter in the pause, in dollars."""
    table = pd.DataFrame({"hs2": [f"{10 + place}" for place in range(len(duty))]})
    more |= {"outcome": "pause", "partner": "JPN", "provisional_share": 0.0}
    return table.assign(added_duty_usd=duty, **more)


@pytest.mark.parametrize(
    ("usd", "text"),
    [(0, "0"), (1, "<0.01"), (4.99e6, "<0.01"), (5.1e6, "0.01"), (9.94e8, "0.99"),
     (9.96e8, "1.0"), (1.94e9, "1.9")],
)  # fmt: skip
def test_a_cell_has_the_digits_of_its_size(usd: float, text: str) -> None:
    axes = charts.chapter_heatmap(by_chapter(usd, 9e9, 7e9, imports_usd=[1e10, 1e10, 0.0]), n=3)
    assert {text, "9.0", "–"} <= {item.get_text() for item in axes.texts}


def checked(**missed: float) -> pd.DataFrame:
    """Return the check of the April list with some rates so many points off, and no others."""
    table = tv.april_check().assign(agrees=True)
    for code, points_off in missed.items():
        own = table["partner"] == code
        table.loc[own, "published_rate"] = table.loc[own, "formula_rate"] + points_off / 100
        table.loc[own, "agrees"] = False
    return table


OTHER: dict[str, Callable[[], Any]] = {
    "ranges": lambda: charts.range_rows(
        exposed(), today="snapback", pause="uk_style", april="japan_style", low="before"
    ),
    "one range": lambda: charts.range_rows(exposed(partners=("GBR",)), today="breakdown"),
    "slope": lambda: charts.slope(exposed(), outcomes=("snapback", "agreement")),
    "tiles": lambda: charts.tile_map(exposed(), outcome="pause", focus=["JPN", "GBR"]),
    "talks": lambda: charts.talks_timeline(tv.load("talks"), pause=("2025-08-01", "2025-09-30")),
    "bars": lambda: charts.exposure_by_outcome(exposed(), reference="agreement"),
    "goods": lambda: charts.product_bars(exposed("hs2"), outcome="pause", n=1),
    "goods of two": lambda: charts.product_bars(
        tv.exposure("pause", partners=["JPN", "GBR"], by="sector")
    ),
    "rivals": lambda: charts.handicap_bars(
        tv.competitors("snapback", on="2025-05-01", partners=["JPN", "GBR"]), provisional=True
    ),
    "gold": lambda: charts.balance_over_time(tv.balances(["GBR", "JPN"], first=2025)),
    "no gold": lambda: charts.balance_over_time(tv.balances(["GBR", "JPN"]).query("year < 2025")),
    "formula": lambda: charts.formula_scatter(checked()),
    "formula off": lambda: charts.formula_scatter(checked(JPN=-1, IND=2, KOR=2)),
    "formula far off": lambda: charts.formula_scatter(checked(JPN=1, IND=1, KOR=1, VNM=1)),
    "account": lambda: charts.collected_waterfall(collected("GBR", "2025-06")),
    "steps": lambda: charts.outcome_waterfall(
        exposed("layer"), "pause", "in_force", partner="GBR", n=1, measure="duty_usd"
    ),
    "paths": lambda: charts.rate_paths(path(), ["AUS", "GBR"]),
}


@cache
def other(kind: str) -> Any:
    return shown(np.asarray(OTHER[kind](), dtype=object).ravel()[0])


@pytest.mark.parametrize(
    ("kind", "field", "said"),
    [
        ("ranges", "title", "Nobody ended clearly below UK-style deal; .* ended above it"),
        ("ranges", "note", "from before 2025 to breakdown. Ring: UK-style deal. Stroke: "
         "Japan-style deal. Dot: snapback."),
        ("one range", "title", r"UK: .* % breakdown, .* points above the pause$"),
        ("one range", "note", "Ring: the pause. Stroke: snapback. Dot: breakdown."),
        ("ranges", "note", "Clearly: by 2.0.points or more."),
        ("slope", "title", r"% full agreement, \d+\.\d points below snapback$"),
        ("slope", "subtitle", "percent of 2024 imports; law of 16 April 2025$"),
        ("slope", "note", "^$"),
        ("tiles", "note", "framed: Japan and the UK.$"),
        ("talks", "title", "^The EU and Japan had a text within the pause"),
        ("bars", "note", "^Line through the bars: full agreement."),
        ("goods", "subtitle", "^The five together: .*; The pause, law of 16 April 2025$"),
        ("goods of two", "subtitle", "^2 partners together: "),
        ("rivals", "subtitle", "; snapback, 1 May 2025$"),
        ("rivals", "note", r"Minus: an advantage, in points\. Rests in part on provisional law.$"),
        ("gold", "note", r"Gold moved in bulk in 2025 \(UK\).$"),
        ("no gold", "note", "the reverse.$"),
        ("no gold", "title", "^In 2024 "),
        ("formula", "title", "gives 57 of the 57 rates$"),
        ("formula off", "title", "54 of the 57 rates; India and South Korea are 2 points higher; "
         "Japan is 1 point lower$"),
        ("formula far off", "title", "gives 53 of the 57 rates$"),
        ("account", "subtitle", "June 2025 to "),
        ("steps", "subtitle", "^The pause, law of 16 April 2025, to law in force, .*: duty, "
         "billion US dollars a year$"),
        ("paths", "alt", "^(?!.*Japan).*Australia first .*; UK first"),
        ("paths", "subtitle", ", one scale; January 2025 to "),
    ],
)  # fmt: skip
def test_words_follow_what_is_asked_for(kind: str, field: str, said: str) -> None:
    assert re.search(said, str(getattr(other(kind), field)).replace("\u00a0", " "))


def test_a_note_explains_no_mark_that_is_not_in_the_picture() -> None:
    """A dagger in the note and nowhere else would say that all that is shown is certain."""
    bill = exposed("hs2")
    assert bill.loc["in_force", "provisional_share"].max() > 0.01
    note = shown(charts.chapter_heatmap(bill, outcome="in_force")).note
    assert note == "Rests in part on provisional law."
    note = shown(charts.product_bars(bill, outcome="in_force", partner="JPN")).note
    assert note == "† Rests in part on provisional law."


def test_a_path_is_as_high_as_it_is_asked_to_be() -> None:
    high = [figure_of(charts.rate_path(path(), "JPN", height=px)).bbox.height for px in (250, 350)]
    assert high[1] - high[0] == pytest.approx(100)


def test_a_bundle_has_picture_text_and_table(monkeypatch: pytest.MonkeyPatch) -> None:
    axes = charts.slope(exposed())
    data, metadata = bundle(axes)
    assert set(data) == {"image/png", "text/plain", "text/csv"}
    image = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    size = metadata["image/png"]
    assert image.size == (2 * size["width"], 2 * size["height"]) and size["width"] == WIDE
    assert data["text/plain"].startswith(size["alt"])
    monkeypatch.setenv(REPORT, "yes")
    drawn = bundle(axes)[0]
    # A page shows the drawings: no picture beside them, and the one drawn at first is the wide one.
    assert set(drawn) == {"text/plain", "text/csv", MEDIA_TYPE}
    assert bundle(charts.slope(exposed()))[0] == drawn
    contract = drawn[MEDIA_TYPE]
    assert contract["title"] == shown(axes).title and len(contract["svg"]) == 2


def test_the_same_chart_gives_the_same_bytes() -> None:
    first, second = (bundle(CHARTS["path JPN"]()) for _ in range(2))
    assert first == second
    contracts = [json.dumps(picture("path JPN").contract()) for _ in range(2)]
    assert contracts[0] == contracts[1]


def test_a_changed_value_changes_text_and_key() -> None:
    table = exposed().copy()
    table["effective_rate"] *= 1.5
    one, two = sheet("range rows"), figure_of(charts.range_rows(table))
    assert bundle(one)[0]["text/plain"] != bundle(two)[0]["text/plain"]
    assert key_of(one) != key_of(two)


def test_settings_of_the_reader_change_nothing_and_come_back() -> None:
    plain = bundle(charts.slope(exposed()))[0]
    with mpl.rc_context({"font.size": 30, "axes.grid": True, "lines.linewidth": 9}):
        before = dict(mpl.rcParams)
        assert bundle(charts.slope(exposed()))[0] == plain
        assert dict(mpl.rcParams) == before


def test_charts_draw_on_given_axes_and_leave_the_layout_alone() -> None:
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 5))
    place = left.get_position().bounds
    assert charts.range_rows(exposed(), ax=left) is left
    assert charts.rate_path(path(), "JPN", ax=right) is right
    assert left.get_position().bounds == place and len(figure.axes) == 2
    assert left.get_title(loc="left") and "Japan" in right.get_title(loc="left")


def test_a_figure_of_two_charts_says_and_holds_both() -> None:
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 5))
    for draw, ax in ((charts.slope, left), (charts.range_rows, right), (charts.range_rows, left)):
        draw(exposed(), ax=ax)
    # The last drawn on one axes heads it, once.
    heads = [[text.get_text() for text in ax.texts if "percent" in text.get_text()]
             for ax in (left, right)]  # fmt: skip
    assert heads[0] == heads[1] and len(heads[0]) == 1
    rows = shown(charts.range_rows(exposed())).data
    data, metadata = bundle(figure)
    assert rows is not None and len(pd.read_csv(io.StringIO(data["text/csv"]))) == 2 * len(rows)
    title = left.get_title(loc="left").replace("\n", " ")
    assert metadata["image/png"]["alt"].count(title) == 2


def test_a_picture_shows_itself_as_its_chart() -> None:
    once, held = bundle(charts.slope(exposed())), picture("slope")
    plt.close("all")
    assert held._repr_mimebundle_() == once and plt.get_fignums() == []


def test_a_figure_of_ones_own_is_described_by_its_data() -> None:
    figure, (left, middle, right) = plt.subplots(1, 3)
    left.imshow([[0.0, np.nan], [0.5, 2.0]], cmap="gray")
    left.add_patch(Circle((1, 2), 3.0, facecolor="#ff0000", hatch="/"))
    left.scatter([1.5, 2.5], [3.0, 4.0], color="#0000ff", label="points")
    right.plot(pd.to_datetime(["2025-04-09", "2025-08-07"]), [1, 2], label="paid")
    middle.plot(["a", "b"], [1, 2], label="words")
    right.plot([dt.date(2025, 4, 9)] * 201, [1] * 201, label="many")
    right.legend()
    lines = [line.strip() for line in describe(figure).splitlines()]
    assert "image, #000000 #808080 #ffffff from 0 to 2: 0 nan 0.5 2" in lines
    assert "shapes #0000ff points: 1.5 3 2.5 4" in lines
    assert "legend: paid | many" in lines
    assert any(line.endswith("paid: 2025-04-09 2025-08-07; 1 2") for line in lines)
    assert any(line.endswith("words: a b; 1 2") for line in lines)
    shape = next(line for line in lines if line.startswith("shape #ff0000 / "))
    places = np.array(shape.split()[3:], dtype=float).reshape(-1, 2)
    assert places.min(axis=0) == pytest.approx([-2, -1])
    assert places.max(axis=0) == pytest.approx([4, 5])


def test_many_days_are_told_by_the_first_and_the_last() -> None:
    axes = plt.figure().add_subplot()
    axes.plot(pd.date_range("2025-01-01", periods=365), range(365))
    assert " 365 values, 2025-01-01 to 2025-12-31, " in describe(figure_of(axes))


def test_show_displays_once_and_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    import IPython.display

    given: list[Any] = []
    monkeypatch.setattr(IPython.display, "display", lambda *args, **_: given.append(args))
    show(charts.slope(exposed()))
    show(Picture.of(charts.slope, exposed()))
    assert len(given) == 2 and given[0] == given[1] and plt.get_fignums() == []


@pytest.mark.parametrize("thing", [None, 3, "chart", []])
def test_only_charts_are_shown(thing: Any) -> None:
    with pytest.raises(ArgumentError, match="not a chart"):
        show(thing)


def test_a_chart_without_alternative_text_is_refused() -> None:
    with pytest.raises(ArgumentError, match="alternative text"):
        show(plt.figure(), "  ")


def test_letters_of_a_picture_are_those_of_the_figure() -> None:
    figure = plt.figure(figsize=(2, 1))
    figure.text(0.5, 0.5, "<&>")
    assert "&lt;&amp;&gt;" in inline(figure, "k")
    assert png(figure)[:4] == b"\x89PNG"


def test_a_width_holds_for_what_is_drawn_inside_only() -> None:
    with paper(NARROW):
        assert round(figure_of(charts.slope(exposed())).bbox.width) == NARROW
    assert round(figure_of(charts.slope(exposed())).bbox.width) == WIDE


BAD: list[tuple[Callable[[], Any], str]] = [
    (lambda: charts.exposure_by_outcome(exposed(), measure="effective_rat"), "effective_rate"),
    (lambda: charts.exposure_by_outcome(exposed(), reference="pauze"), "pause"),
    (lambda: charts.exposure_by_outcome(exposed("hs2")), "stand there twice"),
    (lambda: charts.range_rows(exposed().drop(columns="effective_rate")), "lacks a column"),
    (lambda: charts.range_rows(exposed().iloc[:0]), "no row"),
    (lambda: charts.range_rows(exposed(), today="law"), "unknown choice"),
    (
        lambda: charts.slope(exposed(), outcomes=("pause",)),
        "field 'outcomes': fewer than two outcomes; value .*pause.*; allowed: before, pause",
    ),
    (lambda: charts.range_rows(exposed().iloc[:-1]), f"no row for {name(FOCUS[-1])}"),
    (lambda: charts.rate_path(path(), "JPM"), "JPN"),
    (
        lambda: charts.rate_path(path(), "JPN", events={"soon": "x"}),
        "field 'events': not a date; value 'soon'; allowed: a date as 2025-08-01",
    ),
    (lambda: charts.rate_path(path(), "JPN", events={"": "x"}), "field 'events': not a date"),
    (
        lambda: charts.rate_path(path(), "JPN", events={"2020-01-01": "x"}),
        "field 'events': outside the path; value '2020-01-01'; allowed: 20",
    ),
    (
        lambda: charts.rate_path(path(), "JPN", events={"2031-01-01": "x"}),
        "outside the path; value '2031-01-01'",
    ),
    (lambda: charts.rate_paths(path(), []), "no partner given"),
    (lambda: charts.law_lanes(path(), "XXX"), "unknown choice"),
    (
        lambda: charts.law_lanes(lanes(("reciprocal", 0.0004, 0.0)), "JPN"),
        "field 'partner': no law ever adds to this partner's rate",
    ),
    (
        lambda: charts.handicap_bars(tv.competitors("pause").assign(handicap=float("nan"))),
        "field 'competitors': no row has a rival to compare with",
    ),
    (
        lambda: charts.duty_collected(
            tv.exposure_path(["2026-08-01", "2026-09-01"], "JPN"), tv.load("duties_monthly"), "JPN"
        ),
        "field 'collected': no month of this partner .* from August 2026 to September 2026",
    ),
    (
        lambda: tv.tables.reconcile_table(peer(), "2025-10-15"),
        "field 'date': no such date; value '2025-10-15'; allowed: 2025-02-04, .*2025-10-14",
    ),
    (lambda: charts.product_bars(exposed()), "not split"),
    (lambda: charts.product_bars(exposed("hs2")), "choose one"),
    (lambda: charts.outcome_waterfall(exposed("layer"), "pause", "in_force"), "choose one"),
    (lambda: charts.peer_waterfall(peer(), "2025-10-14"), "choose one"),
    (lambda: charts.peer_waterfall(peer(), "2025-10-15", partner="IND"), "no such date"),
    (lambda: farthest(peer(), "2026-05-01"), "field 'date': no such date; value '2026-05-01'"),
    (lambda: charts.rate_path(path(), "JPN", events={"2025": "x"}), "not a date; value '2025'"),
    (lambda: charts.balance_over_time(pd.concat([tv.balances("JPN")] * 2)), "twice"),
    (lambda: charts.fan(ahead(), measure="duty"), "unknown choice"),
    (lambda: charts.fan(ahead(), "KOR"), "unknown choice"),
    (lambda: charts.calibration(recorded().drop(columns=["low_80", "low_95"])), "no range"),
    (lambda: charts.response_ranges(response(), measure="value_chance"), "value_change"),
]


@pytest.mark.filterwarnings("error")
def test_where_nothing_is_added_the_axis_says_zero_alone() -> None:
    none = tv.exposure("before", partners="JPN", by="sector")
    same = tv.respond("pause", reference="pause", partners="JPN", draws=5)
    for axes, zero in (
        (charts.product_bars(none), "$0"),
        (charts.response_ranges(same), "0"),
    ):
        assert [label.get_text() for label in axes.get_xticklabels()] == [zero]
        assert axes.get_xticks().tolist() == [0.0]
        assert axes.get_xlim()[0] == 0.0


@pytest.mark.parametrize(("draw", "said"), BAD)
def test_bad_input_is_named(draw: Callable[[], Any], said: str) -> None:
    with pytest.raises(ArgumentError, match=said):
        draw()


def worth(*average: float) -> pd.DataFrame:
    codes = pd.Index(["JPN", "KOR"][: len(average)], name="partner")
    return pd.DataFrame({"alone": average, "last": average, "average": average}, codes) * 1e9


def waited(**cost: float) -> pd.DataFrame:
    rows = [("all", week, code, week * usd * 1e6) for code, usd in cost.items() for week in (0, 1)]
    return pd.DataFrame(rows, columns=["plan", "week", "partner", "cost"])


def way(*value: float) -> pd.DataFrame:
    rows = [(step, "JPN" * (step > 0), "USA", usd * 1e9) for step, usd in enumerate(value)]
    return pd.DataFrame(rows, columns=["step", "signatory", "partner", "value"])


def swung(swing: float) -> pd.DataFrame:
    table = pd.DataFrame({"partner": "JPN", "parameter": ["origins", "products"], "low": 1.0})
    return table.assign(high=2.0, at_low=-1e9, at_high=-1e9 + swing, central=-1e9, swing=swing)


def moved(**exports: float) -> pd.DataFrame:
    index = pd.MultiIndex.from_product([["one"], ["snapback"], list(exports)])
    table = pd.DataFrame({"exports_to_us_change": list(exports.values())}, index)
    table.index.names = ["variant", "outcome", "partner"]
    return table.assign(provisional_share=0.0)


UNUSUAL: list[tuple[Callable[[], Any], str]] = [
    (lambda: charts.deal_value_bars(worth(-0.1, -0.2)),
     "On these terms a deal is worth nothing to anybody; two of two would be better off without"),
    (lambda: charts.deal_value_bars(worth(0.0)),
     "On these terms a deal is worth nothing to anybody"),
    (lambda: charts.delay_curves(waited(JPN=-25, KOR=-39))[0],
     "To wait costs nobody anything, all; two of two gain by it"),
    (lambda: charts.delay_curves(waited(JPN=0, KOR=0))[0], "To wait costs nobody anything, all"),
    (lambda: charts.order_paths({"one": way(0, 1, 2)}),
     "United States: +$2.00 bn once all have signed"),
    (lambda: charts.order_paths({"one": way(0, 1, 2), "two": way(0, 1, 2)}),
     "United States: every order ends at +$2.00 bn"),
    (lambda: charts.order_paths({"one": way(0, 1, 2), "two": way(0, 0.5, 2)}),
     "United States: every order ends at +$2.00 bn; the way differs"),
    (lambda: charts.tornado(swung(0.0)), "Japan: no assumption moves the answer"),
    (lambda: charts.equilibrium_ranges(moved(USA=np.nan, JPN=-0.1), measure="exports_to_us_change"),
     "Snapback lowers exports to the US most for Japan, by 10.0 %"),
    (lambda: charts.equilibrium_ranges(moved(USA=np.nan), measure="exports_to_us_change"),
     "No outcome changes exports to the US"),
]  # fmt: skip


@pytest.mark.parametrize("place", range(len(UNUSUAL)))
def test_a_headline_is_true_of_one_partner_of_losses_and_of_nothing(place: int) -> None:
    draw, said = UNUSUAL[place]
    assert shown(draw()).title.replace("\u00a0", " ") == said
