"""Time draws of the response: the five partners, eight outcomes, in one process and in two.

The numbers depend on the machine: compare runs on the same one.
"""

from __future__ import annotations

import argparse
import os
import time
from concurrent.futures import ProcessPoolExecutor

import tradeviz as tv

OUTCOMES = (
    "before",
    "pause",
    "agreement",
    "uk_style",
    "japan_style",
    "snapback",
    "breakdown",
    "in_force",
)


def once(draws: int, workers: int) -> float:
    """Return the seconds of one call, the start of its workers included."""
    start = time.perf_counter()
    if workers == 1:
        tv.respond(list(OUTCOMES), draws=draws)
    else:
        with ProcessPoolExecutor(workers) as executor:
            tv.respond(list(OUTCOMES), draws=draws, executor=executor)
    return time.perf_counter() - start


def main() -> None:
    """Print a table: workers, seconds for all draws, milliseconds a draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    tv.respond("snapback", draws=2)
    print(f"{given.draws} draws, {len(OUTCOMES)} outcomes, five partners, {os.cpu_count()} cores")
    for workers in (1, 2):
        found = sorted(once(given.draws, workers) for _ in range(given.repeats))
        middle = found[len(found) // 2]
        print(
            f"{workers} process(es): median {middle:.1f} s (best {found[0]:.1f}), "
            f"{1e3 * middle / given.draws:.1f} ms a draw"
        )


if __name__ == "__main__":
    main()
