"""Write a file so that it appears whole or not at all."""

from __future__ import annotations

import os
import re
import secrets
import stat
from pathlib import Path
from typing import Any

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


# A spreadsheet runs a cell that begins so; a number may have its sign.
_FORMULA = re.compile(r"[=@\t\r\n]|[+-](?![\d.,]+%?$)")


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def csv_text(table: Any, *, index: bool = False) -> str:
    r"""Return a table as CSV in which no text of a user is a formula of a spreadsheet.

    Examples
    --------
    >>> import pandas as pd
    >>> csv_text(pd.DataFrame({"name": ["=1+1", "JPN"], "rate": [-0.5, 0.1]}))
    "name,rate\n'=1+1,-0.5\nJPN,0.1\n"
    """
    flat = table.copy(deep=False)
    flat.columns = [_harmless(name) for name in flat.columns]
    for place, kind in enumerate(flat.dtypes):
        if kind.kind not in "biufMm":
            flat.isetitem(place, flat.iloc[:, place].astype(object).map(_harmless))
    if index:
        levels = flat.index.names
        flat.index = flat.index.map(
            lambda key: tuple(map(_harmless, key)) if isinstance(key, tuple) else _harmless(key)
        )
        flat.index.names = levels
    return str(flat.to_csv(index=index, lineterminator="\n", date_format="%Y-%m-%d"))
