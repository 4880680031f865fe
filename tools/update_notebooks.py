"""Run notebooks, store their outputs without anything of this machine, and say what changed."""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tradeviz.errors import TradevizError
from tradeviz.report.execute import execute, read

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    # Also as a script: its own folder is on the path, the project's is not.
    sys.path.append(str(ROOT))

from tools import causes  # noqa: E402
from tools.notebook_changes import SHOWN, Change, changes, summary  # noqa: E402
from tools.stamp import stamp  # noqa: E402

MEANT = (
    "the tests did not run: data/ is not what datapackage.json describes; if the edit is meant:"
    " make stamp, make update-notebooks, make golden"
)
_LIVE = "application/vnd.jupyter.widget-view+json"
# What a notebook needs to run; reports and hidden folders stay behind.
_TREE = ("tradeviz", "data", "notebooks", "tools", "pyproject.toml")
# Bytecode comes along, but for what another process is about to write.
SKIPPED = shutil.ignore_patterns("*.pyc.*", ".ipynb_checkpoints")


def without_machine(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook with the metadata that names a machine or a moment removed."""
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict(
            {name: value for name, value in cell.metadata.items() if name in ("tags", "slideshow")}
        )
    return sealed(notebook)


def digest(data: dict[str, str]) -> str:
    """Return what ties the picture of a chart to the text that is compared."""
    content = f"{data['image/png'].strip()}\n{data.get('text/plain', '')}"
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def sealed(notebook: NotebookNode) -> NotebookNode:
    """Tie each picture to its text: pictures are not compared, so a stale one would stay.

    Live panels, which no other kernel can show, are left out.
    """
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            # The number of a live panel means nothing to another kernel; its picture stays.
            output.get("data", {}).pop(_LIVE, None)
            if "image/png" in output.get("data", {}):
                shown = output.metadata.setdefault("image/png", nbformat.from_dict({}))
                shown["digest"] = digest(output.data)
    return notebook


def update(paths: list[Path]) -> list[Change]:
    """Run notebooks, write those that changed, and return what changed."""
    before = {path: read(path) for path in paths}
    after = {path: read(path) for path in paths}
    execute(after, progress=_progress)
    found: list[Change] = []
    for path, node in after.items():
        found += changes(path.stem, before[path], node)
        store(path, node)
    return found


def store(path: Path, notebook: NotebookNode) -> None:
    """Write a notebook without anything of this machine."""
    path.write_text(nbformat.writes(without_machine(notebook)) + "\n", encoding="utf-8")


def check(paths: list[Path]) -> list[Change]:
    """Run notebooks in a copy of the tree and return what would change; nothing is written here.

    An edited table is described anew in the copy, so that an edit of a rate in
    data/law/measures.csv can be tried before the data is rebuilt.
    """
    with tempfile.TemporaryDirectory(prefix="tradeviz-check-") as folder:
        copy = Path(folder)
        for name in _TREE:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, copy / name, ignore=SKIPPED)
            else:
                shutil.copy2(source, copy / name)
        for table in stamp(copy / "data"):
            print(f"edited: data/{table}", file=sys.stderr)
        copies = [copy / path.resolve().relative_to(ROOT) for path in paths]
        command = [sys.executable, str(copy / "tools" / "update_notebooks.py"), *map(str, copies)]
        run = subprocess.run(
            command, cwd=copy, env=os.environ | {"PYTHONPATH": folder}, stdout=subprocess.DEVNULL
        )
        if run.returncode:
            print(_law(), end="")
            raise SystemExit(run.returncode)
        pairs = zip(paths, copies, strict=True)
        return [item for path, made in pairs for item in changes(path.stem, read(path), read(made))]


def _progress(line: str) -> None:
    print(line, file=sys.stderr)


def _law() -> str:
    """Name the rows of law and data that moved since the golden tables were taken."""
    lines = causes.causes()
    return "".join(f"{line}\n" for line in ([f"{causes.TITLE}:", *lines] if lines else []))


def main() -> None:
    """Run the notebooks named on the command line, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebooks", nargs="*", type=Path, help="all when none is named")
    parser.add_argument("--check", action="store_true", help="say what would change, write nothing")
    parser.add_argument(
        "--if-edited",
        action="store_true",
        help="with --check: only where a table of data/ was edited by hand",
    )
    parser.add_argument("--seal", action="store_true", help="run nothing, tie pictures to texts")
    parser.add_argument(
        "--values", type=int, default=SHOWN, help="values shown of each table and chart"
    )
    options = parser.parse_args()
    if options.if_edited and not stamp(ROOT / "data", write=False):
        return
    paths = options.notebooks or sorted((ROOT / "notebooks").glob("*.ipynb"))
    if options.seal:
        for path in paths:
            store(path, read(path))
        return
    try:
        found = check(paths) if options.check else update(paths)
    except TradevizError as error:
        print(f"update-notebooks: {error}", file=sys.stderr)
        sys.exit(2)
    print(_law() + summary(found, shown=options.values))
    if options.if_edited:
        print(MEANT)
    if options.check and (found or options.if_edited):
        sys.exit(1)


if __name__ == "__main__":
    main()
