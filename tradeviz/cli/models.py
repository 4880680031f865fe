"""Commands that ask a model what follows: respond, forecast, deals."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from contextlib import nullcontext

from tradeviz.cli.words import outcomes_of, partners_of, render
from tradeviz.errors import ArgumentError, choose, count

DRAWS = 100_000
"""Draws that one machine holds in memory; more go through an executor of the library."""


def elasticities_of(texts: Sequence[str]) -> dict[str, float]:
    """Read ``origins=3`` as a parameter and its value."""
    found = {}
    for text in texts:
        name, _, number = text.partition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError:
            raise ArgumentError(
                "not a parameter and its value",
                field="--elasticity",
                value=text,
                allowed="NAME=NUMBER, such as origins=3",
            ) from None
    return found


def respond_command(given: argparse.Namespace) -> int:
    """Write what trade does about outcomes; return the exit code."""
    from concurrent.futures import ProcessPoolExecutor

    from tradeviz.models.response import respond

    count(given.draws, "--draws", high=DRAWS)
    count(given.seed, "--seed", high=2**32 - 1)
    count(given.workers, "--workers", low=1, high=4 * (os.cpu_count() or 1))
    pool = ProcessPoolExecutor(given.workers) if given.workers > 1 else nullcontext()
    with pool as executor:
        table = respond(
            outcomes_of(given.outcome),
            reference=outcomes_of([given.reference])[0],
            elasticities=elasticities_of(given.elasticity) or None,
            pass_through=given.pass_through,
            draws=given.draws,
            seed=given.seed,
            by=given.by,
            partners=partners_of(given.partners),
            on=given.on,
            answer=given.answer,
            executor=executor,
        )
    render(table.reset_index(), given.format, given.output)
    return 0


def forecast_command(given: argparse.Namespace) -> int:
    """Write forecasts by month under outcomes; return the exit code."""
    from tradeviz.models.forecast import forecast
    from tradeviz.partners import FOCUS

    everyone = (given.partners or "").strip().casefold() == "all"
    table = forecast(
        outcomes_of(given.outcome),
        horizon=given.horizon,
        partners=None if everyone else partners_of(given.partners) or FOCUS,
        origin=given.origin,
    )
    render(table.reset_index(), given.format, given.output)
    return 0


SHOWS = ("values", "coalitions", "effects", "rivalry", "order")


def deals_command(given: argparse.Namespace) -> int:
    """Write what deals are worth, or every coalition; return the exit code."""
    import pandas as pd

    from tradeviz.models.deals import best_order, deal_values, deals, follow, rivalry, shapley

    show = choose(given.show, SHOWS, "--show")
    table = deals(
        partners_of(given.partners),
        terms=outcomes_of([given.terms])[0],
        otherwise=outcomes_of([given.otherwise])[0],
        concessions=given.concessions,
        on=given.on,
        resume=given.resume,
        progress=not given.quiet,
        elasticity=_number(given.elasticity),
    )
    if show == "coalitions":
        made = table.reset_index()
    elif show == "values":
        made = deal_values(table, given.measure).reset_index()
    elif show == "effects":
        made = shapley(table, given.measure).reset_index()
    elif show == "rivalry":
        made = rivalry(table, given.measure)
    else:
        order = best_order(table, given.side, given.measure)
        made = pd.DataFrame(follow(table, order, given.measure))
    render(made, given.format, given.output)
    return 0


def _number(text: str) -> float | str:
    """Return a number where there is one; other words name a study."""
    try:
        return float(text)
    except ValueError:
        return text
