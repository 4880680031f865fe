"""Build the pages of notebooks: all of them or none."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from tradeviz import partners
from tradeviz.datasets import DATA, SHIPPED
from tradeviz.errors import ArgumentError, ReportError, nearest
from tradeviz.report import export
from tradeviz.report.brief import brief, stem
from tradeviz.report.execute import Progress, execute, read
from tradeviz.report.front import BRIEF, front_page
from tradeviz.report.parameters import (
    PARTNER_NAMES,
    is_profile,
    parameters,
    read_settings,
    set_partner,
    set_values,
)
from tradeviz.report.printing import find_browser, is_own_print, print_pages
from tradeviz.report.provenance import Provenance, provenance
from tradeviz.report.summary import is_ours, read_page
from tradeviz.report.workbook import is_own_workbook, write_workbook
from tradeviz.story import tied
from tradeviz.story.standing import standings
from tradeviz.whatif import small_form, what_if_page

NOTEBOOKS = SHIPPED.parent / "notebooks"
"""Where notebooks are looked for by name: beside the data, in a checkout and in a wheel."""

WORKBOOK = "tradeviz.xlsx"
"""The main tables, beside the pages of a complete set."""

WHAT_IF = "what_if"
"""The page that answers own terms by itself, in a complete set or when it is named."""

FORMS = ("html", "pdf")

PAGE_BYTES = 1_000_000
"""A page above this is slow to mail and to open; the build says so."""


def _find(names: Iterable[str | Path] | None) -> list[Path]:
    """Turn names or paths into notebooks, all of them when nothing is named."""
    known = sorted(NOTEBOOKS.glob("*.ipynb"))
    if names is None:
        if not known:
            raise ReportError("there is no notebook", file=NOTEBOOKS.name)
        return known
    by_name = {path.stem: path for path in known}
    found: dict[str, Path] = {}
    for name in names:
        path = Path(name)
        if path.suffix != ".ipynb" or not path.is_file():
            stem = path.name.removesuffix(".ipynb")
            if stem not in by_name:
                raise ReportError(
                    "no such notebook",
                    value=name,
                    allowed=list(by_name),
                    nearest=nearest(stem, by_name),
                )
            path = by_name[stem]
        if not found.setdefault(path.stem, path).samefile(path):
            raise ReportError("two notebooks would write one page", value=path.stem)
    if not found:
        raise ReportError("no notebook given", allowed=list(by_name))
    return list(found.values())


@dataclass(frozen=True)
class _Page:
    """One page to be: the notebook it comes from, its own copy of it, and whom it is about."""

    stem: str
    path: Path
    notebook: NotebookNode
    subject: str = ""

    @property
    def run_as(self) -> Path:
        """Return where the notebook runs, under the name of its page."""
        return self.path.with_name(f"{self.stem}.ipynb")


def _for_partner(path: Path, partner: str, settings: Mapping[str, Any]) -> _Page | None:
    """Return the page of a notebook for a partner; None when it takes no partner."""
    code = partners.resolve(partner)[0]
    notebook = read(path)
    if not set_partner(notebook, code):
        return None
    set_values(notebook, settings)
    return _Page(f"{path.stem}-{code}", path, notebook, partners.name(code))


def _for_all(
    paths: list[Path], partner: str, settings: Mapping[str, Any], progress: Progress
) -> list[_Page]:
    """Return the pages of all notebooks that take a partner."""
    found = {path: _for_partner(path, partner, settings) for path in paths}
    pages = [page for page in found.values() if page is not None]
    if not pages:
        raise ReportError(
            "takes no partner",
            file=", ".join(path.stem for path in paths),
            allowed="a cell tagged 'parameters' that sets PARTNER or PARTNERS",
        )
    for path, page in found.items():
        if page is None:
            progress(f"{path.stem}: takes no partner, left out")
    return pages


def _plan(paths: list[Path], settings: Mapping[str, Any], *, complete: bool) -> list[_Page]:
    """Return a page for each notebook; a profile has one for each partner and none besides.

    Where a setting names the partner, a profile is about that one alone.
    """
    others = {name: value for name, value in settings.items() if name != "PARTNER"}
    pages = []
    for path in paths:
        notebook = read(path)
        if is_profile(notebook):
            own = settings.get("PARTNER", parameters(notebook).get("PARTNER"))
            if own is None:
                what, allowed = "a profile names no partner", 'PARTNER = "JPN" in its parameters'
                raise ReportError(what, file=path.stem, field="PARTNER", allowed=allowed)
            codes = partners.FOCUS if complete and "PARTNER" not in settings else (own,)
            profiles = (_for_partner(path, code, others) for code in codes)
            pages += [page for page in profiles if page is not None]
        else:
            set_values(notebook, settings)
            pages.append(_Page(path.stem, path, notebook))
    return pages


def _settable(path: Path) -> Iterable[str]:
    """Return what can be set in a notebook."""
    try:
        return parameters(read(path))
    except SyntaxError as error:
        what = f"the cell tagged 'parameters' is not Python: {error.msg}"
        raise ReportError(what, file=path.stem) from error


def _check_settings(paths: list[Path], settings: Mapping[str, Any], *, partner: str | None) -> None:
    """Stop for a setting that none of the notebooks has, or that says again whom a page is on."""
    known = list(dict.fromkeys(name for path in paths for name in _settable(path)))
    for name in settings:
        if partner is not None and name in PARTNER_NAMES:
            raise ArgumentError("is what --partner sets", field="--set", value=name)
        if name not in known:
            raise ArgumentError(
                "no notebook has this parameter",
                field="--set",
                value=name,
                allowed=known,
                nearest=nearest(name, known),
            )


def _check_words(pages: list[_Page]) -> None:
    """Stop where the text of a notebook says of law or data what they do not."""
    for page in pages:
        text = "\n".join(c.source for c in page.notebook.cells if c.cell_type == "markdown")
        tied.check(text, where=page.stem)


def _check_stems(stems: Sequence[str]) -> None:
    """Stop where two pages would have one name."""
    for place, name in enumerate(stems):
        if name in stems[:place]:
            raise ReportError("two pages would have this name; rename the notebook", value=name)


_OURS = {".html": is_ours, ".xlsx": is_own_workbook, ".pdf": is_own_print}


def _check_targets(names: Iterable[str], out: Path, *, force: bool) -> None:
    """Stop before a file that somebody else wrote is replaced, or a folder stands in the way."""
    for path in (out / name for name in names):
        if path.is_dir():
            raise ReportError("is a folder, where a file is to be; move it away", file=path)
        if not force and path.is_file() and not _OURS[path.suffix](path):
            raise ReportError(
                "was not written by tradeviz report and would be replaced",
                file=path,
                allowed="--force replaces it; or move it away",
            )


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Say in one line that a folder takes no files."""
    try:
        yield
    except OSError as error:
        raise ReportError(f"cannot be written: {error.strerror}", file=folder) from error


