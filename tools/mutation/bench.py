"""Run the tests on each fault, cheapest and likeliest first, until one of them is red."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.mutation.fault import Fault
from tools.mutation.trees import Tree

SECONDS = 420
"""A fault that makes the tests run longer than this hangs, which is noticed too."""

# What the tests import takes seconds; a process forked after the imports has them already. The
# package itself is not among them: each fault has its own.
PRELOADED = (
    "matplotlib.pyplot",
    "pandas",
    "pyarrow.parquet",
    "pytest",
    "hypothesis",
    "scipy.stats",
    "nbformat",
    "nbval.plugin",
    "IPython",
    "playwright.sync_api",
)

FIRST: dict[str, list[str]] = {
    "data": ["test_data", "test_golden", "test_datasets"],
    "law": ["test_law", "test_golden", "test_worked_example"],
    "code": ["test_schedule", "test_worked_example", "test_engine_laws", "test_outcomes",
             "test_golden", "test_law_faults", "test_law"],
    "charts": ["test_golden", "test_charts", "test_charts_products"],
    "notebooks": ["test_notebooks", "test_golden"],
}  # fmt: skip
"""Group -> test files that are likely to see its faults, the cheap ones first."""

MODULES: dict[str, list[str]] = {
    "measures": ["test_law_faults", "test_schedule", "test_law"],
    "lawbook": ["test_law_faults", "test_law", "test_schedule"],
    "outcome_file": ["test_outcomes"],
    "overlays": ["test_outcomes"],
    "outcomes": ["test_outcomes"],
    "formula": ["test_formula"],
    "exposure": ["test_worked_example", "test_outcomes", "test_golden"],
    "competitors": ["test_outcomes", "test_engine_laws"],
}
"""Module -> test files that come before those of its group."""

# They start the bench themselves, need the raw sources, or test tools and not results.
NEVER = {
    "test_mutation_sample",
    "test_build",
    "test_update_notebooks",
    "test_nbval_traps",
    "test_project",
}

SLOW = ("test_report", "test_cli", "test_charts", "test_names")


@dataclass
class Verdict:
    """What happened to one fault."""

    fault: Fault
    caught: bool
    by: str
    by_hash: bool
    seconds: float


def stages(fault: Fault, tree: Path, *, whole: bool) -> list[str]:
    """Return the test files and notebooks to run on a fault, in order.

    Parameters
    ----------
    fault : Fault
        The fault.
    tree : Path
        Where it is planted.
    whole : bool
        Whether what survives the likely tests meets every other test and notebook.

    Returns
    -------
    list of str
        Paths relative to the tree.
    """
    module = fault.kind.split(" ")[0]
    there = {path.stem: f"tests/{path.name}" for path in sorted((tree / "tests").glob("test_*.py"))}
    own = [name for name in there if module.split("/")[0] in name] if fault.group == "code" else []
    names = [*MODULES.get(module, []), *own, *FIRST[fault.group]]
    notebooks = sorted(f"notebooks/{path.name}" for path in (tree / "notebooks").glob("*.ipynb"))
    rest = sorted(set(there) - NEVER, key=lambda name: (name in SLOW, name))
    tests = [there[name] for name in dict.fromkeys(names) if name in there]
    if fault.group == "notebooks":
        # Nothing else reads what is stored in a notebook.
        return [tests[0], fault.file, *tests[1:]]
    late = [there[name] for name in rest if there[name] not in tests]
    return [*tests, *notebooks, *late] if whole else tests


class _FirstFailure:
    """A pytest plugin that remembers the first test that failed."""

    def __init__(self) -> None:
        self.found = ""

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed and not self.found:
            self.found = str(report.nodeid)

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed and not self.found:
            self.found = str(report.nodeid)


def _test(tree: Path, paths: Iterable[str], skip: Iterable[str]) -> str:
    """Run tests in this process until one is red; return its name, or nothing."""
    import pytest

    os.chdir(tree)
    os.environ["PYTHONPATH"] = str(tree)
    sys.path[:] = [str(tree), *(item for item in sys.path if Path(item or ".") != tree)]
    options = ["-x", "-q", "--tb=line", "-p", "no:cacheprovider", "--hypothesis-seed=0"]
    deselected = [f"--deselect={name}" for name in skip]
    for path in paths:
        plugin = _FirstFailure()
        code = pytest.main([*options, *deselected, path], plugins=[plugin])
        if plugin.found or code not in (0, 5):
            return plugin.found or f"{path} (pytest ended with {int(code)})"
    return ""


def preload() -> None:
    """Import what the tests need and no fault changes."""
    import importlib

    for name in PRELOADED:
        with suppress(ImportError):
            importlib.import_module(name)


def _child(tree: Path, paths: list[str], skip: list[str], answer: Path, log: Path) -> None:
    """Run the tests in a forked process, write the answer, and end it."""
    with suppress(BaseException):
        os.setsid()
        with log.open("wb", buffering=0) as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        try:
            found = _test(tree, paths, skip)
        except BaseException:
            traceback.print_exc()
            found = "the test run itself failed"
        answer.write_text(json.dumps(found), encoding="utf-8")
    os._exit(0)


def run(tree: Path, paths: list[str], skip: list[str], seconds: float = SECONDS) -> str:
    """Run tests in a process of their own.

    Parameters
    ----------
    tree : Path
        The tree they stand in.
    paths : list of str
        Test files and notebooks, in order.
    skip : list of str
        Tests that are left out.
    seconds : float
        After this long the run is ended.

    Returns
    -------
    str
        The first red test, ``too long``, or nothing when all are green.
    """
    with tempfile.TemporaryDirectory(prefix="tradeviz-answer-") as folder:
        answer, log = Path(folder, "answer"), Path(folder, "log")
        sys.stdout.flush()
        process = os.fork()
        if process == 0:
            _child(tree, paths, skip, answer, log)
        ended = _wait(process, seconds)
        # Kernels that a test left behind are of the same group.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process, signal.SIGKILL)
        if not ended:
            return "too long"
        if not answer.exists():
            return "the test run died"
        found: str = json.loads(answer.read_text(encoding="utf-8"))
        return found


def _wait(process: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if os.waitpid(process, os.WNOHANG)[0]:
            return True
        time.sleep(0.02)
    with suppress(ProcessLookupError):
        os.killpg(process, signal.SIGKILL)
    os.waitpid(process, 0)
    return False


class Bench:
    """Runs faults one after the other in one copy of the tree.

    Parameters
    ----------
    whole : Path
        A clean copy of the tree.
    folder : Path
        A folder for the copies to spoil.
    """

    def __init__(self, whole: Path, folder: Path) -> None:
        self.clean, self.folder = Tree(whole, folder / "clean"), folder
        self.tree = Tree(whole, folder / "tree")
        self.red: dict[str, bool] = {}
        """Test -> whether it is red without any fault."""

    def judge(self, fault: Fault, *, whole: bool = True) -> Verdict:
        """Plant a fault, run the tests, mend the tree.

        A test that is red on the clean tree too is no witness: it is left out and said so.
        """
        started = time.monotonic()
        by_hash = self.tree.plant(fault)
        try:
            paths = stages(fault, self.tree.folder, whole=whole)
            found = run(self.tree.folder, paths, self._skipped())
            while found and self._red_anyway(found):
                print(f"red without a fault, left out: {found}", file=sys.stderr)
                found = run(self.tree.folder, paths, self._skipped())
        finally:
            self.tree.mend(fault)
        return Verdict(fault, bool(found), found, by_hash, time.monotonic() - started)

    def _skipped(self) -> list[str]:
        return [name for name, red in self.red.items() if red]

    def _red_anyway(self, test: str) -> bool:
        if "::" not in test:
            return False
        if test not in self.red:
            # A cell of a notebook needs the cells before it.
            path = test.partition("::")[0] if ".ipynb" in test else test
            again = run(self.clean.folder, [path], self._skipped())
            self.red[test] = again == test
        return self.red[test]


def verdicts(
    faults: list[Fault], whole: Path, *, survivors_meet_all: bool = True
) -> Iterator[Verdict]:
    """Run faults and yield what happened to each.

    Parameters
    ----------
    faults : list of Fault
        What to plant.
    whole : Path
        A clean copy of the tree.
    survivors_meet_all : bool
        Whether what the likely tests let through meets every other test and notebook.

    Yields
    ------
    Verdict
        In the order of the faults.
    """
    preload()
    folder = Path(tempfile.mkdtemp(prefix="tradeviz-mutation-"))
    try:
        bench = Bench(whole, folder)
        for fault in faults:
            yield bench.judge(fault, whole=survivors_meet_all)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
