"""What the driver of P24 and RehaMove3 asks: who is there, the start, every way out, the lease."""

import itertools
import os

import pytest

from appliance.session.board import BoardState, Link, Output
from appliance.simulator.boards.sciencemode.device import LOW_INIT
from appliance.simulator.boards.sciencemode.models import P24, REHAMOVE3
from appliance.stimulator.sciencemode.codec import encode
from appliance.stimulator.sciencemode.driver import ScienceModeStimulator
from appliance.stimulator.sciencemode.messages import (
    GetBattery,
    GetCurrentData,
    GetExtendedVersion,
    GetMainVersion,
    GetStatus,
    HighVoltage,
    Init,
    Level,
    LowStop,
    Result,
    Stop,
    ask,
)
from appliance.stimulator.sciencemode.pulses import Update
from tests.stimulator.rigs import Host, Rig, set_point
from tests.stimulator.sciencemode.listener import Listener

WORK = set_point(20)
REST = set_point(0)


# Who is there


def test_it_says_what_the_device_is_within_the_appliance_s_limits(rig: Rig, host: Host) -> None:
    identity = host.retry(0.3).identity
    assert identity is not None
    assert identity.firmware == f"{rig.device.model.name} 1.2.3"
    assert (identity.amplitude_step, identity.maximum) == (0.5, 80)
    assert (identity.max_pulse_width_us, identity.max_frequency_hz) == (400, 120)
    assert identity.senses_contact and identity.research_only and identity.on_body
    assert not identity.measures_current


def test_it_asks_68_first_and_50_of_who_does_not_know_that(rig: Rig) -> None:
    listener, host = Listener(rig), rig.host()
    host.retry(0.1)
    who = [GetExtendedVersion()]
    if rig.device.model is REHAMOVE3:
        who.append(GetMainVersion())
    assert listener.take()[: len(who) + 1] == [*who, GetStatus()]
    assert host.report.link is Link.UP


def test_a_level_that_somebody_left_running_is_stopped_before_the_link_is_up(
    rig: Rig, host: Host
) -> None:
    leave_running(rig)
    listener = Listener(rig)
    assert host.retry(0.3).link is Link.UP
    assert Stop() in listener.take()
    assert rig.device.level is Level.NONE
    rig.flows()
    host.off(1)
    assert not rig.flows()


def test_a_low_level_that_somebody_left_on_is_stopped_too(rig: Rig, host: Host) -> None:
    rig.device.feed(encode(0, LOW_INIT), 0.0)
    rig.device.take_output(0.0)
    assert rig.device.level is Level.LOW_INITIALISED
    listener = Listener(rig)
    assert host.retry(0.3).link is Link.UP
    assert LowStop() in listener.take()
    assert rig.device.level is Level.NONE


def test_a_level_that_cannot_be_stopped_is_a_fault(rig: Rig, host: Host) -> None:
    leave_running(rig)
    rig.troubles.refuses = Result.HIGH_VOLTAGE
    host.retry(2)
    assert "board_disagrees" in host.seen()
    assert host.report.link is not Link.UP
    rig.troubles.refuses = None


def leave_running(rig: Rig) -> None:
    """As another host would, whose answers nobody hears."""
    for number, request in enumerate((Init(), Update())):
        rig.device.feed(ask(number, request), rig.clock.now())
    rig.device.take_output(rig.clock.now())
    assert rig.device.level is Level.MID_RUNNING


@pytest.mark.parametrize("stranger", ["other maker", "same maker"])
def test_to_another_device_nothing_more_is_said_after_it_was_refused(
    rig: Rig, host: Host, stranger: str
) -> None:
    rig.troubles.measures_only = stranger == "same maker"
    if stranger == "other maker":
        rig.troubles.stranger = b"OK\r\n"
    rig.driver.connect(host.now)
    host.idle(1)
    assert host.report.faults == {"board_not_the_one"}
    assert rig.driver.fileno() is None
    before = rig.wire.received
    host.off(1)
    host.apply(WORK, 1)
    assert rig.wire.received == before


def test_without_leave_for_a_research_board_it_is_refused(rig: Rig) -> None:
    listener = Listener(rig)
    rig.driver = ScienceModeStimulator(rig.wire.path, lambda: rig.clock.now())
    rig.clock = type(rig.clock)(rig.wire, rig.driver.port)
    host = rig.host()
    host.retry(2)
    assert host.report.faults == {"board_restricted"}
    assert host.report.output is Output.UNKNOWN
    host.apply(WORK, 0.5)
    assert not rig.flows()
    questions = (GetExtendedVersion, GetMainVersion, GetStatus)
    assert all(isinstance(request, questions) for request in listener.take())
    assert host.off(1).output is Output.OFF


# What is said


def test_a_start_is_init_then_an_update_that_enables_nothing(
    host: Host, listener: Listener, rig: Rig
) -> None:
    host.retry(0.3)
    assert rig.device.high_voltage is HighVoltage.OFF
    listener.take()
    host.apply(REST)
    init = Init(stop_all_on_error=rig.device.model is P24)
    assert listener.take()[-2:] == [init, Update()]
    assert host.report.state is BoardState.ARMED
    assert host.report.agreed_at is not None
    assert rig.device.high_voltage is HighVoltage.V150


