"""Time the equilibrium solver, and a generic one on the same equations; print a table.

One thread, each case in a process of its own. The generic solver is `scipy.optimize.fsolve` with
finite differences on the equations as they are written in docs/equilibrium.md: unknown wages and
incomes, and employment where it moves. The last column but one gives it our elimination of incomes
too, so that only the derivatives differ. The numbers depend on the machine: compare runs on the
same one.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
CASES = ("liberation_day_194", "uniform_10_icio", "april_list_icio")
REPEATS = 40


def best(step: Callable[[], Any], repeats: int = REPEATS) -> float:
    """Return the shortest of several times in milliseconds."""
    found = []
    for _ in range(repeats):
        start = time.perf_counter()
        step()
        found.append(time.perf_counter() - start)
    return 1e3 * min(found)


def ours(case: str) -> dict[str, float]:
    """Time one solve from the data, and one of a batch in which the tariffs of the list vary."""
    import resource

    from tradeviz.models.equilibrium.benchmark import scenario
    from tradeviz.models.equilibrium.solver import solve

    world, tariffs = scenario(case)
    home = world.place("USA")
    found = solve(world, tariffs)
    batch = []
    for code in ("GBR", "JPN", "KOR", "IND", "AUS"):
        # As when one partner after the other gets a deal.
        other = tariffs.copy()
        other[:, home, world.place(code)] = 0.0
        batch.append(other)
    warm, steps = [], []
    for other in batch:
        warm.append(best(lambda other=other: solve(world, other, found)))
        steps.append(solve(world, other, found).steps)
    return {
        "cold_ms": best(lambda: solve(world, tariffs)),
        "steps": found.steps,
        "residual": found.residual,
        "warm_ms": sum(warm) / len(warm),
        "warm_steps": max(steps),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def written(world: Any, tariffs: Any) -> tuple[Callable[[Any], Any], Any]:
    """Return the equations as written, and their start: wages, incomes, employment if it moves."""
    import numpy as np

    size, power = len(world.economies), world.elasticities[:, None, None]
    kappa, psi = world.labour_supply, world.scale
    moving = kappa > 0
    change = ((1 + tariffs) / (1 + world.tariffs)) ** -power
    base_income = world.expenditure.sum()

    def equations(unknown: Any) -> Any:
        wage, income = np.abs(unknown[:size]), np.abs(unknown[size : 2 * size]) * world.expenditure
        work = np.abs(unknown[2 * size :]) if moving else np.ones(size)
        cost = wage * work**-psi
        weights = world.shares * change * cost**-power
        total = weights.sum(axis=2, keepdims=True)
        spent = weights / total * (world.spending * income)[:, :, None]
        customs = spent / (1 + tariffs)
        revenue = (spent - customs).sum(axis=(0, 2))
        bill = wage * work * world.wage_bill
        market = customs.sum(axis=(0, 1)) / bill - 1
        market[0] = bill.sum() / world.wage_bill.sum() - 1
        transfer = world.deficits / base_income * income.sum()
        budget = (bill + revenue + transfer) / income - 1
        if not moving:
            return np.concatenate([market, budget])
        price = np.prod(total[:, :, 0] ** (-world.spending / world.elasticities[:, None]), axis=0)
        kept = 1 / (1 - revenue / bill) if world.tax_relief else 1.0
        return np.concatenate([market, budget, work - (kept * wage / price) ** kappa])

    return equations, np.ones(size * (3 if moving else 2))


def generic(case: str) -> dict[str, float]:
    """Time fsolve on the equations as written, and on our excess demands."""
    import numpy as np
    from scipy.optimize import fsolve

    from tradeviz.models.equilibrium.benchmark import scenario
    from tradeviz.models.equilibrium.markets import Markets
    from tradeviz.models.equilibrium.solver import _excess

    world, tariffs = scenario(case)
    size = len(world.economies)
    equations, start = written(world, tariffs)
    began = time.perf_counter()
    found = fsolve(equations, start, xtol=1e-13)
    seconds = time.perf_counter() - began
    work = found[2 * size :] if world.labour_supply else 1.0
    cost = np.log(np.abs(found[:size]) * work**-world.scale)
    markets = Markets(world, tariffs)

    def residual(cost: Any) -> float:
        state = markets.at(cost)
        return float(np.abs(state.excess / state.wage_bill).max())

    def eliminated(cost: Any) -> Any:
        return _excess(world, markets.at(cost)) / world.wage_bill

    began = time.perf_counter()
    other = fsolve(eliminated, np.zeros(size), xtol=1e-13)
    return {
        "generic_s": seconds,
        "generic_residual": residual(cost),
        "eliminated_s": time.perf_counter() - began,
        "eliminated_residual": residual(other),
    }


def main() -> None:
    """Print one line per case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", choices=CASES)
    parser.add_argument("--part", choices=("ours", "generic"))
    asked = parser.parse_args()
    if asked.case:
        print(json.dumps((ours if asked.part == "ours" else generic)(asked.case)))
        return
    heads = ("cold ms", "steps", "residual", "warm ms", "steps", "MB", "fsolve s", "residual")
    heads += ("times", "eliminated s", "residual", "times")
    widths = (9, 6, 10, 9, 6, 6, 10, 10, 7, 14, 10, 7)
    print(" " * 20 + "".join(f"{head:>{wide}}" for head, wide in zip(heads, widths, strict=True)))
    for case in CASES:
        made: dict[str, float] = {}
        for part in ("ours", "generic"):
            command = [sys.executable, __file__, "--case", case, "--part", part]
            run = subprocess.run(
                command, env={**os.environ, **THREADS}, capture_output=True, text=True, check=True
            )
            made |= json.loads(run.stdout)
        print(
            f"{case:20}{made['cold_ms']:9.1f}{made['steps']:6.0f}{made['residual']:10.0e}"
            f"{made['warm_ms']:9.1f}{made['warm_steps']:6.0f}{made['memory_mb']:6.0f}"
            f"{made['generic_s']:10.2f}{made['generic_residual']:10.0e}"
            f"{1e3 * made['generic_s'] / made['cold_ms']:7.0f}"
            f"{made['eliminated_s']:14.2f}{made['eliminated_residual']:10.0e}"
            f"{1e3 * made['eliminated_s'] / made['cold_ms']:7.0f}"
        )


if __name__ == "__main__":
    main()
