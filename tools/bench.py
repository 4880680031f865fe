"""Time the main steps on this machine: the best of some rounds, data already on the disk."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable
from time import perf_counter

import tradeviz as tv

DAY = "2025-08-07"


def best(step: Callable[[], object], rounds: int) -> float:
    """Return the shortest time of a step.

    Parameters
    ----------
    step : callable
        What to time.
    rounds : int
        How often.

    Returns
    -------
    float
        Seconds.
    """
    times = []
    for _ in range(rounds):
        start = perf_counter()
        step()
        times.append(perf_counter() - start)
    return min(times)


def main() -> None:
    """Print a line per step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    steps: dict[str, Callable[[], object]] = {
        "import tradeviz, new process": lambda: subprocess.run(
            [sys.executable, "-c", "import tradeviz"], check=True
        ),
        "load imports_2024": lambda: tv.load("imports_2024"),
        "law of a day to rates, every partner and line": lambda: tv.schedule(DAY).rates(),
        "exposure of the five, three outcomes": lambda: tv.exposure(
            ["pause", "snapback", "agreement"], partners=tv.FOCUS
        ),
        "exposure of every partner, law in force": lambda: tv.exposure("in_force", on=DAY),
    }
    for name, step in steps.items():
        first = best(step, 1)
        print(f"{name:48} {best(step, rounds) * 1000:8.0f} ms (first {first * 1000:.0f} ms)")


if __name__ == "__main__":
    main()
