"""The public names: there, light to import, and the same in whatever order one imports."""

from __future__ import annotations

import subprocess
import sys

import pytest

import tradeviz as tv

HEAVY = ("pandas", "pyarrow", "matplotlib", "jinja2", "nbclient", "IPython")

# Functions in a module of the same name.
TWINS = ("schedule", "explain", "exposure", "competitors")


def run(code: str) -> str:
    """Run code in an interpreter that has imported nothing yet."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_import_is_light() -> None:
    loaded = run("import sys, tradeviz; print(*sys.modules)").split()
    assert set(HEAVY).isdisjoint(loaded)


@pytest.mark.parametrize("name", tv.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    assert getattr(tv, name) is not None
    assert name in dir(tv)
    assert getattr(tv, name).__doc__


def test_names_are_sorted_and_star_import_works() -> None:
    assert tv.__all__ == sorted(tv.__all__)
    assert run("from tradeviz import *; print(FOCUS)") == str(tv.FOCUS)


def test_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(AttributeError) as caught:
        tv.exposures  # noqa: B018
    assert str(caught.value) == (
        "module 'tradeviz' has no attribute 'exposures'; did you mean 'exposure'?"
    )
    assert not hasattr(tv, "nothing_of_the_kind")


@pytest.mark.parametrize(
    "order",
    [
        "import tradeviz.{0}",
        "import tradeviz; tradeviz.{0}; import tradeviz.{0}",
        "import importlib, tradeviz; importlib.import_module('tradeviz.{0}')",
        "from tradeviz import {0}; import tradeviz",
        "from tradeviz.{0} import {0}; import tradeviz",
    ],
)
def test_a_function_keeps_its_name_over_its_module(order: str) -> None:
    code = "\n".join(order.format(name) for name in TWINS)
    code += "\nprint(*(type(getattr(tradeviz, name)).__name__ for name in " + repr(TWINS) + "))"
    assert run(code) == "function function function function"
    backwards = "\n".join(reversed(code.splitlines()[:-1]))
    assert run(f"{backwards}\n{code}") == "function function function function"


def test_a_module_keeps_its_place_for_imports() -> None:
    code = "import tradeviz; tradeviz.schedule; from tradeviz.schedule import Schedule"
    assert run(f"{code}; print(Schedule.__module__)") == "tradeviz.schedule"


def test_a_function_can_be_replaced_for_a_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tv, "load", len)
    assert tv.load is len
