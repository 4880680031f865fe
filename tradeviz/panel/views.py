"""What the engine and the models say of a state: a table in any thread, its picture in one."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imsave

from tradeviz import charts, tables
from tradeviz.errors import ArgumentError
from tradeviz.law.explain import explain
from tradeviz.law.outcome import Outcome, Wanted
from tradeviz.panel.state import State
from tradeviz.show.frame import figure_of
from tradeviz.trade.exposure import exposure, exposure_path
from tradeviz.whatif.curves import LAWS

WEIGHTED = "weighted"
"""Name of the mean over outcomes in the table of `expected`."""

_MEANS = ("base_duty_usd", "added_duty_usd", "base_rate", "added_rate", "effective_rate")
_SHARES = ("gdp_share", "export_share", "us_export_share", "provisional_share")
_TOP = 12
_DPI = 96
_DRAWS = 40


def expected(weights: Mapping[str, float], partners: object = None) -> pd.DataFrame:
    """Return the mean exposure over outcomes, with weights."""
    total = sum(weights.values())
    if total <= 0 or min(weights.values()) < 0:
        raise ArgumentError(
            "no weights", field="weights", value=dict(weights), allowed="one above 0"
        )
    shares = {name: value / total for name, value in weights.items() if value > 0}
    table = exposure(list(shares), partners=partners)  # type: ignore[arg-type]
    weight = table.index.get_level_values("outcome").map(shares).to_numpy(dtype=float)
    columns = [name for name in (*_MEANS, *_SHARES) if name in table]
    sums: pd.DataFrame = (
        table[columns].mul(weight, axis=0).groupby("partner", sort=False).sum(min_count=1)
    )
    first = table.xs(next(iter(shares)), level="outcome")
    mean = first.assign(**{name: sums[name] for name in columns})
    mean.index = pd.MultiIndex.from_product([[WEIGHTED], mean.index], names=table.index.names)
    joined: pd.DataFrame = pd.concat([table, mean])
    joined.attrs |= table.attrs
    joined.attrs["titles"] = {**table.attrs.get("titles", {}), WEIGHTED: "Weighted mean"}
    return joined


def exposed(state: State) -> pd.DataFrame:
    """Return the exposure under the pause and under the terms."""
    terms = state.terms()
    outcomes: list[Wanted] = [terms] if terms.name == LAWS[0] else [LAWS[0], terms]
    return exposure(outcomes, partners=list(state.partners))


def chart(table: pd.DataFrame, _: State) -> Figure:
    """Draw duty over imports under the pause and under the terms."""
    return figure_of(charts.exposure_by_outcome(table, reference=str(table.index[0][0])))


def _draw_path(table: pd.DataFrame, state: State) -> Figure:
    if len(state.partners) == 1:
        return figure_of(charts.rate_path(table, state.partners[0]))
    return figure_of(charts.rate_paths(table, state.partners).flat[0])


def _compared(state: State) -> Outcome:
    """Return the terms where they can be compared with the pause: not where they are the pause."""
    terms = state.terms()
    if terms.name == LAWS[0]:
        raise ArgumentError("nothing is set, so nothing changes", field="terms", allowed="a rate")
    return terms


def _response(state: State) -> pd.DataFrame:
    from tradeviz.models.response import respond

    return respond(_compared(state), partners=list(state.partners), draws=_DRAWS)


def _equilibrium(state: State) -> pd.DataFrame:
    from tradeviz.models.equilibrium import equilibrium

    return equilibrium(_compared(state), partners=list(state.partners))


class View(NamedTuple):
    """A tab: what works out its table, what draws it, and whether the terms change it."""

    work: Callable[[State], pd.DataFrame]
    draw: Callable[[pd.DataFrame, State], Figure]
    of_terms: bool = True


VIEWS: dict[str, View] = {
    "Products": View(
        lambda state: exposure(state.terms(), partners=list(state.partners), by="hs10"),
        lambda table, _: figure_of(charts.product_bars(table, n=_TOP)),
    ),
    "Over time": View(
        lambda state: exposure_path(partners=list(state.partners)), _draw_path, of_terms=False
    ),
    "Response": View(_response, lambda table, _: figure_of(charts.response_ranges(table))),
    "Equilibrium": View(_equilibrium, lambda table, _: figure_of(charts.equilibrium_ranges(table))),
}
"""Tab -> view; each is worked out only when it is looked at."""


def png(figure: Figure, *, dpi: float = _DPI) -> bytes:
    """Return a figure as PNG and close it."""
    # Drawn once; `savefig` would do so twice.
    figure.set_dpi(dpi)
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    memory = io.BytesIO()
    pixels = np.asarray(canvas.buffer_rgba())
    imsave(memory, pixels, format="png", pil_kwargs={"compress_level": 1})
    plt.close(figure)
    return memory.getvalue()


def svg(figure: Figure) -> bytes:
    """Return a figure as SVG and close it."""
    memory = io.BytesIO()
    figure.savefig(memory, format="svg", facecolor="white")
    plt.close(figure)
    return memory.getvalue()


def mean_html(weights: Mapping[str, float], partners: tuple[str, ...]) -> str:
    """Return the mean over outcomes, with weights, as an HTML table."""
    return str(tables.exposure_table(expected(weights, list(partners)))._repr_html_())


def reason_html(state: State, hs10: str) -> str:
    """Return why a product pays what it pays, for each partner, as HTML."""
    terms = state.terms()
    return "\n".join(
        str(tables.explain_table(explain(code, hs10, outcome=terms))._repr_html_())
        for code in state.partners
    )
