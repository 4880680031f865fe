"""The process that runs notebooks: Python and data are loaded once, each notebook has a fork.

Started by `tradeviz.report.execute` as a Python that calls `main`; talks in pickles over
its standard input and output. It ends, with all that it started, when its input is closed.
"""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import select
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.formatters import BaseFormatter
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.profiledir import ProfileDir
from traitlets import ObjectName, Unicode
from traitlets.config import Config

from tradeviz.errors import TradevizError
from tradeviz.files import csv_text

FULL = "TRADEVIZ_VECTOR"
"""Set where a page is made: charts come as drawings too, and tables with their data in full."""

LENGTH = 8
"""Bytes that say how long the message after them is."""

Send = Callable[[tuple[Any, ...]], None]


@dataclass(frozen=True)
class Job:
    """A notebook to run: its number, where it runs, and the cells' sources and tags."""

    number: int
    folder: str
    cells: tuple[tuple[int, str], ...]


Output = dict[str, Any]
"""An output as a notebook stores it; plain, since loading nbformat takes a second."""

OUTPUTS: list[Output] = []
"""What the running cell has put out so far."""


def _shown(kind: str, data: Any, metadata: Any) -> Output:
    return {"output_type": kind, "metadata": metadata or {}, "data": data}


class _Recorder(io.TextIOBase):
    """A standard stream that writes into the outputs of the running cell."""

    def __init__(self, name: str) -> None:
        self.name = name

    def writable(self) -> bool:
        """Say that it takes text."""
        return True

    def write(self, text: str) -> int:
        """Add text to the output of this stream, or begin one."""
        stream = next((output for output in OUTPUTS if output.get("name") == self.name), None)
        if stream is None:
            stream = {"output_type": "stream", "name": self.name, "text": ""}
            OUTPUTS.append(stream)
        stream["text"] += text
        return len(text)


