"""Commands about trade as recorded and the project itself."""

from __future__ import annotations

import argparse
import filecmp
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tradeviz.cli.words import Answer, partners_of
from tradeviz.errors import ArgumentError, TradevizError, choose, count
from tradeviz.extras import need
from tradeviz.files import write_whole

if TYPE_CHECKING:
    import pandas as pd

LISTS = ("outcomes", "partners", "layers", "measures", "scopes", "tables", "dates", "notebooks")
ERROR = 2
PANEL = "11_explore.ipynb"
"""The notebook that `tradeviz explore` opens."""


def balances_command(given: argparse.Namespace) -> Answer:
    """Return exports, imports and balance by partner and year."""
    from tradeviz.trade.balances import balances

    return balances(partners_of(given.partners, lines_only=False), first=given.first)


def notebooks_command(given: argparse.Namespace) -> int:
    """Copy the notebooks out of the package; return the exit code."""
    folder, paths = given.folder, _notebooks()
    for path in paths:
        place = folder / path.name
        if not given.force and place.exists() and not filecmp.cmp(place, path, shallow=False):
            what, allowed = "already there and edited", "a folder without it, or --force"
            raise ArgumentError(what, field="folder", value=place, allowed=allowed)
    _copy(paths, folder)
    print(f"{len(paths)} notebooks in {folder}; open them with: tradeviz explore {folder}")
    return 0


def explore_command(given: argparse.Namespace) -> int:
    """Open JupyterLab at the panel, on copies of the notebooks; return its exit code."""
    need("jupyterlab", "tradeviz explore")
    parts = Path(need("tradeviz.panel", "tradeviz explore").__file__).parent / "lab"
    folder = given.folder
    words = [
        *(sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder.resolve()}"),
        f"--LabApp.default_url=/lab/tree/{PANEL}",
        f"--LabServerApp.extra_labextensions_path={parts / 'labextensions'}",
        f"--LabApp.app_settings_dir={parts / 'settings'}",
    ]
    if given.port is not None:
        words.append(f"--port={count(given.port, '--port', low=1, high=65_535)}")
    if given.no_browser:
        words.append("--no-browser")
    if sys.platform != "win32" and os.getuid() == 0:
        words.append("--allow-root")
    _copy([path for path in _notebooks() if not (folder / path.name).exists()], folder)
    return subprocess.call(words)


def _copy(paths: list[Path], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path in paths:
        write_whole(folder / path.name, path.read_bytes(), field="folder")


def report_command(given: argparse.Namespace) -> int:
    """Build the pages; return the exit code."""
    from tradeviz.quantities import counted

    build = need("tradeviz.report.publish", "tradeviz report").build

    def progress(text: object) -> None:
        print(text, file=sys.stderr, flush=True)

    files = build(
        given.notebook or None,
        partner=given.partner,
        settings=given.set or (),
        out=given.out,
        form=given.format,
        force=given.force,
        progress=progress,
    )
    print(f"{counted(len(files), 'file')}; open {files[-1]}")
    return 0


def check_command(given: argparse.Namespace) -> int:
    """Check data, law and outcomes; return the exit code."""
    from tradeviz.datasets import check_package, tables
    from tradeviz.law.checking import check_lists
    from tradeviz.law.outcome import file_faults, names, outcome
    from tradeviz.law.reading import check_law
    from tradeviz.quantities import counted

    faults = check_package()
    if not faults:
        faults += [*check_law(), *check_lists()]
    if not faults:
        faults += map(str, file_faults())
    for name in given.file:
        try:
            outcome(Path(name))
        except TradevizError as error:
            faults.append(str(error))
    for fault in faults:
        print(fault)
    if faults:
        print(f"tradeviz: error: {counted(len(faults), 'fault')}", file=sys.stderr)
        return ERROR
    more = f", {counted(len(given.file), 'file')}" if given.file else ""
    print(f"{len(tables())} tables, law and {len(names())} outcomes{more}: no fault")
    return 0


def list_command(given: argparse.Namespace) -> Answer:
    """Return the names that other commands take."""
    return _listing(choose(given.what, LISTS, "what"))


def _notebooks() -> list[Path]:
    """Return the notebooks, which stand beside the data in a checkout and in a wheel alike."""
    from tradeviz import datasets

    return sorted((datasets.SHIPPED.parent / "notebooks").glob("*.ipynb"))


def _listing(what: str) -> pd.DataFrame:
    import pandas as pd

    from tradeviz import datasets
    from tradeviz.law import reading, scopes
    from tradeviz.law.outcome import names, outcome

    if what == "outcomes":
        ends = [outcome(name) for name in names()]
        rows = [(end.name, str(end.day), end.meaning) for end in ends]
        return pd.DataFrame(rows, columns=["outcome", "law", "meaning"])
    if what == "tables":
        titles = [datasets.load(n).attrs["provenance"]["title"] for n in datasets.tables()]
        return pd.DataFrame({"table": datasets.tables(), "title": titles})
    if what == "dates":
        return pd.DataFrame({"date": [str(day) for day in reading.law().days()]})
    if what == "scopes":
        listed = [name for name in scopes.scope_names() if name != "all"]
        sizes = [len(scopes.scope(name)) for name in listed]
        titles = [datasets.load(f"scope_{n}").attrs["provenance"]["title"] for n in listed]
        return pd.DataFrame({"scope": listed, "prefixes": sizes, "title": titles})
    if what == "notebooks":
        return pd.DataFrame({"notebook": [path.stem for path in _notebooks()]})
    if what == "layers":
        return datasets.load("layers").sort_values("position")[["layer", "title", "authority"]]
    if what == "measures":
        columns = ["measure", "partners", "scope", "rule", "rate", "start", "end", "provisional"]
        return datasets.load("measures")[columns]
    table = datasets.load("partners")
    columns = ["partner", "name", "group", "us_agreement"]
    return table.loc[table["has_lines"], columns]
