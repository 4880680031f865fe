"""Time the table of coalitions by size, on a local cluster whose workers are killed on the way.

The game is not the equilibrium but a closed form in its place (own deal, rivals' deals, pairs), so
that what is measured is everything else: sets in pieces, executor, pieces kept and resumed, table.
Each size runs in a process of its own. Numbers depend on the machine: compare runs on the same one.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from distributed import Client, LocalCluster

import tradeviz as tv
from tradeviz.models.deals import coalitions
from tradeviz.models.deals.game import MEASURES, fourteen

MORE = ("NOR", "TUR", "PHL", "SGP", "NZL", "CHL")
"""Beside the fourteen, to have twenty."""

KILLED_AT = (1 / 3, 2 / 3)


def closed_form(log: str, players: int, packed: bytes, sets: list[int]) -> np.ndarray:
    """Return a made-up game's values, and leave a mark that a piece was worked on."""
    chance = np.random.default_rng(players)
    own, pairs = (chance.normal(size=(players + 1, players)) for _ in range(2))
    inside = np.array(sets)[:, None] >> np.arange(players) & 1
    signed = np.hstack([inside, np.ones((len(sets), 1), dtype=int)])
    # Sums of few terms in one order: the same bits wherever it runs.
    worth = sum(inside[:, [k]] * (own[:, k] + signed * pairs[:, k]) for k in range(players))
    with open(log, "ab", buffering=0) as marks:
        marks.write(b"x")
    return worth[:, :, None] * np.arange(1, len(MEASURES) + 1)


def killer(cluster: LocalCluster, log: Path, pieces: int) -> None:
    """Kill a worker when a third of the pieces has been worked on, and another at two thirds."""
    for number, share in enumerate(KILLED_AT):
        while log.stat().st_size < share * pieces:
            time.sleep(0.01)
        os.kill(list(cluster.workers.values())[number].pid, signal.SIGKILL)


def run(
    codes: list[str], folder: Path, *, kill: bool, kept: bool = True
) -> tuple[pd.DataFrame, float, int]:
    """Return the table, seconds, and how many pieces were worked on."""
    log = folder / f"marks-{time.time_ns()}"
    log.touch()
    coalitions.solve_sets = partial(closed_form, str(log), len(codes))
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=str(folder)
        ) as cluster,
        Client(cluster) as client,  # type: ignore[no-untyped-call]
    ):
        pieces = -(-(1 << len(codes)) // coalitions._CHUNK)
        if kill:
            threading.Thread(target=killer, args=(cluster, log, pieces), daemon=True).start()
        start = time.perf_counter()
        table = tv.deals(
            codes, executor=client.get_executor(), resume=folder / "kept" if kept else None
        )
        return table, time.perf_counter() - start, log.stat().st_size


def digest(table: pd.DataFrame) -> str:
    """Return a checksum of all measures."""
    return hashlib.sha256(table[list(MEASURES)].to_numpy().tobytes()).hexdigest()[:16]


def measure(players: int) -> None:
    """Run one size: with kills, gone on with after every fourth piece is lost, and without."""
    codes = [*fourteen(), *MORE][:players]
    pieces = -(-(1 << players) // coalitions._CHUNK)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table, seconds, worked = run(codes, folder, kill=True)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        size, mark = table.memory_usage(index=True).sum() / 2**20, digest(table)
        sampled = np.random.default_rng(0).integers(0, 1 << players, 200)
        shape = (len(codes) + 1, len(MEASURES))
        for members in sampled:
            wanted = closed_form(os.devnull, players, b"", [int(members)])[0]
            found = table.loc[members, list(MEASURES)].to_numpy()
            assert found.shape == shape and (found == wanted).all()
        del table
        for piece in sorted((folder / "kept").glob("*.piece"))[::4]:
            piece.unlink()
        again, seconds_again, worked_again = run(codes, folder, kill=False)
        assert digest(again) == mark
        del again
        whole, seconds_whole, _ = run(codes, folder, kill=False, kept=False)
        assert digest(whole) == mark
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = resource.getrusage(resource.RUSAGE_SELF)
    spent = sum(part.ru_utime + part.ru_stime for part in (own, children))
    print(
        f"2^{players}: {seconds:.1f} s with two kills, {worked - pieces} of {pieces} pieces again; "
        f"{seconds_again:.1f} s to go on, {worked_again} pieces; {seconds_whole:.1f} s undisturbed "
        f"and nothing kept; peak {peak:.0f} MB, "
        f"table {size:.0f} MB; {spent:.0f} s of processor in all; checksum {mark}",
        flush=True,
    )


def main() -> None:
    """Print a line a size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=[10, 14, 17, 20])
    parser.add_argument("--here", action="store_true", help="in this process")
    given = parser.parse_args()
    # What the cluster says of its dead workers is what is wanted here.
    logging.disable(logging.ERROR)
    for players in given.sizes:
        if given.here:
            measure(players)
        else:
            subprocess.run([sys.executable, __file__, "--here", str(players)], check=True)


if __name__ == "__main__":
    main()
