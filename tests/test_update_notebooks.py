"""Who updates the notebooks reads on one screen what moved, value by value."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from conftest import ROOT
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tools import causes, update_notebooks
from tools.notebook_changes import Change, changes, number, summary
from tools.update_notebooks import SKIPPED
from tradeviz.report.execute import read


def notebook(*outputs: dict[str, str]) -> NotebookNode:
    cells = [
        new_code_cell("shown", id=f"cell-{place}", outputs=[new_output("display_data", data=data)])
        for place, data in enumerate(outputs)
    ]
    return new_notebook(cells=[new_markdown_cell("# A title", id="title"), *cells])


def table(**cells: str) -> dict[str, str]:
    rows = "".join(
        f'<tr><th scope="row">{name}</th><td>{text}</td></tr>' for name, text in cells.items()
    )
    html = f"<table><caption>Rates</caption><tr><th>Partner</th><th>Rate, %</th></tr>{rows}</table>"
    return {"text/html": html, "text/plain": "Rates\n" + "\n".join(cells.values())}


def chart(csv: str, title: str = "Japan pays most", colour: str = "#0072b2") -> dict[str, str]:
    plain = f"Alternative text.\ntext: {title}\npanel 1\n  bar {colour} 0 to 1, 0 to 2"
    return {"image/png": "AAAA", "text/csv": csv, "text/plain": plain}


def values(old: NotebookNode, new: NotebookNode) -> list[tuple[str, str, str, str, str]]:
    found = changes("one", old, new)
    return [(item.kind, item.row, item.column, item.old, item.new) for item in found]


def test_equal_outputs_have_no_change() -> None:
    one = notebook(table(Japan="1.0"), chart("partner,rate\nJPN,0.1\n"))
    assert changes("one", one, one) == []
    assert summary([]) == "no output changed"


def test_another_picture_of_the_same_chart_is_no_change() -> None:
    data = chart("partner,rate\nJPN,0.1\n")
    assert changes("one", notebook(data), notebook(data | {"image/png": "BBBB"})) == []


def test_a_cell_of_a_table_is_named_by_row_and_column() -> None:
    old, new = notebook(table(Japan="1.0", UK="2.0")), notebook(table(Japan="1.5", UK="2.0"))
    assert values(old, new) == [("table", "Japan", "Rate, %", "1.0", "1.5")]
    assert changes("one", old, new)[0].item == "Rates"


def test_rows_that_came_and_went_are_named() -> None:
    old, new = notebook(table(Japan="1.0", UK="2.0")), notebook(table(Japan="1.0", India="3.0"))
    assert values(old, new) == [
        ("table", "UK", "(row)", "there", "gone"),
        ("table", "India", "(row)", "none", "new"),
    ]


def test_a_point_of_a_chart_is_named_by_its_series() -> None:
    old = notebook(chart("partner,date,rate\nJPN,2025-08-07,0.1\nGBR,2025-08-07,0.2\n"))
    new = notebook(chart("partner,date,rate\nJPN,2025-08-07,0.1\nGBR,2025-08-07,0.25\n"))
    assert values(old, new) == [("chart", "GBR", "rate", "0.2", "0.25")]


def test_digits_that_nobody_sees_are_no_change_of_a_chart() -> None:
    old, new = (notebook(chart(f"partner,rate\nJPN,0.1{end}\n")) for end in ("", "0000000001"))
    assert values(old, new) == []


@pytest.mark.parametrize(
    ("change", "column"), [({"title": "Korea pays most"}, "text"), ({"colour": "#d55e00"}, "bar")]
)
def test_a_drawing_that_moved_without_its_values_is_named(
    change: dict[str, str], column: str
) -> None:
    csv = "partner,rate\nJPN,0.1\n"
    found = values(notebook(chart(csv)), notebook(chart(csv, **change)))
    assert [item[:3] for item in found] == [("drawing", "", column)]


def test_an_output_that_came_or_went_is_named() -> None:
    one, two = notebook(table(Japan="1.0")), notebook(table(Japan="1.0"), table(UK="2.0"))
    assert values(one, two) == [("cell", "output", "", "none", "new")]
    assert values(two, one) == [("cell", "output", "", "there", "gone")]


def test_a_cell_that_moved_keeps_its_outputs() -> None:
    one = notebook(table(Japan="1.0"), table(UK="2.0"))
    two = notebook(table(Japan="1.0"), table(UK="2.0"))
    two.cells.reverse()
    assert changes("one", one, two) == []


def test_words_are_shown_around_their_first_change() -> None:
    texts = [
        "So it is: **Japan** pays 1.5 % at the trade of 2024",
        "So it is: **Japan** pays 2.5 %",
    ]
    old, new = (notebook({"text/markdown": text, "text/plain": "<Markdown>"}) for text in texts)
    assert values(old, new) == [("text", "", "", "**Japan** pays 1.5 % at", "**Japan** pays 2.5 %")]


@pytest.mark.parametrize(
    ("text", "value"), [("−3.6", -3.6), ("13.3 †", 13.3), ("1,234", 1234.0), ("5 %", 5.0)]
)
def test_numbers_are_read_as_tables_write_them(text: str, value: float) -> None:
    assert number(text) == value


def test_the_largest_change_of_each_table_comes_first_and_the_rest_is_counted() -> None:
    found = [
        Change("02_tariffs", "table", "Rates", "UK", "Rate, %", "10.0", "10.1"),
        Change("02_tariffs", "table", "Rates", "Japan", "Rate, %", "10.0", "12.0"),
        Change("03_outcomes", "chart", "Bars", "JPN", "rate", "0.1", "0.2"),
    ]
    assert summary(found).splitlines() == [
        "2 notebooks, 1 table, 1 chart, 0 texts changed",
        "02_tariffs   table Rates: Japan | Rate, %: 10.0 -> 12.0 (+2, +20.00%)  [2 values]",
        "03_outcomes  chart Bars: JPN | rate: 0.1 -> 0.2 (+0.1, +100.00%)",
    ]
    assert "    UK | Rate, %: 10.0 -> 10.1 (+0.1, +1.00%)" in summary(found, shown=2)


def test_all_of_a_change_of_the_law_fits_on_a_screen() -> None:
    found = [
        Change(f"{place:02}", "table", f"Table {item}", f"{row}", "Rate", "1.0", f"1.{row}")
        for place in range(8)
        for item in range(5)
        for row in range(1, 9)
    ]
    lines = summary(found).splitlines()
    assert len(lines) <= 50 and max(map(len, lines)) <= 160


# The command, in a small tree of its own


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree with one notebook, whose outputs are stored."""
    tmp_path = tmp_path_factory.mktemp("tree")
    for name in ("tradeviz", "tools", "data"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=SKIPPED)
    shutil.copy2(ROOT / "pyproject.toml", tmp_path)
    shown = 'tv.tables.outcome_table(tv.exposure("in_force", partners="JPN"))'
    cells = [new_code_cell("import tradeviz as tv", id="a"), new_code_cell(shown, id="b")]
    (tmp_path / "notebooks").mkdir()
    nbformat.write(new_notebook(cells=cells), tmp_path / "notebooks" / "one.ipynb")
    (tmp_path / "tests" / "golden").mkdir(parents=True)
    (tmp_path / "tests" / "golden" / "one.csv").write_text("a\n1\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        assert run(patch, tree=tmp_path) == 0
    git(tmp_path, "init", "--quiet")
    commit(tmp_path)
    return tmp_path


def git(tree: Path, *words: str) -> None:
    names = ("-c", "user.name=test", "-c", "user.email=test@example.org")
    subprocess.run(["git", *names, *words], cwd=tree, check=True, capture_output=True)


def commit(tree: Path) -> None:
    git(tree, "add", "data", "tests")
    git(tree, "commit", "--quiet", "--message", "Take the golden tables")


@pytest.fixture
def tree(whole: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(whole, tmp_path / "tree"))


def run(patch: pytest.MonkeyPatch, *options: str, tree: Path) -> int:
    """Run the command on a tree, in this process; what it starts has the tree's tradeviz."""
    for module in (update_notebooks, causes):
        patch.setattr(module, "ROOT", tree)
    patch.setattr(sys, "argv", ["update_notebooks.py", *options])
    patch.setenv("PYTHONPATH", str(tree))
    try:
        update_notebooks.main()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def edit(tree: Path, new: str) -> None:
    """Put another rate in the place of Japan's 15 % on cars."""
    path = tree / "data" / "law/measures.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    place = next(i for i, line in enumerate(lines) if line.startswith("s232_autos-2025-09-16-jpn,"))
    assert ",0.15," in lines[place]
    lines[place] = lines[place].replace(",0.15,", f",{new},")
    path.write_text("".join(lines), encoding="utf-8")


def test_an_edited_rate_is_tried_without_writing(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    stored = tree / "notebooks" / "one.ipynb"
    edit(tree, "0.25")
    files = [file for file in tree.rglob("*.*") if file.is_file() and file.suffix != ".pyc"]
    before = {file: file.read_bytes() for file in files}
    assert run(monkeypatch, "--check", "--if-edited", tree=tree) == 1
    found = capfd.readouterr()
    assert "edited: data/law/measures.csv" in found.err
    assert "the tests did not run" in found.out and "make stamp" in found.out
    assert "measures 's232_autos-2025-09-16-jpn': rate 0.15 -> 0.25" in found.out
    assert "table Effective rate" in found.out
    before_and_after = re.search(r"Law in force \| Japan: ([\d.]+) † -> ([\d.]+) †", found.out)
    assert before_and_after and float(before_and_after[2]) > float(before_and_after[1])
    assert {file: file.read_bytes() for file in before} == before
    assert read(stored).cells[1].outputs


def test_an_edit_that_cannot_be_is_one_line(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    edit(tree, "15")
    assert run(monkeypatch, "--check", "--if-edited", tree=tree) == 2
    said = capfd.readouterr().err
    last = said.splitlines()[-1]
    assert "Traceback" not in said
    assert (
        "law/measures.csv, row" in last and "field 'rate'" in last and "15 percent is 0.15" in last
    )


def test_a_second_update_changes_nothing(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    stored = tree / "notebooks" / "one.ipynb"
    before = stored.read_bytes()
    assert run(monkeypatch, tree=tree) == 0
    assert capfd.readouterr().out == "no output changed\n"
    assert stored.read_bytes() == before


def test_a_tree_as_described_is_not_tried_before_the_tests(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--check", "--if-edited", tree=tree) == 0
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("words", "edited", "moved", "code"),
    [
        ([], False, True, 0),
        (["--check"], False, True, 1),
        (["--check"], True, False, 0),
        (["--check", "--if-edited"], True, True, 1),
        # An edit that moves nothing has to be stamped all the same.
        (["--check", "--if-edited"], True, False, 1),
        (["--check", "--if-edited"], False, True, 0),
    ],
)
def test_what_would_change_or_was_edited_stops_the_tests(
    words: list[str], edited: bool, moved: bool, code: int, tree: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    found = ["a change"] * moved
    for name, answer in (
        ("stamp", ["a.csv"] * edited), ("check", found), ("update", found), ("_law", ""),
        ("summary", ""),
    ):  # fmt: skip
        monkeypatch.setattr(update_notebooks, name, lambda *_, kept=answer, **__: kept)
    assert run(monkeypatch, *words, tree=tree) == code


# Which law and data moved


@pytest.fixture
def moved(tree: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the tree in which causes are looked for."""
    monkeypatch.setattr(causes, "ROOT", tree)
    return tree


def test_a_changed_rate_is_named_with_layer_and_days(moved: Path) -> None:
    assert causes.causes() == []
    edit(moved, "0.2")
    line = (
        "measures 's232_autos-2025-09-16-jpn': rate 0.15 -> 0.2  "
        "[layer s232_autos, 2025-09-16 to open]"
    )
    assert causes.causes() == [line]
    # Also once it is committed: what counts is when the golden tables were taken.
    git(moved, "commit", "--all", "--quiet", "--message", "Raise a rate")
    assert causes.causes() == [line]
    (moved / "tests" / "golden" / "one.csv").write_text("a\n2\n", encoding="utf-8")
    assert causes.causes() == ["not known: tests/golden/ was taken anew since the last commit"]
    commit(moved)
    assert causes.causes() == []


def test_a_changed_table_and_outcome_are_named(moved: Path) -> None:
    path = moved / "data" / "imports_2024.parquet"
    table = pd.read_parquet(path)
    table.loc[(table["partner"] == "JPN").idxmax(), "value_usd"] += 1
    table.to_parquet(path, index=False)
    terms = moved / "data" / "outcomes" / "snapback.toml"
    text = terms.read_text(encoding="utf-8")
    terms.write_text(re.sub('title = ".*"', 'title = "Another"', text), encoding="utf-8")
    (moved / "data" / "sectors.csv").unlink()
    found = causes.causes()
    assert "data/imports_2024.parquet: columns value_usd; rows of JPN" in found
    assert "data/sectors.csv: gone" in found
    assert any(line.startswith("snapback 'title': value ") for line in found)


def test_many_rows_are_cut_short(moved: Path) -> None:
    for path in (moved / "data").glob("*.csv"):
        path.write_text(path.read_text(encoding="utf-8") + "x\n", encoding="utf-8")
    (moved / "data" / "new.csv").write_text("a\n", encoding="utf-8")
    assert len(causes.causes()) <= causes.LINES + 1


def test_without_git_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(causes, "ROOT", tmp_path)
    assert causes.causes() == ["not known: this is no clone of the project"]
