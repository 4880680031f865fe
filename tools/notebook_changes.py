"""What changed between two versions of a notebook: tables, charts and text, value by value."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
from bs4 import BeautifulSoup
from nbformat import NotebookNode

SHOWN = 1
"""Values shown of one table or chart, the largest change first: all of it on one screen."""


@dataclass(frozen=True)
class Change:
    """One value that differs.

    `kind` is table, chart, drawing (a title, label, colour or axis of a chart), text or cell;
    `item` the caption or title; `row` and `column` name the value (of a chart: point and series).
    """

    notebook: str
    kind: str
    item: str
    row: str
    column: str
    old: str
    new: str

    @property
    def size(self) -> float:
        """Relative change; infinite where one of both is no number or the old one is zero."""
        old, new = number(self.old), number(self.new)
        if old is None or new is None or old == 0:
            return float("inf")
        return abs(new / old - 1)

    @property
    def how_much(self) -> str:
        """The change as text: absolute and relative for numbers."""
        old, new = number(self.old), number(self.new)
        if old is None or new is None:
            return ""
        relative = f", {new / old - 1:+.2%}" if old else ""
        return f"({new - old:+.4g}{relative})"


def number(text: str) -> float | None:
    """Return the number that a cell holds, whatever sign, mark or percent stands beside it."""
    plain = text.replace("−", "-").replace(",", "").replace("†", "").replace("%", "").strip()
    try:
        return float(plain)
    except ValueError:
        return None


def changes(name: str, old: NotebookNode, new: NotebookNode) -> list[Change]:
    """Compare the stored outputs of two versions of a notebook."""
    before, after = _outputs(old), _outputs(new)
    found: list[Change] = []
    for key in dict.fromkeys([*before, *after]):
        if key not in after or key not in before:
            state = ("there", "gone") if key in before else ("none", "new")
            title = _title(before.get(key) or after[key])
            found.append(Change(name, "cell", title, "output", "", *state))
            continue
        found += _output(name, before[key], after[key])
    return found


def _outputs(notebook: NotebookNode) -> dict[tuple[str, int], dict[str, str]]:
    """Return the outputs of each code cell by cell and place; the cell's id outlives a move."""
    found = {}
    for place, cell in enumerate(notebook.cells):
        for number_, output in enumerate(cell.get("outputs", [])):
            data = {
                mime: "".join(value) if isinstance(value, list) else str(value)
                for mime, value in output.get("data", {}).items()
            }
            if "text" in output or output.output_type == "error":
                data["text"] = output.get("text", "") or f"{output.ename}: {output.evalue}"
            found[str(cell.get("id", place)), number_] = data
    return found


def _title(data: dict[str, str]) -> str:
    if "text/html" in data:
        caption = BeautifulSoup(data["text/html"], "html.parser").find("caption")
        return caption.get_text() if caption else "table without a caption"
    lines = data.get("text/plain", data.get("text", "")).splitlines()
    title = next((line[6:] for line in lines if line.startswith("text: ")), None)
    return title or (lines[0] if lines else "")


def _output(name: str, old: dict[str, str], new: dict[str, str]) -> list[Change]:
    if "text/html" in old and "text/html" in new:
        made = _tables(name, old["text/html"], new["text/html"])
        # Equal tables in other words: what nbval would stop at has to be shown.
        return made or _lines(name, "text", old, new, "text/html")
    if "image/png" in old and "image/png" in new:
        return _charts(name, old, new)
    for mime in ("text/markdown", "text/plain", "text"):
        if old.get(mime) != new.get(mime):
            return _lines(name, "text", old, new, mime)
    return []


def _tables(name: str, old: str, new: str) -> list[Change]:
    title = _title({"text/html": new})
    before, after = _frame(old), _frame(new)
    made = list(_cells(name, "table", title, before, after))
    was = _title({"text/html": old})
    if was != title:
        made.insert(0, Change(name, "table", title, "", "caption", was, title))
    return made


def _frame(text: str) -> pd.DataFrame:
    """Return the cells of a table as text, rows named by their words."""
    table = BeautifulSoup(text, "html.parser").find("table")
    if table is None:
        return pd.DataFrame()
    rows = [
        [cell.get_text() for cell in row.find_all(["th", "td"])] for row in table.find_all("tr")
    ]
    if not rows:
        return pd.DataFrame()
    width = len(rows[0])
    return pd.DataFrame([row for row in rows[1:] if len(row) == width], columns=rows[0], dtype=str)


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    """Name rows by the columns without a number in them, up to the first with one."""
    names: list[str] = []
    for place in range(frame.shape[1]):
        column = frame.iloc[:, place]
        if any(number(text) is not None for text in column):
            break
        names.append(str(frame.columns[place]))
        if frame[names].drop_duplicates().shape[0] == len(frame):
            break
    names = names or list(frame.columns[:1])
    label = frame[names].agg(", ".join, axis=1) if len(frame) else pd.Series(dtype=str)
    label = label.str.replace("†", "").str.strip()
    again = label.groupby(label).cumcount()
    return frame.set_index(
        pd.Index(label.where(again == 0, label + " (" + (again + 1).astype(str) + ")"))
    )


