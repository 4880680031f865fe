"""From the replies of the services to the tables of the data package."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from tradeviz.datasets import read_table
from tradeviz.datasets.descriptor import WEIGHTS_OF
from tradeviz.refresh import derive, services
from tradeviz.refresh.client import Client, Request

Tables = dict[str, pd.DataFrame]

CATEGORIES = {
    "imports": ("partner",),
    "balances": ("partner",),
    "aggregates": ("aggregate",),
    "duties": ("partner",),
    "tariff": ("mfn_type",),
    "icio": ("sector", "rule"),
}
"""First word of a table's name -> columns that it stores as words of a list."""


@dataclass
class Source:
    """The tables as they stand, and the client that says what is new."""

    folder: Path
    client: Client
    requests: dict[str, list[Request]]
    weights: int = WEIGHTS_OF
    vintage: str = ""
    replies: dict[Request, Any] = field(default_factory=dict)
    tables: Tables = field(default_factory=dict)

    def stored(self, name: str) -> pd.DataFrame:
        """Return a table as it stands, with text in the place of categories."""
        if name not in self.tables:
            table, faults = read_table(name, self.folder)
            if faults:
                raise faults[0]
            words = [str(c) for c in table if str(table[c].dtype) == "category"]
            self.tables[name] = table.astype(dict.fromkeys(words, "str"))
        return self.tables[name].copy(deep=False)

    def fetch(self, step: Callable[[str], None]) -> None:
        """Read every reply; the day of the newest one is the name of the vintage."""
        for request in (request for topic in self.requests.values() for request in topic):
            self.replies[request] = self.client.get(
                request, partial(services.read, request=request)
            )
            step(request.title)
        self.vintage = str(self.client.day)

    def frame(self, topic: str, column: str) -> pd.DataFrame:
        """Return the replies of a topic that hold a column, as one frame."""
        replies: list[pd.DataFrame] = [self.replies[request] for request in self.requests[topic]]
        return pd.concat([frame for frame in replies if column in frame], ignore_index=True)

    def codes(self) -> dict[str, str]:
        """Return the partner of every Census code."""
        partners = self.stored("partners")
        known = zip(partners["census_code"], partners["partner"], strict=True)
        return dict(known) | derive.SECOND_CODES


def duties(source: Source) -> Tables:
    """Return imports for consumption and duties by month, of the partners already looked at."""
    whole, codes = source.frame("duties", "duty_usd"), source.codes()
    industry = whole["naics3"].notna()
    tables = {}
    for name, rows in (("duties_monthly", ~industry), ("duties_monthly_naics3", industry)):
        before, new = source.stored(name), whole[rows].copy()
        new["partner"] = new["code"].map(codes)
        key = [column for column in ("partner", "month", "naics3") if column in before]
        new = new[new["partner"].isin(before["partner"].unique())]
        new = new.groupby(key, as_index=False)[["imports_usd", "duty_usd"]].sum()
        if "naics3" in before:
            new = new[new["naics3"].isin(before["naics3"].unique())]
        tables[name] = overlay(before, new, key, source.vintage)
    return tables


def overlay(before: pd.DataFrame, new: pd.DataFrame, key: list[str], vintage: str) -> pd.DataFrame:
    """Return a table with its new rows; a figure that is the same keeps the name of its vintage."""
    new = new.copy()
    if "vintage" in before:
        value = [name for name in before.columns if before[name].dtype.kind == "f"]
        both = new.merge(before, on=key, how="left", suffixes=("", "_before"))
        same = pd.Series(True, index=both.index)
        for name in value:
            same &= (both[name] - both[f"{name}_before"]).abs() < 0.5
        new["vintage"] = (
            both["vintage_before" if "vintage" in new else "vintage"]
            .where(same, vintage)
            .to_numpy()
        )
    return derive.prefer_new([before, new[list(before.columns)]], key)


def balances(source: Source) -> Tables:
    """Return exports, general imports and balances of partners and aggregates."""
    exports = source.frame("balances", "exports_usd")
    imports = source.frame("balances", "general_imports_usd")
    months = exports.merge(imports, on=["code", "month"], how="outer")
    months = months[months["month"].isin(set(exports["month"]) & set(imports["month"]))]
    # Who has only one of the two in a published month had nothing of the other.
    months = months.fillna({"exports_usd": 0.0, "general_imports_usd": 0.0})
    grouped = months.assign(year=months["month"].dt.year).groupby(["code", "year"])
    years = grouped[["exports_usd", "general_imports_usd"]].sum()[grouped.size() == 12]
    tables = {}
    for when, label, trade in (
        ("month", "monthly", months),
        ("year", "annual", years.reset_index()),
    ):
        both = derive.balances(trade, source.codes(), when, source.vintage)
        for kind, name, new in zip(
            ("partner", "aggregate"), ("balances", "aggregates"), both, strict=True
        ):
            before = source.stored(f"{name}_{label}")
            if kind == "partner":
                new = new[new["partner"].isin(set(source.stored("partners")["partner"]))]
            tables[f"{name}_{label}"] = overlay(before, new, [kind, when], source.vintage)
    return tables


