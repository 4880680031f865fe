"""Run notebooks from top to bottom, each in a process of its own, two at a time."""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import IO, Any

import nbformat
from nbformat import NotebookNode

from tradeviz.errors import ArgumentError, ReportError
from tradeviz.report.parameters import INJECTED
from tradeviz.report.worker import FULL, LENGTH, Job, Output

PARALLEL = 2
"""Notebooks that run at the same time; more gain nothing on the two cores of a laptop or runner."""

CELL_SECONDS = 600
"""A cell that takes longer than this stops the build."""


Progress = Callable[[str], object]


@dataclass
class _Run:
    """One notebook while it runs: counts its own code cells and reports each."""

    name: str
    notebook: NotebookNode
    folder: Path
    progress: Progress
    lenient: bool = False
    number: int = 0
    started: float = 0.0
    ended: bool = False
    left_out: str = ""
    total: int = field(init=False)

    def __post_init__(self) -> None:
        self.total = sum(map(_counts, self.notebook.cells))

    def job(self, number: int) -> Job:
        """Return what the process that runs notebooks needs to know."""
        cells = [
            (place, cell.source)
            for place, cell in enumerate(self.notebook.cells)
            if cell.cell_type == "code" and cell.source.strip()
        ]
        return Job(number, str(self.folder), tuple(cells))

    def hear(self, kind: str, *said: Any) -> None:
        """Take a message of the process: a cell starts, a cell is done, the notebook ended."""
        if kind == "start":
            self.number += _counts(self.notebook.cells[said[0]])
            self.started = perf_counter()
        elif kind == "done":
            self._done(self.notebook.cells[said[0]], *said[1:])
        elif kind == "failed" and self.lenient and said[0].startswith(ArgumentError.__name__):
            self.ended, self.left_out = True, str(said[0]).partition(": ")[2]
        elif kind == "failed":
            raise self.failed(f"of {self.total} failed: {said[0]}")
        elif kind == "end":
            self.ended = True
        elif not self.ended:
            raise self.failed("ended the kernel, perhaps for lack of memory")

    def _done(self, cell: NotebookNode, count: int, found: list[Output]) -> None:
        outputs = nbformat.from_dict(found)  # type: ignore[no-untyped-call]
        cell.execution_count, cell.outputs = count, outputs
        if not _counts(cell):
            return
        seconds = perf_counter() - self.started
        self.progress(f"{self.name}: cell {self.number} of {self.total} ({seconds:.1f} s)")
        for output in outputs:
            if output.output_type == "stream" and output.name == "stderr":
                first = output.text.strip().splitlines()[0] if output.text.strip() else ""
                self.progress(f"{self.name}: cell {self.number} warns: {first}")

    def late(self) -> bool:
        """Say whether the cell that runs has run too long."""
        running = self.started and not self.ended
        return bool(running and perf_counter() - self.started > CELL_SECONDS)

    def failed(self, message: str) -> ReportError:
        """Return the error that names this notebook and the cell that was running."""
        return ReportError(f"code cell {self.number} {message}", file=self.name)


def _counts(cell: NotebookNode) -> bool:
    """Say whether a cell is a code cell of the author; nbclient skips empty ones."""
    tags = cell.metadata.get("tags", [])
    return cell.cell_type == "code" and bool(cell.source.strip()) and INJECTED not in tags


def read(path: Path) -> NotebookNode:
    """Read a notebook."""
    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    except OSError as error:
        raise ReportError(f"cannot be read: {error.strerror}", file=path.name) from error
    except (ValueError, AttributeError, nbformat.ValidationError) as error:
        reason = str(error).strip().splitlines()
        raise ReportError(f"is not a notebook: {reason[0]}", file=path.name) from error
    return notebook


def _exactly(source: IO[bytes], size: int) -> bytes:
    """Read so many bytes: a pipe may give fewer at a time."""
    parts = b""
    while len(parts) < size:
        part = source.read(size - len(parts))
        if not part:
            raise ReportError("the kernel did not start or was ended from outside")
        parts += part
    return parts


def _listen(process: subprocess.Popen[bytes], runs: list[_Run]) -> None:
    """Hear the process out; end when every notebook has ended."""
    assert process.stdout is not None
    left = len(runs)
    while left:
        while not select.select([process.stdout], [], [], 1.0)[0]:
            for run in runs:
                if run.late():
                    raise run.failed(f"took longer than {CELL_SECONDS} seconds")
        length = int.from_bytes(_exactly(process.stdout, LENGTH), "big")
        kind, number, *said = pickle.loads(_exactly(process.stdout, length))
        runs[number].hear(kind, *said)
        left -= kind == "gone"


def _run_all(runs: list[_Run], *, vector: bool) -> None:
    # A random hash seed would let two builds differ. Notebooks run side by side on all cores, so
    # threads of the linear algebra would only wait for each other.
    environment = {"OMP_NUM_THREADS": "1"} | os.environ
    environment |= {"PYTHONHASHSEED": "0", FULL: "yes" if vector else ""}
    # Unbuffered, so that waiting for the pipe sees all that is there to read. In a session of its
    # own, so that one signal ends it with all its children, and Ctrl-C reaches only this process.
    process = subprocess.Popen(
        [sys.executable, "-c", "from tradeviz.report.worker import main; main()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        bufsize=0,
        start_new_session=True,
    )
    try:
        assert process.stdin is not None
        jobs = [run.job(number) for number, run in enumerate(runs)]
        # Many cells first: a long notebook that begins last has the other core wait for it.
        jobs.sort(key=lambda job: -len(job.cells))
        # A process that has ended reads nothing; that it says nothing either is heard below.
        with (
            contextlib.suppress(BrokenPipeError),
            os.fdopen(os.dup(process.stdin.fileno()), "wb") as target,
        ):
            pickle.dump((jobs, PARALLEL), target)
        _listen(process, runs)
    finally:
        # Also after a failure or Ctrl-C: what still runs is no longer wanted.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def execute(
    notebooks: Mapping[Path, NotebookNode], *, progress: Progress = print, vector: bool = False,
    lenient: bool = False,
) -> dict[str, str]:  # fmt: skip
    """Run notebooks and store their outputs in the nodes.

    Return by name of a notebook why it says nothing: a cell that refuses its arguments stops all,
    unless `lenient`, when its notebook is left out.
    """
    runs = [
        _Run(path.stem, notebook, path.resolve().parent, progress, lenient)
        for path, notebook in notebooks.items()
    ]
    runs = [run for run in runs if run.total]
    if runs:
        _run_all(runs, vector=vector)
    return {run.name: run.left_out for run in runs if run.left_out}
