"""The table object that readers see, and how numbers are written in it."""

from __future__ import annotations

import html
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from tradeviz.files import csv_text
from tradeviz.partners import in_order, name
from tradeviz.quantities import MISSING, number, points, quantity
from tradeviz.show.reading import PROVISIONAL, title_in

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
        return csv_text(table)

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


def plain(column: str, value: float, digits: int | None = None) -> str:
    """Return a value as a cell has it: by its quantity, without unit, and no plus before it."""
    return replace(quantity(column), signed=False).write(value, unit=False, digits=digits)


def columns_as_text(
    rows: pd.DataFrame, heads: Mapping[str, str | pd.Series[str]], digits: int | None = None
) -> pd.DataFrame:
    """Return columns under the heads that readers see, partners by name and numbers as text."""
    frame = pd.DataFrame(index=rows.index)
    for head, column in heads.items():
        if not isinstance(column, str):
            frame[head] = column
        elif column == "partner":
            frame[head] = rows[column].astype(str).map(name)
        else:
            frame[head] = [plain(column, float(value), digits) for value in rows[column]]
    return frame.reset_index(drop=True)


def spans(rows: pd.DataFrame, column: str) -> pd.Series[str]:
    """Return ranges as text; a range is one figure, so that its spaces do not break."""
    low, high = (rows[f"{column}_{end}"].map(lambda v: plain(column, v)) for end in ("low", "high"))
    return low + "\u00a0to\u00a0" + high


def across(
    rows: pd.DataFrame, key: str, head: str, title: Callable[[str], str], text: pd.Series[str]
) -> pd.DataFrame:
    """Return a text for each key and partner, partners across, both in the order of the table."""
    long = pd.DataFrame({head: rows[key].astype(str), "partner": rows["partner"].astype(str)})
    wide = long.assign(text=text).pivot(index=head, columns="partner", values="text")
    wide = wide.loc[list(dict.fromkeys(long[head])), list(dict.fromkeys(long["partner"]))]
    wide = wide.fillna(MISSING).rename(index=title, columns=name).rename_axis(columns=None)
    return wide.reset_index()


def marks_of(exposure: pd.DataFrame, key: str) -> dict[tuple[str, str], str]:
    """Return the mark of provisional law by (group, partner); empty text stands for all."""
    bill = exposure.assign(
        group=exposure[key].astype(str), partner=exposure["partner"].astype(str),
        unsure=exposure["added_duty_usd"] * exposure["provisional_share"].fillna(0.0),
    )  # fmt: skip
    bill = pd.concat([bill, bill.assign(group="")])
    bill = pd.concat([bill, bill.assign(partner="")])
    sums = bill.groupby(["group", "partner"])[["unsure", "added_duty_usd"]].sum()
    share = sums["unsure"] / sums["added_duty_usd"].where(sums["added_duty_usd"] > 0)
    marked = share.index[share >= PROVISIONAL]
    return defaultdict(str, dict.fromkeys(marked, MARK))


def by_partner(table: pd.DataFrame, flat: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series[str]]:
    """Return rows partner by partner, and the title of each row's outcome with its mark."""
    rows = in_order(flat, dict.fromkeys(flat["partner"]))
    titles = rows["outcome"].astype(str).map(lambda outcome: title_in(table, outcome))
    return rows, titles + (rows["provisional_share"] >= PROVISIONAL).map({True: MARK, False: ""})


def with_note(caption: str, marked: object) -> str:
    """Return a caption that says what the mark means, where a cell has it."""
    return f"{caption}; {MARK_NOTE}" if marked else caption
