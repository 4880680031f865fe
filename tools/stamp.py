"""Write the size and hash of every file of data/ into datapackage.json, and all their sources."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def stamp(folder: Path, *, write: bool = True) -> list[str]:
    """Describe the files of a data folder as they are."""
    path = folder / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    changed = []
    for item in package["resources"]:
        content = (folder / item["path"]).read_bytes()
        found = {
            "bytes": len(content),
            "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        }
        if any(item[key] != value for key, value in found.items()):
            changed.append(item["path"])
            item |= found
    sources: dict[str, dict[str, str]] = {}
    for source in (named for item in package["resources"] for named in item.get("sources", [])):
        sources.setdefault(source["title"], source)
    package["sources"] = list(sources.values())
    if changed and write:
        text = json.dumps(package, indent=1, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8")
    return changed


if __name__ == "__main__":
    print("\n".join(stamp(ROOT / "data")) or "every file is as described")
