"""A figure as SVG for the inside of a page: the page's colours and font, a text for every mark."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Mapping
from xml.etree import ElementTree

import matplotlib as mpl
from matplotlib.figure import Figure

from tradeviz.show.frame import shown
from tradeviz.show.palette import ROLES

_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_ROLE = {pair.light: role for role, pair in ROLES.items()}
_HEX = re.compile(r"#[0-9a-f]{6}\b")
_LONG = re.compile(r"(-?\d+\.\d{2})\d+")
_FONT = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
_KEPT = ("fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "opacity",
         "fill-opacity", "stroke-opacity", "text-anchor")  # fmt: skip
_FACE = ("weight", "size")
# What a browser does anyway.
_USUAL = {"stroke-linecap": "butt", "text-anchor": "start", "opacity": "1", "stroke-width": "1"}

CSS = (
    ".tv-svg{display:block;width:100%;height:auto;overflow:visible}"
    ".tv-svg text{font-family:inherit}"
    ".tv-mark{outline:none}"
    ".tv-mark:hover,.tv-mark:focus-visible{filter:drop-shadow(0 0 2px var(--tv-accent))}"
    ".tv-tip{position:absolute;z-index:9;max-width:18rem;padding:.3rem .5rem;border-radius:4px;"
    "background:var(--tv-ink);color:var(--tv-paper);font-size:.8rem;pointer-events:none}"
    ".tv-narrow{display:none}"
    "@media(max-width:599px){.tv-wide{display:none}.tv-narrow{display:block}}"
    "@media print{.tv-tip{display:none}}"
)
"""Rules for charts; `palette.variables` gives the colours they use."""

SCRIPT = """(()=>{const tip=document.createElement('div');tip.className='tv-tip';tip.hidden=true;
tip.setAttribute('role','status');document.body.append(tip);
const hide=()=>{tip.hidden=true};
const show=mark=>{tip.textContent=mark.getAttribute('aria-label');tip.hidden=false;
const box=mark.getBoundingClientRect(),wide=tip.offsetWidth,
left=Math.min(Math.max(4,box.left+box.width/2-wide/2),innerWidth-wide-4);
tip.style.left=left+scrollX+'px';
tip.style.top=Math.max(4,box.top-tip.offsetHeight-6)+scrollY+'px'};
document.querySelectorAll('.tv-svg').forEach(svg=>{
const marks=[...svg.querySelectorAll('.tv-mark')];
marks.forEach((mark,at)=>{mark.querySelector(':scope>title')?.remove();
mark.addEventListener('pointerenter',()=>show(mark));mark.addEventListener('pointerleave',hide);
mark.addEventListener('click',()=>show(mark));
mark.addEventListener('focus',()=>show(mark));mark.addEventListener('blur',hide);
mark.addEventListener('keydown',event=>{if(event.key==='Escape')return hide();
const step={ArrowRight:1,ArrowDown:1,ArrowLeft:-1,ArrowUp:-1}[event.key];if(!step)return;
event.preventDefault();const next=marks[(at+step+marks.length)%marks.length];
mark.setAttribute('tabindex','-1');next.setAttribute('tabindex','0');next.focus()})})})})();"""
"""Texts of marks on hover, tap and focus; arrow keys go from mark to mark."""


def inline(figure: Figure, key: str) -> str:
    """Return a figure as an SVG element whose colours are the page's and whose marks speak."""
    root = ElementTree.fromstring(_drawn(figure))
    kept = shown(figure)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{_SVG}metadata", f"{_SVG}style"):
                parent.remove(child)
    used = {name for node in root.iter() for name in _references(node)}
    first = True
    for node in root.iter():
        _restyle(node)
        _rename(node, used, kept.marks, key)
    for node in list(root.iter()):
        text = kept.marks.get(node.get("data-mark", ""))
        if text is not None:
            _speak(node, text, first)
            first = False
    _flatten(root)
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    root.attrib |= {
        "class": "tv-svg", "role": "group", "aria-label": kept.title or "Chart",
        "font-family": _FONT, "stroke-linejoin": "round",
    }  # fmt: skip
    root.tag = "svg"
    for node in root.iter():
        node.tag = node.tag.removeprefix(_SVG)
    root.set("xmlns", "http://www.w3.org/2000/svg")
    text = ElementTree.tostring(root, encoding="unicode")
    return re.sub(r">\s+<", "><", text)


