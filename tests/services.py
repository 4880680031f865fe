"""A local server in the place of the four services.

No reply here was recorded, but the facts of one that is marked so: they are made, in the shape that
the services document, from the tables of the data package, so that what is rebuilt can be compared.
"""

from __future__ import annotations

import json
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlsplit

import pandas as pd

from tradeviz.datasets import load
from tradeviz.refresh.derive import AGGREGATES

Query = dict[str, list[str]]

# Facts of a reply of 10 October 2026.
RELEASES = [
    {"name": "2026HTSRev21", "title": "Revision 21 (2026)", "status": "current",
     "releaseStartDate": "10/09/2026", "releaseEndDate": None},
    {"name": "2026HTSRev20", "title": "Revision 20 (2026)", "status": "archive",
     "releaseStartDate": "09/28/2026", "releaseEndDate": "10/09/2026"},
]  # fmt: skip
HEADING = {"htsno": "", "indent": "0", "general": "", "superior": "true", "description": "made"}
MISSING_KEY = "<html><head><title>Missing Key</title></head><body>made</body></html>"


class Tables:
    """The tables that replies are made from; a test may put others in their place."""

    def __init__(self) -> None:
        self.own: dict[str, pd.DataFrame] = {}
        self.asked: dict[str, pd.DataFrame] = {}
        self.chapters: dict[str, dict[str, pd.DataFrame]] = {}

    def get(self, name: str) -> pd.DataFrame:
        """Return a table with text in the place of categories."""
        table = self.own.get(name)
        if table is None:
            table = load(name)
            words = [str(c) for c in table if str(table[c].dtype) == "category"]
            self.own[name] = table = table.astype(dict.fromkeys(words, "str"))
        return table

    def coded(self, name: str) -> pd.DataFrame:
        """Return a table under the names of the Census Bureau, numbers and months as text."""
        if name not in self.asked:
            table = self.get(name)
            partners = self.get("partners").set_index("partner")["census_code"]
            codes = {**partners, **{name: code for code, (name, _) in AGGREGATES.items()}}
            who = table["partner"] if "partner" in table else table["aggregate"]
            table = table.assign(code=who.map(codes)).dropna(subset=["code"]).rename(columns=NAMES)
            for column in table.columns[[table[c].dtype.kind == "f" for c in table]]:
                table[column] = table[column].map("{:.0f}".format)
            if "month" in table:
                table["time"] = table["month"].dt.strftime("%Y-%m")
            if "I_COMMODITY" in table:
                words = self.get("products").set_index("hs10")["description"].str.upper()
                table["I_COMMODITY_SDESC"] = table["I_COMMODITY"].map(words).fillna("MADE, NESOI")
            self.asked[name] = table
        return self.asked[name]

    def chapter(self, name: str, number: str) -> pd.DataFrame | None:
        """Return the lines of a chapter under the names of the Census Bureau."""
        if name not in self.chapters:
            lines = self.coded(name).rename(columns={"duty_usd": "CAL_DUT_YR"})
            self.chapters[name] = dict(tuple(lines.groupby(lines["I_COMMODITY"].str[:2])))
        return self.chapters[name].get(number)


NAMES = {
    "code": "CTY_CODE",
    "hs10": "I_COMMODITY",
    "value_usd": "CON_VAL_YR",
    "naics3": "NAICS",
    "imports_usd": "CON_VAL_MO",
    "general_imports_usd": "GEN_VAL_MO",
    "exports_usd": "ALL_VAL_MO",
}


def months(table: pd.DataFrame, words: str) -> pd.DataFrame:
    """Return the months that a query asks for."""
    _, first, _, last = words.split()
    return table[table["time"].between(first, last)]


def rows_of(table: pd.DataFrame, query: Query) -> list[list[str]] | None:
    """Return an array of arrays: header, rows as text, and the filters once more at the end."""
    names = query["get"][0].split(",")
    filters = {name: value[0] for name, value in query.items() if name not in ("get", "key")}
    filters.pop("time")
    repeated = [name for name in filters if name in names]
    body = table[[*names, *(["time"] if "time" in table else []), *repeated]]
    more = [value for name, value in filters.items() if name not in names]
    header = [*body.columns, *(name for name in filters if name not in names)]
    if body.empty:
        return None
    first = zip(body, body.iloc[0], strict=True)
    total = ["-" if name == "CTY_CODE" else value for name, value in first]
    return [header, [*total, *more], *([*row, *more] for row in body.to_numpy().tolist())]


def census(tables: Tables, path: str, query: Query) -> Any:
    """Answer as the Census Bureau."""
    asked = query["get"][0]
    if "I_COMMODITY" in asked:
        name = f"imports_{query['time'][0][:4]}"
        lines = tables.chapter(name, query["I_COMMODITY"][0].rstrip("*"))
        return None if lines is None else rows_of(lines, query)
    if "CON_VAL_MO" in asked:
        name = "duties_monthly_naics3" if path.endswith("naics") else "duties_monthly"
        table = tables.coded(name).rename(columns={"duty_usd": "CAL_DUT_MO"})
        return rows_of(months(table, query["time"][0]), query)
    kinds = (tables.coded(f"{kind}_monthly") for kind in ("balances", "aggregates"))
    return rows_of(pd.concat(months(table, query["time"][0]) for table in kinds), query)