class _Hook(DisplayHook):
    """Records the result of a cell instead of printing it."""

    def write_output_prompt(self) -> None:
        """Print no number before a result."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        """Record the result in every form it has."""
        OUTPUTS.append({**_shown("execute_result", format_dict, md_dict), "execution_count": None})

    def finish_displayhook(self) -> None:
        """Print no empty line after a result."""
        self.exec_result = None


class _Publisher(DisplayPublisher):
    """Records what a cell displays instead of printing it."""

    def publish(self, data: Any, metadata: Any = None, *args: Any, **more: Any) -> None:
        """Record what is displayed; what only changes an earlier display is left out."""
        if not more.get("update"):
            OUTPUTS.append(_shown("display_data", data, metadata))

    def clear_output(self, wait: bool = False) -> None:
        """Forget what the cell displayed."""
        OUTPUTS.clear()


class _Shell(InteractiveShell):
    """A shell without windows and tracebacks: the one-line reason goes back to the caller."""

    def enable_gui(self, gui: Any = None) -> None:
        """Open no window."""

    def showtraceback(self, *args: Any, **options: Any) -> None:
        """Print no traceback."""

    def showsyntaxerror(self, *args: Any, **options: Any) -> None:
        """Print no traceback."""


class _Csv(BaseFormatter):
    """The data of a table in full, for the page: what is shown of it is rounded."""

    format_type = Unicode("text/csv")
    print_method = ObjectName("_repr_csv_")


def _as_csv(table: Any) -> str:
    """Return a pandas table as CSV; an index that only counts rows says nothing."""
    counted = type(table.index).__name__ == "RangeIndex" and table.index.name is None
    return csv_text(table, index=not counted)


def _shell() -> Any:
    """Return a shell that records what cells display, without a profile, history or files."""
    config = Config()
    config.HistoryManager.enabled = False
    shell: Any = _Shell.instance(
        config=config,
        profile_dir=ProfileDir(),
        ipython_dir=os.getcwd(),
        displayhook_class=_Hook,
        display_pub_class=_Publisher,
    )
    if os.environ.get(FULL):
        csv = _Csv(parent=shell.display_formatter)
        for module in ("pandas", "pandas.core.frame"):
            csv.for_type_by_name(module, "DataFrame", _as_csv)  # type: ignore[no-untyped-call]
        shell.display_formatter.formatters["text/csv"] = csv
    # A terminal asks for text only, a page for every form that an object has.
    shell.display_formatter.active_types = shell.display_formatter.format_types
    shell.enable_matplotlib("inline")
    return shell


def run(job: Job, send: Send) -> None:
    """Run the cells of a notebook in this process, and send the outputs of each.

    Messages are ``("start", job, cell)``, ``("done", job, cell, count, outputs)`` and, last,
    ``("failed", job, reason)`` or ``("end", job)``.
    """
    os.chdir(job.folder)
    sys.path.insert(0, "")
    shell = _shell()
    for count, (place, source) in enumerate(job.cells, start=1):
        OUTPUTS.clear()
        send(("start", job.number, place))
        with (
            contextlib.redirect_stdout(_Recorder("stdout")),
            contextlib.redirect_stderr(_Recorder("stderr")),
        ):
            result = shell.run_cell(source, store_history=True)
        error = result.error_before_exec or result.error_in_exec
        if error is not None:
            send(("failed", job.number, f"{type(error).__name__}: {' '.join(str(error).split())}"))
            return
        for output in OUTPUTS:
            if output["output_type"] == "execute_result":
                output["execution_count"] = count
        send(("done", job.number, place, count, OUTPUTS))
    send(("end", job.number))


def _sender(channel: BinaryIO) -> Send:
    """Return what writes messages; children share the channel and take turns by a token."""
    take, give = os.pipe()
    os.write(give, b"t")

    def send(message: tuple[Any, ...]) -> None:
        text = pickle.dumps(message)
        token = os.read(take, 1)
        channel.write(len(text).to_bytes(LENGTH, "big") + text)
        channel.flush()
        os.write(give, token)

    return send


def _fork(job: Job, send: Send) -> tuple[int, int]:
    """Run a notebook in a child; return its number and a pipe that ends when the child does."""
    alive, held = os.pipe()
    child = os.fork()
    if child:
        os.close(held)
        return child, alive
    try:
        os.close(sys.stdin.fileno())
        run(job, send)
    except BaseException as error:
        send(("failed", job.number, f"{type(error).__name__}: {error}"))
    finally:
        # No handler of the parent's runs in the child, whatever the notebook has done.
        os._exit(0)


def _serve(jobs: list[Job], parallel: int, send: Send) -> None:
    """Keep `parallel` children at work; end, with them, when the input is closed."""
    waiting, children = list(jobs), dict[int, tuple[int, int]]()
    caller = sys.stdin.fileno()
    try:
        while waiting or children:
            while waiting and len(children) < parallel:
                job = waiting.pop(0)
                child, alive = _fork(job, send)
                children[alive] = (child, job.number)
            ready, _, _ = select.select([caller, *children], [], [])
            if caller in ready:
                return
            for alive in ready:
                child, number = children.pop(alive)
                os.close(alive)
                os.waitpid(child, 0)
                send(("gone", number))
    finally:
        if children:
            # With all that they started: the session is this process's own.
            os.killpg(os.getsid(0), signal.SIGKILL)


def _warm(jobs: list[Job]) -> None:
    """Load what every notebook needs, and nearly every one of ours, so that forks share it."""
    import matplotlib.pyplot

    matplotlib.pyplot.figure()
    matplotlib.pyplot.close("all")
    if any("import tradeviz" in source for job in jobs for _, source in job.cells):
        from tradeviz.story.standing import standings

        # Every outcome and every day of the law, for all partners. What is wrong with data or law
        # is for the cell to say that asks for it.
        with contextlib.suppress(TradevizError):
            standings()


def main() -> None:
    """Read the jobs, run them, and send what happens."""
    channel = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What a library prints must not get between the messages.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    jobs, parallel = pickle.load(sys.stdin.buffer)
    # One notebook shares it with none.
    if len(jobs) > 1:
        _warm(jobs)
    send = _sender(channel)
    if hasattr(os, "fork"):
        _serve(jobs, parallel, send)
    else:
        for job in jobs:
            run(job, send)
            send(("gone", job.number))
