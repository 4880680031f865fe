"""Read the lists of chapter 99 of the tariff: which codes stand in a subdivision of a US note.

A list is found by the words that open it and those that follow it, since the printed text sets
labels and columns too freely to be walked.
"""

from __future__ import annotations

import re
from pathlib import Path

Passage = tuple[str, str, tuple[str, ...]]

PASSAGES: dict[str, Passage] = {
    "2(v)(iii)(a)": ("(a) As provided for in heading 9903.01.32", "(b) As provided", ()),
    "2(v)(iii)(b)": ("(b) As provided in heading 9903.02.78", "(iv) As provided", ()),
    "2(v)(xx)": ("(xx) As provided in heading 9903.02.74", "(xxi) As provided", ()),
    "2(v)(xxi)": ("(xxi) As provided in heading 9903.02.75", "(xxii) As provided", ()),
    "2(v)(xxii)": ("(xxii) As provided in heading 9903.02.76", "(xxiii) As provided", ()),
    "2(v)(xxiii)": ("(xxiii) As provided in heading 9903.02.77", "(xxiv)", ()),
    "2(v)(xxiv)(b)": ("(b) As provided in heading 9903.02.81", "(xxv)", ()),
    "2(v)(xxv)(b)": ("(b) As provided in headings 9903.02.84", "(c) As provided", ()),
    "2(v)(xxv)(c)": ("(c) As provided in headings 9903.02.85", "(d) As provided", ()),
    "2(v)(xxv)(d)": ("(d) As provided in headings 9903.02.86", "(x) (i) Except", ()),
    "2(x)(iii)(a)": ("(a) As provided in heading 9903.01.81", "(b) As provided", ()),
    "2(x)(iii)(b)": ("(b) As provided in heading 9903.01.90", "(iv) ", ()),
    "2(x)(iv)": ("(iv) As provided in heading 9903.01.82", "(v) The additional", ()),
    "2(aa)(ii)": ("(ii) As provided in heading 9903.03.03", "(iii) As provided", ()),
    "2(aa)(iii)": ("(iii) As provided in heading 9903.03.04", "(iv) As provided", ()),
    "2(aa)(iv)": ("(iv) As provided in heading 9903.03.05", "(v) As provided", ()),
    "16(c)(i)": ("(i) Articles of aluminum:", "(ii) Derivative aluminum", ()),
    "16(c)(ii)": ("(ii) Derivative aluminum articles:", "(iii) Articles of steel", ()),
    "16(c)(iii)": ("(iii) Articles of steel:", "7301.20.10", ()),
    # One page prints (iv) and (v) side by side: their chapters tell them apart.
    "16(c)(iv)": ("7301.20.10 7301.20.50", "(vi) Derivative", ("72", "73", "76")),
    "16(c)(v)": ("7301.20.10 7301.20.50", "(vi) Derivative", ("74",)),
    "16(c)(vi)": ("(vi) Derivative aluminum articles:", "(vii) Derivative", ()),
    "16(c)(vii)": ("(vii) Derivative steel articles:", "(viii) Articles", ()),
    "16(c)(viii)": ("(viii) Articles of copper:", "(ix) Derivative", ()),
    "16(c)(ix)": ("(ix) Derivative aluminum articles:", "(x) Derivative", ()),
    "16(c)(x)": ("(x) Derivative steel articles:", "(d) ", ()),
    "19(i)": ("(i) The rates of duty set forth in heading 9903.85.04", "(j) The rates", ()),
    "19(j)": ("(j) The rates of duty set forth in heading 9903.85.07", "(k) The rates", ()),
    "19(k)": ("(k) The rates of duty in heading 9903.85.08", "(l) ", ()),
    "20(b)": ("(b) Heading 9903.88.01 applies", "(c) For the purposes of heading", ()),
    "20(d)": ("(d) Heading 9903.88.02 applies", "(e) For the purposes of heading", ()),
    "20(f)": ("(f) Heading 9903.88.03 applies", "(g) For the purposes of heading", ()),
    "20(g)": ("(g) For the purposes of heading 9903.88.04", "(h) ", ()),
    "20(s)": ("(s) Heading 9903.88.15 applies to:", "(t) For the purposes", ()),
    "31(b)": ("(b) Heading 9903.91.01 applies", "(c) Heading 9903.91.02", ()),
    "31(c)": ("(c) Heading 9903.91.02 applies", "(d) Heading 9903.91.03", ()),
    "31(d)": ("(d) Heading 9903.91.03 applies", "(e) Heading 9903.91.04", ()),
    "31(e)": ("(e) Heading 9903.91.04 applies", "(f) ", ()),
    "31(f)": ("(i) Heading 9903.91.05 applies", "(g) Heading 9903.91.06", ()),
    "31(g)": ("(g) Heading 9903.91.06 applies", "(h) Heading 9903.91.07", ()),
    "31(h)": ("(h) Heading 9903.91.07 applies", "(i) Heading 9903.91.08", ()),
    "31(i)": ("(i) Heading 9903.91.08 applies", "(j) Heading 9903.91.11", ()),
    "31(j)": ("(j) Heading 9903.91.11 applies", "(k) ", ()),
    "33(b)": ("(b) The rates of duty set forth in headings 9903.94.01, 9903.94.02", "(c) ", ()),
    "33(g)": ("(g) Subject to a manufacturer's import adjustment", "(h) ", ()),
    "33(j)": ("(j) Heading 9903.94.32 sets forth", "(k) ", ()),
    "35(a)": ("(a) As provided in heading 9903.96.01", "(b) As provided", ()),
    "35(b)": ("(b) As provided in heading 9903.96.02", "36. ", ()),
    "37(b)": ("(b) The rates of duty set forth in heading 9903.76.01", "(c) Heading", ()),
    "37(d)": ("(d) The rates of duty set forth in headings 9903.76.02", "(e) Except", ()),
    "37(f)": ("(f) Except for as provided by 9903.76.04, the rates", "(g) Heading", ()),
    "38(b)": ("(b) The rate of duty set forth in heading 9903.74.01", "(c) Heading", ()),
    "38(c)": ("(c) Heading 9903.74.02 applies", "(d) Heading", ()),
    "38(i)": (
        "(i) The rates of duty set forth in heading 9903.74.08",
        "(j) Heading 9903.74.09",
        (),
    ),
    "39(b)": ('(b) For the purposes of this note, "semiconductor articles"', "To be included", ()),
}
"""Subdivision -> (words that open the list, words that follow it, chapters it is limited to)."""