def tariff(tables: Tables, path: str, query: Query) -> Any:
    """Answer as the tariff service: a blank rate is that of the line above it."""
    if path.endswith("releaseList"):
        return RELEASES
    lines = tables.get("tariff_lines")
    lines = lines[lines["hs8"].str[:4].between(query["from"][0], query["to"][0])]
    rows: list[dict[str, Any]] = [HEADING]
    for code, text in zip(lines["hs8"], lines["mfn_text"].fillna(""), strict=True):
        number = f"{code[:4]}.{code[4:6]}.{code[6:]}"
        marked = text.replace("%", "% <u></u>") if text.endswith("%") and len(text) < 6 else text
        rows.append({**HEADING, "htsno": number[:7], "indent": "1", "general": marked})
        rows.append({**HEADING, "htsno": number, "indent": "2", "superior": None})
    return rows


def world_bank(tables: Tables, path: str, query: Query) -> Any:
    """Answer as the World Bank."""
    name, column = "gdp", "gdp_usd"
    if not path.endswith("NY.GDP.MKTP.CD"):
        name, column = "goods_exports", "goods_exports_world_usd"
    first, last = map(int, query["date"][0].split(":"))
    table = tables.get(name)
    table = table[table["year"].between(first, last)]
    codes = table["partner"].replace({"EU": "EUU"})
    rows = [
        {"countryiso3code": code, "date": str(year), "value": value}
        for code, year, value in zip(codes, table["year"], table[column], strict=True)
    ]
    return [{"page": 1, "pages": 1}, [*rows, {"countryiso3code": "", "date": "2020", "value": 1}]]


def register(tables: Tables, path: str, query: Query) -> Any:
    """Answer as the Federal Register."""
    document = {
        "document_number": "2026-90001",
        "title": "Made: <b>Modifying</b> Duties",
        "type": "Rule",
        "publication_date": "2026-11-02",
        "html_url": "https://example.org/2026-90001",
    }
    return {"count": 1, "total_pages": 1, "next_page_url": None, "results": [document]}


ANSWERS: dict[str, Callable[[Tables, str, Query], Any]] = {
    "/data/": census,
    "/reststop/": tariff,
    "/v2/": world_bank,
    "/api/v1/": register,
}
Fault = Callable[["Handler", bytes], None]


class Handler(BaseHTTPRequestHandler):
    """Answers one request, or spoils the answer."""

    protocol_version = "HTTP/1.1"
    server: Services

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = parse_qs(parts.query)
        self.server.asked.append(parts.path + "?" + parts.query)
        answer = next(a for start, a in ANSWERS.items() if parts.path.startswith(start))
        made = answer(self.server.tables, parts.path, query)
        body = b"" if made is None else json.dumps(made).encode()
        for fault in self.server.faults_of(unquote_plus(self.path)):
            return fault(self, body)
        self.reply(200 if body else 204, body)

    def reply(self, status: int, body: bytes, **headers: str) -> None:
        """Send an answer."""
        self.send_response_only(status)
        self.send_header("Date", headers.pop("Date", formatdate(usegmt=True)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        """Say nothing."""


class Services(ThreadingHTTPServer):
    """The four services at one address."""

    daemon_threads = True

    def handle_error(self, *where: Any) -> None:
        """Say nothing of a client that hangs up: its words would mix with what a test reads."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(*where)

    def __init__(self, tables: Tables) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.tables = tables
        self.faults: list[tuple[str, Fault]] = []
        self.asked: list[str] = []
        self.address = f"http://127.0.0.1:{self.server_address[1]}"

    def spoil(self, pattern: str, fault: Fault, times: int = 99) -> None:
        """Spoil the answers to requests whose address holds a pattern, a number of times."""
        self.faults += [(pattern, fault)] * times

    def faults_of(self, address: str) -> Iterator[Fault]:
        """Yield the first fault for an address, which is then used up."""
        for number, (pattern, fault) in enumerate(self.faults):
            if re.search(pattern, address):
                del self.faults[number]
                yield fault
                return


@contextmanager
def serving(tables: Tables | None = None) -> Iterator[Services]:
    """Serve until the block is left."""
    with Services(tables or Tables()) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def status(code: int, text: str = "made", **headers: str) -> Fault:
    """Answer with a status."""
    return lambda handler, body: handler.reply(code, text.encode(), **headers)


def changed(edit: Callable[[Any], Any]) -> Fault:
    """Answer with other content."""
    return lambda handler, body: handler.reply(200, json.dumps(edit(json.loads(body))).encode())


def dated(text: str) -> Fault:
    """Answer by a clock of its own."""
    return lambda handler, body: handler.reply(200, body, Date=text)


def cut(handler: Handler, body: bytes) -> None:
    """Break the connection in the middle of the answer."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2])
    handler.wfile.flush()
    handler.connection.close()
    handler.close_connection = True


def drip(handler: Handler, body: bytes) -> None:
    """Send a byte now and then."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    for byte in body[:40]:
        try:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
        except OSError:
            return
        time.sleep(0.05)
    handler.close_connection = True


def silent(handler: Handler, body: bytes) -> None:
    """Take a request and say nothing for a second."""
    time.sleep(1.0)
    handler.close_connection = True
