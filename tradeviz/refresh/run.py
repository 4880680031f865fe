"""Refresh a data folder: ask, derive, check, show what moves, and only then swap."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from tradeviz.datasets import DATA, check_package, described, load
from tradeviz.datasets.descriptor import WEIGHTS_OF, resources
from tradeviz.datasets.vintages import log_of, vintage_days
from tradeviz.datasets.writing import save_package, stamp, write_table
from tradeviz.errors import ArgumentError, DataError
from tradeviz.law.record import coverage
from tradeviz.quantities import counted
from tradeviz.refresh import build, derive, services
from tradeviz.refresh.build import Source, Tables
from tradeviz.refresh.client import Client, Manners, Request
from tradeviz.refresh.figures import figures_of, moved
from tradeviz.refresh.progress import Progress
from tradeviz.refresh.swap import base, copied, locked, places_of, put_in_place
from tradeviz.refresh.totals import contradictions, lines_apart, questions

Say = Callable[[str], None]
Ask = Callable[[str], bool]

BUILDERS: dict[str, Callable[[Source], Tables]] = {
    "duties": build.duties,
    "balances": build.balances,
    "weights": build.weights,
    "tariff": build.tariff,
    "sizes": build.sizes,
}
_SHOWN = 12


@dataclass(frozen=True)
class Settings:
    """What is refreshed, from where, and how."""

    only: Sequence[str] = tuple(services.TOPICS)
    since: dt.date | None = None
    into: Path = DATA
    base_url: str | None = None
    replies: Path | None = None
    weights: int = WEIGHTS_OF
    quiet: bool = False
    manners: Manners = field(default_factory=Manners)


def plan(settings: Settings) -> dict[str, list[Request]]:
    """Return the requests of each topic."""
    today = dt.datetime.now(dt.UTC).date()
    since = settings.since or dt.date(today.year - 1, 1, 1)
    if since.replace(day=1) > today:
        raise ArgumentError("in the future", field="--since", value=f"{since:%Y-%m}",
                            allowed=f"to {today:%Y-%m}")  # fmt: skip
    known = coverage()[1]
    if not services.FIRST_YEAR <= settings.weights < today.year:
        allowed = f"{services.FIRST_YEAR} to {today.year - 1}, a whole year"
        raise ArgumentError("no such weights", field="--weights", value=settings.weights,
                            allowed=allowed)  # fmt: skip
    return {
        topic: services.requests_of(
            topic, since=since, until=today, weights=settings.weights, known=known
        )
        for topic in services.TOPICS
        if topic in settings.only
    }


def client_of(settings: Settings) -> Client:
    """Return the client of a run."""
    keep = settings.replies is not None
    folder = settings.replies or places_of(settings.into).replies
    return Client(folder, base_url=settings.base_url, keep=keep, manners=settings.manners)


def refresh(settings: Settings, *, say: Say, ask: Ask) -> bool:
    """Refresh a data folder; return whether it was swapped."""
    requests, client = plan(settings), client_of(settings)
    with locked(settings.into) as places:
        origin = base(settings.into)
        source = Source(origin, client, requests, settings.weights)
        tables = _tables(source, settings, say)
        if not tables:
            return False
        before = {name: source.stored(name) for name in tables if name in resources(origin)}
        changes = _write(source, before, tables, places)
        if not changes:
            say("no figure changed")
        for line in changes:
            say(line)
        months = tables.get("duties_monthly", source.stored("duties_monthly"))
        sums = [*contradictions(tables, source.vintage), *lines_apart(tables, months)]
        if faults := sums or check_package(places.new):
            more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
            raise DataError(f"the new tables are not sound, nothing was changed: {faults[0]}{more}")
        if changes:
            _headlines(origin, places.new, say)
        unusual = questions(before, tables)
        if unusual and not ask("\n".join([*_few(unusual), "Take these figures?"])):
            say("nothing was changed")
            return False
        put_in_place(settings.into, places)
        if settings.replies is None:
            shutil.rmtree(places.replies, ignore_errors=True)
    say(f"{settings.into}: vintage {source.vintage}")
    return True


def _tables(source: Source, settings: Settings, say: Say) -> Tables:
    """Return every table that the topics asked for make."""
    total = sum(map(len, source.requests.values()))
    tables: Tables = {}
    with Progress(total, quiet=settings.quiet) as progress:
        source.fetch(progress.step)
    for topic in (topic for topic in BUILDERS if topic in source.requests):
        tables |= BUILDERS[topic](source)
    if build.lines_of(tables) or "tariff_lines" in tables:
        tables |= build.products(source, tables)
    if {"gdp", "balances_annual"} & set(tables):
        tables |= _partners(source, tables)
    if "law" in source.requests:
        say(_news(source))
    return tables


def _news(source: Source) -> str:
    """Return in one line what the law may have gained."""
    documents, releases = source.requests["law"]
    count, known = len(source.replies[documents]), str(coverage()[1])
    later = sum(row["start"] > known for row in source.replies[releases])
    named = f"{counted(count, 'document')} name{'s' * (count == 1)} the tariff"
    began = f"{counted(later, 'release')} of it began"
    return f"the law is encoded to {known}: since then {named} and {began} (tradeviz changes)"


def _partners(source: Source, tables: Tables) -> Tables:
    """Return the partners with their sizes as they are now known."""

    def newest(name: str) -> pd.DataFrame:
        return tables[name] if name in tables else source.stored(name)

    trade = derive.trade_of(2024, newest("balances_annual"), newest("aggregates_annual"))
    sized = derive.sizes(source.stored("partners"), trade, newest("gdp"), newest("goods_exports"))
    return {"partners": sized}


def _write(source: Source, before: Tables, tables: Tables, places: Any) -> list[str]:
    """Write new tables, and the log of what they change, into a copy of the data folder."""
    package = copied(source.folder, places)
    lines, day = [], dt.date.fromisoformat(source.vintage)
    described = {item["name"]: item for item in package["resources"]}
    for name, table in tables.items():
        if name not in described:
            described[name] = _lines_resource(described[f"imports_{WEIGHTS_OF}"], name)
            package["resources"].append(described[name])
            before[name] = table.head(0)
        item = described[name]
        days = vintage_days(item)
        if days and days[-1] > day:
            raise DataError("has a later vintage already", file=item["path"], value=day,
                            allowed=f"from {days[-1]}")  # fmt: skip
        item.setdefault("vintages", {"shipped": package["created"][:10]})
        item["vintages"][source.vintage] = source.vintage
        _allow(item, source.vintage)
        columns, key = list(before[name].columns), item["schema"]["primaryKey"]
        log = log_of(before[name], table[columns], key, day)
        if len(log):
            words = build.CATEGORIES.get(name.split("_")[0], ())
            write_table(table, places.new, item, categories=words)
            _log(package, item, log, source, places.new)
            added = int(log["absent"].sum())
            lines.append(f"{name}: {added} rows new, {len(log) - added} changed")
    package["created"] = f"{day}T00:00:00Z"
    save_package(places.new, package)
    stamp(places.new)
    return lines


def _lines_resource(shipped: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the description of the trade lines of another year."""
    year = name.removeprefix("imports_")
    item: dict[str, Any] = json.loads(json.dumps(shipped))
    said = (
        f"US imports for consumption of {year} by partner and product, customs value. The duty is "
        f"the value at the rate paid in {WEIGHTS_OF} (of the line, else of its HS8, its HS6 or the "
        "partner), since what was collected holds the duties of the law already."
    )
    source = {
        "title": f"US imports by partner and HS10 product, {year}",
        "publisher": "US Census Bureau",
        "series": f"international trade API, imports/hs, year to date December {year}",
        "path": "https://www.census.gov/data/developers/data-sets/international-trade.html",
        "licence": "public domain (work of the United States government)",
        "date": year,
    }
    item |= {
        "name": name,
        "path": f"{name}.parquet",
        "title": f"Trade lines {year}",
        "description": said,
        "sources": [source],
        "bytes": 0,
        "hash": "none",
    }
    item.pop("vintages", None)
    return item


