"""The state of the channels, which a P24 or RehaMove3 tells before an update lets any go on."""

import itertools

import pytest

from appliance.stimulator.sciencemode.messages import GetCurrentData, Level, Result
from appliance.stimulator.sciencemode.pulses import Update
from tests.stimulator.rigs import Host, Rig, set_point
from tests.stimulator.sciencemode.listener import Listener


@pytest.mark.parametrize("delay_s", [0.02, 0.09, 0.15, 0.18])
def test_however_late_the_answers_are_a_look_of_its_own_goes_before_each_update(
    rig: Rig, host: Host, listener: Listener, delay_s: float
) -> None:
    host.start(set_point(20, 17), 1.5)
    rig.troubles.delay_s = delay_s
    listener.take()
    for step in range(60):
        host.send(lambda now, ma=20 + step / 2: rig.driver.apply(set_point(ma, 17), now), 0.02)
    asked = [type(request) for request in listener.take()]
    assert host.seen() == set()
    assert asked.count(Update) >= 3
    assert (Update, Update) not in itertools.pairwise(asked)


@pytest.mark.parametrize("is_between", [False, True])
def test_an_answer_that_came_during_a_freeze_lets_no_update_out(
    rig: Rig, host: Host, listener: Listener, is_between: bool
) -> None:
    """The process was frozen after it had asked, or between reading the answer and sending."""
    host.start(set_point(20), 1.5)
    began = host.now
    rig.driver.apply(set_point(10), began)
    if is_between:
        rig.clock.wait([], began)
    rig.clock.freeze(0.15)
    listener.take()
    rig.driver.poll(began if is_between else host.now)
    rig.clock.wait([], host.now)
    assert {type(request) for request in listener.take()} == {GetCurrentData}
    host.apply(set_point(10), 0.1)
    assert rig.device.output.in_force[0] == 10
    assert host.seen() == set()


def test_an_answer_without_the_state_is_a_fault_and_not_asked_for_on_and_on(
    rig: Rig, host: Host, listener: Listener
) -> None:
    """The hand turns down, and every update has to wait for the state of the channels."""
    host.start(set_point(20))
    rig.troubles.refuses, rig.troubles.delay_s = Result.OK, 0.01
    listener.take()
    host.apply(set_point(10), 0.1)
    assert host.seen() == {"board_disagrees"}
    assert len(listener.times_of(GetCurrentData)) == 1
    rig.troubles.refuses = None
    host.off(0.2)
    assert rig.device.level is Level.NONE


@pytest.mark.parametrize("delay_s", [0.0, 0.15])
def test_a_turn_down_waits_for_two_answers_at_most(rig: Rig, host: Host, delay_s: float) -> None:
    host.start(set_point(20), 2)
    rig.troubles.delay_s = delay_s
    began = host.now
    while rig.device.output.in_force[0] > 10:
        host.send(lambda now: rig.driver.apply(set_point(10), now), 0.01)
    assert host.now - began <= 2 * delay_s + 0.1
    assert host.seen() == set()


def test_answers_that_are_never_fresh_are_a_fault_and_withhold_no_turn_down(
    rig: Rig, host: Host
) -> None:
    """Behind each answer stands what may be the head of a frame: the line is never empty."""
    host.start(set_point(20), 1.5)
    take_output = rig.device.take_output

    def with_a_head(now: float) -> bytes:
        answer = take_output(now)
        return answer + b"\xf0\x81\x55\x81" if answer else answer

    rig.device.take_output, rig.troubles.delay_s = with_a_head, 0.005
    host.apply(set_point(20), 0.5)
    host.apply(set_point(10), 0.3)
    assert host.seen() == {"board_disagrees"}


def test_the_leads_are_looked_at_before_a_rest_makes_the_device_forget_them(
    rig: Rig, host: Host, listener: Listener
) -> None:
    host.start(set_point(20), 1.5)
    host.apply(set_point(20), 0.3)
    began = host.now
    while listener.times_of(GetCurrentData)[-1] > host.now - 0.15:
        host.apply(set_point(20), 0.02)
        assert host.now - began < 1.0
    listener.take()
    host.apply(set_point(0), 0.06)
    asked = [type(request) for request in listener.take()]
    assert asked[:2] == [GetCurrentData, Update]
    assert host.seen() == set()
