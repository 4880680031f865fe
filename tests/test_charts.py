"""What charts draw is what their tables say; they can be read without colour, sight or room."""

from __future__ import annotations

import base64
import io
import itertools
import struct
from collections.abc import Callable, Iterator
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.dates import date2num, num2date
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from tradeviz import style
from tradeviz.charts import (
    balance_over_time,
    duty_collected,
    exposure_by_outcome,
    formula_scatter,
    outcome_dumbbell,
    outcome_small_multiples,
    rate_path,
    rate_paths,
    show,
    talks_timeline,
)
from tradeviz.charts.bands import FAMILIES, bands_of, turning_points
from tradeviz.charts.picture import png
from tradeviz.charts.show import bundle, describe
from tradeviz.datasets import load
from tradeviz.errors import ArgumentError
from tradeviz.law.outcome import names
from tradeviz.partners import FOCUS, name
from tradeviz.trade.exposure import exposure, exposure_path
from tradeviz.trade.formula import april_check

mpl.use("Agg")


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return exposure(names())


@pytest.fixture(scope="module")
def path() -> pd.DataFrame:
    return exposure_path()


@pytest.fixture(scope="module")
def balances() -> pd.DataFrame:
    return load("balances_annual").query("year >= 2000 and partner in @FOCUS")


@pytest.fixture(scope="module")
def duties() -> pd.DataFrame:
    return load("duties_monthly")


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    plt.close("all")


CHARTS: dict[str, Callable[[pytest.FixtureRequest], Any]] = {
    "by_outcome": lambda get: exposure_by_outcome(get.getfixturevalue("table")),
    "by_outcome_usd": lambda get: exposure_by_outcome(
        get.getfixturevalue("table"), measure="added_duty_usd", reference="in_force"
    ),
    "dumbbell": lambda get: outcome_dumbbell(get.getfixturevalue("table")),
    "dumbbell_before": lambda get: outcome_dumbbell(
        get.getfixturevalue("table"), reference="before"
    ),
    "multiples": lambda get: outcome_small_multiples(get.getfixturevalue("table")),
    "path_jpn": lambda get: rate_path(get.getfixturevalue("path"), "JPN"),
    "path_ind": lambda get: rate_path(get.getfixturevalue("path"), "IND"),
    "path_gbr": lambda get: rate_path(get.getfixturevalue("path"), "GBR"),
    "path_kor": lambda get: rate_path(get.getfixturevalue("path"), "KOR"),
    "path_aus": lambda get: rate_path(get.getfixturevalue("path"), "AUS"),
    "paths": lambda get: rate_paths(get.getfixturevalue("path"), FOCUS),
    "balances": lambda get: balance_over_time(get.getfixturevalue("balances"), FOCUS),
    "formula": lambda get: formula_scatter(april_check()),
    **{
        f"collected_{code.lower()}": lambda get, code=code: duty_collected(  # type: ignore[misc]
            get.getfixturevalue("path"), get.getfixturevalue("duties"), code
        )
        for code in FOCUS
    },
}


@pytest.fixture(scope="module", params=CHARTS, ids=str)
def chart(request: pytest.FixtureRequest) -> Any:
    return CHARTS[request.param](request)


def figure_of(chart: Any) -> Figure:
    return style.figure_of(np.asarray(chart, dtype=object).ravel()[0])


def texts_of(figure: Figure) -> list[Text]:
    """Return every text that is drawn, ticks and legends among them."""
    figure.draw_without_rendering()
    hidden: set[Text] = set()
    for axes in figure.axes:
        if not axes.get_visible() or not axes.axison:
            hidden |= set(axes.xaxis.findobj(Text)) | set(axes.yaxis.findobj(Text))
        if not axes.get_visible():
            hidden |= set(axes.findobj(Text))
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
                labels = {tick.label1, tick.label2}
                if not low - 1e-9 <= tick.get_loc() <= high + 1e-9:
                    hidden |= labels
    found = [text for text in figure.findobj(Text) if text.get_text().strip()]
    return [text for text in found if text not in hidden and text.get_visible()]


def box_of(text: Text) -> Bbox:
    """Return the box of the letters, without the arrow of an annotation."""
    return Text.get_window_extent(text)


