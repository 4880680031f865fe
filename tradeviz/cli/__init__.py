"""The command line: what each command is called, what it takes, and how it ends."""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any, NoReturn

from tradeviz import __version__
from tradeviz.cli.law import (
    collected_command,
    competitors_command,
    entry_command,
    explain_command,
    exposure_command,
    path_command,
    rates_command,
)
from tradeviz.cli.models import SHOWS, deals_command, forecast_command, respond_command
from tradeviz.cli.project import (
    ERROR,
    LISTS,
    balances_command,
    check_command,
    explore_command,
    list_command,
    notebooks_command,
    report_command,
)
from tradeviz.cli.refresh import TOPICS, changes_command, refresh_command
from tradeviz.cli.words import FILES, FORMATS, Answer, deliver
from tradeviz.errors import ArgumentError, ServiceError, TradevizError, choose, nearest, shown

__all__ = ["main"]

SERVICE = 3
"""Exit code when a public service failed."""
UNEXPECTED = 70
"""Exit code of a fault of the program, as sysexits.h has it."""

# A word with a space is a value of its own, as argparse has it, and so is a negative number.
_OPTION = re.compile(r"--?[a-zA-Z][^ ]*$")
WHO = "codes or names with commas, or all; the five when left out"


class _Once(argparse.Action):
    """Store a value; an option that is given twice is a mistake, not a correction."""

    def __call__(
        self, parser: object, namespace: object, values: object, option_string: str | None = None
    ) -> None:
        seen = vars(namespace).setdefault("seen", set())
        if option_string and self.dest in seen:
            raise ArgumentError("given twice", field=option_string, value=values)
        seen.add(self.dest)
        setattr(namespace, self.dest, values)


class _Many(argparse.Action):
    """Collect the values of an option that may be repeated; they take the place of the default."""

    def __call__(
        self, parser: object, namespace: object, values: object, option_string: str | None = None
    ) -> None:
        kept = getattr(namespace, self.dest)
        setattr(namespace, self.dest, [*([] if kept is self.default else kept), values])


