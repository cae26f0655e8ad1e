"""What the maker's documents say of a P24 and a RehaMove3, judged by the pulses delivered."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.simulator.boards.sciencemode.models import P24, REHAMOVE3, Model
from appliance.simulator.body import Pads
from appliance.simulator.pulse_witness import RULES
from appliance.stimulator.sciencemode.codec import Decoder, encode
from appliance.stimulator.sciencemode.messages import (
    ChannelState,
    Command,
    GetBattery,
    GetCurrentData,
    GetDeviceId,
    GetExtendedVersion,
    GetMainVersion,
    HighVoltage,
    Init,
    Level,
    Request,
    Result,
    Selection,
    Stop,
    ask,
)
from appliance.stimulator.sciencemode.pulses import Point, Update, biphasic
from appliance.stimulator.sciencemode.replies import (
    Ack,
    Battery,
    DeviceId,
    ExtendedVersion,
    GeneralError,
    MainVersion,
    UnknownCommand,
)
from tests.simulator.sciencemode_rig import DeviceBench, one, train, update

BOTH = pytest.mark.parametrize("model", [P24, REHAMOVE3], ids=lambda model: model.name)


# Who it is


def test_a_p24_and_a_rehamove3_tell_their_versions_by_different_commands() -> None:
    p24, rehamove3 = DeviceBench(P24), DeviceBench(REHAMOVE3)
    assert isinstance(p24.ask(GetExtendedVersion()), ExtendedVersion)
    assert isinstance(rehamove3.ask(GetMainVersion()), MainVersion)
    assert isinstance(rehamove3.ask(GetBattery()), Battery)
    assert p24.ask(GetMainVersion()) == UnknownCommand()
    assert p24.ask(GetBattery()) == UnknownCommand()
    assert rehamove3.ask(GetExtendedVersion()) == UnknownCommand()


@BOTH
def test_it_tells_its_id(model: Model) -> None:
    assert DeviceBench(model).ask(GetDeviceId()) == DeviceId("SIMULATED")


@BOTH
def test_an_unknown_command_is_answered_as_such_with_its_number(model: Model) -> None:
    bench = DeviceBench(model)
    assert bench.write(encode(17, 500)) == [UnknownCommand()]
    assert bench.packets[0].number == 17


# Levels and high voltage


@BOTH
def test_high_voltage_is_on_from_init_to_stop(model: Model) -> None:
    bench = DeviceBench(model, init=False)
    assert (bench.status().level, bench.status().high_voltage) == (Level.NONE, HighVoltage.OFF)
    assert bench.result(Init()) is Result.OK
    assert bench.status().level is Level.MID_INITIALISED
    assert bench.status().high_voltage is HighVoltage.V150
    assert bench.result(update()) is Result.OK
    assert bench.status().level is Level.MID_RUNNING
    assert bench.stop() is Result.OK
    assert (bench.status().level, bench.status().high_voltage) == (Level.NONE, HighVoltage.OFF)
    assert not bench.delivers()


@BOTH
def test_nothing_of_the_middle_level_goes_before_init(model: Model) -> None:
    bench = DeviceBench(model, init=False)
    for request in (update(), GetCurrentData(model.selection), Stop()):
        assert bench.result(request) is Result.NOT_INITIALISED
    assert not bench.delivers()


def test_the_low_level_bars_the_middle_one_until_it_is_stopped() -> None:
    bench = DeviceBench(init=False)
    bench.write(encode(1, 0, b"\x00"))
    assert bench.status().level is Level.LOW_INITIALISED
    assert bench.result(Init()) is Result.NOT_INITIALISED
    assert bench.result(update()) is Result.NOT_INITIALISED
    bench.write(encode(2, 4))
    assert bench.result(Init()) is Result.OK


def test_init_while_it_runs_stops_the_pulses() -> None:
    bench = DeviceBench()
    bench.ask(update())
    bench.ask(Init())
    assert not bench.delivers()
    assert bench.status().level is Level.MID_INITIALISED


@BOTH
def test_a_restart_forgets_everything(model: Model) -> None:
    bench = DeviceBench(model)
    bench.ask(update())
    bench.device.reset(bench.now)
    assert not bench.delivers()
    assert bench.status().level is Level.NONE
    assert bench.changes[-1].why == "reset"
    assert bench.result(update()) is Result.NOT_INITIALISED


def test_a_p24_acknowledges_a_reset_and_a_rehamove3_does_not() -> None:
    for model, said in ((P24, [Ack(Command.RESET, Result.OK)]), (REHAMOVE3, [])):
        bench = DeviceBench(model)
        bench.ask(update())
        assert bench.write(encode(1, Command.RESET)) == said
        assert not bench.delivers()


# The dead-man


@BOTH
@pytest.mark.parametrize("keeps", ["update", "look"])
def test_an_update_or_a_look_keeps_it_going_for_two_seconds(model: Model, keeps: str) -> None:
    bench = DeviceBench(model)
    bench.ask(update(quarters=40))
    bench.pass_time(1.9)
    if keeps == "update":
        bench.ask(update(quarters=40))
    else:
        bench.look()
    bench.pass_time(1.99)
    assert bench.delivers(0.02)
    assert not bench.delivers(5)
    assert bench.pulses[-1].at < 10.0 + 1.9 + 2.0


@BOTH
def test_the_dead_man_leaves_level_and_high_voltage_and_an_update_alone_goes_on(
    model: Model,
) -> None:
    bench = DeviceBench(model)
    bench.ask(update())
    bench.pass_time(3)
    assert bench.changes[-1].why == "dead_man"
    assert bench.changes[-1].at == 12.0
    assert bench.status().level is Level.MID_INITIALISED
    assert bench.status().high_voltage is HighVoltage.V150
    bench.look()
    assert not bench.delivers()
    bench.ask(update())
    assert bench.delivers()


@pytest.mark.parametrize(
    "request_", [Stop(), Init(), GetExtendedVersion(), Update((train(131.0),))], ids=str
)
def test_nothing_else_keeps_it_going(request_: Request) -> None:
    bench = DeviceBench()
    bench.ask(update())
    bench.pass_time(1.9)
    bench.ask(request_)
    bench.pass_time(0.1)
    assert not bench.delivers()


# Pulses


@BOTH
def test_pulses_come_at_exactly_the_period_of_the_update(model: Model) -> None:
    bench = DeviceBench(model)
    bench.ask(update(1.0, quarters=114))
    bench.hold(60)
    assert len(bench.of(0)) == len(bench.of(1)) == int(60 / 0.0285) + 1
    assert bench.device.output.delivered[:2] == [len(bench.of(0))] * 2
    gaps = {round(b.at - a.at, 9) for a, b in itertools.pairwise(bench.of(0))}
    assert gaps == {0.0285}
    assert bench.witness.broken == []


def test_a_period_in_quarters_of_a_millisecond_is_for_a_p24_only() -> None:
    assert DeviceBench(P24).result(update(quarters=115)) is Result.OK
    assert DeviceBench(REHAMOVE3).result(update(quarters=115)) is Result.PARAMETER


def test_a_pulse_is_as_strong_and_as_long_as_its_points() -> None:
    bench = DeviceBench()
    bench.ask(Update((train(20.5, 2, us=250),)))
    (pulse,) = bench.of(1)
    assert (pulse.amplitude_ma, pulse.measured_ma, pulse.width_us) == (20.5, 20.5, 250)
    assert pulse.charge_uc == pytest.approx(5.125)
    assert pulse.net_charge_uc == 0
    assert pulse.gap_us == 100
    assert pulse.frequency_hz == 40.0


def test_one_stage_serves_all_channels_one_after_the_other() -> None:
    bench = DeviceBench()
    bench.ask(update())
    bench.pass_time(0.01)
    first, second = bench.pulses
    assert second.at - first.at == pytest.approx(660e-6)
    assert not any(RULES["apart"] in broken for broken in bench.witness.broken)


def test_a_point_shorter_than_10_us_lasts_10_us() -> None:
    bench = DeviceBench()
    bench.ask(one(Point(20, 3), Point(-20, 10)))
    assert bench.pulses[0].width_us == 10
    assert bench.pulses[0].net_charge_uc == 0


def test_an_update_keeps_the_rhythm_of_a_running_channel() -> None:
    bench = DeviceBench()
    for _ in range(40):
        bench.ask(update())
        bench.pass_time(0.01)
    assert len(bench.of(0)) == 16
    assert {round(b.at - a.at, 9) for a, b in itertools.pairwise(bench.of(0))} == {0.025}


@given(st.lists(st.tuples(st.integers(40, 400), st.integers(1, 60)), min_size=1, max_size=30))
def test_however_updates_come_no_two_pulses_are_closer_than_the_period(
    steps: list[tuple[int, int]],
) -> None:
    bench = DeviceBench()
    for quarters, wait_ms in steps:
        bench.ask(Update((train(1.0, quarters=quarters),)))
        bench.pass_time(wait_ms / 1000)
        bench.ask(Update())
        bench.ask(Update((train(1.0, quarters=quarters),)))
    for before, after in itertools.pairwise(bench.pulses):
        assert after.at - before.at > 0.999 / after.frequency_hz


def test_a_channel_that_the_update_leaves_out_is_silent() -> None:
    bench = DeviceBench()
    bench.ask(update())
    bench.ask(Update((train(),)))
    before = len(bench.of(1))
    bench.hold(1.2)
    assert len(bench.of(1)) == before
    assert bench.look().active[:2] == (True, False)
    bench.ask(Update())
    assert not bench.delivers()
    assert not any(bench.look().active)


def test_points_without_current_are_no_pulses() -> None:
    bench = DeviceBench()
    bench.ask(update())
    bench.pass_time(0.01)
    bench.ask(update(0.0))
    assert not bench.delivers()
    assert [change.why for change in bench.changes[-2:]] == ["rest", "rest"]
    assert bench.device.output.in_force[:2] == [0, 0]


def test_a_ramp_is_pulses_at_the_moment_a_channel_becomes_enabled_and_never_again() -> None:
    bench = DeviceBench()
    ramped = Update((train(20, ramp=3),))
    bench.ask(ramped)
    bench.pass_time(0.15)
    bench.ask(ramped)
    bench.pass_time(0.15)
    assert [pulse.amplitude_ma for pulse in bench.pulses][:5] == [5, 10, 15, 20, 20]
    assert {pulse.amplitude_ma for pulse in bench.pulses[3:]} == {20}
    bench.ask(Update())
    bench.pass_time(0.1)
    bench.ask(ramped)
    assert bench.pulses[-1].amplitude_ma == 5


def test_an_unbalanced_pulse_is_delivered_and_the_witness_says_so() -> None:
    bench = DeviceBench()
    assert bench.result(one(Point(1, 200), Point(0, 100), Point(-1, 100))) is Result.OK
    assert bench.pulses[0].net_charge_uc == pytest.approx(0.1)
    assert bench.witness.broken == ["10.0000 s, channel A: " + RULES["balance"]]


@pytest.mark.parametrize(
    ("strong", "rule"),
    [
        (one(*biphasic(80.5, 100, 0)), "limit"),
        (one(*biphasic(1, 401, 0)), "width"),
        (one(*biphasic(1, 100, 0), quarters=33), "frequency"),
        (one(*biphasic(101, 400, 0)), "charge"),
        (one(*biphasic(2, 100, 0)), "first"),
        (one(Point(20, 100), Point(20, 100), Point(-20, 200)), "first"),
        (one(Point(1, 300), Point(0, 10), Point(1, 200), Point(-1, 500)), "width"),
    ],
)
def test_whatever_no_pulse_may_be_the_device_delivers_and_the_witness_names(
    strong: Update, rule: str
) -> None:
    bench = DeviceBench()
    assert bench.result(strong) is Result.OK
    assert any(RULES[rule] in broken for broken in bench.witness.broken)


def test_pads_limit_what_flows() -> None:
    bench = DeviceBench()
    bench.device.body.place(0, Pads.LIFTING)
    bench.ask(one(Point(40, 100), Point(-20, 200)))
    pulse = bench.pulses[0]
    assert (pulse.amplitude_ma, pulse.measured_ma) == (40, 25)
    assert pulse.net_charge_uc == pytest.approx(25 * 0.1 - 20 * 0.2)


# What it refuses


@BOTH
@pytest.mark.parametrize(
    ("refused", "why"),
    [
        (one(*biphasic(130.5, 100, 0)), "above 130 mA"),
        (one(*biphasic(-130.5, 100, 0)), "above 130 mA"),
        (one(*biphasic(1, 100, 0), quarters=4 * 16383 + 2), "a period above 16383 ms"),
        (one(*biphasic(1, 4000, 0), quarters=32), "no time for it"),
        (Update((train(1, 1), train(131, 2))), "one channel is wrong"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_update_beyond_its_limits_is_refused_whole(
    model: Model, refused: Update, why: str
) -> None:
    bench = DeviceBench(model)
    if why.startswith("a period"):
        # The wire can say half a millisecond more than the device takes.
        data = bytes([1, 0x20, 0xFF, 0xFE]) + one(*biphasic(1, 100, 0)).pack()[4:]
        assert bench.write(encode(3, 32, data)) == [Ack(Command.UPDATE, Result.PARAMETER)]
    else:
        assert bench.result(refused) is Result.PARAMETER
    assert not bench.delivers()
    assert bench.status().level is Level.MID_INITIALISED


@BOTH
def test_the_very_limit_is_taken(model: Model) -> None:
    bench = DeviceBench(model)
    assert bench.result(one(*biphasic(130, 100, 0))) is Result.OK
    assert bench.result(one(*[Point(1, 10), Point(-1, 10)] * 8)) is Result.OK
    assert bench.result(one(*biphasic(1, 4000, 0), quarters=34)) is Result.OK


def test_the_time_of_all_channels_together_is_limited() -> None:
    def eight(quarters: int) -> Update:
        return Update(tuple(train(1, n, quarters=quarters, us=400) for n in range(1, 9)))

    bench = DeviceBench()
    # 8 x (900 + 60) us of each period.
    assert bench.result(eight(quarters=31)) is Result.OK
    assert bench.result(eight(quarters=30)) is Result.PARAMETER


def test_a_rehamove3_has_four_channels() -> None:
    bench = DeviceBench(REHAMOVE3)
    assert bench.result(Update((train(channel=4),))) is Result.OK
    assert bench.result(Update((train(channel=5),))) is Result.PARAMETER


@pytest.mark.parametrize(("model", "wrong"), [(P24, 2), (REHAMOVE3, 4)])
def test_current_data_of_the_other_model_is_refused(model: Model, wrong: int) -> None:
    bench = DeviceBench(model)
    assert bench.result(GetCurrentData(Selection(wrong))) is Result.PARAMETER


def test_a_command_with_the_wrong_bytes_is_refused() -> None:
    bench = DeviceBench()
    assert bench.write(encode(1, 32, b"\x01")) == [Ack(Command.UPDATE, Result.PARAMETER)]
    assert bench.write(encode(2, 34, b"\x01")) == [Ack(Command.STOP, Result.PARAMETER)]


def test_a_damaged_frame_is_an_error_and_nothing_happens() -> None:
    bench = DeviceBench()
    frame = bytearray(ask(5, update()))
    frame[20] ^= 1
    assert bench.write(bytes(frame)) == [GeneralError(Result.TRANSFER)]
    assert not bench.delivers()


# Contact


@BOTH
@pytest.mark.parametrize("channel", [0, 1])
def test_an_open_lead_is_noticed_from_15_ma_on(model: Model, channel: int) -> None:
    bench = DeviceBench(model)
    bench.device.body.place(channel, Pads.OPEN)
    bench.ask(update(14.5))
    bench.hold(1.2)
    assert set(bench.look().states) == {ChannelState.OK}
    assert {pulse.measured_ma for pulse in bench.of(channel)} == {0}
    bench.ask(update(15.0))
    bench.pass_time(0.05)
    look = bench.look()
    assert look.states[channel] is ChannelState.ELECTRODE
    assert look.states[1 - channel] is ChannelState.OK
    assert "electrode" in {change.why for change in bench.changes if change.channel == channel}


@BOTH
def test_an_open_lead_ends_the_pulses_of_its_channel_only(model: Model) -> None:
    bench = DeviceBench(model)
    bench.device.body.place(0, Pads.OPEN)
    bench.ask(update(20))
    before = len(bench.of(0)), len(bench.of(1))
    bench.pass_time(0.5)
    assert len(bench.of(0)) == before[0]
    assert len(bench.of(1)) > before[1]
    if model is P24:
        assert bench.look().active[:2] == (False, True)


def test_with_stop_on_all_errors_an_open_lead_ends_every_pulse() -> None:
    bench = DeviceBench(init=False)
    bench.ask(Init(stop_all_on_error=True))
    bench.device.body.place(0, Pads.OPEN)
    bench.ask(update(20))
    assert not bench.delivers()
    assert bench.look().states[0] is ChannelState.ELECTRODE
    assert not any(bench.look().active)
    assert bench.status().level is Level.MID_INITIALISED


def test_pads_that_let_too_little_through_are_low_current_on_a_p24() -> None:
    bench = DeviceBench()
    bench.device.body.place(1, Pads.LIFTING)
    bench.ask(update(40))
    bench.pass_time(0.01)
    assert bench.look().states[1] is ChannelState.LOW_CURRENT


def test_an_update_sets_the_channel_going_again_and_finds_the_lead_again() -> None:
    bench = DeviceBench()
    bench.device.body.place(0, Pads.OPEN)
    bench.ask(update(20))
    bench.pass_time(0.01)
    bench.ask(update(20))
    assert bench.look().states[0] is ChannelState.OK
    bench.pass_time(0.03)
    assert bench.look().states[0] is ChannelState.ELECTRODE


# Troubles


def test_silent_it_obeys_without_a_word() -> None:
    bench = DeviceBench()
    bench.device.troubles.silent = True
    assert bench.write(ask(1, update())) == []
    assert bench.delivers()


def test_damaged_every_answer_fails_its_checksum() -> None:
    bench = DeviceBench()
    bench.device.troubles.damaged = True
    assert bench.write(ask(1, update())) == []
    assert bench.decoder.damaged == 1


def test_junk_before_an_answer_hides_nothing() -> None:
    bench = DeviceBench()
    bench.device.troubles.junk = b"\xf0\x81\x0f\xf0"
    assert bench.write(ask(1, update())) == [Ack(Command.UPDATE, Result.OK)]
    assert bench.decoder.thrown_away == 4


def test_an_answer_can_be_lost_late_or_to_another_question() -> None:
    bench = DeviceBench()
    troubles = bench.device.troubles
    troubles.lose_every = 2
    assert len(bench.write(ask(1, update())) + bench.write(ask(2, update()))) == 1
    troubles.lose_every, troubles.delay_s = 0, 0.25
    assert bench.write(ask(3, update())) == []
    assert bench.device.next_output() == bench.now + 0.25
    bench.pass_time(0.25)
    assert bench.hear() == [Ack(Command.UPDATE, Result.OK)]
    troubles.delay_s, troubles.wrong_echo = 0.0, True
    bench.write(ask(4, update()))
    assert bench.packets[0].number != 4


def test_it_can_refuse_the_whole_middle_level() -> None:
    bench = DeviceBench()
    bench.device.troubles.refuses = Result.NOT_INITIALISED
    assert bench.result(update()) is Result.NOT_INITIALISED
    assert bench.result(GetCurrentData(Selection.P24)) is Result.NOT_INITIALISED
    assert not bench.delivers()
    assert bench.status().level is Level.MID_INITIALISED


@pytest.mark.parametrize("state", [ChannelState.PULSE_TIMEOUT, ChannelState.LOW_CURRENT])
def test_it_can_claim_any_state_of_its_channels(state: ChannelState) -> None:
    bench = DeviceBench()
    bench.device.troubles.claimed = (ChannelState.OK, state)
    assert bench.look().states[:3] == (ChannelState.OK, state, ChannelState.OK)


def test_stuck_it_keeps_what_was_in_force() -> None:
    bench = DeviceBench()
    bench.ask(update(10))
    bench.device.troubles.stuck = True
    assert bench.result(update(5)) is Result.OK
    bench.pass_time(0.1)
    assert bench.pulses[-1].amplitude_ma == 10


def test_a_defective_stage_delivers_more_than_was_asked() -> None:
    bench = DeviceBench()
    bench.device.troubles.extra_ma = 7.5
    bench.ask(update(10))
    assert bench.pulses[0].measured_ma == 17.5


def test_a_measuring_device_tells_its_version_and_stimulates_nobody() -> None:
    bench = DeviceBench(init=False)
    bench.device.troubles.measures_only = True
    assert isinstance(bench.ask(GetExtendedVersion()), ExtendedVersion)
    for request in (Init(), update(), GetCurrentData(Selection.P24)):
        assert bench.ask(request) == UnknownCommand()


def test_a_stranger_answers_in_its_own_words() -> None:
    bench = DeviceBench(init=False)
    bench.device.troubles.stranger = b"Unknown command\r\n"
    bench.device.feed(ask(1, Init()), bench.now)
    assert bench.device.take_output(bench.now) == b"Unknown command\r\n"
    assert bench.device.level is Level.NONE


@given(st.binary(max_size=200))
def test_no_bytes_bring_it_down(data: bytes) -> None:
    bench = DeviceBench()
    bench.device.feed(data, bench.now)
    Decoder().feed(bench.device.take_output(bench.now))
    assert bench.result(update()) is Result.OK or bench.device.level is Level.NONE
