"""Every notebook reads from top to bottom, was run that way, and says nothing of a machine."""

from __future__ import annotations

import ast
import inspect
import io
import json
import re
import tokenize
from pathlib import Path

import pytest
from conftest import NOTEBOOKS
from nbformat import NotebookNode

import tradeviz as tv
from tools.update_notebooks import digest
from tradeviz.partners import FOCUS
from tradeviz.report.execute import read
from tradeviz.report.parameters import PARTNER_NAMES, parameters

LINES = 15
ADDRESS = re.compile(r"\bat 0x[0-9a-f]+")
MACHINE = re.compile(r"/(?:home|root|Users|tmp|work|mnt|opt|var)/\w|[A-Z]:\\\\\w")

each_notebook = pytest.mark.parametrize(
    "notebook", [pytest.param(read(path), id=path.stem) for path in NOTEBOOKS]
)


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def outputs(notebook: NotebookNode) -> list[NotebookNode]:
    return [output for cell in code_cells(notebook) for output in cell.outputs]


def tree(cell: NotebookNode) -> ast.Module:
    """Parse a cell; lines for IPython (`%magic`, `!command`) are not allowed, so none is left."""
    return ast.parse(cell.source)


@each_notebook
def test_cells_are_short(notebook: NotebookNode) -> None:
    long = [
        number
        for number, cell in enumerate(code_cells(notebook), start=1)
        if len(cell.source.splitlines()) > LINES
    ]
    assert long == [], f"code cells above {LINES} lines"


@each_notebook
def test_what_is_a_parameter_is_not_written_out_again(notebook: NotebookNode) -> None:
    """Another value would change a part of the page and leave the rest."""
    values: set[object] = set()
    for cell in code_cells(notebook):
        found = {node.value for node in ast.walk(tree(cell)) if isinstance(node, ast.Constant)}
        # What opens a parameter that has parts names none of its values.
        found -= {key for node in ast.walk(tree(cell)) for key in _keys(node)} | {0, 1}
        if "parameters" in cell.metadata.get("tags", []):
            values = found
        else:
            assert found & values == set(), cell.source


def _keys(node: ast.AST) -> list[object]:
    parts = node.keys if isinstance(node, ast.Dict) else [getattr(node, "slice", None)]
    return [part.value for part in parts if isinstance(part, ast.Constant)]


@each_notebook
def test_functions_live_in_the_library(notebook: NotebookNode) -> None:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    defined = [
        node.name
        for cell in code_cells(notebook)
        for node in ast.walk(tree(cell))
        if isinstance(node, kinds)
    ]
    assert defined == []


@each_notebook
def test_was_run_from_top_to_bottom(notebook: NotebookNode) -> None:
    counts = [cell.execution_count for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1)), "run `make update-notebooks`"
    assert outputs(notebook), "no output is stored: run `make update-notebooks`"


@each_notebook
def test_no_error_or_warning_is_stored(notebook: NotebookNode) -> None:
    bad = [
        output
        for output in outputs(notebook)
        if output.output_type == "error" or output.get("name") == "stderr"
    ]
    assert bad == []


@each_notebook
def test_no_cell_ends_with_a_semicolon(notebook: NotebookNode) -> None:
    # nbval shows the output that JupyterLab hides, so the comparison would fail.
    ending = [cell.source for cell in code_cells(notebook) if last_sign(cell.source) == ";"]
    assert ending == []


def last_sign(source: str) -> str:
    """Return the last token of a cell that is no comment: a comment may follow a semicolon."""
    blank = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER, tokenize.DEDENT}
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [token.string for token in tokens if token.type not in blank][-1]


@each_notebook
def test_no_object_is_shown_by_its_address(notebook: NotebookNode) -> None:
    # The address is taken out before the comparison, and what is left says nothing.
    texts = [str(output.get("data", {}).get("text/plain", "")) for output in outputs(notebook)]
    assert [text for text in texts if ADDRESS.search(text)] == []


@each_notebook
def test_text_outweighs_code(notebook: NotebookNode) -> None:
    texts = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    assert len(texts) >= len(code_cells(notebook))
    assert notebook.cells[0].cell_type == "markdown" and texts[0].source.startswith("# ")


@each_notebook
def test_imports_stand_in_one_cell(notebook: NotebookNode) -> None:
    importing = [
        number
        for number, cell in enumerate(code_cells(notebook), start=1)
        if any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(tree(cell)))
    ]
    assert len(importing) == 1


@each_notebook
def test_one_cell_holds_the_parameters(notebook: NotebookNode) -> None:
    tagged = [
        cell for cell in code_cells(notebook) if "parameters" in cell.metadata.get("tags", [])
    ]
    assert len(tagged) == 1


@each_notebook
def test_charts_go_through_show(notebook: NotebookNode) -> None:
    for output in outputs(notebook):
        data = output.get("data", {})
        assert not str(data.get("text/plain", "")).startswith("<Figure"), "use tv.charts.show"
        for mime in ("image/png", "image/svg+xml"):
            if mime in data:
                alt = output.metadata.get(mime, {}).get("alt", "").strip()
                assert alt, "a chart without alt"
                # Metadata is not compared, so the text that is compared begins with it.
                text = data.get("text/plain", "")
                assert text.startswith(f"{alt}\n"), "run `make update-notebooks`"
                assert len(text) > len(alt) + 1, "a chart without its data as text"


