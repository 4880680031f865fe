"""The tests see a planted fault: a fast sample of the mutation bench, and the bench itself."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from tools.mutation import code, data, law, notebooks, report, texts
from tools.mutation.bench import Verdict, stages
from tools.mutation.fault import CLASSES, Fault, draw, generator, replace_text
from tools.mutation.sample import PROBES
from tools.mutation.trees import Tree


def test_every_fault_of_the_sample_is_seen() -> None:
    # A process of its own: a fault in the code shows only where tradeviz is not imported yet.
    command = [sys.executable, "-m", "tools.mutation.sample"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    _, *caught = run.stdout.partition("missed:")[0].splitlines()
    # By the very test: a run that could not begin sees nothing.
    assert [
        line.rpartition("<- ")[2].startswith(probe.test)
        for line, probe in zip(caught, PROBES, strict=True)
    ] == [True] * len(PROBES), run.stdout
    assert {probe.group for probe in PROBES} == set(CLASSES)


def names(faults: list[Fault]) -> list[str]:
    return [fault.key for fault in faults]


def test_the_same_seed_plants_the_same_faults() -> None:
    one, two = (law.faults(ROOT, 7) for _ in range(2))
    assert names(one) == names(two)
    assert names(one) != names(law.faults(ROOT, 8))
    drawn = [draw(list(one), 20, generator(7, "law")) for _ in range(2)]
    assert names(drawn[0]) == names(drawn[1]) and len(set(names(drawn[0]))) > 15


def test_every_kind_has_its_turn() -> None:
    faults = law.faults(ROOT, 7)
    kinds = {fault.kind for fault in faults}
    drawn = draw(faults, len(kinds), generator(7, "law"))
    assert {fault.kind for fault in drawn} == kinds


def test_kinds_are_those_of_the_plan() -> None:
    assert {"value", "unit", "country", "dropped row", "row twice", "date", "rows reversed",
            "header only", "columns swapped", "partner dropped"} == set(data.KINDS)  # fmt: skip
    assert {"number in text", "stale table", "order of cells", "hidden state"} <= set(
        notebooks.KINDS
    )
    for group in ("charts", "surface"):
        # A kind that finds nothing to spoil is none.
        kinds = {pattern.kind for pattern in texts.PATTERNS if pattern.group == group}
        assert kinds == {fault.kind for fault in texts.faults(ROOT, group)}
    modules = {Path(name).stem for name in code.targets(ROOT)}
    assert {"record", "schedule", "resolve", "outcome", "change", "exposure", "solver"} <= modules


MODULE = '''"""Words with 3 numbers."""


def ruled(day: int, last: int = 3) -> bool:
    """Say 1 thing."""
    if day < 0:
        raise ValueError(f"{day + 1} is below 0")
    return max(day, 1) + last >= 2 and not day == 5
'''


def test_mutations_change_what_is_computed_and_nothing_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text(MODULE, encoding="utf-8")
    found = code.of_file(tmp_path, "one.py")
    texts_ = [fault.what for fault in found]
    assert any("max(day, 1) + last becomes max(day, 1) - last" in text for text in texts_)
    assert any("< 0 becomes <= 0" in text for text in texts_)
    assert not any("ValueError" in text or "thing" in text or "Words" in text for text in texts_)
    assert not any("day + 1" in text or "None" in text for text in texts_)
    fault = next(fault for fault in found if "last becomes" in fault.what)
    fault.edit(tmp_path)
    planted = (tmp_path / "one.py").read_text(encoding="utf-8")
    assert planted == MODULE.replace("1) + last", "1) - last")


def test_a_pattern_leaves_alone_what_only_says_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text(
        '"""Goods above."""\nTEXT = "above"  # above\nif not TEXT:\n    raise KeyError("above")\n',
        encoding="utf-8",
    )
    pattern = texts.Pattern("charts", "words", "*.py", *texts.WORDS)
    found = list(texts._of_file(pattern, "one.py", tmp_path / "one.py"))
    assert [fault.what for fault in found] == ["above: below at 2"]


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A small tree with one table."""
    folder = tmp_path / "whole"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "one.csv").write_text("a\n1\n", encoding="utf-8")
    resource = {"path": "one.csv", "bytes": 4, "hash": "sha256:none"}
    package = json.dumps({"resources": [resource]})
    (folder / "data" / "datapackage.json").write_text(package, encoding="utf-8")
    return folder


