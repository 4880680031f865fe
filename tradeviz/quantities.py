"""A quantity is a column with label, unit, digits, sign and tolerance; and how numbers are written.

The one registry that charts, tables, sentences, the shell, the workbook and golden tables read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from tradeviz.errors import ArgumentError, nearest

Unit = Literal["percent", "points", "usd", "count", "ratio", "days", "text", "date"]
MISSING = "n/a"
_SPACE = "\u00a0"
_MINUS = "\u2212"
_ENDINGS = (
    "_low_80", "_high_80", "_low_95", "_high_95",
    "_low", "_central", "_high", "_median", "_actual",
)  # fmt: skip
# What the end of a column's name says of its unit, for columns that no row below names.
_BY_ENDING: dict[str, tuple[Unit, int]] = {
    "_usd": ("usd", 1),
    "_rate": ("percent", 1),
    "_share": ("percent", 1),
    "_change": ("percent", 1),
    "_days": ("days", 0),
}


@dataclass(frozen=True)
class Quantity:
    """A column as readers meet it: ``percent`` and ``points`` are fractions, ``usd`` is dollars.

    `digits` are after the point, in percent or billions; `tolerance` is by how much of itself a
    value may differ between machines; a `signed` one shows its plus, as a change does.
    """

    column: str
    label: str
    unit: Unit
    digits: int = 1
    signed: bool = False
    tolerance: float = 1e-9
    of: str = ""

    @property
    def measured_in(self) -> str:
        """Return the unit in words."""
        words = {
            "percent": "percent", "points": "percentage points", "usd": "billion US dollars",
            "days": "days", "ratio": "ratio",
        }.get(self.unit, "")  # fmt: skip
        return f"{words} {self.of}".strip()

    @property
    def heading(self) -> str:
        """Return label and unit, as a column's head or a chart's subtitle has them."""
        return ", ".join(filter(None, (self.label, self.measured_in)))

    def write(self, value: float, *, unit: bool = True, digits: int | None = None) -> str:
        """Return a value as text, with or without its unit."""
        places = self.digits if digits is None else digits
        if self.unit == "percent":
            text = percent(value, places, sign=self.signed)
            return text if unit else text.removesuffix(f"{_SPACE}%")
        if self.unit == "points":
            return points(value, places, sign=self.signed, unit=unit)
        if self.unit == "usd":
            if unit:
                return dollars(value, places, sign=self.signed)
            return number(value / 1e9, places, sign=self.signed)
        return number(value, places, sign=self.signed)


def _registry(*rows: Quantity) -> dict[str, Quantity]:
    return {row.column: row for row in rows}


_MODEL = 1e-6  # a solver stops there
QUANTITIES: dict[str, Quantity] = _registry(
    Quantity("imports_usd", "Imports of 2024", "usd"),
    Quantity("dutiable_usd", "Imports that pay an added duty", "usd"),
    Quantity("base_duty_usd", "Duty paid in 2024", "usd"),
    Quantity("added_duty_usd", "Added duty", "usd", of="a year"),
    Quantity("duty_usd", "Duty", "usd"),
    Quantity("base_rate", "Duty before 2025", "percent", of="of imports"),
    Quantity("added_rate", "Added duty", "percent", of="of imports"),
    Quantity("effective_rate", "Average duty", "percent", of="of imports"),
    Quantity("total_rate", "Duty on the product", "percent", of="of its value"),
    Quantity("law_rate", "Duty the law asks", "percent", of="of imports"),
    Quantity("collected_rate", "Duty calculated by customs", "percent", of="of imports"),
    Quantity("duty_rate", "Duty rate", "percent", of="of imports"),
    Quantity("gdp_share", "Added duty", "percent", 2, of="of GDP"),
    Quantity("export_share", "Added duty", "percent", of="of goods exports"),
    Quantity("us_export_share", "Added duty", "percent", of="of goods exports to the US"),
    Quantity("provisional_share", "Share of added duty on provisional law", "percent"),
    Quantity("own_rate", "Own duty", "percent", of="of imports"),
    Quantity("rivals_rate", "Duty of rivals on the same goods", "percent", of="of imports"),
    Quantity("handicap", "Duty above that of rivals", "points", signed=True),
    Quantity("compared_share", "Imports that have a rival", "percent"),
    Quantity("exports_usd", "US exports", "usd"),
    Quantity("general_imports_usd", "US general imports", "usd"),
    Quantity("balance_usd", "US balance in goods", "usd", signed=True),
    Quantity("published_rate", "Rate of the April list", "percent", 0),
    Quantity("formula_rate", "Rate by the formula", "percent", 0),
    Quantity("deficit_ratio", "US deficit over imports", "percent", 0),
    Quantity("value_change", "US imports", "percent", signed=True, tolerance=_MODEL),
    Quantity("value_change_usd", "US imports", "usd", signed=True, tolerance=_MODEL, of="a year"),
    Quantity("quantity_change", "US imports by volume", "percent", signed=True, tolerance=_MODEL),
    Quantity("diverted_usd", "Imports won from other suppliers", "usd", signed=True,
             tolerance=_MODEL, of="a year"),
    Quantity("revenue_change_usd", "Duty revenue", "usd", signed=True, tolerance=_MODEL,
             of="a year"),
    Quantity("price_paid_change", "Price buyers pay", "percent", signed=True, tolerance=_MODEL),
    Quantity("price_received_change", "Price sellers receive", "percent", signed=True,
             tolerance=_MODEL),
    Quantity("deadweight_loss_usd", "US loss of efficiency", "usd", signed=True, tolerance=_MODEL,
             of="a year"),
    Quantity("terms_of_trade_gain_usd", "US gain from lower border prices", "usd", signed=True,
             tolerance=_MODEL, of="a year"),
    Quantity("exports_change_usd", "US exports", "usd", signed=True, tolerance=_MODEL,
             of="a year"),
    Quantity("balance_change_usd", "US balance", "usd", signed=True, tolerance=_MODEL,
             of="a year"),
    Quantity("real_income_change", "Real income", "percent", 3, True, _MODEL, of="of GDP"),
    Quantity("welfare_change", "Welfare", "percent", 3, True, _MODEL, of="of spending"),
    Quantity("income_change_usd", "Real income", "usd", 2, True, _MODEL, of="of 2022 a year"),
    Quantity("wage_change", "Wages", "percent", 2, True, _MODEL),
    Quantity("price_change", "Prices", "percent", 2, True, _MODEL),
    Quantity("real_wage_change", "Real wages", "percent", 2, True, _MODEL),
    Quantity("employment_change", "Employment", "percent", 2, True, _MODEL),
    Quantity("cost_change", "Cost of production", "percent", 2, True, _MODEL),
    Quantity("input_cost_change", "Cost of inputs", "percent", 2, True, _MODEL),
    Quantity("output_change", "Output", "percent", 1, True, _MODEL),
    Quantity("protected_inputs", "US duty on inputs, of cost", "percent", 2, False, _MODEL),
    Quantity("exports_to_us_usd", "Sales to the US", "usd", 1, False, _MODEL, of="of 2022 a year"),
    Quantity("export_change", "Exports", "percent", 1, True, _MODEL),
    Quantity("import_change", "Imports", "percent", 1, True, _MODEL),
    Quantity("exports_to_us_change", "Exports to the US", "percent", 1, True, _MODEL),
    Quantity("exports_elsewhere_change", "Exports elsewhere", "percent", 1, True, _MODEL),
    Quantity("imports_from_us_change", "Imports from the US", "percent", 1, True, _MODEL),
    Quantity("revenue_change", "Tariff revenue, of spending", "percent", 2, True, _MODEL),
    Quantity("revenue_usd", "Duty revenue", "usd", tolerance=_MODEL),
    Quantity("signed", "Deals by then", "percent", tolerance=_MODEL),
    Quantity("recorded_change", "Imports recorded", "percent", signed=True),
    Quantity("model_change", "Imports by the model", "percent", signed=True, tolerance=_MODEL),
)  # fmt: skip


def quantity(column: str) -> Quantity:
    """Return the quantity of a column; ends such as ``_low`` and ``_central`` belong to it too."""
    stem = next((column.removesuffix(e) for e in _ENDINGS if column.endswith(e)), column)
    if (known := QUANTITIES.get(column) or QUANTITIES.get(stem)) is not None:
        return replace(known, column=column)
    for ending, (unit, digits) in _BY_ENDING.items():
        if stem.endswith(ending):
            label = stem.removesuffix("_usd").replace("_", " ").capitalize()
            return Quantity(column, label, unit, digits, signed=ending == "_change")
    raise ArgumentError(
        "no such quantity", field="column", value=column, nearest=nearest(column, QUANTITIES),
        allowed=f"{', '.join(QUANTITIES)}, or a name that ends in {', '.join(_BY_ENDING)}",
    )  # fmt: skip


def units(table: pd.DataFrame, column: str) -> list[Unit | None]:
    """Return the unit of each value: of its column, what its row names, or the game's measure.

    Examples
    --------
    >>> table = pd.DataFrame({"quantity": ["imports_usd", "duty_rate"], "median": [2.0, 0.1]})
    >>> units(table, "median")
    ['usd', 'percent']
    """
    own = unit_of(column)
    if own is None and "quantity" in table:
        return [unit_of(str(name)) for name in table["quantity"]]
    # What a deal gives the United States is in what they maximise.
    key = "objective" if column.startswith("home_") else "measure"
    return [own or unit_of(str(table.attrs.get(key)))] * len(table)


def unit_of(column: str) -> Unit | None:
    """Return the unit of a column; None where no quantity is known for it."""
    try:
        return quantity(column).unit
    except ArgumentError:
        return None


def number(value: float, digits: int = 1, *, sign: bool = False) -> str:
    """Return a number as readers see it: a true minus, none before zero, thousands apart."""
    if pd.isna(value):
        return MISSING
    rounded = round(float(value), digits)
    text = f"{rounded:{'+' if sign else ''},.{digits}f}" if rounded else f"{0:.{digits}f}"
    return text.replace("-", _MINUS)


def percent(value: float, digits: int = 1, *, sign: bool = False) -> str:
    r"""Return a fraction in percent.

    Parameters
    ----------
    value : float
        A fraction, or missing.
    digits : int
        After the point.
    sign : bool
        Whether a positive one shows its sign.

    Returns
    -------
    str
        Text with a no-break space before the sign; ``n/a`` where missing.

    Examples
    --------
    >>> percent(0.1234), percent(-0.02, 0)
    ('12.3\xa0%', '−2\xa0%')
    """
    if pd.isna(value):
        return MISSING
    return f"{number(float(value) * 100, digits, sign=sign)}{_SPACE}%"


def law_percent(share: float) -> str:
    """Return a rate or share as the law writes it.

    Examples
    --------
    >>> law_percent(0.15), law_percent(0.125), law_percent(0.0333)
    ('15 %', '12.5 %', '3.3 %')
    """
    return f"{round(share * 100, 1):g} %"


def points(value: float, digits: int = 1, *, sign: bool = True, unit: bool = False) -> str:
    r"""Return a difference of two rates in percentage points."""
    if pd.isna(value):
        return MISSING
    text = number(float(value) * 100, digits, sign=sign)
    return f"{text}{_SPACE}points" if unit else text


def dollars(value: float, digits: int = 1, *, sign: bool = False, words: bool = False) -> str:
    r"""Return US dollars in billions, below a tenth of one in millions."""
    if pd.isna(value):
        return MISSING
    small = 0 < abs(value) < 1e8
    text = number(abs(value) / (1e6 if small else 1e9), digits)
    none = not any(digit in "123456789" for digit in text)
    before = "" if none else _MINUS if value < 0 else "+" if sign else ""
    if words:
        return f"{before}USD{_SPACE}{text}{_SPACE}{'million' if small else 'billion'}"
    return f"{before}${text}{_SPACE}{'m' if small else 'bn'}"


def day(value: object) -> str:
    """Return a day as running text writes it, in English whatever the locale.

    Parameters
    ----------
    value : str, date or Timestamp
        The day.

    Returns
    -------
    str
        Day, month, year.

    Examples
    --------
    >>> day("2025-04-09")
    '9 April 2025'
    """
    stamp = _stamp(value)
    return f"{stamp.day} {stamp.month_name()} {stamp.year}"


def month(value: object, *, short: bool = False) -> str:
    """Return the month of a day as running text writes it.

    Examples
    --------
    >>> month("2025-04-09"), month(dt.date(2026, 8, 21), short=True)
    ('April 2025', 'Aug 2026')
    """
    stamp = _stamp(value)
    text = stamp.month_name()
    return f"{text[:3] if short else text} {stamp.year}"


def _stamp(value: object) -> pd.Timestamp:
    return pd.Timestamp(value if isinstance(value, dt.date) else str(value))


def listing(words: Sequence[str], *, last: str = "and") -> str:
    """Join words as a sentence does.

    Parameters
    ----------
    words : sequence of str
        Any number.
    last : str
        The word before the last.

    Returns
    -------
    str
        ``a, b and c``; ``none`` for no word.

    Examples
    --------
    >>> listing(["Korea", "India", "Japan"]), listing([])
    ('Korea, India and Japan', 'none')
    """
    if not words:
        return "none"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


_WORDS = (
    *("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen"),
)


def in_words(count: int) -> str:
    """Return a small number as a word."""
    return _WORDS[count] if count < len(_WORDS) else str(count)


def counted(count: int, noun: str, *, words: bool = False) -> str:
    """Return a number with what it counts, a regular noun in its singular.

    Examples
    --------
    >>> counted(1, "day"), counted(0, "day"), counted(2, "day", words=True)
    ('1 day', '0 days', 'two days')
    """
    return f"{in_words(count) if words else count} {noun}{'s' * (count != 1)}"


def all_of(count: int, *, words: bool = False) -> str:
    """Return whom a statement about every one of several is about.

    Examples
    --------
    >>> all_of(2), all_of(5), all_of(5, words=True)
    ('both', 'all 5', 'all five')
    """
    return "both" if count == 2 else f"all {in_words(count) if words else count}"
