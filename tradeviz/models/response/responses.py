"""What trade does about an outcome: imports, diversion, revenue, prices, losses, the balance."""

from __future__ import annotations

import datetime as dt
import pickle
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

import numpy as np
import pandas as pd

from tradeviz.arguments import checked, day_of
from tradeviz.errors import choose, count, executor_or_none
from tradeviz.law.outcome import REFERENCE, Outcome, Wanted, compared
from tradeviz.law.outcome_file import ANSWERS, PartnerTariffs
from tradeviz.lines import lines
from tradeviz.models.response.diversion import diversion
from tradeviz.models.response.exports import Side, Told, side
from tradeviz.models.response.nests import Floats, span_of
from tradeviz.models.response.parameters import NAMES, Parameters, central, draw
from tradeviz.models.response.problem import BY, SUMS, Problem, problem
from tradeviz.partners import FOCUS, resolve
from tradeviz.products import product_sectors, products

QUANTILES = {"low": 0.05, "central": 0.50, "high": 0.95}
MEASURES = (
    "value_change_usd",
    "value_change",
    "quantity_change",
    "diverted_usd",
    "revenue_usd",
    "revenue_change_usd",
    "price_paid_change",
    "price_received_change",
    "deadweight_rectangle_usd",
    "deadweight_triangle_usd",
    "deadweight_loss_usd",
    "terms_of_trade_gain_usd",
    "exports_change_usd",
    "balance_change_usd",
)
_CHUNK = 25
MOST_DRAWS = 1_000_000
"""More sets of parameters than that fill any memory."""


@dataclass(frozen=True)
class _Task:
    """What a worker needs to make the problem anew: small, and the same for every chunk."""

    ends: tuple[Outcome, ...]
    codes: tuple[str, ...]
    by: str | None
    on: dt.date | str | None
    answer: str
    span: tuple[float, float] | None


