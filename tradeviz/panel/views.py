"""What the panel shows of a state: tables, pictures and the search for a product."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imsave

from tradeviz import charts, tables
from tradeviz.errors import ArgumentError
from tradeviz.law.explain import explain
from tradeviz.lines import lines
from tradeviz.panel.state import OWN, WEIGHTED, State, proportions
from tradeviz.products import product_table
from tradeviz.show.frame import figure_of
from tradeviz.trade.exposure import exposure, exposure_path

_MEANS = ("base_duty_usd", "added_duty_usd", "base_rate", "added_rate", "effective_rate")
_SHARES = ("gdp_share", "export_share", "us_export_share", "provisional_share")
_TOP = 12
_FOUND = 12
_DPI = 96


def expected(weights: Mapping[str, float], partners: object = None) -> pd.DataFrame:
    """Return the mean exposure over outcomes, with weights.

    Parameters
    ----------
    weights : mapping of str to float
        Outcome -> weight; only proportions count.
    partners : str or iterable of str, optional
        Codes or names; the focus five when None.

    Returns
    -------
    DataFrame
        As `tradeviz.exposure`: the outcomes with a weight, then ``weighted``, whose duties, rates
        and shares are their weighted means.

    Raises
    ------
    ArgumentError, OutcomeError
        For an unknown outcome or partner, or no weight above zero.

    Examples
    --------
    >>> table = expected({"pause": 1, "snapback": 1}, partners="JPN")
    >>> rates = table["added_rate"].droplevel("partner")
    >>> bool(abs(rates["weighted"] - (rates["pause"] + rates["snapback"]) / 2) < 1e-12)
    True
    """
    shares = proportions(weights)
    table = exposure(list(shares), partners=partners)  # type: ignore[arg-type]
    weight = table.index.get_level_values("outcome").map(shares).to_numpy(dtype=float)
    columns = [name for name in (*_MEANS, *_SHARES) if name in table]
    sums: pd.DataFrame = (
        table[columns].mul(weight, axis=0).groupby("partner", sort=False).sum(min_count=1)
    )
    first = table.xs(next(iter(shares)), level="outcome")
    mean = first.assign(**{name: sums[name] for name in columns})
    mean.index = pd.MultiIndex.from_product([[WEIGHTED], mean.index], names=table.index.names)
    made: pd.DataFrame = pd.concat([table, mean])
    made.attrs |= table.attrs
    made.attrs["titles"] = {**table.attrs.get("titles", {}), WEIGHTED: "Weighted mean"}
    return made


def exposed(state: State) -> pd.DataFrame:
    """Return the exposure of a state.

    Parameters
    ----------
    state : State
        What is chosen.

    Returns
    -------
    DataFrame
        As `tradeviz.exposure`.

    Raises
    ------
    ArgumentError, OutcomeError
        As `State.outcome` and `expected`.

    Examples
    --------
    >>> len(exposed(State(partners=("JPN",))))
    2
    """
    if state.shown == WEIGHTED:
        return expected(state.weighted(), list(state.partners))
    parts = [
        exposure(state.outcome(end), partners=list(state.partners))
        if end == OWN
        else _shipped(end, state.partners)
        for end in state.ends()
    ]
    return _joined(parts)


@lru_cache(maxsize=32)
def _shipped(name: str, partners: tuple[str, ...]) -> pd.DataFrame:
    """Return the exposure under an outcome that does not change while sliders move."""
    return exposure(name, partners=list(partners))


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Put tables of single outcomes under each other, with what each says about itself."""
    made = pd.concat(parts)
    for part in parts:
        for key, value in part.attrs.items():
            known = made.attrs.get(key)
            if isinstance(known, dict) and isinstance(value, dict):
                made.attrs[key] = {**known, **value}
            else:
                made.attrs[key] = value
    return made


def _single(state: State) -> str:
    """Return the outcome of views that show one: a mean has no products and no path."""
    if state.shown == WEIGHTED:
        raise ArgumentError(
            "a mean over outcomes has none of its own",
            field="outcome",
            value="Weighted mean",
            allowed="choose one outcome",
        )
    return state.shown


def chart(state: State) -> Figure:
    """Draw duty over imports of the partners under both outcomes."""
    table = exposed(state)
    known = [str(end) for end in dict.fromkeys(table.index.get_level_values("outcome"))]
    wanted = state.name if state.beside == OWN else state.beside
    reference = wanted if wanted in known else known[0]
    return figure_of(charts.exposure_by_outcome(table, reference=reference))


def products(state: State) -> Figure:
    """Draw the products that carry the bill of the outcome shown."""
    end = state.outcome(_single(state))
    table = exposure(end, partners=list(state.partners), by="hs10")
    return figure_of(charts.product_bars(table, n=_TOP))


def path(state: State) -> Figure:
    """Draw the rate through time of the law that came."""
    table = _path(state.partners)
    if len(state.partners) == 1:
        return figure_of(charts.rate_path(table, state.partners[0]))
    return figure_of(charts.rate_paths(table, state.partners).flat[0])


