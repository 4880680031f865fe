"""What an installation may lack: which extra brings a module, said in one line."""

from __future__ import annotations

import importlib
from typing import Any, NoReturn

from tradeviz.errors import TradevizError

EXTRAS = {
    "IPython": "report",
    "PIL": "charts",
    "anywidget": "lab",
    "bs4": "report",
    "ipywidgets": "lab",
    "jinja2": "report",
    "jupyterlab": "lab",
    "latex2mathml": "report",
    "matplotlib": "charts",
    "nbconvert": "report",
    "nbformat": "report",
    "requests": "refresh",
    "tqdm": "models",
    "traitlets": "lab",
    "urllib3": "refresh",
    "xlsxwriter": "report",
}
"""Module -> the smallest extra of pyproject.toml that brings it."""


class MissingExtra(TradevizError, ImportError):
    """A name needs more than is installed; the error says which extra brings it."""


def need(module: str, name: str) -> Any:
    """Import a module for what is called `name`; where it lacks something, say which extra."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        lacking = str(error.name).partition(".")[0]
        if lacking not in EXTRAS:
            raise
        text = f"{name} needs {lacking}: pip install 'tradeviz[{EXTRAS[lacking]}]'"
        raise MissingExtra(text) from None


class Wanting:
    """What stands for a public name whose extra is not installed: any use says what to install.

    So `help(tradeviz)` and ``from tradeviz import *`` work without it.
    """

    def __init__(self, error: MissingExtra) -> None:
        self._error = error
        self.__doc__ = f"Not installed: {error}."

    def __call__(self, *_: object, **__: object) -> NoReturn:
        """Say what to install."""
        raise self._error

    def __getattr__(self, name: str) -> NoReturn:
        """Say what to install, but not to Python, which asks for underscores of its own."""
        raise AttributeError(name) if name.startswith("_") else self._error
