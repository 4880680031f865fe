"""Charts of split tables: what is drawn is what the table says, and all of it can be read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from tradeviz import charts, style
from tradeviz.charts.changes import DOWN, UP
from tradeviz.charts.show import bundle
from tradeviz.errors import ArgumentError

LONG = "A partner whose name is long"


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    before = dict(plt.rcParams)
    yield
    plt.close("all")
    assert dict(plt.rcParams) == before, "a chart changed the settings of the user"


def rows(by: str | None, cells: dict[tuple[str, ...], tuple[float, float]]) -> pd.DataFrame:
    """Return a table of exposure's shape; imports 100 and base duty 2, in billions, per group."""
    keys = ["outcome", "partner", *([by] if by else [])]
    table = pd.DataFrame([dict(zip(keys, key, strict=True)) for key in cells])
    duty, unsure = zip(*cells.values(), strict=True)
    table["imports_usd"], table["base_duty_usd"] = 100e9, 2e9
    table["added_duty_usd"] = np.array(duty) * 1e9
    table["provisional_share"] = unsure
    table["added_rate"] = table["added_duty_usd"] / table["imports_usd"]
    table["effective_rate"] = table["added_rate"] + 0.02
    table["gdp_share"] = table["added_rate"] / 10
    return table.set_index(keys)


def chapters() -> pd.DataFrame:
    return rows(
        "hs2",
        {
            ("pause", "JPN", "87"): (9.0, 0.0),
            ("pause", "JPN", "84"): (3.0, 0.0),
            ("pause", "JPN", "90"): (1.0, 0.5),
            ("pause", "KOR", "87"): (6.0, 0.0),
            ("pause", "KOR", "84"): (0.001, 0.0),
            ("pause", "KOR", "72"): (0.5, 0.0),
        },
    )


def laws() -> pd.DataFrame:
    return rows(
        "layer",
        {
            ("pause", "JPN", "mfn"): (0.0, 0.0),
            ("pause", "JPN", "reciprocal"): (6.0, 0.0),
            ("pause", "JPN", "s232_autos"): (5.0, 0.0),
            ("snapback", "JPN", "mfn"): (0.0, 0.0),
            ("snapback", "JPN", "reciprocal"): (14.0, 0.0),
            ("snapback", "JPN", "s232_autos"): (4.0, 1.0),
        },
    )


def rivals() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "partner": ["JPN", "GBR", LONG, "AUS"],
            "imports_usd": [5e9, 4e9, 3e9, 2e9],
            "own_rate": [0.15, 0.08, 0.30, np.nan],
            "rivals_rate": [0.12, 0.10, 0.10, np.nan],
            "handicap": [0.03, -0.02, 0.20, np.nan],
        }
    )


def ranks() -> pd.DataFrame:
    cells = {("in_force", f"P{i:02}"): (30.0 - i, 0.0) for i in range(20)}
    return rows(None, {**cells, ("in_force", "AUS"): (1.0, 0.5), ("in_force", LONG): (29.5, 0.0)})


def only_figure(chart: Any) -> Figure:
    return style.figure_of(np.asarray(chart).ravel()[0])


def alt(chart: Any) -> str:
    return style.attached(only_figure(chart))[1]


def data(chart: Any) -> pd.DataFrame:
    table = style.attached(only_figure(chart))[0]
    assert table is not None
    return table


def lengths(axes: Axes) -> list[float]:
    return [round(bar.get_width() / 1e9, 6) for bar in axes.patches]  # type: ignore[attr-defined]


def colours(axes: Axes) -> list[tuple[str, str]]:
    return [(to_hex(bar.get_facecolor()), bar.get_hatch() or "") for bar in axes.patches]


def seen(look: style.Look) -> tuple[str, str]:
    return look.colour.lower(), look.hatch


# What is drawn


