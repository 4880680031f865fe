"""What the tables of the law say about themselves."""

from __future__ import annotations

from typing import Any

from tables import sources
from tables.common import Resource, describe, field

_CODES = "[A-Z]{2,3}(;[A-Z]{2,3})*|all"
_ID = "[a-z0-9_-]+"
_NAME = "[a-z0-9_]+"
_VIA = "copy through github.com/"
ORDERS = {
    "title": "Texts of presidential actions and fact sheets on tariffs, 2025 and 2026",
    "publisher": "The White House",
    "series": "executive orders, proclamations and memoranda to 21 August 2026",
    "licence": f"public domain (work of the United States government); {_VIA}"
    "brian14708/wh-briefings, CC0",
    "date": "2026-08-21",
}
SCHEDULE = {
    "title": "Harmonized Tariff Schedule of the United States, chapter 99",
    "publisher": "US International Trade Commission",
    "series": "2026 revision 6",
    "path": "https://hts.usitc.gov/",
    "licence": f"public domain (work of the United States government); {_VIA}"
    "Budget-Lab-Yale/tariff-rate-tracker, MIT",
    "date": "2026",
}
LISTS = {
    "title": "Product lists of the tariff actions",
    "publisher": "tradewartracker",
    "series": "annexes of orders and proclamations as code lists, April 2025 to July 2026",
    "licence": f"MIT; {_VIA}tradewartracker/trade-war-redux-2025",
    "date": "2026-07-23",
}
TRACKER = {
    "title": "Product lists and dated parameters of the tariff rate tracker",
    "publisher": "The Budget Lab at Yale",
    "series": "chapter 99 provisions by product, 11 May 2026",
    "licence": "MIT (github.com/Budget-Lab-Yale/tariff-rate-tracker)",
    "date": "2026-05-11",
}
OWN = {
    "title": "Outcomes of the talks, as stated assumptions",
    "publisher": "tradeviz",
    "series": "terms taken from legal texts or assumed, as each file says",
    "licence": "as the project",
    "date": "2026-11-23",
}
_LAW = [ORDERS, SCHEDULE, LISTS, TRACKER]


def _dates() -> list[dict[str, Any]]:
    return [
        field("start", "date", "First day in force.", required=False),
        field("end", "date", "First day no longer in force; empty: open.", required=False),
    ]


def _legal() -> list[dict[str, Any]]:
    return [
        field("reference", "string", "Legal text."),
        field("source", "string", "Where the text or its date was read."),
        field("provisional", "boolean", "Whether sources disagree or a list is not public."),
        field("why", "string", "Why it is provisional.", required=False),
    ]


