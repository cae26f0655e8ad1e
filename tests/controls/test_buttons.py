"""CONFIRM, BACK and the knob's button: the first edge acts, then 20 ms blind, then the level."""

from typing import Any

import pytest

from appliance.controls.contacts import SILENCE_S
from appliance.controls.inputs import BLIND_S, Controls
from appliance.session.events import Button, Down, StopLevel, Up
from appliance.settings.model import Controls as Pins
from tests.controls.rig import Rig, clock_that

BUTTONS = [("confirm", Button.CONFIRM), ("back", Button.BACK), ("knob_press", Button.KNOB)]


@pytest.mark.parametrize(("name", "button"), BUTTONS)
def test_down_and_up(rig: Rig, name: str, button: Button) -> None:
    rig.move(name, closed=True)
    assert rig.read() == [Down(rig.time, button)]
    rig.pass_time(0.5)
    assert rig.read() == []
    rig.move(name, closed=False)
    assert rig.read() == [Up(rig.time, button)]


@pytest.mark.parametrize(("name", "button"), BUTTONS)
def test_down_and_up_without_a_single_edge(rig: Rig, name: str, button: Button) -> None:
    rig.move_in_silence(name, closed=True)
    assert rig.read() == [Down(rig.time, button)]
    rig.pass_time(0.5)
    rig.move_in_silence(name, closed=False)
    assert rig.read() == [Up(rig.time, button)]


def test_the_first_edge_acts_at_its_own_time(rig: Rig) -> None:
    rig.pass_time(0.01)
    rig.move("confirm", closed=True)
    pressed_at = rig.time
    rig.pass_time(0.05)
    assert rig.read() == [Down(pressed_at, Button.CONFIRM)]


def test_bounces_are_not_presses(rig: Rig) -> None:
    for closed in (True, False, True, False, True):
        rig.move("confirm", closed=closed)
        rig.pass_time(0.002)
    assert [type(event) for event in rig.read()] == [Down]
    rig.pass_time(0.1)
    for closed in (False, True, False):
        rig.move("confirm", closed=closed)
        rig.pass_time(0.002)
    assert [type(event) for event in rig.read()] == [Up]
    rig.pass_time(0.1)
    assert rig.read() == []


def test_a_tap_shorter_than_the_blind_time_ends_when_that_is_over(rig: Rig) -> None:
    rig.move("confirm", closed=True)
    pressed_at = rig.time
    rig.pass_time(0.005)
    rig.move("confirm", closed=False)
    assert rig.read() == [Down(pressed_at, Button.CONFIRM)]
    assert rig.controls.next_deadline == pressed_at + BLIND_S
    rig.time = pressed_at + BLIND_S
    assert rig.read() == [Up(rig.time, Button.CONFIRM)]
    assert rig.controls.next_deadline is None