@lru_cache(maxsize=8)
def _path(partners: tuple[str, ...]) -> pd.DataFrame:
    return exposure_path(partners=list(partners))


def response(state: State) -> Figure:
    """Draw what trade would do about the outcome shown."""
    from tradeviz.models.response import respond

    end = state.outcome(_single(state))
    table = respond(end, partners=list(state.partners), draws=40)
    return figure_of(charts.response_ranges(table))


def equilibrium(state: State) -> Figure:
    """Draw what wages, prices and trade everywhere make of the outcome shown."""
    from tradeviz.models.equilibrium import equilibrium as solve

    end = state.outcome(_single(state))
    return figure_of(charts.equilibrium_ranges(solve(end, partners=list(state.partners))))


PICTURES: dict[str, Callable[[State], Figure]] = {
    "Chart": chart,
    "Products": products,
    "Over time": path,
    "Response": response,
    "Equilibrium": equilibrium,
}
"""Tab -> what draws it; each is drawn only when it is looked at."""


def png(figure: Figure, *, dpi: float = _DPI) -> bytes:
    """Return a figure as PNG and close it.

    Parameters
    ----------
    figure : Figure
        The figure.
    dpi : float
        Dots per inch.

    Returns
    -------
    bytes
        The picture.

    Examples
    --------
    >>> png(plt.figure())[1:4]
    b'PNG'
    """
    # Drawn once; `savefig` would do so twice, and a panel answers at once.
    figure.set_dpi(dpi)
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    memory = io.BytesIO()
    pixels = np.asarray(canvas.buffer_rgba())
    imsave(memory, pixels, format="png", pil_kwargs={"compress_level": 1})
    plt.close(figure)
    return memory.getvalue()


def svg(figure: Figure) -> bytes:
    """Return a figure as SVG and close it.

    Parameters
    ----------
    figure : Figure
        The figure.

    Returns
    -------
    bytes
        The drawing.

    Examples
    --------
    >>> b"<svg" in svg(plt.figure())
    True
    """
    memory = io.BytesIO()
    figure.savefig(memory, format="svg", facecolor="white")
    plt.close(figure)
    return memory.getvalue()


def table_html(state: State) -> str:
    """Return the table of a state as HTML.

    Parameters
    ----------
    state : State
        What is chosen.

    Returns
    -------
    str
        A table with a caption.

    Examples
    --------
    >>> "<table" in table_html(State(partners=("JPN",)))
    True
    """
    return str(tables.exposure_table(exposed(state))._repr_html_())


def found(text: str) -> list[tuple[str, str]]:
    """Return products by the start of their code or a word of their description.

    Parameters
    ----------
    text : str
        ``8703``, ``8703.23.01.90`` or ``whisky``.

    Returns
    -------
    list of (str, str)
        Code and description, those with the largest imports of 2024 first.

    Raises
    ------
    ArgumentError
        When there is none.

    Examples
    --------
    >>> found("whisky")[0][0][:4]
    '2208'
    """
    wanted = text.strip().replace(".", "").replace(" ", "") if text.strip()[:1].isdigit() else ""
    names = product_table()
    if wanted.isdigit():
        hit = names["hs10"].astype(str).str.startswith(wanted)
    else:
        words = _spelled(text.strip().casefold())
        low = names["description"].astype(str).str.casefold()
        hit = low.str.contains(words[0], regex=False)
        for word in words[1:]:
            hit |= low.str.contains(word, regex=False)
    places = np.flatnonzero(hit.to_numpy()) if text.strip() else np.array([], dtype=int)
    if not len(places):
        raise ArgumentError(
            "no product found",
            field="product",
            value=text,
            allowed="the first digits of a code, or a word of the tariff's own description",
        )
    order = places[np.argsort(-_imports()[places], kind="stable")][:_FOUND]
    codes, texts = names["hs10"].astype(str), names["description"].astype(str)
    return [(codes.iloc[place], texts.iloc[place]) for place in order]


def _spelled(word: str) -> list[str]:
    """Return a word and how the statistics shorten or spell it."""
    other = {
        "whisky": ["whisk"],
        "cars": ["motor car", "pass veh"],
        "car": ["motor car", "pass veh"],
    }
    return [word, *other.get(word, [])]


@lru_cache(maxsize=1)
def _imports() -> np.ndarray[Any, np.dtype[np.float64]]:
    trade = lines()
    size = len(trade.products.hs10)
    return np.bincount(trade.product, weights=trade.value, minlength=size).astype(np.float64)


def reason_html(state: State, hs10: str) -> str:
    """Return why a product pays what it pays, for each partner, as HTML.

    Parameters
    ----------
    state : State
        What is chosen.
    hs10 : str
        Ten digits.

    Returns
    -------
    str
        A table per partner.

    Raises
    ------
    ArgumentError
        For an unknown product.

    Examples
    --------
    >>> "Japan" in reason_html(State(partners=("JPN",)), "8703230190")
    True
    """
    end = state.outcome(_single(state))
    return "\n".join(
        str(tables.explain_table(explain(code, hs10, outcome=end))._repr_html_())
        for code in state.partners
    )