def overlaps(figure: Figure) -> list[tuple[str, str]]:
    """Return the pairs of texts that cover each other."""
    boxes = [(text.get_text(), box_of(text)) for text in texts_of(figure)]
    return [
        (one, other)
        for (one, first), (other, second) in itertools.combinations(boxes, 2)
        # A point of grace: boxes are taller than letters.
        if min(first.x1, second.x1) - max(first.x0, second.x0) > 1
        and min(first.y1, second.y1) - max(first.y0, second.y0) > 3
    ]


def outside(figure: Figure) -> list[str]:
    """Return the texts that the edge of the figure cuts."""
    edge = figure.bbox
    return [
        text.get_text()
        for text in texts_of(figure)
        if (box := box_of(text)).x0 < edge.x0 - 0.5
        or box.x1 > edge.x1 + 0.5
        or box.y0 < edge.y0 - 0.5
        or box.y1 > edge.y1 + 0.5
    ]


# --- every chart -----------------------------------------------------------------------------


def test_no_text_covers_another_or_is_cut(chart: Any) -> None:
    figure = figure_of(chart)
    assert outside(figure) == []
    assert overlaps(figure) == []


def test_the_check_of_overlaps_finds_one() -> None:
    figure, axes = plt.subplots()
    axes.text(0.5, 0.5, "one")
    axes.text(0.5, 0.5, "two")
    axes.text(1.05, 0.1, "a text that leaves the figure on the right side")
    assert ("one", "two") in overlaps(figure)
    assert outside(figure) == ["a text that leaves the figure on the right side"]


def test_texts_are_large_enough_for_a_phone(chart: Any) -> None:
    assert min(text.get_fontsize() for text in texts_of(figure_of(chart))) >= 9


def test_a_chart_says_finding_unit_and_source(chart: Any) -> None:
    figure = figure_of(chart)
    text = " ".join(item.get_text() for item in figure.texts)
    assert figure.texts[0].get_fontweight() == "bold"
    assert "Source: " in text
    assert "percent" in text or "billion US dollars" in text
    assert "202" in text
    assert figure.get_figwidth() == style.WIDTH


def test_a_chart_has_a_table_and_a_text_with_numbers(chart: Any) -> None:
    data, alt = style.attached(figure_of(chart))
    assert data is not None and len(data) > 0
    assert sum(letter.isdigit() for letter in alt) > 10
    assert alt.endswith(".") and "  " not in alt and "nan" not in alt


def test_nothing_of_the_style_is_left_behind(request: pytest.FixtureRequest) -> None:
    before = dict(mpl.rcParams)
    for make in CHARTS.values():
        make(request)
        plt.close("all")
    changed = {key for key, value in mpl.rcParams.items() if before[key] != value}
    assert changed == set()


def test_the_style_sheet_is_in_the_package_and_hides_the_users_own() -> None:
    assert style.SHEET.is_file() and style.SHEET.parent.name == "tradeviz"
    with plt.rc_context({"font.family": "serif", "axes.facecolor": "red"}), style.scoped():
        assert mpl.rcParams["font.family"] == ["DejaVu Sans"]
        assert mpl.rcParams["axes.facecolor"] == "white"


# --- exposure --------------------------------------------------------------------------------


def bars(axes: Axes) -> dict[tuple[str, str], Any]:
    """Return (partner, outcome title) -> bar, by the labels beside the bars."""
    groups = sorted(
        (item.get_position()[1], item.get_text())
        for item in axes.texts
        if item.get_fontweight() == "bold" and item.get_fontsize() == 11
    )
    ticks = dict(
        zip(axes.get_yticks(), [item.get_text() for item in axes.get_yticklabels()], strict=True)
    )
    found = {}
    for bar in axes.patches:
        place = bar.get_y() + bar.get_height() / 2
        partner = [text for height, text in groups if height < place][-1]
        tick = min(ticks, key=lambda tick: abs(tick - place))
        found[partner, ticks[tick]] = bar
    return found


@pytest.mark.parametrize("measure", ["effective_rate", "gdp_share", "added_duty_usd"])
def test_bars_are_the_table(table: pd.DataFrame, measure: str) -> None:
    axes = exposure_by_outcome(table, measure=measure)
    found = bars(axes)
    titles = table.attrs["titles"]
    assert len(found) == len(table) == 40
    for (end, code), row in table.iterrows():  # type: ignore[misc]
        bar = found[name(code), titles[end]]
        assert bar.get_x() == 0
        assert bar.get_width() == pytest.approx(row[measure], abs=1e-12)
        assert to_hex(bar.get_facecolor()) == style.OUTCOMES[end].colour.lower()
        assert (bar.get_hatch() or "") == style.OUTCOMES[end].hatch
    assert axes.get_xlim()[0] == 0


