"""Every trouble of the menu, caused while a stage runs, and where it leads."""

from collections.abc import Iterator

import pytest

from appliance.front_panel.menu import ALL_RIGHT
from appliance.front_panel.troubles import TROUBLES
from appliance.session.notes import StateEntered
from appliance.session.state import State
from appliance.virtual_box.box import VirtualBox
from tests.front_panel.desk import Desk, desk_in, start_stage

LEADS_TO = {
    "cable_out": (State.FAULT, "board_lost"),
    "silent": (State.FAULT, "board_silent"),
    "deaf": (State.FAULT, "board_silent"),
    "garbage": (State.FAULT, "board_silent"),
    "wrong_echo": (State.FAULT, "board_silent"),
    "too_strong": (State.FAULT, "board_too_strong"),
    "too_weak": (State.FAULT, "board_too_weak"),
    "another_board": (State.FAULT, "board_reset"),
    "reset": (State.FAULT, "board_reset"),
    "brown_out": (State.FAULT, "board_brown_out"),
    "hang": (State.FAULT, "board_watchdog"),
    "lead_a_open": (State.CONTACT_LOST, None),
    "lead_a_lifting": (State.STIMULATING, None),
    "lead_a_shorted": (State.STIMULATING, None),
    "lead_b_open": (State.CONTACT_LOST, None),
    "lead_b_lifting": (State.STIMULATING, None),
    "lead_b_shorted": (State.STIMULATING, None),
    **{
        f"pads_{side}_{drift}": (State.STIMULATING, None)
        for side in "ab"
        for drift in ("drying", "warming", "sweating", "peeling")
    },
    "over_current": (State.FAULT, "over_current"),
    "supply_low": (State.STIMULATING, None),
    "supply_empty": (State.FAULT, "supply_empty"),
    "emergency_stop": (State.FAULT, "emergency_stop"),
    "stop_wire": (State.STOPPED, None),
    "stuck_button": (State.PAUSED, None),
    "pins_deaf": (State.STIMULATING, None),
    "screen_dead": (State.STIMULATING, None),
    "disk_full": (State.STIMULATING, None),
    "disk_read_only": (State.STIMULATING, None),
    "frozen": (State.FAULT, "loop_stalled"),
    "wall_clock_ahead": (State.STIMULATING, None),
    "wall_clock_back": (State.STIMULATING, None),
}
SEEN_LATER = {
    "supply_low": "supply_low",
    "screen_dead": "screen_dead",
    "disk_read_only": "journal_dead",
}
"""Troubles that let the stage finish are seen all the same."""


def fill_journal(box: VirtualBox) -> None:
    box.diary.put(StateEntered(box.now, "Me", f"state {number}") for number in range(500))


@pytest.fixture
def desk(tmp_path) -> Iterator[Desk]:
    desk = desk_in(tmp_path)
    start_stage(desk.box)
    yield desk
    desk.box.close()


def test_every_line_of_the_menu_is_tried_here():
    assert set(LEADS_TO) == {trouble.id for trouble in TROUBLES}
    assert all(len(trouble.label) <= 38 for trouble in TROUBLES)


@pytest.mark.parametrize("name", LEADS_TO)
def test_a_trouble_leads_where_it_should(desk, name):
    state, fault = LEADS_TO[name]
    box, troubles = desk.box, desk.app.troubles
    troubles.cause(next(trouble for trouble in TROUBLES if trouble.id == name))
    box.wait(2.0)
    assert box.state is state
    assert fault is None or fault in box.record.latched
    if state is not State.STIMULATING:
        assert not any(box.board.output.in_force)
    assert SEEN_LATER.get(name, "") in {"", *box.record.seen}
    troubles.put_all_right()
    assert not troubles.active
    box.wait(2.0)


@pytest.mark.asyncio
async def test_every_line_of_the_menu_can_be_chosen_while_a_stage_runs(desk):
    async with desk.open():
        for trouble in TROUBLES:
            await desk.choose(trouble.id)
            desk.live(0.5)
            assert (trouble.id in desk.app.troubles.active) is (trouble.put_right is not None)
            assert any(line.endswith(f"caused: {trouble.label}") for line in desk.app.box_log.lines)
        assert not any(desk.box.board.output.in_force)
        await desk.choose(ALL_RIGHT)
        desk.live(3.0)
        assert not desk.app.troubles.active
        assert desk.box.state is State.FAULT


@pytest.mark.asyncio
async def test_a_cable_that_is_put_in_again_leads_back_to_locked(desk):
    async with desk.open():
        await desk.choose("cable_out")
        desk.live(2.0)
        await desk.keys("c", then_s=2.0)
        assert desk.box.state is State.FAULT
        await desk.choose("cable_out")
        desk.live(2.0)
        await desk.keys("c", then_s=2.0)
        assert desk.box.state is State.LOCKED


@pytest.mark.asyncio
async def test_of_one_pair_of_pads_only_one_trouble_holds(desk):
    async with desk.open():
        await desk.choose("lead_a_lifting")
        await desk.choose("lead_a_shorted")
        assert [*desk.app.troubles.active] == ["lead_a_shorted"]


@pytest.mark.asyncio
async def test_letting_go_of_stop_does_not_mend_its_wire(desk):
    async with desk.open():
        await desk.choose("stop_wire")
        await desk.keys("space", "space")
        assert desk.box.view.stop_pressed
        await desk.choose("stop_wire")
        desk.live(0.3)
        assert not desk.box.view.stop_pressed


@pytest.mark.asyncio
async def test_dead_pin_events_are_told_and_stop_works_without_them(desk):
    async with desk.open():
        await desk.choose("pins_deaf")
        await desk.keys("space", "space", then_s=0.5)
        assert desk.box.state in (State.STOPPED, State.FAULT)
        assert not any(desk.box.board.output.in_force)
        desk.live(2.0)
        assert "edges_dead" in desk.box.record.seen


@pytest.mark.asyncio
async def test_a_button_that_sticks_is_told_after_half_a_minute(desk):
    async with desk.open():
        await desk.choose("stuck_button")
        desk.live(32.0)
        assert "button_stuck" in desk.box.record.seen
        await desk.choose("stuck_button")
        desk.live(1.0)
        assert "button_stuck" not in desk.box.record.seen


@pytest.mark.asyncio
async def test_a_full_disk_is_told_once_the_journal_needs_room(desk):
    async with desk.open():
        await desk.choose("disk_full")
        fill_journal(desk.box)
        desk.live(0.5)
        assert "journal_dead" in desk.box.record.seen
        await desk.choose("disk_full")
        desk.live(3.0)
        assert "journal_dead" not in desk.box.record.seen


@pytest.mark.asyncio
async def test_a_dead_screen_is_dark(desk):
    async with desk.open():
        await desk.choose("screen_dead")
        desk.live(0.5)
        oled = desk.app.query_one("#oled").render().plain
        assert set(oled) <= {"⠀", "\n"}