class _Help(argparse.ArgumentDefaultsHelpFormatter):
    """Help that says what an option is when it is left out: the parser's own value, no copy."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        if action.default is None or action.default == []:
            return action.help
        return super()._get_help_string(action)


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line, like every other error."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings, formatter_class=_Help, allow_abbrev=False)
        self.register("action", None, _Once)
        self.register("action", "many", _Many)

    def error(self, message: str) -> NoReturn:
        raise ArgumentError(f"{message} ({self.prog} --help)")

    def meant(self, words: Sequence[str]) -> None:
        """Say of an option that is none which was meant, before what is missing without it."""
        options = [name for name in self._option_string_actions if name.startswith("--")]
        for word in takewhile(lambda word: word != "--", words):
            name, _, value = word.partition("=")
            if _OPTION.match(word) and name not in self._option_string_actions:
                raise ArgumentError("no such option", field=self.prog, value=name,
                                    allowed=options, nearest=nearest(name, options))  # fmt: skip
            # Of this argparse makes an empty list, whatever the option takes.
            if name in options and value == "--":
                raise ArgumentError("is no value", field=name, value=value)

    def table(self) -> None:
        """Take the two options of every command that writes a table."""
        self.add_argument("--format", default="table", help=", ".join(FORMATS))
        self.add_argument(
            "--output",
            type=Path,
            metavar="FILE",
            help=f"write here, not to screen; a name that ends in {', '.join(FILES)}",
        )

    def law(self, outcome: str | None = None, day: str = "day of the law, as 2025-08-07") -> None:
        """Take what says which law counts: an outcome, a day, the ordinary duty."""
        if outcome is not None:
            self.add_argument(
                "--outcome", default=outcome, help="outcome, TOML file, or JPN=agreement,..."
            )
        self.day(day)
        self.add_argument("--ordinary", default="preference", help="preference, mfn or paid")

    def day(self, text: str = "day of the law, as 2025-08-07") -> None:
        """Take the day of the law."""
        self.add_argument("--on", metavar="DATE", help=text)

    def force(self) -> None:
        """Take leave to replace what somebody else wrote."""
        text = "also replace files that tradeviz did not write"
        self.add_argument("--force", action="store_true", help=text)

    def known(self) -> None:
        """Take the day by which the law was published."""
        text = "leave out what was published after this day"
        self.add_argument("--as-known-on", metavar="DATE", help=text)

    def outcomes(self, default: str) -> None:
        """Take outcomes, the option repeated or a list with commas."""
        text = "may be repeated; a,b or JPN=a,KOR=b"
        self.add_argument("--outcome", action="many", default=[default], help=text)


Commands = Callable[[str, Callable[[argparse.Namespace], Answer], str], _Parser]


def _law_commands(command: Commands) -> None:
    words = command("exposure", exposure_command, "Duty and rates of partners under outcomes.")
    words.outcomes("pause")
    words.add_argument("--partners", help=WHO)
    words.add_argument("--by", help="hs2, sector, layer or hs10")
    words.law()
    words.table()
    text = "A partner's rate beside that of the other suppliers of the same products."
    words = command("competitors", competitors_command, text)
    words.add_argument("--partners", help=WHO)
    words.add_argument("--by", help="hs2, sector or hs10")
    words.law("in_force")
    words.table()
    text = "From the law to the duty collected, month by month, adding up."
    words = command("collected", collected_command, text)
    who = "codes or names with commas, with monthly duties; the five when left out"
    words.add_argument("--partners", help=who)
    words.add_argument("--since", default="2025-05", metavar="MONTH", help="as 2025-05")
    words.add_argument("--by", help="naics3")
    words.table()
    words = command("path", path_command, "Rate of partners by layer on every day the law changed.")
    words.add_argument("--partners", help=WHO)
    words.law(day="days with commas; every day the law changed when left out")
    words.table()
    words = command("rates", rates_command, "One row per trade line, one column per layer.")
    words.add_argument("--partners", help="codes or names with commas; everyone when left out")
    words.law("in_force")
    words.table()
    words = command("explain", explain_command, "Why a good pays what it pays.")
    words.add_argument("--partner", required=True, help="code or name")
    words.add_argument("--hs10", required=True, help="ten-digit product code")
    words.law("in_force")
    words.known()
    words.add_argument("--conditions", default="law", help="law, or expected shares")
    words.add_argument("--details", action="store_true", help="also what does not apply, and why")
    words.table()
    words = command("entry", entry_command, "The duty of one customs entry, by heading.")
    words.add_argument("--partner", required=True, help="country of origin, code or name")
    words.add_argument("--hs10", required=True, help="ten-digit product code")
    words.add_argument("--value", required=True, type=float, help="customs value in US dollars")
    words.add_argument("--claims", help="what is confirmed, with commas: usmca, fta, patented, ...")
    words.add_argument(
        "--quantity", action="append", default=[], metavar="UNIT=NUMBER", help="as kg=21000"
    )
    words.add_argument("--content", type=float, help="share of the value that is metal")
    words.day()
    words.known()
    words.table()


def _model_commands(command: Commands) -> None:
    words = command("respond", respond_command, "What US trade does about outcomes, with ranges.")
    words.outcomes("snapback")
    words.add_argument("--reference", default="pause", help="what changes are measured from")
    words.add_argument("--partners", help=WHO)
    words.add_argument("--by", help="sector, hs2, naics3 or competitor")
    words.add_argument("--draws", type=int, default=0, help="sets of elasticities behind ranges")
    words.add_argument("--seed", type=int, default=0, help="the same seed gives the same draws")
    words.add_argument(
        "--elasticity", action="many", default=[], metavar="NAME=NUMBER", help="such as origins=3"
    )
    words.add_argument("--pass-through", type=float, help="share of a duty that buyers pay")
    words.add_argument("--answer", default="outcome", help="outcome, keep, free, in_kind or dated")
    words.add_argument("--workers", type=int, default=1, help="processes that share the draws")
    words.day()
    words.table()
    text = "Imports, duty rate and revenue by month under outcomes, with ranges that are scored."
    words = command("forecast", forecast_command, text)
    words.outcomes("in_force")
    words.add_argument("--partners", help=WHO)
    words.add_argument("--horizon", type=int, default=12, help="months ahead, 1 to 12")
    words.add_argument("--origin", metavar="MONTH", help="last month known, as 2026-07")
    words.table()
    words = command("deals", deals_command, "What a deal is worth, given who else has one.")
    words.add_argument("--partners", help="up to 14 codes or names; the five when left out")
    words.add_argument("--terms", default="japan_style", help="outcome of a partner with a deal")
    words.add_argument("--otherwise", default="snapback", help="outcome of everyone else")
    words.add_argument(
        "--concessions", type=float, help="0 to 1, off own tariffs; as agreed when left out"
    )
    words.add_argument("--elasticity", default="4", help="a number, or a study by name")
    words.add_argument("--show", default="values", help=", ".join(SHOWS))
    words.add_argument("--measure", default="income_change_usd", help="or welfare_change, ...")
    words.add_argument("--side", default="USA", help="whose best order: a partner, USA or all")
    words.add_argument("--resume", type=Path, metavar="FOLDER", help="keep pieces, go on with them")
    words.add_argument("--quiet", action="store_true", help="no progress bar")
    words.day()
    words.table()


def _project_commands(command: Commands) -> None:
    words = command("balances", balances_command, "Exports, imports and balance by year.")
    words.add_argument("--partners", help="codes or names with commas; everyone when left out")
    words.add_argument("--first", type=int, metavar="YEAR", help="the first year wanted")
    words.table()
    words = command("report", report_command, "Run notebooks and write HTML pages.")
    words.add_argument("notebook", nargs="*", help="names such as 03_outcomes; all when left out")
    words.add_argument("--partner", help="put this partner in the place of the notebook's own")
    words.add_argument(
        "--set", action="append", metavar="NAME=VALUE", help="any name of a parameters cell"
    )
    words.add_argument("--out", type=Path, default=Path("reports"), help="folder of the pages")
    words.add_argument("--format", default="html", help="html, or pdf to print each page as well")
    words.force()
    words = command("notebooks", notebooks_command, "Copy the notebooks into a folder of yours.")
    words.add_argument("folder", type=Path, help="made if it is not there")
    words.force()
    text = "Open JupyterLab at the panel, on copies of the notebooks."
    words = command("explore", explore_command, text)
    default = Path("tradeviz-notebooks")
    words.add_argument("folder", type=Path, nargs="?", default=default, help="folder of the copies")
    words.add_argument("--port", type=int, help="port of JupyterLab; one that is free if left out")
    words.add_argument("--no-browser", action="store_true", help="only print the address")
    words = command("check", check_command, "Check data, law and outcomes; name every fault.")
    words.add_argument("file", nargs="*", help="outcome files of your own to check too")
    words = command("list", list_command, "Show the names that other commands take.")
    words.add_argument("what", nargs="?", default="outcomes", help=", ".join(LISTS))
    words.table()


def _service_commands(command: Commands) -> None:
    text = "Bring the data up to date from the public services, or leave all as it is."
    words = command("refresh", refresh_command, text)
    words.add_argument("--only", help=f"with commas: {', '.join(TOPICS)}; all when left out")
    words.add_argument("--since", metavar="MONTH", help="as 2024-01; January of last year")
    text = "year of the trade lines; another than 2024 is added to it"
    words.add_argument("--weights", type=int, default=2024, metavar="YEAR", help=text)
    words.add_argument("--into", type=Path, metavar="FOLDER", help="data folder; the one in use")
    words.add_argument("--replies", type=Path, metavar="FOLDER", help="take replies kept here, add")
    words.add_argument("--base-url", metavar="URL", help="ask this address instead of the services")
    words.add_argument("--pause", type=float, default=0.25, help="seconds between two requests")
    words.add_argument("--dry-run", action="store_true", help="only say what would be asked")
    words.add_argument("--yes", action="store_true", help="take figures that are asked about")
    words.add_argument(
        "--show-revisions", action="store_true", help="list figures that later vintages changed"
    )
    words.table()


def _changes_command(command: Commands) -> None:
    text = "What touches the law since the day to which it is encoded, and what it would move."
    words = command("changes", changes_command, text)
    words.add_argument("--since", metavar="DATE", help="as 2026-10-09; the last day encoded")
    words.add_argument("--chapter", type=Path, metavar="FILE", help="text of a new chapter 99")
    words.add_argument("--offline", action="store_true", help="only compare the text; ask nobody")
    words.add_argument("--into", type=Path, metavar="FOLDER", help="write a page, JSON and Atom")
    words.add_argument("--replies", type=Path, metavar="FOLDER", help="take replies kept here, add")
    words.add_argument("--base-url", metavar="URL", help="ask this address instead of the services")
    words.add_argument("--pause", type=float, default=0.25, help="seconds between two requests")
    words.add_argument("--format", default="text", help="text, json or atom")


def _parser() -> tuple[_Parser, dict[str, _Parser]]:
    """Return the parser, and that of each command by name."""
    parser = _Parser(
        prog="tradeviz",
        description="What each outcome of the 2025 tariff talks means for partners of the "
        "United States.",
    )
    text = "year whose imports are the weights, as 2025, once refreshed"
    parser.add_argument("--weights", dest="weights_year", metavar="YEAR", help=text)
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    parser.add_argument("--debug", action="store_true", help="show where an error arises")
    adder = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands: dict[str, _Parser] = {}

    def command(name: str, run: Callable[[argparse.Namespace], Answer], text: str) -> _Parser:
        commands[name] = adder.add_parser(name, help=text, description=text)
        commands[name].set_defaults(run=run)
        return commands[name]

    services = (_service_commands, _changes_command)
    for add in (_law_commands, _model_commands, _project_commands, *services):
        add(command)
    return parser, commands


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words
    try:
        _end_on_termination()
        return _run([word for word in words if word != "--debug"])
    except KeyboardInterrupt as stop:
        print("tradeviz: stopped", file=sys.stderr)
        return 143 if isinstance(stop, _Terminated) else 130
    except Exception as error:
        if debug and not isinstance(error, TradevizError):
            raise
        return _ended(error)


def _run(words: list[str]) -> int:
    parser, commands = _parser()
    if words and not words[0].startswith("-"):
        choose(words[0], tuple(commands), "command")
    place = next((n for n, word in enumerate(words) if word in commands), len(words))
    parser.meant(words[:place])
    if place < len(words):
        commands[words[place]].meant(words[place + 1 :])
    given, more = parser.parse_known_args(words)
    if more:
        said = f"tradeviz {given.command}"
        raise ArgumentError("takes no such word", field=said, value=more[0],
                            allowed=f"see {said} --help")  # fmt: skip
    _weigh(given.weights_year)
    if "output" in given:
        choose(given.format, FORMATS, "--format")
        kind = given.output.suffix.lower() if given.output else ""
        if kind not in ("", *FILES):
            # A text named x.xlsx opens in no program that the name calls.
            allowed = f"a name that ends in {', '.join(FILES)}, or has no ending"
            what = "no such kind of file"
            raise ArgumentError(what, field="--output", value=given.output, allowed=allowed)
        if kind[1:] in FORMATS and "format" not in vars(given).get("seen", ()):
            given.format = kind[1:]
    code = deliver(given.run(given), given)
    if sys.stdout is not None:
        sys.stdout.flush()
    return code


def _ended(error: Exception) -> int:
    """Say on one line how a command failed; return the exit code."""
    if isinstance(error, ServiceError):
        return _failed(f"{error}; the data are as they were", SERVICE)
    if isinstance(error, TradevizError):
        return _failed(str(error))
    if isinstance(error, BrokenPipeError):
        # The reader of a pipe (head, less) has seen enough.
        _drop_output()
        return 0
    if isinstance(error, OSError):
        # A full disk, a working folder that is gone: what is still unwritten has no place to go.
        _drop_output()
        return _failed(": ".join(filter(None, (error.strerror or str(error), error.filename))))
    if isinstance(error, MemoryError):
        return _failed("not enough memory")
    what = f"unexpected {type(error).__name__}: {shown(error)}"
    return _failed(f"{what} (--debug shows where)", UNEXPECTED)


class _Terminated(KeyboardInterrupt):
    """SIGTERM, which ends a command as Ctrl-C does: what it began is cleared away."""


def _end_on_termination() -> None:
    """Let SIGTERM be an exception where signals can be had at all."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _terminated)


def _terminated(number: int, frame: object) -> NoReturn:
    # Once is enough: a second signal while things are cleared away would stop that.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise _Terminated


def _weigh(year: str | None) -> None:
    """Let the imports of another year be the weights of this process."""
    if year is not None:
        from tradeviz.lines import WEIGHTS, weights_year

        os.environ[WEIGHTS] = str(weights_year(year))


def _failed(message: str, code: int = ERROR) -> int:
    """Say what is wrong on one line; return the exit code."""
    print(f"tradeviz: error: {message}", file=sys.stderr)
    return code


def _drop_output() -> None:
    """Let what standard output still holds go nowhere, so that the end of Python is quiet."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