def _allow(item: dict[str, Any], vintage: str) -> None:
    """Let a table hold the name of a vintage."""
    for column in item["schema"]["fields"]:
        names = column.get("constraints", {}).get("enum")
        if column["name"] == "vintage" and names is not None and vintage not in names:
            names.append(vintage)


def log_resource(item: dict[str, Any]) -> dict[str, Any]:
    """Return the description of the log of a table."""
    fields = [
        {key: value for key, value in column.items() if key != "constraints"}
        for column in item["schema"]["fields"]
    ]
    fields += [
        {"name": "absent", "type": "boolean", "description": "There was no such row before.",
         "constraints": {"required": True}},
        {"name": "until", "type": "date", "constraints": {"required": True},
         "description": "The day on which the row was replaced by a later vintage."},
    ]  # fmt: skip
    return {
        "name": f"revisions_{item['name']}",
        "path": f"revisions/{item['name']}.parquet",
        "profile": "tabular-data-resource",
        "title": f"Earlier vintages: {item['title']}",
        "description": "What stood in the table until a day, for every row that a later vintage "
        "changed or added.",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "sources": item.get("sources", []),
        "bytes": 0,
        "hash": "none",
        "schema": {"fields": fields, "primaryKey": [*item["schema"]["primaryKey"], "until"]},
    }


