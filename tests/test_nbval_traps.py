"""What a comparison of notebooks lets through, and what stops it here.

Each trap is a cell of a planted notebook: `nbval` runs it with the options of this project, and the
checks of tests/test_notebooks.py read it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import nbformat
import pytest
import test_notebooks as checks
from conftest import ROOT
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tools.update_notebooks import sealed
from tradeviz.show.picture import bundle

CHART = """
axes = plt.figure(figsize=(6, 4)).add_subplot()
axes.bar(["a", "b"], [10.0, {value}])
tv.charts.show(axes, "Two bars.")
"""


def shown(**data: str) -> NotebookNode:
    mimes = {name.replace("_", "/"): text for name, text in data.items()}
    return new_output("execute_result", data=mimes, execution_count=1)


def warning(text: str) -> NotebookNode:
    return new_output("stream", name="stderr", text=text)


IMPORTS = (
    "import matplotlib.pyplot as plt\nimport pandas as pd\nimport warnings\nimport tradeviz as tv"
)
STYLED = "pd.DataFrame({'a': [1]}).style.hide(axis='index')"
STYLER = (
    '<style type="text/css">\n</style>\n<table id="T_abcde">\n  <thead>\n    <tr>\n'
    '      <th id="T_abcde_level0_col0" class="col_heading level0 col0" >a</th>\n    </tr>\n'
    '  </thead>\n  <tbody>\n    <tr>\n      <td id="T_abcde_row0_col0" class="data row0 col0" >1'
    "</td>\n    </tr>\n  </tbody>\n</table>\n"
)

# Name -> source, stored outputs, whether nbval is green.
PLANTED: dict[str, tuple[str, list[NotebookNode], bool]] = {
    "imports": (IMPORTS, [], True),
    "equal": ("20.5", [shown(text_plain="20.5")], True),
    "another_number": ("20.5", [shown(text_plain="20.4")], False),
    "semicolon": ("20.5;", [], False),
    "semicolon_and_comment": ("20.5;  # hidden in a notebook", [], False),
    "cleared": ("40 + 2", [], True),
    "no_output_any_more": ("answer = 42", [shown(text_plain="42")], False),
    "figure": (
        "figure = plt.figure(figsize=(4, 3))\nfigure.add_subplot().bar(['a'], [99])\n"
        "plt.close(figure)\nfigure",
        [shown(text_plain="<Figure size 400x300 with 1 Axes>", image_png="AAAA")],
        True,
    ),
    "address": ("object()", [shown(text_plain="<object at 0x7f0123456789>")], True),
    "styler": (
        STYLED,
        [shown(text_plain="<pandas.io.formats.style.Styler at 0x7f0123456789>", text_html=STYLER)],
        True,
    ),
    "styler_other_value": (
        STYLED,
        [
            shown(
                text_plain="<pandas.io.formats.style.Styler at 0x7f0123456789>",
                text_html=STYLER.replace(">1<", ">2<"),
            )
        ],
        False,
    ),
    "warning_with_a_path": (
        "warnings.warn('old data')",
        [
            warning(
                "/var/folders/x/ipykernel_123/4567890123.py:1: UserWarning: old data\n"
                "  warnings.warn('old data')\n"
            )
        ],
        True,
    ),
    "other_warning": (
        "warnings.warn('old data')",
        [
            warning(
                "/var/folders/x/ipykernel_123/4567890123.py:1: UserWarning: new data\n"
                "  warnings.warn('old data')\n"
            )
        ],
        False,
    ),
    "hidden_state": ("gone + 1", [shown(text_plain="43")], False),
    "error": ("1 / 0", [shown(text_plain="1.0")], False),
}


def planted() -> NotebookNode:
    cells = [
        new_code_cell(
            source,
            id=name.replace("_", "-"),
            outputs=outputs,
            execution_count=None if name == "cleared" else number,
        )
        for number, (name, (source, outputs, _)) in enumerate(PLANTED.items(), start=1)
    ]
    return new_notebook(cells=cells)


def alone(name: str) -> NotebookNode:
    """Return a notebook with one planted cell, in good order but for its trap."""
    source, outputs, _ = PLANTED[name]
    cell = new_code_cell(source, outputs=outputs, execution_count=1)
    return new_notebook(cells=[new_markdown_cell("# One"), cell])


def nbval(folder: Path, notebook: Path) -> list[bool]:
    """Run nbval with the project's options; return which cells are green."""
    report = folder / "report.xml"
    options = [
        "-c",
        str(ROOT / "pyproject.toml"),
        "--rootdir",
        str(folder),
        "-p",
        "no:cacheprovider",
    ]
    sanitize = f"--nbval-sanitize-with={ROOT / 'tests' / 'nbval_sanitize.cfg'}"
    command = [sys.executable, "-m", "pytest", *options, sanitize, f"--junitxml={report}", "-q"]
    # Kernels start in the folder of the notebook and import tradeviz from this tree.
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command.append(str(notebook))
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert run.returncode in (0, 1), run.stdout + run.stderr
    return [case.find("failure") is None for case in ElementTree.parse(report).iter("testcase")]


