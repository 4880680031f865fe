"""Rebuild the tables of a page: one header row, a caption, scopes, a fold after twelve rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag

from tradeviz.errors import ReportError
from tradeviz.report.figures import downloads

_NUMBER = re.compile(r"[-+−]?(?:US)?\$?\d[\d,]*(?:\.\d+)?(?: ?(?:%|bn|m|pp|x))?(?: ?†)?")
# A line never begins with the sign of a number.
_LOOSE = re.compile(r" (?=%)|(?<=\d) (?=†)")
_DATE = re.compile(r"\d{4}-\d{2}(?:-\d{2})?")
_MISSING = {"", "-", "–", "—", "nan", "<na>", "none", "nat", "n/a", "missing"}
_GROUPED = re.compile(r"[-+−]?\d{1,3}(?:,\d{3})*(?:\.\d+)?")


ROWS = 12
"""Rows before a fold."""

BLOCKS = 6
"""Rows before a fold where each is a block of lines, on a phone."""

FEW = 2
"""A fold that would hide no more rows than this is none."""

COLUMNS = 6
"""Columns that a phone shows side by side."""

SHORT, MIDDLING = 12, 20
"""Letters of a cell of which three, and of which two, stand side by side in a block."""

WORDY = 3
"""Columns of words from which on their lines would be too short there."""


@dataclass(frozen=True)
class _Cell:
    html: str
    text: str
    heads: bool


_BLANK = _Cell("", "", heads=False)


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name, "1"))
    return int(value) if value.isdigit() and int(value) > 0 else 1


def _grid(rows: list[Tag]) -> list[list[_Cell]]:
    """Return the rows of cells, each spanning cell repeated over all that it covers."""
    filled: dict[tuple[int, int], _Cell] = {}
    for down, row in enumerate(rows):
        across = 0
        for tag in row.find_all(["th", "td"], recursive=False):
            while (down, across) in filled:
                across += 1
            cell = _Cell(tag.decode_contents(), tag.get_text(" ", strip=True), tag.name == "th")
            for below in range(_span(tag, "rowspan")):
                for beside in range(_span(tag, "colspan")):
                    filled[down + below, across + beside] = cell
            across += _span(tag, "colspan")
    width = 1 + max((across for _, across in filled), default=-1)
    return [
        [filled.get((down, across), _BLANK) for across in range(width)] for down in range(len(rows))
    ]


def _one_header(rows: list[list[_Cell]]) -> list[str]:
    """Join header rows column by column, without repeats: pandas writes one row per level."""
    joined = []
    for column in zip(*rows, strict=True):
        joined.append(", ".join(dict.fromkeys(cell.text for cell in column if cell.text)))
    return joined


def _plain(text: str) -> str:
    """Return a number without grouping and with an ASCII minus; other text unchanged."""
    return text.replace(",", "").replace("−", "-") if _GROUPED.fullmatch(text) else text


def _to_csv(header: list[str], body: list[list[_Cell]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_plain(cell.text) for cell in row] for row in body)
    return out.getvalue()


def _is_number_column(cells: list[_Cell]) -> bool:
    given = [cell.text for cell in cells if cell.text.casefold() not in _MISSING]
    return bool(given) and all(_NUMBER.fullmatch(text) for text in given)


def _parts(table: Tag) -> tuple[list[list[_Cell]], list[list[_Cell]]]:
    """Split a table into header rows and body rows."""
    rows = table.find_all("tr")
    heads = [row for row in rows if row.find_parent("thead") is not None]
    if not heads and rows and not rows[0].find_all("td", recursive=False):
        heads = rows[:1]
    grid = _grid(rows)
    return grid[: len(heads)], grid[len(heads) :]


def _head_row(soup: BeautifulSoup, header: list[str], numbers: list[bool]) -> Tag:
    row = soup.new_tag("tr", attrs={"role": "row"})
    for label, number in zip(header, numbers, strict=True):
        # A header cell without a name announces nothing, so it is no header.
        cell = soup.new_tag("th", attrs={"scope": "col", "role": "columnheader"})
        cell = cell if label else soup.new_tag("td", attrs={"role": "cell"})
        cell.string = label
        if number:
            cell["class"] = "number"
        row.append(cell)
    return row


def _fill(
    soup: BeautifulSoup, table: Tag, header: list[str], body: list[list[_Cell]], heads: int
) -> None:
    """Write header and body rows; the first `heads` columns name their row."""
    columns = [list(column) for column in zip(*body, strict=True)]
    numbers = [_is_number_column(column) for column in columns]
    numbers += [False] * (len(header) - len(numbers))
    widths = _widths(columns, numbers)
    thead = soup.new_tag("thead", attrs={"role": "rowgroup"})
    thead.append(_head_row(soup, header, numbers))
    tbody = soup.new_tag("tbody", attrs={"role": "rowgroup"})
    for place, row in enumerate(body):
        line = soup.new_tag("tr", attrs={"role": "row"})
        if place >= BLOCKS:
            line["class"] = "rest" if place >= ROWS and len(body) > ROWS + FEW else "more"
        for index, (content, number) in enumerate(zip(row, numbers, strict=True)):
            names_row = index < heads and content.text
            kind, role = ("th", "rowheader") if names_row else ("td", "cell")
            cell = soup.new_tag(kind, attrs={"role": role, "data-label": header[index]})
            if names_row:
                cell["scope"] = "row"
            own = _LOOSE.sub("\u00a0", content.html)
            cell.extend(list(BeautifulSoup(own, "html.parser").contents))
            kinds = ["number" if number else "date" * bool(_DATE.fullmatch(content.text))]
            if kind := " ".join(filter(None, [*kinds, widths[index]])):
                cell["class"] = kind
            line.append(cell)
        tbody.append(line)
    table.extend([thead, tbody])


def _widths(columns: list[list[_Cell]], numbers: list[bool]) -> list[str]:
    """Say how much of a block on a phone the cells of each column take."""
    widths = []
    for column in columns:
        longest = max((len(cell.text) for cell in column), default=0)
        widths.append("" if longest <= SHORT else "middling" if longest <= MIDDLING else "long")
    # Two names that only together tell a row from the next stand in one line.
    names = [cell.text for cell in columns[0]] if columns else []
    if len(columns) > 1 and not any(numbers[:2]) and len(set(names)) < len(names):
        if "long" not in widths[:2]:
            widths[:2] = ["key", "key"]
    return widths


def _caption(table: Tag) -> str:
    """Return the caption of a table, or else the heading it stands under."""
    if table.caption is not None and table.caption.get_text(strip=True):
        return table.caption.get_text(" ", strip=True)
    heading = table.find_previous(["h1", "h2", "h3", "h4"])
    return heading.get_text(" ", strip=True) if isinstance(heading, Tag) else "Figures"


def _needs_stack(header: list[str], body: list[list[_Cell]]) -> bool:
    """Say whether a phone is too narrow for a table: many columns, or several of words."""
    words = [not _is_number_column(list(column)) for column in zip(*body, strict=True)]
    return len(header) > COLUMNS or sum(words) >= WORDY


def _box(soup: BeautifulSoup, table: Tag, name: str, rows: int) -> Tag:
    """Return a table in its box, with a button where rows are folded."""
    # A table that is still too wide scrolls inside a box that a keyboard can reach.
    box = soup.new_tag("div", attrs={"class": "scroll", "role": "region", "aria-labelledby": name})
    box.append(table)
    whole = soup.new_tag("div", attrs={"class": "table"})
    whole.append(box)
    if rows > BLOCKS + FEW:
        kind = "unfold" if rows > ROWS + FEW else "unfold stack-only"
        button = soup.new_tag("button", attrs={"type": "button", "class": kind})
        button["aria-expanded"] = "false"
        button.string = f"Show all {rows} rows"
        whole.append(button)
    return whole


def rebuild_tables(soup: BeautifulSoup, *, stem: str, about: Sequence[str] = ("",)) -> None:
    """Replace every table by one that a screen reader, a phone and a spreadsheet can use.

    Several header rows become one, spanning cells are repeated, numbers are right-aligned, every
    column and row is named by a header cell, rows beyond twelve wait behind a button, and on a
    phone each row of a table with many columns is a block of lines, six of them before a button;
    one or two more stand without it.
    A place with ``data-csv`` around a table holds its data; without it they are the text of the
    table.
    """
    for number, table in enumerate(soup.find_all("table"), start=1):
        head, body = _parts(table)
        if not head:
            first = table.get_text(" ", strip=True)[:40]
            raise ReportError("a table has no header row", file=stem, value=first)
        header = _one_header(head)
        heads = max((sum(cell.heads for cell in row) for row in body), default=0) or 1
        name, title = f"table-{number}", _caption(table)
        caption = soup.new_tag("caption", attrs={"id": name})
        caption.string = f"Table {number}. {title}"
        kinds = ["folded"] * (len(body) > BLOCKS + FEW) + ["stack"] * _needs_stack(header, body)
        kinds += ["dense"] * (len(header) > COLUMNS)
        new = soup.new_tag("table", attrs={"role": "table"})
        if kinds:
            new["class"] = " ".join(kinds)
        new.append(caption)
        _fill(soup, new, header, body, heads)
        whole = _box(soup, new, name, len(body))
        holder = table.find_parent(attrs={"data-csv": True})
        text = str(holder["data-csv"]) if holder is not None else ""
        offer = downloads(
            text or _to_csv(header, body),
            f"{stem}-{name}",
            f"Table {number}",
            [f"{stem}, table {number}: {title}", *about],
        )
        whole.append(BeautifulSoup(f'<p class="download">{offer}</p>', "html.parser"))
        parent = table.parent
        # pandas wraps a table in a div of its own.
        bare = parent is not None and parent.name == "div" and not parent.attrs
        (parent if bare and parent is not None else table).replace_with(whole)
    for holder in soup.select("div[data-csv]"):
        del holder["data-csv"]
