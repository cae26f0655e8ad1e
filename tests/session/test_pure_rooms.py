"""`therapy` and `session` touch no hardware, clock, thread or file.

The import rule that forbids it is tried in `tests/docs/test_import_rules.py`. Here is what a list
of forbidden imports cannot say: what these rooms do import, and what needs no import at all.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = [
    path for room in ("therapy", "session") for path in (ROOT / "appliance" / room).rglob("*.py")
]
PURE = {
    "calendar",
    "collections",
    "collections.abc",
    "datetime",
    "difflib",
    "enum",
    "functools",
    "itertools",
    "math",
    "msgspec",
    "msgspec.structs",
    "transitions",
    "types",
    "typing",
}
READS_THE_WORLD = {"open", "print", "input", "exec", "eval", "compile", "__import__"}
READS_A_CLOCK = {"now", "today", "utcnow", "fromtimestamp", "localtime"}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_pure_modules_are_imported(path: Path) -> None:
    others = {name for name in imported(path) if name.partition(".")[0] != "appliance"}
    assert others <= PURE


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_call_reads_a_file_or_a_clock(path: Path) -> None:
    """What needs no import: `open`, and the clock behind `datetime`."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in READS_THE_WORLD, f"{path.name}:{node.lineno}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in READS_A_CLOCK, f"{path.name}:{node.lineno}"
