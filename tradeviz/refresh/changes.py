"""What the law may have gained since the day to which it is encoded, and what that would move."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from tradeviz.datasets import DATA, load
from tradeviz.datasets.writing import stamp
from tradeviz.errors import ArgumentError
from tradeviz.law.record import coverage
from tradeviz.refresh import chapter99, services
from tradeviz.refresh.client import Client
from tradeviz.refresh.figures import figures_of, moved

_MARKUP = re.compile(r"<[^>]*>")
_NUMBER = re.compile(r"\d{4}-\d{5}")
_FEW = 6
_PLACED = ["hts_prefix", "note", "subdivision"]
FEED = "https://hts.usitc.gov/"


class Change(NamedTuple):
    """One thing that is not in the law as encoded."""

    day: str
    kind: str
    title: str
    link: str = ""
    detail: str = ""


def news(client: Client, since: dt.date) -> list[Change]:
    """Return documents on the tariff, and releases of it, since a day; what is cited is known."""
    documents = services.documents_request(since)
    cited = set(_NUMBER.findall(" ".join(load("citations")["federal_register"].dropna())))
    found = [
        Change(row["publication_date"], "document", _MARKUP.sub("", row["title"]),
               row["html_url"], f"{row['type']}, {row['document_number']}")
        for row in client.get(documents, lambda r: services.read_documents(r, documents))
        if row["document_number"] not in cited
    ]  # fmt: skip
    releases = services.RELEASES
    found += [
        Change(row["start"], "release", f"Harmonized Tariff Schedule, {row['title']}", FEED,
               row["name"])
        for row in client.get(releases, lambda r: services.read_releases(r, releases))
        if row["start"] > str(since)
    ]  # fmt: skip
    return sorted(found)


def read_chapter(path: Path) -> str:
    """Read the printed text of chapter 99."""
    try:
        printed = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        printed = path.read_text(encoding="latin-1")
    except OSError as error:
        reason = error.strerror or str(error)
        raise ArgumentError(f"cannot be read: {reason}", field="--chapter", value=path) from None
    if not chapter99.rates(printed):
        what = "holds no heading of chapter 99"
        allowed = "its text, as `pdftotext -layout` writes it"
        raise ArgumentError(what, field="--chapter", value=path, allowed=allowed)
    return printed


Codes = dict[str, list[tuple[str, str, str]]]
"""Scope -> codes, each with note and subdivision: a code may stand in two of them."""


class Comparison(NamedTuple):
    """What a text of chapter 99 says otherwise: all of it, and what can be tried on the law."""

    changes: list[Change]
    rates: dict[str, float]
    added: Codes
    gone: Codes


def compare(printed: str, day: dt.date) -> Comparison:
    """Return what a text of chapter 99 says otherwise than the law as encoded on a day."""
    headings, rates = _headings(printed, day)
    lists, added, gone = _lists(printed, day)
    return Comparison([*headings, *lists], rates, added, gone)


def _headings(printed: str, day: dt.date) -> tuple[list[Change], dict[str, float]]:
    """Return headings that are new, gone or of another rate, and measures these rates speak of."""
    now = chapter99.rates(printed)
    known = load("chapter99_headings").set_index("heading")["rate"]
    citations = load("citations").dropna(subset=["heading"])
    cited: dict[str, list[str]] = {}
    for rule, words in citations[["rule", "heading"]].itertuples(index=False):
        for number in re.findall(r"9903\.\d\d\.\d\d", words):
            cited.setdefault(number, []).append(rule)
    measures = _in_force("measures", day).set_index("measure")["rate"].astype(float).to_dict()
    changes: list[Change] = []
    tried: dict[str, float] = {}
    for number, rate in now.items():
        if number not in known and number not in cited:
            said = "" if rate is None else f"{rate:.2%} printed"
            changes.append(Change(str(day), "heading", f"{number} is new", FEED, said))
        before = known.get(number)
        ours = {rule: measures[rule] for rule in cited.get(number, []) if rule in measures}
        if rate is None or before is None or abs(rate - before) < 1e-9 or rate in ours.values():
            continue
        listed = ", ".join(f"{rule} {value:.2%}" for rule, value in ours.items())
        changes.append(Change(str(day), "rate", f"{number}: {rate:.2%} printed, was {before:.2%}",
                              FEED, listed or "no measure in force cites it"))  # fmt: skip
        tried |= dict.fromkeys(ours, rate)
    changes += [
        Change(str(day), "heading", f"{number} is gone", FEED,
               ", ".join(rule for rule in cited[number] if rule in measures))
        for number in known.index
        if number not in now and any(rule in measures for rule in cited.get(number, []))
    ]  # fmt: skip
    return changes, tried


def _in_force(name: str, day: dt.date) -> pd.DataFrame:
    """Return the rows of a table of the law that hold on a day."""
    table, when = load(name), pd.Timestamp(day)
    return table[table["start"].le(when) & ~table["end"].le(when)]


def _lists(printed: str, day: dt.date) -> tuple[list[Change], Codes, Codes]:
    """Return the lists of goods that differ, and codes to add to and to end in our own."""
    text, ours = chapter99.plain(printed), _listed(day)
    named = load("differences").groupby(["note", "side"])["code"].agg(set)
    changes: list[Change] = []
    added: Codes = {}
    gone: Codes = {}
    for place, rows in ours[ours["place"].isin(chapter99.PASSAGES)].groupby("place"):
        try:
            printed_codes = set(chapter99.codes(text, str(place)))
        except ValueError:
            changes.append(Change(str(day), "list", f"note {place} is not found in the text", FEED,
                                  ", ".join(sorted(set(rows["scope"])))))  # fmt: skip
            continue
        own = set(rows["hts_prefix"])
        more = printed_codes - own - named.get((place, "note"), set())
        less = own - printed_codes - named.get((place, "list"), set())
        scope = str(rows["scope"].mode().iloc[0])
        if more:
            first = rows[rows["scope"] == scope].iloc[0]
            added.setdefault(scope, []).extend(
                (code, str(first["note"]), str(first["subdivision"])) for code in sorted(more)
            )
        for name, part in rows[rows["hts_prefix"].isin(less)].groupby("scope"):
            gone.setdefault(str(name), []).extend(part[_PLACED].itertuples(index=False, name=None))
        if more or less:
            many = f"{len(more)} code{'' if len(more) == 1 else 's'} more"
            title = f"note {place}: {many}, {len(less)} fewer than {scope}"
            detail = "; ".join(
                f"{words} {_few(codes)}" for words, codes in (("more", more), ("fewer", less))
                if codes
            )  # fmt: skip
            changes.append(Change(str(day), "list", title, FEED, detail))
    return changes, added, gone


def _listed(day: dt.date) -> pd.DataFrame:
    """Return the rows of all lists that stand on a day, with the place of each in its note."""
    parts = []
    for name in load("scopes")["scope"]:
        rows = _in_force_rows(load(f"scope_{name}"), day)
        parts.append(rows.assign(scope=name))
    rows = pd.concat(parts, ignore_index=True).fillna({"note": "", "subdivision": ""})
    return rows.assign(place=rows["note"] + rows["subdivision"])


def _in_force_rows(rows: pd.DataFrame, day: dt.date) -> pd.DataFrame:
    """Return the rows of a list that stand on a day; an empty day is no bound."""
    when = pd.Timestamp(day)
    return rows[~rows["start"].gt(when) & ~rows["end"].le(when)]


def _few(codes: Iterable[str]) -> str:
    """Return some codes and how many there are."""
    listed = sorted(codes)
    return ", ".join(listed[:_FEW]) + (f" and {len(listed) - _FEW} more" if listed[_FEW:] else "")


def moves(comparison: Comparison) -> list[str]:
    """Return what the rates and lists of a text would move for the five, tried on a copy."""
    if not (comparison.rates or comparison.added or comparison.gone):
        return []
    day = str(coverage()[1])
    with tempfile.TemporaryDirectory() as place:
        folder = Path(shutil.copytree(DATA, Path(place) / "data"))
        measures = _text(folder / "law/measures.csv")
        for rule, rate in comparison.rates.items():
            measures.loc[measures["measure"] == rule, "rate"] = repr(rate)
        _store(measures, folder / "law/measures.csv")
        for scope in {*comparison.added, *comparison.gone}:
            path = folder / f"law/scopes/{scope}.csv"
            rows = _text(path)
            gone = pd.DataFrame(comparison.gone.get(scope, []), columns=_PLACED, dtype=str)
            ended = pd.MultiIndex.from_frame(rows[_PLACED]).isin(pd.MultiIndex.from_frame(gone))
            rows.loc[ended & (rows["end"].eq("") | rows["end"].gt(day)), "end"] = day
            fresh = pd.DataFrame(comparison.added.get(scope, []), columns=_PLACED)
            rows = pd.concat([rows, fresh.assign(start=day)]).fillna("")
            _store(rows[rows["start"].eq("") | rows["end"].eq("") | rows["start"].lt(rows["end"])],
                   path)  # fmt: skip
        stamp(folder)
        before, after = figures_of(DATA), figures_of(folder)
    lines = moved({**before, "claims": []}, {**after, "claims": []})
    return [line for line in lines if line.startswith("in_force ")]


def _text(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def _store(table: pd.DataFrame, path: Path) -> None:
    table.to_csv(path, index=False, lineterminator="\n")


def as_text(changes: Sequence[Change], since: dt.date) -> str:
    """Return the changes as lines for a reader."""
    if not changes:
        return f"nothing that touches the law since {since}\n"
    lines = [f"since {since}, not encoded:"]
    for change in changes:
        detail = f" ({change.detail})" if change.detail else ""
        lines.append(f"{change.day} {change.kind}: {change.title}{detail} {change.link}".rstrip())
    return "\n".join(lines) + "\n"


def as_json(changes: Sequence[Change], since: dt.date) -> str:
    """Return the changes as JSON."""
    content: dict[str, Any] = {"since": str(since), "changes": [c._asdict() for c in changes]}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def as_atom(changes: Sequence[Change], since: dt.date) -> str:
    """Return the changes as a feed; the same changes give the same bytes."""
    updated = max((change.day for change in changes), default=str(since))
    entries = [
        "<entry>"
        f"<id>tag:tradeviz,{change.day}:{html.escape(_slug(change))}</id>"
        f"<title>{html.escape(change.title)}</title>"
        f"<updated>{change.day}T00:00:00Z</updated>"
        f'<category term="{change.kind}"/>'
        f'<link href="{html.escape(change.link)}"/>'
        f"<summary>{html.escape(change.detail)}</summary>"
        "</entry>"
        for change in reversed(changes)
    ]
    return "\n".join([
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        "<id>tag:tradeviz,2026:changes</id>",
        "<title>US tariff law: what is not encoded yet</title>",
        "<author><name>tradeviz</name></author>",
        f"<updated>{updated}T00:00:00Z</updated>",
        *entries,
        "</feed>\n",
    ])  # fmt: skip


def _slug(change: Change) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", f"{change.kind}-{change.title}".lower()).strip("-")
