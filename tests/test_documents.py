"""What the documents show works: their Python runs, their commands end well, their files are there.

The examples of docstrings run by themselves (`--doctest-modules`); here is asked that there are
some.
"""

from __future__ import annotations

import ast
import calendar
import inspect
import itertools
import json
import math
import re
import shlex
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pytest
from conftest import NOTEBOOKS, ROOT

import tradeviz as tv
from tools import build_site
from tradeviz.cli import SERVICE, main
from tradeviz.datasets import DATA
from tradeviz.datasets.descriptor import resources
from tradeviz.law.outcome import names

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# A page of the site that runs its code calls the language of its blocks {code-cell}.
_BLOCK = re.compile(r"^```(?:\{code-cell\} i)?(\w*)\n(.*?)^```$", re.M | re.S)


def blocks(path: Path, language: str) -> list[str]:
    """Return the code blocks of one language in a Markdown file."""
    found = _BLOCK.findall(path.read_text(encoding="utf-8"))
    return [text for word, text in found if word.removesuffix("3") == language]


def everywhere(language: str) -> list[Any]:
    return [
        pytest.param(text, id=f"{path.stem}-{place}")
        for path in DOCUMENTS
        for place, text in enumerate(blocks(path, language), start=1)
    ]


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a reader's own, with the outcome file that the README shows."""
    (tmp_path / "middle.toml").write_text(blocks(ROOT / "README.md", "toml")[0], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def few(text: str) -> str:
    """Return a text that asks for few draws: as many as a reader wants take seconds."""
    return re.sub(r"(draws[= ])\d{1,3}\b", r"\g<1>2", text)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_python_of_a_document_runs(
    path: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What a notebook is given of a chart, as picture and as text, has tests of its own.
    monkeypatch.setattr(tv.charts, "show", lambda drawn, alt=None: plt.close("all"))
    room: dict[str, Any] = {"tv": tv}
    for text in blocks(path, "python"):
        exec(compile(few(text), path.name, "exec"), room)
    plt.close("all")


KINDS = ROOT / "docs" / "charts.md"


def test_the_gallery_shows_every_chart_below_its_call() -> None:
    calls = [text for text in blocks(ROOT / "docs" / "gallery.md", "python") if "show(" in text]
    shown = [re.findall(r"tv\.charts\.(\w+)", text.strip().splitlines()[-1]) for text in calls]
    assert all(names[0] == "show" and len(names) == 2 for names in shown)
    assert sorted(names[1] for names in shown) == sorted(
        set(tv.charts.__all__) - {"Picture", "show"}
    )


def test_the_list_of_kinds_calls_what_the_gallery_draws() -> None:
    text = KINDS.read_text(encoding="utf-8")
    gallery = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
    calls = re.findall(r"`(tv\.charts\.(?!show\b)\w+\([^`]*\))`", text)
    assert [call for call in calls if call not in gallery] == [] and len(calls) >= 20
    assert set(re.findall(r"tv\.charts\.(\w+)", text)) == set(tv.charts.__all__) - {"Picture"}


def commands() -> list[str]:
    """Return the commands of the documents: lines of a block without a language, and inline."""
    lines = []
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        shown = [line for block in blocks(path, "") for line in block.splitlines()]
        lines += [line for line in shown if line.startswith("tradeviz ")]
        # Lines of a crontab and the like: a time, and commands one after the other.
        timed = "\n".join(blocks(path, "text"))
        lines += [line.strip() for line in re.findall(r"(?<!\S)tradeviz [^&|#\n]+", timed)]
        lines += re.findall(r"`(tradeviz [^`]+)`", text)
    return list(dict.fromkeys(lines))


def test_the_option_of_another_year_stands_where_the_readme_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    (option, place) = re.findall(
        r"`(--weights \d+)` stands (before|after) a command",
        (ROOT / "README.md").read_text("utf-8"),
    )[0]
    words = [*option.split(), "exposure"] if place == "before" else ["exposure", *option.split()]
    assert main(words) == 2
    assert "no trade lines of this year" in capsys.readouterr().err


def test_a_time_of_a_crontab_is_the_one_that_the_words_above_it_say() -> None:
    days = [*calendar.day_name[6:], *calendar.day_name[:6]]
    found = 0
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        for said, time in re.findall(r"([^\n]+)\n\n```text\n((?:[\d*]+ ){5}) *tradeviz", text):
            _, hour, of_month, month, of_week = time.split()
            assert hour.isdigit() and (of_month, month) == ("*", "*"), time
            assert f"every {days[int(of_week)]}" in said, time
            found += 1
    assert found


@pytest.mark.parametrize("line", commands())
def test_a_command_of_a_document_ends_well(
    line: str, sound: None, elsewhere: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    # Pages take minutes, and JupyterLab never ends; both have tests of their own.
    pages = [elsewhere / "index.html"]
    monkeypatch.setattr("tradeviz.report.publish.build", lambda *_, **__: pages)
    monkeypatch.setattr("tradeviz.cli.project.subprocess.call", lambda _: 0)
    # So do the services, which no test asks.
    monkeypatch.setattr("tradeviz.refresh.run.refresh", lambda *_, **__: True)
    monkeypatch.setattr("tradeviz.refresh.changes.news", lambda *_: [])
    words = [word for word in shlex.split(few(line), comments=True)[1:] if word != "..."]
    # No service is asked; what would be asked is said.
    words += ["--dry-run"] * (words == ["refresh"])
    try:
        code = main(words)
    except SystemExit as ended:
        code = int(ended.code or 0)
    assert code == 0, capsys.readouterr().err


@pytest.mark.parametrize("text", everywhere("toml"))
def test_an_outcome_of_a_document_is_one(text: str, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    assert len(tv.exposure(tv.outcome(path), partners="JPN")) == 1


SHIPPED = [path.read_text(encoding="utf-8") for path in sorted(DATA.glob("outcomes/*.toml"))]


@pytest.mark.parametrize("text", [*everywhere("toml"), *SHIPPED])
def test_a_percentage_in_what_an_outcome_means_is_one_of_its_rates(
    text: str, tmp_path: Path
) -> None:
    said = set(re.findall(r"([\d.]+) %", tomllib.loads(text).get("meaning", "")))
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    schedule = tv.outcome(path).schedule()
    layers = map(schedule.layer, schedule.layers)
    charged = {measure.rate for layer in layers for measure in layer.measures}
    assert said <= {f"{100 * rate:.4g}" for rate in charged}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_files_and_targets_that_a_document_names_are_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    folders = "benchmarks|data|docs|notebooks|tests|tools|tradeviz"
    named = set(re.findall(rf"[`(]((?:{folders})/[\w./-]*)[`)]", text))
    # NAME stands for one of the reader's own.
    gone = {name for name in named if "NAME" not in name and not (ROOT / name).exists()}
    assert gone == set()
    links = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    there = [(path.parent / link).exists() or link in build_site.MADE for link in links]
    assert all(there), links
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.M))
    assert set(re.findall(r"(?:^|`)make ([a-z-]+)", text, flags=re.M)) <= targets


@cache
def code() -> str:
    """Return the text of what has options and reads variables."""
    folders = ("tradeviz", "tools", "benchmarks")
    paths = [path for name in folders for path in sorted((ROOT / name).rglob("*.py"))]
    return "\n".join(path.read_text(encoding="utf-8") for path in [*paths, ROOT / "Makefile"])


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_an_option_a_variable_and_a_place_in_a_page_are_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    options = re.findall(r"(?:`|ARGS=\"?)(--(?!tv-)[a-z-]+)", text)
    assert [name for name in options if f'"{name}"' not in code() and name != "--help"] == []
    variables = re.findall(r"\b(?:TRADEVIZ|CENSUS)_[A-Z_]+\b", text)
    assert [name for name in variables if name not in code()] == []
    for page, place in re.findall(r"\]\((?!https?:)([^)#]*)#([^)]+)\)", text):
        target = (path.parent / page if page else path).read_text(encoding="utf-8").lower()
        heads = re.findall(r"^#+ (.+)$|^\((.+)\)=$", target, flags=re.M)
        slugs = {re.sub(r"[^\w-]", "", "".join(head).replace(" ", "-")) for head in heads}
        assert place in slugs, (page, place)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_an_option_said_to_be_missing_is_and_every_row_has_a_table(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [name for name in re.findall(r"\bno `(--[a-z-]+)`", text) if f'"{name}"' in code()] == []
    # Below the first row of a table stands the line of dashes.
    assert re.findall(r"\n(?!\|)[^\n]*\n(\|[^\n]*)\n(?!\| ?-)", text) == []


def test_a_document_names_the_code_of_a_service_that_fails() -> None:
    texts = [" ".join(path.read_text(encoding="utf-8").split()) for path in DOCUMENTS]
    said = [code for text in texts for code in re.findall(r"exit code (\d)", text)]
    assert len(said) >= 3 and set(said) == {str(SERVICE)}


def test_an_extra_that_a_document_installs_is_one() -> None:
    extras = set(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "optional-dependencies"
    ])  # fmt: skip
    text = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    named = set(re.findall(r"(?:\.|tradeviz)\[(\w+)\]", text))
    assert {"charts", "report", "lab"} <= named <= extras
    listed = re.findall(
        r"^\| `(\w+)` \| .* \| .* \|$", text.partition("# Installing")[2], flags=re.M
    )
    assert set(listed[:4]) == {"charts", "report", "models", "lab"}


def test_readme_names_every_outcome_notebook_and_public_function() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shipped = {name[8:] for name in resources(DATA) if name.startswith("outcome_")}
    assert set(re.findall(r"^\| `([a-z_]+)` \|", text, flags=re.M)) == shipped <= set(names())
    assert set(re.findall(r"^\| `(\d\d_\w+)` \|", text, flags=re.M)) == {p.stem for p in NOTEBOOKS}


def functions() -> list[Any]:
    """Return the functions that users call: of the package, and those of its public modules."""
    rooms = [tv, tv.charts, tv.findings, tv.tables]
    called = [(room.__name__, name, getattr(room, name)) for room in rooms for name in room.__all__]
    return [
        pytest.param(item, id=f"{room}.{name}")
        for room, name, item in called
        if inspect.isfunction(item)
    ]


@pytest.mark.parametrize("function", functions())
def test_a_public_function_shows_how_it_is_called(function: Any) -> None:
    text = inspect.getdoc(function) or ""
    assert ">>> " in text and "doctest: +SKIP" not in text


def stems(text: str) -> list[str]:
    return [word[:5] for word in re.findall(r"[a-z]{3,}", text.lower().replace("_", " "))]


def exchanged(said: dict[str, str], about: dict[str, str]) -> list[tuple[str, str]]:
    """Return pairs of things of which each is better described by the other's words.

    Words count by how few of the things have them, and a word is its first five letters.
    """
    bags = {name: set(stems(text)) for name, text in about.items()}
    known = Counter(word for bag in bags.values() for word in bag)
    words = {name: set(stems(text)) for name, text in said.items()}

    def fit(one: str, other: str) -> float:
        return sum(math.log((1 + len(bags)) / known[w]) for w in words[one] & bags[other])

    own = {name: fit(name, name) for name in said}
    pairs = itertools.combinations(said, 2)
    # By more than half a rare word, lest a word more in some module turn this red.
    return [(a, b) for a, b in pairs if own[a] + own[b] + 1 < fit(a, b) + fit(b, a)]


def told(*patterns: str) -> str:
    """Return what files say in docstrings, names and texts; all of what is not Python."""
    parts = []
    for path in (path for pattern in patterns for path in sorted(ROOT.glob(pattern))):
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        if path.suffix == ".ipynb":
            cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown"]
            text = path.stem + " ".join("".join(cell["source"]) for cell in cells)
        elif path.suffix == ".py":
            nodes = list(ast.walk(ast.parse(text)))
            words = [getattr(node, "name", getattr(node, "value", "")) for node in nodes]
            text = " ".join(word for word in words if isinstance(word, str))
        parts.append(text)
    return " ".join(parts)


def code_of(module: str) -> str:
    inside = f"tradeviz/{module if module.endswith('.js') else module.replace('.', '/')}"
    return told(f"{inside}.py") or told(f"{inside}/*") or told(inside)


def rows_of(name: str, before: str = "\0", cells: str = r"`([^`|]+)`[^|]* \| ([^|]+) \|") -> Any:
    text = (ROOT / name).read_text(encoding="utf-8").partition(before)[0]
    return re.findall(rf"^\| {cells}", text, flags=re.M)


@cache
def described() -> dict[str, tuple[dict[str, str], dict[str, str]]]:
    """Return by document what its words say of things, and what the things say themselves."""
    modules = dict(rows_of("docs/architecture.md", "## The engine"))
    # "The same from a shell" and "puts these together" say nothing of what is inside.
    del modules["cli"]
    panel = dict(rows_of("docs/explore.md", "## Why"))
    del panel["panel.panel"], panel["panel/lab"]
    readme = dict(rows_of("README.md"))
    pages = {name: text for name, text in readme.items() if name[0].isdigit()}
    # Page 08 repeats what others ask.
    del pages["08_response"]
    ends = {name: text for name, text in readme.items() if not name[0].isdigit()}
    cells = r"[^|]+\? \| ([^|]+) \| ([^|]+) \|$"
    answers = dict(rows_of("docs/testing.md", "## How long", cells))
    pattern = r"[^|]+ \| ([^|]+) \| ([^|]+) \|$"
    listed = [(words, re.findall(r"tv\.charts\.(\w+)", call))
              for words, call in rows_of("docs/charts.md", "### Ranked bars", pattern)]  # fmt: skip
    kinds = {names[0]: words for words, names in listed if names}
    # Of waterfalls there are three, in two rows.
    del kinds["collected_waterfall"]
    gallery = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
    heads = re.findall(r"^### (.+?)\n\n```\{code-cell\} ipython3\n(.*?)```", gallery, re.M | re.S)
    drawn = {re.findall(r"tv\.charts\.(\w+)", code)[-1]: head for head, code in heads}

    def chart(name: str) -> str:
        return f"{name} {inspect.getsource(getattr(tv.charts, name))} {kinds.get(name, '')}"

    texts = {path.name: " ".join(path.read_text("utf-8").split()) for path in DOCUMENTS}
    links = {
        target: words
        for text in texts.values()
        for words, target in re.findall(r"\[([^]]+)\]\((\w+\.md)\)", text)
        if target in texts
    }
    calls = re.findall(r"^tv\.(\w+)\(.*?# (.*)\(docs/(\w+\.md)\)", "\n".join(
        blocks(ROOT / "README.md", "python")), re.M)  # fmt: skip
    return {
        "architecture": (modules, {name: code_of(name) for name in modules}),
        "explore": (panel, {name: code_of(name) for name in panel}),
        "pages": (pages, {name: told(f"notebooks/{name}.ipynb") for name in pages}),
        "outcomes": (ends, {name: name + told(f"data/outcomes/{name}.toml") for name in ends}),
        "testing": (answers, {
            where: where + told(*(f"tests/{n}.py" for n in re.findall(r"`(test_\w+\*?)`", where)))
            for where in answers
        }),
        "kinds": (kinds, {name: chart(name) for name in kinds}),
        "gallery": (drawn, {name: chart(name) for name in drawn}),
        "links": (links, {name: texts[name][:400] for name in links}),
        "calls": ({page: f"{name} {words}" for name, words, page in calls},
                  {page: texts[page][:400] for *_, page in calls}),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("where", "least"),
    [("architecture", 50), ("explore", 8), ("pages", 12), ("outcomes", 8), ("testing", 18),
     ("kinds", 18), ("gallery", 29), ("links", 9), ("calls", 5)],
)  # fmt: skip
def test_words_stand_beside_what_they_speak_of(where: str, least: int) -> None:
    said, about = described()[where]
    assert len(said) >= least and all(about[name] for name in said)
    assert exchanged(said, about) == []
