"""Write the golden tables of tests/golden/, or compare what is computed now with them.

The tables hold what the tree says when its tests are green: the exposure of the five for each
outcome and on each day the law changed, the law it follows from, and a fingerprint of every column
and block of the data. `python tools/golden.py` writes them, `--check` prints what moved.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import tradeviz as tv
from tradeviz import style
from tradeviz.law import reading
from tradeviz.law.outcome import names, outcome
from tradeviz.models import response

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    # Also as a script: its own folder is on the path, the project's is not.
    sys.path.append(str(ROOT))

from tools import golden_charts, golden_models  # noqa: E402
from tools.golden_differences import KEYS, TOLERANCE, differences  # noqa: E402

__all__ = ["KEYS", "TOLERANCE", "differences"]

GOLDEN = ROOT / "tests" / "golden"
DATA = ROOT / "data"

RESULTS = ("outcomes", "outcome_layers", "outcome_days", "days", "rivals", "responses",
           "diversion", "sensitivity", "records")  # fmt: skip
DRAWN = ("charts", "model_charts")
CAUSES = ("measures", "exemptions", "stacking", "terms", "columns", "blocks")
SHOWN = 25
NEW = "not in the golden copy"

# Long texts that no figure follows from; the fingerprint of their column still holds them.
_TEXTS = ["source", "why"]
_MANY = 300
_FEW = 8
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def outcomes() -> pd.DataFrame:
    """Exposure of the five for each outcome, on the outcome's own day."""
    return tv.exposure(names()).reset_index()


def outcome_layers() -> pd.DataFrame:
    """Exposure of the five for each outcome by layer."""
    table = tv.exposure(names(), by="layer").reset_index()
    kept = table["added_rate"].ne(0) | table["base_rate"].ne(0)
    columns = [*KEYS["outcome_layers"], "dutiable_usd", "added_duty_usd", "effective_rate"]
    return table.loc[kept, [*columns, "provisional_share"]]


def outcome_days() -> pd.DataFrame:
    """Exposure of the five for each outcome that can stand on another day, on each policy date."""
    moving = [name for name in names() if name not in ("before", "pause")]
    parts = []
    for day in reading.law().days():
        table = tv.exposure([outcome(name) for name in moving], on=day).reset_index()
        parts.append(table.assign(day=str(day)))
    columns = [*KEYS["outcome_days"], "dutiable_usd", "added_rate", "provisional_share"]
    return pd.concat(parts)[columns]


def days() -> pd.DataFrame:
    """Rate of the five by layer on each policy date."""
    table = tv.exposure_path().rename(columns={"date": "day"})
    table["day"] = table["day"].dt.strftime("%Y-%m-%d")
    return table.loc[table["added_rate"] != 0, [*KEYS["days"], "added_rate"]]


def rivals() -> pd.DataFrame:
    """Rates of the five, the EU, a member of it and China beside those of rivals, by sector."""
    partners = [*tv.FOCUS, "EU", "SVK", "CHN"]
    table = tv.competitors("in_force", partners=partners, by="sector")
    # Shares near one differ from it by little: what is missing has more digits.
    table["left_out_share"] = 1 - table.pop("compared_share")
    return table.drop(columns="handicap")


def responses() -> pd.DataFrame:
    """Response of the five to each outcome, at central values and over 25 draws."""
    return tv.respond(names(), draws=25).reset_index()


def diversion() -> pd.DataFrame:
    """Spending that the five lose to each competitor when the pause lapses."""
    return tv.respond("snapback", by="competitor").reset_index()


def sensitivity() -> pd.DataFrame:
    """Change of imports of the five with each parameter at the ends of its range."""
    return response.sensitivity("snapback")


def records() -> pd.DataFrame:
    """Model and record of the five side by side, as such and against others."""
    kinds = ("level", "others")
    parts = [response.backtest(against=kind, draws=10).assign(against=kind) for kind in kinds]
    return pd.concat(parts).drop(columns=["apart", "change_covered", "rate_covered"])


def charts() -> pd.DataFrame:
    """Charts of trade, law and exposure, as text by part."""
    return golden_charts.drawn(golden_charts.CHARTS)


def model_charts() -> pd.DataFrame:
    """Charts of response, equilibrium and deals, as text by part."""
    return golden_charts.drawn(golden_models.CHARTS)


def looks() -> pd.DataFrame:
    """Colour, hatch and marker of each outcome, partner and layer."""
    kinds = {"outcome": style.OUTCOMES, "partner": style.PARTNERS, "layer": style.LAYERS}
    rows = [
        (kind, name, look.colour, look.hatch, look.marker)
        for kind, known in kinds.items()
        for name, look in known.items()
    ]
    return pd.DataFrame(rows, columns=["kind", "name", "colour", "hatch", "marker"])


def _text(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / "law" / f"{name}.csv", dtype=str, keep_default_na=False)


