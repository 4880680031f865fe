"""Files that the panel writes: own terms, tables and pictures, each whole or not at all."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from tradeviz.errors import ArgumentError
from tradeviz.files import write_whole
from tradeviz.panel.state import OWN, State
from tradeviz.panel.views import chart, exposed, png, svg

_PRINT_DPI = 200


def _csv(state: State) -> bytes:
    text = exposed(state).reset_index().to_csv(index=False, lineterminator="\n")
    return text.encode("utf-8")


def _excel(state: State) -> bytes:
    memory = io.BytesIO()
    table = exposed(state).reset_index()
    table.to_excel(memory, sheet_name="exposure", index=False, engine="xlsxwriter")
    return memory.getvalue()


MAKERS: dict[str, tuple[str, Callable[[State], bytes]]] = {
    "CSV": ("csv", _csv),
    "Excel": ("xlsx", _excel),
    "PNG": ("png", lambda state: png(chart(state), dpi=_PRINT_DPI)),
    "SVG": ("svg", lambda state: svg(chart(state))),
}
"""Format -> ending and what makes the content."""


def put(folder: Path, name: str, content: bytes) -> Path:
    """Write a file beside its place and move it there.

    Parameters
    ----------
    folder : Path
        An existing folder.
    name : str
        File name.
    content : bytes
        All of it.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ArgumentError
        When it cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     put(Path(folder), "a.txt", b"x").read_bytes()
    b'x'
    """
    target = folder / name
    write_whole(target, content)
    return target


def save(state: State, folder: Path) -> Path:
    """Write the own terms as an outcome file.

    Parameters
    ----------
    state : State
        What is chosen.
    folder : Path
        An existing folder.

    Returns
    -------
    Path
        ``NAME.toml``.

    Raises
    ------
    ArgumentError
        For a name that is none, when there are no terms of one's own, or it cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     save(State(), Path(folder)).name
    'my_terms.toml'
    """
    if not state.content()["change"]:
        raise ArgumentError("no rate is set", field="terms", allowed="at least one of the sliders")
    return put(folder, f"{state.name}.toml", state.toml().encode("utf-8"))


def export(state: State, form: str, folder: Path) -> Path:
    """Write table or chart of a state.

    Parameters
    ----------
    state : State
        What is chosen.
    form : {"CSV", "Excel", "PNG", "SVG"}
        Which.
    folder : Path
        An existing folder.

    Returns
    -------
    Path
        ``exposure-OUTCOME.ending``.

    Raises
    ------
    ArgumentError
        When it cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     export(State(partners=("JPN",)), "CSV", Path(folder)).name
    'exposure-snapback.csv'
    """
    ending, make = MAKERS[form]
    name = state.name if state.shown == OWN else state.shown
    return put(folder, f"exposure-{name}.{ending}", make(state))
