"""What is bought, printed and wired by hand agrees with the schematic and keeps the sides apart."""

import csv
import zipfile
from collections.abc import Iterable
from itertools import product
from pathlib import Path
from xml.etree import ElementTree

import pytest

from appliance.screen.examples.shipped import shipped
from appliance.therapy import pad_table
from hardware.build import case, compare, guide, netlist, perfboard, tidy

Hole = tuple[int, int]
HARDWARE = Path(__file__).parents[2] / "hardware"
GENERATED = HARDWARE / "generated"
BARRIER_MM = 8.0
COLUMNS = (
    *("reference", "quantity", "value", "manufacturer", "number"),
    *("supplier_1", "order_1", "supplier_2", "order_2", "must_have", "substitute"),
)


@pytest.fixture(scope="module", autouse=True)
def board() -> netlist.Netlist:
    """The committed netlist, in place of one that KiCad would have to make."""
    read = netlist.from_text((GENERATED / "board/box-board.net").read_text("utf-8"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(netlist, "read", lambda: read)
        yield read


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with (HARDWARE / "parts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_parts_csv_has_its_columns_and_no_empty_reason(rows: list[dict[str, str]]):
    assert tuple(rows[0]) == COLUMNS
    for row in rows:
        assert row["must_have"] and row["substitute"], row["reference"]
        assert row["supplier_1"] and row["supplier_2"], f"{row['reference']}: say 'not verified'"


def test_what_the_pages_take_in_hand_is_in_the_list(rows: list[dict[str, str]]):
    listed = {row["reference"]: int(row["quantity"]) for row in rows}
    taken = {"CAP-JP1": 1, "CELL": 1, "KNOB-CAP": 1, "GRIP": 1, "USB-POWER": 1, "PLUG-LEAD": 4}
    assert taken.items() <= listed.items()
    assert listed["PLUG-LEAD"] == listed["SOCKET"] == 2 * listed["LEADS"]


def test_the_pads_to_buy_are_those_of_the_placements(rows: list[dict[str, str]]):
    listed = {
        row["reference"].removeprefix("PADS-"): int(row["quantity"])
        for row in rows
        if row["reference"].startswith("PADS-")
    }
    wanted = pad_table.to_buy(pad_table.rows_of(shipped().placements))
    assert listed == {size.replace("×", "x"): count for size, count in wanted.items()}
    assert all(
        row["value"] == f"pad, self-adhesive, {size.replace('x', ' x ')} cm"
        for row in rows
        for size in listed
        if row["reference"] == f"PADS-{size}"
    )


def test_parts_csv_says_what_the_schematic_says(rows: list[dict[str, str]], board: netlist.Netlist):
    listed = {}
    for row in rows:
        named = [r for r in row["reference"].split() if r in board.parts]
        fitted = [r for r in named if board.parts[r].fitted]
        assert not named or int(row["quantity"]) == len(fitted), row["reference"]
        for reference in named:
            listed[reference] = (row["value"], row["manufacturer"], row["number"], row["must_have"])
    drawn = {
        part.reference: (
            part.value,
            *(part.fields[name] for name in ("Manufacturer", "MPN", "Must have")),
        )
        for part in board.parts.values()
        if part.fields.get("MPN")
    }
    assert listed == drawn


def test_each_part_is_soldered_in_one_stage(board: netlist.Netlist):
    staged = [reference for _, words in guide.STAGES for reference in guide.references(words)]
    fitted = {p.reference for p in board.parts.values() if p.fitted and p.fields.get("MPN")}
    assert sorted(staged) == sorted(fitted)


def test_the_perfboards_wires_join_exactly_what_the_schematic_joins(board: netlist.Netlist):
    placed = perfboard.holes()
    groups = joined_holes(wire for wires in perfboard.wires().values() for wire in wires)
    for a, b in product(placed, placed):
        same = any({a, b} <= pins for pins in board.nets.values()) or a == b
        assert (placed[b] in groups[placed[a]]) == same, f"{a}, {b}"


@pytest.mark.parametrize(
    ("net", "pins"),
    [("RESERVOIR", ("R11.1", "R12.1", "IC2.2")), ("THRESHOLD", ("R21.2", "R22.2", "IC2.3"))],
)
def test_any_one_wire_of_the_perfboard_may_break_and_both_resistors_stay_at_the_comparator(
    board: netlist.Netlist, net: str, pins: tuple[str, ...]
):
    placed = perfboard.holes()
    assert set(pins) <= board.nets[net]
    every = [wire for wires in perfboard.wires().values() for wire in wires]
    for broken in every:
        groups = joined_holes(wire for wire in every if wire != broken)
        assert {placed[pin] for pin in pins} <= groups[placed[pins[0]]], f"{broken} is broken"


def joined_holes(wires: Iterable[tuple[Hole, Hole]]) -> dict[Hole, set[Hole]]:
    """Each used hole of the perfboard, and the holes that the wires join to it."""
    used = (*perfboard.holes().values(), *perfboard.TERMINALS.values())
    groups = {hole: {hole} for hole in used}
    for a, b in wires:
        joined = groups[a] | groups[b]
        for hole in joined:
            groups[hole] = joined
    return groups


def test_the_case_keeps_8_mm_between_all_metal_of_the_two_sides():
    metal = case.metal(case.read_echoes((GENERATED / "case/parts.echo").read_text("utf-8")))
    pi, lead = ([part for part in metal if part.side == side] for side in ("pi", "lead"))
    assert pi and lead and len(pi) + len(lead) == len(metal)
    for a, b in product(pi, lead):
        assert a.distance_mm(b) >= BARRIER_MM, f"{a.name}, {b.name}"


def test_parts_of_one_side_of_the_case_that_hold_still_do_not_collide():
    metal = case.metal(case.read_echoes((GENERATED / "case/parts.echo").read_text("utf-8")))
    mated = ("screws", "Pi Zero", "plug")
    bulky = [part for part in metal if not any(word in part.name for word in mated)]
    for index, a in enumerate(bulky):
        for b in bulky[index + 1 :]:
            assert a.distance_mm(b) > 0, f"{a.name}, {b.name}"


def test_the_plugs_of_one_lead_fit_into_no_socket_of_a_and_one_of_b_at_once():
    places = lead_sockets()
    apart = abs(places["A, 2"] - places["A, 1"])
    assert apart == abs(places["B, 2"] - places["B, 1"])
    page = (HARDWARE / "guide/09-leads-and-panel.md").read_text("utf-8")
    assert f"at the distance of their sockets, {apart} mm" in page
    for a, b in product(("A, 1", "A, 2"), ("B, 1", "B, 2")):
        assert abs(places[b] - places[a]) - apart >= 2, f"{a}, {b}"


def test_the_labels_of_both_pairs_of_sockets_fit_beside_each_other():
    places = lead_sockets()
    sheet = ElementTree.parse(GENERATED / "labels/labels.svg").getroot()
    cut = [shape.attrib for shape in sheet.iter() if shape.get("class") == "cut"]
    holes = [float(shape["cx"]) for shape in cut if "cx" in shape]
    assert len(holes) == len(places)
    for pair in (holes[:2], holes[2:]):
        assert pair[1] - pair[0] == places["A, 2"] - places["A, 1"]
        label = next(
            shape
            for shape in cut
            if "x" in shape
            and float(shape["x"]) + 4 < pair[0] < pair[1] < _right(shape) - 4
            and float(shape["height"]) > 8
            and float(shape["width"]) <= places["B, 1"] - places["A, 1"]
        )
        assert label


def _right(shape: dict[str, str]) -> float:
    return float(shape["x"]) + float(shape["width"])


def lead_sockets() -> dict[str, float]:
    """The place of each lead socket along its wall, in millimetres."""
    said = case.read_echoes((GENERATED / "case/parts.echo").read_text("utf-8"))
    return {row[2]: row[3][0] for row in said if row[:2] == ("HOLE", "right")}


def test_a_file_that_differs_only_in_times_is_not_stale(tmp_path: Path):
    packed = []
    for name, time in (("one", "2026-11-28T06:11:37+00:00"), ("other", "2027-01-01T00:00:00Z")):
        path = tmp_path / f"{name}.zip"
        tidy.pack(path, {"board.gtl": tidy.text(f"%TF.CreationDate,{time}*%\nX1Y2D01*\n")})
        packed.append(path)
    assert compare.same(packed[0], packed[0])
    with zipfile.ZipFile(packed[0]) as archive:
        assert b"2026-11-28" not in archive.read("board.gtl")


def test_a_file_with_another_track_is_stale(tmp_path: Path):
    for name, track in (("one", "X1Y2D01*"), ("other", "X1Y3D01*")):
        tidy.pack(tmp_path / f"{name}.zip", {"board.gtl": track})
    assert not compare.same(tmp_path / "one.zip", tmp_path / "other.zip")
