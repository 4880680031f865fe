"""The command line: exposure, rates, explain, path, report, check, list."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from tradeviz.errors import ArgumentError, TradevizError, nearest

if TYPE_CHECKING:
    import pandas as pd

FORMATS = ("table", "csv", "json")
LISTS = ("outcomes", "partners", "layers", "measures", "scopes", "tables", "dates", "notebooks")
ERROR = 2


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line, like every other error."""

    def error(self, message: str) -> NoReturn:
        raise ArgumentError(f"{message} ({self.prog} --help)")


def _choice(value: str, name: str, allowed: Sequence[str]) -> str:
    if value not in allowed:
        raise ArgumentError(
            "unknown choice",
            field=name,
            value=value,
            allowed=allowed,
            nearest=nearest(value, allowed),
        )
    return value


def _partners(text: str | None) -> list[str] | None:
    if text is None:
        return None
    if text.strip().casefold() == "all":
        from tradeviz.partners import resolve

        return list(resolve(None))
    return [item for item in text.split(",") if item.strip()]


def _outcomes(texts: Sequence[str]) -> list[Any]:
    """Read ``a,b`` as two outcomes and ``JPN=a,KOR=b`` as one mix."""
    found: list[Any] = []
    for text in texts:
        items = [item.strip() for item in text.split(",") if item.strip()]
        if "=" in text:
            pairs = [item.partition("=") for item in items]
            found.append({partner: end for partner, _, end in pairs})
        else:
            found += items
    return found