def measures() -> pd.DataFrame:
    """Every measure, as the file has it."""
    return _text("measures").drop(columns=_TEXTS)


def exemptions() -> pd.DataFrame:
    """Every exemption, as the file has it."""
    return _text("exemptions").drop(columns=_TEXTS)


def stacking() -> pd.DataFrame:
    """Every stacking pair, as the file has it."""
    return _text("stacking")


def terms() -> pd.DataFrame:
    """Every key of every outcome file."""
    rows: list[tuple[str, str, str]] = []
    for path in sorted((DATA / "outcomes").glob("*.toml")):
        whole = tomllib.loads(path.read_text(encoding="utf-8"))
        changes = whole.pop("change", [])
        rows += [(path.stem, key, str(value)) for key, value in whole.items()]
        for number, change in enumerate(changes, start=1):
            rows += [(path.stem, f"change {number} {key}", str(v)) for key, v in change.items()]
    return pd.DataFrame(rows, columns=["outcome", "term", "value"])


def resources() -> list[dict[str, Any]]:
    """Return the described tables."""
    package = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    return [item for item in package["resources"] if "schema" in item]


def _raw(resource: dict[str, Any]) -> pd.DataFrame:
    """Read a table as stored: what is compared must not depend on how tradeviz reads it."""
    path = DATA / resource["path"]
    return _stored(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=100)
def _stored(path: Path, _: int) -> pd.DataFrame:
    if path.suffix == ".csv":
        return pd.read_csv(path, dtype=str, keep_default_na=False)
    table = pd.read_parquet(path)
    for name in table:
        if table[name].dtype.kind not in "fiub":
            table[name] = table[name].astype(str).fillna("")
    return table


def _array(column: pd.Series) -> np.ndarray:
    plain = column.dtype.kind in "fiub"
    return column.to_numpy() if plain else column.to_numpy(dtype=object)


def _content(column: np.ndarray) -> bytes:
    if column.dtype.kind in "fiub":
        return np.ascontiguousarray(column).tobytes()
    return "\n".join(column).encode()


def _digest(*columns: np.ndarray) -> str:
    return hashlib.sha256(b"\n\n".join(map(_content, columns))).hexdigest()[:12]


def columns() -> pd.DataFrame:
    """Rows, sum and fingerprint of every column of every table."""
    rows = []
    for resource in resources():
        table = _raw(resource)
        for field in resource["schema"]["fields"]:
            column = table[field["name"]]
            total: float | str = ""
            if field["type"] == "number":
                total = float(pd.to_numeric(column, errors="coerce").sum())
            rows.append(
                (resource["name"], field["name"], len(table), total, _digest(_array(column)))
            )
    return pd.DataFrame(rows, columns=["resource", "column", "rows", "total", "digest"])


def blocks() -> pd.DataFrame:
    """Rows and fingerprint of each block of a table: a partner, a chapter, a name."""
    parts = []
    for resource in resources():
        table = _raw(resource)
        key = table[resource["schema"]["primaryKey"][0]].astype(str)
        if key.nunique() > _MANY or key.name == "hts_prefix":
            key = key.str[:2]
        arrays = [_array(table[name]) for name in table]
        places = {str(label): rows for label, rows in table.groupby(key.to_numpy()).indices.items()}
        parts.append(
            pd.DataFrame(
                {
                    "resource": resource["name"],
                    "block": list(places),
                    "rows": [len(rows) for rows in places.values()],
                    "digest": [_digest(*(a[rows] for a in arrays)) for rows in places.values()],
                }
            )
        )
    return pd.concat(parts)


def texts() -> pd.DataFrame:
    """Numbers that stand in the words of the notebooks, which no cell computes."""
    rows = []
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            numbers = _NUMBER.findall("".join(cell["source"]))
            if cell["cell_type"] == "markdown" and numbers:
                rows.append((path.stem, cell["id"], " ".join(numbers)))
    return pd.DataFrame(rows, columns=["notebook", "cell", "numbers"])


# The cheap ones first: what they see needs no other.
TABLES: dict[str, Callable[[], pd.DataFrame]] = {
    made.__name__: made
    for made in (
        columns,
        blocks,
        measures,
        exemptions,
        stacking,
        terms,
        texts,
        looks,
        outcomes,
        outcome_layers,
        days,
        rivals,
        responses,
        diversion,
        sensitivity,
        records,
        charts,
        model_charts,
        outcome_days,
    )
}


def as_text(table: pd.DataFrame) -> pd.DataFrame:
    """Write numbers with 15 digits: a table from a file and one just made are then alike."""
    made = table.reset_index(drop=True)
    for name in made:
        column = made[name]
        if column.dtype.kind == "f" or column.dtype == object:
            made[name] = [f"{v:.15g}" if isinstance(v, float) else str(v) for v in column]
        else:
            made[name] = column.astype(str)
    return made.replace("nan", "")