@checked
def respond(
    outcome: Wanted | Sequence[Wanted],
    *,
    reference: Wanted = REFERENCE,
    elasticities: Mapping[str, float] | None = None,
    pass_through: float | None = None,
    draws: int = 0,
    seed: int = 0,
    by: str | None = None,
    partners: str | Iterable[str] | None = None,
    on: object = None,
    answer: str = "outcome",
    executor: Executor | None = None,
) -> pd.DataFrame:
    """Return what US trade does about outcomes: partial equilibrium, line by line.

    Parameters
    ----------
    outcome : str, Path, Outcome, mapping or a sequence of them
        As in `tradeviz.exposure`.
    reference : str, Path, Outcome or mapping
        What changes are measured from. Both sides are solved from the trade and duty of 2024.
    elasticities : mapping of str to float, optional
        Parameter -> value in the place of the central one: ``origins``, ``products``,
        ``domestic``, ``foreign_demand``; see `tradeviz.response.Parameters`.
    pass_through : float, optional
        Share of a duty on one origin that the buyer pays, 1 for all of it.
    draws : int
        Sets of parameters to draw; 0 for the central values alone.
    seed : int
        The same seed gives the same draws, whatever the executor.
    by : {"sector", "hs2", "naics3", "competitor"}, optional
        Split each partner further; products without an industry are ``unknown``;
        ``competitor`` gives the trade diverted from (above zero) or to
        (below) each other supplier, at central values.
    partners : str or iterable of str, optional
        Codes or names; the focus five when None.
    on : str or date, optional
        Another day for the law underneath.
    answer : {"outcome", "keep", "free", "in_kind", "dated"}
        The partner's tariffs on US goods: as the outcome's `partner_tariffs` say, or the same for
        all. In kind is what the outcome adds on its goods of the same chapter and sector beyond the
        reference; dated what the partner itself added by the day of the law (table answers).
    executor : concurrent.futures.Executor, optional
        Where draws run, such as a ProcessPoolExecutor or a Dask client's executor; here when None.

    Returns
    -------
    DataFrame
        Index (outcome, partner) or (outcome, partner, by). imports_usd: imports at customs value
        under the reference, a year at the trade of 2024. Changes from the reference:
        value_change_usd and value_change (fraction) at customs value, quantity_change (fraction, at
        prices of 2024), diverted_usd (spending won from, below zero lost to, other origins of the
        same products; adds up to 0 over all suppliers), revenue_usd (duty under the outcome) and
        revenue_change_usd, price_paid_change (with duty) and price_received_change (fractions,
        fixed weights), deadweight_rectangle_usd (old duty on lost imports),
        deadweight_triangle_usd (half the new duty on them) and their sum deadweight_loss_usd,
        terms_of_trade_gain_usd (lower border prices on what is still bought),
        exports_change_usd (US exports to the partner, `exports_by_chapter` added up; missing in
        splits, and where the world table does not list the partner), balance_change_usd (of the
        United States with the partner). provisional_share: part of the added duty, quantities
        fixed, that rests on provisional law. With draws, for each of
        these also ``_low``, ``_central`` and ``_high``: 5, 50 and 95 % of the draws. ``.attrs``:
        parameters, days, titles, seed, draws, and variance_shares, rows with the share of each
        parameter in the variance of value_change_usd.

    Raises
    ------
    ArgumentError, OutcomeError
        For an unknown outcome, partner, parameter, split or a value out of range.

    Notes
    -----
    Demand: nested constant elasticities, Fajgelbaum, Goldberg, Kennedy and Khandelwal (2020).
    Spending on all goods of a sector and domestic prices are held. docs/response.md has the
    equations. Alternatives to provisional law are not drawn: the tables state none.

    Examples
    --------
    >>> table = respond("snapback", partners="JPN")
    >>> bool(table["value_change_usd"].iloc[0] < 0)
    True
    >>> float(respond("pause", partners="JPN")["value_change_usd"].iloc[0])
    0.0
    """
    ends, base = compared(outcome, reference)
    codes = resolve(partners) if partners is not None else FOCUS
    if by is not None:
        choose(by, (*BY, "competitor"), "by")
    choose(answer, ("outcome", *ANSWERS), "answer")
    count(draws, "draws", high=MOST_DRAWS)
    count(seed, "seed")
    executor_or_none(executor)
    if by == "competitor":
        return diversion(ends, base, codes, central(elasticities, pass_through), on)
    day = _day(on)
    given = central(elasticities, pass_through)
    sets = draw(draws, seed, elasticities, pass_through)
    task = _Task((base, *ends), tuple(codes), by, day, answer, None)
    made, sides = _prepared(pickle.dumps(task))
    table = _frame(made, task, _measures(made.sums(given), sides, given), given)
    if draws:
        found = _drawn(replace(task, span=span_of(sets)), sets, executor)
        table = _with_draws(table, found)
        # As rows: pandas compares attributes when tables are joined, and cannot compare tables.
        table.attrs["variance_shares"] = _variance(table, found, sets).to_dict("records")
    keys = ["outcome", "partner", *([by] if by else [])]
    table = table.set_index(keys)
    table.attrs |= {
        "parameters": {name: getattr(given, name) for name in NAMES},
        "days": {end.name: str(end.schedule(on).day) for end in ends},
        "titles": {end.name: end.title for end in (base, *ends)},
        "reference": base.name,
        "draws": draws,
        "seed": seed,
    }
    return table


@checked
def exports_by_chapter(
    outcome: Wanted | Sequence[Wanted],
    *,
    reference: Wanted = REFERENCE,
    elasticities: Mapping[str, float] | None = None,
    partners: str | Iterable[str] | None = None,
    on: object = None,
    answer: str = "outcome",
) -> pd.DataFrame:
    """Return what partners' tariffs do to US exports, chapter by chapter.

    Parameters
    ----------
    outcome, reference, elasticities, partners, on, answer
        As in `respond`.

    Returns
    -------
    DataFrame
        Index outcome, partner, hs2 (chapters that were sold in 2024; empty for a partner without
        exports by chapter): exports_usd (2024, under the reference), duty_change (what the price
        with duty changes by, fraction, weighted with them), exports_change_usd, exports_change.
        Chapters add up to `respond`; partners that the world table does not list have no rows.

    Raises
    ------
    ArgumentError, OutcomeError
        As `respond`.

    Examples
    --------
    >>> table = exports_by_chapter(
    ...     "in_force", reference="in_force", on="2025-08-01", partners="CAN", answer="dated"
    ... )
    >>> float(table.loc[("in_force", "CAN", "24"), "duty_change"].round(3))
    0.25
    """
    choose(answer, ("outcome", *ANSWERS), "answer")
    ends, base = compared(outcome, reference)
    codes = resolve(partners) if partners is not None else FOCUS
    day = _day(on)
    _, sides = _prepared(pickle.dumps(_Task((base, *ends), tuple(codes), None, day, answer, None)))
    elasticity = central(elasticities).foreign_demand
    tables = {}
    for end, one in zip(ends, sides, strict=True):
        before, after = one.levels(elasticity)
        dearer = before * (one.after / one.before - 1)
        cells = one.cells[["partner", "hs2"]].assign(
            exports_usd=before, duty_change=dearer, exports_change_usd=after - before
        )
        sold = [code for code, known in zip(codes, one.known, strict=True) if known]
        tables[end.name] = cells.groupby(["partner", "hs2"]).sum().loc[sold]
    table = pd.concat(tables, names=["outcome"])
    table["duty_change"] /= table["exports_usd"]
    table["exports_change"] = table["exports_change_usd"] / table["exports_usd"]
    return table


