"""The command line: what each command is called, what it takes, and how it ends."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from tradeviz.cli.law import explain_command, exposure_command, path_command, rates_command
from tradeviz.cli.models import SHOWS, deals_command, respond_command
from tradeviz.cli.project import ERROR, LISTS, check_command, list_command, report_command
from tradeviz.cli.words import choice
from tradeviz.errors import ArgumentError, TradevizError

__all__ = ["main"]


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line, like every other error."""

    def error(self, message: str) -> NoReturn:
        raise ArgumentError(f"{message} ({self.prog} --help)")


def _parser() -> _Parser:
    parser = _Parser(
        prog="tradeviz",
        description="What each outcome of the 2025 tariff talks means for partners of the "
        "United States.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], text: str) -> _Parser:
        made: _Parser = commands.add_parser(name, help=text, description=text)
        made.set_defaults(run=run)
        return made

    def shared(made: _Parser, *, outcome: bool = True) -> None:
        if outcome:
            made.add_argument(
                "--outcome", default="in_force", help="outcome, TOML file, or JPN=agreement,..."
            )
        made.add_argument("--on", metavar="DATE", help="day of the law, as 2025-08-07")
        made.add_argument("--ordinary", default="preference", help="preference, mfn or paid")
        made.add_argument("--format", default="table", help="table, csv or json")
        made.add_argument(
            "--output", type=Path, metavar="FILE", help="write here, not to the screen"
        )

    made = command("exposure", exposure_command, "Duty and rates of partners under outcomes.")
    made.add_argument("--outcome", action="append", help="may be repeated; a,b or JPN=a,KOR=b")
    made.add_argument("--partners", help="codes or names with commas, or all; the five by default")
    made.add_argument("--by", help="hs2, sector, layer or hs10")
    shared(made, outcome=False)
    made = command("path", path_command, "Rate of partners by layer on every day the law changed.")
    made.add_argument("--partners", help="codes or names with commas, or all; the five by default")
    shared(made, outcome=False)
    made = command("rates", rates_command, "One row per trade line, one column per layer.")
    made.add_argument("--partners", help="codes or names with commas; everyone by default")
    shared(made)
    made = command("explain", explain_command, "Why a good pays what it pays.")
    made.add_argument("--partner", required=True, help="code or name")
    made.add_argument("--hs10", required=True, help="ten-digit product code")
    shared(made)
    made = command("respond", respond_command, "What US trade does about outcomes, with ranges.")
    made.add_argument("--outcome", action="append", help="may be repeated; a,b or JPN=a,KOR=b")
    made.add_argument("--reference", default="pause", help="what changes are measured from")
    made.add_argument("--partners", help="codes or names with commas, or all; the five by default")
    made.add_argument("--by", help="sector, hs2, naics3 or competitor")
    made.add_argument("--draws", type=int, default=0, help="sets of elasticities behind the ranges")
    made.add_argument("--seed", type=int, default=0, help="the same seed gives the same draws")
    made.add_argument(
        "--elasticity", action="append", metavar="NAME=NUMBER", help="such as origins=3"
    )
    made.add_argument("--pass-through", type=float, help="share of a duty that buyers pay")
    made.add_argument("--answer", default="outcome", help="outcome, keep, free or in_kind")
    made.add_argument("--workers", type=int, default=1, help="processes that share the draws")
    made.add_argument("--on", metavar="DATE", help="day of the law, as 2025-08-07")
    made.add_argument("--format", default="table", help="table, csv or json")
    made.add_argument("--output", type=Path, metavar="FILE", help="write here, not to the screen")
    made = command("deals", deals_command, "What a deal is worth, given who else has one.")
    made.add_argument("--partners", help="up to 14 codes or names; the five by default")
    made.add_argument("--terms", default="japan_style", help="outcome of a partner with a deal")
    made.add_argument("--otherwise", default="snapback", help="outcome of everyone else")
    made.add_argument("--concessions", type=float, help="0 to 1, off own tariffs; else as agreed")
    made.add_argument("--elasticity", default="4", help="a number, or a study by name")
    made.add_argument("--show", default="values", help=", ".join(SHOWS))
    made.add_argument("--measure", default="income_change_usd", help="or welfare_change, ...")
    made.add_argument("--side", default="USA", help="whose best order: a partner, USA or all")
    made.add_argument("--resume", type=Path, metavar="FOLDER", help="keep pieces, go on with them")
    made.add_argument("--quiet", action="store_true", help="no progress bar")
    made.add_argument("--on", metavar="DATE", help="day of the law, as 2025-08-07")
    made.add_argument("--format", default="table", help="table, csv or json")
    made.add_argument("--output", type=Path, metavar="FILE", help="write here, not to the screen")
    made = command("report", report_command, "Run notebooks and write HTML pages.")
    made.add_argument("notebook", nargs="*", help="names such as 03_outcomes; all by default")
    made.add_argument("--partner", help="put this partner in the place of the notebook's own")
    made.add_argument("--out", type=Path, default=Path("reports"), help="folder of the pages")
    made.add_argument("--format", default="html", help="html, or pdf to print each page as well")
    made = command(
        "check", check_command, "Check data package, law and outcomes; name every fault."
    )
    made.add_argument("file", nargs="*", help="outcome files of your own to check too")
    made = command("list", list_command, "Show the names that other commands take.")
    made.add_argument("what", nargs="?", default="outcomes", help=", ".join(LISTS))
    made.add_argument("--format", default="table", help="table, csv or json")
    made.add_argument("--output", type=Path, metavar="FILE", help="write here, not to the screen")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        Words after ``tradeviz``; the process's own when None.

    Returns
    -------
    int
        0, or 2 after an error, which is one line on the error stream.

    Examples
    --------
    >>> main(["list", "dates", "--format", "json"]) == 0  # doctest: +ELLIPSIS
    [{"date":"2025-01-01"},...
    True
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser = _parser()
    try:
        if words and not words[0].startswith("-"):
            commands = parser._subparsers._group_actions[0].choices  # type: ignore[union-attr]
            choice(words[0], "command", tuple(commands or ()))
        given = parser.parse_args(words)
        code: int = given.run(given)
    except TradevizError as error:
        print(f"tradeviz: error: {error}", file=sys.stderr)
        return ERROR
    except BrokenPipeError:
        # The reader of a pipe (head, less) has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("tradeviz: stopped", file=sys.stderr)
        return 130
    return code
