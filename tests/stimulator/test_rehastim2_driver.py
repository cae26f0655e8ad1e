"""The driver of a RehaStim2: Init, lists, rest, and what the device says by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from appliance.session.board import BoardState, Contact, Link, Output
from appliance.stimulator.rehastim2.codec import Decoder, Packet
from appliance.stimulator.rehastim2.lists import InitList, StartList
from appliance.stimulator.rehastim2.messages import (
    INIT_EVERY_S,
    WATCHDOG_S,
    GetMode,
    InitAck,
    Mode,
    Request,
    Result,
    StopList,
    read_request,
)
from tests.stimulator.rigs import CEILINGS, Host, Rig, rig_of_model, set_point

WORK = set_point(20)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = rig_of_model("rehastim2", tmp_path)
    yield rig
    rig.end()


@pytest.fixture
def host(rig: Rig) -> Host:
    return rig.host()


class Heard:
    """What the host said."""

    def __init__(self, rig: Rig) -> None:
        self.requests: list[Request | None] = []
        self.at: list[float] = []
        self._decoder = Decoder()
        rig.wire.on_heard.append(self._hear)

    def _hear(self, data: bytes, now: float) -> None:
        packets: list[Packet] = self._decoder.feed(data)
        self.requests += map(read_request, packets)
        self.at += [now] * len(packets)


@pytest.fixture
def heard(rig: Rig) -> Heard:
    return Heard(rig)


def test_nothing_is_said_before_init_and_then_its_answer(
    rig: Rig, host: Host, heard: Heard
) -> None:
    host.retry(INIT_EVERY_S - 0.1)
    assert heard.requests == []
    host.retry(0.3)
    assert heard.requests[:2] == [InitAck(), GetMode()]
    assert host.report.link is Link.UP


def test_a_device_that_another_host_left_pulsing_is_waited_for(
    rig: Rig, host: Host, heard: Heard
) -> None:
    host.start(WORK, 1)
    another = rig.host_after_a_crash()
    heard.requests.clear()
    assert another.meet().link is Link.UP
    assert InitAck() in heard.requests
    assert not any(rig.device.output.in_force)


def test_another_version_of_the_protocol_is_refused(rig: Rig, host: Host) -> None:
    rig.troubles.version = 2
    host.retry(2)
    assert host.report.faults == {"board_layout"}
    assert host.report.link is Link.DOWN


def test_a_zero_set_point_makes_the_list_and_starts_nothing(
    rig: Rig, host: Host, heard: Heard
) -> None:
    host.meet()
    host.apply(set_point(0), 1)
    assert host.report.state is BoardState.ARMED
    assert rig.device.mode is Mode.INITIALISED
    assert not any(isinstance(request, StartList) for request in heard.requests)


def test_a_set_point_from_before_a_zero_was_agreed_to_never_flows(
    rig: Rig, host: Host, heard: Heard
) -> None:
    host.meet()
    rig.driver.apply(WORK, host.now)
    host.idle(0.25)
    assert host.report.state is BoardState.ARMED
    assert not any(isinstance(request, StartList) for request in heard.requests)
    assert not rig.flows()


def test_a_rest_stops_the_device_and_makes_the_next_list(
    rig: Rig, host: Host, heard: Heard
) -> None:
    host.start(WORK)
    heard.requests.clear()
    host.apply(set_point(0), 0.2)
    assert rig.device.mode is Mode.INITIALISED
    said = [type(request) for request in heard.requests if request != GetMode()]
    assert said == [StopList, InitList]
    assert host.report.agreed_at is not None
    assert host.report.state is BoardState.ON
    assert host.report.output is Output.OFF


def test_something_is_said_four_times_within_the_watchdogs_time(
    rig: Rig, host: Host, heard: Heard
) -> None:
    host.start(WORK)
    for level in (20, 0):
        heard.at.clear()
        host.apply(set_point(level), 10)
        gaps = [after - before for before, after in zip(heard.at, heard.at[1:], strict=False)]
        assert max(gaps) <= WATCHDOG_S / 3


@pytest.mark.parametrize(
    ("trouble", "fault"), [("emergency", "emergency_stop"), ("module", "board_defect")]
)
def test_what_stops_the_device_is_a_fault_with_words(
    rig: Rig, host: Host, trouble: str, fault: str
) -> None:
    host.start(WORK)
    setattr(rig.troubles, trouble, True)
    host.apply(WORK, 0.2)
    assert host.report.faults == {fault}
    assert "the board says" in str(rig.driver.details)
    rig.flows()
    host.off(0.5)
    assert not rig.flows()


def test_a_lead_that_is_off_is_no_fault_and_may_be_either(rig: Rig, host: Host) -> None:
    both = set_point(20, 17)
    host.start(both)
    assert host.apply(both, 0.5).contact == (Contact.GOOD, Contact.GOOD)
    rig.lift(0)
    host.apply(both, 0.3)
    assert host.report.contact == (Contact.OPEN, Contact.OPEN)
    assert host.report.faults == frozenset()
    rig.flows()
    # However long the hand takes, nothing begins again by itself.
    host.apply(both, 2)
    assert not rig.flows()
    host.off(0.3)
    assert host.report.contact == (Contact.UNKNOWN, Contact.UNKNOWN)


def test_a_device_that_stopped_without_a_word_is_found_out(rig: Rig, host: Host) -> None:
    host.start(WORK)
    rig.troubles.hushes = rig.troubles.module = True
    host.apply(WORK, 0.5)
    assert host.report.faults == {"board_stopped_itself"}


@pytest.mark.parametrize("result", [Result.TRANSFER, Result.PARAMETER, Result.WRONG_MODE])
def test_a_refusal_is_a_fault(rig: Rig, host: Host, result: Result) -> None:
    host.start(WORK)
    rig.troubles.refuses = result
    host.apply(set_point(22), 0.1)
    assert host.report.faults == {"board_disagrees"}
    assert result.name.lower().replace("_", " ") in str(rig.driver.details)
    rig.troubles.refuses = None
    host.off(0.3)


def test_a_busy_device_is_asked_again_for_a_quarter_of_a_second(rig: Rig, host: Host) -> None:
    host.start(WORK)
    rig.troubles.refuses = Result.BUSY
    host.apply(set_point(22), 0.15)
    assert host.report.faults == frozenset()
    assert host.report.refusals
    rig.troubles.refuses = None
    host.apply(set_point(22), 0.2)
    assert host.report.in_force == (22, 0)
    rig.troubles.refuses = Result.BUSY
    host.apply(set_point(24), 0.5)
    assert host.report.faults == {"board_disagrees"}
    rig.troubles.refuses = None
    host.off(0.3)


def test_a_change_that_the_device_may_have_skipped_is_said_again(rig: Rig, host: Host) -> None:
    rig.troubles.skips = True
    host.start(set_point(10, hz=5), 2)
    host.apply(set_point(8, hz=5), 0.05)
    host.apply(set_point(6, hz=5), 1)
    assert rig.pulses[-1].amplitude_ma == 6


def test_another_frequency_needs_another_list_and_begins_faintly(rig: Rig, host: Host) -> None:
    host.start(set_point(10, hz=50), 1)
    changed_at = host.now
    host.apply(set_point(10, hz=20), 1)
    after = [pulse for pulse in rig.pulses if pulse.at > changed_at and pulse.frequency_hz == 20]
    assert after[0].amplitude_ma == 1
    assert after[-1].amplitude_ma == 10
    assert rig.pulses[-1] in after
    assert host.report.faults == frozenset()


def test_nothing_exceeds_the_hard_limits_whatever_is_asked(rig: Rig, host: Host) -> None:
    host.start(set_point(60, hz=500, us=5000), 3)
    assert max(pulse.amplitude_ma for pulse in rig.pulses) <= 80
    assert {pulse.width_us for pulse in rig.pulses} == {400}
    assert max(pulse.frequency_hz for pulse in rig.pulses) <= 120


def test_the_session_s_ceilings_hold_a_second_time(rig: Rig, host: Host) -> None:
    low = CEILINGS.but(amplitude=12.0, pulse_width_us=200, frequency_hz=20.0)
    host.start(replace(set_point(20, hz=50, us=300), ceilings=low), 2)
    assert max(pulse.amplitude_ma for pulse in rig.pulses) == 12
    assert {pulse.width_us for pulse in rig.pulses} == {200}
    assert {pulse.frequency_hz for pulse in rig.pulses} == {20}
