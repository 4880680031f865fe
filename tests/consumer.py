"""How a type checker sees tradeviz: `make check` reads this file, nothing runs it.

A name that is not seen would be `Any`, and fail `assert_type`; a call that is wrong has to be an
error, or its `type: ignore` would be one.
"""

from __future__ import annotations

from types import ModuleType
from typing import assert_type

import pandas as pd

import tradeviz as tv
import tradeviz.models.equilibrium as equilibrium_module
from tradeviz import *  # noqa: F403
from tradeviz.law.outcome import Outcome
from tradeviz.law.schedule import Schedule
from tradeviz.panel import Panel

assert_type(tv.FOCUS, tuple[str, ...])
assert_type(tv.april_check(), pd.DataFrame)
assert_type(tv.balances("JPN"), pd.DataFrame)
assert_type(tv.check_package(), list[str])
assert_type(tv.competitors("pause"), pd.DataFrame)
assert_type(tv.deals(["JPN", "KOR"]), pd.DataFrame)
assert_type(tv.equilibrium("pause"), pd.DataFrame)
assert_type(tv.explain("JPN", "8703230140"), pd.DataFrame)
assert_type(tv.explore("JPN"), Panel)
assert_type(tv.exposure("pause"), pd.DataFrame)
assert_type(tv.exposure_path(), pd.DataFrame)
assert_type(tv.load("measures"), pd.DataFrame)
assert_type(tv.outcome("pause"), Outcome)
assert_type(tv.reciprocal_formula(tv.balances()), pd.DataFrame)
assert_type(tv.respond("pause"), pd.DataFrame)
assert_type(tv.schedule("2025-08-07"), Schedule)

modules: tuple[ModuleType, ...] = (tv.charts, tv.findings, tv.tables, equilibrium_module)

tv.exposures  # type: ignore[attr-defined]  # noqa: B018
tv.schedule()  # type: ignore[call-arg]
tv.deals(partners=5)  # type: ignore[arg-type]
