"""Parts and nets of a KiCad schematic, as a netlist that ngspice and the faults can take.

KiCad's own SPICE export wants a model in every symbol; the boards' symbols carry none. Their
references, values and nets are the schematic's; models.lib gives what a value behaves like.
"""

import itertools
import subprocess
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from hardware.spice.netlist import FOLDER, Package, Part, packages, read

MODELS = {
    "1N4148": "D1N4148",
    "BZX55C12": "DZ12",
    "74HCT14": "HCT14",
    "74HC4538": "HC4538",
    "74HC139": "HC139",
    "74HC00": "HC00",
    "74HC4053": "HC4053",
    "LM4040-4.1": "LM4040",
}
"""Value in a schematic to model, where they are not the same."""
HARDWARE = FOLDER.parent
PUMP = HARDWARE / "box-board" / "box-board.kicad_sch"
STAGE = next((HARDWARE / "output-stage-bench-only").glob("*.kicad_sch"))
STANDING_FOR = {"F1": "FUSE", "K1": "RELAY"}
"""Parts of the box board whose value names no model."""
ORDERS = {"Q": ("C", "B", "E"), "M": ("D", "G", "S"), "D": ("A", "K")}


class SchematicError(ValueError):
    """The schematic cannot be read, or has a part that no model is of."""


def _tree(schematic: Path) -> ElementTree.Element:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "netlist.xml")
        command = ["kicad-cli", "sch", "export", "netlist", "--format", "kicadxml"]
        ran = subprocess.run(
            [*command, "-o", str(out), str(schematic)], capture_output=True, text=True, check=False
        )
        if not out.exists():
            raise SchematicError(f"{schematic.name}: kicad-cli: {ran.stderr.strip()}")
        # kicad-cli wrote it just now.
        return ElementTree.parse(out).getroot()  # noqa: S314 # nosec B314


def _net(name: str) -> str:
    name = name.removeprefix("/")
    if name.startswith("unconnected-"):
        return "nc" + "".join(filter(str.isalnum, name.removeprefix("unconnected-"))).lower()
    return {"GND": "0", "+5V": "v5"}.get(name, name)


def _order(
    ref: str, kind: str, pins: dict[str, tuple[str, str]], package: Package | None
) -> list[str]:
    """Nets in the order of the model's pins: by function, by number, or by the pin's name."""
    if kind in ORDERS:
        by_function = {function: net for net, function in pins.values()}
        missing = [name for name in ORDERS[kind] if name not in by_function]
        if missing:
            raise SchematicError(f"{ref}: no pin {missing[0]}")
        return [by_function[name] for name in ORDERS[kind]]
    if package is not None:
        unused = (f"nc{ref}{number}".lower() for number in itertools.count(1))
        return [
            pins[key][0] if key in pins else next(unused)
            for key in (
                name if name in pins else str(number)
                for number, name in enumerate(package.pins, start=1)
            )
        ]
    return [pins[number][0] for number in ("1", "2")]


def parts(schematic: Path, kinds: dict[str, str], values: dict[str, str]) -> tuple[Part, ...]:
    """The parts named in `kinds`: reference to the letter that SPICE wants before it.

    `values` takes the place of what the schematic says, for parts with no model of their own.
    Raises `SchematicError`.
    """
    root = _tree(schematic)
    found = {one.get("ref"): one.findtext("value", "") for one in root.find("components") or ()}
    pins: dict[str, dict[str, tuple[str, str]]] = {}
    for net in root.find("nets") or ():
        for node in net:
            ref, pin = node.get("ref", ""), node.get("pin", "")
            pins.setdefault(ref, {})[pin] = (_net(net.get("name", "")), node.get("pinfunction", ""))
    known = packages()
    made = []
    for ref, kind in kinds.items():
        if ref not in found:
            raise SchematicError(f"{schematic.name}: no part {ref}")
        value = values.get(ref) or MODELS.get(found[ref], found[ref])
        if kind == "X" and value not in known:
            raise SchematicError(f"{schematic.name}: {ref}: no model of {value}")
        nets = _order(ref, kind, pins[ref], known[value] if kind == "X" else None)
        made.append(Part(ref if ref.startswith(kind) else kind + ref, tuple(nets), value))
    return tuple(made)


def same(schematic: Path, circuit: str) -> list[str]:
    """Where a schematic and a netlist of this folder differ, part by part.

    Raises `SchematicError`.
    """
    simulated = read(FOLDER / circuit)
    kinds = {part.ref[1:] if part.ref[1].isalpha() else part.ref: part.ref[0] for part in simulated}
    drawn = parts(schematic, kinds, STANDING_FOR if circuit == "pump.cir" else {})
    return [
        f"{one.ref}: simulated {one.line()}; drawn {other.line()}"
        for one, other in zip(simulated, drawn, strict=True)
        if not _agree(one, other, simulated)
    ]


def _agree(one: Part, other: Part, simulated: tuple[Part, ...]) -> bool:
    """Nets that reach no second pin may be called anything."""

    def is_alone(net: str) -> bool:
        return sum(part.nets.count(net) for part in simulated) == 1

    nets = all(
        mine.upper() == his.upper() or (is_alone(mine) and his.startswith("nc"))
        for mine, his in zip(one.nets, other.nets, strict=True)
    )
    return nets and one.ref == other.ref and one.value == other.value
