"""Write a file so that it appears whole or not at all."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from tradeviz.errors import ArgumentError


def write_whole(path: Path, content: bytes, *, field: str = "file") -> None:
    """Write a file beside its place and move it there; a device or a pipe is written into.

    A file that is replaced keeps its permissions, and a link keeps pointing where it did.
    """
    try:
        mode = path.stat().st_mode if os.path.lexists(path) else None
        if mode is None or stat.S_ISREG(mode):
            _replace(path.resolve(), content, mode)
        else:
            # Opening a folder for writing says that it is one.
            with path.open("wb") as device:
                device.write(content)
    except (OSError, ValueError) as error:
        what = getattr(error, "strerror", None) or str(error)
        raise ArgumentError(f"cannot be written: {what}", field=field, value=path) from None


def _replace(path: Path, content: bytes, mode: int | None) -> None:
    """Write beside the place under a name nobody can foresee, and move."""
    beside = path.with_name(f".{secrets.token_hex(8)}.part")
    number = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(number, "wb") as file:
            if mode is not None:
                os.fchmod(number, stat.S_IMODE(mode))
            file.write(content)
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
