"""Let `python -m tradeviz` do what the command `tradeviz` does."""

from __future__ import annotations

from tradeviz.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
