"""What `pip install` gives: a wheel that is whole, and works without what the extras bring."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from importlib.metadata import PathDistribution
from pathlib import Path

import pytest
import yaml
from conftest import NOTEBOOKS, ROOT, tracked_files
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder
from packaging.specifiers import SpecifierSet
from test_project import CONDA_NAMES, PROJECT, required

import tradeviz as tv
from tools import installs, robustness
from tradeviz.extras import EXTRAS, MissingExtra, need

# What `pip install tradeviz` does not bring.
WITHOUT = f"import sys; sys.modules.update(dict.fromkeys({[*EXTRAS, 'distributed']!r}))\n"
DISTRIBUTIONS = {"PIL": "pillow", "bs4": "beautifulsoup4", "IPython": "ipython"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("dist")))))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which pip installed the wheel, outside the checkout."""
    folder = tmp_path_factory.mktemp("installed")
    words = ["--quiet", "--no-deps", "--no-index", "--no-compile", "--target", str(folder)]
    subprocess.run([sys.executable, "-m", "pip", "install", *words, str(wheel)], check=True)
    return folder


def run(*words: object, folder: Path, path: Path = ROOT) -> str:
    """Run a command where nothing but `path` leads to tradeviz; return what it prints."""
    environment = os.environ | {"PYTHONPATH": str(path)}
    done = subprocess.run(
        [str(word) for word in words], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def python(code: str, folder: Path, path: Path = ROOT) -> str:
    """Run code without the extras; return what it prints."""
    return run(sys.executable, "-c", WITHOUT + code, folder=folder, path=path)


def names_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_code_data_and_notebooks(wheel: Path) -> None:
    files = {name for name in names_in(wheel) if ".dist-info/" not in name}
    wanted = {str(path.relative_to(ROOT)) for path in tracked_files()}
    code = {name for name in wanted if name.startswith("tradeviz/")}
    inside = {f"tradeviz/{name}" for name in wanted if name.startswith(("data/", "notebooks/"))}
    assert len(inside) > 50 and code | inside <= files
    assert {name.partition("/")[0] for name in files} == {"tradeviz"}


def test_the_source_archive_builds_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    archive = next(SdistBuilder(str(ROOT)).build(directory=str(tmp_path)))
    with tarfile.open(archive) as source:
        # Python 3.11.0 to 3.11.3 know no filter.
        source.extractall(
            tmp_path, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {})
        )
    (root,) = [path for path in tmp_path.iterdir() if path.is_dir()]
    again = Path(next(WheelBuilder(str(root)).build(directory=str(tmp_path / "dist"))))
    assert names_in(again) == names_in(wheel)
    # Whoever has the archive can run the tests.
    assert {"Makefile", "requirements.lock", "tests", "docs"} <= {p.name for p in root.iterdir()}


def test_the_console_script_runs_from_any_folder(installed: Path, tmp_path: Path) -> None:
    script = installed / "bin" / "tradeviz"
    assert run(script, "--version", folder=tmp_path, path=installed) == (
        f"tradeviz {tv.__version__}\n"
    )
    said = run(script, "notebooks", "mine", folder=tmp_path, path=installed)
    copies = sorted((tmp_path / "mine").iterdir())
    assert [path.name for path in copies] == [path.name for path in NOTEBOOKS]
    assert [p.read_bytes() for p in copies] == [p.read_bytes() for p in NOTEBOOKS]
    count = len(copies)
    assert said == f"{count} notebooks in mine; open them with: tradeviz explore mine\n"
    listed = run(script, "list", "notebooks", "--format", "csv", folder=tmp_path, path=installed)
    assert listed.split() == ["notebook", *(path.stem for path in NOTEBOOKS)]


def test_a_figure_of_the_wheel_is_that_of_the_checkout(installed: Path, tmp_path: Path) -> None:
    script = "import tradeviz as tv; print(tv.__file__); print(tv.exposure('snapback').to_csv())"
    there = python(script, tmp_path, installed)
    assert there.partition("\n")[0] == str(installed / "tradeviz" / "__init__.py")
    assert there.partition("\n")[2] == tv.exposure("snapback").to_csv() + "\n"