def test_every_cell_of_the_heatmap_holds_its_figure() -> None:
    axes = charts.chapter_heatmap(chapters(), n=2)
    image = np.ma.filled(axes.images[0].get_array().astype(float), np.nan) / 1e9
    assert image.tolist()[:2] == [[9.0, 6.0], [3.0, 0.001]]
    # The rest: chapter 90 of one, chapter 72 of the other.
    assert image.tolist()[2] == [1.0, 0.5]
    texts = [text.get_text() for text in axes.texts]
    assert texts == ["9.0", "6.0", "3.0", "<0.01", "1.0", "0.50"]
    assert [t.get_text() for t in axes.get_yticklabels()] == [
        "87 Cars, trucks and parts",
        "84 Machinery and computers",
        "All other chapters (2)",
    ]


def test_the_heatmap_says_where_nothing_is_imported() -> None:
    axes = charts.chapter_heatmap(chapters(), n=9)
    assert [text.get_text() for text in axes.texts].count("–") == 2
    assert np.ma.getmaskarray(axes.images[0].get_array()).sum() == 2


def test_the_heatmap_of_rates_divides_by_the_imports_of_the_group() -> None:
    axes = charts.chapter_heatmap(chapters(), n=1, measure="added_rate")
    assert [text.get_text() for text in axes.texts] == ["9.0", "6.0", "2.0", "0.3"]


