"""Which tests a change can reach, the nearest first: by imports, public names and data."""

from __future__ import annotations

import ast
import json
import sys
from collections import deque
from collections.abc import Iterable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# What is read without being imported.
DOCUMENTS = {"README.md", "CHANGELOG.md", "docs", "Makefile", "pyproject.toml", "environment.yml"}
OF_DOCUMENTS = ("test_documents", "test_project", "test_install")

LATE = (
    "test_pages", "test_explore_browser", "test_update_notebooks", "test_mutation_sample",
    "test_golden_charts", "test_what_if", "test_report", "test_build",
)  # fmt: skip
"""Test files of a browser, of kernels or of the whole tree: seconds where others take none."""


class Tree:
    """The files of a tree, and which of them each one uses."""

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        folders = ("tradeviz", "tools", "tests", "benchmarks")
        self.files = {
            _module(path.relative_to(root)): path
            for folder in folders
            for path in sorted((root / folder).rglob("*.py"))
        }
        notebooks = sorted((root / "notebooks").glob("*.ipynb"))
        self.files |= {f"notebooks.{path.stem}": path for path in notebooks}
        text = (root / "tradeviz" / "__init__.py").read_text(encoding="utf-8")
        self.homes = _homes(ast.parse(text))
        self.uses = cache(self._uses)

    def _uses(self, module: str) -> frozenset[str]:
        """Return the modules that one imports, and the homes of the public names it calls."""
        imported, called = _said(_code(self.files[module]))
        found = {*imported, *(self.homes.get(name, f"tradeviz.{name}") for name in called)}
        # Who imports a module imports the packages around it.
        found |= {name.rpartition(".")[0] for name in found}
        named = {name if name in self.files else f"tests.{name}" for name in found}
        # The package itself imports nothing; it stands for whatever was asked of it.
        return frozenset(named & set(self.files) - {"tradeviz", module})

    def distances(self, changed: Iterable[str]) -> dict[str, int]:
        """Return every module that uses a changed one, and over how many steps."""
        users: dict[str, set[str]] = {}
        for module in self.files:
            for used in self.uses(module):
                users.setdefault(used, set()).add(module)
        steps = {module: 0 for module in changed if module in self.files}
        queue = deque(steps)
        while queue:
            module = queue.popleft()
            for user in users.get(module, ()):
                if user not in steps:
                    steps[user] = steps[module] + 1
                    queue.append(user)
        return steps

    def tests(self, changed: Iterable[str]) -> list[str]:
        """Return the test files and notebooks that changed files can reach, the nearest first."""
        names = list(changed)
        modules = [_module(Path(name)) for name in names if name.endswith(".py")]
        modules += [module for name in names for module in self._readers(Path(name))]
        if any(name.startswith("data/") for name in names):
            modules.append("tradeviz.datasets.reading")
        if "tests/conftest.py" in names:
            modules += [name for name in self.files if name.startswith("tests.test_")]
        steps = self.distances(modules)
        near = {
            f"tests/{module.removeprefix('tests.')}.py": (module.endswith(LATE), step)
            for module, step in steps.items()
            if module.startswith("tests.test_")
        }
        near |= {
            f"notebooks/{module.removeprefix('notebooks.')}.ipynb": (True, step)
            for module, step in steps.items()
            if module.startswith("notebooks.")
        }
        doctests = {name: (False, 0) for name in names if name.startswith("tradeviz/")}
        near |= {name: place for name, place in doctests.items() if self._has_examples(name)}
        if any(Path(name).parts[0] in DOCUMENTS for name in names):
            near |= {f"tests/{name}.py": (False, 1) for name in OF_DOCUMENTS}
        notebooks = [name for name in names if name.endswith(".ipynb")]
        if notebooks:
            near |= {"tests/test_notebooks.py": (False, 0)}
            near |= {name: (True, 0) for name in notebooks}
        kept = [name for name in near if (self.root / name).exists()]
        return sorted(kept, key=lambda name: (near[name], name))

    def _readers(self, path: Path) -> list[str]:
        """Return the modules beside a template, style or script of the package: they read it."""
        if path.parts[0] != "tradeviz" or path.suffix == ".py":
            return []
        package = next(folder for folder in path.parents if _module(folder) in self.files)
        return [name for name in self.files if name.rpartition(".")[0] == _module(package)]

    def _has_examples(self, name: str) -> bool:
        path = self.root / name
        return name.endswith(".py") and path.exists() and ">>> " in path.read_text(encoding="utf-8")


@cache
def _said(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the modules that a code imports, and the names it takes from the package itself."""
    imported: set[str] = set()
    called: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            imported |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id in ("tv", "tradeviz"):
                called.add(node.attr)
    return frozenset(imported), frozenset(called)


def _code(path: Path) -> str:
    """Return the Python of a file or a notebook."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    return "\n".join("".join(cell["source"]) for cell in cells)


def _module(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _homes(tree: ast.Module) -> dict[str, str]:
    """Read in which module each public name of the package lives."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "_HOMES":
            homes = ast.literal_eval(node.value)
            return {name: f"tradeviz.{module}" for name, module in homes.items()}
    raise SystemExit("tradeviz/__init__.py has no _HOMES")


if __name__ == "__main__":
    print("\n".join(Tree().tests(sys.argv[1:])))
