"""The panel: sliders that answer by themselves, and the engine and the models as they arrive."""

from __future__ import annotations

import asyncio
import html
import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets as widgets
import matplotlib.pyplot as plt
import pandas as pd
import traitlets
from IPython import get_ipython

from tradeviz.arguments import checked
from tradeviz.errors import ArgumentError, TradevizError, choose
from tradeviz.law.outcome import names, title_of
from tradeviz.lines import lines
from tradeviz.panel import views
from tradeviz.panel.export import MAKERS, export, save
from tradeviz.panel.search import found
from tradeviz.panel.state import State
from tradeviz.partners import FOCUS, name, resolve
from tradeviz.show.letters import lowered
from tradeviz.show.picture import bundle
from tradeviz.whatif import page
from tradeviz.whatif.curves import LAWS, LAYERS, RULES
from tradeviz.whatif.tabulate import tabulated

_LIVE = "application/vnd.jupyter.widget-view+json"
_TABS = (*views.VIEWS, "Why?", "Mean")
_REACH = ("The partner chosen above", "The partners listed first", "Everyone")
_WIDE = widgets.Layout(width="auto", max_width="36em")
_STYLE = {"description_width": "9.5em"}


class Sliders(anywidget.AnyWidget):
    """The what-if page as a widget: the same table, fragment, style and script.

    It answers without a kernel; `state` tells the kernel, once a drag pauses, what is set.
    """

    _esm = traitlets.Unicode("").tag(sync=True)
    _css = traitlets.Unicode("").tag(sync=True)
    html = traitlets.Unicode("").tag(sync=True)
    table = traitlets.Unicode("").tag(sync=True)
    state = traitlets.Dict().tag(sync=True)


def _sliders(partners: tuple[str, ...], law: str) -> Sliders:
    table = tabulated()
    state = {"law": law, "rule": RULES[0], "rates": [None] * len(LAYERS), "partner": partners[0]}
    return Sliders(
        _esm=page.module(),
        _css=page.style(theme="[data-jp-theme-light=false]"),
        html=page.fragment(table, prefix="panel", free=True, first=state, shown=partners),
        table=page.as_json(table),
        state=state,
    )


