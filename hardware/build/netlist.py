"""What the schematic says: parts with their fields, and nets."""

import re
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hardware.build.tools import SCHEMATIC, run

_TOKEN = re.compile(r'\s*(?:(\()|(\))|"((?:[^"\\]|\\.)*)"|([^\s()"]+))')


@dataclass(frozen=True, slots=True)
class Part:
    """A symbol: its reference, value, footprint without the library's name, and fields."""

    reference: str
    value: str
    footprint: str
    fields: dict[str, str]
    fitted: bool


@dataclass(frozen=True, slots=True)
class Netlist:
    """All parts by reference, and all nets: name -> pins as "R1.2"."""

    parts: dict[str, Part]
    nets: dict[str, frozenset[str]]


def parse(text: str) -> list[Any]:
    """An S-expression as nested lists of strings."""
    stack: list[list[Any]] = [[]]
    for opening, closing, quoted, atom in _TOKEN.findall(text):
        if opening:
            stack.append([])
        elif closing:
            done = stack.pop()
            stack[-1].append(done)
        else:
            stack[-1].append(atom or quoted.replace('\\"', '"'))
    root: list[Any] = stack[0][0]
    return root


def children(node: list[Any], name: str) -> list[list[Any]]:
    """The lists inside `node` that begin with `name`."""
    return [child for child in node if isinstance(child, list) and child and child[0] == name]


def value(node: list[Any], name: str) -> str:
    """What stands behind `name` inside `node`; "" where nothing does."""
    found = children(node, name)
    return str(found[0][-1]) if found and len(found[0]) > 1 else ""


def text(schematic: Path = SCHEMATIC) -> str:
    """KiCad's own netlist of a schematic."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "board.net"
        export = ("kicad-cli", "sch", "export", "netlist", "--format", "kicadsexpr")
        run(*export, "-o", path, schematic)
        return path.read_text("utf-8")


@cache
def read() -> Netlist:
    """The netlist of the box board."""
    return from_text(text())


def from_text(content: str) -> Netlist:
    root = parse(content)
    parts = {
        part.reference: part
        for part in map(_part, children(children(root, "components")[0], "comp"))
    }
    nets = {
        value(net, "name"): frozenset(
            f"{value(node, 'ref')}.{value(node, 'pin')}" for node in children(net, "node")
        )
        for net in children(children(root, "nets")[0], "net")
    }
    return Netlist(parts, nets)


def _part(node: list[Any]) -> Part:
    fields = {}
    for field in [
        child for group in children(node, "fields") for child in children(group, "field")
    ]:
        fields[value(field, "name")] = str(field[-1]) if isinstance(field[-1], str) else ""
    marks = {value(mark, "name") for mark in children(node, "property")}
    return Part(
        value(node, "ref"),
        value(node, "value"),
        value(node, "footprint").partition(":")[2],
        fields,
        "dnp" not in marks,
    )