def test_values_are_written_beside_bars_with_the_mark(table: pd.DataFrame) -> None:
    axes = exposure_by_outcome(table)
    written = {item.get_text() for item in axes.texts}
    for value, share in zip(table["effective_rate"], table["provisional_share"], strict=True):
        mark = " †" if share >= style.PROVISIONAL else ""
        assert f"{value * 100:.1f}{mark}" in written
    note = " ".join(item.get_text() for item in figure_of(axes).texts)
    assert style.PROVISIONAL_NOTE in note


def test_without_provisional_law_there_is_no_mark() -> None:
    axes = exposure_by_outcome(exposure(["before", "pause"]))
    assert "†" not in describe(figure_of(axes))


def test_the_reference_is_a_line_at_its_value(table: pd.DataFrame) -> None:
    axes = exposure_by_outcome(table, reference="pause")
    marks = [line.get_xdata()[0] for line in axes.lines]
    assert marks == pytest.approx(table.loc["pause", "effective_rate"].tolist())


def test_the_title_names_whom_the_table_names(table: pd.DataFrame) -> None:
    spread = table["effective_rate"].groupby("partner").agg(lambda x: x.max() - x.min())
    axes = exposure_by_outcome(table)
    title = figure_of(axes).texts[0].get_text()
    assert title.startswith(name(str(spread.idxmax())))
    assert title.endswith(f"{name(str(spread.idxmin()))} has least")


def test_dumbbells_reach_from_the_reference_to_the_outcome(table: pd.DataFrame) -> None:
    axes = outcome_dumbbell(table)
    rates = table["effective_rate"]
    wanted = [
        (rates["pause", code], rates[end, code])
        for code in FOCUS
        for end in names()
        if end != "pause"
    ]
    spans = [tuple(line.get_xdata()) for line in axes.lines if len(line.get_xdata()) == 2]
    assert np.allclose(spans, wanted)
    changes = [text.get_text() for text in axes.texts if text.get_fontsize() == 9.5]
    assert [text.split()[0].lstrip("+−") for text in changes] == [
        f"{abs(round((end - start) * 100, 1)):.1f}" for start, end in wanted
    ]
    assert all(
        ("−" in text) == (end - start < -0.0005)
        for text, (start, end) in zip(changes, wanted, strict=True)
    )


def test_small_multiples_share_a_scale_from_zero(table: pd.DataFrame) -> None:
    grid = outcome_small_multiples(table)
    shown = [axes for axes in grid.ravel() if axes.get_visible()]
    assert [axes.get_title(loc="left") for axes in shown] == [name(code) for code in FOCUS]
    assert len({axes.get_xlim() for axes in shown}) == 1 and shown[0].get_xlim()[0] == 0
    for code, axes in zip(FOCUS, shown, strict=True):
        widths = [bar.get_width() for bar in axes.patches]
        assert widths == sorted(table.xs(code, level="partner")["added_rate"], reverse=True)


def test_the_alternative_text_has_every_rate(table: pd.DataFrame) -> None:
    _, alt = style.attached(exposure_by_outcome(table))
    for value in table["effective_rate"]:
        assert f"{value * 100:.1f}" in alt


def test_a_missing_value_is_written_and_not_drawn_as_zero(table: pd.DataFrame) -> None:
    holed = table.copy()
    holed.loc[("pause", "JPN"), "gdp_share"] = np.nan
    axes = exposure_by_outcome(holed, measure="gdp_share", reference="snapback")
    assert "n/a" in [text.get_text() for text in axes.texts]
    assert sum(np.isnan(bar.get_width()) for bar in axes.patches) == 1


# --- rates over time -------------------------------------------------------------------------


def test_bands_are_the_layers_of_the_table(path: pd.DataFrame) -> None:
    grouped = {layer for _, layers in FAMILIES.values() for layer in layers}
    assert set(path["layer"]) <= grouped
    assert grouped == set(load("layers")["layer"])
    for code in FOCUS:
        part = path[path["partner"] == code]
        total = part.groupby("date")["added_rate"].sum()
        assert np.allclose(bands_of(path, code).sum(axis=1), total)