def _cells(
    name: str, kind: str, title: str, old: pd.DataFrame, new: pd.DataFrame
) -> Iterator[Change]:
    if old.equals(new):
        return
    before, after = _named(old), _named(new)
    for row in before.index.difference(after.index, sort=False):
        yield Change(name, kind, title, row, "(row)", "there", "gone")
    for row in after.index.difference(before.index, sort=False):
        yield Change(name, kind, title, row, "(row)", "none", "new")
    rows = before.index.intersection(after.index, sort=False)
    for column in before.columns.symmetric_difference(after.columns):
        state = ("there", "gone") if column in before else ("none", "new")
        yield Change(name, kind, title, "", column, *state)
    for column in before.columns.intersection(after.columns, sort=False):
        one, two = before.loc[rows, column], after.loc[rows, column]
        for row in rows[(one != two).to_numpy()]:
            yield Change(name, kind, title, row, column, one[row], two[row])


def _charts(name: str, old: dict[str, str], new: dict[str, str]) -> list[Change]:
    title = _title(new)
    made: list[Change] = []
    if old.get("text/csv") != new.get("text/csv"):
        before, after = (_points(data.get("text/csv", "")) for data in (old, new))
        made += _cells(name, "chart", title, before, after)
    # Bars, labels and titles follow from the values; where those are equal, the drawing moved.
    return made or _drawing(name, title, old["text/plain"], new["text/plain"])


def _points(text: str) -> pd.DataFrame:
    if not text:
        return pd.DataFrame()
    frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    words = [c for c in frame if not any(number(v) is not None for v in frame[c])]
    frame = frame[[*words, *(c for c in frame if c not in words)]]
    # Digits past the sixth are no news.
    return frame.map(_short)


def _short(text: str) -> str:
    value = number(text)
    return text if value is None or re.fullmatch(r"\d+", text) else f"{value:.6g}"


def _drawing(name: str, title: str, old: str, new: str) -> list[Change]:
    before, after = old.splitlines(), new.splitlines()
    if before == after:
        return []
    if len(before) == len(after):
        pairs = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    else:
        gone, come = (
            [line for line in one if line not in other]
            for one, other in ((before, after), (after, before))
        )
        pairs = [(line, "gone") for line in gone] + [("none", line) for line in come]
    return [Change(name, "drawing", title, "", _part(*pair), *pair) for pair in pairs]


def _part(old: str, new: str) -> str:
    words = (new if old == "none" else old).strip().split(" ")[0]
    return words.removesuffix(":") if words.endswith(":") or words in ("bar", "line") else "alt"


def _lines(
    name: str, kind: str, old: dict[str, str], new: dict[str, str], mime: str
) -> list[Change]:
    if old.get(mime) == new.get(mime):
        return []
    one, two = _window(old.get(mime, ""), new.get(mime, ""))
    item = "in words" if mime == "text/markdown" else _title(new)
    return [Change(name, kind, item, "", "", one, two)]


def _window(old: str, new: str) -> tuple[str, str]:
    """Return the part of two texts around their first difference."""
    one, two = old.split(" "), new.split(" ")
    place = next((i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), None)
    place = min(len(one), len(two)) if place is None else place
    start = max(0, place - 2)
    return " ".join(one[start : place + 3]), " ".join(two[start : place + 3])


def summary(found: list[Change], *, shown: int = SHOWN) -> str:
    """Write changes as text for a terminal, one block for each table, chart or text."""
    if not found:
        return "no output changed"
    lines = [_headline(found)]
    width = max(len(change.notebook) for change in found)
    for notebook in dict.fromkeys(change.notebook for change in found):
        own = [change for change in found if change.notebook == notebook]
        block: list[str] = []
        for kind, item in dict.fromkeys((change.kind, change.item) for change in own):
            part = [c for c in own if (c.kind, c.item) == (kind, item)]
            block += _block(kind, item, part, shown)
        names = [notebook, *[""] * (len(block) - 1)]
        lines += [f"{name:{width}}{line}" for name, line in zip(names, block, strict=True)]
    return "\n".join(lines)


def _headline(found: list[Change]) -> str:
    notebooks = len({change.notebook for change in found})
    counts = []
    for kind, many in (("table", "tables"), ("chart", "charts"), ("text", "texts")):
        same = (kind, "drawing") if kind == "chart" else (kind,)
        count = len({(c.notebook, c.item) for c in found if c.kind in same})
        counts.append(f"{count} {kind if count == 1 else many}")
    return f"{notebooks} notebook{'s'[: notebooks != 1]}, {', '.join(counts)} changed"


def _block(kind: str, item: str, part: list[Change], shown: int) -> list[str]:
    largest = [_value(change) for change in sorted(part, key=_order)[:shown]]
    more = f"  [{len(part)} values]" if len(part) > 1 else ""
    if shown == 1:
        return [f"  {kind} {_cut(item, 44)}: {_cut(largest[0], 84)}{more}"]
    lines = [f"  {kind} {_cut(item, 110)}{more}", *(f"    {_cut(text, 150)}" for text in largest)]
    return lines + [f"    and {len(part) - shown} more"] * (len(part) > shown)


def _order(change: Change) -> tuple[bool, float]:
    """Largest first; what is no number comes last, for a title follows from its numbers."""
    return change.how_much == "", -change.size


def _value(change: Change) -> str:
    place = " | ".join(filter(None, (_cut(change.row, 36), change.column)))
    text = f"{change.old} -> {change.new} {change.how_much}".strip()
    return f"{place}: {text}" if place else text


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"
