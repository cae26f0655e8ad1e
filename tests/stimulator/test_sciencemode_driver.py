"""The driver of P24 and RehaMove3: its requests, and its verdicts on the replies."""

import dataclasses
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.session.board import BoardState, Contact, Link, Output
from appliance.simulator.boards.sciencemode.models import P24, REHAMOVE3, Model
from appliance.stimulator.sciencemode.codec import Decoder
from appliance.stimulator.sciencemode.driver import ScienceModeStimulator
from appliance.stimulator.sciencemode.messages import (
    ChannelState,
    GetBattery,
    GetCurrentData,
    GetExtendedVersion,
    GetMainVersion,
    GetStatus,
    HighVoltage,
    Init,
    Level,
    LowStop,
    Request,
    Result,
    Stop,
    ask,
    read_request,
)
from appliance.stimulator.sciencemode.pulses import Train, Update, biphasic
from tests.stimulator.rigs import CEILINGS, Host, Rig, rig_of_model, set_point

WORK = set_point(20)
REST = set_point(0)


class Listener:
    """Hears what the host says, with the time of each request."""

    def __init__(self, rig: Rig) -> None:
        self.heard: list[tuple[float, Request | None]] = []
        decoder, feed = Decoder(), rig.device.feed

        def listen(data: bytes, now: float) -> None:
            self.heard += [(now, read_request(packet)) for packet in decoder.feed(data)]
            feed(data, now)

        rig.device.feed = listen  # type: ignore[method-assign]

    def take(self) -> list[Request | None]:
        requests = [request for _, request in self.heard]
        self.heard = []
        return requests

    def times_of(self, kind: type[object]) -> list[float]:
        return [at for at, request in self.heard if isinstance(request, kind)]