def _check_folder(out: Path) -> None:
    """Stop where no folder can be made; what is made to see it is gone again."""
    there = next(folder for folder in (out, *out.parents) if folder.exists())
    with _told(out):
        tempfile.TemporaryDirectory(prefix=".tradeviz-", dir=there).cleanup()


def _write_pages(
    pages: list[_Page], folder: Path, *, about: Provenance, progress: Progress
) -> list[Path]:
    """Write the pages into a new folder inside the one of the old pages."""
    known = {page.stem for page in pages} | {path.stem for path in folder.parent.glob("*.html")}
    written = []
    for page in pages:
        html = export.page(
            page.notebook,
            stem=page.stem,
            source=page.path,
            provenance=about,
            pages=known,
            subject=page.subject,
        ).encode()
        if len(html) > PAGE_BYTES:
            progress(
                f"{page.stem}: the page has {len(html) / 1e6:.1f} MB, above {PAGE_BYTES / 1e6:.0f}"
            )
        target = folder / f"{page.stem}.html"
        target.write_bytes(html)
        written.append(target)
    return written


def _without_notebooks(
    partner: str | None, *, complete: bool, what_if: bool, about: Provenance, progress: Progress
) -> dict[str, bytes]:
    """Return by file what no notebook makes: briefs, the workbook and the what-if page.

    A complete set has the briefs of the focus five, a page of a partner has its own beside it.
    """
    files = {}
    if complete or partner is not None:
        for code, one in standings(partner).items():
            text = brief(one, provenance=about, insert=small_form(code))
            files[f"{stem(code)}.html"] = text.encode()
    if complete:
        progress(f"{WORKBOOK}: the main tables")
        with tempfile.TemporaryDirectory() as folder:
            files[WORKBOOK] = write_workbook(Path(folder, WORKBOOK), about).read_bytes()
    if what_if:
        progress(f"{WHAT_IF}: own terms, tabulated")
        files[f"{WHAT_IF}.html"] = what_if_page(about).encode()
    return files


