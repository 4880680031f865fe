"""Figures in the documents are those of data and code."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import Any

import pytest
from conftest import FIRST_DAY, LAST_DAY, ROOT

import tradeviz as tv
from tools.run_forecast import with_scores
from tradeviz.law.schedule import _CACHE_SIZE
from tradeviz.law.scopes import scope, scope_names
from tradeviz.models.deals import FOURTEEN
from tradeviz.models.deals.coalitions import _CHUNK
from tradeviz.models.response import ranges
from tradeviz.partners import resolve
from tradeviz.quantities import day, month

CLAIMS = tomllib.loads((ROOT / "tests" / "documented_numbers.toml").read_text(encoding="utf-8"))
WORDS = {2: "two", 3: "three", 4: "four"}


def flat(text: str) -> str:
    """Return a text without its line breaks."""
    return re.sub(r"\s+", " ", text)


@cache
def facts() -> dict[str, Any]:
    """Return what the expressions may name."""
    products, citations = tv.load("products"), tv.load("citations")
    world = tv.load("icio_2022")
    record = tv.forecast_record().reset_index()
    forced = tv.load("measures").query("layer == 's301_forced_labour'")["partners"]
    sold = tv.load("imports_2024").groupby("hs10")["value_usd"].sum()

    def reached(outcome: str, layer: str) -> float:
        return float(tv.outcome(outcome).schedule().layer(layer).rate.max())

    return {
        "tv": tv, "day": lambda value: day(value), "month": lambda value: month(value),
        "first": FIRST_DAY, "last": LAST_DAY, "codes": resolve(None), "products": products,
        "kinds": products["mfn_type"].value_counts(), "scope": scope, "words": WORDS,
        "layers": tv.load("layers").set_index("layer"), "reached": reached,
        "quoted": citations[citations["quote"].notna()]["rule"].nunique(),
        "aircraft": [len(scope(name)) for name in ("aircraft_brazil", "forced_labour_aircraft",
                                                   "aircraft_gbr", "aircraft_s122")],
        "forced": [name for name in scope_names()
                   if re.fullmatch("forced_labour_[a-z]{2,3}", name)],
        "economies": forced.str.split(";").map(len).sum(),
        "left": tv.reconcile("tradewartracker")["remainder"].abs(),
        "balances": tv.load("balances_annual"), "value": sold,
        "doubtful": tv.load("icio_concordance").set_index("hs10")["ambiguous"].astype(bool),
        "services": world[world["sector"] == "SERVICES"],
        "home": world[world["exporter"] == world["importer"]],
        "british": world[(world["exporter"] == "GBR") & (world["importer"] == "USA")
                         & (world["sector"] != "SERVICES")],
        "record": record, "spread": ranges(), "FOURTEEN": FOURTEEN, "_CHUNK": _CHUNK,
        "_CACHE_SIZE": _CACHE_SIZE,
        "partners_of": lambda name: record[record["quantity"] == name]["partner"].nunique(),
    }  # fmt: skip


@pytest.mark.parametrize(
    "document, sentence",
    [(document, sentence) for document, sentences in CLAIMS.items() for sentence in sentences],
)
def test_a_documented_figure_is_that_of_the_data(document: str, sentence: str) -> None:
    values = [eval(text, dict(facts())) for text in CLAIMS[document][sentence]]
    text = flat((ROOT / document).read_text(encoding="utf-8"))
    assert flat(sentence.format(*values)) in text


def test_the_record_in_the_documents_is_that_of_the_forecast() -> None:
    text = (ROOT / "docs" / "forecast.md").read_text(encoding="utf-8")
    assert with_scores(text) == text
