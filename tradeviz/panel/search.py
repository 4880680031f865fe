"""Find a product by code, everyday word, chapter or the words of the statistics."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pandas as pd

from tradeviz import datasets
from tradeviz.errors import ArgumentError, nearest
from tradeviz.lines import lines
from tradeviz.products import product_table

_SHOWN = 12


def found(text: str) -> list[tuple[str, str]]:
    """Return the products that a text may mean: by everyday word first, then by description."""
    wanted = " ".join(text.casefold().split())
    digits = wanted.replace(".", "").replace(" ", "")
    table = _catalogue()
    if digits.isdigit():
        ranked = table[table["hs10"].str.startswith(digits)].assign(rank=0, heading="")
    else:
        ranked = _by_words(table, wanted) if wanted else table.iloc[:0].assign(rank=0, heading="")
    if ranked.empty:
        known = [*_words(), *table["chapter"].str.casefold().unique()]
        allowed = "the first digits of a code, an everyday word, or one of the tariff's own"
        close = nearest(wanted, known) if wanted else None
        raise ArgumentError(
            "no product found", field="product", value=text, allowed=allowed, nearest=close
        )
    first = ranked.sort_values(["rank", "imports"], ascending=[True, False], kind="stable")
    columns = first.head(_SHOWN)[["hs10", "heading", "description", "chapter"]]
    return [(row[0], _label(*row)) for row in columns.astype(str).to_numpy().tolist()]


def _label(hs10: str, heading: str, description: str, chapter: str) -> str:
    said = f"{heading}: {description}" if heading else description
    return f"{hs10[:4]}.{hs10[4:6]}.{hs10[6:]} {said} ({hs10[:2]} {chapter})"


def _by_words(table: pd.DataFrame, wanted: str) -> pd.DataFrame:
    """Return hits by everyday word (rank 0), title of a chapter (1), description (2)."""
    table = table.assign(rank=3, heading="")
    described = table["description"].str.casefold()
    # Every word, from its start: "tea" is not in "steam".
    for part in wanted.split():
        described = described.where(described.str.contains(rf"\b{re.escape(part)}", regex=True))
    table.loc[described.notna(), "rank"] = 2
    table.loc[table["chapter"].str.casefold().str.contains(rf"\b{re.escape(wanted)}"), "rank"] = 1
    for form in _forms(wanted):
        for prefix, title in _words().get(form, ()):
            hit = table["hs10"].str.startswith(prefix)
            table.loc[hit, "rank"] = 0
            table.loc[hit, "heading"] = title
    return table[table["rank"] < 3]


def _forms(word: str) -> tuple[str, ...]:
    """Return a word and its other number: the table of words has one of the two."""
    return (word, f"{word}s", f"{word}es", word.removesuffix("s"), word.removesuffix("es"))


@cache
def _words() -> dict[str, list[tuple[str, str]]]:
    """Return everyday word -> the headings it stands for, each with a title."""
    table = datasets.load("words")
    made: dict[str, list[tuple[str, str]]] = {}
    for word, prefix, title in table[["word", "hts_prefix", "title"]].itertuples(index=False):
        made.setdefault(str(word), []).append((str(prefix), str(title)))
    return made


@cache
def _catalogue() -> pd.DataFrame:
    """Return every product with description, chapter and imports of 2024."""
    table, trade = product_table(), lines()
    chapters = datasets.column_by("sectors", "hs2", "chapter")
    imports = np.bincount(trade.product, weights=trade.value, minlength=len(table))
    return pd.DataFrame(
        {
            "hs10": table["hs10"].astype(str),
            "description": table["description"].astype(str),
            "chapter": table["hs2"].astype(str).map(chapters),
            "imports": imports,
        }
    )
