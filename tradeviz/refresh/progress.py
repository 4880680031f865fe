"""Say how far long work is: a bar in a terminal or a notebook, plain lines in a log."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any

_EVERY = 5.0
"""Seconds between two lines of a log."""


def _in_notebook() -> bool:
    """Say whether a notebook runs this."""
    python = sys.modules.get("IPython")
    return python is not None and "IPKernelApp" in getattr(python.get_ipython(), "config", {})


class Progress:
    """Count steps of a known number and show what is left."""

    def __init__(self, total: int, *, quiet: bool = False) -> None:
        self.total, self.done, self.quiet = total, 0, quiet
        self._bar: Any = None
        self._said = self._began = time.monotonic()
        if not quiet and (sys.stderr.isatty() or _in_notebook()):
            from tqdm.auto import tqdm

            self._bar = tqdm(total=total, unit="reply", dynamic_ncols=True)

    def step(self, title: str) -> None:
        """Count one step."""
        self.done += 1
        if self._bar is not None:
            self._bar.set_postfix_str(title, refresh=False)
            self._bar.update()
        elif not self.quiet:
            now = time.monotonic()
            if now - self._said >= _EVERY or self.done == self.total:
                self._said = now
                print(f"{self.done} of {self.total} replies, {now - self._began:.0f} s: {title}",
                      file=sys.stderr, flush=True)  # fmt: skip

    def __enter__(self) -> Progress:
        """Start."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the last state on the screen."""
        if self._bar is not None:
            self._bar.close()