def _day(on: object) -> str | None:
    """Return a day as text, whatever it was given as; what is no day is named later."""
    return None if on is None else str(day_of(on) or on)


@lru_cache(maxsize=4)
def _prepared(task: bytes) -> tuple[Problem, tuple[Side, ...]]:
    """Prepare both sides of a task; the bytes are its key, here and in every worker."""
    given: _Task = pickle.loads(task)
    if given.span is not None:
        # Without draws it was asked for a moment ago, unless this is a worker.
        made, sides = _prepared(pickle.dumps(replace(given, span=None)))
        return made.ready(given.span), sides
    made = problem(given.ends, given.codes, given.by, given.on)
    return made, _sides(given, made) if given.by is None else ()


def _sides(task: _Task, made: Problem) -> tuple[Side, ...]:
    """Return the partners' side of each outcome: as the outcomes say, or one answer for all."""
    base, *ends = task.ends
    before = _told(base, task) if task.answer == "outcome" else None
    return tuple(
        side(task.codes, _told(end, task), _beyond(made, number, task.codes), before)
        for number, end in enumerate(ends, start=1)
    )


def _told(end: Outcome, task: _Task) -> Told:
    """Return what gives a partner's terms under an outcome."""
    if task.answer == "outcome":
        return partial(end.tariffs_of, on=task.on)
    return lambda code: PartnerTariffs(task.answer, day=end.tariffs_of(code, task.on).day)


def _chunk(task: bytes, sets: Sequence[Parameters]) -> Floats:
    """Return the measures of some draws: draws x outcomes x cells x measures."""
    made, sides = _prepared(task)
    drawn = zip(made.drawn(sets), sets, strict=True)
    return np.stack([_measures(sums, sides, p) for sums, p in drawn])


def _drawn(task: _Task, sets: Sequence[Parameters], executor: Executor | None) -> Floats:
    key = pickle.dumps(task)
    chunks = [sets[start : start + _CHUNK] for start in range(0, len(sets), _CHUNK)]
    if executor is None:
        parts = [_chunk(key, chunk) for chunk in chunks]
    else:
        # The chunks do not depend on the number of workers, so neither do the results.
        parts = [future.result() for future in [executor.submit(_chunk, key, c) for c in chunks]]
    return np.concatenate(parts)


def _measures(solved: Floats, sides: Sequence[Side], p: Parameters) -> Floats:
    """Return outcomes x cells x MEASURES for one set of parameters."""
    sums = solved[1:]
    part = {name: sums[..., place] for place, name in enumerate(SUMS)}
    value = part["value"] - part["value_before"]
    # By group of goods the other side is not known.
    exports = np.stack([one.change(p.foreign_demand) for one in sides]) if sides else np.nan
    exports = np.broadcast_to(exports, value.shape)
    columns = {
        "value_change_usd": value,
        "value_change": value / part["value_before"],
        "quantity_change": part["quantity"] / part["quantity_before"] - 1,
        "diverted_usd": part["diverted"],
        "revenue_usd": part["duty"],
        "revenue_change_usd": part["duty"] - part["duty_before"],
        "price_paid_change": part["paid"] / part["paid_before"] - 1,
        "price_received_change": part["received"] / part["received_before"] - 1,
        "deadweight_rectangle_usd": part["rectangle"],
        "deadweight_triangle_usd": part["triangle"],
        "deadweight_loss_usd": part["rectangle"] + part["triangle"],
        "terms_of_trade_gain_usd": part["terms"],
        "exports_change_usd": exports,
        "balance_change_usd": exports - value,
    }
    return np.stack([columns[name] for name in MEASURES], axis=-1)


