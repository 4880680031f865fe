"""`make quick` runs the tests that a change can reach, the nearest first, and says what it left."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from conftest import ROOT

from tools import quick
from tools.reach import LATE, Tree


@pytest.fixture(scope="module")
def tree() -> Tree:
    return Tree()


@pytest.mark.parametrize(
    ("changed", "near", "apart"),
    [
        ("tradeviz/cli/words.py", "test_cli", "test_schedule"),
        ("tradeviz/law/schedule.py", "test_schedule", "test_errors"),
        ("tradeviz/trade/formula.py", "test_formula", "test_errors"),
        ("tradeviz/models/deals/values.py", "test_deals", "test_law"),
        ("data/law/measures.csv", "test_law", "test_errors"),
        ("tools/stamp.py", "test_edges", "test_cli"),
        ("tests/test_cli.py", "test_cli", "test_names"),
        ("README.md", "test_documents", "test_law"),
        ("Makefile", "test_project", "test_law"),
        ("tradeviz/report/templates/page.css", "test_report", "test_errors"),
        ("tradeviz/whatif/whatif.js", "test_what_if", "test_errors"),
    ],
)
def test_a_change_reaches_its_tests_and_no_others(
    tree: Tree, changed: str, near: str, apart: str
) -> None:
    found = [Path(name).stem for name in tree.tests([changed])]
    assert near in found and apart not in found
    assert near in LATE or changed == "data/law/measures.csv" or found.index(near) < 10


def test_a_function_is_reached_through_the_package_that_hands_it_on(tree: Tree) -> None:
    """`tv.respond` is imported by no test, but called by some."""
    found = tree.tests(["tradeviz/models/response/nests.py"])
    assert "tests/test_response.py" in found and "tests/test_golden.py" in found


def test_a_notebook_and_the_examples_of_a_module_are_tests_too(tree: Tree) -> None:
    notebook = next((ROOT / "notebooks").glob("*.ipynb")).relative_to(ROOT)
    assert {str(notebook), "tests/test_notebooks.py"} <= set(tree.tests([str(notebook)]))
    assert "tradeviz/quantities.py" in tree.tests(["tradeviz/quantities.py"])


def test_every_module_is_seen_by_some_test(tree: Tree) -> None:
    modules = [path for name, path in tree.files.items() if name.startswith("tradeviz.")]
    unseen = [
        str(path.relative_to(ROOT))
        for path in modules
        if not set(tree.tests([str(path.relative_to(ROOT))])) - {str(path.relative_to(ROOT))}
    ]
    assert [name for name in unseen if not name.endswith("__main__.py")] == []


def test_time_that_is_over_stops_the_run_and_red_stays_red(tmp_path: Path) -> None:
    path = tmp_path / "test_one.py"
    path.write_text("def test_a(): assert 0\ndef test_b(): pass\n", encoding="utf-8")
    options = ["-q", "-p", "no:cacheprovider", f"--rootdir={tmp_path}", "-c", "/dev/null"]
    plugin = quick.Deadline([], time.monotonic() - 1)
    assert pytest.main([*options, str(path)], plugins=[plugin]) == pytest.ExitCode.INTERRUPTED
    assert (plugin.left, plugin.failed) == (1, 1)
