"""Figures in the documents are those of data and code."""

from __future__ import annotations

import datetime as dt
import inspect
import io
import json
import re
import tomllib
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import FIRST_DAY, LAST_DAY, ROOT

import tradeviz as tv
from tools import quick, run_forecast
from tools.installs import versions
from tools.mutation import bench
from tools.mutation.__main__ import NUMBERS
from tools.run_forecast import with_scores
from tradeviz.law.outcome import names
from tradeviz.law.record import coverage
from tradeviz.law.schedule import _CACHE_SIZE
from tradeviz.law.scopes import scope, scope_names
from tradeviz.models.deals import FOURTEEN, coalitions, transfers
from tradeviz.models.deals.game import LARGEST
from tradeviz.models.deals.show import MOST
from tradeviz.models.equilibrium import linked, solver, worlds
from tradeviz.models.equilibrium.benchmark import (
    _EPSILON,
    _FLOOR,
    _HANDLING,
    _KAPPA,
    _PSI,
    benchmark,
)
from tradeviz.models.equilibrium.reading import gdp_usd
from tradeviz.models.equilibrium.worlds import icio_world
from tradeviz.models.forecast import model as forecast
from tradeviz.models.forecast import naive, spread
from tradeviz.models.forecast.data import BASE_YEAR, HORIZONS
from tradeviz.models.response import nests, ranges
from tradeviz.models.response.answers import answers_record
from tradeviz.models.response.responses import QUANTILES
from tradeviz.partners import called, resolve
from tradeviz.quantities import day, in_words, month
from tradeviz.refresh.services import FIRST_YEAR, TOPICS, requests_of
from tradeviz.show import frame, picture, svg
from tradeviz.trade import collected, reconcile
from tradeviz.whatif import curves, page

CLAIMS = tomllib.loads((ROOT / "tests" / "documented_numbers.toml").read_text(encoding="utf-8"))
WORDS = {count: in_words(count) for count in range(2, 16)} | {30: "thirty"}


def flat(text: str) -> str:
    """Return a text without its line breaks."""
    return re.sub(r"\s+", " ", text)


