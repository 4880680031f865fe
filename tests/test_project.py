"""The project's own files agree with each other."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT, tracked_files
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import tradeviz as tv

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
SITE_LOCK = (ROOT / "requirements-docs.lock").read_text(encoding="utf-8")

# From the bottom to the top; a module imports only from rows above its own, or from its own
# package. The longest name that fits a module says where it stands.
LEVELS = (
    ("errors",),
    ("arguments",),
    ("extras", "files", "quantities"),
    ("datasets",),
    ("partners", "law.record"),
    ("law.scopes", "law.shares"),
    ("law.reading", "products"),
    ("law.condition",),
    ("lines", "law.outcome_file"),
    ("law",),
    ("show",),
    ("law.show", "trade"),
    ("models.equilibrium", "models.response"),
    ("models.forecast",),
    ("models.deals",),
    ("models",),
    ("trade.briefing",),
    ("tables", "charts", "findings"),
    ("whatif", "story"),
    ("panel",),
    ("refresh.wording", "refresh.chapter99", "refresh.client", "refresh.swap"),
    ("refresh",),
    ("report",),
    ("cli", "__main__"),
)
# Inside a row the order is: partners need datasets only.
SAME_LEVEL = {
    ("law.record", "partners"),
    ("findings", "tables"),
    ("__main__", "cli"),
}

# conda-forge calls some distributions by another name.
CONDA_NAMES = {"matplotlib-base": "matplotlib", "nbconvert-core": "nbconvert"}


def locked(lock: str = LOCK) -> dict[str, str]:
    """Return the pinned version of every distribution in the lock."""
    return {
        canonicalize_name(name): version
        for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", lock, flags=re.M)
    }


def required(*extras: str) -> list[Requirement]:
    """Return what pyproject.toml requires, with the extras named and those that they take in."""
    texts = list(PROJECT["project"]["dependencies"])
    for extra in extras:
        texts += PROJECT["project"]["optional-dependencies"][extra]
    items = [Requirement(text) for text in texts]
    inner = {extra for item in items if item.name == "tradeviz" for extra in item.extras}
    kept = [item for item in items if item.name != "tradeviz"]
    return list(dict.fromkeys([*kept, *(required(*inner) if inner else [])]))


# The estimates are made by a person now and then: the lock leaves their tools out; what builds the
# site has a lock of its own.
APART = ("docs", "estimate")
LOCKED = tuple(name for name in PROJECT["project"]["optional-dependencies"] if name not in APART)


PLACES = {name: number for number, names in enumerate(LEVELS) for name in names}


def place(module: str) -> str:
    """Return the longest name of LEVELS that a module is, or is inside of."""
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        if (name := ".".join(parts[:length])) in PLACES:
            return name
    raise AssertionError(f"tradeviz.{module} has no place in LEVELS")


def imported(path: Path) -> set[str]:
    """Return the modules of tradeviz that a file imports, without the package's name."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: imports are written in full"
            module = node.module or ""
            names = [module]
            folder = ROOT.joinpath(*module.split("."))
            if module.startswith("tradeviz") and folder.is_dir():
                names = [
                    f"{module}.{alias.name}"
                    if (folder / f"{alias.name}.py").is_file() or (folder / alias.name).is_dir()
                    else module
                    for alias in node.names
                ]
        found |= {name.removeprefix("tradeviz.") for name in names if name.startswith("tradeviz.")}
    return found


def modules() -> list[Path]:
    return [
        path
        for path in sorted((ROOT / "tradeviz").rglob("*.py"))
        if path != ROOT / "tradeviz" / "__init__.py"
    ]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_down_only(path: Path) -> None:
    parts = path.relative_to(ROOT / "tradeviz").with_suffix("").parts
    own = place(".".join(part for part in parts if part != "__init__"))
    for module in imported(path):
        other = place(module)
        assert other == own or PLACES[other] < PLACES[own] or (own, other) in SAME_LEVEL, (
            f"tradeviz.{own} imports tradeviz.{module}, which is not below it"
        )


