"""Tests judge by what can be seen from outside: none reaches into a private name of the program."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

TESTS = Path(__file__).parents[1]
NAMED_TUPLE = {"_asdict", "_fields", "_field_defaults", "_make", "_replace"}
"""They begin like this so that no field can have their name, and are public."""
STANDARD_LIBRARY = {"_exit"}
"""Documented: that of `os`."""
ALLOWED = {
    ("setup/rig.py", "_set_pull"): "gpiozero's pins are subclassed by methods with such names",
    ("stimulator/test_rehastim2_peer.py", "_packet_init_stimulation"): "pysciencemode's public "
    "methods wait for an answer from a port",
    ("stimulator/test_rehastim2_peer.py", "_packet_start_stimulation"): "the same",
    ("textual_desk.py", "_compositor"): "textual's public methods hand out pictures only",
}
"""What tests reach for in libraries, and why."""
BY_NAME = {"delattr", "getattr", "hasattr", "setattr"}
"""Functions, and methods of `monkeypatch`, that get an attribute's name as text."""


class Reach(NamedTuple):
    """A private name that something takes: perhaps its own."""

    line: int
    name: str
    of_itself: bool


class Owner(NamedTuple):
    """A class, with the names of what it defines and of what it is derived from."""

    name: str
    lines: range
    defines: frozenset[str]
    bases: frozenset[str]


class Module(NamedTuple):
    owners: list[Owner]
    reaches: list[Reach]


def read(text: str) -> Module:
    module = Module([], [])
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef):
            lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            bases = frozenset(map(_name, node.bases))
            module.owners.append(Owner(node.name, lines, frozenset(_defined(node)), bases))
        for name in _reached(node):
            if name.startswith("_") and not name.endswith("_"):
                module.reaches.append(Reach(node.lineno, name, _is_of_itself(node)))
    return module


def _name(node: ast.expr) -> str:
    while isinstance(node, ast.Subscript):
        node = node.value
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _defined(owner: ast.ClassDef) -> Iterator[str]:
    for node in ast.walk(owner):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield _name(node)


def _reached(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Attribute):
        if node.attr not in NAMED_TUPLE | STANDARD_LIBRARY:
            yield node.attr
    elif isinstance(node, ast.ImportFrom):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.Call) and _name(node.func) in BY_NAME:
        texts = [one.value for one in node.args[:2] if isinstance(one, ast.Constant)]
        yield from (part for text in texts for part in str(text).split("."))


def _is_of_itself(node: ast.AST) -> bool:
    owner = node.value if isinstance(node, ast.Attribute) else None
    return isinstance(owner, ast.Name) and owner.id in ("self", "cls")


@cache
def modules() -> dict[str, Module]:
    paths = sorted(TESTS.rglob("*.py"))
    return {str(path.relative_to(TESTS)): read(path.read_text("utf-8")) for path in paths}


def by_name(modules: Iterable[Module]) -> dict[str, list[Owner]]:
    owners: dict[str, list[Owner]] = {}
    for owner in (owner for module in modules for owner in module.owners):
        owners.setdefault(owner.name, []).append(owner)
    return owners


def strange(module: Module, owners: dict[str, list[Owner]]) -> Iterator[Reach]:
    """What a module takes that is not its own. `owners`: those that its classes may derive from."""
    for reach in module.reaches:
        around = [owner.name for owner in module.owners if reach.line in owner.lines]
        if not (reach.of_itself and reach.name in _inherited(around, owners)):
            yield reach


def _inherited(names: list[str], owners: dict[str, list[Owner]]) -> set[str]:
    """What classes of these names, and those that they are derived from, define."""
    seen, found, left = set[str](), set[str](), [*names]
    while left:
        name = left.pop()
        for owner in () if name in seen else owners.get(name, ()):
            found |= owner.defines
            left += owner.bases
        seen.add(name)
    return found


def test_no_test_reaches_into_a_private_name() -> None:
    owners = by_name(modules().values())
    found = [
        f"tests/{path}:{reach.line}: {reach.name}"
        for path, module in modules().items()
        for reach in strange(module, owners)
        if (path, reach.name) not in ALLOWED
    ]
    assert found == []


def test_what_is_allowed_is_needed() -> None:
    taken = {(path, reach.name) for path, one in modules().items() for reach in one.reaches}
    assert set(ALLOWED) <= taken


@pytest.mark.parametrize(
    "reach",
    [
        "box._door",
        "box.room._door",
        "self._room._door",
        "super()._door",
        "self._door",
        "box._door = None",
        "setattr(box, '_door', None)",
        "monkeypatch.setattr('appliance.room._door', None)",
        "monkeypatch.setattr(room, '_door', None)",
        "from appliance.room import _door",
    ],
)
def test_every_way_in_is_found(reach: str) -> None:
    text = f"""
class Burglar(House):
    def __init__(self):
        self._room = 1

    def enter(self):
        {reach}
"""
    module = read(text)
    assert [reach.name for reach in strange(module, by_name([module]))] == ["_door"]


def test_what_is_one_s_own_is_no_reach() -> None:
    module = read("""
class House:
    def _door(self):
        self._room = point._replace(x=1)

class Owner(House):
    def enter(self):
        self._door()
        return self._room, self.__dict__
""")
    assert list(strange(module, by_name([module]))) == []
