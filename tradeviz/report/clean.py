"""Let into a page only what a page needs: what a notebook shows was written by anybody."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from bs4 import BeautifulSoup, Tag
from bs4.element import PreformattedString

from tradeviz.errors import ReportError

_SVG_SPACE = "{http://www.w3.org/2000/svg}"
_MATH = set(
    "math mrow mi mn mo ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover"
    " mmultiscripts mprescripts none mtable mtr mtd mlabeledtr mstyle mpadded mphantom merror"
    " menclose semantics annotation".split()
)
_TEXT = set(
    "a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em"
    " figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp section small"
    " span strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr".split()
)
_DRAWING = set(
    "svg g path rect circle ellipse line polyline polygon text tspan title desc defs use clippath"
    " lineargradient radialgradient stop pattern marker symbol mask".split()
)
_GONE = set(
    "script style link meta base iframe frame frameset object embed applet template noscript audio"
    " video source track canvas portal input select textarea button option foreignobject animate"
    " set animatetransform animatemotion image head".split()
)
"""What goes with all that is in it; any other element that is not known leaves its content."""

_EVERYWHERE = set("class title lang dir role tabindex colspan rowspan scope start open alt".split())
_ADDRESS = re.compile(r"(https?:|mailto:|#|[\w./ %-]+(#.*)?$)", re.IGNORECASE)
_STILL = re.compile(r"data:image/(png|jpeg|gif|svg\+xml|webp)[;,]", re.IGNORECASE)
_DRAWN = set(
    "viewbox class role aria-label aria-hidden tabindex id d x y x1 x2 y1 y2 cx cy r rx ry width"
    " height points transform fill fill-opacity fill-rule stroke stroke-width stroke-dasharray"
    " stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity opacity"
    " clip-path clip-rule font-family font-size font-weight font-style text-anchor"
    " dominant-baseline letter-spacing href gradientunits gradienttransform offset stop-color"
    " stop-opacity patternunits patterntransform preserveaspectratio marker-end marker-start"
    " refx refy markerwidth markerheight orient dx dy rotate space xmlns pointer-events".split()
)
_REMOTE = re.compile(r"url\(\s*['\"]?(?!#)|javascript:|expression\(", re.IGNORECASE)


def _allowed(tag: Tag, name: str, value: str) -> bool:
    """Say whether an element may keep an attribute."""
    if name == "href":
        return tag.name == "a" and bool(_ADDRESS.match(value.strip()))
    if name == "src":
        return tag.name == "img"
    if name == "style" or name.startswith("on"):
        return False
    if tag.name in _MATH:
        return not _REMOTE.search(value)
    if tag.name in _DRAWING and name in _DRAWN:
        return not _REMOTE.search(value)
    return name in _EVERYWHERE or name.startswith(("aria-", "data-"))


def clean(soup: BeautifulSoup) -> None:
    """Take out of a page what is not text, a table, a picture or a formula."""
    # A browser ends a comment earlier than the parser here does, and runs what stands behind.
    for comment in soup.find_all(string=lambda item: isinstance(item, PreformattedString)):
        comment.extract()
    for tag in soup.find_all(True):
        if tag.decomposed:
            continue
        if tag.name in _GONE:
            tag.decompose()
        elif tag.name not in _TEXT | _MATH | _DRAWING:
            tag.unwrap()
        else:
            for name, value in list(tag.attrs.items()):
                text = " ".join(value) if isinstance(value, list) else str(value)
                if not _allowed(tag, name, text):
                    del tag[name]


def drawing(text: str, *, where: str) -> str:
    """Return an SVG element with only the elements and attributes of a still drawing."""
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise ReportError(f"a chart is no drawing: {error}", file=where) from error
    if _local(root.tag) != "svg":
        raise ReportError("a chart is no drawing", file=where, value=root.tag, allowed="svg")
    _purge(root)
    root.set("xmlns", _SVG_SPACE.strip("{}"))
    return ElementTree.tostring(root, encoding="unicode")


def _local(name: str) -> str:
    return name.rsplit("}", 1)[-1]


def _purge(node: ElementTree.Element) -> None:
    node.tag = _local(node.tag)
    for name in list(node.attrib):
        local, value = _local(name).casefold(), node.attrib[name]
        outside = local == "href" and not value.startswith("#")
        if local not in _DRAWN or outside or _REMOTE.search(value):
            del node.attrib[name]
    for child in list(node):
        if not isinstance(child.tag, str) or _local(child.tag).casefold() not in _DRAWING:
            node.remove(child)
        else:
            _purge(child)
