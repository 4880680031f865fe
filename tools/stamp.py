"""Write the size and hash of every file of data/ into datapackage.json, after an edit by hand.

The tables are made by tools/build_data.py; this is for trying what an edit would change.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def stamp(folder: Path) -> list[str]:
    """Describe the files of a data folder as they are.

    Parameters
    ----------
    folder : Path
        A folder with datapackage.json.

    Returns
    -------
    list of str
        Paths whose size or hash was another one.
    """
    path = folder / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    changed = _changed(package, folder)
    for item, found in changed:
        item |= found
    if changed:
        text = json.dumps(package, indent=1, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8")
    return [item["path"] for item, _ in changed]


def edited(folder: Path) -> list[str]:
    """Return the files of a data folder that are not those described; nothing is written.

    Parameters
    ----------
    folder : Path
        A folder with datapackage.json.

    Returns
    -------
    list of str
        Paths whose size or hash is another one.
    """
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    return [item["path"] for item, _ in _changed(package, folder)]


def _changed(
    package: dict[str, Any], folder: Path
) -> list[tuple[dict[str, Any], dict[str, int | str]]]:
    """Return the resources that are not as described, each with its size and hash."""
    changed = []
    for item in package["resources"]:
        content = (folder / item["path"]).read_bytes()
        found: dict[str, int | str] = {
            "bytes": len(content),
            "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        }
        if any(item[key] != value for key, value in found.items()):
            changed.append((item, found))
    return changed


if __name__ == "__main__":
    print("\n".join(stamp(ROOT / "data")) or "every file is as described")