def tariff(source: Source) -> Tables:
    """Return the lines of the tariff; a line that the tariff no longer has stays."""
    texts = source.frame("tariff", "mfn_text")
    codes = source.stored("hts_codes")
    both = pd.concat([codes["code"], texts["code"]]).drop_duplicates()
    eight = texts[texts["code"].str.len() == 8].rename(columns={"code": "hs8"})
    before = source.stored("tariff_lines")
    lines = overlay(before, derive.tariff_lines(eight), ["hs8"], source.vintage)
    return {"tariff_lines": lines, "hts_codes": pd.DataFrame({"code": both})}


def sizes(source: Source) -> Tables:
    """Return GDP and goods exports; exports of years that another source has are left as it says.

    The two sources of goods exports are not of one definition: a year is never half of each.
    """
    partners = set(source.stored("partners")["partner"])
    gdp = source.frame("sizes", "gdp_usd").round({"gdp_usd": 0})
    exports = source.frame("sizes", "goods_exports_world_usd")
    before = source.stored("goods_exports")
    exports = exports[exports["year"] > before["year"].max()].assign(estimated=False)
    key = ["partner", "year"]
    return {
        "gdp": overlay(source.stored("gdp"), gdp[gdp["partner"].isin(partners)], key, ""),
        "goods_exports": overlay(before, exports[exports["partner"].isin(partners)], key, ""),
    }


def weights(source: Source) -> Tables:
    """Return the trade lines of a year and the products they are made of.

    The duty of a later year holds the duties of 2025 already: its lines carry what they would
    have paid at the rate of 2024, so that nothing is added twice.
    """
    partners = source.stored("partners")
    wanted = set(partners.loc[partners["has_lines"], "partner"])
    lines = source.frame("weights", "hs10")
    lines["partner"] = lines["code"].map(source.codes())
    lines = lines[lines["partner"].isin(wanted)]
    lines = lines[["partner", "hs10", "value_usd", "duty_usd", "text"]]
    if source.weights != WEIGHTS_OF:
        lines = lines.assign(duty_usd=_duty_at_old_rates(source, lines).round(0))
    return {f"imports_{source.weights}": lines}


def _duty_at_old_rates(source: Source, lines: pd.DataFrame) -> pd.Series[Any]:
    """Return value times the rate paid in 2024: of the line, its relatives, or the partner."""
    before = source.stored(f"imports_{WEIGHTS_OF}")
    rate: pd.Series[Any] = pd.Series(float("nan"), index=lines.index)
    for digits in (10, 8, 6, 0):
        sums = before.groupby([before["partner"], before["hs10"].str[:digits]])
        paid = sums[["value_usd", "duty_usd"]].sum().query("value_usd > 0")
        key = pd.MultiIndex.from_arrays([lines["partner"], lines["hs10"].str[:digits]])
        known = (paid["duty_usd"] / paid["value_usd"]).reindex(key)
        rate = rate.fillna(pd.Series(known.to_numpy(), index=lines.index))
    return lines["value_usd"] * rate


def lines_of(tables: Tables) -> list[str]:
    """Return the names of tables of trade lines."""
    return [name for name in tables if name.removeprefix("imports_").isdecimal()]


def products(source: Source, tables: Tables) -> Tables:
    """Return the products with what follows from them; a new one is placed by its relatives."""
    before = source.stored("products")
    known = before.set_index("hs10")
    rates = tables.get("tariff_lines")
    rates = source.stored("tariff_lines") if rates is None else rates
    texts = [*(tables[name][["hs10", "text"]] for name in lines_of(tables)), before[["hs10"]]]
    every = pd.concat(texts).drop_duplicates("hs10")
    # What is said of a product that is known already does not change by asking.
    every.loc[every["hs10"].isin(known.index), "text"] = ""
    goods = derive.products(
        every, rates, source.stored("sectors"), known["naics3"].dropna(),
        before[["hs10", *derive.METALS]],
    )  # fmt: skip
    old = goods["hs10"].isin(known.index)
    for column in ("description", "naics3"):
        goods[column] = goods["hs10"].map(known[column]).where(old, goods[column])
    table = {"products": goods}
    if len(goods) > len(before):
        sectors = source.stored("icio_concordance")
        new = pd.DataFrame({"hs10": goods.loc[~goods["hs10"].isin(known.index), "hs10"]})
        new["sector"] = derive.of_family(
            new["hs10"], sectors.set_index("hs10")["sector"], (8, 6, 4)
        )
        new = new.dropna(subset=["sector"])
        new["rule"], new["rule_code"] = "siblings", new["hs10"].str[:4]
        new["ambiguous"] = False
        table["icio_concordance"] = pd.concat([sectors, new], ignore_index=True)
    return table
