"""The table object that readers see, and how numbers are written in it."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from tradeviz.errors import ArgumentError, nearest
from tradeviz.law.outcome import title_of

MISSING = "n/a"
MARK = " †"
MARK_NOTE = "† rests in part on provisional law"
_RIGHT = ' style="text-align: right"'


@dataclass(frozen=True)
class DisplayTable:
    """A table as a reader sees it: text cells, a caption, the same text on every machine.

    Attributes
    ----------
    caption : str
        What the table shows, with its unit.
    frame : DataFrame
        Text cells; the first column names the row.

    Examples
    --------
    >>> print(DisplayTable("Two rows", pd.DataFrame({"Partner": ["Japan"], "Rate, %": ["1.5"]})))
    Two rows
    Partner  Rate, %
    Japan        1.5
    """

    caption: str
    frame: pd.DataFrame

    def __str__(self) -> str:
        """Return caption and aligned text."""
        shown = self.frame.astype(str)
        lines = [self.caption]
        widths = [max([len(str(c)), *shown[c].str.len()]) for c in shown]
        lefts = [not _numeric(shown[column]) for column in shown]
        for row in [list(shown.columns), *shown.to_numpy().tolist()]:
            cells = [
                text.ljust(width) if left else text.rjust(width)
                for text, width, left in zip(row, widths, lefts, strict=True)
            ]
            lines.append("  ".join(cells).rstrip())
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{html.escape(str(c))}</th>' for c in self.frame.columns)
        rights = [_numeric(self.frame[column].astype(str)) for column in self.frame]
        rows = []
        for values in self.frame.astype(str).to_numpy().tolist():
            cells = [f'<th scope="row">{html.escape(values[0])}</th>']
            cells += [
                f"<td{_RIGHT if right else ''}>{html.escape(text)}</td>"
                for text, right in zip(values[1:], rights[1:], strict=True)
            ]
            rows.append(f"<tr>{''.join(cells)}</tr>")
        return (
            f"<table><caption>{html.escape(self.caption)}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{''.join(rows)}</tbody></table>"
        )


def _numeric(column: pd.Series[str]) -> bool:
    plain = column.str.replace(r"[−+,.%† ]", "", regex=True)
    return bool((plain.str.isdigit() | column.isin([MISSING, ""])).all())


def rate_text(value: float, digits: int = 1) -> str:
    """Return a fraction in percent, without the sign that the caption has.

    Parameters
    ----------
    value : float
        A fraction, or missing.
    digits : int
        Digits after the point.

    Returns
    -------
    str
        Text with a true minus and no minus zero; ``n/a`` for a missing value.

    Examples
    --------
    >>> rate_text(0.0123), rate_text(-0.0001), rate_text(float("nan"))
    ('1.2', '0.0', 'n/a')
    """
    return MISSING if pd.isna(value) else _signed(f"{value * 100:.{digits}f}")


def billion_text(value: float, digits: int = 1) -> str:
    """Return dollars in billions.

    Parameters
    ----------
    value : float
        US dollars, or missing.
    digits : int
        Digits after the point.

    Returns
    -------
    str
        Text with a true minus and no minus zero; ``n/a`` for a missing value.

    Examples
    --------
    >>> billion_text(-68.47e9), billion_text(-1.0)
    ('−68.5', '0.0')
    """
    if pd.isna(value):
        return MISSING
    return _signed(f"{value / 1e9:,.{digits}f}")


def _signed(text: str) -> str:
    """Return a number with a true minus, and none before zero."""
    zero = not any(digit in "123456789" for digit in text)
    return text.removeprefix("-") if zero else text.replace("-", "−")


def title_in(table: pd.DataFrame, end: str) -> str:
    """Return the title of an outcome as a table carries it, else the one it ships with.

    Parameters
    ----------
    table : DataFrame
        With ``titles`` in its attributes, or without.
    end : str
        Name of the outcome.

    Returns
    -------
    str
        Title.

    Examples
    --------
    >>> title_in(pd.DataFrame(), "pause")
    'The pause'
    """
    return str(table.attrs.get("titles", {}).get(end) or title_of(end))


def need(table: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
    """Return the table with its index as columns, or name the column that it lacks.

    Parameters
    ----------
    table : DataFrame
        A finished table.
    columns : iterable of str
        What is shown.

    Returns
    -------
    DataFrame
        The table without its index.

    Raises
    ------
    ArgumentError
        When a column is missing, with the nearest match, or the table has no row.

    Examples
    --------
    >>> need(pd.DataFrame({"partner": ["JPN"]}), ["partner"])["partner"].tolist()
    ['JPN']
    """
    flat = table.reset_index() if any(table.index.names) else table
    for column in columns:
        if column not in flat.columns:
            raise ArgumentError(
                "the table lacks a column",
                field=column,
                allowed=[str(item) for item in flat.columns],
                nearest=nearest(column, flat.columns),
            )
    if flat.empty:
        raise ArgumentError("the table has no row")
    return flat