def test_an_unknown_layer_is_in_the_sum(path: pd.DataFrame) -> None:
    part = path[path["partner"] == "JPN"].replace({"layer": {"s122": "s338"}})
    bands = bands_of(part, "JPN")
    assert "other" in bands
    assert np.allclose(bands.sum(axis=1), bands_of(path, "JPN").sum(axis=1))


@pytest.mark.parametrize("code", FOCUS)
def test_a_path_is_the_table_stacked(path: pd.DataFrame, code: str) -> None:
    axes = rate_path(path, code)
    total = path[path["partner"] == code].groupby("date")["added_rate"].sum()
    line = axes.lines[0]
    assert line.get_drawstyle() == "steps-post"
    assert np.allclose(line.get_ydata(), total)
    assert (pd.DatetimeIndex(line.get_xdata()) == total.index).all()
    bands = bands_of(path, code)
    tops = bands.cumsum(axis=1)
    for area, band in zip(axes.collections, bands.columns, strict=True):
        look = style.LAYERS[str(band)]
        assert to_hex(area.get_facecolor()[0]) == look.colour.lower()
        assert area.get_label() == FAMILIES[str(band)][0]
        assert area.get_paths()[0].vertices[:, 1].max() == pytest.approx(tops[band].max())
    assert axes.get_ylim()[0] == 0


def lightness(colour: str) -> float:
    """Return what is left of a colour in greyscale, from 0 to 1."""
    return float(np.dot(to_rgb(colour), (0.299, 0.587, 0.114)))


def test_neighbours_in_a_stack_differ_without_colour() -> None:
    looks = [style.LAYERS[key] for key in FAMILIES if key != "other"]
    for below, above in itertools.pairwise(looks):
        apart = abs(lightness(below.colour) - lightness(above.colour))
        assert below.hatch != above.hatch or apart > 0.3
    assert len({(look.hatch, look.colour) for look in looks}) == len(looks)
    hatches = [look.hatch for key, look in style.OUTCOMES.items() if key not in ("before", "pause")]
    assert len(set(hatches)) == len(hatches)
    for kind in (style.OUTCOMES, style.PARTNERS):
        assert len({look.marker for look in kind.values()}) == len(kind)
        assert len({look.colour for look in kind.values()}) == len(kind)
    assert set(style.OUTCOMES) == set(names()) and set(style.PARTNERS) == set(FOCUS)
    assert set(style.LAYERS) == set(load("layers")["layer"])


def test_events_are_the_largest_moves_of_the_table(path: pd.DataFrame) -> None:
    total = path[path["partner"] == "JPN"].groupby("date")["added_rate"].sum()
    moves = total.diff().abs().drop(pd.Timestamp("2025-04-10"))  # the list of one day, taken back
    largest = sorted(f"{day:%Y-%m-%d}" for day in moves.nlargest(5).index)
    found = turning_points(bands_of(path, "JPN"))
    assert list(found) == largest
    assert "for 1 day" in found["2025-04-09"]
    assert (
        f"{total['2025-09-16'] * 100 - total['2025-09-01'] * 100:.1f}".lstrip("-")
        in found["2025-09-16"]
    )


def test_events_can_be_named(path: pd.DataFrame) -> None:
    axes = rate_path(path, "KOR", events={"2025-11-01": "Korean deal"})
    assert [text.get_text() for text in axes.texts] == ["Korean deal"]
    assert axes.lines[-1].get_xdata()[0] == date2num(np.datetime64("2025-11-01"))
    assert len(rate_path(path, "KOR", events={}).lines) == 1


@pytest.mark.parametrize("code", ["CHN", "CAN", "VNM", "EU", "CHE"])
def test_other_partners_fit_as_well(code: str) -> None:
    path = exposure_path(partners=code)
    table = exposure(names(), partners=code)
    for made in (
        rate_path(path, code),
        rate_paths(path),
        duty_collected(path, load("duties_monthly"), code),
        exposure_by_outcome(table),
        outcome_dumbbell(table),
        outcome_small_multiples(table),
    ):
        figure = figure_of(made)
        assert (outside(figure), overlaps(figure)) == ([], [])
        assert name(code) in figure.texts[0].get_text() or "largest" in figure.texts[0].get_text()


