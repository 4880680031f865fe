"""Build the pages of notebooks: all of them or none."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from nbformat import NotebookNode

from tradeviz import partners
from tradeviz.datasets import DATA
from tradeviz.errors import ReportError, nearest
from tradeviz.report import export
from tradeviz.report.execute import Progress, execute, read, set_partner
from tradeviz.report.provenance import Provenance, provenance
from tradeviz.report.summary import read_page

NOTEBOOKS = DATA.parent / "notebooks"
"""Where notebooks are looked for by name: beside the data, in a checkout and in a wheel."""

PAGE_BYTES = 2_000_000
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
        if found.setdefault(path.stem, path) != path:
            raise ReportError("two notebooks would write one page", value=path.stem)
    if "index" in found:
        raise ReportError("the page would replace the index; rename the notebook", value="index")
    if not found:
        raise ReportError("no notebook given", allowed=list(by_name))
    return list(found.values())


def _for_partner(
    notebooks: dict[Path, NotebookNode], partner: str, progress: Progress
) -> dict[Path, str]:
    """Set the partner where a notebook takes one, and drop the notebooks that take none."""
    code = partners.resolve(partner)[0]
    taking = {
        path: f"{path.stem}-{code}" for path, node in notebooks.items() if set_partner(node, code)
    }
    if not taking:
        raise ReportError(
            "takes no partner",
            file=", ".join(path.stem for path in notebooks),
            allowed="a cell tagged 'parameters' that sets PARTNER or PARTNERS",
        )
    for path in [path for path in notebooks if path not in taking]:
        progress(f"{path.stem}: takes no partner, left out")
        del notebooks[path]
    return taking


def _write_pages(
    notebooks: dict[Path, NotebookNode],
    stems: dict[Path, str],
    folder: Path,
    *,
    about: Provenance,
    subject: str,
    progress: Progress,
) -> list[Path]:
    """Write the pages into a new folder inside the one of the old pages."""
    pages = {*stems.values(), *(path.stem for path in folder.parent.glob("*.html"))}
    written = []
    for path, notebook in notebooks.items():
        html = export.page(
            notebook,
            stem=stems[path],
            source=path,
            provenance=about,
            pages=pages,
            subject=subject,
        ).encode()
        if len(html) > PAGE_BYTES:
            progress(
                f"{path.stem}: the page has {len(html) / 1e6:.1f} MB, above {PAGE_BYTES / 1e6:.0f}"
            )
        target = folder / f"{stems[path]}.html"
        target.write_bytes(html)
        written.append(target)
    return written


def _write_index(fresh: Path, out: Path, *, about: Provenance, complete: bool) -> list[Path]:
    """Write the index of new and old pages; return the old ones that lost their notebook."""
    old = [path for path in sorted(out.glob("*.html")) if not (fresh / path.name).exists()]
    pages = [page for page in map(read_page, sorted(fresh.glob("*.html"))) if page is not None]
    built = {page.notebook for page in pages}
    orphans = []
    for path in old:
        page = read_page(path)
        if page is None:
            continue
        if complete and page.notebook not in built:
            orphans.append(path)
        else:
            pages.append(page)
    pages.sort(key=lambda page: page.file)
    (fresh / "index.html").write_text(export.index(pages, provenance=about), encoding="utf-8")
    return orphans


def build(
    notebooks: Iterable[str | Path] | None = None,
    *,
    partner: str | None = None,
    out: Path = Path("reports"),
    progress: Progress = print,
) -> list[Path]:
    """Run notebooks and write each as a web page, with an index of all pages.

    Nothing in `out` changes before every notebook has run and every page is written. Two builds
    from the same notebooks and data give the same bytes.

    Parameters
    ----------
    notebooks : iterable of str or Path, optional
        Names (``00_briefing``) or paths; every notebook of the project when left out.
    partner : str, optional
        Code or name of a partner to put in the place of the notebook's own. The page is named
        after it (``02_partner-JPN.html``); notebooks that take no partner are left out.
    out : Path
        Folder of the pages; other files in it are left alone.
    progress : callable
        Gets a line per executed cell and a line for anything worth knowing.

    Returns
    -------
    list of Path
        The pages written, the index last.

    Raises
    ------
    ReportError
        When a notebook is unknown, a cell fails, a picture has no alternative text, or `out`
        cannot be written.
    ArgumentError
        When the partner is unknown.

    Examples
    --------
    >>> build(["00_briefing"])  # doctest: +SKIP
    00_briefing: cell 1 of 9 (0.8 s)
    """
    about = provenance(DATA / "datapackage.json")
    sources = {path: read(path) for path in _find(notebooks)}
    stems = {path: path.stem for path in sources}
    subject = ""
    if partner is not None:
        stems = _for_partner(sources, partner, progress)
        subject = partners.name(partners.resolve(partner)[0])
    execute(sources, progress=progress)
    out = Path(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
        # Beside the old pages, so that each new page takes its place by one rename.
        fresh = Path(tempfile.mkdtemp(prefix=".tradeviz-", dir=out))
    except OSError as error:
        raise ReportError(f"cannot be written: {error.strerror}", file=out) from error
    try:
        written = _write_pages(
            sources, stems, fresh, about=about, subject=subject, progress=progress
        )
        complete = notebooks is None and partner is None
        orphans = _write_index(fresh, out, about=about, complete=complete)
        for page in [*written, fresh / "index.html"]:
            os.replace(page, out / page.name)
        for orphan in orphans:
            orphan.unlink()
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return [out / page.name for page in written] + [out / "index.html"]
