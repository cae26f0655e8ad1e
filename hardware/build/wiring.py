"""Wiring by WireViz: from the pin table of `ems-appliance wiring`, and from the board's netlist."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from appliance.cli import header_picture as header
from appliance.cli.pin_map import connections
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

_PLUGS: dict[str, tuple[str, tuple[str, ...]]] = {
    "J2": ("screen", ("GND", "VCC", "SCL", "SDA", "RES", "DC", "CS")),
    "J3": ("output lamp", ("anode, long leg", "cathode")),
    "J4": ("CONFIRM and BACK", ("CONFIRM", "BACK", "both others")),
    "J5": ("STOP on the box", ("pole 1", "pole 1", "pole 2", "pole 2")),
    "J6": ("knob", ("A", "C, between A and B", "B", "switch", "switch")),
    "J7": ("hand-held lead", ("pole 2", "pole 2", "pole 1", "pole 1", "motor -", "motor +")),
    "J9": ("high voltage or lead A", ("1 in", "1 out", "2 in", "2 out")),
    "J12": ("stimulator board's PD2", ("PD2", "its ground")),
}
"""What hangs on each connector of the box board: name and the terminals, in the pins' order."""


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
        _join(harness, plug, part, terminals, wires, 2.0 if plug == "J7" else 0.25)
    return harness


def _header_harness() -> dict[str, Any]:
    """From the Pi's header to each part, for those who build without the board."""
    wires = [(wire.part, wire.pin) for wire in connections(Settings()) if wire.pin is not None]
    parts: dict[str, list[tuple[str, int]]] = {}
    for name, pin in wires:
        parts.setdefault(name.split(",")[0], []).append((name.split(", ")[-1], pin))
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
        _join(harness, "Pi", name, labels, labels, 0.25, [pin for _, pin in rows])
    return harness


def _ground(rows: Sequence[tuple[str, int]]) -> int:
    return header.nearest_ground(rows[0][1])


def _join(
    harness: dict[str, Any],
    plug: str,
    part: str,
    terminals: Sequence[str],
    signals: Sequence[str],
    length_m: float,
    pins: Sequence[int] | None = None,
) -> None:
    """Add a part, and a cable from `plug`, pin by pin; `pins` where they are not 1, 2, ..."""
    count = len(terminals)
    harness["connectors"][part] = {"pinlabels": list(terminals)}
    cable = f"W {part}"
    harness["cables"][cable] = {
        "wirecount": count,
        "length": length_m,
        "gauge": "0.5 mm2" if plug == "J9" else "0.14 mm2",
        "colors": _colours(signals),
    }
    ends = list(pins or range(1, count + 1))
    numbers = list(range(1, count + 1))
    harness["connections"].append([{plug: ends}, {cable: numbers}, {part: numbers}])


def _colours(signals: Sequence[str]) -> list[str]:
    left = iter(_COLOURS)
    return [_SUPPLY_COLOURS.get(signal.partition(",")[0]) or next(left) for signal in signals]
