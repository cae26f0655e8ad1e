"""STOP: normally closed, no debounce, levels decide."""

import select
from typing import Any

import pytest

from appliance.controls.inputs import Controls
from appliance.session.events import StopLevel
from appliance.settings.model import Controls as Pins
from tests.controls.bench import Bench


def levels(bench: Bench) -> list[bool]:
    return [event.is_open for event in bench.read() if isinstance(event, StopLevel)]


def test_an_open_contact_is_pressed(bench: Bench) -> None:
    assert not bench.controls.stop_is_open()
    bench.move("stop", closed=False)
    assert bench.controls.stop_is_open()
    assert levels(bench) == [True]
    bench.move("stop", closed=True)
    assert levels(bench) == [False]


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


def test_no_change_is_no_event(bench: Bench) -> None:
    assert bench.read() == []


def test_a_blip_between_two_reads_is_a_press_and_a_release(bench: Bench) -> None:
    bench.pass_time(0.001)
    bench.move("stop", closed=False)
    bench.move("stop", closed=True)
    bench.pass_time(0.001)
    assert bench.read() == [StopLevel(bench.time - 0.001, True), StopLevel(bench.time, False)]


def test_a_blip_too_short_for_both_of_its_edges_is_a_press_all_the_same(bench: Bench) -> None:
    bench.move_in_silence("stop", closed=False)
    bench.move("stop", closed=True)
    assert levels(bench) == [True, False]


def test_without_a_single_edge_the_level_still_tells(bench: Bench) -> None:
    bench.move_in_silence("stop", closed=False)
    assert levels(bench) == [True]
    bench.move_in_silence("stop", closed=True)
    assert levels(bench) == [False]


def test_a_bouncing_press_is_one_press(bench: Bench) -> None:
    for closed in (False, True, False, True, False):
        bench.move("stop", closed=closed)
        bench.pass_time(0.0003)
    assert levels(bench) == [True]


def test_there_is_no_debounce(bench: Bench) -> None:
    for _ in range(3):
        bench.move("stop", closed=False)
        assert levels(bench) == [True]
        bench.pass_time(0.0001)
        bench.move("stop", closed=True)
        assert levels(bench) == [False]
        bench.pass_time(0.0001)


def test_an_edge_that_the_level_has_told_of_is_not_told_again(bench: Bench) -> None:
    # The loop saw STOP open and close before gpiozero's thread got round to either edge.
    bench.move_in_silence("stop", closed=False)
    assert levels(bench) == [True]
    bench.pass_time(0.01)
    bench.move_in_silence("stop", closed=True)
    assert levels(bench) == [False]
    bench.late_edge("stop", closed=False, happened_at=bench.time - 0.015)
    bench.late_edge("stop", closed=True, happened_at=bench.time - 0.001)
    bench.pass_time(0.01)
    assert levels(bench) == []


def test_an_edge_wakes_the_loop(bench: Bench) -> None:
    def can_be_read() -> bool:
        return bool(select.select([bench.controls], [], [], 0)[0])

    assert not can_be_read()
    bench.move("stop", closed=False)
    assert can_be_read()
    bench.read()
    assert not can_be_read()


def test_a_pin_that_cannot_be_read_is_a_press_and_a_fault(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    pin = type(bench.factory.pin(bench.pins.stop))

    def broken(self: Any) -> bool:
        raise OSError("input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(pin, "_get_state", broken)
        assert bench.controls.stop_is_open()
        assert levels(bench) == [True]
        assert bench.faults() == {"pins_failed"}
    assert levels(bench) == [False]
    assert bench.faults() == frozenset()


def test_a_callback_never_raises(bench: Bench) -> None:
    # The one callback thread of lgpio would die of it, and every pin with it.
    bench.clock_works = False
    bench.move("stop", closed=False)
    bench.clock_works = True
    assert levels(bench) == [True]


def test_an_edge_after_closing_reaches_nothing(bench: Bench) -> None:
    late = bench.pin("stop").when_changed
    bench.controls.close()
    late(0.0, 1)
    bench.controls.close()
