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
from tools.reach import Tree as Reach

SECONDS = 420
"""A fault that makes one test run longer than this hangs, which is noticed too.

A limit for the whole run would count as seen what merely met every test and passed them all.
"""

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
    "data": ["test_data", "test_datasets", "test_golden", "test_world_tables"],
    "law": ["test_law", "test_golden", "test_worked_cases", "test_outcomes"],
    "charts": ["test_charts", "test_charts_products", "test_golden_charts"],
    "notebooks": ["test_notebooks"],
}
"""Group -> test files that are likely to see its faults; else the nearest by imports are."""

# They start the bench themselves, need the raw sources, test tools and not results, or now and then
# are red without a fault (JupyterLab on a busy machine), which would count as seen.
NEVER = {
    "test_mutation_sample",
    "test_explore_browser",
    "test_build",
    "test_update_notebooks",
    "test_nbval_traps",
    "test_reach",
}


@dataclass
class Verdict:
    """What happened to one fault."""

    fault: Fault
    caught: bool
    by: str
    seconds: float


def stages(fault: Fault, tree: Path, *, whole: bool) -> list[list[str]]:
    """Return the test files and notebooks to run on a fault, by run of pytest, in order.

    The likely ones, each in a run of its own, are the first of the group and those that the
    fault's file reaches. The rest, where the whole is asked for, share one run and its fixtures.
    """
    first = [f"tests/{name}.py" for name in FIRST.get(fault.group, [])]
    near = Reach(tree).tests([fault.file])
    notebooks = sorted(f"notebooks/{path.name}" for path in (tree / "notebooks").glob("*.ipynb"))
    if fault.group == "notebooks":
        # Nothing else reads what is stored in a notebook.
        first = [*first, fault.file]
    rest = sorted(f"tests/{path.name}" for path in (tree / "tests").glob("test_*.py"))
    never = {f"tests/{name}.py" for name in NEVER}
    runs = [[name] for name in dict.fromkeys([*first, *near])]
    if whole:
        runs.append([name for name in (*notebooks, *rest) if [name] not in runs])
    kept = [[name for name in run if name not in never and (tree / name).exists()] for run in runs]
    return [run for run in kept if run]


class _Watch:
    """A pytest plugin that remembers the first test that failed, and writes where the run is."""

    def __init__(self, at: Path) -> None:
        self.found, self.at = "", at

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.at.write_text(nodeid, encoding="utf-8")

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed and not self.found:
            self.found = str(report.nodeid)

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed and not self.found:
            self.found = str(report.nodeid)


def _test(tree: Path, paths: Iterable[list[str]], skip: Iterable[str], at: Path) -> str:
    """Run tests in this process until one is red; return its name, or nothing.

    The test being run is written to `at`, by which the parent sees that the run goes on.
    """
    import pytest

    os.chdir(tree)
    os.environ["PYTHONPATH"] = str(tree)
    sys.path[:] = [str(tree), *(item for item in sys.path if Path(item or ".") != tree)]
    options = [
        "-x",
        "-q",
        "--tb=line",
        "--no-summary",
        "-p",
        "no:cacheprovider",
        "--hypothesis-seed=0",
    ]
    deselected = [f"--deselect={name}" for name in skip]
    for together in paths:
        at.write_text(f"the start of {together[0]}", encoding="utf-8")
        watch = _Watch(at)
        code = pytest.main([*options, *deselected, *together], plugins=[watch])
        if watch.found or code not in (0, 5):
            return watch.found or f"{together[0]} (pytest ended with {int(code)})"
    return ""


def preload() -> None:
    """Import what the tests need and no fault changes."""
    import importlib

    for name in PRELOADED:
        with suppress(ImportError):
            importlib.import_module(name)


def _child(tree: Path, paths: list[list[str]], skip: list[str], folder: Path) -> None:
    """Run the tests in a forked process, write the answer into the folder, and end it."""
    # What this process has of the project is not what the tree holds.
    for name in [name for name in sys.modules if name.split(".")[0] in ("tools", "tradeviz")]:
        del sys.modules[name]
    with suppress(BaseException):
        os.setsid()
        with (folder / "log").open("wb", buffering=0) as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        try:
            found = _test(tree, paths, skip, folder / "at")
        except BaseException:
            traceback.print_exc()
            found = "the test run itself failed"
        (folder / "answer").write_text(json.dumps(found), encoding="utf-8")
    os._exit(0)


def run(tree: Path, paths: list[list[str]], skip: list[str], seconds: float = SECONDS) -> str:
    """Run tests in a process of their own."""
    with tempfile.TemporaryDirectory(prefix="tradeviz-answer-") as name:
        folder = Path(name)
        answer, at = folder / "answer", folder / "at"
        sys.stdout.flush()
        process = os.fork()
        if process == 0:
            _child(tree, paths, skip, folder)
        ended = _wait(process, at, seconds)
        # Kernels that a test left behind are of the same group.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process, signal.SIGKILL)
        if not ended:
            return f"{_read(at) or 'the start of the tests'} (too long)"
        if not answer.exists():
            return "the test run died"
        found: str = json.loads(answer.read_text(encoding="utf-8"))
        return found


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _wait(process: int, at: Path, seconds: float) -> bool:
    """Wait for a process to end; return False when it stayed at one test for too long."""
    where, since = "", time.monotonic()
    while time.monotonic() < since + seconds:
        if os.waitpid(process, os.WNOHANG)[0]:
            return True
        if (now := _read(at)) != where:
            where, since = now, time.monotonic()
        time.sleep(0.02)
    with suppress(ProcessLookupError):
        os.killpg(process, signal.SIGKILL)
    os.waitpid(process, 0)
    return False


class Bench:
    """Runs faults one after the other in one copy of the tree."""

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
        self.tree.plant(fault)
        try:
            paths = stages(fault, self.tree.folder, whole=whole)
            found = run(self.tree.folder, paths, self._skipped())
            while found and self._red_anyway(found):
                print(f"red without a fault, left out: {found}", file=sys.stderr)
                found = run(self.tree.folder, paths, self._skipped())
        finally:
            self.tree.mend(fault)
        return Verdict(fault, bool(found), found, time.monotonic() - started)

    def _skipped(self) -> list[str]:
        return [name for name, red in self.red.items() if red]

    def _red_anyway(self, test: str) -> bool:
        if "::" not in test:
            return False
        if test not in self.red:
            # A cell of a notebook needs the cells before it.
            path = test.partition("::")[0] if ".ipynb" in test else test
            again = run(self.clean.folder, [[path]], self._skipped())
            self.red[test] = again == test
        return self.red[test]


def verdicts(
    faults: list[Fault], whole: Path, *, survivors_meet_all: bool = True
) -> Iterator[Verdict]:
    """Run faults and yield what happened to each."""
    preload()
    folder = Path(tempfile.mkdtemp(prefix="tradeviz-mutation-"))
    try:
        bench = Bench(whole, folder)
        for fault in faults:
            yield bench.judge(fault, whole=survivors_meet_all)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
