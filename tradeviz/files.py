"""Write a file so that it appears whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from tradeviz.errors import ArgumentError


def write_whole(path: Path, content: bytes, *, field: str = "file") -> None:
    """Write a file beside its place and move it there.

    Parameters
    ----------
    path : Path
        The file to make or replace, in a folder that exists.
    content : bytes
        All of it.
    field : str
        What the user gave the path as, for the error.

    Raises
    ------
    ArgumentError
        When it cannot be written; nothing is left behind.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_whole(Path(folder) / "a.txt", b"x")
    ...     (Path(folder) / "a.txt").read_bytes()
    b'x'
    """
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_bytes(content)
        os.replace(beside, path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise ArgumentError(
            f"cannot be written: {error.strerror}", field=field, value=path
        ) from None