def test_the_same_set_point_is_said_once_and_the_channels_are_looked_at_every_400_ms(
    host: Host, listener: Listener
) -> None:
    host.start(WORK, 2)
    listener.take()
    host.apply(WORK, 4)
    looks = listener.times_of(GetCurrentData)
    assert {type(request) for request in listener.take()} == {GetCurrentData}
    gaps = [later - earlier for earlier, later in itertools.pairwise(looks)]
    assert len(looks) >= 9
    assert all(gap == pytest.approx(0.4, abs=0.051) for gap in gaps)


def test_every_way_out_is_a_stop_and_the_high_voltage_is_off(rig: Rig, host: Host) -> None:
    for way_out in (rig.driver.off, rig.driver.close):
        host.start(WORK)
        assert rig.device.high_voltage is HighVoltage.V150
        way_out(host.now)
        rig.clock.wait([], host.now)
        assert rig.device.high_voltage is HighVoltage.OFF
        assert rig.device.level is Level.NONE


def test_while_off_the_device_is_asked_whether_it_is(
    rig: Rig, host: Host, listener: Listener
) -> None:
    host.retry(0.5)
    listener.take()
    host.off(1)
    assert {type(one) for one in listener.take()} <= {GetStatus, GetBattery}
    leave_running(rig)
    host.off(0.3)
    assert "board_disagrees" in host.seen()
    assert rig.device.level is Level.NONE


def test_one_request_is_out_at_a_time(rig: Rig, host: Host) -> None:
    host.start(WORK)
    rig.troubles.delay_s = 0.05
    listener = Listener(rig)
    for step in range(20):
        host.send(lambda now, ma=20 + step / 2: rig.driver.apply(set_point(ma), now), 0.02)
    times = [at for at, _ in listener.heard]
    assert len(times) >= 6
    assert all(b - a >= 0.05 for a, b in itertools.pairwise(times))


# The lease


def test_a_set_point_that_nobody_renews_for_300_ms_is_ended_by_the_driver(
    rig: Rig, host: Host
) -> None:
    host.start(WORK)
    host.idle(0.29)
    assert rig.flows()
    host.idle(0.05)
    assert host.report.faults == {"loop_stalled"}
    assert rig.device.level is Level.NONE
    rig.flows()
    host.idle(1)
    assert not rig.flows()


@pytest.mark.parametrize("woken_by", ["poll", "apply", "off"])
def test_after_a_gap_the_first_frame_is_a_stop_in_any_order_of_calls(
    rig: Rig, host: Host, listener: Listener, woken_by: str
) -> None:
    host.start(WORK)
    rig.clock.freeze(3.0)
    listener.take()
    if woken_by == "poll":
        rig.driver.poll(host.now)
    elif woken_by == "apply":
        rig.driver.apply(set_point(25), host.now)
    else:
        rig.driver.off(host.now)
    rig.clock.wait([], host.now)
    assert listener.take()[0] == Stop()
    rig.flows()
    host.idle(1)
    assert not rig.flows()


def test_a_process_frozen_between_its_decision_and_the_wire_sends_no_update(
    rig: Rig, host: Host, listener: Listener
) -> None:
    host.start(WORK)
    decided_at = host.now
    rig.clock.freeze(3.0)
    listener.take()
    # The set-point was decided before the freeze, and says so.
    rig.driver.apply(set_point(25), decided_at)
    rig.clock.wait([], host.now)
    assert listener.take() == [Stop()]
    assert rig.driver.poll(host.now).faults == {"loop_stalled"}


def test_an_update_that_the_wire_did_not_take_is_not_delivered_later(
    rig: Rig, host: Host, listener: Listener
) -> None:
    host.start(WORK, 1.1)
    rig.troubles.deaf = True
    while not rig.driver.port.unsent[0]:
        rig.driver.port.send(b"\x0f" * 64)
    host.apply(set_point(25), rig.notices_s)
    assert "board_silent" in host.seen()
    rig.troubles.deaf = False
    listener.take()
    host.off(0.1)
    assert Update not in {type(request) for request in listener.take()}
    assert rig.device.level is Level.NONE


def test_a_frame_that_was_cut_in_two_is_ended_before_the_stop(
    rig: Rig, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.start(WORK, 1.1)
    raw = bytearray()
    feed = rig.device.feed
    rig.device.feed = lambda data, now: (raw.extend(data), feed(data, now))[1]  # type: ignore[method-assign]
    # Cut behind the first half of an escaped byte: a start alone would be its second half.
    write = os.write
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:2]))
        rig.driver.port.send(ask(1, GetStatus()))
    rig.clock.wait([], host.now)
    rig.driver.off(host.now)
    rig.clock.wait([], host.now)
    assert raw.startswith(b"\xf0\x81\x0f\xf0\x81")
    assert rig.device.level is Level.NONE
