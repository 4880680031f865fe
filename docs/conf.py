"""Settings of the documentation site; tools/build_site.py builds it."""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes
from latex2mathml.converter import convert
from myst_nb.core.render import NbElementRenderer
from sphinx.application import Sphinx

import tradeviz
from tradeviz.show.picture import MEDIA_TYPE

project = "tradeviz"
author = copyright = "the tradeviz authors"
release = version = tradeviz.__version__
extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx_copybutton",
]
exclude_patterns = ["site"]
templates_path: list[str] = []

# Nothing is fetched from anywhere: the theme's fonts are the system's, scripts are its own.
html_theme = "furo"
html_title = f"tradeviz {release}"
html_static_path = ["_static"]
html_css_files = ["tradeviz.css"]
html_js_files = ["tradeviz.js"]
html_math_renderer = "mathml"
html_copy_source = html_show_sourcelink = html_show_sphinx = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#b0124f", "color-brand-content": "#b0124f"},
    "dark_css_variables": {"color-brand-primary": "#ec6f9b", "color-brand-content": "#ec6f9b"},
}

autosummary_generate = True
autodoc_typehints = "none"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

myst_enable_extensions = ["deflist", "html_image"]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_ipywidgets_js: dict[str, str] = {}
nb_merge_streams = True
# A chart also comes as CSV, which a page does not show.
suppress_warnings = ["mystnb.unknown_mime_type"]
nb_mime_priority_overrides = [("html", MEDIA_TYPE, 0)]
copybutton_selector = "div.highlight-ipython3 pre, div.highlight-python pre, div.highlight-toml pre"


def _drawn(self: NbElementRenderer, data: Any) -> list[nodes.Node]:
    """Write a chart as a page of a report has it: words in HTML, a drawing for each width."""
    shown = data.content if data.mime_type == MEDIA_TYPE else None
    if shown is None:
        return _others(self, data)
    note = f"{escape(shown['note'])} " if shown["note"] else ""
    text = (
        f'<figure class="tv-figure" role="group" aria-label="{escape(shown["alt"])}">'
        f"<p class='tv-title'>{escape(shown['title'])}</p><p>{escape(shown['subtitle'])}</p>"
        f'<div class="tv-wide">{shown["svg"]["wide"]}</div>'
        f'<div class="tv-narrow">{shown["svg"]["narrow"]}</div>'
        f"<figcaption>{note}Source: {escape(shown['source'])}.</figcaption></figure>"
    )
    return [nodes.raw("", text, format="html", classes=["output"])]


_others = NbElementRenderer.render_unhandled
NbElementRenderer.render_unhandled = _drawn


def _mathml(self: Any, node: nodes.Element) -> None:
    """Write a formula as MathML, which browsers read without a script."""
    block = "block" if isinstance(node, nodes.math_block) else "inline"
    self.body.append(convert(node.astext(), display=block))
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Add the formulas; the renderers that come with Sphinx fetch a script."""
    app.add_html_math_renderer("mathml", (_mathml, None), (_mathml, None))
