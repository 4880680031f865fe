"""What is asked of the four services, and how their replies are read."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

import pandas as pd

from tradeviz.errors import ServiceError
from tradeviz.refresh.client import Request, failed, table

TOPICS = {
    "duties": "imports for consumption and duties by month, by partner and industry",
    "balances": "exports, general imports and balance by month and year",
    "weights": "trade lines: imports and duty of a year by partner and product",
    "tariff": "ordinary rates of the tariff, line by line",
    "sizes": "GDP and goods exports of partners",
    "law": "documents and releases that touch the law; nothing is derived from them",
}
"""What can be refreshed alone."""
FIRST_YEAR = 2013
"""The Census Bureau's service has no month before."""
_TRADE = "/data/timeseries/intltrade/"
_TOTAL = {"-", ""}
WORLD_BANK_CODES = {"EUU": "EU"}
INDICATORS = {"gdp_usd": "NY.GDP.MKTP.CD", "goods_exports_world_usd": "TX.VAL.MRCH.CD.WT"}
_LINES = ((100, 999), *((first, first + 999) for first in range(1000, 10_000, 1000)))
_CHAPTERS = [f"{number:02d}" for number in range(1, 100) if number != 77]
_MARKUP = re.compile(r"<[^>]*>")
_CODE = re.compile(r"\d{4}\.\d{2}\.\d{2}(?:\.\d{2})?")


def _census(path: str, title: str, columns: str, **params: str) -> Request:
    """Return a request to the Census Bureau."""
    return Request("census", _TRADE + path, (("get", columns), *params.items()), title)


def _years(since: dt.date, until: dt.date) -> list[tuple[int, str]]:
    """Return each year with the words for its months from `since` to `until`."""
    spans = []
    for year in range(max(since.year, FIRST_YEAR), until.year + 1):
        first = since.month if year == since.year else 1
        last = until.month if year == until.year else 12
        spans.append((year, f"from {year}-{first:02d} to {year}-{last:02d}"))
    return spans


def requests_of(
    topic: str, *, since: dt.date, until: dt.date, weights: int, known: dt.date
) -> list[Request]:
    """Return what has to be asked for a topic."""
    years = _years(since, until)
    if topic == "duties":
        return [
            _census("imports/hs", f"imports and duties {year}", "CTY_CODE,CON_VAL_MO,CAL_DUT_MO",
                    time=span)
            for year, span in years
        ] + [
            _census("imports/naics", f"duties by industry {year}",
                    "CTY_CODE,NAICS,CON_VAL_MO,CAL_DUT_MO", time=span, COMM_LVL="NA3")
            for year, span in years
        ]  # fmt: skip
    if topic == "balances":
        return [
            _census("imports/hs", f"general imports {year}", "CTY_CODE,GEN_VAL_MO", time=span)
            for year, span in years
        ] + [
            _census("exports/hs", f"exports {year}", "CTY_CODE,ALL_VAL_MO", time=span)
            for year, span in years
        ]
    if topic == "weights":
        columns = "CTY_CODE,I_COMMODITY,I_COMMODITY_SDESC,CON_VAL_YR,CAL_DUT_YR"
        return [
            _census("imports/hs", f"trade lines {weights} chapter {chapter}", columns,
                    time=f"{weights}-12", COMM_LVL="HS10", I_COMMODITY=f"{chapter}*")
            for chapter in _CHAPTERS
        ]  # fmt: skip
    if topic == "sizes":
        span = f"{min(since.year, until.year - 6)}:{until.year}"
        return [
            Request("world_bank", f"/v2/country/all/indicator/{indicator}",
                    (("format", "json"), ("per_page", "20000"), ("date", span)), column)
            for column, indicator in INDICATORS.items()
        ]  # fmt: skip
    if topic == "tariff":
        return [
            Request("tariff", "/reststop/exportList",
                    (("from", f"{first:04d}"), ("to", f"{last:04d}"), ("format", "JSON"),
                     ("styles", "false")), f"tariff {first:04d} to {last:04d}")
            for first, last in _LINES
        ]  # fmt: skip
    return [documents_request(known), RELEASES]


RELEASES = Request("tariff", "/reststop/releaseList", (), "releases of the tariff")


def documents_request(since: dt.date) -> Request:
    """Return the request for documents that name the tariff, published after a day."""
    fields = "document_number", "title", "type", "publication_date", "html_url"
    params = [("conditions[term]", '"Harmonized Tariff Schedule"')]
    params += [("conditions[type][]", kind) for kind in ("PRESDOCU", "NOTICE", "RULE")]
    params += [("conditions[publication_date][gte]", str(since + dt.timedelta(days=1)))]
    params += [("fields[]", field) for field in fields]
    params += [("order", "oldest"), ("per_page", "1000")]
    return Request("register", "/api/v1/documents.json", tuple(params), "documents on the tariff")


_DUTIES = {"CTY_CODE": "code", "CON_VAL_MO": "imports_usd", "CAL_DUT_MO": "duty_usd"}
_COLUMNS = {
    "CON_VAL_MO": _DUTIES,
    "NAICS": {**_DUTIES, "NAICS": "naics3"},
    "GEN_VAL_MO": {"CTY_CODE": "code", "GEN_VAL_MO": "general_imports_usd"},
    "ALL_VAL_MO": {"CTY_CODE": "code", "ALL_VAL_MO": "exports_usd"},
}


def read(reply: Any, request: Request) -> Any:
    """Return what a reply says, or raise the fault it has."""
    if request.service == "world_bank":
        return read_indicator(reply, request)
    if request.service == "register":
        return read_documents(reply, request)
    if request.service == "tariff":
        return (read_releases if request == RELEASES else read_tariff)(reply, request)
    asked = dict(request.params)["get"].split(",")
    if "I_COMMODITY" in asked:
        return read_lines(reply, request)
    return read_months(reply, request, _COLUMNS[asked[1]])


