"""CONFIRM, BACK and the knob's button: the first edge acts, then 20 ms blind, then the level."""

from typing import Any

import pytest

from appliance.controls.inputs import BLIND_S, Controls
from appliance.session.events import Button, Down, StopLevel, Up
from appliance.settings.model import Controls as Pins
from tests.controls.bench import Bench

BUTTONS = [("confirm", Button.CONFIRM), ("back", Button.BACK), ("knob_press", Button.KNOB)]


@pytest.mark.parametrize(("name", "button"), BUTTONS)
def test_down_and_up(bench: Bench, name: str, button: Button) -> None:
    bench.move(name, closed=True)
    assert bench.read() == [Down(bench.time, button)]
    bench.pass_time(0.5)
    assert bench.read() == []
    bench.move(name, closed=False)
    assert bench.read() == [Up(bench.time, button)]


@pytest.mark.parametrize(("name", "button"), BUTTONS)
def test_down_and_up_without_a_single_edge(bench: Bench, name: str, button: Button) -> None:
    bench.move_in_silence(name, closed=True)
    assert bench.read() == [Down(bench.time, button)]
    bench.pass_time(0.5)
    bench.move_in_silence(name, closed=False)
    assert bench.read() == [Up(bench.time, button)]


def test_the_first_edge_acts_at_its_own_time(bench: Bench) -> None:
    bench.pass_time(0.01)
    bench.move("confirm", closed=True)
    pressed_at = bench.time
    bench.pass_time(0.05)
    assert bench.read() == [Down(pressed_at, Button.CONFIRM)]


def test_bounces_are_not_presses(bench: Bench) -> None:
    for closed in (True, False, True, False, True):
        bench.move("confirm", closed=closed)
        bench.pass_time(0.002)
    assert [type(event) for event in bench.read()] == [Down]
    bench.pass_time(0.1)
    for closed in (False, True, False):
        bench.move("confirm", closed=closed)
        bench.pass_time(0.002)
    assert [type(event) for event in bench.read()] == [Up]
    bench.pass_time(0.1)
    assert bench.read() == []


def test_a_tap_shorter_than_the_blind_time_ends_when_that_is_over(bench: Bench) -> None:
    bench.move("confirm", closed=True)
    pressed_at = bench.time
    bench.pass_time(0.005)
    bench.move("confirm", closed=False)
    assert bench.read() == [Down(pressed_at, Button.CONFIRM)]
    assert bench.controls.next_deadline == pressed_at + BLIND_S
    bench.time = pressed_at + BLIND_S
    assert bench.read() == [Up(bench.time, Button.CONFIRM)]
    assert bench.controls.next_deadline is None


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


def test_stop_and_a_button_come_in_the_order_of_time(bench: Bench) -> None:
    bench.move("confirm", closed=True)
    pressed_at = bench.time
    bench.pass_time(0.003)
    bench.move("stop", closed=False)
    bench.pass_time(0.003)
    bench.move("back", closed=True)
    assert bench.read() == [
        Down(pressed_at, Button.CONFIRM),
        StopLevel(pressed_at + 0.003, True),
        Down(bench.time, Button.BACK),
    ]


def test_an_edge_that_comes_late_is_not_a_second_press(bench: Bench) -> None:
    bench.move_in_silence("confirm", closed=True)
    bench.read()
    pressed_at = bench.time
    bench.pass_time(0.1)
    bench.move_in_silence("confirm", closed=False)
    bench.read()
    bench.pass_time(0.1)
    bench.late_edge("confirm", closed=True, happened_at=pressed_at)
    assert bench.read() == []


def test_a_late_edge_does_not_take_time_back(bench: Bench) -> None:
    bench.pass_time(0.1)
    bench.read()
    read_at = bench.time
    bench.pass_time(0.1)
    bench.late_edge("confirm", closed=True, happened_at=read_at - 0.05)
    bench.move_in_silence("confirm", closed=True)
    assert bench.read() == [Down(read_at, Button.CONFIRM)]


def test_a_button_down_for_more_than_half_a_minute_is_stuck(bench: Bench) -> None:
    bench.move("back", closed=True)
    bench.read()
    bench.pass_time(30)
    assert bench.faults() == frozenset()
    bench.pass_time(0.1)
    bench.read()
    assert bench.faults() == {"button_stuck"}
    bench.move("back", closed=False)
    bench.read()
    assert bench.faults() == frozenset()


def test_a_contact_that_moves_there_and_back_without_an_edge_tells_of_a_dead_thread(
    bench: Bench,
) -> None:
    for closed in (True, False):
        bench.move_in_silence("confirm", closed=closed)
        bench.pass_time(0.1)
        bench.read()
    assert bench.faults() == frozenset(), "the edges may still come"
    bench.pass_time(1.1)
    bench.read()
    assert bench.faults() == {"edges_dead"}


def test_one_lost_edge_is_no_dead_thread(bench: Bench) -> None:
    bench.move_in_silence("confirm", closed=True)
    bench.read()
    bench.pass_time(2)
    bench.move("confirm", closed=False)
    bench.read()
    bench.pass_time(2)
    bench.read()
    assert bench.faults() == frozenset()


def test_an_edge_that_is_late_is_no_dead_thread(bench: Bench) -> None:
    for closed in (True, False):
        bench.move_in_silence("confirm", closed=closed)
        bench.pass_time(0.05)
        bench.read()
    bench.late_edge("confirm", closed=True, happened_at=bench.time - 0.1)
    bench.read()
    bench.pass_time(2)
    bench.read()
    assert bench.faults() == frozenset()
