"""Build a data folder beside another and put it in its place: all of it, or nothing."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from tradeviz.datasets import SHIPPED
from tradeviz.datasets.descriptor import NAME
from tradeviz.errors import ArgumentError


class Places(NamedTuple):
    """The names beside a data folder that a refresh uses; hidden, and gone when it is done."""

    new: Path
    before: Path
    lock: Path
    replies: Path


def places_of(folder: Path) -> Places:
    """Return the names beside a data folder."""
    return Places(*(folder.with_name(f".{folder.name}.{part}") for part in Places._fields))


@contextmanager
def locked(folder: Path) -> Iterator[Places]:
    """Hold a data folder against a second refresh, and mend what a killed one left."""
    places = places_of(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with places.lock.open("a+") as lock:
        if not _taken(lock, places.lock):
            what = f"another refresh of it is running, process {_holder(lock)}"
            raise ArgumentError(what, field="--into", value=folder)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        try:
            if places.before.is_dir() and not folder.exists():
                os.replace(places.before, folder)
            yield places
        finally:
            for leftover in (places.new, places.before):
                shutil.rmtree(leftover, ignore_errors=True)
            # While the lock is held: who waits opens a file of its own.
            places.lock.unlink(missing_ok=True)


def _taken(lock: TextIO, path: Path) -> bool:
    """Take a lock; say whether it is held, and the file is still the one that others open."""
    import fcntl

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(path.stat(), os.fstat(lock.fileno()))
    except OSError:
        return False


def _holder(lock: TextIO) -> str:
    lock.seek(0)
    return lock.read().strip() or "unknown"


def base(folder: Path) -> Path:
    """Return the folder whose tables a refresh starts from: its own, or the shipped ones."""
    if (folder / NAME).is_file():
        return folder
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        allowed = "a data folder, an empty one, or a new name"
        raise ArgumentError("holds something else", field="--into", value=folder, allowed=allowed)
    return SHIPPED


def copied(origin: Path, places: Places) -> dict[str, Any]:
    """Copy a data folder to the place of the new one; return its description."""
    shutil.rmtree(places.new, ignore_errors=True)
    shutil.copytree(origin, places.new, ignore=shutil.ignore_patterns(".*"))
    package: dict[str, Any] = json.loads((places.new / NAME).read_text(encoding="utf-8"))
    return package


def put_in_place(folder: Path, places: Places) -> None:
    """Put the new folder where the old one is; the old one comes back if that fails."""
    if not folder.exists():
        os.replace(places.new, folder)
        return
    os.replace(folder, places.before)
    try:
        os.replace(places.new, folder)
    except BaseException:
        os.replace(places.before, folder)
        raise
