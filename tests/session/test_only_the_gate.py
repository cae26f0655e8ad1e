"""Nobody but the gate makes a set-point, or changes one."""

import ast
from pathlib import Path

import appliance


def sources() -> list[Path]:
    return sorted(Path(appliance.__file__).parent.rglob("*.py"))


def makes_session_set_points(path: Path) -> bool:
    """Whether this file calls the session's `SetPoint`, under whatever name it came in."""
    tree = ast.parse(path.read_text("utf-8"))
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "appliance.session.board"
        for alias in node.names
        if alias.name == "SetPoint"
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if isinstance(called, ast.Name) and called.id in names:
            return True
        if isinstance(called, ast.Attribute) and called.attr == "SetPoint" and _is_board(called):
            return True
    return False


def _is_board(called: ast.Attribute) -> bool:
    return ast.unparse(called.value).endswith("board")


def test_only_the_gate_makes_a_set_point() -> None:
    makers = [path for path in sources() if makes_session_set_points(path)]
    assert [path.name for path in makers] == ["gate.py"]


def test_nobody_changes_a_set_point_that_was_made() -> None:
    """A changed copy of a frame would pass the gate by; only records and notes are copied."""
    suspects = [
        (path.name, node.lineno)
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and "set_point" in _copied(node)
    ]
    assert suspects == []


def _copied(call: ast.Call) -> str:
    """What this call makes a changed copy of, if it does."""
    if isinstance(call.func, ast.Attribute) and call.func.attr == "but":
        return ast.unparse(call.func.value)
    is_replace = ast.unparse(call.func).rpartition(".")[2] in ("replace", "__replace__")
    return ast.unparse(call.args[0]) if is_replace and call.args else ""
