"""A real GPIO chip: edges and levels come from the kernel's descriptor, on the caller's thread."""

import select
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.controls.inputs import Controls
from appliance.controls.kernel_edges import KernelEdges
from appliance.controls.pins import FACTORY_VARIABLE, open_pins
from appliance.errors import ControlsError
from appliance.session.events import Button, Down, StopLevel, Turn
from appliance.settings.model import Controls as Pins
from tests.controls.metal import Metal, Request

PINS = Pins(chip=0, any_chip=True)
UP = ((PINS.knob_a, False), (PINS.knob_b, False), (PINS.knob_a, True), (PINS.knob_b, True))
NOW_S = 100.0


@pytest.fixture
def metal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Metal:
    monkeypatch.delenv(FACTORY_VARIABLE, raising=False)
    with pytest.raises(ControlsError):
        open_pins(Pins(chip=250), tmp_path)  # lgpio is imported
    metal = Metal(monkeypatch)
    metal.move(PINS.stop, high=False, at=NOW_S)
    return metal


@pytest.fixture
def controls(metal: Metal, tmp_path: Path) -> Iterator[Controls]:
    factory = open_pins(PINS, tmp_path)
    controls = Controls(PINS, factory, lambda: metal.now)
    assert controls.read(NOW_S) == [StopLevel(NOW_S, False)]
    yield controls
    controls.close()
    factory.close()


def request_of(metal: Metal) -> Request:
    assert metal.request is not None
    return metal.request


def can_be_read(controls: Controls) -> bool:
    return bool(select.select([controls.fileno()], [], [], 0)[0])


def test_every_contact_is_in_the_one_request_and_lgpio_holds_none(
    metal: Metal, controls: Controls
) -> None:
    wanted = {PINS.stop, PINS.confirm, PINS.back, PINS.knob_a, PINS.knob_b, PINS.knob_press}
    assert set(request_of(metal).lines) == wanted
    assert not metal.held_by_lgpio & wanted


def test_an_edge_wakes_the_loop_through_the_kernels_descriptor(
    metal: Metal, controls: Controls
) -> None:
    threads = threading.active_count()
    assert controls.fileno() == request_of(metal).fd
    assert not can_be_read(controls)
    metal.move(PINS.stop, high=True, at=NOW_S)
    assert can_be_read(controls)
    assert controls.stop_is_open()
    assert controls.read(NOW_S + 0.001) == [StopLevel(NOW_S, True)]
    assert not can_be_read(controls)
    assert threading.active_count() == threads


def test_an_edge_has_the_time_at_which_the_kernel_saw_it(metal: Metal, controls: Controls) -> None:
    metal.move(PINS.confirm, high=False, at=NOW_S + 0.003)
    assert controls.read(NOW_S + 0.050) == [Down(NOW_S + 0.003, Button.CONFIRM)]


def test_turns_that_were_over_before_the_loop_looked_are_counted_in_the_kernels_order(
    metal: Metal, controls: Controls
) -> None:
    at = NOW_S
    for line, high in UP * 3 + tuple((line, not high) for line, high in reversed(UP)) * 2:
        at += 0.004
        metal.move(line, high=high, at=at)
    turns = [event for event in controls.read(at) if isinstance(event, Turn)]
    assert [turn.direction for turn in turns] == [+1, +1, +1, -1, -1]


def test_no_edge_is_no_wait(controls: Controls) -> None:
    assert controls.read(NOW_S) == []


def test_without_a_single_edge_the_level_still_tells(metal: Metal, controls: Controls) -> None:
    metal.high[PINS.stop] = True
    assert controls.stop_is_open()
    assert controls.read(NOW_S) == [StopLevel(NOW_S, True)]


def test_a_chip_that_is_gone_is_a_press_and_a_fault_and_keeps_nobody_awake(
    metal: Metal, controls: Controls
) -> None:
    request_of(metal).broken = True
    assert controls.stop_is_open()
    assert controls.read(NOW_S) == [StopLevel(NOW_S, True)]
    assert controls.faults(NOW_S) == {"pins_failed"}
    assert controls.fileno() is None
    request_of(metal).broken = False
    assert controls.read(NOW_S) == [StopLevel(NOW_S, False)]
    assert controls.faults(NOW_S) == frozenset()
    assert controls.fileno() is not None


def test_edges_that_cannot_be_read_are_a_fault_though_the_levels_can(
    metal: Metal, controls: Controls, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> None:
        raise OSError("no such device")

    monkeypatch.setattr(request_of(metal), "read_edge_events", gone)
    assert controls.read(NOW_S) == []
    assert controls.faults(NOW_S) == {"pins_failed"}


def test_lines_that_another_program_takes_meanwhile_are_an_error(
    metal: Metal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lgpio.gpio_free", lambda handle, line: 0)
    factory = open_pins(PINS, tmp_path)
    with pytest.raises(ControlsError, match=r"tells no edges of the pins.*stop other programs"):
        Controls(PINS, factory, lambda: NOW_S)
    factory.close()


def test_closing_gives_the_lines_back_and_can_be_done_twice(
    metal: Metal, controls: Controls
) -> None:
    controls.close()
    assert request_of(metal).lines == ()
    controls.close()


def test_the_edges_themselves_can_be_closed_twice(metal: Metal) -> None:
    request = Request(metal, (PINS.stop,))
    edges = KernelEdges(request, {})
    edges.close()
    assert not request
    edges.close()