def test_paths_share_both_scales(path: pd.DataFrame) -> None:
    grid = rate_paths(path, FOCUS)
    shown = grid.ravel()[:5]
    assert len({(axes.get_xlim(), axes.get_ylim()) for axes in shown}) == 1
    for code, axes in zip(FOCUS, shown, strict=True):
        total = path[path["partner"] == code].groupby("date")["added_rate"].sum()
        assert axes.get_title(loc="left") == name(code)
        assert np.allclose(axes.lines[0].get_ydata(), total)
    keys = [text.get_text() for text in grid.ravel()[5].get_legend().get_texts()]
    assert set(keys) == {title for key, (title, _) in FAMILIES.items() if key != "other"}


def test_collected_duty_is_the_monthly_table(path: pd.DataFrame, duties: pd.DataFrame) -> None:
    axes = duty_collected(path, duties, "JPN")
    law, points = axes.lines
    part = duties[(duties["partner"] == "JPN") & (duties["month"] >= "2025-01-01")]
    wanted = (part.set_index("month")["duty_usd"] / part.set_index("month")["imports_usd"]).asfreq(
        "MS"
    )
    assert np.allclose(points.get_ydata(), wanted, equal_nan=True)
    assert np.isnan(wanted["2025-12-01"])  # no figure, so the line breaks
    assert "No figure for 2025-12" in style.attached(axes)[1]
    total = path[path["partner"] == "JPN"].groupby("date")["added_rate"].sum()
    assert np.allclose(law.get_ydata(), total)
    assert points.get_color() == style.PARTNERS["JPN"].colour


def test_the_law_of_a_month_is_the_mean_of_its_days(
    path: pd.DataFrame, duties: pd.DataFrame
) -> None:
    data, _ = style.attached(duty_collected(path, duties, "JPN"))
    assert data is not None
    total = path[path["partner"] == "JPN"].groupby("date")["added_rate"].sum()
    april = [float(total[:day].iloc[-1]) for day in pd.date_range("2025-04-01", "2025-04-30")]
    assert data.set_index("month")["law_rate"]["2025-04-01"] == pytest.approx(np.mean(april))


# --- balances and the formula ----------------------------------------------------------------


def test_balances_are_the_table(balances: pd.DataFrame) -> None:
    grid = balance_over_time(balances, FOCUS)
    for code, axes in zip(FOCUS, grid.ravel(), strict=False):
        part = balances[balances["partner"] == code].sort_values("year")
        out, into = axes.lines
        assert np.allclose(out.get_ydata(), part["exports_usd"])
        assert np.allclose(into.get_ydata(), part["general_imports_usd"])
        assert (out.get_color(), into.get_color()) == (style.BLUE, style.VERMILLION)
        assert out.get_linestyle() != into.get_linestyle()
        last = part.iloc[-1]
        word = "deficit" if last["balance_usd"] < 0 else "surplus"
        said = f"{word} {abs(last['balance_usd']) / 1e9:.1f} in {last['year']}"
        assert axes.get_title(loc="right") == said
        assert axes.get_ylim()[0] == 0


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (["GBR"], "surplus of 32.6 billion dollars with UK"),
        (["JPN"], "deficit of 64.4 billion dollars with Japan"),
        (["GBR", "AUS"], "surplus with all 2"),
        (["KOR", "JPN"], "deficit with all 2"),
        (["GBR", "JPN"], "deficit with Japan, 1 of the 2"),
    ],
)
def test_the_title_counts_deficits(balances: pd.DataFrame, codes: list[str], said: str) -> None:
    figure = figure_of(balance_over_time(balances, codes))
    title = " ".join(item.get_text() for item in figure.texts)
    assert f"In 2025 the United States ran a goods {said}" in title
    assert (outside(figure), overlaps(figure)) == ([], [])


def test_a_missing_year_breaks_the_line(balances: pd.DataFrame) -> None:
    holed = balances[(balances["year"] != 2010) & (balances["partner"] == "JPN")]
    line = balance_over_time(holed).ravel()[0].lines[0]
    assert np.isnan(np.asarray(line.get_ydata())[10])


def test_gold_is_told_where_it_moved(balances: pd.DataFrame) -> None:
    def foot(table: pd.DataFrame) -> str:
        figure = figure_of(balance_over_time(table))
        return " ".join(item.get_text() for item in figure.texts)

    assert "gold" in foot(balances) and "Australia" in foot(balances)
    assert "gold" not in foot(balances[balances["year"] < 2025])
    assert "gold" not in foot(balances[balances["partner"] == "JPN"])


