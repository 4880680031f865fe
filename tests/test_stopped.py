"""Stopped from outside: what was there stays whole, and nothing is left running or lying about."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from nbformat import v4

from tradeviz.files import write_whole

# Half of it is written when the system ends the process: no code of ours runs any more.
KILLED = """
import resource, signal, sys
from pathlib import Path
from tradeviz.files import write_whole
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
write_whole(Path(sys.argv[1]), b"new" * 100_000)
"""


@pytest.mark.parametrize("old", [b"old" * 100_000, None], ids=["in its place", "where none was"])
def test_a_writer_that_is_killed_leaves_no_half_file(old: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    if old is not None:
        path.write_bytes(old)
    killed = subprocess.run([sys.executable, "-c", KILLED, path], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGXFSZ
    assert (path.read_bytes() if path.exists() else None) == old
    # It was in the middle: what it had written lies beside, hidden and under a name of its own.
    (part,) = tmp_path.glob(".*.part")
    assert 0 < part.stat().st_size < 300_000


def test_who_reads_the_old_file_reads_it_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(b"old" * 100_000)
    with path.open("rb") as reader:
        first = reader.read(10)
        write_whole(path, b"new" * 100_000)
        assert first + reader.read() == b"old" * 100_000
    assert path.read_bytes() == b"new" * 100_000
    assert list(tmp_path.iterdir()) == [path]


# One process for all signals: most of the time goes into loading it.
REPORTS = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from tradeviz.cli import main
for _ in range(3):
    print(main(["report", "own.ipynb", "--out", "out"]), flush=True)
"""
SLOW = """
import os, pathlib, subprocess, time
child = subprocess.Popen(["sleep", "60"])
pathlib.Path("busy.part").write_text(f"{os.getpid()} {os.getppid()} {child.pid}")
os.replace("busy.part", "busy")
time.sleep(60)
"""


def until(true: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def runs(process: int) -> bool:
    """Say whether a process is there and no mere entry of one that ended."""
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2]
    except FileNotFoundError:
        return False


@pytest.fixture
def reports(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    notebook = v4.new_notebook(cells=[v4.new_markdown_cell("# Slow"), v4.new_code_cell(SLOW)])
    (tmp_path / "own.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    (tmp_path / "out").mkdir()
    (tmp_path / "temp").mkdir()
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path / "temp")}
    process = subprocess.Popen(
        [sys.executable, "-c", REPORTS], cwd=tmp_path, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    yield process
    process.kill()
    process.communicate()


def test_a_report_that_is_stopped_leaves_nothing_behind(
    reports: subprocess.Popen[str], tmp_path: Path
) -> None:
    busy = tmp_path / "busy"
    assert reports.stdout is not None
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, None)):
        until(busy.exists)
        processes = [int(word) for word in busy.read_text().split()]
        busy.unlink()
        assert all(map(runs, processes))
        reports.send_signal(number)
        if code is not None:
            assert int(reports.stdout.readline()) == code
        until(lambda left=processes: not any(map(runs, left)))
        assert [*(tmp_path / "out").iterdir(), *(tmp_path / "temp").iterdir()] == []
    reports.wait()
    assert reports.stderr is not None
    said = [line for line in reports.stderr.read().splitlines() if line.startswith("tradeviz")]
    assert said == ["tradeviz: stopped"] * 2
