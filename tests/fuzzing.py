"""Bad arguments, command lines and outcome files by the kind of fault; what the package says.

`python tests/fuzzing.py 500` counts the answers to so many of each.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import math
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import tradeviz as tv
from tradeviz.cli import _parser, main
from tradeviz.errors import TradevizError
from tradeviz.law.overlay import Outcome
from tradeviz.law.schedule import Schedule
from tradeviz.models import deals, equilibrium, forecast, response
from tradeviz.trade.briefing import claims

REFUSED, RAW, ACCEPTED = "refused", "raw error", "accepted"

_LONG = "x" * 100_000
# fmt: off
_WORDS = [None, 5, -1.5, math.nan, math.inf, True, b"JPN", [], {}, "", "nonsense", "\x1b[31mJPN",
          "a\nb\0c", _LONG, object(), pd.NaT, np.array(["JPN"]).reshape(1, 1), pd.DataFrame()]
_NUMBERS = [None, math.nan, math.inf, -math.inf, -1, -1e-300, 1e308, 10**400, True, "1", "", b"1",
            [], [1.0], {}, 1j, pd.NaT, np.array([1.0, 2.0]), object()]
_DAYS = [None, 5, 1.5, math.nan, pd.NaT, True, b"2025-08-07", "", "yesterday", "2025-02-30",
         "1990-01-01", "9999-12-31", "2025-08-07T99", [], ["2025-08-07"], {}, _LONG, "\0",
         pd.Timestamp("2200-01-01"), float("1e30"), object()]
_FRAMES = [None, 5, "exposure", b"", [], {}, math.nan, np.zeros((2, 2)), pd.DataFrame(),
           pd.DataFrame({"partner": ["JPN"]}), pd.Series([1.0]), pd.DataFrame({0: [1]}), object()]

BAD: dict[str, list[Any]] = {
    "partners": [*_WORDS, ["JPN", 5], ["JPN", "nonsense"], [None], [["JPN"]], {"JPN": 1},
                 ["JPN", "Japan"]],
    "partner": [*_WORDS, ["JPN"], ("JPN", "KOR")],
    "outcome": [*_WORDS, {"JPN": 5}, {"JPN": None}, {"nonsense": "pause"}, {5: "pause"},
                {"change": 5}, {"change": [5]}, {"change": [], "name": 5}, ["pause", None],
                {"change": [{"layer": "reciprocal", "rate": math.nan}]},
                {"change": [{"layer": "reciprocal", "rate": math.inf}]},
                {"change": [{"layer": "reciprocal", "rate": -0.1}]},
                {"change": [{"layer": "reciprocal", "rate": None}]},
                {"change": [{"layer": ["reciprocal"], "rate": 0.1}]},
                {"change": [{"layer": "reciprocal", "rate": 0.1, "partners": 5}]},
                {"change": [{"layer": "reciprocal", "rate": 0.1, "partners": [["JPN"]]}]},
                Path("nowhere.toml"), Path("."), "/dev/zero", "x\0.toml", "a/" + "b" * 5000],
    "word": [*_WORDS, ["sector"], ("law",)],
    "fraction": [*_NUMBERS, 1e6],
    "number": _NUMBERS,
    "rate": [*_NUMBERS, 15, 1e6],
    "count": [*_NUMBERS, 1.5, 10**30, np.float64(2.0)],
    "day": _DAYS,
    "days": [5, True, b"2025", "", math.nan, [5], ["yesterday"], [None], [], {}, _LONG, [[]]],
    "month": [*_DAYS, "2025-13", "25-01", "2031-01"],
    "hs10": [*_WORDS, "8703", "87032301901", "0000000000", "870323019x", 8703230190,
             ["8703230190"]],
    "flag": [None, 5, "yes", math.nan, [], {}, b"", object()],
    "executor": [5, "x", True, [], {}, object(), math.nan],
    "folder": [5, True, b"x", "", "nowhere", "x\0y", "/dev/null", math.nan, [], {}, _LONG],
    "resume": [5, True, b"x", "x\0y", "/dev/null", "/dev/null/x", math.nan, [], {}, _LONG],
    "numbers": [5, "x=1", b"", True, [], [1], {"nonsense": 1.0}, {5: 1.0}, {None: 1.0}, math.nan,
                {"origins": None}, {"origins": math.nan}, {"origins": -1}, {"origins": "3"},
                {"origins": math.inf}, {"origins": 1e-320}, {"origins": True}, {"origins": [3]}],
    "quantity": [5, "kg=1", True, [1], {5: 1.0}, {"kg": None}, {"kg": "1"},
                 {"kg": math.nan}, {"kg": -1.0}, {"kg": math.inf}, {"kg": True}],
    "answers": [5, 1.5, True, b"keep", "", "nonsense", [], {"JPN": 6}, {"nonsense": "in_kind"},
                {"JPN": "nonsense"}, {"JPN": -0.1}, {"JPN": math.nan}, {5: 0.1}, math.nan],
    "shares": [-0.1, 1.5, math.nan, math.inf, True, "x", b"", [0.5], {"JPN": 5}, {"JPN": None},
               {"JPN": "x"}, {"nonsense": 0.5}, {5: 0.5}],
    "elasticity": [None, 0, -4, math.nan, math.inf, 1e-320, 1e308, True, "", "nonsense", b"",
                   [4.0], {"nonsense": 4.0}, {5: 4}, {"C10T12": None}],
    "options": [5, "x", [], [1], {"a": 5}, {"a": {"nonsense": 1}}, {5: {}}, {"a": {"scale": 9}}],
    "plans": [5, "x", [], [1], {"a": 5}, {"a": {"nonsense": 1}}, {"a": {"JPN": -10**9}},
              {"a": {"JPN": math.nan}}, {"a": {"JPN": "soon"}}, {"a": {"JPN": 1.5}},
              {5: {"JPN": 1}}],
    "order": [5, None, "", "JPN", [], [5], ["JPN", "JPN"], ["nonsense"], ["JPN"], [None], {}],
    "words": [5, True, b"", [5], [None], ["nonsense"], [[]], math.nan, {"x": 1}, [""]],
    "frame": _FRAMES,
    "frames": [None, 5, "x", [], {}, {"a": 5}, {"a": pd.DataFrame()}, {5: None}, math.nan],
    "date": [None, 5, math.nan, "yesterday", b"", [], object(), "1990-01-01"],
    "pair": [None, 5, (), ("2025-01-01",), ("x", "y"), (1, 2, 3), "ab", (None, None)],
    "title": [5, True, b"", [], {}, math.nan],
    "events": [5, "x", [1], {"yesterday": "x"}, {5: "x"}, {"2025-04-05": 5}],
    "axes": [5, "x", True, [], {}],
}
# fmt: on
"""Values that are wrong for every argument of a kind."""

_EXPOSURE = ["before", "agreement", "pause", "in_force", "snapback", "breakdown"]


@cache
def frame(name: str) -> Any:
    """Return a finished table that charts, display tables and sentences take."""
    makes: dict[str, Callable[[], Any]] = {
        "exposure": lambda: tv.exposure(_EXPOSURE, partners=tv.FOCUS),
        "hs2": lambda: tv.exposure(["pause", "in_force"], by="hs2", partners=["JPN", "KOR"]),
        "layer": lambda: tv.exposure(["pause", "in_force"], by="layer"),
        "hs10": lambda: tv.exposure("pause", by="hs10", partners="JPN"),
        "path": lambda: tv.exposure_path(partners=tv.FOCUS),
        "balances": lambda: tv.balances(tv.FOCUS),
        "partners": lambda: tv.load("partners"),
        "check": tv.april_check,
        "rivals": lambda: tv.competitors("in_force", by="hs2"),
        "country": lambda: tv.exposure("in_force", by="sector", partners="JPN"),
        "japan": lambda: tv.exposure(_EXPOSURE, partners="JPN"),
        "tornado": lambda: response.sensitivity("snapback", partners="JPN"),
        "backtest": lambda: response.backtest(["JPN"], draws=2),
        "flows": lambda: tv.respond("snapback", partners="JPN", by="competitor"),
        "variants": lambda: equilibrium.variants("snapback", {"a": {}}, partners="JPN"),
        "duties": lambda: tv.load("duties_monthly"),
        "collected": lambda: tv.collected("JPN"),
        "claims": claims,
        "reconciled": lambda: tv.reconcile("tradewartracker", "GBR"),
        "talks": lambda: tv.load("talks"),
        "response": lambda: tv.respond(["agreement", "snapback"], partners="JPN", draws=2),
        "deals": lambda: deals.deals(["KOR", "JPN"]),
        "forecast": lambda: tv.forecast(partners="JPN", horizon=2),
        "record": lambda: tv.forecast_record("JPN"),
        "scores": forecast.scores,
        "equilibrium": lambda: tv.equilibrium("snapback", partners="JPN"),
        "values": lambda: deals.deal_values(frame("deals")),
        "shapley": lambda: deals.shapley(frame("deals")),
        "delay": lambda: deals.delay(frame("deals"), {"wait": {"JPN": 3, "KOR": 0}}),
        "runs": lambda: {"a": frame("equilibrium")},
        "tables": lambda: {"a": frame("exposure")},
        "worths": lambda: {"a": frame("values")},
        "paths": lambda: {"a": deals.follow(frame("deals"), ["JPN", "KOR"])},
        "explained": lambda: tv.explain("JPN", "8703230190"),
    }
    return makes[name]()


@dataclass(frozen=True)
class Call:
    """A public function, arguments that it takes, and the kind of each that may be wrong."""

    name: str
    function: Callable[..., Any]
    good: Mapping[str, Any]
    kinds: Mapping[str, str]

    def with_bad(self, argument: str, value: object) -> str:
        """Return what the function says of one bad argument among good ones."""
        good = {key: _value(item) for key, item in self.good.items()}
        return said(lambda: self.function(**good | {argument: value}))


def said(run: Callable[[], Any]) -> str:
    """Return how a call ends: refused in one line, a raw error, or accepted."""
    try:
        run()
    except TradevizError as error:
        text = str(error)
        one_line = len(text) < 2_500 and text.isprintable()
        return REFUSED if one_line else f"{RAW}: {len(text)} characters, not one line"
    except Exception as error:
        return f"{RAW}: {type(error).__name__}: {str(error)[:100]}"
    return ACCEPTED


@dataclass(frozen=True)
class _Frame:
    """Stands for a table that is made when it is first needed."""

    name: str


def _value(item: object) -> Any:
    return frame(item.name) if isinstance(item, _Frame) else item


# Argument by name, of every public function; where two functions differ, by both names.
KINDS = {
    "partners": "partners", "partner": "partner", "first": "count", "folder": "folder",
    "since": "month", "by": "word", "wanted": "outcome", "on": "day", "ordinary": "word",
    "terms": "outcome", "otherwise": "outcome", "concessions": "shares", "executor": "executor",
    "resume": "resume", "progress": "flag", "hs10": "hs10", "value_usd": "number",
    "claims": "words", "quantity": "quantity", "content": "fraction", "as_known_on": "day",
    "outcomes": "outcome", "reference": "outcome", "elasticity": "elasticity", "deficit": "word",
    "retaliation": "answers", "services_tariffs": "word", "us_tariffs": "word",
    "labour_supply": "number", "scale": "number", "tax_relief": "flag", "outcome": "outcome",
    "conditions": "word", "details": "flag", "law": "word", "dates": "days", "horizon": "count",
    "origin": "month", "name": "word", "peer": "word", "elasticities": "numbers",
    "pass_through": "number", "draws": "count", "seed": "count", "answer": "word", "day": "day",
    "deals": "frame", "side": "word", "measure": "word", "worst": "flag", "plans": "plans",
    "weeks": "count", "order": "order", "against": "word", "choices": "options", "rule": "word",
    "balance": "frame", "floor": "fraction",
    # of charts, tables and sentences
    "title": "title", "ax": "axes", "n": "count", "height": "count", "looked_at": "word",
    "provisional": "flag", "start": "word", "end": "word", "low": "word", "high": "word",
    "today": "word", "pause": "word", "april": "word", "focus": "words", "economies": "words",
    "events": "events", "economy_shown": "word", "date": "date", "year": "count", "names": "words",
    "label": "title", "step": "number", "history": "frame", "others": "frame",
    "findings.outcome": "word", "charts.outcome": "word", "charts.name": "word",
    "talks_timeline.pause": "pair", "charts.partners": "words", "tables.partners": "words",
    "outcomes_table.wanted": "words", "charts.outcomes": "words", "tables.wanted": "words",
    "charts.reference": "word", "findings.reference": "word", "findings.name": "word",
    "reciprocal_formula.elasticity": "number", "explore.law": "outcome",
    "collected.partner": "partners", "Schedule.layer.name": "word", "paths": "frames",
    "tables.tables": "frames", "runs": "frames", "partners_table.partners": "frame",
    "most_favoured": "flag", "sectors": "words", "consent": "flag", "share": "fraction",
    "discount": "fraction",
    "economy": "word", "inputs": "flag", "as_of": "day",
    "values": "frame", "deal_order.values": "frames",
    "record": "frame", "level": "frame",
}  # fmt: skip

_EXTRA = {"executor", "progress", "ax"}
_CALLS: dict[str, dict[str, Any]] = {
    "april_check": {},
    "balances": {"partners": "JPN"},
    "collected": {"partner": "JPN", "since": "2025-11"},
    "competitors": {"partners": "AUS"},
    "deals": {"partners": ["JPN"]},
    "entry": {"partner": "JPN", "hs10": "8703230190", "value_usd": 100.0},
    "equilibrium": {"outcomes": "snapback", "partners": "JPN"},
    "explain": {"partner": "JPN", "hs10": "8703230190"},
    "exposure": {"outcomes": "in_force", "partners": "AUS"},
    "exposure_path": {"dates": ["2025-08-07"], "partners": "AUS"},
    "forecast": {"partners": "JPN", "horizon": 1},
    "forecast_record": {"partners": "JPN"},
    "load": {"name": "sectors"},
    "outcome": {"wanted": "pause"},
    "reciprocal_formula": {"balance": _Frame("balances")},
    "reconcile": {"peer": "tradewartracker", "partners": "GBR"},
    "respond": {"outcome": "snapback", "partners": "AUS"},
    "schedule": {"day": "2025-08-07"},
    "dominance": {"deals": _Frame("deals")},
    "stable": {"deals": _Frame("deals")},
    "transfers": {"deals": _Frame("deals")},
    "own_terms": {"partners": "JPN"},
    "best_order": {"deals": _Frame("deals")},
    "deal_values": {"deals": _Frame("deals")},
    "delay": {"deals": _Frame("deals"), "plans": {"wait": {"JPN": 1, "KOR": 0}}},
    "follow": {"deals": _Frame("deals"), "order": ["JPN", "KOR"]},
    "shapley": {"deals": _Frame("deals")},
    "scores": {},
    "recorded_months": {"partners": "JPN"},
    "variants": {"outcomes": "snapback", "choices": {"a": {}}, "partners": "JPN"},
    "benchmark": {"name": "cp"},
    "sector_effects": {"outcomes": "snapback", "partners": "JPN"},
    "Outcome.schedule": {},
    "Outcome.tariffs_of": {"partner": "JPN"},
    "Outcome.with_rate": {"partners": "JPN", "reciprocal": 0.1},
    "Outcome.named": {"name": "other"},
    "Schedule.rates": {"partners": "AUS"},
    "Schedule.layer": {"name": "mfn"},
}

_FRAMES_OF = {
    "balances": "balances", "check": "check", "path": "path", "competitors": "rivals",
    "exposure": "exposure", "claims": "claims", "duties": "duties", "collected": "duties",
    "response": "response", "record": "record", "forecast": "forecast",
    "reconciled": "reconciled", "talks": "talks", "deals": "deals", "values": "values",
    "shapley": "shapley", "delay": "delay", "scores": "scores", "equilibrium": "equilibrium",
    "explained": "explained", "rivals": "rivals", "sectors": "country", "chapters": "hs2",
    "account": "collected", "partners": "partners", "effect": "response", "table": "exposure",
    "paths": "paths", "effects": "shapley", "balance": "balances",
    "chapter_heatmap.exposure": "hs2", "layer_table.exposure": "layer",
    "outcome_waterfall.exposure": "layer", "product_bars.exposure": "hs10",
    "top_table.exposure": "hs2", "account.table": "collected", "account_table.table": "collected",
    "forecast.table": "forecast", "forecast_table.table": "forecast",
    "response.table": "response", "competitors_table.table": "rivals",
    "equilibrium_trade.table": "equilibrium", "reconciled.table": "reconciled",
    "solved.tables": "equilibrium", "runs": "runs", "tables": "tables",
    "deal_order.values": "worths", "country.exposure": "japan", "sensitivity": "tornado",
    "backtest": "backtest", "level": "backtest", "others": "backtest", "diversion": "flows",
    "diversion.table": "flows", "variants": "variants", "collected.duties": "duties",
}  # fmt: skip
"""The table that an argument takes, by the argument's name or by the function's and its own."""
_WORDS_OF = {
    "partner": "JPN", "year": 2024, "outcome": "in_force", "start": "pause", "end": "in_force",
    "date": "2025-08-01", "order": ["JPN", "KOR"], "name": "in_force", "value": 0.1,
    "economies": ["JPN"],
    "words": ["a"], "wanted": ["pause"], "names": ["sectors"], "column": "added_rate",
}  # fmt: skip


def _kind(home: str, name: str, argument: inspect.Parameter) -> str | None:
    """Return the kind of an argument; none for what is not given by its name."""
    if argument.kind in (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL):
        return None
    text = str(argument.annotation)
    if text.startswith("pd.DataFrame"):
        return "frame"
    if "pd.DataFrame" in text:
        return "frames"
    for key in (f"{name}.{argument.name}", f"{home}.{argument.name}", argument.name):
        if key in KINDS:
            return KINDS[key]
    return None


def _shown(home: str, name: str, function: Callable[..., Any]) -> dict[str, Any]:
    """Return good arguments of a chart, a display table or a sentence."""
    good = {}
    for argument in inspect.signature(function).parameters.values():
        if argument.default is inspect.Parameter.empty:
            table = _FRAMES_OF.get(f"{name}.{argument.name}", _FRAMES_OF.get(argument.name))
            if "pd.DataFrame" in str(argument.annotation) and table is not None:
                good[argument.name] = _Frame(table)
            elif argument.name in _WORDS_OF:
                good[argument.name] = _WORDS_OF[argument.name]
    return good


def _functions() -> dict[str, tuple[str, Callable[..., Any]]]:
    """Return every public function by name, with the module that it stands in."""
    found: dict[str, tuple[str, Callable[..., Any]]] = {}
    for home in (deals, response, equilibrium, forecast, tv):
        for name in home.__all__:
            if inspect.isfunction(getattr(home, name)):
                found[name] = (home.__name__.split(".")[-1], getattr(home, name))
    for home in (tv.charts, tv.tables, tv.findings):
        place = home.__name__.split(".")[-1]
        for name in home.__all__:
            if inspect.isfunction(getattr(home, name)):
                found[f"{place}.{name}"] = (place, getattr(home, name))
    overlay, law = tv.outcome("in_force"), tv.schedule("2025-08-07")
    for thing, cls in ((overlay, Outcome), (law, Schedule)):
        for name, value in vars(cls).items():
            if inspect.isfunction(value) and not name.startswith("_"):
                found[f"{cls.__name__}.{name}"] = (cls.__name__, getattr(thing, name))
    return found


# A class of the engine, not a reader's function; or no arguments that can be wrong.
_OUT = {
    "reach", "covers", "arrays", "added", "smart", "draw", "central", "fourteen", "ranges",
    "percent", "billion", "date_text", "listing", "schedules", "tariffs_of", "named",
    "check_package",
}  # fmt: skip
# What stands for everyone, for the working folder, or only lifts out what is there.
_FREE = {
    ("forecast", "partners", None), ("explore", "folder", ""), ("recorded_months", "by", None),
    ("charts.backtest_ranges", "partner", str), ("charts.exposure_by_outcome", "looked_at", str),
}  # fmt: skip


@cache
def calls() -> dict[str, Call]:
    """Return every public function with arguments that it takes."""
    found = {}
    for name, (home, function) in _functions().items():
        short = name.split(".")[-1]
        if short in _OUT:
            continue
        parameters = inspect.signature(function).parameters
        kinds = {}
        for key, parameter in parameters.items():
            kind = _kind(home, short if "." not in name else name.split(".")[-1], parameter)
            if home in ("Outcome", "Schedule"):
                kind = KINDS.get(f"{name}.{key}", kind)
            if kind is not None:
                kinds[key] = kind
        good = _CALLS.get(name, _shown(home, short, function))
        found[name] = Call(name, function, good, kinds)
    return found


def _same(one: object, other: object) -> bool:
    return type(one) is type(other) and (one is other or one == other)


@cache
def cases() -> list[tuple[str, str, int]]:
    """Return every function, argument and place of a bad value in the list of its kind."""
    found = []
    for name, call in calls().items():
        parameters = inspect.signature(call.function).parameters
        for argument, kind in call.kinds.items():
            default = parameters[argument].default
            for place, value in enumerate(BAD[kind]):
                # What an argument is when it is left out cannot be wrong.
                if default is None and value is None:
                    continue
                free = any(
                    (name, argument) == key[:2]
                    and (isinstance(value, str) if key[2] is str else _same(value, key[2]))
                    for key in _FREE
                )
                if (
                    free
                    or isinstance(default, str | bool | int | float | tuple)
                    and _same(value, default)
                ):
                    continue
                found.append((name, argument, place))
    return found


def answer(name: str, argument: str, place: int) -> str:
    """Return what a function says of a bad value."""
    call = calls()[name]
    return call.with_bad(argument, BAD[call.kinds[argument]][place])


bad_calls = st.deferred(lambda: st.sampled_from(cases()))
"""A function, one of its arguments, and the place of a value that is wrong there."""

# Words of a shell that no option can mean, and some that one may.
_TYPED = [
    "", " ", "nonsense", "nan", "inf", "-1", "-0.5", "1e400", "9" * 5_000, "1e308", "true", "None",
    "\x1b[31mJPN", "a\nb", "x" * 20_000, "JPN,JPN", "JPN,Japan", ",,,", "JPN=", "=pause",
    "JPN=pause,JPN=agreement", "2025-02-30", "2025-13", "0001-01-01", "/dev/zero", ".", "..",
    "/dev/null", "[]", "{}", "\u202eJPN", "\U0001f642", "\ud800", "--", "-", "%s", "{0}", "a=b=c",
    "kg=", "kg=nan", "origins=nan", "origins=-1", "0x10", "1_000", "\u0663", "*", "';--",
]  # fmt: skip
_NEEDED = {
    "explain": ["--partner", "JPN", "--hs10", "8703230190"],
    "entry": ["--partner", "JPN", "--hs10", "8703230190", "--value", "100"],
    "deals": ["--partners", "JPN", "--quiet"],
    "respond": ["--partners", "AUS"],
    "equilibrium": ["--partners", "JPN"],
}
_WRITES = {"--output", "--out", "--resume", "--folder", "folder"}
# They ask the network or write folders, and are tried elsewhere.
_ELSEWHERE = {"notebooks", "refresh", "changes", "report", "explore", "check"}


@cache
def options() -> list[tuple[str, str]]:
    """Return every command with each option that takes a value."""
    return [
        (command, option.option_strings[-1] if option.option_strings else "")
        for command, parser in _parser()[1].items()
        if command not in _ELSEWHERE
        for option in parser._actions
        if option.nargs != 0 and not _WRITES & {*option.option_strings, option.dest}
    ]


@st.composite
def command_lines(draw: st.DrawFn) -> list[str]:
    """Return a command with one option that means nothing, or a text of any letters."""
    command, option = draw(st.sampled_from(options()))
    text = draw(st.sampled_from(_TYPED) | st.text(max_size=12))
    needed = list(_NEEDED.get(command, []))
    if option in needed:
        del needed[needed.index(option) : needed.index(option) + 2]
    return [command, *needed, *([f"{option}={text}"] if option else [text])]


def run(words: list[str]) -> tuple[int, str]:
    """Return exit code and error stream of a command."""
    errors = io.StringIO()
    with contextlib.redirect_stderr(errors), contextlib.redirect_stdout(io.StringIO()):
        try:
            code = main(words)
        except SystemExit as end:
            code = int(end.code or 0)
    return code, errors.getvalue()


def ended(words: list[str]) -> str:
    """Return how a command ends: refused in one line, a raw error, or accepted."""
    try:
        code, text = run(words)
    except BaseException as error:
        return f"{RAW}: {type(error).__name__}"
    if code == 0:
        return ACCEPTED
    line = text.removesuffix("\n").removeprefix("tradeviz: error: ")
    clean = code == 2 and len(line) < 2_500 and line.isprintable() and len(line) < len(text) - 1
    return REFUSED if clean else f"{RAW}: code {code}, {text[:120]!r}"


_KEYS = ["name", "title", "meaning", "basis", "law", "fixed_day", "order", "partner_tariffs",
         "change", "nonsense"]  # fmt: skip
_CHANGES = ["layer", "partners", "except_partners", "scope", "rule", "rate", "nets", "value_share",
            "quota_share", "off", "as_on", "reference", "nonsense"]  # fmt: skip
_LITERALS = [
    "nan", "inf", "-inf", "-0.1", "15", "1e308", "9" * 5_000, "true", "false", "[]", "{}", "[[]]",
    "[5]", '""', '"nonsense"', '"\\u001b[31m"', '"\\n"', f'"{"x" * 5_000}"', '"a/b"', '"pause"',
    "1979-05-27T07:32:00Z", "1979-05-27", "07:32:00", "2025-02-30", '["JPN", "JPN"]', '["all", 5]',
    "[" * 2_000, '{"a" = 5}', "'''\nmany\nlines'''", '"=cmd|calc"', "0.1", '"last"', '"reciprocal"',
]  # fmt: skip


@st.composite
def outcome_texts(draw: st.DrawFn) -> str:
    """Return the text of an outcome file with one value that may be wrong."""
    top = {"name": '"own"'}
    change = {"layer": '"reciprocal"', "rate": "0.1", "partners": '["JPN"]'}
    home, keys = draw(st.sampled_from([(top, _KEYS), (change, _CHANGES)]))
    home[draw(st.sampled_from(keys))] = draw(st.sampled_from(_LITERALS))
    lines = [f"{key} = {value}" for key, value in top.items()]
    if "change" not in top:
        lines += ["[[change]]", *(f"{key} = {value}" for key, value in change.items())]
    return "\n".join(lines)


def read_outcome(text: str, folder: Path) -> str:
    """Return what reading, checking and applying an outcome file of this text says."""
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return said(lambda: tv.exposure(path, partners="AUS"))


def counted(
    strategy: st.SearchStrategy[Any], examine: Callable[[Any], str], number: int
) -> Counter[str]:
    """Return how often each answer came, over so many examples; the faults are printed."""
    counts: Counter[str] = Counter()

    @settings(
        max_examples=number,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def every(example: Any) -> None:
        verdict = examine(example)
        counts[verdict.split(":")[0]] += 1
        if verdict.startswith(RAW):
            print(repr(example)[:160], "->", verdict[:160])

    every()
    return counts


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    with tempfile.TemporaryDirectory() as place:
        for title, source, examine in (
            ("calls", bad_calls, lambda case: answer(*case)),
            ("command lines", command_lines(), ended),
            ("outcome files", outcome_texts(), lambda text: read_outcome(text, Path(place))),
        ):
            print(title, dict(counted(source, examine, size)))