def key_of(figure: Figure) -> str:
    """Return a short key of what a figure shows, the same on every machine."""
    kept = shown(figure)
    table = "" if kept.data is None else kept.data.to_csv(index=False)
    said = "\n".join((kept.title, kept.subtitle, kept.alt, table))
    return hashlib.sha256(said.encode()).hexdigest()[:8]


def standalone(element: str) -> str:
    """Return an inline SVG with its own colours, for programs that know no variables."""
    plain = re.sub(r"var\(--tv-[a-z0-9-]+,(#[0-9a-f]{6})\)", r"\1", element)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{plain}\n'


def _drawn(figure: Figure) -> str:
    canvas, target = figure.canvas, io.StringIO()
    grounds = [figure.patch, *(axes.patch for axes in figure.axes)]
    seen = [ground.get_visible() for ground in grounds]
    for ground in grounds:
        ground.set_visible(False)
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "tradeviz"}):
        figure.savefig(target, format="svg", metadata={"Date": None, "Creator": None})
    for ground, visible in zip(grounds, seen, strict=True):
        ground.set_visible(visible)
    figure.set_canvas(canvas)
    return target.getvalue()


def _references(node: ElementTree.Element) -> list[str]:
    return [name for value in node.attrib.values() for name in
            re.findall(r"url\(#([^)]+)\)|^#(.+)$", value) for name in name if name]  # fmt: skip


def _restyle(node: ElementTree.Element) -> None:
    """Turn a style into attributes, and colours into those of the page."""
    style = dict(re.findall(r"([a-z-]+):\s*([^;]+)", node.attrib.pop("style", "")))
    if node.tag == f"{_SVG}text":
        font = " ".join((style.get("font", ""), *(style.get(f"font-{k}", "") for k in _FACE)))
        node.set("font-size", re.findall(r"([\d.]+)px", font)[-1])
        if re.search(r"\b(bold|700)\b", font):
            node.set("font-weight", "bold")
    for name in _KEPT:
        value = style.get(name, node.get(name, ""))
        if value and value != _USUAL.get(name):
            node.set(name, _HEX.sub(_variable, value))
    for name in ("d", "points", "x", "y", "transform", "width", "height"):
        if name in node.attrib and node.tag != f"{_SVG}svg":
            node.set(name, " ".join(_LONG.sub(r"\1", node.attrib[name]).split()))


def _variable(colour: re.Match[str]) -> str:
    role = _ROLE.get(colour[0])
    # Drawn black by default, as text is by nobody's choice.
    role = "ink" if colour[0] == "#000000" else role
    return f"var(--tv-{role},{colour[0]})" if role else colour[0]


def _rename(
    node: ElementTree.Element, used: set[str], marks: Mapping[str, object], key: str
) -> None:
    """Keep only ids that something refers to, and begin them with the key."""
    own = node.attrib.pop("id", None)
    if own is not None and own in marks:
        node.set("data-mark", own)
    elif own is not None and own in used:
        node.set("id", f"tv-{key}-{own}")
    if (link := node.attrib.pop(_LINK, None)) is not None:
        node.set("href", f"#tv-{key}-{link[1:]}")
    for name, value in node.attrib.items():
        if "url(#" in value:
            node.set(name, value.replace("url(#", f"url(#tv-{key}-"))


def _speak(node: ElementTree.Element, text: str, first: bool) -> None:
    """Give a mark its text; the first of a drawing is the one that a key reaches."""
    del node.attrib["data-mark"]
    node.attrib |= {
        "class": "tv-mark", "role": "img", "aria-label": text,
        "tabindex": "0" if first else "-1", "pointer-events": "all",
    }  # fmt: skip
    title = ElementTree.Element(f"{_SVG}title")
    title.text = text
    node.insert(0, title)


def _flatten(root: ElementTree.Element) -> None:
    """Take away groups that say nothing."""
    for parent in list(root.iter()):
        children: list[ElementTree.Element] = []
        for child in parent:
            children += _bare(child)
        parent[:] = children


def _bare(node: ElementTree.Element) -> list[ElementTree.Element]:
    if node.tag == f"{_SVG}g" and not node.attrib:
        return [part for child in node for part in _bare(child)]
    return [node]
