"""Laws that the models share: what is asked for in another way has the same answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import tradeviz as tv
from tradeviz.law.outcome import Outcome, mix
from tradeviz.law.outcome_file import PartnerTariffs
from tradeviz.lines import lines
from tradeviz.models.equilibrium import sector_effects, variants
from tradeviz.models.response import MEASURES, exports_by_chapter

MODELS: dict[str, Callable[..., pd.DataFrame]] = {
    "respond": tv.respond,
    "exports": exports_by_chapter,
    "equilibrium": tv.equilibrium,
    "sectors": sector_effects,
    "variants": partial(variants, choices={"four": {}, "two": {"elasticity": 2.0}}),
}
DAY = dt.date(2025, 10, 15)


def own(name: str = "own", **changes: Any) -> Outcome:
    """Return a mix whose partners do all that they can; on DAY Canada charged metals alone."""
    rest = replace(tv.outcome("breakdown"), **changes)
    dated = PartnerTariffs("dated", (("C29", "in_kind"), ("A01", "free")))
    return mix({"CAN": replace(rest, partner_tariffs=dated)}, rest=rest).named(name)


@pytest.mark.parametrize("name", MODELS)
def test_what_is_asked_in_another_way_has_the_same_answer(name: str) -> None:
    """Among others and on a moment of a day, or alone and of that day itself."""
    whole = MODELS[name](
        ["in_force", own()], reference="agreement", partners=["KOR", "CAN"], on=pd.Timestamp(DAY)
    )
    for level, order in (("outcome", ["in_force", "own"]), ("partner", ["KOR", "CAN"])):
        assert whole.index.get_level_values(level).unique().tolist() == order
    before = replace(tv.outcome("agreement"), day=DAY)
    alone = MODELS[name](own(day=DAY), reference=before, partners="Canada")
    among = whole.reset_index().query("outcome == 'own' and partner == 'CAN'")
    among = among.set_index(whole.index.names)
    assert_frame_equal(among, alone, rtol=1e-8, check_index_type=False)


@pytest.mark.parametrize("name", ["respond", "exports", "equilibrium"])
def test_an_outcome_changes_nothing_against_itself(name: str) -> None:
    table = MODELS[name](own("same"), reference=own(), partners="CAN", on=DAY)
    more = ("diverted_usd", "deadweight_loss_usd")
    moved = table[[c for c in table if str(c).endswith(("change", "change_usd")) or c in more]]
    assert moved.fillna(0.0).abs().max().max() < 1e-4


AUGUST = dt.date(2025, 8, 15)
"""A day on which Canada charged more than metals."""


@pytest.mark.parametrize(
    "moment",
    ["2025-08-15", dt.datetime(2025, 8, 15, 12), pd.Timestamp(AUGUST, tz="UTC"),
     np.datetime64(AUGUST)],
)  # fmt: skip
def test_a_day_may_be_given_as_any_date(moment: object) -> None:
    then = [replace(tv.outcome(end), day=AUGUST) for end in ("in_force", "agreement")]
    asked = {"partners": "CAN", "answer": "dated"}
    found = exports_by_chapter("in_force", reference="agreement", on=moment, **asked)
    assert_frame_equal(found, exports_by_chapter(then[0], reference=then[1], **asked))


ALL_ASKED: dict[str, Any] = {
    "reference": "agreement", "on": "2026-03-01", "pass_through": 0.6,
    "elasticities": {"origins": 4.0, "domestic": 0.5, "foreign_demand": 3.0},
}  # fmt: skip


def test_splits_add_up_whatever_is_asked() -> None:
    ask = partial(tv.respond, "snapback", partners=["KOR", "CAN"], **ALL_ASKED)
    whole, levels = ask(), ["outcome", "partner"]
    money = [m for m in whole if m.endswith("_usd") and not m.startswith(("exports", "balance"))]
    sums = ask(by="hs2")[money].groupby(level=levels, sort=False).sum()
    assert_frame_equal(sums, whole[money], rtol=1e-9)
    flows = ask(by="competitor")["diverted_usd"].groupby(level=levels, sort=False).sum()
    assert flows.to_list() == pytest.approx(whole["diverted_usd"].to_list(), rel=1e-6)
    change = whole["value_change_usd"] / whole["imports_usd"]
    assert whole["value_change"].to_list() == pytest.approx(change.to_list())


@pytest.mark.parametrize("answer", ["outcome", "free"])
def test_chapters_of_exports_add_up_whatever_is_asked(answer: str) -> None:
    """A partner outside the world table has no chapter, and no sum."""
    listed = set(tv.load("icio_economies")["line_partner"])
    code = next(c for c in lines().partners if c not in listed)
    asked = {"partners": ["CAN", code, "KOR"], "answer": answer, **ALL_ASKED}
    whole = tv.respond([own(), "in_force"], **asked)["exports_change_usd"]
    del asked["pass_through"]
    parts = exports_by_chapter([own(), "in_force"], **asked)["exports_change_usd"]
    sums = parts.groupby(level=["outcome", "partner"], sort=False).sum()
    assert sums.to_dict() == pytest.approx(whole.dropna().to_dict())
    assert whole.xs(code, level="partner").isna().all()
    assert exports_by_chapter("breakdown", partners=code).empty


@pytest.mark.parametrize(
    "options",
    [
        {"by": "hs2", "reference": "snapback"},
        {"on": "2026-03-01", "reference": "agreement", "answer": "dated"},
    ],
)
def test_draws_of_what_is_fixed_are_the_central_answer(options: dict[str, Any]) -> None:
    """With every parameter held the draws have no range: they hear all that is asked."""
    held = {"origins": 3.0, "products": 1.2, "domestic": 1.7, "foreign_demand": 2.0}
    table = tv.respond(
        "breakdown", partners=["CAN", "KOR"], elasticities=held, pass_through=0.8, draws=2,
        **options,
    )  # fmt: skip
    for measure in MEASURES:
        for word in ("low", "central", "high"):
            drawn = table[f"{measure}_{word}"].to_numpy()
            wanted = table[measure].to_numpy()
            assert drawn == pytest.approx(wanted, rel=1e-9, abs=1e-5, nan_ok=True)
    assert {row["share"] for row in table.attrs["variance_shares"]} == {0.0}
    assert table.attrs["parameters"] == {**held, "pass_through": 0.8}