def read_months(reply: Any, request: Request, columns: dict[str, str]) -> pd.DataFrame:
    """Return `code`, `month`, and columns under our names; rows that say no month are a fault."""
    numbers = [name for name in columns if name.endswith("_MO")]
    frame = table(reply, request, [*columns, "time"], numbers)
    frame = frame.rename(columns={**columns, "time": "month"})
    frame["month"] = pd.to_datetime(frame["month"], format="%Y-%m", errors="coerce")
    if frame["month"].isna().any():
        raise failed(request, "time holds no month")
    key = [name for name in ("code", "month", "naics3") if name in frame]
    return _once(frame[~frame["code"].isin(_TOTAL)], key, request)


def read_lines(reply: Any, request: Request) -> pd.DataFrame:
    """Return trade lines of a chapter."""
    names = {
        "CTY_CODE": "code",
        "I_COMMODITY": "hs10",
        "I_COMMODITY_SDESC": "text",
        "CON_VAL_YR": "value_usd",
        "CAL_DUT_YR": "duty_usd",
    }
    frame = table(reply, request, list(names), ["CON_VAL_YR", "CAL_DUT_YR"])
    frame = frame.rename(columns=names)
    if not frame["hs10"].astype("str").str.fullmatch(r"\d{10}").all():
        raise failed(request, "I_COMMODITY holds a code that has not ten digits")
    if not all(isinstance(text, str) for text in frame["text"].astype(object)):
        raise failed(request, "I_COMMODITY_SDESC is missing")
    return _once(frame[~frame["code"].isin(_TOTAL)], ["code", "hs10"], request)


def _once(frame: pd.DataFrame, key: list[str], request: Request) -> pd.DataFrame:
    """Return a frame without rows that are there twice, if both say the same."""
    frame = frame.drop_duplicates()
    again = frame[frame.duplicated(key)]
    if len(again):
        shown = " ".join(str(value)[:10] for value in again.iloc[0][key])
        raise failed(request, f"two rows of {shown} that differ")
    return frame


def read_indicator(reply: Any, request: Request) -> pd.DataFrame:
    """Return `partner`, `year` and the value of an indicator of the World Bank."""
    if not (isinstance(reply, list) and len(reply) == 2 and isinstance(reply[1], list)):
        raise failed(request, "not a list of two parts")
    _one_page(reply[0], "pages", request)
    try:
        rows = [
            (row["countryiso3code"], int(row["date"]), float(row["value"]))
            for row in reply[1]
            if row["value"] is not None and row["countryiso3code"]
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise _unread(request, "row", error) from None
    frame = pd.DataFrame(rows, columns=["partner", "year", request.title])
    frame["partner"] = frame["partner"].replace(WORLD_BANK_CODES)
    return frame


def read_tariff(reply: Any, request: Request) -> pd.DataFrame:
    """Return `code` (8 or 10 digits) and the words of the general column, inherited where blank."""
    if not isinstance(reply, list):
        raise failed(request, "not a list of lines")
    rows: list[tuple[str, str]] = []
    above: list[tuple[int, str]] = []
    for line in reply:
        try:
            number = line["htsno"] or ""
            general = " ".join(_MARKUP.sub("", line["general"] or "").split())
            indent, coded = int(line["indent"]), _CODE.fullmatch(number)
        except (KeyError, TypeError, ValueError) as error:
            raise _unread(request, "line", error) from None
        above = [(depth, words) for depth, words in above if depth < indent]
        words = general or (above[-1][1] if above else "")
        above.append((indent, words))
        if coded:
            rows.append((number.replace(".", ""), words))
    return pd.DataFrame(rows, columns=["code", "mfn_text"]).drop_duplicates("code")


def read_documents(reply: Any, request: Request) -> list[dict[str, str]]:
    """Return the documents of the Federal Register."""
    if not isinstance(reply, dict) or "count" not in reply:
        raise failed(request, "no count of documents")
    _one_page(reply, "total_pages", request)
    return _fields(
        reply.get("results") or [],
        ("document_number", "title", "type", "publication_date", "html_url"),
        request,
    )


def read_releases(reply: Any, request: Request) -> list[dict[str, str]]:
    """Return the releases of the tariff, with the days on which they start."""
    if not isinstance(reply, list):
        raise failed(request, "not a list of releases")
    rows = _fields(reply, ("name", "title", "releaseStartDate"), request)
    try:
        for row in rows:
            day = dt.datetime.strptime(row.pop("releaseStartDate"), "%m/%d/%Y").date()
            row["start"] = str(day)
    except ValueError:
        raise failed(request, "releaseStartDate holds no day") from None
    return rows


def _fields(rows: Iterable[Any], names: tuple[str, ...], request: Request) -> list[dict[str, str]]:
    """Return the named fields of each row as text."""
    try:
        return [{name: str(row[name] or "") for name in names} for row in rows]
    except (KeyError, TypeError) as error:
        raise _unread(request, "row", error) from None


def _one_page(about: Any, name: str, request: Request) -> None:
    """Refuse a reply that is not whole."""
    if not isinstance(about, dict):
        raise failed(request, "no number of pages")
    if str(about.get(name) or 1) != "1":
        raise failed(request, "more than one page")


def _unread(request: Request, what: str, error: Exception) -> ServiceError:
    """Return the error of a reply in which a row is not as documented."""
    lacks = f"without {error}" if isinstance(error, KeyError) else f"that cannot be read: {error}"
    return failed(request, f"a {what} {lacks}")