def test_points_of_the_formula_are_the_table() -> None:
    check = april_check()
    axes = formula_scatter(check)
    line, plain, missed = axes.lines
    for drawn, part in ((plain, check[check["agrees"]]), (missed, check[~check["agrees"]])):
        assert np.allclose(drawn.get_xdata(), part["deficit_ratio"])
        assert np.allclose(drawn.get_ydata(), part["published_rate"])
    ratio = np.asarray(line.get_xdata(), dtype=float)
    assert np.allclose(line.get_ydata(), np.maximum(0.10, ratio / 2))
    labels = " ".join(text.get_text() for text in axes.texts)
    for said in (
        "South Korea 25 %",
        "India 26 %",
        "Japan 24 %",
        "Vietnam 46 %",
        "UK and Australia",
    ):
        assert said in labels
    assert plain.get_marker() != missed.get_marker()
    assert axes.get_xlim()[0] == axes.get_ylim()[0] == 0


# --- show ------------------------------------------------------------------------------------


def test_a_bundle_has_picture_text_and_table(table: pd.DataFrame) -> None:
    data, metadata = bundle(exposure_by_outcome(table))
    assert sorted(data) == ["image/png", "text/csv", "text/plain"]
    about = metadata["image/png"]
    assert set(about) == {"alt", "width", "height"}
    assert data["text/plain"].startswith(about["alt"])
    lines = data["text/csv"].splitlines()
    assert lines[0].startswith("outcome,partner,imports_usd") and len(lines) == 41


def test_the_picture_has_two_pixels_for_one(table: pd.DataFrame) -> None:
    data, metadata = bundle(outcome_dumbbell(table))
    picture = base64.b64decode(data["image/png"])
    width, height = struct.unpack(">II", picture[16:24])
    about = metadata["image/png"]
    assert width == 2 * about["width"] == 1500
    assert abs(height - 2 * about["height"]) <= 1
    assert b"Software" not in picture


def test_the_picture_is_the_figure(path: pd.DataFrame) -> None:
    figure = figure_of(rate_path(path, "JPN"))
    whole = io.BytesIO()
    figure.savefig(whole, format="png", dpi=200)
    few = png(figure, dpi=200)
    one, other = (plt.imread(io.BytesIO(data))[..., :3] for data in (whole.getvalue(), few))
    assert one.shape == other.shape
    apart = np.abs(one - other)
    assert apart.max() < 0.2 and apart.mean() < 0.001
    assert len(few) * 2 < len(whole.getvalue())
    assert figure.dpi == 100
    # Flat colours are the exact ones: a reader may sample them.
    found = {to_hex(colour) for colour in other[::7, ::7].reshape(-1, 3)}
    assert {style.BLUE.lower(), "#ffffff"} <= found


def test_the_same_chart_gives_the_same_bundle(request: pytest.FixtureRequest, chart: Any) -> None:
    again = CHARTS[request.node.callspec.params["chart"]](request)
    assert bundle(chart) == bundle(again)


def test_settings_of_the_reader_do_not_change_the_text(
    path: pd.DataFrame, balances: pd.DataFrame
) -> None:
    for draw in (lambda: rate_paths(path, FOCUS), lambda: balance_over_time(balances, FOCUS)):
        found = []
        for own in ({}, {"font.size": 14, "font.family": "serif", "xtick.labelsize": 20}):
            with mpl.rc_context(own):
                found.append(describe(figure_of(draw())))
                plt.close("all")
        assert found[0] == found[1]


def test_a_changed_value_changes_the_text(table: pd.DataFrame) -> None:
    changed = table.copy()
    changed.loc[("snapback", "JPN"), "effective_rate"] += 1e-6
    first, second = (bundle(exposure_by_outcome(one))[0]["text/plain"] for one in (table, changed))
    assert first != second


def test_a_changed_colour_or_label_changes_the_text(table: pd.DataFrame) -> None:
    said = []
    for change in (lambda axes: None, lambda axes: axes.patches[3].set_facecolor("red"),
                   lambda axes: axes.texts[3].set_text("else")):  # fmt: skip
        axes = exposure_by_outcome(table)
        change(axes)
        said.append(describe(figure_of(axes)))
    assert len(set(said)) == 3


