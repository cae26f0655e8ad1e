"""The bench stage's board says what it is, and offers nothing to put on a body."""

import json
import zipfile
from functools import cache
from typing import Any

from hardware.build import netlist
from hardware.build.board import STAGE
from hardware.build.tools import BENCH_STAGE, HARDWARE

GENERATED = HARDWARE / "generated" / BENCH_STAGE.name
WARNING = "UNCERTIFIED - BENCH ONLY"
IN_NAMES = "UNCERTIFIED-BENCH-ONLY"
PLUGS = {"J1": "two cells", "J3": "K1's contact", "J4": "serial line", "J5": "STOP"}
AT_THE_LEADS = {"C11", "C12", "R50", "R51", "TP12", "TP13"}
HIGH_VOLTAGE = "HVR HVK HVB LS LG LB M1 M2 A1 A2 L1 L2 G1 G2 DIS LX"
LEAST_MM = 0.6
"""On an outer layer without lacquer, at 101 to 150 V, as the common table of IPC-2221 has it."""


@cache
def layout() -> list[Any]:
    return netlist.parse(STAGE.layout.read_text("utf-8"))


@cache
def drawn() -> netlist.Netlist:
    return netlist.from_text((GENERATED / STAGE.netlist).read_text("utf-8"))


def test_copper_and_silk_of_both_sides_say_what_it_is() -> None:
    texts = {
        (netlist.children(text, "layer")[0][1], text[1].partition(".")[0])
        for text in netlist.children(layout(), "gr_text")
    }
    assert {(layer, WARNING) for layer in ("F.Cu", "B.Cu", "F.SilkS", "B.SilkS")} <= texts


def test_every_name_of_a_file_for_a_maker_says_what_it_is() -> None:
    names = [STAGE.layout.name, STAGE.schematic.name, STAGE.fabrication, STAGE.picture]
    assert all(IN_NAMES in name for name in [*names, *STAGE.sides])
    with zipfile.ZipFile(GENERATED / STAGE.fabrication) as archive:
        assert len(archive.namelist()) > 10
        assert all(IN_NAMES in name for name in archive.namelist())


def test_nothing_leads_from_the_load_to_a_plug() -> None:
    parts = drawn().parts
    assert {name for name in parts if name.startswith("J")} == set(PLUGS)
    for net in ("L1", "L2"):
        assert {pin.partition(".")[0] for pin in drawn().nets[net]} <= AT_THE_LEADS
    assert parts["R50"].fitted and parts["R50"].value.startswith("1k")
    assert not parts["R51"].fitted


def test_every_part_stands_on_the_board_and_has_its_footprint() -> None:
    placed = {
        field[2]
        for footprint in netlist.children(layout(), "footprint")
        for field in netlist.children(footprint, "property")
        if field[1] == "Reference"
    }
    assert set(drawn().parts) <= placed
    assert all(part.footprint for part in drawn().parts.values())


def test_the_high_voltage_keeps_its_distance() -> None:
    """KiCad holds the distance; here stands that it is asked for, of every net that needs it."""
    settings = json.loads(STAGE.layout.with_suffix(".kicad_pro").read_text("utf-8"))
    nets = settings["net_settings"]
    asked = {row["pattern"] for row in nets["netclass_patterns"]}
    assert asked == set(HIGH_VOLTAGE.split())
    classes = {row["name"]: row["clearance"] for row in nets["classes"]}
    assert classes["High voltage"] >= LEAST_MM
