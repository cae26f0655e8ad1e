"""Each import rule of `pyproject.toml` fails on what it forbids, tried on throw-away modules."""

import ast
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "appliance"
LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
LAYERS, *FORBIDDEN = LINTER["contracts"]
ROOMS: list[list[str]] = [layer.split(" | ") for layer in LAYERS["layers"]]
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in PACKAGE.rglob("*.py")
)


def matching(pattern: str) -> list[str]:
    """The modules that a rule's pattern names; outside of the package it names itself."""
    is_ours = pattern.startswith("appliance.")
    return [name for name in MODULES if fnmatch(name, pattern)] if is_ours else [pattern]


def importer_in(room: str, number: int) -> str:
    """The name of a throw-away module in a room, or beside a module that is no room."""
    folder = ROOT.joinpath(*room.split("."))
    home = room if folder.is_dir() else room.rpartition(".")[0]
    return f"{home}.throw_away_{number}"


def from_below() -> Iterator[tuple[str, str]]:
    """Each room that is a folder, with each room that stands above it or beside it."""
    for height, rooms in enumerate(ROOMS):
        for room in rooms:
            higher = [name for layer in ROOMS[:height] for name in layer]
            beside = [name for name in rooms if name != room]
            if (PACKAGE / room).is_dir():
                yield from ((f"appliance.{room}", f"appliance.{name}") for name in higher + beside)


def forbidden() -> Iterator[tuple[str, str]]:
    for rule in FORBIDDEN:
        for source in rule["source_modules"]:
            if ROOT.joinpath(*source.split(".")).is_dir():
                for pattern in rule["forbidden_modules"]:
                    yield from ((source, module) for module in matching(pattern))


PAIRS = sorted({*from_below(), *forbidden()})


def lint(folder: Path) -> str:
    """What the linter says of the package in this folder, on one line."""
    code = "from importlinter.cli import lint_imports_command as run; run()"
    arguments = [sys.executable, "-c", code, "--no-cache"]
    done = subprocess.run(arguments, cwd=folder, capture_output=True, text=True, check=False)
    return " ".join((done.stdout + done.stderr).split())


def a_copy(folder: Path) -> Path:
    shutil.copytree(PACKAGE, folder / "appliance", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the linter says of a copy in which every forbidden import is made."""
    folder = a_copy(tmp_path_factory.mktemp("copy"))
    for number, (room, module) in enumerate(PAIRS):
        path = folder.joinpath(*importer_in(room, number).split(".")).with_suffix(".py")
        path.write_text(f"import {module}\n", "utf-8")
    return lint(folder)


def test_the_package_keeps_every_rule() -> None:
    assert LINTER["include_external_packages"]
    assert f"{len(LINTER['contracts'])} kept, 0 broken" in lint(ROOT)


@pytest.mark.parametrize(("room", "module"), PAIRS)
def test_each_forbidden_import_is_found(told: str, room: str, module: str) -> None:
    importer = importer_in(room, PAIRS.index((room, module)))
    assert f"- {importer} -> {module} (l.1)" in told


def test_a_room_without_a_layer_is_found(tmp_path: Path) -> None:
    folder = a_copy(tmp_path)
    (folder / "appliance/attic").mkdir()
    (folder / "appliance/attic/__init__.py").write_text("", "utf-8")
    assert "Imports point down only BROKEN" in lint(folder)


def late_imports(path: Path) -> Iterator[tuple[int, str]]:
    """The first line of each run of function-level imports, with the comment that goes with it."""
    lines = path.read_text("utf-8").splitlines()
    nodes = ast.walk(ast.parse("\n".join(lines)))
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef)]
    found = {
        (node.lineno, node.end_lineno or node.lineno)
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    # The next one, or the next but an empty line.
    of_a_run = {end + more for _, end in found for more in (1, 2)}
    for number in sorted({begin for begin, _ in found} - of_a_run):
        above = lines[number - 2].strip()
        _, _, beside = lines[number - 1].partition("#")
        yield number, beside or (above if above.startswith("#") else "")


# The command imports late as a rule, which its first page says.
LATE = [path for path in PACKAGE.rglob("*.py") if "cli" not in path.parts]


@pytest.mark.parametrize("path", LATE, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_function_that_imports_says_why(path: Path) -> None:
    silent: list[Any] = [number for number, why in late_imports(path) if not why]
    assert silent == []
