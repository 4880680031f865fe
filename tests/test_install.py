"""What `pip install` gives: a wheel that is whole, and works without what the extras bring."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import NOTEBOOKS, ROOT, tracked_files
from hatchling.builders.wheel import WheelBuilder

# What `pip install tradeviz` does not bring.
EXTRA = ("anywidget", "distributed", "h5py", "ipywidgets", "jupyterlab", "xlrd")
WITHOUT = f"import sys; sys.modules.update(dict.fromkeys({EXTRA!r})); "


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the wheel fills it, outside the checkout."""
    folder = tmp_path_factory.mktemp("installed")
    wheel = next(WheelBuilder(str(ROOT)).build(directory=str(folder / "dist")))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def python(code: str, folder: Path, path: Path = ROOT) -> str:
    """Run code where nothing but `path` leads to tradeviz; return what it prints."""
    environment = os.environ | {"PYTHONPATH": str(path)}
    command = [sys.executable, "-c", WITHOUT + code]
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_the_wheel_holds_code_data_and_notebooks(installed: Path) -> None:
    files = {str(path.relative_to(installed)) for path in installed.rglob("*") if path.is_file()}
    wanted = {str(path.relative_to(ROOT)) for path in tracked_files()}
    code = {name for name in wanted if name.startswith("tradeviz/")}
    inside = {f"tradeviz/{name}" for name in wanted if name.startswith(("data/", "notebooks/"))}
    assert len(inside) > 50 and code | inside <= files
    assert {name.split("/")[0] for name in files - code - inside} == {
        name.split("/")[0] for name in files if ".dist-info/" in name
    }


def test_the_command_of_the_wheel_gives_the_notebooks_out(installed: Path, tmp_path: Path) -> None:
    script = (
        "from importlib.metadata import entry_points; import tradeviz; "
        "(command,) = entry_points(group='console_scripts', name='tradeviz'); "
        "print(tradeviz.__file__); raise SystemExit(command.load()(['notebooks', 'mine']))"
    )
    first, second = python(script, tmp_path, installed).splitlines()
    assert Path(first) == installed / "tradeviz" / "__init__.py"
    copies = sorted((tmp_path / "mine").iterdir())
    assert [path.name for path in copies] == [path.name for path in NOTEBOOKS]
    assert [p.read_bytes() for p in copies] == [p.read_bytes() for p in NOTEBOOKS]
    assert second == f"{len(copies)} notebooks in mine; open them with: jupyter lab mine"


def test_a_figure_of_the_wheel_is_that_of_the_checkout(installed: Path, tmp_path: Path) -> None:
    script = "import tradeviz as tv; print(tv.exposure('snapback').to_csv())"
    assert python(script, tmp_path, installed) == python(script, tmp_path)


def test_help_star_import_and_every_name_work_without_the_extras(tmp_path: Path) -> None:
    text = python("import tradeviz; help(tradeviz)", tmp_path)
    assert "explore" in text and "pip install 'tradeviz[lab]'" in text
    assert python("from tradeviz import *; print(FOCUS[0], callable(explore))", tmp_path) == (
        "GBR True\n"
    )


def test_a_name_that_needs_an_extra_says_what_to_install(tmp_path: Path) -> None:
    script = (
        "import tradeviz as tv\ntry: tv.explore('JPN')\nexcept ImportError as error: print(error)"
    )
    said = python(f"\n{script}", tmp_path)
    assert said == "tradeviz.explore needs anywidget: pip install 'tradeviz[lab]'\n"