@pytest.mark.parametrize("lock", [LOCK, SITE_LOCK], ids=["project", "site"])
def test_lock_has_a_hash_for_every_pin_and_no_address(lock: str) -> None:
    assert "://" not in lock and "index" not in lock.replace("referencing", "")
    entries = re.split(r"\n(?=[A-Za-z0-9])", lock.strip())
    assert all(re.match(r"[A-Za-z0-9._-]+==\S+", entry) for entry in entries)
    assert all("--hash=sha256:" in entry for entry in entries)


@pytest.mark.parametrize("requirement", required(*LOCKED), ids=str)
def test_lock_meets_every_requirement(requirement: Requirement) -> None:
    version = locked()[canonicalize_name(requirement.name)]
    assert requirement.specifier.contains(version)


@pytest.mark.parametrize("requirement", required("docs"), ids=str)
def test_the_lock_of_the_site_meets_the_project_s(requirement: Requirement) -> None:
    pins = locked(SITE_LOCK)
    assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)])
    both = pins.keys() & locked().keys()
    assert {name: pins[name] for name in both} == {name: locked()[name] for name in both}


def test_build_backend_is_locked() -> None:
    for text in PROJECT["build-system"]["requires"]:
        requirement = Requirement(text)
        assert requirement.specifier.contains(locked()[canonicalize_name(requirement.name)])


def test_conda_environment_agrees() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert environment["name"] == PROJECT["project"]["name"]
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    specs = {}
    for entry in environment["dependencies"]:
        name, _, specifier = entry.partition(" ")
        specs[canonicalize_name(CONDA_NAMES.get(name, name))] = SpecifierSet(specifier)
    assert specs.pop("python") == SpecifierSet(PROJECT["project"]["requires-python"])
    assert specs.pop("pip") == SpecifierSet("")
    wanted = {
        canonicalize_name(item.name): item.specifier
        for item in required("lab", "data", "cluster", "refresh", "build")
    }
    assert specs == wanted
    for name, specifier in specs.items():
        assert specifier.contains(locked()[name]), name


def test_imported_distributions_are_required() -> None:
    """Nothing that the package imports is there only because something else brought it."""
    names = {"bs4": "beautifulsoup4", "PIL": "pillow"}
    allowed = {canonicalize_name(item.name) for item in required("lab", "refresh")} | {"traitlets"}
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            tops = []
            if isinstance(node, ast.Import):
                tops = [alias.name.split(".")[0] for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                tops = [node.module.split(".")[0]]
            for top in tops:
                if top in __import__("sys").stdlib_module_names or top == "tradeviz":
                    continue
                assert canonicalize_name(names.get(top, top)) in allowed, f"{path.name}: {top}"


def test_changelog_has_this_version() -> None:
    assert tv.__version__ == PROJECT["project"]["version"]
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## .*\b{re.escape(PROJECT['project']['version'])}\b", text, flags=re.M)


def test_licence_is_there() -> None:
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")
    assert PROJECT["project"]["license"] == "MIT"


def test_every_target_of_the_makefile_is_phony_and_explained() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.M))
    phony = set(re.findall(r"^\.PHONY: (.*)$", makefile, flags=re.M)[0].split())
    assert phony == targets == set(re.findall(r"^([a-z-]+):.*## \S", makefile, flags=re.M))


RUNS = (
    "awk|rm|uv|(?:ruff|mypy|pytest|tradeviz)|python(?: tools/\\w+\\.py| benchmarks/\\w+\\.py"
    "| -m (?:tools\\.mutation|hatchling))"
)


def what_make_would_run(target: str, environment: Path, *given: str) -> str:
    words = ["make", "--dry-run", f"VENV={environment}", "TRADEVIZ_RAW=", target, *given]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_every_target_of_the_makefile_runs_a_program(tmp_path: Path) -> None:
    """As `make` would do it in an environment that is ready; an echo or `true` is nothing."""
    for mark in (".ready", ".docs"):
        (tmp_path / mark).touch()
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^([a-z-]+):.*## ", makefile, flags=re.M):
        dry = what_make_would_run(target, tmp_path)
        run = re.findall(rf"^(?:\w+=\S+ )*(?:{tmp_path}/bin/)?({RUNS})\b", dry, flags=re.M)
        assert run, f"{target}: {dry}"
        named = re.findall(r"(?:tools|benchmarks|tests)/\w+\.py", dry)
        assert all((ROOT / path).is_file() for path in named), target


