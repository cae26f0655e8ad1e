"""The verdicts of the driver of P24 and RehaMove3 on what is answered, and what is delivered."""

import pytest
from msgspec.structs import replace

from appliance.session.board import BoardState, Contact
from appliance.simulator.boards.sciencemode.models import P24, Model
from appliance.simulator.body import Pads
from appliance.stimulator.sciencemode.messages import (
    ChannelState,
    GetCurrentData,
    GetStatus,
    Init,
    Level,
    Result,
    Stop,
)
from appliance.stimulator.sciencemode.pulses import Train, Update, biphasic
from tests.stimulator.rigs import CEILINGS, Host, Rig, set_point
from tests.stimulator.sciencemode.listener import Listener

WORK = set_point(20)
BOTH = set_point(20, 17)
REST = set_point(0)


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
    assert host.seen() == {fault}
    assert result.name.lower().replace("_", " ") in str(rig.driver.details)
    rig.troubles.refuses = None
    host.off(0.2)
    assert rig.device.level is Level.NONE


@pytest.mark.parametrize("result", [Result.ELECTRODE, Result.PULSE_LOW_CURRENT])
def test_a_lead_result_that_names_no_channel_means_every_channel_in_use(
    rig: Rig, host: Host, result: Result
) -> None:
    host.start(BOTH)
    rig.troubles.refuses = result
    host.apply(BOTH, 0.5)
    assert host.report.contact == (Contact.OPEN, Contact.OPEN)
    assert host.seen() == set()
    assert host.report.refusals
    rig.troubles.refuses = None


def test_contact_is_known_from_15_ma_on(host: Host) -> None:
    host.start(set_point(20, 14.5), 2)
    assert host.report.contact == (Contact.GOOD, Contact.UNKNOWN)
    host.apply(REST, 0.1)
    assert host.report.contact == (Contact.UNKNOWN, Contact.UNKNOWN)


def test_after_a_lead_came_off_nothing_sets_the_channel_going_again(
    rig: Rig, host: Host, listener: Listener
) -> None:
    host.start(BOTH)
    rig.lift(1)
    host.apply(BOTH, 0.6)
    assert host.report.contact[1] is Contact.OPEN
    pulses, asked = len(rig.pulses), set_point(18, 16)
    listener.take()
    host.apply(asked, 0.3)
    assert Update not in {type(request) for request in listener.take()}
    assert not any(pulse.channel == 1 for pulse in rig.pulses[pulses:])


def test_no_update_sets_a_channel_going_that_the_device_has_just_stopped(
    rig: Rig, host: Host
) -> None:
    """The pad is back on the skin: what is sent now would flow at once, and in full."""
    host.start(set_point(20, 17), 1.5)
    for step in range(1, 12):
        if step == 4:
            rig.lift(1)
        host.send(lambda now, ma=20 + step / 2: rig.driver.apply(set_point(ma, 17), now), 0.02)
        if step == 5:
            assert not rig.device.output.active[1]
            rig.device.body.place(1, Pads.GOOD)
            pulses = len(rig.pulses)
    assert host.report.contact[1] is Contact.OPEN
    assert not any(pulse.channel == 1 for pulse in rig.pulses[pulses:])


def test_a_look_from_before_the_pad_came_off_is_not_enough_for_an_update(
    rig: Rig, host: Host, listener: Listener
) -> None:
    host.start(set_point(20, 17), 1.5)
    while not (looks := listener.times_of(GetCurrentData)) or looks[-1] < host.now - 0.06:
        host.apply(set_point(20, 17), 0.05)
    rig.lift(1)
    host.apply(set_point(20, 17), 0.1)
    assert not rig.device.output.active[1]
    pulses = len(rig.pulses)
    host.apply(set_point(20.5, 17), 0.1)
    assert host.report.contact[1] is Contact.OPEN
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
    host.start(set_point(16, 16))
    rig.lift(1)
    began = host.now
    for step in range(50):
        ma = 16 + step / 2
        host.send(lambda now, ma=ma: rig.driver.apply(set_point(ma, ma), now), 0.02)
        if host.report.contact[1] is Contact.OPEN:
            break
    assert host.report.contact[1] is Contact.OPEN
    assert host.now - began < 1


