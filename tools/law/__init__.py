"""The law as tables: layers, stacking, measures, exemptions, scopes and value shares."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from tables.common import Resource, read_text, write_atomic, write_table

from law import emergency, later, outcomes, schema, section232, structure, talks
from law.rows import Row
from law.scopes import build_scopes, build_value_shares


def _table(rows: list[Row]) -> pd.DataFrame:
    table = pd.DataFrame(rows)
    for column in ("start", "end"):
        # Empty stays empty: an open measure has no last day.
        table[column] = pd.to_datetime(table[column].where(table[column].ne("")))
    for column in ("rate", "quota_share"):
        if column in table:
            table[column] = pd.to_numeric(table[column])
    return table


def build(raw: Path, out: Path, products: pd.DataFrame, partners: pd.DataFrame) -> list[Resource]:
    """Write every table of the law and return their descriptions.

    Parameters
    ----------
    raw, out : Path
        The raw and the data folder.
    products, partners : DataFrame
        The finished tables; `products` with the official description in `text`.

    Returns
    -------
    list of dict
        Descriptions of layers, stacking, measures, exemptions, value shares, scopes, outcomes.
    """
    scopes = build_scopes(raw, products)
    rates = read_text(out / "april_2025_rates.csv")
    measures = [
        *emergency.measures(raw, rates, partners),
        *section232.measures(),
        *later.measures(),
    ]
    exemptions = [*emergency.exemptions(), *later.exemptions()]
    used = {row["scope"] for row in [*measures, *exemptions]} - {"all"}
    if unknown := used - set(scopes):
        raise ValueError(f"scopes without a list: {sorted(unknown)}")
    frames = {
        "layers": structure.layers(),
        "stacking": _table(structure.stacking().to_dict("records")),
        "measures": _table(measures),
        "exemptions": _table(exemptions),
        "value_shares": build_value_shares(raw, products, scopes),
        "talks": talks.talks(),
        "partner_tariffs": talks.partner_tariffs(),
        "monitoring_list": talks.monitored(),
    }
    resources = []
    for name, frame in frames.items():
        resource = schema.TABLES[name]
        write_table(frame, out, resource, categories=("name", "partner"))
        resources.append(resource)
    for name, (title, prefixes) in scopes.items():
        resource = schema.scope(name, title)
        write_table(pd.DataFrame({"hts_prefix": sorted(set(prefixes))}), out, resource)
        resources.append(resource)
    for name, text in outcomes.texts().items():
        resource = schema.outcome(name)
        write_atomic(out / resource["path"], text.encode("utf-8"))
        resources.append(resource)
    return resources