def test_nothing_that_is_kept_is_cleared_away() -> None:
    (gone,) = re.findall(r"^rm -rf (.*)$", what_make_would_run("clean", Path(".venv")), re.M)
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert {f"{path.rstrip('/')}/" for path in gone.split()} <= set(ignored)


def test_the_site_installs_what_builds_it_first(tmp_path: Path) -> None:
    (tmp_path / ".ready").touch()
    dry = what_make_would_run("docs", tmp_path)
    assert dry.index("-r requirements-docs.lock") < dry.index("build_site.py")
    assert re.search(r"^sphinx==", (ROOT / "requirements-docs.lock").read_text(), flags=re.M)


# Each runs a program that has options of its own; the others take none.
TAKE = (
    "report lab test pytest data update-notebooks golden mutation robustness deals lock bench "
    "installs docs"
).split()


def test_what_make_is_given_reaches_the_program(tmp_path: Path) -> None:
    for mark in (".ready", ".docs"):
        (tmp_path / mark).touch()
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^([a-z-]+):.*## ", makefile, flags=re.M):
        dry = what_make_would_run(target, tmp_path, "ARGS=--made 'a b'")
        assert ("--made 'a b'" in dry) == (target in TAKE), target
    assert "FUZZ=7 " in what_make_would_run("fuzz", tmp_path, "FUZZ=7")
    # The folder of raw sources comes first; from the services on the replies that are kept.
    raw, kept = "TRADEVIZ_RAW=a raw", "REPLIES=a kept"
    for given, runs in (
        ((), "tradeviz refresh --since 2013-01 "),
        ((kept,), 'tradeviz refresh --since 2013-01 --replies "a kept"'),
        ((raw, kept), 'TRADEVIZ_RAW="a raw" '),
    ):
        dry = what_make_would_run("data", tmp_path, *given, "ARGS=--made")
        assert re.search(r" --made$", dry, flags=re.M), dry
        assert runs in dry and ("build_data.py" in dry) == (raw in given)
        assert ("refresh" in dry) == (raw not in given)
        assert ("--replies" in dry) == (given == (kept,))


def test_the_whole_test_is_lint_types_edits_every_test_and_the_browser(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    (tmp_path / ".ready").touch()
    dry = what_make_would_run("test", tmp_path)
    steps = ("ruff check .", "ruff format --check .", "mypy\n", "--check --if-edited\n")
    assert all(f"{step}" in dry for step in steps)
    every, alone = re.findall(r"/pytest (.*(?:\n  .*)?)", dry)
    (lab,) = re.findall(r"--ignore=(\S+)", every)
    assert alone.split()[-1] == lab and (ROOT / lab).is_file()
    assert pytestconfig.getini("testpaths") == ["tests", "tradeviz", "notebooks"]
    assert all(pytestconfig.getoption(name) for name in ("nbval", "doctestmodules"))
    mypy = PROJECT["tool"]["mypy"]
    assert mypy["strict"] and mypy["files"] == ["tradeviz", "tests/consumer.py"]


def test_the_lock_is_made_of_every_extra_that_it_has_to_hold(tmp_path: Path) -> None:
    first, second = what_make_would_run("lock", tmp_path).split("pip compile")[1:]
    extras = re.findall(r"--extra (\w+)", first)
    assert set(map(str, required(*LOCKED))) == set(map(str, required(*extras)))
    assert re.findall(r"--extra (\w+)", second) == ["docs"]
    for text, name in ((first, "requirements.lock"), (second, "requirements-docs.lock")):
        assert f"--output-file {name}" in text and "--generate-hashes" in text


def test_ci_runs_the_whole_test() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert script.read_text(encoding="utf-8").rstrip().endswith("make test")


def text_files() -> list[Path]:
    skip = {".parquet", ".npz", ".png", ".lock", ".ipynb"}
    return [path for path in tracked_files() if path.suffix not in skip]


def test_no_file_names_a_machine() -> None:
    # Written in parts, so that this file does not find itself.
    machine = re.compile(r"(?<![\w./])/(?:" + "|".join(["home", "root", "work", "Users"]) + r")/\w")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in text_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if machine.search(line)
    ]
    assert found == []


def test_no_raw_source_is_tracked() -> None:
    assert [path for path in tracked_files() if "raw" in path.relative_to(ROOT).parts[:-1]] == []
