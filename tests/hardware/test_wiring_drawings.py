"""The drawings of the cables: resistors that the pin table asks for, colours, the hand's plug."""

import re
from html import unescape
from pathlib import Path

import pytest

from appliance.cli.pin_map import connections
from appliance.settings.model import Settings
from hardware.build import netlist

pytest.importorskip("yaml", reason="pyyaml is not installed: pip install -e '.[hardware]'")

from hardware.build import wiring

HARDWARE = Path(__file__).parents[2] / "hardware"
GENERATED = HARDWARE / "generated"


@pytest.fixture(scope="module")
def board() -> netlist.Netlist:
    return netlist.from_text((GENERATED / "board/box-board.net").read_text("utf-8"))


def words(drawing: str) -> list[str]:
    """All texts of a drawing, in the order in which it has them."""
    text = (GENERATED / "wiring" / f"{drawing}.svg").read_text("utf-8")
    return [unescape(found).strip() for found in re.findall(r"<text[^>]*>([^<]*)</text>", text)]


def colours(drawing: str) -> dict[str, str]:
    """The colour of the wire at each end that the drawing names: "J7:1:STOP_2_HAND" -> "WH"."""
    said = words(drawing)
    joined = zip(said, said[1:], said[2:], strict=False)
    rows = [(a, middle.partition(":")[2], b) for a, middle, b in joined if ":" in middle]
    return {end: colour for a, colour, b in rows if len(colour) == 2 for end in (a, b)}


@pytest.mark.parametrize("part", ["output lamp", "buzzer"])
def test_the_drawing_for_the_bare_header_has_the_resistor_that_the_pin_table_asks_for(part: str):
    wire = next(wire for wire in connections(Settings()) if wire.part == part)
    resistor = re.search(r"\d+ Ω", wire.wiring)
    assert resistor and f"{part}, through {resistor[0]}" in words("pi-header")


def test_a_pole_of_stop_has_one_pair_of_colours_in_every_cable():
    found = colours("box-board")
    assert found["J5:2:STOP_1_HAND"] == found["J7:4:STOP_1_HAND"] == found["grip:4:pole 1"]
    assert found["J5:4:STOP_2_HAND"] == found["J7:1:STOP_2_HAND"] == found["grip:1:pole 2"]
    assert found["J5:3:STOP_2"] == found["J7:2:VK"] == found["grip:2:pole 2"]


def test_the_i2c_wires_have_the_same_colours_with_and_without_the_board():
    with_board, without = colours("box-board"), colours("pi-header")
    assert with_board["J2:3:SCL"] == without["screen and clock:2:SCL"]
    assert with_board["J2:4:SDA"] == without["screen and clock:1:SDA"]


def test_the_page_has_the_hand_held_leads_plug_as_the_drawing_has_it():
    page = (HARDWARE / "guide/09-leads-and-panel.md").read_text("utf-8")
    plug, board_pins = (
        [int(number) for number in re.findall(r"\d+", line.partition(f"| {name} |")[2])]
        for name in ("plug", "J7")
        for line in page.splitlines()
        if f"| {name} |" in line and re.search(r"\d \|$", line)
    )
    assert dict(zip(plug, board_pins, strict=True)) == {
        pin: number for number, pin in enumerate(wiring.HAND_PLUG, 1)
    }


@pytest.mark.parametrize("ring", [(1, 2, 3, 4, 5, 6), (1, 2, 3, 4, 5)])
def test_in_the_hand_held_leads_plug_only_grounds_stand_beside_motor_plus(
    board: netlist.Netlist, ring: tuple[int, ...]
):
    nets = {
        pin: next(net for net, pins in board.nets.items() if f"J7.{number}" in pins)
        for number, pin in enumerate(wiring.HAND_PLUG, 1)
    }
    place = next(index for index, pin in enumerate(ring) if nets[pin] == "MOTOR_PLUS")
    beside = {nets[ring[place - 1]], nets[ring[(place + 1) % len(ring)]]}
    assert beside == {"GND"}
    assert nets[6] not in {"STOP_2_HAND", "VK"}
