"""Charts of the general equilibrium: what outcomes change, and how far variants of it differ."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from tradeviz import style
from tradeviz.charts.frame import canvas, chosen
from tradeviz.errors import ArgumentError
from tradeviz.outcomes import title_of
from tradeviz.partners import name
from tradeviz.style import PROVISIONAL, percent
from tradeviz.tables.display import need
from tradeviz.tables.equilibrium import CHANGES

_LINE = 0.205  # inches a row: nine points of text and air
_SOURCE = "OECD input-output tables 2022; US Census Bureau, imports 2024; tradeviz law tables"


@dataclass(frozen=True)
class _Spans:
    """Range over variants and the value of the first, by partner and outcome."""

    codes: list[str]
    ends: list[str]
    low: dict[tuple[str, str], float]
    high: dict[tuple[str, str], float]
    base: dict[tuple[str, str], float]
    unsure: dict[str, bool]
    titles: dict[str, str]
    digits: int

    def text(self, code: str, end: str) -> str:
        """Return value and range of a row."""
        cell = (code, end)
        low, value, high = (self._write(part[cell]) for part in (self.low, self.base, self.high))
        mark = " †" if self.unsure[end] else ""
        return f"{value}{mark}" if low == high else f"{value}{mark} ({low} to {high})"

    def _write(self, value: float) -> str:
        return percent(value, self.digits, sign=True).removesuffix(" %")


def equilibrium_ranges(
    variants: pd.DataFrame, *, measure: str = "welfare_change", ax: Axes | None = None
) -> Axes:
    """Draw the change of each partner under each outcome, with its range over variants.

    Parameters
    ----------
    variants : DataFrame
        From `tradeviz.equilibrium.variants`, or from `tradeviz.equilibrium` for dots alone.
    measure : str
        A change, such as ``welfare_change`` or ``exports_to_us_change``.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        A row per partner and outcome: a line from the lowest to the highest variant, a dot at the
        first variant, both written beside it.

    Raises
    ------
    ArgumentError
        For a missing column, an empty table, an unknown measure or no outcome but the reference.

    Examples
    --------
    >>> from tradeviz.equilibrium import variants
    >>> table = variants("snapback", {"4": {}, "8": {"elasticity": 8.0}}, partners="JPN")
    >>> axes = equilibrium_ranges(table)
    >>> len(axes.lines)
    3
    """
    chosen(measure, "measure", tuple(CHANGES))
    spans = _spans(variants, measure)
    with style.scoped():
        height = 1.5 + len(spans.codes) * (0.28 + _LINE * len(spans.ends))
        _, axes = canvas(ax, height)
        place, ticks, labels = 0.0, [], []
        for code in spans.codes:
            axes.text(
                0.0, place, name(code), transform=axes.get_yaxis_transform(),
                va="center", ha="left", fontsize=11, weight="bold", color=style.TEXT,
            )  # fmt: skip
            for number, end in enumerate(spans.ends, start=1):
                _row(axes, spans, (code, end), place + number)
                ticks.append(place + number)
                labels.append(spans.titles[end])
            place += len(spans.ends) + 1.4
        axes.set_yticks(ticks, labels)
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(place - 0.7, -0.7)
        axes.spines["left"].set_visible(False)
        _limits(axes, spans)
        axes.axvline(0.0, color=style.BLACK, lw=0.8, zorder=0)
        style.percent_axis(axes, "x")
        title, subtitle = _title(spans, measure), _subtitle(variants, measure)
        style.finish(axes, title, subtitle, _SOURCE, provisional=any(spans.unsure.values()))
    rows = [
        f"{name(code)}: "
        + ", ".join(f"{spans.titles[end]} {spans.text(code, end)}" for end in spans.ends)
        for code in spans.codes
    ]
    style.attach(
        axes,
        _rounded(need(variants, [measure])),
        f"Dots and ranges by partner and outcome. {title}. {subtitle}. {'; '.join(rows)}.",
    )
    return axes


def _rounded(flat: pd.DataFrame) -> pd.DataFrame:
    """Cut digits that are rounding of the solver, which differs between machines."""
    numbers = flat.select_dtypes("number")
    # Adding zero takes the sign off a minus zero.
    return flat.assign(**{str(column): numbers[column].round(9) + 0.0 for column in numbers})


def _spans(variants: pd.DataFrame, measure: str) -> _Spans:
    flat = need(variants, ["outcome", "partner", measure, "provisional_share"])
    reference = variants.attrs.get("reference")
    ends = [end for end in dict.fromkeys(flat["outcome"].astype(str)) if end != reference]
    if not ends:
        raise ArgumentError("no outcome beside the reference", field="variants")
    values = flat.assign(outcome=flat["outcome"].astype(str), partner=flat["partner"].astype(str))
    grouped = values.groupby(["partner", "outcome"], sort=False)[measure]
    titles = variants.attrs.get("titles", {})
    unsure = values.groupby("outcome")["provisional_share"].max() >= PROVISIONAL

    def by_cell(found: pd.Series[float]) -> dict[tuple[str, str], float]:
        keys = ((str(key[0]), str(key[1])) for key in found.index)
        return dict(zip(keys, found.astype(float), strict=True))

    return _Spans(
        codes=list(dict.fromkeys(values["partner"])),
        ends=ends,
        low=by_cell(grouped.min()),
        high=by_cell(grouped.max()),
        base=by_cell(grouped.first()),
        unsure={end: bool(unsure[end]) for end in ends},
        titles={end: str(titles.get(end) or title_of(end)) for end in ends},
        digits=CHANGES[measure][1],
    )


def _row(axes: Axes, spans: _Spans, cell: tuple[str, str], place: float) -> None:
    look = style.look(style.OUTCOMES, cell[1])
    low, high = spans.low[cell], spans.high[cell]
    axes.plot([low, high], [place, place], color=look.colour, lw=2.4, zorder=1)
    axes.plot(
        spans.base[cell], place, marker=look.marker, ms=7.0, color=look.colour,
        mec=style.BLACK, mew=0.6, zorder=2, clip_on=False,
    )  # fmt: skip
    axes.annotate(
        spans.text(*cell), (max(high, 0.0), place), xytext=(8, 0), textcoords="offset points",
        va="center", fontsize=9.5, color=style.TEXT, annotation_clip=False,
    )  # fmt: skip


def _limits(axes: Axes, spans: _Spans) -> None:
    """Leave room for the longest label behind the highest value."""
    cells = [(code, end) for code in spans.codes for end in spans.ends]
    low, high = min(0.0, *spans.low.values()), max(0.0, *spans.high.values())
    room = axes.get_window_extent().width * 72 / style.figure_of(axes).dpi
    share = max(style.text_width(spans.text(*cell), size=9.5) + 14 for cell in cells) / room
    axes.set_xlim(low - (high - low) * 0.04, low + (high - low) / max(1 - share, 0.3))


def _title(spans: _Spans, measure: str) -> str:
    head = CHANGES[measure][0].split(",")[0]
    head = head[0].lower() + head[1:]
    most = max(
        spans.base, key=lambda cell: abs(spans.base[cell]) if cell[1] in spans.ends else -1.0
    )
    value = percent(abs(spans.base[most]), spans.digits)
    verb = "raises" if spans.base[most] > 0 else "lowers"
    title = f"{spans.titles[most[1]]} {verb} {head} most for {name(most[0])}, by {value}"
    signs = sum(
        spans.low[code, end] < 0 < spans.high[code, end]
        for code in spans.codes
        for end in spans.ends
    )
    rows = len(spans.codes) * len(spans.ends)
    return f"{title}; the sign is open in {signs} of {rows} cases" if signs else title


def _subtitle(variants: pd.DataFrame, measure: str) -> str:
    reference = str(variants.attrs.get("reference_title", "the reference")).lower()
    parts = [f"{CHANGES[measure][0]}, change against {reference}, percent"]
    if "variant" in variants.index.names:
        names = variants.index.get_level_values("variant")
        parts.append(f"dot: {str(names[0]).lower()}; line: range of {names.nunique()} variants")
    return "; ".join(parts)
