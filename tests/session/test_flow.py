"""Measured above the set-points is off at once, whatever the board thinks of itself."""

import math

import pytest

from appliance.session.board import BoardState
from appliance.session.state import State
from tests.session.core import Core


def flowing(level: int = 10) -> Core:
    """A level on A alone, in the hold of a contraction: B stays at zero."""
    core = Core().to_stimulating()
    core.back()
    core.turn(level)
    core.wait(1.0)
    assert core.record.set_point is not None
    assert core.record.set_point.amplitude[1] == 0.0
    return core


def measured(core: Core, a: float | None, b: float | None) -> None:
    report = core._report()
    amplitude = core.record.set_point.amplitude if core.record.set_point else (0.0, 0.0)
    assert report.state is BoardState.ON
    core.with_report(measured=(a, b), in_force=amplitude)


@pytest.mark.parametrize("excess", [13.6, 80.0, math.nan])
def test_two_reports_of_too_much_on_either_channel_are_off(excess: float) -> None:
    for channel in (0, 1):
        core = flowing()
        for wobble in (0.0, 0.1):
            assert core.record.state is State.STIMULATING
            pair = (excess + wobble, 0.0) if channel == 0 else (10.0, excess + wobble)
            measured(core, *pair)
        assert core.record.state is State.FAULT
        assert core.record.latched[0] == "board_too_strong"
        assert core.record.set_point is None


def test_one_report_alone_is_no_fault() -> None:
    core = flowing()
    for _ in range(5):
        measured(core, 20.0, 0.0)
        measured(core, 10.0, 0.0)
    assert core.record.state is State.STIMULATING


def test_what_is_asked_and_its_tolerance_is_no_fault() -> None:
    core = flowing()
    for wobble in range(20):
        measured(core, 12.9 - wobble / 100, 0.9)
    assert core.record.state is State.STIMULATING


def test_a_board_that_cannot_measure_is_not_judged() -> None:
    core = flowing()
    for _ in range(5):
        measured(core, None, None)
    assert core.record.state is State.STIMULATING