def test_a_button_held_at_power_up_has_not_been_pressed(
    factory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pin = factory.pin(Pins().confirm)
    pin.drive_low()
    with monkeypatch.context() as patch:
        patch.setattr(pin, "drive_high", lambda: None)  # a finger is stronger than the pull-up
        controls = Controls(Pins(), factory, lambda: 5.0)
    assert controls.read(5.0) == [StopLevel(5.0, True)]
    pin.drive_high()
    assert controls.read(6.0) == [Up(5.0, Button.CONFIRM)]
    controls.close()


def test_a_button_that_goes_down_while_the_pins_are_opened_has_not_been_pressed(
    factory: Any,
) -> None:
    def press_when_all_are_open() -> None:
        pin = factory.pin(Pins().confirm)
        if pin.edges == "both":
            pin.edges = "none"
            pin.drive_low()
            pin.edges = "both"

    controls = Controls(Pins(), factory, clock_that(press_when_all_are_open))
    assert controls.read(5.0) == [StopLevel(5.0, True)]
    controls.close()


def test_the_first_deadline_of_all_is_the_next_one(rig: Rig) -> None:
    rig.move_in_silence("knob_a", closed=True)
    rig.read()
    assert rig.controls.next_deadline == rig.time + SILENCE_S
    rig.move("confirm", closed=True)
    pressed_at = rig.time
    rig.pass_time(0.005)
    rig.move("confirm", closed=False)
    rig.read()
    assert rig.controls.next_deadline == pressed_at + BLIND_S


def test_stop_and_a_button_come_in_the_order_of_time(rig: Rig) -> None:
    rig.move("confirm", closed=True)
    pressed_at = rig.time
    rig.pass_time(0.003)
    rig.move("stop", closed=False)
    rig.pass_time(0.003)
    rig.move("back", closed=True)
    assert rig.read() == [
        Down(pressed_at, Button.CONFIRM),
        StopLevel(pressed_at + 0.003, True),
        Down(rig.time, Button.BACK),
    ]


def test_an_edge_that_comes_late_is_not_a_second_press(rig: Rig) -> None:
    rig.move_in_silence("confirm", closed=True)
    rig.read()
    pressed_at = rig.time
    rig.pass_time(0.1)
    rig.move_in_silence("confirm", closed=False)
    rig.read()
    rig.pass_time(0.1)
    rig.late_edge("confirm", closed=True, happened_at=pressed_at)
    assert rig.read() == []


def test_a_late_edge_does_not_take_time_back(rig: Rig) -> None:
    rig.pass_time(0.1)
    rig.read()
    read_at = rig.time
    rig.pass_time(0.1)
    rig.late_edge("confirm", closed=True, happened_at=read_at - 0.05)
    rig.move_in_silence("confirm", closed=True)
    assert rig.read() == [Down(read_at, Button.CONFIRM)]


def test_a_button_down_for_more_than_half_a_minute_is_stuck(rig: Rig) -> None:
    rig.move("back", closed=True)
    rig.read()
    rig.pass_time(30)
    assert rig.faults() == frozenset()
    rig.pass_time(0.1)
    rig.read()
    assert rig.faults() == {"button_stuck"}
    rig.move("back", closed=False)
    rig.read()
    assert rig.faults() == frozenset()


def test_a_contact_that_moves_there_and_back_without_an_edge_tells_of_a_dead_thread(
    rig: Rig,
) -> None:
    for closed in (True, False):
        rig.move_in_silence("confirm", closed=closed)
        rig.pass_time(0.1)
        rig.read()
    assert rig.faults() == frozenset(), "the edges may still come"
    rig.pass_time(1.1)
    rig.read()
    assert rig.faults() == {"edges_dead"}


def test_edges_count_as_dead_a_second_after_the_second_silent_move(rig: Rig) -> None:
    for closed in (True, False):
        rig.move_in_silence("confirm", closed=closed)
        rig.read()
    rig.pass_time(SILENCE_S)
    assert rig.faults() == {"edges_dead"}


def test_one_edge_lost_after_one_that_came_is_no_dead_thread(rig: Rig) -> None:
    rig.move("confirm", closed=True)
    rig.read()
    rig.move_in_silence("confirm", closed=False)
    rig.pass_time(0.1)
    rig.read()
    rig.pass_time(2)
    assert rig.faults() == frozenset()


def test_one_lost_edge_is_no_dead_thread(rig: Rig) -> None:
    rig.move_in_silence("confirm", closed=True)
    rig.read()
    rig.pass_time(2)
    assert rig.faults() == frozenset()
    rig.move("confirm", closed=False)
    rig.read()
    rig.pass_time(2)
    rig.read()
    assert rig.faults() == frozenset()


def test_an_edge_that_is_late_is_no_dead_thread(rig: Rig) -> None:
    for closed in (True, False):
        rig.move_in_silence("confirm", closed=closed)
        rig.pass_time(0.05)
        rig.read()
    rig.late_edge("confirm", closed=True, happened_at=rig.time - 0.1)
    rig.read()
    rig.pass_time(2)
    rig.read()
    assert rig.faults() == frozenset()
