"""The box board: its netlist is the documented circuit, its layout keeps the sides apart."""

import json
import runpy
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from itertools import product
from math import dist
from pathlib import Path
from types import SimpleNamespace

import pytest

from appliance.cli import header_picture as header
from appliance.cli.pin_map import connections
from appliance.settings.model import Settings
from hardware.build import layout, netlist
from hardware.build.layout import Copper, Pad

HARDWARE = Path(__file__).parents[2] / "hardware"
GENERATED = HARDWARE / "generated"

PUMP = {
    "PUMP_A": "IC1.2 IC1.3 R5.1",
    "PUMP_B": "IC1.4 R6.1",
    "PUMP_A1": "R5.2 C11.1",
    "PUMP_B1": "R6.2 C12.1",
    "PUMP_A2": "C11.2 D1.1 D2.2",
    "PUMP_B2": "C12.2 D3.1 D4.2",
    "RESERVOIR": "D2.1 D4.1 C2.1 R11.1 R12.1 IC2.2 TP1.1",
    "THRESHOLD": "R21.2 R22.2 R3.1 IC2.3 TP2.1",
    "COMP_OUT": "IC2.1 R8.1",
    "T1_BASE": "R8.2 R7.2 T1.2",
    "VK": "J7.2 R7.1 R33.1 T1.3 TP5.1",
    "COIL": "T1.1 K1.A1 K2.A1 D5.1 R9.1 TP3.1",
    "READ_BACK": "R9.2 R10.1 J1.37",
    "ENABLE": "J1.18 R4.1 IC1.1",
}
GROUNDED = "D1.2 D3.2 D5.2 C2.2 R11.2 R12.2 R3.2 R4.2 R10.2 K1.A2 K2.A2 IC1.7 IC2.4 IC1.5 IC1.9"
NETS_OF_PARTS = {
    "STOP": "STOP",
    "CONFIRM": "CONFIRM",
    "BACK": "BACK",
    "knob A": "KNOB_A",
    "knob B": "KNOB_B",
    "knob press": "KNOB_PRESS",
    "output lamp": "LAMP",
    "buzzer": "GPIO18",
    "enable line": "ENABLE",
    "screen and clock, SDA": "SDA",
    "screen and clock, SCL": "SCL",
}
"""The board's net for each part of the pin table."""
BARRIER_MM = 8.0
READ_BACK_PIN = 26


@pytest.fixture(scope="module")
def board() -> netlist.Netlist:
    return netlist.from_text((GENERATED / "board/box-board.net").read_text("utf-8"))


@pytest.fixture(scope="module")
def pump() -> SimpleNamespace:
    return SimpleNamespace(**runpy.run_path(str(HARDWARE / "enable_pump.py")))


@pytest.mark.parametrize("net", PUMP)
def test_the_pumps_nets_are_the_documented_ones(board: netlist.Netlist, net: str):
    assert board.nets[net] == set(PUMP[net].split())


def test_what_the_pump_has_at_ground_is_at_ground(board: netlist.Netlist):
    assert set(GROUNDED.split()) <= board.nets["GND"]


def test_the_coil_is_fed_through_the_second_pole_of_stop_alone(board: netlist.Netlist):
    supply = board.nets["VK"]
    assert {pin for pin in supply if pin.startswith("J")} == {"J7.2"}
    for part in {pin.partition(".")[0] for pin in supply} - {"J7"}:
        nets = {name for name, pins in board.nets.items() if any(_is_of(pin, part) for pin in pins)}
        assert nets.isdisjoint({"+5V", "+3V3"}), part
    # The box's own switch comes before the one in the hand.
    assert board.nets["STOP_2_HAND"] == {"J5.4", "J7.1"}


def test_the_pumps_values_are_those_that_were_calculated(
    board: netlist.Netlist, pump: SimpleNamespace
):
    assert _ohm(board, "R11") / 2 == _ohm(board, "R12") / 2 == pump.R1_OHM
    assert _ohm(board, "R21") / 2 == _ohm(board, "R22") / 2 == pump.R2_OHM
    assert _ohm(board, "R3") == pump.R3_OHM
    assert _ohm(board, "R8") == pump.R_BASE_OHM
    assert {board.parts[c].value for c in ("C11", "C12")} == {"1u"}
    assert (pump.C1_F, pump.C2_F, board.parts["C2"].value) == (1.0e-6, 47e-9, "47n")


def test_the_read_back_shows_a_held_relay_and_never_more_than_the_pi_bears(board: netlist.Netlist):
    share = _ohm(board, "R10") / (_ohm(board, "R9") + _ohm(board, "R10"))
    assert 4.1 * share > 2.0
    assert 5.25 * share < 3.3


def test_the_header_carries_what_the_pin_table_says(board: netlist.Netlist):
    for wire in connections(Settings()):
        if wire.part in NETS_OF_PARTS:
            assert f"J1.{wire.pin}" in board.nets[NETS_OF_PARTS[wire.part]], wire.part


