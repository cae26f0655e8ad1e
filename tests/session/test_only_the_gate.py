"""Nobody but the gate makes a set-point, or changes one."""

import ast
from functools import cache
from pathlib import Path

import appliance
from appliance.session.board import SetPoint


def sources() -> list[Path]:
    return sorted(Path(appliance.__file__).parent.rglob("*.py"))


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text("utf-8"))))


def makes_session_set_points(path: Path) -> bool:
    """Whether this file calls the session's `SetPoint`, under whatever name it came in."""
    names = {
        alias.asname or alias.name
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom) and node.module == "appliance.session.board"
        for alias in node.names
        if alias.name == "SetPoint"
    }
    for node in nodes(path):
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
        for node in nodes(path)
        if isinstance(node, ast.Call) and "set_point" in _copied(node)
    ]
    assert suspects == []


def test_a_set_point_makes_no_other_one() -> None:
    public = {name for name in dir(SetPoint) if not name.startswith("_")}
    assert public == {*SetPoint.__struct_fields__, "mean_frequency_hz", "longest_period_s"}


def test_records_alone_can_copy_a_structure() -> None:
    """What takes any structure would take a set-point: `replace`, and `force_setattr` beside it."""
    users = {
        (path.name, ast.unparse(node))
        for path in sources()
        for node in nodes(path)
        if _reaches_a_copier(node)
    }
    assert users == {("records.py", "from msgspec.structs import replace")}


def _reaches_a_copier(node: ast.AST) -> bool:
    match node:
        case ast.ImportFrom(module="msgspec.structs"):
            return True
        case ast.ImportFrom(module="msgspec", names=names):
            return any(one.name == "structs" for one in names)
        case ast.ImportFrom(module="copy" | "dataclasses", names=names):
            return any(one.name == "replace" for one in names)
        case ast.Import(names=names):
            return any(one.name in ("msgspec", "msgspec.structs", "copy") for one in names)
    return False


def _copied(call: ast.Call) -> str:
    """What this call makes a changed copy of, if it does."""
    if isinstance(call.func, ast.Attribute) and call.func.attr == "but":
        return ast.unparse(call.func.value)
    is_replace = ast.unparse(call.func).rpartition(".")[2] in ("replace", "__replace__")
    return ast.unparse(call.args[0]) if is_replace and call.args else ""
