"""What charts and tables read of a finished table: its columns, its choices, its cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from tradeviz import datasets
from tradeviz.arguments import day_of
from tradeviz.errors import ArgumentError, choose, nearest
from tradeviz.law.outcome import bounds, title_of
from tradeviz.law.record import coverage
from tradeviz.partners import name
from tradeviz.quantities import Quantity, day, quantity

PROVISIONAL = 0.01
"""Share of the added duty from which on a figure carries the mark of provisional law."""

MEASURES = (
    "effective_rate", "added_rate", "base_rate", "gdp_share", "export_share", "us_export_share",
    "added_duty_usd",
)  # fmt: skip


_WORDS = ("titles", "days", "reference", "draws")
"""What a chart says of a whole table; the rest of its attributes is asked of the table itself."""


def need(table: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
    """Return the table with its index as columns, or name the column that it lacks."""
    flat = table.reset_index() if any(table.index.names) else table.copy(deep=False)
    # Each step of pandas copies these in depth, and lists of hundreds are for the reader.
    flat.attrs = {key: value for key, value in table.attrs.items() if key in _WORDS}
    for column in columns:
        if column not in flat.columns:
            raise ArgumentError(
                "the table lacks a column", field=column, nearest=nearest(column, flat.columns),
                allowed=[str(item) for item in flat.columns],
            )  # fmt: skip
    if flat.empty:
        raise ArgumentError("the table has no row")
    return flat


def moment(value: object, field: str = "date") -> pd.Timestamp:
    """Return the day that a text or a date means, whether the law of it is known or not."""
    read = day_of(value)
    if read is None:
        allowed = "a date as 2025-08-01"
        raise ArgumentError("not a date", field=field, value=value, allowed=allowed)
    return pd.Timestamp(read)


def dated(flat: pd.DataFrame, date: object) -> pd.DataFrame:
    """Return the rows of one day of a table with the column date."""
    part = flat[flat["date"] == moment(date)]
    if part.empty:
        known = sorted({str(item.date()) for item in flat["date"]})
        raise ArgumentError("no such date", field="date", value=date, allowed=known)
    return part


def several(partners: Sequence[str] | None, known: Sequence[str]) -> list[str]:
    """Return the partners to draw, all of the table when none are named."""
    wanted = [partners] if isinstance(partners, str) else partners
    codes = [choose(code, known, "partners") for code in (known if wanted is None else wanted)]
    if not codes:
        raise ArgumentError("no partner given", field="partners", allowed=known)
    return list(dict.fromkeys(codes))


def title_in(table: pd.DataFrame, outcome: str) -> str:
    """Return the title of an outcome as a table carries it, else the one it ships with."""
    return str(table.attrs.get("titles", {}).get(outcome) or title_of(outcome))


@dataclass(frozen=True)
class Cells:
    """One measure of an exposure table by (partner, outcome), both in the order of the table.

    `unsure` is the share of the added duty that rests on provisional law; `days` the days of the
    law for the subtitle, empty when the table does not say.
    """

    flat: pd.DataFrame
    quantity: Quantity
    outcomes: list[str]
    partners: list[str]
    values: dict[tuple[str, str], float]
    unsure: dict[tuple[str, str], float]
    titles: dict[str, str]
    days: str

    @property
    def provisional(self) -> bool:
        """Whether any value carries the mark."""
        return any(share >= PROVISIONAL for share in self.unsure.values())

    def biggest(self, outcomes: Sequence[str] = ()) -> float:
        """Return the largest value, of some outcomes or of all."""
        wanted = set(outcomes or self.outcomes)
        return max(v for (_, o), v in self.values.items() if o in wanted and not pd.isna(v))

    def mark(self, partner: str, outcome: str) -> str:
        """Return the mark of provisional law, or nothing."""
        return " †" if self.unsure[partner, outcome] >= PROVISIONAL else ""

    def write(self, partner: str, outcome: str) -> str:
        """Return a value as text."""
        return self.quantity.write(self.values[partner, outcome])


def cells(exposure: pd.DataFrame, measure: str) -> Cells:
    """Read one measure of an exposure table, by partner and outcome.

    Examples
    --------
    >>> table = pd.DataFrame({"outcome": ["pause"], "partner": ["JPN"], "added_rate": [0.13],
    ...                       "provisional_share": [0.0]})
    >>> cells(table, "added_rate").values
    {('JPN', 'pause'): 0.13}
    """
    choose(measure, MEASURES, "measure")
    flat = need(exposure, ("outcome", "partner", measure, "provisional_share"))
    keys = list(zip(flat["partner"].astype(str), flat["outcome"].astype(str), strict=True))
    codes = list(dict.fromkeys(code for code, _ in keys))
    outcomes = list(dict.fromkeys(outcome for _, outcome in keys))
    if len(set(keys)) < len(keys):
        raise ArgumentError(
            "a partner and outcome stand there twice", field="exposure",
            allowed="a table that is not split by product, sector or layer",
        )  # fmt: skip
    missing = [(code, o) for code in codes for o in outcomes if (code, o) not in set(keys)]
    if missing:
        raise ArgumentError(
            f"no row for {name(missing[0][0])} under {missing[0][1]}", field="exposure"
        )
    values = flat[measure].astype(float)
    if values.isna().all():
        raise ArgumentError("the table has no value of this measure", field=measure)
    return Cells(
        flat=flat,
        quantity=quantity(measure),
        outcomes=outcomes,
        partners=codes,
        values=dict(zip(keys, values, strict=True)),
        unsure=dict(zip(keys, flat["provisional_share"].astype(float), strict=True)),
        titles={outcome: title_in(exposure, outcome) for outcome in outcomes},
        days=_law(exposure.attrs.get("days", {}), outcomes),
    )


def _law(days: Mapping[str, str], outcomes: Sequence[str]) -> str:
    """Say on which days of the law outcomes are built."""
    edges = {
        name: str(date) for name, date in bounds(outcomes).items() if days.get(name) == str(date)
    }
    base = {days[o] for o in outcomes if o in days and o not in edges}
    parts = [f"law of {day(base.pop())}"] if len(base) == 1 else []
    if (last := str(coverage()[1])) in edges.values():
        parts.append(f"law today: {day(last)}")
    return ", ".join(parts)


SPLITS = {"hs2": "chapters", "sector": "sectors", "hs10": "products", "layer": "laws"}
"""Column that splits a partner, and what its groups are called."""


def split_of(flat: pd.DataFrame, allowed: Sequence[str] = tuple(SPLITS)) -> str:
    """Return the column that splits the partners of a table."""
    for key in allowed:
        if key in flat.columns:
            return key
    raise ArgumentError("the table is not split", field="by", allowed=allowed)


def values_in(flat: pd.DataFrame, column: str = "partner") -> list[str]:
    """Return what stands in a column, each once, in the order of the table."""
    return [str(item) for item in dict.fromkeys(flat[column])]


def alike(ranked: pd.Series[float], write: Callable[[float], str]) -> list[str]:
    """Return who is first, and all whose value is written as that of the first."""
    texts = [write(float(value)) for value in ranked]
    return [str(code) for code, text in zip(ranked.index, texts, strict=True) if text == texts[0]]


def only(flat: pd.DataFrame, column: str, value: str | None) -> str:
    """Return the value of a key that a chart holds fixed; it may be left out where there is one."""
    known = values_in(flat, column)
    if value is None and len(known) > 1:
        raise ArgumentError("the table holds several; choose one", field=column, allowed=known)
    return known[0] if value is None else choose(value, known, column)


def of_outcome(flat: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return the rows of one outcome."""
    own = flat[flat["outcome"] == outcome]
    if own.empty:
        what, known = "the outcome is not in the table", values_in(flat, "outcome")
        raise ArgumentError(what, field="outcome", value=outcome, allowed=known)
    return own


