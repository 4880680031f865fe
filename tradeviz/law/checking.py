"""Faults of the lists and texts of the law that its reader does not see: one line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from tradeviz import datasets
from tradeviz.errors import MeasureError, nearest
from tradeviz.law.reading import fault_at
from tradeviz.law.record import coverage

_KEY = ["hts_prefix", "condition", "note", "subdivision"]
_DAY = "%Y-%m-%d"
_PLACE = "law/citations.csv"


def check_lists(folder: Path | None = None) -> list[str]:
    """Name every fault of scopes, shares of value, citations and days of publication."""
    faults = [*_scopes(folder), *_shares(folder), *_citations(folder), *_published(folder)]
    return [str(fault) for fault in faults]


def _load(name: str, folder: Path | None) -> pd.DataFrame:
    return datasets.load(name, folder=folder)


def _scopes(folder: Path | None) -> Iterator[MeasureError]:
    """Find codes that no edition of the tariff has, and rows of a list that overlap."""
    codes = tuple(sorted(map(str, _load("hts_codes", folder)["code"])))
    known = frozenset(code[:digits] for code in codes for digits in range(2, len(code) + 1))
    for scope in _load("scopes", folder)["scope"]:
        table, file = _load(f"scope_{scope}", folder), f"law/scopes/{scope}.csv"
        for row, code in enumerate(map(str, table["hts_prefix"]), start=1):
            if code not in known:
                near = nearest(code, [other for other in codes if other[:4] == code[:4]])
                allowed = "a code of hts_codes, or the beginning of one"
                message = "no edition of the tariff has this code"
                yield fault_at(message, file, row, "hts_prefix", code, allowed, near)
        yield from _overlaps(table, file)


def _overlaps(table: pd.DataFrame, file: str) -> Iterator[MeasureError]:
    """Find rows of one provision that hold on the same day."""
    listed = table.assign(row=range(1, len(table) + 1))
    again = listed[listed.duplicated(_KEY, keep=False)]
    if again.empty:
        return
    days = again.assign(
        start=pd.to_datetime(again["start"]).dt.strftime(_DAY).fillna(""),
        end=pd.to_datetime(again["end"]).dt.strftime(_DAY).fillna("9999"),
    )
    for _, rows in days.groupby(_KEY, dropna=False):
        ordered = rows.sort_values("start")
        for earlier, later in zip(ordered.index[:-1], ordered.index[1:], strict=True):
            if ordered.loc[later, "start"] < ordered.loc[earlier, "end"]:
                allowed = "one row for a code, condition and day; end the earlier one"
                message = f"overlaps row {ordered.loc[earlier, 'row']}"
                row, code = int(ordered.loc[later, "row"]), ordered.loc[later, "hts_prefix"]
                yield fault_at(message, file, row, "hts_prefix", code, allowed)


def _shares(folder: Path | None) -> Iterator[MeasureError]:
    """Find measures that charge a share of the value which none of their goods has."""
    shares = _load("value_shares", folder).groupby("name", observed=True)["hs10"].unique()
    measures = _load("measures", folder)
    pairs = zip(measures["scope"], measures["value_share"], strict=True)
    for row, (scope, share) in enumerate(pairs, start=1):
        if share not in shares.index or scope == "all":
            continue
        listed = tuple(map(str, _load(f"scope_{scope}", folder)["hts_prefix"]))
        if not any(str(good).startswith(listed) for good in shares[share]):
            message = f"no good of {scope} has this share"
            allowed = "empty, or a share of its goods"
            yield fault_at(message, "law/measures.csv", row, "value_share", share, allowed)


def _citations(folder: Path | None) -> Iterator[MeasureError]:
    """Find rules without a citation, citations of no rule, and words that no excerpt holds."""
    cited = _load("citations", folder).fillna("")
    rules: dict[str, tuple[str, int]] = {}
    for name, column in (("measures", "measure"), ("exemptions", "exemption")):
        for row, rule in enumerate(map(str, _load(name, folder)[column]), start=1):
            rules[rule] = (f"law/{name}.csv", row)
            if rule not in set(cited["rule"]):
                allowed = f"a row with this rule in {_PLACE}"
                yield fault_at("has no citation", *rules[rule], column, rule, allowed)
    texts = _load("excerpts", folder)
    held: dict[str, list[str]] = {}
    for edition, text in zip(texts["edition"], texts["text"], strict=True):
        held.setdefault(str(edition), []).append(str(text))
    for row, citation in enumerate(cited.to_dict("records"), start=1):
        if citation["rule"] not in rules:
            message, close = "cites for a rule that is not there", nearest(citation["rule"], rules)
            allowed = "a measure or an exemption"
            yield fault_at(message, _PLACE, row, "rule", citation["rule"], allowed, close)
        if not _stands(citation["quote"], held.get(citation["edition"], ())):
            message = "the text does not hold these words"
            allowed = f"words of an excerpt of {citation['edition'] or 'an edition'}"
            yield fault_at(message, _PLACE, row, "quote", citation["quote"], allowed)


def _stands(quote: str, texts: Iterable[str]) -> bool:
    """Say whether a text holds the words; no words stand anywhere."""
    return not quote or any(quote in text for text in texts)


def _published(folder: Path | None) -> Iterator[MeasureError]:
    """Find rules that were published after the last day that is sure."""
    until = coverage(folder)[1]
    allowed = f"to {until}; move known_until of measures in datapackage.json"
    message = "published after the last day that is known"
    for name in ("measures", "exemptions"):
        for row, known in enumerate(_load(name, folder)["known_from"], start=1):
            if pd.notna(known) and known.date() > until:
                yield fault_at(message, f"law/{name}.csv", row, "known_from", known.date(), allowed)
