"""Run the tests under other circumstances: what is green here has to be green elsewhere.

Time zone, language, hash seed, fonts, order of tests, lowest and newest versions of the libraries
that numbers and charts come from. Everything runs in a copy of the tree; environments for other
versions are made in a temporary folder, on top of the running one.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
import tomllib
import venv
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    # Also as a script: its own folder is on the path, the project's is not.
    sys.path.append(str(ROOT))

from tools.installs import interpreter, versions  # noqa: E402
from tools.mutation.trees import copy_tree  # noqa: E402

START, END = "<!-- robustness: start -->", "<!-- robustness: end -->"
LIBRARIES = ("numpy", "pandas", "matplotlib")
# Plants faults and runs tests itself; takes long and says nothing of circumstances.
LEFT_OUT = ("tests/test_mutation_sample.py",)
# As in `make test`: beside other tests JupyterLab now and then loses a message.
ALONE = ("tests/test_explore_browser.py",)
RC = "font.family: {family}\nfont.size: 11\nsavefig.dpi: 72\n"
SEED = 2025


@dataclass(frozen=True)
class Case:
    """One circumstance: variables, options of pytest, versions, a font, another Python."""

    what: str
    variables: dict[str, str] = field(default_factory=dict)
    shuffled: bool = False
    versions: str = ""
    font: str = ""
    python: str = ""


OWN = f"{sys.version_info.major}.{sys.version_info.minor}"
CASES = {
    "zone": Case("time zone a day ahead", {"TZ": "Pacific/Kiritimati"}),
    "zone-half": Case("time zone with a half hour, behind", {"TZ": "America/St_Johns"}),
    "language": Case("no language and no UTF-8", {"LC_ALL": "C", "LANG": "C", "LANGUAGE": "C"}),
    "hash": Case("another hash seed", {"PYTHONHASHSEED": "4242"}),
    "order": Case("tests and notebooks in random order", shuffled=True),
    "font": Case("another font in matplotlib's own settings", font="serif"),
    "lowest": Case("lowest allowed versions", versions="lowest"),
    "newest": Case("newest allowed versions", versions="newest"),
    "together": Case(
        "another zone, language, hash seed, font and order at once",
        {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "7"},
        shuffled=True,
        font="serif",
    ),
    **{
        f"python-{version}": Case("another Python, with the locked versions", python=version)
        for version in versions()
        if version != OWN
    },
}
"""Name -> circumstance."""


@dataclass
class Outcome:
    """What a run said."""

    case: str
    passed: int
    skipped: int
    red: list[str]
    seconds: float
    versions: str


def lowest() -> list[str]:
    """Return the lowest versions that pyproject.toml allows, as pins."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    texts = [*project["dependencies"], *sum(project["optional-dependencies"].values(), [])]
    found = dict(re.findall(r"([\w-]+)>=([\d.]+)", " ".join(texts)))
    return [f"{name}=={found[name]}.*" for name in LIBRARIES]


