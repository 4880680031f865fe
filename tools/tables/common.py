"""Read raw text, and write a table as the data package of this folder describes it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from tradeviz.datasets import writing
from tradeviz.datasets.vintages import vintage_days
from tradeviz.files import write_whole

Resource = dict[str, Any]
DATA = Path(__file__).resolve().parents[2] / "data"


def read_text(path: Path, **options: Any) -> pd.DataFrame:
    """Read a CSV with every column as text, so that codes keep their leading zeros."""
    table: pd.DataFrame = pd.read_csv(path, dtype=str, keep_default_na=False, **options)
    return table


@cache
def described() -> dict[str, Resource]:
    """Return name -> description of every table; datapackage.json is where they are written."""
    package = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    return {item["name"]: item for item in package["resources"]}


def last_vintage(name: str) -> dt.date:
    """Return the day of the newest vintage of a table."""
    return vintage_days(described()[name])[-1]


def copy(path: str, out: Path) -> None:
    """Copy a file of the data package that is not derived."""
    (out / path).parent.mkdir(parents=True, exist_ok=True)
    write_whole(out / path, (DATA / path).read_bytes())


def write_table(
    frame: pd.DataFrame, out: Path, name: str, *, categories: Iterable[str] = ()
) -> None:
    """Write a table as its description says."""
    writing.write_table(frame, out, described()[name], categories=categories)
