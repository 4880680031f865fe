"""What results are in a notebook: short to look at, and fit to be kept, joined and stored."""

from __future__ import annotations

import inspect
import io
import pickle
import re
from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from IPython.core.completer import IPCompleter, provisionalcompleter

import tradeviz as tv
from tradeviz.law.outcome import names

TABLES = {
    "april_check": "tv.april_check()",
    "balances": "tv.balances('JPN')",
    "collected": "tv.collected('KOR')",
    "competitors": "tv.competitors('in_force', partners='KOR')",
    "deals": "tv.deals(['GBR', 'JPN'])",
    "entry": "tv.entry('CHN', '7326.90.8688', 14_172, '2026-09-18')",
    "equilibrium": "tv.equilibrium('snapback')",
    "explain": "tv.explain('JPN', '8703.23.0140', '2025-09-20')",
    "exposure": "tv.exposure(['pause', 'snapback'])",
    "exposure_path": "tv.exposure_path(['2025-04-16', '2025-09-20'], 'JPN')",
    "forecast": "tv.forecast('snapback', partners='JPN')",
    "forecast_record": "tv.forecast_record()",
    "load": "tv.load('talks')",
    "reconcile": "tv.reconcile('tradewartracker', 'IND')",
    "respond": "tv.respond('snapback', draws=5, partners='JPN')",
}
"""Public function -> a small call of it that gives a table."""
OTHERS = ["tv.outcome('breakdown')", "tv.outcome({'JPN': 'agreement'})"]
OTHERS += ["tv.schedule('2025-10-16')", "tv.tables.exposure_table(tv.exposure('pause'))"]


def test_every_function_that_gives_a_table_is_tried() -> None:
    rest = {"check_package", "explore", "outcome", "reciprocal_formula", "schedule"}
    functions = {name for name in tv.__all__ if inspect.isfunction(getattr(tv, name))}
    assert functions - rest == set(TABLES)


@pytest.mark.parametrize("call", TABLES.values(), ids=TABLES)
def test_a_table_can_be_kept_joined_and_stored(call: str) -> None:
    table = eval(call, {"tv": tv})
    pd.testing.assert_frame_equal(pickle.loads(pickle.dumps(table)), table)
    assert len(pd.concat([table, table.copy()])) == 2 * len(table)
    stored = io.BytesIO()
    table.to_parquet(stored)
    # A day may come back in another unit of time; values are the same.
    again = pd.read_parquet(stored)
    pd.testing.assert_frame_equal(again, table, check_dtype=False, check_frame_type=False)
    assert set(again.attrs) == set(table.attrs)
    assert len(table._repr_html_()) < 12_000 and len(repr(table)) < 5_000


@pytest.mark.parametrize("call", OTHERS)
def test_what_is_no_table_is_short_and_can_be_kept(call: str) -> None:
    shown = eval(call, {"tv": tv})
    again = pickle.loads(pickle.dumps(shown))
    assert repr(again) == repr(shown) and again._repr_html_() == shown._repr_html_()
    assert len(repr(shown)) < 700 and len(shown._repr_html_()) < 4_000


def test_the_law_and_its_lines_are_short() -> None:
    schedule = tv.schedule("2025-10-16")
    assert repr(schedule.law) == (
        f"Law({len(schedule.law.measures)} measures, {len(schedule.law.exemptions)} exemptions)"
    )
    assert repr(schedule.trade) == f"Lines({len(schedule.trade):,} of 51 partners)"


def text_of(shown: Any) -> BeautifulSoup:
    return BeautifulSoup(shown._repr_html_(), "html.parser")


def test_an_explanation_without_all_its_columns_is_a_plain_table() -> None:
    table = tv.explain("JPN", "8703.23.0140", "2025-09-20")
    del table["rate"]
    page = text_of(table)
    heads = [cell.text for cell in page.select("thead th")]
    assert heads[1:] == list(table.columns) and "rate" not in heads
    assert len(page.select("tbody tr")) == len(table) and page.details is None


def test_an_explanation_shows_what_applies_and_folds_the_rest() -> None:
    table = tv.explain("JPN", "8703.23.0140", "2025-09-20")
    whole = tv.explain("JPN", "8703.23.0140", "2025-09-20", details=True)
    assert table._repr_html_() == whole._repr_html_()
    page = text_of(table)
    caption = page.caption
    assert caption is not None and "Japan" in caption.text and "15.00\u00a0% in all" in caption.text
    fold = page.details
    assert fold is not None and fold.get("open") is None
    assert len(fold.select("tbody tr")) == table.attrs["others"] == (~whole["applies"]).sum()
    assert fold.summary is not None and fold.summary.text.startswith(f"{table.attrs['others']} ")
    fold.decompose()
    shown = [row.find_all("td")[1].text for row in page.select("tbody tr")]
    assert shown == [f"{100 * rate:.2f} %".replace(" ", "\u00a0") for rate in table["rate"]]
    # A part of it is a plain table.
    assert type(table[["layer", "rate"]]) is pd.DataFrame


@pytest.mark.parametrize("name", names())
def test_an_outcome_shows_its_terms(name: str) -> None:
    outcome = tv.outcome(name)
    page = text_of(outcome)
    assert page.caption is not None and page.caption.text == outcome.title
    assert outcome.meaning in page.text and outcome.basis in page.text
    assert len(page.select("details tbody tr")) == len(outcome.changes)


def test_a_schedule_shows_its_layers() -> None:
    page = text_of(tv.schedule("2025-04-16"))
    assert len(page.select("tbody tr")) == len(tv.schedule("2025-04-16").layers)
    # By hand: ten percent for all but China, which paid 125.
    (row,) = [row.text for row in page.select("tbody tr") if "Reciprocal" in row.text]
    assert re.sub(r"\s", " ", row).endswith("10.0 % to 125.0 %")


def test_words_of_a_user_are_escaped() -> None:
    outcome = tv.outcome({"name": "own", "title": "<img src=x onerror=alert(1)>", "change": []})
    assert "<img" not in outcome._repr_html_() and "&lt;img" in outcome._repr_html_()


@pytest.mark.parametrize("text, room", [("tv.", tv), *((f"tv.{n}.", getattr(tv, n)) for n in
                         ("charts", "tables", "findings"))])  # fmt: skip
def test_completion_shows_only_what_is_public(text: str, room: Any) -> None:
    completer = IPCompleter(namespace={"tv": tv}, use_jedi=False)
    with provisionalcompleter():
        offered = {item.text.rpartition(".")[2] for item in completer.completions(text, len(text))}
    assert {name for name in offered if not name.startswith("_")} == set(room.__all__)