@pytest.fixture(params=["p24", "rehamove3"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    rig = rig_of_model(request.param, tmp_path)
    yield rig
    rig.end()


@pytest.fixture
def p24(tmp_path: Path) -> Iterator[Rig]:
    rig = rig_of_model("p24", tmp_path)
    yield rig
    rig.end()


@pytest.fixture
def rehamove3(tmp_path: Path) -> Iterator[Rig]:
    rig = rig_of_model("rehamove3", tmp_path)
    yield rig
    rig.end()


@pytest.fixture
def host(rig: Rig) -> Host:
    return rig.host()


@pytest.fixture
def listener(rig: Rig) -> Listener:
    return Listener(rig)


def seen(host: Host) -> set[str]:
    return set().union(*(report.faults for report in host.reports))


# Who is there


def test_it_says_what_the_device_is_within_the_appliance_s_limits(rig: Rig, host: Host) -> None:
    identity = host.retry(0.3).identity
    assert identity is not None
    assert identity.firmware == f"{rig.device.model.name} 1.2.3"
    assert (identity.step, identity.maximum) == (0.5, 80)
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
    rig.device._become(Level.LOW_INITIALISED, HighVoltage.V150)
    listener = Listener(rig)
    assert host.retry(0.3).link is Link.UP
    assert LowStop() in listener.take()
    assert rig.device.level is Level.NONE


def test_a_level_that_cannot_be_stopped_is_a_fault(rig: Rig, host: Host) -> None:
    leave_running(rig)
    rig.troubles.refuses = Result.HIGH_VOLTAGE
    host.retry(2)
    assert "board_disagrees" in seen(host)
    assert host.report.link is not Link.UP
    rig.troubles.refuses = None


def leave_running(rig: Rig) -> None:
    for number, request in enumerate((Init(), Update())):
        rig.device.feed(ask(number, request), 0.0)
    rig.device.take_output(0.0)
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
    rig.device._become(Level.MID_RUNNING, HighVoltage.V150)
    host.off(0.3)
    assert "board_disagrees" in seen(host)
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
    host.start(WORK)
    rig.troubles.deaf = True
    while not rig.driver.port._begun:
        rig.driver.port.send(b"\x0f" * 64)
    host.apply(set_point(25), rig.notices_s)
    assert "board_silent" in seen(host)
    rig.troubles.deaf = False
    listener.take()
    host.off(0.1)
    assert Update not in {type(request) for request in listener.take()}
    assert rig.device.level is Level.NONE


def test_a_frame_that_was_cut_in_two_is_ended_before_the_stop(rig: Rig, host: Host) -> None:
    host.start(WORK)
    raw = bytearray()
    feed = rig.device.feed
    rig.device.feed = lambda data, now: (raw.extend(data), feed(data, now))[1]  # type: ignore[method-assign]
    # Cut behind the first half of an escaped byte: a start alone would be its second half.
    rig.driver.port.send(ask(1, GetStatus())[:2])
    rig.clock.wait([], host.now)
    rig.driver.port._begun = b"\xd5"
    rig.driver.off(host.now)
    rig.clock.wait([], host.now)
    assert raw.startswith(b"\xf0\x81\x0f\xf0\x81")
    assert rig.device.level is Level.NONE


# What is answered


@pytest.mark.parametrize(
    ("result", "fault"),
    [
        (Result.TRANSFER, "board_disagrees"),
        (Result.PARAMETER, "board_disagrees"),
        (Result.UNKNOWN_COMMAND, "board_disagrees"),
        (Result.STIMULATION_TIMEOUT, "board_stopped_itself"),
        (Result.NOT_INITIALISED, "board_reset"),
        (Result.HIGH_VOLTAGE, "board_high_voltage"),
        (Result.PULSE_TIMEOUT, "board_defect"),
        (Result.OTHER, "board_defect"),
    ],
)
def test_a_bad_result_is_a_fault_with_its_words(
    rig: Rig, host: Host, result: Result, fault: str
) -> None:
    host.start(WORK)
    rig.troubles.refuses = result
    host.apply(WORK, 0.5)
    assert seen(host) == {fault}
    assert result.name.lower().replace("_", " ") in str(rig.driver.details)
    rig.troubles.refuses = None
    host.off(0.2)
    assert rig.device.level is Level.NONE


@pytest.mark.parametrize("result", [Result.ELECTRODE, Result.PULSE_LOW_CURRENT])
def test_a_lead_result_that_names_no_channel_means_every_channel_in_use(
    rig: Rig, host: Host, result: Result
) -> None:
    host.start(WORK)
    rig.troubles.refuses = result
    host.apply(WORK, 0.5)
    assert host.report.contact == (Contact.OPEN, Contact.OPEN)
    assert seen(host) == set()
    rig.troubles.refuses = None


def test_contact_is_known_from_15_ma_on(host: Host) -> None:
    host.start(set_point(20, 14.5), 2)
    assert host.report.contact == (Contact.GOOD, Contact.UNKNOWN)
    host.apply(REST, 0.1)
    assert host.report.contact == (Contact.UNKNOWN, Contact.UNKNOWN)


def test_after_a_lead_came_off_nothing_sets_the_channel_going_again(
    rig: Rig, host: Host, listener: Listener
) -> None:
    host.start(WORK)
    rig.lift(1)
    host.apply(WORK, 0.6)
    assert host.report.contact[1] is Contact.OPEN
    pulses, asked = len(rig.pulses), set_point(18)
    listener.take()
    host.apply(asked, 0.3)
    assert Update not in {type(request) for request in listener.take()}
    assert not any(pulse.channel == 1 for pulse in rig.pulses[pulses:])


def test_an_open_lead_is_forgotten_with_the_stop(rig: Rig, host: Host) -> None:
    host.start(WORK)
    rig.lift(0)
    host.apply(WORK, 0.5)
    assert host.report.contact[0] is Contact.OPEN
    host.off(0.1)
    assert host.report.contact == (Contact.UNKNOWN, Contact.UNKNOWN)
    assert host.report.state is BoardState.OFF


def test_a_lead_that_is_off_is_noticed_within_a_second_of_a_ramp(rig: Rig, host: Host) -> None:
    host.start(set_point(16))
    rig.lift(1)
    began = host.now
    for step in range(50):
        ma = 16 + step / 2
        host.send(lambda now, ma=ma: rig.driver.apply(set_point(ma), now), 0.02)
        if host.report.contact[1] is Contact.OPEN:
            break
    assert host.report.contact[1] is Contact.OPEN
    assert host.now - began < 1


def test_pulses_that_stopped_by_themselves_are_a_fault(rig: Rig, host: Host) -> None:
    host.start(WORK)
    rig.device._pause(host.now, "by itself")
    rig.device.output.apply(host.now, Update())
    host.apply(WORK, 1.2)
    assert "board_stopped_itself" in seen(host)


def test_a_channel_s_pulse_timeout_is_the_device_s_own_trouble(p24: Rig) -> None:
    host = p24.host()
    host.start(WORK)
    p24.device.troubles.claimed = (ChannelState.PULSE_TIMEOUT,)
    host.apply(WORK, 0.5)
    assert seen(host) == {"board_defect"}


def test_states_of_channels_that_are_not_used_mean_nothing(p24: Rig) -> None:
    host = p24.host()
    ok, electrode = ChannelState.OK, ChannelState.ELECTRODE
    p24.device.troubles.claimed = (ok, ok, *(electrode,) * 6)
    host.start(WORK, 2)
    assert seen(host) == set()
    assert host.report.contact == (Contact.GOOD, Contact.GOOD)


@pytest.mark.parametrize(
    ("percent", "faults"), [(80, set()), (15, {"supply_low"}), (5, {"supply_empty"})]
)
def test_the_battery_of_a_rehamove3_is_asked_for(
    rehamove3: Rig, percent: int, faults: set[str]
) -> None:
    rehamove3.device.battery_percent = percent
    report = rehamove3.host().retry(0.5)
    assert report.faults == faults
    assert report.battery_low is bool(faults)


# What is delivered


def test_amplitudes_are_rounded_down_to_half_a_milliampere(rig: Rig, host: Host) -> None:
    host.start(set_point(20.49, 7.9), 1.5)
    newest = {pulse.channel: pulse.amplitude_ma for pulse in rig.pulses}
    assert newest == {0: 20.0, 1: 7.5}
    assert host.report.in_force == (20.0, 7.5)


def test_the_session_s_ceiling_holds_a_second_time(rig: Rig, host: Host) -> None:
    low = dataclasses.replace(set_point(0).ceilings, amplitude=12.0)
    host.start(dataclasses.replace(set_point(20), ceilings=low), 2)
    assert max(pulse.amplitude_ma for pulse in rig.pulses) == 12


def test_whatever_is_asked_the_hard_limits_hold(rig: Rig, host: Host) -> None:
    wild = dataclasses.replace(
        set_point(500, hz=400, us=4000),
        ceilings=dataclasses.replace(set_point(0).ceilings, amplitude=500.0),
    )
    host.start(wild, 4)
    for pulse in rig.pulses:
        assert pulse.amplitude_ma <= 80
        assert pulse.width_us <= 400
        assert pulse.frequency_hz <= 120
        assert pulse.charge_uc <= 40


@pytest.mark.parametrize("hz", [3, 5, 10, 33, 35, 45, 50, 80, 119, 120])
def test_the_pulses_of_a_minute_are_those_of_the_frequency(rig: Rig, host: Host, hz: float) -> None:
    asked = set_point(10, hz=hz)
    host.start(asked, 1)
    before, began = len(rig.pulses), host.now
    host.apply(asked, 60)
    count = sum(pulse.channel == 0 for pulse in rig.pulses[before:])
    wanted = hz * (host.now - began)
    # At 120 Hz the device's own period is a little longer, never shorter.
    slack = wanted * 0.03 if hz > 100 else 1.5
    assert wanted - slack <= count <= wanted + 1.5


def test_a_model_is_told_periods_that_it_has(rig: Rig, host: Host) -> None:
    listener = Listener(rig)
    host.start(set_point(10, hz=35), 12)
    model: Model = rig.device.model
    updates = [one for one in listener.take() if isinstance(one, Update)]
    periods = {train.period_quarter_ms for one in updates for train in one.trains}
    assert periods == ({114, 115} if model is P24 else {114, 116})


# What it must not be quiet about


def test_a_channel_s_state_that_nobody_knows_is_a_fault_and_no_contact(
    p24: Rig,
) -> None:
    host = p24.host()
    host.start(WORK)
    p24.device.troubles.claimed = (ChannelState.OTHER,)
    host.apply(WORK, 0.5)
    assert seen(host) == {"board_defect"}
    p24.flows()
    host.off(0.2)
    assert not p24.flows()


def test_a_channel_that_pulses_though_nobody_asked_for_it_is_a_fault(p24: Rig) -> None:
    host = p24.host()
    host.start(set_point(20, 0), 2)
    assert seen(host) == set()
    train = Train(2, 80, biphasic(20.0, 250, 100))
    p24.device.output._drive(host.now, 1, train)
    host.apply(set_point(20, 0), 0.5)
    assert seen(host) == {"board_disagrees"}
    assert p24.device.level is Level.NONE


def test_a_device_that_goes_on_in_a_rest_is_a_fault_within_a_second(p24: Rig) -> None:
    host = p24.host()
    host.start(WORK)
    p24.troubles.stuck = True
    host.apply(REST, 1)
    assert seen(host) == {"board_disagrees"}
    assert "told to rest" in str(p24.driver.details)
    assert p24.device.level is Level.NONE


@pytest.mark.parametrize("times", [1, 5])
def test_rests_and_contractions_in_turn_are_no_fault(p24: Rig, times: int) -> None:
    host = p24.host()
    host.start(WORK)
    for _ in range(times):
        host.apply(REST, 1)
        host.apply(WORK, 1)
    assert seen(host) == set()


def test_the_session_s_ceiling_of_the_pulse_width_holds(rig: Rig, host: Host) -> None:
    low = dataclasses.replace(CEILINGS, pulse_width_us=200)
    asked = dataclasses.replace(set_point(10, us=300), ceilings=low)
    host.start(asked)
    assert {pulse.width_us for pulse in rig.pulses[1:]} == {200}


def test_the_session_s_ceiling_of_the_frequency_holds(rig: Rig, host: Host) -> None:
    low = dataclasses.replace(CEILINGS, frequency_hz=20.0)
    host.start(dataclasses.replace(set_point(10, hz=50), ceilings=low))
    assert {pulse.frequency_hz for pulse in rig.pulses[1:]} == {20}


def test_an_init_whose_answer_got_lost_is_followed_by_a_stop(
    rig: Rig, host: Host, listener: Listener
) -> None:
    """It cannot be said twice, and nobody knows whether the high voltage is on."""
    host.start(WORK)
    host.off(0.2)
    listener.take()
    rig.troubles.silent = True
    host.apply(REST, 0.3)
    said = [(at, type(one)) for at, one in listener.heard if not isinstance(one, GetStatus)]
    (init_at, init), (stop_at, stop), *_ = said
    assert (init, stop) == (Init, Stop)
    assert stop_at - init_at < 0.1
    rig.troubles.silent = False


def test_down_reaches_the_device_though_the_answer_to_the_last_up_got_lost(
    rig: Rig, host: Host
) -> None:
    """Whether the up came through is not known: what was agreed before it counts no more."""
    host.start(WORK, 1.5)
    rig.troubles.silent = True
    for _ in range(8):
        host.send(lambda now: rig.driver.apply(set_point(22), now), 0.02)
        if rig.device.output.in_force[0] > 20:
            break
    assert rig.device.output.in_force[0] > 20
    rig.troubles.silent = False
    host.apply(WORK, 0.3)
    assert rig.device.output.in_force[:2] == [20, 20]
    assert seen(host) == set()
