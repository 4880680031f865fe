"""Lint, types, and the tests that the change can reach, nearest first, until the time is over."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    # Also as a script: its own folder is on the path, the project's is not.
    sys.path.append(str(ROOT))

from tools.reach import Tree  # noqa: E402

SECONDS = 30
"""Until no further test begins, counted from the start."""

BIN = Path(sys.executable).parent
CHECKS = (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"])


def changed() -> list[str]:
    """Return the files that differ from the last commit, or of that commit where none does."""

    def git(*words: str) -> list[str]:
        run = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
        return [name for name in run.stdout.split("\0") if name]

    names = git("diff", "--name-only", "-z", "HEAD")
    names += git("ls-files", "--others", "--exclude-standard", "-z")
    return names or git("diff", "--name-only", "-z", "HEAD~1", "HEAD")


class Deadline:
    """Puts tests in an order, and ends their run when the time is over."""

    def __init__(self, order: list[str], end: float) -> None:
        self.order, self.end = order, end
        self.left = self.failed = 0
        self.session: pytest.Session | None = None

    def pytest_collection_modifyitems(
        self, session: pytest.Session, items: list[pytest.Item]
    ) -> None:
        """Sort: the nearest file first."""
        place = {ROOT / name: number for number, name in enumerate(self.order)}
        items.sort(key=lambda item: place.get(item.path, len(place)))
        self.session, self.left = session, len(items)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count what is red."""
        self.failed += report.failed

    def pytest_runtest_logfinish(self) -> None:
        """Stop after the test at which the time is over."""
        self.left -= 1
        if self.session and self.left and time.monotonic() > self.end:
            self.session.shouldstop = f"{self.left} tests were left out: make test"


def main() -> int:
    """Run checks beside the tests; return 1 where any is red."""
    started = time.monotonic()
    files = changed()
    tests = Tree().tests(files)
    print(f"{len(files)} files changed; {len(tests)} files of tests can see it", flush=True)
    checks = [
        subprocess.Popen([BIN / name, *words], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for name, *words in CHECKS
    ]
    red = 0
    if tests:
        plugin = Deadline(tests, started + SECONDS)
        code = pytest.main(["-q", "--maxfail=10", *tests], plugins=[plugin])
        stopped = code == pytest.ExitCode.INTERRUPTED and plugin.left > 0
        red = int(plugin.failed > 0 or not (stopped or code in (0, 5)))
    for check in checks:
        output, _ = check.communicate()
        if check.returncode:
            print(output)
            red = 1
    print(f"{'red' if red else 'green'} after {time.monotonic() - started:.0f} s")
    return int(bool(red))


if __name__ == "__main__":
    sys.exit(main())
