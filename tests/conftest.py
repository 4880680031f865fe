"""What several test modules share: the project's files and a browser without a network."""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from tools import causes
from tradeviz.datasets import DATA, checking
from tradeviz.errors import DataError, ReportError
from tradeviz.law.outcome import names
from tradeviz.law.record import coverage
from tradeviz.partners import FOCUS
from tradeviz.report.printing import find_browser

# The same examples each time, so that red means a change; new ones come with `make fuzz`. On a busy
# machine an example may take long.
settings.register_profile("tradeviz", deadline=None, derandomize=True, database=None)
settings.load_profile("tradeviz")

# Read by the type checker, never run.
collect_ignore = ["consumer.py"]

ROOT = Path(__file__).resolve().parents[1]
FIRST_DAY, LAST_DAY = coverage()
LATER = LAST_DAY + dt.timedelta(days=1)
SPAN = f"{FIRST_DAY} to {LAST_DAY}"
WORKED_TO = dt.date(2026, 10, 9)
"""As far as lines were worked by hand: a later rule makes none of them wrong."""
CODES = f"51 codes such as {', '.join(FOCUS)} (tradeviz list partners)"
OUTCOMES = (
    f"{', '.join(names())}, a .toml file (known by its name in {DATA / 'outcomes'}, or in a folder "
    "that TRADEVIZ_OUTCOMES names)"
)
"""What a message allows where a partner or an outcome belongs."""
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """Say below the names of red tests which law and data moved: often one row is the cause."""
    yield
    if terminalreporter.stats.get("failed"):
        terminalreporter.section(causes.TITLE)
        terminalreporter.line("\n".join(causes.causes()) or causes.NONE)


@pytest.fixture(autouse=True)
def _figures_closed() -> Iterator[None]:
    """Close what a test drew: another that counts open figures runs in the same process."""
    yield
    if (pyplot := sys.modules.get("matplotlib.pyplot")) is not None:
        pyplot.close("all")


@pytest.fixture(autouse=True, scope="session")
def _files_checked_once() -> Iterator[None]:
    """Keep what is found in a table: the shipped package is checked often, with one file broken.

    A file with the same bytes and description has the same faults.
    """
    check, kept = checking._check_file, {}

    def once(resource: dict[str, Any], root: Path) -> tuple[pd.DataFrame, list[DataError]]:
        path = root / resource["path"]
        if not path.is_file():
            return check(resource, root)
        key = json.dumps(resource, sort_keys=True), hashlib.sha256(path.read_bytes()).digest()
        if key not in kept:
            kept[key] = check(resource, root)
        frame, faults = kept[key]
        return frame, [*faults]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checking, "_check_file", once)
        yield


def tracked_files() -> list[Path]:
    """Return the files that git knows, or every file outside hidden folders without git."""
    found = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if found.returncode == 0 and found.stdout:
        return [ROOT / name for name in found.stdout.split("\0") if name and (ROOT / name).exists()]
    hidden = re.compile(r"^(\.(?!ci$|git)|__pycache__$)")
    return [
        path
        for path in ROOT.rglob("*")
        if path.is_file() and not any(map(hidden.match, path.relative_to(ROOT).parts))
    ]


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `tradeviz check` take what is shipped as sound: that has tests of its own and is slow."""
    for check in ("datasets.check_package", "law.reading.check_law", "law.checking.check_lists"):
        monkeypatch.setattr(f"tradeviz.{check}", lambda: [])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium of the system, with every host name unknown to it but this machine's address."""
    try:
        path = find_browser()
    except ReportError:
        if os.environ.get("CI") == "true":
            pytest.fail("chromium is missing: install the system package `chromium`")
        pytest.skip("chromium is not installed, so pages are not opened in a browser")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
        chromium = playwright.chromium.launch(executable_path=path, args=arguments)
        yield chromium
        chromium.close()


FEWER = (
    "DRAWS=40",
    "TESTED=40",
    # The spread of all eleven: with these the page says the same sentences.
    'VARIANTS={"Elasticity 4": {}, "Elasticity 2": {"elasticity": 2.0},'
    ' "Shapiro 2016": {"elasticity": "shapiro"}}',
)
"""For pages that are looked at: their figures, with all draws, are compared in the notebooks."""


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole set of pages, built once for all workers and modules: the first one there does."""
    from tradeviz import report

    workers = os.environ.get("PYTEST_XDIST_WORKER")
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if workers else base
    out = shared / "reports-of-this-run"
    with (shared / "reports.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # The front page is written last.
        if not (out / "index.html").exists():
            report.build(out=out, settings=FEWER, progress=lambda line: None)
    return out
