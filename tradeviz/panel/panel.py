"""The panel: controls on the left, what follows from them on the right, drawn once per change."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import matplotlib.pyplot as plt
from IPython import get_ipython

from tradeviz.errors import ArgumentError, TradevizError
from tradeviz.law.outcome import outcome as read_outcome
from tradeviz.law.outcome import title_of
from tradeviz.panel import views
from tradeviz.panel.controls import Controls, alert
from tradeviz.panel.export import MAKERS, export, save
from tradeviz.panel.state import OWN, WEIGHTED, State
from tradeviz.partners import FOCUS, name, resolve
from tradeviz.show.picture import bundle

_TABS = ("Chart", "Table", "Products", "Over time", "Why?", "Response", "Equilibrium")
_PAUSE = 0.002  # seconds: long enough to let the positions of a slider that are waiting go by


class Panel:
    """An interactive view of what terms cost.

    Parameters
    ----------
    state : State
        What is chosen at first.
    folder : Path
        Where files are written.

    Notes
    -----
    In JupyterLab it shows its controls. Where these do not live, in a saved notebook, a report or
    a test, it is the chart of what was chosen at first, with its data as text.
    """

    def __init__(self, state: State, folder: Path) -> None:
        self._folder = folder
        self._first = state
        self._state = state
        self._drawn: dict[str, State] = {}
        self._explained: tuple[State, str] | None = None
        self._waiting = False
        self.controls = Controls(state, self._changed)
        self.pictures = {
            key: widgets.Image(format="png", layout=widgets.Layout(max_width="100%"))
            for key in views.PICTURES
        }
        self.table = widgets.HTML()
        self.search = widgets.Text(
            placeholder="whisky, or 8703", description="Product", continuous_update=False
        )
        self.matches = widgets.Dropdown(options=[], description="Found", disabled=True)
        self.reason = widgets.HTML()
        self.message = widgets.HTML()
        self.status = widgets.HTML()
        self.saver = widgets.Button(description="Save this outcome", button_style="primary")
        self.exporters = {key: widgets.Button(description=key) for key in MAKERS}
        self.copier = widgets.Button(description="Copy as code")
        self.code = widgets.Textarea(
            description="Code", rows=5, layout=widgets.Layout(width="100%", display="none")
        )
        self.tabs = widgets.Tab(children=self._pages(), titles=_TABS)
        self._connect()
        self.widget = self._layout()
        self._draw()

    @property
    def state(self) -> State:
        """Return the last choice without a fault."""
        return self._state

    def _pages(self) -> list[widgets.Widget]:
        why = widgets.VBox([self.search, self.matches, self.reason])
        own = {"Table": self.table, "Why?": why}
        return [own.get(key) or self.pictures[key] for key in _TABS]

    def _connect(self) -> None:
        self.tabs.observe(lambda _: self._draw(), "selected_index")
        self.search.observe(lambda _: self._look_up(), "value")
        self.matches.observe(lambda _: self._explain(), "value")
        self.saver.on_click(lambda _: self._try(self._save))
        for key, button in self.exporters.items():
            button.on_click(lambda _, key=key: self._try(lambda: self._export(key)))
        self.copier.on_click(lambda _: self._try(self._copy))

    def _layout(self) -> widgets.Widget:
        wrap = widgets.Layout(flex_flow="row wrap")
        actions = widgets.HBox([self.saver, *self.exporters.values(), self.copier], layout=wrap)
        right = widgets.VBox(
            [self.status, self.tabs, self.controls.name, actions, self.message, self.code],
            layout=widgets.Layout(flex="1 1 30em", min_width="0", width="auto"),
        )
        box = widgets.HBox([self.controls.box(), right], layout=wrap)
        box.add_class("tradeviz-explore")
        style = widgets.HTML(f"<style>{_STYLE}</style>")
        return widgets.VBox([style, box])

    def _changed(self) -> None:
        """Draw once for all changes that wait: a drag of a slider sends many."""
        if not hasattr(get_ipython(), "kernel"):
            self._draw()
        elif not self._waiting:
            self._waiting = True
            asyncio.get_running_loop().call_later(_PAUSE, self._drain)

    def _drain(self) -> None:
        self._waiting = False
        self._draw()

    def _draw(self) -> None:
        found = self.controls.state()
        if found is None:
            return
        self._state = found
        key = _TABS[self.tabs.selected_index or 0]
        if self._drawn.get(key) == found:
            return
        try:
            if key == "Table":
                self.table.value = views.table_html(found)
            elif key == "Why?":
                self._explain()
            else:
                self.pictures[key].value = views.png(views.PICTURES[key](found))
        except TradevizError as error:
            self.controls.say("outcome", f"{key}: {error}")
            return
        self.controls.say("outcome", "")
        self._drawn[key] = found
        said = _said(found)
        self.status.value = f'<p role="status">{html.escape(said)}</p>'

    def _look_up(self) -> None:
        try:
            matches = views.found(self.search.value)
        except TradevizError as error:
            self.matches.options, self.matches.disabled = [], True
            self._explained = None
            self.reason.value = alert(str(error))
            return
        self.matches.disabled = False
        self.matches.options = [(f"{code} {text}", code) for code, text in matches]
        self.matches.value = matches[0][0]
        self._explain()

    def _explain(self) -> None:
        wanted = (self._state, self.matches.value)
        # New options and a new choice both lead here; the answer is worked out once.
        if not self.matches.value or wanted == self._explained:
            return
        self._explained = wanted
        try:
            self.reason.value = views.reason_html(self._state, self.matches.value)
        except TradevizError as error:
            self.reason.value = alert(str(error))

    def _try(self, action: Any) -> None:
        try:
            action()
        except TradevizError as error:
            self.message.value = alert(str(error))

    def _save(self) -> None:
        file = save(self._chosen(), self._folder)
        self.message.value = (
            f"Saved {_file(file)}. In a shell: <code>tradeviz exposure --outcome "
            f"{html.escape(file.name)}</code>"
        )

    def _export(self, form: str) -> None:
        self.message.value = f"Wrote {_file(export(self._chosen(), form, self._folder))}."

    def _copy(self) -> None:
        self.code.value = self._chosen().code()
        self.code.layout.display = None
        self.message.value = "Select the lines below and copy them (Ctrl+A, Ctrl+C)."

    def _chosen(self) -> State:
        found = self.controls.state()
        if found is not None:
            self._state = found
        return self._state

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the live panel, and for where it cannot live the chart of the first choice."""
        figure = views.chart(self._first)
        data, metadata = bundle(figure)
        # An open figure would be shown once more at the end of the cell.
        plt.close(figure)
        live = self.widget._repr_mimebundle_() or {}
        kind = "application/vnd.jupyter.widget-view+json"
        return {**data, **({kind: live[kind]} if kind in live else {})}, metadata


