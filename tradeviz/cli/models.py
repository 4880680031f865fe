"""Commands that ask a model what follows: respond, forecast, deals."""

from __future__ import annotations

import argparse
import os
from contextlib import nullcontext

from tradeviz.cli.words import Answer, named_numbers, outcome_of, outcomes_of, partners_of
from tradeviz.errors import choose, count

DRAWS = 100_000
"""Draws that one machine holds in memory; more go through an executor of the library."""
_ELASTICITY = "NAME=NUMBER, such as origins=3"


def respond_command(given: argparse.Namespace) -> Answer:
    """Return what trade does about outcomes."""
    from concurrent.futures import ProcessPoolExecutor

    from tradeviz.models.response import respond

    count(given.draws, "--draws", high=DRAWS)
    count(given.seed, "--seed", high=2**32 - 1)
    count(given.workers, "--workers", low=1, high=4 * (os.cpu_count() or 1))
    pool = ProcessPoolExecutor(given.workers) if given.workers > 1 else nullcontext()
    with pool as executor:
        return respond(
            outcomes_of(given.outcome),
            reference=outcome_of(given.reference, "--reference"),
            elasticities=named_numbers(given.elasticity, "--elasticity", _ELASTICITY) or None,
            pass_through=given.pass_through,
            draws=given.draws,
            seed=given.seed,
            by=given.by,
            partners=partners_of(given.partners),
            on=given.on,
            answer=given.answer,
            executor=executor,
        )


def forecast_command(given: argparse.Namespace) -> Answer:
    """Return forecasts by month under outcomes."""
    from tradeviz.models.forecast import forecast
    from tradeviz.partners import FOCUS

    everyone = (given.partners or "").strip().casefold() == "all"
    partners = FOCUS if given.partners is None else partners_of(given.partners)
    return forecast(
        outcomes_of(given.outcome),
        horizon=given.horizon,
        partners=None if everyone else partners,
        origin=given.origin,
    )


SHOWS = ("values", "coalitions", "effects", "rivalry", "order", "choices", "transfers")


def deals_command(given: argparse.Namespace) -> Answer:
    """Return what deals are worth, or every coalition."""
    from tradeviz.models import deals as game
    from tradeviz.models.deals import deals
    from tradeviz.models.deals.game import OF_PARTNERS
    from tradeviz.partners import FOCUS, HOME
    from tradeviz.quantities import quantity

    show, partners = choose(given.show, SHOWS, "--show"), partners_of(given.partners)
    choose(given.measure, game.MEASURES, "--measure", "unknown measure")
    # Refused before hours of solving, as the readings of the table would after them.
    home = show in ("choices", "transfers")
    if show == "order":
        home = (
            choose(given.side, [*(partners or FOCUS), HOME, "all"], "--side", "unknown side")
            == HOME
        )
    fit = [
        name
        for name in game.MEASURES
        if not (home and name in OF_PARTNERS)
        and (show != "transfers" or quantity(name).unit == "usd")
    ]
    whose = f" with --side {given.side}" if show == "order" else ""
    choose(given.measure, fit, "--measure", f"not what --show {show}{whose} can weigh")
    table = deals(
        partners,
        terms=outcome_of(given.terms, "--terms"),
        otherwise=outcome_of(given.otherwise, "--otherwise"),
        concessions=given.concessions,
        on=given.on,
        resume=given.resume,
        progress=not given.quiet,
        elasticity=_number(given.elasticity),
    )
    if show == "order":
        order = game.best_order(table, given.side, given.measure)
        return game.follow(table, order, given.measure)
    if show == "coalitions":
        return table
    make = {
        "values": game.deal_values, "effects": game.shapley, "rivalry": game.rivalry,
        # Here the measure is what the United States maximises.
        "choices": game.dominance, "transfers": game.transfers,
    }[show]  # fmt: skip
    return make(table, given.measure)


def _number(text: str) -> float | str:
    """Return a number where there is one; other words name a study."""
    try:
        return float(text)
    except ValueError:
        return text
