"""Eight faults with the one test that has to see each: a test of the tests that takes seconds."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.mutation import code, data, law, notebooks, texts
from tools.mutation.bench import preload, run
from tools.mutation.fault import Fault, generator
from tools.mutation.trees import Tree, copy_tree

GOLDEN = "tests/test_golden.py::test_table_is_the_golden_one[outcomes]"
TOLERANCE = "tests/test_golden.py::test_no_tolerance_hides_what_a_reader_could_see"
LANES = "tests/test_charts.py::test_lanes_say_what_each_law_adds"
START = "tests/test_documents.py::test_python_of_a_document_runs[start]"


@dataclass(frozen=True)
class Probe:
    """Which faults to draw one from, and what has to turn red."""

    group: str
    kind: str
    what: str
    test: str


PROBES = (
    Probe("data", "unit", r"imports_2024.*of all", GOLDEN),
    Probe("law", "outcome rate", r"breakdown", GOLDEN),
    Probe("code", "formula operator", r"reciprocal_formula:", "tests/test_formula.py"),
    Probe("charts", "wrong series", r"/show_lanes.*added_rate: ", LANES),
    Probe("notebooks", "hidden state", r"01_deficits", "notebooks/01_deficits.ipynb"),
    Probe("notebooks", "cleared output", r"", "tests/test_notebooks.py"),
    Probe("surface", "document code", r"docs/start", START),
    Probe("surface", "tolerance wider", r"quantities", TOLERANCE),
)


def faults(tree: Path, seed: int) -> list[tuple[Fault, str]]:
    """Draw a fault for each probe, with the test that has to see it."""
    known: dict[str, Callable[[], list[Fault]]] = {
        "data": lambda: data.faults(tree, seed, "imports_2024"),
        "law": lambda: law.faults(tree, seed),
        "code": lambda: code.of_file(tree, "tradeviz/trade/formula.py"),
        "charts": lambda: texts.faults(tree, "charts"),
        "notebooks": lambda: notebooks.faults(tree, seed),
        "surface": lambda: texts.faults(tree, "surface"),
    }
    groups = {group: make() for group, make in known.items()}
    drawn = []
    for probe in PROBES:
        fitting = [
            fault
            for fault in groups[probe.group]
            if fault.kind == probe.kind and re.search(probe.what, f"{fault.file} {fault.what}")
        ]
        assert fitting, f"no fault fits {probe}"
        source = generator(seed, probe.group, probe.kind, probe.what)
        drawn.append((source.choice(fitting), probe.test))
    return drawn


def judge(seed: int) -> tuple[list[str], list[str]]:
    """Plant the sample one by one."""
    preload()
    folder = Path(tempfile.mkdtemp(prefix="tradeviz-sample-"))
    try:
        copy_tree(folder / "whole")
        tree = Tree(folder / "whole", folder / "tree")
        caught: list[str] = []
        missed: list[str] = []
        for fault, test in faults(tree.whole, seed):
            tree.plant(fault)
            found = run(tree.folder, [[test]], [])
            tree.mend(fault)
            (caught if found else missed).append(f"{fault}  <- {found or 'nothing'}")
        return caught, missed
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    seen, unseen = judge(seed=2025)
    print("\n".join(("caught:", *seen, "missed:", *unseen)))
    raise SystemExit(bool(unseen))
