"""A refresh from a local server: what it rebuilds, refuses, and leaves as it was."""

from __future__ import annotations

import datetime as dt
import errno
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from email.utils import formatdate
from inspect import unwrap
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock
from xml.etree import ElementTree

import pandas as pd
import pytest
import services
from services import Services, Tables

from tradeviz.cli import _parser, main
from tradeviz.datasets import DATA, checking, described, load, reading
from tradeviz.datasets.writing import stamp
from tradeviz.errors import ArgumentError, DataError, ServiceError
from tradeviz.law.record import coverage
from tradeviz.refresh import build, changes, chapter99, swap
from tradeviz.refresh import run as running
from tradeviz.refresh.build import Source
from tradeviz.refresh.client import KEY, Client, Manners, Request
from tradeviz.refresh.figures import figures_of, moved
from tradeviz.refresh.progress import Progress
from tradeviz.refresh.run import BUILDERS, Settings, plan, refresh, revisions
from tradeviz.refresh.services import read
from tradeviz.refresh.swap import locked, places_of, put_in_place
from tradeviz.refresh.totals import contradictions, lines_apart, questions
from tradeviz.refresh.wording import readable

SINCE = pd.Timestamp(2024, 1, 1)


def recent() -> Tables:
    """Return the shipped tables; of industries only the months that are asked for."""
    tables = Tables()
    industries = tables.get("duties_monthly_naics3")
    tables.own["duties_monthly_naics3"] = industries[industries["month"] >= SINCE]
    return tables


TABLES = recent()
QUICK = Manners(pause=0.0, backoff=0.01, tries=2, timeout=2.0, longest=0.5, longest_wait=1)


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, "made")


def no(question: str) -> bool:
    raise AssertionError(question)


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Every trade table, from an empty folder and the server alone."""
    folder, said = tmp_path_factory.mktemp("refresh") / "data", []
    with services.serving(TABLES) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY, "made")
        settings = Settings(since=SINCE.date(), into=folder, base_url=server.address,
                            manners=Manners(pause=0.0), quiet=True)  # fmt: skip
        assert refresh(settings, say=said.append, ask=no)
    return folder, said


TRADE = (
    *("imports_2024", "products", "tariff_lines", "hts_codes", "duties_monthly"),
    *("duties_monthly_naics3", "balances_monthly", "aggregates_monthly", "gdp", "goods_exports"),
    *("partners", "april_2025_rates"),
)


@pytest.mark.parametrize("name", TRADE)
def test_a_table_from_the_services_is_the_shipped_one(
    rebuilt: tuple[Path, list[str]], name: str
) -> None:
    assert load(name, folder=rebuilt[0]).equals(load(name))


@pytest.mark.parametrize("name", ["balances_annual", "aggregates_annual"])
def test_years_differ_by_the_rounding_of_the_workbook_only(
    rebuilt: tuple[Path, list[str]], name: str
) -> None:
    before, after = load(name), load(name, folder=rebuilt[0])
    key = described(name)["schema"]["primaryKey"]
    both = before.merge(after, on=key, how="outer", suffixes=("", "_new"), validate="one_to_one")
    for column in ("exports_usd", "general_imports_usd"):
        # The workbook has tenths of a million; a year is now the sum of its months.
        assert (both[column] - both[f"{column}_new"]).abs().max() < 12 * 0.05e6
        moved = both[both[column] != both[f"{column}_new"]]
        assert set(moved["vintage_new"]) == {f"{dt.datetime.now(dt.UTC):%Y-%m-%d}"}


def test_a_refresh_says_what_moved_and_leaves_nothing(
    rebuilt: tuple[Path, list[str]],
) -> None:
    folder, said = rebuilt
    assert [line.split(":")[0] for line in said] == [
        "the law is encoded to 2026-10-09",
        "balances_annual",
        "aggregates_annual",
        "no headline figure and no claim moves",
        str(folder),
    ]
    assert sorted(path.name for path in folder.parent.iterdir()) == [folder.name]


@pytest.fixture
def server() -> Iterator[Services]:
    with services.serving(TABLES) as server:
        yield server


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that failing refreshes must leave as it is."""
    return Path(shutil.copytree(DATA, tmp_path_factory.mktemp("whole") / "data"))


def settings_of(server: Services, folder: Path, only: str = "duties") -> Settings:
    return Settings(only=[only], since=dt.date(2025, 1, 1), into=folder, quiet=True,
                    base_url=server.address, manners=QUICK)  # fmt: skip


def state(folder: Path) -> list[tuple[str, int, int]]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [(str(path), path.stat().st_mtime_ns, path.stat().st_ino) for path in files]


def cell(row: int, position: int, value: Any) -> services.Fault:
    def edit(rows: list[list[Any]]) -> list[list[Any]]:
        rows[row][position] = value
        return rows

    return services.changed(edit)


