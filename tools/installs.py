"""Install the wheel as a stranger does, with each extra and each Python at hand, and use it.

Every environment is fresh and lies in a temporary folder; nothing of the checkout is on its path.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).resolve().parents[1]
START, END = "<!-- installs: start -->", "<!-- installs: end -->"
EXTRAS = ("", "charts", "report", "lab")
"""What is tried with the Python that runs this; the first and the last with every other."""
USES = {
    "": ["tradeviz --version", "tradeviz check", "tradeviz exposure --outcome snapback"],
    "charts": ["python -c 'import tradeviz as tv; tv.charts.tile_map(tv.exposure(\"pause\"))'"],
    "report": ["tradeviz report 01_deficits --out pages"],
    "lab": [
        "python -c 'import tradeviz as tv; tv.explore()'",
        "tradeviz notebooks mine",
        "jupyter nbconvert --to notebook --execute mine/03_outcomes.ipynb --output-dir run",
    ],
}
"""Extra -> commands that have to end well with it, in an empty folder."""


FIRST = ("pip", "setuptools", "pkg_resources", "_distutils_hack", "distutils-precedence")


@dataclass(frozen=True)
class Install:
    """What one installation took, and what did not work in it."""

    python: str
    extra: str
    megabytes: float
    distributions: int
    seconds: float
    red: tuple[str, ...]


def versions() -> list[str]:
    """Return the supported versions of Python, as the classifiers name them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = [text.rpartition(" ")[2] for text in project["classifiers"]]
    return [text for text in found if text.startswith("3.")]


def interpreter(version: str) -> str | None:
    """Return a Python of a version that runs on this machine; None where there is none."""
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    paths = [shutil.which(f"python{version}"), *sorted(kept.glob(f"{version}.*/bin/python"))]
    for path in map(str, filter(None, paths)):
        code = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
        told = subprocess.run([path, "-c", code], capture_output=True, text=True, check=False)
        if told.stdout.strip() == version:
            return path
    return None


def tried(python: str, extra: str, wheel: Path, folder: Path) -> Install:
    """Install into a fresh environment, use it, and measure it."""
    home, work = folder / "venv", folder / "work"
    work.mkdir(parents=True)
    started = time.monotonic()
    subprocess.run([python, "-m", "venv", str(home)], check=True)
    own = home / "bin" / "python"
    quiet = ["--quiet", "--disable-pip-version-check"]
    wanted = f"{wheel}[{extra}]" if extra else str(wheel)
    subprocess.run([str(own), "-m", "pip", "install", *quiet, wanted], check=True)
    seconds = time.monotonic() - started
    bare = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    variables = bare | {"PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    red = []
    for line in USES[extra]:
        done = subprocess.run(
            line, shell=True, cwd=work, env=variables, capture_output=True, text=True, check=False
        )
        print(f"$ {line}\n{done.stdout}{done.stderr}", flush=True)
        if done.returncode:
            red.append(line)
    (site,) = (home / "lib").glob("*/site-packages")
    # Of what pip installed; compiled files, and what every environment begins with, do not count.
    files = [p for p in site.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    kept = [p for p in files if not p.relative_to(site).parts[0].startswith(FIRST)]
    names = {path.name for path in site.glob("*.dist-info") if not path.name.startswith(FIRST)}
    version = subprocess.run([python, "-V"], capture_output=True, text=True, check=True)
    return Install(
        version.stdout.split()[1], extra, sum(p.stat().st_size for p in kept) / 1e6,
        len(names), seconds, tuple(red),
    )  # fmt: skip


def table(found: list[Install], absent: list[str]) -> str:
    """Write what was installed and seen as Markdown."""
    lines = [
        "| extra | Python | packages | on disk | seconds | red |",
        "|---|---|---:|---:|---:|---|",
    ]
    lines += [
        f"| {item.extra or 'none'} | {item.python} | {item.distributions} | "
        f"{item.megabytes:.0f} MB | {item.seconds:.0f} | {'; '.join(item.red) or 'nothing'} |"
        for item in found
    ]
    if absent:
        lines += ["", f"Not on this machine, so not tried: Python {', '.join(absent)}."]
    return "\n".join(lines)


def sizes(text: str) -> str:
    """Return in a sentence what the table says of this machine's first Python."""
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    python = rows[1][1]
    parts = [f"{row[0]} {row[3]}" for row in rows[1:] if row[1] == python]
    return f"On disk, with Python {python} and all that pip brings: {', '.join(parts)}."


def put(path: Path, text: str) -> None:
    """Write a text between the two marks of a document."""
    before, _, rest = path.read_text(encoding="utf-8").partition(START)
    path.write_text(f"{before}{START}\n{text}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def main() -> None:
    """Try each extra and each Python; end with 1 when something did not work."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="into docs/release.md and README.md")
    options = parser.parse_args()
    found: list[Install] = []
    with tempfile.TemporaryDirectory(prefix="tradeviz-installs-") as name:
        folder = Path(name)
        wheel = Path(next(WheelBuilder(str(ROOT)).build(directory=str(folder / "dist"))))
        own = f"{sys.version_info.major}.{sys.version_info.minor}"
        pythons = {version: interpreter(version) for version in versions()}
        pythons[own] = pythons.get(own) or sys.executable
        for version, python in pythons.items():
            for extra in EXTRAS if version == own else (EXTRAS[0], EXTRAS[-1]):
                if python is not None:
                    place = folder / f"{version}-{extra}"
                    found.append(tried(python, extra, wheel, place))
                    shutil.rmtree(place)
    text = table(found, [version for version, python in pythons.items() if python is None])
    print(f"Wheel built from the tree.\n\n{text}")
    if options.write:
        put(ROOT / "docs" / "release.md", text)
        put(ROOT / "README.md", sizes(text))
    sys.exit(any(item.red for item in found))


if __name__ == "__main__":
    main()
