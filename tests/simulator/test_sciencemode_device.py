"""The simulated P24 and RehaMove3: what the maker's documents say, judged by the pulses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.simulator.boards.sciencemode.models import P24, REHAMOVE3, Model
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
    rig = DeviceBench(model)
    assert rig.write(encode(17, 500)) == [UnknownCommand()]
    assert rig.packets[0].number == 17


# Levels and high voltage


@BOTH
def test_high_voltage_is_on_from_init_to_stop(model: Model) -> None:
    rig = DeviceBench(model, init=False)
    assert (rig.status().level, rig.status().high_voltage) == (Level.NONE, HighVoltage.OFF)
    assert rig.result(Init()) is Result.OK
    assert rig.status().level is Level.MID_INITIALISED
    assert rig.status().high_voltage is HighVoltage.V150
    assert rig.result(update()) is Result.OK
    assert rig.status().level is Level.MID_RUNNING
    assert rig.stop() is Result.OK
    assert (rig.status().level, rig.status().high_voltage) == (Level.NONE, HighVoltage.OFF)
    assert not rig.delivers()


@BOTH
def test_nothing_of_the_middle_level_goes_before_init(model: Model) -> None:
    rig = DeviceBench(model, init=False)
    for request in (update(), GetCurrentData(model.selection), Stop()):
        assert rig.result(request) is Result.NOT_INITIALISED
    assert not rig.delivers()


def test_the_low_level_bars_the_middle_one_until_it_is_stopped() -> None:
    rig = DeviceBench(init=False)
    rig.write(encode(1, 0, b"\x00"))
    assert rig.status().level is Level.LOW_INITIALISED
    assert rig.result(Init()) is Result.NOT_INITIALISED
    assert rig.result(update()) is Result.NOT_INITIALISED
    rig.write(encode(2, 4))
    assert rig.result(Init()) is Result.OK


def test_init_while_it_runs_stops_the_pulses() -> None:
    rig = DeviceBench()
    rig.ask(update())
    rig.ask(Init())
    assert not rig.delivers()
    assert rig.status().level is Level.MID_INITIALISED


@BOTH
def test_a_restart_forgets_everything(model: Model) -> None:
    rig = DeviceBench(model)
    rig.ask(update())
    rig.device.reset(rig.now)
    assert not rig.delivers()
    assert rig.status().level is Level.NONE
    assert rig.changes[-1].why == "reset"
    assert rig.result(update()) is Result.NOT_INITIALISED


def test_a_p24_acknowledges_a_reset_and_a_rehamove3_does_not() -> None:
    for model, said in ((P24, [Ack(Command.RESET, Result.OK)]), (REHAMOVE3, [])):
        rig = DeviceBench(model)
        rig.ask(update())
        assert rig.write(encode(1, Command.RESET)) == said
        assert not rig.delivers()


# The dead-man


@BOTH
@pytest.mark.parametrize("keeps", ["update", "look"])
def test_an_update_or_a_look_keeps_it_going_for_two_seconds(model: Model, keeps: str) -> None:
    rig = DeviceBench(model)
    rig.ask(update(quarters=40))
    rig.pass_time(1.9)
    if keeps == "update":
        rig.ask(update(quarters=40))
    else:
        rig.look()
    rig.pass_time(1.99)
    assert rig.delivers(0.02)
    assert not rig.delivers(5)
    assert rig.pulses[-1].at < 10.0 + 1.9 + 2.0


@BOTH
def test_the_dead_man_leaves_level_and_high_voltage_and_an_update_alone_goes_on(
    model: Model,
) -> None:
    rig = DeviceBench(model)
    rig.ask(update())
    rig.pass_time(3)
    assert rig.changes[-1].why == "dead_man"
    assert rig.changes[-1].at == 12.0
    assert rig.status().level is Level.MID_INITIALISED
    assert rig.status().high_voltage is HighVoltage.V150
    rig.look()
    assert not rig.delivers()
    rig.ask(update())
    assert rig.delivers()


@pytest.mark.parametrize(
    "request_", [Stop(), Init(), GetExtendedVersion(), Update((train(131.0),))], ids=str
)
def test_nothing_else_keeps_it_going(request_: Request) -> None:
    rig = DeviceBench()
    rig.ask(update())
    rig.pass_time(1.9)
    rig.ask(request_)
    rig.pass_time(0.1)
    assert not rig.delivers()


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
    rig = DeviceBench(model)
    if why.startswith("a period"):
        # The wire can say half a millisecond more than the device takes.
        data = bytes([1, 0x20, 0xFF, 0xFE]) + one(*biphasic(1, 100, 0)).pack()[4:]
        assert rig.write(encode(3, 32, data)) == [Ack(Command.UPDATE, Result.PARAMETER)]
    else:
        assert rig.result(refused) is Result.PARAMETER
    assert not rig.delivers()
    assert rig.status().level is Level.MID_INITIALISED


@BOTH
def test_the_very_limit_is_taken(model: Model) -> None:
    rig = DeviceBench(model)
    assert rig.result(one(*biphasic(130, 100, 0))) is Result.OK
    assert rig.result(one(*[Point(1, 10), Point(-1, 10)] * 8)) is Result.OK
    assert rig.result(one(*biphasic(1, 4000, 0), quarters=34)) is Result.OK


def test_the_time_of_all_channels_together_is_limited() -> None:
    def eight(quarters: int) -> Update:
        return Update(tuple(train(1, n, quarters=quarters, us=400) for n in range(1, 9)))

    rig = DeviceBench()
    # 8 x (900 + 60) us of each period.
    assert rig.result(eight(quarters=31)) is Result.OK
    assert rig.result(eight(quarters=30)) is Result.PARAMETER


def test_a_rehamove3_has_four_channels() -> None:
    rig = DeviceBench(REHAMOVE3)
    assert rig.result(Update((train(channel=4),))) is Result.OK
    assert rig.result(Update((train(channel=5),))) is Result.PARAMETER


@pytest.mark.parametrize(("model", "wrong"), [(P24, 2), (REHAMOVE3, 4)])
def test_current_data_of_the_other_model_is_refused(model: Model, wrong: int) -> None:
    rig = DeviceBench(model)
    assert rig.result(GetCurrentData(Selection(wrong))) is Result.PARAMETER


def test_a_command_with_the_wrong_bytes_is_refused() -> None:
    rig = DeviceBench()
    assert rig.write(encode(1, 32, b"\x01")) == [Ack(Command.UPDATE, Result.PARAMETER)]
    assert rig.write(encode(2, 34, b"\x01")) == [Ack(Command.STOP, Result.PARAMETER)]


def test_a_damaged_frame_is_an_error_and_nothing_happens() -> None:
    rig = DeviceBench()
    frame = bytearray(ask(5, update()))
    frame[20] ^= 1
    assert rig.write(bytes(frame)) == [GeneralError(Result.TRANSFER)]
    assert not rig.delivers()


# Troubles


def test_silent_it_obeys_without_a_word() -> None:
    rig = DeviceBench()
    rig.device.troubles.silent = True
    assert rig.write(ask(1, update())) == []
    assert rig.delivers()


def test_damaged_every_answer_fails_its_checksum() -> None:
    rig = DeviceBench()
    rig.device.troubles.damaged = True
    assert rig.write(ask(1, update())) == []
    assert rig.decoder.damaged == 1


def test_junk_before_an_answer_hides_nothing() -> None:
    rig = DeviceBench()
    rig.device.troubles.junk = b"\xf0\x81\x0f\xf0"
    assert rig.write(ask(1, update())) == [Ack(Command.UPDATE, Result.OK)]
    assert rig.decoder.thrown_away == 4


def test_an_answer_can_be_lost_late_or_to_another_question() -> None:
    rig = DeviceBench()
    troubles = rig.device.troubles
    troubles.lose_every = 2
    assert len(rig.write(ask(1, update())) + rig.write(ask(2, update()))) == 1
    troubles.lose_every, troubles.delay_s = 0, 0.25
    assert rig.write(ask(3, update())) == []
    assert rig.device.next_output() == rig.now + 0.25
    rig.pass_time(0.25)
    assert rig.hear() == [Ack(Command.UPDATE, Result.OK)]
    troubles.delay_s, troubles.wrong_echo = 0.0, True
    rig.write(ask(4, update()))
    assert rig.packets[0].number != 4


def test_it_can_refuse_the_whole_middle_level() -> None:
    rig = DeviceBench()
    rig.device.troubles.refuses = Result.NOT_INITIALISED
    assert rig.result(update()) is Result.NOT_INITIALISED
    assert rig.result(GetCurrentData(Selection.P24)) is Result.NOT_INITIALISED
    assert not rig.delivers()
    assert rig.status().level is Level.MID_INITIALISED


@pytest.mark.parametrize("state", [ChannelState.PULSE_TIMEOUT, ChannelState.LOW_CURRENT])
def test_it_can_claim_any_state_of_its_channels(state: ChannelState) -> None:
    rig = DeviceBench()
    rig.device.troubles.claimed = (ChannelState.OK, state)
    assert rig.look().states[:3] == (ChannelState.OK, state, ChannelState.OK)


def test_stuck_it_keeps_what_was_in_force() -> None:
    rig = DeviceBench()
    rig.ask(update(10))
    rig.device.troubles.stuck = True
    assert rig.result(update(5)) is Result.OK
    rig.pass_time(0.1)
    assert rig.pulses[-1].amplitude_ma == 10


def test_a_defective_stage_delivers_more_than_was_asked() -> None:
    rig = DeviceBench()
    rig.device.troubles.extra_ma = 7.5
    rig.ask(update(10))
    assert rig.pulses[0].measured_ma == 17.5


def test_a_measuring_device_tells_its_version_and_stimulates_nobody() -> None:
    rig = DeviceBench(init=False)
    rig.device.troubles.measures_only = True
    assert isinstance(rig.ask(GetExtendedVersion()), ExtendedVersion)
    for request in (Init(), update(), GetCurrentData(Selection.P24)):
        assert rig.ask(request) == UnknownCommand()


def test_a_stranger_answers_in_its_own_words() -> None:
    rig = DeviceBench(init=False)
    rig.device.troubles.stranger = b"Unknown command\r\n"
    rig.device.feed(ask(1, Init()), rig.now)
    assert rig.device.take_output(rig.now) == b"Unknown command\r\n"
    assert rig.device.level is Level.NONE


@given(st.binary(max_size=200))
def test_no_bytes_bring_it_down(data: bytes) -> None:
    rig = DeviceBench()
    rig.device.feed(data, rig.now)
    Decoder().feed(rig.device.take_output(rig.now))
    assert rig.result(update()) is Result.OK or rig.device.level is Level.NONE
