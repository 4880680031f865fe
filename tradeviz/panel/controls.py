"""The controls of the panel: each with a label and a place for what is wrong with its entry."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from tradeviz.law.outcome import names, title_of
from tradeviz.law.record import coverage
from tradeviz.lines import lines
from tradeviz.panel.state import LAYERS, OWN, WEIGHTED, State, titles
from tradeviz.partners import FOCUS, name

_WIDE = {"description_width": "9.5em"}
_SHORT = {"description_width": "8em"}
_FULL = widgets.Layout(width="auto")
_RULES = {"On top of the ordinary duty": "add", "Ceiling, ordinary duty included": "ceiling"}
_SLIDERS = {"reciprocal": "Reciprocal, %", "cars": "Cars, parts, %", "metals": "Metals, %"}
_START = {"reciprocal": 15, "cars": 25, "metals": 50}


class Controls:
    """All controls, and the state they stand for.

    Parameters
    ----------
    state : State
        What they show at first.
    changed : callable
        Called without arguments after every change by the user.
    """

    def __init__(self, state: State, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._quiet = False
        self.partners = {
            code: widgets.Checkbox(
                value=code in state.partners, description=name(code), indent=False, layout=_FULL
            )
            for code in FOCUS
        }
        more = {name(code): code for code in lines().partners if code not in FOCUS}
        first = next((code for code in state.partners if code not in FOCUS), "")
        self.other = widgets.Dropdown(
            options={"none": "", **dict(sorted(more.items()))}, value=first,
            description="Another partner", style=_WIDE, layout=_FULL,
        )  # fmt: skip
        self.shown = widgets.Dropdown(
            options=titles(), value=state.shown, description="Outcome", style=_WIDE, layout=_FULL
        )
        # A mean is made of outcomes: it is shown with them, and none is compared with it.
        others = {title: end for title, end in titles().items() if end != WEIGHTED}
        self.beside = widgets.Dropdown(
            options={"nothing": "", **others}, value=state.beside, description="Compare with",
            style=_WIDE, layout=_FULL,
        )  # fmt: skip
        self.own = {
            key: widgets.Checkbox(
                value=state.rates.get(key) is not None, indent=False, layout=_FULL,
                description="set", tooltip=f"Set {title.split(',')[0].lower()}, or leave the law's",
            )
            for key, title in _SLIDERS.items()
        }  # fmt: skip
        self.sliders = {
            key: widgets.IntSlider(
                value=_START[key] if state.rates.get(key) is None else state.rates[key], min=0,
                max=100, description=title, style=_SHORT, layout=_FULL,
            )
            for key, title in _SLIDERS.items()
        }  # fmt: skip
        self.rule = widgets.Dropdown(
            options=_RULES, value=state.rule, description="Rates are", style=_SHORT, layout=_FULL
        )
        self.day = widgets.DatePicker(
            value=state.day, description="Law of", style=_SHORT, layout=_FULL,
        )  # fmt: skip
        self.weights = {
            key: widgets.IntSlider(
                value=state.weights.get(key, 0), min=0, max=10, description=title_of(key),
                style=_WIDE, layout=_FULL,
            )
            for key in names()
        }  # fmt: skip
        self.name = widgets.Text(
            value=state.name,
            description="Name of own terms",
            style={"description_width": "initial"},
            layout=_FULL,
        )
        self.wrong = {key: widgets.HTML() for key in ("partners", "day", "weights", "outcome")}
        self._watch()

    def _watch(self) -> None:
        choices = (self.other, self.shown, self.beside, self.rule, self.day, self.name)
        for one in (*self.partners.values(), *choices):
            one.observe(lambda _: self._moved(), "value")
        # Whoever sets a rate or a weight wants to see what it does.
        for key in _SLIDERS:
            self.own[key].observe(lambda _: self._moved(OWN), "value")
            self.sliders[key].observe(lambda _, key=key: self._moved(OWN, self.own[key]), "value")
        for one in self.weights.values():
            one.observe(lambda _: self._moved(WEIGHTED), "value")

    def _moved(self, shown: str = "", box: Any = None) -> None:
        """Follow a change by the user: tick its box, show what it is part of, and say so once."""
        if self._quiet:
            return
        if box is not None:
            self._set(box, True)
        if shown:
            self._set(self.shown, shown)
        self._changed()

    def _set(self, control: Any, value: object) -> None:
        """Set a control without a call of its own: one change by the user is one drawing."""
        self._quiet = True
        try:
            control.value = value
        finally:
            self._quiet = False

    def say(self, key: str, text: str) -> None:
        """Write what is wrong beside a control; nothing when all is well."""
        wanted = alert(text) if text else ""
        if self.wrong[key].value != wanted:
            self.wrong[key].value = wanted

    def state(self) -> State | None:
        """Return what is chosen, or None when an entry is wrong, which is then said beside it."""
        codes = tuple(code for code, box in self.partners.items() if box.value)
        codes += (self.other.value,) if self.other.value else ()
        day = self.day.value
        self.say("partners", "" if codes else "Choose at least one partner.")
        first, last = coverage()
        inside = isinstance(day, dt.date) and first <= day <= last
        self.say("day", "" if inside else f"Choose a day from {first} to {last}.")
        weights = {key: one.value for key, one in self.weights.items() if one.value}
        used = self.shown.value == WEIGHTED
        self.say("weights", "Give at least one outcome a weight." if used and not weights else "")
        if not codes or not inside or (used and not weights):
            return None
        return State(
            partners=codes,
            shown=self.shown.value,
            beside=self.beside.value,
            rates={key: self.sliders[key].value if self.own[key].value else None for key in LAYERS},
            rule=self.rule.value,
            day=day,
            weights=weights,
            name=self.name.value.strip(),
        )

    def box(self) -> widgets.VBox:
        """Return the controls in one column."""
        for key in _SLIDERS:
            self.own[key].layout = widgets.Layout(width="auto", flex="0 0 auto")
            self.sliders[key].layout = widgets.Layout(flex="1 1 auto", width="auto", min_width="0")
        terms = [widgets.HBox([self.sliders[key], self.own[key]]) for key in _SLIDERS]
        own = widgets.VBox([*terms, self.rule, self.day, self.wrong["day"]])
        weights = widgets.VBox([*self.weights.values(), self.wrong["weights"]])
        folded = widgets.Accordion([own, weights], selected_index=0)
        folded.set_title(0, "Own terms, for the partners chosen")
        folded.set_title(1, "Weights of outcomes")
        grid = widgets.GridBox(
            list(self.partners.values()),
            layout=widgets.Layout(grid_template_columns="repeat(2, minmax(0, 1fr))"),
        )
        return widgets.VBox(
            [
                widgets.HTML("<b>Partners</b>"), grid, self.other, self.wrong["partners"],
                self.shown, self.beside, self.wrong["outcome"], folded,
            ],
            layout=widgets.Layout(width="32em", max_width="100%", flex="0 1 auto"),
        )  # fmt: skip


def alert(text: str) -> str:
    """Return a fault as HTML that a screen reader speaks at once.

    Parameters
    ----------
    text : str
        What is wrong.

    Returns
    -------
    str
        A span in JupyterLab's colour of errors.

    Examples
    --------
    >>> alert("a < b").endswith("a &lt; b</span>")
    True
    """
    color = "var(--jp-error-color1, #b00020)"
    return f'<span role="alert" style="color:{color}">{html.escape(text)}</span>'
