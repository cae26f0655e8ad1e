"""Wiring by WireViz: from the pin table of `ems-appliance wiring`, and from the board's netlist."""

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from appliance.cli import header_picture as header
from appliance.cli.pin_map import Connection, connections
from appliance.settings.model import Settings
from hardware.build import netlist, tidy
from hardware.build.tools import run

_COLOURS = ("YE", "GN", "BU", "WH", "VT", "GY", "BN")
_SUPPLY_COLOURS = {
    "GND": "BK",
    "ground": "BK",
    "+5V": "RD",
    "5 V": "RD",
    "+3V3": "OG",
    "3.3 V": "OG",
}
"""Ground is black in every cable; a supply is red or orange."""
_SIGNAL_COLOURS = {
    "STOP_1": "YE",
    "STOP_1_HAND": "GN",
    "STOP_2": "BU",
    "VK": "BU",
    "STOP_2_HAND": "WH",
    "MOTOR_PLUS": "RD",
    "SCL": "YE",
    "SDA": "GN",
}
"""What has one colour in every cable: the poles of STOP on the box and in the hand, the I2C wires
with the board and without."""
_SHORT_M, _HAND_M = 0.25, 2.0

_PLUGS: dict[str, tuple[str, tuple[str, ...]]] = {
    "J2": ("screen", ("GND", "VCC", "SCL or CLK", "SDA or DIN", "RES", "DC", "CS")),
    "J3": ("output lamp", ("anode, long leg", "cathode")),
    "J4": ("CONFIRM and BACK", ("CONFIRM", "BACK", "both others")),
    "J5": ("STOP on the box", ("pole 1", "pole 1", "pole 2", "pole 2")),
    "J6": ("knob", ("A", "C, between A and B", "B", "switch", "switch")),
    "J7": ("hand-held lead", ("pole 2", "pole 2", "pole 1", "pole 1", "motor -", "motor +")),
    "J9": ("high voltage or lead A", ("1 in", "1 out", "2 in", "2 out")),
    "J12": ("stimulator board's PD2", ("PD2", "its ground")),
}
"""What hangs on each connector of the box board: name and the terminals, in the pins' order."""

HAND_PLUG = (2, 1, 5, 6, 3, 4)
"""Pin of the hand-held lead's plug for each pin of J7. Motor plus, 4, has the grounds 3 and 5
beside it and not pole 2, 1 and 2: in a ring of six pins, and in a ring of five round pin 6."""


def make(out: Path) -> None:
    """Both harnesses, as drawings and as lists of what is needed."""
    _draw(out, "box-board", _board_harness())
    _draw(out, "pi-header", _header_harness())


def _draw(out: Path, name: str, harness: dict[str, Any]) -> None:
    harness["options"] = {"fontname": "DejaVu Sans"}
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / f"{name}.yml"
        source.write_text(yaml.safe_dump(harness, sort_keys=False), "utf-8")
        run("wireviz", "-f", "st", "-o", folder, source)
        drawing = (Path(folder) / f"{name}.svg").read_text("utf-8")
        (out / f"{name}.svg").write_text(tidy.text(drawing), "utf-8")
        (out / f"{name}.tsv").write_text(
            (Path(folder) / f"{name}.bom.tsv").read_text("utf-8"), "utf-8"
        )


def _board_harness() -> dict[str, Any]:
    """From each connector of the box board to its part."""
    nets = {pin: name for name, pins in netlist.read().nets.items() for pin in pins}
    harness: dict[str, Any] = {"connectors": {}, "cables": {}, "connections": []}
    for plug, (part, terminals) in _PLUGS.items():
        wires = [nets[f"{plug}.{pin}"] for pin in range(1, len(terminals) + 1)]
        crimped = plug not in ("J9", "J12")
        kind = f"XHP-{len(wires)} with SXH-001T-P0.6" if crimped else "screw clamp, 5.08 mm"
        harness["connectors"][plug] = {"type": kind, "pinlabels": wires}
        _join(harness, plug, part, terminals, wires, part_pins=HAND_PLUG if plug == "J7" else None)
    part, terminals = _PLUGS["J7"]
    wires = harness["connectors"]["J7"]["pinlabels"]
    harness["connectors"][part]["type"] = "GX16-6, socket and plug"
    _join(harness, part, "grip", terminals, wires, HAND_PLUG, length_m=_HAND_M)
    return harness


def _header_harness() -> dict[str, Any]:
    """From the Pi's header to each part, for those who build without the board."""
    parts: dict[str, list[tuple[str, int]]] = {}
    for wire in connections(Settings()):
        if wire.pin is not None:
            parts.setdefault(wire.part.split(",")[0], []).append((_label(wire), wire.pin))
    parts.setdefault("screen and clock", []).append(("3.3 V", 1))
    parts["STOP, pole 1"] = [*parts.pop("STOP"), ("3.3 V, through R13", 17)]
    parts["STOP, pole 2, and enable relay"] = [("5 V, through F1", 2)]
    grounded = {name: [*rows, ("ground", _ground(rows))] for name, rows in parts.items()}
    used = sorted({pin for rows in grounded.values() for _, pin in rows})
    harness: dict[str, Any] = {
        "connectors": {"Pi": {"type": "40-pin header", "subtype": "female", "pins": used}},
        "cables": {},
        "connections": [],
    }
    harness["connectors"]["Pi"]["pinlabels"] = [header.PINS[pin - 1] for pin in used]
    for name, rows in grounded.items():
        labels = [label for label, _ in rows]
        _join(harness, "Pi", name, labels, labels, [pin for _, pin in rows])
    return harness


def _label(wire: Connection) -> str:
    """What a wire is called at its part: with the resistor in it, where the pin table has one."""
    resistor = re.search(r"\b\d+ Ω", wire.wiring)
    return wire.part.split(", ")[-1] + (f", through {resistor[0]}" if resistor else "")


def _ground(rows: Sequence[tuple[str, int]]) -> int:
    return header.nearest_ground(rows[0][1])


def _join(
    harness: dict[str, Any],
    plug: str,
    part: str,
    terminals: Sequence[str],
    signals: Sequence[str],
    pins: Sequence[int] | None = None,
    part_pins: Sequence[int] | None = None,
    length_m: float = _SHORT_M,
) -> None:
    """Add a part, and a cable from `plug`, pin by pin; pins where they are not 1, 2, ..."""
    count = len(terminals)
    numbers = list(range(1, count + 1))
    ends, part_ends = list(pins or numbers), list(part_pins or numbers)
    harness["connectors"][part] = {"pins": part_ends, "pinlabels": list(terminals)}
    cable = f"W {part}"
    harness["cables"][cable] = {
        "wirecount": count,
        "length": length_m,
        "gauge": "0.5 mm2" if plug == "J9" else "0.14 mm2",
        "colors": _colours(signals),
    }
    harness["connections"].append([{plug: ends}, {cable: numbers}, {part: part_ends}])


def _colours(signals: Sequence[str]) -> list[str]:
    known = {**_SUPPLY_COLOURS, **_SIGNAL_COLOURS}
    fixed = [known.get(signal.partition(",")[0]) for signal in signals]
    left = (colour for colour in _COLOURS if colour not in fixed)
    return [colour or next(left) for colour in fixed]
