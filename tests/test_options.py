"""No option of a command is idle: each one reaches the function that answers, and says its own."""

from __future__ import annotations

import argparse
import inspect
import re
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from pathlib import Path
from pkgutil import resolve_name
from typing import Any
from unittest.mock import MagicMock

import pandas as pd
import pytest

from tradeviz.cli import _parser
from tradeviz.errors import TradevizError
from tradeviz.law.outcome import outcome
from tradeviz.partners import FOCUS, resolve
from tradeviz.refresh.client import Manners
from tradeviz.refresh.run import Settings

PARSER, COMMANDS = _parser()

# What answers a command, by module and name; what they call is not of interest here.
ANSWERED_BY = {
    "exposure": ["trade.exposure.exposure"],
    "competitors": ["trade.competitors.competitors"],
    "collected": ["trade.collected.collected"],
    "path": ["trade.exposure.exposure_path"],
    "rates": ["law.outcome.outcome"],
    "explain": ["law.explain.explain"],
    "entry": ["law.entry.entry"],
    "respond": ["models.response.respond"],
    "forecast": ["models.forecast.forecast"],
    "deals": [
        "models.deals.deals",
        *(f"models.deals.{name}" for name in ("best_order", "follow", "deal_values", "shapley")),
    ],
    "balances": ["trade.balances.balances"],
    "report": ["report.publish.build"],
    "explore": ["cli.project.subprocess.call", "cli.project._copy"],
    "refresh": [f"refresh.run.{name}" for name in ("refresh", "plan", "revisions")],
    "changes": [
        "refresh.client.Client",
        *(f"refresh.changes.{name}" for name in ("news", "as_text", "as_json", "as_atom")),
        *(f"refresh.changes.{name}" for name in ("read_chapter", "compare", "moves")),
        "cli.refresh.write",
    ],
}
NEEDED = {
    "explain": {"--partner": "JPN", "--hs10": "8703230190", "--format": "csv"},
    "entry": {"--partner": "JPN", "--hs10": "8703230190", "--value": "5", "--format": "csv"},
    "deals": {"--show": "order"},
}
VALUES = {
    "--partners": "JPN", "--partner": "KOR", "--by": "hs2", "--on": "2025-08-07",
    "--ordinary": "mfn", "--outcome": "breakdown", "--since": "2025-06", "--hs10": "8703230140",
    "--as-known-on": "2025-08-08", "--conditions": "expected", "--value": "7", "--claims": "fta",
    "--quantity": "kg=3", "--content": "0.5", "--reference": "agreement", "--draws": "3",
    "--seed": "4", "--elasticity": "5", "--pass-through": "0.5", "--answer": "keep",
    "--workers": "2", "--horizon": "3", "--origin": "2026-01", "--terms": "agreement",
    "--otherwise": "breakdown", "--concessions": "0.5", "--show": "effects",
    "--measure": "welfare_change", "--side": "JPN", "--resume": "pieces", "--first": "2020",
    "--set": "A=1", "--out": "pages", "--port": "8901", "--only": "duties", "--weights": "2025",
    "--into": "folder", "--replies": "kept", "--base-url": "http://127.0.0.1:9", "--pause": "2",
    "--chapter": "chapter.txt",
}  # fmt: skip
OWN_VALUES = {
    ("changes", "--since"): "2026-01-02",
    ("respond", "--elasticity"): "origins=3",
    ("report", "--format"): "pdf",
    ("changes", "--format"): "atom",
}
# These two are for what every table is written to, and are tried where that is.
WRITTEN = {"--format", "--output"}


def options() -> Iterator[tuple[str, str]]:
    """Yield every option of every command that the library answers."""
    for command in ANSWERED_BY:
        for action in COMMANDS[command]._actions:
            name = action.option_strings[-1] if action.option_strings else ""
            wanted = name not in WRITTEN or (command, name) in OWN_VALUES
            if name and wanted and not isinstance(action, argparse._HelpAction):
                yield command, name


def plain(value: Any) -> str:
    """Return what a value says, whichever object it is."""
    if isinstance(value, Executor) or callable(value):
        return type(value).__name__
    return repr(value)


def asked(command: str, words: dict[str, str | None], patch: pytest.MonkeyPatch) -> list[Any]:
    """Return the calls that a command makes of the library, in order, and what ends it."""
    library = MagicMock()

    def asks(settings: object, *, ask: Callable[[str], bool], **_: object) -> None:
        try:
            library.answered(ask("?"))
        except TradevizError as error:
            library.answered(str(error))

    for path in ANSWERED_BY[command]:
        answer = getattr(library, path.rpartition(".")[2])
        if not path.endswith((".outcome.outcome", ".compare")):
            answer.return_value = {} if path.endswith("plan") else pd.DataFrame()
        patch.setattr(f"tradeviz.{path}", answer)
    library.compare.return_value.changes = []
    library.build.return_value = [Path("index.html")]
    library.refresh.side_effect = asks
    for form in ("as_text", "as_json", "as_atom"):
        getattr(library, form).return_value = form
    typed = [word for pair in words.items() for word in pair if word is not None]
    given = PARSER.parse_args([command, *typed])
    library.end(given.run(given))
    return list(library.mock_calls)