@each_notebook
def test_pictures_are_those_of_the_compared_texts(notebook: NotebookNode) -> None:
    # Pixels differ between machines and are not compared, so a stale picture would stay.
    for output in outputs(notebook):
        if "image/png" in output.get("data", {}):
            stored = output.metadata.get("image/png", {}).get("digest")
            assert stored == digest(output.data), "run `make update-notebooks`"


@each_notebook
def test_names_no_path_of_a_machine(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        assert not MACHINE.search(cell.source)
    for output in outputs(notebook):
        texts = {
            mime: value
            for mime, value in {**output.get("data", {}), "text": output.get("text", "")}.items()
            if not mime.startswith("image/")
        }
        assert not MACHINE.search(json.dumps(texts))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_file_is_as_update_notebooks_writes_it(path: Path) -> None:
    raw = json.loads(path.read_text(encoding="utf-8"))
    assert raw["metadata"]["kernelspec"]["name"] == "python3"
    assert raw["metadata"]["language_info"] == {"name": "python"}, "run `make update-notebooks`"


@each_notebook
def test_every_name_of_the_parameters_can_be_set(notebook: NotebookNode) -> None:
    [cell] = [c for c in code_cells(notebook) if "parameters" in c.metadata.get("tags", [])]
    named = {node.id for node in ast.walk(tree(cell)) if isinstance(node, ast.Name)
             and isinstance(node.ctx, ast.Store) and node.id.isupper()}  # fmt: skip
    assert parameters(notebook).keys() == named


@each_notebook
def test_a_page_of_another_partner_is_about_that_one(notebook: NotebookNode) -> None:
    """What `tradeviz report --partner` sets is all of the parameters that says whom it is about."""
    values = parameters(notebook)
    if not PARTNER_NAMES.keys() & values.keys() - {"CLOSE_PARTNER"}:
        return
    listed = {
        name: {value} if isinstance(value, str) else set(value)
        for name, value in values.items()
        if isinstance(value, str | list | tuple)
    }
    left = [name for name in listed.keys() - PARTNER_NAMES.keys() if listed[name] & set(FOCUS)]
    assert left == []
    # The partner is set after this cell: what it makes of the old one would stay.
    [cell] = [c for c in code_cells(notebook) if "parameters" in c.metadata.get("tags", [])]
    used = {node.id for node in ast.walk(tree(cell)) if isinstance(node, ast.Name)
            and isinstance(node.ctx, ast.Load)}  # fmt: skip
    assert not used & PARTNER_NAMES.keys()


# They have partners of their own.
WITHOUT = {"tv.forecast_record()", "tv.reconcile('budget_lab')"}
HANDED_ON = {"partners", "partner", "reference", "otherwise", "terms", "first", "year", "seed"}


@each_notebook
def test_a_parameter_is_handed_to_every_call_that_takes_it(notebook: NotebookNode) -> None:
    """What equals a default would be missed by nobody but the reader who sets another value."""
    names, room = parameters(notebook).keys(), {"tv": tv}
    wanting = []
    for cell in code_cells(notebook):
        for node in tree(cell).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                exec(ast.unparse(node), room)
    for call in (node for cell in code_cells(notebook) for node in ast.walk(tree(cell))):
        if not isinstance(call, ast.Call) or ast.unparse(call) in WITHOUT:
            continue
        root = ast.unparse(call.func).partition(".")[0]
        function = eval(ast.unparse(call.func), room) if root in room and root != "Path" else None
        if not inspect.isfunction(function):
            continue
        signature = inspect.signature(function)
        given = signature.bind(*call.args, **{str(k.arg): k.value for k in call.keywords if k.arg})
        asked = {name for name in signature.parameters if name.upper() in names} & HANDED_ON
        # A chart shows the partners of its table, and a seed is for draws.
        asked -= {"partners", "partner"} if ".charts." in ast.unparse(call.func) else set()
        asked -= {"seed"} if "draws" not in given.arguments else set()
        for name in asked:
            told = given.arguments.get(name)
            said = (
                {part.id for part in ast.walk(told) if isinstance(part, ast.Name)} if told else {}
            )
            wanting += [] if {*said} & {*names} else [f"{name}: {ast.unparse(call)}"]
    assert wanting == []


@each_notebook
def test_every_parameter_is_used(notebook: NotebookNode) -> None:
    used = "\n".join(cell.source for cell in code_cells(notebook))
    assert [
        name for name in parameters(notebook) if len(re.findall(rf"\b{name}\b", used)) < 2
    ] == []


@pytest.mark.parametrize(
    ("stem", "text", "values"),
    [
        ("03_outcomes", "outcome_waterfall", {"REFERENCE": "in_force"}),
        ("04_country", "outcome_waterfall", {"REFERENCE": "in_force"}),
        ("09_equilibrium", "sectors_table", {"HOME": "JPN", "OUTCOMES": ["in_force"]}),
        ("09_equilibrium", "benchmark_table", {"PARTNERS": ["CHN"]}),
    ],
)
def test_two_parameters_may_have_one_value(stem: str, text: str, values: dict[str, object]) -> None:
    first, given, *cells = code_cells(read(next(p for p in NOTEBOOKS if p.stem == stem)))
    names: dict[str, object] = {"exposure": tv.exposure("in_force")}
    for source in (first.source, given.source):
        exec(source, names)
    names |= values
    (cell,) = [cell for cell in cells if text in cell.source]
    *before, last = tree(cell).body
    exec("\n".join(map(ast.unparse, before)), names)
    shown = eval(ast.unparse(last), names)
    if text == "benchmark_table":
        assert (shown.frame["Economy"] == "China").sum() == shown.frame["Run"].nunique()
