"""A chart of the steps from one outcome to another."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.text import Text

from tradeviz import style
from tradeviz.charts.frame import canvas, chosen, points
from tradeviz.charts.split import SPLITS, beside, folded, label_of, make_room, only, split_of, under
from tradeviz.law.outcome import title_of
from tradeviz.partners import name
from tradeviz.tables.display import need

_COLUMNS = (
    "outcome",
    "partner",
    "imports_usd",
    "base_duty_usd",
    "added_duty_usd",
    "provisional_share",
)
_MEASURES = {
    "effective_rate": "duty in percent of imports",
    "duty_usd": "duty, billion US dollars a year",
}
# A step that would be written as zero joins the others.
_SMALL = {"effective_rate": 0.0005, "duty_usd": 5e6}
# Goods have no colour of their own; laws have.
UP = style.Look("#777777", "///")
DOWN = style.Look("#b5b5b5", "")


def outcome_waterfall(
    exposure: pd.DataFrame,
    start: str,
    end: str,
    *,
    partner: str | None = None,
    measure: str = "effective_rate",
    n: int = 8,
    ax: Axes | None = None,
) -> Axes:
    """Draw the steps by which one outcome becomes another, by law or group of goods.

    Parameters
    ----------
    exposure : DataFrame
        From `tradeviz.exposure` with ``by`` one of layer, sector, hs2, holding both outcomes.
    start, end : str
        Outcomes of the table.
    partner : str, optional
        Partner code; may be None where the table holds one.
    measure : {"effective_rate", "duty_usd"}
        Duty over all imports of the partner, or in dollars; the ordinary duty is in both.
    n : int
        Steps with a bar of their own, the largest; one bar more holds the rest.
    ax : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        First and last bar from zero, between them a bar per step, from where the last one ended;
        a law in its colour, goods in grey.

    Raises
    ------
    ArgumentError
        For a missing column or split, an empty table, an unknown partner, measure or outcome.

    Examples
    --------
    >>> from tradeviz.trade.exposure import exposure
    >>> table = exposure(["pause", "snapback"], partners="JPN", by="layer")
    >>> axes = outcome_waterfall(table, "pause", "snapback")
    >>> len(axes.patches) >= 3
    True
    """
    chosen(measure, "measure", tuple(_MEASURES))
    flat = need(exposure, _COLUMNS)
    key = split_of(flat, ("layer", "sector", "hs2"))
    ends = [str(item) for item in dict.fromkeys(flat["outcome"])]
    chosen(start, "start", ends)
    chosen(end, "end", ends)
    code = only(flat, "partner", partner)
    part = flat[flat["partner"] == code]
    parts = _parts(part, key, (start, end), measure)
    steps = _steps(parts, key, measure, n)
    with style.scoped():
        titles = [title_of(start), *steps.index.astype(str), title_of(end)]
        figure, axes = canvas(ax, 1.5 + 0.3 * len(titles))
        labels = _fall(axes, parts, steps, measure)
        marks = steps["provisional"].to_numpy(bool)
        names = [titles[0], *(t + (" †" if m else "") for t, m in _pairs(titles[1:-1], marks))]
        axes.set_yticks(range(len(titles)), [folded(t, 190) for t in [*names, titles[-1]]])
        title = _told(parts, steps, (start, end), code, measure)
        style.finish(
            axes,
            title=title,
            subtitle=f"{_from_to(exposure, start, end)}: {_MEASURES[measure]}",
            provisional=bool(marks.any()),
        )
        make_room(axes, labels)
    words = ", ".join(f"{row} {_signed(float(v), measure)}" for row, v in steps["step"].items())
    unit = "percentage points" if measure == "effective_rate" else "billion dollars"
    alt = f"Steps from {titles[0]} to {titles[-1]}. {title}. In {unit}: {words or 'none'}."
    first, last = parts.sum()[[start, end]]
    table = pd.DataFrame(
        {
            "step": titles,
            "change": [np.nan, *steps["step"], np.nan],
            measure: [first, *(first + steps["step"].cumsum()), last],
        }
    )
    style.attach(axes, table.assign(partner=code), alt)
    return axes


def _pairs(titles: list[str], marks: np.ndarray) -> zip[tuple[str, bool]]:
    return zip(titles, marks.tolist(), strict=True)


def _from_to(table: pd.DataFrame, start: str, end: str) -> str:
    days = table.attrs.get("days", {})
    if days.get(start) != days.get(end):
        return f"{under(table, start)}, to {under(table, end)}"
    return f"{title_of(start)} to {under(table, end)}"


def _parts(part: pd.DataFrame, key: str, ends: tuple[str, str], measure: str) -> pd.DataFrame:
    """Return groups down: what each adds to the total of both outcomes, and the marks."""
    part = part.assign(
        group=part[key].astype(str),
        duty=part["base_duty_usd"] + part["added_duty_usd"],
        unsure=part["provisional_share"].fillna(0.0) >= style.PROVISIONAL,
    )
    scale = 1.0
    if measure == "effective_rate":
        imports = part[part["outcome"] == ends[0]]["imports_usd"]
        # By law each row repeats the partner's imports; by goods they add up.
        scale = float(imports.iloc[0] if key == "layer" else imports.sum())
    order = list(dict.fromkeys(part["group"]))
    columns = {
        end: part[part["outcome"] == end].set_index("group")["duty"].reindex(order).fillna(0.0)
        / scale
        for end in ends
    }
    unsure = part[part["outcome"].isin(ends)].groupby("group")["unsure"].any().reindex(order)
    parts = pd.DataFrame(columns)
    parts.attrs["unsure"] = unsure.fillna(False).to_dict()
    return parts


def _steps(parts: pd.DataFrame, key: str, measure: str, n: int) -> pd.DataFrame:
    """Return the steps in the order drawn: laws as they came, goods from rise to fall."""
    start, end = parts.columns[0], parts.columns[-1]
    change = parts[end] - parts[start]
    large = change[change.abs() >= _SMALL[measure]]
    kept = large.abs().sort_values(ascending=False, kind="stable").index[:n]
    shown = change[[group for group in change.index if group in set(kept)]]
    if key != "layer":
        shown = shown.sort_values(ascending=False, kind="stable")
    label, unsure = label_of(key), parts.attrs["unsure"]
    rows = {label(str(g)): (float(v), bool(unsure[g]), str(g)) for g, v in shown.items()}
    rest = change.drop(shown.index)
    # Left out where it would be written as zero.
    if abs(rest.sum()) >= _SMALL[measure]:
        touched = rest[rest != 0].index
        marked = any(bool(unsure[group]) for group in touched)
        rows[f"All other {SPLITS[key]} ({len(touched)})"] = (float(rest.sum()), marked, "")
    return pd.DataFrame.from_dict(rows, orient="index", columns=["step", "provisional", "law"])


def _signed(value: float, measure: str) -> str:
    if measure == "effective_rate":
        return points(value)
    return style.billion(value, 2, sign=True)


def _fall(axes: Axes, parts: pd.DataFrame, steps: pd.DataFrame, measure: str) -> list[Text]:
    ends = (parts.columns[0], parts.columns[-1])
    first, last = (float(parts[end].sum()) for end in ends)
    money = measure == "duty_usd"
    labels: list[Text] = []

    def write(place: int, right: float, text: str, weight: str) -> None:
        labels.append(beside(axes, right, place, text, fontsize=9.5, weight=weight))

    for place, value, end in ((0, first, ends[0]), (len(steps) + 1, last, ends[1])):
        look = style.look(style.OUTCOMES, str(end))
        axes.barh(
            place, value, height=0.7, color=look.colour, hatch=look.hatch, edgecolor="white", lw=0.4
        )
        write(place, value, style.billion(value, 2) if money else style.percent(value, 1), "bold")
    running = first
    changes = zip(steps["step"].astype(float), steps["law"], strict=True)
    for place, (step, law) in enumerate(changes, start=1):
        look = style.LAYERS.get(str(law)) or (UP if step > 0 else DOWN)
        axes.barh(
            place, step, left=running, height=0.7, color=look.colour, hatch=look.hatch,
            edgecolor="white", linewidth=0.4,
        )  # fmt: skip
        axes.plot([running] * 2, [place - 0.65, place + 0.35], color=style.MUTED, lw=0.8)
        write(place, max(running, running + step), _signed(step, measure), "normal")
        running += step
    axes.plot([last] * 2, [len(steps) + 0.35, len(steps) + 1.35], color=style.MUTED, lw=0.8)
    axes.set_ylim(len(steps) + 1.6, -0.6)
    highest = max(first, last, float((first + steps["step"].cumsum()).max()) if len(steps) else 0)
    axes.set_xlim(0, (highest or (1e9 if money else 0.01)) * 1.02)
    (style.billion_axis if money else style.percent_axis)(axes, "x")
    axes.tick_params(axis="y", length=0)
    return labels


def _told(
    parts: pd.DataFrame, steps: pd.DataFrame, ends: tuple[str, str], code: str, measure: str
) -> str:
    first, last = (float(parts[end].sum()) for end in ends)
    if measure == "duty_usd":
        a, b = style.billion(first), f"{style.billion(last)} billion dollars"
    else:
        a, b = style.percent(first, 1), style.percent(last, 1)
    text = f"{name(code)}: {a} becomes {b}"
    if steps.empty:
        return f"{text}; nothing changes"
    most = str(steps["step"].abs().idxmax())
    # A number and its unit stay on one line.
    unit = "\u00a0points" if measure == "effective_rate" else ""
    step = _signed(float(steps["step"][most]), measure)
    return f"{text}; largest step: {most} ({step}{unit})"
