"""The table object that readers see, and how numbers are written in it."""

from __future__ import annotations

import html
from dataclasses import dataclass

import pandas as pd

from tradeviz.quantities import MISSING, number, points

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
    data : DataFrame, optional
        The numbers behind them, unrounded.

    Examples
    --------
    >>> print(DisplayTable("Two rows", pd.DataFrame({"Partner": ["Japan"], "Rate, %": ["1.5"]})))
    Two rows
    Partner  Rate, %
    Japan        1.5
    """

    caption: str
    frame: pd.DataFrame
    data: pd.DataFrame | None = None

    def _repr_csv_(self) -> str:
        """Return the numbers behind the text, in full; a page offers them to save."""
        table = self.frame if self.data is None else self.data
        return str(table.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d"))

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
    """Return a fraction in percent, without the sign that the caption has."""
    return points(value, digits, sign=False)


def billion_text(value: float, digits: int = 1) -> str:
    """Return dollars in billions."""
    return number(value / 1e9, digits)