def test_pulses_that_stopped_by_themselves_are_a_fault(rig: Rig, host: Host) -> None:
    host.start(WORK)
    rig.device.output.stop(host.now, "by itself")
    host.apply(WORK, 1.2)
    assert "board_stopped_itself" in host.seen()


def test_a_channel_s_pulse_timeout_is_the_device_s_own_trouble(p24: Rig) -> None:
    host = p24.host()
    host.start(WORK)
    p24.device.troubles.claimed = (ChannelState.PULSE_TIMEOUT,)
    host.apply(WORK, 0.5)
    assert host.seen() == {"board_defect"}


def test_states_of_channels_that_are_not_used_mean_nothing(p24: Rig) -> None:
    host = p24.host()
    ok, electrode = ChannelState.OK, ChannelState.ELECTRODE
    p24.device.troubles.claimed = (ok, ok, *(electrode,) * 6)
    host.start(BOTH, 2)
    assert host.seen() == set()
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
    low = set_point(0).ceilings.but(amplitude=12.0)
    host.start(replace(set_point(20), ceilings=low), 2)
    assert max(pulse.amplitude_ma for pulse in rig.pulses) == 12


def test_whatever_is_asked_the_hard_limits_hold(rig: Rig, host: Host) -> None:
    wild = replace(
        set_point(500, hz=400, us=4000),
        ceilings=set_point(0).ceilings.but(amplitude=500.0),
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
    assert host.seen() == {"board_defect"}
    p24.flows()
    host.off(0.2)
    assert not p24.flows()


def test_a_channel_that_pulses_though_nobody_asked_for_it_is_a_fault(p24: Rig) -> None:
    host = p24.host()
    host.start(set_point(20, 0), 2)
    assert host.seen() == set()
    trains = (Train(channel, 80, biphasic(20.0, 250, 100)) for channel in (1, 2))
    p24.device.output.apply(host.now, Update(tuple(trains)))
    host.apply(set_point(20, 0), 0.5)
    assert host.seen() == {"board_disagrees"}
    assert p24.device.level is Level.NONE


def test_a_device_that_goes_on_in_a_rest_is_a_fault_within_a_second(p24: Rig) -> None:
    host = p24.host()
    host.start(WORK)
    p24.troubles.stuck = True
    host.apply(REST, 1)
    assert host.seen() == {"board_disagrees"}
    assert "told to rest" in str(p24.driver.details)
    assert p24.device.level is Level.NONE


@pytest.mark.parametrize("times", [1, 5])
def test_rests_and_contractions_in_turn_are_no_fault(p24: Rig, times: int) -> None:
    host = p24.host()
    host.start(WORK)
    for _ in range(times):
        host.apply(REST, 1)
        host.apply(WORK, 1)
    assert host.seen() == set()


def test_the_session_s_ceiling_of_the_pulse_width_holds(rig: Rig, host: Host) -> None:
    low = CEILINGS.but(pulse_width_us=200)
    asked = replace(set_point(10, us=300), ceilings=low)
    host.start(asked)
    assert {pulse.width_us for pulse in rig.pulses[1:]} == {200}


def test_the_session_s_ceiling_of_the_frequency_holds(rig: Rig, host: Host) -> None:
    low = CEILINGS.but(frequency_hz=20.0)
    host.start(replace(set_point(10, hz=50), ceilings=low))
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
    host.start(BOTH, 1.5)
    obey = rig.device.output.apply

    def obey_in_silence(now: float, update: Update) -> None:
        obey(now, update)
        rig.troubles.silent = True

    rig.device.output.apply = obey_in_silence
    for _ in range(4):
        host.send(lambda now: rig.driver.apply(set_point(22, 19), now), 0.02)
    assert rig.device.output.in_force[0] > 20
    rig.device.output.apply = obey
    rig.troubles.silent = False
    host.apply(BOTH, 0.3)
    assert rig.device.output.in_force[:2] == [20, 17]
    assert host.seen() == set()