def stored(notebook: str, kind: str) -> list[str]:
    """Return the stored outputs of one kind; nbval holds them to what the notebook computes."""
    cells = json.loads((ROOT / "notebooks" / f"{notebook}.ipynb").read_text("utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return ["".join(output["data"][kind]) for output in outputs if kind in output.get("data", {})]


@cache
def rates(day: str) -> pd.DataFrame:
    """Return the lines of the five with what the law of a day charges."""
    return tv.outcome("in_force").schedule(day).rates(tv.FOCUS)


def paid(partner: str) -> str:
    """Return what a partner pays at most for its deal, in billions a year."""
    (table,) = [text for text in stored("10_deal_order", "text/html") if "would pay" in text]
    (row,) = re.findall(rf">{partner}</th>(.*?)</tr>", table)
    return max(re.findall(r"to \+?([\d.]+)\)", row), key=float)


def default(function: Any, name: str) -> Any:
    """Return what a public function takes where an argument is left out."""
    return inspect.signature(inspect.unwrap(function)).parameters[name].default


def requests(year: int) -> int:
    """Return how many requests a refresh from January of a year makes, at the end of 2026."""
    asked = {"since": dt.date(year, 1, 1), "until": dt.date(2026, 11, 27), "weights": 2024}
    return sum(len(requests_of(topic, known=coverage()[1], **asked)) for topic in TOPICS)


@cache
def answers() -> pd.DataFrame:
    """Return what US exports by chapter did under the duties of partners, beside the model."""
    return answers_record()


def answered(partner: str) -> list[int]:
    """Return chapters inside the range of the model, all, those that fell more, and the others."""
    rows = answers().loc[partner]
    inside, below = (part.sum() for part in (
        rows["inside"], rows["relative_change"] < rows["model_low"]
    ))  # fmt: skip
    return [inside, len(rows), below, len(rows) - inside - below]


def fell(partner: str) -> list[float]:
    """Return in percent by how much the median of chapters fell, and by the model."""
    changes = answers().loc[partner][["relative_change", "model_change"]]
    return [-100 * value for value in changes.median()]


@cache
def facts() -> dict[str, Any]:
    """Return what the expressions may name."""
    products, citations = tv.load("products"), tv.load("citations")
    world = tv.load("icio_2022")
    to_us = world[(world["importer"] == "USA") & (world["sector"] != "SERVICES")]
    record = tv.forecast_record().reset_index()
    law = tv.load("measures").set_index("measure")
    conditions = tv.load("condition_shares")
    texts = [text for text in stored("08_response", "text/csv") if text.startswith("partner,month")]
    tested = [pd.read_csv(io.StringIO(text), index_col="partner") for text in texts]
    concordance = tv.load("icio_concordance").set_index("hs10").astype({"rule": str})
    world_ = icio_world(inputs=True)
    produced = pd.Series(gdp_usd(world_), world_.economies)
    gdp = tv.load("gdp").query("year == 2022").set_index("partner")
    asked_about = [name for name in names() if name not in ("before", "pause")]
    content = tv.load("scope_metals_content")
    added = tuple(content.loc[content["start"] == "2025-06-23", "hts_prefix"].astype(str))
    summer = rates("2025-07-01")
    summer = summer[summer["hs10"].str.startswith(added)].astype({"partner": str})
    appliances = summer.groupby("partner")["value_usd"].sum() / 1e6
    weights = conditions[conditions["condition"] == "weight"].set_index("partner")
    forced = law.query("layer == 's301_forced_labour'")["partners"]
    sold = tv.load("imports_2024").groupby("hs10")["value_usd"].sum()

    def rate(measure: str) -> float:
        """Return the rate of a measure in percent."""
        return 100 * float(law["rate"][measure])

    def sizes(name: str, day: str = str(LAST_DAY), *, layer: str = "", but: str = "") -> str:
        """Return imports in millions by partner of what a scope lists, or of what a layer asks."""
        listed = scope(name, dt.date.fromisoformat(day))
        lines = rates(day)
        lines = lines[lines["hs10"].str.startswith(listed)]
        if but:
            free = scope(but, dt.date.fromisoformat(day))
            lines = lines[~lines["hs10"].str.startswith(free)]
        if layer:
            lines = lines[lines[layer] > 0]
        value = lines.groupby("partner", observed=True)["value_usd"].sum() / 1e6
        return ", ".join(f"{code} {value[code]:,.0f}" for code in tv.FOCUS if value[code] >= 0.5)

    def asked(condition: str, scopes: str, layer: str) -> str:
        """Return points of imports that a layer asks of goods listed with a condition."""
        listed = pd.concat(
            [tv.load(f"scope_{name}") for name in scope_names() if name.startswith(scopes)]
        )
        listed = listed[(listed["condition"] == condition) & listed["end"].isna()]
        lines = rates(str(LAST_DAY))
        duty = lines["value_usd"] * lines[layer].where(
            lines["hs10"].str.startswith(tuple(map(str, listed["hts_prefix"]))), 0
        )
        by = lines["partner"].astype(str)
        found = 100 * duty.groupby(by).sum() / lines["value_usd"].groupby(by).sum()
        found = found[found >= 0.05].sort_values(ascending=False)
        return ", ".join(f"{code} {value:.2f}" for code, value in found.items())

    def points(partner: str, name: str, layer: str) -> tuple[float, float]:
        """Return the share of what a scope lists in a partner's imports, and what a layer asks."""
        lines = tv.outcome("in_force").schedule(LAST_DAY).rates(partner)
        listed = lines["hs10"].str.startswith(scope(name))
        value = lines["value_usd"].where(listed, 0) / lines["value_usd"].sum()
        return 100 * value.sum(), 100 * (value * lines[layer]).sum()

    def reached(outcome: str, layer: str) -> float:
        return float(tv.outcome(outcome).schedule().layer(layer).rate.max())

    return {
        "tv": tv, "day": lambda value: day(value), "month": lambda value: month(value),
        "first": FIRST_DAY, "last": LAST_DAY, "codes": resolve(None), "products": products,
        "kinds": products["mfn_type"].value_counts(), "scope": scope, "words": WORDS,
        "layers": tv.load("layers").set_index("layer"), "reached": reached, "asked": asked,
        "paid": paid, "level": tested[0], "others": tested[2],
        "law": law, "rate": rate, "sizes": sizes, "points": points,
        "cars": points("GBR", "passenger_cars", "s232_autos"),
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
        "british": to_us[to_us["exporter"] == "GBR"],
        "record": record, "spread": spread, "central": ranges(),
        "FOURTEEN": FOURTEEN, "_CHUNK": coalitions._CHUNK,
        "_CACHE_SIZE": _CACHE_SIZE, "FIRST_YEAR": FIRST_YEAR, "LARGEST": LARGEST,
        "_EPSILON": _EPSILON, "_FLOOR": _FLOOR, "_HANDLING": _HANDLING, "_KAPPA": _KAPPA,
        "_PSI": _PSI, "coalitions": coalitions, "forecast": forecast, "naive": naive,
        "nests": nests, "reconcile": reconcile, "conditions": conditions,
        "weight": lambda code: weights.loc[code, ["low", "high"]].tolist(),
        "used": tv.load("input_shares").merge(tv.load("input_industries"), "left", "industry"),
        "liberation": benchmark("liberation_day_194").loc["USA"], "produced": produced,
        "counted": (produced / gdp["gdp_usd"]).dropna(),
        "plain": tv.equilibrium(asked_about)["income_change_usd"],
        "linked": tv.equilibrium(asked_about, inputs=True)["income_change_usd"],
        "exported": tv.load("us_exports_monthly"), "monthly": tv.load("balances_monthly"),
        "concordance": concordance, "followed": concordance["rule"].value_counts(),
        "bought": sold.groupby(concordance["rule"].reindex(sold.index)).sum() / sold.sum(),
        "tabled": to_us.loc[to_us["exporter"] == "JPN", "value_usd"].sum(),
        "at_customs": tv.load("balances_annual").query("year == 2022 and partner == 'JPN'")
                      ["general_imports_usd"].sum(),
        "requests": requests, "default": default, "answered": answered, "fell": fell, "re": re,
        "picture": picture, "frame": frame, "svg": svg, "MOST": MOST,
        "transfers": transfers, "called": called, "solver": solver, "linked_": linked,
        "worlds": worlds, "curves": curves, "page": page, "HORIZONS": HORIZONS, "bench": bench,
        "run_forecast": run_forecast, "BASE_YEAR": BASE_YEAR, "collected": collected,
        "QUANTILES": QUANTILES, "versions": versions, "NUMBERS": NUMBERS, "quick": quick,
        "duties": tv.load("duties_monthly"), "by_industry": tv.load("duties_monthly_naics3"),
        "newer": tv.load("duties_monthly").query("vintage != 'first print'").astype(
            {"partner": str}).groupby("partner")["month"].min(),
        "estimates": tv.load("estimates_2025").set_index("estimate"), "ROOT": ROOT,
        "chosen": tv.load("deals_fourteen").set_index("partner"), "pd": pd,
        "np": np, "appliances": appliances,
        "untraded": [code for code in scope("patented_pharmaceuticals")
                     if not products["hs10"].str.startswith(code).any()],
        "pledged": tv.load("pledges").set_index("partner")["amount_usd"],
        "partners_of": lambda name: record[record["quantity"] == name]["partner"].nunique(),
    }  # fmt: skip


@pytest.mark.parametrize(
    "document, sentence",
    [(document, sentence) for document, sentences in CLAIMS.items() for sentence in sentences],
)
def test_a_documented_figure_is_that_of_the_data(document: str, sentence: str) -> None:
    texts = CLAIMS[document][sentence]
    values = [one for text in texts for one in eval(f"[{text}]", dict(facts()))]
    text = flat((ROOT / document).read_text(encoding="utf-8"))
    assert flat(sentence.format(*values)) in text


def test_the_record_in_the_documents_is_that_of_the_forecast() -> None:
    text = (ROOT / "docs" / "forecast.md").read_text(encoding="utf-8")
    assert with_scores(text) == text