@pytest.fixture(scope="module")
def green(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Which planted cell nbval lets pass, and the same for charts that are shown."""
    folder = tmp_path_factory.mktemp("planted")
    notebook = planted()
    # One kernel runs both; the imports are there already.
    notebook.cells += charts().cells[1:]
    nbformat.write(notebook, folder / "planted.ipynb")
    found = nbval(folder, folder / "planted.ipynb")
    names = [*PLANTED, "chart", "moved chart"]
    return dict(zip(names, found, strict=True))


def charts() -> NotebookNode:
    """Return the same chart twice, with the outputs of its first values; the second moved."""
    axes = plt.figure(figsize=(6, 4)).add_subplot()
    axes.bar(["a", "b"], [10.0, 20.0])
    data, metadata = bundle(axes, "Two bars.")
    plt.close(axes.figure)
    outputs = [new_output("display_data", data=data, metadata=metadata)]
    drawn = [CHART.format(value=value).strip() for value in (20.0, 20.5)]
    cells = [new_code_cell(IMPORTS, execution_count=1)]
    cells += [new_code_cell(source, outputs=outputs, execution_count=2) for source in drawn]
    return new_notebook(cells=cells)


@pytest.mark.parametrize("name", PLANTED)
def test_nbval_sees_what_it_can_see(green: dict[str, Any], name: str) -> None:
    assert green[name] == PLANTED[name][2]


def test_a_moved_chart_is_seen_through_its_text(green: dict[str, Any]) -> None:
    assert (green["chart"], green["moved chart"]) == (True, False)


# What nbval lets through, or would stop at without need, the project's own checks forbid.
@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("semicolon", checks.test_no_cell_ends_with_a_semicolon),
        ("semicolon_and_comment", checks.test_no_cell_ends_with_a_semicolon),
        ("cleared", checks.test_was_run_from_top_to_bottom),
        ("figure", checks.test_charts_go_through_show),
        ("address", checks.test_no_object_is_shown_by_its_address),
        ("styler", checks.test_no_object_is_shown_by_its_address),
        ("warning_with_a_path", checks.test_no_error_or_warning_is_stored),
        ("warning_with_a_path", checks.test_names_no_path_of_a_machine),
    ],
    ids=lambda item: item if isinstance(item, str) else item.__name__,
)
def test_what_passes_nbval_is_stopped_here(
    name: str, check: Callable[[NotebookNode], None]
) -> None:
    with pytest.raises(AssertionError):
        check(alone(name))
    check(new_notebook(cells=[new_markdown_cell("# One"), *alone("equal").cells[1:]]))


@pytest.mark.parametrize("counts", [(1, 3), (2, 1), (None, 1), (2, 3), (1, 1)])
def test_cells_that_ran_in_another_order_are_seen(counts: tuple[int | None, int]) -> None:
    output = [shown(text_plain="1")]
    cells = [new_code_cell("1", outputs=output, execution_count=count) for count in counts]
    with pytest.raises(AssertionError):
        checks.test_was_run_from_top_to_bottom(new_notebook(cells=cells))


def test_alt_text_in_the_metadata_is_that_of_the_compared_text() -> None:
    cell = charts().cells[1]
    checks.test_charts_go_through_show(new_notebook(cells=[cell]))
    cell.outputs[0].metadata["image/png"]["alt"] = "Three bars."
    with pytest.raises(AssertionError):
        checks.test_charts_go_through_show(new_notebook(cells=[cell]))


def test_a_picture_from_before_a_change_is_seen() -> None:
    notebook = sealed(new_notebook(cells=[charts().cells[1]]))
    checks.test_pictures_are_those_of_the_compared_texts(notebook)
    stale = charts().cells[1].outputs[0].data["image/png"][:-8] + "AAAAAAA="
    notebook.cells[0].outputs[0].data["image/png"] = stale
    with pytest.raises(AssertionError):
        checks.test_pictures_are_those_of_the_compared_texts(notebook)


def test_every_notebook_is_compared() -> None:
    """The options of the project make nbval read each notebook that is there."""
    found: list[str] = []

    class Collected:
        def pytest_collection_finish(self, session: pytest.Session) -> None:
            found.extend(item.path.name for item in session.items)

    options = ["--collect-only", "-qq", "-p", "no:cacheprovider", "-c", f"{ROOT}/pyproject.toml"]
    assert pytest.main([*options, f"{ROOT}/notebooks"], plugins=[Collected()]) == 0
    for path in checks.NOTEBOOKS:
        cells = sum(cell.cell_type == "code" for cell in checks.read(path).cells)
        assert found.count(path.name) == cells, path.name