def explore(
    partners: str | Iterable[str] | None = None,
    *,
    outcome: str = "snapback",
    beside: str = "pause",
    folder: str | Path = ".",
) -> Panel:
    """Return a panel to choose partners and terms and see what they cost.

    Parameters
    ----------
    partners : str or iterable of str, optional
        Codes or names chosen at first; the focus five when None.
    outcome, beside : str
        Names of the outcomes chosen at first; `beside` may be empty.
    folder : str or Path
        Where "Save" and "Export" write.

    Returns
    -------
    Panel
        Shown as the last line of a cell. `Panel.state` is what is chosen.

    Raises
    ------
    ArgumentError, OutcomeError
        For an unknown partner or outcome, or a folder that is none.

    Examples
    --------
    >>> explore("Japan").state.partners
    ('JPN',)
    """
    place = Path(folder)
    if not place.is_dir():
        raise ArgumentError("no such folder", field="folder", value=place)
    for end in (outcome, beside):
        if end:
            read_outcome(end)
    codes = tuple(FOCUS if partners is None else resolve(partners))
    return Panel(State(partners=codes, shown=outcome, beside=beside), place)


def _said(state: State) -> str:
    who = ", ".join(name(code) for code in state.partners)
    ends = {OWN: "own terms", WEIGHTED: "weighted mean"}
    shown = ends.get(state.shown) or title_of(state.shown)
    if state.shown == WEIGHTED:
        return f"{who}: {shown} of outcomes"
    other = ends.get(state.beside) or (title_of(state.beside) if state.beside else "nothing")
    return f"{who}: {shown} beside {other}"


def _file(path: Path) -> str:
    return f"<code>{html.escape(path.name)}</code>"


_STYLE = """
.tradeviz-explore, .tradeviz-explore .widget-html-content, .tradeviz-explore table {
  color: var(--jp-ui-font-color1, #222); font-size: var(--jp-ui-font-size1, 13px); }
.tradeviz-explore img { background: #fff; }
.tradeviz-explore table { border-collapse: collapse; }
.tradeviz-explore th, .tradeviz-explore td { padding: 0.2em 0.6em; text-align: left;
  border-bottom: 1px solid var(--jp-border-color2, #ccc); }
.tradeviz-explore :is(input, select, button, textarea):focus-visible {
  outline: 2px solid var(--jp-brand-color1, #1976d2); outline-offset: 1px; }
"""