def test_text_on_the_heatmap_has_contrast() -> None:
    def luminance(colour: Any) -> float:
        from matplotlib.colors import to_rgb

        c = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in to_rgb(colour)]
        return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]

    cells = {("pause", "JPN", f"{i:02}"): (float(i), 0.0) for i in range(1, 60)}
    axes = charts.chapter_heatmap(rows("hs2", cells), n=60)
    image = axes.images[0]
    shades = image.cmap(image.norm(image.get_array())).reshape(-1, 4)
    for text, shade in zip(axes.texts, shades, strict=True):
        high, low = sorted((luminance(text.get_color()), luminance(shade[:3])), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 4.5


def test_product_bars_add_up_to_the_bill() -> None:
    axes = charts.product_bars(chapters(), partner="JPN", n=2)
    assert lengths(axes) == [9.0, 3.0, 1.0]
    assert {bar.get_x() for bar in axes.patches} == {0}  # type: ignore[attr-defined]
    assert axes.get_xlim()[0] == 0
    assert set(colours(axes)[:2]) == {seen(style.PARTNERS["JPN"])}
    assert colours(axes)[2] == (style.FAINT, ""), "the rest looks like a group"
    assert [text.get_text() for text in axes.texts] == ["9.0 (69 %)", "3.0 (23 %)", "1.0 (8 %)"]
    assert data(axes)["added_duty_usd"].sum() == 13e9


def test_product_bars_of_several_partners_are_stacked_in_their_colours() -> None:
    axes = charts.product_bars(chapters(), n=2)
    japan, korea = axes.patches[:3], axes.patches[3:]
    assert [bar.get_width() / 1e9 for bar in japan] == [9.0, 3.0, 1.0]  # type: ignore[attr-defined]
    assert [bar.get_x() / 1e9 for bar in korea] == [9.0, 3.0, 1.0]  # type: ignore[attr-defined]
    assert colours(axes)[0] == seen(style.PARTNERS["JPN"])
    assert colours(axes)[3] == seen(style.PARTNERS["KOR"])
    legend = axes.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["Japan", "South Korea"]


def test_a_bill_of_nothing_is_said_and_has_a_scale_of_dollars() -> None:
    axes = charts.product_bars(rows("sector", {("agreement", "JPN", "Machinery"): (0.0, 0.0)}))
    assert "no duty is added" in alt(axes)
    assert axes.get_xlim()[1] >= 1e9
    assert "no duty" in alt(charts.chapter_heatmap(chapters().assign(added_duty_usd=0.0))).lower()


def test_the_waterfall_starts_and_ends_at_the_outcomes() -> None:
    axes = charts.outcome_waterfall(laws(), "pause", "snapback")
    first, last, *steps = axes.patches
    # By law each row repeats the imports, and every row of the table has base duty.
    assert round(first.get_width(), 6) == 0.17  # type: ignore[attr-defined]
    assert round(last.get_width(), 6) == 0.24  # type: ignore[attr-defined]
    assert [(round(s.get_x(), 6), round(s.get_width(), 6)) for s in steps] == [  # type: ignore[attr-defined]
        (0.17, 0.08),
        (0.25, -0.01),
    ]
    assert colours(axes)[2:] == [seen(style.LAYERS[law]) for law in ("reciprocal", "s232_autos")]
    assert colours(axes)[:2] == [seen(style.OUTCOMES[end]) for end in ("pause", "snapback")]
    assert axes.get_xlim()[0] == 0
    ticks = [text.get_text() for text in axes.get_yticklabels()]
    assert ticks == ["The pause", "Reciprocal duty", "Cars and car parts †", "Snapback"]
    table = data(axes)
    assert np.isclose(table["effective_rate"].iloc[-1], table["effective_rate"].iloc[-2])


def test_the_waterfall_of_goods_divides_by_all_imports_and_folds_small_steps() -> None:
    cells = {}
    for i in range(12):
        cells["pause", "JPN", f"Sector {i:02}"] = (1.0, 0.0)
        cells["snapback", "JPN", f"Sector {i:02}"] = (2.0 + i, 0.0)
    table = rows("sector", cells)
    axes = charts.outcome_waterfall(table, "pause", "snapback", n=3, measure="duty_usd")
    assert lengths(axes) == [36.0, 114.0, 12.0, 11.0, 10.0, 45.0]
    assert set(colours(axes)[2:]) == {seen(UP)}
    down = charts.outcome_waterfall(table, "snapback", "pause", n=3, measure="duty_usd")
    assert set(colours(down)[2:]) == {seen(DOWN)}
    assert down.patches[-1].get_x() == pytest.approx(36e9 + 45e9)  # type: ignore[attr-defined]
    assert "All other sectors (9)" in [t.get_text() for t in axes.get_yticklabels()]
    axes = charts.outcome_waterfall(table, "pause", "snapback", n=3)
    assert round(axes.patches[0].get_width(), 6) == 0.03  # type: ignore[attr-defined]


def test_nothing_changes_between_an_outcome_and_itself() -> None:
    axes = charts.outcome_waterfall(laws(), "pause", "pause")
    assert len(axes.patches) == 2
    assert "nothing changes" in alt(axes)


def test_handicaps_are_ordered_and_keep_the_colour_of_the_partner() -> None:
    axes = charts.handicap_bars(rivals())
    assert [round(bar.get_width(), 6) for bar in axes.patches] == [-0.02, 0.03, 0.2]  # type: ignore[attr-defined]
    assert colours(axes) == [seen(style.look(style.PARTNERS, c)) for c in ("GBR", "JPN", LONG)]
    assert [text.get_text() for text in axes.texts] == [
        "−2.0 (8.0 against 10.0)",
        "+3.0 (15.0 against 12.0)",
        "+20.0 (30.0 against 10.0)",
        "advantage",
        "handicap",
    ]
    # Whoever has no rival has no bar, and the text says so.
    assert "for want of rivals: Australia" in alt(axes)


def test_a_split_handicap_shows_one_partner_and_its_largest_groups() -> None:
    table = rivals().dropna().assign(partner="GBR", sector=["Cars", "Steel", "Gold"])
    axes = charts.handicap_bars(table, n=2, under="the pause", provisional=True)
    assert [text.get_text() for text in axes.get_yticklabels()] == ["Steel", "Cars"]
    written = " ".join(text.get_text() for text in only_figure(axes).texts)
    assert "the pause" in written
    assert "provisional" in written


def test_the_ranking_is_in_order_and_keeps_the_five() -> None:
    grid = charts.ranking(ranks(), n=3)
    assert len(grid) == 3
    assert [round(bar.get_width(), 3) for bar in grid[0].patches] == [0.32, 0.315, 0.31, 0.03]
    assert [bar.get_width() / 1e9 for bar in grid[1].patches] == [30.0, 29.5, 29.0, 1.0]
    assert all(axes.get_xlim()[0] == 0 for axes in grid)
    ticks = grid[0].get_yticklabels()
    assert [t.get_text() for t in ticks][::3] == ["P00\u20021", "Australia †\u200222"]
    assert [t.get_fontweight() for t in ticks] == ["normal"] * 3 + ["bold"]
    assert to_hex(grid[0].patches[3].get_facecolor()) == style.PARTNERS["AUS"].colour.lower()


def test_a_missing_value_has_no_bar_and_is_named() -> None:
    table = ranks()
    table.loc[("in_force", "P00"), "gdp_share"] = np.nan
    grid = charts.ranking(table, n=3)
    assert len(grid[2].patches) == 3
    assert grid[2].texts[0].get_text() == "n/a"


# What is said

CHARTS = {
    "heatmap": lambda: charts.chapter_heatmap(chapters()),
    "bars": lambda: charts.product_bars(chapters()),
    "bars of one": lambda: charts.product_bars(chapters(), partner="KOR"),
    "waterfall": lambda: charts.outcome_waterfall(laws(), "pause", "snapback"),
    "handicap": lambda: charts.handicap_bars(rivals()),
    "ranking": lambda: charts.ranking(ranks()),
}


@pytest.mark.parametrize(
    ("chart", "numbers"),
    [
        ("heatmap", ["77 %", "9.0", "6.0"]),
        ("bars", ["15.00", "3.00", "1.00", "0.50", "97 %"]),
        ("waterfall", ["17.0 %", "24.0 %", "+8.0", "−1.0"]),
        ("handicap", ["−2.0", "+3.0", "+20.0"]),
        ("ranking", ["32.0 %", "1 P00 32.0", "22 Australia 3.0"]),
    ],
)
def test_alternative_text_holds_the_numbers(chart: str, numbers: list[str]) -> None:
    text = alt(CHARTS[chart]())
    assert [number for number in numbers if number not in text] == []


@pytest.mark.parametrize("chart", CHARTS)
def test_the_bundle_is_whole_and_the_same_twice(chart: str) -> None:
    first, second = bundle(CHARTS[chart]()), bundle(CHARTS[chart]())
    assert first == second
    assert set(first[0]) == {"image/png", "text/plain", "text/csv"}
    assert first[1]["image/png"]["alt"] in first[0]["text/plain"]
    assert "0x" not in first[0]["text/plain"]


@pytest.mark.parametrize(
    "change",
    [
        lambda: charts.product_bars(chapters() * 1.001),
        lambda: charts.product_bars(chapters(), n=1),
        lambda: charts.product_bars(chapters().drop(index=("pause", "KOR", "84"))),
    ],
)
def test_a_changed_value_changes_the_text(change: Any) -> None:
    usual = bundle(charts.product_bars(chapters()))[0]["text/plain"]
    assert bundle(change())[0]["text/plain"] != usual


def test_provisional_law_is_marked_where_it_counts() -> None:
    japan = charts.chapter_heatmap(chapters())
    assert [t.get_text() for t in japan.get_xticklabels()] == ["Japan †", "South Korea"]
    assert any("provisional" in text.get_text() for text in only_figure(japan).texts)
    korea = charts.product_bars(chapters(), partner="KOR")
    assert not any("provisional" in text.get_text() for text in only_figure(korea).texts)


def test_a_chart_is_drawn_where_it_is_asked_for() -> None:
    figure, (left, right) = plt.subplots(1, 2)
    assert charts.product_bars(chapters(), ax=left) is left
    assert charts.outcome_waterfall(laws(), "pause", "snapback", ax=right) is right
    assert figure.axes == [left, right]
    words = style.attached(figure)[1]
    assert "Bars, largest first" in words
    assert "Steps from" in words


# What goes wrong


@pytest.mark.parametrize(
    ("draw", "field", "close"),
    [
        (lambda: charts.chapter_heatmap(chapters(), measure="added_rat"), "measure", "added_rate"),
        (lambda: charts.chapter_heatmap(chapters(), outcome="paus"), "outcome", "pause"),
        (lambda: charts.product_bars(chapters(), partner="JPM"), "partner", "JPN"),
        (lambda: charts.product_bars(laws()), "by", None),
        (lambda: charts.product_bars(chapters().iloc[:0]), None, None),
        (
            lambda: charts.product_bars(
                chapters().rename(columns={"added_duty_usd": "added_duty"})
            ),
            "added_duty_usd",
            "added_duty",
        ),
        (lambda: charts.outcome_waterfall(laws(), "pause", "snapbak"), "end", "snapback"),
        (lambda: charts.outcome_waterfall(chapters(), "pause", "pause"), "partner", None),
        (lambda: charts.handicap_bars(rivals(), partner="JPPN"), "partner", "JPN"),
        (lambda: charts.handicap_bars(rivals().drop(columns="handicap")), "handicap", None),
        (lambda: charts.ranking(ranks(), measure="gdp_shares"), "measure", "gdp_share"),
        (lambda: charts.ranking(ranks().drop(columns="gdp_share")), "gdp_share", None),
    ],
)
def test_bad_input_is_named(draw: Any, field: str | None, close: str | None) -> None:
    with pytest.raises(ArgumentError) as raised:
        draw()
    assert raised.value.field == field
    if close is not None:
        assert raised.value.nearest == close
    assert not plt.get_fignums(), "a refused chart leaves a figure behind"


# What can be read


def texts(figure: Figure) -> list[Any]:
    """Return every visible text of a figure with its box in pixels."""
    figure.canvas.draw()
    found = list(figure.texts)
    for axes in figure.axes:
        legend = axes.get_legend()
        found += [*axes.texts, axes.xaxis.label, axes.yaxis.label]
        found += [axes.title, axes._left_title, axes._right_title]  # type: ignore[attr-defined]
        found += legend.get_texts() if legend else []
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in axis.get_major_ticks():
                if low <= tick.get_loc() <= high:
                    found += [tick.label1, tick.label2]
    shown = [text for text in found if text.get_visible() and text.get_text().strip()]
    return [(text.get_text(), text.get_window_extent()) for text in shown]


def unreadable(figure: Figure) -> list[str]:
    """Return texts that leave the figure or lie over each other."""
    boxes = texts(figure)
    wide, high = figure.bbox.x1, figure.bbox.y1
    faults = [
        f"outside: {words!r}"
        for words, box in boxes
        if box.x0 < -1 or box.y0 < -1 or box.x1 > wide + 1 or box.y1 > high + 1
    ]
    for (one, a), (two, b) in combinations(boxes, 2):
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        down = min(a.y1, b.y1) - max(a.y0, b.y0)
        if across > 1 and down > 1:
            faults.append(f"over each other: {one!r} and {two!r}")
    return faults


def long_names(table: pd.DataFrame) -> pd.DataFrame:
    return table.rename(index={"JPN": LONG, "KOR": f"{LONG} too"}, level="partner")


LAYOUTS = {
    **CHARTS,
    "heatmap, long": lambda: charts.chapter_heatmap(long_names(chapters())),
    "bars, long": lambda: charts.product_bars(long_names(chapters())),
    "waterfall, long": lambda: charts.outcome_waterfall(long_names(laws()), "pause", "snapback"),
    "ranking, one column": lambda: charts.ranking(ranks(), beside=[]),
}


@pytest.mark.parametrize("chart", LAYOUTS)
def test_no_text_is_cut_or_covered(chart: str) -> None:
    assert unreadable(only_figure(LAYOUTS[chart]())) == []


@pytest.mark.parametrize(
    "draw",
    [
        lambda e: charts.chapter_heatmap(e(["in_force"], by="hs2")),
        lambda e: charts.chapter_heatmap(e(["breakdown"], by="hs2"), measure="added_rate"),
        lambda e: charts.product_bars(e(["breakdown"], by="sector")),
        lambda e: charts.product_bars(e(["in_force"], partners="GBR", by="hs10")),
        lambda e: charts.outcome_waterfall(
            e(["breakdown", "in_force"], partners="KOR", by="layer"), "breakdown", "in_force"
        ),
        lambda e: charts.outcome_waterfall(
            e(["pause", "uk_style"], partners="IND", by="sector"), "pause", "uk_style"
        ),
        lambda e: charts.ranking(e(["in_force"])),
    ],
)
def test_no_text_of_the_real_charts_is_cut_or_covered(draw: Any) -> None:
    from tradeviz.trade.exposure import exposure

    assert unreadable(only_figure(draw(exposure))) == []
