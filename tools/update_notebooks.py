"""Run notebooks and store their outputs, with nothing in the file that varies by machine."""

from __future__ import annotations

import argparse
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tradeviz.report.execute import execute, read

ROOT = Path(__file__).resolve().parents[1]


def without_machine(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook with the metadata that names a machine or a moment removed.

    Parameters
    ----------
    notebook : NotebookNode
        Changed in place.

    Returns
    -------
    NotebookNode
        The same node.
    """
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
    return notebook


def main() -> None:
    """Run the notebooks named on the command line, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebooks", nargs="*", type=Path, help="all when none is named")
    paths = parser.parse_args().notebooks or sorted((ROOT / "notebooks").glob("*.ipynb"))
    nodes = {path: read(path) for path in paths}
    execute(nodes)
    for path, node in nodes.items():
        path.write_text(nbformat.writes(without_machine(node)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