def _write_index(
    fresh: Path, out: Path, *, about: Provenance, complete: bool
) -> tuple[Path, list[Path]]:
    """Write the index of new and old pages; return it, and the old ones without a notebook."""
    old = [path for path in sorted(out.glob("*.html")) if not (fresh / path.name).exists()]
    pages = [page for page in map(read_page, sorted(fresh.glob("*.html"))) if page is not None]
    built = {page.notebook for page in pages}
    orphans = []
    for path in old:
        page = read_page(path)
        if page is None:
            continue
        if complete and (page.notebook not in built | {BRIEF} or not page.subject):
            orphans.append(path)
        else:
            pages.append(page)
    pages.sort(key=lambda page: page.file)
    book = WORKBOOK if any((folder / WORKBOOK).is_file() for folder in (fresh, out)) else ""
    index = fresh / "index.html"
    terms = f"{WHAT_IF}.html"
    what_if = terms if any((folder / terms).is_file() for folder in (fresh, out)) else ""
    text = front_page(
        pages,
        provenance=about,
        workbook=book,
        what_if=what_if,
        insert=small_form(next(iter(standings()))),
    )
    index.write_text(text, encoding="utf-8")
    return index, orphans


def build(
    notebooks: Iterable[str | Path] | None = None,
    *,
    partner: str | None = None,
    settings: Sequence[str] = (),
    out: Path = Path("reports"),
    form: str = "html",
    force: bool = False,
    progress: Progress = print,
) -> list[Path]:
    """Run notebooks and write each as a web page, with an index of all pages.

    The complete set, which nothing named asks for, also has a page of each focus partner for every
    notebook whose parameters cell is tagged ``profile``, the what-if page and a workbook of the
    main tables.

    Nothing in `out` changes before every notebook has run and every page is written, and no file
    that something else wrote is replaced unless `force` says so. Two builds
    from the same notebooks and data give the same bytes.
    """
    about = provenance(DATA / "datapackage.json")
    if form not in FORMS:
        raise ArgumentError(
            "not a format", field="format", value=form, allowed=FORMS, nearest=nearest(form, FORMS)
        )
    if form == "pdf":
        find_browser()  # Missing, it is better told before a minute of work than after.
    complete = notebooks is None and partner is None
    names = None if notebooks is None else list(notebooks)
    paths = [] if names == [WHAT_IF] else _find(names and [x for x in names if x != WHAT_IF])
    given = read_settings(settings)
    _check_settings(paths, given, partner=partner)
    if partner is None:
        pages = _plan(paths, given, complete=complete)
    else:
        pages = _for_all(paths, partner, given, progress)
    what_if = complete or WHAT_IF in (names or ())
    about_whom = partners.FOCUS if complete else partners.resolve(partner) if partner else ()
    stems = [page.stem for page in pages] + [stem(code) for code in about_whom]
    stems += ["index", *[WHAT_IF] * what_if]
    _check_stems(stems)
    # Better told before a minute of work than after, when all that is written is looked at.
    targets = [f"{name}.{ending}" for name in stems for ending in {"html", form}]
    out = Path(out)
    _check_targets([*targets, *[WORKBOOK] * complete], out, force=force)
    _check_folder(out)
    _check_words(pages)
    # Notebooks run in processes of their own, while this one does what needs none of them.
    with ThreadPoolExecutor(1) as beside:
        apart = beside.submit(
            _without_notebooks,
            partner,
            complete=complete,
            what_if=what_if,
            about=about,
            progress=progress,
        )
        # Of many notebooks some have nothing to say of a partner; of those named each has to.
        said_nothing = execute(
            {page.run_as: page.notebook for page in pages}, progress=progress, vector=True,
            lenient=partner is not None and notebooks is None,
        )  # fmt: skip
        files = apart.result()
    for left, why in said_nothing.items():
        progress(f"{left}: left out, {why}")
    pages = [page for page in pages if page.stem not in said_nothing]
    with _told(out):
        out.mkdir(parents=True, exist_ok=True)
        # Beside the old pages, so that each new page takes its place by one rename.
        fresh = Path(tempfile.mkdtemp(prefix=".tradeviz-", dir=out))
    try:
        written = _write_pages(pages, fresh, about=about, progress=progress)
        for name, content in files.items():
            written.append(fresh / name)
            written[-1].write_bytes(content)
        index, orphans = _write_index(fresh, out, about=about, complete=complete)
        written.append(index)
        if form == "pdf":
            html = [path for path in written if path.suffix == ".html"]
            written[:0] = print_pages(html, progress=progress)
        _check_targets([path.name for path in written], out, force=force)
        for path in written:
            os.replace(path, out / path.name)
        for orphan in orphans:
            orphan.unlink()
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return [out / path.name for path in written]
