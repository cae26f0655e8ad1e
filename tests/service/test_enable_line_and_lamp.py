"""The enable line and the lamp follow what may flow and what does."""

import pytest

from appliance.session.record import Record
from appliance.session.state import State
from tests.journeys.journey import Box, Home
from tests.service.frames import Frames, gaps


@pytest.fixture
def box(home: Home) -> Box:
    return home.knows().boot()


class EdgesOf:
    """When a mock pin moved, in the box's time."""

    def __init__(self, box: Box, number: int) -> None:
        self.at: list[float] = []
        self._box, self._pin = box, box.factory.pin(number)
        self._pin.clear_states()
        box.watchers.append(self._look)

    def _look(self, record: Record) -> None:
        """A step takes no time of the box, so it has just moved."""
        self.at += [self._box.now] * (len(self._pin.states) - 1)
        self._pin.clear_states()


def test_the_enable_line_moves_in_stimulating_only(box: Box) -> None:
    enable = EdgesOf(box, 24)
    box.to_ready().wait(0.5)
    assert enable.at == []
    box.start().sees(State.STIMULATING).turn(4)
    enable.at.clear()
    box.wait(3.0)
    between = gaps(enable.at)
    assert len(between) >= 58
    assert min(between) >= 0.0199 and max(between) <= 0.0501
    box.press_stop()
    enable.at.clear()
    box.wait(2.0).release_stop().wait(1.1).confirm().wait(1.0)
    # High or low, a line that stands still lets the pump run dry.
    assert enable.at == []


def test_the_lamp_is_dim_in_stimulating_and_full_while_current_flows(box: Box) -> None:
    lamp = box.factory.pin(23)
    box.to_ready()
    assert lamp.state == 0
    box.start().sees(State.STIMULATING)
    assert 0.0 < lamp.state < 0.5
    box.turn(4)
    assert lamp.state == 1
    box.press_stop().wait(0.2)
    assert lamp.state == 0


def test_the_lamp_is_full_while_nobody_knows(box: Box) -> None:
    box.to_current(4)
    # Nothing was in force at last, so the doubt alone lights the lamp.
    box.press_knob().wait(0.5)
    assert box.factory.pin(23).state < 1
    box.unplug().sees(State.FAULT, output="unknown")
    assert box.factory.pin(23).state == 1
    box.wait_until(lambda: box.status()["output"] == "off", within_s=1.0).wait(0.1)
    assert box.factory.pin(23).state == 0


def test_the_end_is_off_an_echo_and_a_low_enable_line(box: Box) -> None:
    box.to_current(6)
    frames, ports, enable = Frames(box), box.service.ports, box.factory.pin(24)
    while not enable.state:
        box.wait(0.02)
    began, close, at_closing = box.now, ports.close, []

    def noted() -> None:
        at_closing.append((frames.sent[-1][1], box.delivers, enable.state))
        close()

    # Closing would take the line low as well, and say off once more.
    ports.close = noted  # type: ignore[method-assign]
    box.close()
    assert at_closing == [(None, False, 0)]
    assert box.now - began <= 0.1
    assert "end" in box.told
