"""What outcomes do to welfare, wages and trade once wages, incomes and trade have adjusted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from tradeviz.arguments import checked
from tradeviz.law.outcome import REFERENCE, Outcome, Wanted, compared
from tradeviz.models.equilibrium.answers import Answer, answers
from tradeviz.models.equilibrium.elasticities import Wanted as Elasticity
from tradeviz.models.equilibrium.reading import members_of, read
from tradeviz.models.equilibrium.shocks import added
from tradeviz.models.equilibrium.solver import Solution, solve
from tradeviz.models.equilibrium.world import Floats, World
from tradeviz.models.equilibrium.worlds import icio_world
from tradeviz.partners import FOCUS, HOME


@checked
def equilibrium(
    outcomes: Wanted | Sequence[Wanted],
    *,
    reference: Wanted = REFERENCE,
    partners: str | Iterable[str] | None = None,
    on: object = None,
    elasticity: Elasticity = 4.0,
    deficit: str = "fixed",
    retaliation: Answer | None = None,
    concessions: Mapping[str, float] | float | None = None,
    services_tariffs: str = "zero",
    us_tariffs: str = "lines",
    labour_supply: float = 0.0,
    scale: float = 0.0,
    tax_relief: bool = False,
    inputs: bool = False,
) -> pd.DataFrame:
    """Return what outcomes do to partners once wages, prices, incomes and trade have adjusted.

    Parameters
    ----------
    outcomes : str, Path, Outcome, mapping or a sequence of them
        As in `tradeviz.exposure`: names, TOML files, outcomes made in code, mixes by partner.
    reference : str, Path, Outcome or mapping
        The outcome that changes are measured from.
    partners : str or iterable of str, optional
        Economies of the world expenditure table by code or name, ``EU`` for its 27 members
        together, ``USA``; the focus five when None.
    on : str or date, optional
        Another day for the law underneath.
    elasticity : float, str or mapping
        Trade elasticity: one for all sectors, a study (``"caliendo_parro"``, ``"fontagne"``,
        ``"lashkaripour_lugovskyy"``, ``"shapiro"`` and others of the table sector_elasticities), or
        sector -> value.
    deficit : {"fixed", "balanced"}
        Transfers keep their share of world income, or are removed from the data first.
    retaliation : {"none", "reciprocal"} or mapping, optional
        What partners charge on US goods on top of their tariffs: what each outcome's
        `partner_tariffs` say (None); nothing; in each sector what the outcome adds on their goods
        beyond the reference; or partner -> rate or ``"reciprocal"``.
    concessions : float or mapping, optional
        Share of their own tariffs on US goods that partners remove: what each outcome's
        `partner_tariffs` say (None); or, in every outcome but the reference, 0 to 1 for all or by
        partner.
    services_tariffs : {"zero", "file"}
        Tariffs on services: none, or those of the table, which no border charges.
    us_tariffs : {"lines", "file"}
        Duty of the United States before any outcome: what was paid on its trade lines in 2024,
        Section 301 and the metals of 2018 included, or as the table has it.
    labour_supply : float
        Elasticity of employment to the real wage after tax (kappa).
    scale : float
        Elasticity of productivity to employment (psi).
    tax_relief : bool
        Tariff revenue beyond its share of wages in the data replaces a tax on them instead of
        being paid out.
    inputs : bool
        Producers buy inputs from all sectors and origins (Caliendo and Parro 2015); employment is
        then fixed. docs/equilibrium.md argues why this is not the default.

    Returns
    -------
    DataFrame
        Index (outcome, partner). Changes against the reference: income_change_usd (real income, US
        dollars of 2022 a year: welfare_change times expenditure under the reference, less the
        disutility of work there), real_income_change (the same as a share of GDP), and, as
        fractions, welfare_change (of real expenditure less the disutility of work), wage_change,
        price_change (of what the economy buys, tariffs included), real_wage_change,
        employment_change, export_change, import_change (values at customs), exports_to_us_change,
        exports_elsewhere_change, imports_from_us_change, revenue_change (tariff revenue, as a share
        of expenditure in the reference). provisional_share: share of the duty the outcome adds on
        all US imports that rests on provisional measures, the same for all partners. Money is in
        units in which the world's wage bill stays the same; expenditure is on final and
        intermediate use together, with `inputs` on final use. ``.attrs``: `residual` (largest
        excess demand over wage bill, of all solves), `steps` by outcome, `options`, `titles`,
        `reference`, `year`.

    Raises
    ------
    ArgumentError, OutcomeError
        For an unknown partner, outcome or option.
    EquilibriumError
        When a market does not clear; names it.

    Notes
    -----
    Static Armington or Eaton and Kortum (2002) model with tariff revenue, in changes (Dekle, Eaton
    and Kortum 2008; Costinot and Rodriguez-Clare 2014): docs/equilibrium.md. What an outcome adds
    comes by trade line from the engine and is averaged with the imports of 2024; world trade is of
    2022. One factor, no time, no uncertainty; inputs from other sectors if asked for.

    Examples
    --------
    >>> table = equilibrium(["snapback", "agreement"], partners="JPN")
    >>> table["welfare_change"].gt(0).tolist()
    [False, True]
    """
    return run(
        shocks_of(outcomes, reference, on), FOCUS if partners is None else partners,
        retaliation=retaliation, concessions=concessions, elasticity=elasticity,
        services_tariffs=services_tariffs, us_tariffs=us_tariffs, deficit=deficit,
        labour_supply=labour_supply, scale=scale, tax_relief=tax_relief, inputs=inputs,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Shocks:
    """What outcomes add, ready for any world of the table.

    `rates` and `provisional` have an entry per outcome, the reference included.
    """

    ends: tuple[Outcome, ...]
    reference: Outcome
    rates: dict[str, Floats]
    provisional: dict[str, float]
    on: object = None


def shocks_of(
    outcomes: Wanted | Sequence[Wanted], reference: Wanted = REFERENCE, on: object = None
) -> Shocks:
    """Return what outcomes add, once for many runs."""
    ends, base = compared(outcomes, reference)
    rates, provisional = {}, {}
    for end in (base, *ends):
        rates[end.name], provisional[end.name] = added(end, on=on)
    return Shocks(tuple(ends), base, rates, provisional, on)


def solutions(
    shocks: Shocks,
    world: World,
    retaliation: Answer | None = None,
    concessions: Mapping[str, float] | float | None = None,
) -> tuple[Solution, dict[str, Solution]]:
    """Return the equilibrium of the reference, and of each outcome."""
    base, on = shocks.reference.name, shocks.on
    nothing = np.zeros_like(shocks.rates[base])
    # A wrong answer is an error also where only the reference is asked for.
    answers(world, world.tariffs, nothing, shocks.reference, retaliation, concessions, on)
    given = None if concessions is None else 0.0
    charged = "none" if retaliation == "none" else None
    levels = tariffs_of(world, shocks.rates[base])
    start = solve(world, answers(world, levels, nothing, shocks.reference, charged, given, on))
    after: dict[str, Solution] = {}
    near = start
    for end in shocks.ends:
        if end == shocks.reference:
            after[end.name] = near = start
            continue
        rates = shocks.rates[end.name]
        beyond = np.maximum(rates - shocks.rates[base], 0.0)
        levels = tariffs_of(world, rates)
        tariffs = answers(world, levels, beyond, end, retaliation, concessions, on)
        after[end.name] = near = solve(world, tariffs, near)
    return start, after


def described(table: pd.DataFrame, shocks: Shocks, **more: Any) -> pd.DataFrame:
    """Return a table with what is known of its outcomes."""
    table.attrs |= {
        "titles": {end.name: end.title for end in shocks.ends},
        "reference": shocks.reference.name,
        "reference_title": shocks.reference.title,
        "year": 2022,
        **more,
    }
    return table


def run(
    shocks: Shocks,
    partners: str | Iterable[str],
    *,
    retaliation: Answer | None = None,
    concessions: Mapping[str, float] | float | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Return `equilibrium` for rates that are known already."""
    world = icio_world(**options)
    groups = members_of(world, partners)
    start, after = solutions(shocks, world, retaliation, concessions)
    parts = {
        name: read(solution, start, groups).assign(provisional_share=shocks.provisional[name])
        for name, solution in after.items()
    }
    return described(
        pd.concat(parts, names=["outcome", "partner"]),
        shocks,
        residual=max(solution.residual for solution in (start, *after.values())),
        steps={name: solution.steps for name, solution in after.items()},
        options={"retaliation": retaliation, "concessions": concessions, **options},
    )


def tariffs_of(world: World, added: Floats) -> Floats:
    """Return the tariffs of a world with added rates on US imports."""
    made = world.tariffs.copy()
    made[:, world.place(HOME), :] += added
    return made
