"""Plant faults in a copy of the tree and count those that its tests see."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tools.mutation import code, data, law, notebooks, report, texts
from tools.mutation.bench import Verdict, verdicts
from tools.mutation.fault import CLASSES, Fault, draw, generator
from tools.mutation.trees import ROOT, copy_tree

SEED = 2026
"""The tests were mended after this draw; another seed says more about the rest."""

NUMBERS = {"data": 40, "law": 45, "code": 100, "charts": 40, "notebooks": 35, "surface": 40}
"""How many of each class are drawn, and what a total is shared out by."""


def possible(tree: Path, seed: int, groups: Iterable[str]) -> dict[str, list[Fault]]:
    """Return every fault that could be drawn, by class."""
    made = {
        "data": lambda: data.faults(tree, seed),
        "law": lambda: law.faults(tree, seed),
        "code": lambda: code.faults(tree),
        "charts": lambda: texts.faults(tree, "charts"),
        "notebooks": lambda: notebooks.faults(tree, seed),
        "surface": lambda: texts.faults(tree, "surface"),
    }
    return {group: made[group]() for group in groups}


def _numbers(options: argparse.Namespace) -> dict[str, int]:
    if options.number:
        return dict.fromkeys(options.only, options.number)
    wanted = {group: NUMBERS[group] for group in options.only}
    if options.total:
        share = options.total / sum(wanted.values())
        wanted = {group: round(number * share) for group, number in wanted.items()}
    return wanted


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.mutation", description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--only", nargs="+", choices=CLASSES, default=CLASSES, metavar="CLASS")
    parser.add_argument("--number", type=int, help="faults of each class")
    parser.add_argument("--total", type=int, help="faults of all classes")
    parser.add_argument("--key", nargs="+", help="only the drawn faults with these keys")
    parser.add_argument("--part", default="1/1", help="which part of the faults, as 1/2")
    parser.add_argument("--commit", help="a commit to spoil; the working tree when left out")
    parser.add_argument("--quick", action="store_true", help="the likely tests only")
    parser.add_argument("--list", action="store_true", help="print the faults, run nothing")
    parser.add_argument("--results", type=Path, help="keep verdicts here and go on from them")
    parser.add_argument("--write", action="store_true", help="put the table into docs/testing.md")
    return parser.parse_args()


def _kept(path: Path | None) -> dict[str, dict[str, object]]:
    if path is None or not path.exists():
        return {}
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {line["key"]: line for line in lines}


def _judge(faults: list[Fault], whole: Path, options: argparse.Namespace) -> list[Verdict]:
    kept = _kept(options.results)
    found = [
        Verdict(fault, bool(line["caught"]), str(line["by"]), float(str(line["seconds"])))
        for fault in faults
        if (line := kept.get(fault.key))
    ]  # fmt: skip
    open_ = [fault for fault in faults if fault.key not in kept]
    part, parts = map(int, options.part.split("/"))
    for verdict in verdicts(open_[part - 1 :: parts], whole, survivors_meet_all=not options.quick):
        found.append(verdict)
        state = "caught  " if verdict.caught else "SURVIVED"
        print(f"{state} {verdict.seconds:5.1f} s {verdict.fault}  <- {verdict.by}", flush=True)
        if options.results:
            line = {"key": verdict.fault.key, "caught": verdict.caught, "by": verdict.by,
                    "seconds": verdict.seconds}  # fmt: skip
            with options.results.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
    return found


def main() -> None:
    """Draw, plant, run, report; end with 1 when a fault survived that is not explained."""
    options = _options()
    numbers = _numbers(options)
    with tempfile.TemporaryDirectory(prefix="tradeviz-tree-") as folder:
        whole = Path(folder) / "whole"
        copy_tree(whole, options.commit)
        known = possible(whole, options.seed, numbers)
        faults = [
            fault
            for group, number in numbers.items()
            for fault in draw(known[group], number, generator(options.seed, group))
            if not options.key or fault.key in options.key
        ]
        if options.list:
            print("\n".join(map(str, faults)))
            return
        found = _judge(faults, whole, options)
        body = report.body(found, report.coverage(whole, known, found))
    print(f"\n{body}")
    if options.write:
        total = [f"--total={options.total}"] if options.total else []
        command = shlex.join(["python", "-m", "tools.mutation", f"--seed={options.seed}", *total])
        mark = "mutation" if options.seed == SEED else "fresh draw"
        report.write(body, ROOT / "docs" / "testing.md", command, mark)
    same = report.equivalent()
    sys.exit(any(not item.caught and report.name(item.fault) not in same for item in found))


if __name__ == "__main__":
    main()
