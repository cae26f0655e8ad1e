"""STOP: a normally closed contact without debouncing, whose level decides."""

import select
from pathlib import Path
from typing import Any

import pytest

from appliance.controls.contacts import Contact, Listener
from appliance.controls.edges import CalledEdges
from appliance.controls.inputs import Controls
from appliance.session.events import StopLevel
from appliance.settings.model import Controls as Pins
from tests.controls.rig import Rig, clock_that


def levels(rig: Rig) -> list[bool]:
    return [event.is_open for event in rig.read() if isinstance(event, StopLevel)]


def test_an_open_contact_is_pressed(rig: Rig) -> None:
    assert not rig.controls.stop_is_open()
    rig.move("stop", closed=False)
    assert rig.controls.stop_is_open()
    assert levels(rig) == [True]
    rig.move("stop", closed=True)
    assert levels(rig) == [False]


def test_stop_that_is_not_plugged_in_is_pressed(factory: Any) -> None:
    controls = Controls(Pins(), factory, lambda: 5.0)
    assert controls.stop_is_open()
    assert controls.read(5.0) == [StopLevel(5.0, True)]
    controls.close()


def test_the_first_read_tells_the_level_whatever_it_is(factory: Any) -> None:
    controls = Controls(Pins(), factory, lambda: 5.0)
    factory.pin(Pins().stop).drive_low()
    assert controls.read(5.0)[-1] == StopLevel(5.0, False)
    controls.close()


def test_stop_that_closes_while_the_pins_are_opened_was_not_pressed(factory: Any) -> None:
    def close_when_all_are_open() -> None:
        if factory.pin(Pins().stop).edges == "both":
            factory.pin(Pins().stop).drive_low()

    controls = Controls(Pins(), factory, clock_that(close_when_all_are_open))
    assert controls.read(5.0) == [StopLevel(5.0, False)]
    controls.close()


def test_no_change_is_no_event(rig: Rig) -> None:
    assert rig.read() == []


def test_a_blip_between_two_reads_is_a_press_and_a_release(rig: Rig) -> None:
    rig.pass_time(0.001)
    rig.move("stop", closed=False)
    rig.move("stop", closed=True)
    rig.pass_time(0.001)
    assert rig.read() == [StopLevel(rig.time - 0.001, True), StopLevel(rig.time, False)]


def test_a_blip_too_short_for_both_of_its_edges_is_a_press_all_the_same(rig: Rig) -> None:
    rig.move_in_silence("stop", closed=False)
    rig.move("stop", closed=True)
    assert levels(rig) == [True, False]


def test_without_a_single_edge_the_level_still_tells(rig: Rig) -> None:
    rig.move_in_silence("stop", closed=False)
    assert levels(rig) == [True]
    rig.move_in_silence("stop", closed=True)
    assert levels(rig) == [False]


def test_a_bouncing_press_is_one_press(rig: Rig) -> None:
    for closed in (False, True, False, True, False):
        rig.move("stop", closed=closed)
        rig.pass_time(0.0003)
    assert levels(rig) == [True]


def test_there_is_no_debounce(rig: Rig) -> None:
    for _ in range(3):
        rig.move("stop", closed=False)
        assert levels(rig) == [True]
        rig.pass_time(0.0001)
        rig.move("stop", closed=True)
        assert levels(rig) == [False]
        rig.pass_time(0.0001)


def test_an_edge_that_the_level_has_told_of_is_not_told_again(rig: Rig) -> None:
    # The loop saw STOP open and close before either edge came.
    rig.move_in_silence("stop", closed=False)
    assert levels(rig) == [True]
    rig.pass_time(0.01)
    rig.move_in_silence("stop", closed=True)
    assert levels(rig) == [False]
    rig.late_edge("stop", closed=False, happened_at=rig.time - 0.015)
    rig.late_edge("stop", closed=True, happened_at=rig.time - 0.001)
    rig.pass_time(0.01)
    assert levels(rig) == []


def test_an_edge_wakes_the_loop(rig: Rig) -> None:
    def can_be_read() -> bool:
        return bool(select.select([rig.controls], [], [], 0)[0])

    assert not can_be_read()
    rig.move("stop", closed=False)
    assert can_be_read()
    rig.read()
    assert not can_be_read()


def test_a_pin_that_cannot_be_read_is_a_press_and_a_fault(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    pin = type(rig.factory.pin(rig.pins.stop))

    def broken(self: Any) -> bool:
        raise OSError("input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(pin, "state", property(broken))
        assert rig.controls.stop_is_open()
        assert levels(rig) == [True]
        assert rig.faults() == {"pins_failed"}
    assert levels(rig) == [False]
    assert rig.faults() == frozenset()


def test_a_callback_never_raises(rig: Rig) -> None:
    # A library's one callback thread would die of it, and every pin with it.
    rig.clock_works = False
    rig.move("stop", closed=False)
    rig.clock_works = True
    assert levels(rig) == [True]


def test_an_edge_after_closing_reaches_nothing(rig: Rig) -> None:
    late = rig.pin("stop").when_changed
    rig.controls.close()
    late(0.0, 1)
    rig.controls.close()


def test_closed_controls_leave_their_pins_to_the_next_ones(rig: Rig) -> None:
    rig.controls.close()
    Controls(rig.pins, rig.factory, rig.now).close()


def test_a_chattering_line_keeps_no_more_than_the_newest_1024_edges(factory: Any) -> None:
    pin = factory.pin(Pins().stop)
    edges = CalledEdges([pin], lambda: 5.0)
    for _ in range(1500):
        pin.drive_low()
        pin.drive_high()
    waiting = edges.take()
    assert len(waiting) == 1024
    assert waiting[-1].high
    edges.close()


def test_new_contacts_and_their_edges_have_not_failed(factory: Any) -> None:
    contact = Contact(Pins().stop, "stop", factory)
    assert not contact.failed
    listener = Listener([contact], factory, lambda: 5.0)
    assert not listener.failed
    listener.close()
    contact.close()


def test_both_edges_come_whatever_the_pin_told_before(factory: Any) -> None:
    pin = factory.pin(Pins().stop)
    pin.drive_high()
    pin.edges = "none"
    edges = CalledEdges([pin], lambda: 5.0)
    pin.drive_low()
    pin.drive_high()
    assert [edge.high for edge in edges.take()] == [False, True]
    edges.close()


def test_closed_edges_give_their_descriptors_back(factory: Any) -> None:
    def held() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = held()
    edges = CalledEdges([factory.pin(Pins().stop)], lambda: 5.0)
    edges.close()
    assert held() == before


def test_closed_edges_leave_nothing_at_their_pins(factory: Any) -> None:
    pin = factory.pin(Pins().stop)
    edges = CalledEdges([pin], lambda: 5.0)
    assert pin.when_changed is not None
    edges.close()
    assert pin.when_changed is None