def test_the_text_names_no_class_and_no_address(chart: Any) -> None:
    text = bundle(chart)[0]["text/plain"]
    assert "0x" not in text and "matplotlib" not in text and "<" not in text
    assert all(len(line) < 6000 for line in text.splitlines())


def test_many_values_are_told_by_a_digest() -> None:
    figure, axes = plt.subplots()
    axes.plot(range(500))
    first = describe(figure)
    assert "500 values, 0 to 499" in first
    axes.lines[0].set_ydata([*range(499), 498.5])
    assert describe(figure) != first


def test_show_displays_once_and_closes(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Any] = []
    monkeypatch.setattr(
        "IPython.display.display", lambda data, **options: shown.append((data, options))
    )
    axes = exposure_by_outcome(table)
    number = figure_of(axes).number  # type: ignore[attr-defined]
    show(axes, alt="My own words.")
    ((data, options),) = shown
    assert options["raw"] is True
    assert options["metadata"]["image/png"]["alt"] == "My own words."
    assert data["text/plain"].startswith("My own words.\n")
    assert number not in plt.get_fignums()


@pytest.mark.parametrize("alt", [None, "", "   "])
def test_a_chart_without_alternative_text_is_refused(alt: str | None) -> None:
    figure, _ = plt.subplots()
    with pytest.raises(ArgumentError, match="without alternative text"):
        show(figure, alt)


@pytest.mark.parametrize("thing", [None, "chart", [], 3])
def test_only_charts_are_shown(thing: Any) -> None:
    with pytest.raises(ArgumentError, match="not a chart"):
        show(thing, "Text.")


# --- on the caller's axes --------------------------------------------------------------------


def test_charts_draw_on_given_axes(table: pd.DataFrame, path: pd.DataFrame) -> None:
    figure, (left, right) = plt.subplots(1, 2, figsize=(15, 11))
    assert exposure_by_outcome(table, ax=left) is left
    assert rate_path(path, "JPN", ax=right) is right
    assert left.get_title(loc="left") and right.get_title(loc="left")
    assert figure.texts == []
    data, alt = style.attached(figure)
    assert data is not None and len(data) == len(table) + int((path["partner"] == "JPN").sum())
    assert "Bars by partner" in alt and "Stepped areas" in alt
    assert outside(figure) == []


def test_drawing_again_replaces_frame_and_text(table: pd.DataFrame) -> None:
    figure, axes = plt.subplots(figsize=(7.5, 11))
    exposure_by_outcome(table, ax=axes)
    before = len(figure.texts)
    axes.clear()
    outcome_dumbbell(table, ax=axes)
    assert abs(len(figure.texts) - before) <= 1
    assert style.attached(figure)[1].startswith("Lines from one outcome")


# --- bad input -------------------------------------------------------------------------------


def test_an_unknown_choice_names_the_nearest(table: pd.DataFrame, path: pd.DataFrame) -> None:
    with pytest.raises(ArgumentError, match="did you mean 'effective_rate'"):
        exposure_by_outcome(table, measure="efective_rate")
    with pytest.raises(ArgumentError, match="did you mean 'pause'"):
        exposure_by_outcome(table, reference="pauses")
    with pytest.raises(ArgumentError, match="did you mean 'before'"):
        outcome_dumbbell(table, reference="befor")
    with pytest.raises(ArgumentError, match="did you mean 'JPN'"):
        rate_path(path, "JPM")
    with pytest.raises(ArgumentError, match="did you mean 'KOR'"):
        rate_paths(path, ["KORE"])
    with pytest.raises(ArgumentError, match="no partner given"):
        rate_paths(path, [])


CALLS: list[tuple[str, Callable[[pd.DataFrame], Any], str]] = [
    ("table", exposure_by_outcome, "effective_rate"),
    ("table", outcome_dumbbell, "provisional_share"),
    ("table", outcome_small_multiples, "added_rate"),
    ("path", lambda table: rate_path(table, "JPN"), "added_rate"),
    ("path", rate_paths, "layer"),
    ("path", lambda table: duty_collected(table, load("duties_monthly"), "JPN"), "date"),
    ("duties", lambda table: duty_collected(exposure_path(), table, "JPN"), "duty_usd"),
    ("balances", balance_over_time, "general_imports_usd"),
    ("check", formula_scatter, "deficit_ratio"),
]


