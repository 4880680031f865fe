"""The cells of an executed notebook as HTML: text, results, and the code, which stays folded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from latex2mathml.converter import convert
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from tradeviz.errors import ReportError
from tradeviz.report.figures import MEDIA_TYPE, Drawings, figure, picture

_PICTURES = ("image/png", "image/svg+xml", "image/jpeg")
_WIDGET = "application/vnd.jupyter.widget-view+json"
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class _Renderer(IPythonRenderer):
    """Markdown with formulas as MathML, which browsers draw without a script."""

    page = ""

    def inline_math(self, body: str) -> str:
        """Return a formula inside a line."""
        return self._formula(body, "inline")

    def block_math(self, body: str) -> str:
        """Return a formula on a line of its own, in a box that scrolls when it is long."""
        formula = self._formula(body, "block")
        return (
            f'<div class="formula" role="group" aria-label="Formula" tabindex="0">{formula}</div>'
        )

    def latex_environment(self, name: str, body: str) -> str:
        """Return an environment such as `align` as a formula of its own."""
        return self.block_math(rf"\begin{{{name}}}{body}\end{{{name}}}")

    def _formula(self, body: str, display: str) -> str:
        try:
            return str(convert(body, display=display))
        # What the converter raises has no class in common.
        except Exception as error:
            raise ReportError("a formula cannot be read", file=self.page, value=body) from error


class Cells:
    """Writes the cells of one notebook."""

    def __init__(self, folder: Path, stem: str, drawings: Drawings) -> None:
        self.folder, self.stem, self.drawings = folder, stem, drawings
        self.highlight = Highlight2HTML(pygments_lexer="ipython3")  # type: ignore[no-untyped-call]

    def html(self, notebook: NotebookNode) -> str:
        """Return all cells, in order."""
        return "\n".join(filter(None, map(self._cell, notebook.cells)))

    def markdown(self, source: str) -> str:
        """Return Markdown as HTML, pictures beside the notebook embedded."""
        renderer = _Renderer(
            escape=False, embed_images=True, exclude_anchor_links=True, path=str(self.folder)
        )
        renderer.page = self.stem
        return MarkdownWithMath(renderer=renderer).render(source)

    def _cell(self, cell: NotebookNode) -> str:
        if cell.cell_type == "markdown":
            return f'<div class="text">{self.markdown(cell.source)}</div>'
        if cell.cell_type != "code" or not cell.source.strip():
            return ""
        tags = cell.metadata.get("tags", [])
        answer = ' data-key-finding="yes"' if "key-finding" in tags else ""
        number = cell.execution_count
        code = self.highlight(cell.source)
        shown = "".join(self._output(output, number) for output in cell.outputs)
        return (
            f'<div class="cell" data-cell="{number}"{answer}>'
            f'<div class="code">{code}</div>{shown}</div>'
        )

    def _output(self, output: NotebookNode, number: int) -> str:
        if output.output_type == "stream":
            # Warnings go to the person who builds the page, not to the one who reads it.
            return _preformatted(output.text) if output.name == "stdout" else ""
        return self._display(output.data, output.metadata, number)

    def _display(self, data: Mapping[str, Any], metadata: Mapping[str, Any], number: int) -> str:
        if MEDIA_TYPE in data:
            where = f"{self.stem}, code cell {number}"
            return figure(data[MEDIA_TYPE], self.drawings, where=where)
        if "text/html" in data:
            # The data of a table, in full, wait on it until the table is rebuilt.
            table = escape(str(data.get("text/csv", "")))
            return f'<div class="output" data-csv="{table}">{data["text/html"]}</div>'
        if "text/markdown" in data:
            answer = ' data-key-finding="yes"' if metadata.get("key-finding") else ""
            return f'<div class="text output"{answer}>{self.markdown(data["text/markdown"])}</div>'
        for kind in _PICTURES:
            if kind in data:
                return picture(data, kind, str(metadata.get(kind, {}).get("alt", "")))
        if _WIDGET in data:
            return '<p class="output note">A panel stands here where the notebook is run.</p>'
        return _preformatted(str(data.get("text/plain", "")))


def _preformatted(text: str) -> str:
    return f'<pre class="output">{escape(_ANSI.sub("", text))}</pre>'
