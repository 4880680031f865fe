"""The public names: there, light to import, and the same in whatever order one imports."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import tradeviz as tv

HEAVY = ("pandas", "pyarrow", "matplotlib", "jinja2", "nbclient", "IPython")


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


def test_no_public_function_shares_its_name_with_a_module() -> None:
    """So `import tradeviz.x as m` gives a module or says that there is none, in any order."""
    package = Path(tv.__file__).parent
    modules = {path.stem for path in package.glob("*.py")} | {
        path.name for path in package.iterdir() if (path / "__init__.py").is_file()
    }
    functions = {name for name in tv.__all__ if not inspect.ismodule(getattr(tv, name))}
    assert functions & modules == set()
    assert type(tv) is ModuleType


def test_a_function_can_be_replaced_for_a_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tv, "load", len)
    assert tv.load is len
