"""What a notebook shows of a schedule, an outcome, an explanation: the short of it, rest folded."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from tradeviz import datasets
from tradeviz.partners import name
from tradeviz.quantities import counted, day, listing, percent

if TYPE_CHECKING:
    from tradeviz.law.outcome_file import Change
    from tradeviz.law.overlay import Outcome
    from tradeviz.law.schedule import Schedule

_FEW = 6


class Explained(pd.DataFrame):
    """The table of `tradeviz.explain`, which a notebook shows as what applies, the rest folded."""

    _metadata = ["folded"]
    folded: pd.DataFrame
    """The rows that do not apply."""

    def _repr_html_(self) -> str:
        about, layers = self.attrs, _titles()
        if not {"layer", "rate", "reason", "reference", "applies"} <= set(self.columns):
            return str(pd.DataFrame(self).to_html(max_rows=10))
        rows = [
            (layers.get(row["layer"], row["layer"]), percent(row["rate"], 2), row["reason"],
             row["reference"])
            for row in self[self["applies"]].to_dict("records")
        ]  # fmt: skip
        rest = self.folded.to_dict("records")
        caption = (
            f"{name(about['partner'])}, {about['hs10']} ({about['description']}), "
            f"{day(about['on'])}: {percent(about['total_rate'], 2)} in all"
        )
        others = [(layers.get(row["layer"], row["layer"]), row["title"], row["reason"])
                  for row in rest]  # fmt: skip
        return _table(caption, ("Law", "Rate", "Why", "Reference"), rows) + _fold(
            f"{len(rest)} others do not apply", ("Law", "Measure", "Why not"), others
        )


def schedule_card(schedule: Schedule) -> str:
    """Return a schedule as a table of its layers."""
    titles, law = _titles(), schedule.law
    rows = []
    for layer in schedule.layers:
        rates = [item.rate for item in law.measures if item.layer == layer and item.covers]
        ends = (min(rates), max(rates)) if rates else ()
        spans = dict.fromkeys(percent(rate) for rate in ends)
        exempt = sum(item.layer == layer for item in law.exemptions)
        rows.append((titles.get(layer, layer), len(rates), exempt, " to ".join(spans)))
    caption = f"The law of {day(schedule.day)}: {len(schedule.trade):,} trade lines of 2024"
    heads = ("Layer", "Measures", "Exemptions", "Rates in the law")
    return _table(caption, heads, rows) + "<p>Line by line: <code>.rates(partners)</code></p>"


def outcome_card(outcome: Outcome) -> str:
    """Return an outcome as what it means, its changes folded."""
    tariffs = outcome.partner_tariffs
    rows = [
        ("Name", outcome.name),
        ("What it means", outcome.meaning),
        ("Law underneath", day(outcome.day)),
        ("Rests on", outcome.basis),
        ("Duties on US goods", "; ".join([tariffs.rest, *map(": ".join, tariffs.sectors)])),
    ]
    rows += [(_who(codes), part.title) for codes, part in outcome.parts]
    titles = _titles()
    changes = [
        (titles.get(item.layer, item.layer), _who(item.partners), item.scope, _terms(item))
        for item in outcome.changes
    ]
    count = f"{counted(len(changes), 'change')} of that law"
    return _table(outcome.title, ("", ""), [row for row in rows if row[1]]) + _fold(
        count, ("Layer", "Partners", "Goods", "Terms"), changes
    )


def _terms(change: Change) -> str:
    if change.off:
        return "off"
    if change.as_on is not None:
        return f"as on {change.as_on}"
    rate = "" if change.rate is None else percent(change.rate)
    return f"{rate} {'in all' if change.rule == 'ceiling' else 'on top'}".strip()


def _who(codes: Iterable[str] | None) -> str:
    if codes is None:
        return "all"
    named = sorted(map(name, codes))
    more = len(named) - _FEW
    return listing(named) if more <= 0 else f"{', '.join(named[:_FEW])} and {more} more"


def _titles() -> dict[str, str]:
    return datasets.column_by("layers", "layer", "title")


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    cells = ["".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) for row in rows]
    body = "".join(f"<tr>{row}</tr>" for row in cells)
    head = "".join(f'<th scope="col">{html.escape(text)}</th>' for text in heads)
    top = f"<thead><tr>{head}</tr></thead>" if any(heads) else ""
    title = f"<caption>{html.escape(caption)}</caption>" if caption else ""
    return f"<table>{title}{top}<tbody>{body}</tbody></table>"


def _fold(summary: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    if not rows:
        return ""
    return f"<details><summary>{html.escape(summary)}</summary>{_table('', heads, rows)}</details>"