def environment(folder: Path, versions: str) -> Path:
    """Make an environment with other versions on top of the running one."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    wanted = lowest() if versions == "lowest" else list(LIBRARIES)
    pip = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    subprocess.run([*pip, *wanted], check=True)
    # What is not installed here is found in the running environment.
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    below = folder / "lib" / name / "site-packages" / "below.pth"
    below.write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    # Templates, pages and settings of Jupyter lie beside its packages.
    for part in (Path("share", "jupyter"), Path("etc", "jupyter")):
        shutil.copytree(sys.prefix / part, folder / part, dirs_exist_ok=True)
    return python


def other(folder: Path, version: str) -> Path | None:
    """Make an environment of another Python from the lock; None where there is no such Python."""
    found = interpreter(version)
    if found is None:
        return None
    subprocess.run([found, "-m", "venv", str(folder)], check=True)
    python = folder / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    lock = str(ROOT / "requirements.lock")
    subprocess.run([*pip, "--require-hashes", "-r", lock, "-c", lock], check=True)
    return python


def paths(tree: Path, *, shuffled: bool) -> list[str]:
    """Return the test files and notebooks of a tree; shuffled, each notebook stays whole."""
    tests = sorted(f"tests/{path.name}" for path in (tree / "tests").glob("test_*.py"))
    notebooks = sorted(f"notebooks/{path.name}" for path in (tree / "notebooks").glob("*.ipynb"))
    found = [path for path in tests + notebooks if path not in LEFT_OUT]
    if shuffled:
        random.Random(SEED).shuffle(found)
    return found


def run(name: str, case: Case, tree: Path, folder: Path, selected: list[str]) -> Outcome:
    """Run the tests under one circumstance."""
    python: Path | None = Path(sys.executable)
    if case.versions:
        python = environment(folder / name, case.versions)
    elif case.python:
        python = other(folder / name, case.python)
    if python is None:
        return Outcome(name, 0, 0, [], 0.0, "not on this machine")
    variables = os.environ | case.variables | {"PYTHONPATH": str(tree)}
    if case.font:
        settings = folder / f"{name}.matplotlibrc"
        settings.write_text(RC.format(family=case.font), encoding="utf-8")
        variables["MATPLOTLIBRC"] = str(settings)
    report = folder / f"{name}.xml"
    wanted = selected or paths(tree, shuffled=case.shuffled)
    options = ["-q", "-p", "no:cacheprovider", f"--junitxml={report}"]
    started = time.monotonic()
    counted = Outcome(name, 0, 0, [], 0.0, _versions(python, variables))
    for own, part in runs(wanted, shuffled=case.shuffled):
        subprocess.run(
            [str(python), "-m", "pytest", *options, *own, *part],
            cwd=tree,
            env=variables,
            check=False,
        )
        _count(report, counted)
    counted.seconds = time.monotonic() - started
    return counted


def runs(wanted: list[str], *, shuffled: bool) -> list[tuple[list[str], list[str]]]:
    """Return the runs of pytest that try test files and notebooks, each with its own options."""
    beside = ["--numprocesses=2", "--dist=loadscope"]
    mixed = [f"--random-order-seed={SEED}", "--random-order-bucket=module"] if shuffled else []
    alone = [path for path in wanted if path in ALONE]
    modules = [path for path in wanted if path.endswith(".py") and path not in ALONE]
    # Cells of a notebook have an order, so they are not mixed.
    notebooks = [path for path in wanted if path.endswith(".ipynb")]
    parts = [([*beside, *mixed], modules), (beside, notebooks), (mixed, alone)]
    return [(options, paths) for options, paths in parts if paths]


def _versions(python: Path, variables: dict[str, str]) -> str:
    lines = "; ".join(f"import {name}; print('{name}', {name}.__version__)" for name in LIBRARIES)
    found = subprocess.run(
        [str(python), "-c", lines], env=variables, capture_output=True, text=True, check=True
    )
    return ", ".join(found.stdout.splitlines())


def _count(report: Path, found: Outcome) -> None:
    if not report.exists():
        found.red.append("the tests did not start")
        return
    for case in ElementTree.parse(report).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            found.red.append(f"{case.attrib['classname']}::{case.attrib['name']}")
        elif case.find("skipped") is not None:
            found.skipped += 1
        else:
            found.passed += 1
    report.unlink()


def table(found: list[Outcome]) -> str:
    """Write what was run and seen as Markdown."""
    lines = [
        "| circumstance | what | versions | passed | skipped, expected to fail | red | minutes |",
        "| --- | --- | --- | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {item.case} | {CASES[item.case].what} | {item.versions} | {item.passed} | "
        f"{item.skipped} | {len(item.red)} | {item.seconds / 60:.0f} |"
        for item in found
    ]
    red = [f"- {item.case}: `{name}`" for item in found for name in item.red]
    return "\n".join([*lines, *(["", "Red:", "", *red] if red else [])])


def write(found: list[Outcome], path: Path) -> None:
    """Put the table between its two marks in a document."""
    text = path.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    after = rest.partition(END)[2]
    path.write_text(f"{before}{START}\n{table(found)}\n{END}{after}", encoding="utf-8")


def main() -> None:
    """Run the circumstances named, or each; end with 1 when a test was red."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=CASES, default=None)
    parser.add_argument("--tests", nargs="+", default=[], help="test files and notebooks; or all")
    parser.add_argument("--commit", help="a commit to run; the working tree when left out")
    parser.add_argument("--write", action="store_true", help="put the table into docs/testing.md")
    options = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory(prefix="tradeviz-robust-") as folder:
        tree = Path(folder) / "tree"
        copy_tree(tree, options.commit)
        for name in options.only or CASES:
            found.append(run(name, CASES[name], tree, Path(folder), options.tests))
            print(table(found[-1:]), flush=True)
    print(f"\n{table(found)}")
    if options.write:
        write(found, ROOT / "docs" / "testing.md")
    sys.exit(any(item.red for item in found))


if __name__ == "__main__":
    main()