def test_the_amplifiers_place_carries_what_its_table_says(board: netlist.Netlist):
    table = (HARDWARE / "wiring.md").read_text("utf-8").split("<!-- amplifier: begin -->")[1]
    lines = table.split("<!--")[0].strip().splitlines()[2:]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert [name for name, *_ in rows] == ["LRC", "BCLK", "DIN", "GAIN", "SD", "GND", "VIN"]
    for number, (name, bcm, pin, _) in enumerate(rows, 1):
        joined = {pin for pins in board.nets.values() if f"J8.{number}" in pins for pin in pins}
        assert not pin or f"J1.{pin}" in joined, name
        assert not bcm or header.physical_pin(int(bcm)) == int(pin), name


def test_with_the_buzzer_on_its_other_pin_no_default_is_one_of_the_amplifiers():
    assert {wire.bcm for wire in connections(Settings())} & {18, 19, 20, 21} == {18}


def test_the_headers_grounds_and_supplies_are_the_pis(board: netlist.Netlist):
    for pin, name in enumerate(header.PINS, start=1):
        net = {"GND": "GND", "5V": "+5V", "3V3": "+3V3"}.get(name)
        assert net is None or f"J1.{pin}" in board.nets[net]


def test_the_read_back_has_a_pin_that_nothing_else_uses(board: netlist.Netlist):
    taken = {wire.bcm for wire in connections(Settings()) if "read-back" not in wire.part}
    i2s = {18, 19, 20, 21}
    assert READ_BACK_PIN not in taken | i2s
    assert f"J1.{header.physical_pin(READ_BACK_PIN)}" in board.nets["READ_BACK"]


def test_no_plug_fits_in_two_places(board: netlist.Netlist):
    sizes = [board.parts[f"J{number}"].footprint for number in range(2, 8)]
    assert len(set(sizes)) == len(sizes)


def test_in_the_hand_held_leads_plug_the_motor_lies_beside_ground_only(board: netlist.Netlist):
    assert "J7.6" in board.nets["MOTOR_PLUS"]
    assert "J7.5" in board.nets["GND"]


def test_only_four_parts_stand_on_both_sides(board: netlist.Netlist):
    sides: dict[str, set[bool]] = {}
    for net, pins in board.nets.items():
        for pin in pins:
            sides.setdefault(pin.partition(".")[0], set()).add(_is_lead(net))
    assert {part for part, side in sides.items() if len(side) == 2} == {
        *("K1", "K2", "IC4", "IC5", "PS1"),
    }


def test_8_mm_lie_between_the_copper_of_the_two_sides():
    lead, pi = (list(_spots(side)) for side in (True, False))
    leftmost, rightmost = min(x - w for x, _, w, _ in lead), max(x + w for x, _, w, _ in pi)
    lead = [spot for spot in lead if spot[0] - spot[2] - rightmost < BARRIER_MM]
    pi = [spot for spot in pi if leftmost - spot[0] - spot[2] < BARRIER_MM]
    nearest = min((_gap(a, b) for a, b in product(lead, pi)), default=BARRIER_MM)
    assert nearest >= BARRIER_MM


def test_8_mm_lie_between_the_ground_plane_and_the_lead_side():
    plane = max(x for x, _ in _plane())
    for x, _, half, _ in _spots(True):
        assert x - half - plane >= BARRIER_MM


def _is_of(pin: str, part: str) -> bool:
    return pin.partition(".")[0] == part


def _ohm(board: netlist.Netlist, reference: str) -> float:
    value = board.parts[reference].value
    return float(value.removesuffix("k")) * (1e3 if value.endswith("k") else 1)


@cache
def _is_lead(net: str) -> bool:
    project = json.loads((HARDWARE / "box-board/box-board.kicad_pro").read_text("utf-8"))
    patterns = project["net_settings"]["netclass_patterns"]
    return any(fnmatchcase(net, pattern["pattern"]) for pattern in patterns)


def _spots(lead: bool) -> Iterator[tuple[float, float, float, float]]:
    """All copper of a side as boxes: middle, half width, half height. Tracks are cut into bits."""
    nets = {net for net in _all_nets() if _is_lead(net) == lead}
    for footprint in layout.footprints().values():
        for pad in footprint.pads:
            if pad.net in nets:
                yield _box(pad)
    for track in layout.copper():
        if track.net in nets:
            yield from _bits(track)


def _all_nets() -> set[str]:
    pads = {pad.net for part in layout.footprints().values() for pad in part.pads}
    return (pads | {track.net for track in layout.copper()}) - {""}


def _box(pad: Pad) -> tuple[float, float, float, float]:
    return pad.x, pad.y, pad.half_width, pad.half_height


def _bits(track: Copper) -> Iterator[tuple[float, float, float, float]]:
    steps = int(dist((track.x1, track.y1), (track.x2, track.y2))) + 1
    for step in range(steps + 1):
        share = step / steps
        yield (
            track.x1 + share * (track.x2 - track.x1),
            track.y1 + share * (track.y2 - track.y1),
            track.width / 2,
            track.width / 2,
        )


def _gap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> float:
    across = max(0.0, abs(a[0] - b[0]) - a[2] - b[2])
    along = max(0.0, abs(a[1] - b[1]) - a[3] - b[3])
    return float((across**2 + along**2) ** 0.5)


def _plane() -> Iterator[tuple[float, float]]:
    left, top = layout.origin()
    for zone in netlist.children(layout.board(), "zone"):
        for filled in netlist.children(zone, "filled_polygon"):
            for _, x, y in netlist.children(netlist.children(filled, "pts")[0], "xy"):
                yield float(x) - left, float(y) - top
