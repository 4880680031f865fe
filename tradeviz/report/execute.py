"""Run notebooks from top to bottom, each in a kernel of its own, two at a time."""

from __future__ import annotations

import ast
import asyncio
import atexit
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from tradeviz.errors import ReportError

PARALLEL = 2
"""Kernels that run at the same time; more gain nothing on the two cores of a laptop or runner."""

CELL_SECONDS = 600
"""A cell that takes longer than this stops the build."""

# Read by tradeviz.charts.show, which is not imported here: it takes a second.
_VECTOR = "TRADEVIZ_VECTOR"

_INJECTED = "injected-parameters"

# The variables of a parameters cell that a partner can take the place of.
_PARTNER_NAMES: Mapping[str, Callable[[str], str]] = {
    "PARTNER": repr,
    "PARTNERS": lambda partner: repr((partner,)),
}

Progress = Callable[[str], object]


class _ThisPython(KernelSpecManager):
    """The kernel of the running interpreter, whatever kernels are installed on the machine."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(
            argv=[
                sys.executable,
                *("-m", "ipykernel_launcher", "-f", "{connection_file}"),
                "--HistoryManager.enabled=False",
            ],
            name=kernel_name,
            display_name="Python 3",
            language="python",
        )


@dataclass
class _Run:
    """One notebook while it runs: counts its own code cells and reports each."""

    name: str
    notebook: NotebookNode
    progress: Progress
    vector: bool = False
    number: int = 0
    started: float = 0.0
    total: int = field(init=False)

    def __post_init__(self) -> None:
        self.total = sum(map(_counts, self.notebook.cells))

    def start(self, *, cell: NotebookNode, **_: object) -> None:
        """Count the cell that starts."""
        self.number += _counts(cell)
        self.started = perf_counter()

    def done(self, *, cell: NotebookNode, **_: object) -> None:
        """Report the cell that is done, and what it wrote to the error stream."""
        if not _counts(cell):
            return
        seconds = perf_counter() - self.started
        self.progress(f"{self.name}: cell {self.number} of {self.total} ({seconds:.1f} s)")
        for output in cell.outputs:
            if output.output_type == "stream" and output.name == "stderr":
                first = output.text.strip().splitlines()[0] if output.text.strip() else ""
                self.progress(f"{self.name}: cell {self.number} warns: {first}")

    def failed(self, message: str) -> ReportError:
        """Return the error that names this notebook and the cell that was running."""
        return ReportError(f"code cell {self.number} {message}", file=self.name)


def _counts(cell: NotebookNode) -> bool:
    """Say whether a cell is a code cell of the author; nbclient skips empty ones."""
    tags = cell.metadata.get("tags", [])
    return cell.cell_type == "code" and bool(cell.source.strip()) and _INJECTED not in tags


def read(path: Path) -> NotebookNode:
    """Read a notebook.

    Parameters
    ----------
    path : Path
        An ``.ipynb`` file.

    Returns
    -------
    NotebookNode
        The notebook in format 4.

    Raises
    ------
    ReportError
        When the file is missing or is not a notebook.

    Examples
    --------
    >>> read(Path("notebooks/00_briefing.ipynb")).nbformat  # doctest: +SKIP
    4
    """
    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    except OSError as error:
        raise ReportError(f"cannot be read: {error.strerror}", file=path.name) from error
    except (ValueError, AttributeError, nbformat.ValidationError) as error:
        reason = str(error).strip().splitlines()
        raise ReportError(f"is not a notebook: {reason[0]}", file=path.name) from error
    return notebook


def set_partner(notebook: NotebookNode, partner: str) -> bool:
    """Put a partner in the place of the one that the parameters cell names.

    The cell tagged ``parameters`` keeps its text; a cell after it sets ``PARTNER`` (one code) or
    ``PARTNERS`` (a tuple of codes), whichever it assigns.

    Parameters
    ----------
    notebook : NotebookNode
        Changed in place.
    partner : str
        ISO 3166 alpha-3 code, or ``EU``.

    Returns
    -------
    bool
        Whether the notebook takes a partner.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> cell = new_code_cell('PARTNER = "GBR"', metadata={"tags": ["parameters"]})
    >>> notebook = new_notebook(cells=[cell])
    >>> set_partner(notebook, "JPN"), notebook.cells[1].source
    (True, "PARTNER = 'JPN'")
    """
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or "parameters" not in cell.metadata.get("tags", []):
            continue
        assigned = {
            target.id
            for statement in ast.parse(cell.source).body
            if isinstance(statement, ast.Assign)
            for target in statement.targets
            if isinstance(target, ast.Name)
        }
        lines = [
            f"{name} = {_PARTNER_NAMES[name](partner)}"
            for name in _PARTNER_NAMES
            if name in assigned
        ]
        if lines:
            # A fixed id keeps the page the same from build to build.
            injected = nbformat.v4.new_code_cell(  # type: ignore[no-untyped-call]
                "\n".join(lines), id=_INJECTED, metadata={"tags": [_INJECTED]}
            )
            notebook.cells.insert(index + 1, injected)
            return True
    return False


def is_profile(notebook: NotebookNode) -> bool:
    """Say whether a notebook asks for a page of each focus partner.

    Parameters
    ----------
    notebook : NotebookNode
        Any notebook.

    Returns
    -------
    bool
        Whether its parameters cell is tagged ``profile``.

    Examples
    --------
    >>> from nbformat.v4 import new_notebook
    >>> is_profile(new_notebook())
    False
    """
    tags = (set(cell.metadata.get("tags", [])) for cell in notebook.cells)
    return any({"parameters", "profile"} <= found for found in tags)


async def _run(run: _Run, folder: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="tradeviz-") as scratch:
        manager = AsyncKernelManager(
            kernel_name="python3",
            kernel_spec_manager=_ThisPython(),
            # Sockets in a private folder: no open port, and no warning about one.
            transport="tcp" if os.name == "nt" else "ipc",
            connection_file=str(Path(scratch, "kernel.json")),
        )
        client = NotebookClient(
            run.notebook,
            km=manager,
            timeout=CELL_SECONDS,
            coalesce_streams=True,
            record_timing=False,
            store_widget_state=False,
            shutdown_kernel="immediate",
            resources={"metadata": {"path": str(folder)}},
            on_cell_execute=run.start,
            on_cell_executed=run.done,
        )
        # The user's own start-up files and a random hash seed would let two builds differ.
        environment = os.environ | {"IPYTHONDIR": scratch, "PYTHONHASHSEED": "0"}
        environment |= {_VECTOR: "yes" if run.vector else ""}
        try:
            # The client leaves a kernel it did not make itself running unless told otherwise.
            await client.async_execute(env=environment, cleanup_kc=True)
        except CellExecutionError as error:
            reason = " ".join(str(error.evalue).split())
            raise run.failed(f"of {run.total} failed: {error.ename}: {reason}") from error
        except CellTimeoutError as error:
            raise run.failed(f"took longer than {CELL_SECONDS} seconds") from error
        except DeadKernelError as error:
            raise run.failed("ended the kernel, perhaps for lack of memory") from error
        except RuntimeError as error:
            raise ReportError(f"the kernel did not start: {error}", file=run.name) from error
        finally:
            # A notebook that was stopped half-way is cleaned up here and not again at exit.
            atexit.unregister(client._cleanup_kernel)
            if manager.has_kernel:
                await manager.shutdown_kernel(now=True)


async def _run_all(runs: list[tuple[_Run, Path]]) -> None:
    slots = asyncio.Semaphore(PARALLEL)

    async def one(run: _Run, folder: Path) -> None:
        async with slots:
            await _run(run, folder)

    try:
        # A failure or Ctrl-C also ends the notebooks that still run, and their kernels.
        async with asyncio.TaskGroup() as tasks:
            for run, folder in runs:
                if run.total:
                    tasks.create_task(one(run, folder))
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None


def execute(
    notebooks: Mapping[Path, NotebookNode], *, progress: Progress = print, vector: bool = False
) -> None:
    """Run notebooks and store their outputs in the nodes.

    Parameters
    ----------
    notebooks : mapping of Path to NotebookNode
        Each path gives the folder to run in and the name to report; each node is changed in place.
    progress : callable
        Gets a line per cell: notebook, cell n of m, seconds.
    vector : bool
        Whether charts come as SVG too; a page offers it, a stored notebook does without.

    Raises
    ------
    ReportError
        When a cell fails, with notebook, number of the code cell and the error; the other
        notebooks are stopped.

    Examples
    --------
    >>> path = Path("notebooks/00_briefing.ipynb")
    >>> execute({path: read(path)})  # doctest: +SKIP
    00_briefing: cell 1 of 9 (0.8 s)
    """
    runs = [
        (_Run(path.stem, notebook, progress, vector), path.resolve().parent)
        for path, notebook in notebooks.items()
    ]
    loops: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]]] = []

    async def main() -> None:
        task = asyncio.current_task()
        assert task is not None
        loops.append((asyncio.get_running_loop(), task))
        await _run_all(runs)

    # A thread of its own, because a notebook that calls this already runs an event loop.
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(asyncio.run, main())
        try:
            future.result()
        except KeyboardInterrupt:
            for loop, task in loops:
                loop.call_soon_threadsafe(task.cancel)
            raise