@pytest.mark.parametrize(("which", "call", "column"), CALLS)
def test_a_table_without_a_column_or_row_is_refused(
    which: str, call: Callable[[pd.DataFrame], Any], column: str, request: pytest.FixtureRequest
) -> None:
    table = april_check() if which == "check" else request.getfixturevalue(which)
    with pytest.raises(ArgumentError, match=f"did you mean '{column}s'"):
        call(table.rename(columns={column: f"{column}s"}))
    with pytest.raises(ArgumentError, match="no row"):
        call(table.iloc[:0])
    assert plt.get_fignums() == []


def test_a_table_that_would_be_misread_is_refused(
    table: pd.DataFrame, balances: pd.DataFrame, path: pd.DataFrame, duties: pd.DataFrame
) -> None:
    with pytest.raises(ArgumentError, match="twice"):
        exposure_by_outcome(exposure(["pause"], by="sector"), measure="added_rate")
    with pytest.raises(ArgumentError, match="twice"):
        balance_over_time(pd.concat([balances, balances]))
    with pytest.raises(ArgumentError, match="no row for Japan under snapback"):
        outcome_dumbbell(table.drop(index=("snapback", "JPN")))
    with pytest.raises(ArgumentError, match="no value of this measure"):
        exposure_by_outcome(table.assign(gdp_share=np.nan), measure="gdp_share")
    with pytest.raises(ArgumentError, match="no month"):
        duty_collected(path, duties[duties["month"] < "2025-01-01"], "JPN")
    with pytest.raises(ArgumentError, match="no outcome beside"):
        outcome_dumbbell(table.loc[["pause"]])


# --- numbers ---------------------------------------------------------------------------------


def test_numbers_are_written_as_readers_expect() -> None:
    assert style.percent(-0.0004, 1) == "0.0 %"
    assert style.percent(0.1234, 1, sign=True) == "+12.3 %"
    assert style.billion(-56.5e9) == "−56.5"
    assert style.percent(float("nan")) == "n/a"


def test_a_line_never_begins_with_a_percent_sign() -> None:
    text = "the rate is 13.3 % and then 14.5 % and then 15.6 % again"
    for width in range(40, 300, 7):
        lines = style.wrapped(text, width, size=10)
        assert " ".join(lines) == text
        assert not any(line.startswith("%") for line in lines)
        words = [len(line.split()) for line in lines]
        assert all(style.text_width(line, size=10) <= width or count <= 2
                   for line, count in zip(lines, words, strict=True))  # fmt: skip


def test_talks_are_marked_on_their_day_in_the_row_of_their_partner() -> None:
    talks = pd.DataFrame(
        {
            "partner": ["GBR", "JPN", "GBR"],
            "date": pd.to_datetime(["2025-05-08", "2025-07-22", "2025-06-16"]),
            "kind": list(load("talks")["kind"].unique()[:1]) * 3,
            "changes_tariff": [False, True, True],
        }
    )
    axes = talks_timeline(talks)
    names = [label.get_text() for label in axes.get_yticklabels()]
    marks = {
        (names[int(line.get_ydata()[0])], str(num2date(line.get_xdata()[0]).date())): line
        for line in axes.lines
        if line.get_marker() not in (None, "None", "")
    }
    assert set(marks) == {
        ("UK", "2025-05-08"),
        ("UK", "2025-06-16"),
        ("Japan", "2025-07-22"),
    }
    hollow = {key for key, line in marks.items() if to_hex(line.get_markerfacecolor()) == "#ffffff"}
    assert hollow == {("UK", "2025-05-08")}
    # Both had a text before 9 July only in the UK's case; a duty changed for both.
    assert "1 of 2 partners had a text within the pause; for 2" in style.attached(axes)[1]


def test_collected_duty_of_a_partner_without_months_is_the_law_alone() -> None:
    axes = duty_collected(exposure_path(partners="AGO"), load("duties_monthly"), "AGO")
    assert len(axes.lines) == 1
    table, alt = style.attached(axes)
    assert table is not None and table.empty
    assert "the sources have no duty by month" in alt


def test_drawing_is_the_same_text_with_words_left_words(
    path: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "image/svg+xml" not in bundle(rate_path(path, "JPN"))[0]
    monkeypatch.setenv("TRADEVIZ_VECTOR", "yes")
    first, second = (bundle(rate_path(path, "JPN"))[0]["image/svg+xml"] for _ in range(2))
    assert first == second
    assert "Japan: from" in first and "dc:date" not in first
