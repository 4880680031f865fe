"""Print finished pages to PDF through a browser of the Chromium family."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tradeviz.errors import ReportError

VARIABLE = "TRADEVIZ_BROWSER"
"""Environment variable that names the browser where it is not on the path."""

# The one without windows first: it does less for the same print.
_NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)
_SECONDS = 120
_MARK = b"% tradeviz report\n"
"""A comment of PDF at the end of what was printed here."""


def find_browser() -> str:
    """Return the path of a browser that prints."""
    named = os.environ.get(VARIABLE)
    for name in [named] if named else _NAMES:
        found = shutil.which(name)
        if found is not None:
            return found
    raise ReportError(
        "no browser to print with: install Chromium or Chrome, or write HTML",
        field=VARIABLE,
        value=named,
        allowed="the path of Chromium, Chrome or Edge",
    )


def is_own_print(path: Path) -> bool:
    """Say whether a PDF was printed by this package."""
    return path.read_bytes().endswith(_MARK)


def print_pages(pages: Sequence[Path], *, progress: Callable[[str], object]) -> list[Path]:
    """Print pages, each to a PDF beside it."""
    browser = find_browser()
    printed = []
    with tempfile.TemporaryDirectory(prefix="tradeviz-") as profile:
        for page in pages:
            target = page.with_suffix(".pdf")
            _print(browser, page, target, profile)
            progress(target.name)
            printed.append(target)
    return printed


def _print(browser: str, page: Path, target: Path, profile: str) -> None:
    command = [
        browser,
        "--headless",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-pdf-header-footer",
        f"--user-data-dir={profile}",
        f"--print-to-pdf={target.resolve()}",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # Chromium's sandbox does not start for root, as in a container; the page is our own.
        command.append("--no-sandbox")
    try:
        done = subprocess.run(
            [*command, page.resolve().as_uri()],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        what = f"the browser took longer than {_SECONDS} seconds"
        raise ReportError(what, file=page.name) from error
    except OSError as error:
        raise ReportError(f"the browser does not run: {error.strerror}", file=page.name) from error
    if done.returncode or not target.is_file():
        said = done.stderr.strip().splitlines()
        raise ReportError(
            f"the browser printed nothing: {said[-1] if said else 'no reason given'}",
            file=page.name,
        )
    with target.open("ab") as file:
        file.write(_MARK)