_FURNITURE = re.compile(
    r"Harmonized Tariff Schedule of the United States Revision \d+ \(\d{4}\)|"
    r"Annotated for Statistical Reporting Purposes|\bXXII\b|99 - III - \d+|U\.S\. Notes \(con\.\)|"
    r"\[Compiler's note:[^\]]*\]"
)
_DAY = re.compile(r"[A-Z][a-z]+ \d{1,2}, 20\d\d|\d+ (?:FR|Fed\. Reg\.) \d+")
_RATES = 60
"""Column of the printed page from which only rates of duty stand."""
_CODE = re.compile(r"(?<![\d.])\d{4}(?:\.\d{2}(?:\.\d{2}(?:\d{2})?)?)?(?![\d.]?\d)")


def plain(text: str) -> str:
    """Return the text without headers of pages and notes of its compilers, on one line."""
    text = text.replace("\u2013", "-").replace("\x96", "-").replace("\xad", "-")
    return re.sub(r"\s+", " ", _FURNITURE.sub(" ", re.sub(r"\s+", " ", text)))


def passage(text: str, subdivision: str) -> str:
    """Return the words of a subdivision from plain text, from its opening to what follows it."""
    begins, ends, _ = PASSAGES[subdivision]
    first = text.index(begins)
    return text[first : text.index(ends, first + len(begins))]


def codes(text: str, subdivision: str) -> list[str]:
    """Return the codes that a subdivision lists, digits only, without headings of chapter 99."""
    _, _, chapters = PASSAGES[subdivision]
    words = _DAY.sub(" ", passage(text, subdivision))
    listed = {code.replace(".", "") for code in _CODE.findall(words)}
    wanted = sorted(code for code in listed if not code.startswith("99"))
    return [code for code in wanted if code.startswith(chapters or ("",))]


def heading(printed: str, number: str) -> str:
    """Return the description of a heading from the printed chapter, without its rates."""
    found = re.search(rf"^{re.escape(number)} +1/", printed, re.MULTILINE)
    if found is None:
        raise ValueError(f"no heading {number}")
    words: list[str] = []
    for line in printed[found.end() :].splitlines():
        if re.match(r"\d{4}\.\d{2}\.\d{2}|1/ See| +Harmonized Tariff", line):
            break
        # The rates stand in columns to the right, far from the words.
        left = re.split(r"\.{4,}|(?<=\S) {4,}", line)[0]
        if len(line) - len(line.lstrip()) < _RATES or not words:
            words.append(left.strip())
    return plain(" ".join(words))


def read(path: Path) -> str:
    """Read the printed chapter as plain text."""
    return plain(path.read_text(encoding="latin-1"))


_LINE = re.compile(r"^(\d{4}\.\d{2}\.\d{2}) +1/", re.MULTILINE)
_CELL = re.compile(r"\S+(?: {1,3}\S+)*")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?) ?%")
_DRIFT = 8
"""Columns by which the lines of one cell of a printed table may be apart."""


def rates(printed: str) -> dict[str, float | None]:
    """Return each heading 9903 with the first percentage of its general rate, added or in all.

    None where a heading adds none, or none that can be read: three columns stand side by side.
    """
    starts = list(_LINE.finditer(printed))
    edges = [*(place.start() for place in starts), len(printed)]
    return {
        start[1]: _general(printed[start.start() : end].split("Harmonized Tariff Schedule")[0])
        for start, end in zip(starts, edges[1:], strict=True)
        if start[1].startswith("9903")
    }


def _general(block: str) -> float | None:
    """Return the first percentage in the first column of rates of a heading."""
    column: int | None = None
    words = []
    for line in block.splitlines():
        for cell in _CELL.finditer(line):
            if cell.start() < _RATES or cell[0] == "1/":
                continue
            if column is None:
                column = cell.start()
            if abs(cell.start() - column) <= _DRIFT:
                words.append(cell[0])
    percent = _PERCENT.search(" ".join(words))
    return round(float(percent[1]) / 100, 6) if percent else None