def _required(fields: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [
        item | {"constraints": {"required": True}} if item["name"] == name else item
        for item in fields
    ]


TABLES: dict[str, Resource] = {
    "layers": describe(
        "layers",
        "law/layers.csv",
        "Layers of duty",
        "Legal authorities that charge on their own, in order of display.",
        [
            field("layer", "string", "Name of the layer.", pattern=_NAME, unique=True),
            field("title", "string", "Readable name."),
            field(
                "family",
                "string",
                "Group of authorities.",
                enum=["ordinary", "ieepa", "s232", "later"],
            ),
            field("authority", "string", "Statute and founding act."),
            field("first_day", "date", "First day of a measure of 2025 or 2026.", required=False),
            field("note", "string", "What a reader should know.", required=False),
            field("position", "integer", "Order of display.", minimum=1, unique=True),
        ],
        ["layer"],
        (),
        _LAW,
    ),
    "stacking": describe(
        "stacking",
        "law/stacking.csv",
        "Stacking of layers",
        "Which layer gives way to which: what the second layer covers of a line's value, the first "
        "leaves. Layers without a pair add up.",
        [
            field("layer", "string", "The layer that gives way.", pattern=_NAME),
            field("yields_to", "string", "The layer that it gives way to.", pattern=_NAME),
            field("partners", "string", "all, or codes joined by semicolons.", pattern=_CODES),
            *_dates(),
            field("reference", "string", "Legal text."),
        ],
        ["layer", "yields_to", "partners"],
        [("layer", "layers", "layer"), ("yields_to", "layers", "layer")],
        _LAW,
    ),
    "measures": describe(
        "measures",
        "law/measures.csv",
        "Measures",
        "Dated rows of the law. Within a layer one measure applies to a line: the most specific "
        "partner (country, then the EU as a group, then all), then the longest matching prefix of "
        "the scope, then the latest start.",
        [
            field("measure", "string", "Name of the measure.", pattern=_ID, unique=True),
            field("layer", "string", "The layer it belongs to.", pattern=_NAME),
            field("title", "string", "What it is."),
            field("partners", "string", "all, or codes joined by semicolons; EU: every member.",
                  pattern=_CODES),
            field("except_partners", "string", "Codes that the measure leaves out.",
                  required=False, pattern=_CODES),
            field("scope", "string", "A list below scopes/, or all.", pattern=_NAME),
            field("rule", "string", "add: on top of the ordinary duty; ceiling: total with it.",
                  enum=["add", "ceiling"]),
            field("rate", "number", "Rate.", unit="fraction", minimum=0, maximum=5),
            field("nets", "string", "The duty that a ceiling includes: the ordinary duty that "
                  "applies, or the statutory MFN rate.", required=False, enum=["ordinary", "mfn"]),
            field("value_share", "string", "Name in value_shares: the measure reaches that share "
                  "of a line's value; empty: all of it.", required=False, pattern=_NAME),
            field("quota_share", "number", "Share of trade inside a quota; the rest falls to the "
                  "next measure of the layer.", unit="fraction", required=False, minimum=0,
                  maximum=1),
            *_required(_dates(), "start"),
            *_legal(),
        ],
        ["measure"],
        [("layer", "layers", "layer")],
        _LAW,
    ),
    "exemptions": describe(
        "exemptions",
        "law/exemptions.csv",
        "Exemptions",
        "Dated goods that no measure of the layer reaches.",
        [
            field("exemption", "string", "Name of the exemption.", pattern=_ID, unique=True),
            field("layer", "string", "The layer whose duty is not charged.", pattern=_NAME),
            field("partners", "string", "all, or codes joined by semicolons.", pattern=_CODES),
            field("scope", "string", "A list below scopes/.", pattern=_NAME),
            *_required(_dates(), "start"),
            *_legal(),
        ],
        ["exemption"],
        [("layer", "layers", "layer")],
        _LAW,
    ),
    "value_shares": describe(
        "value_shares",
        "value_shares.parquet",
        "Shares of value that a measure reaches",
        "Metal content of derivatives (modelled by industry; a product younger than the model "
        "takes the mean of its HS8, else HS6, else HS4) and the share of Canadian and Mexican "
        "trade that does not claim USMCA (2025). A line without a row is reached in full.",
        [
            field("name", "string", "Name that a measure uses.", pattern=_NAME),
            field("partner", "string", "all, or one partner.", pattern="all|[A-Z]{2,3}"),
            field("hs10", "string", "Ten-digit product code.", pattern="[0-9]{10}"),
            field("share", "number", "Share of the line's value.", unit="fraction", minimum=0,
                  maximum=1),
        ],
        ["name", "partner", "hs10"],
        [("hs10", "products", "hs10")],
        [sources.METAL_SHARES, sources.USMCA_SHARES],
    ),
    "talks": describe(
        "talks",
        "talks.csv",
        "Steps of the talks",
        "Frameworks, signed texts and orders that carry them out, by partner, as far as the stored "
        "texts tell. Announcements by word of mouth are not in it.",
        [
            field("partner", "string", "Partner.", pattern="[A-Z]{2,3}"),
            field("date", "date", "Date of the text."),
            field("kind", "string", "What kind of text.", enum=["framework", "order", "signed"]),
            field("title", "string", "What it is."),
            field("changes_tariff", "boolean", "Whether a US duty changed by it."),
            field("reference", "string", "The text."),
            field("source", "string", "Where it was read."),
        ],
        ["date", "partner"],
        [("partner", "partners", "partner")],
        [ORDERS],
    ),
    "partner_tariffs": describe(
        "partner_tariffs",
        "partner_tariffs.csv",
        "Tariffs of partners, as US texts state them",
        "Simple averages of MFN tariffs named in US orders and fact sheets. For Japan, Korea and "
        "Australia no such statement was found.",
        [
            field("partner", "string", "Whose tariff; USA for comparison.", pattern="[A-Z]{2,3}"),
            field("goods", "string", "Which goods.",
                  enum=["all", "agriculture", "non-agriculture"]),
            field("mfn_average", "number", "Simple average MFN rate.", unit="fraction", minimum=0,
                  maximum=1),
            field("reference", "string", "The text."),
        ],
        ["partner", "goods"],
        (),
        [ORDERS],
    ),
    "monitoring_list": describe(
        "monitoring_list",
        "monitoring_list.csv",
        "Currency monitoring list",
        "Economies on the US Treasury's monitoring list of January 2026; nobody was named a "
        "manipulator.",
        [
            field("partner", "string", "Economy.", pattern="[A-Z]{3}", unique=True),
            field("reference", "string", "The text."),
        ],
        ["partner"],
        [("partner", "partners", "partner")],
        [ORDERS],
    ),
}  # fmt: skip


def scope(name: str, title: str) -> Resource:
    """Describe one list of HTS prefixes."""
    return describe(
        f"scope_{name}",
        f"law/scopes/{name}.csv",
        title,
        f"{title}: a product belongs when its code starts with one of the prefixes.",
        [field("hts_prefix", "string", "HTS code of 2 to 10 digits, leading zero kept.",
               pattern="[0-9]{2,10}", unique=True)],
        ["hts_prefix"],
        (),
        [LISTS, TRACKER, ORDERS],
    )  # fmt: skip


def outcome(name: str) -> Resource:
    """Describe one outcome file."""
    return {
        "name": f"outcome_{name}",
        "path": f"outcomes/{name}.toml",
        "title": f"Outcome {name}",
        "description": "An overlay on the law of a day, in TOML.",
        "format": "toml",
        "mediatype": "application/toml",
        "encoding": "utf-8",
        "sources": [ORDERS, OWN],
    }