def read(name: str) -> pd.DataFrame:
    """Return a golden table, every cell as text."""
    return pd.read_csv(GOLDEN / f"{name}.csv", dtype=str, keep_default_na=False)


def compare(names: Iterable[str] = TABLES) -> pd.DataFrame:
    """Return every difference between the golden tables and those made now."""
    found = [differences(name, read(name), as_text(TABLES[name]())) for name in names]
    return pd.concat(found, ignore_index=True)


def causes() -> list[str]:
    """Name the law and data rows that differ from the golden copy, one line each."""
    moved = compare(CAUSES)
    law = moved[~moved["table"].isin(("columns", "blocks"))]
    lines = [
        f"{line.table} '{line.row}': {line.column} {line.golden or 'empty'} -> "
        f"{line.now or 'empty'}{_when(line.table, line.row)}"
        for line in law.itertuples()
    ]
    data = moved[moved["table"].isin(("columns", "blocks"))]
    for resource, rows in data.groupby(data["row"].str.split(", ").str[0], sort=False):
        if resource in ("measures", "exemptions", "stacking") and len(law):
            continue
        place = rows["row"].str.split(", ", n=1).str[1]
        new = rows["now"].eq("new").all() and (rows["column"] == "(row)").all()
        named = [_some(place, rows, kind) for kind in ("columns", "blocks")]
        text = NEW if new else f"columns {named[0]}; rows of {named[1]}"
        lines.append(f"table {resource}: {text}")
    return lines


def named_causes() -> list[str]:
    """Return `causes` without what is new: no golden result rests on it."""
    return [line for line in causes() if not line.endswith(NEW)]


def _some(place: pd.Series, rows: pd.DataFrame, kind: str) -> str:
    """Name up to eight of the columns or blocks that moved."""
    found = list(dict.fromkeys(place[rows["table"] == kind]))
    more = f" and {len(found) - _FEW} more" if len(found) > _FEW else ""
    return (", ".join(found[:_FEW]) or "none") + more


def _when(table: str, row: str) -> str:
    """Say in which layer and from when to when a measure stands."""
    if table not in ("measures", "exemptions"):
        return ""
    whole = pd.concat([_text(table), read(table)])
    found = whole[whole[table.removesuffix("s")] == row]
    if found.empty:
        return ""
    first = found.iloc[0]
    return f"  [layer {first['layer']}, {first['start']} to {first['end'] or 'open'}]"


def in_force(moved: pd.DataFrame) -> list[str]:
    """Name the layers that moved, and the measures in force in them for the partner that day."""
    lines = []
    for row in dict.fromkeys(moved.loc[moved["table"].isin(("days", "outcome_layers")), "row"]):
        first, second, layer = row.split(", ")[:3]
        outcome_row = first in names()
        law = outcome(first).law() if outcome_row else reading.law().on(_day(first))
        found = [
            item.measure
            for item in law.measures
            if item.layer == layer and item.partner_class(second, reading.part_of()) is not None
        ]
        lines.append(f"{row}: {', '.join(found) or 'no measure of the layer is in force'}")
    return lines


def _day(text: str) -> Any:
    return pd.Timestamp(text).date()


def report(moved: pd.DataFrame) -> str:
    """Write what moved and why as text for a terminal."""
    shown = moved.head(SHOWN).to_string(index=False)
    lines = [f"{len(moved)} values differ from tests/golden/:", shown]
    if len(moved) > SHOWN:
        lines.append(f"... and {len(moved) - SHOWN} more")
    named = named_causes()
    if named:
        lines += ["", "law and data that differ from the golden copy:"]
    else:
        lines += ["", "no law or data row differs from the golden copy: the code moved it"]
    lines += [f"  {line}" for line in named[:SHOWN]]
    layers = in_force(moved)
    if layers:
        lines += ["", "layers that moved, and the measures in force in them:"]
        lines += [f"  {line}" for line in layers[:SHOWN]]
    return "\n".join([*lines, "", "If this is meant: make golden, and look at the difference."])


def main() -> None:
    """Write the golden tables, or with --check print what differs and end with 1."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    parser.add_argument("--causes", action="store_true", help="name the law and data that moved")
    options = parser.parse_args()
    if options.causes:
        print("\n".join(named_causes()) or "none: the code, a notebook or a test moved")
        return
    if options.check:
        moved = compare()
        if len(moved):
            print(report(moved))
            sys.exit(1)
        print("everything is as in tests/golden/")
        return
    GOLDEN.mkdir(exist_ok=True)
    for name, make in TABLES.items():
        as_text(make()).to_csv(GOLDEN / f"{name}.csv", index=False, lineterminator="\n")
    print(f"wrote {len(TABLES)} tables to tests/golden/; `git diff` shows what moved")


if __name__ == "__main__":
    main()
