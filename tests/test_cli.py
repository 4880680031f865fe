"""The command line: the same numbers as the library, and one clear line for every mistake."""

from __future__ import annotations

import argparse
import inspect
import io
import json
import os
import re
import signal
import stat
import subprocess
import sys
import threading
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pandas as pd
import pytest
from conftest import CODES, NOTEBOOKS, OUTCOMES, ROOT, SPAN

import tradeviz as tv
from tradeviz import files
from tradeviz.cli import UNEXPECTED, _parser, main
from tradeviz.cli.words import Answer, _table, deliver
from tradeviz.datasets import DATA, tables
from tradeviz.errors import ArgumentError
from tradeviz.law.outcome import names
from tradeviz.law.scopes import scope

OWN = """name = "own"
[[change]]
layer = "reciprocal"
partners = ["JPN"]
rate = {rate}
"""


def out(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(words) == 0
    return capsys.readouterr().out


def test_exposure_csv_is_the_table_of_the_library(capsys: pytest.CaptureFixture[str]) -> None:
    text = out(
        capsys,
        *("exposure", "--outcome", "snapback", "--partners", "JPN,KOR", "--by", "hs2"),
        *("--format", "csv"),
    )
    found = pd.read_csv(io.StringIO(text), dtype={"hs2": str})
    wanted = tv.exposure("snapback", partners=["JPN", "KOR"], by="hs2").reset_index()
    wanted["hs2"] = wanted["hs2"].astype(str)
    pd.testing.assert_frame_equal(found, wanted, check_dtype=False, rtol=1e-12)


def test_exposure_json_reads_back(capsys: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(out(capsys, "exposure", "--partners", "UK", "--format", "json"))
    wanted = tv.exposure("pause", partners="GBR").iloc[0]
    assert [row["partner"] for row in rows] == ["GBR"]
    assert rows[0]["added_duty_usd"] == pytest.approx(wanted["added_duty_usd"], rel=1e-9)


def test_missing_share_is_named_and_null(capsys: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(out(capsys, "exposure", "--partners", "EU", "--format", "json"))
    assert rows[0]["export_share"] is None
    assert "n/a" in out(capsys, "exposure", "--partners", "EU")


def test_mix_by_partner(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("exposure", "--outcome", "JPN=agreement,KOR=snapback", "--format", "json")
    rows = {row["partner"]: row for row in json.loads(out(capsys, *words))}
    assert rows["JPN"]["added_rate"] == 0
    snapback = tv.exposure("snapback", partners="KOR")["added_rate"].iloc[0]
    assert rows["KOR"]["added_rate"] == pytest.approx(snapback)


@pytest.mark.parametrize("word", ["all", " ALL "])
def test_all_is_everyone_with_trade_lines(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = out(capsys, "exposure", "--partners", word, "--format", "csv")
    listed = out(capsys, "list", "partners", "--format", "csv")
    found, known = (pd.read_csv(io.StringIO(item))["partner"] for item in (text, listed))
    assert sorted(found) == sorted(known) and len(found) > len(tv.FOCUS)


def test_rates_of_a_day(capsys: pytest.CaptureFixture[str]) -> None:
    text = out(capsys, "rates", "--on", "2025-08-07", "--partners", "AUS", "--format", "csv")
    found = pd.read_csv(io.StringIO(text), dtype={"hs10": str})
    assert len(found) == 4671
    whole = found[["s232_metals", "s232_autos", "s232_copper"]].eq(0).all(axis=1)
    assert set(found.loc[whole, "reciprocal"].round(9)) == {0.0, 0.1}
    parts = found.drop(columns=["partner", "hs10", "value_usd", "duty_usd", "total_rate"])
    pd.testing.assert_series_equal(parts.sum(axis=1), found["total_rate"], check_names=False)


def test_explain_prints_measure_reference_and_reason(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("explain", "--partner", "JPN", "--hs10", "8703230190", "--on", "2025-09-20")
    text = out(capsys, *words)
    assert "in_force, law of 2025-09-20: 0.1500 of the value in all" in text
    assert "* s232_autos          0.1250  s232_autos-2025-09-16-jpn" in text
    assert "EO 14345 of 4 September 2025" in text and "more specific" not in text
    text = out(capsys, *words, "--details")
    assert "'s232_autos-2025-09-16-jpn' is more specific" in text


def test_path_of_one_partner(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("path", "--partners", "IND", "--on", "2025-01-01,2025-09-01", "--format", "csv")
    found = pd.read_csv(io.StringIO(out(capsys, *words)))
    total = found[found["layer"] != "mfn"].groupby("date")["added_rate"].sum()
    assert total["2025-01-01"] == 0 and total["2025-09-01"] > 0.25


@pytest.mark.parametrize(
    "what",
    ["outcomes", "partners", "layers", "measures", "scopes", "tables", "dates", "notebooks"],
)
def test_list_shows_names(what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(out(capsys, "list", what).splitlines()) > 3


def test_check_finds_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert out(capsys, "check").endswith(f"law and {len(names())} outcomes: no fault\n")


def test_output_file_appears_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "exposure.csv"
    assert out(capsys, "exposure", "--format", "csv", "--output", str(target)) == ""
    assert len(pd.read_csv(target)) == len(tv.FOCUS)
    assert [path.name for path in tmp_path.iterdir()] == ["exposure.csv"]


def test_a_file_holds_what_its_name_says(tmp_path: Path) -> None:
    kinds = {"a.json": "[", "a.CSV": "date\n", "a.txt": "date  ", "b.json": "date\n"}
    for name, start in kinds.items():
        words = ["--format", "csv"] if name == "b.json" else []
        assert main(["list", "dates", *words, "--output", str(tmp_path / name)]) == 0
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)


def test_nothing_is_written_as_less_than_nothing() -> None:
    made = _table(pd.DataFrame({"a_usd": [-0.0, -0.4], "rate": [-0.0, -0.00001]}))
    assert made.split() == ["a_usd", "rate", "0", "0.0000", "0", "0.0000"]


def test_whole_dollars_are_known_by_what_a_row_or_a_game_is_about() -> None:
    months = pd.DataFrame({"quantity": ["revenue_usd", "duty_rate"], "median": [1234567.8, 0.25]})
    assert _table(months).split()[3::2] == ["1,234,568", "0.2500"]
    game = pd.DataFrame({"gain": [2500000.4], "home_gain": [0.5], "signed": [0.75]})
    game.attrs = {"measure": "income_change_usd", "objective": "welfare_change"}
    assert _table(game).split()[3:] == ["2,500,000", "0.5000", "0.7500"]
    ends = pd.DataFrame({"diverted_usd_low": [-1234.5, None], "rate_low": [0.5, None]})
    assert _table(ends).split()[2:] == ["-1,234", "0.5000", "n/a", "n/a"]


def test_a_list_forgives_a_comma_at_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("path", "--partners", "JPN", "--format", "csv", "--on")
    assert out(capsys, *words, "2025-04-16, ") == out(capsys, *words, "2025-04-16")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("order --side jpn", "unknown side; value 'jpn'"),
        # What is sold to the United States is no measure of theirs.
        ("order --measure exports_to_us_change", "not what --show order with --side USA can"),
        ("choices --measure balance_change_usd", "not what --show choices can weigh"),
        ("transfers --measure welfare_change", "not what --show transfers can weigh"),
    ],
)
def test_what_a_game_cannot_be_asked_is_said_before_it_is_solved(
    words: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    solved = MagicMock()
    monkeypatch.setattr("tradeviz.models.deals.coalitions.solve_sets", solved)
    assert main(["deals", "--quiet", "--show", *words.split()]) == 2
    assert said in capsys.readouterr().err and not solved.called


def test_own_outcome_from_any_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN.format(rate=0.24), encoding="utf-8")
    rows = json.loads(
        out(capsys, "exposure", "--outcome", str(path), "--partners", "JPN", "--format", "json")
    )
    snapback = tv.exposure("snapback", partners="JPN")["added_rate"].iloc[0]
    assert rows[0]["added_rate"] == pytest.approx(snapback)


COMMANDS = _parser()[1]
NEEDED = {"explain": ["--partner", "JPN", "--hs10", "8703230190"]}
NEEDED["entry"] = [*NEEDED["explain"], "--value", "5"]


def options_of(command: str) -> list[str]:
    """Return the long options that the help of a command names."""
    lines = COMMANDS[command].format_help().partition("\noptions:\n")[2].splitlines()
    found = [re.match(r"  (?:-h, )?(--[\w-]+)", line) for line in lines]
    return [option[1] for option in found if option]


MISTAKES = {
    "expsure": "field 'command': unknown choice; value 'expsure'; allowed: "
    f"{', '.join(COMMANDS)}; did you mean 'exposure'?",
    "exposure --partners JPM": "field 'partners': unknown partner; value 'JPM'; allowed: "
    f"{CODES}; did you mean 'JPN'?",
    "exposure --outcome snapbak": "field 'outcome': unknown outcome; value 'snapbak'; allowed: "
    f"{OUTCOMES}; did you mean 'snapback'?",
    "exposure --by sectors": "field 'by': unknown split; value 'sectors'; allowed: hs2, sector, "
    "layer, hs10; did you mean 'sector'?",
    "exposure --format cvs": "field '--format': unknown choice; value 'cvs'; allowed: table, csv, "
    "json; did you mean 'csv'?",
    "exposure --ordinary nfn": "field 'ordinary': unknown kind of ordinary duty; value 'nfn'; "
    "allowed: preference, mfn, paid; did you mean 'mfn'?",
    "exposure --outcome in_force --on 2027-01-01": "field 'on': outside the dates that the law "
    f"tables cover; value '2027-01-01'; allowed: {SPAN}",
    "exposure --outcome in_force --on 1.8.2025": "field 'on': not a date; value '1.8.2025'; "
    "allowed: a date as 2025-08-07",
    "exposure --outcome pause --on 2025-08-07": "field 'on': outcome 'pause' is the law of "
    "2025-04-16; value '2025-08-07'; allowed: another outcome, such as in_force",
    "exposure --outcome pause --outcome pause": "field 'outcomes': two outcomes share a name; use "
    ".named(); value 'pause'",
    "explain --partner JPN --hs10 8703230191": "field 'hs10': no such product among the imports of "
    "2024; value '8703230191'; allowed: a ten-digit code of the table products; did you mean "
    "'8703230190'?",
    "explain --partner JPN": "the following arguments are required: --hs10 "
    "(tradeviz explain --help)",
    "list outcome": "field 'what': unknown choice; value 'outcome'; allowed: outcomes, partners, "
    "layers, measures, scopes, tables, dates, notebooks; did you mean 'outcomes'?",
    "exposure --output /nowhere/x.csv": "field '--output': cannot be written: No such file or "
    "directory; value '/nowhere/x.csv'",
    "list --output /": "field '--output': cannot be written: Is a directory; value '/'",
    "list --output ": "field '--output': cannot be written: Is a directory; value '.'",
    f"list --output {'a' * 300}": "field '--output': cannot be written: File name too long; value "
    f"'{'a' * 120}…'",
    "list --output a\nb/c": "field '--output': cannot be written: No such file or directory; "
    "value 'a\\nb/c'",
    "report --out /dev/null/pages": "/dev/null/pages: cannot be written: Not a directory",
    "explain --partner JPN --partner KOR --hs10 8703230190": "field '--partner': given twice; "
    "value 'KOR'",
    "exposure --partners UK,KOR,GBR": "field '--partners': GBR is named twice; value 'GBR'",
    "exposure --part JPN": "field 'tradeviz exposure': no such option; value '--part'; allowed: "
    f"{', '.join(options_of('exposure'))}; did you mean '--partners'?",
    "report --outpt=x": "field 'tradeviz report': no such option; value '--outpt'; allowed: "
    f"{', '.join(options_of('report'))}; did you mean '--out'?",
    "explain --partnr JPN": "field 'tradeviz explain': no such option; value '--partnr'; allowed: "
    f"{', '.join(options_of('explain'))}; did you mean '--partner'?",
    "--weight 2025 exposure": "field 'tradeviz': no such option; value '--weight'; allowed: "
    "--help, --weights, --version, --debug; did you mean '--weights'?",
    "exposure JPN": "field 'tradeviz exposure': takes no such word; value 'JPN'; allowed: see "
    "tradeviz exposure --help",
    "forecast --horizon 13": "field 'horizon': not a horizon; value '13'; allowed: 1 to 12 months",
    "forecast --origin 2024-01": "field 'origin': outside the months at hand; value "
    "'2024-01'; allowed: 2025-01 to 2026-07",
    "forecast --partners SVK": "field 'partners': no monthly imports to the last month published; "
    "value 'SVK'; allowed: 50 partners such as AGO, ARE, ARG, AUS, BGD; did you mean 'EU'?",
    "collected --partners NGA": "field 'partner': no monthly duties of this partner; value 'NGA'; "
    "allowed: a partner of the table duties_monthly, from the month asked for",
    "respond --workers 1000000": "field '--workers': not a count; value '1000000'; allowed: "
    f"1 to {4 * (os.cpu_count() or 1)}",
    "respond --workers 0": "field '--workers': not a count; value '0'; allowed: 1 to "
    f"{4 * (os.cpu_count() or 1)}",
    "respond --draws 1000000000": "field '--draws': not a count; value '1000000000'; "
    "allowed: 0 to 100000",
    "respond --draws -1": "field '--draws': not a count; value '-1'; allowed: 0 to 100000",
    "respond --seed -1": "field '--seed': not a count; value '-1'; allowed: 0 to 4294967295",
    "respond --draws ten": "argument --draws: invalid int value: 'ten' (tradeviz respond --help)",
    "changes --offline --since soon": "field '--since': not a day; value 'soon'; "
    "allowed: as 2026-10-09",
    "refresh --pause inf": "field '--pause': out of range; value 'inf'; allowed: 0 to 600 seconds",
    "refresh --only duties,balance": "field '--only': unknown choice; value 'balance'; allowed: "
    "duties, balances, weights, tariff, sizes, law; did you mean 'balances'?",
    "exposure --outcome ,": "field '--outcome': no outcome given; value ','",
    "exposure --outcome JPN=pause,JPN=snapback": "field '--outcome': JPN is named twice; value "
    "'JPN=snapback'",
    "respond --elasticity origins": "field '--elasticity': not a name and its number; value "
    "'origins'; allowed: NAME=NUMBER, such as origins=3",
    "respond --elasticity origins=3 --elasticity origins=4": "field '--elasticity': origins is "
    "given twice; value 'origins=4'",
    "deals --measure income": "field '--measure': unknown measure; value 'income'; allowed: "
    "income_change_usd, welfare_change, exports_to_us_change, export_change, balance_change_usd, "
    "revenue_change_usd",
    "path --on ,": "field 'dates': no date given; allowed: at least one",
    "refresh --dry-run --only ": "field '--only': no topic given; value ''; allowed: duties, "
    "balances, weights, tariff, sizes, law",
    "list --output a.xlsx": "field '--output': no such kind of file; value 'a.xlsx'; allowed: a "
    "name that ends in .csv, .json, .txt, or has no ending",
    "entry --partner AUS --hs10 0202305085 --value 1 --quantity kg=1 --quantity kg=2": "field "
    "'--quantity': kg is given twice; value 'kg=2'",
    "collected --partners ,": f"field 'partners': no partner given; allowed: {CODES}",
    "forecast --partners ,": f"field 'partners': no partner given; allowed: {CODES}",
    "exposure --partners=--": "field '--partners': is no value; value '--'",
    "exposure --output=--": "field '--output': is no value; value '--'",
    "--weights=-- exposure": "field '--weights': is no value; value '--'",
    "": "the following arguments are required: COMMAND (tradeviz --help)",
}


@pytest.mark.parametrize("line", MISTAKES, ids=lambda line: line[:60])
def test_a_mistake_is_one_line_and_code_2(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(line.split(" ") if line else []) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == f"tradeviz: error: {MISTAKES[line]}\n"


@pytest.mark.parametrize(
    ("error", "said", "code"),
    [
        (MemoryError(), "not enough memory", 2),
        (
            KeyError("JPN\n"),
            "unexpected KeyError: 'JPN\\n' (--debug shows where)",
            UNEXPECTED,
        ),
    ],
)
def test_what_nobody_thought_of_is_one_line_too(
    error: Exception, said: str, code: int, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def fails(given: argparse.Namespace) -> Answer:
        raise error

    monkeypatch.setattr("tradeviz.cli.list_command", fails)
    assert main(["list", "dates"]) == code
    assert capsys.readouterr() == ("", f"tradeviz: error: {said}\n")
    with pytest.raises(type(error)):
        main(["list", "dates", "--debug"])


@pytest.mark.parametrize(
    "command",
    ["competitors --outcome", "rates --outcome", "explain --outcome", "respond --reference",
     "deals --terms", "deals --otherwise"],
)  # fmt: skip
def test_where_one_outcome_is_wanted_no_second_is_passed_over(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    name, option = command.split()
    assert main([name, *NEEDED.get(name, []), option, "pause,snapback"]) == 2
    said = f"field '{option}': one outcome is wanted; value 'pause,snapback'; allowed: an outcome, "
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("command", [name for name in COMMANDS if "--output" in options_of(name)])
@pytest.mark.parametrize("word", ["--format=cvs", "--weights=1999"])
def test_what_no_table_can_be_is_said_before_any_work(
    command: str, word: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Coalitions take hours, and a refresh writes.
    work: list[object] = []
    monkeypatch.setattr(f"tradeviz.cli.{command}_command", lambda given: work.append(given) or 0)
    words = [command, *NEEDED.get(command, [])]
    assert main(words) == 0 and len(work) == 1
    assert main([*words, word] if "format" in word else [word, *words]) == 2
    assert f"value '{word.partition('=')[2]}'; allowed: " in capsys.readouterr().err
    assert len(work) == 1


@pytest.mark.parametrize(
    "check",
    ["datasets.check_package", "law.reading.check_law", "law.checking.check_lists",
     "law.outcome.file_faults"],
)  # fmt: skip
def test_each_kind_of_fault_is_said_where_there_is_no_other(
    check: str, sound: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(f"tradeviz.{check}", lambda: ["made"])
    assert main(["check"]) == 2
    assert capsys.readouterr() == ("made\n", "tradeviz: error: 1 fault\n")


def test_what_the_system_refuses_is_said_with_the_place(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    error = PermissionError(13, "Permission denied", "/own")
    monkeypatch.setattr("tradeviz.cli.list_command", MagicMock(side_effect=error))
    assert main(["list", "dates"]) == 2
    assert capfd.readouterr() == ("", "tradeviz: error: Permission denied: /own\n")


def test_a_second_signal_does_not_stop_what_clears_away_after_the_first(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cleared: list[bool] = []

    def work(given: argparse.Namespace) -> Answer:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            return 0
        finally:
            os.kill(os.getpid(), signal.SIGTERM)
            cleared.append(True)

    monkeypatch.setattr("tradeviz.cli.list_command", work)
    heard = signal.getsignal(signal.SIGTERM)
    try:
        assert main(["list"]) == 143 and cleared == [True]
    finally:
        signal.signal(signal.SIGTERM, heard)
    assert capsys.readouterr() == ("", "tradeviz: stopped\n")


def test_a_mistake_is_one_line_with_debug_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--debug", "list", "date"]) == 2
    assert capsys.readouterr().err.startswith("tradeviz: error: field 'what': unknown choice")


def test_a_thread_runs_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(main(["list", "layers"])))
    thread.start()
    thread.join()
    assert codes == [0] and "reciprocal" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("data", "law", "said", "count"),
    [
        (["x.csv: gone"], ["a law of it"], "x.csv: gone", "1 fault"),
        ([], ["m: ends early", "m: starts late"], "m: ends early\nm: starts late", "2 faults"),
    ],
    ids=["data", "law"],
)
def test_check_says_the_first_kind_of_fault_alone(
    data: list[str], law: list[str], said: str, count: str, sound: None,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("tradeviz.datasets.check_package", lambda: [*data])
    monkeypatch.setattr("tradeviz.law.reading.check_law", lambda: law)
    # What rests on unsound tables would be found wrong in turn.
    monkeypatch.setattr("tradeviz.law.outcome.file_faults", lambda: ["an outcome of it"])
    assert main(["check"]) == 2
    assert capsys.readouterr() == (f"{said}\n", f"tradeviz: error: {count}\n")


def test_own_outcome_with_a_percent_for_a_rate(
    sound: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN.format(rate=15), encoding="utf-8")
    assert main(["check", str(path)]) == 2
    fault = (
        "own.toml, row change 1, field 'rate': not a fraction: 15 percent is 0.15; value '15'; "
        "allowed: 0 to 5"
    )
    assert capsys.readouterr().out == f"{fault}\n"


def test_module_runs_and_ends_without_traceback() -> None:
    words = [sys.executable, "-m", "tradeviz", "exposure", "--partners", "Atlantis"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr and done.stderr.startswith("tradeviz: error: ")


def test_a_closed_pipe_is_no_error(tmp_path: Path) -> None:
    # Who reads is gone before a word is written, whatever the pipe would hold.
    run = shell("set -o pipefail; tradeviz list dates | true", tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    # One that goes away in the middle of a long answer.
    run = shell("tradeviz rates --partners JPN --format csv | head -1", tmp_path)
    assert run.stdout.startswith("partner,hs10") and "Error" not in run.stderr


# Where the answer goes


def shell(line: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a shell, with `tradeviz` for this Python's."""
    text = f'tradeviz() {{ "{sys.executable}" -m tradeviz "$@"; }}; {line}'
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | environment
    return subprocess.run(
        ["bash", "-c", text], cwd=folder, env=environment, capture_output=True, text=True
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("tradeviz list dates > /dev/full", "No space left on device"),
        ("tradeviz list dates --output /dev/full", "No space left on device"),
        ("tradeviz list dates >&-", "standard output is closed; allowed: --output FILE"),
        ("mkdir gone; cd gone; rmdir ../gone; tradeviz list dates --output x", "No such file or"),
        (
            "PYTHONIOENCODING=ascii tradeviz balances --partners CIV --output /dev/null && "
            "PYTHONIOENCODING=ascii tradeviz list partners",
            "standard output is ascii and cannot show this; value '\\xfc'; allowed: --output FILE, "
            "or PYTHONIOENCODING=utf-8",
        ),
    ],
)
def test_output_that_goes_nowhere_is_one_line_and_code_2(
    line: str, message: str, tmp_path: Path
) -> None:
    run = shell(line, tmp_path)
    assert run.returncode == 2
    assert run.stderr.startswith("tradeviz: error: ") and message in run.stderr
    assert len(run.stderr.splitlines()) == 1


def test_a_device_or_a_pipe_stays_one(tmp_path: Path) -> None:
    pipe, words = tmp_path / "pipe", ["list", "dates", "--format", "csv", "--output"]
    os.mkfifo(pipe)
    text: list[str] = []
    reader = threading.Thread(target=lambda: text.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    assert main([*words, str(pipe)]) == 0
    reader.join(timeout=30)
    assert text[0].startswith("date\n2025-01-01\n")
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert main([*words, os.devnull]) == 0
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


def test_a_private_file_stays_private_and_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "private.csv", tmp_path / "link.csv"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o600)
    link.symlink_to(target)
    assert main(["list", "dates", "--output", str(link)]) == 0
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert link.is_symlink() and "2025-01-01" in target.read_text(encoding="utf-8")
    assert {path.name for path in tmp_path.iterdir()} == {"private.csv", "link.csv"}


def test_a_new_file_is_as_open_as_any_other_of_its_maker(tmp_path: Path) -> None:
    shell("umask 027; tradeviz list dates --output dates.csv && touch other", tmp_path)
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o640}


def test_the_command_starts_without_what_only_tables_need() -> None:
    asked = "import sys, tradeviz.cli; print({'numpy', 'pandas', 'matplotlib'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout == "set()\n"


def test_a_link_under_the_very_name_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody can foresee the name; were it known all the same, the link stays what it is.
    victim = tmp_path / "victim"
    victim.write_text("mine", encoding="utf-8")
    monkeypatch.setattr(files.secrets, "token_hex", lambda length: "foreseen")
    (tmp_path / ".foreseen.part").symlink_to(victim)
    with pytest.raises(ArgumentError, match="File exists"):
        files.write_whole(tmp_path / "dates.csv", b"new")
    assert victim.read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "dates.csv").exists()


def test_a_planted_link_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine", encoding="utf-8")
    (tmp_path / ".dates.csv.part").symlink_to(victim)
    assert main(["list", "dates", "--output", str(tmp_path / "dates.csv")]) == 0
    assert victim.read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "dates.csv").is_symlink()


def test_a_file_that_finds_no_room_leaves_the_old_one_whole(tmp_path: Path) -> None:
    target = tmp_path / "rates.csv"
    target.write_text("old", encoding="utf-8")
    # A limit of the shell on the size of files: the disk is full after so many.
    run = shell(
        "ulimit -f 8; tradeviz rates --partners AUS --format csv --output rates.csv", tmp_path
    )
    assert run.returncode == 2 and "cannot be written: File too large" in run.stderr
    assert target.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["rates.csv"]


# What the help says


LIBRARY: dict[str, Callable[..., object]] = {
    "exposure": tv.exposure,
    "competitors": tv.competitors,
    "path": tv.exposure_path,
    "explain": tv.explain,
    "respond": tv.respond,
    "deals": tv.deals,
    "balances": tv.balances,
    "forecast": tv.forecast,
    "collected": tv.collected,
}


@pytest.mark.parametrize("command", LIBRARY)
def test_a_default_is_that_of_the_library(command: str) -> None:
    library = inspect.signature(LIBRARY[command]).parameters
    own = {action.dest: action for action in COMMANDS[command]._actions}
    shared = [
        name
        for name in own
        if name in library and library[name].default is not inspect.Parameter.empty
    ]
    assert len(shared) >= 2
    # One outcome is a list of one here; the five are meant where none is named.
    plain = {name: own[name].default for name in shared}
    plain |= {name: value[0] for name, value in plain.items() if isinstance(value, list) and value}
    differ = {
        name: (value, library[name].default)
        for name, value in plain.items()
        if value not in (library[name].default, str(library[name].default), [])
        and (value, library[name].default) != (None, tv.FOCUS)
    }
    assert differ == {}


def test_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out == f"tradeviz {tv.__version__}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_help_names_each_default(name: str) -> None:
    text = " ".join(COMMANDS[name].format_help().split())
    for action in COMMANDS[name]._actions:
        if action.option_strings and action.default not in (None, [], False, argparse.SUPPRESS):
            assert f"(default: {action.default})" in text, action.dest


CHOICES = [
    pytest.param(name, action.option_strings[-1:], re.split(", | or ", str(action.help)),
                 id=f"{name} {action.dest}")
    for name, parser in COMMANDS.items()
    for action in parser._actions
    if action.dest in ("by", "ordinary", "answer", "show", "what", "format")
    and re.fullmatch(r"\w+((, | or )\w+)*", str(action.help))
]  # fmt: skip


@pytest.mark.parametrize(("command", "option", "words"), CHOICES)
def test_help_lists_the_very_words_that_are_allowed(
    command: str, option: list[str], words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, *NEEDED.get(command, []), *option, "nonsense"]) == 2
    said = capsys.readouterr().err
    assert said.endswith(f"value 'nonsense'; allowed: {', '.join(words)}\n")


# What a command shows


@pytest.mark.parametrize("indexed", [False, True])
def test_a_table_is_shown_in_each_format_with_what_is_missing(
    indexed: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    days = pd.to_datetime(["2025-04-09", None])
    table = pd.DataFrame({"partner": ["JPN", "South"], "day": days, "rows": [3, 12000],
                          "rate": [0.12345, -0.5], "duty_usd": [1234567.6, None],
                          "sure": [True, False], "note": ["x", None]})  # fmt: skip
    table = table.set_index(["partner", "day"]) if indexed else table
    shown = {}
    for form in ("table", "csv", "json"):
        assert deliver(table, argparse.Namespace(format=form, output=None)) == 0
        shown[form] = capsys.readouterr().out
    assert [line.rstrip() for line in shown["table"].splitlines()] == [
        "partner        day  rows    rate  duty_usd sure  note",
        "JPN     2025-04-09     3  0.1235 1,234,568 True  x",
        "South          n/a 12000 -0.5000       n/a False",
    ]
    assert shown["csv"].splitlines() == [
        "partner,day,rows,rate,duty_usd,sure,note",
        "JPN,2025-04-09,3,0.12345,1234567.6,True,x",
        "South,,12000,-0.5,,False,",
    ]
    first, second = json.loads(shown["json"])
    assert first == {"partner": "JPN", "day": "2025-04-09T00:00:00.000", "rows": 3,
                     "rate": 0.12345, "duty_usd": 1234567.6, "sure": True, "note": "x"}  # fmt: skip
    assert [second[name] for name in ("day", "duty_usd", "note")] == [None] * 3


def test_lists_are_those_of_the_data(capsys: pytest.CaptureFixture[str]) -> None:
    def listed(what: str) -> pd.DataFrame:
        text = out(capsys, "list", what, "--format", "csv")
        return pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)

    partners = tv.load("partners")
    assert set(listed("partners")["partner"]) == set(partners.loc[partners["has_lines"], "partner"])
    terms = {path.stem: tomllib.loads(path.read_text("utf-8"))
             for path in DATA.glob("outcomes/*.toml")}  # fmt: skip
    outcomes = listed("outcomes").set_index("outcome")
    assert outcomes["meaning"].to_dict() == {name: item["meaning"] for name, item in terms.items()}
    days = {name: str(item["law"]) for name, item in terms.items() if item["law"] != "last"}
    assert outcomes.loc[list(days), "law"].to_dict() == days
    measures, found = tv.load("measures"), listed("measures")
    assert found["measure"].tolist() == measures["measure"].tolist()
    assert found["rate"].replace("", "nan").astype(float).equals(measures["rate"])
    dates = listed("dates")["date"].tolist()
    starts = {str(day.date()) for day in measures["start"]}
    assert dates == sorted({*dates}) and {day for day in starts if day > dates[0]} <= {*dates}
    layers = tv.load("layers").sort_values("position")
    assert listed("layers")["layer"].tolist() == layers["layer"].tolist()
    sizes = listed("scopes").set_index("scope")["prefixes"]
    assert int(sizes["softwood"]) == len(scope("softwood")) and "all" not in sizes
    assert set(listed("tables")["table"]) == set(tables())


@pytest.mark.parametrize(
    "line",
    [
        "--partner CHN --hs10 8703230140 --on 2026-09-20",
        "--partner JPN --hs10 8703230190 --on 2025-09-20 --details",
    ],
)
def test_an_explanation_says_of_each_row_all_that_it_rests_on(
    line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["explain", *line.split()]
    wanted = json.loads(out(capsys, *words, "--format", "json"))
    _, *blocks = re.split(r"\n(?=[* ] \w)", out(capsys, *words).partition("\n\n* applies;")[0])
    assert len(blocks) == len(wanted) > 1
    for block, row in zip(blocks, wanted, strict=True):
        assert block.startswith(f"{'*' if row['applies'] else ' '} {row['layer']} ")
        assert (f" {row['rate']:.4f}  " in block.splitlines()[0]) == row["applies"]
        assert row["reason"] in block and (row["measure"] or row["title"]) in block
        rests = ("reference", "instrument", "federal_register", "url", "quote")
        assert [name for name in rests if row[name] and row[name] not in block] == (
            [] if row["applies"] else [name for name in rests if row[name]]
        )
        assert block.count("; provisional\n") == bool(row["applies"] and row["provisional"])


def test_an_entry_says_its_claims_rows_and_what_would_change_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = "entry --partner AUS --hs10 0202305085 --value 1000 --on 2025-05-01".split()
    text = out(capsys, *words, "--quantity", "kg=150")
    assert "entry of 2025-05-01, value 1,000.00 USD, claims: none\n" in text
    # 4.4 cents a kilogram and 10 %.
    found = re.findall(r"^(\S+) +([\d.]+) +([\d.]+)", text, flags=re.M)
    assert found == [("0202305085", "0.0066", "6.60"), ("9903.01.25", "0.1000", "100.00"),
                     ("total", "0.1066", "106.60")]  # fmt: skip
    assert "-6.60 USD with claim 'fta': " in text and "; provisional" not in text
    text = out(capsys, *words, "--quantity", "kg=150", "--claims", "fta , patented")
    assert "claims: fta, patented\n" in text and " USD with claim 'fta'" not in text
    # What is freed is the ordinary duty, and that alone is provisional.
    rows = re.findall(r"^(\S+) .*\n {39}.*; provisional$", text, flags=re.M)
    assert rows == ["0202305085"]


def test_files_that_are_checked_are_counted_and_each_fault_is_said(
    sound: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad, gone = (tmp_path / f"{name}.toml" for name in ("good", "bad", "gone"))
    good.write_text(OWN.format(rate=0.2), encoding="utf-8")
    bad.write_text(OWN.format(rate=15), encoding="utf-8")
    assert out(capsys, "check", str(good)).endswith(" outcomes, 1 file: no fault\n")
    assert out(capsys, "check", str(good), str(good)).endswith(" outcomes, 2 files: no fault\n")
    assert main(["check", str(gone), str(good), str(bad)]) == 2
    said = capsys.readouterr()
    first, second = said.out.splitlines()
    assert first.startswith(f"{gone}: ") and second.startswith("bad.toml, row change 1")
    assert said.err == "tradeviz: error: 2 faults\n"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["snapback,agreement"], ["snapback", "agreement"]),
        (["snapback", "agreement"], ["snapback", "agreement"]),
        ([" JPN=snapback, KOR=agreement "], [{"JPN": "snapback", "KOR": "agreement"}]),
        (["pause", "JPN=snapback"], ["pause", {"JPN": "snapback"}]),
    ],
)
def test_outcomes_are_read_as_the_library_takes_them(
    typed: list[str], meant: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    words = [word for text in typed for word in ("--outcome", text)]
    text = out(capsys, "exposure", *words, "--partners", "JPN, KOR", "--format", "csv")
    wanted = tv.exposure(meant, partners=["JPN", "KOR"]).reset_index()
    found = pd.read_csv(io.StringIO(text))
    assert found["outcome"].tolist() == wanted["outcome"].tolist()
    assert found["added_duty_usd"].tolist() == pytest.approx(wanted["added_duty_usd"].tolist())


# Balances, competitors, notebooks


def test_balances_and_competitors_are_the_tables_of_the_library(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = out(capsys, *"balances --partners JPN,EU --first 2023 --format csv".split())
    wanted = tv.balances(["JPN", "EU"], first=2023)
    pd.testing.assert_frame_equal(pd.read_csv(io.StringIO(text)), wanted, check_dtype=False)
    text = out(capsys, *"competitors --partners AUS --by sector --format csv".split())
    wanted = tv.competitors(partners="AUS", by="sector")
    found = pd.read_csv(io.StringIO(text))
    assert list(found) == list(wanted)
    assert found["handicap"].to_numpy() == pytest.approx(wanted["handicap"].to_numpy(), abs=1e-15)


def test_notebooks_are_copied_and_never_over_a_readers_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "a" / "mine"
    out(capsys, "notebooks", str(folder))
    assert sorted(path.name for path in folder.iterdir()) == [path.name for path in NOTEBOOKS]
    (folder / NOTEBOOKS[0].name).write_text("mine", encoding="utf-8")
    assert main(["notebooks", str(folder)]) == 2
    assert "already there and edited" in capsys.readouterr().err
    assert (folder / NOTEBOOKS[0].name).read_text(encoding="utf-8") == "mine"
    # What was not edited is no reason to stop, and who says so has the rest replaced.
    out(capsys, "notebooks", str(folder), "--force")
    out(capsys, "notebooks", str(folder))
    assert (folder / NOTEBOOKS[0].name).read_bytes() == NOTEBOOKS[0].read_bytes()


@pytest.mark.parametrize("user", [0, 1000])
def test_explore_opens_jupyterlab_on_copies_and_keeps_what_is_there(
    user: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[list[str]] = []
    monkeypatch.setattr("tradeviz.cli.project.os.getuid", lambda: user)
    monkeypatch.setattr("tradeviz.cli.project.subprocess.call", lambda w: calls.append(w) or 3)
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "11_explore.ipynb").write_text("edited", encoding="utf-8")
    words = ["explore", str(folder), "--port", "8901", "--no-browser"]
    assert main(words) == 3, "the code of JupyterLab"
    assert [path.name for path in sorted(folder.iterdir())] == [path.name for path in NOTEBOOKS]
    assert (folder / "11_explore.ipynb").read_text(encoding="utf-8") == "edited"
    (call,) = calls
    assert call[1:4] == ["-m", "jupyterlab", f"--ServerApp.root_dir={folder}"]
    assert {"--LabApp.default_url=/lab/tree/11_explore.ipynb", "--port=8901", "--no-browser"} <= {
        *call
    }
    assert ("--allow-root" in call) == (user == 0), "JupyterLab refuses root without it"
    parts = [word.partition("=")[2] for word in call if "labextensions" in word or "dir=" in word]
    assert all(Path(part).is_dir() for part in parts) and len(parts) == 3


def test_explore_refuses_a_port_that_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["explore", "--port", "70000"]) == 2
    assert "allowed: 1 to 65535" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_order_is_followed_in_the_measure_that_chose_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = "deals --partners JPN,KOR --show order --measure welfare_change --quiet --format csv"
    assert main(words.split()) == 0
    shown = pd.read_csv(io.StringIO(capsys.readouterr().out))
    table = tv.deals(["JPN", "KOR"]).reset_index()
    both = table[table["members"] == "JPN+KOR"].set_index("partner")["welfare_change"]
    last = shown[shown["step"] == 2].set_index("partner")["value"]
    assert last.to_dict() == pytest.approx(both[last.index].to_dict())
