"""JupyterLab in a folder of its own, without a screen, for tests that use a browser."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[1]
OWN = ROOT / "tradeviz" / "panel" / "lab"
TOKEN = "a-token-for-tests"
ERROR = "application/vnd.jupyter.stderr"
IDLE = '.jp-Notebook-ExecutionIndicator[data-status="idle"]'
_SECONDS = 60


@contextmanager
def lab(folder: Path, *, theme: str = "JupyterLab Light") -> Iterator[str]:
    """Start JupyterLab on copies of the notebooks and yield its address."""
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    settings = folder / "settings"
    settings.mkdir()
    # What `make lab` sets: the state of widgets is saved, and the panel's notebook runs by itself.
    overrides = {
        **json.loads((OWN / "settings" / "overrides.json").read_text(encoding="utf-8")),
        "@jupyterlab/apputils-extension:notification": {"fetchNews": "false"},
        "@jupyterlab/apputils-extension:themes": {"theme": theme},
        # Otherwise cells outside the window are not in the page, and cannot be asked.
        "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
    }
    (settings / "overrides.json").write_text(json.dumps(overrides), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {
        name: str(folder / name)
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "HOME")
    }
    words = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"),
        *("--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}", "--ip=127.0.0.1"),
        *(f"--ServerApp.root_dir={folder}", f"--LabApp.app_settings_dir={settings}"),
        *("--LabApp.news_url=", "--LabApp.extension_manager=readonly"),
        f"--LabServerApp.extra_labextensions_path={OWN / 'labextensions'}",
    ]
    with (folder / "lab.log").open("wb") as log:
        server = subprocess.Popen(
            words, env={**os.environ, **own}, stdout=log, stderr=log, cwd=folder
        )
        try:
            _wait(f"http://127.0.0.1:{port}/api?token={TOKEN}", server, folder / "lab.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=20)


def run_all(page: Page, address: str, name: str, *, seconds: int = 60) -> None:
    """Open a notebook, choose Run All Cells and wait until every cell has a number or one failed.

    Raises playwright's TimeoutError when it does not end.
    """
    page.goto(f"{address}/lab/tree/notebooks/{name}.ipynb?token={TOKEN}&reset")
    page.wait_for_selector(IDLE, timeout=seconds * 1000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    # A cell has a number in brackets when it is done.
    page.wait_for_function(
        """kind => {
          const all = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')];
          const done = all.every(one => /\\[\\d+\\]/.test(one.textContent));
          const wrong = document.querySelector(`[data-mime-type="${kind}"]`);
          return wrong || (all.length > 0 && done);
        }""",
        arg=ERROR,
        timeout=seconds * 1000,
    )


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            raise RuntimeError(log.read_text(encoding="utf-8", errors="replace")[-2000:])
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError("JupyterLab did not answer: " + log.read_text(encoding="utf-8")[-2000:])
