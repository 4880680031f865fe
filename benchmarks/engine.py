"""Time the main steps and the peak of memory, each in processes of its own; print a table.

Run with ``make bench``. The numbers depend on the machine: compare runs on the same one. With
``--base FOLDER``, a checkout of commit 6303901 (``git worktree add FOLDER 6303901``), each step
runs there too, in turn with ours, and the ratio of the fastest runs is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

# The 23 days on which the law of the focus five changed in substance.
PATH = (
    "2025-01-01 2025-03-12 2025-04-03 2025-04-05 2025-04-09 2025-04-10 2025-05-03 2025-06-04 "
    "2025-06-30 2025-08-01 2025-08-07 2025-08-18 2025-08-27 2025-09-16 2025-10-14 2025-11-01 "
    "2025-11-13 2025-11-14 2026-02-07 2026-02-24 2026-04-06 2026-07-24 2026-08-21"
).split()

# name -> (set-up, timed step); every step runs in a new process.
STEPS = {
    "import tradeviz": ("pass", "import tradeviz"),
    "load every table the engine needs": (
        "import pandas, pyarrow.parquet, tradeviz as tv",
        "from tradeviz.lines import lines; from tradeviz.law.reading import law; law(); lines()",
    ),
    "one day, 51 partners, all lines, nothing cached": (
        "from tradeviz.law.schedule import schedule, _CACHE\n"
        "for day in PATH: schedule(day).added()\n_CACHE.clear()",
        "schedule('2025-11-20').added()",
    ),
    "the same as a table of rates": (
        "from tradeviz.law.schedule import schedule, _CACHE\n"
        "for day in PATH: schedule(day).added()\n_CACHE.clear()",
        "schedule('2025-11-20').rates()",
    ),
    "path of every day the law changed, loading included": (
        "import pandas, pyarrow.parquet, tradeviz as tv",
        "from tradeviz.law.reading import law\nfrom tradeviz.law.schedule import schedule\n"
        "for day in law().days(): schedule(day).added()",
    ),
    "path of 23 days, loading included": (
        "import pandas, pyarrow.parquet, tradeviz as tv",
        "from tradeviz.law.schedule import schedule\nfor day in PATH: schedule(day).added()",
    ),
    "exposure of the five, eight outcomes, loading included": (
        "import pandas, pyarrow.parquet, tradeviz as tv; from tradeviz.law.outcome import names",
        "tv.exposure(list(names()))",
    ),
    "exposure of the five by chapter, two outcomes, warm": (
        "import tradeviz as tv; tv.exposure(['pause', 'snapback'], by='hs2')",
        "tv.exposure(['pause', 'snapback'], by='hs2')",
    ),
}

_CODE = """
import json, resource, time
PATH = {path!r}
{setup}
start = time.perf_counter()
{step}
seconds = time.perf_counter() - start
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


# What modules were called at the commit that is compared with.
_THEN = {
    "tradeviz.law.reading": "tradeviz.lawbook",
    "tradeviz.law.schedule": "tradeviz.schedule",
    "tradeviz.law.outcome": "tradeviz.outcomes",
}


def measure(setup: str, step: str, base: Path | None = None) -> tuple[float, float]:
    """Run a step once in a new process; return its seconds and the peak of memory in MB."""
    code = _CODE.format(path=PATH, setup=setup, step=step)
    environment = dict(os.environ)
    if base is not None:
        for now, then in _THEN.items():
            code = code.replace(now, then)
        environment["PYTHONPATH"] = str(base)
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
        cwd=base,
    )
    seconds, peak = json.loads(run.stdout.strip().splitlines()[-1])
    return float(seconds), float(peak)


def main() -> None:
    """Print a line per step: median, fastest, peak, and the ratio to the base."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--base", type=Path, help="checkout of commit 6303901")
    given = parser.parse_args()
    print(f"{'step':<56}{'median ms':>10}{'fastest':>9}{'peak MB':>9}{'ratio':>7}")
    for name, (setup, step) in STEPS.items():
        runs, olds = [], []
        for _ in range(given.rounds):
            runs.append(measure(setup, step))
            if given.base is not None:
                olds.append(measure(setup, step, given.base)[0])
        times = [seconds * 1000 for seconds, _ in runs]
        peak = max(memory for _, memory in runs)
        ratio = f"{min(times) / (min(olds) * 1000):>7.2f}" if olds else ""
        print(f"{name:<56}{statistics.median(times):>10.0f}{min(times):>9.0f}{peak:>9.0f}{ratio}")


if __name__ == "__main__":
    main()
