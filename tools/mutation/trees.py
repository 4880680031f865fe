"""Copies of the tree that a fault may spoil: made once for each worker, mended after each fault."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tools.mutation.fault import Fault
from tools.stamp import stamp

ROOT = Path(__file__).resolve().parents[2]


def copy_tree(target: Path, commit: str | None = None) -> None:
    """Copy the files that git knows, as they stand here or as a commit has them."""
    target.mkdir(parents=True)
    if commit is not None:
        packed = subprocess.run(
            ["git", "archive", commit], cwd=ROOT, check=True, capture_output=True
        )
        subprocess.run(["tar", "-x"], cwd=target, input=packed.stdout, check=True)
        return
    for name in _files():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target / name)


def _files() -> list[str]:
    """Return what git knows, or where there is no git what is not hidden."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode == 0 and listed.stdout:
        return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    paths = [path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file()]
    made = ("__pycache__", "reports", "build", "dist")
    return [
        str(path)
        for path in paths
        if not any(part.startswith(".") or part in made for part in path.parts)
    ]


class Tree:
    """A copy of the tree for one worker."""

    def __init__(self, whole: Path, folder: Path) -> None:
        self.whole, self.folder = whole, folder
        shutil.copytree(whole, folder)

    def plant(self, fault: Fault) -> None:
        """Plant a fault, and describe the data anew: a hash would see any, whatever it means."""
        fault.edit(self.folder)
        if fault.file.startswith("data/"):
            stamp(self.folder / "data")

    def mend(self, fault: Fault) -> None:
        """Put the files back that the fault and its hash changed."""
        for name in {fault.file, "data/datapackage.json"}:
            shutil.copy2(self.whole / name, self.folder / name)