def test_a_fault_is_planted_with_its_hash_and_mended(whole: Path, tmp_path: Path) -> None:
    tree = Tree(whole, tmp_path / "tree")
    before = {path: path.read_bytes() for path in tree.folder.rglob("*.*")}
    edit = replace_text("data/one.csv", 2, "1", "2")
    fault = Fault("data", "value", "data/one.csv", "1 becomes 2", edit)
    tree.plant(fault)
    assert (tree.folder / "data" / "one.csv").read_text(encoding="utf-8") == "a\n2\n"
    package = json.loads((tree.folder / "data" / "datapackage.json").read_text(encoding="utf-8"))
    digest = hashlib.sha256(b"a\n2\n").hexdigest()
    assert package["resources"][0]["hash"] == f"sha256:{digest}"
    tree.mend(fault)
    assert {path: path.read_bytes() for path in tree.folder.rglob("*.*")} == before
    assert (whole / "data" / "one.csv").read_text(encoding="utf-8") == "a\n1\n"


def test_likely_tests_come_first_and_survivors_meet_every_notebook() -> None:
    fault = code.of_file(ROOT, "tradeviz/trade/formula.py")[0]
    assert ["tests/test_formula.py"] in stages(fault, ROOT, whole=False)[:5]
    *_, rest = runs = stages(fault, ROOT, whole=True)
    everything = sum(runs, [])
    assert len(rest) > 1 and len(everything) == len(set(everything))
    assert {f"notebooks/{path.name}" for path in (ROOT / "notebooks").glob("*.ipynb")} <= set(
        everything
    )
    assert "tests/test_mutation_sample.py" not in everything


def verdict(number: int, *, caught: bool) -> Verdict:
    fault = Fault("law", "rate", "data/law/measures.csv", f"fault {number}", lambda tree: None)
    return Verdict(fault, caught, "tests/test_law.py::test_one" if caught else "", 1.0)


def test_the_table_counts_what_was_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [verdict(number, caught=number > 1) for number in range(10)]
    monkeypatch.setattr(report, "equivalent", dict)
    assert report.table(found).splitlines()[2].endswith("| 10 | 0 | 8 | 80.0 % | 2 |")
    known = {report.name(found[0].fault): "the same day"}
    monkeypatch.setattr(report, "equivalent", lambda: known)
    assert report.table(found).splitlines()[2].endswith("| 10 | 1 | 8 | 88.9 % | 1 |")
    assert "the same day" in report.survivors(found)
    assert report.witnesses(found) == "- law: `tests/test_law.py` 8"


def test_coverage_counts_the_lines_that_a_fault_can_stand_on(tmp_path: Path) -> None:
    (tmp_path / "tradeviz").mkdir()
    (tmp_path / "tradeviz" / "one.py").write_text(MODULE, encoding="utf-8")
    spots = [Fault("code", "x", "tradeviz/one.py", str(n), lambda tree: None, 7) for n in (1, 2)]
    found = [Verdict(spots[0], caught=True, by="x", seconds=1), Verdict(spots[1], False, "", 1)]
    # Words of the module and of the function are no code: four lines are.
    assert report.coverage(tmp_path, {"code": spots}, found).splitlines()[2:] == [
        "| tradeviz | 4 | 1 (25 %) | 2 | 1 |"
    ]


def test_each_draw_has_its_place_in_the_document(tmp_path: Path) -> None:
    path = tmp_path / "testing.md"
    marks = "\n".join(f"<!-- {m}: start -->\nold {m}\n<!-- {m}: end -->" for m in ("one", "two"))
    path.write_text(f"before\n{marks}\nafter\n", encoding="utf-8")
    found = [verdict(1, caught=True)]
    covered = report.coverage(tmp_path, {"law": [found[0].fault]}, found)
    report.write(report.body(found, covered), path, "make mutation", "two")
    text = path.read_text(encoding="utf-8")
    assert text.startswith("before\n") and text.endswith("\nafter\n")
    assert "old one" in text and "old two" not in text
    assert "`make mutation`" in text and "| 1 | 0 | 1 | 100.0 % |" in text
