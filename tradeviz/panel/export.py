"""Files that the panel writes: own terms, tables and pictures, each whole or not at all."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from tradeviz.errors import ArgumentError
from tradeviz.files import csv_text, write_whole
from tradeviz.panel.state import State
from tradeviz.panel.views import chart, exposed, png, svg

_PRINT_DPI = 200


def _csv(state: State) -> bytes:
    text = csv_text(exposed(state).reset_index())
    return text.encode("utf-8")


def _excel(state: State) -> bytes:
    memory = io.BytesIO()
    table = exposed(state).reset_index()
    table.to_excel(memory, sheet_name="exposure", index=False, engine="xlsxwriter")
    return memory.getvalue()


MAKERS: dict[str, tuple[str, Callable[[State], bytes]]] = {
    "CSV": ("csv", _csv),
    "Excel": ("xlsx", _excel),
    "PNG": ("png", lambda state: png(chart(exposed(state), state), dpi=_PRINT_DPI)),
    "SVG": ("svg", lambda state: svg(chart(exposed(state), state))),
}
"""Format -> ending and what makes the content."""


def save(state: State, folder: Path) -> Path:
    """Write the own terms as an outcome file, ``NAME.toml``."""
    if not state.is_set:
        raise ArgumentError("no rate is set", field="terms", allowed="at least one of the sliders")
    target = folder / f"{state.name}.toml"
    write_whole(target, state.toml().encode("utf-8"))
    return target


def export(state: State, form: str, folder: Path) -> Path:
    """Write table or chart of a state as ``exposure-OUTCOME.ending``; `form` is one of `MAKERS`."""
    ending, make = MAKERS[form]
    target = folder / f"exposure-{state.terms().name}.{ending}"
    write_whole(target, make(state))
    return target
