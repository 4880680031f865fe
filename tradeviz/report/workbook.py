"""Write the main tables as one Excel workbook, in full numbers."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from tradeviz.datasets import load
from tradeviz.errors import ReportError
from tradeviz.report.data import write
from tradeviz.report.provenance import Provenance

_TITLE = "tradeviz: main tables"
"""What the properties of a workbook say it is."""
_FIRST_YEAR = 2000
_WIDEST = 48
_ROWS_MEASURED = 200
_FORMATS = {"_rate": "0.0%", "_share": "0.00%", "handicap": "0.0%", "_usd": "#,##0"}


@dataclass(frozen=True)
class Sheet:
    """One table of the workbook: what it is called, what it says, and how to make it."""

    name: str
    title: str
    make: Callable[[], pd.DataFrame]


def _named(table: pd.DataFrame) -> pd.DataFrame:
    """Put the partner's name beside its code."""
    from tradeviz.partners import name

    flat = table.reset_index() if table.index.names[0] is not None else table.copy()
    place = list(flat.columns).index("partner") + 1
    flat.insert(place, "partner_name", flat["partner"].astype(str).map(name))
    return flat


def _exposure(by: str | None = None) -> Callable[[], pd.DataFrame]:
    def make() -> pd.DataFrame:
        from tradeviz.law.outcome import names
        from tradeviz.trade.exposure import exposure

        return _named(exposure(list(names()), by=by))

    return make


def _path() -> pd.DataFrame:
    from tradeviz.trade.exposure import exposure_path

    return _named(exposure_path())


def _rivals() -> pd.DataFrame:
    from tradeviz.law.outcome import names
    from tradeviz.trade.competitors import competitors

    parts = {end: competitors(end, by="sector") for end in names()}
    return _named(pd.concat(parts, names=["outcome", None]).reset_index("outcome"))


def _collected() -> pd.DataFrame:
    from tradeviz.trade.collected import collected_rates
    from tradeviz.trade.exposure import exposure_path

    return _named(collected_rates(exposure_path(), load("duties_monthly")))


def _april() -> pd.DataFrame:
    from tradeviz.trade.formula import april_check

    return _named(april_check())


def _balances() -> pd.DataFrame:
    from tradeviz.partners import FOCUS
    from tradeviz.trade.balances import balances

    return _named(balances(FOCUS, first=_FIRST_YEAR))


SHEETS = (
    Sheet("Exposure", "Duty and rates of the five under every outcome", _exposure()),
    Sheet("By sector", "The same by sector", _exposure("sector")),
    Sheet("By chapter", "The same by chapter of the tariff", _exposure("hs2")),
    Sheet("By law", "The same by law that charges", _exposure("layer")),
    Sheet("Rate path", "Rate points of each law on every day the law changed", _path),
    Sheet("Rivals", "Rates of the five and of the other suppliers, by sector", _rivals),
    Sheet("Collected", "Duty calculated each month, and the rate of the law", _collected),
    Sheet("April list", "The formula of April 2025 put to the balances of 2024", _april),
    Sheet("Balances", "Exports, general imports and balance of the five, by year", _balances),
    Sheet(
        "Measures", "The law: every measure with dates, rates, sources", lambda: load("measures")
    ),
)
"""The sheets, in reading order."""


def is_own_workbook(path: Path) -> bool:
    """Say whether a workbook was written by this package."""
    try:
        with zipfile.ZipFile(path) as book:
            return f">{_TITLE}<".encode() in book.read("docProps/core.xml")
    except (zipfile.BadZipFile, KeyError):
        return False


def write_workbook(path: Path, provenance: Provenance) -> Path:
    """Write the workbook; the same data give the same bytes."""
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    try:
        with xlsxwriter.Workbook(path, {"strings_to_numbers": False}) as book:
            created = datetime.fromisoformat(provenance.created)
            book.set_properties({"title": _TITLE, "created": created})
            heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
            formats = {ending: book.add_format({"num_format": f}) for ending, f in _FORMATS.items()}
            formats["date"] = book.add_format({"num_format": "yyyy-mm-dd"})
            _write_front(book, provenance)
            for sheet in SHEETS:
                _write_sheet(book.add_worksheet(sheet.name), sheet.make(), heading, formats)
    except FileCreateError as error:
        reason = error.args[0].strerror
        raise ReportError(f"cannot be written: {reason}", file=path.name) from error
    return path


def _write_front(book: Any, provenance: Provenance) -> None:
    page = book.add_worksheet("About")
    bold = book.add_format({"bold": True})
    page.set_column(0, 0, 16)
    page.set_column(1, 1, 90)
    page.write_string(0, 0, "What each outcome of the tariff talks means: the main tables", bold)
    notes = (
        f"tradeviz {provenance.version}, data of {provenance.created}.",
        "Rates and shares are fractions shown in percent; money is nominal US dollars.",
        "Exposure weighs rates with US imports for consumption of 2024; nobody buys less.",
        "An empty cell is a figure that the sources do not have.",
        "provisional_share: part of the added duty that rests on provisional law.",
    )
    page.write_column(2, 0, notes)
    start = len(notes) + 3
    for number, sheet in enumerate(SHEETS, start):
        page.write_url(number, 0, f"internal:'{sheet.name}'!A1", string=sheet.name)
        page.write_string(number, 1, sheet.title)
    start += len(SHEETS) + 1
    page.write_string(start, 0, "Sources", bold)
    for number, source in enumerate(provenance.sources, start + 1):
        page.write_string(number, 0, source.publisher)
        licence = f" ({source.licence})" if source.licence else ""
        page.write_string(number, 1, f"{source.title}{licence}")


def _format_of(column: str, formats: dict[str, Any]) -> Any:
    return next((made for ending, made in formats.items() if column.endswith(ending)), None)


def _write_sheet(page: Any, table: pd.DataFrame, heading: Any, formats: dict[str, Any]) -> None:
    for number, column in enumerate(table.columns):
        values = table[column]
        page.write_string(0, number, str(column), heading)
        shown = values.dropna().astype(str).head(_ROWS_MEASURED)
        width = max([len(str(column)), *map(len, shown)]) if len(shown) else len(str(column))
        dates = pd.api.types.is_datetime64_any_dtype(values)
        style = formats["date"] if dates else _format_of(str(column), formats)
        page.set_column(number, number, min(12 if dates else width + 2, _WIDEST), style)
        for row, value in enumerate(values.tolist(), start=1):
            write(page, row, number, value, style)
    page.freeze_panes(1, 0)
    if len(table):
        page.autofilter(0, 0, len(table), len(table.columns) - 1)