def label_of(key: str) -> Callable[[str], str]:
    """Return the function that names the groups of a split; an unknown group is its own text."""
    table, code, title = {
        "hs2": ("sectors", "hs2", "chapter"), "hs10": ("products", "hs10", "description"),
        "naics3": ("industries", "naics3", "industry"), "layer": ("layers", "layer", "title"),
    }.get(key, ("", "", ""))  # fmt: skip
    if not table:
        return str
    names = datasets.column_by(table, code, title)
    if key == "layer":
        return lambda group: names.get(group, group)
    return lambda group: f"{group} {names.get(group, '')}".strip()


def under(table: pd.DataFrame, outcome: str) -> str:
    """Name an outcome with the day of its law, where the table tells it."""
    of_law = table.attrs.get("days", {}).get(outcome)
    text = title_in(table, outcome)
    if not of_law:
        return text
    return f"{text}, {'' if 'law' in text.casefold() else 'law of '}{day(of_law)}"


def rounded(
    flat: pd.DataFrame, digits: int = 9, columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """Cut digits that are rounding of a solver, which differs between machines."""
    numbers = flat.select_dtypes("number") if columns is None else flat[list(columns)]
    # Adding zero takes the sign off a minus zero.
    return flat.assign(**{str(column): numbers[column].round(digits) + 0.0 for column in numbers})
