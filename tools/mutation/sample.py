"""Ten faults with the one test that has to see each: a test of the tests that takes seconds."""

from __future__ import annotations

import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tools.mutation import charts, code, data, law, notebooks
from tools.mutation.bench import preload, run
from tools.mutation.fault import Fault, generator
from tools.mutation.trees import Tree, copy_tree

GOLDEN = "tests/test_golden.py::test_table_is_the_golden_one"


@dataclass(frozen=True)
class Probe:
    """Which faults to draw one from, and what has to turn red."""

    group: str
    kind: str
    what: str
    test: str


PROBES = (
    Probe("data", "value", r"imports_2024", f"{GOLDEN}[columns]"),
    Probe("data", "country", r"balances_annual", f"{GOLDEN}[blocks]"),
    Probe("law", "rate", r"", f"{GOLDEN}[measures]"),
    Probe("law", "scope prefix", r"", f"{GOLDEN}[blocks]"),
    Probe("code", "formula operator", r"reciprocal_formula:", "tests/test_formula.py"),
    Probe("code", "schedule operator", r"Schedule\.arrays:", "tests/test_worked_example.py"),
    Probe("charts", "wrong series", r"charts/balances\.py .*_usd", "notebooks/01_deficits.ipynb"),
    Probe("notebooks", "hidden state", r"01_deficits", "notebooks/01_deficits.ipynb"),
    Probe("notebooks", "number in text", r"", f"{GOLDEN}[texts]"),
    Probe("notebooks", "cleared output", r"", "tests/test_notebooks.py"),
)


def faults(tree: Path, seed: int) -> list[tuple[Fault, str]]:
    """Draw a fault for each probe."""
    known = {
        "data": data.faults(tree, seed),
        "law": law.faults(tree, seed),
        "code": code.faults(tree),
        "charts": charts.faults(tree),
        "notebooks": notebooks.faults(tree, seed),
    }
    drawn = []
    for probe in PROBES:
        fitting = [
            fault
            for fault in known[probe.group]
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
            found = run(tree.folder, [test], [])
            tree.mend(fault)
            (caught if found else missed).append(f"{fault}  <- {found or 'nothing'}")
        return caught, missed
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    seen, unseen = judge(seed=2025)
    print("\n".join(("caught:", *seen, "missed:", *unseen)))
    raise SystemExit(bool(unseen))
