"""Write the size and hash of every file of data/ into datapackage.json, and all their sources."""

from __future__ import annotations

import sys
from pathlib import Path

from tradeviz.datasets import check_package
from tradeviz.datasets.writing import stamp
from tradeviz.law.reading import check_law

__all__ = ["stamp"]

ROOT = Path(__file__).resolve().parents[1]


def main(folder: Path = ROOT / "data") -> int:
    """Describe a folder as it is, and say what is wrong in it; return 2 where anything is."""
    print("\n".join(stamp(folder)) or "every file is as described")
    # What is described is not yet right: the contract of the tables is asked at once.
    faults = check_package(folder) or check_law(folder)
    print("\n".join(faults), file=sys.stderr, end="\n" if faults else "")
    return 2 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
