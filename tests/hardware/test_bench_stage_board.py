"""The bench stage's board says what it is, and offers nothing to put on a body."""

import csv
import io
import json
import zipfile
from functools import cache
from typing import Any

from hardware.build import netlist, stage_parts
from hardware.build.board import STAGE, STAGE_PARTS
from hardware.build.tools import BENCH_STAGE, HARDWARE
from hardware.spice.faults import label
from hardware.spice.netlist import FOLDER, read

GENERATED = HARDWARE / "generated" / BENCH_STAGE.name
WARNING = "UNCERTIFIED - BENCH ONLY"
IN_NAMES = "UNCERTIFIED-BENCH-ONLY"
PLUGS = {"J1": "two cells", "J3": "K1's contact", "J4": "serial line", "J5": "STOP"}
AT_THE_LEADS = {"C11", "C12", "R50", "R51", "TP12", "TP13"}
HIGH_VOLTAGE = "HVR HVK HVB LS LG LB M1 M2 A1 A2 L1 L2 G1 G2 DIS LX"
BESIDE_THE_SIMULATED = {
    "CS": {"R63"},
    "HVK": {"J3"},
    "HVR": {"C31", "D8", "D9", "J3", "R55"},
    "L1": {"R50", "R51"},
    "L2": {"R50", "R51"},
    "PD3": {"M11"},
}
"""What else is on a net of the simulated circuit, but for supplies, the Nano and test points."""
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


def test_no_other_part_hangs_on_a_net_that_is_simulated() -> None:
    """Two places of the drawing that call their nets alike would be joined, unseen by SPICE."""
    simulated = {label(part) for part in read(FOLDER / "stage.cir")}
    for net, pins in drawn().nets.items():
        parts = {pin.partition(".")[0] for pin in pins}
        if net in ("GND", "+5V") or not parts & simulated:
            continue
        others = {name for name in parts - simulated if not name.startswith(("TP", "A"))}
        assert others == BESIDE_THE_SIMULATED.get(net, set()), net


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


def test_the_list_of_parts_is_what_the_schematic_says() -> None:
    assert (GENERATED / STAGE_PARTS).read_text("utf-8") == stage_parts.table(drawn())


def test_the_list_of_parts_has_a_row_for_each_part_and_each_row_can_be_bought_from() -> None:
    rows = list(csv.DictReader(io.StringIO((GENERATED / STAGE_PARTS).read_text("utf-8"))))
    listed = {reference: row for row in rows for reference in row["reference"].split()}
    assert listed.keys() == drawn().parts.keys()
    for row in rows:
        references = row["reference"].split()
        fitted = [name for name in references if drawn().parts[name].fitted]
        assert int(row["quantity"]) == len(fitted), row["reference"]
        assert row["must_have"] and row["substitute"], row["reference"]
        for supplier, order in (("supplier_1", "order_1"), ("supplier_2", "order_2")):
            has_number = row[supplier] != stage_parts.NOT_VERIFIED
            assert has_number == bool(row[order]), row["reference"]


def test_both_lists_of_parts_have_the_same_columns() -> None:
    with (HARDWARE / "parts.csv").open(encoding="utf-8") as file:
        assert next(csv.reader(file)) == list(stage_parts.COLUMNS)