def test_metadata_says_what_an_index_shows(installed: Path) -> None:
    (info,) = installed.glob("tradeviz-*.dist-info")
    about = PathDistribution(info)
    data = about.metadata
    assert (data["Name"], data["Version"]) == ("tradeviz", tv.__version__)
    assert data["License-Expression"] == "MIT" and data["Summary"] == tv.__doc__
    assert data["Description-Content-Type"] == "text/markdown" and data["Keywords"]
    assert set(data.get_all("Provides-Extra") or ()) == set(
        PROJECT["project"]["optional-dependencies"]
    )
    # No address of a place that is not there.
    assert data.get_all("Project-URL") is None and data["Home-page"] is None


def test_every_supported_python_is_a_classifier() -> None:
    found = {text.rpartition(" ")[2] for text in PROJECT["project"]["classifiers"]}
    assert {"3.11", "3.12", "3.13", "3.14"} <= found
    assert PROJECT["project"]["requires-python"] == ">=3.11"


def test_help_star_import_and_every_name_work_without_the_extras(tmp_path: Path) -> None:
    text = python("import tradeviz; help(tradeviz)", tmp_path)
    assert "explore" in text and "pip install 'tradeviz[lab]'" in text
    said = python("from tradeviz import *; print(FOCUS[0], callable(explore))", tmp_path)
    assert said == "GBR True\n"


USES = {
    "tv.explore('JPN')": "tradeviz.explore needs",
    "tv.charts.slope": "tradeviz.charts needs",
    "tv.tables.path_table": "tradeviz.tables needs",
    "tv.deals('JPN', progress=True)": "tradeviz.deals(progress=True) needs tqdm",
}