def _beyond(made: Problem, number: int, codes: Sequence[str]) -> pd.DataFrame:
    """Return imports and what the outcome adds to the reference by partner, chapter and sector."""
    sector, goods = product_sectors()
    chapter = products().number[made.product] // 10**8
    table = pd.DataFrame(
        {
            "partner": np.repeat(np.array(codes), np.diff([*made.starts, len(made.rows)])),
            "hs2": np.array([f"{number:02}" for number in range(100)])[chapter],
            "sector": np.array(goods)[sector[made.product]],
            "value": made.value,
            "more": made.value * (made.scenarios[number].rate - made.scenarios[0].rate),
        }
    )
    return table.groupby(["partner", "hs2", "sector"], as_index=False)[["value", "more"]].sum()


def _frame(made: Problem, task: _Task, measures: Floats, p: Parameters) -> pd.DataFrame:
    parts = []
    before = made.sums(p)[0, :, SUMS.index("value")]
    ends = np.append(made.starts, len(made.rows))
    for number, end in enumerate(task.ends[1:]):
        table = pd.DataFrame(measures[number], columns=list(MEASURES))
        table = pd.concat([made.keys, table], axis=1)
        table.insert(0, "outcome", end.name)
        table.insert(len(made.keys.columns) + 1, "imports_usd", before)
        rate = made.scenarios[number + 1].rate - lines().paid[made.rows]
        sums = [
            np.add.reduceat(made.value * values, ends[:-1])
            for values in (made.unsure[number + 1], rate)
        ]
        share = np.divide(sums[0], sums[1], out=np.zeros(len(table)), where=sums[1] > 0)
        parts.append(table.assign(provisional_share=share))
    return pd.concat(parts, ignore_index=True)


def _with_draws(table: pd.DataFrame, found: Floats) -> pd.DataFrame:
    flat = found.reshape(len(found), -1, len(MEASURES))
    made: dict[str, Any] = {}
    for place, name in enumerate(MEASURES):
        for word, part in QUANTILES.items():
            made[f"{name}_{word}"] = np.quantile(flat[..., place], part, axis=0)
    return pd.concat([table, pd.DataFrame(made)], axis=1)


def _variance(table: pd.DataFrame, found: Floats, sets: Sequence[Parameters]) -> pd.DataFrame:
    """Split the variance of the change of imports by parameter.

    Draws are independent, so the squared slopes of a linear fit on standardised parameters add up
    to the part of the variance that is linear; what is left is named ``together``.
    """
    drawn = np.array([[getattr(p, name) for name in NAMES] for p in sets])
    moving = drawn.std(axis=0) > 0
    inputs = (drawn[:, moving] - drawn[:, moving].mean(axis=0)) / drawn[:, moving].std(axis=0)
    target = found.reshape(len(found), -1, len(MEASURES))[..., 0]
    centred = target - target.mean(axis=0)
    slopes, *_ = np.linalg.lstsq(inputs, centred, rcond=None)
    whole = (centred**2).mean(axis=0)
    fitted = ((inputs @ slopes) ** 2).mean(axis=0)
    share = slopes**2 / np.where((slopes**2).sum(axis=0) > 0, (slopes**2).sum(axis=0), 1.0)
    share = share * np.divide(fitted, whole, out=np.zeros_like(whole), where=whole > 0)
    keys = table[[c for c in ("outcome", "partner", *BY) if c in table]]
    names = [name for name, used in zip(NAMES, moving, strict=True) if used]
    made = pd.concat([keys, pd.DataFrame(share.T, columns=names)], axis=1)
    made["together"] = np.where(whole > 0, 1 - fitted / np.where(whole > 0, whole, 1.0), 0.0)
    return made.melt(list(keys.columns), var_name="parameter", value_name="share")
