"""The data package: find it, load a table of it, check all of it."""

from __future__ import annotations

from tradeviz.datasets.checking import check_package
from tradeviz.datasets.descriptor import DATA, SHIPPED
from tradeviz.datasets.reading import column_by, described, load, read_table, tables, texts

__all__ = [
    "DATA", "SHIPPED", "check_package", "column_by", "described", "load", "read_table", "tables",
    "texts",
]  # fmt: skip