KEY_LINE = (
    "the Census Bureau does not accept the key; allowed: a key in the environment variable "
    "CENSUS_API_KEY; get one, free, at https://api.census.gov/data/key_signup.html"
)
FAULTS: dict[str, tuple[services.Fault, str]] = {
    "a page that says Missing Key": (services.status(200, services.MISSING_KEY), KEY_LINE),
    "a page that says Invalid Key": (services.status(200, "<p>Invalid Key</p>"), KEY_LINE),
    "another page": (services.status(200, "<p>made</p>"), "not JSON but '<p>made</p>'"),
    "status 400": (
        services.status(400, "error: unknown variable"),
        "refused with status 400: error: unknown variable",
    ),
    "status 429 without end": (
        services.status(429, Retry_After="0"),
        "busy or broken, after several tries",
    ),
    "status 500": (services.status(500), "busy or broken, after several tries"),
    "a cut connection": (services.cut, "the connection was cut in the middle of the reply"),
    "a slow drip": (services.drip, "too slow"),
    "an object": (services.changed(lambda rows: {"made": rows}), "not an array of rows"),
    "text for a number": (cell(5, 1, "(D)"), "CON_VAL_MO holds '(D)', which is no number"),
    "a missing column": (cell(0, 2, "MADE"), "the column CAL_DUT_MO is missing"),
    "a row cut short": (
        services.changed(lambda rows: [*rows, rows[-1][:2]]),
        "a row of another length than the header",
    ),
    "a month that is none": (cell(5, 3, "2026-13"), "time holds no month"),
    "two rows that differ": (
        services.changed(lambda rows: [*rows, [rows[-1][0], "1", *rows[-1][2:]]]),
        "two rows of ",
    ),
    "a clock that is off": (
        services.dated(formatdate(time.time() + 40 * 86_400, usegmt=True)),
        "its clock says ",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_leaves_all_as_it_was_and_the_next_run_goes_on(
    server: Services, whole: Path, fault: str
) -> None:
    answer, reason = FAULTS[fault]
    before, settings = state(whole), settings_of(server, whole)
    server.spoil(r"imports/hs.*from 2026", answer)
    with pytest.raises(ServiceError) as raised:
        refresh(settings, say=print, ask=no)
    assert reason in str(raised.value) and "\n" not in str(raised.value)
    if reason != KEY_LINE:
        assert str(raised.value).startswith("census: imports and duties 2026: ")
        assert str(raised.value).endswith("allowed: run the command again: replies so far are kept")
    assert state(whole) == before
    places = places_of(whole)
    assert sorted(whole.parent.iterdir()) == sorted([whole, places.replies])
    server.faults.clear()
    server.asked.clear()
    client = Client(places.replies, base_url=server.address, manners=QUICK)
    Source(whole, client, plan(settings)).fetch(lambda title: None)
    # What was received is not asked for again; what was spoiled is, and what came after it.
    assert not [line for line in server.asked if "/hs" in line and "from+2025" in line]
    assert [line for line in server.asked if "/hs" in line and "from+2026" in line]
    shutil.rmtree(places.replies)


def test_a_busy_service_is_asked_again_when_it_says(server: Services, whole: Path) -> None:
    server.spoil("from 2025", services.status(429, Retry_After="1"), times=1)
    server.spoil("from 2026", services.status(503), times=1)
    began = time.monotonic()
    client = Client(whole.parent / "kept", base_url=server.address, manners=QUICK)
    source = Source(whole, client, plan(settings_of(server, whole)))
    source.fetch(lambda title: None)
    assert time.monotonic() - began > 1.0 and not server.faults
    shutil.rmtree(whole.parent / "kept")


def test_a_table_that_cannot_be_read_is_named_before_it_is_rebuilt(
    server: Services, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(DATA, tmp_path / "data"))
    path = folder / "partners.csv"
    header, first, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([header, first, first, *rows[1:]]), encoding="utf-8")
    stamp(folder)
    source = Source(folder, Client(tmp_path / "kept"), {})
    with pytest.raises(DataError, match=r"partners\.csv, row 2, field 'partner': the key is there"):
        source.stored("partners")


def test_two_requests_keep_their_distance(server: Services, whole: Path) -> None:
    kept = whole.parent / "paced"
    client = Client(kept, base_url=server.address, manners=replace(QUICK, pause=0.2))
    first, second, *_ = plan(settings_of(server, whole))["duties"]
    client.get(first, lambda reply: reply)
    client._last = began = time.monotonic()
    client.get(second, lambda reply: reply)
    assert time.monotonic() - began >= 0.2 and client.asked == 2
    shutil.rmtree(kept)


def test_who_stops_a_reply_finds_no_half_of_it(server: Services, whole: Path) -> None:
    kept = whole.parent / "stopped"
    client = Client(kept, base_url=server.address, manners=QUICK)
    first, *_ = plan(settings_of(server, whole))["duties"]

    def stop(reply: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        client.get(first, stop)
    assert not list(kept.iterdir())
    shutil.rmtree(kept)


@pytest.mark.parametrize("said", ["made", "%a, %d %b %Y %H:%M:%S"], ids=["none", "no zone"])
def test_a_clock_that_cannot_be_read_is_not_held_against_a_service(
    said: str, server: Services, whole: Path, tmp_path: Path
) -> None:
    server.spoil("from 2025", services.dated(f"{dt.datetime.now(dt.UTC):{said}}"))
    client = Client(tmp_path, base_url=server.address, manners=QUICK)
    client.get(plan(settings_of(server, whole))["duties"][0], lambda reply: reply)
    assert abs(client.day - dt.datetime.now(dt.UTC).date()) <= dt.timedelta(days=1)


def test_nobody_at_an_address_is_no_connection(whole: Path, tmp_path: Path) -> None:
    with services.serving(TABLES) as server:
        settings = settings_of(server, whole)
    client = Client(tmp_path, base_url=settings.base_url, manners=QUICK)
    request = plan(settings)["duties"][0]
    said = "census: imports and duties 2025: no connection; allowed: run the command again"
    with pytest.raises(ServiceError, match=said):
        client.get(request, lambda reply: reply)
    assert list(tmp_path.iterdir()) == []


LISTS_OF_REPLIES = ("[]", "not JSON", '{"a": {}}', '{"a": 1}', '{"a": {"received": "2026-10-01"}}')


@pytest.mark.parametrize("text", LISTS_OF_REPLIES)
def test_a_list_of_replies_that_cannot_be_read_is_named(text: str, tmp_path: Path) -> None:
    path = tmp_path / "replies.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ArgumentError) as raised:
        Client(tmp_path)
    said = "field 'replies': not a list of kept replies; value '{}'; allowed: remove it"
    assert str(raised.value) == said.format(path)


def test_a_row_that_is_there_twice_counts_once_and_repeated_columns_do_no_harm() -> None:
    request = plan(Settings(only=["duties"], since=dt.date(2025, 1, 1)))["duties"][0]
    header = ["CTY_CODE", "CON_VAL_MO", "CAL_DUT_MO", "time", "CTY_CODE"]
    row = ["5880", "10", "2", "2025-01", "5880"]
    table = read([header, row, row], request)
    assert table[["code", "imports_usd"]].to_numpy().tolist() == [["5880", 10.0]]
    assert read(None, request).empty


GOOD = {
    "weights": [
        ["CTY_CODE", "I_COMMODITY", "I_COMMODITY_SDESC", "CON_VAL_YR", "CAL_DUT_YR"],
        ["5880", "0101210010", "MADE", "10", "2"],
    ],
    "sizes": [{"pages": 1}, [{"countryiso3code": "JPN", "date": "2024", "value": 1.5}]],
    "tariff": [{"htsno": "0101.21.00", "general": "Free", "indent": "1"}],
    "documents": services.register(Tables(), "", {}),
    "releases": services.RELEASES,
}
"""A reply of each kind as it should be: a row of it, but two releases."""
UNREADABLE: dict[str, tuple[str, Any, str]] = {
    "a code of nine digits": (
        "weights", [GOOD["weights"][0], ["5880", "010121001", "MADE", "10", "2"]],
        "I_COMMODITY holds a code that has not ten digits",
    ),
    "goods without words": (
        "weights", [GOOD["weights"][0], ["5880", "0101210010", None, "10", "2"]],
        "I_COMMODITY_SDESC is missing",
    ),
    "a message in the place of figures": (
        "sizes", [{"message": [{"id": "120", "key": "Invalid value"}]}], "not a list of two parts",
    ),
    "nothing of the World Bank": ("sizes", None, "not a list of two parts"),
    "pages that nobody counts": ("sizes", [[], GOOD["sizes"][1]], "no number of pages"),
    "half of the figures": ("sizes", [{"pages": 2}, GOOD["sizes"][1]], "more than one page"),
    "figures of no year": (
        "sizes", [{"pages": 1}, [{"countryiso3code": "JPN", "value": 1.5}]], "a row without 'date'",
    ),
    "a year that is none": (
        "sizes", [{"pages": 1}, [{"countryiso3code": "JPN", "date": "made", "value": 1.5}]],
        "a row that cannot be read: invalid literal for int() with base 10: 'made'",
    ),
    "a figure that is a list": (
        "sizes", [{"pages": 1}, [{"countryiso3code": "JPN", "date": "2024", "value": []}]],
        "a row that cannot be read: ",
    ),
    "a tariff by name": ("tariff", {"made": []}, "not a list of lines"),
    "a line without rate": (
        "tariff", [{"htsno": "0101.21.00", "indent": "1"}], "a line without 'general'",
    ),
    "a line that stands nowhere": (
        "tariff", [{**GOOD["tariff"][0], "indent": "made"}], "a line that cannot be read: invalid",
    ),
    "a line whose number is a number": (
        "tariff", [{**GOOD["tariff"][0], "htsno": 1012100}], "a line that cannot be read: expected",
    ),
    "documents that nobody counts": ("documents", {"results": []}, "no count of documents"),
    "documents as a list": ("documents", [], "no count of documents"),
    "half of the documents": (
        "documents", {**GOOD["documents"], "total_pages": 2}, "more than one page",
    ),
    "a document without title": (
        "documents", {"count": 1, "results": [{"document_number": "2026-90001"}]},
        "a row without 'title'",
    ),
    "documents that are words": (
        "documents", {"count": 1, "results": ["made"]}, "a row that cannot be read: ",
    ),
    "releases by name": ("releases", {"made": []}, "not a list of releases"),
    "a release of no day": (
        "releases", [{**services.RELEASES[0], "releaseStartDate": None}],
        "releaseStartDate holds no day",
    ),
    "a release of a day of another order": (
        "releases", [{**services.RELEASES[0], "releaseStartDate": "28/09/2026"}],
        "releaseStartDate holds no day",
    ),
    "a release without name": (
        "releases", [{"title": "made", "releaseStartDate": "10/09/2026"}], "a row without 'name'",
    ),
}  # fmt: skip


def asked_for(kind: str) -> Request:
    topic = kind if kind in running.services.TOPICS else "law"
    requests = plan(Settings(only=[topic], since=dt.date(2025, 1, 1)))[topic]
    return requests[-1 if kind == "releases" else 0]


@pytest.mark.parametrize("kind", GOOD)
def test_a_reply_as_documented_is_read(kind: str) -> None:
    reply = json.loads(json.dumps(GOOD[kind]))
    assert len(read(reply, asked_for(kind))) == (2 if kind == "releases" else 1)


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_reply_that_cannot_be_read_is_refused_by_the_name_of_its_request(case: str) -> None:
    kind, reply, reason = UNREADABLE[case]
    request = asked_for(kind)
    with pytest.raises(ServiceError) as raised:
        read(json.loads(json.dumps(reply)), request)
    assert str(raised.value).startswith(f"{request.service}: {request.title}: {reason}")
    assert str(raised.value).endswith("allowed: run the command again: replies so far are kept")


MEASURE = """
import pathlib, re, sys
from tradeviz.refresh import services
from tradeviz.refresh.client import Client
from tradeviz.refresh.run import Settings, plan
request = plan(Settings(only=["weights"]))["weights"][0]
client = Client(pathlib.Path(sys.argv[1]), base_url=sys.argv[2])
lines = client.get(request, lambda reply: services.read(reply, request))
peak = re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]
print(len(lines), int(peak) // 1024)
"""


def test_a_full_month_of_all_partners_needs_less_than_600_mb(
    server: Services, tmp_path: Path
) -> None:
    header = ["CTY_CODE", "I_COMMODITY", "I_COMMODITY_SDESC", "CON_VAL_YR", "CAL_DUT_YR"]
    header += ["time", "COMM_LVL", "I_COMMODITY"]
    row = '["%d","%010d","MADE DESCRIPTION OF GOODS, NESOI","%d","0","2024-12","HS10","01*"]'
    rows = (row % (1000 + n % 240, n // 240, n) for n in range(200_000))
    body = f"[{json.dumps(header)},{','.join(rows)}]".encode()
    server.spoil("HS10", lambda handler, _: handler.reply(200, body))
    words = [sys.executable, "-c", MEASURE, str(tmp_path), server.address]
    run = subprocess.run(words, capture_output=True, text=True, check=True)
    count, megabytes = map(int, run.stdout.split())
    assert count == 200_000 and megabytes < 600


def test_without_a_key_one_line_says_how_to_get_one(
    server: Services, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(KEY)
    with pytest.raises(ServiceError, match=r"only with a key; allowed: .*key_signup"):
        refresh(settings_of(server, whole), say=print, ask=no)
    assert not server.asked


def command(server: Services, folder: Path, *more: str) -> int:
    words = ["refresh", "--only", "duties", "--since", "2025-01", "--into", str(folder)]
    return main([*words, "--base-url", server.address, "--pause", "0", *more])


@pytest.mark.parametrize(
    ("since", "said"),
    [
        ("2012-12", "outside the months at hand; value '2012-12'; allowed: from 2013-01 on"),
        ("2025", "not a month; value '2025'; allowed: a month as 2026-07, from 2013-01 on"),
    ],
)
def test_a_month_from_which_nothing_is_fetched_is_named(
    since: str, said: str, server: Services, whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["refresh", "--into", str(whole), "--base-url", server.address, "--since", since]
    assert main(words) == 2
    assert f"field '--since': {said}" in capsys.readouterr().err
    assert not server.asked


@pytest.mark.parametrize(
    ("typed", "taken"),
    [("y\n", True), (" Yes\n", True), ("n\n", False), ("\n", False), ("", False)],
)
def test_a_question_is_answered_by_who_sits_there(
    typed: str, taken: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers: list[bool] = []
    keyboard = io.StringIO(typed)
    monkeypatch.setattr(keyboard, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdin", keyboard)
    monkeypatch.setattr(running, "refresh", lambda _, *, say, ask: answers.append(ask("Take it?")))
    assert main(["refresh"]) == 0 and answers == [taken]
    assert capsys.readouterr().err == "Take it?\n"
    assert main(["refresh", "--yes"]) == 0 and answers == [taken, True]


TODAY = dt.datetime.now(dt.UTC).date()
REFUSED: dict[str, tuple[list[str], str]] = {
    "a month to come": (
        ["--since", f"{TODAY.year + 1}-02"],
        f"'--since': in the future; value '{TODAY.year + 1}-02'; allowed: to {TODAY:%Y-%m}",
    ),
    "weights before there are any": (
        ["--weights", "2012"],
        f"'--weights': no such weights; value '2012'; allowed: 2013 to {TODAY.year - 1}, "
        "a whole year",
    ),
    "weights of a year that is not over": (
        ["--weights", f"{TODAY.year}"],
        f"'--weights': no such weights; value '{TODAY.year}'; allowed: 2013 to {TODAY.year - 1}, "
        "a whole year",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_asked_for_is_refused_before_anything_is(
    case: str, server: Services, whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more, said = REFUSED[case]
    before, words = state(whole), ["refresh", "--into", str(whole), "--base-url", server.address]
    assert main([*words, *more]) == 2
    assert capsys.readouterr().err == f"tradeviz: error: field {said}\n"
    assert not server.asked and state(whole) == before


@pytest.mark.parametrize("address", ["ftp://example.org", "example.org", "http://", ""])
def test_what_is_no_address_is_named(
    address: str, whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["refresh", "--into", str(whole), "--base-url", address]) == 2
    said = f"field '--base-url': not an address; value '{address}'; allowed: http://... or https"
    assert said in capsys.readouterr().err


def test_bounds_of_what_is_asked_for_are_allowed() -> None:
    for year in (2013, TODAY.year - 1):
        (request, *_) = plan(Settings(only=["weights"], weights=year))["weights"]
        assert dict(request.params)["time"] == f"{year}-12"
    # This month is asked for from any of its days.
    requests = plan(Settings(only=["duties"], since=TODAY.replace(day=28)))["duties"]
    assert dict(requests[0].params)["time"] == f"from {TODAY:%Y-%m} to {TODAY:%Y-%m}"


@pytest.mark.parametrize("folder", [True, False])
def test_what_is_no_data_folder_is_not_written_over(
    folder: bool, server: Services, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own"
    note = own / "note.txt" if folder else own
    note.parent.mkdir(exist_ok=True)
    note.write_text("mine", encoding="utf-8")
    assert command(server, own) == 2
    said = f"field '--into': holds something else; value '{own}'; allowed: a data folder, an empty"
    assert said in capsys.readouterr().err
    assert note.read_text(encoding="utf-8") == "mine" and not server.asked
    assert list(tmp_path.iterdir()) == [own]


def test_exit_code_3_says_that_the_data_are_as_they_were(
    server: Services, whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.spoil("naics", services.status(400, "made"))
    assert command(server, whole) == 3
    (line,) = [t for t in capsys.readouterr().err.splitlines() if "replies," not in t]
    assert line.startswith("tradeviz: error: census: duties by industry 2025: refused")
    assert line.endswith("replies so far are kept; the data are as they were")


def test_ctrl_c_stops_and_leaves_all_as_it_was(
    server: Services, whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(handler: services.Handler, body: bytes) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        services.drip(handler, body)

    before = state(whole)
    server.spoil("naics.*2026", interrupt)
    # A shell starts what runs in its background deaf to Ctrl-C.
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        assert command(server, whole) == 130
    finally:
        signal.signal(signal.SIGINT, heard)
    assert capsys.readouterr().err.endswith("tradeviz: stopped\n")
    assert state(whole) == before and not places_of(whole).lock.exists()


def test_a_full_disk_is_one_line(
    server: Services, whole: Path, capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    before, places = state(whole), places_of(whole)
    shutil.rmtree(places.replies, ignore_errors=True)
    places.replies.mkdir()
    request = plan(settings_of(server, whole))["duties"][0]
    (places.replies / request.file).with_suffix(".part").symlink_to("/dev/full")
    assert command(server, whole) == 2
    assert capfd.readouterr().err.endswith("error: No space left on device\n")

    def full(*words: object, **named: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(running, "save_package", full)
    assert command(server, whole) == 2
    assert capfd.readouterr().err.endswith("error: No space left on device\n")
    assert state(whole) == before and not places.new.exists()


def test_two_at_once_is_one_too_many(
    server: Services, whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with locked(whole):
        assert command(server, whole) == 2
    said = f"another refresh of it is running, process {os.getpid()}"
    assert said in capsys.readouterr().err
    assert not server.asked


def test_a_swap_that_fails_in_the_middle_leaves_the_old_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "data"
    places, replace = places_of(folder), os.replace
    for place, text in ((folder, "old"), (places.new, "new")):
        place.mkdir()
        (place / "file").write_text(text)

    def broken(origin: Path, target: Path) -> None:
        if origin == places.new:
            raise OSError(errno.EIO, "made")
        replace(origin, target)

    with monkeypatch.context() as patch, pytest.raises(OSError, match="made"):
        patch.setattr(os, "replace", broken)
        put_in_place(folder, places)
    assert (folder / "file").read_text() == "old"
    # As a kill between the two moves leaves it.
    os.replace(folder, places.before)
    with locked(folder):
        assert (folder / "file").read_text() == "old"
    assert list(tmp_path.iterdir()) == [folder]


def revised(month: str, factor: float, industries: bool = True) -> Tables:
    """Return the tables with another duty of Japan in a month, and in its largest industry."""
    tables = recent()
    for name in ("duties_monthly", "duties_monthly_naics3") if industries else ("duties_monthly",):
        table = TABLES.get(name).copy()
        rows = table["partner"].eq("JPN") & table["month"].eq(month)
        if "naics3" in table:
            table.loc[rows, "duty_usd"] *= factor
        else:
            total = TABLES.get("duties_monthly_naics3")
            total = total[total["partner"].eq("JPN") & total["month"].eq(month)]
            table.loc[rows, "duty_usd"] = (total["duty_usd"] * factor).round().sum()
        tables.own[name] = table.round({"duty_usd": 0})
    return tables


def japan(folder: Path, as_of: str | None = None) -> float:
    table = load("duties_monthly", folder=folder, as_of=as_of)
    rows = table["partner"].eq("JPN") & table["month"].eq("2025-06-01")
    return float(table.loc[rows, "duty_usd"].iloc[0])


def test_every_vintage_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, before = tmp_path / "data", japan(DATA)
    # Both have tests of their own, and take long.
    monkeypatch.setattr(running, "check_package", lambda folder: [])
    monkeypatch.setattr(running, "_headlines", lambda *words: None)
    # Of two on one day the first keeps what stood before the day.
    for day, factor in (("2026-11-25", 1.3), ("2026-11-25", 1.1), ("2026-12-20", 1.2)):
        monkeypatch.setattr(Client, "day", property(lambda _, d=day: dt.date.fromisoformat(d)))
        with services.serving(revised("2025-06-01", factor)) as server:
            said: list[str] = []
            assert refresh(settings_of(server, folder), say=said.append, ask=no)
        assert "duties_monthly: 0 rows new, 1 changed" in said
        unwrap(load).__globals__["_load"].cache_clear()
        unwrap(load).__globals__["resources"].cache_clear()
    known = [japan(folder, day) for day in ("2026-11-24", "2026-11-25", "2026-12-19", "2026-12-20")]
    assert known[0] == before and known[1] == known[2] == pytest.approx(1.1 * before, rel=1e-6)
    assert known[3] == japan(folder) == pytest.approx(1.2 * before, rel=1e-6)
    listed = revisions(folder).query(
        "row.str.startswith('JPN 2025-06-01') and column == 'duty_usd'"
    )
    whole = listed[listed["table"].eq("duties_monthly")]
    assert list(whole["before"]) == known[:2] and list(whole["now"]) == [known[3]] * 2
    assert list(whole["until"].astype(str)) == ["2026-11-25", "2026-12-20"]
    for day in (None, "2026-11-25"):
        known_then = load("duties_monthly", folder=folder, as_of=day)
        assert known_then.attrs["provenance"]["name"] == "duties_monthly"
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert package["created"] == "2026-12-20T00:00:00Z"


def test_a_figure_that_nobody_ever_knew_is_not_revised(monkeypatch: pytest.MonkeyPatch) -> None:
    # Of Taiwan the size changed, its exports to the world are in neither vintage.
    now = pd.DataFrame({"partner": ["TWN"], "gdp_usd": [8e11], "goods_exports_world_usd": [None]})
    now = now.astype({"goods_exports_world_usd": float})
    log = now.assign(gdp_usd=7.5e11, absent=False, until=pd.Timestamp("2026-11-25"))
    tables = {"partners": now, "revisions_partners": log}
    monkeypatch.setattr(running, "resources", lambda place: tables)
    monkeypatch.setattr(running, "load", lambda name, folder: tables[name])
    listed = revisions()
    assert listed[["row", "column", "before", "now"]].to_numpy().tolist() == [
        ["TWN", "gdp_usd", 7.5e11, 8e11]
    ]


def test_another_year_weighs_once_it_is_refreshed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tables, shipped = recent(), TABLES.get("imports_2024")
    korea = shipped[shipped["partner"].eq("KOR") & shipped["hs10"].str.startswith("87")]
    monkeypatch.setattr(running.services, "_CHAPTERS", ["87"])
    # A chapter of one partner is fewer rows than a year has.
    for room in (checking, reading):
        monkeypatch.setattr(room, "few_rows", lambda *given: [])
    # A product that is new, beside one whose rate of 2024 is known.
    new = korea[korea["hs10"].str.startswith("87083050")].head(1).assign(hs10="8708305099")
    tables.own["imports_2025"] = pd.concat([korea.assign(duty_usd=korea["value_usd"]), new])
    monkeypatch.setattr(running, "_headlines", lambda *words: None)
    folder = tmp_path / "data"
    with services.serving(tables) as server:
        settings = replace(settings_of(server, folder, "weights"), weights=2025)
        assert refresh(settings, say=print, ask=no)
    lines = load("imports_2025", folder=folder).set_index("hs10")
    # The duty is that of 2024, not what was collected.
    paid = korea.set_index("hs10")["duty_usd"]
    assert (lines["duty_usd"].reindex(paid.index) - paid).abs().max() <= 1.0
    rate = lines.loc["8708305099", ["duty_usd", "value_usd"]]
    assert 0.0 <= rate["duty_usd"] <= 0.05 * rate["value_usd"]
    goods = load("products", folder=folder).set_index("hs10")
    said = ["naics3", "hs8", "description"]
    assert goods.loc["8708305099", said].tolist() == [
        "336", "87083050", "Made, not elsewhere specified",
    ]  # fmt: skip
    sectors = load("icio_concordance", folder=folder).set_index("hs10")
    said = ["rule", "sector", "rule_code", "ambiguous"]
    assert sectors.loc["8708305099", said].tolist() == ["siblings", "C29", "8708", False]
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        resource.pop("rows_at_least", None)
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    words = [sys.executable, "-m", "tradeviz", "--weights", "2025", "exposure", "--partners", "KOR"]
    # An option of a command counts more than a variable.
    environment = {**os.environ, "TRADEVIZ_DATA": str(folder), "TRADEVIZ_WEIGHTS": "2024"}
    run = subprocess.run([*words, "--format", "json"], env=environment, capture_output=True)
    (row,) = json.loads(run.stdout)
    assert row["imports_usd"] == pytest.approx(lines["value_usd"].sum())
    assert main(["--weights", "2025", "exposure"]) == 2
    assert "no trade lines of this year: tradeviz refresh --weights" in capsys.readouterr().err
    assert "TRADEVIZ_WEIGHTS" not in os.environ


def test_what_does_not_add_up_is_refused(tmp_path: Path) -> None:
    with services.serving(revised("2025-06-01", 1.1, industries=False)) as server:
        settings = settings_of(server, tmp_path / "data")
        with pytest.raises(DataError, match="the industries of JPN in 2025-06 do not add up"):
            refresh(settings, say=print, ask=no)
    assert not (tmp_path / "data").exists()


def test_a_fall_to_zero_is_asked_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    # Both have tests of their own, and take long.
    monkeypatch.setattr(running, "check_package", lambda folder: [])
    monkeypatch.setattr(running, "_headlines", lambda *words: None)
    with services.serving(revised("2025-06-01", 0.0)) as server:
        settings = settings_of(server, tmp_path / "data")
        assert not refresh(settings, say=print, ask=lambda text: bool(asked.append(text)))
    assert asked[0].startswith(
        "duties_monthly, duty_usd: JPN 2025-06 is 0 times the mean of the 12 months before"
    )
    assert not (tmp_path / "data").exists()


QUIET = {"outcome": "pause", "partner": "JPN", "effective_rate": 0.1, "added_duty_usd": 1e9}


def test_a_run_that_changes_nothing_says_so_and_keeps_the_replies_of_a_named_folder(
    server: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "check_package", lambda folder: [])
    kept, folder, said = tmp_path / "kept", tmp_path / "data", []
    settings = replace(settings_of(server, folder, "sizes"), replies=kept)
    # What another run left beside the data folder is not this one's to throw away.
    others = places_of(folder).replies
    others.mkdir()
    assert refresh(settings, say=said.append, ask=no)
    asked = len(server.asked)
    assert asked and (kept / "replies.json").is_file() and others.is_dir()
    assert said == ["no figure changed", f"{folder}: vintage {TODAY}"]
    # From the replies that are kept, nobody is asked again; but never for an earlier day.
    monkeypatch.setattr(Client, "day", property(lambda _: TODAY - dt.timedelta(days=1)))
    with pytest.raises(DataError) as raised:
        refresh(settings, say=said.append, ask=no)
    assert str(raised.value) == (
        f"gdp.csv: has a later vintage already; value '{TODAY - dt.timedelta(days=1)}'; "
        f"allowed: from {TODAY}"
    )
    assert len(server.asked) == asked


def test_headline_figures_and_claims_that_move_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    claim = {"claim": "A list", "verdict": "holds", "evidence": "14 of 15"}
    new = {"claim": "Another", "verdict": "fails", "evidence": "0 of 15"}
    before = {"outcomes": [QUIET], "claims": [claim]}
    after = {
        "outcomes": [{**QUIET, "effective_rate": 0.11, "added_duty_usd": 1.1e9}],
        "claims": [{**claim, "verdict": "fails"}, new],
    }
    found = {"before": before, "after": after}
    monkeypatch.setattr(running, "figures_of", lambda folder: found[folder.name])
    said: list[str] = []
    running._headlines(Path("before"), Path("before"), said.append)
    running._headlines(Path("before"), Path("after"), said.append)
    assert said == [
        "no headline figure and no claim moves",
        "pause JPN: rate 10.000% to 11.000%, added duty 1.000 to 1.100 bn USD",
        'claim "A list": holds, now fails',
        'claim "Another": not there, now fails',
    ]


@pytest.mark.parametrize(
    ("printed", "reason"), [("Traceback\\n  made\\nmade: a reason", "made: a reason"),
                            ("", "no reason given")],
)  # fmt: skip
def test_tables_that_give_no_figures_say_why(
    printed: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\nprintf '{printed}' >&2\nexit 1\n", encoding="utf-8")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    with pytest.raises(DataError) as raised:
        figures_of(tmp_path)
    assert str(raised.value) == f"{tmp_path}: no figures from the new tables: {reason}"


def test_figures_of_new_tables_are_theirs_whatever_folder_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\nprintf \'{"folder": "%s"}\' "$TRADEVIZ_DATA"\n', encoding="utf-8")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    for old in ("", str(tmp_path / "old")):
        monkeypatch.setenv("TRADEVIZ_DATA", old)
        assert figures_of(tmp_path) == {"folder": str(tmp_path)}


def test_a_terminal_shows_a_bar(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with Progress(2) as progress:
        progress.step("exports 2025")
        progress.step("exports 2026")
    said = capsys.readouterr().err
    assert "2/2" in said and "reply" in said and "exports 2026" in said and said.endswith("\n")


def test_what_was_known_before_the_first_vintage_is_not_known() -> None:
    with pytest.raises(DataError, match=r"field 'as_of': not known yet; .* from 2026-02-28"):
        load("duties_monthly", as_of="2026-01-01")
    first = load("duties_monthly", as_of="2026-03-01")
    assert set(first["vintage"]) == {"first print"} and first["month"].max().month == 11


def test_news_of_the_law_change_no_file_and_need_no_key(
    server: Services, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(KEY)
    before, said = state(whole), []
    assert not refresh(settings_of(server, whole, "law"), say=said.append, ask=no)
    assert said[0].endswith("0 releases of it began (tradeviz changes)") and len(said) == 1
    assert state(whole) == before


def test_a_dry_run_asks_nobody(server: Services, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["refresh", "--dry-run", "--base-url", server.address]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == list(running.services.TOPICS)
    assert not server.asked and KEY not in "".join(lines)


def test_changes_as_text_json_and_a_feed(
    server: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    words = ["changes", "--base-url", server.address, "--pause", "0", "--since", "2026-10-01"]
    words += ["--replies", str(tmp_path / "kept")]
    assert main(words) == 0
    said = capsys.readouterr().out.splitlines(keepends=True)
    assert [line.rstrip() for line in said] == [
        "since 2026-10-01, not encoded:",
        "2026-10-09 release: Harmonized Tariff Schedule, Revision 21 (2026) (2026HTSRev21) "
        "https://hts.usitc.gov/",
        "2026-11-02 document: Made: Modifying Duties (Rule, 2026-90001) "
        "https://example.org/2026-90001",
    ]
    shown, asked = "".join(said), len(server.asked)
    index = tmp_path / "kept/replies.json"
    index.write_text(re.sub(r"\d{4}(-\d\d-\d\dT)", r"2025\1", index.read_text()))
    assert main([*words, "--into", str(tmp_path / "feed")]) == 0
    place = tmp_path / "feed"
    assert capsys.readouterr().out == f"2 changes in {place}/changes.txt, .json and .atom\n"
    assert (place / "changes.txt").read_text(encoding="utf-8") == shown
    assert len(server.asked) == asked, "the folder of replies has them"
    read_back = json.loads((tmp_path / "feed/changes.json").read_text(encoding="utf-8"))
    assert [change["kind"] for change in read_back["changes"]] == ["release", "document"]
    feed = ElementTree.parse(tmp_path / "feed/changes.atom").getroot()
    atom = "{http://www.w3.org/2005/Atom}"
    assert [item.tag for item in feed].count(f"{atom}entry") == 2
    assert feed.findtext(f"{atom}updated") == "2026-11-02T00:00:00Z"
    ids = [entry.findtext(f"{atom}id") for entry in feed.iter(f"{atom}entry")]
    assert len(set(ids)) == 2 and all(ids)
    # Only a folder that was named answers whatever its age; news of last year are none.
    monkeypatch.setattr("tradeviz.datasets.DATA", tmp_path / "data")
    shutil.copytree(tmp_path / "kept", places_of(tmp_path / "data").replies)
    assert main(words[:-2]) == 0 and len(server.asked) == 2 * asked


def test_without_a_month_a_refresh_begins_with_last_year() -> None:
    last_year = dt.date(TODAY.year - 1, 1, 1)
    assert plan(Settings()) == plan(Settings(since=last_year))


def test_two_documents_of_a_day_are_two_in_a_feed() -> None:
    found = [changes.Change("2026-11-02", "document", title) for title in ("Steel", "Copper")]
    found.append(changes.Change("2026-10-09", "release", "Revision 20"))
    feed = ElementTree.fromstring(changes.as_atom(found, dt.date(2026, 10, 1)))
    atom = "{http://www.w3.org/2005/Atom}"
    assert len({tag.text for tag in feed.iter(f"{atom}id")}) == 4
    assert feed.findtext(f"{atom}updated") == "2026-11-02T00:00:00Z", "the newest, not the last"
    shown = [entry.findtext(f"{atom}title") for entry in feed.iter(f"{atom}entry")]
    assert shown == ["Revision 20", "Copper", "Steel"], "what came last comes first"


PRINTED = """
9903.94.01 1/ Except for products described in headings 9903.94.02,{gap}The duty
              made words of the first column{gap}provided +
              to the second line{gap}30%

9903.99.91 1/ Made words of a heading that is not known{gap}15%
"""


def printed_chapter() -> str:
    """Return two headings, their rates in a column of their own."""
    lines = PRINTED.format(gap=" " * 60).splitlines()
    return "\n".join(line.replace(" " * 60, " " * max(4, 130 - len(line.split("  " * 20)[0])))
                     for line in lines)  # fmt: skip


def test_a_new_text_says_what_is_new_and_what_that_moves(tmp_path: Path) -> None:
    printed = printed_chapter()
    listed = [f"{c[:4]}.{c[4:6]}.{c[6:]}" for c in load("scope_softwood")["hts_prefix"]]
    note = "(b) The rates of duty set forth in heading 9903.76.01 " + " ".join(listed)
    comparison = changes.compare(f"{printed}\n{note} 8703.24.01 (c) Heading", dt.date(2026, 10, 9))
    found = {(change.kind, change.title) for change in comparison.changes}
    assert ("heading", "9903.99.91 is new") in found
    assert ("rate", "9903.94.01: 30.00% printed, was 25.00%") in found
    assert ("list", "note 37(b): 1 code more, 0 fewer than softwood") in found
    assert comparison.rates["s232_autos-2025-04-03-all"] == 0.3
    assert comparison.added["softwood"][0][0] == "87032401"


def test_what_a_rate_would_move_is_what_the_engine_says() -> None:
    wood = {"softwood": [("87032401", "37", "(b)")]}, {"softwood": [("44031100", "37", "(b)")]}
    tried = changes.Comparison([], {"s232_autos-2025-04-03-all": 0.5}, *wood)
    lines = changes.moves(tried)
    assert lines and all(line.startswith("in_force ") for line in lines)
    assert changes.moves(changes.Comparison([], {}, {}, {})) == []


def test_a_code_that_stands_in_two_notes_ends_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    scope, place, day = "metals_annex_1b", "16(c)(vi)", coverage()[1]
    ours = load(f"scope_{scope}")
    here = ours[(ours["note"] + ours["subdivision"]).eq(place) & ours["end"].isna()]
    twice = here[here["hts_prefix"].isin(ours.loc[~ours.index.isin(here.index), "hts_prefix"])]
    code = str(twice["hts_prefix"].iloc[0])
    kept = [item for item in here["hts_prefix"] if item != code]
    words = " ".join(f"{c[:4]}.{c[4:6]}.{c[6:]}".rstrip(".") for c in [*kept, "87032401"])
    text = f"(vi) Derivative aluminum articles: {words} (vii) Derivative"
    comparison = changes.compare(text, day)
    said = f"{day} list: note {place}: 1 code more, 1 fewer than {scope} (more 87032401; fewer "
    assert f"{said}{code}) {changes.FEED}\n" in changes.as_text(comparison.changes, day)

    drafts: list[pd.DataFrame] = []

    def figures(folder: Path) -> dict[str, Any]:
        if folder != DATA:
            drafts.append(load(f"scope_{scope}", folder=folder).fillna({"note": ""}))
        rate = 0.1 if folder == DATA else 0.2
        row = {**QUIET, "effective_rate": rate}
        return {"outcomes": [row, {**row, "outcome": "in_force"}], "claims": []}

    monkeypatch.setattr(changes, "figures_of", figures)
    (line,) = changes.moves(comparison)
    assert line.startswith("in_force JPN: rate 10.000% to 20.000%")
    (draft,) = drafts
    draft = draft.assign(place=draft["note"] + draft["subdivision"].fillna(""))
    ended = draft[draft["end"].notna() & ~draft["end"].isin(ours["end"])]
    assert ended[["hts_prefix", "place"]].to_numpy().tolist() == [[code, place]]
    assert set(ended["end"].dt.date) == {day}
    new = draft[draft["hts_prefix"].eq("87032401")]
    assert new[["place", "start"]].to_numpy().tolist() == [[place, pd.Timestamp(day)]]
    assert len(draft) == len(ours) + 1


def test_a_printed_chapter_is_read_without_asking_anyone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = printed_chapter().replace("9903.94.01", "9903.99.90")
    path = tmp_path / "chapter.txt"
    # As the publisher's own file is written: a dash of no UTF-8.
    path.write_bytes(new.replace("Made words", "Made \x96 words").encode("latin-1"))
    assert main(["changes", "--offline", "--chapter", str(path), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["changes"]
    titles = {change["title"]: change["detail"] for change in found}
    assert titles["9903.99.90 is new"] == "30.00% printed"
    assert titles["9903.99.91 is new"] == "15.00% printed"
    assert "s232_autos-2025-04-03-all" in titles["9903.94.01 is gone"]
    assert titles["note 37(b) is not found in the text"] == "softwood"
    assert {change["day"] for change in found} == {str(coverage()[1])}
    assert not any(change["kind"] == "moves" for change in found)


def test_what_is_no_printed_chapter_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "letter.txt").write_text("Dear reader", encoding="utf-8")
    (tmp_path / "chapter87.txt").write_text("8703.23.01 1/ Cars    2.5%", encoding="utf-8")
    (tmp_path / "chapter.pdf").write_bytes(b"%PDF-1.7\n\xe2\xe3\xcf\xd3\n")
    allowed = "; allowed: its text, as `pdftotext -layout` writes it"
    for name, said, more in (
        ("letter.txt", "holds no heading of chapter 99", allowed),
        ("chapter87.txt", "holds no heading of chapter 99", allowed),
        ("chapter.pdf", "holds no heading of chapter 99", allowed),
        ("gone.txt", "cannot be read: No such file or directory", ""),
        ("", "cannot be read: Is a directory", ""),
    ):
        path = tmp_path / name
        assert main(["changes", "--offline", "--chapter", str(path)]) == 2
        line = f"tradeviz: error: field '--chapter': {said}; value '{path}'{more}\n"
        assert capsys.readouterr().err == line


def test_a_heading_is_read_without_its_rates() -> None:
    printed = printed_chapter()
    words = "Made words of a heading that is not known"
    assert chapter99.heading(printed, "9903.99.91") == words
    with pytest.raises(ValueError, match=r"no heading 9903\.99\.92"):
        chapter99.heading(printed, "9903.99.92")


def test_a_claim_whose_evidence_alone_moves_is_said() -> None:
    pause = {"outcome": "pause", "partner": "JPN", "effective_rate": 0.1, "added_duty_usd": 1e9}
    claim = {"claim": "A list", "verdict": "holds", "evidence": "14 of 15"}
    before = {"outcomes": [pause], "claims": [claim]}
    after = {**before, "claims": [{**claim, "evidence": "13 of 15"}]}
    assert moved(before, before) == []
    assert moved(before, after) == ['claim "A list" (holds): now 13 of 15']


@pytest.mark.parametrize("value", ["inf", "made", None])
def test_what_is_no_figure_of_a_service_is_refused(value: str | None) -> None:
    heads = ["CTY_CODE", "I_COMMODITY", "I_COMMODITY_SDESC", "CON_VAL_YR", "CAL_DUT_YR"]
    request = plan(Settings(only=["weights"]))["weights"][0]
    with pytest.raises(ServiceError, match=f"CON_VAL_YR holds {value!r}, which is no number"):
        read([heads, ["5880", "0101210010", "MADE", value, "0"]], request)


@pytest.mark.parametrize(
    ("papers", "starts", "said"),
    [
        (1, ["2026-12-01"], "1 document names the tariff and 1 release of it began"),
        (2, ["2026-12-01", "2027-01-01"], "2 documents name the tariff and 2 releases of it began"),
        # A release that began on the last day known is in the law already.
        (0, [str(coverage()[1])], "0 documents name the tariff and 0 releases of it began"),
    ],
)
def test_news_are_counted_in_words_that_fit(papers: int, starts: list[str], said: str) -> None:
    source = MagicMock(requests={"law": ("documents", "releases")})
    source.replies = {"documents": [{}] * papers, "releases": [{"start": day} for day in starts]}
    assert f"since then {said} (tradeviz changes)" in running._news(source)


@pytest.mark.parametrize("command", ["refresh", "changes"])
def test_the_command_waits_as_long_between_requests_as_the_client(command: str) -> None:
    assert _parser()[1][command].get_default("pause") == Manners().pause


@pytest.mark.parametrize("quiet", [False, True])
def test_a_log_has_a_line_every_five_seconds_and_at_the_end_unless_asked_to_be_quiet(
    quiet: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter(range(100))
    monkeypatch.setattr("tradeviz.refresh.progress.time.monotonic", lambda: float(next(clock)))
    with Progress(12, quiet=quiet) as progress:
        for step in range(1, 13):
            progress.step(f"step {step}")
    said = capsys.readouterr()
    assert said.out == ""
    lines = [] if quiet else [f"{n} of 12 replies, {n} s: step {n}" for n in (5, 10, 12)]
    assert said.err.splitlines() == lines


# What comes through: tables that differ from the shipped in every figure, or are small


MONEY = {
    "duties_monthly": ["imports_usd", "duty_usd"],
    "duties_monthly_naics3": ["imports_usd", "duty_usd"],
    "balances_monthly": ["exports_usd", "general_imports_usd"],
    "aggregates_monthly": ["exports_usd", "general_imports_usd"],
    "gdp": ["gdp_usd"],
    "goods_exports": ["goods_exports_world_usd"],
}
AUTUMN, MONTH = pd.Timestamp(2024, 10, 1), pd.DateOffset(months=1)


def moved_from(name: str, when: Any) -> pd.DataFrame:
    """Return a table in which every figure from a month or year on is another."""
    table = Tables().get(name).copy()
    rows = table["month" if "month" in table else "year"] >= when
    table.loc[rows, MONEY[name]] = (2 * table.loc[rows, MONEY[name]] + 1).round()
    return table


Taken = tuple[Source, dict[str, pd.DataFrame]]


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    """What the services have when every figure is another, and what is made of it."""
    tables = Tables()
    for name in MONEY:
        table = moved_from(name, AUTUMN if "monthly" in name else 0)
        tables.own[name] = table[table["month"] >= SINCE] if "monthly" in name else table
    tables.own["tariff_lines"] = tables.get("tariff_lines").assign(mfn_text="3.3%")
    # A month and a year that nobody had, also of a partner whose duties are not looked at.
    for name, when, step in (("duties_monthly", "month", MONTH), ("goods_exports", "year", 1)):
        table = tables.get(name)
        new = table[table["partner"].eq("JPN")].tail(1)
        new = new.assign(**{when: table[when].max() + step})
        tables.own[name] = pd.concat([table, new, new.assign(partner="NGA")])
    with services.serving(tables) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY, "made")
        client = Client(tmp_path_factory.mktemp("kept"), base_url=server.address,
                        manners=Manners(pause=0.0))  # fmt: skip
        topics = ["duties", "balances", "tariff", "sizes"]
        source = Source(DATA, client, plan(Settings(only=topics, since=AUTUMN.date())))
        source.fetch(lambda title: None)
    made = {name: table for topic in topics for name, table in BUILDERS[topic](source).items()}
    return source, made


def alike(found: pd.DataFrame, wanted: pd.DataFrame, name: str) -> None:
    key = described(name)["schema"]["primaryKey"]
    found, wanted = (table.sort_values(key, ignore_index=True) for table in (found, wanted))
    pd.testing.assert_frame_equal(found[list(wanted)], wanted, check_dtype=False)


@pytest.mark.parametrize("name", [name for name in MONEY if "monthly" in name])
def test_every_month_that_is_asked_for_is_taken_and_no_other(taken: Taken, name: str) -> None:
    (source, made), wanted = taken, moved_from(name, AUTUMN)
    if name == "duties_monthly":
        new = wanted[wanted["partner"].eq("JPN")].tail(1)
        wanted = pd.concat([wanted, new.assign(month=wanted["month"].max() + MONTH)])
    if "balance_usd" in wanted:
        wanted["balance_usd"] = wanted["exports_usd"] - wanted["general_imports_usd"]
    if "vintage" in wanted:
        wanted["vintage"] = wanted["vintage"].where(wanted["month"] < AUTUMN, source.vintage)
    alike(made[name], wanted, name)


@pytest.mark.parametrize("name", ["balances", "aggregates"])
def test_a_year_is_taken_when_all_of_its_months_are(taken: Taken, name: str) -> None:
    source, made = taken
    wanted, months = Tables().get(f"{name}_annual"), made[f"{name}_monthly"]
    kind = "partner" if name == "balances" else "aggregate"
    key, whole = [kind, "year"], wanted["year"] > AUTUMN.year
    grouped = months.assign(year=months["month"].dt.year).groupby(key)
    sums = grouped.sum(numeric_only=True)[grouped.size() == 12]
    placed = pd.MultiIndex.from_frame(wanted.loc[whole, key])
    assert set(placed) == {at for at in sums.index if at[1] > AUTUMN.year} and whole.sum() > 5
    for column in sums:
        wanted.loc[whole, column] = sums[column].reindex(placed).to_numpy()
    wanted["vintage"] = wanted["vintage"].where(~whole, source.vintage)
    alike(made[f"{name}_annual"], wanted, f"{name}_annual")


def test_sizes_and_rates_are_taken_but_not_exports_of_years_from_elsewhere(taken: Taken) -> None:
    _, made = taken
    alike(made["gdp"], moved_from("gdp", TODAY.year - 6), "gdp")
    before, exports = Tables().get("goods_exports"), made["goods_exports"]
    known = exports["year"] <= before["year"].max()
    alike(exports[known], before, "goods_exports")
    assert not exports.loc[~known, "estimated"].any()
    assert sorted(exports.loc[~known, "partner"]) == ["JPN", "NGA"]
    lines = made["tariff_lines"]
    assert len(lines) == len(load("tariff_lines"))
    assert lines["mfn_rate"].eq(0.033).all() and lines["mfn_type"].eq("ad_valorem").all()


def source_of(topic: str, frames: list[pd.DataFrame], **given: Any) -> Source:
    """Return a source of made replies, over tables of its own."""
    said = {Request("census", f"/{place}", (), topic): part for place, part in enumerate(frames)}
    return Source(DATA, MagicMock(), {topic: [*said]}, replies=said, vintage="new", **given)


def test_a_figure_that_is_the_same_keeps_its_vintage_and_any_other_has_the_new_one() -> None:
    before = pd.DataFrame({"partner": list("ABCD"), "a": [10.0, 10, 10, 10],
                           "b": [5.0, 5, 5, 5], "vintage": "old"})  # fmt: skip
    new = pd.DataFrame({"partner": list("BCDE"), "a": [10.4, 10, 10, 1], "b": [5, 5.5, 4.6, 1]})
    table = build.overlay(before, new, ["partner"], "new").set_index("partner").sort_index()
    assert table["vintage"].tolist() == ["old", "old", "new", "old", "new"]
    assert table["a"].tolist() == [10, 10.4, 10, 10, 1]


def test_two_codes_of_a_partner_are_added_and_a_missing_side_is_nothing() -> None:
    partners = pd.DataFrame({"partner": ["SRB", "KOR", "JPN"],
                             "census_code": ["4801", "5800", "5880"]})  # fmt: skip
    year = pd.date_range("2025-01-01", periods=13, freq="MS")

    def trade(column: str, **months: Any) -> pd.DataFrame:
        rows = [(code[1:], month) for code, those in months.items() for month in those]
        return pd.DataFrame(rows, columns=["code", "month"]).assign(**{column: 10.0})

    # Nobody has published imports of the thirteenth month, and Korea has no trade in one before.
    exports = trade("exports_usd", _4801=year, _4802=year, _5800=year[:11])
    imports = trade("general_imports_usd", _4801=year[:11], _5880=year[:12])
    empty = {f"{what}_{pace}": Tables().get(f"{what}_{pace}").head(0)
             for what in ("balances", "aggregates") for pace in ("monthly", "annual")}  # fmt: skip
    source = source_of("balances", [exports, imports], tables={"partners": partners, **empty})
    made = build.balances(source)
    years = made["balances_annual"].set_index("partner")
    assert years.loc["SRB", ["exports_usd", "general_imports_usd"]].tolist() == [240, 110]
    assert sorted(years.index) == ["JPN", "SRB"]
    assert years.loc["JPN", "balance_usd"] == -120
    months = made["balances_monthly"]
    assert months["month"].max() == year[11]
    last = months[months["month"].eq(year[11])].set_index("partner")["general_imports_usd"]
    assert last.to_dict() == {"SRB": 0, "JPN": 10}


def test_a_line_of_a_later_year_pays_at_the_rate_of_its_nearest_relatives() -> None:
    columns = ["partner", "hs10", "value_usd", "duty_usd"]
    before = [("JPN", "0101210010", 100, 10), ("JPN", "0101210020", 300, 0),
              ("JPN", "0101219000", 100, 20), ("JPN", "0101219100", 0, 0),
              ("JPN", "8703000000", 500, 5), ("KOR", "0101210010", 100, 90)]  # fmt: skip
    paid = {"0101210010": 0.1, "0101210030": 0.025, "0101219100": 0.06, "9999000000": 0.035}
    reply = pd.DataFrame({"hs10": list(paid), "code": "5880", "value_usd": 1000.0,
                          "duty_usd": 700.0, "text": "MADE"})  # fmt: skip
    partners = pd.DataFrame({"partner": ["JPN", "KOR"], "census_code": ["5880", "5800"],
                             "has_lines": [True, False]})  # fmt: skip
    tables = {"partners": partners, "imports_2024": pd.DataFrame(before, columns=columns)}
    both = [reply, reply.assign(code="5800")]
    for weights, wanted in ((2025, [1000 * rate for rate in paid.values()]), (2024, [700] * 4)):
        source = source_of("weights", both, tables=tables, weights=weights)
        (lines,) = build.weights(source).values()
        assert set(lines["partner"]) == {"JPN"}, "who has trade lines"
        assert lines["duty_usd"].tolist() == wanted


@pytest.mark.parametrize(
    ("since", "until"),
    [((2024, 10), (2026, 3)), ((2026, 2), (2026, 2)), ((2012, 5), (2013, 2)),
     ((2025, 1), (2025, 12))],
)  # fmt: skip
def test_every_month_is_asked_for_once(since: tuple[int, int], until: tuple[int, int]) -> None:
    first, last = dt.date(*since, 1), dt.date(*until, 28)
    wanted = pd.period_range(max(first, dt.date(2013, 1, 1)), last, freq="M")
    for topic, columns in (("duties", {"CON_VAL_MO", "NAICS"}), ("balances", {"GEN", "ALL"})):
        asked: dict[str, list[pd.Period]] = {}
        requests = running.services.requests_of(
            topic, since=first, until=last, weights=2024, known=last
        )
        for request in requests:
            params = dict(request.params)
            begin, end = re.findall(r"\d{4}-\d{2}", params["time"])
            assert request.title.endswith(begin[:4]) and begin[:4] == end[:4]
            asked.setdefault(params["get"], []).extend(pd.period_range(begin, end, freq="M"))
        assert len(asked) == 2 and all(any(word in get for get in asked) for word in columns)
        assert all(months == list(wanted) for months in asked.values())


def test_every_heading_and_chapter_is_asked_for_once() -> None:
    asked = plan(Settings(only=["tariff", "weights"]))
    spans = [dict(request.params) for request in asked["tariff"]]
    edges = sorted((int(span["from"]), int(span["to"])) for span in spans)
    assert edges[0][0] <= 101 and edges[-1][1] == 9999
    assert all(after[0] == before[1] + 1 for before, after in zip(edges, edges[1:], strict=False))
    chapters = [dict(request.params)["I_COMMODITY"] for request in asked["weights"]]
    assert sorted(chapters) == [f"{number:02d}*" for number in range(1, 100) if number != 77]


def test_the_readme_counts_the_requests() -> None:
    last, counts = coverage()[1], []
    for year in (last.year - 1, 2013):
        said = {"since": dt.date(year, 1, 1), "until": last, "known": last, "weights": 2024}
        topics = running.services.TOPICS
        counts.append(sum(len(running.services.requests_of(name, **said)) for name in topics))
    text = (DATA.parent / "README.md").read_text(encoding="utf-8")
    assert "{} requests from January of last year, {} from 2013".format(*counts) in text


def test_documents_are_asked_for_from_the_day_after() -> None:
    params = running.services.documents_request(dt.date(2026, 9, 30)).params
    assert ("conditions[publication_date][gte]", "2026-10-01") in params
    kinds = {value for name, value in params if name == "conditions[type][]"}
    assert kinds == {"PRESDOCU", "NOTICE", "RULE"}


def test_news_are_what_no_citation_names_and_what_began_after_the_day() -> None:
    known = re.findall(r"\d{4}-\d{5}", " ".join(load("citations")["federal_register"].dropna()))[0]
    day = dt.date(2026, 10, 9)
    row = {"title": "<i>Made</i>", "type": "Rule", "publication_date": "2026-10-12",
           "html_url": "https://example.org"}  # fmt: skip
    documents = [{**row, "document_number": number} for number in (known, "2026-90001")]
    releases = [{"name": name, "title": name, "start": start}
                for name, start in (("R1", "2026-10-09"), ("R2", "2026-10-10"))]  # fmt: skip
    client = MagicMock(get=lambda request, _: documents if request.service == "register"
                       else releases)  # fmt: skip
    found = changes.news(client, day)
    assert [(change.kind, change.day) for change in found] == [
        ("release", "2026-10-10"), ("document", "2026-10-12"),
    ]  # fmt: skip
    assert found[1].title == "Made" and found[1].detail == "Rule, 2026-90001"


def test_nothing_new_and_signs_of_markup_are_said_well() -> None:
    day = dt.date(2026, 10, 1)
    assert changes.as_text([], day) == "nothing that touches the law since 2026-10-01\n"
    atom = "{http://www.w3.org/2005/Atom}"
    empty = ElementTree.fromstring(changes.as_atom([], day))
    assert empty.findtext(f"{atom}updated") == "2026-10-01T00:00:00Z"
    marked = changes.Change("2026-11-02", "document", "<b> & more", "https://a/?b&c", "x < y")
    (entry,) = ElementTree.fromstring(changes.as_atom([marked], day)).iter(f"{atom}entry")
    assert [entry.findtext(f"{atom}{name}") for name in ("title", "summary")] == [
        "<b> & more", "x < y",
    ]  # fmt: skip
    link = entry.find(f"{atom}link")
    assert link is not None and link.get("href") == "https://a/?b&c"


STEADY = [90e6, 110e6] * 12


@pytest.mark.parametrize(
    ("last", "size", "asked"),
    [(160e6, 1, False), (170e6, 1, True), (62e6, 1, False), (58e6, 1, True), (0.0, 1, True),
     (900e6, 0.4, False), (0.0, 0.4, False), (0.0, 0.6, True)],
)  # fmt: skip
def test_a_jump_beyond_a_partners_own_history_is_asked_about(
    last: float, size: float, asked: bool
) -> None:
    """A month is 0.9 or 1.1 times the mean of the twelve before; half again beyond is too far."""
    months = pd.date_range("2024-01-01", periods=25, freq="MS")
    table = pd.DataFrame({"partner": "JPN", "month": months, "exports_usd": 1e9,
                          "general_imports_usd": [*STEADY, last]})  # fmt: skip
    table["general_imports_usd"] *= size
    tables = {"balances_monthly": table}
    found = questions({"balances_monthly": table.iloc[:-1]}, tables)
    ratio = f"{last / 100e6:.3g}"
    said = (
        f"balances_monthly, general_imports_usd: JPN 2026-01 is {ratio} times the mean of the 12 "
        "months before (0.9 to 1.1 so far)"
    )
    assert found == [said] * asked
    # What stood there before is nobody's question.
    assert questions(tables, tables) == []


def test_years_and_products_that_do_not_add_up_are_named_but_old_years_are_not() -> None:
    when = pd.date_range("2024-01-01", periods=24, freq="MS")
    months = pd.DataFrame({"partner": "JPN", "month": when, "exports_usd": 1.0e6})
    months["general_imports_usd"] = 2.0e6
    years = pd.DataFrame({"partner": "JPN", "year": [2024, 2025], "exports_usd": [5e6, 12e6],
                          "general_imports_usd": 24e6, "vintage": ["old", "new"]})  # fmt: skip
    tables = {"balances_monthly": months, "balances_annual": years}
    assert contradictions(tables, "new") == []
    (fault,) = contradictions(tables, "old")
    assert str(fault) == (
        "balances_annual, field 'exports_usd': the months of JPN in 2024 do not add up; "
        "value '12000000'; allowed: 5000000"
    )
    lines = pd.DataFrame({"partner": ["JPN", "JPN", "KOR"], "value_usd": [20e6, 4e6, 7.0]})
    duties = months.rename(columns={"general_imports_usd": "imports_usd"})
    assert lines_apart({"imports_2025": lines}, duties) == []
    (fault,) = lines_apart({"imports_2025": lines.iloc[1:]}, duties)
    assert str(fault).startswith("imports_2025, field 'value_usd': the products of JPN in 2025 do")
    # Of eleven months nothing is known.
    assert lines_apart({"imports_2025": lines.iloc[1:]}, duties.iloc[:-1]) == []


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("hours", [-25, -23, 23, 25])
def test_a_reply_of_another_day_is_asked_for_again_unless_its_folder_was_named(
    keep: bool, hours: int, tmp_path: Path
) -> None:
    request, into = Request("census", "/made", (), "made"), tmp_path / "data"
    folder = tmp_path / "kept" if keep else places_of(into).replies
    folder.mkdir()
    (folder / request.file).write_text("[]", encoding="utf-8")
    received = dt.datetime.now(dt.UTC) - dt.timedelta(hours=hours)
    index = {request.file: {"received": received.isoformat()}}
    (folder / "replies.json").write_text(json.dumps(index), encoding="utf-8")
    client = running.client_of(Settings(into=into, replies=folder if keep else None))
    assert client.has(request) == (keep or abs(hours) < 24)
    assert client.day == received.date()
    assert not client.has(request._replace(params=(("year", "2025"),)))
    (folder / request.file).unlink()
    assert not client.has(request), "it is listed, and gone"


@pytest.mark.parametrize(("count", "more"), [(12, []), (13, ["and 1 more"]), (30, ["and 18 more"])])
def test_of_many_lines_twelve_are_said(
    count: int, more: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{**QUIET, "outcome": f"made {place}"} for place in range(count)]
    after = [{**row, "effective_rate": 0.2} for row in rows]
    found = {name: {"outcomes": now, "claims": []} for name, now in (("a", rows), ("b", after))}
    monkeypatch.setattr(running, "figures_of", lambda folder: found[folder.name])
    said: list[str] = []
    running._headlines(Path("a"), Path("b"), said.append)
    assert len([line for line in said if line.startswith("made ")]) == 12 and said[12:] == more


@pytest.mark.parametrize(
    ("shouted", "text"),
    [
        (
            "OTH COT SHIRTS, N/KT, NESOI",
            "Other cotton shirts, not knitted, not elsewhere specified",
        ),
        ("TV RECEIVERS,COLOR;LCD", "TV receivers, color; LCD"),
        ("WIRE LT=5 MM GT 2.5MM THK", "Wire at most 5 mm over 2.5 mm thick"),
        ("PLYWD W/O FACE, JAPANESE", "Plywood without face, Japanese"),
    ],
)
def test_shouted_words_are_made_readable(shouted: str, text: str) -> None:
    assert readable(shouted) == text


@pytest.mark.parametrize(
    ("fault", "tries", "said"),
    [
        (services.cut, 1, "was cut"),
        (services.cut, 3, "was cut"),
        (services.silent, 1, "too slow"),
        (services.status(503), 3, "busy or broken"),
        (services.status(429, Retry_After="soon"), 2, "busy or broken"),
    ],
)
def test_a_service_is_tried_as_often_and_waited_for_as_long_as_manners_say(
    fault: services.Fault, tries: int, said: str, server: Services, whole: Path, tmp_path: Path
) -> None:
    server.spoil("from 2025", fault)
    # A service that says nothing is not waited for as long as one that is slow.
    patience = 0.3 if fault is services.silent else 10.0
    manners = replace(QUICK, tries=tries, timeout=patience, longest=30.0)
    client = Client(tmp_path, base_url=server.address, manners=manners)
    with pytest.raises(ServiceError, match=said):
        client.get(plan(settings_of(server, whole))["duties"][0], lambda reply: reply)
    assert len(server.asked) == client.asked == tries


def test_the_key_goes_to_the_census_bureau_alone_and_is_kept_nowhere(
    server: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY, " made-and-secret\n")
    requests = plan(Settings(since=dt.date(2026, 1, 1)))
    client = Client(tmp_path, base_url=server.address, manners=QUICK)
    for topic in ("balances", "sizes", "tariff", "law"):
        client.get(requests[topic][0], lambda reply: reply)
    (line,) = [line for line in server.asked if "key=" in line]
    assert line.startswith("/data/") and line.endswith("key=made-and-secret")
    kept = [path.name + path.read_text(encoding="utf-8") for path in tmp_path.iterdir()]
    assert len(kept) == 5 and not [text for text in kept if "secret" in text]


@pytest.mark.parametrize("named", [False, True])
def test_news_of_another_day_are_asked_for_again_unless_their_folder_was_named(
    named: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made: list[Client] = []
    monkeypatch.setattr(changes, "news", lambda client, since: made.append(client) or [])
    assert main(["changes", *(["--replies", str(tmp_path)] if named else [])]) == 0
    (client,) = made
    assert client.keep == named
    assert client.folder == (tmp_path if named else places_of(DATA).replies)
    assert capsys.readouterr().out == f"nothing that touches the law since {coverage()[1]}\n"


def test_sizes_are_asked_for_from_the_year_wanted_and_six_years_back_at_least() -> None:
    for since, first in ((2013, 2013), (2019, 2019), (2025, 2020)):
        asked = {"since": dt.date(since, 1, 1), "until": dt.date(2026, 11, 27), "weights": 2024}
        requests = running.services.requests_of("sizes", known=coverage()[1], **asked)
        assert [dict(request.params)["date"] for request in requests] == [f"{first}:2026"] * 2


def test_a_line_without_a_rate_has_that_of_the_line_it_stands_under() -> None:
    lines = [
        ("0101.21.00", 0, "2.5% <u>1/</u>"), ("0101.21.00.10", 1, ""), ("", 1, "Free"),
        ("0101.29.00", 2, ""), ("0101.29.00.10", 3, None), ("0101.30.00", 1, ""),
        ("0102.10.00", 0, ""), ("0102.2", 1, "7%"), ("0101.21.00", 0, "9%"),
    ]  # fmt: skip
    reply = [{"htsno": number, "indent": str(depth), "general": text}
             for number, depth, text in lines]  # fmt: skip
    found = read(reply, asked_for("tariff")).set_index("code")["mfn_text"].to_dict()
    assert found == {"01012100": "2.5% 1/", "0101210010": "2.5% 1/", "01012900": "Free",
                     "0101290010": "Free", "01013000": "2.5% 1/", "01021000": ""}  # fmt: skip


FOLLOWS = {
    "duties": {"duties_monthly", "duties_monthly_naics3"},
    # Partners are ranked by their trade, products carry the rate of their line.
    "balances": {f"{kind}_{pace}" for kind in ("balances", "aggregates")
                 for pace in ("monthly", "annual")} | {"partners"},
    "tariff": {"tariff_lines", "hts_codes", "products"},
    "sizes": {"gdp", "goods_exports", "partners"},
}  # fmt: skip


@pytest.mark.parametrize("topic", FOLLOWS)
def test_what_follows_from_a_topic_is_made_with_it(topic: str, taken: Taken) -> None:
    before, _ = taken
    source = Source(DATA, before.client, {topic: before.requests[topic]})
    made = running._tables(source, Settings(only=[topic], quiet=True), print)
    assert set(made) == FOLLOWS[topic]
    if topic == "tariff":
        listed = made["products"]["hs8"].isin(made["tariff_lines"]["hs8"])
        assert made["products"].loc[listed, "mfn_rate"].eq(0.033).all() and listed.mean() > 0.9


def test_tables_that_break_their_description_are_not_put_in_place(
    server: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "check_package", lambda folder: [DataError("made"), "another"])
    settings = settings_of(server, tmp_path / "data", "sizes")
    with pytest.raises(DataError, match=r"nothing was changed: made \(and 1 more\)$"):
        refresh(settings, say=print, ask=no)
    assert list(tmp_path.iterdir()) == [places_of(tmp_path / "data").replies]


def test_what_a_killed_refresh_left_half_made_is_not_taken_for_the_new(tmp_path: Path) -> None:
    origin, places = tmp_path / "data", places_of(tmp_path / "data")
    for folder, name in ((origin, "datapackage.json"), (places.new, "half.csv")):
        folder.mkdir()
        (folder / name).write_text('{"made": 1}', encoding="utf-8")
    places.lock.write_text("123456", encoding="utf-8")
    with locked(origin):
        assert swap.copied(origin, places) == {"made": 1}
        assert [path.name for path in places.new.iterdir()] == ["datapackage.json"]
        assert places.lock.read_text(encoding="utf-8") == str(os.getpid())
    assert list(tmp_path.iterdir()) == [origin]


TRADE_OF = ["exports_usd", "general_imports_usd"]
SUMS = {
    "duties_monthly": ("duties_monthly_naics3", "partner", ["imports_usd", "duty_usd"]),
    "balances_annual": ("balances_monthly", "partner", TRADE_OF),
    "aggregates_annual": ("aggregates_monthly", "aggregate", TRADE_OF),
}


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("name", SUMS)
def test_every_sum_of_money_is_held_against_its_parts(name: str, place: int) -> None:
    parts, kind, columns = SUMS[name]
    when = pd.date_range("2025-01-01", periods=12, freq="MS")
    months = pd.DataFrame({kind: "JPN", "month": when, "year": 2025, "vintage": "new"})
    months[columns] = [40e6, 30e6]
    years = months.groupby([kind, "year", "vintage"], as_index=False)[columns].sum()
    tables = {name: months if "duties" in name else years, parts: months.copy()}
    assert contradictions(tables, "new") == []
    tables[parts].loc[2, columns[place]] += 1000.0
    (fault,) = contradictions(tables, "new")
    assert str(fault).startswith(f"{name}, field '{columns[place]}': the ")
    assert contradictions(tables, "older") == []