def _write(text: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        return
    beside = output.with_name(f".{output.name}.part")
    try:
        beside.write_text(text, encoding="utf-8")
        os.replace(beside, output)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise ArgumentError(
            f"cannot be written: {error.strerror}", field="--output", value=output
        ) from None


def _table(frame: pd.DataFrame) -> str:
    """Return aligned text: money in whole dollars, rates with four digits, names to the left."""
    shown, formats = frame.copy(deep=False), {}
    for column in map(str, frame.columns):
        if frame[column].dtype.kind == "f":
            form = ",.0f" if column.endswith("_usd") else ".4f"
            formats[column] = f"{{:{form}}}".format
        elif frame[column].dtype.kind not in "iuM":
            words = frame[column].astype(object).where(frame[column].notna(), "").astype(str)
            width = max([len(column), *words.str.len()])
            shown[column] = words.str.ljust(width)
            shown = shown.rename(columns={column: column.ljust(width)})
    return str(shown.to_string(index=False, formatters=formats, na_rep="n/a", justify="right"))


def _render(frame: pd.DataFrame, form: str, output: Path | None) -> None:
    _choice(form, "--format", FORMATS)
    if form == "csv":
        text = frame.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d")
    elif form == "json":
        text = str(frame.to_json(orient="records", date_format="iso", double_precision=12))
    else:
        text = _table(frame)
    _write(text, output)


def _exposure(given: argparse.Namespace) -> int:
    from tradeviz.exposure import exposure

    table = exposure(
        _outcomes(given.outcome or ["pause"]),
        on=given.on,
        partners=_partners(given.partners),
        by=given.by,
        ordinary=given.ordinary,
    )
    _render(table.reset_index(), given.format, given.output)
    return 0


def _path(given: argparse.Namespace) -> int:
    from tradeviz.exposure import exposure_path

    dates = given.on.split(",") if given.on else None
    table = exposure_path(dates, _partners(given.partners), ordinary=given.ordinary)
    _render(table, given.format, given.output)
    return 0


def _rates(given: argparse.Namespace) -> int:
    from tradeviz.outcomes import outcome

    end = outcome(_outcomes([given.outcome])[0])
    table = end.schedule(given.on).rates(_partners(given.partners), ordinary=given.ordinary)
    _render(table, given.format, given.output)
    return 0


def _explain(given: argparse.Namespace) -> int:
    from tradeviz.explain import explain
    from tradeviz.outcomes import outcome

    end = outcome(_outcomes([given.outcome])[0])
    table = explain(given.partner, given.hs10, given.on, outcome=end, ordinary=given.ordinary)
    if _choice(given.format, "--format", FORMATS) != "table":
        _render(table, given.format, given.output)
        return 0
    about = table.attrs
    lines = [
        f"{about['partner']} {about['hs10']} {about['description']}",
        f"{about['outcome']}, law of {about['on']}: {about['total_rate']:.4f} of the value in all",
        "",
    ]
    for row in table.to_dict("records"):
        mark = "*" if row["applies"] else " "
        rate = f"{row['rate']:.4f}" if row["applies"] else "     -"
        lines.append(f"{mark} {row['layer']:<19} {rate}  {row['measure'] or row['title']}")
        lines.append(f"{'':29}{row['reason']}")
        if row["applies"]:
            note = "; provisional" if row["provisional"] else ""
            lines.append(f"{'':29}{row['reference']}{note}")
    lines += ["", "* applies; rates are fractions of the line's value"]
    _write("\n".join(lines), given.output)
    return 0


def _report(given: argparse.Namespace) -> int:
    from tradeviz.report import build

    def progress(text: object) -> None:
        print(text, file=sys.stderr, flush=True)

    files = build(
        given.notebook or None,
        partner=given.partner,
        out=given.out,
        form=given.format,
        progress=progress,
    )
    print(f"{len(files)} files; open {files[-1]}")
    return 0


def _check(given: argparse.Namespace) -> int:
    from tradeviz.datasets import check_package, tables
    from tradeviz.lawbook import check_law
    from tradeviz.outcomes import names, outcome

    faults = check_package()
    if not faults:
        faults += check_law()
    for name in [*names(), *given.file] if not faults else given.file:
        try:
            outcome(name if name in names() else Path(name))
        except TradevizError as error:
            faults.append(str(error))
    for fault in faults:
        print(fault)
    if faults:
        print(f"tradeviz: error: {len(faults)} faults", file=sys.stderr)
        return ERROR
    more = f", {len(given.file)} files" if given.file else ""
    print(f"{len(tables())} tables, law and {len(names())} outcomes{more}: no fault")
    return 0


def _list(given: argparse.Namespace) -> int:
    frame = _listing(_choice(given.what, "what", LISTS))
    _render(frame, given.format, given.output)
    return 0


def _listing(what: str) -> pd.DataFrame:
    import pandas as pd

    from tradeviz import datasets, lawbook, outcomes

    if what == "outcomes":
        ends = [outcomes.outcome(name) for name in outcomes.names()]
        rows = [(end.name, str(end.day), end.meaning) for end in ends]
        return pd.DataFrame(rows, columns=["outcome", "law", "meaning"])
    if what == "tables":
        titles = [datasets.load(n).attrs["provenance"]["title"] for n in datasets.tables()]
        return pd.DataFrame({"table": datasets.tables(), "title": titles})
    if what == "dates":
        return pd.DataFrame({"date": [str(day) for day in lawbook.law().days()]})
    if what == "scopes":
        names = [name for name in lawbook.scope_names() if name != "all"]
        sizes = [len(lawbook.scope(name)) for name in names]
        titles = [datasets.load(f"scope_{n}").attrs["provenance"]["title"] for n in names]
        return pd.DataFrame({"scope": names, "prefixes": sizes, "title": titles})
    if what == "notebooks":
        folder = datasets.DATA.parent / "notebooks"
        return pd.DataFrame({"notebook": sorted(path.stem for path in folder.glob("*.ipynb"))})
    if what == "layers":
        return datasets.load("layers").sort_values("position")[["layer", "title", "authority"]]
    if what == "measures":
        columns = ["measure", "partners", "scope", "rule", "rate", "start", "end", "provisional"]
        return datasets.load("measures")[columns]
    table = datasets.load("partners")
    columns = ["partner", "name", "group", "us_agreement"]
    return table.loc[table["has_lines"], columns]


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

    made = command("exposure", _exposure, "Duty and rates of partners under outcomes.")
    made.add_argument("--outcome", action="append", help="may be repeated; a,b or JPN=a,KOR=b")
    made.add_argument("--partners", help="codes or names with commas, or all; the five by default")
    made.add_argument("--by", help="hs2, sector, layer or hs10")
    shared(made, outcome=False)
    made = command("path", _path, "Rate of partners by layer on every day the law changed.")
    made.add_argument("--partners", help="codes or names with commas, or all; the five by default")
    shared(made, outcome=False)
    made = command("rates", _rates, "One row per trade line, one column per layer.")
    made.add_argument("--partners", help="codes or names with commas; everyone by default")
    shared(made)
    made = command("explain", _explain, "Why a good pays what it pays.")
    made.add_argument("--partner", required=True, help="code or name")
    made.add_argument("--hs10", required=True, help="ten-digit product code")
    shared(made)
    made = command("report", _report, "Run notebooks and write HTML pages.")
    made.add_argument("notebook", nargs="*", help="names such as 03_outcomes; all by default")
    made.add_argument("--partner", help="put this partner in the place of the notebook's own")
    made.add_argument("--out", type=Path, default=Path("reports"), help="folder of the pages")
    made.add_argument("--format", default="html", help="html, or pdf to print each page as well")
    made = command("check", _check, "Check data package, law and outcomes; name every fault.")
    made.add_argument("file", nargs="*", help="outcome files of your own to check too")
    made = command("list", _list, "Show the names that other commands take.")
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
            _choice(words[0], "command", tuple(commands or ()))
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
