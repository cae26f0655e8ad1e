"""Measured above the set-points is off at once, whatever the board thinks of itself."""

import math

import pytest

from appliance.session.board import BoardState
from appliance.session.envelope import Part
from appliance.session.state import State
from appliance.therapy.plan import Offer
from appliance.therapy.programs import Bursts, Phase
from tests.session.core import EXPERIENCED, Core
from tests.session.own_program import running


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
    report = core.followed()
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


def test_a_late_answer_is_compared_with_the_set_point_that_it_answers() -> None:
    """Not with those that were sent since: less was asked by then, and the board did not know."""
    core = flowing()
    core.skip_to("work").until(Part.HOLD, dt=0.1).until(Part.RAMP_DOWN, dt=0.1)
    asked_at = core.now
    core.with_report(asked_at=asked_at)
    core.answers = False
    core.until(Part.OFF, dt=0.1)
    for wobble in (0.0, 0.1, 0.2):
        core.with_report(measured=(9.0 - wobble, 0.0), asked_at=asked_at)
    assert core.record.state is State.STIMULATING


def test_what_is_asked_later_excuses_nothing() -> None:
    core = flowing(2)
    asked_at = core.now
    core.turn(10)
    core.wait(0.5)
    for wobble in (0.0, 0.1):
        core.with_report(measured=(9.0 + wobble, 0.0), in_force=(2.0, 0.0), asked_at=asked_at)
    assert core.record.latched == ("board_too_strong",)


@pytest.mark.parametrize("channel", [0, 1])
def test_a_current_that_goes_on_in_a_rest_is_off_though_it_never_changes(channel: int) -> None:
    core = flowing()
    core.skip_to("work").until(Part.HOLD, dt=0.1).until(Part.OFF, dt=0.1)
    pair = (9.0, 0.0) if channel == 0 else (0.0, 9.0)
    for _ in range(25):
        if core.record.state is State.STIMULATING:
            core.with_report(measured=pair, in_force=(0.0, 0.0))
    assert core.record.state is State.FAULT
    assert core.record.latched == ("board_too_strong",)


@pytest.mark.parametrize(("hz", "bursts"), [(1.0, None), (100.0, Bursts(3, 1.0))])
def test_the_newest_pulse_of_a_slow_program_may_be_a_period_old(
    hz: float, bursts: Bursts | None
) -> None:
    """At one pulse or burst a second a report tells of the ramp as it was a second before."""
    slow = Phase("slow", hz, 200, 2.0, 5.0, 2.0, 5.0, bursts=bursts)
    core = running(slow)
    core.turn(10)
    core.until(Part.HOLD, dt=0.1).wait(1.0, dt=0.05)
    asked = (0.0, 0.0)
    for step in range(400):
        sent = core.record.set_point
        if sent is not None and step % 50 == 0:
            asked = sent.amplitude
        core.with_report(measured=asked)
    assert core.record.state is State.STIMULATING


def test_soreness_that_was_told_counts_over_back_and_another_answer() -> None:
    core = Core(EXPERIENCED).to_choosing()
    core.wait(0.3)
    core.turn(6)
    core.confirm()
    core.wait(0.3)
    core.turn(1)
    core.confirm()
    assert core.record.state is State.PREPARING
    core.wait(1.2)
    core.back()
    assert core.record.state is State.CHOOSING
    core.wait(1.2)
    core.turn(-core.record.value)
    core.confirm()
    assert core.record.soreness == 6
    assert core.record.options[0].offer is Offer.REST_DAY