class Panel:
    """An interactive view of what terms cost; `explore` makes one.

    Sliders answer in the browser. What Python works out runs in a thread of its own, only for the
    tab that is looked at and only for the last setting, so nothing waits behind it. Where widgets
    do not live, in a report or a test, the panel is the chart of its first state.
    """

    def __init__(self, partners: tuple[str, ...], law: str, folder: Path) -> None:
        self._folder, self._listed = folder, partners
        self._first = State(partners, law)
        self._wanted: tuple[str, State] | None = None
        # What a tab shows, and the line that says so.
        self._drawn: dict[str, tuple[State, str]] = {}
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="tradeviz-panel")
        self._busy = False
        self.sliders = _sliders(partners, law)
        self.reach = widgets.Dropdown(
            options=_REACH, description="The terms are for", style=_STYLE, layout=_WIDE
        )
        self.name = widgets.Text(
            "my_terms", description="Their name", continuous_update=False, style=_STYLE,
            layout=_WIDE,
        )  # fmt: skip
        self.pictures = {
            key: widgets.Image(format="png", layout=widgets.Layout(max_width="100%"))
            for key in views.VIEWS
        }
        self.search = widgets.Text(
            placeholder="tyres, whiskey or 8703", description="Product", continuous_update=False
        )
        self.matches = widgets.Dropdown(options=[], description="Found", disabled=True)
        self.matches.layout.width = "auto"
        self.weights = {
            key: widgets.IntSlider(
                int(key == LAWS[0]), 0, 10, description=title_of(key), style=_STYLE, layout=_WIDE
            )
            for key in names()
        }
        self.texts = {key: widgets.HTML() for key in ("Why?", "Mean", "status", "message")}
        self.saver = widgets.Button(description="Save the terms", button_style="primary")
        self.exporters = {key: widgets.Button(description=key) for key in MAKERS}
        self.copier = widgets.Button(description="Copy as code")
        self.code = widgets.Textarea(
            description="Code", rows=6, layout=widgets.Layout(width="100%", display="none")
        )
        self.tabs = widgets.Tab(children=self._pages(), titles=_TABS)
        self._connect()
        self.widget = self._layout()
        self._ask()

    @property
    def state(self) -> State:
        """Return what is chosen."""
        chosen = self.sliders.state
        everyone = (chosen["partner"], *(x for x in lines().partners if x != chosen["partner"]))
        partners = dict(zip(_REACH, ((chosen["partner"],), self._listed, everyone), strict=True))
        rates = dict(zip(LAYERS, chosen["rates"], strict=True))
        reach = partners[self.reach.value]
        return State(reach, chosen["law"], chosen["rule"], rates, self.name.value.strip())

    def _pages(self) -> list[widgets.Widget]:
        own = {
            "Why?": widgets.VBox([self.search, self.matches, self.texts["Why?"]]),
            "Mean": widgets.VBox([*self.weights.values(), self.texts["Mean"]]),
        }
        return [own.get(key) or self.pictures[key] for key in _TABS]

    def _connect(self) -> None:
        for control, trait in ((self.sliders, "state"), (self.tabs, "selected_index")):
            control.observe(lambda _: self._ask(), trait)
        for control in (self.reach, self.name, self.matches, *self.weights.values()):
            control.observe(lambda _: self._ask(), "value")
        self.search.observe(lambda _: self._look_up(), "value")
        self.saver.on_click(lambda _: self._try(self._save))
        for key, button in self.exporters.items():
            button.on_click(lambda _, key=key: self._try(lambda: self._export(key)))
        self.copier.on_click(lambda _: self._try(self._copy))

    def _layout(self) -> widgets.Widget:
        wrap = widgets.Layout(flex_flow="row wrap")
        actions = widgets.HBox([self.saver, *self.exporters.values(), self.copier], layout=wrap)
        terms = widgets.HBox([self.reach, self.name], layout=wrap)
        below = [terms, self.texts["status"], self.tabs, actions, self.texts["message"], self.code]
        box = widgets.VBox([self.sliders, *below])
        box.add_class("tradeviz-explore")
        return box

    def _ask(self) -> None:
        """Want the tab looked at for the last setting; what was wanted before is dropped."""
        key, state = _TABS[self.tabs.selected_index or 0], self.state
        self._wanted = (key, state)
        if key not in views.VIEWS:
            self._tell(key, state)
        elif not hasattr(get_ipython(), "kernel"):
            self._show(key, state, *_timed(views.VIEWS[key].work, state))
        elif not self._busy:
            self._busy = True
            self._task = asyncio.get_running_loop().create_task(self._work())

    async def _work(self) -> None:
        """Work out what is wanted until nothing newer is."""
        try:
            while (wanted := self._wanted) is not None and wanted[0] in views.VIEWS:
                key, state = wanted
                drawn, line = self._drawn.get(key, (None, ""))
                if drawn != state:
                    self._say(f"{key}, {_said(state)}: being worked out …")
                    work = views.VIEWS[key].work
                    loop = asyncio.get_running_loop()
                    answer = await loop.run_in_executor(self._worker, _timed, work, state)
                    if self._wanted == wanted:
                        self._show(key, state, *answer)
                else:
                    # Of another tab, or of a setting that was dropped, something else was said.
                    self._say(line)
                if self._wanted == wanted:
                    return
        finally:
            self._busy = False

    def _show(
        self, key: str, state: State, table: pd.DataFrame | TradevizError, seconds: float
    ) -> None:
        if isinstance(table, TradevizError):
            # That of the setting before is none of this one, and a browser frames an empty one.
            self.pictures[key].value, self.pictures[key].layout.visibility = b"", "hidden"
            self._drawn.pop(key, None)
            self._say(f"{key}: {table}", wrong=True)
            return
        self.pictures[key].value = views.png(views.VIEWS[key].draw(table, state))
        self.pictures[key].layout.visibility = "visible"
        about = "" if views.VIEWS[key].of_terms else " (the law that came, whatever is set)"
        line = f"{key}, {_said(state)}{about}: worked out in {seconds:.1f} s"
        self._drawn[key] = state, line
        self._say(line)

    def _tell(self, key: str, state: State) -> None:
        """Fill a tab of text, which takes no time worth a thread."""
        self.texts["status"].value = ""
        try:
            if key == "Mean":
                weights = {end: slider.value for end, slider in self.weights.items()}
                self.texts[key].value = views.mean_html(weights, self._listed)
            elif self.matches.value:
                first = replace(state, partners=state.partners[:1])
                self.texts[key].value = views.reason_html(first, self.matches.value)
        except TradevizError as error:
            self.texts[key].value = alert(str(error))

    def _look_up(self) -> None:
        try:
            hits = found(self.search.value)
        except TradevizError as error:
            self.matches.options, self.matches.disabled = [], True
            self.texts["Why?"].value = alert(str(error))
            return
        self.matches.disabled = False
        self.matches.options = [(label, code) for code, label in hits]
        self.matches.value = hits[0][0]
        self._ask()

    def _say(self, text: str, *, wrong: bool = False) -> None:
        said = alert(text) if wrong else f'<p role="status">{html.escape(text)}</p>'
        self.texts["status"].value = said

    def _try(self, action: Callable[[], str]) -> None:
        try:
            self.texts["message"].value = action()
        except TradevizError as error:
            self.texts["message"].value = alert(str(error))

    def _save(self) -> str:
        file = html.escape(save(self.state, self._folder).name)
        return f"Saved {file}. In a shell: <code>tradeviz exposure --outcome {file}</code>"

    def _export(self, form: str) -> str:
        return f"Wrote {html.escape(export(self.state, form, self._folder).name)}."

    def _copy(self) -> str:
        self.code.value = self.state.code()
        self.code.layout.display = None
        return "Select the lines below and copy them (Ctrl+A, Ctrl+C)."

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the live panel, and for where it cannot live the chart of its first state."""
        figure = views.chart(views.exposed(self._first), self._first)
        data, metadata = bundle(figure)
        # An open figure would be shown once more at the end of the cell.
        plt.close(figure)
        live = self.widget._repr_mimebundle_() or {}
        return {**data, **({_LIVE: live[_LIVE]} if _LIVE in live else {})}, metadata


def _timed(
    work: Callable[[State], pd.DataFrame], state: State
) -> tuple[pd.DataFrame | TradevizError, float]:
    """Return what a view works out, or what is wrong with the state, and seconds taken."""
    start = time.perf_counter()
    try:
        return work(state), time.perf_counter() - start
    except TradevizError as error:
        return error, time.perf_counter() - start


def _said(state: State) -> str:
    names_of = [name(code) for code in state.partners]
    who = ", ".join(names_of) if len(names_of) <= len(FOCUS) else f"{len(names_of)} partners"
    return f"{who}: {'own terms' if state.is_set else lowered(title_of(state.law))}"


def alert(text: str) -> str:
    """Return a fault as HTML that a screen reader speaks at once."""
    color = "var(--jp-error-color1, #b00020)"
    return f'<span role="alert" style="color:{color}">{html.escape(text)}</span>'


@checked
def explore(
    partners: str | Iterable[str] | None = None, *, law: str = LAWS[0], folder: str | Path = "."
) -> Panel:
    """Return a panel to set terms and see what they cost.

    Parameters
    ----------
    partners : str or iterable of str, optional
        Codes or names listed first; the focus five when None.
    law : {"pause", "in_force"}
        The law underneath at first.
    folder : str or Path
        Where "Save" and the exports write.

    Returns
    -------
    Panel
        Shown as the last line of a cell. `Panel.state` is what is chosen.

    Raises
    ------
    ArgumentError
        For an unknown partner or law, or a folder that is none.

    Examples
    --------
    >>> explore("Japan").state.partners
    ('JPN',)
    """
    place = Path(folder)
    # A name too long for the system is no folder either.
    if not os.path.isdir(place):
        raise ArgumentError("no such folder", field="folder", value=place)
    choose(law, LAWS, "law", "no such law")
    codes = tuple(FOCUS if partners is None else resolve(partners))
    return Panel(codes, law, place)