def written(calls: list[Any]) -> list[str]:
    """Return calls as text."""
    return [
        f"{name}({', '.join([*map(plain, a), *(f'{k}={plain(v)}' for k, v in kw.items())])})"
        for name, a, kw in calls
    ]


PAUSE = outcome("pause")
SIGNATURES = {
    path.rpartition(".")[2]: inspect.signature(resolve_name(f"tradeviz.{path}"))
    for paths in ANSWERED_BY.values()
    for path in paths
    if path != "law.outcome.outcome"
} | {"schedule": inspect.signature(PAUSE.schedule),
     "rates": inspect.signature(PAUSE.schedule().rates)}  # fmt: skip
CALLED = {
    "elasticity": {"elasticities", "options"}, "outcome": {"outcome", "outcomes", "wanted"},
    "workers": {"executor"}, "quiet": {"progress"}, "set": {"settings"}, "value": {"value_usd"},
    "format": {"form", "text"}, "replies": {"replies", "folder", "keep"}, "offline": {"changes"},
    "on": {"on", "dates"}, "partners": {"partners", "partner"},
    "port": {"popenargs"}, "no_browser": {"popenargs"},
}  # fmt: skip
"""Option -> what the library calls it, where that is another word."""


def by_name(calls: list[Any]) -> dict[tuple[str, str], str]:
    """Return every argument of the calls by function and the name that it has there."""
    found: dict[tuple[str, str], str] = {}
    for name, args, named in calls:
        function = name.rpartition(".")[2]
        if function not in SIGNATURES:
            continue
        given = SIGNATURES[function].bind(*args, **named).arguments
        for kind in (Settings, Manners):
            held = [value for value in given.values() if isinstance(value, kind)]
            given |= {key: part for value in held for key, part in vars(value).items()}
        found |= {(function, key): plain(value) for key, value in given.items()
                  if not isinstance(value, Settings | Manners)}  # fmt: skip
    return found


def parts_of(value: str) -> set[str]:
    """Return the words and whole numbers of a text, which a date or a fraction is made of."""
    return {part.lstrip("0") or "0" for part in re.findall(r"[A-Za-z_]+|\d+", value)}


@pytest.mark.parametrize(
    ("command", "option"), [pytest.param(*o, id=" ".join(o)) for o in options()]
)
def test_an_option_reaches_the_library_as_its_own_argument(
    command: str, option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (action,) = (a for a in COMMANDS[command]._actions if option in a.option_strings)
    value = None if action.nargs == 0 else OWN_VALUES.get((command, option), VALUES.get(option))
    words: dict[str, str | None] = dict(NEEDED.get(command, {}))
    before = asked(command, words, monkeypatch)
    after = asked(command, words | {option: value}, monkeypatch)
    without, with_it = written(before), written(after)
    assert len(without) >= 1 and with_it != without
    # It says the same as the one before it: what is compared is no object's own number.
    assert written(asked(command, words, monkeypatch)) == without
    old, new = by_name(before), by_name(after)
    moved = {key: said for key, said in new.items() if old.get(key, said) != said}
    assert {name for _, name in moved} <= CALLED.get(action.dest, {action.dest})
    if moved and value is not None and option not in ("--workers", "--format"):
        assert parts_of(value) <= parts_of(" ".join(moved.values()))


@pytest.mark.parametrize("command", [
    name for name in ANSWERED_BY for action in COMMANDS[name]._actions
    if action.dest == "partners" and "or all" in str(action.help)
])  # fmt: skip
def test_all_is_everyone_where_the_help_says_so(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = by_name(asked(command, {"--partners": " ALL "}, monkeypatch))
    (said,) = (value for (_, name), value in told.items() if name in ("partners", "partner"))
    # Of months, not all of them have any: None is whoever has.
    assert said == ("None" if command == "forecast" else repr(list(resolve(None))))


@pytest.mark.parametrize("command", ["exposure", "competitors", "path", "collected", "respond",
                                     "forecast", "balances", "rates"])  # fmt: skip
def test_partners_that_are_left_out_are_those_that_the_help_names(command: str) -> None:
    (action,) = (a for a in COMMANDS[command]._actions if a.dest == "partners")
    meant = {"the five": set(FOCUS), "everyone": set(resolve(None))}
    (named,) = (who for who in meant if f"{who} when left out" in str(action.help))
    given = PARSER.parse_args([command])
    answer = given.run(given)
    partners = answer.reset_index()["partner"].astype(str)
    shown = set(partners) if named == "the five" else set(partners) & meant[named]
    assert shown == meant[named]
