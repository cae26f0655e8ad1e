"""The package stays readable: no file, class or function outgrows its limit, no import cycle."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "appliance"
FILES = sorted(PACKAGE.rglob("*.py"))
LONGEST_FILE, LONGEST_CLASS, LONGEST_FUNCTION = 350, 250, 50


def lines_of(node):
    return node.end_lineno - node.lineno + 1


def too_long(path):
    """What in this file is over its limit, as `name: lines`."""
    text = path.read_text("utf-8")
    count = len(text.splitlines())
    if count > LONGEST_FILE:
        yield f"{path.name}: {count}"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef) and lines_of(node) > LONGEST_CLASS:
            yield f"class {node.name}: {lines_of(node)}"
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (
            lines_of(node) > LONGEST_FUNCTION
        ):
            yield f"{node.name}: {lines_of(node)}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_its_classes_and_functions_are_short(path):
    assert not list(too_long(path))


LATE_FILES = [path for path in FILES if path.parent.name != "cli"]
"""In `cli` imports in functions are the rule of the room, which `cli/__init__.py` states."""


def unexplained_imports(path):
    """Imports inside functions that have no comment on their line or above their group."""
    text = path.read_text("utf-8")
    lines = text.splitlines()
    functions = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef)]
    for node in {n for function in functions for n in ast.walk(function)}:
        if isinstance(node, ast.Import | ast.ImportFrom):
            above = node.lineno - 2
            while lines[above].strip().startswith(("from ", "import ")) or not lines[above].strip():
                above -= 1
            if "#" not in "".join(lines[above : node.lineno]):
                yield f"{path.name}:{node.lineno}"


def test_an_import_inside_a_function_says_why():
    assert not [one for path in LATE_FILES for one in unexplained_imports(path)]


def test_so_are_the_files_of_the_tests_and_of_the_hardware():
    folders = ("tests", "hardware", "systemd")
    files = [path for folder in folders for path in (PACKAGE.parent / folder).rglob("*.py")]
    assert not [f"{path}: {what}" for path in files for what in too_long(path)]


def test_no_module_imports_itself_by_way_of_others():
    graph = {module_of(path): set(imports_of(path)) for path in FILES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def module_of(path):
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path) for path in FILES}


def imports_of(path):
    """Modules of the package that this one imports while it is imported itself."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module in MODULES:
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                yield submodule if submodule in MODULES else node.module