@pytest.fixture(scope="module")
def refusals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each use says without the extras, one after the other in one process."""
    tries = [f"try: {use}\nexcept ImportError as error: said[{use!r}] = str(error)" for use in USES]
    lines = ["import json, tradeviz as tv", "said = {}", *tries, "print(json.dumps(said))"]
    said: dict[str, str] = json.loads(python("\n".join(lines), tmp_path_factory.mktemp("bare")))
    return said


@pytest.mark.parametrize("use", USES)
def test_a_name_that_needs_an_extra_says_what_to_install(
    use: str, refusals: dict[str, str]
) -> None:
    said, needs = refusals[use], USES[use]
    module = said.removeprefix(needs).split()[0].strip(":") if "tqdm" not in needs else "tqdm"
    assert said.startswith(needs) and "\n" not in said
    assert said.endswith(f"{module}: pip install 'tradeviz[{EXTRAS[module]}]'")


def test_a_module_that_no_extra_brings_is_missed_by_its_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "asks_for_another.py").write_text("import made_up_module\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError) as raised:
        need("asks_for_another", "tradeviz made")
    assert raised.value.name == "made_up_module" and not isinstance(raised.value, MissingExtra)


def test_a_command_that_needs_an_extra_says_what_to_install(tmp_path: Path) -> None:
    lines = "import io, contextlib\nfrom tradeviz.cli import main\n"
    lines += "for word in ('report', 'explore', 'exposure'):\n"
    lines += "    with contextlib.redirect_stderr(io.StringIO()) as said: code = main([word])\n"
    lines += "    print(code, said.getvalue().strip())\n"
    said = python(lines, tmp_path).splitlines()
    assert said[0] == (
        "2 tradeviz: error: tradeviz report needs nbformat: pip install 'tradeviz[report]'"
    )
    assert said[1] == (
        "2 tradeviz: error: tradeviz explore needs jupyterlab: pip install 'tradeviz[lab]'"
    )
    assert said[-1] == "0 " or said[-1] == "0"
    assert not (tmp_path / "tradeviz-notebooks").exists()


def test_extras_bring_what_the_table_says() -> None:
    bare = {item.name for item in required()}
    assert bare == {"numpy", "pandas", "pyarrow"}
    for module, extra in EXTRAS.items():
        name = DISTRIBUTIONS.get(module, module)
        # Traitlets comes with every widget.
        assert name in {item.name for item in required(extra)} or name == "traitlets", module
    used = set()
    for path in (ROOT / "tradeviz").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                used |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                used.add(str(node.module).partition(".")[0])
    used -= {*sys.stdlib_module_names, *bare, "tradeviz"}
    assert used | {"tqdm", "jupyterlab"} == set(EXTRAS)


def test_sizes_of_the_readme_are_those_measured() -> None:
    release, readme = (
        (ROOT / name).read_text(encoding="utf-8").partition(installs.START)[2]
        for name in ("docs/release.md", "README.md")
    )
    table = release.partition(installs.END)[0]
    assert readme.partition(installs.END)[0].strip() == installs.sizes(table)
    assert {row.split("|")[1].strip() for row in table.splitlines() if row.startswith("| ")} == {
        "extra", *(extra or "none" for extra in installs.EXTRAS)
    }  # fmt: skip
    assert "nothing" in table and set(re.findall(r"\| ([^|]*) \|$", table, flags=re.M)) == {
        "red", "nothing"
    }  # fmt: skip


def test_conda_recipe_agrees() -> None:
    recipe = yaml.safe_load((ROOT / "packaging" / "recipe.yaml").read_text(encoding="utf-8"))
    project = PROJECT["project"]
    assert recipe["context"] == {"name": project["name"], "version": project["version"]}
    host, run_time = recipe["requirements"]["host"], recipe["requirements"]["run"]

    def specs(entries: list[str]) -> dict[str, SpecifierSet]:
        pairs = [entry.partition(" ")[::2] for entry in entries]
        return {CONDA_NAMES.get(name, name): SpecifierSet(text) for name, text in pairs}

    wanted = {item.name: item.specifier for item in required("report", "models")}
    wanted["python"] = SpecifierSet(project["requires-python"])
    assert specs(run_time) == wanted
    built = specs(host)
    assert built.pop("python") == wanted["python"] and built.pop("pip") == SpecifierSet("")
    assert {f"{name}{text}" for name, text in built.items()} == set(
        PROJECT["build-system"]["requires"]
    )
    assert recipe["about"]["summary"] == project["description"].rstrip(".")
    assert recipe["about"]["license"] == project["license"]
    script = next(iter(project["scripts"].items()))
    assert recipe["build"]["python"]["entry_points"] == [" = ".join(script)]
    assert recipe["tests"][1]["script"] == installs.USES[""][:2]
    # Whatever pip brought beside the listed would be in the package.
    assert {"--no-deps", "--no-build-isolation"} <= set(recipe["build"]["script"].split())


def test_other_circumstances_try_all_that_counts_and_say_what_they_saw(tmp_path: Path) -> None:
    (lowest,) = {item.name: item for item in required("charts")}["pandas"].specifier
    assert f"pandas=={lowest.version}.*" in robustness.lowest()
    tests = {f"tests/{path.name}" for path in (ROOT / "tests").glob("test_*.py")}
    wanted = robustness.paths(ROOT, shuffled=True)
    assert wanted != sorted(wanted) == sorted(robustness.paths(ROOT, shuffled=False))
    books = {f"notebooks/{path.name}" for path in NOTEBOOKS}
    assert {*wanted} == tests - {"tests/test_mutation_sample.py"} | books
    parts = robustness.runs(wanted, shuffled=True)
    assert sorted(path for _, part in parts for path in part) == sorted(wanted)
    mixed = [part for options, part in parts if any("random-order" in word for word in options)]
    assert {path for part in mixed for path in part} == {*wanted} - books
    report = tmp_path / "report.xml"
    cases = ["", "<skipped/>", "<failure/>", "<error/>", ""]
    text = "".join(f'<testcase classname="a" name="b">{case}</testcase>' for case in cases)
    report.write_text(f"<testsuite>{text}</testsuite>", encoding="utf-8")
    seen = robustness.Outcome("font", 0, 0, [], 90.0, "made")
    robustness._count(report, seen)
    assert "| made | 2 | 1 | 2 | 2 |" in robustness.table([seen])