def _log(
    package: dict[str, Any], item: dict[str, Any], log: pd.DataFrame, source: Source, folder: Path
) -> None:
    """Add rows to the log of a table; what stands there is never written over."""
    resource = log_resource(item)
    if resource["name"] in resources(source.folder):
        # Twice on one day: the first of that day keeps what stood before the day.
        key = resource["schema"]["primaryKey"]
        log = derive.prefer_new([log, source.stored(resource["name"])], key)
    else:
        package["resources"].append(resource)
    write_table(log, folder, resource)


def _headlines(origin: Path, new: Path, say: Say) -> None:
    """Say which headline figures and claims move, and by how much."""
    lines = moved(figures_of(origin), figures_of(new))
    if not lines:
        say("no headline figure and no claim moves")
    for line in _few(lines):
        say(line)


def _few(lines: list[str]) -> list[str]:
    """Return the first lines, and how many more there are."""
    more = len(lines) - _SHOWN
    return [*lines[:_SHOWN], *([f"and {more} more"] if more > 0 else [])]


def revisions(folder: Path | None = None) -> pd.DataFrame:
    """Return every figure that a later vintage changed: before, after, and the day."""
    place = DATA if folder is None else folder
    parts = []
    for name in (n for n in resources(place) if n.startswith("revisions_")):
        table = name.removeprefix("revisions_")
        key = described(table, folder=place)["schema"]["primaryKey"]
        log = load(name, folder=place)
        log = log[~log["absent"].astype(bool)]
        if log.empty:
            continue
        values = [c for c in log if log[c].dtype.kind == "f"]
        now = load(table, folder=place)
        for column in values:
            both = log[[*key, column, "until"]].merge(now[[*key, column]], on=key, how="left",
                                                       suffixes=("", "_now"))  # fmt: skip
            shown = both[key].astype("str").agg(" ".join, axis=1)
            parts.append(pd.DataFrame({
                "table": table, "row": shown, "column": column, "until": both["until"],
                "before": both[column], "now": both[f"{column}_now"],
            }))  # fmt: skip
    columns = ["table", "row", "column", "until", "before", "now"]
    whole = pd.concat(parts) if parts else pd.DataFrame(columns=columns)
    # A figure that is missing before and after is none that changed.
    whole = whole[whole["before"].ne(whole["now"]) & whole[["before", "now"]].notna().any(axis=1)]
    return whole.sort_values(columns[:4], ignore_index=True)
